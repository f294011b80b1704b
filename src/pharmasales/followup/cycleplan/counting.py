"""What counts (计数口径): which calls are the plan's, which of them were made and which are scheduled.

The published rules are rule values, and any of them can be replaced by another: there is one computation, and it asks
the rules that it is given. A rule reads the fields of a call, and four facts beside them:

- `days_from_start`, `days_to_end`: whole days from the first day of the plan to the call, and from it to the last;
- `days_ahead`: whole days from the day of counting to the call; 0 for that day, below 0 for one that has passed;
- `same_territory`: whether the call was made in the plan's territory; missing where the call names none.

>>> saved = {"state": "done", "submitted": False}
>>> ACTUAL(saved | {"days_ahead": 0}), ACTUAL(saved | {"days_ahead": 1})
(True, False)

Source: practice, systems 1a: V-RT, V-BATCH.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, Protocol

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.followup.calls.reports import Detailed
from pharmasales.names import clean, normal_id
from pharmasales.rules import All, AnyOf, Condition, Field
from pharmasales.yearplan import checked_day

__all__ = ["ACTUAL", "BY_DATE", "BY_STATE", "IN_CYCLE", "OWN", "SCHEDULED", "CallLike", "Counting", "PlainCall"]


class CallLike(Protocol):
    """What a call must tell to be counted; a rule may read further fields."""

    @property
    def day(self) -> date:
        """The day on which it took or takes place."""
        ...

    @property
    def rep(self) -> str:
        """The id of the rep."""
        ...

    @property
    def customer(self) -> str:
        """The id of the customer."""
        ...

    @property
    def channel(self) -> str:
        """The channel, such as `face` or `email`."""
        ...

    @property
    def territory(self) -> str:
        """The id of the node of the organisation that it was made for; empty where it is not known."""
        ...

    @property
    def state(self) -> str:
        """What became of it: `planned`, `done`, `missed`, `moved`, `cancelled`."""
        ...

    @property
    def submitted(self) -> bool:
        """Whether its report is submitted, and so locked."""
        ...

    @property
    def products(self) -> Sequence[Detailed]:
        """The products that were detailed, each with its priority or none."""
        ...


def _details(given: Iterable[str | Detailed]) -> tuple[Detailed, ...]:
    return tuple(Detailed(one) if isinstance(one, str) else one for one in given)


def _rep_id(text: str) -> str:
    return normal_id(text, "rep id")


def _customer_id(text: str) -> str:
    return normal_id(text, "customer id")


def _territory_id(text: str) -> str:
    return normal_id(text, "territory id") if text else ""


@frozen
class PlainCall:
    """A call as plain values (触达记录), for logs that keep less than a `CallReport` or another kind of channel.

    Args:
        day: the day on which it took or takes place.
        rep: the id of the rep.
        customer: the id of the customer.
        channel: the channel, any word that a plan knows.
        territory: the id of the node of the organisation; empty where it is not known.
        state: what became of it, `done` or `planned`; any other word counts nowhere.
        submitted: whether its report is submitted; a log that knows no such thing holds submitted calls only.
        products: the products detailed, as ids or with their priorities.

    >>> PlainCall(date(2026, 3, 3), "r1", "c1", products=["P1"]).products
    (Detailed(product='P1', priority=None),)

    Raises:
        BadValue: no plain date, an empty id, or a refused character.
    """

    day: date = field(converter=checked_day)
    rep: str = field(converter=_rep_id)
    customer: str = field(converter=_customer_id)
    channel: str = field(default="face", converter=clean)
    territory: str = field(default="", converter=_territory_id)
    state: str = field(default="done", converter=clean)
    submitted: bool = True
    products: tuple[Detailed, ...] = field(default=(), converter=_details)


_STATE, _SUBMITTED = Field("state", "状态"), Field("submitted", "已提交")
_AHEAD = Field("days_ahead", "距今天数")

IN_CYCLE = All(
    (Field("days_from_start", "距开始天数").at_least(0), Field("days_to_end", "距结束天数").at_least(0)),
)
"""The call lies within the cycle, both ends included (周期内)."""

OWN = Field("same_territory", "同一辖区").equals(True)
"""The call was made in the plan's territory (本辖区); credit goes by territory, not by person."""

ACTUAL = All((_STATE.equals("done"), AnyOf((_SUBMITTED.equals(True), _AHEAD.at_most(0)))))
"""Made (实际): submitted, or saved with a day up to the day of counting; saved is done and not yet submitted."""

SCHEDULED = AnyOf(
    (_STATE.equals("planned"), All((_STATE.equals("done"), _SUBMITTED.equals(False), _AHEAD.over(0)))),
)
"""Scheduled (已安排): planned, or saved with a day that is still to come."""


_BY_STATE = Says("by state", "按状态")


@frozen
class Counting:
    """The rules that decide what counts (计数口径); each can be replaced.

    Args:
        says: what the rules are called.
        window: which calls lie in the cycle.
        own: which calls are the plan's own.
        actual: which were made; asked first, so that a call is made or scheduled, never both.
        scheduled: which are scheduled.
        future: what becomes of a call that is made although its day has not come: `refuse` it, or `count` it.

    Raises:
        BadValue: another word for `future`.
    """

    says: Says = _BY_STATE
    window: Condition = IN_CYCLE
    own: Condition = OWN
    actual: Condition = ACTUAL
    scheduled: Condition = SCHEDULED
    future: Literal["refuse", "count"] = "refuse"

    def __attrs_post_init__(self) -> None:
        if self.future not in ("refuse", "count"):
            raise BadValue("what becomes of it?", where="future", hint="refuse or count", code="followup.future")


BY_STATE = Counting()
"""The published rules: submitted counts whatever its day; a submitted call of a day to come is refused by name."""

BY_DATE = Counting(
    Says("by date", "按日期"),
    actual=All((_STATE.equals("done"), _AHEAD.at_most(0))),
    scheduled=All((_STATE.one_of(("planned", "done")), _AHEAD.at_least(0))),
)
"""Every call counts on its day and not before, a plan whose day has passed not at all: to look back at a past day."""
