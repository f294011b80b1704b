"""Customer cards (客户资料卡) as one HTML file to print: an A4 page each, nothing from elsewhere.

What is missing stands out: it is counted at the top, listed below, and marked in its place. A card with very long texts
takes more than a page.

>>> from datetime import date
>>> from pharmasales.testing.lives import doctor_file
>>> file, day = doctor_file(), date(2026, 3, 1)
>>> page = card_page([Card.of(file.on(day), file, day=day)], "zh")
>>> page.count("<article"), "44.00%" in page, "示例医生" in page
(1, True, False)

Source: S001-15 (一目了然), S002-19, S004-12.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pharmasales.archive.card import Card, CardLine, CardPart, LineState
from pharmasales.archive.freshness import label_of
from pharmasales.display import Cell, Column, Lang, Says, Table, Why, because
from pharmasales.exchange.page import Tile, escaped, tile_html, whole_page

__all__ = ["card_page"]

_CARD_STYLE: Final = """
body{max-width:50rem;padding-top:1rem}
article{padding:1rem 0;border-bottom:1px dashed var(--line)}
article:last-child{border-bottom:0}
header{padding-bottom:.35rem;margin-bottom:.6rem}
h1{font-size:1.4rem}
h2{font-size:.9rem;color:var(--accent);margin:0 0 .1rem}
.tiles{margin-bottom:.5rem;grid-template-columns:2fr 1fr 1fr}
.tile{padding:.3rem .7rem}
.tile .value,.tile .note{display:inline-block;margin-right:.6rem}
.tile .tone{vertical-align:.25rem;margin:0}
.bar{height:.55rem;background:var(--line);border-radius:3px;margin:.3rem 0}
.bar div{height:100%;background:#009e73;border-radius:3px}
.lack{margin:0 0 .4rem;font-size:.8rem;line-height:1.6}
.lack b{margin-right:.5rem}
.lack span,dd span{white-space:nowrap}
.lack span{display:inline-block;border-radius:3px;padding:0 .4rem;margin:0 .3rem .15rem 0}
.missing{background:#fbe5d9;color:#8a3200}
.stale{background:#fdf0d5;color:#6b4700}
.parts{columns:2;column-gap:1.8rem;margin:.7rem 0 .5rem}
.parts section{break-inside:avoid;margin:0 0 .6rem}
.parts section.lone{margin-bottom:0}
dl{margin:0;font-size:.82rem}
dl div{display:grid;grid-template-columns:7rem 1fr 4.6rem;column-gap:.5rem;border-bottom:1px solid var(--line);
padding:.1rem 0;line-height:1.4}
dt,dd.on{color:var(--soft)}
dd{margin:0;min-width:0}
dd.on{text-align:right;font-size:.74rem;font-variant-numeric:tabular-nums;padding-top:.1rem}
dd span{border-radius:3px;padding:0 .35rem;font-size:.74rem}
.table{margin:.4rem 0}
.table table{font-size:.76rem}
.table th,.table td{padding:.14rem .75rem .14rem 0}
footer{padding-top:.2rem}
@media print{
body{font-size:9.5pt}
article{padding:0;border:0;break-after:page}
article:last-child{break-after:auto}
.tiles{grid-template-columns:2fr 1fr 1fr}
}
"""
_TITLE: Final = Says("Customer cards", "客户资料卡")
_MISSING: Final = Says("Missing", "缺项")
_STALE: Final = Says("Stale", "过期")
_MARKS: Final[dict[LineState, Says]] = {"missing": Says("missing", "缺"), "stale": Says("stale", "过期")}
_VALUE: Final = Column("value", "Value", "内容", "amount")


def card_page(cards: Iterable[Card], lang: Lang = "en") -> str:
    """Return the cards as one HTML page to print, an A4 sheet each; the same cards give the same text.

    Raises:
        BadValue: a text holds a control character or half a surrogate pair.

    Example:
        >>> card_page([]).count("<article")
        0
    """
    body = "\n".join(_card(card, lang) for card in cards)
    return whole_page(_TITLE, body, lang, _CARD_STYLE)


def _card(card: Card, lang: Lang) -> str:
    who = because("{kind} {id}, owner {owner}", "{kind} {id}，负责代表 {owner}", **_who(card))
    parts = "\n".join(_part(part, lang) for part in card.parts)
    tables = "".join(_table(table, lang) for table in (card.affiliations, card.changes))
    body = [
        f"<header><h1>{escaped(card.name or card.customer, lang)}</h1><p>{escaped(who, lang)}</p></header>",
        f'<div class="tiles">{_tiles(card, lang)}</div>',
        _lack(card, lang),
        f'<div class="parts">\n{parts}\n</div>',
        tables,
        f"<footer><p>{escaped(_foot(card), lang)}</p></footer>",
    ]
    return "<article>\n" + "\n".join(filter(None, body)) + "\n</article>"


def _who(card: Card) -> dict[str, Cell]:
    return {"kind": card.kind, "id": card.customer, "owner": card.owner or Says("nobody", "无")}


def _foot(card: Card) -> Why:
    says = "As of {day}, by {rules}.{masked}", "截至 {day}，依据 {rules}。{masked}"
    masked = Says(" Personal values are masked.", "个人信息已脱敏。") if card.masked else ""
    return because(*says, day=card.day, rules=card.rules, masked=masked)


def _tiles(card: Card, lang: Lang) -> str:
    full, fresh = card.completeness, card.freshness
    if full is None:
        score = tile_html(
            Tile(Says("Completeness", "完整度"), Says("no schema for this kind", "该类客户未设要求")), lang
        )
    else:
        grade = because("grade {grade}", "{grade} 级", grade=full.grade)
        score = tile_html(Tile(Says("Completeness", "完整度"), f"{full.score}%", grade), lang)
        score = f'{score.removesuffix("</div>")}<div class="bar"><div style="width:{full.score}%"></div></div></div>'
    lacks = len(full.missing) if full else None
    return score + _count(_MISSING, lacks, lang) + _count(_STALE, None if fresh is None else len(fresh), lang)


def _count(title: Says, count: int | None, lang: Lang) -> str:
    if count is None:
        return tile_html(Tile(title, "–"), lang)
    return tile_html(Tile(title, str(count), tone="warn" if count else "good"), lang)


def _lack(card: Card, lang: Lang) -> str:
    """Return the missing and the stale fields by name, the heaviest and the oldest first."""
    missing = card.completeness.missing if card.completeness else ()
    listed = [(_MISSING, "missing", [label_of(name) for name in missing])]
    listed.append((_STALE, "stale", card.aged()))
    return "".join(
        f'<p class="lack"><b>{escaped(title, lang)}</b>'
        + "".join(f'<span class="{mark}">{escaped(label, lang)}</span>' for label in labels)
        + "</p>"
        for title, mark, labels in listed
        if labels
    )


def _part(part: CardPart, lang: Lang) -> str:
    lines = "".join(_line(line, lang) for line in part.lines)
    if len(part.lines) == 1:
        return f'<section class="lone"><dl>{lines}</dl></section>'
    return f"<section><h2>{escaped(part.title, lang)}</h2><dl>{lines}</dl></section>"


def _line(line: CardLine, lang: Lang) -> str:
    value = escaped(_VALUE.show(line.value, lang), lang)
    mark = _MARKS.get(line.state)
    shown = f'{value} <span class="{line.state}">{escaped(mark, lang)}</span>' if mark else value
    on = line.confirmed.isoformat() if line.confirmed else ""
    return f'<div><dt>{escaped(line.label, lang)}</dt><dd>{shown.strip()}</dd><dd class="on">{on}</dd></div>'


def _table(table: Table, lang: Lang) -> str:
    return f'<div class="table">{table.html(lang, len(table))}</div>' if len(table) else ""
