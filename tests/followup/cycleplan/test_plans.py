"""Plans: what a cycle plan refuses, all of it at once, and which goal counts."""

from datetime import UTC, date, datetime
from fractions import Fraction

import attrs
import pytest

from pharmasales.errors import BadRows, BadRule, BadValue
from pharmasales.followup.cycleplan.plan_channels import (
    EVERY_CALL,
    ActivityGoal,
    ChannelGoal,
    PlanChannel,
    ProductGoal,
    TargetGoal,
)
from pharmasales.followup.cycleplan.plans import CyclePlan, Lifecycle, PlanTarget

START, END = date(2026, 1, 1), date(2026, 3, 31)
FACE = PlanChannel("face", products={"P1": 1, "P2": "0.5"})
MAIL = PlanChannel("email", weight="0.5", products={"P1": "0.5"}, calls=False)
POST = PlanChannel("post")


def plan(*targets, channels=(FACE, MAIL, POST), **more):
    """Return a plan over three channels."""
    return CyclePlan("Q1", "r1", START, END, targets, channels, **more)


def test_every_fault_of_a_plan_is_named_at_once():
    """A missing goal, an unknown channel, a product without weight, a priority in e-mail, days outside, twins."""
    goals = [
        ChannelGoal("face", None, [ProductGoal("P3", 1), ProductGoal("P1", None)], team=ActivityGoal(None)),
        ChannelGoal("email", 2, [ProductGoal("P1", 1, priority=1)]),
        ChannelGoal("post", 0, [ProductGoal("P1", 1)]),
        ChannelGoal("fcae", 0),
    ]
    with pytest.raises(BadRows) as caught:
        plan(
            PlanTarget("c1", "Dr. Example", goals=goals, interactions=TargetGoal(None, most=3)),
            PlanTarget("c2", "Dr. Sample", since=date(2026, 4, 1)),
            PlanTarget("C2", "Dr. Sample", until=date(2025, 12, 31), product_interactions=TargetGoal(None)),
        )
    assert [f"{error.reason} @ {error.where}" for error in caught.value.exceptions] == [
        "the customer is in the plan already @ customer 'C2'",
        "the goal is missing @ customer 'c1', interactions",
        "the goal is missing @ customer 'c1', channel 'face'",
        "the goal is missing @ customer 'c1', channel 'face', team",
        "the channel has no weight for it @ customer 'c1', channel 'face', product 'P3'",
        "the goal is missing @ customer 'c1', channel 'face', product 'P1'",
        "a priority in a channel that is no call @ customer 'c1', channel 'email', product 'P1'",
        "a product in a channel without products @ customer 'c1', channel 'post', product 'P1'",
        "the plan has no such channel @ customer 'c1', channel 'fcae'",
        "a target outside the days of the plan @ customer 'c2'",
        "a target outside the days of the plan @ customer 'C2'",
        "the goal is missing @ customer 'C2', products",
    ]
    assert "Example" not in "".join(caught.value.lines())


def test_a_goal_of_zero_is_legal():
    """V-GOAL: 0 is a goal."""
    held = plan(PlanTarget("c1", "Dr. Example", 0, goals=[ChannelGoal("post", 0)], interactions=TargetGoal(0)))
    assert held.targets[0].goals[0].goal == ActivityGoal(0)


