"""The pieces of a chain (通路台账): goods that move, the book of one distributor, and what does not close.

>>> from pharmasales.units import BOX
>>> much = [Amount(count, BOX) for count in (10, 100, 0, 40, 55)]
>>> ChainStock("D1", "P1", Month(2026, 1), *much).closing
Amount('15 BOX')

Source: P2-F (stock identity); S004-60.
"""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.display import Says, Why, because
from pharmasales.names import normal_id, optional_id
from pharmasales.periods import Month
from pharmasales.units import Amount

__all__ = ["CHAIN_DIFFERENCES", "ChainDifference", "ChainMove", "ChainStock"]

CHAIN_DIFFERENCES = MappingProxyType(
    {
        "more out": Says("sold more than came in", "卖出多于流入"),
        "counted": Says("the count differs", "盘点不符"),
        "received": Says("sender and receiver differ", "收发不符"),
    }
)
"""What may not close."""


def _id(text: str) -> str:
    return normal_id(text, "chain move")


@frozen
class ChainMove:
    """Goods that went from one to another within a month; returns are negative.

    Args:
        sender: id of the distributor, or "" for ourselves.
        receiver: id of the customer, a distributor or a terminal.
        product: id of the product.
        month: the month.
        quantity: how many.
    """

    sender: str = field(converter=optional_id)
    receiver: str = field(converter=_id)
    product: str = field(converter=_id)
    month: Month
    quantity: Amount


@frozen
class ChainStock:
    """One distributor, product and month (通路台账).

    Args:
        distributor: who.
        product: what.
        month: when.
        opening: what lay there at the start.
        from_us: what we supplied.
        from_others: what other distributors say they sold to it.
        to_others: what it sold to distributors who report.
        to_terminals: what it sold to everybody else.
    """

    distributor: str
    product: str
    month: Month
    opening: Amount
    from_us: Amount
    from_others: Amount
    to_others: Amount
    to_terminals: Amount

    @property
    def received(self) -> Amount:
        """All that came in."""
        return self.from_us + self.from_others

    @property
    def sold(self) -> Amount:
        """All that went out."""
        return self.to_others + self.to_terminals

    @property
    def closing(self) -> Amount:
        """What must lie there at the end."""
        return self.opening + self.received - self.sold


@frozen
class ChainDifference:
    """One thing that does not close.

    Args:
        stock: where and when.
        kind: one of `CHAIN_DIFFERENCES`.
        quantity: by how much: below zero, so many are missing in the book.
        stated: what was counted, or stated as received.
    """

    stock: ChainStock
    kind: str
    quantity: Amount
    stated: Amount | None = None

    @property
    def why(self) -> Why:
        """The arithmetic, and what it may be."""
        one = self.stock
        if self.kind == "received":
            en = "sent {sent}, received {stated}; goods are on the way, or a line is missing on one side"
            zh = "发出 {sent}，收到 {stated}；可能在途或一方漏行"
            return because(en, zh, sent=one.from_others.value, stated=_value(self.stated))
        values = {"opening": one.opening.value, "received": one.received.value, "sold": one.sold.value}
        if self.kind == "counted":
            en = "opening {opening} + in {received} - out {sold} = {closing}, counted {stated}; count again"
            zh = "期初 {opening} + 流入 {received} - 流出 {sold} = {closing}，盘点 {stated}；请复盘"
            return because(en, zh, closing=one.closing.value, stated=_value(self.stated), **values)
        en = (
            "opening {opening} + in {received} - out {sold} = {closing}; "
            "a file is missing, a unit is wrong, or goods came from elsewhere"
        )
        zh = "期初 {opening} + 流入 {received} - 流出 {sold} = {closing}；缺文件、单位有误或货从他处来"
        return because(en, zh, closing=one.closing.value, **values)


def _value(amount: Amount | None) -> Decimal | None:
    return None if amount is None else amount.value
