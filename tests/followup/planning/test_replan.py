"""Re-planning: what a week brings, case by case."""

from datetime import date, time
from fractions import Fraction

import pytest
from attrs import evolve

from pharmasales.errors import BadRows, BadRule, BadValue
from pharmasales.followup import Access, Appointment, Rep, Schedule, Target, Visit
from pharmasales.followup.planning.carrying import Carry
from pharmasales.followup.planning.replanning import replan
from pharmasales.workdays import WEEKDAYS

MARCH = (date(2026, 3, 2), date(2026, 3, 31))
REP = Rep("r1", "Rep One", 2)
AS_OF = date(2026, 3, 9)


def march(*days):
    """Return days of March."""
    return [date(2026, 3, day) for day in days]


def target(customer, visits=1, gap=3, weekdays=range(5), grade="A", **more):
    """Return a customer of Rep One."""
    access = Access(frozenset(weekdays), **more.pop("access", {}))
    return Target(customer, f"Dr. {customer}", "r1", grade, visits, gap, access, **more)


def seen(targets, plan, as_of=AS_OF, missed=()):
    """Return the customers with every visit before a day made, but for some."""
    made = {}
    for visit in plan.visits:
        if visit.day < as_of and visit.id not in missed:
            made.setdefault(visit.customer, []).append(visit.day)
    return [evolve(one, done=[*one.done, *made.get(one.customer, ())]) for one in targets]


def again(before, targets, rep=REP, as_of=AS_OF, calendar=WEEKDAYS, **more):
    """Plan March anew."""
    return replan(before, targets, [rep], *MARCH, calendar, as_of=as_of, **more)


def told(found):
    """Return kind, cause, id without the cycle, and the days of each change."""
    day = lambda when: when and when.day  # noqa: E731 - short
    return [(one.kind, one.cause, one.id[11:], day(one.was), day(one.now)) for one in found.changes]


def days_of(found, customer):
    """Return the days on which a customer is visited."""
    return [visit.day.day for visit in found.plan.visits if visit.customer == customer]


WEDNESDAYS = [target("c1", 4, 3, [2])]
"""The 4th, 11th, 18th and 25th."""


def planned(targets, *days, start=None):
    """Return the plan of March in which each customer is visited on the days given."""
    visits = [
        Visit(
            *(day, "r1", "Rep One", one.customer, one.name, one.grade),
            *(number, one.visits, Fraction(one.visits), None, one.access, MARCH[0]),
            place=one.place,
            start=start,
            minutes=one.minutes,
        )
        for one, mine in zip(targets, days, strict=True)
        for number, day in enumerate(march(*mine), 1)
    ]
    visits.sort(key=lambda one: (one.day, one.rep, one.customer))
    grades = tuple(sorted({one.grade for one in targets}))
    return Schedule(tuple(visits), (), (), (), (), *MARCH, MARCH[0], grades)


def test_nothing_has_changed():
    """Everything made as planned: nothing moves, and what was made is no longer in the plan."""
    before = planned(WEDNESDAYS, [4, 11, 18, 25])
    found = again(before, seen(WEDNESDAYS, before))
    assert (told(found), found.changes.kept, days_of(found, "c1")) == ([], 3, [11, 18, 25])
    assert [visit.id[-1] for visit in found.plan.visits] == ["2", "3", "4"]


def test_a_day_of_leave():
    """Who has no other day goes short, and it is said why; the rest stays."""
    before = planned(WEDNESDAYS, [4, 11, 18, 25])
    found = again(before, seen(WEDNESDAYS, before), evolve(REP, leave=march(18)))
    assert told(found) == [("dropped", "leave", "r1/c1/3", 18, None)]
    assert found.changes.dropped[0].why.text() == "the rep is away on 2026-03-18 (the rep's leave takes the days)"
    assert [(one.count, one.reason) for one in found.plan.unmet] == [(1, "leave")]


