"""One weight changed (调整权重): the others give or take in proportion, and all add up to the whole exactly.

>>> from pharmasales.rules import Field
>>> parts = [Part(name, weight, Field(name)) for name, weight in (("a", 50), ("b", 30), ("c", 20))]
>>> sheet = ScoreSheet("field force", Weighted(parts))
>>> [(part.name, part.weight) for part in reweighted(sheet, "a", 45).rule.parts]
[('a', 45), ('b', 33), ('c', 22)]
>>> reweighted(sheet, "d", 45)
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: no item of this name @ d; known: a, b, c [fairness.weight]

Source: issue 8, section 4 (one weight changed, and its effect simulated first); the splits law of the house.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import lcm
from typing import TypeVar

from attrs import evolve

from pharmasales.errors import BadRule
from pharmasales.evaluation.payout.plans import PayoutPlan
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.names import nearest
from pharmasales.rules import Part, Weighted
from pharmasales.rules.terms import Exact, literal
from pharmasales.splits import largest_remainder
from pharmasales.units import Number

__all__ = ["reweighted"]

P = TypeVar("P", ScoreSheet, PayoutPlan)


def reweighted(of: P, name: str, weight: Number) -> P:
    """Return the same sheet or plan with one weight changed and the others scaled in proportion.

    The others are whole multiples of the sheet's own grain, the largest part of which all its weights and the new one
    are multiples and which is no larger than a point; what is left over goes by largest remainder, in the order of the
    items. An item without weight keeps none. Everything else stays as it is.

    Args:
        of: a score sheet, or a payout plan; a part of it that is a tier table has no weight.
        name: the item whose weight changes.
        weight: its new weight, from zero to the whole.

    Raises:
        BadRule: no such item, a weight out of range, or no other item that could give or take.
    """
    if isinstance(of, PayoutPlan):
        plain = {part.name: part.weight for part in of.parts if part.weight is not None}
        found = _shared(plain, 100, name, literal(weight))
        return evolve(of, parts=[evolve(one, weight=found.get(one.name)) for one in of.parts])
    rule: Weighted = of.rule
    found = _shared({part.name: part.weight for part in rule.parts}, rule.whole, name, literal(weight))
    parts: list[Part] = [evolve(one, weight=found[one.name]) for one in rule.parts]
    return evolve(of, rule=evolve(rule, parts=parts))


def _shared(weights: Mapping[str, Exact], whole: Exact, name: str, weight: Exact) -> dict[str, Exact]:
    if name not in weights:
        raise BadRule("no item of this name", where=name, hint=nearest(name, weights), code="fairness.weight")
    if not 0 <= weight <= whole:
        hint = f"from 0 to {whole}"
        raise BadRule("a weight out of range", where=name, hint=hint, code="fairness.weight")
    others = {other: value for other, value in weights.items() if other != name}
    if weight != whole and not any(others.values()):
        hint = "give another item a weight first"
        raise BadRule("no other item has a weight", where=name, hint=hint, code="fairness.weight")
    grain = lcm(*(Fraction(value).denominator for value in (*weights.values(), weight, whole)))
    parts = largest_remainder(int((whole - weight) * grain), list(others.values()), all_zero="even")
    found = {other: literal(Fraction(part, grain)) for other, part in zip(others, parts, strict=True)}
    return {one: weight if one == name else found[one] for one in weights}
