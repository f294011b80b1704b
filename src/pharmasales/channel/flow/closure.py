"""Chain closure (通路闭合): what was sold on must have come in, for every distributor, product and month.

Goods go from us to distributors, from these to sub-distributors who report their own flow, and on to terminals. For
each one who reports: opening + from us + from other distributors - to distributors - to terminals = what must lie
there. Below zero, more was sold than came in; beside a count, the difference is a row; where the receiver states what
it received, that is compared with what the sender states. Nothing is corrected.

>>> from pharmasales.units import BOX
>>> def boxes(n): return Amount(n, BOX)
>>> january = Month(2026, 1)
>>> moves = [
...     ChainMove("", "D1", "P1", january, boxes(100)),
...     ChainMove("D1", "S1", "P1", january, boxes(40)),
...     ChainMove("S1", "H1", "P1", january, boxes(55)),
... ]
>>> done = close_chain(moves, reporting={"D1", "S1"})
>>> for one in done.differences():
...     print(one.stock.distributor, one.stock.product, one.stock.month, one.quantity)
...     print(one.why.text())
S1 P1 2026-01 -15 BOX
opening 0 + in 40 - out 55 = -15; a file is missing, a unit is wrong, or goods came from elsewhere

Source: P2-F (chain closure, stock identity, causes of mismatch); S003-6; S004-60.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias

from attrs import field, frozen

from pharmasales.channel.flow.chain import CHAIN_DIFFERENCES, ChainDifference, ChainMove, ChainStock
from pharmasales.channel.flow.held import FlowSale
from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadRows, BadValue, NotComparable
from pharmasales.names import two_spellings
from pharmasales.periods import Month
from pharmasales.units import Amount, Unit

__all__ = ["ChainClosure", "ChainDifferences", "chain_moves", "close_chain"]

_Place: TypeAlias = tuple[str, str]
_Cell: TypeAlias = tuple[str, str, Month]


def chain_moves(sales: Iterable[FlowSale], same: Mapping[str, str] = MappingProxyType({})) -> list[ChainMove]:
    """Make moves of cleaned lines.

    Args:
        sales: the lines.
        same: the id of the distributor that a customer is, where the two differ.
    """
    return [
        ChainMove(one.distributor, same.get(one.customer, one.customer), one.product, one.month, one.quantity)
        for one in sales
    ]


@frozen(repr=False)
class ChainDifferences:
    """What does not close, by distributor, product and month.

    Args:
        differences: one a row.
    """

    differences: tuple[ChainDifference, ...]

    def __iter__(self) -> Iterator[ChainDifference]:
        return iter(self.differences)

    def __len__(self) -> int:
        return len(self.differences)

    def __repr__(self) -> str:
        return f"ChainDifferences({len(self)})"

    def table(self) -> Table:
        """Return the differences with their arithmetic."""
        rows = [
            (
                one.stock.distributor,
                one.stock.product,
                str(one.stock.month),
                CHAIN_DIFFERENCES[one.kind],
                one.quantity.value,
                one.why,
            )
            for one in self.differences
        ]
        return Table("chain_differences", Says("What does not close", "通路差异"), _DIFFERENCE_COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


@frozen(repr=False)
class ChainClosure:
    """The books of all who report.

    Args:
        stocks: one a distributor, product and month, without gaps from the first month of the product to the last.
        counted: what was counted at the end of a month.
        stated: what a receiver states to have received from other distributors in a month.
        unreported: what we supplied to somebody who does not report, so that nobody can say where it went.
    """

    stocks: tuple[ChainStock, ...]
    counted: Mapping[_Cell, Amount] = field(hash=False)
    stated: Mapping[_Cell, Amount] = field(hash=False)
    unreported: tuple[ChainMove, ...] = ()

    def __repr__(self) -> str:
        return f"ChainClosure({len(self.stocks)} rows)"

    def differences(self) -> ChainDifferences:
        """Return what does not close, the books below zero first, at each place."""
        return ChainDifferences(tuple(one for stock in self.stocks for one in self._differences(stock)))

    def _differences(self, stock: ChainStock) -> Iterator[ChainDifference]:
        at = (stock.distributor, stock.product, stock.month)
        if stock.closing.minor < 0:
            yield ChainDifference(stock, "more out", stock.closing)
        counted, stated = self.counted.get(at), self.stated.get(at)
        if counted is not None and counted != stock.closing:
            yield ChainDifference(stock, "counted", counted - stock.closing, counted)
        if stated is not None and stated != stock.from_others:
            yield ChainDifference(stock, "received", stated - stock.from_others, stated)

    def table(self) -> Table:
        """Return the books."""
        rows = [
            (
                *(
                    one.distributor,
                    one.product,
                    str(one.month),
                    one.opening.value,
                    one.from_us.value,
                    one.from_others.value,
                ),
                *(one.to_others.value, one.to_terminals.value, one.closing.value),
            )
            for one in self.stocks
        ]
        return Table("chain", Says("The chain by distributor, product and month", "通路台账"), _STOCK_COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


_WHERE = (
    Column("distributor", "Distributor", "商业公司"),
    Column("product", "Product", "产品"),
    Column("month", "Month", "月份"),
)
_DIFFERENCE_COLUMNS = (
    *_WHERE,
    Column("kind", "Difference", "差异"),
    Column("quantity", "Quantity", "数量", "amount"),
    Column("why", "Why", "理由", "why"),
)
_STOCK_COLUMNS = (
    *_WHERE,
    Column("opening", "Opening", "期初", "amount"),
    Column("from_us", "From us", "厂家发货", "amount"),
    Column("from_others", "From distributors", "调入", "amount"),
    Column("to_others", "To distributors", "调出", "amount"),
    Column("to_terminals", "To terminals", "终端纯销", "amount"),
    Column("closing", "Closing", "期末", "amount"),
)


def close_chain(
    moves: Iterable[ChainMove],
    *,
    reporting: Collection[str],
    opening: Mapping[_Place, Amount] = MappingProxyType({}),
    counted: Mapping[_Cell, Amount] = MappingProxyType({}),
    received: Mapping[_Cell, Amount] = MappingProxyType({}),
) -> ChainClosure:
    """Keep the book of everybody who reports, product by product and month by month.

    What one distributor sells to another who reports comes in there; nothing is counted twice: what we supplied is what
    terminals got and what still lies in the chain.

    Args:
        moves: what we supplied (`sender` "") and what the distributors sold (`chain_moves`).
        reporting: the ids of the distributors whose flow is here.
        opening: what lay with a distributor before the first month, by distributor and product; nothing where left out.
        counted: what was counted, by distributor, product and month.
        received: what a receiver states to have received from other distributors, by receiver, product and month.

    Raises:
        BadValue: somebody who sells, or of whom an opening, a count or a receipt is given, and does not report.
        BadRows: ids that differ in case, width or spaces only: goods sold to `s1` would never come in at `S1`.
        NotComparable: one product in two units.
    """
    reports = frozenset(reporting)
    given = list(moves)
    _refuse_unknown(given, reports, [*opening, *counted, *received])
    stated = [*opening.items(), *counted.items(), *received.items()]
    units = _units(
        [*((one.product, one.quantity) for one in given), *((str(place[1]), much) for place, much in stated)]
    )
    sums: dict[tuple[str, str, Month, str], int] = defaultdict(int)
    for move in given:
        if move.sender:
            kind = "to_others" if move.receiver in reports else "to_terminals"
            sums[move.sender, move.product, move.month, kind] += move.quantity.minor
        if move.receiver in reports:
            kind = "from_others" if move.sender else "from_us"
            sums[move.receiver, move.product, move.month, kind] += move.quantity.minor
    unreported = [one for one in given if not one.sender and one.receiver not in reports]
    unreported.sort(key=lambda one: (one.receiver, one.product, one.month, one.quantity.minor))
    for place in (*counted, *received):  # a count of what never moved has its row too
        sums.setdefault((*place, "from_us"), 0)
    return ChainClosure(tuple(_rolled(sums, opening, units)), dict(counted), dict(received), tuple(unreported))


def _refuse_unknown(moves: Iterable[ChainMove], reports: frozenset[str], books: Collection[_Place | _Cell]) -> None:
    ids, products = set(reports), set[str]()
    for one in moves:
        ids |= {one.sender, one.receiver}
        products.add(one.product)
        if one.sender and one.sender not in reports:
            hint = "name it in reporting"
            raise BadValue("sells and does not report", where=f"sender {one.sender!r}", hint=hint, code="flow.chain")
    for who, product, *_ in books:
        ids.add(who)
        products.add(product)
    bad = two_spellings("customer", sorted(ids - {""}), "flow.twins")
    bad += two_spellings("product", sorted(products), "flow.twins")
    if bad:
        raise BadRows("the chain spells ids in two ways", bad)
    unknown = sorted({place[0] for place in books} - reports)
    if unknown:
        where, hint = f"book of {unknown[0]!r}", "name it in reporting"
        raise BadValue("has a book and does not report", where=where, hint=hint, code="flow.chain")


def _units(given: Iterable[tuple[str, Amount]]) -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for product, quantity in given:
        if units.setdefault(product, quantity.unit) != quantity.unit:
            raise NotComparable("one product in two units", where=f"product {product!r}", code="unit")
    return units


def _rolled(
    sums: Mapping[tuple[str, str, Month, str], int], opening: Mapping[_Place, Amount], units: Mapping[str, Unit]
) -> Iterator[ChainStock]:
    """Yield each book month by month, from the first month of the product to the last."""
    months: dict[str, list[Month]] = defaultdict(list)
    for _, product, month, _ in sums:
        months[product].append(month)
    for distributor, product in sorted({*((one, what) for one, what, _, _ in sums), *opening}):
        if product not in months:
            continue
        unit, month, last = units[product], min(months[product]), max(months[product])
        lies = opening.get((distributor, product), Amount(0, unit))
        while not last < month:
            parts = [Amount(sums.get((distributor, product, month, kind), 0), unit) for kind in _KINDS]
            stock = ChainStock(distributor, product, month, lies, *parts)
            yield stock
            lies, month = stock.closing, month.plus(1)


_KINDS = ("from_us", "from_others", "to_others", "to_terminals")
