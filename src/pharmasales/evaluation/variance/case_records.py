"""Deviation cases as plain data and back: what a store keeps (存储格式). What comes back is what went in.

>>> from pharmasales.units import CNY
>>> sums = Amount.of(90, CNY), Amount.of(300, CNY), Fraction(-2, 5)
>>> names = {"rep": "p1", "manager": "p2", "on": date(2026, 2, 16)}
>>> case = DeviationCase("K1", "behind", "r1", period("2026-Q1"), *sums, **names)
>>> case_data(case)["deviation"], case_from(case_data(case)) == case
('-2/5', True)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.evaluation.variance.cases import DeviationCase
from pharmasales.evaluation.variance.responses import CaseEnd, ChosenCause, Countermeasure, PlanChange
from pharmasales.goals.agreeing.agreed_terms import AGREEMENT_STATES
from pharmasales.periods import period
from pharmasales.units import Amount, Unit
from pharmasales.yearplan import day_from, day_text

__all__ = ["case_data", "case_from"]


def case_data(case: DeviationCase) -> dict[str, Any]:
    """Return a case as plain JSON; `case_from` reads it back."""
    unit = case.goal.unit
    return {
        "id": case.id,
        "kind": case.kind,
        "node": case.node,
        "period": str(case.period),
        "unit": [unit.code, unit.decimals, unit.en, unit.zh],
        "figure": case.figure.minor,
        "goal": case.goal.minor,
        "deviation": None if case.deviation is None else str(case.deviation),
        "rep": case.rep,
        "manager": case.manager,
        "on": day_text(case.on),
        "answer_by": day_text(case.answer_by),
        "causes": [
            {"cause": one.cause, "evidence": list(one.evidence), "by": one.by, "on": day_text(one.on)}
            for one in case.causes
        ],
        "measures": [_measure_data(one) for one in case.measures],
        "changes": [_change_data(one) for one in case.changes],
        "end": None
        if case.end is None
        else {"outcome": case.end.outcome, "by": case.end.by, "on": day_text(case.end.on)},
    }


def _measure_data(one: Countermeasure) -> dict[str, Any]:
    return {
        "what": one.what,
        "owner": one.owner,
        "due": day_text(one.due),
        "by": one.by,
        "on": day_text(one.on),
        "done_on": day_text(one.done_on),
        "done_by": one.done_by,
        "result": one.result,
    }


def _change_data(one: PlanChange) -> dict[str, Any]:
    return {
        "goal": one.goal,
        "version": one.version,
        "on": day_text(one.on),
        "answer_by": day_text(one.answer_by),
        "states": [[day_text(day), state] for day, state in one.states],
    }


def case_from(data: Mapping[str, Any]) -> DeviationCase:
    """Read a case back.

    >>> case_from({"id": "K1"})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no deviation case: data of another form [variance.record]

    Raises:
        BadValue: data of another form, or a case that cannot be.
    """
    try:
        unit, off, end = Unit(*data["unit"]), data["deviation"], data["end"]
        return DeviationCase(
            data["id"],
            data["kind"],
            data["node"],
            period(data["period"]),
            Amount(data["figure"], unit),
            Amount(data["goal"], unit),
            None if off is None else Fraction(off),
            data["rep"],
            data["manager"],
            date.fromisoformat(data["on"]),
            day_from(data["answer_by"]),
            tuple(_cause_from(one) for one in data["causes"]),
            tuple(_measure_from(one) for one in data["measures"]),
            tuple(_change_from(one) for one in data["changes"]),
            None if end is None else CaseEnd(end["outcome"], end["by"], date.fromisoformat(end["on"])),
        )
    except PharmaSalesError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError):
        # It may quote somebody's words, so nothing of it is shown.
        raise BadValue("no deviation case: data of another form", code="variance.record") from None


def _cause_from(data: Mapping[str, Any]) -> ChosenCause:
    return ChosenCause(data["cause"], data["evidence"], data["by"], date.fromisoformat(data["on"]))


def _measure_from(data: Mapping[str, Any]) -> Countermeasure:
    due, on = date.fromisoformat(data["due"]), date.fromisoformat(data["on"])
    done = day_from(data["done_on"]), data["done_by"], data["result"]
    return Countermeasure(data["what"], data["owner"], due, data["by"], on, *done)


def _change_from(data: Mapping[str, Any]) -> PlanChange:
    states = tuple((date.fromisoformat(day), state) for day, state in data["states"])
    if not states or any(state not in AGREEMENT_STATES for _, state in states):
        raise BadValue("no state of a change", where="deviation case", code="variance.record")
    on = date.fromisoformat(data["on"])
    return PlanChange(data["goal"], data["version"], on, day_from(data["answer_by"]), states)
