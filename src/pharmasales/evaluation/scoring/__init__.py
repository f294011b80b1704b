"""Scoring (评分): weighted measures on curves, every point with its reason."""
