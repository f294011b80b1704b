"""What a sale leaves behind (证、票、货、款的凭据): licences, lines of invoices, goods that moved, who paid.

Invoices and receipts are those of the ledger, and what the buyer booked is its stock card. These are the papers that
neither keeps: which products an invoice names, what was delivered, whose licence it was, who paid.

>>> licence = TradeLicence("D1", "L-1", date(2026, 12, 31), since=date(2026, 1, 1), products=["P1"])
>>> licence.on(date(2026, 12, 31)), licence.covers("P2")
(True, False)
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen
from attrs.converters import optional

from pharmasales.errors import BadValue
from pharmasales.names import nearest, normal_id, optional_id
from pharmasales.units import Amount
from pharmasales.yearplan import checked_day

__all__ = ["GoodsMoved", "InvoiceLine", "Payer", "PayerKind", "TradeLicence"]

PayerKind: TypeAlias = Literal["company", "institution", "individual"]


def _above_zero(amount: object, where: str) -> None:
    if not isinstance(amount, Amount) or amount.minor < 1:
        hint = "use Amount.of; what comes back is a credit note or a return"
        raise BadValue("no amount above zero", where=where, hint=hint, code="board.amount")


def _ids(given: Iterable[str]) -> frozenset[str]:
    return frozenset(normal_id(one, "products") for one in given)


@frozen
class TradeLicence:
    """A licence to trade in drugs (药品经营许可证等).

    Args:
        customer: id of its holder.
        number: its number, where it is known.
        until: its last day, which counts.
        since: its first day; always where left out.
        products: the products within its scope; all where left out.

    Raises:
        BadValue: an empty id, or a last day before the first.
    """

    customer: str = field(converter=normal_id)
    number: str = field(converter=optional_id)
    until: date = field(converter=checked_day)
    since: date | None = field(default=None, converter=optional(checked_day))
    products: frozenset[str] = field(default=frozenset(), converter=_ids)

    def __attrs_post_init__(self) -> None:
        if self.since is not None and self.until < self.since:
            raise BadValue("ends before it began", where="until", hint="look at the two days", code="board.order")

    def on(self, day: date) -> bool:
        """Whether it is valid on a day, both ends included."""
        return (self.since is None or self.since <= day) and day <= self.until

    def covers(self, product: str) -> bool:
        """Whether a product lies within its scope."""
        return not self.products or product in self.products


@frozen
class InvoiceLine:
    """One line of an invoice (发票明细); its buyer and its day are those of the invoice.

    Args:
        id: its number; no two lines have the same.
        invoice: the number of the invoice.
        product: id of the product.
        quantity: how much, above zero.
        amount: the money, above zero.

    Raises:
        BadValue: an empty id, or an amount that is not above zero.
    """

    id: str = field(converter=normal_id)
    invoice: str = field(converter=normal_id)
    product: str = field(converter=normal_id)
    quantity: Amount
    amount: Amount

    def __attrs_post_init__(self) -> None:
        _above_zero(self.quantity, "quantity")
        _above_zero(self.amount, "amount")


@frozen
class GoodsMoved:
    """Goods that went to a customer (随货同行单 / 到货), as a delivery note or a flow file says.

    Args:
        id: its number; no two have the same.
        customer: id of who got them.
        product: id of the product.
        on: the day.
        quantity: how much, above zero.
        invoice: the number of their invoice, where the paper names it.

    Raises:
        BadValue: an empty id, or a quantity that is not above zero.
    """

    id: str = field(converter=normal_id)
    customer: str = field(converter=normal_id)
    product: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    quantity: Amount
    invoice: str = field(default="", converter=optional_id)

    def __attrs_post_init__(self) -> None:
        _above_zero(self.quantity, "quantity")


@frozen
class Payer:
    """Who paid a receipt (付款方).

    Args:
        receipt: the number of the receipt.
        payer: id of who paid, where it is one that the archive knows; "" for a stranger.
        kind: `company`, `institution` or `individual`.

    Raises:
        BadValue: an empty number, or an unknown kind.
    """

    receipt: str = field(converter=normal_id)
    payer: str = field(default="", converter=optional_id)
    kind: PayerKind = "company"

    def __attrs_post_init__(self) -> None:
        if self.kind not in get_args(PayerKind):
            hint = nearest(str(self.kind), get_args(PayerKind))
            raise BadValue("no such kind of payer", where="kind", hint=hint, code="board.payer")
