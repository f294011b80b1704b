"""Payout (奖金): curves, tier tables, plans, settlement over a year and what-if, each sum with its reason."""
