"""The order desk: what is read is what is kept, and whoever comes second is checked against the first."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pharmasales.channel.credit import CreditGuard, CreditOrder, CreditPolicy, LimitOnDay, Owed, trade_notes
from pharmasales.errors import BadRule, Conflict, NotFound, StorageError
from pharmasales.storage import open_store
from pharmasales.units import CNY, Amount
from pharmasales.workspace.credit.order_keeping import KeptOrders
from pharmasales.workspace.order_desk import OrderDesk

DAY, AT = date(2026, 7, 3), datetime(2026, 7, 3, 9, tzinfo=UTC)
LATER = date(2026, 7, 4)


def yuan(number):
    """Return an amount."""
    return Amount.of(number, CNY)


def order(number, amount, **more):
    """Return an order of one dealer."""
    return CreditOrder.place(f"O{number}", "D1", yuan(amount), by="rep1", on=DAY, **more)


class World:
    """A limit and a debt that change, and a store."""

    def __init__(self):
        """Begin with a limit of 100,000 and no debt."""
        self.store = open_store("memory:")
        self.limit, self.open, self.overdue = 100_000, 0, 0

    def desk(self, book=None, **more):
        """Return a desk."""
        return OrderDesk(
            book or KeptOrders(self.store, "rep1", AT),
            lambda who, day: LimitOnDay(who, day, yuan(self.limit)),
            lambda who, day: Owed(who, day, yuan(self.open), yuan(0), self.overdue),
            policy=CreditPolicy(approvers={"boss"}),
            **more,
        )

    def waiting(self):
        """Return what the guard holds, in yuan."""
        return int(KeptOrders(self.store, "rep1", AT).guard("D1").waiting().value)


@pytest.fixture
def world():
    """Return a world of its own."""
    return World()


class Overtaken:
    """A book whose user is overtaken: right before keeping, somebody else does something."""

    def __init__(self, book, *rivals):
        """Take the book and what the others do, one each time."""
        self._book, self.rivals = book, list(rivals)
        self.guard, self.order = book.guard, book.order

    def keep(self, guard, order):
        """Let a rival go first."""
        if self.rivals:
            self.rivals.pop(0)()
        self._book.keep(guard, order)


def test_two_orders_at_once_cannot_both_pass(world):
    """Both read a headroom of 100,000; the slower is checked again against what the faster took, and held."""
    rival = world.desk()
    book = Overtaken(KeptOrders(world.store, "rep1", AT), lambda: rival.place(order(2, 60_000), on=DAY, notes=()))
    slow = world.desk(book).place(order(1, 60_000), on=DAY, notes=())
    assert slow.state == "held"
    assert slow.check.waiting == yuan(60_000)
    assert slow.check.headroom == yuan(-20_000)
    assert world.waiting() == 60_000


def test_a_refusal_is_no_older_than_its_guard(world):
    """An order that was over is accepted where another was cancelled before it could be kept."""
    desk = world.desk()
    desk.place(order(1, 60_000), on=DAY, notes=())
    book = Overtaken(KeptOrders(world.store, "rep1", AT), lambda: desk.cancel("O1", by="rep1", on=DAY))
    assert world.desk(book).place(order(2, 60_000), on=DAY, notes=()).state == "accepted"


def test_the_limit_and_what_is_owed_are_asked_again_on_every_try(world):
    """A debt that came up in between counts."""

    def rival():
        world.open = 50_000
        world.desk().place(order(2, 40_000), on=DAY, notes=())

    book = Overtaken(KeptOrders(world.store, "rep1", AT), rival)
    slow = world.desk(book).place(order(1, 30_000), on=DAY, notes=())
    assert slow.state == "held"
    assert (slow.check.owed.open, slow.check.waiting) == (yuan(50_000), yuan(40_000))


def test_it_gives_up_after_its_tries(world):
    """Whoever is always overtaken hears of it, and has written nothing."""
    desk = world.desk()
    rivals = [lambda n=n: desk.place(order(n, 1_000), on=DAY, notes=()) for n in (2, 3, 4)]
    with pytest.raises(Conflict):
        world.desk(Overtaken(KeptOrders(world.store, "rep1", AT), *rivals), tries=3).place(
            order(1, 1_000), on=DAY, notes=()
        )
    assert world.waiting() == 3_000
    assert world.desk().book.order("O1") is None


def test_a_busy_store_is_tried_again_and_a_full_one_is_not(world):
    """`retry` of the error decides."""

    def fails(code):
        def act():
            raise StorageError("no", code=code)

        return act

    kept = KeptOrders(world.store, "rep1", AT)
    assert world.desk(Overtaken(kept, fails("storage.busy"))).place(order(1, 1), on=DAY, notes=()).state == "accepted"
    for code in ("storage.full", "storage.unknown"):  # of the second nobody knows whether it was kept
        with pytest.raises(StorageError, match=code):
            world.desk(Overtaken(kept, fails(code))).place(order(2, 1), on=DAY, notes=())


def test_placing_twice_is_placing_once(world):
    """A repeated order changes nothing; another order of the same id is refused."""
    desk = world.desk()
    first = desk.place(order(1, 60_000), on=DAY, notes=())
    again = desk.place(order(1, 60_000), on=DAY, notes=())
    assert again == first
    assert world.waiting() == 60_000
    assert world.store.get("credit order", "O1").version == 1
    with pytest.raises(BadRule, match="another order of this id"):
        desk.place(order(1, 50_000), on=DAY, notes=())
    with pytest.raises(BadRule, match="another order of this id"):
        desk.place(order(1, 60_000, prepaid=yuan(1)), on=DAY, notes=())
    other = CreditOrder.place("O1", "D2", yuan(60_000), by="rep1", on=DAY)
    with pytest.raises(BadRule, match="another order of this id"):
        desk.place(other, on=DAY, notes=())


def test_a_change_is_checked_again_and_gives_its_place_back(world):
    """More than the limit is held and holds nothing; less passes again."""
    desk = world.desk()
    desk.place(order(1, 60_000), on=DAY, notes=())
    more = desk.change("O1", yuan(120_000), by="rep1", on=LATER, notes=())
    assert (more.state, more.revision, world.waiting()) == ("held", 2, 0)
    less = desk.change("O1", yuan(90_000), by="rep1", on=LATER, notes=(), prepaid=yuan(20_000))
    assert (less.state, less.revision, world.waiting()) == ("accepted", 3, 70_000)


def test_reopening_is_checked_again(world):
    """What was free when it was cancelled may be gone when it is opened again."""
    desk = world.desk()
    desk.place(order(1, 60_000), on=DAY, notes=())
    assert desk.cancel("O1", by="rep1", on=DAY).state == "cancelled"
    assert world.waiting() == 0
    desk.place(order(2, 60_000), on=DAY, notes=())
    again = desk.reopen("O1", by="rep1", on=LATER, notes=())
    assert (again.state, again.revision, again.check.day) == ("held", 2, LATER)
    desk.cancel("O2", by="rep1", on=LATER)
    assert desk.recheck("O1", on=LATER, notes=()).state == "accepted"


def test_invoicing_moves_it_from_the_guard_to_the_debt(world):
    """The receivable comes first, so that between the two steps it counts twice, never not at all."""
    desk = world.desk()
    desk.place(order(1, 60_000), on=DAY, notes=())
    world.open = 25_000
    assert desk.place(order(2, 20_000), on=DAY, notes=()).state == "held"
    assert desk.invoice("O1", yuan(25_000), by="clerk", on=DAY).state == "accepted"
    assert world.waiting() == 35_000
    assert desk.recheck("O2", on=DAY, notes=()).state == "accepted"
    world.open = 60_000
    assert desk.invoice("O1", yuan(35_000), by="clerk", on=DAY).state == "invoiced"
    assert world.waiting() == 20_000


def test_a_release_is_checked_first(world):
    """It needs a named approver; what passes by now needs none; a licence that expired meanwhile is never released."""
    desk = world.desk()
    held = desk.place(order(1, 120_000), on=DAY, notes=())
    assert held.check.holds == ("over_limit",)
    given = {"on": LATER, "reason": "deposit received"}
    with pytest.raises(BadRule, match="not a named approver"):
        desk.release("O1", by="rep2", notes=(), **given)
    expired = trade_notes("company", DAY, LATER)
    with pytest.raises(BadRule, match="nobody may release this"):
        desk.release("O1", by="boss", notes=expired, **given)
    assert world.waiting() == 0
    done = desk.release("O1", by="boss", notes=(), **given)
    assert (done.state, done.steps[-1].what, done.steps[-1].by) == ("accepted", "released", "boss")
    assert world.waiting() == 120_000
    desk.place(order(2, 10_000), on=LATER, notes=())
    world.limit = 200_000
    passed = desk.release("O2", by="boss", notes=(), **given)
    assert [step.what for step in passed.steps] == ["placed", "held", "accepted"]
    assert world.waiting() == 130_000


def test_what_is_not_there(world):
    """An order nobody placed is named."""
    with pytest.raises(NotFound, match="no such order"):
        world.desk().cancel("O9", by="rep1", on=DAY)
    kept = KeptOrders(world.store, "rep1", AT)
    assert kept.guard("D9") is None
    assert kept.order("O9") is None


def test_guard_and_order_are_kept_together_or_not_at_all(world):
    """A stale order undoes the guard, too; one unit of work says who and what, and no amount."""
    kept = KeptOrders(world.store, "rep1", AT)
    world.desk().place(order(1, 60_000), on=DAY, notes=())
    guard = kept.guard("D1")
    stale = order(1, 70_000)  # version 0: as if it had never been kept
    with pytest.raises(Conflict):
        kept.keep(CreditGuard("D1", CNY, {"O1": yuan(70_000)}, guard.version), stale)
    assert kept.guard("D1") == guard
    (unit,) = world.store.units()
    assert (unit.by, unit.why) == ("rep1", "order O1 accepted")


def test_no_two_ids_differ_in_case_width_or_spaces_only(world):
    """A second spelling is refused, of any dealer, in every step, and by whoever reads after the first was kept."""
    desk = world.desk()
    desk.place(order("1 a", 10), on=DAY, notes=())
    for step in (
        lambda: desk.place(order("1  A", 10), on=DAY, notes=()),
        lambda: desk.place(CreditOrder.place("Ｏ1 a", "D2", yuan(10), by="rep1", on=DAY), on=DAY, notes=()),
        lambda: desk.cancel("o1 A", by="rep1", on=DAY),
    ):
        with pytest.raises(BadRule, match="in case, width or spaces only from order O1 a") as caught:
            step()
        assert caught.value.code == "credit.twin"
    rival = world.desk()
    late = Overtaken(KeptOrders(world.store, "rep1", AT), lambda: rival.place(order("x2", 10), on=DAY, notes=()))
    other = CreditOrder.place("OX2", "D2", yuan(10), by="rep1", on=DAY)
    with pytest.raises(BadRule, match="from order Ox2"):
        world.desk(late).place(other, on=DAY, notes=())
    assert desk.cancel("O1 a", by="rep1", on=DAY).state == "cancelled"
