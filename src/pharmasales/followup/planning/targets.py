"""What goes into a visit plan: the customers to be visited, and what is fixed already.

>>> Target("c1", "Dr. Example", "r1", "A", visits=4, gap=3).access.any_weekday
True
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.followup.access import ANY_DAY, Access
from pharmasales.names import clean, normal_id

__all__ = ["LABELS", "Appointment", "AppointmentKind", "Target"]

AppointmentKind: TypeAlias = Literal["appointment", "joint", "meeting", "kept"]

LABELS: Mapping[AppointmentKind, Says] = {
    "appointment": Says("fixed appointment", "固定预约"),
    "joint": Says("joint visit", "协同拜访"),
    "meeting": Says("meeting", "会议"),
    "kept": Says("kept as planned", "维持原计划"),
}
"""What stands fixed, in both languages (固定安排)."""


def _customer_id(text: str) -> str:
    return normal_id(text, "customer id")


def _rep_id(text: str) -> str:
    return normal_id(text, "rep id")


def _in_order(days: Iterable[date]) -> tuple[date, ...]:
    return tuple(sorted(days))


@frozen
class Target:
    """A customer to be visited (目标客户).

    Args:
        customer: stable id.
        name: the label shown to people.
        rep: the id of the rep who visits.
        grade: the letter of the customer's grade.
        visits: visits due within the cycle, those made in it included, as `Cadence.visits` counts them.
        gap: the shortest gap between two visits, in calendar days, from 1.
        access: when the customer receives.
        place: the hospital or other place; visits to one place on one day are cheaper.
        done: visits made before the first day that can be planned: those in the cycle count towards `visits`, and the
            gap holds to the last of all.
        monthly: how many visits a month its cadence asks for, for the reasons; counted from `visits` where left out.
        minutes: how long a visit takes.

    >>> Target("c1", "Dr. Example", "r1", "A", visits=-1, gap=3)
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: visits due are a whole number from 0 @ customer 'c1' [followup.visits]

    Raises:
        BadValue: visits below 0, a gap or minutes below 1, or no whole numbers.
    """

    customer: str = field(converter=_customer_id)
    name: str = field(converter=clean)
    rep: str = field(converter=_rep_id)
    grade: str
    visits: int = field()
    gap: int = field()
    access: Access = ANY_DAY
    place: str = field(default="", converter=clean)
    done: tuple[date, ...] = field(default=(), converter=_in_order)
    monthly: Fraction | None = None
    minutes: int = field(default=30)

    @visits.validator
    def _due(self, _attribute: object, value: object) -> None:
        if type(value) is not int or value < 0:
            where = f"customer {self.customer!r}"
            raise BadValue("visits due are a whole number from 0", where=where, code="followup.visits")

    @gap.validator
    def _a_day(self, _attribute: object, value: object) -> None:
        if type(value) is not int or value < 1:
            where = f"customer {self.customer!r}"
            raise BadValue("the shortest gap is a whole number of days from 1", where=where, code="followup.gap")

    @minutes.validator
    def _a_minute(self, _attribute: object, value: object) -> None:
        if type(value) is not int or value < 1:
            where = f"customer {self.customer!r}"
            raise BadValue("a visit takes a whole number of minutes from 1", where=where, code="followup.minutes")


def _maybe_id(text: str) -> str:
    return normal_id(text, "customer id") if text else ""


@frozen
class Appointment:
    """Something that stands already (固定安排): it is not moved, and takes one of the day's visits.

    Where its customer is a target of this rep, it is one of the visits due; else it only takes the time.

    Args:
        rep: the rep's id.
        day: when.
        customer: the customer's id; empty for a meeting.
        start: at what time; none where any time of the day suits.
        minutes: how long it takes; where left out, as long as a visit to the customer, 30 without one.
        place: where; the customer's place where left out.
        kind: `appointment` agreed with the customer, `joint` visit with somebody, `meeting`, or `kept` from a plan made
            before.
        name: the label shown to people.

    >>> Appointment("r1", date(2026, 3, 11), "c1", start=time(14), kind="joint").label.text("zh")
    '协同拜访'

    Raises:
        BadValue: an unknown kind, or minutes that are no whole number from 1.
    """

    rep: str = field(converter=_rep_id)
    day: date
    customer: str = field(default="", converter=_maybe_id)
    start: time | None = None
    minutes: int | None = field(default=None)
    place: str = field(default="", converter=clean)
    kind: AppointmentKind = field(default="appointment")
    name: str = field(default="", converter=clean)

    @minutes.validator
    def _a_minute(self, _attribute: object, value: object) -> None:
        if value is not None and (type(value) is not int or value < 1):
            reason = "an appointment takes a whole number of minutes from 1"
            raise BadValue(reason, where=f"rep {self.rep!r}", code="followup.minutes")

    @kind.validator
    def _known(self, _attribute: object, value: str) -> None:
        if value not in LABELS:
            hint = ", ".join(LABELS)
            raise BadValue("unknown kind of appointment", where=f"rep {self.rep!r}", hint=hint, code="followup.kind")

    @property
    def label(self) -> Says:
        """What it is, in both languages."""
        return LABELS[self.kind]
