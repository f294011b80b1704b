"""The channel board (四流看板): a row a dealer, the four flows side by side, the worst first, with what to do and who.

>>> from pharmasales.channel.money.documents import Invoice
>>> from pharmasales.periods import Month
>>> from pharmasales.units import CNY
>>> bills = [Invoice("F1", "D1", date(2026, 1, 5), date(2026, 2, 4), Amount.of(600, CNY))]
>>> board = channel_board(["D1"], Month(2026, 3), date(2026, 3, 31), ChannelKnown(ledger=Ledger.of(bills)))
>>> board.rows[0].state, board.rows[0].worst
('act', 'money')
>>> [(task.figure.shown(), task.what.en, task.who.en) for task in board.tasks][0]
('overdue of open 100.0%', 'collect; hold new orders', 'finance')

Source: S003-6; issue 9 section 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from attrs import evolve, frozen

from pharmasales.channel.board.catalogue import rank
from pharmasales.channel.board.figures import BOARD_LIMITS, BoardFigure, BoardLimit, figure, not_known
from pharmasales.channel.board.known import ChannelKnown
from pharmasales.channel.board.reading_goods import goods_of, sell_through
from pharmasales.channel.board.reading_information import count_age, information
from pharmasales.channel.board.reading_money import money_of
from pharmasales.channel.board.reading_ownership import crossed, ownership, papers, right_days
from pharmasales.channel.board.reading_quality import quality
from pharmasales.channel.board.shown import BoardRow, ChannelBoard
from pharmasales.channel.money.documents import Contract, Dispute, Document
from pharmasales.channel.money.ledger import Ledger
from pharmasales.channel.stock.card import card_of
from pharmasales.display import Says, Why, because
from pharmasales.errors import BadValue
from pharmasales.names import normal_id, twins
from pharmasales.periods import Period
from pharmasales.units import Amount, exact

__all__ = ["channel_board"]

_MOVED = ("in", "out")
_LOW = ("right_days", "stock_days")


def channel_board(
    dealers: Iterable[str],
    period: Period,
    as_of: date,
    known: ChannelKnown,
    *,
    limits: Mapping[str, BoardLimit] = BOARD_LIMITS,
) -> ChannelBoard:
    """Set the four flows of each dealer side by side (信息流、物流、资金流、商流).

    Args:
        dealers: ids of the dealers; each gets a row, also where nothing is known of it.
        period: the period.
        as_of: the day up to which things are known; the last day that counts is it or the end of the period, whichever
            comes first.
        known: the values of the rooms.
        limits: the bounds of each figure, over those to begin with.

    Raises:
        BadValue: a period that begins after the day, or a dealer that is named twice.
    """
    names = [normal_id(one, "dealers") for one in dealers]
    for _, place in twins(names):
        raise BadValue("a dealer named twice", where=f"dealers[{place}]", hint="name each once", code="board.twins")
    if as_of < period.start:
        hint = "ask for a period that has begun"
        raise BadValue("the period has not begun", where=str(period), hint=hint, code="board.period")
    day, bounds = min(as_of, period.end), {**BOARD_LIMITS, **limits}
    if known.ledger is not None:
        known = evolve(known, ledger=_until(known.ledger, day))
    asked = _Asked(period, day, known, frozenset(names), bounds)
    rows = [row for name in names for row in asked.rows(name)]
    return ChannelBoard(period, as_of, tuple(sorted(rows, key=BoardRow.order)))


def _until(ledger: Ledger, day: date) -> Ledger:
    """Return the documents up to a day: what is dated later is not known yet."""
    return Ledger.of((one for one in ledger.documents if _dated(one) <= day), unit=ledger.unit)


def _dated(one: Document) -> date:
    match one:
        case Contract():
            return one.signed
        case Dispute():
            return one.since
        case _:
            return one.on


@frozen
class _Asked:
    """What is asked of every dealer."""

    period: Period
    day: date
    known: ChannelKnown
    dealers: frozenset[str]
    limits: Mapping[str, BoardLimit]

    def rows(self, dealer: str) -> Iterator[BoardRow]:
        """Yield the row of a dealer, and one a product of it."""
        products = [BoardRow(dealer, product, tuple(self._product(dealer, product))) for product in self._goods(dealer)]
        yield BoardRow(dealer, "", tuple(self._dealer(dealer, products)))
        yield from products

    def _goods(self, dealer: str) -> list[str]:
        """Return the products of a dealer: those of its cards, lines and rights."""
        found = {card.product for card in self.known.cards.get(dealer, ())}
        found |= {one.product for one in self.known.lines.get((dealer, ""), ()) if one.month in self.period}
        return sorted(found.union(*(one.products for one in self.known.granted.get(dealer, ()))))

    def _product(self, dealer: str, product: str) -> Iterator[BoardFigure]:
        known, limits = self.known, self.limits
        card = known.book.histories.get((dealer, product)) if known.book else None
        if card is not None and known.book is not None:
            yield count_age(card, self.day, limits)
            yield from goods_of(known.book, card, self.period, self.day, limits)
        yield right_days(dealer, product, self.day, known, limits)
        yield crossed(dealer, product, known, limits)
        yield from papers(dealer, product, known, limits)
        yield from quality(dealer, product, self.period, known, self.dealers, limits)

    def _dealer(self, dealer: str, products: Sequence[BoardRow]) -> Iterator[BoardFigure]:
        known, limits = self.known, self.limits
        yield from information(dealer, self.period, self.day, known, limits)
        for key in ("count_age", *_MOVED, "stock_days", "negative", "expired", "difference", "right_days"):
            yield _over_products(dealer, key, products, limits)
        yield from money_of(dealer, self.period, self.day, known, limits)
        yield from ownership(dealer, self.day, known, limits)
        yield crossed(dealer, "", known, limits)
        yield from papers(dealer, "", known, limits)
        yield from quality(dealer, "", self.period, known, self.dealers, limits)
        sound = [
            card_of(card, self.period.start, self.day)
            for card in known.cards.get(dealer, ())
            if card.opened <= self.day and card.negative_by(self.day) is None
        ]
        yield sell_through(dealer, "", sound, limits)


def _over_products(
    dealer: str, key: str, products: Sequence[BoardRow], limits: Mapping[str, BoardLimit]
) -> BoardFigure:
    """Return a figure of a dealer from those of its products: what moved added up, the worst of the others."""
    some = [one.figures[key] for one in products if key in one.figures]
    there = [one for one in some if one.value is not None]
    if not there:
        why = because("not known for any product", "各产品均未知", *(one.why for one in some[:3]))
        return BoardFigure(key, dealer, "", None, None, why)
    parts = [because("{product}: {value}", "{product}：{value}", product=one.product, value=one.cell) for one in there]
    if key == "negative":
        below = sum(one.value == 1 for one in there)
        return figure(limits, key, dealer, "", below, because("all products", "全部产品", *parts))
    if key in _MOVED:
        return _added(dealer, key, there, [one for one in products if "negative" in one.figures], parts, limits)
    worst = min(there, key=lambda one: (rank(one.state), _nearness(one), one.product))
    why = because(
        "{product} is the worst of {count}",
        "{count} 个产品中 {product} 最差",
        worst.why,
        product=worst.product,
        count=len(some),
    )
    return BoardFigure(key, dealer, "", worst.value, worst.state, why)


def _added(
    dealer: str,
    key: str,
    there: Sequence[BoardFigure],
    carded: Sequence[BoardRow],
    parts: Sequence[Why],
    limits: Mapping[str, BoardLimit],
) -> BoardFigure:
    """Add up what moved; missing where a card that is below zero, or another unit, would be left out of the sum."""
    below = ", ".join(one.product for one in carded if one.figures["negative"].value == 1)
    moved = [one.value for one in there if isinstance(one.value, Amount)]
    if below:
        return not_known(key, dealer, "", f"a card is below zero: {below}", f"负库存：{below}")
    if len({one.unit for one in moved}) > 1:
        return not_known(key, dealer, "", "cards in several units", "单位不一")
    total = Amount.total(moved, moved[0].unit)
    return figure(limits, key, dealer, "", total, because("all products", "全部产品", *parts))


def _nearness(one: BoardFigure) -> tuple[bool, Fraction]:
    """Return where a figure stands among others of its state: words last, few days or much of the rest first."""
    if one.value is None or isinstance(one.value, Says):
        return True, Fraction(0)
    number = exact(one.value)
    return False, number if one.key in _LOW else -abs(number)
