"""Scorecards (个人考核卡) as one HTML file to print: an A4 page a person, nothing from elsewhere.

Numbers with the peers as bands, the trend, three reasons up and three down that add up, and what to do next. Only the
person's own name stands on it. Pictures, where some are given, follow on a sheet of their own.

>>> from pharmasales.evaluation.reporting import person_card
>>> from pharmasales.evaluation.scoring import score, scorecard_rule
>>> from pharmasales.evaluation import Figures
>>> from pharmasales.periods import Quarter
>>> figures = Figures(goal=100, actual=90, target_customers=50, seen_customers=45)
>>> page = score_page([person_card(score(scorecard_rule(), "r1", "Rep One", figures), Quarter(2026, 1))], "zh")
>>> page.count("<article"), "个人考核卡" in page, "Rep One" in page
(1, True, True)

Source: S004-55, S004-64, S004-66, S004-68.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Final

from pharmasales.display import Lang, Says, Speaks, because, decimal_text
from pharmasales.evaluation.reporting.peers import PeerBand
from pharmasales.evaluation.reporting.personal import CardItem, PersonCard
from pharmasales.evaluation.reporting.reasons import Against, Reason, Reasons
from pharmasales.evaluation.reporting.stepping import NextStep
from pharmasales.exchange.charts import Chart
from pharmasales.exchange.folder import whole_file
from pharmasales.exchange.page import Tile, escaped, tile_html, whole_page

__all__ = ["score_page", "write_score_page"]

_STYLE: Final = """
body{max-width:52rem;padding-top:1rem}
article{padding:1rem 0;border-bottom:1px dashed var(--line)}
article:last-child{border-bottom:0}
header{padding-bottom:.4rem;margin-bottom:.7rem}
h1,td:first-child,.who{unicode-bidi:isolate}
h1{font-size:1.4rem}
h1,td:first-child span,.why li span{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;
overflow:hidden;overflow-wrap:anywhere}
h2{font-size:.9rem;color:var(--accent);margin:0 0 .2rem}
.tiles{margin-bottom:.7rem;grid-template-columns:repeat(4,1fr)}
.tile{padding:.35rem .7rem}
.tile .value{font-size:1.15rem}
section{margin:0 0 .8rem}
section>p{font-size:.78rem;color:var(--soft);margin:.1rem 0}
.items{font-size:.8rem}
.items td,.items th{padding:.2rem .6rem .2rem 0}
.items td:not(.n){min-width:0}
.items td:last-child:not(.n):not(:first-child){min-width:9rem}
.items tbody tr:last-child td{font-weight:650;border-top:1.5px solid #8a9299}
.items .peers{width:34%}
.track{position:relative;height:.85rem;background:#f1f3f4;border-radius:3px;margin:.15rem 0}
.track i{position:absolute;top:0;bottom:0;display:block}
.track .band{background:#b9d4e5}
.track .mid{width:2px;margin-left:-1px;background:#3d6f8f}
.track .own{width:.7rem;height:.7rem;margin-left:-.35rem;top:.08rem;border-radius:50%;background:#d55e00;
border:1.5px solid #fff}
.two{display:grid;grid-template-columns:1fr 1fr;gap:0 1.6rem}
.why ol{margin:0;padding:0;list-style:none;font-size:.8rem;line-height:1.4}
.why li{display:grid;grid-template-columns:1fr 3.6rem;column-gap:.5rem;border-bottom:1px solid var(--line);
padding:.12rem 0}
.why li b{text-align:right;font-variant-numeric:tabular-nums;font-weight:600}
.why li small{grid-column:1/-1;color:var(--soft);font-size:.72rem}
.why li.rest{color:var(--soft)}
.why li.sum{font-weight:650;border-bottom:0}
.up b{color:#00553e}.down b{color:#8a3200}
.why li.rest b,.why li.sum b{color:inherit}
.trend{display:flex;gap:.5rem;align-items:flex-end;height:5.2rem;font-size:.72rem;text-align:center}
.trend div{flex:1;max-width:4.5rem;font-variant-numeric:tabular-nums}
.trend i{display:block;background:#c3c8cd;border-radius:3px 3px 0 0;margin:.1rem 0;min-height:1px}
.trend div:last-child i{background:var(--accent)}
.trend span{white-space:nowrap;color:var(--soft)}
.steps{margin:0;padding-left:1.1rem;font-size:.82rem;line-height:1.4}
.steps li{margin-bottom:.25rem;overflow-wrap:anywhere}
.steps ul{margin:0;padding-left:1rem;font-size:.78rem}
footer{padding-top:.3rem}
footer p{margin:0}
.back{break-before:page}
.back figure{margin:.4rem 0 1rem}
@page{size:A4;margin:11mm 13mm}
@media print{
html{font-size:12.5px}
body{font-size:.95rem;line-height:1.4}
article{padding:0;border:0;break-after:page}
article:last-child{break-after:auto}
.tiles{grid-template-columns:repeat(4,1fr)}
}
"""
_TITLE: Final = Says("Scorecard", "个人考核卡")
_HEADS: Final = (
    (Says("Item", "项目"), ""),
    (Says("Value", "数值"), ' class="n"'),
    (Says("Points", "得分"), ' class="n"'),
    (Says("Of", "满分"), ' class="n"'),
    (Says("Change", "较上期"), ' class="n"'),
    (Says("Peers and you", "同侪与本人"), ' class="peers"'),
)
_TOTAL: Final = Says("Total", "合计")
_DASH: Final = "–"
_KEY: Final = Says(
    "Blue: the middle half of the peers; line: their middle; dot: you. No peer is named.",
    "蓝色：同侪居中一半；竖线：同侪中位；圆点：本人。不显示任何同侪姓名。",
)
_RANGE_KEY: Final = Says(
    "Blue: from the least to the most of the peers; line: their middle; dot: you. No peer is named.",
    "蓝色：同侪最低至最高；竖线：同侪中位；圆点：本人。不显示任何同侪姓名。",
)


def score_page(
    cards: Iterable[PersonCard],
    lang: Lang = "en",
    pictures: Mapping[str, Sequence[Chart]] | None = None,
    *,
    stand: Speaks | None = None,
) -> str:
    """Return scorecards as one HTML page to print, an A4 sheet each; the same cards give the same text.

    Args:
        cards: the cards.
        lang: the language.
        pictures: charts by id of the person, such as `attainment_bullets` and `payout_chart` with the person's point;
            they stand on a sheet after the card.
        stand: what the scores stand for, such as the version of a closed period and its seal; below each card.

    Raises:
        BadConfig: there is a picture and the `report` extra is not installed.
        BadValue: a text holds a control character or half a surrogate pair.

    Example:
        >>> score_page([]).count("<article")
        0
    """
    shown = pictures or {}
    body = "\n".join(_card(card, lang, shown.get(card.rep_id, ()), stand) for card in cards)
    return whole_page(_TITLE, body, lang, _STYLE)


def write_score_page(
    cards: Iterable[PersonCard], path: Path, lang: Lang = "en", pictures: Mapping[str, Sequence[Chart]] | None = None
) -> None:
    """Write the page as one UTF-8 file; it appears whole or not at all.

    Raises:
        BadConfig: there is a picture and the `report` extra is not installed.
        BadValue: a text holds a control character or half a surrogate pair.
        StorageError: the file cannot be written.
    """
    page = score_page(cards, lang, pictures).encode()
    with whole_file(path) as fresh:
        fresh.write_bytes(page)


def _card(card: PersonCard, lang: Lang, pictures: Sequence[Chart], stand: Speaks | None) -> str:
    who = because(
        "{title} {period}, {id}", "{period} {title}，{id}", title=_TITLE, period=str(card.period), id=card.rep_id
    )
    name = escaped(card.rep or card.rep_id, lang)
    body = [
        f'<header><h1>{name}</h1><p class="who">{escaped(who, lang)}</p></header>',
        f'<div class="tiles">{"".join(tile_html(tile, lang) for tile in _tiles(card))}</div>',
        _items(card, lang),
        f'<div class="two">\n{_reasons(card, lang)}\n</div>',
        f'<div class="two">\n{_steps(card.steps, lang)}\n{_trend(card, lang)}\n</div>',
        f"<footer>{_stand(stand, lang)}<p>{escaped(_foot(card), lang)}</p></footer>",
        _back(pictures, lang),
    ]
    return "<article>\n" + "\n".join(filter(None, body)) + "\n</article>"


def _stand(stand: Speaks | None, lang: Lang) -> str:
    return "" if stand is None else f'<p class="stand">{escaped(stand, lang)}</p>'


def _foot(card: PersonCard) -> Says:
    sheet = card.score.sheet
    by = Says("", "") if sheet is None else Says(f" Scored by: {sheet.name}.", f"评分表：{sheet.zh or sheet.name}。")
    en = "What an item takes holds while all other figures stay as they are."
    return Says(en + by.en, "所需数值以其他数据不变为前提。" + by.zh)


def _tiles(card: PersonCard) -> Iterator[Tile]:
    whole = card.score.rule.whole
    total = _DASH if card.score.total is None else str(card.score.total)
    yield Tile(Says("Total", "总分"), total, because("of {whole}", "满分 {whole}", whole=whole))
    band = card.bands.total
    if band is None or card.score.total is None:
        yield Tile(Says("Among peers", "与同侪相比"), _DASH, card.bands.why)
    else:
        yield Tile(Says("Among peers", "与同侪相比"), band.place(card.score.total), Says(band.text(), band.text("zh")))
    change = None if card.since is None else card.since.whole
    since = None if card.before is None else because("{before} then", "上期 {before}", before=card.before)
    yield Tile(Says("Since the period before", "较上期"), _signed(change), since)
    grade = None if card.standing is None else card.standing.grade
    rank = None if card.rank is None else because("rank {rank}", "第 {rank} 名", rank=card.rank)
    yield Tile(Says("Grade", "等级"), _DASH if grade is None else str(grade), rank)


def _signed(points: Decimal | None) -> str:
    return _DASH if points is None else f"{points:+,f}" if points else str(points)


def _items(card: PersonCard, lang: Lang) -> str:
    """Return the numbers; columns that would be empty are left out."""
    score, whole = card.score, Decimal(decimal_text(Fraction(card.score.rule.whole), 2))
    total = CardItem("", _TOTAL, Says("", ""), score.total, whole, card.bands.total, card.before, score.why())
    lines = (*card.items, total)
    banded, compared = any(one.band is not None for one in lines), card.since is not None
    shown = [True, True, True, True, compared, banded]
    heads = (f"<th{mark}>{escaped(title, lang)}</th>" for title, mark in _HEADS)
    body = "\n".join(f"<tr>{_kept(_item(one, lang), shown)}</tr>" for one in lines)
    table = f'<table class="items"><thead><tr>{_kept(heads, shown)}</tr></thead>\n<tbody>\n{body}\n</tbody></table>'
    key = (_RANGE_KEY if card.bands.kind == "range" else _KEY) if banded else card.bands.why
    return f"<section>\n{table}\n<p>{escaped(key, lang)}</p>\n</section>"


def _kept(cells: Iterable[str], shown: Sequence[bool]) -> str:
    return "".join(cell for cell, kept in zip(cells, shown, strict=True) if kept)


def _item(one: CardItem, lang: Lang) -> Iterator[str]:
    change = None if one.points is None or one.before is None else one.points - one.before
    yield f"<td><span>{escaped(one.name, lang)}</span></td>"
    yield f'<td class="n">{escaped(one.value, lang)}</td>'
    yield f'<td class="n">{_DASH if one.points is None else one.points}</td>'
    yield f'<td class="n">{"" if one.of is None else one.of}</td>'
    yield f'<td class="n">{"" if change is None else _signed(change)}</td>'
    yield f"<td>{_track(one)}</td>"


def _track(one: CardItem) -> str:
    """Return the band of the peers and the person's dot between nothing and full points, or whatever is more."""
    if one.band is None or one.points is None:
        return ""
    ends = [point for point in (one.of, one.points, one.band.high) if point is not None]
    top = max(ends)
    if top <= 0:
        return ""
    return f'<div class="track">{_band(one.band, top)}<i class="own" style="left:{_part(one.points, top)}%"></i></div>'


def _band(band: PeerBand, top: Decimal) -> str:
    low, high = _part(band.low, top), _part(band.high, top)
    wide = decimal_text(max(Fraction(high) - Fraction(low), Fraction(1)), 2)
    middle = f'<i class="mid" style="left:{_part(band.median, top)}%"></i>'
    return f'<i class="band" style="left:{low}%;width:{wide}%"></i>{middle}'


def _part(points: Decimal, top: Decimal) -> str:
    return decimal_text(100 * max(Fraction(points), Fraction(0)) / Fraction(top), 2)


def _reasons(card: PersonCard, lang: Lang) -> str:
    """Return what brought and what cost most; where both are of one comparison, their sums stand below."""
    if card.brought is None or card.cost is None:
        return ""
    both = card.brought is card.cost
    up = _side("up", Says("What brought most", "主要加分"), card.brought, card.brought.up(), both, lang)
    return up + "\n" + _side("down", Says("What cost most", "主要失分"), card.cost, card.cost.down(), both, lang)


def _side(side: str, title: Says, found: Reasons, shown: Sequence[Reason], both: bool, lang: Lang) -> str:
    lines = [_reason(one, lang, found.kind) for one in shown]
    if not lines:
        lines = [f"<li><span>{escaped(Says('nothing', '无'), lang)}</span></li>"]
    if not both or side == "down":
        rest = found.rest() if both else found.whole - sum((one.difference for one in shown), Decimal(0))
        lines.append(_sum("rest", Says("all others", "其余合计"), rest, lang))
        whole = Says("whole difference, both sides", "差额合计（两侧）") if both else Says("together", "合计")
        lines.append(_sum("sum", whole, found.whole, lang))
    head = f"<h2>{escaped(title, lang)}</h2><p>{escaped(found.title, lang)}</p>"
    return f'<section class="why {side}">{head}<ol>{"".join(lines)}</ol></section>'


def _reason(one: Reason, lang: Lang, kind: Against) -> str:
    en, zh = "{points}, against {reference}", "{points}，对照 {reference}"
    says = because(en, zh, points=one.points, reference=one.reference)
    small = "" if kind == "nothing" else f"<small>{escaped(says, lang)}</small>"
    return f"<li><span>{escaped(one.name, lang)}</span><b>{_signed(one.difference)}</b>{small}</li>"


def _sum(mark: str, title: Says, points: Decimal, lang: Lang) -> str:
    return f'<li class="{mark}"><span>{escaped(title, lang)}</span><b>{_signed(points)}</b></li>'


def _steps(steps: Sequence[NextStep], lang: Lang) -> str:
    head = f"<h2>{escaped(Says('What to do next', '下一步'), lang)}</h2>"
    if not steps:
        full = Says("Every item has its full points.", "各项均已满分。")
        return f"<section>{head}<p>{escaped(full, lang)}</p></section>"
    lines = "".join(_step(step, lang) for step in steps)
    return f'<section>{head}<ol class="steps">{lines}</ol></section>'


def _step(step: NextStep, lang: Lang) -> str:
    if step.kind != "item":
        return f"<li>{escaped(step.why.head(lang), lang)}</li>"
    wins = "".join(f"<li>{escaped(part.text(lang), lang)}</li>" for part in step.why.parts)
    return f"<li>{escaped(step.why.head(lang), lang)}<ul>{wins}</ul></li>"


def _trend(card: PersonCard, lang: Lang) -> str:
    head = f"<h2>{escaped(Says('Trend', '走势'), lang)}</h2>"
    shown = card.trend[-_PERIODS:]
    top = max([Fraction(one.total) for one in shown if one.total is not None] + [Fraction(one.of) for one in shown])
    bars = "".join(_bar(str(one.period), one.total, top) for one in shown)
    return f'<section>{head}<div class="trend">{bars}</div>{_since(card, lang)}</section>'


_PERIODS: Final = 6
_TALL: Final = Fraction(3)  # rem


def _bar(period: str, total: Decimal | None, top: Fraction) -> str:
    tall = decimal_text(_TALL * max(Fraction(total or 0), Fraction(0)) / top, 2)
    shown = _DASH if total is None else str(total)
    return f'<div>{shown}<i style="height:{tall}rem"></i><span>{period}</span></div>'


def _since(card: PersonCard, lang: Lang) -> str:
    """Say what changed most since the period before."""
    if card.since is None:
        return f"<p>{escaped(Says('No earlier period is known.', '无更早期间的得分。'), lang)}</p>"
    lines = [_reason(one, lang, card.since.kind) for one in (*card.since.up(1), *card.since.down(1))]
    lines.append(_sum("sum", card.since.title, card.since.whole, lang))
    other = "" if card.since.same_rule else f"<p>{escaped(_OTHER_RULE, lang)}</p>"
    return f'<div class="why"><ol>{"".join(lines)}</ol></div>{other}'


_OTHER_RULE: Final = Says("Weights or curves were others then.", "上期的权重或评分曲线不同。")


def _back(pictures: Sequence[Chart], lang: Lang) -> str:
    figures = "".join(f"<figure>{chart.svg(lang)}</figure>" for chart in pictures)
    return f'<div class="back">{figures}</div>' if figures else ""
