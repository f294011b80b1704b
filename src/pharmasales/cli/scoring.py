"""`pharmasales score`: who scored what in a period, ranked and graded, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from attrs import evolve

from pharmasales.cli.shared import (
    AsJson,
    AsOf,
    Dir,
    InLang,
    day_of,
    lang_of,
    period_of,
    plain_rows,
    pool,
    progress,
    reported,
    typer,
)
from pharmasales.display import Lang, Table
from pharmasales.errors import BadConfig
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.workspace import ScoreDesk, ScoresMade, Workspace, sheet_of

__all__ = ["score"]

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
    limit: Limit = 40,
    as_of: AsOf = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Score everybody in a period, rank and grade them; writes standings and scorecards to DIR/out/PERIOD.

    The score sheet is DIR/scoresheet.toml, or the measures of the settings where there is none. A closed period shows
    what it was closed with, and lists what came late.
    """
    when, day = period_of(period), day_of(as_of)
    with reported(as_json) as report:
        space = Workspace.open(folder)
        said, desk = lang_of(lang, space), ScoreDesk(space, when)
        own = None if sheet is None else _sheet(sheet)
        with pool() as other, progress(as_json) as tell:
            made = desk.score(day, sheet=own, rep=rep, lang=said, progress=tell, pool=other)
        report |= _made(made, rep, said)
        if not as_json:
            _show(made, rep, said, limit)


def _sheet(path: Path) -> ScoreSheet:
    found = sheet_of(path)
    if found is None:
        raise BadConfig("no such score sheet", where=path.name, hint="name a TOML file", code="config.missing")
    return found


def _made(made: ScoresMade, rep: str | None, lang: Lang) -> dict[str, Any]:
    card = made.card(rep)
    return {
        "out": str(made.outputs.folder),
        "standings": plain_rows(made.standings.table(), lang),
        "card": [] if card is None else plain_rows(card, lang),
        "notes": [note.text(lang) for note in made.notes],
    }


def _show(made: ScoresMade, rep: str | None, lang: Lang, limit: int) -> None:
    typer.echo(f"-> {made.outputs.folder}")
    for note in made.notes:
        typer.echo(("注意：" if lang == "zh" else "note: ") + note.text(lang))
    _titled(made.standings.table(), lang, limit)
    card = made.card(rep)
    if card is not None:
        plain = evolve(card, columns=card.columns[:-1], rows=[row[:-1] for row in card.rows])
        _titled(plain, lang, len(card))


def _titled(table: Table, lang: Lang, limit: int) -> None:
    typer.echo(f"\n{table.title.text(lang)}\n{table.text(lang, most=limit)}")
