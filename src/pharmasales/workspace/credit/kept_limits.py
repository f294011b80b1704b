"""Limits in a store (额度): the one that is approved, and the one that waits, a record each a dealer.

While a proposal waits, the limit that was approved before stays in force. Earlier ones stand in the history of both.

>>> from pharmasales.storage import open_store
>>> with open_store("memory:") as store:
...     limits_of(store, "D1")
KeptLimits(approved=None, waiting=None, version=0)
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from pharmasales.channel.credit.limits import CreditLimit
from pharmasales.channel.credit.records import limit_data, limit_from
from pharmasales.errors import NotFound
from pharmasales.storage import Unit
from pharmasales.storage.protocol import Reader
from pharmasales.workspace.credit.order_keeping import node_mark

__all__ = ["KeptLimits", "keep_approved", "keep_proposed", "limit_holders", "limits_of"]

_APPROVED, _WAITING = "credit limit", "credit proposal"


@frozen
class KeptLimits:
    """What is kept of the limits of one dealer.

    Args:
        approved: the one that was approved last; none where none ever was.
        waiting: the one that waits for an approval; none where none does.
        version: of the record of the one that waits.
    """

    approved: CreditLimit | None = None
    waiting: CreditLimit | None = None
    version: int = 0

    @property
    def counts(self) -> CreditLimit | None:
        """The one that counts: what is approved or, where nothing ever was, what waits."""
        return self.approved or self.waiting


def _read(store: Reader, kind: str, customer: str) -> tuple[CreditLimit | None, int]:
    try:
        kept = store.get(kind, customer)
    except NotFound:
        return None, 0
    return limit_from(kept.data), kept.version


def limits_of(store: Reader | None, customer: str) -> KeptLimits:
    """Return the limits of a dealer as the reader sees them.

    Args:
        store: the store; none where nothing was kept yet.
        customer: id of the dealer.
    """
    if store is None:
        return KeptLimits()
    return KeptLimits(_read(store, _APPROVED, customer)[0], *_read(store, _WAITING, customer))


def limit_holders(store: Reader) -> Iterator[str]:
    """Yield the id of every dealer with a limit or a proposal, some twice."""
    yield from (record.id for kind in (_APPROVED, _WAITING) for record in store.find(kind))


def keep_proposed(unit: Unit, limit: CreditLimit, owner: str) -> None:
    """Keep a proposal; one that waited before gives way to it.

    Args:
        unit: the unit of work.
        limit: the proposal.
        owner: the node that the dealer belongs to; "" for none.
    """
    unit.put(_WAITING, limit.customer, limit_data(limit) | node_mark(owner))


def keep_approved(unit: Unit, limit: CreditLimit, owner: str, version: int) -> None:
    """Keep a limit that was approved in the place of the proposal that it came from.

    Args:
        unit: the unit of work.
        limit: the limit.
        owner: the node that the dealer belongs to; "" for none.
        version: of the proposal that was read.

    Raises:
        Conflict: another proposal waits by now, which nobody approved.
        NotFound: nothing waits any longer.
    """
    unit.delete(_WAITING, limit.customer, expected=version)
    unit.put(_APPROVED, limit.customer, limit_data(limit) | node_mark(owner))
