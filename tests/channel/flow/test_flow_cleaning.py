"""Cleaning: no line is lost, and every held line says why."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.channel.flow import (
    Alias,
    AliasBook,
    CleanFlow,
    CleaningPolicy,
    ColumnMap,
    FlowBalance,
    FlowFile,
    FlowMonth,
    FlowTerritory,
    Master,
    MasterNames,
    Matcher,
    Packing,
    Tally,
    clean_flow,
    close_month,
    cross_region,
    flow_facts,
    flow_month_data,
    flow_month_from,
    product_name,
    questions,
    read_flow,
    unfounded_returns,
)
from pharmasales.errors import BadValue, NotComparable
from pharmasales.periods import Month
from pharmasales.units import EUR, Amount

DAY, JANUARY = date(2026, 2, 9), Month(2026, 1)
HEADER = ("date", "document", "item", "customer", "product", "batch", "quantity", "unit", "price", "amount")
MATCHER = Matcher(
    MasterNames.of([Master("H1", ("示例市医院",)), Master("H2", ("样本县医院",)), Master("H3", ("模范镇卫生院",))]),
    MasterNames.of([Master("P1", ("示例片 10mg*24片",)), Master("P2", ("样本胶囊 0.25g*12粒",))], product_name),
)
PACKINGS = [Packing("P1", {"盒": 1, "件": 200})]


def row(customer="示例市医院", product="示例片 10mg*24片", quantity="5", unit="盒", **more: str) -> list[str]:
    """One row, plain unless said otherwise."""
    cells = {"date": "2026-01-05", "customer": customer, "product": product, "quantity": quantity, "unit": unit, **more}
    return [cells.get(name, "") for name in HEADER]


def clean(*rows: list[str], distributor: str = "D1", matcher: Matcher = MATCHER, **policy: object) -> CleanFlow:
    """Clean the rows of one file."""
    columns = ColumnMap(distributor, {name: name for name in HEADER}, "u1", DAY)
    read = read_flow(FlowFile(f"{distributor}.csv", HEADER, list(enumerate(rows, 2))), columns)
    return clean_flow([read], matcher, PACKINGS, policy=CleaningPolicy(**policy))  # type: ignore[arg-type]


def codes(done: CleanFlow) -> list[tuple[int, list[str]]]:
    """The held rows with the codes of their reasons."""
    return [(one.line.row, [reason.code for reason in one.reasons]) for one in done.held]


def test_each_reason_by_itself_and_all_of_a_line_at_once() -> None:
    """One row a reason; the last row has four."""
    done = clean(
        row(),
        row(customer="无"),
        row(product="无"),
        row(unit="箱"),
        row(unit=""),
        row(product="样本胶囊 0.25g*12粒"),
        row(quantity="1", amount="-25.00"),
        row(quantity="2", price="12.50", amount="25.02"),
        row(quantity="2", price="12.50", amount="25.01"),
        row(customer="无", product="无", date="2025-12-31", quantity="x"),
        months=[JANUARY],
    )
    assert codes(done) == [
        (3, ["customer"]),
        (4, ["product"]),
        (5, ["unit"]),
        (6, ["unit"]),
        (7, ["unit"]),
        (8, ["sign"]),
        (9, ["sum"]),
        (11, ["unread", "customer", "product", "month"]),
    ]
    said = {one.line.row: one.why.text() for one in done.held}
    assert said[5] == "unit: unknown unit of packing"
    assert said[6] == "unit: no unit is written"
    assert said[7] == "unit: the product has no packing"
    assert said[9] == "quantity, price and amount: quantity x price misses the amount by 0.02"
    assert said[11].startswith("cannot be read: quantity: not a number (customer: ")
    assert [sale.line.row for sale in done.sales] == [2, 10]
    assert next((str(one[0].text()), *one[1:]) for one in done.table().rows) == ("cannot be read", 1, 0)
    assert done.sales[0].why.text() == "customer and product (the same name; the same name)"


def test_repeats_and_clashes() -> None:
    """A numbered line again is held, in another file too; two contents of one line hold both; twins are asked about."""
    numbered = {"document": "S-1", "item": "1"}
    done = clean(
        row(**numbered), row(**numbered), row(document="S-1", item="2"), row(document="S-1", item="2", quantity="6")
    )
    assert codes(done) == [(3, ["repeat"]), (4, ["clash"]), (5, ["clash"])]
    assert done.held[0].why.text() == "repeated line: the same as row 2 of D1.csv"
    assert codes(clean(row(), row(), row(quantity="6"))) == [(3, ["repeat"])]
    assert codes(clean(row(document="S-1"), row(document="S-1"), row(document="S-2"))) == [(3, ["repeat"])]
    assert codes(clean(row(), row(), repeats=False)) == []
    columns = ColumnMap("D1", {name: name for name in HEADER}, "u1", DAY)
    files = [read_flow(FlowFile(name, HEADER, [(2, row(**numbered))]), columns) for name in ("b.csv", "a.csv")]
    assert [one.line.file for one in clean_flow(files, MATCHER, PACKINGS).held] == ["b.csv"]
    assert repr(clean_flow(files, MATCHER, PACKINGS)) == repr(clean_flow(files[::-1], MATCHER, PACKINGS))
    with pytest.raises(BadValue, match="two files of one name"):
        clean_flow([files[0], files[0]], MATCHER)


CELLS = st.builds(
    row,
    st.sampled_from(["示例市医院", "样本县医院", "示例县医院", "", "无"]),
    st.sampled_from(["示例片 10mg*24片", "示例片10mg*24", "样本胶囊 0.25g*12粒", ""]),
    st.sampled_from(["1", "-2", "0.5", "", "十"]),
    st.sampled_from(["盒", "件", "箱", ""]),
    date=st.sampled_from(["2026-01-05", "2026-02", "gone"]),
    document=st.sampled_from(["", "S-1"]),
    item=st.sampled_from(["", "1", "2"]),
    amount=st.sampled_from(["", "25.00", "-50", "0.001"]),
)


@settings(max_examples=60)
@given(st.lists(CELLS, max_size=12), st.randoms(use_true_random=False))
def test_in_is_matched_and_held_by_count_money_and_quantity(rows: list[list[str]], chance: Random) -> None:
    """Added up again by hand, from the cells; every row is in one place, and the order of files does not matter."""
    columns = ColumnMap("D1", {name: name for name in HEADER}, "u1", DAY)
    numbered = list(enumerate(rows, 2))
    files = [read_flow(FlowFile(f"{part}.csv", HEADER, numbered[part::2]), columns) for part in (0, 1)]
    done = clean_flow(files, MATCHER, PACKINGS)
    places = sorted([one.line.row for one in done.sales] + [one.line.row for one in done.held])
    assert places == [number for number, _ in numbered]
    assert all(one.reasons for one in done.held)
    for tally, lines in ((done.balance.matched, done.sales), (done.balance.held, done.held)):
        cells = [one.line.cells for one in lines]
        money = [Fraction(one[9]) * 100 for one in cells if one[9] not in ("", "0.001")]
        assert (tally.lines, tally.minor, tally.no_money) == (len(cells), sum(money), len(cells) - len(money))
        for word in ("盒", "件", "箱", ""):
            much = [Fraction(one[6]) for one in cells if one[7] == word and one[6] not in ("", "十")]
            assert tally.quantities.get(word, 0) == sum(much)
    assert done.balance.read == done.balance.matched.plus(done.balance.held)
    assert repr(clean_flow(files[::-1], MATCHER, PACKINGS).held) == repr(done.held)


def test_a_balance_that_does_not_hold_cannot_be_made() -> None:
    """A lost line, a lost cent, a lost box: each is refused by name."""
    whole, none = Tally(1, 100, 0, {"盒": Fraction(1)}, 0), Tally(0, 0, 0, {}, 0)
    assert FlowBalance(whole, whole, none).held_share == 0
    assert FlowBalance(none, none, none).held_share is None
    for less, name in (
        (Tally(0, 100, 0, {"盒": Fraction(1)}, 0), "lines"),
        (Tally(1, 99, 0, {"盒": Fraction(1)}, 0), "money"),
    ):
        with pytest.raises(BadValue, match=f"balance: {name}"):
            FlowBalance(whole, less, none)
    with pytest.raises(BadValue, match="quantity"):
        FlowBalance(whole, Tally(1, 100, 0, {"件": Fraction(1)}, 0), none)


def test_files_in_two_moneys_are_not_added_up() -> None:
    """They are cleaned apart."""
    columns = ColumnMap("D1", {name: name for name in HEADER}, "u1", DAY)
    read = [read_flow(FlowFile(unit.code, HEADER, []), columns, unit=unit) for unit in (EUR, Amount.of(1, EUR).unit)]
    assert clean_flow(read[:1], MATCHER).unit == EUR
    with pytest.raises(NotComparable):
        clean_flow([read[0], read_flow(FlowFile("x", HEADER, []), columns)], MATCHER)


def test_one_question_a_name_and_the_answer_lets_all_its_lines_in() -> None:
    """Most money first; answered once, kept, and the files are cleaned again."""
    rows = [
        row(customer="老医院", amount="10.00", quantity="1"),
        row(customer="老 医院", amount="20.00", quantity="2"),
        row(customer="新医院", amount="90.00", quantity="9"),
    ]
    asked = questions(clean(*rows))
    assert [(one.text, one.lines, str(one.amount)) for one in asked] == [
        ("新医院", 1, "90.00 CNY"),
        ("老医院", 2, "30.00 CNY"),
    ]
    answers = [one.answer("H1", by="u1", on=DAY) for one in asked]
    assert answers[1] == Alias("customer", "老医院", "H1", "u1", DAY, "D1")
    assert asked.questions[0].answer("H1", by="u1", on=DAY, everywhere=True).distributor == ""
    known = Matcher(MATCHER.customers, MATCHER.products, AliasBook(answers))
    done = clean(*rows, matcher=known)
    assert (len(done.sales), len(done.held), len(questions(done))) == (3, 0, 0)
    assert clean(*rows, matcher=known, distributor="D2").balance.held.lines == 3
    assert "老医院" in asked.table(lambda id_: f"示例 {id_}").text("zh")
    assert "医院" not in repr(asked) + repr(asked.questions[0])


def test_cross_region_with_its_evidence() -> None:
    """Outside, without a right, of a batch of others; an unknown place is not cleared; rights end."""
    done = clean(
        row(quantity="5"),
        row(customer="样本县医院", quantity="7"),
        row(customer="样本县医院", quantity="-2"),
        row(customer="模范镇卫生院", quantity="1"),
        row(quantity="3", batch="B1"),
    )
    held = [FlowTerritory("D1", ("350100",), until=date(2026, 1, 5)), FlowTerritory("D2", ("350200",), products={"P1"})]
    places = {"H1": "350102", "H2": "350203"}
    found = cross_region(done.sales, held, places, batches={("P1", "B1"): ["D2"], ("P1", "B2"): ["D1"]})
    assert [(one.customer, one.kind, one.holders, one.quantity.minor, one.rows) for one in found.cases] == [
        ("H2", "outside", ("D2",), 5, (("D1.csv", 3), ("D1.csv", 4))),
        ("H1", "batch", ("D2",), 3, (("D1.csv", 6),)),
    ]
    assert found.cases[1].why.text() == "batch B1 was supplied to D2 (D1.csv row 6)"
    assert [one.customer for one in found.unjudged] == ["H3"]
    ended = cross_region(done.sales, [FlowTerritory("D1", ("35",), until=date(2026, 1, 4))], places)
    assert {one.kind for one in ended.cases} == {"no right"}
    assert "holds no right to P1" in ended.table().text()
    started = [FlowTerritory("D1", ("3501", "3502"), since=date(2026, 1, 5))]
    assert cross_region(done.sales, started, places).cases == ()
    nobody = cross_region(done.sales[1:2], held[:1], places).cases[0]
    assert nobody.why.text("zh") == "H2 位于 350203，由 无人 代理（D1.csv row 3）"
    assert cross_region(done.sales, [], places).cases == ()
    for bad in ({"divisions": ()}, {"divisions": ("35",), "since": DAY, "until": date(2026, 1, 1)}):
        with pytest.raises(BadValue):
            FlowTerritory("D1", **bad)  # type: ignore[arg-type]


def test_returns_without_a_sale() -> None:
    """What came back beyond what was sold, with the sales before the files counted."""
    done = clean(row(quantity="5"), row(quantity="-6", date="2026-01-06"), row(customer="样本县医院", quantity="-1"))
    assert [(one.sale.line.row, one.over.minor) for one in unfounded_returns(done.sales)] == [(3, 1), (4, 1)]
    assert unfounded_returns(clean(row(quantity="5"), row(quantity="-5", date="2026-01-06")).sales) == []
    before = {("D1", "H1", "P1"): done.sales[0].quantity}
    assert [one.sale.line.row for one in unfounded_returns(done.sales, before)] == [4]


def test_a_month_is_closed_restated_and_the_difference_adds_up() -> None:
    """Held lines need a reason; the old version stays; the differences are the change of the total, to the last box."""
    first = clean(row(amount="50.00"), row(customer="无", quantity="2"), row(date="2026-02-01"))
    with pytest.raises(BadValue, match="1 lines are held"):
        close_month(first, JANUARY, by="u1", on=DAY)
    with pytest.raises(BadValue, match="has not ended"):
        close_month(first, JANUARY, by="u1", on=date(2026, 1, 31), why="early")
    closed = close_month(first, JANUARY, by="u1", on=DAY, why="one unknown customer")
    assert (closed.held, closed.version, len(closed.facts)) == (1, 1, 1)
    second = clean(row(quantity="8", amount="80.00"), row(customer="样本县医院", quantity="2"), row(date="2026-02-01"))
    later = closed.restate(flow_facts(second.sales, JANUARY), by="u2", on=DAY, why="late file")
    diff = closed.diff(later)
    assert [(one.customer, one.kind, one.change.minor, one.money and one.money.minor) for one in diff.changes] == [
        ("H1", "changed", 3, 3000),
        ("H2", "new", 2, None),
    ]
    back = later.diff(closed)
    assert [(one.kind, one.change.minor) for one in back.changes] == [("changed", -3), ("gone", -2)]
    before, after = (sum(one.quantity.minor for one in some.facts.values()) for some in (closed, later))
    assert after - before == sum(one.change.minor for one in diff.changes)
    assert flow_month_from(flow_month_data(later)) == later
    assert "重述差异" in diff.table().html("zh")
    for facts, on, why, code in (
        (later.facts, DAY, "x", "flow.same"),
        ({}, DAY, " ", "flow.why"),
        ({}, date(2026, 1, 1), "x", "flow.order"),
    ):
        with pytest.raises(BadValue) as error:
            later.restate(facts, by="u1", on=on, why=why)
        assert error.value.code == code
    with pytest.raises(NotComparable):
        closed.diff(FlowMonth(Month(2026, 2), {}, "u1", DAY))
    for data in ({}, flow_month_data(later) | {"month": "2026"}, flow_month_data(later) | {"facts": [["a"]]}):
        with pytest.raises(BadValue):
            flow_month_from(data)
