"""Constraints: bounds hold, sums hold, siblings move, both layers of an over-assignment are exact."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable, NotFound
from pharmasales.goals import Season, decompose, even, season_given, webster
from pharmasales.goals.decomposing.constraints import Constraint, entries, locks, minimum_growth
from pharmasales.goals.decomposing.decompose import feasibility
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.decomposing.feasible import Feasibility
from pharmasales.goals.decomposing.within import Room, share_within
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Year, buckets
from pharmasales.splits import apportion
from pharmasales.units import BOX, CNY, Amount

ONE = Amount.of(1, BOX)
BASIS = Says("sales of 2025", "2025年销售")
YEAR = even([Year(2026)])
THREE = buckets(Year(2026), "Q1 | Q2+Q3 | Q4")
ORG = Org.of(
    [
        Node("C", "Company", "company"),
        Node("N", "North", "district", "C"),
        Node("S", "South", "district", "C"),
        Node("n1", "Rep N1", "rep", "N"),
        Node("n2", "Rep N2", "rep", "N"),
        Node("s1", "Rep S1", "rep", "S"),
        Node("s2", "Rep S2", "rep", "S"),
    ]
)
WEIGHTS = {"n1": 3, "n2": 4, "s1": 4, "s2": 1}
floor, cap, fixed = Constraint.floor, Constraint.cap, Constraint.fixed


def boxes(total: int, *constraints: Constraint, season: Season = YEAR, **more: Any) -> Decomposition:
    """Decompose boxes over the four reps."""
    given_ = {"org": ORG, "weights": WEIGHTS, "grain": ONE, "basis": BASIS} | more
    return decompose(total=Amount.of(total, BOX), season=season, constraints=constraints, **given_)


def report(total: int, *constraints: Constraint, season: Season = YEAR, **more: Any) -> Feasibility:
    """Report on boxes over the four reps."""
    given_ = {"org": ORG, "weights": WEIGHTS, "grain": ONE} | more
    return feasibility(total=Amount.of(total, BOX), season=season, constraints=constraints, **given_)


def numbers(goals: Decomposition) -> list[int]:
    """Return the whole amounts, parents before children: C N n1 n2 S s1 s2."""
    return [goals.amount(node.id).minor for node in goals.org]


# --- one family ------------------------------------------------------------------------------------------------------


@st.composite
def rooms_and_total(draw: st.DrawFn) -> tuple[list[int], list[Room], int]:
    """Draw weights, rooms, and a total between the sum of the leasts and of the mosts."""
    weights = draw(st.lists(st.integers(0, 9), min_size=1, max_size=6).filter(any))
    rooms: list[Room] = []
    for weight in weights:
        least = draw(st.none() | st.integers(-9, 9))
        most = draw(st.none() | st.integers(least if least is not None else -9, 20))
        rooms.append((least, most) if weight else (least or 0, max(least or 0, 0)))
    zero = [max(low or 0, 0) if not weight else None for weight, (low, _) in zip(weights, rooms, strict=True)]
    rooms = [(z, z) if z is not None else room for z, room in zip(zero, rooms, strict=True)]
    low = sum(-40 if least is None else least for least, _ in rooms)
    high = sum(60 if most is None else most for _, most in rooms)
    return weights, rooms, draw(st.integers(low, max(low, high)))


def within(part: int, room: Room) -> bool:
    """Whether a part lies in its room."""
    least, most = room
    return (least is None or part >= least) and (most is None or part <= most)


@given(rooms_and_total(), st.sampled_from(["largest_remainder", "webster"]))
def test_shares_stay_in_their_rooms(world: tuple[list[int], list[Room], int], method: Any) -> None:
    """Parts add up, each lies in its room, and without a room that binds it is the plain split."""
    weights, rooms, total = world
    parts = share_within(total, weights, rooms, method)
    assert sum(parts) == total
    for part, (least, most) in zip(parts, rooms, strict=True):
        assert within(part, (least, most))
    plain = apportion(total, weights, method)
    if all(map(within, plain, rooms)):
        assert parts == plain


@given(rooms_and_total())
def test_one_level_for_all_that_are_free(world: tuple[list[int], list[Room], int]) -> None:
    """Some level of shares exists that everybody follows within a unit, or is held at a bound on the side of it."""
    weights, rooms, total = world
    parts = share_within(total, weights, rooms)
    free = [
        (part, weight)
        for part, weight, (least, most) in zip(parts, weights, rooms, strict=True)
        if weight and part != least and part != most
    ]
    for part, weight in free:
        for other, (mine, theirs) in enumerate(zip(parts, weights, strict=True)):
            if theirs and mine not in rooms[other]:
                assert abs(Fraction(part, weight) - Fraction(mine, theirs)) <= Fraction(1, weight) + Fraction(1, theirs)
            elif theirs and mine == rooms[other][0] != rooms[other][1]:
                assert Fraction(mine + 1, theirs) >= Fraction(part - 1, weight)
            elif theirs and mine == rooms[other][1] != rooms[other][0]:
                assert Fraction(mine - 1, theirs) <= Fraction(part + 1, weight)


@given(rooms_and_total(), st.integers(1, 5))
def test_webster_is_monotone_in_the_total_and_in_a_bound(world: tuple[list[int], list[Room], int], more: int) -> None:
    """By Webster nobody falls when the total grows; a looser cap moves only its owner up."""
    weights, rooms, total = world
    high = sum(10**6 if most is None else most for _, most in rooms)
    before = share_within(total, weights, rooms, "webster")
    if total + more <= high:
        assert all(a >= b for a, b in zip(share_within(total + more, weights, rooms, "webster"), before, strict=True))
    place = next(
        (n for n, (weight, room) in enumerate(zip(weights, rooms, strict=True)) if weight and room[1] is not None), None
    )
    if place is not None:
        least, most = rooms[place]
        assert most is not None
        after = share_within(total, weights, [*rooms[:place], (least, most + more), *rooms[place + 1 :]], "webster")
        assert after[place] >= before[place]
        assert all(a <= b for n, (a, b) in enumerate(zip(after, before, strict=True)) if n != place)


@given(rooms_and_total(), st.integers(1, 5))
def test_a_looser_floor_by_largest_remainder(world: tuple[list[int], list[Room], int], less: int) -> None:
    """A lower floor never raises its own node, and lowers another by less than one for the rounding."""
    weights, rooms, total = world
    place = next(
        (n for n, (weight, room) in enumerate(zip(weights, rooms, strict=True)) if weight and room[0] is not None), None
    )
    assume(place is not None)
    least, most = rooms[place]  # type: ignore[index]  # assumed above
    before = share_within(total, weights, rooms)
    after = share_within(total, weights, [*rooms[:place], (least - less, most), *rooms[place + 1 :]])  # type: ignore[operator,misc]  # as above
    assert after[place] <= before[place]  # type: ignore[index]  # as above
    assert all(a >= b - 1 for n, (a, b) in enumerate(zip(after, before, strict=True)) if n != place)


def test_shares_by_hand() -> None:
    """Held up, held down, both at once, and Webster inside bounds."""
    assert share_within(100, [1, 1, 2], [(0, None)] * 3) == [25, 25, 50]
    assert share_within(100, [1, 1, 2], [(0, None), (40, None), (0, None)]) == [20, 40, 40]
    assert share_within(100, [1, 1, 2], [(30, 30), (0, None), (0, 40)]) == [30, 30, 40]
    assert share_within(14, [10, 7, 4], [(0, None), (0, None), (0, None)], "webster") == webster(14, [10, 7, 4])
    assert share_within(14, [10, 7, 4], [(0, 5), (0, None), (0, None)], "webster") == [5, 6, 3]
    assert share_within(-10, [1, 1], [(None, -8), (None, 0)]) == [-8, -2]


# --- over the tree ---------------------------------------------------------------------------------------------------


def test_floor_and_cap_move_siblings_only() -> None:
    """1,200 by 3:4:4:1: a floor takes from the sibling, not from the other district."""
    assert numbers(boxes(1200)) == [1200, 700, 300, 400, 500, 400, 100]
    assert numbers(boxes(1200, floor("s2", ONE * 180))) == [1200, 700, 300, 400, 500, 320, 180]
    assert numbers(boxes(1200, cap("n2", ONE * 350))) == [1200, 700, 350, 350, 500, 400, 100]
    assert numbers(boxes(1200, fixed("N", ONE * 600))) == [1200, 600, 257, 343, 600, 480, 120]


def test_what_the_parts_must_have_lifts_the_node_above() -> None:
    """Floors below that the district's share cannot hold lift the district; caps below lower it."""
    assert numbers(boxes(1200, floor("s1", ONE * 450), floor("s2", ONE * 150))) == [1200, 600, 257, 343, 600, 450, 150]
    assert numbers(boxes(1200, cap("s1", ONE * 100), cap("s2", ONE * 50))) == [1200, 1050, 450, 600, 150, 100, 50]


