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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from pharmasales.errors import BadConfig, StorageError
from pharmasales.names import clean
from pharmasales.storage.owner import Bracket, Owner
from pharmasales.storage.protocol import Data, Entry, Record, Unit
from pharmasales.storage.records import (
    Stamp,
    as_text,
    batch,
    check_expected,
    check_key,
    check_range,
    digest,
    from_text,
    missing,
    stamp,
)
from pharmasales.storage.sqlite_file import connect, typed

__all__ = ["SqliteStore"]

_CHUNK = 500
_COLUMNS = "SELECT id, version, sequence, data, hash FROM record WHERE kind = ?"
_ONE = f"{_COLUMNS} AND id = ?"
_MANY = f"{_COLUMNS} AND id IN ({', '.join('?' * _CHUNK)})"
_UNDER = f"{_COLUMNS} AND id >= ? AND id < ? ORDER BY id"
_LIVE = "SELECT id FROM record WHERE kind = ? AND id >= ? AND id < ? AND data IS NOT NULL"
_COUNT = "SELECT count(data) FROM record WHERE kind = ? AND id >= ? AND id < ?"
_HISTORY = """
    SELECT version, sequence, data, v.hash, author, reason, moment, operation, unit.hash
    FROM (
        SELECT * FROM past WHERE kind = ?1 AND id = ?2 UNION ALL SELECT * FROM record WHERE kind = ?1 AND id = ?2
    ) AS v
    LEFT JOIN unit USING (sequence) ORDER BY version
"""
_MOVE = "INSERT INTO past SELECT * FROM record WHERE kind = ? AND id = ?"
_PUT = "REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?)"
_SIGN = "INSERT INTO unit VALUES (?, ?, ?, ?, ?, ?)"


class _Row(NamedTuple):
    id: str
    version: int
    sequence: int
    data: str | None
    hash: bytes


