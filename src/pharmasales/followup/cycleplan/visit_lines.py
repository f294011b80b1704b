"""What became of each planned visit (拜访结果): done, missed, moved, cancelled or still ahead, with the reason.

A report that names the visit decides; else a visit made to the customer is that of the earliest plan still open. What
nobody reported is judged by the plans that were made since, and at last by its day.

>>> from pharmasales.followup.calls.reports import CallReport
>>> from pharmasales.followup.planning.scheduling import schedule
>>> from pharmasales.followup import Access, Rep, Target
>>> from pharmasales.periods import Week
>>> from pharmasales.workdays import CHINA
>>> doctors = [Target(f"c{n}", "Dr. Example", "r1", "A", 1, 3, Access(weekdays={n})) for n in range(3)]
>>> plan = schedule(doctors, [Rep("r1", "Rep One", 8)], date(2026, 3, 2), date(2026, 3, 8), CHINA)
>>> made = CallReport("V1", "r1", "c0", date(2026, 3, 2))
>>> [line.outcome for line in visit_lines([plan], [made], Week(2026, 10), date(2026, 3, 4))[0]]
['done', 'missed', 'ahead']

Source: S002-21, issue 7 section 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Literal, Protocol, TypeAlias

from attrs import evolve, field, frozen

from pharmasales.display import Cell, Says, Why, because
from pharmasales.errors import BadValue
from pharmasales.followup.calls.words import CALL_REASONS
from pharmasales.followup.planning.visits import Visit
from pharmasales.periods import Period

__all__ = ["OUTCOMES", "Outcome", "PlanVersion", "Told", "VisitLine", "visit_lines"]

Outcome: TypeAlias = Literal["done", "missed", "moved", "cancelled", "ahead"]

OUTCOMES: Mapping[Outcome, Says] = {
    "done": Says("done", "已完成"),
    "missed": Says("missed", "未完成"),
    "moved": Says("moved", "已改期"),
    "cancelled": Says("cancelled", "已取消"),
    "ahead": Says("still ahead", "待拜访"),
}
"""What became of a planned visit, in both languages (拜访结果)."""


class Told(Protocol):
    """What a report must tell; a `CallReport` does."""

    @property
    def rep(self) -> str:
        """The id of the rep."""
        ...

    @property
    def customer(self) -> str:
        """The id of the customer."""
        ...

    @property
    def day(self) -> date:
        """The day on which it was made or, where it was not, for which it was planned."""
        ...

    @property
    def state(self) -> str:
        """What became of it: `done`, `missed`, `moved` or `cancelled`; `planned` says nothing."""
        ...

    @property
    def visit(self) -> str:
        """The id of the planned visit; empty where the report names none."""
        ...

    @property
    def reason(self) -> str:
        """Why it was not made, a word such as those of `CALL_REASONS`."""
        ...


class PlanVersion(Protocol):
    """One version of a plan; a `Schedule` is one."""

    @property
    def as_of(self) -> date:
        """The first day that could be planned."""
        ...

    @property
    def visits(self) -> Sequence[Visit]:
        """The visits from that day on."""
        ...


@frozen
class VisitLine:
    """One planned visit and what became of it.

    Args:
        visit: as it was planned.
        outcome: what became of it.
        day: when it was made, or for when it now stands; the day planned where nothing else is known.
        origin: the day for which the first version that had it planned it.
        added: it was not in the plan with which the time began.
        later: the day after the time on which it was made all the same; none where it was not.
        word: the reason that was reported, a word such as those of `CALL_REASONS`.
        why: the reason in words.
    """

    visit: Visit = field(repr=False)
    outcome: Outcome
    day: date
    origin: date
    added: bool
    later: date | None
    word: str
    why: Why = field(repr=False)

    @property
    def unfinished(self) -> bool:
        """Whether it is still to be made: missed or moved, and not made since."""
        return self.outcome in ("missed", "moved") and self.later is None


def visit_lines(
    plans: Sequence[PlanVersion], reports: Iterable[Told], period: Period, as_of: date
) -> tuple[tuple[VisitLine, ...], tuple[Told, ...]]:
    """Say of every visit planned for some time what became of it.

    Args:
        plans: the versions of the plan, the oldest first. The time begins with the last one that was made by its first
            day or, where there is none, with the first; what a later one brings in is marked as added.
        reports: what was reported, of any time.
        period: the time looked at: a week, a month.
        as_of: the first day that is still open; a visit before it that nobody reported is missed.

    Returns:
        The lines by day, rep and customer, and the visits made in the time that no line stands for.

    Raises:
        BadValue: versions that are not in the order of their days.
    """
    _in_order(plans)
    facts = _Facts(plans, period, as_of)
    wanted = facts.wanted()
    named, extra = _named([visit for visit, _ in wanted], reports, facts)
    lines = [facts.line(visit, named.get(visit.id, ()), added=added) for visit, added in wanted]
    lines.sort(key=lambda line: (line.visit.day, line.visit.rep, line.visit.customer))
    return tuple(lines), tuple(extra)


def _in_order(plans: Sequence[PlanVersion]) -> None:
    if any(before.as_of > after.as_of for before, after in pairwise(plans)):
        raise BadValue("versions out of order", where="plans", hint="the oldest first", code="followup.versions")


def _named(wanted: Sequence[Visit], reports: Iterable[Told], facts: _Facts) -> tuple[dict[str, list[Told]], list[Told]]:
    """Return the reports of each visit in the order of their days, and those of visits made that no plan asked for.

    A report that names no visit is of the one that stands on its day; one of a visit made, else of the earliest that is
    neither made nor cancelled.
    """
    told = sorted((one for one in reports if one.state != "planned"), key=lambda one: (one.day, one.rep, one.customer))
    named: dict[str, list[Told]] = {}
    loose: list[Told] = []
    for one in told:
        if one.visit:
            named.setdefault(one.visit, []).append(one)
        elif one.day in facts.period:
            loose.append(one)
    waiting: dict[tuple[str, str], list[Visit]] = {}
    for visit in sorted(wanted, key=lambda one: (facts.stands(one), one.number)):
        waiting.setdefault((visit.rep, visit.customer), []).append(visit)
    for on_its_day in (True, False):
        loose = [one for one in loose if not _assigned(one, waiting, named, facts, on_its_day=on_its_day)]
    known = {visit.id for visit in wanted}
    strays = [one for key, mine in named.items() for one in (mine if key not in known else _again(mine))]
    extra = [one for one in (*loose, *strays) if one.state == "done" and one.day in facts.period]
    return named, sorted(extra, key=lambda one: (one.day, one.rep, one.customer))


def _assigned(
    one: Told,
    waiting: Mapping[tuple[str, str], Sequence[Visit]],
    named: dict[str, list[Told]],
    facts: _Facts,
    *,
    on_its_day: bool,
) -> bool:
    """Give a report to the first visit of its customer that waits for one; without its day only if it was made."""
    if not on_its_day and one.state != "done":
        return False
    for visit in waiting.get((one.rep, one.customer), ()):
        its_day = not on_its_day or one.day in (visit.day, facts.stands(visit))
        if its_day and not _settled(named.get(visit.id, ())):
            named.setdefault(visit.id, []).append(one)
            return True
    return False


def _settled(told: Sequence[Told]) -> bool:
    return any(one.state in ("done", "cancelled") for one in told)


def _again(told: Sequence[Told]) -> list[Told]:
    """Return the reports of one visit as made after the first such report."""
    return [one for one in told if one.state == "done"][1:]


@frozen
class _Facts:
    """The versions of the plan, and the time looked at."""

    plans: Sequence[PlanVersion]
    period: Period
    as_of: date
    first: int = field(init=False)
    days: tuple[Mapping[str, date], ...] = field(init=False)

    @first.default
    def _begins(self) -> int:
        return max((n for n, plan in enumerate(self.plans) if plan.as_of <= self.period.start), default=0)

    @days.default
    def _by_id(self) -> tuple[Mapping[str, date], ...]:
        return tuple({visit.id: visit.day for visit in plan.visits} for plan in self.plans)

    def wanted(self) -> list[tuple[Visit, bool]]:
        """Return the visits that any version since the beginning has in the time, and whether it was added."""
        found: dict[str, tuple[Visit, bool]] = {}
        for n, plan in enumerate(self.plans[self.first :]):
            for visit in plan.visits:
                if visit.day in self.period and visit.id not in found:
                    found[visit.id] = visit, n > 0
        return list(found.values())

    def origin(self, visit: Visit) -> date:
        """Return the day for which the first version that has a visit planned it."""
        return next(days[visit.id] for days in self.days if visit.id in days)

    def stands(self, visit: Visit) -> date:
        """Return the day on which a visit stands after every change that was made before its day came."""
        return self._changed(visit)[0]

    def _changed(self, visit: Visit) -> tuple[date, date | None]:
        """Return where a visit stands, and the day of the version that dropped it, if any."""
        here, known = visit.day, False
        for plan, days in zip(self.plans[self.first :], self.days[self.first :], strict=True):
            if not known:
                known = days.get(visit.id) == visit.day
            elif plan.as_of > here:
                break
            elif visit.id not in days:
                return here, plan.as_of
            else:
                here = days[visit.id]
        return here, None

    def again(self, visit: Visit) -> date | None:
        """Return the day that is still open for which the last version has a visit, if it is another than before."""
        day = self.days[-1].get(visit.id)
        return day if day is not None and day >= self.as_of and day != visit.day else None

    def line(self, visit: Visit, told: Sequence[Told], *, added: bool) -> VisitLine:
        made = next((one for one in told if one.state == "done"), None)
        here, dropped = self._changed(visit)
        base = VisitLine(visit, "done", here, self.origin(visit), added, None, "", because("", ""))
        if made is not None and made.day <= self.period.end:
            return evolve(base, day=made.day, why=_why_done(visit, made))
        said = next((one for one in reversed(told) if one.state in ("cancelled", "missed", "moved")), None)
        later = made.day if made is not None else None
        new = later or self.again(visit)
        if said is not None and said.state in ("cancelled", "missed"):
            outcome: Outcome = "cancelled" if said.state == "cancelled" else "missed"
            why = _reported(said, None if outcome == "cancelled" else new, later)
            return evolve(base, outcome=outcome, later=later, word=said.reason, why=why)
        if dropped is not None and later is None:
            why = because("no longer in the plan of {day}", "{day} 重排后不再安排", day=dropped)
            return evolve(base, outcome="cancelled", why=why)
        if here not in self.period or said is not None or later is not None:
            day = later or (here if here != visit.day else new or here)
            why = _moved(visit, day, later) if said is None else _reported(said, day, later)
            return evolve(base, outcome="moved", day=day, later=later, word=said.reason if said else "", why=why)
        if here < self.as_of:
            return evolve(base, outcome="missed", why=_unreported(new))
        return evolve(base, outcome="ahead", why=_ahead(visit, here))


def _why_done(visit: Visit, made: Told) -> Why:
    if made.day == visit.day:
        return because("made as planned", "按计划完成")
    return because("made on {day}, planned for {plan}", "{day} 完成，原定 {plan}", day=made.day, plan=visit.day)


def _reported(said: Told, new: date | None, later: date | None) -> Why:
    reason: Cell = CALL_REASONS.get(said.reason) or said.reason
    return because("{reason}", "{reason}", *_then(new, later), reason=reason)


def _moved(visit: Visit, day: date, later: date | None) -> Why:
    if later is not None:
        return because("made after the time, on {day}", "已于期后 {day} 完成", day=later)
    return because("moved from {plan} to {day}", "由 {plan} 改至 {day}", plan=visit.day, day=day)


def _unreported(new: date | None) -> Why:
    return because("its day has passed and nobody reported it", "日期已过，未见拜访报告", *_then(new, None))


def _then(new: date | None, later: date | None) -> list[Why]:
    if later is not None:
        return [because("made on {day}", "已于 {day} 完成", day=later)]
    return [] if new is None else [because("now planned for {day}", "现安排在 {day}", day=new)]


def _ahead(visit: Visit, here: date) -> Why:
    if here == visit.day:
        return because("planned for {day}", "计划于 {day}", day=here)
    return because("planned for {day}, first for {plan}", "计划于 {day}，原定 {plan}", day=here, plan=visit.day)
