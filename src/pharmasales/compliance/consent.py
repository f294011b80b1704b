"""Consent (同意): may this person be contacted, or this sensitive value be used, for this purpose on this day?

>>> given = Consent("D1", "marketing", "phone", "opt_in", date(2026, 1, 5), "FORM-7", until=date(2026, 12, 31))
>>> permitted([given], "D1", "marketing", "phone", date(2026, 12, 31)).allowed
True
>>> left = withdraw([given], "D1", on=date(2026, 3, 1), evidence="CALL-9")
>>> print(permitted(left, "D1", "marketing", "phone", date(2026, 3, 1)).why)
withdrawn or refused on 2026-03-01 (CALL-9)

The rules, in the order in which they decide:

1. An adverse event or a recall is always told, whatever was consented to: the law demands it (药品管理法 80, 81).
2. Of the records for the channel asked, the last one decides; without any, the last one for `any` channel does. A
   withdrawal or refusal that is the last word for `any` also ends each consent for one channel that is not later.
3. On one day a withdrawal is stronger than a consent, so that only a consent of a later day revives.
4. An end date is the last day that counts; a withdrawal counts from its own day on; a double opt-in counts from its
   confirmation. A sensitive field, sharing and sending abroad need a separate consent (PIPL 23, 29, 39).
5. Without a record, service and answers to a request are free, everything else is blocked.

Source: PIPL 13-16, 23, 24, 29, 39 (practice file P2-N); row "Consent" of the systems file; S000-17.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal, TypeAlias, get_args

from attrs import evolve, field, frozen

from pharmasales.display import Why, because
from pharmasales.errors import BadValue
from pharmasales.names import nearest, normal_id

__all__ = ["DUTIES", "OWED", "SEPARATE", "Channel", "Consent", "ConsentKind", "Permit", "permitted", "withdraw"]

Channel: TypeAlias = Literal["face", "phone", "sms", "wechat", "email", "post", "any"]
ConsentKind: TypeAlias = Literal["opt_in", "opt_out", "separate"]

DUTIES = frozenset({"adverse_event", "recall"})
"""Purposes that the law demands; no consent is asked and none can be withdrawn (药品不良反应, 召回)."""

OWED = frozenset({"service", "answer"})
"""Purposes owed under a contract or to a request; free unless this very purpose was refused (PIPL 13)."""

SEPARATE = frozenset({"share", "abroad"})
"""Purposes that need a separate consent whatever the field (PIPL 23, 39)."""


def known_channel(word: str, where: str = "channel") -> str:
    """Return a channel, or refuse an unknown word.

    >>> known_channel("phone")
    'phone'

    Raises:
        BadValue: no such channel.
    """
    return _known(word, get_args(Channel), where)


def _known(word: str, words: tuple[str, ...], where: str) -> str:
    if word not in words:
        raise BadValue("unknown word", where=where, hint=nearest(str(word), words), code="consent.word")
    return word


@frozen
class Consent:
    """One record of what a person agreed to or refused, with its evidence.

    Args:
        subject: the person's id.
        purpose: one purpose, such as `marketing`, `service`, `share` or the name of a sensitive field; `any` only to
            refuse, because a consent to everything is none (PIPL 14).
        channel: `face`, `phone`, `sms`, `wechat`, `email`, `post` or `any`.
        kind: `opt_in` (同意), `opt_out` (拒绝) or `separate` (单独同意).
        given: the day of the consent or refusal.
        evidence: the id of what proves it, such as a form or a recording.
        until: its last day; without end where left out.
        withdrawn: the day on which it was taken back.
        double: whether it counts only once confirmed by a second step (double opt-in).
        confirmed: the day of that step.

    >>> Consent("D1", "any", "phone", "opt_in", date(2026, 1, 5), "FORM-7")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: a consent names its purpose @ subject 'D1'; one record for each [consent.purpose]

    Raises:
        BadValue: an empty id or purpose, an unknown word, a consent for `any` purpose, or a day before it was given.
    """

    subject: str = field(converter=normal_id)
    purpose: str = field(converter=normal_id)
    channel: Channel
    kind: ConsentKind
    given: date
    evidence: str = field(converter=normal_id)
    until: date | None = field(default=None, kw_only=True)
    withdrawn: date | None = field(default=None, kw_only=True)
    double: bool = field(default=False, kw_only=True)
    confirmed: date | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        where = f"subject {self.subject!r}"
        known_channel(self.channel, where)
        _known(self.kind, get_args(ConsentKind), where)
        if self.purpose == "any" and self.kind != "opt_out":
            hint = "one record for each"
            raise BadValue("a consent names its purpose", where=where, hint=hint, code="consent.purpose")
        for name in ("until", "withdrawn", "confirmed"):
            day = getattr(self, name)
            if day is not None and day < self.given:
                raise BadValue(f"{name} is before it was given", where=where, code="consent.dates")
        if self.confirmed is not None and not self.double:
            raise BadValue("only a double opt-in is confirmed", where=where, code="consent.double")

    def counts_from(self) -> date | None:
        """Return the first day on which it counts; a double opt-in that was not confirmed has none."""
        return self.confirmed if self.double else self.given

    def in_force(self, day: date) -> bool:
        """Whether it counts on a day: begun, not past its last day, and not withdrawn by then.

        >>> given = Consent("D1", "marketing", "any", "opt_in", date(2026, 1, 5), "F-7", withdrawn=date(2026, 2, 1))
        >>> given.in_force(date(2026, 1, 31)), given.in_force(date(2026, 2, 1))
        (True, False)
        """
        start = self.counts_from()
        return (
            start is not None
            and start <= day
            and (self.until is None or day <= self.until)
            and (self.withdrawn is None or day < self.withdrawn)
        )


@frozen
class Permit:
    """Whether a contact or use is allowed, and why. It is true exactly where it is allowed.

    Args:
        allowed: the answer.
        rule: a stable id of the rule that decided, such as `consent.withdrawn`.
        why: the reason in both languages.
        consent: the record that decided, where one did.
        next_free: the first day on which the contact would be free, where only a cap stands in its way.
    """

    allowed: bool
    rule: str
    why: Why
    consent: Consent | None = None
    next_free: date | None = None

    def __bool__(self) -> bool:
        return self.allowed


@frozen
class _Said:
    """What one record says on a day: yes or no, and since when."""

    day: date
    yes: bool
    consent: Consent


def permitted(
    consents: Iterable[Consent], subject: str, purpose: str, channel: Channel, as_of: date, *, sensitive: bool = False
) -> Permit:
    """Return whether a person may be contacted, or a value be used, for a purpose over a channel on a day.

    Args:
        consents: the records of everybody, or of this person.
        subject: the person's id.
        purpose: what for; a consent for another purpose does not count (PIPL 14).
        channel: over which channel; `any` asks for all channels at once, and only a consent for `any` answers it.
        as_of: the day.
        sensitive: whether sensitive values are used, which need a separate consent.

    >>> permitted([], "D1", "marketing", "sms", date(2026, 1, 5)).why.text("zh")
    '没有为此用途和渠道给出的同意'
    >>> permitted([], "D1", "adverse_event", "phone", date(2026, 1, 5)).rule
    'consent.duty'

    Raises:
        BadValue: an unknown channel.
    """
    known_channel(channel)
    subject = normal_id(subject)
    if purpose in DUTIES:
        why = because("the law demands it, with or without consent", "法定义务，不以同意为前提")
        return Permit(True, "consent.duty", why)
    separate = sensitive or purpose in SEPARATE
    own = [c for c in consents if c.subject == subject and _for_purpose(c, purpose) and c.channel in (channel, "any")]
    last = _deciding(own, channel, as_of, separate)
    if last is None:
        owed = purpose in OWED and not separate
        return _owed() if owed else _no_consent(own, as_of, separate)
    en, zh = ("consent of", "同意") if last.yes else ("withdrawn or refused on", "撤回或拒绝")
    evidence = last.consent.evidence
    why = because(f"{en} {{day}} ({{proof}})", f"已于 {{day}} {zh}（{{proof}}）", day=last.day, proof=evidence)
    return Permit(last.yes, "consent.given" if last.yes else "consent.withdrawn", why, last.consent)


def _for_purpose(consent: Consent, purpose: str) -> bool:
    """Whether a record speaks of a purpose; a refusal of everything does not end what is owed."""
    return consent.purpose == purpose or (consent.purpose == "any" and purpose not in OWED)


def _deciding(own: Iterable[Consent], channel: Channel, as_of: date, separate: bool) -> _Said | None:
    said = [found for consent in own for found in _said(consent, as_of, separate)]
    exact = _last(found for found in said if found.consent.channel == channel)
    wide = _last(found for found in said if found.consent.channel == "any")
    refused = wide is not None and not wide.yes and (exact is None or wide.day >= exact.day)
    if exact is None or (refused and exact.consent.kind != "opt_out"):
        return wide
    return exact


def _last(said: Iterable[_Said]) -> _Said | None:
    def rank(found: _Said) -> tuple[date, bool, bool, str]:
        refused = found.consent.kind == "opt_out"  # the refusal proves a withdrawal, not the consent that it ended
        return found.day, not found.yes, refused, found.consent.evidence

    return max(said, key=rank, default=None)


def _said(consent: Consent, as_of: date, separate: bool) -> Iterator[_Said]:
    """Yield what a record says on a day, if anything: an ended one is silent, a refusal taken back too."""
    if consent.kind == "opt_out":
        if consent.in_force(as_of):
            yield _Said(consent.given, False, consent)
    elif consent.withdrawn is not None and consent.withdrawn <= as_of:
        yield _Said(consent.withdrawn, False, consent)
    elif consent.in_force(as_of) and (consent.kind == "separate" or not separate):
        yield _Said(consent.counts_from() or consent.given, True, consent)


def _owed() -> Permit:
    why = because("owed under the contract or to a request, and not refused", "履行合同或答复请求所需，且未被拒绝")
    return Permit(True, "consent.owed", why)


def _no_consent(own: Iterable[Consent], as_of: date, separate: bool) -> Permit:
    """Say what comes nearest to a consent: one unconfirmed, one of the wrong kind, one that has ended, or none."""
    given = [c for c in own if c.kind != "opt_out" and c.given <= as_of]
    for consent in given:
        if consent.double and consent.confirmed is None:
            why = because("the double opt-in was not confirmed", "双重确认尚未完成")
            return Permit(False, "consent.unconfirmed", why, consent)
    for consent in given:
        if separate and consent.in_force(as_of):
            why = because("a separate consent is needed", "需要单独同意")
            return Permit(False, "consent.separate", why, consent)
    ended = max((c for c in given if c.until and c.until < as_of), key=lambda c: c.until or c.given, default=None)
    if ended is not None:
        why = because("the consent ended on {day}", "同意已于 {day} 到期", day=ended.until)
        return Permit(False, "consent.ended", why, ended)
    why = because("no consent for this purpose and channel", "没有为此用途和渠道给出的同意")
    return Permit(False, "consent.none", why)


def withdraw(
    consents: Iterable[Consent],
    subject: str,
    *,
    on: date,
    evidence: str,
    purpose: str = "any",
    channel: Channel = "any",
) -> tuple[Consent, ...]:
    """Return the records after a withdrawal (撤回同意): the consents it ends, and the refusal itself as a record.

    A consent for `any` channel stays when only one channel is withdrawn; the refusal for that channel is stronger. A
    consent given after the day stays too. Doing it twice changes nothing.

    >>> given = Consent("D1", "marketing", "any", "opt_in", date(2026, 1, 5), "FORM-7")
    >>> left = withdraw([given], "D1", on=date(2026, 3, 1), evidence="CALL-9", channel="sms")
    >>> [permitted(left, "D1", "marketing", channel, date(2026, 4, 1)).allowed for channel in ("sms", "email")]
    [False, True]

    Raises:
        BadValue: an unknown channel, or no id.
    """
    refusal = Consent(subject, purpose, channel, "opt_out", on, evidence)

    def ends(consent: Consent) -> bool:
        return (
            consent.kind != "opt_out"
            and consent.subject == refusal.subject
            and purpose in (consent.purpose, "any")
            and channel in (consent.channel, "any")
            and consent.given <= on
            and (consent.withdrawn is None or consent.withdrawn > on)
        )

    left = tuple(evolve(consent, withdrawn=on) if ends(consent) else consent for consent in consents)
    return left if refusal in left else (*left, refusal)
