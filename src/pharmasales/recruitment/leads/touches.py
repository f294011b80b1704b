"""Touches (触达记录) and the time allowed for the first one: working days, or working hours.

>>> from pharmasales.recruitment.leads.worktime import BEIJING
>>> from pharmasales.workdays import CHINA
>>> lead = Lead("L1", "agent", "referral", date(2026, 2, 13))
>>> InDays(2, CHINA).due(lead, None)
datetime.date(2026, 2, 24)
>>> InHours(4, WorkHours(CHINA)).due(lead, datetime(2026, 2, 13, 16, 30, tzinfo=BEIJING)).isoformat()
'2026-02-14T11:30:00+08:00'

Source: S000-17.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TypeAlias

from attrs import field, frozen

from pharmasales.archive.leads import Lead
from pharmasales.compliance.consent import Channel, known_channel
from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue
from pharmasales.names import normal_id
from pharmasales.recruitment.leads.worktime import WorkHours
from pharmasales.units import Number, exact
from pharmasales.workdays import Calendar
from pharmasales.yearplan import checked_day

__all__ = ["InDays", "InHours", "Sla", "Touch", "When", "day_of", "zoned"]

When: TypeAlias = date | datetime
"""A day, or a moment with its zone; the day of a moment is that of the zone it bears."""


def zoned(at: When, where: str) -> When:
    """Let a day pass, or a moment with its zone.

    Raises:
        BadValue: a moment without a zone, or no day.
    """
    if isinstance(at, datetime):
        if at.tzinfo is None:
            hint = "give a datetime with its zone, or a day"
            raise BadValue("a moment without a zone", where=where, hint=hint, code="leads.moment")
        return at
    return checked_day(at)


def _when(at: When) -> When:
    return zoned(at, "touch")


@frozen
class Touch:
    """One contact with a lead (触达).

    Args:
        lead: the id of the lead.
        at: the day, or the moment with its zone.
        channel: over which channel, such as `phone`, `sms` or `post`.
        by: the id of who made it.

    Raises:
        BadValue: an unknown channel, `any` for one, or a moment without a zone.
    """

    lead: str = field(converter=normal_id)
    at: When = field(converter=_when)
    channel: Channel
    by: str = field(converter=normal_id)

    def __attrs_post_init__(self) -> None:
        if known_channel(self.channel, "touch") == "any":
            raise BadValue("a touch has one channel", where="touch", hint="such as phone", code="leads.channel")


def day_of(at: When) -> date:
    """Return the day of a moment in the zone that it bears, or the day itself.

    >>> from pharmasales.recruitment.leads.worktime import BEIJING
    >>> day_of(datetime(2026, 3, 2, 23, tzinfo=BEIJING))
    datetime.date(2026, 3, 2)
    """
    return at.date() if isinstance(at, datetime) else at


@frozen
class InDays:
    """A first touch within so many working days of the day on which the lead came, which is not counted itself.

    Raises:
        BadRule: no whole number of days of zero or more.
    """

    days: int
    calendar: Calendar = field(repr=lambda calendar: calendar.name)

    def __attrs_post_init__(self) -> None:
        if type(self.days) is not int or self.days < 0:
            raise BadRule("days are a whole number", where="days", hint="0 or more", code="leads.sla")

    @property
    def unit(self) -> Says:
        """What lateness is counted in."""
        return Says("working days", "个工作日")

    def due(self, lead: Lead, arrived: datetime | None) -> When | None:
        """Return the last day for the first touch; the same working day where none is allowed."""
        return self.calendar.add(lead.on if arrived is None else day_of(arrived), self.days)

    def late(self, due: When, at: When) -> Fraction | None:
        """Return by how many working days a day or moment is past the last day; 0 where it is not."""
        last, day = day_of(due), day_of(at)
        return Fraction(self.calendar.count(last + timedelta(1), day)) if day > last else Fraction(0)


def _hours(hours: Number) -> Fraction:
    found = exact(hours)
    if found <= 0:
        raise BadRule("hours above zero", where="hours", hint="such as 4", code="leads.sla")
    return found


@frozen
class InHours:
    """A first touch within so many working hours of the moment at which the lead came.

    Args:
        hours: how many, such as 4 or `1/2`; to the second.
        work: when people work.

    Raises:
        BadRule: no hours above zero, or a part of a second.
    """

    hours: Fraction = field(converter=_hours)
    work: WorkHours

    def __attrs_post_init__(self) -> None:
        if (self.hours * 3600).denominator != 1:
            raise BadRule("a part of a second", where="hours", hint="whole seconds", code="leads.sla")

    @property
    def unit(self) -> Says:
        """What lateness is counted in."""
        return Says("working hours", "个工作小时")

    def due(self, lead: Lead, arrived: datetime | None) -> When | None:  # noqa: ARG002 - a day has no hour
        """Return the moment by which it is due; missing where the moment of arrival is."""
        return None if arrived is None else self.work.after(arrived, timedelta(seconds=int(self.hours * 3600)))

    def late(self, due: When, at: When) -> Fraction | None:
        """Return by how many working hours a moment is past another; missing where only the day is known."""
        if not isinstance(due, datetime) or not isinstance(at, datetime):
            return None
        gone = self.work.between(due, at)
        return Fraction(gone // timedelta(microseconds=1), 3_600_000_000)


Sla: TypeAlias = InDays | InHours
"""How soon a lead is to be contacted for the first time (首次触达时限)."""
