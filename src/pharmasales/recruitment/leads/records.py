"""Leads, campaigns and touches as plain data and back (存储格式). What comes back is what went in.

>>> lead = Lead("L1", "agent", "tender", date(2026, 3, 2), {"about": "company"}, region="330000")
>>> lead_data(lead)["facts"], lead_from(lead_data(lead)) == lead
({'about': 'company'}, True)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from pharmasales.archive.leads import Lead
from pharmasales.recruitment.leads.campaigns import Campaign
from pharmasales.recruitment.leads.touches import Touch
from pharmasales.recruitment.plain import Data, amount_data, amount_from, reads

__all__ = ["campaign_data", "campaign_from", "lead_data", "lead_from", "touch_data", "touch_from"]

_CODE = "leads.record"


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
        "cost": amount_data(lead.cost),
        "customer": lead.customer,
    }


@reads("lead", _CODE)
def lead_from(data: Data) -> Lead:
    """Read a lead back.

    >>> lead_from({"id": "L1"})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no lead: data of another form [leads.record]

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
        None if data["cost"] is None else amount_from(data["cost"]),
        data["customer"],
    )


def campaign_data(one: Campaign) -> dict[str, Any]:
    """Return a campaign as plain JSON; `campaign_from` reads it back."""
    days = {"start": one.start.isoformat(), "end": one.end.isoformat()}
    return {"id": one.id, "source": one.source, **days, "price": amount_data(one.price)}


@reads("campaign", _CODE)
def campaign_from(data: Data) -> Campaign:
    """Read a campaign back.

    Raises:
        BadValue: data of another form, or a campaign that cannot be.
    """
    start, end = date.fromisoformat(data["start"]), date.fromisoformat(data["end"])
    price = None if data["price"] is None else amount_from(data["price"])
    return Campaign(data["id"], data["source"], start, end, price)


def touch_data(touch: Touch) -> dict[str, Any]:
    """Return a touch as plain JSON; `touch_from` reads it back. A moment keeps its offset."""
    return {"lead": touch.lead, "at": touch.at.isoformat(), "channel": touch.channel, "by": touch.by}


@reads("touch", _CODE)
def touch_from(data: Data) -> Touch:
    """Read a touch back.

    Raises:
        BadValue: data of another form, or a touch that cannot be.
    """
    at = datetime.fromisoformat(data["at"]) if "T" in data["at"] else date.fromisoformat(data["at"])
    return Touch(data["lead"], at, data["channel"], data["by"])
