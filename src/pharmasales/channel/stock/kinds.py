"""Kinds of movement on a stock card (进销存): what adds to the stock and what takes off.

>>> [kind.key for kind in STOCK_KINDS.values() if kind.sign < 0]
['out', 'transfer_out', 'return_out', 'loss']

Source: P2-F: opening + in + transfer in + customer returns - out - transfer out - returns to vendor - loss = closing.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import frozen

from pharmasales.display import Says

__all__ = ["STOCK_KINDS", "StockKind", "StockKindKey"]

StockKindKey: TypeAlias = Literal[
    "opening", "in", "transfer_in", "return_in", "gain", "out", "transfer_out", "return_out", "loss"
]


@frozen
class StockKind:
    """One kind of movement (出入库类型).

    Args:
        key: its name.
        says: what it is called.
        sign: 1 where it adds to the stock, -1 where it takes off.
    """

    key: StockKindKey
    says: Says
    sign: Literal[1, -1]


STOCK_KINDS: Mapping[str, StockKind] = MappingProxyType(
    {
        one.key: one
        for one in (
            StockKind("opening", Says("opening", "期初"), 1),
            StockKind("in", Says("in", "购进"), 1),
            StockKind("transfer_in", Says("transfer in", "调入"), 1),
            StockKind("return_in", Says("returned by customers", "销售退回"), 1),
            StockKind("gain", Says("found at a count", "盘盈"), 1),
            StockKind("out", Says("out", "销售出库"), -1),
            StockKind("transfer_out", Says("transfer out", "调出"), -1),
            StockKind("return_out", Says("returned to the supplier", "购进退出"), -1),
            StockKind("loss", Says("loss", "损耗"), -1),
        )
    }
)
"""The kinds by name, in the order of the card. A `gain` is only ever booked on purpose, after a count."""
