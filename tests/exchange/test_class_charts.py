"""Pictures of classes: the curve of concentration with its areas, the grid with its dots, the matrix of moves."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.classification import Scheme, abc, classify, decile, doctor_matrix
from pharmasales.classification.review.moves import Transitions, transitions
from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue, NotComparable
from pharmasales.exchange._scatter import axis_of
from pharmasales.exchange.charts import Chart
from pharmasales.exchange.class_charts import class_chart, pareto_curve, transition_heatmap
from pharmasales.exchange.grid_chart import grid_scatter
from pharmasales.rules import Bands, Field, FirstMatch, Grid, Ratio, over
from pharmasales.units import BOX, CNY, USD, Amount

ABC = Scheme("abc", ("A", "B", "C"), "ABC 分级")
SHARE = Bands(Ratio(Field("ours", "我方"), Field("potential", "潜力")), (("15%", "low"),), top="high")
POTENTIAL = Bands(Field("potential", "潜力"), ((200, "low"), (500, "mid")), top="high")
TIER = Grid(
    SHARE, POTENTIAL, {"low": {"low": "D", "mid": "C", "high": "B"}, "high": {"low": "C", "mid": "B", "high": "A"}}
)
MATRIX = doctor_matrix(50, 100)
DOCTORS = [{"use": u, "potential": p} for u, p in ((80, 60), (80, 150), (20, 150), (20, 60), (20, 61), (None, 3))]


def moved(was: str, now: str) -> Transitions:
    """Return the transitions of customers who are named by their place, `-` for no grade and ` ` for not there."""
    scheme, rule = ABC, Bands(Field("n"), ((1, "C"), (2, "B")), top="A")
    number = {"A": 2, "B": 1, "C": 0, "-": None}
    both = [
        classify([(f"H{n}", "", {"n": number[one]}) for n, one in enumerate(text) if one != " "], scheme, rule)
        for text in (was, now)
    ]
    return transitions(*both)


CHARTS = {
    "pareto": (
        pareto_curve([60, 25, 10, 5, None]),
        [
            ("A: 2 customers (50.0%), 85.0% of value", "A：2 个客户（50.0%），占 85.0%"),
            ("C: 1 customer (25.0%), 5.0% of value", "C：1 个客户（25.0%），占 5.0%"),
            ("Share of value", "价值累计占比"),
        ],
    ),
    "grid": (
        grid_scatter(TIER, [{"ours": 90, "potential": 600}, {"ours": 0, "potential": 100}], ("A", "B", "C", "D")),
        [
            ("A: 1 (50.0%)", "A：1（50.0%）"),
            ("ours / potential", "我方 / 潜力"),
            ("15%", "15%"),
            ("200", "200"),
            ("500", "500"),
        ],
    ),
    "moves": (
        transition_heatmap(moved("ABC-A CA", "BAC B-A ")),
        [
            ("▼ 2", "▼ 2"),
            ("▲ 1", "▲ 1"),
            ("Before", "上期"),
            ("Missing", "缺失"),
            ("New", "新增"),
            ("Gone", "不再"),
        ],
    ),
}


def words(svg: str) -> list[str]:
    """Return the texts of a picture, which must be well-formed XML."""
    return [text.text or "" for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - own


def layer(chart: Chart | None, place: int) -> list[dict[str, object]]:
    """Return the data of one layer."""
    assert chart is not None
    return chart.spec["layer"][place]["data"]["values"]  # type: ignore[index]  # a spec is plain data


def key(chart: Chart | None) -> list[Says]:
    """Return the words of a picture's key."""
    assert chart is not None
    marks = [one["mark"] for one in chart.spec["layer"]]  # type: ignore[index, attr-defined]  # a spec is plain data
    return [mark["text"] for mark in marks if "text" in mark]


def dots(chart: Chart | None) -> list[dict[str, object]]:
    """Return the dots of a scatter."""
    return layer(chart, 1)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", CHARTS)
