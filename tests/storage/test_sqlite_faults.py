"""SQLite under faults: killed, read-only, full, busy, damaged, foreign, newer, forked, interrupted."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pharmasales.errors import Conflict, NotFound, PharmaSalesError, StorageError
from pharmasales.storage import open_store, sqlite_file
from pharmasales.storage.sqlite import SqliteStore
from pharmasales.storage.sqlite_file import APPLICATION, VERSION

STAMP = {"by": "u1", "why": "test", "at": datetime(2026, 1, 5, tzinfo=UTC)}
ROWS = {f"H{number:03d}": {"n": number, "text": "示例" * (number % 7)} for number in range(60)}


def url(path):
    """Return the URL of a file."""
    return f"sqlite:///{path}"


@pytest.fixture
def path(tmp_path):
    """Return the path of a store of sixty hospitals, one of them changed, one deleted."""
    path = tmp_path / "store.db"
    with open_store(url(path), create=True) as store:
        with store.unit(**STAMP, operation="load") as unit:
            unit.put_many("hospital", ROWS.items())
        with store.unit(**STAMP) as unit:
            unit.put("hospital", "H001", {"n": -1})
            unit.delete("hospital", "H002")
    return path


def everything(store):
    """Return all that can be read."""
    records = list(store.find("hospital"))
    history = {key: store.history("hospital", key) for key in ROWS}
    return records, history, store.count("hospital")


def run(script, *args, **more):
    """Start a Python process that runs the script."""
    return subprocess.Popen([sys.executable, "-c", script, *map(str, args)], text=True, stdout=subprocess.PIPE, **more)  # noqa: S603 - our own script


HEAD = """
import sys, os, time
from datetime import UTC, datetime
from pharmasales.errors import *
from pharmasales.storage import open_store
STAMP = {"by": "u1", "why": "test", "at": datetime(2026, 1, 5, tzinfo=UTC)}
store = open_store("sqlite:///" + sys.argv[1])
"""

WRITER = (
    HEAD
    + """
number = int(sys.argv[2])
while True:
    number += 1
    with store.unit(**STAMP) as unit:
        unit.put_many("part", [(f"{number:06d}/{part}", {"n": number, "pad": "x" * 300}) for part in range(40)])
        unit.put("head", "last", {"n": number})
    print(number, flush=True)
"""
)


def test_kill_in_mid_unit(path):
    """T11: after kill -9 every acknowledged unit is whole, no unit is half, and the store opens in under 5 seconds."""
    last = 0
    chance = random.Random(7)  # noqa: S311 - moments, no secrets
    for _ in range(8):
        child = run(WRITER, path, last)
        acknowledged = [int(child.stdout.readline())]
        time.sleep(chance.uniform(0, 0.08))
        child.send_signal(signal.SIGKILL)
        acknowledged += map(int, child.stdout.read().split())
        child.wait()
        child.stdout.close()
        begin = time.monotonic()
        with open_store(url(path)) as store:
            assert time.monotonic() - begin < 5
            last = store.get("head", "last").data["n"]
            assert last in (acknowledged[-1], acknowledged[-1] + 1)
            assert store.count("part") == 40 * last
            assert [r.data["n"] for r in store.find("part", prefix=f"{last:06d}/")] == [last] * 40


COUNTER = (
    HEAD
    + """
acknowledged = 0
while acknowledged < 40:
    record = store.get("counter", "c")
    try:
        with store.unit(**STAMP) as unit:
            unit.put("counter", "c", {"n": record.data["n"] + 1}, expected=record.version)
    except Conflict as error:
        assert error.found > error.expected == record.version
        continue
    acknowledged += 1
