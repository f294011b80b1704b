"""What reports show beside the scores: the change of sales, what is owed, a year by months, and which figures count."""

from __future__ import annotations

from datetime import date

from attrs import evolve

from pharmasales.archive import Sale
from pharmasales.cycle import Policy, counting, review, reviewing
from pharmasales.cycle.closing import close_inputs
from pharmasales.cycle.comparing import owed_by_node, sales_change
from pharmasales.cycle.monthly import closed_by_month, sold_by_month, whole_months
from pharmasales.cycle.scoring import figures_read
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.periods import Month, Quarter, Week, Year
from pharmasales.testing import quarter_with_gap, two_districts
from pharmasales.units import BOX, CNY, Amount

Q1 = Quarter(2026, 1)


def sold(*lines):
    """Return a world with these sales alone: when, rep, customer, product, yuan and boxes."""
    sales = [
        Sale(when, Amount.of(yuan, CNY), None if boxes is None else Amount.of(boxes, BOX), customer, rep, product)
        for when, rep, customer, product, yuan, boxes in lines
    ]
    return evolve(two_districts(), sales=sales)


JAN, LAST = Month(2026, 1), Month(2025, 1)
WAS = (LAST, "n1", "H1", "P1", 100, 10)


def test_the_change_of_sales_against_last_year():
    """Volume and price where the product is known; a rep of nobody known is left out, a sale of nobody is the top's."""
    world = sold(WAS, (JAN, "n1", "H1", "P1", 240, 20), (JAN, "", "H1", "P1", 12, 1), (JAN, "gone", "H1", "P1", 9, 1))
    found = sales_change(world, Q1, Q1.end)
    parts = {part.key: str(amount) for part, amount in found.by_node(world.org)["n1"].parts if amount.minor}
    assert parts == {"volume": "100.00 CNY", "price": "40.00 CNY"}
    assert str(found.whole.after) == "252.00 CNY"


def test_what_is_not_known_is_not_told():
    """No customer or another unit: nothing; no product, or boxes of another sign: unexplained; up to a day."""
    now = (JAN, "n1", "H1", "P1", 240, 20)
    assert sales_change(sold(WAS, (JAN, "n1", "", "P1", 240, 20)), Q1, Q1.end) is None
    assert sales_change(sold(WAS), Q1, Q1.end) is None
    assert sales_change(sold(now), Q1, Q1.end) is None
    assert sales_change(evolve(sold(WAS, now), money=BOX), Q1, Q1.end) is None
    for line in ((JAN, "n1", "H1", "", 240, 20), (JAN, "n1", "H1", "P1", 240, -20)):
        whole = sales_change(sold(WAS, line), Q1, Q1.end).whole
        assert {part.key: str(amount) for part, amount in whole.parts if amount.minor} == {"unexplained": "140.00 CNY"}
    later = (Month(2026, 2), "n1", "H1", "P1", 500, 50)
    assert str(sales_change(sold(WAS, now, later), Q1, date(2026, 1, 31)).whole.after) == "240.00 CNY"
    assert sales_change(evolve(sold(WAS, now), org=None), Q1, Q1.end) is None


def test_what_is_owed_adds_up_to_the_top():
    """Every node has its own with all below it; an invoice of nobody known belongs to the top."""
    world = two_districts()
    found = owed_by_node(world, Q1.end)
    assert found["C"].total == found["N"].total + found["S"].total == Amount.of(17000, CNY)
    nobody = evolve(world, receivables=[evolve(one, customer="X9") for one in world.receivables])
    assert set(owed_by_node(nobody, Q1.end)) == {"C"}
    assert owed_by_node(quarter_with_gap(), Q1.end) is None


def test_months_of_a_year():
    """A week in two months and a line of a quarter leave their months unknown; the day cuts this year and last."""
    lines = [
        (JAN, "n1", "H1", "P1", 10, 1),
        (Month(2026, 2), "gone", "H1", "P1", 20, 1),
        (Week(2026, 14), "n1", "H1", "P1", 30, 1),  # 30 March to 5 April
        (Month(2026, 5), "n1", "H1", "P1", 50, 1),
        (Quarter(2026, 3), "n1", "H1", "P1", 90, 1),
        (Month(2025, 6), "n1", "H1", "P1", 60, 6),
    ]
    now, then = sold_by_month(sold(*lines), Policy(), Year(2026), date(2026, 7, 15))
    assert {str(month): {node: amount.minor for node, amount in at.items()} for month, at in now.items()} == {
        "2026-01": {"n1": 1000},
        "2026-02": {"gone": 2000},
        "2026-05": {"n1": 5000},
    }
    assert list(then) == [Month(2025, 6)]
    whole = whole_months(now, two_districts().org, CNY)
    assert {node: amount.minor for node, amount in whole[Month(2026, 2)].items() if amount.minor} == {"C": 2000}
    assert whole[JAN]["C"] == whole[JAN]["s2"] == Amount(0, CNY)
    day = [(month, "n1", "H1", "P1", 10, 1) for month in (JAN, LAST)]
    cut = evolve(sold(*day), sales=[evolve(sale, day=sale.period.start.replace(day=20)) for sale in sold(*day).sales])
    assert [list(found) for found in sold_by_month(cut, Policy(), Year(2026), date(2026, 1, 19))] == [[], []]
    assert [len(found) for found in sold_by_month(cut, Policy(), Year(2026), date(2026, 1, 20))] == [1, 1]


def test_months_of_a_closed_period_are_those_of_its_items():
    """The same as those of the files on the day of the close."""
    world = two_districts()
    now, then = sold_by_month(world, Policy(), Year(2026), Q1.end)
    closed, before = closed_by_month(close_inputs(world, Policy(), Q1, goals={}))
    org = world.org
    assert whole_months(closed, org, CNY) == whole_months(now, org, CNY)
    kept = {month: at for month, at in then.items() if month in Q1.year_before()}
    assert whole_months(before, org, CNY) == whole_months(kept, org, CNY)


def test_a_review_counts_what_is_read_and_answers_the_same(monkeypatch):
    """Every table and the evidence are those of a review that counts everything; boxes are counted where read."""
    text = """
name = "v"
missing = "reweight"
[[items]]
name = "return_rate"
weight = 50
of = { ratio = ["returns", "gross"] }
[[items]]
name = "price"
weight = 50
of = { ratio = ["volume", "due"] }
"""
    policies = Policy(), evolve(Policy(), sheet=ScoreSheet.from_toml(text))
    found, lines = [], []
    for everything in (False, True):
        if everything:
            monkeypatch.setattr(reviewing, "figures_read", lambda _policy: None)
        for policy in policies:
            judged = review(two_districts(), policy, Q1, date(2026, 3, 20), planned=two_districts().calls)
            tables = [*judged.tables().values(), judged.evidence(policy)]
            rows = [[[str(cell) for cell in row] for row in table.rows] for table in tables]
            found.append((rows, judged.notes))
            lines.append(len(judged.measurements.lines))
    assert found[:2] == found[2:]
    assert lines[0] < lines[1] == lines[2] == lines[3]
    assert {"returns", "gross", "volume", "due"} <= figures_read(policies[1])
    assert "volume" not in figures_read(policies[0])
    assert counting.period_items(two_districts(), Policy(), Q1, Q1.end, goals={}, figures=["actual"])
