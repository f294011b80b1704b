"""The visit plan: worked cases, errors, tables."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from attrs import evolve

from pharmasales.errors import BadRows, BadRule, BadValue
from pharmasales.followup import Access, Rep, Target, schedule


class Weekdays:
    """Mondays to Fridays, without some days."""

    def __init__(self, *off):
        self.off = off

    def is_workday(self, day):
        """Whether it is one of them."""
        return day.weekday() < 5 and day not in self.off

    def workdays(self, start, end):
        """Return those between two days."""
        days = (start + timedelta(days=n) for n in range((end - start).days + 1))
        return tuple(day for day in days if self.is_workday(day))


FIVE = Weekdays()
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
REP = Rep("r1", "Rep One", 8)


def target(customer, visits=1, gap=1, **more):
    """Return a customer of Rep One."""
    more = {"rep": "r1", "grade": "A", "name": f"Dr. {customer}", **more}
    return Target(customer, visits=visits, gap=gap, **more)


def days_of(plan, customer):
    """Return the days of March on which a customer is visited."""
    return [visit.day.day for visit in plan.visits if visit.customer == customer]


def only_unmet(plan):
    """Return the customer, count and reason of the only unmet demand."""
    assert len(plan.unmet) == 1
    return plan.unmet[0].customer, plan.unmet[0].count, plan.unmet[0].reason


def test_even_spacing_on_visiting_days():
    """Four visits on four Wednesdays."""
    plan = schedule([target("c1", 4, 3, access=Access({2}))], [REP], *MARCH, FIVE)
    assert days_of(plan, "c1") == [4, 11, 18, 25]
    assert plan.unmet == ()


def test_spacing_follows_the_last_visit_done():
    """Last seen 26 February, two visits in 31 days: gaps of 14 and 15 come nearest to 15.5 on working days."""
    plan = schedule([target("c1", 2, 7, done=(date(2026, 2, 26), date(2026, 1, 2)))], [REP], *MARCH, FIVE)
    assert days_of(plan, "c1") == [12, 27]
    assert [visit.since for visit in plan.visits] == [14, 15]


def test_long_overdue_is_seen_on_the_first_day():
    """A customer last seen long ago is due at once, however long ago it was."""
    plan = schedule([target("c1", 1, 7, done=(date(2025, 3, 1),))], [REP], *MARCH, FIVE)
    assert days_of(plan, "c1") == [2]
    assert plan.visits[0].since == 366


def test_gap_to_visits_done_is_kept():
    """Seen on 27 February with a gap of 14 days: not before 13 March."""
    plan = schedule([target("c1", 3, 14, done=(date(2026, 2, 27),))], [REP], *MARCH, FIVE)
    assert days_of(plan, "c1") == [13, 27]
    assert only_unmet(plan) == ("c1", 1, "gap")


def test_one_place_takes_one_day():
    """Eight customers of one hospital are visited on one day; without a place they spread over eight."""
    there = [target(f"c{n}", place="Example Hospital") for n in range(8)]
    plan = schedule(there, [REP], *MARCH, FIVE)
    assert len({visit.day for visit in plan.visits}) == 1
    assert {visit.together for visit in plan.visits} == {7}
    apart = schedule([evolve(one, place="") for one in there], [REP], *MARCH, FIVE)
    assert len({visit.day for visit in apart.visits}) == 8


def test_two_places_change_days_in_full_days():
    """Two days of two slots, two customers at each of two places: each place has its own day."""
    start, end = date(2026, 3, 2), date(2026, 3, 3)
    four = [target(f"c{n}", place=f"hospital {n % 2}") for n in range(4)]
    plan = schedule(four, [Rep("r1", "Rep One", 2)], start, end, FIVE)
    assert {visit.together for visit in plan.visits} == {1}


def test_room_is_made_by_moving_others():
    """The flexible customer moves off the only day that the other two can take, over two steps."""
    start, end = date(2026, 3, 2), date(2026, 3, 4)
    chain = [
        target("a", access=Access({0, 1})),
        target("b", access=Access({1, 2})),
        target("c", access=Access({0})),
        target("d", access=Access({0, 1}), grade="B"),
    ]
    plan = schedule(chain, [Rep("r1", "Rep One", 1)], start, end, FIVE)
    assert (days_of(plan, "a"), days_of(plan, "b"), days_of(plan, "c")) == ([3], [4], [2])
    assert only_unmet(plan) == ("d", 1, "full")


def test_priority_decides_who_goes_short():
    """One slot: the first grade gets it, alphabetical unless the scheme says otherwise."""
    day = date(2026, 3, 2)
    two = [target("c1", grade="A"), target("c2", grade="B")]
    one = [Rep("r1", "Rep One", 1)]
    assert schedule(two, one, day, day, FIVE).unmet[0].customer == "c2"
    assert schedule(two, one, day, day, FIVE, priority=["B", "A"]).unmet[0].customer == "c1"


def test_more_demand_comes_first_within_a_grade():
    """Two days of one slot: the customer with two visits has both, though its id is later."""
    start, end = date(2026, 3, 2), date(2026, 3, 3)
    plan = schedule([target("c1", 1), target("c2", 2)], [Rep("r1", "Rep One", 1)], start, end, FIVE)
    assert (days_of(plan, "c2"), only_unmet(plan)) == ([2, 3], ("c1", 1, "full"))


@pytest.mark.parametrize(
    ("customer", "rep", "calendar", "reason", "zh"),
    [
        (target("c1", access=Access({5})), REP, FIVE, "access", "工作日均非接待日"),
        (target("c1"), Rep("r1", "Rep One", 0), FIVE, "no-day", "代表无可用工作日"),
        (target("c1"), Rep("r1", "Rep One", 8, FIVE.workdays(*MARCH)), FIVE, "no-day", "代表无可用工作日"),
        (
            target("c1", 4, 3, access=Access({2})),
            Rep("r1", "Rep One", 8, {date(2026, 3, 11)}),
            FIVE,
            "leave",
            "代表休假占用接待日",
        ),
        (
            target("c1", 4, 3, access=Access({2})),
            REP,
            Weekdays(date(2026, 3, 11)),
            "gap",
            "3 个可访日、间隔不少于 3 天，最多 3 次",
        ),
    ],
)
def test_reasons(customer, rep, calendar, reason, zh):
    """What keeps a visit out is named in both languages."""
    plan = schedule([customer], [rep], *MARCH, calendar)
    assert only_unmet(plan) == ("c1", 1, reason)
    assert plan.unmet[0].why.text("zh") == zh


def test_a_month_carries_over_what_it_could_not_take():
    """On leave all January: its visits are made in February and March, nothing is lost."""
    january = FIVE.workdays(date(2026, 1, 1), date(2026, 1, 31))
    plan = schedule([target("c1", 6, 3)], [Rep("r1", "Rep One", 8, january)], date(2026, 1, 1), MARCH[1], FIVE)
    assert [(x.days, x.planned, x.unmet) for x in plan.loads] == [(0, 0, 0), (20, 4, 0), (22, 2, 0)]
    assert plan.visits[0].day >= date(2026, 2, 1)


def test_a_month_brings_forward_what_a_later_one_cannot_take():
    """On leave all March: its visits are made before."""
    march = FIVE.workdays(*MARCH)
    plan = schedule([target("c1", 6, 3)], [Rep("r1", "Rep One", 8, march)], date(2026, 1, 1), MARCH[1], FIVE)
    assert [x.planned for x in plan.loads][2] == 0
    assert (len(plan.visits), plan.unmet) == (6, ())


def test_a_gap_of_a_month_is_planned_on_the_whole_horizon():
    """On Mondays a gap of 30 days is 35: three visits fit into 90 days, wherever the months end."""
    plan = schedule([target("c1", 3, 30, access=Access({0}))], [REP], date(2026, 1, 1), MARCH[1], FIVE)
    assert (len(plan.visits), plan.unmet) == (3, ())


def test_a_higher_grade_takes_a_place_from_a_lower_one_of_another_month():
    """Away all March, the A customer takes February's second day from the C customer, nothing from B."""
    march, calendar = FIVE.workdays(*MARCH), Weekdays(*FIVE.workdays(date(2026, 2, 5), date(2026, 2, 27)))
    three = [
        target("c1", 1, grade="C", access=Access({0, 1})),
        target("c2", 2, access=Access({0, 1})),
        target("c3", 1, grade="B", access=Access({2})),
    ]
    plan = schedule(three, [Rep("r1", "Rep One", 1, march)], date(2026, 2, 1), MARCH[1], calendar)
    assert [(visit.customer, visit.day.day) for visit in plan.visits] == [("c2", 2), ("c2", 3), ("c3", 4)]
    assert only_unmet(plan) == ("c1", 1, "full")


