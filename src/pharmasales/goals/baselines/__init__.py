"""Baselines (目标基数): what an owner would reach as things go, from history, market, potential and ramps."""
