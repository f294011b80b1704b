"""The storage contract: records, their history, and the two protocols that every back end fulfils.

The behaviours are numbered in `docs/extending/storage.md` and checked by `pharmasales.testing.storage.StoreSuite`.

>>> Record("hospital", "H001", 1, {"beds": 300}).version
1
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self, TypeAlias

from attrs import field, frozen

__all__ = ["Data", "Entry", "Json", "Opener", "Record", "Store", "Unit"]

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"
"""What a stored value may be: no float, so that no number changes on its way."""

Data: TypeAlias = Mapping[str, object]
"""What a writer hands in: a JSON object whose values are `Json`, checked when it is put."""


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


class Store(Protocol):
    """A store (存储): versioned records, found by kind and id, written in units of work.

    A store belongs to the thread and the process that opened it. Outside a unit, reads see the last commit; inside a
    unit, reads of the same store see the unit's own writes.

    >>> from pharmasales.storage import open_store
    >>> with open_store("memory:") as store:
    ...     store.get("hospital", "H404")
    Traceback (most recent call last):
        ...
    pharmasales.errors.NotFound: nothing is kept under this id @ hospital H404 [not-found]
    """

    def get(self, kind: str, id: str) -> Record:  # noqa: A002 - the field's name
        """Return the record.

        Raises:
            NotFound: nothing is kept under this id.
        """
        ...

    def find(self, kind: str, *, prefix: str = "", after: str = "", limit: int | None = None) -> Iterator[Record]:
        """Return the records whose id begins with `prefix` and comes after `after`, in code point order of the id.

        The rows are those at the moment of the call, whatever is written while they are walked through.
        """
        ...

    def count(self, kind: str, *, prefix: str = "") -> int:
        """Return how many records `find` would yield."""
        ...

    def history(self, kind: str, id: str) -> list[Entry]:  # noqa: A002 - the field's name
        """Return every version, oldest first, deletions and erasures included; nothing where the id was never used."""
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
