"""What every chart is drawn with: labels that fit, axes, and one frame.

All places are set here and none is measured from a font, so that a chart is the same bytes whatever fonts there are.

>>> labels(["The Very Long Name of a Hospital"])[0].en
'The Very Long Name of a…'
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from pharmasales.display import Lang, Says, Speaks
from pharmasales.errors import BadValue
from pharmasales.exchange._figures import label_rule
from pharmasales.names import clean
from pharmasales.units import Unit

__all__ = [
    "ACCENT",
    "BAD",
    "GOOD",
    "GREY",
    "INK",
    "LEFT",
    "LINE",
    "PALETTE",
    "SOFT",
    "STYLE",
    "TITLES",
    "WIDTH",
    "Name",
    "Node",
    "amount_axis",
    "amount_title",
    "colour",
    "columns_axis",
    "drawn",
    "frame",
    "labels",
    "name_axis",
    "room",
]

Name: TypeAlias = str | Speaks
Node: TypeAlias = Mapping[str, object]

WIDTH: Final = 680
LEFT: Final = 60
# The palette of Okabe and Ito: told apart with any colour vision.
ACCENT: Final = "#0072B2"
GOOD: Final = "#009E73"
BAD: Final = "#D55E00"
GREY: Final = "#B8BEC4"
INK: Final = "#222222"
PALETTE: Final = (ACCENT, "#E69F00", GOOD, "#56B4E9", BAD, "#CC79A7", "#F0E442", "#4D4D4D")
SOFT: Final = "#5A6168"
LINE: Final = "#E3E6E9"
STYLE: Final[Mapping[str, object]] = {
    "font": "sans-serif",
    "aria": False,
    "background": "white",
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "ticks": False,
        "gridColor": LINE,
        "labelBound": False,
        "labelColor": SOFT,
        "labelFlush": False,
        "labelFontSize": 11,
        "labelLimit": 0,
        "labelOverlap": False,
        "labelPadding": 8,
        "titleColor": SOFT,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "titleLimit": 0,
    },
    "text": {"color": INK, "fontSize": 11},
    "title": {
        "anchor": "start",
        "color": INK,
        "fontSize": 13,
        "frame": "group",
        "limit": 0,
        "offset": 10,
        "subtitleColor": SOFT,
        "subtitleFontSize": 11,
        "subtitlePadding": 5,
    },
}
# Where the title of an axis stands: below x, above y.
TITLES: Final[Mapping[str, Node]] = {
    "x": {"titleY": 34},
    "y": {"titleAlign": "left", "titleAngle": 0, "titleX": -LEFT, "titleY": -14},
}

_PER_PLACE: Final = Fraction(63, 10)
_LONGEST: Final = 24


def _wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _short(text: str) -> str:
    """Return one line of at most `_LONGEST` places (a Chinese character takes two), cut with an ellipsis."""
    line = " ".join(clean(text, "label").split())
    if _wide(line) <= _LONGEST:
        return line
    while _wide(line) >= _LONGEST:
        line = line[:-1]
    return line + "…"


def _distinct(texts: Iterable[str]) -> list[str]:
    seen: dict[str, None] = {}
    for text in texts:
        name, count = text, 1
        while name in seen:
            count += 1
            name = f"{text} ({count})"
        seen[name] = None
    return list(seen)


def labels(names: Iterable[Name]) -> list[Says]:
    """Return labels for an axis or a key: short, on one line, and never two alike.

    Names may be twins; the second gets a number, so that no two bars become one.

    Raises:
        BadValue: a control character.

    Example:
        >>> [label.en for label in labels(["Wang Wei", "Wang Wei", "The Very Long Name of a Hospital"])]
        ['Wang Wei', 'Wang Wei (2)', 'The Very Long Name of a…']
    """
    both = [(name, name) if isinstance(name, str) else (name.text("en"), name.text("zh")) for name in names]
    english = _distinct(_short(en) for en, _ in both)
    chinese = _distinct(_short(zh) for _, zh in both)
    return [Says(en, zh) for en, zh in zip(english, chinese, strict=True)]


def room(texts: Iterable[Says]) -> int:
    """Return how many pixels the widest of some labels takes, in either language, a little too many.

    Example:
        >>> room([Says("Li", "李")])
        13
    """
    return math.ceil(max((max(_wide(t.en), _wide(t.zh)) for t in texts), default=0) * _PER_PLACE)


def colour(place: int) -> str:
    """Return the colour of a class by its place; they come round again.

    Example:
        >>> colour(0) == colour(8)
        True
    """
    return PALETTE[place % len(PALETTE)]


def amount_title(what: Says, unit: Unit) -> Says:
    """Return the title of an axis: what is drawn, and in which unit.

    Example:
        >>> from pharmasales.units import CNY
        >>> amount_title(Says("Goal", "目标"), CNY)
        Says(en='Goal (yuan)', zh='目标（元）')
    """
    return Says(f"{what.en} ({unit.en or unit.code})", f"{what.zh}（{unit.zh or unit.code}）")


def amount_axis(title: Says, at: Sequence[Fraction], side: Literal["x", "y"]) -> Node:
    """Return scale and axis of an amount: its labels all in one unit, its title above (y) or below (x).

    Example:
        >>> amount_axis(Says("Goal", "目标"), [Fraction(0), Fraction(5)], "x")["axis"]["titleY"]
        34
    """
    peak = max(map(abs, at))
    label = Says(label_rule(peak, "en"), label_rule(peak, "zh"))
    axis = {"title": title, "values": list(at), "labelExpr": label, **TITLES[side]}
    return {"scale": {"domain": [at[0], at[-1]], "nice": False}, "axis": axis, "type": "quantitative"}


def name_axis(names: Sequence[Says]) -> Node:
    """Return the encoding of the field `name`: labels along an axis, in the order given.

    Example:
        >>> name_axis([Says("Li", "李")])["scale"]["domain"][0].zh
        '李'
    """
    axis = {"title": None, "grid": False, "labelAngle": 0}
    return {"field": "name", "type": "ordinal", "scale": {"domain": list(names)}, "sort": None, "axis": axis}


def columns_axis(names: Sequence[Says], right: int) -> tuple[Node, dict[str, int]]:
    """Return the encoding of labels below the columns, and the room around the plot; labels too long lean.

    Args:
        names: the labels.
        right: the pixels at the right of the plot.

    Example:
        >>> columns_axis([Says("January 2026", "2026年1月")] * 12, 100)[0]["axis"]["labelAngle"]
        -35
    """
    encoding, widest = name_axis(names), room(names)
    if widest * len(names) <= WIDTH - LEFT - right:
        return encoding, {"left": LEFT, "right": right, "bottom": 30}
    leaning = {"title": None, "grid": False, "labelAngle": -35, "labelAlign": "right"}
    left, bottom = max(LEFT, widest * 5 // 6), 30 + widest * 3 // 5
    return {**encoding, "axis": leaning}, {"left": left, "right": right, "bottom": bottom}


def frame(layers: Sequence[Node], height: int, left: int, right: int, bottom: int, top: int = 64) -> Node:
    """Return the spec of one picture of fixed size around its layers; nothing moves with the width of a text.

    Example:
        >>> frame([], 100, left=80, right=20, bottom=30)["width"]
        580
    """
    padding = {"left": left, "right": right, "top": top, "bottom": bottom}
    size: Node = {"width": WIDTH - left - right, "height": height, "padding": padding, "autosize": {"type": "none"}}
    return {**size, "layer": list(layers)}


def drawn(node: object, lang: Lang) -> object:
    """Return a spec as the drawing engine takes it: words in one language, and exact numbers as floats at last.

    Raises:
        BadValue: a number too large to draw.

    Example:
        >>> drawn({"title": Says("Goal", "目标"), "values": (Fraction(1, 2), 3)}, "zh")
        {'title': '目标', 'values': [0.5, 3]}
    """
    if isinstance(node, Mapping):
        return {key: drawn(value, lang) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [drawn(value, lang) for value in node]
    if isinstance(node, Fraction | Decimal):
        return _float(Fraction(node))
    return node.text(lang) if isinstance(node, Speaks) else node


def _float(value: Fraction) -> int | float:
    if value.denominator == 1 and abs(value) < 2**53:
        return int(value)
    try:
        return float(value)
    except OverflowError:
        raise BadValue("a number too large to draw", code="number.long") from None
