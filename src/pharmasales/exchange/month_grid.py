"""A rep's month as a grid (月度拜访表): hospitals down, days across, in each cell the grades of who is visited.

One value, from which the printed sheet, the page and the picture are made.

>>> from pharmasales.followup import Access, Target, schedule
>>> from pharmasales.workdays import CHINA
>>> rep, march = Rep("r1", "Rep One", visits_a_day=8, leave={date(2026, 3, 4)}), Month(2026, 3)
>>> tuesdays = Access(weekdays={1})
>>> doctors = [Target(f"c{n}", "Dr. Example", "r1", "AB"[n % 2], 2, 7, tuesdays, "h1") for n in range(3)]
>>> plan = schedule(doctors, [rep], march.start, march.end, CHINA)
>>> grid = MonthGrid.of(march, rep, plan.visits, CHINA, places={"h1": "Example Hospital"})
>>> [(one.day.day, grid.rows[0].text(n)) for n, one in enumerate(grid.days) if grid.rows[0].text(n)]
[(3, 'A2B'), (17, 'A2B')]
>>> grid.days[3].state, grid.days[0].state, grid.days[2].planned, grid.days[2].places
('leave', 'off', 3, 1)

Source: issue 7 section 5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.followup import WEEKDAYS, Appointment, Rep, Visit, Workdays
from pharmasales.periods import Month

__all__ = ["DONE", "PLACES", "PLANNED", "DayState", "GridDay", "GridRow", "Mark", "MonthGrid", "weekday_letter"]

DayState: TypeAlias = Literal["work", "makeup", "off", "leave"]
Mark: TypeAlias = tuple[str, bool]
"""The grade of somebody who is visited, and whether the visit is made."""

DONE: Final = "✓"
"""What stands before the grades of visits that are made."""
_OTHER: Final = Says("Other appointments", "其他安排")
_AHEAD: Final = "·"
_DOT: Final = "•"
PLANNED: Final = Says("Visits", "拜访次数")
"""The title of the row of visits a day."""
PLACES: Final = Says("Hospitals", "医院数")
"""The title of the row of hospitals a day."""


@frozen
class GridDay:
    """One day of the month.

    Args:
        day: which.
        state: `work`, `makeup` (a weekend day that is worked, 调休), `off` (a weekend or holiday), or `leave`.
        slots: visits that fit; none on a day on which nobody works.
        planned: visits planned or made.
        other: appointments that are no visit.
        places: hospitals and other places gone to.
    """

    day: date
    state: DayState
    slots: int
    planned: int
    other: int
    places: int

    @property
    def over(self) -> bool:
        """Whether more stands on the day than fits."""
        return self.planned + self.other > self.slots

    @property
    def rests(self) -> bool:
        """Whether nobody works on the day."""
        return self.state in ("off", "leave")


@frozen
class GridRow:
    """One hospital or other place, or a customer who belongs to none.

    Args:
        id: its id; empty for the row of other appointments.
        name: the label shown to people.
        cells: for each day of the month, the marks of the visits there.
        order: the grades, first the most important one.
    """

    id: str
    name: str | Says = field(repr=False)
    cells: tuple[tuple[Mark, ...], ...] = field(repr=False)
    order: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """How many visits there are in the month."""
        return sum(map(len, self.cells))

    @property
    def shown(self) -> int | None:
        """How many visits there are in the month; nothing for other appointments, which are none."""
        return self.total if self.id else None

    def best(self, n: int) -> str:
        """Return the most important grade on a day, by its place in the month; empty where nobody is visited."""
        letters = [letter for letter, _ in self.cells[n]]
        return min(letters, key=self._rank, default="")

    def parts(self, n: int) -> list[str]:
        """Return what stands in the cell of a day: visits made, then those ahead, a grade with its count above 1."""
        sides: list[list[str]] = []
        for made, mark in ((True, DONE), (False, _AHEAD)):
            counts = Counter(letter for letter, done in self.cells[n] if done is made)
            ranked = sorted(counts.items(), key=lambda one: self._rank(one[0]))
            found = [letter if count == 1 else f"{letter}{count}" for letter, count in ranked]
            sides.append([mark + found[0], *found[1:]] if found and (made or sides[0]) else found)
        return [part for side in sides for part in side]

    def text(self, n: int) -> str:
        """Return the parts of a cell in one."""
        return "".join(self.parts(n))

    def _rank(self, letter: str) -> tuple[int, str]:
        return (self.order.index(letter) if letter in self.order else len(self.order)), letter


@frozen
class MonthGrid:
    """One rep's month (月度拜访表). Build it with `MonthGrid.of`.

    Args:
        month: the month.
        rep: the rep's id.
        name: the rep's label.
        days: every day of the month.
        rows: the places, first the one with most visits.
    """

    month: Month
    rep: str
    name: str
    days: tuple[GridDay, ...] = field(repr=False)
    rows: tuple[GridRow, ...] = field(repr=False)

    @classmethod
    def of(
        cls,
        month: Month,
        rep: Rep,
        visits: Iterable[Visit],
        calendar: Workdays,
        *,
        appointments: Iterable[Appointment] = (),
        places: Mapping[str, str] | None = None,
        done: Collection[str] = (),
        priority: Sequence[str] = (),
    ) -> MonthGrid:
        """Lay a rep's visits out over a month; those of others and of other months are left out.

        Args:
            month: the month.
            rep: whose.
            visits: of a plan, in any order.
            calendar: the working days.
            appointments: what else is fixed; one with a visit to its customer on its day is that visit.
            places: the names of hospitals and other places, by id; the id stands for one without.
            done: the ids of visits that are made.
            priority: the grades, first the most important one; alphabetical where left out.

        Raises:
            UnknownYear: the calendar does not know the year.
        """
        mine = [visit for visit in visits if visit.rep == rep.id and visit.day in month]
        met = {(visit.customer, visit.day) for visit in mine}
        other = Counter(
            one.day
            for one in appointments
            if one.rep == rep.id and one.day in month and (one.customer, one.day) not in met
        )
        dates = [month.start + timedelta(days=n) for n in range(month.days)]
        rows = _rows(mine, dates, places or {}, frozenset(done), tuple(priority))
        if other:
            rows.append(GridRow("", _OTHER, tuple(((_DOT, False),) * other[day] for day in dates)))
        days = tuple(_day(day, rep, mine, other[day], calendar) for day in dates)
        return cls(month, rep.id, rep.name, days, tuple(rows))

    @property
    def total(self) -> int:
        """How many visits there are in the month."""
        return sum(day.planned for day in self.days)

    @property
    def slots(self) -> int:
        """How many visits fit in the month."""
        return sum(day.slots for day in self.days)

    @property
    def grades(self) -> tuple[str, ...]:
        """Every grade in the grid, first the most important one."""
        letters = {letter for row in self.rows if row.id for cell in row.cells for letter, _ in cell}
        order = next((row.order for row in self.rows if row.id), ())
        return (*(one for one in order if one in letters), *sorted(letters.difference(order)))

    def table(self) -> Table:
        """Return the grid as table `month`: a row a place, a column a day, then visits and places a day."""
        columns = (
            Column("place_id", "Id", "编号"),
            Column("place", "Hospital", "医院"),
            *(Column(f"{one.day.day:02d}", str(one.day.day), str(one.day.day)) for one in self.days),
            Column("total", "Visits", "次数", "number"),
        )
        rows: list[tuple[Cell, ...]] = [
            (row.id, row.name, *(row.text(n) for n in range(len(self.days))), row.shown) for row in self.rows
        ]
        rows.append(("", PLANNED, *(str(day.planned or "") for day in self.days), self.total))
        rows.append(("", PLACES, *(str(day.places or "") for day in self.days), sum(d.places for d in self.days)))
        return Table("month", self.title, columns, rows)

    @property
    def title(self) -> Says:
        """Whose month it is."""
        year, number = self.month.year, self.month.month
        return Says(f"{self.name}: visits of {self.month}", f"{self.name}：{year}年{number}月拜访表")

    def _repr_html_(self) -> str:
        return self.table().html()


def weekday_letter(day: date) -> Says:
    """Return the weekday as it fits over a narrow column.

    >>> weekday_letter(date(2026, 3, 2))
    Says(en='Mo', zh='一')
    """
    name = WEEKDAYS[day.weekday()]
    return Says(name.en[:2], name.zh[-1])


def _rows(
    visits: Sequence[Visit],
    dates: Sequence[date],
    places: Mapping[str, str],
    done: frozenset[str],
    order: tuple[str, ...],
) -> list[GridRow]:
    """Return a row a place, first the one with most visits, then by id."""
    at: dict[tuple[str, str], dict[date, list[Mark]]] = {}
    names: dict[tuple[str, str], str] = {}
    for visit in sorted(visits, key=lambda one: (one.day, one.customer, one.number)):
        key = (visit.place, "") if visit.place else ("", visit.customer)
        names.setdefault(key, places.get(visit.place, visit.place) if visit.place else visit.name)
        at.setdefault(key, {}).setdefault(visit.day, []).append((visit.grade, visit.id in done))
    ranked = sorted(at, key=lambda key: (-sum(map(len, at[key].values())), key))
    return [
        GridRow(key[0] or key[1], names[key], tuple(tuple(at[key].get(day, ())) for day in dates), order)
        for key in ranked
    ]


def _day(day: date, rep: Rep, visits: Sequence[Visit], other: int, calendar: Workdays) -> GridDay:
    state: DayState = "off"
    if calendar.is_workday(day):
        state = "leave" if day in rep.leave else "makeup" if day.weekday() > _FRIDAY else "work"
    here = [visit for visit in visits if visit.day == day]
    gone = {visit.place or visit.customer for visit in here}
    slots = rep.visits_a_day if state in ("work", "makeup") else 0
    return GridDay(day, state, slots, len(here), other, len(gone))


_FRIDAY: Final = 4
