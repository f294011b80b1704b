"""Whether two figures put people in the same order (排序一致度): exact, ties left out, with who stands against it.

>>> in_order([1, 2, 3, 4], [10, 10, 20, 30]), in_order([1, 2, 3], [3, 2, 1]), in_order([1, 2], [5, 5]) is None
(Fraction(1, 1), Fraction(-1, 1), True)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import groupby
from math import isqrt

from pharmasales.goals.agreeing.correlation import kendall

__all__ = ["in_order", "overtaken"]


def in_order(xs: Sequence[Fraction | int], ys: Sequence[Fraction | int]) -> Fraction | None:
    """Return the pairs of people in the same order less those in the opposite, over both: Goodman and Kruskal's gamma.

    A pair that is level in either figure is in no order and is left out, so that a figure that never falls where the
    other rises gives 1 whatever is level: the flat parts of a payout curve cost nothing.

    Args:
        xs: one figure of each person.
        ys: the other, as many.

    Returns:
        From -1 to 1, exact; missing where one of the two does not vary.
    """
    found = kendall(xs, ys)
    if found is None:
        return None
    tied = _level(xs) + _level(ys) - _level(zip(xs, ys, strict=True))
    pairs = found.count * (found.count - 1) // 2
    net = Fraction(isqrt(found.squared.numerator), isqrt(found.squared.denominator)) * pairs
    return found.sign * net / (pairs - tied)


def _level(values: Iterable[object]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(values).values())


def overtaken(people: Iterable[tuple[str, Fraction, int]]) -> tuple[str, ...]:
    """Return who did better than somebody who is paid more, by id.

    Args:
        people: id, performance, pay.

    >>> overtaken([("a", Fraction(80), 500), ("b", Fraction(90), 400), ("c", Fraction(90), 600)])
    ('b',)
    """
    found: list[str] = []
    most: int | None = None
    ordered = sorted(people, key=lambda one: one[1])
    for _, level in groupby(ordered, key=lambda one: one[1]):
        same = list(level)
        if most is not None:
            found += [person for person, _, paid in same if paid < most]
        most = max([paid for _, _, paid in same] + ([] if most is None else [most]))
    return tuple(sorted(found))
