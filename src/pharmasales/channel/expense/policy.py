"""Who approves expenses, when an alert is due, and what is done then (费用审批与超支预案).

>>> for step in EXPENSE_POLICY.playbook["over"][:2]:
...     print(step.text())
1. manager: stop new commitments of this budget, within 0 days
2. asker: close commitments that will not be spent, within 2 days

Source: S004-57 (超预算); the steps are the library's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.channel.approving import approver_ids, named_approver
from pharmasales.display import Lang, Says
from pharmasales.errors import BadRule
from pharmasales.units import share

__all__ = ["EXPENSE_ALERTS", "EXPENSE_POLICY", "ExpenseAlertKey", "ExpensePolicy", "ExpenseStep"]

ExpenseAlertKey: TypeAlias = Literal["over", "near", "unbudgeted"]

EXPENSE_ALERTS: Mapping[ExpenseAlertKey, Says] = MappingProxyType(
    {
        "over": Says("over budget", "超预算"),
        "unbudgeted": Says("no budget", "无预算"),
        "near": Says("nearly used up", "预算将尽"),
    }
)
"""The kinds of alert, the worst first."""


@frozen
class ExpenseStep:
    """One step of the playbook (预案步骤): who does what by when.

    Args:
        order: its place, from 1.
        who: whose step it is.
        what: what to do.
        within: within how many days after the alert, 0 or more.

    Raises:
        BadRule: days below 0.
    """

    order: int
    who: Says
    what: Says
    within: int

    def __attrs_post_init__(self) -> None:
        if type(self.within) is not int or self.within < 0:
            raise BadRule("days below 0", where="within", hint="0 is the same day", code="expense.playbook")

    def text(self, lang: Lang = "en") -> str:
        """Return the step in one line."""
        if lang == "zh":
            return f"{self.order}. {self.who.zh}：{self.what.zh}，{self.within} 天内"
        return f"{self.order}. {self.who.en}: {self.what.en}, within {self.within} days"


_MANAGER, _ASKER, _FINANCE = Says("manager", "经理"), Says("asker", "申请人"), Says("finance", "财务")

_PLAYBOOK: Mapping[ExpenseAlertKey, tuple[ExpenseStep, ...]] = MappingProxyType(
    {
        "over": (
            ExpenseStep(1, _MANAGER, Says("stop new commitments of this budget", "停止该预算的新申请"), 0),
            ExpenseStep(2, _ASKER, Says("close commitments that will not be spent", "释放不再执行的占用"), 2),
            ExpenseStep(3, _ASKER, Says("explain the overspending with its papers", "附单据说明超支原因"), 3),
            ExpenseStep(
                4, _MANAGER, Says("revise the plan, or ask for a change of budget", "调整计划或申请追加预算"), 5
            ),
            ExpenseStep(5, _FINANCE, Says("decide on the change and check the papers", "审核追加与单据"), 7),
        ),
        "unbudgeted": (
            ExpenseStep(1, _MANAGER, Says("stop spending on it", "停止支出"), 0),
            ExpenseStep(2, _ASKER, Says("explain it with its papers", "附单据说明"), 3),
            ExpenseStep(3, _FINANCE, Says("name the budget that pays, or refuse it", "指定预算或拒付"), 7),
        ),
        "near": (
            ExpenseStep(1, _ASKER, Says("list what is still to come", "列出后续费用"), 3),
            ExpenseStep(2, _MANAGER, Says("put it in order of output, and drop the last", "按产出排序，取消末位"), 5),
        ),
    }
)


@frozen
class ExpensePolicy:
    """Who approves, and when there is an alert (费用制度).

    Args:
        approvers: the ids of those who may approve; nobody may where none is named.
        may_go_over: the ids of those of them who may approve more than is free.
        near: the share of a budget that is spent and reserved from which it is nearly used up, included.
        playbook: what is done, by kind of alert.

    Raises:
        BadRule: a share out of 0 to 100 %, somebody who may go over but not approve, or an alert without its steps.
    """

    approvers: frozenset[str] = field(default=frozenset(), converter=approver_ids)
    may_go_over: frozenset[str] = field(default=frozenset(), converter=approver_ids)
    near: Fraction = field(default=Fraction(9, 10), converter=share)
    playbook: Mapping[ExpenseAlertKey, tuple[ExpenseStep, ...]] = field(default=_PLAYBOOK, repr=False, hash=False)

    def __attrs_post_init__(self) -> None:
        if not 0 < self.near <= 1:
            raise BadRule("a share out of range", where="near", hint="above 0 %, at most 100 %", code="expense.near")
        if not self.may_go_over <= self.approvers:
            hint = "name them among the approvers"
            raise BadRule("goes over but does not approve", where="may_go_over", hint=hint, code="expense.approver")
        if self.playbook.keys() != EXPENSE_ALERTS.keys():
            hint = f"give steps for {', '.join(EXPENSE_ALERTS)}"
            raise BadRule("an alert without its steps", where="playbook", hint=hint, code="expense.playbook")

    def approver(self, by: str, where: str) -> str:
        """Let the id of a named approver pass.

        Raises:
            BadRule: anybody else.
        """
        return named_approver(by, self.approvers, where, "expense")


EXPENSE_POLICY = ExpensePolicy()
"""An alert from 90 % used; nobody is named as an approver yet."""
