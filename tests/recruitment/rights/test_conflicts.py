"""Conflicts: two owners, overlap, dates, exclusivity, twice, beyond; each with evidence and what to do."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRows
from pharmasales.recruitment.rights import AgentRight, Areas, agent_network, coverage_map, market_space, right_conflicts

START = date(2026, 1, 1)
AREAS = Areas.of(
    {"33": "", "3301": "33", "3302": "33", "330106": "3301", "32": "", "3201": "32"}, {"H1": "330106", "H2": "3302"}
)


def day(n):
    """Return a day after the start of 2026."""
    return START + timedelta(n)


def right(name, agent, area, days=(0, 99), *, level="region", product="P1", exclusive=False, signed=0, under=""):
    """Return a right of one version."""
    first, last = days
    until = None if last is None else day(last)
    dates = {"since": day(first), "until": until, "signed": day(signed)}
    paper = {"by": "p1", "evidence": f"AG-{name}"}
    return AgentRight.grant(name, agent, product, area, level, **dates, **paper, exclusive=exclusive, under=under)


def found(*given, as_of=50):
    """Return the conflicts of rights as of a day."""
    return right_conflicts(given, AREAS, as_of=day(as_of)).rows


def test_two_owners_of_one_territory():
    """One is to answer: the later one gives way."""
    (row,) = found(right("R1", "A1", "3301", signed=1), right("R2", "A2", "3301", (20, 40), signed=9), as_of=10)
    assert (row.kinds, row.agents, row.area, row.days) == (("two_owners",), ("A1", "A2"), "3301", ((day(20), day(40)),))
    assert row.why.lines() == [
        "P1 in 3301: A1 (R1) and A2 (R2) from 2026-01-21 to 2026-02-10",
        "  R2 was signed later, on 2026-01-10 (AG-R2)",
    ]
    assert row.todo.en == "end R2, or move it out of 3301"
    assert row.todo.zh == "终止 R2，或移出 3301"
    assert [row.holds(day(n)) for n in (19, 20, 40, 41)] == [False, True, True, False]


def test_of_one_day_somebody_decides():
    """Both signed on one day: none gives way by itself."""
    (row,) = found(right("R1", "A1", "3301"), right("R2", "A2", "3301", (0, None)))
    assert row.todo.en == "decide which of R1 and R2 stays, and end or move the other"
    assert "both were signed on 2026-01-01" in row.why.text()


def test_overlap_along_the_tree():
    """A county in a province of another agent: put it under, or move it."""
    (row,) = found(right("R1", "A1", "33", level="province"), right("R2", "A2", "330106", signed=3), as_of=99)
    assert (row.kinds, row.first, row.second, row.area) == (("overlap",), "R1", "R2", "330106")
    assert row.days == ((day(99), day(99)),)
    assert row.why.lines()[1] == "  330106 lies in 33"
    assert row.todo.en == "end R2, or move it out of 33, or put it under R1"
    assert row.todo.zh == "终止 R2，或移出 33，或纳入 R1 之下"
    (row,) = found(right("R1", "A1", "33"), right("R2", "A2", "330106", signed=3))
    assert row.todo.en == "end R2, or move it out of 33"
    (row,) = found(right("R1", "A1", "33", signed=3), right("R2", "A2", "330106"))
    assert row.todo.en == "end R1, or take 330106 out of it"
    (row,) = found(right("R1", "A1", "", level="province"), right("R2", "A2", "33", signed=3))
    assert row.todo.en == "end R2, or put it under R1"
    (alone,) = found(right("R1", "A1", ""), right("R2", "A2", "33", signed=3))
    assert (alone.todo.en, alone.todo.zh) == ("end R2", "终止 R2")
    assert (row.why.lines()[1], row.why.parts[0].text("zh")) == ("  33 lies in the whole country", "33 属于 全国")


def test_exclusivity_broken():
    """The gravest first, with the version that is exclusive on those days."""
    one = right("R1", "A1", "33", (0, 9), exclusive=True)
    one = one.renew(until=day(99), exclusive=False, signed=day(5), by="p1", evidence="AG-9")
    other = right("R2", "A2", "3301", (5, 60), signed=4)
    (row,) = found(one, other, as_of=5)
    assert (row.kinds, row.days) == (("exclusivity", "overlap"), ((day(5), day(60)),))
    assert "R1 version 1 (AG-R1) is exclusive" in row.why.text()
    assert row.todo.en == "end R2, or move it out of 33, or have A1 agree in writing to share"
    later = right("R2", "A2", "3301", exclusive=True, signed=4)
    (row,) = found(right("R1", "A1", "33"), later)
    assert row.todo.en == "end R2, or move it out of 33, or have A2 agree in writing to share"
    (row,) = found(right("R1", "A1", "33", exclusive=True), later)
    assert row.todo.zh == "终止 R2，或移出 33，或取得 A1、A2 书面同意"
    (row,) = found(one, other, as_of=10)
    assert row.kinds == ("overlap",)
    assert "exclusive" not in row.why.text()
    (row,) = found(right("R1", "A1", "33"), right("R2", "A2", "33", exclusive=True))
    assert row.kinds == ("exclusivity", "two_owners")


def test_only_what_is_exclusive_on_common_days_is_named():
    """A version that becomes exclusive after the other has ended is no evidence; one without a last day is."""
    one = right("R1", "A1", "33", (0, None))
    one = one.amend(since=day(60), until=None, exclusive=True, signed=day(1), by="p1", evidence="AG-9")
    (row,) = found(one, right("R2", "A2", "33", (0, 59)))
    assert (row.kinds, "AG-9" in row.why.text()) == (("two_owners",), False)
    (row,) = found(one, right("R2", "A2", "33", (0, 60)))
    assert (row.kinds[0], "AG-9" in row.why.text()) == ("exclusivity", True)
    told = {"by": "p1", "evidence": "AG-8"}
    broken = right("R2", "A2", "33", (0, 55)).renew(since=day(58), until=day(60), signed=day(1), **told)
    (row,) = found(one, broken)
    assert row.days == ((day(50), day(55)), (day(58), day(60)))
    assert "from 2026-02-20 to 2026-02-25 and from 2026-02-28 to 2026-03-02" in row.why.head()
    assert (row.kinds[0], "AG-9" in row.why.text()) == ("exclusivity", True)
    (row,) = found(one, right("R2", "A2", "33", (0, None)))
    assert (row.kinds, "R1 version 2 (AG-9) is exclusive" in row.why.text()) == (("exclusivity", "two_owners"), True)


def test_dates_of_a_handover():
    """The next begins before the last ends: move the day."""
    (row,) = found(right("R1", "A1", "33", (0, 30)), right("R2", "A2", "33", (30, 60), signed=9), as_of=20)
    assert (row.kinds, row.days) == (("two_owners", "dates"), ((day(30), day(30)),))
    assert row.todo.en == "let R2 begin on 2026-02-01, or end R1 earlier"
    assert found(right("R1", "A1", "33", (0, 30)), right("R2", "A2", "33", (31, 60)), as_of=20) == ()
    (row,) = found(right("R1", "A1", "33", (30, 60)), right("R2", "A2", "33", (0, 30)), as_of=20)
    assert row.todo.en == "let R1 begin on 2026-02-01, or end R2 earlier"
    for days in ((0, 60), (10, 60), (0, 40)):
        (row,) = found(right("R1", "A1", "33", (0, 60)), right("R2", "A2", "33", days), as_of=20)
        assert "dates" not in row.kinds


def test_the_same_agent_twice():
    """One agent with two rights for the same days: keep one."""
    (row,) = found(right("R1", "A1", "33", exclusive=True), right("R2", "A1", "3301"))
    assert (row.kinds, row.todo.en) == (("twice",), "keep one of R1 and R2, and end the other")


def test_a_network_is_no_conflict():
    """Under the right above, in a part of its territory, even of an exclusive one; an uncle is a stranger."""
    top = right("R1", "A1", "33", level="province", exclusive=True)
    mid = right("R2", "A2", "3301", under="R1")
    low = right("R3", "A3", "330106", level="terminal", under="R2")
    assert found(top, mid, low) == ()
    own = right("R4", "A1", "33", under="R1")
    assert found(top, own) == ()
    (row,) = found(top, right("R5", "A5", "33", under="R1"))
    assert row.kinds == ("two_owners",)
    (row,) = found(top, mid, right("R6", "A6", "330106", level="terminal", under="R1"))
    assert (row.kinds, row.first, row.second) == (("overlap",), "R2", "R6")


@pytest.mark.parametrize(
    ("lower", "part", "todo"),
    [
        (right("R2", "A2", "3301", under="RX"), "there is no right RX", "name the right that it belongs to"),
        (right("R2", "A2", "3301", under="R1", product="P2"), "R1 is for another product", "the same product"),
        (right("R2", "A2", "32", under="R1"), "32 does not lie in the territory of R1", "under the agent of"),
        (right("R2", "A2", "3301", under="R1", level="province"), "provincial agent does not stand below", "its level"),
        (right("R2", "A2", "3301", (0, 120), under="R1"), "R1 is not in force from 2026-04-11 to", "renew the right"),
    ],
)
def test_beyond_the_right_above(lower, part, todo):
    """Unknown, another product, another territory, no lower level, longer."""
    rows = [row for row in found(right("R1", "A1", "33", level="province"), lower) if "beyond" in row.kinds]
    assert len(rows) == 1
    assert rows[0].first == lower.under
    assert part in rows[0].why.text()
    assert todo in rows[0].todo.en
    assert rows[0].agents[-1] == "A2"


def test_what_is_over_or_not_signed_yet_is_left_out():
    """As of a day: neither the past nor what nobody knew."""
    old = (right("R1", "A1", "33", (0, 9)), right("R2", "A2", "33", (0, 9)), right("R3", "A3", "33", (0, 9), under="X"))
    assert found(*old, as_of=10) == ()
    assert found(right("R1", "A1", "33"), right("R2", "A2", "33", signed=51)) == ()
    assert found(right("R1", "A1", "33"), right("R2", "A2", "33", signed=50)) != ()


def test_a_circle_of_rights_is_told_not_walked_for_ever():
    """Each below the other: both reach beyond."""
    one, other = right("R1", "A1", "33", under="R2"), right("R2", "A2", "3301", under="R1")
    rows = found(one, other)
    assert {row.second for row in rows if "beyond" in row.kinds} == {"R1", "R2"}
    net = agent_network([one, other], AREAS, as_of=day(50))
    assert [row.depth for row in net.rows] == [0, 0]


def test_bad_rights_at_once():
    """Twins and strangers, all named."""
    with pytest.raises(BadRows) as caught:
        found(right("R1", "A1", "99"), right("R1", "A2", "33"), right("r1", "A2", "98"))
    assert [error.code for error in caught.value.exceptions] == ["rights.twice"] * 2 + ["rights.area"] * 2


def test_the_table_says_it_in_both_languages():
    """Kinds joined, evidence, what to do; filtered by kind."""
    rows = [right("R1", "A1", "33", exclusive=True), right("R2", "A2", "3301")]
    told = right_conflicts(rows, AREAS, as_of=day(0))
    assert "违反独家、区域重叠" in told.table().text("zh")
    assert "exclusivity broken, one territory lies in the other" in str(told.table())
    wide = right_conflicts([right("R1", "A1", ""), right("R2", "A2", "")], AREAS, as_of=day(0))
    assert "the whole country" in str(wide.table())
    assert (len(told.of("exclusivity")), len(told.of("dates"))) == (1, 0)
    assert "AG-" not in repr(told)


@st.composite
def worlds(draw):
    """Draw up to five rights, some under others."""
    rows = []
    for n in range(draw(st.integers(2, 5))):
        first = draw(st.integers(0, 6))
        rows.append(
            right(
                f"R{n}",
                f"A{draw(st.integers(1, 3))}",
                draw(st.sampled_from(["", "33", "3301", "330106", "H1", "3302"])),
                (first, first + draw(st.integers(0, 6))),
                level=draw(st.sampled_from(["province", "region", "terminal"])),
                product=draw(st.sampled_from(["P1", "P1", "P2"])),
                exclusive=draw(st.booleans()),
                under=draw(st.sampled_from(["", f"R{draw(st.integers(0, max(n - 1, 0)))}"])) if n else "",
            )
        )
    return rows


def chain(one, by_id):
    """Return the ids of the rights above one."""
    names = []
    while one.under in by_id and one.under not in names:
        names.append(one.under)
        one = by_id[one.under]
    return names


def expected(rows, asked):
    """Return pairs in conflict on a day, by looking at every pair: kind of exclusivity, and whether of one place."""
    by_id = {one.id: one for one in rows}
    pairs = set()
    for one in rows:
        for other in rows:
            first = one.versions[0].since <= asked <= one.versions[0].until
            both = first and other.versions[0].since <= asked <= other.versions[0].until
            if one.id >= other.id or not both or one.product != other.product:
                continue
            if not (AREAS.covers(one.area, other.area) or AREAS.covers(other.area, one.area)):
                continue
            linked = one.id in chain(other, by_id) or other.id in chain(one, by_id)
            if not (linked and (one.area != other.area or one.agent == other.agent)):
                pairs.add((frozenset((one.id, other.id)), one.agent == other.agent))
    return pairs


def test_a_dispute_above_is_not_hidden_by_a_right_below():
    """Two agents hold the country; a right of the first under the second's answers in 33, and both still dispute it."""
    one, other = right("R1", "A1", ""), right("R2", "A2", "")
    below = right("R3", "A1", "33", under="R2", level="terminal")
    cells = market_space(AREAS, ["P1"], [one, other, below], as_of=day(50)).cells
    assert [(cell.state, cell.rights) for cell in cells] == [("conflict", ("R1", "R2"))] * 2
    marks = [cell.mark for cell in coverage_map(AREAS, ["P1"], [one, other, below], as_of=day(50)).cells]
    assert marks == ["conflict"] * 3


