# ruff: noqa: S101 - a conformance suite asserts
"""The conformance suite of storage: a back end passes it, or is none.

Subclass `StoreSuite` in a test module, fill in `open` (and `reopen` where the store outlives its closing), and pytest
runs every numbered behaviour of `docs/extending/storage.md` on it.

>>> from pharmasales.storage import open_store
>>> class TestMyStore(StoreSuite):
...     durable = clean = False
...
...     def open(self, tmp_path):
...         return open_store("memory:")
>>> "S1" in behaviours(TestMyStore)
True
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pharmasales.errors import BadValue, Conflict, PharmaSalesError, StorageError
from pharmasales.storage import Store
from pharmasales.testing.storage_chain import ChainSuite
from pharmasales.testing.storage_erasure import ErasureSuite
from pharmasales.testing.storage_labels import LabelSuite
from pharmasales.testing.storage_records import FIRST, LATER, ids, put
from pharmasales.testing.storage_scope import ScopeSuite, reads
from pharmasales.testing.storage_take import TakeSuite

__all__ = ["StoreSuite", "behaviours"]


def behaviours(suite: type[StoreSuite]) -> dict[str, str]:
    """Return the numbered behaviours of a suite: number and sentence, in order.

    >>> list(behaviours(StoreSuite))[:2]
    ['S1', 'S2']
    """
    docs = [str(getattr(suite, name).__doc__).split("\n")[0] for name in dir(suite) if name.startswith("test_")]
    pairs = [(int(number[1:]), sentence) for number, _, sentence in (doc.partition(" ") for doc in docs)]
    return {f"S{number}": sentence for number, sentence in sorted(pairs)}


def _error(work: Callable[[], object]) -> PharmaSalesError | None:
    try:
        work()
    except PharmaSalesError as error:
        return error
    return None


class StoreSuite(ErasureSuite, LabelSuite, ScopeSuite, ChainSuite, TakeSuite):
    """What every store does. Override `open`, and `reopen` where `durable`; capabilities, never names, skip a test.

    >>> StoreSuite.durable, StoreSuite.confined, StoreSuite.clean
    (True, True, True)
    """

    # units of work

    @pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit])
    def test_roll_back(self, store: Store, kind: type[BaseException]) -> None:
        """S17 Any exception that leaves the block, KeyboardInterrupt too, undoes all of it; the store works on."""
        put(store, "hospital", {"H1": {"n": 1}, "H2": {}})

        def work() -> None:
            with store.unit(**LATER, operation="op") as unit:
                unit.put("hospital", "H1", {"n": 2})
                unit.put("hospital", "H1", {"n": 3})
                unit.delete("hospital", "H2")
                unit.put_many("hospital", [("H3", {}), ("H4", {})])
                raise kind

        with pytest.raises(kind):
            work()
        assert [(record.id, record.version) for record in store.find("hospital")] == [("H1", 1), ("H2", 1)]
        assert [len(store.history("hospital", key)) for key in ("H1", "H2", "H3")] == [1, 1, 0]
        with store.unit(**LATER) as unit:
            assert unit.put("hospital", "H1", {"n": 2}, expected=1) == 2
        assert store.history("hospital", "H1")[-1].sequence == 2

    def test_own_writes(self, store: Store) -> None:
        """S18 Reads of the same store inside a unit see the unit's own writes."""
        put(store, "hospital", {"H1": {"n": 1}})
        with store.unit(**LATER) as unit:
            unit.put("hospital", "H1", {"n": 2})
            unit.put("hospital", "H2", {})
            assert store.get("hospital", "H1").data == {"n": 2}
            assert (ids(store, "hospital"), store.count("hospital")) == (["H1", "H2"], 2)
            assert [entry.by for entry in store.history("hospital", "H1")] == ["u1", "u2"]

    def test_nested(self, store: Store) -> None:
        """S19 A unit inside a unit is refused, and the outer one goes on."""
        with store.unit(**FIRST) as unit:
            with pytest.raises(StorageError) as caught, store.unit(**LATER):
                pass
            assert caught.value.code == "storage.nested"
            unit.put("hospital", "H1", {})
        assert store.count("hospital") == 1

    def test_over(self, store: Store) -> None:
        """S20 A unit takes no write after its block, nor while another is open."""
        with store.unit(**FIRST) as old:
            old.put("hospital", "H1", {})
        with store.unit(**LATER) as new:
            new.put("hospital", "H2", {})
            writes: list[Callable[[], object]] = [
                lambda: old.put("hospital", "H3", {}),
                lambda: old.put_many("hospital", [("H3", {})]),
            ]
            writes += [lambda: old.replace("hospital", "H", []), lambda: old.delete("hospital", "H1")]
            writes += [lambda: old.erase("hospital", "H1")]
            for write in writes:
                with pytest.raises(StorageError) as caught:
                    write()
                assert caught.value.code == "storage.over"
        assert ids(store, "hospital") == ["H1", "H2"]

    def test_operation(self, store: Store) -> None:
        """S21 A unit whose operation was committed before has `done` set; its writes are checked, then ignored."""
        for done in (False, True, True):
            with store.unit(**FIRST, operation="order 7") as unit:
                assert unit.done is done
                assert unit.put("hospital", "H1", {"n": 1}, expected=0) == 1
        with store.unit(**LATER, operation="order 7") as unit:
            assert unit.put("hospital", "H1", {"n": 2}) == 1
            assert unit.put("hospital", "H2", {}) == 0
            assert unit.put_many("hospital", [("H2", {})]) == 0
            assert unit.replace("hospital", "", []) == 0
            unit.delete("hospital", "H1")
            unit.delete("hospital", "H9")
            with pytest.raises(BadValue):
                unit.put("hospital", "H2", {"x": 0.5})
        assert [(record.id, record.data) for record in store.find("hospital")] == [("H1", {"n": 1})]
        assert len(store.history("hospital", "H1")) == 1

    def test_operation_without_writes(self, store: Store) -> None:
        """S22 An operation that wrote nothing is done all the same; one that was rolled back is not."""
        with store.unit(**FIRST, operation="empty"):
            pass
        with pytest.raises(ValueError, match="no"), store.unit(**FIRST, operation="failed"):
            raise ValueError("no")
        for operation, done in (("empty", True), ("failed", False), ("other", False)):
            with store.unit(**FIRST, operation=operation) as unit:
                assert unit.done is done

    def test_stamp(self, store: Store) -> None:
        """S23 A naive moment, an author or operation out of normal form, a blank reason are refused with BadValue."""
        bad: list[dict[str, Any]] = [{"at": datetime(2026, 1, 5)}, {"by": ""}, {"by": " u1"}]  # noqa: DTZ001 - the point
        bad += [{"why": ""}, {"why": " "}, {"why": "a\0"}, {"operation": " x"}, {"operation": "a\nb"}]
        for wrong in bad:
            with pytest.raises(BadValue):
                store.unit(**(FIRST | wrong))

    # history

    def test_history(self, store: Store) -> None:
        """S24 History keeps every version, oldest first, with who, why, when and the sequence of its unit."""
        put(store, "hospital", {"H1": {"n": 1}, "H2": {}})
        with store.unit(**LATER) as unit:
            unit.put("hospital", "H1", {"n": 2})
            unit.delete("hospital", "H1")
        first, second, third = store.history("hospital", "H1")
        assert (first.version, first.data, first.by, first.why, first.at, first.sequence) == (
            1,
            {"n": 1},
            *FIRST.values(),
            1,
        )
        assert (second.version, second.data) == (2, {"n": 2})
        assert (third.version, third.data, third.by, third.why, third.at, third.sequence) == (
            3,
            None,
            *LATER.values(),
            2,
        )
        assert third.at.utcoffset() == timedelta(hours=8)
        assert store.history("hospital", "H9") == []

    def test_sequence(self, store: Store) -> None:
        """S25 Sequences count the units that left a trace, in order of commit, whatever the clock says."""
        with store.unit(**LATER) as unit:
            unit.put("hospital", "A", {})
        with store.unit(**FIRST) as unit:
            unit.put("hospital", "A", {})
        with store.unit(**FIRST) as unit:
            unit.put("hospital", "B", {})
        assert [store.history("hospital", key)[0].sequence for key in "AB"] == [1, 2]

    # the life of a store

    def test_close(self, tmp_path: Path) -> None:
        """S26 A closed store refuses everything by type; closing twice is harmless."""
        with self.open(tmp_path) as store:
            pass
        store.close()
        works = [*reads(store), lambda: store.unit(**FIRST), store.__enter__]
        works += [store.units, store.head, store.verify, lambda: store.take([])]
        for work in works:
            with pytest.raises(StorageError) as caught:
                work()
            assert caught.value.code == "storage.closed"

    def test_close_in_unit(self, tmp_path: Path) -> None:
        """S27 Closing inside a unit undoes it, and its block ends in a StorageError."""
        store = self.open(tmp_path)

        def work() -> None:
            with store.unit(**FIRST) as unit:
                unit.put("hospital", "H1", {})
                store.close()

        with pytest.raises(StorageError):
            work()
        if self.durable:
            with self.reopen(tmp_path) as again:
                assert again.count("hospital") == 0

    def test_thread(self, store: Store) -> None:
        """S28 (confined) Another thread is refused by type, and the store works on."""
        if not self.confined:
            pytest.skip("the store is not confined to one thread")
        found: list[PharmaSalesError | None] = []
        with store.unit(**FIRST) as unit:
            works = [*reads(store), store.close, store.units, store.head, store.verify, lambda: store.take([])]
            works += [lambda: store.unit(**FIRST), lambda: unit.put("a", "b", {}), lambda: unit.erase("a", "b")]
            thread = threading.Thread(target=lambda: found.extend(map(_error, works)))
            thread.start()
            thread.join()
            unit.put("hospital", "H1", {})
        assert [error and error.code for error in found] == ["storage.thread"] * len(works)
        assert ids(store, "hospital") == ["H1"]

    def test_reopen(self, tmp_path: Path) -> None:
        """S29 (durable) Records, versions, history and done operations are there after opening anew."""
        if not self.durable:
            pytest.skip("the store is not durable")
        with self.open(tmp_path) as store:
            put(store, "hospital", {"H1": {"n": 2**70}, "H2": {}})
            with store.unit(**LATER, operation="op") as unit:
                unit.delete("hospital", "H2")
            before = store.get("hospital", "H1"), store.history("hospital", "H1"), store.history("hospital", "H2")
        with self.reopen(tmp_path) as store:
            assert (
                store.get("hospital", "H1"),
                store.history("hospital", "H1"),
                store.history("hospital", "H2"),
            ) == before
            with store.unit(**LATER, operation="op") as unit:
                assert unit.done
            with store.unit(**LATER) as unit:
                assert unit.put("hospital", "H2", {}, expected=0) == 3
            assert store.history("hospital", "H2")[-1].sequence == 3

    def test_two_stores(self, tmp_path: Path) -> None:
        """S30 (durable) A second store on the same place sees only commits, and the slower editor gets a Conflict."""
        if not self.durable:
            pytest.skip("the store is not durable")
        with self.open(tmp_path) as one, self.reopen(tmp_path) as two:
            put(one, "hospital", {"H1": {"n": 1}})
            read = one.get("hospital", "H1").version, two.get("hospital", "H1").version
            with one.unit(**FIRST) as unit:
                unit.put("hospital", "H1", {"n": 2}, expected=read[0])
                assert two.get("hospital", "H1").data == {"n": 1}
            with pytest.raises(Conflict) as caught, two.unit(**LATER) as unit:
                unit.put("hospital", "H1", {"n": 3}, expected=read[1])
            assert (caught.value.expected, caught.value.found) == (1, 2)
            assert one.get("hospital", "H1").data == two.get("hospital", "H1").data == {"n": 2}
