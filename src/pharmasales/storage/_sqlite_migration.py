"""From version 1 of the SQLite schema to version 2: every version gets a salt and a seal, every unit its link.

In version 1 a hash was that of the content alone, an erased version bore a hash of its key, and the mark that erased
bytes may still stand in the file was a row of `past` without kind and id.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from datetime import datetime
from itertools import count, groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from attrs import field, frozen

from pharmasales.compliance.audit import START, Anchor
from pharmasales.errors import BadValue, StorageError
from pharmasales.storage._sqlite_tables import SqliteTables
from pharmasales.storage.chain import signed, verify
from pharmasales.storage.migration import Migrated
from pharmasales.storage.protocol import Row
from pharmasales.storage.records import LABELS, NODE, as_text, digest, marks_of
from pharmasales.storage.seals import DELETED, ERASURE, KEPT, SALT, damaged, seal
from pharmasales.storage.sqlite_file import SCHEMA, VERSION, connect, copied, named, typed
from pharmasales.storage.tables import Signed
from pharmasales.storage.texts import decode
from pharmasales.storage.writing import labels_between

__all__ = ["OLD", "migrate_file"]

_COLUMNS = (
    "kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,"
    " sequence INTEGER NOT NULL REFERENCES unit, data TEXT, hash BLOB NOT NULL"
)
OLD = (
    """CREATE TABLE unit (sequence INTEGER PRIMARY KEY, author TEXT NOT NULL, reason TEXT NOT NULL,
    moment TEXT NOT NULL, operation TEXT UNIQUE, hash BLOB NOT NULL) STRICT""",
    f"CREATE TABLE record ({_COLUMNS}, PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID",
    f"CREATE TABLE past ({_COLUMNS}, PRIMARY KEY (kind, id, version)) STRICT, WITHOUT ROWID",
)
"""The schema of version 1."""

_TABLES = ("record", "past", "unit")
_MARKED = "FROM old_past WHERE kind = '' AND id = ''"
_ROWS = """
    SELECT kind, id, version, sequence, data, hash, 0 FROM old_past WHERE kind <> '' OR id <> ''
    UNION ALL SELECT kind, id, version, sequence, data, hash, 1 FROM old_record
    ORDER BY """
_BY_ID, _BY_UNIT = f"{_ROWS} 1, 2, 3", f"{_ROWS} 4, 1, 2, 3"
_UNITS = "SELECT sequence, author, reason, moment, operation, hash FROM old_unit ORDER BY sequence"
_PUT = "INSERT INTO {} VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


@frozen
class _Old:
    """What the rows of version 1 mean together.

    Args:
        units: the units of work.
        erased: the version with which a record was erased for the last time, by kind and id.
        nodes: the node of a deleted record, by kind, id and version of the deletion.
    """

    units: list[Signed]
    erased: dict[tuple[str, str], int] = field(factory=dict)
    nodes: dict[tuple[str, str, int], str] = field(factory=dict)

    def sealed(self, kind: str, key: str, version: int, sequence: int, data: str | None, hash_: bytes) -> Row:
        """Return a version as it stands in version 2; what is erased keeps its hash, made of the key alone."""
        last = self.erased.get((kind, key), 0)
        if version < last:
            return Row(kind, key, version, sequence, None, None, hash_, None)
        mark = KEPT if data is not None else ERASURE if version == last else DELETED
        node = self.nodes.get((kind, key, version)) if data is None else marks_of(data)[0]
        return seal(kind, key, version, sequence, mark, data, node, os.urandom(SALT))


def migrate_file(path: Path, *, wait_ms: int = 5000) -> Migrated:
    """Bring the file at `path` to this version; see `pharmasales.storage.migration.migrate`."""
    try:
        connect(path, create=False, wait_ms=wait_ms).close()
    except StorageError as error:
        if error.code != "storage.older":
            raise
    else:
        return Migrated(VERSION, VERSION)
    with closing(connect(path, create=False, wait_ms=wait_ms, version=1, schema=OLD)) as connection:
        try:
            return _migrate(connection, path)
        except (sqlite3.Error, OSError) as error:
            raise typed(error, path.name) from error


def _migrate(connection: sqlite3.Connection, path: Path) -> Migrated:
    kept = None
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _version(connection) != 1:  # somebody else did it while this one waited
            return Migrated(VERSION, VERSION)
        for name in _TABLES:
            connection.execute(f"ALTER TABLE {name} RENAME TO old_{name}")
        old = _checked(connection)
        kept = _keep(path)
        _fill(SqliteTables(connection, path.name), old)
        connection.execute("COMMIT")
    finally:
        with suppress(sqlite3.Error, OSError):
            _undo(connection, kept)
    with suppress(StorageError):  # it is migrated; the next opening cleans what is marked
        tables = SqliteTables(connection, path.name)
        tables.compact(tables.marked())
    return Migrated(1, VERSION, kept)


def _version(connection: sqlite3.Connection) -> int:
    ((version,),) = connection.execute("PRAGMA user_version")
    found: int = version
    return found


def _undo(connection: sqlite3.Connection, kept: Path | None) -> None:
    """Undo what was not committed, and take the copy away where the file is the old one still."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")
    if kept is not None and _version(connection) == 1:
        kept.unlink()


