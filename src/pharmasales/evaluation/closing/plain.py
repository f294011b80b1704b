"""Values of inputs and results as plain JSON and back (数值的存储格式): what comes back is what went in, type and all.

>>> from pharmasales.units import CNY
>>> for value in (3, Fraction(1, 3), Decimal("2.50"), Amount.of(9, CNY), None):
...     print(value_data(value), value_from(value_data(value)) == value)
3 True
{'ratio': '1/3'} True
{'decimal': '2.50'} True
[900, 'CNY', 2, 'yuan', '元'] True
None True
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias, TypeVar

from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.followup.joint.joint_records import amount_of, amount_row
from pharmasales.names import clean
from pharmasales.periods import Period, period
from pharmasales.units import Amount, exact

__all__ = [
    "Data",
    "Value",
    "checked_value",
    "kept_when",
    "read_at",
    "read_each",
    "value_data",
    "value_from",
    "when_data",
    "when_from",
]

Data: TypeAlias = Any
Value: TypeAlias = Amount | int | Decimal | Fraction | str | bool | None
T = TypeVar("T")


@contextmanager
def read_at(where: str) -> Iterator[None]:
    """Say where data cannot be read; what it says is never quoted, for it may be somebody's words.

    >>> with read_at("versions[0].inputs"):
    ...     {}["period"]
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: data of another form @ versions[0].inputs [closing.record]
    """
    try:
        yield
    except PharmaSalesError as error:
        raise error.at(where) from None
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError, RecursionError):
        raise BadValue("data of another form", where=where, code="closing.record") from None


def read_each(given: Data, where: str, read: Callable[[Data], T]) -> tuple[T, ...]:
    """Read a list one by one; an error says which one: `versions[2]`."""
    if not isinstance(given, list):
        raise BadValue("data of another form", where=where, hint="give a list", code="closing.record")
    found = []
    for place, one in enumerate(given):
        with read_at(f"{where}[{place}]"):
            found.append(read(one))
    return tuple(found)


def checked_value(value: Value, where: str) -> Value:
    """Let an exact value pass, or a text, a yes or no, or nothing.

    >>> checked_value(0.5, "breaches of 'r1'")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: float as a value @ breaches of 'r1'; give it exact [number]

    Raises:
        BadValue: a float, a Decimal that is no number, a refused character, or anything else.
    """
    if value is None or type(value) in (int, bool, Amount, Fraction):
        return value
    if isinstance(value, str):
        return clean(value, where)
    if type(value) is not Decimal:
        raise BadValue(f"{type(value).__name__} as a value", where=where, hint="give it exact", code="number")
    try:
        exact(value)
    except PharmaSalesError as error:
        raise error.at(where) from None
    return value


def value_data(value: Value) -> Data:
    """Return a value as plain JSON; `value_from` reads it back."""
    if isinstance(value, Amount):
        return amount_row(value)
    if isinstance(value, Fraction):
        return {"ratio": f"{value.numerator}/{value.denominator}"}
    return {"decimal": f"{value:f}"} if isinstance(value, Decimal) else value


def value_from(data: Data) -> Value:
    """Read a value back."""
    if isinstance(data, list):
        return amount_of(data)
    if not isinstance(data, dict):
        return checked_value(data, "value")
    (kind,) = data
    return Fraction(data["ratio"]) if kind == "ratio" else Decimal(data["decimal"])


def when_data(when: date | Period) -> str:
    """Return a day or a period as text: `2026-02-03`, `2026-Q1`."""
    return str(when) if isinstance(when, Period) else when.isoformat()


def when_from(text: str) -> date | Period:
    """Read a day or a period.

    >>> when_from("2026-02-03"), when_from("2026-Q2+Q3")
    (datetime.date(2026, 2, 3), period('2026-Q2+Q3'))
    """
    return date.fromisoformat(text) if text[7:8] == "-" else period(text)


def kept_when(when: date | Period) -> None:
    """Refuse a period of the caller's own that no text could give back.

    Raises:
        BadValue: a period that `period` does not read.
    """
    if isinstance(when, Period) and period(str(when)) != when:
        raise BadValue("a period that no text gives back", where="when", hint="use those of periods", code="period")
