"""The stages of an agent's development (发展阶段): 招商 > 找商 > 助商 > 领商, what each asks for and what shows it.

The names and their order are the trade's; what each stage asks for is ours, and data: give a guide of yours where it
differs. The stage says how far the work with an agent has come, not how good the agent is.

>>> [(name, stage.says.zh, list(stage.asks)) for name, stage in DEVELOPMENT.items()][:2]
[('attract', '招商', ['known', 'met']), ('find', '找商', ['selected', 'agreed'])]

Source: S003-7.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from attrs import field, frozen

from pharmasales.classification.grade import Grade
from pharmasales.classification.schemes.agents import DEALER_STAGE, DEALER_STAGES
from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadRule
from pharmasales.names import nearest

__all__ = ["DEVELOPMENT", "Guide", "StageAsk", "StageGuide", "known_stage", "stage_grade", "stage_table"]


@frozen
class StageAsk:
    """One thing that a stage asks for (阶段要求).

    Args:
        says: what.
        shown_by: what shows it.
    """

    says: Says
    shown_by: Says


@frozen
class StageGuide:
    """One stage: its name, its aim, and what must be shown before an agent stands there.

    Args:
        says: its name.
        aim: what the work aims at.
        asks: what it asks for, by key.
    """

    says: Says
    aim: Says
    asks: Mapping[str, StageAsk] = field(hash=False)


Guide: TypeAlias = Mapping[str, StageGuide]
"""The stages by their key, in their order."""

DEVELOPMENT: Guide = MappingProxyType(
    {
        "attract": StageGuide(
            DEALER_STAGES["attract"],
            Says("win the agent's interest", "吸引代理商"),
            {
                "known": StageAsk(
                    Says("the file is open and the licence is checked", "已建档并核验资质"),
                    Says("the file and the verdict of the gate", "档案与合规裁定"),
                ),
                "met": StageAsk(Says("met in person", "已面谈"), Says("a visit", "拜访记录")),
            },
        ),
        "find": StageGuide(
            DEALER_STAGES["find"],
            Says("choose the agent that fits the market", "按市场选定合适的代理商"),
            {
                "selected": StageAsk(
                    Says("selected by assessment", "经评估选定"), Says("the selection, with its reasons", "选择评估表")
                ),
                "agreed": StageAsk(
                    Says("scope and term are agreed", "已约定范围与期限"), Says("the signed agreement", "已签协议")
                ),
            },
        ),
        "help": StageGuide(
            DEALER_STAGES["help"],
            Says("help the agent to sell", "帮助代理商销售"),
            {
                "plan": StageAsk(
                    Says("a plan made together, with duties and costs shared", "共同计划，明确分工与费用"),
                    Says("the plan, signed by both", "双方签字的计划"),
                ),
                "trained": StageAsk(Says("its people are trained", "人员已培训"), Says("a training given", "培训记录")),
                "paid": StageAsk(
                    Says("the first orders are shipped and paid", "首批订单已发货并回款"),
                    Says("the receipt", "回款凭证"),
                ),
            },
        ),
        "lead": StageGuide(
            DEALER_STAGES["lead"],
            Says("develop the market together", "共同开发市场"),
            {
                "shared": StageAsk(
                    Says("it reports stock and flow every month", "每月上报库存与流向"), Says("its report", "月报")
                ),
                "managed": StageAsk(
                    Says("the market is managed together", "共同管理市场"),
                    Says("a joint visit with an effect, or a review held together", "有效协访或共同回顾"),
                ),
                "kept": StageAsk(
                    Says("the agreement of the year is fulfilled", "年度协议已完成"), Says("the fulfilment", "完成率")
                ),
            },
        ),
    }
)
"""The four stages of S003-7; the asks are ours."""

_LETTERS = dict(zip(DEVELOPMENT, reversed(DEALER_STAGE.scheme.letters), strict=True))


def known_stage(stage: str, where: str, guide: Guide = DEVELOPMENT) -> str:
    """Let the key of a stage pass.

    >>> known_stage("finding", "move")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: no such stage @ move; did you mean "find"? [agents.stage]

    Raises:
        BadRule: an unknown stage.
    """
    if stage not in guide:
        raise BadRule("no such stage", where=where, hint=nearest(str(stage), guide), code="agents.stage")
    return stage


def stage_grade(stage: str) -> Grade:
    """Return a stage as a grade of the scheme `dealer_stage`, to filter and to compare.

    >>> stage_grade("lead") > stage_grade("help"), str(stage_grade("attract"))
    (True, 'recruited (dealer_stage)')

    Raises:
        BadRule: a stage that is not one of the four.
    """
    return DEALER_STAGE.scheme.grade(_LETTERS[known_stage(stage, "stage")])


def stage_table(guide: Guide = DEVELOPMENT) -> Table:
    """Return what each stage asks for: stage, aim, key, what is asked, what shows it."""
    rows = [
        (stage.says, stage.aim, key, ask.says, ask.shown_by)
        for stage in guide.values()
        for key, ask in stage.asks.items()
    ]
    return Table("agent_stages", Says("What each stage asks for", "各阶段要求"), _COLUMNS, rows)


_COLUMNS = (
    Column("stage", "Stage", "阶段"),
    Column("aim", "Aim", "目的"),
    Column("ask", "Key", "键"),
    Column("what", "What is asked for", "要求"),
    Column("shown_by", "What shows it", "依据"),
)
