"""Kinds of goal (目标类型): the seven of the trade, what goals are measured in, the phases of a market, linked ranks.

What a kind and a measure tell the compliance gate stands here in the gate's own words; what follows from them is law
and stands in its policies.

>>> GOAL_KINDS["hospital_development"].says.zh, GOAL_KINDS["doctor_development"].sensitive
('医院开发', True)
>>> GOAL_MEASURES["hospitals_opened"].unit
Unit(code='HOSPITAL', decimals=0, en='hospital', zh='家')

Source: S004-28, S004-34, S004-36, S004-48.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.compliance.words import MEASURES
from pharmasales.display import Says
from pharmasales.errors import BadRule
from pharmasales.names import nearest, normal_id
from pharmasales.units import BOX, CNY, DOCTOR, HOSPITAL, VISIT, Unit

__all__ = ["GOAL_KINDS", "GOAL_MEASURES", "PERCENT", "PHASES", "RANKS", "GoalKind", "GoalMeasure", "Phase", "Rank"]

Names: TypeAlias = Literal["product", "customer", "either", "owner"]
Phase: TypeAlias = Literal["points", "volume", "scale"]
Rank: TypeAlias = Literal["goal", "plan", "strategy", "tactic"]

PERCENT = Unit("PERCENT", 2, "per cent", "%")
"""Shares and growth as goals: `Amount.of("12.50", PERCENT)` is 12.50 %."""

PHASES: Mapping[str, Says] = MappingProxyType(
    {
        "points": Says("phase 1: open points", "一期：开发点"),
        "volume": Says("phase 2: grow volume", "二期：开发量"),
        "scale": Says("phase 3: reach scale", "三期：开发规模"),
    }
)
"""The phases in which a territory or a product is developed, in order (S004-34)."""

RANKS: Mapping[str, Says] = MappingProxyType(
    {
        "goal": Says("goal", "目标"),
        "plan": Says("plan", "计划"),
        "strategy": Says("strategy", "策略"),
        "tactic": Says("tactic", "战术"),
    }
)
"""What serves what, from the top: a tactic a strategy, a strategy a plan, a plan a goal (S004-48)."""


@frozen
class GoalKind:
    """One of the kinds of goal (目标类型).

    Args:
        name: the word that programs use.
        says: its name in both languages.
        names: what a specific goal of this kind must name: a `product`, a `customer`, `either`, or the `owner` alone.
        level: down to whom it counts, in a word of the compliance gate.
        sensitive: whether the law looks closely at it, so that the gate must be asked before it is given.
    """

    name: str
    says: Says = field(eq=False)
    names: Names = "either"
    level: str = "organisation"
    sensitive: bool = False


_KINDS = (
    GoalKind("product", Says("product", "产品"), "product"),
    GoalKind("region_development", Says("development of the region", "区域开发"), "owner"),
    GoalKind("hospital_development", Says("development of hospitals", "医院开发"), "customer", "hospital"),
    GoalKind("department_development", Says("development of departments", "科室开发"), "customer", "department"),
    GoalKind("doctor_development", Says("development of doctors", "医生开发"), "customer", "doctor", sensitive=True),
    GoalKind("sales", Says("sales", "销售额")),
    GoalKind("receipts", Says("receipts", "回款")),
)

GOAL_KINDS: Mapping[str, GoalKind] = MappingProxyType({kind.name: kind for kind in _KINDS})
"""The seven kinds by name (S004-36)."""


def _word(text: str) -> str:
    if text not in MEASURES:
        raise BadRule(
            "not a word of the compliance gate", where="measure", hint=nearest(text, MEASURES), code="goals.word"
        )
    return text


@frozen
class GoalMeasure:
    """What a goal is measured in: a name with its unit (目标指标).

    Args:
        name: its name.
        says: its name in both languages.
        unit: what it is counted in; none for what is judged, not counted.
        counts: what it counts, in a word of the compliance gate, such as `sales` or `development`.

    >>> from pharmasales.units import CUSTOMER
    >>> GoalMeasure("agents_signed", Says("agents signed", "签约代理商"), CUSTOMER, "development").unit.code
    'CUSTOMER'

    Raises:
        BadRule: a word that the gate does not know.
    """

    name: str = field(converter=normal_id)
    says: Says = field(eq=False)
    unit: Unit | None
    counts: str = field(converter=_word)


_MEASURES = (
    GoalMeasure("sales", Says("sales", "销售额"), CNY, "sales"),
    GoalMeasure("boxes", Says("boxes sold", "销售量"), BOX, "sales"),
    GoalMeasure("receipts", Says("receipts", "回款"), CNY, "receipts"),
    GoalMeasure("market_share", Says("market share", "市场占有率"), PERCENT, "share"),
    GoalMeasure("growth", Says("growth", "增长率"), PERCENT, "sales"),
    GoalMeasure("hospitals_opened", Says("hospitals opened", "开发医院数"), HOSPITAL, "development"),
    GoalMeasure("doctors_developed", Says("doctors developed", "开发医生数"), DOCTOR, "development"),
    GoalMeasure("visits", Says("visits", "拜访次数"), VISIT, "activity"),
    GoalMeasure("training", Says("standard of training", "培训标准"), None, "quality"),
    GoalMeasure("distribution", Says("distribution", "分销"), None, "distribution"),
)

GOAL_MEASURES: Mapping[str, GoalMeasure] = MappingProxyType({measure.name: measure for measure in _MEASURES})
"""Ready-made measures by name; `GoalMeasure(...)` makes any other (S004-28, S004-51)."""
