"""Roll-forward (逐期结转): the card of every customer and product over many periods, each opening the closing before.

>>> from datetime import date
>>> from pharmasales.channel.stock.movements import StockMovement
>>> from pharmasales.periods import Month
>>> from pharmasales.units import BOX, Amount
>>> book = StockBook.of([
...     StockMovement("O1", "D1", "P1", date(2026, 4, 1), "opening", Amount.of(120, BOX)),
...     StockMovement("S1", "D1", "P1", date(2026, 4, 20), "out", Amount.of(50, BOX)),
...     StockMovement("S2", "D1", "P1", date(2026, 5, 20), "out", Amount.of(30, BOX)),
... ])
>>> [(str(card.opening), str(card.closing)) for card in roll_stock(book, [Month(2026, 4), Month(2026, 5)]).cards]
[('120 BOX', '70 BOX'), ('70 BOX', '40 BOX')]
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from attrs import field, frozen

from pharmasales.channel.stock.book import StockBook
from pharmasales.channel.stock.card import MOVED, StockCard, card_of
from pharmasales.channel.stock.faults import StockFault
from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRows, BadValue
from pharmasales.periods import Period

__all__ = ["StockRoll", "consecutive", "negative_stock", "refuse_negative", "roll_stock"]


@frozen
class StockRoll:
    """The cards of many customers, products and periods (逐期结转). Made by `roll_stock`.

    Args:
        periods: the periods, each beginning where the one before ended.
        cards: by customer, product and period; none before a card was opened.
    """

    periods: tuple[Period, ...]
    cards: tuple[StockCard, ...] = field(repr=lambda held: f"<{len(held)}>")

    def table(self) -> Table:
        """Return a row a card: opening, what moved of each kind, closing."""
        rows: list[tuple[Cell, ...]] = [
            (
                card.customer,
                card.product,
                card.start,
                card.end,
                card.opening.value,
                *(card.moved[kind.key].value for kind in MOVED),
                card.closing.value,
            )
            for card in self.cards
        ]
        return Table("stock", Says("Stock by period", "进销存"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("customer_id", "Customer", "客户编号"),
    Column("product_id", "Product", "产品编号"),
    Column("start", "From", "起", "date"),
    Column("end", "To", "止", "date"),
    Column("opening", "Opening", "期初", "amount"),
    *(Column(kind.key, kind.says.en.capitalize(), kind.says.zh, "amount") for kind in MOVED),
    Column("closing", "Closing", "结存", "amount"),
)


def negative_stock(book: StockBook) -> tuple[StockFault, ...]:
    """Return the first cause of every card that goes below zero, by customer and product (负库存).

    Set these cards aside to go on with the others, and settle them with who reported them.
    """
    held = (book.histories[key].negative for key in sorted(book.histories))
    return tuple(fault for fault in held if fault is not None)


def refuse_negative(book: StockBook, last: date) -> None:
    """Refuse a book with cards below zero on some day up to the last.

    Raises:
        BadRows: every such card, with its first cause.
    """
    bad = [fault.error() for fault in negative_stock(book) if fault.on <= last]
    if bad:
        raise BadRows(f"{len(bad)} stock card{'s' * (len(bad) > 1)} below zero", bad)


def consecutive(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Let periods pass that follow each other without a gap.

    >>> from pharmasales.periods import Month
    >>> consecutive([Month(2026, 4), Month(2026, 6)])
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: a gap or an overlap @ 2026-04, 2026-06; each begins the day after the one before ends
    [stock.periods]

    Raises:
        BadValue: no period, or a gap or an overlap between two.
    """
    asked = tuple(periods)
    if not asked:
        raise BadValue("no period", where="periods", hint="give one or more", code="stock.periods")
    for one, after in pairwise(asked):
        if (after.start - one.end).days != 1:
            hint = "each begins the day after the one before ends"
            raise BadValue("a gap or an overlap", where=f"{one}, {after}", hint=hint, code="stock.periods")
    return asked


def roll_stock(book: StockBook, periods: Iterable[Period]) -> StockRoll:
    """Roll every card forward over periods (逐期结转).

    Args:
        book: the movements.
        periods: each begins the day after the one before ends.

    Source: S004-60, P2-F.

    Raises:
        BadValue: no period, or a gap or an overlap between two.
        BadRows: every card whose stock is below zero by the last day, with its first cause.
    """
    asked = consecutive(periods)
    refuse_negative(book, asked[-1].end)
    cards = [
        card_of(book.histories[key], period.start, period.end)
        for key in sorted(book.histories)
        for period in asked
        if book.histories[key].opened <= period.end
    ]
    return StockRoll(asked, tuple(cards))