def test_a_closed_clinic_a_holiday_a_filing():
    """Each has its cause; the visit takes the nearest other day that spaces best."""
    free = [target("c1", 4, 3, [2, 3])]
    before = planned(free, [4, 11, 18, 26])
    closed = [evolve(free[0], access=Access({2, 3}, closed=march(18)))]
    assert told(again(before, seen(closed, before))) == [("moved", "closed", "r1/c1/3", 18, 19)]
    off = again(before, seen(free, before), calendar=WEEKDAYS.without(march(18)))
    assert told(off) == [("moved", "holiday", "r1/c1/3", 18, 19)]
    assert off.changes.moved[0].why.text("zh") == "2026-03-18 已非工作日"
    filed = [evolve(free[0], access=Access({2, 3}, filing=True))]
    assert {one[:2] for one in told(again(before, seen(filed, before)))} == {("dropped", "filing")}
    assert told(again(before, seen(filed, before), evolve(REP, filing="F-1"))) == []


def test_a_missed_visit_is_planned_again():
    """The second was not made: it moves into the rest of the cycle under its own id, the others stay."""
    free = [target("c1", 3, 3)]
    before = planned(free, [6, 16, 26])
    found = again(before, seen(free, before, missed={before.visits[0].id}))
    assert told(found) == [("moved", "missed", "r1/c1/1", 6, 9)]
    assert found.changes.moved[0].why.text() == "planned on 2026-03-06 and not made"
    assert [visit.id[-1] for visit in found.plan.visits] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("rule", "change", "carried"),
    [
        ("next", ("carried", "missed", "r1/c1/1", 4, None), {"c1": 1}),
        ("drop", ("dropped", "missed", "r1/c1/1", 4, None), {}),
    ],
)
def test_carry_over_rules(rule, change, carried):
    """A missed visit goes into the next cycle, or is given up: named, and no longer demanded."""
    before = planned(WEDNESDAYS, [4, 11, 18, 25])
    found = again(before, WEDNESDAYS, carry=Carry(rule))
    assert told(found) == [change]
    assert (found.carried, found.plan.unmet, found.changes.kept) == (carried, (), 3)
    assert [visit.of for visit in found.plan.visits] == [4, 4, 4]
    text = found.changes.changes[0].why.text("zh")
    assert text.startswith({"next": "结转至下期", "drop": "按结转规则放弃"}[rule])


def test_a_rule_for_a_grade():
    """A is planned again, C is given up."""
    two = [target("c1", 2, 3), target("c2", 1, 3, grade="C", done=march(1))]
    before = planned(two, [4, 18], [5])
    found = again(before, two, as_of=date(2026, 3, 10), carry=Carry("drop", {"A": "cycle"}))
    assert [(one[0], one[2][:5]) for one in told(found) if one[1] == "missed"] == [
        ("moved", "r1/c1"),
        ("dropped", "r1/c2"),
    ]


def test_a_missed_visit_that_finds_no_day():
    """Planned again is wished, but three Wednesdays are left for four visits."""
    before = planned(WEDNESDAYS, [4, 11, 18, 25])
    found = again(before, WEDNESDAYS)
    assert told(found) == [("dropped", "missed", "r1/c1/1", 4, None)]
    assert found.changes.dropped[0].why.text().startswith("planned on 2026-03-04 and not made (3 visiting days")
    assert found.plan.unmet[0].count == 1


def test_made_on_another_day_is_made():
    """The visit of the 6th was made on the 5th: nothing is missed, and the gap counts from there."""
    free = [target("c1", 3, 3)]
    before = planned(free, [6, 16, 26])
    found = again(before, [evolve(free[0], done=march(5))])
    assert (told(found), days_of(found, "c1")) == ([], [16, 26])


