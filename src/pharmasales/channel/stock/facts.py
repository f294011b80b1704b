"""The customer's card (客户资料卡): stock, speed, stock days, what expires, what to order, product by product.

It helps to set the rep's goal, proves what the customer can sell, and is the base of the route list (`route_stock`).

>>> from pharmasales.channel.stock.movements import StockMovement
>>> from pharmasales.channel.stock.ordering import ONE_AND_A_HALF
>>> from pharmasales.units import BOX
>>> book = StockBook.of([
...     StockMovement("O1", "D1", "P1", date(2026, 4, 1), "opening", Amount.of(420, BOX)),
...     StockMovement("S1", "D1", "P1", date(2026, 4, 20), "out", Amount.of(350, BOX)),
... ])
>>> rule = StockRule(over=30, order=ONE_AND_A_HALF, low=15, high=90, near=180, count_every=90)
>>> fact = stock_facts(book, date(2026, 4, 30), rule)[0]
>>> str(fact.stock), fact.stock_days, str(fact.order.amount)
('70 BOX', Fraction(6, 1), '455 BOX')

Source: S004-61.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from attrs import field, frozen

from pharmasales.channel.stock.batches import BatchStock, all_batches
from pharmasales.channel.stock.book import StockBook, StockHistory
from pharmasales.channel.stock.card import stock_card
from pharmasales.channel.stock.counting import difference_of
from pharmasales.channel.stock.expiry import MOST_DAYS
from pharmasales.channel.stock.ordering import OrderRule, SuggestedOrder, suggest_order
from pharmasales.channel.stock.speed import StockSpeed, stock_speed
from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRule
from pharmasales.units import Amount

__all__ = ["StockFact", "StockRule", "facts_table", "stock_facts"]


@frozen
class StockRule:
    """What counts as too little, too much and too old (库存规则). Nothing of it is given by law.

    Args:
        over: over how many days, up to the day asked, speed and sales are taken.
        order: up to which stock to order.
        low: stock days below this are too few (缺货风险).
        high: stock days above this are too many (压货).
        near: a batch that expires within so many days is near its expiry (近效期).
        count_every: a count older than so many days is due again.

    Raises:
        BadRule: days out of 1 to a hundred years, or `high` that is not above `low`.
    """

    over: int
    order: OrderRule
    low: int
    high: int
    near: int
    count_every: int

    def __attrs_post_init__(self) -> None:
        days = (self.over, self.low, self.high, self.near, self.count_every)
        if any(type(one) is not int or not 1 <= one <= MOST_DAYS for one in days) or self.high <= self.low:
            hint = f"whole days from 1 to {MOST_DAYS}, high above low"
            raise BadRule("days that cannot be", where="stock rule", hint=hint, code="stock.rule")


@frozen
class StockFact:
    """What is known of one product at one customer on a day (客户资料卡的一行). Made by `stock_facts`.

    Args:
        customer: id of the customer.
        product: id of the product.
        as_of: the day.
        speed: stock, sales and days.
        expired: what may not be sold.
        near: what expires within the days of the rule.
        order: what to order.
        counted: the day of the last count; none where nobody counted.
        difference: what that count found more or less than the book and nobody has booked yet; none where nobody
            counted.
    """

    customer: str
    product: str
    as_of: date
    speed: StockSpeed
    expired: Amount
    near: Amount
    order: SuggestedOrder = field(repr=False)
    counted: date | None
    difference: Amount | None

    @property
    def stock(self) -> Amount:
        """What is there."""
        return self.speed.stock

    @property
    def stock_days(self) -> Fraction | None:
        """For how many days it lasts, what is expired taken off; missing where nothing was sold."""
        return StockSpeed(self.speed.out, self.speed.days, self.stock - self.expired).stock_days


def stock_facts(book: StockBook, as_of: date, rule: StockRule) -> tuple[StockFact, ...]:
    """Return what is known of every product at every customer, by their ids (客户资料卡).

    Args:
        book: movements and counts.
        as_of: the day.
        rule: what counts as too little, too much and too old.

    Raises:
        BadRows: every card that is not sound: stock below zero, or more gone of a batch than there was.
    """
    found = all_batches(book, as_of)
    return tuple(_fact(book, book.histories[key], batches, rule) for key, batches in found.items())


def _fact(book: StockBook, held: StockHistory, batches: BatchStock, rule: StockRule) -> StockFact:
    key, as_of = (held.customer, held.product), batches.as_of
    card = stock_card(book, *key, as_of - timedelta(days=rule.over - 1), as_of)
    near = [one.quantity for one in batches.batches if one.days_left is not None and 0 <= one.days_left <= rule.near]
    counted = [one for one in held.counts if one.on <= as_of]
    last = counted[-1] if counted else None
    return StockFact(
        *key,
        as_of,
        stock_speed(card),
        batches.expired,
        Amount.total(near, held.unit),
        suggest_order(card, rule.order, expired=batches.expired),
        None if last is None else last.on,
        None if last is None else difference_of(held, last).unbooked,
    )


def facts_table(facts: Iterable[StockFact]) -> Table:
    """Return a row a customer and product: stock, sales, speed, stock days, expiry, order, last count."""
    columns = (
        Column("customer_id", "Customer", "客户编号"),
        Column("product_id", "Product", "产品编号"),
        Column("stock", "Stock", "库存", "amount"),
        Column("out", "Sold", "销量", "amount"),
        Column("a_day", "A day", "日均", "number"),
        Column("stock_days", "Stock days", "库存天数", "number"),
        Column("expired", "Expired", "过期", "amount"),
        Column("near", "Near expiry", "近效期", "amount"),
        Column("order", "Order", "建议订货", "amount"),
        Column("counted", "Counted on", "盘点日", "date"),
        Column("difference", "Difference", "差异", "amount"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            one.customer,
            one.product,
            one.stock.value,
            one.speed.out.value,
            one.speed.a_day,
            one.stock_days,
            one.expired.value,
            one.near.value,
            one.order.amount.value,
            one.counted,
            None if one.difference is None else one.difference.value,
        )
        for one in facts
    ]
    return Table("stock_facts", Says("Stock by customer and product", "客户资料卡"), columns, rows)
