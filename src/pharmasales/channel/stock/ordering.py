"""Suggested order (建议订货量): a stated rule, less what is there and on its way, never below zero.

>>> from datetime import date
>>> from pharmasales.channel.stock.book import StockBook
>>> from pharmasales.channel.stock.card import stock_card
>>> from pharmasales.channel.stock.movements import StockMovement
>>> from pharmasales.units import BOX
>>> book = StockBook.of([
...     StockMovement("O1", "D1", "P1", date(2026, 4, 1), "opening", Amount.of(420, BOX)),
...     StockMovement("S1", "D1", "P1", date(2026, 4, 20), "out", Amount.of(350, BOX)),
... ])
>>> card = stock_card(book, "D1", "P1", date(2026, 4, 1), date(2026, 4, 30))
>>> print(suggest_order(card, ONE_AND_A_HALF).why)
order 455 BOX
  1.5 x 350 BOX out = 525 BOX
  less 70 BOX in stock

Source: E52, P2-F (1.5倍原则).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.channel.stock.card import StockCard
from pharmasales.display import Cell, Why, because
from pharmasales.errors import BadRule, BadValue
from pharmasales.names import nearest
from pharmasales.rules.terms import Exact, literal
from pharmasales.units import Amount

__all__ = ["ONE_AND_A_HALF", "OrderBasis", "OrderRule", "SuggestedOrder", "suggest_order"]

OrderBasis: TypeAlias = Literal["sales", "days"]


@frozen
class OrderRule:
    """Up to which stock to order (订货规则).

    Args:
        basis: `sales`: times what was sold in the days of the card; `days`: what is sold in so many days.
        factor: how many times, or how many days, above zero.

    >>> OrderRule("sales", "1.5") == ONE_AND_A_HALF, OrderRule("days", 45).factor
    (True, 45)

    Raises:
        BadRule: another basis, or a factor that is not above zero.
    """

    basis: OrderBasis
    factor: Exact = field(converter=literal)

    def __attrs_post_init__(self) -> None:
        if self.basis not in get_args(OrderBasis):
            hint = nearest(str(self.basis), get_args(OrderBasis))
            raise BadRule("no such basis of an order", where="basis", hint=hint, code="stock.order-rule")
        if self.factor <= 0:
            raise BadRule("not above zero", where="factor", hint="give 1.5 or 45", code="stock.order-rule")

    def target(self, card: StockCard) -> Fraction:
        """Return up to which stock to order, in smallest parts, exact."""
        times = Fraction(self.factor) if self.basis == "sales" else Fraction(self.factor) / card.days
        return card.moved["out"].minor * times


ONE_AND_A_HALF = OrderRule("sales", Fraction(3, 2))
"""The rule of one and a half times the sales of the period (1.5倍原则). The source is the trade's, not a law's."""


@frozen
class SuggestedOrder:
    """How much to order, and why (建议订货). Made by `suggest_order`.

    Args:
        card: the card that it rests on.
        rule: the rule.
        target: up to which stock, rounded half up once.
        expired: what of the stock may not be sold.
        on_the_way: what is ordered already and not yet in.
        pack: the pack that orders come in; none where any quantity will do.
    """

    card: StockCard = field(repr=False)
    rule: OrderRule
    target: Amount
    expired: Amount
    on_the_way: Amount
    pack: Amount | None

    @property
    def lacking(self) -> Amount:
        """The target less what can be sold and what is on its way; below zero where there is too much."""
        return self.target - (self.card.closing - self.expired) - self.on_the_way

    @property
    def amount(self) -> Amount:
        """What to order: what is lacking, in whole packs, the last one rounded up; zero where nothing is."""
        lacking = max(self.lacking.minor, 0)
        if self.pack is None:
            return Amount(lacking, self.target.unit)
        return self.pack * -(-lacking // self.pack.minor)

    @property
    def why(self) -> Why:
        """The rule, what it comes to, and what is taken off."""
        parts = [self._rule_why(), *self._less()]
        if self.pack is not None and self.amount != self.lacking and self.lacking.minor > 0:
            parts.append(because("in whole packs of {pack}", "按整箱 {pack} 取整", pack=str(self.pack)))
        if self.lacking.minor <= 0:
            parts.append(because("enough is there", "库存充足"))
        return because("order {amount}", "建议订货 {amount}", *parts, amount=str(self.amount))

    def _rule_why(self) -> Why:
        said: dict[str, Cell] = {
            "factor": Fraction(self.rule.factor),
            "out": str(self.card.moved["out"]),
            "target": str(self.target),
        }
        if self.rule.basis == "sales":
            return because("{factor} x {out} out = {target}", "{factor} × 出库 {out} = {target}", **said)
        en, zh = "{factor} days x {out} out / {days} days = {target}", "{factor} 天 × 出库 {out} / {days} 天 = {target}"
        return because(en, zh, **said, days=self.card.days)

    def _less(self) -> list[Why]:
        said = [because("less {stock} in stock", "减库存 {stock}", stock=str(self.card.closing))]
        if self.expired.minor:
            en, zh = "of which {expired} expired and not for sale", "其中 {expired} 已过期不可销"
            said.append(because(en, zh, expired=str(self.expired)))
        if self.on_the_way.minor:
            said.append(because("less {way} on the way", "减在途 {way}", way=str(self.on_the_way)))
        return said


def suggest_order(
    card: StockCard,
    rule: OrderRule,
    *,
    expired: Amount | None = None,
    on_the_way: Amount | None = None,
    pack: Amount | None = None,
) -> SuggestedOrder:
    """Suggest an order from a card (建议订货量).

    Args:
        card: the card of the days that the rule speaks of.
        rule: up to which stock to order; there is no rule by default.
        expired: what of the stock may not be sold, as `BatchStock.expired` says.
        on_the_way: what is ordered already and not yet in.
        pack: the pack that orders come in, such as a carton of 20 boxes.

    Source: E52, P2-F.

    Raises:
        BadValue: below zero, more expired than there is, or a pack that is not above zero.
        NotComparable: another unit.
    """
    zero = Amount(0, card.opening.unit)
    gone, way = expired or zero, on_the_way or zero
    if gone < zero or way < zero or (pack is not None and pack <= zero):
        raise BadValue("below zero", where="order", hint="packs are above zero", code="stock.quantity")
    if gone > card.closing:
        raise BadValue("more expired than there is", where="expired", hint="look at the batches", code="stock.expired")
    return SuggestedOrder(card, rule, Amount(1, zero.unit).times(rule.target(card)), gone, way, pack)
