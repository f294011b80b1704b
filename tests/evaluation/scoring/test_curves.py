"""Curves by name: a line, points off for each per cent, steps."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRule
from pharmasales.evaluation.scoring.curves import linear, per_percent, steps
from pharmasales.rules import Field, Part, Weighted, over
from pharmasales.rules.data import read_rule
from pharmasales.rules.writing import rule_data

X = Field("x")
shares = st.fractions(-2, 3, max_denominator=200)


@pytest.mark.parametrize(("done", "points"), [("0.90", "27.50"), ("0.96", "30.00"), ("0.95", "30.00"), ("0.2", "0.00")])
def test_half_a_point_for_each_percent_short(done, points):
    """E41: weight 30, target 95 %: 90 % is 27.5, 96 % is 30, and the floor is 0."""
    rule = Weighted([Part("a", 30, per_percent(X, 30, "95%", "0.5")), Part("b", 70, linear(X, 0, 1))])
    assert str(rule.points({"x": done})[0].points) == points


def test_a_floor_and_the_other_way():
    """Never less than the floor; of expenses each per cent above costs."""
    kept = per_percent(X, 10, 1, 1, floor=4)
    assert [10 * kept({"x": value}) for value in ("1.2", "0.97", "0.94", 0)] == [10, 7, 4, 4]
    spent = per_percent(X, 10, 1, 1, above=True)
    assert [10 * spent({"x": value}) for value in ("0.5", 1, "1.03", 2)] == [10, 10, 7, 0]


@given(shares, st.integers(1, 50), st.fractions("1/10", 5, max_denominator=10))
def test_a_deduction_by_hand(x, weight, off):
    """The weight less `off` for each percentage point short, never below zero."""
    short = max(Fraction(95, 100) - x, Fraction(0)) * 100
    assert weight * per_percent(X, weight, "95%", off)({"x": x}) == max(weight - off * short, 0)


@given(shares, shares)
def test_monotone_curves_give_monotone_points(left, right):
    """Who has more has no fewer points, and no more where less is better."""
    low, high = sorted((left, right))
    rising = (linear(X, "10%", "90%"), per_percent(X, 30, "95%", "0.5"), steps(X, ((0, 0), ("50%", "0.3")), top=1))
    for curve in rising:
        assert curve({"x": low}) <= curve({"x": high})
    for curve in (linear(X, "90%", "10%"), per_percent(X, 30, "95%", "0.5", above=True)):
        assert curve({"x": low}) >= curve({"x": high})


@given(shares)
def test_steps_by_hand(x):
    """A step includes its lower cut, unless it says over."""
    due = Fraction(0) if x < Fraction(1, 2) else Fraction(1, 3) if x <= 1 else Fraction(6, 5)
    curve = steps(X, (("50%", 0), (over(1), Fraction(1, 3))), top="1.2")
    assert curve({"x": x}) == due
    assert read_rule(rule_data(curve)) == curve


def test_missing_stays_missing():
    """No value, no score."""
    for curve in (linear(X, 0, 1), per_percent(X, 30, 1, 1), steps(X, ((0, 0),), top=1)):
        assert curve({"x": None}) is None


def test_steps_in_a_sum():
    """Steps score as any curve does."""
    rule = Weighted([Part("a", 100, steps(X, (("80%", 0), ("100%", "0.8")), top=1))])
    assert [rule({"x": x}) for x in ("0.79", "0.8", 1)] == [Decimal(0), Decimal(80), Decimal(100)]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: linear(X, 1, 1), "rule.points"),
        (lambda: per_percent(X, 30, 1, 0), "score.deduction"),
        (lambda: per_percent(X, 30, 1, 1, floor=30), "score.deduction"),
        (lambda: per_percent(X, 30, 1, 1, floor=-1), "score.deduction"),
        (lambda: per_percent(X, "x", 1, 1), "rule.number"),
        (lambda: steps(X, ((1, 0), (0, 1)), top=2), "rule.cuts"),
    ],
)
def test_what_cannot_hold_is_refused(make, code):
    """Ends that are the same, nothing off, a floor at the weight, cuts that fall."""
    with pytest.raises(BadRule) as caught:
        make()
    assert caught.value.code == code
