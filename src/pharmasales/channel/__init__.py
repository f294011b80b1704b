"""The channel (渠道): what distributors owe, since when, and what has been collected.

The names here are of single receivables (应收). Ledgers of dated documents are in the room `pharmasales.channel.money`
(回款).
"""

from pharmasales.channel.receivables import (
    Ageing,
    Allocation,
    Collected,
    Receivable,
    ageing,
    allocate_oldest_first,
    collected,
    open_at,
    receipts_rate,
)

__all__ = [
    "Ageing",
    "Allocation",
    "Collected",
    "Receivable",
    "ageing",
    "allocate_oldest_first",
    "collected",
    "open_at",
    "receipts_rate",
]
