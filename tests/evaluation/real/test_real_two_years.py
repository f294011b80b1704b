"""Two years of a distributor's sales: growth, attainment, league table and variance, each counted a second time."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path

import pytest

from pharmasales.display import percent
from pharmasales.evaluation.measures import MEASURES, Item, measure_period
from pharmasales.evaluation.reporting import league
from pharmasales.evaluation.variance import SALES_PARTS, SoldLine, sales_variance
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Quarter, Year
from pharmasales.units import BOX, EUR, Amount, half_up

DATA = (Path(__file__).parents[3] / "../shared/data").resolve()
YEAR, LAST = Year(2018), Quarter(2018, 4)
GROWN = {"C": "29.8%", "Alfa": "23.0%", "Bravo": "29.3%", "Charlie": "50.0%", "Delta": "22.8%"}
ATTAINED = {"C": "100.7%", "Alfa": "103.1%", "Bravo": "99.6%", "Charlie": "114.1%", "Delta": "91.8%"}


CHANGED = {
    "volume": "20,998,798.88 EUR",
    "mix": "-20,973,935.88 EUR",
    "new_customers": "185,039,830.00 EUR",
    "returns": "-5,675,733.00 EUR",
}


def by_country(real_lines):
    """Add up cents by country and year, in a bare loop."""
    found = defaultdict(int)
    for line in real_lines:
        found[line.country, line.month.year] += line.cents
    return found


def test_growth_of_every_node_as_polars_counts_it(org, items):
    """Company, 4 teams and 13 reps: the exact growth of the year is that of a frame's own sums."""
    pl = pytest.importorskip("polars")
    files = [DATA / f"foresight_pharma_sales_{year}.csv.gz" for year in (2017, 2018)]
    cents = (pl.col("Sales") * 100).round().cast(pl.Int64).sum()
    table = pl.concat(pl.read_csv(file, columns=["Sales", "Year", "Sales Team", "Name of Sales Rep"]) for file in files)
    counted = {"C": dict(table.group_by("Year").agg(cents).iter_rows())}
    for key in ("Sales Team", "Name of Sales Rep"):
        for name, year, whole in table.group_by(key, "Year").agg(cents).iter_rows():
            counted.setdefault(name, {})[year] = whole
    found = measure_period(org, items, YEAR, unit=EUR, money=EUR)
    assert set(counted) == {one.id for one in org}
    for node, of in counted.items():
        assert found.value(node, MEASURES["growth"]).value == Fraction(of[2018], of[2017]) - 1
        assert found[node].last == Amount(of[2017], EUR)
    assert {node: percent(found.value(node, MEASURES["growth"]).value) for node in GROWN} == GROWN


def test_growth_of_a_region_that_is_new_is_missing(real_lines):
    """Germany grew by 4.6 %; Poland has no year before, which is said, and counts in the whole all the same."""
    sold = by_country(real_lines)
    org = Org.of([Node("C", "Both", "company"), *(Node(one, one, "region", "C") for one in ("Germany", "Poland"))])
    items = [Item("actual", land, Amount(n, EUR), Year(year), "sales") for (land, year), n in sold.items()]
    found = measure_period(org, items, YEAR, unit=EUR, money=EUR)
    growth = {one.id: found.value(one.id, MEASURES["growth"]) for one in org}
    assert growth["Germany"].value == Fraction(sold["Germany", 2018], sold["Germany", 2017]) - 1
    assert [percent(growth[one].value) for one in ("Germany", "C")] == ["4.6%", "29.8%"]
    assert growth["Poland"].value is None
    assert growth["Poland"].why.head() == "Growth is missing: actual of the year before not known"


def test_attainment_against_a_decomposed_goal(org, items, goals, by_month):
    """Every node, every quarter and the year: what was sold over the share of 125 % of 2017 that a loop gives it."""
    goals.check()
    year_before = {rep.id: sum(by_month[rep.id, month] for month in Year(2017).months) for rep in org.leaves()}
    assert goals.total.minor == half_up(Fraction(5, 4) * sum(year_before.values()))
    for period in (*(Quarter(2018, n) for n in (1, 2, 3, 4)), YEAR):
        found = measure_period(org, items, period, unit=EUR, money=EUR)
        for node in org:
            within = {rep.id for rep in org.leaves()} & set(org.within(node.id))
            sold = sum(by_month[rep, month] for rep in within for month in period.months)
            due = sum(goals.amount(rep, month).minor for rep in within for month in period.months)
            assert found.value(node.id, MEASURES["attainment"]).value == Fraction(sold, due)
            exact = Fraction(5, 4) * sum(
                by_month[rep, Month(2017, month.month)] for rep in year_before for month in period.months
            )
            exact *= Fraction(sum(year_before[rep] for rep in within), sum(year_before.values()))
            assert abs(due - exact) <= len(period.months) * len(within) * 2, "within two cents a rep and month"
    last = measure_period(org, items, LAST, unit=EUR, money=EUR)
    assert {node: percent(last.value(node, MEASURES["attainment"]).value) for node in ATTAINED} == ATTAINED


