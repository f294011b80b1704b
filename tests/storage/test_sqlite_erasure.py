"""Erasure in a SQLite file: no byte of data or salt is left, no guess fits what stays; and failed cleaning."""

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pharmasales.errors import NotFound, StorageError
from pharmasales.storage import open_store, sqlite_file
from pharmasales.storage._sqlite_tables import SqliteTables
from pharmasales.storage.protocol import Row
from pharmasales.storage.records import digest
from pharmasales.storage.seals import KEPT, check, seal
from pharmasales.storage.sqlite import SqliteStore
from pharmasales.testing.storage_erasure import standing, traces

STAMP = {"by": "u1", "why": "test", "at": datetime(2026, 1, 5, tzinfo=UTC)}
SIZES = [1, 4, 25, 400, 700, 2500]  # repeats of a canary of about ten bytes: in a cell, over a page, over many pages


def url(path):
    """Return the URL of a file."""
    return f"sqlite:///{path}"


def word(key):
    """Return the canary of one record: every ten bytes of its data hold it."""
    return f"#药{key}!"


def hits(folder):
    """Return the keys of all canaries in the files of a folder, in UTF-8 or UTF-16."""
    found, ends = set(), word("|").split("|")
    for file in folder.iterdir():
        content = file.read_bytes()
        for code in ("utf-8", "utf-16-le", "utf-16-be"):
            start, end = (re.escape(text.encode(code)) for text in ends)
            found |= {
                key.decode(code, "replace") for key in re.findall(start + rb"(.{1,12}?)" + end, content, re.DOTALL)
            }
    return found


def erase(store, *args, **more):
    """Erase in a unit of its own."""
    with store.unit(**STAMP) as unit:
        return unit.erase(*args, **more)


_BOTH = "SELECT kind, id, version, sequence, data, salt, hash, node FROM past UNION ALL SELECT * FROM record"


def stored(path, keys):
    """Return every version of these ids as it stands in the file."""
    connection = sqlite3.connect(path)
    rows = [Row._make(row) for row in connection.execute(_BOTH) if row[1] in keys]
    connection.close()
    return rows


def guesses(row):
    """Return what somebody would compute who guesses the data of a version right, but has no salt."""
    place = row.kind, row.id, row.version, row.sequence
    kept = [seal(*place, KEPT, row.data, row.node, salt).hash for salt in (b"", bytes(16))]
    return [digest(row.data), digest(*place, row.data), *kept]


def check_unknown(path, before):
    """See that of erased versions neither salt nor anything that can be guessed is in the file, and the hash stays."""
    content = path.read_bytes()
    after = {(row.id, row.version): row for row in stored(path, {row.id for row in before})}
    for row in before:
        assert check(row) == KEPT
        assert row.salt not in content
        assert not [guess for guess in guesses(row) if guess in content]
        assert after[row.id, row.version] == row._replace(data=None, salt=None)
        assert content.count(row.hash) == 1


@pytest.fixture
def path(tmp_path):
    """Return the path of a store of two doctors, D7 of them changed."""
    path = tmp_path / "store.db"
    with open_store(url(path), create=True) as store:
        with store.unit(**STAMP) as unit:
            unit.put_many("doctor", [(key, {"text": word(key) * 500}) for key in ("D7", "D9")])
        with store.unit(**STAMP) as unit:
            unit.put("doctor", "D7", {"text": word("D7")})
    return path