@settings(max_examples=80, deadline=None)
@given(worlds(), st.integers(0, 12), st.randoms(use_true_random=False))
def test_conflicts_equal_every_pair_looked_at(rows, asked, chance):
    """Pairs in conflict on a day as by brute force, in any order of the rights; cells in conflict are those."""
    told = right_conflicts(rows, AREAS, as_of=day(asked))
    pairs = [row for row in told.rows if row.kinds != ("beyond",)]
    now = {(frozenset((r.first, r.second)), "twice" in r.kinds) for r in pairs if r.holds(day(asked))}
    assert now == expected(rows, day(asked))
    assert len(pairs) == len({frozenset((row.first, row.second)) for row in pairs})
    for row in pairs:
        both = [one for one in rows if one.id in (row.first, row.second)]
        alone = any(one.versions[0].exclusive for one in both)
        by_id = {one.id: one for one in rows}
        linked = any(one.id in chain(other, by_id) for one in both for other in both)
        assert ("exclusivity" in row.kinds) == (alone and not linked and "twice" not in row.kinds)
        assert ("two_owners" in row.kinds) == (both[0].area == both[1].area and "twice" not in row.kinds)
    mixed = list(rows)
    chance.shuffle(mixed)
    assert right_conflicts(mixed, AREAS, as_of=day(asked)) == told
    space = market_space(AREAS, ["P1", "P2"], mixed, as_of=day(asked))
    by_id = {one.id: one for one in rows}
    for cell in space.cells:
        here = [
            row
            for row in pairs
            if row.product == cell.cell.product
            and row.holds(day(asked))
            and "twice" not in row.kinds
            and AREAS.covers(by_id[row.first].area, cell.cell.hospital)
            and AREAS.covers(by_id[row.second].area, cell.cell.hospital)
        ]
        assert (cell.state == "conflict") == bool(here)


