"""Measures of work (过程指标): visits, joint visits, records, knowledge and skill, satisfaction, compliance."""

from __future__ import annotations

from pharmasales.display import Says
from pharmasales.evaluation.measures.figures import FIGURES
from pharmasales.evaluation.measures.measure import Measure
from pharmasales.rules import Ratio, Sum

__all__ = ["ACTIVITY"]

_FIELDS = {name: kind.term for name, kind in FIGURES.items()}


def _part(name: str, en: str, zh: str, part: str, whole: str, source: str, counts: str = "quality") -> Measure:
    """Return a measure that is one figure over another, said in their own words."""
    one, other = FIGURES[part].says, FIGURES[whole].says
    says = Says(f"{one.en} / {other.en}", f"{one.zh} / {other.zh}")
    return Measure(
        name=name, en=en, zh=zh, formula=Ratio(_FIELDS[part], _FIELDS[whole]), says=says, source=source, counts=counts
    )


def _mean(name: str, en: str, zh: str, points: str, count: str, source: str, counts: str = "quality") -> Measure:
    """Return a measure that is the mean of points given."""
    what = FIGURES[count].says
    return Measure(
        name=name,
        en=en,
        zh=zh,
        formula=Ratio(_FIELDS[points], _FIELDS[count]),
        says=Says(f"sum of points / {what.en}", f"得分合计 / {what.zh}"),
        source=source,
        kind="number",
        unit=Says("points", "分"),
        counts=counts,
    )


_VISITS = (
    Measure(
        name="coverage",
        en="Coverage",
        zh="覆盖率",
        formula=Ratio(_FIELDS["seen_customers"], _FIELDS["target_customers"]),
        says=Says("target customers seen at least once / target customers", "至少拜访一次的目标客户 / 目标客户"),
        source="P2-C, E13",
        counts="activity",
    ),
    Measure(
        name="frequency",
        en="Call frequency attainment",
        zh="频率达成率",
        formula=Ratio(_FIELDS["capped_visits"], _FIELDS["planned_visits"]),
        says=Says("sum of min(made, planned) / sum of planned", "Σ min(实际, 计划) / Σ 计划"),
        source="P2-C, E13",
        counts="activity",
    ),
    Measure(
        name="frequency_raw",
        en="Call frequency attainment, uncapped",
        zh="频率达成率（不封顶）",
        formula=Ratio(_FIELDS["made_visits"], _FIELDS["planned_visits"]),
        says=Says("sum of made / sum of planned", "Σ 实际 / Σ 计划"),
        source="P2-C, E13",
        better="neutral",
        counts="activity",
    ),
    _part("reached", "Reached", "达标客户占比", "complete_customers", "target_customers", "P2-C, E13", "activity"),
    Measure(
        name="call_rate",
        en="Call rate",
        zh="日均拜访",
        formula=Ratio(_FIELDS["made_visits"], _FIELDS["field_days"]),
        says=Says("visits made / field days", "实际拜访 / 外勤天数"),
        source="P2-C",
        kind="number",
        unit=Says("visits a day", "次/天"),
        counts="activity",
    ),
    _part("plan_adherence", "Plan adherence", "计划执行率", "kept_visits", "planned_visits", "S004-49", "activity"),
    _mean("visit_quality", "Quality of visits", "拜访质量", "visit_points", "rated_visits", "S004-52, S003-5"),
    _part("report_truth", "Verified visits", "拜访核实率", "verified_visits", "checked_visits", "S004-53"),
)

_JOINT = (
    Measure(
        name="joint_effect",
        en="Effect of joint visits",
        zh="协访效果",
        formula=Ratio(Sum([_FIELDS["points_after"]], less=[_FIELDS["points_before"]]), _FIELDS["joint_visits"]),
        says=Says("(points after - points before) / joint visits", "（协访后评分 - 协访前评分）/ 协访次数"),
        source="S003-2",
        kind="number",
        unit=Says("points a joint visit", "分/次"),
    ),
    _part("advice_adopted", "Suggestions adopted", "建议采纳率", "adopted", "suggestions", "S003-2"),
)

_RECORDS = (
    _part(
        "stock_quality",
        "Quality of stock records",
        "库存数据质量",
        "balanced_cards",
        "stock_cards",
        "S004-52, P2-F",
        "distribution",
    ),
    _part(
        "flow_quality",
        "Quality of flow records",
        "流向数据质量",
        "good_flow_lines",
        "flow_lines",
        "S003-6, P2-F",
        "distribution",
    ),
    _mean("report_quality", "Quality of reports", "报告质量", "report_points", "rated_reports", "S004-52"),
    _part("report_timeliness", "Reports in time", "报告及时率", "reports_in_time", "reports_due", "S004-50, S004-52"),
)

_PEOPLE = (
    _mean(
        "knowledge",
        "Knowledge tests",
        "知识测试",
        "knowledge_points",
        "knowledge_tests",
        "S002-22, S004-24",
        "knowledge",
    ),
    _mean("skill", "Skill tests", "技巧测试", "skill_points", "skill_tests", "S002-23, S004-24", "knowledge"),
    _mean(
        "satisfaction", "Customer satisfaction", "客户满意度", "answer_points", "answers", "S004-51, S004-68", "service"
    ),
    _part("compliance", "Compliance score", "合规得分", "clean_activities", "activities", "P2-C", "compliance"),
)

ACTIVITY = (*_VISITS, *_JOINT, *_RECORDS, *_PEOPLE)
"""How the work was done, in the order of the registry."""
