"""Retention (保存期限): what a retention run would delete first, and why. Nothing is deleted by itself.

>>> held = [Held("D1", "mobile", date(2024, 2, 29)), Held("D1", "name", date(2024, 2, 29))]
>>> print(due_for_deletion(held, date(2026, 3, 1)).table().text())
Subject  Field   Due since   Why
-------  ------  ----------  ----------------------------------------------------------------------------
D1       mobile  2026-03-01  kept for 24 months after it was last confirmed on 2024-02-29, which are over

Source: PIPL 19 (the shortest period), 47 (delete once the goal is met, the period is over or consent is withdrawn);
threat T20.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from attrs import field, frozen
from dateutil.relativedelta import relativedelta

from pharmasales.compliance.personal import USES, FieldUse, use_of
from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.names import normal_id

__all__ = ["Due", "Held", "RetentionRun", "due_for_deletion", "kept_until"]


@frozen
class Held:
    """One field that is held about one subject, without its value.

    Args:
        subject: the subject's id.
        field: the field's name.
        confirmed_on: the day on which the value was last confirmed.
        relation_ended_on: the day on which the relation ended, where it has.
        consent_withdrawn_on: the day on which the consent that the field rests on was withdrawn, where it was.
        person: whether the subject is a person; a firm's open fields are never due.
    """

    subject: str = field(converter=normal_id)
    field: str
    confirmed_on: date
    relation_ended_on: date | None = None
    consent_withdrawn_on: date | None = None
    person: bool = True


@frozen
class Due:
    """One field that is to be deleted: of whom, since which day, and why."""

    subject: str
    field: str
    since: date
    why: Why


@frozen
class RetentionRun:
    """What a retention run would delete, the longest overdue first."""

    as_of: date
    due: tuple[Due, ...]

    def __len__(self) -> int:
        return len(self.due)

    def __iter__(self) -> Iterator[Due]:
        return iter(self.due)

    def table(self) -> Table:
        """Return a row for each field that is due."""
        rows = [(due.subject, due.field, due.since, due.why) for due in self.due]
        return Table("retention", Says("Due for deletion", "到期应删除"), _COLUMNS, rows)


_COLUMNS = (
    Column("subject", "Subject", "主体"),
    Column("field", "Field", "字段"),
    Column("since", "Due since", "到期日", "date"),
    Column("why", "Why", "原因", "why"),
)


def kept_until(start: date, months: int) -> date:
    """Return the last day of a period of whole months; a day that the last month does not have becomes its last.

    >>> kept_until(date(2024, 8, 31), 6), kept_until(date(2024, 2, 29), 24)
    (datetime.date(2025, 2, 28), datetime.date(2026, 2, 28))
    """
    try:
        return start + relativedelta(months=months)
    except (ValueError, OverflowError):
        return date.max


def due_for_deletion(held: Iterable[Held], as_of: date, uses: Mapping[str, FieldUse] = USES) -> RetentionRun:
    """Return what is due on a day, the longest overdue first, then by subject and field.

    A field is due on the day after its period, which counts from its last confirmation or from the end of the relation,
    whichever comes first. A field kept as long as the file is open is due once the relation has ended. Withdrawn
    consent makes it due on the same day, and a field without a registered purpose was never to be kept. Open fields
    are no personal data and stay.

    >>> run = due_for_deletion([Held("D1", "mobile", date(2024, 1, 31))], date(2026, 1, 31))
    >>> len(run), len(due_for_deletion([Held("D1", "mobile", date(2024, 1, 31))], date(2026, 2, 1)))
    (0, 1)
    """
    found = [due for fact in held for due in _due(fact, use_of(fact.field, uses)) if due.since <= as_of]
    return RetentionRun(as_of, tuple(sorted(found, key=lambda due: (due.since, due.subject, due.field))))


def _due(fact: Held, use: FieldUse | None) -> Iterator[Due]:
    """Yield the earliest of the reasons for which a field falls due, at most one."""
    if use is None:
        why = because("no purpose is registered for it", "该字段没有登记用途")
        yield Due(fact.subject, fact.field, fact.confirmed_on, why)
    elif not use.is_open(person=fact.person):
        reasons = [*_withdrawn(fact), *_over(fact, use)]
        if reasons:
            since, why = min(reasons, key=lambda reason: reason[0])
            yield Due(fact.subject, fact.field, since, why)


def _withdrawn(fact: Held) -> Iterator[tuple[date, Why]]:
    if fact.consent_withdrawn_on is not None:
        day = fact.consent_withdrawn_on
        yield day, because("consent was withdrawn on {day}", "同意已于 {day} 撤回", day=day)


def _over(fact: Held, use: FieldUse) -> Iterator[tuple[date, Why]]:
    """Yield the day after the period, with the day from which it counted."""
    ended = fact.relation_ended_on
    if use.keep_months is None:
        if ended is not None and ended < date.max:
            why = because("the relation ended on {day}", "关系已于 {day} 终止", day=ended)
            yield ended + timedelta(1), why
        return
    start = fact.confirmed_on if ended is None else min(fact.confirmed_on, ended)
    last = kept_until(start, use.keep_months)
    if last == date.max:
        return
    if start == fact.confirmed_on:
        en, zh = "it was last confirmed on {day}", "最后一次确认（{day}）"
    else:
        en, zh = "the relation ended on {day}", "关系终止（{day}）"
    yield (
        last + timedelta(1),
        because(
            f"kept for {{months}} months after {en}, which are over",
            f"自{zh}起保存 {{months}} 个月，现已期满",
            months=use.keep_months,
            day=start,
        ),
    )
