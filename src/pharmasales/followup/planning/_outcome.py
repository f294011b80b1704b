"""What one rep's diary says when it is filled: visits, unmet demand with its reasons, the load of days and months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from pharmasales.display import Why, because
from pharmasales.followup.capacity import most_visits
from pharmasales.followup.planning._desk import Desk, made_in
from pharmasales.followup.planning._diary import Diary, Job
from pharmasales.followup.planning._terms import Bar, clock_of
from pharmasales.followup.planning.targets import Target
from pharmasales.followup.planning.travel import Point, way
from pharmasales.followup.planning.visits import DayLoad, Load, Reason, Unmet, Visit

__all__ = ["read_days", "read_loads", "read_unmet", "read_visits"]


def read_visits(desk: Desk) -> list[Visit]:
    """Read the visits off the diary."""
    starts: dict[tuple[int, int], int | None] = {}
    if desk.diary.clock is not None:
        for n, jobs in enumerate(desk.diary.on):
            callers = sorted(jobs, key=lambda job: job.number)
            for job, start in zip(callers, desk.clock.starts(desk.diary.days[n], callers), strict=True):
                starts[job.number, n] = start
    return [
        visit
        for target, job in zip(desk.targets, desk.jobs, strict=True)
        if job.days
        for visit in _visits(desk, target, job, starts)
    ]


def _visits(desk: Desk, target: Target, job: Job, starts: Mapping[tuple[int, int], int | None]) -> Iterable[Visit]:
    rep, horizon, diary = desk.terms.rep, desk.terms.horizon, desk.diary
    covered, monthly = sum(horizon.parts), target.monthly
    if monthly is None:
        monthly = Fraction(target.visits) / covered if covered else Fraction(target.visits)
    before = job.last
    for number, n in enumerate(job.days, made_in(target, horizon.start) + 1):
        start = starts.get((job.number, n))
        here, day, fixed = diary.ordinals[n], diary.days[n], job.fixed.get(diary.days[n])
        yield Visit(
            day,
            rep.id,
            rep.name,
            target.customer,
            target.name,
            target.grade,
            number,
            target.visits,
            monthly,
            None if before is None else here - before,
            job.access,
            horizon.start,
            job.place,
            diary.visits_at(job.place, n) - 1 if job.place else 0,
            None if start is None else clock_of(start),
            job.minutes if fixed is None or fixed.minutes is None else fixed.minutes,
            "" if fixed is None else fixed.kind,
        )
        before = here


def read_unmet(desk: Desk) -> list[Unmet]:
    """Say for each customer who comes short how many visits are unmet, and what kept them out; by customer id."""
    rep = desk.terms.rep.id
    found = [
        Unmet(rep, target.customer, target.name, target.grade, job.left, *_reason(desk, target, job))
        for target, job in zip(desk.targets, desk.jobs, strict=True)
        if job.left
    ]
    return sorted(found, key=lambda one: one.customer)


def _reason(desk: Desk, target: Target, job: Job) -> tuple[Reason, Why]:
    """Return what kept a customer's visits out, in words."""
    terms, access = desk.terms, target.access
    if not terms.field_days or not terms.rep.visits_a_day:
        return "no-day", because("the rep has no field day or no slot", "代表无可用工作日")
    if access.filing and not terms.rep.filing:
        return "filing", because(
            "the place asks for a filing number and the rep has none: file the rep first",
            "该医院要求备案，代表无备案号：请先备案",
        )
    if not any(access.receives(day) for day in terms.horizon.workdays):
        return "access", because("no working day is a visiting day", "工作日均非接待日")
    wanted = len(job.days) + job.left
    holds = _holds(desk, job, ())
    if holds < wanted:
        return _barred(desk, target, job, wanted, holds)
    here = len(desk.terms.suiting(access, target.minutes))
    if desk.diary.clock is not None:
        en = "the rep's {days} field days that suit have no slot, hour or minute left"
        return "full", because(en, "可访的 {days} 个工作日均无空余时段", days=here)
    return "full", because(
        "the rep's {days} field days that suit are full", "可访的 {days} 个工作日均已排满", days=here
    )


