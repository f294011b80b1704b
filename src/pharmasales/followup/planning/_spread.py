"""The best days for one customer: an exact dynamic programme over the days that suit.

>>> spread(Days.of([1, 2, 8, 9, 15], gap=3, ideal=Fraction(7), length=15), [0, 0, 0, 0, 0], 3, due=None, earliest=0)
[0, 2, 4]
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from operator import add

from attrs import frozen

from pharmasales.followup.planning.cost import deviations

__all__ = ["FULL", "Days", "spread"]

FULL = 1 << 60
"""The price of a day that takes no more visits."""


@frozen(eq=False)
class Days:
    """Days that suit a customer, with what every pair of them costs as neighbouring visits.

    Args:
        ordinals: the days, in order.
        gap: the shortest gap in days.
        costs: by distance in days.
        rows: for each day, the cost of coming from each earlier day that is far enough.
    """

    ordinals: Sequence[int]
    gap: int
    costs: Sequence[int]
    rows: Sequence[Sequence[int]]

    @classmethod
    def of(cls, ordinals: Sequence[int], gap: int, ideal: Fraction, length: int) -> Days:
        """Price the pairs of these days; `length` is the longest distance that can occur."""
        return cls.priced(ordinals, gap, deviations(ideal, length))

    @classmethod
    def priced(cls, ordinals: Sequence[int], gap: int, costs: Sequence[int]) -> Days:
        """Price the pairs of these days by a table of costs by distance."""
        rows = [[costs[day - other] for other in ordinals if day - other >= gap] for day in ordinals]
        return cls(ordinals, gap, costs, rows)


def spread(days: Days, prices: Sequence[int], count: int, due: int | None, earliest: int) -> list[int]:
    """Choose `count` days at the least cost, or as many as can be.

    Args:
        days: the days that suit.
        prices: what a visit on each of them costs by itself; `FULL` where there is no room.
        count: how many visits are wanted.
        due: the day from which the first distance is counted; none where the first visit is free to stand anywhere.
        earliest: the first day that keeps the gap to the last visit made.

    Returns:
        Positions in `days`, in order; the earliest choice where several cost the same.
    """
    costs = days.costs
    cheapest = [
        FULL if day < earliest or price >= FULL else price if due is None else price + costs[day - due]
        for day, price in zip(days.ordinals, prices, strict=True)
    ]
    layers, origins = [cheapest], []
    while len(layers) < count and min(cheapest, default=FULL) < FULL:
        cheapest, origin = _next_layer(cheapest, days.rows, prices)
        layers.append(cheapest)
        origins.append(origin)
    while layers and min(layers[-1], default=FULL) >= FULL:
        layers.pop()
    return _traced(layers, origins) if count > 0 else []


def _next_layer(
    before: Sequence[int], rows: Sequence[Sequence[int]], prices: Sequence[int]
) -> tuple[list[int], list[int]]:
    """Add one more visit: for each day the least cost of a plan that ends on it, and the day it comes from."""
    cheapest, origin = [], []
    for row, price in zip(rows, prices, strict=True):
        least, came = FULL, -1
        if row and price < FULL:
            sums = list(map(add, before, row))
            low = min(sums)
            if low < FULL:
                least, came = low + price, sums.index(low)
        cheapest.append(least)
        origin.append(came)
    return cheapest, origin


def _traced(layers: Sequence[Sequence[int]], origins: Sequence[Sequence[int]]) -> list[int]:
    """Walk back from the cheapest end of the last layer."""
    if not layers:
        return []
    found = [layers[-1].index(min(layers[-1]))]
    for origin in reversed(origins[: len(layers) - 1]):
        found.append(origin[found[-1]])
    return found[::-1]
