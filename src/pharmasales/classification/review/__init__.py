"""Review (复评): who moved and why, what holds a grade in its place, and how firm the grades stand."""
