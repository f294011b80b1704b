"""Money (回款): what customers owe as of any day, from dated documents."""
