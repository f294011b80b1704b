"""Tracking on a distributor's real sales: a goal grown from 2017, 2018 by month, and forecasts at mid-year."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction

import pytest

from pharmasales.display import Says, percent
from pharmasales.evaluation.tracking.crediting import credit
from pharmasales.evaluation.tracking.entries import Entry
from pharmasales.evaluation.tracking.forecast import run_rate
from pharmasales.evaluation.tracking.shortfall import gap_to_goal
from pharmasales.evaluation.tracking.stretch import seasonal
from pharmasales.evaluation.tracking.tracked import track
from pharmasales.goals import decompose, grown, season_from_history
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Quarter, Year
from pharmasales.units import EUR, Amount
from pharmasales.workdays import WEEKDAYS

NEXT, MID = Year(2018), date(2018, 6, 30)
PACE = ["152.0%", "119.7%", "162.4%", "118.6%", "95.3%", "124.1%"]  # worked out by a plain loop as well
OFF = ["0.6%", "7.9%"]  # the run rate was nearer: the second half of 2017 was stronger than that of 2018


@pytest.fixture(scope="module")
def world(real_lines):
    """Return the organisation and the sales in whole cents by year, rep and month, returns included."""
    sold = {2017: defaultdict(int), 2018: defaultdict(int)}
    teams: dict[str, str] = {}
    for line in real_lines:
        teams[line.rep] = line.team
        sold[line.month.year][line.rep, line.month] += line.cents
    nodes = [Node(team, team, "team") for team in dict.fromkeys(teams.values())]
    org = Org.of([*nodes, *(Node(rep, rep, "rep", team) for rep, team in teams.items())])
    return org, sold


@pytest.fixture(scope="module")
def tracked(world):
    """Track 2018 at mid-year against the sales of 2017 and 10 % more, with the season of 2017."""
    org, sold = world
    actual = {
        month: {rep: Amount(n, EUR) for (rep, when), n in sold[2018].items() if when == month} for month in NEXT.months
    }
    totals = {
        month: Amount(sum(n for (_, when), n in sold[2017].items() if when == month), EUR)
        for month in Year(2017).months
    }
    base = Amount.total(totals.values(), EUR)
    weights: dict[str, int] = defaultdict(int)
    for (rep, _), n in sold[2017].items():
        weights[rep] += n
    season = season_from_history(totals, NEXT.months)
    grain = Amount.of(1, EUR)
    plan = decompose(org, grown(base, "10%", grain), weights, season, grain=grain, basis=Says("2017", "2017"))
    plan.check()
    goals = {month: {node.id: plan.amount(node.id, month) for node in org} for month in NEXT.months}
    return org, track(org, goals, actual, NEXT, MID, WEEKDAYS), plan, totals, actual


def test_pace_by_month(tracked):
    """Goals of months make those of quarters and the year at every node, and actuals those of the first half."""
    org, found, plan, _, actual = tracked
    root = org.root.id
    assert found[NEXT][root].goal == plan.total
    for node in org:
        assert sum(found[Quarter(2018, n)][node.id].goal.minor for n in (1, 2, 3, 4)) == plan.amount(node.id).minor
    half = sum(amount.minor for month in NEXT.months[:6] for amount in actual[month].values())
    assert found[NEXT][root].actual == Amount(half, EUR)
    assert found[NEXT].elapsed == Fraction(130, 261)
    assert [percent(found[month][root].attainment) for month in NEXT.months[:6]] == PACE
    assert found[Month(2018, 6)].elapsed == 1
    assert found[Month(2018, 7)][root].status.en == "no data"


def test_forecasts_at_mid_year_against_what_came(tracked):
    """What each method would have said on 30 June beside what the year came to."""
    org, found, plan, before, actual = tracked
    row = found[NEXT][org.root.id]
    came = sum(amount.minor for month in NEXT.months for amount in actual[month].values())
    rate = run_rate(row.actual, NEXT, MID, WEEKDAYS, spread="10%")
    season = seasonal(row.actual, NEXT, MID, before, years=1, spread="10%")
    off = [percent(Fraction(one.amount.minor - came, came)) for one in (rate, season)]
    assert off == OFF
    assert rate.low.minor <= rate.amount.minor <= rate.high.minor
    gap = gap_to_goal(plan.total, row.actual, NEXT, MID, WEEKDAYS, season)
    assert season.amount + gap.expected_gap == plan.total
    two = seasonal(row.actual, NEXT, MID, before, years=2)
    assert two.why.text() == "2018 by the season: no forecast (2016 is not known in full)"


def test_credit_of_the_real_ledger(world):
    """Every real rep-month as a sale shared 70/30 with the next rep: teams and the whole still add up, cent by cent."""
    org, sold = world
    reps = [leaf.id for leaf in org.leaves()]
    entries = [
        Entry(f"e{n}", month.start, Amount(cents, EUR), {rep: "70%", reps[reps.index(rep) - 1]: "30%"})
        for n, ((rep, month), cents) in enumerate(sold[2018].items())
    ]
    found = credit(org, entries, NEXT.months, EUR)
    for month in NEXT.months:
        whole = sum(n for (_, when), n in sold[2018].items() if when == month)
        assert found.credited(org.root.id, month).own == Amount(whole, EUR)
        assert sum(found.credited(rep, month).amount.minor for rep in reps if found.credited(rep, month)) == whole
    assert not found.left_out()
