"""Acting (行动计划): items and tasks, their order, their progress, and activity goals day by day."""
