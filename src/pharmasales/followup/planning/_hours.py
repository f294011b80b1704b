"""The hours of one day: whether some visits can follow each other, and when each begins.

A piece is how long something takes, and the hours in which it may stand, in minutes of the day. Finishing some of the
pieces as early as possible never hurts the others, so the earliest end of every set of pieces is found from the sets
with one piece less: exact, and no order is tried twice.

>>> timetable(((30, ((840, 1020),)), (30, ((480, 1080),)), (60, ((540, 600),))))
(840, 480, 540)
>>> timetable(((30, ((480, 510),)), (30, ((490, 520),)))) is None
True
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

__all__ = ["Piece", "possible", "timetable"]

Piece: TypeAlias = tuple[int, tuple[tuple[int, int], ...]]

_NEVER = 1 << 30
_EXACT = 10
"""More different pieces than these are tried in the order of their last hour alone: a day may be called too full."""


def possible(pieces: Sequence[Piece]) -> bool:
    """Whether the pieces fit into one day, one after the other."""
    return _earliest(tuple(sorted(pieces))) < _NEVER


def timetable(pieces: Sequence[Piece]) -> tuple[int, ...] | None:
    """Return when each piece begins; nothing where they do not fit into one day."""
    left = sorted(range(len(pieces)), key=lambda n: pieces[n])
    if not possible(pieces):
        return None
    starts = [0] * len(pieces)
    while left:
        ends = _earliest(tuple(pieces[n] for n in left))
        for n in reversed(left):
            before = _earliest(tuple(pieces[other] for other in left if other != n))
            if before < _NEVER and _end(pieces[n], before) == ends:
                starts[n] = ends - pieces[n][0]
                left.remove(n)
                break
    return tuple(starts)


@lru_cache(maxsize=1 << 16)
def _earliest(pieces: tuple[Piece, ...]) -> int:
    """Return the earliest minute at which all of the pieces, given in order, can be over."""
    kinds = set(pieces)
    if len(kinds) > _EXACT:
        return _by_last_hour(pieces)
    best = _NEVER if pieces else 0
    for piece in kinds:
        at = pieces.index(piece)
        best = min(best, _end(piece, _earliest(pieces[:at] + pieces[at + 1 :])))
    return best


def _by_last_hour(pieces: Sequence[Piece]) -> int:
    end = 0
    for piece in sorted(pieces, key=lambda one: (one[1][-1][1] - one[0], one) if one[1] else (0, one)):
        end = _end(piece, end)
    return end


def _end(piece: Piece, free: int) -> int:
    """Return when a piece is over that may begin from a minute on."""
    minutes, windows = piece
    for first, last in windows:
        begin = max(first, free)
        if begin + minutes <= last:
            return begin + minutes
    return _NEVER
