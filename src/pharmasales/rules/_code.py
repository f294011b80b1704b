"""Rules written out (规则写成函数): the statements by which one function answers as a rule does, for whole numbers.

Every rule within the rule has a variable, or two where it is a number: what stands above the line, `None` where it is
missing, and what stands below, above zero. Equal rules share theirs. No word of a rule becomes part of the text: field
names, labels and long numbers are constants beside it, so the text holds nothing but what is written in this module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any, TypeAlias

from attrs import field, frozen

from pharmasales.rules.arithmetic import Sum, Times, Unless
from pharmasales.rules.shapes import Bands, Curve, FirstMatch, Grid, Weighted
from pharmasales.rules.terms import All, AnyOf, Exact, Field, Not, Ratio, Rule, Test

__all__ = ["Number", "Other", "Written"]

Value: TypeAlias = int | str
"""A whole number, known already or in a variable."""


_FEW = 8
"""How many cuts are compared one by one; more of them are searched."""


class Other(Exception):
    """A value that is neither a whole number nor missing: the rule itself is asked."""


@frozen
class Number:
    """A number in variables.

    Args:
        top: the variable above the line.
        under: what stands below it.
        positive: whether it is never below zero.
    """

    top: str
    under: Value = 1
    positive: bool = False


@frozen
class Written:
    """A function on its way: its statements, and the constants that they name."""

    lines: list[str] = field(factory=list)
    constants: dict[str, Any] = field(factory=dict)
    fields: dict[str, str] = field(factory=dict)
    _numbers: dict[Rule, Number] = field(factory=dict)
    _answers: dict[Rule, str] = field(factory=dict)

    def number(self, rule: Rule) -> Number:
        """Write what a rule gives as a number, once; what is no whole number in an answer is `Other`."""
        if rule not in self._numbers:
            write = _NUMBERS.get(type(rule))
            self._numbers[rule] = self._read(rule) if write is None else write(self, rule)
        return self._numbers[rule]

    def answer(self, rule: Rule) -> str:
        """Write what a rule answers, once; a rule of another kind is asked itself."""
        if rule not in self._answers:
            write = _ANSWERS.get(type(rule))
            asked = f"{self.held(rule)}(record)" if write is None else write(self, rule)
            self._answers[rule] = self.put(asked)
        return self._answers[rule]

    def put(self, value: str) -> str:
        """Put a value into a variable of its own."""
        name = f"v{len(self.lines)}"
        self.lines.append(f"{name} = {value}")
        return name

    def held(self, value: object) -> str:
        """Return the name of a constant."""
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def times(self, *factors: Value) -> Value:
        """Return a product."""
        whole, names = 1, [factor for factor in factors if isinstance(factor, str)]
        for factor in factors:
            whole *= factor if isinstance(factor, int) else 1
        if not names or not whole:
            return whole
        return " * ".join(names if whole == 1 else [self.text(whole), *names])

    def plus(self, *terms: Value) -> Value:
        """Return a sum."""
        whole = sum(term for term in terms if isinstance(term, int))
        names = [term for term in terms if isinstance(term, str)]
        if not names:
            return whole
        names += [self.text(whole)] if whole else []
        return " + ".join(names) if len(names) <= _FEW else f"sum([{', '.join(names)}])"

    def text(self, value: Value) -> str:
        """Return a value as it stands in a statement."""
        return value if isinstance(value, str) else str(value) if -(2**62) < value < 2**62 else self.held(value)

    def over(self, top: Value, under: Value, *, gone: Sequence[str], positive: bool) -> Number:
        """Put a number into variables, missing where one of some values is."""
        held = self.put(f"None if {_gone(gone)} else {self.text(top)}")
        if isinstance(under, int):
            return Number(held, under, positive)
        return Number(held, self.put(f"None if {held} is None else {under}"), positive)

    def _read(self, rule: Rule) -> Number:
        name = self.field(rule) if isinstance(rule, Field) else self.answer(rule)
        labels = rule.labels() if isinstance(rule, Bands | Grid | FirstMatch) else ("",)
        if not all(type(label) is int for label in labels):
            self.lines.append(f"if type({name}) is not int and {name} is not None: raise Other")
            return Number(name)
        return Number(name, positive=all(isinstance(label, int) and label >= 0 for label in labels))

    def field(self, rule: Field) -> str:
        """Return the variable of a field."""
        return self.fields.setdefault(rule.name, f"f{len(self.fields)}")


def _gone(names: Sequence[str]) -> str:
    return " or ".join(f"{name} is None" for name in dict.fromkeys(names)) or "False"


# ---- numbers


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
    others = [term.under for _, term in signed if isinstance(term.under, str)]
    tops = []
    for place, (sign, term) in enumerate(signed):
        rest = [one.under for other, (_, one) in enumerate(signed) if other != place and isinstance(one.under, str)]
        grown = shared // term.under if isinstance(term.under, int) else shared
        tops.append(to.times(sign * grown, term.top, *rest))
    gone = [term.top for _, term in signed]
    return to.over(to.plus(*tops), to.times(shared, *others), gone=gone, positive=False)


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
        to.lines.append(f"{word} {_compared(to, value, x, '<')}: {_on_line(to, line, value, top, under)}")
        word = "elif"
    to.lines.append(f"else: {_on_line(to, last, value, top, under)}")
    return Number(top, under, positive)


def _long_curve(to: Written, rule: Curve, value: Number, *, positive: bool) -> Number:
    place, lines = _place(to, value, [(x, False) for x, _ in rule.points]), to.held(rule.lines)
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


_NUMBERS: Mapping[type[Rule], Callable[[Written, Any], Number]] = {
    Ratio: _ratio,
    Times: _times,
    Sum: _sum,
    Unless: _unless,
    Curve: _curve,
    Weighted: _weighted,
}


# ---- labels and tests


def _bands(to: Written, rule: Bands) -> str:
    place, labels = _place(to, to.number(rule.of), [cut.key() for cut, _ in rule.cuts]), to.held(rule.labels())
    return f"None if {place} is None else {labels}[{place}]"


def _place(to: Written, value: Number, cuts: Sequence[tuple[Exact, bool]]) -> str:
    """Write how many cuts a number reaches, or passes where they say so."""
    if value.under == 1:
        keys = to.held([_least(at, exclusive=exclusive) for at, exclusive in cuts])
        return to.put(f"None if {value.top} is None else bisect_right({keys}, {value.top})")
    if len(cuts) > _FEW:
        return to.put(f"None if {value.top} is None else {to.held(_count(cuts))}({value.top}, {value.under})")
    found = to.put(f"None if {value.top} is None else 0")
    word = f"if {value.top} is None: pass\nelif"
    for place, (at, exclusive) in reversed(list(enumerate(cuts, 1))):
        to.lines.append(f"{word} {_compared(to, value, at, '>' if exclusive else '>=')}: {found} = {place}")
        word = "elif"
    return found


def _least(cut: Exact, *, exclusive: bool) -> int:
    """Return the least whole number that reaches a cut, or passes it where the cut says so."""
    return cut.numerator // cut.denominator + 1 if exclusive else -(-cut.numerator // cut.denominator)


def _count(cuts: Sequence[tuple[Exact, bool]]) -> Callable[[int, int], int]:
    """Return a function that counts the cuts that a quotient reaches."""
    parts = [(at.numerator, at.denominator, exclusive) for at, exclusive in cuts]

    def count(top: int, under: int) -> int:
        low, high = 0, len(parts)
        while low < high:
            middle = (low + high) // 2
            p, q, exclusive = parts[middle]
            if top * q > p * under or (not exclusive and top * q == p * under):
                low = middle + 1
            else:
                high = middle
        return low

    return count


def _compared(to: Written, value: Number, cut: Exact, sign: str) -> str:
    left, right = to.times(cut.denominator, value.top), to.times(cut.numerator, value.under)
    return f"{left} {sign} {to.text(right)}"


def _grid(to: Written, rule: Grid) -> str:
    row, col, cells = to.answer(rule.rows), to.answer(rule.cols), to.held(rule.cells)
    return f"None if {row} is None or {col} is None else {cells}[{row}][{col}]"


def _first(to: Written, rule: FirstMatch) -> str:
    """Write the cases from the last to the first, so that the first that is not false stands."""
    tests = [to.answer(test) for test, _ in rule.cases]
    found = to.put(to.held(rule.otherwise))
    for test, (_, label) in reversed(list(zip(tests, rule.cases, strict=True))):
        to.lines.append(f"if {test} is not False: {found} = None if {test} is None else {to.held(label)}")
    return found


def _all(to: Written, rule: All) -> str:
    tests = [to.answer(test) for test in rule.tests]
    return f"False if {_any_is(tests, 'False')} else None if {_any_is(tests, 'None')} else True"


def _any(to: Written, rule: AnyOf) -> str:
    tests = [to.answer(test) for test in rule.tests]
    return f"True if {_any_is(tests, 'True')} else None if {_any_is(tests, 'None')} else False"


def _any_is(tests: Sequence[str], what: str) -> str:
    return " or ".join(f"{test} is {what}" for test in tests) or "False"


def _not(to: Written, rule: Not) -> str:
    test = to.answer(rule.test)
    return f"None if {test} is None else not {test}"


_SIGNS = {"at_least": ">=", "over": ">", "below": "<", "at_most": "<="}


def _test(to: Written, rule: Test) -> str:
    """Compare a number with a cut; what is asked otherwise the test says itself."""
    if rule.op not in _SIGNS:
        return f"{to.held(rule)}(record)"
    value, cut = to.number(rule.of), rule.value
    assert isinstance(cut, int | Fraction)  # noqa: S101 - a test of order holds a number
    return f"None if {value.top} is None else {_compared(to, value, cut, _SIGNS[rule.op])}"


_ANSWERS: Mapping[type[Rule], Callable[[Written, Any], str]] = {
    Bands: _bands,
    Grid: _grid,
    FirstMatch: _first,
    All: _all,
    AnyOf: _any,
    Not: _not,
    Test: _test,
}
