"""What changes a score after its items (调整项): uncontrollable factors, within bounds, and gates.

>>> from pharmasales.rules import Field
>>> flood = Factor("flood", Field("flood_points"), bound=5, source="district office, flood notice", zh="水灾")
>>> flood.rule({"flood_points": 8}), flood.rule({"flood_points": None})
(Decimal('5.00'), Decimal('0.00'))
"""

from __future__ import annotations

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadRule
from pharmasales.names import clean
from pharmasales.rules import Condition, Curve, Part, Rule, Weighted
from pharmasales.rules.terms import Exact, literal
from pharmasales.units import Number

__all__ = ["Factor", "ScoreGate", "in_hundredths"]


def in_hundredths(value: Number, where: str) -> Exact:
    """Read a number of points with at most two decimals, so that what is shown adds up.

    >>> in_hundredths("2.50", "bound")
    Fraction(5, 2)

    Raises:
        BadRule: no number, or one with more decimals.
    """
    found = literal(value)
    if (found * 100).denominator != 1:
        raise BadRule("points with more than two decimals", where=where, hint="round it", code="score.points")
    return found


def _bound(given: Number) -> Exact:
    return in_hundredths(given, "bound")


def _at_most(given: Number) -> Exact:
    return in_hundredths(given, "at_most")


def _sourced(_instance: Factor, _attribute: object, text: str) -> None:
    if not text.strip():
        hint = "say who attests it, and where that is written"
        raise BadRule("a factor without a source", where="source", hint=hint, code="score.factor")


@frozen
class Factor:
    """Something nobody can help, noted in points and bounded (不可控因素): a flood, a tender lost by the company.

    Its effect stands apart in the score, after the items. Where nothing is noted it has none.

    Args:
        name: its name, unique in the sheet.
        of: the term or rule that gives its points, above or below zero.
        bound: how many points it adds or takes at most, above zero, with at most two decimals.
        source: who attests it, and where that is written.
        zh: its Chinese name.
        rule: the points that count: bounded, with two decimals, zero where nothing is noted.

    Raises:
        BadRule: a bound that is not above zero, or no source.

    Source: S004-65.
    """

    name: str = field(converter=clean)
    of: Rule
    bound: Exact = field(converter=_bound)
    source: str = field(converter=clean, validator=_sourced)
    zh: str = field(default="", converter=clean)
    rule: Weighted = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        if self.bound <= 0:
            hint = "give the most points that it may add or take"
            raise BadRule("a factor without a bound", where=self.name, hint=hint, code="score.factor")
        within = Curve(self.of, ((-self.bound, -self.bound), (self.bound, self.bound)))
        counted = Weighted([Part(self.name, 100, within, self.zh)], full=100, missing="zero")
        object.__setattr__(self, "rule", counted)

    @property
    def says(self) -> Says:
        """Its name in both languages."""
        return Says(self.name, self.zh or self.name)


@frozen
class ScoreGate:
    """What holds a whole score down, whatever was earned (否决项): a compliance breach zeroes it.

    A gate never raises a score. Where its test cannot be answered there is no total until it is.

    Args:
        name: its name, unique in the sheet.
        when: the test; the gate closes where it holds.
        reason: why, in both languages, as the person reads it.
        at_most: the most points that are left, with at most two decimals.
        zh: its Chinese name.

    >>> from pharmasales.rules import Field
    >>> breach = ScoreGate("compliance", Field("breaches").over(0), Says("a confirmed breach", "经确认的违规"))
    >>> breach.at_most, breach.when({"breaches": 1})
    (0, True)

    Raises:
        BadRule: no reason, or points with more than two decimals.
    """

    name: str = field(converter=clean)
    when: Condition
    reason: Says
    at_most: Exact = field(default=0, converter=_at_most)
    zh: str = field(default="", converter=clean)

    def __attrs_post_init__(self) -> None:
        if not (self.reason.en.strip() and self.reason.zh.strip()):
            hint = "say it in both languages"
            raise BadRule("a gate without a reason", where=self.name, hint=hint, code="score.gate")

    @property
    def says(self) -> Says:
        """Its name in both languages."""
        return Says(self.name, self.zh or self.name)
