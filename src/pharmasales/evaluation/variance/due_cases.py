"""What is open and overdue among deviation cases as of a day (未结偏差): who is to do what by when.

>>> from pharmasales.evaluation.variance.cases import DeviationCase
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import CNY, Amount
>>> sums = Amount.of(90, CNY), Amount.of(300, CNY), None
>>> names = {"rep": "p1", "manager": "p2", "on": date(2026, 2, 16), "answer_by": date(2026, 2, 20)}
>>> case = DeviationCase("K1", "behind", "r1", Quarter(2026, 1), *sums, **names)
>>> print(open_cases([case], date(2026, 2, 23)).table())
Case  Node id  Kind                   State                To do         Who     Due         Days late
----  -------  ---------------------  -------------------  ------------  ------  ----------  ---------
K1    r1       sales behind schedule  found, no cause yet  find a cause  p1, p2  2026-02-20          3
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.evaluation.variance.cases import DeviationCase
from pharmasales.evaluation.variance.causes import KINDS
from pharmasales.evaluation.variance.responses import CASE_STATES
from pharmasales.yearplan import checked_day

__all__ = ["OpenCases", "OpenTask", "open_cases"]

_CAUSE = Says("find a cause", "定原因")
_ANSWER = Says("set a measure or ask for a change of the plan", "定措施或申请调整")
_CLOSE = Says("close the case", "结案")
_TURNS = {
    "draft": (Says("propose the change", "提出调整"), ("rep", "manager")),
    "proposed": (Says("accept or reject the change", "确认或退回调整"), ("rep",)),
    "accepted": (Says("approve or reject the change", "批准或退回调整"), ("manager",)),
    "approved": (Says("put the change in force", "使调整生效"), ("manager",)),
}


@frozen
class OpenTask:
    """One thing to be done about a case (待办).

    Args:
        case: the case.
        what: what is to be done.
        who: the ids of those whose turn it is.
        due: the last day; none where no day is set.
        late: by how many days that is past; 0 where it is not.
    """

    case: DeviationCase
    what: Says
    who: tuple[str, ...]
    due: date | None
    late: int


@frozen
class OpenCases:
    """What is open as of a day, the latest first. Made by `open_cases`.

    Args:
        as_of: the day.
        tasks: what is to be done.
    """

    as_of: date
    tasks: tuple[OpenTask, ...] = field(repr=lambda tasks: f"<{len(tasks)} tasks>")

    @property
    def overdue(self) -> tuple[OpenTask, ...]:
        """What is past its day."""
        return tuple(task for task in self.tasks if task.late)

    def table(self) -> Table:
        """Return case_id, node_id, kind, state, what, who, due, days late."""
        rows = [self._row(task) for task in self.tasks]
        return Table("open_cases", Says("Open deviations", "未结偏差"), _COLUMNS, rows)

    def _row(self, task: OpenTask) -> tuple[Cell, ...]:
        case, state = task.case, task.case.state_on(self.as_of)
        says = None if state is None else CASE_STATES[state]
        return (case.id, case.node, KINDS[case.kind], says, task.what, ", ".join(task.who), task.due, task.late)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("case_id", "Case", "处理单"),
    Column("node_id", "Node id", "节点编号"),
    Column("kind", "Kind", "类别"),
    Column("state", "State", "状态"),
    Column("what", "To do", "待办"),
    Column("who", "Who", "责任人"),
    Column("due", "Due", "期限", "date"),
    Column("late", "Days late", "逾期天数", "number"),
)


def open_cases(cases: Iterable[DeviationCase], as_of: date) -> OpenCases:
    """List what is to be done about cases as of a day, the latest first, then by day and case (待办清单).

    Steps taken after that day do not count, so yesterday's list can be made again. The state of a change of the plan is
    the one that the case was last told (`DeviationCase.follow`).

    Args:
        cases: the cases, in any order; those found later and those closed are left out.
        as_of: the day; what is due on it is not late.

    Source: S004-23, S004-55 (in time).
    """
    day = checked_day(as_of)
    found = [
        OpenTask(case, what, who, due, 0 if due is None else max((day - due).days, 0))
        for case in cases
        for what, who, due in _tasks(case, day)
    ]
    found.sort(key=lambda task: (-task.late, task.due is None, task.due or day, task.case.id, task.what.en))
    return OpenCases(day, tuple(found))


def _tasks(case: DeviationCase, day: date) -> list[tuple[Says, tuple[str, ...], date | None]]:
    state, both = case.state_on(day), (case.rep, case.manager)
    if state in (None, "closed"):
        return []
    if state == "found":
        return [(_CAUSE, both, case.answer_by)]
    if state == "explained":
        return [(_ANSWER, both, case.answer_by)]
    if state == "answered":
        return [(_CLOSE, (case.manager,), None)]
    tasks: list[tuple[Says, tuple[str, ...], date | None]] = []
    for number, one in enumerate(case.measures, 1):
        if one.open_on(day):
            tasks.append((Says(f"measure {number}", f"措施 {number}"), (one.owner,), one.due))
    for change in case.changes:
        turn = _TURNS.get(change.state_on(day) or "")
        if turn is not None:
            tasks.append((turn[0], tuple(getattr(case, role) for role in turn[1]), change.answer_by))
    return tasks
