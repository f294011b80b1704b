"""Baselines on real data: a distributor's months of 2017 held against 2018, and a pharmacy's four years."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from pharmasales.display import Says
from pharmasales.errors import BadRows
from pharmasales.goals import decompose, season_from_history
from pharmasales.goals.baselines.builders import Known, build_all
from pharmasales.goals.baselines.mixtures import FirstKnown
from pharmasales.goals.baselines.restating import restate
from pharmasales.goals.baselines.seasonality import Seasonal
from pharmasales.goals.baselines.series import last_mean, recent_weighted, same_last_year, trend
from pharmasales.goals.decomposing.versions import goal_versions
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Period, Quarter, Year, month_number
from pharmasales.units import Amount, Unit, exact, half_up

DATA = (Path(__file__).parents[3] / "../shared/data").resolve()
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data are not here")

MONEY = Unit("EUR", 2)
DOSE = Unit("DOSE", 9)


def lines(year: int) -> Iterator[dict[str, str]]:
    """Yield the distributor's lines of a year."""
    with gzip.open(DATA / f"foresight_pharma_sales_{year}.csv.gz", "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


@pytest.fixture(scope="module")
def sold() -> dict[str, dict[Period, Amount | None]]:
    """Net sales of each rep by month, of both years."""
    found: dict[str, dict[Period, Fraction]] = {}
    for year in (2017, 2018):
        for line in lines(year):
            month = Month(year, month_number(line["Month"]))
            rep = found.setdefault(line["Name of Sales Rep"], {})
            rep[month] = rep.get(month, Fraction(0)) + exact(line["Sales"])
    return {
        rep: {month: Amount.of(value, MONEY, "half_up") for month, value in months.items()}
        for rep, months in found.items()
    }


@pytest.fixture(scope="module")
def pharmacy() -> dict[str, Known]:
    """A pharmacy's sales by group and month, 2014 to 2017, to nine decimals."""
    found: dict[str, dict[Period, Amount | None]] = {}
    with (DATA / "atc_salesmonthly_2014_2017.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            year, month, _ = row.pop("datum").split("-")
            for group, value in row.items():
                found.setdefault(group, {})[Month(int(year), int(month))] = Amount.of(value, DOSE, "half_up")
    return {group: Known(months) for group, months in found.items()}


def miss(found: dict[str, Fraction], actual: dict[str, Amount]) -> Fraction:
    """Return by how much baselines miss the actual, all deviations added, as a share of the actual."""
    whole = sum(exact(amount) for amount in actual.values())
    return sum((abs(found[one] - exact(amount)) for one, amount in actual.items()), Fraction(0)) / whole


def only(year: int, months: dict[Period, Amount | None]) -> Known:
    """Keep what was known at the end of a year."""
    return Known({month: amount for month, amount in months.items() if month in Year(year)})


def test_the_baseline_of_everybody_is_last_year_s_sales(sold: dict[str, dict[Period, Amount | None]]) -> None:
    """From the months of 2017 alone: the reps' baselines of 2018 are all sales of 2017, but for cents of rounding."""
    found = build_all(same_last_year(), {rep: only(2017, months) for rep, months in sold.items()}, Year(2018))
    whole = sum((exact(line["Sales"]) for line in lines(2017)), Fraction(0))
    assert (len(found), found.missing, found.below_zero) == (13, (), ())
    assert abs(sum(found.weights().values()) - whole) < Fraction(13 * 12, 200)


def test_2017_to_2018_against_the_actual(sold: dict[str, dict[Period, Amount | None]]) -> None:
    """Month by month and rep by rep: one year says little, whichever way it is read, because 2018 grew by 30 %.

    The season of 2017 misses 34 % of the actual, the line through 2017 33 %, its mean 30 %; one year's season is the
    same month last year.
    """
    known = {rep: only(2017, months) for rep, months in sold.items()}
    missed = dict.fromkeys(("season", "line", "mean"), Fraction(0))
    for month in Year(2018).months:
        actual = {rep: months.get(month) or Amount(0, MONEY) for rep, months in sold.items()}
        year = build_all(same_last_year(), known, Year(2018))
        found = {
            "season": build_all(Seasonal(1), known, month).weights(),
            "line": build_all(trend(12, ahead=month.month), known, month).weights(),
            "mean": {rep: value / 12 for rep, value in year.weights().items()},
        }
        for name, weights in found.items():
            missed[name] += miss(weights, actual) / 12
        assert found["season"] == build_all(same_last_year(), known, month).weights()
    assert {name: half_up(share * 100) for name, share in missed.items()} == {"season": 34, "line": 33, "mean": 30}


def test_new_customers_by_a_stated_policy() -> None:
    """Who bought nothing in the second quarter of 2017 has no baseline, until a policy says what counts."""
    bought: dict[str, dict[Period, Fraction]] = {}
    for year in (2017, 2018):
        for line in lines(year):
            quarter = Quarter(year, (month_number(line["Month"]) + 2) // 3)
            one = bought.setdefault(line["Customer Name"], {})
            one[quarter] = one.get(quarter, Fraction(0)) + exact(line["Sales"])
    known = {
        f"c{n}": Known({quarter: Amount.of(value, MONEY, "half_up") for quarter, value in quarters.items()})
        for n, quarters in enumerate(bought.values())
    }
    due, last, before = Quarter(2018, 2), Quarter(2017, 2), Quarter(2018, 1)
    found = build_all(same_last_year(), known, due)
    assert found.missing == tuple(f"c{n}" for n, quarters in enumerate(bought.values()) if last not in quarters)
    assert (len(found), len(found.missing)) == (751, 200)
    total = Amount.of(10**9, MONEY)
    with pytest.raises(BadRows, match="cannot be restated") as caught:
        restate(found, total, negative="zero")
    assert len(caught.value.exceptions) == 200
    policy = build_all(FirstKnown([same_last_year(), last_mean(1)]), known, due)
    assert policy.missing == ()
    assert all(policy[one].value == exact(known[one].history[before] or 0) for one in found.missing)
    whole = restate(policy, total, grain=Amount.of(1000, MONEY), negative="zero")
    assert Amount.total(whole.values(), MONEY) == total


def test_a_plan_of_2018_in_three_versions(sold: dict[str, dict[Period, Amount | None]]) -> None:
    """Baselines weigh, the total is decomposed by the season of 2017, and each version adds up to the cent."""
    reps = list(sold)
    weights = build_all(same_last_year(), {rep: only(2017, sold[rep]) for rep in reps}, Year(2018)).weights()
    org = Org.of([Node(f"r{n}", "Example", "rep") for n in range(len(reps))])
    ids = {f"r{n}": weights[rep] for n, rep in enumerate(reps)}
    by_month: dict[Period, Amount] = {
        month: Amount.total((kept for rep in reps if (kept := sold[rep][month]) is not None), MONEY)
        for month in Year(2017).months
    }
    season = season_from_history(by_month, Year(2018).months)
    total = Amount.of(10**10, MONEY)
    plan = decompose(org, total, ids, season, grain=Amount.of(1, MONEY), basis=Says("baselines", "基数"))
    versions = goal_versions(plan)
    for one in (versions.floor, versions.base, versions.challenge):
        one.check()
    assert versions.challenge.total == Amount.of(12 * 10**9, MONEY)
    moved = versions.floated({"r0": versions.levels("r0").lowest.to_grain(plan.grain)})
    moved.plan.check()
    assert moved.plan.total == total


def test_a_pharmacy_over_four_years(pharmacy: dict[str, Known]) -> None:
    """2014 to 2016 held against 2017: the season of three years beats the line that knows none."""
    for group in ("N02BE", "R06"):
        known = pharmacy[group]
        seasonal, line = Fraction(0), Fraction(0)
        for month in Year(2017).months[:11]:
            amount = known.reached(month)
            assert amount is not None
            actual = exact(amount)
            for_season = Seasonal(3).build(known, month).value
            for_line = trend(36, ahead=month.month).build(known, month).value
            assert for_season is not None
            assert for_line is not None
            seasonal += abs(for_season - actual)
            line += abs(for_line - actual)
        assert seasonal < line


def test_three_years_weighted(pharmacy: dict[str, Known]) -> None:
    """1:1:2 of the same quarter of 2014, 2015 and 2016, by hand."""
    for known in pharmacy.values():
        one, two, three = (exact(known.reached(Quarter(year, 2)) or 0) for year in (2014, 2015, 2016))
        assert recent_weighted().build(known, Quarter(2017, 2)).value == (one + two + 2 * three) / 4
