"""Many reps: the plan of `schedule`, whatever plans it, and errors that name the rep."""

import os
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date, time, timedelta
from multiprocessing import get_context

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule, BadValue, UnknownYear
from pharmasales.followup import Access, Appointment, Point, Rep, Target, schedule
from pharmasales.followup.planning._pools import WorkerDied
from pharmasales.followup.planning.many import SharedTerms, plan_many, plan_records
from pharmasales.followup.planning.packing import packed
from pharmasales.workdays import CHINA

MARCH = (date(2026, 3, 1), date(2026, 3, 31))


def world(reps=8, customers=12):
    """Return targets with places, windows, visits made, and more demand than fits; one rep has nobody."""
    people = [Rep(f"r{n}", f"Rep {n}", 1 + n % 2, {date(2026, 3, 9 + n)}, base="h0") for n in range(reps + 1)]
    targets = [
        Target(
            f"c{n:03d}",
            f"Dr. {n}",
            f"r{n % reps}",
            "ABC"[n % 3],
            4 - n % 4,
            3,
            Access({n % 5, 2}, time(9), time(11)) if n % 4 else Access({1, 3}),
            f"h{n % 3}",
            [date(2026, 2, 20 + n % 9)] if n % 2 else [date(2026, 3, 2)],
        )
        for n in range(reps * customers)
    ]
    return targets, people


FIXED = (
    Appointment("r1", date(2026, 3, 11), "c001", start=time(9), kind="joint"),
    Appointment("r0", date(2026, 3, 12), kind="meeting"),
)
POINTS = {f"h{n}": Point(f"31.{n}", "121.5") for n in range(3)}
MORE = {"as_of": date(2026, 3, 3), "fixed": FIXED, "points": POINTS, "budget": 3, "seed": 7}


class Backwards:
    """An executor that works from the end, one item at a time."""

    def map(self, function, items):
        """Return the answers in the order of the items."""
        return [function(item) for item in list(items)[::-1]][::-1]


def test_it_is_the_plan_of_schedule():
    """Every visit, unmet demand, month, day and appointment, whatever the executor and the parts."""
    targets, reps = world()
    once = schedule(targets, reps, *MARCH, CHINA, **MORE)
    assert once.unmet
    for pool, chunk in ((None, 25), (None, 1), (Backwards(), 2), (Backwards(), 3)):
        assert plan_many(targets[::-1], reps[::-1], *MARCH, CHINA, **MORE, pool=pool, chunk=chunk) == once
    with ThreadPoolExecutor(2) as threads:
        assert plan_many(targets, reps, *MARCH, CHINA, **MORE, pool=threads, chunk=2) == once


def test_a_pool_of_processes():
    """Two fresh processes, ours or the caller's: the same plan, progress after each part."""
    targets, reps = world()
    once = schedule(targets, reps, *MARCH, CHINA, **MORE)
    told = []
    made = plan_many(
        targets, reps, *MARCH, CHINA, **MORE, pool=2, chunk=4, progress=lambda done, of: told.append((done, of))
    )
    assert made == once
    assert told == [(4, 9), (8, 9), (9, 9)]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert plan_many(targets, reps, *MARCH, CHINA, **MORE, pool=pool) == once


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 5), st.integers(0, 9), st.integers(1, 4), st.permutations("ABC"), st.integers(0, 3))
def test_law_parts_make_no_difference(reps, customers, chunk, priority, seed):
    """Any cut of any company gives the plan of all at once."""
    targets, people = world(max(1, reps), customers)
    more = {"as_of": date(2026, 3, 3), "priority": priority, "budget": 2, "seed": seed}
    assert plan_many(targets, people, *MARCH, CHINA, **more, chunk=chunk) == schedule(
        targets, people, *MARCH, CHINA, **more
    )


def test_nothing_to_plan():
    """No rep, no plan; a rep without customers has loads all the same."""
    assert plan_many([], [], *MARCH, CHINA) == schedule([], [], *MARCH, CHINA)
    one = [Rep("r1", "Rep One", 8)]
    assert plan_many([], one, *MARCH, CHINA).loads == schedule([], one, *MARCH, CHINA).loads != ()


