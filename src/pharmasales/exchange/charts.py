"""Charts (图表) as static SVG: who carries the goal, who is behind, who is overloaded, how sales went.

Exact numbers go in; they become floats in the drawing alone. The same chart is the same bytes in any process. Drawing
needs the `report` extra; making a chart does not.

>>> chart = goal_bars([("North", [("Jan", 300_000), ("Feb", 250_000)]), ("South", [("Jan", 120_000)])])
>>> chart.title.zh, "<svg" in chart.svg("zh")
('各月目标', True)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final

from attrs import field, frozen

from pharmasales.display import Lang, Says, percent
from pharmasales.errors import BadValue
from pharmasales.exchange._drawing import (
    ACCENT,
    BAD,
    GOOD,
    GREY,
    PALETTE,
    STYLE,
    Name,
    Node,
    amount_title,
    drawn,
    labels,
)
from pharmasales.exchange._figures import Value, noted, number, readable
from pharmasales.exchange._plots import Level, Part, levels, lines, stack
from pharmasales.exchange.page import escaped
from pharmasales.extras import need
from pharmasales.units import CNY, VISIT, Unit, ratio

__all__ = ["Chart", "attainment_bullets", "goal_bars", "load_bars", "readable", "trend_lines"]

_MOST: Final = 15
_AGES: Final = ("#C3C8CD", "#7C858D", ACCENT)


@frozen
class Chart:
    """A picture: its title, and a Vega-Lite spec whose texts may be in both languages and whose numbers are exact.

    Args:
        title: what it shows.
        spec: the Vega-Lite spec without title; words that speak (`Says`) and `Fraction`s may stand anywhere in it.
        note: a line under the title: how to read it, or what was left out.
        alt: what it shows, for who cannot see it; the note where left out.

    Example:
        >>> bar = {"width": 90, "height": 40, "data": {"values": [{"v": Fraction(1, 2)}]}, "mark": "bar"}
        >>> svg = Chart(Says("Half", "一半"), {**bar, "encoding": {"x": {"field": "v", "type": "quantitative"}}}).svg()
        >>> "Half" in svg
        True
    """

    title: Says
    spec: Mapping[str, object] = field(repr=False)
    note: Says | None = None
    alt: Says | None = field(default=None, repr=False)

    def svg(self, lang: Lang = "en") -> str:
        """Draw the chart; it loads nothing, tells who cannot see it what it shows, and is the same text every time.

        Raises:
            BadConfig: the `report` extra is not installed.
            BadValue: a number too large to draw, a spec that is no Vega-Lite, or one that links or shows an image.
        """
        padding = self.spec.get("padding")
        left = padding.get("left", 0) if isinstance(padding, Mapping) else 0
        title: Node = {"text": self.title, "dx": -left, **({"subtitle": self.note} if self.note else {})}
        whole = drawn({"config": STYLE, "title": title, **self.spec}, lang)
        engine = need("vl_convert", "report")
        try:
            svg = str(engine.vegalite_to_svg(whole, allowed_base_urls=[]))
        except ValueError:  # its text repeats the data, which may be personal
            hint = "check the spec against the Vega-Lite reference"
            raise BadValue("no picture comes of this spec", hint=hint, code="chart.spec") from None
        if "<image" in svg or "<a " in svg:  # a text never holds "<"
            raise BadValue("a chart with a link or an image", hint="draw with marks alone", code="chart.link")
        head, _, rest = svg.removeprefix("<svg ").partition(">")
        told = self.alt or self.note
        desc = f"<desc>{escaped(told, lang)}</desc>" if told else ""
        return f'<svg role="img" aria-label="{escaped(self.title, lang)}" {head}>{desc}{rest}'

    def _repr_html_(self) -> str:
        return f"<figure>{self.svg()}</figure>"


def goal_bars(rows: Sequence[tuple[Name, Sequence[tuple[Name, Value]]]], unit: Unit = CNY) -> Chart | None:
    """Return stacked bars by month: how much of the goal (目标) each child carries; `None` without any amount.

    The eight largest children have their own colour, the rest is summed as "other" (其他).

    Args:
        rows: for each child, its label and its goal by month.
        unit: what the amounts count.

    Raises:
        BadValue: not a plain number.
        NotComparable: amounts of another unit.

    Example:
        >>> goal_bars([(f"Rep {n}", [("Jan", n), ("Feb", n)]) for n in range(1, 12)]).note.en
        'the 8 largest of 11; the others are summed as "other"'
    """
    sums = [(name, _by_month(cells, unit)) for name, cells in rows]
    months = list(dict.fromkeys(month for _, cells in sums for month in cells))
    if not months:
        return None
    ranked = sorted(sums, key=lambda row: -sum(row[1].values()))
    kept, rest = ranked[: len(PALETTE)], ranked[len(PALETTE) :]
    note = None
    if rest:
        summed = _by_month([item for _, cells in rest for item in cells.items()], unit)
        kept = [*kept, (Says("other", "其他"), summed)]
        note = Says(
            f'the {len(PALETTE)} largest of {len(ranked)}; the others are summed as "other"',
            f"共 {len(ranked)} 项，列出最大的 {len(PALETTE)} 项，其余合并为“其他”",
        )
    names = labels(name for name, _ in kept)
    parts = [
        Part(name, colour, [cells.get(month) for month in months])
        for name, colour, (_, cells) in zip(names, (*PALETTE, GREY), kept, strict=False)
    ]
    title = amount_title(Says("Goal", "目标"), unit)
    return Chart(Says("Goals by month", "各月目标"), stack(labels(months), parts, title), note)


def _by_month(cells: Iterable[tuple[Name, Value]], unit: Unit) -> dict[Name, Fraction]:
    sums: dict[Name, Fraction] = {}
    for month, amount in cells:
        sums[month] = sums.get(month, Fraction(0)) + number(amount, unit)
    return sums


def attainment_bullets(
    rows: Sequence[tuple[Name, Value | None, Value | None, Value | None]], unit: Unit = CNY
) -> Chart | None:
    """Return bars of actual sales with a mark at the goal (达成率), the worst first, at most fifteen.

    Colour and words say the same: goal reached, on pace (at or above what was expected so far), or behind. Rows
    without goal or actual come last; a goal of zero is none, and has no mark. `None` without rows.

    Args:
        rows: label, goal, actual, and what was expected so far; missing is `None`.
        unit: what the amounts count.

    Raises:
        BadValue: not a plain number.
        NotComparable: amounts of another unit.

    Example:
        >>> chart = attainment_bullets([("Li", 100, 90, 80), ("Wang", 100, 50, 80)])
        >>> [row["words"].en for row in chart.spec["layer"][3]["data"]["values"]]
        ['50.0% behind', '90.0% on pace']
    """
    if not rows:
        return None
    numbers = [[None if v is None else number(v, unit) for v in row[1:]] for row in rows]
    reached = [ratio(actual, goal if goal and goal > 0 else None) for goal, actual, _ in numbers]
    order = sorted(range(len(rows)), key=lambda place: (reached[place] is None, reached[place] or 0))[:_MOST]
    shown = []
    for place, name in zip(order, labels(rows[place][0] for place in order), strict=True):
        goal, actual, expected = numbers[place]
        words, colour = _standing(reached[place], actual, expected)
        marks = (None, None) if reached[place] is None and actual is not None else (goal, expected)
        shown.append(Level(name, actual, *marks, words, colour))
    note = _few(Says("thick mark: goal; thin mark: expected so far", "粗线：目标；细线：当前应达"), len(rows))
    return _levels(Says("Attainment", "目标达成"), shown, amount_title(Says("Sales", "销售"), unit), note)


def _standing(reached: Fraction | None, actual: Fraction | None, expected: Fraction | None) -> tuple[Says, str]:
    if actual is None:
        return Says("no data", "无数据"), GREY
    if reached is None:
        return Says("no goal", "无目标"), GREY
    said = percent(reached)
    if reached >= 1:
        return Says(f"{said} goal reached", f"{said} 已达标"), GOOD
    if expected is None:
        return Says(said, said), ACCENT
    if actual >= expected:
        return Says(f"{said} on pace", f"{said} 进度正常"), ACCENT
    return Says(f"{said} behind", f"{said} 落后"), BAD


def _levels(title: Says, shown: Sequence[Level], axis: Says, note: Says) -> Chart:
    told = [Says(f"{one.name.en}: {one.words.en}", f"{one.name.zh}：{one.words.zh}") for one in shown]
    return Chart(title, levels(shown, axis), note, noted(*told))


def _few(note: Says, count: int) -> Says:
    """Add to a note how many rows were left out."""
    few = Says(f"the first {_MOST} of {count}", f"共 {count} 行，列出前 {_MOST} 行")
    return noted(note, few if count > _MOST else None)


def load_bars(rows: Sequence[tuple[Name, Value, Value | None]], unit: Unit = VISIT) -> Chart | None:
    """Return bars of planned visits with a mark at the capacity (拜访负荷), the heaviest load first, at most fifteen.

    Whoever has more planned than time for is marked, with how many too many. `None` without rows.

    Args:
        rows: label, planned visits, and capacity; a missing capacity is `None`.
        unit: what is planned.

    Raises:
        BadValue: not a plain number.
        NotComparable: amounts of another unit.

    Example:
        >>> chart = load_bars([("Li", 60, 80), ("Wang", 90, 80)])
        >>> [row["words"].en for row in chart.spec["layer"][3]["data"]["values"]]
        ['112.5% over by 10', '75.0%']
    """
    if not rows:
        return None
    numbers = [(number(plan, unit), None if room is None else number(room, unit)) for _, plan, room in rows]
    order = sorted(range(len(rows)), key=lambda place: _lightness(*numbers[place]))[:_MOST]
    shown = []
    for place, name in zip(order, labels(rows[place][0] for place in order), strict=True):
        planned, capacity = numbers[place]
        words, colour = _load(planned, capacity)
        shown.append(Level(name, planned, capacity, None, words, colour))
    note = _few(Says("thick mark: capacity", "粗线：可承担上限"), len(rows))
    return _levels(Says("Load", "拜访负荷"), shown, amount_title(Says("Planned", "计划"), unit), note)


def _lightness(planned: Fraction, capacity: Fraction | None) -> tuple[int, Fraction]:
    """Return the key that puts plans without any capacity first, then the heaviest load, then unknown capacity."""
    if capacity is None:
        return 2, Fraction(0)
    if capacity <= 0:
        return (0, -planned) if planned > capacity else (1, Fraction(0))
    return 1, -planned / capacity


def _load(planned: Fraction, capacity: Fraction | None) -> tuple[Says, str]:
    if capacity is None:
        return Says("capacity unknown", "上限未知"), GREY
    said = "" if capacity <= 0 else percent(planned / capacity) + " "
    if planned <= capacity:
        return Says(said.strip(), said.strip()), ACCENT
    over = readable(planned - capacity)
    return Says(f"{said}over by {over.en}", f"{said}超出 {over.zh}"), BAD


def trend_lines(series: Sequence[tuple[Name, Sequence[tuple[Name, Value | None]]]], unit: Unit = CNY) -> Chart | None:
    """Return monthly sales this year against last year (月度走势, 同比): the last series in front, at most three.

    A missing month is a gap, never zero. `None` without any amount.

    Args:
        series: for each year, oldest first, its label and its amounts by month; months meet by their label.
        unit: what the amounts count.

    Raises:
        BadValue: not a plain number.
        NotComparable: amounts of another unit.

    Example:
        >>> chart = trend_lines([("2025", [("Jan", 90)]), ("2026", [("Jan", 100), ("Feb", None)])])
        >>> chart.spec["layer"][2]["data"]["values"][0]["up"]
        Fraction(100, 1)
    """
    kept = series[-len(_AGES) :]
    months = list(dict.fromkeys(month for _, cells in kept for month, _ in cells))
    found = [{month: number(v, unit) for month, v in cells if v is not None} for _, cells in kept]
    if not any(found):
        return None
    parts = [
        Part(name, colour, [amounts.get(month) for month in months])
        for name, colour, amounts in zip(labels(name for name, _ in kept), _AGES[-len(kept) :], found, strict=True)
    ]
    title = amount_title(Says("Sales", "销售"), unit)
    return Chart(Says("Monthly sales", "月度销售走势"), lines(labels(months), parts, title))
