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

from calendar import isleap
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias, cast, get_args

from attrs import field, frozen
from dateutil import rrule as library

from pharmasales.display import Lang
from pharmasales.errors import BadRule, BadValue
from pharmasales.followup.access import Workdays
from pharmasales.followup.due.recurrence_text import read_parts, rrule_text
from pharmasales.followup.due.recurrence_words import recurrence_words
from pharmasales.names import nearest
from pharmasales.yearplan import checked_day

__all__ = ["Freq", "OffDay", "Recurrence", "SinceLast", "known_off", "moved", "read_recurrence"]

Freq: TypeAlias = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]

OffDay: TypeAlias = Literal["refuse", "before", "after", "drop"]
"""What becomes of a day off: refuse it, move it to the working day before or after, or drop it."""

_MOST, _YEARS, _FAR = 1000, 50, 40
_DAY = timedelta(days=1)
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _sorted(given: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(given)))


def _pairs(given: Iterable[int | tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted({(0, one) if isinstance(one, int) else one for one in given}))


def _day(given: date | None) -> date | None:
    return None if given is None else checked_day(given)


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
    near = (day + timedelta(days=step * n) for n in range(1, _FAR + 1))
    found = next((one for one in near if calendar.is_workday(one)), None)
    if found is None:
        raise BadValue(f"no working day within {_FAR} days of {day}", where="off", code="followup.off")
    return found


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
    until: date | None = field(default=None, converter=_day)
    count: int | None = None
    week_start: int = 0

    def __attrs_post_init__(self) -> None:
        _refuse_ranges(self)
        _refuse_ends(self)
        _refuse_mixture(self)
        _refuse_never(self)

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
        reach = timedelta(days=_FAR)
        near = [day for day in self.falls(end + reach) if day >= start - reach]
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
        if type(value) is not int or not 1 <= value <= _MOST:
            hint = f"a whole number from 1 to {_MOST}"
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


def _refuse_ranges(rule: Recurrence) -> None:
    if rule.freq not in get_args(Freq):
        raise _bad("a recurrence of days only", "freq", "DAILY, WEEKLY, MONTHLY or YEARLY")
    nths = {"MONTHLY": 5, "YEARLY": 53 if not rule.months else 5}.get(rule.freq, 0)
    for name, values, low, high in (
        ("every", (rule.every,), 1, _MOST),
        ("count", () if rule.count is None else (rule.count,), 1, _MOST),
        ("weekdays", [day for _, day in rule.weekdays], 0, 6),
        ("nth weekday", [nth for nth, _ in rule.weekdays], -nths, nths),
        ("monthdays", rule.monthdays, -31, 31),
        ("months", rule.months, 1, 12),
        ("positions", rule.positions, -31, 31),
        ("week_start", (rule.week_start,), 0, 6),
    ):
        zero = name in ("monthdays", "positions")
        if any(type(one) is not int or not low <= one <= high or (zero and not one) for one in values):
            raise _bad("out of range", name, f"{low} to {high}{' without 0' * zero}")


def _refuse_ends(rule: Recurrence) -> None:
    if rule.count is not None and rule.until is not None:
        raise _bad("ends twice", "until", "give until or count")
    if rule.until is not None and rule.until < rule.start:
        raise _bad("ends before it starts", "until", f"{rule.start} or later")


def _refuse_mixture(rule: Recurrence) -> None:
    parts = bool(rule.weekdays or rule.monthdays or rule.months)
    ordinal = any(nth for nth, _ in rule.weekdays)
    if rule.freq == "DAILY" and rule.every > 1 and parts:
        raise _bad("days of an interval and of the calendar may never meet", "every", "use WEEKLY or MONTHLY")
    if rule.freq == "WEEKLY" and (rule.monthdays or (rule.months and rule.every > 1)):
        raise _bad("days of a week and of a month may never meet", "freq", "use MONTHLY")
    if ordinal and rule.monthdays:
        raise _bad("an nth weekday and a day of the month may never meet", "weekdays", "give one of them")
    if rule.positions:
        _refuse_positions(rule, ordinal=ordinal)


def _refuse_positions(rule: Recurrence, *, ordinal: bool) -> None:
    """Refuse a position that some or all of the stretches do not have."""
    if rule.freq == "DAILY" or (rule.freq == "YEARLY" and not rule.months):
        raise _bad("no positions within such a stretch", "positions", "use WEEKLY or MONTHLY")
    sized = len(rule.weekdays) * (1 if ordinal or rule.freq == "WEEKLY" else 4) or len(rule.monthdays)
    most = 1 if rule.weekdays and rule.monthdays else sized
    if max(map(abs, rule.positions)) > most:
        raise _bad("a position that does not exist", "positions", f"at most {most}" if most else "name days first")


def _refuse_never(rule: Recurrence) -> None:
    """Refuse days that none of the months has in which the rule falls, such as 30 February."""
    months = set(rule.months or range(1, 13))
    if rule.freq == "MONTHLY":
        months &= {(rule.start.month - 1 + n * rule.every) % 12 + 1 for n in range(12)}
    longest = max((_LENGTHS[month - 1] for month in months), default=0)
    if months == {2} and rule.freq in ("MONTHLY", "YEARLY"):
        step = rule.every if rule.freq == "YEARLY" else max(1, rule.every // 12)
        longest = 29 if any(isleap(year) for year in range(rule.start.year, 9999, step)) else 28
    implied = (rule.start.day,) if rule.freq in ("MONTHLY", "YEARLY") and rule.months and not rule.weekdays else ()
    needed = rule.monthdays or implied
    if not months or (needed and min(map(abs, needed)) > longest):
        raise _bad("falls on no day at all", "monthdays" if months else "months", "no such day in these months")


def _bad(reason: str, where: str, hint: str) -> BadRule:
    return BadRule(reason, where=f"recurrence, {where}", hint=hint, code="followup.recurrence")
