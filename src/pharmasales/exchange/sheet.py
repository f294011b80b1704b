"""A sheet as every reader gives it: a header, then rows of text with the row number a spreadsheet shows.

>>> sheet = Sheet("a.csv", ("id", "note"), iter([(2, ("H1", ""))]))
>>> sheet.header, list(sheet.rows)
(('id', 'note'), [(2, ('H1', ''))])
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import field, frozen

from pharmasales.errors import BadFile
from pharmasales.exchange.limits import Limits
from pharmasales.names import fold

__all__ = ["Sheet", "checked_header", "fitted", "letters", "measured"]

Row = tuple[str, ...]


@frozen
class Sheet:
    """What a file holds, every cell as text.

    Args:
        file: the base name of the file.
        header: the names in row 1, as written; those between two names may be empty.
        rows: the row number (the header is row 1) and the cells, read while they are asked for, once. Short rows are
            filled up with `""`; a blank row comes as empty cells. A row with something beyond the last named column
            comes longer than the header: `len(row) > len(header)` says that it is ragged.
    """

    file: str
    header: Row
    rows: Iterator[tuple[int, Row]] = field(repr=False, eq=False)


def letters(column: int) -> str:
    """Return the letters of a column counted from 0, as a spreadsheet shows them.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def checked_header(cells: Sequence[str], file: str, limits: Limits) -> Row:
    """Return the header without its empty tail.

    Names are compared in their folded form (case, width and spaces do not count). A message shows letters, not the
    names: a file without a header has a person's data in row 1.

    Raises:
        BadFile: no name at all, two columns of one name, or too many columns.

    Example:
        >>> checked_header(["id", "Name", ""], "a.csv", Limits())
        ('id', 'Name')
        >>> checked_header(["Name", "ｎａｍｅ "], "a.csv", Limits())
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadFile: columns A and B bear the same name @ a.csv row 1; rename one of them [file.header]
    """
    names = tuple(cells)
    while names and not names[-1].strip():
        names = names[:-1]
    where = f"{file} row 1"
    if not names:
        raise BadFile("row 1 is blank", where=where, hint="row 1 holds the column names", code="file.header")
    measured(names, 1, file, limits)
    seen: dict[str, int] = {}
    for column, name in enumerate(names):
        first = seen.setdefault(fold(name), column) if name.strip() else column
        if first != column:
            reason = f"columns {letters(first)} and {letters(column)} bear the same name"
            raise BadFile(reason, where=where, hint="rename one of them", code="file.header")
    return names


def fitted(row: Row, width: int) -> Row:
    """Return the row filled up to `width`, cut where only empty cells stand beyond it, or longer where not.

    >>> fitted(("a",), 2), fitted(("a", "b", ""), 2), fitted(("a", "b", "c"), 2)
    (('a', ''), ('a', 'b'), ('a', 'b', 'c'))
    """
    if len(row) < width:
        return row + ("",) * (width - len(row))
    return row if any(row[width:]) else row[:width]


def measured(row: Sequence[str], number: int, file: str, limits: Limits) -> None:
    """Refuse a row of too many columns or with too long a cell.

    Raises:
        BadFile: naming the row, and the column by its letters.
    """
    if len(row) > limits.columns:
        raise BadFile(f"more than {limits.columns} columns", where=f"{file} row {number}", code="file.large")
    for column, text in enumerate(row):
        if len(text) > limits.cell:
            where = f"{file} row {number} column {letters(column)}"
            hint = "an opening quote without its end swallows what follows"
            raise BadFile(f"a cell of more than {limits.cell} characters", where=where, hint=hint, code="file.large")
