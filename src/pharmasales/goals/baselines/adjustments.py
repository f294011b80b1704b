"""Adjustments of a baseline (目标调整系数): named factors with bounds, each explained, held together.

>>> from pharmasales.goals.baselines.series import same_last_year
>>> from pharmasales.periods import Year
>>> from pharmasales.units import BOX, Amount
>>> rule = Adjustments(
...     [named_factor("difficulty", "0.8", "1.2"), named_factor("experience", "0.8", "1.1")], "0.85", "1.15"
... )
>>> known = Known({Year(2025): Amount.of(100, BOX)}, {"difficulty": "0.9", "experience": "0.9"})
>>> print(Adjusted(same_last_year(), rule).build(known, Year(2026)).why)
2026: 85 BOX by the same period last year, adjusted
  2026: 100 BOX by the same period last year
    2025: 100
  all factors: x 0.81, held at 0.85
    difficulty of the territory: x 0.9, from 0.8 to 1.2
    experience: x 0.9, from 0.8 to 1.1

Source: S004-32.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from attrs import evolve, field, frozen

from pharmasales.display import Cell, Says, Why, because
from pharmasales.errors import BadRule, BadValue
from pharmasales.goals.baselines.baseline import plain
from pharmasales.goals.baselines.builders import Baseline, Builder, Known, not_known
from pharmasales.names import clean, nearest
from pharmasales.periods import Period
from pharmasales.rules.terms import Exact, literal, number

__all__ = ["FACTORS", "Adjusted", "Adjustments", "Factor", "named_factor"]

Way: TypeAlias = Literal["times", "plus"]
Unknown: TypeAlias = Literal["missing", "neutral"]

FACTORS: Mapping[str, Says] = MappingProxyType(
    {
        "difficulty": Says("difficulty of the territory", "区域难度"),
        "experience": Says("experience", "经验"),
        "ability": Says("ability", "能力"),
    }
)
"""What a rep's goal is adjusted for beside the potential of the territory (S004-32)."""


@frozen
class Factor:
    """One ground on which a baseline is adjusted (调整系数), with the bounds that nobody may pass.

    Args:
        name: the figure that holds it: 1 changes nothing, 0.9 takes a tenth off, 1.1 adds one.
        says: what it is for, in both languages.
        low: the least that it may be, at most 1.
        high: the most that it may be, at least 1.

    Raises:
        BadRule: bounds that do not enclose 1, or a low one below zero.
    """

    name: str = field(converter=clean)
    says: Says = field(eq=False)
    low: Exact = field(converter=literal)
    high: Exact = field(converter=literal)

    def __attrs_post_init__(self) -> None:
        _enclose(self.low, self.high, self.name)

    def read(self, known: Known) -> Exact | None:
        """Return its value for an owner, or `None`.

        Raises:
            BadValue: no exact number, or out of its bounds.
        """
        found = number(known.figures.get(self.name), self.name)
        if found is not None and not self.low <= found <= self.high:
            hint = f"{self.low} to {self.high}"
            raise BadValue("a factor out of its bounds", where=self.name, hint=hint, code="goals.factor")
        return found

    def why(self, value: Exact | None) -> Why:
        """Say its value with its bounds, or that it is not known and changes nothing."""
        values: dict[str, Cell] = {"says": self.says, "low": self.low, "high": self.high}
        if value is None:
            return because("{says}: not known, changes nothing", "{says}：未知，不调整", **values)
        return because(
            "{says}: x {value}, from {low} to {high}", "{says}：× {value}（{low} 至 {high}）", value=value, **values
        )


def _enclose(low: Exact, high: Exact, where: str) -> None:
    if not 0 <= low <= 1 <= high:
        hint = "0 <= low <= 1 <= high"
        raise BadRule("bounds that do not enclose 1", where=where, hint=hint, code="goals.factor")


