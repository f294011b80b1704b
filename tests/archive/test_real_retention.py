"""The retention funnel and concentration of two years of real distributor sales, by quarter, month and year."""

from __future__ import annotations

import csv
import gzip
from fractions import Fraction
from pathlib import Path

import pytest

from pharmasales.archive import Sale
from pharmasales.archive.activity import Active, Loyal, net_sales
from pharmasales.archive.concentration import concentrate
from pharmasales.archive.retention import Flow, retention_funnel
from pharmasales.periods import Month, Year, buckets, month_number
from pharmasales.units import CNY, Amount

DATA = (Path(__file__).parents[2] / "../shared/data").resolve()
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data are not here")

QUARTERS = (*buckets(Year(2017), "quarter"), *buckets(Year(2018), "quarter"))


@pytest.fixture(scope="module")
def sales() -> list[Sale]:
    """All lines of both years; two rows with too many decimals are rounded."""
    found = []
    for year in (2017, 2018):
        with gzip.open(DATA / f"foresight_pharma_sales_{year}.csv.gz", "rt", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                amount = Amount.of(row["Sales"], CNY, extra="half_up")
                month = Month(int(row["Year"]), month_number(row["Month"]))
                found.append(Sale(month, amount, customer=row["Customer Name"].strip()))
    return found


def counts(flow: Flow) -> tuple[int, ...]:
    """Return opening, new, won back, lost, closing."""
    return flow.opening, len(flow.new), len(flow.won_back), len(flow.lost), flow.closing


def test_by_quarter(sales: list[Sale]) -> None:
    """551 customers at first, 200 more in 2018 (Poland), and next to nobody leaves for a quarter."""
    found = retention_funnel(sales, QUARTERS, loyal=Loyal(3, 4))
    assert [counts(flow) for flow in found] == [
        (0, 551, 0, 0, 551),
        (551, 0, 0, 2, 549),
        (549, 0, 2, 0, 551),
        (551, 0, 0, 0, 551),
        (551, 200, 0, 1, 750),
        (750, 0, 1, 4, 747),
        (747, 0, 4, 4, 747),
        (747, 0, 3, 2, 748),
    ]
    assert [None if flow.loyal is None else len(flow.loyal) for flow in found] == [
        *[None] * 3,
        *[551] * 3,
        751,
        750,
    ]
    assert (found[QUARTERS[5]].churn, found[QUARTERS[4]].growth) == (Fraction(4, 750), Fraction(199, 551))
    assert (found.coverage.lines, found.coverage.counted) == (150_920, 150_920)


def test_by_quarter_against_plain_sets(sales: list[Sale]) -> None:
    """The same sets come out of a loop over the lines that shares nothing with the report."""
    nets: dict[tuple[str, int], int] = {}
    for sale in sales:
        assert sale.amount is not None
        key = sale.customer, (sale.period.start.year - 2017) * 4 + (sale.period.start.month - 1) // 3
        nets[key] = nets.get(key, 0) + sale.amount.minor
    active = [{c for (c, q), net in nets.items() if q == quarter and net > 0} for quarter in range(8)]
    flows = retention_funnel(sales, QUARTERS).flows
    for place, flow in enumerate(flows):
        before = active[place - 1] if place else set()
        assert {*flow.new, *flow.won_back} == active[place] - before
        assert set(flow.lost) == before - active[place]


def test_a_window_of_a_year_loses_nobody(sales: list[Sale]) -> None:
    """With twelve months to buy again, and year by year, none of the 751 is lost."""
    found = retention_funnel(sales, QUARTERS, Active(months=12))
    assert [len(flow.lost) for flow in found] == [0] * 8
    assert counts(found[QUARTERS[4]]) == (551, 200, 0, 0, 751)
    assert [counts(f) for f in retention_funnel(sales, [Year(2017), Year(2018)])] == [
        (0, 551, 0, 0, 551),
        (551, 200, 0, 0, 751),
    ]


def test_by_month(sales: list[Sale]) -> None:
    """Months lose up to ten and win most of them back the month after."""
    found = retention_funnel(sales, buckets(Year(2018), "month"))
    assert [counts(flow) for flow in found][:5] == [
        (550, 200, 1, 3, 748),
        (748, 0, 3, 6, 745),
        (745, 0, 6, 0, 751),
        (751, 0, 0, 10, 741),
        (741, 0, 10, 1, 750),
    ]
    assert sum(len(flow.lost) for flow in found) == 62
    assert sum(len(flow.won_back) for flow in found) == 55


def test_here_the_rule_of_thumb_is_wrong(sales: list[Sale]) -> None:
    """The first 20 % make 36 % and 39 %, not 80: two thirds of the customers are needed for that."""
    by_year = [concentrate(net_sales(sales, Year(year))) for year in (2017, 2018)]
    assert [(len(c.vips), len(c.rows), len(c.without)) for c in by_year] == [(367, 551, 0), (482, 751, 0)]
    assert [c.why.text() for c in by_year] == [
        "367 of 551 customers (66.6%) make 80.1% where 80.0% was asked; the first 20.0% of customers make 36.1%",
        "482 of 751 customers (64.2%) make 80.1% where 80.0% was asked; the first 20.0% of customers make 39.3%",
    ]
    assert all(sum(row.share for row in c.rows) == 1 for c in by_year)
