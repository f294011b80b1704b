"""Waterfalls: bars that add up exactly, in both languages, told without colour, whatever the signs and the labels."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadValue, NotFound
from pharmasales.evaluation.attainment import attain
from pharmasales.evaluation.variance import Parted, SoldLine, SpentLine, contributed, expense_variance, sales_variance
from pharmasales.evaluation.variance.parted import VariancePart
from pharmasales.exchange._drawing import ACCENT, BAD
from pharmasales.exchange.charts import Chart
from pharmasales.exchange.waterfall_chart import attainment_waterfall, expense_waterfall, sales_waterfall
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter
from pharmasales.units import BOX, CNY, VISIT, Amount

YEARS = Says("2025", "2025年"), Says("2026", "2026年")


def yuan(value) -> Amount:
    """Return an amount of money."""
    return Amount.of(value, CNY)


def sold(product, customer, money, boxes) -> SoldLine:
    """Return a line of sales."""
    return SoldLine("r1", product, customer, yuan(money), Amount.of(boxes, BOX))


def parted(before, *sizes) -> Parted:
    """Return a change with parts of these sizes, named p0, p1 and so on."""
    parts = [(VariancePart(f"p{n}", Says(f"p{n}", f"第{n}"), Says("", "")), yuan(size)) for n, size in enumerate(sizes)]
    return Parted(yuan(before), yuan(before) + Amount.total((size for _, size in parts), CNY), tuple(parts))


def family(actual: dict, goals: dict | None = None, elapsed="1/2") -> Chart:
    """Return the waterfall of a node N with a child for each actual, each with a goal of 100 unless said."""
    org = Org.of(
        [Node("N", "North", "district"), *(Node(one, f"Rep {one}", "rep", "N") for one in actual if one != "N")]
    )
    given = {one: yuan(100) for one in actual if one != "N"} if goals is None else goals
    whole = {"N": Amount.total(given.values(), CNY), **given}
    done = {one: yuan(value) for one, value in actual.items() if value is not None}
    return attainment_waterfall(contributed(attain(org, whole, done, Quarter(2026, 1), Fraction(elapsed))), "N")


def bars(chart: Chart) -> list[tuple]:
    """Return label, start, end and words of every bar from the first sum to the last."""
    rows = chart.spec["layer"][-1 - 2 * keys(chart)]["data"]["values"]  # type: ignore[index]
    return [(row["name"].en, row["x"], row["x2"], row["words"].en) for row in rows]


def keys(chart: Chart) -> int:
    """Return how many entries the key has."""
    return (len(chart.spec["layer"]) - 5) // 2  # type: ignore[arg-type]


def drawn(chart: Chart) -> list[list[str]]:
    """Return the labels of what is solid, what is hollow and what is a mark."""
    return [[row["name"].en for row in layer["data"]["values"]] for layer in chart.spec["layer"][1:4]]  # type: ignore[index]


def words(svg: str) -> list[str]:
    """Return the texts of a picture."""
    return [text.text or "" for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - own


@pytest.fixture(scope="module")
def year() -> Chart:
    """Return the waterfall of two years: two products, a customer lost and one won, a return."""
    last = [sold("P1", "H1", 1000, 100), sold("P2", "H1", 3000, 100), sold("P1", "H2", 500, 50)]
    this = [
        sold("P1", "H1", 1320, 120),
        sold("P2", "H1", 2700, 90),
        sold("P1", "H3", 400, 40),
        sold("P1", "H1", -110, -10),
    ]
    found = sales_variance(last, this, sides=YEARS)
    return sales_waterfall(found.whole, found.sides)


def test_each_part_begins_where_the_last_ends(year):
    """The parts of the split in their order, exact, with their amounts as the table has them; zero is not drawn."""
    assert bars(year) == [
        ("2025", 0, 4500, "4,500.00"),
        ("volume", 4500, 4700, "+200.00"),
        ("mix", 4700, 4400, "-300.00"),
        ("price", 4400, 4520, "+120.00"),
        ("new customers", 4520, 4920, "+400.00"),
        ("lost customers", 4920, 4420, "-500.00"),
        ("returns", 4420, 4310, "-110.00"),
        ("2026", 0, 4310, "4,310.00"),
    ]
    assert year.note.en == "change -190.00 CNY (-4.2%); not drawn: 3 of zero; the axis does not begin at zero"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_words(year, lang):
    """Title, note, labels, amounts, key and axis stand in the language asked; who cannot see hears every bar."""
    svg = year.svg(lang)
    want = {
        "en": ["Variance of sales", "2025", "lost customers", "-500.00", "more: helps", "less: hurts", "Sales (yuan)"],
        "zh": ["销售差异", "2025年", "流失客户", "-500.00", "增加：有利", "减少：不利", "销售（元）"],
    }[lang]
    told = words(svg)
    assert [text for text in [*want, year.note.text(lang)] if text not in told] == []
    heard = {
        "en": "Sales (yuan): 2025 4,500.00; volume +200.00; mix -300.00; price +120.00; new customers +400.00; "
        "lost customers -500.00; returns -110.00; 2026 4,310.00",
        "zh": "销售（元）：2025年 4,500.00；销量 +200.00；结构 -300.00；价格 +120.00；新客户 +400.00；"
        "流失客户 -500.00；退货 -110.00；2026年 4,310.00",
    }[lang]
    assert f"<desc>{heard}</desc>" in svg


def test_more_is_solid_and_less_is_hollow(year):
    """Nothing has to be told by its colour; the axis without zero makes marks of the sums."""
    assert drawn(year) == [
        ["volume", "price", "new customers"],
        ["mix", "lost customers", "returns"],
        ["2025", "2026"],
    ]
    hollow = year.spec["layer"][2]["mark"]
    assert hollow["fill"] == "white"
    entries = [layer["mark"] for layer in year.spec["layer"][5::2]]
    assert [(entry["color"], entry.get("fill")) for entry in entries] == [(ACCENT, None), (BAD, "white")]


def test_less_expense_helps():
    """The key of expense: more hurts, less helps; budget and actual are the sums."""
    lines = [
        SpentLine("r1", "travel", yuan(1000), yuan(1320), Amount.of(100, VISIT), Amount.of(120, VISIT)),
        SpentLine("r1", "gifts", None, yuan(50)),
        SpentLine("r2", "meetings", yuan(900), yuan(500), Amount.of(3, VISIT), Amount.of(2, VISIT)),
    ]
    chart = expense_waterfall(expense_variance(lines).whole)
    assert [(name, said) for name, *_, said in bars(chart)] == [
        ("budget", "1,900.00"),
        ("use", "-100.00"),
        ("rate", "+20.00"),
        ("not budgeted", "+50.00"),
        ("actual", "1,870.00"),
    ]
    entries = [layer["mark"]["text"].zh for layer in chart.spec["layer"][6::2]]
    assert entries == ["增加：不利", "减少：有利"]
    rows = chart.spec["layer"][4]["data"]["values"]
    assert [row["tint"] for row in rows[1:-1]] == [ACCENT, BAD, BAD]
    assert "费用（元）" in words(chart.svg("zh"))


def test_zero_and_negative_sums():
    """Below zero, through zero and nothing at all: sums are bars from zero, and a share of nothing is not said."""
    below = sales_waterfall(parted(-500, -300, 200))
    assert bars(below)[0][1:3] == (0, -500)
    assert bars(below)[-1] == ("after", 0, -600, "-600.00")
    assert drawn(below) == [["before", "p1", "after"], ["p0"], []]
    assert below.note.zh == "差异 -100.00 CNY"
    across = sales_waterfall(parted(100, -300, 450))
    assert [end for _, _, end, _ in bars(across)] == [100, -200, 250, 250]
    assert across.note.en == "change 150.00 CNY (150.0%)"
    nothing = sales_waterfall(parted(0, 0, 0))
    assert bars(nothing) == [("before", 0, 0, "0.00"), ("after", 0, 0, "0.00")]
    assert nothing.note.en == "change 0.00 CNY; not drawn: 2 of zero"
    assert keys(nothing) == 0
    assert "<svg" in nothing.svg()


def test_where_the_axis_begins():
    """A quarter of the larger sum or more: from zero. Less: around the parts. Too little for the labels: from zero."""
    far, near, tiny = (sales_waterfall(parted(1000, size)) for size in ("-250", "-249.99", "-0.01"))
    assert [len(drawn(chart)[2]) for chart in (far, near, tiny)] == [0, 2, 0]
    axes = [chart.spec["layer"][0]["encoding"]["x"]["axis"]["values"] for chart in (far, near, tiny)]
    assert [int(at[0]) for at in axes] == [0, 750, 0]
    assert "axis" not in far.note.en
    assert sales_waterfall(parted(-1000, 249)).note.zh.endswith("；横轴不从零开始")


def test_long_and_twin_labels():
    """Labels are cut and told apart, in both languages; control characters are refused."""
    part = VariancePart("x", Says("all the terms of a very long trade", "非常非常长的一个销售条款名称"), Says("", ""))
    chart = sales_waterfall(Parted(yuan(10), yuan(14), ((part, yuan(1)), (part, yuan(3)))))
    assert [name for name, *_ in bars(chart)][1:3] == ["all the terms of a very…", "all the terms of a very… (2)"]
    assert "非常非常长的一个销售条…" in words(chart.svg("zh"))
    with pytest.raises(BadValue):
        sales_waterfall(parted(1, 1), (Says("a\x01", "b"), Says("c", "d")))


def test_attainment_of_a_node():
    """From the pace, child by child in points, to the attainment; what the children do not add up to stands last."""
    chart = family({"r1": 60, "r2": 80, "N": 14}, {"r1": yuan(150), "r2": yuan(100)})
    assert bars(chart) == [
        ("pace", 0, 50, "50.00"),
        ("Rep r2", 50, 62, "+12.00"),
        ("Rep r1", 62, 56, "-6.00"),
        ("itself, and gaps below", 56, Fraction(308, 5), "+5.60"),
        ("attainment", 0, Fraction(308, 5), "61.60"),
    ]
    assert chart.title == Says("Attainment of North against the pace", "North：达成率与时间进度")
    assert chart.note.zh == "相差 11.60 个百分点；横轴不从零开始"
    assert "Attainment (%)" in words(chart.svg())


def test_many_children():
    """Eleven children and the sum of the others, which adds up; who is unknown or on the pace is counted."""
    actual = {f"r{n:02}": None if n == 5 else 50 + n for n in range(20)}
    chart = family(actual)
    found = bars(chart)
    assert [name for name, *_ in found][1:13] == [
        *(f"Rep r{n:02}" for n in range(19, 9, -1)),
        "itself, and gaps below",
        "8 others",
    ]
    for (_, _, end, _), (_, start, _, _) in pairwise(found[:-1]):
        assert start == end
    assert found[-2][2] == found[-1][2]
    assert chart.note.en == (
        "6.75 points; not drawn: 1 without goal or actual, 1 of zero; the 11 largest of 19; "
        "the axis does not begin at zero"
    )
    with pytest.raises(NotFound):
        family({"r1": None}, {})


def test_others_that_cancel_have_no_bar():
    """Thirteen parts of which the smallest two are one up and one down: eleven bars, and the note says of how many."""
    chart = sales_waterfall(parted(0, *range(10, 21), 1, -1))
    assert len(bars(chart)) == 2 + 11
    assert chart.note.en == "change 165.00 CNY; the 11 largest of 13"


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(-(10**9), 10**9), max_size=20))
def test_bars_always_add_up(before, sizes):
    """Whatever is summed or left out, each bar begins where the last ends, and the last ends at the sum."""
    change = parted(Fraction(before, 100), *(Fraction(size, 100) for size in sizes))
    found = bars(sales_waterfall(change))
    assert (found[0][2], found[-1][2]) == (Fraction(before, 100), Fraction(before + sum(sizes), 100))
    assert all(start == end for (_, _, end, _), (_, start, _, _) in pairwise(found[:-1]))
    assert found[-2][2] == found[-1][2]
    assert len(found) <= 2 + 12
