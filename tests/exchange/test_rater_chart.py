"""How raters mark, as a picture: bars, figures and order are exact, and whoever has no mark is counted."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from fractions import Fraction
from statistics import median

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.exchange.charts import Chart
from pharmasales.exchange.rater_chart import rater_distribution


@frozen
class Marks:
    """The marks of one rater."""

    rater: str
    counts: dict
    least: Fraction
    median: Fraction
    most: Fraction
    mean: Fraction


def marks(rater: str, given: list, scale=()) -> Marks:
    """Return the distribution of some marks on a scale."""
    found, exact = Counter(given), [Fraction(one) for one in given]
    counts = {step: found[step] for step in sorted({*given, *scale})}
    return Marks(rater, counts, min(exact), median(exact), max(exact), sum(exact) / len(exact))


FIVE = (1, 2, 3, 4, 5)
NONE = Marks("m9", {1: 0}, Fraction(0), Fraction(0), Fraction(0), Fraction(0))
TEAM = [
    marks("m1", [5] * 9 + [4] * 3, FIVE),
    marks("m2", [3] * 20 + [2] * 2 + [4] * 3, FIVE),
    marks("m3", [1, 5, 1, 5, 1], FIVE),
]


def drawn(raters, names=None) -> Chart:
    """Return the picture, of which there is one."""
    chart = rater_distribution(raters, names)
    assert chart is not None
    return chart


def rows(chart: Chart, layer: int) -> list[dict]:
    """Return the data of one layer."""
    return chart.spec["layer"][layer]["data"]["values"]  # type: ignore[index]


def words(svg: str) -> list[str]:
    """Return the texts of a picture."""
    return [text.text or "" for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - own


def test_bars_are_shares_of_the_raters_own_marks():
    """Every step with its count and, in pixels, its share; the largest share is twenty pixels high."""
    found = [(one["x"], one["y"] - one["y2"], one["words"]) for one in rows(drawn(TEAM), 1)]
    assert found == [
        (1, 15, "3"),
        (5, 10, "2"),
        (2, 2, "2"),
        (3, 20, "20"),
        (4, 3, "3"),
        (4, Fraction(25, 4), "3"),
        (5, Fraction(75, 4), "9"),
    ]


def test_least_median_most_and_mean_stand_below():
    """The strictest median first: lines from the least to the most, marks at median and mean, the middle of all."""
    chart = drawn(TEAM)
    assert [(one["x"], one["x2"]) for one in rows(chart, 3)] == [(1, 5), (2, 4), (4, 5)]
    assert [one["x"] for one in rows(chart, 4)] == [1, 3, 5]
    assert [one["x"] for one in rows(chart, 5)] == [Fraction(13, 5), Fraction(76, 25), Fraction(19, 4)]
    assert rows(chart, 0) == [{"x": 3}]
    heights = {one["y"] for one in rows(chart, 3)}
    assert heights == {40, 86, 132}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_words(lang):
    """Title, note, heads, figures, key and what is heard, in the language asked."""
    svg = drawn([*TEAM, NONE], {"m1": Says("Manager One", "经理一")}).svg(lang)
    want = {
        "en": [
            "Distribution of marks",
            "42 marks of 3 raters; not drawn: 1 without a mark",
            "Manager One",
            "median of all 3",
            "least to most",
            "Mark",
        ],
        "zh": [
            "评分分布",
            "3 位评分人，42 份评分；未画出：1 位无评分",
            "经理一",
            "中位",
            "全体中位 3",
            "最低至最高",
            "评分",
        ],
    }[lang]
    assert [text for text in [*want, "m2", "3.04", "4.75", "25"] if text not in words(svg)] == []
    heard = {
        "en": "m2: 25 marks, least 2, median 3, most 4, mean 3.04; Manager One: 12 marks, least 4, ",
        "zh": "m2：25 份，最低 2，中位 3，最高 4，平均 3.04；经理一：12 份，最低 4，",
    }[lang]
    assert heard in svg


def test_marks_too_close_are_gathered():
    """Sixty steps become bars of two, none is lost, the last holds both of its edges, and the note says so."""
    chart = drawn([marks("m1", [60 + n for n in range(41)]), marks("m2", [70, Fraction(171, 2), 95])])
    bars = rows(chart, 1)
    mine = bars[:20]
    assert [one["x"] for one in mine] == [61 + 2 * n for n in range(20)]
    assert [one["words"] for one in mine] == ["2"] * 19 + ["3"]
    assert [(one["x"], one["words"]) for one in bars[20:]] == [(71, "1"), (85, "1"), (95, "1")]
    assert chart.note == Says(
        "44 marks of 2 raters; bars 2 wide hold their left edge, the last both",
        "2 位评分人，44 份评分；每柱宽 2 分，含左不含右，末柱含右",
    )


def test_one_mark_and_nobody():
    """A single mark is a picture; without any there is none."""
    chart = drawn([marks("m1", [3])])
    assert chart.note.zh == "1 位评分人，1 份评分"
    assert [one["x"] for one in rows(chart, 1)] == [3]
    assert rater_distribution([]) is None
    assert rater_distribution([NONE]) is None


def test_fifteen_strictest_in_any_order():
    """Ties go by mean, then by id; the order given does not matter; the median of all counts whom it does not show."""
    many = [marks(f"m{n:02}", [1 + n % 5, 1 + n % 5, 5], FIVE) for n in range(20)]
    chart = drawn(many)
    assert chart.spec == drawn(many[::-1]).spec
    names = [one["words"].en for one in rows(chart, 7)[:15]]
    assert names == [f"m{n:02}" for low in range(4) for n in range(low, 20, 5)][:15]
    assert chart.note.en == "60 marks of 20 raters; the 15 strictest of 20"
    assert rows(chart, 0) == [{"x": 4}]


def test_the_median_goes_before_the_mean():
    """A low median with one high mark is stricter than a higher median with a lower mean."""
    low, high = marks("m1", [1, 1, 5], FIVE), marks("m2", [2, 2, 2], FIVE)
    assert low.mean > high.mean
    assert [one["words"].en for one in rows(drawn([high, low]), 7)[:2]] == ["m1", "m2"]


def test_hostile_labels():
    """Twins stay two, long names are cut, a control character is refused."""
    names = {"m1": "A very long name of a rater", "m2": "A very long name of a rater"}
    assert [one["words"].en for one in rows(drawn(TEAM, names), 7)[:3]] == [
        "m3",
        "A very long name of a r…",
        "A very long name of a r… (2)",
    ]
    with pytest.raises(BadValue):
        drawn(TEAM, {"m1": "a\x01"})


@given(st.lists(st.lists(st.integers(0, 10_000), min_size=1, max_size=40), min_size=1, max_size=5))
def test_no_mark_is_lost(given_marks):
    """However close the steps, the counts of a rater's bars add up to the marks."""
    chart = drawn([marks(f"m{n}", one) for n, one in enumerate(given_marks)])
    sums: Counter = Counter()
    for one in rows(chart, 1):
        sums[one["y"]] += int(one["words"].replace(",", ""))
    assert sorted(sums.values()) == sorted(map(len, given_marks))
