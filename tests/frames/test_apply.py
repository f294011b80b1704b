"""Frames come back as they came: their kind, their rows, their index, one column more; what cannot be is refused."""

from __future__ import annotations

import ast
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pharmasales import frames
from pharmasales.errors import BadConfig, BadRows, BadRule, BadValue
from pharmasales.frames import applying
from pharmasales.rules import (
    Bands,
    Curve,
    Field,
    FirstMatch,
    Grouped,
    GroupRule,
    Pareto,
    Part,
    Quantiles,
    Ranked,
    Ratio,
    Rule,
    Split,
    Sum,
    Times,
    Weighted,
    explain,
    over,
)
from pharmasales.testing.frames import KINDS, Rows, frame_law, polars_frame, typed_rows

SALES, CITY = Field("sales", zh="销售额"), Field("city")
SIZE = Bands(SALES, ((50, "small"), (100, "中")), top="large")
PEOPLE = pl.DataFrame(
    {"id": [3, 1, 2], "sales": [120, None, 50], "city": ["N", None, "西"]},
    schema={"id": pl.Int64, "sales": pl.Int64, "city": pl.String},
)
SIZES = ["large", None, "中"]


def test_polars():
    """Eager stays eager, lazy stays lazy, and the other columns are as they were."""
    found = frames.apply(SIZE, PEOPLE, into="size")
    assert found.drop("size").equals(PEOPLE)
    assert (found["size"].to_list(), found["size"].dtype) == (SIZES, pl.String)
    lazy = frames.apply(SIZE, PEOPLE.lazy(), into="size")
    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect().equals(found)
    assert lazy.collect_schema() == found.schema
    assert lazy.filter(pl.col("id") == 2).collect()["size"].to_list() == ["中"]
    assert lazy.filter(pl.col("size") == "中").select("id").collect()["id"].to_list() == [2]
    assert "python_udf" in lazy.explain()
    assert "python_udf" not in lazy.select("id").explain()


def test_a_lazy_group_rule_sees_everybody():
    """A group rule on a lazy frame answers before anything is filtered or cut off."""
    lazy = frames.apply(Ranked(SALES), PEOPLE.lazy(), into="rank")
    assert lazy.head(1).collect()["rank"].to_list() == [1]
    assert lazy.filter(pl.col("sales") == 50).collect()["rank"].to_list() == [2]


def test_pandas():
    """A pandas frame keeps its index, its columns and their types; missing is pandas' own."""
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    given = pd.DataFrame(
        {"sales": [120.0, None, 50.0], "day": pd.to_datetime(["2026-01-01"] * 3)}, index=["c", "a", "b"]
    )
    before = given.copy()
    found = frames.apply(SIZE, given, into="size")
    assert list(found.index) == ["c", "a", "b"]
    assert found.drop(columns="size").equals(before)
    assert list(given.columns) == ["sales", "day"]
    assert [None if pd.isna(size) else size for size in found["size"]] == SIZES
    ranks = frames.apply(Ranked(SALES), given, into="rank")["rank"]
    assert (str(ranks.dtype), ranks.isna().tolist(), ranks["b"]) == ("Int64", [False, True, False], 2)
    assert str(frames.apply(SALES.over(60), given, into="over")["over"].dtype) == "boolean"
    assert str(frames.apply(Ratio(SALES, SALES), given, into="share")["share"].dtype) == "float64"


def test_pandas_objects():
    """A column of Python's own values is read as what it holds: text, huge whole numbers, decimals, or each row."""
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    for values, due in (
        ([10**30, 1, None], ["large", "small", None]),
        ([10**60, 1, None], ["large", "small", None]),
        ([Decimal("99.99"), Decimal(100), None], ["中", "large", None]),
        ([Decimal("1e-40"), Decimal(100), None], ["small", "large", None]),
        (["1,000", "7", float("nan")], ["large", "small", None]),
        ([120, "50", None], ["large", "中", None]),
    ):
        found = frames.apply(SIZE, pd.DataFrame({"sales": pd.Series(values, dtype=object)}), into="size")
        assert [None if pd.isna(size) else size for size in found["size"]] == due
    with pytest.raises(BadRows, match="2 rows refused") as caught:
        frames.apply(SIZE, pd.DataFrame({"sales": pd.Series([1, "x", True, None], dtype=object)}), into="size")
    assert list(caught.value.lines()) == [
        "not a number @ row 1, sales; write digits with at most one point, as -1234.50 [number]",
        "bool is no number @ row 2, sales [number.bool]",
    ]


