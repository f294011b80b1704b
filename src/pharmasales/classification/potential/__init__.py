"""Potential (潜力): estimates from figures, reconciled and questioned, gaps, and market indices."""
