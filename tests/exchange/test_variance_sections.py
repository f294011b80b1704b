"""Sections on variance: picture, sentence and table of one split, in both languages; and the picture of the page."""

from __future__ import annotations

import doctest
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from pharmasales.display import Says
from pharmasales.evaluation.attainment import attain
from pharmasales.evaluation.variance import SoldLine, SpentLine, contributed, expense_variance, sales_variance
from pharmasales.exchange.report import Report, Section, report_html
from pharmasales.exchange.variance_sections import attainment_section, expense_section, sales_section
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter
from pharmasales.units import BOX, CNY, Amount, share

DOCS = Path(__file__).parents[2] / "docs"


def yuan(value) -> Amount:
    """Return an amount of money."""
    return Amount.of(value, CNY)


@pytest.fixture(scope="module")
def sections() -> tuple[Section, Section, Section]:
    """Return a section on sales, on expense, and on the attainment of a district."""
    was, now = (SoldLine("r1", "P1", "H1", yuan(money), Amount.of(10, BOX)) for money in (100, 90))
    org = Org.of([Node("D", "East", "district"), Node("r1", "One", "rep", "D"), Node("r2", "Two", "rep", "D")])
    goals = {"D": yuan(200), "r1": yuan(100), "r2": yuan(100)}
    result = attain(org, goals, {"r1": yuan(40), "r2": yuan(80)}, Quarter(2026, 1), share("1/2"))
    return (
        sales_section(sales_variance([was], [now])),
        expense_section(
            expense_variance([SpentLine("r1", "gifts", None, yuan(50)), SpentLine("r2", "x", yuan(9), yuan(4))])
        ),
        attainment_section(contributed(result), "D"),
    )


def test_each_says_its_split(sections):
    """The title is that of the picture, the sentence that of the split, the table has its rows."""
    assert [(one.title.zh, one.text.text("zh"), len(one.table)) for one in sections] == [
        ("销售差异", "之前销售 100.00 CNY，之后 90.00 CNY：-10.00 CNY", 11),
        ("费用差异", "预算 9.00 CNY，支出 54.00 CNY：差异 45.00 CNY", 2),
        ("East：达成率与时间进度", "D：达成率 60.0%，时间进度 50.0%：相差 10.00 个百分点", 2),
    ]
    assert [one.text.text("en") for one in sections[1:]] == [
        "budget 9.00 CNY, spent 54.00 CNY: change 45.00 CNY",
        "D: attainment 60.0% against a pace of 50.0%: 10.00 points",
    ]
    assert {one.most for one in sections} == {12}


def test_they_make_a_report(sections):
    """Three pictures and three tables on one page, each with its description."""
    page = report_html(Report(Says("Q1", "一季度"), Says("x", "x"), (), sections, Says("x", "x")), "zh")
    assert (page.count("<svg"), page.count("<desc>"), page.count("<table>")) == (3, 3, 3)


def test_the_picture_of_the_page_is_what_it_draws():
    """The file beside the how-to page has the same words and shapes as what its code draws."""
    made: dict[str, Any] = {}
    for example in doctest.DocTestParser().get_examples((DOCS / "how-to/explain-a-variance.md").read_text("utf-8")):
        if "picture" not in made:
            exec(compile(example.source, "page", "exec"), made)  # noqa: S102 - our own page
    texts = [
        [(tag.tag, tag.text or "") for tag in ET.fromstring(svg).iter()]  # noqa: S314 - our own picture
        for svg in (made["picture"].svg(), (DOCS / "img/sales-variance.svg").read_text("utf-8"))
    ]
    assert texts[0] == texts[1]
