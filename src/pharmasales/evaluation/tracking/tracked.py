"""Tracking (目标追踪): every node's attainment by quarter and month against the pace, quarter first, the year last.

In this trade the quarter's goal matters more than the year's, so the table shows each quarter before its months.

>>> from pharmasales.org import Node
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import CNY, Amount
>>> from pharmasales.workdays import WEEKDAYS
>>> org = Org.of([Node("r1", "One", "rep")])
>>> q1 = Quarter(2026, 1)
>>> goals = {month: {"r1": Amount.of(n, CNY)} for month, n in zip(q1.months, (300, 300, 400))}
>>> sold = {month: {"r1": Amount.of(n, CNY)} for month, n in zip(q1.months, (270, 90))}
>>> found = track(org, goals, sold, q1, date(2026, 2, 13), WEEKDAYS)
>>> for row in found.table("r1").records():
...     shown = (percent(row["elapsed"]), percent(row["attainment"]), percent(row["points"]), row["status"].en)
...     print(row["period"], *shown)
2026-Q1 50.0% 36.0% -14.0% behind
2026-01 100.0% 90.0% -10.0% missed
2026-02 50.0% 30.0% -20.0% behind
2026-03 0.0% n/a n/a no data

Source: S004-35, S004-49.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because, percent
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound
from pharmasales.evaluation.attainment import ATTAINED_COLUMNS, STATUS_COLUMN, Attained, Attainments, attain
from pharmasales.evaluation.pace import Basis, elapsed
from pharmasales.evaluation.tracking.quarters import ByNode, coarse_goals, parts_of, periods_within, summed
from pharmasales.names import nearest
from pharmasales.org import Org
from pharmasales.periods import Month, Period
from pharmasales.workdays import Calendar

__all__ = ["Holes", "Tracking", "track"]

Holes: TypeAlias = Literal["refuse", "known"]
"""A node that reports, but not for a month that is over: refuse it, or count what is known and say so."""


@frozen
class Tracking:
    """Attainment by node and period. Made by `track`.

    Args:
        within: the period that is tracked.
        as_of: the day up to which it is.
        results: the results of each period, each quarter before its months, the whole last.
        holes: the nodes and months that are over and not known, where they were let pass.
    """

    within: Period
    as_of: date
    results: Mapping[Period, Attainments] = field(repr=lambda found: f"<{len(found)} periods>", hash=False)
    holes: tuple[tuple[str, Month], ...] = field(default=(), repr=lambda holes: f"<{len(holes)}>")

    def __getitem__(self, period: Period) -> Attainments:
        found = self.results.get(period)
        if found is None:
            hint = f"known: {', '.join(map(str, self.results))}"
            raise NotFound(f"{period} is not tracked", hint=hint, code="track.period")
        return found

    def points(self, node_id: str, period: Period) -> Fraction | None:
        """Return attainment less the share that has passed, in points (百分点); missing with the attainment.

        >>> from pharmasales.org import Node
        >>> from pharmasales.units import CNY, Amount
        >>> from pharmasales.workdays import WEEKDAYS
        >>> org, march = Org.of([Node("r1", "One", "rep")]), Month(2026, 3)
        >>> goal, done = {march: {"r1": Amount.of(148_000, CNY)}}, {march: {"r1": Amount.of(96_200, CNY)}}
        >>> found = track(org, goal, done, march, date(2026, 3, 26), WEEKDAYS, basis="calendar_days")
        >>> percent(found[march]["r1"].attainment, 2), percent(found.points("r1", march), 2)
        ('65.00%', '-18.87%')

        Source: E29.

        Raises:
            NotFound: no such node or period.
        """
        found = self[period]
        return _points(found[node_id], found.elapsed)

    def why(self, node_id: str, period: Period) -> Why:
        """Say why a node stands as it does, and what is not known of it or of those below.

        Raises:
            NotFound: no such node or period.
        """
        found = self[period]
        head = found.why(node_id)
        points, gone = _points(found[node_id], found.elapsed), self._gone(found, node_id, period)
        parts = list(head.parts)
        if points is not None:
            said = {"points": percent(points, 2), "elapsed": percent(found.elapsed, 2)}
            parts.append(
                because("{points} points against {elapsed} passed", "与时间进度 {elapsed} 相差 {points}", **said)
            )
        if gone:
            en, zh = "counts what is known only; {count} months are not", "仅计已知部分，{count} 个月未知"
            parts.append(because(en, zh, count=gone))
        return Why(head.says, head.values, tuple(parts))

    def table(self, node_id: str | None = None) -> Table:
        """Return one row a node and period: each quarter before its months, the whole last.

        Args:
            node_id: of this node alone; of all where left out.

        Raises:
            NotFound: no such node.
        """
        first = next(iter(self.results.values()))
        ids = list(first.rows) if node_id is None else [first[node_id].node.id]
        return Table("tracking", Says("Attainment by quarter", "季度达成"), _COLUMNS, list(self._rows(ids)))

    def _rows(self, ids: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
        known = [(period, str(period), found) for period, found in self.results.items()]
        for node_id in ids:
            for _, name, found in known:
                row = found.rows[node_id]
                yield *row.cells(name), found.elapsed, _points(row, found.elapsed), row.status

    def _gone(self, found: Attainments, node_id: str, period: Period) -> int:
        if not self.holes:
            return 0
        above = {one: row.parent_id for one, row in found.rows.items()}
        within = {node_id}
        for one in above:
            if above[one] in within:
                within.add(one)
        return sum(one in within and month in period for one, month in self.holes)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def _points(row: Attained, passed: Fraction) -> Fraction | None:
    attainment = row.attainment
    return None if attainment is None else attainment - passed


_COLUMNS = (
    *ATTAINED_COLUMNS,
    Column("elapsed", "Time passed", "时间进度", "ratio"),
    Column("points", "Gap in points", "进度差（百分点）", "ratio"),
    STATUS_COLUMN,
)


def track(
    org: Org,
    goals: Mapping[Period, ByNode],
    actual: Mapping[Period, ByNode],
    within: Period,
    as_of: date,
    calendar: Calendar,
    *,
    basis: Basis = "working_days",
    under: Fraction = Fraction(1, 10),
    over: Fraction = Fraction(1, 10),
    holes: Holes = "refuse",
) -> Tracking:
    """Track goals over the quarters and months of a period (目标追踪): attainment, pace and status of every node.

    A quarter's or a year's goal is the one given, or the sum of its months' or quarters' where all of them are. Its
    actual is what its months sold so far; months that begin after the day are not read.

    Args:
        org: the organisation.
        goals: goals by period (months, quarters and the whole) and node id, taken as given for every node.
        actual: what each node itself sold, by month and node id; rolled up from wherever it sits.
        within: the period: a year, a run of quarters, a quarter or a month.
        as_of: the day, counted as passed.
        calendar: the working days.
        basis: whether the pace counts `working_days` or `calendar_days`.
        under: how far below the pace is still on track.
        over: how far above.
        holes: what becomes of a node that has an actual in some month but none in one that is over, while it stands:
            `refuse`, or count what is `known`. A node that sold nothing is given as zero.

    Source: S004-35 (quarter first), S004-49, S004-53, E29.

    Raises:
        BadRows: goals of a quarter or a year that are not the sum of those below; months that are not known; goals
            below zero.
        BadRule: a period that is not made of months, or goals and actuals of periods that are not asked for.
        NotFound: a goal or an actual of an unknown node.
        NotComparable: two units.
        UnknownYear: working days of a year that the calendar does not know.
    """
    order = periods_within(within)
    _refuse_strangers(goals, order, "goals")
    _refuse_strangers(actual, [one for one in order if isinstance(one, Month)], "actual")
    gone = _holes(org, actual, within, as_of, holes)
    wanted: dict[Period, ByNode] = {}
    done: dict[Period, ByNode] = {}
    for period in sorted(order, key=lambda one: one.days):
        wanted[period] = coarse_goals(goals.get(period, {}), [wanted[one] for one in parts_of(period, order)], period)
        done[period] = summed([actual.get(month, {}) for month in period.months if month.start <= as_of])
    found = {
        period: attain(
            org, wanted[period], done[period], period, elapsed(period, as_of, calendar, basis), under=under, over=over
        )
        for period in order
    }
    return Tracking(within, as_of, found, gone)


def _refuse_strangers(given: Mapping[Period, ByNode], known: Sequence[Period], what: str) -> None:
    strangers = [str(period) for period in given if period not in known]
    if strangers:
        hint = f"give {', '.join(map(str, known))}"
        raise BadRule(f"{strangers[0]} is not among the periods", where=what, hint=hint, code="track.period")


def _holes(
    org: Org, actual: Mapping[Period, ByNode], within: Period, as_of: date, policy: Holes
) -> tuple[tuple[str, Month], ...]:
    """Return who reports, but not for a month that is over, or refuse them."""
    if policy not in ("refuse", "known"):
        hint = nearest(str(policy), ("refuse", "known"))
        raise BadValue("what becomes of months that are not known?", where="holes", hint=hint, code="track.holes")
    begun = [month for month in within.months if month.start <= as_of]
    over = [month for month in begun if month.end <= as_of]
    reporting = {node_id: None for month in begun for node_id in actual.get(month, {})}
    found = tuple(
        (node_id, month)
        for node_id in reporting
        for month in over
        if node_id not in actual.get(month, {}) and _stands(org, node_id, month)
    )
    if found and policy == "refuse":
        hint = 'give zero where nothing was sold, or holes="known"'
        raise BadRows(
            "months are over and not known",
            [
                BadValue("no actual", where=f"org id {node_id!r}, {month}", hint=hint, code="track.hole")
                for node_id, month in found
            ],
        )
    return found


def _stands(org: Org, node_id: str, month: Month) -> bool:
    node = org[node_id]
    return (node.since is None or node.since <= month.end) and (node.until is None or month.start <= node.until)