def test_pyarrow():
    """A pyarrow table keeps its schema and has a column of text more."""
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    given = pa.table({"sales": pa.array([120, None, 50], pa.int32()), "d": pa.array([Decimal("1.00")] * 3)})
    found = frames.apply(SIZE, given, into="size")
    assert found.drop_columns("size").equals(given)
    assert (found["size"].to_pylist(), found.schema.field("size").type) == (SIZES, pa.string())
    assert frames.apply(Sum([SALES], less=[Field("d")]), given, into="x")["x"].to_pylist() == [119.0, None, 49.0]


def test_duckdb(duckdb_frame):
    """A DuckDB relation comes back as one that has not run, on the same connection."""
    duckdb = pytest.importorskip("duckdb")
    rows = Rows({"sales": "whole", "city": "text"}, PEOPLE.select("sales", "city").to_dicts())
    found = frames.apply(SIZE, duckdb_frame(rows), into="size")
    assert isinstance(found, duckdb.DuckDBPyRelation)
    assert found.columns == ["id", "sales", "city", "size"]
    assert found.order("id").fetchall() == [(0, 120, "N", "large"), (1, None, None, None), (2, 50, "西", "中")]
    assert found.filter("size = 'large'").fetchall() == [(0, 120, "N", "large")]


@pytest.mark.filterwarnings("ignore")
def test_spark(spark_frame):
    """A Spark frame comes back as one, with reasons where they are wanted."""
    rows = Rows({"sales": "whole", "city": "text"}, PEOPLE.select("sales", "city").to_dicts())
    found = frames.apply(SIZE, spark_frame(rows), into="size", why="why", lang="zh")
    assert found.columns == ["id", "sales", "city", "size", "why"]
    reasons = [explain(SIZE, row).text("zh") for row in rows.records]
    assert [(row["size"], row["why"]) for row in found.orderBy("id").collect()] == list(
        zip(SIZES, reasons, strict=True)
    )
    with pytest.raises(BadRule, match='order="id"'):
        frames.apply(Split(SALES, 7), spark_frame(rows), into="part")


def test_why(memory, duckdb_frame):
    """The column of reasons has the words of `explain`, in either language, on every executor."""
    rows = Rows(
        {"sales": "float", "city": "text"}, [{"sales": s, "city": "N"} for s in (0.5, None, 60.25, 60.25, 100.0)]
    )
    for lang in ("en", "zh"):
        due = [explain(SIZE, row).text(lang) for row in rows.records]
        for make in (*memory.values(), duckdb_frame, lambda rows: polars_frame(rows).lazy()):
            found = frames.apply(SIZE, make(rows), into="size", why="why", lang=lang)
            held = pl.DataFrame(
                found.pl()
                if hasattr(found, "pl")
                else found.lazy().collect()
                if isinstance(found, pl.DataFrame)
                else found.collect()
                if isinstance(found, pl.LazyFrame)
                else pl.from_arrow(found)
                if hasattr(found, "to_pylist")
                else {"id": found["id"].tolist(), "why": found["why"].tolist()}
            )
            assert held.sort("id")["why"].to_list() == due
    fitted = Pareto(SALES, (("80%", "A"),), rest="B")
    found = frames.apply(fitted, polars_frame(rows), into="abc", why="why")
    assert found["why"][2] == explain(fitted.fit(rows.records).bands, rows.records[2]).text()
    for rule in (Ranked(SALES), Grouped(fitted, ["city"])):
        with pytest.raises(BadRule, match="gives no reasons"):
            frames.apply(rule, polars_frame(rows), into="x", why="why")


def test_a_field_is_copied():
    """A field alone is its column."""
    assert frames.apply(CITY, PEOPLE, into="place")["place"].to_list() == ["N", None, "西"]
    assert frames.apply(SALES, PEOPLE.lazy(), into="again").collect()["again"].to_list() == [120, None, 50]


