"""Pace: how much of a period has passed."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import percent
from pharmasales.errors import BadValue, UnknownYear
from pharmasales.evaluation import elapsed
from pharmasales.periods import Month, Quarter, Week
from pharmasales.workdays import CHINA, WEEKDAYS

MARCH = Month(2026, 3)


def test_calendar_days():
    """E29: day 26 of 31 is 83.87 %, 18.87 points ahead of 65.0 % settled."""
    passed = elapsed(MARCH, date(2026, 3, 26), WEEKDAYS, "calendar_days")
    assert passed == Fraction(26, 31)
    assert percent(passed, 2) == "83.87%"
    assert percent(Fraction(96_200, 148_000) - passed, 2) == "-18.87%"


def test_working_days_follow_the_holidays():
    """February 2026 has 16 working days in China: 11 by Saturday the 14th, and none in the Spring Festival after it."""
    february = Month(2026, 2)
    days = [13, 14, 15, 23, 24, 27]
    found = [elapsed(february, date(2026, 2, day), CHINA, "working_days") for day in days]
    assert found == [Fraction(n, 16) for n in (10, 11, 11, 11, 12, 15)]


@pytest.mark.parametrize("basis", ["working_days", "calendar_days"])
def test_before_and_after_the_period(basis):
    """Before the start nothing has passed, on the last day and after it everything; the first day counts."""
    days = [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 1)]
    assert [elapsed(MARCH, day, WEEKDAYS, basis) for day in days] == [0, 1, 1]
    first = elapsed(Week(2026, 11), Week(2026, 11).start, WEEKDAYS, basis)
    assert first == Fraction(1, 5 if basis == "working_days" else 7)


@given(st.integers(-5, 100), st.sampled_from(["working_days", "calendar_days"]))
def test_elapsed_never_falls(offset, basis):
    """A later day never has less passed, and the share stays within 0 and 1."""
    quarter = Quarter(2026, 1)
    day = quarter.start + timedelta(days=offset)
    today, tomorrow = (elapsed(quarter, d, WEEKDAYS, basis) for d in (day, day + timedelta(days=1)))
    assert 0 <= today <= tomorrow <= 1


def test_a_period_without_working_days():
    """A week of holidays stays at 0 until its last day and is over then."""
    festival = Week(2026, 8)
    assert CHINA.count(festival.start, festival.end) == 0
    assert [elapsed(festival, festival.start + timedelta(days=n), CHINA, "working_days") for n in (0, 5, 6)] == [
        0,
        0,
        1,
    ]


def test_a_year_that_the_calendar_does_not_know():
    """An unknown year is an error by working days and no matter by calendar days."""
    march, day = Month(2999, 3), date(2999, 3, 10)
    with pytest.raises(UnknownYear):
        elapsed(march, day, CHINA, "working_days")
    assert elapsed(march, day, CHINA, "calendar_days") == Fraction(10, 31)


def test_an_unknown_basis_is_refused():
    """A misspelt basis is never taken for another."""
    with pytest.raises(BadValue) as caught:
        elapsed(MARCH, date(2026, 3, 2), WEEKDAYS, "workdays")
    assert caught.value.code == "pace.basis"
