"""The desk of money and credit (资信与回款): who owes what since when, who may order, what expenses have left.

Nothing is kept: ledger, findings and expenses come of the files, limits and orders of the store, and the rest follows.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import get_args

from attrs import evolve, field, frozen

from pharmasales.channel.buckets import AgeBasis
from pharmasales.channel.credit.scoring import credit_score
from pharmasales.channel.money.ageing import LedgerAgeing, age_ledger
from pharmasales.channel.money.contracts import contract_money, contract_table
from pharmasales.channel.money.in_period import PeriodMoney, period_money, period_money_table
from pharmasales.channel.money.interest import overdue_interest
from pharmasales.channel.money.ledger import Ledger
from pharmasales.channel.money.settling import MatchingWay
from pharmasales.channel.money.statement import statement_of
from pharmasales.channel.money.turnover import Dso, DsoFormula, ledger_dso
from pharmasales.display import Lang, Says, Table
from pharmasales.periods import Period, Quarter
from pharmasales.storage.protocol import Reader
from pharmasales.workspace.credit.books import CreditBooks, credit_books
from pharmasales.workspace.credit.listings import best_and_worst, dso_table, expense_tables, files_table
from pharmasales.workspace.credit.page import credit_page
from pharmasales.workspace.credit.standings import (
    Standing,
    orders_of,
    orders_table,
    standing_of,
    standings_of,
    standings_table,
)
from pharmasales.workspace.desk_outputs import DeskOutputs
from pharmasales.workspace.doing import Progress, quiet
from pharmasales.workspace.file_names import folder_name
from pharmasales.workspace.workspace import Workspace

__all__ = ["CreditAsked", "CreditDesk", "CreditMade", "last_quarter"]


@frozen
class CreditAsked:
    """What is asked of the desk; the settings of the workspace where left out.

    Args:
        by: the day that ages count from.
        way: how receipts are held against invoices.
        period: of receipts, DSO, best and worst; the last quarter that was over on the day where left out.
        customer: one dealer alone, with its statement, interest, limit and orders.
    """

    by: AgeBasis | None = None
    way: MatchingWay | None = None
    period: Period | None = None
    customer: str | None = None


@frozen
class CreditMade:
    """What the desk found (资信与回款报表).

    Args:
        as_of: the day.
        period: the period of receipts, DSO, best and worst.
        tables: by name.
        notes: what was left out, and why.
        aged: the ageing, for its picture.
        money: what was owed, sold and paid in the period.
        dso: by each formula.
        customer: the dealer that it is about alone, or "".
    """

    as_of: date
    period: Period
    tables: dict[str, Table] = field(repr=lambda tables: ", ".join(tables))
    notes: tuple[Says, ...] = field(repr=False)
    aged: LedgerAgeing = field(repr=False)
    money: PeriodMoney = field(repr=False)
    dso: tuple[Dso, ...] = field(repr=False)
    customer: str = ""


def last_quarter(day: date) -> Quarter:
    """Return the last quarter that is over on a day.

    >>> str(last_quarter(date(2026, 1, 5))), str(last_quarter(date(2025, 12, 31)))
    ('2025-Q4', '2025-Q4')
    """
    now = Quarter(day.year, (day.month + 2) // 3)
    if now.end <= day:
        return now
    return Quarter(now.year, now.quarter - 1) if now.quarter > 1 else Quarter(now.year - 1, 4)


@frozen
class CreditDesk:
    """Works out money and credit of a workspace; a reader of a part is refused.

    Args:
        space: the workspace.
    """

    space: Workspace

    def look(self, as_of: date, asked: CreditAsked | None = None, progress: Progress = quiet) -> CreditMade:
        """Work out every table as of a day; nothing is kept or written.

        Args:
            as_of: the day, past or not.
            asked: what is asked.
            progress: called with the name of each file as it is begun.

        Raises:
            NotFound: nothing is known of the customer asked.
            PharmaSalesError: whatever the files refuse.
            StorageError: `storage.scope` for a reader of a part.
        """
        given = asked or CreditAsked()
        books = self._books(credit_books(self.space, progress), given)
        period = given.period or last_quarter(as_of)
        with self.space.kept_store() as store:
            if given.customer is None:
                return _everybody(books, store, as_of, period)
            return _one(books, store, as_of, period, given.customer)

    def write(self, made: CreditMade, lang: Lang | None = None, progress: Progress = quiet) -> Path:
        """Write the tables, a workbook and the page; return their folder, `out/credit` or `out/credit-CUSTOMER`.

        Args:
            made: what was found.
            lang: of the outputs; the workspace's own where left out.
            progress: called with what is begun.

        Raises:
            BadConfig: a package for workbooks or pictures is not installed.
            StorageError: the disk is full or may not be written.
        """
        name = f"credit-{folder_name(made.customer)}" if made.customer else "credit"
        folder = self.space.root / "out" / name
        page = credit_page(made.tables, made.notes, made.aged, made.money, made.dso, made.customer)
        said = lang or self.space.settings.lang
        DeskOutputs(folder, made.as_of, page, tuple(made.tables.values()), made.notes, said).write(progress)
        return folder

    def _books(self, books: CreditBooks, asked: CreditAsked) -> CreditBooks:
        """Return what the files say, looked at in the way asked."""
        own = books.settings.credit
        credit = evolve(own, by=asked.by or own.by, way=asked.way or own.way)
        return evolve(books, settings=evolve(books.settings, credit=credit))


def _aged(books: CreditBooks, day: date, customer: str | None = None) -> LedgerAgeing:
    asked = books.settings.credit
    ledger = books.ledger if customer is None else _only(books.ledger, customer)
    return age_ledger(ledger, day, asked.buckets, by=asked.by, way=asked.way)


def _only(ledger: Ledger, customer: str) -> Ledger:
    """Return the documents of one customer."""
    account = ledger.accounts.get(customer)
    own = [*account.invoices, *account.credits, *account.reversals] if account else []
    disputes = [one for held in account.disputes.values() for one in held] if account else []
    return Ledger.of(
        [*own, *disputes, *(one for one in ledger.contracts if one.customer == customer)], unit=ledger.unit
    )


def _everybody(books: CreditBooks, store: Reader | None, day: date, period: Period) -> CreditMade:
    aged, notes = _aged(books, day), list[Says]()
    ledger, way = books.ledger, books.settings.credit.way
    dso = _dso(ledger, period, way)
    orders = orders_of(store)
    found = [
        aged.table(),
        aged.customers(),
        aged.money.table(),
        period_money_table(ledger, period),
        dso_table(dso),
        *best_and_worst(books, period, notes),
        standings_table(standings_of(store, books, day)),
        orders_table(orders),
        orders_table(orders, "held"),
        files_table(books, day),
        contract_table(contract_money(ledger, day, way=way)),
        *(() if books.expenses is None else expense_tables(books, books.expenses, day, period)),
    ]
    if books.expenses is None:
        notes.append(Says("no table of expenses", "无费用台账"))
    notes += _unlicensed(books)
    tables = {table.name: table for table in found}
    return CreditMade(day, period, tables, tuple(notes), aged, period_money(ledger, period), dso)


def _one(books: CreditBooks, store: Reader | None, day: date, period: Period, customer: str) -> CreditMade:
    """Work out what concerns one dealer: statement, interest, limit, orders, file."""
    books.known(customer)
    asked, own = books.settings.credit, evolve(books, ledger=_only(books.ledger, customer))
    ledger, notes = own.ledger, list[Says]()
    known, standing = customer in ledger.accounts, standing_of(store, books, customer, day)
    state = books.file(customer, day)
    found = [_aged(own, day).table(), _arithmetic(standing), standings_table([standing])]
    if known:
        found.insert(0, statement_of(ledger, customer, min(period.start, day), day).table())
        found.append(_aged(own, day).money.table())
    else:
        notes.append(Says("no documents of money", "无往来单据"))
    if asked.interest is None:
        notes.append(Says("no interest: set [credit] interest", "未计利息：请设置 [credit] interest"))
    else:
        found.append(overdue_interest(ledger, day, asked.interest, asked.day_count, way=asked.way).table())
    found += [orders_table(orders_of(store, customer)), state.table(), credit_score(state).table()]
    dso = _dso(ledger, period, asked.way)
    tables = {table.name: table for table in [*found, dso_table(dso)]}
    return CreditMade(day, period, tables, tuple(notes), _aged(own, day), period_money(ledger, period), dso, customer)


def _unlicensed(books: CreditBooks) -> list[Says]:
    """Say for how many dealers no licence is on file: nothing is sold to them until there is one."""
    lacking = sum(books.licence(customer) is None for customer in books.dealers())
    if not lacking:
        return []
    en, zh = f"no licence is on file of {lacking} dealers", f"{lacking} 家客户未登记许可证"
    return [Says(f"{en}: fill in the table licences", f"{zh}：请填写证照表 licences")]


def _arithmetic(standing: Standing) -> Table:
    table = standing.check.table()
    customer = standing.limit.customer
    return evolve(table, title=Says(f"Headroom of {customer}", f"{customer} 可用余额"))


def _dso(ledger: Ledger, period: Period, way: MatchingWay) -> tuple[Dso, ...]:
    """Return the days sales outstanding by each formula."""
    return tuple(ledger_dso(ledger, period, formula, way=way) for formula in get_args(DsoFormula))
