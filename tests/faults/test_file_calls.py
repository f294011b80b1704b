"""Scene 2: every file call of a unit of work, an import and an erasure failing once, by strace (T11, T12, goal 3.1)."""

import random
import re
import shutil
import subprocess
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from attrs import Factory, define

CALLS = (
    "read pread64 write pwrite64 fsync fdatasync ftruncate open openat close fcntl lseek unlink unlinkat mkdir mkdirat "
    "rmdir link linkat rename renameat renameat2 stat lstat fstat newfstatat statx access faccessat faccessat2 "
    "getdents64 fchmod fchown fchownat readlink getcwd"
).split()
SET = ",".join(f"?{name}" for name in CALLS)
FAULTS = {"KILL": "signal=KILL", "ENOSPC": "error=ENOSPC", "EIO": "error=EIO"}
BEFORE = 4


@contextmanager
def traced(actor, log, *more):
    """Attach strace to a child that waits, and let the child go on when it is attached."""
    command = [shutil.which("strace"), "-p", str(actor.pid), "-o", str(log), "-e", f"trace={SET}", *more]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)  # noqa: S603 - strace on our own child
    try:
        first = tracer.stderr.readline()
        if "attached" not in first:
            pytest.skip(f"strace may not attach to a child: {first.strip()}")
        actor.go()
        yield
    finally:
        if tracer.poll() is None and actor.status is None:
            actor.rest()
        tracer.communicate(timeout=30)


@pytest.fixture(scope="module", autouse=True)
def _strace():
    if not shutil.which("strace"):
        pytest.skip("needs strace")


@define
class Scene:
    """What is done under a fault, on which store, and what stands afterwards.

    Args:
        title: its name.
        act: what is done.
        folder: where its stores are made.
        prepared: the store before; nothing where the act makes it.
        number: the number of the unit.
        work: the module of the unit of work.
        old: what stands before, and `new` what stands after.
        gone: a text that an erasure destroys.
    """

    title: str
    act: str
    folder: Path
    prepared: bytes
    number: int
    work: ModuleType
    old: dict = Factory(dict)
    new: dict = Factory(dict)
    gone: bytes = b""

    def make(self, name):
        """Make the store as it is before; return its path."""
        path = self.folder / name / "store.db"
        path.parent.mkdir()
        if self.prepared:
            path.write_bytes(self.prepared)
        return path

    def play(self, crew, name, *inject):
        """Play the act once under strace; return the store's path, the child and the log."""
        path = self.make(name)
        log = self.folder / f"{name}.log"
        url, create = f"sqlite:///{path}", not self.prepared
        with crew.play("once", url=url, act=self.act, number=self.number, create=create) as actor:
            actor.until("ready")
            with traced(actor, log, "-y", *inject):
                actor.rest()
                actor.end()
        return path, actor, log.read_text()

    def stands(self, told, where, path, acknowledged):
        """Return whether the old or the new state stands, and count what must not be."""
        work = self.work
        if self.act == "unit":
            seen = work.look(f"sqlite:///{path}", acknowledged, self.number)
            told.add(seen, where)
            return "new" if seen.whole == self.number else "old"
        begin = time.monotonic()
        with work.open_store(f"sqlite:///{path}") as store:
            told.slowest = max(told.slowest, time.monotonic() - begin)
            there = work.everything(store)
            if work.verified(store) != BEFORE or there not in (self.old, self.new):
                told.trouble("half", f"{where}: neither the old state nor the new one")
        if acknowledged == self.number and there != self.new:
            told.trouble("lost", f"{where}: acknowledged, and not there")
        if there == self.new and self.gone in path.read_bytes() and self.gone:
            told.trouble("silent", f"{where}: erased bytes stand in the file after it was opened again")
        return "new" if there == self.new else "old"

    def repaired(self, told, where, path):
        """See that the store takes the act again, and a unit after it, whatever the fault was."""
        with self.work.open_store(f"sqlite:///{path}", create=not self.prepared) as store:
            self.work.ACTS[self.act](store, self.number)
            if self.act == "unit":
                self.work.do(store, self.number + 1)
        if self.act == "unit":
            told.add(self.work.look(f"sqlite:///{path}", self.number + 1, self.number + 1), f"{where}, and again")
        elif self.stands(told, f"{where}, and again", path, self.number) == "old":
            told.trouble("lost", f"{where}: not taken again")
        strays = [file.name for file in path.parent.iterdir() if not file.name.startswith((path.name, ".pharmasales-"))]
        if strays or path.with_name("store.db-journal").exists():
            told.trouble("half", f"{where}: left {strays} or a journal")


