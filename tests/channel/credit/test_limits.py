"""Limits: E45 by number, approvals, seasons, trouble signs, the last day."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.channel.credit import (
    CREDIT_ITEMS,
    TROUBLES,
    CreditClass,
    CreditFile,
    CreditPolicy,
    MonthlyBase,
    SpecialApproval,
    TroubleSign,
    expected_base,
    late_payments,
    limit_on,
    lower_class,
    monthly_base,
    propose_limit,
    trouble_table,
)
from pharmasales.channel.receivables import Receivable
from pharmasales.errors import BadRule, BadValue, NotComparable, NotFound
from pharmasales.periods import Month
from pharmasales.units import CNY, USD, Amount

DAY = date(2026, 7, 1)
POLICY = CreditPolicy("test@1", complete_from=0, approvers={"boss", "rep1"})
HALF = [Month(2026, n) for n in range(1, 7)]


def yuan(number):
    """Return an amount."""
    return Amount.of(number, CNY)


def state(since=date(2024, 1, 1), complete=True, day=DAY, policy=POLICY):
    """Return a file of an old customer that is complete because nothing is asked for."""
    items = [evolve(one, needed=one.needed and not complete) for one in CREDIT_ITEMS]
    return CreditFile("D1", since).state(day, items=items, policy=policy)


def limit(label="AA", base=None, term=2, since=date(2024, 1, 1), complete=True, day=DAY, **more):
    """Return a limit of 200,000 a month for two months."""
    found = base or MonthlyBase(yuan(1_200_000), 6, 6)
    policy = more.pop("policy", POLICY)
    return propose_limit(state(since, complete, day, policy), label, found, term=term, by="rep1", **more)


def approved(*args, **more):
    """Return a limit that was approved on its first day."""
    return limit(*args, **more).approve(by="boss", on=more.get("day", DAY), policy=POLICY)


@pytest.mark.parametrize(("label", "amount"), [("AA", 400_000), ("A", 320_000), ("B", 240_000), ("C", 0)])
def test_e45_by_class(label, amount):
    """E45: 200,000 a month for 2 months: AA 400,000, A 320,000, B 240,000, C nothing."""
    assert limit(label).amount == yuan(amount)


@pytest.mark.parametrize(("factor", "amount"), [(None, 600_000), ("150%", 600_000), (2, 800_000), ("3", 1_200_000)])
def test_e45_aaa_is_chosen(factor, amount):
    """E45: AAA 600,000 to 1,200,000, by the factor chosen; the least where none is."""
    assert limit("AAA", factor=factor).amount == yuan(amount)


@pytest.mark.parametrize(("label", "factor"), [("AAA", "149%"), ("AAA", "301%"), ("AA", "101%"), ("C", "1%")])
def test_a_factor_out_of_its_class_is_refused(label, factor):
    """A class has its range."""
    with pytest.raises(BadRule, match="a factor out of range"):
        limit(label, factor=factor)


def test_e45_base_over_the_months_with_shipments():
    """E45: 1.2 million in 4 of 6 months are 300,000 a month, not 200,000."""
    base = monthly_base({Month(2026, n): yuan(300_000) for n in (1, 2, 4, 6)}, HALF, unit=CNY)
    assert (base.amount, base.months, base.looked_at) == (yuan(300_000), 4, 6)
    assert limit("AA", base).amount == yuan(600_000)
    assert base.why.text() == "base 1,200,000.00 CNY / 4 months with shipments of 6 = 300,000.00 CNY"


def test_e45_first_deal_and_new_customer():
    """E45: the first deal gets zero unless approved; a new customer gets no AA unless approved."""
    base = expected_base(yuan(200_000))
    first = limit("A", base, since=None)
    assert first.amount == yuan(0)
    assert first.why.lines()[2:] == [
        "  200,000.00 CNY x term 2 months x factor 80.0% = 320,000.00 CNY",
        "  class A as proposed",
        "  the first deal gets no credit without a special approval: zero instead",
    ]
    unapproved = limit_on(first.approve(by="boss", on=DAY, policy=POLICY), "D1", DAY, policy=POLICY)
    assert (unapproved.amount, unapproved.void) == (yuan(0), "")
    assert "x season 100.0% = 320,000.00 CNY" in unapproved.why.text()
    given = {"on": DAY, "by": "boss", "reason": "bank guarantee"}
    granted = limit("A", base, since=None, specials=[SpecialApproval("first_deal", **given)])
    assert granted.amount == yuan(320_000)
    assert "  credit at the first deal: special approval by boss on 2026-07-01" in granted.why.lines()
    new = limit("AA", base, since=date(2026, 5, 1))
    assert (new.scored, new.credit_class, new.amount) == ("AA", "A", yuan(320_000))
    said = "  class AA was proposed, A counts: a new customer needs a special approval for AA"
    assert said in new.why.lines()
    better = limit("AA", base, since=date(2026, 5, 1), specials=[SpecialApproval("better_class", **given)])
    assert (better.credit_class, better.amount) == ("AA", yuan(400_000))
    assert "  class AA for a new customer: special approval by boss on 2026-07-01" in better.why.lines()


def test_an_incomplete_file_is_held_back_as_a_new_one():
    """Both reasons are told; classes below AA are free."""
    found = limit("AAA", complete=False, since=date(2026, 5, 1))
    assert (found.credit_class, found.factor, found.file_faults) == ("A", Fraction(4, 5), ("new", "incomplete"))
    assert "a new customer and an incomplete file needs" in found.why.text()
    assert limit("B", complete=False).credit_class == "B"
    assert limit("AA", complete=True).file_faults == ()


def test_special_approvals_come_from_somebody_who_may():
    """Not by the asker, not by anybody, not for tomorrow."""
    given = {"on": DAY, "reason": "known for years"}
    for by, message in (("rep1", "nobody approves what they ask for"), ("rep2", "not a named approver")):
        with pytest.raises(BadRule, match=message):
            limit("AA", complete=False, specials=[SpecialApproval("better_class", by, **given)])
    late = SpecialApproval("better_class", "boss", date(2026, 7, 2), "later")
    assert limit("AA", complete=False, specials=[late]).credit_class == "A"
    assert limit("AA", specials=[SpecialApproval("better_class", "boss", **given)]).specials == ()  # nothing to approve
    assert (
        limit("AA", specials=[SpecialApproval("first_deal", "boss", **given)]).specials == ()
    )  # it had its first deal
    with pytest.raises(BadRule, match="no special approval"):
        SpecialApproval("any", "boss", **given)
    with pytest.raises(BadValue, match="nothing said"):
        SpecialApproval("first_deal", "boss", DAY, "")


def test_returns_and_months_without_shipments():
    """Returns lessen the total; a month of returns alone is no month with shipments; months outside do not count."""
    shipped = {Month(2026, 1): yuan(300), Month(2026, 2): yuan(-60), Month(2026, 3): yuan(0), Month(2025, 1): yuan(9)}
    assert monthly_base(shipped, HALF, unit=CNY) == MonthlyBase(yuan(240), 1, 6)
    assert monthly_base({Month(2026, 1): yuan(1), Month(2026, 2): yuan(-9)}, HALF, unit=CNY).amount == yuan(0)
    none = monthly_base({}, HALF, unit=CNY)
    assert (none.amount, none.exact) == (None, None)
    assert none.why.text() == "no shipments in 6 months, so there is no base"
    with pytest.raises(BadValue, match="no month with shipments"):
        limit("AA", none)
    with pytest.raises(BadValue, match="no months to look at"):
        monthly_base({}, [], unit=CNY)
    with pytest.raises(NotComparable):
        monthly_base({Month(2026, 1): Amount.of(1, USD)}, HALF, unit=CNY)
    with pytest.raises(BadValue, match="a base that cannot be"):
        expected_base(yuan(-1))


@given(
    st.lists(st.integers(-(10**8), 10**9), min_size=1, max_size=12),
    st.sampled_from([1, 2, Fraction(3, 2), "1/3"]),
    st.sampled_from(["AAA", "AA", "A", "B", "C"]),
    st.sampled_from([0, Fraction(1, 2), Fraction(-1, 3)]),
)
def test_the_limit_is_rounded_once(minors, term, label, season):
    """The hand computation in fractions, half up at the end alone."""
    shipped = {Month(2026, n + 1): Amount(minor, CNY) for n, minor in enumerate(minors)}
    months = sum(minor > 0 for minor in minors)
    base = monthly_base(shipped, shipped, unit=CNY)
    if not months:
        assert base.exact is None
        return
    factor = {"AAA": Fraction(3, 2), "AA": 1, "A": Fraction(4, 5), "B": Fraction(3, 5), "C": 0}[label]
    exact = Fraction(max(sum(minors), 0), months) * Fraction(term) * factor * (1 + season)
    found = approved(label, base, term, seasons={7: season})
    rounded = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    assert limit_on(found, "D1", DAY, policy=POLICY).amount.minor == rounded


def test_seasons_within_their_range():
    """Up and down by at most a half, in the month named alone."""
    found = approved("AA", seasons={7: "50%", 2: "-50%"})
    days = [date(2026, 7, 1), date(2026, 8, 1), date(2027, 2, 1)]
    amounts = [limit_on(found, "D1", day, policy=POLICY) for day in days]
    assert [one.amount for one in amounts] == [yuan(600_000), yuan(400_000), yuan(200_000)]
    assert "x season 150.0% = 600,000.00 CNY" in amounts[0].why.text()
    assert "  month 7: +50.0%, 600,000.00 CNY" in found.why.lines()
    for bad in ({7: "51%"}, {7: "-51%"}):
        with pytest.raises(BadRule, match="a season out of range"):
            limit("AA", seasons=bad)
    for bad in ({0: "1%"}, {13: "1%"}):
        with pytest.raises(BadValue, match="no month"):
            limit("AA", seasons=bad)
    assert limit("AA", seasons={7: "60%"}, policy=evolve(POLICY, season="60%")).seasons == {7: Fraction(3, 5)}


def test_a_limit_waits_for_its_approval_and_expires():
    """It counts from approval to the last day; every other day has its reason and what to do."""
    asked = limit("AA")
    assert asked.until == date(2027, 6, 30)
    done = asked.approve(by="boss", on=date(2026, 7, 3), policy=POLICY)

    def on(one, day):
        found = limit_on(one, "D1", day, policy=POLICY)
        return found.void, found.amount

    nothing = yuan(0)
    assert on(None, DAY) == ("no_limit", nothing)
    assert on(asked, DAY) == ("not_approved", nothing)
    assert on(done, date(2026, 6, 30)) == ("not_yet", nothing)
    assert on(done, date(2026, 7, 2)) == ("not_approved", nothing)
    assert on(done, date(2026, 7, 3)) == ("", yuan(400_000))
    assert on(done, date(2027, 6, 30)) == ("", yuan(400_000))
    assert on(done, date(2027, 7, 1)) == ("expired", nothing)
    why = limit_on(done, "D1", date(2027, 7, 1), policy=POLICY).why.text("zh")
    assert why == "2027-07-01 为 0.00 CNY：额度已过期；更新资信档案后重新拟定"
    assert (
        done.why.head() == "limit 400,000.00 CNY of class AA, 2026-07-01 to 2027-06-30, approved by boss on 2026-07-03"
    )


def test_who_may_approve():
    """Another than the asker, and named; once; within its days."""
    asked = limit("AA")
    for by in ("rep1", "REP1"):
        with pytest.raises(BadRule, match="nobody approves what they ask for"):
            asked.approve(by=by, on=DAY, policy=POLICY)
    with pytest.raises(BadRule, match="not a named approver"):
        asked.approve(by="rep2", on=DAY, policy=POLICY)
    with pytest.raises(BadRule, match="approved before"):
        approved("AA").approve(by="boss", on=DAY, policy=POLICY)
    for half in ({"approved_by": "boss"}, {"approved_on": DAY}):
        with pytest.raises(BadValue, match="half an approval"):
            evolve(asked, **half)
    with pytest.raises(BadValue, match="no fault of a file"):
        evolve(asked, file_faults=("lost",))
    assert asked.approve(by="boss", on=asked.until, policy=POLICY).approved_on == asked.until
    with pytest.raises(BadValue, match="after its last day"):
        asked.approve(by="boss", on=date(2027, 7, 1), policy=POLICY)


def test_what_a_limit_refuses():
    """A class that is not there, a term of no time, a last day before the first, somebody else's."""
    with pytest.raises(NotFound, match="no class"):
        limit("AB")
    for term in (0, -1):
        with pytest.raises(BadValue, match="a term of no time"):
            limit("AA", term=term)
    with pytest.raises(BadValue, match="before the first"):
        limit("AA", until=date(2026, 6, 30))
    assert limit("AA", until=DAY).until == DAY
    with pytest.raises(BadValue, match="of another dealer"):
        limit_on(approved("AA"), "D2", DAY, policy=POLICY)
    with pytest.raises(BadValue, match="of another dealer"):
        limit_on(None, "D1", DAY, [TroubleSign("D2", "suit", DAY, "court")], policy=POLICY)


