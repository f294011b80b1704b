"""Matching, ageing and statements: worked by hand, and laws that hold for every ledger on every day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from random import Random

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.channel import ageing, collected
from pharmasales.channel.money import (
    CreditNote,
    Dispute,
    Invoice,
    Ledger,
    Receipt,
    Reversal,
    Told,
    age_ledger,
    ledger_data,
    ledger_from,
    match_money,
    period_money,
    statement_of,
)
from pharmasales.errors import BadValue, NotFound
from pharmasales.periods import Month
from pharmasales.units import CNY, Amount

START = date(2026, 1, 1)


def day(number):
    """Return a day by number."""
    return START + timedelta(days=number)


WAYS = list(product(["told", "fifo"], ["due", "invoiced"]))
days = st.integers(-1, 75).map(day)


def yuan(number):
    """Return an amount of yuan."""
    return Amount.of(number, CNY)


def opens(ledger, on, **ways):
    """Return what is open of each invoice in yuan, by number."""
    return {one.invoice.id: int(one.open.value) for one in match_money(ledger, on, **ways).invoices}


@pytest.mark.parametrize(
    ("number", "told", "fifo", "waiting"),
    [
        (24, [100, 200, 300], [100, 200, 300], 0),
        (25, [0, 200, 150], [0, 50, 300], 0),  # 150 as told, the other 100 to the oldest
        (35, [0, 150, 150], [0, 0, 300], 0),  # the note corrects F2
        (45, [0, 30, 150], [0, 0, 180], 0),  # 120 to the oldest
        (55, [0, 150, 150], [0, 0, 300], 0),  # taken back: F2 is open again
        (60, [0, 150, 150, 400], [0, 0, 300, 400], 0),
    ],
)
def test_every_day_by_hand(one_dealer, number, told, fifo, waiting):
    """Partial payment as told, the rest to the oldest, a credit note, a reversal, as of each day."""
    assert list(opens(one_dealer, day(number)).values()) == told
    assert list(opens(one_dealer, day(number), way="fifo").values()) == fifo
    assert match_money(one_dealer, day(number)).unmatched == yuan(waiting)


def test_why_names_what_paid(one_dealer):
    """The reason of an invoice names each credit, whether it was told, and what is disputed."""
    money = match_money(one_dealer, day(55))
    assert str(money["F3"].why()).splitlines() == [
        "F3: 300.00 CNY invoiced on 2026-01-21, due 2026-02-20, 150.00 CNY open",
        "  150.00 CNY by R1 of 2026-01-26, as told",
        "  80.00 CNY of it is disputed",
    ]
    assert "先欠先还" in money["F1"].why().text("zh")
    assert (money["F1"].paid_on, money["F2"].paid_on, money["F2"].paid) == (day(25), day(35), yuan(50))
    assert "goods short" not in repr(one_dealer.disputes)
    with pytest.raises(NotFound, match="no invoice 'F4'"):
        money["F4"]


def test_overpayment_waits_on_account():
    """What no invoice takes stays on account, and pays the next invoice; the balance is below zero meanwhile."""
    paid = Receipt("R1", "D1", day(1), yuan(130))
    bills = [Invoice("F1", "D1", day(0), day(9), yuan(100)), Invoice("F2", "D1", day(5), day(9), yuan(50))]
    ledger = Ledger.of([*bills, paid])
    early, late = match_money(ledger, day(4)), match_money(ledger, day(5))
    assert (early.open, early.unmatched, early.balance) == (yuan(0), yuan(30), yuan(-30))
    assert (late.open, late.unmatched, ledger.balance("D1", day(5))) == (yuan(20), yuan(0), yuan(20))
    assert early.on_account[0].credit == paid
    sooner = Receipt("R2", "D1", day(0), yuan(90))
    assert [one.credit.id for one in match_money(Ledger.of([bills[0], paid, sooner]), day(4)).on_account] == ["R1"]


def test_told_money_waits_for_its_invoice():
    """What is told for an invoice that is not there yet is not given to an older one."""
    paid = Receipt("R1", "D1", day(1), yuan(60), [Told("F2", yuan(50))])
    bills = [Invoice("F1", "D1", day(0), day(9), yuan(100)), Invoice("F2", "D1", day(5), day(9), yuan(40))]
    ledger = Ledger.of([*bills, paid])
    assert opens(ledger, day(4)) == {"F1": 90}
    assert match_money(ledger, day(4)).unmatched == yuan(50)
    assert opens(ledger, day(5)) == {"F1": 80, "F2": 0}  # told for 50, 40 were needed, 10 go to the oldest
    later = evolve(paid, told=[Told("F2", yuan(50), day(7))])
    assert opens(Ledger.of([*bills, later]), day(6)) == {"F1": 40, "F2": 40}
    assert opens(Ledger.of([*bills, later]), day(7)) == {"F1": 80, "F2": 0}


def test_what_was_told_is_told_first():
    """One receipt may pay an invoice as told and with its rest: two parts, the told one first."""
    bill = Invoice("F1", "D1", day(0), day(9), yuan(100))
    paid = Receipt("R1", "D1", day(1), yuan(90), [Told("F1", yuan(30))])
    found = match_money(Ledger.of([bill, paid]), day(1))["F1"]
    assert [(int(part.amount.value), part.told) for part in found.parts] == [(30, True), (60, False)]


def test_the_oldest_is_due_first_or_written_first():
    """Ties go by the other day, then by the number, whatever the order given."""
    bills = [
        Invoice("F2", "D1", day(0), day(40), yuan(10)),
        Invoice("F1", "D1", day(0), day(40), yuan(10)),
        Invoice("F3", "D1", day(5), day(9), yuan(10)),
    ]
    ledger = Ledger.of([*bills, Receipt("R1", "D1", day(6), yuan(12))])
    assert opens(ledger, day(6)) == {"F1": 8, "F2": 10, "F3": 0}
    assert opens(ledger, day(6), oldest="invoiced") == {"F1": 0, "F2": 8, "F3": 10}


def test_ties_of_the_oldest():
    """Of one due day the first written is the oldest, of one invoice day the first due; the number comes last."""
    same_due = [Invoice("F1", "D1", day(2), day(9), yuan(10)), Invoice("F2", "D1", day(1), day(9), yuan(10))]
    same_day = [Invoice("G1", "D2", day(0), day(9), yuan(10)), Invoice("G2", "D2", day(0), day(8), yuan(10))]
    paid = [Receipt(f"R{n}", f"D{n}", day(5), yuan(10)) for n in (1, 2)]
    ledger = Ledger.of([*same_due, *same_day, *paid])
    assert opens(ledger, day(5)) == {"F1": 10, "F2": 0, "G1": 10, "G2": 0}
    assert opens(ledger, day(5), oldest="invoiced") == {"F1": 10, "F2": 0, "G1": 10, "G2": 0}


def test_who_told_first_is_served_first():
    """Two receipts told for one invoice: the one said first pays it, the other goes to the oldest."""
    bills = [Invoice("F1", "D1", day(0), day(9), yuan(10)), Invoice("F2", "D1", day(0), day(30), yuan(10))]
    first = Receipt("R2", "D1", day(1), yuan(10), [Told("F2", yuan(10), day(3))])
    second = Receipt("R1", "D1", day(1), yuan(10), [Told("F2", yuan(10), day(4))])
    money = match_money(Ledger.of([*bills, first, second]), day(4))
    assert [(part.credit.id, part.told) for part in money["F2"].parts] == [("R2", True)]
    assert [(part.credit.id, part.told) for part in money["F1"].parts] == [("R1", False)]


def test_e51_in_a_ledger():
    """E51: 30, 60, 90 and 121 days overdue, 10,000 each, 15,000 oldest first: 10,000, 10,000, 5,000 and nothing."""
    on = date(2026, 6, 30)
    bills = [
        Invoice(f"F{n}", "D1", on - timedelta(days=n + 30), on - timedelta(days=n), yuan(10_000))
        for n in (30, 60, 90, 121)
    ]
    found = age_ledger(Ledger.of([*bills, Receipt("R1", "D1", on, yuan(15_000))]), on)
    assert [int(amount.value) for _, _, amount in found.undisputed.buckets] == [0, 10_000, 10_000, 5_000, 0, 0]
    assert str(found.why("F90")).splitlines()[0] == (
        "61-90 days: 90 days overdue as of 2026-06-30, matched as told, else the oldest first"
    )
    with pytest.raises(NotFound):
        found.why("F121")
    early = age_ledger(Ledger.of(bills), on - timedelta(days=35))
    assert str(early.why("F30")).startswith("not due: due in 5 days as of 2026-05-26, matched as told")
    last = age_ledger(Ledger.of(bills), on - timedelta(days=30))  # the due day itself is in time
    assert str(last.why("F30")).startswith("not due: due in 0 days as of 2026-05-31, matched as told")
    assert [count for _, count, _ in last.undisputed.buckets] == [1, 1, 1, 0, 1, 0]
    assert str(age_ledger(Ledger.of(bills), on, by="invoiced").why("F30")).startswith(
        "31-60 days: 60 days since the inv"
    )


def test_ageing_sets_disputed_apart(one_dealer):
    """The contested part stands apart from its first to its last day, at most what is open."""
    for number, contested in ((51, 0), (52, 80), (58, 80), (59, 0)):
        found = age_ledger(one_dealer, day(number))
        assert found.disputed.total == yuan(contested)
        assert found.undisputed.total == found.open - yuan(contested)
    table = age_ledger(one_dealer, day(55)).table()
    assert [row[1:] for row in table.rows[-5:]] == [
        (2, yuan(220).value, yuan(220).over(yuan(300)), None),
        (1, yuan(80).value, yuan(80).over(yuan(300)), yuan(80).value),
        (2, yuan(300).value, 1, yuan(80).value),
        (0, yuan(0).value, None, None),
        (None, yuan(300).value, None, None),
    ]
    whole = evolve(one_dealer.disputes[0], amount=None)
    assert age_ledger(Ledger.of([*one_dealer.documents[:-1], whole]), day(55)).disputed.total == yuan(150)


def test_debts_by_customer(one_dealer):
    """One row a customer, the most open first, disputed apart."""
    more = Ledger.of([*one_dealer.documents, Invoice("G1", "D2", day(0), day(10), yuan(900))])
    rows = age_ledger(more, day(55), (0, 30)).customers().rows
    zero = yuan(0).value
    assert rows == [
        ("D2", yuan(900).value, zero, zero, zero, yuan(900).value),
        ("D1", yuan(300).value, yuan(80).value, zero, yuan(220).value, zero),
    ]
    assert "31-60 天" in age_ledger(more, day(55)).customers().text("zh")


def test_ages_from_the_invoice_have_no_not_due(one_dealer):
    """Counted from the invoice, the first bucket begins with the day of the invoice itself."""
    found = age_ledger(one_dealer, day(60), (0, 40, 50), by="invoiced")
    assert [(name.en, count, int(amount.value)) for name, count, amount in found.undisputed.buckets] == [
        ("0-40 days", 2, 550),
        ("41-50 days", 1, 150),
        ("over 50 days", 0, 0),
    ]
    assert found.undisputed.table().columns[0].en == "Since invoice"


def test_single_receivables_say_the_same(one_dealer):
    """What the ledger gives as receivables is aged alike by `channel.ageing`, and counts as collected."""
    for by in ("due", "invoiced"):
        money = match_money(one_dealer, day(59))
        assert ageing(money.receivables(), day(59), by=by) == age_ledger(one_dealer, day(59), by=by).undisputed
    found = collected(money.receivables(), Month(2026, 2), day(59))
    assert (found.due, found.collected) == (yuan(500), yuan(200))  # F2 and F3 fell due


@pytest.mark.parametrize(
    "ways",
    [{"way": "lifo"}, {"oldest": "age"}, {"by": "paid"}, {"buckets": (0,), "by": "invoiced"}, {"buckets": (0, 3.5)}],
)
def test_unknown_ways_are_refused(one_dealer, ways):
    """A way that nobody knows, and buckets that are no days."""
    with pytest.raises(BadValue):
        age_ledger(one_dealer, day(9), **ways)


def by_intervals(ledger, customer, on, oldest):
    """Pay the oldest first by another road: lay credits and invoices end to end, cut where they meet."""
    account = ledger.account(customer)
    key = (lambda one: (one.due, one.on, one.id)) if oldest == "due" else (lambda one: (one.on, one.due, one.id))
    bills = sorted((one for one in ledger.invoices if one.customer == customer and one.on <= on), key=key)
    undone = {one.of for one in ledger.reversals if one.on <= on}
    paid = sum(
        one.amount.minor
        for one in (*ledger.receipts, *ledger.notes)
        if one.customer == account.customer and one.on <= on and one.id not in undone
    )
    found, upto = {}, 0
    for one in bills:
        upto += one.amount.minor
        found[one.id] = min(max(upto - paid, 0), one.amount.minor)
    return found, max(paid - upto, 0)


@given(st.data(), days)
@settings(max_examples=60)
def test_laws_of_matching_and_ageing(documents, data, on):
    """Nothing is lost, ages add up to what is open, balances agree, and entry order and later days decide nothing."""
    given_documents = data.draw(documents)
    ledger = Ledger.of(given_documents)
    shuffled = list(given_documents)
    Random(1).shuffle(shuffled)  # noqa: S311 - no secret
    assert Ledger.of(shuffled) == ledger
    assert ledger_from(ledger_data(ledger)) == ledger
    known = [
        one
        for one in given_documents
        if isinstance(one, Invoice) or (one.since if isinstance(one, Dispute) else one.on) <= on
    ]
    for way, oldest in WAYS:
        money = match_money(ledger, on, way=way, oldest=oldest)
        parts = [part for one in money.invoices for part in one.parts]
        for one in money.invoices:
            assert one.open + Amount.total((part.amount for part in one.parts), CNY) == one.invoice.amount
            assert 0 <= one.disputed.minor <= one.open.minor
        spent = {}
        for part in parts:
            spent[part.credit.id] = spent.get(part.credit.id, 0) + part.amount.minor
        left = {one.credit.id: one.amount.minor for one in money.on_account}
        standing = [one for account in ledger.accounts.values() for one in account.standing(on)]
        assert {one.id: spent.get(one.id, 0) + left.get(one.id, 0) for one in standing} == {
            one.id: one.amount.minor for one in standing
        }
        aged = age_ledger(ledger, on, (0, 10, 20), by=oldest, way=way, oldest=oldest)
        assert aged.undisputed.total + aged.disputed.total == aged.open == money.open
        assert sum(item.matched.open.minor for item in aged.items) == money.open.minor
        assert money.balance == Amount.total((ledger.balance(name, on) for name in ledger.accounts), CNY)
        assert match_money(Ledger.of(known), on, way=way, oldest=oldest) == money
        if way == "fifo":
            for name in ledger.accounts:
                expected, rest = by_intervals(ledger, name, on, oldest)
                assert {
                    one.invoice.id: one.open.minor for one in money.invoices if one.invoice.customer == name
                } == expected
                assert sum(one.amount.minor for one in money.on_account if one.credit.customer == name) == rest


def test_a_statement_has_both_its_days(one_dealer):
    """A document of the first and of the last day is on it; of one day the invoice comes first, whatever its number."""
    found = statement_of(one_dealer, "D1", day(10), day(25))
    assert [(line.number, int(line.amount.value)) for line in found.lines] == [("F2", 200), ("F3", 300), ("R1", -250)]
    assert (found.opening, found.closing) == (yuan(100), yuan(350))
    bills = [Invoice("Z1", "D1", day(0), day(9), yuan(10)), Receipt("B1", "D1", day(0), yuan(4))]
    more = [CreditNote("A1", "D1", day(0), yuan(1)), Reversal("A0", "B1", day(0))]
    kinds = [line.kind for line in statement_of(Ledger.of([*more, *bills]), "D1", day(0), day(0)).lines]
    assert kinds == ["invoice", "receipt", "credit_note", "reversal"]


@given(st.data(), days, st.integers(0, 40))
@settings(max_examples=60)
def test_statements_are_the_sum_of_their_lines(documents, data, start, length):
    """A statement of any days closes with what is owed, opens with what the day before closed, and has every line."""
    given_documents = data.draw(documents)
    ledger, end = Ledger.of(given_documents), start + timedelta(days=length)
    for name in ledger.accounts:
        found = statement_of(ledger, name, start, end)
        before = (
            statement_of(ledger, name, START - timedelta(days=9), start - timedelta(days=1)) if start > START else None
        )
        assert found.closing == ledger.balance(name, end)
        assert found.opening == (before.closing if before else ledger.balance(name, start - timedelta(days=1)))
        assert found.closing - found.opening == Amount.total((line.amount for line in found.lines), CNY)
        moved = [
            one
            for one in given_documents
            if not isinstance(one, Dispute) and start <= one.on <= end and _owner(one, given_documents) == name
        ]
        assert sorted(line.number for line in found.lines) == sorted(one.id for one in moved)
    money = period_money(ledger, Month(2026, 2))
    assert money.opening + money.sales - money.received == money.closing
    if money.sales.minor > 0:
        assert money.rate == money.received.over(money.sales)


def _owner(one, given_documents):
    if isinstance(one, Reversal):
        return next(
            other.customer
            for other in given_documents
            if isinstance(other, Receipt | CreditNote) and other.id == one.of
        )
    return one.customer


def test_a_day_without_documents(one_dealer):
    """Nothing is owed before the first document; an unknown customer is no customer without debt."""
    found = age_ledger(one_dealer, day(-1))
    assert (found.items, found.open, found.table().rows[-1][2]) == ((), yuan(0), yuan(0).value)
    with pytest.raises(NotFound, match="no documents of customer 'D9'"):
        statement_of(one_dealer, "D9", day(0), day(1))
    with pytest.raises(BadValue, match="last day is before"):
        statement_of(one_dealer, "D1", day(1), day(0))
    assert match_money(Ledger.of([]), day(0)).balance == yuan(0)


def test_tables_show_themselves(one_dealer):
    """Each result shows as a table in a notebook."""
    statement = statement_of(one_dealer, "D1", date.min, date.max)
    shown = [match_money(one_dealer, day(60)), age_ledger(one_dealer, day(60)), statement]
    assert all(one._repr_html_().startswith("<table>") for one in shown)
    assert [row[4] for row in statement.table().rows][-2:] == [yuan(700).value] * 2
    assert statement.lines[-2].kind == "reversal"
