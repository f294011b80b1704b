"""XLSX out: one sheet a table, numbers as numbers, text as text, the same bytes for the same tables.

>>> import tempfile
>>> from fractions import Fraction
>>> from pharmasales.display import Column, Says
>>> from pharmasales.exchange.read import read_sheet
>>> columns = (Column("id", "Id", "编号"), Column("share", "Share", "份额", "ratio"))
>>> table = Table("shares", Says("Shares", "份额"), columns, (("H1", Fraction(1, 4)),))
>>> with tempfile.TemporaryDirectory() as here:
...     path = Path(here, "shares.xlsx")
...     write_xlsx([table], path, lang="zh", created=date(2026, 1, 5))
...     sheet = read_sheet(path, sheet="份额")
...     sheet.header, list(sheet.rows)
(('编号', '份额'), [(2, ('H1', '0.25'))])
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pharmasales.display import Cell, Column, Lang, Table
from pharmasales.errors import BadValue
from pharmasales.exchange.escape import row_texts
from pharmasales.exchange.folder import whole_file
from pharmasales.exchange.sheet import letters
from pharmasales.extras import need

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

__all__ = ["double_of", "sheet_names", "whole_book", "write_text", "write_xlsx"]

_ROWS: Final = 1_048_575
_CELL: Final = 32_767
_TITLE: Final = 31
_DIGITS: Final = 15
_FIRST_DAY: Final = date(1900, 3, 1)  # before it Excel counts a day that never was
_SAMPLE: Final = 500
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_MARKED: Final = re.compile(r"<r>.*</r>\Z", re.DOTALL)
_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPES: Final = re.compile(r"_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_")
_FORMATS: Final = {"text": "@", "why": "@", "ratio": "0.0%", "date": "yyyy-mm-dd", "number": "General"}
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_xlsx(tables: Sequence[Table], path: Path, *, lang: Lang = "en", created: date) -> None:
    """Write tables as one Excel file, each on a sheet of its own with a frozen, filtered header.

    Titles are in the language asked. A number that a spreadsheet cannot hold exactly (more than 15 significant digits)
    is written as text, a ratio with six decimals; a date before March 1900 is text too. A table of more rows than a
    sheet holds goes on on further sheets. No cell is a formula or a link.

    Source: reliability finding 8 and goal "formula payloads".

    Args:
        tables: at least one.
        path: the file to make or replace; it appears whole or not at all.
        lang: the language of titles and of cells that speak.
        created: the day that the file says it was made on; the clock is not asked.

    Raises:
        BadConfig: xlsxwriter is not installed.
        BadValue: no table, a text with a control character, or one longer than a cell holds.
        StorageError: the disk is full or may not be written.

    Example:
        >>> write_xlsx([], Path("none.xlsx"), created=date(2026, 1, 5))
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadValue: no table to write @ none.xlsx [file.empty]
    """
    if not tables:
        raise BadValue("no table to write", where=path.name, code="file.empty")
    parts = [part for table in tables for part in _parts(table)]
    with whole_book(path, created) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for name, table in zip(sheet_names([part.title.text(lang) for part in parts]), parts, strict=True):
            _fill(book, book.add_worksheet(name), head, table, lang)


@contextmanager
def whole_book(path: Path, created: date) -> Iterator[Workbook]:
    """Yield a workbook in which no text is a formula or a link; the file appears whole or not at all.

    Args:
        path: the file to make or replace.
        created: the day that the file says it was made on.

    Raises:
        BadConfig: xlsxwriter is not installed.
        StorageError: the disk is full or may not be written.
    """
    package = need("xlsxwriter", "files")
    with whole_file(path) as fresh:
        book = package.Workbook(str(fresh), _OPTIONS)
        book.set_properties({"created": datetime.combine(created, time(), UTC).replace(tzinfo=None)})
        book.use_zip64()
        yield book
        try:
            book.close()
        except package.exceptions.FileCreateError as error:
            raise error.args[0] from None  # the system's own refusal, which becomes a typed error


def sheet_names(titles: Sequence[str]) -> list[str]:
    r"""Return a legal name for each sheet: 31 characters, none of `[]:*?/\`, no two alike in any case.

    Example:
        >>> sheet_names(["Goals: 2026/Q1", "goals- 2026-q1", "", "History"])
        ['Goals- 2026-Q1', 'goals- 2026-q1 (2)', 'Sheet', 'History (2)']
    """
    taken = {"history"}
    names = []
    for title in titles:
        stem = _FORBIDDEN.sub("-", title).strip().strip("'") or "Sheet"
        name, number = _short(stem, _TITLE), 1
        while name.casefold() in taken:
            number += 1
            tail = f" ({number})"
            name = _short(stem, _TITLE - len(tail)) + tail
        taken.add(name.casefold())
        names.append(name)
    return names


def _short(text: str, most: int) -> str:
    """Cut to a count of UTF-16 units, which is what Excel counts."""
    while len(text.encode("utf-16-le")) // 2 > most:
        text = text[:-1]
    return text.rstrip("' ")


def _parts(table: Table) -> Iterator[Table]:
    for start in range(0, max(len(table.rows), 1), _ROWS):
        yield Table(table.name, table.title, table.columns, table.rows[start : start + _ROWS])


def _fill(book: Workbook, sheet: Worksheet, head: Format, table: Table, lang: Lang) -> None:
    """Write one table: the header, then row by row."""
    styles = []
    titles = row_texts([column.title(lang) for column in table.columns], lang, f"{table.name} row 1")
    for at, (column, title) in enumerate(zip(table.columns, titles, strict=True)):
        cells = [row[at] for row in table.rows]
        styles.append(book.add_format({"num_format": _format(column, cells), "valign": "top"}))
        write_text(sheet, (0, at), title, head, f"{table.name} row 1")
        sheet.set_column(at, at, _wide(column, title, cells, lang))
    for number, row in enumerate(table.rows, 1):
        where = f"{table.name} row {number + 1}"
        for at, (cell, text) in enumerate(zip(row, row_texts(row, lang, where), strict=True)):
            _write(sheet, (number, at), cell, text, styles[at], where)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(table.rows), max(len(table.columns) - 1, 0))


def _write(sheet: Worksheet, place: tuple[int, int], cell: Cell, text: str, style: Format, where: str) -> None:
    number = None if type(cell) is str else double_of(cell, text)
    if number is not None:
        sheet.write_number(*place, number, style)
    elif type(cell) is date and cell >= _FIRST_DAY:
        sheet.write_datetime(*place, cell, style)
    elif text:
        write_text(sheet, place, text, style, where)


def write_text(sheet: Worksheet, place: tuple[int, int], text: str, style: Format, where: str) -> None:
    """Write a text into a cell exactly as it is, whatever escapes or marks it holds.

    Raises:
        BadValue: longer than a cell holds; `where` and the letters of the column say which.
    """
    if _MARKED.match(text) or "_x" in text:
        text = _as_run(text)
    if len(text) * 2 > _CELL and len(text.encode("utf-16-le")) // 2 > _CELL:
        place_of = f"{where} column {letters(place[1])}"
        raise BadValue(f"longer than {_CELL} characters", where=place_of, hint="write it as CSV", code="text.long")
    sheet.write_string(*place, text, style)


def _as_run(text: str) -> str:
    """Return a text as XML of one run, where the package would take it for XML, or escape it by half.

    It writes what begins with `<r>` and ends with `</r>` unescaped, and of two escapes that share a `_` only the first.
    """
    if not _MARKED.match(text) and not _ESCAPES.search(text):
        return text
    marked = escape(_ESCAPE.sub("_x005F_", text), quote=False).replace("_", "&#95;")
    return f'<r><t xml:space="preserve">{marked}</t></r>'


def double_of(cell: Cell, text: str) -> float | None:
    """Return the number that a spreadsheet holds for a cell, or nothing where it would not hold it exactly.

    Args:
        cell: the cell.
        text: the same as `cell_text` writes it.

    >>> double_of(Decimal("12.50"), "12.50"), double_of(10**15 + 1, "1000000000000001"), double_of("12", "12")
    (12.5, None, None)
    """
    if isinstance(cell, bool) or not isinstance(cell, int | Decimal | Fraction):
        return None
    if isinstance(cell, Decimal) and not cell.is_finite():
        return None
    if len(text) <= _DIGITS:
        return float(text)
    exact = Decimal(text)
    if not -300 < exact.adjusted() < _DIGITS:
        return None
    digits = "".join(map(str, exact.as_tuple().digits)).strip("0")
    return float(exact) if len(digits) <= _DIGITS else None


def _format(column: Column, cells: Sequence[Cell]) -> str:
    if column.kind != "amount":
        return _FORMATS[column.kind]
    parts = (cell for cell in cells if isinstance(cell, Decimal | Fraction))
    whole = all(part == int(part) for part in parts if isinstance(part, Fraction) or part.is_finite())
    return "#,##0" if whole else "#,##0.00"


def _wide(column: Column, title: str, cells: Sequence[Cell], lang: Lang) -> int:
    """Return a width in characters: the widest of the first cells, Chinese counting two, within reason."""
    shown = [title, *(column.show(cell, lang) for cell in cells[:_SAMPLE])]
    widest = max(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text) for text in shown)
    return min(max(widest + 2, 8), 60)
