"""Plain values of a rep's plan, on the way to another process and back: a quarter of the bytes, a fifth of the time.

What a visit has from its target and its rep is not sent: the visit is put together again where both are known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeAlias

from attrs import fields, frozen

from pharmasales.followup.access import Access
from pharmasales.followup.capacity import Rep
from pharmasales.followup.planning.targets import Appointment, Target
from pharmasales.followup.planning.travel import Point
from pharmasales.followup.planning.visits import DayLoad, Load, Schedule, Unmet, Visit
from pharmasales.periods import Month

__all__ = ["Part", "Plan", "Work", "packed", "plan_of", "told", "work_of"]

Row: TypeAlias = tuple[Any, ...]
Work: TypeAlias = tuple[Row, Sequence[Row], Sequence[Row], Mapping[str, Point]]
"""One rep as plain values: the rep, the targets, what is fixed, and where the places lie."""

Plan: TypeAlias = tuple[Sequence[Row], Sequence[Row], Sequence[Row], Sequence[Row], Sequence[Row]]
"""One rep's plan as plain values: visits, unmet demand, months, days and what was fixed."""


@frozen
class Part:
    """What one rep's plan is made of (单个代表的计划)."""

    visits: Sequence[Visit]
    unmet: Sequence[Unmet]
    loads: Sequence[Load]
    days: Sequence[DayLoad]
    fixed: Sequence[Appointment]


def _columns(kind: type[Any]) -> Callable[[Any], Row]:
    return attrgetter(*(one.name for one in fields(kind)))


_rep, _target, _fixed = _columns(Rep), _columns(Target), _columns(Appointment)
_visit = attrgetter("since", "together", "number", "place", "minutes", "start", "fixed")
_unmet = attrgetter("count", "reason", "why")
_load = attrgetter("days", "slots", "planned", "unmet", "places", "metres")
_day = attrgetter("slots", "planned", "other", "minutes", "places", "metres")


def packed(
    rep: Rep,
    targets: Sequence[Target],
    fixed: Sequence[Appointment],
    points: Mapping[str, Point],
    seen: dict[Access, Access],
) -> Work:
    """Return one rep's work as plain values.

    Args:
        rep: the rep.
        targets: whom the rep visits.
        fixed: what is fixed with the rep.
        points: where places lie; only those of need are sent.
        seen: the accesses met before, which equal ones share; those met now are added.
    """
    rows = []
    for target in targets:
        row = list(_target(target))
        row[_ACCESS] = seen.setdefault(target.access, target.access)
        rows.append(tuple(row))
    near = {rep.base, *(one.place for one in targets), *(one.place for one in fixed)} if points else set()
    return (
        _rep(rep),
        rows,
        [_fixed(one) for one in fixed],
        {name: points[name] for name in sorted(near & points.keys())},
    )


_ACCESS = [one.name for one in fields(Target)].index("access")


def work_of(work: Work) -> tuple[Rep, list[Target], list[Appointment], Mapping[str, Point]]:
    """Return the rep, the targets, what is fixed and the points that `packed` has made plain."""
    rep, targets, fixed, points = work
    names = (one.name for one in fields(Rep))
    return (
        Rep(**dict(zip(names, rep, strict=True))),
        [Target(*row) for row in targets],
        [Appointment(*row) for row in fixed],
        points,
    )


def told(plan: Schedule, targets: Sequence[Target]) -> Plan:
    """Return one rep's plan as plain values; customers by their position in `targets`."""
    at = {target.customer: number for number, target in enumerate(targets)}
    visits = [
        (at[one.customer], one.day.toordinal(), one.monthly.numerator, one.monthly.denominator, *_visit(one))
        for one in plan.visits
    ]
    unmet = [(at[one.customer], *_unmet(one)) for one in plan.unmet]
    loads = [(one.month.year, one.month.month, *_load(one)) for one in plan.loads]
    days = [(one.day.toordinal(), *_day(one)) for one in plan.days]
    return visits, unmet, loads, days, [_fixed(one) for one in plan.appointments]


_ratio = lru_cache(maxsize=1024)(Fraction)
_date = lru_cache(maxsize=1024)(date.fromordinal)


def plan_of(plan: Plan, rep: Rep, targets: Sequence[Target], start: date) -> Part:
    """Put one rep's plan together again from what `told` has made plain.

    Args:
        plan: the plain values.
        rep: the rep.
        targets: the rep's targets, in the order that they were sent in.
        start: the first day of the cycle.
    """
    visits, unmet, loads, days, fixed = plan
    return Part(
        [_visit_of(row, rep, targets[row[0]], start) for row in visits],
        [_unmet_of(row, targets[row[0]]) for row in unmet],
        [Load(rep.id, rep.name, Month(year, month), *rest) for year, month, *rest in loads],
        [DayLoad(rep.id, rep.name, _date(day), *rest) for day, *rest in days],
        [Appointment(*row) for row in fixed],
    )


def _visit_of(row: Row, rep: Rep, target: Target, start: date) -> Visit:
    _, day, top, under, since, together, number, place, minutes, clock, fixed = row
    return Visit(
        _date(day),
        rep.id,
        rep.name,
        target.customer,
        target.name,
        target.grade,
        number,
        target.visits,
        _ratio(top, under),
        since,
        target.access,
        start,
        place,
        together,
        clock,
        minutes,
        fixed,
    )


def _unmet_of(row: Row, target: Target) -> Unmet:
    _, count, reason, why = row
    return Unmet(target.rep, target.customer, target.name, target.grade, count, reason, why)