def test_a_cancelled_visit():
    """It does not come back to its day, and keeps its id."""
    free = [target("c1", 3, 3)]
    before = planned(free, [6, 16, 26])
    found = again(before, seen(free, before), cancelled=[before.visits[1].id])
    assert [one[:4] for one in told(found)] == [("moved", "cancelled", "r1/c1/2", 16)]
    assert 16 not in days_of(found, "c1")
    late = again(before, seen(free, before), cancelled=[before.visits[1].id], carry=Carry("next"))
    assert told(late) == [("carried", "cancelled", "r1/c1/2", 16, None)]


def test_demand_that_grows_and_falls():
    """One more gets the next number; one less is struck out, and the others stay."""
    free = [target("c1", 3, 3)]
    before = planned(free, [6, 16, 26])
    more = again(before, seen([evolve(free[0], visits=4)], before))
    assert told(more) == [("added", "new", "r1/c1/4", None, more.changes.added[0].now.day)]
    less = again(before, seen([evolve(free[0], visits=2)], before))
    assert [one[:2] for one in told(less)] == [("dropped", "fewer")]
    assert less.changes.kept == 1


def test_a_visit_made_keeps_its_number_for_itself():
    """The first two were missed, the third was made: they come back as they are, and one more is the fourth."""
    free = [target("c1", 3, 3)]
    before = planned(free, [4, 11, 18])
    found = again(before, [evolve(free[0], visits=4, done=march(18))], as_of=date(2026, 3, 20))
    assert [one[:4] for one in told(found)] == [
        ("moved", "missed", "r1/c1/1", 4),
        ("moved", "missed", "r1/c1/2", 11),
        ("added", "new", "r1/c1/4", None),
    ]


def test_a_visit_too_many_was_made():
    """Made on the 6th, and once more on the 14th against the plan: too near to the 16th, and one less is due."""
    free = [target("c1", 3, 5)]
    before = planned(free, [6, 16, 26])
    found = again(before, [evolve(free[0], done=march(6, 14))], as_of=date(2026, 3, 15))
    assert told(found) == [("dropped", "fewer", "r1/c1/2", 16, None)]
    assert days_of(found, "c1") == [26]


def test_too_near_to_a_visit_made():
    """The last visit came late: the next keeps the gap to it."""
    free = [target("c1", 3, 9, [0, 3])]
    before = planned(free, [5, 16, 26])
    found = again(before, [evolve(free[0], done=march(10))], as_of=date(2026, 3, 11))
    assert told(found) == [("moved", "gap", "r1/c1/2", 16, 19), ("moved", "room", "r1/c1/3", 26, 30)]
    assert found.changes.moved[0].why.text() == "2026-03-16 is less than 9 days from another visit"
    assert found.changes.moved[1].why.text() == "spaced anew, so that more visits fit"
    assert found.by_choice == (found.changes.moved[1],)


def test_a_new_customer_takes_a_lower_grades_place():
    """All days are full: the new A customer gets one of the C customers' slots, and who loses it is named."""
    full = [target(f"c{n}", 1, 3, [1], grade="C") for n in range(10)]
    before = planned(full, *([day] for day in (3, 10, 17, 24, 31) for _ in range(2)))
    new = target("new", 1, 3, [1], grade="A")
    found = again(before, [*seen(full, before, date(2026, 3, 11)), new], priority="AC", as_of=date(2026, 3, 11))
    dropped = found.changes.dropped
    assert [(one.cause, one.visit.grade) for one in dropped] == [("room", "C")]
    assert dropped[0].why.text().startswith(f"makes room on {dropped[0].was} for new (the rep's 3 field days")
    assert days_of(found, "new") == [dropped[0].was.day]
    assert [one.grade for one in found.plan.unmet] == ["C"]


def test_an_appointment_newly_fixed():
    """It is one of the visits due: the planned one moves onto its day, and a meeting takes a slot from others."""
    free = [target("c1", 3, 3)]
    before = planned(free, [6, 16, 26])
    found = again(before, seen(free, before), fixed=[Appointment("r1", march(24)[0], "c1", kind="joint")])
    assert told(found) == [("moved", "fixed", "r1/c1/3", 26, 24)]
    assert [(visit.day.day, visit.fixed) for visit in found.plan.visits] == [(16, ""), (24, "joint")]
    assert [one.kind for one in found.plan.appointments] == ["joint"]
    again_on_it = again(found.plan, seen(free, before), fixed=found.plan.appointments)
    assert told(again_on_it) == []


