"""Rows of the book of expenses (费用台账): budgets, their changes, commitments, and what was spent.

`kind` says what a row is, in either language. Several rows of one commitment or expense are one entry that is shared
over their customers and products.

>>> from datetime import date
>>> from pharmasales.units import CNY
>>> book, day = ExpenseRows(CNY), date(2026, 4, 9)
>>> row = {"id": "B1", "kind": "预算", "plan": "Q2", "date": day, "amount": Amount.of(900, CNY)}
>>> book.add({**row, PLACE: ("a", 2)}, "", "")
>>> for customer, amount in (("D1", 20), ("D2", 10)):
...     row = {"id": "A1", "kind": "支出", "plan": "Q2", "date": day, "amount": Amount.of(amount, CNY), "budget": "B1"}
...     book.add({**row, PLACE: ("a", 3)}, customer, "")
>>> [(part.customer, str(part.amount)) for part in book.book().spent[0].parts]
[('D1', '20.00 CNY'), ('D2', '10.00 CNY')]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from attrs import field, frozen

from pharmasales.channel.expense.book import ExpenseBook
from pharmasales.channel.expense.entries import Budget, BudgetChange, Commitment, ExpenseEntry, Shared, Spent
from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue, PharmaSalesError
from pharmasales.units import Amount, Unit
from pharmasales.workspace.credit.places import placed
from pharmasales.workspace.diary_cells import known_word, spelled
from pharmasales.workspace.refusals import refuse
from pharmasales.workspace.rows import PLACE

__all__ = ["ENTRIES", "ExpenseRows"]

ENTRIES: Mapping[str, Says] = MappingProxyType(
    {
        "budget": Says("budget", "预算"),
        "change": Says("change of budget", "预算调整"),
        "commitment": Says("commitment", "费用申请"),
        "expense": Says("expense", "费用支出"),
    }
)
"""What a row may be, by its word."""

_ALSO = {
    "申请": "commitment",
    "占用": "commitment",
    "支出": "expense",
    "报销": "expense",
    "调整": "change",
    "追加预算": "change",
}
_KINDS = {**_ALSO, **spelled(ENTRIES)}
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "budget": ("plan",),
    "change": ("budget", "asker", "approver"),
    "commitment": ("budget", "asker"),
    "expense": ("plan",),
}
_ONE = ("kind", "plan", "date", "budget", "commitment", "asker", "approver", "approved", "closed")
_COLUMNS = {"on": "date", "asked_by": "asker", "approved_by": "approver", "shares": "customer"}

_Row: TypeAlias = Mapping[str, Any]
_Part: TypeAlias = tuple[_Row, str, str]
"""A row, its customer and its product."""


@frozen
class ExpenseRows:
    """Gathers the rows of the table; `book` checks them against each other.

    Args:
        money: the unit of the book.
    """

    money: Unit
    _entries: dict[tuple[str, str], list[_Part]] = field(factory=dict, init=False, repr=False)

    def add(self, row: _Row, customer: str, product: str) -> None:
        """Take a row.

        Args:
            row: its cells by column, with its place.
            customer: the id under which its customer counts; "" where it is for none in particular.
            product: the id of its product; "" where it is for none in particular.

        Raises:
            BadValue: an unknown kind, or an entry that cannot be.
            BadRows: cells that this kind needs and that are empty, or a row that differs from the first of its entry.
        """
        kind = known_word(row["kind"], _KINDS, ENTRIES, "kind")
        empty = (
            BadValue("empty", where=one, hint="fill it in", code="cell.empty")
            for one in _NEEDED[kind]
            if not row.get(one)
        )
        refuse(*empty)
        parts = self._entries.get((kind, row["id"]), [])
        if parts:
            refuse(*_unlike(parts, row, kind, customer, product))
        whole = [*parts, (row, customer, product)]
        try:
            _MAKERS[kind](whole)
        except (BadValue, BadRule) as error:
            place = error.where.rpartition(" ")[0] in ("budget", "budget change", "commitment", "expense")
            error.where = _COLUMNS.get(error.where, "amount" if place else error.where)
            raise
        self._entries[kind, row["id"]] = whole

    def book(self) -> ExpenseBook:
        """Check all entries against each other.

        Raises:
            BadRows: every entry that cannot be, with the file and row it stands in.
        """
        places = [tuple(row[PLACE] for row, _, _ in parts) for parts in self._entries.values()]
        with placed("entries", places):
            made = [_MAKERS[kind](parts) for (kind, _), parts in self._entries.items()]
            return ExpenseBook.of(made, unit=self.money)


def _unlike(parts: list[_Part], row: _Row, kind: str, customer: str, product: str) -> Iterator[PharmaSalesError]:
    """Yield why a row cannot be a further part of an entry."""
    first = parts[0][0]
    file, number = first[PLACE]
    hint = f"it goes on from {file} row {number}: write it alike, or give it another id"
    if kind in ("budget", "change"):
        yield BadValue(f"the same id as {file} row {number}", where="id", hint="give it another id", code="row.twin")
        return
    for column in _ONE[1:]:
        if first.get(column) != row.get(column):
            yield BadValue("differs from the first row of this entry", where=column, hint=hint, code="row.part")
    if (first["amount"].minor < 0) != (row["amount"].minor < 0):
        yield BadValue(
            "money out and money back in one entry", where="amount", hint="give it another id", code="row.part"
        )
    if any((one, other) == (customer, product) for _, one, other in parts):
        yield BadValue("one customer and product twice", where="customer", hint="add them up", code="row.twice")


def _whole(parts: list[_Part]) -> tuple[Amount, list[Shared]]:
    """Return the amount of an entry, and its shares by the amounts of its rows."""
    amount = Amount.total((row["amount"] for row, _, _ in parts), parts[0][0]["amount"].unit)
    if len(parts) == 1:
        return amount, [Shared(parts[0][1], parts[0][2])]
    return amount, [Shared(customer, product, abs(row["amount"].minor)) for row, customer, product in parts]


def _budget(parts: list[_Part]) -> Budget:
    row, customer, product = parts[0]
    return Budget(row["id"], row["plan"], row["date"], row["amount"], customer, product)


def _change(parts: list[_Part]) -> BudgetChange:
    row = parts[0][0]
    return BudgetChange(row["id"], row["budget"], row["date"], row["amount"], row["asker"], row["approver"])


def _commitment(parts: list[_Part]) -> Commitment:
    row, (amount, shares) = parts[0][0], _whole(parts)
    days = row.get("approved"), row.get("closed")
    return Commitment(
        row["id"], row["budget"], row["date"], amount, row["asker"], tuple(shares), row.get("approver") or "", *days
    )


def _spent(parts: list[_Part]) -> Spent:
    row, (amount, shares) = parts[0][0], _whole(parts)
    return Spent(
        row["id"], row["plan"], row["date"], amount, tuple(shares), row.get("commitment") or "", row.get("budget") or ""
    )


_MAKERS: Mapping[str, Callable[[list[_Part]], ExpenseEntry]] = {
    "budget": _budget,
    "change": _change,
    "commitment": _commitment,
    "expense": _spent,
}
