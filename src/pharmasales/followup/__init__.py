"""Follow-up (跟进): who sees whom, when and why.

Cadence says how often, capacity how much fits, access when a customer receives; `schedule` makes the visit plan of
them, and `frequency` compares what happened with it.
"""

from __future__ import annotations

from pharmasales.followup.access import ANY_DAY, WEEKDAYS, Access, Window, Workdays, weekday_names
from pharmasales.followup.cadence import DEFAULT_CADENCE, Cadence, Cadences, month_parts, split
from pharmasales.followup.capacity import Capacity, Rep, capacities, field_days, headcount
from pharmasales.followup.frequency import Frequency, frequency
from pharmasales.followup.planning.carrying import Carry
from pharmasales.followup.planning.changes import VisitChange, VisitChanges, visit_changes
from pharmasales.followup.planning.cost import Cost, cost_of
from pharmasales.followup.planning.many import WorkerDied, plan_many
from pharmasales.followup.planning.replanning import Replanned, replan
from pharmasales.followup.planning.scheduling import schedule
from pharmasales.followup.planning.targets import Appointment, Target
from pharmasales.followup.planning.travel import Point
from pharmasales.followup.planning.visits import DayLoad, Load, Reason, Schedule, Unmet, Visit

__all__ = [
    "ANY_DAY",
    "DEFAULT_CADENCE",
    "WEEKDAYS",
    "Access",
    "Appointment",
    "Cadence",
    "Cadences",
    "Capacity",
    "Carry",
    "Cost",
    "DayLoad",
    "Frequency",
    "Load",
    "Point",
    "Reason",
    "Rep",
    "Replanned",
    "Schedule",
    "Target",
    "Unmet",
    "Visit",
    "VisitChange",
    "VisitChanges",
    "Window",
    "Workdays",
    "WorkerDied",
    "capacities",
    "cost_of",
    "field_days",
    "frequency",
    "headcount",
    "month_parts",
    "plan_many",
    "replan",
    "schedule",
    "split",
    "visit_changes",
    "weekday_names",
]
