"""Feasibility: what cannot hold together, once, with the smallest change; brute force agrees on small trees."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRows
from pharmasales.goals import Season, decompose, even, season_given
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.goals.decomposing.decompose import feasibility
from pharmasales.org import Node, Org
from pharmasales.periods import Year, buckets
from pharmasales.units import BOX, Amount

ONE = Amount.of(1, BOX)
BASIS = Says("x", "x")
YEAR = even([Year(2026)])
THREE = buckets(Year(2026), "Q1 | Q2+Q3 | Q4")
ORG = Org.of(
    [
        Node("C", "C", "company"),
        Node("N", "N", "district", "C"),
        Node("S", "S", "district", "C"),
        Node("n1", "n1", "rep", "N"),
        Node("n2", "n2", "rep", "N"),
        Node("s1", "s1", "rep", "S"),
    ]
)
LEAVES = ("n1", "n2", "s1")
BELOW = {"C": LEAVES, "N": ("n1", "n2"), "S": ("s1",), "n1": ("n1",), "n2": ("n2",), "s1": ("s1",)}
floor, cap, fixed = Constraint.floor, Constraint.cap, Constraint.fixed

Asked = tuple[str, int | None, int | None]


def constraints_of(asked: list[Asked]) -> list[Constraint]:
    """Make constraints of node, least and most."""
    return [
        Constraint(node, None if low is None else ONE * low, None if high is None else ONE * high)
        for node, low, high in asked
    ]


def run(total: int, asked: list[Constraint], weights: dict[str, int], season: Season = YEAR) -> dict[str, Any]:
    """Return the arguments of both functions."""
    return {"org": ORG, "total": ONE * total, "weights": weights, "season": season, "grain": ONE, "constraints": asked}


def holds(total: int, asked: list[Asked], weights: dict[str, int]) -> bool:
    """Try every whole amount of every leaf."""
    for amounts in product(range(total + 1), repeat=3):
        has = dict(zip(LEAVES, amounts, strict=True))
        if sum(amounts) != total:
            continue
        sums = {node: sum(has[leaf] for leaf in leaves) for node, leaves in BELOW.items()}
        kept = all(
            (low is None or sums[node] >= low) and (high is None or sums[node] <= high) for node, low, high in asked
        )
        lifted = {leaf: max([0, *(low or 0 for node, low, _ in asked if node == leaf)]) for leaf in LEAVES}
        if kept and all(weights[leaf] or has[leaf] == lifted[leaf] for leaf in LEAVES):
            return True
    return False


@st.composite
def asks(draw: st.DrawFn) -> list[Asked]:
    """Draw up to five constraints, floors, caps and both."""
    found = []
    for _ in range(draw(st.integers(0, 5))):
        low = draw(st.none() | st.integers(0, 6))
        high = draw(st.integers(low or 0, 8) if low is None else st.none() | st.integers(low, 8))
        found.append((draw(st.sampled_from(sorted(BELOW))), low, high))
    return found


@settings(max_examples=300)
@given(st.integers(0, 9), asks(), st.tuples(*[st.integers(0, 2)] * 3).filter(any))
def test_found_exactly_where_nothing_holds(total: int, asked: list[Asked], some: tuple[int, int, int]) -> None:
    """The report holds exactly where some plan does, and the decomposition is then one of them."""
    weights = dict(zip(LEAVES, some, strict=True))
    given_ = run(total, constraints_of(asked), weights)
    report = feasibility(**given_)
    assert report.holds == holds(total, asked, weights)
    if report.holds:
        goals = decompose(basis=BASIS, **given_)
        goals.check()
        assert report.nearest_total == ONE * total
    else:
        with pytest.raises(BadRows, match="the goals cannot hold together"):
            decompose(basis=BASIS, **given_)


@settings(max_examples=200)
@given(st.integers(0, 9), asks(), st.tuples(*[st.integers(1, 2)] * 3))
def test_the_nearest_total_fits(total: int, asked: list[Asked], some: tuple[int, int, int]) -> None:
    """Where the total alone is wrong, the one named holds, and no nearer one does."""
    weights = dict(zip(LEAVES, some, strict=True))
    report = feasibility(**run(total, constraints_of(asked), weights))
    alone = [one for one in report.conflicts if "the total" not in (one.least_of.en, one.most_of.en)]
    if not report.holds and not alone:
        near = report.nearest_total.minor
        assert holds(near, asked, weights)
        step = 1 if near > total else -1
        assert not any(holds(n, asked, weights) for n in range(total, near, step))


@settings(max_examples=200)
@given(st.sampled_from(["N", "S", "n1"]), st.integers(0, 9), st.lists(st.integers(0, 5), min_size=2, max_size=2))
def test_the_smallest_change_is_enough_and_no_less(node: str, high: int, lows: list[int]) -> None:
    """A cap below the floors underneath: raised by what the report says it holds, by one less it does not."""
    asked: list[Asked] = [(node, None, high), ("n1", lows[0], None), ("n2", lows[1], None)]
    report = feasibility(**run(30, constraints_of(asked), {"n1": 1, "n2": 1, "s1": 1}))
    alone = [one for one in report.conflicts if one.most_of.en == "its cap"]
    for one in alone:
        by = one.by.minor
        for more, expected in ((by, True), (by - 1, False)):
            again = constraints_of([(node, None, high + more), *asked[1:]])
            found = feasibility(**run(30, again, {"n1": 1, "n2": 1, "s1": 1}))
            assert (not any(c.node == one.node and c.most_of.en == "its cap" for c in found.conflicts)) == expected


def test_the_three_conflicts_of_the_trade() -> None:
    """A cap below the floors, a fixed node outside its own floor, a total that does not fit: each with its change."""
    asked = [
        cap("N", ONE * 50),
        floor("n1", ONE * 40),
        floor("n2", ONE * 30),
        floor("s1", ONE * 25),
        fixed("s1", ONE * 20),
    ]
    report = feasibility(**run(60, asked, {"n1": 1, "n2": 1, "s1": 1}))
    assert [one.why().lines() for one in report.conflicts] == [
        [
            "s1: at least 25 (its floor) but at most 20 (its fixed): 5 too much",
            "  raise its fixed by 5 to 25",
            "  or lower its floor by 5 to 20",
        ],
        [
            "N: at least 70 (what its parts must have) but at most 50 (its cap): 20 too much",
            "  raise its cap by 20 to 70",
            "  or lower what its parts must have by 20 to 50",
        ],
        [
            "C: at least 95 (what its parts must have) but at most 60 (the total): 35 too much",
            "  raise the total by 35 to 95",
            "  or lower what its parts must have by 35 to 60",
        ],
    ]
    assert report.nearest_total == ONE * 95
    assert report.conflicts[1].why().lines("zh")[1] == "  将其上限提高 20 至 70"
    assert [row[:6] for row in report.table().rows][1] == ("N", "", "", 70, 50, 20)
    assert "至少" in report.table().text("zh")
    assert "<table>" in report._repr_html_()
    with pytest.raises(BadRows) as caught:
        decompose(basis=BASIS, **run(60, asked, {"n1": 1, "n2": 1, "s1": 1}))
    assert list(caught.value.lines())[1] == (
        "what its parts must have is more than its cap @ goal of 'N'; see feasibility(...) for the amounts"
        " [goals.infeasible]"
    )


def test_too_much_of_a_total() -> None:
    """Caps that nobody can exceed hold the total down."""
    report = feasibility(**run(60, [cap("N", ONE * 30), cap("s1", ONE * 20)], {"n1": 1, "n2": 1, "s1": 1}))
    assert (report.least, report.most, report.nearest_total) == (ONE * 0, ONE * 50, ONE * 50)
    assert report.conflicts[0].error().where == "goal of 'C'"


def test_conflicts_of_buckets() -> None:
    """Bucket floors above the whole, and a family whose amounts and buckets have no table in common."""
    season = season_given([1, 1, 1], THREE)
    floors = [floor("n1", ONE * 20, THREE[0]), floor("n1", ONE * 20, THREE[1]), cap("n1", ONE * 30)]
    report = feasibility(**run(90, floors, {"n1": 1, "n2": 1, "s1": 1}, season))
    assert [(c.node, c.period, c.by.minor, c.least_of.en) for c in report.conflicts] == [
        ("n1", None, 10, "what its buckets must have")
    ]
    full = [fixed("n1", ONE * 30), fixed("n2", ONE * 30), cap("N", ONE * 3, THREE[0]), cap("n1", ONE * 1, THREE[1])]
    assert feasibility(**run(90, full, {"n1": 1, "n2": 1, "s1": 1}, season)).holds
    late = [floor(leaf, ONE * 20, THREE[2]) for leaf in LEAVES]
    stuck = feasibility(**run(90, [*late, fixed("C", ONE * 30, THREE[2])], {"n1": 1, "n2": 1, "s1": 1}, season))
    assert [(c.node, c.period, c.by.minor) for c in stuck.conflicts] == [("C", THREE[2], 30)]


def test_no_table_is_named() -> None:
    """Seasons of one's own that leave a month to nobody: the family, its rows and its buckets are named."""
    season = season_given([1, 1, 1], THREE)
    early = season_given([1, 0, 0], THREE)
    asked: dict[str, Any] = run(90, [], {"n1": 1, "n2": 1, "s1": 1}, season) | {"seasons": {"N": early, "S": early}}
    report = feasibility(**asked)
    assert [(c.node, c.least.minor, c.most.minor) for c in report.conflicts] == [("C", 90, 30)]
    assert report.conflicts[0].least_of.en == "what N, S must have in 2026-Q1"
    with pytest.raises(BadRows) as caught:
        decompose(basis=BASIS, **asked)
    assert [e.code for e in caught.value.exceptions] == ["goals.infeasible"]
