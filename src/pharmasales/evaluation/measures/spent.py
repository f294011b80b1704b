"""What expenses bring to the measures (费用计数): the cost and the budget of each node.

An expense belongs to whoever answers for the customer that its share is for, else to whoever answers for its plan. What
nobody answers for is listed as left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pharmasales.channel.expense.book import ExpenseBook
from pharmasales.evaluation.measures.items import Item

__all__ = ["expense_items"]


def expense_items(book: ExpenseBook, owners: Mapping[str, str], plans: Mapping[str, str]) -> Iterator[Item]:
    """Yield what was spent as cost, share by share, and budgets with their changes.

    Args:
        book: the expenses that are kept.
        owners: the node that answers for each customer, by id of the customer.
        plans: the node that answers for each plan, by id of the plan.

    Source: S004-53, S004-57 (expense against budget).
    """
    for spent in book.spent:
        node = plans.get(spent.plan, "")
        parts = [(owners.get(part.customer, node), part.amount) for part in spent.parts]
        for number, (owner, amount) in enumerate(parts or [(node, spent.amount)], 1):
            yield Item("cost", owner, amount, spent.on, f"expense {spent.id}/{number}")
    homes = {one.id: owners.get(one.customer, plans.get(one.plan, "")) for one in book.budgets}
    for budget in book.budgets:
        yield Item("budget", homes[budget.id], budget.amount, budget.on, f"budget {budget.id}")
    for change in book.changes:
        yield Item("budget", homes[change.budget], change.amount, change.on, f"budget change {change.id}")
