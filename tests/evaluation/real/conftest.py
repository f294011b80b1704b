"""Two years of a distributor's sales: who sells below whom, sums by month, goals of the second year, and items."""

from __future__ import annotations

from collections import defaultdict

import pytest

from pharmasales.display import Says
from pharmasales.evaluation.measures import Item, goal_items
from pharmasales.goals import decompose, grown, season_from_history
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Year
from pharmasales.units import EUR, Amount


@pytest.fixture(scope="session")
def org(real_lines) -> Org:
    """Return company > 4 teams > 13 reps."""
    teams = {line.rep: line.team for line in real_lines}
    nodes = [Node("C", "Example Pharma", "company")]
    nodes += [Node(team, team, "team", "C") for team in sorted(set(teams.values()))]
    return Org.of([*nodes, *(Node(rep, rep, "rep", team) for rep, team in sorted(teams.items()))])


@pytest.fixture(scope="session")
def by_month(real_lines) -> dict[tuple[str, Month], int]:
    """Return cents by rep and month."""
    found: dict[tuple[str, Month], int] = defaultdict(int)
    for line in real_lines:
        found[line.rep, line.month] += line.cents
    return found


@pytest.fixture(scope="session")
def goals(org, by_month):
    """Return the year 2017 and a quarter more, shared out by what each rep sold, month by month with its season."""
    before = {month: {rep.id: by_month[rep.id, month] for rep in org.leaves()} for month in Year(2017).months}
    totals = {month: Amount(sum(sold.values()), EUR) for month, sold in before.items()}
    weights = {rep.id: sum(sold[rep.id] for sold in before.values()) for rep in org.leaves()}
    cent = Amount(1, EUR)
    whole = grown(Amount.total(totals.values(), EUR), "25%", cent)
    season = season_from_history(totals, Year(2018).months)
    return decompose(org, whole, weights, season, grain=cent, basis=Says("sales of 2017", "2017年销售"))


@pytest.fixture(scope="session")
def items(org, by_month, goals):
    """Return the actuals of both years and the goal of every node, by month."""
    sold = [Item("actual", rep, Amount(n, EUR), month, "sales") for (rep, month), n in by_month.items()]
    due = [
        item
        for month in Year(2018).months
        for item in goal_items({one.id: goals.amount(one.id, month) for one in org}, month)
    ]
    return [*sold, *due]
