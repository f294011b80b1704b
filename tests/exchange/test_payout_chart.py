"""The picture of a payout: where line, cliffs and the person stand, in both languages, and always the same bytes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadValue, NotComparable
from pharmasales.evaluation.payout.building import payout_curve, shaped_curve
from pharmasales.evaluation.payout.curves import PayoutCurve
from pharmasales.evaluation.payout.tier import Tier
from pharmasales.evaluation.payout.tiers import TierTable
from pharmasales.exchange.charts import Chart
from pharmasales.exchange.payout_chart import payout_chart
from pharmasales.rules import Bands, Field, over
from pharmasales.units import BOX, CNY, Amount

BONUS = Amount.of(10_000, CNY)
E36 = payout_curve(threshold="70%", above=2, cap="200%")
FLAT = TierTable(BOX, CNY, [Tier(0, 100, 1), Tier(100, 300, 2), Tier(300, None, 3)], "flat", cap=Amount.of(1_000, CNY))


def points(chart: Chart, kind: str) -> list[list[tuple[Fraction, Fraction]]]:
    """Return the places of every layer of a kind of mark."""
    return [
        [(Fraction(value["x"]), Fraction(value["y"])) for value in layer["data"]["values"]]
        for layer in chart.spec["layer"]  # type: ignore[attr-defined]
        if layer["mark"]["type"] == kind
    ]


def words(svg: str) -> list[str]:
    """Return the texts of a picture."""
    return [text.text or "" for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - own


def test_e36_is_drawn_as_it_pays():
    """The line goes through the points of E36, the person stands on it, and thin lines stand at 70 and 150 %."""
    chart = payout_chart(E36, BONUS, at="85%")
    (line,) = points(chart, "line")
    assert line == [(0, 0), (Fraction(7, 10), 0), (1, 10_000), (Fraction(3, 2), 20_000), (2, 20_000)]
    assert points(chart, "point") == [[(Fraction(17, 20), 5_000)]]
    rules = [layer["data"]["values"] for layer in chart.spec["layer"] if layer["mark"]["type"] == "rule"]  # type: ignore[attr-defined]
    assert rules[:2] == [[{"x": Fraction(7, 10)}, {"x": Fraction(3, 2)}], [{"x": 1}]]
    assert rules[2:] == [
        [{"x": Fraction(17, 20), "y": 5_000, "x2": 0, "y2": 5_000}],
        [{"x": Fraction(17, 20), "y": 5_000, "x2": Fraction(17, 20), "y2": 0}],
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_words(lang):
    """Title, note, axes and the person's words, in the language asked."""
    told = words(payout_chart(E36, BONUS, at="120%").svg(lang))
    want = {
        "en": [
            "Payout curve",
            "120% pays 14,000.00 CNY; concave: ever flatter; no cliff",
            "Attainment",
            "Payout (yuan)",
        ],
        "zh": ["奖金曲线", "120% 发 14,000.00 CNY；凹型：越来越缓；无断崖", "达成率", "奖金（元）"],
    }[lang]
    want += ["70%", "100%", "150%", "200%"]
    want.append({"en": "120%: 14k", "zh": "120%：1.4万"}[lang])
    assert [text for text in want if text not in told] == []


def test_cliffs_break_the_line():
    """A flat table: three strokes, hollow and full ends, and the cap that bends the last."""
    chart = payout_chart(FLAT, at=Amount(100, BOX), last=400)
    assert points(chart, "line") == [
        [(0, 0), (100, 100)],
        [(100, 200), (300, 600)],
        [(300, 900), (Fraction(1_000, 3), 1_000), (400, 1_000)],
    ]
    hollow, full, person = points(chart, "point")
    assert (hollow, full, person) == ([(100, 100), (300, 600)], [(100, 200), (300, 900)], [(100, 200)])
    assert chart.note.en == "100 BOX pays 200.00 CNY; flat tiers: the whole at the rate reached; 2 cliffs"
    assert "Sold (box)" in words(chart.svg())
    other = TierTable(BOX, CNY, FLAT.tiers, "flat", "lower")
    hollow, full = points(payout_chart(other), "point")
    assert (hollow, full) == ([(100, 200), (300, 900)], [(100, 100), (300, 600)])


def test_every_kind_of_payout_has_its_picture():
    """Steps, marginal and interpolated tiers, and a curve that begins at nothing."""
    step = payout_chart(shaped_curve("step", ("80%", 0), ("120%", 2)), BONUS)
    assert (len(points(step, "line")), step.note.zh) == (5, "阶梯型：逐级跳升；4 处断崖")
    marginal = payout_chart(TierTable(BOX, CNY, [Tier(100, None, 1)]))
    assert points(marginal, "line") == [[(0, 0), (100, 0), (150, 50)]]
    assert marginal.note.en == "marginal tiers: each part at its own rate; no cliff"
    inter = payout_chart(TierTable(CNY, CNY, [Tier(0, 100, 10)], "interpolated"), at="50")
    assert points(inter, "line")[0][:2] == [(0, 0), (100, 10)]
    assert "<svg" in inter.svg("zh")
    once = payout_chart(payout_curve(threshold="70%", start="50%", above=2, cap="200%"), BONUS)
    assert once.note.en == "convex: ever steeper; 1 cliff"
    beyond = payout_chart(E36, BONUS, at="400%")
    assert points(beyond, "line")[0][-1] == (4, 20_000)
    assert "<svg" in payout_chart(shaped_curve("linear", (0, 0), ("1/1000", "1/1000")), Amount(1, CNY)).svg()
    bare = PayoutCurve(Bands(Field("attainment"), (), top="100%"))
    assert points(payout_chart(bare, BONUS), "line") == [[(0, 10_000), (Fraction(3, 2), 10_000)]]
    above = PayoutCurve(Bands(Field("attainment"), ((over(0), "0%"),), top="100%"))
    assert points(payout_chart(above, BONUS), "line") == [[(0, 10_000), (Fraction(3, 2), 10_000)]]
    assert points(payout_chart(above, BONUS), "point") == [[(0, 10_000)], [(0, 0)]]
    idle = TierTable(BOX, CNY, [Tier(0, 10, 0), Tier(10, 20, 5)], cap=Amount.of(30, CNY))
    assert points(payout_chart(idle), "line") == [[(0, 0), (10, 0), (16, 30), (20, 30), (25, 30)]]
    zero = TierTable(BOX, CNY, [Tier(0, None, 1)])
    assert points(payout_chart(zero), "line")[0][0] == (0, 0)


