"""Schemes (分级方案): the ready-made methods of the trade, each with its letters, its source and its limits."""
