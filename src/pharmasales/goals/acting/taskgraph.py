"""Task graph (任务网络): what can begin when, what must not slip, and on which working days (关键路径).

Tasks name those that they follow; what follows nothing in common runs in parallel. Durations are whole working days, so
no start, finish or due date that is worked out here ever falls on a day off.

>>> from pharmasales.workdays import CHINA
>>> tasks = [
...     Task("list", 2),
...     Task("talks", 5, after=("list",)),
...     Task("papers", 3, after=("list",)),
...     Task("meeting", 1, after=("talks", "papers")),
... ]
>>> found = schedule_tasks(tasks, date(2026, 2, 12), CHINA)
>>> print(found.table())
Task     Days  Start       Finish      Latest start  Latest finish  Slack  Critical  Due  Late
-------  ----  ----------  ----------  ------------  -------------  -----  --------  ---  ----
list        2  2026-02-12  2026-02-13  2026-02-12    2026-02-13         0  yes
talks       5  2026-02-14  2026-02-27  2026-02-14    2026-02-27         0  yes
papers      3  2026-02-14  2026-02-25  2026-02-25    2026-02-27         2  no
meeting     1  2026-02-28  2026-02-28  2026-02-28    2026-02-28         0  yes
>>> found.critical, found.length, found.serial
(('list', 'talks', 'meeting'), 8, 11)

Source: S004-46 (sequence, parallel and serial, average duration), S000-28.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import NotFound
from pharmasales.goals.acting.plan_tasks import Task, order_tasks, refuse_tasks
from pharmasales.workdays import Calendar

__all__ = ["Scheduled", "TaskSchedule", "schedule_tasks"]


@frozen
class Scheduled:
    """When a task can and must take place. All days are working days; both ends count.

    Args:
        task: the task.
        start: the earliest start (最早开始).
        finish: the earliest finish (最早完成); of a milestone the day at whose end it is reached.
        latest_start: the latest start that keeps the end of all (最晚开始).
        latest_finish: the latest finish (最晚完成).
        slack: the working days it can slip without moving the end of all (总时差).
        late: the working days by which it finishes after its due date; 0 in time, missing without one.
    """

    task: Task
    start: date
    finish: date
    latest_start: date
    latest_finish: date
    slack: int
    late: int | None

    @property
    def critical(self) -> bool:
        """Whether it cannot slip at all (关键任务)."""
        return not self.slack


@frozen
class TaskSchedule:
    """The schedule of a task graph. Made by `schedule_tasks`.

    Args:
        rows: each task by id, in the order given.
        critical: a chain of tasks that sets the length, first to last (关键路径).
        length: the working days from the first start to the last finish, with what runs in parallel.
        serial: the working days of all tasks, one after the other.
    """

    rows: Mapping[str, Scheduled] = field(repr=lambda rows: f"<{len(rows)} tasks>", hash=False)
    critical: tuple[str, ...]
    length: int
    serial: int

    def __getitem__(self, task_id: str) -> Scheduled:
        found = self.rows.get(task_id)
        if found is None:
            raise NotFound("no such task", where=f"task {task_id!r}", code="tasks.id")
        return found

    @property
    def late(self) -> tuple[Scheduled, ...]:
        """The tasks that finish after their due date."""
        return tuple(row for row in self.rows.values() if row.late)

    def why(self, task_id: str) -> Why:
        """Say what holds a task where it is.

        Raises:
            NotFound: no such task.
        """
        row = self[task_id]
        before = [
            one for one in row.task.after if self.rows[one].finish == max(self.rows[o].finish for o in row.task.after)
        ]
        parts = []
        if before:
            en, zh = "after {tasks}, finished on {day}", "在 {tasks} 完成（{day}）之后"
            day = self.rows[before[0]].finish.isoformat()
            parts.append(because(en, zh, tasks=", ".join(before), day=day))
        if row.task.not_before is not None:
            parts.append(because("not before {day}", "不早于 {day}", day=row.task.not_before.isoformat()))
        slip = (
            because("cannot slip: it is critical", "不可推迟：关键任务")
            if row.critical
            else because("can slip {slack} working days", "可推迟 {slack} 个工作日", slack=row.slack)
        )
        return because(
            "{task}: {days} working days, {start} to {finish}",
            "{task}：{days} 个工作日，{start} 至 {finish}",
            *parts,
            slip,
            task=task_id,
            days=row.task.days,
            start=row.start.isoformat(),
            finish=row.finish.isoformat(),
        )

    def table(self) -> Table:
        """Return task_id, days, start, finish, latest_start, latest_finish, slack, critical, due, late."""
        rows: list[tuple[Cell, ...]] = [
            (
                row.task.id,
                row.task.days,
                row.start,
                row.finish,
                row.latest_start,
                row.latest_finish,
                row.slack,
                _YES if row.critical else _NO,
                row.task.due,
                row.late,
            )
            for row in self.rows.values()
        ]
        return Table("tasks", Says("Tasks", "任务"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=50)


_YES, _NO = Says("yes", "是"), Says("no", "否")
_COLUMNS = (
    Column("task_id", "Task", "任务"),
    Column("days", "Days", "工期", "number"),
    Column("start", "Start", "最早开始", "date"),
    Column("finish", "Finish", "最早完成", "date"),
    Column("latest_start", "Latest start", "最晚开始", "date"),
    Column("latest_finish", "Latest finish", "最晚完成", "date"),
    Column("slack", "Slack", "时差", "number"),
    Column("critical", "Critical", "关键"),
    Column("due", "Due", "截止日", "date"),
    Column("late", "Late", "延误", "number"),
)


def schedule_tasks(tasks: Iterable[Task], start: date, calendar: Calendar) -> TaskSchedule:
    """Schedule a task graph by the critical path (关键路径法): exact, without recursion, whatever its depth.

    Everything begins as early as it can. A milestone is reached at the end of the day on which the last task before it
    finishes; one that follows nothing, on the first day.

    Args:
        tasks: the tasks, in any order.
        start: the day on which work begins; the next working day where it is a day off.
        calendar: the working days.

    Source: S004-46.

    Raises:
        BadRows: every task that is refused: twin ids, an unknown task to follow, days that are no whole number
            or below zero, a due date on a day off (see `working_due`).
        BadRule: no task, or tasks that wait for each other, with the way round.
        UnknownYear: a year that the calendar does not know.
    """
    given = list(tasks)
    refuse_tasks(given, calendar)
    first = calendar.add(start, 0)
    before = {task.id: task.after for task in given}
    order, after = order_tasks(given)
    days = {task.id: task.days for task in given}
    begins = {
        task.id: calendar.count(first, task.not_before - timedelta(days=1)) + (not task.days)
        for task in given
        if task.not_before is not None and task.not_before > first
    }
    early: dict[str, int] = {}
    for one in order:
        early[one] = max([begins.get(one, 0), *(early[other] + days[other] for other in before[one])])
    length = max(early[one] + days[one] for one in order)
    late: dict[str, int] = {}
    for one in reversed(order):
        late[one] = min([late[other] for other in after[one]], default=length) - days[one]
    on = calendar.workdays(first, calendar.add(first, max(length - 1, 0)))
    rows = {task.id: _scheduled(task, early[task.id], late[task.id], on, calendar) for task in given}
    return TaskSchedule(rows, _chain(order, before, early, days, length), length, sum(days.values()))


def _scheduled(task: Task, early: int, late: int, on: Sequence[date], calendar: Calendar) -> Scheduled:
    def begins(at: int) -> date:
        return on[at if task.days else max(at - 1, 0)]

    def ends(at: int) -> date:
        return on[max(at + task.days - 1, 0)]

    over = None
    if task.due is not None:
        over = calendar.count(task.due + timedelta(days=1), ends(early)) if ends(early) > task.due else 0
    return Scheduled(task, begins(early), ends(early), begins(late), ends(late), late - early, over)


def _chain(
    order: Sequence[str],
    before: Mapping[str, tuple[str, ...]],
    early: Mapping[str, int],
    days: Mapping[str, int],
    length: int,
) -> tuple[str, ...]:
    """Go back from the first task that ends last, each time to the first one that it waited for."""
    here: str | None = next(one for one in order if early[one] + days[one] == length)
    chain: list[str] = []
    while here is not None:
        chain.append(here)
        begun = early[here]
        here = next((one for one in before[here] if early[one] + days[one] == begun), None)
    return tuple(reversed(chain))
