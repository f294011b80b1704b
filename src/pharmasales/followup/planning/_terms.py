"""The terms of one rep's plan: the days there are, and which of them suit a customer at all.

What shuts a customer's days has a name (`Bar`), so that unmet demand can say which one it was.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, time
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import frozen

from pharmasales.followup.access import Access
from pharmasales.followup.capacity import Rep
from pharmasales.periods import Month

__all__ = ["Bar", "Horizon", "Terms", "clock_of", "minute"]

Bar: TypeAlias = Literal["leave", "filing", "notice", "hours"]


def minute(clock: time) -> int:
    """Return the minute of the day."""
    return clock.hour * 60 + clock.minute


def clock_of(minute: int) -> time:
    """Return the time of a minute of the day."""
    return time(*divmod(minute, 60))


@frozen
class Horizon:
    """The cycle, the days of it that can be planned, and the months these lie in.

    Args:
        start: the first day of the cycle.
        first: the first day that can be planned.
        end: the last day of both.
        workdays: the working days from `first` to `end`.
        months: the calendar months from `first` to `end`.
        parts: how much of each lies in them.
    """

    start: date
    first: date
    end: date
    workdays: Sequence[date]
    months: Sequence[Month]
    parts: Sequence[Fraction]

    @property
    def length(self) -> int:
        """The calendar days of the cycle."""
        return (self.end - self.start).days + 1

    def after_notice(self, working_days: int) -> date | None:
        """Return the first day that keeps so many working days of notice; none where the cycle has no such day."""
        if not working_days:
            return self.first
        ahead = [day for day in self.workdays if day > self.first]
        return ahead[working_days - 1] if working_days <= len(ahead) else None


class Terms:
    """What one rep's plan has to keep, whatever is on the days already."""

    def __init__(self, rep: Rep, horizon: Horizon) -> None:
        self.rep = rep
        self.horizon = horizon
        self.field_days = [day for day in horizon.workdays if day not in rep.leave]

    def suiting(self, access: Access, minutes: int, without: Collection[Bar] = ()) -> list[date]:
        """Return the days on which a customer can be visited for so long.

        Args:
            access: when the customer receives.
            minutes: how long a visit takes.
            without: what is left out of account.
        """
        if access.filing and not self.rep.filing and "filing" not in without:
            return []
        days = self.horizon.workdays if "leave" in without else self.field_days
        if access.appointment and "notice" not in without:
            earliest = self.horizon.after_notice(access.appointment)
            days = [] if earliest is None else [day for day in days if day >= earliest]
        if access.timed and "hours" not in without:
            open_on = [bool(self.windows(access, minutes, weekday)) for weekday in range(7)]
            days = [day for day in days if open_on[day.weekday()]]
        return [day for day in days if access.receives(day)]

    def windows(self, access: Access, minutes: int, weekday: int) -> tuple[tuple[int, int], ...]:
        """Return the hours of a weekday in which a visit can stand, in minutes: the customer's and the rep's."""
        begin, end = minute(self.rep.begin), minute(self.rep.end)
        if access.flexible or not access.timed:
            return ((begin, end),) if minutes <= end - begin else ()
        return self.wished(access, minutes, weekday)

    def wished(self, access: Access, minutes: int, weekday: int) -> tuple[tuple[int, int], ...]:
        """Return the hours that the customer names, as far as the rep works in them."""
        begin, end = minute(self.rep.begin), minute(self.rep.end)
        both = [(max(begin, one.minutes[0]), min(end, one.minutes[1])) for one in access.on(weekday)]
        return tuple(sorted({(first, last) for first, last in both if last - first >= minutes}))
