"""The line of a payout, and the axes that it is drawn on: exact points, broken where the payout jumps.

>>> from pharmasales.evaluation.payout.building import payout_curve
>>> from pharmasales.units import CNY
>>> curve = payout_curve(threshold="70%", above=2, cap="200%")
>>> scale = scale_of(curve, Amount.of(100, CNY))
>>> [[(str(x), int(y)) for x, y in stroke] for stroke in strokes_of(curve, scale, Fraction(2))]
[[('0', 0), ('7/10', 0), ('1', 100), ('3/2', 200), ('2', 200)]]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final, TypeAlias

from attrs import frozen

from pharmasales.display import Says
from pharmasales.errors import BadValue, NotComparable
from pharmasales.evaluation.payout.curves import PayoutCurve
from pharmasales.evaluation.payout.pieces import in_full, in_percent
from pharmasales.evaluation.payout.plans import Pays
from pharmasales.exchange._drawing import ACCENT, LEFT, WIDTH, Node, amount_title
from pharmasales.exchange._figures import ticks
from pharmasales.exchange._layers import layer
from pharmasales.exchange._scatter import Axis, placed
from pharmasales.units import Amount, Number, Unit, exact, share

__all__ = [
    "RIGHT",
    "WIDE",
    "Scale",
    "axes_of",
    "dots_of",
    "end_of",
    "line_of",
    "paid_at",
    "place_on",
    "places_of",
    "scale_of",
    "shown_at",
    "strokes_of",
]

RIGHT: Final = 90
WIDE: Final = WIDTH - LEFT - RIGHT
_ATTAINMENT: Final = Says("Attainment", "达成率")
_SOLD: Final = Says("Sold", "销售")
_PAYOUT: Final = Says("Payout", "奖金")

Stroke: TypeAlias = Sequence[tuple[Fraction, Fraction]]


@frozen
class Scale:
    """How the smallest parts of a payout become what is drawn.

    Args:
        x: what one whole unit across is in the numbers of the pieces.
        y: what one of their heights is in whole units of pay.
        pay: the unit of pay.
    """

    x: int
    y: Fraction
    pay: Unit


def scale_of(pays: Pays, bonus: Amount | None) -> Scale:
    """Return how a payout is drawn.

    Raises:
        BadValue: a curve without a bonus above zero.
    """
    if not isinstance(pays, PayoutCurve):
        return Scale(10**pays.unit.decimals, Fraction(1, 10**pays.pay.decimals), pays.pay)
    if bonus is None or bonus.minor <= 0:
        raise BadValue("no bonus", where="bonus", hint="above zero", code="payout.bonus")
    return Scale(1, exact(bonus), bonus.unit)


def place_on(pays: Pays, value: Number | Amount, where: str) -> Fraction:
    """Return where a value stands, in whole units or as a share.

    Raises:
        BadValue: no number, or below zero.
        NotComparable: an amount of another unit than the tiers'.
    """
    if isinstance(value, Amount) and (isinstance(pays, PayoutCurve) or value.unit != pays.unit):
        what = "an attainment" if isinstance(pays, PayoutCurve) else pays.unit.code
        raise NotComparable(f"{value.unit.code} as {what}", where=where, code="unit")
    found = exact(value) if isinstance(value, Amount) else share(value)
    if found < 0:
        raise BadValue("a place below zero", where=where, hint="0 or more", code="chart.place")
    return found


def end_of(pays: Pays, last: Fraction | None, person: Fraction | None) -> Fraction:
    """Return where the picture ends: at a tick somewhat beyond the last cut, and not before the person."""
    finer = 1 if isinstance(pays, PayoutCurve) else 10**pays.unit.decimals
    cuts = [Fraction(cut.at) / finer for cut in pays.pieces.cuts]
    beyond = max([*cuts, Fraction(1)] if isinstance(pays, PayoutCurve) else cuts) * Fraction(9, 8)
    found = beyond if last is None else last
    return _across([max(found, person or Fraction(0))], pays)[-1]


def _across(values: Sequence[Fraction], pays: Pays) -> list[Fraction]:
    """Return the ticks below the picture; those of shares need not be whole."""
    return ticks([*values, *([Fraction(1, 2)] if isinstance(pays, PayoutCurve) else [])])


def strokes_of(pays: Pays, scale: Scale, end: Fraction) -> Iterator[list[tuple[Fraction, Fraction]]]:
    """Yield the parts of the line between jumps, each as its points; a cap bends a line where it is reached."""
    pieces, stop = pays.pieces, end * scale.x
    jumps = {jump.cut.at: jump for jump in pieces.jumps()}
    inner = [Fraction(cut.at) for cut in pieces.cuts if 0 < cut.at < stop]
    first = jumps.get(0)
    stroke = [(Fraction(0), pieces.at(Fraction(0)) if first is None else first.above)]
    for low, high in pairwise([Fraction(0), *inner, stop]):
        if pieces.most is not None:
            stroke += _bends(pays, low, high)
        jump = jumps.get(high)
        stroke.append((high, pieces.at(high) if jump is None else jump.below))
        if jump is not None and high != stop:
            yield _drawn(stroke, scale)
            stroke = [(high, jump.above)]
    yield _drawn(stroke, scale)


def _bends(pays: Pays, low: Fraction, high: Fraction) -> list[tuple[Fraction, Fraction]]:
    """Return the point between two cuts at which the cap is reached, if there is one."""
    pieces = pays.pieces
    base, slope = pieces.lines[pieces.place((low + high) / 2)]
    most = pieces.most or Fraction(0)
    if not slope:
        return []
    at = (most - base) / slope
    return [(at, most)] if low < at < high else []


def _drawn(stroke: Sequence[tuple[Fraction, Fraction]], scale: Scale) -> list[tuple[Fraction, Fraction]]:
    return [(x / scale.x, y * scale.y) for x, y in stroke]


def axes_of(pays: Pays, scale: Scale, end: Fraction, strokes: Sequence[Stroke]) -> tuple[Axis, Axis]:
    """Return the axis of what is reached, cut where the payout bends, and that of what is paid."""
    title = _ATTAINMENT if isinstance(pays, PayoutCurve) else amount_title(_SOLD, pays.unit)
    at, tall = _across([end], pays), ticks([y for stroke in strokes for _, y in stroke])
    across = Axis(title, at, places_of(pays, end), log=False, edges=at, share=isinstance(pays, PayoutCurve))
    return across, Axis(amount_title(_PAYOUT, scale.pay), tall, [], log=False, edges=tall)


def places_of(pays: Pays, end: Fraction) -> list[Fraction]:
    """Return where the payout bends or jumps, and the target of a curve."""
    finer = 1 if isinstance(pays, PayoutCurve) else 10**pays.unit.decimals
    target = [Fraction(1)] if isinstance(pays, PayoutCurve) else []
    return sorted({one for one in (*(Fraction(cut.at) / finer for cut in pays.pieces.cuts), *target) if 0 < one <= end})


def line_of(stroke: Stroke, across: Axis, up: Axis, tint: str = ACCENT, *dash: int) -> Node:
    """Return the layer of one part of a line."""
    mark: Node = {"type": "line", "color": tint, "strokeWidth": 2.5, **({"strokeDash": dash} if dash else {})}
    return layer([{"x": x, "y": y} for x, y in stroke], mark, placed(across, up))


def dots_of(pays: Pays, scale: Scale, across: Axis, up: Axis, tint: str = ACCENT) -> Iterator[Node]:
    """Yield the ends of the line at each jump: hollow for what is not reached, full for what is paid."""
    jumps = [jump for jump in pays.pieces.jumps() if jump.cut.at <= across.at[-1] * scale.x]
    for full in (False, True) if jumps else ():
        ends = [(jump, jump.above if full != jump.cut.exclusive else jump.below) for jump in jumps]
        values = [{"x": jump.cut.at / Fraction(scale.x), "y": height * scale.y} for jump, height in ends]
        fill = tint if full else "white"
        mark: Node = {"type": "point", "shape": "circle", "size": 45, "fill": fill, "stroke": tint, "opacity": 1}
        yield layer(values, mark, placed(across, up))


def shown_at(pays: Pays, place: Fraction) -> str:
    """Write a place: an attainment in percent, or an amount with its unit."""
    return in_percent(place) if isinstance(pays, PayoutCurve) else f"{in_full(place)} {pays.unit.code}"


def paid_at(pays: Pays, scale: Scale, place: Fraction) -> Amount:
    """Return what a place pays, rounded half up."""
    return Amount.of(pays.pieces.at(place * scale.x) * scale.y, scale.pay, "half_up")
