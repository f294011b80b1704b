r"""CSV out: UTF-8 with a byte order mark, so that Excel shows Chinese, and no cell that a spreadsheet would run.

>>> import tempfile
>>> from pharmasales.display import Column, Says
>>> table = Table("grades", Says("Grades", "客户分级"), (Column("id", "Id", "编号"),), (("=H1",), ("H2",)))
>>> with tempfile.TemporaryDirectory() as here:
...     write_csv(table, Path(here, "grades.csv"))
...     Path(here, "grades.csv").read_bytes()
b"\xef\xbb\xbfid\r\n'=H1\r\nH2\r\n"
"""

from __future__ import annotations

import csv
from pathlib import Path

from pharmasales.display import Lang, Table
from pharmasales.exchange.escape import row_texts
from pharmasales.exchange.folder import whole_file

__all__ = ["write_csv"]


def write_csv(table: Table, path: Path, lang: Lang = "en") -> None:
    r"""Write a table as CSV: column keys as the header, cells plain (ratios with six decimals, ISO dates), `\r\n`.

    The file appears whole or not at all, and the same table gives the same bytes. `read_sheet` gives the cells back.

    Args:
        table: what to write.
        path: the file to make or replace.
        lang: the language of cells that speak, such as explanations.

    Raises:
        BadValue: a text with a control character or half a surrogate pair.
        StorageError: the disk is full or may not be written.

    Example:
        >>> import tempfile
        >>> from pharmasales.display import Column, Says
        >>> table = Table("notes", Says("Notes", "备注"), (Column("note", "Note", "备注"),), (("a\x00",),))
        >>> with tempfile.TemporaryDirectory() as here:
        ...     write_csv(table, Path(here, "notes.csv"))
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadValue: character U+0000 is refused @ notes row 2 column A [text.control]
    """
    with whole_file(path) as fresh, fresh.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(row_texts([column.key for column in table.columns], lang, f"{table.name} row 1"))
        writer.writerows(row_texts(row, lang, f"{table.name} row {number}") for number, row in enumerate(table.rows, 2))
