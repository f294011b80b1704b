"""What differs between two plans (目标差异): who came, who went, whose number changed, by how much and by which edits.

>>> from pharmasales.goals.decomposing.decompose import decompose
>>> from pharmasales.goals.decomposing.season import even
>>> from pharmasales.org import Node, Org
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import BOX
>>> org = Org.of([Node("N", "North", "area"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
>>> box, season, basis = Amount.of(1, BOX), even([Quarter(2026, 1)]), Says("sales", "销量")
>>> before = decompose(org, box * 90, {"r1": 1, "r2": 2}, season, grain=box, basis=basis)
>>> after = decompose(org, box * 90, {"r1": 1, "r2": 1}, season, grain=box, basis=basis)
>>> print(diff_plans(before, after).table().text())
Node id  Node  Kind     Period   Before  After  Change   Ratio  Edits
-------  ----  -------  -------  ------  -----  ------  ------  -----
r1       One   changed  all          30     45      15  150.0%
r1       One   changed  2026-Q1      30     45      15  150.0%
r2       Two   changed  all          60     45     -15   75.0%
r2       Two   changed  2026-Q1      60     45     -15   75.0%
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import NotComparable
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.editing.causes import Causes
from pharmasales.goals.editing.edits import Edit
from pharmasales.periods import Period
from pharmasales.units import Amount

__all__ = ["PlanChange", "PlanDiff", "diff_plans"]

ChangeKind: TypeAlias = Literal["added", "gone", "changed", "moved"]

_KINDS = {
    "added": Says("added", "新增"),
    "gone": Says("gone", "移除"),
    "changed": Says("changed", "变更"),
    "moved": Says("moved", "转移"),
}
_ALL = Says("all", "全期")


@frozen
class PlanChange:
    """One number that differs (差异项).

    Args:
        node: the id of the node.
        name: its label.
        kind: `added`, `gone`, `moved` to another parent, or `changed` in its amount alone.
        period: the bucket; none for all together.
        before: what it was; none where the node or bucket is new.
        after: what it is; none where it is gone.
        edits: the edits behind it, where they are known.
    """

    node: str
    name: str
    kind: ChangeKind
    period: Period | None
    before: Amount | None
    after: Amount | None
    edits: tuple[Edit, ...] = field(default=(), repr=False)

    @property
    def change(self) -> Amount | None:
        """After less before; missing where either is."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def ratio(self) -> Fraction | None:
        """After over before; missing where either is, or before is zero."""
        return None if self.before is None or self.after is None else self.after.over(self.before)


@frozen
class PlanDiff:
    """Every number that differs, in the order of the trees (目标差异). Made by `diff_plans`."""

    changes: tuple[PlanChange, ...]

    def __iter__(self) -> Iterator[PlanChange]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def table(self) -> Table:
        """Return one row a number: each node in all, then its buckets."""
        return Table("plan_diff", Says("What differs", "目标差异"), _COLUMNS, [_row(one) for one in self.changes])

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def diff_plans(before: Decomposition, after: Decomposition, causes: Causes | None = None) -> PlanDiff:
    """Compare two plans (差异对比): nodes and buckets that came, went or changed; equal ones are left out.

    Args:
        before: the one.
        after: the other, in the same unit.
        causes: which edits lie between them, where that is known.

    Raises:
        NotComparable: plans in two units.
    """
    if before.grain.unit != after.grain.unit:
        raise NotComparable(f"{before.grain.unit.code} with {after.grain.unit.code}", code="unit")
    gone = [node.id for node in before.org if node.id not in after.org]
    found = [change for node in after.org for change in _node(before, after, node.id, causes)]
    return PlanDiff((*found, *(change for node_id in gone for change in _node(before, after, node_id, None))))


def _node(before: Decomposition, after: Decomposition, node_id: str, causes: Causes | None) -> Iterator[PlanChange]:
    kind = _kind(before, after, node_id)
    if kind == "changed" and _same(before, after, node_id):
        return
    name = (after if node_id in after.org else before).org[node_id].name
    edits = () if causes is None else causes.of(node_id)
    for period in (None, *dict.fromkeys((*before.buckets, *after.buckets))):
        amounts = [_amount(plan, node_id, period) for plan in (before, after)]
        if amounts[0] != amounts[1] or (period is None and kind == "moved"):
            yield PlanChange(node_id, name, kind, period, amounts[0], amounts[1], edits)


def _kind(before: Decomposition, after: Decomposition, node_id: str) -> ChangeKind:
    if node_id not in before.org:
        return "added"
    if node_id not in after.org:
        return "gone"
    return "changed" if before.org.parent_of(node_id) == after.org.parent_of(node_id) else "moved"


def _same(before: Decomposition, after: Decomposition, node_id: str) -> bool:
    """Whether a node's numbers are the same at a glance, which most are."""
    if before.grain != after.grain or before.buckets != after.buckets:
        return False
    cells = before.cells[node_id], after.cells[node_id]
    return before.whole[node_id] == after.whole[node_id] and (cells[0] is cells[1] or list(cells[0]) == list(cells[1]))


def _amount(plan: Decomposition, node_id: str, period: Period | None) -> Amount | None:
    if node_id not in plan.org or (period is not None and period not in plan.buckets):
        return None
    return plan.amount(node_id, period)


_COLUMNS = (
    Column("node_id", "Node id", "节点编号"),
    Column("node", "Node", "节点"),
    Column("kind", "Kind", "类型"),
    Column("period", "Period", "期间"),
    Column("before", "Before", "调整前", "amount"),
    Column("after", "After", "调整后", "amount"),
    Column("change", "Change", "变动", "amount"),
    Column("ratio", "Ratio", "比率", "ratio"),
    Column("edits", "Edits", "涉及调整"),
)


def _row(one: PlanChange) -> tuple[Cell, ...]:
    amounts = [None if amount is None else amount.value for amount in (one.before, one.after, one.change)]
    edits = Says("; ".join(e.says.en for e in one.edits), "；".join(e.says.zh for e in one.edits))
    period = _ALL if one.period is None else str(one.period)
    return (one.node, one.name, _KINDS[one.kind], period, *amounts, one.ratio, edits)
