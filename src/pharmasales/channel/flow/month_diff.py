"""What a restatement changed (重述差异): figures new, gone and changed, line by line, and their sums.

>>> from pharmasales.units import BOX
>>> five, eight = FlowFact(1, Amount(5, BOX), None), FlowFact(2, Amount(8, BOX), None)
>>> diff = FlowDiff(1, 2, (FlowChange("D1", "H1", "P1", five, eight), FlowChange("D1", "H2", "P1", None, five)))
>>> print(diff.sums_table())
What     Figures  Lines  Change  Unit  Money
-------  -------  -----  ------  ----  -----
new            1      1       5  BOX
changed        1      1       3  BOX
all            2      2       8  BOX

Source: P2-F (monthly records, then bonus base).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from types import MappingProxyType

from attrs import Attribute, field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadValue
from pharmasales.units import Amount

__all__ = ["FLOW_CHANGES", "FlowChange", "FlowDiff", "FlowDiffSum", "FlowFact"]

FLOW_CHANGES = MappingProxyType(
    {"new": Says("new", "新增"), "gone": Says("gone", "消失"), "changed": Says("changed", "变更")}
)
"""How a closed figure may change."""

_ALL = Says("all", "合计")


def _some(_instance: object, _attribute: Attribute[int], value: object) -> None:
    if type(value) is not int or value < 1:
        raise BadValue("no number of lines", where="flow fact lines", hint="one or more", code="flow.month")


@frozen
class FlowFact:
    """What one distributor sold of one product to one customer within a month.

    Args:
        lines: how many lines, one at least.
        quantity: how many, returns taken off.
        amount: the money, or missing where a line states none.

    Raises:
        BadValue: no lines.
    """

    lines: int = field(validator=_some)
    quantity: Amount
    amount: Amount | None


@frozen
class FlowChange:
    """One figure that another version changed.

    Args:
        distributor: who sold.
        customer: to whom.
        product: what.
        before: the figure before, or nothing.
        after: the figure after, or nothing.

    Raises:
        BadValue: neither before nor after.
    """

    distributor: str
    customer: str
    product: str
    before: FlowFact | None
    after: FlowFact | None

    def __attrs_post_init__(self) -> None:
        if self.before is None and self.after is None:
            raise BadValue("a change of nothing", where="flow change", hint="give a figure", code="flow.change")

    @property
    def kind(self) -> str:
        """One of `FLOW_CHANGES`."""
        return "new" if self.before is None else "gone" if self.after is None else "changed"

    @property
    def lines(self) -> int:
        """The change of the number of lines."""
        return (self.after.lines if self.after else 0) - (self.before.lines if self.before else 0)

    @property
    def change(self) -> Amount:
        """The change of the quantity; nothing before or after counts as none sold.

        Raises:
            NotComparable: the product is counted in another unit.
        """
        known = [one.quantity for one in (self.after, self.before) if one]
        return known[0] - known[1] if len(known) == 2 else known[0] if self.after else -known[0]

    @property
    def money(self) -> Amount | None:
        """The change of the money; missing where a figure that is there has none: unknown is not zero."""
        known = [one.amount for one in (self.after, self.before) if one]
        stated = [one for one in known if one is not None]
        if len(stated) < len(known):
            return None
        return stated[0] - stated[1] if len(stated) == 2 else stated[0] if self.after else -stated[0]


@frozen
class FlowDiffSum:
    """The sum of the changes of one kind in one unit (差异小计).

    Args:
        kind: one of `FLOW_CHANGES`, or "" for all of them.
        figures: how many figures changed.
        lines: by how many lines.
        change: by how much, in one unit.
        money: by how much money; missing where it is missing for one of them.
    """

    kind: str
    figures: int
    lines: int
    change: Amount
    money: Amount | None


@frozen(repr=False)
class FlowDiff:
    """What a restatement changed (重述差异).

    Args:
        old: the number of the earlier version.
        new: the number of the later one.
        changes: one a distributor, customer and product.
    """

    old: int
    new: int
    changes: tuple[FlowChange, ...]

    def __repr__(self) -> str:
        return f"FlowDiff({self.old} to {self.new}, {len(self.changes)} changes)"

    def sums(self) -> tuple[FlowDiffSum, ...]:
        """Return what is new, gone and changed, each added up, and all together, unit by unit.

        Raises:
            NotComparable: money in two units.
        """
        units: dict[str, list[FlowChange]] = defaultdict(list)
        for one in self.changes:
            units[one.change.unit.code].append(one)
        return tuple(found for code in sorted(units) for found in _sums(units[code]))

    def table(self) -> Table:
        """Return before, after and change of the quantities."""
        rows = [
            (
                *(one.distributor, one.customer, one.product, FLOW_CHANGES[one.kind]),
                _value(one.before.quantity if one.before else None),
                _value(one.after.quantity if one.after else None),
                one.change.value,
                _value(one.money),
            )
            for one in self.changes
        ]
        return Table("restated", Says("What the restatement changed", "重述差异"), _COLUMNS, rows)

    def sums_table(self) -> Table:
        """Return the sums of what is new, gone and changed."""
        rows: list[tuple[Cell, ...]] = [
            (
                FLOW_CHANGES.get(one.kind, _ALL),
                one.figures,
                one.lines,
                one.change.value,
                one.change.unit.code,
                _value(one.money),
            )
            for one in self.sums()
        ]
        return Table("restated_sums", Says("Sums of the restatement", "重述差异汇总"), _SUMS, rows)

    def _repr_html_(self) -> str:
        return self.sums_table().html() + self.table().html()


def _sums(changes: list[FlowChange]) -> Iterator[FlowDiffSum]:
    groups: dict[str, list[FlowChange]] = defaultdict(list)
    for one in changes:
        groups[one.kind].append(one)
    for kind in FLOW_CHANGES:
        if groups[kind]:
            yield _sum(kind, groups[kind])
    yield _sum("", changes)


def _sum(kind: str, changes: list[FlowChange]) -> FlowDiffSum:
    much = Amount.total((one.change for one in changes), changes[0].change.unit)
    money = [one.money for one in changes]
    known = [one for one in money if one is not None]
    whole = Amount.total(known, known[0].unit) if len(known) == len(money) else None
    return FlowDiffSum(kind, len(changes), sum(one.lines for one in changes), much, whole)


def _value(amount: Amount | None) -> Decimal | None:
    return None if amount is None else amount.value


_COLUMNS = (
    Column("distributor", "Distributor", "商业公司"),
    Column("customer", "Customer", "客户"),
    Column("product", "Product", "产品"),
    Column("kind", "What", "类别"),
    Column("before", "Before", "原数量", "amount"),
    Column("after", "After", "新数量", "amount"),
    Column("change", "Change", "差异", "amount"),
    Column("money", "Money", "金额差异", "amount"),
)
_SUMS = (
    Column("kind", "What", "类别"),
    Column("figures", "Figures", "条数", "number"),
    Column("lines", "Lines", "行数", "number"),
    Column("change", "Change", "差异", "amount"),
    Column("unit", "Unit", "单位"),
    Column("money", "Money", "金额差异", "amount"),
)
