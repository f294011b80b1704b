"""Checks, holds, orders and the guard: the arithmetic, every choice, and what may pass."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.channel.credit import (
    HOLDS,
    CheckBasis,
    CreditGuard,
    CreditOrder,
    CreditPolicy,
    LimitOnDay,
    Owed,
    check_order,
    decide_order,
    hold_table,
    owed_by,
    trade_notes,
)
from pharmasales.channel.receivables import Receivable
from pharmasales.compliance.clauses import ALWAYS, Clause
from pharmasales.compliance.gate import Policy
from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue, NotComparable
from pharmasales.units import CNY, USD, Amount

DAY, LATER = date(2026, 7, 3), date(2026, 7, 4)
POLICY = CreditPolicy(approvers={"boss", "rep1"})


def yuan(number):
    """Return an amount."""
    return Amount.of(number, CNY)


def owed(opened=0, disputed=0, days=0, day=DAY):
    """Return what a dealer owes."""
    return Owed("D1", day, yuan(opened), yuan(disputed), days)


def limit(amount=400_000, void="", stops=False, day=DAY):
    """Return a limit on a day."""
    return LimitOnDay("D1", day, yuan(amount), void, stops)


def order(amount=90_000, prepaid=0, number=1):
    """Return an order."""
    return CreditOrder.place(f"O{number}", "D1", yuan(amount), by="rep1", on=DAY, prepaid=yuan(prepaid))


def guard(**orders):
    """Return a guard that holds some orders."""
    return CreditGuard("D1", CNY, {key: yuan(amount) for key, amount in orders.items()})


def held(amount=500_000, **more):
    """Return an order over the limit."""
    return decide_order(guard(), order(amount, **more), limit(), owed())[1]


def test_the_arithmetic_is_shown():
    """Limit - (open + this + not yet invoiced), to the fen, in the reason and in the table; both sides of the edge."""
    check = check_order(guard(O7=60_000), order(90_000), limit(), owed(250_000))
    assert (check.headroom, check.passed) == (yuan(0), True)
    head = "passes: headroom 400,000.00 - (250,000.00 + 90,000.00 + 60,000.00) = 0.00 CNY"
    assert check.why.head() == head
    assert check.why.head("zh").startswith("通过：可用余额 400,000.00 -（250,000.00 + 90,000.00 + 60,000.00）= 0.00")
    lines = [row[1] for row in check.table().rows]
    assert lines[-1] == sum(lines[:-1])
    assert lines[0] == yuan(400_000).value
    over = check_order(guard(O7=60_000), order("90000.01"), limit(), owed(250_000))
    assert (over.headroom, over.holds) == (yuan("-0.01"), ("over_limit",))
    assert over.why.lines()[:2] == [
        "held: headroom 400,000.00 - (250,000.00 + 90,000.01 + 60,000.00) = -0.01 CNY",
        "  over the limit; collect, order less, or pay in advance what is over",
    ]
    assert over.table().name == "order_check"
    assert "-0.01" in over._repr_html_()


def test_every_choice_is_stated_whether_on_or_off():
    """Uninvoiced orders, disputed invoices, tolerance, overdue days."""
    found = check_order(guard(O7=80_000), order(90_000), limit(), owed(250_000, 30_000, 5))
    assert found.holds == ("overdue", "over_limit")
    assert found.why.lines()[3:] == [
        "  open invoices 250,000.00, 30,000.00 disputed of it counted",
        "  this order 90,000.00",
        "  other orders accepted and not yet invoiced 80,000.00",
        "  tolerance 0.0% of the limit",
        "  overdue invoices hold an order after 0 days: the longest is 5 days",
    ]
    basis = CheckBasis(uninvoiced=False, disputed=False, tolerance="5%", overdue_days=None)
    other = evolve(found, basis=basis)
    assert (other.headroom, other.holds) == (yuan(90_000), ())
    assert other.why.lines() == [
        "passes: headroom 400,000.00 - (220,000.00 + 90,000.00 + 0.00) = 90,000.00 CNY",
        "  open invoices 250,000.00 less 30,000.00 disputed",
        "  this order 90,000.00",
        "  other orders not yet invoiced, 80,000.00, are not counted",
        "  tolerance 5.0% of the limit",
        "  overdue invoices hold nothing",
    ]
    for bad in ({"tolerance": -1}, {"overdue_days": -1}):
        with pytest.raises(BadRule, match="less than zero"):
            CheckBasis(**bad)


def test_a_tolerance_is_exact():
    """5 % of 100,000.10 are 5,000.005: not half a fen more."""
    basis = CheckBasis(tolerance="5%")
    for amount, passed in (("105000.10", True), ("105000.11", False)):
        check = check_order(guard(), order(amount), limit("100000.10"), owed(), basis=basis)
        assert check.passed is passed


@pytest.mark.parametrize(
    ("days", "allowed", "held_for"),
    [(0, 0, ()), (1, 0, ("overdue",)), (30, 30, ()), (31, 30, ("overdue",))],
)
def test_overdue_invoices_hold_an_order(days, allowed, held_for):
    """More days than allowed, also where the limit is far away and the order is paid in advance."""
    basis = CheckBasis(overdue_days=allowed)
    assert check_order(guard(), order(10, 10), limit(), owed(10, 0, days), basis=basis).holds == held_for


@pytest.mark.parametrize("void", ["no_limit", "not_approved", "not_yet", "expired"])
def test_without_a_limit_only_what_is_paid_passes(void):
    """The reason is the missing limit, not the arithmetic; an order paid in advance takes no credit."""
    assert check_order(guard(), order(), limit(0, void), owed(50_000)).holds == (void,)
    assert check_order(guard(), order(90_000, 90_000), limit(0, void), owed(50_000)).passed
    assert check_order(guard(), order(90_000, 89_999), limit(0, void), owed()).holds == (void,)


def test_what_is_paid_in_advance_takes_no_credit():
    """The rest of the order counts, and an order wholly paid passes over an exceeded limit."""
    found = check_order(guard(), order(90_000, 50_000), limit(40_000), owed())
    assert (found.headroom, found.passed) == (yuan(0), True)
    assert "this order 90,000.00 less 50,000.00 paid in advance" in found.why.text()
    assert check_order(guard(), order(90_000, 90_000), limit(0), owed(99_000)).passed
    assert check_order(guard(), order(90_000, 90_000), limit(stops=True), owed()).holds == ("trouble",)


def test_e58_the_party_and_its_licence():
    """E58: an individual as the buyer is refused; a licence ending tomorrow warns; an expired one blocks shipping."""
    fine = trade_notes("company", date(2027, 1, 1), DAY)
    assert fine == ()
    warned = check_order(guard(), order(), limit(), owed(), notes=trade_notes("company", LATER, DAY))
    assert (warned.passed, warned.notes[0].rule) == (True, "licence-expiring")
    assert "licence expires soon" in warned.why.text()
    expired = trade_notes("company", date(2026, 7, 2), DAY)
    individual = trade_notes("individual", date(2027, 1, 1), DAY)
    for notes in (expired, individual, trade_notes(None, date(2027, 1, 1), DAY), trade_notes("company", None, DAY)):
        found = check_order(guard(), order(10, 10), limit(), owed(), notes=notes)
        assert found.holds == ("trade",)
        with pytest.raises(BadRule, match="nobody may release this"):
            order(10, 10).decide(found).release(by="boss", on=DAY, reason="known", policy=POLICY)
    assert "证照已过期" in expired[0].says.zh
    assert "[licence-expired]" in expired[0].why.text()


def test_a_note_without_a_cure_says_its_reason():
    """A clause of a company's own, that warns and names nothing to do."""
    says = Says("shipped on Mondays alone", "仅周一发货")
    ours = Policy("ours", "1", [Clause("monday", "ship_to", ALWAYS, "warn", says, "house rule")])
    (note,) = trade_notes("company", LATER, DAY, policy=ours)
    assert note.why.text() == "shipped on Mondays alone [monday]"


