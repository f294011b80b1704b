"""The visit plan (拜访计划): who sees whom, when and why.

Hard rules are never broken: a rep's visits a day, working days, leave, visiting days, the shortest gap (to visits made
before the plan too), one visit per customer and day. What does not fit is named, with its reason.

>>> from pharmasales.workdays import CHINA
>>> reps = [Rep("r1", "Rep One", visits_a_day=8)]
>>> wednesdays = Access(weekdays=frozenset({2}))
>>> targets = [Target("c1", "Dr. Example", "r1", "A", visits=4, gap=3, access=wednesdays)]
>>> plan = schedule(targets, reps, date(2026, 3, 1), date(2026, 3, 31), CHINA)
>>> [visit.day.isoformat() for visit in plan.visits]
['2026-03-04', '2026-03-11', '2026-03-18', '2026-03-25']
>>> plan.visits[1].why.text()
'grade A, visit 2 of 4, 4 a month (7 days after the last one; Wed is a visiting day (Wed))'

How it is made: rep by rep and calendar month by calendar month, customers in the order of priority; each gets the best
days that are left by an exact dynamic programme. A customer who comes short makes room by moving visits of others. What
a month could not take is carried into the next, and tried on the whole horizon at the end, where it may take the place
of a lower grade's visit. Then each customer chooses once more among the others, and with a `budget` some customers at a
time are struck out and choose anew, over and over (ruin and recreate): what `cost_of` says is better is kept.

Source: S002-9 to S002-11, S004-1, practice P2-B, performance section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from pharmasales.errors import BadValue
from pharmasales.followup.access import Access, Workdays
from pharmasales.followup.cadence import month_parts
from pharmasales.followup.capacity import Rep
from pharmasales.followup.planning._asked import check_asked, day_order, ranks_of
from pharmasales.followup.planning._desk import Desk, plan_rep
from pharmasales.followup.planning._outcome import read_days, read_loads, read_unmet, read_visits
from pharmasales.followup.planning._terms import Horizon, Terms
from pharmasales.followup.planning.targets import Appointment, Target
from pharmasales.followup.planning.travel import Point
from pharmasales.followup.planning.visits import DayLoad, Load, Schedule, Unmet, Visit

__all__ = ["Access", "Planner", "Progress", "Rep", "Target", "planned", "schedule"]

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many steps of how many are done: one for each rep's greedy plan, and the budget of each."""

_Ranks: TypeAlias = Mapping[str, int]
_Tell: TypeAlias = Callable[[int], None]

Planner: TypeAlias = Callable[[Terms, Sequence[Target], _Ranks, Sequence[Appointment], _Tell], Desk]
"""Who fills one rep's diary: from the terms, the customers in the order of serving, the grades' places in the order of
priority, and what stands already; and tells how many steps are done."""


def schedule(
    targets: Iterable[Target],
    reps: Iterable[Rep],
    start: date,
    end: date,
    calendar: Workdays,
    *,
    priority: Sequence[str] | None = None,
    as_of: date | None = None,
    fixed: Iterable[Appointment] = (),
    points: Mapping[str, Point] | None = None,
    budget: int = 0,
    seed: int = 0,
    progress: Progress | None = None,
) -> Schedule:
    """Plan visits for a horizon.

    A customer never goes short while a customer of a lower grade has a visit on a day that would do; within a grade
    the one with more visits due comes first, then the lower id, until the search finds that another saves a journey.
    The same input in any order gives the same plan, and no plan is worse than the one without a budget.

    Args:
        targets: the customers; each id once.
        reps: who visits; a rep without customers has an empty diary.
        start: first day of the cycle; any day.
        end: last day, included.
        calendar: the working days.
        priority: the grades, first the one to serve first; in alphabetical order where left out. A scheme whose best
            letter is not the first must say so.
        as_of: the first day that can be planned; the start where left out. Visits made before it in the cycle count.
        fixed: what stands already: it is not moved, and takes its part of the day.
        points: where bases and places lie, for the travel proxy.
        budget: how many steps the search may take for each rep; 0 for none, 300 for a plan that is close to the best.
        seed: where chance begins; each rep's chance follows from it and the rep's id, whoever else is planned.
        progress: told now and then how many steps of how many are done.

    Raises:
        BadRows: unknown reps, ids that come twice, visits done on or after the first day that can be planned, fixed
            appointments before it, after the end, on a day of leave, or two at one time: all at once.
        BadRule: a grade that `priority` leaves out.
        BadValue: the end lies before the start, the first day that can be planned outside of both, or a budget below 0.
        UnknownYear: the calendar does not know the year.
    """

    def plan(terms: Terms, mine: Sequence[Target], ranks: _Ranks, stands: Sequence[Appointment], tell: _Tell) -> Desk:
        return plan_rep(terms, mine, ranks, stands, budget, seed, tell)

    return planned(
        plan,
        targets,
        reps,
        start,
        end,
        calendar,
        priority=priority,
        as_of=as_of,
        fixed=fixed,
        points=points,
        budget=budget,
        progress=progress,
    )


