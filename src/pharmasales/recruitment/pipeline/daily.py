"""Daily targets (日目标): so many visits, call-backs and new customers each working day, against what was reported.

New customers are counted off the files that were opened; visits and call-backs are reported. What nobody reported is
missing, never zero; a day without any is reported as 0.

>>> from pharmasales.workdays import CHINA
>>> seen = [Deed("p1", "visit", date(2026, 3, 2), 4), Deed("p1", "visit", date(2026, 3, 3), 2)]
>>> monday, wednesday = date(2026, 3, 2), date(2026, 3, 4)
>>> found = daily_targets([DailyTarget("p1", "visit", 3)], seen, (monday, wednesday), as_of=wednesday, calendar=CHINA)
>>> [(line.planned, line.actual, line.state) for line in found.lines]
[(3, 4, 'met'), (3, 2, 'short'), (3, None, 'unreported')]

Source: S000-27 (daily: visits, callbacks, new customers).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRows, BadRule, BadValue, PharmaSalesError
from pharmasales.names import nearest, normal_id, twins
from pharmasales.periods import Week
from pharmasales.recruitment.pipeline.moves import Move
from pharmasales.recruitment.pipeline.prospects import Prospect, each_once
from pharmasales.units import ratio
from pharmasales.workdays import Calendar
from pharmasales.yearplan import checked_day

__all__ = ["DailyLine", "DailyTarget", "DailyTargets", "Deed", "DeedKind", "daily_targets"]

DeedKind: TypeAlias = Literal["visit", "callback", "new"]
"""What is counted by the day: visits, call-backs, new customers."""

DayState: TypeAlias = Literal["met", "short", "unreported", "to_come"]

_KINDS: Mapping[str, Says] = MappingProxyType(
    {
        "visit": Says("visits", "拜访"),
        "callback": Says("call-backs", "电话回访"),
        "new": Says("new customers", "新增客户"),
    }
)
_STATES: Mapping[str, Says] = MappingProxyType(
    {
        "met": Says("met", "完成"),
        "short": Says("short", "未完成"),
        "unreported": Says("not reported", "未报"),
        "to_come": Says("to come", "未到"),
    }
)


def _known(kind: str) -> str:
    if kind not in get_args(DeedKind):
        raise BadRule("nothing to count", where="kind", hint=nearest(str(kind), _KINDS), code="pipeline.daily")
    return kind


def _count(count: int) -> int:
    if type(count) is not int or count < 0:
        raise BadValue("a count is a whole number", where="count", hint="0 or more", code="pipeline.daily")
    return count


@frozen
class DailyTarget:
    """So many a working day (日目标).

    Args:
        owner: the id of whose target it is.
        kind: `visit`, `callback` or `new`.
        count: how many on each working day.

    Raises:
        BadRule: an unknown kind.
        BadValue: no whole number of zero or more.
    """

    owner: str = field(converter=normal_id)
    kind: DeedKind = field(converter=_known)
    count: int = field(converter=_count)


@frozen
class Deed:
    """What somebody reports for a day (日报): several rows of a kind and day add up.

    Args:
        owner: the id of who did it.
        kind: `visit` or `callback`; new customers are counted off the files.
        on: the day.
        count: how many; 0 says that there were none.

    Raises:
        BadRule: an unknown kind, or new customers.
        BadValue: no whole number of zero or more.
    """

    owner: str = field(converter=normal_id)
    kind: DeedKind = field(converter=_known)
    on: date = field(converter=checked_day)
    count: int = field(converter=_count)

    def __attrs_post_init__(self) -> None:
        if self.kind == "new":
            hint = "open their files instead"
            raise BadRule("new customers are counted off the files", where="kind", hint=hint, code="pipeline.daily")


@frozen
class DailyLine:
    """One target on one day.

    Args:
        target: the target.
        day: the day.
        planned: how many; 0 on a day off, which has a line only where something was done.
        actual: what was reported or filed; missing where nobody reported.
        state: `met`, `short`, `unreported`, or `to_come` after the day asked.
    """

    target: DailyTarget
    day: date
    planned: int
    actual: int | None
    state: DayState


@frozen
class DailyTargets:
    """Daily targets against what came. Made by `daily_targets`.

    Args:
        as_of: the day, counted as passed.
        lines: by target in the order given, then by day.
    """

    as_of: date
    lines: tuple[DailyLine, ...] = field(repr=lambda lines: f"<{len(lines)} lines>")

    def table(self) -> Table:
        """Return owner, target, day, planned, actual, state."""
        rows: list[tuple[Cell, ...]] = [
            (line.target.owner, _KINDS[line.target.kind], line.day, line.planned, line.actual, _STATES[line.state])
            for line in self.lines
        ]
        return Table("daily_targets", Says("Daily targets", "日目标完成情况"), _COLUMNS, rows)

    def by_week(self) -> Table:
        """Return owner, target, week, planned so far, reported, days not reported, reported over planned.

        Planned counts the days up to the day asked; the part is missing while a day is not reported.
        """
        groups: dict[tuple[DailyTarget, str], list[DailyLine]] = {}
        for line in self.lines:
            iso = line.day.isocalendar()
            groups.setdefault((line.target, str(Week(iso.year, iso.week))), []).append(line)
        rows = [_week_row(target, week, lines) for (target, week), lines in groups.items()]
        return Table("daily_by_week", Says("Daily targets by week", "日目标周汇总"), _WEEKS, rows)

    def _repr_html_(self) -> str:
        return self.by_week().html(most=20)


_COLUMNS = (
    Column("owner", "Owner", "负责人"),
    Column("kind", "Target", "目标"),
    Column("day", "Day", "日期", "date"),
    Column("planned", "Planned", "计划", "number"),
    Column("actual", "Actual", "实际", "number"),
    Column("state", "State", "状态"),
)
_WEEKS = (
    Column("owner", "Owner", "负责人"),
    Column("kind", "Target", "目标"),
    Column("week", "Week", "周"),
    Column("planned", "Planned so far", "应完成", "number"),
    Column("actual", "Reported", "已报", "number"),
    Column("unreported", "Days not reported", "未报天数", "number"),
    Column("part", "Met", "完成率", "ratio"),
)


def _week_row(target: DailyTarget, week: str, lines: Sequence[DailyLine]) -> tuple[Cell, ...]:
    passed = [line for line in lines if line.state != "to_come"]
    planned, actual = sum(line.planned for line in passed), sum(line.actual or 0 for line in passed)
    unreported = sum(line.state == "unreported" for line in passed)
    part = None if unreported else ratio(actual, planned)
    return (target.owner, _KINDS[target.kind], week, planned, actual, unreported, part)


def daily_targets(
    targets: Iterable[DailyTarget],
    deeds: Iterable[Deed],
    window: tuple[date, date],
    *,
    as_of: date,
    calendar: Calendar,
    prospects: Iterable[Prospect] | None = None,
) -> DailyTargets:
    """Hold daily targets against what was reported and filed (日目标对照实际).

    Args:
        targets: the targets, one for each owner and kind.
        deeds: what was reported; that of other people and other days is left out.
        window: first and last day, both included.
        as_of: the day, counted as passed.
        calendar: the working days.
        prospects: the prospects, whose files count as new customers of who filed them; without them nobody knows how
            many are new.

    Raises:
        BadRows: two targets of one owner and kind, owners spelt in two ways, or two prospects of one id: all of them.
        BadValue: a window that ends before it begins.
        UnknownYear: a year that the calendar does not know.
    """
    asked, told = list(targets), list(deeds)
    filed = None if prospects is None else [one.path[0] for one in each_once(prospects)]
    _refuse(asked, [*(one.owner for one in told), *(move.by for move in filed or ())])
    start, end, today = (checked_day(day) for day in (*window, as_of))
    if end < start:
        raise BadValue("a window ends after it begins", where="window", code="pipeline.window")
    seen = _counted(told, filed or ())
    working = frozenset(calendar.workdays(start, end))
    lines: list[DailyLine] = []
    for target in asked:
        done = seen.get((target.owner, target.kind), {})
        days = sorted(working | {day for day in done if start <= day <= end})
        none = 0 if target.kind == "new" and filed is not None else None  # the files say that nobody was filed
        lines += (_line(target, day, day in working, done.get(day, none), today) for day in days)
    return DailyTargets(today, tuple(lines))


def _refuse(asked: Sequence[DailyTarget], people: Iterable[str]) -> None:
    """Refuse a second target of one owner and kind, and an owner spelt in two ways, whose deeds would be lost."""
    named = [(one.owner, one.kind) for one in asked]
    bad: list[PharmaSalesError] = [
        BadValue("a second target", where=f"targets[{place}]", hint="one a kind and owner", code="pipeline.daily")
        for place, one in enumerate(named)
        if one in named[:place]
    ]
    owners = sorted({*(one.owner for one in asked), *people})
    bad += [
        BadValue("twin ids", where=f"owner {owners[later]!r}", hint=f"as {owners[first]!r}", code="pipeline.twins")
        for first, later in twins(owners)
    ]
    if bad:
        raise BadRows("targets that cannot be held against what was done", bad)


def _counted(deeds: Iterable[Deed], filed: Iterable[Move]) -> dict[tuple[str, str], dict[date, int]]:
    seen: dict[tuple[str, str], dict[date, int]] = {}
    new = ((move.by, "new", move.on, 1) for move in filed)
    for owner, kind, on, count in (*((one.owner, one.kind, one.on, one.count) for one in deeds), *new):
        days = seen.setdefault((owner, kind), {})
        days[on] = days.get(on, 0) + count
    return seen


def _line(target: DailyTarget, day: date, works: bool, actual: int | None, as_of: date) -> DailyLine:
    planned = target.count if works else 0
    if day > as_of:
        return DailyLine(target, day, planned, None, "to_come")
    state: DayState = "unreported" if actual is None else "met" if actual >= planned else "short"
    return DailyLine(target, day, planned, actual, state)
