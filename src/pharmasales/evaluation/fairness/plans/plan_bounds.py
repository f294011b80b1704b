"""One check of a plan before it is used (方案检查项): a figure, its usual range where a source states one, and why.

>>> about_nine_tenths = PlanBounds().threshold
>>> [about_nine_tenths.holds(Fraction(n, 100)) for n in (84, 85, 95, 96)]
[False, True, True, False]
>>> print(about_nine_tenths.says.en)
85.0% to 95.0% (aurochssolutions.com: about 90% of the force reach the threshold)
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Says, Why, because, percent
from pharmasales.errors import BadRule
from pharmasales.rules.terms import Exact, literal
from pharmasales.units import Number, share

__all__ = ["PLAN_VERDICTS", "PlanBounds", "PlanCheck", "PlanVerdict", "UsualRange", "checked"]

PlanVerdict: TypeAlias = Literal["within", "outside", "stated", "missing"]
"""What came of a check: within or outside its usual range, stated without one, or missing."""

PLAN_VERDICTS = {
    "within": Says("within the usual range", "在通常范围内"),
    "outside": Says("outside the usual range", "超出通常范围"),
    "stated": Says("no usual range", "无通常范围"),
    "missing": Says("missing", "缺数据"),
}


def _end(value: Number) -> Fraction:
    return share(value)


@frozen
class UsualRange:
    """From where to where a figure usually lies, both ends allowed, and who says so (通常范围).

    Args:
        low: the lower end.
        high: the upper end.
        source: who states it; where a source says "about", the width is this library's reading, to be set otherwise.

    Raises:
        BadRule: ends out of order, or no source.
    """

    low: Fraction = field(converter=_end)
    high: Fraction = field(converter=_end)
    source: Says

    def __attrs_post_init__(self) -> None:
        if self.low > self.high:
            hint = "give the lower end first"
            raise BadRule("a range out of order", where="low", hint=hint, code="fairness.range")
        if not (self.source.en.strip() and self.source.zh.strip()):
            hint = "say who states it, in both languages"
            raise BadRule("a range without a source", where="source", hint=hint, code="fairness.range")

    def holds(self, value: Fraction) -> bool:
        """Whether a figure lies within it."""
        return self.low <= value <= self.high

    @property
    def says(self) -> Says:
        """The range and its source."""
        low, high = percent(self.low), percent(self.high)
        return Says(f"{low} to {high} ({self.source.en})", f"{low} 至 {high}（{self.source.zh}）")


_CURVE = "aurochssolutions.com"
_THRESHOLD = UsualRange(
    "85%",
    "95%",
    Says(f"{_CURVE}: about 90% of the force reach the threshold", f"{_CURVE}：约 90% 的人达到起付线"),
)
_EXCELLENCE = UsualRange(
    "5%", "15%", Says(f"{_CURVE}: about 10% of the force reach excellence", f"{_CURVE}：约 10% 的人达到卓越线")
)
_UPSIDE = UsualRange(
    "200%",
    "300%",
    Says(
        "salesglobe.com: at the 90th percentile two to three times the target bonus",
        "salesglobe.com：前 10% 的人拿到目标奖金的 2 至 3 倍",
    ),
)
_POTENTIAL = UsualRange(
    "-30%",
    "30%",
    Says(f"{_CURVE}: attainment should not go with territory size", f"{_CURVE}：达成率不应随区域大小变化"),
)


@frozen(kw_only=True)
class PlanBounds:
    """What is usual, and what counts as near (检查标准); each range is an argument.

    Args:
        threshold: the share of people who reach the threshold.
        target: the same of the target; no source states one.
        excellence: the same of excellence.
        upside: the pay of the best tenth over its target bonus.
        potential: how far score or pay may go with the potential of the territory, -1 to 1.
        near: how far from a cliff of a curve somebody is near it, in attainment; of a tier table, as a share of the
            place of the cliff.
        near_points: how far from a grade's cut, in points.
        fewest: how many people a check needs; with fewer it is missing, because a handful proves nothing.

    Raises:
        BadRule: a distance below zero, or fewer than two people.

    Source: P2-E and systems 1e for threshold, excellence and potential.
    """

    threshold: UsualRange | None = _THRESHOLD
    target: UsualRange | None = None
    excellence: UsualRange | None = _EXCELLENCE
    upside: UsualRange | None = _UPSIDE
    potential: UsualRange | None = _POTENTIAL
    near: Exact = field(default=Fraction(2, 100), converter=literal)
    near_points: Exact = field(default=2, converter=literal)
    fewest: int = 5

    def __attrs_post_init__(self) -> None:
        if self.near < 0 or self.near_points < 0:
            raise BadRule("a distance below zero", where="near", hint="0 or more", code="fairness.bounds")
        if type(self.fewest) is not int or self.fewest < 2:
            raise BadRule("too few people", where="fewest", hint="at least 2", code="fairness.bounds")


@frozen
class PlanCheck:
    """One check of a plan and what came of it (方案检查项).

    Args:
        name: a stable word for programs.
        figure: the figure, exact; missing where it cannot be said.
        usual: where it usually lies; none where no source states it.
        flagged: whether to look at it before the plan is used.
        people: the evidence: the ids of those it is about.
        missing: the ids of those without a figure.
        why: the figure, how it came about, and what to do where it is flagged.
    """

    name: str
    figure: Fraction | None
    usual: UsualRange | None
    flagged: bool
    people: tuple[str, ...] = field(repr=lambda ids: f"<{len(ids)} people>")
    missing: tuple[str, ...] = field(repr=lambda ids: f"<{len(ids)} people>")
    why: Why = field(repr=False)

    @property
    def verdict(self) -> PlanVerdict:
        """What came of it."""
        if self.figure is None:
            return "missing"
        if self.usual is None:
            return "stated"
        return "within" if self.usual.holds(self.figure) else "outside"


def checked(
    name: str,
    figure: Fraction | None,
    usual: UsualRange | None,
    people: Sequence[str],
    missing: Sequence[str],
    why: Why,
    todo: Why,
    *,
    flagged: bool = False,
) -> PlanCheck:
    """Make a check: its reason gets the usual range, and what to do where it is flagged or outside that range."""
    outside = figure is not None and usual is not None and not usual.holds(figure)
    parts = [] if usual is None else [because("usually {range}", "通常 {range}", range=usual.says)]
    parts += [todo] if outside or flagged else []
    said = Why(why.says, why.values, (*why.parts, *parts))
    return PlanCheck(name, figure, usual, outside or flagged, tuple(people), tuple(missing), said)
