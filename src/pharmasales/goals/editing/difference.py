"""A difference over buckets (差额的期间分配): what each row gains or loses in all, and what each bucket does.

Where all rows gain, or all lose, the difference is cut as a goal of its own. Otherwise each row takes its own along its
season, and what a bucket then misses goes to the rows by weight. Rows and buckets both hold, to the last unit.

>>> spread_difference([60, -40, -20], [0, 0], [None, None, None], [0, 2, 1], [[1, 1]] * 3)
[[30, 30], [-20, -20], [-10, -10]]
>>> spread_difference([3, 1], [4, 0], [None, [0, 1]], [1, 1], [[1, 1]] * 2)
[[4, -1], [0, 1]]
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from pharmasales.goals.decomposing.margins import controlled_rounding, round_rests
from pharmasales.goals.decomposing.within import one_sign

__all__ = ["spread_difference"]


def spread_difference(
    rows: Sequence[int],
    columns: Sequence[int],
    known: Sequence[Sequence[int] | None],
    weights: Sequence[int],
    seasons: Sequence[Sequence[int]],
) -> list[list[int]] | None:
    """Spread the differences of rows over buckets; none where the known rows leave something that nobody can take.

    Args:
        rows: the difference of each row in all.
        columns: the difference of each bucket, with the same sum.
        known: the differences of rows that are known by bucket.
        weights: by what the others take what a bucket misses, zero or above.
        seasons: how each row goes over the buckets, zero or above, not all zero.
    """
    free = [n for n, row in enumerate(known) if row is None]
    left = list(columns)
    for row in known:
        if row is not None:
            left = [one - other for one, other in zip(left, row, strict=True)]
    dues = [rows[n] for n in free]
    if not free:
        return None if any(left) else [list(row or ()) for row in known]
    if not any(left) and not any(dues):
        parts = [[0] * len(left) for _ in free]
    elif one_sign([*dues, *left]) and all(seasons[n] == seasons[free[0]] for n in free):
        parts = controlled_rounding(dues, left)
    else:
        parts = _corrected(dues, left, [weights[n] for n in free], [seasons[n] for n in free])
    found = dict(zip(free, parts, strict=True))
    return [found[n] if row is None else list(row) for n, row in enumerate(known)]


def _corrected(
    dues: Sequence[int], left: Sequence[int], weights: Sequence[int], seasons: Sequence[Sequence[int]]
) -> list[list[int]]:
    takers = next(choice for choice in (weights, [abs(due) for due in dues], [1] * len(dues)) if any(choice))
    sums = [sum(season) for season in seasons]
    scale, whole = math.lcm(*sums), sum(takers)
    shares = [
        [due * share * (scale // of) for share in season] for due, season, of in zip(dues, seasons, sums, strict=True)
    ]
    misses = [column * scale - sum(line) for column, line in zip(left, zip(*shares, strict=True), strict=True)]
    cells = [
        [share * whole + taker * miss for share, miss in zip(row, misses, strict=True)]
        for row, taker in zip(shares, takers, strict=True)
    ]
    under = scale * whole
    floors, rests = [[c // under for c in row] for row in cells], [[c % under for c in row] for row in cells]
    return round_rests(floors, rests, under)
