"""Orders on credit, one at a time, beside what a programmer writes by hand for the same limit.

The floor of the check asks the same five questions of dictionaries and answers yes or no. The floor of the desk keeps
guard and order as JSON in a dictionary, or in two tables of one SQLite file, one transaction an order with the same
journal; it writes no history, no chain, and no reason. All orders are answered alike.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from timing import Case, grown, held_against, show

from pharmasales.channel.credit import CreditGuard, CreditOrder, LimitOnDay, Owed, check_order
from pharmasales.storage import open_store
from pharmasales.units import CNY, Amount
from pharmasales.workspace.order_desk import KeptOrders, OrderDesk

CHECKS, ORDERS, EACH = 10_000, 1_000, 20
"""Orders checked, orders placed, and orders a dealer."""
DAY, AT = date(2026, 7, 3), datetime(2026, 7, 3, 9, tzinfo=UTC)
LIMIT, OPEN = 1_000_000_00, 400_000_00


def limit_of(customer: str, day: date) -> LimitOnDay:
    return LimitOnDay(customer, day, Amount(LIMIT, CNY))


def owed_of(customer: str, day: date) -> Owed:
    return Owed(customer, day, Amount(OPEN, CNY), Amount(0, CNY))


def orders_of(count: int) -> list[CreditOrder]:
    """Orders of many dealers; of the twenty of each some no longer pass."""
    return [
        CreditOrder.place(f"O{n:06}", f"D{n // EACH:05}", Amount((n % 7 + 1) * 10_000_00, CNY), by="r1", on=DAY)
        for n in range(count)
    ]


def checking(count: int) -> Callable[[], list[bool]]:
    """Return the check of each order, its dealer having ten others that wait."""
    orders = orders_of(count)
    waiting = {f"W{n}": Amount(n * 5_000_00 + 1, CNY) for n in range(10)}
    asked = [
        (CreditGuard(one.customer, CNY, waiting), one, limit_of(one.customer, DAY), owed_of(one.customer, DAY))
        for one in orders
    ]
    return lambda: [not check_order(*one).holds for one in asked]


def checked_by_hand(count: int) -> Callable[[], list[bool]]:
    """The same five questions: gate, trouble, overdue, smallest order, limit."""
    waiting = {f"W{n}": n * 5_000_00 + 1 for n in range(10)}
    asked = [{"id": f"O{n:06}", "amount": (n % 7 + 1) * 10_000_00, "prepaid": 0, "notes": []} for n in range(count)]
    owed = {"open": OPEN, "overdue": 0, "stops": False, "smallest": 0}

    def passes(order: dict[str, Any]) -> bool:
        others = sum(amount for key, amount in waiting.items() if key != order["id"])
        needs = order["amount"] - order["prepaid"]
        blocked = any(outcome == "block" for outcome in order["notes"])
        over = OPEN + needs + others > LIMIT
        return not (blocked or owed["stops"] or owed["overdue"] > 0 or order["amount"] < owed["smallest"] or over)

    return lambda: [passes(order) for order in asked]


def placed(orders: list[CreditOrder], url: str) -> list[bool]:
    """Place the orders at a desk on a store of their own."""
    with open_store(url, create=True) as store:
        desk = OrderDesk(KeptOrders(store, "r1", AT), limit_of, owed_of)
        return [desk.place(one, on=DAY, notes=()).state == "accepted" for one in orders]


def placed_by_hand(orders: list[CreditOrder]) -> list[bool]:
    guards, kept, found = dict[str, str](), dict[str, str](), []
    for one in orders:
        taken = json.loads(guards.get(one.customer, "{}"))
        passed = OPEN + one.amount.minor + sum(taken.values()) <= LIMIT
        if passed:
            guards[one.customer] = json.dumps(taken | {one.id: one.amount.minor})
        kept[one.id] = json.dumps({"customer": one.customer, "amount": one.amount.minor, "passed": passed})
        found.append(passed)
    return found


def kept_by_hand(orders: list[CreditOrder], path: Path) -> list[bool]:
    store, found = sqlite3.connect(path, isolation_level=None), []
    store.executescript(
        "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA; PRAGMA secure_delete=ON;"
        "CREATE TABLE guards (id TEXT PRIMARY KEY, data TEXT); CREATE TABLE orders (id TEXT PRIMARY KEY, data TEXT);"
    )
    for one in orders:
        store.execute("BEGIN IMMEDIATE")
        row = store.execute("SELECT data FROM guards WHERE id = ?", (one.customer,)).fetchone()
        taken = json.loads(row[0]) if row else {}
        passed = OPEN + one.amount.minor + sum(taken.values()) <= LIMIT
        if passed:
            data = json.dumps(taken | {one.id: one.amount.minor})
            store.execute("INSERT OR REPLACE INTO guards VALUES (?, ?)", (one.customer, data))
        data = json.dumps({"customer": one.customer, "amount": one.amount.minor, "passed": passed})
        store.execute("INSERT INTO orders VALUES (?, ?)", (one.id, data))
        store.execute("COMMIT")
        found.append(passed)
    store.close()
    return found


def on_disk(work: Callable[[list[CreditOrder], Path], list[bool]], orders: list[CreditOrder]) -> list[bool]:
    """Run in a folder that is thrown away."""
    with TemporaryDirectory() as folder:
        return work(orders, Path(folder, "orders.db"))


def in_file(orders: list[CreditOrder], path: Path) -> list[bool]:
    return placed(orders, f"sqlite:///{path}")


def cases() -> Iterator[Case]:
    """Yield name, our seconds, and the floor's seconds."""
    yield from held_against(f"check_order, {CHECKS:,} orders, ten wait", checking(CHECKS), checked_by_hand(CHECKS))
    yield from grown("check_order", checking, CHECKS // 4)
    orders = orders_of(ORDERS)
    memory, file = partial(placed, url="memory:"), partial(on_disk, in_file)
    by_hand = partial(placed_by_hand, orders)
    yield from held_against(f"desk in memory, {ORDERS:,} orders : dictionaries", partial(memory, orders), by_hand)
    yield from grown("desk in memory", lambda count: partial(memory, orders_of(count)), ORDERS // 4)
    kept = partial(on_disk, kept_by_hand, orders)
    yield from held_against(f"desk on SQLite, {ORDERS:,} orders : two tables", partial(file, orders), kept)
    yield from grown("desk on SQLite", lambda count: partial(file, orders_of(count)), ORDERS // 4)


if __name__ == "__main__":
    show(cases())
