"""The refused rows of a file as a table to correct (错误表): as the file has them, row number and reasons in front.

>>> from pharmasales.exchange import Sheet
>>> sheet = Sheet("a.csv", ("id", "beds"), iter([(2, ("H1", "3")), (3, ("H2", "many"))]))
>>> bad = [BadRow("customers", "a.csv", 3, "beds", "not a number", "", "number", "many")]
>>> print(rejected(sheet, bad, "a"))
row  reason                       id  beds
---  ---------------------------  --  ----
3    beds: not a number [number]  H2  many
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.exchange import Sheet
from pharmasales.workspace.rows import BadRow

__all__ = ["rejected", "reported"]

_REPORT = ("row", "reason")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def reported(sheet: Sheet) -> int:
    """Return how many columns in front are those that `rejected` puts there; they are passed over.

    >>> from pharmasales.exchange import Sheet
    >>> reported(Sheet("a.csv", ("row", "reason", "id"), iter(()))), reported(Sheet("a.csv", ("id", "row"), iter(())))
    (2, 0)
    """
    return len(_REPORT) if sheet.header[: len(_REPORT)] == _REPORT else 0


def rejected(sheet: Sheet, bad: Iterable[BadRow], title: str) -> Table:
    """Return the refused rows of a sheet.

    Cells beyond the header get a column each. Characters that no file can keep are left out; the reason names them.

    Args:
        sheet: the file, read anew.
        bad: its refused cells, at least one.
        title: of the table, and of the worksheet that is made of it.
    """
    reasons: dict[int, list[str]] = {}
    for row in bad:
        told = f"{row.column}: {row.reason}" + (f" ({row.hint})" if row.hint else "") + f" [{row.code}]"
        reasons.setdefault(row.row, []).append(told)
    start = reported(sheet)
    kept = [(number, cells[start:]) for number, cells in sheet.rows if number in reasons]
    names = list(sheet.header[start:])
    beyond = max(len(cells) for _, cells in kept) - len(names)
    names += [f"beyond the header {number}" for number in range(1, beyond + 1)]
    rows: list[tuple[Cell, ...]] = []
    for number, cells in kept:
        written = [_CONTROL.sub("", cell) for cell in cells]
        rows.append((number, "; ".join(reasons[number]), *written, *[""] * (len(names) - len(cells))))
    return Table(title, Says(title, title), tuple(Column(name, name, name) for name in (*_REPORT, *names)), rows)