@pytest.fixture(params=["first unit", "later unit", "import", "erasure"])
def scene(request, tmp_path, work):
    """Return an act, on a store that is as it was before: none at all, or one of some units."""
    before = 0 if request.param == "first unit" else BEFORE
    path = tmp_path / "prepared.db"
    if before:
        work.fresh(f"sqlite:///{path}", before)
    prepared = path.read_bytes() if before else b""
    act = "unit" if "unit" in request.param else request.param
    made = Scene(request.param, act, tmp_path, prepared, before + 1, work)
    if act != "unit":
        with work.open_store(f"sqlite:///{path}") as store:
            made.old = work.everything(store)
            work.ACTS[act](store, made.number)
            made.new = work.everything(store)
    if act == "erasure":
        made.gone = work.visits(BEFORE)[0][1]["note"].encode()
        assert made.gone in prepared
    return made


def calls(log, folder):
    """Return each call on the store's folder or a file in it: its name, and its place among all calls of that name."""
    times, points = Counter(), []
    for line in log.splitlines():
        if found := re.match(r"(\w+)\(", line):
            times[found[1]] += 1
            if str(folder) in line:
                points.append((found[1], times[found[1]]))
    return sorted(points)


def hit(log, folder):
    """Return whether the fault struck at a call on the folder."""
    lines = [line for line in log.splitlines() if not line.startswith("---")]
    if "killed by SIGKILL" in lines[-1]:
        return folder in lines[-2]
    return any("(INJECTED)" in line and folder in line for line in lines)


def test_every_file_call_fails_once(crew, dose, scene, figures):
    """T11, T12: a file call that kills, has no space or fails leaves the old or the new state, and the store lives."""
    path, actor, log = scene.play(crew, "clean")
    assert actor.last("ack") == scene.number
    assert actor.status == 0
    points = calls(log, path.parent)
    cases = [(name, *point) for name in FAULTS for point in points]
    if not dose.full:
        chance = random.Random(4)  # noqa: S311 - a sample, no secrets
        cases = [*chance.sample(cases[: len(points)], 10), *chance.sample(cases[len(points) :], 8)]
    told = figures(f"every file call fails once, {scene.title}")
    ends, codes, struck = Counter(), Counter(), 0
    for place, (fault, call, nth) in enumerate(cases):
        where = f"{fault} at {call} {nth}"
        path, actor, log = scene.play(crew, f"case{place}", "-e", f"inject={call}:{FAULTS[fault]}:when={nth}")
        struck += hit(log, str(path.parent))
        told.hear(actor, where)
        stands = scene.stands(told, where, path, actor.last("ack", scene.number - 1))
        ends[fault, judge(told, where, fault, actor, stands)] += 1
        codes.update(line[1] for line in actor.said if line[0] == "refused")
        scene.repaired(told, where, path)
        shutil.rmtree(path.parent)
    told.dose = f"{len(cases)} faults at {len(points)} calls of {len(dict(points))} kinds"
    told.notes.append(", ".join(f"{fault} {end} {times}" for (fault, end), times in sorted(ends.items())))
    told.notes.append("codes " + ", ".join(f"{code} {times}" for code, times in sorted(codes.items())))
    assert struck == len(cases)


def judge(told, where, fault, actor, stands):
    """Return how the case ended, and count what must not be.

    A file that could not be opened for writing once is read-only for that store, which says so until it is opened anew.
    """
    refused = [line for line in actor.said if line[0] == "refused"]
    if fault == "KILL":
        if actor.status != 9:
            told.trouble("silent", f"{where}: not killed, {actor.said}")
        return stands
    if any(line[0] == "untyped" for line in actor.said):
        return "dead"
    if actor.status != 0:
        told.trouble("untyped", f"{where}: ended with {actor.status}, {actor.said}")
        return "dead"
    if not actor.last("ack"):
        told.trouble("lost", f"{where}: the store did not live again: {actor.said}")
        return "dead"
    if ["refused", "storage.readonly", "again unit"] in refused:
        return "refused by type, then kept by the store opened again"
    if any(line[2] == "again unit" for line in refused):
        told.trouble("lost", f"{where}: the same store did not live again: {actor.said}")
    return "refused by type, then kept" if refused else "went through"
