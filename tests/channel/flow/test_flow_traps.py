"""Traps of real files: names that differ by a point, twin ids, honest twins, words of returns, late lines, days."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from attrs import evolve

from pharmasales.channel.flow import (
    Alias,
    AliasBook,
    ChainMove,
    CleanFlow,
    CleaningPolicy,
    ColumnMap,
    FlowChange,
    FlowFact,
    FlowFile,
    FlowMonth,
    FlowTerritory,
    Master,
    MasterNames,
    Matcher,
    Packing,
    alias_data,
    alias_from,
    clean_flow,
    close_chain,
    close_month,
    cross_region,
    flow_facts,
    flow_month_data,
    flow_month_from,
    primary_secondary,
    product_name,
    questions,
    read_flow,
    stock_counts,
    suggest_columns,
    unfounded_returns,
)
from pharmasales.channel.flow.days import read_day
from pharmasales.errors import BadFile, BadRows, BadValue, NotComparable
from pharmasales.periods import Month
from pharmasales.units import BOX, CNY, EUR, Amount, Unit

DAY, JANUARY, FEBRUARY = date(2026, 3, 9), Month(2026, 1), Month(2026, 2)
HEADER = (
    "date",
    "document",
    "item",
    "customer",
    "customer_code",
    "product",
    "batch",
    "quantity",
    "unit",
    "amount",
    "kind",
)
COLUMNS = {name: name for name in HEADER}
CUSTOMERS = [Master("H1", ("示例市医院",)), Master("H2", ("样本县医院",)), Master("H3", ("模范镇卫生院",))]
PRODUCTS = MasterNames.of([Master("P1", ("示例片 1.5mg*10片",)), Master("P2", ("样本胶囊 2*14粒",))], product_name)
MATCHER = Matcher(MasterNames.of(CUSTOMERS), PRODUCTS)
PACKINGS = [Packing("P1", {"盒": 1, "件": 200, "片": "1/10"}), Packing("P2", {"盒": 1})]


def row(quantity: str = "5", **more: str) -> list[str]:
    """One row, plain unless said otherwise."""
    plain = {"date": "2026-01-05", "customer": "示例市医院", "product": "示例片 1.5mg*10片", "unit": "盒"}
    cells = {**plain, "quantity": quantity, **more}
    return [cells.get(name, "") for name in HEADER]


def read(*rows: list[str], name: str = "d1.csv", distributor: str = "D1", first: int = 2, **changes: object):
    """Read the rows of one file."""
    columns = ColumnMap(distributor, COLUMNS, "u1", DAY, **changes)  # type: ignore[arg-type]
    return read_flow(FlowFile(name, HEADER, list(enumerate(rows, first))), columns)


def clean(*rows: list[str], distributor: str = "D1", **policy: object) -> CleanFlow:
    """Clean the rows of one file."""
    files = [read(*rows, distributor=distributor)]
    return clean_flow(files, MATCHER, PACKINGS, policy=CleaningPolicy(**policy))  # type: ignore[arg-type]


def codes(done: CleanFlow) -> list[tuple[int, list[str]]]:
    """The held rows with the codes of their reasons."""
    return [(one.line.row, [reason.code for reason in one.reasons]) for one in done.held]


@pytest.mark.parametrize(
    ("name", "id_", "way"),
    [
        ("示例片（1.5MG＊10片）", "P1", "same"),
        ("示例片 15mg*10片", "", "apart"),
        ("示例片 1.5mg*1.0片", "", "apart"),
        ("样本胶囊 2×14粒", "P2", "same"),
        ("样本胶囊 21*4粒", "", "apart"),
        ("样本胶囊 214粒", "", "apart"),
    ],
)
def test_a_point_makes_another_strength(name: str, id_: str, way: str) -> None:
    """1.5mg is not 15mg and 2*14 is not 21*4, however alike the letters are; width, case and brackets do not count."""
    found = MATCHER.product(name)
    assert (found.id, found.way) == (id_, way)


def test_what_a_person_said_of_one_strength_says_nothing_of_another() -> None:
    """Neither a name nor a code is confirmed by one that differs in what stands between two figures."""
    book = AliasBook([Alias("product", "示片1.5mg", "P1", "u1", DAY), Alias("customer", "1-11", "H2", "u1", DAY)])
    assert [book.find("product", "D1", text) is not None for text in ("示片 1.5MG", "示片15mg", "示片1*5mg")] == [
        True,
        False,
        False,
    ]
    assert [book.find("customer", "D1", text) is not None for text in ("1－11", "11-1", "111")] == [True, False, False]
    asked = questions(clean(row(product="某片1.5mg"), row(product="某片15mg"), row(product="某片 1.5 MG")))
    assert sorted((one.text, one.lines) for one in asked) == [("某片1.5mg", 2), ("某片15mg", 1)]


def test_numbers_of_shops_stay_apart() -> None:
    """1-1店 is not 11店, and each is found by its own name."""
    shops = MasterNames.of([Master("S1", ("示例大药房1-1店",)), Master("S2", ("样本大药房12店",))])
    assert Matcher(shops, PRODUCTS).customer("示例大药房11店").id == ""
    assert Matcher(shops, PRODUCTS).customer("示例大药房 1－1 店").id == "S1"


def test_a_code_that_means_another_than_the_name_is_a_question() -> None:
    """A distributor's own code may look like one of our ids; a person's word for the name settles it."""
    found = MATCHER.customer("样本县医院", code="H1", distributor="D1")
    assert (found.id, found.way, [one.id for one in found.likely]) == ("", "differs", ["H2", "H1"])
    assert found.why.text() == "the code means another than the name"
    assert MATCHER.customer("样本县医院", code="H2").way == "code"
    assert MATCHER.customer("无人知晓", code="H1").way == "code"
    assert MATCHER.customer("样本县医院", code="A-99").way == "same", "a code that nobody knows says nothing"
    done = clean(row(customer="样本县医院", customer_code="H1"))
    (asked,) = questions(done)
    known = Matcher(MATCHER.customers, PRODUCTS, AliasBook([asked.answer("H2", by="u1", on=DAY)]))
    assert known.customer("样本县医院", code="H1", distributor="D1").id == "H2"


def test_twin_ids_are_refused_wherever_goods_would_go_to_nobody() -> None:
    """Masters, distributors, packings, territories and the chain: `D1` beside `d1` is named, never two of them."""
    cases = [
        lambda: MasterNames.of([Master("H1", ("甲医院",)), Master("h1", ("乙医院",))]),
        lambda: clean_flow([read(row()), read(row(), name="b.csv", distributor="Ｄ1")], MATCHER, PACKINGS),
        lambda: clean_flow([], MATCHER, [Packing("P1", {"盒": 1}), Packing("p1", {"盒": 1})]),
        lambda: cross_region(clean(row()).sales, [FlowTerritory("d1", ("35",))], {"H1": "350102"}),
        lambda: cross_region(clean(row()).sales, [FlowTerritory("D1", ("35",), products=("p1",))], {"H1": "350102"}),
        lambda: close_chain([ChainMove("D1", "s1", "P1", JANUARY, Amount(5, BOX))], reporting={"D1", "S1"}),
        lambda: close_chain(
            [ChainMove("", "D1", "P1", JANUARY, Amount(5, BOX))],
            reporting={"D1"},
            opening={("D1", "p1"): Amount(1, BOX)},
        ),
    ]
    for case in cases:
        with pytest.raises(BadRows) as caught:
            case()
        assert [one.code for one in caught.value.exceptions] == ["flow.twins"]
    same = Master("H1", ("甲医院",)), Master("H1", ("乙医院",))
    assert MasterNames.of(same).same("乙医院") == ("H1",), "two entries of one id are one master"


def test_one_product_has_one_packing() -> None:
    """Two that differ are refused by the id; the same one twice is one."""
    with pytest.raises(BadValue, match="two packings of one product @ product 'P1'"):
        clean_flow([], MATCHER, [Packing("P1", {"盒": 1}), Packing("P1", {"盒": 2})])
    assert len(clean_flow([read(row())], MATCHER, [PACKINGS[0], PACKINGS[0]]).sales) == 1


def test_units_by_hand() -> None:
    """2 cases of 200 are 400 boxes, 30 tablets of 10 a box are 3, 5 tablets are no box and are held."""
    done = clean(row("2", unit="件"), row("30", unit="片"), row("5", unit="片"), row("-1", unit="盒"), row("0.5"))
    assert [one.quantity.minor for one in done.sales] == [400, 3, -1]
    assert codes(done) == [(4, ["unit"]), (6, ["unit"])]
    assert {
        unit: (str(done.balance.read.quantities[unit]), str(done.balance.held.quantities.get(unit, 0)))
        for unit in ("件", "片", "盒")
    } == {"件": ("2", "0"), "片": ("35", "5"), "盒": ("-1/2", "1/2")}
    assert (done.balance.read.no_money, done.balance.matched.no_money) == (5, 3)
    assert [(row[0].en, *map(str, row[1:])) for row in done.balance.table().rows] == [
        ("lines", "5", "3", "2"),
        ("money", "0.00", "0.00", "0.00"),
        ("quantity, 件", "2", "2", "0"),
        ("quantity, 片", "35", "30", "5"),
        ("quantity, 盒", "-1/2", "-1", "1/2"),
        ("lines without money", "5", "3", "2"),
    ]


@pytest.mark.parametrize("total", ["合 计", "合　计：", "本页合计", "总计", "TOTAL:", "Grand Total", "累计数量"])
def test_rows_of_totals_are_held_and_nobody_is_asked_whom_they_mean(total: str) -> None:
    """Whatever stands in the row, it is no sale; the word is no customer."""
    done = clean(row(), row(customer=total))
    assert codes(done)[0][1][0] == "unread"
    assert done.held[0].why.head().startswith("cannot be read: looks like a row of totals")
    assert len(questions(done)) == 0
    assert clean(row(customer="计生服务站"), row(customer="合计生医院")).held[0].line.is_total is False


@pytest.mark.parametrize(
    ("kind", "quantity", "held"),
    [
        ("退货", -5, False),
        ("销售退货单", 5, True),
        ("红字发票", 5, True),
        ("Sales Return", 5, True),
        ("销售", 5, False),
        ("", 5, False),
    ],
)
def test_a_kind_that_sounds_like_a_return_is_asked(kind: str, quantity: int, held: bool) -> None:
    """退货 is one, 销售退货单 may be: it is held until its word is confirmed, never sold; a written minus is enough."""
    (line,) = read(row("5", kind=kind)).lines
    assert (line.quantity, bool(line.problems)) == (quantity, held)
    assert read(row("-5", kind=kind)).lines[0].problems == ()
    assert read(row("0", kind=kind)).lines[0].problems == ()
    confirmed = suggest_columns(["日期", "客户", "品名", "数量", "类型"]).confirm(
        "D1", by="u1", on=DAY, returns=[kind or "x"]
    )
    assert confirmed.is_return(kind) is bool(kind)
    assert read(row("5", kind=kind), returns=("x", kind)).lines[0].quantity == (-5 if kind else 5)


def test_honest_twins_are_let_in_by_name() -> None:
    """Held until a person says so, by file and row; a reversal that shares the number of its line too."""
    rows = [row(), row(), row("7", document="S", item="1"), row("-7", document="S", item="1")]
    assert codes(clean(*rows)) == [(3, ["repeat"]), (4, ["clash"]), (5, ["clash"])]
    done = clean(*rows, honest={("d1.csv", 3), ("d1.csv", 4), ("d1.csv", 5)})
    assert [one.quantity.minor for one in done.sales] == [5, 5, 7, -7]
    assert codes(clean(*rows, honest={("other.csv", 3)})) == codes(clean(*rows))


def test_the_same_rows_in_another_file_count_once() -> None:
    """January again within January and February: spaces and empty cells at the end do not make another line of it."""
    january, february = read(row(), row("6")), row("7", date="2026-02-01")
    again = read(*[[*(f" {cell} " for cell in one), "", " "] for one in (row(), row("6"))], february, name="e.csv")
    done = clean_flow([again, january], MATCHER, PACKINGS)
    assert [(one.line.file, one.line.row) for one in done.sales] == [("d1.csv", 2), ("d1.csv", 3), ("e.csv", 4)]
    assert [(one.line.file, one.reasons[0].code) for one in done.held] == [("e.csv", "repeat")] * 2
    assert done.balance.read.quantities == {"盒": 29}


def test_rows_and_files_in_any_order_are_the_same() -> None:
    """Rows shuffled within a file and files given backwards; a row's number is found once."""
    rows = [row(), row(), row("6", customer="样本医"), row("-1"), ["", "合计"], row(document="S", item="1")]
    columns, chance = ColumnMap("D1", COLUMNS, "u1", DAY), Random(3)  # noqa: S311 - an order, no secret
    numbered = list(enumerate(rows, 2))
    expected = repr(clean_flow([read(*rows)], MATCHER, PACKINGS).held)
    for _ in range(5):
        chance.shuffle(numbered)
        done = clean_flow([read_flow(FlowFile("d1.csv", HEADER, numbered), columns)], MATCHER, PACKINGS)
        assert repr(done.held) == expected
    with pytest.raises(BadFile, match="two rows of number 2"):
        read_flow(FlowFile("d1.csv", HEADER, [(3, row()), (2, row()), (2, row("6"))]), columns)


