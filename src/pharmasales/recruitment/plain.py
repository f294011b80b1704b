"""Plain data (存储格式): what every room of recruiting needs to keep a record and to read it back.

>>> from pharmasales.units import CNY
>>> amount_data(Amount.of(5, CNY)), amount_from(amount_data(Amount.of(5, CNY)))
([500, 'CNY', 2, 'yuan', '元'], Amount('5.00 CNY'))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, TypeAlias, TypeVar

from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.units import Amount, Unit

__all__ = ["Data", "amount_data", "amount_from", "reads"]

Data: TypeAlias = Mapping[str, Any]
T = TypeVar("T")


def reads(what: str, code: str) -> Callable[[Callable[[Data], T]], Callable[[Data], T]]:
    """Guard a function that reads a record: data of another form is refused, and nothing of it is shown.

    Args:
        what: what the record is, for the message.
        code: the code of the error, of the room that reads.

    >>> @reads("lead", "leads.record")
    ... def name(data: Data) -> str:
    ...     return data["name"].strip()
    >>> name({"name": 7})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no lead: data of another form [leads.record]

    Raises:
        BadValue: data of another form; what the value itself refuses passes as it is.
    """

    def guard(read: Callable[[Data], T]) -> Callable[[Data], T]:
        @wraps(read)
        def guarded(data: Data) -> T:
            try:
                return read(data)
            except PharmaSalesError:
                raise
            except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError):
                # It may quote somebody's words, so nothing of it is shown.
                raise BadValue(f"no {what}: data of another form", code=code) from None

        return guarded

    return guard


def amount_data(amount: Amount | None) -> list[Any] | None:
    """Return an amount with its unit as plain JSON; `amount_from` reads it back. Missing stays missing."""
    if amount is None:
        return None
    unit = amount.unit
    return [amount.minor, unit.code, unit.decimals, unit.en, unit.zh]


def amount_from(row: Sequence[Any]) -> Amount:
    """Read an amount back.

    Raises:
        TypeError, ValueError: anything else; `reads` says where.
    """
    minor, *unit = row
    return Amount(minor, Unit(*unit))
