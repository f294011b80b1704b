"""The files of a table, row by row, and ids that may come once only: what every reader of tables shares.

>>> take = once(lambda row: row["id"])
>>> take({"id": "D1", PLACE: ("a.csv", 2)})
>>> take({"id": "d1", PLACE: ("a.csv", 3)})
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: differs in case, width or spaces only from a.csv row 2 @ id; give it another id [row.twin]
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pharmasales.errors import BadValue
from pharmasales.exchange import read_sheet
from pharmasales.names import fold
from pharmasales.workspace.files import table_files
from pharmasales.workspace.rows import PLACE, Row, TableRows

__all__ = ["once", "read_files"]


def read_files(root: Path, rows: TableRows, accept: Callable[[Row], object], progress: Callable[[str], None]) -> None:
    """Read every file of a table.

    Args:
        root: the workspace's folder.
        rows: reads the rows of the table.
        accept: takes a row or refuses it.
        progress: called with the name of each file as it is begun.

    Raises:
        BadFile: a file is missing, cannot be read, or lacks a column.
    """
    for path in table_files(root, rows.source):
        progress(path.name)
        rows.read(read_sheet(path, encoding=rows.source.encoding, sheet=rows.source.sheet or None), accept)


def once(add: Callable[[Row], str]) -> Callable[[Row], None]:
    """Return what takes rows and refuses an id that came before, also in another case, width or spacing.

    Args:
        add: takes a row and returns its id in its normal form.
    """
    seen: dict[str, tuple[str, tuple[str, int]]] = {}

    def accept(row: Row) -> None:
        key = fold(row["id"])
        if key in seen:
            text, (file, number) = seen[key]
            same = "the same id as" if text == row["id"] else "differs in case, width or spaces only from"
            raise BadValue(f"{same} {file} row {number}", where="id", hint="give it another id", code="row.twin")
        seen[key] = add(row), row[PLACE]

    return accept
