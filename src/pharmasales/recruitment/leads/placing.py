"""Placing (均衡分派): items into places that can hold them, as many as can be, and as evenly as can be.

Each item is placed along the cheapest chain of moves: into a place that can hold it, or into one whose item moves on to
another place, and so on, to the place that stays emptiest against its size. That keeps the whole at its best after each
item (a flow with rising costs), so no second look is needed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import define, field

__all__ = ["place_evenly"]

_Choice = tuple[int, ...]


def place_evenly(
    able: Sequence[_Choice], free: Sequence[int], held: Sequence[int], sizes: Sequence[int]
) -> list[int | None]:
    """Place each item, or none where it cannot be; an item that is placed stays placed.

    Args:
        able: for each item, the places that can hold it, the preferred first.
        free: how many each place can still hold.
        held: how many each place holds already.
        sizes: how large each place is; the sum of (held + 1) / size, (held + 2) / size and so on is the least there is.

    >>> place_evenly([(0, 1), (0,), (0, 1)], [1, 2], [0, 0], [1, 2])
    [1, 0, 1]
    """
    board = _Board(list(free), list(held), list(sizes))
    for item, choice in enumerate(able):
        board.put(item, choice)
    found: list[int | None] = [None] * len(able)
    for place, groups in enumerate(board.items):
        for members in groups.values():
            for item in members:
                found[item] = place
    return found


@define
class _Board:
    """What lies where while items are placed; items with the same choice are alike and lie in one group."""

    free: list[int]
    held: list[int]
    sizes: list[int]
    items: list[dict[_Choice, list[int]]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.items = [{} for _ in self.free]

    def put(self, item: int, choice: _Choice) -> None:
        """Place one item at the end of the chain that leads to the emptiest place, if there is one."""
        came = self._reached(choice)
        open_places = [place for place in came if self.free[place] > 0]
        if not open_places:
            return
        last = min(open_places, key=self._cost)  # of equals the first reached: fewest moves, then the order given
        self.free[last] -= 1
        self.held[last] += 1
        while (step := came[last]) is not None:
            before, group = step
            moved = self.items[before][group].pop()
            if not self.items[before][group]:
                del self.items[before][group]
            self.items[last].setdefault(group, []).append(moved)
            last = before
        self.items[last].setdefault(choice, []).append(item)

    def _cost(self, place: int) -> Fraction:
        return Fraction(self.held[place] + 1, self.sizes[place])

    def _reached(self, choice: Iterable[int]) -> dict[int, tuple[int, _Choice] | None]:
        """Return every place that a chain of moves leads to, with the place and group of the move before."""
        came: dict[int, tuple[int, _Choice] | None] = dict.fromkeys(choice)
        waiting = deque(came)
        while waiting:
            place = waiting.popleft()
            for group in self.items[place]:
                for other in group:
                    if other not in came:
                        came[other] = (place, group)
                        waiting.append(other)
        return came