def planned(
    planner: Planner,
    targets: Iterable[Target],
    reps: Iterable[Rep],
    start: date,
    end: date,
    calendar: Workdays,
    *,
    priority: Sequence[str] | None = None,
    as_of: date | None = None,
    fixed: Iterable[Appointment] = (),
    points: Mapping[str, Point] | None = None,
    budget: int = 0,
    progress: Progress | None = None,
) -> Schedule:
    """Check what is asked, have each rep planned, and read the plan: as `schedule`, whoever plans."""
    first = start if as_of is None else as_of
    if budget < 0 or (start <= end and not start <= first <= end):
        hint = "a budget from 0, a day from the start to the end"
        raise BadValue("no plan from this budget and day", hint=hint, code="followup.as_of")
    customers, people = list(targets), sorted(reps, key=lambda rep: rep.id)
    parts = month_parts(first, end, calendar)
    stands = sorted(fixed, key=day_order)
    check_asked(customers, people, first, end, stands)
    ranks = ranks_of(customers, priority)
    customers.sort(key=lambda one: (ranks[one.grade], -one.visits, one.customer))
    horizon = Horizon(start, first, end, calendar.workdays(first, end), *zip(*parts, strict=True))
    mine: dict[str, list[Target]] = {rep.id: [] for rep in people}
    for customer in customers:
        mine[customer.rep].append(customer)
    found = _Found()
    for n, rep in enumerate(people):
        tell = _teller(progress, n * (budget + 1), len(people) * (budget + 1))
        desk = planner(Terms(rep, horizon), mine[rep.id], ranks, [one for one in stands if one.rep == rep.id], tell)
        found.read(desk, points or {})
        tell(budget + 1)
    return Schedule(
        tuple(sorted(found.visits, key=lambda visit: (visit.day, visit.rep, visit.customer))),
        tuple(found.unmet),
        tuple(found.loads),
        tuple(found.days),
        tuple(sorted(found.fixed, key=day_order)),
        start,
        end,
        first,
        tuple(ranks),
    )


class _Found:
    """What the desks of all reps say, rep by rep."""

    def __init__(self) -> None:
        self.visits: list[Visit] = []
        self.unmet: list[Unmet] = []
        self.loads: list[Load] = []
        self.days: list[DayLoad] = []
        self.fixed: list[Appointment] = []

    def read(self, desk: Desk, points: Mapping[str, Point]) -> None:
        """Add what one desk says."""
        days = read_days(desk, points)
        self.visits += read_visits(desk)
        self.unmet += read_unmet(desk)
        self.loads += read_loads(desk, days)
        self.days += days
        self.fixed += desk.fixed


def _teller(progress: Progress | None, before: int, of: int) -> Callable[[int], None]:
    """Return who tells the steps of one rep on as steps of all."""

    def tell(steps: int) -> None:
        if progress is not None:
            progress(before + steps, of)

    return tell
