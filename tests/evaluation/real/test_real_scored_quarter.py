"""The last quarter of the real sales, from goals to versions: scored, closed, late, appealed, recomputed, and paid."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from pharmasales.evaluation.closing import PeriodInputs, close_period, recompute
from pharmasales.evaluation.fairness import PastRecord, simulate
from pharmasales.evaluation.measures import MEASURES
from pharmasales.evaluation.payout import PayoutPlan, PayPart, payout_curve
from pharmasales.evaluation.scoring import RankGrades, ScoreSheet, linear
from pharmasales.periods import Month, Quarter
from pharmasales.rules import Field, Part, RelativeToBest, Times, Weighted
from pharmasales.units import EUR, Amount, half_up

QUARTER = Quarter(2018, 4)
SHEET = ScoreSheet(
    "sales",
    Weighted(
        [
            Part("attainment", 50, linear(MEASURES["attainment"].rule, "60%", "120%")),
            Part("growth", 30, linear(MEASURES["growth"].rule, "-20%", "60%")),
            Part("sales", 20, RelativeToBest(Field("actual"))),
        ]
    ),
    grades=RankGrades(((3, "A"), (9, "B")), rest="C"),
)


def cents_of(by_month, quarter):
    """Return cents by rep and year in the months of a quarter."""
    found = defaultdict(int)
    for (rep, month), cents in by_month.items():
        if (month.month - 1) // 3 + 1 == quarter:
            found[rep, month.year] += cents
    return found


def by_hand(by_month, goals, quarter):
    """Return every rep's total in hundredths of a point, reckoned from the sums by month without the library."""
    sold = cents_of(by_month, quarter)
    reps = sorted({rep for rep, _ in sold})
    best = max(sold[rep, 2018] for rep in reps)
    totals = {}
    for rep in reps:
        goal = sum(goals.amount(rep, Month(2018, n)).minor for n in range(3 * quarter - 2, 3 * quarter + 1))
        attained = min(max((Fraction(sold[rep, 2018], goal) - Fraction(3, 5)) / Fraction(3, 5), 0), 1)
        grown = min(max((Fraction(sold[rep, 2018], sold[rep, 2017]) - Fraction(4, 5)) / Fraction(4, 5), 0), 1)
        points = attained * 50, grown * 30, Fraction(sold[rep, 2018], best) * 20
        totals[rep] = sum(int(100 * one + Fraction(1, 2)) for one in points)
    return totals


@pytest.fixture(scope="module")
def inputs(org, items):
    """Return the inputs of the quarter."""
    return PeriodInputs(QUARTER, org, items, unit=EUR, money=EUR)


@pytest.fixture(scope="module")
def late(inputs):
    """Return the December of one rep, as one item."""
    return next(
        one for one in inputs.items if (one.figure, one.node, one.when) == ("actual", "Jimmy Grey", Month(2018, 12))
    )


def test_every_total_by_hand_and_no_point_without_its_why(inputs, by_month, goals):
    """13 totals, ranks and grades as a loop gives them; each point says why, in both languages."""
    found = recompute(close_period(inputs, SHEET, by="p2", on=date(2019, 1, 7)).latest)
    totals = by_hand(by_month, goals, 4)
    assert {one.rep: int(one.total * 100) for one in found.results.reps} == totals
    assert {one.rep: one.rank for one in found.results.reps} == {
        rep: 1 + sum(other > total for other in totals.values()) for rep, total in totals.items()
    }
    letters = sorted(str(one.grade) for one in found.results.reps)
    assert letters == ["A"] * 3 + ["B"] * 6 + ["C"] * 4
    for card in found.cards.scores:
        assert sum((one.points for one in card.points), Decimal(0)) == card.total
        for lang in ("en", "zh"):
            said = card.why().lines(lang)
            for point in card.points:
                assert any(point.part.name in line and str(point.points) in line for line in said)


