"""One id, one spelling: what case, width or spaces part is refused wherever it would make two of one."""

from __future__ import annotations

from datetime import date

import pytest
from attrs import evolve

from pharmasales.channel import Receivable
from pharmasales.channel.credit import (
    CreditClass,
    CreditGuard,
    CreditOrder,
    CreditPolicy,
    LimitOnDay,
    Owed,
    decide_order,
    late_payments,
    owed_by,
)
from pharmasales.channel.expense import (
    Budget,
    Commitment,
    ExpenseBook,
    ExpensePolicy,
    Shared,
    Spent,
    expense_by,
    output_input,
)
from pharmasales.channel.money import Contract, CreditNote, Invoice, Ledger, Receipt, customer_money
from pharmasales.errors import BadRows, BadRule, BadValue
from pharmasales.names import respelt
from pharmasales.periods import Month
from pharmasales.units import CNY, Amount

DAY = date(2026, 3, 1)
ONE = Amount.of(1, CNY)


@pytest.mark.parametrize(
    ("ids", "found"),
    [
        ([], []),
        (["D1", "D1", "D2"], []),
        (["D1", "D2", "d1", "D1", "d1"], [(0, 2)]),
        (["D 1", "D\u30001", "D  1"], [(0, 1), (0, 2)]),
        (["甲", "Ｄ1", "D1"], [(1, 2)]),
    ],
)
def test_another_spelling_is_told_once(ids, found):
    """The same spelling again is none; each other one is told at its first place."""
    assert respelt(ids) == found


@pytest.mark.parametrize("other", ["d1", "Ｄ1", "D1\u200b"])
@pytest.mark.parametrize(
    "make",
    [
        lambda name: Contract("C1", name, DAY, ONE),
        lambda name: Invoice("F2", name, DAY, DAY, ONE),
        lambda name: Receipt("R1", name, DAY, ONE),
        lambda name: CreditNote("N1", name, DAY, ONE),
    ],
)
def test_a_customer_of_a_ledger(make, other):
    """Every kind of document that names a customer names it alike."""
    bill = Invoice("F1", "D1", DAY, DAY, ONE)
    assert len(Ledger.of([bill, make("D1"), make("D2")][:2]).accounts) == 1
    with pytest.raises(BadRows) as caught:
        Ledger.of([bill, bill, make(other)][1:])
    assert [(one.code, one.where) for one in caught.value.exceptions] == [("money.twins", "documents[0], documents[1]")]


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        (Spent("A1", "launch", DAY, ONE), "plan"),
        (Spent("A1", "other", DAY, ONE, [Shared("d1")]), "customer"),
        (Spent("A1", "other", DAY, ONE, [Shared("", "p1")]), "product"),
        (Budget("B2", "LAUNCH", DAY, ONE), "plan"),
        (Budget("B2", "other", DAY, ONE, "d1"), "customer"),
        (Budget("B2", "other", DAY, ONE, "", "p1"), "product"),
        (Commitment("C1", "B3", DAY, ONE, "rep1", [Shared("d1")]), "customer"),
    ],
)
def test_a_plan_a_customer_and_a_product_of_a_book(entry, kind):
    """Budgets, commitments and expenses name them alike, also within one entry."""
    given = [Budget("B1", "Launch", DAY, ONE, "D1", "P1"), Budget("B3", "third", DAY, ONE), entry]
    with pytest.raises(BadRows) as caught:
        ExpenseBook.of(given)
    assert [str(one).split(" @")[0] for one in caught.value.exceptions] == [f"one {kind} spelt in two ways"]
    assert [one.where for one in caught.value.exceptions] == ["entries[0], entries[2]"]
    with pytest.raises(BadRows, match="1 entry"):
        ExpenseBook.of([Spent("A1", "x", DAY, ONE, [Shared("D1"), Shared("d1")])])


def test_what_is_owed_is_never_nothing_for_a_slip_of_the_pen():
    """An invoice of the dealer in another spelling is refused, by the check and by the sign of late payment alike."""
    invoices = [Receivable("D2", "F1", DAY, DAY, ONE), Receivable("d1", "F2", DAY, DAY, ONE)]
    for ask in (owed_by, late_payments):
        with pytest.raises(BadValue) as caught:
            ask("D1", invoices, date(2026, 6, 1))
        assert (caught.value.code, caught.value.where) == ("receivable.twins", "receivables[1]")
        others = [evolve(invoices[0], customer=name) for name in ("E1", "e1")]  # no matter of this dealer
        assert ask("D3", others, date(2026, 6, 1)) == ask("D3", [], date(2026, 6, 1))
        with pytest.raises(BadValue, match="one text where a list is due"):
            ask("d1", invoices, date(2026, 6, 1), disputed="F2")
    assert owed_by(" d1 ", invoices, DAY).open == ONE
    assert len(late_payments(" d1 ", iter(invoices), date(2026, 6, 1))) == 1


def test_an_order_is_held_once():
    """The guard takes an order under one spelling, and its own place is not counted whatever the blanks."""
    with pytest.raises(BadValue, match="one order spelt in two ways"):
        CreditGuard("D1", CNY, {"O1": ONE, "o1": ONE})
    guard = CreditGuard("D1", CNY, {" O1 ": ONE})
    assert (guard.waiting(but="O1"), guard.waiting()) == (Amount(0, CNY), ONE)
    twin = CreditOrder.place("o1", "D1", ONE, by="rep1", on=DAY)
    limit, owed = LimitOnDay("D1", DAY, ONE * 9), Owed("D1", DAY, ONE * 0, ONE * 0)
    with pytest.raises(BadValue) as caught:
        decide_order(guard, twin, limit, owed)
    assert caught.value.code == "credit.twins"
    assert decide_order(guard, evolve(twin, id="O2"), limit, owed)[0].waiting() == ONE * 2


def test_who_approves_and_the_classes():
    """An approver, and a class, has one spelling."""
    for policy in (CreditPolicy, ExpensePolicy):
        with pytest.raises(BadRule) as caught:
            policy(approvers=["boss", "Boss"])
        assert caught.value.code == "approver.twins"
        assert policy(approvers=["boss", "boss"]).approvers == {"boss"}
    with pytest.raises(BadRule, match="names of their own"):
        CreditPolicy(classes=[CreditClass("A", 1, 1), CreditClass("a", 0, 0)])


def test_goals_and_outputs_meet_their_customer():
    """Given by customer beside a book: blanks do not matter, another spelling is refused, another customer is not."""
    ledger = Ledger.of([Invoice("F1", "D1", DAY, DAY, ONE)])
    (facts,) = customer_money(ledger, Month(2026, 3), goals={" D1 ": ONE * 2, "D7": ONE})
    assert facts.goal == ONE * 2
    with pytest.raises(BadValue) as caught:
        customer_money(ledger, Month(2026, 3), goals={"d1": ONE})
    assert caught.value.code == "money.twins"
    lines = expense_by(ExpenseBook.of([Spent("A1", "x", DAY, ONE, [Shared("D1")])]), DAY, "customer")
    assert [(one.key, one.ratio) for one in output_input(lines, {" D1": ONE * 3, "": ONE})] == [("", None), ("D1", 3)]
    with pytest.raises(BadValue) as caught:
        output_input(lines, {"d1": ONE})
    assert caught.value.code == "expense.twins"
