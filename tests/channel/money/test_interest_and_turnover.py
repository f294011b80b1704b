"""Overdue interest, days sales outstanding and the money of a period: by hand, and against a day-by-day oracle."""

from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.channel.money import (
    CreditNote,
    Dispute,
    Invoice,
    Ledger,
    Receipt,
    Reversal,
    dso_count_back,
    dso_simple,
    ledger_dso,
    match_money,
    net_sales,
    overdue_interest,
    period_money,
    period_money_table,
    receivables_at_dso,
)
from pharmasales.errors import BadValue, NotComparable
from pharmasales.periods import Month, Quarter, Week
from pharmasales.units import CNY, USD, Amount, half_up

START = date(2026, 1, 1)


def day(number):
    """Return a day by number."""
    return START + timedelta(days=number)


def yuan(number):
    """Return an amount of yuan."""
    return Amount.of(number, CNY)


@given(st.data(), st.sampled_from(["actual/365", "actual/360", "actual/actual"]), st.sampled_from(["told", "fifo"]))
@settings(max_examples=30)
def test_interest_day_by_day(documents, data, count, way):
    """What is open and undisputed on each evening from the due day bears one day's interest, rounded once."""
    ledger, end = Ledger.of(data.draw(documents)), day(70)
    exact = {}
    for number in range(70):
        evening, following = day(number), day(number + 1)
        year = {"actual/365": 365, "actual/360": 360}.get(count, 366 if isleap(following.year) else 365)
        for one in match_money(ledger, evening, way=way).invoices:
            if one.invoice.due <= evening:
                bears = (one.open - one.disputed).minor * Fraction(9, year)
                exact[one.invoice.id] = exact.get(one.invoice.id, 0) + bears
    found = overdue_interest(ledger, end, 9, count, way=way)
    assert {line.invoice: line.interest.minor for line in found.lines} == {
        number: half_up(value) for number, value in exact.items() if value
    }
    assert found.total.minor == sum(line.interest.minor for line in found.lines)


def test_interest_by_hand():
    """36,500 for 10 days and 20,000 for 20 at 10 %: 100.00 + 109.589; the dispute bears none; rounded once."""
    bill = Invoice("F1", "D1", date(2026, 1, 1), date(2026, 1, 31), yuan(36_500))
    paid = Receipt("R1", "D1", date(2026, 2, 10), yuan(16_500))
    ledger = Ledger.of([bill, paid])
    found = overdue_interest(ledger, date(2026, 3, 2), "10%", "actual/365", customer="D1")
    assert found.total == yuan("209.59")
    assert [(one.days, one.amount) for one in found.lines[0].stretches] == [(10, yuan(36_500)), (20, yuan(20_000))]
    assert overdue_interest(ledger, date(2026, 3, 2), "10%", "actual/360").total == yuan("212.50")
    assert [row[2:4] for row in found.table().rows] == [(30, yuan("209.59").value), (None, yuan("209.59").value)]
    assert "利息" in found._repr_html_() or "Interest" in found._repr_html_()
    contested = Dispute("F1", date(2026, 2, 10), date.max)
    disputed = overdue_interest(Ledger.of([bill, paid, contested]), date(2026, 3, 2), "10%", "actual/365")
    assert disputed.total == yuan(100)
    pause = Dispute("F1", date(2026, 2, 15), date(2026, 2, 19))  # five evenings bear none, with 20,000 on both sides
    (line,) = overdue_interest(Ledger.of([bill, paid, pause]), date(2026, 3, 2), "10%", "actual/365").lines
    assert [(one.days, one.amount) for one in line.stretches] == [
        (10, yuan(36_500)),
        (5, yuan(20_000)),
        (10, yuan(20_000)),
    ]
    for on in (date(2026, 1, 31), date(2026, 1, 1)):
        assert overdue_interest(ledger, on, "10%", "actual/365").lines == ()


def test_actual_actual_takes_each_year_by_itself():
    """Ten days of 2027 over 365, nine of 2028 over 366."""
    bill = Invoice("F1", "D1", date(2027, 12, 1), date(2027, 12, 21), yuan(365 * 366))
    found = overdue_interest(Ledger.of([bill]), date(2028, 1, 9), 1, "actual/actual")
    assert found.total == yuan(10 * 366 + 9 * 365)


@pytest.mark.parametrize(
    ("rate", "count", "ways"),
    [("-1%", "actual/365", {}), ("ten", "actual/365", {}), ("1%", "30/360", {}), ("1%", "actual/365", {"way": "lifo"})],
)
def test_bad_terms_of_interest(rate, count, ways):
    """A rate below zero or no rate, a day count and a way that nobody knows."""
    with pytest.raises(BadValue):
        overdue_interest(Ledger.of([]), START, rate, count, **ways)


