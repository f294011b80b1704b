"""The statements of one SQLite connection: every row read is checked against its hash, every error is typed.

A row that was erased holds no data and a hash of its key alone, so that nothing of the data can be guessed from it.

>>> upper("H1")
'H2'
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import Any, NamedTuple

from pharmasales.errors import StorageError
from pharmasales.storage.records import digest
from pharmasales.storage.sqlite_file import typed

__all__ = ["CHUNK", "Row", "Tables", "check", "content_hash", "damaged", "erased_hash", "upper"]

CHUNK = 500
"""How many ids one statement asks for."""

_COLUMNS = "SELECT id, version, sequence, data, hash FROM record WHERE kind = ?"
_ONE = f"{_COLUMNS} AND id = ?"
_MANY = f"{_COLUMNS} AND id IN ({', '.join('?' * CHUNK)})"
_UNDER = f"{_COLUMNS} AND id >= ? AND id < ? ORDER BY id"
_PAST = "SELECT id, version, sequence, data, hash FROM past WHERE kind = ? AND id >= ? AND id < ?"
_LIVE = "SELECT id FROM record WHERE kind = ? AND id >= ? AND id < ? AND data IS NOT NULL"
_COUNT = "SELECT count(data) FROM record WHERE kind = ? AND id >= ? AND id < ?"
_IDS = """
    SELECT id FROM record WHERE kind = ? AND id >= ? AND id < ? AND (data IS NOT NULL OR EXISTS (
        SELECT 1 FROM past WHERE past.kind = record.kind AND past.id = record.id AND past.data IS NOT NULL
    )) ORDER BY id
"""
_KINDS = """
    WITH RECURSIVE used (kind) AS (
        SELECT min(kind) FROM record
        UNION ALL SELECT (SELECT min(kind) FROM record WHERE kind > used.kind) FROM used WHERE kind IS NOT NULL
    )
    SELECT kind FROM used WHERE EXISTS (SELECT 1 FROM record WHERE kind = used.kind AND data IS NOT NULL)
        OR EXISTS (SELECT 1 FROM past WHERE kind = used.kind AND data IS NOT NULL) ORDER BY kind
"""
_HISTORY = """
    SELECT version, sequence, data, v.hash, author, reason, moment, operation, unit.hash
    FROM (
        SELECT * FROM past WHERE kind = ?1 AND id = ?2 UNION ALL SELECT * FROM record WHERE kind = ?1 AND id = ?2
    ) AS v
    LEFT JOIN unit USING (sequence) ORDER BY version
