"""Straight lines in whole numbers (分段直线): between which points a quotient lies, and how high the line is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import TypeAlias

from pharmasales.rules.terms import Exact

__all__ = ["Key", "Line", "lines_of", "reached"]

Line: TypeAlias = tuple[int, int, int]
"""A line: base, slope, and what both are divided by."""

Key: TypeAlias = tuple[int, int, bool]
"""A cut at p/q, and whether it is passed only above it."""


def lines_of(points: Sequence[tuple[Exact, Exact]]) -> Iterator[Line]:
    """Yield the lines below, between and above some points, flat at both ends.

    >>> list(lines_of(((0, 0), (2, 1))))
    [(0, 0, 1), (0, 1, 2), (1, 0, 1)]
    """
    (first, low), (last, high) = points[0], points[-1]
    for (x0, y0), (x1, y1) in [((first - 1, low), (first, low)), *pairwise(points), ((last, high), (last + 1, high))]:
        slope = Fraction(y1 - y0) / (x1 - x0)
        base = y0 - slope * x0
        over = lcm(base.denominator, slope.denominator)
        yield int(base * over), int(slope * over), over


def reached(keys: Sequence[Key], top: int, under: int) -> int:
    """Count the cuts that a quotient reaches, or passes where they say so; whole numbers are compared the fastest.

    >>> [reached([(1, 2, False), (1, 1, True)], top, 2) for top in (0, 1, 2, 3)]
    [0, 1, 1, 2]
    """
    low, high = 0, len(keys)
    while low < high:
        middle = (low + high) // 2
        p, q, exclusive = keys[middle]
        left, right = top * q, p * under
        if left < right or (exclusive and left == right):
            high = middle
        else:
            low = middle + 1
    return low
