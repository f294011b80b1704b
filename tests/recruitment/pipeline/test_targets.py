"""Weekly and daily targets against what came: promises by day, money matched once, days not reported stay missing."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable
from pharmasales.recruitment.pipeline import (
    DailyTarget,
    Deed,
    Promise,
    Prospect,
    Receipt,
    daily_targets,
    weekly_targets,
)
from pharmasales.units import BOX, CNY, Amount
from pharmasales.workdays import CHINA

MONDAY = date(2026, 3, 2)
WAY = ("touched", "key", "visited", "signed", "executing")


def after(days):
    """Return a day after the Monday."""
    return MONDAY + timedelta(days)


def yuan(n):
    """Return an amount in yuan."""
    return Amount.of(n, CNY)


def at(name, signed=None, executed=None):
    """Return a prospect that signed and executed so many days after the Monday."""
    one = Prospect.file(name, by="p1", on=MONDAY, evidence="F")
    days = [signed, signed, signed, signed, executed]
    for to, day in zip(WAY, days, strict=True):
        if day is not None:
            one = one.move(to, by="p1", on=after(day), evidence="E")
    return one


def test_promises_by_their_day():
    """In time, late, overdue, open, lost: each with its reason."""
    gone = at("A5").move("lost", by="p1", on=after(1), evidence="E", reason="silent")
    prospects = [at("A1", 4), at("A2", 6), at("A3"), at("A4", 2, 9), gone]
    promises = [
        Promise("sign", "A1", "p1", after(4)),
        Promise("sign", "A2", "p1", after(4)),
        Promise("sign", "A3", "p1", after(4)),
        Promise("execute", "A4", "p1", after(11)),
        Promise("execute", "A1", "p1", after(11)),
        Promise("sign", "A5", "p1", after(4)),
    ]
    found = weekly_targets(promises, prospects, as_of=after(10))
    states = {(line.promise.kind, line.promise.prospect): (line.state, line.late) for line in found.lines}
    assert states == {
        ("sign", "A1"): ("kept", 0),
        ("sign", "A2"): ("kept_late", 2),
        ("sign", "A3"): ("overdue", 6),
        ("execute", "A4"): ("kept", 0),
        ("execute", "A1"): ("open", 0),
        ("sign", "A5"): ("lost", 0),
    }
    assert [line.promise.prospect for line in found.overdue] == ["A3"]
    assert found.lines[0].why.text() == "contract to sign by 2026-03-06: A1 did on 2026-03-06"
    rows = found.by_week().rows
    assert [(row[0], row[1].en, row[2:8]) for row in rows] == [
        ("2026-W10", "contract to sign", (4, 1, 1, 1, 0, 1)),
        ("2026-W11", "contract to execute", (2, 1, 0, 0, 1, 0)),
    ]
    assert [row[9] for row in rows] == [Fraction(1, 4), Fraction(1)]
    assert all(sum(row[3:9]) == row[2] for row in rows)
    assert weekly_targets(promises[2:3], prospects, as_of=after(4)).lines[0].state == "open"
    before = weekly_targets(promises[:1], prospects, as_of=after(-1)).lines[0]
    assert (before.state, before.why.text()) == ("open", "contract to sign by 2026-03-06: A1 stands at nothing yet")


def test_money_that_nobody_records_is_not_known():
    """Neither late nor missing: no figure, no part in time; what needs no receipts is judged all the same."""
    promises = [Promise("money", "A1", "p1", after(4), yuan(100)), Promise("sign", "A1", "p1", after(4))]
    found = weekly_targets(promises, [at("A1")], None, as_of=after(10))
    assert [(line.state, line.came, line.late) for line in found.lines] == [("unknown", None, 0), ("overdue", None, 6)]
    assert found.lines[0].why.text("zh") == "2026-03-06 前应回款：未记录回款"
    money = next(dict(row) for row in found.by_week().records() if row["kind"].en == "money to come in")
    assert (money["unknown"], money["overdue"], money["in_time"], money["came"]) == (1, 0, None, None)


def test_since_leaves_an_earlier_contract_out():
    """A promise for a new contract is not met by the old one."""
    old = weekly_targets([Promise("sign", "A1", "p1", after(9), since=after(5))], [at("A1", 4)], as_of=after(9))
    assert old.lines[0].state == "open"
    same = weekly_targets([Promise("sign", "A1", "p1", after(9), since=after(4))], [at("A1", 4)], as_of=after(9))
    assert same.lines[0].done_on == after(4)


def test_money_counts_once_and_a_return_takes_it_back():
    """The earlier promise is filled first, whatever the order; a return empties the last one filled."""
    promises = [Promise("money", "A1", "p1", after(11), yuan(100)), Promise("money", "A1", "p1", after(4), yuan(100))]
    receipts = [Receipt("A1", after(5), yuan(80)), Receipt("A1", after(2), yuan(50))]
    found = weekly_targets(promises, [at("A1")], receipts, as_of=after(6))
    assert [(str(line.came), line.state, line.done_on, line.late) for line in found.lines] == [
        ("100.00 CNY", "kept_late", after(5), 1),
        ("30.00 CNY", "open", None, 0),
    ]
    assert found.lines[1].why.text() == "money to come in by 2026-03-13: 70.00 of A1 is missing"
    assert found.table().rows[0][7] == 100
    assert found.by_week().rows[0][10:] == (100, 100)
    returned = [*receipts, Receipt("A1", after(6), yuan(-60))]
    taken = weekly_targets(promises, [at("A1")], returned, as_of=after(6))
    assert [(str(line.came), line.state) for line in taken.lines] == [("70.00 CNY", "overdue"), ("0.00 CNY", "open")]
    later = weekly_targets(promises, [at("A1")], receipts, as_of=after(4))
    assert [str(line.came) for line in later.lines] == ["50.00 CNY", "0.00 CNY"]
    ahead = weekly_targets(
        [Promise("money", "A1", "p1", after(9), yuan(10), after(3))], [at("A1")], receipts, as_of=after(9)
    )
    assert ahead.lines[0].done_on == after(5)
    same = Promise("money", "A1", "p1", after(9), yuan(10), after(2))
    assert weekly_targets([same], [at("A1")], receipts, as_of=after(9)).lines[0].done_on == after(2)


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 9), max_size=4),
    st.lists(st.integers(-5, 9), max_size=6),
    st.randoms(use_true_random=False),
)
def test_no_yuan_counts_twice(asked, came, random):
    """What is matched is what came less what was taken back, at most what was asked; first asked, first filled."""
    promises = [Promise("money", "A1", "p1", after(n), yuan(amount)) for n, amount in enumerate(asked)]
    receipts = [Receipt("A1", after(n // 2), yuan(amount)) for n, amount in enumerate(came)]
    random.shuffle(receipts)
    found = weekly_targets(promises, [at("A1")], receipts, as_of=after(9))
    matched = [line.came.minor for line in found.lines]
    assert all(0 <= part <= line.promise.amount.minor for part, line in zip(matched, found.lines, strict=True))
    assert sum(matched) == min(max(sum(came), 0), sum(asked)) * 100
    assert all(one.came == one.promise.amount or not other.came.minor for one, other in pairwise(found.lines))
    assert all((line.done_on is not None) == (line.came == line.promise.amount) for line in found.lines)


def test_what_is_no_promise_is_refused():
    """Kinds, days and amounts are checked; strangers are all named at once; units are one."""
    for code, make in (
        ("pipeline.promise", lambda: Promise("sing", "A1", "p1", MONDAY)),
        ("pipeline.promise", lambda: Promise("money", "A1", "p1", MONDAY)),
        ("pipeline.promise", lambda: Promise("money", "A1", "p1", MONDAY, yuan(0))),
        ("pipeline.promise", lambda: Promise("sign", "A1", "p1", MONDAY, since=after(1))),
    ):
        with pytest.raises((BadRule, BadValue)) as caught:
            make()
        assert caught.value.code == code
    with pytest.raises(BadRows) as rows:
        weekly_targets([Promise("sign", "X", "p1", MONDAY)], [], [Receipt("Y", MONDAY, yuan(1))], as_of=MONDAY)
    assert [error.where for error in rows.value.exceptions] == ["promises[0]", "receipts[0]"]
    money = [Promise("money", "A1", "p1", MONDAY, yuan(1))]
    with pytest.raises(NotComparable):
        weekly_targets(money, [at("A1")], [Receipt("A1", MONDAY, Amount(1, BOX))], as_of=MONDAY)


# --- daily ---


def test_daily_targets_against_reports():
    """Met, short, not reported, to come; a day off has a line only where something was done."""
    targets = [DailyTarget("p1", "visit", 3), DailyTarget("p1", "new", 1), DailyTarget("p2", "callback", 5)]
    deeds = [
        Deed("p1", "visit", after(0), 2),
        Deed("p1", "visit", after(0), 1),
        Deed("p1", "visit", after(1), 0),
        Deed("p1", "visit", after(5), 1),
        Deed("p1", "callback", after(0), 9),
        Deed("p1", "visit", after(-1), 5),
        Deed("p1", "visit", after(7), 5),
    ]
    files = [at("A1"), at("A2")]
    found = daily_targets(targets, deeds, (MONDAY, after(6)), as_of=after(5), calendar=CHINA, prospects=files)
    shown = {}
    for line in found.lines:
        shown.setdefault(line.target.kind, []).append((line.day.day, line.planned, line.actual, line.state))
    assert shown["visit"] == [
        (2, 3, 3, "met"),
        (3, 3, 0, "short"),
        (4, 3, None, "unreported"),
        (5, 3, None, "unreported"),
        (6, 3, None, "unreported"),
        (7, 0, 1, "met"),
    ]
    assert shown["new"] == [(2, 1, 2, "met"), *((day, 1, 0, "short") for day in (3, 4, 5, 6))]
    assert [row[2] for row in shown["callback"]] == [None] * 5
    rows = found.by_week().rows
    assert [(row[0], row[1].en, *row[2:]) for row in rows] == [
        ("p1", "visits", "2026-W10", 15, 4, 3, None),
        ("p1", "new customers", "2026-W10", 5, 2, 0, Fraction(2, 5)),
        ("p2", "call-backs", "2026-W10", 25, 0, 5, None),
    ]
    assert found.table().rows[0][3:5] == (3, 3)


def test_days_to_come_and_files_unknown():
    """After the day asked nothing is told; without files nobody knows how many are new."""
    found = daily_targets([DailyTarget("p1", "new", 1)], [], (MONDAY, after(2)), as_of=after(0), calendar=CHINA)
    assert [(line.actual, line.state) for line in found.lines] == [
        (None, "unreported"),
        (None, "to_come"),
        (None, "to_come"),
    ]
    assert found.by_week().rows[0][3:6] == (1, 0, 1)


def test_what_is_no_daily_target_is_refused():
    """Kinds and counts are checked, new customers are not reported, targets are not given twice."""
    for make in (
        lambda: DailyTarget("p1", "visits", 3),
        lambda: DailyTarget("p1", "visit", -1),
        lambda: DailyTarget("p1", "visit", True),
        lambda: Deed("p1", "new", MONDAY, 1),
        lambda: Deed("p1", "visit", MONDAY, "1"),
    ):
        with pytest.raises((BadRule, BadValue), match=r"pipeline\.daily"):
            make()
    twice = [DailyTarget("p1", "visit", 3), DailyTarget("p1", "visit", 4)]
    with pytest.raises(BadRows) as rows:
        daily_targets(twice, [], (MONDAY, MONDAY), as_of=MONDAY, calendar=CHINA)
    assert [error.where for error in rows.value.exceptions] == ["targets[1]"]
    with pytest.raises(BadValue, match=r"pipeline\.window"):
        daily_targets(twice[:1], [], (after(1), MONDAY), as_of=MONDAY, calendar=CHINA)


@pytest.mark.parametrize(
    ("money", "came", "done"),
    [
        ([(0, 100), (0, -50)], 50, None),
        ([(0, -50), (0, 100)], 50, None),
        ([(0, 100), (1, -40)], 60, 0),
        ([(0, 100), (1, -41)], 59, None),
        ([(0, 100), (1, -41), (2, 1)], 60, 2),
        ([(0, -50), (1, 100)], 50, None),
        ([(0, -50), (1, 100), (2, 10)], 60, 2),
        ([(0, -50), (1, 50)], 0, None),
        ([(0, 60), (1, -50), (1, 50)], 60, 0),
        ([(0, 90), (1, -30), (2, -30), (3, 30)], 60, 3),
    ],
)
def test_money_taken_back(money, came, done):
    """Of 60 promised: first goes what fits no promise, then the promise; what came too early back is owed first."""
    receipts = [Receipt("A1", after(day), yuan(amount)) for day, amount in money]
    found = weekly_targets([Promise("money", "A1", "p1", after(9), yuan(60))], [at("A1")], receipts, as_of=after(9))
    assert found.lines[0].came == yuan(came)
    assert found.lines[0].done_on == (None if done is None else after(done))


def test_a_week_of_holidays_asks_for_nothing():
    """The eve works; of 16 to 23 February nothing is asked, and what was done on a day off still shows."""
    targets = [DailyTarget("p1", "visit", 3), DailyTarget("p1", "callback", 2)]
    deeds = [Deed("p1", "visit", date(2026, 2, 14), 3), Deed("p1", "visit", date(2026, 2, 18), 1)]
    window = date(2026, 2, 14), date(2026, 2, 24)
    found = daily_targets(targets, deeds, window, as_of=window[1], calendar=CHINA)
    assert [(line.target.kind, line.day.day, line.planned, line.actual, line.state) for line in found.lines] == [
        ("visit", 14, 3, 3, "met"),
        ("visit", 18, 0, 1, "met"),
        ("visit", 24, 3, None, "unreported"),
        ("callback", 14, 2, None, "unreported"),
        ("callback", 24, 2, None, "unreported"),
    ]
    rows = {(row[1].en, row[2]): row[3:] for row in found.by_week().rows}
    assert rows["visits", "2026-W08"] == (0, 1, 0, None)
    assert ("call-backs", "2026-W08") not in rows
    promise = Promise("sign", "A1", "p1", date(2026, 2, 18))
    assert weekly_targets([promise], [at("A1")], as_of=date(2026, 2, 24)).lines[0].late == 6  # by the calendar's days
