"""Retention funnel: who is new, kept, lost and won back, and the identity that binds them (S001-1, S001-5)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.archive import Sale
from pharmasales.archive.activity import Active, Coverage, Loyal, activity_in, net_sales
from pharmasales.archive.retention import ANY_NET_SALES, Flow, retention_funnel
from pharmasales.errors import BadRule, BadValue, NotComparable, NotFound
from pharmasales.periods import Month, Period, Quarter, Span, Week, Year, buckets
from pharmasales.units import BOX, CNY, Amount, Unit

Q1, Q2, Q3, Q4 = (Quarter(2026, q) for q in (1, 2, 3, 4))


def line(customer: str, when: Period | date, yuan: object = 1) -> Sale:
    """Make a line of some yuan."""
    amount = Amount.of(yuan, CNY)  # type: ignore[arg-type]  # tests pass plain numbers
    if isinstance(when, date):
        return Sale(Month.of(when), amount, customer=customer, day=when)
    return Sale(when, amount, customer=customer)


def counts(flow: Flow) -> tuple[int, ...]:
    """Return opening, new, won back, lost, closing."""
    return flow.opening, len(flow.new), len(flow.won_back), len(flow.lost), flow.closing


def test_a_customer_comes_stays_leaves_and_comes_back() -> None:
    """S001-1: new once, then kept, lost when nothing is bought, won back after the absence."""
    sales = [line("H1", Q1), line("H1", Q2), line("H1", Q4), line("H2", Q2)]
    found = retention_funnel(sales, [Q1, Q2, Q3, Q4])
    assert [counts(flow) for flow in found] == [(0, 1, 0, 0, 1), (1, 1, 0, 0, 2), (2, 0, 0, 2, 0), (0, 0, 1, 0, 1)]
    assert (found[Q2].new, found[Q2].kept, found[Q3].lost, found[Q4].won_back) == (
        ("H2",),
        ("H1",),
        ("H1", "H2"),
        ("H1",),
    )
    assert [flow.churn for flow in found] == [None, Fraction(0), Fraction(1), None]
    assert [flow.net_growth for flow in found] == [1, 1, -2, 1]
    assert [flow.growth for flow in found] == [None, Fraction(1), Fraction(-1), None]
    assert [flow.begins for flow in found] == [True, False, False, False]


def test_returns_alone_make_nobody_active() -> None:
    """A customer with returns only, or with as much returned as bought, is not active; net one fen is."""
    sales = [
        line("R", Q1, -5),
        line("Z", Q1, 5),
        line("Z", Q1, -5),
        line("P", Q1, "5.01"),
        line("P", Q1, -5),
        line("Z", Q2, 1),
    ]
    found = retention_funnel(sales, [Q1, Q2])
    assert found[Q1].new == ("P",)
    assert (found[Q2].lost, found[Q2].won_back, found[Q2].new) == (("P",), ("Z",), ())


def test_history_before_the_chain_tells_new_from_won_back() -> None:
    """The opening of the first period is the stretch of equal length before it; older purchases make a return."""
    sales = [line("old", Month(2024, 2)), line("last", Month(2025, 11)), line("old", Q1), line("now", Q1)]
    flow = retention_funnel(sales, [Q1])[Q1]
    assert (flow.new, flow.won_back, flow.lost, flow.begins) == (("now",), ("old",), ("last",), False)


@pytest.mark.parametrize(
    ("period", "inside", "outside"),
    [
        (Week(2026, 2), date(2025, 12, 29), date(2025, 12, 28)),
        (Month(2026, 3), date(2026, 2, 1), date(2026, 1, 31)),
        (Q1, date(2025, 10, 1), date(2025, 9, 30)),
        (Span(2026, 2, 3), date(2025, 10, 1), date(2025, 9, 30)),
        (Year(2026), date(2025, 1, 1), date(2024, 12, 31)),
    ],
)
def test_the_opening_stretch_is_as_long_as_the_period(period: Period, inside: date, outside: date) -> None:
    """Any period opens with the same length of days or months before it, both ends included."""
    flow = retention_funnel([line("in", inside), line("out", outside)], [period])[period]
    assert flow.lost == ("in",)


def test_a_longer_window_bridges_a_pause() -> None:
    """With a window of twelve months a customer is lost only when a year has passed without a purchase."""
    sales = [line("H1", Month(2025, 3))]
    chain = [*buckets(Year(2025), "quarter"), Q1]
    assert [counts(f) for f in retention_funnel(sales, chain)][:2] == [(0, 1, 0, 0, 1), (1, 0, 0, 1, 0)]
    found = retention_funnel(sales, chain, Active(months=12))
    assert [flow.kept for flow in found] == [(), ("H1",), ("H1",), ("H1",), ()]
    assert found[Q1].lost == ("H1",)


def test_the_window_counts_from_the_day_after_its_end() -> None:
    """Twelve months up to a day begin the day after that day a year before."""
    assert Active(months=12).window(date(2026, 3, 31)) == (date(2025, 4, 1), date(2026, 3, 31))
    assert Active(months=1).window(date(2026, 2, 28)) == (date(2026, 2, 1), date(2026, 2, 28))


def test_the_floor_is_a_policy() -> None:
    """Above means above: at the floor nobody is active, one fen over it everybody."""
    sales = [line("at", Q1, 1000), line("over", Q1, "1000.01"), line("third", Q1, "0.34")]
    assert retention_funnel(sales, [Q1], Active(above=1000))[Q1].new == ("over",)
    assert retention_funnel(sales, [Q1], Active(above="1/3"))[Q1].new == ("at", "over", "third")
    assert retention_funnel(sales, [Q1], Active(above="0.34"))[Q1].new == ("at", "over")


def test_loyal_is_active_in_n_of_the_last_m() -> None:
    """S001-5: missing until m periods are known, then counted over the last m alone."""
    sales = [line("A", q) for q in (Q1, Q2, Q4)] + [line("B", q) for q in (Q1, Q4)] + [line("C", Q3)]
    found = retention_funnel(sales, [Q1, Q2, Q3, Q4], loyal=Loyal(2, 3))
    assert [flow.loyal for flow in found] == [None, None, ("A",), ("A",)]
    assert [flow.loyal for flow in retention_funnel(sales, [Q1, Q2])] == [None, None]
    assert retention_funnel(sales, [Q1], loyal=Loyal(1, 1))[Q1].loyal == ("A", "B")


def test_two_ids_of_one_customer_count_once() -> None:
    """Merged ids are resolved; an id that resolves to nothing is as if it were not there."""
    sales = [line("H1", Q1), line("H1-old", Q1), line("H1-old", Q2), line("gone", Q2), line("", Q2)]
    redirect = {"H1-old": "H1", "gone": ""}
    found = retention_funnel(sales, [Q1, Q2], resolve=lambda given: redirect.get(given, given))
    assert (found[Q1].new, found[Q2].kept, found[Q2].lost) == (("H1",), ("H1",), ())
    assert found.coverage == Coverage(5, 3, 0, 0, unnamed=2, barred=0, unmeasured=0)


def test_only_those_who_count_are_counted() -> None:
    """Customers outside the archive, such as those in quarantine, are barred and said to be so."""
    found = retention_funnel([line("H1", Q1), line("Q", Q1)], [Q1], among={"H1"})
    assert (found[Q1].new, found.coverage.barred) == (("H1",), 1)
    assert net_sales([line("H1", Q1), line("Q", Q1)], among={"H1"}) == {"H1": Amount.of(1, CNY)}


def test_every_line_is_accounted_for() -> None:
    """Lines without an id, without the measure, across windows and outside of them are counted apart."""
    sales = [
        line("H1", Q1),
        line("H1", Year(2026)),
        line("H1", Month(2024, 1)),
        line("H1", Month(2027, 1)),
        line("", Q1),
        Sale(Q1, None, Amount.of(1, BOX), "H1"),
    ]
    assert retention_funnel(sales, [Q1, Q2]).coverage == Coverage(6, 1, 2, 1, unnamed=1, barred=0, unmeasured=1)
    boxes = retention_funnel(sales, [Q1, Q2], measure="quantity")
    assert (boxes.coverage.counted, boxes.coverage.unmeasured) == (1, 4)


def test_each_customer_says_why() -> None:
    """The state of each customer rests on its figures, in both languages."""
    sales = [line("A", Q1, 5), line("B", Q1, 7), line("B", Q2, -1), line("A", Q2, 2), line("C", Q2), line("B", Q3, 4)]
    found = retention_funnel(sales, [Q1, Q2, Q3])
    moved = found.moved(Q2)
    assert [(m.customer, m.move, m.before, m.now) for m in moved] == [
        ("A", "kept", Amount.of(5, CNY), Amount.of(2, CNY)),
        ("B", "lost", Amount.of(7, CNY), Amount.of(-1, CNY)),
        ("C", "new", Amount.of(0, CNY), Amount.of(1, CNY)),
    ]
    assert [m.why.text() for m in moved] == [
        "net 5.00 CNY before and 2.00 CNY now",
        "net 7.00 CNY before, -1.00 CNY now",
        "net 1.00 CNY now, and never known to have bought before",
    ]
    back = found.moved(Q3)[1]
    assert (back.customer, back.move, back.first) == ("B", "won_back", date(2026, 3, 31))
    assert back.why.text("zh") == "上期净额 -1.00 CNY，本期 4.00 CNY，首购不晚于 2026-03-31"
    assert "赢回" in found.customers(Q3).text("zh")
    assert [row[0] for row in found.customers(Q2).rows] == ["A", "B", "C"]


def test_the_report_is_a_table_in_both_languages() -> None:
    """One row a period with every figure; a missing rate is empty and says why."""
    found = retention_funnel([line("A", Q1), line("B", Q2)], [Q1, Q2], loyal=Loyal(1, 2))
    rows = list(found.table().records())
    assert [row["churn"] for row in rows] == [None, Fraction(1)]
    assert [row["loyal"] for row in rows] == [None, 2]
    assert [(row["opening"], row["new"], row["won_back"], row["lost"], row["kept"]) for row in rows] == [
        (0, 1, 0, 0, 0),
        (1, 1, 0, 1, 0),
    ]
    assert found[Q1].why.text("zh") == (
        "2026-Q1：期初 0 + 新增 1 + 赢回 0 - 流失 0 = 期末 1（此前无数据，故全部计为新增；期初无活跃客户，故无流失率）"
    )
    assert "流失率" in found.table().text("zh")
    assert "<table>" in found._repr_html_()
    assert (repr(found), len(found)) == ("Retention(2026-Q1, 2026-Q2)", 2)


def test_no_sales_at_all() -> None:
    """Nothing known is nobody active, no rate and no customer."""
    found = retention_funnel([], [Q1], loyal=Loyal(1, 1))
    assert (counts(found[Q1]), found[Q1].loyal, found.moved(Q1)) == ((0, 0, 0, 0, 0), (), [])
    assert found.activity.unit is None
    assert net_sales([]) == {}


def test_hostile_input_is_refused() -> None:
    """Gaps, overlaps, no period, two units, unknown periods, floors and windows that cannot be."""
    with pytest.raises(BadValue, match="no period"):
        retention_funnel([], [])
    for chain in ([Q1, Q3], [Q2, Q1], [Q1, Month(2026, 3)], [Q1, Q1]):
        with pytest.raises(BadValue, match="must follow") as caught:
            retention_funnel([], chain)
        assert caught.value.code == "retention.chain"
    with pytest.raises(NotComparable, match="CNY with 2 decimals and CNY with 0 decimals"):
        activity_in([line("A", Q1), Sale(Q1, Amount(1, Unit("CNY", 0)), customer="B")], [])
    assert net_sales([line("A", Q1), Sale(Q1, Amount(1, Unit("CNY", 2)), customer="A")]) == {"A": Amount(101, CNY)}
    with pytest.raises(NotFound):
        retention_funnel([], [Q1])[Q2]
    with pytest.raises(BadValue, match="below zero"):
        Active(above=-1)
    with pytest.raises(BadRule, match="one month"):
        Active(months=0)
    for least, of in ((0, 1), (3, 2), (True, 1)):
        with pytest.raises(BadRule, match="n of the last m"):
            Loyal(least, of)


CHAINS = st.sampled_from(
    [
        buckets(Year(2026), "quarter"),
        buckets(Year(2026), "Q1 | Q2+Q3 | Q4"),
        buckets(Year(2026), "month"),
        (Quarter(2025, 4), Q1, Month(2026, 4), Month(2026, 5)),
        (Week(2026, 5), Week(2026, 6), Week(2026, 7)),
        (Year(2025), Year(2026)),
    ]
)
WHEN = st.one_of(
    st.dates(date(2024, 6, 1), date(2027, 2, 1)),
    st.builds(Month, st.integers(2024, 2026), st.integers(1, 12)),
    st.builds(Quarter, st.integers(2024, 2026), st.integers(1, 4)),
)
LINES = st.lists(st.builds(line, st.sampled_from("ABCDE"), WHEN, st.integers(-3, 5)), max_size=40)
ACTIVE = st.sampled_from([ANY_NET_SALES, Active(above=2), Active(months=12), Active(above=1, months=3)])


def by_hand(sales: list[Sale], first: date, last: date) -> dict[str, int]:
    """Sum net sales of a stretch of days line by line."""
    sums: dict[str, int] = {}
    for sale in sales:
        start, end = (sale.period.start, sale.period.end) if sale.day is None else (sale.day, sale.day)
        if first <= start and end <= last and sale.amount is not None:
            sums[sale.customer] = sums.get(sale.customer, 0) + sale.amount.minor
    return sums


@given(LINES, CHAINS, ACTIVE)
def test_the_flow_adds_up(sales: list[Sale], chain: tuple[Period, ...], active: Active) -> None:
    """Opening + new + won back - lost = closing, who is active by hand, and each opening is the closing before."""
    found = retention_funnel(sales, chain, active)
    before: set[str] | None = None
    for flow in found:
        window = active.window(flow.period.end) if active.months else (flow.period.start, flow.period.end)
        now = {c for c, net in by_hand(sales, *window).items() if net > active.above * 100}
        assert now == {*flow.kept, *flow.new, *flow.won_back}
        assert flow.opening + len(flow.new) + len(flow.won_back) - len(flow.lost) == flow.closing == len(now)
        assert flow.net_growth == flow.closing - flow.opening
        assert before is None or before == {*flow.kept, *flow.lost}
        bought = {s.customer for s in sales if s.amount and s.amount.minor > 0 and _end(s) < flow.period.start}
        assert (set(flow.new) & bought, set(flow.won_back) - bought) == (set(), set())
        assert sorted(m.customer for m in found.moved(flow.period)) == sorted({*now, *flow.lost})
        before = now
    coverage = found.coverage
    assert coverage.lines == len(sales) == coverage.counted + coverage.outside + coverage.split


def _end(sale: Sale) -> date:
    return sale.day or sale.period.end


@given(st.data(), LINES, CHAINS, ACTIVE)
def test_the_order_of_the_lines_does_not_matter(
    data: st.DataObject, sales: list[Sale], chain: tuple[Period, ...], active: Active
) -> None:
    """The same lines in any order give the same report, down to the table."""
    shuffled = data.draw(st.permutations(sales))
    one, other = (retention_funnel(some, chain, active, Loyal(2, 3)) for some in (sales, shuffled))
    assert one.flows == other.flows
    assert list(one.table().rows) == list(other.table().rows)
    assert one.coverage == other.coverage


@given(LINES, CHAINS)
def test_splitting_the_ids_of_one_customer_changes_nothing(sales: list[Sale], chain: tuple[Period, ...]) -> None:
    """Every second line under a merged id gives the same flows as all lines under the new one."""
    split = [
        Sale(s.period, s.amount, s.quantity, s.customer + "-old" * (n % 2), day=s.day) for n, s in enumerate(sales)
    ]
    found = retention_funnel(split, chain, resolve=lambda given: given.removesuffix("-old"))
    assert found.flows == retention_funnel(sales, chain).flows
