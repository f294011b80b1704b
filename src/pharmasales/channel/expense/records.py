"""A book of expenses as plain data and back (存储格式), checked again when it is read.

>>> from pharmasales.units import CNY
>>> book = ExpenseBook.of([Budget("B1", "launch", date(2026, 4, 1), Amount.of(100, CNY))])
>>> expense_from(expense_data(book)) == book
True
>>> expense_from({"unit": ["CNY", 2]})
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: no book of expenses: data of another form [expense.record]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from pharmasales.channel.expense.book import ExpenseBook
from pharmasales.channel.expense.entries import Budget, BudgetChange, Commitment, ExpenseEntry, Shared, Spent
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.units import Amount, Unit
from pharmasales.yearplan import day_from, day_text

__all__ = ["expense_data", "expense_from"]


def expense_data(book: ExpenseBook) -> dict[str, Any]:
    """Return a book of expenses as plain JSON, amounts in smallest parts; `expense_from` reads it back."""
    unit = book.unit
    return {
        "unit": [unit.code, unit.decimals, unit.en, unit.zh],
        "budgets": [
            {**_head(one), "plan": one.plan, "customer": one.customer, "product": one.product} for one in book.budgets
        ],
        "changes": [
            {
                **_head(one),
                "budget": one.budget,
                "asked_by": one.asked_by,
                "approved_by": one.approved_by,
                "reason": one.reason,
            }
            for one in book.changes
        ],
        "commitments": [
            {
                **_head(one),
                "budget": one.budget,
                "asked_by": one.asked_by,
                "shares": _shares_data(one.shares),
                "approved_by": one.approved_by,
                "approved_on": day_text(one.approved_on),
                "closed_on": day_text(one.closed_on),
            }
            for one in book.commitments
        ],
        "spent": [
            {
                **_head(one),
                "plan": one.plan,
                "shares": _shares_data(one.shares),
                "commitment": one.commitment,
                "budget": one.budget,
                "note": one.note,
            }
            for one in book.spent
        ],
    }


def _head(one: ExpenseEntry) -> dict[str, Any]:
    return {"id": one.id, "on": one.on.isoformat(), "amount": one.amount.minor}


def _shares_data(shares: Iterable[Shared]) -> list[list[str]]:
    return [[one.customer, one.product, str(one.weight)] for one in shares]


def expense_from(data: Mapping[str, Any]) -> ExpenseBook:
    """Read a book of expenses back.

    Raises:
        BadValue: data of another form, or an entry that cannot be.
        BadRows: entries that do not fit each other.
    """
    try:
        unit = Unit(*data["unit"])
        entries = list(_entries(data, unit))
    except PharmaSalesError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError):
        # It may quote somebody's words, so nothing of it is shown.
        raise BadValue("no book of expenses: data of another form", code="expense.record") from None
    return ExpenseBook.of(entries, unit=unit)


def _entries(data: Mapping[str, Any], unit: Unit) -> Iterator[ExpenseEntry]:
    for one in data["budgets"]:
        day, money = _dated(one, unit)
        yield Budget(one["id"], one["plan"], day, money, one["customer"], one["product"])
    for one in data["changes"]:
        day, money = _dated(one, unit)
        yield BudgetChange(one["id"], one["budget"], day, money, one["asked_by"], one["approved_by"], one["reason"])
    for one in data["commitments"]:
        day, money = _dated(one, unit)
        days = day_from(one["approved_on"]), day_from(one["closed_on"])
        shares = _shares_from(one["shares"])
        yield Commitment(one["id"], one["budget"], day, money, one["asked_by"], shares, one["approved_by"], *days)
    for one in data["spent"]:
        day, money = _dated(one, unit)
        shares = _shares_from(one["shares"])
        yield Spent(one["id"], one["plan"], day, money, shares, one["commitment"], one["budget"], one["note"])


def _dated(one: Mapping[str, Any], unit: Unit) -> tuple[date, Amount]:
    return date.fromisoformat(one["on"]), Amount(one["amount"], unit)


def _shares_from(given: Iterable[Iterable[str]]) -> list[Shared]:
    return [Shared(customer, product, Fraction(weight)) for customer, product, weight in given]
