"""Limits and orders of a workspace (额度与订单): what is owed comes of its files, what was acknowledged of its store.

Every step of an order goes through `OrderDesk`, which reads limit and debt again on every try; so do the files here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

from attrs import field, frozen

from pharmasales.channel.credit.averaging import expected_base, monthly_base
from pharmasales.channel.credit.limits import CreditLimit, SpecialApproval, propose_limit
from pharmasales.channel.credit.orders import CreditOrder
from pharmasales.channel.credit.owing import ledger_owed
from pharmasales.channel.credit.scoring import credit_score
from pharmasales.channel.credit.standing import LimitOnDay, limit_on
from pharmasales.channel.credit.trading import TradeNote
from pharmasales.channel.money.in_period import net_sales
from pharmasales.errors import BadValue, NotFound
from pharmasales.periods import Month
from pharmasales.storage import open_store
from pharmasales.storage.protocol import Reader
from pharmasales.units import Amount
from pharmasales.workspace.credit.books import CreditBooks, credit_books, ledger_of
from pharmasales.workspace.credit.kept_limits import keep_approved, keep_proposed, limits_of
from pharmasales.workspace.credit.order_keeping import KeptOrders, known_order
from pharmasales.workspace.doing import Done
from pharmasales.workspace.order_desk import OrderDesk
from pharmasales.workspace.workspace import Workspace

__all__ = ["LimitAsked", "OrderRoom", "limit_today"]


@frozen
class LimitAsked:
    """What is asked of a limit beside what the files say.

    Args:
        credit_class: the class; that of the score where left out.
        factor: the factor within the range of the class; its least where left out.
        term: months of credit; those of the settings where left out.
        expected: what a new dealer is expected to take in a month, where there are no shipments.
        seasons: for months of the year the share by which the limit rises or falls.
        specials: special approvals.
        until: the last day; by the policy where left out.
    """

    credit_class: str = ""
    factor: str = ""
    term: str = ""
    expected: Amount | None = None
    seasons: Mapping[int, str] = field(factory=dict)
    specials: tuple[SpecialApproval, ...] = ()
    until: date | None = None


def limit_today(store: Reader | None, books: CreditBooks, customer: str, day: date) -> LimitOnDay:
    """Return what the limit of a dealer is worth on a day, after trouble signs and season.

    Args:
        store: where limits are kept; none where nothing was kept yet.
        books: what the files say.
        customer: id of the dealer.
        day: the day.
    """
    kept, policy = limits_of(store, customer), books.settings.credit.policy
    signs = books.troubles(customer, day)
    return limit_on(kept.counts, customer, day, signs, unit=books.settings.money, policy=policy)


@frozen
class OrderRoom:
    """Works on the limits and orders of a workspace for one user (额度与接单).

    Args:
        space: the workspace; a reader of a part is refused.
        by: the id of who works.
        at: the moment of writing, zone-aware.
        day: the day on which everything is looked at.
    """

    space: Workspace
    by: str
    at: datetime
    day: date

    def propose(self, customer: str, asked: LimitAsked) -> CreditLimit:
        """Work out a limit from findings and shipments, and keep it until somebody approves (拟定额度).

        The base is what was invoiced, less credit notes, in the full months before the day.

        Args:
            customer: id of the dealer.
            asked: what is asked beside what the files say.

        Raises:
            BadRows: bad rows of the files.
            BadValue: no class where marks are missing, or no shipments.
            NotFound: nobody of this id, or no class of the policy.
            BadRule: whatever `propose_limit` refuses.
            StorageError: `storage.scope` for a reader of a part.
        """
        books = credit_books(self.space)
        books.known(customer)
        settings, state = self.space.settings.credit, books.file(customer, self.day)
        credit_class = asked.credit_class or credit_score(state).credit_class
        if credit_class is None:
            hint = "note marks of payment, trade, cooperation and finance in credit_findings, or name a class"
            raise BadValue("no class", where=f"limit {customer}", hint=hint, code="credit.class")
        if asked.expected is not None:
            base = expected_base(asked.expected)
        else:
            months = [Month.of(self.day).plus(-back) for back in range(1, settings.months + 1)]
            ledger = books.ledger
            known = (
                {month: net_sales(ledger, month, customer) for month in months} if customer in ledger.accounts else {}
            )
            base = monthly_base(known, months, unit=self.space.settings.money)
        limit = propose_limit(
            state,
            credit_class,
            base,
            term=asked.term or settings.term,
            by=self.by,
            factor=asked.factor or None,
            seasons=asked.seasons,
            specials=asked.specials,
            until=asked.until,
        )
        with self.space.writing(Done(self.by, f"credit limit {customer} proposed", self.at)) as unit:
            keep_proposed(unit, limit, books.owner(customer))
        return limit

    def approve(self, customer: str) -> CreditLimit:
        """Approve the limit that waits (审批额度); it counts from now on in the place of the one before.

        Raises:
            NotFound: nothing waits.
            BadRule: somebody who may not, or who asked.
            Conflict: another proposal came meanwhile.
            StorageError: `storage.scope` for a reader of a part.
        """
        owner = credit_books(self.space).owner(customer)
        with self.space.kept_store() as store:
            kept = limits_of(store, customer)
        if kept.waiting is None:
            hint = "propose one first"
            raise NotFound("no limit waits for an approval", where=f"limit {customer}", hint=hint, code="credit.limit")
        limit = kept.waiting.approve(by=self.by, on=self.day, policy=self.space.settings.credit.policy)
        with self.space.writing(Done(self.by, f"credit limit {customer} approved", self.at)) as unit:
            keep_approved(unit, limit, owner, kept.version)
        return limit

    def place(self, order_id: str, customer: str, amount: Amount, prepaid: Amount | None = None) -> CreditOrder:
        """Check a new order and keep it, accepted or held (下单).

        Raises:
            NotFound: nobody of this id.
            PharmaSalesError: whatever `OrderDesk.place` and the files refuse.
        """
        order = CreditOrder.place(order_id, customer, amount, by=self.by, on=self.day, prepaid=prepaid)
        with self._desk(customer) as (desk, notes):
            return desk.place(order, on=self.day, notes=notes)

    def change(self, order_id: str, amount: Amount, prepaid: Amount | None = None) -> CreditOrder:
        """Change an order and check it again (变更); errors as `OrderDesk.change`."""
        with self._desk_of(order_id) as (desk, notes):
            return desk.change(order_id, amount, by=self.by, on=self.day, notes=notes, prepaid=prepaid)

    def reopen(self, order_id: str) -> CreditOrder:
        """Open a cancelled order again and check it (重新打开); errors as `OrderDesk.reopen`."""
        with self._desk_of(order_id) as (desk, notes):
            return desk.reopen(order_id, by=self.by, on=self.day, notes=notes)

    def recheck(self, order_id: str) -> CreditOrder:
        """Check a held order again (复查); errors as `OrderDesk.recheck`."""
        with self._desk_of(order_id) as (desk, notes):
            return desk.recheck(order_id, on=self.day, notes=notes)

    def release(self, order_id: str, reason: str) -> CreditOrder:
        """Let a held order pass (放行); errors as `OrderDesk.release`."""
        with self._desk_of(order_id) as (desk, notes):
            return desk.release(order_id, by=self.by, on=self.day, reason=reason, notes=notes)

    def cancel(self, order_id: str) -> CreditOrder:
        """Cancel an order (取消); errors as `OrderDesk.cancel`."""
        with self._desk_of(order_id) as (desk, _):
            return desk.cancel(order_id, by=self.by, on=self.day)

    def invoice(self, order_id: str, amount: Amount | None = None) -> CreditOrder:
        """Enter that an order was invoiced, in whole where no amount is given (开票); errors as `OrderDesk.invoice`.

        The invoice must stand in the files before.
        """
        with self._desk_of(order_id) as (desk, _):
            order = desk.book.order(order_id)
            whole = order.rest if amount is None and order is not None else amount
            return desk.invoice(order_id, whole or Amount(0, self.space.settings.money), by=self.by, on=self.day)

    @contextmanager
    def _desk_of(self, order_id: str) -> Iterator[tuple[OrderDesk, Iterable[TradeNote]]]:
        """Open the desk of the dealer of an order that is kept."""
        with self.space.kept_store() as store:
            customer = known_order(store, order_id).customer
        with self._desk(customer) as opened:
            yield opened

    @contextmanager
    def _desk(self, customer: str) -> Iterator[tuple[OrderDesk, Iterable[TradeNote]]]:
        self.space.check_whole()
        books = credit_books(self.space)
        books.known(customer)
        settings = self.space.settings.credit
        with open_store(self.space.url, create=True) as store:
            yield (
                OrderDesk(
                    KeptOrders(store, self.by, self.at, books.owner),
                    lambda who, on: limit_today(store, credit_books(self.space), who, on),
                    lambda who, on: ledger_owed(ledger_of(self.space), who, on, way=settings.way),
                    settings.basis,
                    settings.policy,
                ),
                books.notes(customer, self.day),
            )
