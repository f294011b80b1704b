"""Time within the cycle (时间进度): how much of it has passed, in working days or in calendar days.

>>> cycle_elapsed(date(2026, 1, 1), date(2026, 3, 31), date(2026, 1, 30)).part
Fraction(1, 3)
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Literal

from attrs import frozen

from pharmasales.errors import BadValue
from pharmasales.followup.access import Workdays
from pharmasales.followup.cycleplan.attaining import PlanAttainment
from pharmasales.followup.cycleplan.plans import CyclePlan, PlanTarget
from pharmasales.units import ratio

__all__ = ["Clock", "CycleElapsed", "cycle_elapsed", "days_of"]


@frozen
class CycleElapsed:
    """How much of some days has passed at the end of a day (时间进度).

    Args:
        passed: days that have passed, the day itself among them.
        whole: all days.
        basis: `working` days, or `calendar` days.
    """

    passed: int
    whole: int
    basis: Literal["working", "calendar"]

    @property
    def part(self) -> Fraction | None:
        """Passed over whole; missing where there is no day at all."""
        return ratio(self.passed, self.whole)


def cycle_elapsed(start: date, end: date, as_of: date, calendar: Workdays | None = None) -> CycleElapsed:
    """Return how much of the days from `start` to `end`, both included, has passed: 0 before, all from the end on.

    Args:
        start: first day.
        end: last day.
        as_of: the day, counted as passed.
        calendar: the working days; without it calendar days are counted.

    >>> from pharmasales.workdays import CHINA
    >>> cycle_elapsed(date(2026, 2, 1), date(2026, 2, 28), date(2026, 2, 13), CHINA)
    CycleElapsed(passed=10, whole=16, basis='working')

    Raises:
        BadValue: an end before the start.
        UnknownYear: the calendar does not know the year.
    """
    if end < start:
        raise BadValue("the cycle ends before it starts", code="followup.horizon")
    last = min(as_of, end)
    if calendar is None:
        return CycleElapsed(max((last - start).days + 1, 0), (end - start).days + 1, "calendar")
    days = calendar.workdays(start, end)
    return CycleElapsed(sum(day <= last for day in days), len(days), "working")


class Clock:
    """How much of each customer's days has passed; customers with the same days are reckoned once."""

    def __init__(self, plan: CyclePlan, as_of: date, calendar: Workdays | None) -> None:
        self._plan, self._as_of, self._calendar = plan, as_of, calendar
        self._known: dict[tuple[date, date], CycleElapsed] = {}
        self.cycle = self._between(plan.start, plan.end)

    @classmethod
    def of(cls, attainment: PlanAttainment, calendar: Workdays | None) -> Clock:
        """Return the clock of a count: its plan, on the day whose figures hold."""
        return cls(attainment.plan, attainment.plan.counted_on(attainment.as_of), calendar)

    def elapsed(self, target: PlanTarget) -> CycleElapsed:
        """Return how much of the days has passed on which a customer is a target."""
        return self._between(*days_of(self._plan, target))

    def _between(self, start: date, end: date) -> CycleElapsed:
        known = self._known.get((start, end))
        if known is None:
            known = self._known[start, end] = cycle_elapsed(start, end, self._as_of, self._calendar)
        return known


def days_of(plan: CyclePlan, target: PlanTarget) -> tuple[date, date]:
    """Return the first and the last day of the cycle on which a customer is a target."""
    return max(plan.start, target.since or plan.start), min(plan.end, target.until or plan.end)
