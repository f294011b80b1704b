"""Alignment with the dealer's own visit plan (与商家拜访计划对齐): conflicts, and the nearest days that suit everybody.

The maker goes where the dealer goes anyway: a call of the dealer's people on the same customer and day is the one that
is joined. What stands in the way is named, and the nearest days without a conflict are proposed.

>>> from pharmasales.workdays import CHINA
>>> visit = JointVisit("J1", "dealer_joint", date(2026, 3, 4), "H1", {"r1": "maker", "s1": "dealer"}, time(14))
>>> plan = [Appointment("s1", date(2026, 3, 4), "H2", start=time(14, 15))]
>>> diary = JointDiary(plan, CHINA, away={"s1": [date(2026, 3, 5)]})
>>> print(diary.conflicts(visit)[0].why.text())
s1 is planned with another customer on 2026-03-04 at 14:15
>>> [proposed.day.isoformat() for proposed in diary.nearest(visit, earliest=date(2026, 3, 4), most=2)]
['2026-03-06', '2026-03-09']
>>> [(one.rep, one.customer, one.kind) for one in joint_appointments(visit)]
[('r1', 'H1', 'joint'), ('s1', 'H1', 'joint')]

Source: S003-5 (align time with the dealer's own visit plan), S003-10.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Literal, Protocol, TypeAlias

from attrs import evolve, field, frozen

from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadValue
from pharmasales.followup.access import ANY_DAY, Access, Workdays
from pharmasales.followup.joint.kinds import JointVisit
from pharmasales.followup.planning.targets import Appointment
from pharmasales.names import normal_id
from pharmasales.yearplan import checked_day

__all__ = ["ConflictKind", "JointConflict", "JointDiary", "PlannedCall", "joint_appointments", "joint_conflict_table"]

ConflictKind: TypeAlias = Literal["access", "away", "time", "customer"]

_MINUTES = 30


class PlannedCall(Protocol):
    """Anything that stands in a diary, such as a `Visit` of a plan or an `Appointment` (日程)."""

    @property
    def day(self) -> date:
        """When."""
        ...

    @property
    def rep(self) -> str:
        """The id of whose diary it is, of either side."""
        ...

    @property
    def customer(self) -> str:
        """The id of the customer, or ""."""
        ...

    @property
    def start(self) -> time | None:
        """At what time; none where any time of the day suits."""
        ...

    @property
    def minutes(self) -> int | None:
        """How long it takes; 30 where nobody says."""
        ...


def joint_appointments(visit: JointVisit) -> tuple[Appointment, ...]:
    """Return the slot that a joint visit takes in the diary of each participant (双方日程占用), in their order."""
    return tuple(
        Appointment(person, visit.day, visit.customer, visit.start, visit.minutes, visit.place, "joint")
        for person in visit.participants
    )


@frozen
class JointConflict:
    """What stands in the way of a joint visit (冲突).

    Args:
        visit: the id of the joint visit.
        kind: `access` the customer does not receive then; `away` a participant is away; `time` a participant is
            elsewhere at that hour; `customer` the customer is to be seen by one of ours at another hour of that day.
        person: the id of whose diary it is, or "".
        why: the reason.
    """

    visit: str
    kind: ConflictKind
    person: str
    why: Why = field(repr=False)


def joint_conflict_table(conflicts: Iterable[JointConflict]) -> Table:
    """Return a row a conflict as table `joint_conflicts`.

    >>> joint_conflict_table([]).columns[3].title("zh")
    '原因'
    """
    columns = (
        Column("visit_id", "Joint visit", "协访编号"),
        Column("kind", "Conflict", "冲突"),
        Column("person", "Person", "人员"),
        Column("why", "Why", "原因", "why"),
    )
    rows = [(one.visit, _KINDS[one.kind], one.person, one.why) for one in conflicts]
    return Table("joint_conflicts", Says("Conflicts of joint visits", "协访日程冲突"), columns, rows)


_KINDS: Mapping[str, Says] = {
    "access": Says("not received", "客户不接待"),
    "away": Says("away", "人员不在"),
    "time": Says("elsewhere at that hour", "时间冲突"),
    "customer": Says("customer seen twice", "同日重复拜访"),
}


def _calls(given: Iterable[PlannedCall]) -> tuple[PlannedCall, ...]:
    return tuple(given)


def _away(given: Mapping[str, Collection[date]]) -> Mapping[str, frozenset[date]]:
    return MappingProxyType({normal_id(person): frozenset(map(checked_day, days)) for person, days in given.items()})


@frozen
class JointDiary:
    """The diaries of both sides, and when the customers receive.

    Args:
        planned: what the people of both sides have planned, the joint visit in question left out.
        calendar: the working days.
        away: the days on which a person is away, by id; leave, meetings and stock-takings alike.
        access: when each customer receives, by id; any working day where left out.
    """

    planned: tuple[PlannedCall, ...] = field(converter=_calls, repr=lambda calls: f"<{len(calls)} calls>")
    calendar: Workdays
    away: Mapping[str, frozenset[date]] = field(factory=dict, converter=_away, hash=False, repr=False)
    access: Mapping[str, Access] = field(factory=dict, hash=False, repr=False)

    @cached_property
    def _by_day(self) -> Mapping[date, list[PlannedCall]]:
        found: dict[date, list[PlannedCall]] = {}
        for call in self.planned:
            found.setdefault(call.day, []).append(call)
        return found

    def conflicts(self, visit: JointVisit) -> tuple[JointConflict, ...]:
        """Return everything that stands in the way of a joint visit: access, absences, hours, the customer.

        A call without an hour suits at any time of the day and stands in nobody's way. A call on the same customer that
        has no hour or the same one is the one that is joined.

        Raises:
            UnknownYear: the calendar does not know the year.
        """
        return tuple(self._found(visit))

    def _found(self, visit: JointVisit) -> Iterator[JointConflict]:
        refused = self._refusal(visit)
        if refused is not None:
            yield JointConflict(visit.id, "access", "", because("{why}", "{why}", why=refused))
        for person in visit.participants:
            if visit.day in self.away.get(person, ()):
                why = because("{person} is away on {day}", "{person} 于 {day} 不在", person=person, day=visit.day)
                yield JointConflict(visit.id, "away", person, why)
        for call in self._by_day.get(visit.day, ()):
            kind = _clash(visit, call)
            if kind is not None:
                yield JointConflict(visit.id, kind, call.rep, _reason(kind, call))

    def _refusal(self, visit: JointVisit) -> Says | None:
        """Ask the customer's access; without an hour of ours only the day is asked."""
        access = self.access.get(visit.customer, ANY_DAY)
        if visit.start is None and access.allows(visit.day, self.calendar):
            return None
        start = datetime.combine(visit.day, visit.start or time.min)
        return access.refusal(start, visit.minutes or _MINUTES, self.calendar)

    def nearest(self, visit: JointVisit, *, earliest: date, within: int = 14, most: int = 3) -> tuple[JointVisit, ...]:
        """Propose the days nearest to the one wished that suit both sides (双方都合适的日期).

        Args:
            visit: the joint visit as it is wished.
            earliest: the first day that can be proposed.
            within: how many calendar days before or after the wished day are looked at.
            most: how many proposals at most.

        Returns:
            The visit on each of the days, the nearest first; of two equally near the earlier first. The wished day is
            among them where it has no conflict.

        Raises:
            BadValue: `within` below 0 or `most` below 1, or no whole numbers.
            UnknownYear: the calendar does not know a year that is looked at.
        """
        for name, value, least in (("within", within, 0), ("most", most, 1)):
            if type(value) is not int or value < least:
                raise BadValue(f"a whole number from {least}", where=name, code="followup.joint.search")
        checked_day(earliest)
        found: list[JointVisit] = []
        for away in (0, *(sign * n for n in range(1, within + 1) for sign in (-1, 1))):
            day = visit.day + timedelta(days=away)
            there = evolve(visit, day=day)
            if day >= earliest and not self.conflicts(there):
                found.append(there)
                if len(found) == most:
                    break
        return tuple(found)


