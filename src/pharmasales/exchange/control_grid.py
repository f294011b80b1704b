"""The control sheet laid out (年度累计控制表): figures and periods as rows and columns, each cell with its formula.

>>> from pharmasales.evaluation.reporting import control_sheets
>>> from pharmasales.org import Node, Org
>>> from pharmasales.periods import Year
>>> from pharmasales.units import CNY, Amount
>>> org, year = Org.of([Node("r1", "One", "rep")]), Year(2026)
>>> sold = {month: {"r1": Amount.of(10, CNY)} for month in year.months}
>>> grid = ControlGrid(control_sheets(org, year, goals=sold, actual=sold)["r1"])
>>> quarter = next(one for one in grid.cells() if (one.period, one.figure) == (3, 1))
>>> print(quarter.place, quarter.value, quarter.formula)
(4, 4) 30.00 =IF(COUNT(B5,C5,D5)=3,SUM(B5,C5,D5),"")
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.display import Says, because, percent
from pharmasales.errors import BadValue
from pharmasales.evaluation.reporting.control_sheet import ControlFigures, ControlLine, ControlSheet
from pharmasales.exchange.formulas import Formula, Place, growth, quotient, sum_of
from pharmasales.names import nearest
from pharmasales.periods import Month, Quarter
from pharmasales.units import Amount

__all__ = ["FIGURES", "HEAD", "Across", "ControlCell", "ControlGrid"]

Across: TypeAlias = Literal["months", "figures"]
"""What stands in the columns: the months (月份为列), or the figures, so that each month is a row (月份为行)."""

HEAD: Final = 2
"""How many rows stand above the one with the titles of the columns."""

FIGURES: Final = (
    Says("Goal", "目标"),
    Says("Actual", "实际"),
    Says("Attainment", "达成率"),
    Says("Last year", "同期"),
    Says("Growth", "增长率"),
    Says("Goal to date", "累计目标"),
    Says("Actual to date", "累计实际"),
    Says("Attainment to date", "累计达成率"),
    Says("Last year to date", "累计同期"),
    Says("Growth to date", "累计增长率"),
)
"""The figures of a sheet in their order: five of the period alone, the same five to date."""

_GOAL, _ACTUAL, _ATTAINMENT, _LAST, _GROWTH = range(5)
_ALONE: Final = 5


@frozen
class ControlCell:
    """One cell of a sheet.

    Args:
        place: its row and column.
        period: which line of the control sheet it belongs to.
        figure: which of `FIGURES` it is.
        value: its exact value; missing where something is.
        formula: how it comes from other cells; none for a month's own amounts, which are typed in.
    """

    place: Place
    period: int
    figure: int
    value: Decimal | Fraction | None = field(repr=False)
    formula: Formula | None

    @property
    def share(self) -> bool:
        """Whether it is shown in per cent."""
        return self.figure % _ALONE in (_ATTAINMENT, _GROWTH)

    def text(self) -> str:
        """Return the value as a person reads it; a dash where it is missing.

        >>> ControlCell((0, 0), 0, 2, Fraction(1, 3), None).text(), ControlCell((0, 0), 0, 0, None, None).text()
        ('33.3%', '–')
        """
        if self.value is None:
            return "–"
        return percent(Fraction(self.value)) if self.share else f"{self.value:,f}"


@frozen
class ControlGrid:
    """A control sheet with a place for each figure of each period.

    Args:
        sheet: the control sheet.
        across: what stands in the columns.

    Raises:
        BadValue: something else in the columns.
    """

    sheet: ControlSheet
    across: Across = "months"

    def __attrs_post_init__(self) -> None:
        if self.across not in get_args(Across):
            hint = nearest(str(self.across), get_args(Across))
            raise BadValue("what stands in the columns?", where="across", hint=hint, code="control.across")

    @property
    def title(self) -> Says:
        """The year, the node and what this is."""
        said = because(
            "{node}: year-to-date control sheet {year}",
            "{node}：{year} 年度累计控制表",
            node=self.sheet.node.name,
            year=str(self.sheet.year),
        )
        return Says(said.head(), said.head("zh"))

    @property
    def unit(self) -> Says:
        """What amounts are counted in."""
        amounts = (one for line in self.sheet.lines for one in (line.alone.goal, line.alone.actual, line.alone.last))
        found = next((one.unit for one in amounts if one is not None), None)
        return (
            Says("", "") if found is None else Says(f"in {found.en or found.code}", f"单位：{found.zh or found.code}")
        )

    def titles(self) -> list[Says]:
        """Return the titles of the columns, the first for what stands down the side."""
        if self.across == "months":
            return [Says("Figure", "项目"), *map(_named, self.sheet.lines)]
        return [Says("Period", "期间"), *FIGURES]

    def sides(self) -> list[Says]:
        """Return the titles of the rows."""
        return list(FIGURES) if self.across == "months" else [_named(line) for line in self.sheet.lines]

    def place(self, period: int, figure: int) -> Place:
        """Return where a figure of a period stands; the titles take a row and a column."""
        down, right = (figure, period) if self.across == "months" else (period, figure)
        return HEAD + 1 + down, 1 + right

    def cells(self) -> Iterator[ControlCell]:
        """Yield every cell, period by period."""
        for period, line in enumerate(self.sheet.lines):
            values = (*_values(line.alone), *_values(line.to_date))
            for figure, value in enumerate(values):
                yield ControlCell(self.place(period, figure), period, figure, value, self._formula(period, figure))

    def rows(self) -> list[list[ControlCell]]:
        """Return the cells row by row, as they stand."""
        found: dict[int, list[ControlCell]] = {}
        for cell in sorted(self.cells(), key=lambda one: one.place):
            found.setdefault(cell.place[0], []).append(cell)
        return list(found.values())

    def sums(self, period: int) -> bool:
        """Whether a line is a quarter or the year, and no month."""
        return not isinstance(self.sheet.lines[period].period, Month)

    def _formula(self, period: int, figure: int) -> Formula | None:
        alone = figure < _ALONE
        first = 0 if alone else _ALONE
        if figure - first == _ATTAINMENT:
            return quotient(self.place(period, first + _ACTUAL), self.place(period, first + _GOAL))
        if figure - first == _GROWTH:
            return growth(self.place(period, first + _ACTUAL), self.place(period, first + _LAST))
        line = self.sheet.lines[period]
        if alone and isinstance(line.period, Month):
            return None
        start = line.period.start if alone else self.sheet.year.start
        months = [
            at
            for at, one in enumerate(self.sheet.lines)
            if isinstance(one.period, Month) and start <= one.period.start and one.period.end <= line.period.end
        ]
        return sum_of(self.place(at, figure - first) for at in months)


def _named(line: ControlLine) -> Says:
    match line.period:
        case Month():
            return Says(f"{line.period.month:02d}", f"{line.period.month}月")
        case Quarter():
            return Says(f"Q{line.period.quarter}", f"Q{line.period.quarter}")
    return Says("Year", "全年")


def _values(one: ControlFigures) -> tuple[Decimal | Fraction | None, ...]:
    return _value(one.goal), _value(one.actual), one.attainment, _value(one.last), one.growth


def _value(amount: Amount | None) -> Decimal | None:
    return None if amount is None else amount.value
