"""Activity goals: so many a day, a week or by a date; what came, what is due today, what is late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule, BadValue
from pharmasales.goals.acting.activity import Due, track_activity
from pharmasales.goals.acting.activity_goals import ActivityGoal
from pharmasales.periods import Month, Week
from pharmasales.units import CUSTOMER, VISIT, Amount, Unit
from pharmasales.workdays import CHINA, WEEKDAYS

CONTRACT = Unit("CONTRACT", 0, "contract", "份")
MARCH = Month(2026, 3)
VISITS = ActivityGoal("visits", Amount.of(8, VISIT), "day")
NEW = ActivityGoal("new", Amount.of(3, CUSTOMER), "week")
SIGN = ActivityGoal("sign", Amount.of(4, CONTRACT), "date", date(2026, 3, 20))


def of(goal, **by_day):
    """Return reports by day of March: d2=7 is seven on the second."""
    return {goal.id: {date(2026, 3, int(day[1:])): Amount(n, goal.amount.unit) for day, n in by_day.items()}}


def test_visits_a_day():
    """Eight on each working day; seven and nine reported, the fourth not: 24 planned, 16 reported, one day unknown."""
    found = track_activity([VISITS], of(VISITS, d2=7, d3=9), MARCH, date(2026, 3, 4), CHINA)
    lines = found.lines[:4]
    assert [(x.planned.minor, x.actual.minor if x.actual else None, x.planned_so_far.minor) for x in lines] == [
        (8, 7, 8),
        (8, 9, 16),
        (8, None, 24),
        (8, None, 32),
    ]
    assert [x.reported_so_far.minor if x.reported_so_far else None for x in lines] == [7, 16, 16, None]
    assert len(found.lines) == 22
    assert sum(x.planned.minor for x in found.lines) == 8 * 22
    first = found.weeks[0]
    assert (str(first.week), first.planned.minor, first.reported.minor, first.unreported) == ("2026-W10", 40, 16, 1)
    assert found.due(date(2026, 3, 4)) == (Due("visits", Amount(8, VISIT), date(2026, 3, 4)),)
    assert found.due(date(2026, 3, 3)) == ()
    assert found.due(date(2026, 3, 7)) == ()


def test_new_customers_a_week():
    """Three a week fall on its first days, and what is open by a day is due on it; the next week begins anew."""
    found = track_activity([NEW], of(NEW, d3=1), MARCH, date(2026, 3, 10), WEEKDAYS)
    week = [(x.day.day, x.planned.minor) for x in found.lines if x.day <= date(2026, 3, 6)]
    assert week == [(2, 1), (3, 1), (4, 1), (5, 0), (6, 0)]
    assert [found.due(date(2026, 3, n))[0].amount.minor for n in (2, 3, 4, 5, 9)] == [1, 1, 2, 2, 1]
    assert [(str(x.week), x.planned.minor) for x in found.weeks] == [(f"2026-W{n}", 3) for n in (10, 11, 12, 13, 14)]


def test_contracts_by_a_date():
    """Four by the 20th run evenly to it; on the day all that is open is due; afterwards it is late."""
    reports = of(SIGN, d6=1, d20=1)
    found = track_activity([SIGN], reports, MARCH, date(2026, 3, 23), WEEKDAYS)
    assert [x.day.day for x in found.lines if x.planned.minor] == [2, 3, 4, 5]
    assert found.lines[-1].planned_so_far.minor == 4
    assert found.due(date(2026, 3, 20)) == (Due("sign", Amount(2, CONTRACT), date(2026, 3, 20)),)
    assert found.due(date(2026, 3, 19)) == ()
    assert found.late == (Due("sign", Amount(2, CONTRACT), date(2026, 3, 20), 3),)
    assert track_activity([SIGN], reports, MARCH, date(2026, 3, 20), WEEKDAYS).late == ()
    assert track_activity([SIGN], of(SIGN, d6=4), MARCH, date(2026, 3, 23), WEEKDAYS).late == ()


def test_a_day_off_counts_but_plans_nothing():
    """Visits on a Saturday are counted; nothing is planned on it; a week of holidays plans nothing."""
    found = track_activity([VISITS], of(VISITS, d7=3), MARCH, date(2026, 3, 8), CHINA)
    saturday = next(x for x in found.lines if x.day == date(2026, 3, 7))
    assert (saturday.planned.minor, saturday.actual.minor, saturday.reported_so_far.minor) == (0, 3, 3)
    assert found.weeks[0].reported.minor == 3
    festival = Week(2026, 8)
    assert track_activity([NEW, VISITS], {}, festival, festival.end, CHINA).lines == ()


@given(
    st.sampled_from(["day", "week", "date"]),
    st.integers(0, 50),
    st.integers(0, 30),
    st.dictionaries(st.integers(0, 30), st.integers(0, 20)),
)
def test_plans_and_reports_add_up(per, amount, today, by_day):
    """Days make weeks, plans make the goal, running totals never fall, and every report is in one day and week."""
    day = MARCH.start + timedelta(days=today)
    goal = ActivityGoal("g", Amount(amount, VISIT), per, date(2026, 3, 20) if per == "date" else None)
    reports = {MARCH.start + timedelta(days=n): Amount(v, VISIT) for n, v in by_day.items() if n <= today}
    found = track_activity([goal], {"g": reports}, MARCH, day, WEEKDAYS)
    planned = sum(x.planned.minor for x in found.lines)
    assert planned == {"day": amount * 22, "week": amount * 5, "date": amount}[per]
    assert sum(x.planned.minor for x in found.weeks) == planned
    came = sum(x.minor for x in reports.values())
    assert sum(x.reported.minor for x in found.weeks) == came == sum(x.actual.minor for x in found.lines if x.actual)
    totals = [x.planned_so_far.minor for x in found.lines]
    assert totals == sorted(totals)
    assert totals[-1] == planned
    working = [x for x in WEEKDAYS.workdays(MARCH.start, day) if x not in reports] if day >= MARCH.start else []
    due = [x for x in working if per != "date" or x <= date(2026, 3, 20)]
    assert sum(x.unreported for x in found.weeks) == len(due)


def test_tables():
    """By day and by week, of one goal or all, with what is missing left empty."""
    found = track_activity([VISITS, NEW], of(VISITS, d2=7), MARCH, date(2026, 3, 3), CHINA)
    assert [row["goal_id"] for row in found.days("new").records()] == ["new"] * 22
    assert len(found.days()) == 44
    first = next(iter(found.days("visits").records()))
    assert (first["planned"], first["actual"], first["planned_so_far"], first["reported_so_far"]) == (8, 7, 8, 7)
    week = next(iter(found.table().records()))
    assert (week["week"], week["difference"], week["unreported"]) == ("2026-W10", -33, 1)
    assert "2026-W10" in found._repr_html_()


def test_hostile_input():
    """Rhythms and dates that do not fit, and reports of nobody, of other days and other units, all at once."""
    with pytest.raises(BadRule, match="did you mean"):
        ActivityGoal("g", Amount(1, VISIT), "daily")
    for per, due in (("day", MARCH.end), ("date", None)):
        with pytest.raises(BadRule, match="due date"):
            ActivityGoal("g", Amount(1, VISIT), per, due)
    with pytest.raises(BadValue, match="below zero"):
        ActivityGoal("g", Amount(-1, VISIT))
    goals = [
        VISITS,
        ActivityGoal("Visits", Amount(1, VISIT)),
        ActivityGoal("sun", Amount(1, VISIT), "date", date(2026, 3, 8)),
        ActivityGoal("may", Amount(1, VISIT), "date", date(2026, 5, 8)),
    ]
    reports = {
        "visits": {date(2026, 3, 5): Amount(1, VISIT), date(2026, 2, 27): Amount(1, CUSTOMER)},
        "visit": {},
    }
    with pytest.raises(BadRows) as caught:
        track_activity(goals, reports, MARCH, date(2026, 3, 4), CHINA)
    assert [(e.where, e.code) for e in caught.value.exceptions] == [
        ("goal 'Visits'", "activity.twins"),
        ("goal 'sun'", "activity.due"),
        ("goal 'may'", "activity.due"),
        ("goal 'visits', 2026-03-05", "activity.day"),
        ("goal 'visits', 2026-02-27", "activity.day"),
        ("goal 'visits', 2026-02-27", "unit"),
        ("goal 'visit'", "activity.goal"),
    ]
