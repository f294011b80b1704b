"""Score sheets on frames: the total, the rank and the grade of every row equal those of the object path."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pharmasales import frames
from pharmasales.display import Says
from pharmasales.errors import BadRows, BadValue
from pharmasales.evaluation import score
from pharmasales.evaluation.scoring.adjusting import Factor, ScoreGate
from pharmasales.evaluation.scoring.blends import from_sources
from pharmasales.evaluation.scoring.curves import per_percent, steps
from pharmasales.evaluation.scoring.grading import ForcedDistribution
from pharmasales.evaluation.scoring.sheet import ScoreSheet, fit_sheet
from pharmasales.evaluation.scoring.standing import standings
from pharmasales.rules import (
    Bands,
    Curve,
    FairShare,
    Field,
    Part,
    Percentile,
    Ranked,
    Ratio,
    RelativeToBest,
    Weighted,
    compiled,
    fit_peers,
)

NAMES = ("actual", "goal", "visits", "cost", "x.own", "x.manager", "flood", "breaches")
SALES = Ratio(Field("actual"), Field("goal"))
PARTS = (
    Part("attainment", 20, Curve(SALES, (("-20%", 0), ("60%", "0.1"), (1, 1), ("120%", "1.2")))),
    Part("even", 10, Curve(SALES, (("50%", 0), (1, 1), (2, "0.4"), (3, "0.5")))),  # it rises and falls
    Part("deducted", 20, per_percent(SALES, 20, "95%", "0.5")),
    Part("visits", 10, steps(Field("visits"), ((5, 0), (8, "0.3")), top=1)),
    Part("level", 10, Percentile(Field("visits"))),
    Part("cost", 10, RelativeToBest(Field("cost"), lowest_first=True)),
    Part("share", 10, Curve(FairShare(Field("actual"), Field("goal")), (("0.5", 0), ("1.5", 1)))),
    Part("sources", 10, from_sources("x", {"own": 70, "manager": 30}, full=12)),
)
BREACH = ScoreGate("compliance", Field("breaches").over(0), Says("a breach", "违规"))
AUDIT = ScoreGate("audit", Field("visits").at_least(9), Says("an open audit", "审计未结"), at_most=30)
FLOOD = Factor("flood", Field("flood"), bound=5, source="office")


def sheet_of(missing, cap, gates, factors):
    """A sheet with every kind of item."""
    return ScoreSheet("some", Weighted(PARTS, missing=missing), factors, cap=cap, gates=gates)


whole = st.one_of(st.none(), st.integers(0, 12))
rows = st.lists(
    st.fixed_dictionaries(
        dict.fromkeys(NAMES, whole)
        | {"cost": st.one_of(st.none(), st.integers(1, 9)), "flood": st.one_of(st.none(), st.integers(-9, 9))}
    ),
    min_size=1,
    max_size=8,
)
sheets = st.builds(
    sheet_of,
    st.sampled_from(["missing", "zero", "reweight"]),
    st.sampled_from([None, 40, "99.5"]),
    st.sampled_from([(), (BREACH,), (AUDIT, BREACH)]),
    st.sampled_from([(), (FLOOD,)]),
)
first = {"actual": 5, "goal": 6, "visits": 1, "cost": 3, "x.own": 2, "x.manager": None, "flood": 1, "breaches": 0}


def table_of(records):
    """A polars frame of whole numbers."""
    return pl.DataFrame(records, schema=dict.fromkeys(NAMES, pl.Int64))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(sheets, rows)
def test_objects_and_frames_agree(sheet, given_rows):
    """Fitted to the records or to the frame: the same rule, the same evidence, the same totals, ranks and grades."""
    records = [first, *given_rows]
    fitted = fit_sheet(sheet, records)
    frame = table_of(records)
    by_frame = frames.fit_peers(sheet.rule, frame)
    assert by_frame.rule == fitted.sheet.rule
    assert by_frame.facts == fitted.facts
    cards = [score(fitted.sheet, str(n), "", record) for n, record in enumerate(records)]
    fast = compiled(fitted.sheet.total_rule())
    assert [fast(record) for record in records] == [one.total for one in cards]
    frame = frames.apply(sheet.total_rule(), frame, into="total")
    assert frame["total"].to_list() == [None if one.total is None else float(one.total) for one in cards]
    grades = ForcedDistribution((("20%", "A"), ("70%", "B"), ("10%", "C")))
    people = {one.rep_id: one for one in standings(cards, grades)}
    frame = frames.apply(Ranked(Field("total")), frame, into="rank")
    assert frame["rank"].to_list() == [people[str(n)].rank for n in range(len(records))]
    frame = frames.apply(grades.fit(frame.select("total").to_dicts()).bands, frame, into="grade")
    assert frame["grade"].to_list() == [people[str(n)].grade for n in range(len(records))]


def test_the_kinds_of_frames():
    """Polars lazily, pandas, pyarrow and DuckDB give the totals of the rows."""
    duckdb, pandas = pytest.importorskip("duckdb"), pytest.importorskip("pandas")
    sheet = sheet_of("reweight", 99, (AUDIT, BREACH), (FLOOD,))
    records = [first, {**first, "actual": 9, "cost": None, "breaches": 1}, {**first, "goal": 0, "flood": 20}]
    records += [{**first, "visits": 9}, {**first, "goal": 2}]
    due = [float(score(fit_sheet(sheet, records).sheet, "r", "", record).total) for record in records]
    frame, rule = table_of(records), sheet.total_rule()
    assert frames.apply(rule, frame.lazy(), into="t").collect()["t"].to_list() == due
    assert frames.apply(rule, frame.to_arrow(), into="t")["t"].to_pylist() == due
    assert frames.apply(rule, pandas.DataFrame(records), into="t")["t"].to_list() == due
    found = frames.apply(rule, duckdb.from_arrow(frame.to_arrow()), into="t")
    assert [row[-1] for row in found.fetchall()] == due


def test_values_that_no_column_holds_exactly():
    """Decimals and floats by their shortest decimal; a text that is no number is refused with its row."""
    rule = RelativeToBest(Field("x"))
    frame = pl.DataFrame({"x": [0.1, 0.3, None]})
    assert frames.fit_peers(rule, frame) == fit_peers(rule, frame.to_dicts())
    halves = pl.DataFrame({"x": ["1/3", "1/2"]})
    assert frames.fit_peers(rule, halves) == fit_peers(rule, halves.to_dicts())
    with pytest.raises(BadRows, match="1 row refused"):
        frames.fit_peers(rule, pl.DataFrame({"x": ["1", "many"]}))
    with pytest.raises(BadValue, match="no column"):
        frames.fit_peers(rule, pl.DataFrame({"y": [1]}))


def test_one_within_another():
    """A percentile of fair shares is fitted from the inside out, to a frame as to records."""
    rule = Percentile(FairShare(Field("sales"), Field("potential")), 10)
    frame = pl.DataFrame({"sales": [60, 45, 25, None], "potential": [100, 90, 100, 100]})
    assert frames.fit_peers(rule, frame) == fit_peers(rule, frame.to_dicts())


def test_floats_rank_as_they_are():
    """A zero has no sign, what is missing no rank; what is no number is refused in the rule's words."""
    values = [0.0, 1.5, -0.0, None, -1.0, 1.5, 0.1, 0.30000000000000004]
    for rule in (Ranked(Field("x")), Ranked(Field("x"), lowest_first=True)):
        found = frames.apply(rule, pl.DataFrame({"x": values}), into="rank")["rank"].to_list()
        assert found == rule.answers([{"x": value} for value in values])
    with pytest.raises(BadRows, match="1 row refused"):
        frames.apply(Ranked(Field("x")), pl.DataFrame({"x": [float("nan"), 1.0]}), into="rank")


def test_a_curve_that_ends_beyond_every_value():
    """The end of a curve may be larger than any whole number of the frame."""
    frame = pl.DataFrame({"x": [None, 0, 2**40]})
    for points in (((1, 0), (2**63, 0)), ((1, 0), (2**63, 1), (2**70, 5))):
        curve = Curve(Field("x"), points)
        due = [None, 0.0, float(curve({"x": 2**40}))]
        assert frames.apply(curve, frame, into="y")["y"].to_list() == due


def test_bounds_of_a_value_between_two_columns():
    """The bounds that come of a clip hold for every row, so that what is asked afterwards is not cut short."""
    curve = Curve(Ratio(Field("x"), Field("y")), ((0, 0), (1, 10)))
    high = Bands(curve, ((5, "low"), (9, "middle")), top="high")
    records = [{"x": x, "y": y} for x in (50, 100) for y in (1, 20, 60, 500)]
    found = frames.apply(high, pl.DataFrame(records), into="band")["band"].to_list()
    assert found == [high(record) for record in records]
