r"""Files in: one function that reads CSV, TSV and XLSX by their suffix, every cell as text.

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as here:
...     path = Path(here, "customers.csv")
...     _ = path.write_text("id,name\nH001,Example Hospital\n", "utf-8")
...     sheet = read_sheet(path)
...     sheet.header, list(sheet.rows)
(('id', 'name'), [(2, ('H001', 'Example Hospital'))])
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

from pharmasales.errors import BadFile
from pharmasales.exchange.limits import Limits
from pharmasales.exchange.read_csv import csv_sheet
from pharmasales.exchange.read_xlsx import xlsx_sheet
from pharmasales.exchange.sheet import Sheet
from pharmasales.exchange.unpack import gzip_blocks, plain_blocks

__all__ = ["read_sheet"]

_Unpack: TypeAlias = Callable[[BinaryIO, Limits], Iterator[bytes]]
_TEXT: Final[dict[str, tuple[str, _Unpack]]] = {
    ".csv": (",", plain_blocks),
    ".csv.gz": (",", gzip_blocks),
    ".tsv": ("\t", plain_blocks),
    ".tsv.gz": ("\t", gzip_blocks),
}
_DEFAULT: Final = Limits()


def read_sheet(path: Path, *, encoding: str = "utf-8", sheet: str | None = None, limits: Limits = _DEFAULT) -> Sheet:
    """Read a table file (导入文件): `.csv`, `.csv.gz`, `.tsv`, `.tsv.gz` or `.xlsx`.

    Cells come as text. CSV cells come as written, only the apostrophe that our own exports put before a would-be
    formula is taken off. XLSX numbers come as their shortest decimal (Excel keeps 15 digits: longer ids belong in text
    cells), dates and times in ISO form, booleans as `TRUE` and `FALSE`, error cells as their text (`#REF!`), and a
    formula as its own text from `=`, never as the value it had last.

    Source: reliability T6, findings 8 and 10.

    Args:
        path: the file.
        encoding: of a text file; UTF-8 with or without byte order mark unless set.
        sheet: the worksheet by name (case, width and spaces do not count), else the first one that shows.
        limits: what the file may hold.

    Raises:
        BadConfig: an unknown encoding, or the package for XLSX is not installed.
        BadFile: missing, of another kind, damaged, beyond the limits; the rows of a text file are read while they are
            asked for, so that an error deep in the file arises there.

    Example:
        >>> read_sheet(Path("no-such-file.csv"))
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadFile: no such file @ no-such-file.csv [file.missing]
    """
    name = path.name
    kind = _kind(name)
    size = _size(path)
    if size > limits.disk:
        raise BadFile(f"more than {limits.disk} bytes on disk", where=name, hint="split the file", code="file.large")
    if not size:
        raise BadFile("the file is empty", where=name, hint="row 1 holds the column names", code="file.empty")
    if kind == ".xlsx":
        return xlsx_sheet(path, sheet=sheet, limits=limits)
    delimiter, unpack = _TEXT[kind]
    return csv_sheet(_blocks(path, unpack, limits), name, delimiter=delimiter, encoding=encoding, limits=limits)


def _kind(name: str) -> str:
    lower = name.lower()
    found = next((suffix for suffix in (*_TEXT, ".xlsx") if lower.endswith(suffix)), "")
    if found:
        return found
    if lower.endswith(".xls"):
        raise BadFile("an old Excel workbook", where=name, hint="save it as .xlsx or CSV UTF-8", code="file.old-excel")
    raise BadFile("no table file", where=name, hint=f"known: {', '.join(_TEXT)}, .xlsx", code="file.suffix")


def _size(path: Path) -> int:
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise BadFile("no such file", where=path.name, code="file.missing") from error
    except (OSError, ValueError) as error:
        raise BadFile("cannot be read", where=path.name, code="file.unreadable") from error
    if not stat.S_ISREG(found.st_mode):
        raise BadFile("not a file", where=path.name, hint="name one file", code="file.folder")
    return found.st_size


def _blocks(path: Path, unpack: _Unpack, limits: Limits) -> Iterator[bytes]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadFile("cannot be read", hint="check who may read it", code="file.unreadable") from error
    with file:
        yield from unpack(file, limits)
