"""Measures (指标): what people are measured by, each a rule over figures that say what they counted."""
