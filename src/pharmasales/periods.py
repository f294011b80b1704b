"""Periods as values: year, quarter, month, ISO week, and custom buckets such as `Q2+Q3`.

A period is written `2026`, `2026-Q1`, `2026-01`, `2026-W05` or `2026-Q2+Q3`, in and out. Both ends are inclusive.

>>> quarter = period("2026-Q1")
>>> quarter.start.isoformat(), quarter.end.isoformat(), [str(month) for month in quarter.months]
('2026-01-01', '2026-03-31', ['2026-01', '2026-02', '2026-03'])
>>> [str(bucket) for bucket in buckets(Year(2026), "Q1 | Q2+Q3 | Q4")]
['2026-Q1', '2026-Q2+Q3', '2026-Q4']
"""

from __future__ import annotations

import re
from abc import abstractmethod
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Self

from attrs import Attribute, field, frozen
from dateutil.relativedelta import relativedelta

from pharmasales.errors import BadValue

__all__ = [
    "Month",
    "Period",
    "Quarter",
    "Span",
    "Week",
    "Year",
    "back",
    "buckets",
    "month_number",
    "period",
]

_HINT = "write 2026, 2026-Q1, 2026-01, 2026-W05 or 2026-Q2+Q3"
_FIRST, _LAST = 1000, 9998


def back(day: date, months: int) -> date:
    """Go back a number of months; a day that the month does not have becomes its last day.

    >>> back(date(2026, 3, 31), 1).isoformat()
    '2026-02-28'

    Raises:
        BadValue: a day before year 1 or after 9999.
    """
    try:
        return day - relativedelta(months=months)
    except (ValueError, OverflowError):
        raise BadValue("no such day", hint="go back fewer months", code="period") from None


def _year(_instance: object, _attribute: Attribute[int], value: int) -> None:
    if type(value) is not int or not _FIRST <= value <= _LAST:
        raise BadValue("year out of range", hint=f"{_FIRST} to {_LAST}", code="period")


def _between(low: int, high: int, what: str) -> Callable[[object, Attribute[int], int], None]:
    def check(_instance: object, _attribute: Attribute[int], value: int) -> None:
        if type(value) is not int or not low <= value <= high:
            raise BadValue(f"{what} out of range", hint=f"{low} to {high}", code="period")

    return check


class Period:
    """A stretch of days with a name; both ends belong to it. Periods are ordered by their first, then last day."""

    __slots__ = ()

    @property
    @abstractmethod
    def start(self) -> date:
        """The first day."""

    @property
    @abstractmethod
    def end(self) -> date:
        """The last day."""

    @abstractmethod
    def year_before(self) -> Self:
        """Return the same period of the year before; week 53 falls back to week 52."""

    @property
    def months(self) -> tuple[Month, ...]:
        """The whole months of the period, in order.

        Raises:
            BadValue: a week, which is no union of months.
        """
        first = Month.of(self.start)
        count = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1
        return tuple(first.plus(n) for n in range(count))

    @property
    def days(self) -> int:
        """How many calendar days it has."""
        return (self.end - self.start).days + 1

    def __contains__(self, item: date | Period) -> bool:
        if isinstance(item, Period):
            return self.start <= item.start and item.end <= self.end
        return self.start <= item <= self.end

    def __lt__(self, other: Period) -> bool:
        return (self.start, self.end) < (other.start, other.end) if isinstance(other, Period) else NotImplemented

    def __repr__(self) -> str:
        return f"period('{self}')"


@frozen(repr=False, order=False)
class Year(Period):
    """A calendar year (年度).

    >>> Year(2026).year_before()
    period('2025')
    """

    year: int = field(validator=_year)

    @property
    def start(self) -> date:
        """1 January."""
        return date(self.year, 1, 1)

    @property
    def end(self) -> date:
        """31 December."""
        return date(self.year, 12, 31)

    def year_before(self) -> Self:
        """Return the year before."""
        return type(self)(self.year - 1)

    def __str__(self) -> str:
        return str(self.year)


