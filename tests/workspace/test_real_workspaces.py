"""Workspaces over real files: two years of distributor sales, prescribers, and a hierarchy of four levels."""

import csv
import gzip
import json
from decimal import Decimal
from pathlib import Path

import pytest

from pharmasales.archive import by_period
from pharmasales.cycle import plan, review
from pharmasales.exchange import read_sheet
from pharmasales.periods import Year
from pharmasales.units import CNY, Amount
from pharmasales.workspace import Workspace

DATA = (Path(__file__).parents[2] / "../shared/data").resolve()
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data are not here")

SALES = f"""
[tables.sales]
file = "{DATA}/foresight_pharma_sales_201[78].csv.gz"
[tables.sales.columns]
customer = "Customer Name"
product = "Product Name"
amount = "Sales"
quantity = "Quantity"
period = ["Year", "Month"]
currency = {{ value = "CNY" }}
[org]
levels = ["Sales Team", "Name of Sales Rep"]
[goals]
growth = "10%"
"""


def opened(folder: Path, toml: str) -> Workspace:
    """Make a workspace of these settings."""
    (folder / "pharmasales.toml").write_text(toml, "utf-8")
    return Workspace.open(folder)


def table(path: Path) -> list[dict[str, str]]:
    """Read a CSV of ours."""
    sheet = read_sheet(path)
    return [dict(zip(sheet.header, cells, strict=True)) for _, cells in sheet.rows]


def test_the_two_rows_with_too_many_decimals_are_listed(tmp_path):
    """By default exactly these two rows of 2017 are refused, and the counts add up."""
    loaded = opened(tmp_path, SALES).load()
    assert [(row.file, row.row, row.column, row.code, row.value) for row in loaded.bad] == [
        ("foresight_pharma_sales_2017.csv.gz", 31456, "Sales", "number.decimals", "103691.5089"),
        ("foresight_pharma_sales_2017.csv.gz", 31946, "Sales", "number.decimals", "26495.30669"),
    ]
    assert [(c.read, c.accepted, c.rejected, c.skipped) for c in loaded.counts] == [
        (56486, 56484, 2, 0),
        (94434, 94434, 0, 0),
    ]
    assert [count.duplicates for count in loaded.counts] == [(13643,), (66968, 71331)]


def test_2018_is_planned_from_2017_and_reviewed(tmp_path):
    """Net sales to the fen, goals that add up for every parent and month, attainment of the year."""
    made = opened(tmp_path, SALES + '[units]\nextra_decimals = "half_up"\n')
    region = made.load().checked()
    sums: dict[int, Amount] = {}
    for when, amount in by_period(region.sales).items():
        sums[when.start.year] = sums[when.start.year] + amount if when.start.year in sums else amount
    assert sums == {2017: Amount.of("2701480740.82", CNY), 2018: Amount.of("3506897353.60", CNY)}

    planned = plan(region, made.settings.policy, Year(2018), goals_asked=True)
    goals = planned.goals
    assert goals is not None
    assert goals.total == Amount.of("2971628815", CNY)
    for parent in goals.org:
        below = goals.org.children(parent.id)
        for bucket in (None, *goals.buckets):
            whole = goals.amount(parent.id, bucket) if bucket else goals.amount(parent.id)
            parts = [goals.amount(one.id, bucket) if bucket else goals.amount(one.id) for one in below]
            assert not below or whole == Amount.total(parts, CNY)
        assert goals.amount(parent.id) == Amount.total((goals.amount(parent.id, one) for one in goals.buckets), CNY)
    assert goals.amount(goals.org.root.id) == goals.total
    assert len(goals.org.leaves()) == 13

    result = review(region, made.settings.policy, Year(2018), goals=goals)
    assert result.attainments["TOTAL"].actual == Amount.of("3506897353.60", CNY)
    assert (
        sum((result.attainments[rep.id].actual or Amount(0, CNY)).minor for rep in goals.org.leaves()) == 350689735360
    )


