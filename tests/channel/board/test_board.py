"""The four flows of dealers side by side: a small world worked out by hand, and what is not known."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.channel.board.conftest import MARCH, bill, books, boxes, day, entered, line, moved, yuan

from pharmasales.channel.board import (
    BOARD_FIGURES,
    BOARD_LIMITS,
    BOARD_STATES,
    BoardLimit,
    ChannelKnown,
    FlowCame,
    channel_board,
    trade_consistency,
)
from pharmasales.channel.board.figures import figure
from pharmasales.channel.credit import CreditOrder, OrderCheck, Owed
from pharmasales.channel.flow import (
    CleanFlow,
    FlowBalance,
    FlowLine,
    FlowSale,
    FlowTerritory,
    HeldLine,
    HeldReason,
    Matched,
    Tally,
    cross_region,
)
from pharmasales.channel.money import Contract, Dispute, Ledger, Receipt, Told
from pharmasales.channel.stock import StockBook, StockCount, StockMovement
from pharmasales.display import because
from pharmasales.errors import BadRule, BadValue, NotFound
from pharmasales.periods import Month, Quarter
from pharmasales.units import CNY

FOUND = (Matched("customer", "same", "H1"), Matched("product", "same", "P1"))
END = day(30)


def sale(row, customer, count, on, product="P1", distributor="D1", **more):
    """Return a matched line of a flow file of March."""
    when = None if on is None else day(on)
    text = FlowLine(f"{distributor}.csv", row, distributor, (), MARCH, when, customer=customer, **more)
    return FlowSale(text, customer, product, MARCH, boxes(count), None, FOUND)


def unknown(row, name, distributor="D1"):
    """Return a line that waits for the name of its customer."""
    text = FlowLine(f"{distributor}.csv", row, distributor, (), MARCH, day(1), customer=name)
    reason = HeldReason("customer", because("unlike", "不像"))
    return HeldLine(text, (reason,), Matched("customer", "none"), FOUND[1])


def flow_of(sales, held=()):
    """Return cleaned files."""
    lines = [one.line for one in (*sales, *held)]
    parts = Tally.of(lines), Tally.of(one.line for one in sales), Tally.of(one.line for one in held)
    return CleanFlow(tuple(sales), tuple(held), FlowBalance(*parts, 0, CNY), CNY)


def told(row):
    """Return value and state of each figure that is known."""
    return {key: (one.value, one.state) for key, one in row.figures.items() if one.value is not None}


def headroom(dealer, limit, still, waiting, void=""):
    """Return the check of an order of nothing."""
    owed = Owed(dealer, END, yuan(still), yuan(0))
    return OrderCheck("-", 1, dealer, END, yuan(limit), yuan(0), yuan(0), owed, yuan(waiting), void)


def row_of(board, customer="D1"):
    """Return the row of a dealer."""
    return next(row for row in board.rows if row.customer == customer)


@pytest.fixture(scope="session")
def world():
    """Return what is known of D1 in March 2026, by hand, and of D2, of whom there is an invoice only."""
    sales = [
        sale(2, "H1", 10, 2),
        sale(3, "H1", 5, 20),
        sale(4, "H2", 4, 9, document="X1"),
        sale(5, "H3", 3, 9),
        sale(6, "H3", -3, 12),
        sale(7, "D9", 6, 9),
        sale(8, "H2", 1, None, document="X2"),
    ]
    flow = flow_of(sales, [unknown(9, "示例人医"), unknown(10, "示例人医")])
    card = [
        StockMovement("O1", "D1", "P1", day(-9), "opening", boxes(12), "B1", day(29)),
        entered("I1", 1, 40),
        StockMovement("S1", "D1", "P1", day(25), "out", boxes(31), "B2"),
    ]
    ledger = Ledger.of(
        [
            Contract("C1", "D1", day(-300), yuan(9000), day(50)),
            bill("F1", -40, 500),
            bill("F2", 3, 1680),
            bill("F3", -45, 100),
            Dispute("F3", day(-5)),
            Receipt("R1", "D1", day(14), yuan(1200)),
            bill("F8", 40, 777),
            bill("F9", 3, 300, "D2"),
        ]
    )
    orders = [
        CreditOrder.place("O1", "D1", yuan(100), by="rep1", on=day(20)),
        evolve(CreditOrder.place("O2", "D1", yuan(250), by="rep1", on=day(21)), state="accepted"),
        evolve(CreditOrder.place("O3", "D1", yuan(900), by="rep1", on=day(22)), state="held"),
    ]
    rights = [FlowTerritory("D1", ("990200",), {"P1"}, day(-60), day(60)), FlowTerritory("D3", ("990300",))]
    places = {"H1": "990201", "H2": "990201", "H3": "990301", "D9": "990201"}
    lines, goods = [line("F2-1", 40)], [moved("G1", 4, 40)]
    book = StockBook.of(card, [StockCount("N1", "D1", "P1", day(10), boxes(50), by="rep1")])
    return ChannelKnown(
        files=[FlowCame("D1", Month(2026, 2)), FlowCame("D1", MARCH, date(2026, 4, 7))],
        flow=flow,
        book=book,
        ledger=ledger,
        checks={"D1": headroom("D1", 2000, 1080, 250)},
        orders=orders,
        rights=rights,
        crossing=cross_region(sales, rights, places),
        trade=trade_consistency(MARCH, END, ledger, lines, goods=goods, book=book),
        targets={"D1": frozenset({"H1", "H3", "H4", "H5"})},
    )


@pytest.fixture(scope="session")
def board(world):
    """Return the board of D2, D9 and D1 as of the tenth of April."""
    return channel_board(["D2", "D9", "D1"], MARCH, date(2026, 4, 10), world)


def test_every_figure_by_hand(board):
    """Each figure of D1, worked out on paper."""
    first = row_of(board)
    assert told(first) == {
        "files_missing": (0, "good"),  # February and March came
        "file_days": (7, "watch"),  # 7 April, after 31 March
        "matched": (Fraction(7, 9), "act"),
        "questions": (1, "watch"),  # one name, two lines
        "card_age": (5, "good"),  # 26 March to 31 March
        "count_age": (20, "good"),  # 11 March to 31 March
        "in": (boxes(40), "good"),
        "out": (boxes(31), "good"),
        "stock_days": (Fraction(21 * 31, 31), "good"),  # 12 + 40 - 31 = 21 boxes at one a day
        "negative": (0, "good"),
        "expired": (boxes(12), "act"),  # B1 untouched, its last day was 30 March
        "difference": (boxes(-2), "watch"),  # 50 counted, 52 in the book on 11 March
        "invoiced": (yuan(1680), "good"),
        "received": (yuan(1200), "good"),
        "receipts_rate": (Fraction(1200, 1680), "watch"),  # (1,680 + 600 - 1,080) / 1,680
        "overdue": (yuan(0), "good"),  # 1,200 paid F3, F1 and 600 of F2
        "overdue_share": (Fraction(0), "good"),
        "dso": (Fraction(1080 * 31, 1680), "good"),
        "headroom": (yuan(670), "good"),  # 2,000 - 1,080 open - 250 accepted
        "right_days": (30, "watch"),
        "contract_days": (20, "watch"),
        "accepted": (1, "good"),
        "held": (1, "act"),
        "steps": (2, "good"),
        "cross": (1, "act"),  # H3 lies outside, though it returned what it bought
        "blocked": (0, "good"),
        "warned": (0, "good"),
        "terminals": (2, "good"),  # H3 returned all, D9 resells
        "reached": (Fraction(1, 4), "watch"),
        "often": (Fraction(2), "good"),  # H1 twice, H2 on a day and by a document, in one month
        "sell_through": (Fraction(31, 40), "good"),
    }


def test_what_is_not_known_is_missing(board):
    """D2 has an invoice alone: no figure of another flow is zero or good, and each says why it is missing."""
    row = row_of(board, "D2")
    assert told(row) == {
        "invoiced": (yuan(300), "good"),
        "received": (yuan(0), "watch"),
        "receipts_rate": (Fraction(0), "act"),
        "overdue": (yuan(0), "good"),
        "overdue_share": (Fraction(0), "good"),
        "dso": (Fraction(31), "good"),
        "steps": (2, "good"),
    }
    assert {key for key, one in row.figures.items() if one.value is None and one.state is not None} == set()
    assert set(row.figures) == set(BOARD_FIGURES)
    assert row.figures["stock_days"].why.head() == "not known for any product"
    assert row.figures["matched"].why.head("zh") == "未知：无流向行"
    assert row.flow("goods") is None
    assert row.flow("quality") is None


def test_nothing_known():
    """A dealer of whom nothing is known has a row, no state and nothing to do."""
    row = channel_board(["D1"], MARCH, END, ChannelKnown()).rows[0]
    assert (row.state, row.worst, row.tasks, row.why.head()) == (None, None, (), "nothing is known")
    assert all(one.value is None and one.state is None for one in row.figures.values())


def test_the_worst_first(board):
    """Dealers by state and by how much is to be acted on; within one, the worst flow, with what to do and who."""
    assert [(row.customer, row.state, row.worst) for row in board.rows] == [
        ("D1", "act", "ownership"),
        ("D2", "act", "money"),
        ("D9", "watch", "ownership"),
    ]
    tasks = [(one.figure.key, one.figure.state, one.who.en) for one in board.rows[0].tasks]
    assert tasks[:2] == [("held", "act", "channel manager"), ("matched", "act", "sales operations")]
    assert [state for _, state, _ in tasks] == sorted((state for _, state, _ in tasks), key=list(BOARD_STATES).index)
    assert board.rows[0].why.head() == ("not good: ownership, information, goods, money, distribution quality")
    assert [one.figure.customer for one in board.tasks if one.figure.state == "act"][-1] == "D2"


def test_by_product(board):
    """Where a product is known it has a row of its own, without what is kept by dealer."""
    row = next(one for one in board.products if one.product == "P1")
    assert told(row)["out"] == (boxes(31), "good")
    assert told(row)["terminals"] == (2, "good")
    assert "overdue" not in row.figures
    assert [(one.customer, one.product) for one in board.products] == [("D1", "P1")]


def test_tables(board):
    """The four flows with words for states, all figures, the tasks and the reasons, in both languages."""
    cells = board.table().rows[0]
    assert cells[1] == "D1"
    assert [cell.text("zh") for cell in cells[2:6]] == ["处理", "商流", "处理：扣单数 1", "关注：回款率 71.4%"]
    assert cells[-2].zh == "催收或放行"
    figures = dict(zip([c.key for c in board.figures_table().columns], board.figures_table().rows[0], strict=True))
    assert (figures["customer_id"], figures["product_id"], figures["overdue"], figures["dso"]) == (
        "D1", None, 0, Fraction(1080 * 31, 1680))  # fmt: skip
    assert len(board.tasks_table()) == len(board.tasks)
    assert len(board.why_table()) == 3 * len(BOARD_FIGURES)
    assert row_of(board).figures["dso"].shown() == "DSO, days 19.9"
    assert "扣单数" in board.why_table().text("zh", most=99)
    assert "orders held 1" in board._repr_html_()


def test_days_of_the_period(world):
    """Within the period what is dated later is not known yet; before it there is nothing to see."""
    row = next(one for one in channel_board(["D1"], MARCH, day(5), world).rows)
    assert told(row)["received"] == (yuan(0), "watch")
    assert told(row)["overdue"] == (yuan(600) - yuan(100), "watch")
    assert told(row)["dso"][0] == Fraction(2280 * 6, 1680)
    assert row.figures["count_age"].value is None
    with pytest.raises(BadValue, match="the period has not begun"):
        channel_board(["D1"], MARCH, day(-1), world)
    with pytest.raises(BadValue, match="a dealer named twice"):
        channel_board(["D1", "d1"], MARCH, END, world)


def test_files_of_a_quarter():
    """Files are due from the first month that one came; a month that has not ended is not due."""
    files = [FlowCame("D1", Month(2026, 2), date(2026, 3, 3)), FlowCame("D2", Month(2026, 1))]
    rows = channel_board(["D1", "D2", "D3"], Quarter(2026, 1), date(2026, 3, 31), ChannelKnown(files=files)).rows
    assert {one.customer: (told(one).get("files_missing"), told(one).get("file_days")) for one in rows} == {
        "D1": ((1, "act"), (3, "good")),
        "D2": ((2, "act"), None),
        "D3": (None, None),
    }
    early = channel_board(["D1"], Quarter(2026, 1), date(2026, 3, 30), ChannelKnown(files=files)).rows[0]
    assert told(early)["files_missing"] == (0, "good")


@pytest.mark.parametrize(
    ("entries", "figures"),
    [
        ([entered("S1", 3, 5, kind="out")], {"negative": (1, "act")}),
        ([entered("I1", 3, 5)], {"negative": (0, "good"), "in": (boxes(5), "good"), "out": (boxes(0), "watch"),
                                 "sell_through": (Fraction(0), "act")}),
        ([], {"negative": (0, "good"), "in": (boxes(0), "watch"), "out": (boxes(0), "watch")}),
    ],
)  # fmt: skip
def test_cards(entries, figures):
    """A card below zero says nothing but that; one on which nothing moved has no stock days and no sell-through."""
    row = channel_board(["D1"], MARCH, END, ChannelKnown(book=books(*entries))).products[0]
    known = told(row)
    assert {key: known[key] for key in known if BOARD_FIGURES[key].flow in ("goods", "quality")} == figures


def test_a_card_that_begins_later_and_a_batch_that_is_overdrawn():
    """Both are missing with their reason, and refuse nothing."""
    later = ChannelKnown(book=books(products=("P1",)))
    row = channel_board(["D1"], Month(2026, 1), date(2026, 1, 9), later).products[0]
    assert row.figures["in"].why.head() == "not known: the card begins later"
    assert row.figures["negative"].value is None
    came = StockMovement("I1", "D1", "P1", day(1), "in", boxes(5), "B2", day(90))
    out = StockMovement("S1", "D1", "P1", day(2), "out", boxes(2), "B1")
    over = books(came, out)
    row = channel_board(["D1"], MARCH, END, ChannelKnown(book=over)).products[0]
    assert row.figures["expired"].why.head() == "not known: more of a batch is gone than there was"


def test_over_products():
    """What moved is added up over products, the worst of the rest counts and names its product."""
    entries = [entered("I1", 1, 5), entered("I2", 1, 50, "P2"), entered("S1", 2, 5, kind="out"),
               entered("S2", 2, 1, "P2", kind="out")]  # fmt: skip
    row = channel_board(["D1"], MARCH, END, ChannelKnown(book=books(*entries, products=("P1", "P2")))).rows[0]
    assert told(row)["in"] == (boxes(55), "good")
    assert told(row)["stock_days"] == (Fraction(0), "act")
    assert row.figures["stock_days"].why.head() == "P1 is the worst of 2"
    assert told(row)["sell_through"] == (Fraction(6, 55), "act")


def test_a_sum_that_would_leave_a_card_out():
    """Two cards of three are below zero: two, and what came in or went out of all is not known."""
    entries = [entered("I1", 1, 5), entered("S2", 2, 1, "P2", kind="out"), entered("S3", 2, 1, "P3", kind="out")]
    row = channel_board(["D1"], MARCH, END, ChannelKnown(book=books(*entries, products=("P1", "P2", "P3")))).rows[0]
    assert told(row)["negative"] == (2, "act")
    assert (row.figures["in"].value, row.figures["out"].state) == (None, None)
    assert row.figures["in"].why.head() == "not known: a card is below zero: P2, P3"
    mixed = [entered("I1", 1, 5), StockMovement("O2", "D1", "P2", day(-30), "opening", yuan(1))]
    row = channel_board(["D1"], MARCH, END, ChannelKnown(book=books(*mixed))).rows[0]
    assert row.figures["in"].why.head("zh") == "未知：单位不一"


def test_lines_that_were_not_judged_are_not_good():
    """H1 has no place: no case is found and none is ruled out; where a line was judged the rest is told."""
    rights, lines = [FlowTerritory("D1", ("990200",))], [sale(2, "H1", 5, 1), sale(3, "H2", 5, 1, "P2")]

    def crossed(sales, product=""):
        known = ChannelKnown(flow=flow_of(sales), crossing=cross_region(sales, rights, {"H2": "990201"}))
        rows = channel_board(["D1"], MARCH, END, known).lines
        return next(one.figures["cross"] for one in rows if one.product == product)

    assert (crossed(lines[:1]).value, crossed(lines[:1]).state) == (None, None)
    assert (crossed(lines).value, crossed(lines).why.head()) == (0, "0 cases, 1 lines not judged")
    assert crossed(lines, "P1").value is None
    bad = sale(2, "H1", 5, 1, batch="B1")
    known = ChannelKnown(flow=flow_of([bad]), crossing=cross_region([bad], rights, {}, batches={("P1", "B1"): ["D2"]}))
    assert (
        channel_board(["D1"], MARCH, END, known).rows[0].figures["cross"].value == 1
    )  # by its batch, wherever H1 lies
    assert crossed(lines, "P2").why.head("zh") == "0 宗"


def test_findings_of_papers_that_are_known_in_part():
    """An invoice of which no line is known, and a receipt of an unknown payer, still count with what was found."""
    ledger = Ledger.of([bill("F1", -40, 100), bill("F2", 1, 100), Receipt("R1", "D2", day(2), yuan(5))])
    ledger = Ledger.of([*ledger.documents, bill("F3", 1, 5, "D3")])
    trade = trade_consistency(Quarter(2026, 1), END, ledger)
    rows = channel_board(["D1", "D2", "D3"], Quarter(2026, 1), END, ChannelKnown(ledger=ledger, trade=trade)).rows
    assert {row.customer: row.figures["warned"].value for row in rows} == {"D1": 1, "D2": 1, "D3": None}


def test_good_as_far_as_it_is_known():
    """What nobody knows is named beside what is good."""
    ledger = Ledger.of([bill("F1", 1, 100), Receipt("R1", "D1", day(2), yuan(100))])
    row = channel_board(["D1"], MARCH, END, ChannelKnown(ledger=ledger)).rows[0]
    assert row.why.head() == "all that is known is good; not known: goods, information, distribution quality"
    assert row.why.head("zh") == "已知各流正常；未知：物流、信息流、分销质量"


def test_ownership():
    """Rights without end, not begun, ended, and renewed; an order of others; goods of another dealer; a void limit."""
    rights = [
        FlowTerritory("D1", ("990200",)),
        FlowTerritory("D2", ("990200",), {"P1"}, day(90)),
        FlowTerritory("D3", ("990200",), {"P1"}, day(-90), day(-1)),
        FlowTerritory("D4", ("990200",), {"P1"}, day(-90), day(-1)),
        FlowTerritory("D4", ("990200",), {"P1"}, day(0), day(200)),
    ]
    flow = flow_of([sale(2, "D1", 5, 1, distributor="D2")])
    known = ChannelKnown(rights=rights, flow=flow, ledger=Ledger.of([bill("F1", 1, 100, "D2")]),
                         checks={"D2": headroom("D2", 0, 0, 0, "expired")})  # fmt: skip
    board = channel_board(["D1", "D2", "D3", "D4"], MARCH, END, known)
    rows = {(one.customer, one.product): one for one in board.lines}
    assert [rows[name, "P1"].figures["right_days"].value for name in ("D2", "D3", "D4")] == [None, -31, 170]
    assert rows["D3", "P1"].figures["right_days"].state == "act"
    assert told(rows["D1", ""])["steps"] == (3, "watch")
    assert rows["D1", ""].figures["steps"].why.head() == "invoiced by D2, and it invoices the terminal"
    assert rows["D2", ""].figures["headroom"].value is None
    assert rows["D2", ""].figures["terminals"].value is None
    assert rows["D2", ""].figures["accepted"].value is None
    whole = channel_board(["D1"], MARCH, END, ChannelKnown(rights=rights[:1], book=books())).products[0]
    assert (whole.figures["right_days"].cell.en, whole.figures["right_days"].state) == ("no end", "good")
    assert whole.figures["right_days"].shown("zh") == "代理权剩余天数 无期限"


def test_the_way_in_which_receipts_pay():
    """Told for the later invoice, or always for the oldest: what is overdue follows, on the board and in the papers."""
    told_for = Receipt("R1", "D1", day(20), yuan(100), [Told("F2", yuan(100))])
    ledger = Ledger.of([bill("F1", -20, 100), bill("F2", 10, 100), told_for])
    overdue = {}
    for way in ("told", "fifo"):
        board = channel_board(["D1"], MARCH, END, ChannelKnown(ledger=ledger, way=way))
        trade = trade_consistency(Month(2026, 2), END, ledger, way=way)
        overdue[way] = told(board.rows[0])["overdue"][0], [one.rule for one in trade.findings]
    assert overdue == {"told": (yuan(100), ["sale-unpaid"]), "fifo": (yuan(0), [])}


def test_a_dealer_with_a_contract_alone():
    """Nothing was sold and nothing is open: shares and days are missing, not zero."""
    ledger = Ledger.of([Contract("C1", "D1", day(-9), yuan(100))])
    row = channel_board(["D1"], MARCH, END, ChannelKnown(ledger=ledger)).rows[0]
    assert told(row) == {
        "invoiced": (yuan(0), "watch"),
        "received": (yuan(0), "watch"),
        "overdue": (yuan(0), "good"),
    }
    assert row.figures["receipts_rate"].why.head() == "not known: nothing was sold, net"
    assert row.figures["overdue_share"].why.head() == "not known: nothing is open"
    assert row.figures["contract_days"].why.head() == "not known: no contract with a last day"
    assert row.figures["dso"].value is None


def test_a_line_without_a_month_and_an_invoice_on_its_last_day():
    """The one may belong to the period and counts as held; the other is not overdue yet."""
    text = FlowLine("D1.csv", 9, "D1", (), customer="H1")
    lost = HeldLine(text, (HeldReason("unread", because("unread", "无法读取")),), *FOUND)
    ledger = Ledger.of([bill("F1", 0, 100)])
    known = ChannelKnown(flow=flow_of([sale(2, "H1", 1, 1)], [lost]), ledger=ledger)
    assert told(channel_board(["D1"], MARCH, END, known).rows[0])["matched"] == (Fraction(1, 2), "act")
    assert told(channel_board(["D1"], MARCH, END, known).rows[0])["overdue"] == (yuan(0), "good")


def test_returned_all():
    """Who only takes back reached nobody: zero terminals is known, and how often is not."""
    row = channel_board(["D1"], MARCH, END, ChannelKnown(flow=flow_of([sale(2, "H1", -5, 1)]))).rows[0]
    assert told(row)["terminals"] == (0, "act")
    assert row.figures["often"].value is None
    assert row.figures["reached"].value is None


def test_limits_of_a_company(world):
    """A company's own bounds replace those to begin with, and stand in the reason; a bad order is refused."""
    mine = {"file_days": BoardLimit(watch_over=7, act_over=9)}
    row = channel_board(["D1"], MARCH, date(2026, 4, 10), world, limits=mine).rows[0]
    assert told(row)["file_days"] == (7, "good")
    assert row.figures["file_days"].why.lines()[-1] == "  watch over 7, act over 9"
    assert row.figures["matched"].why.lines("zh")[-1] == "  低于 90.0% 处理，低于 98.0% 关注"
    with pytest.raises(BadRule, match="bounds out of order"):
        BoardLimit(act_below=5, watch_below=4)
    with pytest.raises(NotFound, match="no such figure"):
        figure({}, "overdeu", "D1", "", 0, because("", ""))


