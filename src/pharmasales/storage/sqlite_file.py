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
from contextlib import closing
from pathlib import Path

from pharmasales.errors import StorageError

__all__ = ["APPLICATION", "SCHEMA", "VERSION", "connect", "typed"]

APPLICATION = 0x50685361
"""What marks a SQLite file as a store of this library ("PhSa")."""

VERSION = 1
"""The version of the schema below."""

_COLUMNS = (
    "kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,"
    " sequence INTEGER NOT NULL REFERENCES unit, data TEXT, hash BLOB NOT NULL"
)
SCHEMA = (
    """CREATE TABLE unit (sequence INTEGER PRIMARY KEY, author TEXT NOT NULL, reason TEXT NOT NULL,
    moment TEXT NOT NULL, operation TEXT UNIQUE, hash BLOB NOT NULL) STRICT""",
    f"CREATE TABLE record ({_COLUMNS}, PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID",
    f"CREATE TABLE past ({_COLUMNS}, PRIMARY KEY (kind, id, version)) STRICT, WITHOUT ROWID",
)
"""`record` holds the newest version of each id (data NULL: deleted or erased), `past` the older ones, `unit` who made
them. A row of `past` without kind and id is the mark that erased bytes may still stand in the file."""

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


def connect(path: Path, *, create: bool, wait_ms: int) -> sqlite3.Connection:
    """Open the store file at `path`, or make it.

    The whole file is checked once (about 0.03 s for 100,000 small records): a damaged key would hide records silently.

    Raises:
        StorageError: `storage.missing`, `storage.foreign`, `storage.newer`, `storage.damaged`, `storage.busy`,
            `storage.readonly`, `storage.full`, `storage.path`, or `storage.sqlite` for a SQLite that is too old.
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
        _recognise(path)
        connection = _link(path, "mode=rw", wait_ms)
        try:
            _prepare(connection, path)
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
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            return
    if os.name == "posix":
        folder_handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder_handle)
        finally:
            os.close(folder_handle)


def _recognise(path: Path) -> None:
    """Look at the marks in the file's head without a lock, a journal or a write."""
    with closing(_link(path, "mode=ro&immutable=1")) as connection:
        # a commit under way elsewhere may leave the head longer than the file; the marks are right all the same
        connection.execute("PRAGMA writable_schema=ON")
        ((application,),) = connection.execute("PRAGMA application_id")
        ((version,),) = connection.execute("PRAGMA user_version")
    if application != APPLICATION:
        raise _error(sqlite3.SQLITE_NOTADB, path.name)
    if version > VERSION:
        hint = "update pharmasales"
        raise StorageError("made by a newer version", where=path.name, hint=hint, code="storage.newer")
    if version != VERSION:
        raise _error(sqlite3.SQLITE_CORRUPT, path.name)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Set what every connection needs, and see that file and schema are whole."""
    for setting in _SETTINGS:
        connection.execute(f"PRAGMA {setting}")
    if connection.execute("PRAGMA journal_mode=DELETE").fetchone() != ("delete",):
        raise _error(sqlite3.SQLITE_READONLY, path.name)
    connection.execute("BEGIN")  # one look at the file, while nobody can change it
    schema = connection.execute("SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'").fetchall()
    checked = connection.execute("PRAGMA integrity_check(1)").fetchall()
    ((page,),) = connection.execute("PRAGMA page_size")
    whole = checked == [("ok",)] and path.stat().st_size % page == 0
    connection.execute("COMMIT")
    if not whole or {sql for (sql,) in schema} != set(SCHEMA):
        raise _error(sqlite3.SQLITE_CORRUPT, path.name)


def _abandon() -> None:
    # in a forked child: closing would roll back the parent's journal, so these connections must never be closed
    import ctypes

    for reference in _open:
        if (connection := reference()) is not None:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(connection))


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_abandon)
