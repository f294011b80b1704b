"""The numbers of compiled rules: whole numbers over whole numbers, read from a record the short way."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import lcm
from typing import Any, TypeAlias

from pharmasales.rules.arithmetic import Sum, Times, Unless
from pharmasales.rules.shapes import Curve, Cut, Weighted
from pharmasales.rules.terms import Field, Ratio, Rule

__all__ = ["Other", "Pair", "least", "pair_of", "places", "read_field", "read_whole"]

Pair: TypeAlias = tuple[int, int]
"""An exact number as a whole number over another above zero."""

Read: TypeAlias = Callable[[Any], Any]


class Other(Exception):
    """A value that is neither a whole number nor missing: the rule itself is asked."""


def _is_mapping(kind: type) -> bool:
    return issubclass(kind, Mapping)


_keyed: Callable[[type], bool] = lru_cache(maxsize=256)(_is_mapping)


def read_field(name: str) -> Read:
    def read(record: Any) -> Any:  # noqa: ANN401 - whatever a record holds
        if type(record) is dict:
            return record[name]
        if _keyed(type(record)):
            raise Other
        return getattr(record, name)

    return read


def least(cut: Cut) -> int:
    """Return the least whole number that reaches a cut, or passes it where the cut says so."""
    p, q = cut.at.numerator, cut.at.denominator
    return p // q + 1 if cut.exclusive else -(-p // q)


def read_whole(rule: Rule) -> Read | None:
    """Return a function that reads a whole number or missing from a field, or from a sum of fields; none for others."""
    if isinstance(rule, Field):
        return _whole_field(rule.name)
    if not isinstance(rule, Sum) or not all(isinstance(term, Field) for term in (*rule.of, *rule.less)):
        return None
    signs = [1] * len(rule.of) + [-1] * len(rule.less)
    terms = [
        (sign, read) for sign, term in zip(signs, (*rule.of, *rule.less), strict=True) if (read := read_whole(term))
    ]

    def whole(record: Any) -> Any:  # noqa: ANN401 - a record
        found = 0
        for sign, read in terms:
            value = read(record)
            if value is None:
                return None
            found += value if sign > 0 else -value
        return found

    return whole


def _whole_field(name: str) -> Read:
    held = read_field(name)

    def whole(record: Any) -> Any:  # noqa: ANN401 - a record
        value = record[name] if type(record) is dict else held(record)
        if value is None or type(value) is int:
            return value
        raise Other

    return whole


def pair_of(rule: Rule) -> Callable[[Any], Pair | None]:
    """Return a function that gives a rule's number; another value than a whole number or missing is `Other`."""
    made = _PAIRS.get(type(rule))
    if made is not None:
        return made(rule)
    from pharmasales.rules.compiling import short_way

    read = read_field(rule.name) if isinstance(rule, Field) else short_way(rule)

    def pair(record: Any) -> Pair | None:  # noqa: ANN401 - a record
        value = read(record)
        if type(value) is int:
            return value, 1
        if value is None:
            return None
        raise Other

    return pair


def _ratio(rule: Ratio) -> Callable[[Any], Pair | None]:
    first, second = pair_of(rule.part), pair_of(rule.whole)

    def pair(record: Any) -> Pair | None:  # noqa: ANN401 - a record
        part, whole = first(record), second(record)
        if part is None or whole is None or not whole[0]:
            return None
        top, under = part[0] * whole[1], part[1] * whole[0]
        return (top, under) if under > 0 else (-top, -under)

    return pair


def _times(rule: Times) -> Callable[[Any], Pair | None]:
    factors = [pair_of(factor) for factor in rule.factors]
    first = rule.times.numerator, rule.times.denominator

    def pair(record: Any) -> Pair | None:  # noqa: ANN401 - a record
        top, under = first
        for factor in factors:
            value = factor(record)
            if value is None:
                return None
            top, under = top * value[0], under * value[1]
        return top, under

    return pair


def _sum(rule: Sum) -> Callable[[Any], Pair | None]:
    terms = [(1, pair_of(term)) for term in rule.of] + [(-1, pair_of(term)) for term in rule.less]

    def pair(record: Any) -> Pair | None:  # noqa: ANN401 - a record
        top, under = 0, 1
        for sign, term in terms:
            value = term(record)
            if value is None:
                return None
            top, under = top * value[1] + sign * value[0] * under, under * value[1]
        return top, under

    return pair


def _unless(rule: Unless) -> Callable[[Any], Pair | None]:
    from pharmasales.rules.compiling import short_way

    read, tests = pair_of(rule.of), [short_way(test) for test in rule.tests]

    def pair(record: Any) -> Pair | None:  # noqa: ANN401 - a record
        for test in tests:
            if test(record) is not False:
                return None
        return read(record)

    return pair


