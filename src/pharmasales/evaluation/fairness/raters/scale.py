"""The scale of marks (评分尺度): its ends and its step, so that every mark is a whole count of steps.

>>> five = Scale(1, 5)
>>> five.place(4), five.value(3), five.span
(3, 4, 4)
>>> five.place("4.5")
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: no step of the scale; 1 to 5 by 1 [fairness.scale]
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import overload

from attrs import field, frozen

from pharmasales.errors import BadRule, BadValue
from pharmasales.rules.terms import Exact, literal
from pharmasales.units import Number, exact, half_up, in_decimals

__all__ = ["Scale", "hundredths", "in_two"]

_MOST_STEPS = 1_000


def hundredths(value: Number, where: str) -> Exact:
    """Read a number with at most two decimals, so that calibrated marks, which have two, can lie on it.

    Raises:
        BadRule: no number, or one with more decimals.
    """
    found = literal(value)
    if (found * 100).denominator != 1:
        raise BadRule("more than two decimals", where=where, hint="use at most two decimals", code="fairness.scale")
    return found


@overload
def in_two(value: Exact) -> Decimal: ...


@overload
def in_two(value: None) -> None: ...


@overload
def in_two(value: Exact | None) -> Decimal | None: ...


def in_two(value: Exact | None) -> Decimal | None:
    """Show a number with two decimals, half up; missing stays missing."""
    return None if value is None else in_decimals(half_up(value * 100), 2)


def _least(given: Number) -> Exact:
    return hundredths(given, "scale.least")


def _most(given: Number) -> Exact:
    return hundredths(given, "scale.most")


def _step(given: Number) -> Exact:
    return hundredths(given, "scale.step")


@frozen
class Scale:
    """From which mark to which, by which step (评分尺度).

    Args:
        least: the lowest mark.
        most: the highest mark.
        step: the least difference of two marks; all three with at most two decimals.
        span: how many steps there are from the lowest to the highest.

    Raises:
        BadRule: a scale that goes nowhere, whose steps miss its end, or of more than 1,000 steps.
    """

    least: Exact = field(converter=_least)
    most: Exact = field(converter=_most)
    step: Exact = field(default=1, converter=_step)
    span: int = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        if self.step <= 0 or self.most <= self.least:
            hint = "the highest mark above the lowest, the step above zero"
            raise BadRule("a scale that goes nowhere", where="scale", hint=hint, code="fairness.scale")
        steps = Fraction(self.most - self.least) / self.step
        if steps.denominator != 1 or steps > _MOST_STEPS:
            hint = f"whole steps from the lowest to the highest, at most {_MOST_STEPS:,}"
            raise BadRule("steps that miss the end of the scale", where="scale", hint=hint, code="fairness.scale")
        object.__setattr__(self, "span", steps.numerator)

    def place(self, value: Number) -> int:
        """Return how many steps a mark lies above the lowest.

        Raises:
            BadValue: no exact number, or no step of the scale.
        """
        place = (exact(value) - self.least) / self.step
        if place.denominator != 1 or not 0 <= place <= self.span:
            hint = f"{self.least} to {self.most} by {self.step}"
            raise BadValue("no step of the scale", hint=hint, code="fairness.scale")
        return place.numerator

    def value(self, place: int | Fraction) -> Exact:
        """Return the mark that lies so many steps above the lowest; between two steps where `place` does."""
        found = self.least + self.step * Fraction(place)
        return found.numerator if found.denominator == 1 else found

    def share(self, places: int | Fraction) -> Fraction:
        """Return so many steps as a share of the whole width.

        >>> Scale(1, 5).share(1)
        Fraction(1, 4)
        """
        return Fraction(places) / self.span