def test_thousands_of_canaries(tmp_path):
    """3.3: of 3,000 records, changed, deleted and put again before `secure_delete` was on, no erased byte is left."""
    path, chance = tmp_path / "store.db", random.Random(5)  # noqa: S311 - sizes, no secrets
    keys = [f"K{number:04d}" for number in range(3000)]
    with open_store(url(path), create=True) as store:
        store._tables.connection.execute("PRAGMA secure_delete=OFF")
        for turn in range(3):
            rows = [(key, {"text": word(key) * chance.choice(SIZES), "turn": turn}) for key in keys]
            with store.unit(**STAMP) as unit:
                unit.put_many("doctor", chance.sample(rows, 2000))
            with store.unit(**STAMP) as unit:
                assert unit.replace("doctor", f"K{turn}1", []) > 50
    gone = [key for key in keys if key.startswith(("K01", "K1", "K25"))]
    before = [row for row in stored(path, set(gone[::10])) if row.data is not None]
    with open_store(url(path)) as store:
        kept_before = store.ids("doctor")
        kept = {key: store.history("doctor", key) for key in keys if key not in gone}
        assert len(hits(tmp_path) & set(gone)) > 1000
        with store.unit(**STAMP) as unit:
            number = sum(unit.erase("doctor", prefix=prefix) for prefix in ("K01", "K1", "K25"))
        assert number == len(set(gone) & set(kept_before)) > 1000
        assert hits(tmp_path) & set(keys) == set(kept) & set(kept_before)
        check_unknown(path, before)
        assert [file.name for file in tmp_path.iterdir()] == ["store.db"]
        assert {key: store.history("doctor", key) for key in kept} == kept
        assert not set(store.ids("doctor")) & set(gone)
    with open_store(url(path)) as store:
        assert {key: store.history("doctor", key) for key in kept} == kept


KEYS = [f"K{number}" for number in range(12)]
WRITES = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(KEYS), st.sampled_from(SIZES), st.integers(0, 3)),
    st.tuples(st.just("replace"), st.sampled_from(["K", "K1", "K11"]), st.sampled_from(SIZES), st.just(0)),
    st.tuples(st.just("erase"), st.sampled_from(KEYS), st.just(0), st.just(0)),
)


def write(unit, name, key, size, turn):
    """Do one write."""
    if name == "put":
        unit.put("doctor", key, {"text": word(key) * size, "turn": turn})
    elif name == "replace":
        unit.replace("doctor", key, [(key, {"text": word(key) * size})] if key in KEYS else [])
    else:
        unit.erase("doctor", key)


@given(
    units=st.lists(st.tuples(st.lists(WRITES, min_size=1, max_size=6), st.booleans()), min_size=1, max_size=8),
    gone=st.sets(st.sampled_from(KEYS), min_size=1),
    secure=st.booleans(),
)
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_whatever_was_written(units, gone, secure):
    """3.3: after any writes, committed or rolled back, the canaries of erased records have 0 hits in the files."""
    with tempfile.TemporaryDirectory() as folder:
        with open_store(url(Path(folder) / "store.db"), create=True) as store:
            store._tables.connection.execute("PRAGMA synchronous=OFF")
            store._tables.connection.execute(f"PRAGMA secure_delete={secure}")
            for steps, keep in units:
                with suppress(Undo), store.unit(**STAMP) as unit:
                    for step in steps:
                        write(unit, *step)
                    if not keep:
                        raise Undo
            before = set(store.ids("doctor"))
            with store.unit(**STAMP) as unit:
                assert sum(unit.erase("doctor", key) for key in sorted(gone)) == len(before & gone)
            assert set(store.ids("doctor")) == before - gone
        assert traces(Path(folder), [word(key) for key in before & gone]) == {}


class Undo(Exception):
    """Raised to roll back."""


def at_vacuum(store, work):
    """Do some work between the commit and the cleaning of the next erasure."""

    def traced(statement):
        if statement == "VACUUM":
            store._tables.connection.set_trace_callback(None)
            work()

    store._tables.connection.set_trace_callback(traced)


class Reader:
    """Another process's read lock, as a second connection holds it."""

    def __init__(self, path):
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    def lock(self):
        """Begin to read, and do not end."""
        self.cursor = self.connection.execute("SELECT * FROM record")
        self.cursor.fetchone()

    def leave(self):
        """End."""
        self.cursor.close()
        self.connection.close()


def again_by_compact(store, path):
    """Clean by the explicit call."""
    store.compact()


def again_by_erasing(store, path):
    """Clean by repeating the erasure, which has nothing left to erase."""
    assert erase(store, "doctor", "D7") == 0


def again_by_operation(store, path):
    """Clean by repeating the unit, which is done."""
    with store.unit(**STAMP, operation="request 7") as unit:
        assert (unit.done, unit.erase("doctor", "D7")) == (True, 0)


def again_by_opening(store, path):
    """Clean by opening the file."""
    open_store(url(path)).close()


