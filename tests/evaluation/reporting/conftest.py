"""A small made-up field force: one sheet with every kind of item, a factor, a cap and a gate, and its people."""

from __future__ import annotations

import random
from types import SimpleNamespace

import pytest

from pharmasales.display import Says
from pharmasales.evaluation.measures import MEASURES
from pharmasales.evaluation.scoring import Factor, RankGrades, RepScore, ScoreGate, ScoreSheet, score, steps
from pharmasales.rules import Curve, Field, Part, Weighted
from pharmasales.units import CNY, Amount


def part(name, weight, rule):
    """Return an item that bears the name of its measure."""
    return Part(name, weight, rule, MEASURES[name].zh)


def on(name, *points):
    """Return the curve of a measure."""
    return Curve(MEASURES[name].rule, points)


SHEET = ScoreSheet(
    "field force",
    Weighted(
        [
            part("attainment", 40, on("attainment", ("60%", 0), (1, 1), ("120%", "1.2"))),
            part("growth", 10, on("growth", ("-20%", 0), ("10%", 1))),
            part("coverage", 15, on("coverage", (0, 0), (1, 1))),
            part("return_rate", 15, on("return_rate", ("2%", 1), ("8%", 0))),
            part("knowledge", 20, steps(MEASURES["knowledge"].rule, ((60, 0), (80, "0.6"), (90, "0.8")), top=1)),
        ],
        missing="reweight",
    ),
    factors=[Factor("flood", Field("flood"), bound=5, source="district office", zh="水灾")],
    cap=110,
    gates=[ScoreGate("compliance", Field("breaches").over(0), Says("a confirmed breach", "经确认的违规"), zh="合规")],
    grades=RankGrades(((2, "A"),), rest="B"),
    zh="外勤评分表",
)


def figures(seed, **changes):
    """Return the figures of one person."""
    draw = random.Random(seed)  # noqa: S311 - made-up figures
    known = {
        "goal": Amount.of(400_000, CNY),
        "actual": Amount(draw.randrange(30_000_000, 44_000_000), CNY),
        "last": Amount.of(350_000, CNY),
        "target_customers": 50,
        "seen_customers": draw.randrange(30, 51),
        "returns": Amount.of(draw.randrange(0, 9_000), CNY),
        "gross": Amount.of(100_000, CNY),
        "knowledge_tests": 1,
        "knowledge_points": draw.randrange(40, 101),
        "flood": draw.choice([None, None, 3, -8]),
        "breaches": 0,
    }
    return {**known, **changes}


def person(n, *, seed=0, **changes) -> RepScore:
    """Score one person."""
    return score(SHEET, f"r{n}", f"Rep {n}", figures(1000 * seed + n, **changes))


def people(count, *, seed=0) -> list[RepScore]:
    """Score several."""
    return [person(n, seed=seed) for n in range(1, count + 1)]


@pytest.fixture(scope="session")
def force():
    """Return the field force: its sheet, and how to score its people."""
    return SimpleNamespace(sheet=SHEET, figures=figures, person=person, people=people)
