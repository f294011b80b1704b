"""What is announced for one year, and who announces it: the data below a calendar of working days.

>>> plan = CHINA_NOTICES.year(2026)
>>> date(2026, 2, 14) in plan.work, dict(plan.names)[date(2026, 2, 16)]
(True, ('Spring Festival', '春节'))
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import MAXYEAR, MINYEAR, date, datetime
from functools import cache
from typing import Protocol, TypeAlias

from attrs import field, frozen

from pharmasales import workdays_cn
from pharmasales.errors import BadValue, UnknownYear

__all__ = [
    "CHINA_NOTICES",
    "NO_HOLIDAYS",
    "Provider",
    "Words",
    "YearPlan",
    "checked_day",
    "checked_days",
    "checked_year",
    "day_from",
    "day_text",
]

Words: TypeAlias = tuple[str, str]
"""The same words in English and Chinese."""


def checked_day(value: object) -> date:
    """Let a plain date pass; a moment has no day before somebody says in which zone.

    >>> checked_day(None)
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: NoneType is no date; give a datetime.date [calendar.day]

    Raises:
        BadValue: a `datetime`, or anything else that is no date.
    """
    if isinstance(value, datetime):
        raise BadValue("a datetime is no date", hint="take its date() in the zone you mean", code="calendar.day")
    if not isinstance(value, date):
        raise BadValue(f"{type(value).__name__} is no date", hint="give a datetime.date", code="calendar.day")
    return value


def day_text(day: date | None) -> str | None:
    """Return a day as plain data keeps it; none where there is none."""
    return None if day is None else day.isoformat()


def day_from(text: str | None) -> date | None:
    """Read a day back from plain data.

    >>> day_from(day_text(date(2026, 1, 31))), day_from(None)
    (datetime.date(2026, 1, 31), None)

    Raises:
        ValueError, TypeError: anything else; who reads a record says where.
    """
    return None if text is None else date.fromisoformat(text)


def checked_days(days: Iterable[date]) -> frozenset[date]:
    """Return plain dates as a set; naming one twice is legal.

    >>> checked_days([date(2026, 1, 1), date(2026, 1, 1)])
    frozenset({datetime.date(2026, 1, 1)})

    Raises:
        BadValue: anything in it that is no plain date, or no list at all.
    """
    if not isinstance(days, Iterable):
        raise BadValue(f"{type(days).__name__} is no list of dates", hint="give a list", code="calendar.day")
    return frozenset(map(checked_day, days))


def checked_year(year: object) -> int:
    """Let a year pass that a date can hold.

    >>> checked_year(2026)
    2026

    Raises:
        BadValue: no whole number from 1 to 9999.
    """
    if type(year) is not int or not MINYEAR <= year <= MAXYEAR:
        raise BadValue(f"a year is a whole number from {MINYEAR} to {MAXYEAR}", where="year", code="calendar.range")
    return year


def _named(names: Mapping[date, Words] | Iterable[tuple[date, Words]]) -> tuple[tuple[date, Words], ...]:
    return tuple(sorted(dict(names).items()))


@frozen
class YearPlan:
    """What is announced for one year: the exceptions from the working week (一年的放假安排).

    Args:
        year: the year.
        off: days off; weekend days may be among them.
        work: make-up working days (调休).
        names: the holidays' names in English and Chinese, by day.

    >>> YearPlan(2027, off=[date(2027, 1, 1)]).off
    frozenset({datetime.date(2027, 1, 1)})
    >>> YearPlan(2027, off=[date(2026, 12, 31)])
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: 2026-12-31 is no day of 2027; put each day under its own year [calendar.plan]

    Raises:
        BadValue: a day of another year, a day both off and working, or no plain date.
    """

    year: int = field(converter=checked_year)
    off: frozenset[date] = field(default=frozenset(), converter=checked_days)
    work: frozenset[date] = field(default=frozenset(), converter=checked_days)
    names: tuple[tuple[date, Words], ...] = field(default=(), converter=_named, repr=False)

    def __attrs_post_init__(self) -> None:
        strange = sorted(day for day in self.off | self.work if day.year != self.year)
        if strange:
            raise BadValue(
                f"{strange[0]} is no day of {self.year}", hint="put each day under its own year", code="calendar.plan"
            )
        if self.off & self.work:
            raise BadValue(f"{min(self.off & self.work)} is both off and a working day", code="calendar.plan")


class Provider(Protocol):
    """Where a calendar's years come from: one method, for another country or a company.

    A provider is hashable, and the same year gives the same plan each time.

    >>> class OneDay:
    ...     def year(self, year: int) -> YearPlan:
    ...         return YearPlan(year, off=[date(year, 7, 1)])
    >>> one: Provider = OneDay()
    >>> one.year(2026).off
    frozenset({datetime.date(2026, 7, 1)})
    """

    def year(self, year: int, /) -> YearPlan:
        """Return the exceptions of a year.

        Raises:
            UnknownYear: nothing is announced for this year.
        """
        ...


class _NoHolidays:
    """Every year without holidays."""

    __slots__ = ()

    def year(self, year: int, /) -> YearPlan:
        return YearPlan(year)

    def __repr__(self) -> str:
        return "NO_HOLIDAYS"

    def __reduce__(self) -> str:
        return "NO_HOLIDAYS"


class _ChinaNotices:
    """The years of the bundled table."""

    __slots__ = ()

    def year(self, year: int, /) -> YearPlan:
        if year not in workdays_cn.CHINA:
            raise UnknownYear(f"the State Council's notice for {year} is not in the table")
        return _china(year)

    def __repr__(self) -> str:
        return "CHINA_NOTICES"

    def __reduce__(self) -> str:
        return "CHINA_NOTICES"


@cache
def _china(year: int) -> YearPlan:
    """Read one block of the table."""
    names: dict[date, Words] = {}
    work: set[date] = set()
    for line in workdays_cn.CHINA[year].strip().splitlines():
        name, *spans = line.split()
        words = " and ".join(workdays_cn.NAMES[part] for part in name.split("、")), name
        for span in spans:
            if span.startswith("+"):
                work.update(_span(year, span[1:]))
            else:
                names.update((day, words) for day in _span(year, span))
    return YearPlan(year, names, work, names)


def _span(year: int, text: str) -> Iterator[date]:
    """Yield the days of `MMDD` or `MMDD-MMDD`."""
    first, last = (date(year, int(part[:2]), int(part[2:])) for part in (text[:4], text[-4:]))
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)


NO_HOLIDAYS: Provider = _NoHolidays()
"""Knows every year, without any holiday."""

CHINA_NOTICES: Provider = _ChinaNotices()
"""The notices of the State Council (国务院办公厅放假安排) in the bundled table."""
