"""A baseline by its season: level and line, holes, seasons that divide nothing."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRule, BadValue, NotComparable
from pharmasales.goals.baselines.builders import Known
from pharmasales.goals.baselines.seasonality import Seasonal
from pharmasales.goals.baselines.series import same_last_year
from pharmasales.periods import Month, Period, Quarter, Year
from pharmasales.units import BOX, CNY, Amount


def quarters(*counts: int, first: int = 2024) -> Known:
    """Lay counts out by quarter from a year on."""
    return Known({Quarter(first + n // 4, n % 4 + 1): Amount.of(count, BOX) for n, count in enumerate(counts)})


def test_by_the_level() -> None:
    """P2-D: means 120, 150, 150, 180 over 150 are 0.8, 1, 1, 1.2; the level 150 x 1.2 = 180."""
    known = quarters(80, 100, 100, 120, 160, 200, 200, 240)
    values = [Seasonal(2).build(known, Quarter(2026, n)).value for n in (1, 2, 3, 4)]
    assert values == [120, 150, 150, 180]


def test_by_the_line() -> None:
    """Without the season there are four of 100 and four of 200: mean 150, slope 800 / 42 = 400 / 21 a place.

    The line stands at 150 in the middle (place 3.5); place 8 lies 4.5 further: 150 + 4.5 x 400/21 = 1650/7; x 0.8.
    """
    known = quarters(80, 100, 100, 120, 160, 200, 200, 240)
    found = Seasonal(2, trend=True).build(known, Quarter(2026, 1))
    assert found.value == (150 + Fraction(9, 2) * Fraction(400, 21)) * Fraction(4, 5)
    assert found.amount == Amount.of(189, BOX)
    assert found.why.lines() == [
        "2026-Q1: 188.5714 BOX by the season of 2 years on their line",
        "  the mean of each of 4 seasons over 2024 to 2025, by the mean of all, 150",
        "  without the season: 235.7143; x the season of 2026-Q1, 0.8 = 188.5714",
    ]


@given(st.lists(st.integers(1, 10**6), min_size=4, max_size=4))
def test_one_year_is_the_same_period_last_year(counts: list[int]) -> None:
    """One year has no other level than its own."""
    known = quarters(*counts, first=2025)
    for n in (1, 2, 3, 4):
        asked = Quarter(2026, n)
        assert Seasonal(1).build(known, asked).value == same_last_year().build(known, asked).value


@given(st.lists(st.integers(1, 10**6), min_size=12, max_size=12), st.integers(2, 3), st.booleans())
def test_years_that_repeat_go_on_repeating(counts: list[int], years: int, line: bool) -> None:
    """A season without any growth comes back exactly, by the level and by the line."""
    history: dict[Period, Amount | None] = {
        Month(2026 - years + n, month): Amount.of(count, BOX)
        for n in range(years)
        for month, count in enumerate(counts, 1)
    }
    for month, count in enumerate(counts, 1):
        assert Seasonal(years, trend=line).build(Known(history), Month(2026, month)).value == count


def test_a_hole_leaves_it_missing() -> None:
    """One quarter gone: the index is missing, and so is the baseline, with the quarter's name."""
    history = dict(quarters(*[5] * 8).history)
    del history[Quarter(2024, 3)]
    found = Seasonal(2).build(Known(history), Quarter(2026, 1))
    assert (found.value, found.unit) == (None, BOX)
    assert found.why.lines() == [
        "2026-Q1: no baseline by the season of 2 years on their level",
        "  no seasonal index: 2024-Q3 not known",
    ]
    assert Seasonal(2).build(Known(), Month(2026, 1)).unit is None


def test_a_season_of_nothing_divides_nothing() -> None:
    """A quarter without sales in any year: there is no value without its season."""
    found = Seasonal(2).build(quarters(0, 1, 1, 2, 0, 1, 1, 2), Quarter(2026, 1))
    assert found.value is None
    assert found.why.lines("zh")[-1] == "  第 1 季节为零或负，无法相除"


def test_months_and_quarters_alone() -> None:
    """A year has no season of its own, and a trend needs two years."""
    with pytest.raises(BadValue, match="2026 has no season of its own"):
        Seasonal(2).build(quarters(*[5] * 8), Year(2026))
    wrong: list[tuple[Any, bool]] = [(0, False), (1, True), (True, False), ("2", False)]
    for years, line in wrong:
        with pytest.raises(BadRule, match="too few years"):
            Seasonal(years, trend=line)


def test_quarters_from_months() -> None:
    """A history by month makes quarters; two units are refused."""
    history: dict[Period, Amount | None] = {month: Amount.of(10, BOX) for month in Year(2025).months}
    assert Seasonal(1).build(Known(history), Quarter(2026, 2)).value == 30
    with pytest.raises(NotComparable):
        Seasonal(1).build(Known({**history, Month(2025, 1): Amount.of(1, CNY)}), Month(2026, 2))
