"""Payout curves built from what people speak of (设定奖金曲线): threshold, target, excellence, cap, or a shape.

>>> curve = payout_curve(threshold="70%", above=2, cap="200%")
>>> [int(curve.share(a) * 10_000) for a in ("69.9%", "70%", "85%", "100%", "120%", "150%", "180%")]
[0, 0, 5000, 10000, 14000, 20000, 20000]
>>> curve.shape
'concave'

Source: E36; P2-E.
"""

from __future__ import annotations

from fractions import Fraction
from typing import get_args

from pharmasales.errors import BadRule
from pharmasales.evaluation.payout.curves import ATTAINMENT, PayoutCurve, PayoutShape
from pharmasales.evaluation.payout.pieces import in_percent
from pharmasales.names import nearest
from pharmasales.rules.shapes import Bands, Curve
from pharmasales.rules.terms import Exact, literal
from pharmasales.units import Amount, Number, exact

__all__ = ["payout_curve", "rate_above", "shaped_curve"]


def payout_curve(
    *,
    threshold: Number,
    above: Number,
    cap: Number,
    start: Number = 0,
    excellence: Number | None = None,
    beyond: Number | None = None,
    over_threshold: bool = False,
) -> PayoutCurve:
    """Build a curve of threshold, target, excellence and cap (起付、目标、卓越、封顶); 100 % pays the target bonus.

    Args:
        threshold: below it nothing is paid; under 100 %.
        above: the share of the bonus that each further share of attainment pays above the target: `2` is a point of
            attainment for two of the bonus (acceleration, 加速).
        cap: the largest share of the bonus that is paid, at least 100 %.
        start: what the threshold itself pays: a jump, unless it is zero.
        excellence: the attainment from which the slope is `beyond`, or none.
        beyond: the share of the bonus that each further share of attainment pays above excellence; less than `above`
            slows down (deceleration, 减速).
        over_threshold: whether the threshold itself still pays nothing.

    >>> slow = payout_curve(threshold="60%", start="30%", above=3, excellence="120%", beyond="1/2", cap="180%")
    >>> [str(slow.share(a)) for a in ("59%", "60%", "100%", "120%", "140%", "200%")]
    ['0', '3/10', '1', '8/5', '17/10', '9/5']
    >>> payout_curve(threshold="100%", above=2, cap="200%")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: the threshold is not below the target @ threshold; below 100%, or use steps
    [payout.threshold]

    Source: E36, P2-E.

    Raises:
        BadRule: parts out of order, a slope that is not above zero, or a cap that is passed before excellence.
    """
    t, rise, most, pays = literal(threshold), literal(above), literal(cap), literal(start)
    if t >= 1:
        hint = "below 100%, or use steps"
        raise BadRule("the threshold is not below the target", where="threshold", hint=hint, code="payout.threshold")
    if not 0 <= pays <= 1:
        raise BadRule("the threshold pays more than the target", where="start", hint="0 to 100%", code="payout.start")
    if rise <= 0 or most < 1:
        where, hint = ("above", "over 0") if rise <= 0 else ("cap", "100% or more")
        raise BadRule("no curve above the target", where=where, hint=hint, code="payout.above")
    points = [(t, pays), (1, Fraction(1))]
    if (excellence is None) != (beyond is None):
        hint = "give both or neither"
        raise BadRule("excellence without its slope", where="excellence", hint=hint, code="payout.excellence")
    if excellence is not None and beyond is not None:
        at, rise = literal(excellence), literal(beyond)
        points.append(_excellent(at, rise, literal(above), most))
    x, y = points[-1]
    if y < most:
        points.append((x + Fraction(most - y) / rise, Fraction(most)))
    return PayoutCurve(Curve(ATTAINMENT, points), over_threshold)


def _excellent(at: Exact, beyond: Exact, above: Exact, most: Exact) -> tuple[Exact, Fraction]:
    height = 1 + Fraction(above) * (at - 1)
    if at <= 1:
        hint = "over 100%"
        raise BadRule("excellence is not above the target", where="excellence", hint=hint, code="payout.excellence")
    if beyond <= 0:
        raise BadRule("no slope", where="beyond", hint="over 0; the cap ends the curve", code="payout.beyond")
    if height > most:
        reached = in_percent(1 + Fraction(most - 1) / above)
        hint = f"the curve reaches it at {reached}"
        raise BadRule("the cap is passed before excellence", where="cap", hint=hint, code="payout.cap")
    return at, height


