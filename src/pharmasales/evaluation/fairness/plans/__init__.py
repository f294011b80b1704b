"""Plans (方案): a score sheet or payout plan checked, and simulated on the past, before it is used."""