def test_objects_and_frame_give_the_same_totals(inputs):
    """The fitted sheet as one rule over the frame of the figures: the same totals as person by person."""
    pl = pytest.importorskip("polars")
    from pharmasales import frames

    found = recompute(close_period(inputs, SHEET, by="p2", on=date(2019, 1, 7)).latest)
    columns = found.measurements.columns()
    table = frames.apply(found.fitted.sheet.total_rule(), pl.DataFrame(columns), into="total")
    totals = {row["node_id"]: row["total"] for row in table.iter_rows(named=True)}
    for one in found.results.reps:
        assert totals[one.rep] == pytest.approx(float(one.total), abs=1e-9)


def test_a_month_that_came_late_an_appeal_won_and_both_versions_recomputed(inputs, late, by_month, goals):
    """December of one rep after the close: flagged, not counted, won by appeal, corrected; each version stays."""
    early = [one for one in inputs.items if one != late]
    first = PeriodInputs(QUARTER, inputs.org, early, unit=EUR, money=EUR)
    closed = close_period(first, SHEET, by="p2", on=date(2019, 1, 7))
    seal = closed.results.seal
    found = closed.late(inputs.items)
    assert [entry.change.item for entry in found.entries] == [late]
    after, before = by_hand(by_month, goals, 4), {one.rep: int(one.total * 100) for one in closed.results.reps}
    places = [{rep: sum(other > of[rep] for other in of.values()) for rep in of} for of in (before, after)]
    changed = {rep for rep in after if (before[rep], places[0][rep]) != (after[rep], places[1][rep])}
    assert {one.rep: int(one.after * 100) for one in found.together} == {rep: after[rep] for rep in changed}
    closed = closed.appeal(
        "A1",
        "Jimmy Grey",
        item="attainment",
        reason="no December",
        evidence=["December"],
        by="Jimmy Grey",
        on=date(2019, 1, 9),
    ).decide("A1", True, "sent on 5 January", by="p7", on=date(2019, 1, 11))
    opened = closed.reopen("December of one rep", by="p2", approver="p9", on=date(2019, 1, 12), appeals=["A1"])
    twice = opened.close(inputs, by="p2", on=date(2019, 1, 12))
    assert {one.rep: int(one.total * 100) for one in twice.results.reps} == after
    assert twice.corrected_by("A1") == 2
    assert twice.version(1).results.seal == seal
    for version in twice.versions:
        assert recompute(version).results.seal == version.results.seal
    without = int(twice.version(1).results["Jimmy Grey"].total * 100)
    assert without < after["Jimmy Grey"]


def test_a_season_on_the_score_is_paid_as_by_hand(inputs, by_month, goals):
    """Four quarters of 2018: what each rep's score pays, 75 points being the target, by a loop in whole cents."""
    curve = payout_curve(threshold="70%", start="40%", above=2, cap="120%")
    plan = PayoutPlan("score", [PayPart("score", "sales", Times([Field("score")], Fraction(1, 75)), curve, 100)])
    past = []
    for n in (1, 2, 3, 4):
        sold = cents_of(by_month, n)
        for rep in [leaf.id for leaf in inputs.org.leaves()]:
            goal = sum(goals.amount(rep, Month(2018, month)).minor for month in range(3 * n - 2, 3 * n + 1))
            read = {"goal": goal, "actual": sold[rep, 2018], "last": sold[rep, 2017]}
            past.append(PastRecord(rep, Quarter(2018, n), read, Amount.of(3_000, EUR)))
    season = simulate(past, sheet=SHEET, plan=plan)
    paid = defaultdict(int)
    for n in (1, 2, 3, 4):
        for rep, total in by_hand(by_month, goals, n).items():
            done = Fraction(total, 7_500)
            share = min(2 * done - 1, Fraction(6, 5))
            paid[rep] += half_up(300_000 * share) if done >= Fraction(7, 10) else 0
    assert {row.person_id: row.paid.minor for row in season.rows} == paid
    assert season.cost == Amount(sum(paid.values()), EUR)
