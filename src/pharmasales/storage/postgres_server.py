"""The PostgreSQL server behind a store: where it is, the connection to it, and the typed errors behind every other.

Neither a password nor a value of a statement ever stands in an error: what the driver says is not repeated, only its
code. `PGPASSWORD`, `~/.pgpass` and `PGSERVICE` work as with every program that uses libpq.

>>> place_of("postgresql://clerk:secret@db.example:5432/sales?schema=north")
Place(name='sales', schema='north')
>>> place_of("postgresql://clerk:secret@db.example/sales?colour=blue")
Traceback (most recent call last):
    ...
pharmasales.errors.BadConfig: no place of a PostgreSQL database @ postgresql; use postgresql://user@host:5432/database,
with characters such as "@" in a password written as %40 [config.url]
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from attrs import field, frozen

from pharmasales.errors import BadConfig, StorageError
from pharmasales.extras import need
from pharmasales.names import clean

if TYPE_CHECKING:
    import psycopg
    from psycopg.sql import Composable

__all__ = ["Link", "Place", "place_of", "typed"]

SCHEMA = "pharmasales"
"""The schema of a store whose URL names none."""

_SETTINGS = """
    SELECT set_config('search_path', 'pg_catalog, pg_temp', false), set_config('client_encoding', 'UTF8', false),
        set_config('row_security', 'on', false), set_config('lock_timeout', %s, false),
        set_config('synchronous_commit', replace(current_setting('synchronous_commit'), 'off', 'on'), false)
