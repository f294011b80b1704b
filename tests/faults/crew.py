"""The processes of the fault suite: one process that has imported all, and forks a child for each part to play.

A child tells by a line of JSON what it does, and its parent knows by these lines alone what was acknowledged. Sockets
carry them, so that no line is among the file calls that are made to fail.
"""

from __future__ import annotations

import array
import ctypes
import functools
import importlib.metadata
import inspect
import json
import os
import random
import select
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

# the list of installed packages is read once, so that no reading of it is among the file calls that fail
importlib.metadata.entry_points = functools.cache(importlib.metadata.entry_points)

from pharmasales.errors import Conflict, PharmaSalesError, StorageError  # noqa: E402 - after the line above
from pharmasales.storage import Unit, open_store  # noqa: E402

_SPEC = spec_from_file_location("faults_work", Path(__file__).with_name("work.py"))
work = module_from_spec(_SPEC)
sys.modules["faults_work"] = work
_SPEC.loader.exec_module(work)


class Link:
    """A child's line to the test."""

    def __init__(self, handle):
        """Take over a socket by its handle."""
        self._socket = socket.socket(fileno=handle)

    def say(self, *words):
        """Tell the test something."""
        self._socket.sendall(json.dumps(words).encode() + b"\n")

    def hear(self):
        """Wait until the test says that it may go on."""
        if not self._socket.recv(1):
            os._exit(0)

    def asked(self):
        """Return whether the test has said something."""
        return bool(select.select([self._socket], [], [], 0)[0])


def units(link, url, number, early=False):
    """Do unit after unit, and acknowledge each when its block has ended; `early` is the defect of doing so before."""
    with open_store(url, create=True) as store:
        link.say("opened")
        while True:
            number += 1
            link.say("begin", number)
            if early:
                with store.unit(**work.STAMP) as unit:
                    work.fill(store, unit, number)
                    link.say("ack", number)
                    link.hear()
            work.do(store, number)
            link.say("ack", number)


def once(link, url, act, number, create=False):
    """Do one act under a fault; where it is refused, try again in the same store, or open it again."""
    ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)  # PR_SET_PTRACER: whoever injects the fault
    link.say("ready")
    link.hear()
    for attempt in ("first", "again"):
        try:
            with open_store(url, create=create) as store:
                link.say("begin", number)
                kept = _try_twice(link, store, work.ACTS[act], number)
            if kept:
                link.say("closed", attempt)
                return
        except StorageError as error:
            link.say("refused", error.code, f"{attempt} opening or closing")


def _try_twice(link, store, act, number):
    for attempt in ("first", "again"):
        try:
            act(store, number)
            link.say("ack", number)
            return True
        except StorageError as error:
            link.say("refused", error.code, f"{attempt} unit")
    return False


def several(link, url, number, times):
    """Do so many units, while the test records every file call."""
    ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)  # PR_SET_PTRACER: whoever records
    link.say("ready")
    link.hear()
    with open_store(url, create=True) as store:
        for place in range(number + 1, number + 1 + times):
            work.do(store, place)
            link.say("ack", place)


def count(link, url, writes, think):
    """Count one record up with expected versions, so many times; every refusal is counted by its code."""
    refused, longest = {}, 0.0
    with open_store(url) as store:
        link.say("ready")
        link.hear()
        for _ in range(writes):
            begin = time.monotonic()
            while not _count_up(store, think, refused):
                pass
            longest = max(longest, time.monotonic() - begin)
    link.say("done", writes, refused, longest)


def _count_up(store, think, refused):
    try:
        record = store.get("counter", "c")
        time.sleep(think)
        with store.unit(**work.STAMP) as unit:
            unit.put("counter", "c", {"n": record.data["n"] + 1}, expected=record.version)
    except StorageError as error:
        if not isinstance(error, Conflict) and error.code != "storage.busy":
            raise
        refused[error.code] = refused.get(error.code, 0) + 1
        return False
    return True


def hold(link, url, number):
    """Do one unit, and hold it open until the test says so."""
    with open_store(url) as store:
        with store.unit(**work.STAMP, operation=f"unit {number}") as unit:
            work.fill(store, unit, number)
            link.say("holding")
            link.hear()
        link.say("ack", number)


def wait(link, url, number):
    """Do one unit as soon as the store lets it, with the wait that it has by default."""
    with open_store(url) as store:
        link.say("begin", number)
        begin = time.monotonic()
        refused = work.code(lambda: work.do(store, number))
        link.say("ended", refused, time.monotonic() - begin)


def read(link, url):
    """Read all the time, until the test says stop; tell how often, and how long the slowest reading took."""
    times, slowest = 0, 0.0
    with open_store(url) as store:
        link.say("reading")
        while not link.asked():
            begin = time.monotonic()
            store.get("tally", "units")
            list(store.find("visits", limit=5))
            store.history("grades", work.customer(1))
            open_store(url).close()
            slowest = max(slowest, time.monotonic() - begin)
            times += 1
            time.sleep(0.005)
    link.say("read", times, slowest)


def imports(link, url, rounds):
    """Import 2,000 rows in one unit, again and again, while the test interrupts."""

    def load(store, number):
        with store.unit(**work.STAMP) as unit:
            unit.put_many("part", [(f"{row:04d}", {"n": number}) for row in range(2000)])
            unit.put("part head", "last", {"n": number})
        yield

    def state(store):
        last = store.get("part head", "last").data["n"] if store.count("part head") else 0
        numbers = {record.data["n"] for record in store.find("part")}
        versions = [entry.data["n"] for entry in store.history("part", "0007")]
        return last, numbers == ({last} if last else set()) and versions == list(range(1, last + 1))

    _interrupted(link, url, rounds, load, state)


