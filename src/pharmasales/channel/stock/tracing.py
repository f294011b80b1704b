"""To whom each batch went (批号流向): what the stock cards say, for those whose cards name every batch.

>>> from datetime import date
>>> from pharmasales.units import BOX, Amount
>>> named = StockMovement("O1", "D1", "P1", date(2026, 4, 1), "opening", Amount.of(40, BOX), "B1")
>>> bare = StockMovement("O2", "D2", "P1", date(2026, 4, 1), "opening", Amount.of(40, BOX))
>>> found = batch_holders(StockBook.of([named, bare]))
>>> dict(found.holders), sorted(found.traced)
({('P1', 'B1'): frozenset({'D1'})}, [('D1', 'P1')])

Source: P2-H (窜货 by code); P2-F.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from pharmasales.channel.stock.book import StockBook
from pharmasales.channel.stock.movements import StockMovement

__all__ = ["BatchHolders", "batch_holders"]

_CAME = ("opening", "in", "transfer_in", "gain")


@frozen
class BatchHolders:
    """Who held which batch (批号持有方). Made by `batch_holders`.

    Args:
        holders: the customers that each product and batch came to.
        traced: the customers and products whose cards name the batch of all that came, returns of customers apart:
            only of these is it known that a batch never came.
    """

    holders: Mapping[tuple[str, str], frozenset[str]] = field(hash=False)
    traced: frozenset[tuple[str, str]]


def batch_holders(book: StockBook) -> BatchHolders:
    """Read off the stock cards which batches came to whom.

    Args:
        book: the stock cards.
    """
    holders: dict[tuple[str, str], frozenset[str]] = {}
    traced: set[tuple[str, str]] = set()
    for place, card in book.histories.items():
        came = [one for one in card.movements if one.kind in _CAME and one.quantity.minor]
        if came and all(one.batch for one in came):
            traced.add(place)
        for one in came:
            _hold(holders, one)
    return BatchHolders(holders, frozenset(traced))


def _hold(holders: dict[tuple[str, str], frozenset[str]], one: StockMovement) -> None:
    if one.batch:
        place = one.product, one.batch
        holders[place] = holders.get(place, frozenset()) | {one.customer}
