"""Plans carried over to a reorganised tree: nothing lost in any bucket; who is gone, new, moved; the NHS lists."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule
from pharmasales.goals import Decomposition, decompose, season_given
from pharmasales.goals.decomposing.carrying import Gone, Moved, carry_over
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.org import Node, Org
from pharmasales.periods import Year, buckets
from pharmasales.units import BOX, Amount

DATA = Path(__file__).parents[3] / "../shared/data"
ONE = Amount.of(1, BOX)
BASIS = Says("sales", "销量")
THREE = buckets(Year(2026), "Q1 | Q2+Q3 | Q4")
SEASON = season_given([5, 3, 2], THREE)


def tree(*leaves: str) -> Org:
    """Make company > districts > reps out of `N/n1`."""
    districts = dict.fromkeys(leaf.split("/")[0] for leaf in leaves)
    nodes = [Node("C", "Company", "company"), *(Node(name, name, "district", "C") for name in districts)]
    return Org.of([*nodes, *(Node(leaf.split("/")[1], leaf[2:].upper(), "rep", leaf.split("/")[0]) for leaf in leaves)])


BEFORE = tree("N/n1", "N/n2", "N/n3", "S/s1", "S/s2", "W/w1")
WEIGHTS = {"n1": 1, "n2": 2, "n3": 3, "s1": 4, "s2": 0, "w1": 2}


def plan(total: int = 1200, **more: Any) -> Decomposition:
    """Decompose boxes on the former tree."""
    return decompose(BEFORE, ONE * total, WEIGHTS, SEASON, grain=ONE, basis=BASIS, **more)


def test_by_hand() -> None:
    """n3 and w1 are gone, n2 moves south, s9 is new: each bucket's total stays."""
    after = tree("N/n1", "S/n2", "S/s1", "S/s2", "S/s9")
    goals = plan()
    carried = carry_over(goals, after, gone="parent", heirs={"w1": {"s9": 1, "s2": 3}})
    carried.goals.check()
    assert {leaf.id: carried.goals.amount(leaf.id).minor for leaf in after.leaves()} == {
        "n1": 200,
        "n2": 400,
        "s1": 400,
        "s2": 150,
        "s9": 50,
    }
    assert carried.goals.cells["C"] == goals.cells["C"] == [600, 360, 240]
    assert carried.gone == (
        Gone("n3", "N", ONE * 300, {"n1": ONE * 100, "n2": ONE * 200}, "N"),
        Gone("w1", "W", ONE * 200, {"s9": ONE * 50, "s2": ONE * 150}, None),
    )
    assert (carried.new, carried.moved) == (("s9",), (Moved("n2", "N", "S"),))
    assert carried.goals.why("n2").lines() == [
        "N2: 400 BOX in all",
        "  Company: 1,200 BOX in all, shared out by what was carried over from the former organisation",
        "  S: 1,200 x weight 1,000 / 1,200 (83.33%) = 1,000",
        "  N2: 200 carried over as it was, and 200 from those that are gone",
        "    200 from 'n3'",
    ]
    assert carried.goals.why("s1").lines("zh")[-1] == "  S1：原样结转 400"
    assert [(row[0], row[1].text(), *row[2:]) for row in carried.table().rows] == [  # type: ignore[union-attr]  # words
        ("n3", "gone", "N", "n1", 100),
        ("n3", "gone", "N", "n2", 200),
        ("w1", "gone", "W", "s9", 50),
        ("w1", "gone", "W", "s2", 150),
        ("s9", "new", "", "S", 50),
        ("n2", "moved", "N", "S", 400),
    ]
    assert "已撤销" in carried.table().text("zh")
    assert "<table>" in carried._repr_html_()


def test_nobody_takes_over() -> None:
    """Without a policy, or without anybody left, each leaf that is gone with a goal is named."""
    after = tree("N/n1", "N/n2", "S/s1")
    with pytest.raises(BadRows, match="nobody takes over") as caught:
        carry_over(plan(), after)
    assert [(e.where, e.hint) for e in caught.value.exceptions] == [
        ("goal of 'n3'", 'name heirs, or gone="parent"'),
        ("goal of 'w1'", 'name heirs, or gone="parent"'),
    ]
    with pytest.raises(BadRows) as caught:
        carry_over(plan(), after, gone="parent")
    assert [(e.where, e.hint) for e in caught.value.exceptions] == [("goal of 'w1'", 'name heirs, or gone="nearest"')]
    carried = carry_over(plan(), after, gone="nearest")
    assert [(one.node, one.under) for one in carried.gone] == [("n3", "N"), ("s2", None), ("w1", "C")]
    assert carried.gone[1].heirs == {}
    assert [carried.goals.amount(leaf).minor for leaf in ("n1", "n2", "s1")] == [229, 457, 514]
    assert sum(part.minor for part in carried.gone[2].heirs.values()) == 200
    row = carried.table().rows[2]
    assert (row[0], *row[2:]) == ("s2", "S", "", 0)


