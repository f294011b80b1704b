"""Odds of a sum (合计分布): each of several either brings its part or nothing, independently of the others.

>>> exact_odds([(100, Fraction(1, 2))])
((0, Fraction(1, 2)), (100, Fraction(1, 2)))
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from random import Random
from typing import TypeAlias

from pharmasales.errors import BadRule

__all__ = ["drawn_odds", "exact_odds"]

_SUMS = 20_000
"""How many different sums an exact range may have."""

Odds: TypeAlias = tuple[tuple[int, Fraction], ...]
"""Every sum that can come, ascending, each with its chance."""


def exact_odds(pairs: Iterable[tuple[int, Fraction]]) -> Odds:
    """Return the exact chance of every sum, in whole numbers over one denominator to the end.

    Args:
        pairs: for each, what it brings and how likely.

    >>> exact_odds([(100, Fraction(1, 2)), (60, Fraction(1, 4))])[-1]
    (160, Fraction(1, 8))

    Raises:
        BadRule: more than 20,000 different sums.
    """
    weights, under = {0: 1}, 1
    for value, rate in sorted(pairs):  # small values first: sums stay few for longer
        yes, no = rate.numerator, rate.denominator - rate.numerator
        grown = {total: weight * no for total, weight in weights.items()} if no else {}
        for total, weight in weights.items() if yes else ():
            grown[total + value] = grown.get(total + value, 0) + weight * yes
        if len(grown) > _SUMS:
            hint = "give draws= and seed=, or round the values to a coarser grain"
            raise BadRule(f"more than {_SUMS:,} different sums", where="forecast", hint=hint, code="pipeline.sums")
        weights, under = grown, under * rate.denominator
    return tuple((total, Fraction(weight, under)) for total, weight in sorted(weights.items()))


def drawn_odds(pairs: Iterable[tuple[int, Fraction]], draws: int, seed: int) -> Odds:
    """Draw all of them so many times; whole numbers decide, so the same seed gives the same sums anywhere.

    Args:
        pairs: for each, what it brings and how likely.
        draws: how many times.
        seed: a whole number.
    """
    random = Random(seed)  # noqa: S311 - seeded draws that can be repeated, no secret
    chances = [(value, rate.numerator, rate.denominator) for value, rate in pairs]
    seen = Counter(sum(value for value, yes, of in chances if random.randrange(of) < yes) for _ in range(draws))
    return tuple((total, Fraction(count, draws)) for total, count in sorted(seen.items()))
