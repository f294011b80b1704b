"""Stock cards feed the cycle: goals start from their sell-out, a review counts it, and a due list asks for visits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.archive import lines_within
from pharmasales.channel.stock import OrderRule, StockBook, StockCount, StockMovement
from pharmasales.cycle import review
from pharmasales.cycle.goalsetting import set_goals
from pharmasales.errors import BadConfig, BadRows, StorageError
from pharmasales.evaluation.tracking.forecast import run_rate
from pharmasales.followup.due.triggers import STOCK_VISIT
from pharmasales.periods import Month, Quarter
from pharmasales.units import BOX, Amount
from pharmasales.workdays import CHINA, WEEKDAYS
from pharmasales.workspace import Stamp, due_on_day, take_in
from pharmasales.workspace.settings import read_settings
from pharmasales.workspace.stock.desk import StockDesk
from pharmasales.workspace.stock.selling import sold_lines, told_until
from pharmasales.workspace.stock.visiting import occasions_of_stock

FILES = {
    "org.csv": "id,name,level,parent\nC,Example Pharma,company,\nR1,Rep One,rep,C\nR2,Rep Two,rep,C\n",
    "customers.csv": "id,name,kind,owner\nD1,Example Distributor 1,distributor,R1\n"
    "D2,Example Distributor 2,distributor,R2\n",
    "products.csv": "id,name\nP1,Example 10 mg\n",
    "sales.csv": "period,customer,rep,product,amount,quantity\n2025-01,D2,R2,P1,400,40\n2025-02,D2,R2,P2,9,9\n",
    "movements.csv": "id,customer,product,date,kind,quantity,batch,expires\n"
    "O1,D1,P1,2025-01-01,opening,200,,\nS1,D1,P1,2025-01-20,out,30,,\nS2,D1,P1,2025-02-10,out,20,,\n"
    "R1,D1,P1,2025-02-20,return_in,5,,\nS3,D1,P1,2025-03-05,out,55,,\n"
    "O2,D2,P1,2025-01-15,opening,300,B1,2025-06-30\nS4,D2,P1,2025-01-20,out,40,,\nS5,D2,P1,2025-02-03,out,60,,\n"
    "S6,D2,P1,2025-03-04,out,40,,\n",
    "counts.csv": "id,customer,product,date,quantity,by\nC1,D1,P1,2025-03-31,97,R1\n",
}
NAMES = ("org", "customers", "products", "movements", "counts")
TOML = "".join(f'[tables.{name}]\nfile = "{name}.csv"\n' for name in NAMES)
SALES = '[tables.sales]\nfile = "sales.csv"\n'
FED = '[stock]\nsell_out = "sales"\n'
GOALS = '[goals]\ngrowth = "10%"\nmeasure = "quantity"\n'


def sold(space, day: date = date.max) -> dict[tuple[str, str], str]:
    """Return what the loaded sales say of each customer and month."""
    return {(one.customer, str(one.period)): str(one.quantity) for one in space.load(day=day).checked().sales}


def test_whole_months_alone_are_sales(make):
    """A month whose first day is before the card, or whose last no paper reaches, is missing and not zero."""
    space = make(TOML + FED, FILES)
    told = {("D1", "2025-01"): "30 BOX", ("D1", "2025-02"): "15 BOX", ("D1", "2025-03"): "55 BOX"}
    assert sold(space) == {**told, ("D2", "2025-02"): "60 BOX"}
    loaded = space.load()
    assert [note.en for note in loaded.notes] == [
        "sell-out of 2 customers counts as sales by their stock cards: 4 months of products"
    ]
    assert {count.table: count.accepted for count in loaded.counts} == {
        "org": 3,
        "customers": 2,
        "products": 1,
        "movements": 9,
        "counts": 1,
    }
    assert sold(make(TOML, FILES, "apart")) == {}


def test_goals_in_boxes_start_from_the_cards(make):
    """100 (30 + 15 + 55) and 60 boxes in 2025-Q1, ten percent more: 110 for R1, 66 for R2, 176 in all."""
    space = make(TOML + FED + GOALS, FILES)
    region = space.load(day=date(2026, 1, 1)).checked()
    goals = set_goals(region, space.settings.policy, Quarter(2026, 1))
    assert {node: str(goals.amount(node)) for node in ("C", "R1", "R2")} == {
        "C": "176 BOX",
        "R1": "110 BOX",
        "R2": "66 BOX",
    }
    months = [str(goals.amount("C", month)) for month in Quarter(2026, 1).months]
    assert months == ["33 BOX", "83 BOX", "60 BOX"]  # 30 : 75 : 55 of 160; of 82.5 and 60.5 the first is raised


def test_a_review_and_its_forecast_go_on_from_the_cards(make):
    """On 15 February 30 + 20 boxes, the return not yet; 33 of 64 working days are gone: 97 boxes by the run rate."""
    space, quarter, day = make(TOML + FED + GOALS, FILES), Quarter(2025, 1), date(2025, 2, 15)
    judged = review(space.load(day=day).checked(), space.settings.policy, quarter, day)
    assert [str(judged.attainments[rep].actual) for rep in ("R1", "R2")] == ["50 BOX", "60 BOX"]
    assert str(run_rate(judged.attainments["R1"].actual, quarter, day, WEEKDAYS).amount) == "97 BOX"
    whole = review(space.load(day=quarter.end).checked(), space.settings.policy, quarter)
    assert [str(whole.attainments[rep].actual) for rep in ("R1", "R2")] == ["100 BOX", "60 BOX"]


def test_nothing_is_told_twice(make):
    """D2's January is no whole month of its card, so the sales table may tell it; a line of all products may not."""
    files = {**FILES, "products.csv": "id,name\nP1,Example\nP2,Sample\n"}
    space = make(TOML + SALES + FED, files)
    assert sold(space)["D2", "2025-01"] == "40 BOX"
    files["sales.csv"] += "2025-Q1,D1,R1,,100,\n2025-02-07,D2,R2,P1,100,\n"
    loaded = make(TOML + SALES + FED, files, "twice").load()
    with pytest.raises(BadRows, match="4 bad cells"):
        loaded.checked()
    assert [(row.file, row.row, row.code, row.reason[:7]) for row in loaded.bad] == [
        ("movements.csv", 2, "stock.twice", "2025-01"),
        ("movements.csv", 4, "stock.twice", "2025-02"),
        ("movements.csv", 6, "stock.twice", "2025-03"),
        ("movements.csv", 9, "stock.twice", "2025-02"),
    ]
    assert len(make(TOML + SALES, files, "apart").load().checked().sales) == 4


