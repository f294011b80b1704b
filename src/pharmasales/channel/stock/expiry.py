"""What expires when (近效期预警): every batch, and how much of it will not be sold in time.

>>> from pharmasales.channel.stock.movements import StockMovement
>>> from pharmasales.units import BOX
>>> book = StockBook.of([
...     StockMovement("O1", "D1", "P1", date(2026, 4, 1), "opening", Amount.of(150, BOX), "B1", date(2026, 5, 30)),
...     StockMovement("S1", "D1", "P1", date(2026, 4, 20), "out", Amount.of(60, BOX)),
... ])
>>> for line in expiring_stock(book, date(2026, 4, 30), within=90, over=30):
...     print(line.why)
D1, P1 B1: 90 BOX expire on 2026-05-30, in 30 days
  at 2 a day 30 BOX will be left
  exchange, move or promote them now

Source: P2-F.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from attrs import frozen

from pharmasales.channel.stock.batches import Batch, BatchStock, all_batches
from pharmasales.channel.stock.book import StockBook
from pharmasales.channel.stock.card import stock_card
from pharmasales.channel.stock.speed import stock_speed
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadValue
from pharmasales.units import Amount, half_up

__all__ = ["MOST_DAYS", "ExpiringBatch", "expiring_stock", "expiring_table"]


MOST_DAYS = 36_500
"""No question looks further back or ahead than a hundred years."""


@frozen
class ExpiringBatch:
    """A batch that expires soon, or has (近效期 / 过期). Made by `expiring_stock`.

    Args:
        customer: id of the customer.
        product: id of the product.
        batch: what is left of it.
        a_day: at what speed the product is sold, whole units a day.
        unsold: how much of it will be left on its last day at that speed, what expires first sold first; rounded
            half up once.
    """

    customer: str
    product: str
    batch: Batch
    a_day: Fraction
    unsold: Amount

    @property
    def why(self) -> Why:
        """When it expires, what will be left, and what to do."""
        said: dict[str, Cell] = {
            "customer": self.customer,
            "product": f"{self.product} {self.batch.batch}",
            "quantity": str(self.batch.quantity),
            "day": self.batch.expires,
        }
        if self.batch.state == "expired":
            en, zh = (
                "{customer}, {product}: {quantity} expired on {day}",
                "{customer}，{product}：{quantity} 于 {day} 过期",
            )
            return because(en, zh, because("take them off sale and return them", "停售并退回"), **said)
        speed: dict[str, Cell] = {"speed": self.a_day, "unsold": str(self.unsold)}
        en, zh = (
            "{customer}, {product}: {quantity} expire on {day}, in {left} days",
            "{customer}，{product}：{quantity} 有效期至 {day}，剩 {left} 天",
        )
        if self.unsold.minor:
            rest = because("at {speed} a day {unsold} will be left", "按每天 {speed} 将剩 {unsold}", **speed)
            cure = because("exchange, move or promote them now", "及早换货、调拨或促销")
            return because(en, zh, rest, cure, **said, left=self.batch.days_left)
        return because(
            en,
            zh,
            because("at {speed} a day they are sold in time", "按每天 {speed} 可按期售完", speed=self.a_day),
            **said,
            left=self.batch.days_left,
        )


def expiring_stock(book: StockBook, as_of: date, *, within: int, over: int) -> tuple[ExpiringBatch, ...]:
    """List the batches that have expired or do so soon (近效期预警), the first to expire in front.

    Args:
        book: the movements.
        as_of: the day.
        within: how many days ahead to look, from 0.
        over: over how many days, up to this one, the speed is taken, from 1.

    Raises:
        BadValue: days out of range.
        BadRows: every card that is not sound: stock below zero, or more gone of a batch than there was.
    """
    if not 0 <= within <= MOST_DAYS or not 1 <= over <= MOST_DAYS:
        hint = f"from 0 and from 1, at most {MOST_DAYS}"
        raise BadValue("days out of range", where="within, over", hint=hint, code="stock.days")
    found: list[ExpiringBatch] = []
    for key, stock in all_batches(book, as_of).items():
        a_day = stock_speed(stock_card(book, *key, as_of - timedelta(days=over - 1), as_of)).a_day
        found += [one for one in _expiring(stock, a_day) if (one.batch.days_left or 0) <= within]
    return tuple(sorted(found, key=lambda one: (one.batch.expires or date.max, one.customer, one.product)))


def _expiring(stock: BatchStock, a_day: Fraction) -> Iterator[ExpiringBatch]:
    """Sell what expires first until it does; the next begins when it is gone or has expired."""
    scale, passed = 10**stock.stock.unit.decimals, Fraction(0)
    for one in stock.batches:
        left = one.days_left
        if left is None:
            continue
        may = max(left - passed, Fraction(0)) * a_day * scale
        sold = min(Fraction(one.quantity.minor), may)
        passed += sold / (a_day * scale) if a_day else 0
        unsold = Amount(half_up(one.quantity.minor - sold), stock.stock.unit)
        yield ExpiringBatch(stock.customer, stock.product, one, a_day, unsold)


def expiring_table(rows: tuple[ExpiringBatch, ...]) -> Table:
    """Return a row a batch: when it expires, how much there is, how much will be left, and what to do."""
    columns = (
        Column("customer_id", "Customer", "客户编号"),
        Column("product_id", "Product", "产品编号"),
        Column("batch", "Batch", "批号"),
        Column("expires", "Expires", "有效期至", "date"),
        Column("days_left", "Days left", "剩余天数", "number"),
        Column("quantity", "Quantity", "数量", "amount"),
        Column("unsold", "Will be left", "预计剩余", "amount"),
        Column("why", "Why", "说明", "why"),
    )
    cells: list[tuple[Cell, ...]] = [
        (
            row.customer,
            row.product,
            row.batch.batch,
            row.batch.expires,
            row.batch.days_left,
            row.batch.quantity.value,
            row.unsold.value,
            row.why,
        )
        for row in rows
    ]
    return Table("expiring", Says("What expires when", "近效期预警"), columns, cells)
