"""A picture of a payout (奖金曲线图): what each attainment pays, its cliffs, and where one person stands.

It bears no name and no id.

>>> from pharmasales.evaluation.payout.building import payout_curve
>>> from pharmasales.units import CNY
>>> curve = payout_curve(threshold="70%", above=2, cap="200%")
>>> print(payout_chart(curve, Amount.of(10_000, CNY), at="85%").note.en)
85% pays 5,000.00 CNY; concave: ever flatter; no cliff
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final

from attrs import frozen

from pharmasales.display import Says
from pharmasales.errors import BadValue, NotComparable
from pharmasales.evaluation.payout.curves import PAYOUT_SHAPES, PayoutCurve
from pharmasales.evaluation.payout.pieces import Jump, in_full, in_percent
from pharmasales.evaluation.payout.plans import Pays
from pharmasales.exchange._drawing import ACCENT, BAD, GREY, INK, LEFT, WIDTH, Node, amount_title, frame
from pharmasales.exchange._figures import noted, readable, ticks
from pharmasales.exchange._layers import layer
from pharmasales.exchange._scatter import HIGH, Axis, above, placed
from pharmasales.exchange.charts import Chart
from pharmasales.rules.terms import Exact
from pharmasales.units import Amount, Number, Unit, exact, share

__all__ = ["payout_chart"]

_RIGHT: Final = 90
_WIDTH: Final = WIDTH - LEFT - _RIGHT
_ATTAINMENT: Final = Says("Attainment", "达成率")
_SOLD: Final = Says("Sold", "销售")
_PAYOUT: Final = Says("Payout", "奖金")


@frozen
class _Scale:
    """How the smallest parts of a payout become what is drawn.

    Args:
        x: what one whole unit across is in the numbers of the pieces.
        y: what one of their heights is in whole units of pay.
        pay: the unit of pay.
    """

    x: int
    y: Fraction
    pay: Unit


def payout_chart(
    pays: Pays,
    bonus: Amount | None = None,
    *,
    at: Number | Amount | None = None,
    last: Number | Amount | None = None,
) -> Chart:
    """Return what each attainment, or each amount, pays (奖金曲线图), with one person's point.

    The line breaks where the payout jumps: a hollow dot for what is not reached, a full one for what is paid. Thin
    lines stand where it bends, a dashed one at the target of a curve, with their places above; at the right stands the
    cap, if there is one.

    Args:
        pays: a payout curve, which needs a bonus, or a tier table.
        bonus: what 100 % pays.
        at: where the person stands: an attainment, or an `Amount` in the unit of the tiers; nobody where left out.
        last: up to where it is drawn, at least; somewhat above the last point of the curve or the table where left out.

    Source: P2-E.

    Raises:
        BadValue: a curve without a bonus above zero, or a place that is no number or below zero.
        NotComparable: an amount of another unit than the tiers'.
    """
    scale = _scale(pays, bonus)
    person = None if at is None else _place(pays, at, "at")
    end = _end(pays, None if last is None else _place(pays, last, "last"), person)
    jumps = [jump for jump in pays.pieces.jumps() if jump.cut.at <= end * scale.x]
    strokes = list(_strokes(pays, scale, end))
    across, up = _axes(pays, scale, end, [y for _, y in _flat(strokes)])
    layers = [*_marks(pays, across), *(_line(one, across, up) for one in strokes)]
    layers += [*(_dots(jumps, scale, across, up, full=full) for full in (False, True) if jumps), *_cap(pays, scale, up)]
    if person is not None:
        layers += _person(pays, scale, person, across, up)
    spec = frame(layers, HIGH, left=LEFT, right=_RIGHT, bottom=54, top=100)
    note = _note(pays, scale, person)
    return Chart(Says("Payout curve", "奖金曲线"), spec, note, noted(note, *_told(pays, scale, across.cuts)))


def _scale(pays: Pays, bonus: Amount | None) -> _Scale:
    if not isinstance(pays, PayoutCurve):
        return _Scale(10**pays.unit.decimals, Fraction(1, 10**pays.pay.decimals), pays.pay)
    if bonus is None or bonus.minor <= 0:
        raise BadValue("no bonus", where="bonus", hint="above zero", code="payout.bonus")
    return _Scale(1, exact(bonus), bonus.unit)


def _place(pays: Pays, value: Number | Amount, where: str) -> Fraction:
    """Return where a value stands, in whole units or as a share."""
    if isinstance(value, Amount) and (isinstance(pays, PayoutCurve) or value.unit != pays.unit):
        what = "an attainment" if isinstance(pays, PayoutCurve) else pays.unit.code
        raise NotComparable(f"{value.unit.code} as {what}", where=where, code="unit")
    found = exact(value) if isinstance(value, Amount) else share(value)
    if found < 0:
        raise BadValue("a place below zero", where=where, hint="0 or more", code="chart.place")
    return found


def _end(pays: Pays, last: Fraction | None, person: Fraction | None) -> Fraction:
    """Return where the picture ends: at a tick somewhat beyond the last cut, and not before the person."""
    finer = 1 if isinstance(pays, PayoutCurve) else 10**pays.unit.decimals
    cuts = [Fraction(cut.at) / finer for cut in pays.pieces.cuts]
    beyond = max([*cuts, Fraction(1)] if isinstance(pays, PayoutCurve) else cuts) * Fraction(9, 8)
    found = beyond if last is None else last
    return _across([max(found, person or Fraction(0))], pays)[-1]


def _across(values: Sequence[Fraction], pays: Pays) -> list[Fraction]:
    """Return the ticks below the picture; those of shares need not be whole."""
    return ticks([*values, *([Fraction(1, 2)] if isinstance(pays, PayoutCurve) else [])])


def _strokes(pays: Pays, scale: _Scale, end: Fraction) -> Iterator[list[tuple[Fraction, Fraction]]]:
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
        if jump is None or high == stop:
            stroke.append((high, pieces.at(high)))
            continue
        stroke.append((high, jump.below))
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


def _drawn(stroke: Sequence[tuple[Fraction, Fraction]], scale: _Scale) -> list[tuple[Fraction, Fraction]]:
    return [(x / scale.x, y * scale.y) for x, y in stroke]


def _flat(strokes: Sequence[Sequence[tuple[Fraction, Fraction]]]) -> list[tuple[Fraction, Fraction]]:
    return [point for stroke in strokes for point in stroke]


def _axes(pays: Pays, scale: _Scale, end: Fraction, heights: Sequence[Fraction]) -> tuple[Axis, Axis]:
    title = _ATTAINMENT if isinstance(pays, PayoutCurve) else amount_title(_SOLD, pays.unit)
    at, tall = _across([end], pays), ticks(heights)
    across = Axis(title, at, _places(pays, end), log=False, edges=at, share=isinstance(pays, PayoutCurve))
    return across, Axis(amount_title(_PAYOUT, scale.pay), tall, [], log=False, edges=tall)


def _places(pays: Pays, end: Fraction) -> list[Fraction]:
    """Return where the payout bends or jumps, and the target of a curve."""
    finer = 1 if isinstance(pays, PayoutCurve) else 10**pays.unit.decimals
    target = [Fraction(1)] if isinstance(pays, PayoutCurve) else []
    return sorted({one for one in (*(Fraction(cut.at) / finer for cut in pays.pieces.cuts), *target) if 0 < one <= end})


def _line(stroke: Sequence[tuple[Fraction, Fraction]], across: Axis, up: Axis) -> Node:
    values = [{"x": x, "y": y} for x, y in stroke]
    mark: Node = {"type": "line", "color": ACCENT, "strokeWidth": 2.5}
    return layer(values, mark, placed(across, up))


def _marks(pays: Pays, across: Axis) -> Iterator[Node]:
    """Yield thin lines where the payout bends or jumps, a dashed one at the target of a curve, and their places."""
    x: Node = {"field": "x", **across.encoding("x")}
    target = 1 if isinstance(pays, PayoutCurve) else None
    for dashed, dash in ((False, [1, 0]), (True, [4, 4])):
        values = [{"x": one} for one in across.cuts if (one == target) == dashed]
        mark: Node = {"type": "rule", "color": GREY, "strokeDash": dash, "strokeWidth": 0.8}
        yield layer(values, mark, {"x": x})
    yield above(across, _WIDTH)


def _dots(jumps: Sequence[Jump], scale: _Scale, across: Axis, up: Axis, *, full: bool) -> Node:
    """Return the ends of the line at each jump: hollow for what is not reached, full for what is paid."""
    values = [
        {
            "x": jump.cut.at / Fraction(scale.x),
            "y": (jump.above if full != jump.cut.exclusive else jump.below) * scale.y,
        }
        for jump in jumps
    ]
    fill = ACCENT if full else "white"
    mark: Node = {"type": "point", "shape": "circle", "size": 45, "fill": fill, "stroke": ACCENT, "opacity": 1}
    return layer(values, mark, placed(across, up))


def _person(pays: Pays, scale: _Scale, person: Fraction, across: Axis, up: Axis) -> list[Node]:
    """Return the person's point, lines to both axes, and its words."""
    paid = pays.pieces.at(person * scale.x) * scale.y
    spot: Node = {"x": person, "y": paid}
    both, ends = placed(across, up), {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    rule: Node = {"type": "rule", "color": BAD, "strokeDash": [3, 3], "strokeWidth": 1}
    dot: Node = {"type": "point", "shape": "diamond", "filled": True, "size": 130, "color": BAD, "opacity": 1}
    low, far = up.part(paid) < Fraction(1, 8), across.part(person)
    right = far < (Fraction(1, 4) if low else Fraction(3, 5))
    side: Node = {"align": "left", "dx": 10} if right else {"align": "right", "dx": -10}
    words = _pays_words(pays, person, paid)
    below = right and not low
    text: Node = {"type": "text", "baseline": "middle", "dy": 14 if below else -14, "fontWeight": "bold", "text": words}
    return [
        *(layer([{**spot, "x2": x2, "y2": y2}], rule, {**both, **ends}) for x2, y2 in ((0, paid), (person, 0))),
        layer([spot], dot, both),
        layer([spot], {**text, **side, "color": INK}, both),
    ]


def _cap(pays: Pays, scale: _Scale, up: Axis) -> Iterator[Node]:
    """Yield the words that stand at the most that is ever paid, where the picture reaches it."""
    most = _most(pays, scale)
    if most is not None and 0 < most <= up.at[-1]:
        said = readable(most)
        words = Says(f"cap {said.en}", f"封顶 {said.zh}")
        text: Node = {"type": "text", "align": "left", "baseline": "middle", "x": _WIDTH + 8, "text": words}
        yield layer([{"y": most}], text, {"y": {"field": "y", **up.encoding("y")}})


def _most(pays: Pays, scale: _Scale) -> Fraction | None:
    """Return the most that is ever paid in whole units, if there is a most."""
    if isinstance(pays, PayoutCurve):
        return pays.cap * scale.y
    return None if pays.pieces.most is None else pays.pieces.most * scale.y


def _told(pays: Pays, scale: _Scale, places: Sequence[Exact]) -> Iterator[Says]:
    """Yield what each place pays at which the line bends or jumps, for who cannot see it."""
    for place in places:
        shown, paid = _shown(pays, Fraction(place)), _paid(pays, scale, Fraction(place))
        yield Says(f"{shown} pays {paid}", f"{shown} 发 {paid}")


def _shown(pays: Pays, place: Fraction) -> str:
    return in_percent(place) if isinstance(pays, PayoutCurve) else f"{in_full(place)} {pays.unit.code}"


def _paid(pays: Pays, scale: _Scale, place: Fraction) -> Amount:
    return Amount.of(pays.pieces.at(place * scale.x) * scale.y, scale.pay, "half_up")


def _pays_words(pays: Pays, person: Fraction, paid: Fraction) -> Says:
    shown = in_percent(person) if isinstance(pays, PayoutCurve) else in_full(person)
    money = readable(paid)
    return Says(f"{shown}: {money.en}", f"{shown}：{money.zh}")


def _note(pays: Pays, scale: _Scale, person: Fraction | None) -> Says:
    """Say what the person is paid, whether that is the cap, the shape or the method, and how many cliffs there are."""
    mine = next(_told(pays, scale, [] if person is None else [person]), None)
    capped = person is not None and pays.pieces.at(person * scale.x) * scale.y == _most(pays, scale)
    kind = PAYOUT_SHAPES[pays.shape] if isinstance(pays, PayoutCurve) else _METHODS[pays.method]
    count = sum(1 for _ in pays.pieces.jumps())
    cliff = (
        Says("no cliff", "无断崖")
        if not count
        else Says(f"{count:,} cliff{'s' if count > 1 else ''}", f"{count:,} 处断崖")
    )
    return noted(mine, Says("the cap", "已封顶") if capped else None, kind, cliff)


_METHODS: Final = {
    "flat": Says("flat tiers: the whole at the rate reached", "全额档位"),
    "marginal": Says("marginal tiers: each part at its own rate", "超额累进档位"),
    "interpolated": Says("interpolated tiers", "档内按比例"),
}
