"""Rows of a file to typed values: every bad cell is listed with its place, and the counts always add up.

read = accepted + rejected + skipped, for every table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

from attrs import field, frozen

from pharmasales.errors import BadFile, BadValue, PharmaSalesError
from pharmasales.exchange import Sheet
from pharmasales.names import clean, nearest, normal_id
from pharmasales.units import ExtraDecimals, Unit, exact
from pharmasales.workspace.columns import TABLES, ColumnSource, Spec, find_header
from pharmasales.workspace.forms import read_date, read_month, read_period
from pharmasales.workspace.settings import Settings, TableSource, weekdays

__all__ = ["BadRow", "Row", "TableCount", "TableRows", "masked"]

Row: TypeAlias = dict[str, Any]
Cells: TypeAlias = Sequence[str]

_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})


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
    """Reads one canonical column from the cells of a row."""

    spec: Spec
    header: str
    places: tuple[int, ...]
    convert: Callable[[str], Any]
    joined: Callable[[Cells], Any] | None = None

    def raw(self, cells: Cells) -> str:
        return " ".join(cells[place] for place in self.places)

    def read(self, cells: Cells) -> Any:  # noqa: ANN401 - each column has a type of its own
        value = self.joined(cells) if self.joined else self.convert(cells[self.places[0]] if self.places else "")
        if value is None and self.spec.required:
            raise BadValue("empty", hint="fill it in", code="cell.empty")
        return value


@frozen
class TableRows:
    """Reads the rows of one canonical table from one sheet.

    Args:
        table: the canonical name.
        source: its mapping.
        settings: units and levels.
        levels: further columns whose values make a path in the organisation.
    """

    table: str
    source: TableSource
    settings: Settings
    levels: tuple[str, ...] = ()
    bad: list[BadRow] = field(factory=list)
    counts: list[TableCount] = field(factory=list)
    _seen: set[bytes] = field(factory=set, init=False)

    def read(self, sheet: Sheet, accept: Callable[[Row], None]) -> None:
        """Read every row of a sheet; `accept` takes a row or refuses it with a typed error whose `where` is a column.

        Raises:
            BadFile: a column that is due is not there, or the file is damaged on the way.
        """
        readers = self._readers(sheet)
        read = accepted = skipped = 0
        duplicates = []
        before = len(self.bad)
        rejected = 0
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
        assert len(self.bad) >= before + bool(rejected)  # noqa: S101 - a rejected row always says why
        count = TableCount(self.table, sheet.file, read, accepted, rejected, skipped, tuple(duplicates))
        self.counts.append(count)

    def _repeats(self, cells: Cells) -> bool:
        digest = hashlib.blake2b("\x1f".join(cells).encode(), digest_size=16).digest()
        if digest in self._seen:
            return True
        self._seen.add(digest)
        return False

    def _row(
        self, sheet: Sheet, number: int, cells: Cells, readers: Sequence[_Reader], accept: Callable[[Row], None]
    ) -> bool:
        if len(cells) > len(sheet.header):
            self._refuse(sheet, number, "", BadValue("more cells than the header", code="row.long"), "")
            return False
        try:
            row = {reader.spec.name: reader.read(cells) for reader in readers}
        except PharmaSalesError:
            for reader in readers:
                try:
                    reader.read(cells)
                except PharmaSalesError as error:
                    self._refuse(sheet, number, reader.header, error, self._shown(reader, cells))
            return False
        try:
            accept(row)
        except PharmaSalesError as error:
            found = next((one for one in readers if one.spec.name == error.where), None)
            shown = self._shown(found, cells) if found else ""
            self._refuse(sheet, number, found.header if found else error.where, error, shown)
            return False
        return True

    @staticmethod
    def _shown(reader: _Reader, cells: Cells) -> str:
        raw = reader.raw(cells)
        return masked(raw) if reader.spec.personal else raw[:60]

    def _refuse(self, sheet: Sheet, number: int, column: str, error: PharmaSalesError, value: str) -> None:
        self.bad.append(BadRow(self.table, sheet.file, number, column, error.reason, error.hint, error.code, value))

    def _readers(self, sheet: Sheet) -> list[_Reader]:
        """Return a reader for each column that the file or the mapping offers."""
        found = []
        for spec in TABLES[self.table]:
            mapped = self.source.columns.get(spec.name)
            if mapped is None:
                header = None if self._replaced(spec) else find_header(spec, sheet.header)
                mapped = ColumnSource((header,)) if header else None
            if mapped is not None:
                found.append(self._reader(spec, mapped, sheet))
            elif spec.required:
                hint = f'map it: [tables.{self.table}.columns] {spec.name} = "..."; the file has {_listed(sheet)}'
                raise BadFile(f"no column for {spec.name} ({spec.zh})", where=sheet.file, hint=hint, code="file.column")
        for name, mapped in self.source.fields.items():
            found.append(self._reader(Spec(f"field:{name}", "number", name), mapped, sheet))
        for place, name in enumerate(self.levels):
            spec = Spec(f"level:{place}", "text", name, required=True, personal=True)
            found.append(self._reader(spec, ColumnSource((name,)), sheet))
        return found

    def _replaced(self, spec: Spec) -> bool:
        """Whether the path in the organisation takes this column's place."""
        return bool(self.levels) and spec.name == ("rep" if self.table == "sales" else "owner")

    def _reader(self, spec: Spec, mapped: ColumnSource, sheet: Sheet) -> _Reader:
        places = tuple(self._place(header, sheet) for header in mapped.headers)
        convert = self._converter(spec, mapped.form)
        header = ", ".join(mapped.headers) or spec.name
        if mapped.value is not None:
            try:
                constant = convert(mapped.value)
            except PharmaSalesError as error:
                raise error.at(f"tables.{self.table}.columns.{spec.name}") from None
            return _Reader(spec, header, (), convert, lambda _cells: constant)
        if len(places) > 1:
            return _Reader(spec, header, places, convert, _joiner(spec, places, convert))
        return _Reader(spec, header, places, convert)

    def _place(self, header: str, sheet: Sheet) -> int:
        if header in sheet.header:
            return sheet.header.index(header)
        found = find_header(Spec(header, "text", header), sheet.header)
        if found is None:
            hint = nearest(header, [name for name in sheet.header if name])
            raise BadFile(f"no column {header!r}", where=sheet.file, hint=hint, code="file.column")
        return sheet.header.index(found)

    def _converter(self, spec: Spec, form: str) -> Callable[[str], Any]:
        extra = self.settings.extra
        match spec.kind:
            case "money":
                return _amounts(self.settings.money, extra)
            case "goods":
                return _amounts(self.settings.goods, extra)
            case "number":
                return _filled(_number)
            case "date":
                return _cached(lambda text: read_date(text, form))
            case "period":
                return _cached(lambda text: read_period(text, form))
            case "weekdays":
                return _cached(weekdays)
            case "id":
                return _cached(_checked_id)
        return _cached(_checked_text)


