"""What a visit plan is made of: targets and reps going in, visits, unmet demand and load coming out.

>>> Target("c1", "Dr. Example", "r1", "A", visits=4, gap=3).access.any_weekday
True
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadValue
from pharmasales.followup.access import ANY_DAY, WEEKDAYS, Access, weekday_names
from pharmasales.names import clean, normal_id
from pharmasales.periods import Month

__all__ = ["Load", "Reason", "Schedule", "Target", "Unmet", "Visit"]

Reason: TypeAlias = Literal["no-day", "access", "leave", "gap", "full"]


def _customer_id(text: str) -> str:
    return normal_id(text, "customer id")


def _rep_id(text: str) -> str:
    return normal_id(text, "rep id")


def _in_order(days: Iterable[date]) -> tuple[date, ...]:
    return tuple(sorted(days))


@frozen
class Target:
    """A customer to be visited (目标客户).

    Args:
        customer: stable id.
        name: the label shown to people.
        rep: the id of the rep who visits.
        grade: the letter of the customer's grade.
        visits: visits due within the horizon, as `Cadence.visits` counts them.
        gap: the shortest gap between two visits, in calendar days, from 1.
        access: when the customer receives.
        place: the hospital or other place; visits to one place on one day are cheaper.
        done: visits made before the horizon; the gap holds to the last of them.
        monthly: how many visits a month its cadence asks for, for the reasons; counted from `visits` where left out.

    >>> Target("c1", "Dr. Example", "r1", "A", visits=-1, gap=3)
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: visits due are a whole number from 0 @ customer 'c1' [followup.visits]

    Raises:
        BadValue: visits below 0 or a gap below 1, or no whole numbers.
    """

    customer: str = field(converter=_customer_id)
    name: str = field(converter=clean)
    rep: str = field(converter=_rep_id)
    grade: str
    visits: int = field()
    gap: int = field()
    access: Access = ANY_DAY
    place: str = field(default="", converter=clean)
    done: tuple[date, ...] = field(default=(), converter=_in_order)
    monthly: Fraction | None = None

    @visits.validator
    def _due(self, _attribute: object, value: object) -> None:
        if type(value) is not int or value < 0:
            where = f"customer {self.customer!r}"
            raise BadValue("visits due are a whole number from 0", where=where, code="followup.visits")

    @gap.validator
    def _a_day(self, _attribute: object, value: object) -> None:
        if type(value) is not int or value < 1:
            where = f"customer {self.customer!r}"
            raise BadValue("the shortest gap is a whole number of days from 1", where=where, code="followup.gap")


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
        number: which visit to this customer in the plan, from 1.
        of: how many visits are due in the horizon.
        monthly: how many that makes a month.
        since: days since the visit before; none where no visit is known.
        access: when the customer receives.
        place: where.
        together: how many other visits stand at this place on this day.
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
    place: str = ""
    together: int = 0

    @property
    def id(self) -> str:
        """Day, rep and customer: `2026-01-05/r1/c1`."""
        return f"{self.day.isoformat()}/{self.rep}/{self.customer}"

    @property
    def why(self) -> Why:
        """Why this visit on this day: grade and frequency, days since the last one, weekday, place."""
        parts = [_spacing(self.since), _weekday(self.day.weekday(), self.access.weekdays)]
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
            rep's leave takes the days; `gap` visiting days and shortest gap leave too few; `full` the days are full.
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
        days: field days in the part of it that the horizon covers.
        slots: visits that fit.
        planned: visits planned.
        unmet: visits due in this month that no month of the horizon took.
    """

    rep: str
    rep_name: str
    month: Month
    days: int
    slots: int
    planned: int
    unmet: int


_REP = (Column("rep_id", "Rep id", "代表编号"), Column("rep", "Rep", "代表"))
_CUSTOMER = (
    Column("customer_id", "Customer id", "客户编号"),
    Column("customer", "Customer", "客户"),
    Column("grade", "Grade", "级别"),
)
_WHY = Column("why", "Why", "原因", "why")


@frozen
class Schedule:
    """A visit plan (拜访计划): every visit due is either planned or unmet, with the reason.

    Args:
        visits: by day, rep id and customer id.
        unmet: by rep id and customer id.
        loads: by rep id and month.
    """

    visits: tuple[Visit, ...] = field(repr=False)
    unmet: tuple[Unmet, ...] = field(repr=False)
    loads: tuple[Load, ...] = field(repr=False)

    def table(self) -> Table:
        """Return the visits as table `visits`."""
        columns = (
            Column("date", "Date", "日期", "date"),
            *_REP,
            *_CUSTOMER,
            _WHY,
            Column("visit_id", "Visit", "拜访编号"),
        )
        rows: list[tuple[Cell, ...]] = [
            (v.day, v.rep, v.rep_name, v.customer, v.name, v.grade, v.why, v.id) for v in self.visits
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
        )
        rows = [(x.rep, x.rep_name, str(x.month), x.days, x.slots, x.planned, x.unmet) for x in self.loads]
        return Table("visit_load", Says("Load", "拜访负荷"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)
