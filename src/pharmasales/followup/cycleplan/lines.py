"""Calls against one customer of a plan (拜访核对): each counts once, or is listed with the one reason why it does not.

Where a cap cuts off, the calls earn in the order of their days, calls of one day in the order given: the parts that
they earn add up to what the customer earned.

>>> from datetime import date
>>> from pharmasales.followup.cycleplan.attaining import attain_plan
>>> from pharmasales.followup.cycleplan.plan_channels import ActivityGoal, ChannelGoal
>>> from pharmasales.followup.cycleplan.counting import PlainCall
>>> from pharmasales.followup.cycleplan.plans import CyclePlan, PlanTarget
>>> goal = ChannelGoal("every", ActivityGoal(2, most=1))
>>> plan = CyclePlan("Q1", "r1", date(2026, 1, 1), date(2026, 3, 31), [PlanTarget("c1", "Dr. Example", goals=[goal])])
>>> calls = [PlainCall(date(2026, 1, day), "r1", "c1", territory=at) for day, at in ((5, "r1"), (9, "r2"), (12, "r1"))]
>>> for line in attain_plan(plan, calls, date(2026, 1, 31)).lines("c1"):
...     print(line.why)
2026-01-05 r1 face: made, earns 1
2026-01-09 r1 face: not counted, another territory: r2
2026-01-12 r1 face: made, earns 0, beyond the most of the channel
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import evolve, field, frozen

from pharmasales.display import Cell, Says, Why, because
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.followup.cycleplan._judging import REASONS, Judge, NotCounted, Role, Verdict
from pharmasales.followup.cycleplan.counting import CallLike
from pharmasales.followup.cycleplan.plan_channels import ActivityGoal, ChannelGoal, PlanChannel, ProductGoal
from pharmasales.followup.cycleplan.plans import CyclePlan, PlanTarget

__all__ = ["CallLine", "Capped", "calls_counted", "each_once", "judged", "stray_line"]

Capped: TypeAlias = Literal["", "channel", "target"]
"""Which cap took something of a call: nothing, that of its channel, or that of the customer."""

_IN_TOTAL = {"", "territory", "nowhere"}
_ROLES = {"actual": Says("made", "实际"), "scheduled": Says("scheduled", "已安排")}
_CAPS = {
    "channel": Says("beyond the most of the channel", "超出渠道上限"),
    "target": Says("cut off by the most of the customer", "超出客户上限"),
}


@frozen
class CallLine:
    """What became of one call in a plan.

    Args:
        call: the call.
        role: `actual`, `scheduled`, or nothing where the rules see neither.
        channel: the channel that it belongs to; nothing where none of the plan.
        reason: why it is not the plan's own count; nothing where it counts.
        total: whether it counts in the total of all territories.
        team: whether it counts for the team.
        earned: interactions that it earned.
        product_earned: product interactions that it earned.
        capped: which cap took something of what it would have earned.
    """

    call: CallLike = field(repr=False)
    role: Role
    channel: str
    reason: NotCounted
    total: bool = False
    team: bool = False
    earned: Fraction = Fraction(0)
    product_earned: Fraction = Fraction(0)
    capped: Capped = ""

    @property
    def counts(self) -> bool:
        """Whether it is one of the plan's own, made or scheduled."""
        return not self.reason

    @property
    def why(self) -> Why:
        """Why it counts or does not, in both languages."""
        call, words = self.call, "{day} {rep} {channel}: "
        known: dict[str, Cell] = {"day": call.day.isoformat(), "rep": call.rep, "channel": call.channel}
        if self.reason:
            said = REASONS[self.reason]
            held = {"state": call.state or "?", "territory": call.territory}
            more = {name: value for name, value in held.items() if f"{{{name}}}" in said.en}
            return because(f"{words}not counted, {said.en}", f"{words}不计，{said.zh}", **known, **more)
        role = _ROLES[self.role]
        if self.role == "scheduled":
            return because(f"{words}{role.en}", f"{words}{role.zh}", **known)
        tail = _CAPS.get(self.capped)
        en, zh = (f", {tail.en}", f"，{tail.zh}") if tail else ("", "")
        if self.product_earned:
            en, zh = f"{en}, products {{products}}", f"{zh}，产品 {{products}}"
            known["products"] = self.product_earned
        en, zh = f"{words}{role.en}, earns {{earned}}{en}", f"{words}{role.zh}，计 {{earned}}{zh}"
        return because(en, zh, **known, earned=self.earned)


