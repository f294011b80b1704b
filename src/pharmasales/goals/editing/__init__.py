"""Editing (目标调整): edits as statements about a plan, applied together, and what differs afterwards."""