print(acknowledged)
"""
)


def test_two_processes_count(path):
    """T9: two processes that write one counter with expected versions lose no acknowledged write."""
    with open_store(url(path)) as store, store.unit(**STAMP) as unit:
        unit.put("counter", "c", {"n": 0})
    children = [run(COUNTER, path) for _ in range(2)]
    acknowledged = sum(int(child.communicate(timeout=60)[0]) for child in children)
    with open_store(url(path)) as store:
        assert store.get("counter", "c").data["n"] == acknowledged == 80
        assert [entry.data["n"] for entry in store.history("counter", "c")] == list(range(81))


def test_busy(path):
    """T12: another writer gives `storage.busy` after the wait, also at commit, and the work can be repeated."""
    with open_store(url(path)) as one, SqliteStore.open(url(path), wait_ms=50) as two:
        with one.unit(**STAMP) as unit:
            unit.put("hospital", "H9", {})
            with pytest.raises(StorageError) as caught, two.unit(**STAMP):
                pytest.fail("two units at once")
            assert caught.value.code == "storage.busy"
        with two.unit(**STAMP) as unit:
            unit.put("hospital", "H9", {"n": 1}, expected=1)
    reader = sqlite3.connect(path, isolation_level=None)
    with SqliteStore.open(url(path), wait_ms=50) as store:
        cursor = reader.execute("SELECT * FROM record")
        cursor.fetchone()
        with pytest.raises(StorageError) as caught, store.unit(**STAMP) as unit:
            unit.put("hospital", "H9", {"n": 2})
        assert caught.value.code == "storage.busy"
        assert store.get("hospital", "H9").version == 2
        cursor.close()
        with store.unit(**STAMP) as unit:
            assert unit.put("hospital", "H9", {"n": 2}) == 3
    reader.close()


def test_full(path):
    """T12: a full disk is `storage.full`; nothing of the unit is kept, and the store works when space returns."""
    with open_store(url(path)) as store:
        connection = store._tables.connection
        before = everything(store)
        ((pages,),) = connection.execute("PRAGMA page_count")
        connection.execute(f"PRAGMA max_page_count={pages}")

        def work():
            with store.unit(**STAMP) as unit:
                unit.put("hospital", "H1", {})
                with pytest.raises(StorageError) as caught:
                    unit.put_many("hospital", [(f"X{n:03d}", {"pad": "x" * 999}) for n in range(900)])
                assert caught.value.code == "storage.full"
                for write in (lambda: unit.put("hospital", "H1", {"n": 1}), lambda: unit.delete("hospital", "H1")):
                    with pytest.raises(StorageError, match="broken"):
                        write()

        with pytest.raises(StorageError) as caught:
            work()
        assert caught.value.code == "storage.broken"
        assert everything(store) == before
        connection.execute("PRAGMA max_page_count=999999")
        with store.unit(**STAMP) as unit:
            unit.put_many("hospital", [(f"X{n:03d}", {"pad": "x" * 999}) for n in range(900)])
        assert store.count("hospital") == 59 + 900


NOBODY = """
import os, pharmasales.storage.sqlite
if os.getuid() == 0:
    os.setuid(65534)
"""

TRY_TO_WRITE = """
print(store.count("hospital"))
def write():
    with store.unit(**STAMP) as unit:
        unit.put("hospital", "H001", {})
def operate():
    with store.unit(**STAMP, operation="op"):
        pass
def make():
    open_store("sqlite:///" + sys.argv[1] + "x", create=True)
for work in (write, operate, make):
    try:
        work()
    except StorageError as error:
        print(error.code)
"""


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="needs POSIX file rights")
def test_read_only(path):
    """T12: a file without write rights can be read; writing is `storage.readonly` and changes nothing."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy = folder / "store.db"
        copy.write_bytes(path.read_bytes())
        copy.chmod(0o444)
        folder.chmod(0o555)
        script = HEAD.replace("STAMP =", f"{NOBODY}\nSTAMP =") + TRY_TO_WRITE
        child = run(script, copy, stderr=subprocess.PIPE)
        out, err = child.communicate(timeout=60)
        folder.chmod(0o755)
        assert (out.split(), err) == (["59", *["storage.readonly"] * 3], "")
        assert copy.read_bytes() == path.read_bytes()


