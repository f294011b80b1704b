"""Control sheets (年度累计控制表) as an Excel file: a sheet a node, plain numbers, or live formulas where asked for.

>>> import tempfile
>>> from pharmasales.evaluation.reporting import control_sheets
>>> from pharmasales.exchange import read_sheet
>>> from pharmasales.org import Node, Org
>>> from pharmasales.periods import Month, Year
>>> from pharmasales.units import CNY, Amount
>>> org = Org.of([Node("r1", "Rep One", "rep")])
>>> goals, sold = ({Month(2026, 1): {"r1": Amount.of(n, CNY)}} for n in (100, 90))
>>> sheets = control_sheets(org, Year(2026), goals=goals, actual=sold)
>>> with tempfile.TemporaryDirectory() as here:
...     path = Path(here, "control.xlsx")
...     write_control_book(sheets.values(), path, created=date(2026, 2, 1))
...     [row[:3] for _, row in read_sheet(path).rows if row[0].startswith("Attainment")]
[('Attainment', '0.9', ''), ('Attainment to date', '0.9', '')]
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from pharmasales.display import Lang, Says
from pharmasales.errors import BadValue
from pharmasales.evaluation.reporting.control_sheet import ControlSheet
from pharmasales.exchange.control_grid import HEAD, Across, ControlCell, ControlGrid
from pharmasales.exchange.escape import cell_text
from pharmasales.exchange.formulas import Place, write_formula
from pharmasales.exchange.write_xlsx import double_of, sheet_names, whole_book, write_text
from pharmasales.names import clean

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

__all__ = ["write_control_book"]

_A4: Final = 9
_GREY: Final = "#F1F3F4"
_LINE: Final = "#B8BEC4"


def write_control_book(
    sheets: Iterable[ControlSheet],
    path: Path,
    *,
    lang: Lang = "en",
    created: date,
    across: Across = "months",
    formulas: bool = False,
) -> None:
    """Write control sheets as one Excel file, each on a sheet of its own that prints on one page.

    Without formulas every cell is a plain number, a share one with six decimals. With them, sums, quotients and growth
    are live, from the allow list of `Formula`, and beside each stands its exact value; a month's own amounts stay
    numbers to type over. What is not known is an empty cell, and a formula over it shows nothing. An amount that a
    spreadsheet cannot hold exactly (more than 15 significant digits) is text, and what reckons with it is a value.

    Args:
        sheets: at least one.
        path: the file to make or replace; it appears whole or not at all.
        lang: the language of titles.
        created: the day that the file says it was made on.
        across: what stands in the columns: the months, or the figures.
        formulas: whether sums and quotients are live.

    Source: S004-63; goal "formula payloads".

    Raises:
        BadConfig: xlsxwriter is not installed.
        BadValue: no sheet, something else in the columns, or a text with a control character.
        StorageError: the disk is full or may not be written.

    Example:
        >>> write_control_book([], Path("none.xlsx"), created=date(2026, 2, 1))
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadValue: no control sheet to write @ none.xlsx [file.empty]
    """
    grids = [ControlGrid(sheet, across) for sheet in sheets]
    if not grids:
        raise BadValue("no control sheet to write", where=path.name, code="file.empty")
    names = sheet_names([clean(grid.sheet.node.name or grid.sheet.node.id, "node") for grid in grids])
    with whole_book(path, created) as book:
        looks = _Looks(book)
        for name, grid in zip(names, grids, strict=True):
            _Page(book.add_worksheet(name), looks, grid, lang, formulas).write()


@frozen
class _Looks:
    """The formats of a workbook, each made once."""

    book: Workbook
    made: dict[tuple[tuple[str, Any], ...], Format] = field(factory=dict)

    def __call__(self, **given: object) -> Format:
        key = tuple(sorted(given.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(given)
        return self.made[key]

    def cell(self, *, sums: bool, **given: object) -> Format:
        """Return the look of a cell in the grid: shaded where it is of a quarter or the year."""
        shade = {"bg_color": _GREY, "bold": True} if sums else {}
        return self(border=1, border_color=_LINE, font_size=9, **shade, **given)


@frozen
class _Page:
    """One sheet while it is written."""

    sheet: Worksheet
    look: _Looks
    grid: ControlGrid
    lang: Lang
    formulas: bool

    def write(self) -> None:
        self._paper()
        self._text((0, 0), self.grid.title, self.look(bold=True, font_size=13))
        self._text((1, 0), self.grid.unit, self.look(font_color="#5A6168"))
        for at, title in enumerate(self.grid.titles()):
            self._text((HEAD, at), title, self._head(at - 1, "months"))
        for at, side in enumerate(self.grid.sides()):
            self._text((HEAD + 1 + at, 0), side, self._head(at, "figures"))
        cells = list(self.grid.cells())
        text = {cell.place for cell in cells if not cell.share and cell.value is not None and _held(cell) is None}
        for cell in cells:
            self._write(cell, live=self.formulas and cell.place not in text and not self._reads(cell, text))

    def _head(self, period: int, across: Across) -> Format:
        """Return the look of a title: shaded where it is that of a quarter or the year."""
        sums = self.grid.across == across and period >= 0 and self.grid.sums(period)
        return self.look(border=1, border_color=_LINE, font_size=9, bold=True, **({"bg_color": _GREY} if sums else {}))

    @staticmethod
    def _reads(cell: ControlCell, text: set[Place]) -> bool:
        """Whether a formula reads a cell that is text, directly; what that one reads, it reads as well."""
        return cell.formula is not None and not text.isdisjoint(cell.formula.cells)

    def _write(self, cell: ControlCell, *, live: bool) -> None:
        style = self.look.cell(sums=self.grid.sums(cell.period), num_format=_format(cell), align="right")
        number = _held(cell)
        if live and cell.formula is not None:
            exact = None if cell.value is None else Fraction(cell.value)
            write_formula(self.sheet, cell.place, cell.formula, exact, style)
        elif cell.value is None:
            self.sheet.write_blank(*cell.place, None, style)
        elif number is not None:
            self.sheet.write_number(*cell.place, number, style)
        else:
            write_text(self.sheet, cell.place, cell_text(cell.value), style, f"row {cell.place[0] + 1}")

    def _text(self, place: Place, words: Says, style: Format) -> None:
        where = f"row {place[0] + 1}"
        write_text(self.sheet, place, clean(words.text(self.lang), where), style, where)

    def _paper(self) -> None:
        sheet, across = self.sheet, len(self.grid.titles())
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.35, right=0.35, top=0.4, bottom=0.5)
        sheet.fit_to_pages(1, 1)
        sheet.print_area(0, 0, HEAD + len(self.grid.sides()), across - 1)
        sheet.freeze_panes(HEAD + 1, 1)
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, across - 1, 14)


def _format(cell: ControlCell) -> str:
    if cell.share:
        return "0.0%"
    exponent = cell.value.as_tuple().exponent if isinstance(cell.value, Decimal) else 0
    places = -exponent if isinstance(exponent, int) else 0
    return "#,##0." + "0" * places if places > 0 else "#,##0"


def _held(cell: ControlCell) -> float | None:
    """Return the number that a cell holds: an amount exactly or not at all, a share with six decimals."""
    return None if cell.value is None else double_of(cell.value, cell_text(cell.value))
