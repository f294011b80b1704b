"""An order on credit (赊销订单): placed, checked, held or accepted, released, changed, cancelled, re-opened, invoiced.

Every change that could need more credit is a new revision and is checked again; a release holds for its revision alone.

>>> from pharmasales.units import CNY
>>> order = CreditOrder.place("O1", "D1", Amount.of(90_000, CNY), by="rep1", on=date(2026, 7, 3))
>>> order.state, order.revision, str(order.waiting)
('unchecked', 1, '0.00 CNY')
>>> order = order.change(Amount.of(70_000, CNY), by="rep1", on=date(2026, 7, 4))
>>> order.state, order.revision
('unchecked', 2)

Source: S004-62, S004-69.
"""

from __future__ import annotations

from datetime import date

from attrs import evolve, field, frozen

from pharmasales.channel.credit.checks import OrderCheck
from pharmasales.channel.credit.holds import HOLDS
from pharmasales.channel.credit.order_steps import ORDER_STATES, OrderState, OrderStep
from pharmasales.channel.credit.policy import CreditPolicy
from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadRule, BadValue
from pharmasales.names import normal_id, stated
from pharmasales.units import Amount

__all__ = ["CreditOrder"]


@frozen
class CreditOrder:
    """An order and all that happened to it (赊销订单). Begin with `CreditOrder.place`.

    Args:
        id: its id.
        customer: id of the dealer.
        amount: what is ordered.
        prepaid: what of it is paid in advance, which needs no credit.
        by: the id of who placed it.
        revision: which version, from 1.
        state: how far it is.
        invoiced: what is invoiced so far.
        check: the check of this revision; none before it.
        steps: all that happened, in order.
        version: what a store counts it as; 0 where it was never kept. It is no part of the value.

    Raises:
        BadValue: an amount that is not above zero, or more paid in advance or invoiced than ordered.
        NotComparable: amounts of different units.
    """

    id: str = field(converter=normal_id)
    customer: str = field(converter=normal_id)
    amount: Amount = field(repr=False)
    prepaid: Amount = field(repr=False)
    by: str = field(converter=normal_id)
    revision: int
    state: OrderState
    invoiced: Amount = field(repr=False)
    check: OrderCheck | None = field(default=None, repr=False)
    steps: tuple[OrderStep, ...] = field(default=(), repr=False)
    version: int = field(default=0, eq=False)

    def __attrs_post_init__(self) -> None:
        if self.state not in ORDER_STATES:
            raise BadValue("no state of an order", where=self._where, code="credit.state")
        if self.amount.minor <= 0 or self.prepaid.minor < 0 or self.prepaid > self.amount:
            hint = "an amount above zero, of which at most all is paid in advance"
            raise BadValue("an order that cannot be", where=self._where, hint=hint, code="credit.order")
        if self.invoiced.minor < 0 or self.invoiced > self.amount:
            hint = "change the order first"
            raise BadValue("more invoiced than ordered", where=self._where, hint=hint, code="credit.order")

    @classmethod
    def place(
        cls, order_id: str, customer: str, amount: Amount, *, by: str, on: date, prepaid: Amount | None = None
    ) -> CreditOrder:
        """Place an order (下单); it is then checked.

        Args:
            order_id: its id.
            customer: id of the dealer.
            amount: what is ordered.
            by: the id of who places it.
            on: when.
            prepaid: what is paid in advance; nothing where left out.
        """
        none = Amount(0, amount.unit)
        step = OrderStep("placed", by, on, 1, amount)
        return cls(order_id, customer, amount, prepaid or none, by, 1, "unchecked", none, None, (step,))

    @property
    def rest(self) -> Amount:
        """What is not yet invoiced."""
        return self.amount - self.invoiced

    @property
    def waiting(self) -> Amount:
        """What this order takes of the limit, accepted and not yet invoiced (已接受未开票).

        What was paid in advance is taken off the last invoices, so that this is never too little.
        """
        if self.state != "accepted":
            return Amount(0, self.amount.unit)
        return min(self.rest, self.amount - self.prepaid)

    def decide(self, check: OrderCheck) -> CreditOrder:
        """Accept or hold the order by its check (检查).

        Raises:
            BadRule: a check of another order or revision, or an order that waits for none.
        """
        if (check.order, check.revision, check.customer) != (self.id, self.revision, self.customer):
            hint = "check it again"
            raise BadRule("a check of another order", where=self._where, hint=hint, code="credit.check")
        self._in("unchecked", "held")
        step = OrderStep("accepted" if check.passed else "held", "", check.day, self.revision, self.amount, check.holds)
        passed: OrderState = "accepted" if self.rest.minor else "invoiced"
        return _taken(evolve(self, check=check), passed if check.passed else "held", step)

    def release(self, *, by: str, on: date, reason: str, policy: CreditPolicy) -> CreditOrder:
        """Let a held order pass (放行): this revision alone; a change is checked again.

        Args:
            by: the id of an approver who has not placed, changed or re-opened it.
            on: when.
            reason: why, in words.
            policy: the policy that names the approvers.

        Raises:
            BadRule: no held order, a reason that nobody may release, or somebody who may not.
            BadValue: no reason.
        """
        self._in("held")
        holds = self.check.holds if self.check else ()
        fixed = [key for key in holds if not HOLDS[key].may_release]
        if fixed:
            hint = HOLDS[fixed[0]].cure.en
            raise BadRule("nobody may release this", where=self._where, hint=hint, code="credit.release")
        for asker in self._askers:
            approver = policy.approver(by, asker, self._where)
        said = stated(reason, "reason", "credit.text")
        return _taken(self, "accepted", OrderStep("released", approver, on, self.revision, self.amount, holds, said))

    def change(self, amount: Amount, *, by: str, on: date, prepaid: Amount | None = None) -> CreditOrder:
        """Change what is ordered (变更): a new revision, to be checked again, also where it is less.

        Args:
            amount: what is ordered now.
            by: the id of who changes it.
            on: when.
            prepaid: what of it is paid in advance; as before where left out.

        Raises:
            BadRule: an order that is cancelled or invoiced.
            BadValue: an order that cannot be.
        """
        self._in("unchecked", "held", "accepted")
        paid = self.prepaid if prepaid is None else prepaid
        return _anew(evolve(self, amount=amount, prepaid=paid), "changed", by, on)

    def cancel(self, *, by: str, on: date) -> CreditOrder:
        """Cancel an order of which nothing is invoiced (取消).

        Raises:
            BadRule: invoiced in part or cancelled before.
        """
        self._in("unchecked", "held", "accepted")
        if self.invoiced.minor:
            hint = "change it to what is invoiced"
            raise BadRule("invoiced in part", where=self._where, hint=hint, code="credit.step")
        return _taken(self, "cancelled", OrderStep("cancelled", by, on, self.revision, self.amount))

    def reopen(self, *, by: str, on: date) -> CreditOrder:
        """Open a cancelled order again (重新打开): a new revision, to be checked again.

        Raises:
            BadRule: an order that is not cancelled.
        """
        self._in("cancelled")
        return _anew(self, "reopened", by, on)

    def invoice(self, amount: Amount, *, by: str, on: date) -> CreditOrder:
        """Invoice an accepted order, in whole or in part (开票). Enter the receivable first, then take this step.

        Args:
            amount: what this invoice takes of the order.
            by: the id of who invoices.
            on: when.

        Raises:
            BadRule: an order that is not accepted.
            BadValue: nothing invoiced, or more than ordered.
        """
        self._in("accepted")
        if amount.minor <= 0:
            raise BadValue("nothing invoiced", where=self._where, code="credit.order")
        done = evolve(self, invoiced=self.invoiced + amount)
        state: OrderState = "accepted" if done.rest.minor else "invoiced"
        return _taken(done, state, OrderStep("invoiced", by, on, self.revision, amount))

    @property
    def why(self) -> Why:
        """What the order is, why, and who released it."""
        parts = [] if self.check is None else [self.check.why]
        last = self.steps[-1] if self.steps else None
        if self.state == "accepted" and last is not None and last.what == "released":
            parts.insert(0, because("released by {by} on {day}", "{day} 由 {by} 放行", by=last.by, day=last.on))
        en, zh = "order {id}, revision {revision}, {amount}: {state}", "订单 {id} 第 {revision} 版 {amount}：{state}"
        done = ORDER_STATES[self.state]
        return because(en, zh, *parts, id=self.id, revision=self.revision, amount=str(self.amount), state=done)

    def table(self) -> Table:
        """Return every step: day, what, who, revision, amount, reasons to hold."""
        title = Says(f"Order {self.id}", f"订单 {self.id}")
        rows = [
            (one.on, one.says, one.by, one.revision, one.amount.value, ", ".join(one.holds), one.reason)
            for one in self.steps
        ]
        return Table("order_steps", title, _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)

    @property
    def _where(self) -> str:
        return f"order {self.id}"

    @property
    def _askers(self) -> list[str]:
        """Who asked for it: who placed it, changed it or opened it again."""
        return [self.by, *(one.by for one in self.steps if one.what in ("changed", "reopened"))]

    def _in(self, *states: OrderState) -> None:
        if self.state not in states:
            hint = f"it is {self.state}; this step takes {', '.join(states)}"
            raise BadRule("no step of this order", where=self._where, hint=hint, code="credit.step")


def _taken(order: CreditOrder, state: OrderState, step: OrderStep) -> CreditOrder:
    """Return an order after a step."""
    if order.steps and step.on < order.steps[-1].on:
        where = f"order {order.id}"
        raise BadValue("a step before the last one", where=where, hint="give its own day", code="credit.day")
    return evolve(order, state=state, steps=(*order.steps, step))


def _anew(order: CreditOrder, what: str, by: str, on: date) -> CreditOrder:
    """Return the next revision of an order, which nobody has checked."""
    fresh = evolve(order, revision=order.revision + 1, check=None)
    return _taken(fresh, "unchecked", OrderStep(what, by, on, fresh.revision, fresh.amount))


_COLUMNS = (
    Column("on", "Day", "日期", "date"),
    Column("what", "Step", "步骤"),
    Column("by", "By", "经手人"),
    Column("revision", "Revision", "版次", "number"),
    Column("amount", "Amount", "金额", "amount"),
    Column("holds", "Held for", "扣单原因"),
    Column("reason", "Reason", "理由"),
)
