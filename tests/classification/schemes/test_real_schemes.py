"""The ready-made schemes on real data, against restatements that share nothing with them."""

from __future__ import annotations

import csv
import gzip
from bisect import bisect_right
from collections import Counter, defaultdict
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import pytest

from pharmasales.archive import Sale, retention_funnel
from pharmasales.archive.activity import Loyal, net_sales
from pharmasales.archive.concentration import concentrate
from pharmasales.classification import METHODS, Classification, moves
from pharmasales.periods import Month, Quarter, Year, month_number
from pharmasales.rules import Field
from pharmasales.units import CNY, Amount

DATA = (Path(__file__).parents[3] / "../shared/data").resolve()
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data are not here")


COUNTS = [
    [574, 572, 571, 575, 574, 573, 568, 575, 586, 553, 0],
    [96, 149, 198, 264, 338, 416, 516, 667, 925, 2152, 0],
]
"""How many prescribers are in decile 10 to 0, by head-count and by volume."""


def letters(found: Classification) -> dict[str, str | None]:
    """Return each customer's letter, missing among them."""
    return {graded.customer: graded.grade and graded.grade.letter for graded in found.grades}


@pytest.fixture(scope="module")
def prescribers() -> list[tuple[str, str, dict[str, object]]]:
    """5,721 prescribers with their speciality and claims."""
    with (DATA / "cms_partd_2024_diabetes_prescribers_south_midwest.csv").open(encoding="utf-8") as file:
        return [
            (row["prescriber_id"], "", {"speciality": row["specialty"], "claims": int(row["actual_claims"])})
            for row in csv.DictReader(file)
        ]


