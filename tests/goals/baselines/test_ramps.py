"""Launch ramps: E27, openings in the middle of a month, outside the period, several, and slipped."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule, BadValue
from pharmasales.goals.baselines.builders import Known
from pharmasales.goals.baselines.launch import Launch
from pharmasales.goals.baselines.mixtures import Added
from pharmasales.goals.baselines.ramps import Opening, Ramp
from pharmasales.goals.baselines.series import same_last_year
from pharmasales.periods import Month, Quarter, Week, Year, period
from pharmasales.units import BOX, CNY, Amount

HALF = Ramp(["50%", "100%"])
LAUNCH = Launch(HALF, BOX)


def boxes(count: int) -> Amount:
    """Return so many boxes."""
    return Amount.of(count, BOX)


def opening(opens: date | Month, a_month: int = 10, hospital: str = "H1") -> Opening:
    """Open a hospital that brings so many boxes a month."""
    return Opening(hospital, opens, boxes(a_month))


def by_month(one: Opening, ramp: Ramp = HALF) -> list[Fraction]:
    """Return what it brings in each month of 2026."""
    return [ramp.brings(one, month) for month in Year(2026).months]


def test_half_then_whole() -> None:
    """E27: opening 2026-07, 10 a month, 50 % and 100 %: July 5, August to December 10 each, 55 in all."""
    one = opening(Month(2026, 7))
    assert by_month(one) == [0, 0, 0, 0, 0, 0, 5, 10, 10, 10, 10, 10]
    found = LAUNCH.build(Known(openings=[one]), Year(2026))
    assert (found.value, found.amount) == (55, boxes(55))
    assert LAUNCH.build(Known(openings=[one]), Year(2027)).value == 120
    assert LAUNCH.build(Known(openings=[one]), Quarter(2026, 3)).value == 25
    assert LAUNCH.build(Known(openings=[one]), period("2026-Q2+Q3")).value == 25


def test_in_the_middle_of_a_month() -> None:
    """Opening on 16 July: 16 of 31 days, both ends counted, of the first step; the next month is the second step."""
    one = opening(date(2026, 7, 16))
    assert by_month(one)[6:8] == [5 * Fraction(16, 31), 10]
    assert by_month(opening(date(2026, 7, 1))) == by_month(opening(Month(2026, 7)))
    assert by_month(opening(date(2026, 7, 31)))[6] == 5 * Fraction(1, 31)
    why = LAUNCH.build(Known(openings=[one]), Month(2026, 7)).why
    assert why.lines("zh") == [
        "2026-07：2.5806 盒（新开发医院）",
        "  H1 于 2026-07-16 开业，月均 10 BOX：2026-07 合计 2.5806",
        "    2026-07：月均的 50.0% × 当月 16/31 = 2.5806",
    ]


def test_outside_the_period() -> None:
    """Before it opens a hospital brings nothing; one that opened long ago brings its whole run rate."""
    late, early = opening(Month(2027, 1)), opening(Month(2020, 2))
    found = LAUNCH.build(Known(openings=[late]), Year(2026))
    assert found.value == 0
    assert found.why.lines()[1:] == ["  H1 opens 2027-01, after 2026: 0"]
    assert by_month(early) == [10] * 12
    assert by_month(opening(Month(2025, 12)))[0] == 10
    assert (
        LAUNCH.build(Known(), Year(2026)).why.text()
        == "2026: 0 BOX by hospitals still to open (no hospital is still to open)"
    )


def test_slipped() -> None:
    """An opening that slips by two months moves its whole ramp, and keeps the first date through a second slip."""
    one = opening(Month(2026, 7))
    slipped = one.slipped(Month(2026, 9))
    assert by_month(slipped) == [0] * 8 + [5, 10, 10, 10]
    again = slipped.slipped(date(2026, 10, 1))
    assert (again.planned, again.month) == (Month(2026, 7), Month(2026, 10))
    lines = LAUNCH.build(Known(openings=[slipped]), Year(2026)).why.lines()
    assert lines[1:3] == [
        "  H1 opens 2026-09, 10 BOX a month: 35 in 2026",
        "    was to open 2026-07, its ramp moved along",
    ]


def test_several_hospitals_add_up() -> None:
    """Fractions of boxes: the total is rounded once; hospitals add up to it, and months to their hospital."""
    thirds = Launch(Ramp(["1/3", "2/3", 1]), BOX)
    openings = [
        opening(Month(2026, 11), 10, "H1"),
        opening(date(2026, 12, 11), 7, "H2"),
        opening(Month(2027, 1), 9, "H3"),
    ]
    plan = thirds.plan(openings, Year(2026))
    exactly = Fraction(10, 3) + Fraction(20, 3) + Fraction(7, 3) * Fraction(21, 31)
    assert thirds.build(Known(openings=openings), Year(2026)).value == exactly
    assert plan.total == boxes(12)
    assert [row.total.minor for row in plan.rows] == [10, 2, 0]
    assert [amount.minor for amount in plan.rows[0].months[10:]] == [3, 7]
    assert plan.month(Month(2026, 12)) == boxes(9)
    assert Amount.total((plan.month(month) for month in plan.months), BOX) == plan.total
    assert plan.table().rows[10][:4] == ("H1", "2026-11", "2026-11", 3)
    assert "H2" in plan._repr_html_()
    assert thirds.plan([], Quarter(2026, 1)).total == boxes(0)


def test_existing_and_new() -> None:
    """S004-43: what there is, and what hospitals still to open bring, in one baseline."""
    known = Known({Year(2025): boxes(100)}, openings=[opening(Month(2026, 7))])
    assert Added([same_last_year(), LAUNCH]).build(known, Year(2026)).value == 155


@given(
    st.lists(st.fractions(0, 2), min_size=1, max_size=5),
    st.lists(st.tuples(st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.integers(0, 10**6)), max_size=5),
)
def test_totals_of_ramps(shares: list[Fraction], given_openings: list[tuple[date, int]]) -> None:
    """Month by month against a plain loop; quarters add up to the year; the plan adds up to the baseline."""
    ramp = Ramp(shares)
    launch = Launch(ramp, BOX)
    openings = [opening(day, rate, f"H{n}") for n, (day, rate) in enumerate(given_openings)]
    due = Fraction(0)
    for day, rate in given_openings:
        for month in range(1, 13):
            after = (2026 - day.year) * 12 + month - day.month
            if after >= 0:
                days = Month(day.year, day.month).days
                part = Fraction(days - day.day + 1, days) if after == 0 else 1
                due += rate * part * (shares + shares[-1:] * 60)[after]
    known = Known(openings=openings)
    assert launch.build(known, Year(2026)).value == due
    assert sum(launch.build(known, Quarter(2026, n)).value or 0 for n in (1, 2, 3, 4)) == due
    plan = launch.plan(openings, Year(2026))
    assert plan.total == launch.build(known, Year(2026)).amount
    assert Amount.total((row.total for row in plan.rows), BOX) == plan.total


@given(st.integers(1, 24), st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_a_slip_never_brings_more_this_year(months: int, day: date) -> None:
    """With a ramp that rises, opening later never brings more within the year."""
    one = opening(Month.of(day))
    later = one.slipped(one.month.plus(months))
    assert HALF.brings_in(later, Year(2026)) <= HALF.brings_in(one, Year(2026))


@pytest.mark.parametrize("shares", [[], ["-1%"], "50%", ["x"], [0.5], [None]])
def test_ramps_that_cannot_be(shares: Any) -> None:
    """None, below zero, one text, no number, a float."""
    with pytest.raises((BadRule, BadValue)):
        Ramp(shares)


@pytest.mark.parametrize("opens", ["2026-07", 2026, Year(2026), datetime(2026, 7, 1), None])  # noqa: DTZ001
def test_openings_that_cannot_be(opens: Any) -> None:
    """A text, a year, a moment: an opening is a day or a month."""
    with pytest.raises(BadValue, match="a day or a month is due @ opens"):
        opening(opens)


def test_hostile_openings() -> None:
    """A rate below zero or in another unit, a hospital that opens twice, a week."""
    with pytest.raises(BadValue, match="a run rate below zero @ opening of 'H1'"):
        opening(Month(2026, 7), -1)
    wrong: Any = 10
    with pytest.raises(BadValue, match="no amount @ opening of 'H1'"):
        Opening("H1", Month(2026, 7), wrong)
    twice = [opening(Month(2026, 7)), opening(Month(2026, 8)), Opening("H2", Month(2026, 7), Amount.of(1, CNY))]
    for run in (lambda: LAUNCH.plan(twice, Year(2026)), lambda: LAUNCH.build(Known(openings=twice), Year(2026))):
        with pytest.raises(BadRows) as caught:
            run()
        assert [error.reason for error in caught.value.exceptions] == ["opens twice", "CNY where BOX is due"]
    with pytest.raises(BadValue, match="a week has no whole months"):
        LAUNCH.build(Known(openings=twice[:1]), Week(2026, 30))
