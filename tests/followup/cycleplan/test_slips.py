"""Slipping customers: who is behind, who can no longer be reached, what the days left hold, and what to do."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadValue, NotFound, UnknownYear
from pharmasales.followup.access import Access
from pharmasales.followup.capacity import Rep
from pharmasales.followup.cycleplan.attaining import attain_plan
from pharmasales.followup.cycleplan.counting import Counting, PlainCall
from pharmasales.followup.cycleplan.plan_channels import ChannelGoal, PlanChannel
from pharmasales.followup.cycleplan.plans import CyclePlan, PlanTarget
from pharmasales.followup.cycleplan.slips import slipping
from pharmasales.workdays import CHINA, WEEKDAYS

START, END = date(2026, 3, 2), date(2026, 3, 31)
MONDAY = date(2026, 3, 16)
REP = Rep("r1", "Rep One", 8)


def call(day, customer="c1", **more):
    """Return a submitted call of the plan's own territory."""
    return PlainCall(day, "r1", customer, **{"territory": "r1", **more})


def slips(*targets, log=(), as_of=MONDAY, rep=REP, calendar=WEEKDAYS, channels=None, completed=None, **more):
    """Return who slips among some customers in March."""
    more = {"under": 0, **more}
    held = (channels,) if channels else ()
    plan = CyclePlan("March", "r1", START, END, targets, *held, completed=completed)
    return slipping(attain_plan(plan, log, as_of), rep, calendar, **more)


def possible(target, **more):
    """Return how many visits the days left hold, of a customer who asks for far too many."""
    found = slips(target, **more)
    return found.slips[0].reach


def test_slipping_and_out_of_reach_are_said_apart():
    """Eleven working days are left: 12 visits do not fit, 11 do; whoever is on schedule is not named."""
    held = [PlanTarget(f"c{n}", "Dr. Example", n) for n in (12, 11, 1)]
    log = [call(START, "c1")]
    found = slips(*held, log=log)
    assert [(one.target.customer, one.kind, one.lost) for one in found.slips] == [
        ("c12", "unreachable", 1),
        ("c11", "slipping", 0),
    ]
    assert [one.target.customer for one in found.of("slipping")] == ["c11"]
    assert found.why.text() == (
        "1 of 3 customers are slipping, 1 can no longer be reached (23 visits remain, the rep can make 88)"
    )


def test_a_customer_on_schedule_may_be_out_of_reach_already():
    """Behind nobody's pace, but the gap leaves no day: early is when it must be said."""
    target = PlanTarget("c1", "Dr. Example", 2, gap=30)
    found = slips(target, log=[call(MONDAY)])
    assert (found.slips[0].kind, found.slips[0].made >= found.slips[0].lower) == ("unreachable", True)


def test_days_left_begin_tomorrow_and_end_with_the_cycle():
    """On the last day nothing is possible; before the start all of it is."""
    many = PlanTarget("c1", "Dr. Example", 30)
    assert [possible(many, as_of=day).possible for day in (START - timedelta(days=9), START, MONDAY, END)] == [
        22,
        21,
        11,
        0,
    ]
    last = slips(many, as_of=END).slips[0]
    assert (last.a_week, last.reach.left, last.lost) == (None, 0, 30)
    assert last.todo.text("zh") == "重新商定目标，或改用其他方式"
    assert slips(many, as_of=MONDAY, completed=MONDAY).slips[0].possible == 0


def test_what_takes_days_away():
    """Leave, weekdays, closed days, the gap to the last visit, notice, filing, days as a target, an empty post."""
    tuesdays = Access({1})

    def most(rep=REP, log=(), **more):
        return possible(PlanTarget("c1", "Dr. Example", 30, **more), rep=rep, log=log).possible

    assert most() == 11
    assert most(rep=Rep("r1", "Rep One", 8, leave=[date(2026, 3, 17)])) == 10
    assert most(rep=Rep("r1", "Rep One", 0)) == 0
    assert most(access=tuesdays) == 3
    assert most(access=Access({1}, closed=[date(2026, 3, 17)])) == 2
    assert most(access=tuesdays, gap=8) == 2
    assert most(access=tuesdays, gap=14, log=[call(date(2026, 3, 4))]) == 1
    assert most(access=tuesdays, gap=13, log=[call(date(2026, 3, 4))]) == 2
    assert most(until=date(2026, 3, 20)) == 4
    assert most(since=date(2026, 3, 30)) == 2
    assert most(access=Access(filing=True)) == 0
    assert most(access=Access(filing=True), rep=Rep("r1", "Rep One", 8, filing="F1")) == 11
    assert [most(access=Access(appointment=n)) for n in (0, 1, 2, 11, 12)] == [11, 11, 10, 1, 0]


def test_the_last_visit_is_anybodys():
    """A gap is the customer's: a colleague's visit counts for it, a planned, missed or future one does not."""
    target = PlanTarget("c1", "Dr. Example", 30, gap=10)
    log = [
        call(START - timedelta(days=40)),
        call(date(2026, 3, 11), territory="r2"),
        call(date(2026, 3, 12), state="missed"),
        call(date(2026, 3, 13), state="planned"),
        call(date(2026, 3, 18), submitted=False),
    ]
    assert possible(target, log=log).last == date(2026, 3, 11)
    assert possible(target, log=log).possible == 1
    assert possible(target, log=log[:1]).last == START - timedelta(days=40)
    assert possible(target, log=log[:1]).possible == 2
    ahead = [call(date(2026, 3, 9)), call(date(2026, 3, 18))]
    plan = CyclePlan("March", "r1", START, END, [target])
    counted = attain_plan(plan, ahead, MONDAY, counting=Counting(future="count"))
    assert slipping(counted, REP, WEEKDAYS, under=0).slips[0].reach.last == date(2026, 3, 9)


