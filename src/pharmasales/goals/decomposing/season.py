"""Season (季节性): how much of a year belongs to each month, quarter or other bucket.

>>> from pharmasales.splits import largest_remainder
>>> from pharmasales.periods import Year, buckets
>>> season = season_given(["20%", "55%", "25%"], buckets(Year(2026), "Q1 | Q2+Q3 | Q4"))
>>> largest_remainder(1200, season.weights)
[240, 660, 300]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue
from pharmasales.periods import Period
from pharmasales.splits import one_unit, read_weights
from pharmasales.units import Amount, Number, exact

__all__ = ["Season", "even", "season_from_history", "season_given"]

_YEAR = 12
_GIVEN = Says("given", "给定")


@frozen
class Season:
    """The weight of each bucket of a period (季节系数).

    Args:
        buckets: the buckets, in order, none overlapping another.
        weights: one weight a bucket, zero or above, not all zero.
        basis: where the weights come from.
    """

    buckets: tuple[Period, ...]
    weights: tuple[Fraction, ...] = field(repr=False)
    basis: Says = _GIVEN

    def __attrs_post_init__(self) -> None:
        if len(self.weights) != len(self.buckets):
            found = f"{len(self.weights)} weights for {len(self.buckets)} buckets"
            raise BadRule(found, where="season", hint="give one weight a bucket", code="goals.season")
        if any(later.start <= earlier.end for earlier, later in pairwise(self.buckets)):
            raise BadRule("buckets overlap or are out of order", where="season", code="goals.season")
        negative = [b for b, weight in zip(self.buckets, self.weights, strict=True) if weight < 0]
        if negative:
            hint = "give zero or more; returns belong to the total, not to the season"
            raise BadValue("negative season weight", where=str(negative[0]), hint=hint, code="goals.season.negative")
        if not any(self.weights):
            hint = "give a season, or use even"
            raise BadValue("a season with no basis: all weights are zero", hint=hint, code="goals.season.basis")

    def share(self, bucket: Period) -> Fraction:
        """Return the exact share of a bucket in the whole.

        >>> from pharmasales.periods import Quarter, Year, buckets
        >>> even(buckets(Year(2026), "quarter")).share(Quarter(2026, 1))
        Fraction(1, 4)

        Raises:
            BadValue: not one of the buckets.
        """
        if bucket not in self.buckets:
            raise BadValue(f"{bucket} is no bucket of this season", hint=self._known(), code="goals.bucket")
        return self.weights[self.buckets.index(bucket)] / sum(self.weights)

    def _known(self) -> str:
        return f"known: {', '.join(map(str, self.buckets))}"


def season_from_history(actual: Mapping[Period, Amount], buckets: Sequence[Period]) -> Season:
    """Weigh each bucket by the actual of the same bucket the year before (去年同期).

    Args:
        actual: what was sold, by period.
        buckets: the buckets to weigh.

    >>> from pharmasales.periods import Quarter, buckets
    >>> from pharmasales.units import BOX
    >>> sold = {month: Amount.of(n, BOX) for n, month in enumerate(Quarter(2025, 1).months, 1)}
    >>> season_from_history(sold, buckets(Quarter(2026, 1), "month")).weights
    (Fraction(1, 1), Fraction(2, 1), Fraction(3, 1))

    Raises:
        BadRows: buckets without an actual the year before: missing is not zero.
        NotComparable: actuals in two units.
        BadValue: negative actuals, or none above zero.
    """
    before = [bucket.year_before() for bucket in buckets]
    missing = [
        BadValue("no actual", where=str(old), hint="add it, or give the season yourself", code="goals.season.missing")
        for old in before
        if old not in actual
    ]
    if missing:
        raise BadRows("the season has gaps in its history", missing)
    one_unit((actual[old] for old in before), "season")
    weights = tuple(exact(actual[old]) for old in before)
    return Season(tuple(buckets), weights, Says("the same period of the year before", "去年同期"))


def season_given(weights: Sequence[Number], buckets: Sequence[Period], *, basis: Says = _GIVEN) -> Season:
    """Take the season as it is given: one weight a bucket, or twelve month weights.

    Args:
        weights: plain weights of any sum, or percentages such as `20%` that must add up to 100 %. Twelve weights for
            another number of buckets are those of January to December; a bucket takes the sum of its months.
        buckets: the buckets to weigh.
        basis: where the weights come from.

    >>> from pharmasales.periods import Quarter, buckets
    >>> season_given(range(1, 13), buckets(Quarter(2026, 2), "month")).weights
    (Fraction(4, 1), Fraction(5, 1), Fraction(6, 1))

    Raises:
        BadRule: percentages that miss 100 %, or the wrong number of weights.
        BadValue: a negative weight (with its bucket), all weights zero, or no exact number.

    Source: E23 (S004-43).
    """
    given = read_weights(weights, "season")
    if len(given) == _YEAR != len(buckets):
        given = [sum((given[month.month - 1] for month in bucket.months), Fraction(0)) for bucket in buckets]
    return Season(tuple(buckets), tuple(given), basis)


def even(buckets: Sequence[Period]) -> Season:
    """Give every bucket the same weight (平均).

    >>> from pharmasales.periods import Year, buckets
    >>> even(buckets(Year(2026), "quarter")).weights[0]
    Fraction(1, 1)

    Raises:
        BadValue: no bucket at all.
    """
    return Season(tuple(buckets), (Fraction(1),) * len(buckets), Says("even", "平均"))
