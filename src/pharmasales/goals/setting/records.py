"""Goals as plain data and back: what a store keeps (存储格式). Nothing is a float, and what comes back is what went in.

>>> from pharmasales.units import BOX
>>> boxes = Amount.of(1200, BOX)
>>> goal = Goal(
...     id="G1", owner="n1", level="rep", kind="product", measure="boxes", period=period("2027-Q1"), amount=boxes
... )
>>> goal_data(goal)["period"], goal_data(goal)["amount"], goal_from(goal_data(goal)) == goal
('2027-Q1', 1200, True)

Source: S004-28.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pharmasales.display import Says
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.goals.setting.goal import Goal, Stage
from pharmasales.goals.setting.kinds import GoalMeasure
from pharmasales.goals.setting.standards import Evidence, Standard, Swot
from pharmasales.periods import period
from pharmasales.units import Amount, Unit

__all__ = ["goal_data", "goal_from"]

_TEXTS = ("id", "owner", "level", "phase", "rank", "serves")
_LISTS = ("products", "customers")
_NOTES = ("strengths", "weaknesses", "opportunities", "threats")


def goal_data(goal: Goal) -> dict[str, object]:
    """Return a goal as plain JSON; `goal_from` reads it back."""
    unit = goal.measure.unit
    counted = None if unit is None else [unit.code, unit.decimals, unit.en, unit.zh]
    return {
        **{name: getattr(goal, name) for name in _TEXTS},
        **{name: list(getattr(goal, name)) for name in _LISTS},
        "kind": goal.kind.name,
        "measure": {
            "name": goal.measure.name,
            "en": goal.measure.says.en,
            "zh": goal.measure.says.zh,
            "unit": counted,
            "counts": goal.measure.counts,
        },
        "period": str(goal.period),
        "amount": None if goal.amount is None else goal.amount.minor,
        "standard": None if goal.standard is None else _standard_data(goal.standard),
        "stages": [
            {
                "by": stage.by.isoformat(),
                "amount": None if stage.amount is None else stage.amount.minor,
                "note": stage.note,
            }
            for stage in goal.stages
        ],
        "swot": {name: list(getattr(goal.swot, name)) for name in _NOTES},
    }


def _standard_data(standard: Standard) -> dict[str, object]:
    seen = [
        {"document": one.document, "on": one.on.isoformat() if one.on else None, "checked_by": one.checked_by}
        for one in standard.evidence
    ]
    return {"says": standard.says, "evidence": seen}


def goal_from(data: Mapping[str, Any]) -> Goal:
    """Read a goal back.

    >>> goal_from({"id": "G1"})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no goal: data of another form [goals.record]

    Raises:
        BadValue: data of another form, or a goal that cannot be.
    """
    try:
        measure = _measure_from(data["measure"])
        return Goal(
            **{name: data[name] for name in _TEXTS},
            **{name: data[name] for name in _LISTS},
            kind=data["kind"],
            measure=measure,
            period=period(data["period"]),
            amount=_amount(data["amount"], measure),
            standard=None if data["standard"] is None else _standard_from(data["standard"]),
            stages=[_stage_from(stage, measure) for stage in data["stages"]],
            swot=Swot(**{name: data["swot"][name] for name in _NOTES}),
        )
    except PharmaSalesError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadValue("no goal: data of another form", code="goals.record") from None  # it may quote a note


def _measure_from(data: Mapping[str, Any]) -> GoalMeasure:
    unit = None if data["unit"] is None else Unit(*data["unit"])
    return GoalMeasure(data["name"], Says(data["en"], data["zh"]), unit, data["counts"])


def _amount(minor: int | None, measure: GoalMeasure) -> Amount | None:
    if minor is None:
        return None
    if measure.unit is None:
        raise BadValue("an amount of what has no unit", hint="give a standard", code="goals.record")
    return Amount(minor, measure.unit)


def _stage_from(data: Mapping[str, Any], measure: GoalMeasure) -> Stage:
    return Stage(date.fromisoformat(data["by"]), _amount(data["amount"], measure), data["note"])


def _standard_from(data: Mapping[str, Any]) -> Standard:
    seen = [
        Evidence(one["document"], date.fromisoformat(one["on"]) if one["on"] else None, one["checked_by"])
        for one in data["evidence"]
    ]
    return Standard(data["says"], seen)
