"""Fairness (公正): a plan is checked and simulated on the past before it is used.

`check_plan` (方案检查) says how pay follows performance, the odds of threshold, target and excellence, what decides the
ranking, what goes with the potential of the territory, and who is near a cliff. `simulate` (历史模拟) scores and pays a
past season, `compare_seasons` puts two of them side by side, `reweighted` changes one weight, `resample` draws anew.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.evaluation.fairness.influence import Influence, Influences, influences
    from pharmasales.evaluation.fairness.level_odds import LEVELS, Level, LevelOdds, Levels
    from pharmasales.evaluation.fairness.near_cliffs import NearCliff, near_grades, near_pay, near_table
    from pharmasales.evaluation.fairness.past import PastRecord
    from pharmasales.evaluation.fairness.person_change import PersonChange
    from pharmasales.evaluation.fairness.plan_bounds import (
        PLAN_VERDICTS,
        PlanBounds,
        PlanCheck,
        PlanVerdict,
        UsualRange,
    )
    from pharmasales.evaluation.fairness.plan_check import PlanReport, check_plan
    from pharmasales.evaluation.fairness.resampling import DrawnBy, PersonOdds, Resampled, resample
    from pharmasales.evaluation.fairness.reweighting import reweighted
    from pharmasales.evaluation.fairness.same_order import in_order, overtaken
    from pharmasales.evaluation.fairness.season import Season, SeasonCell, SeasonRow
    from pharmasales.evaluation.fairness.season_change import SeasonChange, compare_seasons
    from pharmasales.evaluation.fairness.simulating import simulate

__all__ = [
    "LEVELS",
    "PLAN_VERDICTS",
    "DrawnBy",
    "Influence",
    "Influences",
    "Level",
    "LevelOdds",
    "Levels",
    "NearCliff",
    "PastRecord",
    "PersonChange",
    "PersonOdds",
    "PlanBounds",
    "PlanCheck",
    "PlanReport",
    "PlanVerdict",
    "Resampled",
    "Season",
    "SeasonCell",
    "SeasonChange",
    "SeasonRow",
    "UsualRange",
    "check_plan",
    "compare_seasons",
    "in_order",
    "influences",
    "near_grades",
    "near_pay",
    "near_table",
    "overtaken",
    "resample",
    "reweighted",
    "simulate",
]

_MODULES = {
    "past": "PastRecord",
    "simulating": "simulate",
    "season": "Season SeasonCell SeasonRow",
    "season_change": "SeasonChange compare_seasons",
    "person_change": "PersonChange",
    "reweighting": "reweighted",
    "resampling": "DrawnBy PersonOdds Resampled resample",
    "plan_check": "PlanReport check_plan",
    "plan_bounds": "PLAN_VERDICTS PlanBounds PlanCheck PlanVerdict UsualRange",
    "influence": "Influence Influences influences",
    "level_odds": "LEVELS Level LevelOdds Levels",
    "near_cliffs": "NearCliff near_grades near_pay near_table",
    "same_order": "in_order overtaken",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
