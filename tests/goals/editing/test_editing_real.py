"""Editing on the practices of England: four levels, zero weights, a reorganisation, a quarter that moves."""

from __future__ import annotations

import csv
import gzip
from fractions import Fraction
from pathlib import Path

import pytest

from pharmasales.display import Says
from pharmasales.goals.decomposing.decompose import decompose
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.decomposing.season import season_given
from pharmasales.goals.editing.edited import edit_plan
from pharmasales.goals.editing.edits import Move, Resplit, Scale, Transfer
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter
from pharmasales.units import BOX, Amount

DATA = Path(__file__).parents[3] / "../shared/data/nhs_practice_list_size_2014_04_06.csv.gz"
QUARTERS = tuple(Quarter(2027, n) for n in (1, 2, 3, 4))
BOXES = Amount.of(1, BOX)


LEVELS = ("Regional Office Code", "Area Team Code", "PCO Code", "Practice Code")


@pytest.fixture(scope="module")
def england() -> Decomposition:
    """Return 56,789,012 boxes over region, area team, PCO and practice, by patients."""
    if not DATA.exists():
        pytest.skip("the NHS practice list is not beside the checkout")
    nodes: dict[str, Node] = {}
    patients: dict[str, int] = {}
    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            above = None
            for depth, level in enumerate(LEVELS, 1):
                node_id = "/".join(row[name] for name in LEVELS[:depth])
                nodes.setdefault(node_id, Node(node_id, row[level], level, above))
                above = node_id
            patients[above or ""] = sum(int(v) for k, v in row.items() if k.startswith(("Male", "Female")))
    season, basis = season_given([3, 2, 2, 3], QUARTERS), Says("patients", "人口")
    return decompose(Org.of(nodes.values()), BOXES * 56_789_012, patients, season, grain=BOXES, basis=basis)


def test_a_reorganisation_and_a_better_quarter(england: Decomposition) -> None:
    """A PCO changes its area team with its goal, another is scaled, a third re-split, boxes move: exact, and local."""
    org = england.org
    teams = [node.id for node in org if node.level == "Area Team Code"]
    largest = [max(org.below[team], key=england.whole.__getitem__) for team in teams]
    goes, scaled, split, *_ = largest
    one, other = (max(org.below[pco], key=england.whole.__getitem__) for pco in largest[4:6])
    parts = org.below[split]
    edits = [
        Transfer(goes, teams[3], with_goal=True),
        Scale(scaled, "103%", QUARTERS[0]),
        Resplit(split, {practice: 1 + n % 3 for n, practice in enumerate(parts)}),
        Move(one, other, BOXES * 50),
    ]
    found = edit_plan(england, edits)
    found.check()
    plan = found.plan
    assert plan.total == england.total
    assert len(plan.org) == len(org)
    assert plan.amount(goes) == england.amount(goes)
    assert plan.amount(teams[3]) == england.amount(teams[3]) + england.amount(goes)
    assert plan.amount(teams[0]) == england.amount(teams[0]) - england.amount(goes)
    assert plan.amount(scaled, QUARTERS[0]) == england.amount(scaled, QUARTERS[0]).times(Fraction(103, 100))
    assert plan.amount(scaled) == england.amount(scaled)
    assert plan.amount(split) == england.amount(split)
    changed = {one.node for one in found.diff()}
    same = [team for team in teams[6:] if not changed.isdisjoint(org.within(team))]
    assert same == []
    assert edit_plan(england, edits[::-1]).diff() == found.diff()
