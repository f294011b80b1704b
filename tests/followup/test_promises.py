"""Promises that cannot hold, before any plan."""

from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRule, BadValue, NotFound
from pharmasales.followup import Access, Rep, schedule
from pharmasales.followup.planning.visits import Target
from pharmasales.followup.promises import broken_promises, possible_visits, promise_table

MARCH = (date(2026, 3, 2), date(2026, 3, 31))


@frozen
class Weekdays:
    """Mondays to Fridays."""

    def is_workday(self, day):
        """Whether it is one of them."""
        return day.weekday() < 5

    def workdays(self, start, end):
        """Return those between two days."""
        days = (start + timedelta(days=n) for n in range((end - start).days + 1))
        return tuple(day for day in days if self.is_workday(day))


FIVE = Weekdays()
DAYS = FIVE.workdays(*MARCH)


def target(customer, visits, *, grade="A", rep="r1", gap=3, weekdays=range(5), done=()):
    """Return a target of March."""
    return Target(customer, customer, rep, grade, visits, gap, Access(frozenset(weekdays)), done=done)


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, 4)), st.integers(1, 9), st.sets(st.integers(0, 9), max_size=3))
def test_possible_is_the_most(weekdays, gap, made):
    """Against every choice of days of two weeks: none keeps the gap and has more."""
    days = DAYS[:10]
    done = sorted(days[0] - timedelta(days=20 - n) for n in made)
    one = target("c1", 0, weekdays=weekdays, gap=gap, done=done)
    fit = [day for day in days if one.access.receives(day) and (not done or (day - done[-1]).days >= gap)]

    def kept(chosen):
        return all((b - a).days >= gap for a, b in pairwise(chosen))

    best = max(n for n in range(len(fit) + 1) if any(kept(chosen) for chosen in combinations(fit, n)))
    assert possible_visits(one, days) == best


def test_windows_that_allow_fewer():
    """Wednesdays only: 4 in March; six are promised, and the reason counts the days."""
    (broken,) = broken_promises([target("c1", 6, weekdays=[2])], [Rep("r1", "Rep One", 8)], *MARCH, FIVE)
    assert (broken.kind, broken.id, broken.promised, broken.possible, broken.missing) == ("customer", "c1", 6, 4, 2)
    assert broken.why.text("zh") == "客户 c1：承诺 6 次，最多可行 4 次（4 天可访）"


def test_a_gap_that_allows_fewer():
    """Every day suits, but 14 days apart only three fit: 2, 16 and 30 March."""
    (broken,) = broken_promises([target("c1", 4, gap=14)], [Rep("r1", "Rep One", 8)], *MARCH, FIVE)
    assert broken.possible == 3
    assert broken.why.text() == "customer c1: 4 visits promised, at most 3 possible (22 days suit; 14 days apart)"
    (mondays,) = broken_promises([target("c1", 5, weekdays=[0], gap=14)], [Rep("r1", "Rep One", 8)], *MARCH, FIVE)
    assert mondays.why.text() == "customer c1: 5 visits promised, at most 3 possible (5 days suit; 14 days apart)"


def test_leave_and_the_last_visit_count():
    """A rep away on the Wednesdays leaves none; a visit on 27 February pushes the first to 13 March."""
    wednesdays = {day for day in DAYS if day.weekday() == 2}
    away = broken_promises([target("c1", 1, weekdays=[2])], [Rep("r1", "Rep One", 8, wednesdays)], *MARCH, FIVE)
    assert [(one.kind, one.possible) for one in away] == [("customer", 0)]
    assert possible_visits(target("c1", 4, gap=14, done=[date(2026, 2, 27)]), DAYS) == 2
    assert possible_visits(target("c1", 4, gap=14, done=[date(2026, 3, 2)]), DAYS) == 3
    assert possible_visits(target("c1", 4), ()) == 0


def test_a_visit_made_on_no_field_day_counts():
    """Made on Sunday the 1st, before the first field day, or by a rep who has none left: it is made all the same."""
    sunday, month = [date(2026, 3, 1)], (date(2026, 3, 1), MARCH[1])
    assert possible_visits(target("c1", 5, weekdays=[2], done=sunday), DAYS, month[0]) == 5
    assert possible_visits(target("c1", 1, done=sunday), (), month[0]) == 1
    rep, away = Rep("r1", "Rep One", 8), Rep("r1", "Rep One", 8, DAYS)
    assert broken_promises([target("c1", 5, weekdays=[2], done=sunday)], [rep], *month, FIVE) == ()
    assert broken_promises([target("c1", 1, done=sunday)], [away], *month, FIVE) == ()


