"""What each child adds to its parent's deviation: exact, the largest first, the rest in its place."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import NotFound
from pharmasales.evaluation import attain
from pharmasales.evaluation.variance.contributions import contributed
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter
from pharmasales.units import CNY, Amount

Q1 = Quarter(2026, 1)
REPS = ["r1", "r2", "r3", "r4"]
ORG = Org.of(
    [
        Node("C", "Example Pharma", "company"),
        Node("N", "North", "district", "C"),
        Node("S", "South", "district", "C"),
        *(Node(rep, rep.upper(), "rep", above) for rep, above in zip(REPS, "NNSS", strict=True)),
    ]
)


def found(goals, done, elapsed=Fraction(1)):
    """Return the contributions of amounts by node, in fen."""
    money = [{node: Amount(fen, CNY) for node, fen in some.items()} for some in (goals, done)]
    return contributed(attain(ORG, *money, Q1, elapsed))


def rolled(goals):
    """Return the goals of reps with their sums."""
    return goals | {"N": goals["r1"] + goals["r2"], "S": goals["r3"] + goals["r4"], "C": sum(goals.values())}


amounts = st.fixed_dictionaries({rep: st.integers(0, 10**9) for rep in REPS})


@given(amounts, amounts, st.fractions(0, 1, max_denominator=90))
def test_children_add_up_to_the_deviation_of_their_parent(goals, done, elapsed):
    """Goals that add up leave no rest; the largest comes first."""
    result = found(rolled(goals), done, elapsed)
    for node_id, family in result.families.items():
        assert sum(one.points for one in family) == result.deviation(node_id)
        assert all(one.result is not None for one in family)
        sizes = [abs(one.points) for one in family]
        assert sizes == sorted(sizes, reverse=True)


@given(st.fixed_dictionaries({}, optional={node.id: st.integers(0, 10**6) for node in ORG}), amounts)
def test_whatever_the_goals_the_parts_and_the_rest_add_up(goals, done):
    """Goals that miss or do not add up: the rest says so, exactly."""
    result = found(goals, done)
    for node_id, family in result.families.items():
        assert sum(one.points for one in family if one.points is not None) == result.deviation(node_id)
        assert all(one.node_id for one in family[:-1])


def test_points_by_hand():
    """North 80 of 100, South 105 of 100, of a company of 200: -10 and 2.5 points."""
    result = found(rolled({"r1": 50, "r2": 50, "r3": 60, "r4": 40}), {"r1": 30, "r2": 50, "r3": 66, "r4": 39})
    assert [(one.node_id, one.points) for one in result["C"]] == [("N", Fraction(-1, 10)), ("S", Fraction(1, 40))]
    assert result.trail("C") == ["C", "N", "r1"]
    assert result.trail("S") == ["S", "r4"]
    assert result.trail("r1") == ["r1"]
    assert result.why("C").lines() == [
        "C: attainment 92.5% against a pace of 100.0%: -7.50 points",
        "  N: -10.00 points (attainment 80.0%)",
        "  S: 2.50 points (attainment 105.0%)",
    ]
    assert result.why("C").head("zh") == "C：达成率 92.5%，时间进度 100.0%：相差 -7.50 个百分点"


def test_the_rest_and_what_is_missing_are_named():
    """10 sold at North itself; r2 has no goal; the trail leads past neither."""
    result = found({"N": 100, "r1": 60}, {"N": 10, "r1": 70, "r2": 20})
    assert [(one.node_id, one.points) for one in result["N"]] == [
        ("r1", Fraction(1, 10)),
        ("r2", None),
        ("", Fraction(-1, 10)),
    ]
    assert result.why("N").lines()[1:] == [
        "  r1: 10.00 points (attainment 116.7%)",
        "  r2: no goal or no actual",
        "  the node itself, and what its children miss: -10.00 points",
    ]
    assert result.trail("N") == ["N"]
    table = result.table("N")
    assert [row[0] for row in table.rows] == ["r1", "r2", None]
    assert [str(row[3]) for row in table.rows] == ["0.70", "0.20", "None"]
    assert "本级及下级缺失部分" in table.text("zh")


def test_equal_contributions_keep_the_order_of_the_organisation():
    """Ties by the order given, plus and minus alike."""
    result = found(rolled({"r1": 50, "r2": 50, "r3": 1, "r4": 1}), {"r1": 40, "r2": 60})
    assert [one.node_id for one in result["N"]] == ["r1", "r2"]
    assert result.deviation("N") == 0


def test_no_attainment_no_contributions():
    """A leaf, a node without a goal, an unknown node."""
    result = found({"r1": 5}, {"r1": 5})
    assert result.deviation("C") is None
    with pytest.raises(NotFound, match=r"variance\.family"):
        result["r1"]
    with pytest.raises(NotFound, match=r"variance\.family"):
        result.table("C")
    with pytest.raises(NotFound, match=r"org\.id"):
        result.why("r9")
    with pytest.raises(NotFound, match=r"org\.id"):
        result.trail("r9")
