"""Greetings (问候): birthdays and festivals, for those who asked for them, and without anything of value.

Nobody is greeted without a consent for `greeting` in force over the channel: without one nothing is due. A lunar
festival comes as stated days; `festival_days` takes them from the announced holidays.

>>> BIRTHDAY.day(date(1900, 3, 9), date(2026, 3, 1)), BIRTHDAY.day(date(2000, 2, 29), date(2026, 2, 27))
(datetime.date(2026, 3, 9), datetime.date(2026, 2, 28))
>>> from pharmasales.workdays import CHINA
>>> festival_days(CHINA, "春节", [2025, 2026])
(datetime.date(2025, 1, 28), datetime.date(2026, 2, 15))

Source: S002-14 (holiday, birthday, opt-in, no value), S001-16.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable
from datetime import date, timedelta

from attrs import field, frozen

from pharmasales.display import Says, because
from pharmasales.errors import BadRule, NotFound
from pharmasales.followup.channels import ContactChannel, known_contact_channel
from pharmasales.followup.due.followed import Followed, Occasion
from pharmasales.followup.due.needs import Need
from pharmasales.names import normal_id
from pharmasales.workdays import Calendar

__all__ = ["BIRTHDAY", "GREETING", "Birthday", "Festival", "festival_days"]

GREETING = "greeting"
"""The purpose for which a consent must stand."""

_NO_VALUE = Says("words only, nothing of value", "仅致问候，不赠礼品")


def _in_order(days: Iterable[date]) -> tuple[date, ...]:
    return tuple(sorted(set(days)))


def _lead(_instance: object, _attribute: object, value: object) -> None:
    if type(value) is not int or not 0 <= value <= 60:
        raise BadRule("days ahead out of range", where="lead", hint="0 to 60", code="followup.greeting")


@frozen
class Birthday:
    """A greeting on a birthday (生日问候); 29 February falls on the 28th in a common year.

    Args:
        lead: how many days before it shows.
        channel: over which channel.
        follows: the kind of occasion that holds the day.

    Raises:
        BadRule: days ahead that are no whole number from 0 to 60.
    """

    lead: int = field(default=3, validator=_lead)
    channel: ContactChannel = field(default="wechat", converter=known_contact_channel)
    follows: str = field(default="birthday", converter=normal_id)

    def day(self, born: date, as_of: date) -> date:
        """Return the birthday that is next on a day, or today."""
        this = _in_year(born, as_of.year)
        return this if this >= as_of else _in_year(born, as_of.year + 1)

    def need(self, followed: Followed, occasion: Occasion, as_of: date) -> Need | None:
        """Return the greeting that is due on a day, or nothing; the day itself stays out of the reason."""
        if occasion.kind != self.follows:
            return None
        day = self.day(occasion.on, as_of)
        if as_of < day - timedelta(days=self.lead):
            return None
        why = because("birthday within {lead} days: {how}", "{lead} 天内生日：{how}", lead=self.lead, how=_NO_VALUE)
        since = day - timedelta(days=self.lead)
        return Need(followed.customer, "birthday", occasion.id, self.channel, GREETING, since, day, why)


def _in_year(born: date, year: int) -> date:
    return date(year, 2, 28) if (born.month, born.day) == (2, 29) and not isleap(year) else born.replace(year=year)


@frozen
class Festival:
    """A greeting for a festival (节日问候), on days that are stated, because the moon moves them.

    Args:
        id: its id, such as `spring`.
        name: its name.
        days: its days, one a year.
        lead: how many days before it shows.
        channel: over which channel.
        grade_letters: the classes that it is for; all where empty.

    >>> spring = Festival("spring", Says("Spring Festival", "春节"), [date(2026, 2, 17)])
    >>> spring.need(Followed("c1", "r1", "A", date(2026, 1, 5)), date(2026, 2, 15)).why.text()
    'Spring Festival on 2026-02-17: words only, nothing of value'

    Raises:
        BadRule: days ahead that are no whole number from 0 to 60.
    """

    id: str = field(converter=normal_id)
    name: Says
    days: tuple[date, ...] = field(converter=_in_order)
    lead: int = field(default=3, validator=_lead)
    channel: ContactChannel = field(default="wechat", converter=known_contact_channel)
    grade_letters: frozenset[str] = field(default=frozenset(), converter=frozenset)

    def need(self, followed: Followed, as_of: date) -> Need | None:
        """Return the greeting that is due on a day, or nothing."""
        if self.grade_letters and followed.grade not in self.grade_letters:
            return None
        day = next((one for one in self.days if one - timedelta(days=self.lead) <= as_of <= one), None)
        if day is None:
            return None
        why = because("{name} on {day}: {how}", "{day} {name}：{how}", name=self.name, day=day, how=_NO_VALUE)
        since = day - timedelta(days=self.lead)
        own = f"{self.id} {day.year}"
        return Need(followed.customer, "festival", own, self.channel, GREETING, since, day, why)


def festival_days(calendar: Calendar, name: str, years: Iterable[int]) -> tuple[date, ...]:
    """Return the first day off that a calendar names for a festival in each year: greet before people leave.

    Args:
        calendar: the calendar, which must name its holidays.
        name: the Chinese or English name, such as `春节`.
        years: the years.

    Raises:
        NotFound: a year in which the calendar names no such festival.
        UnknownYear: a year that the calendar does not know.
    """
    found = []
    for year in years:
        first = date(year, 1, 1)
        days = (first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1))
        named = next((day for day in days if _named(calendar.reason(day), name)), None)
        if named is None:
            raise NotFound(f"no {name} in {year}", where=f"calendar {calendar.name}", code="followup.festival")
        found.append(named)
    return tuple(found)


def _named(words: tuple[str, str], name: str) -> bool:
    return name in words or name in words[1].split("、")


BIRTHDAY = Birthday()
"""A birthday shows three days before, over WeChat."""
