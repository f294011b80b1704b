"""Figures of a period: each item counts once or is left out with one reason; sums add up, and ratios come from sums."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.archive import Sale
from pharmasales.channel import Receivable, collected, open_at
from pharmasales.cycle import Call
from pharmasales.display import Says, percent
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound
from pharmasales.evaluation import MEASURES
from pharmasales.evaluation.measures.counting import measure_period
from pharmasales.evaluation.measures.figures import FIGURES
from pharmasales.evaluation.measures.items import LEFT_OUT, PEERS, Item
from pharmasales.evaluation.measures.measure import Measure
from pharmasales.evaluation.measures.registry import by_class
from pharmasales.evaluation.measures.sources import (
    goal_items,
    joint_items,
    rated_items,
    receivable_items,
    sales_items,
    share_items,
    visit_items,
)
from pharmasales.followup import frequency
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Quarter, Week, Year
from pharmasales.rules import Field, Ratio
from pharmasales.testing import strategies as some
from pharmasales.units import BOX, CNY, EUR, Amount

Q1, Q2 = Quarter(2026, 1), Quarter(2026, 2)
ORG = Org.of(
    [
        Node("C", "Company", "company"),
        Node("N", "North", "district", "C"),
        Node("S", "South", "district", "C"),
        Node("r1", "Rep One", "rep", "N"),
        Node("r2", "Rep Two", "rep", "N"),
        Node("r3", "Rep Three", "rep", "S"),
    ]
)


def yuan(n):
    """Return yuan."""
    return Amount.of(n, CNY)


SALE_BACK = Sale(Month(2026, 2), yuan(-4), rep="r2")


def reasons(found):
    """Return id and English reason of what was left out."""
    return [(line.item.id, line.reason.en) for line in found.left_out()]


@st.composite
def items(draw, nodes):
    """Return items of every kind of fate: counted, too early, too late, unknown, of nobody, in another unit, held."""
    figure = draw(st.sampled_from([name for name in FIGURES if name not in PEERS and name != "goal"]))
    node = draw(st.sampled_from([*nodes, "", "nowhere"]))
    number = draw(st.integers(0, 999))
    unit = {"sales": CNY, "market": CNY, "money": CNY, "goods": BOX}.get(FIGURES[figure].counts)
    odd = draw(st.integers(0, 9))
    value = None if odd == 0 else number if unit is None or odd == 1 else Amount(number, EUR if odd == 2 else unit)
    days = st.dates(date(2024, 12, 1), date(2026, 4, 30))
    when = draw(st.one_of(days, st.sampled_from([Q1, Month(2026, 1), Month(2026, 3), Month(2025, 2), Year(2026)])))
    held = Says("held back", "暂缓") if odd == 3 else None
    return Item(figure, node, value, when, f"i{draw(st.integers(0, 99))}", held)


@st.composite
def worlds(draw):
    """Return an organisation, items, and a day or none."""
    org = draw(some.orgs())
    return (
        org,
        draw(st.lists(items([node.id for node in org]), max_size=25)),
        draw(st.sampled_from([None, date(2026, 2, 28), date(2026, 1, 15)])),
    )


def figures_or_refusals(org, given_items, day):
    """Return the measurements, or what is refused where a part lies above its whole."""
    try:
        return measure_period(org, given_items, Q1, day)
    except BadRows as refused:
        return sorted(refused.lines())


def totals(lines, figure):
    """Sum by hand what counted as a figure, in smallest parts."""
    return sum(line.value() for line in lines if line.figure == figure)


@settings(max_examples=100)
@given(worlds())
def test_conservation(world):
    """Every item is there once, counted or left out with a reason; a node has what counted at it and below."""
    org, given_items, day = world
    found = figures_or_refusals(org, given_items, day)
    if isinstance(found, list):
        assert {code.partition(" [")[2] for code in found} == {"figures.over]"}
        return
    assert [line.item for line in found.lines] == given_items
    assert all((line.figure is None) is (line.reason is not None) for line in found.lines)
    reasons_known = {*LEFT_OUT, Says("held back", "暂缓")}
    assert all(line.reason in reasons_known for line in found.lines if line.reason is not None)
    assert len(found.left_out()) + sum(line.figure is not None for line in found.lines) == len(given_items)
    for node in org:
        within = org.within(node.id)
        here = [line for line in found.lines if line.item.node in within]
        known = {line.figure for line in here if line.figure is not None}
        assert known == set(found[node.id].known) - set(PEERS)
        for figure in known:
            value = found[node.id].known[figure]
            assert totals(here, figure) == (value.minor if isinstance(value, Amount) else value)


@settings(max_examples=60)
@given(worlds(), st.randoms(use_true_random=False))
def test_any_order(world, random):
    """The figures do not depend on the order in which items are given."""
    org, given_items, day = world
    mixed = list(given_items)
    random.shuffle(mixed)
    one, two = (figures_or_refusals(org, some_items, day) for some_items in (given_items, mixed))
    assert getattr(one, "figures", one) == getattr(two, "figures", two)


@given(st.dictionaries(st.sampled_from(["r1", "r2", "r3"]), st.integers(-500, 900), min_size=1))
def test_peers_by_hand(sold):
    """A node's peers are the others of its level that have an actual: their count, their sum."""
    found = measure_period(ORG, [Item("actual", rep, Amount(n, CNY), Q1, rep) for rep, n in sold.items()], Q1)
    for rep in ("r1", "r2", "r3"):
        others = [n for other, n in sold.items() if other != rep]
        wanted = (len(others), Amount(sum(others), CNY)) if others else (None, None)
        assert (found[rep].peers, found[rep].peers_actual) == wanted
    assert found["C"].peers is None
    north, south = sum(sold.get(rep, 0) for rep in ("r1", "r2")), sold.get("r3")
    if south is not None and sold.keys() & {"r1", "r2"}:
        assert found["S"].peers_actual.minor == north
        ratio = Fraction(2 * south, 2 * north) if north > 0 else None
        assert found.value("S", MEASURES["against_peers"]).value == ratio


