"""Goals by product: exact for every node, product and bucket; own goals and products' totals hold or are refused."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable, NotFound
from pharmasales.goals import decompose, even, season_given
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.goals.decomposing.product_goals import ProductGoals
from pharmasales.goals.decomposing.products import decompose_products, product_totals
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter, Year, buckets
from pharmasales.units import BOX, CNY, Amount

ONE = Amount.of(1, BOX)
BASIS = Says("sales of 2025", "2025年销售")
THREE = buckets(Year(2026), "Q1 | Q2+Q3 | Q4")
ORG = Org.of(
    [
        Node("C", "Company", "company"),
        Node("N", "North", "district", "C"),
        Node("S", "South", "district", "C"),
        Node("n1", "Rep N1", "rep", "N"),
        Node("n2", "Rep N2", "rep", "N"),
        Node("s1", "Rep S1", "rep", "S"),
        Node("n1a", "Customer A", "customer", "n1"),
        Node("n1b", "Customer B", "customer", "n1"),
    ]
)
LEAVES = ("n2", "s1", "n1a", "n1b")
FLAT = season_given([1, 1, 1], THREE)


def plan(totals: dict[str, int], weights: dict[str, Any], season: Any = FLAT, **more: Any) -> ProductGoals:
    """Decompose boxes of products."""
    amounts = {product: ONE * total for product, total in totals.items()}
    return decompose_products(ORG, amounts, weights, season, grain=ONE, basis=BASIS, **more)


def assert_exact(goals: ProductGoals, totals: dict[str, int]) -> None:
    """Every node equals its parts for every bucket and every product, and its products add up to its whole."""
    goals.check()
    for product in [*totals, None]:
        for bucket in [*goals.buckets, None]:
            for node in ORG:
                below = [goals.amount(child.id, bucket, product) for child in ORG.children(node.id)]
                assert not below or Amount.total(below, BOX) == goals.amount(node.id, bucket, product)
    for node in ORG:
        for bucket in [*goals.buckets, None]:
            each = [goals.amount(node.id, bucket, product) for product in totals]
            assert Amount.total(each, BOX) == goals.amount(node.id, bucket)
    assert {product: goals.amount("C", product=product).minor for product in totals} == totals


@st.composite
def worlds(draw: st.DrawFn, least: int = 0) -> tuple[dict[str, int], dict[str, dict[str, int]], dict[str, Any]]:
    """Draw totals, weights and seasons of up to three products."""
    names = ["alpha", "beta", "gamma"][: draw(st.integers(1, 3))]
    line = st.lists(st.integers(least, 5), min_size=4, max_size=4).filter(any)
    weights = {name: dict(zip(LEAVES, draw(line), strict=True)) for name in names}
    seasons = {
        name: season_given(draw(st.lists(st.integers(0, 4), min_size=3, max_size=3).filter(any)), THREE)
        for name in names
    }
    return {name: draw(st.integers(0, 60)) for name in names}, weights, seasons


@given(worlds())
def test_exact_everywhere(world: tuple[dict[str, int], dict[str, dict[str, int]], dict[str, Any]]) -> None:
    """Each product by itself: all sums hold, and no weight for a product is nothing of it."""
    totals, weights, seasons = world
    goals = plan(totals, weights, seasons)
    assert_exact(goals, totals)
    for product, by_leaf in weights.items():
        assert all(weight or not goals.amount(leaf, product=product).minor for leaf, weight in by_leaf.items())


@given(worlds(1), st.lists(st.integers(0, 5), min_size=4, max_size=4).filter(any))
def test_both_margins(world: tuple[dict[str, int], dict[str, dict[str, int]], dict[str, Any]], own: list[int]) -> None:
    """Own goals over all products and totals of products both hold, whatever the weights above zero."""
    totals, weights, seasons = world
    mine = dict(zip(LEAVES, own, strict=True))
    goals = plan(totals, weights, seasons, own=mine)
    assert_exact(goals, totals)
    assert goals.own is not None
    assert all(goals.amount(node.id) == goals.own.amount(node.id) for node in ORG)


@settings(max_examples=200)
@given(worlds(), st.lists(st.integers(0, 5), min_size=4, max_size=4).filter(any))
def test_both_margins_or_refused(
    world: tuple[dict[str, int], dict[str, dict[str, int]], dict[str, Any]], own: list[int]
) -> None:
    """With weights of zero: both margins, or a refusal exactly where the leaves cannot carry both."""
    totals, weights, seasons = world
    mine = dict(zip(LEAVES, own, strict=True))
    if not carries(totals, weights, mine):
        with pytest.raises(BadRows, match="cannot hold together"):
            plan(totals, weights, seasons, own=mine)
        return
    goals = plan(totals, weights, seasons, own=mine)
    assert_exact(goals, totals)
    assert all(w or not goals.amount(leaf, product=p).minor for p, by in weights.items() for leaf, w in by.items())


def carries(totals: dict[str, int], weights: dict[str, dict[str, int]], own: dict[str, int]) -> bool:
    """Hall: whatever set of products, the leaves that sell any of them can carry its totals."""
    whole = decompose(ORG, ONE * sum(totals.values()), own, FLAT, grain=ONE, basis=BASIS)
    for count in range(1, len(totals) + 1):
        for some in combinations(totals, count):
            able = [leaf for leaf in LEAVES if any(weights[product][leaf] for product in some)]
            if sum(totals[product] for product in some) > sum(whole.amount(leaf).minor for leaf in able):
                return False
    return True


WEIGHTS = {"alpha": {"n1a": 2, "n1b": 1, "n2": 3, "s1": 6}, "beta": {"n1a": 1, "n1b": 1, "n2": 1, "s1": 1}}


def test_customers_and_products_by_hand() -> None:
    """Rep > customer is one more level; products have totals, weights and seasons of their own."""
    seasons = {"alpha": FLAT, "beta": season_given(["20%", "55%", "25%"], THREE)}
    totals = {"alpha": 120, "beta": 80}
    goals = plan(totals, WEIGHTS, seasons)
    assert_exact(goals, totals)
    assert [goals.amount(n, product="alpha").minor for n in ("n1", "n1a", "n1b")] == [30, 20, 10]
    assert [goals.amount("C", bucket, "beta").minor for bucket in THREE] == [16, 44, 20]
    assert goals.why("n1").lines() == ["Rep N1: 70 BOX over all products in all buckets", "  alpha: 30", "  beta: 40"]
    assert goals.why("n1", THREE[0]).head("zh") == "Rep N1：2026-Q1 各产品合计 18 BOX"
    assert goals.why("n1", product="alpha") == goals.of("alpha").why("n1")
    table = goals.table()
    assert len(table) == 8 * 2 * 3
    assert table.rows[0][:7] == ("C", "Company", "company", "", "alpha", "2026-Q1", 40)
    assert [column.key for column in table.columns][4] == "product"
    assert "<table>" in goals._repr_html_()


def test_own_goals_are_told() -> None:
    """The trace says that both the node's own goal and the product's total hold."""
    goals = plan({"alpha": 120, "beta": 80}, WEIGHTS, own={"n1a": 1, "n1b": 1, "n2": 1, "s1": 2})
    assert [goals.amount(n).minor for n in ("N", "S", "n1")] == [120, 80, 80]
    assert goals.why("S", product="alpha").lines()[-1] == (
        "  South: 60 of 120 of alpha, so that its 80 over all products and the product both hold"
    )
    assert goals.why("S").lines()[2:] == ["  South: 200 x weight 2 / 5 (40.00%) = 80", "  alpha: 60", "  beta: 20"]
    assert dict(goals.of("alpha").told).keys() == {node.id for node in ORG} - {"C"}
    assert len(goals.of("alpha").told) == 7


def test_constraints_on_products_and_over_all() -> None:
    """A floor on one product, a cap over all products, and both products' totals still hold."""
    asked = [Constraint.floor("n2", ONE * 45, product="alpha"), Constraint.cap("S", ONE * 70)]
    totals = {"alpha": 120, "beta": 80}
    goals = plan(totals, WEIGHTS, constraints=asked)
    assert_exact(goals, totals)
    assert goals.amount("n2", product="alpha").minor >= 45
    assert goals.amount("S").minor == 70
    negative = plan(
        {"alpha": -120, "beta": -80},
        WEIGHTS,
        constraints=[Constraint.cap("n2", -ONE * 45, product="alpha"), Constraint.floor("S", -ONE * 70)],
    )
    assert [-negative.amount(n.id, product="alpha") for n in ORG] == [goals.amount(n.id, product="alpha") for n in ORG]


