"""What a dealer owes (已开票未收): the open invoices of a day, what is disputed, how long the longest is overdue.

Source: S004-62, systems 1d (invoiced open).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from attrs import field, frozen

from pharmasales.channel.buckets import AgeBasis
from pharmasales.channel.money.ledger import Ledger
from pharmasales.channel.money.matching import match_money
from pharmasales.channel.money.settling import MatchingWay
from pharmasales.channel.receivables import Receivable, invoice_numbers, of_customer, open_at
from pharmasales.errors import BadValue
from pharmasales.names import normal_id, respelt
from pharmasales.units import CNY, Amount, Unit
from pharmasales.yearplan import checked_day

__all__ = ["Owed", "ledger_owed", "owed_by"]


@frozen
class Owed:
    """What a dealer owes on a day (已开票未收).

    Args:
        customer: id of the dealer.
        day: the day.
        open: every open invoice, disputed ones too.
        disputed: what of that is disputed.
        overdue_days: for how many days the longest has been overdue that is not disputed; 0 where none is.

    Raises:
        BadValue: an amount below zero, or more disputed than open.
    """

    customer: str = field(converter=normal_id)
    day: date = field(converter=checked_day)
    open: Amount = field(repr=False)
    disputed: Amount = field(repr=False)
    overdue_days: int = 0

    def __attrs_post_init__(self) -> None:
        if self.open.minor < 0 or self.disputed.minor < 0 or self.disputed > self.open or self.overdue_days < 0:
            raise BadValue("what is owed cannot be", where=f"owed {self.customer}", code="credit.owed")


def owed_by(
    customer: str, receivables: Iterable[Receivable], day: date, *, disputed: Collection[str] = (), unit: Unit = CNY
) -> Owed:
    """Add up what a dealer owes on a day.

    Args:
        customer: id of the dealer.
        receivables: invoices, those of others too.
        day: the day.
        disputed: the numbers of the dealer's invoices that are disputed.
        unit: the unit of all of them.

    >>> from pharmasales.units import Amount
    >>> invoices = [Receivable("D1", f"F{n}", date(2026, n, 1), date(2026, n, 28), Amount.of(100, CNY)) for n in (1, 2)]
    >>> owed = owed_by("D1", invoices, date(2026, 3, 1), disputed={"F1"})
    >>> str(owed.open), str(owed.disputed), owed.overdue_days
    ('200.00 CNY', '100.00 CNY', 1)

    Raises:
        BadValue: one text where a list of invoices is due, or an invoice of the dealer in another spelling of its id.
        NotComparable: an invoice in another unit.
    """
    argued = invoice_numbers(disputed)
    own = [(one, open_at(one, day)) for one in of_customer(customer, receivables)]
    late = [(day - one.due).days for one, still in own if still.minor and one.invoice not in argued]
    contested = Amount.total((still for one, still in own if one.invoice in argued), unit)
    return Owed(customer, day, Amount.total((still for _, still in own), unit), contested, max([0, *late]))


def ledger_owed(
    ledger: Ledger, customer: str, day: date, *, way: MatchingWay = "told", oldest: AgeBasis = "due"
) -> Owed:
    """Say what a dealer owes on a day by the documents of a ledger; who has none owes nothing.

    Of an invoice that is disputed in part the rest is overdue like any other. Money on account is not taken off: it is
    nobody's payment yet.

    Args:
        ledger: the documents.
        customer: id of the dealer.
        day: the day.
        way: how receipts are held against invoices, as in `match_money`.
        oldest: which invoice is the oldest, as in `match_money`.

    >>> from pharmasales.channel.money.documents import Dispute, Invoice
    >>> bill = Invoice("F1", "D1", date(2026, 2, 1), date(2026, 2, 28), Amount.of(100, CNY))
    >>> ledger = Ledger.of([bill, Dispute("F1", date(2026, 2, 9), amount=Amount.of(1, CNY))])
    >>> owed = ledger_owed(ledger, "D1", date(2026, 3, 1))
    >>> str(owed.open), str(owed.disputed), owed.overdue_days
    ('100.00 CNY', '1.00 CNY', 1)

    Source: S004-62, systems 1d. Raises:
        BadValue: the dealer in another spelling than that of the ledger, an unknown way or order.
    """
    key, none = normal_id(customer), Amount(0, ledger.unit)
    if respelt([*ledger.accounts, key]):
        hint = "write an id as the ledger does"
        raise BadValue("one customer spelt in two ways", where=f"owed {key}", hint=hint, code="receivable.twins")
    if key not in ledger.accounts:
        return Owed(key, day, none, none)
    bills = match_money(ledger, day, way=way, oldest=oldest, customer=key).invoices
    late = [(day - one.invoice.due).days for one in bills if one.open > one.disputed]
    contested = Amount.total((one.disputed for one in bills), ledger.unit)
    return Owed(key, day, Amount.total((one.open for one in bills), ledger.unit), contested, max([0, *late]))