@pytest.mark.parametrize("odd", ["last", "actual"])
def test_growth_beside_peers_of_both_years(odd):
    """Who left or came within the year is in nobody's comparison: two equal reps are even, whatever a third has."""
    sold = [(rep, name, n) for rep in ("r1", "r2") for name, n in (("actual", 110), ("last", 100))]
    given_items = [Item(name, rep, yuan(n), Q1, f"{rep} {name}") for rep, name, n in [*sold, ("r3", odd, 100)]]
    found = measure_period(ORG, given_items, Q1)
    growth = MEASURES["growth_against_peers"]
    assert (found.value("r1", growth).value, found.value("r3", growth).value) == (100, None)
    assert (found["r1"].peers_comparable, found["r1"].peers_last) == (yuan(110), yuan(100))
    assert found["r1"].peers == (2 if odd == "actual" else 1)
    assert {line.item.figure for line in found.counted("r1", growth)} == {"actual", "last"}


def test_an_id_in_its_normal_form():
    """A node is found by its id as it is trimmed everywhere else."""
    found = measure_period(ORG, [Item("cost", " r1 ", yuan(5), Q1, "x"), Item("cost", "r1", yuan(2), Q1, "y")], Q1)
    assert found["r1"].cost == yuan(7)


def test_a_ratio_is_of_the_sums():
    """Two of four and thirty of thirty: 32 of 34, never the mean of 50 % and 100 %."""
    rows = [("r1", 4, 2), ("r2", 30, 30)]
    given_items = [
        Item(name, rep, n, Q1, f"{rep} {name}")
        for rep, whole, part in rows
        for name, n in (("reports_due", whole), ("reports_in_time", part))
    ]
    found = measure_period(ORG, given_items, Q1)
    assert found.value("N", MEASURES["report_timeliness"]).value == Fraction(32, 34)
    assert found.value("S", MEASURES["report_timeliness"]).value is None