def test_picture_says_title_note_and_words(name: str, lang: str) -> None:
    """Every picture is XML and holds its title, its note and its words in the language asked; it has a name."""
    chart, spoken = CHARTS[name]
    assert chart is not None
    assert chart.note is not None
    svg = chart.svg(lang)
    want = [chart.title.text(lang), chart.note.text(lang), *(zh if lang == "zh" else en for en, zh in spoken)]
    assert [text for text in want if text not in words(svg)] == []
    assert ET.fromstring(svg).get("aria-label") == chart.title.text(lang)  # noqa: S314 - own picture
    assert chart._repr_html_() == f"<figure>{chart.svg()}</figure>"


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
    """The same picture is the same text under any hash seed."""
    code = (
        "from pharmasales.classification import *\nfrom pharmasales.classification.review.moves import Transitions\n"
        "from pharmasales.exchange.class_charts import *\nfrom pharmasales.exchange.grid_chart import *\n"
        "print(pareto_curve([9, 5, 1]).svg('zh'))\n"
        "people = [{'use': n * n, 'potential': n * 7 % 31} for n in range(1, 99)]\n"
        "print(grid_scatter(doctor_matrix(50, 10), people).svg())\n"
        "scheme = Scheme('abc', 'ABC')\n"
        "print(transition_heatmap(Transitions(scheme, {('A', 'B'): 3, ('', 'A'): 1, ('C', 'C'): 2}, ())).svg())"
    )
    runs = {
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env={"PYTHONHASHSEED": s}).stdout  # noqa: S603 - own code
        for s in ("1", "2")
    }
    assert len(runs) == 1
    assert runs.pop().count(b"<svg") == 3


def test_nobody_gives_no_picture() -> None:
    """Without anybody, or anybody above zero, there is no picture, and no error."""
    assert pareto_curve([]) is None
    assert pareto_curve([None, 0, -5]) is None
    assert grid_scatter(MATRIX, []) is None
    assert grid_scatter(MATRIX, DOCTORS[-1:]) is None
    assert transition_heatmap(Transitions(ABC, {}, ())) is None


# The curve of concentration.


def areas(chart: Chart | None, count: int) -> list[list[tuple[object, object]]]:
    """Return the corners of the first areas."""
    return [[(p["across"], p["up"]) for p in layer(chart, place)] for place in range(count)]


def test_pareto_areas_are_those_of_the_rule() -> None:
    """The one who crosses the cut is inside, ties stay together, zero and less hold nothing, missing is left out."""
    chart = pareto_curve([50, 20, 20, 6, 4, 0, -3, None, 0, 0], [("60%", "A"), ("95%", "B")])
    assert areas(chart, 3) == [
        [(0, 0), (Fraction(1, 9), Fraction(1, 2)), (Fraction(3, 9), Fraction(9, 10))],
        [(Fraction(3, 9), Fraction(9, 10)), (Fraction(4, 9), Fraction(96, 100))],
        [(Fraction(4, 9), Fraction(96, 100)), (Fraction(5, 9), 1), (Fraction(8, 9), 1), (1, 1)],
    ]
    assert [one.en for one in key(chart)] == [
        "A: 3 customers (33.3%), 90.0% of value",
        "B: 1 customer (11.1%), 6.0% of value",
        "C: 5 customers (55.6%), 4.0% of value",
    ]
    assert chart is not None
    assert chart.note == Says(
        "9 customers; dashed: all equal; dotted: 60.0%, 95.0%; 1 without a value left out",
        "9 个客户；虚线表示平均分布；点线：60.0%、95.0%；1 个无数据，未计入",
    )
    asked = [(line["up"], line["end"]) for line in layer(chart, 4)]
    assert asked == [(Fraction(3, 5), Fraction(3, 9)), (Fraction(19, 20), Fraction(4, 9))]


def test_pareto_of_fractions_is_exact() -> None:
    """Values of several denominators add up exactly: 1/2, 1/3 and 1/6 are a half, five sixths and all."""
    line = layer(pareto_curve([Fraction(1, 3), Decimal("0.5"), Fraction(1, 6)]), 4)
    assert [point["up"] for point in line] == [0, Fraction(1, 2), Fraction(5, 6), 1]


def test_pareto_class_without_members_has_no_area() -> None:
    """A class that nobody is in has no area, no words and no line; the others meet."""
    chart = pareto_curve([96, 4], [("80%", "A"), ("90%", "B"), ("99%", "D")])
    assert [one.zh for one in key(chart)] == ["A：1 个客户（50.0%），占 96.0%", "D：1 个客户（50.0%），占 4.0%"]
    assert areas(chart, 2) == [
        [(0, 0), (Fraction(1, 2), Fraction(24, 25))],
        [(Fraction(1, 2), Fraction(24, 25)), (1, 1)],
    ]
    assert [line["up"] for line in layer(chart, 3)] == [Fraction(4, 5), Fraction(99, 100)]


