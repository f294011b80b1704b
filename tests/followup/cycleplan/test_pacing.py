"""Pace: what is due by now, on the limits and on either side of them."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadValue, UnknownYear
from pharmasales.followup.cycleplan.attaining import attain_plan
from pharmasales.followup.cycleplan.counting import BY_DATE, PlainCall
from pharmasales.followup.cycleplan.elapsed import CycleElapsed, cycle_elapsed
from pharmasales.followup.cycleplan.pacing import PlanPace, pace_status, plan_pace
from pharmasales.followup.cycleplan.plan_channels import ActivityGoal, ChannelGoal, PlanChannel, ProductGoal
from pharmasales.followup.cycleplan.plans import CyclePlan, PlanTarget
from pharmasales.workdays import CHINA, WEEKDAYS

START, END = date(2026, 1, 1), date(2026, 4, 10)  # a hundred days
HALF = date(2026, 2, 19)


def pace(target, made, as_of=HALF, calendar=None, over="20%", under="20%", **more):
    """Return the pace of one customer with some visits made on the first day."""
    log = [PlainCall(START, "r1", target.customer, territory="r1") for _ in range(made)]
    plan = CyclePlan("Q1", "r1", START, END, [target])
    return plan_pace(attain_plan(plan, log, as_of), calendar, over=over, under=under, **more)


@pytest.mark.parametrize(("made", "status"), [(7, "under"), (8, "on"), (10, "on"), (12, "on"), (13, "over")])
def test_the_limits_themselves_are_on_schedule(made, status):
    """V-THR: half of 20 is due; 8 and 12 are the limits at 20 %, and both are on schedule."""
    row = pace(PlanTarget("c1", "Dr. Example", 20), made).rows[0]
    assert (row.expected, row.lower, row.upper, row.status) == (10, 8, 12, status)


def test_limits_apply_to_what_is_due_by_now():
    """Not to the whole goal: at the end the same number is far behind."""
    target = PlanTarget("c1", "Dr. Example", 20)
    assert [pace(target, 10, day).rows[0].status for day in (START, HALF, END)] == ["over", "on", "under"]


def test_a_goal_of_zero():
    """None made is on schedule, one made is over-serviced; no share of nothing is asked for."""
    target = PlanTarget("c1", "Dr. Example", 0)
    assert [pace(target, made).rows[0].status for made in (0, 1)] == ["on", "over"]


def test_over_servicing_shows_although_it_earns_nothing():
    """The status looks at what was made, not at what was earned."""
    goals = [ChannelGoal("every", ActivityGoal(2, most=1))]
    row = pace(PlanTarget("c1", "Dr. Example", goals=goals), 3).rows[0]
    assert row.why.text() == (
        "over-serviced: 3 made, at most 1.2 due by now (50 of 100 calendar days have passed; "
        "goal 2, under 20%, over 20%)"
    )
    assert (
        row.why.text("zh") == "过度拜访：已完成 3，目前应不超过 1.2（已过 50/100 个自然日；目标 2，下限 20%，上限 20%）"
    )


def test_working_days_and_calendar_days():
    """With a calendar time passes by working days: the spring festival stands still."""
    february = date(2026, 2, 1), date(2026, 2, 28)
    assert cycle_elapsed(*february, date(2026, 2, 14), CHINA) == CycleElapsed(11, 16, "working")
    assert cycle_elapsed(*february, date(2026, 2, 23), CHINA) == CycleElapsed(11, 16, "working")
    assert cycle_elapsed(*february, date(2026, 2, 23)) == CycleElapsed(23, 28, "calendar")
    row = pace(PlanTarget("c1", "Dr. Example", 20), 5, calendar=CHINA).rows[0]
    assert "working days have passed" in row.why.text()
    with pytest.raises(UnknownYear):
        cycle_elapsed(date(2026, 12, 1), date(2027, 1, 31), date(2026, 12, 5), CHINA)
    with pytest.raises(BadValue, match="ends before"):
        cycle_elapsed(END, START, START)


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(-20, 90))
def test_time_passes_from_nothing_to_all(length, day):
    """0 before the start, all from the end on, never back; working days are calendar days without weekends."""
    end, as_of = START + timedelta(days=length), START + timedelta(days=day)
    for calendar in (None, WEEKDAYS):
        now, next_ = (cycle_elapsed(START, end, as_of + timedelta(days=n), calendar) for n in (0, 1))
        assert 0 <= now.passed <= next_.passed <= now.whole
        assert now.passed == 0 or as_of >= START
        assert now.passed == now.whole or as_of < end
    assert cycle_elapsed(START, end, as_of).passed == min(max(day + 1, 0), length + 1)


def test_a_target_added_or_gone_has_a_prorated_goal():
    """S-GOAL: 20 days of 100 make a fifth of the goal, and its time is that of its own days."""
    added = pace(PlanTarget("c1", "Dr. Example", 20, since=date(2026, 3, 22)), 0, date(2026, 3, 31)).rows[0]
    assert (added.goal, added.prorated, added.elapsed, added.expected) == (20, 4, CycleElapsed(10, 20, "calendar"), 2)
    left = pace(PlanTarget("c1", "Dr. Example", 20, until=date(2026, 1, 10)), 2).rows[0]
    assert (left.prorated, left.expected, left.status) == (2, 2, "on")
    early = pace(PlanTarget("c1", "Dr. Example", 20, since=date(2026, 3, 22)), 0).rows[0]
    assert (early.expected, early.status) == (0, "on")


def test_time_stands_still_once_the_plan_is_closed():
    """A plan that was completed half way has half of its time behind it, whenever one asks."""
    plan = CyclePlan("Q1", "r1", START, END, [PlanTarget("c1", "Dr. Example", 20)], completed=HALF)
    rows = [plan_pace(attain_plan(plan, [], day), over=0, under=0).rows[0] for day in (START, HALF, END)]
    assert [row.expected for row in rows] == [Fraction(1, 5), 10, 10]


def test_what_is_not_known_has_no_status():
    """No goal, no log, no working day: missing, and said so."""
    none = pace(PlanTarget("c1", "Dr. Example"), 3)
    plan = CyclePlan("Q1", "r1", START, END, [PlanTarget("c1", "Dr. Example", 4)])
    unlogged = plan_pace(attain_plan(plan, None, HALF), over=0, under=0)
    idle = WEEKDAYS.without(START + timedelta(days=n) for n in range(100))
    dayless = pace(PlanTarget("c1", "Dr. Example", 20), 3, calendar=idle)
    for found in (none, unlogged, dayless):
        assert (found.rows[0].status, found.rows[0].expected, found.status) == (None, found.rows[0].expected, None)
        assert found.rows[0].why.text("zh") == "无法判断：缺目标、缺记录或无天数"
        assert found.why.text() == "0 behind, 0 on schedule, 0 over-serviced, 1 not known"
    assert dayless.rows[0].expected is None


def test_levels_of_a_plan_with_channels():
    """Of the customer, of each channel, of each product with its priority."""
    channels = PlanChannel("face", products={"P1": 2}), PlanChannel("email", weight="0.5")
    goals = [ChannelGoal("face", 4, [ProductGoal("P1", 2, 1), ProductGoal("P1", 2, 2)]), ChannelGoal("email", 4)]
    plan = CyclePlan("Q1", "r1", START, END, [PlanTarget("c1", "Dr. Example", goals=goals)], channels)
    log = [PlainCall(START, "r1", "c1", how, "r1") for how in ("face", "face", "email")]
    found = {
        level: plan_pace(attain_plan(plan, log, HALF), over=0, under=0, level=level)
        for level in ("target", "channel", "product")
    }
    shown = {
        level: [(row.channel, row.product, row.goal, row.made, row.status) for row in rows.rows]
        for level, rows in found.items()
    }
    assert shown == {
        "target": [("", "", 6, Fraction(5, 2), "under")],
        "channel": [("face", "", 4, 2, "on"), ("email", "", 2, Fraction(1, 2), "under")],
        "product": [("face", "P1 P1", 4, 0, "under"), ("face", "P1 P2", 4, 0, "under")],
    }
    assert found["channel"].status == "under"
    assert found["channel"].table().rows[1][9].text("zh") == "落后"
    assert "<table>" in found["channel"]._repr_html_()


def test_all_rows_together():
    """Sums of what was made against sums of limits; nothing at all is on no schedule."""
    held = [PlanTarget("c1", "Dr. Example", 10), PlanTarget("c2", "Dr. Sample", 10)]
    plan = CyclePlan("Q1", "r1", START, END, held)
    log = [PlainCall(START, "r1", "c1", territory="r1") for _ in range(10)]
    found = plan_pace(attain_plan(plan, log, HALF), over=0, under=0)
    assert ([row.status for row in found.rows], found.status) == (["over", "under"], "on")
    assert PlanPace(()).status is None


@pytest.mark.parametrize(
    "more", [{"under": "101%"}, {"under": -1}, {"over": "-1%"}, {"over": 0.2}, {"level": "team"}, {"under": True}]
)
def test_limits_and_levels_that_cannot_be(more):
    """Below zero, all of it and more, a float, another word."""
    with pytest.raises(BadValue):
        pace(PlanTarget("c1", "Dr. Example", 20), 0, **more)


@settings(deadline=None)
@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 99), st.fractions(0, 1), st.fractions(0, 2))
def test_status_against_the_formula(goal, made, day, under, over):
    """V-THR in whole numbers: below elapsed x goal x (1 - under), above elapsed x goal x (1 + over)."""
    log = [PlainCall(START, "r1", "c1", territory="r1") for _ in range(made)]
    plan = CyclePlan("Q1", "r1", START, END, [PlanTarget("c1", "Dr. Example", goal)])
    as_of = START + timedelta(days=day)
    row = plan_pace(attain_plan(plan, log, as_of, counting=BY_DATE), over=over, under=under).rows[0]
    due = Fraction((day + 1) * goal, 100)
    expected = "under" if made < due * (1 - under) else "over" if made > due * (1 + over) else "on"
    assert row.status == expected == pace_status(row.made, row.lower, row.upper)
