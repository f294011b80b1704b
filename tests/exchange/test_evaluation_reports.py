"""League table and district as pages: what may be seen, in both languages, and what is not given is said."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pharmasales.display import Says
from pharmasales.evaluation.attainment import attain
from pharmasales.evaluation.reporting import district_view, league
from pharmasales.evaluation.variance import (
    Feedback,
    ShownFigure,
    SoldLine,
    SpentLine,
    expense_variance,
    open_cases,
    open_feedback,
    sales_variance,
)
from pharmasales.exchange.evaluation_reports import district_report, league_report
from pharmasales.exchange.report import report_html
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter
from pharmasales.units import BOX, CNY, VISIT, Amount

HOSTILE = "<script>alert(1)</script>"
ORG = Org.of(
    [
        Node("C", "Example", "company"),
        *(Node(d, f"District {d}", "district", "C") for d in "NS"),
        *(Node(f"{d}{n}", f"Rep {d}{n}", "rep", d) for d in "NS" for n in (1, 2)),
        Node("N3", HOSTILE, "rep", "N"),
    ]
)
QUARTER = Quarter(2026, 1)
ABOUT = Says("2026-Q1", "2026年第一季度")


def titles(report, lang="en"):
    """Return the headings of a report."""
    return [section.title.text(lang) for section in report.sections]


def test_league():
    """Everybody, then each node above; movement only where there is a period before; names are text."""
    table = league(ORG, {"N1": 90, "N2": 80, "S1": 95, "N3": 80}, "C", before={"N1": 1, "N2": 2, "S1": 3, "N3": 0})
    report = league_report(table, ABOUT)
    assert titles(report) == ["Everybody", "District S", "District N"]
    assert titles(report, "zh")[0] == "总排名"
    assert [(tile.title.en, tile.value) for tile in report.tiles] == [
        *(("Ranked", "4"), ("Without a rank", "1"), ("Moved up", "2"), ("Moved down", "1"))
    ]
    assert [column.key for column in report.sections[0].table.columns] == [
        *("rank", "node", "above", "value", "rank_above", "rank_before", "moved")
    ]
    inner = report.sections[2].table
    assert [column.key for column in inner.columns][:3] == ["rank", "node", "value"]
    assert [row[0] for row in inner.rows] == [2, 3, 3]
    html = report_html(report, "zh")
    assert "排行榜：Example" in html
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    alone = league_report(league(ORG, {"N1": 90}, "N"), ABOUT)
    assert titles(alone) == ["Everybody"]
    assert "moved" not in [column.key for column in alone.sections[0].table.columns]
    assert "District S" not in report_html(alone)
    top = league_report(league(ORG, {"C": 1, "N": 2}, "C", level="company"), ABOUT)
    assert titles(top) == ["Everybody"]


@pytest.fixture(scope="module")
def view():
    """Return a district with attainment, money and what is open, but no measures."""
    goals = {node.id: Amount.of(100, CNY) for node in ORG}
    sold = {rep: Amount.of(60, CNY) for rep in ("N1", "N2", "N3", "S1")}
    old, new = ([SoldLine("N1", "P1", "H1", Amount.of(n, CNY), Amount.of(10, BOX))] for n in (1000, 1_001_000))
    travel = SpentLine(
        "N1", "travel", Amount.of(100, CNY), Amount.of(130, CNY), Amount.of(10, VISIT), Amount.of(11, VISIT)
    )
    shown = [ShownFigure("attainment", "90 %", "30.00")]
    told = [Feedback.draft(f"F{n}", "2026-Q1", rep=n, manager="m1", shown=shown, on=QUARTER.end) for n in ("N1", "X")]
    return district_view(
        ORG,
        "N",
        QUARTER,
        attained=attain(ORG, goals, sold, QUARTER, Fraction(1)),
        expense=expense_variance([travel]),
        sales=sales_variance(old, new),
        cases=open_cases([], QUARTER.end),
        feedback=open_feedback(told, QUARTER.end, within=7),
        feedback_nodes={"FN1": "N1"},
    )


def test_district(view):
    """Key figures, blocks in which anything is known, the parts that are not zero, and what is not given."""
    report = district_report(view, ABOUT)
    assert titles(report) == [
        *("Goal and actual", "Money", "What is open", "Variance of sales", "Variance of expense"),
        *("Open deviations", "Open feedback"),
    ]
    assert [
        (tile.title.zh, tile.value if isinstance(tile.value, str) else tile.value.zh, tile.tone)
        for tile in report.tiles
    ] == [
        ("达成率", "180.0%", "plain"),
        ("超预算", "30", "warn"),
        ("销售变化", "100万", "plain"),
    ]
    assert report.tiles[0].note.zh == "达成"
    money = report.sections[1].table
    assert [column.key for column in money.columns] == ["node", "level", "expense", "sales_change"]
    parts = report.sections[3].table
    assert [column.key for column in parts.columns] == ["node", "before", "after", "change", "price"]
    assert report.sections[6].text.zh == "另有 1 项无对应节点。"
    assert report.foot.zh.startswith("未提供：指标：覆盖率与拜访达成率、考核得分、应收账款。")
    html = report_html(report, "zh")
    assert "区域360：District N" in html
    assert "<script" not in html
    assert "District S" not in html
    assert "Rep S1" not in html


def test_district_of_nothing():
    """Nothing given: no section, no figure, and all of it named."""
    report = district_report(district_view(ORG, "S", QUARTER), ABOUT)
    assert (report.tiles, report.sections) == ((), ())
    assert report.foot.en.startswith(
        "Not given: attainment, measures: coverage and call frequency, scores, receivables"
    )
    assert "Nothing" not in report_html(report)
    placed = district_view(ORG, "S", QUARTER, feedback=open_feedback([], QUARTER.end, within=7))
    assert [section.text for section in district_report(placed, ABOUT).sections] == [None, None]
