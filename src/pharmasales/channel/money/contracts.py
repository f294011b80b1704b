"""Contracts and their money (合同执行): signed, invoiced, paid, open, and how long nothing has happened.

>>> from pharmasales.channel.money.documents import Invoice
>>> from pharmasales.units import CNY
>>> ledger = Ledger.of([
...     Contract("C1", "D1", date(2026, 1, 1), Amount.of(1000, CNY)),
...     Contract("C2", "D1", date(2026, 1, 1), Amount.of(500, CNY)),
...     Invoice("F1", "D1", date(2026, 2, 1), date(2026, 3, 3), Amount.of(600, CNY), "C1"),
... ])
>>> for one in contract_money(ledger, date(2026, 2, 10)):
...     print(one.why())
C1: 600.00 CNY of 1,000.00 CNY invoiced, 0.00 CNY received, 600.00 CNY open; 60.0% executed
C2: signed on 2026-01-01 over 500.00 CNY, not executed for 40 days: ask for the true reason
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from attrs import frozen

from pharmasales.channel.buckets import AgeBasis
from pharmasales.channel.money.documents import Contract, Receipt
from pharmasales.channel.money.ledger import Ledger
from pharmasales.channel.money.matching import MatchedInvoice, match_money
from pharmasales.channel.money.settling import MatchingWay
from pharmasales.display import Cell, Column, Says, Table, Why, because, percent
from pharmasales.units import Amount

__all__ = ["ContractMoney", "contract_money", "contract_table"]


@frozen
class ContractMoney:
    """What came of a contract by a day (合同执行情况).

    Args:
        contract: the contract.
        as_of: the day.
        invoiced: what was invoiced for it.
        received: what receipts paid of those invoices.
        credited: what credit notes took off them.
        open: what is open of them; invoiced = received + credited + open.
        executed_on: the day of the first invoice; none where there is none.
        paid_on: the day of the last receipt; none where there is none.
    """

    contract: Contract
    as_of: date
    invoiced: Amount
    received: Amount
    credited: Amount
    open: Amount
    executed_on: date | None
    paid_on: date | None

    @property
    def executed(self) -> Fraction | None:
        """Invoiced less credited, over the contract (执行率)."""
        return (self.invoiced - self.credited).over(self.contract.amount)

    @property
    def idle_days(self) -> int | None:
        """How many days it has been signed without an invoice; none where there is one."""
        return None if self.executed_on is not None else (self.as_of - self.contract.signed).days

    def why(self) -> Why:
        """Say what was invoiced, received and is open, or for how long it has not been executed."""
        one = self.contract
        if self.idle_days is not None:
            return because(
                "{id}: signed on {on} over {amount}, not executed for {days} days: ask for the true reason",
                "{id}：{on} 签约 {amount}，{days} 天未执行：请查明真实原因",
                id=one.id,
                on=one.signed.isoformat(),
                amount=str(one.amount),
                days=self.idle_days,
            )
        return because(
            "{id}: {invoiced} of {amount} invoiced, {received} received, {open} open; {share} executed",
            "{id}：合同 {amount}，已开票 {invoiced}，已回款 {received}，未收 {open}；执行率 {share}",
            id=one.id,
            amount=str(one.amount),
            invoiced=str(self.invoiced),
            share=percent(self.executed),
            received=str(self.received),
            open=str(self.open),
        )


def contract_money(
    ledger: Ledger, as_of: date, *, way: MatchingWay = "told", oldest: AgeBasis = "due"
) -> tuple[ContractMoney, ...]:
    """Return what came of every contract signed by a day, by number (合同执行).

    Args:
        ledger: the documents; those after the day do not count.
        as_of: the day.
        way: how receipts are held against invoices, as in `match_money`.
        oldest: which invoice is the oldest, as in `match_money`.

    Source: S000-20, S000-21 (signed and not executed), S000-23.

    Raises:
        BadValue: an unknown way or order.
    """
    bills: dict[str, list[MatchedInvoice]] = {}
    for one in match_money(ledger, as_of, way=way, oldest=oldest).invoices:
        bills.setdefault(one.invoice.contract, []).append(one)
    return tuple(_of(one, bills.get(one.id, []), as_of) for one in ledger.contracts if one.signed <= as_of)


def _of(contract: Contract, bills: list[MatchedInvoice], as_of: date) -> ContractMoney:
    unit = contract.amount.unit
    parts = [part for one in bills for part in one.parts]
    cash = [part for part in parts if isinstance(part.credit, Receipt)]
    received = Amount.total((part.amount for part in cash), unit)
    return ContractMoney(
        contract,
        as_of,
        Amount.total((one.invoice.amount for one in bills), unit),
        received,
        Amount.total((part.amount for part in parts), unit) - received,
        Amount.total((one.open for one in bills), unit),
        min((one.invoice.on for one in bills), default=None),
        max((part.credit.on for part in cash), default=None),
    )


def contract_table(found: Iterable[ContractMoney]) -> Table:
    """Return contract, customer, amount, invoiced, received, credited, open, share executed and why."""
    rows: list[tuple[Cell, ...]] = [
        (
            one.contract.id,
            one.contract.customer,
            one.contract.amount.value,
            one.invoiced.value,
            one.received.value,
            one.credited.value,
            one.open.value,
            one.executed,
            one.why(),
        )
        for one in found
    ]
    return Table("contracts", Says("Contracts", "合同执行"), _COLUMNS, rows)


_COLUMNS = (
    Column("contract", "Contract", "合同"),
    Column("customer", "Customer", "客户"),
    Column("amount", "Amount", "合同金额", "amount"),
    Column("invoiced", "Invoiced", "已开票", "amount"),
    Column("received", "Received", "已回款", "amount"),
    Column("credited", "Credited", "已冲减", "amount"),
    Column("open", "Open", "未收", "amount"),
    Column("executed", "Executed", "执行率", "ratio"),
    Column("why", "Why", "说明", "why"),
)
