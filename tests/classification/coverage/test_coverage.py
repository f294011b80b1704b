"""Coverage: developed hospitals by class (S004-37), known agents (S000-2), white space (S000-3)."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.archive.rights import Right
from pharmasales.classification import Scheme, classify
from pharmasales.classification.coverage.by_class import ALL, class_coverage
from pharmasales.classification.coverage.known_agents import MarketAgent, agent_coverage
from pharmasales.classification.coverage.market_cells import MarketCell, white_space
from pharmasales.classification.review.moves import MISSING
from pharmasales.errors import BadRows, BadRule, BadValue
from pharmasales.rules import Bands, Field

TIER = Scheme("tier", ("third", "second", "first"))
RULE = Bands(Field("tier"), ((2, "first"), (3, "second")), top="third")
DAY = date(2026, 3, 1)


def hospitals(*tiers):
    """Grade hospitals H0, H1... by tier."""
    return classify([(f"H{n}", "Example Hospital", {"tier": tier}) for n, tier in enumerate(tiers)], TIER, RULE)


def test_s004_37_coverage_by_class():
    """S004-37: developed over all in each class; 0/0 is n/a; hospitals without a class and strangers are listed."""
    found = class_coverage(hospitals(3, 3, 2, None), ["H1", "H3", "X9"])
    assert [(c.place, c.developed, c.all, c.coverage) for c in found.classes] == [
        ("third", 1, 2, Fraction(1, 2)),
        ("second", 0, 1, 0),
        ("first", 0, 0, None),
        (MISSING, 1, 1, 1),
    ]
    assert (found.whole.place, found.whole.coverage) == (ALL, Fraction(1, 2))
    assert (found.developed, found.open, found.strangers) == (("H1", "H3"), ("H0", "H2"), ("X9",))
    assert found.classes[2].why.text("zh") == "该级别无医院：不适用"
    assert found.classes[0].why.text("zh") == "2 家中已开发 1 家"
    assert "50.0%" in found._repr_html_()


def test_coverage_of_nobody():
    """Without hospitals everything is n/a, the whole too; a hospital that stands twice is refused."""
    found = class_coverage(hospitals(), {"H1"})
    assert [c.coverage for c in (*found.classes, found.whole)] == [None] * 5
    twice = classify([("H1", "One", {"tier": 3})] * 2, TIER, RULE)
    with pytest.raises(BadRows, match="customers who stand twice"):
        class_coverage(twice, ())


@given(st.lists(st.sampled_from([1, 2, 3, None]), max_size=12), st.sets(st.integers(0, 14)))
def test_coverage_adds_up(tiers, developed):
    """The classes are all hospitals together, and developed and open are the two parts."""
    found = class_coverage(hospitals(*tiers), {f"H{n}" for n in developed})
    assert sum(c.all for c in found.classes) == len(tiers) == found.whole.all
    assert sum(c.developed for c in found.classes) == len(found.developed) == sum(n < len(tiers) for n in developed)
    assert sorted((*found.developed, *found.open)) == sorted(f"H{n}" for n in range(len(tiers)))


def market(prefecture, *sales):
    """Make the agents of one prefecture, the first named a00."""
    return [MarketAgent(f"a{n:02d}", prefecture, value) for n, value in enumerate(sales)]


def test_s000_2_the_top_twenty():
    """S000-2: 25 agents, of whom we know every second: 10 of the top 20, the gaps in the order of their size."""
    (row,) = agent_coverage(market("N", *range(100, 75, -1)), {f"a{n:02d}" for n in range(0, 25, 2)}).rows
    assert (len(row.top), len(row.known), row.coverage) == (20, 10, Fraction(1, 2))
    assert row.gaps == tuple(f"a{n:02d}" for n in range(1, 20, 2))
    assert (row.listed, row.unranked) == (25, ())
    assert row.why.text() == "10 of the top 20 known"


def test_ties_at_the_twentieth_place():
    """Three share place 19: ranks 19, 19, 19, 22. All three are inside; with the tie below place 20 nobody more is."""
    sales = [*range(100, 82, -1), 50, 50, 50, 40]
    (row,) = agent_coverage(market("N", *sales), set()).rows
    assert (len(row.top), row.coverage) == (21, 0)
    assert row.why.text() == "0 of the top 21 known (21 tie into the first 20)"
    (row,) = agent_coverage(market("N", *range(100, 80, -1), 50, 50), set()).rows
    assert len(row.top) == 20


def test_fewer_than_twenty():
    """A list of three asks for all three, and says that it is short; those without sales have no rank."""
    (row,) = agent_coverage(market("N", 9, None, 5, 0, -1, 5), {"a00", "a01"}).rows
    assert (row.top, row.known, row.gaps, row.coverage) == (
        ("a00", "a02", "a05"),
        ("a00",),
        ("a02", "a05"),
        Fraction(1, 3),
    )
    assert (row.listed, row.unranked) == (3, ("a01", "a03", "a04"))
    assert row.why.text() == "1 of the top 3 known (the list has only 3 where 20 are asked)"
    assert row.why.text("zh") == "前 3 家中已认识 1 家（名单仅有 3 家，要求 20 家）"


def test_prefectures_that_are_asked_for():
    """In the order asked; one that the list lacks is n/a; agents of no prefecture are listed and count nowhere."""
    found = agent_coverage(
        [*market("S", 5), *market("N", 7), MarketAgent("x", " ", 9)], {"a00"}, prefectures=["N", "W"]
    )
    assert [(row.prefecture, row.coverage) for row in found.rows] == [("N", 1), ("W", None)]
    assert found.rows[1].why.text("zh") == "名单中无有销售的代理商：不适用"
    assert found.unplaced == ("x",)
    assert agent_coverage([MarketAgent("x", " ", 9)], ()).rows == ()
    assert [row.prefecture for row in agent_coverage([*market("S", 5), *market("N", 7)], ()).rows] == ["S", "N"]
    assert found.table().rows[0][:5] == ("N", 1, 1, 1, "")
    assert "n/a" in found._repr_html_()
    assert agent_coverage([], ()).rows == ()


@pytest.mark.parametrize("top", [0, -1, True, "20"])
def test_a_top_that_is_none(top):
    """The number asked is a whole number above zero."""
    with pytest.raises(BadRule, match=r"coverage\.top"):
        agent_coverage([], (), top=top)


def test_agents_who_stand_twice_and_bad_figures():
    """One agent in two prefectures is two entries; twice in one is refused, all at once; no sales in the repr."""
    assert len(agent_coverage([*market("N", 5), *market("S", 5)], ()).rows) == 2
    with pytest.raises(BadRows) as refused:
        agent_coverage([*market("N", 5, 4), *market("N", 5, 4)], ())
    assert [error.where for error in refused.value.exceptions] == [
        "agents[2], agent id 'a00'",
        "agents[3], agent id 'a01'",
    ]
    with pytest.raises(BadValue, match=r"@ sales"):
        MarketAgent("a", "N", "lots")
    assert repr(MarketAgent("a", "N", 7)) == "MarketAgent(id='a', prefecture='N')"


@given(st.lists(st.none() | st.integers(-1, 6), max_size=12), st.sets(st.integers(0, 11)), st.integers(1, 6))
def test_the_top_by_its_definition(sales, known, top):
    """An agent is at the top where fewer than so many sell more; the top is known and gaps together."""
    (*rows,) = agent_coverage(market("N", *sales), {f"a{n:02d}" for n in known}, top=top).rows
    above = [value for value in sales if value is not None and value > 0]
    expected = {
        f"a{n:02d}"
        for n, value in enumerate(sales)
        if value is not None and value > 0 and sum(other > value for other in above) < top
    }
    for row in rows:
        assert set(row.top) == expected == set(row.known) | set(row.gaps)
        assert set(row.known) == expected & {f"a{n:02d}" for n in known}
        assert len(row.top) >= min(top, len(above))
        order = [sales[int(agent[1:])] for agent in row.top]
        assert order == sorted(order, reverse=True)


RIGHTS = [
    Right("a1", "P1", region="East"),
    Right("a2", "P1", region="Shanghai", exclusive=True, since=date(2026, 2, 1), until=date(2026, 3, 1)),
    Right("a1", "P2", until=date(2025, 12, 31)),
    Right("a3", "P2", kind="approval"),
    Right("a1", "P1", region="Shanghai"),
]
WITHIN = {"Shanghai": "East", "Nanjing": "East"}
PLACES = {"H1": "Shanghai", "H2": "Nanjing", "H3": "Wuhan", "H4": "", "H5": "Shanghai"}


def test_s000_3_white_space():
    """S000-3: coverage over all cells, the cells without an agent, one owner for each territory and product."""
    found = white_space(PLACES, ["P1", "P2"], RIGHTS, as_of=DAY, within=WITHIN)
    assert (found.cells, found.coverage, found.unplaced) == (8, Fraction(3, 8), ("H4",))
    assert found.gaps == (
        MarketCell("H1", "P2"),
        MarketCell("H2", "P2"),
        MarketCell("H3", "P1"),
        MarketCell("H3", "P2"),
        MarketCell("H5", "P2"),
    )
    (conflict,) = found.conflicts
    assert (conflict.territory, conflict.product, conflict.agents) == ("Shanghai", "P1", ("a1", "a2"))
    assert (conflict.exclusive, conflict.hospitals) == (("a2",), 2)
    assert conflict.why.text() == "P1 in Shanghai has 2 agents where one is due: a1, a2 (the right of a2 is exclusive)"
    assert conflict.why.text("zh") == "Shanghai 的 P1 有 2 家代理商，应为一家：a1, a2（a2 为独家）"
    assert found.who("H4", "P1") == ()


def test_on_another_day():
    """The day after the exclusive right has ended there is one owner: two rights of one holder are no conflict."""
    found = white_space(PLACES, ["P1"], RIGHTS, as_of=date(2026, 3, 2), within=WITHIN)
    assert (found.conflicts, found.coverage) == ((), Fraction(3, 4))
    assert white_space(PLACES, ["P2"], RIGHTS, as_of=date(2025, 12, 31)).coverage == 1


def test_the_tables_of_white_space():
    """The matrix, the gaps and the coverage by product."""
    found = white_space(PLACES, ["P1", "P2"], RIGHTS, as_of=DAY, within=WITHIN)
    assert found.table().rows[:3] == [
        ("H1", "Shanghai", "a1, a2", ""),
        ("H2", "Nanjing", "a1", ""),
        ("H3", "Wuhan", "", ""),
    ]
    assert found.by_product().rows == [("P1", 3, 4, Fraction(3, 4)), ("P2", 0, 4, 0)]
    assert found.gaps_table().rows[2] == ("H3", "Wuhan", "P1")
    assert "a1, a2" in found._repr_html_()


def test_no_cells_and_bad_input():
    """Without products or placed hospitals coverage is n/a; a product twice and a moment are refused."""
    assert white_space(PLACES, [], RIGHTS, as_of=DAY).coverage is None
    nowhere = white_space({"H4": " "}, ["P1"], RIGHTS, as_of=DAY)
    assert (nowhere.coverage, nowhere.gaps, nowhere.by_product().rows) == (None, (), [("P1", 0, 0, None)])
    with pytest.raises(BadValue, match=r"a product stands twice @ products \[coverage.twice\]"):
        white_space(PLACES, ["P1", "P1"], RIGHTS, as_of=DAY)
    with pytest.raises(BadValue, match=r"calendar\.day"):
        white_space(PLACES, ["P1"], RIGHTS, as_of=datetime(2026, 3, 1))  # noqa: DTZ001 - a moment is what is refused


REGIONS = st.sampled_from(["", "East", "Shanghai", "Nanjing", "Wuhan"])


@given(
    st.lists(st.tuples(st.sampled_from(["a1", "a2"]), st.sampled_from(["P1", "P2"]), REGIONS), max_size=6),
    st.dictionaries(st.sampled_from(["H1", "H2", "H3"]), st.sampled_from(["Shanghai", "Nanjing", "Wuhan"])),
)
def test_cells_by_their_definition(held, places):
    """A cell has the holders of all rights to its product whose region is or holds its territory; else it is a gap."""
    rights = [Right(who, product, region=region) for who, product, region in held]
    found = white_space(places, ["P1", "P2"], rights, as_of=DAY, within=WITHIN)
    gaps = 0
    for hospital, territory in places.items():
        above = {"", territory, WITHIN.get(territory, "")}
        for product in ("P1", "P2"):
            who = sorted({who for who, ware, region in held if ware == product and region in above})
            assert list(found.who(hospital, product)) == who
            assert (MarketCell(hospital, product) in found.gaps) == (not who)
            gaps += not who
            clash = [c for c in found.conflicts if (c.territory, c.product) == (territory, product)]
            assert len(clash) == (len(who) > 1)
    assert len(found.gaps) == gaps
