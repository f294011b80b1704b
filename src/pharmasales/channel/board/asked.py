"""What papers of a sale are judged by (核对依据): the day, the days in transit, and what else is known of the buyer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from attrs import frozen

from pharmasales.channel.board.findings import Evidence, TradeFinding, TradeGate, licensed
from pharmasales.channel.board.papers import TradeLicence
from pharmasales.channel.stock.book import StockBook

__all__ = ["TradeKnown", "licences_asked"]


@frozen
class TradeKnown:
    """What is known beside the rows themselves."""

    as_of: date
    days: int
    goods: bool
    book: StockBook | None
    licences: Mapping[str, list[TradeLicence]] | None
    parties: Mapping[str, str] | None
    gate: TradeGate

    def late(self, day: date) -> bool:
        """Whether the days in transit since a day are over."""
        return self.as_of > day + timedelta(days=self.days)


def licences_asked(
    customer: str, place: tuple[str, str, str], day: date, rows: tuple[Evidence, ...], known: TradeKnown
) -> list[TradeFinding]:
    """Ask the gate about the buyer on the day of a sale; nothing where nobody knows any licence.

    Args:
        customer: id of the buyer.
        place: buyer, product and invoice.
        day: the day of the sale.
        rows: the papers of the sale.
        known: what is known beside them.
    """
    if known.licences is None:
        return []
    party = "company" if known.parties is None else known.parties.get(customer)
    return licensed(known.licences.get(customer, []), party, place, day, rows, known.gate)
