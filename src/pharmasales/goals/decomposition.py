"""A decomposed total (目标分解结果): who is to reach what and when, why, and whether it adds up.

>>> from pharmasales.goals.decompose import decompose
>>> from pharmasales.goals.season import even
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import BOX
>>> org = Org.of([Node("N", "North", "area"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
>>> box, basis, season = Amount.of(1, BOX), Says("potential", "潜力"), even(Quarter(2026, 1).months)
>>> goals = decompose(org, box * 9, {"r1": 3}, season, grain=box, basis=basis)
>>> goals.check()
>>> print(goals.table().text(most=4))
Node id  Node   Level  Parent id  Period   Amount  Why
-------  -----  -----  ---------  -------  ------  ---------------------------------------
N        North  area              2026-01       3  2026-01: 9 x season 1 / 3 (33.33%) = 3
N        North  area              2026-02       3  2026-02: 9 x season 1 / 3 (33.33%) = 3
N        North  area              2026-03       3  2026-03: 9 x season 1 / 3 (33.33%) = 3
r1       One    rep    N          2026-01       3  One in 2026-01: 3 x 9 / 9 (100.00%) = 3
… and 5 more rows
>>> goals.without_basis
('r2',)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import TypeVar, overload

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.goals.baseline import Blend
from pharmasales.goals.reasons import (
    BUCKET,
    SEASON,
    Later,
    bucket_step,
    bucket_values,
    season_step,
    season_values,
    share_step,
)
from pharmasales.goals.season import Season
from pharmasales.org import Node, Org
from pharmasales.periods import Period
from pharmasales.units import Amount

__all__ = ["Decomposition", "Quota"]

V = TypeVar("V")

_TITLE = Says("Goals", "目标分解")
_COLUMNS = (
    Column("node_id", "Node id", "节点编号"),
    Column("node", "Node", "节点"),
    Column("level", "Level", "层级"),
    Column("parent_id", "Parent id", "上级编号"),
    Column("period", "Period", "期间"),
    Column("amount", "Amount", "金额", "amount"),
    Column("why", "Why", "说明", "why"),
)


@frozen
class Quota:
    """What one node is to reach in one bucket (分解额).

    Args:
        node: who.
        parent: the id of the node above; none for the root.
        period: the bucket.
        amount: how much.
        why: how it follows from the node above, or for the root from the season.
    """

    node: Node
    parent: str | None
    period: Period
    amount: Amount
    why: Why = field(repr=False)


class _Each(Sequence[V]):
    """Something for every node in every bucket, made when it is read."""

    __slots__ = ("_count", "_ids", "_make")

    def __init__(self, make: Callable[[str, int], V], ids: Sequence[str], count: int) -> None:
        self._make, self._ids, self._count = make, ids, count

    def __len__(self) -> int:
        return len(self._ids) * self._count

    @overload
    def __getitem__(self, item: int) -> V: ...
    @overload
    def __getitem__(self, item: slice) -> list[V]: ...
    def __getitem__(self, item: int | slice) -> V | list[V]:
        places = range(len(self))[item]
        if isinstance(places, int):
            return self._at(places)
        return [self._at(place) for place in places]

    def _at(self, place: int) -> V:
        node, bucket = divmod(place, self._count)
        return self._make(self._ids[node], bucket)

    def __iter__(self) -> Iterator[V]:
        for node_id in self._ids:
            for bucket in range(self._count):
                yield self._make(node_id, bucket)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or len(other) != len(self):
            return False
        return all(mine == its for mine, its in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]


@frozen(eq=False)
class Decomposition:
    """A total decomposed: every node's goal in every bucket, and why. Made by `decompose`.

    Args:
        org: who shares the total.
        total: the total.
        season: the buckets and their weights.
        grain: what every goal is a multiple of.
        basis: what the weights rest on.
        weights: the weight of every node, inner ones being the sum of the leaves below.
        whole: what every node has in all buckets together, in grains.
        cells: what every node has in each bucket, in grains.
        without_basis: the leaves that no weight was given for; they count as zero.
        blend: what the weights were blended from, where they were.
    """

    org: Org
    total: Amount
    season: Season
    grain: Amount
    basis: Says
    weights: Mapping[str, Fraction] = field(repr=False)
    whole: Mapping[str, int] = field(repr=False)
    cells: Mapping[str, Sequence[int]] = field(repr=False)
    without_basis: tuple[str, ...] = ()
    blend: Blend | None = None

    @property
    def buckets(self) -> tuple[Period, ...]:
        """The buckets, in order."""
        return self.season.buckets

    @property
    def goals(self) -> Sequence[Quota]:
        """Every node's goal in every bucket, parents before children."""
        return _Each(self._goal, tuple(self.org.nodes), len(self.buckets))

    def amount(self, node_id: str, period: Period | None = None) -> Amount:
        """Return what a node is to reach in a bucket, or in all of them.

        Raises:
            NotFound: no such node or bucket.
        """
        grains = self.whole[self.org[node_id].id] if period is None else self.cells[node_id][self._place(period)]
        return self.grain * grains

    def why(self, node_id: str, period: Period | None = None) -> Why:
        """Trace a number: from the total down to the node, then the season, then the bucket, step by step.

        Raises:
            NotFound: no such node or bucket.
        """
        path = [node.id for node in self.org.path(node_id)]
        steps = [self._given(), *map(self._share_step, path[1:]), *self._basis_of(node_id)]
        said = self._said(node_id, self.amount(node_id, period))
        if period is None:
            return because("{name}: {got} {unit} in all", "{name}：全期 {got} {unit}", *steps, **said)
        place = self._place(period)
        steps += [season_step(*self._season_parts(place)), *(bucket_step(*self._parts(i, place)) for i in path[1:])]
        en, zh = "{name}: {got} {unit} in {period}", "{name}：{period} {got} {unit}"
        return because(en, zh, *steps, period=str(period), **said)

    def table(self) -> Table:
        """Return every node in every bucket as a table; rows are made when they are read."""
        names = [str(bucket) for bucket in self.buckets]
        return Table("goals", _TITLE, _COLUMNS, _Each(partial(self._row, names), tuple(self.org.nodes), len(names)))

    def check(self) -> None:
        """Audit that every node equals its parts, in every bucket and in all (对账).

        Raises:
            BadRows: nodes that do not add up, all of them.
        """
        bad: list[PharmaSalesError] = []
        if self.grain * self.whole[self.org.root.id] != self.total:
            bad.append(_differs(self.org.root.id, "the total"))
        for node_id in self.org.nodes:
            cells, below = self.cells[node_id], self.org.below[node_id]
            if sum(cells) != self.whole[node_id]:
                bad.append(_differs(node_id, "its buckets"))
            if below and sum(self.whole[child] for child in below) != self.whole[node_id]:
                bad.append(_differs(node_id, "its parts"))
            if below and list(map(sum, zip(*(self.cells[child] for child in below), strict=True))) != list(cells):
                bad.append(_differs(node_id, "its parts in a bucket"))
        if bad:
            raise BadRows("goals do not add up", bad)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)

    def _place(self, period: Period) -> int:
        if period not in self.buckets:
            hint = f"known: {', '.join(map(str, self.buckets))}"
            raise NotFound(f"{period} is no bucket of these goals", hint=hint, code="goals.bucket")
        return self.buckets.index(period)

    def _goal(self, node_id: str, place: int) -> Quota:
        amount = self.grain * self.cells[node_id][place]
        why = self._short(node_id, place)
        return Quota(self.org.nodes[node_id], self.org.parent_of(node_id), self.buckets[place], amount, why)

    def _row(self, names: Sequence[str], node_id: str, place: int) -> tuple[str, str, str, str, str, Decimal, Why]:
        node, amount = self.org.nodes[node_id], (self.grain * self.cells[node_id][place]).value
        above = self.org.parent_of(node_id) or ""
        return node_id, node.name, node.level, above, names[place], amount, self._short(node_id, place)

    def _short(self, node_id: str, place: int) -> Why:
        """Say the last step alone; its values are worked out when it is read."""
        if node_id == self.org.root.id:
            return Why(SEASON, Later(lambda: season_values(*self._season_parts(place))))
        return Why(BUCKET, Later(lambda: bucket_values(*self._parts(node_id, place))))

    def _given(self) -> Why:
        en = "{name}: {got} {unit} in all, shared out by {basis}"
        zh = "{name}：全期 {got} {unit}，按{basis}分解"
        return because(en, zh, basis=self.basis, **self._said(self.org.root.id, self.total))

    def _said(self, node_id: str, amount: Amount) -> Mapping[str, Cell]:
        return {"name": self.org[node_id].name, "got": amount.value, "unit": amount.unit.code}

    def _basis_of(self, node_id: str) -> list[Why]:
        if node_id in self.without_basis and not self.weights[node_id]:
            return [because("no weight given: counts as zero", "未给权重，按零计")]
        return [self.blend.why(node_id)] if self.blend is not None and node_id in self.blend else []

    def _share_step(self, node_id: str) -> Why:
        above = self.org.parent_of(node_id) or node_id
        pair = self.weights[node_id], self.weights[above]
        return share_step(self.org[node_id].name, self.amount(above), *pair, self.amount(node_id))

    def _season_parts(self, place: int) -> tuple[str, Amount, Fraction, Fraction, Amount]:
        weights, bucket = self.season.weights, self.buckets[place]
        return str(bucket), self.total, weights[place], sum(weights, Fraction(0)), self.amount(self.org.root.id, bucket)

    def _parts(self, node_id: str, place: int) -> tuple[str, str, Amount, Amount, Amount, Amount]:
        above, bucket = self.org.parent_of(node_id) or node_id, self.buckets[place]
        whole, mine = self.amount(above), self.amount(node_id)
        names = self.org[node_id].name, str(bucket)
        return *names, self.amount(above, bucket), mine, whole, self.amount(node_id, bucket)


def _differs(node_id: str, what: str) -> BadValue:
    return BadValue(f"differs from {what}", where=f"goal of {node_id!r}", code="goals.sum")
