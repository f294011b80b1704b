"""What was sold, line by line, and the cells that two sides of a comparison meet in (销售明细).

A cell is one customer's product at one node. Sales above zero are gross sales, sales below zero are returns (退货).
Free goods (赠品) bring no sales: they are left out of quantities and prices, and listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import TypeAlias

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadValue, NotComparable, PharmaSalesError
from pharmasales.names import normal_id
from pharmasales.units import Amount, Unit

__all__ = ["UNCOUNTED", "CellKey", "Gathered", "SoldCell", "SoldLine", "UncountedLines", "gathered"]

CellKey: TypeAlias = tuple[str, str, str]

UNCOUNTED: Mapping[str, Says] = {
    "free_goods": Says("free goods: no sales", "赠品：无销售额"),
    "empty": Says("neither sales nor quantity", "无销售额且无数量"),
}
"""Why a line counts nowhere."""


@frozen
class SoldLine:
    """One line of sales, of a period or of a plan (销售明细行).

    Args:
        node: the id of the node it belongs to, such as a rep.
        product: the id of the product.
        customer: the id of the customer.
        sales: money; below zero for a return, zero for free goods.
        quantity: how many boxes or the like, with the sign of the sales; none where it is not known.

    >>> from pharmasales.units import BOX, CNY
    >>> SoldLine("r1", "P1", "H1", Amount.of(500, CNY), Amount.of(10, BOX)).quantity
    Amount('10 BOX')
    """

    node: str = field(converter=normal_id)
    product: str = field(converter=normal_id)
    customer: str = field(converter=normal_id)
    sales: Amount = field(repr=False)
    quantity: Amount | None = field(default=None, repr=False)


@frozen
class UncountedLines:
    """Lines of one cell that count nowhere, by reason (未计入).

    Args:
        side: `before` or `after`.
        node: the id of the node.
        product: the id of the product.
        customer: the id of the customer.
        reason: a key of `UNCOUNTED`.
        lines: how many lines.
        quantity: how many boxes or the like, in smallest parts.
    """

    side: str
    node: str
    product: str
    customer: str
    reason: str
    lines: int
    quantity: int


class SoldCell:
    """What one customer bought of one product at one node, on one side, in smallest parts.

    `gross` are sales before returns, `returned` returns, zero or below; `quantity` is that of gross sales, and
    `unknown` says why it is not known: `no_quantity`, `zero_quantity`, or "".
    """

    __slots__ = ("gross", "quantity", "returned", "unknown")

    def __init__(self) -> None:
        self.gross = self.returned = self.quantity = 0
        self.unknown = ""


@frozen(eq=False)
class Gathered:
    """The lines of both sides, added up by cell. Made by `gathered`.

    Args:
        before: the cells before, by node, product and customer.
        after: the cells after.
        units: the unit of each product's quantities.
        several_units: the products that are counted in more than one.
        left_out: lines that count nowhere.
    """

    before: Mapping[CellKey, SoldCell]
    after: Mapping[CellKey, SoldCell]
    units: Mapping[str, Unit]
    several_units: Set[str]
    left_out: tuple[UncountedLines, ...]


def gathered(before: Iterable[SoldLine], after: Iterable[SoldLine], money: Unit) -> Gathered:
    """Add up the lines of both sides by cell.

    Args:
        before: the lines before, in any order.
        after: the lines after.
        money: the unit of all sales.

    Raises:
        BadRows: lines whose sales and quantity have different signs, and sales in another unit.
    """
    bad: list[PharmaSalesError] = []
    sides: tuple[dict[CellKey, SoldCell], dict[CellKey, SoldCell]] = ({}, {})
    units: dict[str, Unit] = {}
    several: set[str] = set()
    out: dict[tuple[int, CellKey, str], list[int]] = {}
    for side, lines in enumerate((before, after)):
        for place, line in enumerate(lines):
            wrong = _wrong(line, money)
            if wrong is not None:
                bad.append(wrong.at(f"{_SIDES[side]}[{place}]"))
            elif line.sales.minor:
                counted = _add(sides[side], line)
                if counted is not None and counted is not units.setdefault(line.product, counted):
                    several.update([line.product] if counted != units[line.product] else ())
            else:
                count = 0 if line.quantity is None else line.quantity.minor
                key = (line.node, line.product, line.customer)
                tally = out.setdefault((side, key, "free_goods" if count else "empty"), [0, 0])
                tally[0], tally[1] = tally[0] + 1, tally[1] + count
    if bad:
        raise BadRows("lines of sales refused", bad)
    left_out = [UncountedLines(_SIDES[side], *key, why, *tally) for (side, key, why), tally in sorted(out.items())]
    return Gathered(*sides, units, several, tuple(left_out))


_SIDES = ("before", "after")


def _add(cells: dict[CellKey, SoldCell], line: SoldLine) -> Unit | None:
    """Add a line to its cell; return the unit of its quantity where that counts."""
    key, amount, counted = (line.node, line.product, line.customer), line.sales.minor, line.quantity
    cell = cells.get(key)
    if cell is None:
        cell = cells[key] = SoldCell()
    if amount < 0:
        cell.returned += amount
        return None
    cell.gross += amount
    if counted is None or not counted.minor:
        cell.unknown = max(cell.unknown, "no_quantity" if counted is None else "zero_quantity")
        return None
    cell.quantity += counted.minor
    return counted.unit


def _wrong(line: SoldLine, money: Unit) -> PharmaSalesError | None:
    if line.sales.unit is not money and line.sales.unit != money:
        return NotComparable(f"{line.sales.unit.code} beside {money.code}", hint="change it first", code="unit")
    if line.quantity is not None and line.sales.minor * line.quantity.minor < 0:
        hint = "a return has both below zero"
        return BadValue("sales and quantity of different signs", hint=hint, code="variance.signs")
    return None
