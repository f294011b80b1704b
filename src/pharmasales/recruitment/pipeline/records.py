"""Prospects as plain data and back (存储格式): what a store keeps. What comes back is what went in.

>>> one = Prospect.file("A1", by="p1", on=date(2026, 3, 2), evidence="FORM-1", source="tender")
>>> prospect_data(one)["moves"][0]["to"], prospect_from(prospect_data(one)) == one
('filed', True)
"""

from __future__ import annotations

from datetime import date
from typing import Any

from pharmasales.recruitment.pipeline.moves import Correction, Move
from pharmasales.recruitment.pipeline.notes import IdleAnswer, NextAction, Outlook
from pharmasales.recruitment.pipeline.prospects import Prospect
from pharmasales.recruitment.plain import Data, amount_data, amount_from, reads
from pharmasales.yearplan import day_from, day_text

__all__ = ["prospect_data", "prospect_from"]


def prospect_data(one: Prospect) -> dict[str, Any]:
    """Return a prospect as plain JSON; `prospect_from` reads it back."""
    return {
        "id": one.id,
        "source": one.source,
        "region": one.region,
        "owner": one.owner,
        "product": one.product,
        "moves": [_move_data(move) for move in one.moves],
        "corrections": [
            {
                "number": made.number,
                "move": None if made.move is None else _move_data(made.move),
                "by": made.by,
                "on": day_text(made.on),
                "why": made.why,
            }
            for made in one.corrections
        ],
        "outlooks": [
            {
                "value": amount_data(said.value),
                "sign_on": day_text(said.sign_on),
                "by": said.by,
                "on": day_text(said.on),
            }
            for said in one.outlooks
        ],
        "actions": [
            {
                "what": act.what,
                "who": act.who,
                "due": day_text(act.due),
                "by": act.by,
                "on": day_text(act.on),
                "done_on": day_text(act.done_on),
            }
            for act in one.actions
        ],
        "idle": [
            {"reason": said.reason, "evidence": said.evidence, "by": said.by, "on": day_text(said.on)}
            for said in one.idle
        ],
    }


def _move_data(move: Move) -> dict[str, Any]:
    return {
        "to": move.to,
        "on": day_text(move.on),
        "by": move.by,
        "evidence": move.evidence,
        "reason": move.reason,
    }


@reads("prospect", "pipeline.record")
def prospect_from(data: Data) -> Prospect:
    """Read a prospect back.

    >>> prospect_from({"id": "A1"})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no prospect: data of another form [pipeline.record]

    Raises:
        BadValue: data of another form.
        BadRule: a prospect whose path is not legal.
    """
    return Prospect(
        data["id"],
        data["source"],
        data["region"],
        data["owner"],
        data["product"],
        tuple(_move_from(one) for one in data["moves"]),
        tuple(_correction_from(one) for one in data["corrections"]),
        tuple(_outlook_from(one) for one in data["outlooks"]),
        tuple(_action_from(one) for one in data["actions"]),
        tuple(
            IdleAnswer(one["reason"], one["evidence"], one["by"], date.fromisoformat(one["on"])) for one in data["idle"]
        ),
    )


def _move_from(data: Data) -> Move:
    return Move(data["to"], date.fromisoformat(data["on"]), data["by"], data["evidence"], data["reason"])


def _correction_from(data: Data) -> Correction:
    move = None if data["move"] is None else _move_from(data["move"])
    return Correction(data["number"], move, data["by"], date.fromisoformat(data["on"]), data["why"])


def _outlook_from(data: Data) -> Outlook:
    value = None if data["value"] is None else amount_from(data["value"])
    return Outlook(value, day_from(data["sign_on"]), data["by"], date.fromisoformat(data["on"]))


def _action_from(data: Data) -> NextAction:
    due, on = date.fromisoformat(data["due"]), date.fromisoformat(data["on"])
    return NextAction(data["what"], data["who"], due, data["by"], on, day_from(data["done_on"]))
