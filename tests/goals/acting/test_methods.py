"""Method plans: ranked, dated, shares of effort that make the whole, and what was executed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable, NotFound
from pharmasales.goals.acting.methods import PlannedMethod, plan_methods
from pharmasales.periods import Month, Quarter
from pharmasales.units import CNY, DAY, Amount

Q1 = Quarter(2026, 1)
START, MID, END = Q1.start, date(2026, 2, 15), Q1.end


def days(n):
    """Return so many days."""
    return Amount.of(n, DAY)


def method(name, rank, effort=1, start=START, end=END):
    """Return a method over the whole quarter."""
    return PlannedMethod(name, rank, start, end, effort)


def test_efforts_make_the_whole():
    """S000-28: shares add up to 100 %; thirds of 100 days are 34, 33, 33; 99 % is refused."""
    found = plan_methods([method(name, n, "1/3") for n, name in enumerate("abc", 1)], Q1, days(100))
    assert [amount.minor for amount in found.effort.values()] == [34, 33, 33]
    assert sum(found.shares.values()) == 1
    with pytest.raises(BadRule, match="percentages add up to 99%"):
        plan_methods([method("a", 1, "60%"), method("b", 2, "39%")], Q1, days(100))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8).filter(any), st.integers(0, 10**9))
def test_efforts_conserve(weights, whole):
    """The parts are the whole, each within one of its exact share."""
    found = plan_methods([method(f"m{n}", n + 1, w) for n, w in enumerate(weights)], Q1, days(whole))
    assert sum(amount.minor for amount in found.effort.values()) == whole
    for name, amount in found.effort.items():
        assert abs(amount.minor - whole * found.shares[name]) < 1


def test_the_main_method_of_each_month():
    """The best ranked one whose window touches the month; none where there is none; ranks in any order."""
    found = plan_methods([method("b", 2, 1, MID, date(2026, 2, 28)), method("a", 1, 1, START, MID)], Q1, days(10))
    assert [one.id for one in found.methods] == ["a", "b"]
    assert [found.main(Month(2026, n)) for n in (1, 2, 3)] == ["a", "a", None]


def test_what_was_executed():
    """Not begun, running, not executed, not reported, below plan and executed; shares once all have reported."""
    methods = [
        method("late", 1, 1, date(2026, 3, 1)),
        method("runs", 2),
        method("idle", 3),
        method("mute", 4),
        method("less", 5, 1, START, MID),
        method("done", 6, 1, START, MID),
    ]
    plan = plan_methods(methods, Q1, days(60))
    spent = {"runs": days(3), "idle": days(0), "less": days(9), "done": days(10)}
    rows = list(plan.against(spent, MID).records())
    assert [row["status"].en for row in rows] == [
        "not begun",
        "running",
        "not executed",
        "not reported",
        "below plan",
        "executed",
    ]
    assert {row["share_spent"] for row in rows} == {None}
    rows = list(plan.against({**spent, "mute": days(8)}, MID).records())
    assert [row["share_spent"] for row in rows] == [None, *(Fraction(n, 30) for n in (3, 0, 8, 9, 10))]
    assert [row["spent"] for row in rows] == [None, 3, 0, 8, 9, 10]


def test_hostile_input():
    """Ranks that are no order, twins, windows outside, efforts below zero, floats, two units, unknown methods."""
    for ranks in ([], [1, 1], [1, 3], [0, 1]):
        with pytest.raises(BadRule, match="not ranked"):
            plan_methods([method(f"m{n}", rank) for n, rank in enumerate(ranks)], Q1, days(1))
    bad = [method("a", 1, -1), method("A", 2, 1, END, START), method("c", 3, 1, date(2025, 12, 31), MID)]
    with pytest.raises(BadRows) as caught:
        plan_methods(bad, Q1, days(1))
    assert [(e.where, e.code) for e in caught.value.exceptions] == [
        ("method 'A'", "methods.twins"),
        ("method 'A'", "methods.window"),
        ("method 'c'", "methods.window"),
        ("method 'a'", "methods.effort"),
    ]
    with pytest.raises(BadRule, match="no effort"):
        plan_methods([method("a", 1, 0)], Q1, days(1))
    with pytest.raises(BadValue, match="float"):
        plan_methods([method("a", 1, 0.5)], Q1, days(1))
    plan = plan_methods([method("a", 1)], Q1, days(1))
    with pytest.raises(NotFound):
        plan.against({"b": days(1)}, END)
    with pytest.raises(NotComparable):
        plan.against({"a": Amount(1, CNY)}, END)
