"""Workload from a cadence table (频率到工作量): customers counted by class, with what the table promises and wishes.

>>> from pharmasales.followup.due.tables import BY_CLASS
>>> from pharmasales.followup.workload import workload_of
>>> from pharmasales.workdays import CHINA
>>> march = date(2026, 3, 1), date(2026, 3, 31)
>>> loads = class_loads({("A", ""): 20, ("B", ""): 40}, BY_CLASS, *march, CHINA)
>>> [(load.grade, load.minimum, load.maximum) for load in loads]
[('A', 80, 160), ('B', 80, 160)]
>>> print(workload_of(loads, slots=150).why.text())
150 slots for at least 160 and at most 320 visits: 10 promised visits do not fit (class B: 70 of at least 80 visits fit,
10 do not)

Source: practice P2-B (A 4-8, B 2-4, C 1-2 a month), P2-C (workload).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from pharmasales.followup.access import Workdays
from pharmasales.followup.cadence import month_parts
from pharmasales.followup.channels import ContactChannel
from pharmasales.followup.due.table import CadenceTable
from pharmasales.followup.workload import ClassLoad

__all__ = ["class_loads"]


def class_loads(
    counts: Mapping[tuple[str, str], int],
    table: CadenceTable,
    start: date,
    end: date,
    calendar: Workdays,
    channel: ContactChannel = "face",
) -> tuple[ClassLoad, ...]:
    """Return what each class at its stage asks for in a period, in the order given.

    Visits of each customer stay exact: a part of a month counts by its working days. A visit takes the longest of its
    minutes.

    Args:
        counts: customers by class and stage.
        table: how often they are visited.
        start: first day.
        end: last day; both belong to the period.
        calendar: the working days.
        channel: over which channel.

    Raises:
        BadRule: no row fits a class and stage, or a count that is no whole number.
        BadValue: the end lies before the start.
        UnknownYear: the calendar does not know the year.
    """
    months = sum((part for _, part in month_parts(start, end, calendar)), Fraction(0))
    found = []
    for (grade, stage), count in counts.items():
        row = table.row(grade, stage, channel)
        least, most = (each * months for each in row.monthly)
        minutes = row.minutes[1] if row.minutes else None
        found.append(ClassLoad(f"{grade} {stage}".strip(), count, least, most, minutes))
    return tuple(found)
