"""A window of the diary on a sheet: written out for the search, and its best days written back.

A cycle of a month is one window. A longer one is searched month by month: a visit stays in the month that its demand
belongs to, because that is what a month's frequency is measured by, and the visits of the months beside it are kept.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from random import Random

from pharmasales.followup.planning._diary import Diary, Job
from pharmasales.followup.planning._patterns import Ways, ways
from pharmasales.followup.planning._retry import retry
from pharmasales.followup.planning._search import polish, search
from pharmasales.followup.planning._sheet import Guest, Sheet, lane_width
from pharmasales.followup.planning.cost import counted_from, deviations

__all__ = ["refine"]

_ONE_WINDOW = 31


def _windows(diary: Diary) -> list[tuple[int, int]]:
    """Return the first and the next position of each window that has days."""
    if diary.length <= _ONE_WINDOW:
        return [(0, len(diary.days))] if diary.days else []
    return [(first, end) for first, end in diary.months if first < end]


def refine(
    diary: Diary,
    jobs: Sequence[Job],
    first_day: int,
    budget: int,
    random: Random,
    tell: Callable[[int], None],
) -> None:
    """Look for days that cost less, window by window; no stage ends with more visits unmet than before.

    Args:
        diary: the diary, every visit of it where the greedy plan has put it.
        jobs: the customers.
        first_day: the ordinal of the first day that can be planned.
        budget: how many steps of the search; 0 lets each customer choose once more and no more than that.
        random: where chance comes from.
        tell: told how many steps are done.
    """
    parts, page = _windows(diary), None
    for part in parts:
        page = _Page(diary, jobs, part, first_day)
        polish(page.sheet)
        page.write_back()
    stands = not retry(diary, jobs)
    if not budget:
        return
    for n, part in enumerate(parts):
        if page is None or not stands or len(parts) > 1:
            page = _Page(diary, jobs, part, first_day)
        before = budget * n // len(parts)
        if page.sheet.guests:
            search(page.sheet, budget * (n + 1) // len(parts) - before, random, _further(tell, before))
            page.write_back()
    retry(diary, jobs)


def _further(tell: Callable[[int], None], before: int) -> Callable[[int], None]:
    return lambda steps: tell(before + steps)


def _short_rank(jobs: Sequence[Job]) -> int | None:
    """Return the rank of the stage that comes short by most visits; none where nobody does."""
    left: Counter[int] = Counter()
    for job in jobs:
        left[job.rank] += job.left
    rank = max(left, key=lambda one: (left[one], one), default=None)
    return rank if rank is not None and left[rank] else None


class _Page:
    """The sheet of a window, and whose row is whose."""

    def __init__(self, diary: Diary, jobs: Sequence[Job], window: tuple[int, int], first_day: int) -> None:
        self.diary = diary
        self.first, self.end = window
        self.first_day = first_day
        self.days = tuple(diary.ordinals[self.first : self.end])
        self.width = lane_width(len(jobs))
        self.lane = [1 << (self.width * n) for n in range(len(self.days))]
        self.away = sum(1 << (n - self.first) for n in diary.away if self.first <= n < self.end)
        self.shut = self._lanes(diary.away)
        places = sorted({job.place for job in jobs} - {""})
        numbers = {"": 0} | {place: n for n, place in enumerate(places, 1)}
        elastic = _short_rank(jobs)
        rows = [(job, self._guest(job, numbers[job.place], job.rank == elastic)) for job in jobs]
        self.jobs = [job for job, guest in rows if guest is not None]
        room = [diary.room[n] + diary.load[n] for n in range(*window)]
        there = [self._lanes(diary.expected.get(place, ())) for place in places]
        blocked = None if diary.clock is None else self._blocked
        self.sheet = Sheet(room, [guest for _, guest in rows if guest is not None], there, self.width, blocked)

    def _lanes(self, days: Iterable[int]) -> int:
        return sum(self.lane[n - self.first] for n in days if self.first <= n < self.end)

    def _guest(self, job: Job, place: int, elastic: bool) -> Guest | None:
        """Return a customer as the sheet has it; none without a visit in the window, planned or to be planned."""
        here = [n for n in job.days if self.first <= n < self.end]
        suits = self._suits(job) if here or (elastic and job.left) else 0
        free = (suits & ~self.away).bit_count()
        wanted = len(here) + min(job.left, free) if elastic else len(here)
        if not wanted:
            return None
        pins = sum(1 << (n - self.first) for n in here if n in job.pinned)
        least = pins.bit_count() if elastic else wanted
        lanes, options = self._lanes(here), []
        for count in range(wanted, least - 1, -1):
            found = self._ways(job, suits, pins, count) if count else self._nobody(job)
            if count == len(here) and lanes not in found.costs:
                found = found.beside(self._gaps(job, here), lanes)
            if found.all:
                options.append((count, found))
        gaps = next(found.costs[lanes] for count, found in options if count == len(here))
        return Guest(place, options, lanes, gaps, wanted)

    def _suits(self, job: Job) -> int:
        """Return a bit for each day of the window, leave or not, that suits and keeps the gap to the visit before."""
        before, ordinals = self._before(job), self.diary.ordinals
        earliest = 0 if before is None else before + job.gap
        days = self.diary.here(job)
        mine = days[bisect_left(days, self.first) : bisect_left(days, self.end)]
        return sum(1 << (n - self.first) for n in mine if ordinals[n] >= earliest)

    def _before(self, job: Job) -> int | None:
        """Return the ordinal of the last visit before the window."""
        made = bisect_left(job.days, self.first)
        return self.diary.ordinals[job.days[made - 1]] if made else job.last

    def _counted(self, job: Job) -> int | None:
        """Return the ordinal from which the first distance in the window counts."""
        made = bisect_left(job.days, self.first)
        return self.diary.ordinals[job.days[made - 1]] if made else counted_from(job.last, self.first_day, job.ideal)

    def _after(self, job: Job) -> int | None:
        """Return the ordinal of the first visit after the window."""
        made = bisect_left(job.days, self.end)
        return self.diary.ordinals[job.days[made]] if made < len(job.days) else None

    def _ways(self, job: Job, suits: int, pins: int, count: int) -> Ways:
        """Return the ways to choose so many days.

        Reps share what is worked out for a month, whoever is on leave when: the ways over days of leave are taken out,
        and only where few are left they are worked out anew.
        """
        key = (job.gap, job.ideal.as_integer_ratio(), self._counted(job), self._after(job), self.width)
        found = ways(self.days, suits, pins, count, *key)
        if not found.days & self.shut:
            return found
        free = found.without(self.shut)
        if 2 * len(free.all) < len(found.all):
            return ways(self.days, suits & ~self.away, pins, count, *key)
        return free

    def _gaps(self, job: Job, here: Sequence[int]) -> int:
        """Return what the distances of the visits cost that stand in the window."""
        pins = sum(1 << (n - self.first) for n in here)
        return self._ways(job, 0, pins, len(here)).all[0][0]

    def _nobody(self, job: Job) -> Ways:
        """Return the only way to stand on no day: the visits before and after the window are neighbours then."""
        before, after = self._counted(job), self._after(job)
        gaps = 0 if before is None or after is None else deviations(job.ideal, after - before)[after - before]
        return Ways(((gaps, 0),), {0: gaps}, 0)

    def _blocked(self, sheet: Sheet, guest: int) -> int:
        """Return the lanes of the days on which the hours leave no room for a customer; fixed visits always count."""
        clock, job, found = self.diary.clock, self.jobs[guest], 0
        for n, lane in enumerate(self.lane, self.first):
            suits = any(ways.days & lane for _, ways in sheet.options[guest])
            if clock is not None and suits and n not in job.pinned:
                others = zip(self.jobs, sheet.lanes, strict=True)
                callers = [one for one, lanes in others if one is not job and (lanes & lane or n in one.pinned)]
                found |= 0 if clock.fits(self.diary.days[n], callers, job) else lane
        return found

    def write_back(self) -> None:
        """Write the days of the sheet into the diary."""
        diary, changed = self.diary, []
        for job, lanes in zip(self.jobs, self.sheet.lanes, strict=True):
            here = [n for n in job.days if self.first <= n < self.end]
            if self._lanes(here) != lanes:
                for n in here:
                    diary.take(job, n)
                changed.append((job, lanes))
                job.left += len(here) - lanes.bit_count()
        for job, lanes in changed:
            for n, lane in enumerate(self.lane, self.first):
                if lanes & lane:
                    diary.put(job, n)