def test_why_what_counted_and_what_did_not():
    """A value says its formula with numbers, how many items it counted, and why others were left out."""
    given_items = [
        *goal_items({"N": yuan(1000), "r1": yuan(600)}, Q1),
        Item("actual", "r1", yuan(450), Month(2026, 1), "a"),
        Item("actual", "r1", yuan(60), date(2026, 3, 31), "b"),
        Item("actual", "r1", yuan(99), Q2, "late"),
        Item("actual", "r2", Amount.of(5, EUR), Q1, "euro"),
        Item("actual", "r2", 7, Q1, "bare"),
        Item("actual", "r2", None, Q1, "unknown"),
        Item("actual", "", yuan(1), Q1, "nobody"),
        Item("actual", "r9", yuan(1), Q1, "stranger"),
        Item("actual", "r2", yuan(1), Q1, "held", Says("in quarantine", "已隔离")),
    ]
    found = measure_period(ORG, given_items, Q1)
    assert found.value("N", MEASURES["attainment"]).why.lines() == [
        "Attainment: 51.0%",
        "  actual / goal",
        "    actual/goal = 510 / 1,000 = 0.51",
        "  actual, net of returns: not known of 1 below: r2",
        "  counted 3, left out 5",
        "    1 outside the period",
        "    2 counted in another unit",
        "    1 its value is not known",
        "    1 in quarantine",
    ]
    assert found.value("N", MEASURES["attainment"]).why.lines("zh")[3:6] == [
        "  实际：下级 1 个节点数据未知：r2",
        "  计入 3 项，剔除 5 项",
        "    1 项不在本期间内",
    ]
    assert reasons(found) == [
        ("late", "outside the period"),
        ("euro", "counted in another unit"),
        ("bare", "counted in another unit"),
        ("unknown", "its value is not known"),
        ("nobody", "it belongs to nobody"),
        ("stranger", "no such node in the organisation"),
        ("held", "in quarantine"),
    ]
    assert [line.item.id for line in found.counted("r1", MEASURES["attainment"])] == ["goal 2026-Q1", "a", "b"]
    assert len(found.left_out(measure=MEASURES["churn"])) == 0
    rows = {row["node_id"]: row for row in found.table([MEASURES["attainment"]]).records()}
    assert {node: (row["value"].en, row["counted"], row["left_out"]) for node, row in rows.items()} == {
        "C": ("missing", 2, 5),
        "N": ("51.0%", 3, 5),
        "r1": ("85.0%", 3, 1),
        "r2": ("missing", 0, 4),
        "S": ("missing", 0, 0),
        "r3": ("missing", 0, 0),
    }
    listed = list(found.items_table().records())
    assert len(listed) == len(given_items)
    assert listed[4]["reason"].zh == "不在本期间内"
    assert listed[2]["counted_as"].zh == "实际"
    assert "Rep One" in found._repr_html_()
    assert repr(found) == "Measurements(period('2026-Q1'), 6 nodes, 11 items)".replace("period('2026-Q1')", "2026-Q1")


def test_a_sum_says_of_whom_it_is_not():
    """A cost known of one of nine reps: the ratio stands, and its reason names the first five others."""
    reps = [f"r{n}" for n in range(9)]
    org = Org.of([Node("N", "North", "district"), *(Node(rep, "", "rep", "N") for rep in reps)])
    sold = [Item("gross", rep, yuan(100), Q1, rep) for rep in reps]
    given_items = [*sold, *goal_items({"N": yuan(5)}, Q1), Item("cost", "r0", yuan(9), Q1, "x")]
    rule = Measure(
        name="x", en="x", zh="x", formula=Ratio(Field("gross"), Field("cost")), says=Says("x", "x"), source="x"
    )
    found = measure_period(org, given_items, Q1)
    lines = found.value("N", rule).why.lines()
    assert [line for line in lines if "not known" in line] == [
        "  all promotion and sales cost: not known of 8 below: r1, r2, r3, r4, r5, ..."
    ]
    assert "not known of" not in found.value("r0", rule).why.text()
    few = measure_period(org, given_items[:6] + [Item("cost", rep, yuan(1), Q1, rep) for rep in reps], Q1)
    assert "sales before returns: not known of 3 below: r6, r7, r8" in few.value("N", rule).why.text()
    assert "not known of" not in found.value("N", MEASURES["attainment"]).why.text()


