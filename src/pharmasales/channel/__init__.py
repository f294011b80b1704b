"""The channel (渠道): what distributors owe, since when, and what has been collected."""

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
