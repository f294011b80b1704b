"""Fairness (公正): whether raters judge alike, and what helps where they do not."""
