"""Forecasts: exact, equal to the actual at the end, with a range or with the reason why there is none."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable, UnknownYear
from pharmasales.evaluation.tracking.forecast import blended, run_rate
from pharmasales.evaluation.tracking.orders import Order, from_orders
from pharmasales.evaluation.tracking.stretch import same_stretch, seasonal
from pharmasales.periods import Month, Quarter, Week, Year
from pharmasales.units import BOX, CNY, Amount
from pharmasales.workdays import CHINA, WEEKDAYS

Q1 = Quarter(2026, 1)
JAN = Month(2026, 1)


def box(n):
    """Return so many boxes."""
    return Amount.of(n, BOX)


def months(year, sold):
    """Return sales of months from January on."""
    return {Month(year, n): box(value) for n, value in enumerate(sold, 1)}


def test_run_rate_follows_the_holidays():
    """February 2026 has 16 working days, 11 by the 14th: 110 boxes make 160, and the festival changes nothing."""
    for day in (14, 20, 23):
        assert run_rate(box(110), Month(2026, 2), date(2026, 2, day), CHINA).amount == box(160)
    assert run_rate(box(110), Month(2026, 2), date(2026, 2, 24), CHINA).value == Fraction(110 * 16, 12)


def test_run_rate_without_a_working_day():
    """Before the first working day there is no rate; the reason is said, and no range without a spread."""
    none = run_rate(box(0), JAN, date(2025, 12, 30), WEEKDAYS)
    assert none.value is none.amount is none.low is none.high is None
    assert none.why.text() == "2026-01 by the run rate: no forecast (no working day has passed)"
    assert none.why.text("zh") == "2026-01 按日均推算：无法预测（尚无工作日）"
    rate = run_rate(box(10), JAN, date(2026, 1, 14), WEEKDAYS)
    assert (rate.amount, rate.low) == (box(22), None)
    assert rate.why.head() == "2026-01 by the run rate: 22 BOX, without a range"


def test_a_range_of_returns():
    """More returns than sales are extrapolated too, and the ends stay in order."""
    rate = run_rate(box(-10), JAN, date(2026, 1, 14), WEEKDAYS, spread="50%")
    assert (rate.low, rate.amount, rate.high) == (box(-28), box(-22), box(-16))


def test_seasonal_by_hand():
    """Shares of 50 % and 75 % in two years: the mean 62.5 % makes 90 into 144, the ends 120 and 180."""
    history = months(2025, [10, 20, 30]) | months(2024, [12, 24, 12])
    found = seasonal(box(90), Q1, date(2026, 2, 28), history, years=2)
    assert (found.value, found.ends) == (144, (120, 180))
    one = seasonal(box(90), Q1, date(2026, 2, 28), history, years=1)
    assert (one.amount, one.ends) == (box(180), None)
    assert seasonal(box(90), Q1, date(2026, 2, 28), history, years=1, spread="10%").ends == (171, 189)
    down = seasonal(box(-90), Q1, date(2026, 2, 28), history, years=2)
    assert down.ends == (-180, -120)


def test_the_same_stretch():
    """It ends on the same day; at the end of a month on the end of that month; in a week on the same weekday."""
    days = {date(2024, 1, 1) + timedelta(days=n): box(1) for n in range(91)}
    assert same_stretch(days, Quarter(2025, 1), date(2025, 2, 28), 1)[0] == Fraction(60, 91)
    assert same_stretch(days, Quarter(2025, 1), date(2025, 2, 27), 1)[0] == Fraction(58, 91)
    assert same_stretch(days, Quarter(2026, 1), date(2026, 1, 15), 2)[0] == Fraction(15, 91)
    week = {Week(2025, 10).start + timedelta(days=n): box(n + 1) for n in range(7)}
    assert same_stretch(week, Week(2026, 10), Week(2026, 10).start + timedelta(days=2), 1)[0] == Fraction(6, 28)


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        ({}, "2025-Q1 is not known in full"),
        (months(2025, [1, 2]), "2025-Q1 is not known in full"),
        ({Month(2025, 1): box(1), Month(2025, 3): box(1)}, "2025-Q1 is not known in full"),
        (months(2025, [1, 2, 3]) | {Quarter(2025, 1): box(6)}, "2025-Q1 is not known in full"),
        ({Quarter(2025, 1): box(6)}, "2025-Q1 is known in pieces too coarse to end on 2025-02-28"),
        ({Year(2025): box(6)}, "2025-Q1 is not known in full"),
        (months(2025, [0, 0, 3]), "2025-Q1: nothing was sold by 2025-02-28, or more came back"),
        (months(2025, [5, 5, -11]), "2025-Q1: nothing was sold by 2025-02-28, or more came back"),
    ],
)
def test_what_history_does_not_carry(history, reason):
    """Years that are missing, with a hole, counted twice or too coarse give no forecast, with the reason."""
    found = seasonal(box(9), Q1, date(2026, 2, 28), history, years=1)
    assert found.value is None
    assert [part.text() for part in found.parts] == [reason]


def test_a_stretch_that_ends_within_a_piece():
    """On the first day of a month, months are too coarse as well."""
    found = seasonal(box(9), Q1, date(2026, 2, 1), months(2025, [1, 2, 3]), years=1)
    assert [part.text() for part in found.parts] == ["2025-Q1 is known in pieces too coarse to end on 2025-02-01"]


def test_one_missing_year_of_several_is_named():
    """A forecast from three years is not made from two in silence."""
    history = months(2025, [1, 1, 1]) | months(2023, [1, 1, 1])
    found = seasonal(box(9), Q1, date(2026, 2, 28), history, years=3)
    assert found.why.text() == "2026-Q1 by the season: no forecast (2024-Q1 is not known in full)"
    assert seasonal(box(9), Q1, date(2025, 12, 31), history, years=1).why.text().endswith("(the period has not begun)")


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**6), min_size=3, max_size=3), st.integers(0, 40))
def test_at_the_end_every_forecast_is_the_actual(fen, sold, more):
    """On the last day and after it, whatever the history and the orders, with no range left."""
    day, actual = Q1.end + timedelta(days=more), box(fen)
    orders = [Order("o", box(5), Q1.end)]
    found = [
        run_rate(actual, Q1, day, WEEKDAYS, spread="30%"),
        seasonal(actual, Q1, day, months(2025, sold), years=1),
        from_orders(actual, Q1, day, orders),
    ]
    found.append(blended([(one, 1) for one in found]))
    for one in found:
        assert one.amount == one.low == one.high == actual


@given(
    st.integers(0, 10**9),
    st.lists(st.lists(st.integers(1, 10**6), min_size=3, max_size=3), min_size=1, max_size=4),
    st.sampled_from([date(2026, 1, 31), date(2026, 2, 28)]),
)
def test_the_forecast_lies_in_its_range(fen, years, day):
    """It scales with the actual, lies within the years' shares, and is a year's whole for its own stretch."""
    history = {}
    for back, sold in enumerate(years, 1):
        history |= months(2026 - back, sold)
    found = seasonal(box(fen), Q1, day, history, years=len(years))
    if len(years) > 1:
        assert found.ends[0] <= found.value <= found.ends[1]
    assert seasonal(box(2 * fen), Q1, day, history, years=len(years)).value == 2 * found.value
    own = sum(years[0][: day.month])
    assert seasonal(box(own), Q1, day, history, years=1).value == sum(years[0])


def test_orders_by_hand():
    """The range goes from the signed ones to all; what is overdue or due later is left out and named."""
    day = date(2026, 1, 14)
    orders = [
        Order("signed", box(30), date(2026, 1, 31)),
        Order("half", box(41), date(2026, 1, 15), "50%"),
        Order("back", box(-4), date(2026, 1, 15), "1/4"),
        Order("never", box(99), date(2026, 1, 15), 0),
        Order("overdue", box(7), day),
        Order("later", box(9), date(2026, 2, 1)),
    ]
    found = from_orders(box(100), JAN, day, orders)
    assert (found.value, found.ends) == (100 + 30 + Fraction(41, 2) - 1, (126, 171))
    assert (found.amount, found.low, found.high) == (box(150), box(126), box(171))
    assert [part.text() for part in found.parts] == [
        "4 orders still to come",
        "overdue left out: due by 2026-01-14",
        "later left out: due by 2026-02-01",
    ]


def test_a_blend():
    """Weights blend values and ranges; a missing member makes it missing; one without a range leaves it without."""
    day = date(2026, 1, 14)
    rate = run_rate(box(100), JAN, day, WEEKDAYS, spread="20%")
    orders = from_orders(box(100), JAN, day, [Order("o", box(61), date(2026, 1, 20), "1/2")])
    both = blended([(rate, "75%"), (orders, "25%")])
    assert both.value == Fraction(3, 4) * 220 + Fraction(1, 4) * (100 + Fraction(61, 2))
    assert both.ends == (Fraction(3, 4) * 196 + 25, Fraction(3, 4) * 244 + Fraction(161, 4))
    assert [row["forecast"] for row in both.table().records()] == [220, 131, 198]
    assert both.why.text() == (
        "2026-01 by a blend: 198 BOX, from 172 BOX to 223 BOX (75.0% the run rate: 220 BOX; 25.0% orders: 131 BOX)"
    )
    missing = seasonal(box(100), JAN, day, {}, years=1)
    gone = blended([(rate, 1), (missing, 1)])
    assert gone.value is None
    assert "50.0% the season: missing" in gone.why.text()
    assert blended([(rate, 1), (missing, 0)]).value == 220
    assert blended([(run_rate(box(100), JAN, day, WEEKDAYS), 1), (rate, 1)]).ends is None
    assert "orders" in both._repr_html_()


def test_hostile_input():
    """Weights, spreads, years, chances and units out of place are refused by name."""
    day = date(2026, 1, 14)
    rate = run_rate(box(100), JAN, day, WEEKDAYS)
    for members in ([], [(rate, 0)], [(rate, -1), (rate, 2)], [(rate, "60%"), (rate, "50%")]):
        with pytest.raises(BadRule):
            blended(members)
    for other in (
        run_rate(box(100), JAN, date(2026, 1, 15), WEEKDAYS),
        run_rate(box(101), JAN, day, WEEKDAYS),
        run_rate(box(100), Q1, day, WEEKDAYS),
    ):
        with pytest.raises(BadRule, match="different figures"):
            blended([(rate, 1), (other, 1)])
    for spread in ("-1%", 0.5, "much"):
        with pytest.raises(BadValue):
            run_rate(box(100), JAN, day, WEEKDAYS, spread=spread)
    for years in (0, True, "1"):
        with pytest.raises(BadRule):
            seasonal(box(1), JAN, day, {}, years=years)
    with pytest.raises(NotComparable):
        seasonal(box(1), JAN, day, {Month(2025, 1): Amount(1, CNY)}, years=1)
    for chance in ("101%", "-1%"):
        with pytest.raises(BadValue, match="chance out of range"):
            Order("o", box(1), day, chance)
    twice = [Order("o", box(1), day), Order("o", Amount(1, CNY), day)]
    with pytest.raises(BadRows) as caught:
        from_orders(box(1), JAN, day, twice)
    assert [e.code for e in caught.value.exceptions] == ["forecast.twice", "unit"]
    with pytest.raises(UnknownYear):
        run_rate(box(1), Month(2027, 1), date(2027, 1, 9), CHINA)


@given(st.integers(1, 10**6), st.integers(0, 30))
def test_run_rate_never_rounds_twice(n, day):
    """The amount is the exact value rounded half up once."""
    found = run_rate(box(n), JAN, date(2026, 1, 1) + timedelta(days=day), WEEKDAYS)
    assume(found.value is not None)
    passed = WEEKDAYS.count(JAN.start, found.as_of) if found.as_of < JAN.end else 22
    assert found.amount.minor == (2 * n * 22 + passed) // (2 * passed)
