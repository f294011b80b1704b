"""Where every dealer stands (额度与订单台账): limit and headroom with the arithmetic, orders with their reasons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import field, frozen

from pharmasales.channel.credit.checks import OrderCheck
from pharmasales.channel.credit.holds import HOLDS
from pharmasales.channel.credit.limits import CreditLimit
from pharmasales.channel.credit.order_steps import ORDER_STATES
from pharmasales.channel.credit.orders import CreditOrder
from pharmasales.channel.credit.standing import LimitOnDay
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.storage.protocol import Reader
from pharmasales.units import Amount
from pharmasales.workspace.credit.books import CreditBooks
from pharmasales.workspace.credit.kept_limits import limit_holders, limits_of
from pharmasales.workspace.credit.order_keeping import kept_guard, kept_orders, known_order
from pharmasales.workspace.credit.order_room import limit_today
from pharmasales.workspace.workspace import Workspace

__all__ = [
    "Standing",
    "holds_said",
    "orders_of",
    "orders_table",
    "standing_of",
    "standings_of",
    "standings_table",
    "why_order",
]


@frozen
class Standing:
    """Where a dealer stands on a day (额度占用).

    Args:
        kept: the limit that counts; none where none was proposed.
        limit: what it is worth on the day.
        check: what an order of nothing would be told: it shows the headroom and what would hold an order.
    """

    kept: CreditLimit | None = field(repr=False)
    limit: LimitOnDay
    check: OrderCheck = field(repr=False)

    @property
    def why(self) -> Why:
        """The arithmetic of the headroom, and how the limit comes about."""
        return because(
            "{customer}: {left} left of {limit}",
            "{customer}：额度 {limit}，可用 {left}",
            self.check.why,
            self.limit.why,
            customer=self.limit.customer,
            left=str(self.check.headroom),
            limit=str(self.limit.amount),
        )


def standing_of(store: Reader | None, books: CreditBooks, customer: str, day: date) -> Standing:
    """Return where one dealer stands.

    Args:
        store: where limits and guards are kept; none where nothing was kept yet.
        books: what the files say.
        customer: id of the dealer.
        day: the day.
    """
    limit, none = limit_today(store, books, customer, day), Amount(0, books.settings.money)
    guard = None if store is None else kept_guard(store, customer)
    check = OrderCheck(
        "-",
        1,
        customer,
        day,
        limit.amount,
        none,
        none,
        books.owed(customer, day),
        none if guard is None else guard.waiting(),
        limit.void,
        limit.stops,
        books.notes(customer, day),
        books.settings.credit.basis,
    )
    return Standing(limits_of(store, customer).counts, limit, check)


def standings_of(store: Reader | None, books: CreditBooks, day: date) -> list[Standing]:
    """Return where everybody stands of whom files or store say something, by id; arguments as `standing_of`."""
    kept = set() if store is None else {*limit_holders(store), *(one.customer for one in kept_orders(store))}
    return [standing_of(store, books, customer, day) for customer in sorted({*books.dealers(), *kept})]


def standings_table(found: Iterable[Standing]) -> Table:
    """Return a row a dealer: class, limit, open, not yet invoiced, headroom, what would hold an order, and why."""
    rows: list[tuple[Cell, ...]] = [
        (
            one.limit.customer,
            None if one.kept is None else one.kept.credit_class,
            one.limit.amount.value,
            one.check.counted_open.value,
            one.check.counted_waiting.value,
            one.check.headroom.value,
            one.check.owed.overdue_days,
            None if one.kept is None else one.kept.until,
            _holds(one),
            one.why,
        )
        for one in found
    ]
    return Table("limits", Says("Limits and headroom", "额度与可用余额"), _STANDINGS, rows)


def _holds(one: Standing) -> Says:
    keys = [*([one.limit.void] if one.limit.void else []), *one.check.holds]
    return holds_said(keys)


def holds_said(holds: Iterable[str]) -> Says:
    """Say the reasons to hold an order.

    >>> holds_said(["overdue", "over_limit"]).en
    'invoices are overdue; over the limit'
    """
    known = [HOLDS[key].says for key in holds]
    return Says("; ".join(one.en for one in known), "；".join(one.zh for one in known))


def orders_of(store: Reader | None, customer: str | None = None) -> list[CreditOrder]:
    """Return the orders that are kept and that the reader sees, by id.

    Args:
        store: where they are kept; none where nothing was kept yet.
        customer: one dealer's alone.
    """
    found = [] if store is None else list(kept_orders(store))
    return [one for one in found if customer in (None, one.customer)]


def orders_table(orders: Iterable[CreditOrder], name: str = "orders") -> Table:
    """Return a row an order: state, amount, for what it is held, who released it and why.

    Args:
        orders: the orders.
        name: `orders`, or `held` for those that are held alone.
    """
    if name == "orders":
        return Table(name, Says("Orders", "订单"), _ORDERS, [_order(one) for one in orders])
    places = [place for place, column in enumerate(_ORDERS) if column.key not in _OF_PASSED]
    rows = [tuple(cells[place] for place in places) for one in orders if one.state == "held" for cells in [_order(one)]]
    return Table(name, Says("Orders on hold", "扣单"), tuple(_ORDERS[place] for place in places), rows)


def why_order(space: Workspace, order_id: str) -> list[tuple[Says, Says | Why]]:
    """Explain an order from what was kept: what it is and why, then each step with who took it, and for what reason.

    Args:
        space: the workspace, or a reader's part of it.
        order_id: the id of the order.

    Raises:
        NotFound: no order of this id that the reader sees.
    """
    with space.kept_store() as store:
        kept = known_order(store, order_id)
    heads: list[tuple[Says, Says | Why]] = [(Says(f"order {kept.id}", f"订单 {kept.id}"), kept.why)]
    for step in kept.steps:
        by = Says(f" by {step.by}" if step.by else "", f"（{step.by}）" if step.by else "")
        reason = [step.reason] if step.reason else []
        holds = holds_said(step.holds)
        en = "; ".join([f"{step.amount}", *([holds.en] if holds.en else []), *reason])
        zh = "；".join([f"{step.amount}", *([holds.zh] if holds.zh else []), *reason])
        heads.append((Says(f"{step.on} {step.says.en}{by.en}", f"{step.on} {step.says.zh}{by.zh}"), Says(en, zh)))
    return heads


def _order(one: CreditOrder) -> tuple[Cell, ...]:
    holds = one.check.holds if one.check is not None and one.state == "held" else ()
    last = next((step for step in reversed(one.steps) if step.what == "released"), None)
    released = last if last is not None and last.revision == one.revision else None
    return (
        one.id,
        one.customer,
        one.steps[0].on if one.steps else None,
        one.amount.value,
        one.invoiced.value,
        ORDER_STATES[one.state],
        one.by,
        holds_said(holds),
        None if released is None else released.by,
        None if released is None else released.reason,
        one.why,
    )


_OF_PASSED = ("invoiced", "state", "released", "reason")
_STANDINGS = (
    Column("customer", "Customer", "客户"),
    Column("class", "Class", "等级"),
    Column("limit", "Limit", "额度", "amount"),
    Column("open", "Open", "未收", "amount"),
    Column("waiting", "Not yet invoiced", "未开票订单", "amount"),
    Column("headroom", "Headroom", "可用余额", "amount"),
    Column("overdue", "Days overdue", "逾期天数", "number"),
    Column("until", "Until", "有效期至", "date"),
    Column("holds", "Holds orders", "扣单原因"),
    Column("why", "Why", "说明", "why"),
)
_ORDERS = (
    Column("order", "Order", "订单"),
    Column("customer", "Customer", "客户"),
    Column("placed", "Placed", "下单日", "date"),
    Column("amount", "Amount", "金额", "amount"),
    Column("invoiced", "Invoiced", "已开票", "amount"),
    Column("state", "State", "状态"),
    Column("by", "By", "下单人"),
    Column("holds", "Held for", "扣单原因"),
    Column("released", "Released by", "放行人"),
    Column("reason", "Reason", "理由"),
    Column("why", "Why", "说明", "why"),
)
