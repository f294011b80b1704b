"""What came in at the distributors (一级销售): from their stock cards, so that the chain can be closed.

What a card calls `in`, less what went back to the supplier, was supplied by us; what lay there before the month opens
the book of the chain, a count of its last day is held against it, and `transfer_in` is what the receiver states.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

from pharmasales.channel.flow import ChainClosure, ChainMove, FlowSale, chain_moves, close_chain
from pharmasales.channel.stock import StockBook, StockHistory
from pharmasales.periods import Month
from pharmasales.units import Amount

__all__ = ["closed_chain", "without_card"]

_SUPPLIED = {"in": 1, "return_out": -1}


def without_card(book: StockBook, distributors: Iterable[str]) -> list[str]:
    """Return the distributors of whom no stock card is kept: nobody can say what came in there."""
    kept = {customer for customer, _ in book.histories}
    return [one for one in distributors if one not in kept]


def closed_chain(sales: Iterable[FlowSale], book: StockBook, month: Month, reporting: Collection[str]) -> ChainClosure:
    """Close the chain of a month for the distributors who report their flow and keep stock cards.

    Args:
        sales: the cleaned lines of the month.
        book: the stock cards.
        month: the month.
        reporting: ids of the distributors who report their flow.
    """
    missing = set(without_card(book, reporting))
    own = [one for one in reporting if one not in missing]
    cards = [held for (customer, _), held in sorted(book.histories.items()) if customer in own]
    moves = [move for held in cards for move in _supplied(held, month)]
    opening = {(held.customer, held.product): _opening(held, month) for held in cards if held.opened <= month.end}
    counted = {
        (held.customer, held.product, month): one.quantity
        for held in cards
        for one in held.counts
        if one.on == month.end
    }
    received = {
        (held.customer, held.product, month): Amount.total((one.quantity for one in came), held.unit)
        for held in cards
        if (came := [one for one in held.movements if one.kind == "transfer_in" and one.on in month])
    }
    sold = chain_moves(one for one in sales if one.distributor in own)
    return close_chain([*moves, *sold], reporting=own, opening=opening, counted=counted, received=received)


def _supplied(held: StockHistory, month: Month) -> Iterable[ChainMove]:
    for one in held.movements:
        sign = _SUPPLIED.get(one.kind, 0)
        if sign and one.on in month:
            quantity = one.quantity if sign > 0 else -one.quantity
            yield ChainMove("", held.customer, held.product, month, quantity)


def _opening(held: StockHistory, month: Month) -> Amount:
    """Return what lay there before the month; of a card that is opened within it, what it was opened with."""
    if held.opened >= month.start:
        return Amount.total((one.quantity for one in held.movements if one.kind == "opening"), held.unit)
    return held.balance(held.upto(month.start - timedelta(days=1)))
