"""Reasons: the input, the band, the cell, the weight that decided, in English and Chinese."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given

from pharmasales.errors import BadRule
from pharmasales.rules import (
    All,
    AnyOf,
    Bands,
    Curve,
    Field,
    FirstMatch,
    Grid,
    Not,
    Pareto,
    Part,
    Quantiles,
    Ratio,
    Rule,
    Weighted,
    explain,
    over,
)
from pharmasales.testing import strategies as some
from pharmasales.testing.laws import explained

SALES = Field("sales", zh="销售额")
SHARE = Ratio(Field("ours", zh="本品"), Field("all", zh="全部"))


@pytest.mark.parametrize(
    ("rule", "record", "en", "zh"),
    [
        (SALES, {"sales": 1234.5}, "sales = 1,234.5", "销售额 = 1,234.5"),
        (SALES, {"sales": None}, "sales = missing", "销售额 = 无数据"),
        (SALES, {"sales": "poor"}, "sales = poor", "销售额 = poor"),
        (SALES, {"sales": True}, "sales = true", "销售额 = true"),
        (SALES, {"sales": date(2026, 1, 5)}, "sales = 2026-01-05", "销售额 = 2026-01-05"),
        (SHARE, {"ours": 1, "all": 4}, "ours/all = 1 / 4 = 0.25", "本品/全部 = 1 / 4 = 0.25"),
        (SHARE, {"ours": 1, "all": 0}, "ours/all = 1 / 0 = missing", "本品/全部 = 1 / 0 = 无数据"),
        (
            Bands(SALES, ((100, "C"), (over(500), "B")), top="A"),
            {"sales": 500},
            "sales 500 is at least 100 and is at most 500: B",
            "销售额 500 不低于 100且不超过 500：B",
        ),
        (
            Bands(SALES, ((over(100), "C"),), top="A"),
            {"sales": 5},
            "sales 5 is at most 100: C",
            "销售额 5 不超过 100：C",
        ),
        (Bands(SALES, ((100, "C"),), top="A"), {"sales": 5}, "sales 5 is below 100: C", "销售额 5 低于 100：C"),
        (Bands(SALES, ((over(1), "C"),), top="A"), {"sales": 5}, "sales 5 is over 1: A", "销售额 5 超过 1：A"),
        (Bands(SALES, (), top="A"), {"sales": 5}, "sales 5 is in the only band: A", "销售额 5 在唯一区间：A"),
        (
            Bands(SALES, ((100, "C"),), top="A"),
            {"sales": None},
            "sales is missing, so there is no answer",
            "销售额 缺失，故无结果",
        ),
        (
            Curve(SALES, ((0, 0), ("100%", 10_000))),
            {"sales": "0.5"},
            "sales 0.5 on the line from (0, 0) to (1, 10,000): 5,000",
            "销售额 0.5 位于 (0, 0) 至 (1, 10,000) 的线段：5,000",
        ),
        (
            Curve(SALES, ((0, 0), (1, 1))),
            {"sales": None},
            "sales is missing, so there is no score",
            "销售额 缺失，故无得分",
        ),
        (SALES.at_least(5), {"sales": 5}, "sales 5 is at least 5: yes", "销售额 5 不低于 5：是"),
        (SALES.over(5), {"sales": 5}, "sales 5 is over 5: no", "销售额 5 超过 5：否"),
        (SALES.below(5), {"sales": None}, "sales missing is below 5: unknown", "销售额 无数据 低于 5：未知"),
        (SALES.at_most("50%"), {"sales": 5}, "sales 5 is at most 0.5: no", "销售额 5 不超过 0.5：否"),
        (SALES.equals("poor"), {"sales": "poor"}, "sales poor is poor: yes", "销售额 poor 等于 poor：是"),
        (SALES.equals(True), {"sales": False}, "sales false is true: no", "销售额 false 等于 true：否"),
        (SALES.one_of(["a", 2]), {"sales": 2}, "sales 2 is one of a, 2: yes", "销售额 2 属于 a, 2：是"),
        (SALES.missing(), {"sales": 5}, "sales 5 is missing: no", "销售额 5 缺失：否"),
        (
            All([SALES.over(1), Not(AnyOf([SALES.over(9)]))]),
            {"sales": 5},
            "all of: yes (sales 5 is over 1: yes; not: yes (any of: no (sales 5 is over 9: no)))",
            "全部成立：是（销售额 5 超过 1：是；不成立：是（任一成立：否（销售额 5 超过 9：否）））",
        ),
    ],
)
def test_sentences(rule, record, en, zh):
    """The whole sentence of each shape and operator, in both languages."""
    assert (explain(rule, record).text("en"), explain(rule, record).text("zh")) == (en, zh)


def test_a_grid_names_both_sides():
    """The cell, then the reason of its row and its column; one missing side leaves no cell."""
    high = Bands(SHARE, (("15%", "low"),), top="high")
    rule = Grid(
        Bands(SALES, ((100, "small"),), top="big"),
        high,
        {"small": {"low": "D", "high": "C"}, "big": {"low": "B", "high": "A"}},
    )
    why = explain(rule, {"sales": 150, "ours": 1, "all": 4})
    assert why.lines() == [
        "cell (big, high): A",
        "  sales 150 is at least 100: big",
        "  ours/all 0.25 is at least 0.15: high",
        "    ours/all = 1 / 4 = 0.25",
    ]
    assert why.head("zh") == "格（big，high）：A"
    missing = explain(rule, {"sales": 150, "ours": 1, "all": 0})
    assert missing.head() == "one side is missing, so there is no cell"
    assert missing.head("zh") == "一侧缺失，故无结果"


@pytest.mark.parametrize(
    ("missing", "full", "lines"),
    [
        (
            "missing",
            1,
            [
                "a score is missing, so there is no total",
                "  x: score 0.5 x weight 60 = 30.00",
                "  y: missing, so there is no total",
            ],
        ),
        (
            "zero",
            1,
            ["total 30.00 of 100", "  x: score 0.5 x weight 60 = 30.00", "  y: missing, counts as zero of weight 40"],
        ),
        (
            "reweight",
            1,
            [
                "total 50.00 of 100",
                "  x: score 0.5 x weight 100 = 50.00",
                "  y: missing, its weight goes to the others",
            ],
        ),
        (
            "zero",
            100,
            [
                "total 0.30 of 100",
                "  x: score 0.5 / 100 x weight 60 = 0.30",
                "  y: missing, counts as zero of weight 40",
            ],
        ),
    ],
)
def test_a_weighted_sum_shows_every_part(missing, full, lines):
    """Score, weight and points of each part make a true equation; a missing one says what became of it."""
    parts = [Part("x", 60, Field("x"), zh="甲"), Part("y", 40, Field("y"), zh="乙")]
    rule = Weighted(parts, full=full, missing=missing)
    assert explain(rule, {"x": "0.5", "y": None}).lines() == lines


def test_a_weighted_sum_in_chinese():
    """Parts bear their Chinese names, and curves below them their own reason."""
    rule = Weighted([Part("x", 100, Curve(SALES, ((0, 0), (10, 1))), zh="达成")], full=1)
    assert explain(rule, {"sales": 5}).lines("zh") == [
        "总分 50.00，满分 100",
        "  达成：得分 0.5 x 权重 100 = 50.00",
        "    销售额 5 位于 (0, 0) 至 (10, 1) 的线段：0.5",
    ]
    parts = [Part("x", 50, Field("x"), zh="甲"), Part("y", 50, Field("y"), zh="乙")]
    said = [
        explain(Weighted(parts, missing=way), {"x": 1, "y": None}).lines("zh")[2]
        for way in ("missing", "zero", "reweight")
    ]
    assert said == ["  乙：缺失，故无总分", "  乙：缺失，按零分计，权重 50", "  乙：缺失，权重分给其他项"]


def test_bands_of_a_sum_rest_on_its_reason():
    """E57: the class names the sum, then the sum names its parts."""
    points = Weighted([Part("contract", 60, Field("contract")), Part("loyalty", 40, Field("loyalty"))], full=100)
    rule = Bands(points, ((60, "C"), (80, "B")), top="A")
    assert explain(rule, {"contract": 90, "loyalty": 60}).lines() == [
        "weighted 78 is at least 60 and is below 80: B",
        "  total 78.00 of 100",
        "    contract: score 90 / 100 x weight 60 = 54.00",
        "    loyalty: score 60 / 100 x weight 40 = 24.00",
    ]


@pytest.mark.parametrize(
    ("record", "lines"),
    [
        ({"a": 2, "b": None}, ["case 1: first", "  a 2 is over 1: yes"]),
        ({"a": 0, "b": 2}, ["case 2: second", "  a 0 is over 1: no", "  b 2 is over 1: yes"]),
        ({"a": 0, "b": 0}, ["no case holds: rest", "  a 0 is over 1: no", "  b 0 is over 1: no"]),
        ({"a": None, "b": "rubbish"}, ["a test has no answer, so there is none", "  a missing is over 1: unknown"]),
        ({"a": 2}, ["case 1: first", "  a 2 is over 1: yes"]),
    ],
)
def test_first_match_shows_what_it_asked(record, lines):
    """The tests up to the deciding one, and no field that the answer did not need."""
    rule = FirstMatch([(Field("a").over(1), "first"), (Field("b").over(1), "second")], otherwise="rest")
    assert explain(rule, record).lines() == lines


def test_braces_in_names_are_text():
    """Names and labels with braces are shown as they are."""
    rule = Bands(Field("{value}", zh="{0}"), ((1, "{low}"),), top="{x}")
    assert explain(rule, {"{value}": 5}).text() == "{value} 5 is at least 1: {x}"
    assert explain(rule, {"{value}": 0}).text("zh") == "{0} 0 低于 1：{low}"
    part = Weighted([Part("{name}", 100, Field("a"), zh="{}")])
    assert explain(part, {"a": 1}).lines() == ["total 100.00 of 100", "  {name}: score 1 x weight 100 = 100.00"]
    assert explain(part, {"a": 1}).lines("zh")[1] == "  {}：得分 1 x 权重 100 = 100.00"


class Mine(Rule):
    """A rule of no known shape."""


@pytest.mark.parametrize("rule", [Mine(), Pareto(SALES, (("80%", "A"),), rest="B"), Quantiles(SALES)])
def test_what_cannot_be_explained(rule):
    """A population rule is fitted first; a shape of one's own has no reason."""
    with pytest.raises(BadRule, match="cannot be explained; fit it first") as caught:
        explain(rule, {"sales": 1})
    assert caught.value.code == "rule.explain"


@given(some.rules(), some.records())
def test_whatever_answers_is_explained(rule, record):
    """No record that a rule answers for is without a reason in both languages."""
    assert explained(rule, record) == ""