def test_load_names_the_month_that_came_short():
    """Two Mondays of one slot, 8 visits due in April: one is brought forward to 30 March, one is made, 6 are unmet."""
    customers = [target(f"c{n:02d}", 2, 1, access=Access({0})) for n in range(4)]
    plan = schedule(customers, [Rep("r1", "Rep One", 1)], date(2026, 3, 30), date(2026, 4, 10), FIVE)
    assert [(str(x.month), x.days, x.slots, x.planned, x.unmet) for x in plan.loads] == [
        ("2026-03", 2, 2, 1, 0),
        ("2026-04", 8, 8, 1, 6),
    ]


def test_load_takes_off_what_another_month_made_up_for():
    """On leave all January, 3, 4 and 3 due, four Wednesdays in February and in March: one of January's 3 is made up."""
    january = FIVE.workdays(date(2026, 1, 1), date(2026, 1, 31))
    ten = target("c1", 10, 3, access=Access({2}))
    plan = schedule([ten], [Rep("r1", "Rep One", 8, january)], date(2026, 1, 1), MARCH[1], FIVE)
    assert [(x.planned, x.unmet) for x in plan.loads] == [(0, 2), (4, 0), (4, 0)]
    assert only_unmet(plan) == ("c1", 2, "leave")


def test_horizon_in_the_middle_of_a_month():
    """A plan from 12 to 20 March stays inside."""
    plan = schedule([target("c1", 3, 2)], [REP], date(2026, 3, 12), date(2026, 3, 20), FIVE)
    assert len(plan.visits) == 3
    assert all(12 <= day <= 20 for day in days_of(plan, "c1"))


