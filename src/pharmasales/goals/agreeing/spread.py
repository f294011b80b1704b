"""How far shares lie apart (离散程度): the least, the quartiles and the most, exact.

>>> spread = spread_of([Fraction(1, 4), None, Fraction(1, 2), Fraction(3, 4)])
>>> spread.least, spread.median, spread.most, spread.ratio, spread.count
(Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(3, 1), 3)
>>> print(spread.why())
least 25.0%, quartiles 37.5%, 50.0%, 62.5%, most 75.0%
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import frozen

from pharmasales.display import Why, because, percent
from pharmasales.units import ratio

__all__ = ["Spread", "spread_of"]


@frozen
class Spread:
    """The least, the quartiles and the most of some shares.

    Args:
        least: the least.
        low: the lower quartile.
        median: the middle.
        high: the upper quartile.
        most: the most.
        count: how many shares there are.
    """

    least: Fraction
    low: Fraction
    median: Fraction
    high: Fraction
    most: Fraction
    count: int

    @property
    def ratio(self) -> Fraction | None:
        """The most over the least; missing where the least is zero."""
        return ratio(self.most, self.least)

    def why(self) -> Why:
        """Say all five."""
        five = {name: percent(getattr(self, name)) for name in ("least", "low", "median", "high", "most")}
        en = "least {least}, quartiles {low}, {median}, {high}, most {most}"
        return because(en, "最低 {least}，四分位 {low}、{median}、{high}，最高 {most}", **five)


def spread_of(values: Iterable[Fraction | None]) -> Spread | None:
    """Return the spread of shares, missing ones left out; missing where there is none.

    A quartile that falls between two shares is interpolated between them, exactly.

    Args:
        values: the shares.
    """
    known = sorted(value for value in values if value is not None)
    if not known:
        return None
    low, median, high = (_quantile(known, Fraction(n, 4)) for n in (1, 2, 3))
    return Spread(known[0], low, median, high, known[-1], len(known))


def _quantile(ordered: Sequence[Fraction], part: Fraction) -> Fraction:
    whole, rest = divmod(part * (len(ordered) - 1), 1)
    here = ordered[int(whole)]
    return here if not rest else here + rest * (ordered[int(whole) + 1] - here)
