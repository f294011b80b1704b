"""Capacity: field days, slots, shortfall, headcount."""

from datetime import date, time, timedelta
from fractions import Fraction
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadValue, NotFound
from pharmasales.followup import Rep, capacities, field_days, headcount
from pharmasales.followup.capacity import most_visits


class Weekdays:
    """Mondays to Fridays."""

    def workdays(self, start, end):
        """Return those between two days."""
        days = (start + timedelta(days=n) for n in range((end - start).days + 1))
        return tuple(day for day in days if day.weekday() < 5)


MARCH = (date(2026, 3, 1), date(2026, 3, 31))


def test_e9():
    """E9: 10,000 doctors x 1.5 / 9 a day / 51 days = 32.68, so 33 reps."""
    assert headcount(10_000 * Fraction(3, 2), 9, 51) == headcount("15,000", "9", 51) == 33


@given(st.integers(0, 10**6), st.integers(1, 30), st.integers(1, 300))
def test_headcount_is_the_least_that_suffices(visits, per_day, days):
    """That many reps make all visits, one fewer does not."""
    heads = headcount(visits, per_day, days)
    assert heads * per_day * days >= visits
    assert heads == 0 or (heads - 1) * per_day * days < visits


@pytest.mark.parametrize("numbers", [(-1, 9, 51), (10, 0, 51), (10, 9, 0), (10, -9, -51)])
def test_headcount_refuses(numbers):
    """Negative visits, or a rep who can make none."""
    with pytest.raises(BadValue, match="no headcount"):
        headcount(*numbers)


def test_field_days_leave_out_leave():
    """22 working days in March 2026 less two of leave; leave on a weekend counts nothing."""
    leave = {date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 14)}
    found = field_days(*MARCH, Weekdays(), leave)
    assert len(found) == 20
    assert date(2026, 3, 9) not in found
    with pytest.raises(BadValue, match="ends before it starts"):
        field_days(MARCH[1], MARCH[0], Weekdays())


def test_capacities_name_the_shortfall():
    """Slots against demand, by rep id, in both languages."""
    reps = [Rep("r2", "Rep Two", 8, {date(2026, 3, 9)}), Rep("r1", "Rep One", 8), Rep("r3", "Rep Three", 0)]
    one, two, three = capacities(reps, {"r1": 180, "r2": 100}, *MARCH, Weekdays())
    assert [(c.rep, c.days, c.slots, c.demand, c.shortfall) for c in (one, two, three)] == [
        ("r1", 22, 176, 180, 4),
        ("r2", 21, 168, 100, 0),
        ("r3", 22, 0, 0, 0),
    ]
    assert (one.used, two.used, three.used) == (Fraction(45, 44), Fraction(25, 42), None)
    assert one.why.text("zh") == "超出拜访能力（应访 180 次，22 个工作日可容纳 176 次；缺 4 次）"
    assert two.why.text() == "100 visits due, 168 slots on 21 field days"


def test_demand_for_a_stranger_is_refused():
    """The rep is named by id."""
    with pytest.raises(NotFound, match="'r9'"):
        capacities([Rep("r1", "Rep One", 8)], {"r9": 1}, *MARCH, Weekdays())


@pytest.mark.parametrize("bad", [-1, True, "8", 8.0])
def test_visits_a_day_are_counted(bad):
    """Whole numbers from 0."""
    with pytest.raises(BadValue, match="visits a day"):
        Rep("r1", "Rep One", bad)


@given(st.lists(st.integers(0, 30), max_size=8, unique=True).map(sorted), st.integers(1, 9), st.integers(0, 30))
def test_the_most_visits_are_the_longest_choice(days, gap, earliest):
    """The greedy count equals what trying everything finds."""
    open_days = [day for day in days if day >= earliest]
    fits = [
        k
        for k in range(len(open_days) + 1)
        for chosen in combinations(open_days, k)
        if all(b - a >= gap for a, b in pairwise(chosen))
    ]
    assert most_visits(days, gap, earliest) == max(fits)


def test_a_field_day_has_some_length():
    """It ends after it begins; a day of no length is refused like one that runs backwards."""
    assert Rep("r1", "Rep One", 8, begin=time(9), end=time(9, 1)).end == time(9, 1)
    for end in (time(9), time(8)):
        with pytest.raises(BadValue, match=r"ends before it begins @ rep 'r1' \[followup\.hours\]"):
            Rep("r1", "Rep One", 8, begin=time(9), end=end)
