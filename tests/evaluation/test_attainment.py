"""Attainment: actual against goal at every node, and the status against the pace."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadValue, NotComparable, NotFound
from pharmasales.evaluation import STATUSES, attain
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter
from pharmasales.units import BOX, CNY, Amount

Q1 = Quarter(2026, 1)
ORG = Org.of(
    [
        Node("R", "Region", "region"),
        Node("N", "North", "district", "R"),
        Node("S", "South", "district", "R"),
        Node("r1", "Rep One", "rep", "N"),
        Node("r2", "Rep Two", "rep", "N"),
        Node("r3", "Rep Three", "rep", "S"),
    ]
)
ONE = Org.of([Node("r1", "Rep One", "rep")])

shares = st.fractions(0, 1, max_denominator=50)
minors = st.integers(0, 10**12)
actuals = st.dictionaries(st.sampled_from(sorted(ORG.nodes)), st.integers(-(10**9), 10**12), max_size=6)


def amounts(minor):
    """Return amounts of yuan from counts of fen."""
    return {node: Amount(count, CNY) for node, count in minor.items()}


def status_of(goal, actual, elapsed, under=Fraction(1, 10), over=Fraction(1, 10)):
    """Return the English status of a single rep; goal and actual in yuan or missing."""
    given_goal = {} if goal is None else {"r1": Amount.of(goal, CNY)}
    given_actual = {} if actual is None else {"r1": Amount.of(actual, CNY)}
    return attain(ONE, given_goal, given_actual, Q1, elapsed, under=under, over=over)["r1"].status.en


@pytest.mark.parametrize(
    ("actual", "status"),
    [
        ("44.99", "behind"),
        ("45", "on track"),
        ("55", "on track"),
        ("55.01", "ahead"),
        ("-1", "behind"),
        ("0", "behind"),
    ],
)
def test_status_while_running(actual, status):
    """Half the period, goal 100, 10 % each way: on track from 45 to 55, both included."""
    assert status_of(100, actual, Fraction(1, 2)) == status


@pytest.mark.parametrize(("actual", "status"), [("99.99", "missed"), ("100", "met"), ("300", "met")])
def test_status_at_the_end(actual, status):
    """When the period is over the goal alone decides; no share of it is forgiven."""
    assert status_of(100, actual, Fraction(1)) == status


def test_status_before_the_start():
    """Before the start nothing is due: zero is on track and any order is ahead."""
    assert [status_of(100, n, Fraction(0)) for n in ("0", "0.01")] == ["on track", "ahead"]


@pytest.mark.parametrize("elapsed", [Fraction(0), Fraction(1, 2), Fraction(1)])
def test_no_goal_and_no_data(elapsed):
    """A missing or zero goal is no goal; a missing actual is no data, never zero."""
    assert [status_of(goal, 5, elapsed) for goal in (None, 0)] == ["no goal", "no goal"]
    assert status_of(100, None, elapsed) == "no data"
    assert status_of(None, None, elapsed) == "no goal"


@given(st.integers(1, 10**12), minors, minors, shares, shares, shares)
def test_status_never_falls_as_the_actual_grows(goal, one, other, elapsed, under, over):
    """More sold is never a lower status, and the integer bounds agree with the exact formula."""
    low, high = sorted((one, other))
    rows = [
        attain(ONE, {"r1": Amount(goal, CNY)}, {"r1": Amount(n, CNY)}, Q1, elapsed, under=under, over=over)["r1"]
        for n in (low, high)
    ]
    rank = [STATUSES.index(row.status) for row in rows]
    assert rank[0] <= rank[1]
    if elapsed < 1:
        pace = elapsed * goal
        exact = "behind" if low < pace * (1 - under) else "ahead" if low > pace * (1 + over) else "on track"
        assert rows[0].status.en == exact


@given(actuals)
def test_actuals_roll_up(minor):
    """Every node's actual is its own with all below it, and is missing only where nothing is known."""
    found = attain(ORG, {}, amounts(minor), Q1, Fraction(1, 2))
    for node in ORG:
        below = [minor[one] for one in ORG.within(node.id) if one in minor]
        assert found[node.id].actual == (Amount(sum(below), CNY) if below else None)


@given(actuals, actuals, shares)
def test_the_order_given_does_not_matter(goals, done, elapsed):
    """Mappings in any order give the same rows in the organisation's order."""
    goals = {node: abs(goal) for node, goal in goals.items()}
    once = attain(ORG, amounts(goals), amounts(done), Q1, elapsed)
    again = attain(ORG, amounts(dict(reversed(goals.items()))), amounts(dict(reversed(done.items()))), Q1, elapsed)
    assert once == again
    assert list(once.rows) == list(ORG.nodes)


@given(actuals, actuals, shares, st.integers(1, 1000))
def test_scale_changes_nothing(goals, done, elapsed, factor):
    """Goals and actuals times any factor keep every attainment and status."""
    goals = {node: abs(goal) for node, goal in goals.items()}
    once = attain(ORG, amounts(goals), amounts(done), Q1, elapsed)
    scaled = [{node: factor * n for node, n in some.items()} for some in (goals, done)]
    large = attain(ORG, amounts(scaled[0]), amounts(scaled[1]), Q1, elapsed)
    assert [(row.attainment, row.status) for row in large.rows.values()] == [
        (row.attainment, row.status) for row in once.rows.values()
    ]


