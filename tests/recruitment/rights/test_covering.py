"""Coverage: the map, white space, the network by level, and the agents whom we do not know."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.classification.coverage.known_agents import MarketAgent
from pharmasales.classification.coverage.market_cells import white_space
from pharmasales.errors import BadRows, BadRule, BadValue
from pharmasales.recruitment.rights import (
    AgentRight,
    Areas,
    agent_gaps,
    agent_network,
    coverage_map,
    market_space,
)

START = date(2026, 1, 1)
TREE = {
    "33": "",
    "3301": "33",
    "330106": "3301",
    "330108": "3301",
    "3302": "33",
    "32": "",
    "3201": "32",
}
AREAS = Areas.of(TREE, {"H1": "330106", "H2": "3302", "H3": "32", "H9": ""})
NOON = START + timedelta(50)


def right(name, agent, area, last=364, *, first=0, level="region", product="P1", under="", signed=0):
    """Return a right of one version, so many days after the start of 2026."""
    until = None if last is None else START + timedelta(last)
    dates = {"since": START + timedelta(first), "until": until, "signed": START + timedelta(signed)}
    return AgentRight.grant(name, agent, product, area, level, **dates, by="p1", evidence=f"AG-{name}", under=under)


def test_the_map_in_words():
    """Held, ending, in part, conflict, open: it prints, in both languages."""
    rights = [
        right("R1", "A1", "330106"),
        right("R2", "A2", "3302", 139),
        right("R3", "A3", "3301", product="P2"),
        right("R4", "A4", "3302", product="P2"),
        right("R5", "A5", "33", product="P2"),
        right("R6", "A6", "3201", None, product="P2"),
    ]
    drawn = coverage_map(AREAS, ["P1", "P2"], rights, as_of=NOON, soon=89)
    assert [str(one).split("  ")[0] for one in drawn.table().text().splitlines()[2:]] == ["3301", "3302", "3201"]
    assert [[cell.text() for cell in row[1:]] for row in drawn.table().rows] == [
        ["part 1/2 A1", "conflict A3, A5"],
        ["ends soon 2026-05-20 A2", "conflict A4, A5"],
        ["open", "held A6"],
    ]
    assert [cell.text("zh") for cell in drawn.table().rows[0][1:]] == ["部分 1/2 A1", "冲突 A3、A5"]
    assert [cell.mark for cell in coverage_map(AREAS, ["P1"], rights, as_of=NOON, soon=88).cells] == [
        "part",
        "held",
        "open",
    ]
    whys = [why.text() for *_, why in drawn.reasons().rows]
    assert whys == [
        "no agent for the whole of 330108: find one",
        "several agents who are not of one network in 330106, 330108, H1",
        "held until 2026-05-20: renew or replace in time",
        "several agents who are not of one network in 3302, H2",
        "no agent: find one",
        "held without a last day",
    ]
    assert [row[1:] for row in drawn.by_product().rows] == [
        (3, 0, 1, 1, 0, 1, Fraction(1, 3)),
        (3, 1, 0, 0, 2, 0, Fraction(1, 3)),
    ]
    assert "<table>" in drawn._repr_html_()


def test_counties_make_a_prefecture_and_a_hospital_a_part():
    """All counties are the whole; one hospital is a part, even of a prefecture without counties."""
    both = [right("R1", "A1", "330106", 300), right("R2", "A2", "330108", 200)]
    (cell,) = [one for one in coverage_map(AREAS, ["P1"], both, as_of=NOON).cells if one.prefecture == "3301"]
    assert (cell.mark, cell.agents, cell.covered, cell.until) == ("held", ("A1", "A2"), 2, START + timedelta(200))
    assert cell.why.text() == "held until 2026-07-20"
    one = [right("R1", "A1", "H2", level="terminal")]
    (cell,) = [one for one in coverage_map(AREAS, ["P1"], one, as_of=NOON).cells if one.prefecture == "3302"]
    assert (cell.mark, cell.text(), cell.covered, cell.counties) == ("part", "part 0/1 A1", 0, 1)


def test_a_renewal_that_is_signed_goes_on():
    """What is renewed does not end soon; what is not signed yet is not known."""
    one = right("R1", "A1", "3302", 60).renew(
        until=START + timedelta(400), signed=START + timedelta(40), by="p1", evidence="AG-2"
    )
    marks = [
        next(c.mark for c in coverage_map(AREAS, ["P1"], [one], as_of=START + timedelta(n)).cells if c.covered)
        for n in (39, 40)
    ]
    assert marks == ["ending", "held"]


@pytest.mark.parametrize("soon", [-1, 1.0, True])
def test_days_are_whole(soon):
    """No fraction of a day, none below zero."""
    with pytest.raises(BadRule, match="zero or more"):
        coverage_map(AREAS, ["P1"], [], as_of=NOON, soon=soon)


def test_ends_today_ends_soon():
    """With no days to spare the last day itself is soon, the day before is not."""
    marks = [
        next(
            c.mark
            for c in coverage_map(AREAS, ["P1"], [right("R1", "A1", "3302", last)], as_of=NOON, soon=0).cells
            if c.covered
        )
        for last in (50, 51)
    ]
    assert marks == ["ending", "held"]


def test_an_empty_map():
    """No product, no prefecture: no row, no fault."""
    assert coverage_map(AREAS, [], [], as_of=NOON).table().rows == []
    assert coverage_map(Areas.of({"33": ""}), ["P1"], [], as_of=NOON).by_product().rows == [
        ("P1", 0, 0, 0, 0, 0, 0, None)
    ]


def test_white_space_with_its_reason():
    """Never held, held until, begins on: each says what to do; a hospital without an area is told apart."""
    rights = [
        right("R1", "A1", "33", level="province"),
        right("R2", "A2", "330106", under="R1", level="terminal"),
        right("R3", "A3", "32", 30, product="P1"),
        right("R4", "A4", "32", 20, product="P1"),
        right("R5", "A5", "3302", 80, first=60, product="P2"),
        right("R6", "A6", "H1", product="P2", level="terminal"),
        right("R7", "A7", "330106", product="P2"),
    ]
    space = market_space(AREAS, ["P1", "P2"], rights, as_of=NOON)
    assert [(c.cell.hospital, c.cell.product, c.state, c.agents) for c in space.cells] == [
        ("H1", "P1", "held", ("A2",)),
        ("H1", "P2", "conflict", ("A6", "A7")),
        ("H2", "P1", "held", ("A1",)),
        ("H2", "P2", "open", ()),
        ("H3", "P1", "open", ()),
        ("H3", "P2", "open", ()),
    ]
    assert [(c.why.text(), getattr(c.todo, "en", "")) for c in space.gaps] == [
        ("A5 (R5) begins on 2026-03-02", "wait, or begin earlier"),
        ("A3 (R3) held it until 2026-01-31", "renew R3, or find another agent"),
        ("nobody has held P2 here", "find an agent"),
    ]
    assert space.cells[1].why.lines() == [
        "2 agents where one is due",
        "  R6 for H1, terminal agent",
        "  R7 for 330106, regional agent",
    ]
    assert (space.coverage, space.unplaced) == (Fraction(1, 2), ("H9",))
    assert space.by_product().rows == [
        ("P1", 3, 2, 1, 0, Fraction(2, 3)),
        ("P2", 3, 0, 2, 1, Fraction(1, 3)),
    ]
    assert [row[0] for row in space.gaps_table().rows] == ["H2", "H3", "H3"]
    assert "空白" in space.table().text("zh")
    assert market_space(Areas.of({}), ["P1"], [], as_of=NOON).coverage is None
    with pytest.raises(BadValue, match="a product stands twice"):
        market_space(AREAS, ["P1", "p1"], [], as_of=NOON)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["A1", "A2", "A3"]),
            st.sampled_from(["", *TREE, "H1", "H2"]),
            st.sampled_from(["P1", "P2"]),
            st.integers(30, 70),
        ),
        max_size=6,
    )
)
def test_flat_rights_are_those_of_the_white_space_of_classification(drawn):
    """Without a network the cells equal `white_space` of the same rights, and the map its counties."""
    rights = [right(f"R{n}", a, area, last, product=p) for n, (a, area, p, last) in enumerate(drawn)]
    space = market_space(AREAS, ["P1", "P2"], rights, as_of=NOON)
    hospitals = ("H1", "H2", "H3")
    tree = {**TREE, "H1": "330106", "H2": "3302", "H3": "32"}
    plain = [kept for one in rights for kept in one.rights(NOON)]
    flat = white_space({one: one for one in hospitals}, ["P1", "P2"], plain, as_of=NOON, within=tree)
    for cell in space.cells:
        assert tuple(sorted(cell.agents)) == flat.who(cell.cell.hospital, cell.cell.product)
    assert (space.coverage, len(space.gaps)) == (flat.coverage, len(flat.gaps))
    for cell in coverage_map(AREAS, ["P1", "P2"], rights, as_of=NOON).cells:
        counties = AREAS.below[cell.prefecture] or (cell.prefecture,)
        here = [one for one in counties if held(plain, one, cell.product)]
        assert cell.covered == len(here)
        if cell.mark != "conflict":
            inside = [one for one in hospitals if cell.prefecture in AREAS.above(one)]
            some = here or [one for one in inside if held(plain, one, cell.product)]
            words = {"held", "ending"} if len(here) == len(counties) else {"part"} if some else {"open"}
            assert cell.mark in words


def held(plain, area, product):
    """Return who holds a product in an area, by looking at every right."""
    return [r for r in plain if r.product == product and r.holds(NOON) and r.region in AREAS.above(area)]


def test_the_network_by_level():
    """Each right under its upper, by product; what every level lacks; a right out of force is not in it."""
    rights = [
        right("R9", "A9", "32", level="province", product="P2"),
        right("R3", "A3", "H1", None, level="terminal", under="R2"),
        right("R2", "A2", "3301", under="R1"),
        right("R1", "A1", "33", level="province"),
        right("R4", "A4", "3302", under="R1"),
        right("R5", "A5", "3201", 40),
        right("R6", "A6", "3201", under="R5"),
    ]
    net = agent_network(rights, AREAS, as_of=NOON)
    assert [(row.right.id, row.depth, row.below) for row in net.rows] == [
        ("R1", 0, 2),
        ("R2", 1, 1),
        ("R3", 2, 0),
        ("R4", 1, 0),
        ("R6", 0, 0),
        ("R9", 0, 0),
    ]
    assert net.rows[2].until is None
    assert [(row.product, row.level, row.rate, row.lacking) for row in net.levels] == [
        ("P1", "province", Fraction(1, 2), ("32",)),
        ("P1", "region", Fraction(1), ()),
        ("P1", "terminal", Fraction(1, 3), ("H2", "H3")),
        ("P2", "province", Fraction(1, 2), ("33",)),
        ("P2", "region", Fraction(0), ("3301", "3302", "3201")),
        ("P2", "terminal", Fraction(0), ("H1", "H2", "H3")),
    ]
    assert [why.text() for *_, why in net.by_level().rows][:3] == [
        "find a provincial agent for 32",
        "every area has its regional agent",
        "find a terminal agent for H2, H3",
    ]
    whole = agent_network([right("R1", "A1", "", level="province")], AREAS, as_of=NOON)
    assert (whole.levels[0].held, "the whole country" in str(whole.table())) == (2, True)
    few = agent_network([right("R1", "A1", "")], Areas.of({}), as_of=NOON)
    assert [(row.rate, row.why.text()) for row in few.levels] == [(None, "no area of this level in the tree: n/a")] * 3


def test_a_long_list_of_areas_is_cut_short():
    """Ten areas are named, the others counted."""
    many = Areas.of({f"{n:02}": "" for n in range(10, 22)})
    net = agent_network([right("R1", "A1", "10", level="province")], many, as_of=NOON)
    ten = agent_network(
        [right("R1", "A1", "10", level="province")], Areas.of(dict.fromkeys(many.below[""][:11], "")), as_of=NOON
    )
    assert ten.levels[0].why.text().endswith("19, 20")
    assert net.levels[0].why.text().endswith("11, 12, 13, 14, 15, 16, 17, 18, 19, 20 (and 1 more)")


def test_the_top_twenty_of_every_prefecture():
    """At least twenty each: ranks, ties, short lists, no list, agents without a place."""
    market = [MarketAgent(f"a{n:02}", "3301", 100 - n) for n in range(20)]
    market += [MarketAgent("tie", "3301", 81), MarketAgent("small", "3301", 1)]
    market += [MarketAgent("b1", "3302", 9), MarketAgent("b2", "3302", 9), MarketAgent("lost", "9999", 5)]
    found = agent_gaps(market, {f"a{n:02}" for n in range(2, 19)} | {"b1", "b2"}, AREAS)
    assert [(row.prefecture, found.state(row), len(row.top), row.coverage) for row in found.rows] == [
        ("3301", "gap", 21, Fraction(17, 21)),
        ("3302", "short", 2, Fraction(1)),
        ("3201", "no_list", 0, None),
    ]
    assert [(gap.prefecture, gap.rank, gap.agent) for gap in found.gaps] == [
        ("3301", 1, "a00"),
        ("3301", 2, "a01"),
        ("3301", 20, "a19"),
        ("3301", 20, "tie"),
    ]
    assert found.unplaced == ("lost",)
    assert "ask for a longer list" in str(found.table())
    met = agent_gaps(market, {"b1", "b2"}, AREAS, top=2)
    assert [met.state(row) for row in met.rows] == ["gap", "met", "no_list"]
    assert "longer list" not in str(met.table())
    assert "待结识代理商" in found.gaps_table().html("zh")


def test_a_list_that_cannot_be():
    """A top of nothing, an agent twice; without a prefecture there is nothing to ask."""
    with pytest.raises(BadRule):
        agent_gaps([], set(), AREAS, top=0)
    with pytest.raises(BadRows):
        agent_gaps([MarketAgent("a", "3301"), MarketAgent("a", "3301")], set(), AREAS)
    assert agent_gaps([MarketAgent("a", "3301")], set(), Areas.of({})).unplaced == ("a",)


@pytest.mark.parametrize(
    ("listed", "known", "state", "top"),
    [
        (19, 19, "short", 19),
        (19, 18, "gap", 19),
        (20, 20, "met", 20),
        (20, 19, "gap", 20),
        (21, 20, "met", 20),
        (0, 0, "no_list", 0),
    ],
)
def test_around_twenty(listed, known, state, top):
    """Nineteen known of nineteen is a short list, twenty of twenty is met, and the twenty-first is not asked for."""
    market = [MarketAgent(f"a{n:02}", "3301", 100 - n) for n in range(listed)]
    found = agent_gaps(market, {f"a{n:02}" for n in range(known)}, AREAS)
    assert (found.state(found.rows[0]), len(found.rows[0].top)) == (state, top)
    assert [gap.rank for gap in found.gaps] == list(range(known + 1, top + 1))


def test_two_rights_of_one_agent_go_on_until_the_later_ends():
    """The province until May, the prefecture until the year's end: the prefecture is held until then."""
    rights = [right("R1", "A1", "33", 139), right("R2", "A1", "3301")]
    drawn = coverage_map(AREAS, ["P1"], rights, as_of=NOON)
    assert [(cell.prefecture, cell.mark, cell.until) for cell in drawn.cells[:2]] == [
        ("3301", "held", START + timedelta(364)),
        ("3302", "ending", START + timedelta(139)),
    ]


def test_the_next_to_begin_is_named():
    """Of two that are still to come the earlier one, of two that are over the later one."""
    coming = [right("R1", "A1", "3302", 99, first=80), right("R2", "A2", "3302", 79, first=60)]
    gap = market_space(AREAS, ["P1"], coming, as_of=NOON).gaps[1]
    assert (gap.cell.hospital, gap.why.text()) == ("H2", "A2 (R2) begins on 2026-03-02")


def test_ranks_after_a_tie():
    """Two that tie for the first place: the next one is the third."""
    market = [MarketAgent("a", "3301", 9), MarketAgent("b", "3301", 9), MarketAgent("c", "3301", 5)]
    assert [gap.rank for gap in agent_gaps(market, (), AREAS).gaps] == [1, 1, 3]
