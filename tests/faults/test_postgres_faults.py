"""Scene 10: PostgreSQL. The scenes that every back end has, and those of a server: it crashes, ends connections, waits.

What a client is told may be `storage.lost` (nothing was kept), `storage.unknown` (the operation id tells) or
`storage.server` (it is not back yet); what it acknowledged stands, whatever became of the server (goal 3.1).
"""

import random
import signal
import threading
import time
from contextlib import ExitStack
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from attrs import Factory, define

from pharmasales.errors import StorageError
from pharmasales.storage import open_store
from pharmasales.storage.postgres import PostgresStore

GONE = {"storage.lost", "storage.unknown", "storage.server", "storage.broken"}


def _scene(name):
    spec = spec_from_file_location(f"faults_{name}", Path(__file__).with_name(f"{name}.py"))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


test_writers_of_one_record = _scene("test_many_writers").test_writers_of_one_record
test_interrupts = _scene("test_interrupts").test_interrupts
test_every_way_in = _scene("test_misuse").test_every_way_in
_held = _scene("test_held_lock")
test_one_writer_holds_the_lock = _held.test_one_writer_holds_the_lock
test_a_patient_writer_gets_through = _held.test_a_patient_writer_gets_through
test_a_holder_that_dies_frees_the_lock = _held.test_a_holder_that_dies_frees_the_lock


