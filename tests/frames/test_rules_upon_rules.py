"""Rules that read other rules, and group rules at their edges: the law holds for them too."""

from __future__ import annotations

import polars as pl
import pytest

from pharmasales import frames
from pharmasales.errors import BadRows, BadValue
from pharmasales.rules import (
    Bands,
    Curve,
    Field,
    FirstMatch,
    Grouped,
    Pareto,
    Part,
    Quantiles,
    Ranked,
    Ratio,
    Split,
    Sum,
    Test,
    Times,
    Weighted,
)
from pharmasales.testing.frames import Rows, fit_law, frame_law, polars_frame

S, P = Field("sales"), Field("p")
SIZE = Bands(S, ((50, "small"), (100, "large")), top="huge")
POINTS = Bands(S, ((50, 1), (100, 20)), top=300)
TEXTS = Bands(S, ((50, "1"), (100, "2.5")), top="1,000")
SCORE = Weighted([Part("s", 100, S)], full=200)
ROWS = Rows(
    {"sales": "amount", "p": "amount"},
    [{"sales": s, "p": p} for s in (None, 0, 49, 50, 99, 100, 200) for p in (None, 0, 2, 50)],
)
UPON = {
    "a label": Test(SIZE, "equals", "small"),
    "some labels": Test(SIZE, "one_of", ("small", "huge", 7)),
    "no label": Test(SIZE, "missing", True),
    "a whole label": Test(POINTS, "one_of", (1, 300, "x")),
    "a label as a number": Test(POINTS, "at_least", 20),
    "a text as a number": Test(TEXTS, "over", 2),
    "yes": Test(S.over(50), "equals", True),
    "yes or no": Test(S.over(50), "one_of", (0, 1, 2)),
    "neither": Test(S.over(50), "one_of", ("yes",)),
    "no answer": Test(S.over(50), "missing", True),
    "a quotient": Test(Ratio(S, P), "one_of", (1, 2, 25, 10**40)),
    "no quotient": Test(Ratio(S, P), "missing", True),
    "a share of a text": Test(Ratio(S, P), "equals", "1"),
    "a score": Test(SCORE, "equals", 25),
    "points for labels": Weighted([Part("points", 60, POINTS), Part("texts", 40, TEXTS)], full=1000),
    "labels multiplied": Times([POINTS, TEXTS, P], "0.5"),
    "labels added": Sum([POINTS, P], less=[TEXTS]),
    "bands of text": Bands(TEXTS, ((2, "low"),), top="high"),
    "bands of a curve of a ratio": Bands(Curve(Ratio(S, P), ((0, 0), ("1/3", -7), (30, 90))), ((0, "a"),), top="b"),
    "a curve below zero": Curve(Sum([S], less=[P]), ((-50, -5), (0, 0), (7, -1))),
    "one band": Bands(Ratio(S, P), (), top="all"),
    "nothing": FirstMatch([(S.over(5), "x")]),
}


@pytest.mark.parametrize("name", UPON)
def test_rules_upon_rules(name, memory, duckdb_frame):
    """A test of a label, a score of labels, a band of a score: each as the rule itself has it."""
    for make in (*memory.values(), duckdb_frame):
        assert frame_law(UPON[name], ROWS, make) == ""


@pytest.mark.parametrize("rule", [Bands(SIZE, ((1, "a"),), top="b"), Bands(S.over(50), ((1, "a"),), top="b")])
def test_what_is_no_number_is_refused(rule, duckdb_frame):
    """A label that is no number, and yes or no, are refused where a number is due; missing stays missing."""
    assert frame_law(rule, ROWS, polars_frame) == ""
    with pytest.raises(BadRows, match="24 rows refused"):
        frames.apply(rule, polars_frame(ROWS), into="x")
    with pytest.raises(BadValue, match="24 rows that SQL"):
        frames.apply(rule, duckdb_frame(ROWS), into="x")


def test_labels_of_two_classes():
    """A Pareto rule that gives one label twice is answered by the rule itself, whatever it makes of it."""
    rows = Rows(
        {"sales": "amount", "city": "text"}, [{"sales": s, "city": c} for s in (9, 5, 3, 1, None) for c in "NS"]
    )
    for names in (("A", "C", "B"), ("A", "A", "B"), ("A", "B", "A")):
        rule = Pareto(S, (("50%", names[0]), ("80%", names[1]), ("95%", names[2])), rest="C")
        assert fit_law(rule, rows, polars_frame) == ""
        assert frame_law(Grouped(rule, ["city"]), rows, polars_frame) == ""


