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
from contextlib import suppress
from pathlib import Path
from typing import Self

from pharmasales.compliance.audit import Anchor
from pharmasales.errors import BadConfig, StorageError
from pharmasales.names import clean
from pharmasales.storage._sqlite_tables import SqliteTables
from pharmasales.storage.migration import Migrated
from pharmasales.storage.shell import TableStore
from pharmasales.storage.sqlite_file import connect, copied, typed

__all__ = ["SqliteStore", "path_of"]


def path_of(url: str) -> Path:
    """Return the path that a URL names, taken as it is written, without any escape.

    >>> path_of("sqlite:///sales.db").name
    'sales.db'

    Raises:
        BadConfig: a host, a setting or no path in the URL.
    """
    place = url.removeprefix("sqlite:///")
    if place == url or not place or set(place) & set("?#"):
        hint = "use sqlite:///relative.db or sqlite:////absolute.db, without settings behind it"
        raise BadConfig("no place of a SQLite file", where="sqlite", hint=hint, code="config.url")
    return Path(clean(place, "sqlite"))


class SqliteStore(TableStore):
    """Records in one SQLite file; opened by `open_store("sqlite:///sales.db")`.

    >>> SqliteStore.open("sqlite://server/sales")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadConfig: no place of a SQLite file @ sqlite; use sqlite:///relative.db or
    sqlite:////absolute.db, without settings behind it [config.url]
    """

    _tables: SqliteTables

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        super().__init__(SqliteTables(connection, name))

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
            StorageError: the file is missing, foreign, older, newer, damaged, busy or out of reach.
        """
        path = path_of(url)
        store = cls(connect(path, create=create, wait_ms=wait_ms), path.name)
        with suppress(StorageError):  # the mark stays, and the next opening tries again
            if marked := store._tables.marked():
                store._tables.compact(marked)
        return store

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

    def copy_to(self, fresh: Path) -> Anchor:
        """Copy the file, as it stands at this moment, into a new one, and return its head; others may go on reading.

        `backup` does this aside and checks the copy before it has its name.

        Raises:
            StorageError: `storage.nested` inside a unit of work; `storage.busy`, `storage.full`, `storage.path`.
        """
        self._owner.check_idle()
        self._tables.run("BEGIN")
        try:
            sequence, found = self._tables.head()
            copied(self._tables.connection, fresh)
        except sqlite3.Error as error:
            raise typed(error, fresh.name) from error
        finally:
            self._tables.run("COMMIT")
        return Anchor(sequence, found.hex())

    @classmethod
    def migrate(cls, url: str) -> Migrated:
        """Bring a file of an older version to this one; see `pharmasales.storage.migration.migrate`."""
        from pharmasales.storage._sqlite_migration import migrate_file

        return migrate_file(path_of(url))
