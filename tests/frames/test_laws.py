"""One rule, every executor: each row has the answer of the rule itself, or is refused by a typed error."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pharmasales.rules import (
    All,
    AnyOf,
    Bands,
    Curve,
    Field,
    FirstMatch,
    Grid,
    Grouped,
    Not,
    Pareto,
    Part,
    Quantiles,
    Ranked,
    Ratio,
    Split,
    Sum,
    Times,
    Weighted,
    over,
)
from pharmasales.testing import strategies as some
from pharmasales.testing.frames import KINDS, Rows, fit_law, frame_law, polars_frame, typed_rows

S, P, V, CITY = Field("sales"), Field("potential"), Field("visits"), Field("city")
SIZE = Bands(S, ((50, "C"), (over(100), "B"), (1000, "A")), top="Z")
SIDE = Bands(P, ((100, 1),), top=2)
ABC = Pareto(S, (("80%", "A"), ("95%", "B")), rest="C")
LABELLED = {
    "bands": SIZE,
    "bands of a ratio": Bands(Ratio(S, P), (("15%", "e"), ("1/3", "m")), top="c"),
    "bands of a product": Bands(Times([S, V]), ((1, "low"), ("12.5", "mid")), top="high"),
    "grid": Grid(SIZE, SIDE, {row: {1: row + "1", 2: row + "二"} for row in ("C", "B", "A", "Z")}),
    "bands of bands": Bands(SIDE, ((2, "one"),), top="two"),
    "bands of a score": Bands(Weighted([Part("s", 100, Curve(S, ((0, 0), (90, 100))))], full=100), ((50, 0),), top=1),
    "first": FirstMatch(
        ((All([S.over(50), Not(P.missing())]), "x"), (AnyOf([V.below(1), P.equals(100)]), "y")), otherwise="o"
    ),
    "test of text": CITY.one_of(["N", "西"]),
    "test of a float": V.equals(1),
}
SCORED = {
    "weighted": Weighted(
        [Part("a", 40, Curve(S, ((20, 0), (80, 100)))), Part("b", 60, Curve(V, ((0, 0), ("0.5", 50), (1, 100))))],
        full=100,
    ),
    "reweighted": Weighted(
        [Part("a", "33.3", S), Part("b", "66.7", Curve(V, ((0, 0), (1, 1))))], full=7, missing="reweight"
    ),
    "zero": Weighted([Part("a", 100, V)], missing="zero"),
    "curve": Curve(V, ((0, 0), (1, 70), (2, 100))),
    "ratio": Ratio(S, P),
    "product": Times([S, V], 3),
    "sum": Sum([S, P], less=[V]),
}
EVERYBODY = {
    "pareto": ABC,
    "quartiles": Quantiles(V, 4),
    "deciles by volume": Quantiles(S, 10, by="volume"),
    "ranked": Ranked(S, ["city"]),
    "ranked, lowest first": Ranked(V, lowest_first=True),
    "grouped": Grouped(ABC, ["city"]),
    "grouped quartiles": Grouped(Quantiles(V, 4), ["city"]),
    "split": Split(Times([S, S]), 7, ["city"], all_zero="even"),
    "split of a debt": Split(P, -(10**12), all_zero="even"),
}

ONE_FITS_ALL = st.one_of(some.paretos(), some.quantiles())
WITHIN = st.sampled_from(((), ("city",)))
GROUPS = st.one_of(
    st.builds(Ranked, some.terms(), WITHIN, st.booleans()),
    st.builds(
        Split,
        some.terms(),
        st.one_of(st.integers(-50, 50), st.integers(-(2**65), 2**65), st.just(V)),
        WITHIN,
        st.sampled_from(("refuse", "even")),
    ),
    st.builds(Grouped, ONE_FITS_ALL, st.sampled_from((("city",), ("city", "visits")))),
)
ROW_RULES = st.one_of(some.rules(), some.conditions()).filter(lambda rule: not isinstance(rule, Field))
NUMBERS = ("amount", "small", "float", "decimal", "nothing")
KINDS_IN_MEMORY = ("polars", "pandas", "pyarrow")


def often(examples):
    """Return the settings of a law: so many examples, the same ones in every run."""
    return settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def lazy_frame(rows):
    """Return rows as a lazy polars frame."""
    return polars_frame(rows).lazy()


@often(150)
@given(ROW_RULES, typed_rows())
def test_random_rules_in_memory(rule, rows):
    """Any rule on any kinds of columns: the rule's answers, and exactly the rows that it refuses are refused."""
    assert frame_law(rule, rows, polars_frame) == ""


@pytest.mark.parametrize("kind", ["pandas", "pyarrow"])
def test_random_rules_converted(memory, kind):
    """The same for frames that polars reads; in pandas a NaN is missing, so floats without it."""

    @often(60)
    @given(
        ROW_RULES,
        typed_rows([name for name in KINDS if name not in ("any float", "huge" if kind == "pyarrow" else "")]),
    )
    def law(rule, rows):
        assert frame_law(rule, rows, memory[kind]) == ""

    law()


@often(60)
@given(ROW_RULES, typed_rows())
def test_random_rules_lazily(rule, rows):
    """The same for a lazy frame, whose rows are refused when it is collected."""
    assert frame_law(rule, rows, lazy_frame, in_batches=True) == ""


