"""The journal: the conformance suite of pharmasales, kill -9, torn and damaged lines, failing disks."""

import errno
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from pharmasales_journal import JournalStore, store
from pharmasales_journal.store import HEADER

from pharmasales.errors import BadConfig, StorageError
from pharmasales.testing.storage import StoreSuite

STAMP = {"by": "u1", "why": "test", "at": datetime(2026, 1, 5, tzinfo=UTC)}

WRITER = """
import sys
from datetime import UTC, datetime
from pharmasales_journal import JournalStore

with JournalStore.open(sys.argv[1]) as store:
    for number in range(10_000):
        with store.unit(by="u1", why="test", at=datetime(2026, 1, 5, tzinfo=UTC)) as unit:
            unit.put("visit", f"{sys.argv[2]}{number}", {"n": number, "text": "x" * 2000})
            unit.put("visit", "last", {"by": sys.argv[2], "n": number})
            if number % 7 == 6:
                unit.erase("visit", f"{sys.argv[2]}{number - 1}")
        print(number, flush=True)
"""


class TestJournal(StoreSuite):
    """All behaviours, none skipped."""

    def open(self, tmp_path):
        """Make a file."""
        return JournalStore.open(f"journal:///{tmp_path / 'store.journal'}", create=True)

    def reopen(self, tmp_path):
        """Open that file."""
        return JournalStore.open(f"journal:///{tmp_path / 'store.journal'}")


@pytest.fixture
def path(tmp_path):
    """Return the path of a journal of four units."""
    path = tmp_path / "a.journal"
    with opened(path, create=True) as made:
        for number in range(4):
            put(made, f"V{number}")
    return path


def opened(path, *, create=False):
    """Open the journal at a path."""
    return JournalStore.open(f"journal:///{path}", create=create)


def put(made, *keys):
    """Put records in a unit of their own."""
    with made.unit(**STAMP) as unit:
        unit.put_many("visit", [(key, {"text": f"示例 {key}"}) for key in keys])


def failing(number):
    """Return a call of the operating system that fails."""

    def fail(*_):
        raise OSError(number, "failed")

    return fail


def refusal(work):
    """Return the code of the error that the work raises."""
    with pytest.raises(StorageError) as caught:
        work()
    return caught.value.code


@pytest.mark.parametrize("delay", [3, 8, 20])
def test_kill(tmp_path, delay):
    """A process killed while it writes loses nothing that it was told is kept, and its lock goes with it."""
    path = tmp_path / "a.journal"
    opened(path, create=True).close()
    for name in "abc":
        command = [sys.executable, "-c", WRITER, f"journal:///{path}", name]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
            told = [int(child.stdout.readline()) for _ in range(delay)]
            child.send_signal(signal.SIGKILL)
            told += [int(line) for line in child.stdout if line.endswith("\n")]
        with opened(path) as made:
            last = made.get("visit", "last").data
            assert last["by"] == name
            assert last["n"] - told[-1] in (0, 1)
            kept = {record.id for record in made.find("visit", prefix=name)}
            assert kept == {f"{name}{n}" for n in range(last["n"] + 1) if n % 7 != 5 or n == last["n"]}
            assert made.verify()
            put(made, f"after {name}")


def test_torn_at_every_byte(path):
    """Cut anywhere in its last line, a journal opens with all units but that one, and the next unit follows."""
    content = path.read_bytes()
    start = content.rindex(b"\n", 0, -1) + 1
    for end in range(start, len(content)):
        path.write_bytes(content[:end])
        with opened(path) as made:
            assert made.head().count == 3
            assert path.read_bytes() == content[:end]
            if end % 20 == 0:
                put(made, "V9")
                assert (made.count("visit"), bool(made.verify())) == (4, True)
        if end % 20 == 0:
            with opened(path) as made:
                assert made.head().count == 4


def test_every_changed_byte(path):
    """Wherever one byte of a complete line is changed, opening is refused by type and the file stays as it is."""
    content = path.read_bytes()
    for place in range(0, len(content) - 1, 3):
        other = bytes([content[place] ^ 1])
        changed = content[:place] + other + content[place + 1 :]
        path.write_bytes(changed)
        due = {"storage.damaged"} if place >= len(HEADER) else {"storage.foreign", "storage.newer"}
        assert refusal(lambda: opened(path)) in due
        assert path.read_bytes() == changed


def test_lines_gone(path):
    """A line taken out, doubled or moved is found on opening; a cut end only by an anchor, or by who has it open."""
    header, *lines = path.read_bytes().splitlines(keepends=True)
    for wrong in (lines[1:], lines[:1] + lines[2:], [lines[1], lines[0]], [lines[0], *lines]):
        path.write_bytes(b"".join([header, *wrong]))
        assert refusal(lambda: opened(path)) == "storage.damaged"
    path.write_bytes(b"".join([header, *lines]))
    with opened(path) as made:
        head = made.head()
        path.write_bytes(b"".join([header, *lines[:3]]))
        assert refusal(made.head) == "storage.damaged"
    with opened(path) as made:
        assert made.verify(head).first_bad.reason == "cut"


