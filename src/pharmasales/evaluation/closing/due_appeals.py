"""What is open and overdue of appeals as of a day (申诉待办): to be decided, or upheld and not yet corrected.

>>> from pharmasales.evaluation.closing.closed import close_period
>>> from pharmasales.evaluation.closing.inputs import PeriodInputs
>>> from pharmasales.evaluation.scoring.curves import linear
>>> from pharmasales.evaluation.scoring.sheet import ScoreSheet
>>> from pharmasales.org import Node, Org
>>> from pharmasales.periods import Quarter
>>> from pharmasales.rules import Field, Part, Weighted
>>> sheet = ScoreSheet("visits", Weighted([Part("visits", 100, linear(Field("visits"), 0, 10))]))
>>> org, quarter = Org.of([Node("r1", "One", "rep")]), Quarter(2026, 1)
>>> inputs = PeriodInputs(quarter, org, [], facts={"r1": {"visits": 8}})
>>> closed = close_period(inputs, sheet, by="p2", on=date(2026, 4, 7))
>>> said = {"reason": "two visits are missing", "evidence": ["report of March"], "by": "r1", "on": date(2026, 4, 9)}
>>> [(task.appeal.id, task.late) for task in open_appeals([closed.appeal("A1", "r1", **said)], date(2026, 4, 21)).tasks]
[('A1', 2)]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.evaluation.closing.appeals import Appeal
from pharmasales.evaluation.closing.closed import ClosedPeriod
from pharmasales.yearplan import checked_day

__all__ = ["AppealTask", "OpenAppeals", "open_appeals"]

_DECIDE = Says("decide: neither the person scored nor an author of the close", "裁定（非本人、非关账人）")
_CORRECT = Says("upheld: reopen and close a version that names it", "申诉成立：重开并以新版本更正")


@frozen
class AppealTask:
    """One thing to be done about an appeal (申诉待办).

    Args:
        appeal: the appeal.
        period: the period, as text.
        what: what is to be done.
        due: the last day.
        late: by how many days that is past; 0 where it is not.
    """

    appeal: Appeal
    period: str
    what: Says
    due: date
    late: int


@frozen
class OpenAppeals:
    """What is open as of a day, the latest first. Made by `open_appeals`.

    Args:
        as_of: the day.
        tasks: what is to be done.
    """

    as_of: date
    tasks: tuple[AppealTask, ...] = field(repr=lambda tasks: f"<{len(tasks)} tasks>")

    @property
    def overdue(self) -> tuple[AppealTask, ...]:
        """What is past its day."""
        return tuple(task for task in self.tasks if task.late)

    def table(self) -> Table:
        """Return appeal_id, period, rep_id, what, due, late."""
        rows: list[tuple[Cell, ...]] = [
            (task.appeal.id, task.period, task.appeal.rep, task.what, task.due, task.late) for task in self.tasks
        ]
        return Table("open_appeals", Says("Open appeals", "未结申诉"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("appeal_id", "Appeal", "申诉编号"),
    Column("period", "Period", "期间"),
    Column("rep_id", "Rep id", "代表编号"),
    Column("what", "To do", "待办"),
    Column("due", "Due", "期限", "date"),
    Column("late", "Days late", "逾期天数", "number"),
)


def open_appeals(periods: Iterable[ClosedPeriod], as_of: date) -> OpenAppeals:
    """List the appeals that wait for a decision or for their correction, as the records are now (未结申诉).

    Args:
        periods: closed periods, in any order.
        as_of: the day; what is due on it is not late, and what was filed later is left out.

    Source: issue 8 (appeals), S004-55 (in time).
    """
    day = checked_day(as_of)
    found = [
        AppealTask(one, str(period.period), what, due, max((day - due).days, 0))
        for period in periods
        for one in period.appeals
        if one.on <= day
        for what, due in _waits(period, one)
    ]
    found.sort(key=lambda task: (-task.late, task.due, task.period, task.appeal.id))
    return OpenAppeals(day, tuple(found))


def _waits(period: ClosedPeriod, one: Appeal) -> Iterator[tuple[Says, date]]:
    if one.state == "open":
        yield _DECIDE, one.decide_by(period.terms)
    elif one.decision is not None and one.decision.upheld and period.corrected_by(one.id) is None:
        yield _CORRECT, one.decision.on + timedelta(period.terms.correct_within)