def test_what_schedule_refuses():
    """The same errors, before anything is planned."""
    targets, reps = world(2, 2)
    bad = [*targets, evolve(targets[0], rep="r9"), evolve(targets[1], done=[MARCH[1]])]
    for plan in (schedule, plan_many):
        with pytest.raises(BadRows) as caught:
            plan(bad, [*reps, reps[0]], *MARCH, CHINA)
        assert len(caught.value.exceptions) >= 4
        with pytest.raises(BadRule):
            plan(targets, reps, *MARCH, CHINA, as_of=date(2026, 3, 3), priority=["A"])
        with pytest.raises(UnknownYear):
            plan([], reps, date(2031, 1, 1), date(2031, 1, 31), CHINA)
        with pytest.raises(BadValue):
            plan([], reps, *MARCH[::-1], CHINA)
    with pytest.raises(BadValue, match=r"followup\.chunk"):
        plan_many(targets, reps, *MARCH, CHINA, as_of=date(2026, 3, 3), chunk=0)
    for pool in (0, -1, True, "two", object()):
        with pytest.raises(BadValue, match=r"followup\.pool"):
            plan_many(targets, reps, *MARCH, CHINA, as_of=date(2026, 3, 3), pool=pool)


class Odd(Access):
    """An access that cannot answer."""

    def receives(self, _day):
        """Fail as a bug of an application would."""
        raise self.error("Dr. Secret")

    error = KeyError


class OddRows(Odd):
    """An access that is refused in two places."""

    def receives(self, _day):
        """Refuse."""
        raise BadRows("two", [BadValue("one", where="customer 'x'"), BadValue("other", where="customer 'y'")])


class OddValue(Odd):
    """An access that is refused."""

    error = BadValue


def test_every_bad_rep_is_named():
    """All at once, in order, without the words of the error, which may be personal."""
    targets, reps = world(5, 2)
    targets[1], targets[2], targets[3] = (
        evolve(targets[n], access=kind()) for n, kind in ((1, Odd), (2, OddRows), (3, OddValue))
    )
    with pytest.raises(BadRows) as caught:
        plan_many(targets, reps, *MARCH, CHINA, as_of=date(2026, 3, 3), chunk=2)
    assert list(caught.value.lines()) == [
        "KeyError while planning @ rep 'r1'; look at the days and texts of this rep's data [followup.rep-data]",
        "one @ rep 'r2', customer 'x' [value]",
        "other @ rep 'r2', customer 'y' [value]",
        "Dr. Secret @ rep 'r3' [value]",
    ]


class Deadly(Access):
    """An access that ends the process that asks it."""

    def receives(self, _day):
        """End it, but only where it is not the process of the tests."""
        if os.environ.get("PYTEST_CURRENT_TEST"):
            os._exit(3)
        return True


@pytest.mark.parametrize("chunk", [1, 3])
def test_a_worker_that_dies_is_named(chunk):
    """The rep at whose data the process ended."""
    targets, reps = world(6, 1)
    targets[4] = evolve(targets[4], access=Deadly())
    with pytest.raises(WorkerDied, match=r"a worker died @ rep 'r4'; .*\[followup\.worker\]") as caught:
        plan_many(targets, reps, *MARCH, CHINA, as_of=date(2026, 3, 3), pool=2, chunk=chunk)
    assert isinstance(caught.value, RuntimeError)


def test_a_foreign_pool_that_dies():
    """Only who has no answer is known."""
    targets, reps = world(4, 1)
    targets[0] = evolve(targets[0], access=Deadly())
    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
        pytest.raises(WorkerDied, match=r"a worker of the pool died @ rep 'r0' or after; 5 have no answer"),
    ):
        plan_many(targets, reps, *MARCH, CHINA, as_of=date(2026, 3, 3), pool=pool, chunk=1)


def test_plain_values_are_small():
    """What comes back from another process is a third of what the plan itself would be, what goes there two thirds."""
    targets, reps = world(1, 60)
    reps[0] = evolve(reps[0], visits_a_day=9)
    plan = schedule(targets, reps[:1], *MARCH, CHINA, as_of=date(2026, 3, 3))
    work = packed(reps[0], targets, (), {}, {})
    answer = plan_records(SharedTerms(*MARCH, CHINA, as_of=date(2026, 3, 3)), [work])
    assert len(pickle.dumps(answer)) * 3 < len(pickle.dumps(plan))
    assert len(pickle.dumps(work)) * 3 < len(pickle.dumps(targets)) * 2


def test_the_day_after_tomorrow():
    """A cycle may begin at any day and be planned from any day of it."""
    targets, reps = world(2, 3)
    start = MARCH[0] + timedelta(days=1)
    first = date(2026, 3, 17)
    made = plan_many(targets, reps, start, MARCH[1], CHINA, as_of=first)
    assert made == schedule(targets, reps, start, MARCH[1], CHINA, as_of=first)
    assert min(visit.day for visit in made.visits) >= first
