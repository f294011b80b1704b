"""Two plans beside each other: what each attainment pays under both, and who moves."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from fractions import Fraction

import pytest

from pharmasales.display import Says
from pharmasales.errors import BadValue, NotComparable
from pharmasales.evaluation.payout.building import payout_curve
from pharmasales.evaluation.payout.tier import Tier
from pharmasales.evaluation.payout.tiers import TierTable
from pharmasales.exchange._drawing import ACCENT, BAD
from pharmasales.exchange.charts import Chart
from pharmasales.exchange.plan_chart import dumbbells, payout_pair
from pharmasales.units import BOX, CNY, POINT, Amount

BONUS = Amount.of(10_000, CNY)
OLD = payout_curve(threshold="70%", above=2, cap="200%")
NEW = payout_curve(threshold="50%", start="40%", above=3, excellence="120%", beyond="1/2", cap="180%")
TIERS = [Tier(0, 100, 1), Tier(100, 300, 2), Tier(300, None, 3)]
SCORE = Says("Score", "得分")


def lines(chart: Chart, dashed: bool) -> list[list[tuple]]:
    """Return the points of the lines of one plan."""
    return [
        [(one["x"], one["y"]) for one in layer["data"]["values"]]
        for layer in chart.spec["layer"]  # type: ignore[attr-defined]
        if layer["mark"]["type"] == "line" and ("strokeDash" in layer["mark"]) == dashed
    ]


def words(svg: str) -> list[str]:
    """Return the texts of a picture."""
    return [text.text or "" for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - own


def test_both_curves_are_drawn_as_they_pay():
    """The old one dashed, the new one solid and broken at its jump, both on one scale."""
    chart = payout_pair(OLD, NEW, BONUS)
    assert lines(chart, dashed=True) == [
        [(0, 0), (Fraction(7, 10), 0), (1, 10_000), (Fraction(3, 2), 20_000), (2, 20_000)]
    ]
    assert lines(chart, dashed=False) == [
        [(0, 0), (Fraction(1, 2), 0)],
        [(Fraction(1, 2), 4_000), (1, 10_000), (Fraction(6, 5), 16_000), (Fraction(8, 5), 18_000), (2, 18_000)],
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_words(lang):
    """Each whole percent is compared to the fen; key, axes and what is heard stand in the language asked."""
    svg = payout_pair(OLD, NEW, BONUS, sides=(Says("2025", "2025年"), Says("2026", "2026年"))).svg(lang)
    exact = [(OLD.pays(Fraction(n, 100), BONUS), NEW.pays(Fraction(n, 100), BONUS)) for n in range(201)]
    more, less = (sum(now > was for was, now in exact), sum(now < was for was, now in exact))
    assert (more, less) == (83, 67)
    want = {
        "en": ["of 0% to 200%, the 2026 pays more at 83, less at 67, the same at 51", "2025", "2026", "Payout (yuan)"],
        "zh": ["0% 至 200% 中，2026年较高 83 点，较低 67 点，相同 51 点", "2025年", "2026年", "奖金（元）"],
    }[lang]
    assert [text for text in want if text not in words(svg)] == []
    heard = {
        "en": "50%: 0.00 CNY to 4,000.00 CNY; 70%: 0.00 CNY to 6,400.00 CNY; 100%: 10,000.00 CNY to 10,000.00 CNY; ",
        "zh": "150%：20,000.00 CNY 变为 17,500.00 CNY；160%：20,000.00 CNY 变为 18,000.00 CNY</desc>",
    }[lang]
    assert heard in svg


def test_tier_tables():
    """Flat against marginal: the old one jumps, the new one does not; each cut is heard, and no percent is counted."""
    flat, marginal = (TierTable(BOX, CNY, TIERS, method) for method in ("flat", "marginal"))
    chart = payout_pair(flat, marginal, last=400)
    assert [len(lines(chart, dashed=dashed)) for dashed in (True, False)] == [3, 1]
    assert chart.note is None
    assert chart.alt.en == "100 BOX: 200.00 CNY to 100.00 CNY; 300 BOX: 900.00 CNY to 500.00 CNY"
    dots = [layer["mark"]["fill"] for layer in chart.spec["layer"] if layer["mark"].get("shape") == "circle"]
    assert dots[0] == "white"
    assert len(dots) == 2


@pytest.mark.parametrize(
    ("made", "error"),
    [
        (lambda: payout_pair(OLD, NEW), BadValue),
        (lambda: payout_pair(OLD, NEW, BONUS, last=-1), BadValue),
        (lambda: payout_pair(OLD, TierTable(BOX, CNY, TIERS), BONUS), NotComparable),
        (lambda: payout_pair(TierTable(CNY, CNY, TIERS), TierTable(BOX, CNY, TIERS)), NotComparable),
        (lambda: payout_pair(TierTable(BOX, CNY, TIERS), TierTable(BOX, POINT, TIERS)), NotComparable),
        (lambda: dumbbells([("r1", BONUS, 1)], SCORE), NotComparable),
        (lambda: dumbbells([("r1", 1.5, 1)], SCORE), BadValue),
    ],
)
def test_what_is_refused(made, error):
    """Nothing to pay with, a place below zero, two kinds, two units, a float."""
    with pytest.raises(error):
        made()


def test_who_moves():
    """The largest move first; where each stood is hollow, where each stands is full; the rest is counted."""
    rows = [("r1", 78, 70), ("r2", 86, 90), ("r3", 82, 82), ("r4", None, 3), ("r5", "70.5", Fraction(200, 3))]
    chart = dumbbells([*rows, ("r6", 5, None), ("r7", 60, 64)], SCORE)
    assert [
        (one["name"].en, one["was"], one["now"], one["tint"]) for one in chart.spec["layer"][1]["data"]["values"]
    ] == [
        ("r1", 78, 70, BAD),
        ("r2", 86, 90, ACCENT),
        ("r7", 60, 64, ACCENT),
        ("r5", Fraction(141, 2), Fraction(200, 3), BAD),
    ]
    assert [layer["mark"].get("fill") for layer in chart.spec["layer"][1:3]] == ["white", None]
    assert chart.note == Says(
        "2 up, 2 down of 7; not drawn: 1 the same, 2 without a value",
        "共 7 项：上升 2，下降 2；未画出：1 项不变、2 项无数据",
    )
    assert chart.alt.zh.startswith("r1：78.00 → 70.00 (-8.00)；r2：86.00 → 90.00 (+4.00)；")
    assert chart.alt.en.endswith("r5: 70.50 → 66.67 (-3.83)")
    assert {"得分：旧方案与新方案", "得分（分）", "旧方案", "86.00 → 90.00 (+4.00)"} <= set(words(chart.svg("zh")))


def test_nobody_moves_and_many_move():
    """Without a move there is no picture; of twenty the fifteen largest are drawn, equal ones in the order given."""
    assert dumbbells([], SCORE) is None
    assert dumbbells([("r1", 1, 1), ("r2", None, 2)], SCORE) is None
    chart = dumbbells([(f"r{n}", Amount.of(5, CNY), Amount.of(6 + n // 18, CNY)) for n in range(20)], SCORE, CNY)
    names = [one["name"].en for one in chart.spec["layer"][1]["data"]["values"]]
    assert names == ["r18", "r19", *(f"r{n}" for n in range(13))]
    assert chart.note.zh == "共 20 项：上升 20，下降 0；列出变动最大的 15 项"
