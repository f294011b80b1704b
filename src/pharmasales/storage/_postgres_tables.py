"""The tables of one PostgreSQL connection: what the shared shell asks of a back end.

The rules of the rows (`_postgres_schema`) stand below every statement here, for every role that is not the owner.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

from attrs import evolve

from pharmasales.errors import StorageError
from pharmasales.storage._postgres_schema import VERSION
from pharmasales.storage._postgres_sql import shape_of, statements, values_of
from pharmasales.storage.lines import signed_by, stamp_of, strays_of, units_of
from pharmasales.storage.postgres_server import Link
from pharmasales.storage.protocol import Row, Sealed
from pharmasales.storage.tables import Asked, Label, Signed

__all__ = ["PostgresTables"]

BULK = 100
"""How many rows are worth a COPY."""

_FIRST = -(2**63)  # what stands before the first unit belongs to none, too

SPARE = 16
"""How many deleted records are expected within a page of live ones."""


class PostgresTables:
    """The statements of one connection.

    Args:
        server: the connection, to a schema that was seen to be a store.
        owner: whether its role owns the store; every other role only reads, and sees what it was admitted to.
    """

    def __init__(self, server: Link, *, owner: bool) -> None:
        self.server = server
        self.owner = owner
        self._sql = statements(server.place.schema)
        self._staged: set[str] = set()

    def _rows(self, statement: str, values: dict[str, Any]) -> list[Any]:
        return self.server.run(statement, values).fetchall()

    @property
    def open(self) -> bool:
        """Whether a unit of work is open."""
        return self.server.inside

    def begin(self) -> None:
        """Begin a transaction that nobody else's writes can come between.

        Raises:
            StorageError: `storage.readonly`, `storage.busy`, `storage.newer` where the store was migrated meanwhile.
        """
        if not self.owner:
            hint = "open the store as its owner"
            raise self._refuse("readonly", "this role only reads", hint)
        self._staged.clear()
        self.server.begin(self._sql.begin)
        ((version, readonly),) = self._rows(self._sql.alone, {})
        if readonly == "on":
            raise self._refuse("readonly", "the server takes no writes here", "open the primary server")
        if version != VERSION:
            raise self._refuse("newer", "made by a newer version", "update pharmasales")

    def _refuse(self, name: str, reason: str, hint: str) -> StorageError:
        return StorageError(reason, where=self.server.place.name, hint=hint, code=f"storage.{name}")

    def _whole(self) -> None:
        if not self.owner:
            hint = "ask the owner of the store"
            raise self._refuse("part", "this role sees only a part of the audit chain", hint)

    def commit(self) -> None:
        """Commit; the server has it on disk when this returns."""
        self.server.commit()

    def roll_back(self) -> None:
        """Undo everything since `begin`."""
        self.server.undo()

    def close(self) -> None:
        """Close the connection."""
        self.server.close()

    def head(self) -> tuple[int, bytes]:
        """Return sequence and hash of the last unit."""
        self._whole()
        for sequence, found in self._rows(self._sql.head, {}):
            return sequence, found
        return 0, bytes(32)

    def done(self, operation: str) -> bool:
        """Whether a unit with this operation id was committed."""
        return bool(self._rows(self._sql.done, {"operation": operation}))

    def newest(self, kind: str, keys: Sequence[str]) -> list[Row]:
        """Return the newest version of each id."""
        return [Row._make(row) for row in self._rows(self._sql.newest, {"kind": kind, "keys": list(keys)})]

    def _asked(self, what: str, asked: Asked) -> list[Any]:
        return self._rows(self._sql.asked(what, shape_of(asked)), values_of(asked))

    def found(self, asked: Asked) -> Iterable[Row]:
        """Return the newest versions asked for; each try is one statement, and so one state of the store."""
        if asked.limit is None:
            return map(Row._make, self._asked("found", asked))
        take = asked.limit
        while True:
            take += SPARE
            rows = [Row._make(row) for row in self._asked("found", evolve(asked, limit=take))]
            live = list(accumulate((row.data is not None for row in rows), initial=0))
            if live[-1] >= asked.limit or len(rows) < take:
                return rows[: bisect_left(live, asked.limit)]
            take *= 4

    def count(self, asked: Asked) -> int:
        """Return how many of them hold data."""
        number: int = self._asked("count", asked)[0][0]
        return number

    def kinds(self) -> list[str]:
        """Return every kind that was ever used."""
        return [kind for (kind,) in self._rows(self._sql.kinds, {})]

    def ids(self, asked: Asked) -> list[str]:
        """Return the ids under which data stand."""
        return [key for (key,) in self._asked("ids", asked)]

    def versions(self, asked: Asked) -> list[tuple[Row, Signed]]:
        """Return every version with the unit that made it."""
        found = ((Row._make(row[:8]), row[8:]) for row in self._asked("versions", asked))
        return [(row, signed_by(row.kind, row.id, row.sequence, by)) for row, by in found]

    def sign(self, by: Signed) -> None:
        """Keep who makes the unit that is open."""
        values = {"sequence": by.sequence, "author": by.by, "reason": by.why, "moment": by.at.isoformat()}
        self.server.run(
            self._sql.sign, {**values, "operation": by.operation or None, "stamp": stamp_of(by), "hash": b""}
        )

    def link(self, sequence: int, hash_: bytes) -> None:
        """Keep the hash of the unit."""
        self.server.run(self._sql.link, {"number": sequence, "hash": hash_})

    def put(self, rows: Sequence[Row], superseded: Sequence[tuple[str, str]]) -> None:
        """Let these be the newest versions."""
        for kind in sorted({kind for kind, _ in superseded}):
            keys = [key for other, key in superseded if other == kind]
            self.server.run(self._sql.move, {"kind": kind, "keys": keys})
        self._arrive("record", rows)

    def label(self, gone: Sequence[Label], new: Sequence[Label]) -> None:
        """Take labels away, and set others."""
        if gone:
            self.server.run(self._sql.unlabel, _lists(gone))
        if new:
            self._arrive("label", new)

    def wipe(self, rows: Sequence[Row]) -> None:
        """Destroy data and salt of these versions."""
        self.server.run(self._sql.wipe, _lists(rows))

    def scrub(self) -> None:
        """Do nothing: the bytes go when the server vacuums; see `PostgresStore.compact`."""

    def compact(self) -> None:
        """Write the tables anew, without what is no longer read."""
        if not self.owner:
            raise self._refuse("denied", "only the owner of the store writes it anew", "open the store as its owner")
        for statement in self._sql.compact:
            self.server.run(statement)

    def _arrive(self, name: str, rows: Sequence[Row] | Sequence[Label]) -> None:
        arrival = self._sql.arrivals[name]
        if len(rows) < BULK or not self.server.stages:
            self.server.run(arrival.insert, _lists(rows))
            return
        if name not in self._staged:
            self.server.run(arrival.stage)
            self._staged.add(name)
        self.server.copy(arrival.copy, arrival.types, rows)
        self.server.run(arrival.move)

    def units(self, after: int) -> Iterator[Sealed]:
        """Return every unit with its rows; one statement sees one state of the store."""
        self._whole()
        return units_of(self.server.each(self._sql.units, {"after": after if after > 0 else _FIRST}))

    def strays(self) -> list[tuple[str, str]]:
        """Return a record whose newest version or labels are out of their place, if there is one."""
        self._whole()
        if out := self._rows(self._sql.out_of_place, {}):
            return [(kind, key) for kind, key in out]
        return strays_of(self.server.each(self._sql.labels, {}))


def _lists(rows: Sequence[Row] | Sequence[Label]) -> dict[str, list[Any]]:
    return dict(zip(rows[0]._fields, map(list, zip(*rows, strict=True)), strict=True))
