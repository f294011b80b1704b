"""Slipping customers (即将脱落), named while time remains: who is behind, who can no longer be reached, what to do.

A customer slips who is behind the pace and still has days enough. One whose days are too few for what remains can no
longer be reached, even by a rep who does nothing else; that is said apart, and early.

>>> from datetime import date
>>> from pharmasales.followup.access import Access
>>> from pharmasales.followup.cycleplan.attaining import attain_plan
>>> from pharmasales.followup.cycleplan.plans import CyclePlan, PlanTarget
>>> from pharmasales.workdays import CHINA
>>> wednesdays = Access({2})
>>> targets = [
...     PlanTarget("c1", "Dr. Example", planned=4, gap=7, access=wednesdays),
...     PlanTarget("c2", "Dr. Sample", planned=2, gap=7, access=wednesdays),
... ]
>>> plan = CyclePlan("March", "r1", date(2026, 3, 1), date(2026, 3, 31), targets)
>>> found = slipping(attain_plan(plan, [], date(2026, 3, 13)), Rep("r1", "Rep One", 8), CHINA, under="20%")
>>> for one in found.slips:
...     print(one.target.customer, one.why.text())
c1 can no longer be reached: 4 remain, 2 are possible (12 working days left, 2 of them visiting days, gap 7 days)
c2 slipping: 0 made, at least 0.7273 due by now (12 working days left, 2 of them visiting days, gap 7 days)
>>> found.slips[1].todo.text()
'0.8 a week from now: 2 in 18 days, 2 not yet scheduled'

Source: practice, systems 1e (call-plan adherence) and its openings: named slipping customers while time remains.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because, decimal_text
from pharmasales.errors import BadValue, NotFound
from pharmasales.followup.access import Workdays
from pharmasales.followup.capacity import Rep
from pharmasales.followup.cycleplan._tables import CUSTOMER_COLUMNS
from pharmasales.followup.cycleplan.attained import TargetAttainment
from pharmasales.followup.cycleplan.attaining import PlanAttainment
from pharmasales.followup.cycleplan.elapsed import Clock
from pharmasales.followup.cycleplan.pacing import checked_limit
from pharmasales.followup.cycleplan.plans import PlanTarget
from pharmasales.followup.cycleplan.reach import Ahead, Reach
from pharmasales.followup.cycleplan.tallies import remaining
from pharmasales.units import Number, half_up, ratio

__all__ = ["Slip", "SlipKind", "Slipping", "slipping"]

SlipKind: TypeAlias = Literal["unreachable", "slipping"]
"""`unreachable` 已无法达成: what remains no longer fits into the days left; `slipping` 落后: behind, but it fits."""

_KINDS = {
    "unreachable": Says("can no longer be reached", "已无法达成"),
    "slipping": Says("slipping", "落后"),
}


@frozen
class Slip:
    """One customer who slips.

    Args:
        target: the customer.
        kind: `unreachable` or `slipping`.
        due: visits planned, prorated to the days as a target, half up.
        made: visits made.
        scheduled: visits scheduled.
        lower: the least that is on schedule by now.
        reach: what the days left hold.
    """

    target: PlanTarget
    kind: SlipKind
    due: int
    made: int
    scheduled: int
    lower: Fraction
    reach: Reach

    @property
    def remaining(self) -> int:
        """Visits that remain of what is due."""
        return remaining(self.due, self.made)

    @property
    def possible(self) -> int:
        """Visits that remain and can still be made."""
        return min(self.remaining, self.reach.possible)

    @property
    def lost(self) -> int:
        """Visits that can no longer be made, however hard one tries."""
        return self.remaining - self.possible

    @property
    def a_week(self) -> Fraction | None:
        """Visits a week that what can still be made asks for from now on; missing with no day left."""
        return ratio(7 * self.possible, self.reach.left)

    @property
    def why(self) -> Why:
        """Why it slips, in both languages."""
        days = because(
            "{days} working days left, {suited} of them visiting days, gap {gap} days",
            "剩 {days} 个工作日，其中接待日 {suited} 个，间隔 {gap} 天",
            days=self.reach.days,
            suited=self.reach.suited,
            gap=self.target.gap,
        )
        known: dict[str, Cell] = {"kind": _KINDS[self.kind], "remaining": self.remaining, "possible": self.possible}
        if self.kind == "unreachable":
            en, zh = (
                "{kind}: {remaining} remain, {possible} are possible",
                "{kind}：剩余 {remaining}，最多可访 {possible}",
            )
            return because(en, zh, days, **known)
        en, zh = "{kind}: {made} made, at least {lower} due by now", "{kind}：已访 {made}，目前应不少于 {lower}"
        return because(en, zh, days, kind=_KINDS[self.kind], made=self.made, lower=self.lower)

    @property
    def todo(self) -> Why:
        """What to do now, in both languages."""
        if not self.possible:
            return because("agree a new goal, or another way to meet", "重新商定目标，或改用其他方式")
        week = None if self.a_week is None else Decimal(decimal_text(self.a_week, 1))
        open_ = max(self.possible - self.scheduled, 0)
        en = "{week} a week from now: {still} in {left} days, {open} not yet scheduled"
        zh = "自即日起每周 {week} 次：{left} 天内 {still} 次，其中 {open} 次待安排"
        said = because(en, zh, week=week, still=self.possible, left=self.reach.left, open=open_)
        if not self.lost:
            return said
        lost = because("agree what becomes of {lost}", "商定其余 {lost} 次如何处理", lost=self.lost)
        return because(en, zh, lost, **said.values)


@frozen
class Slipping:
    """Who slips in a plan (脱落清单). Made by `slipping`.

    Args:
        slips: the customers, the most worth first.
        targets: how many customers were looked at.
        remaining: visits that remain of all customers.
        slots: visits that the rep can make in the days left.
    """

    slips: tuple[Slip, ...] = field(repr=lambda slips: f"<{len(slips)} customers>")
    targets: int
    remaining: int
    slots: int

    def of(self, kind: SlipKind) -> tuple[Slip, ...]:
        """Return the customers of one kind."""
        return tuple(one for one in self.slips if one.kind == kind)

    @property
    def why(self) -> Why:
        """How many slip, and whether the rep's days hold what remains, in both languages."""
        room = because(
            "{remaining} visits remain, the rep can make {slots}",
            "剩余 {remaining} 次，代表可完成 {slots} 次",
            remaining=self.remaining,
            slots=self.slots,
        )
        return because(
            "{slipping} of {targets} customers are slipping, {lost} can no longer be reached",
            "{targets} 个客户中 {slipping} 个落后，{lost} 个已无法达成",
            room,
            slipping=len(self.of("slipping")),
            targets=self.targets,
            lost=len(self.of("unreachable")),
        )

    def table(self) -> Table:
        """Return one row a customer, as table `slipping`."""
        columns = (
            *CUSTOMER_COLUMNS,
            Column("grade", "Grade", "级别"),
            Column("kind", "State", "状态"),
            Column("due", "Due", "应访", "number"),
            Column("made", "Made", "已访", "number"),
            Column("remaining", "Remaining", "剩余", "number"),
            Column("possible", "Possible", "最多可访", "number"),
            Column("last", "Last visit", "上次拜访", "date"),
            Column("todo", "To do", "建议", "why"),
            Column("why", "Why", "原因", "why"),
        )
        rows: list[tuple[Cell, ...]] = []
        for one in self.slips:
            who = one.target.customer, one.target.name, one.target.grade, _KINDS[one.kind]
            rows.append((*who, one.due, one.made, one.remaining, one.possible, one.reach.last, one.todo, one.why))
        return Table("slipping", Says("Slipping customers", "即将脱落的客户"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def slipping(
    attainment: PlanAttainment,
    rep: Rep,
    calendar: Workdays,
    *,
    under: Number,
    priority: Sequence[str] = (),
    channel: str = "",
) -> Slipping:
    """Name the customers who slip on the day of counting.

    Visits are possible from the day after it, on the rep's working days, on days on which the customer receives, the
    shortest gap after the last visit and between any two, and with the notice that an appointment needs. What other
    customers need is not taken off: possible is the most for this one alone.

    Args:
        attainment: the counts; visits planned against visits made.
        rep: who visits: leave, visits a day, filing number.
        calendar: the working days, for the pace and for the days left.
        under: how far below what is due by now is still on schedule, such as `"20%"`.
        priority: the letters of the grades, the best first. By grade, then value, then what is lost, then what remains,
            then the order of the plan; letters and values that are not given come last.
        channel: the channel whose visits and goal are meant; those of every channel together where left out.

    Raises:
        BadValue: no log to count, or a limit out of range.
        NotFound: a channel that the plan does not have.
        UnknownYear: the calendar does not know the year.
    """
    if attainment.calls is None:
        raise BadValue("nobody keeps a log", hint="give the calls", code="followup.log")
    if channel and all(one.id != channel for one in attainment.plan.channels):
        raise NotFound("the plan has no such channel", where=f"channel {channel!r}", code="followup.channel")
    low, clock = checked_limit(under), Clock.of(attainment, calendar)
    ahead, found, remain = Ahead(attainment, rep, calendar, channel), [], 0
    for one in attainment.targets:
        planned, made, scheduled = _counts(one, channel)
        elapsed = clock.elapsed(one.target)
        inside = ratio(elapsed.whole, clock.cycle.whole)
        if planned is None or inside is None:
            continue
        due, lower = half_up(planned * inside), planned * inside * (elapsed.part or 0) * (1 - low)
        rest = remaining(due, made)
        remain += rest
        reach = ahead.reach(one.target)
        if rest > reach.possible or (rest and made < lower):
            kind: SlipKind = "unreachable" if rest > reach.possible else "slipping"
            found.append(Slip(one.target, kind, due, made, scheduled, lower, reach))
    return Slipping(_ranked(found, priority), len(attainment.targets), remain, ahead.slots)


def _counts(one: TargetAttainment, channel: str) -> tuple[int | None, int, int]:
    """Return visits planned, made and scheduled, of one channel or of all; nothing is planned where it has no goal."""
    if not channel:
        return one.planned, one.actual or 0, one.scheduled or 0
    for held in one.channels:
        if held.channel == channel:
            return held.own.goal, held.own.actual or 0, held.own.scheduled or 0
    return None, 0, 0


def _ranked(slips: Sequence[Slip], priority: Sequence[str]) -> tuple[Slip, ...]:
    place = {letter: number for number, letter in enumerate(priority)}

    def rank(slip: Slip) -> tuple[int, bool, Fraction, int, int]:
        value = slip.target.value
        grade = place.get(slip.target.grade, len(place))
        return grade, value is None, -(value or Fraction(0)), -slip.lost, -slip.remaining

    return tuple(sorted(slips, key=rank))