def test_types_of_answers():
    """Labels are text or whole; whole columns added and multiplied stay whole; the rest is the nearest float."""
    table = pl.DataFrame({"sales": [3, None], "rate": [0.5, 1.0], "d": [Decimal("1.50"), Decimal(1)]})
    rate = Field("rate")
    for rule, dtype, first in (
        (Bands(SALES, ((2, 1),), top=2), pl.Int64, 2),
        (Times([SALES, SALES], 3), pl.Int64, 27),
        (Times([SALES], "0.1"), pl.Float64, 0.3),
        (Sum([SALES], less=[Bands(SALES, ((2, 1),), top=2)]), pl.Int64, 1),
        (Sum([SALES, rate]), pl.Float64, 3.5),
        (Times([SALES, Field("d")]), pl.Float64, 4.5),
        (Curve(SALES, ((0, 0), (6, 1))), pl.Float64, 0.5),
        (Weighted([Part("a", 100, SALES)], full=7), pl.Float64, 42.86),
        (SALES.missing(), pl.Boolean, False),
        (Quantiles(SALES, 3), pl.Int64, 3),
    ):
        found = frames.apply(rule, table, into="x")["x"]
        assert (found.dtype, found[0]) == (dtype, first)


def test_huge_whole_numbers():
    """Beyond 64 bits sums and products are reckoned exactly; only an answer that no column holds is refused."""
    table = pl.DataFrame({"a": [2**63 - 1, 2**62, -(2**63)], "b": [2**63 - 2, 2**62, -(2**63)]})
    a, b = Field("a"), Field("b")
    assert frames.apply(Sum([a], less=[b]), table, into="x")["x"].to_list() == [1, 0, 0]
    just = Bands(Ratio(a, b), (((2**63 - 1, 2**63 - 2)[0], "below"),), top="above")
    assert frames.apply(just, table, into="x")["x"].to_list() == ["below"] * 3
    over_one = Ratio(a, b).over(1)
    assert frames.apply(over_one, table, into="x")["x"].to_list() == [True, False, False]
    with pytest.raises(BadRows, match="3 rows refused") as caught:
        frames.apply(Times([a, b]), table, into="x")
    assert {error.code for error in caught.value.exceptions} == {"frame.wide"}
    with pytest.raises(BadRows, match="2 rows refused"):
        frames.apply(Sum([a, a]), table.with_columns(a=pl.Series([1, 2**62, -(2**63)])), into="x")


def test_the_missing_is_never_the_best(memory, duckdb_frame):
    """A missing value has no grade, whatever the operators of a library make of it."""
    rows = Rows({"sales": "float"}, [{"sales": None}, {"sales": 0.0}, {"sales": 200.0}])
    for make in (*memory.values(), duckdb_frame):
        for rule, due in (
            (SIZE, ["small", "large"]),
            (Pareto(SALES, (("80%", "A"),), rest="B"), ["B", "A"]),
            (Quantiles(SALES), [0, 10]),
            (Ranked(SALES), [2, 1]),
            (Ranked(SALES, lowest_first=True), [1, 2]),
        ):
            assert frame_law(rule, rows, make) == ""
            assert rule.fit(rows.records).bands(rows.records[1]) == due[0] if hasattr(rule, "fit") else True


def test_halves_are_rounded_up(memory, duckdb_frame):
    """Half a hundredth goes away from zero everywhere; no library's own rounding decides."""
    rows = Rows({"sales": "decimal"}, [{"sales": Decimal(n) / 2} for n in range(-9, 10)])
    rule = Weighted([Part("a", 1, SALES), Part("b", 99, SALES)], full=100)
    half = Weighted([Part("a", 1, SALES)], full=1, whole=1)
    for make in (*memory.values(), duckdb_frame):
        assert frame_law(rule, rows, make) == ""
        assert frame_law(half, rows, make) == ""
    found = frames.apply(Weighted([Part("a", 1, SALES)], full=100, whole=1), polars_frame(rows), into="x")["x"]
    assert found.to_list()[9:15] == [0.0, 0.01, 0.01, 0.02, 0.02, 0.03]
    assert found.to_list()[4:9] == [-0.03, -0.02, -0.02, -0.01, -0.01]