_BARS: Mapping[Bar, tuple[Reason, str, str]] = {
    "leave": ("leave", "the rep's leave takes the days", "代表休假占用接待日"),
    "notice": ("notice", "an appointment takes {notice} working days of notice", "须提前 {notice} 个工作日预约"),
    "hours": ("hours", "the visiting hours {hours} do not meet the rep's", "接待时间 {hours} 与代表工作时间不符"),
}


def _barred(desk: Desk, target: Target, job: Job, wanted: int, holds: int) -> tuple[Reason, Why]:
    """Name the one bar without which the days would do; where there is none, the days and the gap."""
    access = target.access
    for bar, (reason, en, zh) in _BARS.items():
        if _holds(desk, job, (bar,)) >= wanted:
            hours = ", ".join(sorted({one.hours for weekday in range(7) for one in access.on(weekday) if one.timed}))
            return reason, because(en, zh, notice=access.appointment, hours=hours)
    en = "{days} visiting days at least {gap} days apart hold {holds} visits"
    zh = "{days} 个可访日、间隔不少于 {gap} 天，最多 {holds} 次"
    days = len(desk.terms.suiting(access, target.minutes))
    return "gap", because(en, zh, days=days, gap=job.gap, holds=holds)


def _holds(desk: Desk, job: Job, without: Sequence[Bar]) -> int:
    """Return how many visits the days hold, fixed ones included, with some bars left out of account."""
    pinned = [desk.diary.ordinals[n] for n in job.pinned]
    days = [day.toordinal() for day in desk.terms.suiting(job.access, job.minutes, without)]
    free = [day for day in days if all(abs(day - other) >= job.gap for other in pinned)]
    return len(pinned) + most_visits(free, job.gap, 0 if job.last is None else job.last + job.gap)


def read_days(desk: Desk, points: Mapping[str, Point]) -> list[DayLoad]:
    """Sum up each day."""
    rep, diary, found = desk.terms.rep, desk.diary, []
    working = set(desk.terms.field_days)
    for n, day in enumerate(diary.days):
        others = desk.others.get(day, ())
        if n in diary.away:
            continue
        slots = max(0, rep.visits_a_day - len(others)) if day in working else 0
        places = {job.place for job in diary.on[n]} | {one.place for one in others}
        places.discard("")
        metres = way(points, rep.base, places) if points else None
        minutes = desk.clock.minutes(day, diary.on[n])
        found.append(DayLoad(rep.id, rep.name, day, slots, diary.load[n], len(others), minutes, len(places), metres))
    return found


def read_loads(desk: Desk, days: Sequence[DayLoad]) -> list[Load]:
    """Sum up each month; a visit beyond a month's own demand pays for the earliest month that came short."""
    rep, horizon, diary = desk.terms.rep, desk.terms.horizon, desk.diary
    short = [_short(job, diary) for job in desk.jobs if job.left]
    working, found = set(desk.terms.field_days), []
    for n, month in enumerate(horizon.months):
        mine = [one for one in days if (one.day.year, one.day.month) == (month.year, month.month)]
        metres = [one.metres for one in mine if one.metres is not None]
        found.append(
            Load(
                rep.id,
                rep.name,
                month,
                sum(one.day in working for one in mine),
                sum(one.slots for one in mine),
                sum(one.planned for one in mine),
                sum(one[n] for one in short),
                sum(one.places for one in mine),
                sum(metres) if len(metres) == len(mine) and metres else None,
            )
        )
    return found


def _short(job: Job, diary: Diary) -> list[int]:
    """Return by how much a customer came short in each month, what other months made up for taken off."""
    left = []
    for wanted, (first, end) in zip(job.wanted, diary.months, strict=True):
        left.append(wanted - sum(first <= day < end and day not in job.pinned for day in job.days))
    over = -sum(count for count in left if count < 0)
    found = []
    for count in left:
        paid = min(over, max(0, count))
        over -= paid
        found.append(max(0, count) - paid)
    return found
