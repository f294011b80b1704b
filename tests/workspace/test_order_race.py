"""The credit race: 16 processes order against one limit, 1,000 orders, on every store; it is never exceeded."""

from __future__ import annotations

import os
import traceback
from collections import Counter
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pharmasales.channel.credit import CreditOrder, LimitOnDay, Owed, order_from
from pharmasales.errors import Conflict
from pharmasales.storage import open_store
from pharmasales.units import CNY, Amount
from pharmasales.workspace.credit.order_keeping import KeptOrders
from pharmasales.workspace.order_desk import OrderDesk

DAY, AT = date(2026, 7, 3), datetime(2026, 7, 3, 9, tzinfo=UTC)
RACERS, ORDERS = 16, 1000
LIMIT, OPEN = 250_000, 150_000

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def yuan(number):
    """Return an amount."""
    return Amount.of(number, CNY)


def amount(number):
    """Return what order `number` asks for: 1,000 to 9,000 yuan."""
    return yuan(1000 * (number * 7919 % 9 + 1))


def desk(book):
    """Return a desk before which one limit and one debt stand."""
    none = yuan(0)
    return OrderDesk(
        book, lambda who, day: LimitOnDay(who, day, yuan(LIMIT)), lambda who, day: Owed(who, day, yuan(OPEN), none)
    )


def take_orders(book, racer):
    """Place every sixteenth order."""
    at = desk(book)
    for number in range(racer, ORDERS, RACERS):
        order = CreditOrder.place(f"O{number:04d}", "D1", amount(number), by=f"rep{racer}", on=DAY)
        at.place(order, on=DAY, notes=())


class Piped:
    """The order book of another process, at the far end of a pipe: all that the protocol asks of a store."""

    def __init__(self, pipe: Connection) -> None:
        """Take the pipe."""
        self._pipe = pipe

    def _ask(self, *asked):
        self._pipe.send(asked)
        answer = self._pipe.recv()
        if answer == "conflict":
            raise Conflict("written by somebody else")
        return answer

    def guard(self, customer):
        """Ask for a guard."""
        return self._ask("guard", customer)

    def order(self, order_id):
        """Ask for an order."""
        return self._ask("order", order_id)

    def keep(self, guard, order):
        """Have both kept."""
        self._ask("keep", guard, order)


def serve(book, pipes):
    """Answer, one request after the other, whoever asks, until all have hung up."""
    while pipes:
        for pipe in wait(pipes):
            try:
                what, *given = pipe.recv()
            except EOFError:
                pipes.remove(pipe)
                continue
            try:
                pipe.send(getattr(book, what)(*given))
            except Conflict:
                pipe.send("conflict")


def fork(run):
    """Run in a child, and return its process id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        run()
        code = 0
    except BaseException:  # noqa: BLE001 - a child must not come back into the test
        traceback.print_exc()
    finally:
        os._exit(code)


def race(book_of):
    """Let all racers start at one moment, and wait for them."""
    ready, go = os.pipe()

    def run(racer):
        os.close(go)
        os.read(ready, 1)  # returns when the parent closes its end
        take_orders(book_of(racer), racer)

    children = [fork(lambda racer=racer: run(racer)) for racer in range(RACERS)]
    os.close(go)
    os.close(ready)
    return children


def ended(children):
    """Return how the children ended."""
    return {os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children}


def judge(store):
    """Hold what is kept against the limit."""
    orders = [order_from(one.data) for one in store.find("credit order")]
    counts = Counter(order.state for order in orders)
    taken = sum(order.amount.minor for order in orders if order.state == "accepted")
    left = yuan(LIMIT - OPEN).minor - taken
    assert set(counts) == {"accepted", "held"}
    assert counts["accepted"] + counts["held"] == ORDERS
    assert left >= 0
    assert all(order.amount.minor > left for order in orders if order.state == "held")  # nobody was refused for nothing
    guard = KeptOrders(store, "judge", AT).guard("D1")
    assert guard.orders == {order.id: order.amount for order in orders if order.state == "accepted"}
    assert guard.waiting().minor == taken
    return counts


def by_url(url):
    """Return what opens a book in a racer."""
    return lambda racer: KeptOrders(open_store(url), f"rep{racer}", AT)


def test_memory():
    """One process holds the store, the racers speak to it through pipes."""
    ends = [Pipe() for _ in range(RACERS)]

    def book_of(racer):
        for number, (ours, theirs) in enumerate(ends):
            ours.close()
            if number != racer:
                theirs.close()
        return Piped(ends[racer][1])

    with open_store("memory:") as store:
        children = race(book_of)
        for _, theirs in ends:
            theirs.close()
        serve(KeptOrders(store, "clerk", AT), [ours for ours, _ in ends])
        for ours, _ in ends:
            ours.close()
        assert ended(children) == {0}
        judge(store)


def test_sqlite(tmp_path):
    """Every racer opens the same file; it lies in memory where it can, so that 1,000 commits wait for no disk."""
    shm = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    with TemporaryDirectory(dir=shm if os.access(shm, os.W_OK) else tmp_path) as folder:
        url = f"sqlite:///{folder}/orders.db"
        open_store(url, create=True).close()
        assert ended(race(by_url(url))) == {0}
        with open_store(url) as store:
            judge(store)


def test_postgres(postgres):
    """Every racer has a connection of its own."""
    url = postgres.database()
    open_store(url, create=True).close()
    assert ended(race(by_url(url))) == {0}
    with open_store(url) as store:
        judge(store)