def test_a_meeting_takes_a_slot():
    """Two stand on the 16th, a meeting comes: the one who can go elsewhere moves, whatever the grade."""
    two = [target("c1", 1, 3, [0], access={"closed": march(9, 23, 30)}, grade="C"), target("c2", 1, 3, [0, 1])]
    before = planned(two, [16], [16])
    meeting = Appointment("r1", march(16)[0], kind="meeting", place="Head office")
    found = again(before, two, fixed=[meeting])
    assert [one[:4] for one in told(found)] == [("moved", "full", "r1/c2/1", 16)]
    assert found.changes.moved[0].why.text("zh") == "2026-03-16 可访次数减少"
    assert found.plan.appointments == (meeting,)
    assert found.by_choice == ()


def test_only_the_coming_week_may_change():
    """Leave on the 10th: the visit finds room by the 13th, or waits; later weeks are not touched."""
    many = [target(f"c{n}", 1, 3, grade="B") for n in range(20)]
    before = planned(
        many, *([day] for day in (9, 10, 10, 11, 11, 12, 12, 13, 16, 16, 17, 18, 19, 20, 23, 24, 25)), *[[26]] * 3
    )
    now = many
    found = again(before, now, evolve(REP, leave=march(10)), until=march(13)[0])
    assert found.until == march(13)[0]
    later = [one for one in before.visits if one.day > march(13)[0]]
    assert [one.id for one in found.plan.visits if one.day > march(13)[0]] == [one.id for one in later[:-1]]
    assert [one[:4] for one in told(found) if one[3] > 13] == [("moved", "full", "r1/c19/1", 26)]
    new = target("new", 4, 3, grade="A")
    week = again(before, [*now, new], until=march(13)[0], priority="AB")
    assert [one.customer for one in week.plan.unmet if one.grade == "A"] == ["new"]
    assert week.plan.unmet[0].why.text().endswith("only days up to 2026-03-13 may change)")
    assert all(day <= 13 for day in days_of(week, "new"))
    assert week.plan.visits[0].access.closed == frozenset()


def test_hours_are_kept_where_they_can():
    """A visit keeps its time; where an appointment takes it another stands free, or the visit moves."""
    timed = [target(f"c{n}", 1, 3, [2], access={"start": time(9), "end": time(10)}) for n in range(2)]
    before = planned(timed, [11], [11])
    visits = [evolve(one, start=time(9, 30) if one.customer == "c0" else time(9)) for one in before.visits]
    before = evolve(before, visits=tuple(visits))
    same = again(before, timed)
    assert told(same) == []
    taken = Appointment("r1", march(11)[0], start=time(9, 30), minutes=30, kind="meeting")
    found = again(before, timed, evolve(REP, visits_a_day=3), fixed=[taken])
    assert len(found.changes.moved) == 1
    assert [one.start for one in found.plan.visits if one.day.day == 11] == [time(9)]
    wide = [evolve(one, access=Access({2}, time(10), time(11))) for one in timed]
    later = again(before, wide)
    assert {one[:2] for one in told(later)} == {("retimed", "hours")}
    assert {one.start for one in later.plan.visits} == {time(10), time(10, 30)}


def test_an_appointment_makes_others_change_the_hour():
    """The time is taken, another hour of the same day is free: nobody moves."""
    timed = [target("c1", 1, 3, [2], access={"start": time(9), "end": time(10)})]
    before = planned(timed, [11], start=time(9))
    taken = Appointment("r1", march(11)[0], start=time(9), minutes=30, kind="meeting")
    found = again(before, timed, fixed=[taken])
    assert told(found) == [("retimed", "hours", "r1/c1/1", 11, 11)]
    assert found.plan.visits[0].start == time(9, 30)