def test_a_prorated_target_owes_its_part():
    """Ten of 22 working days make 10/22 of 9 visits, half up: 4."""
    found = slips(PlanTarget("c1", "Dr. Example", 9, since=date(2026, 3, 18)), as_of=date(2026, 3, 30))
    assert (found.slips[0].due, found.slips[0].kind, found.slips[0].lost) == (4, "unreachable", 3)
    assert found.slips[0].lower == Fraction(9 * 10, 22) * Fraction(9, 10)


def test_ranking():
    """Grade, value, what is lost, what remains, then the order of the plan; unknown letters and values last."""
    held = [
        PlanTarget("e", "x", 5, "Z", value=99),
        PlanTarget("d", "x", 5, "B", value=9),
        PlanTarget("c", "x", 5, "A"),
        PlanTarget("b2", "x", 5, "A", value=1),
        PlanTarget("b1", "x", 15, "A", value=1),
        PlanTarget("b3", "x", 5, "A", value=1),
        PlanTarget("b0", "x", 6, "A", value=1),
        PlanTarget("a", "x", 5, "A", value="2.5"),
    ]
    order = [one.target.customer for one in slips(*held, priority=["A", "B"]).slips]
    assert order == ["a", "b1", "b0", "b2", "b3", "c", "d", "e"]
    assert [one.target.customer for one in slips(*held).slips] == ["e", "d", "a", "b1", "b0", "b2", "b3", "c"]


def test_what_to_do_is_said():
    """How many a week from now, how many of them are not yet scheduled, and what becomes of those that are lost."""
    planned = [call(date(2026, 3, 20), state="planned", submitted=False)]
    found = slips(PlanTarget("c1", "Dr. Example", 4, "A", access=Access({1})), log=planned)
    one = found.slips[0]
    assert (one.remaining, one.possible, one.lost, one.a_week) == (4, 3, 1, Fraction(21, 15))
    assert one.todo.text() == "1.4 a week from now: 3 in 15 days, 2 not yet scheduled (agree what becomes of 1)"
    assert one.why.text("zh") == "已无法达成：剩余 4，最多可访 3（剩 11 个工作日，其中接待日 3 个，间隔 1 天）"
    row = found.table().rows[0]
    assert (row[3].text(), *row[4:9]) == ("can no longer be reached", 4, 0, 4, 3, None)
    assert "<table>" in found._repr_html_()


def test_one_channel_of_a_plan():
    """Visits are those of the channel: an e-mail fills no gap and makes no visit."""
    channels = PlanChannel("face"), PlanChannel("email")
    target = PlanTarget("c1", "Dr. Example", goals=[ChannelGoal("face", 4), ChannelGoal("email", 1)], gap=7)
    log = [call(date(2026, 3, 4)), call(MONDAY, channel="email")]
    found = slips(
        target,
        PlanTarget("c2", "Dr. Sample", goals=[ChannelGoal("email", 9)]),
        log=log,
        channels=channels,
        channel="face",
    )
    assert [(one.target.customer, one.due, one.made, one.reach.last) for one in found.slips] == [
        ("c1", 4, 1, date(2026, 3, 4))
    ]
    with pytest.raises(NotFound, match="no such channel"):
        slips(target, channels=channels, channel="phone")


def test_what_cannot_be_asked():
    """No log, a limit out of range, a year that is not announced; without a number of visits nobody slips."""
    plan = CyclePlan("March", "r1", START, END, [PlanTarget("c1", "Dr. Example", 4)])
    with pytest.raises(BadValue, match="nobody keeps a log"):
        slipping(attain_plan(plan, None, MONDAY), REP, WEEKDAYS, under=0)
    with pytest.raises(BadValue, match="out of range"):
        slips(PlanTarget("c1", "Dr. Example", 4), under=2)
    late = CyclePlan("Y", "r1", date(2026, 12, 1), date(2027, 1, 31), [PlanTarget("c1", "Dr. Example", 4)])
    with pytest.raises(UnknownYear):
        slipping(attain_plan(late, [], date(2026, 12, 5)), REP, CHINA, under=0)
    idle = WEEKDAYS.without(START + timedelta(days=n) for n in range(30))
    assert slips(PlanTarget("c1", "Dr. Example"), PlanTarget("c2", "x", 0)).slips == ()
    assert slips(PlanTarget("c1", "Dr. Example", 4), calendar=idle).slips == ()


@settings(deadline=None)
@given(st.integers(0, 14), st.integers(0, 12), st.integers(0, 29), st.sampled_from(["0", "20%", "100%"]))
def test_everybody_is_fine_slipping_or_out_of_reach(planned, made, day, under):
    """The three cases by their definition; possible and lost make what remains."""
    as_of = START + timedelta(days=day)
    log = [call(START) for _ in range(made)]
    found = slips(PlanTarget("c1", "Dr. Example", planned), log=log, as_of=as_of, under=under)
    rest, left = max(planned - made, 0), WEEKDAYS.count(as_of + timedelta(days=1), END)
    passed = Fraction(WEEKDAYS.count(START, as_of), WEEKDAYS.count(START, END))
    low = Fraction(int(under.rstrip("%")), 100)
    expected = "unreachable" if rest > left else "slipping" if rest and made < planned * passed * (1 - low) else None
    assert (found.slips[0].kind if found.slips else None) == expected
    assert found.remaining == rest
    if found.slips:
        assert found.slips[0].possible + found.slips[0].lost == rest
