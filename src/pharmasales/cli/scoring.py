"""`pharmasales score`, `close`, `reopen`: who scored what in a period, kept for good, and corrected by versions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from attrs import evolve

from pharmasales.cli.shared import (
    AsJson,
    AsOf,
    By,
    Dir,
    InLang,
    day_of,
    lang_of,
    now,
    period_of,
    plain_rows,
    pool,
    progress,
    reported,
    say_notes,
    today,
    typer,
)
from pharmasales.display import Lang, Says, Table
from pharmasales.errors import BadConfig
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.workspace import HandedOut, KeptClosing, PagesAsked, ScoreDesk, ScoresMade, Workspace, sheet_of

__all__ = ["close", "reopen", "score"]

InPeriod = Annotated[str, typer.Option("--period", metavar="PERIOD", help="2026, 2026-Q1, 2026-01 or 2026-W05.")]
Rep = Annotated[str | None, typer.Option("--rep", metavar="ID", help="Whose card is shown; who stands first else.")]
Limit = Annotated[int, typer.Option("--limit", min=0, help="How many rows of a table are shown.")]


def score(
    folder: Dir,
    period: InPeriod,
    rep: Rep = None,
    sheet: Annotated[
        Path | None, typer.Option("--sheet", metavar="FILE", help="Another score sheet than that of DIR, a TOML file.")
    ] = None,
    node: Annotated[
        str | None, typer.Option("--node", metavar="NODE", help="Which node is shown all round; each district else.")
    ] = None,
    formulas: Annotated[
        bool, typer.Option("--formulas", help="Live sums and quotients in control.xlsx; plain numbers else.")
    ] = False,
    reader: Annotated[
        str | None,
        typer.Option(
            "--reader", metavar="NODE", help="Only the pages of this node and what is below, to DIR/out/PERIOD-NODE."
        ),
    ] = None,
    limit: Limit = 40,
    as_of: AsOf = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Score everybody in a period, rank and grade them; writes tables and pages to DIR/out/PERIOD.

    Tables: standings, scorecard. Pages: cards/REP.html, league.html, districts/NODE.html, control.html, control.xlsx.

    The score sheet is DIR/scoresheet.toml, or the measures of the settings where there is none. A closed period shows
    what it was closed with, and lists what came late.
    """
    if reader is not None and sheet is not None:
        raise typer.BadParameter("only the workspace's own sheet is handed out", param_hint="--sheet")
    when, day = period_of(period), day_of(as_of)
    with reported(as_json) as report:
        space = Workspace.open(folder)
        said, desk = lang_of(lang, space), ScoreDesk(space, when)
        asked = PagesAsked(reader, node, formulas)
        if reader is not None:
            with progress(as_json) as tell:
                handed = desk.hand_out(asked, day, lang=said, progress=tell)
            report |= _handed(handed, rep, said)
            if not as_json:
                _show_handed(handed, rep, said, limit)
            return
        own = None if sheet is None else _sheet(sheet)
        with pool() as other, progress(as_json) as tell:
            made = desk.score(day, sheet=own, rep=rep, asked=asked, lang=said, progress=tell, pool=other)
        report |= _made(made, rep, said)
        if not as_json:
            _show(made, rep, said, limit)


def close(
    folder: Dir,
    period: InPeriod,
    by: By,
    limit: Limit = 40,
    as_of: AsOf = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Close a period: inputs, sheet and results are kept for good; writes the closed results to DIR/out/PERIOD.

    What is entered later is listed and not counted. To correct a closed period, reopen it and close it again: that is
    the next version, and the old ones stay.
    """
    when, day = period_of(period), today(as_of)
    with reported(as_json) as report:
        space = Workspace.open(folder)
        said, desk = lang_of(lang, space), ScoreDesk(space, when)
        with pool() as other, progress(as_json) as tell:
            made = desk.close(by, day, now(), lang=said, progress=tell, pool=other)
        report |= _made(made, None, said)
        if not as_json:
            _show(made, None, said, limit, card=False)


def reopen(
    folder: Dir,
    period: InPeriod,
    by: By,
    approver: Annotated[str, typer.Option("--approver", metavar="ID", help="Who approved it; never the one who asks.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, without personal values.")],
    as_of: AsOf = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Open a closed period again for a correction; its results count until it is closed again."""
    when, day = period_of(period), today(as_of)
    with reported(as_json) as report:
        space = Workspace.open(folder)
        said = lang_of(lang, space)
        kept = ScoreDesk(space, when).reopen(reason, by=by, approver=approver, on=day, at=now())
        report |= _state(kept)
        if not as_json:
            number = kept.closed.latest.number
            en = f"{when} is open again: version {number} counts until it is closed as version {number + 1}"
            zh = f"{when} 已重开：关账为第 {number + 1} 版之前，以第 {number} 版为准"
            typer.echo(Says(en, zh).text(said))


def _state(kept: KeptClosing | None) -> dict[str, Any]:
    if kept is None:
        return {"state": "open", "version": None}
    return {"state": "reopened" if kept.is_open else "closed", "version": kept.closed.latest.number}


def _sheet(path: Path) -> ScoreSheet:
    found = sheet_of(path)
    if found is None:
        raise BadConfig("no such score sheet", where=path.name, hint="name a TOML file", code="config.missing")
    return found


def _made(made: ScoresMade, rep: str | None, lang: Lang) -> dict[str, Any]:
    card = made.card(rep)
    late = None if made.late is None else made.late.table()
    return {
        **_state(made.closing),
        "out": str(made.outputs.folder),
        "late": [] if late is None else plain_rows(late, lang),
        "standings": plain_rows(made.standings.table(), lang),
        "card": [] if card is None else plain_rows(card, lang),
        "notes": [note.text(lang) for note in made.notes],
    }


def _show(made: ScoresMade, rep: str | None, lang: Lang, limit: int, *, card: bool = True) -> None:
    _show_notes(made.outputs.folder, made.notes, lang)
    if made.late is not None and made.late.entries:
        _titled(made.late.table(), lang, limit)
    _titled(made.standings.table(), lang, limit)
    _show_card(made.card(rep) if card else None, lang)


def _show_notes(folder: Path, notes: Sequence[Says], lang: Lang) -> None:
    typer.echo(f"-> {folder}")
    say_notes(notes, lang)


def _show_card(found: Table | None, lang: Lang) -> None:
    if found is not None:
        plain = evolve(found, columns=found.columns[:-1], rows=[row[:-1] for row in found.rows])
        _titled(plain, lang, len(found))


def _handed(handed: HandedOut, rep: str | None, lang: Lang) -> dict[str, Any]:
    card = handed.card(rep)
    return {
        "out": str(handed.folder),
        "league": plain_rows(handed.pages.table.table(), lang),
        "card": [] if card is None else plain_rows(card, lang),
        "notes": [note.text(lang) for note in handed.notes],
    }


def _show_handed(handed: HandedOut, rep: str | None, lang: Lang, limit: int) -> None:
    _show_notes(handed.folder, handed.notes, lang)
    _titled(handed.pages.table.table(), lang, limit)
    _show_card(handed.card(rep), lang)


def _titled(table: Table, lang: Lang, limit: int) -> None:
    typer.echo(f"\n{table.title.text(lang)}\n{table.text(lang, most=limit)}")