def test_entries_stay_and_the_rest_is_spread() -> None:
    """S004-30: what reps entered stays, the rest of the district goes to the others by weight."""
    goals = boxes(1200, *entries({"n1": ONE * 390, " s2 ": ONE * 90}))
    assert numbers(goals) == [1200, 700, 390, 310, 500, 410, 90]
    assert goals.why("n1").lines() == [
        "Rep N1: 390 BOX in all",
        "  Company: 1,200 BOX in all, shared out by sales of 2025",
        "  North: 1,200 x weight 7 / 12 (58.33%) = 700",
        "  Rep N1: held at 390",
        "    fixed at 390 BOX (entered from below)",
    ]
    assert goals.why("n2").lines("zh")[-1] == "  Rep N2：其余 310 × 权重 4 / 4（100.00%）= 310"


def test_minimum_growth() -> None:
    """Nobody is asked for less than 3 % above the base."""
    bases = {"n1": ONE * 290, "n2": ONE * 380, "s1": ONE * 300, "s2": ONE * 120}
    goals = boxes(1200, *minimum_growth(bases, "3%", grain=ONE))
    assert numbers(goals) == [1200, 700, 300, 400, 500, 376, 124]
    assert goals.constraints[3].why().text() == "at least 124 BOX (minimum growth 3.0%)"
    goals.check()


