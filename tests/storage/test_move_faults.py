"""Migration, backup and restore killed, without space or with a failing disk at every file call, by strace (T11, T12).

A file is the old one or the new one, and a copy is whole or absent. FAULTS=full strikes at every call; without it at a
sample of them.
"""

import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from pharmasales.errors import StorageError
from pharmasales.storage import open_store
from pharmasales.storage._sqlite_migration import OLD
from pharmasales.storage.backup import backup
from pharmasales.storage.migration import migrate
from pharmasales.storage.sqlite_file import connect

DUMP = Path(__file__).parent / "older" / "v1.sql"
CALLS = (
    "read pread64 write pwrite64 fsync fdatasync ftruncate open openat close fcntl lseek unlink unlinkat mkdir mkdirat "
    "rmdir link linkat rename renameat renameat2 stat lstat fstat newfstatat statx access faccessat faccessat2 "
    "getdents64 fchmod fchown fchownat readlink getcwd"
).split()
SET = ",".join(f"?{name}" for name in CALLS)
FAULTS = {"KILL": "signal=KILL", "ENOSPC": "error=ENOSPC", "EIO": "error=EIO"}
FULL = os.environ.get("FAULTS") == "full"

CHILD = """
import ctypes, functools, importlib.metadata, sys
importlib.metadata.entry_points = functools.cache(importlib.metadata.entry_points)
import pharmasales.storage._sqlite_migration
from pharmasales.errors import StorageError
from pharmasales.storage import open_store
from pharmasales.storage.backup import backup, restore
from pharmasales.storage.migration import migrate
act, store, file = sys.argv[1:]
open_store("memory:").close()
ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)  # PR_SET_PTRACER: whoever injects the fault
print("ready", flush=True)
sys.stdin.readline()
try:
    {"migrate": migrate, "backup": lambda url: backup(url, file), "restore": lambda url: restore(file, url)}[act](store)
    print("done", flush=True)
except StorageError as error:
    print(error.code, flush=True)
"""


@pytest.fixture(scope="module", autouse=True)
def _strace():
    if not shutil.which("strace"):
        pytest.skip("needs strace")


def url(path):
    """Return the URL of a file."""
    return f"sqlite:///{path}"


def older(path):
    """Write a file of version 1."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(DUMP.read_text("utf-8"))


def dump(path):
    """Return all that a file of version 1 holds; one that is not whole is refused."""
    with closing(connect(path, create=False, wait_ms=0, version=1, schema=OLD)) as connection:
        return list(connection.iterdump())


def prepared(act, folder):
    """Make what an act begins with: the store, and the file beside it."""
    folder.mkdir()
    older(folder / "sales.db")
    if act != "migrate":
        migrate(url(folder / "sales.db")).backup.unlink()
    if act == "restore":
        backup(url(folder / "sales.db"), folder / "monday.db")
        (folder / "sales.db").unlink()
    return folder / "sales.db", folder / "monday.db"


def played(act, folder, *inject):
    """Play an act in a child under strace; return what it said, its status and the log."""
    store, file = prepared(act, folder)
    command = [sys.executable, "-c", CHILD, act, url(store), str(file)]
    child = subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own script
    try:
        assert child.stdout.readline() == "ready\n"
        log = folder.with_suffix(".log")
        tracing = [shutil.which("strace"), "-y", "-p", str(child.pid), "-o", str(log), "-e", f"trace={SET}", *inject]
        tracer = subprocess.Popen(tracing, stderr=subprocess.PIPE, text=True)  # noqa: S603 - strace on our own child
        first = tracer.stderr.readline()
        if "attached" not in first:
            pytest.skip(f"strace may not attach to a child: {first.strip()}")
        said, _ = child.communicate("go\n", timeout=60)
        tracer.communicate(timeout=60)
    finally:
        child.kill()
        child.wait()
    return said.strip(), child.returncode, log.read_text()


def calls(log, folder):
    """Return each call on the folder or a file in it: its name, and its place among all calls of that name."""
    times, points = Counter(), []
    for line in log.splitlines():
        if found := re.match(r"(\w+)\(", line):
            times[found[1]] += 1
            if str(folder) in line:
                points.append((found[1], times[found[1]]))
    return sorted(points)


def seen(act, folder, held):
    """Return whether the act was done, once what stands is seen to be whole: old or new, and copies with it."""
    store, file = folder / "sales.db", folder / "monday.db"
    assert {one.name for one in folder.iterdir() if not one.name.startswith(".pharmasales-")} <= {
        *("sales.db", "sales.db-journal", "sales.db.v1.bak", "sales.db.v1-2.bak", "monday.db")
    }
    if act == "migrate":
        kept = list(folder.glob("sales.db.v1*.bak"))
        assert [dump(one) for one in kept] == [held] * len(kept)
        try:
            with open_store(url(store)) as opened:
                assert (bool(opened.verify()), opened.head().count, opened.count("hospital")) == (True, 6, 12)
        except StorageError as error:
            assert error.code == "storage.older"  # noqa: PT017 - the old store stands
            assert dump(store) == held
            return False
        assert kept
        return True
    if act == "backup":
        with open_store(url(store)) as opened:
            units = list(opened.units())
        if not file.exists():
            return False
        with open_store(url(file)) as copy:
            assert list(copy.units()) == units
        return True
    if not store.exists():
        return False
    with open_store(url(file)) as copy, open_store(url(store)) as opened:
        assert opened.head().count in (0, 6)
        done = opened.head().count == 6
        assert list(opened.units()) == (list(copy.units()) if done else [])
        return done


def repeated(act, folder):
    """Do the act again, as whoever met the fault would."""
    store, file = folder / "sales.db", folder / "monday.db"
    if act == "migrate":
        assert migrate(url(store)).done
    elif act == "backup":
        assert backup(url(store), file).count == 6
    else:
        from pharmasales.storage.backup import restore

        assert restore(file, url(store)).count == 6


@pytest.mark.parametrize("act", ["migrate", "backup", "restore"])
def test_every_file_call_fails_once(tmp_path, act):
    """T11, T12: killed, without space or with a failing disk at a file call: old or new, never between; then again."""
    said, status, log = played(act, tmp_path / "clean")
    assert (said, status) == ("done", 0)
    older(tmp_path / "older.db")
    held = dump(tmp_path / "older.db")
    points = calls(log, tmp_path / "clean")
    cases = [(fault, *point) for fault in FAULTS for point in points]
    if not FULL:
        cases = random.Random(4).sample(cases, 9)  # noqa: S311 - a sample, no secrets
    ends = Counter()
    for number, (fault, call, nth) in enumerate(cases):
        folder = tmp_path / f"case{number}"
        said, status, log = played(act, folder, "-e", f"inject={call}:{FAULTS[fault]}:when={nth}")
        assert "(INJECTED)" in log or "killed by SIGKILL" in log, (fault, call, nth)
        assert (status, said) == (-9, "") if fault == "KILL" else status == 0, (fault, call, nth, said)
        done = seen(act, folder, held)
        assert done or said != "done", (fault, call, nth)
        if not done:
            repeated(act, folder)
            assert seen(act, folder, held)
        ends[fault, said or "killed", done] += 1
        shutil.rmtree(folder)
    if report := os.environ.get("FAULTS_REPORT"):
        told = ", ".join(
            f"{fault} {said} {'new' if done else 'old'} {times}" for (fault, said, done), times in ends.items()
        )
        with Path(report).open("a", encoding="utf-8") as file:
            file.write(f"| {act} | {len(cases)} faults at {len(points)} calls | 0 | 0 | 0 | 0 | | {told} |\n")
