"""Pace within the cycle (周期进度): under, on or over what is due by now, for a customer, a channel, a product.

What is due by a day is the goal times the part of the cycle that has passed. A customer is behind below
`elapsed x goal x (1 - under)` and over-serviced (过度拜访) above `elapsed x goal x (1 + over)`; on a limit all is well.

>>> from pharmasales.followup.cycleplan.attaining import attain_plan
>>> from pharmasales.followup.cycleplan.counting import PlainCall
>>> from pharmasales.followup.cycleplan.plans import CyclePlan, PlanTarget
>>> from datetime import date
>>> plan = CyclePlan("Q1", "r1", date(2026, 1, 1), date(2026, 3, 31), [PlanTarget("c1", "Dr. Example", planned=9)])
>>> calls = [PlainCall(date(2026, 1, 5), "r1", "c1", territory="r1")]
>>> pace = plan_pace(attain_plan(plan, calls, date(2026, 1, 30)), over="20%", under="20%")
>>> pace.rows[0].status, pace.rows[0].why.text()
('under', 'behind: 1 made, at least 2.4 due by now (30 of 90 calendar days have passed; goal 9, under 20%, over 20%)')

Source: practice, systems 1a: V-THR, S-GOAL (prorated goal).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because, percent
from pharmasales.errors import BadValue
from pharmasales.followup.access import Workdays
from pharmasales.followup.cycleplan._tables import CUSTOMER_COLUMNS, shown
from pharmasales.followup.cycleplan.attained import TargetAttainment
from pharmasales.followup.cycleplan.attaining import PlanAttainment
from pharmasales.followup.cycleplan.elapsed import Clock, CycleElapsed
from pharmasales.followup.cycleplan.plans import PlanTarget
from pharmasales.followup.cycleplan.tallies import total
from pharmasales.names import nearest
from pharmasales.units import Number, ratio, share

__all__ = [
    "PaceLevel",
    "PaceStatus",
    "PlanPace",
    "TargetPace",
    "pace_status",
    "plan_pace",
]

PaceStatus: TypeAlias = Literal["under", "on", "over"]
"""Against what is due by now: `under` 落后, `on` 正常, `over` 过度拜访."""

PaceLevel: TypeAlias = Literal["target", "channel", "product"]
"""What a pace is of: the customer over all channels, each channel, or each product in it."""

_STATUS = {
    "under": Says("behind", "落后"),
    "on": Says("on schedule", "正常"),
    "over": Says("over-serviced", "过度拜访"),
}
_BASIS = {"working": Says("working days", "个工作日"), "calendar": Says("calendar days", "个自然日")}


def pace_status(actual: Fraction, lower: Fraction, upper: Fraction) -> PaceStatus:
    """Compare what was made with the limits; on a limit all is well.

    >>> [pace_status(Fraction(n), Fraction(2), Fraction(3)) for n in (1, 2, 3, 4)]
    ['under', 'on', 'on', 'over']
    """
    return "under" if actual < lower else "over" if actual > upper else "on"


@frozen
class TargetPace:
    """One goal against its pace (进度). Everything is missing where the goal or the log is, or no day is in the cycle.

    Args:
        target: the customer.
        channel: the channel; nothing for all of them.
        product: the product, with its priority; nothing for none.
        goal: the goal in interactions.
        prorated: the goal for the part of the cycle in which the customer is a target (折算目标).
        made: interactions made, without any cap: a cap must not hide over-servicing.
        elapsed: how much of the customer's days has passed.
        lower: the least that is on schedule by now.
        upper: the most that is.
        status: `under`, `on` or `over`.
        limits: how far below and above what is due is on schedule.
    """

    target: PlanTarget
    channel: str
    product: str
    goal: Fraction | None
    prorated: Fraction | None
    made: Fraction | None
    elapsed: CycleElapsed
    lower: Fraction | None
    upper: Fraction | None
    status: PaceStatus | None
    limits: tuple[Fraction, Fraction]

    @property
    def expected(self) -> Fraction | None:
        """Interactions due by now: the prorated goal times what has passed."""
        part = self.elapsed.part
        return None if part is None or self.prorated is None else self.prorated * part

    @property
    def why(self) -> Why:
        """Why the status is what it is, in both languages."""
        if self.status is None or self.lower is None or self.upper is None:
            return because("not known: no goal, no log or no day", "无法判断：缺目标、缺记录或无天数")
        days = because(
            "{passed} of {whole} {basis} have passed",
            "已过 {passed}/{whole} {basis}",
            passed=self.elapsed.passed,
            whole=self.elapsed.whole,
            basis=_BASIS[self.elapsed.basis],
        )
        under, over = map(percent_text, self.limits)
        known: dict[str, Cell] = {"goal": self.prorated, "under": under, "over": over}
        rule = because("goal {goal}, under {under}, over {over}", "目标 {goal}，下限 {under}，上限 {over}", **known)
        bound = self.upper if self.status == "over" else self.lower
        says = _STATUS[self.status]
        en = "{says}: {made} made, at " + ("most" if self.status == "over" else "least") + " {bound} due by now"
        zh = "{says}：已完成 {made}，目前应" + ("不超过" if self.status == "over" else "不少于") + " {bound}"
        return because(en, zh, days, rule, says=says, made=self.made, bound=bound)


def percent_text(value: Fraction) -> str:
    """Write a share without needless decimals: `20%`, `12.5%`."""
    return percent(value, 0 if (value * 100).denominator == 1 else 1)


@frozen
class PlanPace:
    """The pace of a plan (计划进度): one row for each goal. Made by `plan_pace`."""

    rows: tuple[TargetPace, ...] = field(repr=lambda rows: f"<{len(rows)} rows>")

    def count(self, status: PaceStatus) -> int:
        """Return how many rows have a status."""
        return sum(row.status == status for row in self.rows)

    @property
    def status(self) -> PaceStatus | None:
        """The status of all rows together (整体进度): what was made against the sums of their limits."""
        sums = [total(values) for values in zip(*((row.made, row.lower, row.upper) for row in self.rows), strict=True)]
        made, lower, upper = sums or (None, None, None)
        return None if made is None or lower is None or upper is None else pace_status(made, lower, upper)

    @property
    def why(self) -> Why:
        """How many rows have each status, in both languages."""
        return because(
            "{under} behind, {on} on schedule, {over} over-serviced, {unknown} not known",
            "落后 {under}，正常 {on}，过度拜访 {over}，无法判断 {unknown}",
            under=self.count("under"),
            on=self.count("on"),
            over=self.count("over"),
            unknown=sum(row.status is None for row in self.rows),
        )

    def table(self) -> Table:
        """Return the rows as table `plan_pace`."""
        columns = (
            *CUSTOMER_COLUMNS,
            Column("channel", "Channel", "渠道"),
            Column("product", "Product", "产品"),
            Column("goal", "Goal", "目标", "amount"),
            Column("prorated", "Prorated", "折算目标", "amount"),
            Column("made", "Made", "已完成", "amount"),
            Column("lower", "At least", "下限", "amount"),
            Column("upper", "At most", "上限", "amount"),
            Column("status", "Status", "状态"),
            Column("why", "Why", "原因", "why"),
        )
        rows: list[tuple[Cell, ...]] = []
        for row in self.rows:
            amounts = map(shown, (row.goal, row.prorated, row.made, row.lower, row.upper))
            status: Cell = None if row.status is None else _STATUS[row.status]
            who = row.target.customer, row.target.name, row.channel, row.product
            rows.append((*who, *amounts, status, row.why))
        return Table("plan_pace", Says("Pace of the plan", "计划进度"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def plan_pace(
    attainment: PlanAttainment,
    calendar: Workdays | None = None,
    *,
    over: Number,
    under: Number,
    level: PaceLevel = "target",
) -> PlanPace:
    """Compare what was made with what is due by the day of counting.

    Args:
        attainment: the counts.
        calendar: the working days by which time passes; calendar days where left out. Each reason says which.
        over: how far above what is due is still on schedule, such as `"20%"`.
        under: how far below, up to 100%.
        level: of what: each `target`, each `channel` of it, or each `product` in a channel.

    Raises:
        BadValue: a limit below 0, `under` above 1, or another level.
        UnknownYear: the calendar does not know the year.
    """
    limits = checked_limit(under), share(over)
    if limits[1] < 0:
        raise BadValue("a limit out of range", where="over", hint="from 0", code="followup.limits")
    if level not in ("target", "channel", "product"):
        hint = nearest(str(level), ("target", "channel", "product"))
        raise BadValue("no such level", where="level", hint=hint, code="followup.level")
    clock, found = Clock.of(attainment, calendar), []
    for one in attainment.targets:
        elapsed = clock.elapsed(one.target)
        inside = ratio(elapsed.whole, clock.cycle.whole)
        for channel, product, goal, made in _goals(one, level):
            prorated = None if goal is None or inside is None else goal * inside
            found.append(_pace(one.target, (channel, product), goal, prorated, made, elapsed, limits))
    return PlanPace(tuple(found))


def checked_limit(under: Number) -> Fraction:
    """Return how far below what is due is still on schedule, 0 to 1.

    Raises:
        BadValue: another number.
    """
    found = share(under)
    if not 0 <= found <= 1:
        raise BadValue("a limit out of range", where="under", hint="0 to 100%", code="followup.limits")
    return found


def _goals(one: TargetAttainment, level: PaceLevel) -> Iterator[tuple[str, str, Fraction | None, Fraction | None]]:
    """Yield channel, product, goal and interactions made."""
    if level == "target":
        yield "", "", one.interactions.goal, one.interactions.interactions
    for held in one.channels if level != "target" else ():
        if level == "channel":
            yield held.channel, "", held.own.goal_interactions, held.own.interactions
        for kept in held.products if level == "product" else ():
            place = "" if kept.priority is None else f" P{kept.priority}"
            yield held.channel, f"{kept.product}{place}", kept.tally.goal_interactions, kept.tally.interactions


def _pace(
    target: PlanTarget,
    of: tuple[str, str],
    goal: Fraction | None,
    prorated: Fraction | None,
    made: Fraction | None,
    elapsed: CycleElapsed,
    limits: tuple[Fraction, Fraction],
) -> TargetPace:
    if made is None or prorated is None or elapsed.part is None:
        return TargetPace(target, *of, goal, prorated, made, elapsed, None, None, None, limits)
    due = prorated * elapsed.part
    lower, upper = due * (1 - limits[0]), due * (1 + limits[1])
    return TargetPace(target, *of, goal, prorated, made, elapsed, lower, upper, pace_status(made, lower, upper), limits)