def test_locks_keep_every_bucket() -> None:
    """A locked node keeps its months when the total and the season change."""
    season = season_given([1, 1, 1], THREE)
    before = boxes(1200, season=season)
    after = boxes(1500, *locks(before, ["n1", "S"]), season=season_given([5, 3, 2], THREE))
    for node in ("n1", "S"):
        assert after.cells[node] == before.cells[node]
    assert numbers(after) == [1500, 1000, 300, 700, 500, 400, 100]
    after.check()
    assert [after.amount("C", bucket).minor for bucket in THREE] == [750, 450, 300]


def test_a_bucket_is_fixed_and_both_margins_hold() -> None:
    """A pin on one bucket leaves the node's whole amount and the bucket's total as they are."""
    season = season_given([1, 1, 1], THREE)
    plain, pinned = boxes(1200, season=season), boxes(1200, fixed("n1", ONE * 10, THREE[0]), season=season)
    pinned.check()
    assert numbers(plain) == numbers(pinned)
    assert pinned.cells["C"] == plain.cells["C"] == [400, 400, 400]
    assert pinned.cells["n1"] == [10, 145, 145]
    assert pinned.why("n1", THREE[0]).lines()[-2:] == [
        "  Rep N1 in 2026-Q1: 10 of 233, so that 300 in all and the bucket both hold",
        "    fixed at 10 BOX (fixed)",
    ]


def test_a_season_of_ones_own() -> None:
    """A child's own season is scaled to both margins; its siblings make up for it."""
    flat = season_given([1, 1, 1], THREE)
    goals = boxes(
        1200, season=flat, seasons={"n1": season_given([2, 1, 0], THREE), "S": season_given([1, 2, 3], THREE)}
    )
    goals.check()
    assert goals.cells["C"] == [400, 400, 400]
    assert goals.cells["n1"][2] == 0
    assert goals.cells["S"][0] < goals.cells["S"][1] < goals.cells["S"][2]
    assert sum(goals.cells["S"]) == 500
    assert [goals.cells[node] for node in ("n1", "S")] == [[182, 118, 0], [111, 174, 215]]
    assert goals.why("S", THREE[2]).parts[-1].text() == (
        "South in 2026-Q4: 215 of 400, so that 500 in all and the bucket both hold"
    )
    assert goals.why("s1", THREE[2]).parts[-1].text() == "Rep S1 in 2026-Q4: 215 x 400 / 500 (80.00%) = 172"
    with pytest.raises(BadRule, match="a season of other buckets @ season of 'n1'"):
        boxes(1200, season=flat, seasons={"n1": YEAR})
    with pytest.raises(NotFound, match="season of 'x'"):
        boxes(1200, season=flat, seasons={"x": flat})


