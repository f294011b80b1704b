"""Earning: weights and caps against plain loops, each call in exactly one place, and parts that add up."""

from datetime import date, timedelta
from fractions import Fraction

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadValue, NotFound
from pharmasales.followup.call_frequency import frequency
from pharmasales.followup.calls.reports import Detailed
from pharmasales.followup.cycleplan.attaining import attain_plan
from pharmasales.followup.cycleplan.counting import BY_DATE, PlainCall
from pharmasales.followup.cycleplan.plan_channels import ActivityGoal, ChannelGoal, PlanChannel, ProductGoal, TargetGoal
from pharmasales.followup.cycleplan.plans import CyclePlan, PlanTarget

START, END, TODAY = date(2026, 1, 1), date(2026, 3, 31), date(2026, 2, 10)
FACE = PlanChannel("face", weight=1, products={"P1": 1, "P2": "0.5"})
MAIL = PlanChannel("email", weight="1/3", products={"P1": "0.25"}, calls=False)
CHANNELS = (FACE, MAIL)

whole = st.integers(0, 4)
maybe = st.none() | whole
goal = st.builds(ActivityGoal, whole, most=maybe)
fraction = st.fractions(0, 4, max_denominator=4)
details = st.lists(st.builds(Detailed, st.sampled_from(["P1", "P1", "P2"]), st.sampled_from([None, 1, 2])), max_size=3)
calls = st.lists(
    st.builds(
        PlainCall,
        (st.integers(0, 40) | st.integers(-3, 95)).map(lambda n: START + timedelta(days=n)),
        st.sampled_from(["r1", "r2"]),
        st.sampled_from(["c1", "c1", "c1", "c2", "c2", "c3", "c9"]),
        st.sampled_from(["face", "face", "face", "email", "email", "post"]),
        st.sampled_from(["r1", "r1", "r1", "r1", "r2", "r3", ""]),
        st.sampled_from(["done", "done", "done", "done", "planned", "missed"]),
        st.booleans(),
        details,
    ),
    min_size=5,
    max_size=30,
)


@st.composite
def targets(draw, customer):
    """Draw a customer with goals, caps and a team."""
    face = [ProductGoal("P1", draw(goal), priority) for priority in draw(st.sampled_from([(), (None,), (1, 2)]))]
    goals = [ChannelGoal("face", draw(goal), face, team=draw(st.none() | goal))]
    if draw(st.booleans()):
        goals.append(ChannelGoal("email", draw(goal), [ProductGoal("P1", draw(goal))]))
    return PlanTarget(
        customer,
        "Dr. Example",
        draw(maybe),
        goals=draw(st.sampled_from([goals, []])),
        interactions=draw(st.none() | st.builds(TargetGoal, fraction, st.none() | fraction)),
        product_interactions=draw(st.none() | st.builds(TargetGoal, fraction, st.none() | fraction)),
        team=draw(st.sampled_from([(), ("r2",), ("r1", "r2")])),
        merged=draw(st.booleans()) and customer == "c3",
    )


patient = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

plans = st.builds(
    lambda *held: CyclePlan("Q1", "r1", START, END, held, CHANNELS), targets("c1"), targets("c2"), targets("c3")
)


def oracle(plan, target, log):
    """Count by plain loops: own, total and team; own by channel and product; earned, by days."""
    weights = {"face": Fraction(1), "email": Fraction(1, 3)}
    product_weights = {("face", "P1"): Fraction(1), ("email", "P1"): Fraction(1, 4)}
    allowed = [one.channel for one in target.goals] or ["face", "email"]
    counts = {"own": [0, 0], "total": [0, 0], "team": [0, 0]}
    made, product_made = dict.fromkeys(allowed, 0), {}
    for call in log:
        if call.customer != target.customer or call.channel not in allowed or not START <= call.day <= END:
            continue
        if call.state == "missed" or (call.state == "planned" and call.day < TODAY):
            continue
        scheduled = call.state == "planned" or call.day > TODAY
        counts["total"][scheduled] += 1
        counts["team"][scheduled] += call.territory == "r1" or (call.territory != "" and call.territory in target.team)
        if call.territory != "r1":
            continue
        counts["own"][scheduled] += 1
        if not scheduled:
            made[call.channel] += 1
            for one in target.goals:
                for product in one.products if one.channel == call.channel else ():
                    if any(d.product == "P1" and product.priority in (None, d.priority) for d in call.products):
                        key = call.channel, product.priority
                        product_made[key] = product_made.get(key, 0) + 1
    earned = product_earned = Fraction(0)
    for channel in allowed:
        most = [one.goal.most for one in target.goals if one.channel == channel]
        earned += min([made[channel], *(m for m in most if m is not None)]) * weights[channel]
    for one in target.goals:
        for product in one.products:
            caps = [] if product.goal.most is None else [product.goal.most]
            number = min([product_made.get((one.channel, product.priority), 0), *caps])
            product_earned += number * product_weights[one.channel, "P1"]
    limits = [None if g is None else g.most for g in (target.interactions, target.product_interactions)]
    final = [e if m is None else min(e, m) for e, m in zip((earned, product_earned), limits, strict=True)]
    return counts, made, final