def test_one_column_holds_one_thing() -> None:
    """A correction takes the header from what was guessed of it; a map by hand that uses it twice is refused."""
    guesses = suggest_columns(["日期", "客户", "品名", "数量", "单位", "金额"])
    kept = guesses.confirm("D1", by="u1", on=DAY, columns={"price": " 金额"}, always={"unit": "盒"})
    assert {name: heads[0].strip() for name, heads in kept.columns.items()} == {
        "date": "日期",
        "customer": "客户",
        "product": "品名",
        "quantity": "数量",
        "price": "金额",
    }
    assert kept.always == {"unit": "盒"}
    assert suggest_columns(["销售金额", "含税金额"]).columns == {"amount": "销售金额"}, "of equal ones the first"
    for changes, said in (
        ({"columns": {**COLUMNS, "price": "AMOUNT"}}, "for two fields"),
        ({"columns": COLUMNS, "always": {"unit": "盒"}}, "always the same"),
    ):
        with pytest.raises(BadValue, match=said) as caught:
            ColumnMap(**{"distributor": "D1", "by": "u1", "on": DAY} | changes)  # type: ignore[arg-type]
        assert caught.value.code == "flow.columns"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("46027", date(2026, 1, 5)),
        ("46027.5", date(2026, 1, 5)),
        ("４６０２７", date(2026, 1, 5)),
        ("2026-01-05", None),
    ],
)
def test_numbers_of_a_spreadsheet_are_days_where_somebody_says_so(text: str, day: date | None) -> None:
    """46027 is 2026-01-05 by hand: 46023 is the first of January; refused with a hint where nobody confirmed it."""
    assert read_day(text, "serial")[0] == (day or date(2026, 1, 5))
    if day:
        with pytest.raises(BadValue, match="a number where a day is due"):
            read_day(text)


