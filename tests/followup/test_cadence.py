"""Cadence: whole visits that add up."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRule, BadValue
from pharmasales.followup import DEFAULT_CADENCE, Cadence, Cadences, month_parts, split
from pharmasales.periods import Month


class Weekdays:
    """Mondays to Fridays."""

    def is_workday(self, day):
        """Whether it is one of them."""
        return day.weekday() < 5

    def workdays(self, start, end):
        """Return those between two days."""
        days = (start + timedelta(days=n) for n in range((end - start).days + 1))
        return tuple(day for day in days if self.is_workday(day))


class Never(Weekdays):
    """No working day at all."""

    def workdays(self, *_):
        """Return none."""
        return ()


FIVE = Weekdays()
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
rates = st.fractions(0, 31, max_denominator=12)
days = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("per_month", "gap"),
    [(4, 3), (8, 1), (2, 7), (1, 15), ("1/2", 30), ("0.5", 30), (Decimal("1.5"), 10), (Fraction(1, 3), 45), (31, 1)],
)
def test_default_gap_is_half_the_even_spacing(per_month, gap):
    """Half of 30 days over the visits, rounded down, at least a day."""
    assert Cadence(per_month).gap == gap


def test_zero_cadence_asks_for_nothing():
    """D 0: no visit, and a gap that is legal all the same."""
    assert (Cadence(0).visits(*YEAR, FIVE), Cadence(0).gap) == (0, 1)


@pytest.mark.parametrize("bad", [-1, "31.5", 32])
def test_out_of_range_is_refused(bad):
    """Below zero and above one a day are no cadence."""
    with pytest.raises(BadValue, match="visits a month out of range"):
        Cadence(bad)


@pytest.mark.parametrize("bad", [0.5, True, "often", "", None, "1_0"])
def test_inexact_numbers_are_refused(bad):
    """A float, a bool or a word is no cadence."""
    with pytest.raises(BadValue):
        Cadence(bad)


@pytest.mark.parametrize("bad", [0, -3, True, "7"])
def test_gap_is_a_whole_number_from_1(bad):
    """One visit a day at most, so the gap is at least a day."""
    with pytest.raises(BadValue, match="shortest gap"):
        Cadence(4, gap=bad)


def test_half_a_month_makes_two_a_quarter():
    """1/2, 1, 3/2 round half up to 1, 1, 2: one in January, none in February, one in March."""
    due = Cadence("1/2").by_month(date(2026, 1, 1), date(2026, 3, 31), FIVE)
    assert due == {Month(2026, 1): 1, Month(2026, 2): 0, Month(2026, 3): 1}


def test_part_of_a_month_counts_by_working_days():
    """16 to 31 March has 12 of 22 working days: 4 a month make 48/22 = 2.18 visits there, 4 in April."""
    due = Cadence(4).by_month(date(2026, 3, 16), date(2026, 4, 30), FIVE)
    assert due == {Month(2026, 3): 2, Month(2026, 4): 4}


def test_a_part_inside_one_month():
    """11 of 22 working days of March are half a month: exactly 2 of 4, and half a visit rounds up to 1."""
    half = (date(2026, 3, 1), date(2026, 3, 16))
    assert [Cadence(rate).visits(*half, FIVE) for rate in (4, 1, "9/10")] == [2, 1, 0]


def test_a_month_without_working_days_has_no_part():
    """Nothing is due in a part of a month that nobody works in."""
    assert month_parts(date(2026, 3, 2), date(2026, 3, 30), Never()) == ((Month(2026, 3), Fraction(0)),)


def test_horizon_backwards_is_refused():
    """The end before the start is a typed error."""
    with pytest.raises(BadValue, match="ends before it starts") as caught:
        month_parts(date(2026, 3, 2), date(2026, 3, 1), FIVE)
    assert caught.value.code == "followup.horizon"


@given(rates, days, days)
def test_months_add_up_to_the_period(rate, one, two):
    """The months' demands are the period's: the exact sum, half up, and none is negative."""
    start, end = min(one, two), max(one, two)
    due = Cadence(rate).by_month(start, end, FIVE)
    exact = rate * sum(part for _, part in month_parts(start, end, FIVE))
    assert sum(due.values()) == Cadence(rate).visits(start, end, FIVE) == (2 * exact + 1) // 2
    assert min(due.values()) >= 0


@given(st.integers(0, 500), st.lists(st.fractions(0, 1, max_denominator=23), max_size=14))
def test_split_conserves_and_stays_near(visits, parts):
    """A split sums to the whole and no month is a visit or more off its exact share."""
    found = split(visits, parts)
    assert len(found) == len(parts)
    assert sum(found) == (visits if parts else 0)
    if sum(parts):
        assert all(abs(n - visits * part / sum(parts)) <= 1 for n, part in zip(found, parts, strict=True))


def test_split_without_any_part_goes_to_the_last_month():
    """Where no month has a working day the demand is kept, not lost."""
    assert split(3, [Fraction(0), Fraction(0)]) == (0, 3)


def test_default_table():
    """A 4, B 2, C 1, D 0 a month."""
    due = DEFAULT_CADENCE.demand({"a": "A", "b": "B", "c": "C", "d": "D"}, *YEAR, FIVE)
    assert due == {"a": 48, "b": 24, "c": 12, "d": 0}


def test_letters_without_a_cadence_are_named():
    """Every missing letter, once, in order."""
    with pytest.raises(BadRule, match="grades without a cadence: E, X;") as caught:
        DEFAULT_CADENCE.demand({"1": "X", "2": "E", "3": "X", "4": "A"}, *YEAR, FIVE)
    assert caught.value.code == "followup.cadence"
    with pytest.raises(BadRule, match="cadence: Z;"):
        DEFAULT_CADENCE["Z"]


def test_a_table_takes_numbers_and_cadences():
    """A number gets the default gap, a cadence keeps its own."""
    table = Cadences.of({"A": "4", "B": Cadence(2, gap=5)})
    assert (table["A"].gap, table["B"].gap, "A" in table, "C" in table) == (3, 5, True, False)


def test_a_bad_number_names_its_letter():
    """The error says which grade."""
    with pytest.raises(BadValue) as caught:
        Cadences.of({"A": 4, "B": "x"})
    assert caught.value.where == "grade 'B'"
