"""A plan carried over to a reorganised tree (组织调整后的目标结转), with nothing lost.

Leaves are matched by id: whoever is still there keeps every bucket, wherever the new tree hangs it. What the leaves
that are gone had goes to named heirs, or to those left under their former parent, by what these have themselves; the
report lists who is gone, new and moved. New leaves start at zero.

>>> from pharmasales.goals.decomposing.decompose import decompose
>>> from pharmasales.goals.decomposing.season import even
>>> from pharmasales.org import Node
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import BOX
>>> reps = [Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N"), Node("r3", "Three", "rep", "N")]
>>> before, box = Org.of([Node("N", "North", "area"), *reps]), Amount.of(1, BOX)
>>> basis, season = Says("sales", "销量"), even(Quarter(2026, 1).months)
>>> goals = decompose(before, box * 60, {"r1": 1, "r2": 2, "r3": 3}, season, grain=box, basis=basis)
>>> after = Org.of([Node("N", "North", "area"), *reps[:2], Node("r4", "Four", "rep", "N")])
>>> carried = carry_over(goals, after, gone="parent")
>>> {leaf.id: str(carried.goals.amount(leaf.id)) for leaf in after.leaves()}
{'r1': '20 BOX', 'r2': '40 BOX', 'r4': '0 BOX'}
>>> print(carried.goals.why("r2").parts[-1])
Two: 20 carried over as it was, and 20 from those that are gone
  20 from 'r3'
>>> try:
...     carry_over(goals, after)
... except BadRows as refused:
...     print(*refused.lines())
nobody takes it over @ goal of 'r3'; name heirs, or gone="parent" [goals.gone]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound, PharmaSalesError
from pharmasales.goals.baselines.baseline import by_id
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.decomposing.margins import controlled_rounding
from pharmasales.goals.decomposing.sharing import added_cells
from pharmasales.org import Org
from pharmasales.splits import apportion, whole_weights
from pharmasales.units import Amount, Number

__all__ = ["CarriedOver", "Gone", "GoneTo", "Moved", "carry_over"]

GoneTo: TypeAlias = Literal["refuse", "parent", "nearest"]

_BASIS = Says("what was carried over from the former organisation", "原组织结转额")
_TITLE = Says("Carried over", "目标结转")
_COLUMNS = (
    Column("node_id", "Node id", "节点编号"),
    Column("what", "What", "情况"),
    Column("from_id", "From", "原上级"),
    Column("to_id", "To", "去向"),
    Column("amount", "Amount", "金额", "amount"),
)
_GONE, _NEW, _MOVED = Says("gone", "已撤销"), Says("new", "新设"), Says("moved", "调动")


@frozen
class Gone:
    """A leaf that is gone, and who took over what it had.

    Args:
        node: its id.
        parent: the id of its former parent.
        amount: what it had.
        heirs: what each heir took over, by id.
        under: the former node that the heirs were found under; none where they were named.
    """

    node: str
    parent: str
    amount: Amount
    heirs: Mapping[str, Amount] = field(repr=False)
    under: str | None


@frozen
class Moved:
    """A leaf that hangs under another parent than before.

    Args:
        node: its id.
        before: the id of its former parent.
        after: the id of its new parent.
    """

    node: str
    before: str
    after: str


@frozen(eq=False)
class CarriedOver:
    """A plan on its new tree, and what happened on the way (结转报告).

    Args:
        goals: the plan on the new tree.
        gone: the leaves that are gone.
        new: the ids of the leaves that are new.
        moved: the leaves under another parent.
    """

    goals: Decomposition
    gone: tuple[Gone, ...]
    new: tuple[str, ...]
    moved: tuple[Moved, ...]

    def table(self) -> Table:
        """Return who is gone (one row an heir), new and moved."""
        rows: list[tuple[Cell, ...]] = []
        for one in self.gone:
            rows += [(one.node, _GONE, one.parent, heir, part.value) for heir, part in one.heirs.items()]
            if not one.heirs:
                rows.append((one.node, _GONE, one.parent, "", one.amount.value))
        org = self.goals.org
        rows += [(node, _NEW, "", org.parent_of(node) or "", self.goals.amount(node).value) for node in self.new]
        rows += [(one.node, _MOVED, one.before, one.after, self.goals.amount(one.node).value) for one in self.moved]
        return Table("carried_over", _TITLE, _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def carry_over(
    goals: Decomposition,
    org: Org,
    *,
    gone: GoneTo = "refuse",
    heirs: Mapping[str, Mapping[str, Number]] | None = None,
) -> CarriedOver:
    """Carry a plan over to a reorganised tree (目标结转): same total, same buckets, leaf by leaf.

    Args:
        goals: the plan; constraints that it kept are not carried over, lock again what is to stay.
        org: the new tree.
        gone: who takes over what a leaf had that is gone and has no named heirs: `refuse`; those left under its former
            `parent`; or those under the `nearest` former node above it where anybody left has a goal. Each takes by
            what it has itself.
        heirs: named heirs of leaves that are gone, each with a weight, by the id of the leaf.

    Raises:
        BadRows: every leaf that is gone with a goal that nobody takes over; named heirs that are no leaves of the new
            tree, heirs of a leaf that is not gone, and weights that are negative or all zero.
        BadRule: a plan whose levels hand on more than their own.
    """
    if goals.handed.whole:
        hint = "carry over the plan without the shares above, then add them"
        raise BadRule("a plan whose levels hand on more than their own", hint=hint, code="goals.over")
    carrying = _Carrying(goals, org, gone, by_id(heirs or {}, "heirs"))
    return carrying.run()


class _Carrying:
    """Matches leaves, then hands on what those had that are gone."""

    def __init__(
        self, goals: Decomposition, org: Org, policy: GoneTo, heirs: Mapping[str, Mapping[str, Number]]
    ) -> None:
        self.goals, self.org, self.policy, self.heirs = goals, org, policy, heirs
        self.leaves = [leaf.id for leaf in org.leaves()]
        self.before = {leaf.id for leaf in goals.org.leaves()}
        self.staying = self.before.intersection(self.leaves)
        none = [0] * len(goals.buckets)
        self.cells = {leaf: list(goals.cells[leaf]) if leaf in self.staying else none for leaf in self.leaves}
        self.taken: dict[str, dict[str, int]] = {}
        self.left: dict[str, tuple[list[str], list[int]]] = {}
        self.bad: list[PharmaSalesError] = []

    def run(self) -> CarriedOver:
        """Return the plan on the new tree and the report."""
        self._strangers()
        gone = [self._hand_on(leaf.id) for leaf in self.goals.org.leaves() if leaf.id not in self.staying]
        if self.bad:
            raise BadRows("leaves are gone and nobody takes over what they had", self.bad)
        new = tuple(leaf for leaf in self.leaves if leaf not in self.before)
        old = self.goals.org
        moved = tuple(
            Moved(leaf, old.parent_of(leaf) or "", self.org.parent_of(leaf) or "")
            for leaf in self.leaves
            if leaf in self.staying and old.parent_of(leaf) != self.org.parent_of(leaf)
        )
        return CarriedOver(self._plan(), tuple(gone), new, moved)

    def _strangers(self) -> None:
        """Refuse heirs of leaves that are not gone."""
        for leaf in self.heirs:
            if leaf not in self.before or leaf in self.staying:
                hint = "name heirs of leaves that are gone"
                self.bad.append(BadValue("heirs of a leaf that is not gone", where=f"heirs of {leaf!r}", hint=hint))

    def _hand_on(self, leaf: str) -> Gone:
        parent = self.goals.org.parent_of(leaf) or ""
        whole, cells = self.goals.whole[leaf], self.goals.cells[leaf]
        amount = self.goals.amount(leaf)
        if not any(cells):
            return Gone(leaf, parent, amount, {}, None)
        try:
            under, heirs, weights = self._heirs(leaf)
        except PharmaSalesError as error:
            self.bad.append(error.at(f"goal of {leaf!r}"))
            return Gone(leaf, parent, amount, {}, None)
        rows = _parts(whole, cells, weights)
        taken = {}
        for heir, row in zip(heirs, rows, strict=True):
            if any(row):
                self.cells[heir] = added_cells([self.cells[heir], row])
                self.taken.setdefault(heir, {})[leaf] = sum(row)
                taken[heir] = self.goals.grain * sum(row)
        return Gone(leaf, parent, amount, taken, under)

    def _heirs(self, leaf: str) -> tuple[str | None, list[str], list[int]]:
        """Return where the heirs of a leaf were found, who they are, and their whole weights."""
        if leaf in self.heirs:
            named = by_id(self.heirs[leaf], "heirs")
            for heir in named:
                if heir not in self.cells:
                    raise NotFound("an heir that is no leaf of the new tree", where=f"heir {heir!r}", code="goals.heir")
            weights, _ = whole_weights(list(named.values()))
            if not any(weights):
                raise BadValue("heirs without weight", hint="give one of them a weight above zero", code="goals.heir")
            return None, list(named), weights
        if self.policy != "refuse":
            for under in self._above(leaf):
                heirs, weights = self._left(under)
                if heirs:
                    return under, heirs, weights
        hint = 'name heirs, or gone="nearest"' if self.policy == "parent" else 'name heirs, or gone="parent"'
        raise BadValue("nobody takes it over", hint=hint, code="goals.gone")

    def _above(self, leaf: str) -> list[str]:
        path = [node.id for node in self.goals.org.path(leaf)][-2::-1]
        return path[:1] if self.policy == "parent" else path

    def _left(self, under: str) -> tuple[list[str], list[int]]:
        """Return who is left under a former node with a goal, and by what they take over."""
        if under not in self.left:
            whole, leaves = self.goals.whole, self.goals.org.leaves(under)
            heirs = [leaf.id for leaf in leaves if leaf.id in self.staying and whole[leaf.id]]
            self.left[under] = heirs, [abs(whole[heir]) for heir in heirs]
        return self.left[under]

    def _plan(self) -> Decomposition:
        old, org = self.goals, self.org
        cells = org.roll_up(self.cells, lambda one, other: added_cells([one, other]))
        whole = {node_id: sum(row) for node_id, row in cells.items()}
        return Decomposition(
            org=org,
            total=old.total,
            season=old.season,
            grain=old.grain,
            basis=_BASIS,
            weights={node_id: Fraction(count) for node_id, count in whole.items()},
            whole=whole,
            cells=cells,
            told=_Told(org, old, self.staying, self.taken),
        )


@frozen(eq=False)
class _Told(Mapping[str, Why]):
    """Says of each leaf what it kept and what it took over."""

    org: Org
    old: Decomposition
    staying: set[str]
    taken: Mapping[str, Mapping[str, int]]

    def __getitem__(self, node_id: str) -> Why:
        if node_id not in self.org.nodes or self.org.below[node_id]:
            raise KeyError(node_id)
        taken, grain = self.taken.get(node_id, {}), self.old.grain
        kept = self.old.amount(node_id).value if node_id in self.staying else 0
        name = self.org[node_id].name
        if not taken:
            return because("{name}: {kept} carried over as it was", "{name}：原样结转 {kept}", name=name, kept=kept)
        parts = [
            because("{part} from {leaf}", "{leaf} 的 {part}", part=(grain * count).value, leaf=repr(leaf))
            for leaf, count in taken.items()
        ]
        en = "{name}: {kept} carried over as it was, and {more} from those that are gone"
        zh = "{name}：原样结转 {kept}，另接收已撤销节点 {more}"
        return because(en, zh, *parts, name=name, kept=kept, more=(grain * sum(taken.values())).value)

    def __iter__(self) -> Iterator[str]:
        return (leaf.id for leaf in self.org.leaves())

    def __len__(self) -> int:
        return len(self.org.leaves())


def _parts(whole: int, cells: Sequence[int], weights: Sequence[int]) -> list[list[int]]:
    """Share a row of buckets among heirs; by both margins where all have one sign, else bucket by bucket."""
    if min(cells) >= 0 or max(cells) <= 0:
        return controlled_rounding(apportion(whole, list(weights)), cells)
    return [list(row) for row in zip(*(apportion(cell, list(weights)) for cell in cells), strict=True)]
