"""Baselines made of baselines (基数合成): a weighted mixture, a sum of parts, the first that is known.

>>> from pharmasales.goals.baselines.reckoned import ACHIEVABLE
>>> from pharmasales.goals.baselines.series import same_last_year, trend
>>> from pharmasales.periods import Year
>>> from pharmasales.units import BOX, Amount
>>> known = Known({Year(2025): Amount.of(100, BOX)}, {"potential": Amount.of(400, BOX), "achievable_share": "0.3"})
>>> print(Mixed([(same_last_year(), "70%"), (ACHIEVABLE, "30%")]).build(known, Year(2026)).why)
2026: 106 BOX by a mixture of 2 baselines
  70.0% of 2026: 100 BOX by the same period last year
    2025: 100
  30.0% of 2026: 120 BOX by achievable share of the potential
    potential x achievable_share = 400 x 0.3 = 120
>>> print(FirstKnown([trend(3), ACHIEVABLE]).build(known, Year(2026)).why)
2026: 120 BOX by the first that is known
  2026: no baseline by the line over 3 periods
    2023, 2024 not known
  2026: 120 BOX by achievable share of the potential
    potential x achievable_share = 400 x 0.3 = 120

Source: P2-D.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attrs import evolve, field, frozen

from pharmasales.display import Says, Why, because, percent
from pharmasales.errors import BadRule, NotComparable
from pharmasales.goals.baselines.builders import Baseline, Builder, Known
from pharmasales.periods import Period
from pharmasales.splits import read_weights
from pharmasales.units import Number, Unit

__all__ = ["Added", "FirstKnown", "Mixed"]


def _weighted(given: Iterable[tuple[Builder, Number]]) -> tuple[tuple[Builder, Fraction], ...]:
    pairs = list(given)
    weights = read_weights([weight for _, weight in pairs], "mixture")
    if not any(weights) or min(weights) < 0:
        hint = "give weights of zero or more, one of them above"
        raise BadRule("no weights for a mixture", where="mixture", hint=hint, code="goals.mixture")
    return tuple((builder, weight / sum(weights)) for (builder, _), weight in zip(pairs, weights, strict=True))


def _several(given: Iterable[Builder]) -> tuple[Builder, ...]:
    builders = tuple(given)
    if not builders:
        raise BadRule("nothing to build from", hint="give at least one builder", code="goals.mixture")
    return builders


@frozen
class Mixed:
    """The weighted mean of several baselines (加权合成); missing where one of them is.

    Args:
        parts: pairs of a builder and its weight: plain weights of any sum, or percentages that add up to 100 %.

    Raises:
        BadRule: a weight below zero, none above, or percentages that miss 100 %.
    """

    parts: tuple[tuple[Builder, Fraction], ...] = field(converter=_weighted)

    @property
    def says(self) -> Says:
        """How a reason speaks of it."""
        return Says(f"a mixture of {len(self.parts)} baselines", f"{len(self.parts)} 项基数加权")

    def build(self, known: Known, period: Period) -> Baseline:
        """Build the baseline: see `Builder`."""
        found = [(builder.build(known, period), weight) for builder, weight in self.parts]
        values = [one.value * weight for one, weight in found if one.value is not None]
        total = sum(values, Fraction(0)) if len(values) == len(found) else None
        return Baseline(self, period, known, total, _unit(one for one, _ in found))

    def reasons(self, known: Known, period: Period) -> tuple[Why, ...]:
        """Return each part with its weight."""
        return tuple(_part(builder.build(known, period).why, weight) for builder, weight in self.parts)


def _part(why: Why, weight: Fraction) -> Why:
    head = Says(why.head("en"), why.head("zh"))
    return because("{part} of {head}", "{part} × {head}", *why.parts, part=percent(weight), head=head)


@frozen
class Added:
    """The sum of several baselines (分项相加), such as what there is and what is still to open; missing where one is.

    Source: P2-D: split a goal into what grows, new hospitals, new products, each with its reason.

    Raises:
        BadRule: no builder at all.
    """

    of: tuple[Builder, ...] = field(converter=_several)

    @property
    def says(self) -> Says:
        """How a reason speaks of it."""
        return Says(f"the sum of {len(self.of)} baselines", f"{len(self.of)} 项基数之和")

    def build(self, known: Known, period: Period) -> Baseline:
        """Build the baseline: see `Builder`."""
        found = [builder.build(known, period) for builder in self.of]
        values = [one.value for one in found if one.value is not None]
        total = sum(values, Fraction(0)) if len(values) == len(found) else None
        return Baseline(self, period, known, total, _unit(found))

    def reasons(self, known: Known, period: Period) -> tuple[Why, ...]:
        """Return each part."""
        return tuple(builder.build(known, period).why for builder in self.of)


@frozen
class FirstKnown:
    """The first baseline that is known (依次取用): the stated policy for new hires and for short histories.

    Args:
        of: the builders, in the order in which they are asked.

    Raises:
        BadRule: no builder at all.
    """

    of: tuple[Builder, ...] = field(converter=_several)
    says: Says = field(default=Says("the first that is known", "首个可得基数"), init=False, eq=False, repr=False)

    def build(self, known: Known, period: Period) -> Baseline:
        """Build the baseline: see `Builder`; builders after the first that knows are not asked."""
        return evolve(self._asked(known, period)[-1], builder=self)

    def reasons(self, known: Known, period: Period) -> tuple[Why, ...]:
        """Return the builders that were asked, the one that knew being the last."""
        return tuple(one.why for one in self._asked(known, period))

    def _asked(self, known: Known, period: Period) -> list[Baseline]:
        asked: list[Baseline] = []
        for builder in self.of:
            asked.append(builder.build(known, period))
            if asked[-1].value is not None:
                break
        return asked


def _unit(found: Iterable[Baseline]) -> Unit | None:
    units = {one.unit.code: one.unit for one in found if one.unit is not None}
    if len(units) > 1:
        raise NotComparable(" with ".join(sorted(units)), where="mixture", code="unit")
    return next(iter(units.values()), None)
