"""Staffing (人员编制): how many reps the promised visits of all classes take, by their count or by their length.

>>> people_needed([ClassLoad("A", 10_000, "1.5")], per_day=9, days=51)
33

Source: practice P2-C (workload, headcount), E9.
"""

from __future__ import annotations

from collections.abc import Iterable

from pharmasales.errors import BadRule
from pharmasales.followup.capacity import headcount
from pharmasales.followup.workload import ClassLoad
from pharmasales.units import Number

__all__ = ["people_needed", "people_needed_by_time"]


def people_needed(loads: Iterable[ClassLoad], per_day: Number, days: Number) -> int:
    """Return how many reps the promised visits take (所需人数); a begun rep is a whole one.

    Args:
        loads: what the classes ask for.
        per_day: visits a rep makes on a field day.
        days: field days of one rep in the period.

    >>> people_needed([ClassLoad("A", 10_000, "1.5")], 9, 51)
    33

    Source: E9. Raises:
        BadValue: as `headcount`; no field day is an error, never a zero.
    """
    return headcount(sum(load.minimum for load in loads), per_day, days)


def people_needed_by_time(loads: Iterable[ClassLoad], minutes_a_day: Number, days: Number) -> int:
    """Return how many reps the promised visits take by their length: customers x visits x minutes over the time.

    >>> people_needed_by_time([ClassLoad("A", 40, 4, minutes=45), ClassLoad("B", 60, 2, minutes=30)], 240, 22)
    3

    Source: practice P2-C (workload). Raises:
        BadRule: a class without minutes.
        BadValue: as `headcount`.
    """
    total = 0
    for load in loads:
        if load.minutes is None:
            where = f"class {load.grade!r}"
            raise BadRule("no minutes for a visit", where=where, hint="state them", code="followup.minutes")
        total += load.minimum * load.minutes
    return headcount(total, minutes_a_day, days)