def named_factor(name: str, low: Exact | str, high: Exact | str) -> Factor:
    """Return one of `FACTORS` with bounds of your own.

    Raises:
        BadRule: an unknown name, or bounds that do not enclose 1.
    """
    if name not in FACTORS:
        raise BadRule(
            "no such factor", where=name, hint=f"{nearest(name, FACTORS)}, or make a Factor", code="goals.factor"
        )
    return Factor(name, FACTORS[name], low, high)


def _factors(given: Iterable[Factor]) -> tuple[Factor, ...]:
    return tuple(given)


@frozen
class Adjustments:
    """Several factors taken together and held within bounds (综合调整系数).

    Args:
        factors: the factors, each name once.
        low: the least that all of them together come to, at most 1.
        high: the most, at least 1.
        way: `times` multiplies them; `plus` adds up how far each lies from 1.
        unknown: with a factor that is not known the baseline is `missing`, or that factor is `neutral`.

    >>> both = [named_factor("difficulty", "0.8", "1.2"), named_factor("ability", "0.8", "1.2")]
    >>> known = Known(figures={"difficulty": "1.1", "ability": "1.1"})
    >>> [Adjustments(both, "0.5", "1.5", way).factor(known) for way in ("times", "plus")]
    [Fraction(121, 100), Fraction(6, 5)]

    Raises:
        BadRule: no factor, one twice, bounds that do not enclose 1, or an unknown word.
    """

    factors: tuple[Factor, ...] = field(converter=_factors)
    low: Exact = field(converter=literal)
    high: Exact = field(converter=literal)
    way: Way = "times"
    unknown: Unknown = "missing"

    def __attrs_post_init__(self) -> None:
        names = [factor.name for factor in self.factors]
        if not names or len(set(names)) < len(names):
            raise BadRule("no factor, or one twice", where="adjustments", hint="give each once", code="goals.factor")
        _enclose(self.low, self.high, "adjustments")
        for word, words in ((self.way, get_args(Way)), (self.unknown, get_args(Unknown))):
            if word not in words:
                raise BadRule("unknown word", where="adjustments", hint=nearest(word, words), code="goals.factor")

    def factor(self, known: Known) -> Fraction | None:
        """Return what an owner's baseline is multiplied by, within the bounds; missing with one of the factors."""
        found = self._together(known)
        return None if found is None else max(Fraction(self.low), min(found, Fraction(self.high)))

    def why(self, known: Known) -> Why:
        """Say each factor, what they come to, and whether the bounds held them."""
        together, held = self._together(known), self.factor(known)
        read = [(factor, factor.read(known)) for factor in self.factors]
        if together is None:
            return not_known(factor.says for factor, value in read if value is None)
        parts = [factor.why(value) for factor, value in read]
        if together == held:
            return because("all factors: x {value}", "综合系数 × {value}", *parts, value=plain(together))
        en, zh = "all factors: x {value}, held at {held}", "综合系数 × {value}，限为 {held}"
        return because(en, zh, *parts, value=plain(together), held=held)

    def _together(self, known: Known) -> Fraction | None:
        found = Fraction(1)
        for factor in self.factors:
            value = factor.read(known)
            if value is None:
                if self.unknown == "missing":
                    return None
                value = 1
            found = found * value if self.way == "times" else found + value - 1
        return found


@frozen
class Adjusted:
    """A baseline times an owner's adjustments (调整后基数).

    Args:
        of: the builder that is adjusted.
        by: the adjustments.
    """

    of: Builder
    by: Adjustments

    @property
    def says(self) -> Says:
        """How a reason speaks of it."""
        return Says(f"{self.of.says.en}, adjusted", f"{self.of.says.zh}，经调整")

    def build(self, known: Known, period: Period) -> Baseline:
        """Build the baseline: see `Builder`."""
        found, factor = self.of.build(known, period), self.by.factor(known)
        value = None if found.value is None or factor is None else found.value * factor
        return evolve(found, builder=self, value=value)

    def reasons(self, known: Known, period: Period) -> tuple[Why, ...]:
        """Return the baseline before, and the adjustments."""
        return self.of.build(known, period).why, self.by.why(known)
