"""The gap to the goal and what closes it: gap + forecast is the goal, and a gap that does not close is said."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.classification.potential.gaps import growth_gaps
from pharmasales.errors import BadRows, BadValue, NotComparable
from pharmasales.evaluation.tracking.forecast import run_rate
from pharmasales.evaluation.tracking.growth_points import GrowthPoint, closing_points, points_from_gaps
from pharmasales.evaluation.tracking.shortfall import gap_to_goal
from pharmasales.periods import Month
from pharmasales.units import BOX, CNY, Amount
from pharmasales.workdays import WEEKDAYS

JAN = Month(2026, 1)
DAY = date(2026, 1, 14)


def box(n):
    """Return so many boxes."""
    return Amount.of(n, BOX)


def points(*rooms):
    """Return growth points p0, p1, ... with so many boxes of room."""
    return [GrowthPoint(f"p{n}", None if room is None else box(room)) for n, room in enumerate(rooms)]


def test_by_hand():
    """100 of 300 in 10 of 22 days: 200 in 12 days is 16 2/3 a day, 5/3 of the 10 so far; the forecast leaves 80."""
    found = gap_to_goal(box(300), box(100), JAN, DAY, WEEKDAYS, run_rate(box(100), JAN, DAY, WEEKDAYS))
    assert (found.gap, found.expected_gap, found.passed, found.left) == (box(200), box(80), 10, 12)
    assert (found.rate_so_far, found.rate_required, found.stretch) == (10, Fraction(50, 3), Fraction(5, 3))
    assert found.why.text() == (
        "goal 300 BOX - actual 100 BOX = 200 BOX (the forecast is 220 BOX, so 80 BOX are not in sight; "
        "12 working days left: 16.6667 a day, against 10 so far)"
    )
    assert "每日需" in found.why.text("zh")
    assert "300 BOX" in found._repr_html_()


def test_at_both_ends():
    """Before the period there is no rate so far; after it none is required, and the reason is said."""
    before = gap_to_goal(box(22), box(0), JAN, date(2025, 12, 24), WEEKDAYS)
    assert (before.passed, before.rate_so_far, before.rate_required, before.stretch) == (0, None, 1, None)
    after = gap_to_goal(box(22), box(30), JAN, date(2026, 3, 1), WEEKDAYS)
    assert (after.gap, after.left, after.rate_required) == (box(-8), 0, None)
    assert after.why.text().endswith("(no working day is left)")
    assert gap_to_goal(box(22), box(0), JAN, DAY, WEEKDAYS).stretch is None


@given(st.integers(0, 10**12), st.integers(-(10**9), 10**12), st.integers(0, 45))
def test_the_gap_and_the_rest_make_the_goal(goal, fen, offset):
    """Actual + gap, forecast + expected gap, and actual + required rate x days left are each the goal, exactly."""
    day = date(2025, 12, 25) + timedelta(days=offset)
    actual, wanted = Amount(fen, CNY), Amount(goal, CNY)
    forecast = run_rate(actual, JAN, day, WEEKDAYS)
    found = gap_to_goal(wanted, actual, JAN, day, WEEKDAYS, forecast)
    assert actual + found.gap == wanted
    assert found.passed + found.left == 22
    if forecast.amount is not None:
        assert forecast.amount + found.expected_gap == wanted
    if found.rate_required is not None:
        assert fen + found.rate_required * found.left == goal


def test_growth_points_by_hand():
    """The widest first, equal ones share a rank in the order given, as many as it takes; no room and unknown named."""
    found = closing_points(box(90), points(20, 45, None, 45, 0, -3, 10))
    assert [(p.point.id, p.rank, p.together.minor, p.needed) for p in found.points] == [
        ("p1", 1, 45, True),
        ("p3", 1, 90, True),
        ("p0", 3, 110, False),
        ("p6", 4, 120, False),
    ]
    assert [p.point.id for p in found.needed] == ["p1", "p3"]
    assert found.left_out == ("p2", "p4", "p5")
    assert found.open == box(0)
    assert found.why.text() == "the first 2 points close 90 BOX (3 without room or not known)"
    assert "前 2 个增长点" in found.why.text("zh")
    assert "p3" in found._repr_html_()


def test_a_gap_that_does_not_close():
    """All points together are short: what stays open is said."""
    found = closing_points(box(121), points(20, 100))
    assert (len(found.needed), found.open) == (2, box(1))
    assert found.why.text() == "all 2 points do not close 121 BOX: 1 BOX stay open"
    assert closing_points(box(7), []).open == box(7)


@pytest.mark.parametrize("gap", [0, -5])
def test_no_gap(gap):
    """Where nothing is missing no point is needed."""
    found = closing_points(box(gap), points(20))
    assert (found.needed, found.open) == ((), box(0))
    assert found.why.text() == f"nothing to close: {gap} BOX"


@given(st.integers(-100, 10**4), st.lists(st.none() | st.integers(-50, 1000), max_size=12))
def test_as_few_as_close_it(gap, rooms):
    """The needed ones are the fewest that close the gap, all of them where they do not; each id is in one place."""
    found = closing_points(box(gap), points(*rooms))
    useful = sorted((room for room in rooms if room and room > 0), reverse=True)
    fewest = next((n for n in range(len(useful) + 1) if sum(useful[:n]) >= gap), len(useful))
    assert [p.room.minor for p in found.needed] == useful[:fewest]
    assert found.open.minor == max(gap - sum(useful), 0)
    assert sorted([p.point.id for p in found.points] + list(found.left_out)) == sorted(
        f"p{n}" for n in range(len(rooms))
    )


def test_points_from_gaps():
    """A share of each growth gap, rounded half up once; an unknown gap stays unknown."""
    records = [("D1", "甲", {"potential": 9, "actual": 4}), ("D2", "乙", {"potential": None, "actual": 4})]
    found = points_from_gaps(growth_gaps(records, BOX, "month"), "50%")
    assert [(p.id, p.room, p.name) for p in found] == [("D1", box(3), "甲"), ("D2", None, "乙")]
    with pytest.raises(BadValue):
        points_from_gaps(growth_gaps(records, BOX, "month"), "-1%")


def test_hostile_input():
    """Goals below zero, two units, a forecast of another day, points given twice."""
    with pytest.raises(BadValue, match="goal below zero"):
        gap_to_goal(box(-1), box(0), JAN, DAY, WEEKDAYS)
    with pytest.raises(NotComparable):
        gap_to_goal(box(1), Amount(0, CNY), JAN, DAY, WEEKDAYS)
    with pytest.raises(BadValue, match="another period or day"):
        gap_to_goal(box(1), box(0), JAN, DAY, WEEKDAYS, run_rate(box(0), JAN, date(2026, 1, 15), WEEKDAYS))
    with pytest.raises(BadRows) as caught:
        closing_points(box(1), [GrowthPoint("p", box(1)), GrowthPoint("p", Amount(1, CNY))])
    assert [e.code for e in caught.value.exceptions] == ["shortfall.twice", "unit"]
