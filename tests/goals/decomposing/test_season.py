"""Seasons: given, from history, even; nothing missing passes for zero."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable
from pharmasales.goals import Season, even, largest_remainder, season_from_history, season_given
from pharmasales.periods import Month, Quarter, Year, buckets, period
from pharmasales.units import BOX, CNY, Amount

THREE = buckets(Year(2026), "Q1 | Q2+Q3 | Q4")


def test_percentages() -> None:
    """E23: 1,200 by 20/55/25 % over Q1 | Q2+Q3 | Q4 gives 240/660/300."""
    season = season_given(["20%", "55%", "25%"], THREE)
    assert largest_remainder(1200, season.weights) == [240, 660, 300]
    assert [season.share(bucket) for bucket in THREE] == [Fraction(1, 5), Fraction(11, 20), Fraction(1, 4)]
    assert season.basis.text("zh") == "给定"


def test_percentages_short_of_the_whole() -> None:
    """E23: 20/55/24 % is refused; as plain weights they have any sum."""
    with pytest.raises(BadRule, match="percentages add up to 99% @ season"):
        season_given(["20%", "55%", "24%"], THREE)
    assert season_given([20, 55, 24], THREE).share(THREE[2]) == Fraction(24, 99)


def test_twelve_months_for_other_buckets() -> None:
    """Twelve month weights serve a quarter's months, and quarters by the sum of their months."""
    months = list(range(1, 13))
    assert season_given(months, Quarter(2026, 4).months).weights == (10, 11, 12)
    assert season_given(months, THREE).weights == (6, 39, 33)
    assert season_given(months, Year(2026).months).weights == tuple(range(1, 13))


def test_wrong_count() -> None:
    """The number of weights must fit the buckets."""
    with pytest.raises(BadRule, match="2 weights for 3 buckets @ season"):
        season_given([1, 2], THREE)


def test_history() -> None:
    """Each bucket weighs what the same bucket of the year before sold."""
    sold = {period("2025-Q1"): Amount.of("1.50", CNY), period("2025-Q2+Q3"): Amount.of(0, CNY)}
    sold[period("2025-Q4")] = Amount.of(3, CNY)
    season = season_from_history(sold, THREE)
    assert season.weights == (Fraction(3, 2), 0, 3)
    assert season.buckets == THREE
    assert season.basis.text() == "the same period of the year before"


def test_history_with_gaps() -> None:
    """A bucket without history is named, never taken for zero."""
    with pytest.raises(BadRows) as caught:
        season_from_history({period("2025-Q1"): Amount.of(1, CNY)}, THREE)
    assert [error.where for error in caught.value.exceptions] == ["2025-Q2+Q3", "2025-Q4"]


def test_history_in_two_units() -> None:
    """Boxes and yuan do not make one season."""
    sold = {Month(2025, 1): Amount.of(1, CNY), Month(2025, 2): Amount.of(1, BOX)}
    with pytest.raises(NotComparable, match="BOX with CNY @ season"):
        season_from_history(sold, [Month(2026, 1), Month(2026, 2)])


def test_negative_and_empty_weights() -> None:
    """A negative weight names its bucket; all zeros or no bucket are no season."""
    with pytest.raises(BadValue, match=r"negative season weight @ 2026-Q2\+Q3"):
        season_given([1, -1, 1], THREE)
    with pytest.raises(BadValue, match="a season with no basis"):
        season_given([0, 0, 0], THREE)
    with pytest.raises(BadValue, match="a season with no basis"):
        even([])


def test_even() -> None:
    """Every bucket weighs the same."""
    assert even(THREE).weights == (1, 1, 1)
    with pytest.raises(BadValue, match=r"2026 is no bucket of this season; known: 2026-Q1, 2026-Q2\+Q3, 2026-Q4"):
        even(THREE).share(Year(2026))


def test_buckets_apart() -> None:
    """Buckets that overlap, repeat or go backwards are refused."""
    for pair in [(Year(2026), Month(2026, 5)), (Month(2026, 5), Month(2026, 5)), (Month(2026, 5), Month(2026, 4))]:
        with pytest.raises(BadRule, match="buckets overlap or are out of order"):
            Season(pair, (Fraction(1), Fraction(1)))
