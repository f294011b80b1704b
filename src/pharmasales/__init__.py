"""Pharma sales-management rules."""
