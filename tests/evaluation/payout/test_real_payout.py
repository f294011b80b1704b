"""Payouts on a distributor's real sales: any partition of the year pays the year, and cliffs have people near them."""

from __future__ import annotations

from collections import defaultdict

import pytest

from pharmasales.evaluation.payout.building import payout_curve
from pharmasales.evaluation.payout.settling import settle
from pharmasales.evaluation.payout.stages import Stage
from pharmasales.evaluation.payout.steps import cliffs
from pharmasales.evaluation.payout.tier import Tier
from pharmasales.evaluation.payout.tiers import TierTable
from pharmasales.periods import Month, Year
from pharmasales.units import EUR, Amount

YEAR = Year(2018)
TIERS = [Tier(0, 10**8, "0.1%"), Tier(10**8, 2 * 10**8, "0.15%"), Tier(2 * 10**8, None, "0.2%")]


@pytest.fixture(scope="module")
def sold(real_lines):
    """Return the sales of each rep in whole cents, by year and month, returns included."""
    found = {2017: defaultdict(int), 2018: defaultdict(int)}
    for line in real_lines:
        found[line.month.year][line.rep, line.month.month] += line.cents
    return found


def stages(sold, rep, months=12) -> list[Stage]:
    """The months of a rep in 2018: the goal is the year before and a tenth more, the bonus 1,000 a month."""
    return [
        Stage(
            Month(2018, n),
            Amount(sold[2018][rep, n], EUR),
            Amount(sold[2017][rep, n] * 11 // 10, EUR),
            Amount.of(1_000, EUR),
        )
        for n in range(1, months + 1)
    ]


def test_cumulative_months_pay_the_year(sold):
    """For every rep, on a curve, on flat and on marginal tiers, to the last cent."""
    reps = sorted({rep for rep, _ in sold[2018]})
    assert len(reps) == 13
    curve = payout_curve(threshold="70%", above=2, cap="200%")
    for pays in (curve, TierTable(EUR, EUR, TIERS, "flat"), TierTable(EUR, EUR, TIERS)):
        for rep in reps:
            found = settle(pays, stages(sold, rep), YEAR)
            assert found.total == found.due
            assert found.difference == Amount(0, EUR)


def test_marginal_tiers_by_a_plain_loop(sold):
    """What the year of each rep earns, reckoned in whole cents by hand."""
    table = TierTable(EUR, EUR, TIERS)
    for rep in {rep for rep, _ in sold[2018]}:
        whole = sum(n for (who, _), n in sold[2018].items() if who == rep)
        first, second, third = min(whole, 10**10), min(max(whole - 10**10, 0), 10**10), max(whole - 2 * 10**10, 0)
        by_hand = (2 * first + 3 * second + 4 * third + 1_000) // 2_000
        assert table.earns(Amount(whole, EUR)) == Amount(by_hand, EUR)


def test_a_flat_table_has_cliffs_where_a_marginal_one_has_none(sold):
    """The jumps at 100 and 200 million are 50,000 and 100,000 euro."""
    assert [(cliff.at, cliff.step) for cliff in cliffs(TierTable(EUR, EUR, TIERS, "flat"))] == [
        (10**8, 50_000),
        (2 * 10**8, 100_000),
    ]
    assert cliffs(TierTable(EUR, EUR, TIERS)) == ()