def sign(kind, on=DAY, **more):
    """Return a trouble sign."""
    return TroubleSign("D1", kind, on, "letter of Example", by="rep1", **more)


@pytest.mark.parametrize(
    ("label", "kinds", "lowered", "stops"),
    [
        ("AAA", [], "AAA", False),
        ("AAA", ["late_payment"], "AA", False),
        ("AAA", ["late_payment", "suit"], "B", False),
        ("AA", ["suit"], "B", False),
        ("AA", ["stop_order"], "C", True),
        ("AAA", ["licence_lost"], "C", True),
        ("AAA", ["insolvent"], "C", True),
        ("AAA", ["bounced"], "A", True),
        ("B", ["suit"], "C", False),
        ("A", ["orders_stopped"], "B", False),
        ("A", ["owner_changed", "owner_changed"], "B", False),  # a kind counts once
    ],
)
def test_trouble_lowers_the_class(label, kinds, lowered, stops):
    """Steps add up, each kind once, never below the last class."""
    signs = [sign(kind, date(2026, 6, n + 1)) for n, kind in enumerate(kinds)]
    found = lower_class(label, reversed(signs), DAY, policy=POLICY)
    assert (found.credit_class, found.stops, len(found.signs)) == (lowered, stops, len(set(kinds)))
    assert found == lower_class(label, signs, DAY, policy=POLICY)
    assert all(TROUBLES[kind].cure.en in found.why.text() for kind in kinds)


