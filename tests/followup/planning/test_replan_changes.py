"""What differs between two plans, and carry-over rules."""

from datetime import date, time, timedelta
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadValue
from pharmasales.followup import ANY_DAY, Rep, Schedule, Target, Visit, schedule
from pharmasales.followup.planning.carrying import Carry, missed
from pharmasales.followup.planning.changes import visit_changes
from pharmasales.workdays import CHINA

START, END = date(2026, 3, 1), date(2026, 3, 31)


def visit(day, number, customer="c1", start=None):
    """Return one visit of March."""
    who = ("r1", "Rep One", customer, "Dr. Example", "A")
    return Visit(date(2026, 3, day), *who, number, 4, Fraction(4), None, ANY_DAY, START, start=start)


def plan(*visits, as_of=START):
    """Return a plan of some visits."""
    return Schedule(visits, (), (), (), (), START, END, as_of, ("A",))


def told(changes):
    """Return kind, number and days of each change."""
    return [(one.kind, one.visit.number, one.was and one.was.day, one.now and one.now.day) for one in changes]


def test_each_kind():
    """Kept, moved, retimed, added and dropped, in the order of the days."""
    before = plan(visit(2, 1), visit(9, 2), visit(16, 3, start=time(9)), visit(23, 4), visit(9, 1, "c2"))
    after = plan(visit(2, 1), visit(11, 2), visit(16, 3, start=time(10)), visit(30, 5), visit(9, 1, "c2"))
    found = visit_changes(before, after)
    assert told(found) == [
        ("moved", 2, 9, 11),
        ("retimed", 3, 16, 16),
        ("dropped", 4, 23, None),
        ("added", 5, None, 30),
    ]
    assert (found.kept, len(found)) == (2, 4)
    assert [len(part) for part in (found.moved, found.added, found.dropped, found.of("retimed"))] == [1, 1, 1, 1]
    assert found.moved[0].id == "2026-03-01/r1/c1/2"


def test_history_is_not_compared():
    """Visits before the first day that the later plan could change are neither kept nor dropped."""
    found = visit_changes(plan(visit(2, 1), visit(9, 2)), plan(visit(9, 2), as_of=date(2026, 3, 5)))
    assert (told(found), found.kept) == ([], 1)


def test_the_table_in_both_languages():
    """One row a change; no reason where only two plans were compared."""
    found = visit_changes(plan(visit(2, 1)), plan(visit(3, 1)))
    assert (
        found.table().text("zh").splitlines()[0].split()
        == "变动 原日期 现日期 代表编号 客户编号 客户 级别 原因 拜访编号".split()
    )
    assert found.table().text("zh").splitlines()[2].split()[:3] == ["改期", "2026-03-02", "2026-03-03"]
    assert "moved" in found._repr_html_()
    assert "Dr. Example" not in repr(found)


days = st.lists(st.integers(1, 31), max_size=9, unique=True)


@given(days, days)
def test_law_counts_add_up(one, other):
    """Kept, moved and dropped are the visits of the one plan; kept, moved and added those of the other."""
    before, after = (plan(*(visit(day, n) for n, day in enumerate(sorted(some), 1))) for some in (one, other))
    found = visit_changes(before, after)
    assert found.kept + len(found.moved) + len(found.dropped) == len(one)
    assert found.kept + len(found.moved) + len(found.added) == len(other)
    assert not len(visit_changes(before, before))
    back = visit_changes(after, before)
    assert (len(back.added), len(back.dropped), back.kept) == (len(found.dropped), len(found.added), found.kept)


def test_two_plans_of_schedule():
    """A day of leave: the visit of that day moves, under the same id."""
    one = [Target("c1", "Dr. Example", "r1", "A", visits=1, gap=3)]
    before = schedule(one, [Rep("r1", "Rep One", 8)], START, END, CHINA)
    day = before.visits[0].day
    after = schedule(one, [Rep("r1", "Rep One", 8, {day})], START, END, CHINA)
    assert told(visit_changes(before, after)) == [("moved", 1, day.day, after.visits[0].day.day)]


@pytest.mark.parametrize(
    ("planned", "done", "left"),
    [
        ([3, 10, 17], [3, 10, 17], []),
        ([3, 10, 17], [], [3, 10, 17]),
        ([3, 10, 17], [4], [10, 17]),
        ([3, 10, 17], [10], [3, 17]),
        ([3, 10, 17], [10, 18], [17]),
        ([3, 10], [1, 2, 3, 4], []),
        ([], [4], []),
    ],
)
def test_missed(planned, done, left):
    """A visit made on its day stands for it, any other for the earliest that is open."""
    as_days = [[date(2026, 3, day) for day in some] for some in (planned, done)]
    assert [day.day for day in missed(*as_days)] == left


@given(days, days)
def test_law_of_missed(planned, done):
    """As many are missed as were planned beyond those made, and none that was made on its day."""
    first = START - timedelta(days=1)
    one, other = ([first + timedelta(days=day) for day in some] for some in (planned, done))
    found = missed(one, other)
    assert len(found) == max(0, len(set(one)) - len(other))
    assert not set(found) & set(other)
    assert set(found) <= set(one)


def test_carry():
    """The rule of a grade, else the rule of all others; a rule that does not exist is refused."""
    carry = Carry("next", {"A": "cycle"})
    assert [carry.rule(grade) for grade in "AB"] == ["cycle", "next"]
    assert Carry().rule("A") == "cycle"
    for bad in (lambda: Carry("later"), lambda: Carry(by_grade={"A": ""})):
        with pytest.raises(BadValue, match=r"followup\.carry"):
            bad()
    assert evolve(carry, other="drop").rule("B") == "drop"
