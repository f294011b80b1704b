"""Attainment (达成): every node's actual against its goal, and its status against the pace.

>>> from pharmasales.org import Node
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import CNY
>>> org = Org.of([Node("N", "North", "district"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
>>> goals = {node: Amount.of(n, CNY) for node, n in (("N", 300), ("r1", 200), ("r2", 100))}
>>> sold = {"r1": Amount.of(60, CNY), "r2": Amount.of(50, CNY)}
>>> found = attain(org, goals, sold, Quarter(2026, 1), Fraction(2, 5))
>>> print(found.table())
Node id  Node   Level     Period     Goal  Actual  Attainment  Status
-------  -----  --------  -------  ------  ------  ----------  --------
N        North  district  2026-Q1  300.00  110.00       36.7%  on track
r1       One    rep       2026-Q1  200.00   60.00       30.0%  behind
r2       Two    rep       2026-Q1  100.00   50.00       50.0%  ahead
>>> print(found.why("r1"))
actual 60.00 CNY of goal 200.00 CNY is 30.0%: behind
  40.0% of 2026-Q1 has passed: on track from 72.00 CNY to 88.00 CNY
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because, percent
from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.org import Node, Org
from pharmasales.periods import Period
from pharmasales.units import Amount, share

__all__ = [
    "ATTAINED_COLUMNS",
    "STATUSES",
    "STATUS_COLUMN",
    "Attained",
    "Attainments",
    "attain",
    "refuse_negative_goals",
]

_BEHIND, _ON_TRACK, _AHEAD = Says("behind", "落后"), Says("on track", "正常"), Says("ahead", "超前")
_MISSED, _MET = Says("missed", "未达成"), Says("met", "达成")
_NO_GOAL, _NO_DATA = Says("no goal", "无目标"), Says("no data", "无数据")

STATUSES = (_BEHIND, _ON_TRACK, _AHEAD, _MISSED, _MET, _NO_GOAL, _NO_DATA)
"""Every status in both languages: while the period runs, at its end, and where there is nothing to compare."""


@frozen
class Attained:
    """One node's result (达成情况).

    Args:
        node: the node.
        parent_id: id of the node above; none for the root.
        goal: its goal as given, or missing.
        actual: its actual with everything below, or missing.
        status: one of `STATUSES`.
    """

    node: Node
    parent_id: str | None
    goal: Amount | None
    actual: Amount | None
    status: Says

    @property
    def attainment(self) -> Fraction | None:
        """Actual over goal (达成率), exact; missing where either is, or where the goal is zero."""
        return None if self.goal is None or self.actual is None else self.actual.over(self.goal)

    def cells(self, period: str) -> tuple[Cell, ...]:
        """Return node id, node, level, period, goal, actual and attainment, as a table shows them."""
        goal, done = (None if one is None else one.value for one in (self.goal, self.actual))
        return self.node.id, self.node.name, self.node.level, period, goal, done, self.attainment


@frozen
class Attainments:
    """The results of an organisation in a period.

    Args:
        period: the period.
        elapsed: the share of it that has passed.
        under: how far below the pace is still on track.
        over: how far above.
        rows: a result for each node, by id, parents first.
    """

    period: Period
    elapsed: Fraction
    under: Fraction
    over: Fraction
    rows: Mapping[str, Attained] = field(repr=lambda rows: f"<{len(rows)} nodes>")

    def __getitem__(self, node_id: str) -> Attained:
        found = self.rows.get(node_id)
        if found is None:
            raise NotFound("no such node in the organisation", where=f"org id {node_id!r}", code="org.id")
        return found

    def why(self, node_id: str) -> Why:
        """Say why a node has its status: goal, actual, what has passed, and the bounds.

        Raises:
            NotFound: an unknown node.
        """
        row = self[node_id]
        if row.goal is None or not row.goal.minor:
            gap = ("no goal", "无目标") if row.goal is None else ("the goal is zero", "目标为零")
            return because(f"{gap[0]}, so there is no attainment", f"{gap[1]}，故无达成率")
        if row.actual is None:
            return because("no actual here or below, so there is no attainment", "本级及下级均无实际值，故无达成率")
        return because(
            "actual {actual} of goal {goal} is {attainment}: {status}",
            "实际 {actual}，目标 {goal}，达成率 {attainment}：{status}",
            self._pace(row.goal),
            actual=str(row.actual),
            goal=str(row.goal),
            attainment=percent(row.attainment),
            status=row.status,
        )

    def _pace(self, goal: Amount) -> Why:
        limits = _limits(self.elapsed, self.under, self.over)
        if limits is None:
            says = ("{period} has passed: met from {goal}", "{period} 已结束：达到 {goal} 为达成")
            return because(*says, period=str(self.period), goal=str(goal))
        lower, upper = _bounds(goal, limits)
        return because(
            "{elapsed} of {period} has passed: on track from {lower} to {upper}",
            "{period} 时间进度 {elapsed}：{lower} 至 {upper} 为正常",
            period=str(self.period),
            elapsed=percent(self.elapsed),
            lower=str(lower),
            upper=str(upper),
        )

    def table(self) -> Table:
        """Return node_id, node, level, period, goal, actual, attainment, status."""
        period = str(self.period)
        rows = [(*row.cells(period), row.status) for row in self.rows.values()]
        return Table("attainment", Says("Attainment", "目标达成"), (*ATTAINED_COLUMNS, STATUS_COLUMN), rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


ATTAINED_COLUMNS = (
    Column("node_id", "Node id", "节点编号"),
    Column("node", "Node", "节点"),
    Column("level", "Level", "层级"),
    Column("period", "Period", "期间"),
    Column("goal", "Goal", "目标", "amount"),
    Column("actual", "Actual", "实际", "amount"),
    Column("attainment", "Attainment", "达成率", "ratio"),
)
"""The columns of `Attained.cells`."""

STATUS_COLUMN = Column("status", "Status", "状态")
"""How a node stands."""


def attain(
    org: Org,
    goals: Mapping[str, Amount],
    actual: Mapping[str, Amount],
    period: Period,
    elapsed: Fraction,
    *,
    under: Fraction = Fraction(1, 10),
    over: Fraction = Fraction(1, 10),
) -> Attainments:
    """Compare actuals with goals at every node of an organisation.

    While the period runs, a node is `behind` (落后) below `elapsed * goal * (1 - under)`, `ahead` (超前) above
    `elapsed * goal * (1 + over)`, and `on track` (正常) between, both bounds included. When all of it has passed, the
    goal alone decides: `met` (达成) or `missed` (未达成). Without a goal above zero it is `no goal` (无目标); without
    any actual at or below it, `no data` (无数据): a node that sold nothing is given as zero.

    Args:
        org: the organisation.
        goals: goals by node id, taken as given: nothing is rolled up.
        actual: actuals by node id, wherever they sit; each node's is rolled up from all below it.
        period: the period, for display.
        elapsed: the share of the period that has passed, 0 to 1.
        under: how far below the pace is still on track, 0 to 1.
        over: how far above the pace is still on track.

    Source: S004-23, S004-53; P2-C for attainment.

    Raises:
        BadRows: goals below zero, all of them at once.
        BadValue: a share out of range.
        NotComparable: a goal and an actual of different units.
        NotFound: a goal or an actual of an unknown node.
    """
    pace = _share("elapsed", elapsed, 1), _share("under", under, 1), _share("over", over, None)
    refuse_negative_goals(org, goals)
    limits = _limits(*pace)
    sums = org.roll_up(actual, Amount.__add__)
    rows = {}
    for node in org:
        goal, done = goals.get(node.id), sums.get(node.id)
        rows[node.id] = Attained(node, org.parent_of(node.id), goal, done, _status(goal, done, limits))
    return Attainments(period, *pace, rows)


def _share(name: str, value: Fraction, most: int | None) -> Fraction:
    found = share(value)
    if found < 0 or (most is not None and found > most):
        hint = "0 to 1" if most else "0 or more"
        raise BadValue("a share out of range", where=name, hint=hint, code="attainment.share")
    return found


def refuse_negative_goals(org: Org, goals: Mapping[str, Amount]) -> None:
    """Refuse goals below zero, all of them at once.

    Raises:
        BadRows: with the node of each.
        NotFound: a goal of an unknown node.
    """
    hint = "leave the goal out or make it zero"
    bad: list[PharmaSalesError] = []
    for node_id, goal in goals.items():
        if node_id not in org or goal.minor < 0:
            where = f"org id {org[node_id].id!r}"
            bad.append(BadValue("a goal below zero", where=where, hint=hint, code="goal.negative"))
    if bad:
        raise BadRows("goals refused", bad)


def _limits(elapsed: Fraction, under: Fraction, over: Fraction) -> tuple[Fraction, Fraction] | None:
    """Return the shares of a goal between which a node is on track; none when the period is over."""
    return None if elapsed == 1 else (elapsed * (1 - under), elapsed * (1 + over))


def _bounds(goal: Amount, limits: tuple[Fraction, Fraction]) -> tuple[Amount, Amount]:
    """Return the least and the largest amount that are on track."""
    low, high = limits
    least = -(-goal.minor * low.numerator // low.denominator)
    return Amount(least, goal.unit), Amount(goal.minor * high.numerator // high.denominator, goal.unit)


def _status(goal: Amount | None, actual: Amount | None, limits: tuple[Fraction, Fraction] | None) -> Says:
    if goal is None or not goal.minor:
        return _NO_GOAL
    if actual is None:
        return _NO_DATA
    if limits is None:
        return _MISSED if actual < goal else _MET
    lower, upper = _bounds(goal, limits)
    return _BEHIND if actual < lower else _AHEAD if actual > upper else _ON_TRACK