@pytest.mark.parametrize("again", [again_by_compact, again_by_erasing, again_by_operation, again_by_opening])
def test_reader_in_between(path, again):
    """T12: where a reader prevents the cleaning, the error says what is kept, what is not, and what to do."""
    with SqliteStore.open(url(path), wait_ms=30) as store:
        store._tables.connection.execute("PRAGMA secure_delete=OFF")
        reader = Reader(path)
        at_vacuum(store, reader.lock)
        with pytest.raises(StorageError) as caught, store.unit(**STAMP, operation="request 7") as unit:
            unit.erase("doctor", "D7")
        assert str(caught.value) == (
            "the erasure is kept, but erased bytes may still stand in the file @ store.db; somebody else is writing:"
            " try again, then repeat it or compact() [storage.remnants]"
        )
        with pytest.raises(NotFound):
            store.get("doctor", "D7")
        assert [entry.erased for entry in store.history("doctor", "D7")] == [True] * 3
        assert traces(path.parent, [word("D7")]) == {"store.db": [word("D7")]}
        with pytest.raises(StorageError) as caught:
            store.compact()
        assert caught.value.code == "storage.remnants"
        SqliteStore.open(url(path), wait_ms=1).close()
        reader.leave()
        with store.unit(**STAMP) as unit:
            unit.put("visit", "V1", {})
        assert len(store._tables.marked()) == 1
        again(store, path)
        assert traces(path.parent, [word("D7")]) == {}
        assert store._tables.marked() == []
        assert store.get("doctor", "D9").data == {"text": word("D9") * 500}
        assert [entry.erased for entry in store.history("doctor", "D7")] == [True] * 3


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")
def test_no_space_for_cleaning(path):
    """T12: where the copy finds no space the erasure is kept, and the explicit call cleans when there is room."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with open_store(url(path)) as store:
        at_vacuum(store, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard)))
        try:
            with pytest.raises(StorageError) as caught:
                erase(store, "doctor", "D7")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert caught.value.code == "storage.remnants"
        assert store.ids("doctor") == ["D9"]
        assert len(store._tables.marked()) == 1
        store.compact()
        assert traces(path.parent, [word("D7")]) == {}
        assert store.get("doctor", "D9").data == {"text": word("D9") * 500}


def test_compact(path):
    """Compacting shrinks the file; it is refused inside a unit, by type where the file is locked, and once closed."""
    with SqliteStore.open(url(path), wait_ms=30) as store:
        erase(store, "doctor", prefix="D")
        with store.unit(**STAMP) as unit:
            unit.put_many("visit", [(f"V{number}", {"text": "x" * 5000}) for number in range(50)])
            with pytest.raises(StorageError) as caught:
                store.compact()
            assert caught.value.code == "storage.nested"
        with store.unit(**STAMP) as unit:
            store._tables.run("DELETE FROM record WHERE kind = 'visit'")
        before = path.stat().st_size
        reader = Reader(path)
        reader.lock()
        with pytest.raises(StorageError) as caught:
            store.compact()
        assert caught.value.code == "storage.busy"
        reader.leave()
        store.compact()
        assert path.stat().st_size < before / 5
    with pytest.raises(StorageError) as caught:
        store.compact()
    assert caught.value.code == "storage.closed"


def test_mark_of_a_later_erasure(path):
    """T9: whoever cleans takes away the mark that he saw, never one that another erasure has set meanwhile."""
    with open_store(url(path)) as one, open_store(url(path)) as two:

        def later():
            two._tables.run("INSERT INTO remnant VALUES (4)")

        at_vacuum(one, later)
        erase(one, "doctor", "D7")
        assert two._tables.marked() == [(4,)]  # the one seen, of unit 3, is gone
        two.compact()
        assert one._tables.marked() == []


EDITED = {
    "data back": ("UPDATE past SET data = '{}' WHERE id = 'D7' AND version = 1", 1),
    "version": ("UPDATE past SET version = 4 WHERE id = 'D7' AND version = 1", 1),
    "data of the erasure": ("UPDATE record SET data = '{}' WHERE id = 'D7'", 3),
    "unit of the erasure": ("UPDATE record SET sequence = 1 WHERE id = 'D7'", 1),
    "a version gone": ("DELETE FROM past WHERE id = 'D7' AND version = 2", 2),
    "hash": ("UPDATE past SET hash = zeroblob(32) WHERE id = 'D7' AND version = 2", 2),
}


@pytest.mark.parametrize("name", EDITED)
def test_edited_erasure(path, name):
    """T5: an erased record that was edited behind the library is found, by the chain and by whoever reads it.

    Only a hash whose salt is gone says nothing to a reader; the chain holds it.
    """
    with open_store(url(path)) as store:
        erase(store, "doctor", "D7")
    edit, unit = EDITED[name]
    connection = sqlite3.connect(path)
    connection.execute(edit)
    connection.commit()
    connection.close()
    with open_store(url(path)) as store:
        assert store.verify().first_bad.sequence == unit
        if name == "hash":
            assert [entry.erased for entry in store.history("doctor", "D7")] == [True] * 3
            return
        with pytest.raises(StorageError) as caught:
            store.history("doctor", "D7")
    assert caught.value.code == "storage.damaged"


@pytest.mark.parametrize("table", ["past", "record"])
def test_damaged_is_not_erased(path, table):
    """T5: a damaged record is refused by kind and id, and nothing under the prefix is erased."""
    connection = sqlite3.connect(path)
    connection.execute(f"UPDATE {table} SET data = '{{}}' WHERE id = 'D7'")  # noqa: S608 - our own words
    connection.commit()
    connection.close()
    with open_store(url(path)) as store:
        with pytest.raises(StorageError, match="@ doctor D7") as caught:
            erase(store, "doctor", prefix="D")
        assert caught.value.code == "storage.damaged"
        assert erase(store, "doctor", "D9") == 1
        assert standing(store) == {"doctor": ["D7"]}


def test_settings(path, monkeypatch):
    """Finding 3.3: `secure_delete` is on whatever SQLite was built with, so little is left where cleaning fails."""
    link = sqlite_file._link

    def lax(*args):
        connection = link(*args)
        connection.execute("PRAGMA secure_delete=OFF")
        return connection

    monkeypatch.setattr(sqlite_file, "_link", lax)
    with open_store(url(path)) as store:
        assert store._tables.run("PRAGMA secure_delete") == [(1,)]


def test_half_an_erasure(path, monkeypatch):
    """T11: a unit in which an erasure failed half-way is broken, even if the error is caught, and nothing is erased."""
    with open_store(url(path)) as store:
        before = store.history("doctor", "D7")

        def failing(tables, rows):
            raise StorageError("the disk failed", code="storage.io")

        monkeypatch.setattr(SqliteTables, "wipe", failing)
        with pytest.raises(StorageError) as caught, store.unit(**STAMP) as unit, suppress(StorageError):
            unit.erase("doctor", "D7")
        assert caught.value.code == "storage.broken"
        monkeypatch.undo()
        assert store.history("doctor", "D7") == before
        assert store.verify()
        assert (erase(store, "doctor", "D7"), standing(store)) == (1, {"doctor": ["D9"]})


HEAD = """
import os, random, signal, sys
from datetime import UTC, datetime
from pharmasales.storage import open_store
STAMP = {"by": "u1", "why": "test", "at": datetime(2026, 1, 5, tzinfo=UTC)}
store = open_store("sqlite:///" + sys.argv[1])
"""

KILLED = (
    HEAD
    + """
