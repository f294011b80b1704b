"""A whole store over the tables of one back end: reads, units of work, the audit chain, taking over another store.

>>> from datetime import UTC, datetime
>>> from pharmasales.storage.memory import MemoryTables
>>> store = TableStore(MemoryTables())
>>> with store.unit(by="u1", why="first load", at=datetime(2026, 1, 5, tzinfo=UTC)) as unit:
...     unit.put("visit", "V1", {"@node": "R01", "day": "2026-01-05"})
1
>>> store.count("visit"), store.within(["R02"]).count("visit"), store.head().count
(1, 0, 1)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import Self

from pharmasales.compliance.audit import Anchor
from pharmasales.compliance.verification import Verified
from pharmasales.errors import BadValue, StorageError
from pharmasales.storage.chain import verify
from pharmasales.storage.owner import Bracket, Owner
from pharmasales.storage.protocol import Reader, Row, Sealed, Unit
from pharmasales.storage.reading import TableReader
from pharmasales.storage.records import check_nodes, stamp
from pharmasales.storage.tables import Signed, Tables
from pharmasales.storage.writing import TableUnit, labels_between

__all__ = ["TableStore"]


class TableStore(TableReader):
    """A `Store` over tables.

    Args:
        tables: the statements of the back end, opened; the store closes them.
    """

    def __init__(self, tables: Tables) -> None:
        super().__init__(Owner(), tables)

    def within(self, nodes: Iterable[str]) -> Reader:
        """Return this store as a reader of these nodes sees it; see `Store.within`."""
        self._owner.check()
        return TableReader(self._owner, self._tables, check_nodes(nodes))

    def unit(self, *, by: str, why: str, at: datetime, operation: str = "") -> AbstractContextManager[Unit]:
        """Begin a unit of work; see `Store.unit`."""
        self._owner.check()
        return Bracket(self._owner, TableUnit(self._owner, self._tables, stamp(by, why, at, operation)))

    def units(self, *, after: int = 0) -> Iterator[Sealed]:
        """Return every unit of work behind a sequence; see `Store.units`."""
        self._owner.check_idle()
        if type(after) is not int or after < 0:
            raise BadValue("after is a sequence, 0 or more", where="after", code="unit.after")
        return iter(list(self._tables.units(after)))  # walked through at leisure, it holds no lock

    def head(self) -> Anchor:
        """Return the head of the audit chain."""
        self._owner.check_idle()
        sequence, found = self._tables.head()
        return Anchor(sequence, found.hex())

    def verify(self, anchor: Anchor | None = None) -> Verified:
        """Check every version and every link of the audit chain; see `Store.verify`."""
        self._owner.check_idle()
        return verify(self._tables.units(0), self._tables.strays(), anchor)

    def take(self, units: Iterable[Sealed]) -> Anchor:
        """Take over all units of work of another store; see `Store.take`."""
        taking = _Taking(self._tables)
        with Bracket(self._owner, taking):
            found = verify(taking.verified(units), [])
            if found.first_bad is not None:
                reason, hint = "the units do not follow from each other", "restore from another backup"
                where = f"unit {found.first_bad.sequence}"
                raise StorageError(reason, where=where, hint=hint, code="storage.damaged")
        return self.head()

    def close(self) -> None:
        """Close the store; a unit still open is undone."""
        if not self._owner.closed:
            self._owner.check()
            self._owner.close()
            self._tables.close()

    def __enter__(self) -> Self:
        self._owner.check()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()


class _Taking:
    """Sealed units on their way into an empty store: all of them, or none."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def begin(self) -> None:
        self._tables.begin()
        if self._tables.head()[0]:
            hint = "take them over into a new store"
            raise StorageError("the store is not empty", hint=hint, code="storage.used")

    def commit(self) -> None:
        self._tables.commit()

    def roll_back(self) -> None:
        if self._tables.open:
            self._tables.roll_back()

    def verified(self, units: Iterable[Sealed]) -> Iterator[Sealed]:
        """Pass units on to whoever verifies them; who then asks for the next has found the last one good."""
        for unit in units:
            yield unit
            self._add(unit)

    def _add(self, unit: Sealed) -> None:
        self._tables.sign(Signed(unit.sequence, unit.by, unit.why, unit.at, unit.operation))
        left = [row._replace(sequence=unit.sequence) for row in unit.rows]
        while left:  # one version of each id at a time
            newest = {(row.kind, row.id): row for row in reversed(left)}
            left = [row for row in left if newest[row.kind, row.id] is not row]
            self._put(list(newest.values()))
        self._tables.link(unit.sequence, unit.hash)

    def _put(self, rows: list[Row]) -> None:
        kinds: dict[str, list[str]] = {}
        for row in rows:
            kinds.setdefault(row.kind, []).append(row.id)
        before = {(row.kind, row.id): row for kind, keys in kinds.items() for row in self._tables.newest(kind, keys)}
        self._tables.put(rows, list(before))
        self._tables.label(*labels_between(before, rows))
