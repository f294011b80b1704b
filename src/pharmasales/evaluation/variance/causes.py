"""Causes of a severe deviation and what helps (偏差原因与应对): sales behind schedule, and expense over budget.

>>> [cause.says.en for cause in causes_of("over_budget")][:2]
['more use than the budget was made for', 'a higher rate than in the budget']
>>> CAUSES["product_knowledge"].cures
('training',)
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRule
from pharmasales.names import nearest

__all__ = ["CAUSES", "CURES", "KINDS", "Cause", "Cure", "DeviationKind", "cause_table", "causes_of"]

DeviationKind: TypeAlias = Literal["behind", "over_budget"]
"""The two cases (S004-57): sales behind schedule, expense over budget."""

Cure: TypeAlias = Literal["training", "talk", "action", "plan"]
"""What helps against a cause."""

CURES: Mapping[str, Says] = MappingProxyType(
    {
        "training": Says("training", "培训"),
        "talk": Says("a talk", "面谈"),
        "action": Says("an action with owner and date", "限期措施"),
        "plan": Says("a revised goal or plan, with the consent of rep and manager", "经代表与经理同意后调整目标或计划"),
    }
)
"""What helps, in the order in which it is tried.

Training, a talk and a revised plan are the source's (S004-56); an action is its "measure" (S004-23).
"""

KINDS: Mapping[str, Says] = MappingProxyType(
    {"behind": Says("sales behind schedule", "销售落后进度"), "over_budget": Says("expense over budget", "费用超预算")}
)
"""The two cases in both languages."""


@frozen
class Cause:
    """One cause to choose from (偏差原因).

    Args:
        key: the name that programs know it by.
        kind: which case it is a cause of.
        says: what it is.
        shown_by: which evidence shows it.
        cures: what helps, in the order in which it is tried: keys of `CURES`.
        source: where the cause comes from; "" where it follows from the exact split alone.

    Raises:
        BadRule: an unknown case or cure.
    """

    key: str
    kind: DeviationKind
    says: Says
    shown_by: Says
    cures: tuple[Cure, ...]
    source: str = ""

    def __attrs_post_init__(self) -> None:
        for word, known in ((self.kind, KINDS), *((cure, CURES) for cure in self.cures)):
            if word not in known:
                hint = nearest(str(word), known)
                raise BadRule("unknown word", where=f"cause {self.key!r}", hint=hint, code="variance.cause")


def _behind(key: str, en: str, zh: str, shown: tuple[str, str], cures: tuple[Cure, ...], source: str) -> Cause:
    return Cause(key, "behind", Says(en, zh), Says(*shown), cures, source)


def _over(key: str, en: str, zh: str, shown: tuple[str, str], cures: tuple[Cure, ...], source: str = "") -> Cause:
    return Cause(key, "over_budget", Says(en, zh), Says(*shown), cures, source)


_LISTED = (
    _behind(
        "product_knowledge",
        "too little knowledge of the product",
        "产品知识不足",
        ("knowledge test below its cut", "产品知识测试低于标准"),
        ("training",),
        "S004-24",
    ),
    _behind(
        "selling_skill",
        "too little selling skill",
        "销售技巧不足",
        ("notes of joint visits, visits without an outcome", "协访记录、拜访无结果"),
        ("training",),
        "S004-24",
    ),
    _behind(
        "own_qualities",
        "attitude, effort, self-discipline",
        "自身素质（态度、努力、自律）",
        ("a talk, field days, punctual reports", "面谈、外勤天数、报告及时性"),
        ("talk",),
        "S004-24",
    ),
    _behind(
        "plan_not_followed",
        "the plan was not followed",
        "未按计划执行",
        ("planned visits beside those made", "计划拜访与实际拜访对比"),
        ("talk",),
        "S004-49",
    ),
    _behind(
        "frequency_low",
        "customers seen too seldom",
        "拜访频率不足",
        ("frequency by class: expected, reported, verified", "分级频率：要求、上报、核实"),
        ("talk", "action"),
        "S004-52, S004-53",
    ),
    _behind(
        "wrong_customers",
        "visits to the wrong hospitals and doctors",
        "医院、医生选择不当",
        ("coverage by class, grades beside potential", "分级覆盖率、级别与潜力对比"),
        ("training", "action"),
        "S004-52",
    ),
    _behind(
        "out_of_stock",
        "no stock at the dealer or the hospital",
        "商业或医院断货",
        ("stock counted, flow", "库存清点、流向"),
        ("action",),
        "S004-52",
    ),
    _behind(
        "rival",
        "a rival won ground",
        "竞品抢占",
        ("share, reports on rivals, lost customers of the split", "份额、竞品报告、差异中的流失客户"),
        ("action",),
        "S004-52",
    ),
    _behind(
        "price_or_returns",
        "price or returns, not volume",
        "价格或退货所致，非销量",
        ("price and returns of the split", "差异中的价格、退货"),
        ("action",),
        "",
    ),
    _behind(
        "uncontrollable",
        "outside the rep's reach: patients buy elsewhere, hospital or policy changed",
        "不可控：患者外购、医院或政策变化",
        ("a dated event, the same deviation at neighbours", "有日期的事件、相邻区域同样偏差"),
        ("plan", "action"),
        "S004-65",
    ),
    _behind(
        "goal_wrong",
        "the goal does not fit the potential",
        "目标与潜力不符",
        ("goal beside potential and history", "目标与潜力、历史对比"),
        ("plan",),
        "S004-56, S004-65",
    ),
    _over(
        "use_high",
        "more use than the budget was made for",
        "用量超预算",
        ("use of the split", "差异中的用量"),
        ("talk", "action"),
    ),
    _over(
        "rate_high",
        "a higher rate than in the budget",
        "费率高于预算",
        ("rate of the split", "差异中的费率"),
        ("talk", "action"),
    ),
    _over(
        "unbudgeted",
        "spent without a budget",
        "无预算支出",
        ("the part not budgeted of the split", "差异中的无预算部分"),
        ("talk", "plan"),
    ),
    _over(
        "too_early",
        "spent earlier in the period than planned",
        "支出早于计划",
        ("budget of the rest of the period", "期内剩余预算"),
        ("action", "plan"),
        "S004-57",
    ),
    _over(
        "plan_exceeded",
        "activities beyond the plan",
        "活动超出计划",
        ("activities planned beside those made", "计划活动与实际活动对比"),
        ("talk",),
        "S004-49",
    ),
    _over(
        "budget_wrong",
        "the budget does not fit the plan",
        "预算与计划不符",
        ("budget rate x planned use beside the budget", "预算费率 × 计划用量与预算对比"),
        ("plan",),
        "S004-56",
    ),
)

CAUSES: Mapping[str, Cause] = MappingProxyType({cause.key: cause for cause in _LISTED})
"""Every cause by its key. A company adds its own: `{**CAUSES, "my_cause": Cause(...)}`."""


def causes_of(kind: DeviationKind, causes: Mapping[str, Cause] = CAUSES) -> list[Cause]:
    """Return the causes of one case, in the order in which they are looked at.

    Args:
        kind: `behind` or `over_budget`.
        causes: the list to choose from.

    Source: S004-23, S004-24, S004-56, S004-57.

    Raises:
        BadRule: another case.
    """
    if kind not in KINDS:
        raise BadRule("unknown case", where="kind", hint=nearest(str(kind), KINDS), code="variance.cause")
    return [cause for cause in causes.values() if cause.kind == kind]


def cause_table(kind: DeviationKind, causes: Mapping[str, Cause] = CAUSES) -> Table:
    """Return the playbook of one case (应对手册): key, cause, what shows it, what helps, source.

    Raises:
        BadRule: another case.
    """
    rows: list[tuple[Cell, ...]] = [
        (cause.key, cause.says, cause.shown_by, _joined(cause.cures), cause.source) for cause in causes_of(kind, causes)
    ]
    return Table("playbook", Says(f"Playbook: {KINDS[kind].en}", f"应对手册：{KINDS[kind].zh}"), _COLUMNS, rows)


def _joined(cures: tuple[Cure, ...]) -> Says:
    says = [CURES[cure] for cure in cures]
    return Says("; ".join(one.en for one in says), "；".join(one.zh for one in says))


_COLUMNS = (
    Column("key", "Key", "代码"),
    Column("cause", "Cause", "原因"),
    Column("shown_by", "Shown by", "依据"),
    Column("cures", "What helps", "应对"),
    Column("source", "Source", "来源"),
)
