"""The frame of an HTML page that opens without a network, and what several pages share: style, key figures, escaping.

A policy in the head forbids scripts, links, fonts and pictures from elsewhere.

>>> "default-src 'none'" in whole_page(Says("Example", "示例"), "<p>Made up.</p>", "zh")
True
"""

from __future__ import annotations

from html import escape
from typing import Final, Literal, TypeAlias

from attrs import frozen

from pharmasales.display import Lang, Says, Speaks
from pharmasales.names import clean

__all__ = ["Tile", "Tone", "escaped", "tile_html", "whole_page"]

Tone: TypeAlias = Literal["plain", "good", "warn", "bad"]

_TONES: Final = {
    "good": Says("On track", "正常"),
    "warn": Says("Watch", "关注"),
    "bad": Says("Act", "需行动"),
}
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


def whole_page(title: Speaks, body: str, lang: Lang = "en", style: str = "") -> str:
    """Return a whole page around a body that is HTML already.

    Args:
        title: of the page.
        body: its HTML, every text of it escaped.
        lang: the language.
        style: rules of its own, after those of every page.

    Raises:
        BadValue: a control character or half a surrogate pair.
    """
    head = (
        f'<!doctype html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escaped(title, lang)}</title>\n<style>{_STYLE}{style}</style>\n</head>\n"
    )
    return clean(f"{head}<body>\n{body}\n</body>\n</html>\n", "page")


def escaped(words: str | Speaks, lang: Lang) -> str:
    """Return words fit for HTML text and attributes: the one place where a page escapes.

    >>> escaped("<b>", "en")
    '&lt;b&gt;'
    """
    return escape(words if isinstance(words, str) else words.text(lang))


def tile_html(tile: Tile, lang: Lang) -> str:
    """Return a key figure as HTML."""
    note = f'<p class="note">{escaped(tile.note, lang)}</p>' if tile.note else ""
    tone = _TONES.get(tile.tone)
    badge = f'<span class="tone">{escaped(tone, lang)}</span>' if tone else ""
    name = f'<p class="name">{escaped(tile.title, lang)}</p>'
    value = f'<p class="value">{escaped(tile.value, lang)}</p>'
    return f'<div class="tile {tile.tone}">{name}{value}{note}{badge}</div>'
