"""Stages of recruiting (招商阶段) as a state machine: where a prospect can stand, and which moves are legal.

建档 > 触达 > 重点 > 拜访 > 签约 > 执行 > 维护, and 流失 from any of them. No stage is skipped: who is met, visited
and signed within one day makes three moves on that day. Who was lost comes back by being touched again.

>>> [stage for stage in STAGES if not MOVES[stage]]
[]
>>> MOVES["signed"], MOVES["lost"]
(('executing', 'lost'), ('touched',))
>>> check_move("visited", "executing", "prospect 'A1'")
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: no move from visited to executing @ prospect 'A1'; next can be: signed, lost [pipeline.move]

Source: S000-22 (the states), S000-17..21 (what leads from one to the next).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadRule
from pharmasales.names import nearest

__all__ = ["MOVES", "STAGES", "WON", "Stage", "check_move", "known_stage", "move_table"]

Stage: TypeAlias = Literal["filed", "touched", "key", "visited", "signed", "executing", "kept", "lost"]
"""Where a prospect stands."""

STAGES: Mapping[Stage, Says] = MappingProxyType(
    {
        "filed": Says("filed", "建档"),
        "touched": Says("touched", "触达"),
        "key": Says("key", "重点"),
        "visited": Says("visited", "拜访"),
        "signed": Says("signed", "签约"),
        "executing": Says("executing", "执行"),
        "kept": Says("kept", "维护"),
        "lost": Says("lost", "流失"),
    }
)
"""The stages in their order, in both languages."""

MOVES: Mapping[Stage, tuple[Stage, ...]] = MappingProxyType(
    {
        "filed": ("touched", "lost"),
        "touched": ("key", "lost"),
        "key": ("visited", "lost"),
        "visited": ("signed", "lost"),
        "signed": ("executing", "lost"),
        "executing": ("kept", "lost"),
        "kept": ("lost",),
        "lost": ("touched",),
    }
)
"""From each stage, those that a prospect can move to; every prospect begins as filed."""

WON: tuple[Stage, ...] = ("signed", "executing", "kept")
"""The stages with a contract."""


def known_stage(stage: str, where: str = "stage") -> str:
    """Let a stage pass, or refuse an unknown word.

    >>> known_stage("kept")
    'kept'

    Raises:
        BadRule: no such stage.
    """
    if stage not in STAGES:
        raise BadRule("no such stage", where=where, hint=nearest(str(stage), STAGES), code="pipeline.stage")
    return stage


def check_move(start: Stage, end: Stage, where: str) -> None:
    """Refuse a move that is not legal, and say which ones are.

    Raises:
        BadRule: an unknown stage, or no such move.
    """
    known_stage(end, where)
    if end not in MOVES[start]:
        hint = f"next can be: {', '.join(MOVES[start])}"
        raise BadRule(f"no move from {start} to {end}", where=where, hint=hint, code="pipeline.move")


def move_table() -> Table:
    """Return every legal move, a row each.

    >>> len(move_table())
    14
    """
    columns = (Column("start", "From", "自"), Column("end", "To", "至"))
    rows = [(STAGES[start], STAGES[end]) for start, ends in MOVES.items() for end in ends]
    return Table("stage_moves", Says("Legal moves", "允许的阶段变动"), columns, rows)