def test_every_hundredth_is_the_nearest_float():
    """A score of n hundredths is the float nearest to n/100: polars divides by a constant otherwise."""
    table = pl.DataFrame({"sales": range(20_000)})
    found = frames.apply(Weighted([Part("a", 100, SALES)], full=10_000), table, into="x")["x"]
    assert found.to_list() == [n / 100 for n in range(20_000)]


def test_division_by_zero(memory, duckdb_frame):
    """A zero divisor is missing, and a group of zero weights is shared evenly or refused, never divided by."""
    rows = Rows(
        {"sales": "amount", "p": "amount", "city": "text"},
        [{"sales": s, "p": p, "city": c} for s, p, c in ((1, 0, "N"), (0, 0, "N"), (5, 2, "S"))],
    )
    for make in (*memory.values(), duckdb_frame):
        assert frame_law(Ratio(SALES, Field("p")), rows, make) == ""
        assert frame_law(Split(Field("p"), 5, ["city"], "even"), rows, make) == ""
        assert frame_law(Grouped(Quantiles(Field("p"), 2, "volume"), ["city"]), rows, make) == ""
        with pytest.raises((BadRows, BadValue)) as caught:
            frames.apply(Split(Field("p"), 5, ["city"]), make(rows), into="x", order="id")
        assert "all weights are zero" in str(getattr(caught.value, "exceptions", [caught.value])[0])


def test_columns_that_differ_only_by_case(duckdb_frame):
    """SQL would read one for the other; polars does not."""
    rows = Rows({"q": "amount", "Q": "amount"}, [{"q": 1, "Q": 2}])
    assert frame_law(Ratio(Field("q"), Field("Q")), rows, polars_frame) == ""
    one = duckdb_frame(Rows({"q": "amount"}, [{"q": 1}])).query("t", 'SELECT id, q, q AS "Q" FROM t')
    with pytest.raises(BadValue, match=r"differ only by case.* @ q, Q"):
        frames.apply(Ratio(Field("q"), Field("Q")), one, into="x")


@pytest.mark.parametrize(
    ("rule", "into", "words"),
    [
        (Bands(Field("saels"), (), top="x"), "x", "no column 'saels'; did you mean \"sales\""),
        (SIZE, "sales", "a column of this name is there already @ sales"),
        (SIZE, "Sales", "a column of this name is there already @ sales"),
        (SIZE, " ", "not the name of a new column"),
        (SIZE, "pharmasales_x", "not the name of a new column"),
    ],
)
def test_columns_refused(rule, into, words):
    """A column that is missing, there already, or ours is refused by name."""
    with pytest.raises(BadValue, match=words):
        frames.apply(rule, PEOPLE, into=into)


def test_other_columns_refused():
    """Two new columns of one name, reserved names in the frame, and two columns of one name in pandas."""
    with pytest.raises(BadValue, match="there already"):
        frames.apply(SIZE, PEOPLE, into="x", why="x")
    with pytest.raises(BadValue, match="begin with pharmasales_ are ours @ Pharmasales_x"):
        frames.apply(SIZE, PEOPLE.rename({"id": "Pharmasales_x"}), into="x")
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    with pytest.raises(BadValue, match="two columns of one name @ sales"):
        frames.apply(SIZE, pd.DataFrame([[1, 2]], columns=["sales", "sales"]), into="x")


class Own(Rule):
    """A rule that no frame knows."""


class OwnGroup(GroupRule):
    """A group rule that no frame knows."""