def traced(statement):
    if statement == "VACUUM":
        os.kill(os.getpid(), signal.SIGKILL)
store._tables.connection.execute("PRAGMA secure_delete=OFF")
store._tables.connection.set_trace_callback(traced)
with store.unit(**STAMP) as unit:
    unit.erase("doctor", "D7")
"""
)

ROUNDS = (
    HEAD
    + """
for number in range(10_000):
    key = f"X{number:04d}"
    with store.unit(**STAMP) as unit:
        unit.put_many("visit", [(f"{key}/{part}", {"text": f"#药{key}!" * 300}) for part in range(30)])
    print("put", key, flush=True)
    with store.unit(**STAMP) as unit:
        unit.erase("visit", prefix=key)
    print("erased", key, flush=True)
"""
)


def run(script, *args):
    """Start a Python process that runs the script."""
    return subprocess.Popen([sys.executable, "-c", script, *map(str, args)], text=True, stdout=subprocess.PIPE)  # noqa: S603 - our own script


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_kill_between_commit_and_cleaning(path):
    """T11: a process killed after the commit leaves an erased record; the next opening cleans the file."""
    child = run(KILLED, path)
    assert (child.communicate(timeout=60)[0], child.returncode) == ("", -signal.SIGKILL)
    assert traces(path.parent, [word("D7")]) == {"store.db": [word("D7")]}
    with open_store(url(path)) as store:
        assert standing(store) == {"doctor": ["D9"]}
        assert [entry.erased for entry in store.history("doctor", "D7")] == [True] * 3
    assert traces(path.parent, [word("D7")]) == {}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_kill_at_any_moment(tmp_path):
    """T11: after kill -9 at any moment the store opens, an erasure is whole or not there, and its bytes are gone."""
    chance = random.Random(9)  # noqa: S311 - moments, no secrets
    path = tmp_path / "store.db"
    for _ in range(8):
        path.unlink(missing_ok=True)
        open_store(url(path), create=True).close()
        child = run(ROUNDS, path)
        said = child.stdout.readline()
        time.sleep(chance.uniform(0, 0.15))
        child.send_signal(signal.SIGKILL)
        said += child.stdout.read()
        child.wait()
        child.stdout.close()
        whole = said.split("\n")[:-1]  # the last line may be cut off as well
        keys = [line.split()[1] for line in whole if line.startswith("put")]
        with open_store(url(path)) as store:
            left = store.ids("visit")
            assert store.count("visit") == len(left) in (0, 30)
            assert {key.split("/")[0] for key in left} <= {keys[-1], f"X{len(keys):04d}"}
            assert not store._tables.marked()
            gone = [key for key in keys if not store.ids("visit", prefix=key)]
        assert gone[: len(keys) - 1] == keys[:-1]
        assert not hits(tmp_path) & set(gone)


INTERRUPTED = (
    HEAD
    + """
