# ruff: noqa: S101 - a conformance suite asserts
"""The part of the storage suite that is about taking over another store (恢复): all of it exactly, or nothing.

>>> from pharmasales.storage import open_store
>>> with open_store("memory:") as one, open_store("memory:") as two:
...     lives(one)
...     two.take(one.units()) == one.head(), everything(two) == everything(one)
(True, True)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from attrs import evolve

from pharmasales.compliance.audit import START
from pharmasales.errors import NotFound, StorageError
from pharmasales.storage import open_store
from pharmasales.storage.protocol import Row, Sealed, Store
from pharmasales.testing.storage_chain import lives
from pharmasales.testing.storage_erasure import erase
from pharmasales.testing.storage_records import FIRST, LATER, RecordSuite, put

__all__ = ["TakeSuite", "everything"]


def everything(store: Store) -> dict[str, Any]:
    """Return all that can be read of a store."""
    kinds = ["doctor", "hospital", "visit"]
    readers = [store, *(store.within([node]) for node in ("R01", "R02", "R03"))]
    wheres: list[dict[str, str]] = [{}, {"owner": "R01"}, {"owner": "R02"}]
    return {
        "found": [list(reader.find(kind, where=where)) for reader in readers for kind in kinds for where in wheres],
        "count": [reader.count(kind, where=where) for reader in readers for kind in kinds for where in wheres],
        "histories": [list(reader.histories(kind)) for reader in readers for kind in kinds],
        "kinds": [reader.kinds() for reader in readers],
        "ids": [reader.ids(kind) for reader in readers for kind in kinds],
        "units": list(store.units()),
        "head": store.head(),
        "verified": (bool(store.verify()), store.verify().count),
    }


def _rich(store: Store) -> None:
    """Write `lives`, more versions of one record in one unit, an erasure between two of them, and a unit of none."""
    lives(store)
    with store.unit(**LATER, operation="op 2") as unit:
        unit.put_many("visit", [(f"V{number:04d}", {"n": number, "@node": "R03"}) for number in range(1200)])
        for number in range(7):
            unit.put("visit", "V0003", {"n": -number, "@labels": {"owner": f"R0{number}"}})
        unit.delete("visit", "V0004")
        unit.put("visit", "V0004", {"n": 1, "@labels": {"owner": ["R02"]}})
        unit.erase("visit", prefix="V0005")
        unit.put("visit", "V0005", {"n": 2, "@node": "R01"})
        unit.put("hospital", "H2", {"n": 5})
    with store.unit(**FIRST, operation="empty"):
        pass
    erase(store, "hospital", "H2")
    put(store, "doctor", {"D7": {"mobile": "new", "@node": "R01"}})


def _bad(units: Sequence[Sealed]) -> Iterator[list[Sealed]]:
    """Yield chains that do not follow: cut at the front, with a gap, swapped, doubled, changed in every part."""
    first, second, third, *_ = units
    yield [second, third]
    yield [first, third]
    yield [second, first]
    yield [first, first]
    yield [first, evolve(second, by="u9"), third]
    yield [first, evolve(second, why="other"), third]
    yield [first, evolve(second, at=FIRST["at"]), third]
    yield [first, evolve(second, operation=""), third]
    yield [first, evolve(second, hash=bytes(32)), third]
    yield [evolve(first, sequence=2)]
    yield [first, evolve(second, rows=second.rows[1:]), third]
    yield [first, evolve(second, rows=second.rows[::-1]), third]
    yield [first, evolve(second, rows=(*second.rows, second.rows[-1])), third]
    row = first.rows[0]
    for changed in (
        {"data": '{"n":2}'},
        {"salt": bytes(16)},
        {"hash": bytes(32)},
        {"node": "R01"},
        {"version": 2},
        {"sequence": 2},
        {"id": "H0"},
        {"kind": "a"},
        {"data": None, "salt": None},
        {"data": None},
        {"salt": None},
    ):
        other: Row = row._replace(**changed)
        yield [evolve(first, rows=(other, *first.rows[1:])), second, third]


class TakeSuite(RecordSuite):
    """What taking over does in every store.

    >>> TakeSuite.durable
    True
    """

    def test_take(self, store: Store) -> None:
        """S67 What was taken over is equal in all that can be read: records, histories, labels, scope, chain."""
        with open_store("memory:") as source:
            _rich(source)
            assert store.take(source.units()) == source.head()
            assert everything(store) == everything(source)
            assert store.verify(source.head()).anchored

    def test_taken_goes_on(self, store: Store) -> None:
        """S68 A store that took over goes on: done operations, versions, sequences, anchors hold, in its copy too."""
        with open_store("memory:") as source:
            _rich(source)
            head = store.take(source.units())
            for operation in ("op", "op 2", "empty"):
                with store.unit(**LATER, operation=operation) as unit:
                    assert unit.done
            with store.unit(**LATER) as unit:
                assert unit.put("visit", "V0003", {"n": 9}, expected=8) == 9
                assert unit.put("hospital", "H2", {}, expected=0) == 5
            assert (store.head().count, bool(store.verify(head))) == (head.count + 1, True)
            assert erase(store, "visit", prefix="V") == 1200
            with pytest.raises(NotFound):
                store.get("visit", "V0003")
            assert store.verify(head)
        with open_store("memory:") as copy:
            assert copy.take(store.units()) == store.head()
            assert everything(copy) == everything(store)

    def test_take_used(self, store: Store) -> None:
        """S69 A store that holds any unit takes nothing over (`storage.used`) and is as it was."""
        with store.unit(**FIRST, operation="empty"):
            pass
        with open_store("memory:") as source:
            lives(source)
            before = everything(store)
            for units in (source.units(), iter(())):
                with pytest.raises(StorageError) as caught:
                    store.take(units)
                assert caught.value.code == "storage.used"
            assert everything(store) == before

    def test_take_damaged(self, store: Store) -> None:
        """S70 Units that do not follow, or whose versions do not fit their seals, are refused; nothing is kept."""
        with open_store("memory:") as source:
            lives(source)
            units = list(source.units())
            empty = everything(store)
            for chain in _bad(units):
                with pytest.raises(StorageError) as caught:
                    store.take(chain)
                assert caught.value.code == "storage.damaged"
                assert everything(store) == empty
            assert store.take(units) == source.head()

    @pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, StorageError])
    def test_take_undone(self, store: Store, kind: type[BaseException]) -> None:
        """S71 Whatever strikes while units are taken over undoes all of it; nothing to take over is no trace."""
        with open_store("memory:") as source:
            lives(source)

            def struck() -> Iterator[Sealed]:
                yield from list(source.units())[:2]
                assert store.count("hospital") == 1
                raise kind("struck")

            with pytest.raises(kind, match="struck"):
                store.take(struck())
            assert (store.head(), store.kinds(), store.take([])) == (START, [], START)
            put(store, "hospital", {"H1": {}})
            assert store.history("hospital", "H1")[0].sequence == 1
