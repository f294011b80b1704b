"""The stock card: its identity, its roll-forward, and stock below zero with its first cause."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.channel import stock
from pharmasales.channel.stock import (
    STOCK_KINDS,
    StockBook,
    StockCount,
    StockMovement,
    negative_stock,
    roll_stock,
    stock_card,
    stock_data,
    stock_from,
)
from pharmasales.errors import BadRows, BadValue, NotComparable, NotFound
from pharmasales.periods import Month, Quarter
from pharmasales.units import BOX, CNY, Amount


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


APRIL = day(0), day(29)
MONTHS = [Month(2026, 4), Month(2026, 5)]


def sign(kind):
    """Say by hand what adds and what takes off."""
    return 1 if kind in {"opening", "in", "transfer_in", "return_in", "gain"} else -1


def by_hand(movements, key, last):
    """Add up what moved of a card up to a day, in any order."""
    mine = (one for one in movements if (one.customer, one.product) == key and one.on <= last)
    return sum(sign(one.kind) * one.quantity.minor for one in mine)


def below_by_hand(movements, key):
    """Return day and number of the movement that first takes a card below zero: day by day, first in, then out."""
    left = 0
    for number in range(60):
        today = [one for one in movements if (one.customer, one.product) == key and one.on == day(number)]
        left += sum(one.quantity.minor for one in today if sign(one.kind) > 0)
        for one in sorted((one for one in today if sign(one.kind) < 0), key=lambda one: one.id):
            left -= one.quantity.minor
            if left < 0:
                return one.id, day(number), -left
    return None


def test_e52(one_card):
    """E52: 120 + 300 - 350 = 70; with 450 out the stock is below zero, by that sale on that day."""
    card = stock_card(one_card, "D1", "P1", *APRIL)
    assert (card.opening, card.closing, card.days) == (boxes(120), boxes(70), 30)
    assert {key: amount.minor for key, amount in card.moved.items() if amount.minor} == {"in": 300, "out": 350}
    assert "opening" not in card.moved
    assert card.why.text("zh") == "2026-04-30 结存 70 BOX（期初 120 BOX + 购进 300 BOX - 销售出库 350 BOX）"
    worse = StockBook.of([*one_card.movements[:2], evolve(one_card.movements[2], quantity=boxes(450))])
    with pytest.raises(BadValue) as caught:
        stock_card(worse, "D1", "P1", *APRIL)
    assert caught.value.code == "stock.negative"
    assert "30 BOX missing" in str(caught.value)
    assert "movement S1 on 2026-04-20" in str(caught.value)
    (fault,) = negative_stock(worse)
    assert (fault.movement, fault.on, fault.before, fault.short) == ("S1", day(19), boxes(420), boxes(30))
    assert stock_card(worse, "D1", "P1", day(0), day(18)).closing == boxes(420)
    with pytest.raises(BadValue, match="below zero"):
        worse.stock("D1", "P1", day(19))


def test_the_card_as_a_table(one_card):
    """Every movement stands with the stock after it, and the card begins where the one before ended."""
    assert str(stock_card(one_card, "D1", "P1", day(2), day(29)).table()).splitlines() == [
        "Date        Movement  Number  Batch  Quantity  Stock",
        "----------  --------  ------  -----  --------  -----",
        "2026-04-03  opening                              120",
        "2026-04-03  in        I1                  300    420",
        "2026-04-20  out       S1                 -350     70",
        "2026-04-30  closing                               70",
    ]
    assert [row[0] for row in stock_card(one_card, "D1", "P1", day(3), day(18)).table().rows] == [day(3), day(18)]


@given(st.data())
def test_opening_and_movements_add_up_to_the_closing(movements, data):
    """The identity holds for every card and any days, and the order of the papers decides nothing."""
    rows = data.draw(movements)
    book = StockBook.of(rows)
    assert StockBook.of(rows[::-1]) == book
    first, last = sorted(data.draw(st.tuples(st.integers(0, 41), st.integers(0, 41))))
    for key, held in book.histories.items():
        if held.opened > day(last) or held.negative_by(day(last)):
            continue
        card = stock_card(book, *key, day(first), day(last))
        assert card.closing.minor == by_hand(rows, key, day(last)) == book.stock(*key, day(last)).minor
        assert card.start == max(day(first), held.opened)
        assert card.opening.minor + sum(sign(kind) * amount.minor for kind, amount in card.moved.items()) == by_hand(
            rows, key, day(last)
        )
        assert sum(amount.minor for amount in card.moved.values()) == sum(
            one.quantity.minor
            for one in rows
            if (one.customer, one.product) == key and one.kind != "opening" and card.start <= one.on <= card.end
        )
        assert len(card.table()) == len(card.movements) + 2


@given(st.data())
def test_the_first_cause_of_negative_stock(movements, data):
    """The fault names the movement and the day that a count by hand, day by day, finds."""
    rows = data.draw(movements)
    book = StockBook.of(rows)
    found = {(one.customer, one.product): (one.movement, one.on, one.short.minor) for one in negative_stock(book)}
    expected = {key: below_by_hand(rows, key) for key in book.histories}
    assert found == {key: cause for key, cause in expected.items() if cause}


@given(st.data())
def test_a_period_opens_where_the_one_before_closed(movements, data):
    """Rolled forward, closing is the next opening; two months are the sum of each; unsound cards are all named."""
    rows = data.draw(movements)
    book = StockBook.of(rows)
    bad = [one for one in negative_stock(book) if one.on <= day(60)]
    if bad:
        with pytest.raises(BadRows) as caught:
            roll_stock(book, MONTHS)
        assert len(caught.value.exceptions) == len(bad)
        aside = {(one.customer, one.product) for one in bad}
        book = StockBook.of(one for one in book.movements if (one.customer, one.product) not in aside)
    cards = roll_stock(book, MONTHS).cards
    assert [(c.customer, c.product, c.end) for c in cards] == sorted((c.customer, c.product, c.end) for c in cards)
    pairs = zip(cards[::2], cards[1::2], strict=True)
    for one, after in pairs:
        assert one.closing == after.opening
        assert after.start == day(30)
        whole = stock_card(book, one.customer, one.product, one.start, after.end)
        assert whole.moved == {key: one.moved[key] + after.moved[key] for key in one.moved}


def test_rolled_forward_by_hand():
    """Two months of two cards, one of them opened in the second."""
    book = StockBook.of(
        [
            moved("O1", 0, "opening", 100),
            moved("M1", 3, "return_in", 7),
            moved("M2", 3, "return_out", 20),
            moved("M3", 29, "transfer_out", 30),
            moved("M4", 30, "transfer_in", 5),
            moved("M5", 31, "loss", 2),
            moved("M6", 31, "gain", 1),
            moved("O2", 34, "opening", 9, customer="D2"),
        ]
    )
    rolled = roll_stock(book, MONTHS)
    kinds = ["in", "transfer_in", "return_in", "gain", "out", "transfer_out", "return_out", "loss"]
    assert [
        (row["customer_id"], row["start"], row["end"], row["opening"], [row[kind] for kind in kinds], row["closing"])
        for row in rolled.table().records()
    ] == [
        ("D1", day(0), day(29), 100, [0, 0, 7, 0, 0, 30, 20, 0], 57),
        ("D1", day(30), day(60), 57, [0, 5, 0, 1, 0, 0, 0, 2], 61),
        ("D2", day(34), day(60), 9, [0] * 8, 9),
    ]
    assert "<table>" in rolled._repr_html_()
    assert [card.days for card in roll_stock(book, [Quarter(2026, 2)]).cards] == [91, 57]
    assert sum(kind.sign for kind in STOCK_KINDS.values()) == 1


@pytest.mark.parametrize("periods", [[], MONTHS[::-1], [MONTHS[0], MONTHS[0]], [MONTHS[0], Month(2026, 6)]])
def test_periods_that_do_not_follow(one_card, periods):
    """A gap, an overlap or nothing at all is refused."""
    with pytest.raises(BadValue) as caught:
        roll_stock(one_card, periods)
    assert caught.value.code == "stock.periods"


def test_below_zero_on_the_last_day():
    """Stock that falls below zero on the last day of the last period is refused, and a day later is not."""
    for on, periods, refused in [(29, MONTHS[:1], True), (30, MONTHS[:1], False), (30, MONTHS, True)]:
        book = StockBook.of([moved("O1", 0, "opening", 5), moved("S1", on, "out", 6)])
        if refused:
            with pytest.raises(BadRows, match="1 stock card below zero"):
                roll_stock(book, periods)
        else:
            assert roll_stock(book, periods).cards[0].closing == boxes(5)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": " "}, "id.empty"),
        ({"customer": "D\x001"}, "text.control"),
        ({"kind": "sold"}, "stock.kind"),
        ({"quantity": boxes(0)}, "stock.quantity"),
        ({"quantity": 5}, "stock.quantity"),
        ({"on": datetime(2026, 4, 1)}, "calendar.day"),  # noqa: DTZ001 - that it is a moment is the fault
        ({"expires": day(9)}, "stock.batch"),
    ],
)
def test_a_movement_that_cannot_be(change, code):
    """Each fault has its code."""
    with pytest.raises(BadValue) as caught:
        evolve(moved("M1", 1, "out", 5), **change)
    assert caught.value.code == code


def test_a_note_is_never_shown():
    """What somebody wrote stays out of a repr; an opening may be zero, a count too."""
    assert "Dr. Example" not in repr(evolve(moved("M1", 1, "out", 5), note="for Dr. Example"))
    assert moved("O1", 0, "opening", 0).signed == 0
    with pytest.raises(BadValue, match="below zero"):
        StockCount("C1", "D1", "P1", day(1), boxes(-1), "rep1")


def test_every_bad_row_at_once():
    """Twins, units, expiries, openings and days are told together, with their places."""
    rows = [
        moved("O1", 5, "opening", 10),
        moved("m1", 6, "in", 5, "B1", 20),
        moved("M1", 6, "in", 5, "B1", 21),
        moved("M2", 4, "in", 5),
        moved("O2", 7, "opening", 1),
        moved("M3", 6, "in", 5, customer="D2"),
        moved("M4", 7, "in", 5, customer="D2"),
        evolve(moved("M5", 6, "in", 5), quantity=Amount(5, CNY)),
    ]
    counts = [
        StockCount("C1", "D1", "P1", day(4), boxes(1), "rep1"),
        StockCount("C1", "D3", "P1", day(4), boxes(1), "x"),
    ]
    with pytest.raises(BadRows) as caught:
        StockBook.of(rows, counts)
    assert sorted((error.code, error.where) for error in caught.value.exceptions) == [
        ("stock.expiry", "movements[2]"),
        ("stock.opening", "counts[1]"),
        ("stock.opening", "movements[4]"),
        ("stock.opening", "movements[5]"),
        ("stock.order", "counts[0]"),
        ("stock.order", "movements[3]"),
        ("stock.twins", "counts[0], counts[1]"),
        ("stock.twins", "movements[1], movements[2]"),
        ("unit", "movements[7]"),
    ]
    assert any(isinstance(error, NotComparable) for error in caught.value.exceptions)


def test_what_is_not_kept(one_card):
    """Before the opening nothing is known: no zero is made up."""
    with pytest.raises(NotFound, match="no stock is kept @ D9 x P1"):
        one_card.history("D9", "P1")
    late = StockBook.of([moved("O1", 5, "opening", 10)])
    for ask in (lambda: late.stock("D1", "P1", day(4)), lambda: stock_card(late, "D1", "P1", day(0), day(4))):
        with pytest.raises(NotFound, match="no stock is kept yet") as caught:
            ask()
        assert "2026-04-06" in str(caught.value)
    assert stock_card(late, "D1", "P1", day(0), day(9)).days == 5
    with pytest.raises(BadValue, match="the last day is before the first"):
        stock_card(late, "D1", "P1", day(9), day(8))


def test_it_comes_back_as_it_was(one_card):
    """A book goes to plain JSON and back; anything else is refused without a word of it."""
    rows = [*one_card.movements, evolve(moved("M7", 25, "in", 3, "B1", 99), note="by Rep One")]
    book = StockBook.of(rows, [StockCount("C1", "D1", "P1", day(28), boxes(7), "rep1")])
    import json

    data = json.loads(json.dumps(stock_data(book)))
    assert stock_from(data) == book
    assert data["units"] == {"P1": ["BOX", 0, "box", "盒"]}
    assert data["movements"][-1]["expires"] == "2026-07-09"
    for key in data:
        with pytest.raises(BadValue) as caught:
            stock_from({**data, key: [{"Dr. Example": 1}] if key != "units" else {"P1": 3}})
        assert caught.value.code == "stock.record"
        assert "Example" not in str(caught.value)
    with pytest.raises(BadValue) as caught:
        stock_from({**data, "movements": [{**data["movements"][0], "quantity": -1}]})
    assert caught.value.code == "stock.quantity"


def test_the_door():
    """Every public name is there, and none is the name of a module."""
    assert [name for name in stock.__all__ if not hasattr(stock, name)] == []
    assert not set(stock.__all__) & set(stock._MODULES)
    assert BOX.code == "BOX"
