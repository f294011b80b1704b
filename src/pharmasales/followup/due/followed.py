"""Whom we follow up, and what happened (跟进对象): customers with their contacts, occasions, adverse events, snoozes.

Ids, letters, days and channels only: what a doctor said, asked or reported stays where it is kept.

>>> seen = Touch(date(2026, 3, 2), "face")
>>> Followed("c1", "r1", "A", since=date(2026, 1, 5), touches=[seen]).touches
(Touch(day=datetime.date(2026, 3, 2), channel='face', layer='owner', purpose='academic'),)

Source: S002-8, S002-11, S002-14, S002-18; S000-17.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from functools import cached_property

from attrs import evolve, field, frozen
from attrs.converters import optional

from pharmasales.compliance.contacts import Contact
from pharmasales.display import Why
from pharmasales.errors import BadValue
from pharmasales.followup.channels import ContactChannel, consent_channel, known_contact_channel
from pharmasales.followup.due.rows import ContactLayer, known_layer
from pharmasales.names import clean, normal_id, optional_id
from pharmasales.yearplan import checked_day

__all__ = ["AdverseEvent", "Followed", "Occasion", "Snooze", "Touch", "with_touches"]


def _by_day(given: Iterable[Touch]) -> tuple[Touch, ...]:
    return tuple(sorted(given, key=lambda one: (one.day, one.channel, one.layer, one.purpose)))


@frozen
class Touch:
    """One contact, made or planned (接触).

    Args:
        day: when.
        channel: over which channel.
        layer: who made it, `owner` or `executive`.
        purpose: what for, as consents and caps know it.

    Raises:
        BadValue: no plain date, an unknown channel or layer.
    """

    day: date = field(converter=checked_day)
    channel: ContactChannel = field(default="face", converter=known_contact_channel)
    layer: ContactLayer = field(default="owner", converter=known_layer)
    purpose: str = field(default="academic", converter=normal_id)


@frozen
class Followed:
    """A customer as the due list sees it.

    Args:
        customer: its id.
        rep: the id of the rep who follows it up.
        grade: the letter of its class; "" where it has none.
        since: the first day on which the rep followed it up, such as the day of the file.
        stage: its stage, or "".
        value: what it is worth, in one unit for all; missing where nobody knows.
        touches: the contacts made.
        planned: the contacts planned.
        executive: the id of the executive who joins for a core customer, as the contact plan of the archive names it;
            "" where none does, and then no row of a cadence for executives holds.
        peripheral: whether it is a contact on the edge (外围联系人), with whom we keep in touch without a cadence.

    Raises:
        BadValue: an empty id or no plain date.
    """

    customer: str = field(converter=normal_id)
    rep: str = field(converter=normal_id)
    grade: str = field(converter=clean)
    since: date = field(converter=checked_day)
    stage: str = field(default="", converter=clean)
    value: Fraction | int | None = field(default=None, repr=False)
    touches: tuple[Touch, ...] = field(default=(), converter=_by_day)
    planned: tuple[Touch, ...] = field(default=(), converter=_by_day)
    peripheral: bool = False
    executive: str = field(default="", converter=optional_id, kw_only=True)

    @value.validator
    def _exact(self, _attribute: object, value: object) -> None:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | Fraction)):
            where = f"customer {self.customer!r}"
            raise BadValue("a value is exact or missing", where=where, hint="use units.exact", code="followup.value")

    @cached_property
    def contacts(self) -> tuple[Contact, ...]:
        """The contacts made and planned, as contact caps count them."""
        both = (*self.touches, *self.planned)
        return tuple(Contact(self.customer, consent_channel(one.channel), one.purpose, one.day) for one in both)

    def who(self, layer: ContactLayer) -> str:
        """Return the id of who makes a contact: the executive or the rep.

        >>> Followed("c1", "r1", "A", date(2026, 1, 5), executive="m1").who("executive")
        'm1'
        """
        return self.executive if layer == "executive" else self.rep


def with_touches(
    customers: Iterable[Followed],
    made: Iterable[tuple[str, Touch]] = (),
    planned: Iterable[tuple[str, Touch]] = (),
) -> tuple[Followed, ...]:
    """Return customers with further contacts, such as those of a visit log and of a visit plan, in the order given.

    Contacts of customers who are not among them are passed over: a log knows more people than a list.

    >>> customer = Followed("c1", "r1", "A", date(2026, 1, 5))
    >>> log = [("c1", Touch(date(2026, 3, 2))), ("c9", Touch(date(2026, 3, 2)))]
    >>> [len(one.touches) for one in with_touches([customer], log)]
    [1]
    """
    done, ahead = _by_customer(made), _by_customer(planned)
    return tuple(
        evolve(
            one,
            touches=(*one.touches, *done.get(one.customer, ())),
            planned=(*one.planned, *ahead.get(one.customer, ())),
        )
        for one in customers
    )


def _by_customer(given: Iterable[tuple[str, Touch]]) -> dict[str, list[Touch]]:
    found: dict[str, list[Touch]] = defaultdict(list)
    for customer, touch in given:
        found[normal_id(customer)].append(touch)
    return dict(found)


@frozen
class Occasion:
    """Something that happened with a customer and asks for a next step (事由): its kind is a word of yours.

    Args:
        id: its own id, such as that of the ticket or the contract.
        kind: such as `file`, `contract`, `promise`, `referral` or `birthday`; a trigger names the kind that it follows.
        customer: the id of the customer.
        on: the day on which it happened; of a birthday only month and day count.
        due: the day promised, where one was; it goes before the trigger's own count.
        done: the day on which it was settled, or none.
        why: what makes it one, such as the stock of the customer; where left out, its kind says enough.

    Raises:
        BadValue: an empty id, no plain date, or a day before it happened.
    """

    id: str = field(converter=normal_id)
    kind: str = field(converter=normal_id)
    customer: str = field(converter=normal_id)
    on: date = field(converter=checked_day, repr=False)
    due: date | None = field(default=None, converter=optional(checked_day))
    done: date | None = field(default=None, converter=optional(checked_day))
    why: Why | None = field(default=None, repr=False, hash=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        for name, day in (("due", self.due), ("done", self.done)):
            if day is not None and day < self.on:
                where = f"occasion {self.id!r}"
                raise BadValue(f"{name} before it happened", where=where, code="followup.occasion")


@frozen
class AdverseEvent:
    """An adverse event that somebody of the company came to know of (不良事件): days and severity, nothing of the case.

    Args:
        id: the id of the report.
        known: the day of first awareness, day 0 of every deadline.
        severity: a word of the reporting law, such as `death`, `serious`, `new` or `other`.
        customer: the id of the customer who told it, or "".
        rep: the id of the rep who heard it, or "".
        handed: the day on which drug safety got it, or none.
        reported: the day on which it was reported to the authority, or none.

    Raises:
        BadValue: an empty id, no plain date, or a day before it was known.
    """

    id: str = field(converter=normal_id)
    known: date = field(converter=checked_day)
    severity: str
    customer: str = field(default="", converter=optional_id)
    rep: str = field(default="", converter=optional_id)
    handed: date | None = field(default=None, converter=optional(checked_day))
    reported: date | None = field(default=None, converter=optional(checked_day))

    def __attrs_post_init__(self) -> None:
        for name, day in (("handed", self.handed), ("reported", self.reported)):
            if day is not None and day < self.known:
                where = f"adverse event {self.id!r}"
                raise BadValue(f"{name} before it was known", where=where, code="followup.adverse")


@frozen
class Snooze:
    """Somebody's decision to be silent on a customer for a while (暂缓), with its reason.

    Args:
        customer: the id of the customer.
        until: the last day of silence.
        why: the reason, without personal values; it is kept, and shown in no message.
        by: the id of who decided.
        kind: the kind of item that it silences; every kind where left out.

    Raises:
        BadValue: an empty id, no reason, or no end.
    """

    customer: str = field(converter=normal_id)
    until: date = field(converter=checked_day)
    why: str = field(converter=clean, repr=False)
    by: str = field(converter=normal_id)
    kind: str = ""

    @why.validator
    def _reasoned(self, _attribute: object, value: str) -> None:
        if not value.strip():
            where = f"snooze of customer {self.customer!r}"
            raise BadValue("a snooze needs its reason", where=where, code="followup.snooze")

    @until.validator
    def _ends(self, _attribute: object, value: date) -> None:
        if value == date.max:
            where = f"snooze of customer {self.customer!r}"
            raise BadValue("a snooze has an end", where=where, hint="take the customer off", code="followup.snooze")
