"""Stretches of days of two rights: which they share, and which only one has.

>>> from pharmasales.recruitment.rights.versions import RightSpan
>>> year = [RightSpan(1, date(2026, 1, 1), date(2026, 12, 31), True)]
>>> half = [RightSpan(1, date(2026, 7, 1), None, False)]
>>> common_days(year, half, since=date(2026, 1, 1))
((datetime.date(2026, 7, 1), datetime.date(2026, 12, 31)),)
>>> uncovered_days(half, year, since=date(2026, 1, 1))
((datetime.date(2027, 1, 1), None),)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeAlias

from pharmasales.recruitment.rights.versions import DAY, RightSpan

__all__ = ["Days", "common_days", "uncovered_days"]

Days: TypeAlias = tuple[date, date | None]
"""First and last day, both included; no last day is for ever."""


def common_days(
    one: Sequence[RightSpan], other: Sequence[RightSpan], *, since: date, exclusive: bool = False
) -> tuple[Days, ...]:
    """Return the stretches of days that two rights share, from a day on, joined where they touch.

    Args:
        one: the stretches of a right, by day.
        other: those of another.
        since: days before it are left out.
        exclusive: only days on which at least one of the two is exclusive.
    """
    found = []
    for mine in one:
        for theirs in other:
            first, last = max(mine.since, theirs.since, since), min(mine.last, theirs.last)
            if first <= last and (mine.exclusive or theirs.exclusive or not exclusive):
                found.append((first, last))
    return _joined(found)


def uncovered_days(mine: Sequence[RightSpan], theirs: Sequence[RightSpan], *, since: date) -> tuple[Days, ...]:
    """Return the stretches of days, from a day on, on which the first right is in force and the second is not."""
    found = []
    for span in mine:
        first = max(span.since, since)
        for other in theirs:
            if other.last < first or other.since > span.last:
                continue
            if other.since > first:
                found.append((first, other.since - DAY))
            if other.last >= span.last:
                break
            first = other.last + DAY
        else:
            if first <= span.last:
                found.append((first, span.last))
    return _joined(found)


def _joined(found: Iterable[tuple[date, date]]) -> tuple[Days, ...]:
    joined: list[tuple[date, date]] = []
    for first, last in sorted(found):
        if joined and joined[-1][1] + DAY == first:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return tuple((first, None if last == date.max else last) for first, last in joined)