@often(120)
@given(ONE_FITS_ALL, typed_rows())
def test_population_rules(rule, rows):
    """The same cut points, the same evidence, the same labels."""
    assert fit_law(rule, rows, polars_frame) == ""
    assert frame_law(rule, rows, polars_frame) == ""
    assert fit_law(rule, rows, lazy_frame) == ""


@often(120)
@given(GROUPS, typed_rows(("amount", "whole", "small", "float", "decimal", "huge", "text", "any float")))
def test_group_rules(rule, rows):
    """Ranks, shares and classes within groups, in memory and lazily."""
    assert frame_law(rule, rows, polars_frame) == ""
    assert frame_law(rule, rows, lazy_frame, in_batches=True) == ""


@often(120)
@given(GROUPS, typed_rows(("amount", "small"), missing=False, most=20))
def test_group_rules_with_every_weight(rule, rows):
    """The same where no weight is missing, so that most splits are answered."""
    assert frame_law(rule, rows, polars_frame) == ""


def test_random_rules_on_duckdb(duckdb_frame):
    """DuckDB answers as the rule does, or says that it cannot."""

    @often(60)
    @given(st.one_of(ROW_RULES, GROUPS, ONE_FITS_ALL), typed_rows())
    def law(rule, rows):
        assert frame_law(rule, rows, duckdb_frame, may_refuse=True) == ""

    law()


@pytest.mark.parametrize("name", LABELLED)
def test_known_rules_on_duckdb(duckdb_frame, name):
    """Rules as people write them are answered, not refused."""

    @often(12)
    @given(typed_rows(NUMBERS))
    def law(rows):
        assert frame_law(LABELLED[name], rows, duckdb_frame) == ""

    law()


@pytest.mark.parametrize("name", [*SCORED, *EVERYBODY])
def test_known_scores_and_groups_on_duckdb(duckdb_frame, name):
    """Scores, fits, ranks and shares are answered for numbers of everyday size."""

    @often(8)
    @given(everyday_rows())
    def law(rows):
        assert frame_law((SCORED | EVERYBODY)[name], rows, duckdb_frame) == ""

    law()


def test_fits_on_duckdb(duckdb_frame):
    """A fit collects each value once with its count; the evidence is the same."""

    @often(40)
    @given(ONE_FITS_ALL, typed_rows())
    def law(rule, rows):
        assert fit_law(rule, rows, duckdb_frame) == ""

    law()


@st.composite
def everyday_rows(draw):
    """Return rows of amounts and rates as files hold them: no weight missing or below zero, cents and wholes."""
    count = draw(st.integers(1, 12))
    amounts = st.lists(st.sampled_from((0, 1, 19, 20, 21, 50, 99, 100, 101, 10**6)), min_size=count, max_size=count)
    rates = st.lists(st.sampled_from((0.0, 0.01, 0.29, 0.5, 0.57, 1.0, 2.5, 100.0)), min_size=count, max_size=count)
    cities = st.lists(st.sampled_from(("N", "S", "西", None)), min_size=count, max_size=count)
    held = zip(draw(amounts), draw(amounts), draw(rates), draw(cities), strict=True)
    kinds = {"sales": "amount", "potential": "amount", "visits": "float", "city": "text"}
    return Rows(kinds, [dict(zip(kinds, row, strict=True)) for row in held])


SOME = Rows(
    {"sales": "amount", "potential": "decimal", "visits": "float", "city": "text"},
    [
        {"sales": s, "potential": Decimal(p), "visits": v, "city": c}
        for s, p, v, c in zip(
            (0, 1, 20, 49, 50, 51, 99, 100, 101, 999, 1000, 2_000_000_001, 7, 7),
            ("0", "0.01", "99.99", "100", "100.01", "3", "50", "0", "1000", "12.5", "1", "1000000", "21", "21"),
            (0.0, 0.01, 0.29, 0.5, 0.57, 1.0, 2.5, 100.0, 0.1, 0.7, 1.15, 1e3, 3.0, 3.0),
            ("N", "S", "西", None, "N", "S", "西", None, "N", "S", "西", "N", "N", "S"),
            strict=True,
        )
    ],
)
WITH_GAPS = Rows(
    SOME.kinds,
    [
        {**r, "sales": None if n % 5 == 0 else r["sales"], "visits": None if n % 3 == 0 else r["visits"]}
        for n, r in enumerate(SOME.records)
    ],
)


@pytest.mark.filterwarnings("ignore")
def test_known_rules_on_spark(spark_frame):
    """Spark answers the rules that people write, in whole numbers of 64 bits and in decimals of 38 digits."""
    for name, rule in (LABELLED | SCORED).items():
        assert (name, frame_law(rule, WITH_GAPS, spark_frame)) == (name, "")


@pytest.mark.filterwarnings("ignore")
def test_known_groups_on_spark(spark_frame):
    """Spark fits, ranks, splits and classifies within groups as the rule does."""
    for name, rule in EVERYBODY.items():
        assert (name, frame_law(rule, SOME, spark_frame)) == (name, "")


@pytest.mark.parametrize("name", [*LABELLED, *SCORED, *EVERYBODY])
@pytest.mark.parametrize("kind", KINDS_IN_MEMORY)
def test_known_rules_in_memory(memory, kind, name):
    """The same rules on the same rows, in polars, pandas and pyarrow; floats and decimals are read exactly."""
    rule = (LABELLED | SCORED | EVERYBODY)[name]
    for rows in (SOME, WITH_GAPS):
        assert frame_law(rule, rows, memory[kind]) == ""
