"""Follow-up (跟进): who sees whom, when and why.

Cadence says how often, capacity how much fits, access when a customer receives; `schedule` makes the visit plan of
them, and `frequency` compares what happened with it.
"""

from __future__ import annotations

from pharmasales.followup.access import ANY_DAY, WEEKDAYS, Access, Window, Workdays, weekday_names
from pharmasales.followup.cadence import DEFAULT_CADENCE, Cadence, Cadences, month_parts, split
from pharmasales.followup.capacity import Capacity, Rep, capacities, field_days, headcount
from pharmasales.followup.frequency import Frequency, frequency
from pharmasales.followup.planning.cost import Cost, cost_of
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
    "Cost",
    "DayLoad",
    "Frequency",
    "Load",
    "Point",
    "Reason",
    "Rep",
    "Schedule",
    "Target",
    "Unmet",
    "Visit",
    "Window",
    "Workdays",
    "capacities",
    "cost_of",
    "field_days",
    "frequency",
    "headcount",
    "month_parts",
    "schedule",
    "split",
    "weekday_names",
]
