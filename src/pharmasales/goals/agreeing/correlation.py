"""How two measures go together (相关性), in exact arithmetic: the squared coefficient with its sign.

A coefficient is rarely a fraction, its square always is. So a bound is compared with the square, and only what is shown
is rounded.

>>> pearson([1, 2, 3, 4], [2, 4, 6, 8])
Correlation(kind='pearson', sign=1, squared=Fraction(1, 1), count=4)
>>> spearman([1, 2, 3, 4], [1, 4, 9, 16]).shown, kendall([1, 2, 3], [3, 1, 2]).shown
('1.00', '-0.33')
>>> pearson([1, 2], [5, 5]) is None
True
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import isqrt
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import frozen

from pharmasales.display import decimal_text
from pharmasales.errors import BadValue
from pharmasales.splits import whole_weights
from pharmasales.units import Number, exact

__all__ = ["CORRELATIONS", "Correlation", "CorrelationKind", "kendall", "pearson", "spearman"]

CorrelationKind: TypeAlias = Literal["pearson", "spearman", "kendall"]


@frozen
class Correlation:
    """A coefficient from -1 to 1 (相关系数), kept as its sign and its exact square.

    Args:
        kind: `pearson`, `spearman` or `kendall`.
        sign: 1, 0 or -1.
        squared: its square.
        count: how many pairs it rests on.
    """

    kind: CorrelationKind
    sign: int
    squared: Fraction
    count: int

    def within(self, bound: Fraction) -> bool:
        """Whether it lies between -bound and bound, both allowed."""
        return self.squared <= bound * bound

    @property
    def shown(self) -> str:
        """The coefficient with two decimals, half up; exactly the root, however long its digits."""
        hundredths = (isqrt(self.squared.numerator * 40_000 // self.squared.denominator) + 1) // 2
        return decimal_text(Fraction(self.sign * hundredths, 100), 2)


def pearson(xs: Sequence[Number], ys: Sequence[Number]) -> Correlation | None:
    """Return the linear correlation (皮尔逊相关系数); missing where one side does not vary.

    Args:
        xs: exact numbers.
        ys: as many.

    Raises:
        BadValue: sides of different length, or what is no exact number.
    """
    return _linear("pearson", *_read(xs, ys))


def spearman(xs: Sequence[Number], ys: Sequence[Number]) -> Correlation | None:
    """Return the correlation of ranks (斯皮尔曼等级相关); equal values share the mean of their ranks.

    Arguments and errors as `pearson`.
    """
    left, right = _read(xs, ys)
    return _linear("spearman", _ranks(left), _ranks(right))


def kendall(xs: Sequence[Number], ys: Sequence[Number]) -> Correlation | None:
    """Return pairs in the same order less those in the opposite, over all (肯德尔 tau-a); equal ones count nothing.

    Arguments and errors as `pearson`.
    """
    left, right = _read(xs, ys)
    if len(set(left)) < 2 or len(set(right)) < 2:
        return None
    ordered = sorted(zip(left, right, strict=True))
    pairs = len(ordered) * (len(ordered) - 1) // 2
    tied = _tied(left) + _tied(right) - _tied(ordered)
    net = pairs - tied - 2 * _turned([y for _, y in ordered])
    return Correlation("kendall", (net > 0) - (net < 0), Fraction(net, pairs) ** 2, len(ordered))


CORRELATIONS: Mapping[str, Callable[[Sequence[Number], Sequence[Number]], Correlation | None]] = MappingProxyType(
    {"pearson": pearson, "spearman": spearman, "kendall": kendall}
)
"""The coefficients, by kind."""


def _read(xs: Sequence[Number], ys: Sequence[Number]) -> tuple[list[int], list[int]]:
    """Bring both sides to whole numbers, which no coefficient minds."""
    if len(xs) != len(ys):
        raise BadValue("sides of different length", hint="give pairs", code="goals.correlation")
    sides = []
    for values in (xs, ys):
        exacts = [exact(value) for value in values]
        least = min(exacts, default=Fraction(0))
        sides.append(whole_weights([value - least for value in exacts])[0])
    return sides[0], sides[1]


def _linear(kind: CorrelationKind, xs: Sequence[int], ys: Sequence[int]) -> Correlation | None:
    count, x, y = len(xs), sum(xs), sum(ys)
    across = count * sum(a * b for a, b in zip(xs, ys, strict=True)) - x * y
    spread = (count * sum(a * a for a in xs) - x * x) * (count * sum(b * b for b in ys) - y * y)
    if not spread:
        return None
    return Correlation(kind, (across > 0) - (across < 0), Fraction(across * across, spread), count)


def _ranks(values: Sequence[int]) -> list[int]:
    """Return twice the mean rank of each value, from zero."""
    counts, ranks, below = Counter(values), {}, 0
    for value in sorted(counts):
        ranks[value] = 2 * below + counts[value] - 1
        below += counts[value]
    return [ranks[value] for value in values]


def _tied(values: Sequence[object]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(values).values())


def _turned(values: list[int]) -> int:
    """Count the pairs whose first is larger than their second, by merging."""
    turned, width = 0, 1
    while width < len(values):
        merged: list[int] = []
        for start in range(0, len(values), 2 * width):
            left, right = values[start : start + width], values[start + width : start + 2 * width]
            place = 0
            for value in right:
                while place < len(left) and left[place] <= value:
                    merged.append(left[place])
                    place += 1
                turned += len(left) - place
                merged.append(value)
            merged += left[place:]
        values, width = merged, 2 * width
    return turned
