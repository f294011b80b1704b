"""Calls (拜访记录): the visit itself, before, during and after, and whether what is said of it holds."""
