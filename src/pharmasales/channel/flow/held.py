"""Sales and held lines (匹配行与隔离行): the two things that a line of a flow file can become.

>>> HELD_REASONS["clash"].text()
'one line, two contents'

Source: P2-F (error reason per row).
"""

from __future__ import annotations

from types import MappingProxyType

from attrs import frozen

from pharmasales.channel.flow.matching import Matched
from pharmasales.channel.flow.reading import FlowLine
from pharmasales.display import Says, Why, because
from pharmasales.periods import Month
from pharmasales.units import Amount

__all__ = ["HELD_REASONS", "FlowSale", "HeldLine", "HeldReason"]

HELD_REASONS = MappingProxyType(
    {
        "unread": Says("cannot be read", "无法读取"),
        "customer": Says("customer", "客户"),
        "product": Says("product", "产品"),
        "unit": Says("unit", "单位"),
        "repeat": Says("repeated line", "重复行"),
        "clash": Says("one line, two contents", "同一单据行内容不同"),
        "sign": Says("signs", "正负号"),
        "sum": Says("quantity, price and amount", "数量单价金额"),
        "month": Says("month", "月份"),
    }
)
"""Why a line may be held back."""


@frozen(repr=False)
class FlowSale:
    """One line that is known to the last part (已匹配流向).

    Args:
        line: the line as it came.
        customer: id of the customer.
        product: id of the product.
        month: the month.
        quantity: how many of the product's own unit; negative for a return.
        amount: the money, or missing.
        matched: how customer and product were found.
    """

    line: FlowLine
    customer: str
    product: str
    month: Month
    quantity: Amount
    amount: Amount | None
    matched: tuple[Matched, Matched]

    def __repr__(self) -> str:
        return f"FlowSale({self.line.file!r}, row {self.line.row}, {self.customer!r}, {self.product!r})"

    @property
    def distributor(self) -> str:
        """Who sold."""
        return self.line.distributor

    @property
    def why(self) -> Why:
        """Why this customer and this product."""
        customer, product = (one.why for one in self.matched)
        return because("customer and product", "客户与产品", customer, product)


@frozen
class HeldReason:
    """One reason for which a line is held.

    Args:
        code: one of `HELD_REASONS`.
        why: what is wrong.
    """

    code: str
    why: Why


@frozen(repr=False)
class HeldLine:
    """A line that waits for an answer (隔离行).

    Args:
        line: the line as it came.
        reasons: everything that holds it.
        customer: what was found for the customer.
        product: what was found for the product.
    """

    line: FlowLine
    reasons: tuple[HeldReason, ...]
    customer: Matched
    product: Matched

    def __repr__(self) -> str:
        return f"HeldLine({self.line.file!r}, row {self.line.row}, {', '.join(one.code for one in self.reasons)})"

    @property
    def why(self) -> Why:
        """The first reason, with the others below it."""
        first, *more = (_said(one) for one in self.reasons)
        return because(first.says.en, first.says.zh, *more, **first.values)


def _said(reason: HeldReason) -> Why:
    return because("{what}: {why}", "{what}：{why}", what=HELD_REASONS[reason.code], why=reason.why)
