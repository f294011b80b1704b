"""Tasks (任务): what follows what, whether that can be at all, and due dates that are working days.

>>> [task.after for task in in_series([Task("a", 1), Task("b", 2), Task("c", 1, after=("a",))])]
[(), ('a',), ('a', 'b')]
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Literal, TypeAlias

from attrs import evolve, field, frozen

from pharmasales.errors import BadRows, BadRule, BadValue, NotFound, PharmaSalesError
from pharmasales.names import nearest, normal_id, twins
from pharmasales.workdays import Calendar

__all__ = ["DayOff", "Task", "in_series", "normal_ids", "order_tasks", "refuse_tasks", "working_due"]


DayOff: TypeAlias = Literal["refuse", "before", "after"]
"""What becomes of a due date on a day off: refuse it, or move it to the working day before or after."""


def normal_ids(given: Iterable[str]) -> tuple[str, ...]:
    """Return ids in their normal form.

    >>> normal_ids([" a "])
    ('a',)
    """
    return tuple(normal_id(one) for one in given)


@frozen
class Task:
    """One task (任务).

    Args:
        id: its id.
        days: how many working days it takes; 0 for a milestone (里程碑).
        after: the ids of the tasks that must be finished first.
        not_before: the first day on which it may begin, or none.
        due: the working day by which it is due (截止日), or none.
    """

    id: str = field(converter=normal_id)
    days: int
    after: tuple[str, ...] = field(default=(), converter=normal_ids)
    not_before: date | None = None
    due: date | None = None


def in_series(tasks: Sequence[Task]) -> tuple[Task, ...]:
    """Put tasks one after the other in the order given (串行): each also follows the one before it.

    Source: S004-46 (one at a time).
    """
    found = list(tasks[:1])
    for before, task in pairwise(tasks):
        found.append(task if before.id in task.after else evolve(task, after=(*task.after, before.id)))
    return tuple(found)


def working_due(day: date, calendar: Calendar, off: DayOff = "refuse") -> date:
    """Return a due date that is a working day (截止日顺延).

    Args:
        day: the day wanted.
        calendar: the working days.
        off: what becomes of a day off.

    >>> from pharmasales.workdays import CHINA
    >>> working_due(date(2026, 2, 17), CHINA, "after"), working_due(date(2026, 2, 17), CHINA, "before")
    (datetime.date(2026, 2, 24), datetime.date(2026, 2, 14))

    Raises:
        BadValue: a day off where it is refused, or an unknown word.
        UnknownYear: a year that the calendar does not know.
    """
    if off not in ("refuse", "before", "after"):
        hint = nearest(str(off), ("refuse", "before", "after"))
        raise BadValue("what becomes of a day off?", where="off", hint=hint, code="tasks.off")
    if calendar.is_workday(day):
        return day
    if off == "refuse":
        hint = f"use {calendar.add(day, -1)} or {calendar.add(day, 0)}"
        raise BadValue(f"{day} is a day off: {calendar.reason(day)[0]}", where="due", hint=hint, code="tasks.off")
    return calendar.add(day, 0 if off == "after" else -1)


def refuse_tasks(tasks: Sequence[Task], calendar: Calendar) -> None:
    """Refuse tasks that cannot be scheduled, all of them at once.

    Raises:
        BadRows: as `schedule_tasks`.
        BadRule: no task.
    """
    if not tasks:
        raise BadRule("no task", hint="give at least one", code="tasks.empty")
    there = {task.id for task in tasks}
    bad: list[PharmaSalesError] = [
        BadValue(
            f"twin ids in tasks {first + 1} and {second + 1}", where=f"task {tasks[second].id!r}", code="tasks.twins"
        )
        for first, second in twins(task.id for task in tasks)
    ]
    for task in tasks:
        where = f"task {task.id!r}"
        if type(task.days) is not int or task.days < 0:
            bad.append(BadValue("no whole number of working days", where=where, hint="0 or more", code="tasks.days"))
        bad += (
            NotFound(f"follows {one!r}, which is not there", where=where, hint=nearest(one, there), code="tasks.after")
            for one in task.after
            if one not in there
        )
        if task.due is not None and not calendar.is_workday(task.due):
            bad.append(BadValue("due on a day off", where=where, hint="move it with working_due", code="tasks.off"))
    if bad:
        raise BadRows(f"{len(bad)} faults in the tasks", bad)


def order_tasks(tasks: Sequence[Task]) -> tuple[list[str], Mapping[str, list[str]]]:
    """Return the ids so that each stands after those it follows, and who follows each.

    >>> order_tasks([Task("b", 1, after=("a",)), Task("a", 1)])
    (['a', 'b'], {'b': [], 'a': ['b']})

    Raises:
        BadRule: tasks that wait for each other, with the way round.
    """
    after: dict[str, list[str]] = {task.id: [] for task in tasks}
    waiting: dict[str, int] = {}
    for task in tasks:
        followed = set(task.after)
        waiting[task.id] = len(followed)
        for one in dict.fromkeys(task.after):
            after[one].append(task.id)
    ready = deque(task.id for task in tasks if not waiting[task.id])
    order: list[str] = []
    while ready:
        one = ready.popleft()
        order.append(one)
        for other in after[one]:
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    if len(order) < len(tasks):
        raise _circle({task.id: task.after for task in tasks}, set(order))
    return order, after


def _circle(before: Mapping[str, tuple[str, ...]], done: set[str]) -> BadRule:
    """Go back from a task that can never begin until one repeats; say the way forward."""
    here = next(one for one in before if one not in done)
    seen: dict[str, None] = {}
    while here not in seen:
        seen[here] = None
        here = next(one for one in before[here] if one not in done)
    path = [*seen, here]
    path = path[path.index(here) :][::-1]
    shown = path if len(path) <= 12 else [*path[:6], "...", *path[-5:]]
    return BadRule(f"cycle: {' > '.join(shown)}", hint="let one of them follow another task", code="tasks.cycle")
