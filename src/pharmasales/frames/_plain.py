"""Plain terms at once (简单算式一次计算): sums, products and ratios of whole columns, all of them in one polars query.

A measure is one division; looking and building cost more than it does. Where whole numbers surely stay within 2**53,
one float division of them is the nearest float to the quotient, so nothing is in doubt. Every other rule is `NotPlain`
and takes the general way, which gives the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from math import lcm
from operator import and_
from typing import Any, TypeAlias, cast

import polars as pl
from attrs import evolve, field, frozen

from pharmasales.frames._eager import view
from pharmasales.frames._reading import reads
from pharmasales.rules import Field, Ratio, Rule, Sum, Test, Times, Unless

__all__ = ["plain_answers"]

_MOST = 2**53
_WHOLE = (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32)


class NotPlain(Exception):
    """A rule, a column or a size that the short way does not take."""


@frozen(eq=False)
class Whole:
    """A whole number as an expression, with its bounds; a constant where there is no expression."""

    expr: pl.Expr | None = field(repr=False)
    low: int
    high: int

    def __attrs_post_init__(self) -> None:
        if max(-self.low, self.high) > _MOST:
            raise NotPlain

    def times(self, other: Whole) -> Whole:
        """Return the product."""
        ends = [x * y for x in (self.low, self.high) for y in (other.low, other.high)]
        if other.expr is None or self.expr is None:
            one, factor = (self, other.low) if other.expr is None else (other, self.low)
            expr = one.expr if factor == 1 or one.expr is None else one.expr * factor
            return Whole(expr, min(ends), max(ends))
        return Whole(self.expr * other.expr, min(ends), max(ends))

    def plus(self, other: Whole, sign: int) -> Whole:
        """Return the sum, or the difference where the sign is -1."""
        left, right = self.column(), other.column()
        ends = (other.low, other.high) if sign > 0 else (-other.high, -other.low)
        return Whole(left + right if sign > 0 else left - right, self.low + ends[0], self.high + ends[1])

    def column(self) -> pl.Expr:
        """Return the expression."""
        return pl.lit(self.low, dtype=pl.Int64) if self.expr is None else self.expr


@frozen(eq=False)
class Number:
    """A quotient of two whole numbers that is missing unless every condition holds; what is not known is missing."""

    top: Whole
    under: Whole
    holds: tuple[pl.Expr, ...] = field(default=(), repr=False)
    whole: bool = False


_ONE = Whole(None, 1, 1)
Columns: TypeAlias = Mapping[str, Number]


def _number(rule: Rule, columns: Columns) -> Number:
    match rule:
        case Field():
            return columns[rule.name]
        case Ratio():
            return _ratio(_number(rule.part, columns), _number(rule.whole, columns))
        case Times():
            return _times(rule, columns)
        case Sum():
            return _sum(rule, columns)
        case Unless():
            value = _number(rule.of, columns)
            return evolve(value, holds=(*value.holds, *(~_truth(test, columns) for test in rule.tests)))
    raise NotPlain


def _ratio(part: Number, whole: Number) -> Number:
    zero = [] if whole.top.low > 0 else [whole.top.column() != 0]
    top, under = part.top.times(whole.under), whole.top.times(part.under)
    return Number(top, under, (*part.holds, *whole.holds, *zero))


def _times(rule: Times, columns: Columns) -> Number:
    constant = [Whole(None, part, part) for part in (rule.times.numerator, rule.times.denominator)]
    found = Number(constant[0], constant[1], whole=type(rule.times) is int)
    for factor in rule.factors:
        value = _number(factor, columns)
        top, under = found.top.times(value.top), found.under.times(value.under)
        found = Number(top, under, (*found.holds, *value.holds), found.whole and value.whole)
    return found


def _sum(rule: Sum, columns: Columns) -> Number:
    terms = [(_number(term, columns), 1) for term in rule.of] + [(_number(term, columns), -1) for term in rule.less]
    under = lcm(*(_constant(term) for term, _ in terms))
    found = Whole(None, 0, 0)
    for place, (term, sign) in enumerate(terms):
        grown = term.top.times(Whole(None, *[under // _constant(term)] * 2))
        found = grown if not place else found.plus(grown, sign)
    holds = tuple(one for term, _ in terms for one in term.holds)
    return Number(found, Whole(None, under, under), holds, all(term.whole for term, _ in terms))


def _constant(number: Number) -> int:
    if number.under.expr is not None:
        raise NotPlain
    return number.under.low


_OPS: Mapping[str, Callable[[pl.Expr, int], pl.Expr]] = {
    "at_least": lambda value, cut: value >= cut,
    "over": lambda value, cut: value > cut,
    "below": lambda value, cut: value < cut,
    "at_most": lambda value, cut: value <= cut,
}


def _truth(test: object, columns: Columns) -> pl.Expr:
    if not isinstance(test, Test) or test.op not in _OPS:
        raise NotPlain
    value, cut = _number(test.of, columns), test.value
    if value.holds or not isinstance(cut, int) or isinstance(cut, bool):
        raise NotPlain
    return _OPS[test.op](value.top.column(), cut * _constant(value))


def _answer(rule: Rule, columns: Columns) -> pl.Expr:
    """Return a whole number where the types say so, else the nearest float."""
    value = _number(rule, columns)
    if value.top.expr is None:
        raise NotPlain
    found = value.top.expr if value.whole else _divided(value)
    return pl.when(reduce(and_, value.holds)).then(found) if value.holds else found


def _divided(value: Number) -> pl.Expr:
    """Divide once; the divisor is a column, because polars divides by a constant as a product with its reciprocal."""
    top, under = value.top.column(), value.under
    if under.expr is not None:
        if under.low < 0:  # the sign moves up while the numbers are whole: zero has none
            return (top * under.expr.sign()).cast(pl.Float64) / under.expr.abs().cast(pl.Float64)
        return top.cast(pl.Float64) / under.expr.cast(pl.Float64)
    top = top.cast(pl.Float64)
    return top if under.low == 1 else top / (top * 0.0 + float(under.low))


def plain_answers(rules: Mapping[str, Rule], frame: pl.DataFrame) -> dict[str, pl.Series]:
    """Return the answers of the rules that are plain over this frame, by name; the others are not among them.

    Args:
        rules: row rules by name.
        frame: the frame, with every column that they read.
    """
    names = dict.fromkeys(name for rule in rules.values() for name in reads(rule))
    columns = _columns(frame, [name for name in names if _countable(frame.schema[name])])
    exprs = {}
    for name, rule in rules.items():
        try:
            exprs[name] = _answer(rule, columns)
        except (NotPlain, KeyError):
            continue
    made = view(frame, list(columns)).select(**exprs) if exprs else pl.DataFrame()
    return {name: made[name] for name in exprs}


def _countable(dtype: Any) -> bool:  # noqa: ANN401 - a polars type
    return isinstance(dtype, pl.Decimal) or dtype in _WHOLE


def _columns(frame: pl.DataFrame, names: Iterable[str]) -> dict[str, Number]:
    """Look once at each column; one without any value, or too wide, is left out."""
    found = {}
    for name in names:
        held, dtype = frame[name], frame.schema[name]
        scale = dtype.scale if isinstance(dtype, pl.Decimal) else 0
        held = held.to_physical() if isinstance(dtype, pl.Decimal) else held
        low, high = cast("int | None", held.min()), cast("int | None", held.max())
        if low is None or high is None or max(-low, high, 10**scale) > _MOST:
            continue
        expr = pl.col(name) if held.dtype == pl.Int64 else pl.col(name).cast(pl.Int64)
        found[name] = Number(Whole(expr, low, high), Whole(None, 10**scale, 10**scale), whole=scale == 0)
    return found
