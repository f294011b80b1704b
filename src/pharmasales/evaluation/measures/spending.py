"""Measures of expense (费用指标): against the budget, what it brought, and what a visit and a customer cost.

Output over input and return on investment are two measures with two names: 8.26 and 726 % are one and the same year. To
the compliance gate both count sales, as they rise with them.
"""

from __future__ import annotations

from pharmasales.display import Says
from pharmasales.evaluation.measures.figures import FIGURES
from pharmasales.evaluation.measures.measure import Measure
from pharmasales.rules import Ratio, Sum

__all__ = ["NET", "SPENDING"]

_FIELDS = {name: kind.term for name, kind in FIGURES.items()}
_CALLS = Sum([_FIELDS["made_visits"], _FIELDS["other_visits"]])
NET = Sum([_FIELDS["gross"]], less=[_FIELDS["returns"]])
"""Net sales: sales less returns (S004-58)."""

SPENDING = (
    Measure(
        name="budget_use",
        en="Expense against budget",
        zh="费用预算执行率",
        formula=Ratio(_FIELDS["cost"], _FIELDS["budget"]),
        says=Says("cost / budget", "费用 / 预算"),
        source="S004-49, S004-53",
        better="less",
        counts="cost",
    ),
    Measure(
        name="output_input",
        en="Output over input",
        zh="投入产出比",
        formula=Ratio(NET, _FIELDS["cost"]),
        says=Says(
            "net sales / all promotion and sales cost: pay, commission, travel, rent, bonus, samples",
            "净销售额 / 全部推广与销售费用（工资、提成、差旅、房租、奖金、样品）",
        ),
        source="S004-58, S004-67, E34",
        kind="number",
        unit=Says("times", "倍"),
        counts="sales",
    ),
    Measure(
        name="roi",
        en="Return on investment",
        zh="投资回报率",
        formula=Ratio(Sum(NET.of, less=[*NET.less, _FIELDS["cost"]]), _FIELDS["cost"]),
        says=Says(
            "(net sales - cost) / cost, which is output over input less 1",
            "（净销售额 - 费用）/ 费用，即投入产出比 - 1",
        ),
        source="P2-C",
        counts="sales",
    ),
    Measure(
        name="cost_per_call",
        en="Cost per call",
        zh="单次拜访费用",
        formula=Ratio(_FIELDS["cost"], _CALLS),
        says=Says("cost / all visits made", "费用 / 全部实际拜访"),
        source="P2-C",
        kind="number",
        unit=Says("money a visit", "元/次"),
        better="less",
        counts="cost",
    ),
    Measure(
        name="cost_per_customer",
        en="Cost per customer reached",
        zh="单个客户触达费用",
        formula=Ratio(_FIELDS["cost"], _FIELDS["seen_customers"]),
        says=Says("cost / target customers seen", "费用 / 已访目标客户"),
        source="P2-C",
        kind="number",
        unit=Says("money a customer", "元/人"),
        better="less",
        counts="cost",
    ),
)
"""What was spent, in the order of the registry."""
