# ruff: noqa: S101 - a conformance suite asserts
"""The part of the storage suite that is about erasure (删除个人信息): what goes, what stays, and what is left in files.

>>> from pharmasales.storage import open_store
>>> with open_store("memory:") as store:
...     put(store, "doctor", {"D7": {"mobile": "secret"}})
...     erase(store, "doctor", "D7")
...     standing(store)
1
{}
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pharmasales.errors import BadValue, Conflict, NotFound
from pharmasales.storage import Store
from pharmasales.storage.records import as_text
from pharmasales.testing.storage_records import FIRST, LATER, RecordSuite, ids, put

__all__ = ["ErasureSuite", "erase", "standing", "traces"]

_CANARY = "secret-{}-示例"


def erase(store: Store, kind: str, id: str = "", prefix: str = "") -> int:  # noqa: A002 - the field's name
    """Erase in a unit of its own and return how many records lost data."""
    with store.unit(**LATER) as unit:
        return unit.erase(kind, id, prefix=prefix)


def standing(store: Store) -> dict[str, list[str]]:
    """Return every id under which data stand, by kind."""
    return {kind: store.ids(kind) for kind in store.kinds()}


def traces(folder: Path, words: list[str]) -> dict[str, list[str]]:
    """Return which of the words stand in the bytes of which file below a folder, in UTF-8 or UTF-16.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     _ = Path(name, "a.txt").write_text("示例", encoding="utf-16-be")
    ...     traces(Path(name), ["示例", "other"])
    {'a.txt': ['示例']}
    """
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        hits = [word for word in words if any(form in content for form in _forms(word))]
        if hits:
            found[path.name] = hits
    return found


def _forms(word: str) -> Iterator[bytes]:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        yield word.encode(encoding)


def _lives(store: Store) -> None:
    """Write D7, changed; D8, deleted; D70, whose id begins alike; V7, of another kind."""
    put(store, "doctor", {key: {"mobile": _CANARY.format(key)} for key in ("D7", "D70", "D8")})
    put(store, "visit", {"V7": {"n": 1}})
    with store.unit(**FIRST) as unit:
        unit.put("doctor", "D7", {"mobile": _CANARY.format("D7 again")})
        unit.delete("doctor", "D8")


class ErasureSuite(RecordSuite):
    """What erasure does in every store.

    >>> ErasureSuite.clean
    True
    """

    clean = True
    """Whether no byte of erased data is left in the files below the folder that `open` was given."""

    def test_erase(self, store: Store) -> None:
        """S31 Erasing takes the data out of every version; the history still says who, when and why."""
        _lives(store)
        before = store.history("doctor", "D7"), store.history("doctor", "D8")
        assert [entry.erased for entries in before for entry in entries] == [False] * 4
        assert (erase(store, "doctor", "D7"), erase(store, "doctor", "D8")) == (1, 1)
        for old, key in zip(before, ("D7", "D8"), strict=True):
            *kept, last = store.history("doctor", key)
            assert [entry.data for entry in kept] == [None, None]
            stamps = [[(e.version, e.by, e.why, e.at, e.sequence) for e in entries] for entries in (old, kept)]
            assert stamps[0] == stamps[1]
            assert (last.version, last.data, last.by, last.why, last.at) == (3, None, *LATER.values())
            assert last.sequence > kept[-1].sequence
            assert all(entry.erased for entry in (*kept, last))

    def test_erased(self, store: Store) -> None:
        """S32 An erased record is neither got, found, counted nor deleted; putting again goes on, expecting none."""
        _lives(store)
        erase(store, "doctor", "D7")
        with pytest.raises(NotFound):
            store.get("doctor", "D7")
        assert (ids(store, "doctor"), ids(store, "doctor", limit=1), store.count("doctor")) == (["D70"], ["D70"], 1)
        with store.unit(**LATER) as unit:
            with pytest.raises(NotFound):
                unit.delete("doctor", "D7")
            with pytest.raises(Conflict):
                unit.put("doctor", "D7", {"n": 1}, expected=3)
            assert unit.put("doctor", "D7", {"n": 1}, expected=0) == 4
        assert store.get("doctor", "D7").version == 4
        entries = [(entry.data, entry.erased) for entry in store.history("doctor", "D7")]
        assert entries == [(None, True), (None, True), (None, True), ({"n": 1}, False)]
        assert erase(store, "doctor", "D7") == 1
        assert [entry.erased for entry in store.history("doctor", "D7")] == [True] * 5

    def test_scope(self, store: Store) -> None:
        """S33 Erasing by id takes that id alone, by prefix all that begin with it; nothing else is touched."""
        rows: dict[str, Any] = {key: {"n": 1} for key in ("a", "a/1", "a/2", "a%", "ab", "A/1", "\U0010ffff", "示/1")}
        put(store, "visit", rows)
        put(store, "other", rows)
        with store.unit(**FIRST) as unit:
            unit.delete("visit", "a/2")
        assert (erase(store, "visit", "a"), erase(store, "visit", prefix="a/")) == (1, 2)
        assert (erase(store, "visit", prefix="\U0010ffff"), erase(store, "visit", prefix="%")) == (1, 0)
        left = {key: {"n": 1} for key in ("a%", "ab", "A/1", "示/1")}
        assert {record.id: record.data for record in store.find("visit")} == left
        assert {record.id: record.data for record in store.find("other")} == rows
        assert {record.version for kind in ("visit", "other") for record in store.find(kind)} == {1}

    def test_refused_erasure(self, store: Store) -> None:
        """S34 Neither id nor prefix, both of them, or one that no record can have is refused with BadValue."""
        _lives(store)
        with store.unit(**LATER) as unit:
            bad: list[Any] = [("", ""), ("D7", "D"), (" D7", ""), ("", "a\0"), (None, ""), ("", None), (7, "")]
            for key, prefix in bad:
                with pytest.raises(BadValue):
                    unit.erase("doctor", key, prefix=prefix)
            with pytest.raises(BadValue):
                unit.erase(" doctor", "D7")
        assert standing(store) == {"doctor": ["D7", "D70", "D8"], "visit": ["V7"]}

    def test_erase_twice(self, store: Store) -> None:
        """S35 Erasing again, or what was never there, changes nothing, returns 0 and leaves no trace."""
        _lives(store)
        assert erase(store, "doctor", "D7") == 1
        before = store.history("doctor", "D7")
        assert (erase(store, "doctor", "D7"), erase(store, "doctor", "D9"), erase(store, "x", prefix="D")) == (0, 0, 0)
        assert (store.history("doctor", "D7"), store.history("doctor", "D9")) == (before, [])
        put(store, "doctor", {"D9": {}})
        assert store.history("doctor", "D9")[0].sequence == before[-1].sequence + 1

    @pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt])
    def test_erase_undone(self, store: Store, kind: type[BaseException]) -> None:
        """S36 An erasure that is rolled back, by Ctrl-C too, leaves every version as it was."""
        _lives(store)
        keys = ("D7", "D8", "D70")
        before = [store.history("doctor", key) for key in keys], standing(store)

        def work() -> None:
            with store.unit(**LATER) as unit:
                unit.put("doctor", "D7", {"mobile": "new"})
                assert unit.erase("doctor", prefix="D") == 3
                assert standing(store) == {"visit": ["V7"]}
                assert unit.put("doctor", "D7", {"mobile": "newer"}) == 5
                assert unit.erase("doctor", "D7") == 1
                raise kind

        with pytest.raises(kind):
            work()
        assert ([store.history("doctor", key) for key in keys], standing(store)) == before
        assert store.get("doctor", "D7").data == {"mobile": _CANARY.format("D7 again")}

    def test_erase_operation(self, store: Store) -> None:
        """S37 In a unit whose operation was committed before, an erasure is checked, then ignored."""
        for erased, done in ((1, False), (0, True)):
            with store.unit(**LATER, operation="request 7") as unit:
                if not done:
                    unit.put("doctor", "D7", {"n": 1})
                assert (unit.done, unit.erase("doctor", "D7")) == (done, erased)
            put(store, "doctor", {"D7": {"n": 2}})
        with store.unit(**LATER, operation="request 7") as unit, pytest.raises(BadValue):
            unit.erase("doctor")
        assert store.get("doctor", "D7").data == {"n": 2}

    def test_standing(self, store: Store) -> None:
        """S38 Kinds and ids are those under which data stand, deleted records too, erased ones not, in order."""
        assert standing(store) == {}
        put(store, "示", {"Z": {}, "a": {}, "10": {}, "\U0010ffff": {}, "\uffee": {}})
        put(store, "a", {"H1": {}, "H2": {}})
        put(store, "Z", {"H1": {}})
        with store.unit(**LATER) as unit:
            unit.replace("a", "", [])
            unit.replace("Z", "", [])
            assert store.kinds() == ["Z", "a", "示"]
        assert standing(store) == {"Z": ["H1"], "a": ["H1", "H2"], "示": ["10", "Z", "a", "\uffee", "\U0010ffff"]}
        assert (store.ids("示", prefix="\U0010ffff"), store.ids("x"), store.ids("a", prefix="H2")) == (
            ["\U0010ffff"],
            [],
            ["H2"],
        )
        assert (erase(store, "a", "H1"), erase(store, "Z", "H1")) == (1, 1)
        assert standing(store) == {"a": ["H2"], "示": ["10", "Z", "a", "\uffee", "\U0010ffff"]}
        for kind, prefix in ((" a", ""), ("a", "\0"), ("a", None)):
            prefix_: Any = prefix
            with pytest.raises(BadValue):
                store.ids(kind, prefix=prefix_)

    def test_erased_for_good(self, tmp_path: Path) -> None:
        """S39 (durable) An erasure is there after opening anew, and another open store sees it."""
        if not self.durable:
            pytest.skip("the store is not durable")
        with self.open(tmp_path) as one, self.reopen(tmp_path) as two:
            _lives(one)
            assert two.get("doctor", "D7").version == 2
            erase(one, "doctor", prefix="D7")
            before = one.history("doctor", "D7"), standing(one)
            assert (two.history("doctor", "D7"), standing(two)) == before
        with self.reopen(tmp_path) as store:
            assert (
                (store.history("doctor", "D7"), standing(store))
                == before
                == (before[0], {"doctor": ["D8"], "visit": ["V7"]})
            )
            with pytest.raises(NotFound):
                store.get("doctor", "D7")

    def test_clean_files(self, tmp_path: Path) -> None:
        """S40 (clean) Once the unit is over, no byte of the data nor of a hash of them is left in the store's files."""
        if not self.clean:
            pytest.skip("the store does not promise clean files")
        words, hashes = [_CANARY.format(key) for key in ("D7", "D7 again", "D8")], []
        with self.open(tmp_path) as store:
            _lives(store)
            for key in ("D7", "D8"):
                for entry in store.history("doctor", key):
                    text = "" if entry.data is None else as_text("doctor", key, entry.data)
                    hashes += [hashlib.new(name, text.encode()).digest() for name in ("sha256", "sha1", "md5") if text]
            assert traces(tmp_path, words) != {}
            erase(store, "doctor", "D7")
            erase(store, "doctor", "D8")
            assert traces(tmp_path, words) == {}
        assert traces(tmp_path, words) == {}
        files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
        assert not [found for found in hashes for content in files if found in content]
        assert traces(tmp_path, [_CANARY.format("D70")]) != {}
