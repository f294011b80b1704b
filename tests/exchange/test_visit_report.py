"""The page of a weekly review: key figures in words, tables with something in them, nothing from a network."""

from __future__ import annotations

from datetime import date

import pytest

from pharmasales.exchange.report import report_html
from pharmasales.exchange.visit_report import visit_report
from pharmasales.followup import Access, Rep, Target, schedule
from pharmasales.followup.calls.reports import CallReport
from pharmasales.followup.cycleplan.visit_review import review_visits
from pharmasales.periods import Week
from pharmasales.workdays import CHINA


@pytest.fixture
def report():
    """Return the page of a week: one visit made, one missed, one still ahead, one in the week after."""
    days = [0, 1, 2, 0]
    doctors = [Target(f"c{n}", f"<b>Dr. {n}</b>", "r1", "A", 1, 3, Access({day})) for n, day in enumerate(days)]
    plan = schedule(doctors, [Rep("r1", "Rep One", 1)], date(2026, 3, 2), date(2026, 3, 15), CHINA)
    told = [
        CallReport("V1", "r1", plan.visits[0].customer, date(2026, 3, 2)),
        CallReport("V2", "r1", "c1", date(2026, 3, 3), state="missed", reason="hospital_closed"),
    ]
    return visit_report(review_visits([plan], told, Week(2026, 10), date(2026, 3, 4)))


def test_the_page_says_what_became_of_the_week(report):
    """Six figures; the missed one is to be watched; every table that has rows has its section."""
    assert [(tile.title.en, tile.value, tile.tone) for tile in report.tiles] == [
        ("Planned", "3", "plain"), ("Done", "1", "plain"), ("Missed", "1", "warn"),
        ("Moved", "0", "plain"), ("Cancelled", "0", "plain"), ("Still ahead", "1", "plain"),
    ]  # fmt: skip
    assert [section.title.zh for section in report.sections] == [
        "拜访复盘",
        "未成行原因",
        "结转事项",
        "下期计划",
        "拜访结果",
    ]


@pytest.mark.parametrize(("lang", "reason"), [("en", "the hospital received nobody"), ("zh", "医院停止接待")])
def test_the_page_is_escaped_and_speaks_both_languages(report, lang, reason):
    """Names stay text."""
    page = report_html(report, lang)
    assert reason in page
    assert "<b>Dr." not in page
    assert "&lt;b&gt;Dr. 1" in page
