"""`pharmasales channel`: the four flows of every dealer side by side, and what its papers do not agree in."""

from __future__ import annotations

from typing import Annotated, Any

from pharmasales.cli.shared import (
    AsJson,
    AsOf,
    Dir,
    InLang,
    lang_of,
    period_of,
    plain_rows,
    progress,
    reported,
    today,
    typer,
)
from pharmasales.display import Lang, Says
from pharmasales.workspace import Workspace
from pharmasales.workspace.channel.desk import ChannelDesk, ChannelMade

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
    asked, day = period_of(period) if period else None, today(as_of)
    with reported(as_json) as report:
        space = Workspace.open(folder)
        said, desk = lang_of(lang, space), ChannelDesk(space, asked)
        with progress(as_json) as tell:
            made = desk.look(day, dealer=dealer, progress=tell)
            out = desk.write(made, said, tell)
        report |= _told(made, said) | {"out": str(out)}
        if not as_json:
            typer.echo(f"-> {out}")
            _show(made, said, limit, alone=dealer is not None)


def _told(made: ChannelMade, lang: Lang) -> dict[str, Any]:
    found: dict[str, Any] = {"as_of": made.board.as_of.isoformat(), "period": str(made.board.period)}
    found |= {table.name: plain_rows(table, lang) for table in made.tables}
    return found | {"notes": [note.text(lang) for note in made.notes]}


def _show(made: ChannelMade, lang: Lang, limit: int, *, alone: bool) -> None:
    for note in made.notes:
        typer.echo(Says("note: ", "注意：").text(lang) + note.text(lang))
    board, trade = made.board, made.trade
    shown = [board.table(), board.why_table() if alone else board.tasks_table().without("why")]
    if trade is not None:
        shown += [trade.totals(), trade.table().without("why", "cure")]
    for table in shown:
        if len(table):
            most = len(table) if alone else limit
            typer.echo(f"\n{table.title.text(lang)}\n{table.text(lang, most=most)}")
