"""One rep's month as an integer programme: which days each customer is visited on, written down without a solver.

A customer's visits are a way through its days, layer by layer: the first visit, the second, and so on, and from every
layer a way out that leaves the rest unmet. A step from one day to a later one costs the squared deviation of their
distance. A way uses at most the room of its days, and a day at a place has to be opened for whoever is seen there.

>>> programme = Programme([1, 1], [Walk(0, 1, {0: 4, 1: 0}, {}, "Example Hospital")])
>>> programme.columns, len(programme.unmet)
(9, 1)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from attrs import frozen

from pharmasales.followup.planning.cost import OPEN

__all__ = ["Programme", "Row", "Walk"]

Row: TypeAlias = tuple[int | None, int, Mapping[int, int]]
"""The least, if any, and the most that a sum of columns may be, and how often each column counts."""


@frozen
class Walk:
    """One customer's choice of days.

    Args:
        rank: the place of its grade in the order of priority, from 0.
        count: visits wanted.
        first: what the first visit costs, by day.
        steps: what going on from one day to a later one costs, by both; too short ones are left out.
        place: the place, empty for none.
        fixed: days that stand already.
        minutes: how long a visit takes.
    """

    rank: int
    count: int
    first: Mapping[int, int]
    steps: Mapping[int, Mapping[int, int]]
    place: str
    fixed: frozenset[int] = frozenset()
    minutes: int = 0


class Programme:
    """Columns from 0 to 1 and rows over them.

    Args:
        room: how many visits each day takes beside those that stand already.
        walks: the customers.
        opened: places and days that are gone to anyway.
        minutes: how many minutes of visits each day takes beside them; not counted where left out.

    Attributes:
        costs: the soft cost of each column.
        whole: the columns that must be whole.
        rows: what must hold.
        unmet: by rank, how many visits each column leaves unmet.
        visits: by customer and day, the column that says whether there is a visit.
        constant: the soft cost that no choice changes.
    """

    def __init__(
        self,
        room: Sequence[int],
        walks: Sequence[Walk],
        opened: Iterable[tuple[str, int]] = (),
        minutes: Sequence[int] | None = None,
    ) -> None:
        self.costs: list[int] = []
        self.whole: list[int] = []
        self.rows: list[Row] = []
        self.unmet: dict[int, dict[int, int]] = {}
        self.visits: dict[tuple[int, int], int] = {}
        opened = set(opened)
        self.constant = OPEN * len(opened)
        for number, walk in enumerate(walks):
            self._add(number, walk)
        self._fill(room, walks, lambda _: 1)
        if minutes is not None:
            self._fill(minutes, walks, lambda walk: walk.minutes)
        self._open(room, walks, opened)

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self.costs)

    def _column(self, cost: int = 0, *, whole: bool = False) -> int:
        self.costs.append(cost)
        if whole:
            self.whole.append(len(self.costs) - 1)
        return len(self.costs) - 1

    def _row(self, least: int | None, most: int, *parts: tuple[Iterable[int], int]) -> None:
        self.rows.append((least, most, {column: times for columns, times in parts for column in columns}))

    def _add(self, number: int, walk: Walk) -> None:
        """Write one customer's ways down, layer by layer."""
        into = {day: [self._column(cost)] for day, cost in walk.first.items()}
        nobody = self._column()
        self._row(1, 1, ((column for columns in into.values() for column in columns), 1), ([nobody], 1))
        short = {nobody: walk.count}
        on: dict[int, list[int]] = defaultdict(list)
        for left in range(walk.count - 1, -1, -1):
            after: dict[int, list[int]] = defaultdict(list)
            for day, columns in into.items():
                on[day] += columns
                out = self._column()
                short[out] = left
                steps = walk.steps.get(day, {}) if left else {}
                onward = {to: self._column(cost) for to, cost in steps.items()}
                self._row(0, 0, (columns, 1), ([out, *onward.values()], -1))
                for to, column in onward.items():
                    after[to].append(column)
            into = after
        self.unmet.setdefault(walk.rank, {}).update(short)
        self._visits(number, walk, on)

    def _visits(self, number: int, walk: Walk, on: Mapping[int, Sequence[int]]) -> None:
        """Add a column for each day of a customer: whether there is a visit, whichever it is."""
        for day, columns in on.items():
            visit = self.visits[number, day] = self._column(whole=True)
            self._row(0, 0, (columns, 1), ([visit], -1))
            if day in walk.fixed:
                self._row(1, 1, ([visit], 1))

    def _fill(self, room: Sequence[int], walks: Sequence[Walk], takes: Callable[[Walk], int]) -> None:
        """Keep each day within its room; what stands already is taken off it."""
        on: dict[int, dict[int, int]] = defaultdict(dict)
        for (number, day), visit in self.visits.items():
            if day not in walks[number].fixed:
                on[day][visit] = takes(walks[number])
        self.rows += [(None, room[day], visits) for day, visits in on.items()]

    def _open(self, room: Sequence[int], walks: Sequence[Walk], opened: set[tuple[str, int]]) -> None:
        """Open a place on a day for whoever is visited there; the sum over all of them makes the bound stronger."""
        there: dict[tuple[str, int], list[int]] = defaultdict(list)
        for (number, day), visit in self.visits.items():
            if walks[number].place and (walks[number].place, day) not in opened:
                there[walks[number].place, day].append(visit)
        for (_, day), visits in there.items():
            opening = self._column(OPEN, whole=True)
            for visit in visits:
                self._row(None, 0, ([visit], 1), ([opening], -1))
            if len(visits) > room[day]:
                self._row(None, 0, (visits, 1), ([opening], -room[day]))
