"""The year-to-date control sheet (年度累计控制表): goal, actual, last year, month by month and cumulated, exact.

>>> from pharmasales.org import Node
>>> from pharmasales.units import CNY
>>> org = Org.of([Node("N", "North", "district"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
>>> def yuan(**given):
...     return {node: Amount.of(n, CNY) for node, n in given.items()}
>>> january, february = Month(2026, 1), Month(2026, 2)
>>> sheets = control_sheets(
...     org, Year(2026), goals={january: yuan(N=200, r1=100), february: yuan(N=200, r1=120)},
...     actual={january: yuan(r1=90, r2=80), february: yuan(r1=132)}, last={Month(2025, 1): yuan(r1=75, r2=25)},
... )
>>> for line in sheets["r1"].lines[:2]:
...     print(line.period, line.alone.attainment, line.to_date.attainment, line.alone.growth)
2026-01 9/10 9/10 1/5
2026-02 11/10 111/110 None
>>> sheets["N"][february].alone.actual is None     # r2 has no February yet
True
>>> print(sheets["N"].why(february).head())
2026-02: no actual of r2, so there is none here; a node that sold nothing is given as zero
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Kind, Says, Table, Why, because, percent
from pharmasales.errors import BadRows, BadValue, NotComparable, NotFound, PharmaSalesError
from pharmasales.evaluation.measures.registry import MEASURES
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Period, Quarter, Year
from pharmasales.rules import Rule
from pharmasales.units import Amount, exact

__all__ = ["ByMonth", "ControlFigures", "ControlLine", "ControlSheet", "control_sheets"]

ByMonth: TypeAlias = Mapping[Month, Mapping[str, Amount]]
"""Amounts by month, then by node id."""

_ATTAINMENT, _GROWTH = MEASURES["attainment"].rule, MEASURES["growth"].rule


@frozen
class ControlFigures:
    """Goal, actual and last year's actual of a stretch of time; each missing where a month of it is.

    Args:
        goal: the goal (目标).
        actual: the actual (实际).
        last: the actual of the same months of the year before (同期).
    """

    goal: Amount | None = field(repr=False)
    actual: Amount | None = field(repr=False)
    last: Amount | None = field(repr=False)

    @property
    def attainment(self) -> Fraction | None:
        """Actual over goal (达成率), as the measure of that name has it."""
        return _answer(_ATTAINMENT, goal=self.goal, actual=self.actual)

    @property
    def growth(self) -> Fraction | None:
        """Actual over last year's, less one (增长率), as the measure of that name has it."""
        return _answer(_GROWTH, actual=self.actual, last=self.last)

    def plus(self, other: ControlFigures) -> ControlFigures:
        """Add the figures of the time after; missing in, missing out."""
        return ControlFigures(
            _added(self.goal, other.goal), _added(self.actual, other.actual), _added(self.last, other.last)
        )


def _answer(rule: Rule, **amounts: Amount | None) -> Fraction | None:
    found = rule({name: None if one is None else exact(one) for name, one in amounts.items()})
    return None if not isinstance(found, int | Fraction) else Fraction(found)


def _added(one: Amount | None, other: Amount | None) -> Amount | None:
    return None if one is None or other is None else one + other


@frozen
class ControlLine:
    """One line of a sheet: a month, a quarter or the year, by itself and with all that came before.

    Args:
        period: the month, the quarter or the year.
        alone: its own figures: of a quarter and of the year, the sums of their months.
        to_date: the figures from the start of the year to its end (累计).
    """

    period: Month | Quarter | Year
    alone: ControlFigures
    to_date: ControlFigures

    def cells(self) -> tuple[Cell, ...]:
        """Return period, then goal, actual, attainment, last and growth, alone and cumulated."""
        return (str(self.period), *_cells(self.alone), *_cells(self.to_date))


