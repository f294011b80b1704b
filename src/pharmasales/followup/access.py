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

from attrs import Factory, field, frozen

from pharmasales.display import Says, joined
from pharmasales.errors import BadValue

__all__ = ["ANY_DAY", "WEEKDAYS", "Access", "Window", "Workdays", "weekday_names"]


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
_MIDNIGHT = 24 * 60


def weekday_names(weekdays: Iterable[int]) -> Says:
    """Name some weekdays in their order.

    >>> weekday_names({3, 2}).text("zh")
    '周三、周四'
    """
    return joined(WEEKDAYS[number] for number in sorted(weekdays))


def _numbers(given: Iterable[int]) -> frozenset[int]:
    found = frozenset(given)
    if not found <= _EVERY:
        raise BadValue("weekday out of range", hint="0 for Monday to 6 for Sunday", code="followup.weekday")
    return found


def _days(given: Iterable[date]) -> frozenset[date]:
    return frozenset(given)


@frozen
class Window:
    """Some weekdays, and the hours on them (接待时段).

    Args:
        weekdays: 0 for Monday to 6 for Sunday; every weekday where left out.
        start: the hour from which visits are received; any where left out.
        end: the hour by which a visit must be over; any where left out.

    >>> str(Window({1}, time(8), time(11, 30)))
    'Tue 08:00-11:30'

    Raises:
        BadValue: a weekday out of range, or an end that is not after the start.
    """

    weekdays: frozenset[int] = field(default=_EVERY, converter=_numbers)
    start: time | None = None
    end: time | None = field(default=None)

    @end.validator
    def _after(self, _attribute: object, value: time | None) -> None:
        if value is not None and self.start is not None and value <= self.start:
            raise BadValue("the visiting hours end before they start", code="followup.hours")

    @property
    def timed(self) -> bool:
        """Whether it names an hour."""
        return self.start is not None or self.end is not None

    @property
    def hours(self) -> str:
        """The hours as they are written: `14:00-17:00`."""
        return f"{_clock(self.start, '00:00')}-{_clock(self.end, '24:00')}"

    @property
    def minutes(self) -> tuple[int, int]:
        """From which minute of the day to which."""
        first = 0 if self.start is None else self.start.hour * 60 + self.start.minute
        return first, _MIDNIGHT if self.end is None else self.end.hour * 60 + self.end.minute

    def takes(self, start: datetime, end: datetime) -> bool:
        """Whether a visit lies inside the hours, both ends included."""
        if self.start is not None and start.time() < self.start:
            return False
        return self.end is None or (end.date() == start.date() and end.time() <= self.end)

    def says(self) -> Says:
        """Name the weekdays and the hours."""
        names, hours = weekday_names(self.weekdays), f" {self.hours}" if self.timed else ""
        return Says(names.en + hours, names.zh + hours)

    def __str__(self) -> str:
        return self.says().text()


def _in_order(given: Iterable[Window]) -> tuple[Window, ...]:
    return tuple(sorted(given, key=lambda one: (sorted(one.weekdays), one.minutes)))


def _all_weekdays(access: Access) -> frozenset[int]:
    return frozenset().union(*(one.weekdays for one in access.windows)) if access.windows else _EVERY


@frozen
class Access:
    """When and on what terms a customer receives visitors.

    One window needs no name: `Access({2, 3}, time(14), time(17))`. Several are given as `windows`.

    >>> twice = Access(windows=[Window({1}, time(8), time(11, 30)), Window({3}, time(14), time(17))], appointment=2)
    >>> sorted(twice.weekdays), [one.hours for one in twice.on(3)]
    ([1, 3], ['14:00-17:00'])

    Args:
        weekdays: the visiting weekdays, 0 for Monday to 6 for Sunday; every weekday where left out.
        start: the hour from which visits are received; any where left out.
        end: the hour by which a visit must be over; any where left out.
        closed: days of its own on which nobody is received, beside the public holidays.
        windows: several windows (接待时段) in place of weekdays, start and end; the weekdays are then those of all.
        flexible: the hours are wished, not required (时间可协商); the weekdays are required all the same.
        appointment: working days of notice that a visit needs (提前预约); 0 where none is asked.
        filing: whether a rep without a filing number is not received (须备案).

    >>> Access(weekdays=frozenset({7}))
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: weekday out of range; 0 for Monday to 6 for Sunday [followup.weekday]

    Raises:
        BadValue: a weekday out of range, an end that is not after the start, windows beside weekdays or hours, or a
            notice that is no whole number from 0.
    """

    windows: tuple[Window, ...] = field(default=(), converter=_in_order, kw_only=True)
    weekdays: frozenset[int] = field(default=Factory(_all_weekdays, takes_self=True), converter=_numbers)
    start: time | None = None
    end: time | None = field(default=None)
    closed: frozenset[date] = field(default=frozenset(), converter=_days)
    flexible: bool = field(default=False, kw_only=True)
    appointment: int = field(default=0, kw_only=True)
    filing: bool = field(default=False, kw_only=True)

    @end.validator
    def _after(self, _attribute: object, value: time | None) -> None:
        Window(start=self.start, end=value)

    @windows.validator
    def _alone(self, _attribute: object, value: tuple[Window, ...]) -> None:
        if value and (self.start or self.end or self.weekdays != _all_weekdays(self)):
            hint = "name weekdays and hours in the windows"
            raise BadValue("windows beside weekdays or hours", hint=hint, code="followup.windows")

    @appointment.validator
    def _notice(self, _attribute: object, value: object) -> None:
        if type(value) is not int or value < 0:
            raise BadValue("notice is a whole number of working days from 0", code="followup.notice")

    def on(self, weekday: int) -> tuple[Window, ...]:
        """Return the windows of a weekday, 0 for Monday."""
        if not self.windows:
            return (Window(self.weekdays, self.start, self.end),) if weekday in self.weekdays else ()
        return tuple(one for one in self.windows if weekday in one.weekdays)

    @property
    def timed(self) -> bool:
        """Whether any window names an hour."""
        return bool(self.start or self.end) or any(one.timed for one in self.windows)

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
        return None if self.flexible else self.outside(start, minutes)

    def outside(self, start: datetime, minutes: int) -> Says | None:
        """Say which hours a visit on a visiting weekday lies outside of; nothing where it lies inside a window.

        Args:
            start: when it begins, in the local time of the customer.
            minutes: how long it takes, from 1.
        """
        here, end = self.on(start.weekday()), start + timedelta(minutes=minutes)
        if any(one.takes(start, end) for one in here):
            return None
        hours = ", ".join(one.hours for one in here)
        return Says(f"outside the visiting hours {hours}", f"不在接待时间 {hours} 内")


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
