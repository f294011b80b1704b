"""Alignment with the dealer's own plan: conflicts by hand, nearest days by an oracle, slots in both diaries."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadValue, UnknownYear
from pharmasales.followup.access import Access
from pharmasales.followup.capacity import Rep
from pharmasales.followup.joint.alignment import JointDiary, joint_appointments, joint_conflict_table
from pharmasales.followup.joint.kinds import JointVisit
from pharmasales.followup.joint.overview import call_grid
from pharmasales.followup.planning.scheduling import schedule
from pharmasales.followup.planning.targets import Appointment, Target
from pharmasales.workdays import CHINA

DAY = date(2026, 3, 4)
WHO = {"r1": "maker", "s1": "dealer"}
VISIT = JointVisit("J1", "dealer_joint", DAY, "H1", WHO, time(14), 30, "P1")


def call(rep="s1", customer="H2", start=time(14), minutes=30, day=DAY):
    """Return a call in somebody's diary."""
    return Appointment(rep, day, customer, start, minutes)


@pytest.mark.parametrize(
    ("planned", "kinds"),
    [
        (call(), ["time"]),
        (call("r1"), ["time"]),
        (call("r9"), []),
        (call(start=time(14, 29)), ["time"]),
        (call(start=time(14, 30)), []),
        (call(start=time(13, 30)), []),
        (call(start=time(13, 31)), ["time"]),
        (call(start=time(13, 15), minutes=None), []),
        (call(start=time(13, 31), minutes=None), ["time"]),
        (call(start=time(14, 29, 59)), ["time"]),
        (call(start=time(13, 30, 1)), ["time"]),
        (call(start=None), []),
        (call(customer="", start=time(14)), ["time"]),
        (call(customer="H1"), []),
        (call(customer="H1", start=None), []),
        (call(customer="H1", start=time(9)), ["customer"]),
        (call("r9", "H1", time(9)), ["customer"]),
        (call(day=date(2026, 3, 5)), []),
    ],
)
def test_conflicts_by_hand(planned, kinds):
    """Touching slots do not overlap; a call on the customer at that hour, or at none, is the one that is joined."""
    found = JointDiary([planned], CHINA).conflicts(VISIT)
    assert [one.kind for one in found] == kinds
    assert all(one.person == planned.rep for one in found)


def test_without_an_hour_only_days_conflict():
    """A visit without an hour suits at any time of the day."""
    diary = JointDiary([call(), call(customer="H1", start=time(9))], CHINA)
    assert diary.conflicts(evolve(VISIT, start=None)) == ()


def test_everything_in_the_way_is_named():
    """Access, absences of both sides, hours, the customer seen twice: each with its reason, in both languages."""
    access = {"H1": Access(weekdays={2}, start=time(15), end=time(17))}
    planned = [call(), call("r1", "H1", time(9))]
    diary = JointDiary(planned, CHINA, away={"s1": [DAY], "r1": [DAY]}, access=access)
    found = diary.conflicts(VISIT)
    assert [(one.kind, one.person, one.why.text()) for one in found] == [
        ("access", "", "outside the visiting hours 15:00-17:00"),
        ("away", "r1", "r1 is away on 2026-03-04"),
        ("away", "s1", "s1 is away on 2026-03-04"),
        ("time", "s1", "s1 is planned with another customer on 2026-03-04 at 14:00"),
        ("customer", "r1", "r1 sees the customer on 2026-03-04 at 09:00 already; go along with that call"),
    ]
    assert found[4].why.text("zh") == "r1 已安排于 2026-03-04 09:00 拜访该客户，可随同该次拜访"
    assert [row[1].zh for row in joint_conflict_table(found).rows] == [
        "客户不接待",
        "人员不在",
        "人员不在",
        "时间冲突",
        "同日重复拜访",
    ]
    holiday = evolve(VISIT, day=date(2026, 2, 17), start=None)
    assert [one.why.text("zh") for one in diary.conflicts(holiday)] == ["节假日或周末，非工作日"]
    assert diary.conflicts(evolve(VISIT, day=date(2026, 3, 11), start=None)) == ()