def test_the_wrong_arithmetic_is_not_copied():
    """A hundred million a year at 15 days are 4,109,589.04, not 1.23 million; and back again."""
    year = yuan(100_000_000)
    assert receivables_at_dso(year, 365, 15) == yuan("4109589.04")
    assert dso_simple(yuan("4109589.04"), year, 365).days == Fraction(410958904, 10**10) * 365
    for bad in ((year, 0, 15), (year, 365, -1), (year, True, 1)):
        with pytest.raises(BadValue):
            receivables_at_dso(*bad)


def test_dso_missing_is_not_zero():
    """Without sales there is no DSO; paid in full is zero days; two units are refused."""
    assert dso_simple(yuan(5), yuan(0), 30).days is None
    assert dso_simple(yuan(5), yuan(-5), 30).days is None
    assert "无数据" in dso_simple(yuan(5), yuan(0), 30).why.text("zh")
    assert dso_simple(yuan(0), yuan(5), 30).days == 0
    assert dso_count_back(yuan(0), []).days == 0
    assert dso_count_back(yuan(-1), []).days == 0
    for sales in (yuan(0) * 1, yuan(5)):
        with pytest.raises(NotComparable):
            dso_simple(Amount.of(1, USD), sales, 30)
    with pytest.raises(BadValue):
        dso_simple(yuan(1), yuan(1), 0)


def test_count_back_month_by_month():
    """31 days of March, then 200 of 300 in February's 28 days; a month of returns counts its days."""
    months = [(Month(2026, 3), yuan(100)), (Month(2026, 1), yuan(500)), (Month(2026, 2), yuan(300))]
    assert dso_count_back(yuan(300), months).days == 31 + Fraction(2, 3) * 28
    assert dso_count_back(yuan(400), months).days == 59
    assert dso_count_back(yuan(900), months).days == 90
    short = dso_count_back(yuan(901), months)
    assert (short.days, "1.00 CNY of 901.00 CNY open is older" in str(short.why)) == (None, True)
    returns = [(Month(2026, 3), yuan(-50)), (Month(2026, 2), yuan(300))]
    assert dso_count_back(yuan(150), returns).days == 31 + 14
    for wrong in ([months[0], months[1]], [months[0], months[0]], [months[0], (Quarter(2026, 1), yuan(1))]):
        with pytest.raises(BadValue, match="do not follow"):
            dso_count_back(yuan(1), wrong)
    with pytest.raises(NotComparable):
        dso_count_back(yuan(1), [(Month(2026, 3), Amount.of(1, USD))])


def test_dso_of_a_ledger(one_dealer):
    """Sales of January are 600, 350 are open at its end less on account; both formulas by hand."""
    january = Month(2026, 1)
    assert ledger_dso(one_dealer, january, "simple").days == Fraction(350, 600) * 31
    assert ledger_dso(one_dealer, january, "count_back", customer="D1").days == Fraction(350, 600) * 31
    march = ledger_dso(one_dealer, Month(2026, 3), "count_back")  # 700 open; sales 400, then -50, then 600
    assert march.days == 31 + 28 + Fraction(300, 600) * 31
    assert ledger_dso(Ledger.of([]), january, "count_back").days == 0
    with pytest.raises(BadValue, match="no such formula"):
        ledger_dso(one_dealer, january, "average")
    with pytest.raises(BadValue):
        ledger_dso(one_dealer, Week(2026, 5), "count_back")


def test_money_of_a_period(one_dealer):
    """Opening, net sales, receipts less those taken back, closing, and the receipts rate."""
    found = period_money(one_dealer, Month(2026, 2), "D1")
    assert [int(one.value) for one in (found.opening, found.sales, found.received, found.closing)] == [350, -50, 0, 300]
    assert found.rate is None
    assert found.why().text() == (
        "2026-02: receipts rate n/a ((sales -50.00 CNY + opening 350.00 CNY - closing 300.00 CNY) / sales)"
    )
    assert period_money(one_dealer, Month(2026, 1)).rate == Fraction(250, 600)
    undone = Ledger.of(
        [
            Invoice("F1", "D1", day(0), day(9), yuan(100)),
            CreditNote("N1", "D1", day(5), yuan(40)),
            Reversal("V1", "N1", day(35)),
        ]
    )
    assert (net_sales(undone, Month(2026, 1)), net_sales(undone, Month(2026, 2))) == (yuan(60), yuan(40))
    table = period_money_table(one_dealer, Month(2026, 1))
    assert [row[0] if isinstance(row[0], str) else row[0].en for row in table.rows] == ["D1", "total"]
    assert table.rows[0][1:] == table.rows[1][1:]
