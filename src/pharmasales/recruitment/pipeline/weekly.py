"""Weekly targets (周目标): which contracts to sign and execute by when, which money when; and what came.

A promise names its prospect and its day. What came is read off the moves of the prospects and the receipts.

>>> from pharmasales.recruitment.pipeline.promises import Promise
>>> from pharmasales.recruitment.pipeline.prospects import Prospect
>>> one = Prospect.file("A1", by="p1", on=date(2026, 3, 2), evidence="FORM-1")
>>> found = weekly_targets([Promise("sign", "A1", "p1", date(2026, 3, 6))], [one], as_of=date(2026, 3, 9))
>>> found.lines[0].state, found.lines[0].late, found.lines[0].why.text()
('overdue', 3, 'contract to sign by 2026-03-06: A1 stands at filed')

Source: S000-27 (contracts to sign with dates, contracts to execute, money and when), S000-23.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, NotFound, PharmaSalesError
from pharmasales.periods import Week
from pharmasales.recruitment.pipeline.promises import PROMISES, Promise, PromiseKind, Receipt, receipts_matched
from pharmasales.recruitment.pipeline.prospects import Prospect, each_once
from pharmasales.recruitment.pipeline.stages import STAGES, Stage
from pharmasales.splits import one_unit
from pharmasales.units import Amount, ratio
from pharmasales.yearplan import checked_day

__all__ = ["PromiseLine", "PromiseState", "WeeklyTargets", "weekly_targets"]

PromiseState: TypeAlias = Literal["kept", "kept_late", "overdue", "open", "lost", "unknown"]
"""What became of a promise as of a day."""

_GOAL: Mapping[str, Stage] = {"sign": "signed", "execute": "executing"}
_STATES: Mapping[str, Says] = MappingProxyType(
    {
        "kept": Says("done in time", "按期完成"),
        "kept_late": Says("done late", "逾期完成"),
        "overdue": Says("overdue", "逾期未完成"),
        "open": Says("open", "未到期"),
        "lost": Says("prospect lost", "对象流失"),
        "unknown": Says("not known", "未知"),
    }
)


@frozen
class PromiseLine:
    """A promise and what became of it.

    Args:
        promise: the promise.
        state: how it stands.
        done_on: when it was met; none where it was not.
        came: for money, what came up to the day asked; missing otherwise, and where nobody records it.
        late: by how many calendar days it was met late or is overdue; 0 otherwise.
        why: the reason.
    """

    promise: Promise
    state: PromiseState
    done_on: date | None
    came: Amount | None = field(repr=False)
    late: int
    why: Why = field(repr=False)


@frozen
class WeeklyTargets:
    """Promises against what came, as of a day. Made by `weekly_targets`.

    Args:
        as_of: the day.
        lines: the promises by due day, then in the order given.
    """

    as_of: date
    lines: tuple[PromiseLine, ...] = field(repr=lambda lines: f"<{len(lines)} lines>")

    @property
    def overdue(self) -> tuple[PromiseLine, ...]:
        """What is past its day and not met."""
        return tuple(line for line in self.lines if line.state == "overdue")

    def table(self) -> Table:
        """Return kind, prospect, owner, due, amount, state, done on, came, days late, why."""
        rows: list[tuple[Cell, ...]] = []
        for line in self.lines:
            one, sums = line.promise, [line.promise.amount, line.came]
            amount, came = (None if found is None else found.value for found in sums)
            what = (PROMISES[one.kind], one.prospect, one.owner, one.due, amount)
            rows.append((*what, _STATES[line.state], line.done_on, came, line.late, line.why))
        return Table("weekly_targets", Says("Weekly targets", "周目标完成情况"), _COLUMNS, rows)

    def by_week(self) -> Table:
        """Return week of the due day, kind, promised, how many in each state, part in time."""
        groups: dict[tuple[str, PromiseKind], list[PromiseLine]] = {}
        for line in self.lines:
            iso = line.promise.due.isocalendar()
            groups.setdefault((str(Week(iso.year, iso.week)), line.promise.kind), []).append(line)
        order = list(PROMISES)
        rows = [
            _week_row(week, kind, lines)
            for (week, kind), lines in sorted(groups.items(), key=lambda item: (item[0][0], order.index(item[0][1])))
        ]
        return Table("targets_by_week", Says("Targets by week", "周目标汇总"), _WEEKS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("kind", "Target", "目标"),
    Column("prospect", "Prospect", "招商对象"),
    Column("owner", "Owner", "负责人"),
    Column("due", "Due", "期限", "date"),
    Column("amount", "Amount", "金额", "amount"),
    Column("state", "State", "状态"),
    Column("done_on", "Done on", "完成日", "date"),
    Column("came", "Came", "已到", "amount"),
    Column("late", "Days late", "逾期天数", "number"),
    Column("why", "Why", "原因", "why"),
)
_WEEKS = (
    Column("week", "Week", "周"),
    Column("kind", "Target", "目标"),
    Column("promised", "Promised", "目标数", "number"),
    *(Column(state, says.en.capitalize(), says.zh, "number") for state, says in _STATES.items()),
    Column("in_time", "Part in time", "按期率", "ratio"),
    Column("amount", "Amount", "目标金额", "amount"),
    Column("came", "Came", "已到金额", "amount"),
)


def _week_row(week: str, kind: PromiseKind, lines: Sequence[PromiseLine]) -> tuple[Cell, ...]:
    counts = [sum(line.state == state for line in lines) for state in _STATES]
    decided = sum(line.state not in ("open", "unknown") for line in lines)
    asked = [line.promise.amount for line in lines if line.promise.amount is not None]
    came = [line.came for line in lines if line.came is not None]
    sums = [Amount.total(found, found[0].unit).value if found else None for found in (asked, came)]
    return (week, PROMISES[kind], len(lines), *counts, ratio(counts[0], decided), *sums)


def weekly_targets(
    promises: Iterable[Promise], prospects: Iterable[Prospect], receipts: Iterable[Receipt] | None = (), *, as_of: date
) -> WeeklyTargets:
    """Hold promises against what came up to a day (周目标对照实际).

    Money is met on the day on which what came since the first day reaches the amount. A receipt counts for the promises
    of its prospect in the order of their days, each taking what it still needs, so that no yuan counts twice. Money
    taken back comes out of what fits no promise, then out of the last one; what is taken back before it came is owed.

    Args:
        promises: what was promised.
        prospects: the prospects, with their moves.
        receipts: the money that came in; `None` where nobody records it, so that what came is not known.
        as_of: the day, counted as passed: what is due on it and not there is overdue from the next day on.

    Raises:
        BadRows: two prospects of one id, or promises or receipts of prospects that are not here: all of them.
        NotComparable: amounts of several units.
    """
    known = {one.id: one for one in each_once(prospects)}
    day, asked = checked_day(as_of), list(promises)
    money = [one for one in receipts or () if one.on <= day]
    _refuse_strangers(asked, money, known)
    amounts = [one.amount for one in asked if one.amount is not None]
    one_unit([*amounts, *(one.amount for one in money)], "money")
    places = sorted(range(len(asked)), key=lambda place: asked[place].due)
    came = receipts_matched([asked[place] for place in places], money)
    lines = [
        _unrecorded(asked[place])
        if receipts is None and asked[place].kind == "money"
        else _line(asked[place], known[asked[place].prospect], came[n], day)
        for n, place in enumerate(places)
    ]
    return WeeklyTargets(day, tuple(lines))


def _refuse_strangers(asked: Sequence[Promise], money: Sequence[Receipt], known: Mapping[str, Prospect]) -> None:
    named = [(f"promises[{place}]", one.prospect) for place, one in enumerate(asked)]
    named += [(f"receipts[{place}]", one.prospect) for place, one in enumerate(money)]
    bad: list[PharmaSalesError] = [
        NotFound("no such prospect", where=where, hint="give its file too", code="pipeline.prospect")
        for where, prospect in named
        if prospect not in known
    ]
    if bad:
        raise BadRows("targets of prospects that are not here", bad)


def _unrecorded(promise: Promise) -> PromiseLine:
    says = "{what} by {due}: what came is not recorded", "{due} 前{what}：未记录回款"
    why = because(*says, what=PROMISES[promise.kind], due=promise.due)
    return PromiseLine(promise, "unknown", None, None, 0, why)


def _line(promise: Promise, one: Prospect, came: tuple[int, date | None], as_of: date) -> PromiseLine:
    amount = None
    if promise.amount is not None and promise.kind == "money":
        amount, done = Amount(came[0], promise.amount.unit), came[1]
    else:
        done = _reached(promise, one, as_of)
    stage = one.stage_on(as_of)
    state = _state(promise, done, stage, as_of)
    late = ((done or as_of) - promise.due).days if state in ("kept_late", "overdue") else 0
    return PromiseLine(promise, state, done, amount, late, _why(promise, state, stage, done, amount))


def _reached(promise: Promise, one: Prospect, as_of: date) -> date | None:
    since = promise.since or date.min
    days = (move.on for move in one.path if move.to == _GOAL[promise.kind] and since <= move.on <= as_of)
    return next(days, None)


def _state(promise: Promise, done: date | None, stage: Stage | None, as_of: date) -> PromiseState:
    if done is not None:
        return "kept" if done <= promise.due else "kept_late"
    if stage == "lost":
        return "lost"
    return "overdue" if as_of > promise.due else "open"


def _why(promise: Promise, state: PromiseState, stage: Stage | None, done: date | None, came: Amount | None) -> Why:
    what, due, one = PROMISES[promise.kind], promise.due, promise.prospect
    if done is not None:
        says = "{what} by {due}: {one} did on {done}", "{due} 前{what}：{one} 于 {done} 完成"
        return because(*says, what=what, due=due, one=one, done=done)
    if came is not None and promise.amount is not None and state != "lost":
        lacking = (promise.amount - came).value
        says = "{what} by {due}: {lacking} of {one} is missing", "{due} 前{what}：{one} 尚差 {lacking}"
        return because(*says, what=what, due=due, one=one, lacking=lacking)
    stands = Says("nothing yet", "尚未建档") if stage is None else STAGES[stage]
    says = "{what} by {due}: {one} stands at {stage}", "{due} 前{what}：{one} 处于{stage}"
    return because(*says, what=what, due=due, one=one, stage=stands)