@frozen(repr=False, order=False)
class Quarter(Period):
    """A quarter of a calendar year (季度), the period that matters most in this trade (S004-35).

    >>> Quarter(2026, 1).end.isoformat()
    '2026-03-31'
    """

    year: int = field(validator=_year)
    quarter: int = field(validator=_between(1, 4, "quarter"))

    @property
    def start(self) -> date:
        """The first day of its first month."""
        return date(self.year, 3 * self.quarter - 2, 1)

    @property
    def end(self) -> date:
        """The last day of its third month."""
        return Month(self.year, 3 * self.quarter).end

    def year_before(self) -> Self:
        """Return the same quarter of the year before."""
        return type(self)(self.year - 1, self.quarter)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.quarter}"


@frozen(repr=False, order=False)
class Month(Period):
    """A calendar month (月).

    >>> Month(2026, 2).end.isoformat(), str(Month(2026, 12).plus(1))
    ('2026-02-28', '2027-01')
    """

    year: int = field(validator=_year)
    month: int = field(validator=_between(1, 12, "month"))

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month that a day belongs to."""
        return cls(day.year, day.month)

    @property
    def start(self) -> date:
        """The first day."""
        return date(self.year, self.month, 1)

    @property
    def end(self) -> date:
        """The last day."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    def plus(self, count: int) -> Month:
        """Return the month `count` months later; earlier where negative."""
        year, month = divmod(self.year * 12 + self.month - 1 + count, 12)
        return Month(year, month + 1)

    def year_before(self) -> Self:
        """Return the same month of the year before."""
        return type(self)(self.year - 1, self.month)

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"


def _week_exists(week: Week, _attribute: Attribute[int], value: int) -> None:
    last = date(week.year, 12, 28).isocalendar().week
    if type(value) is not int or not 1 <= value <= last:
        raise BadValue(f"week out of range: {week.year} has {last}", code="period")


@frozen(repr=False, order=False)
class Week(Period):
    """An ISO week (周): Monday to Sunday, week 1 holds the year's first Thursday.

    >>> Week(2026, 53).start.isoformat(), str(Week(2026, 53).year_before())
    ('2026-12-28', '2025-W52')
    """

    year: int = field(validator=_year)
    week: int = field(validator=_week_exists)

    @property
    def start(self) -> date:
        """Its Monday."""
        return date.fromisocalendar(self.year, self.week, 1)

    @property
    def end(self) -> date:
        """Its Sunday."""
        return date.fromisocalendar(self.year, self.week, 7)

    def year_before(self) -> Self:
        """Return the week of that number in the year before, or its last week."""
        last = date(self.year - 1, 12, 28).isocalendar().week
        return type(self)(self.year - 1, min(self.week, last))

    @property
    def months(self) -> tuple[Month, ...]:
        """No week is a union of months: always an error."""
        raise BadValue("a week has no whole months", code="period.months")

    def __str__(self) -> str:
        return f"{self.year}-W{self.week:02d}"


@frozen(repr=False, order=False)
class Span(Period):
    """Neighbouring quarters taken as one bucket, such as the `Q2+Q3` of `Q1 | Q2+Q3 | Q4`.

    Source: S004-43.

    >>> Span(2026, 2, 3).start.isoformat(), str(Span(2026, 2, 3))
    ('2026-04-01', '2026-Q2+Q3')
    """

    year: int = field(validator=_year)
    first: int = field(validator=_between(1, 3, "quarter"))
    last: int = field(validator=[_between(2, 4, "quarter")])

    @last.validator
    def _after(self, _attribute: object, value: int) -> None:
        if value <= self.first:
            raise BadValue("quarters out of order", hint="write 2026-Q2+Q3", code="period")

    @property
    def start(self) -> date:
        """The first day of the first quarter."""
        return Quarter(self.year, self.first).start

    @property
    def end(self) -> date:
        """The last day of the last quarter."""
        return Quarter(self.year, self.last).end

    def year_before(self) -> Self:
        """Return the same quarters of the year before."""
        return type(self)(self.year - 1, self.first, self.last)

    def __str__(self) -> str:
        return f"{self.year}-" + "+".join(f"Q{q}" for q in range(self.first, self.last + 1))


