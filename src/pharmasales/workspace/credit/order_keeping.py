"""Orders on credit and the guards of their dealers in a store (订单簿), a record each, kept together or not at all.

A third record an order holds its id as it is folded, so that no two ids differ in case, width or spaces only.

>>> from pharmasales.storage import open_store
>>> with open_store("memory:") as store:
...     kept_order(store, "O1"), list(kept_orders(store))
(None, [])
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from attrs import field, frozen

from pharmasales.channel.credit.guard import CreditGuard
from pharmasales.channel.credit.order_records import order_data, order_from
from pharmasales.channel.credit.orders import CreditOrder
from pharmasales.channel.credit.records import guard_data, guard_from
from pharmasales.errors import BadRule, NotFound
from pharmasales.names import fold
from pharmasales.storage import Store
from pharmasales.storage.protocol import Reader
from pharmasales.storage.records import ANYBODY, NODE

__all__ = ["KeptOrders", "kept_guard", "kept_order", "kept_orders", "known_order", "node_mark"]

_GUARD, _ORDER, _SPELLED = "credit guard", "credit order", "credit order id"


def _nobody(_customer: str) -> str:
    return ""


def node_mark(node: str) -> dict[str, str]:
    """Return what a record bears of the node that it belongs to; nothing where there is none.

    >>> node_mark("R1"), node_mark("")
    ({'@node': 'R1'}, {})
    """
    return {NODE: node} if node not in ("", ANYBODY) else {}


def kept_guard(store: Reader, customer: str) -> CreditGuard | None:
    """Return the guard of a dealer as it is kept, or none."""
    try:
        kept = store.get(_GUARD, customer)
    except NotFound:
        return None
    return guard_from(kept.data, kept.version)


def kept_order(store: Reader, order_id: str) -> CreditOrder | None:
    """Return an order as it is kept, or none."""
    try:
        kept = store.get(_ORDER, order_id)
    except NotFound:
        return None
    return order_from(kept.data, kept.version)


def known_order(store: Reader | None, order_id: str) -> CreditOrder:
    """Return an order as it is kept.

    Args:
        store: the store; none where nothing was kept yet.
        order_id: its id.

    Raises:
        NotFound: no order of this id that the reader sees.
    """
    found = None if store is None else kept_order(store, order_id)
    if found is None:
        hint = "see pharmasales order list, or place it first"
        raise NotFound("no such order", where=f"order {order_id}", hint=hint, code="credit.order")
    return found


def kept_orders(store: Reader) -> Iterator[CreditOrder]:
    """Yield every order that is kept and that the reader sees, by its id."""
    for kept in store.find(_ORDER):
        yield order_from(kept.data, kept.version)


@frozen
class KeptOrders:
    """The orders and guards in a store (订单簿): an `OrderBook` for every store with expected versions.

    Args:
        store: the store, of this thread and process.
        by: the id of who writes.
        at: the moment, zone-aware.
        owner: the id of the node that a dealer belongs to, "" for none; its guard and orders bear it, so that a reader
            of a part of the organisation sees its own.
    """

    store: Store = field(repr=False)
    by: str
    at: datetime
    owner: Callable[[str], str] = field(default=_nobody, repr=False)

    def guard(self, customer: str) -> CreditGuard | None:
        """Return the guard of a dealer, or none where none was kept."""
        return kept_guard(self.store, customer)

    def order(self, order_id: str) -> CreditOrder | None:
        """Return an order, or none where none was kept.

        Raises:
            BadRule: none, but one whose id differs in case, width or spaces only.
        """
        found = kept_order(self.store, order_id)
        if found is None:
            self._refuse_twin(order_id)
        return found

    def keep(self, guard: CreditGuard, order: CreditOrder) -> None:
        """Keep both as one unit of work.

        Raises:
            Conflict: somebody else wrote the guard or the order.
            StorageError: the store cannot do this now.
        """
        node, done = node_mark(self.owner(order.customer)), order.steps[-1].what if order.steps else order.state
        with self.store.unit(by=self.by, why=f"order {order.id} {done}", at=self.at) as unit:
            unit.put(_GUARD, guard.customer, guard_data(guard) | node, expected=guard.version)
            unit.put(_ORDER, order.id, order_data(order) | node, expected=order.version)
            if not order.version:
                unit.put(_SPELLED, fold(order.id), {"order": order.id} | node, expected=0)

    def _refuse_twin(self, order_id: str) -> None:
        try:
            kept = self.store.get(_SPELLED, fold(order_id)).data["order"]
        except NotFound:
            return
        reason, hint = f"differs in case, width or spaces only from order {kept}", "write it alike, or give another id"
        raise BadRule(reason, where=f"order {order_id}", hint=hint, code="credit.twin")
