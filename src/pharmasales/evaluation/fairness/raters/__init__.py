"""Raters (评分人): their marks, their errors, how they agree, and marks brought to one level."""
