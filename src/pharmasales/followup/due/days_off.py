"""Days off (遇休处理): what becomes of a day on which nobody works, stated each time.

>>> from pharmasales.workdays import CHINA
>>> moved(date(2026, 2, 17), CHINA, "after")
datetime.date(2026, 2, 24)

Source: issue of follow-up, section 1 (recurrence by calendar).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, TypeAlias, get_args

from pharmasales.errors import BadValue
from pharmasales.followup.access import Workdays
from pharmasales.names import nearest

__all__ = ["FAR", "OffDay", "known_off", "moved"]

OffDay: TypeAlias = Literal["refuse", "before", "after", "drop"]
"""What becomes of a day off: refuse it, move it to the working day before or after, or drop it."""

FAR = 40
"""Within how many calendar days of a day off a working day must lie."""


def known_off(off: OffDay) -> OffDay:
    """Return what becomes of a day off, or refuse an unknown word.

    >>> known_off("after")
    'after'

    Raises:
        BadValue: no such word.
    """
    if off not in get_args(OffDay):
        hint = nearest(str(off), get_args(OffDay))
        raise BadValue("what becomes of a day off?", where="off", hint=hint, code="followup.off")
    return off


def moved(day: date, calendar: Workdays, off: OffDay) -> date | None:
    """Return a day, or what becomes of it where it is a day off; nothing where it is dropped.

    >>> from pharmasales.workdays import CHINA
    >>> [moved(date(2026, 2, 17), CHINA, off) for off in ("before", "after", "drop")]
    [datetime.date(2026, 2, 14), datetime.date(2026, 2, 24), None]

    Raises:
        BadValue: a day off where it is refused, an unknown word, or no working day within 40 days.
        UnknownYear: a year that the calendar does not know.
    """
    known_off(off)
    if calendar.is_workday(day):
        return day
    if off == "drop":
        return None
    if off == "refuse":
        raise BadValue(f"{day} is a day off", where="off", hint="use before, after or drop", code="followup.off")
    step = 1 if off == "after" else -1
    near = (day + timedelta(days=step * n) for n in range(1, FAR + 1))
    found = next((one for one in near if calendar.is_workday(one)), None)
    if found is None:
        raise BadValue(f"no working day within {FAR} days of {day}", where="off", code="followup.off")
    return found
