"""The SQLite file of a store: making it, opening it, and the typed errors behind every SQLite error.

A file is opened only after it was seen to be a whole store of this version; any other file is refused without a byte
of it changed. Durability comes from the rollback journal with `synchronous=EXTRA`, which keeps every acknowledged
commit through a power cut.

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as folder:
...     connect(Path(folder) / "sales.db", create=False, wait_ms=100)
Traceback (most recent call last):
    ...
pharmasales.errors.StorageError: no store at this path @ sales.db; create=True makes one [storage.missing]
"""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
import weakref
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from pharmasales.errors import StorageError

__all__ = ["APPLICATION", "SCHEMA", "VERSION", "connect", "copied", "named", "typed"]

APPLICATION = 0x50685361
"""What marks a SQLite file as a store of this library ("PhSa")."""

VERSION = 2
"""The version of the schema below."""

_COLUMNS = (
    "kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, sequence INTEGER NOT NULL REFERENCES unit,"
    " data TEXT, salt BLOB, hash BLOB NOT NULL, node TEXT"
)
SCHEMA = (
    """CREATE TABLE unit (sequence INTEGER PRIMARY KEY, author TEXT NOT NULL, reason TEXT NOT NULL,
    moment TEXT NOT NULL, operation TEXT UNIQUE, stamp BLOB NOT NULL, hash BLOB NOT NULL) STRICT""",
    f"CREATE TABLE record ({_COLUMNS}, PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID",
    f"CREATE TABLE past ({_COLUMNS}, PRIMARY KEY (kind, id, version)) STRICT, WITHOUT ROWID",
    """CREATE TABLE label (kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, id TEXT NOT NULL,
    PRIMARY KEY (kind, name, value, id)) STRICT, WITHOUT ROWID""",
    "CREATE TABLE remnant (sequence INTEGER PRIMARY KEY) STRICT",
    "CREATE INDEX record_node ON record (kind, node) WHERE node IS NOT NULL",
)
"""`record` holds the newest version of each id (data NULL: deleted or erased), `past` the older ones, `unit` who made
them and the audit chain, `label` the texts by which records are looked up, `remnant` the erasures whose bytes may still
stand in the file."""

_OLDEST = (3, 37, 0)
_SETTINGS = ("foreign_keys=ON", "synchronous=EXTRA", "trusted_schema=OFF", "cell_size_check=ON", "secure_delete=ON")
_REASONS = {
    sqlite3.SQLITE_BUSY: ("busy", "somebody else is writing", "try again"),
    sqlite3.SQLITE_LOCKED: ("busy", "somebody else is writing", "try again"),
    sqlite3.SQLITE_READONLY: ("readonly", "the store cannot be written to", "check the rights of the file and folder"),
    sqlite3.SQLITE_PERM: ("readonly", "the store cannot be written to", "check the rights of the file and folder"),
    sqlite3.SQLITE_FULL: ("full", "no space is left", "make room and repeat the work"),
    sqlite3.SQLITE_IOERR: ("io", "the disk failed", "check the disk and open the store again"),
    sqlite3.SQLITE_CORRUPT: ("damaged", "the file is damaged", "restore it from a backup"),
    sqlite3.SQLITE_NOTADB: ("foreign", "no store, or damaged beyond reading", "check the path, or restore a backup"),
    sqlite3.SQLITE_CANTOPEN: ("path", "the file cannot be opened", "check the path and its rights"),
    sqlite3.SQLITE_NOMEM: ("memory", "no memory is left", "write fewer rows at once"),
}
_ERRNO = {
    errno.ENOSPC: sqlite3.SQLITE_FULL,
    errno.EACCES: sqlite3.SQLITE_READONLY,
    errno.EROFS: sqlite3.SQLITE_READONLY,
}


class _Connection(sqlite3.Connection):
    """A connection that can be referred to weakly, as the driver's own cannot."""


# plain references: a callback, as WeakSet has, would swallow an interrupt that strikes inside of it
_open: list[weakref.ref[_Connection]] = []


def typed(error: sqlite3.Error | OSError, where: str) -> StorageError:
    """Return the `StorageError` that a SQLite or file error means; this is the one place that maps them.

    >>> typed(sqlite3.OperationalError("Could not decode to UTF-8"), "sales.db").code
    'storage.damaged'
    """
    if isinstance(error, OSError):
        return _error(_ERRNO.get(error.errno or 0, sqlite3.SQLITE_CANTOPEN), where)
    if "decode" in str(error):  # raised by the driver itself, without a code
        return _error(sqlite3.SQLITE_CORRUPT, where)
    return _error(getattr(error, "sqlite_errorcode", 0) & 0xFF, where)


def _error(code: int, where: str) -> StorageError:
    name, reason, hint = _REASONS.get(code, ("sqlite", f"SQLite refused (code {code})", ""))
    return StorageError(reason, where=where, hint=hint, code=f"storage.{name}")


