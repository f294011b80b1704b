"""Load a workspace: every table read and checked against the others, into one `Region`.

Bad rows are listed, never guessed at; nothing is dropped silently.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from attrs import field, frozen

from pharmasales.archive import Archive, Customer, Product, Sale, owners
from pharmasales.channel import Receivable
from pharmasales.cycle.region import Call, Region
from pharmasales.display import Says
from pharmasales.errors import BadFile, BadRows, BadValue
from pharmasales.exchange import read_sheet
from pharmasales.names import fold
from pharmasales.org import Node, Org
from pharmasales.periods import Period
from pharmasales.units import Amount, Unit
from pharmasales.workspace.rows import BadRow, Row, TableCount, TableRows
from pharmasales.workspace.settings import Settings, TableSource

__all__ = ["Loaded", "load"]

Progress = Callable[[str], None]


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


def load(root: Path, settings: Settings, progress: Progress = lambda _what: None) -> Loaded:
    """Read every table of a workspace.

    Args:
        root: the workspace's folder.
        settings: what `pharmasales.toml` says.
        progress: called with the name of each file as it is begun.

    Raises:
        BadFile: a file is missing, cannot be read, or lacks a column.
        BadTree: an organisation that is no tree.
    """
    return _Loader(root, settings, progress).run()


@frozen
class _Loader:
    root: Path
    settings: Settings
    progress: Progress
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
    receivables: list[Receivable] = field(factory=list)

    def run(self) -> Loaded:
        self._table("org", _once(self._node))
        org = self._org()
        reps = {node.id for node in org.leaves()} if org else set()
        levels = self.settings.levels if org is None else ()
        from_sales = levels if "sales" in self.settings.tables else ()
        self._table("customers", _once(lambda row: self._customer(row, reps)), levels if not from_sales else ())
        self._table("products", _once(self._product))
        self._table("sales", lambda row: self._sale(row, reps), from_sales)
        org = org or (Org.of(self.derived.values()) if self.derived else None)
        known = set(org.nodes) if org else set()
        self._table("targets", lambda row: self._target(row, known))
        leaves = {node.id for node in org.leaves()} if org else set()
        self._table("visits", lambda row: self._call(row, leaves))
        self._table("receivables", self._receivable)
        self._say(org)
        if self.bad:
            return Loaded(None, self.counts, self.bad, self.notes)
        return Loaded(self._region(org), self.counts, (), self.notes)

    def _table(self, name: str, accept: Callable[[Row], None], levels: tuple[str, ...] = ()) -> None:
        source = self.settings.tables.get(name)
        if source is None:
            return
        rows = TableRows(name, source, self.settings, levels, self.bad, self.counts)
        for path in _files(self.root, source):
            self.progress(path.name)
            rows.read(read_sheet(path, encoding=source.encoding, sheet=source.sheet or None), accept)

    def _org(self) -> Org | None:
        if not self.nodes or self.bad:
            return None
        return Org.of(self.nodes.values())

    def _node(self, row: Row) -> str:
        node = Node(row["id"], row.get("name") or row["id"], row.get("level") or "node", row.get("parent"))
        self.nodes[node.id] = node
        return node.id

    def _customer(self, row: Row, reps: set[str]) -> str:
        owner = self._path(row) or row.get("owner") or ""
        if owner and reps and owner not in reps:
            raise BadValue("no such rep", where="owner", hint="add it to the org table", code="row.rep")
        fields = {key.removeprefix("field:"): value for key, value in row.items() if key.startswith("field:")}
        customer = Customer(
            id=row["id"],
            name=row.get("name") or row["id"],
            kind=row.get("kind") or "",
            owner=owner,
            parent=row.get("parent") or "",
            level=row.get("level") or "",
            potential=row.get("potential"),
            weekdays=row.get("weekdays") or frozenset(),
            fields=fields,
        )
        self.customers[customer.id] = customer
        return customer.id

    def _product(self, row: Row) -> str:
        product = Product(row["id"], row.get("name") or row["id"], self.settings.goods, row.get("kind") or "")
        self.products[product.id] = product
        return product.id

    def _sale(self, row: Row, reps: set[str]) -> None:
        _same_currency(row, self.settings.money)
        period, day = row["period"]
        customer, product = row.get("customer") or "", row.get("product") or ""
        rep = self._path(row) or row.get("rep") or ""
        if rep and not self.nodes and not self.settings.levels:
            self.derived.setdefault(rep, Node(rep, rep, "rep"))
        if customer and "customers" in self.settings.tables and customer not in self.customers:
            raise BadValue(
                "unknown customer", where="customer", hint="add it to the customers table", code="row.customer"
            )
        if product and "products" in self.settings.tables and product not in self.products:
            raise BadValue("unknown product", where="product", hint="add it to the products table", code="row.product")
        if "org" in self.settings.tables and reps and rep not in reps:
            raise BadValue("no such rep", where="rep", hint="name a rep of the org table", code="row.rep")
        amount, quantity = row.get("amount"), row.get("quantity")
        if amount is None and quantity is None:
            raise BadValue("neither amount nor quantity", where="amount", hint="fill one in", code="cell.empty")
        self.sales.append(Sale(period, amount, quantity, customer, rep, product, day))

    def _path(self, row: Row) -> str:
        """Return the id of the node that the row's level columns lead to, adding the nodes on the way."""
        path = ""
        for place, level in enumerate(self.settings.levels):
            name = row.get(f"level:{place}")
            if name is None:
                return ""
            parent, part = path or None, name.replace("%", "%25").replace("/", "%2F")
            path = f"{path}/{part}" if path else part
            if path not in self.derived:
                self.derived[path] = Node(path, name, level, parent)
        return path

    def _target(self, row: Row, known: set[str]) -> None:
        _same_currency(row, self.settings.money)
        if row["node"] not in known:
            raise BadValue("no such node in the organisation", where="node", code="row.node")
        key = (row["node"], row["period"][0])
        if key in self.targets:
            raise BadValue("a second target for this node and period", where="node", code="row.twice")
        self.targets[key] = row["amount"]

    def _call(self, row: Row, leaves: set[str]) -> None:
        if row["rep"] not in leaves:
            raise BadValue("no such rep", where="rep", hint="name a rep of the organisation", code="row.rep")
        if "customers" in self.settings.tables and row["customer"] not in self.customers:
            raise BadValue(
                "unknown customer", where="customer", hint="add it to the customers table", code="row.customer"
            )
        self.calls.append(Call(row["date"], row["rep"], row["customer"]))

    def _receivable(self, row: Row) -> None:
        _same_currency(row, self.settings.money)
        if "customers" in self.settings.tables and row["customer"] not in self.customers:
            raise BadValue(
                "unknown customer", where="customer", hint="add it to the customers table", code="row.customer"
            )
        given = {key: row[key] for key in ("paid", "paid_on") if row.get(key) is not None}
        names = ("customer", "invoice", "invoiced", "due", "amount")
        self.receivables.append(Receivable(**{name: row[name] for name in names}, **given))

    def _region(self, org: Org | None) -> Region:
        if not self.customers:
            for sale in self.sales:
                if sale.customer and sale.customer not in self.customers:
                    self.customers[sale.customer] = Customer(sale.customer, sale.customer)
        archive = Archive.of(self.customers.values()).with_owners(owners(self.sales))
        return Region(
            org=org,
            archive=archive,
            money=self.settings.money,
            goods=self.settings.goods,
            products=self.products,
            sales=self.sales,
            targets=self.targets,
            calls=self.calls if "visits" in self.settings.tables else None,
            receivables=self.receivables if "receivables" in self.settings.tables else None,
        )

    def _say(self, org: Org | None) -> None:
        """Note what was derived and what was repeated."""
        if self.derived and org:
            levels = " > ".join(self.settings.levels or ("rep",))
            self.notes.append(Says(f"organisation derived from {levels}", f"组织架构由 {levels} 推导"))
        if self.sales and "customers" not in self.settings.tables:
            self.notes.append(Says("customers derived from sales", "客户由销售数据推导"))
        for count in self.counts:
            if count.duplicates:
                rows = ", ".join(map(str, count.duplicates[:10]))
                self.notes.append(
                    Says(
                        f"{count.file}: {len(count.duplicates)} exact duplicate rows kept ({rows})",
                        f"{count.file}：{len(count.duplicates)} 行完全重复，已保留（第 {rows} 行）",
                    )
                )


def _once(add: Callable[[Row], str]) -> Callable[[Row], None]:
    """Refuse an id that came before, also in another case, width or spacing."""
    seen: dict[str, str] = {}

    def accept(row: Row) -> None:
        key = fold(row["id"])
        if key in seen:
            same = "the same id" if seen[key] == row["id"] else "an id that differs in case, width or spaces only"
            raise BadValue(f"{same} in an earlier row", where="id", hint="give it another id", code="row.twin")
        seen[key] = add(row)

    return accept


def _same_currency(row: Row, money: Unit) -> None:
    currency = row.get("currency")
    if currency and currency != money.code:
        hint = f"amounts are in {money.code}: convert them, or set [units] money"
        raise BadValue(f"currency {currency[:12]}", where="currency", hint=hint, code="row.currency")


def _files(root: Path, source: TableSource) -> list[Path]:
    """Return the files of a table in the order of their names; a name that finds none is an error."""
    found: list[Path] = []
    for pattern in source.files:
        path = root / pattern
        names = sorted(path.parent.glob(path.name)) if any(sign in path.name for sign in "*?[") else [path]
        if not names:
            raise BadFile(
                "no file of this name", where=pattern, hint="correct file = in pharmasales.toml", code="file.missing"
            )
        found += names
    return found
