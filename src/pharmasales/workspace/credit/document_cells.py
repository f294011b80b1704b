"""Rows of the table of documents (往来单据), and of the old table of receivables, as one ledger.

One table holds contracts, invoices, receipts, credit notes, reversals and disputes; `kind` says what a row is, in
either language. Several rows of one receipt are one receipt told for several invoices.

>>> from datetime import date
>>> from pharmasales.cycle.policy import Policy
>>> from pharmasales.units import CNY, Amount
>>> paper = DocumentRows(CNY, Policy())
>>> day, place = date(2026, 1, 5), ("papers.csv", 2)
>>> bill = {"id": "F1", "kind": "发票", "date": day, "due": day, "amount": Amount.of(600, CNY), PLACE: place}
>>> paper.add(bill, "D1", None)
>>> for of, amount in (("F1", 600), (None, 50)):
...     row = {"id": "R1", "kind": "回款", "date": day, "amount": Amount.of(amount, CNY), "of": of, PLACE: place}
...     paper.add(row, "D1", None)
>>> str(paper.ledger().receipts[0].amount), str(paper.ledger().balance("D1", day))
('650.00 CNY', '-50.00 CNY')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from attrs import field, frozen

from pharmasales.archive import Customer
from pharmasales.channel import Receivable
from pharmasales.channel.money.documents import (
    Contract,
    Credit,
    CreditNote,
    Dispute,
    Document,
    Invoice,
    Receipt,
    Reversal,
    Told,
)
from pharmasales.channel.money.ledger import Ledger
from pharmasales.cycle.policy import Policy
from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.units import Amount, Unit
from pharmasales.workspace.credit.places import placed
from pharmasales.workspace.diary_cells import known_word, spelled
from pharmasales.workspace.refusals import refuse, unlawful_buyer
from pharmasales.workspace.rows import PLACE, Place

__all__ = ["DOCUMENTS", "DocumentRows", "documents_of", "receivable_of"]

DOCUMENTS: Mapping[str, Says] = MappingProxyType(
    {
        "contract": Says("contract", "合同"),
        "invoice": Says("invoice", "发票"),
        "receipt": Says("receipt", "回款"),
        "credit_note": Says("credit note", "贷项通知单"),
        "reversal": Says("reversal", "冲销"),
        "dispute": Says("dispute", "争议"),
    }
)
"""What a row may be, by its word."""

_ALSO: Mapping[str, str] = {
    "销售合同": "contract",
    "购销合同": "contract",
    "销售发票": "invoice",
    "增值税发票": "invoice",
    "应收单": "invoice",
    "收款": "receipt",
    "收款单": "receipt",
    "回款单": "receipt",
    "payment": "receipt",
    "红字发票": "credit_note",
    "贷项": "credit_note",
    "红冲": "credit_note",
    "退票": "reversal",
    "撤销": "reversal",
    "争议单": "dispute",
}
_KINDS = {**_ALSO, **spelled(DOCUMENTS)}
_COLUMNS = {"on": "date", "signed": "date", "since": "date", "invoice": "of", "contract": "of"}
_ABOUT = ("invoice", "receipt", "credit_note", "reversal", "dispute")
_ONLY = {"due": ("invoice",), "until": ("contract", "dispute"), "of": _ABOUT}

_Row: TypeAlias = Mapping[str, Any]
_Made: TypeAlias = tuple[Document, tuple[Place, ...]]


@frozen
class DocumentRows:
    """Gathers the rows of the table; `ledger` checks them against each other.

    Args:
        money: the unit of the ledger.
        policy: its compliance policies are asked who may be invoiced.
    """

    money: Unit
    policy: Policy = field(repr=False)
    _made: list[_Made] = field(factory=list, init=False, repr=False)
    _receipts: dict[str, list[tuple[str, _Row]]] = field(factory=dict, init=False, repr=False)
    _about: list[tuple[str, str, _Row]] = field(factory=list, init=False, repr=False)

    def add(self, row: _Row, customer: str, buyer: Customer | None) -> None:
        """Take a row.

        Args:
            row: its cells by column, with its place.
            customer: the id under which its customer counts; "" where the cell is empty.
            buyer: the customer; none where nobody knows it.

        Raises:
            BadValue: an unknown kind, an empty cell that this kind needs, or a document that cannot be.
            BadRows: several of them; or a cell that this kind has not.
            Blocked: an invoice to a human being.
        """
        kind = known_word(row["kind"], _KINDS, DOCUMENTS, "kind")
        billed = unlawful_buyer(self.policy, buyer, row["date"]) if kind == "invoice" else None
        refuse(billed, *_empty(row, kind, customer), *_strange(row, kind))
        if kind == "receipt":
            self._receipt(row, customer)
        else:
            with_columns(lambda: self._made.append((_MAKERS[kind](row, customer), (row[PLACE],))))
        if kind in ("reversal", "dispute"):
            self._about.append((kind, customer, row))

    def _receipt(self, row: _Row, customer: str) -> None:
        rows = self._receipts.setdefault(row["id"], [])
        if rows:
            name, first = rows[0]
            file, number = first[PLACE]
            also = f"it goes on from {file} row {number}: write it alike, or give it another id"
            refuse(
                None
                if name == customer
                else BadValue("another customer", where="customer", hint=also, code="row.part"),
                None
                if first["date"] == row["date"]
                else BadValue("another day", where="date", hint=also, code="row.part"),
            )
        if any(one.get("of") == row.get("of") for _, one in rows):
            hint = "one row an invoice, and one without for what is not told"
            raise BadValue("a second row of this receipt for the same", where="of", hint=hint, code="row.twice")
        with_columns(lambda: _receipt_of([(customer, row)]))
        rows.append((customer, row))

    def ledger(self) -> Ledger:
        """Check all rows against each other.

        Raises:
            BadRows: every document that cannot be, with the file and row it stands in.
        """
        parts = self._receipts.values()
        made: list[_Made] = [(_receipt_of(rows), tuple(row[PLACE] for _, row in rows)) for rows in parts]
        made += self._made
        with placed("documents", [places for _, places in made]):
            ledger = Ledger.of((document for document, _ in made), unit=self.money)
        refuse(*self._contradicted(ledger))
        return ledger

    def _contradicted(self, ledger: Ledger) -> Iterator[BadValue]:
        """Yield the refusal of each cell of a reversal or dispute that says other than the document it is about."""
        bills = {one.id: one for one in ledger.invoices}
        received: list[Credit] = [*ledger.receipts, *ledger.notes]
        credits_ = {one.id: one for one in received}
        for kind, customer, row in self._about:
            file, number = row[PLACE]
            named: Credit | Invoice = credits_[row["of"]] if kind == "reversal" else bills[row["of"]]
            if customer not in ("", named.customer):
                where, hint = f"{file} row {number} column customer", "look at both, or leave it empty"
                yield BadValue("names a document of another customer", where=where, hint=hint, code="money.other")
            told = row.get("amount")
            if kind == "reversal" and told is not None and abs(told.minor) != named.amount.minor:
                where, hint = f"{file} row {number} column amount", "write all of it, or leave it empty"
                yield BadValue("takes back another amount", where=where, hint=hint, code="money.reversed")


def with_columns(make: Callable[[], object]) -> None:
    """Make a value; its error bears the name of the column in the place of the attribute."""
    try:
        make()
    except BadValue as error:
        error.where = _COLUMNS.get(error.where, error.where)
        raise


def _empty(row: _Row, kind: str, customer: str) -> Iterator[BadValue]:
    """Yield the refusal of each cell that this kind needs and that is empty."""
    if not customer and kind not in ("reversal", "dispute"):
        yield BadValue("empty", where="customer", hint="fill it in", code="cell.empty")
    if row.get("amount") is None and kind not in ("reversal", "dispute"):
        yield BadValue("empty", where="amount", hint="fill it in", code="cell.empty")
    if not row.get("of") and kind in ("reversal", "dispute"):
        yield BadValue("empty", where="of", hint="the number of the document that it is about", code="cell.empty")
    if row.get("due") is None and kind == "invoice":
        yield BadValue("empty", where="due", hint="the last day on which payment is in time", code="cell.empty")


def _strange(row: _Row, kind: str) -> Iterator[BadValue]:
    """Yield the refusal of each cell that nobody would read."""
    for column, kinds in _ONLY.items():
        if row.get(column) is not None and kind not in kinds:
            hint = f"leave it empty: only {' and '.join(kinds)} have it"
            yield BadValue("not of this kind of document", where=column, hint=hint, code="row.document")


def _contract(row: _Row, customer: str) -> Contract:
    return Contract(row["id"], customer, row["date"], row["amount"], row.get("until"))


def _invoice(row: _Row, customer: str) -> Invoice:
    return Invoice(row["id"], customer, row["date"], row["due"], row["amount"], row.get("of") or "")


def _note(row: _Row, customer: str) -> CreditNote:
    return CreditNote(row["id"], customer, row["date"], row["amount"], row.get("of") or "")


def _reversal(row: _Row, _customer: str) -> Reversal:
    return Reversal(row["id"], row["of"], row["date"])


def _dispute(row: _Row, _customer: str) -> Dispute:
    return Dispute(row["of"], row["date"], row.get("until"), row.get("amount"))


_MAKERS: Mapping[str, Callable[[_Row, str], Document]] = {
    "contract": _contract,
    "invoice": _invoice,
    "credit_note": _note,
    "reversal": _reversal,
    "dispute": _dispute,
}


def _receipt_of(rows: list[tuple[str, _Row]]) -> Receipt:
    """Return the receipt that one or several rows tell."""
    customer, first = rows[0]
    told = [Told(row["of"], row["amount"]) for _, row in rows if row.get("of")]
    whole: Amount = Amount.total((row["amount"] for _, row in rows), first["amount"].unit)
    return Receipt(first["id"], customer, first["date"], whole, told)


def receivable_of(row: _Row, customer: str) -> Receivable:
    """Return a row of the old table of receivables (应收).

    Args:
        row: its cells by column.
        customer: the id under which its customer counts.

    Raises:
        BadValue: a receivable that cannot be, at its column.
    """
    given = {key: row[key] for key in ("paid", "paid_on") if row.get(key) is not None}
    told = {name: row[name] for name in ("invoice", "invoiced", "due", "amount")}
    try:
        return Receivable(customer=customer, **told, **given)
    except BadValue as error:
        error.where = error.where.removeprefix("receivable").strip() or "amount"
        raise


def documents_of(receivables: Iterable[Receivable]) -> list[list[Document]]:
    """Return each receivable as documents: an invoice and, where something is paid, a receipt told for it.

    The receipt bears the number of the invoice. Where nobody says when it was paid, it counts from the day of the
    invoice on, as in `open_at`.

    >>> from datetime import date
    >>> from pharmasales.units import CNY
    >>> half = Receivable("D1", "F1", date(2026, 1, 5), date(2026, 2, 4), Amount.of(600, CNY), Amount.of(200, CNY))
    >>> [type(one).__name__ for one in documents_of([half])[0]]
    ['Invoice', 'Receipt']
    """
    found = []
    for one in receivables:
        papers: list[Document] = [Invoice(one.invoice, one.customer, one.invoiced, one.due, one.amount)]
        if one.paid.minor:
            day = one.paid_on or one.invoiced
            papers.append(Receipt(one.invoice, one.customer, day, one.paid, (Told(one.invoice, one.paid),)))
        found.append(papers)
    return found
