"""Access (接待时间): on which days and at which hours a customer may be visited.

Hospitals name the weekdays and hours at which they receive visitors (接待日); doctors have clinic days (门诊日). A day
off in the working calendar is never a visiting day; a working Saturday (调休) is one only where it is named.

>>> from datetime import datetime, time, timedelta, timezone
>>> from pharmasales.workdays import CHINA
>>> window = Access(weekdays=frozenset({2, 3}), start=time(14), end=time(17))
>>> wednesday = datetime(2026, 10, 14, 16, 45, tzinfo=timezone(timedelta(hours=8)))
>>> window.refusal(wednesday, 15, CHINA) is None
True
>>> window.refusal(wednesday, 30, CHINA).text()
'outside the visiting hours 14:00-17:00'

Source: S004-1, practice P2-B, E12.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Protocol

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadValue

__all__ = ["ANY_DAY", "WEEKDAYS", "Access", "Workdays", "weekday_names"]


class Workdays(Protocol):
    """Anything that knows working days, such as `pharmasales.workdays.CHINA` (工作日历)."""

    def is_workday(self, day: date, /) -> bool:
        """Whether people work on this day."""
        ...

    def workdays(self, start: date, end: date, /) -> tuple[date, ...]:
        """Return the working days from `start` to `end`, both included, in order."""
        ...


WEEKDAYS = (
    Says("Mon", "周一"),
    Says("Tue", "周二"),
    Says("Wed", "周三"),
    Says("Thu", "周四"),
    Says("Fri", "周五"),
    Says("Sat", "周六"),
    Says("Sun", "周日"),
)
"""The weekdays by their number: 0 is Monday, as in `date.weekday`."""

_EVERY = frozenset(range(7))


def weekday_names(weekdays: Iterable[int]) -> Says:
    """Name some weekdays in their order.

    >>> weekday_names({3, 2}).text("zh")
    '周三、周四'
    """
    names = [WEEKDAYS[number] for number in sorted(weekdays)]
    return Says(", ".join(name.en for name in names), "、".join(name.zh for name in names))


def _numbers(given: Iterable[int]) -> frozenset[int]:
    return frozenset(given)


def _days(given: Iterable[date]) -> frozenset[date]:
    return frozenset(given)


@frozen
class Access:
    """When a customer receives visitors.

    Args:
        weekdays: the visiting weekdays, 0 for Monday to 6 for Sunday; every weekday where left out.
        start: the hour from which visits are received; any where left out.
        end: the hour by which a visit must be over; any where left out.
        closed: days of its own on which nobody is received, beside the public holidays.

    >>> Access(weekdays=frozenset({7}))
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: weekday out of range; 0 for Monday to 6 for Sunday [followup.weekday]

    Raises:
        BadValue: a weekday out of range, or an end that is not after the start.
    """

    weekdays: frozenset[int] = field(default=_EVERY, converter=_numbers)
    start: time | None = None
    end: time | None = field(default=None)
    closed: frozenset[date] = field(default=frozenset(), converter=_days)

    @weekdays.validator
    def _known(self, _attribute: object, value: frozenset[int]) -> None:
        if not value <= _EVERY:
            raise BadValue("weekday out of range", hint="0 for Monday to 6 for Sunday", code="followup.weekday")

    @end.validator
    def _after(self, _attribute: object, value: time | None) -> None:
        if value is not None and self.start is not None and value <= self.start:
            raise BadValue("the visiting hours end before they start", code="followup.hours")

    @property
    def any_weekday(self) -> bool:
        """Whether no weekday is excluded."""
        return self.weekdays == _EVERY

    def receives(self, day: date) -> bool:
        """Whether the customer receives on this day if it is a working day at all."""
        return day.weekday() in self.weekdays and day not in self.closed

    def allows(self, day: date, calendar: Workdays) -> bool:
        """Whether a visit is possible on this day: a working day, a visiting weekday, not a closed day.

        Raises:
            UnknownYear: the calendar does not know the year.
        """
        return calendar.is_workday(day) and self.receives(day)

    def refusal(self, start: datetime, minutes: int, calendar: Workdays) -> Says | None:
        """Say why a visit is refused; nothing where it is possible.

        The first reason counts: a day off, not a visiting day, a closed day, outside the hours.

        Args:
            start: when it begins, in the local time of the customer.
            minutes: how long it takes, from 1.
            calendar: the working days.

        Raises:
            BadValue: minutes below 1.
            UnknownYear: the calendar does not know the year.
        """
        if minutes < 1:
            raise BadValue("a visit takes at least a minute", code="followup.minutes")
        day = start.date()
        if not calendar.is_workday(day):
            return Says("holiday or weekend: not a working day", "节假日或周末，非工作日")
        if day.weekday() not in self.weekdays:
            return _not_a_visiting_day(day, self.weekdays)
        if day in self.closed:
            return Says("closed to visitors on this day", "当日不接待")
        if not self._within(start, start + timedelta(minutes=minutes)):
            hours = f"{_clock(self.start, '00:00')}-{_clock(self.end, '24:00')}"
            return Says(f"outside the visiting hours {hours}", f"不在接待时间 {hours} 内")
        return None

    def _within(self, start: datetime, end: datetime) -> bool:
        if self.start is not None and start.time() < self.start:
            return False
        return self.end is None or (end.date() == start.date() and end.time() <= self.end)


def _not_a_visiting_day(day: date, weekdays: frozenset[int]) -> Says:
    here = WEEKDAYS[day.weekday()]
    if not weekdays:
        return Says("no visiting day at all", "不接待来访")
    names = weekday_names(weekdays)
    return Says(f"{here.en} is not a visiting day ({names.en})", f"{here.zh}不是接待日（{names.zh}）")


def _clock(hour: time | None, default: str) -> str:
    return default if hour is None else f"{hour:%H:%M}"


ANY_DAY = Access()
"""Every working day, at any hour."""