def test_pareto_of_many_is_thinned() -> None:
    """Ten thousand customers give at most 405 points; the ends of the classes and the last are among them."""
    chart = pareto_curve(range(1, 10_001))
    points = layer(chart, 5)
    assert 150 < len(points) <= 405
    assert points[-1] == {"across": 1, "up": 1}
    assert all(one in points for one in layer(chart, 6))


@given(st.lists(st.one_of(st.none(), st.integers(-5, 50)), max_size=60), st.integers(2, 12))
def test_pareto_curve_ascends_and_its_areas_add_up(values: list[int | None], parts: int) -> None:
    """The curve never falls and bends down alone; the areas part it without gap; the words add up to everybody."""
    known = [value for value in values if value is not None]
    people = [(str(n), "", {"sales": value}) for n, value in enumerate(values)]
    if not any(value > 0 for value in known):
        assert pareto_curve(values) is None
        return
    for chart in (
        pareto_curve(values),
        class_chart(classify(people, Scheme("d", range(parts, -1, -1)), decile_of(parts))),
    ):
        count = len(key(chart))
        found = areas(chart, count)
        points = [found[0][0], *(point for area in found for point in area[1:])]
        assert (points[0], points[-1]) == ((0, 0), (1, 1))
        assert all(a[-1] == b[0] for a, b in pairwise(found))
        assert all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(points))
        slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points)]
        assert slopes == sorted(slopes, reverse=True)
        assert sum(int(re.search(r": (\d+) ", one.en)[1]) for one in key(chart)) == len(known)


def decile_of(parts: int):
    """Return equal parts of the sales."""
    from pharmasales.rules import Quantiles

    return Quantiles(Field("sales"), parts)


def test_pareto_names_twelve_classes() -> None:
    """More classes than the key has room for are drawn, and the note says so."""
    people = [(str(n), "", {"sales": n}) for n in range(1, 31)]
    chart = class_chart(classify(people, Scheme("d", range(15, -1, -1)), decile_of(15)))
    assert len(key(chart)) == 12
    assert chart is not None
    assert chart.note == Says(
        "30 customers; dashed: all equal; the first 12 of 15 classes are named",
        "30 个客户；虚线表示平均分布；共 15 级，列出前 12 级",
    )
    assert len(chart.spec["layer"]) == 15 + 5 + 24  # type: ignore[arg-type]  # a spec is plain data


def test_pareto_refuses_wrong_cuts_units_and_floats() -> None:
    """Cuts out of order, even where nothing is drawn; another unit; a float, a word, a bool, NaN."""
    with pytest.raises(BadRule):
        pareto_curve([], [("95%", "A"), ("80%", "B")])
    with pytest.raises(NotComparable):
        pareto_curve([Amount.of(5, BOX)])
    assert pareto_curve([Amount.of(5, USD)], unit=USD) is not None
    for bad in (0.1, "ten", True, "", Decimal("NaN")):
        with pytest.raises(BadValue):
            pareto_curve([bad])  # type: ignore[list-item]  # hostile


def test_class_chart_draws_what_the_classification_found() -> None:
    """A fitted scheme gives its curve, with the missing counted; a grid its scatter; a row rule of one number none."""
    people = [("H1", "One", {"sales": Amount.of(90, CNY)}), ("H2", "Two", {"sales": 10}), ("H3", "X", {"sales": None})]
    chart = class_chart(classify(people, ABC, abc()))
    assert [one.en for one in key(chart)] == [
        "A: 1 customer (50.0%), 90.0% of value",
        "B: 1 customer (50.0%), 10.0% of value",
    ]
    assert chart is not None
    assert chart.note is not None
    assert chart.note.en == "2 customers; dashed: all equal; 1 without a value left out"
    assert "H1" not in chart.svg()
    assert "One" not in chart.svg()
    doctors = [(f"D{n}", "", record) for n, record in enumerate(DOCTORS)]
    matrix = Scheme("doctor_matrix", ("B", "C", "A", "D"))
    assert [one.en for one in key(class_chart(classify(doctors, matrix, MATRIX)))] == [
        "B: 1 (20.0%)",
        "C: 1 (20.0%)",
        "A: 1 (20.0%)",
        "D: 2 (40.0%)",
    ]
    assert class_chart(classify(people, Scheme("s", ("A", "B")), Bands(Field("sales"), ((50, "B"),), top="A"))) is None
    tested = Grid(FirstMatch(((Field("sales").over(5), "x"),), otherwise="y"), POTENTIAL, _cells("xy"))
    assert class_chart(classify([], ABC, tested)) is None
    nobody = classify(people, ABC, abc())
    assert class_chart(evolve(nobody, grades=nobody.grades[2:])) is None
    assert class_chart(classify(people, Scheme("d", range(10, -1, -1)), decile())) is not None