if sys.argv[2] == "memory":
    store = open_store("memory:")
signal.signal(signal.SIGALRM, signal.default_int_handler)
chance = random.Random(3)
def values(key):
    return [entry.data and entry.data["n"] for entry in store.history("doctor", key)]
for number in range(120):
    with store.unit(**STAMP) as unit:
        unit.put_many("doctor", [(f"D{part}", {"n": number}) for part in range(10)])
    before = {key: values(key) for key in store.ids("doctor")}
    assert len(before) == 10
    try:
        signal.setitimer(signal.ITIMER_REAL, chance.uniform(0.0001, 0.004))
        with store.unit(**STAMP) as unit:
            unit.put("doctor", "D3", {"n": -1})
            unit.erase("doctor", prefix="D")
        signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt:
        pass
    left = store.ids("doctor")
    if left:
        assert {key: values(key) for key in left} == before, number
    else:
        assert {value for key in before for value in values(key)} == {None}, number
print("whole")
"""
)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs interval timers")
@pytest.mark.parametrize("scheme", ["sqlite", "memory"])
def test_interrupts(path, scheme):
    """T11: Ctrl-C at 120 random moments of an erasure leaves all of the data or none, and the next call works."""
    with open_store(url(path)) as store:
        erase(store, "doctor", prefix="D")
    child = run(INTERRUPTED, path, scheme)
    try:
        assert child.communicate(timeout=60)[0] == "whole\n"
    finally:
        child.kill()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="needs POSIX file rights")
def test_read_only_with_a_mark(path):
    """T12: a file that is to be cleaned but cannot be written to opens for reading all the same."""
    run(KILLED, path).communicate(timeout=60)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy = folder / "store.db"
        copy.write_bytes(path.read_bytes())
        copy.chmod(0o444)
        folder.chmod(0o555)
        nobody = "import pharmasales.storage.sqlite\nif os.getuid() == 0:\n    os.setuid(65534)\nSTAMP ="
        out = run(HEAD.replace("STAMP =", nobody) + "print(*store.ids('doctor'))", copy).communicate(timeout=60)[0]
        folder.chmod(0o755)
        assert out == "D9\n"
        assert copy.read_bytes() == path.read_bytes()
