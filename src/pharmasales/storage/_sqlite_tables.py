"""The tables of one SQLite connection: every statement of the store, every error typed.

The condition on what a reader may see stands in one place, `_condition`, through which every read of records goes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from functools import cache
from itertools import chain
from typing import Any

from pharmasales.errors import StorageError
from pharmasales.storage.lines import signed_by, stamp_of, strays_of, units_of
from pharmasales.storage.protocol import Row, Sealed
from pharmasales.storage.sqlite_file import typed
from pharmasales.storage.tables import Asked, Label, Signed
from pharmasales.storage.texts import encode

__all__ = ["SqliteTables"]

_RECORD = "SELECT kind, id, version, sequence, data, salt, hash, node FROM record WHERE "
_AMONG = "id IN (SELECT value FROM json_each(?))"
_NEWEST = f"{_RECORD}kind = ? AND {_AMONG}"
_ONE = "SELECT version, sequence, data, salt, hash, node FROM record WHERE kind = ? AND id = ?"
_MOVE = "INSERT INTO past SELECT * FROM record WHERE kind = ? AND id = ?"
_INSERT, _PLACE = "INSERT INTO record VALUES ", "(?, ?, ?, ?, ?, ?, ?, nullif(?, ''))"
_REPLACE = "REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?, ?, nullif(?, ''))"
_WIDE = 250
_WIPE = "UPDATE past SET data = NULL, salt = NULL WHERE kind = ? AND id = ? AND version = ?"
_STANDING = """(data IS NOT NULL OR EXISTS (
    SELECT 1 FROM past WHERE past.kind = record.kind AND past.id = record.id AND past.data IS NOT NULL))"""
_COUNT = "SELECT count(data) FROM record WHERE "
_IDS = "SELECT id FROM record WHERE "
_KINDS = """
    WITH RECURSIVE used (kind) AS (
        SELECT min(kind) FROM record
        UNION ALL SELECT (SELECT min(kind) FROM record WHERE kind > used.kind) FROM used WHERE kind IS NOT NULL
    )
    SELECT kind FROM used WHERE kind IS NOT NULL
"""
_SEEN = "record.node IN (SELECT value FROM json_each(?))"
_BEARS = """record.id IN (
    SELECT id FROM label WHERE kind = ? AND name = ? AND value IN (SELECT value FROM json_each(?)))"""
_VERSIONS = """
    SELECT v.*, author, reason, moment, operation, stamp FROM (
        SELECT past.* FROM past JOIN record USING (kind, id) WHERE {0} UNION ALL SELECT record.* FROM record WHERE {0}
    ) AS v LEFT JOIN unit USING (sequence) ORDER BY id, version
"""
_UNITS = """
    SELECT *, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM unit WHERE sequence >= ?1
    UNION ALL SELECT sequence, NULL, NULL, NULL, NULL, NULL, NULL, * FROM record WHERE sequence >= ?1
    UNION ALL SELECT sequence, NULL, NULL, NULL, NULL, NULL, NULL, * FROM past WHERE sequence >= ?1
    ORDER BY 1, 8, 9, 10
"""
_OUT_OF_PLACE = """
    SELECT kind, id FROM past LEFT JOIN record USING (kind, id)
    WHERE record.id IS NULL OR past.version >= record.version LIMIT 1
"""
_LABELS = """
    SELECT kind, name, value, id FROM label
    UNION ALL SELECT kind, data, NULL, id FROM record WHERE data LIKE '%"@labels"%'