def shaped_curve(
    shape: PayoutShape, low: tuple[Number, Number], high: tuple[Number, Number], *, pieces: int = 4
) -> PayoutCurve:
    """Build one of the six shapes between two points, in straight pieces of equal width (六种形状).

    Args:
        shape: `linear`, `convex`, `concave`, `s`, `reverse_s` or `step`.
        low: the threshold and what it pays.
        high: the end of the curve and what it pays; the cap.
        pieces: how many lines or steps, 3 to 100; `linear` needs none.

    An S is half way up in its middle: from (80 %, 0) to (120 %, 200 %) it pays 100 % at 100 %.

    >>> s = shaped_curve("s", ("80%", 0), ("120%", "200%"))
    >>> [str(s.share(a)) for a in ("0.8", "0.9", "1", "1.1", "1.2")]
    ['0', '5/16', '1', '27/16', '2']
    >>> step = shaped_curve("step", ("80%", 0), ("120%", 2))
    >>> [str(step.share(a)) for a in ("79.9%", "80%", "90%", "119.9%", "120%")]
    ['0', '0', '1/2', '3/2', '2']

    Source: P2-E (linear, convex, concave, S, reverse S, step).

    Raises:
        BadRule: an unknown shape, points out of order, or a count of pieces out of range.
    """
    if shape not in get_args(PayoutShape)[:-1]:
        hint = nearest(str(shape), get_args(PayoutShape)[:-1])
        raise BadRule("no such shape", where="shape", hint=hint, code="payout.shape")
    if type(pieces) is not int or not 3 <= pieces <= 100:
        raise BadRule("a count of pieces", where="pieces", hint="3 to 100", code="payout.pieces")
    (x0, y0), (x1, y1) = ((literal(x), literal(y)) for x, y in (low, high))
    if x0 >= x1 or y0 >= y1:
        raise BadRule("the end is not above the threshold", where="high", code="payout.ends")
    count = 1 if shape == "linear" else pieces
    marks = [Fraction(n, count) for n in range(count + 1)]
    points = [(x0 + (x1 - x0) * t, y0 + (y1 - y0) * _height(shape, t)) for t in marks]
    if shape != "step":
        return PayoutCurve(Curve(ATTAINMENT, points))
    labels = ["0", *(str(y) for _, y in points)]
    return PayoutCurve(
        Bands(ATTAINMENT, [(x, label) for (x, _), label in zip(points, labels, strict=False)], labels[-1])
    )


def _height(shape: PayoutShape, t: Fraction) -> Fraction:
    """Return how far up a shape is when it is so far along, both from 0 to 1."""
    smooth = t * t * (3 - 2 * t)
    heights = {"convex": t * t, "concave": t * (2 - t), "s": smooth, "reverse_s": 2 * t - smooth}
    return heights.get(shape, t)


def rate_above(bonus: Amount, goal: Number, start: Number) -> Fraction:
    """Return the rate on the part above a start that brings a bonus just at the goal (超额提成比例).

    Args:
        bonus: what is paid at the goal.
        goal: the goal in whole units of the bonus, exact: `Fraction(50_000_000, 20 * 12)` for a twentieth a month.
        start: the share of the goal at which payment starts, under 100 %.

    A nation of 50 million yuan, 20 reps, a start at 80 % and 1,500 yuan at 100 % of a month's goal:

    >>> from pharmasales.units import CNY
    >>> rate_above(Amount.of(1_500, CNY), Fraction(50_000_000, 20 * 12), "80%")
    Fraction(9, 250)

    That is 3.6 %. Source: P2-E (Chinese training deck).

    Raises:
        BadRule: a goal that is not above zero, or a start that is not under 100 %.
    """
    whole, from_share = literal(goal), literal(start)
    if whole <= 0 or not 0 <= from_share < 1:
        where, hint = ("goal", "over 0") if whole <= 0 else ("start", "from 0 to under 100%")
        raise BadRule("no part above the start", where=where, hint=hint, code="payout.rate")
    return exact(bonus) / (whole * (1 - from_share))
