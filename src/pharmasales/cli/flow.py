"""`pharmasales flow`: a month of the distributors' files, cleaned and matched, closed, and restated by versions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pharmasales.cli.shared import (
    AsJson,
    AsOf,
    Dir,
    InLang,
    TableNames,
    lang_of,
    named_tables,
    now,
    period_of,
    plain_rows,
    progress,
    reported,
    say_notes,
    today,
    typer,
)
from pharmasales.display import Lang, Table
from pharmasales.periods import Month
from pharmasales.workspace import Workspace
from pharmasales.workspace import flow as desks

__all__ = ["flow"]

_SHOWN = (
    "balance",
    "restated",
    "held_reasons",
    "questions",
    "cross_region",
    "chain_differences",
    "primary_secondary",
    "stock_counts",
    "unfounded_returns",
)


def flow(
    folder: Dir,
    period: Annotated[str, typer.Option("--period", metavar="MONTH", help="The month, as 2026-01.")],
    close: Annotated[bool, typer.Option("--close", help="Close the month, or restate a closed one.")] = False,
    by: Annotated[str, typer.Option("--by", metavar="ID", envvar="PHARMASALES_BY", help="The id of who closes.")] = "",
    why: Annotated[
        str,
        typer.Option(
            "--why", metavar="TEXT", help="Why it is closed with held lines, or restated; no personal values."
        ),
    ] = "",
    version: Annotated[
        int | None, typer.Option("--version", metavar="N", help="Show this version of a closed month; 0 the latest.")
    ] = None,
    table: TableNames = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="How many rows of a table are shown.")] = 12,
    as_of: AsOf = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Clean a month of flow files, match and hold; writes tables and a page to DIR/out/flow-MONTH.

    Tables: balance, files, held, questions, sales, cross_region, unfounded_returns, and where there are stock cards
    chain_differences, chain, primary_secondary, stock_counts. Fill in `id`, `by` and `date` of questions.csv and append
    its rows to the table aliases: the next run knows the names.

    With --close the month is kept for good; what comes later is shown against it, and counts when it is closed again.
    """
    month = _month(period)
    if close and not by:
        raise typer.BadParameter("who closes?", param_hint="--by")
    if close and version is not None:
        raise typer.BadParameter("a version is shown, not closed", param_hint="--version")
    with reported(as_json) as report:
        space = Workspace.open(folder)
        said, desk = lang_of(lang, space), desks.FlowDesk(space, month)
        if version is not None:
            with progress(as_json) as tell:
                shown = desk.closed(version or None, tell)
            report |= {"note": shown.note.text(said), "closed": plain_rows(shown.table, said)}
            if not as_json:
                _show_version(shown, said, limit)
            return
        with progress(as_json) as tell:
            if close:
                made = desk.close(by, today(as_of), now(), why, lang=said, progress=tell)
            else:
                made = desk.run(lang=said, progress=tell)
        chosen = named_tables(table or (), {one.name: one for one in made.tables})
        report |= _told(made, chosen or made.tables, said)
        if not as_json:
            _show(made, chosen or list(filter(None, map(made.table, _SHOWN))), said, limit)


def _month(text: str) -> Month:
    found = period_of(text)
    if not isinstance(found, Month):
        raise typer.BadParameter("flow goes by the month; write 2026-01", param_hint="--period")
    return found


def _told(made: desks.FlowMade, tables: Iterable[Table], lang: Lang) -> dict[str, Any]:
    kept = made.run.kept
    return {
        "out": str(made.folder),
        "state": "open" if kept is None else "closed",
        "version": None if kept is None else kept.latest,
        **{table.name: plain_rows(table, lang) for table in tables},
        "notes": [note.text(lang) for note in made.run.notes],
    }


def _show(made: desks.FlowMade, shown: Iterable[Table], lang: Lang, limit: int) -> None:
    typer.echo(f"-> {made.folder}")
    say_notes(made.run.notes, lang)
    for table in shown:
        if len(table):
            _titled(table, lang, limit)


def _show_version(shown: desks.ClosedShown, lang: Lang, limit: int) -> None:
    typer.echo(shown.note.text(lang))
    _titled(shown.table, lang, limit)


def _titled(table: Table, lang: Lang, limit: int) -> None:
    typer.echo(f"\n{table.title.text(lang)}\n{table.text(lang, most=limit)}")