@pytest.mark.parametrize("text", ["4602", "460270", "46027.", "٢٠٢٦-٠١-٠٥", "2026-01-0513:05", "5/1/2026"])
def test_days_that_stay_refused(text: str) -> None:
    """Other counts of figures, foreign figures, a time without a space, and a year last are no numbers of a day."""
    with pytest.raises(BadValue):
        read_day(text, "serial")


def test_a_territory_without_an_owner_and_sellers_without_one() -> None:
    """Held by nobody on the day is outside; who holds no territory at all is listed; a batch is met in any spelling."""
    held = [
        FlowTerritory("D1", (" 350100 ",)),
        FlowTerritory("D2", ("350200",), since=date(2026, 1, 6), products=(" P1 ",)),
    ]
    places = {"H1": "350102", "H2": "350203"}
    for on, holders in (("2026-01-05", ()), ("2026-01-06", ("D2",))):
        found = cross_region(clean(row(customer="样本县医院", date=on)).sales, held, places)
        assert [(one.kind, one.holders) for one in found.cases] == [("outside", holders)]
    assert FlowTerritory("D1", ("３５０１００", "Example County")).holds("350102")
    assert FlowTerritory("D1", ("Example County",)).holds(" example  county")
    unknown = cross_region(clean(row()).sales, held, {"H1": "  "})
    assert (unknown.cases, len(unknown.unjudged)) == ((), 1)
    nobody = clean(row(customer="样本县医院"), distributor="D9").sales
    found = cross_region(nobody, held, places)
    assert (found.cases, found.unjudged) == ((), nobody)
    sales = clean(row("3", batch="b-1 "), row("4", batch="Ｂ-1")).sales
    (case,) = cross_region(sales, held, places, batches={("P1", "B-1"): ["D2"], ("P1", "b-1"): ["D3"]}).cases
    assert (case.kind, case.holders, case.batch, case.quantity.minor) == ("batch", ("D2", "D3"), "b-1", 7)
    assert cross_region(sales, held, places, batches={("P1", "B-1"): ["D1"]}).cases == ()
    for bad in ({"divisions": "350100"}, {"divisions": ("35", " ")}, {"divisions": ("35",), "products": "P1"}):
        with pytest.raises(BadValue):
            FlowTerritory("D1", **bad)  # type: ignore[arg-type]
    with pytest.raises(BadValue):
        Master("H1", "示例市医院")  # type: ignore[arg-type]


