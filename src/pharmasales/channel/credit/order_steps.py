"""The states of an order and its steps (订单状态与步骤).

>>> from pharmasales.units import CNY
>>> OrderStep("placed", "rep1", date(2026, 7, 3), 1, Amount(100, CNY)).says.zh
'下单'
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.names import clean, optional_id
from pharmasales.units import Amount
from pharmasales.yearplan import checked_day

__all__ = ["ORDER_STATES", "OrderState", "OrderStep"]

OrderState: TypeAlias = Literal["unchecked", "held", "accepted", "invoiced", "cancelled"]
"""How far an order is."""

ORDER_STATES: Mapping[str, Says] = MappingProxyType(
    {
        "unchecked": Says("not checked", "未检查"),
        "held": Says("held", "扣单"),
        "accepted": Says("accepted", "已接受"),
        "invoiced": Says("invoiced", "已开票"),
        "cancelled": Says("cancelled", "已取消"),
    }
)
"""The states of an order, in both languages."""

_STEPS: Mapping[str, Says] = MappingProxyType(
    {
        "placed": Says("placed", "下单"),
        "accepted": Says("passed the check", "检查通过"),
        "held": Says("held by the check", "检查扣单"),
        "released": Says("released", "放行"),
        "changed": Says("changed", "变更"),
        "cancelled": Says("cancelled", "取消"),
        "reopened": Says("re-opened", "重新打开"),
        "invoiced": Says("invoiced", "开票"),
    }
)


@frozen
class OrderStep:
    """One step of an order, kept for ever (订单步骤).

    Args:
        what: `placed`, `accepted`, `held`, `released`, `changed`, `cancelled`, `reopened` or `invoiced`.
        by: the id of who took it; "" for the check.
        on: when.
        revision: of which version of the order.
        amount: the amount of the order, or what was invoiced.
        holds: the reasons to hold it, where it was held or released.
        reason: why, in words, where somebody released it.
    """

    what: str
    by: str = field(converter=optional_id)
    on: date = field(converter=checked_day)
    revision: int
    amount: Amount = field(repr=False)
    holds: tuple[str, ...] = ()
    reason: str = field(default="", converter=clean, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.what not in _STEPS:
            raise BadValue("no step of an order", where="order step", code="credit.step")

    @property
    def says(self) -> Says:
        """What was done, in both languages."""
        return _STEPS[self.what]
