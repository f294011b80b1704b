"""Goals of a distributor on real sales: team > rep > customer x product class x month, grown from 2017."""

from __future__ import annotations

import csv
import gzip
from fractions import Fraction
from pathlib import Path

import pytest

from pharmasales.display import Says
from pharmasales.goals import season_given
from pharmasales.goals.baselines.weighing import weigh
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.goals.decomposing.products import decompose_products, product_totals
from pharmasales.org import Node, Org
from pharmasales.periods import Year
from pharmasales.units import EUR, Amount

DATA = Path(__file__).parents[3] / "../shared/data/foresight_pharma_sales_2017.csv.gz"
MONTHS = "January February March April May June July August September October November December".split()


@pytest.mark.skipif(not DATA.exists(), reason="the distributor sales are not beside the checkout")
def test_distributor_by_product_class_and_month() -> None:
    """Six classes, 4 teams, 13 reps and their customers, 12 months: exact everywhere, returns by a stated policy."""
    nodes: dict[str, Node] = {"D": Node("D", "Distributor", "company")}
    sold: dict[str, dict[str, Fraction]] = {}
    seasons: dict[str, list[Fraction]] = {}
    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            team, rep = row["Sales Team"], f"{row['Sales Team']}/{row['Name of Sales Rep']}"
            leaf, product = f"{rep}/{row['Customer Name']}", row["Product Class"]
            nodes.setdefault(team, Node(team, team, "team", "D"))
            nodes.setdefault(rep, Node(rep, rep, "rep", team))
            nodes.setdefault(leaf, Node(leaf, leaf, "customer", rep))
            amount = Fraction(row["Sales"])
            by_leaf = sold.setdefault(product, {})
            by_leaf[leaf] = by_leaf.get(leaf, Fraction(0)) + amount
            seasons.setdefault(product, [Fraction(0)] * 12)[MONTHS.index(row["Month"])] += amount
    org = Org.of(nodes.values())
    assert (len(org.children("D")), len(sold), [node.level for node in org][:4]) == (
        4,
        6,
        ["company", "team", "rep", "customer"],
    )
    returns = {product: sum(amount < 0 for amount in by_leaf.values()) for product, by_leaf in sold.items()}
    weights = {
        product: weigh(org, by_leaf, new_hire="zero", zero="zero", negative="zero") for product, by_leaf in sold.items()
    }
    assert sum(returns.values()) > 0
    grain, months = Amount.of(1000, EUR), Year(2018).months
    total = grain * 13_000_000
    worth = {product: sum(by_leaf.values(), Fraction(0)) for product, by_leaf in sold.items()}
    totals = product_totals(total, worth, grain=grain)
    season = {product: season_given(by_month, months) for product, by_month in seasons.items()}
    asked = [Constraint.floor("Alfa", grain * 4_000_000)]
    goals = decompose_products(
        org, totals, weights, season, grain=grain, basis=Says("sales of 2017", "2017年销售"), constraints=asked
    )
    goals.check()
    assert goals.amount("D") == total
    assert goals.amount("Alfa") >= grain * 4_000_000
    for product, amount in totals.items():
        assert goals.amount("D", product=product) == amount
        nothing = [leaf for leaf, weight in weights[product].items() if not weight]
        assert nothing
        assert not any(goals.of(product).whole[leaf] for leaf in nothing)
    teams = [node.id for node in org.children("D")]
    for month in months:
        assert Amount.total((goals.amount(team, month) for team in teams), EUR) == goals.amount("D", month)