def test_all_reasons_at_once_in_one_order():
    """Everything that holds it is told, in the order of the list, each with what to do."""
    notes = trade_notes("company", date(2026, 7, 2), DAY)
    found = check_order(guard(), order(500_000), limit(stops=True), owed(1, 0, 9), notes=notes)
    assert found.holds == ("trade", "trouble", "overdue", "over_limit")
    assert all(HOLDS[key].cure.zh in found.why.text("zh") for key in found.holds)
    assert [row[0] for row in hold_table().rows] == list(HOLDS)


def test_what_is_owed_is_read_off_the_receivables():
    """The dealer's own, as of the day; the disputed apart, also in the days overdue."""
    invoices = [
        Receivable("D1", "F1", date(2026, 5, 1), date(2026, 6, 1), yuan(100), yuan(40), date(2026, 6, 20)),
        Receivable("D1", "F2", date(2026, 5, 1), date(2026, 6, 30), yuan(50)),
        Receivable("D1", "F3", date(2026, 7, 9), date(2026, 7, 30), yuan(70)),
        Receivable("D1", "F4", date(2026, 1, 1), date(2026, 1, 1), yuan(70), yuan(70)),
        Receivable("D2", "F1", date(2026, 1, 1), date(2026, 1, 1), yuan(999)),
    ]
    assert owed_by("D1", invoices, DAY) == owed(110, 0, 32)
    assert owed_by("D1", reversed(invoices), DAY, disputed=["F1"]) == owed(110, 60, 3)
    assert owed_by("D1", invoices, date(2026, 6, 19)).open == yuan(150)
    assert owed_by("D3", invoices, DAY) == Owed("D3", DAY, yuan(0), yuan(0))
    with pytest.raises(BadValue, match="one text where a list is due"):
        owed_by("D1", invoices, DAY, disputed="F1")
    for bad in ((-1, 0, 0), (1, 2, 0), (1, -1, 0), (1, 0, -1)):
        with pytest.raises(BadValue, match="cannot be"):
            owed(*bad)


