"""Further tables of a workspace (台账), read against the organisation, customers and products that its files know.

`plan` and `review` read what the cycle needs; the desks of agents, credit, stock and flow read tables of their own.
Rows are checked alike: every bad cell is listed with its place, and the counts add up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from attrs import evolve, field, frozen

from pharmasales.cycle import Region
from pharmasales.cycle.policy import FollowPolicy
from pharmasales.errors import BadRows, BadValue
from pharmasales.names import fold, nearest
from pharmasales.workspace.doing import Progress, quiet
from pharmasales.workspace.load import load
from pharmasales.workspace.refusals import no_rep, other_currency
from pharmasales.workspace.rows import PLACE, BadRow, Place, Row, TableCount, TableRows
from pharmasales.workspace.table_reading import once, read_files
from pharmasales.workspace.workspace import Workspace

__all__ = ["DeskTables", "desk_tables"]

_FIRST = ("org", "customers", "products")


@frozen
class DeskTables:
    """Reads the further tables of a workspace. Made by `desk_tables`.

    Args:
        space: the workspace.
        region: its organisation, customers and products; nothing else of it was read.
        merged: for each customer of the archive that was merged into another, the id under which it counts.
        progress: called with the name of each file as it is begun.
        counts: one entry a file that was read, whose figures add up.
        bad: every refused cell so far.
    """

    space: Workspace
    region: Region
    merged: Mapping[str, str]
    progress: Progress = field(repr=False)
    counts: list[TableCount] = field(factory=list)
    bad: list[BadRow] = field(factory=list)
    _spelled: dict[tuple[str, str], tuple[str, Place]] = field(factory=dict, init=False)
    _leaves: set[str] = field(factory=set, init=False, repr=False)

    @classmethod
    def beside(
        cls, space: Workspace, region: Region, progress: Progress = quiet, counts: Iterable[TableCount] = ()
    ) -> DeskTables:
        """Return what reads further tables of a workspace beside a region that was read of it already.

        Customers of the archive are those of every change that is known, so that papers of a past day are read
        whoever's file was opened later.

        Args:
            space: the workspace.
            region: what was read.
            progress: called with the name of each file as it is begun.
            counts: the files that were read.
        """
        if not space.from_archive():
            return cls(space, region, {}, progress, list(counts))
        register = space.register()
        everybody = evolve(region, archive=register.on(date.max))
        return cls(space, everybody, register.merged(), progress, list(counts))

    def has(self, table: str) -> bool:
        """Whether the settings name files of a table."""
        return table in self.space.settings.tables

    def read(self, table: str, accept: Callable[[Row], object]) -> TableRows | None:
        """Read a table row by row; nothing where the settings name none.

        Args:
            table: its canonical name.
            accept: takes a row or refuses it with typed errors whose `where` is a column.

        Returns:
            What read it, to refuse a row for what only the whole table shows.

        Raises:
            BadFile: a file is missing, cannot be read, or lacks a column.
        """
        source = self.space.settings.tables.get(table)
        if source is None:
            return None
        rows = TableRows(table, source, self.space.settings, (), self.bad, self.counts)
        read_files(self.space.root, rows, accept, self.progress)
        return rows

    def read_once(self, table: str, add: Callable[[Row], str]) -> TableRows | None:
        """Read a table whose ids come once only, also in another case, width or spacing.

        Args:
            table: its canonical name.
            add: takes a row and returns its id.
        """
        return self.read(table, once(add))

    def customer(self, row: Row, column: str = "customer") -> str:
        """Return the id under which the customer of a row counts; "" where the cell is empty.

        Raises:
            BadValue: nobody knows it, or it is a second spelling where no table lists the customers.
        """
        given = row.get(column) or ""
        found = self.merged.get(given, given)
        archive = self.space.from_archive()
        return self._named(found, row, column, "customers", self.region.archive.customers, archive)

    def product(self, row: Row, column: str = "product") -> str:
        """Return the id of the product of a row; "" where the cell is empty.

        Raises:
            BadValue: as `customer`.
        """
        return self._named(row.get(column) or "", row, column, "products", self.region.products)

    def rep(self, row: Row, column: str = "rep") -> str:
        """Return the id of the rep of a row; "" where the cell is empty.

        Raises:
            BadValue: the organisation has no such rep.
        """
        rep: str = row.get(column) or ""
        if rep and "org" in self.space.settings.tables and rep not in self._reps():
            raise no_rep(column)
        return rep

    def _reps(self) -> set[str]:
        """Return the ids of the reps, which are looked for once."""
        if not self._leaves and self.region.org is not None:
            self._leaves.update(one.id for one in self.region.org.leaves())
        return self._leaves

    def currency(self, row: Row) -> BadValue | None:
        """Return the refusal of a row in another currency than that of the workspace."""
        return other_currency(row.get("currency"), self.space.settings.money)

    def checked(self) -> None:
        """Let pass what was read without a refusal.

        Raises:
            BadRows: rows were refused; every one is in the group.
        """
        if self.bad:
            raise BadRows(f"{len(self.bad)} bad cells", [row.error() for row in self.bad])

    def _named(
        self, given: str, row: Row, column: str, table: str, known: Mapping[str, object], kept: bool = False
    ) -> str:
        if not given:
            return ""
        if kept or self.has(table):
            if given not in known:
                hint = nearest(given, known) if table == "products" else f"add it to the {table} table"
                hint = "take it in: pharmasales archive import DIR" if kept else hint
                raise BadValue(f"unknown {column}", where=column, hint=hint, code=f"row.{column}")
            return given
        first, (file, number) = self._spelled.setdefault((table, fold(given)), (given, row[PLACE]))
        if first != given:
            reason = f"differs in case, width or spaces only from {file} row {number}"
            raise BadValue(reason, where=column, hint="write it alike", code="row.twin")
        return given


def desk_tables(space: Workspace, progress: Progress = quiet, day: date = date.max) -> DeskTables:
    """Read the organisation, customers and products of a workspace, and return what reads its further tables.

    Args:
        space: the workspace.
        progress: called with the name of each file as it is begun.
        day: where the customers are those of the archive, the day on which it is looked at.

    Raises:
        BadRows: rows of these tables are bad.
        BadFile: a file is missing, cannot be read, or lacks a column.
        StorageError: `storage.scope` for a reader of a part.
    """
    space.check_whole()
    asked = space.settings
    tables = {name: source for name, source in asked.tables.items() if name in _FIRST}
    settings = evolve(asked, tables=tables, levels=(), policy=evolve(asked.policy, follow=FollowPolicy()))
    if not space.from_archive():
        return DeskTables(space, load(space.root, settings, progress).checked(), {}, progress)
    register = space.register()
    merged = register.merged()
    loaded = load(space.root, settings, progress, (register.on(day), merged))
    return DeskTables(space, loaded.checked(), merged, progress)
