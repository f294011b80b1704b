"""Policies for new hires, zeros, returns and tiny groups: refused by default, each told in the why."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound
from pharmasales.goals import decompose, even
from pharmasales.goals.baselines.weighing import Weighed, weigh
from pharmasales.org import Node, Org
from pharmasales.periods import Year
from pharmasales.units import BOX, Amount

ORG = Org.of(
    [
        Node("C", "Company", "company"),
        Node("N", "North", "district", "C"),
        Node("S", "South", "district", "C"),
        Node("n1", "Rep N1", "rep", "N"),
        Node("n2", "Rep N2", "rep", "N"),
        Node("n3", "Rep N3", "rep", "N"),
        Node("s1", "Rep S1", "rep", "S"),
    ]
)
FULL = {"n1": 30, "n2": 50, "n3": 10, "s1": 40}


def refused(values: dict[str, Any], **policies: Any) -> list[tuple[str, str]]:
    """Return the codes and places of what is refused."""
    with pytest.raises(BadRows, match="weights are refused") as caught:
        weigh(ORG, values, **policies)
    return [(error.code, error.where) for error in caught.value.exceptions]


def test_figures_stay_as_they_are() -> None:
    """Where everybody has a figure above zero nothing is filled."""
    found = weigh(ORG, FULL)
    assert (dict(found), found.reasons, len(found)) == (FULL, {}, 4)
    assert found.why("n1").text() == "weight 30: as given"
    with pytest.raises(NotFound, match="no weight for this node"):
        found.why("N")


def test_refused_by_default_all_at_once() -> None:
    """A new hire, a zero, returns, unknown nodes and inner nodes are refused, each by its place."""
    assert refused({"n1": None, "n2": 0, "n3": -1}) == [
        ("goals.weight.new", "weight of 'n1'"),
        ("goals.weight.zero", "weight of 'n2'"),
        ("goals.weight.negative", "weight of 'n3'"),
        ("goals.weight.new", "weight of 's1'"),
    ]
    assert refused(FULL | {"x": 1, "N": 1, "n1": 0.5}) == [
        ("number.float", "weight of 'n1'"),
        ("goals.weight.unknown", "weight of 'x'"),
        ("goals.weight.leaf", "weight of 'N'"),
    ]
    assert refused(FULL, smallest=2) == [("goals.weight.tiny", "group below 'S'")]
    assert refused(FULL, lightest=41) == [("goals.weight.tiny", "group below 'S'")]


@pytest.mark.parametrize(
    ("policy", "ramp", "weight", "words"),
    [
        ("siblings", 1, 40, "weight 40: new hire, 100.0% of the average of its siblings (2)"),
        ("siblings", "25%", 10, "weight 10: new hire, 25.0% of the average of its siblings (2)"),
        (30, "50%", 15, "weight 15: new hire, 50.0% of the stated 30"),
        (Fraction(1, 2), 1, Fraction(1, 2), "weight 0.5: new hire, 100.0% of the stated 0.5"),
        ("zero", 1, 0, "weight 0: new hire, counts as zero"),
    ],
)
def test_new_hires(policy: Any, ramp: Any, weight: Any, words: str) -> None:
    """The average of the siblings, a stated figure, a ramp share of either, or zero; never in silence."""
    found = weigh(ORG, {"n1": 30, "n2": 50, "s1": 5}, new_hire=policy, ramp=ramp)
    assert found["n3"] == weight
    assert found.why("n3").text() == words


def test_zeros_and_returns() -> None:
    """A zero stays or takes the siblings' average; returns count as zero where allowed."""
    values = {"n1": 30, "n2": 0, "n3": -7, "s1": 4}
    kept = weigh(ORG, values, zero="zero", negative="zero")
    assert [kept[leaf] for leaf in FULL] == [30, 0, 0, 4]
    assert kept.why("n3").text("zh") == "权重 0：-7 为负，按零计"
    filled = weigh(ORG, values, zero="siblings", negative="zero")
    assert [filled[leaf] for leaf in FULL] == [30, 30, 0, 4]
    assert filled.why("n2").text() == "weight 30: no history, average of its siblings (1)"
    assert refused(values | {"s1": 0}, zero="siblings", negative="zero") == [
        ("goals.weight.siblings", "weight of 's1'")
    ]
    assert refused({"n1": 1}, new_hire="siblings") == [("goals.weight.siblings", "weight of 's1'")]


def test_tiny_groups() -> None:
    """Three reps with 9 in all share by their average; the group's weight stays, and new hires come on top."""
    found = weigh(ORG, {"n1": 1, "n2": 8, "s1": 40}, new_hire="siblings", lightest=10, tiny="average")
    assert [found[leaf] for leaf in FULL] == [Fraction(9, 2), Fraction(9, 2), Fraction(9, 2), 40]
    assert found.why("n1").text() == "weight 4.5: a tiny group (2, 9 together), its average"


def test_the_reason_reaches_the_goal() -> None:
    """The trace of a goal ends with the policy that made its weight."""
    found = weigh(ORG, {"n1": 30, "n2": 50, "s1": 5}, new_hire="siblings")
    one = Amount.of(1, BOX)
    goals = decompose(ORG, one * 100, found, even([Year(2026)]), grain=one, basis=Says("sales", "销量"))
    assert goals.without_basis == ()
    assert goals.why("n3").lines()[-1] == "  weight 40: new hire, 100.0% of the average of its siblings (2)"


def test_unknown_policies() -> None:
    """A misspelt policy is named, and a ramp above one."""
    for name in ("zero", "negative", "tiny", "new_hire"):
        with pytest.raises(BadRule, match=f"unknown policy @ {name}"):
            weigh(ORG, FULL, **{name: "sibling"})  # type: ignore[arg-type]  # a caller without types
    with pytest.raises(BadRule, match="a ramp outside 0 to 1"):
        weigh(ORG, FULL, ramp="101%")
    with pytest.raises(BadValue, match="not a number"):
        weigh(ORG, FULL, lightest="much")
    assert refused({"n1": 1, "n2": 1, "n3": 1}, new_hire=-3) == [("goals.weight.negative", "new_hire")]


def test_a_tree_of_one() -> None:
    """The only node is a leaf too."""
    assert dict(weigh(Org.of([Node("r", "R", "rep")]), {"r": 2})) == {"r": 2}


@given(st.dictionaries(st.sampled_from(sorted(FULL)), st.none() | st.integers(-5, 5)))
def test_no_weight_is_missing_or_negative(values: dict[str, int | None]) -> None:
    """With a policy for everything, every leaf has a weight of zero or above, and every filled one a reason."""
    found = weigh(ORG, values, new_hire=3, zero="zero", negative="zero", smallest=2, tiny="average")
    assert isinstance(found, Weighed)
    assert list(found) == list(FULL)
    assert all(weight >= 0 for weight in found.values())
    assert all(leaf in found.reasons or found[leaf] == values[leaf] for leaf in found)
