"""Cells of a file to typed values: a converter for each kind of column, and one for a column made of several.

>>> from pharmasales.workspace.columns import TABLES
>>> from pharmasales.workspace.settings import read_settings
>>> amount = converter(TABLES["sales"][4], read_settings(""))
>>> amount("1,234.50"), amount(" ")
(Amount('1234.50 CNY'), None)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

from pharmasales.errors import BadConfig, BadValue
from pharmasales.names import clean, fold, normal_id
from pharmasales.units import Amount, ExtraDecimals, Unit, exact
from pharmasales.workspace.columns import Spec
from pharmasales.workspace.follow_settings import weekdays
from pharmasales.workspace.forms import read_date, read_month, read_period
from pharmasales.workspace.settings import Settings

__all__ = ["Cells", "converter", "joiner", "path_part"]

Cells: TypeAlias = Sequence[str]

_PARTED = re.compile("[,;，；、|]")
_DAMAGED = re.compile(r"-?[0-9](?:\.[0-9]+)?[Ee]\+[0-9]{2,}")
_TOTAL = re.compile(r"(?:grand |sub[- ]?)?totals?\s*:?|.*(?:[合小总共累]\s?计)\s*:?|(?:.*\s)?汇总\s*:?", re.DOTALL)
_REMEMBERED = 200_000
_ERRORS = frozenset(
    "#REF! #N/A #VALUE! #DIV/0! #NAME? #NUM! #NULL! #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! #UNKNOWN! #BUSY!".split()
)


def converter(spec: Spec, settings: Settings, form: str = "") -> Callable[[str], Any]:
    """Return what turns a cell of a column into its value; an empty cell is `None`.

    Args:
        spec: the column.
        settings: units, and what extra decimals do.
        form: the named format of a date or period.
    """
    match spec.kind:
        case "money":
            return _cached(_amounts(settings.money, settings.extra))
        case "goods":
            return _cached(_amounts(settings.goods, settings.extra))
        case "number":
            return _cached(_number)
        case "date":
            return _cached(lambda text: read_date(text, form))
        case "period":
            return _cached(lambda text: read_period(text, form))
        case "weekdays":
            return _cached(weekdays)
        case "words":
            return _cached(_words)
        case "id":
            return _cached(_id)
    return _cached(_id if spec.name.startswith("level:") else clean)


def _cached(convert: Callable[[str], Any]) -> Callable[[str], Any]:
    """Convert each distinct text once: a column of a million rows holds a few hundred customers."""
    known: dict[str, Any] = {}

    def cached(text: str) -> Any:  # noqa: ANN401 - whatever convert gives
        try:
            return known[text]
        except KeyError:
            if len(known) >= _REMEMBERED:
                known.clear()
            trimmed = text.strip()
            _refuse_formula(trimmed)
            value = known[text] = convert(trimmed) if trimmed else None
            return value

    return cached


def _refuse_formula(text: str) -> None:
    if text.startswith("="):
        raise BadValue("a formula", hint="paste it as a value", code="cell.formula")
    if text in _ERRORS:
        raise BadValue("a spreadsheet error", hint="correct the cell", code="cell.error")


def _id(text: str) -> str:
    """Read an id, and refuse what a spreadsheet made of one or put below the rows.

    Source: reliability T6 (subtotal rows) and T16 (numeric ids).
    """
    if _DAMAGED.fullmatch(text):
        hint = "enter it as text: a spreadsheet keeps 15 digits of a number"
        raise BadValue("an id that lost its digits", hint=hint, code="id.number")
    if _TOTAL.fullmatch(fold(text)):
        raise BadValue("a row of totals", hint="delete it: totals are computed", code="row.total")
    return normal_id(text)


def _amounts(unit: Unit, extra: ExtraDecimals) -> Callable[[str], Amount]:
    def amount(text: str) -> Amount:
        _refuse_fraction(text)
        return Amount(unit.minor(text, extra), unit)

    return amount


def _number(text: str) -> int | Fraction:
    _refuse_fraction(text)
    value = exact(text)
    return value.numerator if value.denominator == 1 else value


def _words(text: str) -> tuple[str, ...]:
    """Read several short texts parted by commas, semicolons or 、."""
    return tuple(word for part in _PARTED.split(clean(text)) if (word := part.strip()))


def _refuse_fraction(text: str) -> None:
    """Refuse `1/2`, which in a file is sooner a date than a half."""
    if "/" in text:
        raise BadValue("not a number", hint="write digits with at most one point, as -1234.50", code="number")


def joiner(spec: Spec, places: Sequence[int], convert: Callable[[str], Any]) -> Callable[[Cells], Any]:
    """Return what reads a column from several: year and month, a sum of numbers, a path of ids, or joined texts.

    The parts of an id are kept apart (`/` within one is written `%2F`), so that different parts make different ids.

    Raises:
        BadConfig: a period of more than two columns.
    """
    if spec.kind == "period":
        return _months(places)
    if spec.kind in ("money", "goods", "number"):

        def sum_of(cells: Cells) -> Any:  # noqa: ANN401 - amounts or numbers
            found = [value for value in (convert(cells[place]) for place in places) if value is not None]
            return sum(found[1:], start=found[0]) if found else None

        return sum_of
    part = path_part if spec.kind == "id" else str

    def joined(cells: Cells) -> Any:  # noqa: ANN401 - an id, a text, a day
        parts = [cells[place].strip() for place in places]
        for one in parts:
            _refuse_formula(one)
        return convert("/".join(map(part, parts))) if any(parts) else None

    return joined


def path_part(text: str) -> str:
    """Return a text as one part of an id made of several.

    >>> path_part("East/West 50%")
    'East%2FWest 50%25'
    """
    return text.replace("%", "%25").replace("/", "%2F")


def _months(places: Sequence[int]) -> Callable[[Cells], Any]:
    if len(places) != 2:
        hint = 'write period = ["Year", "Month"]'
        raise BadConfig("a period is made of one column or of two", hint=hint, code="config.column")
    first, second = places
    months: dict[tuple[str, str], tuple[Any, date | None]] = {}

    def month(cells: Cells) -> Any:  # noqa: ANN401 - a period and its day
        key = (cells[first].strip(), cells[second].strip())
        if not any(key):
            return None
        if key not in months:
            months[key] = read_month(*key)
        return months[key]

    return month
