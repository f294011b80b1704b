"""One rep's diary: the field days, how many visits stand on each, at which places, and for whom.

Private to the plan: it is filled step by step, and no caller ever sees one.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from pharmasales.followup.access import Access
from pharmasales.followup.planning._clock import Clock
from pharmasales.followup.planning._spread import FULL, Days, spread
from pharmasales.followup.planning.cost import OPEN, deviations
from pharmasales.followup.planning.targets import Appointment

__all__ = ["Diary", "Job", "Suiting"]

Suiting: TypeAlias = Callable[[Access, int], Collection[date]]
"""Which days suit a customer of some access and minutes, whatever is on them already."""


class Job:
    """One customer while the plan is made; days are positions in the diary.

    Args:
        number: the customer's place in the order of serving.
        rank: the grade's place in the order of priority.
        access: when the customer receives.
        place: where.
        gap: the shortest gap.
        ideal: the ideal distance.
        last: the ordinal of the last visit made; none where none is known.
        wanted: the visits due in each month, fixed ones left out.
        minutes: how long a visit takes.
        fixed: the visits that stand where they are, by day.
    """

    __slots__ = (
        *("access", "days", "fixed", "gap", "ideal", "kind", "last", "left", "minutes", "number", "pinned"),
        *("place", "rank", "wanted"),
    )

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
        minutes: int = 30,
        fixed: Mapping[date, Appointment] | None = None,
    ) -> None:
        self.number = number
        self.rank = rank
        self.access = access
        self.place = place
        self.gap = gap
        self.ideal = ideal
        self.last = last
        self.wanted = wanted
        self.minutes = minutes
        self.fixed = fixed or {}
        self.left = 0
        self.days: list[int] = []
        self.pinned: frozenset[int] = frozenset()
        self.kind: _Kind | None = None


class _Kind:
    """What customers of one access, gap and spacing share: the days that suit, month by month, and what they cost."""

    __slots__ = ("costs", "fits", "grids", "here")

    def __init__(self, here: list[int], fits: list[list[int]], costs: Sequence[int]) -> None:
        self.here = here
        self.fits = fits
        self.costs = costs
        self.grids: list[Days | None] = [None] * len(fits)


class Diary:
    """The days of one rep, cut into months.

    Args:
        days: the field days and others on which something is fixed, in order.
        months: the first and the next position of each month's days.
        room: how many visits fit on each day.
        length: calendar days of the cycle.
        suiting: which days suit a customer, days of leave among them.
        away: days of leave.
        clock: the hours of the days; none where no hours are named and no minutes counted.
    """

    def __init__(
        self,
        days: Sequence[date],
        months: Sequence[tuple[int, int]],
        room: Sequence[int],
        length: int,
        suiting: Suiting,
        away: Collection[date] = (),
        clock: Clock | None = None,
    ) -> None:
        self.days = days
        self.ordinals = [day.toordinal() for day in days]
        self.months = months
        self.length = length
        self.room = list(room)
        self.load = [0] * len(days)
        self.on: list[list[Job]] = [[] for _ in days]
        self.clock = clock
        self.lowest = 0
        self.expected: dict[str, list[int]] = {}
        self._suiting = suiting
        self._at = {day: n for n, day in enumerate(days)}
        self.away = frozenset(self._at[day] for day in away if day in self._at)
        self._there: dict[str, list[int]] = {}
        self._kinds: dict[tuple[Access, int, Fraction, int], _Kind] = {}

    def pin(self, job: Job) -> None:
        """Write a customer's fixed visits in; they stay where they are."""
        job.pinned = frozenset(self._at[day] for day in job.fixed)
        for day in sorted(job.pinned):
            self.put(job, day)

    def _kind(self, job: Job) -> _Kind:
        """Return what the customer shares with others of its kind, worked out once; fixed visits make a kind alone."""
        if job.kind is None:
            key = (job.access, job.gap, job.ideal, job.minutes)
            job.kind = self._kinds.get(key)
            if job.kind is None or job.pinned:
                here = self._here(job)
                costs = deviations(job.ideal, self.length + int(job.ideal) + 1)
                job.kind = _Kind(here, self._by_month(here), costs)
            if not job.pinned:
                self._kinds[key] = job.kind
        return job.kind

    def _here(self, job: Job) -> list[int]:
        """Return the days that suit, of leave or not, but for those too near to a fixed visit."""
        here = sorted(self._at[day] for day in self._suiting(job.access, job.minutes))
        pinned = [self.ordinals[n] for n in job.pinned]
        return [n for n in here if all(abs(self.ordinals[n] - other) >= job.gap for other in pinned)]

    def _by_month(self, here: Sequence[int]) -> list[list[int]]:
        free = [n for n in here if n not in self.away]
        return [free[bisect_left(free, first) : bisect_left(free, end)] for first, end in self.months]

    def here(self, job: Job) -> list[int]:
        """Return all days that suit a customer, days of leave among them."""
        return self._kind(job).here

    def takes(self, job: Job, day: int) -> bool:
        """Whether a day has room, and the hours, for one visit more."""
        if self.room[day] <= 0:
            return False
        return self.clock is None or self.clock.fits(self.days[day], self.on[day], job)

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
        load = self.load
        free = [self.room[n] > 0 for n in days] if self.clock is None else [self.takes(job, n) for n in days]
        if not job.place:
            return [load[n] if fits else FULL for n, fits in zip(days, free, strict=True)]
        there = self._visits_at(job.place)
        return [(load[n] if there[n] else load[n] + OPEN) if fits else FULL for n, fits in zip(days, free, strict=True)]

    def expect(self, place: str, day: int) -> None:
        """Note that the rep goes to a place on a day whoever is visited there."""
        self._visits_at(place)[day] += 1
        self.expected.setdefault(place, []).append(day)

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

    def squeeze(self, job: Job, month: int, dead: set[int]) -> bool:
        """Make room for one more visit by moving visits of others, day by day, until a day with room is reached.

        Args:
            job: the customer who wants a visit.
            month: where.
            dead: full days from which no day with room can be reached; those found are added.

        Where a clock says how much fits into a day, no room is made: each move would change what else fits.
        """
        if self.clock is not None:
            return False
        starts = [n for n in self.fits(job, month) if n not in dead and self.keeps_gap(job, n)]
        came: dict[int, tuple[Job, int]] = {}
        seen = set(starts) | dead
        queue = deque(starts)
        while queue:
            day = queue.popleft()
            if self.room[day] > 0:
                self._shift(job, day, came)
                return True
            for other in self.on[day]:
                if other is not job and day not in other.pinned and not _moved(other, day, came):
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
