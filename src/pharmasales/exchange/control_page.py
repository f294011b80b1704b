"""Control sheets (年度累计控制表) as one HTML file to print: A4 landscape, a sheet a node, nothing from elsewhere.

>>> from pharmasales.evaluation.reporting import control_sheets
>>> from pharmasales.org import Node, Org
>>> from pharmasales.periods import Month, Year
>>> from pharmasales.units import CNY, Amount
>>> org = Org.of([Node("r1", "Rep One", "rep")])
>>> goals, sold = ({Month(2026, 1): {"r1": Amount.of(n, CNY)}} for n in (100, 90))
>>> page = control_page(control_sheets(org, Year(2026), goals=goals, actual=sold).values(), "zh")
>>> "Rep One：2026 年度累计控制表" in page, "90.0%" in page
(True, True)
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Final

from pharmasales.display import Lang, Says, Speaks, decimal_text
from pharmasales.evaluation.reporting.control_sheet import ControlSheet
from pharmasales.exchange.control_grid import Across, ControlCell, ControlGrid
from pharmasales.exchange.folder import whole_file
from pharmasales.exchange.page import escaped, whole_page

__all__ = ["control_page", "write_control_page"]

_STYLE: Final = """
body{max-width:92rem;padding:1.5rem 1rem}
article{margin:0 0 2.5rem}
header{margin-bottom:.6rem;padding-bottom:.5rem;display:flex;justify-content:space-between;align-items:baseline;gap:1rem}
h1{font-size:1.25rem;unicode-bidi:isolate;overflow-wrap:anywhere;display:-webkit-box;-webkit-box-orient:vertical;
-webkit-line-clamp:2;overflow:hidden}
header p{margin:0;white-space:nowrap}
.grid{overflow-x:auto}
.grid table{font-size:.66rem;line-height:1.25}
.grid.rows table{font-size:.76rem}
.grid th,.grid td{padding:.28rem .25rem;border:1px solid var(--line);min-width:0;text-align:right;white-space:nowrap;
font-variant-numeric:tabular-nums}
.grid td:not(.n){min-width:0}
.grid th:first-child{text-align:left}
.grid tbody th{font-weight:400;border-bottom:1px solid var(--line)}
.grid .sum{background:#f1f3f4;font-weight:600}
.grid .gone{color:#8a9299}
.grid tr.date td,.grid tr.date th{border-top:1.5px solid #8a9299}
@page{size:A4 landscape;margin:9mm 8mm}
@media print{
html{font-size:11px}
body{padding:0;font-size:1rem}
article{margin:0;break-after:page}
article:last-child{break-after:auto}
.grid{overflow:visible}
.grid table{font-size:var(--print)}
.grid th,.grid td{padding:.3rem .14rem}
.grid.rows table{font-size:8pt}
.grid.rows th,.grid.rows td{padding:.3rem .4rem}
}
"""
_TITLE: Final = Says("Year-to-date control sheet", "年度累计控制表")
_NOTE: Final = Says(
    "A dash: not known, or a sum of something that is not known. A node that sold nothing is given as zero.",
    "短横：未知，或所含月份有未知。无销售请填零。",
)
_HALF: Final = 5


def control_page(
    sheets: Iterable[ControlSheet], lang: Lang = "en", *, across: Across = "months", stand: Speaks | None = None
) -> str:
    """Return control sheets as one HTML page, each on paper of its own; the same sheets give the same text.

    Args:
        sheets: the sheets, such as `control_sheets(...).values()`.
        lang: the language.
        across: what stands in the columns: the months, or the figures.
        stand: what the figures stand for, such as the day and the version of a closed period; below each sheet.

    Source: S004-63.

    Raises:
        BadValue: something else in the columns, or a control character or half a surrogate pair in a name.
    """
    body = "\n".join(_article(ControlGrid(sheet, across), lang, stand) for sheet in sheets)
    return whole_page(_TITLE, body, lang, _STYLE)


def write_control_page(
    sheets: Iterable[ControlSheet], path: Path, lang: Lang = "en", *, across: Across = "months"
) -> None:
    """Write the page as one UTF-8 file; it appears whole or not at all.

    Raises:
        BadValue: as `control_page`.
        StorageError: the file cannot be written.
    """
    page = control_page(sheets, lang, across=across).encode()
    with whole_file(path) as fresh:
        fresh.write_bytes(page)


def _article(grid: ControlGrid, lang: Lang, stand: Speaks | None) -> str:
    head = f"<header><h1>{escaped(grid.title, lang)}</h1><p>{escaped(grid.unit, lang)}</p></header>"
    months = grid.across == "months"
    titles = "".join(
        f"<th{_shade(months and at > 0 and grid.sums(at - 1))}>{escaped(title, lang)}</th>"
        for at, title in enumerate(grid.titles())
    )
    body = "\n".join(_row(grid, side, cells, lang) for side, cells in zip(grid.sides(), grid.rows(), strict=True))
    print_size = "" if not months else f' style="--print:{_print_size(grid)}pt"'
    table = f"<table{print_size}><thead><tr>{titles}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
    wide = "grid" if months else "grid rows"
    notes = "".join(f'<p class="note">{escaped(said, lang)}</p>' for said in (_NOTE, stand) if said is not None)
    return f'<article>\n{head}\n<div class="{wide}">{table}</div>\n{notes}\n</article>'


def _print_size(grid: ControlGrid) -> str:
    """Return the size of print, in points, at which the widest figures of all columns fit beside each other."""
    widest: dict[int, int] = {}
    for cell in grid.cells():
        widest[cell.period] = max(widest.get(cell.period, 0), len(cell.text()))
    signs = sum(widest.values()) + _SIDE
    size = min(Fraction(13, 2), _PAPER / (_SIGN * signs + len(widest)))
    return decimal_text(size, 1)


_PAPER: Final = 780  # points across A4 landscape between the margins
_SIGN: Final = Fraction(2, 3)  # of the size of print, about what a figure takes
_SIDE: Final = 12


def _shade(sums: bool) -> str:
    return ' class="sum"' if sums else ""


def _row(grid: ControlGrid, side: Says, cells: list[ControlCell], lang: Lang) -> str:
    months = grid.across == "months"
    mark = ' class="date"' if months and cells[0].figure == _HALF else ""
    head = f"<th{_shade(not months and grid.sums(cells[0].period))}>{escaped(side, lang)}</th>"
    return f"<tr{mark}>{head}{''.join(_cell(grid, cell, lang) for cell in cells)}</tr>"


def _cell(grid: ControlGrid, cell: ControlCell, lang: Lang) -> str:
    marks = ["sum"] * grid.sums(cell.period) + ["gone"] * (cell.value is None)
    return f'<td class="{" ".join(["n", *marks])}">{escaped(cell.text(), lang)}</td>'
