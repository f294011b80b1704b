"""Moves (阶段变动) and their corrections: each with its day, who made it and what shows it; nothing is overwritten.

>>> day = date(2026, 3, 2)
>>> made = (Move("filed", day, "p1", "FORM-1"), Move("touched", date(2026, 3, 9), "p1", "CALL-7"))
>>> mended = Correction(2, Move("touched", date(2026, 3, 4), "p1", "CALL-7"), "p2", date(2026, 3, 10), "wrong day")
>>> [move.on.day for move in path_of(made, (mended,), "prospect 'A1'").values()]
[2, 4]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from attrs import field, frozen

from pharmasales.errors import BadRule, BadValue
from pharmasales.names import clean, normal_id, stated
from pharmasales.recruitment.pipeline.stages import Stage, check_move, known_stage
from pharmasales.yearplan import checked_day

__all__ = ["Correction", "Move", "path_of", "said"]


def said(text: str, where: str) -> str:
    """Let a text pass that says something.

    >>> said(" ", "evidence")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: nothing said @ evidence; say it in a few words, or name the paper [pipeline.text]

    Raises:
        BadValue: an empty text, or a refused character.
    """
    return stated(text, where, "pipeline.text", "say it in a few words, or name the paper")


def _evidence(text: str) -> str:
    return said(text, "evidence")


def _why(text: str) -> str:
    return said(text, "reason")


@frozen
class Move:
    """One move of a prospect (阶段变动).

    Args:
        to: the stage it moved to.
        on: the day on which that happened.
        by: the id of who made it.
        evidence: what shows it: the number of a form, a call, a visit, a contract, or a few words.
        reason: why it is lost, a key of the list of reasons; "" for every other stage.

    >>> Move("lost", date(2026, 3, 9), "p1", "CALL-9")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: a prospect is lost for a reason @ move to lost; give one of the list [pipeline.reason]

    Raises:
        BadRule: an unknown stage, lost without a reason, or a reason elsewhere.
        BadValue: no evidence, an empty id, or no day.
    """

    to: Stage
    on: date = field(converter=checked_day)
    by: str = field(converter=normal_id)
    evidence: str = field(converter=_evidence, repr=False)
    reason: str = field(default="", converter=clean)

    def __attrs_post_init__(self) -> None:
        known_stage(self.to, "move")
        if (self.to == "lost") != bool(self.reason):
            if self.reason:
                raise BadRule("a reason belongs to lost alone", where=f"move to {self.to}", code="pipeline.reason")
            hint = "give one of the list"
            raise BadRule("a prospect is lost for a reason", where="move to lost", hint=hint, code="pipeline.reason")


@frozen
class Correction:
    """A later version of one move (更正): what it should have said, or that it never happened.

    Args:
        number: which move, 1 for the first.
        move: the move as it should be; none where it never happened.
        by: the id of who corrects it.
        on: when.
        why: why, in a person's words.

    Raises:
        BadValue: no such number can be, nothing said, or a move after the day of its correction.
    """

    number: int
    move: Move | None
    by: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    why: str = field(converter=_why, repr=False)

    def __attrs_post_init__(self) -> None:
        if type(self.number) is not int or self.number < 1:
            hint = "1 for the first"
            raise BadValue("moves are counted from 1", where="number", hint=hint, code="pipeline.correction")
        if self.move is not None and self.move.on > self.on:
            hint = "give the day on which it happened"
            raise BadValue("a move after its correction", where="correction", hint=hint, code="pipeline.day")


def path_of(moves: Sequence[Move], corrections: Iterable[Correction], where: str) -> dict[int, Move]:
    """Return the moves that count, by number: each in its last version, without those that never happened.

    Args:
        moves: as they were made.
        corrections: in the order made; the last one of a move counts.
        where: whose they are, for errors.

    Raises:
        BadRule: a path that is not legal: it does not begin as filed, leaps a stage, or goes back in time.
        BadValue: a correction of no move.
    """
    last: dict[int, Move | None] = dict(enumerate(moves, 1))
    for one in corrections:
        if one.number not in last:
            hint = f"moves 1 to {len(moves)}"
            raise BadValue(f"no move {one.number} to correct", where=where, hint=hint, code="pipeline.correction")
        last[one.number] = one.move
    path = {number: move for number, move in last.items() if move is not None}
    first = next(iter(path.values()), None)
    if first is None or first.to != "filed":
        raise BadRule("a prospect begins as filed", where=where, hint="file it first", code="pipeline.move")
    for before, after in pairwise(path.values()):
        check_move(before.to, after.to, where)
        if after.on < before.on:
            hint = "give the day on which it happened"
            raise BadRule("a move before the last one", where=where, hint=hint, code="pipeline.day")
    return path