def test_grains_round_floors_up_and_caps_down() -> None:
    """A floor of 1,500 is two grains of 1,000; a fixed amount between grains is refused."""
    grain = Amount.of(1000, CNY)
    run = {"org": ORG, "weights": WEIGHTS, "season": YEAR, "grain": grain, "basis": BASIS}
    asked = [floor("n1", Amount.of(1500, CNY)), cap("s1", Amount.of(1999, CNY))]
    goals = decompose(total=grain * 6, constraints=asked, **run)  # type: ignore[arg-type]  # a plain dict
    assert [goals.amount(n).minor // 100_000 for n in WEIGHTS] == [2, 2, 1, 1]
    with pytest.raises(BadRows) as caught:
        decompose(total=grain * 6, constraints=[fixed("n1", Amount.of(1500, CNY))], **run)  # type: ignore[arg-type]  # as above
    assert [(e.code, e.where) for e in caught.value.exceptions] == [("goals.grain", "constraint on 'n1'")]


def test_negative_totals_and_returns() -> None:
    """A negative total mirrors; a leaf below zero is allowed only where it is asked for."""
    assert numbers(boxes(-1200, cap("s2", ONE * -180))) == [-1200, -700, -300, -400, -500, -320, -180]
    goals = boxes(1200, fixed("n1", ONE * -60), season=season_given([1, 2, 3], THREE))
    goals.check()
    assert numbers(goals) == [1200, 700, -60, 760, 500, 400, 100]
    assert sum(goals.cells["n1"]) == -60
    found = report(1200, cap("n1", ONE * -5))
    assert [(c.node, c.least.minor, c.most.minor) for c in found.conflicts] == [("n1", 0, -5)]
    assert found.conflicts[0].least_of.en == "zero, for want of a floor below it or a weight"


def test_without_weight_only_what_is_asked() -> None:
    """A weight of zero gets its floor and nothing more; all entries and no weight at all is a plan too."""
    assert numbers(boxes(120, floor("s2", ONE * 7), weights=WEIGHTS | {"s2": 0}))[-1] == 7
    everybody = entries({"n1": ONE * 1, "n2": ONE * 2, "s1": ONE * 3, "s2": ONE * 4})
    assert numbers(boxes(10, *everybody, weights={})) == [10, 3, 1, 2, 7, 3, 4]
    assert report(11, *everybody, weights={}).nearest_total == ONE * 10


def test_refused_constraints_all_at_once() -> None:
    """Unknown nodes, buckets, products and units are named together."""
    asked = [
        floor("x9", ONE),
        floor("N1", ONE),
        cap("n1", ONE, Month(2026, 1)),
        cap("n2", Amount.of(1, CNY)),
        cap("s1", ONE, product="p"),
    ]
    with pytest.raises(BadRows, match="constraints are refused") as caught:
        boxes(10, *asked)
    assert [(e.code, e.where) for e in caught.value.exceptions] == [
        ("goals.constraint.node", "constraint on 'x9'"),
        ("goals.constraint.node", "constraint on 'N1'"),
        ("goals.bucket", "constraint on 'n1'"),
        ("unit", "constraint on 'n2'"),
        ("goals.product", "constraint on 's1'"),
    ]
    assert caught.value.exceptions[1].hint == "did you mean 'n1'?"
    with pytest.raises(BadRule, match="asks nothing"):
        Constraint("n1")
    with pytest.raises(BadRule, match="a floor above its own cap"):
        Constraint("n1", ONE * 2, ONE)
    with pytest.raises(NotComparable, match="constraint on 'n1'"):
        Constraint("n1", ONE, Amount.of(1, CNY))
    assert Constraint("n1", ONE, ONE * 3).why().text() == "1 BOX to 3 BOX (floor)"
    assert cap("n1", ONE).why().text("zh") == "不高于 1 BOX（上限）"


def test_audit_names_a_broken_constraint() -> None:
    """The audit reads the constraints again."""
    goals = boxes(1200, cap("n1", ONE * 250))
    goals.check()
    wrong = evolve(
        goals, whole=dict(goals.whole) | {"n1": 251, "n2": 449}, cells=dict(goals.cells) | {"n1": [251], "n2": [449]}
    )
    with pytest.raises(BadRows) as caught:
        wrong.check()
    assert list(caught.value.lines()) == ["differs from its cap @ goal of 'n1' [goals.sum]"]


# --- above the parent ------------------------------------------------------------------------------------------------


def test_over_assignment_keeps_both_layers() -> None:
    """层层加码: the company hands on 5 % more, each district 10 % more than its own; both are audited and told."""
    goals = boxes(1200, over={"company": "5%", "district": Fraction(1, 10)}, season=season_given([1, 2, 1], THREE))
    goals.check()
    assert [goals.amount(n).minor for n in ("C", "N", "S")] == [1200, 735, 525]
    assert [goals.given(n).minor for n in ("C", "N", "S", "n1")] == [1260, 809, 578, 347]
    assert goals.amount("n1").minor + goals.amount("n2").minor == 809
    assert sum(goals.given("N", bucket).minor for bucket in THREE) == 809
    assert goals.given("n1", THREE[0]) == goals.amount("n1", THREE[0])
    assert goals.why("n1").lines()[1:] == [
        "  Company: 1,200 BOX in all, shared out by sales of 2025",
        "  Company hands on 1,200 x (1 + 5.0%) = 1,260",
        "  North: 1,260 x weight 7 / 12 (58.33%) = 735",
        "  North hands on 735 x (1 + 10.0%) = 808.5, rounded up by 0.5 to 809",
        "  Rep N1: 809 x weight 3 / 7 (42.86%) = 346.7143, rounded up by 0.2857 to 347",
    ]
    wrong = evolve(goals, handed=evolve(goals.handed, whole=dict(goals.handed.whole) | {"N": 810}))
    with pytest.raises(BadRows) as caught:
        wrong.check()
    assert [e.reason for e in caught.value.exceptions] == [
        "differs from its parts",
        "differs from the share that it adds for its parts",
    ]
    cells = dict(goals.handed.cells) | {"N": [cell + 1 for cell in goals.handed.cells["N"]]}
    with pytest.raises(BadRows) as caught:
        evolve(goals, handed=evolve(goals.handed, cells=cells)).check()
    assert [e.reason for e in caught.value.exceptions] == [
        "differs from its parts in a bucket",
        "differs from the share that it adds for its parts",
    ]
    with pytest.raises(NotFound, match="no such level"):
        boxes(1200, over={"team": "5%"})
    with pytest.raises(BadValue, match="a share above that is negative"):
        boxes(1200, over={"district": "-5%"})
    with pytest.raises(BadValue, match="share above of level 'district'"):
        boxes(1200, over={"district": "five"})


def test_over_assignment_with_constraints() -> None:
    """Bounds pass through the share above: a floor below lifts the district by what it needs to hand that on."""
    goals = boxes(1200, floor("s1", ONE * 600), floor("s2", ONE * 60), over={"district": "10%"})
    goals.check()
    assert [goals.amount(n).minor for n in ("S", "s1", "s2")] == [600, 600, 60]
    caps = [cap("s1", ONE * 100, THREE[0]), cap("s2", ONE * 0, THREE[0])]
    goals = boxes(1200, *caps, over={"district": "10%"}, season=season_given([1, 1, 1], THREE))
    goals.check()
    assert goals.cells["s1"][0] + goals.cells["s2"][0] == goals.given("S", THREE[0]).minor <= 100
    assert goals.amount("S", THREE[0]).minor == 166


@given(st.integers(-999, 999), st.sampled_from(["0%", "3%", "10%", "200%"]), st.integers(-99, 99), st.integers(0, 50))
def test_own_numbers_that_hand_on_a_room(own: int, more: str, least: int, width: int) -> None:
    """The room of an own number is exactly those that hand on something within."""
    from pharmasales.goals.decomposing.asked import Rise
    from pharmasales.units import share

    rise = Rise({"x": share(more)})
    low, high = rise.own("x", (least, least + width))
    assert low is not None
    assert high is not None
    assert (least <= rise.given("x", own) <= least + width) == (low <= own <= high)


def test_all_leaves_at_once_where_a_family_has_no_table() -> None:
    """Seasons with zeros below a district that has none of its own: the table of all leaves is found, and told."""
    org = Org.of(
        [
            Node("C", "C", "company"),
            Node("N", "N", "district", "C"),
            Node("S", "S", "district", "C"),
            *(Node(name, name, "rep", name[0].upper()) for name in ("n1", "n2", "n3", "s1", "s2")),
        ]
    )
    late = {"n3": [0, 2, 1], "n1": [0, 0, 1], "n2": [0, 1, 1]}
    goals = boxes(
        9,
        org=org,
        weights={"n1": 2, "n2": 1, "n3": 2, "s1": 3, "s2": 1},
        season=season_given([1, 2, 1], THREE),
        seasons={name: season_given(weights, THREE) for name, weights in late.items()},
    )
    goals.check()
    assert list(goals.cells["C"]) == [2, 5, 2]
    assert [goals.cells[name][0] for name in late] == [0, 0, 0]
    assert goals.cells["n1"][1] == 0
    assert (
        goals.why("N", THREE[0]).parts[-1].text() == "N in 2026-Q1: 0 of 2, so that 5 in all and the bucket both hold"
    )


def test_returns_beside_a_pinned_bucket() -> None:
    """A leaf below zero goes by the season; a sibling's pinned bucket and both margins hold; negative totals mirror."""
    season = season_given([1, 1, 1], THREE)
    asked = [fixed("n1", ONE * -60), floor("n2", ONE * 300, THREE[0])]
    goals = boxes(1200, *asked, season=season)
    goals.check()
    assert (sum(goals.cells["n1"]), goals.cells["n2"][0] >= 300, list(goals.cells["C"])) == (-60, True, [400, 400, 400])
    turned = boxes(-1200, fixed("n1", ONE * 60), cap("n2", ONE * -300, THREE[0]), season=season)
    turned.check()
    assert {node: [-cell for cell in row] for node, row in turned.cells.items()} == dict(goals.cells)


def test_what_is_handed_on_keeps_to_constraints_below() -> None:
    """The share above is one of whole amounts; in a bucket what is handed on follows its own as far as caps allow."""
    season = season_given([1, 1, 1], THREE)
    asked = [fixed("S", ONE * 100, THREE[0]), cap("s1", ONE * 10, THREE[0]), cap("s2", ONE * 10, THREE[0])]
    goals = boxes(1200, *asked, over={"district": "10%"}, season=season)
    goals.check()
    assert (goals.amount("S", THREE[0]).minor, goals.given("S", THREE[0]).minor, goals.given("S").minor) == (
        100,
        20,
        550,
    )
    everywhere = [cap(rep, ONE * 90, bucket) for rep in ("s1", "s2") for bucket in THREE]
    found = report(1200, *everywhere, cap("s1", ONE * 0, THREE[0]), over={"district": "10%"}, season=season)
    assert found.holds
    pinned = [fixed("s1", ONE * 400), fixed("s2", ONE * 150)]
    found = report(1200, *everywhere, *pinned, over={"district": "10%"}, season=season)
    assert [(one.node, one.least_of.en, one.most_of.en, one.by.minor) for one in found.conflicts] == [
        ("s1", "its floor in all", "what its buckets may have", 130)
    ]


def test_one_bucket_is_the_whole() -> None:
    """With one bucket the cells are the whole amounts, of every node and of what is handed on."""
    goals = boxes(1200, over={"district": "10%"})
    assert dict(goals.cells) == {node: [n] for node, n in goals.whole.items()}
    assert len(goals.cells) == 7
    assert goals.given("N", YEAR.buckets[0]).minor == 770
    assert dict(goals.weights)["N"] == 7
    assert len(goals.weights) == 7
