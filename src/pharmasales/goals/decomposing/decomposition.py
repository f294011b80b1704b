"""A decomposed total (目标分解结果): who is to reach what and when, why, and whether it adds up.

>>> from pharmasales.goals.decomposing.decompose import decompose
>>> from pharmasales.goals.decomposing.season import even
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

from pharmasales.display import Column, Says, Table, Why
from pharmasales.errors import BadRows, NotFound, PharmaSalesError
from pharmasales.goals.baselines.baseline import Blend
from pharmasales.goals.baselines.weighing import Weighed
from pharmasales.goals.decomposing.asked import Asked
from pharmasales.goals.decomposing.auditing import audit
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.goals.decomposing.limits import Limits
from pharmasales.goals.decomposing.season import Season
from pharmasales.goals.decomposing.sharing import Handed
from pharmasales.goals.decomposing.tracing import Tracing
from pharmasales.org import Node, Org
from pharmasales.periods import Period
from pharmasales.splits import Method
from pharmasales.units import Amount

__all__ = ["Decomposition", "Each", "Quota"]

K = TypeVar("K")
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


class Each(Sequence[V]):
    """Something for every node in every bucket, made when it is read."""

    __slots__ = ("_count", "_ids", "_make")

    def __init__(self, make: Callable[[K, int], V], ids: Sequence[K], count: int) -> None:
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

    __hash__ = None  # type: ignore[assignment]  # it equals a list, so it can be no key


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
        blend: what the weights were blended from or filled with, where they were.
        handed: what some nodes hand on above their own.
        limits: the rooms that constraints leave, where there are any.
        asked: the constraints, by node and bucket.
        seasons: the seasons of nodes that have their own.
        method: how whole amounts were rounded.
        told: for nodes whose number comes from elsewhere, from where.
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
    blend: Blend | Weighed | None = None
    handed: Handed = field(factory=Handed, repr=False)
    limits: Limits | None = field(default=None, repr=False)
    asked: Asked = field(factory=dict, repr=False)
    seasons: Mapping[str, Season] = field(factory=dict, repr=False)
    method: Method = "largest_remainder"
    told: Mapping[str, Why] = field(factory=dict, repr=False)

    @property
    def buckets(self) -> tuple[Period, ...]:
        """The buckets, in order."""
        return self.season.buckets

    @property
    def goals(self) -> Sequence[Quota]:
        """Every node's goal in every bucket, parents before children."""
        return Each(self.quota, tuple(self.org.nodes), len(self.buckets))

    def amount(self, node_id: str, period: Period | None = None) -> Amount:
        """Return what a node is to reach in a bucket, or in all of them.

        Raises:
            NotFound: no such node or bucket.
        """
        grains = self.whole[self.org[node_id].id] if period is None else self.cells[node_id][self.place(period)]
        return self.grain * grains

    def given(self, node_id: str, period: Period | None = None) -> Amount:
        """Return what a node hands on to its parts: its own, or more where its level adds some (层层加码).

        Raises:
            NotFound: no such node or bucket.
        """
        if self.org[node_id].id not in self.handed.whole:
            return self.amount(node_id, period)
        if period is None:
            return self.grain * self.handed.whole[node_id]
        return self.grain * self.handed.cells[node_id][self.place(period)]

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """The constraints that it keeps."""
        return tuple(one for by in self.asked.values() for asked in by.values() for _, one in asked)

    def why(self, node_id: str, period: Period | None = None) -> Why:
        """Trace a number: from the total down to the node, then the season, then the bucket, step by step.

        Raises:
            NotFound: no such node or bucket.
        """
        return Tracing(self).why(self.org[node_id].id, period)

    def table(self) -> Table:
        """Return every node in every bucket as a table; rows are made when they are read."""
        names = [str(bucket) for bucket in self.buckets]
        return Table("goals", _TITLE, _COLUMNS, Each(partial(self._row, names), tuple(self.org.nodes), len(names)))

    def check(self) -> None:
        """Audit that every node equals its parts, in every bucket and in all, and that constraints hold (对账).

        Where a level hands on more than its own, the parts equal what is handed on, and that is the stated share above.

        Raises:
            BadRows: nodes that do not add up, all of them.
        """
        differences = self.differences()
        if differences:
            raise BadRows("goals do not add up", differences)

    def differences(self) -> list[PharmaSalesError]:
        """Return what `check` refuses."""
        return audit(self)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)

    def place(self, period: Period) -> int:
        """Return the number of a bucket.

        Raises:
            NotFound: no such bucket.
        """
        if period not in self.buckets:
            hint = f"known: {', '.join(map(str, self.buckets))}"
            raise NotFound(f"{period} is no bucket of these goals", hint=hint, code="goals.bucket")
        return self.buckets.index(period)

    def quota(self, node_id: str, place: int) -> Quota:
        """Return a node's goal in a bucket by its number."""
        amount = self.grain * self.cells[node_id][place]
        why = Tracing(self).short(node_id, place)
        return Quota(self.org.nodes[node_id], self.org.parent_of(node_id), self.buckets[place], amount, why)

    def _row(self, names: Sequence[str], node_id: str, place: int) -> tuple[str, str, str, str, str, Decimal, Why]:
        node, amount = self.org.nodes[node_id], (self.grain * self.cells[node_id][place]).value
        above = self.org.parent_of(node_id) or ""
        return node_id, node.name, node.level, above, names[place], amount, Tracing(self).short(node_id, place)
