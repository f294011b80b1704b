"""The storage contract: records, their history, and the protocols that every back end fulfils.

The behaviours are numbered in `docs/extending/storage.md` and checked by `pharmasales.testing.storage.StoreSuite`.

>>> Record("hospital", "H001", 1, {"beds": 300}).version
1
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from types import MappingProxyType, TracebackType
from typing import NamedTuple, Protocol, Self, TypeAlias

from attrs import field, frozen

from pharmasales.compliance.audit import Anchor
from pharmasales.compliance.verification import Verified

__all__ = ["NOTHING", "Data", "Entry", "Json", "Opener", "Reader", "Record", "Row", "Sealed", "Store", "Unit", "Where"]

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"
"""What a stored value may be: no float, so that no number changes on its way."""

Data: TypeAlias = Mapping[str, object]
"""What a writer hands in: a JSON object whose values are `Json`, checked when it is put.

Two keys are read by the store itself: `"@node"`, the node of the organisation that the record belongs to ("*": every
reader's), and `"@labels"`, an object of texts, or lists of texts, by which `find` looks records up. No other key at the
top begins with "@".
"""

Where: TypeAlias = Mapping[str, str | Iterable[str]]
"""What `find` asks of the labels: for each name a text, or several of which one must be there."""


@frozen
class Record:
    """The newest version of one record (记录); `version` counts from 1 for each kind and id.

    The data stay out of the repr, so that no log shows a person.

    >>> Record("doctor", "D7", 2, {"mobile": "secret"})
    Record(kind='doctor', id='D7', version=2)
    """

    kind: str
    id: str
    version: int
    data: Mapping[str, Json] = field(repr=False)


@frozen
class Entry:
    """One version in a record's history (历史): its data, None where it was deleted, and the unit of work that made it.

    `sequence` is the place of that unit among all units of the store; order goes by it, never by the clock. An erasure
    (删除个人信息) is a version of its own without data; it and every version before it are `erased`.

    >>> from datetime import UTC, datetime
    >>> Entry(1, {"beds": 300}, by="u1", why="first load", at=datetime(2026, 1, 5, tzinfo=UTC), sequence=1).by
    'u1'
    """

    version: int
    data: Mapping[str, Json] | None = field(repr=False)
    by: str
    why: str = field(repr=False)
    at: datetime
    sequence: int
    erased: bool = False


NOTHING: Where = MappingProxyType({})
"""No question about labels."""


class Row(NamedTuple):
    """One version as it stands in a store, sealed: `hash` is that of the salt, the place and the data.

    An erased version has neither data nor salt; its hash stays, and says nothing without the salt.

    >>> Row("hospital", "H1", 1, 1, None, None, bytes(32), None).version
    1
    """

    kind: str
    id: str
    version: int
    sequence: int
    data: str | None
    salt: bytes | None
    hash: bytes
    node: str | None


@frozen
class Sealed:
    """One unit of work as a link of the audit chain (审计链): who, when, why, and every version that it wrote.

    `hash` is that of all this and of the hash before it. The rows come in order of kind, id and version.

    >>> from datetime import UTC, datetime
    >>> Sealed(1, "u1", "first load", datetime(2026, 1, 5, tzinfo=UTC), "", bytes(32)).rows
    ()
    """

    sequence: int
    by: str
    why: str = field(repr=False)
    at: datetime
    operation: str
    hash: bytes = field(repr=False)
    rows: tuple[Row, ...] = field(default=(), repr=False)


class Unit(Protocol):
    """One unit of work (工作单元): all of its writes are kept, or none.

    A write that is refused (BadValue, Conflict, NotFound) has changed nothing, and the unit may go on. After any other
    error the unit is broken: it takes no more writes and ends in a roll-back.

    >>> from pharmasales.storage import open_store
    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 1, 5, tzinfo=UTC)
    >>> with open_store("memory:") as store, store.unit(by="u1", why="load", at=at) as unit:
    ...     unit.put("hospital", "H001", {"beds": 300}, expected=2)
    Traceback (most recent call last):
        ...
    pharmasales.errors.Conflict: written by somebody else @ hospital H001; read it again and repeat the change
    [storage.conflict]
    """

    @property
    def done(self) -> bool:
        """Whether this operation id was committed before; if so, the unit's writes are checked, then ignored."""
        ...

    def put(self, kind: str, id: str, data: Data, *, expected: int | None = None) -> int:  # noqa: A002 - the field's name
        """Keep `data` and return its version; the same data as stored makes no new version.

        `expected` is the version that the writer has read; 0 means that the record must not exist.

        Raises:
            BadValue: a kind or id out of normal form, data that are not plain JSON, a negative `expected`.
            Conflict: the store holds another version than `expected`.
        """
        ...

    def put_many(self, kind: str, rows: Iterable[tuple[str, Data]]) -> int:
        """Put many records of one kind, fast; return how many changed.

        All rows are checked before the first is written.

        Raises:
            BadValue: as in `put`, or an id that comes twice.
        """
        ...

    def delete(self, kind: str, id: str, *, expected: int | None = None) -> None:  # noqa: A002 - the field's name
        """Delete a record; its history stays and the deletion counts as a version.

        Raises:
            NotFound: nothing is kept under this id.
            Conflict: the store holds another version than `expected`.
        """
        ...

    def replace(self, kind: str, prefix: str, rows: Iterable[tuple[str, Data]]) -> int:
        """Let exactly these rows stand under the id prefix: put them, delete the others; return how many changed.

        Raises:
            BadValue: as in `put_many`, or an id that does not begin with the prefix.
        """
        ...

    def erase(self, kind: str, id: str = "", *, prefix: str = "") -> int:  # noqa: A002 - the field's name
        """Destroy the data of every version of one record, or of all under a prefix; return of how many records.

        Deleted records lose the data in their history, too. The history still says who wrote each version, when and
        why, and the erasure is a further version of it; a `put` goes on with the next one. A record of which no data
        stand, erased before or never there, is left as it is and not counted.

        Nothing brings the data back once the unit is committed. End a prefix with the separator of your ids: "D7/" is
        what hangs on D7, "D7" is D70 as well.

        Raises:
            BadValue: not exactly one of id and prefix, or one out of normal form.
            StorageError: at the end of the block, where the erasure is committed but its bytes may still stand in the
                store's files; the error says what to do.

        >>> from pharmasales.storage import open_store
        >>> from datetime import UTC, datetime
        >>> stamp = {"why": "request 7", "at": datetime(2026, 1, 5, tzinfo=UTC)}
        >>> store = open_store("memory:")
        >>> with store.unit(by="u1", **stamp) as unit:
        ...     unit.put("doctor", "D7", {"mobile": "secret"})
        1
        >>> with store.unit(by="u2", **stamp) as unit:
        ...     unit.erase("doctor", "D7")
        1
        >>> [(entry.by, entry.data, entry.erased) for entry in store.history("doctor", "D7")]
        [('u1', None, True), ('u2', None, True)]
        """
        ...


