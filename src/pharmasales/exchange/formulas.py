"""Live formulas in a workbook (公式): an allow list, made of places in the same sheet and never of text.

A `Formula` knows rows and columns as whole numbers; what it says in Excel is put together here, of `SUM`, `COUNT`, `IF`
and a quotient. Each says nothing where one of its cells is empty: missing in, missing out, also when a figure is typed
in later. No text that comes from data can be a part of one.

>>> print(sum_of([(1, 1), (1, 2), (1, 3)]))
=IF(COUNT(B2,C2,D2)=3,SUM(B2,C2,D2),"")
>>> print(quotient((2, 1), (1, 1)))
=IF(COUNT(B3,B2)=2,IF(B2>0,B3/B2,""),"")
>>> Formula("sum", ("=HYPERLINK(A1)",))
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: not a place in a sheet; give row and column, counted from 0 [formula.place]
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.errors import BadValue
from pharmasales.exchange.sheet import letters

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

__all__ = ["Formula", "FormulaKind", "Place", "growth", "quotient", "sum_of", "write_formula"]

Place: TypeAlias = tuple[int, int]
"""Row and column of a cell, both counted from 0."""

FormulaKind: TypeAlias = Literal["sum", "quotient", "growth"]
"""The allow list: a sum of cells, one cell over another, and the same less one."""

_ROWS: Final = 1_048_576
_COLUMNS: Final = 16_384
_ARGUMENTS: Final = 255


def _places(given: Iterable[Place]) -> tuple[Place, ...]:
    return tuple(_place(place) for place in given)


def _place(place: object) -> Place:
    match place:
        case (int() as row, int() as column) if 0 <= row < _ROWS and 0 <= column < _COLUMNS:
            if type(row) is int and type(column) is int:
                return row, column
    raise BadValue("not a place in a sheet", hint="give row and column, counted from 0", code="formula.place")


@frozen
class Formula:
    """A formula of the allow list over cells of its own sheet. Make it with `sum_of`, `quotient` or `growth`.

    Args:
        kind: which formula.
        cells: the cells that it reads.

    Raises:
        BadValue: a kind that is not allowed, a cell that is no place, or as many cells as the kind does not take.
    """

    kind: FormulaKind
    cells: tuple[Place, ...] = field(converter=_places)

    def __attrs_post_init__(self) -> None:
        if self.kind not in get_args(FormulaKind):
            allowed = ", ".join(get_args(FormulaKind))
            raise BadValue("not a formula of the allow list", hint=f"allowed: {allowed}", code="formula.kind")
        least, most = (1, _ARGUMENTS) if self.kind == "sum" else (2, 2)
        if not least <= len(self.cells) <= most:
            hint = f"{self.kind} takes {least} to {most}" if most > least else f"{self.kind} takes {most}"
            raise BadValue(f"{len(self.cells)} cells in a formula", hint=hint, code="formula.cells")

    def __str__(self) -> str:
        named = [f"{letters(column)}{row + 1}" for row, column in self.cells]
        listed = ",".join(named)
        if self.kind == "sum":
            return f'=IF(COUNT({listed})={len(named)},SUM({listed}),"")'
        over, under = named
        less = "-1" if self.kind == "growth" else ""
        return f'=IF(COUNT({listed})=2,IF({under}>0,{over}/{under}{less},""),"")'


def sum_of(cells: Iterable[Place]) -> Formula:
    """Add up cells; nothing where one of them holds no number.

    Raises:
        BadValue: no cell, more than 255, or one that is no place.
    """
    return Formula("sum", cells)


def quotient(over: Place, under: Place) -> Formula:
    """Divide one cell by another; nothing where one holds no number, or the second none above zero.

    Raises:
        BadValue: a cell that is no place.
    """
    return Formula("quotient", (over, under))


def growth(now: Place, before: Place) -> Formula:
    """Return how much one cell is above another, as a part of it; nothing where `quotient` has nothing.

    Raises:
        BadValue: a cell that is no place.
    """
    return Formula("growth", (now, before))


def write_formula(sheet: Worksheet, place: Place, formula: Formula, value: Fraction | None, style: Format) -> None:
    """Write a formula with its value, which readers show that do not reckon.

    Args:
        sheet: the sheet.
        place: where it is written.
        formula: the formula.
        value: what it gives, exactly; the file holds the double next to it. Missing where it gives nothing.
        style: the look of the cell.

    Raises:
        BadValue: a formula that reads its own cell.
    """
    if place in formula.cells:
        raise BadValue("a formula over its own cell", hint="give other cells", code="formula.circle")
    sheet.write_formula(*_place(place), str(formula), style, "" if value is None else float(value))