_YEAR = r"([1-9][0-9]{3})"
_FORMS = (
    (re.compile(_YEAR, re.ASCII), Year),
    (re.compile(_YEAR + r"-Q([1-4])", re.ASCII), Quarter),
    (re.compile(_YEAR + r"-(0[1-9]|1[0-2])", re.ASCII), Month),
    (re.compile(_YEAR + r"-W([0-5][0-9])", re.ASCII), Week),
)
_RUN = re.compile(_YEAR + r"-(Q[1-4](?:\+Q[1-4])+)", re.ASCII)


def period(text: str) -> Period:
    """Read a period: `2026`, `2026-Q1`, `2026-01`, `2026-W05`, `2026-Q2+Q3`.

    >>> period("2026-W05").start.isoformat()
    '2026-01-26'
    >>> period("2026-13")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: not a period; write 2026, 2026-Q1, 2026-01, 2026-W05 or 2026-Q2+Q3 [period]

    Raises:
        BadValue: any other form, or a part out of range.
    """
    if not isinstance(text, str):
        raise BadValue(f"{type(text).__name__} as a period", hint=_HINT, code="period")
    for form, kind in _FORMS:
        found = form.fullmatch(text)
        if found:
            return kind(*map(int, found.groups()))
    run = _RUN.fullmatch(text)
    if run:
        quarters = [int(q[1:]) for q in run.group(2).split("+")]
        if quarters == list(range(quarters[0], quarters[-1] + 1)):
            return Span(int(run.group(1)), quarters[0], quarters[-1])
    raise BadValue("not a period", hint=_HINT, code="period")


def buckets(whole: Period, by: str) -> tuple[Period, ...]:
    """Cut a period into buckets that cover it exactly once, in order.

    Args:
        whole: the period to cut.
        by: `year`, `quarter`, `month`, `week`, or quarters of one year as `Q1 | Q2+Q3 | Q4`.

    >>> [str(b) for b in buckets(Quarter(2026, 1), "month")]
    ['2026-01', '2026-02', '2026-03']

    Raises:
        BadValue: the buckets would not cover the period exactly.
    """
    found = _cut(whole, by)
    next_to = all(left.end + timedelta(days=1) == right.start for left, right in pairwise(found))
    if found[0].start != whole.start or found[-1].end != whole.end or not next_to:
        raise BadValue(f"{whole} is not made of whole buckets of {by}", hint="try month", code="period.buckets")
    return found


def _cut(whole: Period, by: str) -> tuple[Period, ...]:
    if by == "year":
        return tuple(Year(y) for y in range(whole.start.year, whole.end.year + 1))
    if by == "quarter":
        return tuple(dict.fromkeys(Quarter(m.year, (m.month + 2) // 3) for m in whole.months))
    if by == "month":
        return whole.months
    if by == "week":
        mondays = range(0, whole.days, 7)
        iso = [(whole.start + timedelta(days=n)).isocalendar() for n in mondays]
        return tuple(Week(day.year, day.week) for day in iso)
    if "Q" in by:
        return tuple(period(f"{whole.start.year}-{part.strip()}") for part in by.split("|"))
    raise BadValue("unknown buckets", hint="year, quarter, month, week or Q1 | Q2+Q3 | Q4", code="period.buckets")


_ENGLISH = "january february march april may june july august september october november december".split()
_CHINESE = "一 二 三 四 五 六 七 八 九 十 十一 十二".split()
_MONTHS = (
    {name: n for n, name in enumerate(_ENGLISH, 1)}
    | {name[:3]: n for n, name in enumerate(_ENGLISH, 1)}
    | {"sept": 9}
    | {f"{name}月": n for n, name in enumerate(_CHINESE, 1)}
    | {f"{n}月": n for n in range(1, 13)}
    | {f"{n:02d}月": n for n in range(1, 10)}
    | {str(n): n for n in range(1, 13)}
    | {f"{n:02d}": n for n in range(1, 10)}
)


def month_number(text: str) -> int:
    """Read a month written as a number, an English name or a Chinese name.

    >>> month_number("March"), month_number("Sep"), month_number("十一月"), month_number("07")
    (3, 9, 11, 7)

    Raises:
        BadValue: anything else.
    """
    found = _MONTHS.get(text.strip().casefold())
    if found is None:
        raise BadValue("not a month", hint="write 1-12, January, Jan or 一月", code="period.month")
    return found
