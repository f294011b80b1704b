"""Rights, promises and what came as plain data and back (存储格式). What comes back is what went in.

>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import CNY, Amount
>>> promise = Commitment("AG-1", Quarter(2026, 1), Amount.of(900, CNY))
>>> commitment_data(promise)["period"], commitment_from(commitment_data(promise)) == promise
('2026-Q1', True)
"""

from __future__ import annotations

from datetime import date
from typing import Any

from pharmasales.periods import period
from pharmasales.recruitment.plain import Data, amount_data, amount_from, reads
from pharmasales.recruitment.rights.commitments import Commitment, Performed
from pharmasales.recruitment.rights.granted import AgentRight
from pharmasales.recruitment.rights.versions import RightVersion
from pharmasales.yearplan import day_from, day_text

__all__ = ["commitment_data", "commitment_from", "performed_data", "performed_from", "right_data", "right_from"]

_CODE = "rights.record"


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
                "since": day_text(one.since),
                "until": day_text(one.until),
                "exclusive": one.exclusive,
                "signed": day_text(one.signed),
                "by": one.by,
                "evidence": one.evidence,
            }
            for one in right.versions
        ],
    }


@reads("right", _CODE)
def right_from(data: Data) -> AgentRight:
    """Read a right back.

    >>> right_from({"id": "R1"})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no right: data of another form [rights.record]

    Raises:
        BadValue: data of another form.
        BadRule: versions that cannot follow one another.
    """
    versions = tuple(_version_from(one) for one in data["versions"])
    return AgentRight(data["id"], data["agent"], data["product"], data["area"], data["level"], data["under"], versions)


def _version_from(data: Data) -> RightVersion:
    since, signed = date.fromisoformat(data["since"]), date.fromisoformat(data["signed"])
    until, alone = day_from(data["until"]), data["exclusive"]
    return RightVersion(data["kind"], since, until, alone, signed, data["by"], data["evidence"])


def commitment_data(one: Commitment) -> dict[str, Any]:
    """Return a promise as plain JSON; `commitment_from` reads it back."""
    return {"agreement": one.agreement, "period": str(one.period), "amount": amount_data(one.amount)}


@reads("promise", _CODE)
def commitment_from(data: Data) -> Commitment:
    """Read a promise back.

    Raises:
        BadValue: data of another form, or a promise that cannot be.
    """
    return Commitment(data["agreement"], period(data["period"]), amount_from(data["amount"]))


def performed_data(one: Performed) -> dict[str, Any]:
    """Return what came as plain JSON; `performed_from` reads it back."""
    on, amount = day_text(one.on), amount_data(one.amount)
    return {"agreement": one.agreement, "on": on, "amount": amount, "evidence": one.evidence}


@reads("entry", _CODE)
def performed_from(data: Data) -> Performed:
    """Read what came back.

    Raises:
        BadValue: data of another form, or an entry that cannot be.
    """
    on = date.fromisoformat(data["on"])
    return Performed(data["agreement"], on, amount_from(data["amount"]), data["evidence"])