def test_trouble_lowers_the_limit_of_the_day():
    """The least factor of the lower class counts, from the day of the sign to the day it is cleared."""
    found = approved("AAA", factor=2)
    first = sign("late_payment", date(2026, 7, 5))
    cleared = first.clear(by="boss", on=date(2026, 8, 1), policy=evolve(POLICY, approvers={"boss"}))
    days = [date(2026, 7, 4), date(2026, 7, 5), date(2026, 7, 31), date(2026, 8, 1)]
    amounts = [limit_on(found, "D1", day, [cleared], policy=POLICY).amount for day in days]
    assert amounts == [yuan(800_000), yuan(400_000), yuan(400_000), yuan(800_000)]
    why = limit_on(found, "D1", days[1], [cleared], policy=POLICY).why
    assert "AAA lowered to AA by 1 trouble sign" in why.text()
    assert "2026-07-05 逾期付款：降 1 级；商定还款日期，先收最久欠款" in why.text("zh")
    stopped = limit_on(found, "D1", DAY, [sign("stop_order")], policy=POLICY)
    assert (stopped.amount, stopped.stops) == (yuan(0), True)
    assert limit_on(None, "D1", DAY, [sign("stop_order")], policy=POLICY).stops
    assert "C stays, with 1 trouble sign" in lower_class("C", [sign("suit")], DAY).why.text()
    assert lower_class("A", [], DAY).why.text() == "A: no trouble sign"