def test_a_jump_at_the_end_is_a_jump():
    """Where the picture ends at a cut, the line ends below it and the dot stands above."""
    chart = payout_chart(FLAT, last=300)
    assert points(chart, "line") == [[(0, 0), (100, 100)], [(100, 200), (300, 600)]]
    assert points(chart, "point") == [[(100, 100), (300, 600)], [(100, 200), (300, 900)]]


@pytest.mark.parametrize(
    ("chart", "en", "zh"),
    [
        (payout_chart(E36, BONUS, at="260%"), "cap 20k", "封顶 2万"),
        (payout_chart(E36, BONUS, at="149%"), "cap 20k", "封顶 2万"),
        (payout_chart(FLAT, last=200), None, None),
        (payout_chart(FLAT, at=400), "cap 1k", "封顶 1000"),
        (payout_chart(TierTable(BOX, CNY, [Tier(0, None, 1)])), None, None),
    ],
)
def test_the_cap_is_said_where_it_is_reached(chart, en, zh):
    """At the right stands the most that is paid, if there is one and the picture reaches it."""
    said = [layer["mark"]["text"] for layer in chart.spec["layer"] if "cap" in str(layer["mark"].get("text"))]
    assert [(one.en, one.zh) for one in said] == ([(en, zh)] if en else [])


def test_who_is_paid_the_cap():
    """The note says that more would not bring more."""
    found = payout_chart(E36, BONUS, at="150%").note
    assert found.en == "150% pays 20,000.00 CNY; the cap; concave: ever flatter; no cliff"
    assert "封顶" not in payout_chart(E36, BONUS, at="149.99%").note.zh


def test_what_is_heard():
    """Who cannot see the line hears what each of its bends and jumps pays."""
    assert payout_chart(E36, BONUS).alt.en == (
        "concave: ever flatter; no cliff; 70% pays 0.00 CNY; 100% pays 10,000.00 CNY; 150% pays 20,000.00 CNY"
    )
    assert payout_chart(FLAT).alt.zh == "全额档位；2 处断崖；100 BOX 发 200.00 CNY；300 BOX 发 900.00 CNY"


@pytest.mark.parametrize(
    ("at", "side", "dy"), [("0%", "left", -14), ("72%", "right", -14), ("85%", "left", 14), ("130%", "right", -14)]
)
def test_the_words_stand_free_of_axis_and_line(at, side, dy):
    """Near the axis the words stand above the point, elsewhere beside the line."""
    marks = [
        layer["mark"] for layer in payout_chart(E36, BONUS, at=at).spec["layer"] if layer["mark"].get("fontWeight")
    ]
    assert [(mark["align"], mark["dy"]) for mark in marks] == [(side, dy)]


@settings(deadline=None)
@given(st.integers(0, 300), st.integers(1, 10**9))
def test_the_person_stands_where_the_curve_pays(percent, minor):
    """The point is the exact payout, whatever the attainment and the bonus."""
    bonus = Amount(minor, CNY)
    chart = payout_chart(E36, bonus, at=Fraction(percent, 100))
    ((point,),) = points(chart, "point")
    assert point == (Fraction(percent, 100), E36.share(Fraction(percent, 100)) * Fraction(minor, 100))


@pytest.mark.parametrize(
    ("made", "error", "where"),
    [
        (lambda: payout_chart(E36), BadValue, "bonus"),
        (lambda: payout_chart(E36, Amount(0, CNY)), BadValue, "bonus"),
        (lambda: payout_chart(E36, BONUS, at=-1), BadValue, "at"),
        (lambda: payout_chart(E36, BONUS, last="-1%"), BadValue, "last"),
        (lambda: payout_chart(E36, BONUS, at=BONUS), NotComparable, "at"),
        (lambda: payout_chart(FLAT, at=BONUS), NotComparable, "at"),
        (lambda: payout_chart(FLAT, at="<b>"), BadValue, ""),
    ],
)
def test_what_is_refused(made, error, where):
    """No bonus, a place below zero, an amount of another unit, and what is no number."""
    with pytest.raises(error) as caught:
        made()
    assert caught.value.where == where


def test_the_picture_refers_to_nothing():
    """No link, no script, no address but the name spaces."""
    svg = payout_chart(FLAT, at=Amount(150, BOX)).svg()
    root = ET.fromstring(svg)  # noqa: S314 - own picture
    assert {tag.tag.rpartition("}")[2] for tag in root.iter()} <= {"svg", "desc", "g", "path", "rect", "text", "line"}
    assert set(re.findall(r"https?://[^\"]*", svg)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
