"""Ageing in a picture (账龄图): a bar a customer, or one for all, its buckets side by side, what is disputed apart.

The youngest bucket stands first and the colours darken with age; what is disputed is hollow and stands last, so that it
is told without colour. Every bar ends with what is open in words.

>>> from datetime import date
>>> from pharmasales.units import CNY, Amount
>>> from pharmasales.channel.money import Invoice, Ledger, age_ledger
>>> bills = [Invoice(f"F{n}", f"D{n}", date(2026, n, 1), date(2026, n, 28), Amount.of(100 * n, CNY)) for n in (1, 2)]
>>> chart = ageing_bars(age_ledger(Ledger.of(bills), date(2026, 3, 15), (0, 30)))
>>> print(chart.alt.en)
Open (yuan): D2 200.00, 1-30 days 200.00; D1 100.00, over 30 days 100.00
>>> chart.note.zh
'截至 2026-03-15，未收 300'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from attrs import frozen

from pharmasales.channel.money.ageing import LedgerAgeing
from pharmasales.display import Says
from pharmasales.exchange._drawing import (
    INK,
    WIDTH,
    Name,
    Node,
    amount_axis,
    amount_title,
    frame,
    labels,
    name_axis,
    room,
)
from pharmasales.exchange._figures import in_unit, noted, readable, ticks
from pharmasales.exchange._layers import TINT, WORDS, beside, layer, square
from pharmasales.exchange.charts import Chart
from pharmasales.units import Unit, exact

__all__ = ["ageing_bars"]

_MOST: Final = 12
_ROW: Final = 26
_KEY: Final = 22
_SHADES: Final = ("#BFD9EA", "#FBE3A2", "#F5B95C", "#E98A34", "#D55E00", "#9B3D00", "#6B2A00", "#3F1900")
_HOLLOW: Final[Node] = {"fill": "white", "stroke": INK, "strokeWidth": 1.2}
_DISPUTED: Final = Says("disputed", "争议")
_ALL: Final = Says("all", "全部")


@frozen
class _Bar:
    """One bar: its label, what is undisputed in each bucket, and what is disputed."""

    name: Name
    sums: tuple[Fraction, ...]
    disputed: Fraction

    @property
    def whole(self) -> Fraction:
        return sum(self.sums, self.disputed)


def ageing_bars(aged: LedgerAgeing, names: Mapping[str, Name] | None = None, *, total: bool = False) -> Chart | None:
    """Return what is open by age (账龄图), the most open first; `None` where nothing is.

    Of more than twelve customers the twelve with most open are drawn; the note says what the others owe.

    Args:
        aged: the ageing of a ledger.
        names: what customers are called; their ids where left out.
        total: one bar for all customers alone.
    """
    bars = _bars(aged, names or {}, total=total)
    if not bars:
        return None
    buckets, axis = aged.buckets.names, amount_title(Says("Open", "未收"), aged.money.unit)
    shown, few = bars[:_MOST], _left_out(bars)
    rows = list(zip(labels([bar.name for bar in shown]), shown, strict=True))
    spec = _stacked(rows, buckets, axis)
    return Chart(Says("Ageing", "账龄"), spec, noted(_noted(aged), few), _alt(rows, buckets, axis, aged.money.unit))


def _noted(aged: LedgerAgeing) -> Says:
    """Say the day, what is open and what of it is disputed, as people say it: a long line would not fit."""
    whole, disputed = readable(aged.open.value), readable(aged.disputed.total.value)
    en, zh = f"as of {aged.as_of}, {whole.en} open", f"截至 {aged.as_of}，未收 {whole.zh}"
    if not aged.disputed.total.minor:
        return Says(en, zh)
    return Says(f"{en}, {disputed.en} of it disputed", f"{zh}，其中争议 {disputed.zh}")


def _bars(aged: LedgerAgeing, names: Mapping[str, Name], *, total: bool) -> list[_Bar]:
    """Return the bars, the most open first."""
    size, zero = len(aged.buckets.names), Fraction(0)
    sums: dict[str, list[Fraction]] = {}
    for item in aged.items:
        mine = sums.setdefault("" if total else item.matched.invoice.customer, [zero] * (size + 1))
        mine[item.bucket] += exact(item.undisputed)
        mine[size] += exact(item.matched.disputed)
    bars = [
        _Bar(_ALL if total else names.get(customer, customer), tuple(mine[:size]), mine[size])
        for customer, mine in sorted(sums.items())
    ]
    return sorted(bars, key=lambda bar: -bar.whole)


def _left_out(bars: Sequence[_Bar]) -> Says | None:
    """Say how many are not drawn, and what they owe."""
    rest = bars[_MOST:]
    if not rest:
        return None
    owed = readable(sum((bar.whole for bar in rest), Fraction(0)))
    return Says(
        f"the {_MOST} that owe most of {len(bars):,}, the others owe {owed.en}",
        f"共 {len(bars):,} 家，列出欠款最多的 {_MOST} 家，其余欠 {owed.zh}",
    )


def _stacked(rows: Sequence[tuple[Says, _Bar]], buckets: Sequence[Says], axis: Says) -> Node:
    """Return the spec: bars from bucket to bucket, the hollow part of what is disputed, words, and the key below."""
    words = [readable(bar.whole) for _, bar in rows]
    left, right = room(name for name, _ in rows) + 16, room(words) + 20
    x, y = amount_axis(axis, ticks([bar.whole for _, bar in rows]), "x"), name_axis([name for name, _ in rows])
    ends: Node = {"y": y, "x": {"field": "x", **x}, "x2": {"field": "x2"}}
    said = [{"name": name, "words": text} for (name, _), text in zip(rows, words, strict=True)]
    column: Node = {"type": "text", "align": "left", "x": WIDTH - left - right + 12}
    height = _ROW * len(rows)
    key, lines = _key(buckets, height + 62, WIDTH - left - right, hollow=any(bar.disputed for _, bar in rows))
    layers = [
        layer(_solid(rows, len(buckets)), {"type": "bar", "height": 15}, {**ends, "color": TINT}),
        layer(_hollow(rows), {"type": "bar", "height": 14, **_HOLLOW}, ends),
        layer(said, column, {"y": y, "text": WORDS}),
        *key,
    ]
    return frame(layers, height, left=left, right=right, bottom=54 + _KEY * lines, top=64)


def _solid(rows: Sequence[tuple[Says, _Bar]], size: int) -> list[Node]:
    found: list[Node] = []
    for name, bar in rows:
        at = Fraction(0)
        for place, amount in enumerate(bar.sums):
            if amount:
                found.append({"name": name, "x": at, "x2": at + amount, "tint": _shade(place, size)})
            at += amount
    return found


def _hollow(rows: Sequence[tuple[Says, _Bar]]) -> list[Node]:
    return [{"name": name, "x": bar.whole - bar.disputed, "x2": bar.whole} for name, bar in rows if bar.disputed]


def _shade(place: int, size: int) -> str:
    """Return the colour of a bucket: darker with age, from the lightest to one as dark as there are buckets."""
    return _SHADES[place if size <= len(_SHADES) else place * (len(_SHADES) - 1) // (size - 1)]


def _key(buckets: Sequence[Says], top: int, width: int, *, hollow: bool) -> tuple[list[Node], int]:
    """Return the key, its entries in as many lines as they need, and the count of these."""
    entries = [(name, square(_shade(place, len(buckets)))) for place, name in enumerate(buckets)]
    if hollow:
        entries.append((_DISPUTED, {**square("white"), **_HOLLOW}))
    lines: list[list[tuple[Says, Node]]] = [[]]
    used = 6
    for entry in entries:
        needs = room([entry[0]]) + 36
        if lines[-1] and used + needs > width:
            lines.append([])
            used = 6
        lines[-1].append(entry)
        used += needs
    return [one for place, line in enumerate(lines) for one in beside(line, 6, top + _KEY * place)], len(lines)


def _alt(rows: Sequence[tuple[Says, _Bar]], buckets: Sequence[Says], axis: Says, unit: Unit) -> Says:
    """Say every bar and every part of it."""
    parts = [
        [(name, bar.whole), *((what, amount) for what, amount in zip(buckets, bar.sums, strict=True) if amount)]
        + ([(_DISPUTED, bar.disputed)] if bar.disputed else [])
        for name, bar in rows
    ]
    en = "; ".join(", ".join(f"{name.en} {in_unit(amount, unit)}" for name, amount in held) for held in parts)
    zh = "；".join("，".join(f"{name.zh} {in_unit(amount, unit)}" for name, amount in held) for held in parts)
    return Says(f"{axis.en}: {en}", f"{axis.zh}：{zh}")