def _cells(rows: str) -> dict[str, dict[str, str]]:
    return {row: {"low": "C", "mid": "B", "high": "A"} for row in rows}


# The grid.


def test_grid_dots_stand_in_their_cell_and_hold_everybody() -> None:
    """Each dot has the colour of its letter and lies within its cell; close records are one larger dot."""
    chart = grid_scatter(MATRIX, DOCTORS)
    found = dots(chart)
    assert len(found) == 4
    assert sorted(dot["size"] for dot in found) == [
        24 + 86 * Fraction(1, 10),
        24 + 86 * Fraction(1, 10),
        24 + 86 * Fraction(1, 10),
        24 + 86 * Fraction(2, 10),
    ]
    assert chart is not None
    assert chart.note == Says(
        "5 customers in 4 dots; a larger dot stands for more of them, 2 at most; 1 without a value not drawn",
        "5 个客户，4 个点；点越大客户越多，最多 2 个；1 个无数据，未画出",
    )
    assert chart.title == Says("Grades by potential and use", "按潜力与用量分级")


numbers = st.one_of(st.none(), st.integers(0, 10**6), st.fractions(min_value=0, max_value=2000, max_denominator=1000))


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=80), st.integers(1, 900), st.integers(1, 10**5))
def test_grid_counts_add_up_and_no_dot_leaves_its_cell(
    pairs: list[tuple[object, object]], use: int, potential: int
) -> None:
    """The key adds up to everybody with both numbers; a dot never stands in a cell of another letter."""
    records = [{"use": u, "potential": p} for u, p in pairs]
    grid = doctor_matrix(use, potential)
    letters = Counter(letter for letter in map(grid, records) if letter)
    chart = grid_scatter(grid, records)
    if not letters:
        assert chart is None
        return
    counts = {
        one.en.partition(":")[0]: int(re.search(r": ([\d,]+) ", one.en)[1].replace(",", "")) for one in key(chart)
    }
    assert counts == {letter: letters[letter] for letter in "DCAB"}
    boxes = layer(chart, 0)
    inside = {box["tint"]: box for box in boxes}
    x, y = (chart.spec["layer"][0]["encoding"][side] for side in "xy")  # type: ignore[index, union-attr]  # a spec
    wide = chart.spec["width"]  # type: ignore[union-attr]  # there is one
    for dot in dots(chart):
        box = inside[dot["tint"]]
        assert _pixel(x, box["x"], wide) - 1 <= dot["x"] <= _pixel(x, box["x2"], wide) + 1
        assert 260 - _pixel(y, box["y2"], 260) - 1 <= dot["y"] <= 260 - _pixel(y, box["y"], 260) + 1


def _pixel(side, value, pixels: int) -> float:
    """Return where the drawing engine puts a value."""
    import math

    low, high = map(float, side["scale"]["domain"])
    if side["scale"].get("type") == "log":
        return math.log(float(value) / low) / math.log(high / low) * pixels
    return (float(value) - low) / (high - low) * pixels


def test_grid_of_many_is_a_small_file_that_shows_nobody() -> None:
    """Ten thousand customers spread all over are dots on a lattice: the largest file there can be is under 240 kB."""
    records = [{"use": n * n % 10_007, "potential": n * 7919 % 100_003} for n in range(1, 10_001)]
    chart = grid_scatter(doctor_matrix(2_000, 30_000), records)
    assert chart is not None
    assert 500 < len(dots(chart)) < 1_700
    assert len({dot["x"] for dot in dots(chart)}) < 60
    assert len(chart.svg()) < 240_000


