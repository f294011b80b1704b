"""Leads, campaigns and touches as plain data and back (存储格式). What comes back is what went in.

>>> lead = Lead("L1", "agent", "tender", date(2026, 3, 2), {"about": "company"}, region="330000")
>>> lead_data(lead)["facts"], lead_from(lead_data(lead)) == lead
({'about': 'company'}, True)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from fractions import Fraction
from functools import wraps
from typing import Any, TypeVar

from pharmasales.archive.leads import Lead
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.recruitment.leads.campaigns import Campaign
from pharmasales.recruitment.leads.touches import Touch
from pharmasales.units import Amount, Unit

__all__ = ["campaign_data", "campaign_from", "lead_data", "lead_from", "touch_data", "touch_from"]

T = TypeVar("T")


def _guarded(read: Callable[[Mapping[str, Any]], T]) -> Callable[[Mapping[str, Any]], T]:
    """Refuse data of another form, and show nothing of it: it may hold somebody's words."""

    @wraps(read)
    def guarded(data: Mapping[str, Any]) -> T:
        try:
            return read(data)
        except PharmaSalesError:
            raise
        except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError):
            raise BadValue("data of another form", where=read.__name__, code="leads.record") from None

    return guarded


def _amount_data(amount: Amount | None) -> list[Any] | None:
    if amount is None:
        return None
    unit = amount.unit
    return [amount.minor, unit.code, unit.decimals, unit.en, unit.zh]


def _amount_from(data: list[Any] | None) -> Amount | None:
    return None if data is None else Amount(data[0], Unit(*data[1:]))


def _fact_data(value: object) -> object:
    """Write a fact: texts, numbers and yes or no as they are, a day or a fraction named as such."""
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return {"number": str(value)} if isinstance(value, Fraction) else value


def _fact_from(data: object) -> object:
    if not isinstance(data, Mapping):
        return data
    return date.fromisoformat(data["day"]) if "day" in data else Fraction(data["number"])


def lead_data(lead: Lead) -> dict[str, Any]:
    """Return a lead as plain JSON; `lead_from` reads it back."""
    return {
        "id": lead.id,
        "kind": lead.kind,
        "source": lead.source,
        "on": lead.on.isoformat(),
        "facts": {name: _fact_data(value) for name, value in lead.facts.items()},
        "region": lead.region,
        "campaign": lead.campaign,
        "cost": _amount_data(lead.cost),
        "customer": lead.customer,
    }


@_guarded
def lead_from(data: Mapping[str, Any]) -> Lead:
    """Read a lead back.

    >>> lead_from({"id": "L1"})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: data of another form @ lead_from [leads.record]

    Raises:
        BadValue: data of another form, or a lead that cannot be.
    """
    return Lead(
        data["id"],
        data["kind"],
        data["source"],
        date.fromisoformat(data["on"]),
        {name: _fact_from(value) for name, value in data["facts"].items()},
        data["region"],
        data["campaign"],
        _amount_from(data["cost"]),
        data["customer"],
    )


def campaign_data(one: Campaign) -> dict[str, Any]:
    """Return a campaign as plain JSON; `campaign_from` reads it back."""
    days = {"start": one.start.isoformat(), "end": one.end.isoformat()}
    return {"id": one.id, "source": one.source, **days, "price": _amount_data(one.price)}


@_guarded
def campaign_from(data: Mapping[str, Any]) -> Campaign:
    """Read a campaign back.

    Raises:
        BadValue: data of another form, or a campaign that cannot be.
    """
    start, end = date.fromisoformat(data["start"]), date.fromisoformat(data["end"])
    return Campaign(data["id"], data["source"], start, end, _amount_from(data["price"]))


def touch_data(touch: Touch) -> dict[str, Any]:
    """Return a touch as plain JSON; `touch_from` reads it back. A moment keeps its offset."""
    return {"lead": touch.lead, "at": touch.at.isoformat(), "channel": touch.channel, "by": touch.by}


@_guarded
def touch_from(data: Mapping[str, Any]) -> Touch:
    """Read a touch back.

    Raises:
        BadValue: data of another form, or a touch that cannot be.
    """
    at = datetime.fromisoformat(data["at"]) if "T" in data["at"] else date.fromisoformat(data["at"])
    return Touch(data["lead"], at, data["channel"], data["by"])
