"""Plan a period: classify the customers, set and decompose the goal, plan the visits.

Each step is a pure function of values; `plan` runs them in order and keeps what each decided.

>>> from pharmasales.cycle.policy import Policy
>>> from pharmasales.periods import Quarter
>>> from pharmasales.testing import one_rep
>>> planned = plan(one_rep(), Policy(), Quarter(2026, 1))
>>> list(planned.tables()), planned.goals.total, len(planned.visits.visits)
(['grades', 'goals', 'visits', 'unmet_visits', 'visit_load'], Amount('13200.00 CNY'), 33)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from attrs import frozen

from pharmasales.classification import Classification
from pharmasales.cycle.goalsetting import set_goals
from pharmasales.cycle.grading import grade_customers, grades_table
from pharmasales.cycle.policy import Policy
from pharmasales.cycle.region import Region
from pharmasales.cycle.visiting import plan_visits
from pharmasales.display import Says, Table
from pharmasales.errors import BadValue
from pharmasales.followup import Schedule
from pharmasales.goals import Decomposition
from pharmasales.periods import Period

__all__ = ["Plan", "plan"]


@frozen
class Plan:
    """What was planned for a period, with the fingerprint of the rules it was planned by.

    Args:
        period: the period.
        as_of: the day of planning; no visit is planned before it.
        fingerprint: of the policy.
        grades: one classification a scheme.
        goals: the goals; `None` where the region has no basis for any.
        visits: the visit plan; `None` where nobody can be visited.
        notes: what was left out, and why.
    """

    period: Period
    as_of: date
    fingerprint: str
    grades: tuple[Classification, ...]
    goals: Decomposition | None
    visits: Schedule | None
    notes: tuple[Says, ...] = ()

    def tables(self) -> dict[str, Table]:
        """Return the results as tables by name: grades, goals, visits, and what could not be planned."""
        found = [grades_table(self.grades)] if self.grades else []
        found += [self.goals.table()] if self.goals else []
        if self.visits:
            found += [self.visits.table(), self.visits.unmet_table(), self.visits.load_table()]
        return {table.name: table for table in found}

    def _repr_html_(self) -> str:
        return "".join(table.html(most=15) for table in self.tables().values())


def plan(
    region: Region, policy: Policy, period: Period, as_of: date | None = None, *, goals_asked: bool = False
) -> Plan:
    """Plan a period: classify, decompose, schedule.

    Args:
        region: what is known.
        policy: what the company decides.
        period: the period to plan.
        as_of: the day of planning; the period's first day where left out.
        goals_asked: whether a goal without a basis is an error; otherwise it is a note.

    Only sales of periods that had ended before this one count; a customer without an owner belongs to the rep who had
    sold it most.

    >>> from pharmasales.periods import Quarter
    >>> from pharmasales.testing import quarter_with_gap
    >>> for note in plan(quarter_with_gap(), Policy(), Quarter(2026, 1)).notes:
    ...     print(note.en)
    even months: the year before has no sales in some of them
    2 customers have no grade and are not visited

    Raises:
        BadConfig: a scheme that the rule book does not have.
        BadValue: a day after the period, or a goal without a basis where one is asked for.
        BadRows: goals that the compliance policy in force lets nobody give.
        BadRule: a scheme, cadence or weight that does not fit.
        UnknownYear: the calendar does not know the period's year.
    """
    day = as_of or period.start
    if day > period.end:
        raise BadValue("the day of planning lies after the period", hint=f"up to {period.end}", code="plan.as_of")
    notes: list[Says] = []
    region = region.before(period.start)
    grades = grade_customers(region, policy, period, notes, day)
    goals = _goals_or_note(region, policy, period, day, notes, goals_asked=goals_asked)
    visits = _visits_or_note(region, policy, grades, period, day, notes)
    return Plan(period, day, policy.fingerprint, grades, goals, visits, tuple(notes))


def _goals_or_note(
    region: Region, policy: Policy, period: Period, day: date, notes: list[Says], *, goals_asked: bool
) -> Decomposition | None:
    """Set the goals; without an organisation, or without a basis that anybody asked for, say so instead."""
    try:
        return set_goals(region, policy, period, notes, day)
    except BadValue as error:
        if goals_asked or error.code not in ("goals.basis", "goals.org"):
            raise
        zh = "无组织架构" if error.code == "goals.org" else "缺少依据"
        notes.append(Says(f"no goals: {error.reason}", f"未设目标：{zh}"))
        return None


def _visits_or_note(
    region: Region,
    policy: Policy,
    grades: Sequence[Classification],
    period: Period,
    as_of: date,
    notes: list[Says],
) -> Schedule | None:
    if region.org is None or not any(customer.owner for customer in region.archive):
        notes.append(Says("no visits: no customer has a rep", "未排拜访：客户没有负责代表"))
        return None
    if not grades:
        notes.append(Says("no visits: no customer has a grade", "未排拜访：客户没有级别"))
        return None
    return plan_visits(region, policy, grades, period, as_of, notes)