def test_a_rep_over_the_slots_and_the_class_that_pays():
    """22 days at one visit a day hold A's 20 and 2 of C's 10; B stands between in no need."""
    asked = [target(f"a{n}", 4) for n in range(5)] + [target(f"c{n}", 2, grade="C") for n in range(5)]
    rep, grade = broken_promises(asked, [Rep("r1", "Rep One", 1)], *MARCH, FIVE, "ABC")
    assert (rep.kind, rep.id, rep.promised, rep.possible) == ("rep", "r1", 30, 22)
    assert (grade.kind, grade.id, grade.promised, grade.possible, grade.rep) == ("grade", "C", 10, 2, "")
    backwards = broken_promises(asked, [Rep("r1", "Rep One", 1)], *MARCH, FIVE, "CBA")
    assert [(one.id, one.missing) for one in backwards] == [("r1", 8), ("A", 8)]
    assert promise_table([rep, grade]).rows[1][1:6] == ("C", "", 10, 2, 8)


def test_visits_made_take_no_slot():
    """Two of three visits were made; one slot for the third is enough, none is not."""
    done = [date(2026, 3, 3), date(2026, 3, 9)]
    one = target("c1", 3, done=done)
    until = date(2026, 3, 16)
    leave = set(DAYS) - {date(2026, 3, 2), date(2026, 3, 16)}
    assert broken_promises([one], [Rep("r1", "Rep One", 1, leave)], MARCH[0], until, FIVE) == ()
    none = broken_promises([one], [Rep("r1", "Rep One", 1, leave)], MARCH[0], date(2026, 3, 13), FIVE)
    assert [(broken.id, broken.missing) for broken in none] == [("c1", 1)]


def test_slots_that_just_suffice_break_no_promise():
    """22 visits for 22 slots."""
    asked = [target(f"c{n}", 2) for n in range(11)]
    assert broken_promises(asked, [Rep("r1", "Rep One", 1)], *MARCH, FIVE) == ()


def test_a_rep_without_slots_is_named():
    """Nobody in the post: the whole promise is missing."""
    rep, grade = broken_promises([target("c1", 1)], [Rep("r1", "Rep One", 0)], *MARCH, FIVE)
    assert (rep.possible, grade.missing) == (0, 1)


def test_the_order_given_does_not_matter():
    """Customers by id, then reps, then classes."""
    asked = [target(f"c{n}", 9, weekdays=[n % 5], rep=f"r{n % 2}", grade="AB"[n % 2]) for n in range(6)]
    reps = [Rep("r1", "Rep One", 0), Rep("r0", "Rep Zero", 0)]
    one = broken_promises(asked, reps, *MARCH, FIVE)
    assert one == broken_promises(asked[::-1], reps[::-1], *MARCH, FIVE)
    assert [broken.id for broken in one] == ["c0", "c1", "c2", "c3", "c4", "c5", "r0", "r1", "A", "B"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(1, 20), st.sets(st.integers(0, 4))), max_size=4))
def test_no_plan_makes_more_than_is_possible(asked):
    """The visit plan never makes more visits to a customer than are called possible."""
    reps = [Rep("r1", "Rep One", 2)]
    targets = [target(f"c{n}", visits, gap=gap, weekdays=days) for n, (visits, gap, days) in enumerate(asked)]
    plan = schedule(targets, reps, *MARCH, FIVE)
    for one in targets:
        made = sum(visit.customer == one.customer for visit in plan.visits)
        assert made <= min(one.visits, possible_visits(one, DAYS))
    if not broken_promises(targets, [evolve(reps[0], visits_a_day=99)], *MARCH, FIVE):
        assert all(possible_visits(one, DAYS) >= one.visits for one in targets)


def test_what_is_refused():
    """Strangers, classes without a place, a period backwards."""
    with pytest.raises(NotFound, match="'c1'"):
        broken_promises([target("c1", 1, rep="r9")], [Rep("r1", "Rep One", 8)], *MARCH, FIVE)
    with pytest.raises(BadRule, match="no place in the priority: A"):
        broken_promises([target("c1", 1)], [Rep("r1", "Rep One", 8)], *MARCH, FIVE, "B")
    with pytest.raises(BadValue, match="ends before"):
        broken_promises([], [Rep("r1", "Rep One", 8)], *MARCH[::-1], FIVE)
