"""Changes and requests as plain data and back: what a store keeps (存储格式).

Dates and fractions are tagged, so that what comes back is what went in; nothing is a float.

>>> from datetime import UTC, date, datetime
>>> at = datetime(2026, 1, 6, tzinfo=UTC)
>>> change = Change("D1", "amend", date(2026, 1, 5), at, "u1", "met", {}, {"last_visit": date(2026, 1, 5)})
>>> change_data(change)["new"]
{'last_visit': {'date': '2026-01-05'}}
>>> change_from(change_data(change)) == change
True
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from pharmasales.archive.changes import Change
from pharmasales.archive.kinds import Value
from pharmasales.archive.requests import Request
from pharmasales.errors import BadValue
from pharmasales.units import exact

__all__ = ["change_data", "change_from", "request_data", "request_from"]


_ODD = (KeyError, TypeError, ValueError, AttributeError)


def change_data(change: Change) -> dict[str, object]:
    """Return a change as plain JSON."""
    return {
        "customer": change.customer,
        "action": change.action,
        "since": change.since.isoformat(),
        "at": change.at.isoformat(),
        "by": change.by,
        "why": change.why,
        "old": _plain(change.old),
        "new": _plain(change.new),
        "other": change.other,
    }


def change_from(data: Mapping[str, Any]) -> Change:
    """Read a change back.

    Raises:
        BadValue: data of another form.
    """
    try:
        return Change(
            data["customer"],
            data["action"],
            date.fromisoformat(data["since"]),
            datetime.fromisoformat(data["at"]),
            data["by"],
            data["why"],
            _values(data["old"]),
            _values(data["new"]),
            data["other"],
        )
    except _ODD:
        raise BadValue("no change of a customer's file", code="archive.record") from None  # it may quote a value


def request_data(request: Request) -> dict[str, object]:
    """Return a change request as plain JSON.

    >>> from datetime import UTC, date, datetime
    >>> at = datetime(2026, 1, 6, tzinfo=UTC)
    >>> asked = Request("Q1", "H1", {}, {"beds": 5}, date(2026, 1, 5), "seen", "u1", at)
    >>> request_from(request_data(asked)) == asked
    True
    """
    return {
        "id": request.id,
        "customer": request.customer,
        "old": _plain(request.old),
        "new": _plain(request.new),
        "since": request.since.isoformat(),
        "why": request.why,
        "by": request.by,
        "at": request.at.isoformat(),
        "state": request.state,
        "decided_by": request.decided_by,
        "decided_at": request.decided_at.isoformat() if request.decided_at else None,
        "decision": request.decision,
    }


def request_from(data: Mapping[str, Any]) -> Request:
    """Read a change request back.

    Raises:
        BadValue: data of another form.
    """
    try:
        given = {key: data[key] for key in ("id", "customer", "why", "by", "state", "decided_by", "decision")}
        return Request(
            **given,
            old=_values(data["old"]),
            new=_values(data["new"]),
            since=date.fromisoformat(data["since"]),
            at=datetime.fromisoformat(data["at"]),
            decided_at=datetime.fromisoformat(data["decided_at"]) if data["decided_at"] else None,
        )
    except _ODD:
        raise BadValue("no change request", code="archive.record") from None  # it may quote a value


def _plain(values: Mapping[str, Value]) -> dict[str, object]:
    return {name: _tagged(value) for name, value in values.items()}


def _tagged(value: Value) -> object:
    match value:
        case date():
            return {"date": value.isoformat()}
        case Fraction():
            return {"fraction": str(value)}
        case tuple():
            return list(value)
    return value


def _values(data: Mapping[str, Any]) -> dict[str, Value]:
    return {str(name): _untagged(value) for name, value in data.items()}


def _untagged(value: Any) -> Value:  # noqa: ANN401 - plain JSON of any form
    match value:
        case {"date": str(text)}:
            return date.fromisoformat(text)
        case {"fraction": str(text)}:
            return exact(text)
        case list() if all(isinstance(one, str) for one in value):
            return tuple(value)
        case str() | int() | None if not isinstance(value, bool):
            return value
    raise TypeError
