"""Tracking: quarter first, months below, the year last; every goal equals its parts; what is not known is said."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import percent
from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable, NotFound
from pharmasales.evaluation.tracking.tracked import track
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Quarter, Span, Week, Year
from pharmasales.units import BOX, CNY, Amount
from pharmasales.workdays import CHINA, WEEKDAYS

YEAR = Year(2026)
ORG = Org.of(
    [Node("N", "North", "district"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N", date(2026, 3, 1))]
)


def yuan(by_node):
    """Return amounts of whole yuan."""
    return {node: Amount.of(n, CNY) for node, n in by_node.items()}


def by_month(figures, months=YEAR.months):
    """Return the same figures for each of some months."""
    return {month: yuan(figures) for month in months}


def test_budget_pace():
    """E29: 96,200 of 148,000 is 65.0 %, day 26 of 31 is 83.87 %, so the gap is -18.87 points."""
    march = Month(2026, 3)
    one = Org.of([Node("r1", "One", "rep")])
    goal, spent = {march: yuan({"r1": 148_000})}, {march: yuan({"r1": 96_200})}
    found = track(one, goal, spent, march, date(2026, 3, 26), CHINA, basis="calendar_days")
    assert percent(found[march]["r1"].attainment) == "65.0%"
    assert percent(found[march].elapsed, 2) == "83.87%"
    assert percent(found.points("r1", march), 2) == "-18.87%"
    assert found.why("r1", march).text().endswith("; -18.87% points against 83.87% passed)")


def test_quarter_first_the_year_last():
    """Each quarter stands before its months and the year at the end, node by node."""
    goals = by_month({"r1": 100, "r2": 50, "N": 150})
    found = track(ORG, goals, by_month({"r1": 90}, YEAR.months[:5]), YEAR, date(2026, 5, 31), WEEKDAYS)
    shown = [row["period"] for row in found.table("r1").records()]
    assert shown[:5] == ["2026-Q1", "2026-01", "2026-02", "2026-03", "2026-Q2"]
    assert shown[-1] == "2026"
    assert len(shown) == 4 + 12 + 1
    table = found.table()
    assert [row["node_id"] for row in table.records()] == ["N"] * 17 + ["r1"] * 17 + ["r2"] * 17
    first = next(iter(found.table("N").records()))
    assert (first["goal"], first["actual"], first["attainment"]) == (450, 270, Fraction(3, 5))
    assert (first["elapsed"], first["points"], first["status"].en) == (1, Fraction(-2, 5), "missed")
    year = list(found.table("r1").records())[-1]
    assert (year["goal"], year["actual"]) == (1200, 450)


def test_periods_of_other_shapes():
    """A quarter, a month, and a run of quarters are tracked too; a week is not."""
    day = date(2026, 4, 15)
    assert list(track(ORG, {}, {}, Quarter(2026, 2), day, WEEKDAYS).results) == [
        Quarter(2026, 2),
        *Quarter(2026, 2).months,
    ]
    assert list(track(ORG, {}, {}, Month(2026, 4), day, WEEKDAYS).results) == [Month(2026, 4)]
    span = list(track(ORG, {}, {}, Span(2026, 2, 3), day, WEEKDAYS).results)
    assert [str(one) for one in (span[0], span[4], span[-1])] == ["2026-Q2", "2026-Q3", "2026-Q2+Q3"]
    assert len(span) == 9
    with pytest.raises(BadRule, match="no months"):
        track(ORG, {}, {}, Week(2026, 9), day, WEEKDAYS)


def test_goals_of_coarse_periods():
    """A quarter's goal is given or the sum of its months; missing with a month missing; a wrong sum is refused."""
    months = Quarter(2026, 1).months
    day = date(2026, 1, 5)
    found = track(ORG, by_month({"r1": 10}, months[:2]), {}, Quarter(2026, 1), day, WEEKDAYS)
    assert found[Quarter(2026, 1)]["r1"].goal is None
    given_goal = {Quarter(2026, 1): yuan({"r1": 30}), months[0]: yuan({"r1": 10})}
    found = track(ORG, given_goal, {}, Quarter(2026, 1), day, WEEKDAYS)
    assert found[Quarter(2026, 1)]["r1"].goal == Amount.of(30, CNY)
    wrong = {Quarter(2026, 1): yuan({"r1": 31, "r2": 5, "N": 3}), **by_month({"r1": 10, "N": 1}, months)}
    with pytest.raises(BadRows) as caught:
        track(ORG, wrong, {}, Quarter(2026, 1), day, WEEKDAYS)
    assert [(e.where, e.code) for e in caught.value.exceptions] == [("org id 'r1', 2026-Q1", "goals.sum")]
    year = {Quarter(2026, n): yuan({"r1": n}) for n in (1, 2, 3, 4)}
    assert track(ORG, year, {}, YEAR, day, WEEKDAYS)[YEAR]["r1"].goal == Amount.of(10, CNY)