def test_bad_rows_of_cards_are_listed_with_those_of_the_cycle(make):
    """A row below zero makes no region; without customers nobody knows whose sales they are."""
    files = {**FILES, "movements.csv": FILES["movements.csv"] + "S9,D1,P1,2025-03-06,out,500,,\n"}
    loaded = make(TOML + FED, files).load()
    assert (loaded.region, [row.code for row in loaded.bad]) == (None, ["stock.negative"])
    assert [count.rejected for count in loaded.counts if count.table == "movements"] == [1]
    broken = make(TOML + FED, {**files, "org.csv": "id,name\nR1,\nR1,\n"}, "broken").load()
    assert (broken.region, {row.table for row in broken.bad}) == (None, {"org"})
    with pytest.raises(BadConfig, match=r"stock\.sell_out"):
        make(SALES + '[tables.movements]\nfile = "movements.csv"\n' + FED, FILES, "nobody").load()
    with pytest.raises(BadConfig, match=r"tables\.movements"):
        make('[tables.customers]\nfile = "customers.csv"\n' + FED, FILES, "none").load()


def test_a_customer_whose_stock_asks_for_it_is_due(make):
    """The newest reason counts: three fewer on 31 March, five working days; a contact since then answers it."""
    space = make(TOML, FILES)
    found = due_on_day(space, date(2025, 4, 14))
    (item,) = [one for one in found.items if one.need.kind == "stock" and one.need.customer == "D1"]
    assert (item.rep, item.need.since, item.need.until, item.late) == ("R1", date(2025, 3, 31), date(2025, 4, 8), 6)
    assert item.why.lines()[:4] == [
        "stock, due",
        "  see the customer because of its stock: within 5 working days of 2025-03-31, by 2025-04-08",
        "    D1: 1 reason to visit",
        "      P1: count and book differ by -3 BOX: settle it",
    ]
    assert "账实差 -3 BOX：核对处理" in item.why.text("zh")
    (near,) = [one for one in found.items if one.need.customer == "D2"]
    assert near.need.since == date(2025, 1, 15)  # 180 days before the expiry lie before the goods came in
    files = {**FILES, "visits.csv": "date,rep,customer,channel\n2025-04-01,R1,D1,phone\n2025-03-30,R2,D2,face\n"}
    seen = make(TOML + '[tables.visits]\nfile = "visits.csv"\n', files, "seen")
    assert [one.need.customer for one in due_on_day(seen, date(2025, 4, 14)).items if one.need.kind == "stock"] == []
    few = make(TOML + '[stock]\nvisit_reasons = ["difference"]\n', FILES, "few")
    assert [one.need.customer for one in due_on_day(few, date(2025, 4, 14)).items] == ["D1"]
    none = make(TOML + "[stock]\nvisit_reasons = []\n", FILES, "none")
    assert len(due_on_day(none, date(2025, 4, 14))) == 0