def test_sales_without_returns_have_none():
    """Lines hold returns where there were any: without one they are zero, and listed; sales likewise."""
    lines = [Sale(Month(2026, 1), yuan(100), rep="r1"), Sale(Month(2026, 1), yuan(30), rep="r1"), SALE_BACK]
    found = measure_period(
        ORG, sales_items([*lines, Sale(Month(2026, 2), yuan(9), None, "H2", "r3")], quarantined={"H2"}), Q1
    )
    assert (found["r1"].gross, found["r1"].returns) == (yuan(130), yuan(0))
    assert (found["r2"].gross, found["r2"].returns) == (yuan(0), yuan(4))
    assert found.value("r1", MEASURES["return_rate"]).value == 0
    assert found.value("r2", MEASURES["return_rate"]).value is None
    assert found["r3"].returns is None
    zeros = [(line.item.id, line.item.node) for line in found.lines if line.item.value == yuan(0)]
    assert zeros == [("no returns 2026-01", "r1"), ("no sales 2026-02", "r2")]


def test_goals_are_given_and_made_of_whole_periods():
    """A goal is not added up; months make a quarter each day once, else they are left out."""
    months = [item for n in (1, 2, 3) for item in goal_items({"r1": yuan(100 * n)}, Month(2026, n))]
    found = measure_period(ORG, months, Q1, date(2026, 1, 20))
    assert (found["r1"].goal, found["N"].goal) == (yuan(600), None)
    gap = measure_period(ORG, months[:2], Q1)
    assert gap["r1"].goal is None
    assert {reason for _, reason in reasons(gap)} == {"the goals given do not make up the period, each day once"}
    twice = measure_period(ORG, [*months, *goal_items({"r1": yuan(9), "r2": yuan(5)}, Q1)], Q1)
    assert (twice["r1"].goal, twice["r2"].goal) == (None, yuan(5))
    wide = measure_period(ORG, list(goal_items({"r1": yuan(9)}, Year(2026))), Q1)
    assert reasons(wide) == [("goal 2026", "outside the period")]
    products = [Item("goal", "r1", yuan(n), Q1, f"goal of product {n}") for n in (3, 4)]
    assert measure_period(ORG, products, Q1)["r1"].goal == yuan(7)
    same = measure_period(ORG, [*products, products[0], *goal_items({"r2": yuan(5)}, Q1)], Q1)
    assert (same["r1"].goal, same["r2"].goal, len(same.left_out("r1"))) == (None, yuan(5), 3)


@pytest.mark.parametrize(
    "spans",
    [
        [Month(2026, 1), Month(2026, 3), *(Week(2026, n) for n in (2, 3, 4, 5))],
        [Month(2026, 1), date(2026, 1, 31), Month(2026, 2), *(date(2026, 3, n) for n in range(1, 31))],
    ],
)
def test_goals_that_overlap_and_leave_days_out(spans):
    """Ninety days in all are no quarter where one day counts twice and another never."""
    found = measure_period(ORG, [Item("goal", "r1", yuan(1), when, str(when)) for when in spans], Q1)
    assert found["r1"].goal is None
    assert len(found.left_out()) == len(spans)


def test_an_invoice_of_the_first_day_and_two_visits_on_one():
    """What is invoiced on the first day was not open before it; a planned visit made twice is kept once."""
    first = Receivable("D1", "F9", Q1.start, Q1.end, yuan(5))
    found = measure_period(ORG, receivable_items([first], {"D1": "r1"}, Q1), Q1)["r1"]
    assert (found.opening, found.closing) == (yuan(0), yuan(5))
    plan = [Call(date(2026, 1, n), "r1", "c1") for n in (5, 6)]
    kept = measure_period(ORG, visit_items(plan, [plan[0], plan[0]], Q1), Q1)["r1"]
    assert (kept.made_visits, kept.kept_visits) == (2, 1)


