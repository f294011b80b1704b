"""The real prescribers: 5,721 rows, every answer that of the rule itself."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pharmasales import frames
from pharmasales.rules import (
    Bands,
    Curve,
    Field,
    Grid,
    Grouped,
    Pareto,
    Part,
    Quantiles,
    Ranked,
    Ratio,
    Split,
    Weighted,
)

FILE = Path(__file__).parents[3] / "shared/data/cms_partd_2024_diabetes_prescribers_south_midwest.csv"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the real data is not here")

CLAIMS, PATIENTS, CHANCE = Field("actual_claims"), Field("total_patients"), Field("opportunity")
DECILES = Quantiles(CLAIMS, 10)
ABC = Pareto(CLAIMS, (("80%", "A"), ("95%", "B")), rest="C")
GRID = Grid(
    Bands(Ratio(CLAIMS, Field("predicted_claims")), (("80%", "low"), (1, "mid")), top="high"),
    Bands(Field("avg_patient_risk"), (("1.16", "easy"), (2, "mixed")), top="hard"),
    {row: {col: f"{row}-{col}" for col in ("easy", "mixed", "hard")} for row in ("low", "mid", "high")},
)
SCORE = Weighted(
    [
        Part("chance", 60, Curve(CHANCE, ((0, 0), (200, 80), (1000, 100)))),
        Part("persuadable", 40, Field("persuadability")),
    ],
    full=100,
    missing="reweight",
)


@pytest.fixture(scope="module")
def prescribers():
    """Return the file as polars reads it."""
    return pl.read_csv(FILE)


@pytest.fixture(scope="module")
def records(prescribers):
    """Return the same as records."""
    return prescribers.to_dicts()


@pytest.mark.parametrize(
    "rule", [GRID, SCORE, SCORE.parts[0].rule, CHANCE.over(100)], ids=["grid", "score", "curve", "test"]
)
def test_row_rules(prescribers, records, rule):
    """Ratios, risks of two decimals and reweighted scores, row by row."""
    found = frames.apply(rule, prescribers, into="x")["x"].to_list()
    due = [rule(record) for record in records]
    assert found == [float(one) if isinstance(cell, float) else one for one, cell in zip(due, found, strict=True)]
    assert len(set(found)) > 1


@pytest.mark.parametrize("rule", [DECILES, Quantiles(CLAIMS, 10, by="volume"), ABC], ids=["deciles", "volume", "abc"])
def test_population_rules(prescribers, records, rule, duckdb_frame):
    """Deciles by head-count and by volume, and Pareto classes, with their evidence; in DuckDB too."""
    due = rule.fit(records)
    assert frames.fit(rule, prescribers) == due
    assert frames.apply(rule, prescribers, into="x")["x"].to_list() == [due.bands(record) for record in records]
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        assert frames.fit(rule, connection.from_arrow(prescribers.to_arrow())) == due


@pytest.mark.parametrize(
    "rule",
    [
        Ranked(CLAIMS, ["state"]),
        Grouped(DECILES, ["specialty"]),
        Grouped(ABC, ["state", "specialty"]),
        Split(PATIENTS, 1_000_000, ["state"]),
    ],
    ids=["ranked", "deciles by specialty", "abc by state and specialty", "split by state"],
)
def test_group_rules(prescribers, records, rule):
    """Ranks, classes and shares within states and specialties, row by row."""
    assert frames.apply(rule, prescribers, into="x")["x"].to_list() == list(rule.answers(records))