def test_rows_stand_by_their_first_day():
    """Of one product and territory the soonest first."""
    rows = found(right("R1", "A1", "33", (70, 80)), right("R2", "A2", "33", (55, 90)), right("R9", "A9", "33"))
    assert [row.days[0][0] for row in rows] == [day(55), day(70), day(70)]


def test_many_rights_in_any_order():
    """Many rights of one product give the same rows in any order."""
    rows = [right(f"R{n}", f"A{n % 7}", ("33", "3301", "3201")[n % 3], (n % 90, n % 90 + 5)) for n in range(150)]
    told = right_conflicts(rows, AREAS, as_of=START)
    random.Random(1).shuffle(rows)  # noqa: S311 - any order
    assert right_conflicts(rows, AREAS, as_of=START) == told
    assert len(told.rows) > 100


@pytest.mark.parametrize("signed", [(0, 9), (9, 0)])
def test_one_common_day_is_enough(signed):
    """The last day of one is the first of the next, whichever was signed first; a right of one day is no handover."""
    first, last = (
        right("R1", "A1", "33", (0, 30), signed=signed[0]),
        right("R2", "A2", "33", (30, 60), signed=signed[1]),
    )
    for given_ in ((first, last), (last, first)):
        (row,) = found(*given_, as_of=20)
        assert (row.kinds, row.days) == (("two_owners", "dates"), ((day(30), day(30)),))
    (row,) = found(first, right("R2", "A2", "33", (30, 30), signed=signed[1]), as_of=20)
    assert row.kinds == ("two_owners",)


@pytest.mark.parametrize("area", ["33", "3301", "330106", "H1", ""])
@pytest.mark.parametrize("other", ["33", "3301", "330106", "H1", ""])
def test_one_owner_from_the_country_to_the_hospital(area, other):
    """Any two of them collide, wherever each stands, and exclusivity of either is broken."""
    one, two = right("R1", "A1", area), right("R2", "A2", other, exclusive=True, signed=9)
    (row,) = found(one, two)
    assert row.kinds == ("exclusivity", "two_owners" if area == other else "overlap")
    order = ["", "33", "3301", "330106", "H1"]
    assert row.area == max(area, other, key=order.index)
    assert found(one, right("R2", "A2", "3302", exclusive=True)) == () or area in ("33", "")


def test_under_a_right_for_ever():
    """For ever under for ever reaches nowhere beyond."""
    top = right("R1", "A1", "33", (0, None), level="province")
    assert found(top, right("R2", "A2", "3301", (0, None), under="R1")) == ()
    (row,) = found(right("R1", "A1", "33", level="province"), right("R2", "A2", "3301", (0, None), under="R1"))
    assert (row.kinds, row.days) == (("beyond",), ((day(100), None),))