"""
_FIRST = -(2**63)


class SqliteTables:
    """The statements of one connection.

    Args:
        connection: to a file of this schema.
        name: the file's name, for errors.
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

    def _each(self, sql: str, values: Sequence[object] = ()) -> Generator[Any, None, None]:
        try:
            cursor = self.connection.execute(sql, values)
            try:
                yield from iter(cursor.fetchone, None)
            finally:
                with suppress(sqlite3.ProgrammingError):  # left half-way by an error, it may outlive the connection
                    cursor.close()
        except sqlite3.Error as error:
            raise typed(error, self.name) from error

    def _many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        try:
            self.connection.executemany(sql, rows)
        except sqlite3.Error as error:
            raise typed(error, self.name) from error

    @property
    def open(self) -> bool:
        """Whether a transaction is open."""
        return self.connection.in_transaction

    def begin(self) -> None:
        """Begin a transaction that nobody else's writes can come between."""
        self.run("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Commit; the file is on disk when this returns."""
        self.run("COMMIT")

    def roll_back(self) -> None:
        """Undo everything since `begin`."""
        self.run("ROLLBACK")

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def head(self) -> tuple[int, bytes]:
        """Return sequence and hash of the last unit."""
        for sequence, found in self.run("SELECT sequence, hash FROM unit ORDER BY sequence DESC LIMIT 1"):
            return sequence, found
        return 0, bytes(32)

    def done(self, operation: str) -> bool:
        """Whether a unit with this operation id was committed."""
        return bool(self.run("SELECT 1 FROM unit WHERE operation = ?", (operation,)))

    def newest(self, kind: str, keys: Sequence[str]) -> list[Row]:
        """Return the newest version of each id."""
        if len(keys) == 1:
            return [Row(kind, keys[0], *rest) for rest in self.run(_ONE, (kind, keys[0]))]
        return [Row._make(row) for row in self.run(_NEWEST, (kind, encode(keys)))]

    def found(self, asked: Asked) -> Iterable[Row]:
        """Return the newest versions asked for."""
        condition, values = _condition(asked)
        sql = f"{_RECORD}{condition} ORDER BY id"
        if asked.limit is None:
            return map(Row._make, self.run(sql, values))
        rows, live = [], 0
        with closing(self._each(sql, values)) as found:
            while live < asked.limit and (row := next(found, None)):
                rows.append(Row._make(row))
                live += rows[-1].data is not None
        return rows

    def count(self, asked: Asked) -> int:
        """Return how many of them hold data."""
        condition, values = _condition(asked)
        number: int = self.run(f"{_COUNT}{condition}", values)[0][0]
        return number

    def kinds(self) -> list[str]:
        """Return every kind that was ever used."""
        return [kind for (kind,) in self.run(_KINDS)]

    def ids(self, asked: Asked) -> list[str]:
        """Return the ids under which data stand."""
        condition, values = _condition(asked)
        sql = f"{_IDS}{condition} AND {_STANDING} ORDER BY id LIMIT ?"
        return [key for (key,) in self.run(sql, (*values, -1 if asked.limit is None else asked.limit))]

    def versions(self, asked: Asked) -> list[tuple[Row, Signed]]:
        """Return every version with the unit that made it."""
        condition, values = _condition(asked)
        rows = self.run(_VERSIONS.format(condition), (*values, *values))
        return [(Row._make(row[:8]), signed_by(row[0], row[1], row[3], row[8:])) for row in rows]

    def sign(self, by: Signed) -> None:
        """Keep who makes the unit that is open."""
        values = by.sequence, by.by, by.why, by.at.isoformat(), by.operation or None
        self.run("INSERT INTO unit VALUES (?, ?, ?, ?, ?, ?, x'')", (*values, stamp_of(by)))

    def link(self, sequence: int, hash_: bytes) -> None:
        """Keep the hash of the unit."""
        self.run("UPDATE unit SET hash = ? WHERE sequence = ?", (hash_, sequence))

    def put(self, rows: Sequence[Row], superseded: Sequence[tuple[str, str]]) -> None:
        """Let these be the newest versions."""
        if superseded:
            self._many(_MOVE, superseded)
            self._many(_REPLACE, _bound(rows))
            return
        values = _bound(rows)
        for at in range(0, len(values), _WIDE):
            part = values[at : at + _WIDE]
            self.run(_INSERT + ", ".join([_PLACE] * len(part)), [*chain.from_iterable(part)])

    def label(self, gone: Sequence[Label], new: Sequence[Label]) -> None:
        """Take labels away, and set others."""
        if gone:
            self._many("DELETE FROM label WHERE kind = ? AND name = ? AND value = ? AND id = ?", gone)
        if new:
            self._many("REPLACE INTO label VALUES (?, ?, ?, ?)", new)

    def wipe(self, rows: Sequence[Row]) -> None:
        """Destroy data and salt of these versions, and mark that their bytes may still stand in the file."""
        self._many(_WIPE, [(row.kind, row.id, row.version) for row in rows])
        self.run("INSERT OR IGNORE INTO remnant SELECT coalesce(max(sequence), 0) FROM unit")

    def scrub(self) -> None:
        """Write the file anew where something was wiped."""
        if marked := self.marked():
            self.compact(marked)

    def marked(self) -> list[tuple[int]]:
        """Return the sequences of the erasures whose bytes may still stand in the file."""
        return self.run("SELECT sequence FROM remnant")

    def compact(self, marked: list[tuple[int]]) -> None:
        """Write the file anew from what stands in the tables, then take the marks away, unless they are later ones."""
        try:
            self.run("VACUUM")
            self._many("DELETE FROM remnant WHERE sequence = ?", marked)
        except StorageError as error:
            if not marked:
                raise
            reason, hint = "the erasure is kept, but erased bytes may still stand in the file", "repeat it or compact()"
            hint = f"{error.reason}: {error.hint or 'look into it'}, then {hint}"
            raise StorageError(reason, where=self.name, hint=hint, code="storage.remnants") from error

    def units(self, after: int) -> Iterator[Sealed]:
        """Return every unit with its rows; one statement sees one state of the file."""
        first = after + 1 if after > 0 else _FIRST  # what stands before the first unit belongs to none, too
        return units_of(self._each(_UNITS, (first,)))

    def strays(self) -> list[tuple[str, str]]:
        """Return a record whose newest version or labels are out of their place, if there is one."""
        if out := self.run(_OUT_OF_PLACE):
            return out
        return strays_of(self._each(_LABELS))  # one statement sees one state of the file


def _condition(asked: Asked) -> tuple[str, list[object]]:
    """Return the one condition on records, with its values: the ids, what the reader may see, the labels."""
    values: list[object] = [asked.kind, asked.low]
    single = asked.high == f"{asked.low}\0"
    if asked.high is not None and not single:
        values.append(asked.high)
    if asked.nodes is not None:
        values.append(encode(sorted(asked.nodes)))
    for name, texts in asked.where.items():
        values += [asked.kind, name, encode(texts)]
    high = "=" if single else "" if asked.high is None else "<"
    return _shape(high, not asked.low, asked.nodes is not None, len(asked.where)), values


@cache
def _shape(high: str, every: bool, scoped: bool, labels: int) -> str:
    if high == "=":
        parts = ["record.kind = ? AND record.id = ?"]
    else:  # "+": go by the ids that the labels, or the nodes, name, and not by the range of ids
        key = "+record.id" if labels or (scoped and every) else "record.id"
        parts = [f"record.kind = ? AND {key} >= ?"] + [f"{key} < ?"] * bool(high)
    return " AND ".join(parts + [_SEEN] * scoped + [_BEARS] * labels)


def _bound(rows: Iterable[Row]) -> list[tuple[object, ...]]:
    """Return the values of rows as the driver takes them fastest: bytearrays, and few None."""
    return [
        (kind, key, version, sequence, data, salt and bytearray(salt), bytearray(hash_), node or "")
        for kind, key, version, sequence, data, salt, hash_, node in rows
    ]
