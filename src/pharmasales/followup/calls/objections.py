"""Objections (异议): what a customer doubts, what was answered from which source, what was promised, until when.

An objection is a ticket that lives on after the visit. It is answered with facts, and closed only when the customer has
confirmed that the answer serves.

>>> from pharmasales.workdays import CHINA
>>> doubt = Objection("O1", "V1", "c1", "safety", date(2026, 2, 13)).promise("r1", CHINA, days=2)
>>> doubt.due, doubt.state(date(2026, 2, 24)), doubt.state(date(2026, 2, 25))
(datetime.date(2026, 2, 24), 'open', 'overdue')
>>> doubt.close(date(2026, 2, 24), confirmation="CALL-9")
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: closed without an answer @ objection 'O1'; answer it first [followup.calls.objection]
>>> answered = doubt.reply("a study", source="LIT-7", on=date(2026, 2, 24))
>>> answered.close(date(2026, 2, 26), confirmation="CALL-9").state(date(2026, 2, 26))
'closed'

Source: S002-8, E16.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal, TypeAlias, cast

from attrs import evolve, field, frozen
from attrs.converters import optional

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadValue
from pharmasales.followup.calls.words import OBJECTIONS, ObjectionKind, known_word, optional_id
from pharmasales.names import clean, normal_id
from pharmasales.workdays import Calendar
from pharmasales.yearplan import checked_day

__all__ = ["OBJECTION_STATES", "Objection", "ObjectionState", "objection_table"]

ObjectionState: TypeAlias = Literal["open", "overdue", "closed"]

OBJECTION_STATES = {
    "open": Says("open", "未关闭"),
    "overdue": Says("overdue", "已逾期"),
    "closed": Says("closed", "已关闭"),
}
"""The states of an objection on a day, in words."""


def _kind(word: str) -> ObjectionKind:
    return cast("ObjectionKind", known_word(OBJECTIONS, "objection")(word))


@frozen
class Objection:
    """One doubt of one customer (异议单).

    Args:
        id: its own id.
        call: the id of the visit on which it was raised.
        customer: the id of the customer.
        kind: `efficacy`, `safety`, `price` or `insurance`.
        raised: the day.
        text: what was said.
        answer: what was answered.
        source: the id of what the answer rests on, such as a paper or a guideline.
        answered: the day of the answer.
        owner: the id of who promised an answer.
        due: the day by which it was promised.
        closed: the day on which the customer confirmed that the answer serves.
        confirmation: the id of what proves it, such as a later visit.

    Raises:
        BadValue: an answer without its source or day, a promise without owner or day, closed without an answer or the
            customer's confirmation, or days out of order.
    """

    id: str = field(converter=normal_id)
    call: str = field(converter=normal_id)
    customer: str = field(converter=normal_id)
    kind: ObjectionKind = field(converter=_kind)
    raised: date = field(converter=checked_day)
    text: str = field(default="", converter=clean, repr=False)
    answer: str = field(default="", converter=clean, repr=False, kw_only=True)
    source: str = field(default="", converter=optional_id, kw_only=True)
    answered: date | None = field(default=None, converter=optional(checked_day), kw_only=True)
    owner: str = field(default="", converter=optional_id, kw_only=True)
    due: date | None = field(default=None, converter=optional(checked_day), kw_only=True)
    closed: date | None = field(default=None, converter=optional(checked_day), kw_only=True)
    confirmation: str = field(default="", converter=optional_id, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if bool(self.source) is not (self.answered is not None) or (self.answer and not self.source):
            raise self._refused("an answer needs its source and its day", "answer with facts")
        if bool(self.owner) is not (self.due is not None):
            raise self._refused("a promise needs its owner and its day", "say who answers by when")
        if bool(self.confirmation) is not (self.closed is not None):
            raise self._refused("closed without the customer's confirmation", "name what proves it")
        if self.closed is not None and self.answered is None:
            raise self._refused("closed without an answer", "answer it first")
        days = [day for day in (self.raised, self.answered, self.closed) if day is not None]
        if days != sorted(days) or (self.due is not None and self.due < self.raised):
            raise self._refused("days out of order", "raised, answered, closed")

    def _refused(self, reason: str, hint: str) -> BadValue:
        return BadValue(reason, where=f"objection {self.id!r}", hint=hint, code="followup.calls.objection")

    def promise(self, owner: str, calendar: Calendar, *, days: int) -> Objection:
        """Promise an answer within so many working days (承诺答复).

        Args:
            owner: the id of who answers.
            calendar: the working days.
            days: how many working days after the day it was raised, from 0.

        Source: E16.

        Raises:
            BadValue: a count that is no whole number from 0.
            UnknownYear: the calendar does not know the year.
        """
        if type(days) is not int or days < 0:
            raise self._refused("days are a whole number from 0", "count working days")
        return evolve(self, owner=owner, due=calendar.add(self.raised, days))

    def reply(self, text: str, *, source: str, on: date) -> Objection:
        """Answer it from a source (答复); it stays open until the customer confirms.

        Raises:
            BadValue: no source, or a day before it was raised.
        """
        return evolve(self, answer=text, source=source, answered=on)

    def close(self, on: date, *, confirmation: str) -> Objection:
        """Close it with the customer's confirmation (客户确认后关闭).

        Raises:
            BadValue: no answer yet, no confirmation, or a day before the answer.
        """
        return evolve(self, closed=on, confirmation=confirmation)

    def state(self, as_of: date) -> ObjectionState:
        """Return what it is on a day: its due day is still in time, and an answer alone does not close it."""
        if self.closed is not None and self.closed <= as_of:
            return "closed"
        return "overdue" if self.due is not None and as_of > self.due else "open"

    def why(self, as_of: date) -> Why:
        """Say why it is in its state on a day, and what is to be done."""
        if self.state(as_of) == "closed":
            return because("confirmed by the customer on {day}", "客户已于 {day} 确认", day=self.closed)
        if self.answered is not None and self.answered <= as_of:
            step = because("answered on {day}, not confirmed yet", "{day} 已答复，客户尚未确认", day=self.answered)
        else:
            step = because("not answered yet", "尚未答复")
        if self.due is None:
            return because("no answer promised yet", "尚未承诺答复时间", step)
        return because(
            "promised by {owner} for {due}", "{owner} 承诺于 {due} 前答复", step, owner=self.owner, due=self.due
        )

    def late(self, as_of: date, calendar: Calendar) -> int:
        """Return by how many working days it is overdue on a day; 0 where it is not.

        Raises:
            UnknownYear: the calendar does not know the year.
        """
        if self.due is None or self.state(as_of) != "overdue":
            return 0
        return calendar.count(self.due, as_of) - calendar.count(self.due, self.due)


def objection_table(objections: Iterable[Objection], as_of: date, calendar: Calendar) -> Table:
    """Return the objections of a day, the longest overdue first, then by due day and id; no text is shown.

    Raises:
        UnknownYear: the calendar does not know the year.
    """
    columns = (
        Column("objection", "Objection", "异议编号"),
        Column("customer", "Customer", "客户"),
        Column("kind", "About", "类型"),
        Column("state", "State", "状态"),
        Column("owner", "Owner", "负责人"),
        Column("due", "Due", "到期日", "date"),
        Column("late", "Working days overdue", "逾期工作日", "number"),
        Column("why", "Why", "原因", "why"),
    )
    late = {one: one.late(as_of, calendar) for one in objections}
    order = sorted(late, key=lambda one: (-late[one], one.due or date.max, one.id))
    rows: list[tuple[Cell, ...]] = [
        (
            one.id,
            one.customer,
            OBJECTIONS[one.kind],
            OBJECTION_STATES[one.state(as_of)],
            one.owner,
            one.due,
            late[one],
            one.why(as_of),
        )
        for one in order
    ]
    return Table("objections", Says(f"Objections on {as_of}", f"{as_of} 异议"), columns, rows)