@patient
@given(plans, calls)
def test_counts_and_earnings_are_those_of_plain_loops(plan, log):
    """Brute force over every call: own, total, team, by channel, earned under channel, then customer caps."""
    found = attain_plan(plan, log, TODAY, counting=BY_DATE)
    for target in plan.targets:
        if target.merged:
            with pytest.raises(NotFound):
                found[target.customer]
            continue
        one = found[target.customer]
        counts, made, (earned, product_earned) = oracle(plan, target, log)
        assert [one.actual, one.scheduled] == counts["own"]
        assert [one.total_actual, one.total_scheduled] == counts["total"]
        assert [one.team_actual, one.team_scheduled] == counts["team"]
        assert {held.channel: held.own.actual for held in one.channels} == made
        assert (one.interactions.earned, one.product_interactions.earned) == (earned, product_earned)


@patient
@given(plans, calls)
def test_every_call_is_counted_once_or_has_one_reason(plan, log):
    """As many lines as calls; counted lines make the counts; what the lines earn makes what the customer earned."""
    found = attain_plan(plan, log, TODAY, counting=BY_DATE)
    lines = found.lines()
    assert sorted(map(id, log)) == sorted(id(line.call) for line in lines)
    for one in found.targets:
        mine = found.lines(one.target.customer)
        counted = [line for line in mine if line.counts]
        assert sum(line.role == "actual" for line in counted) == one.actual
        assert sum(line.role == "scheduled" for line in counted) == one.scheduled
        assert sum(line.total for line in mine) == one.total_actual + one.total_scheduled
        assert sum(line.team for line in mine) == one.team_actual + one.team_scheduled
        assert sum(line.earned for line in mine) == one.interactions.earned
        assert sum(line.product_earned for line in mine) == one.product_interactions.earned
        assert one.actual <= one.team_actual <= one.total_actual
    strays = {"c9"} | {target.customer for target in plan.targets if target.merged}
    assert all(line.reason in ("no-target", "merged") for line in lines if line.call.customer in strays)
    assert all(bool(line.reason) is not (line.counts and line.role != "") for line in lines)


