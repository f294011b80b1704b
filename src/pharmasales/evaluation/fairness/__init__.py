"""Fairness (公正): whether those who judge people judge alike, and whether a plan is fair before it is used.

Raters (评分人): a `MarkBook` (评分簿) holds the marks of a period; `mark_distribution` shows how each rater marks;
`check_raters` looks for eight errors of raters (评分误差), with figures and a question instead of a verdict;
`agreement` and `agreements` compare raters two by two; `calibrate` brings marks to one level, raw beside calibrated.

Plans (方案): `check_plan` (方案检查) says how pay follows performance, the odds of threshold, target and excellence,
what decides the ranking, what goes with the potential of the territory, and who is near a cliff. `simulate` (历史模拟)
scores and pays a past season, `compare_seasons` puts two side by side, `reweighted` changes one weight, `resample`
draws anew.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.evaluation.fairness.agreeing import Agreement, Agreements, agreement, agreements
    from pharmasales.evaluation.fairness.calibrated import CalibratedMark, CalibratedPerson, Calibration, RaterShift
    from pharmasales.evaluation.fairness.calibrating import calibrate
    from pharmasales.evaluation.fairness.checking import check_raters
    from pharmasales.evaluation.fairness.distribution import MarkDistribution, MarkDistributions, mark_distribution
    from pharmasales.evaluation.fairness.findings import Beside, Finding, RaterReview
    from pharmasales.evaluation.fairness.influence import Influence, Influences, influences
    from pharmasales.evaluation.fairness.kappa import cohen_kappa
    from pharmasales.evaluation.fairness.level_odds import LEVELS, Level, LevelOdds, Levels
    from pharmasales.evaluation.fairness.marks import Mark, MarkBook, Observation
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
    from pharmasales.evaluation.fairness.rater_errors import RATER_ERRORS, RATER_QUESTIONS
    from pharmasales.evaluation.fairness.rater_rules import RaterRules
    from pharmasales.evaluation.fairness.resampling import DrawnBy, PersonOdds, Resampled, resample
    from pharmasales.evaluation.fairness.reweighting import reweighted
    from pharmasales.evaluation.fairness.same_order import in_order, overtaken
    from pharmasales.evaluation.fairness.scale import Scale
    from pharmasales.evaluation.fairness.season import Season, SeasonCell, SeasonRow
    from pharmasales.evaluation.fairness.season_change import SeasonChange, compare_seasons
    from pharmasales.evaluation.fairness.simulating import simulate

__all__ = [
    "LEVELS",
    "PLAN_VERDICTS",
    "RATER_ERRORS",
    "RATER_QUESTIONS",
    "Agreement",
    "Agreements",
    "Beside",
    "CalibratedMark",
    "CalibratedPerson",
    "Calibration",
    "DrawnBy",
    "Finding",
    "Influence",
    "Influences",
    "Level",
    "LevelOdds",
    "Levels",
    "Mark",
    "MarkBook",
    "MarkDistribution",
    "MarkDistributions",
    "NearCliff",
    "Observation",
    "PastRecord",
    "PersonChange",
    "PersonOdds",
    "PlanBounds",
    "PlanCheck",
    "PlanReport",
    "PlanVerdict",
    "RaterReview",
    "RaterRules",
    "RaterShift",
    "Resampled",
    "Scale",
    "Season",
    "SeasonCell",
    "SeasonChange",
    "SeasonRow",
    "UsualRange",
    "agreement",
    "agreements",
    "calibrate",
    "check_plan",
    "check_raters",
    "cohen_kappa",
    "compare_seasons",
    "in_order",
    "influences",
    "mark_distribution",
    "near_grades",
    "near_pay",
    "near_table",
    "overtaken",
    "resample",
    "reweighted",
    "simulate",
]

_MODULES = {
    "agreeing": "Agreement Agreements agreement agreements",
    "calibrated": "CalibratedMark CalibratedPerson Calibration RaterShift",
    "calibrating": "calibrate",
    "checking": "check_raters",
    "distribution": "MarkDistribution MarkDistributions mark_distribution",
    "findings": "Beside Finding RaterReview",
    "kappa": "cohen_kappa",
    "marks": "Mark MarkBook Observation",
    "rater_errors": "RATER_ERRORS RATER_QUESTIONS",
    "rater_rules": "RaterRules",
    "scale": "Scale",
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