def test_a_chain_with_a_loop_by_hand() -> None:
    """D1 > S1 > D1 > H1: 100 in, 40 round, 90 to the terminal leave 10 and -0 in all; a book needs who reports."""
    moves = [
        ChainMove(sender, receiver, "P1", JANUARY, Amount(count, BOX))
        for sender, receiver, count in (("", "D1", 100), ("D1", "S1", 40), ("S1", "D1", 30), ("D1", "H1", 90))
    ]
    done = close_chain(moves, reporting={"D1", "S1"})
    assert {one.distributor: (one.received.minor, one.sold.minor, one.closing.minor) for one in done.stocks} == {
        "D1": (130, 130, 0),
        "S1": (40, 30, 10),
    }
    assert len(done.differences()) == 0
    for given in (
        {"opening": {("S9", "P1"): Amount(1, BOX)}},
        {"counted": {("S9", "P1", JANUARY): Amount(1, BOX)}},
        {"received": {("S9", "P1", JANUARY): Amount(1, BOX)}},
    ):
        with pytest.raises(BadValue, match="book of 'S9'"):
            close_chain(moves, reporting={"D1", "S1"}, **given)  # type: ignore[arg-type]


def test_returns_in_time_whatever_the_order_of_rows() -> None:
    """A return of the day of its sale is founded, one of the day before is not, and of a month it is the last."""
    sale, back = row("5"), row("-5")
    assert unfounded_returns(clean(back, sale).sales) == []
    early = clean(row("-5", date="2026-01-04"), sale).sales
    assert [(one.sale.line.row, one.over.minor, one.why.text()) for one in unfounded_returns(early)] == [
        (2, 5, "sold 0 so far, came back 5: 5 without a sale (d1.csv row 2)")
    ]
    assert unfounded_returns(clean(row("-5", date="2026-01"), sale).sales) == []


