"""Cohen's kappa (科恩 Kappa 系数): the agreement of two raters beyond what chance alone would give, exact.

Kappa is 1 less the disagreement observed over the disagreement expected by chance from the two raters' own totals. Each
pair of marks disagrees by a weight: 0 or 1 (unweighted), by its distance in steps (linear), or by the square of it.

>>> table = {(0, 0): 20, (0, 1): 5, (1, 0): 10, (1, 1): 15}
>>> cohen_kappa(table)
Fraction(2, 5)
>>> cohen_kappa({(2, 2): 9}) is None     # one step only: chance agrees as well
True

Source: Cohen 1960 (unweighted); Cohen 1968 (weighted); Cicchetti and Allison 1971 (linear weights); Fleiss and Cohen
1973 (quadratic weights).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias

from pharmasales.errors import BadRule, BadValue
from pharmasales.names import nearest

__all__ = ["KappaWeights", "cohen_kappa"]

KappaWeights: TypeAlias = Literal["none", "linear", "quadratic"]

_WEIGHTS: Mapping[KappaWeights, Callable[[int, int], int]] = MappingProxyType(
    {
        "none": lambda first, second: int(first != second),
        "linear": lambda first, second: abs(first - second),
        "quadratic": lambda first, second: (first - second) ** 2,
    }
)


def cohen_kappa(counts: Mapping[tuple[int, int], int], weights: KappaWeights = "none") -> Fraction | None:
    """Return Cohen's kappa; missing where there is nothing, or where chance leaves no disagreement to be beaten.

    Args:
        counts: how many things the first rater put in one place and the second in another, by both places; places are
            counted in steps of the scale.
        weights: `none`, `linear` or `quadratic`.

    Raises:
        BadRule: unknown weights.
        BadValue: a count below zero, or one that is no whole number.
    """
    if weights not in _WEIGHTS:
        hint = nearest(str(weights), _WEIGHTS)
        raise BadRule("unknown weights", where="weights", hint=hint, code="fairness.weights")
    if any(type(count) is not int or count < 0 for count in counts.values()):
        raise BadValue("no count", where="counts", hint="whole numbers from 0 on", code="fairness.counts")
    weight = _WEIGHTS[weights]
    first: Counter[int] = Counter()
    second: Counter[int] = Counter()
    for (one, other), count in counts.items():
        first[one] += count
        second[other] += count
    chance = sum(weight(one, other) * first[one] * second[other] for one in first for other in second)
    if not chance:
        return None
    observed = sum(weight(one, other) * count for (one, other), count in counts.items())
    return 1 - Fraction(observed * first.total(), chance)
