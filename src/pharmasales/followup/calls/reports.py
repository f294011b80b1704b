"""Call reports (拜访报告): one visit as it was planned or as it is said to have been.

A report is small: who, whom, when, how. What was talked about lies in its notes, all optional. There is no field for
where somebody's telephone was.

>>> from pharmasales.followup.calls.reports import CallReport, Detailed
>>> call = CallReport("V1", "r1", "c1", date(2026, 3, 4), "face", "n1", start=time(14), minutes=20)
>>> call.state, call.stated, call.ends
('done', datetime.datetime(2026, 3, 4, 14, 0), datetime.datetime(2026, 3, 4, 14, 20))

Source: S002-5, S002-7; systems file 1c (visit record); practice P2-M (small required input).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import cast

from attrs import field, frozen
from attrs.converters import optional

from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.followup.calls.notes import CallNotes
from pharmasales.followup.calls.words import CALL_STATES, CallState, known_word, moment, optional_id
from pharmasales.followup.channels import ContactChannel, known_contact_channel
from pharmasales.names import normal_id
from pharmasales.yearplan import checked_day

__all__ = ["CallReport", "Detailed", "in_order", "twin_faults"]

_DAY = 24 * 60


@frozen
class Detailed:
    """One product that was talked about (推介产品).

    Args:
        product: its id.
        priority: its place in the talk, 1 for the first (P1); none where the order is not kept.

    Raises:
        BadValue: no id, or a priority that is no whole number from 1.
    """

    product: str = field(converter=normal_id)
    priority: int | None = field(default=None)

    @priority.validator
    def _place(self, _attribute: object, value: object) -> None:
        if value is not None and (type(value) is not int or value < 1):
            where = f"product {self.product!r}"
            raise BadValue("a priority is a whole number from 1", where=where, code="followup.calls.priority")


def _hour(start: time) -> time:
    if not isinstance(start, time) or start.tzinfo is not None:
        hint = "give the local time of the customer"
        raise BadValue("an hour is a time without a zone", where="start", hint=hint, code="followup.calls.start")
    return start


def _products(given: Iterable[Detailed]) -> tuple[Detailed, ...]:
    return tuple(given)


def _state(word: str) -> CallState:
    return cast("CallState", known_word(CALL_STATES, "state")(word))


@frozen
class CallReport:
    """One visit (拜访): planned, done, missed, moved or cancelled.

    Args:
        id: its own id; a visit that was not planned has one too.
        rep: the id of the rep.
        customer: the id of the customer.
        day: the day on which it is planned or stated to have been, in the local time of the customer.
        channel: how: `face`, `meeting`, `phone`, `wechat`, `email`, `sms` or `post`.
        territory: the id of the node of the organisation for which it counts, or "".
        state: one of `CALL_STATES`.
        start: when it began, in the local time of the customer; none where it is not stated.
        minutes: how long it took, 1 to 1440; none where it is not stated.
        products: the products talked about, with their priority.
        visit: the id of the planned visit that it fulfils, or "" for a visit that was not planned.
        place: the id of the hospital or other place, or "".
        submitted: whether it is submitted, and so locked.
        entered: the moment at which it was typed in, beside the stated one.
        reason: why it was missed, moved or cancelled, a word such as those of `CALL_REASONS`.
        moved_to: the id of the visit that stands in its place, where it was moved.
        notes: what was prepared, talked about, left, heard and promised.

    Raises:
        BadValue: an id that is none, an unknown word, a start or length that cannot be, a moment without its zone, a
            reason missing or out of place, a planned visit that is submitted, or one that is submitted with an adverse
            event and without its hand-off to drug safety.
    """

    id: str = field(converter=normal_id)
    rep: str = field(converter=normal_id)
    customer: str = field(converter=normal_id)
    day: date = field(converter=checked_day)
    channel: ContactChannel = field(default="face", converter=known_contact_channel)
    territory: str = field(default="", converter=optional_id)
    state: CallState = field(default="done", converter=_state, kw_only=True)
    start: time | None = field(default=None, converter=optional(_hour), kw_only=True)
    minutes: int | None = field(default=None, kw_only=True)
    products: tuple[Detailed, ...] = field(default=(), converter=_products, kw_only=True)
    visit: str = field(default="", converter=optional_id, kw_only=True)
    place: str = field(default="", converter=optional_id, kw_only=True)
    submitted: bool = field(default=False, kw_only=True)
    entered: datetime | None = field(default=None, converter=optional(moment), kw_only=True)
    reason: str = field(default="", converter=optional_id, kw_only=True)
    moved_to: str = field(default="", converter=optional_id, kw_only=True)
    notes: CallNotes = field(factory=CallNotes, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        where = f"call {self.id!r}"
        if self.minutes is not None and (type(self.minutes) is not int or not 1 <= self.minutes <= _DAY):
            raise BadValue("minutes are a whole number from 1 to 1440", where=where, code="followup.calls.minutes")
        if self.submitted and self.state == "planned":
            hint = "say first what became of it"
            raise BadValue("a planned visit is not submitted", where=where, hint=hint, code="followup.calls.submitted")
        if self.submitted and self.notes.lacks_hand_off:
            hint = "hand it over with hear(...)"
            raise BadValue(
                "an adverse event without its hand-off", where=where, hint=hint, code="followup.calls.adverse"
            )
        if bool(self.reason) is not (self.state in ("missed", "moved", "cancelled")):
            hint = "a visit that is missed, moved or cancelled has one, no other"
            raise BadValue("reason missing or out of place", where=where, hint=hint, code="followup.calls.reason")
        if bool(self.moved_to) is not (self.state == "moved"):
            hint = "name the visit in its place"
            raise BadValue("moved to where, or not moved", where=where, hint=hint, code="followup.calls.moved")

    @property
    def stated(self) -> datetime | None:
        """When it is said to have begun, in local time; none where no start is stated."""
        return None if self.start is None else datetime.combine(self.day, self.start)

    @property
    def ends(self) -> datetime | None:
        """When it is said to have ended, in local time; none where start or length is not stated."""
        begun = self.stated
        return None if begun is None or self.minutes is None else begun + timedelta(minutes=self.minutes)


def in_order(reports: Iterable[CallReport]) -> list[CallReport]:
    """Return visits by day and start; those without a start come last on their day, then by id."""
    return sorted(reports, key=lambda one: (one.day, one.start is None, one.start or time(), one.id))


def twin_faults(reports: Iterable[CallReport]) -> list[PharmaSalesError]:
    """Return an error for each report whose id another one before it has.

    >>> call = CallReport("V1", "r1", "c1", date(2026, 3, 4))
    >>> [str(one) for one in twin_faults([call, call])]
    ["two reports of one id @ call 'V1'; give the latest version alone [followup.calls.twins]"]
    """
    seen: set[str] = set()
    found: list[PharmaSalesError] = []
    for one in reports:
        if one.id in seen:
            hint = "give the latest version alone"
            found.append(
                BadValue("two reports of one id", where=f"call {one.id!r}", hint=hint, code="followup.calls.twins")
            )
        seen.add(one.id)
    return found