def test_refused():
    """No frame, a rule of the caller's own, labels that no column holds, and what is not fitted."""
    with pytest.raises(BadValue, match=r"list is no frame; .*the rule itself"):
        frames.apply(SIZE, [{"sales": 1}], into="x")
    with pytest.raises(BadValue, match="Series is no frame"):
        frames.apply(SIZE, PEOPLE["sales"], into="x")
    for rule in (Own(), OwnGroup(), Bands(Own(), ((1, "a"),), top="b")):
        with pytest.raises(BadRule, match="has no expression"):
            frames.apply(rule, PEOPLE, into="x")
    with pytest.raises(BadRule, match="text and whole numbers in one column"):
        frames.apply(Bands(SALES, ((1, "a"),), top=1), PEOPLE, into="x")
    with pytest.raises(BadRule, match="beyond 64 bits"):
        frames.apply(Bands(SALES, ((1, 2**64),), top=1), PEOPLE, into="x")
    with pytest.raises(BadRule, match="a Bands is not fitted"):
        frames.fit(SIZE, PEOPLE)
    with pytest.raises(BadRule, match="nobody has a value above zero @ sales"):
        frames.fit(Pareto(SALES, (("80%", "A"),), rest="B"), PEOPLE.head(0))
    with pytest.raises(BadRows, match="2 rows refused"):
        frames.apply(Ranked(SALES, ["id"]), PEOPLE.with_columns(id=pl.Series([0.5, None, 1.0])), into="x")


def test_rows_refused():
    """Every refused row at once, by its number, with the reason of the rule; no value of a person in it."""
    table = pl.DataFrame({"sales": ["1,000", "much", None, "1_000", "x"], "id": range(5)})
    with pytest.raises(BadRows) as caught:
        frames.apply(SIZE, table, into="x")
    assert [(error.where, error.code) for error in caught.value.exceptions] == [
        ("row 1, sales", "number"),
        ("row 3, sales", "number.underscore"),
        ("row 4, sales", "number"),
    ]
    assert "much" not in str(caught.value)
    with pytest.raises(BadRows) as caught:
        frames.apply(SIZE, pl.DataFrame({"sales": [1.0, float("nan"), float("inf"), 0.1]}), into="x")
    assert [error.where for error in caught.value.exceptions] == ["row 1, sales", "row 2, sales"]


def test_rows_refused_lazily():
    """A lazy frame refuses when it is collected, with the rows of the batch and their reasons."""
    lazy = frames.apply(SIZE, pl.LazyFrame({"sales": ["much"]}), into="x")
    for engine in ("in-memory", "streaming"):
        with pytest.raises(BadRows) as caught:
            lazy.collect(engine=engine)
        (error,) = caught.value.exceptions
        assert (error.where, error.code, error.hint[:12]) == ("row 0, sales", "number", "write digits")
        assert caught.value.code == "frame.rows"


def test_sql_refuses_what_it_cannot_do_exactly(duckdb_frame):
    """Text, odd floats and sums beyond 38 digits are counted and refused, with what to do."""
    for kind, values, words in (
        ("text", ("1", "x", None), "2 rows that SQL cannot answer exactly @ sales; cast the column"),
        ("any float", (1.0, 0.1 + 0.2, 1 / 3), "2 rows that SQL"),
        ("any float", (1.0, float("nan")), "1 row that SQL"),
    ):
        rows = Rows({"sales": kind}, [{"sales": value} for value in values])
        with pytest.raises(BadValue, match=words):
            frames.apply(Bands(Times([SALES], 2), ((1, "a"),), top="b"), duckdb_frame(rows), into="x")
    rows = Rows({"sales": "huge"}, [{"sales": 10**37}])
    with pytest.raises(BadValue, match="too large to reckon with exactly in SQL @ sales"):
        frames.apply(Times([SALES, SALES]).over(1), duckdb_frame(rows), into="x")
    rows = Rows({"sales": "amount", "p": "amount"}, [{"sales": 1, "p": 3}])
    with pytest.raises(BadRule, match="no exact order in SQL"):
        frames.apply(Ranked(Ratio(SALES, Field("p"))), duckdb_frame(rows), into="x")


@pytest.mark.parametrize(
    ("rule", "rows", "words"),
    [
        (Split(SALES, 7), [(1, 1), (None, 1)], "1 weights are missing"),
        (Split(SALES, 7), [(1, 1), (-1, 1)], "1 groups with a negative weight"),
        (Split(SALES, Field("p")), [(1, 1), (1, 2)], "several totals"),
        (Split(SALES, 2**63), [(1, 1)], "a total beyond 64 bits"),
        (Split(SALES, 7), [], "there are no weights"),
        (Split(SALES, Ratio(SALES, Field("p"))), [(1, 1)], "is not whole"),
    ],
)
def test_splits_refused_in_sql(duckdb_frame, rule, rows, words):
    """What the rule refuses in a split is refused with its count."""
    made = Rows({"sales": "amount", "p": "amount"}, [{"sales": sales, "p": p} for sales, p in rows])
    with pytest.raises((BadValue, BadRule), match=words):
        frames.apply(rule, duckdb_frame(made), into="x", order="id")