def stray_line(call: CallLike, verdict: Verdict) -> CallLine:
    """Return the line of a call of a customer whom the plan does not have."""
    return CallLine(call, verdict.role, verdict.channel, "no-target")


def each_once(calls: Iterable[CallLike]) -> list[CallLike]:
    """Return the calls; one that is there twice, or in two versions, would count twice.

    Raises:
        BadRows: two calls of one id, all of them.
    """
    held = list(calls)
    ids = [named for named in (getattr(call, "id", "") for call in held) if named]
    if len(set(ids)) < len(ids):
        hint = "give the latest version alone"
        bad = [
            BadValue("two calls of one id", where=f"call {named!r}", hint=hint, code="followup.twins")
            for named, count in Counter(ids).items()
            if count > 1
        ]
        raise BadRows(f"{len(bad)} calls given twice", bad)
    return held


def judged(judge: Judge, calls: Iterable[CallLike], bad: list[PharmaSalesError]) -> list[tuple[CallLike, Verdict]]:
    """Judge calls; those that cannot be judged go to `bad`, each with its place."""
    found = []
    for call in calls:
        try:
            found.append((call, judge(call)))
        except BadValue as error:
            bad.append(error.at(f"call of customer {call.customer!r} on {call.day}"))
    return found


def reason_for(target: PlanTarget, verdict: Verdict) -> NotCounted:
    """Return the one reason why a call does not count for a customer; nothing where it does."""
    if target.merged:
        return "merged"
    if verdict.reason in _IN_TOTAL and target.goals and all(one.channel != verdict.channel for one in target.goals):
        return "no-goal"
    return verdict.reason


def in_total(reason: NotCounted) -> bool:
    """Whether a call counts in the total: all is well with it but its territory."""
    return reason in _IN_TOTAL


def in_team(target: PlanTarget, call: CallLike, reason: NotCounted) -> bool:
    """Whether a call counts for the team: the plan's own, and those of the territories aligned to the customer."""
    return not reason or (reason == "territory" and call.territory in target.team)


def goal_meets(goal: ProductGoal, call: CallLike) -> bool:
    """Whether a call counts for a product's goal: it detailed the product, with the priority asked for."""
    return any(one.product == goal.product and goal.priority in (None, one.priority) for one in call.products)


def calls_counted(plan: CyclePlan, target: PlanTarget, seen: Sequence[tuple[CallLike, Verdict]]) -> list[CallLine]:
    """Return the line of every call of a customer, by day, with what it earned under the caps."""
    caps, found = _Caps(plan, target), []
    for call, verdict in sorted(seen, key=lambda one: one[0].day):
        reason = reason_for(target, verdict)
        line = CallLine(call, verdict.role, verdict.channel, reason, in_total(reason), in_team(target, call, reason))
        found.append(caps.take(line) if line.counts and line.role == "actual" else line)
    return found


class _Caps:
    """What is left under the caps of one customer while its calls are taken in their order."""

    def __init__(self, plan: CyclePlan, target: PlanTarget) -> None:
        self._channels = {one.id: one for one in plan.channels}
        self._goals: dict[str, ChannelGoal] = {one.channel: one for one in target.goals}
        self._taken: Counter[object] = Counter()
        self._left = [
            None if goal is None else goal.most for goal in (target.interactions, target.product_interactions)
        ]

    def take(self, line: CallLine) -> CallLine:
        """Return the line of a call that was made, with what it and its products earn."""
        channel, goal = self._channels[line.channel], self._goals.get(line.channel)
        whole = self._one(line.channel, None if goal is None else goal.goal) * channel.weight
        products = self._under(1, self._products(line.call, channel, goal))
        earned = self._under(0, whole)
        capped: Capped = "channel" if whole < channel.weight else "target" if earned < whole else ""
        return evolve(line, earned=earned, product_earned=products, capped=capped)

    def _products(self, call: CallLike, channel: PlanChannel, goal: ChannelGoal | None) -> Fraction:
        found = Fraction(0)
        for one in () if goal is None else goal.products:
            if channel.products is not None and goal_meets(one, call):
                found += self._one((channel.id, one.product, one.priority), one.goal) * channel.products[one.product]
        return found

    def _one(self, key: object, goal: ActivityGoal | None) -> int:
        """Return 1 while a goal's most leaves room, else 0."""
        self._taken[key] += 1
        return int(goal is None or goal.most is None or self._taken[key] <= goal.most)

    def _under(self, track: int, value: Fraction) -> Fraction:
        """Return what the customer's most leaves of a value, and take it off."""
        left = self._left[track]
        if left is None:
            return value
        earned = min(value, left)
        self._left[track] = left - earned
        return earned
