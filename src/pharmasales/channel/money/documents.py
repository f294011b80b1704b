"""Documents of money (往来单据): contract, invoice, receipt, credit note, reversal, dispute. Each bears its day.

What a customer owes on a day is never kept: it follows from the documents dated up to that day.

>>> from pharmasales.units import CNY
>>> paid = Receipt("R1", "D1", date(2026, 3, 1), Amount.of(500, CNY), [Told("F1", Amount.of(300, CNY))])
>>> paid.told[0].invoice, str(paid.amount)
('F1', '500.00 CNY')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeAlias

from attrs import Attribute, field, frozen

from pharmasales.errors import BadValue
from pharmasales.names import clean, normal_id, optional_id
from pharmasales.units import Amount

__all__ = ["Contract", "Credit", "CreditNote", "Dispute", "Document", "Invoice", "Receipt", "Reversal", "Told"]

_Check: TypeAlias = "Callable[[Any, Attribute[Any], Any], None]"


def _day(_instance: object, attribute: Attribute[Any], value: object) -> None:
    if type(value) is not date:
        hint = "give a date without a time"
        raise BadValue(f"{type(value).__name__} where a day is due", where=attribute.name, hint=hint, code="money.day")


def _optional_day(instance: object, attribute: Attribute[Any], value: object) -> None:
    if value is not None:
        _day(instance, attribute, value)


def _not_below(least: int) -> _Check:
    def check(_instance: object, attribute: Attribute[Any], value: object) -> None:
        if not isinstance(value, Amount):
            raise BadValue("no amount", where=attribute.name, hint="use Amount.of", code="money.amount")
        if value.minor < least:
            reason = "below zero" if least == 0 else "not above zero"
            hint = "what takes money back is a credit note or a reversal"
            raise BadValue(reason, where=attribute.name, hint=hint, code="money.negative")

    return check


def _optional_amount(instance: object, attribute: Attribute[Any], value: object) -> None:
    if value is not None:
        _not_below(1)(instance, attribute, value)


def _ordered(first: date, last: date | None, where: str, reason: str) -> None:
    if last is not None and last < first:
        raise BadValue(reason, where=where, hint="look at the two days", code="money.order")


@frozen
class Contract:
    """What a customer signed to buy (合同).

    Args:
        id: its number.
        customer: id of the customer.
        signed: its day.
        amount: what it is worth.
        until: its last day, where it has one.

    Source: S000-20, S000-23.

    Raises:
        BadValue: an empty id, no amount above zero, or a last day before it was signed.
    """

    id: str = field(converter=normal_id)
    customer: str = field(converter=normal_id)
    signed: date = field(validator=_day)
    amount: Amount = field(validator=_not_below(1))
    until: date | None = field(default=None, validator=_optional_day)

    def __attrs_post_init__(self) -> None:
        _ordered(self.signed, self.until, "until", "ends before it was signed")


@frozen
class Invoice:
    """What a customer was invoiced (发票).

    Args:
        id: its number.
        customer: id of the customer.
        on: its day.
        due: the last day on which payment is in time.
        amount: what was invoiced, zero or above.
        contract: the number of its contract, where it has one.

    >>> from pharmasales.units import CNY
    >>> Invoice("F1", "D1", date(2026, 3, 1), date(2026, 2, 1), Amount.of(5, CNY))
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: due before it was invoiced @ due; look at the two days [money.order]

    Raises:
        BadValue: an empty id, an amount below zero, or due before its day.
    """

    id: str = field(converter=normal_id)
    customer: str = field(converter=normal_id)
    on: date = field(validator=_day)
    due: date = field(validator=_day)
    amount: Amount = field(validator=_not_below(0))
    contract: str = field(default="", converter=optional_id)

    def __attrs_post_init__(self) -> None:
        _ordered(self.on, self.due, "due", "due before it was invoiced")


@frozen
class Told:
    """What the customer said that a receipt is for (指定核销).

    Args:
        invoice: the number of the invoice.
        amount: how much of the receipt is for it.
        on: the day on which it was said; the day of the receipt where left out.
    """

    invoice: str = field(converter=normal_id)
    amount: Amount = field(validator=_not_below(1))
    on: date | None = field(default=None, validator=_optional_day)


def _told(given: Iterable[Told]) -> tuple[Told, ...]:
    return tuple(given)


@frozen
class Receipt:
    """Money that came in (回款). What it is more than what is owed stays on account (预收).

    Args:
        id: its number.
        customer: id of the customer.
        on: the day it came in.
        amount: how much, above zero.
        told: which invoices it is for, where that was said; what is not told goes to the oldest.

    Raises:
        BadValue: an empty id, nothing above zero, told for more than it is, or told before it came in.
        NotComparable: told in another unit.
    """

    id: str = field(converter=normal_id)
    customer: str = field(converter=normal_id)
    on: date = field(validator=_day)
    amount: Amount = field(validator=_not_below(1))
    told: tuple[Told, ...] = field(default=(), converter=_told)

    def __attrs_post_init__(self) -> None:
        if Amount.total((one.amount for one in self.told), self.amount.unit) > self.amount:
            hint = "what is told adds up to the receipt at most"
            raise BadValue("told for more than it is", where="told", hint=hint, code="money.told")
        for one in self.told:
            _ordered(self.on, one.on, "told", "told before it came in")


@frozen
class CreditNote:
    """What was taken off a customer's debt: a return, a price cut, an error (贷项通知单 / 红字发票).

    Args:
        id: its number.
        customer: id of the customer.
        on: its day.
        amount: how much, above zero.
        invoice: the invoice that it corrects; the oldest where left out.

    Raises:
        BadValue: an empty id, or nothing above zero.
    """

    id: str = field(converter=normal_id)
    customer: str = field(converter=normal_id)
    on: date = field(validator=_day)
    amount: Amount = field(validator=_not_below(1))
    invoice: str = field(default="", converter=optional_id)

    @property
    def told(self) -> tuple[Told, ...]:
        """The invoice that it corrects, as a receipt tells it."""
        return (Told(self.invoice, self.amount),) if self.invoice else ()


@frozen
class Reversal:
    """Takes a receipt or a credit note back whole, from its day on (冲销): a bounced cheque, a payment of another.

    A reversal is not taken back; the receipt or credit note is entered anew, under a number and on a day of its own.

    Args:
        id: its number.
        of: the number of the receipt or credit note.
        on: its day.

    Raises:
        BadValue: an empty id.
    """

    id: str = field(converter=normal_id)
    of: str = field(converter=normal_id)
    on: date = field(validator=_day)


@frozen
class Dispute:
    """The customer contests an invoice, so what is open of it stands apart (争议).

    Args:
        invoice: the number of the invoice.
        since: the first day.
        until: the last day, where it is over.
        amount: how much is contested; the whole of it where left out.
        reason: in words; never shown in a repr.

    Raises:
        BadValue: an empty id, a last day before the first, or an amount that is not above zero.
    """

    invoice: str = field(converter=normal_id)
    since: date = field(validator=_day)
    until: date | None = field(default=None, validator=_optional_day)
    amount: Amount | None = field(default=None, validator=_optional_amount)
    reason: str = field(default="", converter=clean, repr=False)

    def __attrs_post_init__(self) -> None:
        _ordered(self.since, self.until, "until", "over before it began")

    def on(self, day: date) -> bool:
        """Whether it stands on a day, both ends included."""
        return self.since <= day and (self.until is None or day <= self.until)


Credit: TypeAlias = Receipt | CreditNote
Document: TypeAlias = Contract | Invoice | Receipt | CreditNote | Reversal | Dispute
