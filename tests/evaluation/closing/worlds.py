"""A small quarter to close: one district, three reps, goals, sales and visits, a gate, a factor and grades by rank."""

from __future__ import annotations

from datetime import date

from attrs import evolve

from pharmasales.display import Says
from pharmasales.evaluation.closing import PeriodInputs, close_period
from pharmasales.evaluation.measures import MEASURES, Item
from pharmasales.evaluation.scoring import Factor, RankGrades, ScoreGate, ScoreSheet, linear
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter
from pharmasales.rules import Field, Part, RelativeToBest, Weighted
from pharmasales.units import CNY, Amount

Q1 = Quarter(2026, 1)
DAY = date(2026, 4, 7)
REPS = ("r1", "r2", "r3")
ORG = Org.of([Node("N", "North", "district"), *(Node(rep, f"Rep {rep}", "rep", "N") for rep in REPS)])
SHEET = ScoreSheet(
    "reps",
    Weighted(
        [
            Part("attainment", 60, linear(MEASURES["attainment"].rule, 0, 1), "达成率"),
            Part("best", 20, RelativeToBest(Field("actual")), "相对最优"),
            Part("attitude", 20, linear(Field("attitude"), 0, 100), "态度"),
        ],
        missing="reweight",
    ),
    factors=[Factor("flood", Field("flood"), bound=5, source="district office", zh="水灾")],
    cap=100,
    gates=[ScoreGate("compliance", Field("breaches").over(0), Says("a confirmed breach", "经确认的违规"))],
    grades=RankGrades(((1, "A"), (2, "B")), rest="C"),
    zh="代表",
)


def money(figure, rep, number, when=Q1, key=None):
    """Return an item in yuan."""
    return Item(figure, rep, Amount.of(number, CNY), when, key or f"{figure} {rep}")


def items(*sold):
    """Return a goal of 100 and what was sold, for each rep."""
    return [
        one
        for rep, number in zip(REPS, sold or (80, 90, 50), strict=True)
        for one in (money("goal", rep, 100), money("actual", rep, number))
    ]


FACTS = {rep: {"breaches": 0, "attitude": marks, "flood": None} for rep, marks in zip(REPS, (90, 80, 70), strict=True)}


def inputs(given=None, **more):
    """Return the inputs of the quarter."""
    return PeriodInputs(Q1, ORG, items() if given is None else given, **({"facts": FACTS} | more))


def closed(**more):
    """Return the quarter closed by p2."""
    return close_period(inputs(**more), SHEET, by="p2", on=DAY)


def late_item(number=10, rep="r1"):
    """Return a sale of March that was booked late."""
    return money("actual", rep, number, date(2026, 3, 31), "invoice 7")


def corrected(first=None, **more):
    """Return the quarter closed twice: with a late invoice of r1 in its second version."""
    said = {"by": "p2", "approver": "p9", "on": date(2026, 4, 9)} | more
    opened = (first or closed()).reopen("invoice 7 was booked late", **said)
    return opened.close(inputs([*items(), late_item()]), by="p2", on=date(2026, 4, 10))


def totals(version):
    """Return each rep's total, rank and grade."""
    return {one.rep: (str(one.total), one.rank, one.grade) for one in version.results.reps}


def but(value, **changes):
    """Return the same value with some fields changed, past every check."""
    made = evolve(value)
    for name, new in changes.items():
        object.__setattr__(made, name, new)
    return made
