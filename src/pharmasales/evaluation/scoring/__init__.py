"""Scoring (评分): weighted measures on curves, every point with its reason.

A `ScoreSheet` (评分表) has items, factors (不可控因素), a cap, gates (否决项) and grades; `fit_sheet` looks at the
peers once; `score` scores one person, `standings` ranks many, ties together.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.evaluation.scoring.adjusted import Adjustment, AdjustmentKind
    from pharmasales.evaluation.scoring.adjusting import Factor, ScoreGate
    from pharmasales.evaluation.scoring.blends import (
        SOURCES,
        InPost,
        days_in_post,
        from_sources,
        in_post,
        weighted_completion,
    )
    from pharmasales.evaluation.scoring.curves import linear, per_percent, steps
    from pharmasales.evaluation.scoring.grading import (
        FittedGrades,
        ForcedDistribution,
        GradeFacts,
        GradeRule,
        RankGrades,
        TiesGo,
        cut_grades,
    )
    from pharmasales.evaluation.scoring.scorecard import (
        DEFAULT_MEASURES,
        RepScore,
        Scorecards,
        Scored,
        score,
        scorecard_rule,
    )
    from pharmasales.evaluation.scoring.sheet import FittedSheet, ScoreSheet, fit_sheet, fit_sheets
    from pharmasales.evaluation.scoring.sheet_data import read_sheet, sheet_data, sheet_toml
    from pharmasales.evaluation.scoring.standing import Standing, Standings, standings

__all__ = [
    "DEFAULT_MEASURES",
    "SOURCES",
    "Adjustment",
    "AdjustmentKind",
    "Factor",
    "FittedGrades",
    "FittedSheet",
    "ForcedDistribution",
    "GradeFacts",
    "GradeRule",
    "InPost",
    "RankGrades",
    "RepScore",
    "ScoreGate",
    "ScoreSheet",
    "Scorecards",
    "Scored",
    "Standing",
    "Standings",
    "TiesGo",
    "cut_grades",
    "days_in_post",
    "fit_sheet",
    "fit_sheets",
    "from_sources",
    "in_post",
    "linear",
    "per_percent",
    "read_sheet",
    "score",
    "scorecard_rule",
    "sheet_data",
    "sheet_toml",
    "standings",
    "steps",
    "weighted_completion",
]

_MODULES = {
    "scorecard": "DEFAULT_MEASURES RepScore Scorecards Scored score scorecard_rule",
    "sheet": "FittedSheet ScoreSheet fit_sheet fit_sheets",
    "curves": "linear per_percent steps",
    "blends": "InPost SOURCES days_in_post from_sources in_post weighted_completion",
    "adjusting": "Factor ScoreGate",
    "adjusted": "Adjustment AdjustmentKind",
    "grading": "FittedGrades ForcedDistribution GradeFacts GradeRule RankGrades TiesGo cut_grades",
    "sheet_data": "read_sheet sheet_data sheet_toml",
    "standing": "Standing Standings standings",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
