"""A season on a distributor's two years: 2018 by quarters, against goals a tenth above the year before."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest

from pharmasales.evaluation.fairness.plans.past import PastRecord
from pharmasales.evaluation.fairness.plans.plan_check import check_plan
from pharmasales.evaluation.fairness.plans.resampling import resample
from pharmasales.evaluation.fairness.plans.reweighting import reweighted
from pharmasales.evaluation.fairness.plans.season_change import compare_seasons
from pharmasales.evaluation.fairness.plans.simulating import simulate
from pharmasales.evaluation.measures.figures import Figures
from pharmasales.evaluation.payout.building import payout_curve
from pharmasales.evaluation.payout.plans import PayoutPlan, PayPart
from pharmasales.evaluation.scoring.scorecard import scorecard_rule
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.periods import Quarter, month_number
from pharmasales.rules import Field, Ratio
from pharmasales.units import EUR, Amount

DATA = (Path(__file__).parents[4] / "../shared/data").resolve()
YEARS = {year: DATA / f"foresight_pharma_sales_{year}.csv.gz" for year in (2017, 2018)}
pytestmark = pytest.mark.skipif(not all(map(Path.exists, YEARS.values())), reason="the real data are not here")

SHEET = ScoreSheet(
    "field force",
    scorecard_rule(
        {"attainment": (70, [("60%", 0), (1, 1), ("120%", "1.2")]), "growth": (30, [("-20%", 0), ("10%", 1)])}
    ),
)


def plan_of(**more) -> PayoutPlan:
    """Return a plan on attainment: nothing below 70 %, two for one above the target."""
    curve = payout_curve(threshold="70%", above=2, cap="200%", **more)
    return PayoutPlan("sales", [PayPart("sales", "sales", Ratio(Field("actual"), Field("goal")), curve, 100)])


@pytest.fixture(scope="module")
def past() -> list[PastRecord]:
    """Return each rep's quarters of 2018 in cents, the bonus 1,000 a quarter."""
    sold: dict[tuple[int, str, int], int] = defaultdict(int)
    for year, path in YEARS.items():
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                quarter = (month_number(row["Month"]) + 2) // 3
                sold[year, row["Name of Sales Rep"], quarter] += EUR.minor(row["Sales"], extra="half_up")
    found = []
    for rep in sorted({rep for _, rep, _ in sold}):
        for n in range(1, 5):
            before, now = sold[2017, rep, n], sold[2018, rep, n]
            goal = Amount(before * 11 // 10, EUR)
            figures = Figures(goal=goal, actual=Amount(now, EUR), last=Amount(before, EUR))
            found.append(PastRecord(rep, Quarter(2018, n), figures, Amount.of(1_000, EUR)))
    return found


def test_a_season_is_simulated(past):
    """13 reps, four quarters, and the sum of pay by a loop of its own."""
    season = simulate(past, sheet=SHEET, plan=plan_of())
    assert (len(season.rows), len(season.cells), season.unscored, season.unpaid) == (13, 52, (), ())
    whole = 0
    for one in past:
        done = Fraction(one.figures.actual.minor, one.figures.goal.minor)
        share = min(2 * done - 1, 2) if done > 1 else max((done - Fraction(7, 10)) / Fraction(3, 10), 0)
        whole += (2 * 100_000 * share.numerator + share.denominator) // (2 * share.denominator)
    assert season.cost == Amount(whole, EUR)


def test_one_weight_and_one_cap_are_tried_first(past):
    """Growth from 30 to 50 changes scores and no pay; a start of half at the threshold takes from nobody."""
    old = simulate(past, sheet=SHEET, plan=plan_of())
    heavier = compare_seasons(old, simulate(past, sheet=reweighted(SHEET, "growth", 50), plan=plan_of()))
    assert heavier.cost == Amount(0, EUR)
    assert all(sum(by for _, by in row.by_item) == row.score for row in heavier.rows)
    assert heavier.moved
    jump = compare_seasons(old, simulate(past, sheet=SHEET, plan=plan_of(start="50%")))
    assert jump.losers() == ()
    assert jump.cost == Amount.total([row.paid for row in jump.rows], EUR) > Amount(0, EUR)


def test_the_last_quarter_is_checked(past):
    """Each check has its figure; potential is the year before, and influence adds up."""
    last = [one for one in past if one.period == Quarter(2018, 4)]
    potentials = {one.person_id: one.figures.last.value for one in last}
    report = check_plan(last, sheet=SHEET, plan=plan_of(start="50%"), potentials=potentials)
    assert sum(one.covariance for one in report.influences.items) == report.influences.variance
    threshold = next(one for one in report.checks if one.name == "threshold.sales")
    done = [Fraction(one.figures.actual.minor, one.figures.goal.minor) for one in last]
    assert threshold.figure == Fraction(sum(one >= Fraction(7, 10) for one in done), 13)
    assert {one.person_id for one in report.near} == {
        one.person_id for one, value in zip(last, done, strict=True) if abs(value - Fraction(7, 10)) <= Fraction(2, 100)
    }


def test_the_quarters_are_drawn_anew(past):
    """Two hundred years made of these quarters: the real one lies between the cheapest and the dearest."""
    season = simulate(past, plan=plan_of())
    found = resample(season, draws=200, seed=2018)
    assert len(found.people) == 13
    assert found.cost_at(0) <= season.cost <= found.cost_at(1)
    assert found.within(found.cost_at(1)) == 200
