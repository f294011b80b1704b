"""Triggers (触发规则): what an occasion or a silence asks for, by when, and why.

A `Deadline` follows an occasion, such as a new file, a contract or a promised answer. A `Silence` follows the last
contact. Both are values: name your own beside those that come with the library.

>>> from pharmasales.workdays import CHINA
>>> promise = Occasion("T1", "promise", "c1", date(2026, 2, 13))
>>> PROMISED_ANSWER.due(promise, CHINA)
datetime.date(2026, 2, 24)
>>> customer = Followed("c1", "r1", "A", date(2026, 1, 5))
>>> need = PROMISED_ANSWER.need(customer, promise, date(2026, 2, 25), CHINA)
>>> need.until.isoformat(), need.why.text("zh")
('2026-02-24', '答复所承诺的问题：2026-02-13 起 2 个工作日内，截止 2026-02-24')

Source: S000-17 (first touch), S002-8 (promised answers), E16; issue of follow-up, lifecycle triggers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal, Protocol, TypeAlias

from attrs import field, frozen

from pharmasales.display import Says, because
from pharmasales.errors import BadRule
from pharmasales.followup.access import Workdays
from pharmasales.followup.channels import ContactChannel, known_contact_channel
from pharmasales.followup.due.followed import Followed, Occasion
from pharmasales.followup.due.needs import LEGAL, Need
from pharmasales.names import normal_id

__all__ = [
    "AGEING",
    "CONTRACT_EXECUTED",
    "DEADLINES",
    "FIRST_TOUCH",
    "KEEP_IN_TOUCH",
    "LOST_CONTACT",
    "PROMISED_ANSWER",
    "REFERRAL_ASKED",
    "REFERRAL_RETURNED",
    "SILENCES",
    "STOCK_VISIT",
    "CountedDays",
    "Deadline",
    "Silence",
    "SlaCalendar",
]

CountedDays: TypeAlias = Literal["workdays", "days"]


class SlaCalendar(Workdays, Protocol):
    """A calendar that counts working days on and back, such as `pharmasales.workdays.CHINA`."""

    def add(self, day: date, n: int, /) -> date:
        """Return the nth working day after a day."""
        ...

    def count(self, start: date, end: date, /) -> int:
        """Return the number of working days from one day to another, both included."""
        ...


def _counted(value: object, low: int, name: str, where: str) -> None:
    if type(value) is not int or not low <= value <= 1000:
        hint = f"a whole number from {low} to 1,000"
        raise BadRule(f"{name} out of range", where=where, hint=hint, code="followup.trigger")


def _kind(text: str) -> str:
    kind = normal_id(text)
    if kind == LEGAL:
        hint = "give it as an AdverseEvent"
        raise BadRule("no trigger speaks of an adverse event", where="kind", hint=hint, code="followup.trigger")
    return kind


@frozen
class Deadline:
    """So many days after an occasion something is to be done (时限).

    Args:
        kind: the kind of item that it makes.
        follows: the kind of occasion that it follows.
        within: by which day after the occasion, which is day 0; a day that the occasion itself promises goes first.
        says: what is to be done, in both languages.
        counts: `workdays` (工作日) or calendar `days` (自然日).
        shows_after: how many of these days it is silent before it shows.
        channel: over which channel it is best done.
        purpose: what for, as consents and caps know it.
        by_contact: whether any contact from the occasion's day on settles it; else only the occasion's `done` does.
        source: where it comes from.

    Raises:
        BadRule: days that are no whole numbers, or one that shows only after its day.
        BadValue: an unknown channel or an empty word.
    """

    kind: str = field(converter=_kind)
    follows: str = field(converter=normal_id)
    within: int
    says: Says
    counts: CountedDays = field(default="workdays", kw_only=True)
    shows_after: int = field(default=0, kw_only=True)
    channel: ContactChannel = field(default="phone", converter=known_contact_channel, kw_only=True)
    purpose: str = field(default="service", converter=normal_id, kw_only=True)
    by_contact: bool = field(default=False, kw_only=True)
    source: str = field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        where = f"deadline {self.kind!r}"
        _counted(self.within, 0, "days", where)
        _counted(self.shows_after, 0, "days of silence", where)
        if self.shows_after > self.within:
            raise BadRule("it would show only after its day", where=where, code="followup.trigger")
        if self.counts not in ("workdays", "days"):
            raise BadRule("unknown days", where=where, hint="workdays or days", code="followup.trigger")

    def due(self, occasion: Occasion, calendar: SlaCalendar) -> date:
        """Return the last day in time.

        Raises:
            UnknownYear: the way leads through a year that the calendar does not know.
        """
        return occasion.due or self._after(occasion.on, self.within, calendar)

    def need(self, followed: Followed, occasion: Occasion, as_of: date, calendar: SlaCalendar) -> Need | None:
        """Return what an occasion asks for on a day, or nothing: another kind, later, or settled. Errors as `due`."""
        if occasion.kind != self.follows or as_of < occasion.on or self._settled(followed, occasion, as_of):
            return None
        until = self.due(occasion, calendar)
        since = min(until, self._after(occasion.on, self.shows_after, calendar))
        if as_of < since:
            return None
        why = because(
            "{what}: {count}, by {due}",
            "{what}：{count}，截止 {due}",
            *(() if occasion.why is None else (occasion.why,)),
            what=self.says,
            count=self._words(occasion),
            due=until,
        )
        settled_by = "any" if self.by_contact else "none"
        window = since, until, why, occasion.on
        customer = followed.customer
        return Need(customer, self.kind, occasion.id, self.channel, self.purpose, *window, settled_by=settled_by)

    def _after(self, day: date, count: int, calendar: SlaCalendar) -> date:
        if self.counts == "days":
            return day + timedelta(days=count)
        return calendar.add(day, count) if count else day

    def _settled(self, followed: Followed, occasion: Occasion, as_of: date) -> bool:
        if occasion.done is not None and occasion.done <= as_of:
            return True
        return self.by_contact and any(occasion.on <= touch.day <= as_of for touch in followed.touches)

    def _words(self, occasion: Occasion) -> Says:
        if occasion.due:
            return Says(f"promised on {occasion.on}", f"{occasion.on} 承诺")
        days = Says("working days", "个工作日") if self.counts == "workdays" else Says("calendar days", "个自然日")
        return Says(f"within {self.within} {days.en} of {occasion.on}", f"{occasion.on} 起 {self.within} {days.zh}内")


def _by_grade(given: Mapping[str, int]) -> Mapping[str, int]:
    return MappingProxyType(dict(given))


@frozen
class Silence:
    """So many calendar days without any contact, by class (久未联系).

    Args:
        kind: the kind of item that it makes.
        days: the days by class; "" for every class that is not named. A class without days is left alone.
        says: what is to be done, in both languages.
        grace: for how many days after that it is still in time.
        channel: over which channel it is best done.
        purpose: what for, as consents and caps know it.
        peripheral: whether it is for contacts on the edge; else for all others.

    Raises:
        BadRule: days that are no whole numbers from 1, or a grace that is none from 0.
        BadValue: an unknown channel or an empty word.

    >>> ageing = Silence("ageing", {"A": 30, "": 90}, Says("call", "致电"))
    >>> customer = Followed("c1", "r1", "A", date(2026, 1, 5))
    >>> ageing.need(customer, date(2026, 2, 3)), ageing.need(customer, date(2026, 2, 4)).why.text()
    (None, 'call: no contact for 30 days (none since 2026-01-05)')
    """

    kind: str = field(converter=_kind)
    days: Mapping[str, int] = field(converter=_by_grade, hash=False)
    says: Says
    grace: int = field(default=0, kw_only=True)
    channel: ContactChannel = field(default="phone", converter=known_contact_channel, kw_only=True)
    purpose: str = field(default="service", converter=normal_id, kw_only=True)
    peripheral: bool = field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        where = f"silence {self.kind!r}"
        for grade, days in self.days.items():
            _counted(days, 1, "days", f"{where}, grade {grade!r}")
        _counted(self.grace, 0, "grace", where)

    def need(self, followed: Followed, as_of: date) -> Need | None:
        """Return what the silence asks for on a day, or nothing."""
        if followed.peripheral != self.peripheral:
            return None
        days = self.days.get(followed.grade, self.days.get(""))
        if days is None:
            return None
        last = max((touch.day for touch in followed.touches if touch.day <= as_of), default=followed.since)
        if (as_of - last).days < days:
            return None
        since = last + timedelta(days=days)
        en, zh = "{what}: no contact for {days} days (none since {last})", "{what}：已 {days} 天未联系（自 {last}）"
        why = because(en, zh, what=self.says, days=(as_of - last).days, last=last)
        window = since, since + timedelta(days=self.grace), why, last
        return Need(followed.customer, self.kind, self.kind, self.channel, self.purpose, *window, settled_by="any")


FIRST_TOUCH = Deadline(
    "first_touch",
    "file",
    1,
    Says("first contact after a new file", "新建档案后首次联系"),
    purpose="marketing",
    by_contact=True,
    source='S000-17 ("as soon as possible"); one working day is a default to replace',
)
"""A new file is followed by a first contact within a working day; as marketing it needs a consent over the channel."""

CONTRACT_EXECUTED = Deadline(
    "contract",
    "contract",
    30,
    Says("signed and not executed: find out why", "签约未执行，了解原因"),
    counts="days",
    shows_after=15,
    source="issue of follow-up; 15 and 30 days are defaults to replace",
)
"""A contract that was signed shows after 15 days without an order, and is late after 30."""

PROMISED_ANSWER = Deadline(
    "answer",
    "promise",
    2,
    Says("answer what was promised", "答复所承诺的问题"),
    purpose="answer",
    source="S002-8, E16",
)
"""An unresolved objection is answered within two working days, or by the day promised."""

REFERRAL_RETURNED = Deadline(
    "referral",
    "referral",
    10,
    Says("tell the introducer what came of it", "向介绍人反馈转介结果"),
    source="S000-7, S002-5; ten working days are a default to replace",
)
"""Who gave a referral hears within ten working days what came of it."""

REFERRAL_ASKED = Deadline(
    "referral_ask",
    "referral_ask",
    20,
    Says("asked for a referral, without an answer: ask again or let go", "转介请求未获回应，再次询问或放弃"),
    shows_after=10,
    source="issue of follow-up; 10 and 20 working days are defaults to replace",
)
"""A referral that was asked for without an answer shows after ten working days, and is late after 20."""

DEADLINES = (FIRST_TOUCH, CONTRACT_EXECUTED, PROMISED_ANSWER, REFERRAL_RETURNED, REFERRAL_ASKED)
"""The deadlines that come with the library."""

STOCK_VISIT = Deadline(
    "stock",
    "stock",
    5,
    Says("see the customer because of its stock", "因库存拜访客户"),
    channel="face",
    by_contact=True,
    source="S004-61 (路线计划的基础); five working days are a default to replace",
)
"""A stock card that asks for a visit is answered by a contact within five working days; the occasion says why."""

AGEING = Silence("ageing", {"A": 30, "B": 60, "": 90}, Says("long without contact: call", "久未联系，致电"), grace=30)
"""Nobody is without any contact for longer than 30 days (A), 60 (B) or 90 (others); defaults to replace."""

LOST_CONTACT = Silence(
    "lost", {"": 180}, Says("contact lost: win back, hand over or let go", "失联，赢回、移交或放弃"), grace=30
)
"""After 180 days without any contact somebody decides what becomes of the customer; a default to replace."""

KEEP_IN_TOUCH = Silence(
    "keep_in_touch", {"": 90}, Says("keep in touch", "保持联系"), grace=30, channel="wechat", peripheral=True
)
"""A contact on the edge hears from us once in 90 days; the count is a default to replace."""

SILENCES = (AGEING, LOST_CONTACT, KEEP_IN_TOUCH)
"""The silences that come with the library."""
