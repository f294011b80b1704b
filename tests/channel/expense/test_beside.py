"""What a book of expenses must not miss: entries of later days, expenses beside every budget, money that came back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.channel.expense import (
    Budget,
    BudgetChange,
    Commitment,
    ExpenseBook,
    ExpensePolicy,
    Shared,
    Spent,
    expense_alerts,
    expense_by,
    output_input,
)
from pharmasales.errors import BadRule, NotFound
from pharmasales.units import CNY, Amount

POLICY = ExpensePolicy(approvers={"boss"})


def day(number):
    """Return a day by number, 0 for the first of April."""
    return date(2026, 4, 1) + timedelta(days=number)


def fen(minor):
    """Return an amount of fen."""
    return Amount(minor, CNY)


def budget(number="B1", amount=1000, plan="Q2", **more):
    """Return a budget of the first day."""
    return Budget(number, plan, day(0), fen(amount), **more)


def asked(number, amount, on=None, closed=None, shares=(), of="B1"):
    """Return a commitment, approved on a day or waiting."""
    by = ("", None) if on is None else ("boss", day(on))
    return Commitment(number, of, day(0), fen(amount), "rep1", shares, *by, None if closed is None else day(closed))


@pytest.mark.parametrize(
    ("later", "free"),
    [
        ([], 1000),
        ([asked("C1", 900, 5)], 100),
        ([asked("C1", 900, 5, closed=7)], 100),
        ([BudgetChange("X1", "B1", day(9), fen(-400), "rep1", "boss")], 600),
        ([BudgetChange("X1", "B1", day(9), fen(400), "rep1", "boss")], 1000),
        ([Spent("A1", "Q2", day(6), fen(250), budget="B1")], 750),
        ([Spent("A1", "Q2", day(2), fen(250), budget="B1")], 750),
        ([asked("C1", 900, 3)], 100),
    ],
)
def test_an_approval_leaves_what_is_promised_for_later(later, free):
    """Asked for the third day, a commitment gets no more than is free then and on every later day the book knows."""
    for amount in (free, free + 1):
        book = ExpenseBook.of([budget(), budget("B2", 9), asked("C9", amount), *later])
        assert book.free_from("B1", day(3)).minor == free
        if amount == free:
            done = book.approve("C9", by="boss", on=day(3), policy=POLICY)
            assert all(done.free("B1", day(on)).minor >= 0 for on in range(3, 12))
        else:
            with pytest.raises(BadRule, match=r"asked, .* free of budget B1"):
                book.approve("C9", by="boss", on=day(3), policy=POLICY)
    with pytest.raises(NotFound):
        book.free_from("B9", day(3))


asks = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 9)), min_size=1, max_size=6)


@given(asks)
def test_approvals_in_any_order_never_exceed_the_budget(given_asks):
    """Whatever days approvals bear and in whatever order they come, nobody without the right goes over, on any day."""
    book = ExpenseBook.of([budget(amount=100), *(asked(f"C{n}", one) for n, (one, _) in enumerate(given_asks))])
    for n, (_, on) in enumerate(given_asks):
        try:
            book = book.approve(f"C{n}", by="boss", on=day(on), policy=POLICY)
        except BadRule as error:
            assert error.code == "expense.over"  # noqa: PT017
    assert all(book.free("B1", day(on)).minor >= 0 for on in range(11))


def test_a_customer_whom_a_plan_pays_for_is_no_alert():
    """Only what was spent from no budget is without one, in every view, and no longer once it came back."""
    paid = Spent("A1", "Q2", day(3), fen(50), [Shared("D1"), Shared("D2")], budget="B1")
    held = asked("C1", 90, 2, shares=[Shared("D4")])
    book = ExpenseBook.of([budget(), paid, held])
    for view in ("plan", "customer", "product", "budget"):
        assert expense_alerts(book, day(9), view=view) == ()
    loose = Spent("A2", "Q2", day(4), fen(7), [Shared("D2"), Shared("D3")])
    found = expense_alerts(ExpenseBook.of([*book.entries, loose]), day(9), view="customer")
    assert [(one.kind, one.line.key, one.since, one.cause) for one in found] == [
        ("unbudgeted", "D2", day(4), ("A2",)),
        ("unbudgeted", "D3", day(4), ("A2",)),
    ]
    refund = Spent("A2", "Q2", day(4), fen(-7), [Shared("D2")])
    assert expense_alerts(ExpenseBook.of([*book.entries, refund]), day(9), view="customer") == ()
    back = Spent("A3", "Q2", day(5), fen(-7), [Shared("D2"), Shared("D3")])
    ended = ExpenseBook.of([*book.entries, loose, back])
    assert [len(expense_alerts(ended, day(on), view="customer")) for on in (3, 4, 5)] == [0, 2, 0]


def test_an_expense_of_one_share_is_the_cause_for_the_other():
    """What D1 spends of a commitment for both leaves less reserved for D2: D2 is no longer over, and is told why."""
    entries = [
        budget("B2", 100, customer="D2"),
        budget("B1", 900),
        asked("C1", 210, 2, shares=[Shared("D1"), Shared("D2")]),
        Spent("A1", "Q2", day(5), fen(20), [Shared("D1")], commitment="C1"),
    ]
    book = ExpenseBook.of(entries)
    (over,) = expense_alerts(book, day(4), view="customer")
    assert (over.kind, over.line.key, over.since, over.cause) == ("over", "D2", day(2), ("C1",))
    (near,) = expense_alerts(book, day(9), view="customer")
    assert (near.kind, near.line.key, near.since, near.cause) == ("near", "D2", day(5), ("A1",))
    assert "D2 nearly used up since 2026-04-06, by A1" in near.why.head()


def test_a_closed_commitment_is_a_cause_too():
    """Over until the second is closed, nearly used up from that day on, and the closing is why."""
    book = ExpenseBook.of([budget(amount=100), asked("C1", 95, 2), asked("C2", 20, 3, closed=7)])
    found = [expense_alerts(book, day(on))[0] for on in (2, 6, 7, 9)]
    assert [(one.kind, one.since, one.cause) for one in found] == [
        ("near", day(2), ("C1",)),
        ("over", day(3), ("C2",)),
        ("near", day(7), ("C2",)),
        ("near", day(7), ("C2",)),
    ]


def test_more_that_came_back_than_was_spent_has_no_ratio():
    """Output over a cost below zero says nothing."""
    for minor, ratio in ((-5, None), (5, 2)):
        lines = expense_by(ExpenseBook.of([Spent("A1", "Q2", day(1), fen(minor))]), day(1), "plan")
        assert output_input(lines, {"Q2": fen(10)})[0].ratio == ratio
