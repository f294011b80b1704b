"""The real unit of work of the fault suite, and the look at a store afterwards; black box, through the front door only.

One unit opens a customer's file through the cabinet (which writes its change, its salt and an audit entry), grades the
customer, grades the one before anew, plans three visits and counts itself: all of it in one unit of the store.
What of it is random, such as a salt, is vouched for by the checks of the chains.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from datetime import UTC, datetime

from attrs import Factory, define

from pharmasales.archive import Customer, Dossier
from pharmasales.errors import NotFound, PharmaSalesError, StorageError
from pharmasales.storage import open_store
from pharmasales.workspace.cabinet import Cabinet

AT = datetime(2026, 1, 5, tzinfo=UTC)
STAMP = {"by": "u1", "why": "fault suite", "at": AT}
PROBE = "probe"
"""A kind that no look at a store minds."""


class Joined:
    """A store whose next unit is one that is open already, so that the cabinet's act becomes a part of it."""

    def __init__(self, store, unit):
        """Join a store and its open unit."""
        self._store = store
        self._unit = unit

    def __getattr__(self, name):
        """Return what the store itself has."""
        return getattr(self._store, name)

    def unit(self, **_stamp):
        """Return the open unit in place of a new one."""
        return nullcontext(self._unit)


def customer(number):
    """Return the id of the customer of one unit."""
    return f"D{number:06d}"


def opened(number):
    """Return the file that one unit opens, and its change."""
    doctor = Customer(customer(number), "Dr Example", "doctor", owner="R1", source="referral")
    return Dossier.open(doctor, since=AT.date(), at=AT, by="u1", why="referral by a customer")


def grades(number, again=False):
    """Return the class that a unit gives its customer, or the next unit gives it anew."""
    letter = "ABCD"[(number + again) % 4]
    labels = {"grade": letter, "team": ["north", "示例"]}
    return {"grade": letter, "of": number, "again": again, "@node": "R1", "@labels": labels}


def visits(number):
    """Return the visits that one unit plans."""
    return [(f"{customer(number)}/{place}", {"of": number, "note": f"示例 {number} " * 20}) for place in range(3)]


def fill(store, unit, number):
    """Write one unit of work into an open unit of the store; a unit that was done before is left alone."""
    if unit.done:
        return
    file, change = opened(number)
    Cabinet(Joined(store, unit)).keep([file], [change])
    unit.put("grades", customer(number), grades(number), expected=0)
    if number > 1:
        unit.put("grades", customer(number - 1), grades(number - 1, again=True), expected=1)
    unit.put_many("visits", visits(number))
    unit.put("tally", "units", {"n": number}, expected=number - 1)


def do(store, number):
    """Do one unit of work; a retry of a unit that was kept already changes nothing."""
    with store.unit(**STAMP, operation=f"unit {number}") as unit:
        fill(store, unit, number)


def load(store, number):
    """Import 1,000 rows in one unit of work; a retry changes nothing."""
    with store.unit(**STAMP, operation=f"load {number}") as unit:
        unit.put_many("part", [(f"{row:04d}", {"n": number, "pad": "示例" * 9}) for row in range(1000)])


def wipe(store, number):
    """Erase the visits and the class of the customer of a unit before; a retry changes nothing."""
    name = customer(number - 1)
    with store.unit(**STAMP, operation=f"wipe {number}") as unit:
        unit.erase("visits", prefix=f"{name}/")
        unit.erase("grades", name)


ACTS = {"unit": do, "import": load, "erasure": wipe}
"""What is done under a fault: each is one unit of work with an operation id, so that a retry is safe."""


def fresh(url, units):
    """Make a store of so many units."""
    with open_store(url, create=True) as store:
        for number in range(1, units + 1):
            do(store, number)


