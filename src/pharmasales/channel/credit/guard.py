"""The guard against two orders at once (并发占用): one value a dealer, with a version, that accepted orders write.

Whoever decides reads the guard first, then the limit and what is owed, and keeps guard and order together, expecting
the version that was read. Of two orders that read the same version one is kept; the other meets a `Conflict`, reads
again and is checked against what the first one took. So no two orders pass on the same headroom, in whatever store.

>>> from datetime import date
>>> from pharmasales.units import CNY
>>> guard = CreditGuard("D1", CNY)
>>> limit = LimitOnDay("D1", date(2026, 7, 3), Amount.of(100_000, CNY))
>>> owed = Owed("D1", date(2026, 7, 3), Amount(0, CNY), Amount(0, CNY))
>>> one, two = (CreditOrder.place(f"O{n}", "D1", Amount.of(60_000, CNY), by="r1", on=date(2026, 7, 3)) for n in (1, 2))
>>> guard, one = decide_order(guard, one, limit, owed)
>>> guard, two = decide_order(guard, two, limit, owed)
>>> one.state, two.state, str(two.check.headroom), str(guard.waiting())
('accepted', 'held', '-20,000.00 CNY', '60,000.00 CNY')

Source: S004-62, systems 1d.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from attrs import evolve, field, frozen

from pharmasales.channel.credit.checks import CheckBasis, OrderCheck
from pharmasales.channel.credit.orders import CreditOrder
from pharmasales.channel.credit.owing import Owed
from pharmasales.channel.credit.standing import LimitOnDay
from pharmasales.channel.credit.trading import TradeNote
from pharmasales.errors import BadValue, NotComparable
from pharmasales.names import normal_id, twins
from pharmasales.units import Amount, Unit

__all__ = ["CreditGuard", "OrderBook", "check_order", "decide_order"]


_BASIS = CheckBasis()


def _waiting(given: Mapping[str, Amount]) -> dict[str, Amount]:
    if twins(given):
        hint = "write an id in one way"
        raise BadValue("one order spelt in two ways", where="guard", hint=hint, code="credit.twins")
    found = {normal_id(order, "order"): amount for order, amount in sorted(given.items())}
    if any(one.minor <= 0 for one in found.values()):
        raise BadValue("an order that takes nothing", where="guard", hint="leave it out", code="credit.guard")
    return found


@frozen
class CreditGuard:
    """What a dealer's accepted orders take of the limit until they are invoiced (占用).

    Args:
        customer: id of the dealer.
        unit: the unit of its limit.
        orders: for each order that is accepted and not yet invoiced what it takes.
        version: what a store counts it as; 0 where it was never kept. It is no part of the value.

    Raises:
        BadValue: an order that takes nothing, or one order in two spellings.
        NotComparable: an order in another unit.
    """

    customer: str = field(converter=normal_id)
    unit: Unit
    orders: Mapping[str, Amount] = field(factory=dict, converter=_waiting, hash=False, repr=False)
    version: int = field(default=0, eq=False)

    def __attrs_post_init__(self) -> None:
        if any(one.unit != self.unit for one in self.orders.values()):
            raise NotComparable("an order in another unit", where=f"guard {self.customer}", code="unit")

    def waiting(self, but: str = "") -> Amount:
        """Return what all orders take, or all but one."""
        return Amount.total((amount for order, amount in self.orders.items() if order != but), self.unit)

    def holding(self, order: CreditOrder) -> CreditGuard:
        """Return the guard with what an order takes now; nothing where it is not accepted or wholly invoiced.

        Raises:
            BadValue: an order of another dealer, or of which another spelling is held.
        """
        _same(self, order)
        others = {key: amount for key, amount in self.orders.items() if key != order.id}
        taken = {order.id: order.waiting} if order.waiting.minor else {}
        return evolve(self, orders={**others, **taken})


class OrderBook(Protocol):
    """Where guards and orders are kept (订单簿): anything that can keep with an expected version.

    The three methods are all that a store needs; `pharmasales.workspace.credit.order_keeping` has them for every store
    of `pharmasales.storage`.
    """

    def guard(self, customer: str) -> CreditGuard | None:
        """Return the guard of a dealer with its version, or none where none was kept."""
        ...

    def order(self, order_id: str) -> CreditOrder | None:
        """Return an order with its version, or none where none was kept."""
        ...

    def keep(self, guard: CreditGuard, order: CreditOrder) -> None:
        """Keep both, or neither.

        Raises:
            Conflict: the guard or the order that is kept has another version than this one.
        """
        ...


def _same(guard: CreditGuard, order: CreditOrder) -> None:
    if guard.customer != order.customer:
        hint = "read the guard of its own dealer"
        raise BadValue("an order of another dealer", where=f"order {order.id}", hint=hint, code="credit.customer")


def check_order(
    guard: CreditGuard,
    order: CreditOrder,
    limit: LimitOnDay,
    owed: Owed,
    *,
    notes: Iterable[TradeNote] = (),
    basis: CheckBasis | None = None,
) -> OrderCheck:
    """Check an order against the limit of a day (信用检查); nothing is decided yet, so it may be asked at any time.

    Args:
        guard: what the dealer's other orders take.
        order: the order.
        limit: the limit on the day.
        owed: what is open on the same day.
        notes: what the gate says of the party and its licence, from `trade_notes`.
        basis: what counts.

    Source: S004-62, systems 1d. Raises:
        BadValue: a guard, a limit or an amount owed of another dealer or day.
        NotComparable: amounts of different units.
    """
    _same(guard, order)
    if {limit.customer, owed.customer} != {order.customer} or limit.day != owed.day:
        hint = "give limit and owed of its dealer on one day"
        raise BadValue("of another dealer or day", where=f"order {order.id}", hint=hint, code="credit.customer")
    needs = min(order.rest, order.amount - order.prepaid)
    return OrderCheck(
        order.id,
        order.revision,
        order.customer,
        limit.day,
        limit.amount,
        order.rest,
        order.rest - needs,
        owed,
        guard.waiting(but=order.id),
        limit.void,
        limit.stops,
        tuple(notes),
        basis or _BASIS,
        order.amount,
    )


def decide_order(
    guard: CreditGuard,
    order: CreditOrder,
    limit: LimitOnDay,
    owed: Owed,
    *,
    notes: Iterable[TradeNote] = (),
    basis: CheckBasis | None = None,
) -> tuple[CreditGuard, CreditOrder]:
    """Check an order, accept or hold it, and let the guard hold what it takes (接单).

    Returns:
        Guard and order, to be kept together with the versions that were read.

    Raises:
        BadRule: an order that waits for no check.
        BadValue, NotComparable: as `check_order`.
    """
    decided = order.decide(check_order(guard, order, limit, owed, notes=notes, basis=basis))
    return guard.holding(decided), decided
