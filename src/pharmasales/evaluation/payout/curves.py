"""Payout curves (奖金曲线): which share of the target bonus each attainment pays.

Threshold (起付线), target (目标), excellence (卓越线), acceleration (加速),
deceleration (减速) and cap (封顶) are points of one rule.

>>> curve = PayoutCurve(Curve(Field("attainment"), (("70%", 0), ("100%", 1), ("150%", 2))))
>>> from pharmasales.units import CNY
>>> bonus = Amount.of(10_000, CNY)
>>> for attainment in ("69.9%", "70%", "85%", "100%", "120%", "150%", "180%"):
...     print(attainment, curve.pays(attainment, bonus))
69.9% 0.00 CNY
70% 0.00 CNY
85% 5,000.00 CNY
100% 10,000.00 CNY
120% 14,000.00 CNY
150% 20,000.00 CNY
180% 20,000.00 CNY
>>> print(curve.why("120%"))
attainment 120% on the line from 100% (pays 100%) to 150% (pays 200%): 140% of the target bonus

Source: E36; P2-E (parts and shapes of a curve).
"""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby, pairwise
from typing import Literal, TypeAlias

from attrs import Attribute, field, frozen

from pharmasales.display import Cell, Says, Why, because
from pharmasales.errors import BadRule, PharmaSalesError
from pharmasales.evaluation.payout.pieces import Pieces, amount_of, in_percent, refuse_negative, side
from pharmasales.rules.shapes import Bands, Curve, Cut
from pharmasales.rules.terms import Exact, Field, Label
from pharmasales.units import Amount, Number, share

__all__ = ["ATTAINMENT", "PAYOUT_SHAPES", "PayoutCurve", "PayoutShape"]

PayoutShape: TypeAlias = Literal["linear", "convex", "concave", "s", "reverse_s", "step", "mixed"]
"""The shape of a payout curve: `mixed` is none of the six."""

PAYOUT_SHAPES = {
    "linear": Says("linear", "直线型"),
    "convex": Says("convex: ever steeper", "凸型：越来越陡"),
    "concave": Says("concave: ever flatter", "凹型：越来越缓"),
    "s": Says("S: steepest in the middle", "S 型：中段最陡"),
    "reverse_s": Says("reverse S: flattest in the middle", "反 S 型：中段最缓"),
    "step": Says("step: jumps between levels", "阶梯型：逐级跳升"),
    "mixed": Says("mixed", "混合型"),
}
"""The six shapes of payout curves in both languages, and `mixed` for any other (P2-E)."""

ATTAINMENT = Field("attainment", "达成率")
"""What the curves that this package builds read."""


def _share_of(label: Label) -> Exact:
    try:
        return share(label)
    except PharmaSalesError as error:
        raise BadRule(
            "a step that is no share of the bonus", hint='write "50%" or "1/2"', code="payout.step"
        ) from error


