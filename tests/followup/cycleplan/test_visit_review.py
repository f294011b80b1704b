"""The review of visits: every planned visit ends somewhere, what is unfinished goes on with its origin."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from itertools import permutations

import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadValue
from pharmasales.followup import ANY_DAY, Visit
from pharmasales.followup.calls.reports import CallReport
from pharmasales.followup.cycleplan.visit_lines import OUTCOMES, visit_lines
from pharmasales.followup.cycleplan.visit_review import CarriedVisit, review_visits
from pharmasales.periods import Month, Week

WEEK, MONDAY = Week(2026, 10), date(2026, 3, 2)
CYCLE = date(2026, 3, 1)


@frozen
class Plan:
    """A version of a plan: the first day that could be planned, and its visits."""

    as_of: date
    visits: tuple[Visit, ...]


def visit(day: int, customer: str = "c1", number: int = 1, rep: str = "r1") -> Visit:
    """Return a visit on a day of March."""
    name = {"r1": "Rep One", "r2": "Rep Two"}[rep]
    return Visit(date(2026, 3, day), rep, name, customer, "D*", "A", number, 4, Fraction(4), None, ANY_DAY, CYCLE)


def plan(as_of: int, *visits: Visit) -> Plan:
    """Return a version as of a day of March."""
    return Plan(date(2026, 3, as_of), visits)


def report(day: int, customer: str = "c1", state: str = "done", of: str = "", rep: str = "r1") -> CallReport:
    """Return a report of a visit on a day of March."""
    reason = "customer_absent" if state in ("missed", "moved", "cancelled") else ""
    moved = f"{CYCLE}/{rep}/{customer}/9" if state == "moved" else ""
    day_, id_ = date(2026, 3, day), f"V{day}{customer}{state}{of}"
    return CallReport(id_, rep, customer, day_, state=state, visit=of, reason=reason, moved_to=moved)


def outcomes(plans, reports, as_of: int = 9, period=WEEK) -> list[tuple[str, str, str]]:
    """Return of each line the day planned, the outcome and the day, of the customers in their order."""
    lines, _ = visit_lines(plans, reports, period, date(2026, 3, as_of))
    return [(line.visit.day.strftime("%d"), line.outcome, line.day.strftime("%d")) for line in lines]


@pytest.mark.parametrize(
    ("told", "as_of", "found"),
    [
        ([report(3)], 9, ("03", "done", "03")),
        ([report(5)], 9, ("03", "done", "05")),
        ([report(8)], 9, ("03", "done", "08")),
        ([report(3, state="cancelled"), report(6)], 9, ("03", "cancelled", "03")),
        ([report(3, state="missed"), report(10)], 16, ("03", "missed", "03")),
        ([report(5, of="2026-03-01/r1/c1/1")], 9, ("03", "done", "05")),
        ([report(2, of="2026-03-01/r1/c1/1")], 9, ("03", "done", "02")),
        ([], 9, ("03", "missed", "03")),
        ([], 4, ("03", "missed", "03")),
        ([], 3, ("03", "ahead", "03")),
        ([report(3, state="missed")], 9, ("03", "missed", "03")),
        ([report(3, state="cancelled")], 9, ("03", "cancelled", "03")),
        ([report(3, state="moved")], 9, ("03", "moved", "03")),
        ([report(3, state="missed"), report(6)], 9, ("03", "done", "06")),
        ([report(3, rep="r2")], 9, ("03", "missed", "03")),
        ([report(3, "c2")], 9, ("03", "missed", "03")),
        ([report(3, state="missed", of="2026-03-01/r1/c1/1"), report(11, of="2026-03-01/r1/c1/1")], 16,
         ("03", "missed", "03")),
        ([report(11, of="2026-03-01/r1/c1/1")], 16, ("03", "moved", "11")),
        ([report(3, state="planned")], 9, ("03", "missed", "03")),
    ],
)  # fmt: skip
def test_what_a_report_says(told, as_of, found):
    """Made on its day, on another, before or after the time; missed, called off, moved; of somebody else."""
    assert outcomes([plan(1, visit(3))], told, as_of) == [found]


@pytest.mark.parametrize(
    ("later", "as_of", "found"),
    [
        ([plan(3, visit(6))], 9, ("05", "missed", "06")),
        ([plan(3, visit(6))], 4, ("05", "ahead", "06")),
        ([plan(5, visit(10))], 9, ("05", "moved", "10")),
        ([plan(6, visit(10))], 9, ("05", "missed", "05")),
        ([plan(3)], 9, ("05", "cancelled", "05")),
        ([plan(6)], 9, ("05", "missed", "05")),
        ([plan(3, visit(6)), plan(4, visit(12))], 9, ("05", "moved", "12")),
        ([plan(3, visit(6)), plan(4)], 9, ("05", "cancelled", "06")),
        ([plan(3, visit(6)), plan(7, visit(12))], 9, ("05", "missed", "06")),
    ],
)
def test_what_a_later_plan_says(later, as_of, found):
    """Moved within the time it is what it is on its new day; out of it, it moved; dropped before its day, it is off."""
    assert outcomes([plan(1, visit(5)), *later], [], as_of) == [found]


def test_the_time_begins_with_the_last_plan_before_it():
    """A version made on the first day counts as what was planned; what comes in later is added, with its origin."""
    older, newer = plan(1, visit(3), visit(5, "c2")), plan(2, visit(4), visit(5, "c2"))
    latest = plan(4, visit(4), visit(6, "c3"), visit(5, "c2"), visit(7, "c9"))
    week = review_visits([older, newer, latest], [], WEEK, date(2026, 3, 9))
    assert (week.planned, week.added) == (2, 2)
    assert [(line.visit.customer, line.added, line.origin.day) for line in week.lines] == [
        ("c1", False, 3), ("c2", False, 5), ("c3", True, 6), ("c9", True, 7),
    ]  # fmt: skip
    only_later = review_visits([plan(5, visit(6))], [], WEEK, date(2026, 3, 9))
    assert (only_later.planned, only_later.added) == (1, 0)


def test_a_visit_moved_into_the_time_is_added():
    """Planned for the week after, moved into this one: added, and the origin is the day it had first."""
    week = review_visits([plan(1, visit(10)), plan(4, visit(6))], [report(6)], WEEK, date(2026, 3, 9))
    assert [(line.added, line.outcome, line.origin.day) for line in week.lines] == [(True, "done", 10)]


def test_each_report_counts_once():
    """Two visits of one customer and one report: the one on its day, else the earlier one; the rest is extra."""
    two = [plan(1, visit(3), visit(6, number=2))]
    assert outcomes(two, [report(6)]) == [("03", "missed", "03"), ("06", "done", "06")]
    assert outcomes(two, [report(5)]) == [("03", "done", "05"), ("06", "missed", "06")]
    assert outcomes(two, [report(5), report(6)]) == [("03", "done", "05"), ("06", "done", "06")]
    lines, extra = visit_lines(two, [report(day) for day in (2, 4, 5)], WEEK, date(2026, 3, 9))
    assert [line.day.day for line in lines] == [2, 4]
    assert [one.day.day for one in extra] == [5]
    same = report(3, of="2026-03-01/r1/c1/1")
    lines, extra = visit_lines(two, [same, evolve(same, id="V2", day=date(2026, 3, 4))], WEEK, date(2026, 3, 9))
    assert (lines[0].day.day, [one.day.day for one in extra]) == (3, [4])
    _, extra = visit_lines(two, [report(4, of="2026-03-01/r1/c9/1"), report(20)], WEEK, date(2026, 3, 9))
    assert [one.day.day for one in extra] == [4]


def test_what_is_unfinished_goes_on_with_its_origin():
    """Missed in the first week, planned anew and missed again in the second: the origin is still the first day."""
    id_ = "2026-03-01/r1/c1/1"
    plans = [plan(1, visit(3), visit(4, "c2")), plan(9, visit(11), visit(12, "c2", 2))]
    told = [report(3, state="missed"), report(4, "c2")]
    first = review_visits(plans, told, WEEK, date(2026, 3, 9))
    assert [(one.visit, one.origin.day, one.new.day) for one in first.carried] == [(id_, 3, 11)]
    assert first.carried[0].why.text("zh") == "客户不在（现安排在 2026-03-11）"
    again = review_visits(plans, told, Week(2026, 11), date(2026, 3, 16), first.carried)
    assert [(one.visit, one.origin.day, one.new) for one in again.carried if one.visit == id_] == [(id_, 3, None)]
    assert [(x.visit.customer, x.added, x.origin.day) for x in again.lines] == [("c1", False, 3), ("c2", False, 12)]
    alone = review_visits(plans[1:], told, Week(2026, 11), date(2026, 3, 16), first.carried)
    assert [one.origin.day for one in alone.carried if one.visit == id_] == [3]
    late = review_visits(plans, told, WEEK, date(2026, 3, 16))
    assert [(one.new, one.why.text()) for one in late.carried] == [(None, "the customer was not there")]


def test_what_an_older_cycle_carried_is_made_good_by_a_visit_beside_the_plan():
    """One visit too many makes the older of two good; the other is carried on as it was."""
    old = [
        CarriedVisit(f"2026-02-01/r1/c1/{n}", "r1", "Rep One", "c1", "D*", "A", date(2026, 2, 10 * n), None, why)
        for n, why in ((2, review_visits([], [], WEEK, MONDAY).why), (1, review_visits([], [], WEEK, MONDAY).why))
    ]
    week = review_visits([plan(1, visit(3))], [report(3), report(5)], WEEK, date(2026, 3, 9), old)
    assert [one.visit for one in week.carried] == ["2026-02-01/r1/c1/2"]
    assert len(review_visits([plan(1, visit(3))], [report(3)], WEEK, date(2026, 3, 9), old).carried) == 2
    assert [one.origin.day for one in review_visits([], [], WEEK, date(2026, 3, 9), old).carried] == [10, 20]


def test_what_comes_next():
    """After a week the next seven days, after a month the next month; nothing before the day that is still open."""
    plans = [plan(1, *(visit(day, f"c{day}") for day in (3, 9, 15, 16, 31)))]
    assert [one.day.day for one in review_visits(plans, [], WEEK, date(2026, 3, 9)).coming] == [9, 15]
    assert [one.day.day for one in review_visits(plans, [], WEEK, date(2026, 3, 10)).coming] == [15]
    february = review_visits(plans, [], Month(2026, 2), date(2026, 3, 1))
    assert (len(february.coming), february.until) == (5, date(2026, 3, 31))


def test_tables_and_words():
    """Counts of each rep add up; reasons are counted; both languages say the same figures."""
    plans = [plan(1, visit(3), visit(4, "c2"), visit(5, "c3", rep="r2"))]
    told = [report(3), report(4, "c2", "cancelled"), report(6, "c7", rep="r2")]
    week = review_visits(plans, told, WEEK, date(2026, 3, 9))
    rows = [tuple(row) for row in week.summary_table().rows]
    assert rows == [
        ("r1", "Rep One", 2, 0, 1, 0, 0, 1, 0, 0, Fraction(1, 2)),
        ("r2", "Rep Two", 1, 0, 0, 1, 0, 0, 0, 1, Fraction(0)),
    ]
    assert [(row[0].en, row[1].en, row[2]) for row in week.reasons_table().rows] == [
        ("missed", "no reason reported", 1), ("cancelled", "the customer was not there", 1),
    ]  # fmt: skip
    assert week.made == Fraction(1, 3)
    assert week.why.text() == (
        "3 planned, 0 added: 1 done, 1 missed, 0 moved, 1 cancelled, 0 still ahead; 1 made beside the plan"
    )
    assert "计划 3 次，新增 0 次：完成 1 次" in week.text("zh")
    assert "Carried over" in week.text()
    assert "<table>" in week._repr_html_()
    assert list(week.tables()) == [
        "visit_review", "visit_reasons", "carried_visits", "coming_visits", "visit_outcomes",
    ]  # fmt: skip
    assert "D*" not in repr(week.carried)
    assert review_visits([], [], WEEK, MONDAY).made is None


def test_versions_out_of_order_are_refused():
    """The oldest comes first."""
    with pytest.raises(BadValue, match=r"followup\.versions"):
        visit_lines([plan(9), plan(1)], [], WEEK, MONDAY)


DAYS = st.integers(1, 20)
WHO = st.sampled_from(["c1", "c2", "c3"])
PLANS = st.lists(
    st.tuples(DAYS, st.dictionaries(st.tuples(WHO, st.integers(1, 3)), DAYS, max_size=6)), min_size=1, max_size=4
)
REPORTS = st.lists(
    st.tuples(DAYS, WHO, st.sampled_from(["done", "missed", "moved", "cancelled"]), st.booleans(), st.integers(1, 3)),
    max_size=8,
)


def versions(given_plans) -> list[Plan]:
    """Return versions in order, each without visits before its first day."""
    return [
        plan(
            as_of, *sorted((visit(day, who, n) for (who, n), day in found.items() if day >= as_of), key=lambda v: v.day)
        )
        for as_of, found in sorted(given_plans, key=lambda one: one[0])
    ]


@settings(max_examples=300)
@given(PLANS, REPORTS, DAYS)
def test_conservation(given_plans, told, as_of):
    """Planned and added are the sum of the five outcomes, each visit once; each visit made counts once or is extra."""
    plans = versions(given_plans)
    reports = [
        evolve(report(day, who, state, f"{CYCLE}/r1/{who}/{n}" if named else ""), id=f"V{at}")
        for at, (day, who, state, named, n) in enumerate(told)
    ]
    week = review_visits(plans, reports, WEEK, date(2026, 3, as_of))
    assert week.planned + week.added == sum(week.count(outcome) for outcome in OUTCOMES) == len(week.lines)
    assert len({line.visit.id for line in week.lines}) == len(week.lines)
    began = [one for one in plans if one.as_of <= WEEK.start][-1:] or plans[:1]
    assert week.planned == sum(one.day in WEEK for one in began[0].visits)
    assert {one.visit for one in week.carried} == {line.visit.id for line in week.lines if line.unfinished}
    made = [one for one in reports if one.state == "done" and one.day in WEEK]
    done = sum(line.outcome == "done" and line.day in WEEK for line in week.lines)
    assert done + len(week.extra) == len(made)
    assert all(line.added or line.origin in {v.day for p in plans for v in p.visits} for line in week.lines)
    assert all(line.day >= date(2026, 3, as_of) for line in week.lines if line.outcome == "ahead")
    assert Counter(line.outcome for line in week.lines)["ahead"] == 0 or as_of <= WEEK.end.day


@settings(max_examples=60)
@given(PLANS, REPORTS.filter(lambda told: len(told) <= 3))
def test_the_order_of_reports_does_not_matter(given_plans, told):
    """Whatever order the log has, the outcomes are the same."""
    plans = versions(given_plans)
    days = sorted({day for day, *_ in told})
    reports = [
        evolve(report(day, who, state, f"{CYCLE}/r1/{who}/{n}" if named else ""), id=f"V{at}")
        for at, (day, who, state, named, n) in enumerate(told)
    ]
    if len(days) < len(told):  # reports of one day stand in the order given
        return
    found = {
        tuple(
            (line.visit.id, line.outcome, line.day)
            for line in visit_lines(plans, mixed, WEEK, MONDAY + timedelta(7))[0]
        )
        for mixed in permutations(reports)
    }
    assert len(found) == 1
