"""The league table (排行榜) for a manager: ranks with ties together, by organisation, and who moved.

A manager sees the own node and what lies below it, nothing else, and ranks are among those alone.

>>> from pharmasales.org import Node
>>> org = Org.of([
...     Node("N", "North", "district"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N"),
...     Node("S", "South", "district"), Node("r3", "Three", "rep", "S"),
... ])
>>> now, then = {"r1": 80, "r2": 90, "r3": 80}, {"r1": 85, "r2": 70}
>>> table = league(org, now, "TOTAL", before=then)
>>> for row in table.table().records():
...     print(row["rank"], row["node_id"], row["above"], row["value"], row["rank_above"], row["moved"].text())
1 r2 North 90 1 up 1
2 r1 North 80 2 down 1
2 r3 South 80 1 new
>>> [row.node.id for row in league(org, now, "S").rows]
['r3']
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Kind, Says, Table, Why, because, percent
from pharmasales.errors import BadRows, NotFound, PharmaSalesError
from pharmasales.org import Node, Org
from pharmasales.rules import Field, Ranked

__all__ = ["POINTS", "League", "LeagueRow", "Values", "league"]

POINTS: Final = Says("Points", "得分")
"""What a league table ranks by where nothing else is named."""

Values: TypeAlias = Mapping[str, Decimal | Fraction | int | None]
"""What is ranked, by node id; missing where there is nothing to rank by."""


@frozen
class LeagueRow:
    """Where one node stands (名次).

    Args:
        node: the node.
        above: the node right above it.
        value: what it is ranked by.
        rank: its competition rank among all of the table: 1, 1, 3; missing without a value.
        rank_above: its rank among those of the table under the same node above.
        rank_before: its rank in the period before among the same nodes, as far as they had a value then.
        value_before: what it was ranked by then.
        why: the rank, and the movement.
    """

    node: Node = field(repr=lambda node: repr(node.id))
    above: Node | None = field(repr=lambda node: "None" if node is None else repr(node.id))
    value: Decimal | Fraction | int | None = field(repr=False)
    rank: int | None
    rank_above: int | None
    rank_before: int | None
    value_before: Decimal | Fraction | int | None = field(repr=False)
    why: Why = field(repr=False, eq=False)

    @property
    def moved(self) -> int | None:
        """How many places up, or down where below zero; missing where one of the ranks is."""
        return None if self.rank is None or self.rank_before is None else self.rank_before - self.rank


@frozen
class League:
    """A league table (排行榜). Made by `league`.

    Args:
        under: the node whose manager sees it.
        level: the level that is ranked; the lowest nodes where it is missing.
        by: what is ranked by.
        kind: how values are shown: `number`, `amount` or `ratio`.
        rows: the best first; who is level stands in the order of the organisation, who has no value at the end.
        compared: whether there is a period before.
    """

    under: Node = field(repr=lambda node: repr(node.id))
    level: str | None
    by: Says
    kind: Kind
    rows: tuple[LeagueRow, ...] = field(repr=lambda rows: f"<{len(rows)} rows>")
    compared: bool

    @property
    def people(self) -> int:
        """How many have a rank."""
        return sum(row.rank is not None for row in self.rows)

    def by_above(self) -> dict[str, tuple[LeagueRow, ...]]:
        """Return the rows of each node above, in the order in which the table meets them (按上级)."""
        found: dict[str, list[LeagueRow]] = {}
        for row in self.rows:
            found.setdefault("" if row.above is None else row.above.id, []).append(row)
        return {node_id: tuple(rows) for node_id, rows in found.items()}

    def table(self, rows: Sequence[LeagueRow] | None = None) -> Table:
        """Return rank, node id, node, level, above, value, rank_above, rank_before, moved, why.

        Args:
            rows: some of the rows, such as those of one node above; all where left out.
        """
        columns = (*_FIRST, Column("value", self.by.en, self.by.zh, self.kind), *_LAST)
        shown = [self._row(row) for row in (self.rows if rows is None else rows)]
        return Table("league", Says("League table", "排行榜"), columns, shown)

    def _row(self, row: LeagueRow) -> tuple[Cell, ...]:
        above = None if row.above is None else row.above.name
        node = row.node
        moved = self.moved_words(row)
        return (
            *(row.rank, node.id, node.name, node.level, above, row.value),
            *(row.rank_above, row.rank_before, moved, row.why),
        )

    def moved_words(self, row: LeagueRow) -> Says | None:
        """Say how a row moved since the period before; nothing where there is none."""
        if not self.compared:
            return None
        if row.rank is None:
            return Says("no rank", "无名次")
        if row.moved is None:
            return Says("new", "新上榜")
        if not row.moved:
            return Says("level", "持平")
        return (
            Says(f"up {row.moved}", f"升 {row.moved}")
            if row.moved > 0
            else Says(f"down {-row.moved}", f"降 {-row.moved}")
        )

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_FIRST = (
    Column("rank", "Rank", "名次", "number"),
    Column("node_id", "Node id", "节点编号"),
    Column("node", "Node", "节点"),
    Column("level", "Level", "层级"),
    Column("above", "Under", "上级"),
)
_LAST = (
    Column("rank_above", "Rank in group", "组内名次", "number"),
    Column("rank_before", "Rank before", "上期名次", "number"),
    Column("moved", "Moved", "升降"),
    Column("why", "Why", "说明", "why"),
)


def league(
    org: Org,
    values: Values,
    under: str,
    *,
    level: str | None = None,
    before: Values | None = None,
    by: Says = POINTS,
    kind: Kind = "number",
    lowest_first: bool = False,
) -> League:
    """Rank the nodes below a manager's node (排行榜): totals of scores, attainment, or anything else.

    Args:
        org: the organisation.
        values: what is ranked by, by node id, at whatever levels; those outside `under` are not looked at.
        under: the id of the manager's node; nothing outside it is shown or counted.
        level: the level that is ranked, such as `district`; the lowest nodes where left out.
        before: the values of the period before, for the movement: everybody's rank among the same nodes then.
        by: what is ranked by, in both languages.
        kind: how values are shown: `number`, `amount`, or `ratio` for shares.
        lowest_first: whether the least value is the best, as of costs.

    Source: S004-63, S004-67 (against others); the ties law of the house.

    Raises:
        BadRows: values of nodes that the organisation does not have.
        BadValue: a value that is no number.
        NotFound: an unknown node, or a level that does not occur below it.
    """
    _known(org, values, before or {})
    nodes = _nodes(org, under, level)
    ranks, within = (
        _ranks(org, nodes, values, lowest_first),
        _ranks(org, nodes, values, lowest_first, within=("above",)),
    )
    then = _ranks(org, nodes, before or {}, lowest_first)
    people = sum(rank is not None for rank in ranks)
    rows = [
        LeagueRow(
            node,
            _above(org, node, under),
            values.get(node.id),
            rank,
            inner,
            old,
            (before or {}).get(node.id),
            _why(rank, people, old, (before or {}).get(node.id), kind),
        )
        for node, rank, inner, old in zip(nodes, ranks, within, then, strict=True)
    ]
    rows.sort(key=lambda row: (row.rank is None, row.rank or 0))
    return League(org[under], level, by, kind, tuple(rows), before is not None)


def _known(org: Org, *given: Values) -> None:
    bad: list[PharmaSalesError] = [
        NotFound("no such node in the organisation", where=f"org id {node_id!r}", code="org.id")
        for values in given
        for node_id in values
        if node_id not in org
    ]
    if bad:
        raise BadRows("values are refused", bad)


def _nodes(org: Org, under: str, level: str | None) -> list[Node]:
    """Return what is ranked, in the order of the organisation."""
    if level is None:
        return org.leaves(under)
    within = org.within(under)
    found = [node for node in org if node.id in within and node.level == level]
    if not found:
        levels = dict.fromkeys(node.level for node in org if node.id in within)
        raise NotFound("no node of this level here", where=f"level {level!r}", hint=f"known: {', '.join(levels)}")
    return found


def _above(org: Org, node: Node, under: str) -> Node | None:
    """Return the node right above; none where that is outside of what the manager sees."""
    above = None if node.id == under else org.parent_of(node.id)
    return None if above is None else org[above]


def _ranks(
    org: Org, nodes: Sequence[Node], values: Values, lowest_first: bool, within: tuple[str, ...] = ()
) -> list[int | None]:
    records = [{"value": values.get(node.id), "above": org.parent_of(node.id) or ""} for node in nodes]
    return Ranked(Field("value"), within, lowest_first=lowest_first).answers(records)


def _why(rank: int | None, people: int, old: int | None, value: Decimal | Fraction | int | None, kind: Kind) -> Why:
    if rank is None:
        return because("nothing to rank by, so no rank", "无可排名的数值，故无名次")
    parts = list(_moved(old, value, kind))
    return because("rank {rank} of {people}", "第 {rank} 名，共 {people} 个", *parts, rank=rank, people=people)


def _moved(old: int | None, value: Decimal | Fraction | int | None, kind: Kind) -> Iterator[Why]:
    if old is not None:
        shown: Cell = percent(Fraction(value or 0)) if kind == "ratio" else value
        yield because("rank {old} before, with {value}", "上期第 {old} 名，数值 {value}", old=old, value=shown)
