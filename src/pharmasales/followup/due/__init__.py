"""What is due (到期): cadence tables, recurrence, triggers, legal deadlines, and the list of a day with its reasons."""