def _cells(one: ControlFigures) -> tuple[Cell, ...]:
    goal, actual, last = (None if amount is None else amount.value for amount in (one.goal, one.actual, one.last))
    return goal, actual, one.attainment, last, one.growth


@frozen
class ControlSheet:
    """The control sheet of one node in a year (年度累计控制表). Made by `control_sheets`.

    Args:
        node: the node.
        year: the year.
        lines: the months, each quarter after its months, the year last.
        gaps: for each month, the ids of the nodes here or below of which no actual is known, though they have one in
            another month.
    """

    node: Node = field(repr=lambda node: repr(node.id))
    year: Year
    lines: tuple[ControlLine, ...] = field(repr=False)
    gaps: Mapping[Month, tuple[str, ...]] = field(repr=lambda gaps: f"<{len(gaps)} months>", hash=False)

    def __getitem__(self, period: Period) -> ControlLine:
        for line in self.lines:
            if line.period == period:
                return line
        raise NotFound(
            f"{period} is not on the sheet", hint=f"months and quarters of {self.year}", code="control.period"
        )

    def why(self, period: Period) -> Why:
        """Say how a line came about: the quotients in numbers, or what is missing.

        Raises:
            NotFound: a period that is not on the sheet.
        """
        line = self[period]
        gone = dict.fromkeys(one for month in line.period.months for one in self.gaps.get(month, ()))
        if gone:
            en = "{period}: no actual of {gone}, so there is none here; a node that sold nothing is given as zero"
            zh = "{period}：{gone} 缺实际值，故此处缺失；无销售请填零"
            return because(en, zh, period=str(period), gone=", ".join(gone))
        parts = [_said(Says("alone", "本期"), line.alone), _said(Says("to date", "累计"), line.to_date)]
        return because("{period}", "{period}", *parts, period=str(period))

    def table(self) -> Table:
        """Return the lines as rows: period, then each figure alone and cumulated."""
        title = Says(f"Year-to-date control sheet {self.year}", f"{self.year} 年度累计控制表")
        return Table("control_sheet", title, _COLUMNS, [line.cells() for line in self.lines])

    def _repr_html_(self) -> str:
        return self.table().html()


def _said(of: Says, one: ControlFigures) -> Why:
    goal, actual, last = (None if amount is None else str(amount) for amount in (one.goal, one.actual, one.last))
    return because(
        "{of}: actual {actual} of goal {goal} is {attainment}; {last} the year before, growth {growth}",
        "{of}：实际 {actual}，目标 {goal}，达成率 {attainment}；同期 {last}，增长率 {growth}",
        of=of,
        goal=goal,
        actual=actual,
        attainment=percent(one.attainment),
        last=last,
        growth=percent(one.growth),
    )


_FIGURES: Final[tuple[tuple[str, str, str, Kind], ...]] = (
    ("goal", "Goal", "目标", "amount"),
    ("actual", "Actual", "实际", "amount"),
    ("attainment", "Attainment", "达成率", "ratio"),
    ("last", "Last year", "同期", "amount"),
    ("growth", "Growth", "增长率", "ratio"),
)
_COLUMNS = (
    Column("period", "Period", "期间"),
    *(Column(key, en, zh, kind) for key, en, zh, kind in _FIGURES),
    *(Column(f"{key}_to_date", f"{en} to date", f"累计{zh}", kind) for key, en, zh, kind in _FIGURES),
)