def test_refused_heirs() -> None:
    """Heirs that do not exist, of somebody who is not gone, without weight, negative, and a plan with shares above."""
    after = tree("N/n1", "N/n2", "S/s1", "S/s2")
    cases = [
        ({"n3": {"n9": 1}, "w1": {"n1": 1}}, [("goal of 'n3', heir 'n9'", "goals.heir")]),
        ({"n3": {"N": 1}, "w1": {"n1": 1}}, [("goal of 'n3', heir 'N'", "goals.heir")]),
        (
            {"n3": {"n1": 0}, "w1": {"n1": -1}},
            [("goal of 'n3'", "goals.heir"), ("goal of 'w1', weights[0]", "goals.weight.negative")],
        ),
        ({"n1": {"n2": 1}, "n3": {"n1": 1}, "w1": {"n1": 1}}, [("heirs of 'n1'", "value")]),
    ]
    for heirs, expected in cases:
        with pytest.raises(BadRows) as caught:
            carry_over(plan(), after, heirs=heirs)  # type: ignore[arg-type]  # plain ints
        assert [(e.where, e.code) for e in caught.value.exceptions] == expected
    with pytest.raises(BadRule, match="hand on more than their own"):
        carry_over(plan(over={"district": "5%"}), after)


def test_returns_are_carried_too() -> None:
    """A leaf below zero, gone, takes its minus to its heirs, in every bucket."""
    goals = plan(constraints=[Constraint.fixed("n3", ONE * -60)])
    carried = carry_over(goals, tree("N/n1", "N/n2", "S/s1", "W/w1"), gone="parent")
    carried.goals.check()
    assert carried.goals.cells["C"] == goals.cells["C"]
    assert sum(part.minor for part in carried.gone[0].heirs.values()) == -60


@given(
    st.integers(-2000, 2000),
    st.lists(st.sampled_from("NSW"), min_size=6, max_size=6),
    st.sets(st.integers(0, 5), max_size=5),
)
def test_nothing_is_lost(total: int, homes: list[str], gone: set[int]) -> None:
    """However the tree is cut anew, the total, each bucket and whoever stays keep what they had at least."""
    names = [leaf.id for leaf in BEFORE.leaves()]
    left = [(home, name) for n, (home, name) in enumerate(zip(homes, names, strict=True)) if n not in gone]
    goals = plan(total)
    after = tree(*(f"{home}/{name}" for home, name in left))
    lost = any(goals.whole[name] for n, name in enumerate(names) if n in gone)
    if lost and not any(goals.whole[name] for _, name in left):  # in a small total weights may come to nothing
        with pytest.raises(BadRows):
            carry_over(goals, after, gone="nearest")
        return
    carried = carry_over(goals, after, gone="nearest")
    carried.goals.check()
    assert carried.goals.total == goals.total
    assert list(carried.goals.cells["C"]) == list(goals.cells["C"])
    for _, name in left:
        for mine, its in zip(carried.goals.cells[name], goals.cells[name], strict=True):
            assert abs(mine) >= abs(its)
    assert Amount.total((one.amount for one in carried.gone), BOX) == Amount.total(
        (part for one in carried.gone for part in one.heirs.values()), BOX
    )


def practices(year: str) -> tuple[Org, dict[str, int]]:
    """Read region > area team > PCO > practice; codes of levels are kept apart by a letter."""
    nodes: dict[str, Node] = {}
    patients: dict[str, int] = {}
    with gzip.open(DATA / f"nhs_practice_list_size_{year}_04_06.csv.gz", "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            codes = [row["Regional Office Code"], row["Area Team Code"], row["PCO Code"], row["Practice Code"]]
            parent = None
            for depth, level in enumerate(["region", "area team", "PCO", "practice"]):
                node_id = codes[3] if depth == 3 else "/".join(codes[: depth + 1])
                nodes.setdefault(node_id, Node(node_id, node_id, level, parent))
                parent = node_id
            patients[codes[3]] = sum(int(v) for k, v in row.items() if k.startswith(("Male", "Female")))
    return Org.of(nodes.values()), patients


@pytest.mark.skipif(
    not (DATA / "nhs_practice_list_size_2013_04_06.csv.gz").exists(), reason="no NHS lists beside the checkout"
)
def test_nhs_reorganised() -> None:
    """The tree of 2013 with 12 regions, planned, carried over to that of 2014 with 4: nothing lost anywhere."""
    months = Year(2026).months
    season = season_given([8, 7, 9, 8, 8, 8, 8, 7, 9, 9, 9, 10], months)
    before, patients = practices("2013")
    after, _ = practices("2014")
    goals = decompose(before, ONE * 56_789_012, patients, season, grain=ONE, basis=Says("patients", "患者数"))
    with pytest.raises(BadRows) as caught:
        carry_over(goals, after, gone="parent")
    alone = {before.parent_of(str(e.where).split("'")[1]) for e in caught.value.exceptions}
    assert {str(pco).split("/")[-1] for pco in alone} == {"5LA00", "12Y00", "5D700", "5NY00", "5P600"}
    carried = carry_over(goals, after, gone="nearest")
    carried.goals.check()
    assert carried.goals.amount(after.root.id).minor == 56_789_012
    assert list(carried.goals.cells[after.root.id]) == list(goals.cells[before.root.id])
    assert (len(carried.gone), len(carried.new)) == (291, 12)
    with_goal = [one for one in carried.gone if one.amount.minor]
    assert len(with_goal) == 102
    assert sum(one.amount.minor for one in with_goal) == sum(
        part.minor for one in with_goal for part in one.heirs.values()
    )
    gained = {heir for one in with_goal for heir in one.heirs}
    stays = [leaf.id for leaf in after.leaves() if leaf.id in patients]
    assert all(carried.goals.cells[leaf] == goals.cells[leaf] for leaf in stays if leaf not in gained)
    assert not any(any(carried.goals.cells[leaf]) for leaf in carried.new)
    assert {node.level for node in after} == {"total", "region", "area team", "PCO", "practice"}
    assert (len(before.children(before.root.id)), len(after.children(after.root.id))) == (12, 4)
