"""Evaluation (考核): actuals credited, goals tracked, attainment against the pace, measures, scorecards and deviations.

It reads plain mappings from node id to `Amount` and plain figures, whoever made them.

- tracking (跟踪): `credit`, `track`, forecasts (`run_rate`, `seasonal`, `from_orders`, `blended`), `gap_to_goal`, what
  closes it (`closing_points`), `find_alerts`, and the configurable `cascade_table`;
- evaluation (考核): `attain`, `deviations`, `score`.

These rooms have doors of their own: `pharmasales.evaluation.measures` (指标), `.scoring` (评分), `.payout` (奖金),
`.variance` (偏差), `.closing` (关账), `.fairness` (公正) and `.reporting` (报表).
"""

from typing import TYPE_CHECKING

from pharmasales.evaluation.attainment import STATUSES, Attained, Attainments, attain
from pharmasales.evaluation.measures.figures import Figure, Figures
from pharmasales.evaluation.measures.measure import Measure
from pharmasales.evaluation.measures.registry import MEASURES
from pharmasales.evaluation.pace import Basis, elapsed
from pharmasales.evaluation.scoring.scorecard import (
    DEFAULT_MEASURES,
    RepScore,
    Scorecards,
    Scored,
    score,
    scorecard_rule,
)
from pharmasales.evaluation.variance.deviation import Deviation, Deviations, deviations, severity_rule
from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.evaluation.tracking.alerts import PLAYBOOK, Alert, AlertPolicy, Alerts, Check, Step, find_alerts
    from pharmasales.evaluation.tracking.cascade4211 import Cascade, CascadeLevel, cascade_table
    from pharmasales.evaluation.tracking.crediting import Credited, Credits, Nothing, credit
    from pharmasales.evaluation.tracking.entries import Closing, Entry, Late
    from pharmasales.evaluation.tracking.forecast import Forecast, blended, run_rate
    from pharmasales.evaluation.tracking.growth_points import (
        ClosingPoints,
        GrowthPoint,
        closing_points,
        points_from_gaps,
    )
    from pharmasales.evaluation.tracking.orders import Order, from_orders
    from pharmasales.evaluation.tracking.shortfall import Shortfall, gap_to_goal
    from pharmasales.evaluation.tracking.stretch import same_stretch, seasonal
    from pharmasales.evaluation.tracking.tracked import Tracking, track

__all__ = [
    "DEFAULT_MEASURES",
    "MEASURES",
    "PLAYBOOK",
    "STATUSES",
    "Alert",
    "AlertPolicy",
    "Alerts",
    "Attained",
    "Attainments",
    "Basis",
    "Cascade",
    "CascadeLevel",
    "Check",
    "Closing",
    "ClosingPoints",
    "Credited",
    "Credits",
    "Deviation",
    "Deviations",
    "Entry",
    "Figure",
    "Figures",
    "Forecast",
    "GrowthPoint",
    "Late",
    "Measure",
    "Nothing",
    "Order",
    "RepScore",
    "Scorecards",
    "Scored",
    "Shortfall",
    "Step",
    "Tracking",
    "attain",
    "blended",
    "cascade_table",
    "closing_points",
    "credit",
    "deviations",
    "elapsed",
    "find_alerts",
    "from_orders",
    "gap_to_goal",
    "points_from_gaps",
    "run_rate",
    "same_stretch",
    "score",
    "scorecard_rule",
    "seasonal",
    "severity_rule",
    "track",
]

# What a review needs is loaded at once.
_MODULES = {
    "tracking.alerts": "PLAYBOOK Alert AlertPolicy Alerts Check Step find_alerts",
    "tracking.cascade4211": "Cascade CascadeLevel cascade_table",
    "tracking.crediting": "Credited Credits Nothing credit",
    "tracking.entries": "Closing Entry Late",
    "tracking.forecast": "Forecast blended run_rate",
    "tracking.growth_points": "ClosingPoints GrowthPoint closing_points points_from_gaps",
    "tracking.orders": "Order from_orders",
    "tracking.shortfall": "Shortfall gap_to_goal",
    "tracking.stretch": "same_stretch seasonal",
    "tracking.tracked": "Tracking track",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
