"""A store of a third party: it counts the reads of another store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from pharmasales.compliance.audit import Anchor
from pharmasales.compliance.verification import Verified
from pharmasales.storage import Entry, Opener, Record, Store, Unit, open_store
from pharmasales.storage.protocol import NOTHING, Reader, Sealed, Where


class CountingStore:
    """Whatever has the methods is a store; nothing is inherited."""

    def __init__(self, inner: Store) -> None:
        """Take the store that does the work."""
        self.inner = inner
        self.reads = 0

    @classmethod
    def open(cls, url: str, *, create: bool = False) -> CountingStore:
        """Open `counting:memory:` and the like."""
        return cls(open_store(url.removeprefix("counting:"), create=create))

    @property
    def part(self) -> bool:
        return self.inner.part

    def get(self, kind: str, id: str) -> Record:  # noqa: A002 - the protocol's name
        self.reads += 1
        return self.inner.get(kind, id)

    def find(
        self, kind: str, *, prefix: str = "", after: str = "", limit: int | None = None, where: Where = NOTHING
    ) -> Iterator[Record]:
        self.reads += 1
        return self.inner.find(kind, prefix=prefix, after=after, limit=limit, where=where)

    def kinds(self) -> list[str]:
        return self.inner.kinds()

    def ids(self, kind: str, *, prefix: str = "") -> list[str]:
        return self.inner.ids(kind, prefix=prefix)

    def count(self, kind: str, *, prefix: str = "", where: Where = NOTHING) -> int:
        return self.inner.count(kind, prefix=prefix, where=where)

    def history(self, kind: str, id: str) -> list[Entry]:  # noqa: A002 - the protocol's name
        return self.inner.history(kind, id)

    def histories(self, kind: str, *, prefix: str = "") -> Iterator[tuple[str, list[Entry]]]:
        return self.inner.histories(kind, prefix=prefix)

    def within(self, nodes: Iterable[str]) -> Reader:
        return self.inner.within(nodes)

    def units(self, *, after: int = 0) -> Iterator[Sealed]:
        return self.inner.units(after=after)

    def head(self) -> Anchor:
        return self.inner.head()

    def verify(self, anchor: Anchor | None = None) -> Verified:
        return self.inner.verify(anchor)

    def take(self, units: Iterable[Sealed]) -> Anchor:
        return self.inner.take(units)

    def unit(self, *, by: str, why: str, at: datetime, operation: str = "") -> AbstractContextManager[Unit]:
        return self.inner.unit(by=by, why=why, at=at, operation=operation)

    def close(self) -> None:
        self.inner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()


opener: Opener = CountingStore
counting = CountingStore.open("counting:memory:")
store: Store = counting
with store, store.unit(by="u1", why="first load", at=datetime(2026, 1, 5, tzinfo=UTC)) as unit:
    version: int = unit.put("hospital", "H1", {"beds": 300, "tags": ["a", None, {"b": True}]}, expected=0)
    beds = store.get("hospital", "H1").data["beds"]
assert (version, beds, counting.reads) == (1, 300, 1)
