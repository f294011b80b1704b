"""One spelling an id, counts that are settled once, and customers who ran dry."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.channel.stock import (
    ONE_AND_A_HALF,
    StockBook,
    StockCount,
    StockMovement,
    StockRule,
    batches_on,
    book_difference,
    count_differences,
    route_stock,
    stock_card,
    stock_data,
    stock_facts,
    stock_from,
)
from pharmasales.errors import BadRows, BadValue
from pharmasales.units import BOX, Amount

RULE = StockRule(over=30, order=ONE_AND_A_HALF, low=15, high=90, near=30, count_every=90)


def day(number):
    """Return a day by number, 0 for the first of April."""
    return date(2026, 4, 1) + timedelta(days=number)


def moved(number, on, kind, count, batch="", customer="D1", product="P1", expires=None):
    """Return a movement of boxes on a day by number."""
    return StockMovement(number, customer, product, day(on), kind, Amount(count, BOX), batch, expires)


OPENED = moved("O1", 0, "opening", 70)
COUNTED = StockCount("C1", "D1", "P1", day(29), Amount(65, BOX), "rep1")


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ([moved("O2", 0, "opening", 5, customer="d1")], "customer 'D1', customer 'd1'"),
        ([moved("O2", 0, "opening", 5, customer="Ｄ1")], "customer 'D1', customer 'Ｄ1'"),
        ([moved("O2", 0, "opening", 5, product="p1")], "product 'P1', product 'p1'"),
        (
            [moved("I1", 2, "in", 5, "B 1"), moved("I2", 3, "in", 5, "b  1")],
            "product 'P1' batch 'B 1', product 'P1' batch 'b  1'",
        ),
    ],
)
def test_an_id_spelled_in_two_ways_is_refused(more, where):
    """`D1` and `d1` would be two cards of one customer; case, width and spaces are named with both spellings."""
    with pytest.raises(BadRows) as caught:
        StockBook.of([OPENED, *more])
    assert [(one.code, one.where) for one in caught.value.exceptions] == [("stock.twins", where)]


def test_a_count_may_spell_no_id_otherwise_either():
    """A count of `d1` is told as a twin and as a count where nothing is kept."""
    with pytest.raises(BadRows) as caught:
        StockBook.of([OPENED], [evolve(COUNTED, customer="d1")])
    assert [one.code for one in caught.value.exceptions] == ["stock.twins", "stock.opening"]
    kept = StockBook.of([OPENED, moved("I1", 2, "in", 5, "B1"), moved("O2", 0, "opening", 5, "b1", product="P2")])
    assert len(kept.movements) == 3, "the same batch number of another product is another batch"


@pytest.mark.parametrize("on", [29, 34])
def test_a_booked_difference_is_settled(on):
    """On the day of the count or later: the row stays -5, nothing of it is open, and nobody is sent there for it."""
    book = StockBook.of([OPENED], [COUNTED])
    assert stock_facts(book, day(40), RULE)[0].difference == Amount(-5, BOX)
    loss = book_difference(count_differences(book)[0], "L1", on=day(on), by="boss")
    after = StockBook.of([*book.movements, loss], book.counts)
    (row,) = count_differences(after)
    assert (row.book.minor, row.difference.minor, row.booked.minor, row.unbooked.minor) == (70, -5, -5, 0)
    assert row.why.head() == "D1, P1: -5 BOX on 2026-04-30, booked"
    assert stock_facts(after, day(40), RULE)[0].difference == Amount(0, BOX)
    keys = [one.key for stop in route_stock(stock_facts(after, day(40), RULE), RULE) for one in stop.reasons]
    assert "difference" not in keys
    with pytest.raises(BadValue, match="it is booked"):
        book_difference(row, "L2", on=day(on), by="boss")
    assert stock_from(stock_data(after)) == after
    assert after.stock("D1", "P1", day(40)) == Amount(65, BOX)


def test_a_count_after_a_booked_one_sees_the_booking():
    """The second count of the day holds against the book with the loss of the first; a gain is found, not lost."""
    again = StockCount("C2", "D1", "P1", day(29), Amount(66, BOX), "rep2")
    book = StockBook.of([OPENED], [COUNTED, again])
    loss = book_difference(count_differences(book)[0], "L1", on=day(29), by="boss")
    rows = count_differences(StockBook.of([OPENED, loss], [COUNTED, again]))
    assert [(row.book.minor, row.unbooked.minor) for row in rows] == [(70, 0), (65, 1)]


@pytest.mark.parametrize(
    "wrong",
    [
        [evolve(moved("L1", 29, "loss", 5), count="C1"), evolve(moved("L2", 30, "loss", 5), count="C1")],
        [evolve(moved("L1", 28, "loss", 5), count="C1")],
        [moved("O2", 0, "opening", 9, product="P2"), evolve(moved("L1", 29, "loss", 5, product="P2"), count="C1")],
    ],
)
def test_a_difference_is_booked_once_on_its_card_and_not_before(wrong):
    """Twice, a day early, or on another card: each is refused with its place."""
    with pytest.raises(BadRows) as caught:
        StockBook.of([OPENED, *wrong], [COUNTED])
    assert [(one.code, one.where) for one in caught.value.exceptions] == [("stock.count", f"movements[{len(wrong)}]")]


def test_only_a_gain_or_a_loss_books_a_count():
    """A sale that names a count is no booking."""
    with pytest.raises(BadValue) as caught:
        evolve(moved("S1", 29, "out", 5), count="C1")
    assert caught.value.code == "stock.count"


def test_who_ran_dry_is_on_the_route():
    """Nothing there and nothing sold within the days of the rule is the worst shortage, and is told first."""
    rows = [
        moved("O1", 0, "opening", 10, customer="D1"),
        moved("S1", 1, "out", 10, customer="D1"),
        moved("O2", 0, "opening", 10, customer="D2"),
        moved("O3", 0, "opening", 4, "B1", customer="D3", expires=day(5)),
    ]
    stops = route_stock(stock_facts(StockBook.of(rows), day(60), RULE), RULE)
    assert [(stop.customer, [one.key for one in stop.reasons]) for stop in stops] == [
        ("D3", ["expired", "low", "count"]),
        ("D1", ["low", "count"]),
        ("D2", ["high", "count"]),
    ]
    assert stops[1].reasons[0].why.text() == "P1: none there, none sold in 30 days: order"


@settings(max_examples=40)
@given(st.data())
def test_any_split_of_days_is_one_chain_of_cards(movements, data):
    """Cut anywhere, on the opening day too: each card opens where the last closed, and kinds add up to the whole."""
    book = StockBook.of(data.draw(movements))
    cuts = sorted(data.draw(st.sets(st.integers(0, 40), max_size=4)))
    for key, held in book.histories.items():
        first = (held.opened - day(0)).days
        if held.negative:
            continue
        edges = [first - 1, *(cut for cut in cuts if cut >= first), 41]
        cards = [stock_card(book, *key, day(one + 1), day(after)) for one, after in pairwise(edges)]
        whole = stock_card(book, *key, day(first), day(41))
        assert [one.opening for one in cards[1:]] == [one.closing for one in cards[:-1]]
        assert (cards[0].opening, cards[-1].closing) == (whole.opening, whole.closing)
        assert sum(one.days for one in cards) == whole.days
        assert tuple(m for one in cards for m in one.movements) == whole.movements
        assert {kind: sum(one.moved[kind].minor for one in cards) for kind in whole.moved} == {
            kind: amount.minor for kind, amount in whole.moved.items()
        }


def test_a_batch_at_its_last_day():
    """On the last day it is for sale and near, the day after expired; the sale of the day after is named."""
    last = day(9)
    opened = moved("O1", 0, "opening", 10, "B1", expires=last)
    for on, state, left, faults in [(9, "for_sale", 0, 0), (10, "expired", -1, 1)]:
        found = batches_on(StockBook.of([opened, moved("S1", on, "out", 3, "B1")]), "D1", "P1", day(on))
        assert [(one.state, one.days_left, one.quantity.minor) for one in found.batches] == [(state, left, 7)]
        assert len(found.sold_expired) == faults
        (fact,) = stock_facts(StockBook.of([opened]), day(on), RULE)
        assert (fact.near.minor, fact.expired.minor) == ((10, 0) if on == 9 else (0, 10))


@pytest.mark.parametrize(("on", "near"), [(0, 0), (9, 0), (10, 10), (40, 10), (41, 0)])
def test_near_at_both_bounds_and_on_the_day_of_the_opening(on, near):
    """Within 30 days of its last day, that day itself counted, from the day that the card is opened on."""
    book = StockBook.of([moved("O1", 0, "opening", 10, "B1", expires=day(40))])
    (fact,) = stock_facts(book, day(on), RULE)
    assert (fact.stock.minor, fact.near.minor) == (10, near)
