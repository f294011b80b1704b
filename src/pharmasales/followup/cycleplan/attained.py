"""What one customer of a plan reached (目标客户达成): counts, tallies by channel and product, and what they add up to.

>>> from datetime import date
>>> from pharmasales.followup.cycleplan.attaining import attain_plan
>>> from pharmasales.followup.cycleplan.plan_channels import ChannelGoal, PlanChannel, TargetGoal
>>> from pharmasales.followup.cycleplan.counting import PlainCall
>>> channels = [PlanChannel("face"), PlanChannel("email", weight="0.5")]
>>> goals = [ChannelGoal("face", 4), ChannelGoal("email", 2)]
>>> target = PlanTarget("c1", "Dr. Example", goals=goals, interactions=TargetGoal(6, most=2))
>>> plan = CyclePlan("Q1", "r1", date(2026, 1, 1), date(2026, 3, 31), [target], channels)
>>> made = (5, "face"), (6, "email"), (7, "face")
>>> calls = [PlainCall(date(2026, 1, day), "r1", "c1", how, "r1") for day, how in made]
>>> one = attain_plan(plan, calls, date(2026, 1, 31))["c1"]
>>> one.planned, one.actual, one.interactions.interactions, one.interactions.earned, one.interactions.difference
(6, 3, Fraction(5, 2), Fraction(2, 1), Fraction(1, 1))
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Cell, Says, Why, because
from pharmasales.followup.cycleplan._judging import Verdict
from pharmasales.followup.cycleplan.counting import CallLike
from pharmasales.followup.cycleplan.lines import goal_meets, in_team, in_total, reason_for
from pharmasales.followup.cycleplan.plan_channels import ActivityGoal, ChannelGoal, PlanChannel, ProductGoal
from pharmasales.followup.cycleplan.plans import CyclePlan, PlanTarget
from pharmasales.followup.cycleplan.tallies import ChannelTally, ProductTally, Tally, TrackTally, remaining, to_schedule
from pharmasales.units import ratio

__all__ = ["TargetAttainment", "attain_target"]


@frozen
class TargetAttainment:
    """What was planned for a customer and what was done (目标客户达成). Counts are missing where nobody keeps a log.

    Args:
        target: the customer.
        planned: visits planned (计划); missing where nobody said.
        actual: made in the plan's territory (实际).
        scheduled: scheduled in the plan's territory (已安排).
        total_actual: made in any territory (全部辖区).
        total_scheduled: scheduled in any territory.
        team_actual: made in the territories aligned to the customer (团队).
        team_scheduled: scheduled in them.
        channels: the tallies of each channel.
    """

    target: PlanTarget
    planned: int | None
    actual: int | None
    scheduled: int | None
    total_actual: int | None
    total_scheduled: int | None
    team_actual: int | None
    team_scheduled: int | None
    channels: tuple[ChannelTally, ...] = field(repr=False)

    @property
    def remaining(self) -> int:
        """Visits that remain (剩余): planned less actual, never below 0; see `remaining` for what is missing."""
        return remaining(self.planned, self.actual)

    @property
    def to_schedule(self) -> int:
        """Visits that remain to be scheduled (待安排)."""
        return to_schedule(self.planned, self.scheduled, self.actual)

    @property
    def interactions(self) -> TrackTally:
        """Channel interactions together, under the customer's own goal."""
        return TrackTally(tuple(held.own for held in self.channels), self.target.interactions)

    @property
    def product_interactions(self) -> TrackTally:
        """Product interactions together, under the customer's own goal."""
        tallies = tuple(product.tally for held in self.channels for product in held.products)
        return TrackTally(tallies, self.target.product_interactions)

    @property
    def attained(self) -> Fraction | None:
        """Interactions made over the goal, without any cap; missing where either is, or without a goal above 0."""
        return ratio(self.interactions.interactions, self.interactions.goal)

    @property
    def earned_share(self) -> Fraction | None:
        """Interactions earned over the goal (达成率); missing likewise."""
        return ratio(self.interactions.earned, self.interactions.goal)

    def given_and_summed(self) -> Iterator[tuple[Cell, Fraction | None, Fraction | None]]:
        """Yield the customer's own goals, each beside the sum of its channels, missing where there is none."""
        known = [held.own.goal for held in self.channels]
        visits = None if not self.target.goals or None in known else Fraction(sum(filter(None, known)))
        yield Says("visits", "拜访"), None if self.planned is None else Fraction(self.planned), visits
        tracks = (
            (Says("interactions", "互动"), self.interactions),
            (Says("products", "产品互动"), self.product_interactions),
        )
        for says, track in tracks:
            yield says, None if track.given is None else track.given.goal, track.goal_sum

    @property
    def why(self) -> Why:
        """The counts in words."""
        return because(
            "planned {planned}, actual {actual}, scheduled {scheduled}: {remaining} remain, {to_schedule} to schedule",
            "计划 {planned}，实际 {actual}，已安排 {scheduled}：剩余 {remaining}，待安排 {to_schedule}",
            planned=self.planned,
            actual=self.actual,
            scheduled=self.scheduled,
            remaining=self.remaining,
            to_schedule=self.to_schedule,
        )