@pytest.mark.parametrize(
    ("make", "error", "match"),
    [
        (lambda: plan(channels=()), BadRows, "faults"),
        (lambda: plan(channels=[POST, PlanChannel("POST")]), BadRows, "faults"),
        (lambda: CyclePlan("Q1", "r1", END, START, []), BadValue, "ends before it starts"),
        (lambda: CyclePlan("Q1", "r1", datetime(2026, 1, 1, tzinfo=UTC), END, []), BadValue, "date"),
        (lambda: plan(completed=date(2025, 1, 1)), BadValue, "completed before"),
        (lambda: PlanTarget("c1", "x", True), BadValue, "visits planned"),
        (lambda: PlanTarget("c1", "x", 1.5), BadValue, "visits planned"),
        (lambda: PlanTarget("c1", "x", edited=-1), BadValue, "visits as edited"),
        (lambda: PlanTarget("c1", "x", gap=0), BadValue, "gap"),
        (lambda: PlanTarget("c1", "x", value=1.5), BadValue, "float"),
        (lambda: PlanTarget("", "x"), BadValue, "empty id"),
        (lambda: PlanTarget("c1", "x", since=END, until=START), BadValue, "before the first"),
        (lambda: PlanTarget("c1", "x", goals=[ChannelGoal("a", 1), ChannelGoal("a", 2)]), BadRule, "one channel"),
        (lambda: PlanChannel("face", weight=-1), BadValue, "from 0"),
        (lambda: PlanChannel("face", weight=0.5), BadValue, "float"),
        (lambda: PlanChannel("face", products={"P1": -1}), BadValue, "from 0"),
        (lambda: ActivityGoal(-1), BadValue, "a goal"),
        (lambda: ActivityGoal(1, most=-1), BadValue, "most"),
        (lambda: ActivityGoal(1, edited=True), BadValue, "edited"),
        (lambda: ProductGoal("P1", 1, priority=0), BadValue, "priority"),
        (lambda: ChannelGoal("a", 1, [ProductGoal("P1", 1), ProductGoal("P1", 1)]), BadRule, "same detail"),
        (lambda: ChannelGoal("a", 1, [ProductGoal("P1", 1, 2), ProductGoal("P1", 1)]), BadRule, "same detail"),
        (lambda: ChannelGoal("a", 1, [ProductGoal("P1", 1, 2), ProductGoal("P1", 1, 2)]), BadRule, "same detail"),
        (lambda: TargetGoal(1, most=-1), BadValue, "from 0"),
        (lambda: Lifecycle(grace=-1), BadValue, "grace"),
    ],
)
def test_what_cannot_be_is_refused(make, error, match):
    """Typed, with a code."""
    with pytest.raises(error, match=match) as caught:
        make()
    assert caught.value.code != "error"


def test_visits_planned_are_given_edited_or_summed():
    """Official, edited where switched on, or the goals of the channels together; missing where one of them is."""
    goals = [ChannelGoal("face", ActivityGoal(4, edited=6)), ChannelGoal("post", 2)]
    assert [PlanTarget("c1", "x", goals=goals).visits(edits=edits) for edits in (False, True)] == [6, 8]
    both = PlanTarget("c1", "x", 5, goals=goals, edited=7)
    assert [both.visits(edits=edits) for edits in (False, True)] == [5, 7]
    assert PlanTarget("c1", "x").visits(edits=True) is None
    assert PlanTarget("c1", "x", 5, edited=0).visits(edits=True) == 0
    assert ActivityGoal(4, edited=0).asked(edits=True) == 0
    assert PlanTarget("c1", "x", goals=[ChannelGoal("face", None)]).visits(edits=True) is None
    assert PlanTarget("c1", "x", goals=[ChannelGoal("face", 0)]).visits(edits=True) == 0


def test_a_target_may_touch_the_ends_of_the_cycle():
    """Since the last day, until the first: still inside."""
    assert len(plan(PlanTarget("c1", "x", since=END), PlanTarget("c2", "x", until=START)).targets) == 2


def test_names_stay_out_of_reprs():
    """A label is for people; a repr and a plan's repr do not show it."""
    held = plan(PlanTarget("c1", "Dr. Example"))
    assert "Example" not in repr(held) + repr(held.targets)


def test_values_are_exact_and_frozen():
    """Weights are fractions, and nothing changes in place."""
    assert (MAIL.weight, MAIL.products["P1"], EVERY_CALL.weight) == (Fraction(1, 2), Fraction(1, 2), 1)
    with pytest.raises(TypeError):
        MAIL.products["P1"] = 2
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        MAIL.weight = 2
