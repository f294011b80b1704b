"""Visits as plain data and back (存储格式): reports, records, objections and hand-offs, as a store keeps them.

Dates, hours and moments are ISO texts, exact numbers fractions; nothing is a float. What is read is checked again:
a record whose steps break a law, such as one that changes what was submitted, is refused.

>>> from pharmasales.followup.calls.notes import CallNotes
>>> call = CallReport("V1", "r1", "c1", date(2026, 3, 4), start=time(14), notes=CallNotes(stages=["closing"]))
>>> data = call_data(call)
>>> data["day"], data["start"], data["notes"]["stages"], call_from(data) == call
('2026-03-04', '14:00:00', ['closing'], True)
>>> call_from({"id": "V1"})
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: no call report: data of another form [followup.calls.record]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeVar

from attrs import AttrsInstance, fields, has

from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.followup.calls.notes import CallNotes, CustomerNeed, LeftItem, NextStep
from pharmasales.followup.calls.objections import Objection
from pharmasales.followup.calls.record import CallRecord
from pharmasales.followup.calls.reports import CallReport, Detailed
from pharmasales.followup.calls.safety import DrugFeedback, SafetyHandOff
from pharmasales.followup.calls.steps import CallStep
from pharmasales.units import exact

__all__ = [
    "call_data",
    "call_from",
    "call_record_data",
    "call_record_from",
    "hand_off_data",
    "hand_off_from",
    "objection_data",
    "objection_from",
]

T = TypeVar("T")
_ODD = (KeyError, TypeError, ValueError, AttributeError)


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return _row(value) if has(type(value)) else value


def _row(value: object) -> dict[str, Any]:
    kind: type[AttrsInstance] = type(value)  # type: ignore[assignment] # `has` was asked
    return {one.name: _plain(getattr(value, one.name)) for one in fields(kind)}


def _several(kind: type[T]) -> Callable[[list[Mapping[str, Any]]], list[T]]:
    return lambda rows: [_read(kind, row) for row in rows]


def _read(kind: type[T], row: Mapping[str, Any]) -> T:
    """Make a value of its row; every field must be there, others do not count."""
    shape: type[AttrsInstance] = kind  # type: ignore[assignment] # each has fields
    given = ((one.name, row[one.name]) for one in fields(shape))
    return kind(**{name: None if value is None else _READ.get(name, _same)(value) for name, value in given})


def _same(value: object) -> object:
    return value


def _next_step(row: Mapping[str, Any]) -> NextStep:
    return _read(NextStep, row)


def _notes(row: Mapping[str, Any]) -> CallNotes:
    return _read(CallNotes, row)


_DAYS = "day raised answered due closed known_on deadline".split()
_READ: Mapping[str, Callable[[Any], object]] = MappingProxyType(
    {
        **dict.fromkeys(_DAYS, date.fromisoformat),
        **dict.fromkeys(("created", "entered", "at"), datetime.fromisoformat),
        "start": time.fromisoformat,
        "value": exact,
        "products": _several(Detailed),
        "needs": _several(CustomerNeed),
        "objections": _several(Objection),
        "left": _several(LeftItem),
        "feedback": _several(DrugFeedback),
        "hand_offs": _several(SafetyHandOff),
        "next_step": _next_step,
        "notes": _notes,
        "report": lambda row: _read(CallReport, row),
        "steps": _several(CallStep),
    }
)
"""How a field is read back, by its name, which means the same in every value of this room."""


def _back(kind: type[T], data: Mapping[str, Any], what: str) -> T:
    try:
        return _read(kind, data)
    except PharmaSalesError:
        raise
    except _ODD:
        raise BadValue(
            f"no {what}: data of another form", code="followup.calls.record"
        ) from None  # it may quote a text


def call_data(report: CallReport) -> dict[str, Any]:
    """Return a report as plain JSON; `call_from` reads it back."""
    return _row(report)


def call_from(data: Mapping[str, Any]) -> CallReport:
    """Read a report back.

    Raises:
        BadValue: data of another form, or a report that cannot be.
    """
    return _back(CallReport, data, "call report")


def call_record_data(record: CallRecord) -> dict[str, Any]:
    """Return a record with every step as plain JSON; `call_record_from` reads it back."""
    return _row(record)


def call_record_from(data: Mapping[str, Any]) -> CallRecord:
    """Read a record back; every step is checked again.

    Raises:
        BadValue: data of another form, or a report that cannot be.
        BadRule: steps that break a law, such as one that changes what was submitted.
    """
    return _back(CallRecord, data, "call record")


def objection_data(objection: Objection) -> dict[str, Any]:
    """Return an objection as plain JSON; `objection_from` reads it back."""
    return _row(objection)


def objection_from(data: Mapping[str, Any]) -> Objection:
    """Read an objection back.

    Raises:
        BadValue: data of another form, or an objection that cannot be.
    """
    return _back(Objection, data, "objection")


def hand_off_data(hand_off: SafetyHandOff) -> dict[str, Any]:
    """Return a hand-off to drug safety as plain JSON; `hand_off_from` reads it back."""
    return _row(hand_off)


def hand_off_from(data: Mapping[str, Any]) -> SafetyHandOff:
    """Read a hand-off back.

    Raises:
        BadValue: data of another form, or a hand-off that cannot be.
    """
    return _back(SafetyHandOff, data, "hand-off")
