"""The chain: what was sold on must have come in, and nothing is counted twice."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.channel.flow import ChainMove, LoadingPolicy, close_chain, primary_secondary, stock_counts, stock_table
from pharmasales.errors import BadValue, NotComparable
from pharmasales.periods import Month, Quarter
from pharmasales.units import BOX, CNY, Amount

JANUARY, FEBRUARY = Month(2026, 1), Month(2026, 2)


def boxes(count: int) -> Amount:
    """So many boxes."""
    return Amount(count, BOX)


def move(sender: str, receiver: str, count: int, month: Month = JANUARY, product: str = "P1") -> ChainMove:
    """Goods that went."""
    return ChainMove(sender, receiver, product, month, boxes(count))


def test_three_levels_month_by_month() -> None:
    """Distributor, sub-distributor, terminal: each book rolls on, a month without moves too."""
    moves = [move("", "D1", 100), move("D1", "S1", 40), move("S1", "H1", 30), move("S1", "H1", -5, Month(2026, 3))]
    done = close_chain(moves, reporting={"D1", "S1"}, opening={("S1", "P1"): boxes(7)})
    closing = {(one.distributor, str(one.month)): one.closing.minor for one in done.stocks}
    assert closing == {
        **{("D1", f"2026-0{month}"): 60 for month in (1, 2, 3)},
        ("S1", "2026-01"): 17,
        ("S1", "2026-02"): 17,
        ("S1", "2026-03"): 22,
    }
    assert [(one.to_others.minor, one.to_terminals.minor) for one in done.stocks[::3]] == [(40, 0), (0, 30)]
    assert len(done.differences()) == 0
    assert len(done.table()) == 6


def test_each_difference_with_its_arithmetic() -> None:
    """Sold more than came in, counted otherwise, received otherwise; a count of what never moved has its row."""
    moves = [move("", "D1", 50), move("D1", "S1", 40), move("D1", "H1", 20)]
    cell = ("D1", "P1", JANUARY)
    done = close_chain(
        moves,
        reporting=["D1", "S1"],
        counted={cell: boxes(0), ("S1", "P2", JANUARY): boxes(3)},
        received={("S1", "P1", JANUARY): boxes(38)},
    )
    found = [(one.stock.distributor, one.kind, one.quantity.minor) for one in done.differences()]
    assert found == [("D1", "more out", -10), ("D1", "counted", 10), ("S1", "received", -2), ("S1", "counted", 3)]
    said = [one.why.text() for one in done.differences()]
    assert said[1] == "opening 0 + in 50 - out 60 = -10, counted 0; count again"
    assert said[2] == "sent 40, received 38; goods are on the way, or a line is missing on one side"
    assert "通路差异" in done.differences().table().html("zh")


MOVES = st.lists(
    st.builds(
        move,
        st.sampled_from(["", "D1", "D2", "S1"]),
        st.sampled_from(["D1", "D2", "S1", "H1", "H2"]),
        st.integers(-20, 100),
        st.sampled_from([JANUARY, FEBRUARY, Month(2026, 4)]),
        st.sampled_from(["P1", "P2"]),
    ),
    max_size=14,
)


@settings(max_examples=60)
@given(MOVES, st.integers(0, 50))
def test_what_we_supplied_lies_in_the_chain_or_went_to_a_terminal(moves: list[ChainMove], first: int) -> None:
    """Opening + from us = to terminals + closing, product by product; the order of moves does not matter."""
    reporting = {"D1", "D2", "S1"}
    opening = {("S1", "P1"): boxes(first)}
    done = close_chain(moves, reporting=reporting, opening=opening)
    assert close_chain(moves[::-1], reporting=reporting, opening=opening) == done
    for product in {one.product for one in moves}:
        books = [one for one in done.stocks if one.product == product]
        if not books:
            assert all(one in done.unreported for one in moves if one.product == product)
            continue
        last = max(one.month for one in books)
        ours = sum(
            one.quantity.minor
            for one in moves
            if one.product == product and not one.sender and one.receiver in reporting
        )
        terminals = sum(
            one.quantity.minor
            for one in moves
            if one.product == product and one.sender and one.receiver not in reporting
        )
        lies = sum(one.closing.minor for one in books if one.month == last)
        assert ours + (first if product == "P1" else 0) == terminals + lies
        assert all(
            (one.closing.minor < 0) == any(d.stock == one and d.kind == "more out" for d in done.differences())
            for one in books
        )


def test_who_sells_must_report_and_one_product_has_one_unit() -> None:
    """Both are refused with the id."""
    with pytest.raises(BadValue, match="'D1'"):
        close_chain([move("D1", "H1", 1)], reporting=set())
    with pytest.raises(NotComparable, match="'P1'"):
        close_chain([move("", "D1", 1)], reporting={"D1"}, counted={("D1", "P1", JANUARY): Amount(1, CNY)})


@pytest.mark.parametrize(
    ("came", "went", "kind"),
    [
        (90, 59, "piles up"),
        (90, 60, "even"),
        (90, 135, "even"),
        (90, 136, "runs down"),
        (0, 5, "nothing"),
        (-5, 1, "nothing"),
    ],
)
def test_primary_against_secondary_at_its_bounds(came: int, went: int, kind: str) -> None:
    """Two thirds sold on are even, half as much again too; nothing that came in has no share."""
    (one,) = primary_secondary(close_chain([move("", "D1", came), move("D1", "H1", went)], reporting={"D1"}))
    assert (one.kind, one.share is None, one.closing.minor) == (kind, kind == "nothing", came - went)
    assert f"{went} of {came} sold on" in one.why.text()


def test_a_period_and_the_counts_of_stockists_and_sellers() -> None:
    """Only months of the period count; who sold out is a stockist too; who sold what it had not is named."""
    moves = [
        move("", "D1", 10),
        move("D1", "H1", 10),
        move("", "D2", 5),
        move("D3", "H1", 2),
        move("D1", "H1", 1, Month(2026, 4)),
    ]
    done = close_chain(moves, reporting={"D1", "D2", "D3"})
    rows = {one.distributor: one.secondary.minor for one in primary_secondary(done, Quarter(2026, 1))}
    assert rows == {"D1": 10, "D2": 0, "D3": 2}
    assert {one.distributor: one.secondary.minor for one in primary_secondary(done)} == {"D1": 11, "D2": 0, "D3": 2}
    first = stock_counts(done)[0]
    assert (first.holding, first.selling, first.idle, first.without) == (
        ("D1", "D2", "D3"),
        ("D1", "D3"),
        ("D2",),
        ("D3",),
    )
    assert str(first.rate) == "2/3"
    assert len(stock_table(stock_counts(done))) == 4
    with pytest.raises(BadValue):
        LoadingPolicy(piles="2", runs="1")  # type: ignore[arg-type]
    with pytest.raises(BadValue):
        LoadingPolicy(piles=-1)  # type: ignore[arg-type]
