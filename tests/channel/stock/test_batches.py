"""Batches: nothing is lost, what expires first goes first, and what expired is not for sale."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.channel.stock import StockBook, StockMovement, batches_on, expiring_stock, expiring_table
from pharmasales.channel.stock.batches import _Lots, _named_later, all_batches
from pharmasales.errors import BadRows, BadValue, NotFound
from pharmasales.units import BOX, Amount


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


def left(book, on, product="P1"):
    """Return what is left of each batch."""
    return {one.batch: one.quantity.minor for one in batches_on(book, "D1", product, day(on)).batches}


TWO = [
    moved("O1", 0, "opening", 10, "B2", 25),
    moved("I1", 1, "in", 10, "B1", 12),
    moved("I2", 2, "in", 10),
]


def test_what_expires_first_goes_first():
    """Without a batch number a sale takes B1, then B2, then what nobody knows the expiry of."""
    for out, expected in [
        (4, {"B1": 6, "B2": 10, "": 10}),
        (10, {"B2": 10, "": 10}),
        (15, {"B2": 5, "": 10}),
        (23, {"": 7}),
        (30, {}),
    ]:
        assert left(StockBook.of([*TWO, moved("S1", 5, "out", out)]), 5) == expected


def test_expired_is_not_for_sale():
    """From the day after its last day a batch is passed over by a sale, and not by a return or a loss."""
    for kind, on, expected in [
        ("out", 12, {"B1": 6, "B2": 10, "": 10}),
        ("out", 13, {"B1": 10, "B2": 6, "": 10}),
        ("transfer_out", 13, {"B1": 10, "B2": 6, "": 10}),
        ("return_out", 13, {"B1": 6, "B2": 10, "": 10}),
        ("loss", 13, {"B1": 6, "B2": 10, "": 10}),
        ("out", 26, {"B1": 10, "B2": 10, "": 6}),
    ]:
        book = StockBook.of([*TWO, moved("S1", on, kind, 4)])
        found = batches_on(book, "D1", "P1", day(on))
        assert {one.batch: one.quantity.minor for one in found.batches} == expected
        assert found.sold_expired == ()
    found = batches_on(StockBook.of(TWO), "D1", "P1", day(13))
    assert [found.of_state(state).minor for state in ("expired", "for_sale", "unknown")] == [10, 10, 10]
    assert [one.days_left for one in found.batches] == [-1, 12, None]
    assert batches_on(StockBook.of(TWO), "D1", "P1", day(12)).expired == boxes(0)
    assert "<table>" in found._repr_html_()


def test_expired_goods_that_were_sold_are_named():
    """A sale of a named expired batch, or of more than is not expired, is found with its movement and quantity."""
    named = StockBook.of([*TWO, moved("S1", 13, "out", 4, "B1")])
    (fault,) = batches_on(named, "D1", "P1", day(13)).sold_expired
    assert (fault.kind, fault.movement, fault.short, fault.before, fault.batch) == (
        "expired",
        "S1",
        boxes(4),
        boxes(30),
        "B1",
    )
    assert fault.why.lines()[:2] == ["D1, P1 B1: S1 on 2026-04-14 sells what has expired", "  4 BOX of it expired"]
    more = StockBook.of([*TWO, moved("S1", 13, "out", 23)])
    (fault,) = batches_on(more, "D1", "P1", day(13)).sold_expired
    assert (fault.short, fault.batch) == (boxes(3), "")
    assert left(more, 13) == {"B1": 7}
    sent_back = StockBook.of([*TWO, moved("S1", 13, "return_out", 4, "B1")])
    assert batches_on(sent_back, "D1", "P1", day(13)).sold_expired == ()


def test_more_of_a_batch_than_there_is():
    """What a batch lacks comes from goods without a batch; beyond these it is an error with the movement."""
    assert left(StockBook.of([*TWO, moved("S1", 5, "out", 17, "B1")]), 5) == {"B2": 10, "": 3}
    book = StockBook.of([*TWO, moved("S1", 5, "out", 22, "B1"), moved("O9", 0, "opening", 1, product="P2")])
    with pytest.raises(BadValue) as caught:
        batches_on(book, "D1", "P1", day(5))
    assert caught.value.code == "stock.batch"
    assert "2 BOX missing @ D1 x P1, movement S1 on 2026-04-06" in str(caught.value)
    with pytest.raises(BadRows) as rows:
        all_batches(book, day(5))
    assert [error.code for error in rows.value.exceptions] == ["stock.batch"]
    assert list(all_batches(book, day(4))) == [("D1", "P1"), ("D1", "P2")]
    with pytest.raises(NotFound):
        batches_on(StockBook.of([moved("O1", 3, "opening", 1)]), "D1", "P1", day(2))


@pytest.mark.parametrize(
    ("out", "later", "expected"),
    [
        (10, [moved("S2", 6, "out", 10, "B1")], {"": 10}),
        (4, [moved("S2", 6, "out", 10, "B1")], {"B2": 6, "": 10}),
        (4, [moved("S2", 6, "out", 3, "B1")], {"B1": 3, "B2": 10, "": 10}),
        (8, [moved("S2", 6, "out", 3, "B1")], {"B2": 9, "": 10}),
        (23, [moved("S2", 6, "out", 5, "B1")], {"": 2}),
        (4, [moved("I9", 6, "in", 2, "B1"), moved("S2", 6, "out", 10, "B1")], {"B2": 8, "": 10}),
        (25, [moved("S2", 6, "out", 7, "B1")], "stock.negative"),
    ],
)
def test_what_a_later_paper_names_was_not_sold_before(out, later, expected):
    """By hand, of B1 10, B2 10 and 10 without a batch: a sale without a number leaves what a later one names."""
    book = StockBook.of([*TWO, moved("S1", 5, "out", out), *later])
    if isinstance(expected, str):
        with pytest.raises(BadValue) as caught:
            batches_on(book, "D1", "P1", day(6))
        assert caught.value.code == expected
    else:
        assert left(book, 6) == expected
    assert sum(left(book, 5).values()) == 30 - out


def test_what_comes_in_between_is_named_too():
    """By hand: of B1 10 a paper of day 6 names 4 and one of day 10 names 3 of 5 that came in on day 8: 6 are free."""
    rows = [
        *TWO[:2],
        moved("S1", 5, "out", 14),
        moved("S2", 6, "out", 4, "B1"),
        moved("I8", 8, "in", 5, "B1"),
        moved("S3", 10, "out", 3, "B1"),
    ]
    book = StockBook.of(rows)
    assert [left(book, on) for on in (6, 8, 10)] == [{"B2": 2}, {"B1": 5, "B2": 2}, {"B1": 2, "B2": 2}]


def test_where_nothing_else_is_there_the_named_goes():
    """A sale of 8 takes B1, since there is no other; what a later paper names comes from unnumbered goods."""
    rows = [moved("O1", 0, "opening", 10, "B1", 12), moved("S1", 1, "out", 8), moved("I1", 2, "in", 10)]
    assert left(StockBook.of([*rows, moved("S2", 3, "out", 10, "B1")]), 3) == {"": 2}


@given(st.data())
def test_batches_add_up_to_the_stock(movements, data):
    """Whatever moves, what is left of the batches is the stock, none below zero, the first to expire in front."""
    book = StockBook.of(data.draw(movements))
    on = data.draw(st.integers(0, 41))
    for key, held in book.histories.items():
        if held.opened > day(on):
            continue
        found, code = None, ""
        try:
            found = batches_on(book, *key, day(on))
        except BadValue as error:
            code = error.code
        assert (code == "stock.negative") is (held.negative_by(day(on)) is not None)
        if found is None:
            assert code in {"stock.negative", "stock.batch"}
            continue
        assert sum(one.quantity.minor for one in found.batches) == found.stock.minor == book.stock(*key, day(on)).minor
        assert all(one.quantity.minor > 0 for one in found.batches)
        known = [one.expires for one in found.batches if one.expires]
        assert known == sorted(known)
        states = [found.of_state(state).minor for state in ("for_sale", "expired", "unknown")]
        assert sum(states) == found.stock.minor


def test_what_will_not_be_sold_in_time():
    """At 2 a day B1 sells 24 until its last day; B2 has the days after, and nothing sold leaves all of it."""
    rows = [
        moved("O1", 0, "opening", 30, "B1", 41),
        moved("O2", 0, "opening", 60, "B2", 51),
        moved("O3", 0, "opening", 60),
    ]
    book = StockBook.of([*rows, moved("S1", 10, "out", 60)])
    found = expiring_stock(book, day(29), within=30, over=30)
    assert [(one.batch.batch, one.batch.quantity.minor, one.unsold.minor) for one in found] == [("B2", 30, 0)]
    book = StockBook.of([*rows, moved("S1", 10, "loss", 60)])
    assert [one.unsold.minor for one in expiring_stock(book, day(29), within=30, over=30)] == [30]
    book = StockBook.of([*rows, moved("S1", 1, "out", 20, "B2"), moved("S2", 1, "out", 10, "")])
    found = expiring_stock(book, day(14), within=60, over=15)
    assert [(one.batch.batch, one.a_day, one.unsold.minor) for one in found] == [("B1", 2, 0), ("B2", 2, 0)]
    found = expiring_stock(book, day(38), within=60, over=39)
    assert [(one.a_day, one.unsold.minor) for one in found] == [(Fraction(10, 13), 18), (Fraction(10, 13), 32)]
    assert (
        found[0].why.text("zh").startswith("D1，P1 B1：20 BOX 有效期至 2026-05-12，剩 3 天（按每天 0.7692 将剩 18 BOX")
    )
    assert [one.batch.batch for one in expiring_stock(book, day(38), within=3, over=39)] == ["B1"]
    assert [one.batch.batch for one in expiring_stock(book, day(38), within=2, over=39)] == []
    gone = expiring_stock(book, day(45), within=0, over=1)
    assert [one.why.head() for one in gone] == ["D1, P1 B1: 20 BOX expired on 2026-05-12"]
    assert gone[0].unsold == boxes(20)
    assert len(expiring_table(found)) == 2
    assert "they are sold in time" in str(expiring_stock(book, day(14), within=60, over=15)[0].why)


def test_the_days_that_the_speed_is_taken_over():
    """Both ends count: a sale of the first of the days does, one of the day before does not."""
    book = StockBook.of([moved("O1", 0, "opening", 90, "B1", 41), moved("S1", 9, "out", 29)])
    for on, a_day in [(37, 1), (38, 0)]:
        assert [one.a_day for one in expiring_stock(book, day(on), within=30, over=29)] == [a_day]


@pytest.mark.parametrize(("within", "over"), [(-1, 1), (0, 0), (0, 36_501), (36_501, 1)])
def test_days_out_of_range(one_card, within, over):
    """Looking back no day at all is refused."""
    with pytest.raises(BadValue, match="days out of range"):
        expiring_stock(one_card, day(20), within=within, over=over)


def test_batches_that_are_gone_cost_nothing(monkeypatch):
    """A card on which every batch is sold out before the next comes: twice the movements are twice the work."""
    asked = []
    expires = _Lots.expires
    monkeypatch.setattr(_Lots, "expires", lambda lots, batch: asked.append(batch) or expires(lots, batch))

    def work(batches):
        asked.clear()
        rows = [moved("O", 0, "opening", 10)]
        for n in range(batches):
            rows.append(moved(f"I{n}", 3 * n + 1, "in", 20, f"B{n}", 3 * n + 400))
            rows += [moved(f"S{n}/{part}", 3 * n + 1 + part, "out", 10) for part in (1, 2)]
        assert left(StockBook.of(rows), 3 * batches) == {"": 10}
        return len(asked)

    assert work(40) < 3 * work(20)


def test_what_later_papers_name_is_kept_once():
    """Of a batch that comes in and is named out later nothing is still to be kept before it comes."""
    rows = [moved("I1", 5, "in", 20, "B1", 99), moved("S1", 6, "out", 20, "B1"), moved("S2", 7, "out", 5, "B2", 99)]
    assert _named_later(rows[:2]) == [{}, {}]
    assert _named_later([moved("S0", 1, "out", 1), *rows]) == [{"B2": 5}, {}, {}, {}]