def test_order_must_be_unique(duckdb_frame):
    """Ties are served in the order given, so the order must be one."""
    rows = Rows({"sales": "amount"}, [{"sales": 1}, {"sales": 1}])
    with pytest.raises(BadValue, match="the order is not unique @ sales"):
        frames.apply(Split(SALES, 1), duckdb_frame(rows), into="x", order="sales")
    found = frames.apply(Split(SALES, 1), duckdb_frame(rows), into="x", order="id").order("id").fetchall()
    assert [row[-1] for row in found] == [1, 0]


def test_groups_refused_in_sql(duckdb_frame):
    """A group is text or a whole number; a label of two classes has no place of its own."""
    rows = Rows({"sales": "amount", "p": "float"}, [{"sales": 1, "p": 0.5}])
    with pytest.raises(BadValue, match="float as a group @ p"):
        frames.apply(Ranked(SALES, ["p"]), duckdb_frame(rows), into="x")
    twice = Grouped(Pareto(SALES, (("50%", "A"), ("80%", "A")), rest="B"), ["id"])
    with pytest.raises(BadRule, match="a label of two classes"):
        frames.apply(twice, duckdb_frame(rows), into="x")


def test_categories_and_other_types():
    """Categories are text; dates are equal to no number and no text, and no numbers."""
    table = pl.DataFrame({"city": ["N", "S", None], "day": [None, None, None]}).with_columns(
        pl.col("city").cast(pl.Categorical), pl.lit(None, dtype=pl.Date).alias("date"), sales=pl.Series([1, 1, 2])
    )
    assert frames.apply(CITY.equals("N"), table, into="x")["x"].to_list() == [True, False, None]
    assert frames.apply(Ranked(SALES, ["city"]), table, into="x")["x"].to_list() == [1, 1, None]
    assert frames.apply(Field("date").equals(1), table, into="x")["x"].to_list() == [None] * 3
    dated = table.with_columns(pl.date(2026, 1, 1).alias("date"))
    assert frames.apply(Field("date").equals("2026-01-01"), dated, into="x")["x"].to_list() == [False] * 3
    with pytest.raises(BadRows, match="3 rows refused"):
        frames.apply(Field("date").over(1), dated, into="x")
    held = pl.DataFrame({"x": pl.Series([object(), None], dtype=pl.Object)})
    assert frames.apply(Field("x").equals("a"), held, into="y")["y"].to_list() == [False, None]


def test_a_rule_that_reads_nothing():
    """A rule without fields answers for each row all the same."""
    from pharmasales.rules import All

    rule = FirstMatch([(All([]), "all")])
    assert frames.apply(rule, PEOPLE, into="x")["x"].to_list() == ["all"] * 3
    assert frames.apply(rule, PEOPLE.lazy(), into="x").collect()["x"].to_list() == ["all"] * 3
    assert frames.apply(FirstMatch([]), PEOPLE, into="x")["x"].to_list() == [None] * 3


def test_without_the_extra(monkeypatch):
    """Without narwhals the room says which extra brings it."""
    import sys

    monkeypatch.setitem(sys.modules, "narwhals.stable.v2", None)
    with pytest.raises(BadConfig, match=r"install pharmasales\[frames\]"):
        frames.apply  # noqa: B018 - the name is what loads it
    with pytest.raises(AttributeError):
        frames.aply  # noqa: B018