def connect(
    path: Path, *, create: bool, wait_ms: int, version: int = VERSION, schema: Collection[str] = SCHEMA
) -> sqlite3.Connection:
    """Open the store file at `path`, or make it.

    The whole file is checked once (about 0.03 s for 100,000 small records): a damaged key would hide records silently.

    Args:
        path: the file.
        create: make it where it is missing.
        wait_ms: how long to wait for another writer.
        version: the version that it must have; an older one is opened to be migrated.
        schema: the schema of that version.

    Raises:
        StorageError: `storage.missing`, `storage.foreign`, `storage.older`, `storage.newer`, `storage.damaged`,
            `storage.busy`, `storage.readonly`, `storage.full`, `storage.path`, or `storage.sqlite` for a SQLite that is
            too old.
    """
    if sqlite3.sqlite_version_info < _OLDEST:
        hint = "use a Python that links SQLite 3.37 or later"
        raise StorageError("this SQLite is too old", where=sqlite3.sqlite_version, hint=hint, code="storage.sqlite")
    try:
        if not path.exists():
            if not create:
                hint = "create=True makes one"
                raise StorageError("no store at this path", where=path.name, hint=hint, code="storage.missing")
            _make(path)
        if not path.is_file():
            raise _error(sqlite3.SQLITE_CANTOPEN, path.name)
        _recognise(path, version)
        connection = _link(path, "mode=rw", wait_ms)
        try:
            _prepare(connection, path, version, schema)
        except BaseException:
            connection.close()
            raise
    except (sqlite3.Error, OSError) as error:
        raise typed(error, path.name) from error
    _open[:] = [other for other in _open if other() is not None] + [weakref.ref(connection)]
    return connection


def _link(path: Path, how: str, wait_ms: int = 0) -> _Connection:
    # Owner refuses other threads by a typed error, before the driver would by its own
    uri = f"{path.absolute().as_uri()}?{how}"
    return sqlite3.connect(
        uri, uri=True, timeout=wait_ms / 1000, isolation_level=None, check_same_thread=False, factory=_Connection
    )


def _make(path: Path) -> None:
    """Make the file aside and give it its name only when it is whole; a file that came meanwhile is left alone."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".pharmasales-") as folder:
        fresh = Path(folder) / "new.db"
        with closing(_link(fresh, "mode=rwc")) as connection:
            connection.execute("PRAGMA synchronous=EXTRA")
            connection.execute("BEGIN")
            for statement in SCHEMA:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id={APPLICATION}")
            connection.execute(f"PRAGMA user_version={VERSION}")
            connection.execute("COMMIT")
        named(fresh, path)


def named(fresh: Path, path: Path) -> bool:
    """Give a whole file its name, durably; where something has that name already it is left alone: False."""
    with fresh.open("rb+") as file:
        os.fsync(file.fileno())
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        return False
    if os.name == "posix":
        folder_handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder_handle)
        finally:
            os.close(folder_handle)
    return True


def copied(connection: sqlite3.Connection, fresh: Path) -> None:
    """Copy the file of a connection, as its open read transaction sees it, into a new file."""
    with closing(_link(fresh, "mode=rwc")) as target:
        target.execute("PRAGMA synchronous=OFF")  # `named` forces it to disk
        connection.backup(target)


def _recognise(path: Path, due: int) -> None:
    """Look at the marks in the file's head without a lock, a journal or a write."""
    with closing(_link(path, "mode=ro&immutable=1")) as connection:
        # a commit under way elsewhere may leave the head longer than the file; it is looked at again under a lock
        connection.execute("PRAGMA writable_schema=ON")
        _check_marks(connection, path.name, due)


def _check_marks(connection: sqlite3.Connection, name: str, due: int) -> None:
    ((application,),) = connection.execute("PRAGMA application_id")
    ((version,),) = connection.execute("PRAGMA user_version")
    if application != APPLICATION:
        raise _error(sqlite3.SQLITE_NOTADB, name)
    if version > VERSION:
        hint = "update pharmasales"
        raise StorageError("made by a newer version", where=name, hint=hint, code="storage.newer")
    if version < 1:
        raise _error(sqlite3.SQLITE_CORRUPT, name)
    if version < due:
        hint = "migrate it: pharmasales store migrate DIR, or storage.migration.migrate(url)"
        raise StorageError("made by an older version", where=name, hint=hint, code="storage.older")
    if version != due:  # migrated by somebody else meanwhile
        raise _error(sqlite3.SQLITE_BUSY, name)


def _prepare(connection: sqlite3.Connection, path: Path, version: int, due: Collection[str]) -> None:
    """Set what every connection needs, and see that file and schema are whole."""
    for setting in _SETTINGS:
        connection.execute(f"PRAGMA {setting}")
    if connection.execute("PRAGMA journal_mode=DELETE").fetchone() != ("delete",):
        raise _error(sqlite3.SQLITE_READONLY, path.name)
    connection.execute("BEGIN")  # one look at the file, while nobody can change it
    schema = connection.execute("SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'").fetchall()
    _check_marks(connection, path.name, version)  # a journal that was left may have brought an older state back
    checked = connection.execute("PRAGMA integrity_check(1)").fetchall()
    ((page,),) = connection.execute("PRAGMA page_size")
    whole = checked == [("ok",)] and path.stat().st_size % page == 0
    connection.execute("COMMIT")
    if not whole or {sql for (sql,) in schema} != set(due):
        raise _error(sqlite3.SQLITE_CORRUPT, path.name)


def _abandon() -> None:
    # in a forked child: closing would roll back the parent's journal, so these connections must never be closed
    import ctypes

    for reference in _open:
        if (connection := reference()) is not None:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(connection))


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_abandon)