@define
class Place:
    """Where a scene keeps its store: a database of its own for each name."""

    server: object
    scheme: str = "postgresql"
    made: dict = Factory(dict)

    def url(self, name="store"):
        """Return the URL of a store of this name."""
        if name not in self.made:
            self.made[name] = self.server.database()
        return self.made[name]

    def impatient(self, url, wait_ms):
        """Open a store that waits for other writers only so long."""
        return PostgresStore.open(url, wait_ms=wait_ms)

    def patient(self, url):
        """Return a store as everybody opens it, and the seconds that it waits for other writers."""
        return open_store(url), 5.0

    def backends(self, url):
        """Return the process ids of the server's side of every connection to a database."""
        name = urlsplit(url).path[1:]
        rows = self.server.sql(f"SELECT pid FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608 - our own name
        return [pid for (pid,) in rows]

    def settled(self, url):
        """Wait until the server has ended what its dead clients left behind."""
        while self.backends(url):
            time.sleep(0.005)


@pytest.fixture
def place(postgres):
    """Return where the scenes keep their stores."""
    return Place(postgres)


def crash(place, url):
    """Crash the server and start it anew."""
    place.server.crash()


def end(place, url):
    """End every connection to the database."""
    place.server.sql(*(f"SELECT pg_terminate_backend({pid}, 5000)" for pid in place.backends(url)))


def kill(place, url):
    """Do nothing: the client is killed."""


@pytest.mark.parametrize("fault", [crash, end, kill])
def test_fault_at_random_moments(fault, crew, dose, place, work, figures):
    """T11: server, connection or client end inside a unit: what was acknowledged is whole, no unit is half."""
    rounds, whole, inside, told_of = dose(4, 30), 0, 0, {}
    told = figures(f"{fault.__name__} in a unit of work ({place.scheme})")
    url = place.url()
    for number in range(rounds):
        chance = random.Random(number)  # noqa: S311 - moments, no secrets
        with crew.play("units", url=url, number=whole) as actor:
            for _ in range(1 + chance.randrange(12)):
                actor.line()
            time.sleep(chance.uniform(0, 0.03))
            fault(place, url)
            if fault is not kill:  # struck between two units, the store goes on as if nothing were
                told_of["nothing"] = told_of.get("nothing", 0) + _goes_on(actor)
            actor.signal(signal.SIGKILL)
            actor.rest()
            actor.end()
        place.settled(url)
        for line in actor.said:
            if line[0] == "untyped" or (line[0] == "typed" and line[1] not in GONE):
                told.trouble("untyped", f"round {number}: {line}")
            if line[0] == "typed":
                told_of[line[1]] = told_of.get(line[1], 0) + 1
        acknowledged, begun = actor.last("ack", whole), actor.last("begin", whole)
        seen = work.look(url, acknowledged, begun)
        inside, whole = inside + (begun > acknowledged), seen.whole
        told.add(seen, f"round {number}")
    told.dose = f"{rounds} rounds"
    told.notes.append(f"{whole} units kept; {inside} faults inside of a unit; the client was told {told_of}")
    assert inside > rounds // 4


def _goes_on(actor):
    end = len(actor.said) + 12
    while len(actor.said) < end:
        line = actor.line()
        if line is None or line[0] in ("typed", "untyped"):
            return False
    return True


@pytest.mark.parametrize("fault", [crash, end])
def test_the_same_store_works_on(fault, dose, place, work, figures):
    """T11: the store that was open goes on after the fault, and a unit repeated by its operation id is kept once."""
    rounds, codes = dose(4, 30), {}
    told = figures(f"{fault.__name__}, then on in the same store ({place.scheme})")
    url = place.url()
    with open_store(url, create=True) as store:
        for number in range(1, rounds + 1):
            chance = random.Random(number)  # noqa: S311 - moments, no secrets
            wait = chance.uniform(0, 0.03)
            striker = threading.Thread(target=lambda wait=wait: (time.sleep(wait), fault(place, url)))
            striker.start()
            kept = False
            while not kept:
                code = work.code(lambda number=number: work.do(store, number))
                kept = not code
                codes[code] = codes.get(code, 0) + 1
                if code and code not in GONE:
                    told.trouble("untyped", f"round {number}: {code}")
                    break
            striker.join()
    told.add(work.look(url, rounds, rounds))
    told.dose = f"{rounds} rounds"
    told.notes.append(f"answers: {codes}")


@pytest.mark.parametrize("moment", ["before the first write", "after a write", "before the commit"])
def test_connection_ends_at_a_known_moment(moment, dose, place, work, figures):
    """T11: wherever in the unit the connection ends, it fails by type, nothing of it stands, and it is repeated."""
    rounds = dose(4, 30)
    told = figures(f"connection ended {moment} ({place.scheme})")
    url = place.url()
    with open_store(url, create=True) as store:
        for number in range(1, rounds + 1):
            code = work.code(lambda number=number: _struck(store, place, work, number, moment))
            if code not in {"storage.lost", "storage.broken"}:
                told.trouble("untyped", f"round {number}: {code or 'went through'}")
            if store.head().count != number - 1:
                told.trouble("half", f"round {number}: {store.head().count} units")
            work.do(store, number)
    told.add(work.look(url, rounds, rounds))
    told.dose = f"{rounds} rounds"


def _struck(store, place, work, number, moment):
    with store.unit(**work.STAMP, operation=f"unit {number}") as unit:
        if moment == "before the first write":
            end(place, place.url())
        unit.put(work.PROBE, "first", {"n": number})
        if moment == "after a write":
            end(place, place.url())
        work.fill(store, unit, number)
        if moment == "before the commit":
            end(place, place.url())


def test_deadlock_and_lock_timeout(dose, place, work, figures):
    """T11: somebody's own SQL locks the tables crosswise, or for long: typed, retryable, nothing is kept."""
    rounds = dose(4, 30)
    told = figures(f"deadlock and lock timeout ({place.scheme})")
    url = place.url()
    work.fresh(url, 1)
    admin = url.replace("clerk@", "postgres@")
    place.server.set("deadlock_timeout", "30ms")
    with ExitStack() as stack:
        stack.callback(place.server.set, "deadlock_timeout", "1s")
        outsider = stack.enter_context(psycopg.connect(admin, autocommit=True))
        outsider.execute("SET deadlock_timeout = '60s'")
        store = stack.enter_context(PostgresStore.open(url, wait_ms=2000))
        for number in range(2, rounds + 2):
            for outside, wanted in ((_crosswise, "storage.deadlock"), (_for_long, "storage.busy")):
                store._tables.server.run("SELECT set_config('lock_timeout', %s, false)", (_WAITS[wanted],))
                code = work.code(lambda number=number, outside=outside: outside(store, outsider, work, number))
                outsider.execute("ROLLBACK")
                if code != wanted:
                    told.trouble("untyped", f"round {number}: {code or 'went through'} in place of {wanted}")
                if store.head().count != number - 1:
                    told.trouble("half", f"round {number}: {store.head().count} units")
            work.do(store, number)
    told.add(work.look(url, rounds + 1, rounds + 1))
    told.dose = f"{rounds} rounds of each"


_WAITS = {"storage.deadlock": "5000", "storage.busy": "50"}


def _crosswise(store, outsider, work, number):
    """Let the outsider wait for the store's lock while the unit waits for the outsider's."""
    outsider.execute("BEGIN; LOCK TABLE pharmasales.record IN SHARE MODE")
    waiting = threading.Thread(target=_wait, args=(outsider,))
    try:
        with store.unit(**work.STAMP) as unit:
            waiting.start()
            time.sleep(0.02)
            unit.put(work.PROBE, "first", {"n": number})
    finally:
        waiting.join()


def _wait(outsider):
    outsider.execute("LOCK TABLE pharmasales.store IN SHARE MODE")


def _for_long(store, outsider, work, number):
    outsider.execute("BEGIN; LOCK TABLE pharmasales.record IN SHARE MODE")
    begin = time.monotonic()
    try:
        with store.unit(**work.STAMP) as unit:
            unit.put(work.PROBE, "first", {"n": number})
    except StorageError:
        assert time.monotonic() - begin < 1.05
        raise