def test_who_clears_a_sign():
    """An approver other than the reporter, once, not before it was there; a word of the list, a source, one dealer."""
    with pytest.raises(BadRule, match="nobody approves"):
        sign("suit").clear(by="rep1", on=DAY, policy=POLICY)
    done = sign("suit").clear(by="boss", on=DAY, policy=POLICY)
    assert (done.cleared_by, done.counts(DAY)) == ("boss", False)
    with pytest.raises(BadRule, match="cleared before"):
        done.clear(by="boss", on=DAY, policy=POLICY)
    with pytest.raises(BadValue, match="cleared before it was there"):
        sign("suit").clear(by="boss", on=date(2026, 6, 30), policy=POLICY)
    with pytest.raises(NotFound, match="did you mean"):
        lower_class("A", [sign("siut")], DAY)
    with pytest.raises(BadValue, match="signs of two dealers"):
        lower_class("A", [sign("suit"), evolve(sign("suit"), customer="D2")], DAY)
    with pytest.raises(BadValue, match="nothing said"):
        TroubleSign("D1", "suit", DAY, " ")
    assert "Example" not in repr(sign("suit"))


def test_late_payment_is_read_off_the_invoices():
    """More than 30 days overdue and open; paid or another's does not count; it begins with the oldest."""
    late = Receivable("D1", "F1", date(2026, 4, 1), date(2026, 5, 1), yuan(10))
    later = Receivable("D1", "F2", date(2026, 4, 1), date(2026, 5, 20), yuan(10))
    others = [
        Receivable("D2", "F3", date(2026, 1, 1), date(2026, 1, 2), yuan(10)),
        Receivable("D1", "F4", date(2026, 1, 1), date(2026, 1, 2), yuan(10), yuan(10)),
    ]
    assert late_payments("D1", [later, late, *others], date(2026, 5, 31)) == []
    (found,) = late_payments("D1", [later, late, *others], date(2026, 7, 1))
    assert (found.kind, found.on) == ("late_payment", date(2026, 6, 1))
    assert late_payments("D1", [late], date(2026, 5, 3), policy=CreditPolicy(late_days=1)) != []
    assert lower_class("AA", [found], date(2026, 7, 1)).credit_class == "A"


def test_a_policy_that_cannot_be():
    """Classes out of order, twice or none; factors below zero; numbers below their least."""
    good = CreditClass("A", 1, 2)
    for classes in (
        [],
        [CreditClass("AA", 2, 3), CreditClass("B", 0, "250%")],
        [good, good],
        [CreditClass("B", 0, "10%"), good],
        [CreditClass("A", 1, 1, special=True)],
    ):
        with pytest.raises(BadRule):
            CreditPolicy(classes=classes)
    for low, high in ((2, 1), (-1, 0)):
        with pytest.raises(BadRule, match="a factor out of order"):
            CreditClass("A", low, high)
    for bad in ({"season": -1}, {"season": 2}, {"valid_months": 0}, {"late_days": -1}, {"new_months": -1}):
        with pytest.raises(BadRule):
            CreditPolicy(**bad)
    assert CreditPolicy(approvers="boss").approvers == {"boss"}
    assert [row[0] for row in CreditPolicy().table().rows] == ["AAA", "AA", "A", "B", "C"]
    assert "150.0%" in CreditPolicy()._repr_html_()
    assert len(trouble_table()) == len(TROUBLES)
