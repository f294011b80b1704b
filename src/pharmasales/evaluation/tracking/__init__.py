"""Tracking (跟踪): actuals credited, goals tracked, forecasts, gaps and what closes them, alerts."""
