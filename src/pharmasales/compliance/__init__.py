"""The compliance gate (合规): who may do what, under which policy, and how personal data are kept."""
