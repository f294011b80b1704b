"""What the files of a workspace say of money and credit (资信与回款台账), read and checked.

The ledger is made of the table of documents or, where there is none, of the old table of receivables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from attrs import field, frozen

from pharmasales.archive import Customer
from pharmasales.archive.kinds import surely_person
from pharmasales.channel.credit.investigation import CreditFile, CreditFinding, FileState
from pharmasales.channel.credit.owing import Owed, ledger_owed
from pharmasales.channel.credit.signals import TroubleSign, late_payments
from pharmasales.channel.credit.trading import TradeNote, trade_notes
from pharmasales.channel.expense.book import ExpenseBook
from pharmasales.channel.money.ledger import Ledger
from pharmasales.channel.money.matching import match_money
from pharmasales.cycle import Region
from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.names import nearest
from pharmasales.workspace.credit.document_cells import DocumentRows, documents_of, receivable_of
from pharmasales.workspace.credit.expense_cells import ExpenseRows
from pharmasales.workspace.credit.places import placed
from pharmasales.workspace.credit.standing_cells import finding_of, sign_of
from pharmasales.workspace.desk_tables import DeskTables, desk_tables
from pharmasales.workspace.doing import Progress, quiet
from pharmasales.workspace.refusals import each_of, refuse, unlawful_buyer
from pharmasales.workspace.rows import PLACE, Place, Row
from pharmasales.workspace.settings import Settings
from pharmasales.workspace.workspace import Workspace

__all__ = ["CreditBooks", "credit_books", "ledger_of", "party_of"]

T = TypeVar("T")

_LENT = "affiliated_individual"


@frozen
class CreditBooks:
    """What the files say (台账). Made by `credit_books`.

    Args:
        region: the organisation, the customers and the products.
        settings: what the workspace decides.
        ledger: the documents of money.
        files: the investigation file of each dealer that has one.
        signs: the trouble signs of each dealer that were reported.
        licences: the last day of each dealer's licence.
        expenses: the book of expenses; none where there is no table of it.
    """

    region: Region = field(repr=False)
    settings: Settings = field(repr=False)
    ledger: Ledger
    files: Mapping[str, CreditFile] = field(repr=False)
    signs: Mapping[str, tuple[TroubleSign, ...]] = field(repr=False)
    licences: Mapping[str, date] = field(repr=False)
    expenses: ExpenseBook | None = field(repr=False)

    def dealers(self) -> list[str]:
        """Return the ids of everybody of whom the files say something of money or credit, in order."""
        return sorted({*self.ledger.accounts, *self.files, *self.signs})

    def known(self, customer: str) -> None:
        """Let the id of a customer pass of whom the files say anything.

        Raises:
            NotFound: nobody of this id.
        """
        kept = self.region.archive.customers
        if customer not in kept and customer not in self.dealers():
            hint = nearest(customer, self.dealers() or kept)
            raise NotFound("no such customer", where=customer, hint=hint, code="credit.customer")

    def owner(self, customer: str) -> str:
        """Return the id of the rep who looks after a customer; "" where nobody is known to."""
        known = self.region.archive.customers.get(customer)
        return known.owner if known is not None else ""

    def owed(self, customer: str, day: date) -> Owed:
        """Return what a dealer owes on a day."""
        return ledger_owed(self.ledger, customer, day, way=self.settings.credit.way)

    def file(self, customer: str, day: date) -> FileState:
        """Return the investigation file of a dealer as it stands on a day; the first deal is that of the documents.

        A deal that the file itself names counts where it is earlier, as the documents may begin later.
        """
        kept = self.files.get(customer, CreditFile(customer))
        account = self.ledger.accounts.get(customer)
        days = [one.on for one in account.invoices] if account else []
        since = min([*days, *([kept.since] if kept.since else [])], default=None)
        return CreditFile(customer, since, kept.findings).state(day, policy=self.settings.credit.policy)

    def troubles(self, customer: str, day: date) -> list[TroubleSign]:
        """Return the trouble signs of a dealer: those that were reported, and whether it pays late on the day."""
        found = list(self.signs.get(customer, ()))
        if customer in self.ledger.accounts:
            owed = match_money(self.ledger, day, way=self.settings.credit.way, customer=customer).receivables()
            found += late_payments(customer, owed, day, policy=self.settings.credit.policy)
        return found

    def notes(self, customer: str, day: date) -> tuple[TradeNote, ...]:
        """Return what the compliance gate says of a dealer and its licence on a day (证照)."""
        known = self.region.archive.customers.get(customer)
        gate = self.settings.policy.gate(day)
        return trade_notes(party_of(known), self.licence(customer), day, policy=gate)

    def licence(self, customer: str) -> date | None:
        """Return the last day of a dealer's licence, of the table or of its file in the archive; none where unknown."""
        known = self.region.archive.customers.get(customer)
        told: object = None if known is None else known.fields.get("licence_until")
        days = [
            *([self.licences[customer]] if customer in self.licences else []),
            *([told] if isinstance(told, date) else []),
        ]
        return max(days, default=None)


def party_of(known: Customer | None) -> str:
    """Return what the gate calls a customer: a human being, one under another's licence, or a firm.

    Args:
        known: the customer; none where nobody knows it.
    """
    if known is not None and surely_person(known.kind):
        return "individual"
    return "lent" if known is not None and _LENT in known.roles else "company"


