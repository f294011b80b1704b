"""Sections of a report on variance (差异分析章节): the picture, what it says in a sentence, and the table behind it.

>>> from pharmasales.evaluation.variance import SpentLine, expense_variance
>>> from pharmasales.units import CNY, Amount
>>> section = expense_section(expense_variance([SpentLine("r1", "gifts", None, Amount.of(50, CNY))]))
>>> section.title.zh, section.text.text("zh"), len(section.table)
('费用差异', '预算 0.00 CNY，支出 50.00 CNY：差异 50.00 CNY', 1)
"""

from __future__ import annotations

from pharmasales.display import Says, Why, because
from pharmasales.evaluation.variance.contributions import Contributions
from pharmasales.evaluation.variance.expense import ExpenseVariance
from pharmasales.evaluation.variance.sales_split import SalesVariance
from pharmasales.exchange.report import Section
from pharmasales.exchange.waterfall_chart import attainment_waterfall, expense_waterfall, sales_waterfall

__all__ = ["attainment_section", "expense_section", "sales_section"]


def sales_section(found: SalesVariance, most: int = 12) -> Section:
    """Return a section on sales: the waterfall, the change in a sentence, and each part with its formula.

    Args:
        found: the split, or a slice of it.
        most: how many rows of the table are shown.

    Source: issue 8, section 4.
    """
    chart = sales_waterfall(found.whole, found.sides)
    return Section(chart.title, _head(found.why), chart, found.table(), most)


def expense_section(found: ExpenseVariance, most: int = 12) -> Section:
    """Return a section on expense: the waterfall, the change in a sentence, and each line, the largest excess first.

    Args:
        found: the split.
        most: how many rows of the table are shown.
    """
    whole, chart = found.whole, expense_waterfall(found.whole)
    said = because(
        "budget {before}, spent {after}: change {change}",
        "预算 {before}，支出 {after}：差异 {change}",
        before=str(whole.before),
        after=str(whole.after),
        change=str(whole.change),
    )
    return Section(chart.title, _head(said), chart, found.table(), most)


def attainment_section(found: Contributions, node_id: str, most: int = 12) -> Section:
    """Return a section on a node's attainment: the waterfall, the deviation in a sentence, and what each child adds.

    Args:
        found: the contributions of a whole organisation.
        node_id: the parent.
        most: how many rows of the table are shown.

    Raises:
        NotFound: an unknown node, or one without children or attainment.
    """
    chart = attainment_waterfall(found, node_id)
    return Section(chart.title, _head(found.why(node_id)), chart, found.table(node_id), most)


def _head(why: Why) -> Says:
    return Says(why.head("en"), why.head("zh"))
