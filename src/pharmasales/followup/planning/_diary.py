"""One rep's diary: the field days, how many visits stand on each, at which places, and for whom.

Private to the plan: it is filled step by step, and no caller ever sees one.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise

from pharmasales.followup.access import Access
from pharmasales.followup.planning._spread import FULL, Days, deviations, spread

__all__ = ["OPEN", "Diary", "Job"]

OPEN = 10
"""What it costs to go to a place on a day on which nobody else is visited there. Source: performance, section 4."""


class Job:
    """One customer while the plan is made; days are positions in the diary."""

    __slots__ = ("access", "days", "gap", "ideal", "kind", "last", "left", "number", "place", "rank", "wanted")

    def __init__(
        self,
        number: int,
        rank: int,
        access: Access,
        place: str,
        gap: int,
        ideal: Fraction,
        last: int | None,
        wanted: Sequence[int],
    ) -> None:
        self.number = number
        self.rank = rank
        self.access = access
        self.place = place
        self.gap = gap
        self.ideal = ideal
        self.last = last
        self.wanted = wanted
        self.left = 0
        self.days: list[int] = []
        self.kind: _Kind | None = None


class _Kind:
    """What customers of one access, gap and spacing share: the days that suit, month by month, and what they cost."""

    __slots__ = ("costs", "fits", "grids")

    def __init__(self, fits: list[list[int]], costs: list[int]) -> None:
        self.fits = fits
        self.costs = costs
        self.grids: list[Days | None] = [None] * len(fits)


class Diary:
    """The field days of one rep, cut into months.

    Args:
        days: the field days, in order.
        months: the first and the next position of each month's days.
        per_day: how many visits fit in a day.
        length: calendar days of the horizon.
    """

    def __init__(self, days: Sequence[date], months: Sequence[tuple[int, int]], per_day: int, length: int) -> None:
        self.days = days
        self.ordinals = [day.toordinal() for day in days]
        self.months = months
        self.length = length
        self.room = [per_day] * len(days)
        self.load = [0] * len(days)
        self.on: list[list[Job]] = [[] for _ in days]
        self._there: dict[str, list[int]] = {}
        self._kinds: dict[tuple[Access, int, Fraction], _Kind] = {}

    def _kind(self, job: Job) -> _Kind:
        """Return what the customer shares with others of its kind, worked out once."""
        if job.kind is None:
            key = (job.access, job.gap, job.ideal)
            if key not in self._kinds:
                receives = job.access.receives
                fits = [[n for n in range(first, end) if receives(self.days[n])] for first, end in self.months]
                self._kinds[key] = _Kind(fits, deviations(job.ideal, self.length + int(job.ideal) + 1))
            job.kind = self._kinds[key]
        return job.kind

    def fits(self, job: Job, month: int) -> list[int]:
        """Return the days of a month that suit a customer."""
        return self._kind(job).fits[month]

    def all_fits(self, job: Job) -> list[int]:
        """Return all days that suit a customer."""
        return [day for days in self._kind(job).fits for day in days]

    def put(self, job: Job, day: int) -> None:
        """Write a visit into a day."""
        self.room[day] -= 1
        self.load[day] += 1
        self.on[day].append(job)
        insort(job.days, day)
        if job.place:
            self._visits_at(job.place)[day] += 1

    def take(self, job: Job, day: int) -> None:
        """Strike a visit out."""
        self.room[day] += 1
        self.load[day] -= 1
        self.on[day].remove(job)
        job.days.remove(day)
        if job.place:
            self._there[job.place][day] -= 1

    def count(self, job: Job, month: int) -> int:
        """Return how many visits a customer has in a month."""
        first, end = self.months[month]
        return bisect_left(job.days, end) - bisect_left(job.days, first)

    def visits_at(self, place: str, day: int) -> int:
        """Return how many visits stand at a place on a day."""
        return self._visits_at(place)[day]

    def _visits_at(self, place: str) -> list[int]:
        if place not in self._there:
            self._there[place] = [0] * len(self.days)
        return self._there[place]

    def prices(self, job: Job, days: Sequence[int]) -> list[int]:
        """Return what one more visit costs on each day: its load, and 10 where the place has to be opened."""
        room, load = self.room, self.load
        if not job.place:
            return [load[n] if room[n] else FULL for n in days]
        there = self._visits_at(job.place)
        return [(load[n] if there[n] else load[n] + OPEN) if room[n] else FULL for n in days]

    def _grid(self, job: Job, month: int) -> Days:
        kind = self._kind(job)
        found = kind.grids[month]
        if found is None:
            found = kind.grids[month] = self._priced(job, kind.fits[month])
        return found

    def _priced(self, job: Job, days: Sequence[int]) -> Days:
        return Days.priced([self.ordinals[n] for n in days], job.gap, self._kind(job).costs)

    def _before(self, job: Job, first: int) -> int | None:
        """Return the ordinal of the last visit before a day of the diary."""
        made = bisect_left(job.days, first)
        return self.ordinals[job.days[made - 1]] if made else job.last

    def best(self, job: Job, days: Sequence[int], prices: Sequence[int], count: int) -> list[int]:
        """Return the best of some days for so many visits; a customer long overdue is due on the first of them."""
        return self._best(job, self._priced(job, days), days, prices, count)

    def _best(self, job: Job, grid: Days, days: Sequence[int], prices: Sequence[int], count: int) -> list[int]:
        if not days or count <= 0:
            return []
        before = self._before(job, days[0])
        if before is None:
            due, earliest = None, 0
        else:
            due, earliest = max(before, grid.ordinals[0] - int(job.ideal)), before + job.gap
        return [days[n] for n in spread(grid, prices, count, due, earliest)]

    def plan(self, job: Job, month: int, count: int) -> int:
        """Write the best days of a month for one customer into the diary and return how many they are."""
        days = self.fits(job, month)
        best = self._best(job, self._grid(job, month), days, self.prices(job, days), count)
        for day in best:
            self.put(job, day)
        return len(best)

    def plan_again(self, job: Job, month: int, count: int) -> int:
        """Choose the days of a month anew, now that the others stand."""
        first, end = self.months[month]
        for day in [day for day in job.days if first <= day < end]:
            self.take(job, day)
        return self.plan(job, month, count)

    def keeps_gap(self, job: Job, day: int, without: int | None = None) -> bool:
        """Whether a visit more on a day keeps the shortest gap to all others, one of them left out."""
        here, gap, days = self.ordinals[day], job.gap, job.days
        if job.last is not None and here - job.last < gap:
            return False
        after = bisect_left(days, day)
        before = after - 1
        before -= before >= 0 and days[before] == without
        after += after < len(days) and days[after] == without
        if before >= 0 and here - self.ordinals[days[before]] < gap:
            return False
        return after >= len(days) or self.ordinals[days[after]] - here >= gap

    def suits(self, job: Job, day: int) -> bool:
        """Whether the customer receives on a day."""
        return job.access.receives(self.days[day])

    def spacing(self, job: Job, day: int, to: int) -> int:
        """Return by how much the squared deviation from even spacing grows when one visit moves."""
        after = [other for other in job.days if other != day]
        insort(after, to)
        return self._unevenness(job, after) - self._unevenness(job, job.days)

    def _unevenness(self, job: Job, days: Sequence[int]) -> int:
        ordinals = [self.ordinals[n] for n in days]
        if job.last is not None:
            ordinals.insert(0, max(job.last, self.ordinals[0] - int(job.ideal)))
        costs = self._kind(job).costs
        return sum(costs[after - before] for before, after in pairwise(ordinals))

    def squeeze(self, job: Job, month: int, dead: set[int]) -> bool:
        """Make room for one more visit by moving visits of others, day by day, until a day with room is reached.

        Args:
            job: the customer who wants a visit.
            month: where.
            dead: full days from which no day with room can be reached; those found are added.
        """
        starts = [n for n in self.fits(job, month) if n not in dead and self.keeps_gap(job, n)]
        came: dict[int, tuple[Job, int]] = {}
        seen = set(starts) | dead
        queue = deque(starts)
        while queue:
            day = queue.popleft()
            if self.room[day]:
                self._shift(job, day, came)
                return True
            for other in self.on[day]:
                if other is not job and not _moved(other, day, came):
                    self._reach(other, day, month, seen, came, queue.append)
        dead |= seen
        return False

    def _reach(
        self,
        other: Job,
        day: int,
        month: int,
        seen: set[int],
        came: dict[int, tuple[Job, int]],
        found: Callable[[int], None],
    ) -> None:
        """Report the days to which one visit could move."""
        for to in self.fits(other, month):
            if to not in seen and self.keeps_gap(other, to, without=day):
                seen.add(to)
                came[to] = (other, day)
                found(to)

    def _shift(self, job: Job, day: int, came: dict[int, tuple[Job, int]]) -> None:
        """Move each visit along the way to its new day, from the end, then write the new one."""
        while day in came:
            other, origin = came[day]
            self.take(other, origin)
            self.put(other, day)
            day = origin
        self.put(job, day)


def _moved(job: Job, day: int, came: dict[int, tuple[Job, int]]) -> bool:
    """Whether a customer's visit is moved already on the way to a day."""
    while day in came:
        other, day = came[day]
        if other is job:
            return True
    return False
