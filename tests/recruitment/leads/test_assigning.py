"""Assignment: as many leads as can be, the first first, loads most even; held against every way there is."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.archive import Lead
from pharmasales.errors import BadRows, BadValue
from pharmasales.recruitment.leads import Taker, assign_leads

WITHIN = {"hz": "zj", "nb": "zj", "zj": "east", "sh": "east", "loop1": "loop2", "loop2": "loop1"}


def lead(name, region, kind="agent"):
    """Return a lead of a region."""
    return Lead(name, kind, "referral", date(2026, 3, 2), region=region)


def cost(takers, ways):
    """Return how unevenly a way loads people: each further lead costs more, against the capacity."""
    total = Fraction(0)
    for place, taker in enumerate(takers):
        total += sum(Fraction(taker.held + n, taker.capacity) for n in range(1, ways.count(place) + 1))
    return total


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.sampled_from(["hz", "nb", "zj", "sh", "xx"]), max_size=5),
    st.lists(
        st.tuples(
            st.sets(st.sampled_from(["hz", "zj", "sh", "east"]), min_size=1, max_size=2),
            st.integers(1, 3),
            st.integers(0, 1),
        ),
        max_size=3,
    ),
)
def test_no_way_is_better(regions, people):
    """Every way is tried: none places an earlier lead more, or more leads, or the same ones more evenly."""
    leads = [lead(f"L{n}", region) for n, region in enumerate(regions)]
    takers = [Taker(f"p{n}", codes, capacity, held) for n, (codes, capacity, held) in enumerate(people)]
    found = assign_leads(leads, takers, within=WITHIN)
    names = [one.id for one in takers]
    mine = [None if row.taker is None else names.index(row.taker) for row in found.rows]

    def legal(ways):
        fits = all(way is None or takers[way].takes(one, WITHIN) for way, one in zip(ways, leads, strict=True))
        return fits and all(ways.count(n) <= max(one.capacity - one.held, 0) for n, one in enumerate(takers))

    def rank(ways):
        return [way is None for way in ways], cost(takers, ways)

    everything = [ways for ways in product([None, *range(len(takers))], repeat=len(leads)) if legal(ways)]
    assert legal(tuple(mine))
    assert rank(mine) == min(map(rank, everything))
    assert sum(way is None for way in mine) == min(sum(way is None for way in ways) for ways in everything)
    assert [load.new for load in found.loads] == [mine.count(n) for n in range(len(takers))]


def test_a_lead_moves_on_to_make_room():
    """The second lead can go to one person alone, who had the first; the first moves to the other."""
    takers = [Taker("p1", ["hz"], 1), Taker("p2", ["zj"], 1)]
    found = assign_leads([lead("L1", "hz"), lead("L2", "hz"), lead("L3", "hz")], takers, within=WITHIN)
    assert [row.taker for row in found.rows] == ["p1", "p2", None]
    found = assign_leads([lead("L1", "hz"), lead("L2", "nb")], [takers[1], takers[0]], within=WITHIN)
    assert [row.taker for row in found.rows] == ["p1", "p2"]


def test_a_chain_of_moves_makes_room():
    """The third lead fits the first person alone: two leads move on, one after the other, to the third person."""
    takers = [Taker("p1", ["a", "c"], 1), Taker("p2", ["a", "b"], 1), Taker("p3", ["b"], 1)]
    found = assign_leads([lead("L1", "a"), lead("L2", "b"), lead("L3", "c")], takers)
    assert [row.taker for row in found.rows] == ["p2", "p3", "p1"]


def test_loads_are_even_against_capacity_and_ties_go_by_order():
    """Two of four is as full as one of two; equals are served in the order given."""
    takers = [Taker("big", ["zj"], 4), Taker("small", ["zj"], 2)]
    found = assign_leads([lead(f"L{n}", "hz") for n in range(3)], takers, within=WITHIN)
    assert [(one.taker.id, one.new, one.carried, one.part) for one in found.loads] == [
        ("big", 2, 2, Fraction(1, 2)),
        ("small", 1, 1, Fraction(1, 2)),
    ]
    twins = [Taker("b", [""], 2), Taker("a", [""], 2)]
    assert [row.taker for row in assign_leads([lead("L1", "")], twins).rows] == ["b"]
    assert [row.taker for row in assign_leads([lead("L1", "")], twins[::-1]).rows] == ["a"]
    held = [Taker("a", [""], 2, held=1), Taker("b", [""], 2)]
    assert [row.taker for row in assign_leads([lead("L1", "")], held).rows] == ["b"]


def test_every_lead_says_why():
    """Alone, most even, full, of a region that nobody takes: each with the loads it rests on."""
    takers = [Taker("p1", ["hz"], 1), Taker("p2", ["hz", "sh"], 1), Taker("p3", ["hz"], 0, held=2, kinds=["doctor"])]
    given_ = [lead("L1", "hz"), lead("L2", "sh"), lead("L3", "sh"), lead("L4", ""), lead("L5", "loop1")]
    found = assign_leads(given_, takers, within=WITHIN)
    assert [row.why.text() for row in found.rows] == [
        "p1 takes it, so that loads are most even (p1 carries 1 of 1; p2 carries 1 of 1)",
        "p2 alone takes such leads (p2 carries 1 of 1)",
        "everybody who could take it is full (p2 carries 1 of 1)",
        "nobody takes leads of no region; give the region to somebody",
        "nobody takes leads of loop1; give the region to somebody",
    ]
    assert [row.lead for row in found.left] == ["L3", "L4", "L5"]
    assert [row[:2] for row in found.table().rows[:2]] == [("L1", "p1"), ("L2", "p2")]
    assert found.load_table().rows[2] == ("p3", 0, 2, 0, 2, None)
    assert assign_leads([lead("D1", "hz", "doctor")], [Taker("p3", ["hz"], 3, kinds=["doctor"])]).rows[0].taker == "p3"


def test_people_and_leads_are_checked():
    """Twins are all named; capacities are whole numbers; a territory is a list."""
    with pytest.raises(BadRows) as rows:
        assign_leads([lead("L1", "hz"), lead("l1", "hz")], [Taker("p", ["hz"], 1), Taker("P", ["hz"], 1)])
    assert [error.where for error in rows.value.exceptions] == ["leads[1]", "takers[1]"]
    for make in (lambda: Taker("p", ["hz"], -1), lambda: Taker("p", ["hz"], 1, held=True), lambda: Taker("p", "hz", 1)):
        with pytest.raises(BadValue, match=r"leads\.taker"):
            make()


def test_a_region_whose_people_take_no_such_lead():
    """The region is not without people: they take other kinds, and the reason says so."""
    takers = [Taker("p1", ["zj"], 3, kinds=["doctor"]), Taker("p2", ["sh"], 3)]
    found = assign_leads([lead("L1", "hz")], takers, within=WITHIN).rows[0]
    assert (found.taker, found.why.text()) == (None, "p1 in hz take no agent; say who does")


def test_the_whole_country_takes_every_region():
    """Regions that lie in a circle too."""
    found = assign_leads([lead("L1", "loop1"), lead("L2", "")], [Taker("p1", [""], 3)], within=WITHIN)
    assert [row.taker for row in found.rows] == ["p1", "p1"]