def test_windows_look_at_bare_columns():
    """No expression stands within `agg` or before `over`: narwhals drops a `when` there without a word."""
    found = 0
    for path in Path(applying.__file__).parent.glob("*.py"):
        for call in (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            windowed = name == "over" and any(isinstance(one, ast.Starred) for one in call.args)
            inside = [call.func.value] if windowed else call.args if name == "agg" else []
            for tree in inside:
                found += 1
                odd = [n for n in ast.walk(tree) if isinstance(n, ast.BinOp | ast.Compare | ast.USub | ast.Invert)]
                whens = [n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr in ("when", "then")]
                assert odd + whens == [], f"{path.name}:{call.lineno}"
    assert found > 10


def test_the_law_finds_what_is_wrong():
    """The law names the row and both answers where an executor errs."""
    rows = Rows({"sales": "amount"}, [{"sales": 10}, {"sales": 200}])
    assert (
        frame_law(SIZE, rows, lambda rows: polars_frame(rows).with_columns(sales=10)) == "row 1: 'large' became 'small'"
    )
    assert frame_law(SIZE, rows, lambda rows: polars_frame(rows).head(1)) == "1 answers for 2 rows"
    assert frame_law(SIZE, rows, lambda rows: polars_frame(rows).with_columns(sales=pl.lit("x"))).startswith(
        "rows [0, 1]"
    )
    assert frame_law(SIZE, rows, lambda rows: polars_frame(rows).drop("sales")).startswith("refused: the frame has no")
    bad = Rows({"sales": "text"}, [{"sales": "x"}])
    assert frame_law(SIZE, bad, lambda rows: polars_frame(rows).with_columns(sales=1)).endswith("answered here")
    assert set(KINDS) > {"whole", "text"}
    assert typed_rows is not None


@pytest.mark.filterwarnings("ignore")
def test_the_spark_example_of_the_page(spark_session):
    """The example of the how-to page runs as it stands."""
    from pharmasales.rules import Grid

    page = (Path(__file__).parents[2] / "docs/how-to/many-rows.md").read_text("utf-8")
    block = page.split("## Spark")[1].split("```python\n")[1].split("```")[0]
    share = Bands(Ratio(Field("ours"), Field("potential")), (("15%", "entry"),), top="core")
    potential = Bands(Field("potential"), ((200_000, "low"), (500_000, "mid")), top="high")
    cells = {"high": ("A", "A"), "mid": ("B", "A"), "low": ("D", "C")}
    tier = Grid(potential, share, {row: dict(zip(("entry", "core"), two, strict=True)) for row, two in cells.items()})
    held = {"spark": spark_session, "frames": frames, "tier": tier}
    exec(block, held)  # noqa: S102 - our own page
    assert [row["tier"] for row in held["graded"].orderBy("id").collect()] == ["A", "A"]


def check_decimals(make, collect):
    """Hold bands of decimals of many places against the rule, for columns of several widths."""
    values = (Decimal("0.1234567891"), Decimal("-7.0000000001"), None, Decimal("12345678.9999999999"))
    cuts = ((Decimal(-7), "a"), (Decimal("0.12345678905"), "b"), (over("12345678.9999999999"), "c"))
    bands = Bands(SALES, cuts, top="d")
    scaled = Bands(Curve(SALES, ((0, 0), (10**22, 10**25))), ((Decimal("123.4567891"), "x"),), top="y")
    for precision, scale in ((18, 10), (30, 10), (38, 10), (38, 2)):
        held = [value and value.quantize(Decimal(1).scaleb(-scale)) for value in values]
        table = pl.DataFrame({"id": range(4), "sales": pl.Series(held, dtype=pl.Decimal(precision, scale))})
        for rule in (bands, scaled, SALES.equals(3), Ranked(SALES)):
            due = list(rule.answers(table.to_dicts())) if rule == Ranked(SALES) else [rule(r) for r in table.to_dicts()]
            assert collect(frames.apply(rule, make(table.to_arrow()), into="x")) == due


def test_decimals_of_many_places_on_duckdb():
    """DuckDB multiplies decimals within 18 or 38 digits; what is asked of it always fits."""
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    with duckdb.connect() as connection:
        check_decimals(connection.from_arrow, lambda found: [row[-1] for row in found.order("id").fetchall()])


@pytest.mark.filterwarnings("ignore")
def test_decimals_of_many_places_on_spark(spark_session):
    """Spark drops decimals of a product by the types of its factors; what is asked of it always keeps them."""
    check_decimals(spark_session.createDataFrame, lambda found: [row["x"] for row in found.orderBy("id").collect()])
