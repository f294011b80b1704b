"""Attainment by node (达成率差异归因): what each child adds to its parent's deviation, in exact points.

>>> from pharmasales.evaluation.attainment import attain
>>> from pharmasales.org import Node, Org
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import CNY
>>> org = Org.of([Node("N", "North", "district"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
>>> goals = {node: Amount.of(n, CNY) for node, n in (("N", 300), ("r1", 200), ("r2", 100))}
>>> sold = {"r1": Amount.of(60, CNY), "r2": Amount.of(50, CNY)}
>>> found = contributed(attain(org, goals, sold, Quarter(2026, 1), Fraction(2, 5)))
>>> print(found.why("N"))
N: attainment 36.7% against a pace of 40.0%: -3.33 points
  r1: -6.67 points (attainment 30.0%)
  r2: 3.33 points (attainment 50.0%)
>>> found.trail("N")
['N', 'r1']
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because, decimal_text, percent
from pharmasales.errors import NotFound
from pharmasales.evaluation.attainment import Attained, Attainments
from pharmasales.units import Amount

__all__ = ["Contribution", "Contributions", "contributed"]


@frozen
class Contribution:
    """What one child adds to the deviation of its parent (下级贡献).

    Args:
        result: the child's goal and actual; none for what sits at the parent itself or misses in its children.
        points: actual less the pace, as a share of the parent's goal; missing where the child has no goal or actual.
    """

    result: Attained | None
    points: Fraction | None

    @property
    def node_id(self) -> str:
        """The child's id; "" for the rest."""
        return "" if self.result is None else self.result.node.id


@frozen(eq=False)
class Contributions:
    """The contributions in every family of an organisation. Made by `contributed`.

    Args:
        results: the results.
        families: what the children of each node add, by its id, the largest first; at the end the rest, if any.
    """

    results: Attainments
    families: Mapping[str, tuple[Contribution, ...]] = field(repr=lambda families: f"<{len(families)} families>")

    def deviation(self, node_id: str) -> Fraction | None:
        """Return a node's attainment less the share of the period that has passed; missing without attainment.

        Raises:
            NotFound: an unknown node.
        """
        attainment = self.results[node_id].attainment
        return None if attainment is None else attainment - self.results.elapsed

    def __getitem__(self, node_id: str) -> tuple[Contribution, ...]:
        self.results[node_id]
        found = self.families.get(node_id)
        if found is None:
            hint = "it has no children, or no attainment of its own"
            raise NotFound("no contributions", where=f"org id {node_id!r}", hint=hint, code="variance.family")
        return found

    def trail(self, node_id: str) -> list[str]:
        """Follow the largest shortfall down (逐级下钻): the ids from a node to the last one that explains it.

        Raises:
            NotFound: an unknown node.
        """
        found = [self.results[node_id].node.id]
        while found[-1] in self.families:
            short = [one for one in self.families[found[-1]] if one.result is not None and (one.points or 0) < 0]
            if not short:
                break
            found.append(short[0].node_id)  # a family stands by its largest first
        return found

    def why(self, node_id: str) -> Why:
        """Say what a node's deviation is made of.

        Raises:
            NotFound: an unknown node, or one without children or attainment.
        """
        family = self[node_id]
        return because(
            "{node}: attainment {attainment} against a pace of {pace}: {points} points",
            "{node}：达成率 {attainment}，时间进度 {pace}：相差 {points} 个百分点",
            *map(_why, family),
            node=node_id,
            attainment=percent(self.results[node_id].attainment),
            pace=percent(self.results.elapsed),
            points=_points(self.deviation(node_id)),
        )

    def table(self, node_id: str) -> Table:
        """Return node_id, node, goal, actual, attainment, gap to the pace in points of the parent, why; largest first.

        Raises:
            NotFound: an unknown node, or one without children or attainment.
        """
        rows: list[tuple[Cell, ...]] = []
        for one in self[node_id]:
            row = one.result
            if row is None:
                rows.append((None, _REST, None, None, None, one.points, _why(one)))
                continue
            money = (None if sums is None else sums.value for sums in (row.goal, row.actual))
            rows.append((row.node.id, row.node.name, *money, row.attainment, one.points, _why(one)))
        return Table("contributions", Says("Contributions to the deviation", "偏差贡献"), _COLUMNS, rows)


_REST = Says("the node itself, and what its children miss", "本级及下级缺失部分")
_COLUMNS = (
    Column("node_id", "Node id", "节点编号"),
    Column("node", "Node", "节点"),
    Column("goal", "Goal", "目标", "amount"),
    Column("actual", "Actual", "实际", "amount"),
    Column("attainment", "Attainment", "达成率", "ratio"),
    Column("points", "Of the parent", "占上级百分点", "ratio"),
    Column("why", "Why", "说明", "why"),
)


def _points(points: Fraction | None) -> str:
    return "n/a" if points is None else decimal_text(points * 100, 2)


def _why(one: Contribution) -> Why:
    if one.result is None:
        return because("{rest}: {points} points", "{rest}：{points} 个百分点", rest=_REST, points=_points(one.points))
    if one.points is None:
        return because("{node}: no goal or no actual", "{node}：无目标或无实际值", node=one.node_id)
    return because(
        "{node}: {points} points (attainment {attainment})",
        "{node}：{points} 个百分点（达成率 {attainment}）",
        node=one.node_id,
        points=_points(one.points),
        attainment=percent(one.result.attainment),
    )


def contributed(attainments: Attainments) -> Contributions:
    """Split the deviation of each parent into what its children add (达成率差异归因).

    A node's deviation is its attainment less the share of the period that has passed; on the last day, less 100 %. A
    child adds `(actual - elapsed x goal) / goal of the parent`. What the children do not add up to, such as sales or a
    goal at the parent itself, is the rest, in a place of its own. So the parts add up to the deviation exactly.

    Args:
        attainments: the results.

    Source: S004-23 (compare, find the cause); the units add up as E26's goals do.
    """
    below: dict[str, list[Attained]] = {}
    for row in attainments.rows.values():
        if row.parent_id is not None:
            below.setdefault(row.parent_id, []).append(row)
    families = {}
    for parent_id, children in below.items():
        parent = attainments.rows[parent_id]
        if parent.attainment is not None and parent.goal is not None:
            families[parent_id] = _family(parent.goal, parent.attainment, children, attainments.elapsed)
    return Contributions(attainments, families)


def _family(
    goal: Amount, attainment: Fraction, children: list[Attained], elapsed: Fraction
) -> tuple[Contribution, ...]:
    found = [Contribution(row, _added(row, goal, elapsed)) for row in children]
    found.sort(key=lambda one: (one.points is None, -abs(one.points or 0)))
    rest = attainment - elapsed - sum((one.points for one in found if one.points is not None), Fraction(0))
    return (*found, Contribution(None, rest)) if rest else tuple(found)


def _added(row: Attained, goal: Amount, elapsed: Fraction) -> Fraction | None:
    if row.goal is None or row.actual is None:
        return None
    return (row.actual.minor - elapsed * row.goal.minor) / goal.minor
