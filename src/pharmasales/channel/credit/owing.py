"""What a dealer owes by its ledger (往来账欠款): the bridge from the documents of money to the check of an order.

>>> from pharmasales.channel.money import Dispute, Invoice, Ledger
>>> from pharmasales.units import CNY
>>> bills = [Invoice(f"F{n}", "D1", date(2026, n, 1), date(2026, n, 28), Amount.of(100, CNY)) for n in (1, 2)]
>>> ledger = Ledger.of([*bills, Dispute("F1", date(2026, 2, 1), amount=Amount.of(40, CNY))])
>>> owed = ledger_owed(ledger, "D1", date(2026, 3, 1))
>>> str(owed.open), str(owed.disputed), owed.overdue_days
('200.00 CNY', '40.00 CNY', 32)
"""

from __future__ import annotations

from datetime import date

from pharmasales.channel.buckets import AgeBasis
from pharmasales.channel.credit.checks import Owed
from pharmasales.channel.money.ledger import Ledger
from pharmasales.channel.money.matching import match_money
from pharmasales.channel.money.settling import MatchingWay
from pharmasales.names import normal_id
from pharmasales.units import Amount

__all__ = ["ledger_owed"]


def ledger_owed(
    ledger: Ledger, customer: str, day: date, *, way: MatchingWay = "told", oldest: AgeBasis = "due"
) -> Owed:
    """Return what a dealer owes on a day by its documents; nothing where it has none.

    Open is the sum of the open invoices: money on account (预收) is not taken off, as it waits for its invoice. An
    invoice that is disputed whole is not overdue; one that is disputed in part is, with the rest of it.

    Args:
        ledger: the documents; those after the day do not count.
        customer: id of the dealer.
        day: the day.
        way: how receipts are held against invoices, as in `match_money`.
        oldest: which invoice is the oldest, as in `match_money`.

    Source: S004-62, systems 1d.

    Raises:
        BadValue: an unknown way or order.
    """
    name = normal_id(customer)
    if name not in ledger.accounts:
        return Owed(name, day, Amount(0, ledger.unit), Amount(0, ledger.unit))
    found = match_money(ledger, day, way=way, oldest=oldest, customer=name)
    late = [(day - one.invoice.due).days for one in found.invoices if one.open > one.disputed]
    return Owed(
        name, day, found.open, Amount.total((one.disputed for one in found.invoices), ledger.unit), max([0, *late])
    )
