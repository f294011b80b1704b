"""Kinds of picture, as Vega-Lite specs: stacked columns, levels with marks, the steps of a waterfall, lines.

They take exact numbers and words in both languages that are ready to draw; `charts` decides what is drawn.

>>> sorted(stack([Says("Jan", "1月")], [Part(Says("North", "北区"), "#0072B2", [Fraction(3)])], Says("Goal", "目标")))
['autosize', 'height', 'layer', 'padding', 'width']
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal

from attrs import frozen

from pharmasales.display import Says
from pharmasales.exchange._drawing import (
    INK,
    SOFT,
    WIDTH,
    Node,
    amount_axis,
    columns_axis,
    frame,
    name_axis,
    room,
)
from pharmasales.exchange._figures import close_ticks, readable, ticks
from pharmasales.exchange._layers import TINT, WORDS, beside, colours, key, layer

__all__ = ["Level", "Pair", "Part", "Step", "levels", "lines", "pairs", "stack", "steps"]

_HIGH: Final = 240
_ROW: Final = 26


@frozen
class Part:
    """One child of a stack or one line: its label, its colour, and its amount in each column (`None`: a gap)."""

    name: Says
    colour: str
    amounts: Sequence[Fraction | None]


@frozen
class Level:
    """One bar of `levels`: its label, length, thick mark (goal, capacity), thin mark (expected), words and colour."""

    name: Says
    length: Fraction | None
    mark: Fraction | None
    thin: Fraction | None
    words: Says
    colour: str


@frozen
class Step:
    """One bar of `steps`: its label, where it begins and ends, its words, its colour, and what it does."""

    name: Says
    start: Fraction
    end: Fraction
    words: Says
    colour: str
    kind: Literal["sum", "more", "less"]


@frozen
class Pair:
    """One row of `pairs`: its label, where it was and where it is, its words and its colour."""

    name: Says
    was: Fraction
    now: Fraction
    words: Says
    colour: str


def stack(columns: Sequence[Says], parts: Sequence[Part], title: Says) -> Node:
    """Return stacked columns with their sums on top and the key at the right, the first part above.

    Example:
        >>> north = Part(Says("North", "北区"), "#0072B2", [Fraction(3)])
        >>> len(stack([Says("Jan", "1月")], [north], Says("Goal", "目标"))["layer"])
        4
    """
    heights = [[part.amounts[place] or Fraction(0) for part in parts] for place in range(len(columns))]
    tops = [sum((amount for amount in column if amount > 0), Fraction(0)) for column in heights]
    lows = [sum((amount for amount in column if amount < 0), Fraction(0)) for column in heights]
    whos = [part.name for part in parts]
    x, around = columns_axis(columns, room(whos) + 44)
    place = {"x": x, "y": {"field": "up", **amount_axis(title, ticks([*tops, *lows]), "y")}}
    bars = [
        {"name": name, "who": who, "up": amount, "rank": rank}
        for name, column in zip(columns, heights, strict=True)
        for rank, (who, amount) in enumerate(zip(whos, column, strict=True))
    ]
    sums = [
        {"name": name, "up": top, "words": readable(sum(column, Fraction(0)))}
        for name, column, top in zip(columns, heights, tops, strict=True)
    ]
    bar = {"type": "bar", "width": {"band": 0.6}}
    order = {"field": "rank", "type": "quantitative", "sort": "descending"}
    return frame(
        [
            layer(bars, bar, {**place, "color": _colours(parts), "order": order}),
            layer(sums, {"type": "text", "dy": -8, "fontWeight": "bold"}, {**place, "text": WORDS}),
            *_key(parts, around),
        ],
        _HIGH,
        **around,
    )


def levels(rows: Sequence[Level], title: Says) -> Node:
    """Return horizontal bars with their marks, and words in a column of their own at the right.

    Example:
        >>> row = Level(Says("Li", "李"), Fraction(3), Fraction(4), None, Says("75.0%", "75.0%"), "#0072B2")
        >>> levels([row], Says("Sales", "销售额"))["height"]
        26
    """
    left, right = room(row.name for row in rows) + 16, room(row.words for row in rows) + 20
    names = [row.name for row in rows]
    numbers = [n for row in rows for n in (row.length, row.mark, row.thin) if n is not None]
    x, y = amount_axis(title, ticks(numbers), "x"), name_axis(names)
    values = [
        {"name": r.name, "length": r.length, "mark": r.mark, "thin": r.thin, "words": r.words, "tint": r.colour}
        for r in rows
    ]

    def over(field: str, mark: Node, **encoding: object) -> Node:
        known = [value for value in values if value[field] is not None]
        return layer(known, mark, {"y": y, "x": {"field": field, **x}, **encoding})

    tick: Node = {"type": "tick", "size": 19, "color": INK, "stroke": "white", "strokeWidth": 1, "opacity": 1}
    column: Node = {"type": "text", "align": "left", "x": WIDTH - left - right + 12}
    layers = [
        over("length", {"type": "bar", "height": 13}, color=TINT),
        over("thin", {**tick, "thickness": 2.5}),
        over("mark", {**tick, "thickness": 5}),
        layer(values, column, {"y": y, "text": WORDS}),
    ]
    return frame(layers, _ROW * len(rows), left=left, right=right, bottom=54, top=46)


def steps(
    rows: Sequence[Step],
    at: Sequence[Fraction],
    title: Says,
    entries: Sequence[tuple[Says, Node]],
    *,
    whole: bool = True,
) -> Node:
    """Return bars that begin where the one above ends: solid for more, hollow for less, and words at the right.

    Args:
        rows: from the first sum to the last.
        at: the ticks of the axis, which hold every end.
        title: of the axis.
        entries: the key, which stands below.
        whole: whether the axis holds zero; where it does not, a sum is a mark and not a bar.

    Example:
        >>> first = Step(Says("before", "之前"), Fraction(0), Fraction(3), Says("3", "3"), "#4D4D4D", "sum")
        >>> len(steps([first], [Fraction(0), Fraction(5)], Says("Sales", "销售额"), [])["layer"])
        5
    """
    left, right = room(row.name for row in rows) + 16, room(row.words for row in rows) + 20
    x, y = amount_axis(title, at, "x"), name_axis([row.name for row in rows])
    values = [
        {"name": r.name, "x": r.start, "x2": r.end, "words": r.words, "tint": r.colour, "kind": r.kind} for r in rows
    ]
    marks = [value for value in values if value["kind"] == "sum" and not whole]
    solid = [value for value in values if value["kind"] == "more" or (whole and value["kind"] == "sum")]
    hollow = [value for value in values if value["kind"] == "less"]
    joins = [{"name": one.name, "next": two.name, "x": one.end} for one, two in pairwise(rows)]
    ends: Node = {"y": y, "x": {"field": "x", **x}, "x2": {"field": "x2"}}
    bar: Node = {"type": "bar", "height": 15, "strokeWidth": 1.5}
    mark: Node = {"type": "tick", "size": 19, "thickness": 4, "color": INK, "opacity": 1}
    column: Node = {"type": "text", "align": "left", "x": WIDTH - left - right + 12}
    layers = [
        layer(
            joins, {"type": "rule", "color": SOFT, "strokeWidth": 0.8}, {**ends, "y2": {"field": "next"}, "x2": None}
        ),
        layer(solid, bar, {**ends, "color": TINT, "stroke": TINT}),
        layer(hollow, {**bar, "fill": "white"}, {**ends, "stroke": TINT}),
        layer(marks, mark, {"y": y, "x": {"field": "x2", **x}}),
        layer(values, column, {"y": y, "text": WORDS}),
        *beside(entries, 6, _ROW * len(rows) + 62),
    ]
    return frame(layers, _ROW * len(rows), left=left, right=right, bottom=76, top=46)


def pairs(rows: Sequence[Pair], title: Says, sides: tuple[Says, Says]) -> Node:
    """Return dumbbells: a hollow dot where each row was, a full one where it is, and words at the right.

    Example:
        >>> row = Pair(Says("r1", "r1"), Fraction(3), Fraction(4), Says("+1", "+1"), "#0072B2")
        >>> len(pairs([row], Says("Score", "得分"), (Says("old", "旧"), Says("new", "新")))["layer"])
        8
    """
    left, right = room(row.name for row in rows) + 16, room(row.words for row in rows) + 24
    x = amount_axis(title, close_ticks([end for row in rows for end in (row.was, row.now)]), "x")
    y = {"y": name_axis([row.name for row in rows])}
    values = [{"name": r.name, "was": r.was, "now": r.now, "words": r.words, "tint": r.colour} for r in rows]
    was, now = ({**y, "x": {"field": field, **x}} for field in ("was", "now"))
    dot: Node = {"type": "point", "size": 75, "strokeWidth": 1.5, "opacity": 1}
    old: Node = {**dot, "shape": "circle", "fill": "white", "stroke": SOFT}
    new: Node = {**dot, "shape": "circle", "filled": True}
    column: Node = {"type": "text", "align": "left", "x": WIDTH - left - right + 16}
    layers = [
        layer(values, {"type": "rule", "strokeWidth": 2}, {**was, "x2": {"field": "now"}, "color": TINT}),
        layer(values, old, was),
        layer(values, new, {**now, "color": TINT}),
        layer(values, column, {**y, "text": WORDS}),
        *beside([(sides[0], old), (sides[1], {**new, "color": INK})], 6, _ROW * len(rows) + 62),
    ]
    return frame(layers, _ROW * len(rows), left=left, right=right, bottom=76, top=46)


def lines(columns: Sequence[Says], parts: Sequence[Part], title: Says) -> Node:
    """Return lines over the columns, the last part in front; a missing amount leaves a gap.

    Example:
        >>> year = Part(Says("2026", "2026"), "#0072B2", [None])
        >>> len(lines([Says("Jan", "1月")], [year], Says("Sales", "销售"))["layer"])
        4
    """
    x, around = columns_axis(columns, room(part.name for part in parts) + 44)
    known = [amount for part in parts for amount in part.amounts if amount is not None]
    place = {"x": x, "y": {"field": "up", **amount_axis(title, ticks(known), "y")}}
    layers = []
    for part in parts:
        style: Node = {"color": part.colour, "strokeDash": [5, 3] if part is not parts[-1] else [1, 0]}
        values = [{"name": n, "up": amount} for n, amount in zip(columns, part.amounts, strict=True)]
        points = [value for value in values if value["up"] is not None]
        layers.append(layer(values, {"type": "line", "strokeWidth": 2, **style}, place))
        layers.append(layer(points, {"type": "point", "filled": True, "opacity": 1, "color": part.colour}, place))
    return frame([*layers, *_key(parts[::-1], around)], _HIGH, **around)


def _key(parts: Sequence[Part], around: dict[str, int]) -> list[Node]:
    named = [(part.name, part.colour) for part in parts]
    return key(colours(named), WIDTH - around["left"] - around["right"] + 16)


def _colours(parts: Sequence[Part]) -> Node:
    scale = {"domain": [part.name for part in parts], "range": [part.colour for part in parts]}
    return {"field": "who", "type": "nominal", "scale": scale, "legend": None}
