"""Numbers written out (数的写法): sums, products, ratios, curves and weighted sums as statements of a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from pharmasales.rules._lines import reached
from pharmasales.rules._written import Number, Value, Written
from pharmasales.rules.arithmetic import Sum, Times, Unless
from pharmasales.rules.shapes import Curve, Weighted
from pharmasales.rules.terms import Exact, Ratio, Rule

__all__ = ["NUMBERS", "compared", "place_of"]

_FEW = 8
"""How many cuts are compared one by one; more of them are searched."""


def _ratio(to: Written, rule: Ratio) -> Number:
    part, whole = to.number(rule.part), to.number(rule.whole)
    gone = f"{part.top} is None or not {whole.top}"
    top = to.put(f"None if {gone} else {to.times(part.top, whole.under)}")
    under = to.put(f"None if {top} is None else {to.times(whole.top, part.under)}")
    if not whole.positive:
        to.lines.append(f"if {top} is not None and {under} < 0: {top}, {under} = -{top}, -{under}")
    return Number(top, under, part.positive and whole.positive)


def _times(to: Written, rule: Times) -> Number:
    factors = [to.number(factor) for factor in rule.factors]
    top = to.times(rule.times.numerator, *(factor.top for factor in factors))
    under = to.times(rule.times.denominator, *(factor.under for factor in factors))
    positive = rule.times >= 0 and all(factor.positive for factor in factors)
    return to.over(top, under, gone=[factor.top for factor in factors], positive=positive)


def _sum(to: Written, rule: Sum) -> Number:
    signed = [(1, to.number(term)) for term in rule.of] + [(-1, to.number(term)) for term in rule.less]
    shared = lcm(*(term.under for _, term in signed if isinstance(term.under, int)))
    others = {place: term.under for place, (_, term) in enumerate(signed) if isinstance(term.under, str)}
    tops = []
    for place, (sign, term) in enumerate(signed):
        rest = [under for other, under in others.items() if other != place]
        grown = shared // term.under if isinstance(term.under, int) else shared
        tops.append(to.times(sign * grown, term.top, *rest))
    gone = [term.top for _, term in signed]
    return to.over(to.plus(*tops), to.times(shared, *others.values()), gone=gone, positive=False)


def _unless(to: Written, rule: Unless) -> Number:
    value, tests = to.number(rule.of), [to.answer(test) for test in rule.tests]
    sure = " and ".join(f"{test} is False" for test in tests)
    return Number(to.put(f"{value.top} if {sure} else None"), value.under, value.positive)


def _curve(to: Written, rule: Curve) -> Number:
    """Write one line of the curve a branch: base + slope x value, over one denominator; flat outside the points."""
    value, positive = to.number(rule.of), all(y >= 0 for _, y in rule.points)
    if len(rule.points) > _FEW:
        return _long_curve(to, rule, value, positive=positive)
    top, under = to.put("None"), to.put("1")
    *below, last = rule.lines
    word = f"if {value.top} is None: pass\nelif"
    for (x, _), line in zip(rule.points, below, strict=True):
        to.lines.append(f"{word} {compared(to, value, x, '<')}: {_on_line(to, line, value, top, under)}")
        word = "elif"
    to.lines.append(f"else: {_on_line(to, last, value, top, under)}")
    return Number(top, under, positive)


def _long_curve(to: Written, rule: Curve, value: Number, *, positive: bool) -> Number:
    place, lines = place_of(to, value, [(x, False) for x, _ in rule.points]), to.held(rule.lines)
    line = to.put(f"{lines}[{place} or 0]")
    height = f"{line}[0] * {value.under} + {line}[1] * {value.top}"
    return to.over(height, f"{line}[2] * {value.under}", gone=[value.top], positive=positive)


def _on_line(to: Written, line: tuple[int, int, int], value: Number, top: str, under: str) -> str:
    base, slope, over = line
    if not slope:
        return f"{top}, {under} = {to.text(base)}, {to.text(over)}"
    height = to.plus(to.times(slope, value.top), to.times(base, value.under))
    return f"{top} = {height}; {under} = {to.text(to.times(over, value.under))}"


def _weighted(to: Written, rule: Weighted) -> Number:
    """Round each part half up to hundredths; who misses a score goes the way that the rule names."""
    scores = [to.number(part.rule) for part in rule.parts]
    weights = [Fraction(100 * part.weight) / rule.full for part in rule.parts]
    positive = all(score.positive for score in scores)
    if rule.missing == "missing":
        parts = [_rounded(to, score, weight) for score, weight in zip(scores, weights, strict=True)]
        return to.over(to.plus(*parts), 100, gone=[score.top for score in scores], positive=positive)
    present: Value = 1
    if rule.missing == "reweight":
        common = lcm(*(part.weight.denominator for part in rule.parts))
        present, share = to.put("0"), 100 * Fraction(rule.whole) / rule.full
        weights = [part.weight * common * share for part in rule.parts]
        for part, score in zip(rule.parts, scores, strict=True):
            to.lines.append(f"if {score.top} is not None: {present} += {to.text(int(part.weight * common))}")
    total = to.put("0")
    for score, weight in zip(scores, weights, strict=True):
        if weight:  # what weighs nothing brings nothing, and is none to divide by where it stands alone
            to.lines.append(f"if {score.top} is not None: {total} += {_rounded(to, score, weight, present)}")
    return Number(to.put(f"{total} if {present} else None"), 100, positive)


def _rounded(to: Written, score: Number, weight: Fraction, present: Value = 1) -> str:
    """Round weight x score half up, away from zero; half of what divides lifts it over the edge."""
    size = to.times(weight.numerator, score.top)
    under = to.times(weight.denominator, score.under, present)
    half = under // 2 if isinstance(under, int) else f"({under} >> 1)"
    lifted = f"({to.plus(size, half)}) // ({under})"
    if score.positive:
        return lifted
    fallen = f"-(({to.plus(half, to.times(-1, f'({size})'))}) // ({under}))"
    return f"({lifted} if {score.top} >= 0 else {fallen})"


def place_of(to: Written, value: Number, cuts: Sequence[tuple[Exact, bool]]) -> str:
    """Write how many cuts a number reaches, or passes where they say so."""
    if value.under == 1:
        keys = to.held([_least(at, exclusive=exclusive) for at, exclusive in cuts])
        return to.put(f"None if {value.top} is None else bisect_right({keys}, {value.top})")
    if len(cuts) > _FEW:
        return to.put(f"None if {value.top} is None else {to.held(_search(cuts))}({value.top}, {value.under})")
    found = to.put(f"None if {value.top} is None else 0")
    word = f"if {value.top} is None: pass\nelif"
    for place, (at, exclusive) in reversed(list(enumerate(cuts, 1))):
        to.lines.append(f"{word} {compared(to, value, at, '>' if exclusive else '>=')}: {found} = {place}")
        word = "elif"
    return found


def _least(cut: Exact, *, exclusive: bool) -> int:
    """Return the least whole number that reaches a cut, or passes it where the cut says so."""
    return cut.numerator // cut.denominator + 1 if exclusive else -(-cut.numerator // cut.denominator)


def _search(cuts: Sequence[tuple[Exact, bool]]) -> Callable[[int, int], int]:
    keys = [(at.numerator, at.denominator, exclusive) for at, exclusive in cuts]
    return lambda top, under: reached(keys, top, under)


def compared(to: Written, value: Number, cut: Exact, sign: str) -> str:
    """Write a comparison of a number with a cut, crosswise."""
    left, right = to.times(cut.denominator, value.top), to.times(cut.numerator, value.under)
    return f"{left} {sign} {to.text(right)}"


NUMBERS: Mapping[type[Rule], Callable[[Written, Any], Number]] = {
    Ratio: _ratio,
    Times: _times,
    Sum: _sum,
    Unless: _unless,
    Curve: _curve,
    Weighted: _weighted,
}