def _listed(sheet: Sheet) -> str:
    return ", ".join(name for name in sheet.header[:30] if name)


def _refuse_formula(text: str) -> None:
    if text.startswith("="):
        raise BadValue("a formula", hint="paste it as a value", code="cell.formula")
    if text in _ERRORS:
        raise BadValue("a spreadsheet error", hint="correct the cell", code="cell.error")


def _checked_id(text: str) -> str:
    _refuse_formula(text)
    return normal_id(text)


def _checked_text(text: str) -> str:
    _refuse_formula(text)
    return clean(text)


def _number(text: str) -> int | Fraction:
    _refuse_formula(text)
    value = exact(text)
    return value.numerator if value.denominator == 1 else value


def _filled(convert: Callable[[str], Any]) -> Callable[[str], Any]:
    """Leave empty cells missing, and trim the others."""

    def filled(text: str) -> Any:  # noqa: ANN401 - whatever convert gives
        text = text.strip()
        return convert(text) if text else None

    return filled


def _cached(convert: Callable[[str], Any]) -> Callable[[str], Any]:
    """Convert each distinct text once: a column of a million rows holds a few hundred customers."""
    known: dict[str, Any] = {}

    def cached(text: str) -> Any:  # noqa: ANN401 - whatever convert gives
        if text in known:
            return known[text]
        trimmed = text.strip()
        value = convert(trimmed) if trimmed else None
        known[text] = value
        return value

    return cached


def _amounts(unit: Unit, extra: ExtraDecimals) -> Callable[[str], Any]:
    from pharmasales.units import Amount

    minor = unit.minor

    def amount(text: str) -> Amount | None:
        text = text.strip()
        if not text:
            return None
        _refuse_formula(text)
        return Amount(minor(text, extra), unit)

    return amount


def _joiner(spec: Spec, places: Sequence[int], convert: Callable[[str], Any]) -> Callable[[Cells], Any]:
    """Read a column from several: a period from year and month, a sum of numbers, a path of texts."""
    if spec.kind == "period":
        months: dict[tuple[str, str], tuple[Any, date | None]] = {}

        def period_of(cells: Cells) -> Any:  # noqa: ANN401 - a period and its day
            key = (cells[places[0]].strip(), cells[places[1]].strip())
            if key not in months:
                months[key] = read_month(*key)
            return months[key]

        return period_of
    if spec.kind in ("money", "goods", "number"):

        def sum_of(cells: Cells) -> Any:  # noqa: ANN401 - amounts or numbers
            found = [value for value in (convert(cells[place]) for place in places) if value is not None]
            return sum(found[1:], start=found[0]) if found else None

        return sum_of
    return lambda cells: convert("/".join(cells[place].strip() for place in places))