@given(
    st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 10**6), st.booleans(),
    st.booleans(), st.sampled_from([0, Fraction(1, 3), 1]), st.data(),
)  # fmt: skip
def test_the_check_is_the_sum_by_hand(top, opened, this, others, uninvoiced, disputes, tolerance, data):
    """Headroom and outcome against plain whole numbers."""
    argued, paid = data.draw(st.integers(0, opened)), data.draw(st.integers(0, this))
    basis = CheckBasis(uninvoiced, disputes, tolerance, None)
    waiting = CreditGuard("D1", CNY, {"O7": Amount(others, CNY)} if others else {})
    one = CreditOrder.place("O1", "D1", Amount(this, CNY), by="r", on=DAY, prepaid=Amount(paid, CNY))
    debt = Owed("D1", DAY, Amount(opened, CNY), Amount(argued, CNY))
    check = check_order(waiting, one, LimitOnDay("D1", DAY, Amount(top, CNY)), debt, basis=basis)
    exposure = opened - (0 if disputes else argued) + (this - paid) + (others if uninvoiced else 0)
    assert check.headroom.minor == top - exposure
    assert check.passed is (this == paid or exposure <= top + top * tolerance)


def test_a_release_is_by_a_named_approver_and_for_one_revision():
    """Not by who asked, not without a reason; a change takes it back, and the steps tell all of it."""
    one = held()
    for by, message in (("rep1", "nobody approves"), ("rep2", "not a named approver")):
        with pytest.raises(BadRule, match=message):
            one.release(by=by, on=DAY, reason="deposit", policy=POLICY)
    with pytest.raises(BadValue, match="nothing said"):
        one.release(by="boss", on=DAY, reason=" ", policy=POLICY)
    done = one.release(by="boss", on=LATER, reason="deposit of Example", policy=POLICY)
    assert (done.state, done.waiting, done.steps[-1].holds) == ("accepted", yuan(500_000), ("over_limit",))
    assert done.why.lines()[1] == "  released by boss on 2026-07-04"
    assert "Example" not in repr(done) + repr(done.steps)
    changed = done.change(yuan(400_001), by="rep2", on=LATER)
    assert (changed.state, changed.check, changed.waiting) == ("unchecked", None, yuan(0))
    again = changed.decide(check_order(guard(), changed, limit(day=LATER), owed(day=LATER)))
    assert again.state == "held"
    with pytest.raises(BadRule, match="nobody approves"):  # who asked for this revision is who changed it
        again.release(by="rep2", on=LATER, reason="x", policy=evolve(POLICY, approvers={"rep2"}))
    assert [step.what for step in again.steps] == ["placed", "held", "released", "changed", "held"]
    assert [row[3] for row in again.table().rows] == [1, 1, 1, 2, 2]
    assert "扣单原因" in again.table().text("zh")
    assert "over_limit" in again._repr_html_()


