"""Variance of sales (销售差异分析): price, volume, mix, returns, new and lost customers and products, exactly.

>>> from pharmasales.units import BOX, CNY
>>> def line(customer: str, boxes: int, yuan: int) -> SoldLine:
...     return SoldLine("r1", "P1", customer, Amount.of(yuan, CNY), Amount.of(boxes, BOX))
>>> found = sales_variance([line("H1", 10, 100), line("H2", 5, 60)], [line("H1", 12, 132), line("H3", 4, 40)])
>>> print(found.whole["volume"], found.whole["price"], found.whole["new_customers"], found.whole["lost_customers"])
20.00 CNY 12.00 CNY 40.00 CNY -60.00 CNY
>>> print(found.of(customers=["H1"]).why)
sales 100.00 CNY before, 132.00 CNY after: 32.00 CNY
  volume 20.00 CNY: change of quantity x old average price of all comparable sales (old mix, old price)
  price 12.00 CNY: new quantity x (new price - old price)
  r1, P1, H1: comparable: split by its own old price
    12 BOX after 10 BOX; old price 10 a BOX, old average price 10 a BOX
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from operator import add
from typing import Literal, TypeAlias

from attrs import evolve, field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadValue, NotFound
from pharmasales.evaluation.variance.comparing import SplitCell, compared
from pharmasales.evaluation.variance.parted import Parted
from pharmasales.evaluation.variance.sales_parts import CELL_KINDS, SALES_PARTS
from pharmasales.evaluation.variance.sales_why import cell_why, left_out_whys
from pharmasales.evaluation.variance.sold import CellKey, SoldLine, UncountedLines, gathered
from pharmasales.names import nearest
from pharmasales.org import Org
from pharmasales.units import Amount, Unit

__all__ = ["SalesVariance", "VarianceBy", "sales_variance"]

VarianceBy: TypeAlias = Literal["node", "product", "customer"]

_DIMENSIONS: Mapping[VarianceBy, tuple[int, Says]] = {
    "node": (0, Says("node", "节点")),
    "product": (1, Says("product", "产品")),
    "customer": (2, Says("customer", "客户")),
}
_SIDES = (Says("before", "之前"), Says("after", "之后"))
_ZEROS = (0,) * (4 + len(SALES_PARTS))


@frozen(eq=False)
class SalesVariance:
    """The change of sales between two sides, split cell by cell. Made by `sales_variance`.

    Every cell is whole: its parts are rounded to the smallest part of the money by largest remainder and add up to its
    change. So they add up for every node, product and customer, and all of those to the whole.

    Args:
        cells: each cell, by node, product and customer, in no order that means anything.
        money: the unit of sales.
        left_out: lines that count nowhere, such as free goods.
        sides: what both sides are called.
    """

    cells: Mapping[CellKey, SplitCell] = field(repr=lambda cells: f"<{len(cells)} cells>")
    money: Unit
    left_out: tuple[UncountedLines, ...] = field(repr=False)
    sides: tuple[Says, Says] = _SIDES

    @cached_property
    def whole(self) -> Parted:
        """The change of everything here, and its parts."""
        return self._parted(_added(cell.row for cell in self.cells.values()))

    def by(self, dimension: VarianceBy) -> dict[str, Parted]:
        """Return the change of each node, product or customer that has lines, sorted by id.

        Raises:
            BadValue: another dimension.
        """
        return {name: self._parted(sums) for name, sums in sorted(self._sums(dimension).items())}

    def by_node(self, org: Org) -> dict[str, Parted]:
        """Return the change of every node of an organisation with lines at it or below it, rolled up.

        Raises:
            NotFound: a line at a node that the organisation does not have.
        """
        rolled = org.roll_up(self._sums("node"), lambda one, two: list(map(add, one, two)))
        return {node.id: self._parted(rolled[node.id]) for node in org if node.id in rolled}

    def of(
        self,
        *,
        nodes: Collection[str] | None = None,
        products: Collection[str] | None = None,
        customers: Collection[str] | None = None,
    ) -> SalesVariance:
        """Drill down (下钻): keep the cells of some nodes, products and customers, split as they are.

        Who is new or lost, and what the average price was, stays what it is over everything compared.

        Args:
            nodes: ids of nodes, such as `org.within("D1")`; all where left out.
            products: ids of products.
            customers: ids of customers.

        Raises:
            NotFound: nothing is left.
        """
        asked = [None if some is None else set(some) for some in (nodes, products, customers)]

        def kept(key: CellKey) -> bool:
            return all(some is None or name in some for name, some in zip(key, asked, strict=True))

        cells = {key: cell for key, cell in self.cells.items() if kept(key)}
        left_out = tuple(one for one in self.left_out if kept((one.node, one.product, one.customer)))
        if not cells:
            raise NotFound("no sales of these nodes, products and customers", hint="ask wider", code="variance.of")
        return evolve(self, cells=cells, left_out=left_out)

    @property
    def rounding(self) -> dict[str, Fraction]:
        """How far volume, mix and price stand from their exact sums, in smallest parts; together zero."""
        off: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        for cell in self.cells.values():
            exact, under = cell.exact
            off[under] = [
                sum_ + whole * under - over for sum_, whole, over in zip(off[under], cell.parts, exact, strict=False)
            ]
        return {
            part.key: sum((Fraction(sums[place], under) for under, sums in off.items()), Fraction(0))
            for place, part in enumerate(SALES_PARTS[:3])
        }

    @property
    def why(self) -> Why:
        """The change, each part with its formula, the cell where there is only one, and what is left out."""
        whole = self.whole
        parts = [
            because(
                "{part} {amount}: {formula}",
                "{part} {amount}：{formula}",
                part=part.says,
                amount=str(amount),
                formula=part.formula,
            )
            for part, amount in whole.parts
            if amount.minor
        ]
        if len(self.cells) == 1:
            parts += [cell_why(key, cell, self.money) for key, cell in self.cells.items()]
        parts += left_out_whys(self.left_out, self.sides)
        return because(
            "sales {before} {first}, {after} {last}: {change}",
            "{first}销售 {before}，{last} {after}：{change}",
            *parts,
            before=str(whole.before),
            after=str(whole.after),
            first=self.sides[0],
            last=self.sides[1],
            change=str(whole.change),
        )

    def table(self) -> Table:
        """Return the waterfall: step, amount, sum, share of what was before, formula."""
        return self.whole.table(*self.sides)

    def table_by(self, dimension: VarianceBy, org: Org | None = None) -> Table:
        """Return one row for each node, product or customer, the largest change first, with every part.

        Args:
            dimension: `node`, `product` or `customer`.
            org: for nodes, the organisation to roll up in; its order is kept.

        Raises:
            BadValue: another dimension, or an organisation for products or customers.
            NotFound: a line at a node that the organisation does not have.
        """
        title = self._dimension(dimension)[1]
        if org is not None and dimension != "node":
            raise BadValue("an organisation of nodes", where="org", hint='give it with "node"', code="variance.by")
        rows = list((self.by(dimension) if org is None else self.by_node(org)).items())
        if org is None:
            rows.sort(key=lambda row: -abs(row[1].change.minor))
        columns = (
            Column(dimension, title.en.capitalize(), title.zh),
            *(
                Column(side, names.en.capitalize(), names.zh, "amount")
                for side, names in zip(("before", "after"), self.sides, strict=True)
            ),
            Column("change", "Change", "差异", "amount"),
            *(Column(part.key, part.says.en.capitalize(), part.says.zh, "amount") for part in SALES_PARTS),
        )
        return Table(
            "variance",
            Says(f"Variance by {title.en}", f"按{title.zh}的差异分解"),
            columns,
            [_row(name, one) for name, one in rows],
        )

    def cell_table(self) -> Table:
        """Return node, product, customer, change and what became of each cell; the unexplained ones say what to do."""
        ordered = sorted(self.cells.items(), key=lambda one: (-abs(sum(one[1].parts)), one[0]))
        rows: list[tuple[Cell, ...]] = [
            (*key, Amount(sum(cell.parts), self.money).value, CELL_KINDS[cell.kind]) for key, cell in ordered
        ]
        return Table("variance_cells", Says("Variance by cell", "差异明细"), _CELL_COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)

    def _dimension(self, dimension: VarianceBy) -> tuple[int, Says]:
        found = _DIMENSIONS.get(dimension)
        if found is None:
            hint = nearest(str(dimension), _DIMENSIONS)
            raise BadValue("by what?", where="dimension", hint=hint, code="variance.by")
        return found

    def _sums(self, dimension: VarianceBy) -> dict[str, list[int]]:
        place = self._dimension(dimension)[0]
        rows: defaultdict[str, list[tuple[int, ...]]] = defaultdict(list)
        for key, cell in self.cells.items():
            rows[key[place]].append(cell.row)
        return {name: _added(some) for name, some in rows.items()}

    def _parted(self, sums: Collection[int]) -> Parted:
        gross_before, returned_before, gross_after, returned_after, *parts = (Amount(one, self.money) for one in sums)
        named = tuple(zip(SALES_PARTS, parts, strict=True))
        return Parted(gross_before + returned_before, gross_after + returned_after, named, gross_before, gross_after)


_CELL_COLUMNS = (
    Column("node_id", "Node id", "节点编号"),
    Column("product_id", "Product id", "产品编号"),
    Column("customer_id", "Customer id", "客户编号"),
    Column("change", "Change", "差异", "amount"),
    Column("kind", "What it is", "性质"),
)


def _added(rows: Iterable[tuple[int, ...]]) -> list[int]:
    return [sum(column) for column in zip(_ZEROS, *rows, strict=True)]


def _row(name: str, one: Parted) -> tuple[Cell, ...]:
    return (name, one.before.value, one.after.value, one.change.value, *(amount.value for _, amount in one.parts))


def sales_variance(
    before: Iterable[SoldLine], after: Iterable[SoldLine], *, sides: tuple[Says, Says] = _SIDES
) -> SalesVariance:
    """Split the change of sales into its parts, exactly (销售差异分解).

    Which part is which, and in what order they are worked out, is said by `SALES_PARTS`. Lines of one customer,
    product and node are added up first. Nothing is guessed: what has no quantity is `unexplained` as a whole, with its
    reason, and free goods are left out and listed. Where a customer buys a product from another node than before, the
    customer's own old price stands in; where it did not buy the product before, the product's old average price.

    Args:
        before: the lines of the period before, or of the plan.
        after: the lines of the period, in any order.
        sides: what both sides are called, such as `Says("plan", "计划")`.

    Source: S004-23 (compare), S004-58 (sales are net sales). The parts are the textbook's; their order is stated here.

    Raises:
        BadRows: sales in several units of money, sales and quantity of different signs: all lines at once.
        BadValue: no line on either side.
    """
    old, new = list(before), list(after)
    if not old and not new:
        raise BadValue("no sales to compare", hint="give the lines of both sides", code="variance.empty")
    money = (old or new)[0].sales.unit
    given = gathered(old, new, money)
    return SalesVariance(compared(given), money, given.left_out, sides)
