"""Stages and training of dealers as plain data and back (存储格式). What comes back is what went in.

>>> mark = StageMark("help", date(2026, 3, 4), "J1")
>>> stage_mark_data(mark), stage_mark_from(stage_mark_data(mark)) == mark
({'stage': 'help', 'on': '2026-03-04', 'evidence': 'J1'}, True)

Source: S003-7, S003-8.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pharmasales.followup.joint.development import DealerTraining, StageMark
from pharmasales.followup.joint.joint_records import read_record

__all__ = ["dealer_training_data", "dealer_training_from", "stage_mark_data", "stage_mark_from"]

Data = Mapping[str, Any]


def stage_mark_data(mark: StageMark) -> dict[str, Any]:
    """Return the evidence of a stage as plain JSON; `stage_mark_from` reads it back."""
    return {"stage": mark.stage, "on": mark.on.isoformat(), "evidence": mark.evidence}


def stage_mark_from(data: Data) -> StageMark:
    """Read the evidence of a stage back.

    Raises:
        BadValue: data of another form, or an unknown stage.
    """
    return read_record(
        "mark of a stage",
        lambda given: StageMark(given["stage"], date.fromisoformat(given["on"]), given["evidence"]),
        data,
    )


def dealer_training_data(training: DealerTraining) -> dict[str, Any]:
    """Return a training as plain JSON; `dealer_training_from` reads it back.

    >>> training = DealerTraining("T1", "D1", "objections", date(2026, 3, 10), people=["s1"])
    >>> dealer_training_from(dealer_training_data(training)) == training
    True
    """
    return {
        "id": training.id,
        "dealer": training.dealer,
        "topic": training.topic,
        "planned": training.planned.isoformat(),
        "held": training.held.isoformat() if training.held else None,
        "people": list(training.people),
    }


def dealer_training_from(data: Data) -> DealerTraining:
    """Read a training back.

    Raises:
        BadValue: data of another form.
    """
    return read_record("training", _training_from, data)


def _training_from(data: Data) -> DealerTraining:
    held = date.fromisoformat(data["held"]) if data["held"] else None
    given = (data["id"], data["dealer"], data["topic"], date.fromisoformat(data["planned"]))
    return DealerTraining(*given, held, data["people"])