def test_notice_is_asked_of_new_days_only():
    """An appointment made before stands without notice; a new day needs it."""
    free = [target("c1", 3, 3, access={"appointment": 3})]
    before = planned(free, [6, 16, 26])
    as_of = before.visits[1].day
    kept = again(before, seen(free, before, as_of), as_of=as_of)
    assert told(kept) == []
    moved = again(before, seen(free, before, as_of), evolve(REP, leave=[as_of]), as_of=as_of)
    assert moved.changes.moved[0].now >= WEEKDAYS.add(as_of, 3)


def test_minutes_are_counted():
    """An hour of visits a day: a visit that lasts longer now moves, or makes the other move."""
    rep = evolve(REP, minutes_a_day=60)
    two = [target(f"c{n}", 1, 3, [2, 3]) for n in range(2)]
    before = planned(two, [11], [11], start=time(8))
    found = again(before, [evolve(two[0], minutes=60), two[1]], rep)
    assert [one[0] for one in told(found) if one[0] != "retimed"] == ["moved"]
    assert max(one.minutes for one in found.plan.days) == 60
    assert found.plan.unmet == ()


def test_gone_and_moved_to_another_rep():
    """Who is no target any more is struck out; another rep's visit has another id."""
    two = [target("c1", 3, 3), target("c2", 1, 3)]
    before = planned(two, [6, 16, 26], [17])
    found = again(before, seen(two[1:], before))
    assert {one[:2] for one in told(found) if "/c1/" in one[2]} == {("dropped", "gone")}
    other = Rep("r2", "Rep Two", 2)
    mine = [evolve(one, rep="r2") for one in seen(two, before)]
    handed = replan(before, mine, [REP, other], *MARCH, WEEKDAYS, as_of=AS_OF)
    assert {one.kind for one in handed.changes} == {"dropped", "added"}
    assert {one.rep for one in handed.plan.visits} == {"r2"}


def test_tables():
    """The counts in both languages, and nobody's name in a repr."""
    before = planned(WEDNESDAYS, [4, 11, 18, 25])
    found = again(before, WEDNESDAYS, carry=Carry("next"))
    assert str(found) == found.table().text()
    assert found.table().rows[0][1] == 3
    assert found.table().text("zh").split()[:2] == ["项目", "次数"]
    assert "结转下期" in found.table().text("zh")
    assert "carried over" in found._repr_html_()
    assert "Dr." not in repr(found)


def test_errors():
    """Another cycle, days out of order, ids that no plan has, what `schedule` refuses."""
    before = planned(WEDNESDAYS, [4, 11, 18, 25])
    with pytest.raises(BadValue, match=r"another cycle.*2026-03-02 to 2026-03-31 \[followup\.cycle\]"):
        replan(before, WEDNESDAYS, [REP], MARCH[0], date(2026, 4, 1), WEEKDAYS, as_of=AS_OF)
    for days in ({"as_of": date(2026, 3, 1)}, {"as_of": date(2026, 4, 1)}, {"until": date(2026, 3, 8)}):
        with pytest.raises(BadValue, match=r"followup\.horizon"):
            again(before, WEDNESDAYS, **days)
    with pytest.raises(BadRows) as caught:
        again(before, WEDNESDAYS, cancelled=["x", before.visits[0].id, "a"])
    assert list(caught.value.lines()) == [
        "no such visit @ visit 'a'; give the id of a visit of the plan before [followup.visit]",
        "no such visit @ visit 'x'; give the id of a visit of the plan before [followup.visit]",
    ]
    with pytest.raises(BadRows, match="1 errors in targets"):
        again(before, [evolve(WEDNESDAYS[0], rep="r9")])
    with pytest.raises(BadRule):
        again(before, [*WEDNESDAYS, target("c2", grade="B")])
