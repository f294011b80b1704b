"""XLSX in: the values by calamine, what it does not show (formulas, errors) by a pass over the XML before.

>>> number_text(3.0), number_text(0.1), number_text(1e20)
('3', '0.1', '1E+20')
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final
from zipfile import ZipFile

from pharmasales.errors import BadFile
from pharmasales.exchange.cells import Scan, scanned, shared_lengths
from pharmasales.exchange.escape import restore
from pharmasales.exchange.glance import glanced
from pharmasales.exchange.limits import Limits
from pharmasales.exchange.markup import bounded
from pharmasales.exchange.package import checked_archive, damaged, elements, member, parsed, xml_parser
from pharmasales.exchange.sheet import Row, Sheet, checked_header, fitted, measured
from pharmasales.extras import need
from pharmasales.names import fold

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

__all__ = ["number_text", "xlsx_sheet"]

_BOOK: Final = "xl/workbook.xml"
_LINKS: Final = "xl/_rels/workbook.xml.rels"
_STRINGS: Final = "xl/sharedstrings.xml"
_ROOT: Final = "_rels/.rels"
_TAGS: Final = 1_000_000
_NAMES: Final = ("workbook.xml", "workbook.xml.rels", "sharedstrings.xml")


def number_text(value: float) -> str:
    """Return the shortest decimal of a number as Excel holds it.

    Excel keeps 15 digits. A whole number of more may have lost some, as an identity number (身份证号) typed as a number
    has: it shows its exponent, as it does in Excel, so that no id and no amount is made of it.

    Example:
        >>> number_text(-0.0), number_text(1e-7), number_text(12345.678), number_text(110101199003070000.0)
        ('0', '0.0000001', '12345.678', '1.1010119900307E+17')
    """
    if abs(value) < 1e15 and value.is_integer():
        return str(int(value))
    if 1e15 <= abs(value) < math.inf:
        return f"{Decimal(repr(value)).normalize():E}"
    return f"{Decimal(repr(value)):f}"


_TEXTS: Final[dict[type, Callable[[Any], str]]] = {
    str: restore,
    float: number_text,
    int: str,
    bool: lambda value: "TRUE" if value else "FALSE",
    date: date.isoformat,
    datetime: datetime.isoformat,
    time: time.isoformat,
    timedelta: str,
}


def xlsx_sheet(path: Path, *, sheet: str | None = None, limits: Limits | None = None) -> Sheet:
    """Return one worksheet of an XLSX file; formulas come as their own text from `=`.

    Args:
        path: the file.
        sheet: its name (case, width and spaces do not count), else the first one that shows.
        limits: what the file may hold.

    Raises:
        BadConfig: python-calamine is not installed.
        BadFile: no workbook, damaged, with a password, beyond the limits, no such sheet, or a bad header.
    """
    limits = limits or Limits()
    calamine = need("python_calamine", "files")
    with checked_archive(path, limits) as archive:
        book = _Book(archive, path.name, limits)
        with _parsing(path.name), calamine.CalamineWorkbook.from_path(path) as workbook:
            name = _chosen(workbook, sheet, path.name, calamine)
            scan = book.scan(name, workbook.sheet_names)
            found = workbook.get_sheet_by_name(name)
            rows = _rows(found.iter_rows(), (found.start or (0, 0))[1], scan)
    first = next(rows, ())
    header = checked_header(first, path.name, limits)
    return Sheet(path.name, header, _numbered(rows, header, path.name, limits))


def _numbered(rows: Iterator[Row], header: Row, file: str, limits: Limits) -> Iterator[tuple[int, Row]]:
    for number, row in enumerate(rows, 2):
        if max(map(len, row), default=0) > limits.cell:
            measured(row, number, file, limits)
        yield number, fitted(row, len(header))


def _rows(values: Iterable[list[Any]], left: int, scan: Scan) -> Iterator[Row]:
    """Yield the rows from A1 on, with what the scan found in place of what the reader of values shows."""
    texts = _TEXTS
    margin = ("",) * left
    below = max(scan.texts, default=-1) + 1
    known: Iterator[list[Any]] = iter(values)
    for number in count():
        cells = next(known, None)
        if cells is None and number >= below:
            return
        row = margin + tuple([texts[type(cell)](cell) for cell in cells or ()])
        yield _overlaid(row, scan.texts[number]) if number in scan.texts else row


def _overlaid(row: Row, found: Mapping[int, str]) -> Row:
    width = max(*found, len(row) - 1) + 1
    cells = list(row) + [""] * (width - len(row))
    for column, text in found.items():
        cells[column] = text
    return tuple(cells)


def _chosen(workbook: CalamineWorkbook, sheet: str | None, file: str, calamine: ModuleType) -> str:
    """Return the name of the sheet that is asked for, or of the first that shows."""
    names = [
        str(found.name)
        for found in workbook.sheets_metadata
        if found.typ == calamine.SheetTypeEnum.WorkSheet
        and (sheet is not None or found.visible == calamine.SheetVisibleEnum.Visible)
    ]
    wanted = [name for name in names if sheet is None or fold(name) == fold(sheet)]
    if not wanted:
        hint = f"sheets: {', '.join(names)}" if names else "the workbook shows no worksheet"
        raise BadFile("no such sheet", where=file, hint=hint, code="file.sheet")
    return wanted[0]


class _Book:
    """The archive's own view of the workbook; every part is streamed once when it is made."""

    def __init__(self, archive: ZipFile, file: str, limits: Limits) -> None:
        self._archive, self._file, self._limits = archive, file, limits
        self._infos = {info.filename.casefold(): info for info in archive.infolist()}
        self._pinned()
        self._sheets = elements("sheet", self._blocks(_BOOK), file, limits.members)
        self._links = elements("Relationship", self._blocks(_LINKS), file, limits.members)
        for part in self._infos:
            if part.startswith("xl/") and part.endswith((".xml", ".rels")) and not part.startswith("xl/worksheets/"):
                parsed(xml_parser(file), self._blocks(part))
            else:
                deque(self._blocks(part), maxlen=0)

    def _pinned(self) -> None:
        """Refuse a workbook that lies elsewhere: both readers must see the same parts."""
        links = elements("Relationship", self._blocks(_ROOT), self._file, self._limits.members)
        books = {
            link.get("Target", "").removeprefix("/")
            for link in links
            if link.get("Type", "").endswith("/officeDocument")
        }
        known = (_BOOK, _LINKS, _STRINGS)
        stray = {part for part in self._infos if part.endswith(_NAMES) and part not in known}
        if books != {_BOOK} or stray or any("&" in part for part in self._infos):
            hint = "open it in Excel and save it again"
            raise BadFile("an unusual workbook", where=self._file, hint=hint, code="file.damaged")

    def scan(self, name: str, names: list[str]) -> Scan:
        """Return what the XML of the sheet says; the list of sheets must be the one that the reader sees."""
        targets = {link.get("Id", ""): link.get("Target", "") for link in self._links}
        same = [sheet.get("name", "") for sheet in self._sheets] == names and len(set(names)) == len(names)
        if not same or len(targets) != len(self._links):
            raise BadFile("an ambiguous list of sheets", where=self._file, code="file.damaged")
        chosen = self._sheets[names.index(name)]
        ids = [value for key, value in chosen.items() if key.endswith(":id")]
        target = targets.get(ids[0] if len(ids) == 1 else "", "").removeprefix("/").casefold()
        part = target if target.startswith("xl/") else f"xl/{target}"
        return self._bounded(part)

    def _bounded(self, part: str) -> Scan:
        """Scan the sheet, quickly where that is enough; where long strings are used often, sum them up as well."""
        limits = self._limits
        rows, columns, shared = glanced(self._blocks(part)) or (0, 0, -1)
        if shared >= 0 and rows <= limits.rows and columns <= limits.columns and rows * columns <= limits.cells:
            scan = Scan(rows=rows, columns=columns, shared=shared)
        else:
            scan = scanned(self._blocks(part), self._file, limits)
        strings = self._infos.get(_STRINGS)
        if strings and scan.shared * strings.file_size > limits.grace:
            lengths = shared_lengths(self._blocks(_STRINGS), self._file)
            if scan.shared * max(lengths, default=0) > limits.grace:
                scanned(self._blocks(part), self._file, limits, lengths)
        return scan

    def _blocks(self, part: str) -> Iterator[bytes]:
        if part not in self._infos:
            raise BadFile("no Excel workbook", where=self._file, hint="save it as .xlsx", code="file.kind")
        blocks = member(self._archive, self._infos[part], self._file)
        if not part.endswith((".xml", ".rels")) or not part.startswith(("xl/", "_rels/")):
            return blocks
        if part == _STRINGS:
            return bounded(blocks, self._file, strings=self._limits.strings)
        return bounded(blocks, self._file, tags=None if part.startswith("xl/worksheets/") else _TAGS)


@contextmanager
def _parsing(file: str) -> Iterator[None]:
    """Turn whatever the reader of values raises over a damaged workbook into one typed error."""
    try:
        with damaged(file):
            yield
    except BaseException as error:
        # a panic of the compiled reader is no Exception, and its class cannot be imported
        if type(error).__module__ in ("python_calamine", "python_calamine._python_calamine", "pyo3_runtime"):
            hint = "open it in Excel and save it again"
            raise BadFile("a damaged Excel file", where=file, hint=hint, code="file.damaged") from error
        raise
