"""The store in memory: for tests, notebooks and what-if work; gone when it is closed.

>>> from datetime import UTC, datetime
>>> store = MemoryStore.open("memory:")
>>> with store.unit(by="u1", why="first load", at=datetime(2026, 1, 5, tzinfo=UTC)) as unit:
...     unit.put("hospital", "H001", {"beds": 300})
1
>>> store.get("hospital", "H001").data["beds"]
300
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from attrs import evolve

from pharmasales.errors import BadConfig
from pharmasales.storage.protocol import Row, Sealed
from pharmasales.storage.records import marks_of
from pharmasales.storage.shell import TableStore
from pharmasales.storage.tables import Asked, Label, Signed

__all__ = ["MemoryStore", "MemoryTables"]


class MemoryTables:
    """All versions by kind and id, the units of work, and what undoes the open one.

    >>> MemoryTables().head()[0]
    0
    """

    def __init__(self) -> None:
        self._kinds: dict[str, dict[str, list[Row]]] = {}
        self._units: list[Sealed] = []
        self._before: dict[tuple[str, str], list[Row]] = {}
        self._signed = 0
        self._operations: set[str] = set()
        self._order: dict[str, list[str]] = {}  # the ids of a kind in order, as long as no other comes
        self.open = False

    def begin(self) -> None:
        """Remember where the unit begins."""
        self._before, self._signed = {}, len(self._units)
        self.open = True

    def commit(self) -> None:
        """Forget what would undo it."""
        self._operations.update(unit.operation for unit in self._units[self._signed :])
        self.open = False

    def roll_back(self) -> None:
        """Put every version back."""
        for (kind, key), rows in self._before.items():
            self._kinds[kind][key] = rows
            if not rows:
                del self._kinds[kind][key]
        del self._units[self._signed :]
        self._order = {}
        self.open = False

    def close(self) -> None:
        """Forget everything."""
        self.__init__()  # type: ignore[misc]  # as good as new

    def head(self) -> tuple[int, bytes]:
        """Return sequence and hash of the last unit."""
        return (self._units[-1].sequence, self._units[-1].hash) if self._units else (0, bytes(32))

    def done(self, operation: str) -> bool:
        """Whether a unit with this operation id was committed."""
        return operation in self._operations

    def newest(self, kind: str, keys: Sequence[str]) -> list[Row]:
        """Return the newest version of each id."""
        chains = self._kinds.get(kind, {})
        return [chains[key][-1] for key in keys if key in chains]

    def found(self, asked: Asked) -> list[Row]:
        """Return the newest versions asked for."""
        rows = [chain[-1] for chain in self._chains(asked) if _bears(chain[-1], asked)]
        if asked.limit is None:
            return rows
        live = [place for place, row in enumerate(rows) if row.data is not None]
        return rows[: live[asked.limit]] if len(live) > asked.limit else rows

    def count(self, asked: Asked) -> int:
        """Return how many of them hold data."""
        return sum(row.data is not None for row in self.found(asked))

    def kinds(self) -> list[str]:
        """Return every kind that was ever used."""
        return sorted(kind for kind, chains in self._kinds.items() if chains)

    def ids(self, asked: Asked) -> list[str]:
        """Return the ids under which data stand."""
        chains = self._chains(asked)
        return [chain[0].id for chain in chains if any(row.data is not None for row in chain)][: asked.limit]

    def versions(self, asked: Asked) -> list[tuple[Row, Signed]]:
        """Return every version with the unit that made it."""
        rows = [row for chain in self._chains(asked) for row in chain]
        return [(row, self._by(row.sequence)) for row in rows]

    def sign(self, by: Signed) -> None:
        """Keep who makes the unit that is open."""
        self._units.append(Sealed(*by, hash=b""))

    def link(self, sequence: int, hash_: bytes) -> None:
        """Keep the hash of the unit."""
        self._units[sequence - 1] = evolve(self._units[sequence - 1], hash=hash_)

    def put(self, rows: Sequence[Row], superseded: Sequence[tuple[str, str]]) -> None:  # noqa: ARG002 - all stand in one list
        """Let these be the newest versions."""
        for row in rows:
            self._chain(row.kind, row.id).append(row)

    def label(self, gone: Sequence[Label], new: Sequence[Label]) -> None:
        """Keep nothing: labels are read from the data."""

    def wipe(self, rows: Sequence[Row]) -> None:
        """Destroy data and salt of these versions."""
        for row in rows:
            self._chain(row.kind, row.id)[row.version - 1] = row._replace(data=None, salt=None)

    def scrub(self) -> None:
        """Do nothing: what was wiped is referred to no more."""

    def units(self, after: int) -> Iterator[Sealed]:
        """Return every unit with its rows."""
        made: dict[int, list[Row]] = {unit.sequence: [] for unit in self._units}
        for kind in self.kinds():
            for key in sorted(self._kinds[kind]):
                for row in self._kinds[kind][key]:
                    made[row.sequence].append(row)
        return iter([evolve(unit, rows=tuple(made[unit.sequence])) for unit in self._units[after:]])

    def strays(self) -> list[tuple[str, str]]:
        """Return nothing: no other place is looked at."""
        return []

    def _chains(self, asked: Asked) -> Iterable[list[Row]]:
        chains = self._kinds.get(asked.kind, {})
        if asked.high == f"{asked.low}\0":  # one id
            keys = [asked.low] if asked.low in chains else []
        else:
            order = self._order.get(asked.kind) or self._order.setdefault(asked.kind, sorted(chains))
            end = None if asked.high is None else bisect_left(order, asked.high)
            keys = order[bisect_left(order, asked.low) : end]
        seen = (chains[key] for key in keys)
        return (chain for chain in seen if asked.nodes is None or chain[-1].node in asked.nodes)

    def _chain(self, kind: str, key: str) -> list[Row]:
        chains = self._kinds.setdefault(kind, {})
        if key not in chains:
            self._order.pop(kind, None)
        self._before.setdefault((kind, key), list(chains.get(key, ())))
        return chains.setdefault(key, [])

    def _by(self, sequence: int) -> Signed:
        unit = self._units[sequence - 1]
        return Signed(sequence, unit.by, unit.why, unit.at, unit.operation)


def _bears(row: Row, asked: Asked) -> bool:
    labels = marks_of(row.data)[1] if asked.where else set()
    return all(any((name, text) in labels for text in texts) for name, texts in asked.where.items())


class MemoryStore(TableStore):
    """Records in memory; the model against which other stores are compared."""

    @classmethod
    def open(cls, url: str, *, create: bool = False) -> Self:  # noqa: ARG003 - a store in memory is always a new one
        """Make an empty store; the only URL is `memory:`.

        >>> MemoryStore.open("memory:shared")
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadConfig: a store in memory has no name; use "memory:" [config.url]

        Raises:
            BadConfig: anything behind the colon.
        """
        if url != "memory:":
            raise BadConfig("a store in memory has no name", hint='use "memory:"', code="config.url")
        return cls(MemoryTables())