def refused(path):
    """Return the code with which the file is refused, and see that no byte changed and no file came."""
    before, files = path.read_bytes(), sorted(path.parent.iterdir())
    for create in (False, True):
        with pytest.raises(StorageError) as caught:
            open_store(url(path), create=create)
        assert path.name in str(caught.value)
    assert path.read_bytes() == before
    assert sorted(path.parent.iterdir()) == files
    return caught.value.code


def test_missing(tmp_path):
    """T13: a missing file is not made unless asked for; a folder missing or in its place is typed."""
    with pytest.raises(StorageError) as caught:
        open_store(url(tmp_path / "store.db"))
    assert caught.value.code == "storage.missing"
    assert list(tmp_path.iterdir()) == []
    for place in (tmp_path / "none" / "store.db", tmp_path):
        with pytest.raises(StorageError) as caught:
            open_store(url(place), create=True)
        assert caught.value.code == "storage.path"
    open_store(url(tmp_path / "store.db"), create=True).close()
    assert [file.name for file in tmp_path.iterdir()] == ["store.db"]


def test_create_keeps_what_is_there(path):
    """T13: opening with `create` never overwrites an existing store, even one that came in the same moment."""
    from pharmasales.storage.sqlite_file import _make

    before = path.read_bytes()
    _make(path)
    open_store(url(path), create=True).close()
    assert path.read_bytes() == before


def test_foreign(tmp_path):
    """T13: foreign files, empty ones and other people's databases are refused untouched."""
    file = tmp_path / "store.db"
    for content in (
        b"",
        b"not a database, but long enough to be read as the head of one" * 30,
        b"PK\x03\x04",
        b"\0" * 5000,
    ):
        file.write_bytes(content)
        assert refused(file) == "storage.foreign"
    for mode in ("DELETE", "WAL"):
        file.unlink()
        other = sqlite3.connect(file)
        other.execute(f"PRAGMA journal_mode={mode}")
        other.execute("CREATE TABLE x (a)")
        other.commit()
        other.close()
        assert refused(file) == "storage.foreign"


OTHERS = [(VERSION + 1, "newer"), (999, "newer"), (VERSION - 1, "older"), (0, "damaged"), (-1, "damaged")]


@pytest.mark.parametrize(("version", "code"), OTHERS)
def test_other_version(path, version, code):
    """T13: a newer or older schema is refused untouched, and so is a version that never was."""
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version={version}")
    connection.close()
    assert refused(path) == f"storage.{code}"


def test_other_schema(path):
    """T13: a trigger or table put into the file behind our back is refused."""
    connection = sqlite3.connect(path)
    ((application,),) = connection.execute("PRAGMA application_id")
    assert application == APPLICATION
    connection.execute("CREATE TRIGGER t AFTER INSERT ON unit BEGIN DELETE FROM record; END")
    connection.commit()
    connection.close()
    assert refused(path) == "storage.damaged"