def test_confirmations_go_forward_in_time_and_disputes_are_shown() -> None:
    """Within one call and out of a file too; a name confirmed for two masters is listed with its history."""
    old, new = Alias("customer", "某某", "H1", "u1", date(2026, 1, 1)), Alias("customer", "某 某", "H2", "u2", DAY)
    other = Alias("customer", "某某", "H3", "u1", DAY, "D1")
    book = AliasBook().confirm(old, new, other, evolve(other, on=DAY))
    assert [[one.id for one in said] for said in book.disputed()] == [["H1", "H2"]]
    for refused in (lambda: AliasBook().confirm(new, old), lambda: alias_from(alias_data(book)[1::-1])):
        with pytest.raises(BadValue, match="older than what is in force @ alias of 'H1'"):
            refused()


def fact(quantity: int, money: str | None = None, unit: Unit = BOX, lines: int = 1) -> FlowFact:
    """A figure of a month."""
    return FlowFact(lines, Amount(quantity, unit), None if money is None else Amount.of(money, CNY))


def month(facts: dict[str, FlowFact], on: date = DAY) -> FlowMonth:
    """A closed January, by product."""
    return FlowMonth(JANUARY, {("D1", "H1", product): one for product, one in facts.items()}, "u1", on)


def test_the_sums_of_a_restatement_by_hand() -> None:
    """New, gone and changed, each with lines, boxes and money, and all together are the change of the month."""
    half = Unit("HALF", 1)
    closed = month({"P1": fact(5, "50.00"), "P2": fact(8, "80.00"), "P3": fact(2, "9.00"), "P5": fact(1, "1.00", half)})
    now = {"P1": fact(7, "70.00", lines=3), "P3": fact(2, "9.00"), "P4": fact(4, "44.00"), "P5": fact(6, None, half)}
    later = closed.restate(month(now).facts, by="u2", on=DAY, why="late file")
    diff = closed.diff(later)
    assert [
        (one.kind, one.figures, one.lines, one.change.minor, one.change.unit.code, one.money and one.money.minor)
        for one in diff.sums()
    ] == [
        ("new", 1, 1, 4, "BOX", 4400),
        ("gone", 1, -1, -8, "BOX", -8000),
        ("changed", 1, 2, 2, "BOX", 2000),
        ("", 3, 2, -2, "BOX", -1600),
        ("changed", 1, 0, 5, "HALF", None),
        ("", 1, 0, 5, "HALF", None),
    ]
    boxes = [
        sum(one.quantity.minor for one in some.facts.values() if one.quantity.unit == BOX) for some in (closed, later)
    ]
    assert boxes[1] - boxes[0] == -2
    assert [row[0].en for row in diff.sums_table().rows] == ["new", "gone", "changed", "all", "changed", "all"]
    assert "重述差异汇总" in diff.sums_table().html("zh")
    assert closed.diff(closed).sums() == ()
    partly = month({}).diff(month({"P1": fact(5, "50.00"), "P2": fact(3)}))
    assert [(one.kind, one.change.minor, one.money) for one in partly.sums()] == [("new", 8, None), ("", 8, None)]


