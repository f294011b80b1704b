"""Expense (费用): what may be spent, what is promised, what was spent, and what is still free, with its reason.

An `ExpenseBook` holds budgets, commitments and expenses. `expense_by` says by plan, customer, product or budget what is
free; `output_input` what came out of it; `expense_alerts` what is over its budget, since when, and who does what by
when. Expenses are split exactly over customers and products, and a commitment is approved by another than the asker.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.channel.expense.alerts import ExpenseAlert, ExpenseTask, alert_table, expense_alerts
    from pharmasales.channel.expense.book import ExpenseBook
    from pharmasales.channel.expense.control import ExpenseLine, ExpenseView, expense_by, expense_table
    from pharmasales.channel.expense.entries import (
        Budget,
        BudgetChange,
        Commitment,
        ExpenseEntry,
        ExpensePart,
        Shared,
        Spent,
    )
    from pharmasales.channel.expense.output import OutputInput, output_input, output_table
    from pharmasales.channel.expense.policy import (
        EXPENSE_ALERTS,
        EXPENSE_POLICY,
        ExpenseAlertKey,
        ExpensePolicy,
        ExpenseStep,
    )
    from pharmasales.channel.expense.records import expense_data, expense_from

__all__ = [
    "EXPENSE_ALERTS",
    "EXPENSE_POLICY",
    "Budget",
    "BudgetChange",
    "Commitment",
    "ExpenseAlert",
    "ExpenseAlertKey",
    "ExpenseBook",
    "ExpenseEntry",
    "ExpenseLine",
    "ExpensePart",
    "ExpensePolicy",
    "ExpenseStep",
    "ExpenseTask",
    "ExpenseView",
    "OutputInput",
    "Shared",
    "Spent",
    "alert_table",
    "expense_alerts",
    "expense_by",
    "expense_data",
    "expense_from",
    "expense_table",
    "output_input",
    "output_table",
]

_MODULES = {
    "policy": "EXPENSE_ALERTS EXPENSE_POLICY ExpenseAlertKey ExpensePolicy ExpenseStep",
    "entries": "Budget BudgetChange Commitment ExpenseEntry ExpensePart Shared Spent",
    "book": "ExpenseBook",
    "control": "ExpenseLine ExpenseView expense_by expense_table",
    "output": "OutputInput output_input output_table",
    "alerts": "ExpenseAlert ExpenseTask alert_table expense_alerts",
    "records": "expense_data expense_from",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
