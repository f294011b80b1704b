"""Backup and restore: whole and checked or not at all, while others write, between stores of any kind."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from pharmasales.compliance import Anchor
from pharmasales.errors import BadValue, NotFound, StorageError
from pharmasales.storage import backup as module
from pharmasales.storage import open_store
from pharmasales.storage.backup import Erased, backup, erased, restore
from pharmasales.storage.sqlite import SqliteStore
from pharmasales.testing.storage_erasure import traces

AT = datetime(2026, 1, 5, tzinfo=UTC)
STAMP = {"by": "u1", "why": "test", "at": AT}
AGAIN = {"by": "u9", "why": "erased since the backup", "at": AT + timedelta(days=9)}
CANARY = "#药D7!"


def url(path):
    """Return the URL of a file."""
    return f"sqlite:///{path}"


def filled(store):
    """Fill a store: versions, a deletion, an erasure, labels, a node, a done operation."""
    with store.unit(**STAMP, operation="load") as unit:
        unit.put_many("hospital", [(f"H{number}", {"beds": number}) for number in range(5)])
        unit.put("doctor", "D7", {"text": CANARY})
        unit.put("visit", "V1", {"@node": "R01", "@labels": {"owner": ["R01", "R02"]}})
    with store.unit(**STAMP) as unit:
        unit.put("hospital", "H1", {"beds": 100})
        unit.put("hospital", "H1", {"beds": 101})
        unit.delete("hospital", "H2")
    with store.unit(**STAMP) as unit:
        unit.erase("hospital", "H3")
        unit.put("hospital", "H3", {"beds": 33})
    return store


def everything(store):
    """Return all that a store holds."""
    return list(store.units()), store.head()


@pytest.fixture
def path(tmp_path):
    """Return the path of a filled store."""
    path = tmp_path / "sales.db"
    filled(open_store(url(path), create=True)).close()
    return path


def left(path):
    """Return the names of the files beside a store."""
    return sorted(file.name for file in path.parent.iterdir() if file != path)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def places(request, tmp_path):
    """Return what gives fresh URLs of one kind of store."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres").database
    numbers = iter(range(99))
    return lambda: "memory:" if request.param == "memory" else url(tmp_path / f"{next(numbers)}.db")


def test_every_kind_of_store(places, tmp_path):
    """Goal restore: a store of any kind is backed up and comes back in any kind, exactly as it was, and works on."""
    file, again = tmp_path / "monday.db", tmp_path / "tuesday.db"
    with filled(open_store(places(), create=True)) as store:
        anchor = backup(store, file)
        held = everything(store)
        assert anchor == held[1] == store.head()
    with open_store(url(file)) as kept:
        assert everything(kept) == held
    place = places()
    assert restore(file, place, anchor=anchor) == anchor
    with open_store(place, create=True) as store:
        if place == "memory:":
            store.take(held[0])
        assert everything(store) == held
        assert store.verify(anchor).anchored
        assert [record.id for record in store.find("visit", where={"owner": "R02"})] == ["V1"]
        assert (store.within(["R01"]).count("visit"), store.within(["R02"]).count("visit")) == (1, 0)
        with store.unit(**STAMP, operation="load") as unit:
            assert unit.done
        with store.unit(**STAMP) as unit:
            assert unit.put("hospital", "H1", {"beds": 102}, expected=3) == 4
        later = backup(store, again)
        assert later == store.head() != anchor
    assert restore(again, "memory:", anchor=anchor) == later


def test_by_url(path, tmp_path):
    """A store is backed up by its URL, too, and a missing one is told."""
    anchor = backup(url(path), tmp_path / "monday.db")
    assert anchor.count == 3
    with pytest.raises(StorageError) as caught:
        backup(url(tmp_path / "none.db"), tmp_path / "tuesday.db")
    assert caught.value.code == "storage.missing"
    assert left(path) == ["monday.db"]