def control_sheets(
    org: Org,
    year: Year,
    *,
    goals: ByMonth,
    actual: ByMonth,
    last: ByMonth | None = None,
    under: str | None = None,
) -> dict[str, ControlSheet]:
    """Make the control sheet of a year for each node (年度累计控制表).

    Nothing is guessed: where a node has an actual in some month and none in another, that month is missing for it and
    for all above it, and so is every sum that holds it. A node that sold nothing is given as zero.

    Args:
        org: the organisation.
        year: the year.
        goals: goals by month and node, taken as given: nothing is rolled up.
        actual: actuals by month and node, wherever they sit; each node's is rolled up from all below it.
        last: the actuals of the months of the year before, likewise.
        under: the id of a node: only it and those below have a sheet; all nodes where left out.

    Returns:
        The sheets by node id, parents first.

    Source: S004-63 (年度销售进度控制), S004-49; P2-C for attainment and growth.

    Raises:
        BadRows: months of another year, unknown nodes and goals below zero, all of them at once.
        NotComparable: amounts of several units.
        NotFound: an unknown node to look under.
    """
    before = last or {}
    _checked(org, year, goals, actual, before)
    done, gaps = _rolled(org, year.months, actual)
    then, _ = _rolled(org, year.year_before().months, before)
    wanted = set(org.nodes) if under is None else org.within(under)
    found = {}
    for node in org:
        if node.id in wanted:
            months = {
                month: ControlFigures(
                    goals.get(month, {}).get(node.id), done[month].get(node.id), then[month.year_before()].get(node.id)
                )
                for month in year.months
            }
            here = {month: ids for month in year.months if (ids := gaps.get((month, node.id), ()))}
            found[node.id] = ControlSheet(node, year, tuple(_lines(year, months)), here)
    return found


def _lines(year: Year, months: Mapping[Month, ControlFigures]) -> Iterator[ControlLine]:
    so_far: list[ControlFigures] = []
    for month in year.months:
        so_far.append(months[month])
        to_date = _summed(so_far)
        yield ControlLine(month, months[month], to_date)
        if month.month % 3 == 0:
            yield ControlLine(Quarter(year.year, month.month // 3), _summed(so_far[-3:]), to_date)
    yield ControlLine(year, _summed(so_far), _summed(so_far))


def _summed(parts: Sequence[ControlFigures]) -> ControlFigures:
    found = parts[0]
    for one in parts[1:]:
        found = found.plus(one)
    return found


def _rolled(
    org: Org, months: Iterable[Month], given: ByMonth
) -> tuple[dict[Month, dict[str, Amount]], dict[tuple[Month, str], tuple[str, ...]]]:
    """Roll each month up; where a node has other months but not this one, it is missing there and above, with ids."""
    reporters = dict.fromkeys(node_id for month in months for node_id in given.get(month, {}))
    sums: dict[Month, dict[str, Amount]] = {}
    gaps: dict[tuple[Month, str], tuple[str, ...]] = {}
    for month in months:
        known = given.get(month, {})
        sums[month] = org.roll_up(known, Amount.__add__)
        if not known:
            continue
        for gone in (node_id for node_id in reporters if node_id not in known):
            for node in org.path(gone):
                sums[month].pop(node.id, None)
                gaps[month, node.id] = (*gaps.get((month, node.id), ()), gone)
    return sums, gaps


def _checked(org: Org, year: Year, goals: ByMonth, actual: ByMonth, last: ByMonth) -> None:
    """Refuse months of another year, unknown nodes, goals below zero and second units, all at once."""
    bad: list[PharmaSalesError] = []
    first: Amount | None = None
    for name, given, of in (("goals", goals, year), ("actual", actual, year), ("last", last, year.year_before())):
        for month, amounts in given.items():
            if month not in of:
                bad.append(BadValue(f"not a month of {of}", where=f"{name} {month}", code="control.month"))
            for node_id, amount in amounts.items():
                where = f"{name} {month}, org id {node_id!r}"
                if node_id not in org:
                    bad.append(NotFound("no such node in the organisation", where=where, code="org.id"))
                if name == "goals" and amount.minor < 0:
                    bad.append(BadValue("a goal below zero", where=where, code="goal.negative"))
                first = first or amount
                if amount.unit != first.unit:
                    hint = "make a sheet for each unit"
                    bad.append(NotComparable("two units", where=where, hint=hint, code="unit"))
    if bad:
        raise BadRows("a control sheet is refused", bad)
