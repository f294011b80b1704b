"""What comes out of a visit plan: visits, unmet demand, and the load of months and days.

>>> from pharmasales.followup.access import ANY_DAY
>>> march = date(2026, 3, 1)
>>> visit = Visit(march, "r1", "Rep One", "c1", "Dr. Example", "A", 1, 4, Fraction(4), None, ANY_DAY, march)
>>> visit.id
'2026-03-01/r1/c1/1'
"""

from __future__ import annotations

from datetime import date, datetime, time
from fractions import Fraction
from functools import lru_cache
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.followup.access import WEEKDAYS, Access, weekday_names
from pharmasales.followup.planning.targets import LABELS, Appointment, AppointmentKind, Target
from pharmasales.periods import Month
from pharmasales.units import ratio

__all__ = ["DayLoad", "Load", "Reason", "Schedule", "Target", "Unmet", "Visit"]

Reason: TypeAlias = Literal["no-day", "access", "leave", "gap", "full", "filing", "notice", "hours"]


@frozen
class Visit:
    """One planned visit (拜访).

    Args:
        day: when.
        rep: the rep's id.
        rep_name: the rep's label.
        customer: the customer's id.
        name: the customer's label.
        grade: the letter of the customer's grade.
        number: which visit to this customer in the cycle, from 1; those made in it before count.
        of: how many visits are due in the cycle.
        monthly: how many that makes a month.
        since: days since the visit before; none where no visit is known.
        access: when the customer receives.
        cycle: the first day of the cycle.
        place: where.
        together: how many other visits stand at this place on this day.
        start: at what time; none where no hours are asked on this day.
        minutes: how long it takes.
        fixed: the kind of the appointment that it is; empty where the plan chose the day.
    """

    day: date
    rep: str
    rep_name: str
    customer: str
    name: str
    grade: str
    number: int
    of: int
    monthly: Fraction
    since: int | None
    access: Access
    cycle: date
    place: str = ""
    together: int = 0
    start: time | None = None
    minutes: int = 30
    fixed: AppointmentKind | Literal[""] = ""

    @property
    def id(self) -> str:
        """Cycle, rep, customer and number: `2026-01-01/r1/c1/2`; it stays when the visit moves to another day."""
        return f"{self.cycle.isoformat()}/{self.rep}/{self.customer}/{self.number}"

    @property
    def why(self) -> Why:
        """Why this visit on this day: grade and frequency, days since the last one, weekday, hours, place."""
        parts = [_spacing(self.since)]
        if self.fixed in ("", "kept"):
            parts.append(_weekday(self.day.weekday(), self.access.weekdays))
        if self.fixed:
            parts.append(because("{what}", "{what}", what=LABELS[self.fixed]))
        if self.start is not None:
            parts.append(self._hours(self.start))
        if self.together:
            parts.append(because("{n} more at this place on this day", "当日同一地点另有 {n} 次", n=self.together))
        return because(
            "grade {grade}, visit {number} of {of}, {monthly} a month",
            "{grade} 级，第 {number} 次（共 {of} 次），每月 {monthly} 次",
            *parts,
            grade=self.grade,
            number=self.number,
            of=self.of,
            monthly=self.monthly,
        )

    def _hours(self, start: time) -> Why:
        clock, hours = f"{start:%H:%M}", self.access.on(self.day.weekday())
        if not any(one.timed for one in hours):
            return because("at {clock}", "{clock}", clock=clock)
        wished = ", ".join(one.hours for one in hours)
        if self.access.outside(datetime.combine(self.day, start), self.minutes) is None:
            return because("at {clock}, received {hours}", "{clock}，接待时间 {hours}", clock=clock, hours=wished)
        en, zh = "at {clock}, outside the hours wished {hours}", "{clock}，不在期望时间 {hours} 内"
        return because(en, zh, clock=clock, hours=wished)


@lru_cache(maxsize=1024)
def _spacing(since: int | None) -> Why:
    if since is None:
        return because("no visit known before", "此前无拜访记录")
    return because("{days} days after the last one", "距上次 {days} 天", days=since)


@lru_cache(maxsize=1024)
def _weekday(weekday: int, weekdays: frozenset[int]) -> Why:
    here = WEEKDAYS[weekday]
    if len(weekdays) == len(WEEKDAYS):
        return because("{here}, any working day suits", "{here}，任一工作日均可", here=here)
    names = weekday_names(weekdays)
    return because("{here} is a visiting day ({names})", "{here}为接待日（{names}）", here=here, names=names)


@frozen
class Unmet:
    """Visits of one customer that could not be planned (未排拜访).

    Args:
        rep: the rep's id.
        customer: the customer's id.
        name: the customer's label.
        grade: the letter of the customer's grade.
        count: how many visits.
        reason: `no-day` the rep has no field day or no slot; `access` no field day is a visiting day; `leave` the
            rep's leave takes the days; `gap` visiting days and shortest gap leave too few; `full` the days are full;
            `filing` the place asks for a filing number that the rep has not; `notice` an appointment cannot be made in
            time; `hours` the hours of rep and customer do not meet.
        why: the reason in words.
    """

    rep: str
    customer: str
    name: str
    grade: str
    count: int
    reason: Reason
    why: Why


