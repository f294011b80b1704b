"""The month as a page to print (月度拜访表): hospitals down, days across, load at the foot; it opens without a network.

>>> from pharmasales.followup import Rep
>>> from pharmasales.periods import Month
>>> from pharmasales.workdays import CHINA
>>> grid = MonthGrid.of(Month(2026, 2), Rep("r1", "Rep One", 8), (), CHINA)
>>> "Rep One：2026年2月拜访表" in month_page([grid], "zh")
True
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from pharmasales.display import Column, Lang, Says
from pharmasales.exchange._drawing import colour
from pharmasales.exchange.folder import whole_file
from pharmasales.exchange.month_grid import DONE, PLACES, PLANNED, GridDay, GridRow, MonthGrid, weekday_letter
from pharmasales.exchange.page import escaped, whole_page

__all__ = ["LEGEND", "month_page", "tint_of", "write_month_page"]

LEGEND: Final = Says(
    f"Letters are the grades of who is visited, {DONE} made; grey: day off; hatched: leave; red: too much for the day.",
    f"字母为客户级别，{DONE} 为已完成；灰色：休息日；斜线：请假；红色：超出当日可访次数。",
)
_HOSPITAL: Final = Says("Hospital", "医院")
_TOTAL: Final = Says("Total", "合计")
_TITLE: Final = Says("Visits by day and hospital", "月度拜访表")
_NOTHING: Final = Says("No visits in this month.", "本月无拜访。")
_STYLE: Final = """
body{max-width:78rem;padding:1.5rem 1rem}
article{margin:0 0 2.5rem}
header{margin-bottom:.6rem;padding-bottom:.5rem;display:flex;justify-content:space-between;align-items:baseline;gap:1rem}
h1{font-size:1.25rem}
header p{margin:0;white-space:nowrap}
.grid{overflow-x:auto}
.grid table{table-layout:fixed;min-width:62rem;font-size:.72rem;line-height:1.2}
.grid th,.grid td{padding:.16rem .05rem;text-align:center;border:1px solid var(--line);
min-width:0;vertical-align:middle}
.grid td:last-child:not(.n):not(:first-child){min-width:0}
.grid th{font-weight:600;white-space:normal}
.grid th.h{width:14rem;text-align:left;padding:.16rem .4rem;font-weight:400;overflow-wrap:anywhere}
.grid th.t,.grid td.t{width:2.6rem;font-variant-numeric:tabular-nums}
.grid thead th{border-bottom:1.5px solid #8a9299}
.grid thead th.h{font-weight:600}
.grid thead small{display:block;font-weight:400;color:var(--soft)}
.grid tbody.foot th,.grid tbody.foot td{border-top:1.5px solid #8a9299;font-variant-numeric:tabular-nums}
.grid tbody.foot tr+tr th,.grid tbody.foot tr+tr td{border-top:1px solid var(--line)}
.grid tbody.foot th.h{font-weight:600}
.grid td{white-space:nowrap;overflow:hidden;font-weight:600}
.grid td.s{white-space:normal;overflow-wrap:normal;font-size:.62rem}
.grid .off{background:#eceef0;color:#8a9299}
.grid .leave{background:repeating-linear-gradient(135deg,#eceef0 0 3px,#d3d7db 3px 6px);color:#5a6168}
.grid .over{background:#fbe5d9;color:#8a3200}
.key{display:flex;flex-wrap:wrap;gap:.3rem 1rem;margin:.5rem 0 0;font-size:.78rem;color:var(--soft)}
.key i{display:inline-block;min-width:1.3rem;text-align:center;font-style:normal;font-weight:600;color:var(--ink);
border-radius:2px;padding:0 .2rem;margin-right:.3rem}
@page{size:A4 landscape;margin:10mm 9mm}
@media print{
body{padding:0;font-size:9pt}
article{margin:0;break-after:page}
article:last-child{break-after:auto}
.grid{overflow:visible}
.grid table{min-width:0;font-size:7pt}
.grid th.h{width:44mm}
.grid th.t,.grid td.t{width:8mm}
}
"""


def month_page(grids: Iterable[MonthGrid], lang: Lang = "en") -> str:
    """Return months as one HTML page, each on paper of its own (A4 landscape); the same grids give the same text.

    Raises:
        BadValue: a text holds a control character or half a surrogate pair.

    Example:
        >>> month_page([]).count("<article")
        0
    """
    return whole_page(_TITLE, "\n".join(_article(grid, lang) for grid in grids), lang, _STYLE)


def write_month_page(grids: Sequence[MonthGrid], path: Path, lang: Lang = "en") -> None:
    """Write the page as one UTF-8 file; it appears whole or not at all.

    Raises:
        BadValue: a text holds a control character or half a surrogate pair.
        StorageError: the file cannot be written.
    """
    page = month_page(grids, lang).encode()
    with whole_file(path) as fresh:
        fresh.write_bytes(page)


def tint_of(grades: Sequence[str], letter: str) -> str:
    """Return the pale colour behind a grade, by its rank among those of the month: the most important one first.

    >>> tint_of("AB", "A"), tint_of("AB", "•")
    ('#b3d5e8', '#ffffff')
    """
    if letter not in grades:
        return "#ffffff"
    solid = colour(list(grades).index(letter))
    return "#" + "".join(f"{255 - (255 - int(solid[at : at + 2], 16)) * 3 // 10:02x}" for at in (1, 3, 5))


def _article(grid: MonthGrid, lang: Lang) -> str:
    figures = Says(f"{grid.total} visits, {grid.slots} fit", f"已排 {grid.total} 次，可容纳 {grid.slots} 次")
    head = f"<header><h1>{escaped(grid.title, lang)}</h1><p>{escaped(figures, lang)}</p></header>"
    if not grid.rows:
        return f'<article>\n{head}\n<p class="note">{escaped(_NOTHING, lang)}</p>\n</article>'
    rows = "\n".join(_row(grid, row, lang) for row in grid.rows)
    table = (
        f"<table>\n<thead><tr>{_heads(grid, lang)}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n"
        f'<tbody class="foot">\n{_foot(grid, lang)}\n</tbody></table>'
    )
    return f'<article>\n{head}\n<div class="grid">{table}</div>\n{_key(grid, lang)}\n</article>'


def _shade(day: GridDay) -> str:
    return f' class="{day.state}"' if day.rests else ""


def _heads(grid: MonthGrid, lang: Lang) -> str:
    days = "".join(
        f"<th{_shade(one)}><small>{escaped(weekday_letter(one.day), lang)}</small>{one.day.day}</th>"
        for one in grid.days
    )
    return f'<th class="h">{escaped(_HOSPITAL, lang)}</th>{days}<th class="t">{escaped(_TOTAL, lang)}</th>'


def _row(grid: MonthGrid, row: GridRow, lang: Lang) -> str:
    cells = []
    for n, day in enumerate(grid.days):
        parts = row.parts(n)
        if not parts:
            cells.append(f"<td{_shade(day)}></td>")
            continue
        small = ' class="s"' if sum(map(len, parts)) > _FITS else ""
        text = "<wbr>".join(escaped(part, lang) for part in parts)
        tint = tint_of(grid.grades, row.best(n))
        cells.append(f'<td{small} style="background:{tint}">{text}</td>')
    name, total = escaped(row.name, lang), Column.plain(row.shown)
    return f'<tr><th class="h">{name}</th>{"".join(cells)}<td class="t">{total}</td></tr>'


_FITS: Final = 3


def _foot(grid: MonthGrid, lang: Lang) -> str:
    load = [("over" if day.over else day.state if day.rests else "", str(day.planned or "")) for day in grid.days]
    gone = [(day.state if day.rests else "", str(day.places or "")) for day in grid.days]
    return "\n".join(
        f'<tr><th class="h">{escaped(title, lang)}</th>'
        + "".join(f'<td class="{shade}">{text}</td>' if shade else f"<td>{text}</td>" for shade, text in cells)
        + f'<td class="t">{total}</td></tr>'
        for title, cells, total in (
            (PLANNED, load, grid.total),
            (PLACES, gone, sum(day.places for day in grid.days)),
        )
    )


def _key(grid: MonthGrid, lang: Lang) -> str:
    grades = "".join(
        f'<span><i style="background:{tint_of(grid.grades, letter)}">{escaped(letter, lang)}</i></span>'
        for letter in grid.grades
    )
    return f'<p class="key">{grades}<span>{escaped(LEGEND, lang)}</span></p>'
