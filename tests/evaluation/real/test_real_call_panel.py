"""The panel of calls: coverage and frequency of a quarter by class, raw and capped, each counted a second time.

Rater checks do not apply: the panel holds calls and nobody's marks.
"""

from __future__ import annotations

import csv
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest

from pharmasales.display import percent
from pharmasales.evaluation.measures import MEASURES, measure_period, visit_items
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Quarter

PANEL = (Path(__file__).parents[3] / "../shared/data/bayesm_detailing_calls_1_500.csv").resolve()
pytestmark = pytest.mark.skipif(not PANEL.exists(), reason="the real data are not here")

QUARTER = Quarter(2025, 1)  # months are relative: month 1 of the panel is put at January 2024
SHOWN = {  # coverage, frequency raw, frequency capped, reached
    "A": ["93.8%", "60.0%", "56.5%", "15.0%"],
    "B": ["85.7%", "93.2%", "69.4%", "48.6%"],
    "C": ["73.7%", "110.0%", "61.7%", "51.1%"],
    "T": ["86.2%", "72.1%", "59.8%", "34.0%"],
}
DUE = {"A": 12, "B": 6, "C": 3}


class Visit(NamedTuple):
    """A visit on the first of its month; whoever sees class A is a node of its own."""

    day: object
    rep: str
    customer: str


@pytest.fixture(scope="module")
def panel():
    """Return rows of physician, month and visits, and the class of each physician by scripts of the first year."""
    with PANEL.open(encoding="utf-8") as file:
        rows = [{name: int(value or 0) for name, value in row.items()} for row in csv.DictReader(file)]
    scripts = Counter()
    for row in rows:
        scripts[row["id"]] += row["scripts"] if row["month"] <= 12 else 0
    return rows, {who: "A" if n >= 41 else "B" if n >= 20 else "C" for who, n in scripts.items()}


@pytest.fixture(scope="module")
def found(panel):
    """Measure the quarter: planned by class, made as the panel says."""
    rows, classes = panel
    made = [
        Visit(Month(2024, 1).plus(row["month"] - 1).start, classes[row["id"]], f"P{row['id']}")
        for row in rows
        for _ in range(row["detailing"])
    ]
    planned = [
        Visit(month.start, letter, f"P{who}")
        for who, letter in classes.items()
        for month in QUARTER.months
        for _ in range(DUE[letter] // 3)
    ]
    org = Org.of([Node("T", "Panel", "district"), *(Node(letter, letter, "class", "T") for letter in "ABC")])
    return measure_period(org, visit_items(planned, made, QUARTER), QUARTER), made


def test_coverage_and_frequency_by_a_bare_loop(panel, found):
    """Classes and the whole: the exact ratios; raw never below capped, and the whole is made of the sums."""
    (rows, classes), (measured, _) = panel, found
    seen, raw, capped, due, full = (Counter() for _ in range(5))
    had = Counter()
    for row in rows:
        had[row["id"]] += row["detailing"] if 13 <= row["month"] <= 15 else 0
    for who, letter in classes.items():
        for node in (letter, "T"):
            seen[node] += had[who] > 0
            raw[node] += had[who]
            capped[node] += min(had[who], DUE[letter])
            due[node] += DUE[letter]
            full[node] += had[who] >= DUE[letter]
    people = Counter(classes.values()) + Counter({"T": len(classes)})
    shown = {}
    for node in "ABCT":
        values = [MEASURES[name].rule(measured[node]) for name in ("coverage", "frequency_raw", "frequency", "reached")]
        assert values == [
            Fraction(seen[node], people[node]),
            Fraction(raw[node], due[node]),
            Fraction(capped[node], due[node]),
            Fraction(full[node], people[node]),
        ]
        assert values[1] >= values[2]
        shown[node] = [percent(value) for value in values]
    assert shown == SHOWN


def test_every_visit_counts_once_or_says_why_not(found):
    """22,191 visits: those of the quarter are counted, the others are outside the period, and none is lost."""
    measured, made = found
    counted = sum(line.value() for line in measured.lines if line.figure == "made_visits")
    left = [line for line in measured.left_out() if line.item.figure == "made_visits"]
    assert {line.reason.en for line in left} == {"outside the period"}
    assert counted + sum(line.item.value for line in left) == len(made) == 22_191


def test_frame_and_objects_agree(found):
    """The same measures over a frame of the nodes."""
    pl = pytest.importorskip("polars")
    from pharmasales import frames

    names = ("coverage", "frequency_raw", "frequency", "reached")
    measured, _ = found
    table = frames.apply_all({f"m_{name}": MEASURES[name].rule for name in names}, pl.DataFrame(measured.columns()))
    for row in table.iter_rows(named=True):
        for name in names:
            assert row[f"m_{name}"] == float(MEASURES[name].rule(measured[row["node_id"]]))
