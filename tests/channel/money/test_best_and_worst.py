"""Best and worst customers: E48 and E49 by number, their bounds, and what is not known."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from attrs import evolve

from pharmasales.channel.money import (
    CustomerMoney,
    Dispute,
    Invoice,
    Ledger,
    Receipt,
    Reversal,
    best_customers,
    customer_money,
    worst_customers,
)
from pharmasales.errors import BadRows, BadValue
from pharmasales.periods import Quarter
from pharmasales.rules import Field
from pharmasales.units import CNY, USD, Amount

POOR = Field("sales", "销售额").below(100_000)
END = date(2026, 6, 30)


def yuan(number):
    """Return an amount of yuan."""
    return Amount.of(number, CNY)


def money(name, sales, old=0, oldest=None, in_time=1, overdue=0):
    """Return the facts of a customer."""
    share = None if in_time is None else Fraction(in_time)
    return CustomerMoney(name, yuan(sales), share, yuan(overdue), yuan(old), oldest)


def debt(name, days, amount):
    """Return an invoice that is some days overdue on the last day."""
    due = END - timedelta(days=days)
    return Invoice(f"F-{name}", name, due - timedelta(days=30), due, yuan(amount))


def test_e48_in_a_ledger():
    """E48: 50,000 and 121 days are; 120 days, 49,999.99, and good sales are not."""
    bills = [debt("A", 121, 50_000), debt("B", 120, 50_000), debt("C", 200, "49999.99"), debt("D", 200, 80_000)]
    bills.append(Invoice("G-D", "D", END, END, yuan(500_000)))
    found = worst_customers(customer_money(Ledger.of(bills), Quarter(2026, 2)), POOR)
    assert [one.customer for one in found.listed] == ["A"]
    assert str(found.listed[0].why).splitlines() == [
        "A is among the worst",
        "  sales are poor: 0.00 CNY",
        "  50,000.00 CNY is owed over 120 days: at least 50,000.00 CNY",
        "  the oldest debt is 121 days old: over 120",
    ]
    said = {one.customer: str(one.why) for one in found.verdicts}
    assert "0.00 CNY is owed over 120 days: below 50,000.00 CNY" in said["B"]
    assert "the oldest debt is 120 days old: not over 120" in said["B"]
    assert "49,999.99 CNY is owed over 120 days: below" in said["C"]
    assert "sales are not poor: 500,000.00 CNY" in said["D"]
    assert "the oldest debt is 200 days old: over 120" in said["D"]
    assert found.verdicts[1].facts.overdue == yuan(80_000)  # what is due on the last day is not overdue
    assert [one.customer for one in found.verdicts] == ["A", "D", "C", "B"]
    contested = Ledger.of([*bills, Dispute("F-A", END)])
    assert worst_customers(customer_money(contested, Quarter(2026, 2)), POOR).listed == ()
    assert found.table().rows[0][1:5] == ("A", yuan(0).value, None, yuan(50_000).value)
    assert "最差客户" in found.table().html("zh")
    assert found._repr_html_().startswith("<table>")


def test_e48_of_facts_by_hand():
    """Each condition counts by itself, whatever the others say; who owes nothing is not among them, even at zero."""
    cases = [(50_000, 121, True), (50_000, 120, False), ("49999.99", 200, False), (80_000, None, False)]
    for old, oldest, listed in cases:
        assert worst_customers([money("A", 20, old, oldest)], POOR).verdicts[0].listed is listed
    assert worst_customers([money("A", 100_000, 80_000, 200)], POOR).verdicts[0].listed is False
    assert worst_customers([money("A", 20)], POOR, least=yuan(0)).verdicts[0].listed is False


def test_worst_with_a_goal_and_what_is_not_known():
    """Poor may be said of attainment; where a fact is missing nobody is condemned, unless another condition clears."""
    facts = [evolve(money("A", 20, 60_000, 130), goal=yuan(100)), money("B", 20, 60_000, 130)]
    found = worst_customers(facts, Field("attainment").below("0.5"))
    assert ([one.customer for one in found.listed], [one.customer for one in found.unknown]) == (["A"], ["B"])
    assert "cannot be judged" in str(found.unknown[0].why)
    blind = evolve(money("C", 20, 60_000, 130), sales=None)
    assert worst_customers([blind], POOR).verdicts[0].listed is None
    assert worst_customers([evolve(blind, old=yuan(1), oldest=3)], POOR).verdicts[0].listed is False
    unseen = evolve(money("D", 20), old=None)
    assert "not known whether at least" in str(worst_customers([unseen], POOR).unknown[0].why)
    assert worst_customers([money("E", 20, 700, 130)], POOR, least=yuan(700)).listed[0].customer == "E"


def test_e49_the_list_is_clamped():
    """E49: 120 of 500 pay on time: 100 are listed; 25 do: 25 and a warning."""
    facts = [money(f"D{n:03}", 1000 + n, in_time=int(n < 120)) for n in range(500)]
    found = best_customers(facts)
    assert len(found.listed) == 100
    assert found.warnings == ()
    assert [one.customer for one in found.listed[:2]] == ["D119", "D118"]
    assert found.listed[-1].customer == "D020"
    assert [one.rank for one in found.listed[:2]] == [1, 2]
    out = next(one for one in found.verdicts if one.customer == "D019")
    assert str(out.why).splitlines()[-1] == "  the list of 100 is full"
    few = best_customers([money(f"D{n:03}", 1000 + n, in_time=int(n < 25)) for n in range(500)])
    assert len(few.listed) == 25
    assert [str(one) for one in few.warnings] == ["25 sell and pay on time, fewer than 30: win more of them"]
    assert len(best_customers([money(f"D{n:03}", 1, in_time=int(n < 30)) for n in range(99)]).warnings) == 0


@pytest.mark.parametrize(("size", "count"), [(None, 100), (10, 30), (30, 30), (64, 64), (100, 100), (500, 100)])
def test_the_size_asked_is_brought_within_bounds(size, count):
    """Below 30 becomes 30, above 100 becomes 100."""
    assert len(best_customers([money(f"D{n:03}", 1000 + n) for n in range(120)], size=size).listed) == count


def test_equal_sales_at_the_end_of_the_list_are_named():
    """Equal sales have one rank; whom the end of the list parts is named."""
    facts = [money(f"D{n}", 5) for n in range(5)]
    found = best_customers(facts[::-1], least=1, most=3)
    assert [(one.customer, one.rank) for one in found.listed] == [("D0", 1), ("D1", 1), ("D2", 1)]
    assert str(found.warnings[0]) == "left out with the same sales as the last: D3, D4"
    better = best_customers([money("A", 5, in_time="0.9"), money("B", 5)], in_time="90%", least=1, most=1)
    assert better.listed[0].customer == "B"


def test_who_is_not_on_time():
    """Late in the period, overdue now, without sales, or not known: each says so."""
    facts = [
        money("A", 9, in_time="0.99"),
        money("B", 9, overdue=1),
        money("C", 0),
        money("D", 9, in_time=None),
        money("E", -1),
    ]
    found = best_customers(facts)
    assert found.listed == ()
    assert {one.customer: one.listed for one in found.verdicts} == dict.fromkeys("ABCE", False) | {"D": None}
    said = {one.customer: one.why.text() for one in found.verdicts}
    assert "99.0% paid in time: 100.0% asked" in said["A"]
    assert (
        "99.97% paid in time: 100.00% asked" in best_customers([money("F", 9, in_time="0.9997")]).verdicts[0].why.text()
    )
    assert "overdue: 1.00 CNY" in said["B"]
    assert "sells nothing: 0.00 CNY" in said["C"]
    assert "n/a paid in time" in said["D"]
    assert found._repr_html_().startswith("<table>")


def test_in_time_is_judged_on_the_due_day():
    """Paid on the due day is in time, a day later is not; half paid is half in time."""
    bill = Invoice("F1", "D1", date(2026, 4, 1), date(2026, 5, 1), yuan(100))

    def share(*paid):
        receipts = [Receipt(f"R{n}", "D1", on, yuan(sum_)) for n, (on, sum_) in enumerate(paid)]
        return customer_money(Ledger.of([bill, *receipts]), Quarter(2026, 2), goals={"D1": yuan(50)})[0]

    on_time = share((date(2026, 5, 1), 100))
    assert (on_time.in_time, on_time.overdue, on_time.old, on_time.oldest) == (1, yuan(0), yuan(0), None)
    assert (on_time.attainment, on_time.sales) == (2, yuan(100))
    assert share((date(2026, 5, 2), 100)).in_time == 0
    half = share((date(2026, 5, 1), 50), (date(2026, 5, 2), 20))
    assert (half.in_time, half.overdue, half.oldest) == (Fraction(1, 2), yuan(30), 60)
    assert customer_money(Ledger.of([bill]), Quarter(2026, 3))[0].in_time is None
    bounced = [Receipt("R1", "D1", date(2026, 4, 30), yuan(100)), Receipt("R2", "D1", date(2026, 6, 1), yuan(100))]
    for back, in_time in (
        (date(2026, 5, 20), 0),
        (END, 0),
        (date(2026, 7, 1), 1),
    ):  # a cheque that bounces pays nothing
        (facts,) = customer_money(Ledger.of([bill, *bounced, Reversal("V1", "R1", back)]), Quarter(2026, 2))
        assert (facts.in_time, facts.overdue) == (in_time, yuan(0))
    before = evolve(bill, on=date(2026, 3, 20))
    assert customer_money(Ledger.of([before]), Quarter(2026, 2))[0].in_time == 0
    assert customer_money(Ledger.of([before]), Quarter(2026, 1))[0].in_time is None
    (strict,) = customer_money(Ledger.of([bill]), Quarter(2026, 2), over_days=0)
    assert (strict.old, strict.over_days) == (yuan(100), 0)
    for bad in (-1, 120.0):
        with pytest.raises(BadValue):
            customer_money(Ledger.of([bill]), Quarter(2026, 2), over_days=bad)


def test_bad_facts_are_refused():
    """Twins, two units, and bounds that cross."""
    with pytest.raises(BadRows) as caught:
        best_customers([money("A", 1), money("a", 1), evolve(money("B", 1), sales=Amount.of(1, USD))])
    assert [error.code for error in caught.value.exceptions] == ["money.twins", "unit"]
    for bounds in ({"least": 0}, {"least": 9, "most": 8}, {"most": 30.5}, {"size": 0}, {"size": 30.5}):
        with pytest.raises(BadValue, match="bounds"):
            best_customers([], **bounds)
