"""Evaluation (考核): attainment against the pace, measures, scorecards and deviations.

It reads plain mappings from node id to `Amount` and plain figures, whoever made them.
"""

from pharmasales.evaluation.attainment import STATUSES, Attained, Attainments, attain
from pharmasales.evaluation.deviation import Deviation, Deviations, deviations, severity_rule
from pharmasales.evaluation.measures import MEASURES, Figure, Figures, Measure
from pharmasales.evaluation.pace import Basis, elapsed
from pharmasales.evaluation.scorecard import (
    DEFAULT_MEASURES,
    RepScore,
    Scorecards,
    Scored,
    score,
    scorecard_rule,
)

__all__ = [
    "DEFAULT_MEASURES",
    "MEASURES",
    "STATUSES",
    "Attained",
    "Attainments",
    "Basis",
    "Deviation",
    "Deviations",
    "Figure",
    "Figures",
    "Measure",
    "RepScore",
    "Scorecards",
    "Scored",
    "attain",
    "deviations",
    "elapsed",
    "score",
    "scorecard_rule",
    "severity_rule",
]