def test_the_catalogue_is_whole():
    """Every bound is of a figure, and every figure but one has bounds."""
    assert set(BOARD_FIGURES) - set(BOARD_LIMITS) == {"accepted"}
    assert set(BOARD_LIMITS) <= set(BOARD_FIGURES)


bounds = st.none() | st.fractions(-9, 9)


@given(st.lists(st.fractions(-9, 9), min_size=4, max_size=4), st.lists(st.booleans(), min_size=4, max_size=4),
       st.fractions(-12, 12))  # fmt: skip
def test_a_limit_is_its_definition(cuts, there, value):
    """Below and over are strict: a bound itself is the milder state."""
    a, b, c, d = (cut if given else None for cut, given in zip(sorted(cuts), there, strict=True))
    state = BoardLimit(a, b, c, d).state(value)
    acts = (a is not None and value < a) or (d is not None and value > d)
    watches = (b is not None and value < b) or (c is not None and value > c)
    assert state == ("act" if acts else "watch" if watches else "good")
    assert BoardLimit(a, b, c, d).state(None) is None


@given(st.permutations(["D1", "D2", "D3"]))
def test_the_order_of_dealers_is_nothing(world, names):
    """The same dealers in any order make the same board."""
    assert channel_board(names, MARCH, END, world) == channel_board(["D1", "D2", "D3"], MARCH, END, world)
