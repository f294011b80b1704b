"""An agent's path as plain data and back (存储格式). What comes back is what went in.

>>> path = AgentPath("A1").show("known", "FILE-1", by="p1", on=date(2026, 3, 2))
>>> agent_path_data(path)["proofs"][0]["ask"], agent_path_from(agent_path_data(path)) == path
('known', True)
"""

from __future__ import annotations

from datetime import date
from typing import Any

from pharmasales.recruitment.agents.development import AgentPath, StageMove, StageProof, StageRevision
from pharmasales.recruitment.plain import Data, reads
from pharmasales.yearplan import day_from, day_text

__all__ = ["agent_path_data", "agent_path_from"]


def agent_path_data(path: AgentPath) -> dict[str, Any]:
    """Return an agent's path as plain JSON; `agent_path_from` reads it back."""
    return {
        "agent": path.agent,
        "stages": list(path.stages),
        "moves": [_move_data(one) for one in path.moves],
        "revisions": [
            {
                "number": one.number,
                "move": None if one.move is None else _move_data(one.move),
                "why": one.why,
                "on": day_text(one.on),
                "by": one.by,
            }
            for one in path.revisions
        ],
        "proofs": [
            {
                "ask": one.ask,
                "evidence": one.evidence,
                "on": day_text(one.on),
                "by": one.by,
                "until": day_text(one.until),
                "holds": one.holds,
            }
            for one in path.proofs
        ],
    }


def _move_data(move: StageMove) -> dict[str, Any]:
    return {"to": move.to, "reason": move.reason, "on": day_text(move.on), "by": move.by}


@reads("path", "agents.record")
def agent_path_from(data: Data) -> AgentPath:
    """Read an agent's path back.

    Raises:
        BadValue: data of another form.
        BadRule: a path that is not legal.
    """
    return AgentPath(
        data["agent"],
        tuple(_move(one) for one in data["moves"]),
        tuple(_revision(one) for one in data["revisions"]),
        tuple(_proof(one) for one in data["proofs"]),
        tuple(data["stages"]),
    )


def _move(data: Data) -> StageMove:
    return StageMove(data["to"], data["reason"], date.fromisoformat(data["on"]), data["by"])


def _revision(data: Data) -> StageRevision:
    move = None if data["move"] is None else _move(data["move"])
    return StageRevision(data["number"], move, data["why"], date.fromisoformat(data["on"]), data["by"])


def _proof(data: Data) -> StageProof:
    on, until = date.fromisoformat(data["on"]), day_from(data["until"])
    return StageProof(data["ask"], data["evidence"], on, data["by"], until, data["holds"])