def boxes(number, on, kind, count, batch="", expires=None):
    """Return a movement of boxes of one card."""
    return StockMovement(number, "D1", "P1", on, kind, Amount(count, BOX), batch, expires)


@pytest.mark.parametrize(
    ("reason", "since"),
    [
        ("expired", date(2025, 4, 1)),
        ("near", date(2025, 3, 21)),
        ("low", None),
        ("high", date(2025, 3, 20)),
        ("count", date(2025, 4, 1)),
        ("difference", date(2025, 2, 28)),
    ],
)
def test_each_reason_has_its_day(reason, since):
    """The day after the last of sale, so many days before it, the last movement, the count, and when one is due."""
    book = StockBook.of(
        [
            boxes("O1", date(2025, 1, 1), "opening", 50, "B1", date(2025, 3, 31)),
            boxes("I1", date(2025, 3, 20), "in", 400, "B2", date(2025, 4, 20)),
        ],
        [StockCount("C1", "D1", "P1", date(2025, 2, 28), Amount(49, BOX), "R1")],
    )
    asked = read_settings(f'[stock]\nnear_expiry = 30\nvisit_reasons = ["{reason}"]\n').stock
    found = list(occasions_of_stock(book, asked, date(2025, 4, 10)))
    assert [one.on for one in found] == ([] if since is None else [since])
    assert STOCK_VISIT.due(found[0], CHINA) > since if since else not found
    both = read_settings(f'[stock]\nnear_expiry = 30\nvisit_reasons = ["difference", "{reason}"]\n').stock
    (one,) = occasions_of_stock(book, both, date(2025, 4, 10))
    assert one.on == max(since or date.min, date(2025, 2, 28))


_MOVES = st.lists(
    st.tuples(st.integers(0, 75), st.sampled_from(["out", "return_in", "transfer_out", "loss"]), st.integers(1, 9)),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(opened=st.integers(0, 40), moves=_MOVES, counted=st.none() | st.integers(40, 80), asked=st.integers(0, 100))
def test_lines_equal_a_count_by_hand(opened, moves, counted, asked):
    """Each whole month, and the running one, is out less returned, as far as card and papers reach; nothing else is."""
    first = date(2025, 1, 1)
    start, day = first + timedelta(days=opened), first + timedelta(days=asked)
    rows = [(start + timedelta(days=after), kind, count) for after, kind, count in moves]
    book = StockBook.of(
        [
            boxes("O", start, "opening", 500),
            *(boxes(f"M{n}", *row) for n, row in enumerate(rows)),
        ],
        [StockCount("C", "D1", "P1", start + timedelta(days=counted), Amount(1, BOX), "R1")] if counted else [],
    )
    reach = max([start, *(on for on, _, _ in rows), *([start + timedelta(days=counted)] if counted else [])])
    assert told_until(book) == {"D1": reach}
    want = {}
    for month in (Month(2025, 1).plus(n) for n in range(8)):
        whole = month.end <= min(reach, day)
        if start <= month.start and (whole or (month.start <= day <= month.end and day <= reach)):
            inside = [(kind, count) for on, kind, count in rows if month.start <= on <= min(month.end, day)]
            want[month] = sum({"out": count, "return_in": -count}.get(kind, 0) for kind, count in inside)
    lines = list(sold_lines(book, {"D1": "R1"}, day))
    assert {one.period: one.quantity.minor for one in lines} == want
    assert {one.rep for one in lines} <= {"R1"}
    assert [one.day for one in lines] == [None if one.period.end <= day else day for one in lines]
    assert lines_within(lines, Quarter(2025, 1), day) == [one for one in lines if one.period in Quarter(2025, 1)]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("window = 0", "stock.window"),
        ("low_days = 90", "stock.low_days"),
        ('window = "30"', "stock.window"),
        ('order_rule = "45"', "stock.order_rule"),
        ('order_rule = "0x"', "stock.order_rule"),
        ("order_rule = 1.5", "stock.order_rule"),
        ('sell_out = "sale"', "stock.sell_out"),
        ('visit_reasons = ["lo"]', "stock.visit_reasons"),
        ("windows = 3", "stock.windows"),
    ],
)
def test_settings_that_cannot_be(text, where):
    """Each is refused by its full name."""
    with pytest.raises(BadConfig) as caught:
        read_settings(f"[stock]\n{text}\n")
    assert where in caught.value.where