def test_checksum_of_nonsense(path):
    """A line that matches its checksum and says nothing sensible is damaged, too."""
    from hashlib import sha256

    content = path.read_bytes()
    for text in (b"[]", b"{", b"7", b'[5,"u1","w","no moment","","00",[]]', b'[5,"u1","w","2026-01-05","",7,[[]]]'):
        path.write_bytes(content + sha256(text).hexdigest().encode() + b" " + text + b"\n")
        assert refusal(lambda: opened(path)) == "storage.damaged"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "foreign"),
        (HEADER[:-1], "foreign"),
        (b"SQLite format 3\0", "foreign"),
        (b"a,b\n1,2\n", "foreign"),
        (b"pharmasales-journal 2\n", "newer"),
    ],
)
def test_other_files(tmp_path, content, code):
    """A file of something else is refused and not touched, whether one may be made or not."""
    path = tmp_path / "a"
    path.write_bytes(content)
    for create in (False, True):
        assert refusal(lambda create=create: opened(path, create=create)) == f"storage.{code}"
    assert path.read_bytes() == content


def test_urls(tmp_path):
    """A place is due; a missing file or folder is said to be missing; a folder is no journal."""
    for url in ("journal:", "journal:///", "journal://host/a"):
        with pytest.raises(BadConfig):
            JournalStore.open(url, create=True)
    assert refusal(lambda: opened(tmp_path / "a")) == "storage.missing"
    assert refusal(lambda: opened(tmp_path / "no" / "a", create=True)) == "storage.missing"
    assert refusal(lambda: opened(tmp_path)) == "storage.io"
    assert list(tmp_path.iterdir()) == []


def test_create_keeps(path):
    """An existing journal is opened, not made anew; its rights outlive an erasure."""
    path.chmod(0o600)
    with opened(path, create=True) as made:
        assert made.count("visit") == 4
        with made.unit(**STAMP) as unit:
            unit.erase("visit", "V1")
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(file.name for file in path.parent.iterdir()) == ["a.journal", "a.journal.lock"]


def test_busy(path):
    """A second writer waits, then is told that somebody else is writing; reading goes on."""
    with opened(path) as one, opened(path) as two:
        two._tables._wait = 0.05
        with one.unit(**STAMP) as unit:
            unit.put("visit", "V9", {})
            assert refusal(two.unit(**STAMP).__enter__) == "storage.busy"
            assert two.count("visit") == 4
        put(two, "V8")
        assert one.count("visit") == 6


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES])
@pytest.mark.parametrize("erase", [False, True])
def test_failing_disk(path, monkeypatch, number, erase):
    """Where the disk fails, the unit is not kept, the error says why, and the store works again afterwards."""

    def work():
        with made.unit(**STAMP) as unit:
            unit.put("visit", "V9", {})
            if erase:
                unit.erase("visit", "V1")

    with opened(path) as made, opened(path) as other:
        with monkeypatch.context() as patch:
            patch.setattr(store.os, "fsync", failing(number))
            due = {errno.ENOSPC: "storage.full", errno.EIO: "storage.io", errno.EACCES: "storage.readonly"}[number]
            assert refusal(work) == due
        assert made.count("visit") == other.count("visit") == 4
        assert (made.head().count, bool(made.verify())) == (4, True)
        put(made, "V10")
        assert other.get("visit", "V10") == made.get("visit", "V10")


def test_unknown(path, monkeypatch):
    """Where the line can be neither synced nor taken back, the error says so, and an operation id tells what became."""
    with opened(path) as made:
        with monkeypatch.context() as patch:
            patch.setattr(store.os, "fsync", failing(errno.EIO))
            patch.setattr(store.os, "ftruncate", failing(errno.EIO))
            with pytest.raises(StorageError) as caught, made.unit(**STAMP, operation="op") as unit:
                unit.put("visit", "V9", {})
        assert (caught.value.code, caught.value.retry) == ("storage.unknown", True)
        with made.unit(**STAMP, operation="op") as unit:
            assert unit.done
        assert (made.count("visit"), bool(made.verify())) == (5, True)


@pytest.mark.parametrize("step", ["_append", "_release", "_rewrite", "_forget"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_interrupted_commit(path, monkeypatch, step, when):
    """Ctrl-C at any step of a commit leaves all of the unit or nothing, the same for every store, and no lock held."""
    whole = getattr(store.JournalTables, step)

    def struck(self, *args):
        monkeypatch.undo()
        if when == "after":
            whole(self, *args)
        raise KeyboardInterrupt

    with opened(path) as made, opened(path) as other:
        other._tables._wait = 0.05
        try:
            with made.unit(**STAMP) as unit:
                unit.put_many("visit", [("V8", {}), ("V9", {})])
                if step in ("_rewrite", "_forget"):
                    unit.erase("visit", "V1")
                monkeypatch.setattr(store.JournalTables, step, struck)
        except KeyboardInterrupt:
            pass
        put(other, "V10")
        found = [[record.id for record in one.find("visit", prefix="V")] for one in (made, other)]
        assert found[0] == found[1]
        assert ("V8" in found[0]) == ("V9" in found[0])
        assert (bool(made.verify()), made.head()) == (True, other.head())
        put(made, "V11")
        assert other.count("visit") == len(found[0]) + 1


def test_damage_before_a_unit(path):
    """A unit that cannot begin because the journal was damaged meanwhile leaves the lock to others."""
    content = path.read_bytes()
    with opened(path) as one, opened(path) as two:
        path.write_bytes(content + b"nonsense\n")
        assert refusal(one.unit(**STAMP).__enter__) == "storage.damaged"
        path.write_bytes(content)
        put(two, "V9")
        assert one.count("visit") == 5