def credit_books(space: Workspace, progress: Progress = quiet) -> CreditBooks:
    """Read all tables of money and credit.

    Customers of the archive are those of every change that is known, so that papers of a past day are read whoever's
    file was opened later.

    Args:
        space: the workspace.
        progress: called with the name of each file as it is begun.

    Raises:
        BadRows: rows are bad; every one is listed.
        BadFile: a file is missing, cannot be read, or lacks a column.
        BadValue: there is neither a table of documents nor one of receivables.
        StorageError: `storage.scope` for a reader of a part.
    """
    tables = desk_tables(space, progress)
    ledger = _reading(tables)
    found, signs, licences = _Findings(tables), dict[str, list[TroubleSign]](), dict[str, date]()
    tables.read("credit_findings", found.add)
    tables.read("credit_signs", lambda row: _sign(tables, row, signs))
    tables.read("licences", lambda row: _licence(tables, row, licences))
    spent = ExpenseRows(space.settings.money)
    tables.read("expenses", lambda row: _expense(tables, row, spent))
    tables.checked()
    money, expenses = _both(ledger, spent.book if tables.has("expenses") else lambda: None)
    told = {customer: tuple(held) for customer, held in signs.items()}
    return CreditBooks(tables.region, space.settings, money, found.files(), told, licences, expenses)


def _both(ledger: Callable[[], Ledger], book: Callable[[], ExpenseBook | None]) -> tuple[Ledger, ExpenseBook | None]:
    """Check ledger and book of expenses, and refuse whatever is wrong in either at once."""
    bad: list[PharmaSalesError] = []
    money, expenses = _kept(ledger, bad), _kept(book, bad)
    if bad or money is None:
        raise BadRows(f"{len(bad)} bad rows", bad)
    return money, expenses


def _kept(make: Callable[[], T], bad: list[PharmaSalesError]) -> T | None:
    try:
        return make()
    except BadRows as error:
        bad += [one for one in error.exceptions if isinstance(one, PharmaSalesError)]
        return None


def ledger_of(space: Workspace) -> Ledger:
    """Read the documents of money alone; errors as of `credit_books`."""
    tables = desk_tables(space)
    ledger = _reading(tables)
    tables.checked()
    return ledger()


def _reading(tables: DeskTables) -> Callable[[], Ledger]:
    """Read the rows of the ledger; return what checks them against each other once nothing was refused."""
    if tables.has("documents"):
        papers = DocumentRows(tables.space.settings.money, tables.space.settings.policy)
        tables.read("documents", lambda row: _document(tables, row, papers))
        return papers.ledger
    if not tables.has("receivables"):
        hint = "name a table of documents: contracts, invoices, receipts"
        raise BadValue("nothing is known of money", where="tables.documents", hint=hint, code="money.none")
    rows: list[Row] = []
    tables.read("receivables", lambda row: rows.append(_owed(tables, row)))
    return lambda: _of_receivables(tables, rows)


def _document(tables: DeskTables, row: Row, papers: DocumentRows) -> None:
    customer, _ = each_of(row, tables.customer, lambda cells: refuse(tables.currency(cells)))
    papers.add(row, customer, tables.region.archive.customers.get(customer))


def _owed(tables: DeskTables, row: Row) -> Row:
    customer, _ = each_of(row, tables.customer, lambda cells: refuse(tables.currency(cells)))
    known = tables.region.archive.customers.get(customer)
    refuse(unlawful_buyer(tables.space.settings.policy, known, row["invoiced"]))
    return {"receivable": receivable_of(row, customer), PLACE: row[PLACE]}


def _of_receivables(tables: DeskTables, rows: list[Row]) -> Ledger:
    papers = documents_of(row["receivable"] for row in rows)
    places: list[tuple[Place, ...]] = [(row[PLACE],) for row, made in zip(rows, papers, strict=True) for _ in made]
    with placed("documents", places):
        return Ledger.of((one for made in papers for one in made), unit=tables.space.settings.money)


@frozen
class _Findings:
    """Gathers findings by dealer, one of an item and day, and the first deal that they name."""

    tables: DeskTables
    found: dict[str, dict[tuple[str, date], CreditFinding]] = field(factory=dict)
    since: dict[str, date] = field(factory=dict)

    def add(self, row: Row) -> None:
        customer, finding = each_of(row, self.tables.customer, finding_of)
        mine = self.found.setdefault(customer, {})
        if (finding.item, finding.on) in mine:
            raise BadValue("a second finding of this item and day", where="item", hint="keep one", code="row.twice")
        mine[finding.item, finding.on] = finding
        if row.get("since") is not None:
            self.since[customer] = min(row["since"], self.since.get(customer, row["since"]))

    def files(self) -> dict[str, CreditFile]:
        return {name: CreditFile(name, self.since.get(name), mine.values()) for name, mine in self.found.items()}


def _sign(tables: DeskTables, row: Row, signs: dict[str, list[TroubleSign]]) -> None:
    customer = tables.customer(row)
    signs.setdefault(customer, []).append(sign_of(row, customer, tables.space.settings.credit.policy))


def _licence(tables: DeskTables, row: Row, licences: dict[str, date]) -> None:
    customer = tables.customer(row)
    licences[customer] = max(row["until"], licences.get(customer, row["until"]))


def _expense(tables: DeskTables, row: Row, spent: ExpenseRows) -> None:
    _, customer, product = each_of(row, lambda cells: refuse(tables.currency(cells)), tables.customer, tables.product)
    spent.add(row, customer, product)
