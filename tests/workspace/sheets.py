"""A sheet of goals as a manager leaves it: read, changed cell by cell, and saved by another program."""

from collections.abc import Callable
from pathlib import Path

import xlsxwriter

from pharmasales.exchange import read_sheet

Rows = list[list[str]]


def corrected_copy(source: Path, target: Path, change: Callable[[Rows], None], about: Rows | None = None) -> Path:
    """Save a changed copy of a sheet; `change` gets its rows as texts, the header first.

    What reads as a number is saved as one, what begins with `=` as a formula, as a person types it.
    """
    with xlsxwriter.Workbook(str(target)) as book:
        for place, names in enumerate((("Goals by node", "目标表"), ("About this sheet", "说明"))):
            name, rows = _read(source, names)
            if place == 0:
                change(rows)
            elif about is not None:
                rows = about
            sheet = book.add_worksheet(name)
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    if cell.startswith("="):
                        sheet.write_formula(y, x, cell)
                    elif y and x >= 4 and _is_number(cell):
                        sheet.write_number(y, x, float(cell))
                    elif cell:
                        sheet.write_string(y, x, cell)
    return target


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


def _read(source: Path, names: tuple[str, str]) -> tuple[str, Rows]:
    for name in names:
        try:
            sheet = read_sheet(source, sheet=name)
        except ValueError:
            continue
        return name, [list(sheet.header), *(list(cells) for _, cells in sheet.rows)]
    raise AssertionError(names)
