"""Shares within bounds (区间内按权重拆分): the exact proportional share, held at its bounds, rounded inside them.

Whoever would fall below the least or rise above the most is held there, and what is left is shared by weight among the
others, until nobody is out of bounds. Bounds are whole, so rounding by largest remainder stays inside them.

>>> share_within(100, [1, 1, 2], [(0, None), (40, None), (0, None)])
[20, 40, 40]
>>> share_within(100, [1, 1, 2], [(0, None), (0, 10), (0, 50)])
[40, 10, 50]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from pharmasales.splits import Method, apportion

__all__ = [
    "FREE",
    "Room",
    "add_rooms",
    "free_share",
    "inside",
    "nearest",
    "one_sign",
    "share_within",
    "shifted",
    "turned",
]

Room: TypeAlias = tuple[int | None, int | None]
"""A least and a most, both allowed; `None` where there is none."""

FREE: Room = (None, None)


def share_within(
    total: int, weights: Sequence[int], rooms: Sequence[Room], method: Method = "largest_remainder"
) -> list[int]:
    """Split a total by weight so that each part stays in its room; parts add up to the total.

    A weight of zero gets zero, or the nearest that its room allows.

    Args:
        total: the whole number to split; between the sum of all leasts and the sum of all mosts.
        weights: whole weights, zero or above.
        rooms: the least and the most of each part.
        method: `largest_remainder` or `webster`.
    """
    parts, free, rest = _held(total, weights, rooms, method)
    for place, part in zip(free, apportion(rest, [weights[place] for place in free], method), strict=True):
        parts[place] = part
    return parts


def free_share(
    total: int, weights: Sequence[int], rooms: Sequence[Room], method: Method = "largest_remainder"
) -> tuple[list[int], int]:
    """Return who is held at no bound, and what is left for them to share by weight.

    >>> free_share(100, [1, 1, 2], [(0, None), (40, None), (0, None)])
    ([0, 2], 60)
    """
    _, free, rest = _held(total, weights, rooms, method)
    return free, rest


def nearest(value: int, room: Room) -> int:
    """Return what lies nearest to a value within a room.

    >>> nearest(0, (3, None)), nearest(9, (None, 5))
    (3, 5)
    """
    least, most = room
    if least is not None and value < least:
        return least
    return value if most is None or value <= most else most


def inside(cells: Sequence[int], rooms: Sequence[Room]) -> bool:
    """Whether every number lies in its room.

    >>> inside([3, 5], [(0, 3), (4, None)]), inside([3], [(4, None)])
    (True, False)
    """
    return all(nearest(cell, room) == cell for cell, room in zip(cells, rooms, strict=True))


def shifted(room: Room, by: int) -> Room:
    """Return what a room leaves beyond a number.

    >>> shifted((0, 9), 4)
    (-4, 5)
    """
    least, most = room
    return None if least is None else least - by, None if most is None else most - by


def one_sign(numbers: Sequence[int]) -> bool:
    """Whether no number is below zero, or none above.

    >>> one_sign([0, 3]), one_sign([-1, 3])
    (True, False)
    """
    return min(numbers) >= 0 or max(numbers) <= 0


def add_rooms(rooms: Sequence[Room]) -> Room:
    """Return the room of a sum.

    >>> add_rooms([(1, 2), (0, None)])
    (1, None)
    """
    leasts = [least for least, _ in rooms if least is not None]
    mosts = [most for _, most in rooms if most is not None]
    return sum(leasts) if len(leasts) == len(rooms) else None, sum(mosts) if len(mosts) == len(rooms) else None


def turned(room: Room) -> Room:
    """Return the room of the negative.

    >>> turned((0, 5))
    (-5, 0)
    """
    least, most = room
    return None if most is None else -most, None if least is None else -least


def _held(
    total: int, weights: Sequence[int], rooms: Sequence[Room], method: Method
) -> tuple[list[int], list[int], int]:
    """Hold parts at their bounds until the shares of the others lie inside.

    Where the parts held up outweigh those held down, the level of all shares can only fall, so the former stay held;
    and the other way round.
    """
    parts = [0 if weight else nearest(0, room) for weight, room in zip(weights, rooms, strict=True)]
    free = [place for place, weight in enumerate(weights) if weight]
    rest = total - sum(parts)
    while free:
        below, above, lack, spare = _outside(rest, free, weights, rooms, method)
        held = set(below if lack >= spare else []) | set(above if spare >= lack else [])
        if not held:
            return parts, free, rest
        for place in held:
            least, most = rooms[place]
            bound = least if place in below else most
            parts[place] = bound or 0
            rest -= parts[place]
        free = [place for place in free if place not in held]
    return parts, free, rest


def _outside(
    rest: int, free: Sequence[int], weights: Sequence[int], rooms: Sequence[Room], method: Method
) -> tuple[set[int], set[int], int, int]:
    """Return whose share lies below and above their room, and by how much in all (both in one measure)."""
    if method == "largest_remainder":  # exact shares, in parts of the sum of weights
        scale = sum(weights[place] for place in free)
        shares = [rest * weights[place] for place in free]
    else:
        scale, shares = 1, apportion(rest, [weights[place] for place in free], method)
    below, above, lack, spare = set(), set(), 0, 0
    for place, share in zip(free, shares, strict=True):
        least, most = rooms[place]
        if least is not None and share < least * scale:
            below.add(place)
            lack += least * scale - share
        elif most is not None and share > most * scale:
            above.add(place)
            spare += share - most * scale
    return below, above, lack, spare
