"""The objective (目标函数): what makes one visit plan better than another.

First the visits that stay unmet, grade by grade in the order of priority: one more of a higher grade outweighs any
number of a lower one. Then the soft cost: for any two visits of a customer that follow each other the squared deviation
of their distance from the ideal one, and 10 for each place that a rep goes to on a day.

>>> Cost((0, 2), 40, 12) < Cost((0, 3), 0, 0), Cost((0, 2), 40, 12).soft
(True, 160)

Source: issue 7, quality bars; performance, section 4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from functools import lru_cache

from attrs import frozen

from pharmasales.followup.planning.targets import Target
from pharmasales.followup.planning.visits import Schedule
from pharmasales.units import half_up

__all__ = ["OPEN", "Cost", "cost_of", "counted_from", "deviations", "ideal_distance"]

OPEN = 10
"""What it costs to go to a place on a day, however many are visited there. Source: performance, section 4."""


@frozen(order=False)
class Cost:
    """What a plan costs; the lesser is the better plan.

    Args:
        unmet: visits that stay unmet, one number a grade in the order of priority.
        gaps: the squared deviations of all distances, each half up.
        openings: places gone to, counted once for each rep and day.
    """

    unmet: tuple[int, ...]
    gaps: int
    openings: int

    @property
    def soft(self) -> int:
        """The soft cost: the gaps, and 10 an opening."""
        return self.gaps + OPEN * self.openings

    @property
    def key(self) -> tuple[tuple[int, ...], int]:
        """What is compared: the unmet visits by grade, then the soft cost."""
        return self.unmet, self.soft

    def __lt__(self, other: Cost) -> bool:
        return self.key < other.key


@lru_cache(maxsize=1024)
def ideal_distance(length: int, visits: int, gap: int) -> Fraction:
    """Return the ideal distance of two visits in days: the even one, at least the shortest gap.

    >>> ideal_distance(31, 4, 3), ideal_distance(31, 0, 3)
    (Fraction(31, 4), Fraction(31, 1))

    Args:
        length: the calendar days of the cycle.
        visits: the visits due in it.
        gap: the shortest gap.
    """
    return max(Fraction(length, visits or 1), Fraction(gap))


@lru_cache(maxsize=256)
def deviations(ideal: Fraction, length: int) -> tuple[int, ...]:
    """Return the squared deviation from the ideal distance, half up, for every distance from 0 to `length` days.

    >>> deviations(Fraction(5, 2), 4)
    (6, 2, 0, 0, 2)
    """
    whole, parts = ideal.as_integer_ratio()
    square = parts * parts
    return tuple((2 * (whole - parts * day) ** 2 + square) // (2 * square) for day in range(length + 1))


def counted_from(last: int | None, first: int, ideal: Fraction) -> int | None:
    """Return the day from which the first distance counts: the last visit, or later where it is long overdue.

    A customer overdue on the first day that can be planned is due on that day, however long ago the last visit was.

    Args:
        last: the ordinal of the last visit made; none where no visit is known.
        first: the ordinal of the first day that can be planned.
        ideal: the ideal distance.
    """
    return None if last is None else max(last, first - int(ideal))


def cost_of(plan: Schedule, targets: Iterable[Target]) -> Cost:
    """Return what a plan costs for the targets it was made for.

    Args:
        plan: the plan.
        targets: the customers, as `schedule` had them.

    >>> from pharmasales.followup import Access, Rep, schedule
    >>> from pharmasales.workdays import CHINA
    >>> one = Target("c1", "Dr. Example", "r1", "A", visits=4, gap=3, access=Access({2}), place="Example Hospital")
    >>> cost_of(schedule([one], [Rep("r1", "Rep One", 8)], date(2026, 3, 1), date(2026, 3, 31), CHINA), [one])
    Cost(unmet=(0,), gaps=3, openings=4)
    """
    days: dict[str, list[int]] = {}
    for visit in plan.visits:
        days.setdefault(visit.customer, []).append(visit.day.toordinal())
    length = (plan.end - plan.start).days + 1
    gaps = sum(_gaps(target, sorted(days.get(target.customer, ())), plan.as_of, length) for target in targets)
    places = {(visit.rep, visit.day, visit.place) for visit in plan.visits if visit.place}
    places.update((one.rep, one.day, one.place) for one in plan.appointments if one.place)
    short: Counter[str] = Counter()
    for unmet in plan.unmet:
        short[unmet.grade] += unmet.count
    return Cost(tuple(short[grade] for grade in plan.priority), gaps, len(places))


def _gaps(target: Target, days: list[int], as_of: date, length: int) -> int:
    ideal = ideal_distance(length, target.visits, target.gap)
    last = target.done[-1].toordinal() if target.done else None
    before, found = counted_from(last, as_of.toordinal(), ideal), 0
    for day in days:
        if before is not None:
            found += half_up((day - before - ideal) ** 2)
        before = day
    return found
