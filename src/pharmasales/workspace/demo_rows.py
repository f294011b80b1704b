"""Rows of the example region, and the chance that they grow from.

>>> chance = Chance(7)
>>> [chance.between(1, 6) for _ in range(4)], Chance(7).between(1, 6)
([2, 1, 4, 1], 2)
"""

from __future__ import annotations

from random import Random
from typing import TypeAlias

__all__ = ["Cell", "Chance", "Rows"]

Cell: TypeAlias = str | int
Rows: TypeAlias = list[tuple[Cell, ...]]


class Chance:
    """A source of chance that gives the same numbers everywhere."""

    def __init__(self, seed: int) -> None:
        """Begin anew with a seed."""
        self._random = Random(seed)  # noqa: S311 - an example, not a secret

    def between(self, low: int, high: int) -> int:
        """Return a whole number, both ends included; only `random()` is used, which no Python version changes."""
        return low + int(self._random.random() * (high - low + 1))
