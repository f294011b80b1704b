"""Recurring contacts (循环联系): for whom a recurrence holds, and which of its days are still owed.

>>> from pharmasales.followup.due.followed import Touch
>>> from pharmasales.workdays import CHINA
>>> every = Recurring("round", Recurrence.weekly(date(2026, 2, 4), [2], every=2), grade_letters="AB", grace=2)
>>> customer = Followed("c1", "r1", "B", date(2026, 1, 5), touches=[Touch(date(2026, 2, 5))])
>>> day = date(2026, 3, 1)
>>> need = next(asked_by_recurring(customer, every, every.fallen(day, CHINA), day, CHINA))
>>> need.why.text()
'every 2 weeks on Wed, from 2026-02-04: fell on 2026-02-24, no face to face since'

Source: issue of follow-up, cadence (recurrence by calendar, last-visit based).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from attrs import field, frozen

from pharmasales.display import because
from pharmasales.errors import BadRule
from pharmasales.followup.access import Workdays
from pharmasales.followup.channels import CONTACT_CHANNELS, ContactChannel, known_contact_channel
from pharmasales.followup.due.days_off import OffDay, known_off, moved
from pharmasales.followup.due.followed import Followed
from pharmasales.followup.due.needs import Need, last_touch
from pharmasales.followup.due.recurrence import Recurrence, SinceLast
from pharmasales.followup.due.recurrence_checks import MOST
from pharmasales.followup.due.rows import ContactLayer, known_layer
from pharmasales.names import normal_id

__all__ = ["Recurring", "asked_by_recurring"]


def _set(given: Iterable[str]) -> frozenset[str]:
    return frozenset(given)


@frozen
class Recurring:
    """A contact that recurs by the calendar, or so many days after the last, for some customers.

    Args:
        id: its id.
        rule: when.
        channel: over which channel; a contact over it on the day or later settles it.
        off: what becomes of a day off; a count from the last contact cannot be dropped.
        grace: for how many calendar days after its day it is still in time.
        grade_letters: the classes that it holds for; all where empty.
        customers: the customers that it holds for; all where empty.
        purpose: what for.
        layer: who makes it; for customers without an executive there is none by the `executive`.

    Raises:
        BadRule: a grace out of 0 to 1,000, or dropped days off where it counts from the last contact.
        BadValue: an unknown channel or word.
    """

    id: str = field(converter=normal_id)
    rule: Recurrence | SinceLast
    channel: ContactChannel = field(default="face", converter=known_contact_channel)
    off: OffDay = field(default="after", converter=known_off)
    grace: int = field(default=0)
    grade_letters: frozenset[str] = field(default=frozenset(), converter=_set)
    customers: frozenset[str] = field(default=frozenset(), converter=_set)
    purpose: str = "academic"
    layer: ContactLayer = field(default="owner", converter=known_layer)

    def __attrs_post_init__(self) -> None:
        where = f"recurring {self.id!r}"
        if type(self.grace) is not int or not 0 <= self.grace <= MOST:
            hint = f"0 to {MOST}"
            raise BadRule("a grace is a whole number of days", where=where, hint=hint, code="followup.recurrence")
        if isinstance(self.rule, SinceLast) and self.off == "drop":
            hint = "use before or after"
            raise BadRule("a dropped day would end the count", where=where, hint=hint, code="followup.off")

    def holds_for(self, followed: Followed) -> bool:
        """Whether it is meant for a customer, and somebody is there to make it."""
        meant = not self.grade_letters or followed.grade in self.grade_letters
        named = not self.customers or followed.customer in self.customers
        return meant and named and bool(followed.who(self.layer))

    def fallen(self, as_of: date, calendar: Workdays) -> tuple[date, ...]:
        """Return the days up to one on which it fell by the calendar; none where it counts from the last contact.

        Raises:
            BadValue: a day off where it is refused, or more than 50 years.
            UnknownYear: a year that the calendar does not know.
        """
        if isinstance(self.rule, SinceLast) or as_of < self.rule.start:
            return ()
        return self.rule.dates(self.rule.start, as_of, calendar, self.off)


def asked_by_recurring(
    followed: Followed, recurring: Recurring, fallen: Sequence[date], as_of: date, calendar: Workdays
) -> Iterator[Need]:
    """Yield the first day on which a recurring contact fell after the last one, if it did by a day.

    Args:
        followed: the customer.
        recurring: the recurring contact.
        fallen: the days on which it fell, as `Recurring.fallen` gives them for all customers at once.
        as_of: the day.
        calendar: the working days.

    Raises:
        UnknownYear: a year that the calendar does not know.
    """
    if not recurring.holds_for(followed):
        return
    last = last_touch(followed, as_of).get((recurring.channel, recurring.layer))
    if isinstance(recurring.rule, SinceLast):
        since = followed.since if last is None else moved(recurring.rule.after(last), calendar, recurring.off)
    else:
        place = bisect_right(fallen, followed.since - timedelta(days=1) if last is None else last)
        since = fallen[place] if place < len(fallen) else None
    if since is not None and since <= as_of:
        yield _need(followed, recurring, since, last)


def _need(followed: Followed, recurring: Recurring, since: date, last: date | None) -> Need:
    why = because(
        "{rule}: fell on {day}, no {channel} since",
        "{rule}：{day} 到期，此后无{channel}",
        rule=recurring.rule,
        day=since,
        channel=CONTACT_CHANNELS[recurring.channel],
    )
    return Need(
        followed.customer,
        "recurrence",
        recurring.id,
        recurring.channel,
        recurring.purpose,
        since,
        since + timedelta(days=recurring.grace),
        why,
        last,
        recurring.layer,
    )
