"""Fairness (公正): whether those who judge people judge alike, in figures, with a question instead of a verdict.

A `MarkBook` (评分簿) holds the marks of a period; `mark_distribution` shows how each rater marks; `check_raters` looks
for eight errors of raters (评分误差); `agreement` and `agreements` compare raters two by two; `calibrate` brings marks
to one level, raw beside calibrated.
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
    from pharmasales.evaluation.fairness.kappa import cohen_kappa
    from pharmasales.evaluation.fairness.marks import Mark, MarkBook, Observation
    from pharmasales.evaluation.fairness.rater_errors import RATER_ERRORS, RATER_QUESTIONS
    from pharmasales.evaluation.fairness.rater_rules import RaterRules
    from pharmasales.evaluation.fairness.scale import Scale

__all__ = [
    "RATER_ERRORS",
    "RATER_QUESTIONS",
    "Agreement",
    "Agreements",
    "Beside",
    "CalibratedMark",
    "CalibratedPerson",
    "Calibration",
    "Finding",
    "Mark",
    "MarkBook",
    "MarkDistribution",
    "MarkDistributions",
    "Observation",
    "RaterReview",
    "RaterRules",
    "RaterShift",
    "Scale",
    "agreement",
    "agreements",
    "calibrate",
    "check_raters",
    "cohen_kappa",
    "mark_distribution",
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
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
