"""Variance (偏差): how far from the goal and from the pace, why, and what helps.

`sales_variance` splits a change exactly into new and lost customers, volume, mix, price and returns; `expense_variance`
into use and rate; `contributed` into the children of a node; a `DeviationCase` goes from cause to measure or change of
the plan; a `Feedback` holds the figures, the person's own view and the training agreed.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.evaluation.variance.case_records import case_data, case_from
    from pharmasales.evaluation.variance.cases import DeviationCase
    from pharmasales.evaluation.variance.causes import CAUSES, CURES, Cause, Cure, DeviationKind, cause_table, causes_of
    from pharmasales.evaluation.variance.comparing import SplitCell
    from pharmasales.evaluation.variance.contributions import Contribution, Contributions, contributed
    from pharmasales.evaluation.variance.deviation import Deviation, Deviations, deviations, severity_rule
    from pharmasales.evaluation.variance.due_cases import OpenCases, OpenTask, open_cases
    from pharmasales.evaluation.variance.due_feedback import FeedbackTask, OpenFeedback, open_feedback
    from pharmasales.evaluation.variance.expense import EXPENSE_PARTS, ExpenseVariance, SpentLine, expense_variance
    from pharmasales.evaluation.variance.feedback import Feedback
    from pharmasales.evaluation.variance.feedback_records import feedback_data, feedback_from
    from pharmasales.evaluation.variance.feedback_terms import (
        FEEDBACK_STATES,
        FeedbackState,
        FeedbackVersion,
        ShownFigure,
        TrainingResult,
    )
    from pharmasales.evaluation.variance.parted import Parted, VariancePart, WaterfallStep
    from pharmasales.evaluation.variance.responses import (
        CASE_STATES,
        CaseEnd,
        CaseState,
        ChosenCause,
        Countermeasure,
        PlanChange,
    )
    from pharmasales.evaluation.variance.sales_parts import CELL_KINDS, SALES_PARTS
    from pharmasales.evaluation.variance.sales_split import SalesVariance, VarianceBy, sales_variance
    from pharmasales.evaluation.variance.sold import UNCOUNTED, SoldLine, UncountedLines
    from pharmasales.evaluation.variance.training import (
        TRAINING_CHECKS,
        TRAINING_TOPICS,
        Training,
        TrainingCheck,
        training_plan,
        training_table,
    )
    from pharmasales.evaluation.variance.weaknesses import WeakItem, WeakItems, weak_items

__all__ = [
    "CASE_STATES",
    "CAUSES",
    "CELL_KINDS",
    "CURES",
    "EXPENSE_PARTS",
    "FEEDBACK_STATES",
    "SALES_PARTS",
    "TRAINING_CHECKS",
    "TRAINING_TOPICS",
    "UNCOUNTED",
    "CaseEnd",
    "CaseState",
    "Cause",
    "ChosenCause",
    "Contribution",
    "Contributions",
    "Countermeasure",
    "Cure",
    "Deviation",
    "DeviationCase",
    "DeviationKind",
    "Deviations",
    "ExpenseVariance",
    "Feedback",
    "FeedbackState",
    "FeedbackTask",
    "FeedbackVersion",
    "OpenCases",
    "OpenFeedback",
    "OpenTask",
    "Parted",
    "PlanChange",
    "SalesVariance",
    "ShownFigure",
    "SoldLine",
    "SpentLine",
    "SplitCell",
    "Training",
    "TrainingCheck",
    "TrainingResult",
    "UncountedLines",
    "VarianceBy",
    "VariancePart",
    "WaterfallStep",
    "WeakItem",
    "WeakItems",
    "case_data",
    "case_from",
    "cause_table",
    "causes_of",
    "contributed",
    "deviations",
    "expense_variance",
    "feedback_data",
    "feedback_from",
    "open_cases",
    "open_feedback",
    "sales_variance",
    "severity_rule",
    "training_plan",
    "training_table",
    "weak_items",
]

_MODULES = {
    "deviation": "Deviation Deviations deviations severity_rule",
    "sold": "UNCOUNTED SoldLine UncountedLines",
    "sales_parts": "CELL_KINDS SALES_PARTS",
    "comparing": "SplitCell",
    "parted": "Parted VariancePart WaterfallStep",
    "sales_split": "SalesVariance VarianceBy sales_variance",
    "expense": "EXPENSE_PARTS ExpenseVariance SpentLine expense_variance",
    "contributions": "Contribution Contributions contributed",
    "causes": "CAUSES CURES Cause Cure DeviationKind cause_table causes_of",
    "responses": "CASE_STATES CaseEnd CaseState ChosenCause Countermeasure PlanChange",
    "cases": "DeviationCase",
    "case_records": "case_data case_from",
    "due_cases": "OpenCases OpenTask open_cases",
    "weaknesses": "WeakItem WeakItems weak_items",
    "training": "TRAINING_CHECKS TRAINING_TOPICS Training TrainingCheck training_plan training_table",
    "feedback_terms": "FEEDBACK_STATES FeedbackState FeedbackVersion ShownFigure TrainingResult",
    "feedback": "Feedback",
    "due_feedback": "FeedbackTask OpenFeedback open_feedback",
    "feedback_records": "feedback_data feedback_from",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