def test_empty_store(tmp_path):
    """A store without any unit is backed up and restored."""
    with open_store("memory:") as store:
        assert backup(store, tmp_path / "empty.db") == Anchor(0, "0" * 64)
    assert restore(tmp_path / "empty.db", url(tmp_path / "new.db")).count == 0


def test_nothing_is_overwritten(path, tmp_path, monkeypatch):
    """A file, a folder or a link that has the name is left alone, even one that came in the same moment."""
    file, folder, link = tmp_path / "file.db", tmp_path / "folder", tmp_path / "link"
    file.write_text("mine")
    folder.mkdir()
    link.symlink_to(tmp_path / "nowhere")
    with open_store(url(path)) as store:
        for target in (file, folder, link, path):
            with pytest.raises(StorageError, match="never overwrites") as caught:
                backup(store, target)
            assert caught.value.code == "storage.exists"
        monkeypatch.setattr(module.os.path, "lexists", lambda _: False)
        for target in (file, link):
            with pytest.raises(StorageError) as caught:
                backup(store, target)
            assert caught.value.code == "storage.exists"
    assert file.read_text() == "mine"
    assert (left(path), link.exists()) == (["file.db", "folder", "link"], False)


def test_no_such_folder(path, tmp_path):
    """A folder that is not there is told by type."""
    for target in (tmp_path / "none" / "monday.db", path / "monday.db"):
        with pytest.raises(StorageError) as caught:
            backup(url(path), target)
        assert caught.value.code == "storage.path"
    assert left(path) == []


def test_a_name_that_no_file_has(path, tmp_path):
    """A name that the system refuses is told by type, for a backup and for restoring."""
    name = tmp_path / ("x" * 300)
    for work in (lambda: backup(url(path), name), lambda: restore(name, "memory:")):
        with pytest.raises(StorageError) as caught:
            work()
        assert caught.value.code == "storage.path"
    assert left(path) == []


def test_inside_a_unit(path, tmp_path):
    """A store with an open unit is not backed up: what is half done belongs to no moment."""
    with open_store(url(path)) as store, store.unit(**STAMP) as unit:
        unit.put("hospital", "H9", {})
        with pytest.raises(StorageError) as caught:
            backup(store, tmp_path / "monday.db")
        assert caught.value.code == "storage.nested"
    assert left(path) == []


