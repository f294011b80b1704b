"""Rights, promises and what came as plain data and back (存储格式). What comes back is what went in.

>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import CNY
>>> promise = Commitment("AG-1", Quarter(2026, 1), Amount.of(900, CNY))
>>> commitment_data(promise)["period"], commitment_from(commitment_data(promise)) == promise
('2026-Q1', True)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.periods import period
from pharmasales.recruitment.rights.commitments import Commitment, Performed
from pharmasales.recruitment.rights.granted import AgentRight
from pharmasales.recruitment.rights.versions import RightVersion
from pharmasales.units import Amount, Unit

__all__ = ["commitment_data", "commitment_from", "performed_data", "performed_from", "right_data", "right_from"]

T = TypeVar("T")


def _guarded(read: Callable[[Mapping[str, Any]], T]) -> Callable[[Mapping[str, Any]], T]:
    """Refuse data of another form, and show nothing of it."""

    @wraps(read)
    def guarded(data: Mapping[str, Any]) -> T:
        try:
            return read(data)
        except PharmaSalesError:
            raise
        except (KeyError, TypeError, ValueError, AttributeError):
            raise BadValue("data of another form", where=read.__name__, code="rights.record") from None

    return guarded


def _amount_data(amount: Amount) -> list[Any]:
    unit = amount.unit
    return [amount.minor, unit.code, unit.decimals, unit.en, unit.zh]


def _amount_from(data: list[Any]) -> Amount:
    return Amount(data[0], Unit(*data[1:]))


def right_data(right: AgentRight) -> dict[str, Any]:
    """Return a right with all its versions as plain JSON; `right_from` reads it back."""
    return {
        "id": right.id,
        "agent": right.agent,
        "product": right.product,
        "area": right.area,
        "level": right.level,
        "under": right.under,
        "versions": [
            {
                "kind": one.kind,
                "since": one.since.isoformat(),
                "until": None if one.until is None else one.until.isoformat(),
                "exclusive": one.exclusive,
                "signed": one.signed.isoformat(),
                "by": one.by,
                "evidence": one.evidence,
            }
            for one in right.versions
        ],
    }


@_guarded
def right_from(data: Mapping[str, Any]) -> AgentRight:
    """Read a right back.

    >>> right_from({"id": "R1"})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: data of another form @ right_from [rights.record]

    Raises:
        BadValue: data of another form.
        BadRule: versions that cannot follow one another.
    """
    versions = tuple(_version_from(one) for one in data["versions"])
    return AgentRight(data["id"], data["agent"], data["product"], data["area"], data["level"], data["under"], versions)


def _version_from(data: Mapping[str, Any]) -> RightVersion:
    since, signed = date.fromisoformat(data["since"]), date.fromisoformat(data["signed"])
    until = None if data["until"] is None else date.fromisoformat(data["until"])
    if type(data["exclusive"]) is not bool:
        raise TypeError
    return RightVersion(data["kind"], since, until, data["exclusive"], signed, data["by"], data["evidence"])


def commitment_data(one: Commitment) -> dict[str, Any]:
    """Return a promise as plain JSON; `commitment_from` reads it back."""
    return {"agreement": one.agreement, "period": str(one.period), "amount": _amount_data(one.amount)}


@_guarded
def commitment_from(data: Mapping[str, Any]) -> Commitment:
    """Read a promise back.

    Raises:
        BadValue: data of another form, or a promise that cannot be.
    """
    return Commitment(data["agreement"], period(data["period"]), _amount_from(data["amount"]))


def performed_data(one: Performed) -> dict[str, Any]:
    """Return what came as plain JSON; `performed_from` reads it back."""
    on, amount = one.on.isoformat(), _amount_data(one.amount)
    return {"agreement": one.agreement, "on": on, "amount": amount, "evidence": one.evidence}


@_guarded
def performed_from(data: Mapping[str, Any]) -> Performed:
    """Read what came back.

    Raises:
        BadValue: data of another form, or an entry that cannot be.
    """
    on = date.fromisoformat(data["on"])
    return Performed(data["agreement"], on, _amount_from(data["amount"]), data["evidence"])
