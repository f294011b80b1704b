"""What cadences and recurring dates ask for (频率到期): the next contact over each channel, its window and its reason.

>>> from pharmasales.followup.due.tables import BY_CLASS
>>> seen = Followed("c1", "r1", "B", date(2026, 1, 5), touches=[Touch(date(2026, 3, 2))])
>>> need = next(asked_by_cadence(seen, BY_CLASS, date(2026, 3, 20)))
>>> need.since.isoformat(), need.until.isoformat(), need.why.head()
('2026-03-17', '2026-03-25', 'last face to face on 2026-03-02: due after 15 days, at the latest after 23')
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator
from datetime import date, timedelta

from attrs import field, frozen

from pharmasales.display import Why, because
from pharmasales.errors import BadRule
from pharmasales.followup.access import Workdays
from pharmasales.followup.channels import CONTACT_CHANNELS, ContactChannel, known_contact_channel
from pharmasales.followup.due.followed import Followed, Touch
from pharmasales.followup.due.needs import Need, last_touch
from pharmasales.followup.due.recurrence import OffDay, Recurrence, SinceLast, known_off, moved
from pharmasales.followup.due.rows import CadenceRow, Layer
from pharmasales.followup.due.table import CadenceTable
from pharmasales.names import normal_id

__all__ = ["Recurring", "asked_by_cadence", "asked_by_recurring"]


def asked_by_cadence(followed: Followed, table: CadenceTable, as_of: date) -> Iterator[Need]:
    """Yield what the cadence of a customer asks for by a day, channel by channel.

    Who was never contacted is due from the first day on which the rep followed it up.

    Raises:
        BadRule: no row fits the class and stage.
    """
    if followed.peripheral:
        return
    last = last_touch(followed, as_of)
    for row in table.rows_for(followed.grade, followed.stage):
        if row.due_after is None or row.longest_gap is None:
            continue
        seen = last.get((row.channel, row.layer))
        since = followed.since if seen is None else seen + timedelta(days=row.due_after)
        if since <= as_of:
            yield _need(followed, row, seen, since)


def _need(followed: Followed, row: CadenceRow, seen: date | None, since: date) -> Need:
    begun = seen or followed.since
    until = begun + timedelta(days=row.longest_gap or 0)
    own = row.channel if row.layer == "owner" else f"{row.channel}/{row.layer}"
    why = _why(row, seen, followed.since)
    return Need(followed.customer, "cadence", own, row.channel, "academic", since, until, why, begun, row.layer)


def _why(row: CadenceRow, seen: date | None, since: date) -> Why:
    rule = because("{row}", "{row}", row=row)
    channel = CONTACT_CHANNELS[row.channel]
    if seen is None:
        en, zh = "no {channel} yet, followed up since {since}", "尚无{channel}，自 {since} 起跟进"
        return because(en, zh, rule, channel=channel, since=since)
    return because(
        "last {channel} on {seen}: due after {days} days, at the latest after {most}",
        "上次{channel} {seen}：{days} 天后到期，最迟 {most} 天",
        rule,
        channel=channel,
        seen=seen,
        days=row.due_after,
        most=row.longest_gap,
    )


def _grades(given: Collection[str]) -> frozenset[str]:
    return frozenset(given)


@frozen
class Recurring:
    """A contact that recurs by the calendar, or so many days after the last, for some customers (循环联系).

    Args:
        id: its id.
        rule: when.
        channel: over which channel; a contact over it on the day or later, before the next, settles it.
        off: what becomes of a day off.
        grace: for how many calendar days after its day it is still in time.
        grades: the classes that it holds for; all where empty.
        customers: the customers that it holds for; all where empty.
        purpose: what for.
        layer: who makes it.

    Raises:
        BadRule: a grace that is no whole number from 0.
        BadValue: an unknown channel or word.
    """

    id: str = field(converter=normal_id)
    rule: Recurrence | SinceLast
    channel: ContactChannel = field(default="face", converter=known_contact_channel)
    off: OffDay = field(default="after", converter=known_off)
    grace: int = field(default=0)
    grades: frozenset[str] = field(default=frozenset(), converter=_grades)
    customers: frozenset[str] = field(default=frozenset(), converter=_grades)
    purpose: str = "academic"
    layer: Layer = "owner"
    _days: dict[tuple[date, int], tuple[date, ...]] = field(init=False, factory=dict, eq=False, repr=False)

    @grace.validator
    def _counted(self, _attribute: object, value: object) -> None:
        if type(value) is not int or value < 0:
            where = f"recurring {self.id!r}"
            raise BadRule("a grace is a whole number of days from 0", where=where, code="followup.recurrence")

    def holds_for(self, followed: Followed) -> bool:
        """Whether it is meant for a customer."""
        return (not self.grades or followed.grade in self.grades) and (
            not self.customers or followed.customer in self.customers
        )

    def since(self, last: date | None, followed: date, as_of: date, calendar: Workdays) -> date | None:
        """Return the first day on which it fell after the last contact, up to a day; none where it did not.

        Raises:
            UnknownYear: a year that the calendar does not know.
        """
        if isinstance(self.rule, SinceLast):
            day = followed if last is None else moved(self.rule.after(last), calendar, self.off)
            return day if day is not None and day <= as_of else None
        days = self._fallen(as_of, calendar)
        place = bisect_right(days, followed - timedelta(days=1) if last is None else last)
        return days[place] if place < len(days) else None

    def _fallen(self, as_of: date, calendar: Workdays) -> tuple[date, ...]:
        """Return the days up to one on which it fell, worked out once for all customers."""
        key = as_of, id(calendar)
        if key not in self._days:
            rule = self.rule
            days = rule.dates(rule.start, as_of, calendar, self.off) if isinstance(rule, Recurrence) else ()
            self._days[key] = days if as_of >= getattr(rule, "start", as_of) else ()
        return self._days[key]


def asked_by_recurring(followed: Followed, recurring: Recurring, as_of: date, calendar: Workdays) -> Iterator[Need]:
    """Yield what a recurring contact asks for by a day. Errors as `Recurring.since`."""
    if not recurring.holds_for(followed):
        return
    last = last_touch(followed, as_of).get((recurring.channel, recurring.layer))
    since = recurring.since(last, followed.since, as_of, calendar)
    if since is None:
        return
    why = because(
        "{rule}: fell on {day}, no {channel} since",
        "{rule}：{day} 到期，此后无{channel}",
        rule=recurring.rule,
        day=since,
        channel=CONTACT_CHANNELS[recurring.channel],
    )
    until = since + timedelta(days=recurring.grace)
    own, channel = recurring.id, recurring.channel
    yield Need(
        followed.customer, "recurrence", own, channel, recurring.purpose, since, until, why, layer=recurring.layer
    )
