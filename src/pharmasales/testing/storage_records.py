# ruff: noqa: S101 - a conformance suite asserts
"""The part of the storage suite that is about records: reading, writing, expected versions, finding (S1 to S16).

>>> from pharmasales.storage import open_store
>>> with open_store("memory:") as store:
...     put(store, "hospital", {"H2": {}, "H1": {}})
...     ids(store, "hospital")
['H1', 'H2']
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pharmasales.errors import BadValue, Conflict, NotFound
from pharmasales.storage import Record, Store, Unit

__all__ = ["FIRST", "LATER", "RecordSuite", "ids", "put", "undone"]

_AT = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
FIRST: dict[str, Any] = {"by": "u1", "why": "first load", "at": _AT}
LATER: dict[str, Any] = {
    "by": "u2",
    "why": "correction",
    "at": datetime(2026, 2, 1, 8, 0, 0, 5, tzinfo=timezone(timedelta(hours=8))),
}


def put(store: Store, kind: str, rows: dict[str, Any]) -> None:
    """Put the rows in one unit of work."""
    with store.unit(**FIRST) as unit:
        unit.put_many(kind, rows.items())


@contextmanager
def undone(store: Store) -> Iterator[Unit]:
    """Yield a unit of work that ends in a roll-back.

    >>> from pharmasales.storage import open_store
    >>> with open_store("memory:") as store:
    ...     with undone(store) as unit:
    ...         unit.put("hospital", "H1", {})
    ...     store.count("hospital")
    1
    0
    """
    with suppress(_Undo), store.unit(**LATER) as unit:
        yield unit
        raise _Undo


class _Undo(Exception):
    """What ends a block that is to be undone."""


def ids(store: Store, kind: str, prefix: str = "", after: str = "", limit: int | None = None) -> list[str]:
    """Return the ids that `find` yields."""
    return [record.id for record in store.find(kind, prefix=prefix, after=after, limit=limit)]


class RecordSuite:
    """What every store does with records, and the hooks of the whole suite.

    >>> RecordSuite().open(Path("anywhere"))
    Traceback (most recent call last):
        ...
    NotImplementedError
    """

    durable = True
    """Whether what was committed is there again when the store is opened anew."""

    confined = True
    """Whether a store refuses to work in another thread than the one that opened it."""

    def open(self, tmp_path: Path) -> Store:
        """Return a new, empty store; `tmp_path` is a folder for its files."""
        raise NotImplementedError

    def reopen(self, tmp_path: Path) -> Store:
        """Return another store on the place that `open` made in this folder."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        """Yield a new, empty store and close it."""
        with self.open(tmp_path) as store:
            yield store

    # reading and writing

    def test_put_and_get(self, store: Store) -> None:
        """S1 What was put is got back, with version 1."""
        data: dict[str, Any] = {
            "text": "示例",
            "number": -7,
            "yes": True,
            "none": None,
            "list": [1, "a", []],
            "object": {"b": {}, "a": 0},
        }
        with store.unit(**FIRST) as unit:
            assert unit.put("hospital", "H1", data) == 1
        assert store.get("hospital", "H1") == Record("hospital", "H1", 1, data)
        got = store.get("hospital", "H1").data
        assert got["yes"] is True

    def test_versions(self, store: Store) -> None:
        """S2 Changed data make the next version; the same data, in any order of keys, make none."""
        put(store, "hospital", {"H1": {"a": 1, "b": 2}})
        with store.unit(**LATER) as unit:
            assert unit.put("hospital", "H1", {"b": 2, "a": 1}) == 1
            assert unit.put("hospital", "H1", {"a": 1, "b": True}) == 2
            assert unit.put("hospital", "H1", {"a": 1, "b": 1}) == 3
        assert store.get("hospital", "H1").version == 3
        assert len(store.history("hospital", "H1")) == 3

    def test_absent(self, store: Store) -> None:
        """S3 An id that was never used, one of another kind and a deleted one raise the same NotFound."""
        put(store, "doctor", {"H1": {}, "H2": {}})
        with store.unit(**FIRST) as unit:
            unit.delete("doctor", "H2")
        for kind, key in (("hospital", "H1"), ("doctor", "H2"), ("doctor", "H3")):
            with pytest.raises(NotFound) as caught:
                store.get(kind, key)
            assert str(caught.value) == f"nothing is kept under this id @ {kind} {key} [not-found]"

    def test_refused_data(self, store: Store) -> None:
        """S4 What is not plain JSON without floats is refused with BadValue, and the unit goes on without it."""
        circle: list[Any] = []
        circle.append(circle)
        bad: list[Any] = [
            1.0,
            math.nan,
            math.inf,
            Decimal(1),
            (1,),
            {1},
            b"a",
            {1: 2},
            "\ud800",
            "a\0",
            circle,
            1j,
            object(),
        ]
        with store.unit(**FIRST) as unit:
            for value in bad:
                for data in ({"x": value}, {"x": [{"y": value}]}):
                    with pytest.raises(BadValue):
                        unit.put("hospital", "H1", data)
            wholes: list[Any] = [None, [], "text", {1: 2}, {"\udfff": 1}]
            for whole in wholes:
                with pytest.raises(BadValue):
                    unit.put("hospital", "H1", whole)
            unit.put("hospital", "H2", {})
        assert ids(store, "hospital") == ["H2"]

    def test_exact_values(self, store: Store) -> None:
        """S5 Large integers, rare characters, long and empty texts come back exactly."""
        data: dict[str, Any] = {
            "n": 2**63,
            "m": -(10**40),
            "rare": "𠮷䶮㛃",
            "nfd": "e\u0301",
            "zero": "\u200b",
            "lines": "a\r\n\tb",
        }
        data |= {"": "", "quote": "\"'\\", "long": "药" * 100_000, "digits": "００７", "true": "true", "one": 1}
        put(store, "hospital", {"H1": data})
        assert store.get("hospital", "H1").data == data

    def test_copies(self, store: Store) -> None:
        """S6 What goes in and what comes out are copies: changing them does not change the store."""
        data: dict[str, Any] = {"tags": ["a"]}
        put(store, "hospital", {"H1": data})
        data["tags"].append("b")
        got: Any = store.get("hospital", "H1").data
        got["tags"].append("c")
        assert store.get("hospital", "H1").data == {"tags": ["a"]}

    def test_keys(self, store: Store) -> None:
        """S7 A kind or id out of normal form (NFC, trimmed, one line, not empty) is refused with BadValue."""
        with store.unit(**FIRST) as unit:
            for bad in ("", " H1", "H1 ", "e\u0301", "a\nb", "a\0", "\ud800", 7, None):
                key: Any = bad
                for kind, id_ in ((key, "H1"), ("hospital", key)):
                    for work in (store.get, store.history, unit.delete, unit.erase, lambda k, i: unit.put(k, i, {})):
                        with pytest.raises(BadValue):
                            work(kind, id_)
            for id_ in ("007", "7", "Ｈ1", "h1", "H1", "H1 a", "%_'\";--", "示例"):
                unit.put("hospital", id_, {"is": id_})
        assert {record.id: record.data["is"] for record in store.find("hospital")} == {
            i: i for i in ids(store, "hospital")
        }
        assert store.count("hospital") == 8

    # versions that writers expect

    def test_expected(self, store: Store) -> None:
        """S8 A stale expected version raises Conflict with both versions and writes nothing; 0 expects no record."""
        with store.unit(**FIRST) as unit:
            assert unit.put("hospital", "H1", {"n": 1}, expected=0) == 1
            assert unit.put("hospital", "H1", {"n": 2}, expected=1) == 2
            for expected in (0, 1, 3):
                with pytest.raises(Conflict) as caught:
                    unit.put("hospital", "H1", {"n": 2}, expected=expected)
                assert (caught.value.expected, caught.value.found) == (expected, 2)
            with pytest.raises(Conflict) as caught:
                unit.put("hospital", "H2", {}, expected=1)
            assert (caught.value.expected, caught.value.found) == (1, 0)
            for bad in (-1, True, "1"):
                with pytest.raises(BadValue):
                    unit.put("hospital", "H1", {}, expected=bad)  # type: ignore[arg-type] # that is the point
        assert [(r.id, r.version, r.data) for r in store.find("hospital")] == [("H1", 2, {"n": 2})]

    def test_delete(self, store: Store) -> None:
        """S9 Deleting needs a record, honours the expected version and counts as a version; putting again goes on."""
        put(store, "hospital", {"H1": {"n": 1}})
        with store.unit(**LATER) as unit:
            with pytest.raises(Conflict):
                unit.delete("hospital", "H1", expected=2)
            unit.delete("hospital", "H1", expected=1)
            for key in ("H1", "H2"):
                with pytest.raises(NotFound):
                    unit.delete("hospital", key)
            assert unit.put("hospital", "H1", {"n": 1}, expected=0) == 3
        assert [entry.data for entry in store.history("hospital", "H1")] == [{"n": 1}, None, {"n": 1}]

    def test_put_many(self, store: Store) -> None:
        """S10 Putting many returns how many changed; one bad row, or an id that comes twice, refuses all of them."""
        rows = {f"H{number:04d}": {"n": number} for number in range(1200)}
        with store.unit(**FIRST) as unit:
            assert unit.put_many("hospital", rows.items()) == 1200
            assert unit.put_many("hospital", (rows | {"H0003": {"n": -3}, "X": {}}).items()) == 2
            assert unit.put_many("hospital", []) == 0
            batches: list[list[tuple[str, dict[str, Any]]]] = [
                [("A", {}), ("B", {"x": 0.5})],
                [("A", {}), ("A", {})],
                [("A", {}), (" ", {})],
            ]
            for bad in batches:
                with pytest.raises(BadValue):
                    unit.put_many("hospital", bad)
        assert (store.count("hospital"), store.get("hospital", "H0003").version) == (1201, 2)
        with store.unit(**LATER) as unit:
            unit.delete("hospital", "X")
            assert unit.put_many("hospital", [("X", {})]) == 1
        assert store.get("hospital", "X").version == 3

    def test_replace(self, store: Store) -> None:
        """S11 After a replace exactly the given ids stand under the prefix; nothing outside of it is touched."""
        put(store, "visit", {"a/1": {"n": 1}, "a/2": {"n": 2}, "a/3": {"n": 3}, "b/1": {"n": 4}, "a": {}})
        with store.unit(**LATER) as unit:
            assert unit.replace("visit", "a/", [("a/2", {"n": 2}), ("a/3", {"n": 0}), ("a/9", {})]) == 3
            assert unit.replace("visit", "a/", [("a/2", {"n": 2}), ("a/3", {"n": 0}), ("a/9", {})]) == 0
            with pytest.raises(BadValue):
                unit.replace("visit", "a/", [("a/2", {}), ("b/2", {})])
        found = [(record.id, record.version) for record in store.find("visit")]
        assert found == [("a", 1), ("a/2", 1), ("a/3", 2), ("a/9", 1), ("b/1", 1)]
        assert [entry.data for entry in store.history("visit", "a/1")] == [{"n": 1}, None]
        with store.unit(**LATER) as unit:
            assert unit.replace("visit", "", []) == 5
        assert store.count("visit") == 0

    # finding

    def test_order(self, store: Store) -> None:
        """S12 Records are found in code point order of their ids, each kind apart."""
        keys = ["Z", "a", "10", "9", "é", "示", "\uffee", "𠮷", "\U0001f600", "a b", "a-b", "A"]
        put(store, "hospital", {key: {} for key in keys})
        put(store, "doctor", {"D": {}})
        assert ids(store, "hospital") == sorted(keys)
        assert ids(store, "nothing") == []

    def test_prefix(self, store: Store) -> None:
        """S13 A prefix matches literally, whatever its characters mean elsewhere."""
        keys = [
            "a",
            "a%",
            "a%b",
            "a_",
            "aXb",
            "A",
            "示",
            "示例",
            "\ud7ff",
            "\ud7ffx",
            "\ue000",
            "\U0010ffff",
            "\U0010ffffz",
        ]
        put(store, "hospital", {key: {} for key in keys})
        for prefix in ["", "a%", "a_", "a", "ab", "示", "\ud7ff", "\U0010ffff", "*", "a*", "'", " "]:
            assert ids(store, "hospital", prefix=prefix) == sorted(key for key in keys if key.startswith(prefix))
        for bad in ("\ud800", "a\0", None):
            prefix_: Any = bad
            for work in (lambda p: store.find("hospital", prefix=p), lambda p: store.count("hospital", prefix=p)):
                with pytest.raises(BadValue):
                    work(prefix_)

    def test_pages(self, store: Store) -> None:
        """S14 `after` and `limit` page through without gap or repeat, deleted ones or not; bad limits are refused."""
        keys = [f"H{number:02d}" for number in range(20)]
        put(store, "hospital", {key: {} for key in [*keys, "A", "Z"]})
        with store.unit(**LATER) as unit:
            for key in keys[::3]:
                unit.delete("hospital", key)
        pages, after = [], ""
        while page := ids(store, "hospital", prefix="H", after=after, limit=4):
            pages.append(page)
            after = page[-1]
        left = [key for key in keys if key not in keys[::3]]
        assert pages == [left[:4], left[4:8], left[8:12], left[12:]]
        assert ids(store, "hospital", limit=0) == []
        assert ids(store, "hospital", prefix="H", after="A", limit=99) == left
        assert ids(store, "hospital", prefix="H", after="Z") == []
        for bad in (-1, True, "3"):
            with pytest.raises(BadValue):
                store.find("hospital", limit=bad)  # type: ignore[arg-type] # that is the point

    def test_count(self, store: Store) -> None:
        """S15 The count is the number that `find` yields, with and without a prefix."""
        put(store, "hospital", {"A1": {}, "A2": {}, "B1": {}})
        with store.unit(**LATER) as unit:
            unit.delete("hospital", "A2")
        assert [store.count("hospital", prefix=prefix) for prefix in ("", "A", "B", "C")] == [2, 1, 1, 0]

    def test_find_is_a_moment(self, store: Store) -> None:
        """S16 The rows found are those at the moment of the call, whatever is written while they are walked through."""
        put(store, "hospital", {key: {"n": 1} for key in "ABC"})
        found = store.find("hospital")
        assert next(found).id == "A"
        with store.unit(**LATER) as unit:
            unit.replace("hospital", "", [("B", {"n": 2}), ("D", {})])
        assert [(record.id, record.data) for record in found] == [("B", {"n": 1}), ("C", {"n": 1})]
