"""The hours of a day, against trying every order; starts, wishes and minutes of whole plans."""

from datetime import date, time
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRows
from pharmasales.followup import Access, Appointment, Rep, Target, Window, schedule
from pharmasales.followup.planning._hours import possible, timetable
from pharmasales.workdays import CHINA

TUESDAY = date(2026, 3, 10)
windows = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 8)).map(lambda pair: (pair[0], sum(pair))), min_size=1, max_size=2
).map(lambda found: tuple(sorted(set(found))))
pieces = st.tuples(st.integers(1, 4), windows)


def in_order(order):
    """Return when each piece begins if they follow each other in this order, or nothing."""
    free, starts = 0, []
    for minutes, hours in order:
        begins = [max(first, free) for first, last in hours if max(first, free) + minutes <= last]
        if not begins:
            return None
        starts.append(begins[0])
        free = begins[0] + minutes
    return starts


@settings(deadline=None)
@given(st.lists(pieces, max_size=5))
def test_a_day_is_possible_where_any_order_is(day):
    """The same answer as trying every order, and the starts break no window and never overlap."""
    assert possible(day) is any(in_order(order) is not None for order in permutations(day))
    starts = timetable(day)
    assert (starts is None) is not possible(day)
    if starts is not None:
        spans = sorted((start, start + minutes) for start, (minutes, _) in zip(starts, day, strict=True))
        assert all(one[1] <= other[0] for one, other in pairwise(spans))
        for start, (minutes, hours) in zip(starts, day, strict=True):
            assert any(first <= start and start + minutes <= last for first, last in hours)


def test_many_different_pieces_are_tried_by_their_last_hour():
    """Eleven pieces that differ: in the order of their last hour they fit, with one more minute they do not."""
    day = [(10, ((0, 10 * n),)) for n in range(1, 12)]
    assert timetable(day) == tuple(10 * n for n in range(11))
    assert not possible([*day, (1, ((0, 110),))])


def one(customer, access=None, **more):
    """Return a customer of Rep One with a visit due."""
    more = {"visits": 1, "gap": 1, **more}
    return Target(customer, f"Dr. {customer}", "r1", "A", access=access or Access(), **more)


def plan_day(*targets, rep=None, fixed=()):
    """Plan one Tuesday; return the starts by customer, and who is unmet for what reason."""
    rep = rep or Rep("r1", "Rep One", 8)
    plan = schedule(targets, [rep], TUESDAY, TUESDAY, CHINA, fixed=fixed)
    starts = {visit.customer: visit.start and f"{visit.start:%H:%M}" for visit in plan.visits}
    return starts, {unmet.customer: unmet.reason for unmet in plan.unmet}


def test_no_hours_no_times():
    """Where nobody names hours, visits are dated and no more."""
    assert plan_day(one("c1"), one("c2")) == ({"c1": None, "c2": None}, {})


def test_hours_of_one_give_all_a_time():
    """Two hours of reception hold two visits of an hour; who names no hours takes what is left of the day."""
    hour = Access({1}, time(9), time(11))
    starts, unmet = plan_day(*(one(f"c{n}", hour, minutes=60) for n in range(3)), one("c3"))
    assert (starts, unmet) == ({"c0": "09:00", "c1": "10:00", "c3": "08:00"}, {"c2": "full"})


def test_several_windows_of_a_day():
    """The morning takes one, the afternoon the other."""
    twice = Access(windows=[Window({1}, time(8), time(8, 30)), Window({1}, time(14), time(14, 30))])
    assert plan_day(one("c1", twice), one("c2", twice)) == ({"c1": "08:00", "c2": "14:00"}, {})


def test_hours_that_are_wished_are_kept_where_they_can_be():
    """Both wish half past nine: one has it, the other is seen beside it, and its reason says so."""
    wish = Access({1}, time(9, 30), time(10), flexible=True)
    rep = Rep("r1", "Rep One", 8)
    plan = schedule([one("c1", wish), one("c2", wish)], [rep], TUESDAY, TUESDAY, CHINA)
    first, second = plan.visits
    assert (first.start, second.start) == (time(9, 30), time(8))
    assert "at 09:30, received 09:30-10:00" in first.why.text()
    assert "at 08:00, outside the hours wished 09:30-10:00" in second.why.text()
    assert "08:00，不在期望时间 09:30-10:00 内" in second.why.text("zh")


