"""The real panel of visits: the tutorial's figures, and the same figures by plain loops over the rows."""

from __future__ import annotations

import csv
import runpy
from collections import Counter
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from pharmasales.followup.cycleplan.attaining import attain_plan
from pharmasales.followup.cycleplan.counting import PlainCall
from pharmasales.followup.cycleplan.plans import CyclePlan, PlanTarget
from pharmasales.periods import Month

ROOT = Path(__file__).parents[3]
DATA = (ROOT / "../shared/data").resolve()
PAGE = ROOT / "docs/tutorial/visits-of-a-real-panel.md"
TUTORIAL = runpy.run_path(str(ROOT / ".ci/tutorial.py"))
FIRST = Month(2024, 1)
present = pytest.mark.skipif(not DATA.is_dir(), reason="the real data are not here")


@pytest.fixture(scope="module")
def rows():
    """Return customer, month and visits of every row."""
    with (DATA / "bayesm_detailing_calls_1_500.csv").open(encoding="utf-8") as file:
        return [(f"P{row['id']}", int(row["month"]), int(row["detailing"])) for row in csv.DictReader(file)]


@present
def test_the_page_shows_what_its_code_prints_and_draws(monkeypatch):
    """Every block of text to the letter, and the picture in its words and shapes."""
    monkeypatch.chdir(ROOT)
    assert TUTORIAL["run"](PAGE) == []


def test_the_page_is_of_use_without_the_data(monkeypatch):
    """It shows its figures and its picture; a build without the data says so and goes on."""
    held = list(TUTORIAL["parts"](PAGE.read_text("utf-8")))
    assert Counter(kind for kind, _, _ in held) == {"python": 9, "text": 8, "picture": 1}
    assert all(text.strip() for kind, text, _ in held if kind == "text")
    monkeypatch.setitem(TUTORIAL["told"].__globals__, "DATA", ROOT / "none")
    assert TUTORIAL["told"]("tutorial/visits-of-a-real-panel.md").startswith("*The data were not there")


def test_the_picture_is_small_and_shows_nobody():
    """At most 100 kB, no id of the data, no link."""
    svg = (ROOT / "docs/img/panel-visits.svg").read_text("utf-8")
    assert len(svg) < 100_000
    assert "P236" not in svg
    assert "href" not in svg


@present
def test_coverage_and_frequency_by_plain_loops(rows):
    """Months 13 to 18 with three visits a month due: the same counts as a loop over the rows."""
    plan = CyclePlan(
        "H1", "panel", date(2025, 1, 1), date(2025, 6, 30), [PlanTarget(f"P{n}", "", 18) for n in range(1, 501)]
    )
    calls = [
        PlainCall(FIRST.plus(month - 1).start, "field", who, territory="panel")
        for who, month, number in rows
        for _ in range(number)
    ]
    found = attain_plan(plan, calls, date(2025, 6, 30))
    made = Counter()
    for who, month, number in rows:
        made[who] += number if 13 <= month <= 18 else 0
    of = found.frequency()
    assert (of.made, of.planned, of.unplanned) == (5587, 9000, 0)
    assert of.coverage == Fraction(sum(number > 0 for number in made.values()), 500) == Fraction(449, 500)
    assert of.raw == Fraction(5587, 9000)
    assert of.capped == Fraction(sum(min(number, 18) for number in made.values()), 9000) == Fraction(5035, 9000)
    assert of.reached == Fraction(sum(number >= 18 for number in made.values()), 500) == Fraction(112, 500)
    reasons = Counter(line.reason for line in found.lines())
    assert reasons == {"before": 10_765, "": 5_587, "after": 5_839}
    assert sum(reasons.values()) == sum(number for _, _, number in rows) == 22_191


@present
def test_months_without_a_visit_by_plain_loops(rows):
    """2,790 of 11,500 months of physicians had no visit, as the tutorial's classes say together."""
    assert sum(number == 0 for _, _, number in rows) == 2790
    shown = PAGE.read_text("utf-8")
    shares = {"A": (227, "15.3"), "B": (140, "23.1"), "C": (133, "40.7")}
    together = sum(Fraction(share) * customers * 23 / 100 for customers, share in shares.values())
    assert abs(together - 2790) < 6
    assert all(f"{letter}                       {share}%" in shown for letter, (_, share) in shares.items())
