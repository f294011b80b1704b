"""Entries of expense (费用单据): budgets, commitments and what was spent, each for a plan, customers and products.

>>> from pharmasales.units import CNY
>>> meeting = Spent("A1", "Q2", date(2026, 4, 9), Amount.of(100, CNY), [Shared("D1", "P1", 2), Shared("D2", "P1")])
>>> [(part.customer, str(part.amount)) for part in meeting.parts]
[('D1', '66.67 CNY'), ('D2', '33.33 CNY')]

Source: S004-62, S004-58 (cost is every cost of promotion and sale), S004-47 (费用).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeAlias

from attrs import evolve, field, frozen
from attrs.converters import optional

from pharmasales.errors import BadRule, BadValue
from pharmasales.names import clean, fold, normal_id, optional_id
from pharmasales.rules.terms import Exact, literal
from pharmasales.splits import split
from pharmasales.units import Amount
from pharmasales.yearplan import checked_day

__all__ = ["Budget", "BudgetChange", "Commitment", "ExpenseEntry", "ExpensePart", "Shared", "Spent", "parted"]


def _weight(value: Exact | str) -> Exact:
    found = literal(value)
    if found < 0:
        raise BadValue("negative weight", where="weight", hint="zero leaves one out", code="expense.weight")
    return found


@frozen
class Shared:
    """One share of an expense (分摊对象).

    Args:
        customer: id of the customer; "" where it is for none in particular.
        product: id of the product; "" where it is for none in particular.
        weight: its weight among the shares, zero or above.

    Raises:
        BadValue: a weight below zero.
    """

    customer: str = field(default="", converter=optional_id)
    product: str = field(default="", converter=optional_id)
    weight: Exact = field(default=1, converter=_weight)


@frozen
class ExpensePart:
    """What one share comes to (分摊额).

    Args:
        customer: id of the customer; "" for none in particular.
        product: id of the product; "" for none in particular.
        amount: how much.
    """

    customer: str
    product: str
    amount: Amount


def parted(amount: Amount, shares: tuple[Shared, ...]) -> tuple[ExpensePart, ...]:
    """Split an amount over its shares, exactly: the parts add up to it; ties go by the order given.

    >>> from pharmasales.units import CNY
    >>> [str(part.amount) for part in parted(Amount(1, CNY), (Shared("D1"), Shared("D2")))]
    ['0.01 CNY', '0.00 CNY']
    """
    sums = split(amount, [one.weight for one in shares])
    return tuple(ExpensePart(one.customer, one.product, part) for one, part in zip(shares, sums, strict=True))


def _shares(given: Iterable[Shared]) -> tuple[Shared, ...]:
    shares = tuple(given) or (Shared(),)
    if not any(one.weight for one in shares):
        raise BadValue("shares without weight", where="shares", hint="give one above zero", code="expense.weight")
    keys = [(one.customer, one.product) for one in shares]
    if len(set(keys)) < len(keys):
        hint = "add up the two weights"
        raise BadValue("one customer and product twice", where="shares", hint=hint, code="expense.shares")
    return shares


def _amount(value: object, where: str, least: int | None) -> None:
    if not isinstance(value, Amount):
        raise BadValue("no amount", where=where, hint="use Amount.of", code="expense.amount")
    if (least is None and not value.minor) or (least is not None and value.minor < least):
        reason = "zero" if least is None else "below zero" if least == 0 else "not above zero"
        raise BadValue(reason, where=where, hint="look at the paper", code="expense.amount")


def _another(asker: str, by: str, where: str) -> None:
    if fold(asker) == fold(by):
        raise BadRule("the asker approves", where=where, hint="let another decide", code="expense.approver")


@frozen
class Budget:
    """What may be spent (预算): one line, for a plan, and for one customer or product where it is bound to them.

    Budgets add up: every yuan stands in one line only.

    Args:
        id: its number.
        plan: the plan that it pays for: a campaign, a quarter of a region.
        on: the day from which it counts.
        amount: how much, zero or above.
        customer: id of the customer, where it may be spent on no other.
        product: id of the product, where it may be spent on no other.

    Raises:
        BadValue: an empty id, or below zero.
    """

    id: str = field(converter=normal_id)
    plan: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    amount: Amount
    customer: str = field(default="", converter=optional_id)
    product: str = field(default="", converter=optional_id)

    def __attrs_post_init__(self) -> None:
        _amount(self.amount, f"budget {self.id}", 0)


@frozen
class BudgetChange:
    """More or less budget, agreed later (预算调整).

    Args:
        id: its number.
        budget: the number of the budget.
        on: the day from which it counts.
        amount: how much more; below zero is less.
        asked_by: the id of who asked.
        approved_by: the id of who approved, another one.
        reason: in words; never shown in a repr.

    Raises:
        BadRule: the asker approves.
        BadValue: an empty id, or zero.
    """

    id: str = field(converter=normal_id)
    budget: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    amount: Amount
    asked_by: str = field(converter=normal_id)
    approved_by: str = field(converter=normal_id)
    reason: str = field(default="", converter=clean, repr=False)

    def __attrs_post_init__(self) -> None:
        where = f"budget change {self.id}"
        _amount(self.amount, where, None)
        _another(self.asked_by, self.approved_by, where)


@frozen
class Commitment:
    """What was asked to be spent, and is reserved once another approves (费用申请 / 占用).

    Args:
        id: its number.
        budget: the number of the budget that it draws on.
        on: the day it was asked.
        amount: how much, above zero.
        asked_by: the id of who asks.
        shares: for which customers and products; for none in particular where left out.
        approved_by: the id of who approved it; "" while it waits.
        approved_on: when; it is reserved from that day.
        closed_on: from this day on nothing more of it is reserved.

    Raises:
        BadRule: the asker approves.
        BadValue: an empty id, nothing above zero, half an approval, or days out of order.
    """

    id: str = field(converter=normal_id)
    budget: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    amount: Amount
    asked_by: str = field(converter=normal_id)
    shares: tuple[Shared, ...] = field(default=(), converter=_shares)
    approved_by: str = field(default="", converter=optional_id)
    approved_on: date | None = field(default=None, converter=optional(checked_day))
    closed_on: date | None = field(default=None, converter=optional(checked_day))

    def __attrs_post_init__(self) -> None:
        where = f"commitment {self.id}"
        _amount(self.amount, where, 1)
        if bool(self.approved_by) is (self.approved_on is None):
            raise BadValue("half an approval", where=where, hint="name who and when", code="expense.approval")
        if self.approved_by:
            _another(self.asked_by, self.approved_by, where)
        days = [day for day in (self.on, self.approved_on, self.closed_on) if day is not None]
        if days != sorted(days):
            raise BadValue("days out of order", where=where, hint="asked, approved, closed", code="expense.order")

    def approve(self, *, by: str, on: date) -> Commitment:
        """Approve it (审批); see `ExpenseBook.approve` for the check of what is free.

        Raises:
            BadRule: the asker approves, or it is approved or closed already.
            BadValue: a day before it was asked.
        """
        if self.approved_by or self.closed_on is not None:
            hint = "ask anew"
            raise BadRule("approved or closed before", where=f"commitment {self.id}", hint=hint, code="expense.step")
        return evolve(self, approved_by=by, approved_on=on)

    def close(self, *, on: date) -> Commitment:
        """Release what is left of it from a day on (释放).

        Raises:
            BadRule: closed already.
            BadValue: a day before it was asked or approved.
        """
        if self.closed_on is not None:
            raise BadRule("closed before", where=f"commitment {self.id}", hint="nothing to do", code="expense.step")
        return evolve(self, closed_on=on)

    def reserves(self, day: date) -> bool:
        """Whether it keeps money reserved on a day."""
        return (
            self.approved_on is not None
            and self.approved_on <= day
            and not (self.closed_on is not None and self.closed_on <= day)
        )


@frozen
class Spent:
    """What was spent (费用支出), split exactly over the customers and products that it was for.

    Args:
        id: its number.
        plan: the plan.
        on: its day.
        amount: how much; below zero where some came back.
        shares: for which customers and products; for none in particular where left out.
        commitment: the number of the commitment that it is from, where there is one.
        budget: the number of the budget that it draws on without a commitment; "" where nobody gave one.
        note: in words; never shown in a repr.

    Raises:
        BadValue: an empty id, zero, or both a commitment and a budget.
    """

    id: str = field(converter=normal_id)
    plan: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    amount: Amount
    shares: tuple[Shared, ...] = field(default=(), converter=_shares)
    commitment: str = field(default="", converter=optional_id)
    budget: str = field(default="", converter=optional_id)
    note: str = field(default="", converter=clean, repr=False)

    def __attrs_post_init__(self) -> None:
        where = f"expense {self.id}"
        _amount(self.amount, where, None)
        if self.commitment and self.budget:
            hint = "the commitment names its budget"
            raise BadValue("both a commitment and a budget", where=where, hint=hint, code="expense.budget")

    @property
    def parts(self) -> tuple[ExpensePart, ...]:
        """What each share comes to; they add up to the amount."""
        return parted(self.amount, self.shares)


ExpenseEntry: TypeAlias = Budget | BudgetChange | Commitment | Spent
