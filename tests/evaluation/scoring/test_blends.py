"""Several products, several sources, and less than the whole period in post."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRule, BadValue
from pharmasales.evaluation.scoring.blends import SOURCES, days_in_post, from_sources, in_post, weighted_completion
from pharmasales.periods import Quarter
from pharmasales.rules import Field, explain

Q1 = Quarter(2026, 1)


def test_products_weighted():
    """E40: 40/25/35 over 110 %, 90 % and 80 % is 94.5 %."""
    rule = weighted_completion({"A": 40, "B": 25, "C": 35})
    record = {"actual.A": 110, "goal.A": 100, "actual.B": 90, "goal.B": 100, "actual.C": 80, "goal.C": 100}
    assert rule(record) == Fraction(945, 1000)
    assert rule.factors[0](record) == Decimal("94.50")


@pytest.mark.parametrize(
    ("missing", "found"), [("missing", None), ("zero", Fraction(54, 100)), ("reweight", Fraction(9, 10))]
)
def test_a_product_without_a_goal(missing, found):
    """No completion, nothing for it, or its weight to the others, as named."""
    rule = weighted_completion({"A": 60, "B": 40}, missing=missing)
    assert rule({"actual.A": 9, "goal.A": 10, "actual.B": 3, "goal.B": 0}) == found


@given(st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=3, max_size=3))
def test_sources_by_hand(marks):
    """The weights of those who judged grow in proportion; nobody's judgement is no score."""
    weights = {"own": 10, "manager": 60, "last_period": 30}
    rule = from_sources("attitude", weights)
    record = {f"attitude.{source}": mark for source, mark in zip(weights, marks, strict=True)}
    there = [(weight, mark) for weight, mark in zip(weights.values(), marks, strict=True) if mark is not None]
    if not there:
        assert rule(record) is None
        return
    present = sum(weight for weight, _ in there)
    exact = sum(Fraction(weight * mark, present) for weight, mark in there) / 100
    assert abs(rule(record) - exact) <= Fraction(3, 2) / 10_000


def test_every_source_is_named_in_both_languages():
    """The person, the manager, colleagues, customers, the trainer and the last period."""
    assert list(SOURCES) == ["own", "manager", "colleagues", "customer", "trainer", "last_period"]
    rule = from_sources("skill", {"trainer": 100}, full=5)
    assert rule({"skill.trainer": 4}) == Fraction(4, 5)
    assert "培训师" in explain(rule, {"skill.trainer": 4}).text("zh")


def test_unknown_sources_and_weights():
    """A misspelt source is named; weights miss 100."""
    with pytest.raises(BadRule, match="manager") as caught:
        from_sources("attitude", {"manger": 100})
    assert caught.value.code == "score.source"
    with pytest.raises(BadRule, match="add up to 90"):
        from_sources("attitude", {"manager": 90})


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (None, None, 90),
        (date(2026, 1, 1), date(2026, 3, 31), 90),
        (date(2026, 2, 15), None, 45),
        (None, date(2026, 1, 1), 1),
        (date(2026, 3, 31), date(2027, 1, 1), 1),
        (date(2026, 4, 1), None, 0),
    ],
)
def test_days_in_post(since, until, days):
    """Both ends count, and only days of the period."""
    found = days_in_post(Q1, since, until)
    assert (found.days, found.of, found.share) == (days, 90, Fraction(days, 90))


def test_the_days_are_shown():
    """The reason names the days and the dates, in both languages."""
    assert days_in_post(Q1, date(2026, 2, 15)).why.text("zh") == "在岗 45 天，共 90 天，自 2026-02-15 至 2026-03-31"
    assert days_in_post(Q1, until=date(2025, 1, 1)).why.text() == "not in post in 2026-Q1"


def test_pro_rata():
    """Half of the period in post is half of the goal; too short a time is not judged."""
    rule = in_post(Field("actual"), Field("goal"), least=30)
    whole = {"actual": 80, "goal": 100, "days_in_post": 90, "period_days": 90}
    assert rule(whole) == Fraction(4, 5)
    assert rule({**whole, "actual": 40, "days_in_post": 45}) == Fraction(4, 5)
    assert rule({**whole, "days_in_post": 30}) == Fraction(12, 5)
    for gone in ({"days_in_post": 29}, {"days_in_post": 0}, {"days_in_post": None}, {"goal": 0}, {"actual": None}):
        assert rule({**whole, **gone}) is None
    assert "在岗天数" in explain(rule, whole).text("zh")


def test_days_in_post_the_wrong_way_round():
    """A last day before the first is a slip, not a quarter out of post; one day is a day."""
    with pytest.raises(BadValue) as caught:
        days_in_post(Q1, date(2026, 3, 1), date(2026, 2, 28))
    assert caught.value.code == "score.post"
    assert days_in_post(Q1, date(2026, 3, 1), date(2026, 3, 1)).days == 1


def test_one_day_in_post_is_enough_unless_told():
    """A day of ninety asks for a ninetieth of the goal."""
    first = {"actual": 1, "goal": 90, "days_in_post": 1, "period_days": 90}
    assert in_post(Field("actual"), Field("goal"))(first) == 1
