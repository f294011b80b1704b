"""Potentials and market indices on real data: the hospitals of a city, a pharmacy and a distributor over years."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from pharmasales.classification.potential.estimating import estimate_all
from pharmasales.classification.potential.estimators import HOSPITALS_BY_BEDS, WARD, expected_sales
from pharmasales.classification.potential.gaps import growth_gaps
from pharmasales.classification.potential.indices import EVOLUTION, GROWTH, MARKET, SHARE, SHARE_CHANGE
from pharmasales.classification.potential.reconciliation import reconcile
from pharmasales.classification.potential.seasonal import seasonal_index
from pharmasales.classification.potential.swings import sensitivity
from pharmasales.periods import Month, Quarter, Year
from pharmasales.units import BOX, exact

DATA = (Path(__file__).parents[3] / "../shared/data").resolve()
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data are not here")

ASSUMED = {"turnover": "2.5", "share_using": "0.04", "use_per_patient": 2}


@pytest.fixture(scope="module")
def hospitals() -> list[tuple[str, str, int]]:
    """The hospitals of Nanjing: id, level, beds."""
    with (DATA / "cn_nanjing_hospitals_beds.csv").open(encoding="utf-8") as file:
        return [(row["id"], row["level"], int(row["beds"])) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def groups() -> dict[str, dict[Month, Fraction]]:
    """A pharmacy's sales by ATC group and month, read exactly from their many decimals."""
    found: dict[str, dict[Month, Fraction]] = {}
    with (DATA / "atc_salesmonthly_2014_2017.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            year, month, _ = row.pop("datum").split("-")
            for group, value in row.items():
                found.setdefault(group, {})[Month(int(year), int(month))] = exact(value)
    return found


def by_quarter(months: dict[Month, Fraction]) -> dict[Quarter, Fraction]:
    """Add months up into quarters."""
    found: dict[Quarter, Fraction] = {}
    for month, value in months.items():
        quarter = Quarter(month.year, (month.month + 2) // 3)
        found[quarter] = found.get(quarter, Fraction(0)) + value
    return found


def year_of(months: dict[Month, Fraction], year: int) -> Fraction:
    """Add up a year."""
    return sum((value for month, value in months.items() if month.year == year), Fraction(0))


def test_target_hospitals_of_a_city(hospitals: list[tuple[str, str, int]]) -> None:
    """S004-16: number x mean beds by level add up to the city, and to every hospital reckoned by itself, exactly."""
    counts = Counter(level for _, level, _ in hospitals)
    assert counts == {"3": 27, "2": 29}

    def city(levels: str) -> int | Fraction | None:
        chosen = [beds for _, level, beds in hospitals if level in levels]
        mean = Fraction(sum(chosen), len(chosen))
        return HOSPITALS_BY_BEDS.estimate({"hospitals": len(chosen), "beds": mean, **ASSUMED}).value

    every = estimate_all(WARD, [(key, "", {"beds": beds, **ASSUMED}) for key, _, beds in hospitals])
    assert city("32") == sum(every.by_customer().values()) == Fraction(1, 5) * 25_263
    assert city("3") + city("2") == city("32")  # type: ignore[operator]  # nothing is missing
    assert (city("3"), city("2")) == (Fraction(19_059, 5), Fraction(6204, 5))


def test_who_has_most_left(hospitals: list[tuple[str, str, int]]) -> None:
    """Ranked by gap with a fifth of each potential taken: as by beds; hospitals of equal beds share a rank."""
    every = estimate_all(WARD, [(key, "", {"beds": beds, **ASSUMED}) for key, _, beds in hospitals])
    rows = [(key, "", {"potential": value, "actual": 0}) for key, value in every.by_customer().items()]
    found = growth_gaps(rows, BOX, "month")
    beds = {key: size for key, _, size in hospitals}
    assert [beds[gap.customer] for gap in found] == sorted(beds.values(), reverse=True)
    for gap in found:
        assert gap.rank == 1 + sum(size > beds[gap.customer] for size in beds.values())
    assert found["45"].rank == found["28"].rank
    assert {gap.share for gap in found} == {Fraction(0)}


def test_a_mean_of_all_levels_for_one_is_found_out(hospitals: list[tuple[str, str, int]]) -> None:
    """The 27 hospitals of level 3 by the mean of the whole city are far from the sum of their wards."""
    mean = Fraction(sum(beds for _, _, beds in hospitals), len(hospitals))
    crude = HOSPITALS_BY_BEDS.estimate({"hospitals": 27, "beds": mean, **ASSUMED})
    wards = WARD.estimate({"beds": sum(beds for _, level, beds in hospitals if level == "3"), **ASSUMED})
    found = reconcile([crude, wards], "lowest", per="month", tolerance="1.2")
    assert found.value == crude.value
    assert found.agree is False
    assert set(found.out) == {"hospitals_by_beds", "ward"}
    assert found.spread == Fraction(19_059 * 56, 25_263 * 27)


def test_what_would_change_a_city_most(hospitals: list[tuple[str, str, int]]) -> None:
    """Beds are counted, the share is a guess: the share comes first by far."""
    record = {"beds": sum(beds for _, _, beds in hospitals), **ASSUMED}
    found = sensitivity(WARD, record, {"beds": "1%", "share_using": ("0.02", "0.06"), "turnover": ("2", "3")})
    assert [(swing.input.name, swing.rank) for swing in found.swings] == [
        ("share_using", 1),
        ("turnover", 2),
        ("use_per_patient", 3),
        ("beds", 4),
    ]
    assert found.swings[0].swing == found.estimate.value
    plan = expected_sales().estimate(
        {"potential": found.estimate.value, "expected_share": "0.3", "success_rate": "0.5"}
    )
    assert plan.value == Fraction(25_263, 5) * Fraction(3, 20)


def test_the_season_of_every_group(groups: dict[str, dict[Month, Fraction]]) -> None:
    """Four whole years: twelve indices add up to 12 and four to 4 for each group; antihistamines peak in spring."""
    for months in groups.values():
        assert sum(seasonal_index(months).values.values()) == 12
        assert sum(seasonal_index(by_quarter(months)).values.values()) == 4
    cold, allergy = (seasonal_index(by_quarter(groups[name])) for name in ("N02BE", "R06"))
    assert max(allergy.values, key=lambda quarter: allergy.values[quarter]) == 2
    assert min(cold.values, key=lambda quarter: cold.values[quarter]) == 2
    assert allergy.years == (2014, 2015, 2016, 2017)


def test_a_year_with_a_hole(groups: dict[str, dict[Month, Fraction]]) -> None:
    """Without January 2017, in which the file has zeros, there is no index, and the month is named."""
    months = {month: value for month, value in groups["R03"].items() if month != Month(2017, 1)}
    assert "2017-01" in seasonal_index(months).why.text()


def test_one_group_against_the_market(groups: dict[str, dict[Month, Fraction]]) -> None:
    """2017 against 2016, month by month and as a whole: the index is the growth of the share, times 100."""
    market = {month: sum(sold[month] for sold in groups.values()) for month in groups["R03"]}
    shares = Fraction(0)
    for months in groups.values():
        record = {
            "own": year_of(months, 2017),
            "own_last": year_of(months, 2016),
            "market": year_of(market, 2017),
            "market_last": year_of(market, 2016),
        }
        share, change, _, _, index = (one.measure(record).value for one in MARKET)
        assert share is not None
        assert change is not None
        assert index == 100 * share / (share - change)
        shares += share
    assert shares == 1


def test_zero_bases_by_name(groups: dict[str, dict[Month, Fraction]]) -> None:
    """January 2017 has zeros: growth over it is missing by name, growth to it is -100 %; nothing is divided by zero."""
    counts: Counter[str] = Counter()
    market = {month: sum(sold[month] for sold in groups.values()) for month in groups["R03"]}
    for months in groups.values():
        for month in Year(2017).months[1:2]:
            before = Month(2017, 1)
            record = {
                "own": months[month],
                "own_last": months[before],
                "market": market[month],
                "market_last": market[before],
            }
            counts[GROWTH.measure(record).reason.en or "known"] += 1
        falling = {"own": months[Month(2017, 1)], "own_last": months[Month(2016, 12)]}
        counts["gone" if GROWTH.measure(falling).value == -1 else "left"] += 1
    assert counts == {"no sales in the base period": 7, "known": 1, "gone": 7, "left": 1}


def test_a_market_that_did_not_exist() -> None:
    """Poland is in the second year alone: no growth over a market of nothing; in Germany shares make the whole."""
    sold: Counter[tuple[str, str, int]] = Counter()
    for year in (2017, 2018):
        with gzip.open(DATA / f"foresight_pharma_sales_{year}.csv.gz", "rt", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                sold[row["Country"], row["Product Class"], year] += exact(row["Sales"])  # type: ignore[arg-type]
    classes = sorted({name for _, name, _ in sold})

    def record(country: str, name: str) -> dict[str, object]:
        market = {year: sum(sold[country, one, year] for one in classes) for year in (2017, 2018)}
        own = {year: sold[country, name, year] for year in (2017, 2018)}
        return {"own": own[2018], "own_last": own[2017], "market": market[2018], "market_last": market[2017]}

    for name in classes:
        found = EVOLUTION.measure(record("Poland", name))
        assert (found.value, found.reason.en) == (None, "no sales in the base period")
        assert SHARE_CHANGE.measure(record("Poland", name)).reason.zh == "基期市场为零"
    shares = [SHARE.measure(record("Germany", name)).value for name in classes]
    assert sum(share for share in shares if share is not None) == 1
    changes = [SHARE_CHANGE.measure(record("Germany", name)).value for name in classes]
    assert sum(change for change in changes if change is not None) == 0
