"""Alerts of expense (超支预警): what is over its budget, since when, by which entry, and who does what by when.

>>> from pharmasales.channel.expense.entries import Budget, Spent
>>> from pharmasales.units import CNY
>>> book = ExpenseBook.of([
...     Budget("B1", "launch", date(2026, 4, 1), Amount.of(100, CNY)),
...     Spent("A1", "launch", date(2026, 4, 9), Amount.of(120, CNY), budget="B1"),
... ])
>>> alert = expense_alerts(book, date(2026, 4, 30))[0]
>>> print(alert.why)
B1 over budget since 2026-04-09, by A1
  B1: -20.00 CNY free, 120.0% used
    budget 100.00 CNY - committed 0.00 CNY - spent not from it 120.00 CNY = -20.00 CNY
>>> [(task.who.en, task.due.isoformat()) for task in alert.tasks][:2]
[('manager', '2026-04-09'), ('asker', '2026-04-11')]

Source: S004-57 (超预算).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from attrs import field, frozen

from pharmasales.channel.expense.book import ExpenseBook
from pharmasales.channel.expense.control import ExpenseLine, ExpenseView, beside_budgets, entry_keys, expense_by
from pharmasales.channel.expense.policy import EXPENSE_ALERTS, EXPENSE_POLICY, ExpenseAlertKey, ExpensePolicy
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.units import Amount

__all__ = ["ExpenseAlert", "ExpenseTask", "alert_table", "expense_alerts"]


@frozen
class ExpenseTask:
    """What is to be done because of an alert (预案任务).

    Args:
        order: its place, from 1.
        who: whose it is.
        what: what to do.
        due: the last day; counted from the day since which the alert stands, so it does not move.
    """

    order: int
    who: Says
    what: Says
    due: date


@frozen
class ExpenseAlert:
    """One budget, plan, customer or product that is over, nearly used up, or without a budget (费用预警).

    Args:
        kind: `over`, `unbudgeted` or `near`.
        line: its figures.
        since: since which day it stands without a break.
        cause: the numbers of the entries of that day.
        tasks: who does what by when.
    """

    kind: ExpenseAlertKey
    line: ExpenseLine
    since: date
    cause: tuple[str, ...]
    tasks: tuple[ExpenseTask, ...] = field(repr=False)

    @property
    def why(self) -> Why:
        """What it is, since when, by which entries, and the arithmetic."""
        return because(
            "{key} {kind} since {day}, by {cause}",
            "{key} 自 {day} 起{kind}，单据 {cause}",
            self.line.why,
            key=self.line.key or Says("no id", "未指定"),
            kind=EXPENSE_ALERTS[self.kind],
            day=self.since,
            cause=", ".join(self.cause),
        )


def expense_alerts(
    book: ExpenseBook, as_of: date, policy: ExpensePolicy = EXPENSE_POLICY, *, view: ExpenseView = "budget"
) -> tuple[ExpenseAlert, ...]:
    """Find what is over its budget, without one, or nearly used up (超支预警), the worst kind first, then by id.

    Without a budget is what was spent from none. A customer or product without a budget of its own, whose expenses a
    plan's budget pays, is no alert.

    Args:
        book: the entries.
        as_of: the day.
        policy: from which share a budget is nearly used up, and what is done.
        view: by what.
    """
    lines = {line.key: line for line in expense_by(book, as_of, view)}
    kinds, keys = _kinds(book, as_of, policy, view), entry_keys(book, as_of, view)
    since = _since(book, policy, view, kinds, sorted(keys, reverse=True))
    order = list(EXPENSE_ALERTS)
    alerts = [
        ExpenseAlert(kind, lines[key], since[key], _cause(keys[since[key]], key), _tasks(policy, kind, since[key]))
        for key, kind in kinds.items()
    ]
    return tuple(sorted(alerts, key=lambda one: (order.index(one.kind), one.line.key)))


def _kinds(book: ExpenseBook, day: date, policy: ExpensePolicy, view: ExpenseView) -> dict[str, ExpenseAlertKey]:
    """Return the kind of alert that stands on a day, by id."""
    beside = {key for key, amount in beside_budgets(book, day, view).items() if amount.minor > 0}
    told = ((line.key, _kind(line, policy, beside=line.key in beside)) for line in expense_by(book, day, view))
    return {key: kind for key, kind in told if kind}


def _kind(line: ExpenseLine, policy: ExpensePolicy, *, beside: bool) -> ExpenseAlertKey | None:
    if line.budget is None or line.free is None:
        return "unbudgeted" if beside else None
    if line.free.minor < 0:
        return "over"
    return "near" if line.used is not None and line.used >= policy.near else None


def _since(
    book: ExpenseBook,
    policy: ExpensePolicy,
    view: ExpenseView,
    kinds: Mapping[str, ExpenseAlertKey],
    days: Iterable[date],
) -> dict[str, date]:
    """Go back day by day while a kind of alert stands; return the first day of that stretch, by key."""
    since: dict[str, date] = {}
    standing = dict(kinds)
    for day in days:
        if not standing:
            break
        then = _kinds(book, day, policy, view)
        standing = {key: kind for key, kind in standing.items() if then.get(key) == kind}
        since |= dict.fromkeys(standing, day)
    return since


def _cause(entries: Iterable[tuple[str, str]], key: str) -> tuple[str, ...]:
    return tuple(sorted({number for name, number in entries if name == key}))


def _tasks(policy: ExpensePolicy, kind: ExpenseAlertKey, since: date) -> tuple[ExpenseTask, ...]:
    return tuple(
        ExpenseTask(step.order, step.who, step.what, since + timedelta(days=step.within))
        for step in policy.playbook[kind]
    )


def alert_table(alerts: Iterable[ExpenseAlert]) -> Table:
    """Return a row a task: the alert, what is free, since when, and who does what by when."""
    columns = (
        Column("alert", "Alert", "预警"),
        Column("id", "Id", "编号"),
        Column("free", "Free", "可用", "amount"),
        Column("since", "Since", "自", "date"),
        Column("who", "Who", "责任人"),
        Column("what", "What to do", "措施"),
        Column("due", "Until", "期限", "date"),
    )
    return Table("expense_alerts", Says("Alerts of expense", "费用预警"), columns, list(_rows(alerts)))


def _rows(alerts: Iterable[ExpenseAlert]) -> Iterator[tuple[Cell, ...]]:
    for one in alerts:
        free: Amount | None = one.line.free
        head: tuple[Cell, ...] = (EXPENSE_ALERTS[one.kind], one.line.key or None, None if free is None else free.value)
        for task in one.tasks:
            yield (*head, one.since, task.who, task.what, task.due)
