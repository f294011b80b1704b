"""Faults of a stock card (库存差错): what cannot be, and the movement that is its first cause.

>>> from pharmasales.units import BOX
>>> fault = StockFault("negative", "D1", "P1", "S2", date(2026, 4, 20), Amount.of(30, BOX), Amount.of(50, BOX))
>>> print(fault.why)
D1, P1: S2 on 2026-04-20 takes the stock below zero
  50 BOX were there, 30 BOX are missing
  look for a receipt that was not booked, a sale booked twice, or a wrong opening

Source: S004-60, P2-F (stock identity, causes of mismatch).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import frozen

from pharmasales.display import Says, Why, because
from pharmasales.errors import BadValue
from pharmasales.units import Amount

__all__ = ["STOCK_FAULTS", "StockFault", "StockFaultKey"]

StockFaultKey: TypeAlias = Literal["negative", "batch", "expired"]

STOCK_FAULTS: Mapping[str, tuple[Says, Says]] = MappingProxyType(
    {
        "negative": (
            Says("takes the stock below zero", "使库存为负"),
            Says(
                "look for a receipt that was not booked, a sale booked twice, or a wrong opening",
                "查漏登的购进、重复登记的销售或期初错误",
            ),
        ),
        "batch": (
            Says("takes more of a batch than there is", "超出该批号结存"),
            Says("look at the batch number on the papers", "核对单据批号"),
        ),
        "expired": (
            Says("sells what has expired", "销售过期药品"),
            Says(
                "find out whether the goods left or the batch is wrong; stop them, tell quality control",
                "核实是否发出或批号有误；停售并报质量部门",
            ),
        ),
    }
)
"""What each fault is, and what to do."""


@frozen
class StockFault:
    """What cannot be on a stock card, and since which movement (差错首因).

    Args:
        kind: `negative` stock, more of a `batch` than there is, or `expired` goods sold.
        customer: id of the customer.
        product: id of the product.
        movement: the id of the movement that caused it first.
        on: its day.
        short: how much is missing, or how much expired was sold.
        before: how much was there before it.
        batch: the batch, where one is named.
    """

    kind: StockFaultKey
    customer: str
    product: str
    movement: str
    on: date
    short: Amount
    before: Amount
    batch: str = ""

    @property
    def why(self) -> Why:
        """The movement, its day, how much is missing, and what to do."""
        said, cure = STOCK_FAULTS[self.kind]
        where = f"{self.product} {self.batch}".rstrip()
        missing = because(
            "{before} were there, {short} are missing",
            "原有 {before}，差 {short}",
            before=str(self.before),
            short=str(self.short),
        )
        sold = because("{short} of it expired", "其中过期 {short}", short=str(self.short))
        return because(
            "{customer}, {product}: {id} on {day} {what}",
            "{customer}，{product}：{id}（{day}）{what}",
            sold if self.kind == "expired" else missing,
            because("{cure}", "{cure}", cure=cure),
            customer=self.customer,
            product=where,
            id=self.movement,
            day=self.on,
            what=said,
        )

    def error(self) -> BadValue:
        """Return it as an error, to be raised where a figure would rest on it."""
        said, cure = STOCK_FAULTS[self.kind]
        where = f"{self.customer} x {self.product}, movement {self.movement} on {self.on.isoformat()}"
        return BadValue(f"{said.en}: {self.short} missing", where=where, hint=cure.en, code=f"stock.{self.kind}")