def test_unknown_money_is_not_zero() -> None:
    """A line without money makes the figure's money missing, and a change from or to missing money is missing."""
    done = clean(row("5", amount="50.00"), row("3"), row("2", customer="样本县医院", amount="20.00"))
    facts = flow_facts(done.sales, JANUARY)
    assert {place[1]: one.amount and str(one.amount) for place, one in facts.items()} == {
        "H1": None,
        "H2": "20.00 CNY",
    }
    places = ("D1", "H1", "P1")
    for before, after, change, money in (
        (None, fact(5, "50.00"), 5, 5000),
        (fact(5, "50.00"), None, -5, -5000),
        (fact(5), fact(8, "80.00"), 3, None),
        (fact(5, "50.00"), fact(8), 3, None),
        (None, fact(5), 5, None),
    ):
        one = FlowChange(*places, before, after)
        assert (one.change.minor, one.money and one.money.minor) == (change, money)
    with pytest.raises(BadValue, match="a change of nothing"):
        FlowChange(*places, None, None)


def test_another_unit_is_refused_when_the_versions_are_compared() -> None:
    """Boxes and halves of boxes are not set off against each other, and it is said before a table is asked for."""
    closed, later = month({"P1": fact(5)}), month({"P1": fact(5, unit=Unit("HALF", 1))})
    with pytest.raises(NotComparable, match="product 'P1'"):
        closed.diff(later)


