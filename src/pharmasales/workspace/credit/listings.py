"""Listings of the desk of money and credit (报表明细): best and worst, files, DSO, expense; each from its room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import evolve

from pharmasales.channel.credit.scoring import credit_score
from pharmasales.channel.expense.alerts import alert_table, expense_alerts
from pharmasales.channel.expense.book import ExpenseBook
from pharmasales.channel.expense.control import ExpenseView, expense_by, expense_table
from pharmasales.channel.expense.entries import ExpenseEntry
from pharmasales.channel.expense.output import output_input, output_table
from pharmasales.channel.money.best import best_customers
from pharmasales.channel.money.facts import customer_money
from pharmasales.channel.money.in_period import net_sales
from pharmasales.channel.money.turnover import DSO_FORMULAS, Dso
from pharmasales.channel.money.worst import worst_customers
from pharmasales.display import Cell, Column, Says, Table
from pharmasales.periods import Period
from pharmasales.rules import Field
from pharmasales.units import Amount
from pharmasales.workspace.credit.books import CreditBooks

__all__ = ["best_and_worst", "dso_table", "expense_tables", "files_table"]


def best_and_worst(books: CreditBooks, period: Period, notes: list[Says]) -> list[Table]:
    """Return the best and, where the settings say what is poor, the worst customers of a period.

    Args:
        books: what the files say.
        period: the period.
        notes: to which is added what a reader should know: a list that is too short, or what is not set.
    """
    asked, money = books.settings.credit, books.settings.money
    facts = customer_money(books.ledger, period, over_days=asked.old_days, by=asked.by, way=asked.way)
    best = best_customers(facts, in_time=asked.in_time, least=asked.least, most=asked.most)
    notes += [Says(one.head("en"), one.head("zh")) for one in best.warnings]
    if asked.poor is None:
        notes.append(
            Says(
                "nobody is listed as worst: set [credit] worst_poor, the sales below which they are poor",
                "未列最差客户：请设置 [credit] worst_poor（销售额低于多少为差）",
            )
        )
        return [best.table()]
    poor = Field("sales", "销售额").below(asked.poor)
    return [best.table(), worst_customers(facts, poor, least=Amount.of(asked.old, money), unit=money).table()]


def files_table(books: CreditBooks, day: date) -> Table:
    """Return a row a dealer: points of its file, whether it is complete, score and class."""
    rows: list[tuple[Cell, ...]] = []
    for customer in books.dealers():
        state = books.file(customer, day)
        score = credit_score(state)
        rows.append(
            (customer, state.since, state.points, _YES[state.complete], score.points, score.credit_class, state.why)
        )
    return Table("credit_files", Says("Credit files", "资信档案"), _FILES, rows)


def expense_tables(books: CreditBooks, book: ExpenseBook, day: date, period: Period) -> list[Table]:
    """Return expense by plan, customer and product, its alerts, and what was sold for it in the period."""
    views: list[Table] = []
    for view, name, title in _VIEWS:
        views.append(evolve(expense_table(expense_by(book, day, view)), name=name, title=title))
    alerts = expense_alerts(book, day, books.settings.credit.expense)
    kept: list[ExpenseEntry] = [
        *book.budgets,
        *book.changes,
        *book.commitments,
        *(one for one in book.spent if one.on in period),
    ]
    lines = expense_by(ExpenseBook.of(kept, unit=book.unit), period.end, "customer")
    sold = {customer: net_sales(books.ledger, period, customer) for customer in books.ledger.accounts}
    spent = [line for line in lines if line.spent.minor]
    outputs = {line.key: sold.get(line.key) for line in spent}
    return [*views, alert_table(alerts), output_table(output_input(spent, outputs))]


def dso_table(found: Iterable[Dso]) -> Table:
    """Return a row a formula: what was open, the days, and the arithmetic."""
    rows: list[tuple[Cell, ...]] = [(DSO_FORMULAS[one.formula], one.open.value, one.days, one.why) for one in found]
    return Table("dso", Says("Days sales outstanding", "应收账款周转天数"), _DSO, rows)


_YES = {True: Says("yes", "是"), False: Says("no", "否")}
_VIEWS: tuple[tuple[ExpenseView, str, Says], ...] = (
    ("plan", "expense", Says("Expense by plan", "费用执行表（按计划）")),
    ("customer", "expense_customers", Says("Expense by customer", "费用执行表（按客户）")),
    ("product", "expense_products", Says("Expense by product", "费用执行表（按产品）")),
)
_FILES = (
    Column("customer", "Customer", "客户"),
    Column("since", "First deal", "首笔交易", "date"),
    Column("points", "Points of 100", "完整度", "number"),
    Column("complete", "Complete", "完整"),
    Column("score", "Score", "资信分", "number"),
    Column("class", "Class", "等级"),
    Column("why", "Why", "说明", "why"),
)
_DSO = (
    Column("formula", "Formula", "公式"),
    Column("open", "Open", "未收", "amount"),
    Column("days", "Days", "天数", "number"),
    Column("why", "Why", "说明", "why"),
)