def test_settings_and_a_reader_of_a_part(make):
    """What is set is read; who sees a part may not run the desk."""
    text = (
        '[stock]\nwindow = 60\nlow_days = 20\nhigh_days = 60\nnear_expiry = 90\ncount_every = 7\norder_rule = "2 倍"\n'
    )
    rule = read_settings(text).stock.rule
    assert (rule.over, rule.low, rule.high, rule.near, rule.count_every) == (60, 20, 60, 90, 7)
    assert rule.order == OrderRule("sales", 2)
    with pytest.raises(StorageError):
        StockDesk(make(TOML, FILES).within("R1")).show(date(2025, 3, 31))


def test_papers_of_a_past_day_are_read_whoever_was_opened_later(make):
    """The customers are those of the archive, taken in on a later day: cards, sales and visits still stand."""
    tables = TOML.replace('[tables.customers]\nfile = "customers.csv"\n', "")
    kept = '[archive]\nfile = "customers.csv"\nfacts = { about = "company", published = true }\n'
    people = FILES["customers.csv"].replace("owner\n", "owner,source\n").replace(",R1\n", ",R1,tender\n")
    people = people.replace(",R2\n", ",R2,tender\n")
    space = make(tables + kept + FED, {**FILES, "customers.csv": people})
    take_in(space, Stamp(date(2025, 6, 1), datetime(2025, 6, 1, tzinfo=UTC), "u1", "list"))
    made = StockDesk(space).show(date(2025, 2, 28))
    assert [(one.customer, str(one.closing)) for one in made.found.roll.cards] == [("D1", "155 BOX"), ("D2", "200 BOX")]
    assert sold(space, date(2025, 2, 28))["D1", "2025-01"] == "30 BOX"
    assert due_on_day(space, date(2025, 2, 28)).everything == ()


def test_a_batch_is_near_since_it_came_in_whatever_is_sold_of_it():
    """What is sold of it later makes no new reason."""
    opened = boxes("O1", date(2025, 1, 1), "opening", 0)
    rows = [opened, boxes("I1", date(2025, 3, 20), "in", 40, "B", date(2025, 4, 1))]
    book = StockBook.of([*rows, boxes("S1", date(2025, 3, 25), "out", 5, "B")])
    asked = read_settings('[stock]\nvisit_reasons = ["near"]\n').stock
    assert [one.on for one in occasions_of_stock(book, asked, date(2025, 3, 31))] == [date(2025, 3, 20)]


def test_a_sale_of_the_first_day_of_the_period_is_of_the_period(make):
    """Sold on 2025-02-01 of a batch that was good until January; the sale of the last day before is of January."""
    moved = (
        "id,customer,product,date,kind,quantity,batch,expires\nO1,D1,P1,2025-01-01,opening,50,B,2025-01-15\n"
        "S1,D1,P1,2025-01-31,out,3,B,\nS2,D1,P1,2025-02-01,out,4,B,\n"
    )
    found = StockDesk(make(TOML, {**FILES, "movements.csv": moved}), Month(2025, 2)).show(date(2025, 2, 28)).found
    assert [one.movement for one in found.sold_expired] == ["S2"]


def test_a_count_after_the_day_is_not_known_yet(make):
    """C1 is of 2025-03-31: in the period, and not before its day."""
    desk = StockDesk(make(TOML, FILES), Quarter(2025, 1))
    assert [len(desk.show(day).found.counts) for day in (date(2025, 3, 30), date(2025, 3, 31))] == [0, 1]
