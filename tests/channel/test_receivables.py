"""Receivables: what is open, for how long, and what of it came in."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.channel import (
    Receivable,
    ageing,
    allocate_oldest_first,
    collected,
    open_at,
    receipts_rate,
)
from pharmasales.errors import BadValue, NotComparable
from pharmasales.periods import Month, Quarter
from pharmasales.units import CNY, USD, Amount

AS_OF = date(2026, 6, 30)


def yuan(number):
    """Return an amount of yuan."""
    return Amount.of(number, CNY)


def overdue(days, amount=10_000, paid=0, customer="D1"):
    """Return an invoice that has been overdue for some days."""
    due = AS_OF - timedelta(days=days)
    return Receivable(customer, f"F{days}", due - timedelta(days=30), due, yuan(amount), yuan(paid))


receivables = st.builds(
    lambda days, amount, part, term: Receivable(
        "D1",
        f"F{days}",
        AS_OF - timedelta(days=days + term),
        AS_OF - timedelta(days=days),
        Amount(amount, CNY),
        Amount(min(part, amount), CNY),
    ),
    st.integers(-200, 400),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.integers(0, 120),
)


def test_receipt_pays_the_oldest_first():
    """E51: invoices 30/60/90/121 days overdue, 10,000 each; 15,000 leave 0, 5,000, 10,000 and 10,000."""
    invoices = [overdue(days) for days in (30, 60, 90, 121)]
    done = allocate_oldest_first(invoices, yuan(15_000))
    assert [open_at(one, AS_OF) for one in done.invoices] == [yuan(n) for n in (10_000, 10_000, 5_000, 0)]
    assert done.left == yuan(0)
    found = ageing(done.invoices, AS_OF)
    assert [(name.en, count, amount) for name, count, amount in found.buckets] == [
        ("not due", 0, yuan(0)),
        ("1-30 days", 1, yuan(10_000)),
        ("31-60 days", 1, yuan(10_000)),
        ("61-90 days", 1, yuan(5_000)),
        ("91-120 days", 0, yuan(0)),
        ("over 120 days", 0, yuan(0)),
    ]


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (-1, "not due"),
        (0, "not due"),
        (1, "1-30 days"),
        (30, "1-30 days"),
        (31, "31-60 days"),
        (120, "91-120 days"),
        (121, "over 120 days"),
    ],
)
def test_each_bucket_includes_its_last_day(days, name):
    """S004-81: 120 days are within, 121 are over; the due day itself is in time."""
    assert [said.en for said, count, _ in ageing([overdue(days)], AS_OF).buckets if count] == [name]


def test_ageing_speaks_chinese_and_shows_shares():
    """The table's words follow the language; shares are exact; the last row is the total."""
    table = ageing([overdue(10, 75), overdue(-10, 25)], AS_OF, (0, 60)).table()
    assert [row[2:] for row in table.rows] == [
        (yuan(25).value, Fraction(1, 4)),
        (yuan(75).value, Fraction(3, 4)),
        (yuan(0).value, Fraction(0)),
        (yuan(100).value, Fraction(1)),
    ]
    assert "1-60 天" in table.text("zh")
    assert "合计" in table.text("zh")
    assert "over 60 days" in ageing([], AS_OF, (0, 60))._repr_html_()


def test_nothing_open_has_no_shares():
    """Where nothing is open the shares are missing, not zero."""
    assert {row[3] for row in ageing([overdue(5, 10, paid=10)], AS_OF).table().rows} == {None}


@pytest.mark.parametrize("buckets", [(), (30, 60), (0, 0), (0, 60, 30)])
def test_buckets_must_ascend_from_zero(buckets):
    """Days that leave a hole or overlap are refused at set-up."""
    with pytest.raises(BadValue, match="buckets must ascend from 0") as caught:
        ageing([], AS_OF, buckets)
    assert caught.value.code == "receivable.buckets"


@given(st.lists(receivables, max_size=12))
def test_buckets_add_up_to_what_is_open(found):
    """The buckets add up to the open total exactly, in any order of the invoices."""
    whole = ageing(found, AS_OF)
    assert whole.total == Amount.total((open_at(one, AS_OF) for one in found), CNY)
    assert Amount.total((amount for _, _, amount in whole.buckets), CNY) == whole.total
    assert ageing(found[::-1], AS_OF) == whole


@given(st.lists(receivables, max_size=8), st.integers(0, 10**9))
def test_no_fen_of_a_receipt_is_lost(found, minor):
    """What is paid grows by the receipt less what is left, and only when nothing is open is anything left."""
    done = allocate_oldest_first(found, Amount(minor, CNY))
    before, after = (Amount.total((one.paid for one in some), CNY) for some in (found, done.invoices))
    assert after - before + done.left == Amount(minor, CNY)
    assert not done.left.minor or all(one.paid == one.amount for one in done.invoices)
    assert [one.invoice for one in done.invoices] == [one.invoice for one in found]


def test_equal_due_days_are_paid_by_invoice_day_then_order():
    """Ties: the invoice written first is paid first, then the one given first."""
    late = overdue(10, 100)
    early = evolve(late, invoice="early", invoiced=late.invoiced - timedelta(days=1))
    twin = evolve(late, invoice="twin")
    done = allocate_oldest_first([late, twin, early], yuan(150))
    assert [one.paid for one in done.invoices] == [yuan(50), yuan(0), yuan(100)]