def test_numbers_beyond_every_width():
    """Sums beyond 38 digits, and quotients of columns, are left to the rule."""
    values = [10**37, 10**37 - 1, 3, None, 0, -(10**37)]
    rows = Rows({"sales": "huge", "p": "amount"}, [{"sales": v, "p": 7} for v in values * 3])
    for rule in (
        Pareto(S, (("80%", "A"),), rest="B"),
        Quantiles(S, 4, by="volume"),
        Quantiles(Ratio(S, P), 4),
        Pareto(Times([S, S]), (("80%", "A"),), rest="B"),
    ):
        assert fit_law(rule, rows, polars_frame) == ""
        assert frame_law(rule, rows, polars_frame) == ""
        assert frame_law(Grouped(rule, ["p"]), rows, polars_frame) == ""
    weights = Rows(rows.kinds, [{"sales": v, "p": 7} for v in (10**37, 3, 0)] * 3)
    for rule in (Split(S, 10**18), Split(S, P, ["p"]), Split(S, 10**40), Ranked(Ratio(S, P)), Split(Ratio(S, P), 9)):
        assert frame_law(rule, weights, polars_frame) == ""


def test_sums_beyond_64_bits():
    """Sums of whole numbers that fit 64 bits, and themselves do not, decide as the rule says."""
    rows = Rows({"sales": "whole", "p": "amount"}, [{"sales": v, "p": 1} for v in (2**62, 2**62, 2**62 - 1, 3, None)])
    abc = Pareto(S, (("30%", "A"), ("60%", "B")), rest="C")
    for rule in (abc, Quantiles(S, 3, by="volume")):
        assert fit_law(rule, rows, polars_frame) == ""
        assert frame_law(Grouped(rule, ["p"]), rows, polars_frame) == ""
    shared = Rows(rows.kinds, [row for row in rows.records if row["sales"]])
    assert frame_law(Split(S, 10**9), shared, polars_frame) == ""


@pytest.mark.parametrize("weights", [(3, 1), (1, 3), (1, 3, 1, 3), (5, 1, 1, 1), (1, 1, 5, 1)])
def test_ties_are_served_in_the_order_given(weights, duckdb_frame):
    """Equal remainders of unequal weights go by the order of the rows, or of the column that is named."""
    rows = Rows({"sales": "amount"}, [{"sales": weight} for weight in weights])
    for total in range(-9, 10):
        for make in (polars_frame, duckdb_frame):
            assert frame_law(Split(S, total), rows, make) == ""


def test_nobody():
    """A frame without rows has no answers, and a split with nobody to serve is refused as the rule refuses it."""
    nobody = Rows({"sales": "amount", "p": "amount"}, [])
    for rule in (SIZE, SCORE, Ranked(S), Grouped(Quantiles(S), ["p"]), Split(S, 0), Split(S, 7), Split(S, 7, ["p"])):
        assert frame_law(rule, nobody, polars_frame) == ""


def test_split_refusals_are_those_of_the_rule():
    """Each group that the rule refuses is named in the rule's own words; every missing weight by its row."""
    table = pl.DataFrame({"sales": [1, -1, 0, 2], "city": ["N", "N", "S", "W"], "p": [1, 1, 5, 5]})
    with pytest.raises(BadRows) as caught:
        frames.apply(Split(S, P, ["city"]), table, into="x")
    assert [(error.where, error.code) for error in caught.value.exceptions] == [
        ("group N, weights[1]", "goals.weight.negative"),
        ("group S", "goals.basis"),
    ]
    with pytest.raises(BadRows) as caught:
        frames.apply(Split(S, 7), table.with_columns(sales=pl.Series([1, None, None, 2])), into="x")
    assert [error.where for error in caught.value.exceptions] == ["row 1, sales", "row 2, sales"]
    with pytest.raises(BadRows) as caught:
        frames.apply(Split(S, Field("t")), table.with_columns(sales=1, t=pl.lit("0.5")), into="x")
    assert caught.value.exceptions[0].code == "rule.total"


def test_a_list_in_a_column():
    """A column of lists holds no numbers; its rows are refused one by one."""
    held = pl.DataFrame({"sales": [[1], [2, 3], None]})
    with pytest.raises(BadRows, match="2 rows refused"):
        frames.apply(SIZE, held, into="x")
    assert frames.apply(S.equals(1), held, into="x")["x"].to_list() == [False, False, None]


def test_answers_beyond_the_largest_float():
    """A product beyond every float is refused as too large, not turned into infinity."""
    table = pl.DataFrame({"sales": [1e200, 2.0], "p": [1e200, 3.0]})
    with pytest.raises(BadRows) as caught:
        frames.apply(Times([S, P]), table, into="x")
    assert [(error.where, error.code) for error in caught.value.exceptions] == [("row 0", "frame.wide")]
