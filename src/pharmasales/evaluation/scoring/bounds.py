"""The least and the most that a rule can score (得分上下限): a cap and a gate need to know it.

>>> from pharmasales.rules import Field
>>> bounds_of(Curve(Field("attainment"), (("60%", 0), ("120%", "1.2"))))
(0, Fraction(6, 5))
"""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

from pharmasales.errors import BadRule
from pharmasales.rules import Bands, Curve, FirstMatch, Grid, Percentile, RelativeToBest, Rule, Times, Weighted
from pharmasales.rules.terms import Exact

__all__ = ["Bounds", "bounds_of"]

Bounds: TypeAlias = tuple[Exact, Exact]


def bounds_of(rule: Rule) -> Bounds:
    """Return the least and the most that a rule can give, or a little less and more.

    Raises:
        BadRule: a rule without bounds, such as a plain field.
    """
    match rule:
        case Curve():
            heights = [y for _, y in rule.points]
            return min(heights), max(heights)
        case RelativeToBest() | Percentile():
            return 0, 1
        case Bands() | FirstMatch() | Grid() if all(type(label) is int for label in rule.labels()):
            labels = [label for label in rule.labels() if isinstance(label, int)]
            return min(labels), max(labels)
        case Times():
            return _product(rule)
        case Weighted():
            return _sum(rule)
    hint = "put it on a curve, which is flat outside its points"
    raise BadRule("a score without bounds", where=rule.named(), hint=hint, code="score.bounds")


def _product(rule: Times) -> Bounds:
    low = high = rule.times
    for factor in rule.factors:
        least, most = bounds_of(factor)
        ends = [one * other for one in (low, high) for other in (least, most)]
        low, high = min(ends), max(ends)
    return low, high


def _sum(rule: Weighted) -> Bounds:
    """Give the whole weight to the best and to the worst; each part may be rounded up by half a hundredth."""
    bounds = [bounds_of(part.rule) for part in rule.parts]
    least, most = min(0, *(low for low, _ in bounds)), max(0, *(high for _, high in bounds))
    each, slack = Fraction(rule.whole) / rule.full, Fraction(len(bounds), 100)
    return (least * each - slack if least else 0), most * each + slack
