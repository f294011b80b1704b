"""Budget, commitment and actual (预算、占用、实际) by plan, customer, product: what is free, and how it is used.

`free = budget - commitments - what was spent not from these`. What is left of an open commitment is reserved, so the
same is `budget - reserved - spent`, and that adds up line by line.

>>> from pharmasales.channel.expense.entries import Budget, Commitment, Shared, Spent
>>> from pharmasales.units import CNY
>>> book = ExpenseBook.of([
...     Budget("B1", "launch", date(2026, 4, 1), Amount.of(1000, CNY)),
...     Commitment("C1", "B1", date(2026, 4, 2), Amount.of(300, CNY), "rep1", [], "boss", date(2026, 4, 3)),
...     Spent("A1", "launch", date(2026, 4, 9), Amount.of(120, CNY), [Shared("D1")], commitment="C1"),
...     Spent("A2", "launch", date(2026, 4, 9), Amount.of(80, CNY), [Shared("D2")], budget="B1"),
... ])
>>> line = expense_by(book, date(2026, 4, 30), "plan")[0]
>>> print(line.why)
launch: 620.00 CNY free, 38.0% used
  budget 1,000.00 CNY - committed 300.00 CNY - spent not from it 80.00 CNY = 620.00 CNY

Source: S004-57, S004-58, S004-62; 预算/占用/实际.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from attrs import frozen

from pharmasales.channel.expense.book import ExpenseBook
from pharmasales.channel.expense.entries import parted
from pharmasales.display import Cell, Column, Says, Table, Why, because, percent
from pharmasales.errors import BadValue
from pharmasales.names import nearest
from pharmasales.units import Amount

__all__ = ["ExpenseLine", "ExpenseView", "beside_budgets", "entry_keys", "expense_by", "expense_table"]

ExpenseView: TypeAlias = Literal["plan", "customer", "product", "budget"]

_Key: TypeAlias = Callable[[str, str, str, str], str]

_KEYS: dict[str, _Key] = {
    "plan": lambda plan, _customer, _product, _budget: plan,
    "customer": lambda _plan, customer, _product, _budget: customer,
    "product": lambda _plan, _customer, product, _budget: product,
    "budget": lambda _plan, _customer, _product, budget: budget,
}


@frozen
class ExpenseLine:
    """What one plan, customer, product or budget has, has promised and has spent (费用执行). Made by `expense_by`.

    Args:
        key: its id; "" for what is given to none in particular.
        budget: what may be spent; missing where no budget is given to it.
        committed: what is approved and open, whole.
        spent: what was spent, what came back taken off.
        reserved: what of the commitments is still to be spent.
    """

    key: str
    budget: Amount | None
    committed: Amount
    spent: Amount
    reserved: Amount

    @property
    def apart(self) -> Amount:
        """What was spent beside the open commitments: not from them, or more than they are.

        Below zero where a commitment of this line was spent in part on another customer or product.
        """
        return self.spent + self.reserved - self.committed

    @property
    def free(self) -> Amount | None:
        """Budget - committed - spent beside it; below zero is over budget, missing where there is no budget."""
        return None if self.budget is None else self.budget - self.committed - self.apart

    @property
    def used(self) -> Fraction | None:
        """What is spent or reserved, as a share of the budget; missing where there is none above zero."""
        if self.budget is None or self.budget.minor <= 0:
            return None
        return (self.spent + self.reserved).over(self.budget)

    @property
    def why(self) -> Why:
        """The arithmetic, or why nothing can be said to be free."""
        key: Cell = self.key or Says("none in particular", "未指定")
        sums: dict[str, Cell] = {"committed": str(self.committed), "apart": str(self.apart)}
        if self.budget is None:
            en = "{key}: no budget: committed {committed}, spent not from it {apart}"
            return because(en, "{key}：无预算；占用 {committed}，占用外支出 {apart}", key=key, **sums)
        en = "budget {budget} - committed {committed} - spent not from it {apart} = {free}"
        zh = "预算 {budget} - 占用 {committed} - 占用外支出 {apart} = {free}"
        part = because(en, zh, budget=str(self.budget), free=str(self.free), **sums)
        return because(
            "{key}: {free} free, {used} used",
            "{key}：可用 {free}，已用 {used}",
            part,
            key=key,
            free=str(self.free),
            used=percent(self.used),
        )


def expense_by(book: ExpenseBook, as_of: date, view: ExpenseView) -> tuple[ExpenseLine, ...]:
    """Return what is budgeted, committed, spent and free, by plan, customer, product or budget (费用执行表).

    Every view adds up to the same whole. A budget that is bound to no customer stands under "" in the view by customer;
    so customers may be without a budget there while the plan has one.

    Args:
        book: the entries.
        as_of: the day; later ones do not count.
        view: by what.

    Raises:
        BadValue: another view.
    """
    if view not in get_args(ExpenseView):
        raise BadValue(
            "no such view", where="view", hint=nearest(str(view), get_args(ExpenseView)), code="expense.view"
        )
    sums: dict[str, dict[str, int]] = {}
    for key, what, amount in _flows(book, as_of, _KEYS[view]):
        line = sums.setdefault(key, {})
        line[what] = line.get(what, 0) + amount
    return tuple(_line(book, key, line) for key, line in sorted(sums.items()))


def _line(book: ExpenseBook, key: str, sums: dict[str, int]) -> ExpenseLine:
    budget = Amount(sums["budget"], book.unit) if "budget" in sums else None
    committed, spent, reserved = (Amount(sums.get(what, 0), book.unit) for what in ("committed", "spent", "reserved"))
    return ExpenseLine(key, budget, committed, spent, reserved)


def _flows(book: ExpenseBook, day: date, key: _Key) -> Iterator[tuple[str, str, int]]:
    for budget in book.budgets:
        if budget.on <= day:
            name = key(budget.plan, budget.customer, budget.product, budget.id)
            yield name, "budget", book.granted(budget.id, day).minor
    for one in book.commitments:
        if one.reserves(day):
            plan = book.budget(one.budget).plan
            for what, amount in (("committed", one.amount), ("reserved", book.reserved(one, day))):
                for part in parted(amount, one.shares):
                    yield key(plan, part.customer, part.product, one.budget), what, part.amount.minor
    for paid in book.spent:
        if paid.on <= day:
            for part in paid.parts:
                yield key(paid.plan, part.customer, part.product, book.budget_of(paid)), "spent", part.amount.minor


def expense_table(lines: Iterable[ExpenseLine]) -> Table:
    """Return a row a line: budget, committed, spent, reserved, free, used, and the arithmetic."""
    columns = (
        Column("id", "Id", "编号"),
        Column("budget", "Budget", "预算", "amount"),
        Column("committed", "Committed", "占用", "amount"),
        Column("spent", "Spent", "实际", "amount"),
        Column("reserved", "Still reserved", "未核销占用", "amount"),
        Column("free", "Free", "可用", "amount"),
        Column("used", "Used", "使用率", "ratio"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            line.key or Says("none in particular", "未指定"),
            None if line.budget is None else line.budget.value,
            line.committed.value,
            line.spent.value,
            line.reserved.value,
            None if line.free is None else line.free.value,
            line.used,
        )
        for line in lines
    ]
    return Table("expense", Says("Budget, commitment and actual", "费用执行表"), columns, rows)


def entry_keys(book: ExpenseBook, as_of: date, view: ExpenseView) -> dict[date, list[tuple[str, str]]]:
    """Return the days on which something changed up to a day, each with the ids of the view and the entries' numbers.

    >>> from pharmasales.channel.expense.entries import Spent
    >>> from pharmasales.units import CNY
    >>> book = ExpenseBook.of([Spent("A1", "launch", date(2026, 4, 9), Amount.of(120, CNY))])
    >>> entry_keys(book, date(2026, 4, 30), "plan")
    {datetime.date(2026, 4, 9): [('launch', 'A1')]}
    """
    key, found = _KEYS[view], dict[date, list[tuple[str, str]]]()

    def told(day: date | None, number: str, names: Iterable[str]) -> None:
        if day is not None and day <= as_of:
            found.setdefault(day, []).extend((name, number) for name in names)

    for budget in book.budgets:
        told(budget.on, budget.id, [key(budget.plan, budget.customer, budget.product, budget.id)])
    for change in book.changes:
        budget = book.budget(change.budget)
        told(change.on, change.id, [key(budget.plan, budget.customer, budget.product, budget.id)])
    for one in book.commitments:
        plan = book.budget(one.budget).plan
        names = [key(plan, share.customer, share.product, one.budget) for share in one.shares]
        told(one.approved_on, one.id, names)
        told(one.closed_on, one.id, names)
    for paid in book.spent:
        # what is spent of a commitment leaves less reserved for each of its shares
        shares = {*paid.shares, *(book.commitment(paid.commitment).shares if paid.commitment else ())}
        places = {(share.customer, share.product) for share in shares}
        told(paid.on, paid.id, [key(paid.plan, *place, book.budget_of(paid)) for place in sorted(places)])
    return found


def beside_budgets(book: ExpenseBook, as_of: date, view: ExpenseView) -> dict[str, Amount]:
    """Return what was spent from no budget up to a day, by the ids of the view.

    >>> from pharmasales.channel.expense.entries import Spent
    >>> from pharmasales.units import CNY
    >>> book = ExpenseBook.of([Spent("A1", "launch", date(2026, 4, 9), Amount.of(120, CNY))])
    >>> beside_budgets(book, date(2026, 4, 30), "plan")
    {'launch': Amount('120.00 CNY')}
    """
    key, found = _KEYS[view], dict[str, Amount]()
    for paid in book.spent:
        if paid.on <= as_of and not book.budget_of(paid):
            for part in paid.parts:
                name = key(paid.plan, part.customer, part.product, "")
                found[name] = found.get(name, Amount(0, book.unit)) + part.amount
    return found
