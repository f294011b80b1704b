"""A picture of fairness (公平性图): the growth asked of each territory, against how large or how promising it is.

In a fair plan the dots show no slope. The verdict stands in words; there is no name and no id.

>>> from pharmasales.goals.agreeing.asks import Ask
>>> from pharmasales.goals.agreeing.fairness import check_fairness
>>> from pharmasales.units import BOX, Amount
>>> box = Amount.of(1, BOX)
>>> asks = [Ask(f"n{n}", box * goal, past=[box * 100], size=n) for n, goal in enumerate((104, 108, 112, 116, 120))]
>>> print(fairness_scatter(check_fairness(asks)).note.en)
not fair: growth with size: spearman 1.00 of 5 nodes, between -0.3 and 0.3
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from pharmasales.display import Says, percent
from pharmasales.exchange._drawing import ACCENT, BAD, GREY, INK, LEFT, WIDTH, Node, amount_title, frame, room
from pharmasales.exchange._figures import noted
from pharmasales.exchange._layers import key, layer, pixels
from pharmasales.exchange._scatter import HIGH, Axis, axis_of, placed
from pharmasales.exchange.charts import Chart
from pharmasales.goals.agreeing.asks import Ask
from pharmasales.goals.agreeing.fairness import Fairness
from pharmasales.goals.agreeing.spread import spread_of
from pharmasales.units import exact

__all__ = ["Against", "fairness_scatter"]

Against: TypeAlias = Literal["size", "potential"]
"""What growth is held against: the size of a territory, or its potential."""

Point: TypeAlias = tuple[Fraction, Fraction, str]

_FEW: Final = 10
_MARKS: Final[Mapping[str, tuple[str, str]]] = {
    "largest": ("triangle-up", BAD),
    "middle": ("circle", ACCENT),
    "smallest": ("triangle-down", INK),
}
_VERDICTS: Final = {
    "pass": Says("fair", "公平"),
    "fail": Says("not fair", "不公平"),
    "missing": Says("open", "无法判断"),
}
_SIZE: Final = Says("Size of the territory", "区域规模")
_POTENTIAL: Final = Says("Potential", "潜力")


def fairness_scatter(found: Fairness, against: Against = "size") -> Chart | None:
    """Return the growth asked of each node against its size or potential (公平性散点图), with the verdict in words.

    The largest asks point up, the smallest down, in number as the tips of the report; the dashed line is the middle of
    all. Nodes close together are one mark, larger for more. An axis is logarithmic where the largest value is at least
    five times the middle one. Nodes without one of the two figures are counted in the note. `None` without any.

    Args:
        found: made by `goals.fairness.check_fairness`.
        against: what growth is held against.

    Source: P2-D (growth should not go with territory size or potential).

    Example:
        >>> from pharmasales.goals.agreeing.fairness import check_fairness
        >>> fairness_scatter(check_fairness([])) is None
        True
    """
    ends = {(str(tip.end.en), tip.node) for tip in found.tips if tip.of.en.startswith("growth")}
    points = [point for ask in found.asks if (point := _point(ask, against, ends)) is not None]
    middle = spread_of(growth for _, growth, _ in points)
    if middle is None:
        return None
    counts = Counter(kind for _, _, kind in points)
    entries = [(_said(kind, counts[kind]), *mark) for kind, mark in _MARKS.items() if counts[kind]]
    line = Says(f"middle: {percent(middle.median)}", f"中位数：{percent(middle.median)}")
    width = WIDTH - LEFT - room([line, *(words for words, _, _ in entries)]) - 84
    x = axis_of([value for value, _, _ in points], [], _title(found.asks, against), width)
    y = axis_of([growth for _, growth, _ in points], [], Says("Growth asked", "目标增长率"), HIGH, share=True)
    layers = [
        _rule(y, middle.median),
        *(_marks(points, kind, x, y) for kind in _MARKS),
        *key([(words, _sign(*mark)) for words, *mark in (*entries, (line, "stroke", GREY))], width + 44),
    ]
    right = WIDTH - LEFT - width
    spec = frame(layers, HIGH, left=LEFT, right=right, bottom=54, top=100)
    about = Says("size", "规模") if against == "size" else Says("potential", "潜力")
    title = Says(f"Growth asked, by {about.en} of the territory", f"目标增长率与区域{about.zh}")
    return Chart(title, spec, _verdict(found, against, len(found.asks) - len(points)))


def _point(ask: Ask, against: Against, ends: set[tuple[str, str]]) -> Point | None:
    figure = ask.size if against == "size" else None if ask.potential is None else exact(ask.potential)
    if ask.growth is None or figure is None:
        return None
    kind = next((end for end in ("largest", "smallest") if (f"the {end}", ask.node) in ends), "middle")
    return figure, ask.growth, kind


def _title(asks: Sequence[Ask], against: Against) -> Says:
    unit = next((ask.potential.unit for ask in asks if ask.potential is not None), None)
    return amount_title(_POTENTIAL, unit) if against == "potential" and unit is not None else _SIZE


def _said(kind: str, count: int) -> Says:
    zh = {"largest": "最高要求", "middle": "其他", "smallest": "最低要求"}[kind]
    en = {"largest": "largest asks", "middle": "others", "smallest": "smallest asks"}[kind]
    return Says(f"{en}: {count:,}", f"{zh}：{count:,}")


def _verdict(found: Fairness, against: Against, missing: int) -> Says:
    check = next(check for check in found if check.name == f"growth_with_{against}")
    said = _VERDICTS[check.verdict]
    return noted(
        Says(f"{said.en}: {check.why.head('en')}", f"{said.zh}：{check.why.head('zh')}"),
        Says(f"{missing:,} without a figure not drawn", f"{missing:,} 个无数据，未画出") if missing else None,
    )


def _marks(points: Sequence[Point], kind: str, x: Axis, y: Axis) -> Node:
    """Return the marks of one kind, those close together as one."""
    places = Counter((x.place(value), y.place(growth)) for value, growth, which in points if which == kind)
    known = {(x.place(value), y.place(growth)): (value, growth) for value, growth, which in points if which == kind}
    most = max(_FEW, *places.values()) if places else _FEW
    values = [
        {"x": known[place][0], "y": known[place][1], "size": 60 + 120 * Fraction(count, most)}
        for place, count in sorted(places.items())
    ]
    shape, tint = _MARKS[kind]
    mark: Node = {"type": "point", "shape": shape, "filled": True, "color": tint, "opacity": 0.8}
    return layer(values, mark, {**placed(x, y), **pixels("size")})


def _rule(y: Axis, middle: Fraction) -> Node:
    mark: Node = {"type": "rule", "color": GREY, "strokeDash": [4, 4], "strokeWidth": 1.5}
    return layer([{"y": middle}], mark, {"y": {"field": "y", **y.encoding("y")}})


def _sign(shape: str, tint: str) -> Node:
    return {"type": "point", "shape": shape, "filled": shape != "stroke", "size": 70, "opacity": 1, "color": tint}
