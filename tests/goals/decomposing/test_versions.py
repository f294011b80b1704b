"""Floor, base and challenge of a whole plan, and the manager's float (E24)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound
from pharmasales.goals import Decomposition, decompose, even, season_given
from pharmasales.goals.decomposing.versions import GoalVersions, goal_versions
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter, Year, buckets
from pharmasales.testing.strategies import orgs
from pharmasales.units import BOX, CNY, Amount

SAYS = Says("sales", "销售")


def boxes(count: int) -> Amount:
    """Return so many boxes."""
    return Amount.of(count, BOX)


def plan(*weights: int, total: int | None = None, grain: int = 1) -> Decomposition:
    """Decompose over reps r0, r1, ... of one area, by month of a quarter."""
    reps = [Node(f"r{n}", f"Rep {n}", "rep", "N") for n in range(len(weights))]
    org = Org.of([Node("N", "North", "area"), *reps])
    whole = sum(weights) if total is None else total
    shares = {rep.id: weight for rep, weight in zip(reps, weights, strict=True)}
    season = season_given([5, 3, 2], Quarter(2026, 1).months)
    return decompose(org, boxes(whole), shares, season, grain=boxes(grain), basis=SAYS)


def refused(versions: GoalVersions, **changes: int) -> list[str]:
    """Return the lines with which changes are refused."""
    with pytest.raises(BadRows) as caught:
        versions.floated({node: boxes(count) for node, count in changes.items()})
    return list(caught.value.lines())


def test_three_versions() -> None:
    """E24: base 1,000 each, challenge 1,200, floor 800, room 950 to 1,050; every version adds up."""
    versions = goal_versions(plan(1000, 1000, 1000))
    for one, due in ((versions.floor, 800), (versions.base, 1000), (versions.challenge, 1200)):
        one.check()
        assert [one.amount(f"r{n}") for n in range(3)] == [boxes(due)] * 3
        assert one.amount("N") == boxes(3 * due)
    levels = versions.levels("r0")
    assert [
        amount.minor for amount in (levels.floor, levels.lowest, levels.base, levels.highest, levels.challenge)
    ] == [
        800,
        950,
        1000,
        1050,
        1200,
    ]
    assert versions.plan is versions.base
    assert versions.table().rows[1] == ("r0", "Rep 0", "rep", 800, 1000, 1000, 1200, 950, 1050)
    assert "North" in versions._repr_html_()


def test_the_managers_float() -> None:
    """E24: 1,050 is within the room, 1,060 is refused; who is not named takes up the rest, here 25 each."""
    versions = goal_versions(plan(1000, 1000, 1000))
    moved = versions.floated({"r0": boxes(1050)})
    moved.plan.check()
    assert [moved.plan.amount(f"r{n}").minor for n in range(3)] == [1050, 975, 975]
    assert moved.plan.total == boxes(3000)
    assert moved.why("r0").lines() == [
        "Rep 0: 1,050 BOX, base 1,000 BOX, floor 800 BOX, challenge 1,200 BOX, room 950 BOX to 1,050 BOX",
        "  set by the manager: +50 BOX against the base",
    ]
    assert moved.why("r1").lines("zh")[1] == "  随上级或同级调整：较基准 -25 BOX"
    assert len(moved.why("N").lines()) == 1
    assert refused(versions, r0=1060) == [
        "a goal outside the room to move @ goal of 'r0'; set 950 BOX to 1,050 BOX [goals.room]"
    ]


def test_the_room_does_not_creep() -> None:
    """Floats are measured from the base: a second one replaces the first, and 1,060 stays out of reach."""
    versions = goal_versions(plan(1000, 1000, 1000)).floated({"r0": boxes(1050)})
    assert "1,050 BOX" in refused(versions, r0=1060)[0]
    again = versions.floated({"r1": boxes(1010)})
    assert [again.plan.amount(f"r{n}").minor for n in range(3)] == [995, 1010, 995]
    assert dict(again.floated({}).plan.whole) == dict(versions.base.whole)


def test_who_takes_up_the_rest_has_a_room_too() -> None:
    """Two of three raised by 40 would push the third to 920, below its 950: refused with the cause."""
    versions = goal_versions(plan(1000, 1000, 1000))
    assert refused(versions, r0=1040, r1=1040) == [
        "a goal outside the room to move @ goal of 'r2', which has the rest; set 950 BOX to 1,050 BOX [goals.room]"
    ]


def test_everybody_named_must_add_up() -> None:
    """With all parts named their sum is the node's, or it is refused with the difference."""
    versions = goal_versions(plan(1000, 1000))
    assert versions.floated({"r0": boxes(1010), "r1": boxes(990)}).plan.amount("r1") == boxes(990)
    (line,) = refused(versions, r0=1010, r1=1000)
    assert line.startswith("its parts are 10 BOX over it, and no other part can take that @ goal of 'N'; change")
    assert "10 BOX under it" in refused(versions, r0=1000, r1=990)[0]
    whole = versions.floated({"N": boxes(2010), "r0": boxes(1010), "r1": boxes(1000)})
    assert whole.plan.total == boxes(2010)