"""
_WALK = 2000
_AGAIN = "nothing was kept; repeat the unit of work"
_CODES = {
    "55P03": ("busy", "somebody else is writing", "try again"),
    "40P01": ("deadlock", "the server ended a deadlock", _AGAIN),
    "40001": ("serialization", "somebody else's work came between", _AGAIN),
    "57014": ("timeout", "the server ended a statement that took too long", "raise statement_timeout of this role"),
    "53100": ("full", "no space is left on the server", "make room and repeat the work"),
    "53200": ("memory", "no memory is left on the server", "write fewer rows at once"),
    "25006": ("readonly", "the server takes no writes here", "open the primary server, as a role that may write"),
    "42501": ("denied", "this role may not do this", "let the owner of the store admit the role"),
    "25P02": ("broken", "the unit of work is broken", "an error came up inside its block; repeat the whole unit"),
    "58030": ("io", "the disk of the server failed", "check the disk and open the store again"),
    "34000": ("over", "the rows belong to a unit of work that was undone", "ask again"),
    "42P01": ("damaged", "a table of the store is missing", "restore it from a backup"),
    "42703": ("damaged", "a column of the store is missing", "restore it from a backup"),
    "3F000": ("damaged", "the schema of the store is missing", "restore it from a backup"),
}
_CLASSES = {
    "08": ("lost", "the connection to the server was lost", _AGAIN),
    "57": ("lost", "the server ended the connection", _AGAIN),
    "25P03": ("lost", "the server ended the connection", _AGAIN),
    "53": ("server", "the server has no room for a further connection", "try again"),
    "XX": ("damaged", "the database is damaged", "restore it from a backup"),
}
_UNREACHED = (
    "server",
    "the server is out of reach, or lets this role not in",
    "check that it runs, and host, port, database, user and password",
)

_Values: TypeAlias = "Mapping[str, Any] | Sequence[Any] | None"


@frozen
class Place:
    """Where a store is; the connection string, which may hold a password, is not shown."""

    name: str
    schema: str
    conninfo: str = field(repr=False)


def place_of(url: str) -> Place:
    """Return the place that a URL names: `postgresql://user@host:5432/database`, `?host=/socket/folder`, `?schema=`.

    Every other setting of the URL is libpq's: `sslmode`, `connect_timeout`, `target_session_attrs` and so on.

    Raises:
        BadConfig: a URL that PostgreSQL does not understand, or the psycopg package is missing.
    """
    conninfo = need("psycopg.conninfo", "sql")
    try:
        parts = urlsplit(clean(url, "postgresql"))
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        rest = urlencode([pair for pair in pairs if pair[0] != "schema"])
        place = f"postgresql://{parts.netloc}{parts.path}"
        known: dict[str, Any] = conninfo.conninfo_to_dict(f"{place}?{rest}" if rest else place)
        schemas = [value for name, value in pairs if name == "schema"] or [SCHEMA]
        if not url.startswith("postgresql://") or parts.fragment:
            raise ValueError
        if len(schemas) > 1 or not 0 < len(schemas[0].encode()) < 64:
            raise ValueError
    except (ValueError, need("psycopg", "sql").Error):
        hint = 'use postgresql://user@host:5432/database, with characters such as "@" in a password written as %40'
        raise BadConfig("no place of a PostgreSQL database", where="postgresql", hint=hint, code="config.url") from None
    known.setdefault("connect_timeout", "10")
    known.setdefault("application_name", "pharmasales")
    return Place(str(known.get("dbname", "")), schemas[0], conninfo.make_conninfo(**known))


def typed(error: psycopg.Error, where: str) -> StorageError:
    """Return the `StorageError` that a driver's error means; this is the one place that maps them.

    Args:
        error: what the driver raised.
        where: the database's name.

    >>> import psycopg
    >>> typed(psycopg.errors.DeadlockDetected("Key (name)=(secret)"), "sales").code
    'storage.deadlock'
    """
    state = error.sqlstate or ""
    found = _CODES.get(state) or _CLASSES.get(state) or _CLASSES.get(state[:2])
    if found is None:
        refused = "postgres", f"PostgreSQL refused ({state or type(error).__name__})", ""
        found = _CLASSES["08"] if _gone(error) else refused
    name, reason, hint = found
    return StorageError(reason, where=where, hint=hint, code=f"storage.{name}")


def _gone(error: psycopg.Error) -> bool:
    """Whether the connection is lost: the driver says so itself, without a code of the server."""
    return error.sqlstate is None and isinstance(error, need("psycopg", "sql").OperationalError)


class Link:
    """The connection of one store, made anew where it was lost between two units of work.

    Args:
        place: where the store is.
        wait_ms: how long a statement waits for somebody else's lock.
    """

    def __init__(self, place: Place, wait_ms: int) -> None:
        self.place = place
        self._wait_ms = wait_ms
        self.inside = False
        self._walks = 0
        self._process = os.getpid()
        self._connection: psycopg.Connection[Any] = self._connect()
        self.stages: bool = self.run("SELECT has_database_privilege(current_database(), 'TEMP')").fetchall() == [
            (True,)
        ]

    def _connect(self) -> psycopg.Connection[Any]:
        driver = need("psycopg", "sql")
        try:
            made: psycopg.Connection[Any] = driver.connect(self.place.conninfo, autocommit=True)
        except driver.Error:  # the driver gives no code here, only words in the language of the server
            name, reason, hint = _UNREACHED
            raise StorageError(reason, where=self.place.name, hint=hint, code=f"storage.{name}") from None
        try:
            made.execute(_SETTINGS, (str(self._wait_ms),))
        except BaseException as error:
            made.close()
            if isinstance(error, driver.Error):
                raise typed(error, self.place.name) from None
            raise
        return made

    @property
    def idle(self) -> bool:
        """Whether the connection stands and no transaction is open on it."""
        return not self._connection.closed and self._connection.info.transaction_status.name == "IDLE"

    def ready(self) -> psycopg.Connection[Any]:
        """Return the connection, made anew where it was lost; never inside a unit of work, which is lost with it."""
        if not self.inside and not self.idle:
            self._connection.close()
            self._connection = self._connect()
        return self._connection

    def run(self, statement: str | Composable, values: _Values = None) -> psycopg.Cursor[Any]:
        """Run one statement; outside a unit of work it is tried once more where the connection had been lost."""
        try:
            return self._run(statement, values)
        except need("psycopg", "sql").Error as found:
            if self.inside or not self._lost(found):
                raise typed(found, self.place.name) from None
        with self._errors():
            self._connection.close()
            return self._run(statement, values)

    def _run(self, statement: str | Composable, values: _Values) -> psycopg.Cursor[Any]:
        alone = values is None  # several statements in one text cannot be prepared
        return self.ready().execute(cast("Any", statement), values, prepare=False if alone else None, binary=not alone)

    @contextmanager
    def _errors(self) -> Iterator[psycopg.Connection[Any]]:
        connection = self._connection
        try:
            yield connection
        except need("psycopg", "sql").Error as error:
            raise typed(error, self.place.name) from None

    def _lost(self, error: psycopg.Error) -> bool:
        return self._connection.closed or _gone(error)

    def copy(self, statement: str, types: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Let the rows stream into a table."""
        with self._errors() as connection, connection.cursor() as cursor, cursor.copy(cast("Any", statement)) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)

    def each(self, statement: str, values: Mapping[str, Any]) -> Iterator[Any]:
        """Yield the rows of one statement as they were at its beginning, a few thousand in memory at a time."""
        self.ready()
        self._walks += 1
        with self._errors() as connection:
            cursor = connection.cursor(f"walk{self._walks}", withhold=True)
            try:
                cursor.itersize = _WALK
                cursor.execute(cast("Any", statement), values, binary=True)
                yield from cursor
            finally:
                if self._process == os.getpid():
                    cursor.close()

    def begin(self, statement: str) -> None:
        """Begin a transaction; nothing of it stays where it cannot be begun."""
        try:
            self.run(statement)
            self.inside = True
        except BaseException:
            self.undo()
            raise

    def commit(self) -> None:
        """Commit.

        Raises:
            StorageError: `storage.lost` where nothing was kept, `storage.unknown` where that cannot be told.
        """
        connection = self._connection
        if connection.closed:
            raise typed(need("psycopg", "sql").OperationalError(), self.place.name)
        try:
            done = connection.execute("COMMIT").statusmessage
        except need("psycopg", "sql").Error as error:
            if not self._lost(error):
                raise typed(error, self.place.name) from None
            reason = "the connection was lost while the unit of work was kept: it is, or it is not"
            hint = "repeat it with the same operation id; `done` says whether it had been kept"
            raise StorageError(reason, where=self.place.name, hint=hint, code="storage.unknown") from None
        if done != "COMMIT":
            raise typed(need("psycopg", "sql").errors.InFailedSqlTransaction(), self.place.name)
        self.inside = False

    def undo(self) -> None:
        """Roll back; where that cannot be told of the connection, close it, and the server rolls back."""
        self.inside = False
        try:
            if not self._connection.closed and not self.idle:
                self._connection.execute("ROLLBACK")
        except need("psycopg", "sql").Error:
            pass  # the connection is closed below
        finally:
            if not self.idle:
                self._connection.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