class Reader(Protocol):
    """What may be read: all of a store, or the part of it that belongs to some nodes of the organisation.

    A record belongs to the node that its newest data name under `"@node"`; a deleted or erased one to its last. To a
    reader of a part, whatever belongs elsewhere or nowhere is not there: no error, count or history tells of it.

    >>> from pharmasales.storage import open_store
    >>> with open_store("memory:") as store:
    ...     store.within(["R01"]).get("hospital", "H404")
    Traceback (most recent call last):
        ...
    pharmasales.errors.NotFound: nothing is kept under this id @ hospital H404 [not-found]
    """

    @property
    def part(self) -> bool:
        """Whether this reader sees only a part of the store, so that what speaks of all of it would be wrong."""
        ...

    def get(self, kind: str, id: str) -> Record:  # noqa: A002 - the field's name
        """Return the record.

        Raises:
            NotFound: nothing is kept under this id.
        """
        ...

    def find(
        self, kind: str, *, prefix: str = "", after: str = "", limit: int | None = None, where: Where = NOTHING
    ) -> Iterator[Record]:
        """Return the records whose id begins with `prefix` and comes after `after`, in code point order of the id.

        The rows are those at the moment of the call, whatever is written while they are walked through.

        Args:
            kind: the kind of record.
            prefix: what the id begins with.
            after: the id behind which to begin.
            limit: how many at most.
            where: for each label asked the texts of which the record bears one; compared as they are.
        """
        ...

    def count(self, kind: str, *, prefix: str = "", where: Where = NOTHING) -> int:
        """Return how many records `find` would yield."""
        ...

    def history(self, kind: str, id: str) -> list[Entry]:  # noqa: A002 - the field's name
        """Return every version, oldest first, deletions and erasures included; nothing where the id was never used."""
        ...

    def histories(self, kind: str, *, prefix: str = "") -> Iterator[tuple[str, list[Entry]]]:
        """Return the history of every id that begins with `prefix`, in code point order of the id."""
        ...

    def kinds(self) -> list[str]:
        """Return every kind under which data stand, be it only in the history of deleted records, in code point order.

        With `ids` and `history` it leads to every copy of a value that the store holds.
        """
        ...

    def ids(self, kind: str, *, prefix: str = "") -> list[str]:
        """Return every id under which data stand, be it only in the history of a deleted record, in code point order.

        `find` yields only the records that are not deleted; what was erased is in neither.
        """
        ...


