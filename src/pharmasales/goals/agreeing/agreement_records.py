"""Agreements as plain data and back: what a store keeps (存储格式). What comes back is what went in.

>>> from pharmasales.goals.agreeing.agreed_terms import GoalTerms
>>> from pharmasales.units import BOX
>>> terms, day = GoalTerms(Amount.of(1000, BOX)), date(2026, 12, 1)
>>> one = Agreement.draft("G1", "n1", owner="p1", manager="p2", terms=terms, by="p2", on=day)
>>> agreement_data(one)["versions"][0]["amount"], agreement_from(agreement_data(one)) == one
(1000, True)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.goals.agreeing.agreed_terms import AGREEMENT_STATES, AgreedVersion, AgreementStep, GoalTerms
from pharmasales.goals.agreeing.agreement import Agreement
from pharmasales.periods import period
from pharmasales.units import Amount, Unit

__all__ = ["agreement_data", "agreement_from"]


def agreement_data(agreement: Agreement) -> dict[str, Any]:
    """Return an agreement as plain JSON; `agreement_from` reads it back."""
    return {
        "goal": agreement.goal,
        "node": agreement.node,
        "owner": agreement.owner,
        "manager": agreement.manager,
        "versions": [_version_data(version) for version in agreement.versions],
    }


def _version_data(version: AgreedVersion) -> dict[str, Any]:
    unit = version.terms.amount.unit
    return {
        "number": version.number,
        "state": version.state,
        "unit": [unit.code, unit.decimals, unit.en, unit.zh],
        "amount": version.terms.amount.minor,
        "parts": [[str(bucket), part.minor] for bucket, part in version.terms.parts],
        "answer_by": None if version.answer_by is None else version.answer_by.isoformat(),
        "steps": [_step_data(step) for step in version.steps],
    }


def _step_data(step: AgreementStep) -> dict[str, Any]:
    return {
        "action": step.action,
        "by": step.by,
        "on": step.on.isoformat(),
        "reason": step.reason,
        "commitments": list(step.commitments),
    }


def agreement_from(data: Mapping[str, Any]) -> Agreement:
    """Read an agreement back.

    >>> agreement_from({"goal": "G1"})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no agreement: data of another form [goals.record]

    Raises:
        BadValue: data of another form, or an agreement that cannot be.
    """
    try:
        versions = tuple(map(_version_from, data["versions"]))
        if not versions or [version.number for version in versions] != list(range(1, len(versions) + 1)):
            raise BadValue("versions that are not numbered from 1", where="agreement", code="goals.record")
        return Agreement(data["goal"], data["node"], data["owner"], data["manager"], versions)
    except PharmaSalesError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadValue("no agreement: data of another form", code="goals.record") from None  # it may quote a reason


def _version_from(data: Mapping[str, Any]) -> AgreedVersion:
    if data["state"] not in AGREEMENT_STATES or not data["steps"]:
        raise BadValue("no state of an agreement", where="agreement", code="goals.record")
    unit = Unit(*data["unit"])
    parts = tuple((period(bucket), Amount(minor, unit)) for bucket, minor in data["parts"])
    return AgreedVersion(
        data["number"],
        GoalTerms(Amount(data["amount"], unit), parts),
        data["state"],
        tuple(map(_step_from, data["steps"])),
        None if data["answer_by"] is None else date.fromisoformat(data["answer_by"]),
    )


def _step_from(data: Mapping[str, Any]) -> AgreementStep:
    on = date.fromisoformat(data["on"])
    return AgreementStep(data["action"], data["by"], on, data["reason"], data["commitments"])