def _clash(visit: JointVisit, call: PlannedCall) -> ConflictKind | None:
    """Return in which way a call of the same day stands in the way, if it does."""
    if call.customer == visit.customer:
        joined = call.start is None or visit.start is None or call.start == visit.start
        return None if joined else "customer"
    if call.rep in visit.participants and visit.start is not None and call.start is not None:
        ours, theirs = _span(visit.start, visit.minutes), _span(call.start, call.minutes)
        return "time" if ours[0] < theirs[1] and theirs[0] < ours[1] else None
    return None


def _span(start: time, minutes: int | None) -> tuple[int, int]:
    """Return the first second of a slot and the one after its last; it may go past midnight."""
    first = 3600 * start.hour + 60 * start.minute + start.second
    return first, first + 60 * (minutes or _MINUTES)


def _reason(kind: ConflictKind, call: PlannedCall) -> Why:
    hour = f"{call.start:%H:%M}"
    if kind == "time":
        en = "{person} is planned with another customer on {day} at {hour}"
        zh = "{person} 于 {day} {hour} 另有安排"
    else:
        en = "{person} sees the customer on {day} at {hour} already; go along with that call"
        zh = "{person} 已安排于 {day} {hour} 拜访该客户，可随同该次拜访"
    return because(en, zh, person=call.rep, day=call.day, hour=hour)
