"""A quarter of a distributor's real sales closed: attainment as counted by hand, kept, read back, recomputed."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from pharmasales.evaluation.closing import PeriodInputs, close_period, closing_data, closing_from, recompute
from pharmasales.evaluation.measures import MEASURES, Item
from pharmasales.evaluation.scoring import RankGrades, ScoreSheet, linear
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Quarter, month_number
from pharmasales.rules import Field, Part, RelativeToBest, Weighted
from pharmasales.units import EUR, Amount

DATA = (Path(__file__).parents[3] / "../shared/data").resolve()
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data are not here")

QUARTER = Quarter(2018, 1)
SHEET = ScoreSheet(
    "sales",
    Weighted(
        [
            Part("attainment", 60, linear(MEASURES["attainment"].rule, "50%", "100%")),
            Part("sales", 40, RelativeToBest(Field("actual"))),
        ]
    ),
    grades=RankGrades(((3, "A"), (9, "B")), rest="C"),
)


@pytest.fixture(scope="module")
def sold():
    """Return the sales of the quarter in whole cents, by manager, rep, channel and month, returns included."""
    found = defaultdict(int)
    with gzip.open(DATA / "foresight_pharma_sales_2018.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["Month"] in ("January", "February", "March"):
                key = row["Manager"], row["Name of Sales Rep"], row["Channel"], month_number(row["Month"])
                found[key] += EUR.minor(row["Sales"], extra="half_up")
    return found


def world(sold, goal):
    """Return the inputs; managers and reps are numbered in the order of their names."""
    managers = {name: f"m{n}" for n, name in enumerate(sorted({key[0] for key in sold}))}
    reps = {name: f"r{n}" for n, name in enumerate(sorted({key[1] for key in sold}))}
    above = {reps[key[1]]: managers[key[0]] for key in sold}
    nodes = [Node(key, key, "district") for key in managers.values()]
    nodes += [Node(key, key, "rep", above[key]) for key in reps.values()]
    items = [Item("goal", rep, Amount(goal, EUR), QUARTER, "goal") for rep in reps.values()]
    items += [
        Item("actual", reps[rep], Amount(cents, EUR), Month(2018, month), f"{channel} {month}")
        for (_, rep, channel, month), cents in sold.items()
    ]
    return PeriodInputs(QUARTER, Org.of(nodes), items, unit=EUR, money=EUR), reps


def test_a_real_quarter_closed(sold):
    """13 reps: every total as counted by hand, kept and read back to the last bit."""
    by_rep = defaultdict(int)
    for (_, rep, _, _), cents in sold.items():
        by_rep[rep] += cents
    goal = max(by_rep.values()) * 3 // 4
    inputs, reps = world(sold, goal)
    assert len(reps) == 13
    closed = close_period(inputs, SHEET, by="p2", on=date(2018, 4, 6))
    best = max(by_rep.values())
    for name, key in reps.items():
        reached = min(max((Fraction(by_rep[name], goal) - Fraction(1, 2)) * 2, 0), 1)
        expected = [int(points * 100 + Fraction(1, 2)) for points in (reached * 60, Fraction(by_rep[name], best) * 40)]
        assert int(closed.results[key].total * 100) == sum(expected)
    assert closed.results.figures[inputs.org.root.id]["actual"].minor == sum(by_rep.values())
    again = closing_from(json.loads(json.dumps(closing_data(closed))))
    assert again == closed
    assert recompute(again.latest).results.seal == closed.results.seal


def test_a_real_month_that_came_late(sold):
    """March of one rep handed in after the close changes that rep, and nobody's kept result."""
    goal = 10**9
    whole, reps = world(sold, goal)
    rep = reps[min(reps)]
    late = [item for item in whole.items if item.node == rep and item.when == Month(2018, 3)]
    early = [item for item in whole.items if item not in late]
    closed = close_period(
        PeriodInputs(QUARTER, whole.org, early, unit=EUR, money=EUR), SHEET, by="p2", on=date(2018, 4, 6)
    )
    found = closed.late(whole.items)
    assert [entry.change.item for entry in found.entries] == late
    assert rep in [change.rep for change in found.together]
    after = {one.rep: one.after for one in found.together}
    full = close_period(whole, SHEET, by="p2", on=date(2018, 4, 6)).results
    assert all(full[key].total == total for key, total in after.items())
