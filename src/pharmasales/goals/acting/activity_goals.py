"""Activity goals (活动目标): so many visits a day, call-backs a week, contracts by a date.

>>> from pharmasales.units import CUSTOMER
>>> from pharmasales.workdays import CHINA
>>> new = ActivityGoal("new", Amount.of(3, CUSTOMER), "week")
>>> list(planned_days(new, CHINA.workdays(date(2026, 3, 2), date(2026, 3, 8))).values())
[1, 1, 1, 0, 0]

Source: S000-27.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable, NotFound, PharmaSalesError
from pharmasales.names import nearest, normal_id, twins
from pharmasales.periods import Period
from pharmasales.splits import apportion
from pharmasales.units import Amount
from pharmasales.workdays import Calendar

__all__ = ["ActivityGoal", "Rhythm", "planned_days", "refuse_activity"]

Rhythm: TypeAlias = Literal["day", "week", "date"]
"""How often a goal is to be met: each working day, each week, or once by a date."""


@frozen
class ActivityGoal:
    """What is to be done how often (活动目标).

    Args:
        id: its id.
        amount: how many: visits, call-backs, new customers, contracts.
        per: `day` for each working day, `week` for each week, `date` for once by a day.
        due: the day by which it is due, for `date` alone; a working day.

    Raises:
        BadRule: an unknown rhythm, or a due date where none belongs, or none where one does.
        BadValue: an amount below zero.
    """

    id: str = field(converter=normal_id)
    amount: Amount = field(repr=False)
    per: Rhythm = "day"
    due: date | None = None

    def __attrs_post_init__(self) -> None:
        where = f"goal {self.id!r}"
        if self.per not in ("day", "week", "date"):
            hint = nearest(str(self.per), ("day", "week", "date"))
            raise BadRule("how often?", where=where, hint=hint, code="activity.per")
        if (self.per == "date") != (self.due is not None):
            raise BadRule("a due date belongs to a goal by date alone", where=where, code="activity.due")
        if self.amount.minor < 0:
            raise BadValue("a goal below zero", where=where, code="goal.negative")


def planned_days(goal: ActivityGoal, working: Sequence[date]) -> dict[date, int]:
    """Return what a goal plans for each working day of a stretch, in smallest parts.

    Args:
        goal: the goal.
        working: the working days, in order.
    """
    if goal.per == "day":
        return dict.fromkeys(working, goal.amount.minor)
    if goal.due is not None:
        return _spread(goal, [day for day in working if day <= goal.due])
    groups: dict[tuple[int, int], list[date]] = {}
    for day in working:
        iso = day.isocalendar()
        groups.setdefault((iso.year, iso.week), []).append(day)
    return {day: n for days in groups.values() for day, n in _spread(goal, days).items()}


def _spread(goal: ActivityGoal, days: Sequence[date]) -> dict[date, int]:
    return dict(zip(days, apportion(goal.amount.minor, [1] * len(days)), strict=True)) if days else {}


def refuse_activity(
    goals: Sequence[ActivityGoal],
    actual: Mapping[str, Mapping[date, Amount]],
    within: Period,
    as_of: date,
    calendar: Calendar,
) -> None:
    """Refuse goals and reports that cannot be tracked, all of them at once.

    Raises:
        BadRows: as `track_activity`.
        UnknownYear: a due date in a year that the calendar does not know.
    """
    known = {goal.id: goal for goal in goals}
    bad: list[PharmaSalesError] = [
        BadValue("twin ids", where=f"goal {goals[second].id!r}", code="activity.twins")
        for _, second in twins(goal.id for goal in goals)
    ]
    for goal in goals:
        if goal.due is not None and (goal.due not in within or not calendar.is_workday(goal.due)):
            hint = "a working day of the stretch"
            bad.append(BadValue("due on no such day", where=f"goal {goal.id!r}", hint=hint, code="activity.due"))
    for goal_id, days in actual.items():
        if goal_id not in known:
            hint = nearest(goal_id, known)
            bad.append(NotFound("no such goal", where=f"goal {goal_id!r}", hint=hint, code="activity.goal"))
            continue
        for day, amount in days.items():
            where = f"goal {goal_id!r}, {day}"
            if day not in within or day > as_of:
                bad.append(BadValue("a report outside the days passed", where=where, code="activity.day"))
            if amount.unit != known[goal_id].amount.unit:
                said = f"{amount.unit.code} with {known[goal_id].amount.unit.code}"
                bad.append(NotComparable(said, where=where, code="unit"))
    if bad:
        raise BadRows(f"{len(bad)} faults in the activity goals", bad)
