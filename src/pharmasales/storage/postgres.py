"""The store on a PostgreSQL server (PostgreSQL 存储): for many writers, and for rights that the server enforces.

A unit of work is one transaction. One writer at a time works on a store, so that the audit chain is one line; readers
never wait. The tables stand in a schema of their own, `pharmasales` or the one that `?schema=` names. It asks for
`pharmasales[sql]`.

>>> PostgresStore.open("postgresql://clerk:secret@/sales?port=0&host=/nowhere")
Traceback (most recent call last):
    ...
pharmasales.errors.StorageError: the server is out of reach, or lets this role not in @ sales; check that it runs, and
host, port, database, user and password [storage.server]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Self

from pharmasales.storage._postgres_schema import make, recognise
from pharmasales.storage._postgres_tables import PostgresTables
from pharmasales.storage.postgres_access import admit, dismiss, readers
from pharmasales.storage.postgres_server import Link, place_of
from pharmasales.storage.records import check_nodes
from pharmasales.storage.shell import TableStore

__all__ = ["PostgresStore"]


class PostgresStore(TableStore):
    """Records on a PostgreSQL server; opened by `open_store("postgresql://user@host/database")`.

    The role that makes the store owns it and may write. Every other role reads, once it was admitted (`admit`), the
    records of its nodes, whatever program it uses: the server itself lets it see no other row.

    >>> PostgresStore.open("postgresql://clerk@host/sales#top")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadConfig: no place of a PostgreSQL database @ postgresql; use
    postgresql://user@host:5432/database, with characters such as "@" in a password written as %40 [config.url]
    """

    _tables: PostgresTables

    @classmethod
    def open(cls, url: str, *, create: bool = False, wait_ms: int = 5000) -> Self:
        """Open the store at `postgresql://user@host:5432/database`; the database must exist.

        Args:
            url: as every program that uses libpq takes it, and `?schema=` for the schema. A password is better kept in
                `~/.pgpass` or `PGPASSWORD`.
            create: make the schema and its tables where they are missing, in one transaction.
            wait_ms: how long to wait for another writer before `storage.busy`.

        Raises:
            BadConfig: a URL that PostgreSQL does not understand, or `pharmasales[sql]` is not installed.
            StorageError: the store is missing, foreign, newer, damaged, or out of reach; the role may not see it.
        """
        link = Link(place_of(url), wait_ms)
        try:
            if create:
                make(link)
            return cls(PostgresTables(link, owner=recognise(link)))
        except BaseException:
            link.close()
            raise

    @property
    def part(self) -> bool:
        """Whether this role is not the owner, and so sees only what it was admitted to."""
        return not self._tables.owner

    def admit(self, role: str, nodes: Iterable[str]) -> None:
        """Let a role of the server read the records of exactly these nodes, and those of everybody (数据权限).

        It may then open the store, and sees what `within(nodes)` shows; every write is refused. Admit it again when its
        nodes change.

        Args:
            role: the name of a role that may log in, neither superuser nor owner.
            nodes: the ids of the nodes, such as `org.within("R01")`.

        Raises:
            BadValue: an id out of normal form.
            StorageError: `storage.role` for a role that is not there or that no rule of the server holds back;
                `storage.denied` where the store is not open as its owner.
        """
        self._owner.check_idle()
        admit(self._tables.server, role, check_nodes(nodes))

    def dismiss(self, role: str) -> None:
        """Take from a role everything that `admit` gave it.

        Raises:
            StorageError: `storage.role` for a role that is not there; `storage.denied` where the store is not open as
                its owner.
        """
        self._owner.check_idle()
        dismiss(self._tables.server, role)

    def readers(self) -> Mapping[str, frozenset[str]]:
        """Return the nodes of every role that was admitted; a role that is not the owner sees its own alone."""
        self._owner.check()
        return readers(self._tables.server)

    def compact(self) -> None:
        """Write the tables anew without a byte of what was erased, and shorter; nobody else can work meanwhile.

        What the server keeps beside its tables (write-ahead log, backups, replicas) is its administrator's to clear.

        Raises:
            StorageError: `storage.nested` inside a unit of work; `storage.denied` where the store is not open as its
                owner; `storage.busy`, `storage.full`, `storage.readonly`.
        """
        self._owner.check_idle()
        self._tables.compact()