@pytest.mark.parametrize(
    ("period", "day", "last"),
    [(Q1, None, 31), (Q1, date(2026, 2, 28), 15), (Q1, date(2026, 2, 27), 7), (Week(2026, 9), date(2026, 2, 24), 4)],
)
def test_the_year_before_up_to_the_same_day(period, day, last):
    """An actual of the same stretch a year earlier counts as last: to the same day, the month's last, the weekday."""
    sold = [
        (date(2025, 2, 25), 4),
        (date(2025, 1, 2), 2),
        (date(2025, 1, 31), 1),
        (date(2025, 2, 28), 8),
        (date(2025, 3, 31), 16),
    ]
    given_items = [Item("actual", "r1", yuan(n), when, str(n)) for when, n in sold]
    assert measure_period(ORG, given_items, period, day)["C"].last == yuan(last)
    market = [Item("market.A", "r1", yuan(5), Month(2025, 1), "m"), Item("own", "r1", yuan(3), Month(2025, 1), "o")]
    found = measure_period(ORG, market, Q1)
    assert (getattr(found["N"], "market_last.A"), found["N"].own_last) == (yuan(5), yuan(3))


def test_missing_or_zero():
    """A leaf without items has nothing known, or zero where the caller says that all was recorded."""
    given_items = [Item("hospitals_opened", "r1", 2, Q1, "h"), *goal_items({"r1": yuan(1)}, Q1)]
    assert measure_period(ORG, given_items, Q1)["S"].hospitals_opened is None
    found = measure_period(ORG, given_items, Q1, unfilled="zero")
    assert (found["S"].hospitals_opened, found["r2"].hospitals_opened, found["C"].hospitals_opened) == (0, 0, 2)
    assert (found["r2"].goal, found["r2"].cost) == (None, None)
    with pytest.raises(BadRule) as caught:
        measure_period(ORG, [], Q1, unfilled="none")
    assert caught.value.code == "measures.unfilled"


def test_what_is_refused():
    """A day before the period, a part above its whole, unknown figures, floats, what is reckoned from peers."""
    with pytest.raises(BadValue) as early:
        measure_period(ORG, [], Q1, date(2025, 12, 31))
    assert early.value.code == "measures.as_of"
    over = [Item("adopted", rep, 3, Q1, "x") for rep in ("r1", "r3")] + [
        Item("suggestions", "r1", 2, Q1, "y"),
        Item("suggestions", "r3", 2, Q1, "y"),
    ]
    with pytest.raises(BadRows) as many:
        measure_period(ORG, over, Q1)
    assert [error.where for error in many.value.exceptions][:2] == ["org id 'C', adopted", "org id 'N', adopted"]
    below = [Item("cost", "r1", yuan(-5), Q1, "credit note")]
    with pytest.raises(BadRows, match="3 nodes refused"):
        measure_period(ORG, below, Q1)
    for figure, value, code in (
        ("gaol", 1, "figures.name"),
        ("peers", 1, "figures.peers"),
        ("peers_actual.A", 1, "figures.peers"),
        ("cost", 0.5, "number"),
        ("cost", True, "number"),
    ):
        with pytest.raises(BadValue) as caught:
            Item(figure, "r1", value, Q1, "x")
        assert caught.value.code == code
    for when in ("2026-01-01", datetime(2026, 1, 1, tzinfo=UTC), None):
        with pytest.raises(BadValue) as timed:
            Item("cost", "r1", 1, when, "x")
        assert timed.value.code == "measures.when"
    with pytest.raises(NotFound) as unknown:
        measure_period(ORG, [], Q1)["r9"]
    assert unknown.value.code == "org.id"


