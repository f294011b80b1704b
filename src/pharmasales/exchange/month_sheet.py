"""The month as an Excel sheet to print (月度拜访表): A4 landscape, one page wide, the days on every page.

>>> import tempfile
>>> from pharmasales.exchange import read_sheet
>>> from pharmasales.followup import Rep
>>> from pharmasales.periods import Month
>>> from pharmasales.workdays import CHINA
>>> grid = MonthGrid.of(Month(2026, 2), Rep("r1", "Rep One", 8), (), CHINA)
>>> with tempfile.TemporaryDirectory() as here:
...     path = Path(here, "month.xlsx")
...     write_month_sheet([grid], path, lang="zh", created=date(2026, 2, 1))
...     read_sheet(path).header[0]
'Rep One：2026年2月拜访表'
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from pharmasales.display import Lang, Says, Speaks
from pharmasales.errors import BadValue
from pharmasales.exchange.month_grid import PLACES, PLANNED, GridDay, GridRow, MonthGrid, weekday_letter
from pharmasales.exchange.month_page import LEGEND, tint_of
from pharmasales.exchange.write_xlsx import sheet_names, whole_book, write_text
from pharmasales.names import clean

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

__all__ = ["write_month_sheet"]

_HOSPITAL: Final = Says("Hospital", "医院")
_TOTAL: Final = Says("Total", "合计")
_A4: Final = 9
_HEAD: Final = 3
_GREY: Final = "#ECEEF0"
_LINE: Final = "#B8BEC4"
_RED: Final = "#FBE5D9"
_HATCHED: Final = 14  # light upward diagonal


def write_month_sheet(grids: Sequence[MonthGrid], path: Path, *, lang: Lang = "en", created: date) -> None:
    """Write months as one Excel file, each on a sheet of its own that prints one page wide with the days repeated.

    Args:
        grids: at least one.
        path: the file to make or replace; it appears whole or not at all.
        lang: the language of titles.
        created: the day that the file says it was made on.

    Raises:
        BadConfig: xlsxwriter is not installed.
        BadValue: no month, or a text with a control character.
        StorageError: the disk is full or may not be written.

    Example:
        >>> write_month_sheet([], Path("none.xlsx"), created=date(2026, 2, 1))
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadValue: no month to write @ none.xlsx [file.empty]
    """
    if not grids:
        raise BadValue("no month to write", where=path.name, code="file.empty")
    names = sheet_names([clean(grid.name or grid.rep, "rep") for grid in grids])
    with whole_book(path, created) as book:
        looks = _Looks(book)
        for name, grid in zip(names, grids, strict=True):
            _Page(book.add_worksheet(name), looks, grid, lang).write()


@frozen
class _Looks:
    """The formats of a workbook, each made once."""

    book: Workbook
    made: dict[tuple[tuple[str, Any], ...], Format] = field(factory=dict)

    def __call__(self, **given: object) -> Format:
        key = tuple(sorted(given.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format({"font_size": 8, "valign": "vcenter", **given})
        return self.made[key]

    def cell(self, day: GridDay | None, **given: object) -> Format:
        """Return the look of a cell in a day's column: greyed on a day off, hatched on leave."""
        base = {"border": 1, "border_color": _LINE, "align": "center", **given}
        if day is not None and day.rests and "bg_color" not in given:
            base |= {"bg_color": _GREY, "font_color": "#5A6168"}
            if day.state == "leave":
                base |= {"pattern": _HATCHED, "fg_color": "#8A9299"}
        return self(**base)


@frozen
class _Page:
    """One sheet while it is written."""

    sheet: Worksheet
    look: _Looks
    grid: MonthGrid
    lang: Lang

    def write(self) -> None:
        days = self.grid.days
        self._paper()
        self._text(0, 0, self.grid.title, self.look(bold=True, font_size=13))
        self._text(1, 0, _HOSPITAL, self.look.cell(None, bold=True, align="left"))
        self.sheet.write_blank(2, 0, None, self.look.cell(None, bold=True))
        for n, day in enumerate(days, 1):
            self._text(1, n, weekday_letter(day.day), self.look.cell(day))
            self.sheet.write_number(2, n, day.day.day, self.look.cell(day, bold=True))
        self._text(1, len(days) + 1, _TOTAL, self.look.cell(None, bold=True))
        self.sheet.write_blank(2, len(days) + 1, None, self.look.cell(None))
        for at, row in enumerate(self.grid.rows, _HEAD):
            self._row(at, row)
        self._foot(_HEAD + len(self.grid.rows))

    def _paper(self) -> None:
        sheet, days = self.sheet, len(self.grid.days)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.35, right=0.35, top=0.4, bottom=0.5)
        sheet.center_horizontally()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, _HEAD - 1)
        sheet.print_area(0, 0, _HEAD + len(self.grid.rows) + 2, days + 1)
        sheet.set_footer("&C&P / &N")
        sheet.freeze_panes(_HEAD, 1)
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, days, 3.9)
        sheet.set_column(days + 1, days + 1, 6)

    def _row(self, at: int, row: GridRow) -> None:
        self._text(at, 0, row.name, self.look.cell(None, align="left", text_wrap=True))
        for n, day in enumerate(self.grid.days):
            text = row.text(n)
            if not text:
                self.sheet.write_blank(at, n + 1, None, self.look.cell(day))
                continue
            tint = tint_of(self.grid.grades, row.best(n))
            self._text(at, n + 1, text, self.look.cell(day, bold=True, bg_color=tint, shrink=True))
        self._number(at, len(self.grid.days) + 1, row.shown, self.look.cell(None, bold=True))

    def _foot(self, at: int) -> None:
        """Write load and places a day, and what the letters and colours mean."""
        last = len(self.grid.days) + 1
        for row, title in ((at, PLANNED), (at + 1, PLACES)):
            self._text(row, 0, title, self.look.cell(None, bold=True, align="left"))
        for n, day in enumerate(self.grid.days, 1):
            load = {"bg_color": _RED, "font_color": "#8A3200"} if day.over else {}
            self._number(at, n, day.planned or None, self.look.cell(day, bold=True, **load))
            self._number(at + 1, n, day.places or None, self.look.cell(day))
        self._number(at, last, self.grid.total, self.look.cell(None, bold=True))
        self._number(at + 1, last, sum(day.places for day in self.grid.days), self.look.cell(None, bold=True))
        self._text(at + 2, 0, LEGEND, self.look(font_color="#5A6168"))

    def _number(self, row: int, column: int, number: int | None, style: Format) -> None:
        if number is None:
            self.sheet.write_blank(row, column, None, style)
        else:
            self.sheet.write_number(row, column, number, style)

    def _text(self, row: int, column: int, words: str | Speaks, style: Format) -> None:
        text = words if isinstance(words, str) else words.text(self.lang)
        write_text(self.sheet, (row, column), clean(text, f"row {row + 1}"), style, f"row {row + 1}")
