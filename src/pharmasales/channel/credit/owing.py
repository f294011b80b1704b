"""What a dealer owes (已开票未收): the open invoices of a day, what is disputed, how long the longest is overdue.

Source: S004-62, systems 1d (invoiced open).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from attrs import field, frozen

from pharmasales.channel.receivables import Receivable, invoice_numbers, of_customer, open_at
from pharmasales.errors import BadValue
from pharmasales.names import normal_id
from pharmasales.units import CNY, Amount, Unit
from pharmasales.yearplan import checked_day

__all__ = ["Owed", "owed_by"]


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