def test_grid_axis_is_logarithmic_where_values_differ_much() -> None:
    """At five times the middle value and more the steps multiply; zeros then stand at the edge, and are counted."""
    records = [{"use": u, "potential": p} for u, p in ((1, 10), (2, 20), (3, 30), (4, 1_000), (0, 20))]
    chart = grid_scatter(doctor_matrix(2, 100), records)
    assert chart is not None
    x, y = (chart.spec["layer"][0]["encoding"][side] for side in "xy")  # type: ignore[index]  # a spec
    assert (x["scale"]["type"], "type" in y["scale"]) == ("log", False)
    assert x["scale"]["domain"] == [10, 1000]
    skew = grid_scatter(doctor_matrix(2, 100), [*records, {"use": 2, "potential": 0}, {"use": 90, "potential": -0}])
    assert skew is not None
    assert skew.note is not None
    assert skew.note.en.endswith("; 3 of zero at the edge")
    below = grid_scatter(doctor_matrix(2, 100), [*records, {"use": 2, "potential": -5}])
    assert below is not None
    assert below.spec["layer"][0]["encoding"]["x"]["scale"]["domain"][0] < 0  # type: ignore[index]  # a spec


def test_grid_labels_say_the_exact_cut() -> None:
    """A cut is said with all its digits, a share in percent; what has no room is left out, not drawn over."""
    grid = Grid(
        Bands(Ratio(Field("a"), Field("b")), (("12.5%", "low"), (Fraction(1, 7), "mid")), top="high"),
        Bands(
            Field("b"), ((1_234_567, "low"), ("1234567.5", "mid"), (1_234_568, "mid2"), (9_999_999, "x")), top="high"
        ),
        {row: dict.fromkeys(("low", "mid", "mid2", "x", "high"), "A") for row in ("low", "mid", "high")},
    )
    chart = grid_scatter(grid, [{"a": 1, "b": 5_000_000}, {"a": 900_000, "b": 1_000_000}])
    assert [one["words"].en for one in layer(chart, 4)] == ["1,234,567", "1,234,567.5", "9,999,999"]
    assert [one["y"] for one in layer(chart, 4)] == [-8, -20, -8]
    assert [one["words"].zh for one in layer(chart, 5)] == ["12.5%"]


def test_grid_letter_stands_only_where_there_is_room() -> None:
    """A cell too narrow for a letter has none; its dots and the key still tell it."""
    grid = Grid(SHARE, Bands(Field("potential"), ((200, "low"), (201, "mid")), top="high"), TIER.cells)
    chart = grid_scatter(grid, [{"ours": 1, "potential": 100}, {"ours": 90, "potential": 300}])
    assert [one["words"].en for one in layer(chart, 2)] == ["D", "B", "C", "A"]


def test_grid_cut_beyond_its_value() -> None:
    """A band that excludes its own cut keeps it: the dot of exactly zero stands in the cell of none."""
    none = Grid(
        Bands(Field("use"), ((over(0), "none"),), top="some"),
        Bands(Field("potential"), ((0, "less"), (over(0), "none")), top="some"),
        {row: {"less": "X", "none": "D", "some": "A"} for row in ("none", "some")},
    )
    chart = grid_scatter(none, [{"use": 0, "potential": 0}, {"use": 1, "potential": 1}])
    assert {one.en for one in key(chart)} == {"X: 0 (0.0%)", "D: 1 (50.0%)", "A: 1 (50.0%)"}
    assert len({dot["tint"] for dot in dots(chart)}) == 2


def test_grid_of_words_is_refused() -> None:
    """A side that is no number cannot be drawn; nor can a record without the field."""
    grid = Grid(FirstMatch(((Field("use").over(5), "x"),), otherwise="y"), POTENTIAL, _cells("xy"))
    with pytest.raises(BadRule, match=r"\[chart\.grid\]"):
        grid_scatter(grid, DOCTORS)
    with pytest.raises(BadValue, match="no field 'use'"):
        grid_scatter(MATRIX, [{"potential": 1}])


def test_grid_of_one_customer_and_huge_numbers() -> None:
    """One customer is enough; numbers beyond any float are a typed error at drawing, not a crash."""
    one = grid_scatter(MATRIX, [{"use": 50, "potential": 100}])
    assert one is not None
    assert one.note == Says("1 customer in 1 dot", "1 个客户，1 个点")
    huge = grid_scatter(doctor_matrix(10**400, 10**400), [{"use": 10**401, "potential": 10**399}])
    assert huge is not None
    with pytest.raises(BadValue, match="too large"):
        huge.svg()


