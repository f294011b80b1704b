"""Rows of a flow file to lines (读取流向): every number exact, every row kept, what cannot be read named.

A row that cannot be read is a line all the same, with its problems, so that nothing is lost between a file and what is
made of it; it is held back later, never dropped.

>>> from datetime import date
>>> from pharmasales.channel.flow.columns import ColumnMap
>>> columns = {"date": "日期", "customer": "客户", "product": "品名", "quantity": "数量", "amount": "金额"}
>>> kept = ColumnMap("D1", columns, "u1", date(2026, 1, 9), always={"unit": "盒"})
>>> read = read_flow(FlowFile("d1.csv", ["日期", "客户", "品名", "数量", "金额"], [
...     (2, ["2026-01-05", "示例医院", "示例片", "10", "250.00"]),
...     (3, ["2026-01-06", "示例医院", "示例片", "十", "25.00"]),
...     (4, ["", "", "", "", ""]),
... ]), kept)
>>> [(line.row, line.quantity, [problem.text() for problem in line.problems]) for line in read.lines]
[(2, Fraction(10, 1), []), (3, None, ['quantity: full-width or foreign digits or signs'])]
>>> read.blank
1

Source: P2-F (error reason per row).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from attrs import evolve, field, frozen

from pharmasales.archive.likeness import key
from pharmasales.channel.flow.columns import ColumnMap
from pharmasales.channel.flow.days import read_day
from pharmasales.channel.flow.fields import FLOW_FIELDS
from pharmasales.display import Says, Why, because
from pharmasales.errors import BadFile, BadValue
from pharmasales.names import clean, fold
from pharmasales.periods import Month
from pharmasales.units import CNY, Amount, Unit, exact

__all__ = ["FlowFile", "FlowLine", "ReadFlow", "read_flow"]

_Row: TypeAlias = tuple[int, Sequence[str]]
_HINT = re.compile("计|tot|TOT|Tot|[ｔＴ]")
_TOTAL = re.compile("(?:本[页月期年])?(?:[合总小共累]计)(?:数量?|金额)?|(?:grand|sub)?total")
_BACK = re.compile("退|冲红|红字|红冲|return|refund|credit")


def _heads(given: Iterable[str]) -> tuple[str, ...]:
    return _texts(given, "header")


def _rows(given: Iterable[_Row]) -> tuple[tuple[int, tuple[str, ...]], ...]:
    return tuple((number, _texts(cells, number)) for number, cells in given)


def _texts(given: Iterable[str], row: int | str) -> tuple[str, ...]:
    cells = tuple(given)
    for cell in cells:
        if not isinstance(cell, str):
            reason, hint = f"{type(cell).__name__} where text is due", "give every cell as text"
            raise BadValue(reason, where=f"flow file, row {row}", hint=hint, code="flow.cell")
    return cells


@frozen(repr=False)
class FlowFile:
    """One file as it came, every cell a text.

    Args:
        name: the file's name, by which its rows are found again.
        header: the headers.
        rows: the number of each row, as a spreadsheet counts, and its cells.

    Raises:
        BadValue: a cell that is no text, with its row.
    """

    name: str
    header: tuple[str, ...] = field(converter=_heads)
    rows: tuple[tuple[int, tuple[str, ...]], ...] = field(converter=_rows)

    def __repr__(self) -> str:
        return f"FlowFile({self.name!r}, {len(self.rows)} rows)"


@frozen(repr=False)
class FlowLine:
    """One row of a distributor's file, read exactly; what could not be read is missing and named.

    Args:
        file: the file's name.
        row: the number of the row.
        distributor: id of the distributor.
        cells: the row as it came.
        month: the month it belongs to.
        day: the day, where one is written.
        document: number of the document, or "".
        item: number of the line in the document, or "".
        customer: the customer's name as written.
        customer_code: the distributor's code for it, or "".
        place: town or county in a column of its own, or "".
        product: the product's name as written, with its specification.
        product_code: the distributor's code for it, or "".
        batch: batch number, or "".
        quantity: how many, in `unit`; negative for a return.
        unit: the word for the unit as written.
        price: price of one, or missing.
        amount: the money; negative for a return.
        problems: what could not be read.
    """

    file: str
    row: int
    distributor: str
    cells: tuple[str, ...]
    month: Month | None = None
    day: date | None = None
    document: str = ""
    item: str = ""
    customer: str = ""
    customer_code: str = ""
    place: str = ""
    product: str = ""
    product_code: str = ""
    batch: str = ""
    quantity: Fraction | None = None
    unit: str = ""
    price: Fraction | None = None
    amount: Amount | None = None
    problems: tuple[Why, ...] = ()

    def __repr__(self) -> str:
        return f"FlowLine({self.file!r}, row {self.row})"

    @property
    def is_total(self) -> bool:
        """Whether it looks like a row of totals (合计行): a cell says nothing but total."""
        return bool(_HINT.search("\t".join(self.cells))) and any(_TOTAL.fullmatch(key(cell)) for cell in self.cells)

    @property
    def is_return(self) -> bool:
        """Whether goods came back."""
        return self.quantity is not None and self.quantity < 0


@frozen(repr=False)
class ReadFlow:
    """What was read of one file.

    Args:
        file: its name.
        lines: every row that is not blank.
        blank: how many rows were blank.
        unit: what money is counted in.
    """

    file: str
    lines: tuple[FlowLine, ...]
    blank: int
    unit: Unit

    def __repr__(self) -> str:
        return f"ReadFlow({self.file!r}, {len(self.lines)} lines)"


def read_flow(file: FlowFile, columns: ColumnMap, *, unit: Unit = CNY) -> ReadFlow:
    """Read a file by the columns that a person confirmed.

    Numbers are plain (`1,234.50`, `-5`); anything else is a problem of the row. A row whose kind says that goods came
    back (退货) is negative, whether the file writes the sign or not; a kind that sounds like a return and is not among
    the words of the map is a problem of a row above zero, never a sale.

    Args:
        file: the file.
        columns: its distributor's column map.
        unit: what money is counted in.

    Raises:
        BadFile: a header that the map names is not there, or stands there twice, or two rows have one number.
    """
    for (before, _), (after, _) in pairwise(sorted(file.rows, key=lambda row: row[0])):
        if before == after:
            hint = "number the rows as the file does"
            raise BadFile(f"two rows of number {after}", where=file.name, hint=hint, code="flow.rows")
    reader = _Reader(file, columns, unit)
    lines = [reader.line(number, cells) for number, cells in file.rows if any(map(str.strip, cells))]
    return ReadFlow(file.name, tuple(lines), len(file.rows) - len(lines), unit)


@frozen
class _Reader:
    """Reads the rows of one file."""

    file: FlowFile
    columns: ColumnMap
    unit: Unit
    _places: Mapping[str, tuple[int, ...]] = field(init=False)
    _blank: Mapping[str, str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_places", _places(self.file, self.columns))
        object.__setattr__(self, "_blank", {name: self.columns.always.get(name, "") for name in FLOW_FIELDS})

    def line(self, number: int, cells: tuple[str, ...]) -> FlowLine:
        problems: list[Why] = []
        if len(cells) > len(self.file.header) and any(map(str.strip, cells[len(self.file.header) :])):
            problems.append(because("more cells than headers", "单元格多于表头"))
        texts = {**self._blank, **{name: self._text(name, cells, problems) for name in self._places}}
        quantity, price, amount, day, month = None, None, None, None, None
        try:
            day, month = read_day(texts["date"], self.columns.day_order)
        except BadValue as error:
            problems.append(_problem("date", error))
        quantity = _number("quantity", texts["quantity"], problems, due=True)
        price = _number("price", texts["price"], problems)
        amount = self._amount(texts["amount"], problems)
        if self.columns.is_return(texts["kind"]):
            quantity, amount = _negative(quantity, amount)
        elif _BACK.search(fold(texts["kind"])) and (quantity or 0) > 0:
            problems.append(because("a return? confirm the word of its kind", "是否退货？请确认业务类型用词"))
        line = FlowLine(
            self.file.name,
            number,
            self.columns.distributor,
            cells,
            month,
            day,
            texts["document"],
            texts["item"],
            texts["customer"],
            texts["customer_code"],
            texts["place"],
            f"{texts['product']} {texts['spec']}".strip(),
            texts["product_code"],
            texts["batch"],
            quantity,
            texts["unit"],
            price,
            amount,
        )
        if line.is_total:
            problems.insert(0, because("looks like a row of totals", "疑似合计行"))
        return evolve(line, problems=tuple(problems)) if problems else line

    def _text(self, name: str, cells: tuple[str, ...], problems: list[Why]) -> str:
        places = self._places[name]
        text = " ".join(cells[at].strip() for at in places if at < len(cells)).strip()
        try:
            return clean(text)
        except BadValue as error:
            problems.append(_problem(name, error))
            return ""

    def _amount(self, text: str, problems: list[Why]) -> Amount | None:
        if not text:
            return None
        try:
            return Amount.of(text, self.unit)
        except BadValue as error:
            problems.append(_problem("amount", error))
            return None


def _places(file: FlowFile, columns: ColumnMap) -> dict[str, tuple[int, ...]]:
    lost = columns.missing(file.header)
    if lost:
        hint = "the layout changed: suggest_columns again and confirm"
        raise BadFile(f"no column {', '.join(map(repr, lost))}", where=file.name, hint=hint, code="flow.header")
    folded = [fold(head) for head in file.header]
    for heads in columns.columns.values():
        for head in heads:
            if folded.count(fold(head)) > 1:
                hint = "give one of them another name"
                raise BadFile(f"two columns {head!r}", where=file.name, hint=hint, code="flow.header")
    return {name: tuple(folded.index(fold(head)) for head in heads) for name, heads in columns.columns.items()}


def _number(name: str, text: str, problems: list[Why], *, due: bool = False) -> Fraction | None:
    if not text and not due:
        return None
    try:
        return exact(text)
    except BadValue as error:
        problems.append(_problem(name, error))
        return None


def _negative(quantity: Fraction | None, amount: Amount | None) -> tuple[Fraction | None, Amount | None]:
    money = None if amount is None else Amount(-abs(amount.minor), amount.unit)
    return None if quantity is None else -abs(quantity), money


def _problem(name: str, error: BadValue) -> Why:
    """Say what is wrong with a cell, without what it holds."""
    known = FLOW_FIELDS[name]
    return because("{field}: {reason}", "{field}：{reason}", field=Says(known.en, known.zh), reason=error.reason)
