"""Pace (进度): how much of a period has passed, in working days or in calendar days.

>>> from pharmasales.periods import Month
>>> from pharmasales.workdays import WEEKDAYS
>>> elapsed(Month(2026, 1), date(2026, 1, 15), WEEKDAYS, "working_days")
Fraction(1, 2)
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias

from pharmasales.errors import BadValue
from pharmasales.periods import Period
from pharmasales.workdays import Calendar

__all__ = ["Basis", "elapsed"]

Basis: TypeAlias = Literal["working_days", "calendar_days"]


def elapsed(period: Period, as_of: date, calendar: Calendar, basis: Basis = "working_days") -> Fraction:
    """Return the share of a period that has passed at the end of a day (时间进度).

    Both ends and the day itself count. Before the period it is 0, from its last day on 1. By working days it is 1 on
    the last working day; in a period without any working day it stays 0 until the last day.

    Args:
        period: the period.
        as_of: the day, counted as passed.
        calendar: the working days; not read by `calendar_days`.
        basis: what is counted: `working_days` (工作日) or `calendar_days` (自然日).

    Source: E29; status against pace as in cycle plans of the trade.

    >>> from pharmasales.display import percent
    >>> from pharmasales.periods import Month
    >>> from pharmasales.workdays import CHINA
    >>> percent(elapsed(Month(2026, 1), date(2026, 1, 26), CHINA, "calendar_days"), 2)
    '83.87%'

    Raises:
        BadValue: an unknown basis.
        UnknownYear: working days of a year that the calendar does not know.
    """
    if basis not in ("working_days", "calendar_days"):
        raise BadValue("unknown basis", where="basis", hint="working_days or calendar_days", code="pace.basis")
    if as_of < period.start:
        return Fraction(0)
    if as_of >= period.end:
        return Fraction(1)
    if basis == "calendar_days":
        return Fraction((as_of - period.start).days + 1, period.days)
    whole = calendar.count(period.start, period.end)
    return Fraction(calendar.count(period.start, as_of), whole) if whole else Fraction(0)
