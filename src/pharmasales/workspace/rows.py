"""Rows of a file to typed values: every bad cell is listed with its place, and the counts always add up.

read = accepted + rejected + skipped, for every table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from attrs import evolve, field, frozen

from pharmasales.archive.kinds import FIELDS
from pharmasales.classification.schemes.catalogue import WORDS
from pharmasales.errors import BadFile, BadRows, BadValue, PharmaSalesError
from pharmasales.exchange import Sheet
from pharmasales.names import fold, nearest
from pharmasales.workspace.cells import Cells, converter, joiner
from pharmasales.workspace.columns import TABLES, ColumnSource, Spec, find_header
from pharmasales.workspace.settings import Settings
from pharmasales.workspace.sources import TableSource

__all__ = ["PLACE", "BadRow", "Place", "Row", "TableCount", "TableRows", "masked"]

Row: TypeAlias = dict[str, Any]

PLACE = "@"
"""The key under which a row bears its place: the file's name and the row's number."""

Place: TypeAlias = tuple[str, int]
"""The name of a file, and the number of a row as a spreadsheet counts it."""


def masked(value: str) -> str:
    """Return a personal value with all but its first character hidden.

    >>> masked("Example"), masked("")
    ('E***', '')
    """
    return f"{value[0]}***" if value else ""


@frozen
class BadRow:
    """One refused cell: where it is, why, and its value, masked where it may be a person's.

    Args:
        table: the canonical table.
        file: the file's name.
        row: the row as a spreadsheet numbers it, the header being 1.
        column: the header, or the canonical column.
        reason: what is wrong.
        hint: what to do.
        code: the stable code of the error.
        value: the cell, masked where personal.
    """

    table: str
    file: str
    row: int
    column: str
    reason: str
    hint: str
    code: str
    value: str

    def error(self) -> BadValue:
        """Return it as an error, without the value."""
        where = f"{self.file} row {self.row} column {self.column}"
        return BadValue(self.reason, where=where, hint=self.hint, code=self.code)


@frozen
class TableCount:
    """What became of a table's rows; `read` = `accepted` + `rejected` + `skipped` (blank rows).

    Args:
        table: the canonical table.
        file: the file's name.
        read: rows below the header.
        accepted: rows that were taken.
        rejected: rows with at least one refused cell.
        skipped: blank rows.
        duplicates: rows that repeat an earlier one exactly; they were kept.
    """

    table: str
    file: str
    read: int
    accepted: int
    rejected: int
    skipped: int
    duplicates: tuple[int, ...] = ()


@frozen
class _Reader:
    """Reads one canonical column from the cells of a row: `read` gives its value, `raw` its cells as they are."""

    spec: Spec
    header: str
    places: tuple[int, ...]
    read: Callable[[Cells], Any]

    def raw(self, cells: Cells) -> str:
        return " ".join(cells[place] for place in self.places)


def _getter(place: int, convert: Callable[[str], Any]) -> Callable[[Cells], Any]:
    return lambda cells: convert(cells[place])


def _due(get: Callable[[Cells], Any], spec: Spec) -> Callable[[Cells], Any]:
    """Refuse a missing value where the column is required."""
    if not spec.required:
        return get

    def due(cells: Cells) -> Any:  # noqa: ANN401 - each column has a type of its own
        value = get(cells)
        if value is None:
            raise BadValue("empty", hint="fill it in", code="cell.empty")
        return value

    return due


@frozen
class TableRows:
    """Reads the rows of one canonical table from one sheet.

    Args:
        table: the canonical name.
        source: its mapping.
        settings: units and levels.
        levels: further columns whose values make a path in the organisation.
        specs: its columns, where they are not those of the canonical table.
    """

    table: str
    source: TableSource
    settings: Settings
    levels: tuple[str, ...] = ()
    bad: list[BadRow] = field(factory=list)
    counts: list[TableCount] = field(factory=list)
    specs: tuple[Spec, ...] = field(default=(), kw_only=True)
    _seen: set[bytes] = field(factory=set, init=False)
    _headers: dict[str, dict[str, str]] = field(factory=dict, init=False)

    def read(self, sheet: Sheet, accept: Callable[[Row], object]) -> None:
        """Read every row of a sheet; `accept` takes a row or refuses it.

        A refusal is a typed error whose `where` is a column, or several of them in one `BadRows`.

        Raises:
            BadFile: a column that is due is not there, or the file is damaged on the way.
        """
        readers = self._readers(sheet)
        self._headers[sheet.file] = {reader.spec.name: reader.header for reader in readers}
        read = accepted = rejected = skipped = 0
        duplicates = []
        for number, cells in sheet.rows:
            read += 1
            if not any(map(str.strip, cells)):
                skipped += 1
                continue
            if self._row(sheet, number, cells, readers, accept):
                accepted += 1
                if self._repeats(cells):
                    duplicates.append(number)
            else:
                rejected += 1
        count = TableCount(self.table, sheet.file, read, accepted, rejected, skipped, tuple(duplicates))
        self.counts.append(count)

    def _repeats(self, cells: Cells) -> bool:
        digest = hashlib.blake2b("\x1f".join(cells).encode(), digest_size=16).digest()
        if digest in self._seen:
            return True
        self._seen.add(digest)
        return False

    def _row(
        self, sheet: Sheet, number: int, cells: Cells, readers: Sequence[_Reader], accept: Callable[[Row], object]
    ) -> bool:
        if len(cells) > len(sheet.header):
            self._refuse(sheet, number, "", BadValue("more cells than the header", code="row.long"), "")
            return False
        if cells == sheet.header:
            hint = "delete it: row 1 holds the column names"
            self._refuse(sheet, number, "", BadValue("the header again", hint=hint, code="row.header"), "")
            return False
        try:
            row: Row = {reader.spec.name: reader.read(cells) for reader in readers}
        except PharmaSalesError:
            for reader in readers:
                try:
                    reader.read(cells)
                except PharmaSalesError as error:
                    self._refuse(sheet, number, reader.header, error, self._shown(reader, cells))
            return False
        row[PLACE] = sheet.file, number
        try:
            accept(row)
        except PharmaSalesError as error:
            for one in error.exceptions if isinstance(error, BadRows) else (error,):
                self._refuse_at(sheet, number, cells, readers, one)
            return False
        return True

    def _refuse_at(self, sheet: Sheet, number: int, cells: Cells, readers: Sequence[_Reader], error: Exception) -> None:
        """Refuse a row at the column that the error names."""
        assert isinstance(error, PharmaSalesError)  # noqa: S101 - what a row is refused with is typed
        found = next((one for one in readers if one.spec.name == error.where), None)
        shown = self._shown(found, cells) if found else ""
        self._refuse(sheet, number, found.header if found else error.where, error, shown)

    def reject(self, place: tuple[str, int], error: PharmaSalesError, value: str) -> None:
        """Refuse a row that was accepted, for something that only the whole table shows; the counts follow.

        Args:
            place: its file and number.
            error: what is wrong; its `where` is the column.
            value: the cell, which is masked.
        """
        file, number = place
        column = self._headers[file].get(error.where, error.where)
        self.bad.append(BadRow(self.table, file, number, column, error.reason, error.hint, error.code, masked(value)))
        for at, count in enumerate(self.counts):
            if (count.table, count.file) == (self.table, file):
                self.counts[at] = evolve(count, accepted=count.accepted - 1, rejected=count.rejected + 1)

    @staticmethod
    def _shown(reader: _Reader, cells: Cells) -> str:
        raw = reader.raw(cells)
        return masked(raw) if reader.spec.personal else raw[:60]

    def _refuse(self, sheet: Sheet, number: int, column: str, error: PharmaSalesError, value: str) -> None:
        self.bad.append(BadRow(self.table, sheet.file, number, column, error.reason, error.hint, error.code, value))

    def _readers(self, sheet: Sheet) -> list[_Reader]:
        """Return a reader for each column that the file or the mapping offers."""
        found = []
        for spec in self.specs or TABLES[self.table]:
            mapped = self.source.columns.get(spec.name)
            if mapped is None:
                header = None if self._replaced(spec) else find_header(spec, sheet.header)
                mapped = ColumnSource((header,)) if header else None
            if mapped is not None:
                found.append(self._reader(spec, mapped, sheet))
            elif spec.required:
                hint = f'map it: [tables.{self.table}.columns] {spec.name} = "..."; {self._listed(sheet)}'
                raise BadFile(f"no column for {spec.name} ({spec.zh})", where=sheet.file, hint=hint, code="file.column")
        for name, mapped in self.source.fields.items():
            words = name in WORDS or (name in FIELDS and FIELDS[name].holds == "text")
            spec = Spec(f"field:{name}", "text" if words else "number", name, personal=words)
            found.append(self._reader(spec, mapped, sheet))
        for place, name in enumerate(self.levels):
            spec = Spec(f"level:{place}", "text", name, required=True, personal=True)
            found.append(self._reader(spec, ColumnSource((name,)), sheet))
        return found

    def _replaced(self, spec: Spec) -> bool:
        """Whether the path in the organisation takes this column's place."""
        return bool(self.levels) and spec.name == ("rep" if self.table == "sales" else "owner")

    def _reader(self, spec: Spec, mapped: ColumnSource, sheet: Sheet) -> _Reader:
        places = tuple(self._place(header, sheet) for header in mapped.headers)
        convert = converter(spec, self.settings, mapped.form)
        header = ", ".join(mapped.headers) or spec.name
        if mapped.value is not None:
            try:
                constant = convert(mapped.value)
            except PharmaSalesError as error:
                raise error.at(f"tables.{self.table}.columns.{spec.name}") from None
            return _Reader(spec, header, (), _due(lambda _cells: constant, spec))
        get = joiner(spec, places, convert) if len(places) > 1 else _getter(places[0], convert)
        return _Reader(spec, header, places, _due(get, spec))

    def _place(self, header: str, sheet: Sheet) -> int:
        if header in sheet.header:
            return sheet.header.index(header)
        found = find_header(Spec(header, "text", header), sheet.header)
        if found is None:
            named = self._is_header(sheet)
            hint = nearest(header, [name for name in sheet.header if name]) if named else self._listed(sheet)
            raise BadFile(f"no column {header!r}", where=sheet.file, hint=hint, code="file.column")
        return sheet.header.index(found)

    def _is_header(self, sheet: Sheet) -> bool:
        """Whether row 1 bears names that are known; else it may be a person's data, which no message shows."""
        mapped = {fold(name) for column in self.source.columns.values() for name in column.headers}
        known = mapped.union(*(spec.known_as() for spec in self.specs or TABLES[self.table]))
        found = [fold(name) in known for name in sheet.header if name]
        return sum(found) >= min(2, len(found) / 2)

    def _listed(self, sheet: Sheet) -> str:
        if self._is_header(sheet):
            return f"the file has {', '.join(name for name in sheet.header[:30] if name)}"
        return "row 1 holds the column names"
