"""Plans as data and back: every number and every reason is as it was, whatever the plan was made from."""

import json
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.goals import blend, decompose, even, season_given
from pharmasales.goals.baselines.weighing import weigh
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.goals.decomposing.plan_records import plan_data, plan_from
from pharmasales.goals.editing.edited import edit_plan
from pharmasales.goals.editing.edits import Pin
from pharmasales.org import Node, Org
from pharmasales.periods import Year, buckets
from pharmasales.units import BOX, CNY, Amount

ORG = Org.of(
    [
        Node("C", "Example {Pharma}", "company"),
        Node("N", "North", "district", "C"),
        Node("S", "South", "district", "C"),
        Node("n1", "One", "rep", "N", role="business_rep"),
        Node("n2", "Two", "rep", "N"),
        Node("s1", "Three", "rep", "S"),
    ]
)
TWO_TOPS = Org.of([Node("a", "A", "rep"), Node("b", "B", "rep")])
BOXES = Amount.of(1, BOX)
PARTS = buckets(Year(2026), "Q1 | Q2+Q3 | Q4")
SALES = Says("sales", "销量")
FLAT = season_given(["20%", "55%", "25%"], PARTS)


def through_json(goals):
    """Keep a plan as a store does, and read it back."""
    return plan_from(json.loads(json.dumps(plan_data(goals))))


def same(one, other):
    """Whether two plans have the same numbers and tell the same of them."""
    assert list(one.org.nodes) == list(other.org.nodes)
    assert dict(one.whole) == dict(other.whole)
    for node in one.org:
        assert list(one.cells[node.id]) == list(other.cells[node.id])
        assert one.given(node.id) == other.given(node.id)
        for bucket in (None, *one.buckets):
            for lang in ("en", "zh"):
                assert one.why(node.id, bucket).text(lang) == other.why(node.id, bucket).text(lang)
    assert plan_data(one) == plan_data(other)


PLANS = {
    "plain": lambda: decompose(ORG, BOXES * 1200, {"n1": 3, "n2": 4, "s1": 5}, FLAT, grain=BOXES, basis=SALES),
    "missing": lambda: decompose(ORG, BOXES * 7, {"n1": "0.1", "s1": 0}, FLAT, grain=BOXES, basis=SALES),
    "webster": lambda: decompose(
        ORG, BOXES * 1201, {"n1": 3, "n2": 4, "s1": 5}, FLAT, grain=BOXES, basis=SALES, method="webster"
    ),
    "even": lambda: decompose(ORG, BOXES * 10, {}, FLAT, grain=BOXES, basis=SALES, all_zero="even"),
    "negative": lambda: decompose(
        ORG, BOXES * -10, {"n1": 3, "n2": -4}, FLAT, grain=BOXES, basis=SALES, negative="zero"
    ),
    "blend": lambda: decompose(
        ORG,
        BOXES * 100,
        blend({"history": ({"n1": 3, "n2": 1}, "60%"), "potential": ({"s1": 1, "n1": 2}, "40%")}),
        FLAT,
        grain=BOXES,
        basis=SALES,
    ),
    "weighed": lambda: decompose(
        ORG,
        BOXES * 100,
        weigh(ORG, {"n1": 3, "s1": 2}, new_hire="siblings", ramp="50%"),
        FLAT,
        grain=BOXES,
        basis=SALES,
    ),
    "constrained": lambda: decompose(
        ORG,
        BOXES * 100,
        {"n1": 3, "n2": 4, "s1": 5},
        FLAT,
        grain=BOXES,
        basis=SALES,
        constraints=[
            Constraint.floor("n1", BOXES * 40),
            Constraint.cap("s1", BOXES * 30),
            Constraint.fixed("n2", BOXES * 9, PARTS[1]),
        ],
    ),
    "over": lambda: decompose(
        ORG, BOXES * 100, {"n1": 3, "n2": 4, "s1": 5}, FLAT, grain=BOXES, basis=SALES, over={"company": "5%"}
    ),
    "seasons": lambda: decompose(
        ORG, BOXES * 100, {"n1": 3, "n2": 4, "s1": 5}, FLAT, grain=BOXES, basis=SALES, seasons={"N": even(PARTS)}
    ),
    "two tops": lambda: decompose(TWO_TOPS, BOXES * 3, {"a": 1, "b": 1}, FLAT, grain=BOXES, basis=SALES),
    "cents": lambda: decompose(
        ORG, Amount.of("0.07", CNY), {"n1": Fraction(1, 3)}, FLAT, grain=Amount(1, CNY), basis=SALES
    ),
}


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_comes_back_with_every_number_and_reason(name):
    """Whatever it was made from: weights of any kind, policies, constraints, shares above, seasons."""
    goals = PLANS[name]()
    same(goals, through_json(goals))


@given(st.lists(st.integers(0, 50), min_size=3, max_size=3).filter(any), st.integers(0, 10**30))
def test_any_total_and_weights_come_back(weights, total):
    """As a law: what is read decomposes to what was kept."""
    known = dict(zip(("n1", "n2", "s1"), weights, strict=True))
    goals = decompose(ORG, BOXES * total, known, FLAT, grain=BOXES, basis=SALES)
    back = through_json(goals)
    assert dict(back.whole) == dict(goals.whole)
    assert {node: list(back.cells[node]) for node in back.org.nodes} == {
        node: list(goals.cells[node]) for node in goals.org.nodes
    }


def test_an_edited_plan_is_kept_as_its_base_and_its_edits():
    """Its numbers do not follow from weights alone."""
    goals = PLANS["plain"]()
    edited = edit_plan(goals, [Pin("n1", BOXES * 400)]).plan
    with pytest.raises(BadValue, match="keep its base"):
        plan_data(edited)
    again = edit_plan(through_json(goals), [Pin("n1", BOXES * 400)]).plan
    assert dict(again.whole) == dict(edited.whole)


def test_other_numbers_than_were_kept_are_refused():
    """A changed weight, a changed digest, and data of another form."""
    data = plan_data(PLANS["plain"]())
    for change in ({"weights": {"n1": "9", "n2": "4", "s1": "5"}}, {"numbers": "0" * 64}):
        with pytest.raises(BadValue) as caught:
            plan_from({**data, **change})
        assert caught.value.code == "goals.record.numbers"
    for change in ({"season": None}, {"weights": {"n1": "1/0"}}, {"nodes": [["C"]]}, {"blend": {"weights": {}}}):
        with pytest.raises(BadValue) as caught:
            plan_from({**data, **change})
        assert caught.value.code == "goals.record"


def test_the_digest_covers_every_number():
    """Two plans that differ in one bucket of one node have two digests."""
    goals = PLANS["plain"]()
    cells = {node: list(row) for node, row in goals.cells.items()}
    cells["n1"][0], cells["n1"][1] = cells["n1"][0] + 1, cells["n1"][1] - 1
    assert plan_data(evolve(goals, cells=cells))["numbers"] != plan_data(goals)["numbers"]