class Store(Reader, Protocol):
    """A store (存储): versioned records, found by kind and id, written in units of work.

    A store belongs to the thread and the process that opened it. Outside a unit, reads see the last commit; inside a
    unit, reads of the same store see the unit's own writes.

    >>> from pharmasales.storage import open_store
    >>> with open_store("memory:") as store:
    ...     store.count("hospital"), store.head().count
    (0, 0)
    """

    def within(self, nodes: Iterable[str]) -> Reader:
        """Return this store as somebody reads it who sees only these nodes of the organisation (数据权限).

        Args:
            nodes: the ids of the nodes, such as `org.within("R01")`.

        Raises:
            BadValue: an id out of normal form, or one text where several ids are due.
        """
        ...

    def units(self, *, after: int = 0) -> Iterator[Sealed]:
        """Return every unit of work behind a sequence, with the versions that it wrote: the audit chain (审计链).

        Raises:
            StorageError: `storage.nested` inside a unit of work, as `head` and `verify`.
        """
        ...

    def head(self) -> Anchor:
        """Return the head of the audit chain; kept elsewhere, it proves later that nothing was cut off or rebuilt."""
        ...

    def verify(self, anchor: Anchor | None = None) -> Verified:
        """Check the content of every version and every link of the audit chain (校验).

        An edit, a deletion, a swap and an insertion behind the library's back are found at the first unit of work that
        does not follow; a cut end and a chain rebuilt throughout only with an anchor that was kept elsewhere.
        """
        ...

    def take(self, units: Iterable[Sealed]) -> Anchor:
        """Take over all units of work of another store, exactly as they are, and return the head (恢复).

        Raises:
            StorageError: `storage.used` where this store is not empty, `storage.damaged` where the units do not follow
                from each other; nothing was taken then.
        """
        ...

    def unit(self, *, by: str, why: str, at: datetime, operation: str = "") -> AbstractContextManager[Unit]:
        """Begin a unit of work: commit when the block ends, roll back on any exception, KeyboardInterrupt included.

        An `operation` id makes a retry safe: once a unit with it was committed, a further one has `done` set and
        ignores its writes. A rolled-back unit leaves no trace.

        Args:
            by: the id of who writes.
            why: the reason, in words; no personal values.
            at: the moment, zone-aware.
            operation: a unique id of this piece of work, or nothing.

        Raises:
            BadValue: a naive `at`, an empty `by` or `why`.
            StorageError: a unit is open already, or somebody else is writing.
        """
        ...

    def close(self) -> None:
        """Close the store; a unit still open is rolled back. Closing twice is harmless."""
        ...

    def __enter__(self) -> Self:
        """Return the store itself."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Close the store."""
        ...


class Opener(Protocol):
    """What an entry point of the group `pharmasales.stores` names: a class (or object) that opens a URL.

    >>> from pharmasales.storage.memory import MemoryStore
    >>> opener: Opener = MemoryStore
    >>> opener.open("memory:").count("hospital")
    0
    """

    def open(self, url: str, *, create: bool = False) -> Store:
        """Open the store at `url`; make it where it is missing only if `create` is set.

        Raises:
            BadConfig: a URL that this back end does not understand.
            StorageError: the store is missing, damaged, foreign or out of reach.
        """
        ...
