"""One rep's plan, from what is wanted to a full diary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from random import Random

from attrs import evolve, frozen

from pharmasales.followup.access import Access
from pharmasales.followup.cadence import split
from pharmasales.followup.planning._clock import Clock
from pharmasales.followup.planning._diary import Diary, Job
from pharmasales.followup.planning._retry import retry
from pharmasales.followup.planning._terms import Bar, Horizon, Terms
from pharmasales.followup.planning._window import refine
from pharmasales.followup.planning.cost import ideal_distance
from pharmasales.followup.planning.targets import Appointment, Target
from pharmasales.periods import Month

__all__ = ["Desk", "made_in", "plan_rep"]

_LEAVE: tuple[Bar, ...] = ("leave",)


@frozen
class Desk:
    """One rep's plan while it is made: the terms, whom to visit, what is fixed, the diary.

    Args:
        terms: the rep's terms.
        targets: the customers in the order of serving.
        jobs: the same, as the diary has them.
        diary: the diary.
        clock: the rep's hours.
        fixed: what is fixed, each with its place and minutes filled in.
        others: by day, what of it is no visit of a target.
    """

    terms: Terms
    targets: Sequence[Target]
    jobs: Sequence[Job]
    diary: Diary
    clock: Clock
    fixed: Sequence[Appointment]
    others: Mapping[date, Sequence[Appointment]]


def made_in(target: Target, start: date) -> int:
    """Return how many visits were made in the cycle."""
    return sum(day >= start for day in target.done)


def plan_rep(
    terms: Terms,
    targets: Sequence[Target],
    ranks: Mapping[str, int],
    fixed: Sequence[Appointment],
    budget: int,
    seed: int,
    tell: Callable[[int], None],
) -> Desk:
    """Fill one rep's diary.

    Args:
        terms: the rep's terms.
        targets: the rep's customers in the order of serving.
        ranks: the grades' places in the order of priority.
        fixed: what stands already.
        budget: how many steps the search may take.
        seed: where chance begins.
        tell: told how many of them are done.
    """
    desk = _desk(terms, targets, ranks, fixed)
    diary, jobs, horizon = desk.diary, desk.jobs, terms.horizon
    for month in range(len(horizon.months)):
        _fill(diary, jobs, month)
    retry(diary, jobs)
    random = Random(f"{seed}/{terms.rep.id}")  # noqa: S311 - chance of the search, no secret
    refine(diary, jobs, horizon.first.toordinal(), budget, random, tell)
    return desk


def _desk(terms: Terms, targets: Sequence[Target], ranks: Mapping[str, int], fixed: Iterable[Appointment]) -> Desk:
    """Lay everything out: the days, what is fixed on them, the customers."""
    known = {target.customer: target for target in targets}
    stands = [_filled_in(one, known.get(one.customer)) for one in fixed]
    mine: dict[str, dict[date, Appointment]] = {}
    others: dict[date, list[Appointment]] = {}
    for one in stands:
        if one.customer in known:
            mine.setdefault(one.customer, {})[one.day] = one
        else:
            others.setdefault(one.day, []).append(one)
    wanted = _Wanted(terms.horizon)
    jobs = [_job(n, ranks[one.grade], one, mine.get(one.customer, {}), wanted) for n, one in enumerate(targets)]
    clock = Clock(terms, others)
    diary = _diary(terms, jobs, others, clock if _counts(terms, targets, stands) else None)
    return Desk(terms, targets, jobs, diary, clock, stands, others)


def _filled_in(one: Appointment, target: Target | None) -> Appointment:
    """Return an appointment with its place and minutes."""
    if target is None:
        return one
    return evolve(one, place=one.place or target.place, minutes=one.minutes or target.minutes)


def _counts(terms: Terms, targets: Iterable[Target], fixed: Iterable[Appointment]) -> bool:
    """Whether hours are named or minutes counted."""
    if terms.rep.minutes_a_day is not None or any(one.start for one in fixed):
        return True
    return any(target.access.timed for target in targets)


class _Wanted(dict[int, tuple[int, ...]]):
    """How so many visits are split over the months, worked out once for each number."""

    def __init__(self, horizon: Horizon) -> None:
        super().__init__()
        self.horizon = horizon

    def __missing__(self, visits: int) -> tuple[int, ...]:
        self[visits] = split(visits, self.horizon.parts)
        return self[visits]


def _job(n: int, rank: int, target: Target, fixed: Mapping[date, Appointment], wanted: _Wanted) -> Job:
    horizon = wanted.horizon
    last = target.done[-1].toordinal() if target.done else None
    ideal = ideal_distance(horizon.length, target.visits, target.gap)
    left = wanted[max(0, target.visits - made_in(target, horizon.start) - len(fixed))]
    return Job(n, rank, target.access, target.place, target.gap, ideal, last, left, target.minutes, fixed)


def _diary(
    terms: Terms, jobs: Sequence[Job], others: Mapping[date, Sequence[Appointment]], clock: Clock | None
) -> Diary:
    """Return a diary with everything in it that is fixed; a day off is one of its days where something stands on it."""
    pinned = Counter(day for job in jobs for day in job.fixed)
    days = sorted({*terms.horizon.workdays, *pinned, *others})
    working, most = set(terms.field_days), terms.rep.visits_a_day
    room = [max(pinned[day], max(0, most - len(others.get(day, ()))) if day in working else 0) for day in days]

    def suiting(access: Access, minutes: int) -> list[date]:
        return terms.suiting(access, minutes, _LEAVE)

    diary = Diary(
        days, _months(days, terms.horizon.months), room, terms.horizon.length, suiting, terms.rep.leave, clock
    )
    for job in jobs:
        if job.fixed:
            diary.pin(job)
    for n, day in enumerate(days):
        for one in others.get(day, ()):
            if one.place:
                diary.expect(one.place, n)
    return diary


def _months(days: Sequence[date], months: Iterable[Month]) -> list[tuple[int, int]]:
    """Return the first and the next position of each month's days."""
    counts = Counter((day.year, day.month) for day in days)
    found, first = [], 0
    for month in months:
        end = first + counts[month.year, month.month]
        found.append((first, end))
        first = end
    return found


def _fill(diary: Diary, jobs: Sequence[Job], month: int) -> None:
    """Plan one month, every customer in turn."""
    dead: set[int] = set()
    for job in jobs:
        job.left += job.wanted[month]
        job.left -= diary.plan(job, month, job.left)
        while job.left and diary.squeeze(job, month, dead):
            job.left -= 1
