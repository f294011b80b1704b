# ruff: noqa: S101 - a conformance suite asserts
"""The part of the storage suite that is about the audit chain (审计链): its links, what proves it, what it says.

>>> from pharmasales.storage import open_store
>>> with open_store("memory:") as store:
...     put(store, "hospital", {"H1": {"beds": 300}})
...     told(store.units())
[(1, 'u1', 'first load', '', [('hospital', 'H1', 1, 1, '{"beds":300}', None)])]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from pharmasales.compliance.audit import START, Anchor
from pharmasales.errors import BadValue, Conflict, StorageError
from pharmasales.storage.chain import follows
from pharmasales.storage.protocol import Sealed, Store
from pharmasales.storage.seals import DELETED, ERASURE, KEPT, check
from pharmasales.testing.storage_erasure import erase
from pharmasales.testing.storage_records import FIRST, LATER, RecordSuite, put, undone

__all__ = ["ChainSuite", "lives", "told"]


def lives(store: Store) -> None:
    """Write three units: H1 and H2; H1 changed twice, H2 deleted, D7 made under the operation "op"; D7 erased.

    >>> from pharmasales.storage import open_store
    >>> with open_store("memory:") as store:
    ...     lives(store)
    ...     store.head().count
    3
    """
    put(store, "hospital", {"H2": {"n": 1}, "H1": {"n": 1}})
    with store.unit(**LATER, operation="op") as unit:
        unit.put("hospital", "H1", {"n": 2, "@node": "R01", "@labels": {"owner": ["R01", "R02"]}})
        unit.put("hospital", "H1", {"n": 3, "@node": "R02", "@labels": {"owner": "R02"}})
        unit.delete("hospital", "H2")
        unit.put("doctor", "D7", {"mobile": "secret", "@node": "*"})
    erase(store, "doctor", "D7")


def told(units: Iterable[Sealed]) -> list[tuple[Any, ...]]:
    """Return what units of work say, but for the moment and for salts and hashes, which differ from store to store."""
    return [(u.sequence, u.by, u.why, u.operation, [(*row[:5], row.node) for row in u.rows]) for u in units]


class ChainSuite(RecordSuite):
    """What the audit chain does in every store.

    >>> ChainSuite.durable
    True
    """

    def test_head(self, store: Store) -> None:
        """S58 The head is `START` at first; a unit that leaves a trace adds one link, any other none."""
        assert store.head() == START
        assert (list(store.units()), bool(store.verify()), store.verify().head) == ([], True, START)
        put(store, "hospital", {"H1": {}, "H2": {}})
        first = store.head()
        assert first.count == 1
        assert first != START
        with store.unit(**FIRST) as unit:
            unit.put("hospital", "H1", {})
            unit.put_many("hospital", [("H2", {})])
            unit.erase("hospital", "H9")
            with pytest.raises(Conflict):
                unit.put("hospital", "H1", {"n": 1}, expected=7)
            with pytest.raises(BadValue):
                unit.put("hospital", "H1", {"n": 0.5})
        with undone(store) as unit:
            unit.put("hospital", "H1", {"n": 1})
        assert store.head() == first
        for count in (2, 2):
            with store.unit(**FIRST, operation="empty") as unit:
                assert unit.put("hospital", "H2", {"n": 1}) == count
            assert store.head().count == 2
        with store.unit(**FIRST, operation="truly empty"):
            pass
        assert (store.head().count, len({first, store.head()})) == (3, 2)

    def test_verify(self, store: Store) -> None:
        """S59 A chain that nobody touched verifies, and every head that it ever had proves it up to there."""
        heads = [store.head()]
        for number in range(4):
            put(store, "hospital", {"H1": {"n": number}, f"H{number}": {}})
            heads.append(store.head())
        assert [head.count for head in heads] == [0, 1, 2, 3, 4]
        for anchor in (None, *heads):
            found = store.verify(anchor)
            assert (bool(found), found.count, found.head, found.first_bad) == (True, 4, heads[-1], None)
            assert found.anchored is (anchor is not None)

    def test_anchors(self, store: Store) -> None:
        """S60 An anchor behind the end shows that units were cut off, one of another hash that they were rebuilt."""
        lives(store)
        head = store.head()
        for anchor, bad in (
            (Anchor(5, "a" * 64), (4, "cut")),
            (Anchor(3, "a" * 64), (3, "rebuilt")),
            (Anchor(1, head.hash), (1, "rebuilt")),
        ):
            found = store.verify(anchor)
            assert not found
            assert found.first_bad is not None
            assert (found.first_bad.sequence, found.first_bad.reason) == bad
        assert store.verify(head)

    def test_erased_chain(self, store: Store) -> None:
        """S61 After an erasure the chain verifies and old heads hold; of erased versions only the hash stays."""
        lives(store)
        put(store, "doctor", {"D8": {"mobile": "other"}, "D7": {"mobile": "again"}})
        before, units = store.head(), list(store.units())
        assert erase(store, "doctor", prefix="D") == 2
        erase(store, "hospital", "H2")
        assert store.verify(before).anchored
        assert bool(store.verify(before))
        after = list(store.units())
        assert [unit.hash for unit in after[: len(units)]] == [unit.hash for unit in units]
        rows = {row[:3]: row for unit in after for row in unit.rows}
        for old in (row for unit in units for row in unit.rows):
            new = rows[old[:3]]
            assert (new.hash, new.node) == (old.hash, old.node)
            if old.id == "H1":
                assert new == old
            else:
                assert (new.data, new.salt) == (None, None)
        marks = [check(rows[place]) for place in (("doctor", "D7", 4), ("doctor", "D8", 2), ("hospital", "H2", 3))]
        assert marks == [ERASURE] * 3

    def test_units(self, store: Store) -> None:
        """S62 `units` say who, why, when, under which operation, and every version in order of kind, id and version."""
        lives(store)
        units = list(store.units())
        erased, text = "secret", '{"@labels":{"owner":"R02"},"@node":"R02","n":3}'
        first = '{"@labels":{"owner":["R01","R02"]},"@node":"R01","n":2}'
        assert erased not in repr(units)
        assert told(units) == [
            (
                1,
                "u1",
                "first load",
                "",
                [("hospital", "H1", 1, 1, '{"n":1}', None), ("hospital", "H2", 1, 1, '{"n":1}', None)],
            ),
            (
                2,
                "u2",
                "correction",
                "op",
                [
                    ("doctor", "D7", 1, 2, None, "*"),
                    ("hospital", "H1", 2, 2, first, "R01"),
                    ("hospital", "H1", 3, 2, text, "R02"),
                    ("hospital", "H2", 2, 2, None, None),
                ],
            ),
            (3, "u2", "correction", "", [("doctor", "D7", 2, 3, None, "*")]),
        ]
        assert [unit.at for unit in units] == [FIRST["at"], LATER["at"], LATER["at"]]
        assert [unit.at.utcoffset() for unit in units] == [stamp["at"].utcoffset() for stamp in (FIRST, LATER, LATER)]
        assert [[unit.sequence for unit in store.units(after=after)] for after in (1, 2, 3, 9)] == [[2, 3], [3], [], []]
        keys = ["Z", "a", "é", "\uffee", "\U0001f600", "10", "9"]
        put(store, "示", {key: {} for key in keys})
        assert [row.id for unit in store.units(after=3) for row in unit.rows] == sorted(keys)
        for bad in (-1, True, "1", None):
            with pytest.raises(BadValue):
                store.units(after=bad)  # type: ignore[arg-type] # that is the point

    def test_seals(self, store: Store) -> None:
        """S63 Every hash is the one that is documented, under a salt of its own: any store's chain can be checked."""
        lives(store)
        put(store, "hospital", {"H3": {"n": 1}, "H4": {"n": 1}})
        head, units = START, list(store.units())
        for unit in units:
            head = follows(head, unit)
        assert head == store.head()
        rows = [row for unit in units for row in unit.rows]
        assert [check(row) for row in rows] == [KEPT, KEPT, "", KEPT, KEPT, DELETED, ERASURE, KEPT, KEPT]
        for row in rows:
            assert (type(row.data), type(row.hash), len(row.hash)) in ((str, bytes, 32), (type(None), bytes, 32))
        last = rows[-1]
        assert last.salt is not None
        text = f'{last.kind}\n{last.id}\n{last.version}\n{last.sequence}\n\n+{{"n":1}}'
        assert last.hash == sha256(last.salt + text.encode()).digest()
        salts = {row.salt for row in rows if row.salt is not None}
        assert (len(salts), {len(salt) for salt in salts}) == (8, {16})

    def test_units_are_a_moment(self, store: Store) -> None:
        """S64 The units walked through are those at the moment of the call, and the walk hinders nobody's writing."""
        lives(store)
        before = list(store.units())
        walk, begun, unused = store.units(), store.units(), store.units()
        assert next(begun) == before[0]
        with store.unit(**LATER) as unit:
            unit.put("hospital", "H1", {"n": 9})
            unit.put("hospital", "H9", {})
            assert next(begun) == before[1]
        with undone(store) as unit:
            unit.put("hospital", "H1", {"n": 10})
        erase(store, "hospital", "H2")
        assert [*walk] == before
        assert [*begun] == before[2:]
        assert store.head().count == 5
        del unused

    def test_chain_in_unit(self, store: Store) -> None:
        """S65 Inside a unit `head`, `verify`, `units` and `take` are refused, and the unit goes on."""
        works: list[Callable[[], object]] = [store.head, store.verify, store.units, lambda: store.take([])]
        with store.unit(**FIRST) as unit:
            for work in works:
                with pytest.raises(StorageError) as caught:
                    work()
                assert caught.value.code == "storage.nested"
            unit.put("hospital", "H1", {})
        assert (store.count("hospital"), store.head().count) == (1, 1)

    def test_one_chain(self, tmp_path: Path) -> None:
        """S66 (durable) Stores on one place write one chain, and it is there after opening anew."""
        if not self.durable:
            pytest.skip("the store is not durable")
        with self.open(tmp_path) as one, self.reopen(tmp_path) as two:
            heads = [one.head()]
            for number, store in enumerate([one, two, two, one, two]):
                put(store, "hospital", {"H1": {"n": number}, f"H{number}": {}})
                heads.append(store.head())
            assert one.head() == two.head() == heads[-1]
            assert told(one.units()) == told(two.units())
            assert [bool(one.verify(head)) for head in heads] == [True] * 6
        with self.reopen(tmp_path) as store:
            assert store.head() == heads[-1]
            assert all(store.verify(head).anchored and store.verify(head) for head in heads)