def test_many_more_visits_than_days():
    """A hostile demand ends with every day used and the rest unmet."""
    plan = schedule([target("c1", 10**9)], [REP], *MARCH, FIVE)
    assert (len(plan.visits), only_unmet(plan)) == (22, ("c1", 10**9 - 22, "gap"))


def test_nothing_to_do():
    """No target, no rep, no demand, no working day: an empty plan, a row of load for each rep and month."""
    assert schedule([], [], *MARCH, FIVE).loads == ()
    idle = schedule([target("c1", 0)], [REP], *MARCH, FIVE)
    assert (idle.visits, idle.unmet, idle.loads[0].slots) == ((), (), 176)
    weekend = schedule([target("c1", 1)], [REP], date(2026, 3, 7), date(2026, 3, 8), FIVE)
    assert only_unmet(weekend) == ("c1", 1, "no-day")


def test_errors_come_all_at_once():
    """Unknown reps, ids given twice and visits done inside the horizon, each by id and never by name."""
    bad = [
        target("c1"),
        target("c1"),
        target("c2", rep="r9"),
        target("c3", done=(MARCH[0],)),
    ]
    with pytest.raises(BadRows) as caught:
        schedule(bad, [REP, REP], *MARCH, FIVE)
    assert list(caught.value.lines()) == [
        "rep given twice @ rep 'r1' [followup.twice]",
        "given twice @ customer 'c1'; one rep visits a customer; add the visits up [followup.twice]",
        "no rep 'r9' @ customer 'c2'; add the rep [followup.rep]",
        "a visit done inside the horizon @ customer 'c3'; start the plan after it [followup.done]",
    ]


