"""Files, limits, trouble signs, orders with their holds, and guards as plain data and back (存储格式).

>>> from pharmasales.channel.credit.guard import CreditGuard
>>> from pharmasales.units import CNY
>>> guard = CreditGuard("D1", CNY, {"O1": Amount.of(100, CNY)})
>>> guard_data(guard)["orders"], guard_from(guard_data(guard)) == guard
({'O1': 10000}, True)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from pharmasales.channel.credit.averaging import MonthlyBase
from pharmasales.channel.credit.guard import CreditGuard
from pharmasales.channel.credit.investigation import CreditFile, CreditFinding
from pharmasales.channel.credit.limits import CreditLimit, SpecialApproval
from pharmasales.channel.credit.signals import TroubleSign
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.rules.terms import Exact
from pharmasales.units import Amount, Unit
from pharmasales.yearplan import day_from, day_text

__all__ = [
    "file_data",
    "file_from",
    "guard_data",
    "guard_from",
    "limit_data",
    "limit_from",
    "number_from",
    "number_text",
    "read",
    "sign_data",
    "sign_from",
    "unit_data",
]

T = TypeVar("T")


def read(what: str, make: Callable[[], T]) -> T:
    """Make a value from data, or say that they are of another form; nothing of them is shown.

    >>> read("guard", lambda: int("x"))
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no guard: data of another form [credit.record]

    Raises:
        BadValue: data of another form.
        PharmaSalesError: a value that cannot be.
    """
    try:
        return make()
    except PharmaSalesError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ZeroDivisionError):
        raise BadValue(f"no {what}: data of another form", code="credit.record") from None


def number_text(value: Exact | None) -> str | None:
    """Return an exact number as text, `3/2`; missing stays missing.

    >>> number_text(Fraction(3, 2)), number_text(None)
    ('3/2', None)
    """
    return None if value is None else str(value)


def number_from(text: str) -> Exact:
    """Return the exact number of a text.

    >>> number_from("3/2"), number_from("80")
    (Fraction(3, 2), 80)

    Raises:
        TypeError: no text.
        ValueError: text that is no number.
    """
    if not isinstance(text, str):
        raise TypeError
    found = Fraction(text)
    return found.numerator if found.denominator == 1 else found


def unit_data(unit: Unit) -> list[Any]:
    """Return a unit as plain data.

    >>> from pharmasales.units import CNY
    >>> unit_data(CNY)
    ['CNY', 2, 'yuan', '元']
    """
    return [unit.code, unit.decimals, unit.en, unit.zh]


def file_data(file: CreditFile) -> dict[str, Any]:
    """Return an investigation file as plain JSON; `file_from` reads it back."""
    findings = [
        {
            "item": one.item,
            "says": one.says,
            "source": one.source,
            "on": day_text(one.on),
            "by": one.by,
            "mark": number_text(one.mark),
        }
        for one in file.findings
    ]
    return {"customer": file.customer, "since": day_text(file.since), "findings": findings}


def _finding(data: Mapping[str, Any]) -> CreditFinding:
    mark = None if data["mark"] is None else number_from(data["mark"])
    day = date.fromisoformat(data["on"])
    return CreditFinding(data["item"], data["says"], data["source"], day, data["by"], mark)


def file_from(data: Mapping[str, Any]) -> CreditFile:
    """Read an investigation file back.

    >>> file_from({"customer": "D1"})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no credit file: data of another form [credit.record]

    Raises:
        BadValue: data of another form, or a file that cannot be.
    """
    return read(
        "credit file",
        lambda: CreditFile(data["customer"], day_from(data["since"]), [_finding(one) for one in data["findings"]]),
    )


def sign_data(sign: TroubleSign) -> dict[str, Any]:
    """Return a trouble sign as plain JSON; `sign_from` reads it back."""
    return {
        "customer": sign.customer,
        "kind": sign.kind,
        "on": day_text(sign.on),
        "source": sign.source,
        "by": sign.by,
        "cleared_on": day_text(sign.cleared_on),
        "cleared_by": sign.cleared_by,
    }


def sign_from(data: Mapping[str, Any]) -> TroubleSign:
    """Read a trouble sign back.

    Raises:
        BadValue: data of another form, or a sign that cannot be.
    """
    return read(
        "trouble sign",
        lambda: TroubleSign(
            data["customer"],
            data["kind"],
            date.fromisoformat(data["on"]),
            data["source"],
            data["by"],
            day_from(data["cleared_on"]),
            data["cleared_by"],
        ),
    )


def limit_data(limit: CreditLimit) -> dict[str, Any]:
    """Return a limit as plain JSON; `limit_from` reads it back."""
    return {
        "customer": limit.customer,
        "scored": limit.scored,
        "class": limit.credit_class,
        "factor": number_text(limit.factor),
        "unit": unit_data(limit.base.total.unit),
        "base": [limit.base.total.minor, limit.base.months, limit.base.looked_at],
        "term": number_text(limit.term),
        "file_faults": list(limit.file_faults),
        "first_deal": limit.first_deal,
        "specials": [
            {"what": one.what, "by": one.by, "on": day_text(one.on), "reason": one.reason} for one in limit.specials
        ],
        "seasons": {str(month): number_text(change) for month, change in limit.seasons.items()},
        "by": limit.by,
        "on": day_text(limit.on),
        "until": day_text(limit.until),
        "approved_by": limit.approved_by,
        "approved_on": day_text(limit.approved_on),
        "policy": limit.policy,
    }


def limit_from(data: Mapping[str, Any]) -> CreditLimit:
    """Read a limit back.

    Raises:
        BadValue: data of another form, or a limit that cannot be.
    """
    return read("credit limit", lambda: _limit(data))


def _limit(data: Mapping[str, Any]) -> CreditLimit:
    total, months, looked_at = data["base"]
    specials = [
        SpecialApproval(one["what"], one["by"], date.fromisoformat(one["on"]), one["reason"])
        for one in data["specials"]
    ]
    if type(data["first_deal"]) is not bool:
        raise TypeError
    return CreditLimit(
        data["customer"],
        data["scored"],
        data["class"],
        number_from(data["factor"]),
        MonthlyBase(Amount(total, Unit(*data["unit"])), months, looked_at),
        number_from(data["term"]),
        tuple(data["file_faults"]),
        data["first_deal"],
        tuple(specials),
        {int(month): number_from(change) for month, change in data["seasons"].items()},
        data["by"],
        date.fromisoformat(data["on"]),
        date.fromisoformat(data["until"]),
        data["approved_by"],
        day_from(data["approved_on"]),
        data["policy"],
    )


def guard_data(guard: CreditGuard) -> dict[str, Any]:
    """Return a guard as plain JSON, without its version, which the store counts; `guard_from` reads it back."""
    orders = {order: amount.minor for order, amount in guard.orders.items()}
    return {"customer": guard.customer, "unit": unit_data(guard.unit), "orders": orders}


def guard_from(data: Mapping[str, Any], version: int = 0) -> CreditGuard:
    """Read a guard back, with the version that the store holds.

    Raises:
        BadValue: data of another form, or a guard that cannot be.
    """
    return read("credit guard", lambda: _guard(data, version))


def _guard(data: Mapping[str, Any], version: int) -> CreditGuard:
    unit = Unit(*data["unit"])
    orders = {order: Amount(minor, unit) for order, minor in data["orders"].items()}
    return CreditGuard(data["customer"], unit, orders, version)
