"""Renewal reminders (续签提醒): so many days before a right ends, on a working day, until it is renewed.

>>> from pharmasales.workdays import CHINA
>>> one = AgentRight.grant("R1", "A1", "P1", "33", "province", since=date(2026, 1, 1), until=date(2026, 6, 30),
...     signed=date(2026, 1, 1), by="p1", evidence="AG-1")
>>> found = renewal_reminders([one], as_of=date(2026, 5, 6), calendar=CHINA, before=(90, 60, 30))
>>> found.rows[0].state, [day.isoformat() for day in found.rows[0].days]
('due', ['2026-04-01', '2026-04-30', '2026-05-29'])
>>> print(found.rows[0].why)
R1 of A1 ends on 2026-06-30, in 55 days; reminder of 60 days before
  2026-05-01 is no working day: moved to 2026-04-30

Source: S001-8 and S003-4 (term of the agreement), S004-73 (yearly agreement).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRule
from pharmasales.recruitment.rights.areas import said
from pharmasales.recruitment.rights.granted import AgentRight
from pharmasales.recruitment.rights.together import each_once
from pharmasales.workdays import Calendar
from pharmasales.yearplan import checked_day

__all__ = ["Renewal", "RenewalState", "Renewals", "renewal_reminders"]

RenewalState: TypeAlias = Literal["lapsed", "due", "later"]
"""Ended without renewal, a reminder day has come, or the first is still to come."""

_STATES: Mapping[RenewalState, Says] = MappingProxyType(
    {"lapsed": Says("lapsed", "已失效"), "due": Says("due", "应续签"), "later": Says("later", "未到")}
)


@frozen
class Renewal:
    """A right that ends, and when to speak of its renewal.

    Args:
        right: the right.
        ends: its last day without a gap, renewals that are signed included.
        left: calendar days from the day asked to the last; below zero once it has ended.
        state: `lapsed`, `due` or `later`.
        stage: how many days before the end the newest reminder that has come is for; none where none has.
        days: the reminder days, in the order of `before`.
        why: the reason.
        todo: what to do.
    """

    right: AgentRight
    ends: date
    left: int
    state: RenewalState
    stage: int | None
    days: tuple[date, ...]
    why: Why = field(repr=False)
    todo: Says = field(repr=False)


@frozen
class Renewals:
    """The rights that end, the soonest first (续签提醒). Made by `renewal_reminders`.

    Args:
        as_of: the day.
        rows: one entry a right with a last day.
    """

    as_of: date
    rows: tuple[Renewal, ...] = field(repr=lambda rows: f"<{len(rows)} rights>")

    @property
    def due(self) -> tuple[Renewal, ...]:
        """What to act on now: lapsed, or a reminder day has come."""
        return tuple(row for row in self.rows if row.state != "later")

    def on(self, day: date) -> tuple[Renewal, ...]:
        """Return the rights with a reminder on exactly this day: today's list."""
        return tuple(row for row in self.rows if day in row.days)

    def table(self) -> Table:
        """Return state, right, agent, product, territory, last day, days left, next reminder, why, what to do."""
        rows = [
            (
                _STATES[row.state],
                row.right.id,
                row.right.agent,
                row.right.product,
                said(row.right.area),
                row.ends,
                row.left,
                min((day for day in row.days if day > self.as_of), default=None),
                row.why,
                row.todo,
            )
            for row in self.rows
        ]
        return Table("renewals", Says("Renewal reminders", "续签提醒"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("state", "State", "状态"),
    Column("right", "Right", "代理权"),
    Column("agent", "Agent", "代理商"),
    Column("product", "Product", "产品"),
    Column("area", "Territory", "区域"),
    Column("ends", "Ends", "截止", "date"),
    Column("left", "Days left", "剩余天数", "number"),
    Column("next", "Next reminder", "下次提醒", "date"),
    Column("why", "Why", "原因", "why"),
    Column("todo", "What to do", "处理"),
)


def renewal_reminders(
    rights: Iterable[AgentRight], *, as_of: date, calendar: Calendar, before: Sequence[int] = (90, 60, 30)
) -> Renewals:
    """Say which rights end when, and on which days to speak of it (续签提醒).

    A reminder day that is no working day moves back to the last one before it. Where the calendar does not know the
    year, the day stays as it is, and the reason says so. A right that was ended on purpose, or has not begun, or holds
    for ever, is not listed; nor is one that a right of another id follows in the territory.

    Args:
        rights: all rights, in any order.
        as_of: the day; what was signed up to it counts.
        calendar: the working days.
        before: so many calendar days before the last day, the furthest first.

    Raises:
        BadRows: rights of one id.
        BadRule: no days, days below zero, or out of order.
    """
    day, steps = checked_day(as_of), tuple(before)
    whole = all(type(step) is int and step >= 0 for step in steps)
    if not steps or not whole or any(near >= far for far, near in pairwise(steps)):
        raise BadRule("whole days, the furthest first", where="before", hint="such as 90, 60, 30", code="rights.before")
    held: dict[tuple[str, str], list[AgentRight]] = {}
    for right in (given := each_once(rights)):
        held.setdefault((right.product, right.area), []).append(right)
    found = []
    for right in given:
        ends = _ends(right, day)
        if ends is not None and not _followed(right, ends, day, held[right.product, right.area]):
            found.append(_renewal(right, ends, day, calendar, steps))
    found.sort(key=lambda row: (row.ends, row.right.id))
    return Renewals(day, tuple(found))


def _ends(right: AgentRight, day: date) -> date | None:
    """Return the last day of a right that runs or has lapsed; none where there is nothing to renew."""
    spans = right.spans(day)
    told = [version for version in right.versions if version.signed <= day]
    if not spans or spans[0].since > day or told[-1].kind == "ended":
        return None
    running = right.unbroken(day, day)
    if running is not None:
        return None if running == date.max else running
    past = [span.last for span in spans if span.last < day]
    return None if len(past) < len(spans) else past[-1]


def _followed(right: AgentRight, ends: date, day: date, held: Iterable[AgentRight]) -> bool:
    """Whether another right begins in the territory the day after the end, or stands there once this one has lapsed."""
    spans = [span for other in held if other.id != right.id for span in other.spans(day) if span.last >= day]
    return any(span.since == ends + timedelta(days=1) or ends < day >= span.since for span in spans)


def _renewal(right: AgentRight, ends: date, day: date, calendar: Calendar, steps: Sequence[int]) -> Renewal:
    plain = [ends - timedelta(days=step) for step in steps]
    days = tuple(_working(one, calendar) for one in plain)
    come = [place for place, one in enumerate(days) if one <= day]
    state: RenewalState = "lapsed" if ends < day else "due" if come else "later"
    place = come[-1] if come else 0
    following = next((span.since for span in right.spans(day) if span.since > ends), None)
    words: dict[str, Cell] = {"id": right.id, "agent": right.agent, "ends": ends, "left": abs((ends - day).days)}
    if state == "lapsed":
        why = because(
            "{id} of {agent} ended on {ends}, {left} days ago",
            "{agent} 的 {id} 已于 {ends} 到期，逾 {left} 天",
            **words,
        )
    else:
        coming = ("reminder of", "按到期前") if come else ("first reminder", "首次提醒为到期前")
        why = because(
            f"{{id}} of {{agent}} ends on {{ends}}, in {{left}} days; {coming[0]} {{step}} days before",
            f"{{agent}} 的 {{id}} 于 {{ends}} 到期，剩 {{left}} 天；{coming[1]} {{step}} 天提醒",
            *_moved(plain[place], days[place], calendar),
            *_gap(following),
            **words,
            step=steps[place],
        )
    todo = _TODOS[state] if following is None else _CLOSE
    return Renewal(right, ends, (ends - day).days, state, steps[place] if come else None, days, why, todo)


_TODOS: Mapping[RenewalState, Says] = {
    "lapsed": Says("renew it, or give the territory to another agent", "续签，或另授其他代理商"),
    "due": Says("assess the agent and propose a term", "评估代理商并提出期限"),
    "later": Says("nothing yet", "暂无"),
}
_CLOSE = Says("close the gap: begin the next term the day after the end", "消除空档：下一期自到期次日起")


def _gap(following: date | None) -> list[Why]:
    if following is None:
        return []
    return [because("the next term begins on {day} only", "下一期 {day} 才开始", day=following)]


def _working(day: date, calendar: Calendar) -> date:
    """Return the day, or the last working day before it; where a year is not known, the walk ends."""
    while calendar.known(day.year) and not calendar.is_workday(day):
        day -= timedelta(days=1)
    return day


def _moved(plain: date, day: date, calendar: Calendar) -> list[Why]:
    found = []
    if plain != day:
        says = "{plain} is no working day: moved to {day}", "{plain} 非工作日：改为 {day}"
        found.append(because(*says, plain=plain, day=day))
    if not calendar.known(day.year):
        says = "the working days of {year} are not known: check {day}", "{year} 年工作日未知：请核对 {day}"
        found.append(because(*says, year=str(day.year), day=day))
    return found