def test_other_errors():
    """A horizon backwards, a grade without priority, demand and gap that are no counts."""
    with pytest.raises(BadValue, match="ends before it starts"):
        schedule([], [REP], MARCH[1], MARCH[0], FIVE)
    with pytest.raises(BadRule, match="grades without a priority: A, C;"):
        schedule([target("1"), target("2", grade="B"), target("3", grade="C")], [REP], *MARCH, FIVE, priority="B")
    with pytest.raises(BadValue, match="customer 'c1'"):
        target("c1", -1)
    with pytest.raises(BadValue, match="customer 'c1'"):
        target("c1", True)
    with pytest.raises(BadValue, match="shortest gap"):
        target("c1", 1, 0)
    with pytest.raises(BadValue, match="empty id"):
        target(" ")


def test_every_visit_says_why():
    """Grade, number, frequency, spacing, weekday and place, in both languages."""
    customers = [target("c1", 2, 7, access=Access({2, 3}), place="Example Hospital", done=(date(2026, 2, 25),))]
    customers.append(target("c2", 1, 7, grade="B", access=Access({2}), place="Example Hospital"))
    plan = schedule(customers, [REP], *MARCH, FIVE)
    first = next(visit for visit in plan.visits if visit.customer == "c1")
    assert first.why.text() == (
        "grade A, visit 1 of 2, 2 a month (14 days after the last one; Wed is a visiting day (Wed, Thu); "
        "1 more at this place on this day)"
    )
    assert first.why.text("zh") == (
        "A 级，第 1 次（共 2 次），每月 2 次（距上次 14 天；周三为接待日（周三、周四）；当日同一地点另有 1 次）"
    )
    free = schedule([target("c1")], [REP], *MARCH, FIVE).visits[0]
    assert free.why.text() == "grade A, visit 1 of 1, 1 a month (no visit known before; Mon, any working day suits)"
    assert free.why.parts[0].text("zh") == "此前无拜访记录"
    assert free.why.parts[1].text("zh") == "周一，任一工作日均可"
    assert free.monthly == Fraction(1)


def test_monthly_rate_without_working_days():
    """Where no working day makes a part of a month there is no visit to explain, and no division by zero."""
    plan = schedule([target("c1", 2)], [REP], date(2026, 3, 7), date(2026, 3, 7), FIVE)
    assert [x.unmet for x in plan.loads] == [2]


def test_tables():
    """The visits table has exactly the columns that files bear, and the others sum up the rest."""
    customers = [target("c1", 1, access=Access({0})), target("c2", 9, 7, access=Access({0}), grade="B")]
    plan = schedule(customers, [Rep("r1", "Rep One", 1)], *MARCH, FIVE)
    visits, unmet, load = plan.table(), plan.unmet_table(), plan.load_table()
    assert visits.name == "visits"
    assert [column.key for column in visits.columns] == (
        "date rep_id rep customer_id customer grade why visit_id start".split()
    )
    first = visits.rows[0]
    assert (*first[:6], *first[7:]) == (
        date(2026, 3, 2),
        "r1",
        "Rep One",
        "c1",
        "Dr. c1",
        "A",
        "2026-03-01/r1/c1/1",
        None,
    )
    assert [row[6] for row in visits.rows] == [visit.why for visit in plan.visits]
    assert [(*row[:5], row[5].text()) for row in unmet.rows] == [
        ("r1", "c2", "Dr. c2", "B", 5, "5 visiting days at least 7 days apart hold 5 visits")
    ]
    assert load.rows == [("r1", "Rep One", "2026-03", 22, 22, 5, 5, 0, None)]
    assert "Dr. c1" in plan._repr_html_()
