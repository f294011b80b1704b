"""Attainment of the plan (计划达成): what was planned, made, scheduled and earned; its names are those of follow-up."""