def test_truncated(path):
    """T13: a file that lost its tail is refused, wherever it was cut."""
    whole = path.read_bytes()
    for length in (50, 100, 1000, 4096, 8192, len(whole) - 4096, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert refused(path) in ("storage.damaged", "storage.foreign")


def test_bit_flips(path):
    """T13: of 300 files with one flipped bit none gives a wrong answer: an error by type, or all as it was."""
    whole, codes = path.read_bytes(), []
    chance = random.Random(11)  # noqa: S311 - bits, no secrets
    with open_store(url(path)) as store:
        right = everything(store)
    for _ in range(300):
        bit = chance.randrange(len(whole) * 8)
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        try:
            with open_store(url(path)) as store:
                assert everything(store) == right, f"bit {bit}"
        except PharmaSalesError as error:
            codes.append(error.code)
        assert path.read_bytes() == flipped, f"bit {bit}"
    assert set(codes) <= {"storage.damaged", "storage.foreign", "storage.newer", "storage.readonly"}
    assert len(codes) > 50


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE record SET data = '{\"n\":8}' WHERE id = 'H007'",
        "UPDATE record SET version = 5 WHERE id = 'H007'",
        "UPDATE record SET sequence = 2 WHERE id = 'H007'",
        "UPDATE record SET data = NULL WHERE id = 'H007'",
        "UPDATE record SET hash = zeroblob(32) WHERE id = 'H007'",
        "UPDATE record SET data = x.data, hash = x.hash FROM record AS x WHERE record.id = 'H007' AND x.id = 'H008'",
    ],
)
def test_edited_record(path, edit):
    """T5: a record edited behind the library is found by every way of reading and writing it, named by kind and id."""
    connection = sqlite3.connect(path)
    connection.execute(edit)
    connection.commit()
    connection.close()
    with open_store(url(path)) as store:
        reads = [lambda: store.get("hospital", "H007"), lambda: list(store.find("hospital"))]
        reads += [lambda: store.history("hospital", "H007"), lambda: list(store.find("hospital", limit=50))]
        for read in reads:
            with pytest.raises(StorageError, match="@ hospital H007") as caught:
                read()
            assert caught.value.code == "storage.damaged"
        for rows in ([("H007", {})], [("A", {}), ("H007", {})]):
            with pytest.raises(StorageError) as caught, store.unit(**STAMP) as unit:
                unit.put_many("hospital", rows)
            assert caught.value.code == "storage.damaged"
        assert store.get("hospital", "H008").data == ROWS["H008"]
        with pytest.raises(NotFound):
            store.get("hospital", "A")


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE unit SET author = 'u9' WHERE sequence = 1",
        "UPDATE unit SET reason = 'other' WHERE sequence = 1",
        "UPDATE unit SET moment = '2020-01-01T00:00:00+00:00' WHERE sequence = 1",
        "UPDATE unit SET operation = 'other' WHERE sequence = 1",
        "DELETE FROM unit WHERE sequence = 1",
        "DELETE FROM past WHERE id = 'H001'",
        "UPDATE past SET data = '{}' WHERE id = 'H001'",
    ],
)
def test_edited_history(path, edit):
    """T5: a history that was edited, or cut, behind the library is found when it is read."""
    connection = sqlite3.connect(path)
    connection.execute(edit)
    connection.commit()
    connection.close()
    with open_store(url(path)) as store, pytest.raises(StorageError) as caught:
        store.history("hospital", "H001")
    assert caught.value.code == "storage.damaged"


FORK = (
    HEAD
    + """
from pharmasales.storage import sqlite_file
def codes():
    for work in (
        lambda: store.get("hospital", "H001"), lambda: store.find("hospital"), lambda: store.count("hospital"),
        lambda: store.history("hospital", "H001"), lambda: store.unit(**STAMP), lambda: store.__enter__(),
        lambda: unit.put("hospital", "H001", {}), lambda: unit.put_many("hospital", []), store.close,
    ):
        try:
            work()
            yield "nothing"
        except StorageError as error:
            yield error.code
with store.unit(**STAMP) as unit:
    store._tables.connection.execute("PRAGMA cache_size=5")
    unit.put_many("hospital", [(f"X{n:03d}", {"pad": "x" * 999}) for n in range(900)])
    child = os.fork()
    if not child:
        print(*set(codes()), flush=True)
        sys.exit(0)
    assert os.waitpid(child, 0)[1] == 0
    unit.put_many("hospital", [(f"Y{n:03d}", {"pad": "x" * 999}) for n in range(900)])
print(store.count("hospital"))
"""
)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_fork(path):
    """Fork: a forked child is refused by type at every entry, and its end does not touch the parent's open unit."""
    child = run(FORK, path)
    out = child.communicate(timeout=60)[0]
    assert out.split("\n") == ["storage.process", "1859", ""]
    with open_store(url(path)) as store:
        assert store.count("hospital", prefix="X") == store.count("hospital", prefix="Y") == 900