def test_a_seal_knows_the_decimals_of_its_units() -> None:
    """5000 fen read back as 5000 yuan are other figures; so are a version that is none and a day that is a moment."""
    data = flow_month_data(month({"P1": fact(5, "50.00")}))
    assert flow_month_from(data) == month({"P1": fact(5, "50.00")})
    touched = [*data["facts"][0][:5], [5000, "CNY", 0]]
    with pytest.raises(BadValue, match="not the figures that were closed"):
        flow_month_from({**data, "facts": [touched]})
    for more in (
        {"version": 0},
        {"version": "1"},
        {"held": -1},
        {"facts": [["D1", "H1", "P1", 0, [5, "BOX", 0], None]]},
    ):
        with pytest.raises(BadValue) as caught:
            flow_month_from({**data, **more})
        assert caught.value.code == "flow.record"


def test_a_late_line_of_a_closed_month() -> None:
    """It is held while only February is expected; let in, January is restated and the difference is that line."""
    january = row(amount="50.00")
    closed = close_month(clean(january), JANUARY, by="u1", on=DAY)
    late = [january, row("2", date="2026-01-30", amount="20.00"), row("9", date="2026-02-03", amount="90.00")]
    held = clean(*late, months={FEBRUARY})
    assert codes(held) == [(2, ["month"]), (3, ["month"])]
    assert held.balance.held.minor == 7000
    with pytest.raises(BadValue, match="2 lines are held"):
        close_month(held, JANUARY, by="u1", on=DAY)
    with pytest.raises(BadValue, match="1 lines are held"):
        close_month(clean(january, row(date="soon")), JANUARY, by="u1", on=DAY)
    assert close_month(clean(january, row(date="2026-02-01", customer="无")), JANUARY, by="u1", on=DAY).held == 0
    let_in = flow_facts(clean(*late, months={JANUARY, FEBRUARY}).sales, JANUARY)
    later = closed.restate(let_in, by="u1", on=DAY, why="late line of D1")
    assert (closed.version, later.version, closed.diff(later).old, closed.diff(later).new) == (1, 2, 1, 2)
    assert [(one.kind, one.lines, one.change.minor, str(one.money)) for one in closed.diff(later).changes] == [
        ("changed", 1, 2, "20.00 CNY")
    ]


def test_money_of_two_units_is_not_added_up() -> None:
    """A figure in yuan and a line in euro are not comparable."""
    sales = clean(row(amount="50.00")).sales
    with pytest.raises(NotComparable):
        flow_facts([*sales, evolve(sales[0], amount=Amount(1, EUR))], JANUARY)


def test_a_cell_that_is_no_text_is_named_by_its_row() -> None:
    """A number or nothing out of a spreadsheet is refused before it is read, without what it holds."""
    for header, rows, where in (
        (HEADER, [(7, [None])], "row 7"),
        (HEADER, [(8, ["x", 5])], "row 8"),
        ([1], [], "row header"),
    ):
        with pytest.raises(BadValue) as caught:
            FlowFile("d1.csv", header, rows)  # type: ignore[arg-type]
        assert (caught.value.code, caught.value.where) == ("flow.cell", f"flow file, {where}")


def test_lines_of_a_document_without_numbers_are_lines_of_their_own() -> None:
    """Two lines of one document that say two things are both sold, two that say the same are asked about."""
    rows = [row("5", document="S"), row("6", document="s"), row("5", document="Ｓ", customer="示例 市医院")]
    done = clean(*rows)
    assert ([one.line.row for one in done.sales], codes(done)) == ([2, 3], [(4, ["repeat"])])


