"""Matching (核销): which receipt and credit note pays which invoice, as told or the oldest first, as of any day.

Nothing is kept from one day to the next: on each day, the credits up to it that stand are held against the invoices up
to it. So a reversal opens again what its receipt had paid, and the order of entry decides nothing.

>>> from pharmasales.channel.money.documents import Receipt
>>> from pharmasales.units import CNY
>>> def bill(number: str, month: int) -> Invoice:
...     return Invoice(number, "D1", date(2026, month, 1), date(2026, month, 28), Amount.of(100, CNY))
>>> paid = Receipt("R1", "D1", date(2026, 2, 20), Amount.of(130, CNY))
>>> print(match_money(Ledger.of([bill("F2", 2), bill("F1", 1), paid]), date(2026, 3, 31)).table())
Customer  Invoice  Date        Due         Amount    Paid   Open  Disputed
--------  -------  ----------  ----------  ------  ------  -----  --------
D1        F1       2026-01-01  2026-01-28  100.00  100.00   0.00      0.00
D1        F2       2026-02-01  2026-02-28  100.00   30.00  70.00      0.00
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from attrs import field, frozen

from pharmasales.channel.buckets import AgeBasis
from pharmasales.channel.money.documents import Credit, Invoice
from pharmasales.channel.money.ledger import Ledger
from pharmasales.channel.money.settling import MatchingWay, check_way, contested_at, settle
from pharmasales.channel.receivables import Receivable
from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import NotFound
from pharmasales.units import Amount, Unit

__all__ = ["MatchedInvoice", "MatchedMoney", "MatchedPart", "OnAccount", "match_money"]


@frozen
class MatchedPart:
    """What one credit pays of one invoice (核销明细).

    Args:
        credit: the receipt or credit note.
        invoice: the number of the invoice.
        amount: how much.
        told: whether the customer said so; else it was the oldest.
    """

    credit: Credit
    invoice: str
    amount: Amount
    told: bool

    def why(self) -> Why:
        """Say the credit, its day, the amount and whether it was told."""
        how = Says("as told", "指定") if self.told else Says("the oldest first", "先欠先还")
        values = {"amount": str(self.amount), "credit": self.credit.id, "on": self.credit.on.isoformat()}
        return because("{amount} by {credit} of {on}, {how}", "{on} {credit} 核销 {amount}，{how}", how=how, **values)


@frozen
class MatchedInvoice:
    """An invoice and what of it is paid (发票核销情况).

    Args:
        invoice: the invoice.
        parts: what paid it, by day of the credit.
        open: what is not paid.
        disputed: what of that the customer contests.
    """

    invoice: Invoice
    parts: tuple[MatchedPart, ...] = field(repr=lambda held: f"<{len(held)}>")
    open: Amount
    disputed: Amount

    @property
    def paid(self) -> Amount:
        """What receipts and credit notes took off."""
        return self.invoice.amount - self.open

    @property
    def paid_on(self) -> date | None:
        """The day of the last credit that paid a part of it."""
        return max((part.credit.on for part in self.parts), default=None)

    def why(self) -> Why:
        """Say what was invoiced, each part that was paid, and what is open."""
        contested = because("{amount} of it is disputed", "其中争议 {amount}", amount=str(self.disputed))
        one = self.invoice
        return because(
            "{invoice}: {amount} invoiced on {on}, due {due}, {open} open",
            "{invoice}：{on} 开票 {amount}，{due} 到期，未收 {open}",
            *(part.why() for part in self.parts),
            *([contested] if self.disputed.minor else []),
            invoice=one.id,
            amount=str(one.amount),
            on=one.on.isoformat(),
            due=one.due.isoformat(),
            open=str(self.open),
        )


@frozen
class OnAccount:
    """What of a credit no invoice took: an overpayment, or money that came before its invoice (预收 / 未核销).

    Args:
        credit: the receipt or credit note.
        amount: how much of it.
    """

    credit: Credit
    amount: Amount


@frozen
class MatchedMoney:
    """Every invoice up to a day with what paid it, and what is on account. Made by `match_money`.

    Args:
        as_of: the day.
        way: how credits were held against invoices.
        oldest: by which day an invoice is old.
        unit: the unit of all amounts.
        invoices: by customer and number.
        on_account: by customer, day and number.
    """

    as_of: date
    way: MatchingWay
    oldest: AgeBasis
    unit: Unit
    invoices: tuple[MatchedInvoice, ...] = field(repr=lambda held: f"<{len(held)}>")
    on_account: tuple[OnAccount, ...] = field(repr=lambda held: f"<{len(held)}>")

    @property
    def open(self) -> Amount:
        """What is open of all invoices."""
        return Amount.total((one.open for one in self.invoices), self.unit)

    @property
    def unmatched(self) -> Amount:
        """What is on account."""
        return Amount.total((one.amount for one in self.on_account), self.unit)

    @property
    def balance(self) -> Amount:
        """What is owed: open less on account; below zero where more is on account."""
        return self.open - self.unmatched

    @cached_property
    def _by_number(self) -> Mapping[str, MatchedInvoice]:
        return {one.invoice.id: one for one in self.invoices}

    def __getitem__(self, invoice: str) -> MatchedInvoice:
        """Return an invoice by its number.

        Raises:
            NotFound: none of this number up to the day.
        """
        if invoice not in self._by_number:
            hint = "invoices after the day are not there"
            raise NotFound(f"no invoice {invoice!r} as of {self.as_of}", hint=hint, code="money.invoice")
        return self._by_number[invoice]

    def receivables(self) -> list[Receivable]:
        """Return the invoices as `Receivable`s, as other rooms read them; right as of this day only."""
        return [
            Receivable(one.invoice.customer, one.invoice.id, one.invoice.on, one.invoice.due, one.invoice.amount, paid)
            for one in self.invoices
            for paid in [one.paid]
        ]

    def table(self) -> Table:
        """Return customer, invoice, days, amount, paid, open and disputed, an invoice a row."""
        rows = [
            (
                one.invoice.customer,
                one.invoice.id,
                one.invoice.on,
                one.invoice.due,
                one.invoice.amount.value,
                one.paid.value,
                one.open.value,
                one.disputed.value,
            )
            for one in self.invoices
        ]
        return Table("matched_money", Says("Matched invoices", "核销明细"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("customer", "Customer", "客户"),
    Column("invoice", "Invoice", "发票"),
    Column("invoiced", "Date", "开票日", "date"),
    Column("due", "Due", "到期日", "date"),
    Column("amount", "Amount", "金额", "amount"),
    Column("paid", "Paid", "已核销", "amount"),
    Column("open", "Open", "未收", "amount"),
    Column("disputed", "Disputed", "争议", "amount"),
)


def match_money(
    ledger: Ledger, as_of: date, *, way: MatchingWay = "told", oldest: AgeBasis = "due", customer: str | None = None
) -> MatchedMoney:
    """Hold receipts and credit notes against invoices as of a day (核销).

    Args:
        ledger: the documents; those after the day do not count.
        as_of: the day.
        way: `told`: first what was told by then, in the order of its days, then the rest to the oldest; what is told
            for an invoice that is not there yet waits for it. `fifo`: all to the oldest, whatever was told.
        oldest: the oldest invoice is the one due first (`due`) or written first (`invoiced`); ties go by the other
            day, then by the number.
        customer: one customer alone; all where left out.

    Source: E51, S004-74; a debtor may say what a payment is for, else what fell due first is paid (民法典 560).

    Raises:
        BadValue: an unknown way or order.
        NotFound: no document of this customer.
    """
    check_way(way, oldest)
    accounts = list(ledger.accounts.values()) if customer is None else [ledger.account(customer)]
    unit = ledger.unit
    invoices, waiting = list[MatchedInvoice](), list[OnAccount]()
    for account in accounts:
        found = settle(account, as_of, way, oldest)
        parts: dict[str, list[MatchedPart]] = {}
        for credit, invoice, minor, told in found.parts:
            parts.setdefault(invoice, []).append(MatchedPart(credit, invoice, Amount(minor, unit), told))
        for one in account.invoiced(as_of):
            still = found.open[one.id]
            held = sorted(parts.get(one.id, ()), key=_credit_first)
            contested = contested_at(account, one.id, as_of, still) if one.id in account.disputes else 0
            invoices.append(MatchedInvoice(one, tuple(held), Amount(still, unit), Amount(contested, unit)))
        for credit in account.standing(as_of):
            if found.left[credit.id]:
                waiting.append(OnAccount(credit, Amount(found.left[credit.id], unit)))
    return MatchedMoney(as_of, way, oldest, unit, tuple(invoices), tuple(waiting))


def _credit_first(part: MatchedPart) -> tuple[date, str, bool]:
    return part.credit.on, part.credit.id, not part.told
