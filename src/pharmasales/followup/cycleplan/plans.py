"""A cycle plan (周期计划): who is to be seen how often in a territory, from a first to a last day.

>>> plan = CyclePlan("Q1", "r1", date(2026, 1, 1), date(2026, 3, 31), [PlanTarget("c1", "Dr. Example", 4)])
>>> plan.stage(date(2026, 3, 31)), plan.stage(date(2026, 4, 30)), plan.stage(date(2026, 5, 1))
('in_progress', 'in_progress', 'completed')
>>> faulty = PlanTarget("c2", "Dr. Sample", goals=[ChannelGoal("every", None)])
>>> try:
...     CyclePlan("Q1", "r1", date(2026, 1, 1), date(2026, 3, 31), [faulty])
... except BadRows as refused:
...     print(*refused.lines())
the goal is missing @ customer 'c2', channel 'every'; 0 is a goal, nothing is none [followup.goal]

Source: practice, systems 1a: V-RT, V-GOAL, V-CAP, V-STAT, V-EDIT, S-GOAL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen
from attrs.converters import optional

from pharmasales.errors import BadRows, BadRule, BadValue, PharmaSalesError
from pharmasales.followup.access import ANY_DAY, Access
from pharmasales.followup.cycleplan.plan_channels import EVERY_CALL, ChannelGoal, PlanChannel, TargetGoal, count
from pharmasales.names import clean, nearest, normal_id, twins
from pharmasales.units import exact
from pharmasales.yearplan import checked_day

__all__ = ["CyclePlan", "Lifecycle", "PlanStage", "PlanTarget"]

PlanStage: TypeAlias = Literal["planned", "in_progress", "completed"]
"""Where a plan stands (计划状态): planned 计划中, in progress 进行中, completed 已完成."""


def _customer_id(text: str) -> str:
    return normal_id(text, "customer id")


def _territory_id(text: str) -> str:
    return normal_id(text, "territory id")


def _territories(given: Iterable[str]) -> frozenset[str]:
    return frozenset(map(_territory_id, given))


@frozen
class PlanTarget:
    """A customer of a plan (目标客户).

    Args:
        customer: stable id.
        name: the label shown to people.
        planned: visits planned; where left out, the goals of its channels together; none where nobody said.
        grade: the letter of its grade.
        goals: its goals by channel. With any, only calls in these channels count; with none, those in every channel.
        interactions: its goal over all channels in interactions, an input; and the most that earns.
        product_interactions: the same of products.
        team: the territories aligned to it beside the plan's own, for what the team did (团队).
        edited: visits planned as the rep proposes (修订目标); they count where the plan switches edits on.
        since: first day as a target; the cycle's where left out.
        until: last day as a target; the cycle's where left out.
        merged: whether the customer was merged into another; such a target is left out of everything.
        value: what it is worth, to rank by; such as its potential.
        gap: the shortest gap between two visits, in calendar days.
        access: when it receives.

    >>> PlanTarget("c1", "Dr. Example", -1)
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: visits planned is a whole number from 0 @ customer 'c1' [followup.count]

    Raises:
        BadValue: visits that are no whole number from 0, a gap below a day, days in the wrong order.
        BadRule: two goals for one channel.
    """

    customer: str = field(converter=_customer_id)
    name: str = field(converter=clean, repr=False)
    planned: int | None = None
    grade: str = ""
    goals: tuple[ChannelGoal, ...] = field(default=(), converter=tuple[ChannelGoal, ...])
    interactions: TargetGoal | None = None
    product_interactions: TargetGoal | None = None
    team: frozenset[str] = field(default=frozenset(), converter=_territories)
    edited: int | None = None
    since: date | None = field(default=None, converter=optional(checked_day))
    until: date | None = field(default=None, converter=optional(checked_day))
    merged: bool = False
    value: Fraction | None = field(default=None, converter=optional(exact))
    gap: int = 1
    access: Access = ANY_DAY

    def __attrs_post_init__(self) -> None:
        where = f"customer {self.customer!r}"
        for given, what in ((self.planned, "visits planned"), (self.edited, "visits as edited")):
            if given is not None:
                count(given, what, where)
        if type(self.gap) is not int or self.gap < 1:
            raise BadValue("the shortest gap is a whole number of days from 1", where=where, code="followup.gap")
        if self.since is not None and self.until is not None and self.until < self.since:
            raise BadValue("the last day as a target lies before the first", where=where, code="followup.horizon")
        if len({goal.channel for goal in self.goals}) < len(self.goals):
            raise BadRule("two goals for one channel", where=where, code="followup.goal")

    def visits(self, *, edits: bool) -> int | None:
        """Return the visits planned (计划拜访): given or edited, or the goals of the channels together; or missing."""
        if edits and self.edited is not None:
            return self.edited
        if self.planned is not None or not self.goals:
            return self.planned
        asked = [goal.goal.asked(edits=edits) for goal in self.goals]
        return None if None in asked else sum(filter(None, asked))


@frozen
class Lifecycle:
    """How long a plan is counted (计划生命周期).

    Args:
        grace: calendar days after the end in which calls may still come in; then it is completed by itself.
        while_planned: whether a plan that has not begun is counted already, so that what is scheduled is seen.

    Source: V-STAT, 30 days; its pages disagree on counting before the start, hence the switch.

    Raises:
        BadValue: days that are no whole number from 0.
    """

    grace: int = 30
    while_planned: bool = True

    def __attrs_post_init__(self) -> None:
        count(self.grace, "the grace in days")


@frozen
class CyclePlan:
    """A plan of one territory for one cycle (周期拜访计划).

    Args:
        id: its id.
        territory: the node of the organisation that it is made for; its calls count as the plan's own.
        start: first day.
        end: last day.
        targets: its customers.
        channels: what counts, in the order in which calls are matched; every call alike where left out.
        edits: whether the reps' edited goals count in place of the official ones.
        completed: the day on which it was completed by hand; none while it is open.
        lifecycle: how long it is counted.

    Raises:
        BadValue: an end before the start, or a completion before the start.
        BadRows: twin customers, goals for channels or products that the plan does not have, days outside the cycle:
            all of them at once.
    """

    id: str = field(converter=normal_id)
    territory: str = field(converter=_territory_id)
    start: date = field(converter=checked_day)
    end: date = field(converter=checked_day)
    targets: tuple[PlanTarget, ...] = field(
        converter=tuple[PlanTarget, ...], repr=lambda held: f"<{len(held)} targets>"
    )
    channels: tuple[PlanChannel, ...] = field(default=(EVERY_CALL,), converter=tuple[PlanChannel, ...])
    edits: bool = False
    completed: date | None = field(default=None, converter=optional(checked_day))
    lifecycle: Lifecycle = Lifecycle()

    def __attrs_post_init__(self) -> None:
        where = f"plan {self.id!r}"
        if self.end < self.start:
            raise BadValue("the plan ends before it starts", where=where, code="followup.horizon")
        if self.completed is not None and self.completed < self.start:
            raise BadValue("the plan is completed before it starts", where=where, code="followup.horizon")
        bad = [*_twins(self.targets), *_bad_channels(self.channels), *self._bad_targets()]
        if bad:
            raise BadRows(f"{len(bad)} faults in {where}", bad)

    def stage(self, as_of: date) -> PlanStage:
        """Return where the plan stands on a day: planned, in progress, or completed by hand or after the grace."""
        if as_of >= self._closed():
            return "completed"
        return "planned" if as_of < self.start else "in_progress"

    def counted_on(self, as_of: date) -> date:
        """Return the day whose figures hold on a day: the day itself, or the one on which the plan was closed."""
        return min(as_of, self._closed())

    def _closed(self) -> date:
        after = self.end + timedelta(days=self.lifecycle.grace + 1)
        return after if self.completed is None else min(self.completed, after)

    def _bad_targets(self) -> Iterator[PharmaSalesError]:
        channels = {channel.id: channel for channel in self.channels}
        for target in self.targets:
            where = f"customer {target.customer!r}"
            first, last = target.since or self.start, target.until or self.end
            if first > self.end or last < self.start:
                yield BadValue("a target outside the days of the plan", where=where, code="followup.horizon")
            for own, most in ((target.interactions, "interactions"), (target.product_interactions, "products")):
                if own is not None and own.goal is None:
                    yield _missing(f"{where}, {most}")
            for goal in target.goals:
                for error in _bad_goal(goal, channels):
                    yield error.at(where)


def _twins(targets: tuple[PlanTarget, ...]) -> Iterator[PharmaSalesError]:
    for _, second in twins(target.customer for target in targets):
        where = f"customer {targets[second].customer!r}"
        yield BadValue("the customer is in the plan already", where=where, hint="leave one out", code="followup.twins")


def _bad_channels(channels: tuple[PlanChannel, ...]) -> Iterator[PharmaSalesError]:
    if not channels:
        yield BadRule("a plan needs a channel", hint="leave channels out to count every call", code="followup.channel")
    for _, second in twins(channel.id for channel in channels):
        where = f"channel {channels[second].id!r}"
        yield BadRule("two channels of one id", where=where, code="followup.channel")


def _missing(where: str) -> BadRule:
    return BadRule("the goal is missing", where=where, hint="0 is a goal, nothing is none", code="followup.goal")


def _bad_goal(goal: ChannelGoal, channels: Mapping[str, PlanChannel]) -> Iterator[PharmaSalesError]:
    channel = channels.get(goal.channel)
    if channel is None:
        where, hint = f"channel {goal.channel!r}", nearest(goal.channel, channels)
        yield BadRule("the plan has no such channel", where=where, hint=hint, code="followup.channel")
        return
    for held, of in ((goal.goal, ""), (goal.team, ", team")):
        if held is not None and held.goal is None:
            yield _missing(f"channel {goal.channel!r}{of}")
    for one in goal.products:
        where = f"channel {goal.channel!r}, product {one.product!r}"
        if one.goal.goal is None:
            yield _missing(where)
        if channel.products is None:
            hint = "give the channel weights for products"
            yield BadRule("a product in a channel without products", where=where, hint=hint, code="followup.product")
        elif one.product not in channel.products:
            hint = nearest(one.product, channel.products)
            yield BadRule("the channel has no weight for it", where=where, hint=hint, code="followup.product")
        elif one.priority is not None and not channel.calls:
            hint = "only calls have detail priorities"
            yield BadRule("a priority in a channel that is no call", where=where, hint=hint, code="followup.priority")
