"""Two years of a distributor's sales, read once: each line to the cent, who sells below whom, goals, and items."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest

from pharmasales.display import Says
from pharmasales.evaluation.measures import Item, goal_items
from pharmasales.goals import decompose, grown, season_from_history
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Year, month_number
from pharmasales.units import BOX, EUR, Amount

DATA = (Path(__file__).parents[3] / "../shared/data").resolve()
TAKEN = ("Sales Team", "Name of Sales Rep", "Country", "Product Name", "Customer Name", "Month", "Sales", "Quantity")


class Line(NamedTuple):
    """One line of sales; returns are negative. Money in cents, boxes to the nearest."""

    team: str
    rep: str
    country: str
    product: str
    customer: str
    year: int
    month: int
    cents: int
    boxes: int


def read(year: int) -> list[Line]:
    """Return the lines of a year."""
    with gzip.open(DATA / f"foresight_pharma_sales_{year}.csv.gz", "rt", encoding="utf-8") as file:
        rows = csv.reader(file)
        at = [*map(next(rows).index, TAKEN)]
        lines = []
        for row in rows:
            *names, month, sales, quantity = (row[n] for n in at)
            money, boxes = EUR.minor(sales, extra="half_up"), BOX.minor(quantity, extra="half_up")
            lines.append(Line(*names, year, month_number(month), money, boxes))
        return lines


@pytest.fixture(scope="session")
def years() -> dict[int, list[Line]]:
    """Return every line of 2017 and 2018."""
    if not all((DATA / f"foresight_pharma_sales_{year}.csv.gz").exists() for year in (2017, 2018)):
        pytest.skip("the real data are not here")
    return {year: read(year) for year in (2017, 2018)}


@pytest.fixture(scope="session")
def org(years) -> Org:
    """Return company > 4 teams > 13 reps."""
    teams = {line.rep: line.team for line in years[2017]}
    nodes = [Node("C", "Example Pharma", "company")]
    nodes += [Node(team, team, "team", "C") for team in sorted(set(teams.values()))]
    return Org.of([*nodes, *(Node(rep, rep, "rep", team) for rep, team in sorted(teams.items()))])


@pytest.fixture(scope="session")
def by_month(years):
    """Return cents by rep, year and month."""
    found: dict[tuple[str, int, int], int] = defaultdict(int)
    for lines in years.values():
        for line in lines:
            found[line.rep, line.year, line.month] += line.cents
    return found


@pytest.fixture(scope="session")
def goals(org, by_month):
    """Return the year 2017 and a quarter more, shared out by what each rep sold, month by month with its season."""
    totals = {
        month: Amount(sum(n for (_, *when), n in by_month.items() if when == [2017, month.month]), EUR)
        for month in Year(2017).months
    }
    weights = {rep.id: sum(by_month[rep.id, 2017, n] for n in range(1, 13)) for rep in org.leaves()}
    cent = Amount(1, EUR)
    whole = grown(Amount.total(totals.values(), EUR), "25%", cent)
    season = season_from_history(totals, Year(2018).months)
    return decompose(org, whole, weights, season, grain=cent, basis=Says("sales of 2017", "2017年销售"))


@pytest.fixture(scope="session")
def items(org, by_month, goals):
    """Return the actuals of both years and the goal of every node, by month."""
    sold = [Item("actual", rep, Amount(n, EUR), Month(*when), "sales") for (rep, *when), n in by_month.items()]
    due = [
        item
        for month in Year(2018).months
        for item in goal_items({one.id: goals.amount(one.id, month) for one in org}, month)
    ]
    return [*sold, *due]
