# ruff: noqa: S101 - a conformance suite asserts
"""The part of the storage suite that is about scope (数据权限): what a reader of some nodes sees, and what not.

>>> from pharmasales.storage import open_store
>>> with open_store("memory:") as store:
...     put(store, "visit", {"V1": at("R01"), "V2": at("R02"), "V3": at("*"), "V4": {}})
...     seen(store.within(["R01"]), "visit")["find"]
['V1', 'V3']
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pharmasales.errors import BadValue, NotFound, StorageError
from pharmasales.storage.protocol import Reader, Store
from pharmasales.testing.storage_records import FIRST, LATER, RecordSuite, put, undone

__all__ = ["ScopeSuite", "at", "reads", "seen"]


def at(node: str, **data: object) -> dict[str, Any]:
    """Return data that belong to a node, under a label of their own.

    >>> at("R01", n=1)
    {'@node': 'R01', '@labels': {'due': 'yes'}, 'n': 1}
    """
    return {"@node": node, "@labels": {"due": "yes"}, **data}


def seen(reader: Reader, kind: str) -> dict[str, list[str]]:
    """Return the ids of a kind that every way of reading shows, by its name, once they were seen to agree."""
    shown = {
        "find": [record.id for record in reader.find(kind)],
        "where": [record.id for record in reader.find(kind, where={"due": "yes"})],
        "ids": reader.ids(kind),
        "histories": [key for key, _ in reader.histories(kind)],
    }
    assert [reader.get(kind, key).id for key in shown["find"]] == shown["find"]
    assert (reader.count(kind), reader.count(kind, where={"due": "yes"})) == (len(shown["find"]), len(shown["where"]))
    assert [reader.history(kind, key) for key in shown["histories"]] == [
        entries for _, entries in reader.histories(kind)
    ]
    assert (kind in reader.kinds()) == bool(shown["ids"])
    return shown


def reads(reader: Reader) -> list[Callable[[], object]]:
    """Return every way of reading, to be called.

    >>> from pharmasales.storage import open_store
    >>> len(reads(open_store("memory:")))
    7
    """
    works: list[Callable[[], object]] = [lambda: reader.get("a", "b"), lambda: reader.find("a"), reader.kinds]
    works += [lambda: reader.count("a"), lambda: reader.history("a", "b"), lambda: reader.ids("a")]
    return [*works, lambda: reader.histories("a")]


def _hidden(reader: Reader, kind: str, key: str) -> str:
    """Return what `get` says of a record that no other way of reading shows."""
    assert reader.history(kind, key) == []
    assert all(key not in ids for ids in seen(reader, kind).values())
    with pytest.raises(NotFound) as caught:
        reader.get(kind, key)
    return str(caught.value)


class ScopeSuite(RecordSuite):
    """What scope does in every store.

    >>> ScopeSuite.confined
    True
    """

    def test_within(self, store: Store) -> None:
        """S49 A reader of nodes, a part, sees in every way of reading their records and everybody's ("*") alone."""
        put(store, "visit", {"V1": at("R01"), "V2": at("R02"), "V3": at("示例"), "V4": at("*"), "V5": {}})
        put(store, "secret", {"S1": at("R02"), "S2": {}})
        for nodes, due in (
            (["R01"], ["V1", "V4"]),
            (("R01", "示例", "none"), ["V1", "V3", "V4"]),
            (iter(["R02"]), ["V2", "V4"]),
            ({"r01", "R1", "R", "R01 x", "%"}, ["V4"]),
            (["*"], ["V4"]),
            ([], ["V4"]),
            ([f"N{number}" for number in range(50_000)], ["V4"]),
        ):
            reader = store.within(nodes)
            assert (reader.part, store.part) == (True, False)
            assert seen(reader, "visit") == dict.fromkeys(("find", "where", "ids", "histories"), due)
            assert reader.kinds() == (["secret", "visit"] if "V2" in due else ["visit"])
        assert seen(store, "visit")["find"] == ["V1", "V2", "V3", "V4", "V5"]
        assert store.kinds() == ["secret", "visit"]

    def test_within_pages(self, store: Store) -> None:
        """S50 Limits, prefixes and pages of a reader of nodes count what it sees alone."""
        put(store, "visit", {f"V{number:02d}": at("R01" if number % 3 else "R02") for number in range(12)})
        reader = store.within(["R02"])
        pages, after = [], ""
        while page := [record.id for record in reader.find("visit", prefix="V", after=after, limit=2)]:
            pages.append(page)
            after = page[-1]
        assert pages == [["V00", "V03"], ["V06", "V09"]]
        assert (reader.count("visit", prefix="V0"), reader.ids("visit", prefix="V1")) == (4, [])
        assert [record.id for record in reader.find("visit", limit=1, where={"due": "yes"})] == ["V00"]
        assert [key for key, _ in reader.histories("visit", prefix="V06")] == ["V06"]

    def test_same_error(self, store: Store) -> None:
        """S51 Another's record, nobody's, a deleted one and one that never was raise the same NotFound."""
        put(store, "visit", {"V1": at("R02"), "V2": {}, "V3": at("R01"), "V4": at("R02")})
        with store.unit(**LATER) as unit:
            unit.delete("visit", "V4")
        reader = store.within(["R01"])
        for key in ("V1", "V2", "V4", "V9"):
            assert _hidden(reader, "visit", key) == f"nothing is kept under this id @ visit {key} [not-found]"
        with pytest.raises(NotFound):
            store.within([]).get("visit", "V3")

    def test_move(self, store: Store) -> None:
        """S52 A record that moves takes its whole history along; one that names no node any more is nobody's."""
        put(store, "visit", {"V1": at("R01", n=1), "V2": at("R01"), "V3": {}})
        with store.unit(**LATER) as unit:
            unit.put("visit", "V1", at("R02", n=2))
            unit.put("visit", "V1", at("R03", n=3))
            unit.put("visit", "V1", at("R02", n=4))
            unit.put("visit", "V2", {})
            unit.put("visit", "V3", at("R02"))
        one, two, three = (store.within([node]) for node in ("R01", "R02", "R03"))
        assert (seen(one, "visit")["histories"], seen(two, "visit")["histories"]) == ([], ["V1", "V3"])
        assert seen(three, "visit")["histories"] == []
        _hidden(one, "visit", "V1")
        _hidden(one, "visit", "V2")
        assert two.history("visit", "V1") == store.history("visit", "V1")
        assert [len(two.history("visit", key)) for key in ("V1", "V2", "V3")] == [4, 0, 2]
        put(store, "visit", {"V1": at("*")})
        assert len(three.history("visit", "V1")) == 5

    def test_gone_in_scope(self, store: Store) -> None:
        """S53 A deleted or erased record stays with its last node: history and `ids` there, nothing elsewhere."""
        put(store, "visit", {"V1": at("R01"), "V2": at("R01"), "V3": at("R02")})
        put(store, "visit", {"V1": at("R02"), "V2": at("R02")})
        with store.unit(**LATER) as unit:
            unit.delete("visit", "V1")
            unit.delete("visit", "V2")
            unit.erase("visit", "V2")
            unit.erase("visit", "V3")
        one, two = store.within(["R01"]), store.within(["R02"])
        assert seen(one, "visit") == {"find": [], "where": [], "ids": [], "histories": []}
        assert seen(two, "visit") == {"find": [], "where": [], "ids": ["V1"], "histories": ["V1", "V2", "V3"]}
        assert [len(two.history("visit", key)) for key in ("V1", "V2", "V3")] == [3, 4, 2]
        put(store, "visit", {"V1": at("R01"), "V3": at("R01")})
        assert (seen(one, "visit")["find"], seen(two, "visit")["histories"]) == (["V1", "V3"], ["V2"])

    def test_scope_in_unit(self, store: Store) -> None:
        """S54 Inside a unit a reader of nodes sees the unit's own writes, as far as they are its own; undone, none."""
        put(store, "visit", {"V1": at("R01")})
        one, two = store.within(["R01"]), store.within(["R02"])

        with undone(store) as unit:
            unit.put("visit", "V2", at("R01"))
            unit.put("visit", "V1", at("R02"))
            assert (seen(one, "visit")["find"], seen(two, "visit")["find"]) == (["V2"], ["V1"])
            assert store.within(["R02"]).get("visit", "V1").version == 2
        assert (seen(one, "visit")["histories"], seen(two, "visit")["histories"]) == (["V1"], [])

    def test_bad_nodes(self, store: Store) -> None:
        """S55 Nodes that are no list of ids are refused with BadValue, nothing at all (None) too."""
        bad: list[Any] = [
            None,
            "R01",
            "",
            7,
            [""],
            [" R01"],
            ["a\nb"],
            ["e\u0301"],
            [7],
            [None],
            ["R01", ["R02"]],
            b"R01",
        ]
        for nodes in bad:
            with pytest.raises(BadValue):
                store.within(nodes)

    def test_scope_closed(self, tmp_path: Path) -> None:
        """S56 A reader of nodes is closed with its store, and a closed store makes none."""
        with self.open(tmp_path) as store:
            put(store, "a", {"b": at("R01")})
            reader = store.within(["R01"])
        works = reads(reader)
        works += [lambda: store.within(["R01"])]
        for work in works:
            with pytest.raises(StorageError) as caught:
                work()
            assert caught.value.code == "storage.closed"

    def test_scope_thread(self, store: Store) -> None:
        """S57 (confined) A reader of nodes is refused in another thread by type, as its store is."""
        if not self.confined:
            pytest.skip("the store is not confined to one thread")
        reader, said = store.within(["R01"]), list[str]()
        works = reads(reader)
        works += [lambda: store.within(["R01"])]

        def work() -> None:
            for read in works:
                try:
                    read()
                except StorageError as error:
                    said.append(error.code)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert said == ["storage.thread"] * 8
        with store.unit(**FIRST) as unit:
            unit.put("a", "b", at("R01"))
        assert reader.count("a") == 1