def _curve(rule: Curve) -> Callable[[Any], Pair | None]:
    """Keep each segment as whole numbers: base + slope x value, over one denominator."""
    whole = _lines(rule)
    if isinstance(rule.of, Ratio) and isinstance(rule.of.part, Field) and isinstance(rule.of.whole, Field):
        return _curve_of_fields(rule, rule.of.part.name, rule.of.whole.name)
    read = pair_of(rule.of)
    place = places([(x.numerator, x.denominator, False) for x, _ in rule.points])

    def pair(record: Any) -> Pair | None:  # noqa: ANN401 - a record
        value = read(record)
        if value is None:
            return None
        base, slope, under = whole[place(value)]
        return base * value[1] + slope * value[0], under * value[1]

    return pair


def _lines(rule: Curve) -> list[tuple[int, int, int]]:
    """Return the lines below, between and above the points: base, slope, and what both are divided by."""
    first, last = rule.points[0], rule.points[-1]
    lines = [(Fraction(first[1]), Fraction(0))]
    for (x0, y0), (x1, y1) in pairwise(rule.points):
        slope = Fraction(y1 - y0) / (x1 - x0)
        lines.append((y0 - slope * x0, slope))
    lines.append((Fraction(last[1]), Fraction(0)))
    return [_over_one(base, slope) for base, slope in lines]


def _curve_of_fields(rule: Curve, part: str, whole: str) -> Callable[[Any], Pair | None]:
    """Read two fields and their ratio's place on the curve in one step: the commonest part of a scorecard."""
    *below, last = _lines(rule)
    ladder = [(x.numerator, x.denominator, *line) for (x, _), line in zip(rule.points, below, strict=True)]
    first, second = read_field(part), read_field(whole)

    def pair(record: Any) -> Pair | None:  # noqa: ANN401 - a record
        top, under = (record[part], record[whole]) if type(record) is dict else (first(record), second(record))
        if type(top) is not int or type(under) is not int:
            if (top is None or type(top) is int) and (under is None or type(under) is int):
                return None
            raise Other
        if under <= 0:
            if not under:
                return None
            top, under = -top, -under
        for p, q, base, slope, scale in ladder:
            if top * q < p * under:
                return base * under + slope * top, scale * under
        base, slope, scale = last
        return base * under + slope * top, scale * under

    return pair


def _over_one(base: Fraction, slope: Fraction) -> tuple[int, int, int]:
    under = base.denominator * slope.denominator
    return int(base * under), int(slope * under), under


def places(cuts: list[tuple[int, int, bool]]) -> Callable[[Pair], int]:
    """Return a function that counts the cuts p/q, reached or passed, of a number."""
    keys = [p // q + 1 if over else -(-p // q) for p, q, over in cuts]

    def place(value: Pair) -> int:
        top, under = value
        if under == 1:
            return bisect_right(keys, top)
        found = 0
        for p, q, over in cuts:
            left, right = top * q, p * under
            if left < right or (over and left == right):
                break
            found += 1
        return found

    return place


def _weighted(rule: Weighted) -> Callable[[Any], Pair | None]:
    """Round each part half up to hundredths in whole numbers; who misses a score goes the way that the rule names."""
    parts = []
    for part in rule.parts:
        weight = Fraction(100 * part.weight) / rule.full
        parts.append((pair_of(part.rule), weight.numerator, weight.denominator))
    missing = rule.missing
    again = _reweighted(rule)

    def pair(record: Any) -> Pair | None:  # noqa: ANN401 - a record
        total, gone, scores = 0, False, []
        for score, weight, over in parts:
            value = score(record)
            scores.append(value)
            if value is None:
                gone = True
                continue
            top, under = weight * value[0], over * value[1]
            total += (2 * top + under) // (2 * under) if top >= 0 else -((under - 2 * top) // (2 * under))
        if not gone or missing == "zero":
            return total, 100
        return again(scores) if missing == "reweight" else None

    return pair


def _reweighted(rule: Weighted) -> Callable[[list[Pair | None]], Pair | None]:
    """Return a function that adds up scores of which some are missing: the other weights grow in proportion."""
    under_all = lcm(*(part.weight.denominator for part in rule.parts))
    weights = [int(part.weight * under_all) for part in rule.parts]
    share = 100 * Fraction(rule.whole) / rule.full

    def pair(scores: list[Pair | None]) -> Pair | None:
        present = sum([weight for weight, score in zip(weights, scores, strict=True) if score is not None])
        if not present:
            return None
        total, over = 0, share.denominator * present
        for weight, score in zip(weights, scores, strict=True):
            if score is not None:
                top, under = weight * share.numerator * score[0], over * score[1]
                total += (2 * top + under) // (2 * under) if top >= 0 else -((under - 2 * top) // (2 * under))
        return total, 100

    return pair


_PAIRS: Mapping[type[Rule], Callable[[Any], Callable[[Any], Pair | None]]] = {
    Ratio: _ratio,
    Times: _times,
    Sum: _sum,
    Unless: _unless,
    Curve: _curve,
    Weighted: _weighted,
}