def test_a_check_of_another_order_or_revision_is_refused():
    """A check made before a change says nothing about what it became."""
    one = order()
    check = check_order(guard(), one, limit(), owed())
    for other in (one.change(yuan(1), by="r", on=DAY), order(number=2), evolve(one, customer="D2")):
        with pytest.raises(BadRule, match="a check of another order"):
            other.decide(check)
    with pytest.raises(BadRule, match="no step of this order"):
        one.decide(check).decide(check)


def test_the_steps_of_an_order():
    """Each state takes its steps and no others; days go forward."""
    one = order()
    accepted = one.decide(check_order(guard(), one, limit(), owed()))
    cancelled = accepted.cancel(by="rep1", on=DAY)
    part = accepted.invoice(yuan(50_000), by="clerk", on=DAY)
    whole = part.invoice(yuan(40_000), by="clerk", on=LATER)
    given = {"by": "rep1", "on": LATER}
    assert (part.state, part.waiting, whole.state, whole.waiting) == ("accepted", yuan(40_000), "invoiced", yuan(0))
    assert (cancelled.state, cancelled.waiting) == ("cancelled", yuan(0))
    refused = [
        lambda: cancelled.cancel(**given),
        lambda: cancelled.change(yuan(1), **given),
        lambda: cancelled.invoice(yuan(1), **given),
        lambda: accepted.reopen(**given),
        lambda: accepted.release(reason="x", policy=POLICY, **given),
        lambda: part.cancel(**given),
        lambda: whole.change(yuan(99_000), **given),
        lambda: one.invoice(yuan(1), **given),
    ]
    for step in refused:
        with pytest.raises(BadRule):
            step()
    for bad in (yuan(0), yuan(90_001)):
        with pytest.raises(BadValue):
            accepted.invoice(bad, **given)
    for bad in (yuan(0), yuan(-1), yuan(49_999)):
        with pytest.raises(BadValue):
            part.change(bad, **given)
    with pytest.raises(BadValue, match="a step before the last one"):
        whole.steps and accepted.invoice(yuan(1), by="c", on=date(2026, 7, 2))
    with pytest.raises(BadValue, match="a step before the last one"):
        accepted.change(yuan(1), **given).cancel(by="rep1", on=DAY)
    reopened = cancelled.reopen(**given)
    assert (reopened.state, reopened.revision, reopened.check) == ("unchecked", 2, None)
    assert cancelled.why.head() == "order O1, revision 1, 90,000.00 CNY: cancelled"


def test_an_order_changed_to_what_is_invoiced_is_done():
    """Nothing is left to take credit for: it passes whatever the limit."""
    one = order()
    part = one.decide(check_order(guard(), one, limit(), owed())).invoice(yuan(50_000), by="clerk", on=DAY)
    less = part.change(yuan(50_000), by="rep1", on=DAY)
    done = less.decide(check_order(guard(), less, limit(0), owed(50_000)))
    assert (done.state, done.waiting) == ("invoiced", yuan(0))


