"""Agreeing (目标签订): from draft to in force, and whether a plan is fair before anybody signs."""
