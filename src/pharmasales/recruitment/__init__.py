"""Recruitment (招商): from lead to loyal agent."""