class Model:
    """What each unit leaves in a store: learned from two stores in memory, which differ where content is random."""

    def __init__(self):
        """Begin with no unit."""
        self._parts = []

    def __call__(self, number):
        """Return what one unit leaves: {(kind, id, place in the history): data, None where it is hidden}."""
        if number > len(self._parts):
            self._learn(2 * number + 32)
        return self._parts[number - 1]

    def _learn(self, units):
        one, two = ({}, {})
        for found in (one, two):
            with open_store("memory:") as store:
                for number in range(1, units + 1):
                    do(store, number)
                for kind in store.kinds():
                    for id_ in store.ids(kind):
                        for place, entry in enumerate(store.history(kind, id_)):
                            found[kind, id_, place] = entry.sequence, entry.data
        self._parts = [{} for _ in range(units)]
        for key, (sequence, data) in one.items():
            self._parts[sequence - 1][key] = data if two[key][1] == data else None


parts = Model()


@define
class Seen:
    """What a look at a store found after a fault.

    Args:
        whole: how many units are wholly there.
        lost: acknowledged units that are not wholly there.
        half: units of which a part is there, and versions that no unit wrote.
        silent: wrong values, or a broken chain, without an error.
        untyped: errors of no type of the library.
        seconds: how long opening it took.
        troubles: each of those in words.
    """

    whole: int = 0
    lost: int = 0
    half: int = 0
    silent: int = 0
    untyped: int = 0
    seconds: float = 0.0
    troubles: list[str] = Factory(list)


def everything(store):
    """Return all that stands in a store: {(kind, id, place in the history): data}, and see that reading ways agree."""
    found = {}
    for kind in set(store.kinds()) - {PROBE}:
        newest = {}
        for id_ in store.ids(kind):
            for place, entry in enumerate(store.history(kind, id_)):
                found[kind, id_, place] = newest[id_] = entry.data
        live = {id_: data for id_, data in newest.items() if data is not None}
        if {record.id: record.data for record in store.find(kind)} != live or store.count(kind) != len(live):
            found[kind, "find", -1] = "find, count and history disagree"
    return found


def verified(store):
    """Return how many audit entries are proved, or -1; the store's own chain over all content is asked as well."""
    seen = Cabinet(store).verify()
    return seen.count if seen and store.verify() else -1


def look(url, acknowledged, begun):
    """Open a store after a fault and compare it, unit by unit, with what was acknowledged and what was begun."""
    seen = Seen()
    begin = time.monotonic()
    try:
        with open_store(url) as store:
            seen.seconds = time.monotonic() - begin
            _compare(store, seen, acknowledged, begun)
    except PharmaSalesError as error:
        if getattr(error, "code", "") == "storage.missing" and not acknowledged:
            return seen
        seen.lost += max(1, acknowledged)
        seen.troubles.append(f"cannot be read: {error}")
    except Exception as error:  # noqa: BLE001 - an error of any other type is what the suite looks for
        seen.untyped += 1
        seen.troubles.append(f"{type(error).__name__}: {error}")
    return seen


def _compare(store, seen, acknowledged, begun):
    found = everything(store)
    for number in range(1, begun + 1):
        wanted = parts(number)
        there = [key for key in wanted if key in found]
        wrong = [key for key in there if wanted[key] is not None and found[key] != wanted[key]]
        seen.silent += bool(wrong)
        seen.half += 0 < len(there) < len(wanted)
        seen.whole += len(there) == len(wanted)
        seen.lost += number <= acknowledged and len(there) < len(wanted)
        if wrong or 0 < len(there) < len(wanted) or (number <= acknowledged and not there):
            seen.troubles.append(f"unit {number}: {len(there)} of {len(wanted)} parts, wrong {wrong}")
        for key in there:
            del found[key]
    if found:
        seen.half += 1
        seen.troubles.append(f"nobody wrote {sorted(found)[:5]}")
    try:
        tally = store.get("tally", "units").data["n"]
    except NotFound:
        tally = 0
    if not verified(store) == tally == seen.whole:
        seen.silent += 1
        seen.troubles.append(f"chain {verified(store)}, tally {tally}, units {seen.whole}")


def code(work):
    """Return the code of the storage error that the work raises, or "" where it goes through."""
    try:
        work()
    except StorageError as error:
        return error.code
    return ""
