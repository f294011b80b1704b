"""Charts: exact numbers in, static SVG out, with titles, labels and words in both languages."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadConfig, BadValue, NotComparable
from pharmasales.exchange._drawing import columns_axis, drawn, labels, room
from pharmasales.exchange._figures import label_rule, readable, ticks
from pharmasales.exchange.charts import (
    Chart,
    attainment_bullets,
    goal_bars,
    load_bars,
    trend_lines,
)
from pharmasales.units import BOX, CNY, USD, Amount

JAN, FEB = Says("Jan", "1月"), Says("Feb", "2月")
REPS = [("Li <b>", [(JAN, 300_000), (FEB, Decimal("250000.5"))]), ("王伟 & Co", [(JAN, "120,000")])]
CHARTS = {
    "goals": (goal_bars(REPS), ["Li <b>", "王伟 & Co"], [("Jan", "1月"), ("Feb", "2月"), ("420k", "42万")]),
    "attainment": (
        attainment_bullets([("Li <b>", 100, 90, 80), ("王伟 & Co", 100, 50, 80), ("Qian", 10, 12, 8)]),
        ["Li <b>", "王伟 & Co", "Qian"],
        [("50.0% behind", "50.0% 落后"), ("90.0% on pace", "90.0% 进度正常"), ("120.0% goal reached", "120.0% 已达标")],
    ),
    "load": (
        load_bars([("Li <b>", 60, 80), ("王伟 & Co", 90, 80)]),
        ["Li <b>", "王伟 & Co", "75.0%"],
        [("112.5% over by 10", "112.5% 超出 10"), ("Planned (visit)", "计划（次）")],
    ),
    "trend": (
        trend_lines([("2025", [(JAN, 90), (FEB, 80)]), ("2026", [(JAN, 100), (FEB, None)])]),
        ["2025", "2026"],
        [("Jan", "1月"), ("Sales (yuan)", "销售（元）")],
    ),
}


def words(svg: str) -> list[str]:
    """Return the texts of a picture, which must be well-formed XML."""
    return [text.text or "" for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - own


def values(chart: Chart | None, layer: int) -> list[dict[str, object]]:
    """Return the data of one layer."""
    assert chart is not None
    return chart.spec["layer"][layer]["data"]["values"]  # type: ignore[index]  # a spec is plain data


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", CHARTS)
def test_picture_says_title_and_labels(name: str, lang: str) -> None:
    """Every picture is XML and holds its title, its note, its labels and its words, as they were given."""
    chart, same, spoken = CHARTS[name]
    assert chart is not None
    found = words(chart.svg(lang))
    want = [chart.title.text(lang), *same, *(zh if lang == "zh" else en for en, zh in spoken)]
    if chart.note:
        want.append(chart.note.text(lang))
    assert [text for text in want if text not in found] == []
    root = ET.fromstring(chart.svg(lang))  # noqa: S314 - own picture
    assert (root.get("role"), root.get("aria-label")) == ("img", chart.title.text(lang))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_picture_tells_who_cannot_see_it(lang: str) -> None:
    """Bars are told one by one, escaped; any other picture tells its note; one without either tells its title alone."""
    said = {"en": "王伟 &amp; Co: 50.0% behind; Li &lt;b&gt;: 90.0% on pace; ", "zh": "王伟 &amp; Co：50.0% 落后；"}
    bullets = CHARTS["attainment"][0]
    assert bullets is not None
    assert f"><desc>{said[lang]}" in bullets.svg(lang)
    plain = {"data": {"values": []}, "mark": "bar"}
    assert "<desc>a &lt; b</desc>" in Chart(Says("t", "t"), plain, Says("a < b", "a < b")).svg(lang)
    assert "<desc>" not in Chart(Says("t", "t"), plain).svg(lang)


def test_picture_shows_itself_in_a_notebook() -> None:
    """The picture is its own HTML; its title is escaped where a reader aloud finds it."""
    chart = Chart(Says('"><b>', "x"), load_bars([("a", 1, 1)]).spec)  # type: ignore[union-attr]  # there are rows
    assert chart._repr_html_() == f"<figure>{chart.svg()}</figure>"
    assert chart.svg().startswith('<svg role="img" aria-label="&quot;&gt;&lt;b&gt;" xmlns=')


@pytest.mark.parametrize("name", CHARTS)
def test_picture_refers_to_nothing(name: str) -> None:
    """A picture has no id, no link, no script and no address but the name spaces."""
    chart = CHARTS[name][0]
    assert chart is not None
    root = ET.fromstring(chart.svg())  # noqa: S314 - own picture
    assert {tag.tag.rpartition("}")[2] for tag in root.iter()} <= {"svg", "desc", "g", "path", "rect", "text", "line"}
    assert not any(
        re.search(r"(?i)^(id|href|style|on.*)$", a.rpartition("}")[2]) for t in root.iter() for a in t.attrib
    )
    assert set(re.findall(r"https?://[^\"]*", chart.svg())) == {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }


def test_same_bytes_in_two_processes() -> None:
    """The same chart is the same text under any hash seed."""
    code = (
        "from pharmasales.exchange.charts import *\n"
        "rows = [(f'r{n}', [('a', n), ('b', 2 * n)]) for n in range(12)]\n"
        "print(goal_bars(rows).svg(), trend_lines(rows).svg('zh'))\n"
        "names = [name for name, _ in rows]\n"
        "print(attainment_bullets([(n, 9, 5, 6) for n in names]).svg(), load_bars([(n, 9, 5) for n in names]).svg())"
    )
    runs = {
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env={"PYTHONHASHSEED": s}).stdout  # noqa: S603 - own code
        for s in ("1", "2")
    }
    assert len(runs) == 1
    assert runs.pop().count(b"<svg") == 4


def test_nothing_gives_no_chart() -> None:
    """Without rows or amounts there is no picture, and no error."""
    assert goal_bars([]) is None
    assert goal_bars([("Li", [])]) is None
    assert attainment_bullets([]) is None
    assert load_bars([]) is None
    assert trend_lines([]) is None
    assert trend_lines([("2026", [(JAN, None)])]) is None


def test_goals_keep_eight_and_the_rest() -> None:
    """The eight largest children stand for themselves, the rest is one "other" (其他), and nothing is lost."""
    chart = goal_bars([(f"r{n}", [(JAN, n), (FEB, n)]) for n in range(1, 12)])
    bars = values(chart, 0)
    assert [bar["who"].en for bar in bars[:9]] == ["r11", "r10", "r9", "r8", "r7", "r6", "r5", "r4", "other"]
    assert [bar["up"] for bar in bars[:9]] == [11, 10, 9, 8, 7, 6, 5, 4, 6]
    assert sum(bar["up"] for bar in bars) == 2 * 66
    assert chart is not None
    assert chart.note == Says(
        'the 8 largest of 11; the others are summed as "other"', "共 11 项，列出最大的 8 项，其余合并为“其他”"
    )


def test_goals_without_rest() -> None:
    """Eight children need no "other"; equal ones stay in the order given; a month twice is summed."""
    chart = goal_bars([(f"r{n}", [(JAN, 1), (JAN, 2)]) for n in range(8)])
    assert [bar["who"].en for bar in values(chart, 0)] == [f"r{n}" for n in range(8)]
    assert [bar["up"] for bar in values(chart, 0)] == [3] * 8
    assert chart is not None
    assert chart.note is None


def test_goals_sum_stands_above_the_positive_part() -> None:
    """The sum of a month is the exact sum, negative goals included, and stands above the column."""
    sums = values(goal_bars([("a", [(JAN, 50_000)]), ("b", [(JAN, -20_000)])]), 1)
    assert [(s["up"], s["words"]) for s in sums] == [(50_000, Says("30k", "3万"))]


def test_twins_stay_two() -> None:
    """Two reps of one name are two bars with two labels."""
    found = words(attainment_bullets([("王伟", 100, 10, 5), ("王伟", 100, 20, 5)]).svg("zh"))  # type: ignore[union-attr]  # rows
    assert {"王伟", "王伟 (2)", "10.0% 进度正常", "20.0% 进度正常"} <= set(found)


def test_attainment_worst_first_unknown_last() -> None:
    """Rows ascend by attainment; no goal (zero or less) or no actual is unknown, never zero, and comes last."""
    chart = attainment_bullets(
        [
            ("full", 100, 100, None),
            ("no goal", 0, 50, None),
            ("plain", 100, 99, None),
            ("low", 100, -10, 50),
            ("unknown", 100, None, 50),
            ("missing", None, 5, None),
            ("even", 100, 50, 50),
        ]
    )
    assert [(r["name"].en, r["words"].en, r["tint"]) for r in values(chart, 3)] == [
        ("low", "-10.0% behind", "#D55E00"),
        ("even", "50.0% on pace", "#0072B2"),
        ("plain", "99.0%", "#0072B2"),
        ("full", "100.0% goal reached", "#009E73"),
        ("no goal", "no goal", "#B8BEC4"),
        ("unknown", "no data", "#B8BEC4"),
        ("missing", "no goal", "#B8BEC4"),
    ]
    assert [r["name"].en for r in values(chart, 0)] == ["low", "even", "plain", "full", "no goal", "missing"]
    assert [r["thin"] for r in values(chart, 1)] == [50, 50, 50]
    assert [r["name"].en for r in values(chart, 2)] == ["low", "even", "plain", "full", "unknown"]


def test_fifteen_rows_at_most() -> None:
    """More than fifteen rows are cut to the first fifteen, and the note says so."""
    rows = [(f"r{n}", 100, n, 50) for n in range(40)]
    chart = attainment_bullets(rows)
    assert [r["name"].en for r in values(chart, 3)] == [f"r{n}" for n in range(15)]
    assert chart is not None
    assert chart.note == Says(
        "thick mark: goal; thin mark: expected so far; the first 15 of 40",
        "粗线：目标；细线：当前应达；共 40 行，列出前 15 行",
    )
    assert "first" not in str(attainment_bullets(rows[:15]).note)  # type: ignore[union-attr]  # there are rows
    assert len(values(load_bars([(f"r{n}", n, 9) for n in range(16)]), 3)) == 15


def test_load_heaviest_first() -> None:
    """No capacity at all comes first, then the heaviest load, then what is unknown; at capacity is not over."""
    chart = load_bars([("a", 8, 10), ("b", 10, 10), ("c", 5, None), ("d", 3, 0), ("e", 0, 0), ("f", 2500, 1000)])
    assert [(r["name"].en, r["words"].zh, r["tint"]) for r in values(chart, 3)] == [
        ("d", "超出 3", "#D55E00"),
        ("f", "250.0% 超出 1500", "#D55E00"),
        ("b", "100.0%", "#0072B2"),
        ("a", "80.0%", "#0072B2"),
        ("e", "", "#0072B2"),
        ("c", "上限未知", "#B8BEC4"),
    ]


def test_trend_leaves_gaps_and_keeps_three() -> None:
    """A missing month is a gap, months meet by label, and only the last three series are drawn."""
    series = [(str(year), [(JAN, year), (FEB, None)]) for year in range(2022, 2027)]
    chart = trend_lines([*series[:-1], ("2026", [(FEB, 7)])])
    assert [v["up"] for layer in (0, 2, 4) for v in values(chart, layer)] == [2024, None, 2025, None, None, 7]
    assert [len(values(chart, layer)) for layer in (1, 3, 5)] == [1, 1, 1]
    assert "2022" not in words(chart.svg())  # type: ignore[union-attr]  # there are amounts


def test_amounts_of_another_unit_are_refused() -> None:
    """An amount is drawn on an axis of its own unit only; the unit names the axis."""
    box = Amount.of(5, BOX)
    for build in (
        lambda unit: goal_bars([("a", [(JAN, box)])], unit),
        lambda unit: attainment_bullets([("a", box, box, None)], unit),
        lambda unit: trend_lines([("a", [(JAN, box)])], unit),
        lambda unit: load_bars([("a", box, box)], unit),
    ):
        assert "（盒）" in build(BOX).svg("zh")  # type: ignore[union-attr]  # there are rows
        with pytest.raises(NotComparable):
            build(CNY)
    assert "Goal (US dollar)" in goal_bars([("a", [(JAN, Amount.of(5, USD))])], USD).svg()  # type: ignore[union-attr]  # rows


@pytest.mark.parametrize("bad", [0.1, "ten", True, "", Decimal("NaN")])
def test_only_exact_numbers(bad: object) -> None:
    """A float, a word, a bool or NaN is refused by every chart."""
    for build in (
        lambda: goal_bars([("a", [(JAN, bad)])]),  # type: ignore[list-item]  # hostile
        lambda: attainment_bullets([("a", 1, bad, 1)]),  # type: ignore[list-item]  # hostile
        lambda: load_bars([("a", bad, 1)]),  # type: ignore[list-item]  # hostile
        lambda: trend_lines([("a", [(JAN, bad)])]),  # type: ignore[list-item]  # hostile
    ):
        with pytest.raises(BadValue):
            build()


def test_too_large_to_draw() -> None:
    """A number beyond any float is a typed error, not a crash."""
    with pytest.raises(BadValue, match="too large"):
        Chart(Says("a", "b"), {"data": {"values": [{"v": Fraction(10**400, 3)}]}, "mark": "bar"}).svg()


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ({"mark": 3}, "chart.spec"),
        ({"data": {"url": "https://example.invalid/Wang.csv"}, "mark": "bar"}, "chart.spec"),
        ({"data": {"values": [{}]}, "mark": {"type": "image", "url": "https://example.invalid/x"}}, "chart.link"),
    ],
)
def test_spec_that_loads_or_fails(spec: dict[str, object], code: str) -> None:
    """A spec of one's own is refused where it is wrong, loads something or shows an image; no data is repeated."""
    with pytest.raises(BadValue) as caught:
        Chart(Says("a", "b"), spec).svg()
    assert caught.value.code == code
    assert "Wang" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the drawing engine a chart can be made; drawing it says what to install."""
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    chart = load_bars([("a", 1, 1)])
    assert chart is not None
    with pytest.raises(BadConfig, match=re.escape("install pharmasales[report]")):
        chart.svg()


def test_no_dependency_before_drawing() -> None:
    """Importing the module and making a chart loads no drawing library."""
    code = (
        "import sys; from pharmasales.exchange.charts import load_bars; load_bars([('a', 1, 1)])\n"
        "print([m for m in ('altair', 'vl_convert') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)  # noqa: S603 - own code
    assert run.stdout == "[]\n"


def test_hostile_labels() -> None:
    """A control character is refused; line breaks and a long name become one short line that ends in an ellipsis."""
    with pytest.raises(BadValue, match="U\\+0001"):
        load_bars([("a\x01", 1, 1)])
    chart = load_bars([("a\n<script>alert(1)</script> of a long, long name", 1, 1)])
    assert chart is not None
    assert "a <script>alert(1)</scr…" in words(chart.svg())
    assert "<script" not in chart.svg()


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=60), max_size=12))
def test_labels_are_short_and_distinct(names: list[str]) -> None:
    """Labels keep their count and order, are pairwise distinct, and short ones on one line are kept."""
    found = [label.en for label in labels(names)]
    assert len(found) == len(names) == len(set(found))
    for name, label in zip(names, found, strict=True):
        line = " ".join(name.split())
        assert label.startswith(line if len(line) <= 12 else line[:11])
        assert room([Says(label, label)]) <= (24 + 5) * 6.3 + 1


def test_labels_count_chinese_as_two() -> None:
    """Twelve Chinese characters fit, of thirteen eleven and an ellipsis; spoken labels keep both languages."""
    assert labels(["一二三四五六七八九十甲乙"])[0].zh == "一二三四五六七八九十甲乙"
    assert labels(["一二三四五六七八九十甲乙丙"])[0].zh == "一二三四五六七八九十甲…"
    assert labels([JAN, JAN]) == [JAN, Says("Jan (2)", "1月 (2)")]
    assert room([]) == 0


@given(st.lists(st.fractions(min_value=-(10**13), max_value=10**13), max_size=6))
def test_ticks_hold_all_values(found: list[Fraction]) -> None:
    """Ticks are even, hold zero and every value, and number two to eight."""
    at = ticks(found)
    assert 2 <= len(at) <= 8
    assert len({b - a for a, b in pairwise(at)}) == 1
    assert 0 in at
    assert all(at[0] <= value <= at[-1] for value in found)


def test_ticks_of_counts_are_whole() -> None:
    """Whole values get whole ticks; shares get finer ones."""
    assert ticks([Fraction(2)]) == [0, 1, 2]
    assert ticks([Fraction(1, 2)]) == [
        0,
        Fraction(1, 10),
        Fraction(1, 5),
        Fraction(3, 10),
        Fraction(2, 5),
        Fraction(1, 2),
    ]
    assert ticks([]) == [0, 1]


@pytest.mark.parametrize(
    ("value", "en", "zh"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        ("999.4", "999", "999"),
        ("999.5", "1k", "1000"),
        (-12_345, "-12.3k", "-1.23万"),
        (9_999, "10k", "9999"),
        ("9999.5", "10k", "1万"),
        (999_499, "999k", "99.9万"),
        (999_500, "1M", "100万"),
        (123_456_789, "123M", "1.23亿"),
        (10**12, "1000B", "1万亿"),
        (100, "100", "100"),
        ("0.5", "0.5", "0.5"),
    ],
)
def test_readable(value: int | str, en: str, zh: str) -> None:
    """Large numbers are said in k, M, B or 万, 亿, 万亿, rounded half up, and never as 1000k."""
    assert readable(value) == Says(en, zh)


def test_axis_speaks_one_unit() -> None:
    """All labels of an axis are in the unit that suits its largest value."""
    assert label_rule(Fraction(900), "en") == "datum.value == 0 ? '0' : format(datum.value / 1, ',~r') + ''"
    chart = goal_bars([("a", [(JAN, 250_000_000)])])
    assert chart is not None
    assert {"0", "0.5亿", "1亿", "2.5亿"} <= set(words(chart.svg("zh")))
    assert {"0", "50M", "100M", "250M"} <= set(words(chart.svg("en")))


def test_long_columns_lean() -> None:
    """Labels below columns lean, with room below and at the left, where they need more than the width."""
    flat, around = columns_axis([JAN] * 12, 100)
    assert (flat["axis"]["labelAngle"], around) == (0, {"left": 60, "right": 100, "bottom": 30})  # type: ignore[index]  # data
    lean, around = columns_axis([Says("x" * 24, "x")] * 12, 100)
    assert (lean["axis"]["labelAngle"], around) == (-35, {"left": 126, "right": 100, "bottom": 121})  # type: ignore[index]  # data


def test_numbers_become_floats_at_last() -> None:
    """Whole numbers stay whole, the rest becomes floats, words choose their language, all else is kept."""
    node = {"a": (Fraction(4, 2), Decimal("0.5"), 2**60, None), "b": Says("x", "y"), "c": Fraction(2**60)}
    assert drawn(node, "zh") == {"a": [2, 0.5, 2**60, None], "b": "y", "c": float(2**60)}
    assert type(drawn(Fraction(4, 2), "en")) is int
