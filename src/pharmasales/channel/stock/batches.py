"""Batches (批号与效期): what is left of each, the first expired gone out first, and what may not be sold.

What goes out with a batch number is taken from that batch, and what it lacks from goods whose batch nobody wrote down.
What goes out without one is taken from what expires first (近效期先出), but not from what later papers name, as long as
there is other: a paper says more than a habit. The last day of sale is a day of sale.

>>> from pharmasales.units import BOX
>>> def moved(number: str, day: int, kind: str, boxes: int, batch: str = "", expires: date | None = None):
...     return StockMovement(number, "D1", "P1", date(2026, 4, day), kind, Amount.of(boxes, BOX), batch, expires)
>>> book = StockBook.of([
...     moved("O1", 1, "opening", 60, "B2", date(2027, 4, 30)),
...     moved("I1", 3, "in", 40, "B1", date(2026, 4, 25)),
...     moved("S1", 9, "out", 30),
... ])
>>> print(batches_on(book, "D1", "P1", date(2026, 4, 30)).table())
Batch  Expires     Days left  Quantity  State
-----  ----------  ---------  --------  --------
B1     2026-04-25         -5        10  expired
B2     2027-04-30        365        60  for sale

Source: P2-F, S004-60.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import frozen

from pharmasales.channel.stock.book import StockBook, StockHistory
from pharmasales.channel.stock.faults import StockFault
from pharmasales.channel.stock.movements import StockMovement
from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.units import Amount

__all__ = ["BATCH_STATES", "Batch", "BatchState", "BatchStock", "all_batches", "batches_on", "card_faults"]

BatchState: TypeAlias = Literal["for_sale", "expired", "unknown"]

BATCH_STATES: Mapping[str, Says] = MappingProxyType(
    {
        "for_sale": Says("for sale", "可销"),
        "expired": Says("expired", "过期"),
        "unknown": Says("expiry unknown", "效期不明"),
    }
)
"""What may be done with a batch."""

_FOR_SALE = {"out", "transfer_out"}


@frozen
class Batch:
    """What is left of a batch (批号结存).

    Args:
        batch: its number; "" for goods whose batch nobody wrote down.
        expires: the last day of sale, where it is known.
        quantity: what is left.
        as_of: the day.
    """

    batch: str
    expires: date | None
    quantity: Amount
    as_of: date

    @property
    def days_left(self) -> int | None:
        """How many days it may still be sold after this one; below zero once expired, missing where unknown."""
        return None if self.expires is None else (self.expires - self.as_of).days

    @property
    def state(self) -> BatchState:
        """Whether it is for sale; an unknown expiry is neither."""
        left = self.days_left
        return "unknown" if left is None else "expired" if left < 0 else "for_sale"


@frozen
class BatchStock:
    """The batches of one product at one customer on a day (批号库存). Made by `batches_on`.

    Args:
        customer: id of the customer.
        product: id of the product.
        as_of: the day.
        batches: what is left, what expires first in front, the unknown last.
        sold_expired: the sales that took from an expired batch, by time.
        stock: the whole stock.
    """

    customer: str
    product: str
    as_of: date
    batches: tuple[Batch, ...]
    sold_expired: tuple[StockFault, ...]
    stock: Amount

    def of_state(self, state: BatchState) -> Amount:
        """Return how much is for sale, expired, or of unknown expiry."""
        return Amount.total((one.quantity for one in self.batches if one.state == state), self.stock.unit)

    @property
    def expired(self) -> Amount:
        """What may not be sold."""
        return self.of_state("expired")

    def table(self) -> Table:
        """Return a row a batch: expiry, days left, quantity, state."""
        rows: list[tuple[Cell, ...]] = [
            (one.batch or None, one.expires, one.days_left, one.quantity.value, BATCH_STATES[one.state])
            for one in self.batches
        ]
        title = Says(f"Batches of {self.product} at {self.customer}", f"{self.customer} {self.product} 批号库存")
        return Table("batches", title, _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("batch", "Batch", "批号"),
    Column("expires", "Expires", "有效期至", "date"),
    Column("days_left", "Days left", "剩余天数", "number"),
    Column("quantity", "Quantity", "数量", "amount"),
    Column("state", "State", "状态"),
)


def batches_on(book: StockBook, customer: str, product: str, as_of: date) -> BatchStock:
    """Return what is left of each batch at the end of a day (批号库存).

    Args:
        book: the movements.
        customer: id of the customer.
        product: id of the product.
        as_of: the day.

    Raises:
        BadValue: stock below zero (`stock.negative`), or more of a batch gone than there was (`stock.batch`), with the
            movement and the day.
        NotFound: nothing is kept of them, or not yet.
    """
    held = book.history(customer, product)
    count = held.upto(as_of)
    if not count:
        where, hint = f"{held.customer} x {held.product}", f"the card begins on {held.opened.isoformat()}"
        raise NotFound("no stock is kept yet", where=where, hint=hint, code="stock.card")
    held.sound(as_of)
    lots = _replayed(held, book.expiries, count)
    if lots.short is not None:
        raise lots.short.error()
    batches = [Batch(name, lots.expires(name), Amount(left, held.unit), as_of) for name, left in lots.ordered()]
    return BatchStock(held.customer, held.product, as_of, tuple(batches), tuple(lots.faults), held.balance(count))


def all_batches(book: StockBook, as_of: date) -> dict[tuple[str, str], BatchStock]:
    """Return the batches of every customer and product that is kept by a day, sorted by their ids.

    Raises:
        BadRows: every card that is not sound, each with its first cause.
    """
    found: dict[tuple[str, str], BatchStock] = {}
    bad: list[PharmaSalesError] = []
    for key in sorted(book.histories):
        if book.histories[key].opened <= as_of:
            try:
                found[key] = batches_on(book, *key, as_of)
            except BadValue as error:
                bad.append(error)
    if bad:
        raise BadRows(f"{len(bad)} stock card{'s' * (len(bad) > 1)} not sound", bad)
    return found


def card_faults(book: StockBook) -> tuple[StockFault, ...]:
    """Return the first cause of every card that is not sound on some day, by customer and product (差错首因).

    That is what takes the stock below zero, as `negative_stock` says, or else more of a batch than there was.

    >>> from pharmasales.units import BOX
    >>> opened = StockMovement("O1", "D1", "P1", date(2026, 4, 1), "opening", Amount.of(60, BOX), "B2")
    >>> sold = StockMovement("S1", "D1", "P1", date(2026, 4, 9), "out", Amount.of(30, BOX), "B1")
    >>> [(fault.kind, fault.movement, str(fault.short)) for fault in card_faults(StockBook.of([opened, sold]))]
    [('batch', 'S1', '30 BOX')]
    """
    found = []
    for key in sorted(book.histories):
        held = book.histories[key]
        fault = held.negative or _replayed(held, book.expiries, len(held.movements)).short
        if fault is not None:
            found.append(fault)
    return tuple(found)


def _replayed(held: StockHistory, expiries: Mapping[tuple[str, str], date], count: int) -> _Lots:
    """Replay a number of movements, up to the first that takes more of a batch than there is."""
    lots, movements = _Lots(held, expiries), held.movements[:count]
    for one, named_later in zip(movements, _named_later(movements), strict=True):
        lots.move(one, named_later)
        if lots.short is not None:
            break
    return lots


def _named_later(movements: Sequence[StockMovement]) -> list[Mapping[str, int]]:
    """Return, for each movement, how much of each batch later papers name beyond what comes in of it until then."""
    due: dict[str, int] = {}
    found: list[Mapping[str, int]] = []
    for one in reversed(movements):
        found.append({} if one.batch else dict(due))
        if one.batch:
            due[one.batch] = due.get(one.batch, 0) - one.signed
            if due[one.batch] <= 0:
                del due[one.batch]
    return found[::-1]


class _Lots:
    """The batches of which something is left while the movements are replayed; the whole stock is never below zero."""

    def __init__(self, held: StockHistory, expiries: Mapping[tuple[str, str], date]) -> None:
        self.held = held
        self.expiries = expiries
        self.left: dict[str, int] = {}
        self.faults: list[StockFault] = []
        self.short: StockFault | None = None

    def expires(self, batch: str) -> date | None:
        return self.expiries.get((self.held.product, batch))

    def ordered(self) -> list[tuple[str, int]]:
        """Return batches and what is left of them, what expires first in front, the unknown last."""
        return sorted(self.left.items(), key=lambda lot: (self.expires(lot[0]) or date.max, not lot[0], lot[0]))

    def move(self, one: StockMovement, named_later: Mapping[str, int]) -> None:
        if one.signed > 0:
            self.left[one.batch] = self.left.get(one.batch, 0) + one.signed
        elif one.signed < 0:
            expired = self._named(one) if one.batch else self._first_expired(one, named_later)
            if expired and one.kind == "out":
                self.faults.append(self._fault("expired", one, expired))

    def _named(self, one: StockMovement) -> int:
        """Take from the batch, then from goods without one; return how much of it was expired."""
        asked = one.quantity.minor
        taken = self._take(one.batch, asked)
        taken += self._take("", asked - taken)
        if taken < asked:
            self.short = self._fault("batch", one, asked - taken, taken)
        return asked if self._over(one.batch, one.on) else 0

    def _first_expired(self, one: StockMovement, named_later: Mapping[str, int]) -> int:
        """Take from what expires first; for a sale, from what is expired only where nothing else is left.

        What later papers name is left for them, unless nothing else is there.
        """
        lots = [name for name, _ in self.ordered()]
        if one.kind in _FOR_SALE:
            lots.sort(key=lambda name: self._over(name, one.on))
        lacking, expired = one.quantity.minor, 0
        for name, kept in chain(((name, named_later.get(name, 0)) for name in lots), ((name, 0) for name in lots)):
            if not lacking:
                break
            taken = self._take(name, min(lacking, max(0, self.left.get(name, 0) - kept)))
            lacking -= taken
            expired += taken if self._over(name, one.on) else 0
        return expired

    def _take(self, batch: str, most: int) -> int:
        taken = min(most, self.left.get(batch, 0))
        if taken:
            self.left[batch] -= taken
            if not self.left[batch]:
                del self.left[batch]
        return taken

    def _over(self, batch: str, day: date) -> bool:
        last = self.expires(batch)
        return last is not None and last < day

    def _fault(
        self, kind: Literal["batch", "expired"], one: StockMovement, short: int, before: int | None = None
    ) -> StockFault:
        unit = self.held.unit
        had = sum(self.left.values()) + one.quantity.minor if before is None else before
        sums = Amount(short, unit), Amount(had, unit)
        return StockFault(kind, one.customer, one.product, one.id, one.on, *sums, one.batch)
