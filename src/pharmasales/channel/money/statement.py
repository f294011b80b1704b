"""Statement of account (对账单): what a customer owed, each document of the period, and what it owes at the end.

>>> from pharmasales.channel.money.documents import Invoice, Receipt
>>> from pharmasales.units import CNY
>>> ledger = Ledger.of([
...     Invoice("F1", "D1", date(2026, 1, 5), date(2026, 2, 4), Amount.of(600, CNY)),
...     Receipt("R1", "D1", date(2026, 2, 3), Amount.of(200, CNY)),
... ])
>>> print(statement_of(ledger, "D1", date(2026, 2, 1), date(2026, 2, 28)).table())
Date        Document         Number   Amount  Balance
----------  ---------------  ------  -------  -------
2026-02-01  opening balance                    600.00
2026-02-03  receipt          R1      -200.00   400.00
2026-02-28  closing balance                    400.00
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.channel.money.documents import CreditNote
from pharmasales.channel.money.ledger import Account, Ledger
from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadValue
from pharmasales.units import Amount

__all__ = ["STATEMENT_KINDS", "Statement", "StatementKind", "StatementLine", "statement_of"]

StatementKind: TypeAlias = Literal["invoice", "receipt", "credit_note", "reversal"]

STATEMENT_KINDS: Mapping[str, Says] = MappingProxyType(
    {
        "invoice": Says("invoice", "发票"),
        "receipt": Says("receipt", "回款"),
        "credit_note": Says("credit note", "贷项通知单"),
        "reversal": Says("reversal", "冲销"),
    }
)
"""What a line of a statement is, in the order of the lines of one day."""


@frozen
class StatementLine:
    """One document on a statement (对账单明细).

    Args:
        on: its day.
        kind: what it is.
        number: its number.
        amount: what it adds to the debt; below zero where it takes off.
    """

    on: date
    kind: StatementKind
    number: str
    amount: Amount


@frozen
class Statement:
    """What a customer owes and why (对账单). Made by `statement_of`; `opening` and the lines add up to `closing`.

    Args:
        customer: id of the customer.
        start: the first day.
        end: the last day.
        opening: what was owed before the first day; below zero is money on account.
        lines: the documents, by day, kind and number.
    """

    customer: str
    start: date
    end: date
    opening: Amount
    lines: tuple[StatementLine, ...] = field(repr=lambda held: f"<{len(held)}>")

    @property
    def closing(self) -> Amount:
        """What is owed at the end of the last day."""
        return self.opening + Amount.total((line.amount for line in self.lines), self.opening.unit)

    def table(self) -> Table:
        """Return the opening balance, each document with the balance after it, and the closing balance."""
        balance = self.opening
        rows: list[tuple[Cell, ...]] = [(self.start, Says("opening balance", "期初余额"), None, None, balance.value)]
        for line in self.lines:
            balance += line.amount
            rows.append((line.on, STATEMENT_KINDS[line.kind], line.number, line.amount.value, balance.value))
        rows.append((self.end, Says("closing balance", "期末余额"), None, None, balance.value))
        return Table("statement", Says(f"Statement of {self.customer}", f"{self.customer} 对账单"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("date", "Date", "日期", "date"),
    Column("document", "Document", "单据"),
    Column("number", "Number", "单号"),
    Column("amount", "Amount", "金额", "amount"),
    Column("balance", "Balance", "余额", "amount"),
)


def statement_of(ledger: Ledger, customer: str, start: date, end: date) -> Statement:
    """Write the statement of a customer over some days (对账单), for any days, past or not.

    A reversal is a line of its own day; what it reverses stays on its own.

    Args:
        ledger: the documents.
        customer: id of the customer.
        start: the first day.
        end: the last day.

    Source: S004-74 (对帐单).

    Raises:
        BadValue: a last day before the first.
        NotFound: no document of this customer.
    """
    if end < start:
        hint = "give the first day, then the last"
        raise BadValue("the last day is before the first", where="end", hint=hint, code="money.order")
    account = ledger.account(customer)
    lines = sorted(_lines(account), key=lambda line: (line.on, _ORDER[line.kind], line.number))
    inside = tuple(line for line in lines if start <= line.on <= end)
    before = date.min if start == date.min else start - timedelta(days=1)
    return Statement(account.customer, start, end, Amount(account.balance(before), ledger.unit), inside)


_ORDER = {kind: place for place, kind in enumerate(STATEMENT_KINDS)}


def _lines(account: Account) -> Iterator[StatementLine]:
    for bill in account.invoices:
        yield StatementLine(bill.on, "invoice", bill.id, bill.amount)
    amounts = {one.id: one.amount for one in account.credits}
    for credit in account.credits:
        kind: StatementKind = "credit_note" if isinstance(credit, CreditNote) else "receipt"
        yield StatementLine(credit.on, kind, credit.id, -credit.amount)
    for back in account.reversals:
        yield StatementLine(back.on, "reversal", back.id, amounts[back.of])