INTERRUPTED = (
    HEAD
    + """
import random, signal
if sys.argv[2] == "memory":
    store = open_store("memory:")
signal.signal(signal.SIGALRM, signal.default_int_handler)
chance, number = random.Random(3), 0
for _ in range(200):
    try:
        signal.setitimer(signal.ITIMER_REAL, chance.uniform(0.0002, 0.006))
        while True:
            with store.unit(**STAMP) as unit:
                unit.put_many("part", [(f"{part}", {"n": number}) for part in range(20)])
                unit.put("head", "last", {"n": number})
            number += 1
    except KeyboardInterrupt:
        pass
    with store.unit(**STAMP) as unit:
        unit.put("head", "works", {"n": number})
    if store.count("head") == 2:
        number = store.get("head", "last").data["n"]
        assert {record.data["n"] for record in store.find("part")} == {number}, number
        history = store.history("part", "7")
        assert [entry.data["n"] for entry in history] == list(range(number + 1)), number
        number += 1
print("whole")
"""
)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs interval timers")
@pytest.mark.parametrize("scheme", ["sqlite", "memory"])
def test_interrupts(path, scheme):
    """T11: at 200 random moments Ctrl-C leaves whole units only, and the next call works."""
    child = run(INTERRUPTED, path, scheme)
    try:
        assert child.communicate(timeout=60)[0] == "whole\n"
    finally:
        child.kill()


def test_stale_editor(path):
    """T9: of two editors of one record the first is kept and the second gets a Conflict."""
    with open_store(url(path)) as one, open_store(url(path)) as two:
        version = two.get("hospital", "H003").version
        with one.unit(**STAMP) as unit:
            unit.put("hospital", "H003", {"by": "one"}, expected=version)
        with pytest.raises(Conflict), two.unit(**STAMP) as unit:
            unit.put("hospital", "H003", {"by": "two"}, expected=version)
        assert two.get("hospital", "H003").data == {"by": "one"}


def test_settings(path):
    """Finding 1: the journal is DELETE with synchronous EXTRA, and foreign keys are on."""
    with open_store(url(path)) as store:
        values = [store._tables.run(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert values == ["delete", 3, 1]


def test_wal_turned_back(path):
    """Finding 1: a store that somebody turned to WAL is turned back when opened."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    with open_store(url(path)) as store:
        assert store._tables.run("PRAGMA journal_mode") == [("delete",)]


def test_old_sqlite(path, monkeypatch):
    """A SQLite before 3.37 is refused by type."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 9))
    with pytest.raises(StorageError) as caught:
        open_store(url(path))
    assert caught.value.code == "storage.sqlite"


def test_busy_read(path):
    """T12: a file that somebody locked for long is `storage.busy` for readers too."""
    with SqliteStore.open(url(path), wait_ms=20) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        reads = [lambda: store.get("hospital", "H001"), lambda: store.find("hospital", limit=1)]
        reads += [lambda: SqliteStore.open(url(path), wait_ms=20)]
        for read in reads:
            with pytest.raises(StorageError) as caught:
                read()
            assert caught.value.code == "storage.busy"
        other.close()
        assert store.get("hospital", "H001").data == {"n": -1}


@pytest.mark.parametrize("scheme", ["memory", "sqlite"])
def test_unit_left_without_its_end(path, scheme):
    """T11: a unit whose block was left without its end is undone by the next call, and takes no more writes."""
    with open_store("memory:" if scheme == "memory" else url(path)) as store:
        before = everything(store)
        unit = store.unit(**STAMP).__enter__()
        with pytest.raises(StorageError) as caught:
            unit.put("hospital", "H9", {})
        assert caught.value.code == "storage.over"
        block = store.unit(**STAMP)
        block.__enter__().put("hospital", "H9", {})
        assert store.get("hospital", "H9").version == 1
        del block
        assert everything(store) == before
        with store.unit(**STAMP) as unit:
            assert unit.put("hospital", "H9", {}) == 1


def test_other_process(path, monkeypatch):
    """Fork: a store knows the process that opened it, and its connections are never closed by another one."""
    store = open_store(url(path))
    found = sys.getrefcount(store._tables.connection)
    sqlite_file._abandon()

    assert sys.getrefcount(store._tables.connection) > found
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: -1)
        with pytest.raises(StorageError) as caught:
            store.close()
    assert caught.value.code == "storage.process"
    store.close()
