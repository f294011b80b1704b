"""Lost and won back (流失与赢回): why prospects are lost, at which stage, and whom to ask again from which day on.

>>> from pharmasales.recruitment.pipeline.prospects import Prospect
>>> one = Prospect.file("A1", by="p1", on=date(2026, 1, 5), evidence="FORM-1")
>>> one = one.move("lost", by="p1", on=date(2026, 1, 20), evidence="three calls", reason="silent")
>>> row = win_back([one], date(2026, 4, 1)).rows[0]
>>> row.from_stage, row.again_on, row.due, row.why.text()
('filed', datetime.date(2026, 3, 21), True, 'lost on 2026-01-20: no answer; ask again from 2026-03-21 on')

Source: S000-22 (流失), S001-1 (new customers replace lost ones).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.recruitment.pipeline.prospects import Prospect, each_once
from pharmasales.recruitment.pipeline.reasons import LOST_REASONS, Reasons, known_reason
from pharmasales.recruitment.pipeline.stages import STAGES, Stage
from pharmasales.splits import one_unit
from pharmasales.units import Amount, ratio
from pharmasales.yearplan import checked_day

__all__ = ["LostRow", "WinBack", "win_back"]


@frozen
class LostRow:
    """One lost prospect (流失对象).

    Args:
        prospect: its id.
        owner: the id of who answered for it.
        from_stage: the stage it was lost from.
        lost_on: when.
        reason: the key of the reason.
        value: what it was expected to bring; missing where nobody has said.
        action: what to do.
        again_on: the first day on which to ask again; none where never.
        due: whether that day has come.
        why: the reason in words.
    """

    prospect: str
    owner: str
    from_stage: Stage
    lost_on: date
    reason: str
    value: Amount | None = field(repr=False)
    action: Says
    again_on: date | None
    due: bool
    why: Why = field(repr=False)


@frozen
class WinBack:
    """Who is lost as of a day: those to ask again first, the most valuable first. Made by `win_back`.

    Args:
        as_of: the day.
        rows: everybody who is lost.
        reasons: the list of reasons.
    """

    as_of: date
    rows: tuple[LostRow, ...] = field(repr=lambda rows: f"<{len(rows)} rows>")
    reasons: Reasons = field(repr=False, hash=False)

    @property
    def due(self) -> tuple[LostRow, ...]:
        """Those to ask again now (赢回名单)."""
        return tuple(row for row in self.rows if row.due)

    @property
    def never(self) -> tuple[LostRow, ...]:
        """Those who are not asked again."""
        return tuple(row for row in self.rows if row.again_on is None)

    def table(self) -> Table:
        """Return prospect, owner, lost from, lost on, value, what to do, ask again from, now or later, why."""
        rows: list[tuple[Cell, ...]] = []
        for row in self.rows:
            state = _NEVER if row.again_on is None else _NOW if row.due else _LATER
            value = None if row.value is None else row.value.value
            when = (row.again_on, state, row.why)
            rows.append((row.prospect, row.owner, STAGES[row.from_stage], row.lost_on, value, row.action, *when))
        return Table("win_back", Says("Lost prospects", "流失与赢回"), _COLUMNS, rows)

    def by_reason(self) -> Table:
        """Return reason, how many, part of all, then how many from each stage; together all that are lost."""
        stages = [stage for stage in STAGES if stage != "lost"]
        counts = Counter((row.reason, row.from_stage) for row in self.rows)
        whole = {key: sum(counts[key, stage] for stage in stages) for key in self.reasons}
        columns = (
            Column("reason", "Reason", "原因"),
            Column("lost", "Lost", "流失数", "number"),
            Column("part", "Part", "占比", "ratio"),
            *(Column(stage, f"From {STAGES[stage].en}", f"自{STAGES[stage].zh}", "number") for stage in stages),
        )
        rows: list[tuple[Cell, ...]] = [
            (self.reasons[key].says, lost, self._part(lost), *(counts[key, stage] for stage in stages))
            for key, lost in sorted(whole.items(), key=lambda item: -item[1])
            if lost
        ]
        return Table("lost_reasons", Says("Why prospects are lost", "流失原因"), columns, rows)

    def _part(self, lost: int) -> Fraction | None:
        return ratio(lost, len(self.rows))

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_NOW, _LATER, _NEVER = Says("now", "可赢回"), Says("later", "未到期"), Says("never", "不再联系")
_COLUMNS = (
    Column("prospect", "Prospect", "招商对象"),
    Column("owner", "Owner", "负责人"),
    Column("from_stage", "Lost from", "流失前阶段"),
    Column("lost_on", "Lost on", "流失日期", "date"),
    Column("value", "Value", "预计金额", "amount"),
    Column("action", "What to do", "对策"),
    Column("again_on", "Ask again from", "可再联系日", "date"),
    Column("state", "When", "状态"),
    Column("why", "Why", "原因", "why"),
)


def win_back(prospects: Iterable[Prospect], as_of: date, reasons: Reasons = LOST_REASONS) -> WinBack:
    """List who is lost as of a day, and whom to ask again: the due first, the most valuable first (赢回名单).

    Asking again passes the gate for contacts like any other contact; who asked not to be contacted is never due.

    Args:
        prospects: the prospects; those not lost on the day are left out.
        as_of: the day.
        reasons: the list of reasons.

    Raises:
        BadRows: two prospects of one id: all of them.
        BadRule: a reason that is not in the list.
        NotComparable: values of several units.
    """
    day = checked_day(as_of)
    rows = [_row(one, day, reasons) for one in each_once(prospects) if one.stage_on(day) == "lost"]
    one_unit((row.value for row in rows if row.value is not None), "outlooks")
    rows.sort(key=_order)
    return WinBack(day, tuple(rows), reasons)


def _order(row: LostRow) -> tuple[object, ...]:
    value = 0 if row.value is None else row.value.minor
    return (not row.due, row.again_on is None, row.value is None, -value, row.again_on or date.max, row.prospect)


def _row(one: Prospect, as_of: date, reasons: Reasons) -> LostRow:
    before, move = [move for move in one.path if move.on <= as_of][-2:]
    reason, outlook = known_reason(move.reason, reasons, f"prospect {one.id!r}"), one.outlook_on(as_of)
    again = None if reason.again_after is None else move.on + timedelta(reason.again_after)
    if again is None:
        says = "lost on {on}: {reason}; not to be asked again", "{on} 流失：{reason}；不再联系"
    else:
        says = "lost on {on}: {reason}; ask again from {again} on", "{on} 流失：{reason}；{again} 起可再联系"
    why = because(*says, reason=reason.says, on=move.on, again=again)
    value, due = None if outlook is None else outlook.value, again is not None and again <= as_of
    return LostRow(one.id, one.owner, before.to, move.on, move.reason, value, reason.answer, again, due, why)