def test_minutes_a_day():
    """Ninety minutes hold one visit of an hour and one of half an hour, each with a time."""
    rep = Rep("r1", "Rep One", 8, minutes_a_day=90)
    starts, unmet = plan_day(one("c1", minutes=60), one("c2", minutes=60), one("c3"), rep=rep)
    assert (starts, unmet) == ({"c1": "08:30", "c3": "08:00"}, {"c2": "full"})


def test_hours_of_rep_and_customer_do_not_meet():
    """Received from six, the rep goes home at six."""
    starts, unmet = plan_day(one("c1", Access({1}, time(18))))
    assert (starts, unmet) == ({}, {"c1": "hours"})
    late = Rep("r1", "Rep One", 8, end=time(19))
    assert plan_day(one("c1", Access({1}, time(18))), rep=late) == ({"c1": "18:00"}, {})


def test_a_fixed_time_is_kept():
    """A meeting at nine and a visit agreed for half past eight leave half past nine to who receives till ten."""
    meeting = Appointment("r1", TUESDAY, start=time(9), minutes=30, kind="meeting")
    agreed = Appointment("r1", TUESDAY, "c2", start=time(8, 30))
    morning = Access({1}, time(8, 30), time(10))
    assert plan_day(one("c1", morning), one("c2"), fixed=[meeting, agreed]) == ({"c1": "09:30", "c2": "08:30"}, {})
    long = one("c1", morning, minutes=31)
    assert plan_day(long, one("c2"), fixed=[meeting, agreed]) == ({"c2": "08:30"}, {"c1": "full"})


def test_appointments_that_cannot_be_kept_are_named_at_once():
    """Of nobody, on leave, outside the days, twice with one customer, two at one time, but not one after another."""
    rep = Rep("r1", "Rep One", 8, leave=[date(2026, 3, 11)])

    def at(day, start=None, minutes=None, customer="", rep="r1"):
        return Appointment(rep, date(2026, 3, day), customer, start, minutes)

    def planned(fixed):
        return schedule([], [rep], date(2026, 3, 9), date(2026, 3, 13), CHINA, fixed=fixed)

    well = [at(9, time(9), 60), at(9, time(10), 60), at(10, time(9), 30), at(13)]
    assert len(planned(well).appointments) == 4
    wrong = [at(9, rep="r9"), at(11), at(14), at(10, customer="c1"), at(10, customer="c1"), at(9, time(10, 59))]
    with pytest.raises(BadRows) as refused:
        planned([*well, *wrong])
    assert sorted(str(one).partition(";")[0] for one in refused.value.exceptions) == [
        "a customer fixed twice on a day @ appointment of rep 'r1', 2026-03-10",
        "a fixed appointment on a day of leave @ appointment of rep 'r1', 2026-03-11",
        "a fixed appointment outside the days to plan @ appointment of rep 'r1', 2026-03-14",
        "no rep 'r9' @ appointment of rep 'r9', 2026-03-09",
        "two fixed appointments at one time @ appointment of rep 'r1', 2026-03-09",
    ]


@pytest.mark.parametrize(("grades", "seen"), [("AB", "c0"), ("BA", "c1")])
def test_a_lower_grade_makes_way_in_the_hours_too(grades, seen):
    """One hour of reception a week for both: the higher grade has it."""
    hour = Access({1}, time(9), time(10))
    pair = [
        Target(f"c{n}", "Dr. Example", "r1", grade, visits=1, gap=1, access=hour, minutes=60)
        for n, grade in enumerate(grades)
    ]
    plan = schedule(pair, [Rep("r1", "Rep One", 8)], TUESDAY, TUESDAY, CHINA)
    assert [visit.customer for visit in plan.visits] == [seen]
