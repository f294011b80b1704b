"""The picture of fairness: what it says, in which shapes, for whom it names nobody, and that it is one and the same."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.exchange.charts import Chart
from pharmasales.exchange.fairness_chart import fairness_scatter
from pharmasales.goals.agreeing.asks import Ask
from pharmasales.goals.agreeing.fairness import check_fairness
from pharmasales.units import CNY, Amount

YUAN = Amount.of(1, CNY)
GROWTHS = (104, 108, 112, 116, 120, 109, 111)


def asks(growths=GROWTHS, sizes=None, potentials=None) -> list[Ask]:
    """Return asks over a history of 100,000 each."""
    many = range(len(growths))
    return [
        Ask(
            f"node-{n}",
            YUAN * (1000 * growths[n]),
            past=[YUAN * 100_000],
            size=(n * 3 if sizes is None else sizes[n]),
            potential=(YUAN * (200_000 + 10_000 * n) if potentials is None else potentials[n]),
        )
        for n in many
    ]


def drawn(found: list[Ask], against="size", tips: int = 1) -> Chart:
    """Return the picture of some asks, of which there is one."""
    chart = fairness_scatter(check_fairness(found, tips=tips), against)
    assert chart is not None
    return chart


def layers(chart: Chart) -> list[list[dict]]:
    """Return the marks of the largest, the middle and the smallest asks."""
    return [layer["data"]["values"] for layer in chart.spec["layer"][1:4]]  # type: ignore[index]


def words(svg: str) -> list[str]:
    """Return the texts of a picture."""
    return [text.text or "" for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - own


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_picture_says_title_verdict_and_key(lang):
    """The check with its figure and bound stands under the title, in the language asked; the key has the counts."""
    chart = drawn(asks())
    told = words(chart.svg(lang))
    want = {
        "en": [
            "Growth asked, by size of the territory",
            "not fair: growth with size: spearman 0.46 of 7 nodes, between -0.3 and 0.3",
            "largest asks: 1",
            "others: 5",
            "smallest asks: 1",
            "middle: 11.0%",
            "Growth asked",
            "Size of the territory",
        ],
        "zh": [
            "目标增长率与区域规模",
            "不公平：增长与区域规模：斯皮尔曼 0.46（7 个节点），应在 -0.3 与 0.3 之间",
            "最高要求：1",
            "其他：5",
            "最低要求：1",
            "中位数：11.0%",
            "目标增长率",
            "区域规模",
        ],
    }
    assert [text for text in want[lang] if text not in told] == []
    assert ET.fromstring(chart.svg(lang)).get("aria-label") == want[lang][0]  # noqa: S314 - own picture


def test_marks_stand_where_their_figures_are():
    """One mark a node, exact, up for the largest ask and down for the smallest; the line is the middle."""
    chart = drawn(asks())
    largest, middle, smallest = layers(chart)
    assert [(mark["x"], mark["y"]) for mark in largest] == [(12, Fraction(20, 100))]
    assert [(mark["x"], mark["y"]) for mark in smallest] == [(0, Fraction(4, 100))]
    assert {(mark["x"], mark["y"]) for mark in middle} == {
        (3, Fraction(8, 100)),
        (6, Fraction(12, 100)),
        (9, Fraction(16, 100)),
        (15, Fraction(9, 100)),
        (18, Fraction(11, 100)),
    }
    shapes = [layer["mark"]["shape"] for layer in chart.spec["layer"][1:4]]  # type: ignore[index]
    assert shapes == ["triangle-up", "circle", "triangle-down"]
    assert chart.spec["layer"][0]["data"]["values"] == [{"y": Fraction(11, 100)}]  # type: ignore[index]


def test_potential_is_in_its_unit():
    """Against potential the axis is money, and the verdict is that of the other check."""
    chart = drawn(asks(), "potential")
    assert chart.title == Says("Growth asked, by potential of the territory", "目标增长率与区域潜力")
    assert "Potential (yuan)" in words(chart.svg())
    assert chart.note is not None
    assert chart.note.en.startswith("not fair: growth with potential")


def test_a_fair_plan_is_called_fair_and_a_handful_proves_nothing():
    """No slope passes; three nodes are open; figures that are missing are counted."""
    flat = drawn(asks((110, 111, 110, 111, 110, 111), (1, 2, 3, 3, 2, 1)))
    assert flat.note is not None
    assert flat.note.en.startswith("fair: growth with size")
    few = drawn(asks((110, 111, 112)))
    assert few.note is not None
    assert few.note.zh.startswith("无法判断：")
    missing = drawn([*asks(), Ask("x", YUAN * 5), Ask("y", YUAN * 5, past=[YUAN]), Ask("z", YUAN * 5, size=3)])
    assert missing.note is not None
    assert missing.note.en.endswith("; 3 without a figure not drawn")
    assert missing.note.zh.endswith("；3 个无数据，未画出")


def test_nodes_close_together_are_one_larger_mark():
    """Forty alike are one mark, so that the picture of thousands stays small."""
    chart = drawn(asks((110,) * 40 + (150, 90), (5,) * 40 + (50, 1)))
    (largest, middle, smallest) = layers(chart)
    assert [len(one) for one in (largest, middle, smallest)] == [1, 1, 1]
    assert middle[0]["size"] == 180
    assert largest[0]["size"] == 60 + 120 * Fraction(1, 10)
    assert len(drawn(asks([100 + n % 37 for n in range(3000)], range(3000))).svg()) < 400_000


def test_nobody_gives_no_picture():
    """Without history, or without sizes, there is nothing to draw, and no error."""
    assert fairness_scatter(check_fairness([])) is None
    assert fairness_scatter(check_fairness([Ask("x", YUAN)])) is None
    unknown = [Ask("x", YUAN * 2, past=[YUAN])]
    assert fairness_scatter(check_fairness(unknown), "potential") is None


def test_the_picture_names_nobody_and_refers_to_nothing():
    """No id of a node, no link, no script, no address but the name spaces."""
    svg = drawn(asks()).svg()
    assert "node-" not in svg
    root = ET.fromstring(svg)  # noqa: S314 - own picture
    assert {tag.tag.rpartition("}")[2] for tag in root.iter()} <= {"svg", "desc", "g", "path", "rect", "text", "line"}
    assert set(re.findall(r"https?://[^\"]*", svg)) == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_same_bytes_in_two_processes():
    """The same picture is the same text under any hash seed."""
    code = (
        "from pharmasales.goals.agreeing.asks import Ask\n"
        "from pharmasales.goals.agreeing.fairness import check_fairness\n"
        "from pharmasales.exchange.fairness_chart import fairness_scatter\nfrom pharmasales.units import BOX, Amount\n"
        "box = Amount.of(1, BOX)\n"
        "asks = [Ask(f'n{n}', box * (100 + n * 7 % 31), past=[box * 100], size=n * n % 17) for n in range(40)]\n"
        "print(fairness_scatter(check_fairness(asks)).svg('zh'))"
    )
    runs = {
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env={"PYTHONHASHSEED": s}).stdout  # noqa: S603 - own code
        for s in ("1", "2")
    }
    assert len(runs) == 1
    assert runs.pop().count(b"<svg") == 1


@given(st.lists(st.tuples(st.integers(1, 400), st.one_of(st.none(), st.integers(0, 10**6))), max_size=25))
def test_every_node_with_both_figures_is_counted_once(given_asks):
    """The counts in the key add up to those drawn; those left out stand in the note."""
    found = [Ask(f"n{n}", YUAN * g, past=[YUAN * 100], size=size) for n, (g, size) in enumerate(given_asks)]
    chart = fairness_scatter(check_fairness(found, tips=2))
    known = sum(size is not None for _, size in given_asks)
    if chart is None:
        assert known == 0
        return
    keys = [layer["mark"]["text"].en for layer in chart.spec["layer"] if "text" in layer["mark"]]  # type: ignore[attr-defined]
    assert sum(int(text.rpartition(": ")[2].replace(",", "")) for text in keys if "%" not in text) == known
    assert chart.note is not None
    assert ("not drawn" in chart.note.en) == (known < len(given_asks))
