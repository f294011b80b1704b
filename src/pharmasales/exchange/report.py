"""A report (报告) as one HTML file that opens without a network: key figures, charts, small tables.

No script, no link, no font or picture from elsewhere: the style and the charts stand in the file, and a policy in its
head forbids the rest. Every text is escaped by one function, tables by `Table.html`.

>>> tile = Tile(Says("Attainment", "达成率"), "96.2%", Says("of the quarter", "本季度"), tone="good")
>>> report = Report(Says("Q3", "三季度"), Says("Example", "示例医药"), (tile,), (), Says("Made up.", "虚构。"))
>>> "96.2%" in report_html(report, "zh")
True
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Final, Literal, TypeAlias

from attrs import frozen

from pharmasales.display import Lang, Says, Speaks, Table
from pharmasales.exchange.charts import Chart
from pharmasales.exchange.folder import whole_file
from pharmasales.names import clean

__all__ = ["Report", "Section", "Tile", "Tone", "report_html", "write_report"]

Tone: TypeAlias = Literal["plain", "good", "warn", "bad"]

_TONES: Final = {
    "good": Says("On track", "正常"),
    "warn": Says("Watch", "关注"),
    "bad": Says("Act", "需行动"),
}
_EMPTY: Final = Says("Nothing to show.", "无数据。")
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE: Final = """
:root{color-scheme:light;--ink:#1f2328;--soft:#5a6168;--line:#e3e6e9;--accent:#0072b2}
*{box-sizing:border-box}
html{background:#fff;-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:54rem;padding:2.5rem 1.5rem 3rem;color:var(--ink);line-height:1.55;
overflow-wrap:break-word;
font-family:system-ui,-apple-system,"Segoe UI","PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC",
"Source Han Sans SC","WenQuanYi Micro Hei",Roboto,"Helvetica Neue",Arial,sans-serif;font-size:15px}
header{border-bottom:2px solid var(--accent);padding-bottom:.9rem;margin-bottom:1.4rem}
h1{font-size:1.65rem;line-height:1.25;margin:0;font-weight:650}
h2{font-size:1.15rem;line-height:1.3;margin:0 0 .4rem;font-weight:650}
p{margin:.3rem 0}
header p,.note,footer,caption,section>div>p{color:var(--soft)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.8rem,1fr));gap:.75rem;margin:0 0 2rem;padding:0}
.tile{border:1px solid var(--line);border-top:3px solid #8a9299;border-radius:4px;padding:.7rem .85rem;margin:0}
.tile .name{color:var(--soft);font-size:.85rem;margin:0}
.tile .value{font-size:1.5rem;line-height:1.3;font-weight:650;margin:.1rem 0;font-variant-numeric:tabular-nums}
.tile .note{font-size:.8rem;margin:0}
.tone{display:inline-block;font-size:.75rem;font-weight:600;border-radius:3px;padding:.05rem .45rem;margin-top:.35rem}
.good{border-top-color:#009e73}.warn{border-top-color:#e69f00}.bad{border-top-color:#d55e00}
.good .tone{background:#e0f3ed;color:#00553e}.warn .tone{background:#fdf0d5;color:#6b4700}
.bad .tone{background:#fbe5d9;color:#8a3200}
section{margin:0 0 2.2rem}
figure{margin:.8rem 0}
figure svg{display:block;width:100%;height:auto}
figure svg text{font-family:inherit;font-variant-numeric:tabular-nums}
.table{overflow-x:auto;margin:.8rem 0}
table{border-collapse:collapse;width:100%;font-size:.85rem}
caption{text-align:left;padding:0 0 .35rem;font-size:.85rem}
th{text-align:left;font-weight:600;border-bottom:1.5px solid #8a9299;white-space:nowrap}
th,td{padding:.32rem .75rem .32rem 0;vertical-align:top}
td{border-bottom:1px solid var(--line)}
td:not(.n){min-width:4.5rem}
td:last-child:not(.n):not(:first-child){min-width:9rem}
th.n,td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
th:last-child,td:last-child{padding-right:0}
footer{border-top:1px solid var(--line);padding-top:.8rem;font-size:.8rem}
@page{size:A4;margin:16mm 15mm}
@media print{
body{max-width:none;padding:0;font-size:10.5pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
.tile,figure,tr,.table{break-inside:avoid}
.tiles{grid-template-columns:repeat(auto-fit,minmax(7.6rem,1fr))}
h2,section>p,caption{break-after:avoid}
thead{display:table-header-group}
.table{overflow:visible}
}
"""


@frozen
class Tile:
    """A key figure at the top of a report (关键指标).

    Args:
        title: what it is.
        value: the figure, ready to read.
        note: a line below it.
        tone: its state; `good`, `warn` and `bad` show a colour and a word.

    Example:
        >>> Tile(Says("Visits", "拜访"), "312").tone
        'plain'
    """

    title: Speaks
    value: str | Speaks
    note: Speaks | None = None
    tone: Tone = "plain"


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
    title = _text(report.title, lang)
    head = (
        f'<!doctype html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n"
    )
    tiles = "\n".join(_tile(tile, lang) for tile in report.tiles)
    body = [
        f"<header><h1>{title}</h1>{_lines(report.subtitle, lang)}</header>",
        *([f'<div class="tiles">\n{tiles}\n</div>'] if tiles else []),
        *(_section(section, lang) for section in report.sections),
        f"<footer>{_lines(report.foot, lang)}</footer>",
    ]
    return clean("\n".join([head + "<body>", *body, "</body>\n</html>\n"]), "report")


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


def _text(words: str | Speaks, lang: Lang) -> str:
    """Return words fit for HTML text and attributes: the one place where a report escapes."""
    return escape(words if isinstance(words, str) else words.text(lang))


def _lines(words: Speaks, lang: Lang) -> str:
    return "".join(f"<p>{line}</p>" for line in _text(words, lang).splitlines())


def _tile(tile: Tile, lang: Lang) -> str:
    note = f'<p class="note">{_text(tile.note, lang)}</p>' if tile.note else ""
    tone = _TONES.get(tile.tone)
    badge = f'<span class="tone">{_text(tone, lang)}</span>' if tone else ""
    name = f'<p class="name">{_text(tile.title, lang)}</p>'
    value = f'<p class="value">{_text(tile.value, lang)}</p>'
    return f'<div class="tile {tile.tone}">{name}{value}{note}{badge}</div>'


def _section(section: Section, lang: Lang) -> str:
    parts = [f"<h2>{_text(section.title, lang)}</h2>"]
    if section.text:
        parts.append(_lines(section.text, lang))
    if section.chart:
        label = _text(section.chart.title, lang)
        parts.append(f'<figure role="img" aria-label="{label}">{section.chart.svg(lang)}</figure>')
    if section.table is not None:
        parts.append(_table(section.table, section.most, lang))
    return "<section>\n" + "\n".join(parts) + "\n</section>"


def _table(table: Table, most: int, lang: Lang) -> str:
    if not len(table):
        return f'<p class="note">{_text(table.title, lang)}: {_text(_EMPTY, lang)}</p>'
    return f'<div class="table">{table.html(lang, most)}</div>'
