"""Classifying real files from a workspace: what the law takes out, what a company abroad reads, and who moved."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pharmasales.exchange.class_charts import class_chart
from pharmasales.workspace import Asked, Workspace

DATA = (Path(__file__).parents[2] / "../shared/data").resolve()
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data are not here")

PRESCRIBERS = f"""
[tables.customers]
file = "{DATA}/cms_partd_2024_diabetes_prescribers_south_midwest.csv"
columns = {{ id = "prescriber_id", kind = {{ value = "doctor" }}, potential = "predicted_claims" }}
fields = {{ use = "actual_claims" }}
"""
MATRIX = Asked("doctor_matrix", as_of=date(2026, 1, 5), cuts={"use": 200, "potential": 400})


def opened(folder: Path, toml: str) -> Workspace:
    """Make a workspace of these settings."""
    (folder / "pharmasales.toml").write_text(toml, "utf-8")
    return Workspace.open(folder)


def test_prescribers_are_graded_by_the_matrix_where_no_law_forbids_it(tmp_path):
    """5,721 prescribers over four cells, all of them in the picture, in a small file that names nobody."""
    found = opened(tmp_path, PRESCRIBERS + "[compliance]\npolicy = []\n").classify(MATRIX)
    assert [(row[0], row[1]) for row in found.found.summary().rows] == [("B", 3852), ("C", 285), ("A", 86), ("D", 1498)]
    chart = class_chart(found.found)
    assert chart is not None
    assert chart.note is not None
    assert chart.note.en.startswith("5,721 customers in 261 dots; ")
    svg = chart.svg()
    assert len(svg) < 60_000
    assert "P0" not in svg
    assert found.notes == ()


def test_under_chinese_law_nobody_is_graded_by_what_single_doctors_use(tmp_path):
    """Their use is missing for all, a note says why, and deciles of the potential still stand."""
    made = opened(tmp_path, PRESCRIBERS)
    found = made.classify(MATRIX)
    assert [(str(row[0].en), row[1]) for row in found.found.summary().rows] == [("missing", 5721)]
    assert [note.en for note in found.notes] == [
        "usage of 5721 doctors left out: the usage of one doctor is not read (CN-2026@1 usage-doctor)"
    ]
    assert all(one.record["use"] is None for one in found.found.grades)
    assert class_chart(found.found) is None
    deciles = made.classify(Asked("decile", as_of=date(2026, 1, 5)))
    assert sum(one.grade is not None for one in deciles.found.grades) == 5721
    assert deciles.found.evidence[0].low == 1511
