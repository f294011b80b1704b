"""Returns without a sale (无源退货): more came back from a customer than was ever sold to it.

A return is legal; one that is larger than everything sold before says that the sale is missing, went under another
name, or that goods of others came back.

>>> from pharmasales.channel.flow.matching import Matched
>>> from pharmasales.channel.flow.reading import FlowLine
>>> from pharmasales.periods import Month
>>> from pharmasales.units import BOX
>>> found = (Matched("customer", "same", "H1"), Matched("product", "same", "P1"))
>>> sales = [FlowSale(FlowLine("d1.csv", row, "D1", ()), "H1", "P1", Month(2026, month), Amount(n, BOX), None, found)
...     for row, month, n in ((2, 1, 5), (3, 2, -8))]
>>> [(str(one.over), one.why.text()) for one in unfounded_returns(sales)]
[('3 BOX', 'sold 5 so far, came back 8: 3 without a sale (d1.csv row 3)')]

Source: S004-58 (net sales); S004-73 (退换货).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias

from attrs import frozen

from pharmasales.channel.flow.held import FlowSale
from pharmasales.display import Why, because
from pharmasales.units import Amount

__all__ = ["UnfoundedReturn", "unfounded_returns"]

_Place: TypeAlias = tuple[str, str, str]


@frozen
class UnfoundedReturn:
    """The first line at which more had come back than was sold.

    Args:
        sale: the line.
        sold: what had been sold until then.
        back: what had come back until then, this line included.
    """

    sale: FlowSale
    sold: Amount
    back: Amount

    @property
    def over(self) -> Amount:
        """How many came back without a sale."""
        return self.back - self.sold

    @property
    def why(self) -> Why:
        """The arithmetic, with the row."""
        line = self.sale.line
        row = because("{file} row {row}", "{file} 第 {row} 行", file=line.file, row=str(line.row))
        en = "sold {sold} so far, came back {back}: {over} without a sale"
        zh = "此前卖出 {sold}，退回 {back}：{over} 无对应销售"
        return because(en, zh, row, sold=self.sold.value, back=self.back.value, over=self.over.value)


def unfounded_returns(
    sales: Iterable[FlowSale], sold_before: Mapping[_Place, Amount] = MappingProxyType({})
) -> list[UnfoundedReturn]:
    """Find the returns that no sale stands behind, one a distributor, customer and product.

    Within a month without days, sales count before returns, since nobody knows the order.

    Args:
        sales: the cleaned lines.
        sold_before: what was sold before the first line, by distributor, customer and product.
    """
    groups: dict[_Place, list[FlowSale]] = defaultdict(list)
    for sale in sales:
        groups[sale.distributor, sale.customer, sale.product].append(sale)
    return [one for place in sorted(groups) for one in _first(groups[place], sold_before.get(place))]


def _first(lines: list[FlowSale], before: Amount | None) -> Iterator[UnfoundedReturn]:
    unit = lines[0].quantity.unit
    sold, back = before or Amount(0, unit), Amount(0, unit)
    for sale in sorted(lines, key=_order):
        if sale.quantity.minor < 0:
            back -= sale.quantity
        else:
            sold += sale.quantity
        if back > sold:
            yield UnfoundedReturn(sale, sold, back)
            return


def _order(sale: FlowSale) -> tuple[object, ...]:
    """Order lines in time; a month's lines without a day stand at its end."""
    day = sale.line.day or sale.month.end
    return day, sale.quantity.minor < 0, sale.line.file, sale.line.row
