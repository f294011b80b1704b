"""Several rules in one pass: each column is that of its rule alone, whatever the columns hold."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pharmasales import frames
from pharmasales.errors import BadRows, BadRule, BadValue
from pharmasales.evaluation import MEASURES
from pharmasales.evaluation.measures.counting import measure_period
from pharmasales.evaluation.measures.items import Item
from pharmasales.frames._plain import plain_answers
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter
from pharmasales.rules import Bands, Field, Pareto, Ranked, Ratio, Sum, Times, Unless
from pharmasales.testing import strategies as some
from pharmasales.units import CNY, Amount

A, B, C = Field("a"), Field("b"), Field("c")
RULES = {f"m_{name}": measure.rule for name, measure in MEASURES.items()}
READS = sorted({name for measure in MEASURES.values() for name in measure.reads})


def nearest(value):
    """Return the float nearest to an exact number."""
    return None if value is None else float(Fraction(value))


@st.composite
def figure_tables(draw):
    """Return columns of figures: small, zero, negative, missing, large, some in fen."""
    size = draw(st.integers(1, 4))
    number = st.one_of(st.none(), st.integers(-3, 9), st.integers(-(10**7), 10**7))
    if draw(st.booleans()):
        number = st.one_of(number, st.integers(-(2**62), 2**62))
    table = {name: draw(st.lists(number, min_size=size, max_size=size)) for name in READS}
    fen = draw(st.sets(st.sampled_from(READS), max_size=5))
    columns = {name: pl.Series(held, dtype=pl.Int64) for name, held in table.items() if name not in fen}
    for name in fen:
        held = [None if n is None else Decimal(n).scaleb(-2) for n in table[name]]
        columns[name] = pl.Series(held, dtype=pl.Decimal(38, 2))
    return pl.DataFrame(columns)


@settings(max_examples=50, deadline=None)
@given(figure_tables())
def test_every_measure_in_a_frame(table):
    """Object and frame path are equal: each cell is the nearest float of the measure of its row, or missing."""
    found = frames.apply_all(RULES, table)
    for row, record in enumerate(table.to_dicts()):
        for name, rule in RULES.items():
            assert nearest(found[name][row]) == nearest(rule(record)), name


TERMS = {"x": some.terms(), "y": some.terms(), "z": some.terms()}


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries(TERMS), st.data())
def test_as_one_by_one(rules, data):
    """Any terms over any columns: whole, decimal, float, empty; the same columns as `apply` rule by rule."""
    number = st.one_of(st.none(), st.integers(-5, 200))
    columns = {}
    for name in some.FIELDS:
        held = data.draw(st.lists(number, min_size=3, max_size=3))
        kind = data.draw(st.sampled_from([pl.Int64, pl.Int8, pl.UInt16, pl.Float64, pl.Decimal(12, 1), pl.Null]))
        least = 0 if kind == pl.UInt16 else -100
        held = [None if n is None or not least <= n <= 127 or kind == pl.Null else n for n in held]
        columns[name] = pl.Series(held, dtype=pl.Int64).cast(kind) if kind != pl.Null else pl.Series(held, dtype=kind)
    table = pl.DataFrame(columns)
    one_by_one = table
    for name, rule in rules.items():
        one_by_one = frames.apply(rule, one_by_one, into=name)
    assert_frame_equal(frames.apply_all(rules, table), one_by_one, check_exact=True)


def test_what_the_short_way_takes():
    """Whole and decimal columns within 2**53 are reckoned at once; floats, text, bands and large numbers are not."""
    table = pl.DataFrame({"a": [1, -6, 0], "b": [-3, 0, -7], "c": [2**53 - 1, 1, 1], "f": [0.5, 1.0, 2.0]})
    rules = {
        "ratio": Ratio(A, B),
        "nested": Ratio(Ratio(A, B), Ratio(B, A)),
        "guarded": Unless(Times([A], "1/2"), [Sum([A], less=[B]).over(0)]),
        "large": Ratio(Times([C, C]), A),
        "float": Ratio(Field("f"), A),
        "band": Bands(A, ((0, "low"),), top="high"),
        "half": Unless(A, [B.over("1/2")]),
        "again": Unless(A, [Ratio(A, B).over(1)]),
        "inner": Unless(A, [Unless(B, [C.over(1)]).over(2)]),
        "constant": Sum([Ratio(A, B)], less=[A]),
    }
    plain = plain_answers(rules, table)
    assert list(plain) == ["ratio", "nested", "guarded"]
    assert plain["nested"].to_list() == [1 / 9, None, None]
    assert str(plain["ratio"].to_list()) == "[-0.3333333333333333, None, 0.0]"
    assert plain["guarded"].to_list() == [None, -3.0, None]
    found = frames.apply_all(rules, table)
    for name, rule in rules.items():
        assert found[name].to_list() == frames.apply(rule, table, into="x")["x"].to_list(), name
    assert plain_answers({}, table) == {}


def test_a_cut_over_decimals():
    """A cut counts in whole units where the column is kept in hundredths."""
    held = pl.Series("a", [Decimal("4.99"), Decimal("5.00"), Decimal("5.01"), None], dtype=pl.Decimal(9, 2))
    rule = Unless(Times([A], 2), [A.over(5)])
    plain = plain_answers({"x": rule}, held.to_frame())
    assert plain["x"].to_list() == [9.98, 10.0, None, None]
    assert frames.apply(rule, held.to_frame(), into="x")["x"].to_list() == [9.98, 10.0, None, None]


def test_other_kinds_of_frames():
    """Pandas, pyarrow, lazy polars and DuckDB come back as they came, with the same answers."""
    table = pl.DataFrame({"a": [1, 2, None], "b": [2, 0, 1]})
    rules = {"x": Ratio(A, B), "y": Unless(A, [B.at_most(0)])}
    want = frames.apply_all(rules, table)
    assert (want["x"].to_list(), want["y"].to_list()) == ([0.5, None, None], [1, None, None])
    lazy = frames.apply_all(rules, table.lazy())
    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect().equals(want)
    assert pl.from_arrow(frames.apply_all(rules, table.to_arrow())).equals(want)
    pandas = frames.apply_all(rules, table.to_pandas())
    assert pandas["y"].tolist()[0] == 1
    duckdb = pytest.importorskip("duckdb")
    relation = duckdb.from_arrow(table.to_arrow())
    assert sorted(frames.apply_all(rules, relation).pl()["x"].drop_nulls().to_list()) == [0.5]


def test_what_is_refused():
    """Rules that look at everybody, columns that are missing or there already, rows that a rule refuses."""
    table = pl.DataFrame({"a": [1], "b": ["many"]})
    for rule in (Pareto(A, (("80%", "A"),), rest="B"), Ranked(A)):
        with pytest.raises(BadRule) as caught:
            frames.apply_all({"x": rule}, table)
        assert (caught.value.code, caught.value.where) == ("frame.rule", "x")
    with pytest.raises(BadValue) as missing:
        frames.apply_all({"x": Ratio(A, C)}, table)
    assert missing.value.code == "rule.field"
    with pytest.raises(BadValue) as there:
        frames.apply_all({"a": Ratio(A, A)}, table)
    assert there.value.code == "frame.columns"
    with pytest.raises(BadRows):
        frames.apply_all({"x": Ratio(A, B)}, table)


def test_a_period_as_a_frame():
    """The figures of a period make a frame, whose columns are the measures of its nodes."""
    org = Org.of([Node("N", "North", "district"), *(Node(rep, rep, "rep", "N") for rep in ("r1", "r2", "r3"))])
    quarter = Quarter(2026, 1)
    sold = {"r1": ("100.10", 90), "r2": ("50.25", -3), "r3": ("0.00", 0)}
    items = [Item("actual", rep, Amount.of(now, CNY), quarter, rep) for rep, (now, _) in sold.items()]
    items += [Item("actual", rep, Amount.of(last, CNY), Quarter(2025, 1), rep) for rep, (_, last) in sold.items()]
    found = measure_period(org, items, quarter)
    table = frames.apply_all({"m": MEASURES["growth"].rule}, pl.DataFrame(found.columns()))
    assert table["node_id"].to_list() == ["N", "r1", "r2", "r3"]
    assert table["m"].to_list() == [nearest(found.value(node.id, MEASURES["growth"]).value) for node in org]
    assert table["m"].to_list()[2:] == [None, None]