@patient
@given(plans, calls, st.randoms(use_true_random=False))
def test_caps_hold_and_more_calls_never_earn_less(plan, log, random):
    """Earned is never above a most, and monotone; the order in which the calls come changes no figure."""
    found = attain_plan(plan, log, TODAY, counting=BY_DATE)
    fewer = attain_plan(plan, log[: len(log) // 2], TODAY, counting=BY_DATE)
    shuffled = random.sample(log, len(log))
    assert attain_plan(plan, shuffled, TODAY, counting=BY_DATE).targets == found.targets
    for one, less in zip(found.targets, fewer.targets, strict=True):
        assert one.interactions.earned >= less.interactions.earned
        assert one.product_interactions.earned >= less.product_interactions.earned
        for track in (one.interactions, one.product_interactions):
            assert track.earned <= track.earned_sum <= track.interactions
            assert track.given is None or track.given.most is None or track.earned <= track.given.most
        for held in one.channels:
            assert held.own.most is None or held.own.earned <= held.own.most * held.own.weight
            assert held.team is None or held.team.actual >= held.own.actual


def calls_on(*days, channel="face", products=()):
    """Return calls in January, one a day given."""
    return [PlainCall(date(2026, 1, day), "r1", "c1", channel, "r1", products=products) for day in days]


def attained(target, log, channels=CHANNELS):
    """Count one customer."""
    return attain_plan(CyclePlan("Q1", "r1", START, END, [target], channels), log, TODAY)


def test_five_as_p1_and_three_as_p2():
    """V-PRIO: one product, two goals by priority, each with its own count; another priority counts for neither."""
    goals = [ProductGoal("P1", 5, 1), ProductGoal("P1", 3, 2)]
    target = PlanTarget("c1", "Dr. Example", goals=[ChannelGoal("face", 8, goals)])
    log = calls_on(5, 6, products=[Detailed("P1", 1)]) + calls_on(7, products=[Detailed("P1", 2), Detailed("P2", 1)])
    log += calls_on(8, products=[Detailed("P1", 3)]) + calls_on(9, products=["P1"])
    products = attained(target, log)["c1"].channels[0].products
    assert [(one.priority, one.tally.actual, one.tally.goal) for one in products] == [(1, 2, 5), (2, 1, 3)]


def test_a_product_counts_once_a_call_and_weighs_by_channel():
    """Detailed twice in one call it counts once; the same product weighs 1 in calls and 0.25 in e-mail."""
    goals = [ChannelGoal("face", 1, [ProductGoal("P1", 2)]), ChannelGoal("email", 4, [ProductGoal("P1", 4)])]
    log = calls_on(5, products=[Detailed("P1", 1), Detailed("P1", 2)]) + calls_on(6, channel="email", products=["P1"])
    one = attained(PlanTarget("c1", "Dr. Example", goals=goals), log)["c1"]
    assert [held.products[0].tally.actual for held in one.channels] == [1, 1]
    assert one.product_interactions.goal_sum == 2 + Fraction(4, 4)
    assert one.product_interactions.earned == Fraction(5, 4)
    found = attained(PlanTarget("c1", "Dr. Example", goals=goals, product_interactions=TargetGoal(3, most="1.1")), log)
    assert [line.product_earned for line in found.lines("c1")] == [1, Fraction(1, 10)]
    assert found.why("c1").lines("zh")[1] == "  2026-01-05 r1 face: 实际，计 1，产品 1"
    shown = [(row[2], str(row[3]), row[4], str(row[8])) for row in found.channels_table().rows if row[3] == "P1"]
    assert shown == [("face", "P1", 2, "1"), ("email", "P1", 4, "0.25")]


def test_products_of_a_customer_against_their_sum():
    """The product goal given is an input; a difference from the sum is reported, none where they agree."""
    goals = [ChannelGoal("face", 2, [ProductGoal("P1", 2, 1), ProductGoal("P2", 4)])]
    log = calls_on(5, products=[Detailed("P2", 1)])
    rows = {}
    for goal in (4, 5):
        target = PlanTarget("c1", "Dr. Example", goals=goals, product_interactions=TargetGoal(goal))
        found = attained(target, log)
        rows[goal] = [(row[2].text("zh"), *map(str, row[3:])) for row in found.differences_table().rows]
        assert [row[3] for row in found.channels_table().rows[1:]] == ["P1 P1", "P2"]
    assert rows == {4: [], 5: [("产品互动", "5", "4", "1")]}


def test_the_order_of_caps():
    """Channel first, by whole activities; then the sum; then the customer: the parts say who was cut off by what."""
    goals = [ChannelGoal("face", ActivityGoal(3, most=2)), ChannelGoal("email", 3)]
    target = PlanTarget("c1", "Dr. Example", goals=goals, interactions=TargetGoal(4, most="2.5"))
    found = attained(target, calls_on(5, 7, 9) + calls_on(6, 8, channel="email"))
    lines = [(line.call.day.day, line.earned, line.capped) for line in found.lines("c1")]
    third, sixth = Fraction(1, 3), Fraction(1, 6)
    assert lines == [(5, 1, ""), (6, third, ""), (7, 1, ""), (8, sixth, "target"), (9, 0, "channel")]
    one = found["c1"]
    assert (one.interactions.interactions, one.interactions.earned_sum, one.interactions.earned) == (
        Fraction(11, 3),
        Fraction(8, 3),
        Fraction(5, 2),
    )
    assert (one.attained, one.earned_share) == (Fraction(11, 12), Fraction(5, 8))
    assert found.lines("c1")[3].why.text("zh") == "2026-01-08 r1 email: 实际，计 0.1667，超出客户上限"


def test_calls_of_one_day_earn_in_the_order_given():
    """A tie is broken by the order given."""
    target = PlanTarget("c1", "Dr. Example", goals=[ChannelGoal("face", ActivityGoal(1, most=1))])
    one, two = calls_on(5, 5)
    assert [line.call is one for line in attained(target, [one, two]).lines("c1") if line.earned] == [True]
    assert [line.call is two for line in attained(target, [two, one]).lines("c1") if line.earned] == [True]


def test_a_call_belongs_to_the_first_channel_that_takes_it():
    """Criteria may overlap; the order of the plan decides, and a customer without a goal there has it not counted."""
    every = PlanChannel("every", criteria=FACE.criteria)
    target = PlanTarget("c1", "Dr. Example", goals=[ChannelGoal("every", 3)])
    assert attained(target, calls_on(5), (every, FACE))["c1"].actual == 1
    found = attained(target, calls_on(5), (FACE, every))
    assert (found["c1"].actual, found.lines()[0].reason) == (0, "no-goal")
    assert (
        found.lines()[0].why.text() == "2026-01-05 r1 face: not counted, the customer has no goal in this channel: face"
    )


def test_frequency_is_the_same_computation():
    """E13 through a plan: coverage 3/4, raw 10/12, capped 8/12, reached 2/4; calls to others are unplanned."""
    planned, made = {"a": 4, "b": 4, "c": 2, "d": 2}, {"a": 6, "b": 2, "c": 2, "d": 0, "x": 1}
    held = [PlanTarget(who, "Dr. Example", number, "AABB"["abcd".index(who)]) for who, number in planned.items()]
    log = [PlainCall(START, "r1", who, territory="r1") for who, number in made.items() for _ in range(number)]
    log += [PlainCall(START, "r2", who, territory="r2") for who in "dx"]
    found = attain_plan(CyclePlan("Q1", "r1", START, END, held), log, TODAY)
    assert found.frequency() == frequency(planned, made)
    assert found.frequency("total") == frequency(planned, made | {"d": 1, "x": 2})
    assert found.frequency("team") == frequency(planned, made)
    assert found.frequency(grade="A") == frequency({"a": 4, "b": 4}, {"a": 6, "b": 2})
    assert found.frequency(grade="Z").coverage is None
    with pytest.raises(BadValue, match="whose calls"):
        found.frequency("mine")
    with pytest.raises(BadValue, match="nobody keeps a log"):
        attain_plan(CyclePlan("Q1", "r1", START, END, held), None, TODAY).frequency()


def test_without_a_log_everything_is_missing_but_the_plan():
    """No log is not no call."""
    goals = [ChannelGoal("face", 3, [ProductGoal("P1", 2)], team=4)]
    one = attained(PlanTarget("c1", "Dr. Example", goals=goals), None)["c1"]
    assert (one.planned, one.actual, one.remaining, one.to_schedule) == (3, None, 3, 3)
    assert (one.interactions.earned, one.channels[0].team.actual, one.attained) == (None, None, None)
    none = attained(PlanTarget("c1", "Dr. Example", goals=goals), [])["c1"]
    assert (none.actual, none.interactions.earned, none.attained) == (0, 0, 0)


def test_many_channels_without_goals_have_no_goal():
    """Visits planned are the goal of the only channel; of several they are nobody's."""
    target = PlanTarget("c1", "Dr. Example", 4)
    assert attained(target, [], (FACE,))["c1"].interactions.goal == 4
    one = attained(target, calls_on(5), CHANNELS)["c1"]
    assert (one.planned, one.actual, one.interactions.goal, one.attained) == (4, 1, None, None)
    assert attained(target, calls_on(5), CHANNELS).table().rows[0][10:] == (None, 1, 1, None)


def test_edited_goals_count_where_they_are_switched_on():
    """V-EDIT: the official goal stands beside the edited one."""
    goals = [ChannelGoal("face", ActivityGoal(4, edited=2), [ProductGoal("P1", ActivityGoal(3, edited=1))])]
    plan = CyclePlan("Q1", "r1", START, END, [PlanTarget("c1", "Dr. Example", goals=goals)], CHANNELS)
    official, edited = (attain_plan(p, [], TODAY)["c1"] for p in (plan, attrs.evolve(plan, edits=True)))
    assert (official.planned, official.interactions.goal, official.product_interactions.goal) == (4, 4, 3)
    assert (edited.planned, edited.interactions.goal, edited.product_interactions.goal) == (2, 2, 1)