def test_goals_are_taken_as_given():
    """A parent's goal is its own, even where it is not the sum of those below."""
    goals = amounts({"N": 1000, "r1": 100, "r2": 100})
    found = attain(ORG, goals, amounts({"r1": 100, "r2": 50}), Q1, Fraction(1))
    assert [found[node].attainment for node in ("N", "r1", "r2", "R")] == [Fraction(3, 20), 1, Fraction(1, 2), None]
    assert found["N"].parent_id == "R"
    assert found["R"].parent_id is None


def test_table():
    """The table has the eight columns, plain amounts, exact ratios and words that follow the language."""
    goals = amounts({"R": 30_000, "r3": 10_000})
    table = attain(ORG, goals, amounts({"r3": 5_050}), Q1, Fraction(1, 2)).table()
    assert table.name == "attainment"
    keys = ["node_id", "node", "level", "period", "goal", "actual", "attainment", "status"]
    assert [column.key for column in table.columns] == keys
    assert [column.kind for column in table.columns[4:7]] == ["amount", "amount", "ratio"]
    rows = {row[0]: row for row in table.rows}
    assert rows["r3"][:7] == (
        "r3",
        "Rep Three",
        "rep",
        "2026-Q1",
        Decimal("100.00"),
        Decimal("50.50"),
        Fraction(101, 200),
    )
    assert rows["r1"][4:7] == (None, None, None)
    assert [rows[node][7].text("zh") for node in ("R", "r3", "r1")] == ["落后", "正常", "无目标"]


def test_statuses_in_chinese():
    """The words a Chinese manager reads."""
    assert [status.zh for status in STATUSES] == ["落后", "正常", "超前", "未达成", "达成", "无目标", "无数据"]


def test_why_names_goal_actual_elapsed_and_bounds():
    """The bounds shown are the least and the largest amount that are on track."""
    found = attain(ONE, {"r1": Amount(1001, CNY)}, {"r1": Amount(450, CNY)}, Q1, Fraction(1, 2))
    assert found.why("r1").text() == (
        "actual 4.50 CNY of goal 10.01 CNY is 45.0%: behind "
        "(50.0% of 2026-Q1 has passed: on track from 4.51 CNY to 5.50 CNY)"
    )
    assert found.why("r1").text("zh") == (
        "实际 4.50 CNY，目标 10.01 CNY，达成率 45.0%：落后（2026-Q1 时间进度 50.0%：4.51 CNY 至 5.50 CNY 为正常）"
    )
    assert "behind" in found._repr_html_()


def test_why_at_the_end_and_where_missing():
    """At the end only the goal is named; what is missing is said."""
    goals = amounts({"r1": 100, "r2": 0, "r3": 100})
    found = attain(ORG, goals, amounts({"r1": 100}), Q1, Fraction(1))
    assert found.why("r1").text() == (
        "actual 1.00 CNY of goal 1.00 CNY is 100.0%: met (2026-Q1 has passed: met from 1.00 CNY)"
    )
    assert found.why("r2").text() == "the goal is zero, so there is no attainment"
    assert found.why("N").text("zh") == "无目标，故无达成率"
    assert found.why("r3").text() == "no actual here or below, so there is no attainment"
    with pytest.raises(NotFound):
        found.why("nobody")


def test_goals_below_zero_are_refused_together():
    """Every negative goal is named at once, without its amount."""
    with pytest.raises(BadRows) as caught:
        attain(ORG, amounts({"r1": -1, "r2": 5, "r3": -99}), {}, Q1, Fraction(1))
    assert [(error.where, error.code) for error in caught.value.exceptions] == [
        ("org id 'r1'", "goal.negative"),
        ("org id 'r3'", "goal.negative"),
    ]
    assert "99" not in "".join(caught.value.lines())


def test_hostile_input():
    """Unknown nodes, two units, shares out of range and floats are refused by name."""
    goal = {"r1": Amount.of(1, CNY)}
    for goals, done in (({"x": goal["r1"]}, {}), ({}, {"x": goal["r1"]})):
        with pytest.raises(NotFound):
            attain(ORG, goals, done, Q1, Fraction(1))
    with pytest.raises(NotComparable):
        attain(ORG, goal, {"r1": Amount.of(1, BOX)}, Q1, Fraction(1, 2))
    for elapsed, shares_given, where in (
        (Fraction(3, 2), {}, "elapsed"),
        (Fraction(-1, 2), {}, "elapsed"),
        (Fraction(1), {"under": Fraction(2)}, "under"),
        (Fraction(1), {"over": Fraction(-1)}, "over"),
    ):
        with pytest.raises(BadValue) as caught:
            attain(ONE, goal, goal, Q1, elapsed, **shares_given)
        assert (caught.value.where, caught.value.code) == (where, "attainment.share")
    with pytest.raises(BadValue, match="float"):
        attain(ONE, goal, goal, Q1, 0.5)
    assert attain(ONE, goal, goal, Q1, 0, over=Fraction(3))["r1"].status.en == "ahead"
