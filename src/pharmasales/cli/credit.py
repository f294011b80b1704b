"""`pharmasales credit`: who owes what since when, who may order, and what expenses have left."""

from __future__ import annotations

from typing import Annotated, Any, cast

from pharmasales.cli.shared import (
    AsJson,
    AsOf,
    Dir,
    InLang,
    TableNames,
    day_in,
    lang_of,
    named_tables,
    period_of,
    plain_rows,
    progress,
    reported,
    say_notes,
    typer,
)
from pharmasales.display import Lang, Table, Why
from pharmasales.workspace import Workspace
from pharmasales.workspace import credit as desks

__all__ = ["credit"]

_BY, _WAY = ("due", "invoiced"), ("told", "fifo")
_FIRST = (
    "ledger_ageing",
    "debts",
    "dso",
    "limits",
    "held",
    "worst_customers",
    "best_customers",
    "expense",
    "expense_alerts",
)
_OF_ONE = ("statement", "ledger_ageing", "order_check", "overdue_interest", "orders", "credit_items", "credit_score")


def credit(
    folder: Dir,
    customer: Annotated[
        str | None,
        typer.Option("--customer", metavar="ID", help="One alone: statement, interest, limit, orders, file."),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="due|invoiced", help="The day that ages count from.")
    ] = None,
    way: Annotated[
        str | None, typer.Option("--way", metavar="told|fifo", help="What receipts pay: as told, or always the oldest.")
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(
            "--period", metavar="PERIOD", help="Of receipts, DSO, best and worst; the last full quarter else."
        ),
    ] = None,
    table: TableNames = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="How many rows of a table are shown.")] = 12,
    as_of: AsOf = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Age what is owed, set limits against it, list who is best and worst; writes DIR/out/credit.

    It reads the tables documents (or receivables), credit_findings, credit_signs, licences and expenses, and the limits
    and orders that `pharmasales order` keeps. Nothing is kept.

    Amounts are as of the day; receipts rate, DSO, best and worst are of the period. With --customer it writes
    DIR/out/credit-ID.
    """
    asked = desks.CreditAsked(
        cast("Any", _word(by, _BY, "--by")),
        cast("Any", _word(way, _WAY, "--way")),
        period_of(period) if period else None,
        customer,
    )
    day = day_in(asked.period, as_of)
    with reported(as_json) as report:
        space = Workspace.open(folder)
        said, desk = lang_of(lang, space), desks.CreditDesk(space)
        with progress(as_json) as tell:
            made = desk.look(day, asked, tell)
            out = desk.write(made, said, tell)
        report |= {"as_of": made.as_of.isoformat(), "period": str(made.period), "out": str(out)}
        chosen = named_tables(table or (), made.tables)
        report |= {one.name: plain_rows(one, said) for one in chosen or made.tables.values()}
        report["notes"] = [note.text(said) for note in made.notes]
        if not as_json:
            typer.echo(f"-> {out}")
            _show(made, chosen, said, limit)


def _word(given: str | None, known: tuple[str, ...], option: str) -> str | None:
    if given is not None and given not in known:
        raise typer.BadParameter(f"write {' or '.join(known)}", param_hint=option)
    return given


def _show(made: desks.CreditMade, chosen: list[Table], lang: Lang, limit: int) -> None:
    say_notes(made.notes, lang)
    if not chosen:
        typer.echo(f"\n{made.money.why().text(lang)}")
        for name in _OF_ONE if made.customer else _FIRST:
            table = made.tables.get(name)
            if table is not None and len(table):
                whole = made.customer or name == "ledger_ageing"
                _titled(table.without("why"), lang, len(table) if whole else limit)
    for table in chosen:
        _titled(table, lang, limit)
    if made.customer:
        why = next(made.tables["limits"].records())["why"]
        typer.echo("\n".join(["", *(why.lines(lang) if isinstance(why, Why) else ())]))


def _titled(table: Table, lang: Lang, most: int) -> None:
    typer.echo(f"\n{table.title.text(lang)}\n{table.text(lang, most=most)}")
