"""What differs between two visit plans (拜访计划变动): which visits came, went, moved to another day or another hour.

A visit is known by its id, which stays when it moves; so a calendar updates an event, and cancels one that is gone.

>>> from pharmasales.followup import Access, Rep, Target, schedule
>>> from pharmasales.workdays import CHINA
>>> march = date(2026, 3, 1), date(2026, 3, 31)
>>> one = [Target("c1", "Dr. Example", "r1", "A", visits=4, gap=3, access=Access({2}))]
>>> before = schedule(one, [Rep("r1", "Rep One", 8)], *march, CHINA)
>>> after = schedule(one, [Rep("r1", "Rep One", 8, {date(2026, 3, 25)})], *march, CHINA)
>>> print(visit_changes(before, after).table())
Change   Was         Now  Rep id  Customer id  Customer     Grade  Why  Visit
-------  ----------  ---  ------  -----------  -----------  -----  ---  ------------------
dropped  2026-03-25       r1      c1           Dr. Example  A           2026-03-01/r1/c1/4

Source: issue 7, re-planning; S002-21.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why
from pharmasales.followup.planning.visits import Schedule, Visit

__all__ = ["LABELS", "Cause", "VisitChange", "VisitChangeKind", "VisitChanges", "visit_changes"]

VisitChangeKind: TypeAlias = Literal["moved", "retimed", "added", "dropped", "carried"]

Cause: TypeAlias = Literal[
    "missed",
    "cancelled",
    "gone",
    "leave",
    "holiday",
    "closed",
    "filing",
    "gap",
    "fixed",
    "fewer",
    "full",
    "room",
    "hours",
    "new",
    "",
]

LABELS: dict[VisitChangeKind, Says] = {
    "moved": Says("moved", "改期"),
    "retimed": Says("retimed", "改时间"),
    "added": Says("added", "新增"),
    "dropped": Says("dropped", "取消"),
    "carried": Says("carried over", "结转下期"),
}


@frozen
class VisitChange:
    """One visit that is not where it was (拜访变动).

    Args:
        kind: `moved` to another day, `retimed` on its day, `added`, `dropped`, or `carried` into the next cycle.
        before: the visit as it was; none where it is new.
        after: the visit as it is; none where it is gone.
        cause: why, as a word for programs; empty where only two plans were compared. `missed` planned and not made,
            `cancelled`, `gone` no longer a target of the rep, `leave` the rep is away, `holiday` no working day any
            more, `closed` the customer does not receive on the day, `filing` the place asks for a filing number that
            the rep has not, `gap` too near to another visit, `fixed` an appointment takes its place, `fewer` fewer
            visits are due, `full` the day takes fewer visits, `room` makes room for others, `hours` another hour of
            the day, `new` more visits are due or find room.
        why: the same in words.
    """

    kind: VisitChangeKind
    before: Visit | None
    after: Visit | None
    cause: Cause = ""
    why: Why | None = None

    @property
    def visit(self) -> Visit:
        """The visit, as it is or, where it is gone, as it was."""
        found = self.after or self.before
        assert found is not None, "a change is that of a visit"  # noqa: S101 - no visit changes without being one
        return found

    @property
    def id(self) -> str:
        """The id of the visit."""
        return self.visit.id

    @property
    def was(self) -> date | None:
        """The day it stood on; missing where it is new."""
        return None if self.before is None else self.before.day

    @property
    def now(self) -> date | None:
        """The day it stands on; missing where it is gone."""
        return None if self.after is None else self.after.day


@frozen
class VisitChanges:
    """All that differs between two plans, by the day it was or is on, rep and customer (拜访计划变动).

    Args:
        changes: the visits that differ.
        kept: how many visits stand on the day and at the hour where they stood.
    """

    changes: tuple[VisitChange, ...] = field(repr=False)
    kept: int

    def __iter__(self) -> Iterator[VisitChange]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def of(self, kind: VisitChangeKind) -> tuple[VisitChange, ...]:
        """Return the changes of one kind."""
        return tuple(one for one in self.changes if one.kind == kind)

    @property
    def moved(self) -> tuple[VisitChange, ...]:
        """Visits that stand on another day."""
        return self.of("moved")

    @property
    def added(self) -> tuple[VisitChange, ...]:
        """Visits that are new."""
        return self.of("added")

    @property
    def dropped(self) -> tuple[VisitChange, ...]:
        """Visits that are gone."""
        return self.of("dropped")

    def table(self) -> Table:
        """Return one row a change as table `visit_changes`."""
        return Table(
            "visit_changes", Says("Changes of the visit plan", "拜访计划变动"), _COLUMNS, list(map(_row, self))
        )

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("change", "Change", "变动"),
    Column("was", "Was", "原日期", "date"),
    Column("now", "Now", "现日期", "date"),
    Column("rep_id", "Rep id", "代表编号"),
    Column("customer_id", "Customer id", "客户编号"),
    Column("customer", "Customer", "客户"),
    Column("grade", "Grade", "级别"),
    Column("why", "Why", "原因", "why"),
    Column("visit_id", "Visit", "拜访编号"),
)


def _row(one: VisitChange) -> tuple[Cell, ...]:
    visit = one.visit
    who = (visit.rep, visit.customer, visit.name, visit.grade)
    return (LABELS[one.kind], one.was, one.now, *who, one.why, one.id)


def in_order(change: VisitChange) -> tuple[date, str, str, int]:
    """Return the place of a change among others: by day, rep, customer and number."""
    visit = change.visit
    return min(change.was or date.max, change.now or date.max), visit.rep, visit.customer, visit.number


def visit_changes(before: Schedule, after: Schedule) -> VisitChanges:
    """Compare two plans visit by visit (计划对比).

    Args:
        before: the one.
        after: the other. Visits before the first day that it could plan are not looked at: they are history.
    """
    old = {visit.id: visit for visit in before.visits if visit.day >= after.as_of}
    new = {visit.id: visit for visit in after.visits}
    found: list[VisitChange] = []
    for key in {**old, **new}:
        kind = _kind(old.get(key), new.get(key))
        if kind is not None:
            found.append(VisitChange(kind, old.get(key), new.get(key)))
    kept = len(old.keys() & new.keys()) - sum(one.kind in ("moved", "retimed") for one in found)
    return VisitChanges(tuple(sorted(found, key=in_order)), kept)


def _kind(old: Visit | None, new: Visit | None) -> VisitChangeKind | None:
    """Return how a visit differs; nothing where it stands as it stood."""
    if old is None:
        return "added"
    if new is None:
        return "dropped"
    if old.day != new.day:
        return "moved"
    return "retimed" if old.start != new.start else None
