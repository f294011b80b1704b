r"""CSV and TSV in, as a stream: text decoded strictly, rows numbered as a spreadsheet numbers them.

The lines pass from block to `csv.reader` without a step per line, and what has to be checked is checked for many rows
at once; only rows that may need it are looked at one by one.

>>> import io
>>> sheet = csv_sheet(iter([b'id,note\r\nH1,"two\r\nlines"\r\n']), "a.csv")
>>> sheet.header, list(sheet.rows)
(('id', 'note'), [(2, ('H1', 'two\r\nlines'))])
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import chain, islice
from typing import Final

from pharmasales.errors import BadFile
from pharmasales.exchange.encoding import decoded
from pharmasales.exchange.escape import ESCAPED, restore
from pharmasales.exchange.limits import Limits
from pharmasales.exchange.sheet import Row, Sheet, checked_header, fitted, measured

__all__ = ["csv_sheet"]

_SIGNS: Final = (";", "\t", "|", ",")
_BATCH: Final = 512


def csv_sheet(
    blocks: Iterator[bytes], file: str, *, delimiter: str = ",", encoding: str = "utf-8", limits: Limits | None = None
) -> Sheet:
    r"""Return the sheet that the bytes of a CSV file spell.

    The header is read at once, the rows while they are asked for: an error deep in the file arises there.

    Args:
        blocks: the bytes, unpacked.
        file: base name of the file, for messages.
        delimiter: one character.
        encoding: how the bytes are to be read, strictly.
        limits: what the file may hold.

    Raises:
        BadConfig: an unknown encoding.
        BadFile: empty, no text, another encoding, a quote out of place, a bad header, or beyond the limits.

    Example:
        >>> csv_sheet(iter([b'id,note\nH1,"open\n']), "a.csv").rows.__next__()
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadFile: a quote out of place @ a.csv row 2;
            close every quoted cell, double a quote within one [file.quotes]
    """
    limits = limits or Limits()
    batches = _Records(decoded(blocks, encoding), file, delimiter, limits).batches()
    first = next(batches, None)
    if first is None:
        raise BadFile("the file is empty", where=file, hint="row 1 holds the column names", code="file.empty")
    header = checked_header(first[1][0], file, limits)
    _check_separator(header, file, delimiter)
    return Sheet(file, header, chain.from_iterable(_numbered(batches, len(header))))


def _check_separator(header: Row, file: str, delimiter: str) -> None:
    """Refuse a table whose cells are parted by another sign, which would come as one column."""
    other = next((sign for sign in _SIGNS if sign != delimiter and sign in header[0]), "")
    if (len(header) == 1 and other) or header[0].lower().startswith("sep="):
        named = {"\t": "a tab"}.get(other, repr(other or "sep="))
        hint = "save it with commas, or with tabs and named .tsv"
        raise BadFile(f"cells parted by {named}", where=f"{file} row 1", hint=hint, code="file.separator")


def _numbered(batches: Iterator[tuple[int, list[list[str]]]], width: int) -> Iterator[Iterable[tuple[int, Row]]]:
    for first, rows in batches:
        if {len(row) for row in rows} == {width}:
            yield enumerate(map(tuple, rows), first)
        else:
            yield [(number, fitted(tuple(row), width)) for number, row in enumerate(rows, first)]


class _Records:
    """The rows of one text in batches, each with the number of its first row; the header is a batch of its own."""

    def __init__(self, texts: Iterator[str], file: str, delimiter: str, limits: Limits) -> None:
        self._texts, self._file, self._limits = texts, file, limits
        self._reader = csv.reader(chain.from_iterable(self._lines()), delimiter=delimiter, strict=True)
        self._done = 0  # rows given so far
        self._batch: list[list[str]] = []  # rows of this batch so far: grows while the reader asks for lines
        self._loaded = 0  # lines handed to the reader
        self._careful = 0  # up to this line a cell may be too long, or one of those that our own exports escape

    def batches(self) -> Iterator[tuple[int, list[list[str]]]]:
        size = 1
        while True:
            before = self._reader.line_num
            batch = self._filled(size)
            if not batch:
                return
            if before < self._careful or self._reader.line_num - before != len(batch):
                batch = [self._looked_at(number, row) for number, row in enumerate(batch, self._done + 1)]
            elif max(map(len, batch)) > self._limits.columns:
                for number, row in enumerate(batch, self._done + 1):
                    measured(row, number, self._file, self._limits)
            yield self._done + 1, batch
            self._done += len(batch)
            size = _BATCH
            if self._done - 1 > self._limits.rows:
                where = f"{self._file} row {self._done}"
                raise BadFile(
                    f"more than {self._limits.rows} rows", where=where, hint="split the file", code="file.large"
                )

    def _filled(self, size: int) -> list[list[str]]:
        batch: list[list[str]] = []
        self._batch = batch
        try:
            batch.extend(islice(self._reader, size))
        except csv.Error as error:
            hint = "close every quoted cell, double a quote within one"
            raise BadFile("a quote out of place", where=self._here(), hint=hint, code="file.quotes") from error
        except BadFile as error:
            raise error.at(self._here()) from error.__cause__
        return batch

    def _here(self) -> str:
        return f"{self._file} row {self._done + len(self._batch) + 1}"

    def _looked_at(self, number: int, row: list[str]) -> list[str]:
        measured(row, number, self._file, self._limits)
        return [restore(cell) for cell in row]

    def _lines(self) -> Iterator[list[str]]:
        """Yield the lines of each text; a line that the text cuts is kept for the next."""
        rest = ""
        for text in self._bounded():
            text = rest + text
            cut = 1 + max(text.rfind("\n"), text.rfind("\r", 0, -1))
            rest = text[cut:]
            yield self._noted(text[:cut])
        yield self._noted(rest)

    def _bounded(self) -> Iterator[str]:
        """Yield the texts, and stop at a row without an end."""
        row, fed = -1, 0
        for text in self._texts:
            here = self._done + len(self._batch)
            row, fed = here, (fed if here == row else 0) + len(text)
            if fed > self._limits.record + len(text):
                hint = "an opening quote without its end swallows what follows"
                raise BadFile(f"a row of more than {self._limits.record} characters", hint=hint, code="file.large")
            yield text

    def _noted(self, text: str) -> list[str]:
        lines = StringIO(text, newline="").readlines()
        self._loaded += len(lines)
        if ESCAPED.search(text) or max(map(len, lines), default=0) > self._limits.cell:
            self._careful = self._loaded
        return lines