@frozen
class PayoutCurve:
    """Which share of the target bonus an attainment pays (奖金曲线).

    Below its first point a `Curve` pays nothing: the first point is the threshold. Above its last point it pays what
    the last one does, which is the cap. Steps are `Bands` whose labels are shares, such as "50%"; the lowest of them is
    paid for everything below the first cut.

    Args:
        rule: a `Curve` of attainment and share of the bonus, or `Bands`.
        over_threshold: whether the threshold of a `Curve` itself still pays nothing (超过); it is included where left
            out (以上). Each cut of `Bands` says it by itself.

    >>> from pharmasales.rules import Bands, Field
    >>> steps = PayoutCurve(Bands(Field("attainment"), (("80%", "0%"), ("100%", "60%")), top="100%"))
    >>> [str(steps.share(a)) for a in ("0.799", "0.8", "1")]
    ['0', '3/5', '1']

    Source: P2-E, S004-64.

    Raises:
        BadRule: a share below zero, a label that is no share, or `over_threshold` with `Bands`.
    """

    rule: Curve | Bands = field()
    over_threshold: bool = False
    pieces: Pieces = field(init=False, repr=False, eq=False)

    @rule.validator
    def _known(self, _attribute: Attribute[object], rule: object) -> None:
        if not isinstance(rule, Curve | Bands):
            hint = "give a Curve, or Bands whose labels are shares"
            raise BadRule(f"a {type(rule).__name__} is no payout curve", hint=hint, code="payout.curve")
        shares = [y for _, y in rule.points] if isinstance(rule, Curve) else map(_share_of, rule.labels())
        if any(one < 0 for one in shares):
            raise BadRule("a payout below zero", where="payout curve", hint="0 or more", code="payout.negative")
        if isinstance(rule, Bands) and self.over_threshold:
            hint = 'write the cut as over("80%")'
            raise BadRule("a step says its side itself", where="over_threshold", hint=hint, code="payout.threshold")

    def __attrs_post_init__(self) -> None:
        rule = self.rule
        if isinstance(rule, Curve):
            found = _curve_pieces(rule, exclusive=self.over_threshold)
        else:
            heights = [(Fraction(_share_of(label)), Fraction(0)) for label in rule.labels()]
            found = Pieces((cut for cut, _ in rule.cuts), heights)
        object.__setattr__(self, "pieces", found)

    def share(self, attainment: Number | None) -> Fraction | None:
        """Return the exact share of the target bonus; missing where the attainment is.

        Args:
            attainment: `Fraction(17, 20)`, `"85%"`, `"0.85"`.
        """
        return None if attainment is None else self.pieces.at(share(attainment))

    def pays(self, attainment: Number | None, bonus: Amount | None) -> Amount | None:
        """Return what an attainment pays, rounded half up once; missing where the attainment or the bonus is.

        Raises:
            BadValue: an attainment that is no number, or a bonus below zero.
        """
        refuse_negative(bonus, "bonus")
        found = self.share(attainment)
        return None if found is None or bonus is None else amount_of(found * bonus.minor, bonus.unit)

    @property
    def threshold(self) -> Exact:
        """The attainment from which something is paid (起付线): the first point, or the first step that pays.

        Zero where steps pay from the start, or never.
        """
        if isinstance(self.rule, Curve):
            return self.rule.points[0][0]
        starts = zip((0, *(cut.at for cut in self.pieces.cuts)), self.pieces.lines, strict=True)
        return next((at for at, (height, _) in starts if height), 0)

    @property
    def cap(self) -> Exact:
        """The largest share that is ever paid (封顶)."""
        return (
            max(y for _, y in self.rule.points)
            if isinstance(self.rule, Curve)
            else max(h for h, _ in self.pieces.lines)
        )

    @property
    def shape(self) -> PayoutShape:
        """The shape between threshold and cap, read off the slopes: one of `PAYOUT_SHAPES`."""
        if isinstance(self.rule, Bands):
            return "step"
        slopes = [slope for _, slope in self.pieces.lines[1:-1]]
        turns = [(right > left) - (right < left) for left, right in pairwise(slopes) if right != left]
        return _TURNS.get(tuple(turn for turn, _ in groupby(turns)), "mixed")

    def why(self, attainment: Number | None) -> Why:
        """Say which part of the curve decides, in both languages."""
        if attainment is None:
            return because("attainment is missing, so there is no payout", "达成率缺失，故无奖金")
        value = share(attainment)
        said: dict[str, Cell] = {"value": in_percent(value), "share": in_percent(self.pieces.at(value))}
        if isinstance(self.rule, Bands):
            return self._step_why(self.rule, value, said)
        place = self.pieces.place(value)
        if place == 0:
            en, zh = (
                ("is not over the threshold {at}", "未超过起付线 {at}")
                if self.over_threshold
                else ("is below the threshold {at}", "低于起付线 {at}")
            )
            says = f"attainment {{value}} {en}: nothing", f"达成率 {{value}} {zh}：无奖金"
            return because(says[0], says[1], at=in_percent(self.threshold), **said)
        (x0, y0), (x1, y1) = self.rule.segment(value)
        if value >= x1:
            en = "attainment {value} is at or above {at}, the end of the curve: {share} of the target bonus"
            zh = "达成率 {value} 已达曲线终点 {at}：目标奖金的 {share}"
            return because(en, zh, at=in_percent(x1), **said)
        en = "attainment {value} on the line from {x0} (pays {y0}) to {x1} (pays {y1}): {share} of the target bonus"
        zh = "达成率 {value} 位于 {x0}（发 {y0}）至 {x1}（发 {y1}）的线段：目标奖金的 {share}"
        ends: dict[str, Cell] = {"x0": in_percent(x0), "y0": in_percent(y0), "x1": in_percent(x1), "y1": in_percent(y1)}
        return because(en, zh, **said, **ends)

    def _step_why(self, rule: Bands, value: Fraction, said: dict[str, Cell]) -> Why:
        low, high = rule.bounds(self.pieces.place(value))
        ends = side(
            in_percent(low.at) if low else None,
            in_percent(high.at) if high else None,
            from_over=low is not None and low.exclusive,
            to_over=high is not None and high.exclusive,
        )
        en, zh = (f" is {ends.en}", f" {ends.zh}") if low or high else ("", "")
        return because(
            f"attainment {{value}}{en}: {{share}} of the target bonus",
            f"达成率 {{value}}{zh}：目标奖金的 {{share}}",
            **said,
        )


_TURNS: dict[tuple[int, ...], PayoutShape] = {
    (): "linear",
    (1,): "convex",
    (-1,): "concave",
    (1, -1): "s",
    (-1, 1): "reverse_s",
}


def _curve_pieces(rule: Curve, *, exclusive: bool) -> Pieces:
    (first, _), (_, last) = rule.points[0], rule.points[-1]
    lines = [(Fraction(0), Fraction(0))]
    for (x0, y0), (x1, y1) in pairwise(rule.points):
        slope = Fraction(y1 - y0) / (x1 - x0)
        lines.append((y0 - slope * x0, slope))
    lines.append((Fraction(last), Fraction(0)))
    return Pieces([Cut(first, exclusive=exclusive), *(Cut(x) for x, _ in rule.points[1:])], lines)