class _Counts:
    """Made and scheduled calls of something, while they are counted."""

    __slots__ = ("actual", "scheduled")

    def __init__(self) -> None:
        self.actual = self.scheduled = 0

    def add(self, role: str) -> None:
        if role == "actual":
            self.actual += 1
        else:
            self.scheduled += 1


def attain_target(
    plan: CyclePlan, target: PlanTarget, seen: Sequence[tuple[CallLike, Verdict]] | None
) -> TargetAttainment:
    """Count the judged calls of one customer; without a log every count is missing."""
    goals = {goal.channel: goal for goal in target.goals}
    channels = [channel for channel in plan.channels if channel.id in goals] if goals else plan.channels
    planned = target.visits(edits=plan.edits)
    own, total, team = _Counts(), _Counts(), _Counts()
    by_key: dict[object, _Counts] = {}
    for call, verdict in seen or ():
        reason = reason_for(target, verdict)
        if not in_total(reason):
            continue
        role = verdict.role
        total.add(role)
        if not reason:
            own.add(role)
            by_key.setdefault(verdict.channel, _Counts()).add(role)
            for goal in goals[verdict.channel].products if goals else ():
                if goal_meets(goal, call):
                    by_key.setdefault((verdict.channel, goal.product, goal.priority), _Counts()).add(role)
        if in_team(target, call, reason):
            team.add(role)
            by_key.setdefault((verdict.channel,), _Counts()).add(role)
    alone = planned if not goals and len(plan.channels) == 1 else None
    book = None if seen is None else by_key
    tallies = tuple(_channel(plan, channel, goals.get(channel.id), alone, book) for channel in channels)
    if seen is None:
        return TargetAttainment(target, planned, None, None, None, None, None, None, tallies)
    made = own.actual, own.scheduled, total.actual, total.scheduled, team.actual, team.scheduled
    return TargetAttainment(target, planned, *made, tallies)


_NONE = _Counts()


def _channel(
    plan: CyclePlan,
    channel: PlanChannel,
    goal: ChannelGoal | None,
    alone: int | None,
    book: dict[object, _Counts] | None,
) -> ChannelTally:
    """Return the tallies of a channel; `alone` is the visits planned where they are the goal of the only channel."""
    if goal is None:
        return ChannelTally(channel.id, _tally(alone, None, channel.weight, book, channel.id))
    own = _asked(goal.goal, plan, channel.weight, book, channel.id)
    team = None if goal.team is None else _asked(goal.team, plan, channel.weight, book, (channel.id,))
    products = tuple(_product(plan, channel, one, book) for one in goal.products)
    return ChannelTally(channel.id, own, team, products)


def _product(
    plan: CyclePlan, channel: PlanChannel, goal: ProductGoal, book: dict[object, _Counts] | None
) -> ProductTally:
    weight = (channel.products or {})[goal.product]
    key = channel.id, goal.product, goal.priority
    return ProductTally(goal.product, goal.priority, _asked(goal.goal, plan, weight, book, key))


def _asked(
    goal: ActivityGoal, plan: CyclePlan, weight: Fraction, book: dict[object, _Counts] | None, key: object
) -> Tally:
    return _tally(goal.asked(edits=plan.edits), goal.most, weight, book, key)


def _tally(
    goal: int | None, most: int | None, weight: Fraction, book: dict[object, _Counts] | None, key: object
) -> Tally:
    if book is None:
        return Tally(goal, most, weight, None, None)
    made = book.get(key, _NONE)
    return Tally(goal, most, weight, made.actual, made.scheduled)
