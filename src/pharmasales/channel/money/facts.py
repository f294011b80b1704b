"""Facts of customers (客户资金表现): what each sold, paid in time and owes for long, as of the end of a period.

>>> from pharmasales.channel.money.documents import Invoice
>>> from pharmasales.periods import Month
>>> from pharmasales.units import CNY
>>> ledger = Ledger.of([Invoice("F1", "D1", date(2026, 1, 5), date(2026, 2, 4), Amount.of(600, CNY))])
>>> found = customer_money(ledger, Month(2026, 2))[0]
>>> str(found.sales), found.in_time, str(found.overdue), found.oldest
('0.00 CNY', Fraction(0, 1), '600.00 CNY', 24)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from attrs import evolve, field, frozen

from pharmasales.channel.buckets import AgeBasis
from pharmasales.channel.money.ageing import age_ledger
from pharmasales.channel.money.in_period import net_sales
from pharmasales.channel.money.ledger import Account, Ledger
from pharmasales.channel.money.settling import MatchingWay, settle
from pharmasales.errors import BadValue
from pharmasales.names import normal_id, respelt
from pharmasales.periods import Period
from pharmasales.units import Amount, ratio

__all__ = ["CustomerMoney", "customer_money"]


@frozen
class CustomerMoney:
    """The facts by which a customer is among the best or the worst (客户资金表现).

    Args:
        customer: its id.
        sales: net sales of the period; none where they are not known.
        in_time: the share of what fell due in the period that was paid by its due day, and not taken back by the end;
            none where nothing fell due.
        overdue: what is overdue and undisputed at the end of the period; none where it is not known.
        old: what of that is owed over `over_days`; none where it is not known.
        oldest: the age in days of the oldest undisputed debt; none where there is none.
        over_days: the days beyond which a debt is old.
        goal: the sales aimed at, where there is one.
    """

    customer: str = field(converter=normal_id)
    sales: Amount | None
    in_time: Fraction | None
    overdue: Amount | None
    old: Amount | None
    oldest: int | None = None
    over_days: int = 120
    goal: Amount | None = None

    @property
    def attainment(self) -> Fraction | None:
        """Sales over the goal; missing where either is."""
        return None if self.sales is None or self.goal is None else self.sales.over(self.goal)


def customer_money(
    ledger: Ledger,
    period: Period,
    *,
    over_days: int = 120,
    by: AgeBasis = "due",
    way: MatchingWay = "told",
    oldest: AgeBasis = "due",
    goals: Mapping[str, Amount] | None = None,
) -> list[CustomerMoney]:
    """Gather the facts of every customer at the end of a period, by id.

    Args:
        ledger: the documents.
        period: whose sales count, and in which debts fell due.
        over_days: the days beyond which a debt is old (超过120天 excludes the 120th).
        by: the day that ages count from.
        way: how receipts are held against invoices, as in `match_money`.
        oldest: which invoice is the oldest, as in `match_money`.
        goals: sales aimed at, by customer.

    Source: S004-81.

    Raises:
        BadValue: over_days below zero, a goal of a customer in another spelling, an unknown basis, way or order.
    """
    if type(over_days) is not int or over_days < 0:
        raise BadValue("days are a whole number from 0", where="over_days", hint="120", code="money.days")
    aims = {normal_id(name, "goals"): aim for name, aim in (goals or {}).items()}
    if respelt([*ledger.accounts, *aims]):
        hint = "write an id as the ledger does"
        raise BadValue("one customer spelt in two ways", where="goals", hint=hint, code="money.twins")
    aged = age_ledger(ledger, period.end, by=by, way=way, oldest=oldest)
    old, zero = aged.older_than(over_days), Amount(0, ledger.unit)
    overdue: dict[str, Amount] = {}
    ages: dict[str, int] = {}
    for item in aged.items:
        if item.undisputed.minor:
            invoice = item.matched.invoice
            ages[invoice.customer] = max(item.days, ages.get(invoice.customer, item.days))
            if invoice.due < period.end:
                overdue[invoice.customer] = overdue.get(invoice.customer, zero) + item.undisputed
    return [
        CustomerMoney(
            name,
            net_sales(ledger, period, name),
            _in_time(account, period, way, oldest),
            overdue.get(name, zero),
            old.get(name, zero),
            ages.get(name),
            over_days,
            aims.get(name),
        )
        for name, account in ledger.accounts.items()
    ]


def _in_time(account: Account, period: Period, way: MatchingWay, oldest: AgeBasis) -> Fraction | None:
    """Return the share of what fell due that was paid by its due day; what was taken back by the end was no payment."""
    kept = evolve(account, credits=tuple(account.standing(period.end)))
    due: dict[date, list[str]] = {}
    for one in account.invoices:
        if one.due in period:
            due.setdefault(one.due, []).append(one.id)
    amounts = {one.id: one.amount.minor for one in account.invoices}
    whole = sum(amounts[number] for held in due.values() for number in held)
    late = 0
    for day, numbers in due.items():
        still = settle(kept, day, way, oldest).open
        late += sum(still[number] for number in numbers)
    return ratio(whole - late, whole)