@st.composite
def worlds(draw):
    """Return a wished visit and diaries of both sides within a month."""
    days = st.dates(date(2026, 3, 1), date(2026, 3, 31))
    hours = st.none() | st.builds(time, st.integers(8, 17), st.sampled_from([0, 15, 30]))
    planned = [
        Appointment(rep, day, customer, start, minutes)
        for rep, day, customer, start, minutes in draw(
            st.lists(
                st.tuples(
                    st.sampled_from(["r1", "s1", "r9"]),
                    days,
                    st.sampled_from(["", "H1", "H2"]),
                    hours,
                    st.none() | st.integers(1, 600),
                ),
                max_size=25,
            )
        )
    ]
    away = {person: draw(st.sets(days, max_size=12)) for person in ("r1", "s1")}
    access = Access(draw(st.sets(st.integers(0, 6), min_size=1)), time(9), time(16))
    wished = evolve(VISIT, day=draw(days), start=draw(hours), minutes=draw(st.none() | st.integers(1, 120)))
    return wished, planned, away, access


def suits(wished, planned, away, access):
    """Say by plain comparison whether nothing stands in the way."""
    if not access.allows(wished.day, CHINA):
        return False
    if any(wished.day in away[person] for person in wished.participants):
        return False
    if wished.start is None:
        return True
    first = datetime.combine(wished.day, wished.start)
    end = first + timedelta(minutes=wished.minutes or 30)
    if access.refusal(first, wished.minutes or 30, CHINA):
        return False
    for one in planned:
        if one.day != wished.day or one.start is None:
            continue
        theirs = datetime.combine(one.day, one.start)
        until = theirs + timedelta(minutes=one.minutes or 30)
        if one.customer == "H1":
            if one.start != wished.start:
                return False
        elif one.rep in wished.participants and first < until and theirs < end:
            return False
    return True


@settings(deadline=None)
@given(worlds(), st.integers(0, 20), st.integers(1, 5))
def test_nearest_days_by_brute_force(world, within, most):
    """The nearest days without a conflict, of two equally near the earlier; none before the first day allowed."""
    wished, planned, away, access = world
    diary = JointDiary(planned, CHINA, away, {"H1": access})
    earliest = date(2026, 3, 6)
    days = [wished.day + timedelta(days=n) for n in range(-within, within + 1)]
    fine = [day for day in days if day >= earliest and suits(evolve(wished, day=day), planned, away, access)]
    fine.sort(key=lambda day: (abs((day - wished.day).days), day))
    found = diary.nearest(wished, earliest=earliest, within=within, most=most)
    assert [one.day for one in found] == fine[:most]
    assert all(evolve(one, day=wished.day) == wished for one in found)
    assert all(not diary.conflicts(one) for one in found)
    assert (not diary.conflicts(wished)) == suits(wished, planned, away, access)


def test_search_refuses_what_cannot_be():
    """Counts are whole numbers; a year that nobody has announced is no guess."""
    diary = JointDiary([], CHINA)
    assert [one.day.day for one in diary.nearest(VISIT, earliest=DAY)] == [4, 5, 6]
    assert len(diary.nearest(VISIT, earliest=DAY, most=99)) == 11
    for bad in ({"within": -1}, {"most": 0}, {"within": True}, {"most": 1.5}):
        with pytest.raises(BadValue):
            diary.nearest(VISIT, earliest=DAY, **bad)
    with pytest.raises(UnknownYear):
        diary.nearest(evolve(VISIT, day=date(2026, 12, 31)), earliest=DAY, most=99)
    with pytest.raises(BadValue, match="no date"):
        JointDiary([], CHINA, away={"r1": ["2026-03-04"]})


def test_the_same_slot_in_two_diaries():
    """One appointment a participant, all at one hour and place; in the other's diary it is a conflict for others."""
    slots = joint_appointments(VISIT)
    assert [one.rep for one in slots] == ["r1", "s1"]
    assert {(one.day, one.customer, one.start, one.minutes, one.place, one.kind) for one in slots} == {
        (DAY, "H1", time(14), 30, "P1", "joint")
    }
    other = JointVisit("J2", "dealer_joint", DAY, "H3", {"r2": "maker", "s1": "dealer"}, time(14, 15))
    assert [one.person for one in JointDiary(slots, CHINA).conflicts(other)] == ["s1"]


def test_a_joint_visit_stands_fixed_in_both_plans():
    """It is one of the customer's visits once, in the plan of whose customer it is, and takes a slot in each diary."""
    reps = [Rep("r1", "Rep One", 2), Rep("s1", "Sample One", 2)]
    targets = [Target("H1", "Example", "r1", "A", 4, 3)]
    targets += [Target(f"X{n}", "Example", "s1", "B", 4, 3) for n in range(12)]
    march = date(2026, 3, 1), date(2026, 3, 31)
    plan = schedule(targets, reps, *march, CHINA, fixed=joint_appointments(VISIT))
    seen = [one for one in plan.visits if one.customer == "H1"]
    assert [(one.day.day, one.rep, one.fixed) for one in seen][:1] == [(4, "r1", "joint")]
    assert (len(seen), sum(one.fixed == "joint" for one in plan.visits)) == (4, 1)
    assert sum(one.rep == "s1" and one.day == DAY for one in plan.visits) == 1
    free = schedule(targets, reps, *march, CHINA)
    assert sum(one.rep == "s1" and one.day == DAY for one in free.visits) == 2


