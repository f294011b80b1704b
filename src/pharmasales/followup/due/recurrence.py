"""Recurrence (循环日程): days by the calendar, such as every second Wednesday, as RFC 5545 and `dateutil` know them.

>>> from pharmasales.workdays import CHINA
>>> rule = Recurrence.weekly(date(2026, 2, 4), [2], every=2)
>>> rule.text(), rule.text("zh")
('every 2 weeks on Wed, from 2026-02-04', '每 2 周周三，自 2026-02-04 起')
>>> [day.isoformat() for day in rule.dates(date(2026, 2, 1), date(2026, 3, 10), CHINA, "after")]
['2026-02-04', '2026-02-24', '2026-03-04']
>>> rule.rrule
'FREQ=WEEKLY;INTERVAL=2;BYDAY=WE'
>>> read_recurrence(rule.rrule, start=rule.start) == rule
True

Days only: a rule of hours, minutes or seconds, and one that never falls on any day, is refused. What becomes of a day
off is stated each time the days are asked for.

Source: RFC 5545 3.3.10; design, section 5 (python-dateutil).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias, cast

from attrs import field, frozen
from attrs.converters import optional
from dateutil import rrule as library

from pharmasales.display import Lang
from pharmasales.errors import BadRule, BadValue
from pharmasales.followup.access import Workdays
from pharmasales.followup.due.days_off import FAR, OffDay, known_off, moved
from pharmasales.followup.due.recurrence_checks import MOST, refuse_recurrence
from pharmasales.followup.due.recurrence_text import read_parts, rrule_text
from pharmasales.followup.due.recurrence_words import recurrence_words
from pharmasales.yearplan import checked_day

__all__ = ["Freq", "Recurrence", "SinceLast", "read_recurrence"]

Freq: TypeAlias = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]

_YEARS = 50
_DAY = timedelta(days=1)


def _sorted(given: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(given)))


def _pairs(given: Iterable[int | tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted({(0, one) if isinstance(one, int) else one for one in given}))


@frozen
class Recurrence:
    """Days that recur by the calendar. Build it with `weekly`, `monthly`, `month_day`, or `read_recurrence`.

    Args:
        start: the first day on which it may fall, and from which intervals are counted.
        freq: `DAILY`, `WEEKLY`, `MONTHLY` or `YEARLY`.
        every: each how manieth day, week, month or year.
        weekdays: pairs of (nth, weekday), nth 0 for every, 1 the first, -1 the last; weekdays 0 for Monday to 6. A bare
            weekday stands for every one.
        monthdays: days of the month, -1 for the last.
        months: months, 1 to 12.
        positions: which of the days of a week, month or year, from 1, or -1 for the last.
        until: its last day.
        count: how often it falls.
        week_start: the weekday on which weeks begin, for intervals of weeks.

    Raises:
        BadRule: a part out of range, parts that do not go together, more than 1,000 times, an end before the start, or
            a rule that never falls on any day.
    """

    start: date = field(converter=checked_day)
    freq: Freq
    every: int = 1
    weekdays: tuple[tuple[int, int], ...] = field(default=(), converter=_pairs)
    monthdays: tuple[int, ...] = field(default=(), converter=_sorted)
    months: tuple[int, ...] = field(default=(), converter=_sorted)
    positions: tuple[int, ...] = field(default=(), converter=_sorted)
    until: date | None = field(default=None, converter=optional(checked_day))
    count: int | None = None
    week_start: int = 0

    def __attrs_post_init__(self) -> None:
        refuse_recurrence(self)

    @classmethod
    def weekly(cls, start: date, weekdays: Iterable[int], *, every: int = 1) -> Recurrence:
        """On some weekdays of every week, or of each `every`th week."""
        return cls(start, "WEEKLY", every, [(0, day) for day in weekdays])

    @classmethod
    def monthly(cls, start: date, nth: int, weekday: int, *, every: int = 1) -> Recurrence:
        """On the nth weekday of a month, -1 for the last.

        >>> Recurrence.monthly(date(2026, 1, 1), 1, 0).text("zh")
        '每月第一个周一，自 2026-01-01 起'
        """
        return cls(start, "MONTHLY", every, [(nth, weekday)])

    @classmethod
    def month_day(cls, start: date, day: int, *, every: int = 1) -> Recurrence:
        """On a day of the month; with -1 and `off="before"` on its last working day.

        >>> from pharmasales.workdays import CHINA
        >>> last = Recurrence.month_day(date(2026, 1, 1), -1)
        >>> [day.isoformat() for day in last.dates(date(2026, 2, 1), date(2026, 3, 31), CHINA, "before")]
        ['2026-02-28', '2026-03-31']
        """
        return cls(start, "MONTHLY", every, monthdays=[day])

    @classmethod
    def of(cls, rule: library.rrule) -> Recurrence:
        """Read a rule of `dateutil`. Errors as `read_recurrence`.

        >>> Recurrence.of(library.rrule(library.DAILY, dtstart=datetime(2026, 3, 1), interval=14)).text()
        'every 14 days, from 2026-03-01'
        """
        return read_recurrence(str(rule))

    @property
    def rrule(self) -> str:
        """The rule as RFC 5545 writes it, without the start."""
        return rrule_text(self)

    @property
    def ics(self) -> str:
        """The start and the rule, two lines of a calendar file."""
        return f"DTSTART;VALUE=DATE:{self.start:%Y%m%d}\nRRULE:{self.rrule}"

    def dateutil(self) -> library.rrule:
        """Return the rule that `dateutil` works with, at midnight of each day."""
        return cast(
            "library.rrule", library.rrulestr(self.rrule, dtstart=datetime.combine(self.start, datetime.min.time()))
        )

    def text(self, lang: Lang = "en") -> str:
        """Return the rule in words."""
        return recurrence_words(self).text(lang)

    def falls(self, last: date) -> Iterator[date]:
        """Yield the days on which it falls, in order, up to `last`; days off among them.

        Raises:
            BadValue: more than 50 years from its start.
        """
        if last.year - self.start.year > _YEARS:
            raise BadValue(f"more than {_YEARS} years of a recurrence", hint="ask for less", code="followup.recurrence")
        for moment in self.dateutil():
            if moment.date() > last:
                return
            yield moment.date()

    def dates(self, start: date, end: date, calendar: Workdays, off: OffDay) -> tuple[date, ...]:
        """Return the days from `start` to `end`, both included, after days off were moved or dropped; each once.

        Args:
            start: the first day asked for.
            end: the last.
            calendar: the working days.
            off: what becomes of a day off: `refuse`, `before`, `after` or `drop`.

        Raises:
            BadValue: the end before the start, a day off where it is refused, or more than 50 years.
            UnknownYear: a year that the calendar does not know.
        """
        if end < start:
            raise BadValue("the range ends before it starts", hint="give the first day first", code="followup.horizon")
        first, last = start.toordinal() - FAR, min(end.toordinal() + FAR, date.max.toordinal())
        near = [day for day in self.falls(date.fromordinal(last)) if day.toordinal() >= first]
        found = {_lands(day, start, end, calendar, known_off(off)) for day in near}
        return tuple(sorted(day for day in found if day is not None))


def _lands(day: date, start: date, end: date, calendar: Workdays, off: OffDay) -> date | None:
    """Return where a day comes to stand, if that lies in a range; the calendar is asked no further than it must be."""
    if day < start:
        reaches = off == "after" and not _worked(day, start - _DAY, calendar)
    elif day > end:
        reaches = off == "before" and not _worked(end + _DAY, day, calendar)
    else:
        reaches = True
    found = moved(day, calendar, off) if reaches else None
    return found if found is not None and start <= found <= end else None


def _worked(first: date, last: date, calendar: Workdays) -> bool:
    return any(calendar.is_workday(first + n * _DAY) for n in range((last - first).days + 1))


def read_recurrence(text: str, *, start: date | None = None) -> Recurrence:
    r"""Read a rule as RFC 5545 writes it.

    Args:
        text: the rule, `FREQ=WEEKLY;BYDAY=WE`, with or without `RRULE:` before it and a line `DTSTART` above it.
        start: its start, where the text names none.

    >>> read_recurrence("DTSTART:20260302\nRRULE:FREQ=MONTHLY;BYDAY=1MO").text()
    'every month on the first Mon, from 2026-03-02'
    >>> read_recurrence("FREQ=SECONDLY", start=date(2026, 3, 2))
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: a recurrence of days only @ FREQ; DAILY, WEEKLY, MONTHLY or YEARLY [followup.rrule]

    Raises:
        BadRule: a part that is unknown, given twice, no number, or not of days; no start, or two.
    """
    parts = read_parts(text)
    if (start is None) == ("start" not in parts):
        hint = "name it once, in the text or by start="
        raise BadRule("a recurrence starts on one day", where="DTSTART", hint=hint, code="followup.rrule")
    return Recurrence(**{"start": start, **parts})


@frozen
class SinceLast:
    """So many days after the last contact (距上次联系), whenever that was: no fixed days of the calendar.

    >>> SinceLast(14).after(date(2026, 3, 4)), SinceLast(14).text("zh")
    (datetime.date(2026, 3, 18), '距上次联系每 14 天')

    Raises:
        BadRule: no whole number of days from 1 to 1,000.
    """

    days: int = field()

    @days.validator
    def _counted(self, _attribute: object, value: object) -> None:
        if type(value) is not int or not 1 <= value <= MOST:
            hint = f"a whole number from 1 to {MOST}"
            raise BadRule("days out of range", where="days", hint=hint, code="followup.recurrence")

    def after(self, last: date) -> date:
        """Return the day on which the next contact is due."""
        return last + timedelta(days=self.days)

    def recurrence(self, last: date) -> Recurrence:
        """Return the days that follow if each contact is made on its day."""
        return Recurrence(self.after(last), "DAILY", self.days)

    def text(self, lang: Lang = "en") -> str:
        """Return it in words."""
        return f"距上次联系每 {self.days} 天" if lang == "zh" else f"every {self.days} days after the last contact"
