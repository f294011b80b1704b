"""Follow-up (跟进): who sees whom, when, how and why; what came of it.

Here stand what all of follow-up shares and the visit plan:

- how often (频率): `Cadence`; how much fits (拜访能力): `Rep`, `workload_of`, `broken_promises`; when a customer
  receives (接待时间): `Access`, `Window`; what happened against it: `frequency`;
- the visit plan (拜访排程): `schedule`; how far it is from the best: `lower_bound`, `prove`; planned again when life
  intervenes: `replan`, `visit_changes`; many reps: `plan_many`.

The other rooms have doors of their own:

- `pharmasales.followup.due` (到期): what is due on a day and why; cadence tables, recurrence, deadlines;
- `pharmasales.followup.calls` (拜访记录): the visit itself, before, during and after, and what deserves a look;
- `pharmasales.followup.cycleplan` (计划达成): how far the plan is met, the pace, and who is slipping;
- `pharmasales.followup.joint` (协访): joint visits with dealers, and coaching.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand
from pharmasales.followup.access import ANY_DAY, WEEKDAYS, Access, Window, Workdays, weekday_names
from pharmasales.followup.cadence import DEFAULT_CADENCE, Cadence, Cadences, month_parts, split
from pharmasales.followup.call_frequency import Frequency, frequency
from pharmasales.followup.capacity import Capacity, Rep, capacities, field_days, headcount
from pharmasales.followup.planning.cost import Cost, cost_of
from pharmasales.followup.planning.scheduling import schedule
from pharmasales.followup.planning.targets import Appointment, Target
from pharmasales.followup.planning.travel import Point
from pharmasales.followup.planning.visits import DayLoad, Load, Reason, Schedule, Unmet, Visit

if TYPE_CHECKING:
    from pharmasales.followup.channels import CONTACT_CHANNELS, ContactChannel, consent_channel
    from pharmasales.followup.planning.bound import Bound, Proof, lower_bound, prove
    from pharmasales.followup.planning.carrying import Carry
    from pharmasales.followup.planning.changes import VisitChange, VisitChanges, visit_changes
    from pharmasales.followup.planning.many import WorkerDied, plan_many
    from pharmasales.followup.planning.replanning import Replanned, replan
    from pharmasales.followup.promises import BrokenPromise, Promised, broken_promises, possible_visits, promise_table
    from pharmasales.followup.staffing import people_needed, people_needed_by_time
    from pharmasales.followup.workload import ClassLoad, ClassShare, Workload, workload_of

__all__ = [
    "ANY_DAY",
    "CONTACT_CHANNELS",
    "DEFAULT_CADENCE",
    "WEEKDAYS",
    "Access",
    "Appointment",
    "Bound",
    "BrokenPromise",
    "Cadence",
    "Cadences",
    "Capacity",
    "Carry",
    "ClassLoad",
    "ClassShare",
    "ContactChannel",
    "Cost",
    "DayLoad",
    "Frequency",
    "Load",
    "Point",
    "Promised",
    "Proof",
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
    "Workload",
    "broken_promises",
    "capacities",
    "consent_channel",
    "cost_of",
    "field_days",
    "frequency",
    "headcount",
    "lower_bound",
    "month_parts",
    "people_needed",
    "people_needed_by_time",
    "plan_many",
    "possible_visits",
    "promise_table",
    "prove",
    "replan",
    "schedule",
    "split",
    "visit_changes",
    "weekday_names",
    "workload_of",
]

# The visit plan is loaded at once, as every plan needs it; the rest when it is asked for.
_MODULES = {
    "channels": "CONTACT_CHANNELS ContactChannel consent_channel",
    "workload": "ClassLoad ClassShare Workload workload_of",
    "staffing": "people_needed people_needed_by_time",
    "promises": "BrokenPromise Promised broken_promises possible_visits promise_table",
    "planning.carrying": "Carry",
    "planning.changes": "VisitChange VisitChanges visit_changes",
    "planning.many": "WorkerDied plan_many",
    "planning.replanning": "Replanned replan",
    "planning.bound": "Bound Proof lower_bound prove",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
