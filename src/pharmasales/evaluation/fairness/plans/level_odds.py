"""The odds of threshold, target and excellence (起付、目标、卓越达到率): how many reach each, and who.

>>> from pharmasales.evaluation.payout.building import payout_curve
>>> levels = Levels.of(payout_curve(threshold="70%", above=2, cap="200%"))
>>> for one in levels.odds({"r1": Fraction(6, 10), "r2": Fraction(7, 10), "r3": Fraction(16, 10), "r4": None}):
...     print(one.level, one.share, one.reached, one.missing)
threshold 2/3 ('r2', 'r3') ('r4',)
target 1/3 ('r3',) ('r4',)
excellence 1/3 ('r3',) ('r4',)

Source: P2-E, systems 1e (about 90 % reach the threshold, about 10 % excellence).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadRule
from pharmasales.evaluation.payout.curves import PayoutCurve
from pharmasales.rules import Cut
from pharmasales.rules.terms import Exact, literal
from pharmasales.units import Number, ratio

__all__ = ["LEVELS", "Level", "LevelOdds", "Levels"]

Level: TypeAlias = Literal["threshold", "target", "excellence"]

LEVELS = {
    "threshold": Says("threshold", "起付线"),
    "target": Says("target", "目标"),
    "excellence": Says("excellence", "卓越线"),
}
"""The three levels in both languages."""


@frozen
class LevelOdds:
    """How many reach a level, and who (达到率).

    Args:
        level: `threshold`, `target` or `excellence`.
        at: the attainment.
        reached: the ids of those who reach it.
        short: of those who do not.
        missing: of those without an attainment.
    """

    level: Level
    at: Cut
    reached: tuple[str, ...] = field(repr=lambda ids: f"<{len(ids)} people>")
    short: tuple[str, ...] = field(repr=lambda ids: f"<{len(ids)} people>")
    missing: tuple[str, ...] = field(repr=lambda ids: f"<{len(ids)} people>")

    @property
    def share(self) -> Fraction | None:
        """The share of those with an attainment who reach it; missing where there is none."""
        return ratio(len(self.reached), len(self.reached) + len(self.short))


def _cut(value: Cut | Number) -> Cut:
    return value if isinstance(value, Cut) else Cut(literal(value))


def _cut_or_none(value: Cut | Number | None) -> Cut | None:
    return None if value is None else _cut(value)


@frozen
class Levels:
    """The three levels of a payout (起付、目标、卓越), as attainments.

    Args:
        threshold: from where something is paid.
        excellence: from where the best are paid best; none where it is not above the target.
        target: what pays the target bonus.

    Raises:
        BadRule: levels out of order.
    """

    threshold: Cut = field(converter=_cut)
    excellence: Cut | None = field(default=None, converter=_cut_or_none)
    target: Cut = field(default=Cut(1), converter=_cut)

    def __attrs_post_init__(self) -> None:
        ends = [self.target.at if self.excellence is None else self.excellence.at]
        if not self.threshold.at <= self.target.at <= ends[0]:
            hint = "threshold, target, excellence"
            raise BadRule("levels out of order", where="levels", hint=hint, code="fairness.levels")

    @classmethod
    def of(cls, curve: PayoutCurve, excellence: Number | None = None) -> Levels:
        """Read the levels off a curve: the target is 100 %, and excellence the place from where it pays its most.

        Args:
            curve: a payout curve.
            excellence: another attainment, where the plan calls that excellence.

        Raises:
            BadRule: levels out of order.
        """
        starts = list(zip(curve.pieces.cuts, curve.pieces.lines[1:], strict=True))
        most = next((cut for cut, (base, slope) in starts if base + slope * cut.at == curve.cap), None)
        threshold = next((cut for cut, _ in starts if cut.at == curve.threshold), Cut(0))
        target = Cut(max(Fraction(1), Fraction(threshold.at)))
        end = None if most is None or most.at <= target.at else most
        return cls(threshold, end if excellence is None else _cut(excellence), target)

    def cuts(self) -> tuple[tuple[Level, Cut | None], ...]:
        """Return each level and its place, in order."""
        first, second, third = get_args(Level)
        return (first, self.threshold), (second, self.target), (third, self.excellence)

    def odds(self, attained: Mapping[str, Fraction | None]) -> tuple[LevelOdds, ...]:
        """Return how many reach each level, and who; a level that the plan has not is left out.

        Args:
            attained: each person's attainment, by id.
        """
        missing = tuple(sorted(person for person, value in attained.items() if value is None))
        known = sorted((person, value) for person, value in attained.items() if value is not None)
        found = []
        for level, cut in self.cuts():
            if cut is not None:
                there = tuple(person for person, value in known if reaches(value, cut))
                short = tuple(person for person, value in known if not reaches(value, cut))
                found.append(LevelOdds(level, cut, there, short, missing))
        return tuple(found)


def reaches(value: Exact, cut: Cut) -> bool:
    """Whether a value reaches a cut, on the side that the cut states."""
    return value > cut.at if cut.exclusive else value >= cut.at