class _Tables:
    """The statements of one connection: every answer is checked against its hash, every error is typed."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self.connection = connection
        self.name = name

    def run(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        try:
            return self.connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise typed(error, self.name) from error

    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        try:
            self.connection.executemany(sql, rows)
        except sqlite3.Error as error:
            raise typed(error, self.name) from error

    def one(self, kind: str, key: str) -> _Row | None:
        for row in self.run(_ONE, (kind, key)):
            return _whole(kind, row)
        return None

    def many(self, kind: str, keys: Sequence[str]) -> dict[str, _Row]:
        unused = [None] * (_CHUNK - len(keys))
        return {row[0]: _whole(kind, row) for row in self.run(_MANY, (kind, *keys, *unused))}

    def under(self, kind: str, low: str, high: str | bytes, limit: int | None) -> list[tuple[Any, ...]]:
        if limit is None:
            return self.run(_UNDER, (kind, low, high))
        rows, live = [], 0
        try:
            with closing(self.connection.execute(_UNDER, (kind, low, high))) as cursor:
                while live < limit and (row := cursor.fetchone()):
                    rows.append(row)
                    live += row[3] is not None
        except sqlite3.Error as error:
            raise typed(error, self.name) from error
        return rows


def _hash(kind: str, key: str, version: int, sequence: int, text: str | None) -> bytes:
    return digest(kind, key, version, sequence, "" if text is None else text)


def _whole(kind: str, row: tuple[Any, ...]) -> _Row:
    key, version, sequence, text, found = row
    if _hash(kind, key, version, sequence, text) != found:
        raise _damaged(kind, key)
    return _Row._make(row)


def _damaged(kind: str, key: str) -> StorageError:
    hint = "restore the file from a backup"
    return StorageError("the stored content is damaged", where=f"{kind} {key}", hint=hint, code="storage.damaged")


def _upper(prefix: str) -> str | bytes:
    """Return the first text behind all that begin with `prefix`, or an empty blob, which sorts behind every text."""
    stem = prefix.rstrip("\U0010ffff")
    if not stem:
        return b""
    last = ord(stem[-1])
    return stem[:-1] + chr(0xE000 if last == 0xD7FF else last + 1)


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
        self._tables = _Tables(connection, name)

    @classmethod
    def open(cls, url: str, *, create: bool = False, wait_ms: int = 5000) -> Self:
        """Open the file at `sqlite:///relative.db` or `sqlite:////absolute.db`; its folder must exist.

        Args:
            url: scheme and path; the path is taken as it is written, without any escape.
            create: make the file where it is missing.
            wait_ms: how long to wait for another writer before `storage.busy`.

        Raises:
            BadConfig: a host, a setting or no path in the URL.
            StorageError: the file is missing, foreign, newer, damaged, busy or out of reach.
        """
        path = _path(url)
        return cls(connect(path, create=create, wait_ms=wait_ms), path.name)

    def get(self, kind: str, id: str) -> Record:  # noqa: A002 - the field's name
        """Return the record; see `Store.get`."""
        self._owner.check()
        check_key(kind, id)
        for record in _records(kind, self._tables.run(_ONE, (kind, id))):
            return record
        raise missing(kind, id)

    def find(self, kind: str, *, prefix: str = "", after: str = "", limit: int | None = None) -> Iterator[Record]:
        """Return the records under a prefix; see `Store.find`. A damaged record raises when its turn comes."""
        self._owner.check()
        check_range(kind, prefix, after, limit)
        low = prefix if prefix > after else f"{after}\0"  # no id holds NUL: the first text behind `after`
        return _records(kind, self._tables.under(kind, low, _upper(prefix), limit))

    def count(self, kind: str, *, prefix: str = "") -> int:
        """Return how many records stand under a prefix."""
        self._owner.check()
        check_range(kind, prefix)
        number: int = self._tables.run(_COUNT, (kind, prefix, _upper(prefix)))[0][0]
        return number

    def history(self, kind: str, id: str) -> list[Entry]:  # noqa: A002 - the field's name
        """Return every version, oldest first; see `Store.history`."""
        self._owner.check()
        check_key(kind, id)
        entries = []
        for number, row in enumerate(self._tables.run(_HISTORY, (kind, id)), start=1):
            version, sequence, text, found, by, why, at, operation, signed = row
            whole = _hash(kind, id, number, sequence, text) == found
            if version != number or not whole or digest(sequence, by, at, operation or "", why) != signed:
                raise _damaged(kind, id)
            data = None if text is None else from_text(text)
            entries.append(Entry(version, data, by, why, datetime.fromisoformat(at), sequence))
        return entries

    def unit(self, *, by: str, why: str, at: datetime, operation: str = "") -> AbstractContextManager[Unit]:
        """Begin a unit of work; see `Store.unit`."""
        self._owner.check()
        return Bracket(self._owner, _SqliteUnit(self._owner, self._tables, stamp(by, why, at, operation)))

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
        if _hash(kind, key, version, sequence, text) != found:
            raise _damaged(kind, key)
        if text is not None:
            yield Record(kind, key, version, from_text(text))


class _SqliteUnit:
    def __init__(self, owner: Owner, tables: _Tables, by: Stamp) -> None:
        self._owner = owner
        self._tables = tables
        self._stamp = by
        self.done = False

    def begin(self) -> None:
        self._signed = self._broken = False
        self._tables.run("BEGIN IMMEDIATE")
        self._sequence = self._tables.run("SELECT coalesce(max(sequence), 0) + 1 FROM unit")[0][0]
        self.done = bool(self._tables.run("SELECT 1 FROM unit WHERE operation = ?", (self._stamp.operation,)))

    def commit(self) -> None:
        self._check()
        if self._stamp.operation and not self.done:
            self._sign()
        self._tables.run("COMMIT")

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

    def _write(self, kind: str, texts: Mapping[str, str | None], rows: Mapping[str, _Row | None]) -> int:
        """Write the texts that differ from the rows, and keep those rows in `past`."""
        moved, fresh = [], []
        for key, text in texts.items():
            row = rows.get(key)
            if row is not None and row.data != text:
                moved.append((kind, key))
            elif row is not None:
                continue
            version = row.version + 1 if row else 1
            fresh.append((kind, key, version, self._sequence, text, _hash(kind, key, version, self._sequence, text)))
        if fresh:
            self._sign()
            self._tables.run_many(_MOVE, moved)
            self._tables.run_many(_PUT, fresh)
        return len(fresh)

    def _save(self, kind: str, texts: Mapping[str, str | None], known: Mapping[str, _Row | None] | None = None) -> int:
        """Write all of it, or leave the unit broken, whatever interrupts; `known` are the rows read already."""
        if self.done:
            return 0
        self._broken = True
        changed, keys = 0, iter(texts)
        while chunk := list(islice(keys, _CHUNK)):
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
        live = self._tables.run(_LIVE, (kind, prefix, _upper(prefix)))
        gone = dict.fromkeys(key for (key,) in live if key not in texts)
        return self._save(kind, {**texts, **gone})
