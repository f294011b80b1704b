"""The picture of raters as a Vega-Lite spec: bars by step, a line from the least to the most, and figures beside it.

It takes rows that are ready to draw; `rater_chart` decides who is drawn and what is said.

>>> row = RaterRow(Says("m1", "m1"), {1: 2, 3: 1}, 1, 1, 3, Fraction(5, 3), ("3", "1", "1", "3", "1.67"))
>>> bars_of([row], [Fraction(1), Fraction(2), Fraction(3)], 300).counts
[{Fraction(1, 1): 2, Fraction(3, 1): 1}]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final

from attrs import frozen

from pharmasales.display import Says, decimal_text
from pharmasales.exchange._drawing import ACCENT, INK, LINE, SOFT, WIDTH, Node, amount_axis, frame
from pharmasales.exchange._layers import WORDS, beside, layer, pixels, square
from pharmasales.rules.terms import Exact

__all__ = ["HEADS", "RIGHT", "Bars", "RaterRow", "bars_of", "distribution", "in_short"]

_ROW: Final = 46
_BASE: Final = 32
_TALL: Final = 20
_COLUMN: Final = 46
_WIDEST: Final = 16
_COUNTED: Final = 12
_APART: Final = 5
HEADS: Final = (
    Says("marks", "份数"),
    Says("least", "最低"),
    Says("median", "中位"),
    Says("most", "最高"),
    Says("mean", "平均"),
)
RIGHT: Final = _COLUMN * len(HEADS) + 16


def in_short(value: Exact) -> str:
    """Write a mark with two decimals at most, half up.

    Example:
        >>> in_short(Fraction(5, 3)), in_short(80)
        ('1.67', '80')
    """
    return decimal_text(value, 2).rstrip("0").rstrip(".")


@frozen
class RaterRow:
    """One rater as it is drawn: label, counts by step, least, median, most and mean, and all figures in words."""

    name: Says
    counts: Mapping[Exact, int]
    least: Exact
    median: Exact
    most: Exact
    mean: Exact
    words: Sequence[str]

    @property
    def count(self) -> int:
        """How many marks there are."""
        return sum(self.counts.values())


@frozen
class Bars:
    """The bars of all rows: for each its place, its count, and how wide all are.

    Args:
        counts: for each row, the count at the middle of each bar.
        wide: how many pixels a bar has.
        told: whether there is room for the counts.
        note: how the marks were gathered, if they were.
    """

    counts: Sequence[Mapping[Fraction, int]]
    wide: Fraction
    told: bool
    note: Says | None = None


def bars_of(rows: Sequence[RaterRow], at: Sequence[Fraction], width: int) -> Bars:
    """Return a bar for each step, or for a fifth of a tick where steps are too close to be told apart."""
    per_mark = width / (at[-1] - at[0])
    steps = sorted({Fraction(step) for row in rows for step in row.counts})
    gap = min((b - a for a, b in pairwise(steps)), default=at[-1] - at[0])
    if gap * per_mark >= _APART:
        exactly = [{Fraction(step): count for step, count in row.counts.items() if count} for row in rows]
        return Bars(exactly, min(Fraction(_WIDEST), gap * per_mark * 7 / 10), gap * per_mark >= _COUNTED)
    part = (at[1] - at[0]) / 5
    gathered = [_gathered(row.counts, at, part) for row in rows]
    said = in_short(part)
    note = Says(f"bars {said} wide hold their left edge, the last both", f"每柱宽 {said} 分，含左不含右，末柱含右")
    return Bars(gathered, part * per_mark - 1, part * per_mark >= _COUNTED, note)


def _gathered(counts: Mapping[Exact, int], at: Sequence[Fraction], part: Fraction) -> Mapping[Fraction, int]:
    """Return the counts of equal parts of the axis by their middles; the last part holds its right edge too."""
    found: Counter[Fraction] = Counter()
    for step, count in counts.items():
        if count:
            place = min((step - at[0]) // part, (at[-1] - at[0]) // part - 1)
            found[at[0] + part * place + part / 2] += count
    return found


def distribution(rows: Sequence[RaterRow], at: Sequence[Fraction], bars: Bars, middle: Fraction, left: int) -> Node:
    """Return the spec of one row a rater.

    Args:
        rows: the raters, in order.
        at: the ticks of the marks.
        bars: the bars of all rows, for a plot of this width.
        middle: where the dashed line stands.
        left: the pixels at the left of the plot.
    """
    width, high = WIDTH - left - RIGHT, _ROW * len(rows)
    x: Node = {"x": {"field": "x", **amount_axis(Says("Mark", "评分"), at, "x")}}
    layers = [
        layer([{"x": middle}], {"type": "rule", "color": SOFT, "strokeDash": [4, 4], "strokeWidth": 1}, x),
        *_drawn(rows, bars, x),
        *_ranges(rows, x),
        *_words(rows, left, width),
        layer([{"x": middle}], {"type": "text", "y": -10, "text": _all(middle)}, x),
        *beside(_entries(), 8 - left, high + 62),
    ]
    return frame(layers, high, left=left, right=RIGHT, bottom=76, top=62)


def _all(middle: Fraction) -> Says:
    return Says(f"median of all {in_short(middle)}", f"全体中位 {in_short(middle)}")


def _drawn(rows: Sequence[RaterRow], bars: Bars, x: Node) -> Iterator[Node]:
    """Yield the bars, and their counts where there is room for them."""
    shares = [
        {at: Fraction(n, row.count) for at, n in mine.items()} for row, mine in zip(rows, bars.counts, strict=True)
    ]
    most = max(share for mine in shares for share in mine.values())
    values = [
        {"x": at, "y": base, "y2": base - _TALL * share / most, "words": f"{counts[at]:,}"}
        for base, counts, mine in zip(_bases(rows), bars.counts, shares, strict=True)
        for at, share in sorted(mine.items())
    ]
    yield layer(values, {"type": "rule", "color": ACCENT, "strokeWidth": bars.wide}, {**x, **pixels("y", "y2")})
    if bars.told:
        text: Node = {"type": "text", "fontSize": 9, "baseline": "bottom"}
        tops = [{"x": one["x"], "y": one["y2"], "words": one["words"]} for one in values]
        yield layer(tops, text, {**x, **pixels("y"), "text": WORDS})


def _bases(rows: Sequence[RaterRow]) -> list[int]:
    """Return where the bars of each row stand, in pixels from the top."""
    return [_ROW * place + _BASE for place in range(len(rows))]


def _ranges(rows: Sequence[RaterRow], x: Node) -> Iterator[Node]:
    """Yield a line from the least to the most, a thick mark at the median and a diamond at the mean."""
    both = [(base, row) for base, row in zip(_bases(rows), rows, strict=True)]
    ends = [{"x": row.least, "x2": row.most, "y": base + 8} for base, row in both]
    middles = [{"x": row.median, "y": base + 2, "y2": base + 14} for base, row in both]
    means = [{"x": row.mean, "y": base + 8} for base, row in both]
    yield layer(ends, {"type": "rule", "color": INK, "strokeWidth": 1.2}, {**x, **pixels("y"), "x2": {"field": "x2"}})
    yield layer(middles, {"type": "rule", "color": INK, "strokeWidth": 4}, {**x, **pixels("y", "y2")})
    yield layer(means, _MEAN, {**x, **pixels("y")})


_MEAN: Final[Node] = {
    "type": "point",
    "shape": "diamond",
    "size": 45,
    "fill": "white",
    "stroke": INK,
    "strokeWidth": 1.2,
    "opacity": 1,
}


def _words(rows: Sequence[RaterRow], left: int, width: int) -> Iterator[Node]:
    """Yield thin lines between the rows, the raters at the left, the figures at the right, and their heads above."""
    lines = [{"y": _ROW * at, "x": -left, "x2": width + RIGHT} for at in range(1, len(rows))]
    names = [{"x": -16, "y": base - 8, "words": row.name} for base, row in zip(_bases(rows), rows, strict=True)]
    ends = [width + 8 + _COLUMN * (place + 1) for place in range(len(HEADS))]
    heads = [{"x": end, "y": -10, "words": head} for end, head in zip(ends, HEADS, strict=True)]
    figures = [
        {"x": end, "y": base - 8, "words": words}
        for base, row in zip(_bases(rows), rows, strict=True)
        for end, words in zip(ends, row.words, strict=True)
    ]
    text: Node = {"type": "text", "align": "right", "baseline": "middle"}
    place: Node = {**pixels("x", "y"), "text": WORDS}
    yield layer(lines, {"type": "rule", "color": LINE, "strokeWidth": 1}, {**pixels("x", "y"), "x2": {"field": "x2"}})
    yield layer([*names, *figures], text, place)
    yield layer(heads, {**text, "color": SOFT}, place)


def _entries() -> list[tuple[Says, Node]]:
    """Return the entries of the key."""
    line: Node = {"type": "point", "shape": "stroke", "size": 130, "stroke": INK, "strokeWidth": 1.2, "opacity": 1}
    thick: Node = {"type": "tick", "orient": "vertical", "size": 12, "thickness": 4, "color": INK, "opacity": 1}
    return [
        (Says("share of own marks, with their count", "占本人评分比例及份数"), square(ACCENT)),
        (Says("least to most", "最低至最高"), line),
        (Says("median", "中位"), thick),
        (Says("mean", "平均"), _MEAN),
    ]
