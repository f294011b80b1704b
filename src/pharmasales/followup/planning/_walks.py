"""One rep's desk as an integer programme, and what the programme chooses written back into the diary."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from pharmasales.followup.planning._clock import Clock
from pharmasales.followup.planning._desk import Desk
from pharmasales.followup.planning._diary import Diary, Job
from pharmasales.followup.planning._programme import Programme, Walk
from pharmasales.followup.planning.cost import counted_from, deviations

__all__ = ["clashes", "write_back", "written"]


def written(desk: Desk) -> Programme:
    """Write a desk down as a programme; customers and days are numbered as there."""
    diary, most = desk.diary, desk.terms.rep.minutes_a_day
    first = desk.terms.horizon.first.toordinal()
    pinned = Counter(n for job in desk.jobs for n in job.pinned)
    room = [free + load - pinned[n] for n, (free, load) in enumerate(zip(diary.room, diary.load, strict=True))]
    minutes = None if most is None else [max(0, most - taken) for taken in _minutes(desk)]
    walks = [_walk(job, diary, first) for job in desk.jobs]
    return Programme(room, walks, _opened(desk), minutes)


def _minutes(desk: Desk) -> Iterator[int]:
    """Yield for each day the minutes of what stands."""
    for n, day in enumerate(desk.diary.days):
        yield desk.clock.minutes(day, [job for job in desk.jobs if n in job.pinned])


def _opened(desk: Desk) -> set[tuple[str, int]]:
    """Return the places and days that are gone to anyway."""
    at = {day: n for n, day in enumerate(desk.diary.days)}
    found = {(job.place, n) for job in desk.jobs for n in job.pinned}
    found |= {(one.place, at[one.day]) for one in desk.fixed}
    return {one for one in found if one[0]}


def _walk(job: Job, diary: Diary, first_day: int) -> Walk:
    days = {n: diary.ordinals[n] for n in sorted({*diary.all_fits(job), *job.pinned})}
    costs = deviations(job.ideal, diary.length + int(job.ideal) + 1)
    origin = counted_from(job.last, first_day, job.ideal)
    first = {
        n: 0 if origin is None else costs[day - origin]
        for n, day in days.items()
        if job.last is None or day - job.last >= job.gap or n in job.pinned
    }
    steps = {
        n: {
            to: costs[after - day]
            for to, after in days.items()
            if after - day >= job.gap or (n < to and n in job.pinned and to in job.pinned)
        }
        for n, day in days.items()
    }
    return Walk(job.rank, len(job.days) + job.left, first, steps, job.place, job.pinned, job.minutes)


def write_back(desk: Desk, programme: Programme, chosen: Collection[int]) -> None:
    """Put the chosen visits into the diary, in the place of those that stand and are not fixed."""
    for job in desk.jobs:
        for n in [n for n in job.days if n not in job.pinned]:
            desk.diary.take(job, n)
            job.left += 1
    for (number, n), column in programme.visits.items():
        job = desk.jobs[number]
        if column in chosen and n not in job.pinned:
            desk.diary.put(job, n)
            job.left -= 1


def clashes(desk: Desk, programme: Programme, chosen: Collection[int]) -> list[list[int]]:
    """Return chosen visits of one day that its hours do not allow together, each time as few as still clash."""
    if desk.diary.clock is None:
        return []
    on: dict[int, list[Job]] = defaultdict(list)
    for (number, n), column in programme.visits.items():
        if column in chosen:
            on[n].append(desk.jobs[number])
    few = {n: _few(desk.diary, desk.diary.clock, jobs, n) for n, jobs in sorted(on.items())}
    return [[programme.visits[job.number, n] for job in jobs] for n, jobs in few.items() if jobs]


def _few(diary: Diary, clock: Clock, jobs: Sequence[Job], n: int) -> list[Job]:
    """Return some of a day's customers who clash, as few as can be, one of them not fixed; nobody where all fit."""
    few = sorted(jobs, key=lambda job: n not in job.pinned)
    if n in few[-1].pinned or clock.fits(diary.days[n], few[:-1], few[-1]):
        return []
    for job in few[:-1]:
        less = [other for other in few if other is not job]
        if n not in job.pinned and not clock.fits(diary.days[n], less[:-1], less[-1]):
            few = less
    return few
