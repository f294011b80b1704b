"""What holds an item back (暂缓原因): consent, contact caps, snoozes and leave, each with the day on which it is free.

>>> from pharmasales.followup.due.followed import Touch
>>> sent = [Touch(date(2026, 3, day), "sms", purpose="marketing") for day in (1, 10)]
>>> customer = Followed("D1", "r1", "A", date(2026, 1, 5), touches=sent)
>>> need = Need("D1", "note", "1", "sms", "service", date(2026, 3, 20), date(2026, 3, 30), because("note", "便签"))
>>> hold = Restraints(caps=[ContactCap("sms", most=2, days=30)]).hold(need, customer, date(2026, 3, 30))
>>> hold.rules, hold.free
(('contact.cap',), datetime.date(2026, 3, 31))

Adverse events are never held back. What the law or a contract owes is held back by a refusal of that very purpose
alone; see `pharmasales.compliance.permitted`.

Source: row "contact-rate cap with exempt kinds" of the systems file; S002-14, S002-18.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.compliance.consent import Consent, Permit, permitted
from pharmasales.compliance.contacts import ContactCap, may_contact
from pharmasales.display import Why, because
from pharmasales.followup.channels import ContactChannel, consent_channel
from pharmasales.followup.due.followed import Followed, Snooze
from pharmasales.followup.due.needs import LEGAL, Need

__all__ = ["Hold", "Restraints"]


@frozen
class Hold:
    """Why an item is held back, and until when.

    Args:
        rules: the ids of the rules, such as `contact.cap`, `consent.withdrawn`, `snooze` or `leave`.
        why: the reasons.
        free: the first day on which nothing holds it back any more; none where that takes a new consent.
    """

    rules: tuple[str, ...]
    why: Why = field(repr=False)
    free: date | None


@frozen
class _Reason:
    """One thing that holds an item back on one day."""

    rule: str
    why: Why
    free: date | None


def _tuple(given: Iterable[object]) -> tuple[object, ...]:
    return tuple(given)


def _away(given: Mapping[str, Collection[date]]) -> Mapping[str, frozenset[date]]:
    return MappingProxyType({rep: frozenset(days) for rep, days in given.items()})


@frozen
class Restraints:
    """Caps, consents, snoozes and leave, as far as they bear on what is due.

    Args:
        caps: the contact caps of the company.
        consents: what people agreed to and refused; the subject is the id of the customer.
        snoozes: who is left in silence for a while, and why.
        away: the days on which reps are away (请假), by rep id.
        asks_consent: purposes that need a consent in force; any other is free until it is refused.
    """

    caps: tuple[ContactCap, ...] = field(default=(), converter=_tuple)
    consents: tuple[Consent, ...] = field(default=(), converter=_tuple, repr=lambda given: f"<{len(given)} consents>")
    snoozes: tuple[Snooze, ...] = field(default=(), converter=_tuple, repr=lambda given: f"<{len(given)} snoozes>")
    away: Mapping[str, frozenset[date]] = field(factory=dict, converter=_away, hash=False)
    asks_consent: frozenset[str] = field(default=frozenset({"marketing", "greeting"}), converter=frozenset)

    @cached_property
    def _consents(self) -> Mapping[str, list[Consent]]:
        found: dict[str, list[Consent]] = defaultdict(list)
        for consent in self.consents:
            found[consent.subject].append(consent)
        return dict(found)

    @cached_property
    def _snoozes(self) -> Mapping[str, list[Snooze]]:
        found: dict[str, list[Snooze]] = defaultdict(list)
        for snooze in self.snoozes:
            found[snooze.customer].append(snooze)
        return dict(found)

    def agreed(self, customer: str, purpose: str, channel: ContactChannel, day: date) -> Permit:
        """Return whether a customer agreed to be contacted for a purpose over a channel."""
        return permitted(self._consents.get(customer, ()), customer, purpose, consent_channel(channel), day)

    def hold(self, need: Need, followed: Followed, as_of: date) -> Hold | None:
        """Return what holds an item back on a day, or nothing."""
        if need.kind == LEGAL:
            return None
        reasons = list(self._reasons(need, followed, as_of))
        if not reasons:
            return None
        free = self._free(reasons, need, followed)
        why = because("held back", "暂缓", *(one.why for one in reasons))
        return Hold(tuple(one.rule for one in reasons), why, free)

    def _free(self, reasons: list[_Reason], need: Need, followed: Followed) -> date | None:
        """Go on from the day on which the last reason ends to the first on which none begins again; all of them end."""
        day = None
        while reasons:
            days = [one.free for one in reasons if one.free is not None]
            if len(days) < len(reasons):
                return None
            day = max(days)
            reasons = list(self._reasons(need, followed, day))
        return day

    def _reasons(self, need: Need, followed: Followed, day: date) -> Iterator[_Reason]:
        if need.purpose in self.asks_consent or followed.customer in self._consents:
            permit = self.agreed(followed.customer, need.purpose, need.channel, day)
            refused = permit.rule == "consent.withdrawn" or need.purpose in self.asks_consent
            if not permit.allowed and refused:
                yield _Reason(permit.rule, permit.why, None)
        for snooze in self._snoozes.get(followed.customer, ()):
            if snooze.kind in ("", need.kind) and day <= snooze.until:
                en, zh = "snoozed by {by} until {until}", "由 {by} 暂缓至 {until}"
                why = because(en, zh, by=snooze.by, until=snooze.until)
                yield _Reason("snooze", why, snooze.until + timedelta(days=1))
        who = followed.who(need.layer)
        if day in self.away.get(who, ()):
            free = self._back(who, day)
            why = because("{rep} is away until {free}", "{rep} 不在岗，{free} 返岗", rep=who, free=free)
            yield _Reason("leave", why, free)
        caps = [cap for cap in self.caps if cap.most <= len(followed.contacts)]  # no other cap can be full
        if caps:
            yield from _capped(caps, need, followed, day)

    def _back(self, who: str, day: date) -> date:
        while day in self.away[who]:
            day += timedelta(days=1)
        return day


def _capped(caps: Iterable[ContactCap], need: Need, followed: Followed, day: date) -> Iterator[_Reason]:
    channel = consent_channel(need.channel)
    permit = may_contact(caps, followed.contacts, followed.customer, channel, need.purpose, day)
    if not permit.allowed:
        yield _Reason(permit.rule, permit.why, permit.next_free)