def test_a_league_table_with_ties(org, items):
    """Attainment of the last quarter in whole per cent: who is level shares the rank, and the next rank is left out."""
    found, before = (measure_period(org, items, Quarter(2018, n), unit=EUR, money=EUR) for n in (4, 3))
    whole, then = (
        {rep.id: half_up(100 * one.value(rep.id, MEASURES["attainment"]).value) for rep in org.leaves()}
        for one in (found, before)
    )
    table = league(org, whole, "C", before=then)
    for row in table.rows:
        name, team = row.node.id, org[row.node.id].parent
        assert row.rank == 1 + sum(other > whole[name] for other in whole.values())
        assert row.rank_before == 1 + sum(other > then[name] for other in then.values())
        assert row.rank_above == 1 + sum(whole[rep] > whole[name] for rep in whole if org[rep].parent == team)
    ranks = Counter(row.rank for row in table.rows)
    assert sorted(rank for rank, held in ranks.items() if held > 1) == [3]
    assert [row.node.id for row in league(org, whole, "Alfa").rows] == ["Alan Ray", "Erica Jones", "Thompson Crawford"]


def last_quarters(real_lines):
    """Return the lines of the last quarter of 2017 and of 2018."""
    found = {2017: [], 2018: []}
    for line in real_lines:
        if line.month.month > 9:
            found[line.month.year].append(line)
    return found[2017], found[2018]


def sold_lines(lines):
    """Return the lines of the last quarter as they are compared."""
    return [
        SoldLine(one.rep, one.product, one.customer, Amount(one.cents, EUR), Amount(one.boxes, BOX)) for one in lines
    ]


@pytest.fixture(scope="session")
def variance(real_lines):
    """Return the last quarter of 2018 against that of 2017."""
    return sales_variance(*map(sold_lines, last_quarters(real_lines)))


def counted(lines):
    """Return gross cents, boxes and returned cents by rep, product and customer of the last quarter, in a bare loop."""
    gross, back = defaultdict(lambda: [0, 0]), defaultdict(int)
    for one in lines:
        if one.cents < 0:
            back[one.rep, one.product, one.customer] += one.cents
        elif one.cents:
            gross[one.rep, one.product, one.customer][0] += one.cents
            gross[one.rep, one.product, one.customer][1] += one.boxes
    return gross, back


def split_by_hand(real_lines):
    """Split every cell by the formulas of the page, in fractions of a cent."""
    (old, back), (new, returned) = map(counted, last_quarters(real_lines))
    old_customers, new_customers = ({key[2] for key in side} for side in (old, new))
    old_products, new_products = ({key[1] for key in side} for side in (old, new))
    of_product, of_customer = defaultdict(lambda: [0, 0]), defaultdict(lambda: [0, 0])
    for (_, product, customer), (cents, boxes) in old.items():
        for sum_ in (of_product[product], of_customer[product, customer]):
            sum_[0], sum_[1] = sum_[0] + cents, sum_[1] + boxes
    parts, open_ = defaultdict(dict), {}
    for key in {*old, *new, *back, *returned}:
        (s0, q0), (s1, q1) = old.get(key, (0, 0)), new.get(key, (0, 0))
        _, product, customer = key
        parts[key]["returns"] = returned.get(key, 0) - back.get(key, 0)
        if not s0 and not s1:
            continue
        if customer not in old_customers or customer not in new_customers:
            parts[key]["new_customers" if customer not in old_customers else "lost_customers"] = s1 - s0
        elif product not in old_products or product not in new_products:
            parts[key]["new_products" if product not in old_products else "lost_products"] = s1 - s0
        else:
            own = next(one for one in ((s0, q0), of_customer[product, customer], of_product[product]) if one[1])
            open_[key] = Fraction(*own)
    average = Fraction(sum(old.get(key, (0, 0))[0] for key in open_), sum(old.get(key, (0, 0))[1] for key in open_))
    for key, price in open_.items():
        (s0, q0), (s1, q1) = old.get(key, (0, 0)), new.get(key, (0, 0))
        volume, by_price = (q1 - q0) * average, s1 - q1 * price
        parts[key] |= {"volume": volume, "mix": s1 - s0 - volume - by_price, "price": by_price}
    return parts


def test_variance_by_product_and_customer_by_hand(real_lines, by_month, variance):
    """Each cell within a cent of a bare loop's fractions; reps, products and customers add up to the whole exactly."""
    by_hand = split_by_hand(real_lines)
    assert set(variance.cells) == set(by_hand)
    names = [part.key for part in SALES_PARTS]
    for key, cell in variance.cells.items():
        hand = by_hand[key]
        for name, part in zip(names, cell.parts, strict=True):
            assert abs(part - hand.get(name, 0)) < 1, (key, name)
        assert sum(cell.parts) == sum(hand.values())
    whole = {part.key: amount.minor for part, amount in variance.whole.parts if amount.minor}
    assert sum(whole.values()) == variance.whole.change.minor
    old, new = (
        sum(n for (_, month), n in by_month.items() if month in Quarter(year, 4).months) for year in (2017, 2018)
    )
    assert variance.whole.change.minor == new - old
    for dimension in ("node", "product", "customer"):
        every = variance.by(dimension)
        for part in SALES_PARTS:
            assert sum(one[part.key].minor for one in every.values()) == whole.get(part.key, 0)
        assert all(sum(amount.minor for _, amount in one.parts) == one.change.minor for one in every.values())
    assert {name: str(Amount(n, EUR)) for name, n in whole.items()} == CHANGED