@frozen
class Load:
    """One rep's month (月负荷).

    Args:
        rep: the rep's id.
        rep_name: the rep's label.
        month: the calendar month.
        days: field days in the part of it that can be planned.
        slots: visits that fit, fixed appointments without a target among them taken off.
        planned: visits planned.
        unmet: visits due in this month that no month of the cycle took.
        places: hospitals and other places gone to, each once a day.
        metres: the way of all days, base to base; missing where the base or a place has no coordinates.
    """

    rep: str
    rep_name: str
    month: Month
    days: int
    slots: int
    planned: int
    unmet: int
    places: int = 0
    metres: int | None = None

    @property
    def places_a_day(self) -> Fraction | None:
        """Places gone to over field days; missing where there is none."""
        return ratio(self.places, self.days)


@frozen
class DayLoad:
    """One rep's day (日负荷).

    Args:
        rep: the rep's id.
        rep_name: the rep's label.
        day: a field day, or another on which something is fixed.
        slots: visits that fit.
        planned: visits planned.
        other: fixed appointments that are no planned visit.
        minutes: what visits and appointments take.
        places: hospitals and other places gone to.
        metres: from the base to the nearest place, on to the nearest of the rest, and back; missing where the base or
            a place has no coordinates.
    """

    rep: str
    rep_name: str
    day: date
    slots: int
    planned: int
    other: int
    minutes: int
    places: int
    metres: int | None = None


_REP = (Column("rep_id", "Rep id", "代表编号"), Column("rep", "Rep", "代表"))
_CUSTOMER = (
    Column("customer_id", "Customer id", "客户编号"),
    Column("customer", "Customer", "客户"),
    Column("grade", "Grade", "级别"),
)
_WHY = Column("why", "Why", "原因", "why")
_TRAVEL = (
    Column("places", "Places", "拜访地点", "number"),
    Column("metres", "Metres", "路程（米）", "number"),
)


def _clock(start: time | None) -> str | None:
    return None if start is None else f"{start:%H:%M}"


@frozen
class Schedule:
    """A visit plan (拜访计划): every visit due is either planned or unmet, with the reason.

    Args:
        visits: by day, rep id and customer id.
        unmet: by rep id and customer id.
        loads: by rep id and month.
        days: by rep id and day.
        appointments: what was fixed, by day and rep id; those of targets are among the visits too.
        start: the first day of the cycle.
        end: its last day.
        as_of: the first day that could be planned.
        priority: the grades, first the one that is served first.
    """

    visits: tuple[Visit, ...] = field(repr=False)
    unmet: tuple[Unmet, ...] = field(repr=False)
    loads: tuple[Load, ...] = field(repr=False)
    days: tuple[DayLoad, ...] = field(repr=False)
    appointments: tuple[Appointment, ...] = field(repr=False)
    start: date
    end: date
    as_of: date
    priority: tuple[str, ...]

    def table(self) -> Table:
        """Return the visits as table `visits`."""
        columns = (
            Column("date", "Date", "日期", "date"),
            *_REP,
            *_CUSTOMER,
            _WHY,
            Column("visit_id", "Visit", "拜访编号"),
            Column("start", "Time", "时间"),
        )
        rows: list[tuple[Cell, ...]] = [
            (v.day, v.rep, v.rep_name, v.customer, v.name, v.grade, v.why, v.id, _clock(v.start)) for v in self.visits
        ]
        return Table("visits", Says("Visit plan", "拜访计划"), columns, rows)

    def unmet_table(self) -> Table:
        """Return what could not be planned as table `unmet_visits`."""
        columns = (_REP[0], *_CUSTOMER, Column("count", "Visits", "次数", "number"), _WHY)
        rows = [(u.rep, u.customer, u.name, u.grade, u.count, u.why) for u in self.unmet]
        return Table("unmet_visits", Says("Visits not planned", "未排拜访"), columns, rows)

    def load_table(self) -> Table:
        """Return each rep's months as table `visit_load`."""
        columns = (
            *_REP,
            Column("month", "Month", "月份"),
            Column("field_days", "Field days", "工作日", "number"),
            Column("slots", "Slots", "可访次数", "number"),
            Column("planned", "Planned", "已排", "number"),
            Column("unmet", "Unmet", "未排", "number"),
            *_TRAVEL,
        )
        rows = [
            (x.rep, x.rep_name, str(x.month), x.days, x.slots, x.planned, x.unmet, x.places, x.metres)
            for x in self.loads
        ]
        return Table("visit_load", Says("Load", "拜访负荷"), columns, rows)

    def day_table(self) -> Table:
        """Return each rep's days as table `visit_days`."""
        columns = (
            *_REP,
            Column("date", "Date", "日期", "date"),
            Column("slots", "Slots", "可访次数", "number"),
            Column("planned", "Planned", "已排", "number"),
            Column("other", "Other", "其他安排", "number"),
            Column("minutes", "Minutes", "分钟", "number"),
            *_TRAVEL,
        )
        rows = [
            (x.rep, x.rep_name, x.day, x.slots, x.planned, x.other, x.minutes, x.places, x.metres) for x in self.days
        ]
        return Table("visit_days", Says("Load by day", "每日负荷"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)