def test_the_oldest_is_the_one_due_first():
    """An invoice written later but due earlier is paid first."""
    short = overdue(60, 100)
    long = evolve(overdue(10, 100), invoiced=short.invoiced - timedelta(days=1))
    assert [one.paid for one in allocate_oldest_first([long, short], yuan(100)).invoices] == [yuan(0), yuan(100)]


def test_a_receipt_bears_its_day_only_on_what_it_pays():
    """The day of the receipt is kept on the invoices that it touched; without one the former day stays."""
    old = evolve(overdue(60, 100, paid=40), paid_on=date(2026, 5, 1))
    done = allocate_oldest_first([old, overdue(30)], yuan(60), on=AS_OF)
    assert [one.paid_on for one in done.invoices] == [AS_OF, None]
    assert allocate_oldest_first([old], yuan(1)).invoices[0].paid_on == date(2026, 5, 1)


def test_open_at_knows_the_invoice_day_and_the_payment_day():
    """Nothing is open before the invoice, everything before the payment, the rest from that day on."""
    one = Receivable("D1", "F1", date(2026, 1, 5), date(2026, 2, 4), yuan(600), yuan(200), date(2026, 3, 1))
    days = [date(2026, 1, 4), date(2026, 1, 5), date(2026, 2, 28), date(2026, 3, 1)]
    assert [open_at(one, day) for day in days] == [yuan(0), yuan(600), yuan(600), yuan(400)]


def test_bad_receivables_are_refused():
    """More paid than invoiced, due before invoiced, below zero, another unit, a control character: each by name."""
    good = overdue(1, 100)
    for change, code in (
        ({"paid": yuan("100.01")}, "receivable.paid"),
        ({"due": good.invoiced - timedelta(days=1)}, "receivable.due"),
        ({"amount": yuan(-1)}, "receivable.negative"),
        ({"paid": yuan(-1)}, "receivable.negative"),
        ({"customer": " "}, "id.empty"),
        ({"invoice": "F\x00"}, "text.control"),
    ):
        with pytest.raises(BadValue) as caught:
            evolve(good, **change)
        assert caught.value.code == code
    with pytest.raises(NotComparable):
        evolve(good, paid=Amount.of(1, USD))


def test_limits_themselves_are_legal():
    """Paid in full, due on the invoice day and an amount of zero are no errors; nothing paid is the default."""
    day = date(2026, 1, 5)
    assert Receivable("D1", "F1", day, day, yuan(5), yuan(5)).paid == yuan(5)
    assert Receivable("D1", "F1", day, day, Amount.of(0, USD)).paid == Amount.of(0, USD)


def test_a_negative_receipt_is_refused():
    """Money that goes out is no receipt."""
    with pytest.raises(BadValue) as caught:
        allocate_oldest_first([], yuan(-1))
    assert caught.value.code == "receivable.negative"


def test_units_do_not_mix():
    """Another unit is an error, and the unit named is the unit of the answer."""
    dollars = Receivable("D1", "F1", AS_OF, AS_OF, Amount.of(5, USD))
    with pytest.raises(NotComparable):
        ageing([dollars], AS_OF)
    assert ageing([dollars], AS_OF, unit=USD).total == Amount.of(5, USD)
    assert collected([dollars], Month(2026, 6), AS_OF, unit=USD).due == Amount.of(5, USD)


def test_receipts_rate():
    """E31: sales 500, receivables 100 to 150 give 90 %; 150 to 100 give 110 %, which is valid."""
    assert receipts_rate(yuan(500), yuan(100), yuan(150)) == Fraction(9, 10)
    assert receipts_rate(yuan(500), yuan(150), yuan(100)) == Fraction(11, 10)


@pytest.mark.parametrize("sales", [0, -5])
def test_receipts_rate_is_missing_without_sales(sales):
    """Nothing sold, or more returned than sold, gives missing and never zero."""
    assert receipts_rate(yuan(sales), yuan(100), yuan(50)) is None


def test_collected_counts_what_fell_due():
    """Due within the period and by the day; payments after the day and invoices due later do not count."""
    first = Receivable("D1", "F1", date(2025, 12, 1), date(2026, 1, 1), yuan(100), yuan(100), date(2026, 1, 20))
    second = Receivable("D1", "F2", date(2026, 1, 2), date(2026, 3, 31), yuan(300), yuan(100))
    before = Receivable("D1", "F3", date(2025, 12, 1), date(2025, 12, 31), yuan(900))
    after = Receivable("D1", "F4", date(2026, 1, 2), date(2026, 4, 1), yuan(900))
    owed, quarter = [first, second, before, after], Quarter(2026, 1)
    assert collected(owed, quarter, date(2026, 1, 19)).rate == 0
    assert collected(owed, quarter, date(2026, 3, 30)).rate == 1
    found = collected(owed, quarter, AS_OF)
    assert (found.due, found.collected, found.rate) == (yuan(400), yuan(200), Fraction(1, 2))


def test_collected_is_missing_where_nothing_fell_due():
    """No debt due is no rate."""
    assert collected([], Quarter(2026, 1), AS_OF).rate is None
