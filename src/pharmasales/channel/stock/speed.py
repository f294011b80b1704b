"""Sell-out speed and stock days (动销速度、库存天数): how fast goods leave, and for how long they last.

`speed = out / days`, `stock days = closing / speed`; without a sale there are no stock days, and the reason says so.

>>> from datetime import date
>>> from pharmasales.channel.stock.book import StockBook
>>> from pharmasales.channel.stock.card import stock_card
>>> from pharmasales.channel.stock.movements import StockMovement
>>> from pharmasales.units import BOX, Amount
>>> book = StockBook.of([
...     StockMovement("O1", "D1", "P1", date(2026, 4, 1), "opening", Amount.of(420, BOX)),
...     StockMovement("S1", "D1", "P1", date(2026, 4, 20), "out", Amount.of(350, BOX)),
... ])
>>> speed = stock_speed(stock_card(book, "D1", "P1", date(2026, 4, 1), date(2026, 4, 30)))
>>> print(speed.why)
70 BOX last 6 days
  350 BOX out / 30 days = 11.6667 BOX a day

Source: E52, P2-F, S004-61.
"""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from pharmasales.channel.stock.card import StockCard
from pharmasales.display import Why, because
from pharmasales.units import Amount, exact, ratio

__all__ = ["StockSpeed", "stock_speed"]


@frozen
class StockSpeed:
    """How fast a product leaves, and how long it lasts (动销). Made by `stock_speed`.

    Args:
        out: what was sold.
        days: over how many days.
        stock: what is left.
    """

    out: Amount
    days: int
    stock: Amount

    @property
    def a_day(self) -> Fraction:
        """The sell-out speed: whole units a calendar day, exact."""
        return exact(self.out) / self.days

    @property
    def stock_days(self) -> Fraction | None:
        """For how many days the stock lasts at that speed, exact; missing where nothing was sold."""
        return ratio(self.stock.minor * self.days, self.out.minor)

    @property
    def why(self) -> Why:
        """The arithmetic, or why there are no stock days."""
        if self.stock_days is None:
            en, zh = "no stock days: nothing sold in {days} days", "无库存天数：{days} 天内无销售"
            return because(en, zh, days=self.days)
        speed = because(
            "{out} out / {days} days = {speed} {unit} a day",
            "出库 {out} / {days} 天 = 每天 {speed} {unit}",
            out=str(self.out),
            days=self.days,
            speed=self.a_day,
            unit=self.out.unit.code,
        )
        return because(
            "{stock} last {days} days", "{stock} 可销 {days} 天", speed, stock=str(self.stock), days=self.stock_days
        )


def stock_speed(card: StockCard) -> StockSpeed:
    """Read sell-out speed and stock days off a card (动销速度、库存天数).

    Only sales count (`out`), before returns; transfers, returns to the supplier and losses are no demand.
    """
    return StockSpeed(card.moved["out"], card.days, card.closing)
