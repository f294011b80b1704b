"""Movements and counts (出入库与盘点): what moved on a day, and what somebody counted at the end of one.

>>> from pharmasales.units import BOX
>>> sold = StockMovement("S1", "D1", "P1", date(2026, 4, 9), "out", Amount.of(350, BOX))
>>> sold.signed
-350
>>> StockMovement("S2", "D1", "P1", date(2026, 4, 9), "out", Amount.of(-5, BOX))
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: not above zero @ quantity; a return is a movement of its own kind [stock.quantity]
"""

from __future__ import annotations

from datetime import date

from attrs import field, frozen
from attrs.converters import optional

from pharmasales.channel.stock.kinds import STOCK_KINDS, StockKindKey
from pharmasales.errors import BadValue
from pharmasales.names import clean, nearest, normal_id, optional_id
from pharmasales.units import Amount
from pharmasales.yearplan import checked_day

__all__ = ["StockCount", "StockMovement"]


def _at_least(quantity: object, least: int, hint: str) -> None:
    if not isinstance(quantity, Amount):
        raise BadValue("no amount", where="quantity", hint="use Amount.of", code="stock.quantity")
    if quantity.minor < least:
        reason = "not above zero" if least else "below zero"
        raise BadValue(reason, where="quantity", hint=hint, code="stock.quantity")


@frozen
class StockMovement:
    """One movement of goods at a customer (出入库记录).

    Args:
        id: its number; no two of a book have the same.
        customer: id of the distributor, pharmacy or hospital that holds the stock.
        product: id of the product.
        on: its day.
        kind: one of `STOCK_KINDS`.
        quantity: how much, above zero; an opening may be zero. The kind says whether it adds or takes off.
        batch: the batch number (批号), where it is known.
        expires: the last day on which that batch may be sold (有效期至), where it is known.
        note: in words; never shown in a repr.
        count: the number of the count whose difference it books, as `book_difference` makes it; "" for any other.

    Source: P2-F, S004-60.

    Raises:
        BadValue: an empty id, an unknown kind, a quantity that is not above zero, a day of expiry without a batch, or a
            count booked as anything but a gain or a loss.
    """

    id: str = field(converter=normal_id)
    customer: str = field(converter=normal_id)
    product: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    kind: StockKindKey
    quantity: Amount
    batch: str = field(default="", converter=optional_id)
    expires: date | None = field(default=None, converter=optional(checked_day))
    note: str = field(default="", converter=clean, repr=False)
    count: str = field(default="", converter=optional_id)

    def __attrs_post_init__(self) -> None:
        if self.kind not in STOCK_KINDS:
            hint = nearest(str(self.kind), STOCK_KINDS)
            raise BadValue("no such kind of movement", where="kind", hint=hint, code="stock.kind")
        _at_least(self.quantity, 0 if self.kind == "opening" else 1, "a return is a movement of its own kind")
        if self.expires is not None and not self.batch:
            raise BadValue("expires without a batch", where="expires", hint="name the batch", code="stock.batch")
        if self.count and self.kind not in ("gain", "loss"):
            hint = "a difference is booked as a gain or a loss"
            raise BadValue("no way to book a count", where="kind", hint=hint, code="stock.count")

    @property
    def signed(self) -> int:
        """What it adds to the stock, in smallest parts; below zero where it takes off."""
        return STOCK_KINDS[self.kind].sign * self.quantity.minor


@frozen
class StockCount:
    """What somebody counted at the end of a day (清点库存). It never changes the book.

    Args:
        id: its number.
        customer: id of the customer.
        product: id of the product.
        on: the day; the count stands at its end, after all that moved on it.
        quantity: how much was there, zero or above.
        by: the id of who counted.

    Source: S004-52.

    Raises:
        BadValue: an empty id, or a quantity below zero.
    """

    id: str = field(converter=normal_id)
    customer: str = field(converter=normal_id)
    product: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    quantity: Amount
    by: str = field(converter=normal_id)

    def __attrs_post_init__(self) -> None:
        _at_least(self.quantity, 0, "nothing is zero")
