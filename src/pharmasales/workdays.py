"""Working days: holidays, make-up days (调休), leave; an unknown year is an error, never a guess.

A `Calendar` (工作日历) answers for every day whether people work, and counts. `CHINA` knows what the State Council has
announced, 2007 to 2026; `WEEKDAYS` is Monday to Friday without holidays. A calendar is a frozen value: leave or a newly
announced year gives a new one. All ranges include both ends.

>>> CHINA.is_workday(date(2026, 2, 14)), CHINA.reason(date(2026, 2, 14))
(True, ('make-up working day', '调休上班'))
>>> CHINA.count(date(2026, 1, 1), date(2026, 12, 31))
248
>>> CHINA.add(date(2026, 2, 13), 2)
datetime.date(2026, 2, 24)
>>> CHINA.is_workday(date(2027, 1, 4))
Traceback (most recent call last):
    ...
pharmasales.errors.UnknownYear: no arrangement is known for 2027 @ calendar CN; supply it: with_year(2027, off=...,
work=...), or off and work under [calendar.2027] of pharmasales.toml [calendar.year]
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain
from types import MappingProxyType

from attrs import evolve, field, frozen

from pharmasales.errors import BadValue, UnknownYear
from pharmasales.names import normal_id
from pharmasales.yearplan import (
    CHINA_NOTICES,
    NO_HOLIDAYS,
    Provider,
    Words,
    YearPlan,
    checked_day,
    checked_days,
    checked_year,
)

__all__ = ["CALENDARS", "CHINA", "WEEKDAYS", "Calendar", "Provider", "Words", "YearPlan"]

_WORKING = ("working day", "工作日")
_MAKE_UP = ("make-up working day", "调休上班")
_HOLIDAY = ("holiday", "放假")
_WEEKEND = ("weekend", "周末")
_LEAVE = ("leave", "请假")

_FINGERPRINTED = range(2000, 2100)


@lru_cache(maxsize=64)
def _days_of(year: int) -> tuple[date, ...]:
    """Return all days of a year, the same objects for every calendar."""
    first = date(year, 1, 1)
    return tuple(first + timedelta(n) for n in range((date(year, 12, 31) - first).days + 1))


def _weekend(days: Iterable[int]) -> frozenset[int]:
    found = frozenset(days)
    if not found < set(range(7)) or any(type(day) is not int for day in found):
        raise BadValue(
            "a weekend is some of the days 0 (Monday) to 6 (Sunday)", where="weekend", code="calendar.weekend"
        )
    return found


def _by_year(plans: Iterable[YearPlan]) -> tuple[YearPlan, ...]:
    """Sort plans by their year; the last given for a year holds."""
    return tuple(plan for _, plan in sorted({plan.year: plan for plan in plans}.items()))


@frozen
class Calendar:
    """Which days are working days (工作日历): weekends, announced exceptions, leave.

    Args:
        name: what the calendar is called in messages and settings.
        provider: where the years come from; left out, every year is without holidays.
        weekend: the days of the week off, 0 for Monday to 6 for Sunday.
        leave: days off beside holidays (请假), such as leave or a congress; see `without`.
        supplied: years that take precedence over the provider's; see `with_year`.

    A look-up costs about two look-ups in a dict: each year is worked out once, when it is first asked for. Counting and
    adding search the year's sorted working days, so their cost does not grow with the number of days.

    Source: E16, E60; requirements, calendar as data with an unknown year as an error.

    >>> gulf = Calendar("gulf", weekend=(4, 5))
    >>> gulf.workdays(date(2026, 1, 1), date(2026, 1, 4))
    (datetime.date(2026, 1, 1), datetime.date(2026, 1, 4))

    Raises:
        BadValue: a weekend of seven days or of other numbers, leave that is no date.
    """

    name: str = field(converter=normal_id)
    provider: Provider = NO_HOLIDAYS
    weekend: frozenset[int] = field(default=frozenset({5, 6}), converter=_weekend)
    leave: frozenset[date] = field(default=frozenset(), converter=checked_days, repr=lambda days: f"<{len(days)} days>")
    supplied: tuple[YearPlan, ...] = field(
        default=(), converter=_by_year, repr=lambda plans: f"<{', '.join(str(plan.year) for plan in plans)}>"
    )
    _days: dict[date, bool] = field(init=False, factory=dict, eq=False, repr=False)
    _years: dict[int, tuple[date, ...]] = field(init=False, factory=dict, eq=False, repr=False)

    def __reduce__(self) -> tuple[type[Calendar], tuple[object, ...]]:
        return Calendar, (self.name, self.provider, self.weekend, self.leave, self.supplied)

    def is_workday(self, day: date) -> bool:
        """Whether people work on this day.

        >>> CHINA.is_workday(date(2026, 2, 16)), CHINA.is_workday(date(2026, 1, 4))
        (False, True)

        Raises:
            UnknownYear: nothing is announced for the year.
            BadValue: no plain date; a `datetime` is refused.
        """
        try:
            return self._days[day]
        except (KeyError, TypeError):
            self._learn(checked_day(day).year)
            return self._days[day]

    def reason(self, day: date) -> Words:
        """Return why a day is a working day or not, in English and Chinese.

        A day of leave that is off anyway keeps its holiday's name.

        >>> CHINA.reason(date(2026, 2, 16)), CHINA.reason(date(2026, 1, 10))
        (('Spring Festival', '春节'), ('weekend', '周末'))
        >>> CHINA.without([date(2026, 1, 5)]).reason(date(2026, 1, 5))
        ('leave', '请假')

        Raises:
            UnknownYear: nothing is announced for the year.
            BadValue: no plain date.
        """
        works, plan = self.is_workday(day), self._plan(day.year)
        if works:
            return _MAKE_UP if day in plan.work else _WORKING
        if day in plan.off:
            return dict(plan.names).get(day, _HOLIDAY)
        return _LEAVE if day in plan.work or day.weekday() not in self.weekend else _WEEKEND

    def workdays(self, start: date, end: date) -> tuple[date, ...]:
        """Return the working days from `start` to `end`, both included, in order.

        >>> [day.day for day in CHINA.workdays(date(2026, 2, 13), date(2026, 2, 25))]
        [13, 14, 24, 25]

        Raises:
            UnknownYear: a year of the range is not announced.
            BadValue: the range ends more than a day before it starts, or no plain date.
        """
        return tuple(chain.from_iterable(days[first:after] for days, first, after in self._slices(start, end)))

    def count(self, start: date, end: date) -> int:
        """Return the number of working days from `start` to `end`, both included.

        An empty range, which ends the day before it starts, counts 0, so that parts always add up.

        >>> CHINA.count(date(2026, 2, 1), date(2026, 2, 28))
        16

        Raises:
            UnknownYear: a year of the range is not announced.
            BadValue: the range ends more than a day before it starts, or no plain date.
        """
        return sum(after - first for _, first, after in self._slices(start, end))

    def add(self, day: date, n: int) -> date:
        """Return the `n`th working day after `day`, which is not counted itself; before it where `n` is negative.

        With 0 it is `day` itself, or the next working day where `day` is none.

        >>> CHINA.add(date(2026, 2, 13), 2), CHINA.add(date(2026, 2, 15), 0), CHINA.add(date(2026, 2, 24), -1)
        (datetime.date(2026, 2, 24), datetime.date(2026, 2, 24), datetime.date(2026, 2, 14))

        Source: E16.

        Raises:
            UnknownYear: the way leads through a year that is not announced.
            BadValue: no plain date, no whole number, or a way that leaves the years that a date can hold.
        """
        if type(n) is not int:
            raise BadValue(f"{type(n).__name__} is no whole number of days", where="n", code="calendar.days")
        year = checked_day(day).year
        days = self._year(year)
        place = bisect_right(days, day) + n - 1 if n > 0 else bisect_left(days, day) + n
        while place < 0:
            year -= 1
            days = self._year(year)
            place += len(days)
        while place >= len(days):
            place -= len(days)
            year += 1
            days = self._year(year)
        return days[place]

    def without(self, days: Iterable[date]) -> Calendar:
        """Return a calendar in which these days are no working days: leave (请假), a congress, a stock-taking.

        Days that are off already, or are named twice, change nothing.

        >>> CHINA.without([date(2026, 3, 2), date(2026, 3, 3)]).count(date(2026, 3, 1), date(2026, 3, 31))
        20

        Raises:
            BadValue: no plain date.
        """
        return evolve(self, leave=self.leave | checked_days(days))

    def with_year(self, year: int, *, off: Iterable[date] = (), work: Iterable[date] = ()) -> Calendar:
        """Return a calendar that knows one more year; what it held for this year before is replaced.

        A notice may move days at the end of the year before: December days of that year are added to what the calendar
        knows of it.

        Args:
            year: the year.
            off: all days off; weekend days may be among them or not.
            work: the make-up working days (调休), which fall on weekends.

        >>> made_up = CHINA.with_year(2027, off=[date(2027, 1, 1)], work=[date(2027, 1, 3)])
        >>> made_up.count(date(2027, 1, 1), date(2027, 1, 10))
        6

        Raises:
            UnknownYear: a day of the December before, where that year is not known.
            BadValue: a day of any other year, both off and working, or a make-up day in the working week.
        """
        off, work = checked_days(off), checked_days(work)
        edge = frozenset(day for day in off | work if day.year == checked_year(year) - 1 and day.month == 12)
        needless = sorted(day for day in work if day.weekday() not in self.weekend)
        if needless:
            raise BadValue(
                f"{needless[0]} lies in the working week", hint="a make-up day falls on a weekend", code="calendar.plan"
            )
        plans = [*self.supplied, YearPlan(year, off - edge, work - edge)]
        if edge:
            old = self._plan(year - 1)
            plans.append(YearPlan(old.year, (old.off - work) | off & edge, (old.work - off) | work & edge, old.names))
        return evolve(self, supplied=plans)

    def known(self, year: int) -> bool:
        """Whether the calendar can answer for this year.

        >>> CHINA.known(2026), CHINA.known(2027)
        (True, False)

        Raises:
            BadValue: no year that a date can hold.
        """
        try:
            self._plan(year)
        except UnknownYear:
            return False
        return True

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of what the calendar says: name, weekend, leave and the exceptions of 2000 to 2099.

        >>> CHINA.fingerprint == CHINA.without([]).fingerprint
        True
        >>> CHINA.fingerprint == CHINA.with_year(2027).fingerprint
        False
        """
        from hashlib import sha256

        plans = [self._plan(year) for year in _FINGERPRINTED if self.known(year)]
        lines = [self.name, str(sorted(self.weekend)), *map(str, sorted(self.leave))]
        lines += [f"{plan.year} {sorted(map(str, plan.off))} {sorted(map(str, plan.work))}" for plan in plans]
        return sha256("\n".join(lines).encode()).hexdigest()

    def _plan(self, year: int) -> YearPlan:
        """Return what is announced for a year, supplied years first."""
        checked_year(year)
        for plan in self.supplied:
            if plan.year == year:
                return plan
        try:
            found = self.provider.year(year)
        except UnknownYear as error:
            raise UnknownYear(
                f"no arrangement is known for {year}",
                where=f"calendar {self.name}",
                hint=f"supply it: with_year({year}, off=..., work=...), "
                f"or off and work under [calendar.{year}] of pharmasales.toml",
            ) from error
        if found.year != year:
            raise BadValue(f"asked for {year}, given {found.year}", where=f"calendar {self.name}", code="calendar.plan")
        return found

    def _year(self, year: int) -> tuple[date, ...]:
        """Return the working days of a year, worked out once."""
        known = self._years.get(year)
        if known is not None:
            return known
        plan = self._plan(year)
        usual = (day for day in _days_of(year) if day.weekday() not in self.weekend and day not in plan.off)
        found = tuple(sorted({*usual, *plan.work} - self.leave))
        self._years[year] = found
        return found

    def _learn(self, year: int) -> None:
        """Fill in the look-up of a year; apart from `is_workday`, whose fast path pays for every inner scope."""
        works = set(self._year(year))
        self._days.update({day: day in works for day in _days_of(year)})

    def _slices(self, start: date, end: date) -> Iterator[tuple[tuple[date, ...], int, int]]:
        """Yield each year's working days with the places where the range begins and ends in it."""
        if checked_day(start).toordinal() > checked_day(end).toordinal() + 1:
            raise BadValue("the range ends before it starts", hint="give the first day first", code="calendar.range")
        for year in range(start.year, end.year + 1):
            days = self._year(year)
            first = bisect_left(days, start) if year == start.year else 0
            yield days, first, bisect_right(days, end) if year == end.year else len(days)


CHINA = Calendar("CN", CHINA_NOTICES)
"""The working days of mainland China (中国大陆工作日), as announced for 2007 to 2026."""

WEEKDAYS = Calendar("weekdays")
"""Monday to Friday in every year, no holidays."""

CALENDARS: Mapping[str, Calendar] = MappingProxyType({calendar.name: calendar for calendar in (CHINA, WEEKDAYS)})
"""The calendars that settings can name."""
