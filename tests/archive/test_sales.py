"""Sales lines: returns, quantities, units, owners."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.archive import Sale, by_bucket, by_customer, by_period, by_rep, lines_within, owners
from pharmasales.errors import NotComparable
from pharmasales.periods import Month, Quarter, Year
from pharmasales.testing import two_districts
from pharmasales.units import BOX, CNY, Amount, Unit

JAN, FEB = Month(2026, 1), Month(2026, 2)


def yuan(number: object) -> Amount:
    """Make yuan."""
    return Amount.of(number, CNY)  # type: ignore[arg-type]  # tests pass plain numbers


def test_returns_reduce_net_sales() -> None:
    """A return is negative and may leave a customer below zero."""
    lines = [Sale(JAN, yuan("10.10"), customer="A"), Sale(JAN, yuan("-10.20"), customer="A")]
    assert by_customer(lines) == {"A": yuan("-0.10")}
    may = [sale for sale in two_districts().sales if sale.period == Month(2025, 5)]
    assert by_customer(may)["H6"] == yuan((40 - 55) * 20)


def test_quantity_is_a_measure_of_its_own() -> None:
    """Lines without the measure do not count and make no zero."""
    lines = [
        Sale(JAN, yuan(5), Amount.of(2, BOX), "A", "r"),
        Sale(FEB, yuan(7), None, "B", "r"),
        Sale(FEB, None, Amount.of(3, BOX), "A", "s"),
    ]
    assert by_customer(lines, "quantity") == {"A": Amount.of(5, BOX)}
    assert by_customer(lines) == {"A": yuan(5), "B": yuan(7)}
    assert by_rep(lines) == {"r": yuan(12)}
    assert by_period(lines, "quantity") == {JAN: Amount.of(2, BOX), FEB: Amount.of(3, BOX)}


@pytest.mark.parametrize("other", [Unit("USD", 2), Unit("CNY", 0)])
def test_two_units_are_never_added(other: Unit) -> None:
    """Another currency, and another precision of the same one, are refused even for different customers."""
    lines = [Sale(JAN, yuan(5), customer="A"), Sale(JAN, Amount.of(5, other), customer="B")]
    with pytest.raises(NotComparable, match=f"{other.code} with {other.decimals} decimals"):
        by_customer(lines)


def test_an_equal_unit_is_the_same() -> None:
    """Units are compared by code and decimals, not by identity."""
    assert by_customer([Sale(JAN, yuan(1)), Sale(JAN, Amount.of(2, Unit("CNY", 2, "yuan")))]) == {"": yuan(3)}


def test_nothing_sums_to_nothing() -> None:
    """No line, or none with the measure, gives no sum."""
    assert by_customer([]) == {}
    assert by_rep([Sale(JAN)]) == {}
    assert owners([]) == {}


def test_owners_by_most_and_first_met() -> None:
    """Who sold most owns; the first met wins a tie; nobody and no customer are left out."""
    lines = [
        Sale(JAN, yuan(3), customer="A", rep="r2"),
        Sale(JAN, yuan(1), customer="A", rep="r1"),
        Sale(FEB, yuan(2), customer="A", rep="r1"),
        Sale(JAN, yuan(9), customer="B"),
        Sale(JAN, yuan(9), rep="r1"),
        Sale(JAN, yuan(-4), customer="C", rep="r3"),
    ]
    assert owners(lines) == {"A": "r2", "C": "r3"}
    assert owners([*lines[1:3], lines[0]]) == {"A": "r1"}
    assert owners([*lines, Sale(FEB, yuan("0.01"), customer="A", rep="r1")])["A"] == "r1"


def test_within_goes_by_the_day_where_there_is_one() -> None:
    """A line with a day is known on that day, one without from the start of its period."""
    daily, monthly = Sale(JAN, day=date(2026, 1, 20)), Sale(JAN)
    assert [daily.within(JAN, date(2026, 1, day)) for day in (19, 20)] == [False, True]
    assert [monthly.within(JAN, day) for day in (date(2025, 12, 31), date(2026, 1, 1))] == [False, True]
    assert (monthly.within(Quarter(2026, 1)), daily.within(FEB), monthly.within(Month(2025, 1))) == (True, False, False)
    assert not Sale(Year(2026)).within(Quarter(2026, 1))


sales = st.lists(
    st.builds(
        lambda minor, customer, month: Sale(Month(2026, month), Amount(minor, CNY), customer=customer, rep=customer),
        st.integers(-(10**20), 10**20),
        st.sampled_from("ABC"),
        st.integers(1, 12),
    )
)


@given(sales, st.randoms(use_true_random=False))
def test_every_sum_keeps_the_total(lines: list[Sale], random: st.DataObject) -> None:
    """Whatever it is summed by, in whatever order, the total is the same."""
    total = sum(Fraction(line.amount.minor) for line in lines if line.amount)
    for sums in (by_customer(lines), by_rep(lines), by_period(lines)):
        assert sum(amount.minor for amount in sums.values()) == total
    mixed = list(lines)
    random.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis draws a Random
    assert by_customer(mixed) == by_customer(lines)


def test_buckets_and_periods_go_by_the_day_where_there_is_one() -> None:
    """A line with a day falls where its day lies, one without where its period lies whole; the rest is left out."""
    lines = [
        Sale(JAN, yuan(1), day=date(2026, 1, 31)),
        Sale(JAN, yuan(2)),
        Sale(FEB, yuan(4), day=date(2026, 3, 1)),
        Sale(Quarter(2026, 1), yuan(8)),
        Sale(FEB, yuan(16), day=date(2027, 1, 1)),
    ]
    assert by_bucket(lines, [JAN, FEB, Month(2026, 3)]) == {JAN: yuan(3), Month(2026, 3): yuan(4)}
    assert by_bucket(lines, [Quarter(2026, 1), JAN]) == {Quarter(2026, 1): yuan(15)}
    for period in (JAN, FEB, Quarter(2026, 1), Year(2026)):
        for as_of in (None, date(2026, 1, 31), date(2026, 3, 1)):
            assert lines_within(lines, period, as_of) == [line for line in lines if line.within(period, as_of)]
