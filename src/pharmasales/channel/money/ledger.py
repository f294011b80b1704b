"""The ledger (往来账): the documents of customers in one unit, checked against each other, in no order of their own.

>>> from datetime import date
>>> from pharmasales.channel.money.documents import CreditNote
>>> from pharmasales.units import CNY
>>> invoice = Invoice("F1", "D1", date(2026, 1, 5), date(2026, 2, 4), Amount.of(600, CNY))
>>> str(Ledger.of([invoice]).balance("D1", date(2026, 1, 5)))
'600.00 CNY'
>>> try:
...     Ledger.of([invoice, CreditNote("N1", "D1", date(2026, 1, 9), Amount.of(50, CNY), "F9")])
... except BadRows as error:
...     print(*error.lines())
names an invoice that is not there @ credit note, documents[1]; add it [money.unknown]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import TypeVar

from attrs import field, frozen

from pharmasales.channel.money.documents import (
    Contract,
    Credit,
    CreditNote,
    Dispute,
    Document,
    Invoice,
    Receipt,
    Reversal,
)
from pharmasales.channel.papers import grouped, kind_of, one_number, one_spelling, one_unit, strangers
from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.names import normal_id
from pharmasales.units import CNY, Amount, Unit

__all__ = ["Account", "Ledger"]

N = TypeVar("N", Contract, Invoice, Receipt, CreditNote, Reversal)

_KINDS: Mapping[type[object], str] = {
    Contract: "contract",
    Invoice: "invoice",
    Receipt: "receipt",
    CreditNote: "credit note",
    Reversal: "reversal",
    Dispute: "dispute",
}
_NUMBERED = {**_KINDS, Receipt: "credit", CreditNote: "credit"}
"""Within which numbers a document has its own: a reversal names receipts and credit notes alike."""


@frozen
class Account:
    """What one customer's documents are (客户往来). Made by a `Ledger`.

    Args:
        customer: id of the customer.
        invoices: by number.
        credits: receipts and credit notes, by day and number.
        reversed_on: the day from which a credit is taken back, by its number.
        reversals: by number.
        disputes: those of each invoice.
    """

    customer: str
    invoices: tuple[Invoice, ...]
    credits: tuple[Credit, ...]
    reversed_on: Mapping[str, date]
    reversals: tuple[Reversal, ...]
    disputes: Mapping[str, tuple[Dispute, ...]]

    def invoiced(self, day: date) -> list[Invoice]:
        """Return the invoices up to a day."""
        return [one for one in self.invoices if one.on <= day]

    def standing(self, day: date) -> list[Credit]:
        """Return the credits up to a day that are not taken back by then."""
        back = self.reversed_on
        return [one for one in self.credits if one.on <= day and not (one.id in back and back[one.id] <= day)]

    def balance(self, day: date) -> int:
        """Return what is owed at the end of a day, in smallest parts; below zero is money on account."""
        return sum(one.amount.minor for one in self.invoiced(day)) - sum(one.amount.minor for one in self.standing(day))

    def days(self) -> list[date]:
        """Return the days on which something changes, in order."""
        found = {one.on for one in (*self.invoices, *self.credits, *self.reversals)}
        found |= {told.on for one in self.credits for told in one.told if told.on}
        return sorted(found)


@frozen
class Ledger:
    """The documents of customers, in one unit (往来账). Made by `Ledger.of`.

    Args:
        unit: the unit of every amount.
        contracts: by number, as all that follow.
        invoices: what was invoiced.
        receipts: what came in.
        notes: credit notes.
        reversals: what was taken back.
        disputes: by invoice and first day.
    """

    unit: Unit
    contracts: tuple[Contract, ...] = field(repr=lambda held: f"<{len(held)}>")
    invoices: tuple[Invoice, ...] = field(repr=lambda held: f"<{len(held)}>")
    receipts: tuple[Receipt, ...] = field(repr=lambda held: f"<{len(held)}>")
    notes: tuple[CreditNote, ...] = field(repr=lambda held: f"<{len(held)}>")
    reversals: tuple[Reversal, ...] = field(repr=lambda held: f"<{len(held)}>")
    disputes: tuple[Dispute, ...] = field(repr=lambda held: f"<{len(held)}>")

    @classmethod
    def of(cls, documents: Iterable[Document], *, unit: Unit = CNY) -> Ledger:
        """Make a ledger of documents in any order; each is checked against those that it names.

        Args:
            documents: contracts, invoices, receipts, credit notes, reversals and disputes.
            unit: the unit of all of them; customers who owe in two units have two ledgers.

        Source: S004-74 (合同, 发票, 对帐单, 欠款表).

        Raises:
            BadRows: every document that cannot be, at once: two of one number (a receipt and a credit note neither, as
                a reversal names them alike), a customer spelt in two ways, another unit, a number that no document
                has, of another customer, or a credit note, reversal or dispute before the document it speaks of.
        """
        given = list(documents)
        bad = list(_refused(given, unit))
        if bad:
            raise BadRows(f"{len(bad)} document{'s' * (len(bad) > 1)} refused", bad)
        return cls(
            unit,
            _kept(given, Contract),
            _kept(given, Invoice),
            _kept(given, Receipt),
            _kept(given, CreditNote),
            _kept(given, Reversal),
            tuple(sorted((one for one in given if isinstance(one, Dispute)), key=_dispute_key)),
        )

    @property
    def documents(self) -> tuple[Document, ...]:
        """All of them, kind by kind."""
        return (*self.contracts, *self.invoices, *self.receipts, *self.notes, *self.reversals, *self.disputes)

    @cached_property
    def accounts(self) -> Mapping[str, Account]:
        """The account of each customer, by id."""
        back = {one.of: one for one in self.reversals}
        contested = grouped((one.invoice, one) for one in self.disputes)
        invoices = grouped((one.customer, one) for one in self.invoices)
        received: list[Credit] = [*self.receipts, *self.notes]
        credits_ = grouped((one.customer, one) for one in received)
        names = sorted(invoices.keys() | credits_.keys() | {one.customer for one in self.contracts})
        found = {}
        for name in names:
            bills = tuple(invoices.get(name, ()))
            paid = tuple(sorted(credits_.get(name, ()), key=lambda one: (one.on, one.id)))
            undone = tuple(back[one.id] for one in paid if one.id in back)
            disputes = {one.id: tuple(contested[one.id]) for one in bills if one.id in contested}
            found[name] = Account(name, bills, paid, {one.of: one.on for one in undone}, undone, disputes)
        return found

    def account(self, customer: str) -> Account:
        """Return the account of a customer.

        Raises:
            NotFound: no document of this customer.
        """
        key = normal_id(customer, "customer")
        if key not in self.accounts:
            hint = "a customer without documents has no account"
            raise NotFound(f"no documents of customer {key!r}", hint=hint, code="money.customer")
        return self.accounts[key]

    def balance(self, customer: str, as_of: date) -> Amount:
        """Return what a customer owes at the end of a day (余额): invoices less credits; below zero is on account.

        Raises:
            NotFound: no document of this customer.
        """
        return Amount(self.account(customer).balance(as_of), self.unit)


def _kept(given: Iterable[Document], kind: type[N]) -> tuple[N, ...]:
    return tuple(sorted((one for one in given if isinstance(one, kind)), key=lambda one: one.id))


def _dispute_key(one: Dispute) -> tuple[str, date, date, int, str]:
    return one.invoice, one.since, one.until or date.max, one.amount.minor if one.amount else -1, one.reason


def _refused(given: list[Document], unit: Unit) -> Iterator[PharmaSalesError]:
    strange = list(strangers(given, _KINDS, "documents", "document of money", "money.kind"))
    yield from strange
    if strange:
        return
    placed = [(one, f"documents[{place}]") for place, one in enumerate(given)]
    yield from one_unit(((amount, where) for one, where in placed for amount in _amounts(one)), unit)
    numbers = ((kind_of(one, _NUMBERED), one.id, where) for one, where in placed if not isinstance(one, Dispute))
    yield from one_number(numbers, "money.twins")
    owners = (("customer", one.customer, where) for one, where in placed if not isinstance(one, Reversal | Dispute))
    yield from one_spelling(owners, "money.twins")
    yield from _astray(given)


def _amounts(one: Document) -> Iterator[Amount]:
    if not isinstance(one, Reversal) and one.amount is not None:
        yield one.amount


def _astray(given: list[Document]) -> Iterator[PharmaSalesError]:
    invoices = {one.id: one for one in given if isinstance(one, Invoice)}
    credits_ = {one.id: one for one in given if isinstance(one, Receipt | CreditNote)}
    contracts = {one.id: one for one in given if isinstance(one, Contract)}
    reversals = {one.id for one in given if isinstance(one, Reversal)}
    taken: dict[str, int] = {}
    for place, one in enumerate(given):
        where = f"{kind_of(one, _KINDS)}, documents[{place}]"
        if isinstance(one, Receipt | CreditNote):
            for told in one.told:
                yield from _names(invoices.get(told.invoice), one.customer, "an invoice", where)
        if isinstance(one, CreditNote) and one.invoice in invoices:
            yield from _not_before(invoices[one.invoice].on, one.on, where)
        if isinstance(one, Invoice) and one.contract:
            yield from _names(contracts.get(one.contract), one.customer, "a contract", where)
        if isinstance(one, Dispute):
            contested = invoices.get(one.invoice)
            yield from _names(contested, "", "an invoice", where)
            if contested is not None:
                yield from _not_before(contested.on, one.since, where)
        if isinstance(one, Reversal):
            undone = credits_.get(one.of)
            if undone is not None:
                yield from _not_before(undone.on, one.on, where)
            elif one.of in reversals:
                hint = "enter the receipt or credit note anew"
                yield BadValue("takes back a reversal", where=where, hint=hint, code="money.reversed")
            else:
                yield from _names(None, "", "a receipt or credit note", where)
            if taken.setdefault(one.of, place) != place:
                twice = f"documents[{taken[one.of]}], documents[{place}]"
                yield BadValue("taken back twice", where=twice, hint="keep one of them", code="money.reversed")


def _names(found: Invoice | Credit | Contract | None, customer: str, what: str, where: str) -> Iterator[BadValue]:
    if found is None:
        yield BadValue(f"names {what} that is not there", where=where, hint="add it", code="money.unknown")
    elif customer and found.customer != customer:
        yield BadValue(f"names {what} of another customer", where=where, hint="look at both", code="money.other")


def _not_before(first: date, day: date, where: str) -> Iterator[BadValue]:
    if day < first:
        hint = "look at the two days"
        yield BadValue("dated before the document that it names", where=where, hint=hint, code="money.order")
