"""A picture of how long stock lasts (库存天数图): a row a customer, a dot a product, between too little and too much.

>>> from pharmasales.display import Says
>>> first, second = {"P1": Fraction(6), "P2": Fraction(40)}, {"P1": None, "P2": Fraction(400)}
>>> chart = stock_days_chart([StockDays("D1", first), StockDays("D2", second)], 15, 90)
>>> print(chart.note.en)
1 below 15 days, 1 within, 1 above 90; beyond the edge: 1; not drawn: 1 without a sale
>>> chart.alt.zh
'D1：P1 6 天、P2 40 天；D2：P2 400 天、P1 无销售'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from attrs import field, frozen

from pharmasales.display import Says, decimal_text
from pharmasales.errors import BadValue
from pharmasales.exchange._drawing import (
    ACCENT,
    BAD,
    GREY,
    INK,
    WIDTH,
    Name,
    Node,
    amount_axis,
    frame,
    labels,
    name_axis,
    room,
)
from pharmasales.exchange._figures import noted, ticks, undrawn
from pharmasales.exchange._layers import TINT, WORDS, beside, layer
from pharmasales.exchange.charts import Chart

__all__ = ["StockDays", "stock_days_chart"]

_MOST: Final = 15
_ROW: Final = 26
_HIGH: Final = "#E69F00"
_SHAPES: Final[Mapping[str, str]] = {BAD: "triangle-down", ACCENT: "circle", _HIGH: "square"}


@frozen
class StockDays:
    """For how many days the products of one customer last.

    Args:
        customer: its label.
        days: the days by product, exact; missing where nothing was sold.
    """

    customer: Name
    days: Mapping[str, Fraction | None] = field(hash=False)


def stock_days_chart(rows: Sequence[StockDays], low: int, high: int) -> Chart | None:
    """Return how long each product lasts at each customer (库存天数图), with lines at too little and too much.

    Customers in the order given, at most fifteen; the axis ends at twice too much, and what lasts longer stands at its
    edge. Shape and colour say the same. At the right stands what lasts shortest. `None` where nothing is sold anywhere.

    Args:
        rows: the customers.
        low: days below this are too few.
        high: days above this are too many.

    Raises:
        BadValue: bounds that do not ascend from zero.

    Source: issue 9, section 3; S004-61.
    """
    if not 0 < low < high:
        raise BadValue("bounds that do not ascend", where="low, high", hint="0 < low < high", code="chart.bounds")
    shown = rows[:_MOST]
    if not any(days is not None for row in shown for days in row.days.values()):
        return None
    names = labels(row.customer for row in shown)
    values = [
        {"name": name, "at": min(days, Fraction(2 * high)), "tint": _tint(days, low, high)}
        for name, row in zip(names, shown, strict=True)
        for days in row.days.values()
        if days is not None
    ]
    words = [{"name": name, "words": _shortest(row)} for name, row in zip(names, shown, strict=True)]
    note = _note(rows, shown, low, high)
    alt = noted(*(_told(name, row) for name, row in zip(names, shown, strict=True)))
    title = Says("Stock days by customer and product", "各客户各品种库存天数")
    return Chart(title, _spec(names, values, words, low, high), note, alt)


def _spec(names: Sequence[Says], values: Sequence[Node], words: Sequence[Node], low: int, high: int) -> Node:
    left, right = room(names) + 16, room(str_says for row in words if isinstance(str_says := row["words"], Says)) + 20
    title = Says("Days until sold out", "可销天数")
    x, y = amount_axis(title, ticks([Fraction(0), Fraction(2 * high)]), "x"), name_axis(names)
    place: Node = {"y": y, "x": {"field": "at", **x}}
    bounds = [{"at": Fraction(low)}, {"at": Fraction(high)}]
    dash: Node = {"type": "rule", "color": INK, "strokeWidth": 1.2, "strokeDash": [4, 3]}
    edges = [layer([one], dash, {"x": {"field": "at", **x}}) for one in bounds]
    rails = layer(
        words, {"type": "rule", "color": GREY, "strokeWidth": 0.8, "x": 0, "x2": WIDTH - left - right}, {"y": y}
    )
    dots = [
        layer([one for one in values if one["tint"] == tint], _dot(tint), {**place, "color": TINT}) for tint in _SHAPES
    ]
    column: Node = {"type": "text", "align": "left", "x": WIDTH - left - right + 12}
    key = [
        (Says(f"below {low} days", f"低于 {low} 天"), _dot(BAD)),
        (Says("within", "正常"), _dot(ACCENT)),
        (Says(f"above {high} days", f"高于 {high} 天"), _dot(_HIGH)),
    ]
    entries = [(said, {**mark, "color": tint}) for (said, mark), tint in zip(key, _SHAPES, strict=True)]
    below = beside(entries, 6, _ROW * len(names) + 62)
    layers = [rails, *edges, *dots, layer(words, column, {"y": y, "text": WORDS}), *below]
    return frame(layers, _ROW * len(names), left=left, right=right, bottom=76, top=46)


def _dot(tint: str) -> Node:
    return {"type": "point", "shape": _SHAPES[tint], "filled": True, "size": 80, "opacity": 0.85}


def _tint(days: Fraction, low: int, high: int) -> str:
    return BAD if days < low else _HIGH if days > high else ACCENT


def _said(days: Fraction) -> str:
    """Return days with one decimal at most, half up."""
    return decimal_text(days, 1).removesuffix(".0")


def _ordered(row: StockDays) -> list[tuple[str, Fraction | None]]:
    """Return the products, what lasts shortest first, those without a sale last."""
    return sorted(row.days.items(), key=lambda one: (one[1] is None, one[1] or 0, one[0]))


def _shortest(row: StockDays) -> Says:
    product, days = _ordered(row)[0]
    if days is None:
        return Says("no sale", "无销售")
    return Says(f"{product}: {_said(days)} d", f"{product}：{_said(days)} 天")


def _told(name: Says, row: StockDays) -> Says:
    en = ", ".join(f"{one} {_said(days)} days" if days is not None else f"{one} no sale" for one, days in _ordered(row))
    zh = "、".join(f"{one} {_said(days)} 天" if days is not None else f"{one} 无销售" for one, days in _ordered(row))
    return Says(f"{name.en}: {en}", f"{name.zh}：{zh}")


def _note(rows: Sequence[StockDays], shown: Sequence[StockDays], low: int, high: int) -> Says:
    every = [days for row in shown for days in row.days.values()]
    known = [days for days in every if days is not None]
    under, over = sum(days < low for days in known), sum(days > high for days in known)
    within, far = len(known) - under - over, sum(days > 2 * high for days in known)
    counts = Says(
        f"{under} below {low} days, {within} within, {over} above {high}",
        f"低于 {low} 天 {under} 项，正常 {within} 项，高于 {high} 天 {over} 项",
    )
    few = Says(f"the first {_MOST} of {len(rows)} customers", f"列出 {len(rows)} 家客户中的前 {_MOST} 家")
    edge = Says(f"beyond the edge: {far}", f"超出右边界 {far} 项")
    silent = undrawn((len(every) - len(known), " without a sale", " 项无销售"))
    return noted(counts, few if len(rows) > _MOST else None, edge if far else None, silent)
