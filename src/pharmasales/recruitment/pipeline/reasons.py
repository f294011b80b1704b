"""Reasons (原因): why a signed contract is not executed, and why a prospect is lost; each with what to do and when.

The lists are data with defaults: the trade names the task (find the true reason, remove doubts), the wording and the
days are ours. Give your own mapping where yours differ.

>>> IDLE_REASONS["doubt"].answer.text(), LOST_REASONS["rival"].again_after
('show facts and references, and offer a first small order', 90)

Source: S000-21 (true reason, remove doubts, rivals may take them).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from attrs import field, frozen

from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadRule
from pharmasales.names import nearest

__all__ = ["IDLE_REASONS", "LOST_REASONS", "Reason", "Reasons", "known_reason", "reason_table"]


def _days(days: int | None) -> int | None:
    if days is not None and (type(days) is not int or days < 0):
        raise BadRule("days are a whole number", where="again_after", hint="0 or more, or none", code="pipeline.reason")
    return days


@frozen
class Reason:
    """One reason, what answers it, and when to come back (原因、对策、再跟进).

    Args:
        says: the reason, in both languages.
        answer: what to do about it.
        again_after: come back after so many days: working days for an idle contract, calendar days for a lost
            prospect; `None` means never.

    Raises:
        BadRule: days below zero.
    """

    says: Says
    answer: Says
    again_after: int | None = field(converter=_days)


Reasons: TypeAlias = Mapping[str, Reason]
"""A list of reasons by key."""

IDLE_REASONS: Reasons = MappingProxyType(
    {
        "doubt": Reason(
            Says("doubts about the product", "对产品有疑虑"),
            Says("show facts and references, and offer a first small order", "提供资料和样板客户，建议首批小单"),
            3,
        ),
        "price": Reason(
            Says("price or policy", "价格或政策"),
            Says("go through the sums together, within what the policy allows", "共同测算，在政策允许内答复"),
            3,
        ),
        "papers": Reason(
            Says("licence or first-deal papers are missing", "资质或首营资料不全"),
            Says("list the missing papers and fetch them", "列明缺项并协助补齐"),
            2,
        ),
        "listing": Reason(
            Says("not on the tender or hospital list yet", "尚未中标或进院"),
            Says("agree who does what for the listing, and by when", "商定挂网、进院的分工和时间"),
            10,
        ),
        "money": Reason(
            Says("short of money", "资金不足"),
            Says("agree on a smaller first order with a date", "商定较小的首单和日期"),
            5,
        ),
        "stock": Reason(
            Says("still sells other stock", "仍在消化其他库存"),
            Says("agree the day on which the first order is due", "商定首单日期"),
            10,
        ),
        "rival": Reason(
            Says("a rival is courting them", "竞争对手介入"),
            Says("visit at once with the manager", "会同经理立即拜访"),
            1,
        ),
        "people": Reason(
            Says("no people to promote it", "缺少推广人员"),
            Says("offer training and a joint visit", "提供培训和协访"),
            5,
        ),
    }
)
"""Why a signed contract is not executed; the days are working days to the next chase."""

LOST_REASONS: Reasons = MappingProxyType(
    {
        "silent": Reason(
            Says("no answer", "无回应"),
            Says("try another channel or an introduction", "换渠道或请人引荐"),
            60,
        ),
        "price": Reason(
            Says("price or policy", "价格或政策"),
            Says("come back when price or policy change", "政策调整后再联系"),
            90,
        ),
        "rival": Reason(
            Says("went to a rival", "转向竞争对手"),
            Says("come back before that term ends", "在其协议到期前再联系"),
            90,
        ),
        "product": Reason(
            Says("the product does not fit", "产品不合适"),
            Says("offer another product", "推荐其他产品"),
            180,
        ),
        "territory": Reason(
            Says("the territory is taken", "区域已有代理"),
            Says("offer another territory or product", "推荐其他区域或产品"),
            90,
        ),
        "means": Reason(
            Says("lacks licence, money or people", "资质、资金或人员不足"),
            Says("ask again when it has them", "条件具备后再谈"),
            180,
        ),
        "conduct": Reason(
            Says("broke the agreement", "违反协议"),
            Says("do not take up again without the manager", "未经经理同意不再合作"),
            None,
        ),
        "refused": Reason(
            Says("asked not to be contacted", "要求不再联系"),
            Says("do not contact; delete what need not be kept", "不再联系，删除无须保留的资料"),
            None,
        ),
        "closed": Reason(
            Says("gave up business", "停业"),
            Says("close the file", "归档"),
            None,
        ),
    }
)
"""Why a prospect is lost; the days are calendar days to the win-back."""


def known_reason(key: str, reasons: Reasons, where: str) -> Reason:
    """Return a reason of a list, or refuse an unknown key.

    >>> known_reason("mony", IDLE_REASONS, "reason")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: no reason of the list @ reason; did you mean "money"? [pipeline.reason]

    Raises:
        BadRule: not in the list.
    """
    if key not in reasons:
        hint = nearest(str(key), reasons)
        raise BadRule("no reason of the list", where=where, hint=hint, code="pipeline.reason")
    return reasons[key]


def reason_table(reasons: Reasons) -> Table:
    """Return key, reason, what to do, days, a row each.

    >>> len(reason_table(LOST_REASONS))
    9
    """
    columns = (
        Column("reason", "Reason", "原因"),
        Column("says", "In words", "说明"),
        Column("answer", "What to do", "对策"),
        Column("again_after", "Days to the next try", "再跟进天数", "number"),
    )
    rows = [(key, one.says, one.answer, one.again_after) for key, one in reasons.items()]
    return Table("pipeline_reasons", Says("Reasons and answers", "原因与对策"), columns, rows)
