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
from typing import Final

from pharmasales.display import Says
from pharmasales.evaluation.payout.curves import PAYOUT_SHAPES, PayoutCurve
from pharmasales.evaluation.payout.pieces import in_full, in_percent
from pharmasales.evaluation.payout.plans import Pays
from pharmasales.exchange._drawing import BAD, GREY, INK, LEFT, Node, frame
from pharmasales.exchange._figures import noted, readable
from pharmasales.exchange._layers import layer
from pharmasales.exchange._payout_lines import (
    RIGHT,
    WIDE,
    Scale,
    axes_of,
    dots_of,
    end_of,
    line_of,
    paid_at,
    place_on,
    scale_of,
    shown_at,
    strokes_of,
)
from pharmasales.exchange._scatter import HIGH, Axis, above, placed
from pharmasales.exchange.charts import Chart
from pharmasales.rules.terms import Exact
from pharmasales.units import Amount, Number

__all__ = ["payout_chart"]


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
    scale = scale_of(pays, bonus)
    person = None if at is None else place_on(pays, at, "at")
    end = end_of(pays, None if last is None else place_on(pays, last, "last"), person)
    strokes = list(strokes_of(pays, scale, end))
    across, up = axes_of(pays, scale, end, strokes)
    layers = [*_marks(pays, across), *(line_of(one, across, up) for one in strokes)]
    layers += [*dots_of(pays, scale, across, up), *_cap(pays, scale, up)]
    if person is not None:
        layers += _person(pays, scale, person, across, up)
    spec = frame(layers, HIGH, left=LEFT, right=RIGHT, bottom=54, top=100)
    note = _note(pays, scale, person)
    return Chart(Says("Payout curve", "奖金曲线"), spec, note, noted(note, *_told(pays, scale, across.cuts)))


def _marks(pays: Pays, across: Axis) -> Iterator[Node]:
    """Yield thin lines where the payout bends or jumps, a dashed one at the target of a curve, and their places."""
    x: Node = {"field": "x", **across.encoding("x")}
    target = 1 if isinstance(pays, PayoutCurve) else None
    for dashed, dash in ((False, [1, 0]), (True, [4, 4])):
        values = [{"x": one} for one in across.cuts if (one == target) == dashed]
        mark: Node = {"type": "rule", "color": GREY, "strokeDash": dash, "strokeWidth": 0.8}
        yield layer(values, mark, {"x": x})
    yield above(across, WIDE)


def _person(pays: Pays, scale: Scale, person: Fraction, across: Axis, up: Axis) -> list[Node]:
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


def _cap(pays: Pays, scale: Scale, up: Axis) -> Iterator[Node]:
    """Yield the words that stand at the most that is ever paid, where the picture reaches it."""
    most = _most(pays, scale)
    if most is not None and 0 < most <= up.at[-1]:
        said = readable(most)
        words = Says(f"cap {said.en}", f"封顶 {said.zh}")
        text: Node = {"type": "text", "align": "left", "baseline": "middle", "x": WIDE + 8, "text": words}
        yield layer([{"y": most}], text, {"y": {"field": "y", **up.encoding("y")}})


def _most(pays: Pays, scale: Scale) -> Fraction | None:
    """Return the most that is ever paid in whole units, if there is a most."""
    if isinstance(pays, PayoutCurve):
        return pays.cap * scale.y
    return None if pays.pieces.most is None else pays.pieces.most * scale.y


def _told(pays: Pays, scale: Scale, places: Sequence[Exact]) -> Iterator[Says]:
    """Yield what each place pays at which the line bends or jumps, for who cannot see it."""
    for place in places:
        shown, paid = shown_at(pays, Fraction(place)), paid_at(pays, scale, Fraction(place))
        yield Says(f"{shown} pays {paid}", f"{shown} 发 {paid}")


def _pays_words(pays: Pays, person: Fraction, paid: Fraction) -> Says:
    shown = in_percent(person) if isinstance(pays, PayoutCurve) else in_full(person)
    money = readable(paid)
    return Says(f"{shown}: {money.en}", f"{shown}：{money.zh}")


def _note(pays: Pays, scale: Scale, person: Fraction | None) -> Says:
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