def test_a_payment_in_advance_is_taken_off_last():
    """What an order takes is never too little, whichever invoice the payment is set against."""
    one = order(100, 40)
    accepted = one.decide(check_order(guard(), one, limit(), owed()))
    assert accepted.waiting == yuan(60)
    assert accepted.invoice(yuan(50), by="c", on=DAY).waiting == yuan(50)
    assert accepted.invoice(yuan(80), by="c", on=DAY).waiting == yuan(20)


def test_an_order_that_cannot_be():
    """Nothing ordered, more paid than ordered, two units, an unknown state."""
    for amount, prepaid in ((0, 0), (-1, 0), (1, 2), (1, -1)):
        with pytest.raises(BadValue, match="an order that cannot be"):
            order(amount, prepaid)
    with pytest.raises(NotComparable):
        CreditOrder.place("O1", "D1", yuan(1), by="r", on=DAY, prepaid=Amount.of(1, USD))
    with pytest.raises(BadValue, match="no state"):
        evolve(order(), state="lost")
    with pytest.raises(BadValue, match="no step"):
        evolve(order().steps[0], what="lost")
    with pytest.raises(NotComparable):
        check_order(guard(), order(), LimitOnDay("D1", DAY, Amount.of(1, USD)), owed())


def test_the_guard_is_of_one_dealer_and_one_unit():
    """Others are refused, and what takes nothing is not held."""
    other = evolve(order(), customer="D2")
    with pytest.raises(BadValue, match="another dealer"):
        guard().holding(other)
    for found in (
        lambda: check_order(guard(), other, limit(), owed()),
        lambda: check_order(guard(), order(), evolve(limit(), customer="D2"), owed()),
        lambda: check_order(guard(), order(), limit(), owed(day=LATER)),
    ):
        with pytest.raises(BadValue, match="another dealer"):
            found()
    with pytest.raises(BadValue, match="takes nothing"):
        guard(O1=0)
    with pytest.raises(NotComparable):
        CreditGuard("D1", CNY, {"O1": Amount.of(1, USD)})
    mine = guard(O1=60_000, O2=10_000)
    assert check_order(mine, order(390_000), limit(), owed()).waiting == yuan(10_000)  # its own place is not counted
    assert guard(O1=1, O2=2) == guard(O2=2, O1=1)
    assert guard(O1=1, O2=2).waiting(but="O1") == yuan(2)
    assert "O1" not in repr(guard(O1=1))


steps = st.lists(
    st.tuples(
        st.integers(1, 6), st.sampled_from(["place", "change", "cancel", "reopen", "invoice", "recheck"]),
        st.integers(1, 60),
    ),
    max_size=40,
)  # fmt: skip


@given(steps)
def test_whatever_happens_the_limit_holds(given_steps):
    """Any sequence of steps without a release: open + accepted never exceed the limit, and the guard is their sum."""
    known, held_by, opened, top = {}, guard(), 0, 100
    for number, what, amount in given_steps:
        key = f"O{number}"
        if (key in known) is (what == "place"):
            continue
        try:
            if what == "place":
                one = order(amount, number=number)
            elif what == "invoice":
                one = known[key].invoice(yuan(min(amount, 10)), by="c", on=DAY)
                opened += min(amount, 10)
            elif what == "recheck":
                one = known[key]
            else:
                extra = {"amount": yuan(amount)} if what == "change" else {}
                one = getattr(known[key], what)(by="r", on=DAY, **extra)
            if what in ("place", "change", "reopen", "recheck"):
                held_by, one = decide_order(held_by, one, limit(top), owed(opened))
        except (BadRule, BadValue):
            continue
        held_by, known[key] = held_by.holding(one), one
        waiting = sum(int(each.rest.value) for each in known.values() if each.state == "accepted")
        assert held_by.waiting() == yuan(waiting)
        assert opened + waiting <= top