def test_sales_lines():
    """Gross, returns, boxes and actual of each line; the actual in boxes where goals are; quarantine is listed."""
    lines = [
        Sale(Month(2026, 1), yuan(1000), Amount.of(10, BOX), "H1", "r1", day=date(2026, 1, 9)),
        Sale(Month(2026, 2), yuan(-50), Amount.of(-1, BOX), "H1", "r1"),
        Sale(Month(2025, 2), yuan(800), Amount.of(8, BOX), "H1", "r1"),
        Sale(Month(2026, 2), yuan(70), None, "H2", "r1"),
    ]
    found = measure_period(ORG, sales_items(lines, quarantined={"H2"}), Q1)["C"]
    assert (found.gross, found.returns, found.actual, found.last) == (yuan(1000), yuan(50), yuan(950), yuan(800))
    assert found.volume == Amount.of(9, BOX)
    assert MEASURES["growth"].rule(found) == Fraction(3, 16)
    boxes = measure_period(ORG, sales_items(lines, "quantity"), Q1, unit=BOX)
    assert (boxes["C"].actual, boxes["C"].gross) == (Amount.of(9, BOX), yuan(1070))
    assert ("sale 3", "its value is not known") in reasons(boxes)
    assert ("sale 3", "its customer is in quarantine") in reasons(
        measure_period(ORG, sales_items(lines, quarantined=["H2"]), Q1)
    )


OWED = [
    Receivable("D1", "F1", date(2025, 12, 5), date(2026, 1, 20), yuan(600), yuan(200), date(2026, 1, 10)),
    Receivable("D1", "F2", date(2026, 2, 2), date(2026, 3, 1), yuan(100)),
    Receivable("D2", "F3", date(2026, 3, 20), date(2026, 4, 20), yuan(50)),
]


def test_receivables():
    """What was open at both ends, what fell due and what of it was paid agree with the channel; of nobody is listed."""
    day = date(2026, 3, 10)
    found = measure_period(ORG, receivable_items(OWED, {"D1": "r1"}, Q1, day), Q1, day)
    north = found["N"]
    assert (north.opening, north.closing) == (yuan(600), yuan(500))
    paid = collected(OWED[:2], Q1, day)
    assert (north.due, north.collected) == (paid.due, paid.collected) == (yuan(700), yuan(200))
    assert MEASURES["receipts"].rule(north) == paid.rate
    assert north.closing == Amount.total((open_at(one, day) for one in OWED[:2]), CNY)
    assert Counter(reasons(found)) == {
        ("invoice F3", "not known yet on the day asked for"): 2,
        ("invoice F3", "outside the period"): 2,
    }
    whole = measure_period(ORG, receivable_items(OWED, {"D1": "r1"}, Q1), Q1)
    assert Counter(reasons(whole)) == {
        ("invoice F3", "it belongs to nobody"): 2,
        ("invoice F3", "outside the period"): 2,
    }
    held = measure_period(ORG, receivable_items(OWED, {"D1": "r1"}, Q1, quarantined={"D1"}), Q1)
    assert held["N"].due is None


PLAN, MADE = (4, 4, 2, 2), (6, 2, 2, 0)


def test_visits_e13():
    """E13 by customer: 75 %, 83.33 %, 66.67 %, half reached; the sums are those of `followup.frequency`."""

    def calls(counts, first=1):
        return [Call(date(2026, 1, first + n), "r1", f"c{c}") for c, count in enumerate(counts) for n in range(count)]

    other = [Call(date(2026, 1, 1), "r1", "c9"), Call(date(2026, 4, 1), "r1", "c1")]
    found = measure_period(ORG, visit_items(calls(PLAN), [*calls(MADE), *other], Q1), Q1)
    values = [
        found.value("N", MEASURES[name]).written()
        for name in ("coverage", "frequency_raw", "frequency", "reached", "plan_adherence")
    ]
    assert values == ["75.0%", "83.3%", "66.7%", "50.0%", "66.7%"]
    by_hand = frequency({f"c{n}": v for n, v in enumerate(PLAN)}, {f"c{n}": v for n, v in enumerate(MADE)} | {"c9": 1})
    north = found["N"]
    assert (north.made_visits, north.capped_visits, north.other_visits) == (
        by_hand.made,
        by_hand.counted,
        by_hand.unplanned,
    )
    assert reasons(found) == [("c1", "outside the period")]
    shifted = measure_period(ORG, visit_items(calls(PLAN), calls(MADE, 2), Q1), Q1)["N"]
    assert (shifted.made_visits, shifted.kept_visits) == (10, 3 + 2 + 1)
    held = measure_period(ORG, visit_items(calls(PLAN), calls(MADE), Q1, quarantined={"c0", "c3"}), Q1)
    assert (held["N"].target_customers, held["N"].made_visits) == (2, 4)
    early = measure_period(ORG, visit_items(calls(PLAN), calls(MADE), Q1, date(2026, 1, 2)), Q1, date(2026, 1, 2))
    assert early["N"].planned_visits == 8