def small(link, url, rounds):
    """Do small units, one after the other, while the test interrupts."""

    def load(store, number):
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            work.do(store, number)
            yield
            number += 1

    def state(store):
        last = store.get("tally", "units").data["n"] if store.count("tally") else 0
        there = all(store.count(kind) == last for kind in ("change", "grades", "salt", "audit"))
        return last, work.verified(store) == last and there and store.count("visits") == 3 * last

    _interrupted(link, url, rounds, load, state)


def _interrupted(link, url, rounds, load, state):
    kept = 0
    with open_store(url, create=True) as store:
        for number in range(rounds):
            struck = False
            try:
                signal.signal(signal.SIGINT, signal.default_int_handler)
                link.say("go")
                for _ in load(store, kept + 1):
                    kept += 1
                signal.signal(signal.SIGINT, signal.SIG_IGN)
            except KeyboardInterrupt:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                struck = True
            acknowledged = kept
            with store.unit(**work.STAMP) as unit:
                unit.put(work.PROBE, "works", {"n": number})
            kept, whole = state(store)
            link.say("state", acknowledged, kept, whole, struck)
            link.hear()
    link.say("closed")


def misuse(link, url, how):
    """Use an open store, its unit, its reader and what it yields where they do not belong: a fork, or a thread."""
    results = {}
    with open_store(url) as store, store.unit(**work.STAMP) as unit:
        unit.put_many(work.PROBE, [(f"{row:04d}", {"pad": "x" * 500}) for row in range(3000)])
        things = {"Store": store, "Unit": unit, "Reader": store.within(["R1"])}
        if how == "fork":
            mine, theirs = os.pipe()
            child = os.fork()
            if not child:
                os.write(theirs, json.dumps(_entries(things)).encode())
                os._exit(0)
            os.close(theirs)
            with os.fdopen(mine) as file:
                results = json.loads(file.read())
            os.waitpid(child, 0)
        else:
            thread = threading.Thread(target=lambda: results.update(_entries(things)))
            thread.start()
            thread.join()
        unit.put(work.PROBE, "last", {"n": 1})
    link.say("results", results)


def _entries(things):
    """Call every public method and every other way in; return how each ended."""
    ended = {}
    for title, thing in things.items():
        kind = Unit if title == "Unit" else type(thing)
        for name in dir(kind):
            own = not name.startswith("_") or name == "__enter__"
            if own and inspect.isfunction(inspect.getattr_static(kind, name)):
                ended[f"{title}.{name}"] = _ending(getattr(thing, name, None))
    return ended


ARGUMENTS = {
    "kind": "grades", "id": "D000001", "data": {"n": 1}, "rows": [("D000001", {"n": 1})], "prefix": "D",
    "nodes": ["R1"], "role": "ann", "units": [], "fresh": Path("nowhere") / "store.db", **work.STAMP,
}  # fmt: skip
"""A value for each argument that a method may ask for; a method with another one must be given a value here."""


def _ending(method):
    try:
        asked = inspect.signature(method).parameters.values()
        found = method(**{one.name: ARGUMENTS[one.name] for one in asked if one.default is one.empty})
        if isinstance(found, Iterator):
            next(found, None)
    except PharmaSalesError as error:
        return error.code
    except Exception as error:  # noqa: BLE001 - an error of any other type is what the suite looks for
        return f"untyped {type(error).__name__} {error}"
    return "nothing raised"


PARTS = {one.__name__: one for one in (units, once, several, count, hold, wait, read, imports, small, misuse)}


def _play(handle, part, arguments):
    link, status = Link(handle), 1
    try:
        PARTS[part](link, **arguments)
        status = 0
    except PharmaSalesError as error:
        link.say("typed", error.code, str(error))
    except BaseException as error:  # noqa: BLE001 - an error of any other type is what the suite looks for
        with suppress(OSError):
            link.say("untyped", type(error).__name__, str(error))
    finally:
        os._exit(status)


def _warm_up():
    """Import and use all once, so that no child's first unit reads modules."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/store.db"
        work.fresh(url, 2)
        seen = work.look(url, 2, 2)
        work.code(lambda: open_store(f"{url}2"))
        with open_store(url) as store:
            work.wipe(store, 2)
    if seen.troubles:
        raise SystemExit(str(seen.troubles))
    random.seed(0)


def _direct(control):
    while True:
        message, handles, *_ = _receive(control)
        if not message:
            return
        order = json.loads(message)
        if "wait" in order:
            answer = os.waitpid(order["wait"], 0)[1]
        else:
            answer = os.fork()
            if not answer:
                control.close()
                _play(handles[0], order["part"], order["arguments"])
            os.close(handles[0])
        control.sendall(json.dumps(answer).encode() + b"\n")


def _receive(control):
    message, extra, *_ = control.recvmsg(65536, socket.CMSG_LEN(4))
    handles = array.array("i")
    for _, _, data in extra:
        handles.frombytes(data)
    return message, list(handles)


if __name__ == "__main__":
    _warm_up()
    with socket.socket(fileno=int(sys.argv[1])) as own:
        own.sendall(b"ready\n")
        _direct(own)
