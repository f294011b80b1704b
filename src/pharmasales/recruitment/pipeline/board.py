"""The board (招商看板): every open prospect with its age, its next action and what it may bring, the most urgent first.

>>> from pharmasales.recruitment.pipeline.prospects import Prospect
>>> one = Prospect.file("A1", by="p1", on=date(2026, 3, 2), evidence="FORM-1")
>>> found = pipeline_board([one], date(2026, 3, 12), limits={"filed": 3})
>>> [print(flag) for flag in found.rows[0].flags] and None
7 days over the limit of 3 in filed; move it on, or lose it with a reason
no next action is set; set one
nobody has said what it may bring, and when; ask and note it

Source: S000-19 (stage, age, next action), S000-22.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRule
from pharmasales.recruitment.pipeline.moves import Move
from pharmasales.recruitment.pipeline.notes import NextAction, Outlook
from pharmasales.recruitment.pipeline.prospects import Prospect, each_once
from pharmasales.recruitment.pipeline.stages import STAGES, WON, Stage, known_stage
from pharmasales.splits import one_unit
from pharmasales.units import Amount
from pharmasales.yearplan import checked_day

__all__ = ["AGE_LIMITS", "Board", "BoardRow", "pipeline_board"]

AGE_LIMITS: Mapping[Stage, int] = MappingProxyType(
    {"filed": 3, "touched": 14, "key": 14, "visited": 21, "signed": 30, "executing": 90}
)
"""How many calendar days a prospect may stay in a stage; our defaults, give your own."""


@frozen
class BoardRow:
    """One open prospect as of a day (看板行).

    Args:
        prospect: the prospect.
        stage: where it stands.
        since: since when.
        age: days in the stage.
        total: days since it was filed.
        action: the next action; none where none is open.
        outlook: what was expected last; none where nothing was said.
        late: by how many days the next action is past its day; 0 where it is not.
        flags: what is wrong and what to do; empty where nothing is.
    """

    prospect: Prospect
    stage: Stage
    since: date
    age: int
    total: int
    action: NextAction | None
    outlook: Outlook | None
    late: int
    flags: tuple[Why, ...] = field(repr=False)


@frozen
class Board:
    """The open prospects as of a day, the most urgent first. Made by `pipeline_board`.

    Args:
        as_of: the day.
        rows: one row a prospect.
        counts: how many prospects stand in each stage, the lost ones too; together all that were filed.
    """

    as_of: date
    rows: tuple[BoardRow, ...] = field(repr=lambda rows: f"<{len(rows)} rows>")
    counts: Mapping[Stage, int] = field(hash=False)

    @property
    def flagged(self) -> tuple[BoardRow, ...]:
        """Those with something to be done."""
        return tuple(row for row in self.rows if row.flags)

    def table(self) -> Table:
        """Return prospect, stage, since, ages, what is next by whom and when, days late, value, day, flags."""
        return Table("pipeline", Says("Pipeline", "招商漏斗明细"), _COLUMNS, [_cells(row) for row in self.rows])

    def funnel(self) -> Table:
        """Return stage, prospects, known value, without a value, the oldest age: one row a stage."""
        rows: list[tuple[Cell, ...]] = []
        for stage, says in STAGES.items():
            here = [row for row in self.rows if row.stage == stage]
            values = [row.outlook.value for row in here if row.outlook is not None and row.outlook.value is not None]
            whole = Amount.total(values, values[0].unit).value if values else None
            oldest = max((row.age for row in here), default=None)
            unvalued = None if stage == "lost" else len(here) - len(values)
            rows.append((says, self.counts[stage], whole, unvalued, oldest))
        return Table("funnel", Says("Funnel", "招商漏斗"), _FUNNEL, rows)

    def _repr_html_(self) -> str:
        return self.funnel().html()


_COLUMNS = (
    Column("prospect", "Prospect", "招商对象"),
    Column("stage", "Stage", "阶段"),
    Column("since", "Since", "起", "date"),
    Column("age", "Days in stage", "停留天数", "number"),
    Column("total", "Days in all", "总天数", "number"),
    Column("next", "Next action", "下一步"),
    Column("who", "Who acts", "责任人"),
    Column("due", "Due", "期限", "date"),
    Column("late", "Days late", "逾期天数", "number"),
    Column("value", "Value", "预计金额", "amount"),
    Column("sign_on", "Expected on", "预计日期", "date"),
    Column("flags", "What is wrong", "提示", "why"),
)
_FUNNEL = (
    Column("stage", "Stage", "阶段"),
    Column("prospects", "Prospects", "数量", "number"),
    Column("value", "Known value", "预计金额", "amount"),
    Column("unvalued", "Without a value", "未填金额", "number"),
    Column("oldest", "Oldest, days", "最久天数", "number"),
)


def _cells(row: BoardRow) -> tuple[Cell, ...]:
    action, outlook = row.action, row.outlook
    told = ("", "", None) if action is None else (action.what, action.who, action.due)
    value, sign_on = (None, None) if outlook is None else (outlook.value, outlook.sign_on)
    flags = because("to mend: {n}", "{n} 项", *row.flags, n=len(row.flags)) if row.flags else None
    late = None if action is None else row.late
    ages = (row.since, row.age, row.total)
    shown = None if value is None else value.value
    return (row.prospect.id, STAGES[row.stage], *ages, *told, late, shown, sign_on, flags)


def pipeline_board(prospects: Iterable[Prospect], as_of: date, limits: Mapping[Stage, int] = AGE_LIMITS) -> Board:
    """Show the open prospects as of a day: the latest action first, then the longest over its limit (招商看板).

    Args:
        prospects: the prospects; those filed later are left out, the lost ones counted alone.
        as_of: the day; what is due on it is not late.
        limits: how many days a prospect may stay in each stage; none where a stage is left out.

    Raises:
        BadRows: two prospects of one id: all of them.
        BadRule: a limit of an unknown stage, or that is no whole number of days.
        NotComparable: values of several units.
    """
    for stage, days in limits.items():
        known_stage(stage, "limits")
        if type(days) is not int or days < 0:
            raise BadRule("a limit is a whole number of days", where=f"limits {stage}", code="pipeline.limit")
    day = checked_day(as_of)
    here = [(one, last) for one in each_once(prospects) if (last := one.last_move(day)) is not None]
    rows = [_row(one, last, day, limits) for one, last in here if last.to != "lost"]
    one_unit((row.outlook.value for row in rows if row.outlook and row.outlook.value is not None), "outlooks")
    rows.sort(key=lambda row: (-row.late, -(row.age - limits.get(row.stage, row.age)), row.prospect.id))
    counts = Counter(last.to for _, last in here)
    return Board(as_of, tuple(rows), {stage: counts[stage] for stage in STAGES})


def _row(one: Prospect, last: Move, as_of: date, limits: Mapping[Stage, int]) -> BoardRow:
    stage, age, total = last.to, (as_of - last.on).days, (as_of - one.path[0].on).days
    action, outlook = one.next_action(as_of), one.outlook_on(as_of)
    late = 0 if action is None else max((as_of - action.due).days, 0)
    flags = [*_age_flags(stage, age, limits), *_action_flags(action, late)]
    if stage not in WON:
        flags += _outlook_flags(outlook, as_of)
    return BoardRow(one, stage, last.on, age, total, action, outlook, late, tuple(flags))


_NO_ACTION = because("no next action is set; set one", "未定下一步，请制定")
_NO_OUTLOOK = because("nobody has said what it may bring, and when; ask and note it", "未填预计金额或日期，请补充")


def _age_flags(stage: Stage, days: int, limits: Mapping[Stage, int]) -> tuple[Why, ...]:
    if stage not in limits or days <= limits[stage]:
        return ()
    says = (
        "{over} days over the limit of {limit} in {stage}; move it on, or lose it with a reason",
        "{stage}停留超过 {limit} 天上限 {over} 天；请推进，或注明原因转流失",
    )
    return (because(*says, over=days - limits[stage], limit=limits[stage], stage=STAGES[stage]),)


def _action_flags(action: NextAction | None, late: int) -> tuple[Why, ...]:
    if action is None:
        return (_NO_ACTION,)
    if not late:
        return ()
    says = "the next action is {late} days late; do it, or set a new day", "下一步已逾期 {late} 天；请完成或改期"
    return (because(*says, late=late),)


def _outlook_flags(outlook: Outlook | None, as_of: date) -> tuple[Why, ...]:
    if outlook is None or outlook.value is None or outlook.sign_on is None:
        return (_NO_OUTLOOK,)
    if outlook.sign_on < as_of:
        says = "expected on {day}, which has passed; set a new day", "预计日期 {day} 已过，请更新"
        return (because(*says, day=outlook.sign_on),)
    return ()
