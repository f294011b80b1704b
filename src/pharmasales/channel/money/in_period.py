"""Money of a period (期间往来): opening, sales, receipts, closing, and the receipts rate (回款率), from the documents.

>>> from datetime import date
>>> from pharmasales.channel.money.documents import Invoice, Receipt
>>> from pharmasales.periods import Month
>>> from pharmasales.units import CNY
>>> ledger = Ledger.of([
...     Invoice("F1", "D1", date(2026, 1, 5), date(2026, 2, 4), Amount.of(100, CNY)),
...     Invoice("F2", "D1", date(2026, 2, 5), date(2026, 3, 4), Amount.of(500, CNY)),
...     Receipt("R1", "D1", date(2026, 2, 20), Amount.of(450, CNY)),
... ])
>>> print(period_money(ledger, Month(2026, 2)).why())
2026-02: receipts rate 90.0%
  (sales 500.00 CNY + opening 100.00 CNY - closing 150.00 CNY) / sales
"""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from pharmasales.channel.money.documents import CreditNote
from pharmasales.channel.money.ledger import Account, Ledger
from pharmasales.channel.money.statement import statement_of
from pharmasales.channel.receivables import receipts_rate
from pharmasales.display import Cell, Column, Says, Table, Why, because, percent
from pharmasales.periods import Period
from pharmasales.units import Amount, Unit

__all__ = ["PeriodMoney", "net_sales", "period_money", "period_money_table"]


@frozen
class PeriodMoney:
    """What was owed, sold and paid in a period (期间往来). `opening + sales - received = closing`, exactly.

    Args:
        period: the period.
        opening: the balance before it; below zero is money on account.
        sales: invoices less credit notes, those taken back counted on the day of the reversal.
        received: receipts less those taken back.
        closing: the balance at its end.
    """

    period: Period
    opening: Amount
    sales: Amount
    received: Amount
    closing: Amount

    @property
    def rate(self) -> Fraction | None:
        """The receipts rate (回款率), as `receipts_rate`; missing where nothing was sold, net."""
        return receipts_rate(self.sales, self.opening, self.closing)

    def why(self) -> Why:
        """Say the rate and its arithmetic."""
        formula = because(
            "(sales {sales} + opening {opening} - closing {closing}) / sales",
            "（销售额 {sales} + 期初 {opening} - 期末 {closing}）/ 销售额",
            sales=str(self.sales),
            opening=str(self.opening),
            closing=str(self.closing),
        )
        values = {"period": str(self.period), "rate": percent(self.rate)}
        return because("{period}: receipts rate {rate}", "{period} 回款率 {rate}", formula, **values)


def period_money(ledger: Ledger, period: Period, customer: str | None = None) -> PeriodMoney:
    """Sum what was owed, sold and paid in a period, for a customer or for all.

    Args:
        ledger: the documents.
        period: the period, both ends inclusive.
        customer: one customer alone; all where left out.

    Source: S000-23 (回款金额及日期), S004-58, P2-C (回款率), E31.

    Raises:
        NotFound: no document of this customer.
    """
    names = list(ledger.accounts) if customer is None else [customer]
    zero = Amount(0, ledger.unit)
    opening = sales = received = closing = zero
    for name in names:
        statement = statement_of(ledger, name, period.start, period.end)
        opening += statement.opening
        closing += statement.closing
        part = _sold(ledger.account(name), period, ledger.unit)
        sales += part
        received += statement.opening + part - statement.closing
    return PeriodMoney(period, opening, sales, received, closing)


def net_sales(ledger: Ledger, period: Period, customer: str | None = None) -> Amount:
    """Return invoices less credit notes of a period (净销售额), for a customer or for all.

    Raises:
        NotFound: no document of this customer.
    """
    accounts = list(ledger.accounts.values()) if customer is None else [ledger.account(customer)]
    return Amount.total((_sold(account, period, ledger.unit) for account in accounts), ledger.unit)


def _sold(account: Account, period: Period, unit: Unit) -> Amount:
    notes = {one.id: one.amount.minor for one in account.credits if isinstance(one, CreditNote)}
    sold = sum(one.amount.minor for one in account.invoices if one.on in period)
    sold -= sum(one.amount.minor for one in account.credits if isinstance(one, CreditNote) and one.on in period)
    sold += sum(notes.get(one.of, 0) for one in account.reversals if one.on in period)
    return Amount(sold, unit)


def period_money_table(ledger: Ledger, period: Period) -> Table:
    """Return one row a customer: opening, sales, received, closing and receipts rate; the total in the last row."""
    rows: list[tuple[Cell, ...]] = [(name, *_cells(period_money(ledger, period, name))) for name in ledger.accounts]
    rows.append((Says("total", "合计"), *_cells(period_money(ledger, period))))
    return Table("period_money", Says(f"Money of {period}", f"{period} 往来"), _COLUMNS, rows)


def _cells(one: PeriodMoney) -> tuple[Cell, ...]:
    return one.opening.value, one.sales.value, one.received.value, one.closing.value, one.rate


_COLUMNS = (
    Column("customer", "Customer", "客户"),
    Column("opening", "Opening", "期初", "amount"),
    Column("sales", "Net sales", "净销售额", "amount"),
    Column("received", "Received", "回款", "amount"),
    Column("closing", "Closing", "期末", "amount"),
    Column("rate", "Receipts rate", "回款率", "ratio"),
)
