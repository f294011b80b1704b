"""The pictures of classes, as Vega-Lite specs: areas under a curve, dots over the cells of a grid, a matrix of moves.

They take exact numbers and words in both languages that are ready to draw; `class_charts` decides what is drawn.

>>> cell = Cell(Says("A", "A"), Says("B", "B"), Says("▼ 3", "▼ 3"), "#D55E00", Fraction(1, 2))
>>> sorted(matrix([cell.was], [cell.now], [cell], Says("Before", "上期"), Says("Now", "本期")))
['autosize', 'height', 'layer', 'padding', 'width']
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias

from attrs import frozen

from pharmasales.display import Says
from pharmasales.exchange._drawing import ACCENT, GREY, INK, LEFT, TITLES, WIDTH, Node, frame, room
from pharmasales.exchange._layers import TINT, WORDS, colours, key, layer, pixels
from pharmasales.exchange._scatter import HIGH, Axis, above, placed

__all__ = ["Area", "Box", "Cell", "Dot", "curve", "matrix", "scatter"]

_LETTER: Final[Node] = {"type": "text", "fontSize": 13, "fontWeight": "bold", "color": INK}
_NARROW: Final = 14
_SIDE: Final = 34
_ROW: Final = 34
_COLUMN: Final = 76

Drawn: TypeAlias = int | Fraction | Decimal


@frozen
class Area:
    """One class under a curve: its letter, its colour, the curve from its left to its right edge, its words."""

    name: Says
    colour: str
    points: Sequence[tuple[Fraction, Fraction]]
    words: Says | None


@frozen
class Box:
    """One cell of a grid: its letter, its colour and its edges."""

    name: Says
    colour: str
    left: Drawn
    right: Drawn
    low: Drawn
    high: Drawn


@frozen
class Dot:
    """Records close together: the pixels where they stand, their colour and how large the dot is, from 0 to 1."""

    across: Fraction
    up: Fraction
    colour: str
    size: Fraction


@frozen
class Cell:
    """One cell of a matrix: its row and column, its words, its colour and how strong that is, from 0 to 1."""

    was: Says
    now: Says
    words: Says
    colour: str
    strength: Fraction
    framed: bool = False


def curve(areas: Sequence[Area], cuts: Sequence[tuple[Fraction, Fraction]], across: Says, up: Says) -> Node:
    """Return a curve of one share over another, from 0 to 100 %, with the area of each class under it.

    Args:
        areas: the classes from left to right, each beginning where the one before ends.
        cuts: for each share that was asked, how far across its class reaches.
        across: what the horizontal axis says.
        up: what the vertical axis says.

    Example:
        >>> ends = [(Fraction(0), Fraction(0)), (Fraction(1), Fraction(1))]
        >>> whole = Area(Says("A", "A"), "#0072B2", ends, Says("A: all", "A：全部"))
        >>> len(curve([whole], [], Says("Customers", "客户"), Says("Value", "金额"))["layer"])
        8
    """
    entries = [(area.words, area.colour) for area in areas if area.words]
    right = room(words for words, _ in entries) + 44
    place: Node = {"x": {"field": "across", **_share(across, "x")}, "y": {"field": "up", **_share(up, "y")}}
    ends = [_point(area.points[-1]) for area in areas[:-1]]
    line = [_point(areas[0].points[0]), *(_point(p) for area in areas for p in area.points[1:])]
    even = [{"across": 0, "up": 0}, {"across": 1, "up": 1}]
    asked = [{"across": 0, "end": far, "up": share} for share, far in cuts]
    letters = [
        {"across": (area.points[0][0] + area.points[-1][0]) / 2, "up": Fraction(1, 20), "words": area.name}
        for area in areas
        if (area.points[-1][0] - area.points[0][0]) * (WIDTH - LEFT - right) >= _NARROW
    ]
    layers = [
        *(layer([_point(p) for p in a.points], _filled(a.colour), {**place, "y2": {"datum": 0}}) for a in areas),
        layer(even, {"type": "line", "color": GREY, "strokeDash": [3, 4], "strokeWidth": 1}, place),
        layer(asked, {"type": "rule", "color": INK, "strokeDash": [2, 2]}, {**place, "x2": {"field": "end"}}),
        layer(line, {"type": "line", "color": ACCENT, "strokeWidth": 2.5}, place),
        layer(ends, {"type": "point", "filled": True, "opacity": 1, "size": 60, "color": INK}, place),
        layer(letters, _LETTER, {**place, "text": WORDS}),
        *key(colours(entries), WIDTH - LEFT - right + 16),
    ]
    return frame(layers, HIGH, left=LEFT, right=right, bottom=54)


def scatter(
    boxes: Sequence[Box], dots: Sequence[Dot], x: Axis, y: Axis, entries: Sequence[tuple[Says, str]], width: int
) -> Node:
    """Return dots over the cells of a grid: every cell has its letter, every cut its value, the key the counts.

    Args:
        boxes: the cells.
        dots: the dots.
        x: the horizontal axis.
        y: the vertical axis.
        entries: the words of the key with their colours.
        width: the pixels of the plot, for which the axes were made.

    Example:
        >>> from pharmasales.exchange._scatter import axis_of
        >>> side = axis_of([1, 2], [], Says("n", "数"), 100)
        >>> len(scatter([], [], side, side, [], 100)["layer"])
        6
    """
    place = placed(x, y)
    rects = [{"x": b.left, "x2": b.right, "y": b.low, "y2": b.high, "tint": b.colour} for b in boxes]
    spots = [{"x": d.across, "y": HIGH - d.up, "tint": d.colour, "size": 24 + 86 * d.size} for d in dots]
    letters = [
        {"x": b.left, "y": b.high, "words": b.name}
        for b in boxes
        if (x.part(b.right) - x.part(b.left)) * width >= _NARROW and (y.part(b.high) - y.part(b.low)) * HIGH >= _NARROW
    ]
    ends: Node = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    letter: Node = {**_LETTER, "align": "left", "baseline": "top", "dx": 5, "dy": 5}
    halo: Node = {**letter, "color": "white", "stroke": "white", "strokeWidth": 4}
    rows = [{"y": at, "words": words} for at, words, _ in y.marked(HIGH, 0, 1)]
    small: Node = {"type": "text", "fontSize": 10}
    beside: Node = {**small, "x": width + 6, "align": "left", "baseline": "middle"}
    layers = [
        layer(
            rects,
            {"type": "rect", "opacity": 0.22, "stroke": "white", "strokeWidth": 1.5},
            {**place, **ends, "color": TINT},
        ),
        layer(spots, {"type": "circle", "opacity": 1}, {**pixels("x", "y", "size"), "color": TINT}),
        layer(letters, halo, {**place, "text": WORDS}),
        layer(letters, letter, {**place, "text": WORDS}),
        above(x, width),
        layer(rows, beside, {"y": place["y"], "text": WORDS}),
        *key(colours(entries), width + 16 + _SIDE),
    ]
    return frame(layers, HIGH, left=LEFT, right=WIDTH - LEFT - width, bottom=54, top=100)


def matrix(rows: Sequence[Says], columns: Sequence[Says], cells: Sequence[Cell], was: Says, now: Says) -> Node:
    """Return a matrix of moves: a row for each place before, a column for each place now.

    Args:
        rows: the places before, the best first.
        columns: the places now.
        cells: the cells that hold somebody.
        was: what the rows are.
        now: what the columns are.

    Example:
        >>> len(matrix([Says("A", "A")], [Says("A", "A")], [], Says("Before", "上期"), Says("Now", "本期"))["layer"])
        3
    """
    left = max(LEFT, room(rows) + 16)
    width = min(WIDTH - left - 40, max(_COLUMN, room(columns[-1:]) + 16) * len(columns))
    above: Node = {"title": now, "orient": "top", "titleY": -26}
    beside: Node = {"title": was, **TITLES["y"], "titleX": -left, "titleY": -10}
    place: Node = {"x": _places("now", columns, above), "y": _places("was", rows, beside)}
    values = [
        {"was": c.was, "now": c.now, "words": c.words, "tint": c.colour, "strength": Fraction(3, 20) + c.strength / 2}
        for c in cells
    ]
    framed = [value for value, cell in zip(values, cells, strict=True) if cell.framed]
    tint: Node = {
        "color": TINT,
        "opacity": {"field": "strength", "type": "quantitative", "scale": None},
    }
    layers = [
        layer(values, {"type": "rect"}, {**place, **tint}),
        layer(framed, {"type": "rect", "filled": False, "stroke": INK, "strokeWidth": 1.5, "opacity": 1}, place),
        layer(values, {"type": "text", "fontWeight": "bold"}, {**place, "text": WORDS}),
    ]
    return frame(layers, _ROW * len(rows), left=left, right=WIDTH - left - width, bottom=16, top=98)


def _places(field: str, names: Sequence[Says], axis: Node) -> Node:
    scale = {"domain": list(names), "paddingInner": 0.06, "paddingOuter": 0.03}
    kept = {"field": field, "type": "ordinal", "sort": None, "scale": scale}
    return {**kept, "axis": {"grid": False, "labelAngle": 0, **axis}}


def _point(point: tuple[Fraction, Fraction]) -> Node:
    return {"across": point[0], "up": point[1]}


def _filled(colour: str) -> Node:
    return {"type": "area", "color": colour, "opacity": 0.3, "line": False}


def _share(title: Says, side: str) -> Node:
    at = [Fraction(n, 5) for n in range(6)]
    axis = {"title": title, "values": at, "format": ".0%", **TITLES[side]}
    return {"scale": {"domain": [0, 1], "nice": False}, "axis": axis, "type": "quantitative"}
