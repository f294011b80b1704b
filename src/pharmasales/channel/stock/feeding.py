"""What other rooms read of the stock card (供目标与预测取数): plain amounts by month, customer and product.

>>> from pharmasales.channel.stock.movements import StockMovement
>>> from pharmasales.units import BOX
>>> book = StockBook.of([
...     StockMovement("O1", "D1", "P1", date(2026, 4, 1), "opening", Amount.of(120, BOX)),
...     StockMovement("S1", "D1", "P1", date(2026, 4, 20), "out", Amount.of(50, BOX)),
...     StockMovement("R1", "D1", "P1", date(2026, 5, 20), "return_in", Amount.of(10, BOX)),
... ])
>>> history = sold_by_month(book, "D1", "P1", [Month(2026, month) for month in (3, 4, 5)], date(2026, 5, 31))
>>> {str(month): str(amount) for month, amount in history.items()}
{'2026-04': '50 BOX', '2026-05': '-10 BOX'}

Source: S004-61 (销售预测, 制定目标), S004-58 (net sales).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from pharmasales.channel.stock.book import StockBook, StockHistory
from pharmasales.errors import NotFound
from pharmasales.periods import Month, Period
from pharmasales.units import Amount

__all__ = ["sold_by_month", "sold_so_far"]


def sold_by_month(
    book: StockBook, customer: str, product: str, months: Iterable[Month], as_of: date
) -> dict[Month, Amount]:
    """Return the net sell-out of whole months, for a goal to start from (月度纯销).

    Out less what customers returned; below zero where more came back. A month that the card does not cover whole,
    by its opening or by `as_of`, is missing: a part of a month is not its sales.

    Args:
        book: the movements.
        customer: id of the customer.
        product: id of the product.
        months: which months.
        as_of: the last day that is known.

    Raises:
        NotFound: nothing is kept of them.
        BadValue: stock below zero by that day.
    """
    held = book.history(customer, product)
    held.sound(as_of)
    return {
        month: _net(held, month.start, month.end)
        for month in months
        if held.opened <= month.start and month.end <= as_of
    }


def sold_so_far(book: StockBook, customer: str, product: str, period: Period, as_of: date) -> Amount:
    """Return the net sell-out of a period up to a day, for a forecast to go on from (期间已销).

    Args:
        book: the movements.
        customer: id of the customer.
        product: id of the product.
        period: the period.
        as_of: the last day that counts.

    Raises:
        NotFound: nothing is kept of them, or not from the first day of the period on.
        BadValue: stock below zero by that day.
    """
    held = book.history(customer, product)
    held.sound(as_of)
    if held.opened > period.start:
        hint = f"the card begins on {held.opened.isoformat()}"
        raise NotFound("the period began before the card", where=str(period), hint=hint, code="stock.card")
    return _net(held, period.start, min(period.end, as_of))


def _net(held: StockHistory, start: date, end: date) -> Amount:
    inside = held.movements[held.upto(start - timedelta(days=1)) : held.upto(end)]
    return Amount(-sum(one.signed for one in inside if one.kind in ("out", "return_in")), held.unit)
