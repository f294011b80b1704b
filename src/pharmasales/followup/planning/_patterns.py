"""The ways to choose one customer's days, cheapest first: what the search chooses from.

A way is a cost and a number with a lane of bits for each day, 1 where the customer is visited. All that are dearer than
the cheapest by more than what opening every place anew would cost are left out: they cannot be worth it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from attrs import frozen

from pharmasales.followup.planning.cost import OPEN, deviations

__all__ = ["Ways", "ways"]

_NEVER = 1 << 40
_MOST = 1500
"""No more ways than these are kept; of a customer seen almost daily there are millions."""


@frozen(eq=False)
class Ways:
    """The ways to choose some days.

    Args:
        all: cost and days of each, in the order of the cost.
        costs: the cost by the days.
        days: all days that stand in any.
    """

    all: Sequence[tuple[int, int]]
    costs: Mapping[int, int]
    days: int

    def without(self, days: int) -> Ways:
        """Return those that stand on none of some days."""
        return Ways([way for way in self.all if not way[1] & days], self.costs, self.days & ~days)

    def beside(self, cost: int, lanes: int) -> Ways:
        """Return these and one more."""
        every = sorted([*self.all, (cost, lanes)])
        return Ways(every, {**self.costs, lanes: cost}, self.days | lanes)


@frozen(eq=False)
class _Steps:
    """From each day the days that may follow, with what the distance costs, and what the rest costs at least."""

    first: Sequence[int]
    next: Sequence[Sequence[tuple[int, int]]]
    rest: Sequence[Sequence[int]]
    lanes: Sequence[int]


@lru_cache(maxsize=4096)
def ways(
    days: tuple[int, ...],
    suits: int,
    pins: int,
    count: int,
    gap: int,
    ideal: tuple[int, int],
    before: int | None,
    after: int | None,
    width: int,
) -> Ways:
    """Return the ways to choose `count` of some days.

    Args:
        days: the ordinals of the window's days.
        suits: a bit for each of them that suits the customer.
        pins: a bit for each on which a visit is fixed.
        count: how many are to be chosen, the fixed ones included.
        gap: the shortest gap.
        ideal: the ideal distance, as numerator and denominator.
        before: the ordinal from which the first distance counts; none where it costs nothing.
        after: the ordinal of the next visit after the window; none where there is none.
        width: the bits of a lane.
    """
    steps = _steps(days, suits, pins, count, gap, Fraction(*ideal), before, after, width)
    low = min((a + b for a, b in zip(steps.first, steps.rest[count - 1], strict=True)), default=_NEVER)
    if low >= _NEVER:
        return Ways((), {}, 0)
    spare = OPEN * (count + 2)
    found = _below(steps, count, low + spare)
    while len(found) > _MOST and spare:
        spare //= 2
        found = _below(steps, count, low + spare)
    found = sorted(found[:_MOST])
    union = 0
    for _, lanes in found:
        union |= lanes
    return Ways(tuple(found), {lanes: cost for cost, lanes in found}, union)


def _steps(
    days: tuple[int, ...],
    suits: int,
    pins: int,
    count: int,
    gap: int,
    ideal: Fraction,
    before: int | None,
    after: int | None,
    width: int,
) -> _Steps:
    here = [n for n in range(len(days)) if (suits | pins) >> n & 1]
    pinned = [pins >> n & 1 for n in here]
    at = [days[n] for n in here]
    ends = [*at, *([] if before is None else [before]), *([] if after is None else [after])]
    costs = deviations(ideal, max(ends, default=0) - min(ends, default=0))
    first = [0 if before is None else costs[max(0, day - before)] for day in at]
    if 1 in pinned:
        first[pinned.index(1) + 1 :] = [_NEVER] * (len(at) - pinned.index(1) - 1)
    following: list[list[tuple[int, int]]] = []
    for n, day in enumerate(at) if count > 1 else ():
        found = []
        for m in range(n + 1, len(at)):
            if at[m] - day >= gap or (pinned[n] and pinned[m]):
                found.append((m, costs[at[m] - day]))
            if pinned[m]:
                break
        following.append(found)
    last = [0 if after is None else costs[after - day] if pinned[n] or after - day >= gap else _NEVER
            for n, day in enumerate(at)]  # fmt: skip
    if pins:
        last = [_NEVER if 1 in pinned[n + 1 :] else cost for n, cost in enumerate(last)]
    rest = [last]
    for _ in range(count - 1):
        rest.append([min((cost + rest[-1][m] for m, cost in found), default=_NEVER) for found in following])
    return _Steps(first, following, rest, [1 << (width * n) for n in here])


def _below(steps: _Steps, count: int, most: int) -> list[tuple[int, int]]:
    """Return all ways that cost no more than so much, one day after the other; stop where they are far too many."""
    found = [(cost, n, steps.lanes[n]) for n, cost in enumerate(steps.first) if cost + steps.rest[count - 1][n] <= most]
    for left in range(count - 2, -1, -1):
        rest, lanes = steps.rest[left], steps.lanes
        found = [
            (cost + step, m, days | lanes[m])
            for cost, n, days in found
            for m, step in steps.next[n]
            if cost + step + rest[m] <= most
        ][: 4 * _MOST]
    return [(cost + steps.rest[0][n], days) for cost, n, days in found]