def test_more_than_there_is() -> None:
    """With the widest room, changes that ask for more than the node has are refused with the difference."""
    versions = goal_versions(plan(1000, 1000, 1000), room=1)
    assert versions.floated({"r0": boxes(2000), "r1": boxes(1000)}).plan.amount("r2") == boxes(0)
    assert "its parts are 500 BOX over it" in refused(versions, r0=2000, r1=1500)[0]


def test_a_bigger_total_lowers_no_month() -> None:
    """The Alabama paradox: 13 by 10:7:4 is 6, 4, 3, but 14 is 7, 5, 2; the challenge follows the base."""
    org = Org.of([Node("r0", "Rep 0", "rep")])
    season = season_given([10, 7, 4], Quarter(2026, 1).months)
    base = decompose(org, boxes(13), {"r0": 1}, season, grain=boxes(1), basis=SAYS)
    challenge = goal_versions(base, challenge=Fraction(14, 13)).challenge
    assert [list(one.cells["r0"]) for one in (base, challenge)] == [[6, 4, 3], [7, 4, 3]]


def test_what_stands_below_follows() -> None:
    """An area that moves takes its reps along in proportion, and its neighbour takes up the rest."""
    nodes = [Node("T", "Top", "company")]
    nodes += [Node(area, area, "area", "T") for area in ("A", "B")]
    nodes += [Node(f"{area}{n}", f"{area}{n}", "rep", area) for area in ("A", "B") for n in (1, 2)]
    org = Org.of(nodes)
    weights = {"A1": 100, "A2": 300, "B1": 200, "B2": 200}
    base = decompose(org, boxes(800), weights, even(buckets(Year(2026), "quarter")), grain=boxes(1), basis=SAYS)
    moved = goal_versions(base).floated({"A": boxes(420), "B1": boxes(190)})
    moved.plan.check()
    amounts = {node.id: moved.plan.amount(node.id).minor for node in org}
    assert amounts == {"T": 800, "A": 420, "A1": 105, "A2": 315, "B": 380, "B1": 190, "B2": 190}


def test_hostile_changes() -> None:
    """An unknown node, another unit, a broken grain, twin ids: all at once, by id."""
    versions = goal_versions(plan(1000, 1000, grain=10))
    with pytest.raises(BadRows) as caught:
        versions.floated({"r9": boxes(1000), "r0": Amount.of(1000, CNY), "r1": boxes(1005)})
    assert [error.code for error in caught.value.exceptions] == ["org.id", "unit", "goals.grain"]
    with pytest.raises(BadRows, match="ids in changes are refused"):
        versions.floated({"r0": boxes(1000), " r0": boxes(1000)})
    with pytest.raises(NotFound):
        versions.levels("r9")


def test_versions_that_cannot_be() -> None:
    """Multiples out of order, and a total below zero."""
    with pytest.raises(BadRule, match="levels out of order"):
        goal_versions(plan(10), challenge="0.9")
    with pytest.raises(BadValue, match="zero or above"):
        goal_versions(plan(10, total=-10))
    nothing = goal_versions(plan(1, 1, total=0))
    assert nothing.challenge.total == boxes(0)


@given(
    orgs(),
    st.lists(st.integers(0, 99), min_size=12, max_size=12),
    st.integers(0, 10**6),
    st.sampled_from([1, 10]),
    st.fractions(0, 1),
    st.fractions(1, 3),
)
def test_versions_of_any_plan(
    org: Org, weights: list[int], total: int, grain: int, low: Fraction, high: Fraction
) -> None:
    """Each adds up everywhere, and at every node floor <= base <= challenge."""
    leaves = [leaf.id for leaf in org.leaves()]
    shares = dict(zip(leaves, weights, strict=False))
    assume(any(shares.values()))
    season = season_given([3, 1, 0, 2], buckets(Year(2026), "quarter"))
    base = decompose(org, boxes(total * grain), shares, season, grain=boxes(grain), basis=SAYS)
    versions = goal_versions(base, floor=low, challenge=high)
    for one in (versions.floor, versions.challenge):
        one.check()
    for node in org:
        levels = versions.levels(node.id)
        assert levels.floor <= levels.base <= levels.challenge
    for bucket in base.buckets:
        root = org.root.id
        assert (
            versions.floor.amount(root, bucket) <= base.amount(root, bucket) <= versions.challenge.amount(root, bucket)
        )


@given(st.lists(st.integers(100, 999), min_size=2, max_size=6), st.data())
def test_floats_within_the_room(counts: list[int], data: st.DataObject) -> None:
    """Whatever is accepted adds up, keeps everybody within the room, and does not depend on the order given."""
    versions = goal_versions(plan(*counts))
    named = data.draw(st.lists(st.sampled_from(range(len(counts))), min_size=1, max_size=len(counts), unique=True))
    changes = {}
    for place in named:
        levels = versions.levels(f"r{place}")
        changes[f"r{place}"] = boxes(data.draw(st.integers(levels.lowest.minor, levels.highest.minor)))
    try:
        moved = versions.floated(changes)
    except BadRows:
        return
    moved.plan.check()
    assert moved.plan.total == versions.base.total
    for place in range(len(counts)):
        levels = versions.levels(f"r{place}")
        assert levels.accept(moved.plan.amount(f"r{place}")) == changes.get(f"r{place}", moved.plan.amount(f"r{place}"))
    again = versions.floated(dict(reversed(changes.items())))
    assert again.plan.whole == moved.plan.whole
    assert again.plan.cells == moved.plan.cells