@given(st.lists(st.integers(0, 10**9), min_size=12, max_size=12), st.integers(0, 400))
def test_months_add_up(sold, offset):
    """Goals of quarters add up to the year, actuals to what the months begun have sold, whatever the day."""
    day = date.fromordinal(date(2025, 12, 20).toordinal() + offset)
    goals = {m: {"r1": Amount(n + 1, CNY)} for m, n in zip(YEAR.months, sold, strict=True)}
    done = {m: {"r1": Amount(n, CNY)} for m, n in zip(YEAR.months, sold, strict=True)}
    found = track(ORG, goals, done, YEAR, day, WEEKDAYS)
    quarters = [found[Quarter(2026, n)]["r1"] for n in (1, 2, 3, 4)]
    assert sum(one.goal.minor for one in quarters) == found[YEAR]["r1"].goal.minor == sum(sold) + 12
    begun = sum(n for m, n in zip(YEAR.months, sold, strict=True) if m.start <= day)
    actual = found[YEAR]["r1"].actual
    assert (actual.minor if actual else 0) == begun
    assert found[YEAR].elapsed == (0 if day < YEAR.start else 1 if day >= YEAR.end else found[YEAR].elapsed)


def test_months_that_are_not_known():
    """Who reports, but not for a month that is over, is refused by default, or let pass and named."""
    sold = {Month(2026, 1): yuan({"r1": 10}), Month(2026, 3): yuan({"r1": 10, "r2": 5})}
    with pytest.raises(BadRows) as caught:
        track(ORG, {}, sold, YEAR, date(2026, 4, 30), WEEKDAYS)
    assert [e.where for e in caught.value.exceptions] == [
        "org id 'r1', 2026-02",
        "org id 'r1', 2026-04",
        "org id 'r2', 2026-04",
    ]
    goals = by_month({"r1": 10, "N": 20})
    found = track(ORG, goals, sold, YEAR, date(2026, 4, 20), WEEKDAYS, holes="known")
    assert found.holes == (("r1", Month(2026, 2)),)
    first = Quarter(2026, 1)
    assert found[first]["N"].actual == Amount.of(25, CNY)
    assert "counts what is known only; 1 months are not" in found.why("N", first).text()
    assert "known only" not in found.why("N", Quarter(2026, 2)).text()
    assert "known only" not in found.why("r2", first).text()
    assert "仅计已知部分，1 个月未知" in found.why("r1", first).text("zh")
    assert found.why("r2", first).text() == "no goal, so there is no attainment"


def test_a_new_hire_and_a_leaver_have_no_holes():
    """Months in which a node does not stand are not asked for."""
    org = Org.of(
        [
            Node("N", "", "d"),
            Node("new", "", "rep", "N", date(2026, 3, 9)),
            Node("old", "", "rep", "N", until=date(2026, 2, 9)),
        ]
    )
    sold = {Month(2026, n): yuan({("old" if n < 3 else "new"): n}) for n in (1, 2, 3, 4)}
    found = track(org, {}, sold, YEAR, date(2026, 4, 30), WEEKDAYS)
    assert found[Quarter(2026, 1)]["N"].actual == Amount.of(6, CNY)


def test_hostile_input():
    """Periods that are not asked for, unknown words, nodes and periods."""
    day = date(2026, 4, 15)
    with pytest.raises(BadRule, match="2025-12 is not among the periods"):
        track(ORG, {Month(2025, 12): {}}, {}, YEAR, day, WEEKDAYS)
    with pytest.raises(BadRule, match="2026-Q1 is not among the periods @ actual"):
        track(ORG, {}, {Quarter(2026, 1): {}}, YEAR, day, WEEKDAYS)
    with pytest.raises(BadValue, match="did you mean"):
        track(ORG, {}, {}, YEAR, day, WEEKDAYS, holes="know")
    with pytest.raises(NotFound):
        track(ORG, {}, {Month(2026, 1): yuan({"x": 1})}, YEAR, day, WEEKDAYS)
    mixed = {Month(2026, 1): yuan({"r1": 1}), Month(2026, 2): {"r1": Amount(1, BOX)}, Month(2026, 3): yuan({"r1": 1})}
    with pytest.raises(NotComparable, match="CNY with BOX @ org id 'r1'"):
        track(ORG, mixed, {}, YEAR, day, WEEKDAYS)
    found = track(ORG, {}, {}, YEAR, day, WEEKDAYS)
    with pytest.raises(NotFound):
        found[Month(2025, 1)]
    with pytest.raises(NotFound):
        found.table("x")
    assert "North" in found._repr_html_()
