"""Orders on credit against a store (接单台): read the guard, check, keep both with the version read, or begin again.

Any number of desks, in any number of processes, may work on one dealer: no two orders pass on the same headroom.

>>> from datetime import UTC, datetime
>>> from pharmasales.channel.credit import LimitOnDay, Owed
>>> from pharmasales.storage import open_store
>>> from pharmasales.units import CNY
>>> from pharmasales.workspace.credit.order_keeping import KeptOrders
>>> store = open_store("memory:")
>>> none, day = Amount(0, CNY), date(2026, 7, 3)
>>> desk = OrderDesk(
...     KeptOrders(store, by="rep1", at=datetime(2026, 7, 3, 9, tzinfo=UTC)),
...     lambda customer, on: LimitOnDay(customer, on, Amount.of(100_000, CNY)),
...     lambda customer, on: Owed(customer, on, none, none),
... )
>>> orders = [CreditOrder.place(f"O{n}", "D1", Amount.of(60_000, CNY), by="rep1", on=day) for n in (1, 2)]
>>> [desk.place(order, on=day, notes=()).state for order in orders]
['accepted', 'held']
>>> desk.cancel("O1", by="rep1", on=day).state, desk.recheck("O2", on=day, notes=()).state
('cancelled', 'accepted')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeAlias

from attrs import field, frozen

from pharmasales.channel.credit.checks import CheckBasis
from pharmasales.channel.credit.guard import CreditGuard, OrderBook, decide_order
from pharmasales.channel.credit.orders import CreditOrder
from pharmasales.channel.credit.owing import Owed
from pharmasales.channel.credit.policy import CREDIT_POLICY, CreditPolicy
from pharmasales.channel.credit.standing import LimitOnDay
from pharmasales.channel.credit.trading import TradeNote
from pharmasales.errors import BadRule, Conflict, NotFound, StorageError
from pharmasales.units import Amount

__all__ = ["OrderDesk"]

Step: TypeAlias = Callable[[], tuple[CreditGuard, CreditOrder]]
"""Reads what is kept and takes a step; it is repeated where somebody else was faster."""


def _same(known: CreditOrder, order: CreditOrder) -> bool:
    """Whether an order that is kept was placed as this one; what was changed since does not count."""
    begun = known.customer == order.customer and known.steps[:1] == order.steps[:1]
    return begun and (known.revision > 1 or known.prepaid == order.prepaid)


def _untouched(error: StorageError) -> bool:
    """Whether nothing was kept for certain, so that a step may be taken again: an invoice must not count twice."""
    return isinstance(error, Conflict) or (error.retry and error.code != "storage.unknown")


@frozen
class OrderDesk:
    """Takes orders on credit, so that the limit of a dealer is never exceeded but by a release (接单台).

    Args:
        book: where guards and orders are kept.
        limits: returns the limit of a dealer on a day, as it is now; it is asked again on every try.
        owed: returns what a dealer owes on a day, as it is now; it is asked after the guard was read, so that an order
            that was invoiced meanwhile counts once at least.
        basis: what a check counts.
        policy: names the approvers.
        tries: how often to begin again where somebody else was faster. After `storage.unknown` nothing is begun again:
            read the order, and repeat the step if it is not there.
    """

    book: OrderBook
    limits: Callable[[str, date], LimitOnDay] = field(repr=False)
    owed: Callable[[str, date], Owed] = field(repr=False)
    basis: CheckBasis = field(factory=CheckBasis)
    policy: CreditPolicy = CREDIT_POLICY
    tries: int = 1000

    def place(self, order: CreditOrder, *, on: date, notes: Iterable[TradeNote]) -> CreditOrder:
        """Check a new order and keep it, accepted or held (下单). Placing the same order again changes nothing.

        Args:
            order: the order, from `CreditOrder.place`.
            on: the day of the check.
            notes: what the gate says of the party and its licence, from `trade_notes`.

        Raises:
            BadRule: another order of this id.
            StorageError: the store cannot do this, or somebody else was faster too often.
        """
        said = tuple(notes)

        def step() -> tuple[CreditGuard, CreditOrder]:
            guard = self._guard(order.customer, order.amount)
            known = self.book.order(order.id)
            if known is None:
                return self._decided(guard, order, on, said)
            if not _same(known, order):
                hint = "give it an id of its own, or change the one that is kept"
                raise BadRule("another order of this id", where=f"order {order.id}", hint=hint, code="credit.order")
            return guard, known

        return self._kept(step)

    def change(
        self,
        order_id: str,
        amount: Amount,
        *,
        by: str,
        on: date,
        notes: Iterable[TradeNote],
        prepaid: Amount | None = None,
    ) -> CreditOrder:
        """Change an order and check it again, as one step (变更). Where it is then held, it holds nothing of the limit.

        Raises:
            NotFound: no such order.
            BadRule, BadValue: as `CreditOrder.change`.
            StorageError: as `place`.
        """
        return self._again(order_id, lambda one: one.change(amount, by=by, on=on, prepaid=prepaid), on, notes)

    def reopen(self, order_id: str, *, by: str, on: date, notes: Iterable[TradeNote]) -> CreditOrder:
        """Open a cancelled order again and check it, as one step (重新打开).

        Raises:
            NotFound: no such order.
            BadRule: an order that is not cancelled.
            StorageError: as `place`.
        """
        return self._again(order_id, lambda one: one.reopen(by=by, on=on), on, notes)

    def recheck(self, order_id: str, *, on: date, notes: Iterable[TradeNote]) -> CreditOrder:
        """Check a held order again, as after a receipt (复查).

        Raises:
            NotFound: no such order.
            BadRule: an order that is not held.
            StorageError: as `place`.
        """
        return self._again(order_id, lambda one: one, on, notes)

    def release(self, order_id: str, *, by: str, on: date, reason: str, notes: Iterable[TradeNote]) -> CreditOrder:
        """Check a held order again and, where it still is held, let it pass (放行).

        Raises:
            NotFound: no such order.
            BadRule, BadValue: as `CreditOrder.release`.
            StorageError: as `place`.
        """
        said = tuple(notes)

        def step() -> tuple[CreditGuard, CreditOrder]:
            guard, order = self._read(order_id)
            guard, order = self._decided(guard, order, on, said)
            if order.state == "held":
                order = order.release(by=by, on=on, reason=reason, policy=self.policy)
            return guard.holding(order), order

        return self._kept(step)

    def cancel(self, order_id: str, *, by: str, on: date) -> CreditOrder:
        """Cancel an order; what it took of the limit is free (取消).

        Raises:
            NotFound: no such order.
            BadRule: as `CreditOrder.cancel`.
            StorageError: as `place`.
        """
        return self._freed(order_id, lambda one: one.cancel(by=by, on=on))

    def invoice(self, order_id: str, amount: Amount, *, by: str, on: date) -> CreditOrder:
        """Enter that an order was invoiced (开票). The receivable must be there before, so that nothing is counted out.

        Raises:
            NotFound: no such order.
            BadRule, BadValue: as `CreditOrder.invoice`.
            StorageError: as `place`.
        """
        return self._freed(order_id, lambda one: one.invoice(amount, by=by, on=on))

    def _again(
        self, order_id: str, change: Callable[[CreditOrder], CreditOrder], on: date, notes: Iterable[TradeNote]
    ) -> CreditOrder:
        said = tuple(notes)

        def step() -> tuple[CreditGuard, CreditOrder]:
            guard, order = self._read(order_id)
            return self._decided(guard, change(order), on, said)

        return self._kept(step)

    def _freed(self, order_id: str, change: Callable[[CreditOrder], CreditOrder]) -> CreditOrder:
        def step() -> tuple[CreditGuard, CreditOrder]:
            guard, order = self._read(order_id)
            changed = change(order)
            return guard.holding(changed), changed

        return self._kept(step)

    def _guard(self, customer: str, amount: Amount) -> CreditGuard:
        return self.book.guard(customer) or CreditGuard(customer, amount.unit)

    def _read(self, order_id: str) -> tuple[CreditGuard, CreditOrder]:
        """Return an order with the guard of its dealer; both must still have these versions when they are kept."""
        order = self.book.order(order_id)
        if order is None:
            hint = "place it first"
            raise NotFound("no such order", where=f"order {order_id}", hint=hint, code="credit.order")
        return self._guard(order.customer, order.amount), order

    def _decided(
        self, guard: CreditGuard, order: CreditOrder, on: date, notes: tuple[TradeNote, ...]
    ) -> tuple[CreditGuard, CreditOrder]:
        limit, owed = self.limits(order.customer, on), self.owed(order.customer, on)
        return decide_order(guard, order, limit, owed, notes=notes, basis=self.basis)

    def _kept(self, step: Step) -> CreditOrder:
        """Take a step until it is kept: whoever was faster leaves less to do for the others."""
        left = self.tries
        while True:
            left -= 1
            try:
                guard, order = step()
                self.book.keep(guard, order)
            except StorageError as error:
                if left <= 0 or not _untouched(error):
                    raise
            else:
                return order
