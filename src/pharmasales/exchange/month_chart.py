"""A picture of a rep's month (月度拜访图): hospitals down, days across, the load of each day at the foot.

It bears hospitals, grades and counts, never the name of a person who is visited.

>>> from pharmasales.followup import Access, Rep, Target, schedule
>>> from pharmasales.periods import Month
>>> from pharmasales.workdays import CHINA
>>> rep, march = Rep("r1", "Rep One", 8), Month(2026, 3)
>>> doctors = [Target(f"c{n}", "Dr. Example", "r1", "A", 2, 7, Access(weekdays={1}), "h1") for n in range(3)]
>>> plan = schedule(doctors, [rep], march.start, march.end, CHINA)
>>> chart = month_chart(MonthGrid.of(march, rep, plan.visits, CHINA, places={"h1": "Example Hospital 示例医院"}))
>>> chart.title.zh, "<svg" in chart.svg("zh")
('Rep One：2026年3月拜访表', True)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Final

from pharmasales.display import Says
from pharmasales.exchange._drawing import ACCENT, BAD, INK, LEFT, LINE, SOFT, WIDTH, Node, frame, labels, room
from pharmasales.exchange._layers import TINT, WORDS, beside, layer, pixels, square
from pharmasales.exchange.charts import Chart
from pharmasales.exchange.month_grid import DONE, PLACES, PLANNED, GridDay, GridRow, MonthGrid, weekday_letter
from pharmasales.exchange.month_page import tint_of

__all__ = ["month_chart"]

_ROW: Final = 16
_BARS: Final = 44
_RIGHT: Final = 52
_OFF: Final = "#ECEEF0"
_LEAVE: Final = "#CFD4D9"
_FITS: Final = 2


def month_chart(grid: MonthGrid) -> Chart | None:
    """Return a rep's month as a picture (月度拜访图); `None` where nothing stands in it.

    A cell has the colour of its most important grade, and in it the grades or, where they do not fit, the count of the
    visits; a tick where all are made. Grey columns are days off, darker ones leave. A bar in another colour holds more
    than fits on its day.

    Args:
        grid: the month.

    Source: issue 7 section 5.

    Example:
        >>> from pharmasales.followup import Rep
        >>> from pharmasales.periods import Month
        >>> from pharmasales.workdays import CHINA
        >>> month_chart(MonthGrid.of(Month(2026, 3), Rep("r1", "Rep One", 8), (), CHINA)) is None
        True
    """
    if not grid.rows:
        return None
    names = labels(row.name for row in grid.rows)
    left = max(LEFT, room([*names, PLANNED, PLACES]) + 14)
    step = Fraction(WIDTH - left - _RIGHT, len(grid.days))
    high = _ROW * len(grid.rows)
    texts = [
        *_heads(grid.days, step),
        *_names(grid.rows, names, step * len(grid.days)),
        *_marks(grid, step),
        *_foot(grid, step, high),
    ]
    layers = [
        _rects(_shades(grid.days, step, high)),
        _rects(_rules(len(grid.rows), step * len(grid.days))),
        _rects(_cells(grid, step)),
        _rects(_loads(grid.days, step, high)),
        *(_texts([one for one in texts if one["align"] == align], align) for align in ("center", "right", "left")),
        *_key(grid, high + _BARS + 2 * _ROW + 16),
    ]
    spec = frame(layers, high + _BARS + 2 * _ROW, left=left, right=_RIGHT, bottom=34, top=96)
    return Chart(grid.title, spec, _note(grid))


def _note(grid: MonthGrid) -> Says:
    worked = [day for day in grid.days if day.slots]
    gone = sum(day.places for day in grid.days)
    return Says(
        f"{grid.total} visits on {len(worked)} field days, {grid.slots} fit; {gone} times at a hospital",
        f"{len(worked)} 个工作日拜访 {grid.total} 次，可容纳 {grid.slots} 次；到访医院 {gone} 次",
    )


def _box(x: Fraction, y: Fraction | int, wide: Fraction, high: Fraction | int, tint: str) -> Node:
    return {"x": x, "x2": x + wide, "y": y, "y2": y + high, "tint": tint}


def _word(x: Fraction | int, y: Fraction | int, words: object, tint: str = INK, align: str = "center") -> Node:
    return {"x": x, "y": y, "words": words, "tint": tint, "align": align}


def _shades(days: Sequence[GridDay], step: Fraction, high: int) -> Iterator[Node]:
    for n, day in enumerate(days):
        if day.rests:
            yield _box(n * step, 0, step, high, _LEAVE if day.state == "leave" else _OFF)


def _rules(rows: int, wide: Fraction) -> Iterator[Node]:
    for n in range(rows + 1):
        yield _box(Fraction(0), n * _ROW, wide, Fraction(1, 2), LINE)


def _cells(grid: MonthGrid, step: Fraction) -> Iterator[Node]:
    inset = Fraction(1, 2)
    for at, row in enumerate(grid.rows):
        for n in range(len(grid.days)):
            if row.cells[n] and row.id:
                tint = tint_of(grid.grades, row.best(n))
                yield _box(n * step + inset, at * _ROW + inset, step - 1, _ROW - 1, tint)


def _loads(days: Sequence[GridDay], step: Fraction, high: int) -> Iterator[Node]:
    most = max(1, *(max(day.planned, day.slots) for day in days))
    for n, day in enumerate(days):
        tall = Fraction(day.planned * (_BARS - 6), most)
        tint = BAD if day.over else ACCENT
        yield _box(n * step + 2, high + _BARS - tall, step - 4, tall, tint)


def _heads(days: Sequence[GridDay], step: Fraction) -> Iterator[Node]:
    for n, day in enumerate(days):
        middle, tint = n * step + step / 2, SOFT if day.rests else INK
        yield _word(middle, -19, _initial(day), SOFT)
        yield _word(middle, -7, str(day.day.day), tint)


def _initial(day: GridDay) -> Says:
    name = weekday_letter(day.day)
    return Says(name.en[:1], name.zh)


def _names(rows: Sequence[GridRow], names: Sequence[Says], right: Fraction) -> Iterator[Node]:
    for at, (row, name) in enumerate(zip(rows, names, strict=True)):
        yield _word(-8, at * _ROW + _ROW // 2, name, align="right")
        if row.id:
            yield _word(right + 10, at * _ROW + _ROW // 2, str(row.total), align="left")


def _marks(grid: MonthGrid, step: Fraction) -> Iterator[Node]:
    for at, row in enumerate(grid.rows):
        for n, cell in enumerate(row.cells):
            if cell:
                text = row.text(n)
                shown = text if len(text) <= _FITS else DONE if all(done for _, done in cell) else str(len(cell))
                yield _word(n * step + step / 2, at * _ROW + _ROW // 2, shown)


def _foot(grid: MonthGrid, step: Fraction, high: int) -> Iterator[Node]:
    """Yield the words of the foot: visits and hospitals a day, and their sums."""
    lines = ((PLANNED, [day.planned for day in grid.days]), (PLACES, [day.places for day in grid.days]))
    for line, (title, counts) in enumerate(lines):
        y = high + _BARS + line * _ROW + _ROW // 2
        yield _word(-8, y, title, SOFT, "right")
        yield _word(step * len(counts) + 10, y, str(sum(counts)), align="left")
        for n, count in enumerate(counts):
            if count:
                yield _word(n * step + step / 2, y, str(count))


def _rects(boxes: Iterable[Node]) -> Node:
    return layer(boxes, {"type": "rect", "opacity": 1}, {**pixels("x", "x2", "y", "y2"), "color": TINT})


def _texts(words: Sequence[Node], align: str) -> Node:
    mark: Node = {"type": "text", "align": align, "baseline": "middle", "fontSize": 9 if align == "center" else 10}
    return layer(words, mark, {**pixels("x", "y"), "color": TINT, "text": WORDS})


def _key(grid: MonthGrid, y: int) -> list[Node]:
    """Return the layers of the key below the picture."""
    entries = [(Says(letter, letter), tint_of(grid.grades, letter)) for letter in grid.grades]
    entries += [(Says("day off", "休息日"), _OFF)]
    entries += [(Says("leave", "请假"), _LEAVE)] if any(day.state == "leave" for day in grid.days) else []
    entries += [(Says("more than fits", "超出可访次数"), BAD)] if any(day.over for day in grid.days) else []
    made = any(done for row in grid.rows for cell in row.cells for _, done in cell)
    entries += [(Says(f"{DONE} made", f"{DONE} 已完成"), "#FFFFFF")] if made else []
    line: Node = {"size": 130, "stroke": SOFT, "strokeWidth": 0.4}
    return beside([(words, {**square(tint), **line}) for words, tint in entries], 6, y)
