"""The figures of a period (期间数据): each node's figures and measures, with what was counted and what was left out.

`measure_period` makes them; what is asked of them stands here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from attrs import evolve, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import NotFound
from pharmasales.evaluation.measures.figures import Figure, Figures, declared, said_figure
from pharmasales.evaluation.measures.items import Placed, Stretch
from pharmasales.evaluation.measures.measure import Measure, MeasureValue
from pharmasales.evaluation.measures.registry import MEASURES
from pharmasales.org import Org
from pharmasales.units import Amount

__all__ = ["Measurements", "sources_of"]


@frozen(repr=False)
class Measurements:
    """The figures of an organisation in a period, and what became of every item. Build it with `measure_period`.

    Args:
        org: the organisation.
        stretch: the period up to a day.
        figures: the figures of each node by id, parents first.
        lines: what became of each item, in the order given.
    """

    org: Org
    stretch: Stretch
    figures: Mapping[str, Figures]
    lines: tuple[Placed, ...]

    def __repr__(self) -> str:
        return f"Measurements({self.stretch.period}, {len(self.figures)} nodes, {len(self.lines)} items)"

    def __getitem__(self, node_id: str) -> Figures:
        found = self.figures.get(node_id)
        if found is None:
            raise NotFound("no such node in the organisation", where=f"org id {node_id!r}", code="org.id")
        return found

    def counted(self, node_id: str, measure: Measure) -> list[Placed]:
        """Return what a measure counted at a node and below it, in the order given.

        Raises:
            NotFound: an unknown node.
        """
        return [line for line in self._at(node_id) if line.figure in sources_of(measure)]

    def left_out(self, node_id: str | None = None, measure: Measure | None = None) -> list[Placed]:
        """Return what was left out, with the reason: of all, at a node and below it, or of what a measure reads.

        What belongs to no node of the organisation is only in the list of all.

        Raises:
            NotFound: an unknown node.
        """
        lines = self.lines if node_id is None else self._at(node_id)
        wanted = None if measure is None else sources_of(measure)
        return [line for line in lines if line.figure is None and (wanted is None or line.item.figure in wanted)]

    def _at(self, node_id: str) -> list[Placed]:
        """Return the items of a node and of all below it; a goal, which is given at every node, at the node alone."""
        within = self.org.within(self.org[node_id].id)
        return [
            line
            for line in self.lines
            if line.item.node in within and (line.item.node == node_id or declared(line.item.figure).adds)
        ]

    def value(self, node_id: str, measure: Measure) -> MeasureValue:
        """Return a measure of a node with its reason: the formula in numbers, what it counted and left out.

        Where a figure is known of some below the node and not of others, the reason names those others.

        Raises:
            NotFound: an unknown node.
        """
        found = measure.measure(self[node_id])
        counted, left_out = len(self.counted(node_id, measure)), self.left_out(node_id, measure)
        unknown = [*self._unknown_below(node_id, measure)]
        return evolve(found, counts=(*unknown, _told(counted, left_out)))

    def _unknown_below(self, node_id: str, measure: Measure) -> Iterator[Why]:
        """Say of whom below a node a figure is not known that the node has of others: its sum is of those alone."""
        below = [leaf.id for leaf in self.org.leaves(node_id) if leaf.id != node_id]
        for name in measure.reads:
            if name not in self.figures[node_id].known or not declared(name).adds:
                continue
            without = [leaf for leaf in below if name not in self.figures[leaf].known]
            if without:
                ids = ", ".join([*without[:_MOST], *(["..."] if without[_MOST:] else [])])
                says = "{figure}: not known of {n} below: {ids}", "{figure}：下级 {n} 个节点数据未知：{ids}"
                yield because(*says, figure=said_figure(name), n=len(without), ids=ids)

    def table(self, measures: Iterable[Measure] | None = None) -> Table:
        """Return node_id, node, level, measure, value, counted, left_out: a row a node and measure.

        Args:
            measures: which; where left out, those of the registry that any node has a value of.
        """
        rows = list(self._rows(self._known() if measures is None else tuple(measures)))
        return Table("period_measures", Says("Measures of the period", "期间指标"), _COLUMNS, rows)

    def _known(self) -> list[Measure]:
        held = {name for figures in self.figures.values() for name in figures.known}
        asked = [one for one in MEASURES.values() if held.issuperset(one.reads)]
        return [one for one in asked if any(one.rule(figures) is not None for figures in self.figures.values())]

    def _rows(self, measures: Sequence[Measure]) -> Iterator[tuple[Cell, ...]]:
        counted = self._counts((line.item.node, line.figure) for line in self.lines if line.figure is not None)
        left = self._counts((line.item.node, line.item.figure) for line in self.lines if line.figure is None)
        for node in self.org:
            for measure in measures:
                found = measure.measure(self.figures[node.id])
                sources = sources_of(measure)
                counts = [sum(of[node.id][name] for name in sources) for of in (counted, left)]
                written = Says(found.written(), found.written("zh")) if found.value is not None else _MISSING
                yield (node.id, node.name, node.level, Says(measure.en, measure.zh), written, *counts)

    def _counts(self, found: Iterable[tuple[str, str]]) -> dict[str, Counter[str]]:
        """Count by node and figure, with what lies below where a figure adds up."""
        added, given = ({node.id: Counter[str]() for node in self.org} for _ in range(2))
        for node_id, name in found:
            if node_id in added:
                (added if declared(name).adds else given)[node_id][name] += 1
        return {node_id: count + given[node_id] for node_id, count in self.org.roll_up(added, Counter.__add__).items()}

    def items_table(self) -> Table:
        """Return every item: figure, node, when, id, what it counted as, or why it was left out."""
        rows = [
            (
                line.item.id,
                said_figure(line.item.figure),
                line.item.node,
                str(line.item.when),
                None if line.figure is None else said_figure(line.figure),
                line.reason,
            )
            for line in self.lines
        ]
        return Table("counted_items", Says("What was counted", "计数明细"), _ITEM_COLUMNS, rows)

    def columns(self) -> dict[str, list[str | Decimal | int | Fraction | None]]:
        """Return `node_id` and a column a figure that any node has, in whole units, to make a frame of.

        >>> from pharmasales.evaluation.measures.counting import measure_period
        >>> from pharmasales.evaluation.measures.items import Item
        >>> from pharmasales.org import Node
        >>> from pharmasales.periods import Quarter
        >>> from pharmasales.units import CNY
        >>> org, quarter = Org.of([Node("r1", "One", "rep")]), Quarter(2026, 1)
        >>> measure_period(org, [Item("cost", "r1", Amount.of(60, CNY), quarter, "travel")], quarter).columns()
        {'node_id': ['r1'], 'cost': [Decimal('60.00')]}
        """
        names = dict.fromkeys(name for figures in self.figures.values() for name in figures.known)
        table: dict[str, list[str | Decimal | int | Fraction | None]] = {"node_id": list(self.figures)}
        for name in names:
            table[name] = [_whole(figures.known.get(name)) for figures in self.figures.values()]
        return table

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_MOST = 5
_MISSING = Says("missing", "缺失")
_COLUMNS = (
    Column("node_id", "Node id", "节点编号"),
    Column("node", "Node", "节点"),
    Column("level", "Level", "层级"),
    Column("measure", "Measure", "指标"),
    Column("value", "Value", "数值"),
    Column("counted", "Counted", "计入项", "number"),
    Column("left_out", "Left out", "剔除项", "number"),
)
_ITEM_COLUMNS = (
    Column("id", "Item", "计数项"),
    Column("figure", "Figure", "数据"),
    Column("node_id", "Node id", "节点编号"),
    Column("when", "When", "日期或期间"),
    Column("counted_as", "Counted as", "计入"),
    Column("reason", "Left out because", "剔除原因"),
)


def _told(counted: int, left_out: Sequence[Placed]) -> Why:
    reasons = Counter(line.reason for line in left_out if line.reason is not None)
    parts = [because("{n} {reason}", "{n} 项{reason}", n=n, reason=reason) for reason, n in reasons.items()]
    says = "counted {counted}, left out {left}", "计入 {counted} 项，剔除 {left} 项"
    return because(*says, *parts, counted=counted, left=len(left_out))


def _whole(value: Figure) -> Decimal | int | Fraction | None:
    return value.value if isinstance(value, Amount) else value


def sources_of(measure: Measure) -> frozenset[str]:
    """Return the figures whose items stand behind a measure: those it reads, and those its peers are reckoned from."""
    behind = {"peers_actual": "actual", "peers": "actual", "peers_comparable": "actual", "peers_last": "last"}
    return frozenset(behind.get(name, name) for name in measure.reads)
