"""Quantity, gap and visits a month from one another."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadValue
from pharmasales.followup.due.spacing import PER_DAYS, Rhythm, monthly, rhythm, spacing

positive = st.fractions(Fraction(1, 50), 400, max_denominator=50)
SUFFICE = [
    ("quantity", "gap"),
    ("quantity", "per_month"),
    ("quantity", "days"),
    ("gap", "days"),
    ("per_month", "days"),
    ("quantity", "gap", "per_month"),
    ("quantity", "gap", "days"),
    ("gap", "per_month", "days"),
    ("quantity", "per_month", "days"),
    ("quantity", "gap", "per_month", "days"),
]


@settings(deadline=None)
@given(positive, positive, st.sampled_from(SUFFICE))
def test_any_sufficient_figures_give_the_others(quantity, gap, names):
    """The round trip of the mutual derivation: each choice of figures that suffices leads back to all four."""
    whole = Rhythm(quantity, gap)
    assert rhythm(**{name: getattr(whole, name) for name in names}) == whole
    assert whole.quantity * whole.gap == whole.days
    assert whole.gap * whole.per_month == 30


@settings(deadline=None)
@given(positive, positive, positive, st.sampled_from([names for names in SUFFICE if len(names) > 2]))
def test_contradictions_are_refused(quantity, gap, other, names):
    """One figure too many that does not agree is refused; with a gap in two forms the count is free."""
    whole = Rhythm(quantity, gap)
    free = set() if {"quantity", "days"} <= set(names) else {"quantity", "days"}
    for name in set(names) - free:
        stated = {one: getattr(whole, one) for one in names}
        if stated[name] == other:
            continue
        with pytest.raises(BadValue, match="contradict each other") as caught:
            rhythm(**{**stated, name: other})
        assert caught.value.code == "followup.rhythm"


@pytest.mark.parametrize("names", [(), ("quantity",), ("gap",), ("per_month",), ("days",), ("gap", "per_month")])
def test_too_few(names):
    """One figure, or a gap in two forms, is not enough."""
    whole = Rhythm(Fraction(6), Fraction(15))
    with pytest.raises(BadValue, match="too few"):
        rhythm(**{name: getattr(whole, name) for name in names})


@pytest.mark.parametrize(("bad", "match"), [(0, "not above zero"), (-1, "not above"), (0.5, "float"), (True, "bool")])
def test_bad_figures_name_their_place(bad, match):
    """Zero, below zero, and what is not exact."""
    with pytest.raises(BadValue, match=match) as caught:
        rhythm(quantity=bad, gap=7)
    assert caught.value.where == "quantity"


def test_words():
    """In both languages."""
    assert rhythm(gap=7, days=28).why.text() == "4 visits, 7 days apart, 4.2857 a month, 28 days in all"
    assert rhythm(quantity=4, days=31).why.text("zh") == "4 次，间隔 7.75 天，每月 3.871 次，共 31 天"


@settings(deadline=None)
@given(st.fractions(0, 50, max_denominator=20), st.sampled_from(sorted(PER_DAYS)))
def test_monthly_is_in_proportion_to_the_days(visits, per):
    """Visits a month stand to 30 days as visits per period to its days; the spacing is the same either way."""
    found = monthly(visits, per)
    assert found * PER_DAYS[per] == visits * 30
    assert spacing(found) == (Fraction(PER_DAYS[per]) / visits if visits else None)


def test_an_unknown_period():
    """With the nearest known one."""
    with pytest.raises(BadValue, match='did you mean "month"'):
        monthly(1, "moth")
