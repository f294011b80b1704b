"""What a score takes (反推所需值): a rule of scoring read backwards, exactly, and only where that has one answer.

A curve that only rises or only falls says which value brings a score; a term that is a straight line in one of its
figures says which figure brings that value. Anything else is left alone.

>>> from pharmasales.rules import Field, Ratio
>>> curve = Curve(Ratio(Field("seen"), Field("targets")), ((0, 0), (1, 1)))
>>> need = needed(curve, Fraction(9, 10), {"seen": 30, "targets": 50})
>>> need.figure, need.now, need.value
('seen', Fraction(30, 1), Fraction(45, 1))
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Final

from attrs import field, frozen

from pharmasales.evaluation.measures.figures import FIGURES
from pharmasales.rules import Bands, Curve, Field, Ratio, Rule, Sum, Times, Unless
from pharmasales.rules.reading import fields_of
from pharmasales.rules.terms import Exact, number
from pharmasales.units import Amount

__all__ = ["Need", "line_in", "needed", "with_figure"]

_FINEST: Final = Fraction(1, 10_000)


@frozen
class Need:
    """The least change of one figure that brings a score (所需变化).

    Args:
        figure: the name of the figure.
        now: its value, in whole units.
        value: the value that it takes; a whole number, a sum of money and a box stay whole ones.
        grain: its smallest part.
    """

    figure: str
    now: Fraction = field(repr=False)
    value: Fraction = field(repr=False)
    grain: Fraction

    @property
    def change(self) -> Fraction:
        """How much more, or less where below zero."""
        return self.value - self.now


@frozen
class _Bound:
    """A bound of a value: at least it, or at most it; `open` where the bound itself is not enough."""

    of: Rule
    at: Fraction
    rising: bool
    open: bool = False


def needed(rule: Rule, score: Fraction, record: object) -> Need | None:
    """Say what one figure must be for a rule to give at least a score, the others staying as they are.

    The figure is the first, in the order of the formula, in which the value is a straight line: sales and not the goal,
    customers seen and not those to see.

    Args:
        rule: a curve, steps, or a term that is its own score.
        score: the score that is to be reached.
        record: the figures.

    Returns:
        The least change, or nothing: the rule rises and falls, the score is beyond it, the value is no straight line in
        a figure, a figure is missing, or it would lie below zero or above what it is a part of.

    Raises:
        BadValue: a figure that is not there, or is no number.
    """
    bound = _bound_of(rule, score)
    if bound is None:
        return None
    for name in dict.fromkeys(one.name for one in fields_of(bound.of)):
        line = line_in(bound.of, record, name)
        if line is not None and line[1]:
            return _need(bound, line, name, record)
    return None


def _bound_of(rule: Rule, score: Fraction) -> _Bound | None:
    match rule:
        case Curve():
            return _on_curve(rule, score)
        case Times(factors=(Bands() as steps,)) if rule.times > 0:
            return _on_steps(steps, score / rule.times)
        case Bands():
            return _on_steps(rule, score)
    return _Bound(rule, score, rising=True)


def _on_curve(rule: Curve, score: Fraction) -> _Bound | None:
    heights = [y for _, y in rule.points]
    rising = all(left <= right for left, right in pairwise(heights))
    if not rising and any(left < right for left, right in pairwise(heights)):
        return None
    points: Sequence[tuple[Exact, Exact]] = rule.points if rising else rule.points[::-1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if y0 < score <= y1:
            return _Bound(rule.of, x0 + Fraction(score - y0) * (x1 - x0) / (y1 - y0), rising)
    return None


def _on_steps(rule: Bands, score: Fraction) -> _Bound | None:
    labels = [label for label in rule.labels() if isinstance(label, int)]
    if len(labels) < len(rule.labels()):
        return None
    reached = [place for place, label in enumerate(labels) if label >= score]
    if not reached:
        return None
    if all(left <= right for left, right in pairwise(labels)):
        low, _ = rule.bounds(reached[0])
        return None if low is None else _Bound(rule.of, Fraction(low.at), rising=True, open=low.exclusive)
    if all(left >= right for left, right in pairwise(labels)):
        _, high = rule.bounds(reached[-1])
        return None if high is None else _Bound(rule.of, Fraction(high.at), rising=False, open=not high.exclusive)
    return None


def line_in(rule: Rule, record: object, figure: str) -> tuple[Fraction, Fraction] | None:
    """Return base and slope of a value that is a straight line in one figure, the others as they are.

    >>> growth = Ratio(Sum([Field("actual")], less=[Field("last")]), Field("last"))
    >>> line_in(growth, {"actual": 90, "last": 100}, "actual")
    (Fraction(-1, 1), Fraction(1, 100))
    >>> line_in(growth, {"actual": 90, "last": 100}, "last") is None
    True
    """
    match rule:
        case Field():
            value = number(rule(record), rule.name)
            if value is None:
                return None
            return (Fraction(0), Fraction(1)) if rule.name == figure else (Fraction(value), Fraction(0))
        case Ratio():
            return _quotient(line_in(rule.part, record, figure), line_in(rule.whole, record, figure))
        case Times():
            return _product(Fraction(rule.times), (line_in(one, record, figure) for one in rule.factors))
        case Sum():
            parts = [(1, one) for one in rule.of] + [(-1, one) for one in rule.less]
            return _sum((sign, line_in(one, record, figure)) for sign, one in parts)
        case Unless():
            tested = any(one.name == figure for one in fields_of(rule.tests))
            return None if tested or rule.stopped_by(record) is not None else line_in(rule.of, record, figure)
    return None


_Line = tuple[Fraction, Fraction] | None


def _quotient(part: _Line, whole: _Line) -> _Line:
    if part is None or whole is None or whole[1] or not whole[0]:
        return None
    return part[0] / whole[0], part[1] / whole[0]


def _product(constant: Fraction, lines: Iterator[_Line]) -> _Line:
    base, slope = constant, Fraction(0)
    for line in lines:
        if line is None or (slope and line[1]):
            return None
        base, slope = base * line[0], base * line[1] + slope * line[0]
    return base, slope


def _sum(lines: Iterator[tuple[int, _Line]]) -> _Line:
    base, slope = Fraction(0), Fraction(0)
    for sign, line in lines:
        if line is None:
            return None
        base, slope = base + sign * line[0], slope + sign * line[1]
    return base, slope


def _need(bound: _Bound, line: tuple[Fraction, Fraction], figure: str, record: object) -> Need | None:
    base, slope = line
    at, more = (bound.at - base) / slope, bound.rising == (slope > 0)
    grain = _grain(Field(figure)(record))
    count = ceil(at / grain) if more else floor(at / grain)
    if bound.open and count * grain == at:
        count += 1 if more else -1
    now = number(Field(figure)(record), figure)
    value = count * grain
    if now is None or not _can_be(figure, value, bound.of, record):
        return None
    return Need(figure, Fraction(now), value, grain)


def _grain(held: object) -> Fraction:
    """Return the smallest part of a figure: one, that of the unit, or four decimals for what is no whole number."""
    if isinstance(held, Amount):
        return Fraction(1, 10**held.unit.decimals)
    return Fraction(1) if type(held) is int else _FINEST


def _can_be(figure: str, value: Fraction, of: Rule, record: object) -> bool:
    """Whether a figure can have a value: not below zero, and not above what it is a part of."""
    name, dot, letter = figure.partition(".")
    kind = FIGURES.get(name)
    if kind is None:
        return value >= 0
    if value < 0 and not kind.negative:
        return False
    wholes = {whole + dot + letter for whole in kind.within}
    limits = [number(one(record), one.name) for one in fields_of(of) if one.name in wholes]
    return all(limit is None or value <= limit for limit in limits)


def with_figure(rule: Rule, record: object, figure: str, value: Fraction) -> Mapping[str, object]:
    """Return what a rule reads of a record, one figure being another."""
    return {one.name: value if one.name == figure else one(record) for one in fields_of(rule)}
