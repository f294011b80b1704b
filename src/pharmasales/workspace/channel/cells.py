"""Rows of the channel's own tables (票、货、款、证), and of the licences, each with the place that it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.archive import Customer
from pharmasales.channel.board import GoodsMoved, InvoiceLine, Payer, TradeLicence
from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.names import fold
from pharmasales.periods import Month
from pharmasales.workspace.credit.books import party_of
from pharmasales.workspace.desk_tables import DeskTables
from pharmasales.workspace.diary_cells import known_word, spelled
from pharmasales.workspace.refusals import refuse
from pharmasales.workspace.rows import PLACE, Place, Row

__all__ = ["ChannelPapers", "licences_of", "parties_of", "read_papers"]

_KINDS: Mapping[str, Says] = MappingProxyType(
    {
        "company": Says("company", "企业"),
        "institution": Says("institution", "机构"),
        "individual": Says("individual", "自然人"),
    }
)
_WORDS = MappingProxyType(
    {**spelled(_KINDS), "个人": "individual", "对公": "company", "公司": "company", "医疗机构": "institution"}
)


@frozen
class ChannelPapers:
    """What the channel's own tables say.

    Args:
        lines: lines of invoices; nothing where no table of them is named.
        goods: delivery notes; nothing where no table of them is named.
        payers: who paid which receipt.
        licences: the licences of the table; nothing where no table of them is named.
        came: on which day the files of flow came.
        places: where lines, goods and payers stand, by the name of the list.
    """

    lines: Sequence[InvoiceLine] | None
    goods: Sequence[GoodsMoved] | None
    payers: Sequence[Payer]
    licences: Sequence[TradeLicence] | None
    came: Mapping[tuple[str, Month], date]
    places: Mapping[str, list[tuple[Place, ...]]] = field(repr=False)


@frozen
class _Rows:
    """The rows while they are read."""

    tables: DeskTables
    lines: list[InvoiceLine] = field(factory=list)
    goods: list[GoodsMoved] = field(factory=list)
    payers: list[Payer] = field(factory=list)
    licences: list[TradeLicence] = field(factory=list)
    came: dict[tuple[str, Month], date] = field(factory=dict)
    places: dict[str, list[tuple[Place, ...]]] = field(factory=lambda: {"lines": [], "goods": [], "payers": []})

    def line(self, row: Row) -> str:
        product = self.tables.product(row)
        refuse(self.tables.currency(row))
        made = InvoiceLine(row["id"], row["invoice"], product, row["quantity"], row["amount"])
        self.lines.append(made)
        self.places["lines"].append((row[PLACE],))
        return made.id

    def delivery(self, row: Row) -> str:
        customer, product = self.tables.customer(row), self.tables.product(row)
        made = GoodsMoved(row["id"], customer, product, row["date"], row["quantity"], row.get("invoice") or "")
        self.goods.append(made)
        self.places["goods"].append((row[PLACE],))
        return made.id

    def payer(self, row: Row) -> None:
        kind = known_word(row["kind"], _WORDS, _KINDS, "kind") if row.get("kind") else "company"
        self.payers.append(Payer(row["receipt"], row.get("payer") or "", kind))  # type: ignore[arg-type]
        self.places["payers"].append((row[PLACE],))

    def licence(self, row: Row) -> None:
        customer, products = self.tables.customer(row), row.get("products") or ()
        try:
            made = TradeLicence(customer, row.get("number") or "", row["until"], row.get("since"), products)
        except BadValue as error:
            error.where = "until" if error.code == "board.order" else error.where
            raise
        self.licences.append(made)

    def came_in(self, row: Row) -> None:
        (month, _), distributor = row["month"], self.tables.customer(row, "distributor")
        if not isinstance(month, Month):
            raise BadValue("no month", where="month", hint="as 2026-01", code="row.period")
        first = self.came.get((distributor, month), row["date"])
        self.came[distributor, month] = min(first, row["date"])


def read_papers(tables: DeskTables) -> ChannelPapers:
    """Read the tables of the channel; bad cells are listed in `tables`.

    Args:
        tables: what reads the tables.

    Raises:
        BadFile: a file is missing, cannot be read, or lacks a column.
    """
    rows = _Rows(tables)
    tables.read_once("invoice_lines", rows.line)
    tables.read_once("deliveries", rows.delivery)
    tables.read("payers", rows.payer)
    tables.read("licences", rows.licence)
    tables.read("flow_receipts", rows.came_in)
    return ChannelPapers(
        rows.lines if tables.has("invoice_lines") else None,
        rows.goods if tables.has("deliveries") else None,
        rows.payers,
        rows.licences if tables.has("licences") else None,
        rows.came,
        rows.places,
    )


def licences_of(papers: ChannelPapers, customers: Mapping[str, Customer]) -> list[TradeLicence] | None:
    """Return the licences of the table and of the archive (证照); nothing where neither keeps any.

    A licence of the archive that the table lists too, by its number, is the table's: that one knows its scope.

    Args:
        papers: the tables.
        customers: the files of the archive, by id.
    """
    found = list(papers.licences or ())
    listed = {(one.customer, fold(one.number)) for one in found if one.number}
    for one in customers.values():
        until, number = one.fields.get("licence_until"), str(one.fields.get("licence") or "")
        if isinstance(until, date) and (one.id, fold(number)) not in listed:
            found.append(TradeLicence(one.id, number, until))
    return found if found or papers.licences is not None else None


def parties_of(customers: Mapping[str, Customer]) -> dict[str, str] | None:
    """Return what the gate calls each customer; nothing where nobody is listed.

    Args:
        customers: the files of the archive, by id.
    """
    return {name: party_of(one) for name, one in customers.items()} or None
