"""Capacity (拜访能力): how many visits a rep can make, against how many are due.

>>> headcount(visits=15_000, per_day=9, days=51)
33

Source: practice P2-B and P2-C (headcount), E9.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, time
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Why, because
from pharmasales.errors import BadValue, NotFound
from pharmasales.followup.access import Workdays
from pharmasales.names import clean, normal_id
from pharmasales.units import Number, exact, ratio

__all__ = ["Capacity", "Rep", "capacities", "field_days", "headcount", "most_visits"]


def _rep_id(text: str) -> str:
    return normal_id(text, "rep id")


def _days(given: Iterable[date]) -> frozenset[date]:
    return frozenset(given)


@frozen
class Rep:
    """Who makes visits (代表).

    Args:
        id: stable id, in its normal form.
        name: the label shown to people.
        visits_a_day: how many visits fit in a field day; 0 for nobody in the post.
        leave: days on which the rep is away (休假), or in meetings.
        base: the place from which the rep sets out (驻地), for the travel proxy.
        minutes_a_day: how many minutes of visits fit in a field day, beside their count; not counted where left out.
        begin: the hour from which the rep visits, where visits are given a time.
        end: the hour by which the rep is done.
        filing: the rep's filing number (备案号); empty where none is filed.

    >>> Rep("r1", "Rep One", -1)
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: visits a day below zero @ rep 'r1' [followup.visits]

    Raises:
        BadValue: visits or minutes a day that are no whole number from 0, or a day that ends before it begins.
    """

    id: str = field(converter=_rep_id)
    name: str = field(converter=clean)
    visits_a_day: int = field()
    leave: frozenset[date] = field(default=frozenset(), converter=_days)
    base: str = field(default="", converter=clean, kw_only=True)
    minutes_a_day: int | None = field(default=None, kw_only=True)
    begin: time = field(default=time(8), kw_only=True)
    end: time = field(default=time(18), kw_only=True)
    filing: str = field(default="", converter=clean, kw_only=True)

    @visits_a_day.validator
    def _counted(self, _attribute: object, value: object) -> None:
        if type(value) is not int:
            raise BadValue("visits a day are a whole number", where=f"rep {self.id!r}", code="followup.visits")
        if value < 0:
            raise BadValue("visits a day below zero", where=f"rep {self.id!r}", code="followup.visits")

    @minutes_a_day.validator
    def _measured(self, _attribute: object, value: object) -> None:
        if value is not None and (type(value) is not int or value < 0):
            reason = "minutes a day are a whole number from 0"
            raise BadValue(reason, where=f"rep {self.id!r}", code="followup.minutes")

    @end.validator
    def _after(self, _attribute: object, value: time) -> None:
        if value <= self.begin:
            raise BadValue("the field day ends before it begins", where=f"rep {self.id!r}", code="followup.hours")


def field_days(start: date, end: date, calendar: Workdays, leave: Collection[date] = ()) -> tuple[date, ...]:
    """Return the days on which a rep can visit: working days less leave; both ends belong.

    >>> from pharmasales.workdays import CHINA
    >>> len(field_days(date(2026, 3, 1), date(2026, 3, 31), CHINA, {date(2026, 3, 9)}))
    21

    Raises:
        BadValue: the end lies before the start.
        UnknownYear: the calendar does not know the year.
    """
    if end < start:
        raise BadValue("the horizon ends before it starts", hint="give the first day first", code="followup.horizon")
    return tuple(day for day in calendar.workdays(start, end) if day not in leave)


@frozen
class Capacity:
    """What one rep can do in a period against what is due.

    Args:
        rep: the rep's id.
        days: field days.
        slots: visits that fit: field days times visits a day.
        demand: visits due.
    """

    rep: str
    days: int
    slots: int
    demand: int

    @property
    def shortfall(self) -> int:
        """The visits due that do not fit, 0 where all fit."""
        return max(0, self.demand - self.slots)

    @property
    def used(self) -> Fraction | None:
        """Demand over slots; missing where there is no slot."""
        return ratio(self.demand, self.slots)

    @property
    def why(self) -> Why:
        """What the figures are, in both languages."""
        said = because(
            "{demand} visits due, {slots} slots on {days} field days",
            "应访 {demand} 次，{days} 个工作日可容纳 {slots} 次",
            demand=self.demand,
            slots=self.slots,
            days=self.days,
        )
        if not self.shortfall:
            return said
        short = because("{count} do not fit", "缺 {count} 次", count=self.shortfall)
        return because("too much work", "超出拜访能力", said, short)


def capacities(
    reps: Sequence[Rep], demand: Mapping[str, int], start: date, end: date, calendar: Workdays
) -> tuple[Capacity, ...]:
    """Compare slots with demand, rep by rep, in the order of their ids.

    >>> from pharmasales.workdays import CHINA
    >>> march = date(2026, 3, 1), date(2026, 3, 31)
    >>> found = capacities([Rep("r1", "Rep One", 8)], {"r1": 180}, *march, CHINA)[0]
    >>> found.slots, found.shortfall, found.why.text()
    (176, 4, 'too much work (180 visits due, 176 slots on 22 field days; 4 do not fit)')

    Args:
        reps: who visits.
        demand: visits due, by rep id; a rep without an entry has none.
        start: first day.
        end: last day.
        calendar: the working days.

    Raises:
        NotFound: demand for a rep that is not given.
        BadValue: the end lies before the start.
        UnknownYear: the calendar does not know the year.
    """
    strangers = sorted(set(demand) - {rep.id for rep in reps})
    if strangers:
        raise NotFound("demand for a rep who is not given", where=f"rep {strangers[0]!r}", code="followup.rep")
    found = []
    for rep in sorted(reps, key=lambda one: one.id):
        days = len(field_days(start, end, calendar, rep.leave))
        found.append(Capacity(rep.id, days, days * rep.visits_a_day, demand.get(rep.id, 0)))
    return tuple(found)


def headcount(visits: Number, per_day: Number, days: Number) -> int:
    """Return how many reps it takes to make all the visits (所需人数): a begun rep is a whole one.

    >>> headcount(10_000 * Fraction(3, 2), 9, 51)
    33

    Args:
        visits: visits due in the period: customers times visits each.
        per_day: visits a rep makes on a field day.
        days: field days of one rep in the period.

    Raises:
        BadValue: numbers that are not exact, visits below zero, or a rep who can make none.
    """
    due, each = exact(visits), exact(per_day) * exact(days)
    if due < 0 or exact(per_day) <= 0 or exact(days) <= 0:
        hint = "visits from 0, visits a day and days above 0"
        raise BadValue("no headcount from these numbers", hint=hint, code="followup.headcount")
    return -((-due) // each)


def most_visits(ordinals: Iterable[int], gap: int, earliest: int = 0) -> int:
    """Return how many visits some days can hold at all, taking the first day that is far enough each time.

    No other choice holds more: a later first visit never leaves more room for the next.

    >>> most_visits([1, 2, 8, 9, 15], gap=3), most_visits([1, 2, 8, 9, 15], gap=8, earliest=3)
    (3, 1)

    Args:
        ordinals: the days by number (`date.toordinal`), in order.
        gap: the shortest gap in calendar days.
        earliest: the first day that is far enough from the visit before.
    """
    count, free = 0, earliest
    for day in ordinals:
        if day >= free:
            count += 1
            free = day + gap
    return count
