"""Setting (目标设定): a goal as a value, its kinds, its check by SMART, and goals looked at together."""