def test_ratings_shares_and_joint_visits():
    """Points and counts, parts and wholes, before and after; what is not known leaves both sides out."""
    day = date(2026, 2, 2)
    given_items = [
        *rated_items("visit", [("r1", day, "v1", 80), ("r1", day, "v2", Decimal("90.5")), ("r1", day, "v3", None)]),
        *share_items("clean_activities", [("r1", day, "m1", True), ("r2", day, "m2", False), ("r2", day, "m3", None)]),
        *share_items("covered_hospitals", [("r1", day, "H1", True), ("r1", day, "H2", False)], letter="A"),
        *joint_items([("r1", day, "j1", 70, 85), ("r1", day, "j2", 60, None)]),
    ]
    found = measure_period(ORG, given_items, Q1)
    values = {name: found.value("N", MEASURES[name]).value for name in ("visit_quality", "compliance", "joint_effect")}
    assert values == {"visit_quality": Fraction(341, 4), "compliance": Fraction(1, 2), "joint_effect": 15}
    assert found.value("N", by_class(MEASURES["hospital_coverage"], "A")).written() == "50.0%"
    assert found.value("N", MEASURES["hospital_coverage"]).value is None
    assert Counter(reason for _, reason in reasons(found)) == {"its value is not known": 7}
    with pytest.raises(BadValue) as rated:
        list(rated_items("visits", []))
    assert (rated.value.code, rated.value.hint) == ("measures.rated", 'did you mean "visit"?')
    for figure in ("hospitals", "capped_visits", "nothing"):
        with pytest.raises(BadValue) as part:
            list(share_items(figure, []))
        assert part.value.code == "measures.part"


def test_every_reason_in_both_languages():
    """A reason for leaving out says itself in English and in Chinese, no two the same."""
    assert len({says.zh for says in LEFT_OUT}) == len({says.en for says in LEFT_OUT}) == 7


def test_real_growth_of_a_distributor(real_lines):
    """Two years of a real distributor, by rep and month: growth, returns and the league agree with a plain loop."""
    teams, sums = {}, {2017: defaultdict(int), 2018: defaultdict(int)}
    months = defaultdict(int)
    back = 0
    for line in real_lines:
        teams[line.rep] = line.team
        sums[line.month.year][line.rep] += line.cents
        months[line.rep, line.month, line.cents < 0] += line.cents
        back -= min(line.cents, 0) if line.month.year == 2018 else 0
    lines = [Sale(month, Amount(cents, EUR), rep=rep) for (rep, month, _), cents in months.items()]
    nodes = [Node(team, team, "team") for team in dict.fromkeys(teams.values())]
    org = Org.of([*nodes, *(Node(rep, rep, "rep", team) for rep, team in teams.items())])
    found = measure_period(org, sales_items(lines), Year(2018), unit=EUR, money=EUR)
    for rep in teams:
        assert found.value(rep, MEASURES["growth"]).value == Fraction(sums[2018][rep], sums[2017][rep]) - 1
    root = found[org.root.id]
    assert root.actual == Amount(sum(sums[2018].values()), EUR)
    assert root.returns == Amount(back, EUR)
    assert [percent(MEASURES["growth"].measure(found[team.id]).value) for team in nodes] == GROWTHS
    indices = [found.value(team.id, MEASURES["growth_against_peers"]).value for team in nodes]
    assert sum(index > 100 for index in indices) == BETTER
    without = {(line.rep, line.period) for line in lines} - {
        (line.rep, line.period) for line in lines if line.amount.minor < 0
    }
    assert len(found.lines) == 2 * len(lines) + len(without)


GROWTHS = ["23.0%", "22.8%", "29.3%", "50.0%"]  # by team, worked out by a plain loop as well
BETTER = 1
