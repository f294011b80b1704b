"""Working hours (工作时间): a deadline so many working hours after a moment, and the working time between two moments.

>>> from pharmasales.workdays import CHINA
>>> hours = WorkHours(CHINA)
>>> friday = datetime(2026, 2, 13, 16, 30, tzinfo=BEIJING)
>>> hours.after(friday, timedelta(hours=4)).isoformat()
'2026-02-14T11:30:00+08:00'
>>> hours.between(friday, datetime(2026, 2, 24, 10, tzinfo=BEIJING))
datetime.timedelta(seconds=41400)

The Saturday is a working day of 调休; the holidays after it count nothing: 1.5 + 9 + 1 = 11.5 hours.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone, tzinfo

from attrs import field, frozen

from pharmasales.errors import BadRule, BadValue
from pharmasales.workdays import Calendar

__all__ = ["BEIJING", "WorkHours"]

BEIJING = timezone(timedelta(hours=8), "UTC+8")
"""The time of all China."""

_NOTHING = timedelta()


@frozen
class WorkHours:
    """When people work: from opening to closing on each working day (工作时间).

    Args:
        calendar: the working days.
        opens: the time at which a day begins.
        closes: the time at which it ends; a break at noon is not taken off.
        zone: the zone of both.

    Raises:
        BadRule: a day that closes before it opens.
    """

    calendar: Calendar = field(repr=lambda calendar: calendar.name)
    opens: time = time(9)
    closes: time = time(18)
    zone: tzinfo = BEIJING

    def __attrs_post_init__(self) -> None:
        if self.opens >= self.closes:
            raise BadRule("a day closes after it opens", where="closes", hint="such as 18:00", code="leads.hours")

    @property
    def day_long(self) -> timedelta:
        """How long a working day is."""
        return self._at(date.min, self.closes) - self._at(date.min, self.opens)

    def after(self, moment: datetime, work: timedelta) -> datetime:
        """Return the moment at which so much working time has passed; at the end of a day it is the closing time.

        Args:
            moment: from when on, with its zone.
            work: how much, above zero.

        Raises:
            BadValue: a moment without a zone, or no work.
            UnknownYear: a year that the calendar does not know.
        """
        if work <= _NOTHING:
            raise BadValue("no working time", where="work", hint="above zero", code="leads.hours")
        start = self._begins(moment)
        left = self._at(start.date(), self.closes) - start
        if work <= left:
            return start + work
        full, rest = divmod(work - left, self.day_long)
        days, rest = (full, self.day_long) if not rest else (full + 1, rest)
        return self._at(self.calendar.add(start.date(), days), self.opens) + rest

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time from one moment to another, nothing where that is earlier.

        Raises:
            BadValue: a moment without a zone.
            UnknownYear: a year that the calendar does not know.
        """
        first, last = self._local(start), self._local(end)
        if last <= first:
            return _NOTHING
        whole = self.day_long * self.calendar.count(first.date(), last.date())
        return whole - self._passed(first) - self._passed(last, rest=True)

    def _passed(self, moment: datetime, *, rest: bool = False) -> timedelta:
        """Return how much of its day has passed at a moment, or is still to come."""
        if not self.calendar.is_workday(moment.date()):
            return _NOTHING
        opening = self._at(moment.date(), self.opens)
        passed = min(max(moment - opening, _NOTHING), self.day_long)
        return self.day_long - passed if rest else passed

    def _begins(self, moment: datetime) -> datetime:
        """Return the first moment of work from a moment on."""
        local = self._local(moment)
        if self.calendar.is_workday(local.date()) and local < self._at(local.date(), self.closes):
            return max(local, self._at(local.date(), self.opens))
        return self._at(self.calendar.add(local.date(), 1), self.opens)

    def _local(self, moment: datetime) -> datetime:
        if not isinstance(moment, datetime) or moment.tzinfo is None:
            hint = "give a datetime with its zone"
            raise BadValue("a moment without a zone", where="moment", hint=hint, code="leads.moment")
        return moment.astimezone(self.zone)

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.zone)
