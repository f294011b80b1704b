"""Deviations: gaps that add up, severity by bands, and what helps."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRule
from pharmasales.evaluation import attain, deviations, severity_rule
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter
from pharmasales.units import CNY, Amount

Q1 = Quarter(2026, 1)
REPS = ["r1", "r2", "r3", "r4"]
ORG = Org.of([Node("N", "North", "district"), *(Node(rep, rep.upper(), "rep", "N") for rep in REPS)])

counts = st.lists(st.integers(0, 10**9), min_size=4, max_size=4)
shares = st.fractions(0, 1, max_denominator=60)


def found(goals, done, elapsed, severe=Fraction(1, 10)):
    """Return the deviations by node, the district's goal being the sum."""
    given = {rep: Amount(goal, CNY) for rep, goal in zip(REPS, goals, strict=False)}
    given["N"] = Amount.total(given.values(), CNY)
    sold = {rep: Amount(count, CNY) for rep, count in zip(REPS, done, strict=False)}
    return deviations(attain(ORG, given, sold, Q1, elapsed), severe)


def by_id(result):
    """Return the rows by node id."""
    return {row.result.node.id: row for row in result.rows}


@given(counts, counts, shares)
def test_gaps_add_up(goals, done, elapsed):
    """Gaps to the goal add up exactly; gaps to the pace within half a fen for each rounding."""
    rows = by_id(found(goals, done, elapsed))
    assert Amount.total((rows[rep].gap for rep in REPS), CNY) == rows["N"].gap
    off = Amount.total((rows[rep].pace_gap for rep in REPS), CNY) - rows["N"].pace_gap
    assert abs(off.minor) <= Fraction(len(REPS) + 1, 2)


@given(counts, counts)
def test_at_the_end_both_gaps_are_one(goals, done):
    """When the period is over the gap to the pace is the gap to the goal."""
    assert all(row.gap == row.pace_gap for row in found(goals, done, Fraction(1)).rows)


@given(counts, counts, shares, st.integers(1, 1000))
def test_scale_keeps_severity(goals, done, elapsed, factor):
    """Everything times any factor keeps every deviation and severity."""
    once = by_id(found(goals, done, elapsed))
    large = by_id(found([n * factor for n in goals], [n * factor for n in done], elapsed))
    assert {node: (row.deviation, row.severity) for node, row in once.items()} == {
        node: (row.deviation, row.severity) for node, row in large.items()
    }


@given(counts, counts, shares.filter(lambda share: share < 1))
def test_severe_is_what_attainment_calls_behind(goals, done, elapsed):
    """With equal shares, severe and behind are the same nodes, wherever there is a pace to compare with."""
    for row in found(goals, done, elapsed).rows:
        if row.severity is not None:
            assert (row.severity.en == "severe") == (row.result.status.en == "behind")


@given(counts, counts, shares)
def test_the_largest_shortfall_comes_first(goals, done, elapsed):
    """Rows stand by the gap to the pace; equal ones keep the organisation's order."""
    order = {node: place for place, node in enumerate(ORG.nodes)}
    keys = [(row.pace_gap.minor, order[row.result.node.id]) for row in found(goals, done, elapsed).rows]
    assert keys == sorted(keys)


def test_severity_bounds():
    """Half passed, goal 100: 45 is 10 % short and slight, 44.99 severe, 49.99 slight, 50 none."""
    rows = by_id(found([10_000] * 4, [4_500, 4_499, 4_999, 5_000], Fraction(1, 2)))
    assert [rows[rep].severity.en for rep in REPS] == ["slight", "severe", "slight", "none"]
    assert [rows[rep].severity.zh for rep in REPS] == ["轻微", "严重", "轻微", "无"]
    assert rows["r1"].deviation == Fraction(-1, 10)


@pytest.mark.parametrize(("done", "severity"), [(4500, "slight"), (4499, "severe")])
def test_a_tenth_where_no_policy_is_named(done, severity):
    """A tenth below the pace is slight, a fen more is severe."""
    goals, sold = {"r1": Amount(10_000, CNY)}, {"r1": Amount(done, CNY)}
    rows = by_id(deviations(attain(ORG, goals, sold, Q1, Fraction(1, 2))))
    assert rows["r1"].severity.en == severity


