"""Variance (偏差): how far from the goal and from the pace, why, and what helps."""
