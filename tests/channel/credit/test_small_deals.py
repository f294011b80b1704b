"""Small deals get no credit (P2-G), disputed debts lower nobody, nobody decides about their own, and sums add up."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.channel.credit import (
    CREDIT_ITEMS,
    HOLDS,
    CheckBasis,
    CreditFile,
    CreditGuard,
    CreditOrder,
    CreditPolicy,
    LimitOnDay,
    MonthlyBase,
    Owed,
    TroubleSign,
    check_order,
    decide_order,
    late_payments,
    ledger_owed,
    limit_on,
    lower_class,
    order_data,
    order_from,
    propose_limit,
)
from pharmasales.channel.money import Dispute, Invoice, Ledger, Receipt, Told
from pharmasales.channel.receivables import Receivable
from pharmasales.errors import BadRule, BadValue, NotComparable
from pharmasales.units import CNY, USD, Amount, half_up

DAY, LATER = date(2026, 7, 3), date(2026, 7, 4)
POLICY = CreditPolicy("test@1", complete_from=0, approvers={"boss", "rep1"})
SMALL = CheckBasis(smallest=Amount.of(10_000, CNY))


def yuan(number):
    """Return an amount."""
    return Amount.of(number, CNY)


def owed(opened=0, days=0):
    """Return what a dealer owes."""
    return Owed("D1", DAY, yuan(opened), yuan(0), days)


def limit(amount=400_000, void="", stops=False):
    """Return a limit on the day."""
    return LimitOnDay("D1", DAY, yuan(amount), void, stops)


def order(amount, prepaid=0):
    """Return an order."""
    return CreditOrder.place("O1", "D1", yuan(amount), by="rep1", on=DAY, prepaid=yuan(prepaid))


@pytest.mark.parametrize(
    ("amount", "prepaid", "holds"),
    [
        (10_000, 0, ()),  # the bound itself is no small deal
        ("9999.99", 0, ("small_deal",)),
        ("9999.99", "9999.98", ("small_deal",)),
        ("9999.99", "9999.99", ()),  # paid in advance it takes no credit
        (10_000, "9999.99", ()),  # the order counts, not what of it is left to pay
        (500_000, 0, ("over_limit",)),
    ],
)
def test_small_deals_get_no_credit(amount, prepaid, holds):
    """An order below the least that the company lays down is paid in advance, or released by name."""
    check = check_order(CreditGuard("D1", CNY), order(amount, prepaid), limit(), owed(), basis=SMALL)
    assert check.holds == holds
    said = f"  orders below 10,000.00 get no credit: {yuan(amount).value:,f} ordered"
    assert check.why.lines()[-1] == said
    assert "小额订单不授信" in HOLDS["small_deal"].says.zh
    assert check_order(CreditGuard("D1", CNY), order(1), limit(), owed()).passed  # any order may, by default


def test_a_small_deal_is_told_with_what_else_holds_it_and_may_be_released():
    """Beside a limit that is not there and one that is too low; a named approver lets it pass."""
    for amount, void, holds in (
        (0, "expired", ("expired", "small_deal")),
        (5, "", ("small_deal", "over_limit")),
    ):
        check = check_order(CreditGuard("D1", CNY), order(9), limit(amount, void), owed(), basis=SMALL)
        assert check.holds == holds
    guard, held = decide_order(CreditGuard("D1", CNY), order(9), limit(), owed(), basis=SMALL)
    assert (held.state, guard.waiting()) == ("held", yuan(0))
    assert held.release(by="boss", on=DAY, reason="sample", policy=POLICY).waiting == yuan(9)
    assert order_from(order_data(held)) == held
    assert order_from(order_data(held)).check.why == held.check.why


def test_what_is_left_of_a_large_deal_is_no_small_one():
    """Invoiced in part and changed, the order still is what was ordered in all."""
    _, one = decide_order(CreditGuard("D1", CNY), order(50_000), limit(), owed(), basis=SMALL)
    changed = one.invoice(yuan(45_000), by="clerk", on=DAY).change(yuan(49_000), by="rep1", on=DAY)
    check = check_order(CreditGuard("D1", CNY), changed, limit(), owed(45_000), basis=SMALL)
    assert (check.asked, check.ordered, check.holds) == (yuan(4_000), yuan(49_000), ())
    assert (check.needs, check.prepaid, check.headroom) == (yuan(4_000), yuan(0), yuan(351_000))
    assert evolve(check, ordered=yuan(9_999)).holds == ("small_deal",)


def test_a_basis_that_cannot_be():
    """Below zero, another unit, days that are not whole."""
    for bad in ({"smallest": yuan(-1)}, {"overdue_days": 1.5}, {"overdue_days": True}):
        with pytest.raises(BadRule):
            CheckBasis(**bad)
    assert CheckBasis(smallest=yuan(0)).smallest == yuan(0)
    dollars = CheckBasis(smallest=Amount.of(1, USD))
    with pytest.raises(NotComparable):
        check_order(CreditGuard("D1", CNY), order(9), limit(), owed(), basis=dollars)
    assert CreditPolicy(season="100%").season == 1  # a season may take everything
    for bad in ({"valid_months": 1.5}, {"new_months": "6"}, {"late_days": True}, {"complete_from": -1}):
        with pytest.raises(BadRule):
            CreditPolicy(**bad)


def test_an_order_of_which_everything_is_invoiced_is_held_by_nothing():
    """It asks for no goods and no credit: no debt, sign, licence or limit keeps it open for ever."""
    _, one = decide_order(CreditGuard("D1", CNY), order(50_000), limit(), owed())
    less = one.invoice(yuan(20_000), by="clerk", on=DAY).change(yuan(20_000), by="rep1", on=DAY)
    guard, done = decide_order(
        CreditGuard("D1", CNY, {"O1": yuan(30_000)}),
        less,
        limit(0, "expired", stops=True),
        owed(20_000, 9),
        basis=SMALL,
    )
    assert (done.state, done.check.holds, guard.waiting()) == ("invoiced", (), yuan(0))


def test_nobody_releases_an_order_that_they_had_a_hand_in():
    """Who placed it does not let it pass after a colleague changed it, in whatever spelling."""
    policy = evolve(POLICY, approvers={"rep1", "REP2", "boss"})
    _, one = decide_order(CreditGuard("D1", CNY), order(500_000), limit(), owed())
    changed = one.change(yuan(500_001), by="rep2", on=DAY)
    _, again = decide_order(CreditGuard("D1", CNY), changed, limit(), owed())
    for by in ("rep1", "REP2"):
        with pytest.raises(BadRule) as caught:
            again.release(by=by, on=DAY, reason="x", policy=policy)
        assert caught.value.code == "credit.self"
    assert again.release(by="boss", on=DAY, reason="x", policy=policy).state == "accepted"
    opened = one.cancel(by="rep2", on=DAY).reopen(by="rep3", on=DAY)
    _, last = decide_order(CreditGuard("D1", CNY), opened, limit(), owed())
    with pytest.raises(BadRule, match="nobody approves"):
        last.release(by="rep3", on=DAY, reason="x", policy=evolve(policy, approvers={"rep3"}))
    assert last.release(by="REP2", on=DAY, reason="x", policy=policy).state == "accepted"  # cancelling asks for nothing


def proposed(base, term="2", label="AAA", factor=None, seasons=None):
    """Return a limit of an old customer whose file is complete."""
    items = [evolve(one, needed=False) for one in CREDIT_ITEMS]
    state = CreditFile("D1", date(2024, 1, 1)).state(DAY, items=items, policy=POLICY)
    return propose_limit(state, label, base, term=term, by="rep1", factor=factor, seasons=seasons)


def test_a_kept_limit_and_a_kept_sign_are_no_way_round():
    """Approved or cleared by who asked or reported, or by nobody: refused also where it is read or made by hand."""
    asked = proposed(MonthlyBase(yuan(9), 1, 1))
    with pytest.raises(BadRule) as caught:
        evolve(asked, approved_by="Rep1", approved_on=DAY)
    assert caught.value.code == "credit.self"
    given = {"customer": "D1", "kind": "suit", "on": DAY, "source": "court"}
    for by, more in (("", {"cleared_on": DAY}), ("", {"cleared_by": "boss"})):
        with pytest.raises(BadValue, match="half a clearing"):
            TroubleSign(by=by, **given, **more)
    with pytest.raises(BadRule, match="nobody clears what they reported"):
        TroubleSign(by="p1", cleared_on=DAY, cleared_by="P1", **given)
    assert not TroubleSign(cleared_on=DAY, cleared_by="boss", **given).counts(DAY)  # read off the figures
    with pytest.raises(BadValue, match="less than nothing"):
        evolve(asked, seasons={7: "-101%"})
    assert evolve(asked, seasons={7: "-100%"}).at(1, 7) == yuan(0)


def test_a_sign_counts_once_however_often_it_is_given():
    """The very same value twice is one sign."""
    sign = TroubleSign("D1", "suit", DAY, "court", by="p1")
    found = lower_class("AAA", [sign, sign, evolve(sign, on=LATER)], LATER)
    assert (found.credit_class, found.signs) == ("A", (sign,))


def test_disputed_invoices_are_not_late():
    """Who contests an invoice does not pay late; the oldest of the others begins the sign."""
    invoices = [Receivable("D1", f"F{n}", date(2026, 1, n), date(2026, 2, n), yuan(10)) for n in (1, 2)]
    ask = {"customer": "D1", "receivables": invoices, "as_of": DAY}
    assert [one.on for one in late_payments(**ask)] == [date(2026, 3, 4)]
    assert [one.on for one in late_payments(**ask, disputed=["F1"])] == [date(2026, 3, 5)]
    assert late_payments(**ask, disputed=["F1", "F2"]) == []


def test_what_is_owed_is_read_off_a_ledger():
    """Every open invoice of the day; a part that is disputed keeps nobody from being overdue, the whole of it does."""
    bills = [
        Invoice("F1", "D1", date(2026, 5, 1), date(2026, 6, 1), yuan(100)),
        Invoice("F2", "D1", date(2026, 5, 1), date(2026, 6, 30), yuan(50)),
        Invoice("F3", "D1", LATER, LATER, yuan(70)),
        Invoice("F1-2", "D2", date(2026, 1, 1), date(2026, 1, 1), yuan(999)),
        Receipt("R1", "D1", date(2026, 6, 2), yuan(40)),
    ]
    part, whole = Dispute("F1", DAY, amount=yuan(59)), Dispute("F1", DAY, amount=yuan(60))
    for more, disputed, days in (([], 0, 32), ([part], 59, 32), ([whole], 60, 3), ([part, whole], 60, 3)):
        found = ledger_owed(Ledger.of([*bills, *more]), " D1 ", DAY)
        assert found == Owed("D1", DAY, yuan(110), yuan(disputed), days)
    ledger = Ledger.of(bills)
    assert ledger_owed(ledger, "D1", date(2026, 6, 1)).overdue_days == 0  # the due day itself is in time
    assert ledger_owed(ledger, "D1", DAY, oldest="invoiced") == ledger_owed(ledger, "D1", DAY)
    assert ledger_owed(ledger, "D3", DAY) == Owed("D3", DAY, yuan(0), yuan(0))
    told = Ledger.of([*bills[:2], Receipt("R1", "D1", date(2026, 6, 2), yuan(50), [Told("F2", yuan(50))])])
    assert ledger_owed(told, "D1", DAY).overdue_days == 32
    assert ledger_owed(told, "D1", DAY, way="fifo").open == yuan(100)
    ahead = Ledger.of([bills[0], Receipt("R1", "D1", DAY, yuan(500))])
    assert ledger_owed(ahead, "D1", DAY).open == yuan(0)  # what is on account makes no credit
    with pytest.raises(BadValue) as caught:
        ledger_owed(ledger, "d1", DAY)
    assert caught.value.code == "receivable.twins"


def reckon(line, per=1):
    """Reckon an arithmetic in words, as a reader does."""
    left, right = line.removeprefix("  ").removeprefix("base ").split(" = ")
    exact = Fraction(1)
    for part in left.split(" x "):
        number = Fraction(1)
        for sign, text in re.findall(r"(^| / )([\d,.]+)", re.sub(r"^[a-z ]+", "", part)):
            value = Fraction(text.replace(",", ""))
            number = number / value if sign == " / " else number * value
        whole = re.search(r"(\d+)/(\d+)", part)
        number = Fraction(int(whole[1]), int(whole[2])) if whole else number
        exact *= number / 100 if "%" in part else number
    return half_up(exact * 100), int(right.replace(",", "").replace(".", "").split(" ")[0])


@given(
    st.integers(1, 10**7),
    st.integers(1, 12),
    st.sampled_from(["1", "2", "1.5", "1/3", "0.25"]),
    st.sampled_from(["150%", "2", "5/3", "166.67%", "200.125%"]),
    st.sampled_from([0, "50%", "-1/3", "12.345%"]),
)
def test_the_arithmetic_shown_multiplies_out(total, months, term, factor, season):
    """Whoever multiplies the figures of the reason, rounding once, finds the limit to the fen."""
    asked = proposed(MonthlyBase(Amount(total, CNY), months, 12), term, factor=factor, seasons={7: season})
    shown, limit_shown = reckon(asked.why.lines()[2])
    assert shown == limit_shown == asked.amount.minor
    done = asked.approve(by="boss", on=DAY, policy=POLICY)
    on_day = limit_on(done, "D1", DAY, policy=POLICY)
    shown, limit_shown = reckon(on_day.why.lines()[1])
    assert shown == limit_shown == on_day.amount.minor


def test_what_is_rounded_says_so():
    """A base that does not end is told as what is divided; a tolerance is never shown as none."""
    third = MonthlyBase(yuan(1000), 3, 6)
    assert third.why.text() == "base 1,000.00 CNY / 3 months with shipments of 6 = 333.33 CNY, rounded"
    assert MonthlyBase(yuan(900), 3, 6).why.text().endswith("= 300.00 CNY")
    lines = proposed(third, "3", "AA").why.lines()
    assert lines[2] == "  1,000.00 CNY / 3 x term 3 months x factor 100.0% = 1,000.00 CNY"
    basis = CheckBasis(tolerance="0.04%")
    check = check_order(CreditGuard("D1", CNY), order(9), limit(), owed(), basis=basis)
    assert "  tolerance 0.04% of the limit" in check.why.lines()
