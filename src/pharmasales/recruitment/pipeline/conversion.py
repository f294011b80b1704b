"""Conversion (转化): from each stage, how many stays ended where; every row adds up to its whole.

Two views of one window, because they answer two questions:

- `cohort` (批次): of the stays that began in the window, where each had gone by the day asked.
- `period` (期间): of the stays that were open in the window at all, where each went within it.

A stay is one time in a stage: who was lost and came back is counted twice as touched, once for each time.

>>> from pharmasales.recruitment.pipeline.prospects import Prospect
>>> day = date(2026, 3, 2)
>>> two = [Prospect.file(name, by="p1", on=day, evidence="F") for name in ("A1", "A2")]
>>> two[0] = two[0].move("touched", by="p1", on=date(2026, 3, 5), evidence="CALL-1")
>>> found = conversion_matrix(two, (day, date(2026, 3, 31)), as_of=date(2026, 3, 31))
>>> row = found["filed"]
>>> row.stays, row.to["touched"], row.still, row.rate("touched")
(2, 1, 1, Fraction(1, 2))

Source: S000-23 (conversion between states, executed over signed).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRule, BadValue
from pharmasales.names import nearest
from pharmasales.recruitment.pipeline.prospects import Prospect, each_once
from pharmasales.recruitment.pipeline.stages import MOVES, STAGES, WON, Stage, known_stage
from pharmasales.units import ratio
from pharmasales.yearplan import checked_day

__all__ = ["Conversion", "ConversionRow", "ConversionView", "Reached", "conversion_matrix", "reach_rates"]

ConversionView: TypeAlias = Literal["cohort", "period"]
"""Which stays a row counts: those begun in the window, or those open in it."""

Days: TypeAlias = tuple[date, date]


@frozen
class ConversionRow:
    """What became of the stays in one stage; `stays` = those that went on + those still there.

    Args:
        stage: the stage.
        stays: how many.
        to: how many went on, by the next stage; every legal move has its count.
        still: how many were still there.
    """

    stage: Stage
    stays: int
    to: Mapping[Stage, int] = field(hash=False)
    still: int

    def rate(self, stage: Stage) -> Fraction | None:
        """Return the part of the stays that went on to a stage; missing where there was no stay."""
        return ratio(self.to.get(stage, 0), self.stays)

    @property
    def why(self) -> Why:
        """The counts in words."""
        says = (
            "{stays} stays in {stage}: {gone} went on, {still} still there",
            "{stage} {stays} 次：转出 {gone}，仍在 {still}",
        )
        return because(
            *says, stays=self.stays, stage=STAGES[self.stage], gone=self.stays - self.still, still=self.still
        )


@frozen
class Conversion:
    """A conversion matrix (转化矩阵). Made by `conversion_matrix`.

    Args:
        view: which stays it counts.
        window: first and last day, both included.
        as_of: the day up to which moves count.
        rows: one row a stage, in the order of the stages.
    """

    view: ConversionView
    window: Days
    as_of: date
    rows: tuple[ConversionRow, ...] = field(repr=lambda rows: f"<{len(rows)} rows>")

    def __iter__(self) -> Iterator[ConversionRow]:
        return iter(self.rows)

    def __getitem__(self, stage: Stage) -> ConversionRow:
        known_stage(stage)
        return next(row for row in self.rows if row.stage == stage)

    def table(self) -> Table:
        """Return stage, stays, a count for each next stage, still there, the parts that went on and were lost, why."""
        columns = (
            Column("stage", "Stage", "阶段"),
            Column("stays", "Stays", "数量", "number"),
            *(
                Column(stage, f"To {says.en}", f"转{says.zh}", "number")
                for stage, says in STAGES.items()
                if stage != "filed"
            ),
            Column("still", "Still there", "仍在", "number"),
            Column("onward", "Went on", "推进率", "ratio"),
            Column("lost_rate", "Were lost", "流失率", "ratio"),
            Column("why", "Why", "原因", "why"),
        )
        return Table("conversion", _TITLES[self.view], columns, [_cells(row) for row in self.rows])

    def _repr_html_(self) -> str:
        return self.table().html()


_TITLES: Mapping[ConversionView, Says] = {
    "cohort": Says("Conversion of those who came in", "转化矩阵（按批次）"),
    "period": Says("Conversion in the period", "转化矩阵（按期间）"),
}


def _cells(row: ConversionRow) -> tuple[Cell, ...]:
    counts = [row.to.get(stage) for stage in STAGES if stage != "filed"]
    onward = (
        ratio(sum(n for stage, n in row.to.items() if stage != "lost"), row.stays) if row.to.keys() - {"lost"} else None
    )
    lost = row.rate("lost") if "lost" in row.to else None
    return (STAGES[row.stage], row.stays, *counts, row.still, onward, lost, row.why)


def conversion_matrix(
    prospects: Iterable[Prospect], window: Days, *, as_of: date, view: ConversionView = "cohort"
) -> Conversion:
    """Count where the stays in each stage went; leave out prospects to see one source, region or owner.

    Args:
        prospects: the prospects.
        window: first and last day, both included.
        as_of: moves up to this day count; a `period` view stops at the end of the window, where that is earlier.
        view: `cohort` or `period`.

    Raises:
        BadRows: two prospects of one id: all of them.
        BadValue: a window that ends before it begins, or that begins after the day asked.
        BadRule: an unknown view.
    """
    start, end = _window(window, as_of)
    if view not in get_args(ConversionView):
        hint = nearest(str(view), get_args(ConversionView))
        raise BadRule("no such view", where="view", hint=hint, code="pipeline.view")
    last = as_of if view == "cohort" else min(as_of, end)
    counts: Counter[tuple[Stage, Stage | None]] = Counter()
    for stage, since, to, until in _stays(prospects, last):
        begun = start <= since <= end if view == "cohort" else since <= end and (until is None or until >= start)
        if begun:
            counts[stage, to] += 1
    return Conversion(view, (start, end), as_of, tuple(_row(stage, counts) for stage in STAGES))


def _window(window: Days, as_of: date) -> Days:
    start, end = (checked_day(day) for day in window)
    if not start <= end or start > checked_day(as_of):
        hint = "first day, last day, and a day asked that is not before the first"
        raise BadValue("no such window", where="window", hint=hint, code="pipeline.window")
    return start, end


def _stays(prospects: Iterable[Prospect], last: date) -> Iterator[tuple[Stage, date, Stage | None, date | None]]:
    """Yield stage, first day, next stage and day of the move; moves after the last day have not happened."""
    for one in each_once(prospects):
        path = [move for move in one.path if move.on <= last]
        for place, move in enumerate(path):
            after = path[place + 1] if place + 1 < len(path) else None
            yield move.to, move.on, after.to if after else None, after.on if after else None


def _row(stage: Stage, counts: Mapping[tuple[Stage, Stage | None], int]) -> ConversionRow:
    to = {end: counts.get((stage, end), 0) for end in MOVES[stage]}
    still = counts.get((stage, None), 0)
    return ConversionRow(stage, sum(to.values()) + still, to, still)


@frozen
class Reached:
    """Of the prospects that came into a stage in a window, how many came to another one (达成率).

    Args:
        stage: the stage they came into.
        goal: the stage that counts as reached.
        came: how many came into the stage in the window.
        reached: how many came to the goal later.
        lost: how many were lost without it.

    The rate counts those alone who have been decided; the open ones say nothing yet.
    """

    stage: Stage
    goal: Stage
    came: int
    reached: int
    lost: int

    @property
    def open(self) -> int:
        """How many are not decided."""
        return self.came - self.reached - self.lost

    @property
    def rate(self) -> Fraction | None:
        """Reached over decided; missing where nobody is decided."""
        return ratio(self.reached, self.reached + self.lost)

    @property
    def why(self) -> Why:
        """The counts in words."""
        return because(
            "{reached} of {decided} decided came from {stage} to {goal}; {open} still open",
            "{stage} 后已定 {decided} 个中 {reached} 个达到{goal}；未定 {open} 个",
            reached=self.reached,
            decided=self.reached + self.lost,
            stage=STAGES[self.stage],
            goal=STAGES[self.goal],
            open=self.open,
        )


def reach_rates(
    prospects: Iterable[Prospect], window: Days, *, as_of: date, goal: Stage = "signed"
) -> dict[Stage, Reached]:
    """Return how many of those who came into each stage before the goal reached it: the rates of a forecast.

    A prospect counts once a stage, from the first time it came in; whoever was won back counts by how it ended.

    Args:
        prospects: the prospects.
        window: first and last day of coming in, both included.
        as_of: moves up to this day count.
        goal: `signed`, or `executing` for money that comes with the first order.

    Raises:
        BadRows: two prospects of one id: all of them.
        BadValue: a window that ends before it begins, or that begins after the day asked.
        BadRule: a goal that is not on the way.
    """
    start, end = _window(window, as_of)
    if goal not in WON:
        raise BadRule("no goal of recruiting", where="goal", hint=nearest(str(goal), WON), code="pipeline.stage")
    order = list(STAGES)
    counts: Counter[tuple[Stage, str]] = Counter()
    for one in each_once(prospects):
        path = [move for move in one.path if move.on <= as_of]
        seen: set[Stage] = set()
        for place, move in enumerate(path):
            if move.to not in seen and start <= move.on <= end:
                counts[move.to, _fate([later.to for later in path[place:]], goal)] += 1
            seen.add(move.to)
    return {stage: _reached(stage, goal, counts) for stage in order[: order.index(goal)]}


def _fate(later: list[Stage], goal: Stage) -> str:
    return "reached" if goal in later else "lost" if later[-1] == "lost" else "open"


def _reached(stage: Stage, goal: Stage, counts: Mapping[tuple[Stage, str], int]) -> Reached:
    reached, lost, still = (counts.get((stage, fate), 0) for fate in ("reached", "lost", "open"))
    return Reached(stage, goal, reached + lost + still, reached, lost)
