"""What the shared shell asks of one back end: the statements behind `Reader`, `Store` and `Unit`.

A back end that brings these has a whole store by `shell.TableStore`: the checks, seals, scope, history and audit chain
are the shell's. Every read goes through one `Asked`, which says what may be seen.

>>> span("visit", "示例/").low, span("visit", "示例/").high
('示例/', '示例0')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from attrs import evolve, field, frozen

from pharmasales.storage.protocol import Row, Sealed

__all__ = ["Asked", "Label", "Signed", "Tables", "one", "span", "upper"]


class Label(NamedTuple):
    """One label of a record: by it `find` looks the record up.

    >>> Label("customer", "owner", "R01", "D7").value
    'R01'
    """

    kind: str
    name: str
    value: str
    id: str


class Signed(NamedTuple):
    """Who made a unit of work, when and why.

    >>> from datetime import UTC
    >>> Signed(1, "u1", "load", datetime(2026, 1, 5, tzinfo=UTC), "").sequence
    1
    """

    sequence: int
    by: str
    why: str
    at: datetime
    operation: str


@frozen
class Asked:
    """A question to the tables: which records, and what of them may be seen.

    Args:
        kind: the kind.
        low: the first id.
        high: the first id behind the last; `None`: no bound.
        nodes: the nodes that the reader sees; `None`: everything.
        where: for each label the texts of which one must be there.
        limit: how many records that are not deleted, at most; deleted ones among them come in addition.
    """

    kind: str
    low: str
    high: str | None
    nodes: frozenset[str] | None = None
    where: Mapping[str, tuple[str, ...]] = field(factory=dict)
    limit: int | None = None

    def behind(self, after: str) -> Asked:
        r"""Return the question for the ids behind one.

        >>> span("visit", "V").behind("V7").low
        'V7\x00'
        """
        return self if self.low > after else evolve(self, low=f"{after}\0")  # no id holds NUL


def span(kind: str, prefix: str = "", nodes: frozenset[str] | None = None) -> Asked:
    """Return the question for all ids that begin with a prefix."""
    return Asked(kind, prefix, upper(prefix), nodes)


def one(kind: str, key: str, nodes: frozenset[str] | None = None) -> Asked:
    r"""Return the question for one id.

    >>> one("visit", "V7").high
    'V7\x00'
    """
    return Asked(kind, key, f"{key}\0", nodes)


def upper(prefix: str) -> str | None:
    r"""Return the first text behind all that begin with `prefix`; `None` where there is none.

    >>> upper("H1"), upper(""), upper("\U0010ffff")
    ('H2', None, None)
    """
    stem = prefix.rstrip("\U0010ffff")
    if not stem:
        return None
    last = ord(stem[-1])
    return stem[:-1] + chr(0xE000 if last == 0xD7FF else last + 1)


class Tables(Protocol):
    """The tables of one back end. Its errors are `StorageError`s; rows come as they stand, unchecked.

    >>> from pharmasales.storage.memory import MemoryTables
    >>> tables: Tables = MemoryTables()
    >>> tables.newest("hospital", ["H1"])
    []
    """

    @property
    def open(self) -> bool:
        """Whether a unit of work is open, neither committed nor undone."""
        ...

    def begin(self) -> None:
        """Begin a unit of work, alone: nobody else writes until it ends."""
        ...

    def commit(self) -> None:
        """Keep everything since `begin`, durably."""
        ...

    def roll_back(self) -> None:
        """Undo everything since `begin`."""
        ...

    def close(self) -> None:
        """Let go of the back end."""
        ...

    def head(self) -> tuple[int, bytes]:
        """Return the sequence and the hash of the last unit; 0 and 32 zero bytes before the first."""
        ...

    def done(self, operation: str) -> bool:
        """Whether a unit with this operation id was committed."""
        ...

    def newest(self, kind: str, keys: Sequence[str]) -> list[Row]:
        """Return the newest version of each of these ids that was ever used, in any order."""
        ...

    def found(self, asked: Asked) -> Iterable[Row]:
        """Return the newest versions asked for, deleted too, in order of the id: those at the moment of the call."""
        ...

    def count(self, asked: Asked) -> int:
        """Return how many of the newest versions asked for hold data."""
        ...

    def kinds(self) -> list[str]:
        """Return every kind that was ever used, in order."""
        ...

    def ids(self, asked: Asked) -> list[str]:
        """Return the ids asked for under which data stand in any version, in order, up to the limit."""
        ...

    def versions(self, asked: Asked) -> Iterable[tuple[Row, Signed]]:
        """Return every version of what is asked for with the unit that made it, in order of id and version."""
        ...

    def sign(self, by: Signed) -> None:
        """Keep who makes the unit that is open, before its first row."""
        ...

    def link(self, sequence: int, hash_: bytes) -> None:
        """Keep the hash of the unit, behind its last row."""
        ...

    def put(self, rows: Sequence[Row], superseded: Sequence[tuple[str, str]]) -> None:
        """Let these be the newest versions of their ids; the versions before, by kind and id, are history."""
        ...

    def label(self, gone: Sequence[Label], new: Sequence[Label]) -> None:
        """Take labels away, and set others."""
        ...

    def wipe(self, rows: Sequence[Row]) -> None:
        """Destroy data and salt of these versions, which are history or about to be."""
        ...

    def scrub(self) -> None:
        """After a commit that erased: leave no byte of what was wiped, where the back end promises that."""
        ...

    def units(self, after: int) -> Iterator[Sealed]:
        """Return every unit behind a sequence with the rows that it wrote, in order."""
        ...

    def strays(self) -> list[tuple[str, str]]:
        """Return kind and id of records whose newest version or labels do not stand where reads look for them."""
        ...
