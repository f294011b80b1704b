"""One rep's days while a plan is changed: who stands where, where they stood, and how to undo a step.

Private to re-planning. Days are ordinals. A step that does not make the plan better is undone, so the board only ever
gets better: fewer unmet visits by grade, then fewer changes, then the lesser soft cost.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import TypeAlias

from pharmasales.followup.planning._clock import Clock
from pharmasales.followup.planning.cost import OPEN, counted_from, deviations, ideal_distance
from pharmasales.followup.planning.targets import Appointment, Target

__all__ = ["Board", "Key", "Standing"]

Key: TypeAlias = tuple[tuple[int, ...], int, int]
"""What is compared: unmet visits by grade, changes, soft cost."""


class Standing:
    """One customer on the board.

    Args:
        number: its place in the order of priority.
        rank: its grade's.
        target: the customer.
        first: the first day that may change.
        length: the calendar days of the cycle.
        fits: the days on which a visit may be put.
        was: the days of the plan before on which a visit can still stand.
        fixed: what stands with this customer and does not move.
        need: how many visits are to stand beside what is fixed.
    """

    __slots__ = (
        "access",
        "costs",
        "days",
        "due",
        "fits",
        "fixed",
        "gap",
        "last",
        "minutes",
        "need",
        "number",
        "pins",
        "place",
        "rank",
        "was",
    )

    def __init__(
        self,
        number: int,
        rank: int,
        target: Target,
        first: int,
        length: int,
        fits: Iterable[int],
        was: Iterable[int],
        fixed: Mapping[date, Appointment],
        need: int,
    ) -> None:
        ideal = ideal_distance(length, target.visits, target.gap)
        self.number = number
        self.rank = rank
        self.access = target.access
        self.minutes = target.minutes
        self.place = target.place
        self.gap = target.gap
        self.costs = deviations(ideal, 2 * length + int(ideal))
        self.last = target.done[-1].toordinal() if target.done else None
        self.due = counted_from(self.last, first, ideal)
        self.fixed = fixed
        self.pins = sorted(day.toordinal() for day in fixed)
        self.fits = [day for day in sorted(fits) if not self._near(day)]
        self.was = frozenset(was).intersection(self.fits)
        self.need = need
        self.days: list[int] = []

    def _near(self, day: int) -> bool:
        """Whether a visit that does not move, or the last one made, stands too near."""
        if self.last is not None and day - self.last < self.gap:
            return True
        return any(abs(day - pin) < self.gap for pin in self.pins)

    def pin(self, day: int) -> None:
        """Let a visit stand on a day for good."""
        insort(self.pins, day)
        self.need -= 1
        self.fits = [other for other in self.fits if not self._near(other)]
        self.was = self.was.intersection(self.fits)

    @property
    def short(self) -> int:
        """How many visits are missing."""
        return self.need - len(self.days)

    @property
    def changes(self) -> int:
        """How many visits that could stay do not stand where they stood."""
        return sum(day not in self.days for day in self.was)

    def keeps_gap(self, day: int, without: int | None = None) -> bool:
        """Whether a visit on a day keeps the gap to the others that can move, one of them left out."""
        return all(abs(day - other) >= self.gap for other in self.days if other != without)

    def unevenness(self) -> int:
        """Return the squared deviations of all distances."""
        days = sorted((*self.days, *self.pins))
        if self.due is not None:
            days.insert(0, self.due)
        return sum(self.costs[max(0, after - before)] for before, after in pairwise(days))


class Board:
    """The days of one rep.

    Args:
        slots: how many visits each day takes beside what is fixed and is no visit of a customer.
        places: who is gone to on a day anyhow: day and place of what is fixed.
        grades: how many grades there are.
        clock: who says whether a day has the hours and minutes; left out, visits are only counted.
    """

    def __init__(
        self, slots: Mapping[int, int], places: Iterable[tuple[int, str]], grades: int, clock: Clock | None = None
    ) -> None:
        self.slots = dict(slots)
        self.grades = grades
        self.clock = clock
        self.on: dict[int, list[Standing]] = {day: [] for day in slots}
        self.customers: list[Standing] = []
        self.visits_at = Counter(places)
        self._pinned: dict[int, list[Standing]] = {}
        self._steps: list[tuple[bool, Standing, int]] = []

    def pin(self, one: Standing, day: int) -> None:
        """Note a visit that stands on a day for good."""
        self._pinned.setdefault(day, []).append(one)
        if one.place:
            self.visits_at[day, one.place] += 1
        if day in self.slots:
            self.slots[day] -= 1

    def put(self, one: Standing, day: int) -> None:
        """Write a visit into a day."""
        self._write(one, day)
        self._steps.append((True, one, day))

    def take(self, one: Standing, day: int) -> None:
        """Strike a visit out."""
        self._strike(one, day)
        self._steps.append((False, one, day))

    def mark(self) -> int:
        """Return a mark to come back to."""
        return len(self._steps)

    def undo(self, mark: int) -> None:
        """Take back every step after a mark."""
        while len(self._steps) > mark:
            put, one, day = self._steps.pop()
            if put:
                self._strike(one, day)
            else:
                self._write(one, day)

    def _write(self, one: Standing, day: int) -> None:
        insort(one.days, day)
        self.on[day].append(one)
        if one.place:
            self.visits_at[day, one.place] += 1

    def _strike(self, one: Standing, day: int) -> None:
        one.days.remove(day)
        self.on[day].remove(one)
        if one.place:
            self.visits_at[day, one.place] -= 1

    @property
    def plain(self) -> bool:
        """Whether visits are only counted, so that any of them makes room for any other."""
        return self.clock is None

    def full(self, day: int) -> bool:
        """Whether a day takes no visit more, by their count."""
        return len(self.on[day]) >= self.slots[day]

    def overfull(self, day: int) -> bool:
        """Whether a day holds more visits than it takes."""
        there = self.on[day]
        return bool(there) and not self.holds(day, there[-1], without=there[-1])

    def holds(self, day: int, more: Standing, without: Standing | None = None) -> bool:
        """Whether a day takes one visit more, one of those on it left out."""
        there = self.on[day]
        if len(there) - (without is not None) >= self.slots[day]:
            return False
        if self.clock is None:
            return True
        beside: Sequence[Standing] = [*self._pinned.get(day, ()), *(one for one in there if one is not without)]
        return self.clock.fits(date.fromordinal(day), beside, more)

    def standing(self, day: int) -> list[Standing]:
        """Return who stands on a day, for good or not, in the order of priority."""
        return sorted([*self._pinned.get(day, ()), *self.on[day]], key=lambda one: one.number)

    def opening(self, one: Standing, day: int) -> int:
        """Return what it costs to go to a customer's place on a day."""
        return OPEN if one.place and not self.visits_at[day, one.place] else 0

    def key(self) -> Key:
        """Return what the plan on the board is worth; the lesser is the better."""
        unmet = [0] * self.grades
        changes = soft = 0
        for one in self.customers:
            unmet[one.rank] += one.short
            changes += one.changes
            soft += one.unevenness()
        soft += OPEN * sum(count > 0 for count in self.visits_at.values())
        return tuple(unmet), changes, soft
