"""How long stock lasts: a row a customer, a dot a product, lines at too little and too much."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from fractions import Fraction

import pytest

from pharmasales.errors import BadValue
from pharmasales.exchange._drawing import ACCENT, BAD
from pharmasales.exchange.stock_chart import StockDays, stock_days_chart

ROWS = [
    StockDays("D1", {"P1": Fraction(59, 4), "P2": Fraction(15), "P3": Fraction(90)}),
    StockDays("D2", {"P1": Fraction(901, 10), "P2": None, "P3": Fraction(400)}),
    StockDays("<D3>", {"P1": None}),
]


def dots(chart) -> dict[str, list[Fraction]]:
    """Return where the dots of each colour stand."""
    layers = [one for one in chart.spec["layer"] if one["mark"].get("filled") and "at" in str(one["data"])]
    return {
        row["tint"]: [one["at"] for one in layer["data"]["values"]]
        for layer in layers
        for row in layer["data"]["values"]
    }


def test_bounds_belong_to_what_is_well():
    """Fifteen and ninety days are within; what lasts longer than twice too much stands at the edge, and is counted."""
    chart = stock_days_chart(ROWS, 15, 90)
    assert dots(chart) == {
        BAD: [Fraction(59, 4)],
        ACCENT: [15, 90],
        "#E69F00": [Fraction(901, 10), 180],
    }
    assert chart.note.en == "1 below 15 days, 2 within, 2 above 90; beyond the edge: 1; not drawn: 2 without a sale"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_words(lang):
    """Axis, key, what lasts shortest and what is heard stand in the language asked; texts are escaped."""
    svg = stock_days_chart(ROWS, 15, 90).svg(lang)
    texts = [text.text or "" for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - own
    want = {
        "en": ["Days until sold out", "below 15 days", "P1: 14.8 d", "P1: 90.1 d", "no sale"],
        "zh": ["可销天数", "低于 15 天", "P1：14.8 天", "P1：90.1 天", "无销售"],
    }[lang]
    assert [text for text in want if text not in texts] == []
    heard = {
        "en": "<desc>D1: P1 14.8 days, P2 15 days, P3 90 days; D2: P1 90.1 days, P3 400 days, P2 no sale; &lt;D3&gt;: ",
        "zh": "D2：P1 90.1 天、P3 400 天、P2 无销售；&lt;D3&gt;：P1 无销售</desc>",
    }[lang]
    assert heard in svg


def test_the_first_fifteen_are_drawn():
    """Whoever stands behind them is counted; without a sale anywhere there is nothing to draw; bounds ascend."""
    chart = stock_days_chart([StockDays(f"D{n}", {"P1": Fraction(n)}) for n in range(1, 18)], 5, 30)
    assert chart.note.zh == "低于 5 天 4 项，正常 11 项，高于 30 天 0 项；列出 17 家客户中的前 15 家"
    assert stock_days_chart([ROWS[2]], 15, 90) is None
    assert stock_days_chart([], 15, 90) is None
    for low, high in ((0, 5), (5, 5)):
        with pytest.raises(BadValue):
            stock_days_chart(ROWS, low, high)


def test_twice_too_much_stands_at_the_edge_and_not_beyond():
    """180 days are just twice 90; a day more lies beyond."""
    for days, far in ((180, ""), (181, "; beyond the edge: 1")):
        note = stock_days_chart([StockDays("D1", {"P1": Fraction(days)})], 15, 90).note.en
        assert note == f"0 below 15 days, 0 within, 1 above 90{far}"
