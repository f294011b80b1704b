"""Cycle plan (周期计划): planned, scheduled, actual, remaining and earned; the pace, and who slips while time remains.

`attain_plan` counts the calls of a `CyclePlan`, each once or with the reason why not; `plan_pace` compares with the
time that has passed; `slipping` names customers; `review_visits` looks back on a week or month and carries over.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.followup.cycleplan.attained import TargetAttainment
    from pharmasales.followup.cycleplan.attaining import Credit, PlanAttainment, attain_plan, attain_plans
    from pharmasales.followup.cycleplan.counting import BY_DATE, BY_STATE, CallLike, Counting, PlainCall
    from pharmasales.followup.cycleplan.elapsed import CycleElapsed, cycle_elapsed
    from pharmasales.followup.cycleplan.lines import CallLine, Capped
    from pharmasales.followup.cycleplan.pacing import (
        PaceLevel,
        PaceStatus,
        PlanPace,
        TargetPace,
        pace_status,
        plan_pace,
    )
    from pharmasales.followup.cycleplan.plan_channels import (
        EVERY_CALL,
        ActivityGoal,
        ChannelGoal,
        PlanChannel,
        ProductGoal,
        TargetGoal,
    )
    from pharmasales.followup.cycleplan.plans import CyclePlan, Lifecycle, PlanStage, PlanTarget
    from pharmasales.followup.cycleplan.reach import Reach
    from pharmasales.followup.cycleplan.slips import Slip, SlipKind, Slipping, slipping
    from pharmasales.followup.cycleplan.sums import PlanSums, node_sums, sum_targets, sums_table
    from pharmasales.followup.cycleplan.tallies import (
        ChannelTally,
        ProductTally,
        Tally,
        TrackTally,
        remaining,
        to_schedule,
    )
    from pharmasales.followup.cycleplan.visit_lines import OUTCOMES, Outcome, VisitLine, visit_lines
    from pharmasales.followup.cycleplan.visit_review import CarriedVisit, VisitReview, review_visits

__all__ = [
    "BY_DATE",
    "BY_STATE",
    "EVERY_CALL",
    "OUTCOMES",
    "ActivityGoal",
    "CallLike",
    "CallLine",
    "Capped",
    "CarriedVisit",
    "ChannelGoal",
    "ChannelTally",
    "Counting",
    "Credit",
    "CycleElapsed",
    "CyclePlan",
    "Lifecycle",
    "Outcome",
    "PaceLevel",
    "PaceStatus",
    "PlainCall",
    "PlanAttainment",
    "PlanChannel",
    "PlanPace",
    "PlanStage",
    "PlanSums",
    "PlanTarget",
    "ProductGoal",
    "ProductTally",
    "Reach",
    "Slip",
    "SlipKind",
    "Slipping",
    "Tally",
    "TargetAttainment",
    "TargetGoal",
    "TargetPace",
    "TrackTally",
    "VisitLine",
    "VisitReview",
    "attain_plan",
    "attain_plans",
    "cycle_elapsed",
    "node_sums",
    "pace_status",
    "plan_pace",
    "remaining",
    "review_visits",
    "slipping",
    "sum_targets",
    "sums_table",
    "to_schedule",
    "visit_lines",
]

_MODULES = {
    "plans": "CyclePlan Lifecycle PlanStage PlanTarget",
    "plan_channels": "ActivityGoal ChannelGoal EVERY_CALL PlanChannel ProductGoal TargetGoal",
    "counting": "BY_DATE BY_STATE CallLike Counting PlainCall",
    "attaining": "Credit PlanAttainment attain_plan attain_plans",
    "attained": "TargetAttainment",
    "tallies": "ChannelTally ProductTally Tally TrackTally remaining to_schedule",
    "lines": "CallLine Capped",
    "sums": "PlanSums node_sums sum_targets sums_table",
    "elapsed": "CycleElapsed cycle_elapsed",
    "pacing": "PaceLevel PaceStatus PlanPace TargetPace pace_status plan_pace",
    "slips": "Slip SlipKind Slipping slipping",
    "reach": "Reach",
    "visit_lines": "OUTCOMES Outcome VisitLine visit_lines",
    "visit_review": "CarriedVisit VisitReview review_visits",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
