"""Goods (物流): what came in and went out, for how long the rest lasts, and what of the card cannot be.

Source: E52, S004-60, P2-F.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from pharmasales.channel.board.figures import BoardFigure, BoardLimit, figure, not_known
from pharmasales.channel.stock.batches import batches_on
from pharmasales.channel.stock.book import StockBook, StockHistory
from pharmasales.channel.stock.card import StockCard, card_of
from pharmasales.channel.stock.counting import CountDifference
from pharmasales.channel.stock.speed import stock_speed
from pharmasales.display import because
from pharmasales.errors import BadValue
from pharmasales.periods import Period
from pharmasales.units import Amount

__all__ = ["goods_of", "sell_through"]

_OF_CARD = ("in", "out", "stock_days", "expired", "difference")


def goods_of(
    book: StockBook, card: StockHistory, period: Period, day: date, limits: Mapping[str, BoardLimit]
) -> Iterator[BoardFigure]:
    """Yield the figures of goods of one product at one dealer.

    Args:
        book: the stock cards.
        card: the history of the product.
        period: the period.
        day: the last day that counts.
        limits: the bounds.
    """
    dealer, product = card.customer, card.product
    if card.opened > day:
        for key in (*_OF_CARD, "negative", "sell_through"):
            yield not_known(key, dealer, product, "the card begins later", "建卡晚于期末")
        return
    fault = card.negative_by(day)
    if fault is not None:
        yield figure(limits, "negative", dealer, product, 1, fault.why)
        for key in (*_OF_CARD, "sell_through"):
            yield not_known(key, dealer, product, "the card is below zero", "该卡负库存")
        return
    why = because("never below zero", "无负库存")
    yield figure(limits, "negative", dealer, product, 0, why)
    written = card_of(card, period.start, day)
    yield from _moved(written, limits)
    yield _expired(book, card, day, limits)
    yield _difference(card, day, limits)
    yield sell_through(dealer, product, [written], limits)


def _moved(card: StockCard, limits: Mapping[str, BoardLimit]) -> Iterator[BoardFigure]:
    why = card.why
    for key in ("in", "out"):
        yield figure(limits, key, card.customer, card.product, card.moved[key], why)
    speed = stock_speed(card)
    days = speed.stock_days
    if days is None:
        yield BoardFigure("stock_days", card.customer, card.product, None, None, speed.why)
    else:
        yield figure(limits, "stock_days", card.customer, card.product, days, speed.why)


def _expired(book: StockBook, card: StockHistory, day: date, limits: Mapping[str, BoardLimit]) -> BoardFigure:
    try:
        stock = batches_on(book, card.customer, card.product, day)
    except BadValue:
        en, zh = "more of a batch is gone than there was", "批号超发"
        return not_known("expired", card.customer, card.product, en, zh)
    if not any(one.expires for one in stock.batches):
        return not_known("expired", card.customer, card.product, "no day of expiry is known", "未登记有效期")
    why = because("{amount} expired by {day}", "截至 {day} 过期 {amount}", amount=str(stock.expired), day=day)
    return figure(limits, "expired", card.customer, card.product, stock.expired, why)


def _difference(card: StockHistory, day: date, limits: Mapping[str, BoardLimit]) -> BoardFigure:
    counted = [one for one in card.counts if one.on <= day]
    if not counted:
        return not_known("difference", card.customer, card.product, "never counted", "从未盘点")
    found = CountDifference(counted[-1], card.balance(card.upto(counted[-1].on)))
    return figure(limits, "difference", card.customer, card.product, found.difference, found.why)


def sell_through(
    dealer: str, product: str, cards: Sequence[StockCard], limits: Mapping[str, BoardLimit]
) -> BoardFigure:
    """Return what went out over what came in, of one card or of several; missing where nothing came in."""
    units = {one.opening.unit for one in cards}
    if len(units) != 1:
        return not_known(
            "sell_through", dealer, product, "no sound card, or cards in several units", "无有效卡或单位不一"
        )
    unit = units.pop()
    came, went = (Amount.total((one.moved[key] for one in cards), unit) for key in ("in", "out"))
    share = went.over(came)
    if share is None:
        return not_known("sell_through", dealer, product, "nothing came in", "期内无购进")
    why = because("{went} out, {came} in", "出 {went}，进 {came}", went=str(went), came=str(came))
    return figure(limits, "sell_through", dealer, product, share, why)
