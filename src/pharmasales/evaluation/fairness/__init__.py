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
    from pharmasales.evaluation.fairness.plans.influence import Influence, Influences, influences
    from pharmasales.evaluation.fairness.plans.level_odds import LEVELS, Level, LevelOdds, Levels
    from pharmasales.evaluation.fairness.plans.near_cliffs import NearCliff, near_grades, near_pay, near_table
    from pharmasales.evaluation.fairness.plans.past import PastRecord
    from pharmasales.evaluation.fairness.plans.person_change import PersonChange
    from pharmasales.evaluation.fairness.plans.plan_bounds import (
        PLAN_VERDICTS,
        PlanBounds,
        PlanCheck,
        PlanVerdict,
        UsualRange,
    )
    from pharmasales.evaluation.fairness.plans.plan_check import PlanReport, check_plan
    from pharmasales.evaluation.fairness.plans.resampling import DrawnBy, PersonOdds, Resampled, resample
    from pharmasales.evaluation.fairness.plans.reweighting import reweighted
    from pharmasales.evaluation.fairness.plans.same_order import in_order, overtaken
    from pharmasales.evaluation.fairness.plans.season import Season, SeasonCell, SeasonRow
    from pharmasales.evaluation.fairness.plans.season_change import SeasonChange, compare_seasons
    from pharmasales.evaluation.fairness.plans.simulating import simulate
    from pharmasales.evaluation.fairness.raters.agreeing import Agreement, Agreements, agreement, agreements
    from pharmasales.evaluation.fairness.raters.calibrated import (
        CalibratedMark,
        CalibratedPerson,
        Calibration,
        RaterShift,
    )
    from pharmasales.evaluation.fairness.raters.calibrating import calibrate
    from pharmasales.evaluation.fairness.raters.checking import check_raters
    from pharmasales.evaluation.fairness.raters.distribution import (
        MarkDistribution,
        MarkDistributions,
        mark_distribution,
    )
    from pharmasales.evaluation.fairness.raters.findings import Beside, Finding, RaterReview
    from pharmasales.evaluation.fairness.raters.kappa import cohen_kappa
    from pharmasales.evaluation.fairness.raters.marks import Mark, MarkBook, Observation
    from pharmasales.evaluation.fairness.raters.rater_errors import RATER_ERRORS, RATER_QUESTIONS
    from pharmasales.evaluation.fairness.raters.rater_rules import RaterRules
    from pharmasales.evaluation.fairness.raters.scale import Scale

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
    "raters.agreeing": "Agreement Agreements agreement agreements",
    "raters.calibrated": "CalibratedMark CalibratedPerson Calibration RaterShift",
    "raters.calibrating": "calibrate",
    "raters.checking": "check_raters",
    "raters.distribution": "MarkDistribution MarkDistributions mark_distribution",
    "raters.findings": "Beside Finding RaterReview",
    "raters.kappa": "cohen_kappa",
    "raters.marks": "Mark MarkBook Observation",
    "raters.rater_errors": "RATER_ERRORS RATER_QUESTIONS",
    "raters.rater_rules": "RaterRules",
    "raters.scale": "Scale",
    "plans.past": "PastRecord",
    "plans.simulating": "simulate",
    "plans.season": "Season SeasonCell SeasonRow",
    "plans.season_change": "SeasonChange compare_seasons",
    "plans.person_change": "PersonChange",
    "plans.reweighting": "reweighted",
    "plans.resampling": "DrawnBy PersonOdds Resampled resample",
    "plans.plan_check": "PlanReport check_plan",
    "plans.plan_bounds": "PLAN_VERDICTS PlanBounds PlanCheck PlanVerdict UsualRange",
    "plans.influence": "Influence Influences influences",
    "plans.level_odds": "LEVELS Level LevelOdds Levels",
    "plans.near_cliffs": "NearCliff near_grades near_pay near_table",
    "plans.same_order": "in_order overtaken",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
