"""The seasonal index: the mean of a season over the mean of all, from whole years (P2-D)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.classification.potential.seasonal import seasonal_index
from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue, NotComparable
from pharmasales.goals import season_given
from pharmasales.periods import Month, Quarter, Week, Year, buckets
from pharmasales.splits import largest_remainder
from pharmasales.units import BOX, CNY, Amount


def quarters(*values, first=2024):
    """Lay values out by quarter from the first of a year on."""
    return {Quarter(first + n // 4, n % 4 + 1): value for n, value in enumerate(values)}


def test_the_mean_of_a_quarter_over_the_mean_of_all() -> None:
    """P2-D: two years; 10 and 30 in Q1 make 20 over a mean of 25: 80 %; the four add up to 400 %."""
    found = seasonal_index(quarters(10, 20, 30, 40, 30, 20, 20, 30))
    assert found.values == {1: Fraction(4, 5), 2: Fraction(4, 5), 3: Fraction(1), 4: Fraction(7, 5)}
    assert sum(found.values.values()) == 4
    assert (found.mean, found.years, found.parts) == (25, (2024, 2025), 4)
    assert found.why.text("zh") == "2024 至 2025 年 4 个季节各自的均值除以总均值 25"
    assert found.table().rows[0][:2] == (Says("Q1", "第 1 季度"), 20)
    assert "140.0%" in found.table().text()
    assert "<table>" in found._repr_html_()


def test_months() -> None:
    """Twelve months of one year; amounts count in whole units."""
    found = seasonal_index({month: Amount.of(month.month, CNY) for month in Year(2025).months})
    assert found.values[12] == Fraction(12 * 12, 78)
    assert found.table().rows[11][0].text("zh") == "12 月"  # type: ignore[union-attr]
    assert found.table().rows[0][0].text() == "01"  # type: ignore[union-attr]


@pytest.mark.parametrize("hole", [{Quarter(2024, 3): None}, {}])
def test_a_hole_leaves_it_missing(hole: dict[Quarter, None]) -> None:
    """A quarter that is not known, stated or left out, is named; nothing is reckoned from the rest."""
    known = quarters(*[5] * 8)
    del known[Quarter(2024, 3)]
    found = seasonal_index({**known, **hole})
    assert (found.values, found.mean, len(found.table())) == ({}, None, 0)
    assert found.why.text() == "no seasonal index: 2024-Q3 not known"


def test_many_holes_are_counted() -> None:
    """Half a year missing: three are named, the others counted."""
    found = seasonal_index(dict.fromkeys(Year(2025).months[:6], 1))
    assert found.why.text() == "no seasonal index: 2025-07, 2025-08, 2025-09 and 3 more not known"
    assert found.why.text("zh") == "无季节指数：2025-07、2025-08、2025-09等 6 期未知"


@pytest.mark.parametrize("values", [(0, 0, 0, 0), (5, 0, 0, -5), (5, 0, 0, -6)])
def test_a_mean_of_zero_or_less_divides_nothing(values: tuple[int, ...]) -> None:
    """Nothing sold, or more came back than was sold: missing, by name."""
    found = seasonal_index(quarters(*values))
    assert found.values == {}
    assert found.why.text() == "no seasonal index: nothing was sold, or more came back"


def test_a_quarter_of_returns_is_below_zero() -> None:
    """One quarter may be below zero; the indices still add up to 400 %."""
    found = seasonal_index(quarters(-10, 20, 20, 10))
    assert (found.values[1], sum(found.values.values())) == (-1, 4)


@pytest.mark.parametrize(
    "actual",
    [{}, {Week(2025, 1): 1}, {Year(2025): 1}, {Month(2025, 1): 1, Quarter(2025, 2): 1}],
)
def test_quarters_alone_or_months_alone(actual: dict[object, int]) -> None:
    """Nothing, weeks, years, or a mixture is no series."""
    with pytest.raises(BadRule, match="quarters alone or months alone"):
        seasonal_index(actual)  # type: ignore[arg-type]  # the point of the test


def test_hostile_values() -> None:
    """Two units, an amount beside a number, text that is none: refused, with the period."""
    for other in (Amount.of(1, BOX), 1):
        with pytest.raises(NotComparable):
            seasonal_index(quarters(Amount.of(1, CNY), other))
    with pytest.raises(BadValue, match="@ 2024-Q2"):
        seasonal_index(quarters(1, "x", 1, 1))


def test_a_goal_can_be_shared_out_by_it() -> None:
    """The indices are weights for the season of a goal."""
    found = seasonal_index(quarters(10, 20, 30, 40, 30, 20, 20, 30))
    season = season_given(list(found.values.values()), buckets(Year(2026), "quarter"))
    assert largest_remainder(1000, season.weights) == [200, 200, 250, 350]


@given(
    st.integers(1, 3).flatmap(lambda n: st.lists(st.integers(0, 10**12), min_size=12 * n, max_size=12 * n)),
    st.integers(2, 9),
)
def test_the_indices_average_exactly_1(values: list[int], times: int) -> None:
    """Whatever was sold, of months and of quarters; and k times as much has the same season."""
    months = {Month(2024 + n // 12, n % 12 + 1): value for n, value in enumerate(values)}
    found = seasonal_index(months)
    if not any(values):
        assert found.values == {}
        return
    assert sum(found.values.values()) == 12
    assert seasonal_index({month: value * times for month, value in months.items()}).values == found.values
    by_quarter: dict[Quarter, int] = {}
    for month, value in months.items():
        quarter = Quarter(month.year, (month.month + 2) // 3)
        by_quarter[quarter] = by_quarter.get(quarter, 0) + value
    third = [sum(found.values[m] for m in range(3 * q - 2, 3 * q + 1)) / 3 for q in range(1, 5)]
    assert list(seasonal_index(by_quarter).values.values()) == third
