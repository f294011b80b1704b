"""Reading a store through its tables: what a reader asks for, seen within the reader's scope and checked on the way.

The scope is applied here, and nowhere else: every question carries the nodes that the reader sees.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, starmap
from typing import TypeAlias

from attrs import evolve

from pharmasales.errors import StorageError
from pharmasales.storage.bulk import chunks
from pharmasales.storage.owner import Owner
from pharmasales.storage.protocol import NOTHING, Entry, Record, Row, Where
from pharmasales.storage.records import ANYBODY, check_key, check_nodes, check_range, check_where, missing
from pharmasales.storage.seals import ERASURE, WIPED, check, damaged, intact
from pharmasales.storage.tables import Asked, Signed, Tables, one, span
from pharmasales.storage.texts import decode, decode_all

__all__ = ["TableReader"]

_Checked: TypeAlias = "tuple[Sequence[str], Sequence[str], Sequence[int], Sequence[str], StorageError | None]"


class TableReader:
    """A `Reader` over tables.

    Args:
        owner: who may use it.
        tables: the statements of the back end.
        nodes: the nodes that the reader sees; everything where left out.
    """

    def __init__(self, owner: Owner, tables: Tables, nodes: Iterable[str] | None = None) -> None:
        self._owner = owner
        self._tables = tables
        self._nodes = None if nodes is None else check_nodes(nodes) | {ANYBODY}

    @property
    def part(self) -> bool:
        """Whether the reader sees only some nodes."""
        return self._nodes is not None

    def _asked(self, kind: str, prefix: str, where: Where = NOTHING, limit: int | None = None) -> Asked:
        asked = span(kind, prefix, self._nodes)
        return evolve(asked, where=check_where(kind, where), limit=limit) if where or limit is not None else asked

    def get(self, kind: str, id: str) -> Record:  # noqa: A002 - the field's name
        """Return the record; see `Reader.get`."""
        self._owner.check()
        check_key(kind, id)
        nodes, tables = self._nodes, self._tables
        for row in tables.newest(kind, (id,)) if nodes is None else tables.found(one(kind, id, nodes)):
            if live(row):
                return Record(kind, id, row.version, decode(row.data or ""))
        raise missing(kind, id)

    def find(
        self, kind: str, *, prefix: str = "", after: str = "", limit: int | None = None, where: Where = NOTHING
    ) -> Iterator[Record]:
        """Return the records asked for; see `Reader.find`. A damaged one raises when its turn comes."""
        self._owner.check()
        check_range(kind, prefix, after, limit)
        return _records(self._tables.found(self._asked(kind, prefix, where, limit).behind(after)))

    def count(self, kind: str, *, prefix: str = "", where: Where = NOTHING) -> int:
        """Return how many records `find` would yield."""
        self._owner.check()
        check_range(kind, prefix)
        return self._tables.count(self._asked(kind, prefix, where))

    def history(self, kind: str, id: str) -> list[Entry]:  # noqa: A002 - the field's name
        """Return every version, oldest first; see `Reader.history`."""
        self._owner.check()
        check_key(kind, id)
        return _entries(self._tables.versions(one(kind, id, self._nodes)))

    def histories(self, kind: str, *, prefix: str = "") -> Iterator[tuple[str, list[Entry]]]:
        """Return the history of every id that begins with a prefix; see `Reader.histories`."""
        self._owner.check()
        check_range(kind, prefix)
        versions = self._tables.versions(self._asked(kind, prefix))
        return ((key, _entries(of_one)) for key, of_one in groupby(versions, lambda pair: pair[0].id))

    def kinds(self) -> list[str]:
        """Return every kind under which data stand; see `Reader.kinds`."""
        self._owner.check()
        used = self._tables.kinds()
        return [kind for kind in used if self._tables.ids(self._asked(kind, "", limit=1))]

    def ids(self, kind: str, *, prefix: str = "") -> list[str]:
        """Return every id under which data stand; see `Reader.ids`."""
        self._owner.check()
        check_range(kind, prefix)
        return self._tables.ids(self._asked(kind, prefix))


def live(row: Row) -> bool:
    """Whether the newest version of a record holds data.

    Raises:
        StorageError: `storage.damaged`; the newest version is never one that was wiped.
    """
    if check(row) == WIPED:
        raise damaged(row.kind, row.id)
    return row.data is not None


def _records(rows: Iterable[Row]) -> Iterator[Record]:
    for kinds, keys, versions, texts, bad in map(_checked, chunks(rows)):  # of rows, only these stay alive
        yield from starmap(Record, zip(kinds, keys, versions, decode_all(texts), strict=True))
        if bad is not None:
            raise bad


def _checked(rows: list[Row]) -> _Checked:
    """Return what becomes records, and the error of the first row that is damaged: its turn comes behind the others."""
    bad = None
    if not intact(rows):
        rows, bad = _judged(rows)
    kinds, keys, versions, _, texts, *_ = zip(*rows, strict=True) if rows else [()] * 8
    return kinds, keys, versions, texts, bad


def _judged(rows: Iterable[Row]) -> tuple[list[Row], StorageError | None]:
    good = list[Row]()
    try:
        good.extend(row for row in rows if live(row))
    except StorageError as error:
        return good, error
    return good, None


def _entries(versions: Iterable[tuple[Row, Signed]]) -> list[Entry]:
    entries, state = list[Entry](), ""
    for number, (row, by) in enumerate(versions, start=1):
        state = check(row)
        if row.version != number or row.sequence != by.sequence:
            raise damaged(row.kind, row.id)
        data = None if row.data is None else decode(row.data)
        entries.append(Entry(number, data, by.by, by.why, by.at, by.sequence, state in (ERASURE, WIPED)))
    if entries and state == WIPED:
        raise damaged(row.kind, row.id)
    return entries
