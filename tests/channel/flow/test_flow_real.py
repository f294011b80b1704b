"""Real files: two years of distributor sales as the files of every distributor, and hospitals by dirty names."""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from pharmasales.archive.customers import Customer
from pharmasales.channel.flow import (
    CleanFlow,
    FlowFile,
    Master,
    MasterNames,
    Matcher,
    Packing,
    clean_flow,
    close_month,
    customer_masters,
    flow_facts,
    product_name,
    read_flow,
    suggest_columns,
)
from pharmasales.periods import Month
from pharmasales.units import Unit

DATA = Path(__file__).parents[3] / "../shared/data"
SALES = [DATA / f"foresight_pharma_sales_{year}.csv.gz" for year in (2017, 2018)]
HOSPITALS = DATA / "cn_fever_clinic_hospitals_2020_a.csv"
BEDS = DATA / "cn_nanjing_hospitals_beds.csv"
EUR = Unit("EUR", 4)

needs_sales = pytest.mark.skipif(not SALES[0].exists(), reason="the real sales are not beside the project")
needs_hospitals = pytest.mark.skipif(
    not HOSPITALS.exists(), reason="the real hospital lists are not beside the project"
)


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, int, tuple[str, ...]]]:
    """Every row as it is, with its file and number, after the header."""
    found = []
    for path in SALES:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
            found += [(path.name, number, tuple(row)) for number, row in enumerate(csv.reader(lines), 1)]
    return found


@pytest.fixture(scope="module")
def cleaned(rows: list[tuple[str, int, tuple[str, ...]]]) -> CleanFlow:
    """All of it, one file a distributor and year."""
    header = rows[0][2]
    files: dict[tuple[str, str], list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
    for name, number, row in rows:
        if row != header:
            files[row[0], name].append((number, row))
    guessed = suggest_columns(header)
    columns = {"date": ("Month", "Year")}
    read = []
    for (distributor, name), some in files.items():
        kept = guessed.confirm(distributor, by="u1", on=date(2019, 1, 7), columns=columns, always={"unit": "box"})
        read.append(read_flow(FlowFile(f"{distributor} {name}", header, some), kept, unit=EUR))
    customers = sorted({row[1] for _, number, row in rows if number > 1})
    products = sorted({row[8] for _, number, row in rows if number > 1})
    matcher = Matcher(
        MasterNames.of(Master(f"C{at:03}", (name,)) for at, name in enumerate(customers)),
        MasterNames.of((Master(f"P{at:03}", (name,)) for at, name in enumerate(products)), product_name),
    )
    return clean_flow(read, matcher, [Packing(f"P{at:03}", {"box": 1}) for at in range(len(products))])


@needs_sales
def test_two_years_of_distributors_come_in_and_none_is_lost(
    rows: list[tuple[str, int, tuple[str, ...]]], cleaned: CleanFlow
) -> None:
    """In = matched + held, by count, money and quantity, and in is what the files say by an addition of their own."""
    data = [row for _, number, row in rows if number > 1]
    assert len({row[0] for row in data}) == 27
    balance = cleaned.balance
    assert (balance.read.lines, balance.matched.lines, balance.held.lines, balance.blank) == (150_920, 150_912, 8, 0)
    money = [Decimal(row[12]) for row in data]
    readable = [one for one in money if one == one.quantize(Decimal("0.0001"))]
    assert balance.read.minor == sum(readable) * 10_000 == 62_083_515_991_089
    assert balance.read.no_money == len(money) - len(readable) == 1
    assert balance.read.quantities == {"box": sum(Decimal(row[10]) for row in data)} == {"box": 15_037_120}
    assert balance.matched.minor + balance.held.minor == balance.read.minor
    assert balance.matched.quantities["box"] + balance.held.quantities["box"] == 15_037_120


@needs_sales
def test_what_is_held_of_the_two_years_and_why(
    rows: list[tuple[str, int, tuple[str, ...]]], cleaned: CleanFlow
) -> None:
    """Three repeats, four rows whose price misses the money, one with a fifth decimal; returns are no fault."""
    data = [row for _, number, row in rows if number > 1]
    reasons = Counter(reason.code for one in cleaned.held for reason in one.reasons)
    again = sum(count - 1 for count in Counter(data).values() if count > 1)
    off = [abs(Decimal(row[10]) * Decimal(row[11]) - Decimal(row[12])) for row in data]
    assert reasons == {"repeat": again, "sum": sum(one > Decimal("0.01") for one in off) - 1, "unread": 1}
    assert reasons == {"repeat": 3, "sum": 4, "unread": 1}
    assert sum(sale.line.is_return for sale in cleaned.sales) == sum(Decimal(row[10]) < 0 for row in data) == 1037


@needs_sales
def test_a_real_month_is_closed_and_adds_up(cleaned: CleanFlow) -> None:
    """The facts of twenty-four months hold every box that was matched."""
    months = sorted({sale.month for sale in cleaned.sales})
    assert len(months) == 24
    assert (
        sum(one.quantity.minor for month in months for one in flow_facts(cleaned.sales, month).values()) == 15_036_438
    )
    closed = close_month(cleaned, Month(2017, 3), by="u1", on=date(2019, 1, 8), why="the row with five decimals waits")
    assert sum(one.lines for one in closed.facts.values()) == sum(one.month == Month(2017, 3) for one in cleaned.sales)


def slips(name: str, chance: Random) -> str:
    """Write a name as clerks do: one character wrong, left out or turned, the province left out, wide, or shortened."""
    at = chance.randrange(1, max(2, len(name) - 1))
    return chance.choice(
        [
            name[:at] + "某" + name[at + 1 :],
            name[:at] + name[at + 1 :],
            name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :],
            name.split("省", 1)[-1].split("市", 1)[-1],
            name.replace("(", "（").replace(")", "）").replace("第", "第 "),
            name.replace("人民医院", "人医").replace("中医医院", "中医院"),
            name + "　",
        ]
    )


def hospitals() -> Iterator[tuple[str, str, str]]:
    """Yield id, name and place of every hospital of both lists."""
    with HOSPITALS.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines)):
            yield f"F{number:04}", row["name"].strip(), row["county"] or row["city"]
    with BEDS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield f"N{int(row['id']):02}", row["hospital_name"].strip(), "南京市"


@needs_hospitals
def test_hospitals_are_found_by_dirty_names_or_asked_about() -> None:
    """Of 1,500 names with a slip most are found, and hardly one is taken for another; the rest are questions."""
    known = list(hospitals())
    once = Counter(name for _, name, _ in known)
    unique = [one for one in known if once[one[1]] == 1]
    masters = customer_masters(Customer(id_, name, "hospital") for id_, name, _ in known)
    matcher = Matcher(MasterNames.of(masters), MasterNames.of([], product_name))
    chance = Random(7)  # noqa: S311 - slips of the pen
    found: Counter[str] = Counter()
    for id_, name, place in chance.sample(unique, 1500):
        answer = matcher.customer(slips(name, chance), place=place)
        found["right" if answer.id == id_ else "wrong" if answer.id else "asked"] += 1
    assert sum(found.values()) == 1500
    assert found["wrong"] <= 6
    assert found["right"] >= 1330
