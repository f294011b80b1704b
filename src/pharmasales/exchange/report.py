"""A report (报告) as one HTML file that opens without a network: key figures, charts, small tables.

No script, no link, no font or picture from elsewhere: the style and the charts stand in the file, and a policy in its
head forbids the rest. Every text is escaped by one function, tables by `Table.html`.

>>> tile = Tile(Says("Attainment", "达成率"), "96.2%", Says("of the quarter", "本季度"), tone="good")
>>> report = Report(Says("Q3", "三季度"), Says("Example", "示例医药"), (tile,), (), Says("Made up.", "虚构。"))
>>> "96.2%" in report_html(report, "zh")
True
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from attrs import frozen

from pharmasales.display import Lang, Says, Speaks, Table
from pharmasales.exchange.charts import Chart
from pharmasales.exchange.folder import whole_file
from pharmasales.exchange.page import Tile, escaped, tile_html, whole_page

__all__ = ["Report", "Section", "report_html", "write_report"]

_EMPTY: Final = Says("Nothing to show.", "无数据。")


@frozen
class Section:
    """One part of a report: what it says, a picture of it, and the first rows of its table.

    Args:
        title: its heading.
        text: a few sentences.
        chart: a picture.
        table: a table, of which at most `most` rows are shown; the files bear the rest.
        most: how many rows are shown.

    Example:
        >>> Section(Says("Load", "负荷"), Says("Nobody is overloaded.", "无人超负荷。")).most
        12
    """

    title: Speaks
    text: Speaks | None = None
    chart: Chart | None = None
    table: Table | None = None
    most: int = 12


@frozen
class Report:
    """A whole report (报告): title, key figures, sections and a last line.

    Args:
        title: its heading.
        subtitle: for whom and which time.
        tiles: the key figures.
        sections: its parts, in order.
        foot: where it comes from: rule book, files, date.

    Example:
        >>> words = Says("Q3", "三季度")
        >>> len(Report(words, words, (), (Section(words),), words).sections)
        1
    """

    title: Speaks
    subtitle: Speaks
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]
    foot: Speaks


def foot_of(notes: Sequence[Says]) -> Says:
    """Return what stands at the foot of a page: what was left out and why, or else who made it.

    >>> foot_of(()).zh, foot_of([Says("no visits", "无拜访"), Says("no plan", "无计划")]).en
    ('由 pharmasales 生成。', 'no visits; no plan')
    """
    if not notes:
        return Says("Made by pharmasales.", "由 pharmasales 生成。")
    return Says("; ".join(note.en for note in notes), "；".join(note.zh for note in notes))


def report_html(report: Report, lang: Lang = "en") -> str:
    """Return the whole report as one HTML page; the same report gives the same text.

    Raises:
        BadConfig: there is a chart and the `report` extra is not installed.
        BadValue: a text holds a control character or half a surrogate pair.

    Example:
        >>> words = Says("<script>", "<script>")
        >>> "<script" in report_html(Report(words, words, (), (), words))
        False
    """
    tiles = "\n".join(tile_html(tile, lang) for tile in report.tiles)
    body = [
        f"<header><h1>{escaped(report.title, lang)}</h1>{_lines(report.subtitle, lang)}</header>",
        *([f'<div class="tiles">\n{tiles}\n</div>'] if tiles else []),
        *(_section(section, lang) for section in report.sections),
        f"<footer>{_lines(report.foot, lang)}</footer>",
    ]
    return whole_page(report.title, "\n".join(body), lang)


def write_report(report: Report, path: Path, lang: Lang = "en") -> None:
    """Write the report as one UTF-8 file; it appears whole or not at all.

    Raises:
        BadConfig: there is a chart and the `report` extra is not installed.
        BadValue: a text holds a control character or half a surrogate pair.
        StorageError: the file cannot be written.

    Example:
        >>> import tempfile
        >>> words = Says("Q3", "三季度")
        >>> with tempfile.TemporaryDirectory() as here:
        ...     write_report(Report(words, words, (), (), words), Path(here, "report.html"), "zh")
        ...     Path(here, "report.html").read_text("utf-8").count("三季度")
        4
    """
    page = report_html(report, lang).encode()
    with whole_file(path) as fresh:
        fresh.write_bytes(page)


def _lines(words: Speaks, lang: Lang) -> str:
    return "".join(f"<p>{line}</p>" for line in escaped(words, lang).splitlines())


def _section(section: Section, lang: Lang) -> str:
    parts = [f"<h2>{escaped(section.title, lang)}</h2>"]
    if section.text:
        parts.append(_lines(section.text, lang))
    if section.chart:
        parts.append(f"<figure>{section.chart.svg(lang)}</figure>")
    if section.table is not None:
        parts.append(_table(section.table, section.most, lang))
    return "<section>\n" + "\n".join(parts) + "\n</section>"


def _table(table: Table, most: int, lang: Lang) -> str:
    if not len(table):
        return f'<p class="note">{escaped(table.title, lang)}: {escaped(_EMPTY, lang)}</p>'
    return f'<div class="table">{table.html(lang, most)}</div>'