def test_another_distributor_may_use_the_same_numbers() -> None:
    """S line 1 of D1 is not S line 1 of D2, and rows without a document are compared within one distributor."""
    rows = [row(document="S", item="1"), row("7")]
    files = [read(*rows), read(*rows, name="d2.csv", distributor="D2")]
    assert len(clean_flow(files, MATCHER, PACKINGS).sales) == 4
    again = [*files, read(row(document="ｓ", item=" 1"), name="e.csv", distributor="D2")]
    assert [(one.line.file, one.reasons[0].code) for one in clean_flow(again, MATCHER, PACKINGS).held] == [
        ("e.csv", "repeat")
    ]


def test_a_distributor_s_own_word_goes_before_everybody_s() -> None:
    """What D1 means by a name says nothing of the others, and what all mean nothing of D1."""
    book = AliasBook([Alias("customer", "某某", "H1", "u1", DAY), Alias("customer", "某某", "H2", "u1", DAY, "D1")])
    assert [book.find("customer", who, "某某").id for who in ("D1", "D2", "")] == ["H2", "H1", "H1"]  # type: ignore[union-attr]
    assert book.disputed() == ()


def test_a_name_without_a_letter_asks_nothing() -> None:
    """There is nothing to keep an answer under; the line is held all the same."""
    done = clean(row(customer="。。"), row(customer=""))
    assert (len(done.held), len(questions(done))) == (2, 0)


@pytest.mark.parametrize(("towns", "plain"), [(4, False), (5, True)])
def test_a_name_that_six_masters_bear_or_contain_names_nobody(towns: int, plain: bool) -> None:
    """人民医院 with five others that contain it is no name any more; with four it is."""
    others = [Master(f"T{n}", (f"{chr(0x4E00 + 40 * n)}县人民医院",)) for n in range(towns)]
    assert MasterNames.of([*others, Master("X", ("人民医院",))]).plain("人民医院") is plain


def test_goods_for_nothing_and_money_for_none_are_no_fault_of_signs() -> None:
    """Gifts of no money and a rebate of no boxes pass; only a plus against a minus is held."""
    done = clean(row("5", amount="0"), row("0", amount="9.00"), row("-5", amount="9.00"), row("5", amount="-9.00"))
    assert ([one.line.row for one in done.sales], codes(done)) == ([2, 3], [(4, ["sign"]), (5, ["sign"])])


def test_a_month_without_days_and_rights_to_other_products() -> None:
    """A sale of January counts for a right that holds on any day of it; a right to P2 says nothing of P1."""
    sales, places = clean(row(date="2026-01")).sales, {"H1": "350102"}
    for since, until, cases in (
        (date(2026, 1, 31), None, 0),
        (None, date(2026, 1, 1), 0),
        (date(2026, 2, 1), None, 1),
        (None, date(2025, 12, 31), 1),
    ):
        held = [FlowTerritory("D1", ("35",), since=since, until=until)]
        assert len(cross_region(sales, held, places).cases) == cases
    other = cross_region(sales, [FlowTerritory("D1", ("35",), products=("P2",))], places)
    assert [one.kind for one in other.cases] == ["no right"]


def test_what_lies_there_at_the_end_and_who_is_no_stockist() -> None:
    """100 in January, 60 and 40 sold on: nothing lies there at the end; who sold out and sells none holds none."""
    moves = [
        ChainMove(sender, receiver, "P1", when, Amount(count, BOX))
        for sender, receiver, when, count in (
            ("", "D1", JANUARY, 100),
            ("D1", "H1", JANUARY, 60),
            ("D1", "H1", FEBRUARY, 40),
            ("", "D2", JANUARY, 5),
            ("D2", "H1", JANUARY, 5),
        )
    ]
    done = close_chain(moves, reporting={"D1", "D2"})
    assert [(one.distributor, one.closing.minor, str(one.share)) for one in primary_secondary(done)] == [
        ("D1", 0, "1"),
        ("D2", 0, "1"),
    ]
    assert [(one.holding, one.selling, one.idle) for one in stock_counts(done)] == [
        (("D1", "D2"), ("D1", "D2"), ()),
        (("D1",), ("D1",), ()),
    ]
