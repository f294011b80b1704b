"""Two years of a distributor's sales: 805 million more, split exactly by product, customer, rep and team."""

from __future__ import annotations

from collections import Counter

import pytest

from pharmasales.evaluation.variance.sales_parts import SALES_PARTS
from pharmasales.evaluation.variance.sales_split import SalesVariance, sales_variance
from pharmasales.evaluation.variance.sold import SoldLine
from pharmasales.org import Node, Org
from pharmasales.units import BOX, CNY, Amount


@pytest.fixture(scope="module")
def found(real_lines) -> SalesVariance:
    """Return 2018 against 2017, sales to the fen."""
    sides = {2017: list[SoldLine](), 2018: list[SoldLine]()}
    for month, team, rep, product, customer, fen, boxes, _ in real_lines:
        line = SoldLine(f"{team}/{rep}", product, customer, Amount(fen, CNY), Amount(boxes, BOX))
        sides[month.year].append(line)
    return sales_variance(*sides.values())


@pytest.fixture(scope="module")
def org(found) -> Org:
    """Return company > team > rep."""
    nodes = {"C": Node("C", "Example Pharma", "company")}
    for rep in sorted({node for node, _, _ in found.cells}):
        team = rep.partition("/")[0]
        nodes.setdefault(team, Node(team, team, "team", "C"))
        nodes[rep] = Node(rep, rep.partition("/")[2], "rep", team)
    return Org.of(nodes.values())


def test_the_whole_year(found):
    """Most of the growth comes from customers without sales in 2017 (Poland); prices hardly moved."""
    whole = found.whole
    assert (str(whole.before.value), str(whole.after.value)) == ("2701480740.82", "3506897353.60")
    assert {part.key: str(amount.value) for part, amount in whole.parts if amount.minor} == {
        "volume": "131178062.73",
        "mix": "15431178.86",
        "price": "326.39",
        "new_customers": "681060530.80",
        "returns": "-22253486.00",
    }
    assert Counter(cell.kind for cell in found.cells.values()) == {
        "comparable": 55092,
        "new_customers": 39197,
        "product_price": 34343,
        "customer_price": 16595,
        "returns_only": 986,
    }


def test_what_counts_nowhere_is_listed(found):
    """27 lines of 2018 with neither sales nor quantity."""
    assert sum(one.lines for one in found.left_out) == 27
    assert {(one.side, one.reason) for one in found.left_out} == {("after", "empty")}


def test_the_parts_add_up_at_every_node_product_and_customer(found, org):
    """Company, 4 teams, 13 reps; 240 products; 751 customers."""
    nodes = found.by_node(org)
    assert len(nodes) == 18
    by = {dimension: found.by(dimension) for dimension in ("node", "product", "customer")}
    assert [len(some) for some in by.values()] == [13, 240, 751]
    for part in SALES_PARTS:
        whole = found.whole[part.key].minor
        for some in by.values():
            assert sum(change[part.key].minor for change in some.values()) == whole
        for node_id, below in org.families:
            assert nodes[node_id][part.key].minor == sum(nodes[child][part.key].minor for child in below)
    for change in (*nodes.values(), *by["product"].values(), *by["customer"].values()):
        assert sum(amount.minor for _, amount in change.parts) == change.change.minor


def test_roundings_of_a_hundred_thousand_cells_are_about_two_yuan(found):
    """Each cell is off by less than one fen in each part; together they cancel out."""
    off = found.rounding
    assert sum(off.values()) == 0
    assert [int(one) for one in off.values()] == [209, -206, -2]


def test_the_largest_changes(found, org):
    """One product, one customer and one team, by name and number."""
    first = found.table_by("product").rows[0]
    assert (first[0], str(first[3])) == ("Topifribrate", "27245133.00")
    teams = {row[0]: str(row[3]) for row in found.table_by("node", org).rows if row[0] in org.below["C"]}
    assert teams == {
        "Alfa": "145104419.20",
        "Bravo": "187259171.49",
        "Charlie": "268859268.60",
        "Delta": "204193753.49",
    }
    one = found.of(nodes=org.within("Charlie"), products=["Topifribrate"])
    assert one.whole.change == sum((one.of(nodes=[rep]).whole.change for rep in org.below["Charlie"]), Amount(0, CNY))
