"""What is due on a day in a workspace (到期清单): whom to contact, since when, how late, and why; nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pharmasales.cycle.grading import grade_customers
from pharmasales.cycle.policy import FollowPolicy
from pharmasales.cycle.region import Region
from pharmasales.cycle.visiting import VisitDemand, visit_demand
from pharmasales.followup import Visit
from pharmasales.followup.due.followed import Followed, Touch
from pharmasales.followup.due.items import DueList
from pharmasales.followup.due.listing import DueRules, due_on
from pharmasales.followup.due.ranking import DueOrder
from pharmasales.followup.due.restraints import Restraints
from pharmasales.followup.due.rows import CadenceRow
from pharmasales.followup.due.table import CadenceTable
from pharmasales.periods import Month, Period
from pharmasales.workspace.doing import Progress, quiet
from pharmasales.workspace.visit_versions import plans_of, standing, visit_periods
from pharmasales.workspace.workspace import Workspace

__all__ = ["due_on_day"]


def due_on_day(space: Workspace, as_of: date, *, progress: Progress = quiet) -> DueList:
    """Return what is due on a day: by the cadence of each class, the visits made and those that are planned.

    Args:
        space: the workspace.
        as_of: the day.
        progress: called with the name of each file as it is begun.

    Raises:
        StorageError: `storage.scope` for a reader of a part.
        PharmaSalesError: whatever `load`, `grade_customers` and `due_on` refuse.
    """
    policy = space.settings.policy
    region = space.named(space.load(progress, as_of))
    with space.kept_store() as store:
        around = [when for when in visit_periods(store) if as_of in when]
        period: Period = min(around, key=lambda when: when.days) if around else Month.of(as_of)
        visits = standing(plans_of(store, period, region, {}))
    before = region.before(period.start)
    grades = grade_customers(before, policy, period, [], as_of)
    demand = visit_demand(before, policy, grades, period, max(as_of, period.start))
    table = policy.follow.contacts or _by_cadence(policy.follow, demand)
    rules = DueRules(table, order=DueOrder(demand.priority))
    followed = _followed(region, demand, visits, period)
    bound = Restraints(away=policy.follow.leave)
    return due_on(followed, as_of, rules, policy.calendar, restraints=bound)


def _by_cadence(follow: FollowPolicy, demand: VisitDemand) -> CadenceTable:
    """Return the cadence of the visit plan as a table: face to face, as often as each class is planned."""
    used = sorted({target.grade for target in demand.targets})
    rows = [CadenceRow(letter, "face", follow.cadence[letter].per_month) for letter in used]
    return CadenceTable("cadence", rows)


def _followed(region: Region, demand: VisitDemand, visits: list[Visit], period: Period) -> list[Followed]:
    touches: dict[str, list[Touch]] = {}
    for call in region.calls or ():
        touches.setdefault(call.customer, []).append(Touch(call.day))
    planned: dict[str, list[Touch]] = {}
    for visit in visits:
        planned.setdefault(visit.customer, []).append(Touch(visit.day))
    since: Mapping[str, date] = {one.id: one.since for one in region.archive if one.since is not None}
    return [
        Followed(
            one.customer,
            one.rep,
            one.grade,
            since.get(one.customer, period.start),
            touches=touches.get(one.customer, ()),
            planned=planned.get(one.customer, ()),
        )
        for one in demand.targets
    ]
