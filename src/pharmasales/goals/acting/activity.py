"""Activity goals against what came (活动追踪): by day and week, what is due today, and what is late.

>>> from pharmasales.units import CUSTOMER, VISIT
>>> from pharmasales.workdays import CHINA
>>> goals = [
...     ActivityGoal("visits", Amount.of(8, VISIT), "day"),
...     ActivityGoal("new", Amount.of(3, CUSTOMER), "week"),
... ]
>>> seen = {"visits": {date(2026, 3, 2): Amount.of(7, VISIT), date(2026, 3, 3): Amount.of(9, VISIT)}}
>>> week = Week(2026, 10)
>>> found = track_activity(goals, seen, week, date(2026, 3, 4), CHINA)
>>> print(found.days("visits").text(most=4))
Goal    Day         Planned  Actual  Planned so far  Reported so far
------  ----------  -------  ------  --------------  ---------------
visits  2026-03-02        8       7               8                7
visits  2026-03-03        8       9              16               16
visits  2026-03-04        8                      24               16
visits  2026-03-05        8                      32
… and 1 more rows
>>> [str(one.amount) for one in found.due(date(2026, 3, 4))]
['8 VISIT', '3 CUSTOMER']
>>> [(line.goal, str(line.planned), str(line.reported), line.unreported) for line in found.weeks]
[('visits', '40 VISIT', '16 VISIT', 1), ('new', '3 CUSTOMER', '0 CUSTOMER', 3)]

Source: S000-27 (weekly: contracts to sign with dates; daily: visits, call-backs, new customers).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.goals.acting.activity_goals import ActivityGoal, planned_days, refuse_activity
from pharmasales.periods import Period, Week
from pharmasales.units import Amount
from pharmasales.workdays import Calendar

__all__ = ["ActivityReport", "DayLine", "Due", "WeekLine", "track_activity"]


@frozen
class DayLine:
    """A goal on one day (日计划与实际).

    Args:
        goal: the goal's id.
        day: the day.
        planned: what was planned for it; zero on a day off.
        actual: what came; missing where nothing was reported.
        planned_so_far: planned since the beginning, this day included.
        reported_so_far: what was reported since the beginning; missing after the day asked for.
    """

    goal: str
    day: date
    planned: Amount
    actual: Amount | None
    planned_so_far: Amount
    reported_so_far: Amount | None


@frozen
class WeekLine:
    """A goal in one week (周计划与实际).

    Args:
        goal: the goal's id.
        week: the week.
        planned: what was planned for the days of it that lie in the stretch.
        reported: what was reported of them.
        unreported: the working days of it, up to the day asked for, that nothing was reported of.
    """

    goal: str
    week: Week
    planned: Amount
    reported: Amount
    unreported: int


@frozen
class Due:
    """What a goal still asks for (待完成).

    Args:
        goal: the goal's id.
        amount: how many are still to come.
        by: the day by which.
        late: the calendar days that have passed since; 0 while there is time.
    """

    goal: str
    amount: Amount
    by: date
    late: int = 0


@frozen
class ActivityReport:
    """Activity goals against what came. Made by `track_activity`.

    Args:
        within: the stretch.
        as_of: the day, counted as passed.
        goals: the goals.
        lines: each goal on each day that is planned or reported, in order.
        weeks: each goal in each week.
        late: the goals by date that were not met in time.
    """

    within: Period
    as_of: date
    goals: tuple[ActivityGoal, ...]
    lines: tuple[DayLine, ...] = field(repr=lambda lines: f"<{len(lines)} days>")
    weeks: tuple[WeekLine, ...] = field(repr=lambda lines: f"<{len(lines)} weeks>")
    late: tuple[Due, ...]

    def due(self, day: date) -> tuple[Due, ...]:
        """Return what is still to be done on a day (当日待办).

        A goal by day asks for what the day plans less what it reported; one by week for what the week plans up to the
        day less what it reported so far; one by date, on that day, for all that is open.

        Args:
            day: the day, usually today.
        """
        found = []
        for goal in self.goals:
            lines = [line for line in self.lines if line.goal == goal.id and line.day <= day]
            if goal.per == "day":
                lines = [line for line in lines if line.day == day]
            if goal.per == "week":
                lines = [line for line in lines if line.day.isocalendar()[:2] == day.isocalendar()[:2]]
            rest = _total([line.planned for line in lines], goal) - _total([line.actual for line in lines], goal)
            if rest.minor > 0 and goal.due in (None, day):
                found.append(Due(goal.id, rest, day))
        return tuple(found)

    def days(self, goal_id: str | None = None) -> Table:
        """Return goal_id, day, planned, actual, planned_so_far, reported_so_far; of one goal, or of all."""
        rows: list[tuple[Cell, ...]] = [
            (
                line.goal,
                line.day,
                line.planned.value,
                *(
                    None if one is None else one.value
                    for one in (line.actual, line.planned_so_far, line.reported_so_far)
                ),
            )
            for line in self.lines
            if goal_id in (None, line.goal)
        ]
        return Table("activity_days", Says("Activity by day", "每日活动"), _DAYS, rows)

    def table(self) -> Table:
        """Return goal_id, week, planned, reported, difference, unreported."""
        rows: list[tuple[Cell, ...]] = [
            (
                line.goal,
                str(line.week),
                line.planned.value,
                line.reported.value,
                (line.reported - line.planned).value,
                line.unreported,
            )
            for line in self.weeks
        ]
        return Table("activity_weeks", Says("Activity by week", "每周活动"), _WEEKS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=50)


def _value(amount: Amount | None) -> Cell:
    return None if amount is None else amount.value


def _total(amounts: Iterable[Amount | None], goal: ActivityGoal) -> Amount:
    return Amount.total((one for one in amounts if one is not None), goal.amount.unit)


_GOAL = Column("goal_id", "Goal", "目标")
_DAYS = (
    _GOAL,
    Column("day", "Day", "日期", "date"),
    Column("planned", "Planned", "计划", "amount"),
    Column("actual", "Actual", "实际", "amount"),
    Column("planned_so_far", "Planned so far", "累计计划", "amount"),
    Column("reported_so_far", "Reported so far", "累计上报", "amount"),
)
_WEEKS = (
    _GOAL,
    Column("week", "Week", "周"),
    Column("planned", "Planned", "计划", "amount"),
    Column("reported", "Reported", "上报", "amount"),
    Column("difference", "Difference", "差异", "amount"),
    Column("unreported", "Days not reported", "未报天数", "number"),
)


def track_activity(
    goals: Sequence[ActivityGoal],
    actual: Mapping[str, Mapping[date, Amount]],
    within: Period,
    as_of: date,
    calendar: Calendar,
) -> ActivityReport:
    """Set activity goals against what came, by day and week (活动目标追踪).

    A goal by day asks for its amount on each working day. One by week is spread over the working days of the week, one
    by date over those from the beginning to the date, by largest remainder, the first days first; where there is no
    working day nothing is planned. A working day without a report is not zero: it is counted as not reported.

    Args:
        goals: the goals.
        actual: what came, by goal and day; zero where nothing did. A day off counts too; days after the day asked for
            are refused.
        within: the stretch. A week that lies in it in part has its whole goal on the working days within.
        as_of: the day, counted as passed.
        calendar: the working days.

    Source: S000-27.

    Raises:
        BadRows: every twin id, due date on a day off or outside the stretch, report of an unknown goal, outside the
            stretch, after the day, or in another unit.
        UnknownYear: a year that the calendar does not know.
    """
    refuse_activity(goals, actual, within, as_of, calendar)
    working = calendar.workdays(within.start, within.end)
    lines: list[DayLine] = []
    weeks: list[WeekLine] = []
    for goal in goals:
        plan, reported = planned_days(goal, working), actual.get(goal.id, {})
        own = list(_days(goal, plan, reported, as_of))
        lines += own
        weeks += _weeks(goal, own, as_of)
    late = tuple(
        Due(goal.id, rest, goal.due, (as_of - goal.due).days)
        for goal in goals
        if goal.due is not None and goal.due < as_of
        for rest in [goal.amount - _total(actual.get(goal.id, {}).values(), goal)]
        if rest.minor > 0
    )
    return ActivityReport(within, as_of, tuple(goals), tuple(lines), tuple(weeks), late)


def _days(
    goal: ActivityGoal, plan: Mapping[date, int], reported: Mapping[date, Amount], as_of: date
) -> Iterator[DayLine]:
    unit = goal.amount.unit
    planned, done = 0, Amount(0, unit)
    for day in sorted(plan.keys() | reported.keys()):
        planned += plan.get(day, 0)
        done = done + reported.get(day, Amount(0, unit))
        told = done if day <= as_of else None
        yield DayLine(goal.id, day, Amount(plan.get(day, 0), unit), reported.get(day), Amount(planned, unit), told)


def _weeks(goal: ActivityGoal, lines: Sequence[DayLine], as_of: date) -> Iterator[WeekLine]:
    groups: dict[Week, list[DayLine]] = {}
    for line in lines:
        iso = line.day.isocalendar()
        groups.setdefault(Week(iso.year, iso.week), []).append(line)
    for week, own in groups.items():
        planned, reported = _total([line.planned for line in own], goal), _total([line.actual for line in own], goal)
        gone = sum(line.actual is None and line.day <= as_of for line in own)
        yield WeekLine(goal.id, week, planned, reported, gone)