@pytest.fixture(scope="module")
def sales() -> list[Sale]:
    """Two years of a distributor's sales; two rows with too many decimals are rounded."""
    found = []
    for year in (2017, 2018):
        with gzip.open(DATA / f"foresight_pharma_sales_{year}.csv.gz", "rt", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                amount = Amount.of(row["Sales"], CNY, extra="half_up")
                month = Month(int(row["Year"]), month_number(row["Month"]))
                found.append(Sale(month, amount, customer=row["Customer Name"].strip()))
    return found


def tenth(values: list[int], sums: list[int], value: int) -> str:
    """Return a decile by its definition: what all larger values hold of the whole, in tenths, from ten down."""
    return str(10 - 10 * (sums[-1] - sums[bisect_right(values, value)]) // sums[-1])


def test_deciles_by_count_and_by_volume(prescribers: list[tuple[str, str, dict[str, object]]]) -> None:
    """Equal head-counts or equal volumes, ties together: by volume the best decile has the fewest prescribers."""
    claims = {one: int(str(record["claims"])) for one, _, record in prescribers}
    values = sorted(claims.values())
    heads, volume = list(range(len(values) + 1)), [0, *accumulate(values)]
    by_count = letters(METHODS["decile"].classify(prescribers, Field("claims")))
    by_volume = letters(METHODS["decile_volume"].classify(prescribers, Field("claims")))
    assert by_count == {one: tenth(values, heads, value) for one, value in claims.items()}
    assert by_volume == {one: tenth(values, volume, value) for one, value in claims.items()}
    counts = [Counter(found.values()) for found in (by_count, by_volume)]
    assert [[count[str(n)] for n in range(10, -1, -1)] for count in counts] == COUNTS
    assert len(set(values)) == 1406, "there are many ties"
    for found in (by_count, by_volume):
        held: dict[int, set[str | None]] = defaultdict(set)
        for one, value in claims.items():
            held[value].add(found[one])
        assert all(len(group) == 1 for group in held.values())


def test_deciles_by_speciality(prescribers: list[tuple[str, str, dict[str, object]]]) -> None:
    """Each speciality by itself: its best are in decile 10, and the same claims are worth different deciles."""
    found = METHODS["decile"].classify(prescribers, Field("claims"), within=["speciality"])
    groups: dict[str, list[int]] = defaultdict(list)
    for _, _, record in prescribers:
        groups[str(record["speciality"])].append(int(str(record["claims"])))
    tables = {name: sorted(values) for name, values in groups.items()}
    heads = {name: list(range(len(values) + 1)) for name, values in tables.items()}
    expected = {
        one: tenth(tables[(name := str(record["speciality"]))], heads[name], int(str(record["claims"])))
        for one, _, record in prescribers
    }
    assert letters(found) == expected
    assert len(found.groups) == len(groups)
    pooled = letters(METHODS["decile"].classify(prescribers, Field("claims")))
    assert sum(pooled[one] != letter for one, letter in expected.items()) > 1000


@pytest.mark.parametrize(("year", "expected"), [(2017, (367, 125, 59)), (2018, (482, 184, 85))])
def test_abc_of_distributor_customers(sales: list[Sale], year: int, expected: tuple[int, ...]) -> None:
    """ABC by cumulative share, restated by sorting once; here 80 % need two thirds of the customers."""
    net = {customer: amount.minor for customer, amount in net_sales(sales, Year(year)).items()}
    found = METHODS["abc"].classify([(one, one, {"sales": minor}) for one, minor in net.items()])
    order = sorted(net.values(), reverse=True)
    before = dict(zip(reversed(order), reversed([0, *accumulate(order)][:-1]), strict=True))
    whole = sum(order)
    cut = {
        one: "A" if 100 * before[minor] < 80 * whole else "B" if 100 * before[minor] < 95 * whole else "C"
        for one, minor in net.items()
    }
    assert letters(found) == cut
    assert tuple(Counter(cut.values())[letter] for letter in "ABC") == expected


@pytest.mark.parametrize("year", [2017, 2018])
def test_vips_are_those_of_the_concentration_report(sales: list[Sale], year: int) -> None:
    """The scheme and the archive's report of concentration name the same customers."""
    net = net_sales(sales, Year(year))
    found = METHODS["vip"].classify([(one, one, {"sales": amount}) for one, amount in net.items()])
    assert {one for one, letter in letters(found).items() if letter == "VIP"} == set(concentrate(net).vips)


def test_new_lost_and_loyal_between_two_years(sales: list[Sale]) -> None:
    """551 customers stay from 2017 to 2018, all of them loyal by two years of two; 200 are new, nobody is lost."""
    bought: dict[int, dict[str, int]] = {2017: defaultdict(int), 2018: defaultdict(int)}
    for sale in sales:
        assert sale.amount is not None
        bought[sale.period.start.year][sale.customer] += sale.amount.minor
    before, now = ({one for one, net in bought[year].items() if net > 0} for year in (2017, 2018))
    funnel = retention_funnel(sales, [Year(2017), Year(2018)], loyal=Loyal(2, 2))
    found = letters(METHODS["retention"].classify(moves(funnel, Year(2018))))
    assert found == {one: "loyal" if one in before else "new" for one in now}
    assert Counter(found.values()) == {"loyal": 551, "new": 200}
    assert before <= now


def test_new_lost_and_loyal_between_two_quarters(sales: list[Sale]) -> None:
    """By quarter some leave and come back; loyal is active in three of the last four quarters, and kept."""
    quarters = [Quarter(year, n) for year in (2017, 2018) for n in (1, 2, 3, 4)]
    nets: dict[str, Counter[int]] = defaultdict(Counter)
    for sale in sales:
        assert sale.amount is not None
        start = sale.period.start
        nets[sale.customer][(start.year - 2017) * 4 + (start.month - 1) // 3] += sale.amount.minor
    expected = {}
    for one, net in nets.items():
        now, last = net[6] > 0, net[5] > 0
        often = sum(net[place] > 0 for place in (3, 4, 5, 6)) >= 3
        if now and last:
            expected[one] = "loyal" if often else "kept"
        elif now:
            expected[one] = "won_back" if any(net[place] > 0 for place in range(5)) else "new"
        elif last:
            expected[one] = "lost"
    funnel = retention_funnel(sales, quarters, loyal=Loyal(3, 4))
    found = letters(METHODS["retention"].classify(moves(funnel, quarters[6])))
    assert found == expected
    assert Counter(found.values()) == {"loyal": 743, "won_back": 4, "lost": 4}


def test_best_and_worst_of_real_receivables() -> None:
    """100 customers with 2,466 invoices: 17 never paid late, so the list is short; nobody is over 120 days late."""
    billed: dict[str, Fraction] = defaultdict(Fraction)
    late: dict[str, int] = defaultdict(int)
    open_late: dict[str, Fraction] = defaultdict(Fraction)
    with (DATA / "ibm_accounts_receivable.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            one, amount, days = row["customerID"], Fraction(row["InvoiceAmount"]), int(row["DaysLate"])
            billed[one] += amount
            late[one] = max(late[one], days)
            open_late[one] += amount if days > 20 else 0
    people = [
        (one, one, {"sales": billed[one], "on_time": late[one] == 0, "owed": open_late[one], "days_late": late[one]})
        for one in billed
    ]
    best = METHODS["best"].classify(people)
    never_late = {one for one, days in late.items() if days == 0}
    assert {one for one, letter in letters(best).items() if letter == "best"} == never_late
    assert [w.text() for w in best.warnings] == ["17 are listed, fewer than 30"]
    ten = sorted((billed[one] for one in never_late), reverse=True)[:10]
    short = letters(METHODS["best"].classify(people, least=5, most=10))
    assert {billed[one] for one, letter in short.items() if letter == "best"} == set(ten)
    assert set(letters(METHODS["worst"].classify(people, poor=10**9)).values()) == {"other"}
    poor = sorted(billed.values())[30]
    worst = letters(METHODS["worst"].classify(people, poor=poor, owed=200, days=20))
    assert {one for one, letter in worst.items() if letter == "worst"} == {
        one for one in billed if billed[one] < poor and open_late[one] >= 200 and late[one] > 20
    }
    assert Counter(worst.values())["worst"] == 3
