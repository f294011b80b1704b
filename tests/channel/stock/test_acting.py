"""Counts, speed, orders, and what goals, forecasts and route lists read."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.channel.stock import (
    ONE_AND_A_HALF,
    OrderRule,
    StockBook,
    StockCount,
    StockMovement,
    StockRule,
    book_difference,
    count_differences,
    difference_table,
    facts_table,
    route_stock,
    route_table,
    sold_by_month,
    sold_so_far,
    stock_card,
    stock_facts,
    stock_speed,
    suggest_order,
)
from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable, NotFound
from pharmasales.evaluation.tracking.forecast import run_rate
from pharmasales.goals.baselines.builders import Known
from pharmasales.goals.baselines.series import last_mean
from pharmasales.periods import Month
from pharmasales.units import BOX, CNY, Amount
from pharmasales.workdays import WEEKDAYS


def day(number):
    """Return a day by number, 0 for the first of April."""
    return date(2026, 4, 1) + timedelta(days=number)


def boxes(count):
    """Return an amount of boxes."""
    return Amount(count, BOX)


def moved(number, on, kind, count, batch="", expires=None, *, customer="D1", product="P1"):
    """Return a movement of boxes on a day by number."""
    last = None if expires is None else day(expires)
    return StockMovement(number, customer, product, day(on), kind, boxes(count), batch, last)


RULE = StockRule(over=30, order=ONE_AND_A_HALF, low=15, high=90, near=30, count_every=20)


def april(book):
    """Return the card of April."""
    return stock_card(book, "D1", "P1", day(0), day(29))


def counted(book, on, count, by="rep1"):
    """Return the book with one more count."""
    more = StockCount(f"C{len(book.counts)}", "D1", "P1", day(on), boxes(count), by)
    return StockBook.of(book.movements, [*book.counts, more])


def test_e52_counted_against_book(one_card):
    """E52: counted 65 of 70 is a row of -5, and the book stays as it is until somebody books it."""
    book = counted(counted(counted(one_card, 29, 65), 29, 70), 19, 71)
    rows = count_differences(book)
    assert [(row.count.on, row.book.minor, row.difference.minor) for row in rows] == [
        (day(19), 70, 1),
        (day(29), 70, -5),
        (day(29), 70, 0),
    ]
    assert book.stock("D1", "P1", day(40)) == boxes(70)
    assert [row.why.head() for row in rows] == [
        "D1, P1: 1 BOX more than the book on 2026-04-20",
        "D1, P1: 5 BOX fewer than the book on 2026-04-30",
        "D1, P1: as in the book on 2026-04-30",
    ]
    assert difference_table(rows).rows[1][5] == -5
    loss = book_difference(rows[1], "L1", on=day(30), by="boss", note="broken")
    gain = book_difference(rows[0], "G1", on=day(30), by="boss")
    assert (loss.kind, loss.quantity, gain.kind, gain.quantity) == ("loss", boxes(5), "gain", boxes(1))
    assert StockBook.of([*book.movements, loss]).stock("D1", "P1", day(30)) == boxes(65)


def test_who_counted_does_not_decide(one_card):
    """A difference is booked by another, not before the count, and only where there is one."""
    rows = count_differences(counted(counted(one_card, 29, 65, by="rep1"), 29, 70))
    with pytest.raises(BadRule) as caught:
        book_difference(rows[0], "L1", on=day(30), by="REP1")
    assert caught.value.code == "stock.approver"
    with pytest.raises(BadValue, match="booked before it was counted"):
        book_difference(rows[0], "L1", on=day(28), by="boss")
    assert book_difference(rows[0], "L1", on=day(29), by="boss").on == day(29)
    with pytest.raises(BadValue, match="no difference to book"):
        book_difference(rows[1], "L1", on=day(30), by="boss")
    below = counted(counted(StockBook.of([moved("O1", 0, "opening", 1), moved("S1", 2, "out", 2)]), 2, 0), 1, 1)
    with pytest.raises(BadRows) as bad:
        count_differences(below)
    assert [error.where.split(",")[0] for error in bad.value.exceptions] == ["count C0"]


def test_e52_stock_days(one_card):
    """E52: 350 in 30 days and 70 left last 6.0 days; without a sale there are none, and the reason is told."""
    speed = stock_speed(april(one_card))
    assert (speed.a_day, speed.stock_days) == (Fraction(35, 3), 6)
    assert speed.why.text("zh") == "70 BOX 可销 6 天（出库 350 BOX / 30 天 = 每天 11.6667 BOX）"
    still = stock_speed(stock_card(one_card, "D1", "P1", day(0), day(9)))
    assert (still.a_day, still.stock_days) == (0, None)
    assert still.why.text() == "no stock days: nothing sold in 10 days"
    gone = StockBook.of([moved("O1", 0, "opening", 10), moved("S1", 2, "out", 10)])
    assert stock_speed(april(gone)).stock_days == 0


def test_only_sales_are_demand():
    """Transfers, returns to the supplier and losses do not speed a product up."""
    rows = [moved("O1", 0, "opening", 100), moved("T1", 2, "transfer_out", 10), moved("L1", 2, "loss", 10)]
    assert stock_speed(april(StockBook.of([*rows, moved("S1", 3, "out", 30)]))).a_day == 1


def test_e52_suggested_order(one_card):
    """E52: 1.5 x 350 - 70 = 455; by days, less what is expired or on its way, in whole packs, never below zero."""
    card = april(one_card)
    assert suggest_order(card, ONE_AND_A_HALF).amount == boxes(455)
    assert suggest_order(card, OrderRule("days", 45)).amount == boxes(455)
    assert suggest_order(card, OrderRule("days", 6)).amount == boxes(0)
    assert suggest_order(card, OrderRule("days", "6.1")).amount == boxes(1)
    decade = stock_card(one_card, "D1", "P1", day(10), day(19))
    assert suggest_order(decade, OrderRule("days", 10)).target == boxes(350)
    full = suggest_order(card, ONE_AND_A_HALF, expired=boxes(10), on_the_way=boxes(100), pack=boxes(20))
    assert (full.lacking, full.amount) == (boxes(365), boxes(380))
    assert full.why.lines() == [
        "order 380 BOX",
        "  1.5 x 350 BOX out = 525 BOX",
        "  less 70 BOX in stock",
        "  of which 10 BOX expired and not for sale",
        "  less 100 BOX on the way",
        "  in whole packs of 20 BOX",
    ]
    assert suggest_order(card, ONE_AND_A_HALF, pack=boxes(455)).amount == boxes(455)
    enough = suggest_order(card, OrderRule("days", 2), pack=boxes(20))
    assert (enough.lacking.minor, enough.amount.minor) == (-47, 0)
    assert enough.why.lines()[1:] == [
        "  2 days x 350 BOX out / 30 days = 23 BOX",
        "  less 70 BOX in stock",
        "  enough is there",
    ]


def test_half_a_box_is_rounded_up_once():
    """1.5 times 35 is 52.5, which is 53."""
    book = StockBook.of([moved("O1", 0, "opening", 35), moved("S1", 2, "out", 35)])
    assert suggest_order(april(book), ONE_AND_A_HALF).amount == boxes(53)


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"expired": boxes(71)}, BadValue),
        ({"expired": boxes(-1)}, BadValue),
        ({"on_the_way": boxes(-1)}, BadValue),
        ({"pack": boxes(0)}, BadValue),
        ({"pack": Amount(5, CNY)}, NotComparable),
    ],
)
def test_an_order_that_cannot_be(one_card, more, kind):
    """More expired than there is, below zero, no pack, another unit."""
    with pytest.raises(kind):
        suggest_order(april(one_card), ONE_AND_A_HALF, **more)


@pytest.mark.parametrize(("basis", "factor"), [("weeks", 3), ("days", 0), ("sales", "-1"), ("days", "many")])
def test_an_order_rule_that_cannot_be(basis, factor):
    """Each is a bad rule."""
    with pytest.raises(BadRule):
        OrderRule(basis, factor)


@given(st.data())
def test_more_stock_is_never_more_order(movements, data):
    """An order is what is lacking to the target and never below zero; expired goods add to it what they are."""
    book = StockBook.of(data.draw(movements))
    rule = OrderRule(data.draw(st.sampled_from(["sales", "days"])), data.draw(st.fractions(Fraction(1, 9), 40)))
    for key, held in book.histories.items():
        if held.negative_by(day(40)):
            continue
        card = stock_card(book, *key, day(0), day(40))
        order = suggest_order(card, rule)
        assert order.amount.minor == max(0, order.target.minor - card.closing.minor)
        dead = suggest_order(card, rule, expired=card.closing)
        assert dead.amount == order.target
        assert suggest_order(card, rule, on_the_way=order.amount).amount.minor == 0
        packed = suggest_order(card, rule, pack=boxes(7)).amount.minor
        assert packed % 7 == 0
        assert 0 <= packed - order.amount.minor < 7


def test_what_goals_and_forecasts_read():
    """Whole months only, returns taken off; a baseline and a run rate take the values as they are."""
    book = StockBook.of(
        [
            moved("O1", 0, "opening", 200),
            moved("S1", 0, "out", 40),
            moved("R1", 29, "return_in", 10),
            moved("S2", 30, "out", 50),
            moved("T1", 30, "transfer_out", 5),
            moved("S3", 61, "out", 60),
            moved("S4", 62, "out", 1),
        ]
    )
    months = [Month(2026, month) for month in (3, 4, 5, 6)]
    assert {str(month): amount.minor for month, amount in sold_by_month(book, "D1", "P1", months, day(60)).items()} == {
        "2026-04": 30,
        "2026-05": 50,
    }
    assert len(sold_by_month(book, "D1", "P1", months, day(89))) == 2
    history = sold_by_month(book, "D1", "P1", months, day(90))
    assert list(history) == months[1:]
    assert last_mean(2).build(Known(history), Month(2026, 7)).amount == boxes(Fraction(111, 2).__ceil__())
    assert sold_so_far(book, "D1", "P1", Month(2026, 6), day(62)) == boxes(61)
    assert sold_so_far(book, "D1", "P1", Month(2026, 4), day(61)) == boxes(30)
    forecast = run_rate(sold_so_far(book, "D1", "P1", Month(2026, 6), day(61)), Month(2026, 6), day(61), WEEKDAYS)
    assert forecast.amount == boxes(60 * 22)
    late = StockBook.of([moved("O1", 1, "opening", 200)])
    assert sold_by_month(late, "D1", "P1", [Month(2026, 4)], day(29)) == {}
    with pytest.raises(NotFound, match="the period began before the card"):
        sold_so_far(late, "D1", "P1", Month(2026, 4), day(29))


def test_the_card_of_a_customer_and_the_route_list():
    """Every reason to visit is told with its figure; the most urgent customer comes first, one without is left out."""
    rows = [
        moved("O1", 0, "opening", 70),  # 2 a day, 10 left: 5 days
        moved("S1", 9, "out", 60),
        moved("O2", 0, "opening", 10, "B1", 20, customer="D2"),
        moved("O3", 0, "opening", 300, "B2", 50, customer="D2"),
        moved("S2", 9, "out", 60, "B2", customer="D2"),
        moved("O4", 0, "opening", 90, customer="D3"),
        moved("S3", 9, "out", 30, customer="D3"),
        moved("O5", 0, "opening", 5, customer="D4"),
        moved("O6", 40, "opening", 5, customer="D5"),
    ]
    counts = [
        StockCount("C1", "D1", "P1", day(9), boxes(10), "rep1"),
        StockCount("C2", "D2", "P1", day(8), boxes(311), "rep1"),
        StockCount("C3", "D3", "P1", day(29), boxes(60), "rep1"),
        StockCount("C4", "D4", "P1", day(28), boxes(4), "rep1"),
        StockCount("C5", "D4", "P1", day(29), boxes(5), "rep1"),
        StockCount("C6", "D4", "P1", day(31), boxes(4), "rep1"),
    ]
    facts = stock_facts(StockBook.of(rows, counts), day(29), RULE)
    assert [(f.customer, f.stock.minor, f.stock_days, f.expired.minor, f.near.minor) for f in facts] == [
        ("D1", 10, 5, 0, 0),
        ("D2", 250, 120, 10, 240),
        ("D3", 60, 60, 0, 0),
        ("D4", 5, None, 0, 0),
    ]
    assert [f.order.amount.minor for f in facts] == [80, 0, 0, 0]
    assert [f.difference and f.difference.minor for f in facts] == [0, 1, 0, 0]
    stops = route_stock(reversed(facts), RULE)
    assert [(stop.customer, [one.key for one in stop.reasons]) for stop in stops] == [
        ("D2", ["expired", "near", "difference", "high", "count"]),
        ("D1", ["low"]),
        ("D4", ["high"]),
    ]
    assert stops[0].why.lines() == [
        "D2: 5 reasons to visit",
        "  P1: 10 BOX expired: take them back",
        "  P1: 240 BOX expire within 30 days: move them",
        "  P1: count and book differ by 1 BOX: settle it",
        "  P1 lasts 120 days, above 90: ship none, sell out",
        "  P1 was counted 21 days ago: count it",
    ]
    assert stops[1].why.lines() == ["D1: 1 reason to visit", "  P1 lasts 5 days, below 15: order 80 BOX"]
    assert stops[2].reasons[0].why.text() == "P1: 5 BOX there, none sold in 30 days"
    assert [row[0] for row in route_table(stops).rows] == ["D2", "D1", "D4"]
    assert facts_table(facts).rows[3][5] is None
    tied = [evolve(facts[0], customer="D0"), facts[0], evolve(facts[0], customer="D8", counted=None)]
    assert [stop.customer for stop in route_stock(tied, RULE)] == ["D8", "D0", "D1"]
    bounds = evolve(RULE, low=60, high=120)
    assert [stop.customer for stop in route_stock(facts, bounds) if "low" in {r.key for r in stop.reasons}] == ["D1"]
    assert all("high" not in {r.key for r in s.reasons} for s in route_stock(facts, bounds) if s.customer == "D2")


def test_a_card_never_counted_and_one_that_is_not_sound(one_card):
    """Nobody counted: count it. A batch oversold: every such card is named."""
    (fact,) = stock_facts(one_card, day(29), RULE)
    assert (fact.counted, fact.difference) == (None, None)
    assert [one.key for one in route_stock([fact], RULE)[0].reasons] == ["low", "count"]
    bad = StockBook.of(
        [moved("O1", 0, "opening", 5, "B1"), moved("O2", 0, "opening", 5, "B2"), moved("S1", 1, "out", 6, "B1")]
    )
    with pytest.raises(BadRows, match="1 stock card not sound"):
        stock_facts(bad, day(29), RULE)


@pytest.mark.parametrize("change", [{"over": 0}, {"low": 90}, {"near": 0}, {"over": 36_501}, {"count_every": 1.5}])
def test_a_stock_rule_that_cannot_be(change):
    """Days from 1, high above low."""
    with pytest.raises(BadRule):
        evolve(RULE, **change)
