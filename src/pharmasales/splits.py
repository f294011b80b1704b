"""Split one whole number into parts by weight (按权重拆分), exactly.

Largest remainder gives each part the floor of its exact share, and the units left over to the largest fractions. It
never strays from the exact share by a whole unit, but a bigger total can lower one part (the Alabama paradox).
Webster's divisor method never lowers a part when the total grows; in rare cases it strays by a unit or more.

>>> largest_remainder(7, [50, 30, 20])
[4, 2, 1]
>>> largest_remainder(13, [10, 7, 4]), largest_remainder(14, [10, 7, 4])
([6, 4, 3], [7, 5, 2])
>>> webster(13, [10, 7, 4]), webster(14, [10, 7, 4])
([6, 4, 3], [6, 5, 3])
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias

from pharmasales.display import decimal_text
from pharmasales.errors import BadRule, BadValue, NotComparable, PharmaSalesError
from pharmasales.names import nearest
from pharmasales.units import Amount, Number, exact, share

__all__ = [
    "AllZero",
    "Method",
    "Negative",
    "apportion",
    "in_grains",
    "largest_remainder",
    "negative_weight",
    "no_basis",
    "one_unit",
    "read_weights",
    "split",
    "webster",
    "whole_weights",
]

AllZero: TypeAlias = Literal["refuse", "even"]
Negative: TypeAlias = Literal["refuse", "zero"]
Method: TypeAlias = Literal["largest_remainder", "webster"]


def largest_remainder(
    total: int, weights: Sequence[Number], *, all_zero: AllZero = "refuse", negative: Negative = "refuse"
) -> list[int]:
    """Split a total by the largest remainders (最大余额法): parts add up to the total, each floor or ceil of its share.

    A zero weight gets zero; equal remainders are served in the order given; a negative total mirrors the positive one.

    Args:
        total: the whole number to split, of any size.
        weights: ints, Decimals, Fractions or plain texts.
        all_zero: with nothing but zero weights `refuse` a total, or split it `even`.
        negative: `refuse` a negative weight, or count it as `zero`.

    >>> largest_remainder(10, ["0.5", "0.5", 1]), largest_remainder(-7, [50, 30, 20])
    ([3, 2, 5], [-4, -2, -1])
    >>> largest_remainder(1, [0, 0])
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: a goal with no basis: all weights are zero; give at least one weight above zero, or
    split it with all_zero="even" [goals.basis]

    Raises:
        BadValue: a weight that is negative or no exact number (with its position), or no weight above zero.

    Source: E20; the splits law of the house.
    """
    return apportion(total, whole_weights(weights, negative)[0], all_zero=all_zero)


def webster(
    total: int, weights: Sequence[Number], *, all_zero: AllZero = "refuse", negative: Negative = "refuse"
) -> list[int]:
    """Split a total by Webster's divisor method (韦伯斯特法): no part falls when the total grows.

    Arguments, ties, signs and errors as `largest_remainder`.

    >>> webster(14, [10, 7, 4]), webster(10**30, [1, 1, 1])[0]
    ([6, 5, 3], 333333333333333333333333333334)

    Raises:
        BadValue: as `largest_remainder`.
    """
    return apportion(total, whole_weights(weights, negative)[0], "webster", all_zero=all_zero)


def split(
    total: Amount,
    weights: Sequence[Number],
    *,
    grain: Amount | None = None,
    method: Method = "largest_remainder",
    all_zero: AllZero = "refuse",
    negative: Negative = "refuse",
) -> list[Amount]:
    """Split an amount so that every part is a multiple of the grain (最小单位).

    Args:
        total: the amount to split.
        weights: as in `largest_remainder`.
        grain: the step that parts go in, such as 1,000 yuan; the unit's smallest part where left out.
        method: `largest_remainder` or `webster`.
        all_zero: as in `largest_remainder`.
        negative: as in `largest_remainder`.

    >>> from pharmasales.units import CNY
    >>> split(Amount.of(7000, CNY), [50, 30, 20], grain=Amount.of(1000, CNY))
    [Amount('4000.00 CNY'), Amount('2000.00 CNY'), Amount('1000.00 CNY')]
    >>> split(Amount.of(7500, CNY), [50, 30, 20], grain=Amount.of(1000, CNY))
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: the total is no multiple of the grain; use 7,000.00 CNY or 8,000.00 CNY [goals.grain]

    Raises:
        BadValue: as `largest_remainder`, a total that is no multiple of the grain, or a grain that is not above zero.
        NotComparable: a grain of another unit.
    """
    step = Amount(1, total.unit) if grain is None else grain
    parts = apportion(in_grains(total, step), whole_weights(weights, negative)[0], method, all_zero=all_zero)
    return [step * part for part in parts]


def in_grains(total: Amount, grain: Amount) -> int:
    """Return how many grains a total holds.

    >>> from pharmasales.units import BOX
    >>> in_grains(Amount.of(120, BOX), Amount.of(10, BOX))
    12

    Raises:
        BadValue: not a multiple (both neighbours are named), or a grain that is not above zero.
        NotComparable: two units.
    """
    if grain <= Amount(0, total.unit):
        raise BadValue("the grain must be above zero", code="goals.grain")
    count, rest = divmod(total.minor, grain.minor)
    if rest:
        hint = f"use {grain * count} or {grain * (count + 1)}"
        raise BadValue("the total is no multiple of the grain", hint=hint, code="goals.grain")
    return count


def whole_weights(weights: Sequence[Number], negative: Negative = "refuse") -> tuple[list[int], int]:
    """Bring weights to whole numbers over one common denominator.

    >>> whole_weights(["0.5", Fraction(1, 3)])
    ([3, 2], 6)

    Raises:
        BadValue: as `largest_remainder`.
    """
    whole, under = [weight for weight in weights if type(weight) is int], 1
    if len(whole) < len(weights):
        exacts = [_exact(weight, place) for place, weight in enumerate(weights)]
        under = math.lcm(*(weight.denominator for weight in exacts))
        whole = [weight.numerator * (under // weight.denominator) for weight in exacts]
    if whole and min(whole) < 0:
        if negative != "zero":
            place = next(n for n, weight in enumerate(whole) if weight < 0)
            raise negative_weight(f"weights[{place}]")
        whole = [max(weight, 0) for weight in whole]
    return whole, under


def negative_weight(where: str) -> BadValue:
    """Return the error that a negative weight is refused with."""
    hint = 'correct it, or count it as zero with negative="zero"'
    return BadValue("negative weight", where=where, hint=hint, code="goals.weight.negative")


def _exact(weight: Number, place: int) -> Fraction:
    try:
        return exact(weight)
    except PharmaSalesError as error:
        raise error.at(f"weights[{place}]") from None


def read_weights(given: Sequence[Number], what: str) -> list[Fraction]:
    """Read weights, or percentages that must then add up to 100 %.

    Args:
        given: weights as in `largest_remainder`, or texts such as `20%`, all of them.
        what: what they are, for the error.

    >>> read_weights(["20%", "55%", "25%"], "season")
    [Fraction(1, 5), Fraction(11, 20), Fraction(1, 4)]
    >>> read_weights(["20%", "55%", "24%"], "season")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: percentages add up to 99% @ season; make them 100% [goals.percent]

    Raises:
        BadRule: percentages that miss 100 %, or percentages mixed with plain weights.
        BadValue: not an exact number.

    Source: E23 (S004-43).
    """
    try:
        weights = [share(weight) for weight in given]
    except PharmaSalesError as error:
        raise error.at(what) from None
    percents = [isinstance(weight, str) and weight.rstrip().endswith("%") for weight in given]
    if any(percents) and not all(percents):
        raise BadRule("percentages mixed with weights", where=what, hint="write % on all or none", code="goals.percent")
    if any(percents) and sum(weights) != 1:
        found = decimal_text(sum(weights) * 100, 6).rstrip("0").rstrip(".") + "%"
        raise BadRule(f"percentages add up to {found}", where=what, hint="make them 100%", code="goals.percent")
    return weights


def apportion(
    total: int, weights: list[int], method: Method = "largest_remainder", *, all_zero: AllZero = "refuse"
) -> list[int]:
    """Split a total by whole weights that are known to be zero or above; the step that every split goes through.

    >>> apportion(14, [10, 7, 4], "webster")
    [6, 5, 3]

    Raises:
        BadValue: a total that is no int, an unknown method, or no weight above zero.
    """
    if type(total) is not int:
        raise BadValue(f"{type(total).__name__} as a total", hint="split whole numbers or Amounts", code="number")
    parts = _METHODS.get(method)
    if parts is None:
        raise BadValue("unknown method", hint=nearest(method, _METHODS), code="goals.method")
    whole = sum(weights)
    if whole == 0:
        if total == 0:
            return [0] * len(weights)
        if all_zero != "even" or not weights:
            raise no_basis("all weights are zero" if weights else "there are no weights")
        weights, whole = [1] * len(weights), len(weights)
    return parts(total, weights, whole) if total >= 0 else [-part for part in parts(-total, weights, whole)]


def one_unit(amounts: Iterable[Amount], where: str) -> None:
    """Refuse amounts of several units.

    >>> from pharmasales.units import BOX, CNY
    >>> one_unit([Amount(1, BOX), Amount(1, CNY)], "history")
    Traceback (most recent call last):
        ...
    pharmasales.errors.NotComparable: BOX with CNY @ history [unit]

    Raises:
        NotComparable: two units.
    """
    codes = sorted({amount.unit.code for amount in amounts})
    if len(codes) > 1:
        raise NotComparable(" with ".join(codes), where=where, code="unit")


def no_basis(why: str, where: str = "") -> BadValue:
    """Return the error for a goal that nothing says how to share."""
    hint = 'give at least one weight above zero, or split it with all_zero="even"'
    return BadValue(f"a goal with no basis: {why}", where=where, hint=hint, code="goals.basis")


def _by_remainder(total: int, weights: list[int], whole: int) -> list[int]:
    parts, rests = [], []
    for weight in weights:
        part, rest = divmod(total * weight, whole)
        parts.append(part)
        rests.append(rest)
    left = total - sum(parts)
    if left:
        for place in sorted(range(len(rests)), key=rests.__getitem__, reverse=True)[:left]:
            parts[place] += 1
    return parts


def _by_divisor(total: int, weights: list[int], whole: int) -> list[int]:
    """Round every quota half up, then move the few units by which their sum misses the total."""
    parts = [(2 * total * weight + whole) // (2 * whole) for weight in weights]
    missing = total - sum(parts)
    step = 1 if missing > 0 else -1
    if missing:
        heap = [_claim(step, place, weight, parts[place]) for place, weight in enumerate(weights) if weight]
        heapq.heapify(heap)
        for _ in range(abs(missing)):
            place = step * heap[0][2]
            parts[place] += step
            heapq.heapreplace(heap, _claim(step, place, weights[place], parts[place]))
    return parts


def _claim(step: int, place: int, weight: int, part: int) -> tuple[bool, Fraction, int]:
    """Order the next unit to give (strongest claim, first place) or to take back (weakest claim, last place)."""
    return part + step < 0, Fraction(-step * weight, 2 * part + step), step * place


_METHODS: Mapping[str, Callable[[int, list[int], int], list[int]]] = MappingProxyType(
    {"largest_remainder": _by_remainder, "webster": _by_divisor}
)
