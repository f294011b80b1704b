"""Contact caps (联系频次上限): how often one person may be contacted, and when the next contact is free.

>>> cap = ContactCap("sms", most=2, days=30)
>>> sent = [Contact("D1", "sms", "marketing", date(2026, 3, day)) for day in (1, 10)]
>>> answer = may_contact([cap], sent, "D1", "sms", "marketing", date(2026, 3, 30))
>>> answer.allowed, answer.next_free
(False, datetime.date(2026, 3, 31))

No stretch of `days` days, both ends included, may hold more than `most` contacts, the planned ones after the day asked
included. Adverse events, recalls and answers to a request are never capped and never counted.

Source: row "contact-rate cap with exempt kinds" of the systems file; PIPL 24.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from attrs import field, frozen

from pharmasales.compliance.consent import DUTIES, Channel, Permit, known_channel
from pharmasales.display import because
from pharmasales.errors import BadRule, BadValue
from pharmasales.names import normal_id

__all__ = ["EXEMPT", "Contact", "ContactCap", "may_contact"]

EXEMPT = DUTIES | {"answer"}
"""Purposes that no cap may hold back and that no cap counts."""


@frozen
class Contact:
    """One contact with one person: over which channel, what for, and on which day.

    Raises:
        BadValue: an empty id, an unknown channel, or `any` for one.
    """

    subject: str = field(converter=normal_id)
    channel: Channel
    purpose: str = field(converter=normal_id)
    day: date

    def __attrs_post_init__(self) -> None:
        _one_channel(self.channel)


@frozen
class ContactCap:
    """At most so many contacts over a channel in so many days.

    Args:
        channel: the channel it holds for; `any` counts all channels together.
        most: how many contacts any stretch of days may hold.
        days: how long the stretch is, both ends included.
        exempt: purposes that are neither capped nor counted, besides those of `EXEMPT`.

    >>> ContactCap("sms", most=2, days=0)
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: a cap is 0 or more contacts in 1 or more days @ cap 'sms' [contact.cap]

    Raises:
        BadRule: a count below 0, or no day at all.
        BadValue: an unknown channel.
    """

    channel: Channel
    most: int
    days: int
    exempt: frozenset[str] = field(default=frozenset(), converter=frozenset)

    def __attrs_post_init__(self) -> None:
        known_channel(self.channel)
        if type(self.most) is not int or type(self.days) is not int or self.most < 0 or self.days < 1:
            where = f"cap {self.channel!r}"
            raise BadRule("a cap is 0 or more contacts in 1 or more days", where=where, code="contact.cap")

    def holds_for(self, channel: str, purpose: str) -> bool:
        """Whether it counts a contact over this channel for this purpose.

        >>> ContactCap("any", 4, 30).holds_for("sms", "marketing"), ContactCap("any", 4, 30).holds_for("sms", "recall")
        (True, False)
        """
        return self.channel in (channel, "any") and purpose not in EXEMPT and purpose not in self.exempt


def _one_channel(channel: str) -> None:
    if known_channel(channel) == "any":
        raise BadValue("a contact has one channel", where="channel", code="contact.channel")


def may_contact(
    caps: Iterable[ContactCap], contacts: Iterable[Contact], subject: str, channel: Channel, purpose: str, day: date
) -> Permit:
    """Return whether one more contact keeps within every cap, and if not, when the next one does.

    Args:
        caps: the caps in force; limits have no default, a company names its own.
        contacts: the contacts made and planned, of everybody or of this person.
        subject: the person's id.
        channel: over which channel.
        purpose: what for.
        day: on which day.

    >>> may_contact([ContactCap("sms", 0, 1)], [], "D1", "sms", "recall", date(2026, 3, 1)).rule
    'contact.exempt'

    Raises:
        BadValue: an unknown channel, or `any` for one.
    """
    _one_channel(channel)
    if purpose in EXEMPT:
        why = because("never capped: an adverse event, a recall or an answer", "不良反应、召回或答复请求，不受上限限制")
        return Permit(True, "contact.exempt", why)
    held = [cap for cap in caps if cap.holds_for(channel, purpose)]
    person = normal_id(subject)
    made = [contact for contact in contacts if contact.subject == person]
    asked = day.toordinal()
    blocked = [(first, last, cap) for cap in held for first, last in _blocked(cap, made)]
    blocking = [cap for first, last, cap in blocked if first <= asked <= last]
    if not blocking:
        return Permit(True, "contact.free", because("within every contact cap", "在联系频次上限之内"))
    free = _free(asked, sorted((first, last) for first, last, _ in blocked))
    cap = min(blocking, key=lambda cap: (cap.most, -cap.days, cap.channel))
    why = because(
        "the cap of {most} within {days} days would be broken; free again: {free}",
        "{days} 天内将超过 {most} 次联系；下次可联系日：{free}",
        most=cap.most,
        days=cap.days,
        free=free,
    )
    return Permit(False, "contact.cap", why, next_free=free)


_NEVER = date.max.toordinal()


def _blocked(cap: ContactCap, made: Iterable[Contact]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of days on which one more contact would break a cap.

    Where `most` contacts lie within `days` days, one more is too many from `days - 1` before the last of them to
    `days - 1` after the first.
    """
    if cap.most == 0:
        yield 1, _NEVER
        return
    days = sorted(contact.day.toordinal() for contact in made if cap.holds_for(contact.channel, contact.purpose))
    for first, last in zip(days, days[cap.most - 1 :], strict=False):
        if last - first < cap.days:
            yield last - cap.days + 1, first + cap.days - 1


def _free(asked: int, blocked: Iterable[tuple[int, int]]) -> date | None:
    """Return the first day from `asked` on that no stretch holds; the stretches come in order of their first day."""
    for first, last in blocked:
        if first <= asked <= last:
            asked = last + 1
    return date.fromordinal(asked) if asked <= _NEVER else None
