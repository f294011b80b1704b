"""Exact numbers inside a frame (精确数): whole numbers with known bounds, and quotients of two of them.

An expression of a frame reckons in whole numbers of a fixed width. Each carries its least and largest value, so that
no step can overflow in silence: what does not fit the `Room` is `TooWide`, and the caller takes a wider room or another
way.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import floor, lcm
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
from attrs import evolve, field, frozen

from pharmasales.rules.terms import Exact

__all__ = ["INT64", "Expr", "Native", "Quotient", "Room", "Table", "TooWide", "Whole", "nearest_float"]

Expr: TypeAlias = Any  # a narwhals expression: its operators give what the column holds, which no type says
Table: TypeAlias = Any  # a narwhals frame, eager or lazy
Native: TypeAlias = Any  # a frame of the caller's own kind

INT64 = 2**63 - 1
_FLOAT = 2**53


class TooWide(Exception):
    """A whole number that may have more digits than the room holds."""


@frozen
class Room:
    """How wide the whole numbers of an expression are.

    Args:
        limit: the largest absolute value that they hold.
        dtype: their type in the frame.
        by_float: whether `//` is no exact division here, so that quotients are guessed and corrected.
        decimal: whether wide whole numbers are decimals here.
        api: where expressions are made: narwhals, which speaks to every kind of frame, or polars itself, which has the
            same words and makes an expression many times faster.
    """

    limit: int
    dtype: Any
    by_float: bool = False
    decimal: bool = False
    api: Any = field(default=nw, repr=False)

    def literal(self, value: int) -> Expr:
        """Return a constant of this width."""
        if self.decimal:
            from decimal import Decimal

            return self.api.lit(Decimal(value)).cast(self.dtype)
        return self.api.lit(value, dtype=self.dtype)

    def known(self, missing: Expr, *, answer: bool) -> Expr:
        """Return the same answer wherever nothing is missing, and missing elsewhere."""
        return self.api.when(~missing).then(self.api.lit(answer))

    def whole(self, expr: Expr, low: int, high: int) -> Whole:
        """Return an expression with its bounds.

        Raises:
            TooWide: bounds beyond the room.
        """
        if max(abs(low), abs(high)) > self.limit:
            raise TooWide
        return Whole(self, expr, low, high)

    def constant(self, value: int) -> Whole:
        """Return a constant."""
        if abs(value) > self.limit:
            raise TooWide
        return Whole(self, None, value, value)


@frozen(eq=False)
class Whole:
    """A whole number in a room: an expression, or a constant where there is none, with the bounds of its value."""

    room: Room
    expr: Expr = field(repr=False)
    low: int
    high: int

    @property
    def constant(self) -> int | None:
        """Its value, where it is a constant."""
        return self.low if self.expr is None else None

    def beyond(self, limit: int) -> bool:
        """Whether it may lie beyond a limit."""
        return max(abs(self.low), abs(self.high)) > limit

    def column(self) -> Expr:
        """Return the expression of it."""
        return self.room.literal(self.low) if self.expr is None else self.expr

    def times(self, other: Whole) -> Whole:
        """Return the product."""
        for one, two in ((self, other), (other, self)):
            if one.constant == 1:
                return two
        ends = [x * y for x in (self.low, self.high) for y in (other.low, other.high)]
        return self._made(other, lambda x, y: x * y, min(ends), max(ends))

    def operand(self) -> Expr:
        """Return what stands beside a column in a sum or a product: a constant in 64 bits needs no expression."""
        plain = self.expr is None and not self.room.decimal and self.room.limit <= INT64
        return self.low if plain else self.column()

    def plus(self, other: Whole) -> Whole:
        """Return the sum."""
        for one, two in ((self, other), (other, self)):
            if one.constant == 0:
                return two
        return self._made(other, lambda x, y: x + y, self.low + other.low, self.high + other.high)

    def by(self, factor: int) -> Whole:
        """Return the product with a constant."""
        return self.times(self.room.constant(factor))

    def _made(self, other: Whole, op: Any, low: int, high: int) -> Whole:  # noqa: ANN401 - an operator
        if self.expr is None and other.expr is None:
            return self.room.constant(low)
        return self.room.whole(op(self.operand(), other.operand()), low, high)

    def at_least(self, least: int) -> Expr:
        """Ask `value >= least`, whatever the size of `least`."""
        if least <= self.low:
            return self.room.known(self.column().is_null(), answer=True)
        if least > self.high:
            return self.room.known(self.column().is_null(), answer=False)
        return self.column() >= self.room.constant(least).operand()

    def signed(self, expr: Expr) -> Expr:
        """Return an expression with the sign of this number."""
        if self.low >= 0:
            return expr
        zero = self.room.literal(0)
        return self.room.api.when(self.column() < zero).then(zero - expr).otherwise(expr)

    def absolute(self) -> Whole:
        """Return its absolute value."""
        if self.low >= 0:
            return self
        top = max(abs(self.low), abs(self.high))
        if self.expr is None:
            return self.room.constant(top)
        return self.room.whole(self.signed(self.column()), 0, top)

    def between(self, least: Whole, most: Whole) -> Whole:
        """Return it, but no less and no more than two numbers that are bounds of its own row; missing stays missing."""
        low, high = min(max(self.low, least.low), most.low), max(min(self.high, most.high), least.high)
        if self.room.by_float:  # SQL's greatest and least pass over what is missing
            value, lower, upper = self.column(), least.column(), most.column()
            when = self.room.api.when
            value = when(value < lower).then(lower).otherwise(value)
            return self.room.whole(when(value > upper).then(upper).otherwise(value), low, high)
        return self.room.whole(self.column().clip(least.operand(), most.operand()), low, high)

    def within(self, least: int, most: int) -> Whole:
        """Return it, but no less and no more than two bounds."""
        low, high = min(max(self.low, least), most), max(min(self.high, most), least)
        if self.low >= least and self.high <= most:
            return self
        ends = [self.room.constant(bound) for bound in (low, high)]  # bounds beyond every value bind nothing
        clipped = [end.low if abs(end.low) <= INT64 else end.column() for end in ends]
        return self.room.whole(self.column().clip(*clipped), low, high)

    def half_up_over(self, under: Whole, keep: Callable[[Expr], Expr]) -> Whole:
        """Return the quotient with a number above zero, rounded half away from zero.

        Args:
            under: the number that divides.
            keep: makes a column of an expression that is used more than once.
        """
        if under.constant == 1:
            return self
        value = evolve(self, expr=keep(self.column())) if self.low < 0 or self.room.by_float else self
        if self.room.by_float:
            size = value.absolute().by(2).plus(under)
            found = evolve(size, expr=keep(size.column())).over(under.by(2))
        else:  # half of what divides, less a half where it is odd, lifts a whole number over the same edge
            under = under if under.expr is None else evolve(under, expr=keep(under.expr))
            found = value.absolute().plus(under.over(self.room.constant(2))).over(under)
        if self.low >= 0:
            return found
        return self.room.whole(value.signed(found.column()), -found.high, found.high if self.high > 0 else 0)

    def over(self, under: Whole) -> Whole:
        """Return the whole part of a quotient of a number of zero or more with one above zero."""
        low, high = self.low // under.high, self.high // max(under.low, 1)
        if self.expr is None and under.expr is None:
            return self.room.constant(low)
        return self.room.whole(self._divided(under, high), low, high)

    def _divided(self, under: Whole, high: int) -> Expr:
        """Divide, exactly: where `//` is not, guess by float and correct the guess by what is left.

        A guess is wrong by at most 1 and a part in 2**51; each round takes the rest by the same way, so the error
        shrinks by 2**50 and ends at 1, which the last comparison mends.
        """
        a, b, float64 = self.column(), under.column(), self.room.api.Float64
        if not self.room.by_float:
            return a // b
        if self.high + under.high <= _FLOAT:  # then the nearest float is below the next whole number
            return (a.cast(float64) / b.cast(float64)).floor().cast(self.room.dtype)
        if 2 * self.high + 2 * under.high > self.room.limit:
            raise TooWide
        zero, one = self.room.literal(0), self.room.literal(1)
        found, rest, error = zero, a, high
        while error > 1:
            guess = (rest.cast(float64) / b.cast(float64)).cast(self.room.dtype)
            found, error = found + guess, (error >> 50) + 1 if error >> 50 else 1
            rest = a - found * b
        found, rest = self._mended(found, rest, b, zero, one)
        return self._mended(found, rest, b, zero, one)[0]

    def _mended(self, found: Expr, rest: Expr, b: Expr, zero: Expr, one: Expr) -> tuple[Expr, Expr]:
        when = self.room.api.when
        step = when(rest < zero).then(-one).otherwise(when(rest >= b).then(one).otherwise(zero))
        return found + step, rest - step * b


@frozen(eq=False)
class Quotient:
    """An exact number: a whole number over another above zero; missing where one of the two is.

    Args:
        top: the number above the line.
        under: the number below it.
        whole: whether it is a whole number whatever the frame holds.
    """

    top: Whole
    under: Whole
    whole: bool = False

    @classmethod
    def of(cls, value: Exact, room: Room) -> Quotient:
        """Return a constant."""
        return cls(room.constant(value.numerator), room.constant(value.denominator), type(value) is int)

    def missing(self) -> Expr:
        """Ask whether it is missing."""
        parts = [part.expr.is_null() for part in (self.top, self.under) if part.expr is not None]
        return parts[0] | parts[1] if len(parts) > 1 else parts[0]

    def times(self, other: Quotient) -> Quotient:
        """Return the product."""
        return Quotient(self.top.times(other.top), self.under.times(other.under), self.whole and other.whole)

    def by(self, factor: Exact) -> Quotient:
        """Return the product with a constant, in lowest terms where that is possible."""
        constant = self.under.constant
        if constant is not None:
            small = Fraction(factor) / constant
            return Quotient(
                self.top.by(small.numerator),
                self.top.room.constant(small.denominator),
                self.whole and type(factor) is int,
            )
        return self.times(Quotient.of(factor, self.top.room))

    def plus(self, other: Quotient) -> Quotient:
        """Return the sum."""
        whole = self.whole and other.whole
        left, right = self.under.constant, other.under.constant
        if left is not None and right is not None:
            both = lcm(left, right)
            top = self.top.by(both // left).plus(other.top.by(both // right))
            return Quotient(top, top.room.constant(both), whole)
        top = self.top.times(other.under).plus(other.top.times(self.under))
        return Quotient(top, self.under.times(other.under), whole)

    def reaches(self, cut: Exact, *, over: bool = False) -> Expr:
        """Ask `value >= cut`, or `value > cut` where `over`; missing where the value is."""
        p, q = cut.numerator, cut.denominator
        constant = self.under.constant
        if constant is not None:
            return self.top.at_least(floor(Fraction(p * constant, q)) + 1 if over else -(-p * constant // q))
        least, most = self._ends()
        if cut > most or (over and cut == most):
            return self.top.room.known(self.missing(), answer=False)
        if cut < least or (not over and cut == least):
            return self.top.room.known(self.missing(), answer=True)
        left, right = self.top.by(q), self.under.by(p)
        return left.column() > right.operand() if over else left.column() >= right.operand()

    def _ends(self) -> tuple[Fraction, Fraction]:
        """Return the least and the largest value that it may have."""
        top, under = self.top, self.under
        least = Fraction(top.low, under.low if top.low < 0 else under.high)
        return least, Fraction(top.high, under.low if top.high > 0 else under.high)

    def equals(self, value: int) -> Expr:
        """Ask whether it is a whole number."""
        least, most = self._ends()
        if not least <= value <= most:
            return self.top.room.known(self.missing(), answer=False)
        return self.top.column() == self.under.by(value).column()


def nearest_float(quotient: Quotient, doubt: Callable[[str, Expr], None]) -> Expr:
    """Return the float nearest to a quotient; rows with more than 53 bits above or below the line are doubted.

    Two whole numbers up to 2**53 are floats exactly, and one division rounds once. The divisor is a column, never a
    constant: polars divides by a constant as a product with its reciprocal, which rounds twice.
    """
    top, under, float64 = quotient.top.column(), quotient.under.column(), quotient.top.room.api.Float64
    for part, name in ((quotient.top, "top"), (quotient.under, "under")):
        if part.beyond(_FLOAT):
            edge = part.room.literal(_FLOAT)
            doubt(name, (part.column() <= edge) & (part.column() >= part.room.literal(-_FLOAT)))
    constant = quotient.under.constant
    if constant == 1:
        return top.cast(float64)
    over = top.cast(float64)
    return over / (over * 0.0 + float(constant) if constant is not None else under.cast(float64))