def edited(path, edit):
    """Change a file behind the library's back."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(edit)


def test_damaged_store(path, tmp_path):
    """A store that does not verify is not backed up: the error names the first bad unit, and no file is left."""
    edited(path, "UPDATE record SET data = '{}' WHERE id = 'H1'")
    with pytest.raises(StorageError, match="@ unit 2") as caught:
        backup(url(path), tmp_path / "monday.db")
    assert caught.value.code == "storage.damaged"
    assert left(path) == []


def test_erased_bytes(path, tmp_path):
    """T19: bytes that an erasure has left in the store's file are not in a backup of it."""
    with (
        SqliteStore.open(url(path), wait_ms=10) as store,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        connection = store._tables.connection
        connection.execute("PRAGMA secure_delete=OFF")

        def locking(statement):
            if statement == "VACUUM":
                other.execute("BEGIN IMMEDIATE")

        connection.set_trace_callback(locking)
        with pytest.raises(StorageError) as caught, store.unit(**STAMP) as unit:
            unit.erase("doctor", "D7")
        assert caught.value.code == "storage.remnants"
        connection.set_trace_callback(None)
        other.execute("ROLLBACK")
        assert CANARY.encode() in path.read_bytes()
        backup(store, tmp_path / "monday.db")
    assert traces(tmp_path, [CANARY]) == {"sales.db": [CANARY]}


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")
def test_no_space(path, tmp_path):
    """T12: where the backup finds no space nothing is left of it, and it works when there is room."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with filled(open_store("memory:")) as other:
        for store in (url(path), other):
            resource.setrlimit(resource.RLIMIT_FSIZE, (5000, hard))
            try:
                with pytest.raises(StorageError) as caught:
                    backup(store, tmp_path / "monday.db")
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            assert caught.value.code in ("storage.full", "storage.io")
            assert left(path) == []
    assert backup(url(path), tmp_path / "monday.db").count == 3


def test_somebody_is_at_work(path, tmp_path):
    """T12: a store that somebody holds alone is `storage.busy`; one that somebody writes to is backed up as it was."""
    with (
        SqliteStore.open(url(path), wait_ms=20) as store,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageError) as caught:
            backup(store, tmp_path / "monday.db")
        assert caught.value.code == "storage.busy"
        other.execute("ROLLBACK")
        with open_store(url(path)) as two, two.unit(**STAMP) as unit:
            unit.put("hospital", "H9", {})
            anchor = backup(store, tmp_path / "monday.db")
        assert (anchor.count, store.head().count) == (3, 4)
    assert left(path) == ["monday.db"]


WRITER = """
import sys
from datetime import UTC, datetime
from pharmasales.errors import StorageError
from pharmasales.storage import open_store
STAMP = {"by": sys.argv[2], "why": "test", "at": datetime(2026, 1, 5, tzinfo=UTC)}
store, number = open_store("sqlite:///" + sys.argv[1]), 0
print("ready", flush=True)
while True:
    number += 1
    try:
        with store.unit(**STAMP) as unit:
            rows = [(f"{sys.argv[2]}/{part:02d}", {"n": number, "pad": "x" * 200}) for part in range(20)]
            unit.put_many("part", rows)
            unit.put("head", sys.argv[2], {"n": number})
            if number % 5 == 0:
                unit.erase("part", f"{sys.argv[2]}/00")
    except StorageError as error:
        if not error.retry and error.code != "storage.remnants":
            raise
        number -= error.retry
"""


def started(path, name):
    """Start a process that writes unit after unit."""
    command = [sys.executable, "-c", WRITER, str(path), name]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE)  # noqa: S603 - our own script


def patiently(store, file):
    """Back up, again where somebody else was writing for too long."""
    while True:
        try:
            return backup(store, file)
        except StorageError as error:
            if not error.retry:
                raise


def whole(store):
    """See that every writer's last unit is all there."""
    for head in store.find("head"):
        parts = [record.data["n"] for record in store.find("part", prefix=f"{head.id}/")]
        number = head.data["n"]
        assert parts == [number] * (20 - (number % 5 == 0))


def test_while_eight_processes_write(path, tmp_path):
    """Goal restore: backups while 8 processes write are each one moment of the store, whole, and restored elsewhere."""
    rounds = 20 if os.environ.get("FAULTS") == "full" else 3
    chance, counts = random.Random(6), []  # noqa: S311 - moments, no secrets
    children = [started(path, f"w{number}") for number in range(8)]
    try:
        assert {child.stdout.readline() for child in children} == {"ready\n"}
        with open_store(url(path)) as store:
            for number in range(rounds):
                file, place = tmp_path / f"{number}.bak", url(tmp_path / f"again{number}.db")
                time.sleep(chance.uniform(0, 0.2))
                anchor = patiently(store, file)
                assert restore(file, place, anchor=anchor) == anchor
                with open_store(place) as again:
                    assert again.verify(anchor).anchored
                    whole(again)
                counts.append(anchor.count)
    finally:
        for child in children:
            child.kill()
            child.wait()
            child.stdout.close()
    assert counts == sorted(set(counts))
    with open_store(url(path)) as store:
        assert store.verify(anchor).anchored
        whole(store)
    assert not [name for name in left(path) if name.startswith(".pharmasales-")]


INTERRUPTED = """
import random, signal, sys
from pathlib import Path
from pharmasales.storage import open_store
from pharmasales.storage.backup import backup
signal.signal(signal.SIGALRM, signal.default_int_handler)
chance, made, store = random.Random(3), 0, open_store("sqlite:///" + sys.argv[1])
head = store.head()
for number in range(60):
    file = Path(sys.argv[2], f"{number}.bak")
    try:
        signal.setitimer(signal.ITIMER_REAL, chance.uniform(0.0005, 0.03))
        backup(store, file)
        signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt:
        pass
    if file.exists():
        made += 1
        with open_store(f"sqlite:///{file}") as kept:
            assert kept.head() == head and kept.verify()
    assert store.head() == head
left = [file.name for file in Path(sys.argv[2]).iterdir() if file.suffix != ".bak"]
print("whole", 0 < made, [name for name in left if not name.startswith(".pharmasales-")])
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs interval timers")
def test_interrupts(path, tmp_path):
    """T11: Ctrl-C at 60 random moments leaves a whole backup or none, nothing beside it, and the store works."""
    folder = tmp_path / "backups"
    folder.mkdir()
    command = [sys.executable, "-c", INTERRUPTED, str(path), str(folder)]
    done = subprocess.run(command, text=True, capture_output=True, timeout=120, check=False)  # noqa: S603 - our own script
    assert (done.stdout, done.stderr) == ("whole True []\n", "")


@pytest.fixture
def monday(path, tmp_path):
    """Return a backup."""
    backup(url(path), tmp_path / "monday.db")
    return tmp_path / "monday.db"


def test_used_store(path, monday):
    """A backup is never taken over into a store that holds something."""
    with open_store(url(path)) as store:
        held = everything(store)
    with pytest.raises(StorageError) as caught:
        restore(monday, url(path))
    assert caught.value.code == "storage.used"
    with open_store(url(path)) as store:
        assert everything(store) == held


def test_bad_backups(monday, tmp_path):
    """T5, T13: a backup that is missing, foreign, edited, or not the anchored one is refused; no store is made."""
    target, file = tmp_path / "new.db", tmp_path / "bad.db"
    with open_store(url(monday)) as store:
        head = store.head()

    def code(anchor=None):
        with pytest.raises(StorageError) as caught:
            restore(file, url(target), anchor=anchor)
        assert not target.exists()
        return caught.value.code, caught.value.where

    assert code() == ("storage.missing", "bad.db")
    file.write_bytes(b"something else" * 99)
    assert code() == ("storage.foreign", "bad.db")
    file.write_bytes(monday.read_bytes())
    assert code(Anchor(4, "a" * 64)) == ("storage.damaged", "unit 4")
    assert code(Anchor(2, "a" * 64)) == ("storage.damaged", "unit 2")
    edited(file, "UPDATE past SET data = '{}' WHERE id = 'H1' AND version = 2")
    assert code(head) == ("storage.damaged", "unit 2")
    file.write_bytes(monday.read_bytes())
    assert restore(file, url(target), anchor=head) == head


def test_backup_that_may_not_be_written(monday, tmp_path):
    """A backup is only read: one without the right to write is restored, and no byte of it changes."""
    held = monday.read_bytes()
    monday.chmod(0o444)
    restore(monday, url(tmp_path / "new.db"))
    assert monday.read_bytes() == held


def gone(store):
    """Erase in a unit of its own, and put what another file said of the person without it."""
    with store.unit(**STAMP) as unit:
        unit.erase("doctor", "D7")
        unit.erase("hospital", "H1")
        unit.put("hospital", "H1", {"beds": 101, "note": "-"})
        unit.put("doctor", "D9", {"text": "new"})
        unit.erase("doctor", "D9")
    with store.unit(**STAMP) as unit:
        unit.put("hospital", "H1", {"beds": 102, "note": "-"})
    return erased(store)


def test_erased_since(path, monday, tmp_path):
    """T19: what was erased since the backup is erased again, in one unit with its stamp, and no byte of it is left."""
    with open_store(url(path)) as store:
        due = gone(store)
    assert due == [
        Erased("hospital", "H3", 2, {"beds": 33}),
        Erased("doctor", "D7", 2),
        Erased("doctor", "D9", 2),
        Erased("hospital", "H1", 4, {"beds": 101, "note": "-"}),
    ]
    assert "note" not in repr(due)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    place = url(folder / "sales.db")
    head = restore(monday, place, erased=due, **AGAIN)
    with open_store(place) as store:
        assert (store.head(), head.count, bool(store.verify(head))) == (head, 4, True)
        with pytest.raises(NotFound):
            store.get("doctor", "D7")
        entries = store.history("doctor", "D7")
        assert [(entry.by, entry.why, entry.erased) for entry in entries] == [
            ("u1", "test", True),
            ("u9", "erased since the backup", True),
        ]
        assert store.get("hospital", "H1").data == {"beds": 101, "note": "-"}
        assert [entry.erased for entry in store.history("hospital", "H1")] == [True] * 4 + [False]
        assert store.get("hospital", "H3").version == 3
        assert store.history("doctor", "D9") == []
        assert erased(store)[1:] == [due[1], due[3]]
    assert traces(folder, [CANARY]) == {}
    assert restore(monday, "memory:", erased=due, **AGAIN).count == 4


def test_nothing_erased_since(path, monday, tmp_path):
    """What the backup shows as erased already is left as it is: no unit of work comes behind the restored ones."""
    with open_store(url(path)) as store:
        head, due = store.head(), erased(store)
    assert due == [Erased("hospital", "H3", 2, {"beds": 33})]
    assert restore(monday, url(tmp_path / "new.db"), erased=due, **AGAIN) == head


def test_deleted_when_the_backup_was_made(tmp_path):
    """T19: where nothing stood in the backup, history is erased and nothing is put in its place."""
    with open_store("memory:") as store:
        with store.unit(**STAMP) as unit:
            unit.put("doctor", "D7", {"text": CANARY})
            unit.delete("doctor", "D7")
        backup(store, tmp_path / "monday.db")
        with store.unit(**STAMP) as unit:
            unit.put("doctor", "D7", {"text": "again"})
        with store.unit(**STAMP) as unit:
            unit.erase("doctor", "D7")
            unit.put("doctor", "D7", {"text": "-"})
            unit.delete("doctor", "D7")
            unit.put("doctor", "D7", {"text": "--"})
        due = erased(store)
    assert due == [Erased("doctor", "D7", 4, {"text": "--"})]
    place = url(tmp_path / "new.db")
    restore(tmp_path / "monday.db", place, erased=due, **AGAIN)
    with open_store(place) as store:
        assert [entry.erased for entry in store.history("doctor", "D7")] == [True] * 3
        assert store.count("doctor") == 0


@pytest.mark.parametrize(
    ("one", "stamp", "code"),
    [
        (Erased("doctor", "D7", 2), {}, "unit.moment"),
        (Erased("doctor", "D7", 2), {**AGAIN, "by": ""}, "id.empty"),
        (Erased("doctor", "D7", 2), {**AGAIN, "why": " "}, "unit.why"),
        (Erased("doctor", " D7", 2), AGAIN, "record.key"),
        (Erased("doctor", "D7", 2, []), AGAIN, "record.type"),
    ],
)
def test_erasing_again_is_checked_first(monday, tmp_path, one, stamp, code):
    """Erasures without who, why and when, or of no id, are refused before anything is made."""
    with pytest.raises(BadValue) as caught:
        restore(monday, url(tmp_path / "new.db"), erased=[one], **stamp)
    assert (caught.value.code, (tmp_path / "new.db").exists()) == (code, False)


def test_copy_that_fails(path, tmp_path, monkeypatch):
    """T12: where SQLite refuses to copy the error is typed, and the store goes on."""
    from pharmasales.storage import sqlite

    def fails(*_):
        raise sqlite3.OperationalError("disk I/O error")

    with open_store(url(path)) as store:
        with monkeypatch.context() as patch:
            patch.setattr(sqlite, "copied", fails)
            with pytest.raises(StorageError) as caught:
                backup(store, tmp_path / "monday.db")
        assert (caught.value.code, left(path)) == ("storage.sqlite", [])
        assert backup(store, tmp_path / "monday.db").count == 3
