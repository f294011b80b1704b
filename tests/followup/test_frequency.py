"""Frequency: what happened against what was planned."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRows
from pharmasales.followup import frequency

counts = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 9))


def test_e13():
    """E13: plan 4, 4, 2, 2, actual 6, 2, 2, 0: coverage 75 %, raw 83.33 %, capped 66.67 %, reached 50 %."""
    found = frequency({"a": 4, "b": 4, "c": 2, "d": 2}, {"a": 6, "b": 2, "c": 2, "d": 0})
    assert (found.coverage, found.raw, found.capped, found.reached) == (
        Fraction(3, 4),
        Fraction(10, 12),
        Fraction(8, 12),
        Fraction(2, 4),
    )


def test_table_shows_parts_and_ratios():
    """The four measures in both languages."""
    table = frequency({"a": 4, "b": 4, "c": 2, "d": 2}, {"a": 6, "b": 2, "c": 2}).table()
    assert [(row[0].text("zh"), *row[1:]) for row in table.rows] == [
        ("覆盖率", 3, 4, Fraction(3, 4)),
        ("频次达成率", 10, 12, Fraction(5, 6)),
        ("有效频次达成率", 8, 12, Fraction(2, 3)),
        ("达标客户占比", 2, 4, Fraction(1, 2)),
    ]
    assert [row[0].text() for row in table.rows] == ["Coverage", "Frequency, raw", "Frequency, capped", "Reached"]


def test_zero_denominator_is_missing():
    """Nothing planned: every ratio is missing, not zero."""
    found = frequency({"a": 0}, {"a": 2, "b": 3})
    assert (found.coverage, found.raw, found.capped, found.reached) == (None, None, None, None)
    assert (found.targets, found.unplanned) == (0, 5)


def test_visits_outside_the_plan_count_apart():
    """A customer with plan 0 is no target; visits there make no attainment."""
    found = frequency({"a": 2, "b": 0}, {"a": 1, "b": 5, "x": 1})
    assert (found.raw, found.coverage, found.unplanned) == (Fraction(1, 2), Fraction(1), 6)


@given(counts, counts)
def test_laws(plan, actual):
    """Capped is never above raw nor 1, reached never above coverage; every visit made is counted once."""
    found = frequency(plan, actual)
    assert found.made + found.unplanned == sum(actual.values())
    assert found.counted <= min(found.made, found.planned)
    assert found.complete <= found.seen <= found.targets
    if found.planned:
        assert found.capped <= min(found.raw, 1)
        assert found.reached <= found.coverage <= 1


def test_every_bad_count_is_named():
    """Negative numbers, bools and fractions of visits, all at once."""
    with pytest.raises(BadRows) as caught:
        frequency({"a": -1, "b": 2}, {"b": True, "c": 1.5})
    assert [error.where for error in caught.value.exceptions] == [
        "plan of customer 'a'",
        "actual of customer 'b'",
        "actual of customer 'c'",
    ]
