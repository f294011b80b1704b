"""`pharmasales channel`: the four flows of every dealer side by side, and what its papers do not agree in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

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
from pharmasales.display import Lang, Table
from pharmasales.workspace import Workspace
from pharmasales.workspace import channel as desks

__all__ = ["channel"]


def channel(
    folder: Dir,
    period: Annotated[
        str | None,
        typer.Option("--period", metavar="PERIOD", help="2025, 2025-Q4 or 2025-12; the last full quarter else."),
    ] = None,
    dealer: Annotated[
        str | None, typer.Option("--dealer", metavar="ID", help="One alone, with the reason of every figure.")
    ] = None,
    table: TableNames = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="How many rows of a table are shown.")] = 12,
    as_of: AsOf = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Set information, goods, money and ownership of every dealer side by side; writes DIR/out/channel.

    It reads what the desks of credit, stock, flow and agents read, and the tables invoice_lines, deliveries, payers,
    licences and flow_receipts: what none of them says is left out, with a note. Nothing is kept.

    Tables: channel_board, channel_tasks, channel_figures, channel_why, trade_totals, trade_findings, trade_ties.
    """
    asked = period_of(period) if period else None
    day = day_in(asked, as_of)
    with reported(as_json) as report:
        space = Workspace.open(folder)
        said, desk = lang_of(lang, space), desks.ChannelDesk(space, asked)
        with progress(as_json) as tell:
            made = desk.look(day, dealer=dealer, progress=tell)
            out = desk.write(made, said, tell)
        chosen = named_tables(table or (), {one.name: one for one in made.tables})
        report |= _told(made, chosen or made.tables, said) | {"out": str(out)}
        if not as_json:
            typer.echo(f"-> {out}")
            _show(made, chosen, said, limit, alone=dealer is not None)


def _told(made: desks.ChannelMade, tables: Iterable[Table], lang: Lang) -> dict[str, Any]:
    found: dict[str, Any] = {"as_of": made.board.as_of.isoformat(), "period": str(made.board.period)}
    found |= {table.name: plain_rows(table, lang) for table in tables}
    return found | {"notes": [note.text(lang) for note in made.notes]}


def _show(made: desks.ChannelMade, chosen: list[Table], lang: Lang, limit: int, *, alone: bool) -> None:
    say_notes(made.notes, lang)
    for table in chosen or _choice(made, alone=alone):
        if len(table):
            most = len(table) if alone and not chosen else limit
            typer.echo(f"\n{table.title.text(lang)}\n{table.text(lang, most=most)}")


def _choice(made: desks.ChannelMade, *, alone: bool) -> list[Table]:
    """Return what is shown where no table was asked for."""
    board, trade = made.board, made.trade
    shown = [board.table(), board.why_table() if alone else board.tasks_table().without("why")]
    return shown if trade is None else [*shown, trade.totals(), trade.table().without("why", "cure")]