"""
_MARKED = "SELECT sequence FROM past WHERE kind = '' AND id = ''"
_UNMARK = "DELETE FROM past WHERE kind = '' AND id = '' AND sequence = ?"


class Row(NamedTuple):
    """One version as it stands in the tables."""

    id: str
    version: int
    sequence: int
    data: str | None
    hash: bytes


class Tables:
    """The tables of one connection.

    >>> Tables(sqlite3.connect(":memory:"), "sales.db").run("SELECT 1")
    [(1,)]
    """

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self.connection = connection
        self.name = name

    def run(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """Return all rows of one statement."""
        try:
            return self.connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise typed(error, self.name) from error

    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each of the rows."""
        try:
            self.connection.executemany(sql, rows)
        except sqlite3.Error as error:
            raise typed(error, self.name) from error

    def one(self, kind: str, key: str) -> Row | None:
        """Return the newest version of a record, deleted or not."""
        for row in self.run(_ONE, (kind, key)):
            return _whole(kind, row)
        return None

    def many(self, kind: str, keys: Sequence[str]) -> dict[str, Row]:
        """Return the newest versions of up to `CHUNK` ids."""
        unused = [None] * (CHUNK - len(keys))
        return {row[0]: _whole(kind, row) for row in self.run(_MANY, (kind, *keys, *unused))}

    def under(self, kind: str, low: str, high: str | bytes, limit: int | None) -> list[tuple[Any, ...]]:
        """Return the newest versions from `low` to below `high`, unchecked, until `limit` live ones are among them."""
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

    def live(self, kind: str, prefix: str) -> list[str]:
        """Return the ids of the records under a prefix."""
        return [key for (key,) in self.run(_LIVE, (kind, prefix, upper(prefix)))]

    def count(self, kind: str, prefix: str) -> int:
        """Return how many records stand under a prefix."""
        number: int = self.run(_COUNT, (kind, prefix, upper(prefix)))[0][0]
        return number

    def kinds(self) -> list[str]:
        """Return the kinds under which data stand, in `record` or in `past`."""
        return [kind for (kind,) in self.run(_KINDS)]

    def ids(self, kind: str, prefix: str) -> list[str]:
        """Return the ids under a prefix for which data stand, in `record` or in `past`."""
        return [key for (key,) in self.run(_IDS, (kind, prefix, upper(prefix)))]

    def versions(self, kind: str, low: str, high: str | bytes) -> list[Row]:
        """Return every version of each id from `low` to below `high` for which data stand."""
        rows = [*self.run(_PAST, (kind, low, high)), *self.run(_UNDER, (kind, low, high))]
        kept = {row[0] for row in rows if row[3] is not None}
        return [_whole(kind, row) for row in rows if row[0] in kept]

    def history(self, kind: str, key: str) -> list[tuple[Any, ...]]:
        """Return every version of one id with the unit that made it, unchecked."""
        return self.run(_HISTORY, (kind, key))

    def marked(self) -> list[tuple[int]]:
        """Return the sequence of the last erasure whose bytes may still stand in the file."""
        return self.run(_MARKED)

    def compact(self, marked: list[tuple[int]]) -> None:
        """Write the file anew from what stands in the tables, then take the mark away, unless it is a later one."""
        try:
            self.run("VACUUM")
            self.run_many(_UNMARK, marked)
        except StorageError as error:
            if not marked:
                raise
            reason, hint = "the erasure is kept, but erased bytes may still stand in the file", "repeat it or compact()"
            hint = f"{error.reason}: {error.hint or 'look into it'}, then {hint}"
            raise StorageError(reason, where=self.name, hint=hint, code="storage.remnants") from error


def content_hash(kind: str, key: str, version: int, sequence: int, text: str | None) -> bytes:
    """Return the hash of a version that holds data, or was deleted."""
    return digest(kind, key, version, sequence, "" if text is None else text)


def erased_hash(kind: str, key: str, version: int, sequence: int) -> bytes:
    """Return the hash of a version that was erased: no data go into it, and no data have it.

    >>> erased_hash("doctor", "D7", 1, 1) == content_hash("doctor", "D7", 1, 1, None)
    False
    """
    return digest(kind, key, version, sequence, "erased")


def check(kind: str, key: str, version: int, sequence: int, text: str | None, found: bytes) -> bool:
    """Return whether this version was erased.

    >>> check("doctor", "D7", 1, 1, None, erased_hash("doctor", "D7", 1, 1))
    True

    Raises:
        StorageError: `storage.damaged`, where the hash that was found fits neither the data nor an erasure.
    """
    if found == content_hash(kind, key, version, sequence, text):
        return False
    if text is None and found == erased_hash(kind, key, version, sequence):
        return True
    raise damaged(kind, key)


def _whole(kind: str, row: tuple[Any, ...]) -> Row:
    check(kind, *row)
    return Row._make(row)


def damaged(kind: str, key: str) -> StorageError:
    """Return the error for a record whose content is not what was written."""
    hint = "restore the file from a backup"
    return StorageError("the stored content is damaged", where=f"{kind} {key}", hint=hint, code="storage.damaged")


def upper(prefix: str) -> str | bytes:
    """Return the first text behind all that begin with `prefix`, or an empty blob, which sorts behind every text.

    >>> upper("示例/"), upper("")
    ('示例0', b'')
    """
    stem = prefix.rstrip("\U0010ffff")
    if not stem:
        return b""
    last = ord(stem[-1])
    return stem[:-1] + chr(0xE000 if last == 0xD7FF else last + 1)
