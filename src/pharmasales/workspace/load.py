"""Load a workspace: every table read and checked against the others, into one `Region`.

Bad rows are listed, never guessed at; nothing is dropped silently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from attrs import field, frozen

from pharmasales.archive import Archive, Customer, Product, Sale
from pharmasales.channel import Receivable
from pharmasales.cycle.facts import Fact
from pharmasales.cycle.region import Call, Region
from pharmasales.display import Says
from pharmasales.errors import BadRows, BadValue
from pharmasales.followup import Appointment
from pharmasales.followup.due.followed import AdverseEvent, Occasion
from pharmasales.followup.planning.travel import Point
from pharmasales.names import fold
from pharmasales.org import Node, Org
from pharmasales.periods import Period
from pharmasales.units import Amount
from pharmasales.workspace.cells import path_part
from pharmasales.workspace.credit.document_cells import DocumentRows, receivable_of
from pharmasales.workspace.diary_cells import appointment_of, call_of
from pharmasales.workspace.fact_cells import fact_reader
from pharmasales.workspace.occasion_cells import occasion_of, point_of
from pharmasales.workspace.refusals import (
    empty,
    no_rep,
    other_currency,
    refuse,
    refuse_strangers,
    role_of,
    unlawful_buyer,
)
from pharmasales.workspace.remarks import derived_from, not_open, repeated
from pharmasales.workspace.rows import PLACE, BadRow, Place, Row, TableCount, TableRows
from pharmasales.workspace.settings import Settings
from pharmasales.workspace.table_reading import once, read_files

__all__ = ["Loaded", "load"]

T = TypeVar("T")

Progress = Callable[[str], None]
Kept = tuple[Archive, Mapping[str, str]]
"""The customers of an archive, and for each merged id the one under which it counts."""


@frozen
class Loaded:
    """What loading found.

    Args:
        region: the checked region; `None` where rows were refused.
        counts: one entry a file, whose figures add up.
        bad: every refused cell.
        notes: what a reader should know: derived tables, repeated rows.
    """

    region: Region | None
    counts: Sequence[TableCount]
    bad: Sequence[BadRow]
    notes: Sequence[Says]

    def checked(self) -> Region:
        """Return the region.

        Raises:
            BadRows: rows were refused; every one is in the group.
        """
        if self.region is None:
            raise BadRows(f"{len(self.bad)} bad cells", [row.error() for row in self.bad])
        return self.region


def load(root: Path, settings: Settings, progress: Progress = lambda _what: None, kept: Kept | None = None) -> Loaded:
    """Read every table of a workspace.

    Args:
        root: the workspace's folder.
        settings: what `pharmasales.toml` says.
        progress: called with the name of each file as it is begun.
        kept: customers that stand in the place of a customers table, and for each merged id the one it counts as.

    Raises:
        BadFile: a file is missing, cannot be read, or lacks a column.
        BadRows: documents of money that contradict each other, each with its rows.
        BadTree: an organisation that is no tree.
        BadConfig: leave or clinic weekdays of somebody whom the tables do not know.
    """
    return _Loader(root, settings, progress, kept).run()


@frozen
class _Loader:
    root: Path
    settings: Settings
    progress: Progress
    kept: Kept | None = None
    counts: list[TableCount] = field(factory=list)
    bad: list[BadRow] = field(factory=list)
    notes: list[Says] = field(factory=list)
    nodes: dict[str, Node] = field(factory=dict)
    derived: dict[str, Node] = field(factory=dict)
    customers: dict[str, Customer] = field(factory=dict)
    products: dict[str, Product] = field(factory=dict)
    sales: list[Sale] = field(factory=list)
    targets: dict[tuple[str, Period], Amount] = field(factory=dict)
    calls: list[Call] = field(factory=list)
    appointments: list[Appointment] = field(factory=list)
    happened: list[Occasion | AdverseEvent] = field(factory=list)
    points: dict[str, Point] = field(factory=dict)
    receivables: list[Receivable] = field(factory=list)
    facts: list[Fact] = field(factory=list)
    reps: set[str] = field(factory=set)
    places: dict[tuple[str, str], Place] = field(factory=dict)
    spelled: dict[tuple[str, str], tuple[str, Place]] = field(factory=dict)
    alike: set[tuple[str, str]] = field(factory=set)
    strangers: set[str] = field(factory=set)

    def run(self) -> Loaded:
        tables = self.settings.tables
        levels = () if "org" in tables else self.settings.levels
        above = self._table("org", once(self._node))
        self._parents(above, {node.id: node.parent or "" for node in self.nodes.values()}, "node")
        org = self._org(self.nodes)
        self._from_archive()
        people = self._table("customers", once(self._customer), () if "sales" in tables else levels)
        self._parents(people, {one.id: one.parent for one in self.customers.values()}, "customer")
        self._table("products", once(self._product))
        self._table("sales", self._sale, levels)
        org = org or self._org({} if "org" in tables else self.derived)
        self._owners(people)
        self._table("targets", lambda row: self._target(row, org))
        self._table("visits", self._dated(self.calls, call_of))
        self._table("appointments", self._dated(self.appointments, appointment_of))
        self._table("occasions", once(self._dated(self.happened, occasion_of)))
        self._table("places", once(self._place))
        self._table("receivables", self._receivable)
        papers = DocumentRows(self.settings.money, self.settings.policy)
        self._table("documents", lambda row: self._document(row, papers))
        fact = fact_reader(self.settings.policy.sheet, self._unknown_rep)
        self._table("facts", lambda row: self.facts.append(fact(row)))
        self._say(org)
        if self.bad:
            return Loaded(None, self.counts, self.bad, self.notes)
        return Loaded(self._region(org, papers), self.counts, (), self.notes)

    def _from_archive(self) -> None:
        if self.kept is not None:
            self.customers.update(self.kept[0].customers)
            count = len(self.customers)
            self.notes.append(Says(f"{count} customers from the archive", f"客户取自档案，共 {count} 家"))

    def _known_as(self, row: Row) -> str:
        """Return the id under which a row's customer counts."""
        customer: str = row.get("customer") or ""
        if self.kept is None or not customer:
            return customer
        customer = self.kept[1].get(customer, customer)
        if customer not in self.customers:
            self.strangers.add(customer)
        return customer

    def _table(self, name: str, accept: Callable[[Row], object], levels: tuple[str, ...] = ()) -> TableRows | None:
        source = self.settings.tables.get(name)
        if source is None:
            return None
        rows = TableRows(name, source, self.settings, levels, self.bad, self.counts)
        read_files(self.root, rows, accept, self.progress)
        return rows

    def _sound(self, *names: str) -> bool:
        """Whether no row of these tables was refused, so that what they lack is truly unknown."""
        return not any(count.rejected for count in self.counts if count.table in names)

    def _whole(self) -> bool:
        """Whether the organisation is known, whatever it was read or derived from."""
        return self._sound(*(("org",) if "org" in self.settings.tables else ("sales", "customers")))

    def _org(self, nodes: Mapping[str, Node]) -> Org | None:
        """Build the organisation and note its reps; a broken table makes none."""
        if not nodes or not self._sound("org"):
            return None
        org = Org.of(nodes.values())
        self.reps.update(node.id for node in org.leaves())
        return org

    def _spelling(self, kind: str, text: str, where: str, place: Place) -> BadValue | None:
        """Refuse a second spelling of a name that stands for an id, since it would make two of one."""
        if (kind, text) in self.alike:
            return None
        first, (file, number) = self.spelled.setdefault((kind, fold(text)), (text, place))
        if first == text:
            self.alike.add((kind, text))
            return None
        reason = f"differs in case, width or spaces only from {file} row {number}"
        return BadValue(reason, where=where, hint="write it alike", code="row.twin")

    def _parents(self, rows: TableRows | None, parents: Mapping[str, str], what: str) -> None:
        """Refuse rows that belong to an id which their table does not have."""
        if rows is None or not self._sound(rows.table):
            return
        for one, parent in parents.items():
            if parent and parent not in parents:
                error = BadValue(f"no such {what}", where="parent", hint="add it or correct it", code="row.parent")
                rows.reject(self.places[rows.table, one], error, parent)

    def _owners(self, rows: TableRows | None) -> None:
        """Refuse customers whose rep the organisation does not have."""
        if rows is None or not self.reps or not self._whole():
            return
        for customer in self.customers.values():
            if customer.owner and customer.owner not in self.reps:
                rows.reject(self.places["customers", customer.id], no_rep("owner"), customer.owner)

    def _node(self, row: Row) -> str:
        role = role_of(row.get("role") or "")
        node = Node(row["id"], row.get("name") or row["id"], row.get("level") or "node", row.get("parent"), role=role)
        self.nodes[node.id] = node
        self.places["org", node.id] = row[PLACE]
        return node.id

    def _customer(self, row: Row) -> str:
        fields = {key.removeprefix("field:"): value for key, value in row.items() if key.startswith("field:")}
        customer = Customer(
            id=row["id"],
            name=row.get("name") or row["id"],
            kind=row.get("kind") or "",
            owner=self._rep(row, "owner"),
            parent=row.get("parent") or "",
            level=row.get("level") or "",
            potential=row.get("potential"),
            weekdays=row.get("weekdays") or frozenset(),
            division=row.get("division") or "",
            fields=fields,
        )
        self.customers[customer.id] = customer
        self.places["customers", customer.id] = row[PLACE]
        return customer.id

    def _product(self, row: Row) -> str:
        product = Product(row["id"], row.get("name") or row["id"], self.settings.goods, row.get("kind") or "")
        self.products[product.id] = product
        return product.id

    def _sale(self, row: Row) -> None:
        period, day = row["period"]
        customer, amount, quantity = self._known_as(row), row.get("amount"), row.get("quantity")
        known = self.customers.get(customer)
        rep = self._rep(row, "rep") or (known.owner if known else "")
        refuse(
            other_currency(row.get("currency"), self.settings.money),
            self._unknown(row, "customer", "customers", self.customers),
            None if known or not customer else self._spelling("customer", customer, "customer", row[PLACE]),
            self._unknown(row, "product", "products", self.products),
            self._unknown_rep(rep) if "org" in self.settings.tables else None,
            empty("amount") if amount is None and quantity is None else None,
        )
        self.sales.append(Sale(period, amount, quantity, customer, rep, row.get("product") or "", day))

    def _rep(self, row: Row, column: str) -> str:
        """Return the id of the rep that a row names; where there is no org table, the organisation grows by it."""
        if "org" not in self.settings.tables and self.settings.levels:
            return self._path(row, column)
        rep: str = row.get(column) or ""
        if rep and "org" not in self.settings.tables and rep not in self.derived:
            refuse(self._spelling("rep", rep, column, row[PLACE]))
            self.derived[rep] = Node(rep, rep, "rep")
        return rep

    def _path(self, row: Row, column: str) -> str:
        """Return the id of the node that the row's level columns lead to, adding the nodes on the way."""
        path = ""
        for place, level in enumerate(self.settings.levels):
            name = row.get(f"level:{place}")
            if name is None:
                return row.get(column) or ""
            parent, part = path or None, path_part(name)
            path = f"{path}/{part}" if path else part
            if path not in self.derived:
                refuse(self._spelling("rep", path, f"level:{place}", row[PLACE]))
                self.derived[path] = Node(path, name, level, parent)
        return path

    def _target(self, row: Row, org: Org | None) -> None:
        key = (row["node"], row["period"][0])
        hint = "correct it"
        missing = BadValue("no such node in the organisation", where="node", hint=hint, code="row.node")
        second = BadValue("a second target for this node and period", where="node", hint="keep one", code="row.twice")
        refuse(
            other_currency(row.get("currency"), self.settings.money),
            missing if self._whole() and (org is None or row["node"] not in org) else None,
            second if key in self.targets else None,
        )
        self.targets[key] = row["amount"]

    def _dated(self, into: list[T], made: Callable[[Row, str], T]) -> Callable[[Row], str]:
        """Refuse a row of a rep or customer whom the tables do not know, and keep what is made of it else."""

        def accept(row: Row) -> str:
            rep, stranger = row.get("rep") or "", self._unknown(row, "customer", "customers", self.customers)
            refuse(self._unknown_rep(rep) if rep else None, stranger)
            into.append(made(row, self._known_as(row)))
            return row.get("id") or ""

        return accept

    def _place(self, row: Row) -> str:
        self.points[row["id"]] = point_of(row)
        return str(row["id"])

    def _receivable(self, row: Row) -> None:
        customer = self._known_as(row)
        refuse(
            other_currency(row.get("currency"), self.settings.money),
            self._unknown(row, "customer", "customers", self.customers),
            unlawful_buyer(self.settings.policy, self.customers.get(customer), row["invoiced"]),
        )
        self.receivables.append(receivable_of(row, customer))

    def _document(self, row: Row, papers: DocumentRows) -> None:
        refuse(
            other_currency(row.get("currency"), self.settings.money),
            self._unknown(row, "customer", "customers", self.customers),
        )
        customer = self._known_as(row)
        papers.add(row, customer, self.customers.get(customer))

    def _unknown_rep(self, rep: str) -> BadValue | None:
        return None if rep in self.reps or not self._whole() else no_rep("rep")

    def _unknown(self, row: Row, column: str, table: str, known: Mapping[str, object]) -> BadValue | None:
        value = row.get(column)
        if not value or value in known or table not in self.settings.tables or not self._sound(table):
            return None
        return BadValue(f"unknown {column}", where=column, hint=f"add it to the {table} table", code=f"row.{column}")

    def _region(self, org: Org | None, papers: DocumentRows) -> Region:
        buyers = self._buyers() if self.kept is None else []
        archive = Archive.of(self.customers.values() or buyers)
        tables, reps = self.settings.tables, self.reps if org else None
        refuse_strangers(self.settings.policy.follow, reps, archive, self.points)
        visits = [one for one in self.calls if one.state == "done" and one.channel == "face"]
        return Region(
            org=org,
            archive=archive,
            money=self.settings.money,
            goods=self.settings.goods,
            products=self.products,
            sales=self.sales,
            targets=self.targets,
            calls=visits if "visits" in tables else None,
            unmade=[one for one in self.calls if one.state != "done"],
            contacts=[one for one in self.calls if one.channel != "face"],
            appointments=self.appointments,
            occasions=[x for x in self.happened if isinstance(x, Occasion)] if "occasions" in tables else None,
            adverse=[x for x in self.happened if isinstance(x, AdverseEvent)],
            points=self.points,
            receivables=self.receivables if "receivables" in tables else None,
            facts=self.facts,
            ledger=papers.ledger() if "documents" in tables else None,
            matching=self.settings.credit.way,
        )

    def _buyers(self) -> list[Customer]:
        """Return the customers that the sales name, each known since its first sale."""
        first: dict[str, date] = {}
        for sale in self.sales:
            if sale.customer:
                first[sale.customer] = min(first.get(sale.customer, date.max), sale.day or sale.period.start)
        return [Customer(customer, customer, since=day) for customer, day in first.items()]

    def _say(self, org: Org | None) -> None:
        """Note what was derived and what was repeated."""
        if self.derived and org:
            self.notes.append(derived_from(self.settings.levels))
        if self.strangers:
            self.notes.append(not_open(len(self.strangers)))
        if self.kept is None and "customers" not in self.settings.tables and any(sale.customer for sale in self.sales):
            self.notes.append(Says("customers derived from sales", "客户由销售数据推导"))
        self.notes.extend(repeated(self.counts))