def test_the_share_is_policy():
    """A company may call 5 % severe; nothing, or less, is no share."""
    rows = by_id(found([10_000] * 4, [4_749, 4_750, 5_000, 5_000], Fraction(1, 2), Fraction(1, 20)))
    assert [rows[rep].severity.en for rep in ("r1", "r2")] == ["severe", "slight"]
    for severe in (0, "-10%"):
        with pytest.raises(BadRule):
            severity_rule(severe)


def test_why_names_the_cures_only_where_severe():
    """S004-56: training, talk, or a plan revised with the rep's consent and the manager's approval."""
    result = found([10_000] * 4, [4_000, 4_900, 5_000, 5_000], Fraction(1, 2))
    rows = by_id(result)
    assert result.why(rows["r1"]).text() == (
        "gap to the pace -10.00 CNY, -20.0%; severe below -10.0%: severe "
        "(what helps: training; a talk; or a revised plan, with the rep's consent and the manager's approval)"
    )
    assert result.why(rows["r1"]).text("zh") == (
        "与进度相差 -10.00 CNY（-20.0%），低于 -10.0% 为严重：严重"
        "（应对：培训；面谈；或经代表同意并由经理批准后调整计划）"
    )
    assert result.why(rows["r2"]).text() == "gap to the pace -1.00 CNY, -2.0%; severe below -10.0%: slight"


def test_missing_stays_missing_and_comes_last():
    """Without goal or actual there is no gap and no severity; without a pace a gap but no severity."""
    goals = {"r1": Amount(100, CNY), "r2": Amount(0, CNY), "r4": Amount(100, CNY)}
    sold = {"r1": Amount(500, CNY), "r2": Amount(1, CNY), "r3": Amount(1, CNY)}
    result = deviations(attain(ORG, goals, sold, Q1, Fraction(1, 2)))
    assert [row.result.node.id for row in result.rows] == ["r2", "r1", "N", "r3", "r4"]
    rows = by_id(result)
    assert [(rows[node].gap, rows[node].pace_gap, rows[node].severity) for node in ("N", "r3", "r4")] == [
        (None, None, None)
    ] * 3
    assert (rows["r2"].gap, rows["r2"].deviation, rows["r2"].severity) == (Amount(1, CNY), None, None)
    assert result.why(rows["r2"]).text("zh") == "无可比：无目标、无实际或期间未开始"
    start = by_id(found([100] * 4, [0] * 4, Fraction(0)))["r1"]
    assert (start.pace_gap, start.severity) == (Amount(0, CNY), None)


def test_rounding_is_half_up():
    """Goal 0.01 half passed: half a fen is due, so nothing sold is 0.01 behind and 0.01 sold is 0.01 ahead."""
    rows = by_id(found([1, 1, 0, 0], [0, 1, 0, 0], Fraction(1, 2)))
    assert [rows[rep].pace_gap.minor for rep in ("r1", "r2")] == [-1, 1]


def test_table():
    """Ten columns, plain amounts, words that follow the language."""
    table = found([20_000, 0, 0, 0], [6_000, 0, 0, 0], Fraction(2, 5)).table()
    assert table.name == "deviations"
    keys = "node_id node level parent_id goal actual gap pace_gap severity why".split()
    assert [column.key for column in table.columns] == keys
    rows = {row[0]: row for row in table.rows}
    money = tuple(map(Decimal, ("200.00", "60.00", "-140.00", "-20.00")))
    assert rows["r1"][:8] == ("r1", "R1", "rep", "N", *money)
    assert rows["N"][3] is None
    assert rows["r1"][8].text("zh") == "严重"
    assert rows["r2"][8] is None
    assert "严重" in table.html("zh")
    assert "severe" in found([1] * 4, [0] * 4, Fraction(1))._repr_html_()
