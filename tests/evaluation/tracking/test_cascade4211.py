"""The cascade table 4211: the company's levels and weights, laid out; nothing is built in."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pharmasales.display import Says
from pharmasales.errors import BadRule, NotComparable, NotFound
from pharmasales.evaluation.tracking import cascade4211
from pharmasales.evaluation.tracking.cascade4211 import CascadeLevel, cascade_table
from pharmasales.org import Node, Org
from pharmasales.units import BOX, CNY, Amount

ORG = Org.of(
    [
        Node("C", "Company", "company"),
        Node("E", "East", "region", "C"),
        Node("W", "West", "region", "C"),
        Node("d1", "District", "district", "E"),
        Node("r1", "One", "rep", "d1"),
        Node("r2", "Two", "rep", "d1"),
        Node("r3", "Three", "rep", "W"),
    ]
)


def levels(*weights):
    """Return the three lines of the source, with weights."""
    names = [("company", "公司行动计划"), ("region", "各区行动计划"), ("rep", "各代表的目标分解")]
    weights = weights or (None, None, None)
    return [CascadeLevel(name, Says(name, zh), weight) for (name, zh), weight in zip(names, weights, strict=True)]


def boxes(**by_node):
    """Return boxes by node."""
    return {node: Amount.of(n, BOX) for node, n in by_node.items()}


PLAN = boxes(C=100, E=70, W=30, r1=40, r2=35, r3=30)


def test_the_three_lines():
    """Company plan, regional plans, reps: each with the sum of those below, over a level that is left out."""
    found = cascade_table(ORG, levels(), PLAN, boxes(r1=20, r2=7, r3=33))
    assert [(row.step, row.node.id, row.parent) for row in found.rows] == [
        (1, "C", None),
        (2, "E", "C"),
        (2, "W", "C"),
        (3, "r1", "E"),
        (3, "r2", "E"),
        (3, "r3", "W"),
    ]
    assert [row.difference for row in found.rows] == [Amount(0, BOX), Amount(5, BOX), Amount(0, BOX), None, None, None]
    assert [row.node.id for row in found.conflicts] == ["E"]
    assert [row.actual.minor for row in found.rows] == [60, 27, 33, 20, 7, 33]
    assert found.rows[1].attainment == Fraction(27, 70)
    assert found.attainment(2) == Fraction(60, 100)
    assert found.attainment(3) == Fraction(60, 105)
    assert found.table().title.text("zh") == "4211监控表（含义未经核实）"
    assert "not verified" in found._repr_html_()


def test_the_companys_own_weights():
    """Weights of any sum, or percentages; they weigh the levels' attainments and nothing else."""
    found = cascade_table(ORG, levels(4, 2, 2), PLAN, boxes(r1=20, r2=7, r3=33))
    assert [row.weight for row in found.rows[:2]] == [Fraction(1, 2), Fraction(1, 4)]
    assert found.weighted == Fraction(1, 2) * Fraction(3, 5) + Fraction(1, 4) * Fraction(3, 5) + Fraction(
        1, 4
    ) * Fraction(60, 105)
    assert found.why.text().startswith("levels and weights are the company's own; what 4211 means is not verified")
    assert "region: weight 25.0%, reached 60.0%" in found.why.text()
    only = cascade_table(ORG, levels("100%", "0%", "0%"), boxes(C=100), boxes(r1=50))
    assert only.weighted == Fraction(1, 2)


def test_missing_stays_missing():
    """A plan or an actual that is not there is not zero; without weights there is no weighted figure."""
    found = cascade_table(ORG, levels(1, 1, 1), boxes(C=100, E=70, r1=40), boxes(r1=20))
    assert found.rows[0].below is None
    assert found.attainment(2) is None
    assert found.weighted is None
    assert cascade_table(ORG, levels(), PLAN, boxes(r1=20, r2=7, r3=33)).weighted is None
    assert [row.actual for row in cascade_table(ORG, levels(), PLAN).rows] == [None] * 6
    with pytest.raises(NotFound):
        found.attainment(4)


def test_nothing_is_built_in():
    """The module says that the meaning is not verified, and holds no figure of 4, 2, 1, 1."""
    assert "**The meaning of 4211 is not verified.**" in cascade4211.__doc__
    assert all(level.weight is None for level in levels())


def test_hostile_input():
    """Levels given twice, upside down, unknown; weights for some only, below zero, all zero, short of 100 %."""
    company, region, rep = levels()
    for wrong in ([], [company, company], [rep, region, company], [region, company, rep]):
        with pytest.raises(BadRule):
            cascade_table(ORG, wrong, PLAN)
    with pytest.raises(NotFound):
        cascade_table(ORG, [CascadeLevel("team", Says("team", "组"))], PLAN)
    for weights in ((1, None, None), (1, -1, 1), (0, 0, 0), ("50%", "20%", "20%"), ("50%", 1, 1)):
        with pytest.raises(BadRule):
            cascade_table(ORG, levels(*weights), PLAN)
    with pytest.raises(NotFound):
        cascade_table(ORG, levels(), boxes(x=1))
    with pytest.raises(NotComparable):
        cascade_table(ORG, levels(), {**PLAN, "r1": Amount(1, CNY)})