def test_prescribers_are_graded_without_sales_and_reps(tmp_path):
    """Customers alone give deciles and A, B, C; nobody is visited and nobody has a goal, and notes say so."""
    made = opened(
        tmp_path,
        f'[tables.customers]\nfile = "{DATA}/cms_partd_2024_diabetes_prescribers_south_midwest.csv"\n'
        'columns = { id = "prescriber_id", potential = "actual_claims" }\n'
        '[classification]\nschemes = ["abc", "decile"]\n',
    )
    result, outputs = made.plan(Year(2026))
    assert (result.goals, result.visits) == (None, None)
    assert [note.en.split(":")[0] for note in result.notes] == ["no goals", "no visits"]
    found = table(outputs.folder / "grades.csv")
    assert len(found) == 2 * 5721
    letters = {row["customer_id"]: row["grade"] for row in found if row["scheme"] == "abc"}
    assert set(letters.values()) == {"A", "B", "C"}
    with (DATA / "cms_partd_2024_diabetes_prescribers_south_midwest.csv").open(encoding="utf-8") as file:
        claims = {row["prescriber_id"]: int(row["actual_claims"]) for row in csv.DictReader(file)}
    by_claims: dict[int, set[str]] = {}
    for row in found:
        if row["scheme"] == "decile":
            by_claims.setdefault(claims[row["customer_id"]], set()).add(row["grade"])
    assert {len(grades) for grades in by_claims.values()} == {1}
    assert max(claims[one] for one, letter in letters.items() if letter == "C") < min(
        claims[one] for one, letter in letters.items() if letter == "A"
    )


LISTS = DATA / "nhs_practice_list_size_2014_04_06.csv.gz"
LEVELS = ("Regional Office Code", "Area Team Code", "PCO Code", "Practice Code")


@pytest.mark.parametrize("basis", ["history", "potential"])
def test_a_goal_goes_down_four_levels_and_practices_without_patients_get_zero(tmp_path, basis):
    """Region, area, PCO, practice: exact at every node and month, whether patients are sales or potential."""
    with gzip.open(LISTS, "rt", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    ages = list(lines[0])[7:]
    assert len(ages) == 18
    columns = {
        "history": f'[tables.sales.columns]\nquantity = {json.dumps(ages)}\nperiod = {{ value = "2013" }}\n',
        "potential": f'[tables.customers.columns]\npotential = {json.dumps(ages)}\nid = "Practice Code"\n',
    }
    name = {"history": "sales", "potential": "customers"}[basis]
    made = opened(
        tmp_path,
        f'[tables.{name}]\nfile = "{LISTS}"\n{columns[basis]}[org]\nlevels = {json.dumps(LEVELS)}\n'
        f'[goals]\ntotal = "1000000"\nmeasure = "quantity"\nseason = "even"\nbasis = "{basis}"\n'
        "[classification]\nschemes = []\n",
    )
    goals = plan(made.load().checked(), made.settings.policy, Year(2014), goals_asked=True).goals
    assert goals is not None
    assert len(goals.org.leaves()) == len(lines) == 9475
    assert goals.org.levels() == ["total", *LEVELS]
    patients = {"/".join(line[level] for level in LEVELS): sum(int(line[age]) for age in ages) for line in lines}
    empty = [practice for practice, count in patients.items() if not count]
    assert len(empty) > 1000
    assert {goals.amount(one, bucket).minor for one in empty for bucket in goals.buckets} == {0}
    for bucket in goals.buckets:
        assert (
            sum(goals.amount(leaf.id, bucket).minor for leaf in goals.org.leaves())
            == goals.amount("TOTAL", bucket).minor
        )
        for parent in goals.org:
            below = goals.org.below[parent.id]
            if below:
                assert goals.amount(parent.id, bucket).minor == sum(goals.amount(one, bucket).minor for one in below)
    assert sum(goals.amount("TOTAL", bucket).minor for bucket in goals.buckets) == 1_000_000
    assert goals.total.value == Decimal(1_000_000)