def test_the_grid_of_planned_calls():
    """Customers by days with everybody's calls, twice is once; where two plans meet is a chance."""
    rows = [
        (date(2026, 3, day), rep, customer)
        for day, rep, customer in ((4, "s1", "H1"), (4, "r1", "H1"), (4, "r1", "H1"))
    ]
    rows += [(date(2026, 3, 6), "r2", "H1"), (date(2026, 3, 9), "s1", "H2"), (date(2026, 3, 6), "r1", "H2")]
    grid = call_grid(rows)
    assert [column.key for column in grid.table().columns] == ["customer_id", "2026-03-04", "2026-03-06", "2026-03-09"]
    assert [column.zh for column in grid.table().columns] == ["客户", "03-04", "03-06", "03-09"]
    assert grid.table().rows == [("H1", "r1, s1", "r2", ""), ("H2", "", "r1", "s1")]
    assert [(one.customer, one.people, one.apart) for one in grid.opportunities("s1")] == [("H1", ("r1", "s1"), 0)]
    near = grid.opportunities("s1", within=3)
    assert [(one.day.day, one.customer, one.people, one.apart) for one in near] == [
        (4, "H1", ("r1", "s1"), 0),
        (6, "H1", ("r2", "s1"), 2),
        (9, "H2", ("r1", "s1"), 3),
    ]
    assert near[0].why.text("zh") == "r1, s1 计划同日拜访"
    assert near[1].why.text() == "r2, s1 plan to call within 2 days; move one call"
    assert grid.opportunities("m1", within=9) == ()
    assert "H1" in grid._repr_html_()


def test_a_visit_plan_fills_the_grid_and_the_diary():
    """The visits of two people's plans: where they call on one customer is a chance, and no conflict."""
    reps = [Rep("r1", "Rep One", 8), Rep("s1", "Sample One", 8)]
    wednesdays = Access(weekdays={2})
    targets = [
        Target("H1", "Example", "r1", "A", 4, 3, wednesdays),
        Target("H1-s", "Example", "s1", "A", 4, 3, wednesdays),
    ]
    visits = schedule(targets, reps, date(2026, 3, 1), date(2026, 3, 31), CHINA).visits
    assert [(one.day.day, one.rep) for one in visits][:2] == [(4, "r1"), (4, "s1")]
    rows = [(one.day, one.rep, one.customer.removesuffix("-s")) for one in visits]
    assert [one.day.day for one in call_grid(rows).opportunities("s1")] == [4, 11, 18, 25]
    assert len(call_grid(visits).table()) == 2
    assert JointDiary(visits, CHINA).conflicts(VISIT) == ()


def test_the_grid_takes_visits_days_and_customers():
    """Anything with day, rep and customer; days and customers in the order asked, even without a call."""
    calls = [call(customer="H1"), call(customer="H2", day=date(2026, 3, 9))]
    asked = call_grid(calls, days=[date(2026, 3, 5), DAY], customers=["H3", "H1"])
    assert asked.table().rows == [("H3", "", ""), ("H1", "", "s1")]
    years = call_grid([(date(2026, 12, 31), "r1", "H1"), (date(2027, 1, 4), "r1", "H1")]).table()
    assert [column.title() for column in years.columns] == ["Customer", "2026-12-31", "2027-01-04"]
    assert call_grid([]).table().rows == []


@pytest.mark.parametrize("row", [(DAY, "r1"), ("2026-03-04", "r1", "H1"), (DAY, "", "H1"), object(), (DAY, "r1", 5)])
def test_rows_that_are_no_call_are_refused(row):
    """The place of the row is named, nothing of it."""
    with pytest.raises(BadValue, match="no planned call @ row 2"):
        call_grid([(DAY, "r1", "H1"), row])


@pytest.mark.parametrize("within", [-1, True, 1.5])
def test_days_apart_are_whole_numbers(within):
    """Nothing is guessed."""
    with pytest.raises(BadValue):
        call_grid([]).opportunities("r1", within=within)
