"""The store in memory: for tests, notebooks and what-if work; gone when it is closed.

>>> from datetime import UTC, datetime
>>> store = MemoryStore()
>>> with store.unit(by="u1", why="first load", at=datetime(2026, 1, 5, tzinfo=UTC)) as unit:
...     unit.put("hospital", "H001", {"beds": 300})
1
>>> store.get("hospital", "H001").data["beds"]
300
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import NamedTuple, Self

from pharmasales.errors import BadConfig
from pharmasales.storage.owner import Bracket, Owner
from pharmasales.storage.protocol import Data, Entry, Record, Unit
from pharmasales.storage.records import (
    Stamp,
    as_text,
    batch,
    check_erase,
    check_expected,
    check_key,
    check_range,
    from_text,
    missing,
    stamp,
)

__all__ = ["MemoryStore"]


class _Version(NamedTuple):
    text: str | None
    stamp: Stamp
    sequence: int
    erased: bool = False


class _Shelves:
    """All versions by kind and id, and which operations are done; `sequence` is that of the last committed unit."""

    def __init__(self) -> None:
        self.kinds: dict[str, dict[str, list[_Version]]] = {}
        self.operations: dict[str, int] = {}
        self.sequence = 0

    def chain(self, kind: str, key: str) -> list[_Version]:
        return self.kinds.get(kind, {}).get(key, [])

    def version(self, kind: str, key: str) -> int:
        chain = self.chain(kind, key)
        return len(chain) if chain and chain[-1].text is not None else 0

    def live(self, kind: str, prefix: str) -> list[str]:
        chains = self.kinds.get(kind, {})
        return sorted(key for key in chains if key.startswith(prefix) and self.version(kind, key))

    def ids(self, kind: str, prefix: str) -> list[str]:
        chains = self.kinds.get(kind, {}).items()
        kept = [key for key, chain in chains if any(version.text is not None for version in chain)]
        return sorted(key for key in kept if key.startswith(prefix))


class MemoryStore:
    """Records in memory; the model against which other stores are compared.

    >>> MemoryStore.open("memory:").count("hospital")
    0
    """

    def __init__(self) -> None:
        self._owner = Owner()
        self._shelves = _Shelves()

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
        return cls()

    def get(self, kind: str, id: str) -> Record:  # noqa: A002 - the field's name
        """Return the record; see `Store.get`."""
        self._owner.check()
        check_key(kind, id)
        chain = self._shelves.chain(kind, id)
        if not chain or chain[-1].text is None:
            raise missing(kind, id)
        return Record(kind, id, len(chain), from_text(chain[-1].text))

    def find(self, kind: str, *, prefix: str = "", after: str = "", limit: int | None = None) -> Iterator[Record]:
        """Return the records under a prefix; see `Store.find`."""
        self._owner.check()
        check_range(kind, prefix, after, limit)
        keys = [key for key in self._shelves.live(kind, prefix) if key > after][:limit]
        chains = [(key, self._shelves.chain(kind, key)) for key in keys]
        rows = [(key, len(chain), chain[-1].text or "") for key, chain in chains]
        return (Record(kind, key, version, from_text(text)) for key, version, text in rows)

    def count(self, kind: str, *, prefix: str = "") -> int:
        """Return how many records stand under a prefix."""
        self._owner.check()
        check_range(kind, prefix)
        return len(self._shelves.live(kind, prefix))

    def history(self, kind: str, id: str) -> list[Entry]:  # noqa: A002 - the field's name
        """Return every version, oldest first; see `Store.history`."""
        self._owner.check()
        check_key(kind, id)
        return [
            Entry(number, None if text is None else from_text(text), s.by, s.why, s.at, sequence, erased)
            for number, (text, s, sequence, erased) in enumerate(self._shelves.chain(kind, id), start=1)
        ]

    def kinds(self) -> list[str]:
        """Return every kind under which data stand; see `Store.kinds`."""
        self._owner.check()
        return sorted(kind for kind in self._shelves.kinds if self._shelves.ids(kind, ""))

    def ids(self, kind: str, *, prefix: str = "") -> list[str]:
        """Return every id under which data stand; see `Store.ids`."""
        self._owner.check()
        check_range(kind, prefix)
        return self._shelves.ids(kind, prefix)

    def unit(self, *, by: str, why: str, at: datetime, operation: str = "") -> AbstractContextManager[Unit]:
        """Begin a unit of work; see `Store.unit`."""
        self._owner.check()
        return Bracket(self._owner, _MemoryUnit(self._owner, self._shelves, stamp(by, why, at, operation)))

    def close(self) -> None:
        """Forget everything."""
        if not self._owner.closed:
            self._owner.check()
            self._owner.close()
            self._shelves = _Shelves()

    def __enter__(self) -> Self:
        self._owner.check()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()


class _MemoryUnit:
    def __init__(self, owner: Owner, shelves: _Shelves, by: Stamp) -> None:
        self._owner = owner
        self._shelves = shelves
        self._stamp = by
        self._undo: list[tuple[str, str, int, tuple[_Version, ...]]] = []
        self.done = False

    def begin(self) -> None:
        self.done = self._stamp.operation in self._shelves.operations

    def commit(self) -> None:
        if self.done or not (self._undo or self._stamp.operation):
            return
        number = self._shelves.sequence + 1
        if self._stamp.operation:
            self._shelves.operations[self._stamp.operation] = number
        self._shelves.sequence = number
        self._undo = []

    def roll_back(self) -> None:
        for kind, key, length, erased in reversed(self._undo):
            chains = self._shelves.kinds[kind]
            chains[key][: len(erased)] = erased
            del chains[key][length:]
            if not length:
                del chains[key]
        self._undo = []
        if self._shelves.operations.get(self._stamp.operation, 0) > self._shelves.sequence:
            del self._shelves.operations[self._stamp.operation]

    def _save(self, kind: str, key: str, text: str | None) -> bool:
        chain = self._shelves.kinds.setdefault(kind, {}).setdefault(key, [])
        if self.done or (chain and chain[-1].text == text):
            return False
        self._undo.append((kind, key, len(chain), ()))
        chain.append(_Version(text, self._stamp, self._shelves.sequence + 1))
        return True

    def put(self, kind: str, id: str, data: Data, *, expected: int | None = None) -> int:  # noqa: A002 - the field's name
        self._owner.check_unit(self)
        text = as_text(kind, id, data)
        if not self.done:
            check_expected(kind, id, expected, self._shelves.version(kind, id))
            self._save(kind, id, text)
        return self._shelves.version(kind, id)

    def put_many(self, kind: str, rows: Iterable[tuple[str, Data]]) -> int:
        self._owner.check_unit(self)
        return sum([self._save(kind, key, text) for key, text in batch(kind, rows).items()])

    def delete(self, kind: str, id: str, *, expected: int | None = None) -> None:  # noqa: A002 - the field's name
        self._owner.check_unit(self)
        check_key(kind, id)
        if self.done:
            return
        version = self._shelves.version(kind, id)
        if not version:
            raise missing(kind, id)
        check_expected(kind, id, expected, version)
        self._save(kind, id, None)

    def replace(self, kind: str, prefix: str, rows: Iterable[tuple[str, Data]]) -> int:
        self._owner.check_unit(self)
        texts = batch(kind, rows, prefix)
        gone = [key for key in self._shelves.live(kind, prefix) if key not in texts]
        return sum([self._save(kind, key, text) for key, text in [*texts.items(), *dict.fromkeys(gone).items()]])

    def erase(self, kind: str, id: str = "", *, prefix: str = "") -> int:  # noqa: A002 - the field's name
        self._owner.check_unit(self)
        check_erase(kind, id, prefix)
        keys = [] if self.done else self._shelves.ids(kind, id or prefix)
        if id:
            keys = [key for key in keys if key == id]
        for key in keys:
            chain = self._shelves.chain(kind, key)
            self._undo.append((kind, key, len(chain), tuple(chain)))
            blank = [version._replace(text=None, erased=True) for version in chain]
            chain[:] = [*blank, _Version(None, self._stamp, self._shelves.sequence + 1, erased=True)]
        return len(keys)
