"""Why an order is held (扣单原因), what to do, and who may let it pass.

>>> HOLDS["over_limit"].may_release, HOLDS["trade"].may_release
(True, False)
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen

from pharmasales.display import Column, Says, Table

__all__ = ["HOLDS", "HoldReason", "hold_table"]


@frozen
class HoldReason:
    """One reason to hold an order (扣单原因).

    Args:
        key: its name.
        says: what it is.
        cure: what to do.
        may_release: whether a named approver may let the order pass in spite of it; never against the law.
    """

    key: str
    says: Says
    cure: Says
    may_release: bool = True


HOLDS: Mapping[str, HoldReason] = MappingProxyType(
    {
        one.key: one
        for one in (
            HoldReason(
                "trade",
                Says("the goods may not be sold or shipped to this party", "不得向该方开票或发货"),
                Says(
                    "file a licensed firm with a valid licence; nobody releases this", "登记持有效证照的企业；不可放行"
                ),
                may_release=False,
            ),
            HoldReason(
                "trouble",
                Says("a trouble sign stops shipping", "危险信号停止发货"),
                Says("do what the sign asks for, and let an approver clear it", "按信号处置，由审批人解除"),
            ),
            HoldReason(
                "overdue",
                Says("invoices are overdue", "有逾期欠款"),
                Says("collect the oldest first", "先收最久欠款"),
            ),
            HoldReason(
                "no_limit",
                Says("no limit was set", "未设额度"),
                Says("propose one, or ask for payment in advance", "拟定额度，或改为预付款"),
            ),
            HoldReason(
                "not_approved",
                Says("the limit is not approved", "额度未批准"),
                Says("ask an approver, or for payment in advance", "请审批人批准，或改为预付款"),
            ),
            HoldReason(
                "not_yet",
                Says("the limit begins later", "额度尚未生效"),
                Says("wait for its first day, or ask for payment in advance", "待生效日，或改为预付款"),
            ),
            HoldReason(
                "expired",
                Says("the limit has expired", "额度已过期"),
                Says("propose another, or ask for payment in advance", "重新拟定，或改为预付款"),
            ),
            HoldReason(
                "small_deal",
                Says("too small an order for credit", "小额订单不授信"),
                Says("order more at once, or ask for payment in advance", "合并下单，或改为预付款"),
            ),
            HoldReason(
                "over_limit",
                Says("over the limit", "超出额度"),
                Says("collect, order less, or pay in advance what is over", "催收、减量，或预付超出部分"),
            ),
        )
    }
)
"""The reasons by name, in the order in which they are told."""


def hold_table() -> Table:
    """Return every reason to hold an order: what to do, and whether an approver may release it."""
    columns = (
        Column("key", "Key", "代码"),
        Column("reason", "Reason", "原因"),
        Column("cure", "What to do", "处置"),
        Column("release", "May be released", "可否放行"),
    )
    yes, no = Says("yes", "是"), Says("no", "否")
    rows = [(one.key, one.says, one.cure, yes if one.may_release else no) for one in HOLDS.values()]
    return Table("hold_reasons", Says("Reasons to hold an order", "扣单原因"), columns, rows)
