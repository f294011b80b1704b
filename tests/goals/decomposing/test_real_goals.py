"""The distributor sales of 2017 as goals of 2018: team > rep > customer, by class and month, exact everywhere."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from pharmasales.display import Says
from pharmasales.goals.decomposing.product_goals import ProductGoals
from pharmasales.goals.decomposing.products import decompose_products, product_totals
from pharmasales.goals.decomposing.season import season_given
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Year, buckets
from pharmasales.units import CNY, Amount

DATA = (Path(__file__).parents[3] / "../shared/data").resolve() / "foresight_pharma_sales_2017.csv.gz"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the real data are not here")
CENT = Amount(1, CNY)
MONTHS = [*"January February March April May June July August September October November December".split()]

Path3 = tuple[str, str, str]


@pytest.fixture(scope="module")
def sold() -> dict[tuple[Path3, str, int], Decimal]:
    """Return sales to the fen by team, rep and customer, by product class and month; returns are negative."""
    found: dict[tuple[Path3, str, int], Decimal] = defaultdict(Decimal)
    with gzip.open(DATA, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            fen = Decimal(row["Sales"]).quantize(Decimal("0.01"), ROUND_HALF_UP)
            path = (row["Sales Team"], row["Name of Sales Rep"], row["Customer Name"])
            found[path, row["Product Class"], MONTHS.index(row["Month"])] += fen
    return dict(found)


def tree(paths: list[Path3]) -> Org:
    """Return company > team > rep > customer; a customer of two reps stands below both."""
    nodes = {"C": Node("C", "Example Pharma", "company")}
    for team, rep, customer in paths:
        nodes.setdefault(team, Node(team, team, "team", "C"))
        nodes.setdefault(f"{team}/{rep}", Node(f"{team}/{rep}", rep, "rep", team))
        below = f"{team}/{rep}/{customer}"
        nodes.setdefault(below, Node(below, customer, "customer", f"{team}/{rep}"))
    return Org.of(nodes.values())


@pytest.fixture(scope="module")
def goals(sold) -> ProductGoals:
    """Grow the year by 12.34 %, to the fen; each class by its own sales and its own season."""
    org = tree(sorted({path for path, _, _ in sold}))
    classes = sorted({product for _, product, _ in sold})
    by_leaf: dict[str, dict[str, Decimal]] = {product: defaultdict(Decimal) for product in classes}
    by_month: dict[str, list[Decimal]] = {product: [Decimal(0)] * 12 for product in classes}
    for (path, product, month), amount in sold.items():
        by_leaf[product]["/".join(path)] += amount
        by_month[product][month] += amount
    whole = sum(sold.values(), Decimal(0))
    total = Amount.of(Fraction(whole) * Fraction(11234, 10000), CNY, extra="half_up")
    totals = product_totals(total, {product: sum(by_month[product]) for product in classes}, grain=CENT)
    parts = buckets(Year(2018), "month")
    seasons = {product: season_given(by_month[product], parts) for product in classes}
    return decompose_products(
        org, totals, by_leaf, seasons, grain=CENT, basis=Says("sales of 2017", "2017年销售"), negative="zero"
    )


def test_the_company_has_its_number(sold, goals):
    """Sales of 2017 times 1.1234, half up to the fen."""
    assert sum(sold.values()) == Decimal("2701480740.82")
    assert goals.amount("C") == Amount.of("3034843464.24", CNY)


def test_every_parent_equals_its_parts_for_every_month_and_class(goals):
    """Company, 4 teams, 13 reps, their customers; 6 classes and all of them; 12 months and the year."""
    org = goals.org
    assert [len([node for node in org if node.level == level]) for level in ("team", "rep")] == [4, 13]
    for product in (None, *goals.products):
        for bucket in (None, *goals.buckets):
            amounts = {node.id: goals.amount(node.id, bucket, product).minor for node in org}
            for node_id, below in org.families:
                assert amounts[node_id] == sum(amounts[child] for child in below), (node_id, product, bucket)
    goals.check()


def test_months_add_up_to_the_year_and_classes_to_the_whole(goals):
    """For every node: twelve months are its year, and six classes are all of it, in every month."""
    for node in goals.org:
        for product in goals.products:
            months = [goals.amount(node.id, bucket, product).minor for bucket in goals.buckets]
            assert sum(months) == goals.amount(node.id, None, product).minor
        for bucket in (None, *goals.buckets):
            classes = [goals.amount(node.id, bucket, product).minor for product in goals.products]
            assert sum(classes) == goals.amount(node.id, bucket).minor


def test_no_team_is_a_fen_away_from_its_share(sold, goals):
    """Whoever counts by hand finds the same: each team's class, within one fen of its exact share."""
    by_leaf: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for (path, product, _), amount in sold.items():
        by_leaf[path[0], product, "/".join(path)] += amount
    weights: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (team, product, _), amount in by_leaf.items():
        weights[team, product] += max(amount, Decimal(0))
    for product in goals.products:
        total = goals.amount("C", None, product).minor
        of = sum(weight for (_, name), weight in weights.items() if name == product)
        for (team, name), weight in weights.items():
            if name == product:
                assert abs(goals.amount(team, None, product).minor - total * Fraction(weight) / Fraction(of)) < 1


def test_a_number_is_traced_to_the_total(goals):
    """From the company's class down to one customer's month, step by step."""
    leaf = next(node for node in goals.org if node.level == "customer")
    lines = goals.why(leaf.id, Month(2018, 3), next(iter(goals.products))).lines()
    assert "in all, shared out by sales of 2017" in lines[1]
    assert lines[-1].strip().startswith(f"{leaf.name} in 2018-03: ")