@given(
    st.lists(st.fractions(min_value=-100, max_value=10**9), min_size=1, max_size=30),
    st.lists(st.integers(-50, 10**6), max_size=4, unique=True),
)
def test_axes_hold_all_values_and_ascend(values: list[Fraction], cuts: list[int]) -> None:
    """Ticks and places ascend from end to end; every value has a place that holds it, and every cut is inside."""
    axis = axis_of(values, sorted(cuts), Says("n", "数"), 400)
    assert list(axis.at) == sorted(set(axis.at))
    assert list(axis.edges) == sorted(set(axis.edges))
    assert (axis.edges[0], axis.edges[-1]) == (axis.at[0], axis.at[-1])
    assert 2 <= len(axis.at) <= 11
    assert all(axis.at[0] < cut < axis.at[-1] for cut in cuts) or not axis.log
    for value in values:
        place = axis.place(value)
        assert value <= axis.edges[place + 1]
        assert axis.edges[place] <= value or axis.log
        assert 0 <= axis.part(max(value, axis.at[0])) <= 1


def test_an_axis_is_logarithmic_from_five_times_the_middle_value_on() -> None:
    """Five times is enough and just below is not; the middle one is of those above zero."""
    assert axis_of([0, 0, 0, 10, 10, 50], [], Says("n", "数"), 400).log
    assert not axis_of([0, 0, 0, 10, 10, 49], [], Says("n", "数"), 400).log
    assert not axis_of([0, 0], [], Says("n", "数"), 400).log


def test_axis_of_many_tenfolds_skips_some() -> None:
    """Ticks of a very long logarithmic axis stay few and are powers of ten."""
    axis = axis_of([1, 10, 10**30], [100], Says("n", "数"), 400)
    assert axis.log
    assert len(axis.at) <= 10
    assert all(set(str(at)) <= {"1", "0"} for at in axis.at)
    small = axis_of([Fraction(1, 10**6), Fraction(3, 1000), 1], [], Says("n", "数"), 400)
    assert small.at[0] == Fraction(1, 10**6)


# The matrix of moves.


def test_matrix_counts_and_marks_every_move() -> None:
    """From above the diagonal it goes down, from below up; the diagonal is framed; the rest is neither."""
    chart = transition_heatmap(moved("AAABBC-- C", "ABCBAA-C  "))
    cells = {(c["was"].en, c["now"].en): c["words"].en for c in layer(chart, 0)}
    assert cells == {
        ("A", "A"): "1",
        ("A", "B"): "▼ 1",
        ("A", "C"): "▼ 1",
        ("B", "B"): "1",
        ("B", "A"): "▲ 1",
        ("C", "A"): "▲ 1",
        ("C", "Gone"): "1",
        ("Missing", "Missing"): "1",
        ("Missing", "C"): "1",
    }
    assert [(c["was"].en, c["now"].en) for c in layer(chart, 1)] == [("A", "A"), ("B", "B"), ("Missing", "Missing")]
    assert chart is not None
    assert chart.note == Says(
        "▲ up 2 (33.3%), ▼ down 2 (33.3%), framed: same 2 (33.3%) of 6 with a grade both times",
        "▲ 上升 2（33.3%），▼ 下降 2（33.3%），框内不变 2（33.3%），两期均有级别的共 6 个",
    )


def test_matrix_leaves_out_letters_of_nobody() -> None:
    """A letter that nobody had or has is left out of both sides; one of either period stands in both."""
    chart = transition_heatmap(Transitions(ABC, {("A", "C"): 1_234}, ()))
    assert chart is not None
    x, y = (chart.spec["layer"][0]["encoding"][side]["scale"]["domain"] for side in "xy")  # type: ignore[index]  # a spec
    assert ([one.en for one in x], [one.en for one in y]) == (["A", "C"], ["A", "C"])
    assert "▼ 1,234" in words(chart.svg())


def test_matrix_strength_grows_with_the_count() -> None:
    """The most is the strongest, and nothing is too faint to see or too dark to read on."""
    chart = transition_heatmap(Transitions(ABC, {("A", "A"): 100, ("A", "B"): 50, ("B", "A"): 0, ("C", "B"): 1}, ()))
    assert [c["strength"] for c in layer(chart, 0)] == [
        Fraction(13, 20),
        Fraction(3, 20) + Fraction(1, 4),
        Fraction(3, 20) + Fraction(1, 200),
    ]
