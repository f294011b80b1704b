"""The book of expenses (费用台账): every entry in one unit of money, checked against the others.

>>> from pharmasales.units import CNY
>>> book = ExpenseBook.of([
...     Budget("B1", "launch", date(2026, 4, 1), Amount.of(1000, CNY)),
...     Commitment("C1", "B1", date(2026, 4, 2), Amount.of(300, CNY), "rep1"),
... ])
>>> book = book.approve("C1", by="boss", on=date(2026, 4, 3), policy=ExpensePolicy(approvers={"boss"}))
>>> str(book.free("B1", date(2026, 4, 3)))
'700.00 CNY'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import TypeVar

from attrs import field, frozen

from pharmasales.channel.expense.entries import Budget, BudgetChange, Commitment, ExpenseEntry, Shared, Spent
from pharmasales.channel.expense.policy import ExpensePolicy
from pharmasales.channel.papers import grouped, kind_of, one_number, one_spelling, one_unit, strangers
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound, PharmaSalesError
from pharmasales.names import normal_id
from pharmasales.units import CNY, Amount, Unit

__all__ = ["ExpenseBook"]

T = TypeVar("T")

_KINDS: Mapping[type[object], str] = {
    Budget: "budget",
    BudgetChange: "budget change",
    Commitment: "commitment",
    Spent: "expense",
}


@frozen
class ExpenseBook:
    """Budgets, commitments and expenses (费用台账). Made by `ExpenseBook.of`.

    Args:
        unit: the unit of every amount.
        budgets: by number, as all that follow.
        changes: of budgets.
        commitments: what was asked, approved or not.
        spent: what was spent.
    """

    unit: Unit
    budgets: tuple[Budget, ...] = field(repr=lambda held: f"<{len(held)}>")
    changes: tuple[BudgetChange, ...] = field(repr=lambda held: f"<{len(held)}>")
    commitments: tuple[Commitment, ...] = field(repr=lambda held: f"<{len(held)}>")
    spent: tuple[Spent, ...] = field(repr=lambda held: f"<{len(held)}>")

    @classmethod
    def of(cls, entries: Iterable[ExpenseEntry], *, unit: Unit = CNY) -> ExpenseBook:
        """Make a book of entries in any order; each is checked against those that it names.

        Args:
            entries: budgets, changes of budgets, commitments, expenses.
            unit: the unit of all of them.

        Raises:
            BadRows: every entry that cannot be, at once: two of one number, a plan, customer or product spelt in two
                ways, another unit, a number that is not there, a plan, customer or product that the budget or
                commitment is not for, a day before the entry named.
        """
        given = list(entries)
        bad = list(_refused(given, unit))
        if bad:
            raise BadRows(f"{len(bad)} entr{'ies' if len(bad) > 1 else 'y'} of expense refused", bad)
        given.sort(key=lambda one: one.id)
        return cls(
            unit,
            tuple(one for one in given if isinstance(one, Budget)),
            tuple(one for one in given if isinstance(one, BudgetChange)),
            tuple(one for one in given if isinstance(one, Commitment)),
            tuple(one for one in given if isinstance(one, Spent)),
        )

    @property
    def entries(self) -> tuple[ExpenseEntry, ...]:
        """All of them, kind by kind."""
        return (*self.budgets, *self.changes, *self.commitments, *self.spent)

    @cached_property
    def _budget(self) -> Mapping[str, Budget]:
        return {one.id: one for one in self.budgets}

    @cached_property
    def _commitment(self) -> Mapping[str, Commitment]:
        return {one.id: one for one in self.commitments}

    def budget(self, number: str) -> Budget:
        """Return a budget.

        Raises:
            NotFound: no budget of this number.
        """
        return _found(self._budget, number, "budget")

    def commitment(self, number: str) -> Commitment:
        """Return a commitment.

        Raises:
            NotFound: no commitment of this number.
        """
        return _found(self._commitment, number, "commitment")

    def granted(self, number: str, day: date) -> Amount:
        """Return what a budget comes to on a day, its changes counted; zero before its first day."""
        one = self.budget(number)
        first = [one.amount] if one.on <= day else []
        later = [change.amount for change in self.changes if change.budget == one.id and change.on <= day]
        return Amount.total([*first, *later], self.unit)

    def from_commitment(self, number: str, day: date) -> Amount:
        """Return what was spent of a commitment up to a day."""
        return Amount(sum(one.amount.minor for one in self._of.get(number, ()) if one.on <= day), self.unit)

    @cached_property
    def _of(self) -> Mapping[str, list[Spent]]:
        return grouped((one.commitment, one) for one in self.spent if one.commitment)

    def budget_of(self, one: Spent) -> str:
        """Return the number of the budget that an expense draws on; "" where nobody gave one."""
        return self._commitment[one.commitment].budget if one.commitment else one.budget

    def reserved(self, one: Commitment, day: date) -> Amount:
        """Return what is still reserved of a commitment: the rest of it while it is approved and open (未核销占用)."""
        if not one.reserves(day):
            return Amount(0, self.unit)
        return max(Amount(0, self.unit), min(one.amount, one.amount - self.from_commitment(one.id, day)))

    def free(self, number: str, day: date) -> Amount:
        """Return what is free of a budget (可用预算): budget - commitments - what was spent not from these.

        What was spent of an open commitment stands in the commitment already; what it went over stands beside it.
        Below zero where more is spent and reserved than there is.

        Raises:
            NotFound: no budget of this number.
        """
        key = self.budget(number).id
        spent = [one.amount for one in self.spent if one.on <= day and self.budget_of(one) == key]
        reserved = [self.reserved(one, day) for one in self.commitments if one.budget == key]
        return self.granted(key, day) - Amount.total([*spent, *reserved], self.unit)

    def free_from(self, number: str, day: date) -> Amount:
        """Return the least that is free of a budget on a day and every day after it that the book knows of.

        What is approved, spent or cut later is not there any more for who asks today.

        Raises:
            NotFound: no budget of this number.
        """
        later = {one.on for one in self.changes} | {one.on for one in self.spent}
        later |= {one.approved_on for one in self.commitments if one.approved_on is not None}
        return min(self.free(number, on) for on in {day, *(on for on in later if on > day)})

    def with_entry(self, entry: ExpenseEntry) -> ExpenseBook:
        """Return the book with one more entry, or with another version of the one of its kind and number.

        Raises:
            BadRows: as `of`.
        """
        kept = [one for one in self.entries if not (type(one) is type(entry) and one.id == entry.id)]
        return ExpenseBook.of([*kept, entry], unit=self.unit)

    def change_budget(self, change: BudgetChange, *, policy: ExpensePolicy) -> ExpenseBook:
        """Take in a change of a budget that an approver of the policy agreed to (预算调整).

        Args:
            change: asked by one, approved by another.
            policy: who may approve.

        Raises:
            BadRule: approved by somebody who may not.
            BadRows: a budget that is not there, a day before its first, another unit, a number taken.
        """
        policy.approver(change.approved_by, f"budget change {change.id}")
        return ExpenseBook.of([*self.entries, change], unit=self.unit)

    def approve(self, number: str, *, by: str, on: date, policy: ExpensePolicy) -> ExpenseBook:
        """Approve a commitment, so that it is reserved (审批).

        Args:
            number: the number of the commitment.
            by: the id of an approver of the policy; never the asker.
            on: when.
            policy: who may approve, and who may go over what is free.

        Raises:
            BadRule: somebody who may not, the asker, a commitment approved or closed before, or more than is free
                from that day on (`expense.over`), unless somebody who may go over approves.
            NotFound: no commitment of this number.
        """
        one = self.commitment(number)
        where = f"commitment {one.id}"
        approver = policy.approver(by, where)
        approved = one.approve(by=approver, on=on)
        free = self.free_from(one.budget, on)
        if one.amount > free and approver not in policy.may_go_over:
            reason = f"{one.amount} asked, {free} free of budget {one.budget}"
            hint = "ask for less, close a commitment, or change the budget"
            raise BadRule(reason, where=where, hint=hint, code="expense.over")
        return self.with_entry(approved)


def _found(kept: Mapping[str, T], number: str, what: str) -> T:
    key = normal_id(number, what)
    if key not in kept:
        raise NotFound(f"no {what} {key!r}", hint="look at its number", code=f"expense.{what}")
    return kept[key]


def _refused(given: list[ExpenseEntry], unit: Unit) -> Iterator[PharmaSalesError]:
    strange = list(strangers(given, _KINDS, "entries", "entry of expense", "expense.kind"))
    yield from strange
    if strange:
        return
    placed = [(one, f"entries[{place}]") for place, one in enumerate(given)]
    yield from one_unit(((one.amount, where) for one, where in placed), unit)
    yield from one_number(((kind_of(one, _KINDS), one.id, where) for one, where in placed), "expense.twins")
    ids = ((kind, text, where) for one, where in placed for kind, text in _ids(one))
    yield from one_spelling(ids, "expense.twins")
    yield from _astray(given)


def _ids(one: ExpenseEntry) -> Iterator[tuple[str, str]]:
    """Yield the plan, customers and products that an entry names."""
    if isinstance(one, Budget | Spent):
        yield "plan", one.plan
    if isinstance(one, Budget):
        yield from (("customer", one.customer), ("product", one.product))
    elif not isinstance(one, BudgetChange):
        for share in one.shares:
            yield from (("customer", share.customer), ("product", share.product))


def _astray(given: list[ExpenseEntry]) -> Iterator[PharmaSalesError]:
    budgets = {one.id: one for one in given if isinstance(one, Budget)}
    commitments = {one.id: one for one in given if isinstance(one, Commitment)}
    for place, one in enumerate(given):
        where = f"{kind_of(one, _KINDS)}, entries[{place}]"
        if isinstance(one, Spent) and one.commitment:
            yield from _promised(commitments.get(one.commitment), budgets, one, where)
        elif not isinstance(one, Budget) and one.budget:
            budget = budgets.get(one.budget)
            yield from _names(budget, one.on, "budget", where)
            if budget is not None and not isinstance(one, BudgetChange):
                yield from _plan(budget, one, where)
                yield from _within([(budget.customer, budget.product)], one.shares, where)


def _promised(
    found: Commitment | None, budgets: Mapping[str, Budget], one: Spent, where: str
) -> Iterator[PharmaSalesError]:
    """Refuse an expense of a commitment that is not there, was not approved by then, or is for something else."""
    yield from _names(found, one.on, "commitment", where)
    if found is None:
        return
    if found.approved_on is None:
        hint = "have it approved first"
        yield BadValue("a commitment not approved", where=where, hint=hint, code="expense.approval")
    elif one.on < found.approved_on:
        yield BadValue("spent before it was approved", where=where, hint="look at the two days", code="expense.order")
    yield from _within([(share.customer, share.product) for share in found.shares], one.shares, where)
    if found.budget in budgets:
        yield from _plan(budgets[found.budget], one, where)


def _names(found: Budget | Commitment | None, day: date, what: str, where: str) -> Iterator[BadValue]:
    if found is None:
        yield BadValue(f"names a {what} that is not there", where=where, hint="add it", code="expense.unknown")
    elif day < found.on:
        hint = "look at the two days"
        yield BadValue(f"dated before the {what} that it names", where=where, hint=hint, code="expense.order")


def _plan(budget: Budget, one: Commitment | Spent, where: str) -> Iterator[BadValue]:
    if isinstance(one, Spent) and budget.plan != one.plan:
        yield BadValue("of another plan than its budget", where=where, hint="look at both", code="expense.other")


def _within(scope: list[tuple[str, str]], shares: tuple[Shared, ...], where: str) -> Iterator[BadValue]:
    """Refuse a share that no customer and product of the scope allow; "" allows any."""
    for share in shares:
        if not any(c in ("", share.customer) and p in ("", share.product) for c, p in scope):
            hint = "spend it on what it was given for"
            yield BadValue("for another customer or product", where=where, hint=hint, code="expense.other")
            return
