# ruff: noqa: S101 - a conformance suite asserts
"""The part of the storage suite that is about labels: how `find` looks records up, and what stands under which key.

>>> from pharmasales.storage import open_store
>>> with open_store("memory:") as store:
...     put(store, "customer", {"C1": labelled(owner="R01"), "C2": labelled(owner=["R02", "R03"])})
...     found(store, owner="R03"), found(store, owner=["R01", "R02"])
(['C2'], ['C1', 'C2'])
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from pharmasales.errors import BadValue
from pharmasales.storage.protocol import Reader, Store
from pharmasales.testing.storage_erasure import erase
from pharmasales.testing.storage_records import FIRST, LATER, RecordSuite, put, undone

__all__ = ["LabelSuite", "found", "labelled"]


def labelled(**labels: object) -> dict[str, Any]:
    """Return the data of a record that bears these labels.

    >>> labelled(owner="R01")
    {'@labels': {'owner': 'R01'}}
    """
    return {"@labels": labels}


def found(store: Reader, kind: str = "customer", **where: str | Iterable[str]) -> list[str]:
    """Return the ids that bear the labels, once their count was seen to agree."""
    asked = {name: text if isinstance(text, str) else list(text) for name, text in where.items()}
    ids = [record.id for record in store.find(kind, where=asked)]
    assert store.count(kind, where=asked) == len(ids)
    return ids


class LabelSuite(RecordSuite):
    """What labels do in every store.

    >>> LabelSuite.durable
    True
    """

    def test_where(self, store: Store) -> None:
        """S41 `where` finds what bears the label; of several texts one must be there, and every name must match."""
        put(
            store,
            "customer",
            {
                "C1": {"beds": 3, **labelled(owner="R01", grade="A")},
                "C2": labelled(owner=["R01", "R02"], grade="B"),
                "C3": labelled(owner="R02"),
                "C4": labelled(),
                "C5": {},
            },
        )
        put(store, "other", {"C9": labelled(owner="R01", grade="A")})
        assert (found(store, owner="R01"), found(store, owner="R02")) == (["C1", "C2"], ["C2", "C3"])
        assert (found(store, owner=["R01", "R02"]), found(store, owner=["R02", "R02"])) == (
            ["C1", "C2", "C3"],
            ["C2", "C3"],
        )
        assert (found(store, owner="R01", grade="A"), found(store, owner="R02", grade=["A", "B"])) == (["C1"], ["C2"])
        assert found(store) == ["C1", "C2", "C3", "C4", "C5"]
        assert [record.id for record in store.find("customer", where={"owner": iter(["R02"])})] == ["C2", "C3"]
        assert store.get("customer", "C1").data == {"beds": 3, "@labels": {"owner": "R01", "grade": "A"}}

    def test_where_nothing(self, store: Store) -> None:
        """S42 No texts asked for, a label nobody bears, and one asked of another name or kind find nothing."""
        put(store, "customer", {"C1": labelled(owner="R01", grade=[])})
        assert (found(store, owner=[]), found(store, owner="R02"), found(store, grade="R01")) == ([], [], [])
        assert (found(store, owner="R01", grade="A"), found(store, owner="R01", grade=[])) == ([], [])
        assert (found(store, "other", owner="R01"), found(store, beds="3"), found(store, owner="")) == ([], [], [])

    def test_labels_follow(self, store: Store) -> None:
        """S43 Labels are those of the newest version: a change, a deletion, an erasure and a roll-back are followed."""

        def state() -> list[list[str]]:
            return [found(store, owner=owner) for owner in ("R01", "R02", "R03")]

        put(store, "customer", {"C1": labelled(owner=["R01", "R02"]), "C2": labelled(owner="R01")})
        put(store, "customer", {"C1": labelled(owner=["R02", "R03"])})
        assert state() == [["C2"], ["C1"], ["C1"]]

        with undone(store) as unit:
            unit.put("customer", "C1", {"n": 1})
            unit.delete("customer", "C2")
            unit.put("customer", "C3", labelled(owner="R03"))
            assert state() == [[], [], ["C3"]]
            unit.put("customer", "C2", labelled(owner="R02"))
            unit.erase("customer", "C3")
            unit.put("customer", "C3", labelled(owner="R01"))
            assert state() == [["C3"], ["C2"], []]
        assert state() == [["C2"], ["C1"], ["C1"]]
        erase(store, "customer", "C1")
        with store.unit(**LATER) as unit:
            unit.delete("customer", "C2")
        assert state() == [[], [], []]
        put(store, "customer", {"C1": labelled(owner="R03"), "C2": labelled(owner="R01")})
        assert state() == [["C2"], [], ["C1"]]
        with store.unit(**LATER) as unit:
            unit.replace("customer", "", [("C1", labelled(owner="R01"))])
        assert state() == [["C1"], [], []]

    def test_rare_labels(self, store: Store) -> None:
        """S44 Labels are compared as they are: rare characters, empty and long texts, many labels on one record."""
        texts = [
            "示例",
            "示例 ",
            "%",
            "_",
            "'",
            '"',
            "\\",
            "a",
            "A",
            "ａ",
            "é",
            "e\u0301",
            "\U0010ffff",
            "𠮷",
            "a\r\n\tb",
        ]
        texts += ["", " ", "\u200b", "[]", "null", "7", "007", "@labels", "药" * 200]
        put(store, "customer", {f"C{place:02d}": labelled(示=text) for place, text in enumerate(texts)})
        put(store, "customer", {f"N{place:02d}": {"@labels": {text: "x"}} for place, text in enumerate(texts)})
        for place, text in enumerate(texts):
            assert found(store, 示=text) == [f"C{place:02d}"]
            assert found(store, **{text: "x"}) == [f"N{place:02d}"]
        many = [f"R{number:05d}" for number in range(10_000)]
        put(store, "customer", {"M": labelled(owner=many)})
        assert (found(store, owner=many[-1]), found(store, owner=many), found(store, owner="R10000")) == (
            ["M"],
            ["M"],
            [],
        )
        put(store, "customer", {"M": labelled(owner=many[1:])})
        assert (found(store, owner=many[0]), found(store, owner=many[1])) == ([], ["M"])

    def test_where_pages(self, store: Store) -> None:
        """S45 With `where`, too, prefix, `after` and `limit` page without gap, and the count is what `find` yields."""
        keys = [f"H{number:02d}" for number in range(20)]
        owners = {key: "R01" if place % 2 else "R02" for place, key in enumerate(keys)}
        rows = {key: labelled(owner=owner) for key, owner in owners.items()}
        put(store, "customer", {**rows, "A": labelled(owner="R01"), "Z": labelled(owner="R01")})
        with store.unit(**LATER) as unit:
            unit.delete("customer", "H05")
            unit.erase("customer", "H09")
        left = [key for key in keys[1::2] if key not in ("H05", "H09")]
        pages, after = [], ""
        asked: dict[str, Any] = {"prefix": "H", "where": {"owner": "R01"}}
        while page := [record.id for record in store.find("customer", after=after, limit=3, **asked)]:
            pages.append(page)
            after = page[-1]
        assert pages == [left[:3], left[3:6], left[6:]]
        assert store.count("customer", **asked) == len(left)
        assert list(store.find("customer", limit=0, **asked)) == []

    def test_reserved(self, store: Store) -> None:
        """S46 At the top "@" begins the store's own keys alone; a node or labels out of form are refused by code."""
        circle: list[Any] = []
        circle.append(circle)
        nodes: list[Any] = [" R01", 7, None, True, ["R01"], {}, "e\u0301"]
        whole: list[Any] = [None, "a", 7, ["a"], True]
        texts: list[Any] = [7, None, True, {}, ["a", 7], [["a"]], [None]]
        bad: list[tuple[str, Any]] = [("record.reserved", {key: "R01"}) for key in ("@", "@Node", "@labels ", "@kind")]
        bad += [("id.empty", {"@node": ""}), ("id.lines", {"@node": "a\nb"})]
        bad += [("record.node", {"@node": node}) for node in nodes]
        bad += [("record.labels", {"@labels": labels}) for labels in whole]
        bad += [("record.labels", labelled(owner=value)) for value in texts]
        worse: list[Any] = [labelled(owner="\ud800"), labelled(owner=["a\0"]), {"@labels": {"\x07": "a"}}]
        worse += [{"@labels": {7: "a"}}, labelled(owner=circle), labelled(owner=["a", 0.5]), {"@node": "\ud800"}]
        with store.unit(**FIRST) as unit:
            for code, data in bad:
                with pytest.raises(BadValue) as caught:
                    unit.put("customer", "C1", data)
                assert caught.value.code == code
            for data in worse:
                with pytest.raises(BadValue):
                    unit.put_many("customer", [("C1", {}), ("C2", data)])
            unit.put("customer", "C3", {"＠node": 1, "below": {"@node": 7, "@labels": 8, "@": 9}, "@node": "*"})
        assert store.get("customer", "C3").data["below"] == {"@node": 7, "@labels": 8, "@": 9}
        assert store.count("customer") == 1

    def test_bad_where(self, store: Store) -> None:
        """S47 A name or text that no record can bear, and what is no text, is refused with BadValue."""
        bad: list[Any] = [{"owner": "\ud800"}, {"a\0": "x"}, {"owner": ["x", "\x07"]}, {"owner": 7}, {"owner": None}]
        bad += [{7: "x"}, {"owner": ["x", 7]}, {"owner": b"x"}, ["owner"], "owner"]
        for where in bad:
            for work in (store.find, store.count):
                with pytest.raises(BadValue):
                    work("customer", where=where)

    def test_histories(self, store: Store) -> None:
        """S48 `histories` are those of every id, deleted and erased ones too, in order, at the moment of the call."""
        assert list(store.histories("customer")) == []
        keys = ["C1", "C2", "C3", "C10", "c", "示", "\U0010ffff"]
        put(store, "customer", {key: {"n": 1} for key in keys})
        put(store, "other", {"C1": {}})
        with store.unit(**LATER) as unit:
            unit.put("customer", "C1", {"n": 2})
            unit.delete("customer", "C2")
            unit.erase("customer", "C3")
            assert dict(store.histories("customer", prefix="C1"))["C1"][-1].data == {"n": 2}
        before = {key: store.history("customer", key) for key in keys}
        walk = store.histories("customer")
        assert next(walk) == ("C1", before["C1"])
        put(store, "customer", {key: {"n": 9} for key in (*keys, "C4")})
        assert list(walk) == [(key, before[key]) for key in sorted(keys)[1:]]
        assert [key for key, _ in store.histories("customer", prefix="C1")] == ["C1", "C10"]
        assert list(store.histories("customer", prefix="%")) == []
        for kind, prefix in ((" a", ""), ("a", "\0"), ("a", None)):
            prefix_: Any = prefix
            with pytest.raises(BadValue):
                store.histories(kind, prefix=prefix_)
