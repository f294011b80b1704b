"""Curves (评分曲线): how a value becomes a score, where 1 is the whole weight, as plain rules.

Between given points a score runs in straight lines by `Curve` itself. Here is what is named otherwise: a line from
nothing to the whole, points off for each per cent, and steps.

>>> from pharmasales.rules import Field
>>> sheet_of_two = per_percent(Field("done"), weight=30, target="95%", off="0.5")
>>> [str(30 * sheet_of_two({"done": done})) for done in ("0.90", "0.96", "0.30")]     # E41
['55/2', '30', '0']
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import lcm

from pharmasales.errors import BadRule
from pharmasales.rules import Bands, Curve, Cut, Rule, Times
from pharmasales.rules.terms import each, literal
from pharmasales.units import Number

__all__ = ["linear", "per_percent", "steps"]


def linear(of: Rule, nothing: Number, whole: Number) -> Curve:
    """Score in a straight line from nothing to the whole (线性), flat outside.

    Args:
        of: the term that gives the value.
        nothing: the value that scores 0.
        whole: the value that scores 1; below `nothing` where less is better.

    >>> from pharmasales.rules import Field
    >>> returned = linear(Field("return_rate"), nothing="8%", whole="2%")
    >>> [str(returned({"return_rate": rate})) for rate in ("0.01", "0.05", "0.09")]
    ['1', '1/2', '0']

    Raises:
        BadRule: two ends that are the same.
    """
    return Curve(of, sorted([(literal(nothing), 0), (literal(whole), 1)]))


def per_percent(
    of: Rule, weight: Number, target: Number, off: Number, *, floor: Number = 0, above: bool = False
) -> Curve:
    """Score the whole weight at the target, and points less for each per cent short of it (每低 1% 扣分).

    A part of a per cent counts in proportion; where only whole ones count, use `steps`.

    Args:
        of: the term that gives the value, a ratio.
        weight: the weight of the item, in points.
        target: the value from which on the whole weight is earned.
        off: the points that each percentage point costs, above zero.
        floor: the points that are never taken, from zero up to the weight.
        above: take off for each per cent above the target, as of expenses, instead of below.

    >>> from pharmasales.rules import Field
    >>> spent = per_percent(Field("spent"), weight=10, target="100%", off=1, floor=4, above=True)
    >>> [str(10 * spent({"spent": spent_of})) for spent_of in ("0.97", "1.02", "1.5")]
    ['10', '8', '4']

    Raises:
        BadRule: points off that are not above zero, or a floor that is not below the weight.

    Source: E41; P2-E (target met = full, each 1 % below 0.5 points less).
    """
    whole, least, each_off, full_at = literal(weight), literal(floor), literal(off), literal(target)
    if not 0 <= least < whole or each_off <= 0:
        hint = "floor from zero to below the weight, points off above zero"
        raise BadRule("a deduction that cannot hold", where="floor, off", hint=hint, code="score.deduction")
    width = Fraction(whole - least) / each_off / 100
    last = (full_at + width if above else full_at - width), Fraction(least) / whole
    return Curve(of, sorted([last, (full_at, 1)]))


def steps(of: Rule, cuts: Iterable[tuple[Cut | Number, Number]], top: Number) -> Times:
    """Score by steps (分档): one score for everything between two cuts, which belong to the upper step.

    Args:
        of: the term that gives the value.
        cuts: pairs of a cut and the score below it, ascending; `over(...)` leaves the cut itself below.
        top: the score from the last cut up.

    >>> from pharmasales.rules import Field
    >>> reached = steps(Field("attainment"), (("80%", 0), ("100%", "0.8")), top=1)
    >>> [str(reached({"attainment": value})) for value in ("0.79", "0.8", "1", "1.3")]
    ['0', '4/5', '1', '1']

    Raises:
        BadRule: cuts that do not ascend, or a score that is no number.
    """
    pairs = list(each(cuts, "cuts", lambda pair: (pair[0], literal(pair[1]))))
    last = literal(top)
    under = lcm(last.denominator, *(score.denominator for _, score in pairs))
    bands = Bands(of, [(cut, int(score * under)) for cut, score in pairs], top=int(last * under))
    return Times([bands], times=Fraction(1, under))
