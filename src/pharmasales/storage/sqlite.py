"""The embedded store (默认存储): one SQLite file, nothing to start.

Every unit of work is one `BEGIN IMMEDIATE` transaction. Every version carries a hash of its content, checked whenever
it is read, because SQLite itself does not notice a flipped bit.

>>> import tempfile
>>> from datetime import UTC, datetime
>>> with tempfile.TemporaryDirectory() as folder:
...     with SqliteStore.open(f"sqlite:///{folder}/sales.db", create=True) as store:
...         with store.unit(by="u1", why="first load", at=datetime(2026, 1, 5, tzinfo=UTC)) as unit:
...             unit.put("hospital", "H001", {"beds": 300})
...     with SqliteStore.open(f"sqlite:///{folder}/sales.db") as store:
...         store.get("hospital", "H001").data
1
{'beds': 300}
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pharmasales.errors import BadConfig, StorageError
from pharmasales.names import clean
from pharmasales.storage._sqlite_tables import (
    CHUNK,
    Row,
    Tables,
    check,
    content_hash,
    damaged,
    erased_hash,
    upper,
)
from pharmasales.storage.owner import Bracket, Owner
from pharmasales.storage.protocol import Data, Entry, Record, Unit
from pharmasales.storage.records import (
    Stamp,
    as_text,
    batch,
    check_erase,
    check_expected,
    check_key,
    check_range,
    digest,
    from_text,
    missing,
    stamp,
)
from pharmasales.storage.sqlite_file import connect

__all__ = ["SqliteStore"]

_MOVE = "INSERT INTO past SELECT * FROM record WHERE kind = ? AND id = ?"
_PUT = "REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?)"
_ERASE = "REPLACE INTO past VALUES (?, ?, ?, ?, NULL, ?)"
_MARK = "REPLACE INTO past VALUES ('', '', 0, ?, NULL, x'')"
_SIGN = "INSERT INTO unit VALUES (?, ?, ?, ?, ?, ?)"


def _path(url: str) -> Path:
    place = url.removeprefix("sqlite:///")
    if place == url or not place or set(place) & set("?#"):
        hint = "use sqlite:///relative.db or sqlite:////absolute.db, without settings behind it"
        raise BadConfig("no place of a SQLite file", where="sqlite", hint=hint, code="config.url")
    return Path(clean(place, "sqlite"))


class SqliteStore:
    """Records in one SQLite file; opened by `open_store("sqlite:///sales.db")`.

    >>> SqliteStore.open("sqlite://server/sales")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadConfig: no place of a SQLite file @ sqlite; use sqlite:///relative.db or
    sqlite:////absolute.db, without settings behind it [config.url]
    """

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._owner = Owner()
        self._tables = Tables(connection, name)

    @classmethod
    def open(cls, url: str, *, create: bool = False, wait_ms: int = 5000) -> Self:
        """Open the file at `sqlite:///relative.db` or `sqlite:////absolute.db`; its folder must exist.

        Erased bytes that a crash left in the file are cleaned away now, if that can be done.

        Args:
            url: scheme and path; the path is taken as it is written, without any escape.
            create: make the file where it is missing.
            wait_ms: how long to wait for another writer before `storage.busy`.

        Raises:
            BadConfig: a host, a setting or no path in the URL.
            StorageError: the file is missing, foreign, newer, damaged, busy or out of reach.
        """
        path = _path(url)
        store = cls(connect(path, create=create, wait_ms=wait_ms), path.name)
        with suppress(StorageError):  # the mark stays, and the next opening tries again
            if marked := store._tables.marked():
                store._tables.compact(marked)
        return store

    def get(self, kind: str, id: str) -> Record:  # noqa: A002 - the field's name
        """Return the record; see `Store.get`."""
        self._owner.check()
        check_key(kind, id)
        row = self._tables.one(kind, id)
        if row is None or row.data is None:
            raise missing(kind, id)
        return Record(kind, id, row.version, from_text(row.data))

    def find(self, kind: str, *, prefix: str = "", after: str = "", limit: int | None = None) -> Iterator[Record]:
        """Return the records under a prefix; see `Store.find`. A damaged record raises when its turn comes."""
        self._owner.check()
        check_range(kind, prefix, after, limit)
        low = prefix if prefix > after else f"{after}\0"  # no id holds NUL: the first text behind `after`
        return _records(kind, self._tables.under(kind, low, upper(prefix), limit))

    def count(self, kind: str, *, prefix: str = "") -> int:
        """Return how many records stand under a prefix."""
        self._owner.check()
        check_range(kind, prefix)
        return self._tables.count(kind, prefix)

    def kinds(self) -> list[str]:
        """Return every kind under which data stand; see `Store.kinds`."""
        self._owner.check()
        return self._tables.kinds()

    def ids(self, kind: str, *, prefix: str = "") -> list[str]:
        """Return every id under which data stand; see `Store.ids`."""
        self._owner.check()
        check_range(kind, prefix)
        return self._tables.ids(kind, prefix)

    def history(self, kind: str, id: str) -> list[Entry]:  # noqa: A002 - the field's name
        """Return every version, oldest first; see `Store.history`."""
        self._owner.check()
        check_key(kind, id)
        entries = []
        for number, row in enumerate(self._tables.history(kind, id), start=1):
            version, sequence, text, found, by, why, at, operation, signed = row
            erased = check(kind, id, number, sequence, text, found)
            if version != number or digest(sequence, by, at, operation or "", why) != signed:
                raise damaged(kind, id)
            data = None if text is None else from_text(text)
            entries.append(Entry(version, data, by, why, datetime.fromisoformat(at), sequence, erased))
        return entries

    def unit(self, *, by: str, why: str, at: datetime, operation: str = "") -> AbstractContextManager[Unit]:
        """Begin a unit of work; see `Store.unit`."""
        self._owner.check()
        return Bracket(self._owner, _SqliteUnit(self._owner, self._tables, stamp(by, why, at, operation)))

    def compact(self) -> None:
        """Write the file anew, so that it holds what can be read and no byte of what was erased; it shrinks, too.

        A unit that erases does this by itself. Where that failed (`storage.remnants`), call this when the cause is
        gone. It needs free space of the file's size beside it and in the folder for temporary files, and nobody else at
        work on the file.

        Raises:
            StorageError: `storage.remnants`, where erased bytes may still stand in the file; `storage.nested` inside a
                unit of work; `storage.busy`, `storage.full`, `storage.readonly`, `storage.io`.
        """
        self._owner.check_idle()
        self._tables.compact(self._tables.marked())

    def close(self) -> None:
        """Close the file."""
        if not self._owner.closed:
            self._owner.check()
            self._owner.close()
            self._tables.connection.close()

    def __enter__(self) -> Self:
        self._owner.check()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()


def _records(kind: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[Record]:
    for key, version, sequence, text, found in rows:
        check(kind, key, version, sequence, text, found)
        if text is not None:
            yield Record(kind, key, version, from_text(text))


class _SqliteUnit:
    def __init__(self, owner: Owner, tables: Tables, by: Stamp) -> None:
        self._owner = owner
        self._tables = tables
        self._stamp = by
        self.done = False

    def begin(self) -> None:
        self._signed = self._broken = self._erasing = False
        self._tables.run("BEGIN IMMEDIATE")
        self._sequence = self._tables.run("SELECT coalesce(max(sequence), 0) + 1 FROM unit")[0][0]
        self.done = bool(self._tables.run("SELECT 1 FROM unit WHERE operation = ?", (self._stamp.operation,)))

    def commit(self) -> None:
        self._check()
        if self._stamp.operation and not self.done:
            self._sign()
        marked = self._tables.marked() if self._erasing else []
        self._tables.run("COMMIT")
        if marked:
            self._tables.compact(marked)

    def roll_back(self) -> None:
        if self._tables.connection.in_transaction:
            self._tables.run("ROLLBACK")

    def _check(self) -> None:
        self._owner.check_unit(self)
        if self._broken or not self._tables.connection.in_transaction:
            hint = "an error came up inside its block; repeat the whole unit"
            raise StorageError("the unit of work is broken", hint=hint, code="storage.broken")

    def _sign(self) -> None:
        if not self._signed:
            by, at, operation = self._stamp.by, self._stamp.at.isoformat(), self._stamp.operation or None
            signed = digest(self._sequence, by, at, operation or "", self._stamp.why)
            self._tables.run(_SIGN, (self._sequence, by, self._stamp.why, at, operation, signed))
            self._signed = True

    def _write(self, kind: str, texts: Mapping[str, str | None], rows: Mapping[str, Row | None]) -> int:
        """Write the texts that differ from the rows, and keep those rows in `past`."""
        moved, fresh = [], []
        for key, text in texts.items():
            row = rows.get(key)
            if row is not None and row.data != text:
                moved.append((kind, key))
            elif row is not None:
                continue
            version = row.version + 1 if row else 1
            place = kind, key, version, self._sequence
            fresh.append((*place, text, content_hash(*place, text)))
        if fresh:
            self._sign()
            self._tables.run_many(_MOVE, moved)
            self._tables.run_many(_PUT, fresh)
        return len(fresh)

    def _save(self, kind: str, texts: Mapping[str, str | None], known: Mapping[str, Row | None] | None = None) -> int:
        """Write all of it, or leave the unit broken, whatever interrupts; `known` are the rows read already."""
        if self.done:
            return 0
        self._broken = True
        changed, keys = 0, iter(texts)
        while chunk := list(islice(keys, CHUNK)):
            rows = self._tables.many(kind, chunk) if known is None else known
            changed += self._write(kind, {key: texts[key] for key in chunk}, rows)
        self._broken = False
        return changed

    def put(self, kind: str, id: str, data: Data, *, expected: int | None = None) -> int:  # noqa: A002 - the field's name
        self._check()
        text = as_text(kind, id, data)
        row = self._tables.one(kind, id)
        found = row.version if row and row.data is not None else 0
        if self.done:
            return found
        check_expected(kind, id, expected, found)
        return (row.version if row else 0) + self._save(kind, {id: text}, {id: row})

    def put_many(self, kind: str, rows: Iterable[tuple[str, Data]]) -> int:
        self._check()
        return self._save(kind, batch(kind, rows))

    def delete(self, kind: str, id: str, *, expected: int | None = None) -> None:  # noqa: A002 - the field's name
        self._check()
        check_key(kind, id)
        if self.done:
            return
        row = self._tables.one(kind, id)
        if row is None or row.data is None:
            raise missing(kind, id)
        check_expected(kind, id, expected, row.version)
        self._save(kind, {id: None}, {id: row})

    def replace(self, kind: str, prefix: str, rows: Iterable[tuple[str, Data]]) -> int:
        self._check()
        texts = batch(kind, rows, prefix)
        gone = dict.fromkeys(key for key in self._tables.live(kind, prefix) if key not in texts)
        return self._save(kind, {**texts, **gone})

    def erase(self, kind: str, id: str = "", *, prefix: str = "") -> int:  # noqa: A002 - the field's name
        self._check()
        check_erase(kind, id, prefix)
        self._erasing = True
        if self.done:
            return 0
        low, high = (id, f"{id}\0") if id else (prefix, upper(prefix))  # no id holds NUL: the first text behind `id`
        rows = self._tables.versions(kind, low, high)
        if rows:
            self._broken = True
            self._wipe(kind, rows)
            self._broken = False
        return len({row.id for row in rows})

    def _wipe(self, kind: str, rows: list[Row]) -> None:
        """Let every version lose its data and the hash of its data, and put the erasure itself behind the last one."""
        self._sign()
        last: dict[str, int] = {}
        for row in rows:
            last[row.id] = max(row.version, last.get(row.id, 0))
        old = [(kind, row.id, row.version, row.sequence) for row in rows]
        new = [(kind, key, version + 1, self._sequence) for key, version in last.items()]
        self._tables.run_many(_ERASE, [(*key, erased_hash(*key)) for key in old])
        self._tables.run_many(_PUT, [(*key, None, erased_hash(*key)) for key in new])
        self._tables.run(_MARK, (self._sequence,))
