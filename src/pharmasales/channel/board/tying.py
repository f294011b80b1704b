"""Tying (勾稽): which invoice line, goods and entry of the buyer's book belong to one sale.

Goods that name their invoice belong to it. Others are tied by buyer and product: first those of the same quantity, then
entries of the quantity of one lot that came, then the rest, each within the days in transit, the earliest first. Within
one quantity no way of tying ties more. What finds nobody stands alone, so that every row is in exactly one sale.

>>> pairs([(3, "a"), (5, "b")], [(5, "x"), (10, "y")], 5)
[('a', 'x'), ('b', 'y')]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from attrs import define, field, frozen

from pharmasales.channel.board.findings import Evidence
from pharmasales.channel.board.papers import GoodsMoved, InvoiceLine
from pharmasales.channel.money.documents import Invoice
from pharmasales.channel.stock.movements import StockMovement
from pharmasales.units import Amount

__all__ = ["Sale", "TiedSale", "pairs", "tied"]

L = TypeVar("L")
R = TypeVar("R")


@define
class Sale:
    """The rows of one sale while they are tied (一笔交易). It never leaves this package.

    Args:
        customer: id of the buyer.
        product: id of the product.
        invoice: the number of the invoice that the rows name, or "".
        billed: the day of the invoice, where there is a line of it.
        lines: lines of the invoice.
        goods: what moved.
        books: what the buyer booked.
    """

    customer: str
    product: str
    invoice: str = ""
    billed: date | None = None
    lines: list[InvoiceLine] = field(factory=list)
    goods: list[GoodsMoved] = field(factory=list)
    books: list[StockMovement] = field(factory=list)

    @property
    def days(self) -> list[date]:
        """The days of all its rows."""
        billed = [self.billed] if self.billed is not None else []
        return [*billed, *(one.on for one in self.goods), *(one.on for one in self.books)]

    @property
    def anchor(self) -> int:
        """The day that others are tied to: the first of its goods, or that of its invoice."""
        return min([one.on for one in self.goods] or self.days).toordinal()

    @property
    def quantity(self) -> int:
        """The quantity that others are tied to: that of its goods, or of its invoice; in smallest parts."""
        return sum(one.quantity.minor for one in self.goods or self.lines)


def pairs(lefts: Iterable[tuple[int, L]], rights: Iterable[tuple[int, R]], slack: int) -> list[tuple[L, R]]:
    """Pair days that are at most `slack` apart, in order; no other pairing has more pairs.

    Args:
        lefts: days by number, in order, with what they are of.
        rights: the same.
        slack: days, zero or more.
    """
    one, other = list(lefts), list(rights)
    found: list[tuple[L, R]] = []
    here = there = 0
    while here < len(one) and there < len(other):
        apart = other[there][0] - one[here][0]
        if apart < -slack:
            there += 1
        elif apart > slack:
            here += 1
        else:
            found.append((one[here][1], other[there][1]))
            here, there = here + 1, there + 1
    return found


def tied(
    invoices: Mapping[str, Invoice],
    lines: Iterable[InvoiceLine],
    goods: Iterable[GoodsMoved],
    books: Iterable[StockMovement],
    slack: int,
) -> list[Sale]:
    """Tie lines, goods and entries of the book into sales; every row is in exactly one.

    Args:
        invoices: the invoice of each line, by number.
        lines: lines of invoices.
        goods: what moved.
        books: what buyers booked as coming in.
        slack: how many days may lie between the rows of a sale where no number ties them.
    """
    sales: dict[tuple[str, str, str], Sale] = {}
    for line in sorted(lines, key=lambda one: one.id):
        bill = invoices[line.invoice]
        key = (bill.customer, line.product, bill.id)
        sales.setdefault(key, Sale(*key, billed=bill.on)).lines.append(line)
    free: list[GoodsMoved] = []
    for moved in sorted(goods, key=lambda one: (one.on, one.id)):
        if moved.invoice:
            key = (moved.customer, moved.product, moved.invoice)
            sales.setdefault(key, Sale(*key)).goods.append(moved)
        else:
            free.append(moved)
    found = [sales[key] for key in sorted(sales)]
    rest = _joined([one for one in found if not one.goods], free, slack, lambda sale, row: sale.goods.append(row))
    found += [Sale(one.customer, one.product, goods=[one]) for one in rest]
    entries = sorted(books, key=lambda one: (one.on, one.id))
    for some in ([one for one in found if one.goods], [one for one in found if not one.goods]):
        entries = _joined(some, entries, slack, lambda sale, row: sale.books.append(row))
    return found + [Sale(one.customer, one.product, books=[one]) for one in entries]


Row = TypeVar("Row", GoodsMoved, StockMovement)


def _joined(sales: Sequence[Sale], rows: Sequence[Row], slack: int, put: Callable[[Sale, Row], None]) -> list[Row]:
    """Put each row with a sale: by the whole quantity, by that of one lot, then by any; return who found none."""
    parts, left = _met([_whole(one) for one in sales], rows, slack, put, alike=True)
    parts, left = _met([lot for one in parts for lot in _lots(one)], left, slack, put, alike=True)
    return _met(parts, left, slack, put, alike=False)[1]


@frozen
class _Part:
    """What of a sale a row may belong to: the whole, or one lot of its goods."""

    sale: Sale
    day: int
    quantity: int


def _whole(sale: Sale) -> _Part:
    return _Part(sale, sale.anchor, sale.quantity)


def _lots(whole: _Part) -> list[_Part]:
    goods = whole.sale.goods
    return [_Part(whole.sale, one.on.toordinal(), one.quantity.minor) for one in goods] or [whole]


def _met(
    parts: Iterable[_Part], rows: Iterable[Row], slack: int, put: Callable[[Sale, Row], None], *, alike: bool
) -> tuple[list[_Part], list[Row]]:
    """Put rows with parts of one buyer and product, and of one quantity where asked; return who found nobody."""
    ones, others = defaultdict[Hashable, list[_Part]](list), defaultdict[Hashable, list[Row]](list)
    for part in sorted(parts, key=lambda one: one.day):
        ones[part.sale.customer, part.sale.product, part.quantity if alike else None].append(part)
    for row in rows:
        others[row.customer, row.product, row.quantity.minor if alike else None].append(row)
    left: list[_Part] = []
    taken: set[str] = set()
    for key, some in ones.items():
        met = pairs([(one.day, one) for one in some], [(one.on.toordinal(), one) for one in others.get(key, ())], slack)
        for part, row in met:
            put(part.sale, row)
            taken.add(row.id)
        gone = {id(part) for part, _ in met}
        left += [one for one in some if id(one) not in gone]
    return left, [row for row in rows if row.id not in taken]


def total(rows: Sequence[InvoiceLine] | Sequence[GoodsMoved] | Sequence[StockMovement]) -> Amount | None:
    """Add up quantities; missing where there is no row.

    >>> total([]) is None
    True
    """
    return Amount.total((one.quantity for one in rows), rows[0].quantity.unit) if rows else None


@frozen
class TiedSale:
    """A sale when all its rows are there: what is asked of it, found once.

    Args:
        sale: the sale.
        rows: kind and number of every row.
        first: the day of its first row.
        last: that of its last.
        day: the day it was made on: the first of its goods, or of all.
        billed: the quantity invoiced; missing where there is no line.
        moved: the quantity that moved; missing likewise.
        booked: the quantity that the buyer booked; missing likewise.
    """

    sale: Sale
    rows: tuple[Evidence, ...]
    first: date
    last: date
    day: date
    billed: Amount | None
    moved: Amount | None
    booked: Amount | None

    @classmethod
    def of(cls, sale: Sale) -> TiedSale:
        """Look through a sale."""
        rows = [
            *[("invoice", one.id) for one in sale.lines],
            *[("goods", one.id) for one in sale.goods],
            *[("book", one.id) for one in sale.books],
        ]
        days = sale.days
        first, last = min(days), max(days)
        day = min([one.on for one in sale.goods], default=first)
        return cls(sale, tuple(rows), first, last, day, total(sale.lines), total(sale.goods), total(sale.books))

    @property
    def place(self) -> tuple[str, str, str]:
        """Buyer, product and invoice."""
        return self.sale.customer, self.sale.product, self.sale.invoice