def _keep(path: Path) -> Path:
    """Copy the file as it is, and give the copy a name that is free."""
    with TemporaryDirectory(dir=path.parent, prefix=".pharmasales-") as folder:
        fresh = Path(folder) / "old.db"
        with closing(connect(path, create=False, wait_ms=0, version=1, schema=OLD)) as reader:
            reader.execute("BEGIN")
            copied(reader, fresh)
        connect(fresh, create=False, wait_ms=0, version=1, schema=OLD).close()
        names = (path.with_name(f"{path.name}.v1{f'-{number}' if number > 1 else ''}.bak") for number in count(1))
        return next(name for name in names if named(fresh, name))


def _checked(connection: sqlite3.Connection) -> _Old:
    """Check every hash of version 1, and what there is of each record.

    Raises:
        StorageError: `storage.damaged`, or `storage.reserved`.
    """
    old = _Old(list(_units(connection)))
    for (kind, key), rows in groupby(connection.execute(_BY_ID), lambda row: row[:2]):
        state, node = "", None
        for number, row in enumerate(rows, start=1):
            if state == "newest" or row[2] != number or not 1 <= row[3] <= len(old.units):
                raise damaged(kind, key)
            state, node = _read(old, row, node)
        if state != "newest":
            raise damaged(kind, key)
    return old


def _read(old: _Old, row: tuple[Any, ...], node: str | None) -> tuple[str, str | None]:
    """Check one version and note what it means; return whether it is the newest, and the node of the record."""
    kind, key, version, sequence, data, found, newest = row
    place = kind, key, version, sequence
    if data is None and found == digest(*place, "erased"):
        if old.erased.get((kind, key), 0) != version - 1:
            raise damaged(kind, key)
        old.erased[kind, key] = version
    elif found != digest(*place, data or ""):
        raise damaged(kind, key)
    elif data is None and node is not None:
        old.nodes[kind, key, version] = node
    elif data is not None:
        node = _node(kind, key, data)
    return "newest" if newest else "past", node


def _node(kind: str, key: str, text: str) -> str | None:
    """Return the node of a text, once its keys of the store's own are what a writer of today may put.

    Raises:
        StorageError: `storage.reserved`.
    """
    if '"@' not in text:
        return None
    data = decode(text)
    try:
        as_text(kind, key, {name: data[name] for name in (NODE, LABELS) if name in data})
    except BadValue as error:
        hint = f'erase it, or give "{NODE}" and "{LABELS}" another name, by the version that made the file'
        where = f"{kind} {key}"
        raise StorageError(
            "a key that is the store's own today", where=where, hint=hint, code="storage.reserved"
        ) from error
    return marks_of(text)[0]


def _units(connection: sqlite3.Connection) -> Iterator[Signed]:
    for number, (sequence, by, why, at, operation, found) in enumerate(connection.execute(_UNITS), start=1):
        if sequence != number or digest(sequence, by, at, operation or "", why) != found:
            raise damaged("unit", str(number))
        yield Signed(sequence, by, why, datetime.fromisoformat(at), operation or "")


def _fill(tables: SqliteTables, old: _Old) -> None:
    """Make the tables of version 2 of those of version 1, and prove them.

    Raises:
        StorageError: `storage.damaged`, where what was written does not verify.
    """
    connection, head = tables.connection, START
    for statement in SCHEMA:
        connection.execute(statement)
    rows = groupby(connection.execute(_BY_UNIT), lambda row: row[3])
    sequence, lines = next(rows, (0, iter(())))
    for by in old.units:
        tables.sign(by)
        made = list[Row]()
        if sequence == by.sequence:
            made = _put(connection, old, lines)
            sequence, lines = next(rows, (0, iter(())))
        unit = signed(head, by, made)
        tables.link(unit.sequence, unit.hash)
        head = Anchor(unit.sequence, unit.hash.hex())
    connection.execute(f"INSERT INTO remnant SELECT sequence {_MARKED}")
    for name in _TABLES:
        connection.execute(f"DROP TABLE old_{name}")
    connection.execute(f"PRAGMA user_version={VERSION}")
    found = verify(tables.units(0), tables.strays(), head)
    if not found or found.head != head:
        raise damaged("unit", str(found.count + 1))


def _put(connection: sqlite3.Connection, old: _Old, lines: Iterable[tuple[Any, ...]]) -> list[Row]:
    """Write the versions of one unit, with the labels of the newest."""
    made = [(old.sealed(*line[:6]), line[6]) for line in lines]
    newest = [row for row, last in made if last]
    connection.executemany(_PUT.format("record"), newest)
    connection.executemany(_PUT.format("past"), [row for row, last in made if not last])
    connection.executemany("INSERT INTO label VALUES (?, ?, ?, ?)", labels_between({}, newest)[1])
    return [row for row, _ in made]
