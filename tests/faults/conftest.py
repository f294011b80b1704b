"""What the fault suite shares: the dose, the processes, the place of a store, and the figures.

    FAULTS=full FAULTS_REPORT=faults.md pytest tests/faults

runs the full dose and appends a line for each scene to a Markdown table; without FAULTS it is the short dose.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from attrs import Factory, define

from pharmasales.storage import open_store

HERE = Path(__file__).parent
_SPEC = spec_from_file_location("faults_work", HERE / "work.py")
_WORK = module_from_spec(_SPEC)
sys.modules["faults_work"] = _WORK
_SPEC.loader.exec_module(_WORK)

REOPENING = 5.0
"""Seconds within which a store opens after a crash (goal 3.1)."""


@pytest.fixture(scope="session")
def work():
    """Return the module of the unit of work, which tests cannot import by name."""
    return _WORK


class Dose:
    """How much of each scene is run."""

    def __init__(self, name):
        """Read it from the setting `FAULTS`."""
        if name not in ("", "short", "full"):
            raise pytest.UsageError("FAULTS is short or full")
        self.full = name == "full"
        self.name = name or "short"

    def __call__(self, short, full):
        """Return the one for this dose."""
        return full if self.full else short


@pytest.fixture(scope="session")
def dose():
    """Return the dose: short, or full where FAULTS=full."""
    return Dose(os.environ.get("FAULTS", ""))


class Actor:
    """A child process that plays a part, and the lines that it says."""

    def __init__(self, crew, pid, link):
        """Follow the child of this id over this socket."""
        self.pid = pid
        self.status = None
        self.said = []
        self._crew = crew
        self._link = link
        self._rest = b""

    def line(self, timeout=60.0):
        """Return the next line that it says, or None where it has ended."""
        self._link.settimeout(timeout)
        while b"\n" not in self._rest:
            try:
                more = self._link.recv(65536)
            except ConnectionResetError:
                more = b""
            if not more:
                return None
            self._rest += more
        line, self._rest = self._rest.split(b"\n", 1)
        self.said.append(json.loads(line))
        return self.said[-1]

    def until(self, word, timeout=60.0):
        """Return the next line that begins with the word; a child that ends before is a failure."""
        while (line := self.line(timeout)) is not None:
            if line[0] == word:
                return line
        pytest.fail(f"the child ended before {word}: {self.said}")

    def rest(self, timeout=60.0):
        """Return all that it said, when it has ended."""
        while self.line(timeout) is not None:
            pass
        return self.said

    def last(self, word, default=0):
        """Return the number behind the last line that begins with the word."""
        return next((line[1] for line in reversed(self.said) if line[0] == word), default)

    def go(self):
        """Let it go on."""
        self._link.sendall(b".")

    def signal(self, number):
        """Send it a signal; it was not waited for yet, so that its id is its own."""
        if self.status is None:
            os.kill(self.pid, number)

    def end(self):
        """Wait until it has ended; return its status."""
        if self.status is None:
            self.status = self._crew.ended(self.pid)
            self._link.close()
        return self.status


class Crew:
    """The process that forks children; it ends with the test session."""

    def __init__(self):
        """Start it."""
        self._control, theirs = socket.socketpair()
        command = [sys.executable, str(HERE / "crew.py"), str(theirs.fileno())]
        self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], start_new_session=True)  # noqa: S603 - our own script
        theirs.close()
        self._answers = self._control.makefile()
        if self._answers.readline() != "ready\n":
            self.close()
            pytest.fail("the processes of the fault suite did not start")

    def _order(self, order, handles=()):
        socket.send_fds(self._control, [json.dumps(order).encode()], handles)
        return json.loads(self._answers.readline())

    def ended(self, pid):
        """Wait for the end of a child."""
        return self._order({"wait": pid})

    @contextmanager
    def play(self, part, **arguments):
        """Start a child; at the end of the block it is killed, if it has not ended."""
        mine, theirs = socket.socketpair()
        pid = self._order({"part": part, "arguments": arguments}, [theirs.fileno()])
        theirs.close()
        actor = Actor(self, pid, mine)
        try:
            yield actor
        finally:
            actor.signal(signal.SIGKILL)
            actor.end()

    def close(self):
        """Let it end."""
        self._answers.close()
        self._control.close()
        self._process.wait(timeout=10)


@pytest.fixture(scope="session")
def crew():
    """Return what starts child processes."""
    if not hasattr(os, "fork") or not hasattr(socket, "send_fds"):
        pytest.skip("needs fork and sockets that carry handles")
    crew = Crew()
    yield crew
    crew.close()


@define
class Place:
    """Where a scene keeps its store; another back end is another parameter of the fixture `place`.

    Args:
        folder: a folder of the test's own.
        scheme: the back end.
    """

    folder: Path
    scheme: str = "sqlite"

    def url(self, name="store"):
        """Return the URL of a store of this name, which is not made yet."""
        return f"sqlite:///{self.folder / name}.db"

    def impatient(self, url, wait_ms):
        """Open a store that waits for other writers only so long."""
        from pharmasales.storage.sqlite import SqliteStore

        return SqliteStore.open(url, wait_ms=wait_ms)

    def patient(self, url):
        """Return a store as everybody opens it, and the seconds that it waits for other writers."""
        return open_store(url), 5.0


@pytest.fixture(params=["sqlite"])
def place(request, tmp_path):
    """Return where the scenes keep their stores, for each back end."""
    return Place(tmp_path, request.param)


@define
class Figures:
    """What one scene did and found; every number but the first must be zero.

    Args:
        scene: its name.
        dose: how much was done, in words.
        slowest: the slowest opening of a store after a fault, in seconds.
        notes: what was measured beside it.
    """

    scene: str
    dose: str = ""
    lost: int = 0
    half: int = 0
    silent: int = 0
    untyped: int = 0
    slowest: float = 0.0
    notes: list[str] = Factory(list)
    troubles: list[str] = Factory(list)

    def add(self, seen, where=""):
        """Count what a look at a store found."""
        for name in ("lost", "half", "silent", "untyped"):
            setattr(self, name, getattr(self, name) + getattr(seen, name))
        self.slowest = max(self.slowest, seen.seconds)
        self.troubles += [f"{where}: {one}" for one in seen.troubles]

    def trouble(self, name, text):
        """Count one of the four by name."""
        setattr(self, name, getattr(self, name) + 1)
        self.troubles.append(text)

    def hear(self, actor, where=""):
        """Count the errors of no type that a child told."""
        for line in actor.said:
            if line[0] in ("typed", "untyped"):
                self.trouble("untyped", f"{where}: {line}")

    @property
    def row(self):
        """Return its line of the table."""
        counts = f"{self.lost} | {self.half} | {self.silent} | {self.untyped}"
        return f"| {self.scene} | {self.dose} | {counts} | {self.slowest:.2f} s | {'; '.join(self.notes)} |"

    def check(self):
        """See that nothing was lost, half-written, silently wrong or untyped, and that every opening was fast."""
        assert not self.troubles, f"{len(self.troubles)} troubles, such as {self.troubles[:5]}"
        assert (self.lost, self.half, self.silent, self.untyped) == (0, 0, 0, 0)
        assert self.slowest < REOPENING


_HEAD = (
    "| scene | dose | lost | half-written | silent | untyped | slowest reopening | measured |\n"
    "|---|---|---|---|---|---|---|---|\n"
)


@pytest.fixture
def figures(request, dose):
    """Return what makes the figures of a scene; they are checked, and told, when the test has ended."""
    made = []

    def make(scene):
        made.append(Figures(scene))
        return made[-1]

    begin = time.monotonic()
    yield make
    for one in made:
        if len(made) == 1:
            one.notes.append(f"took {time.monotonic() - begin:.0f} s")
        if report := os.environ.get("FAULTS_REPORT"):
            path = Path(report)
            with path.open("a", encoding="utf-8") as file:
                file.write(f"{'' if path.stat().st_size else _HEAD}{one.row}\n")
        request.node.user_properties.append((one.scene, one.row))
    for one in made:
        one.check()
