"""A picture of a grid (分级散点图): where everybody stands on two numbers, over cells with their letters.

It bears letters, counts and cut points, never a name or an id.

>>> from pharmasales.classification import doctor_matrix
>>> found = grid_scatter(doctor_matrix(50, 100), [{"use": 80, "potential": 60}, {"use": 20, "potential": 150}])
>>> found.title.zh, "<svg" in found.svg("zh")
('按潜力与用量分级', True)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final, TypeAlias

from pharmasales.display import Says, percent
from pharmasales.errors import BadRule
from pharmasales.exchange._class_plots import Box, Dot, scatter
from pharmasales.exchange._drawing import LEFT, WIDTH, colour, labels, room
from pharmasales.exchange._figures import noted
from pharmasales.exchange._scatter import HIGH, Axis, axis_of
from pharmasales.exchange.charts import Chart
from pharmasales.rules import Bands, Grid, Label, Ratio, Rule
from pharmasales.rules.explain import spoken
from pharmasales.rules.terms import Exact, number

__all__ = ["grid_scatter"]

Names: TypeAlias = Mapping[str, tuple[Says, str]]
Spots: TypeAlias = Mapping[tuple[int, int, int, int], int]

_FEW: Final = 10
_BESIDE: Final = 80


def grid_scatter(grid: Grid, records: Iterable[object], letters: Sequence[str] = ()) -> Chart | None:
    """Return everybody's place on a grid (分级散点图), such as potential and share, over cells with their letters.

    The columns of the grid run across, its rows up. Customers close together are one dot, larger for more, so that a
    picture of thousands stays small and shows nobody alone; a dot stands in the cell of its customers. An axis is
    logarithmic where the largest value is at least five times the middle one. Customers without one of the two
    numbers are counted in the note. `None` without anybody to draw.

    Args:
        grid: both of its sides are `Bands`.
        records: what its rules read, one a customer.
        letters: the order of the letters in the key; that of the grid where left out.

    Raises:
        BadRule: a side that is no `Bands`.
        BadValue: a record without a field that the grid reads, or with one that is no number.

    Example:
        >>> from pharmasales.classification import doctor_matrix
        >>> chart = grid_scatter(doctor_matrix(50, 100), [{"use": 80, "potential": 150}, {"use": None, "potential": 9}])
        >>> chart.note.en
        '1 customer in 1 dot; 1 without a value not drawn'
    """
    rows, cols = grid.rows, grid.cols
    if not (isinstance(rows, Bands) and isinstance(cols, Bands)):
        raise BadRule("a side that is not a number", hint="a grid of two bands can be drawn", code="chart.grid")
    people = [(number(cols.of(one), cols.of.named()), number(rows.of(one), rows.of.named())) for one in records]
    known = [(x, y) for x, y in people if x is not None and y is not None]
    if not known:
        return None
    names = _grid_names(grid, letters)
    counts = Counter(str(grid.cells[_label(rows, y)][_label(cols, x)]) for x, y in known)
    entries = [(_counted(name, counts[letter], len(known)), tint) for letter, (name, tint) in names.items()]
    width = WIDTH - LEFT - room(words for words, _ in entries) - _BESIDE
    x = axis_of([x for x, _ in known], _at(cols), _said(cols.of), width, share=isinstance(cols.of, Ratio))
    y = axis_of([y for _, y in known], _at(rows), _said(rows.of), HIGH, share=isinstance(rows.of, Ratio))
    spots = Counter((x.place(a), cols.place(a) or 0, y.place(b), rows.place(b) or 0) for a, b in known)
    spec = scatter(list(_boxes(grid, names, x, y)), list(_dots(grid, names, spots, x, y, width)), x, y, entries, width)
    both = x.title, y.title
    title = Says(f"Grades by {both[0].en} and {both[1].en}", f"按{both[0].zh}与{both[1].zh}分级")
    return Chart(title, spec, _placed(len(people), known, spots, x, y))


def _label(side: Bands, value: Exact) -> Label:
    return side.labels()[side.place(value) or 0]


def _at(side: Bands) -> list[Exact]:
    return [cut.at for cut, _ in side.cuts]


def _said(rule: Rule) -> Says:
    """Return the name of a term, short enough for an axis."""
    if isinstance(rule, Ratio):
        part, whole = _said(rule.part), _said(rule.whole)
        return Says(f"{part.en} / {whole.en}", f"{part.zh} / {whole.zh}")
    return labels([spoken(rule)])[0]


def _grid_names(grid: Grid, letters: Sequence[str]) -> Names:
    """Return the name and the colour of each letter, in order."""
    known = list(map(str, grid.labels()))
    order = [*(one for one in letters if one in known), *(one for one in known if one not in letters)]
    order = list(dict.fromkeys(order))
    return {one: (name, colour(place)) for place, (one, name) in enumerate(zip(order, labels(order), strict=True))}


def _counted(name: Says, count: int, whole: int) -> Says:
    share = percent(Fraction(count, whole))
    return Says(f"{name.en}: {count:,} ({share})", f"{name.zh}：{count:,}（{share}）")


def _boxes(grid: Grid, names: Names, x: Axis, y: Axis) -> Iterator[Box]:
    for up, row in enumerate(grid.rows.labels()):
        for across, col in enumerate(grid.cols.labels()):
            name, tint = names[str(grid.cells[row][col])]
            yield Box(name, tint, *x.cell(across), *y.cell(up))


def _dots(
    grid: Grid,
    names: Names,
    spots: Spots,
    x: Axis,
    y: Axis,
    width: int,
) -> Iterator[Dot]:
    most = max(_FEW, *spots.values())
    rows, cols = grid.rows.labels(), grid.cols.labels()
    for (at_x, col, at_y, row), count in sorted(spots.items()):
        tint = names[str(grid.cells[rows[row]][cols[col]])][1]
        across, up = x.pixel(x.middle(at_x, col), width), y.pixel(y.middle(at_y, row), HIGH)
        yield Dot(across, up, tint, Fraction(count, most))


def _placed(
    everybody: int,
    known: Sequence[tuple[Exact, Exact]],
    spots: Spots,
    x: Axis,
    y: Axis,
) -> Says:
    customers, dots = ("customer" if len(known) == 1 else "customers"), ("dot" if len(spots) == 1 else "dots")
    most, missing = max(spots.values()), everybody - len(known)
    low = sum((x.log and a <= 0) or (y.log and b <= 0) for a, b in known)
    larger = Says(f"a larger dot stands for more of them, {most:,} at most", f"点越大客户越多，最多 {most:,} 个")
    return noted(
        Says(f"{len(known):,} {customers} in {len(spots):,} {dots}", f"{len(known):,} 个客户，{len(spots):,} 个点"),
        larger if most > 1 else None,
        Says(f"{low:,} of zero at the edge", f"{low:,} 个为零，位于边缘") if low else None,
        Says(f"{missing:,} without a value not drawn", f"{missing:,} 个无数据，未画出") if missing else None,
    )
