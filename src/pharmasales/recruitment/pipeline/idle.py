"""Signed and idle (签而未执行): a contract that is not executed after some days is at risk; ask why, and chase.

Nobody who signed and did not order is safe: a rival may take them. From the day on which a contract has waited too long
the true reason is asked for; once it is known, its own answer is due, again and again until the contract is executed or
the prospect is lost.

>>> from pharmasales.recruitment.pipeline.prospects import Prospect
>>> from pharmasales.workdays import CHINA
>>> day = date(2026, 3, 2)
>>> one = Prospect.file("A1", by="p1", on=day, evidence="FORM-1")
>>> for stage in ("touched", "key", "visited", "signed"):
...     one = one.move(stage, by="p1", on=day, evidence="C-1")
>>> found = signed_idle([one], date(2026, 4, 7), calendar=CHINA)
>>> row = found.rows[0]
>>> row.days, row.chase_by, row.late, row.why.text()
(36, datetime.date(2026, 4, 3), 1, 'signed 36 days ago, at risk from 30 days on; true reason unknown: ask for it')

Source: S000-21.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from attrs import field, frozen

from pharmasales.display import Cell, Column, Lang, Says, Table, Why, because
from pharmasales.errors import BadRule
from pharmasales.recruitment.pipeline.notes import IdleAnswer
from pharmasales.recruitment.pipeline.prospects import Prospect, Stay, each_once
from pharmasales.recruitment.pipeline.reasons import IDLE_REASONS, Reasons, known_reason
from pharmasales.splits import one_unit
from pharmasales.units import Amount
from pharmasales.workdays import Calendar
from pharmasales.yearplan import checked_day

__all__ = ["IdleRow", "SignedIdle", "schedule_chase", "signed_idle"]

_ASK = Says("find out the true reason", "查明真实原因")


@frozen
class IdleRow:
    """One contract that waits too long (风险合同).

    Args:
        prospect: the id of the prospect.
        owner: the id of who answers for it.
        signed_on: when it was signed.
        days: calendar days since.
        value: what it was expected to bring; missing where nobody has said.
        reason: the key of the true reason; "" while nobody knows it.
        action: what to do.
        chase_by: the last day for it.
        late: by how many working days that is past; 0 where it is not.
        why: the reason for all this.
    """

    prospect: str
    owner: str
    signed_on: date
    days: int
    value: Amount | None = field(repr=False)
    reason: str
    action: Says
    chase_by: date
    late: int
    why: Why = field(repr=False)


@frozen
class SignedIdle:
    """The contracts at risk as of a day, the latest chase first. Made by `signed_idle`.

    Args:
        as_of: the day.
        rows: the contracts.
    """

    as_of: date
    rows: tuple[IdleRow, ...] = field(repr=lambda rows: f"<{len(rows)} rows>")

    @property
    def unexplained(self) -> tuple[IdleRow, ...]:
        """Those of which nobody knows the true reason."""
        return tuple(row for row in self.rows if not row.reason)

    @property
    def at_risk(self) -> Amount | None:
        """What they were expected to bring together, as far as known; missing where nothing is."""
        values = [row.value for row in self.rows if row.value is not None]
        return Amount.total(values, values[0].unit) if values else None

    def table(self) -> Table:
        """Return prospect, owner, signed on, days, value, what to do, by when, days late, why."""
        rows: list[tuple[Cell, ...]] = [
            (
                row.prospect,
                row.owner,
                row.signed_on,
                row.days,
                None if row.value is None else row.value.value,
                row.action,
                row.chase_by,
                row.late,
                row.why,
            )
            for row in self.rows
        ]
        return Table("signed_idle", Says("Signed, not executed", "签而未执行"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("prospect", "Prospect", "招商对象"),
    Column("owner", "Owner", "负责人"),
    Column("signed_on", "Signed on", "签约日期", "date"),
    Column("days", "Days", "天数", "number"),
    Column("value", "Value", "预计金额", "amount"),
    Column("action", "What to do", "对策"),
    Column("chase_by", "By", "期限", "date"),
    Column("late", "Working days late", "逾期工作日", "number"),
    Column("why", "Why", "原因", "why"),
)


def signed_idle(
    prospects: Iterable[Prospect],
    as_of: date,
    *,
    calendar: Calendar,
    after: int = 30,
    ask_within: int = 2,
    reasons: Reasons = IDLE_REASONS,
) -> SignedIdle:
    """List the contracts that are signed and not executed, from some days on, and schedule the chase (签而未执行).

    The reason is to be asked within some working days of the first day at risk. Once it is known, its answer is due by
    its own working days, counted from the day it was found out or from the last action done since.

    Args:
        prospects: the prospects.
        as_of: the day.
        calendar: the working days.
        after: from how many calendar days since signing on a contract is at risk.
        ask_within: how many working days there are to find out why.
        reasons: the list of reasons; one that never asks to come again is chased as soon as an unknown one.

    Raises:
        BadRows: two prospects of one id: all of them.
        BadRule: days that are no whole number, or a reason that is not in the list.
        NotComparable: values of several units.
        UnknownYear: a chase in a year that the calendar does not know.
    """
    for name, days in (("after", after), ("ask_within", ask_within)):
        if type(days) is not int or days < 0:
            raise BadRule("days are a whole number", where=name, hint="0 or more", code="pipeline.idle")
    day, rows = checked_day(as_of), []
    for one in each_once(prospects):
        if one.stage_on(day) == "signed":
            stay = one.stays(day)[-1]
            if stay.days >= after:
                rows.append(_row(one, stay, day, calendar, (after, ask_within), reasons))
    one_unit((row.value for row in rows if row.value is not None), "outlooks")
    rows.sort(key=lambda row: (-row.late, row.chase_by, row.prospect))
    return SignedIdle(day, tuple(rows))


def _row(
    one: Prospect, stay: Stay, as_of: date, calendar: Calendar, days: tuple[int, int], reasons: Reasons
) -> IdleRow:
    after, ask_within = days
    said = (answer for answer in reversed(one.idle) if stay.since <= answer.on <= as_of)
    answer, outlook = next(said, None), one.outlook_on(as_of)
    head = "signed {days} days ago, at risk from {after} days on; ", "签约已 {days} 天，{after} 天起列为风险；"
    if answer is None:
        action, chase_by = _ASK, calendar.add(stay.since + timedelta(after), ask_within)
        why = because(
            head[0] + "true reason unknown: ask for it", head[1] + "真实原因不明，请查明", days=stay.days, after=after
        )
    else:
        reason = known_reason(answer.reason, reasons, f"prospect {one.id!r}")
        action, wait = reason.answer, ask_within if reason.again_after is None else reason.again_after
        chase_by = calendar.add(_touched_last(one, answer, as_of), wait)
        says = head[0] + "true reason: {reason}", head[1] + "真实原因：{reason}"
        why = because(*says, days=stay.days, after=after, reason=reason.says)
    late = 0 if chase_by >= as_of else calendar.count(chase_by + timedelta(1), as_of)
    value, key = None if outlook is None else outlook.value, "" if answer is None else answer.reason
    return IdleRow(one.id, one.owner, stay.since, stay.days, value, key, action, chase_by, late, why)


def _touched_last(one: Prospect, answer: IdleAnswer, as_of: date) -> date:
    done = [act.done_on for act in one.actions if act.done_on is not None and act.done_on <= as_of]
    return max([answer.on, *done])


def schedule_chase(
    prospects: Iterable[Prospect], found: SignedIdle, *, by: str, lang: Lang = "en"
) -> tuple[Prospect, ...]:
    """Set the chase as the next action of each contract at risk (安排跟催); one that has an open action keeps it.

    Args:
        prospects: the prospects, those that are not at risk too.
        found: the contracts at risk; actions are set on its day, and due on theirs, or at once where that has passed.
        by: the id of who sets them.
        lang: the language in which the action is written down.

    Returns:
        All prospects, in the order given.

    Raises:
        BadRule: an action that was set after that day.
    """
    rows, day = {row.prospect: row for row in found.rows}, found.as_of
    return tuple(
        one.plan(row.action.text(lang), who=row.owner or by, due=max(row.chase_by, day), by=by, on=day)
        if (row := rows.get(one.id)) is not None and one.next_action(day) is None
        else one
        for one in prospects
    )