def test_all_leaves_at_once_where_families_fail() -> None:
    """n1a sells alpha alone: however the districts were rounded, the table of all leaves is found."""
    weights = {"alpha": {"n1a": 1, "s1": 1}, "beta": {"n1b": 1, "s1": 1}, "gamma": {"n2": 1, "s1": 9}}
    totals = {"alpha": 10, "beta": 10, "gamma": 10}
    goals = plan(totals, weights, own={"n1a": 1, "n1b": 1, "n2": 1, "s1": 0})
    assert_exact(goals, totals)
    assert [goals.amount(leaf).minor for leaf in LEAVES] == [10, 0, 10, 10]


def test_refused() -> None:
    """No table, unknown products, buckets over all products, seasons of several bucketings, and no product at all."""
    only = {"alpha": {"n1a": 1}, "beta": {"s1": 1}}
    with pytest.raises(BadRows) as caught:
        plan({"alpha": 30, "beta": 10}, only, own={"n1a": 1, "s1": 1})
    assert [(e.reason, e.where) for e in caught.value.exceptions] == [
        ("what S must have in beta is more than what there is in beta", "goal of 'C'")
    ]
    asked = [Constraint.floor("n2", ONE, product="alpa"), Constraint.floor("n2", ONE, THREE[0])]
    with pytest.raises(BadRows) as caught:
        plan({"alpha": 30, "beta": 10}, WEIGHTS, constraints=asked)
    assert [(e.reason, e.hint) for e in caught.value.exceptions] == [
        ("no such product in these goals", 'did you mean "alpha"?'),
        ("a bucket over all products", "name a product, or ask for the whole period"),
    ]
    with pytest.raises(BadRule, match="seasons of several bucketings"):
        plan({"alpha": 3, "beta": 1}, WEIGHTS, {"alpha": FLAT, "beta": even([Quarter(2026, 1)])})
    with pytest.raises(BadRule, match="a product without any @ weights of 'gamma'"):
        plan({"gamma": 3}, WEIGHTS)
    with pytest.raises(BadValue, match="there are no products"):
        plan({}, WEIGHTS)
    with pytest.raises(BadRule, match="totals of both signs"):
        plan({"alpha": 30, "beta": -10}, WEIGHTS, own={"n2": 1})
    with pytest.raises(NotComparable):
        decompose_products(ORG, {"alpha": ONE, "beta": Amount.of(1, CNY)}, WEIGHTS, FLAT, grain=ONE, basis=BASIS)
    with pytest.raises(BadRows, match="cannot hold together") as caught:
        plan({"alpha": 30, "beta": 10}, WEIGHTS, constraints=[Constraint.floor("C", ONE * 31, product="alpha")])
    assert caught.value.exceptions[0].where == "goal of 'C', product 'alpha'"
    with pytest.raises(NotFound, match="no such product"):
        plan({"alpha": 30}, WEIGHTS).amount("C", product="beta")


def test_audit_names_the_product() -> None:
    """The audit says which product differs, and which node differs from its products."""
    goals = plan({"alpha": 120, "beta": 80}, WEIGHTS, own={"n2": 1, "s1": 1, "n1a": 1, "n1b": 1})
    alpha = goals.of("alpha")
    wrong = evolve(alpha, whole=dict(alpha.whole) | {"s1": alpha.whole["s1"] + 1})
    with pytest.raises(BadRows) as caught:
        evolve(goals, products=dict(goals.products) | {"alpha": wrong}).check()
    assert list(caught.value.lines()) == [
        "differs from its parts @ product 'alpha', goal of 'S' [goals.sum]",
        "differs from its buckets @ product 'alpha', goal of 's1' [goals.sum]",
        "differs from its products @ goal of 's1' [goals.sum]",
    ]


def test_totals_of_products() -> None:
    """One total split by product weights, exactly."""
    assert [part.minor for part in product_totals(ONE * 10, {"a": 1, "b": 1, "c": 1}, grain=ONE).values()] == [4, 3, 3]
