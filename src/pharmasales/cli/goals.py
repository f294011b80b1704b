"""`pharmasales goals`: decompose a goal, correct it on a sheet in Excel, compare versions, explain a number."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pharmasales.cli.shared import (
    AsJson,
    AsOf,
    AsReader,
    By,
    Dir,
    InLang,
    Why,
    day_of,
    lang_of,
    now,
    period_of,
    plain_rows,
    pool,
    progress,
    read_by,
    reported,
    say_notes,
    typer,
)
from pharmasales.display import Column, Lang, Says, Table
from pharmasales.workspace import Done, GoalDesk, GoalsMade, GoalVersion, Workspace

__all__ = ["goals"]

goals = typer.Typer(no_args_is_help=True, help="Decompose the goal of a period, correct it in Excel, compare, explain.")

InPeriod = Annotated[str, typer.Option("--period", metavar="PERIOD", help="2026, 2026-Q1, 2026-01 or 2026-W05.")]
Limit = Annotated[int, typer.Option("--limit", min=0, help="How many rows are shown.")]
InSheet = Annotated[Path, typer.Option("--sheet", metavar="FILE", help="The sheet that was corrected, an .xlsx file.")]


@goals.command()
def decompose(
    folder: Dir,
    period: InPeriod,
    sheet: Annotated[
        Path | None, typer.Option("--sheet", metavar="FILE", help="Write FILE.xlsx for a manager to correct.")
    ] = None,
    anew: Annotated[bool, typer.Option("--anew", help="Drop the edits where files or settings changed.")] = False,
    limit: Limit = 40,
    as_of: AsOf = None,
    reader: AsReader = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Decompose the goal by the settings, keep it, and show every node with its buckets; with --as only show.

    The same plan again changes nothing, and edits stand. What changes is written to DIR/out/PERIOD as a plan writes it.
    """
    when, day = period_of(period), day_of(as_of)
    with reported(as_json) as report:
        space = read_by(reader, Workspace.open(folder))
        said, desk = lang_of(lang, space), GoalDesk(space, when)
        if reader is not None:
            made = desk.standing()
        else:
            with pool() as other, progress(as_json) as tell:
                made = desk.decompose(day, anew=anew, lang=said, progress=tell, pool=other)
        report |= _made(made, said)
        if sheet is not None:
            desk.write_sheet(made, sheet, said)
            report["wrote"] = str(sheet)
        if not as_json:
            _show(made, said, limit)
            if sheet is not None:
                typer.echo(Says(f"\nwrote {sheet}", f"\n已写入 {sheet}").text(said))


@goals.command()
def edit(
    folder: Dir,
    period: InPeriod,
    sheet: InSheet,
    by: By,
    why: Why,
    total: Annotated[bool, typer.Option("--total", help="The sheet may change its top node, too.")] = False,
    limit: Limit = 40,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Take in a corrected sheet: changed amounts are edits, and the edited goals are the next version.

    Everything that is refused is listed at once, with row and column, and nothing is written then. Earlier versions
    stay; DIR/out/PERIOD is written as a plan writes it.
    """
    when = period_of(period)
    with reported(as_json) as report:
        space = Workspace.open(folder)
        said, desk = lang_of(lang, space), GoalDesk(space, when)
        with pool() as other, progress(as_json) as tell:
            made = desk.edit(sheet, Done(by, why, now()), total=total, lang=said, progress=tell, pool=other)
        report |= _made(made, said)
        if made.edited is not None:
            changed = made.edited.diff().table()
            report |= {"edits": plain_rows(made.edited.edit_table(), said), "changes": plain_rows(changed, said)}
            if not as_json:
                _head(made, said)
                _titled(made.edited.edit_table(), said, limit)
                _titled(changed, said, limit)


@goals.command()
def diff(
    folder: Dir,
    period: InPeriod,
    first: Annotated[
        int | None, typer.Option("--from", metavar="VERSION", min=1, help="The one before the later where left out.")
    ] = None,
    last: Annotated[
        int | None, typer.Option("--to", metavar="VERSION", min=1, help="The latest where left out.")
    ] = None,
    limit: Limit = 40,
    reader: AsReader = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """List the versions of the goals, and what changed between two of them, by which edits."""
    when = period_of(period)
    with reported(as_json) as report:
        space = read_by(reader, Workspace.open(folder))
        said, desk = lang_of(lang, space), GoalDesk(space, when)
        heads = desk.versions()
        changed = desk.diff(first, last).table() if len(heads) != 1 or first or last else None
        versions = _versions(heads)
        report |= {"versions": plain_rows(versions, said), "changes": plain_rows(changed, said) if changed else []}
        if not as_json:
            _titled(versions, said, len(versions))
            if changed is not None:
                _titled(changed, said, limit)


@goals.command()
def why(
    folder: Dir,
    node: Annotated[str, typer.Argument(metavar="NODE", help="The id of a node.")],
    period: InPeriod,
    bucket: Annotated[
        str | None, typer.Option("--bucket", metavar="PERIOD", help="One bucket, as 2026-01; all together else.")
    ] = None,
    reader: AsReader = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Trace a node's goal: to the total, its weights, constraints and edits; with --as to its last step."""
    when, part = period_of(period), period_of(bucket) if bucket else None
    with reported(as_json) as report:
        space = read_by(reader, Workspace.open(folder))
        said = lang_of(lang, space)
        found = GoalDesk(space, when).why(node, part)
        report["why"] = [{"of": head.text(said), "why": reason.text(said)} for head, reason in found]
        if not as_json:
            for head, reason in found:
                lines = reason.text(said)
                typer.echo(f"{head.text(said)}\n{lines if lines[:2] == '  ' else f'  {lines}'}")


_VERSIONS = (
    Column("version", "Version", "版本", "number"),
    Column("by", "By", "操作人"),
    Column("on", "On", "日期", "date"),
    Column("what", "What", "内容"),
)


def _versions(heads: list[GoalVersion]) -> Table:
    rows = [(head.number, head.by, head.on, _what(head)) for head in heads]
    return Table("goal_versions", Says("Versions of the goals", "目标版本"), _VERSIONS, rows)


def _what(head: GoalVersion) -> Says:
    if head.edits is None:
        return Says("decomposed", "分解")
    return Says(f"{head.edits} edits" if head.edits != 1 else "1 edit", f"{head.edits} 项调整")


def _made(made: GoalsMade, lang: Lang) -> dict[str, Any]:
    return {
        "version": made.version.number if made.version else None,
        "out": str(made.outputs.folder) if made.outputs else None,
        "goals": plain_rows(made.sheet(), lang),
        "notes": [note.text(lang) for note in made.notes],
    }


def _head(made: GoalsMade, lang: Lang) -> None:
    """Say which version stands, and whether anything was written."""
    if made.version is not None:
        head = made.version
        told, what = head.on.isoformat(), _what(head)
        en = f"version {head.number}: {what.en}, by {head.by}, {told}"
        typer.echo(Says(en, f"第 {head.number} 版：{what.zh}，{head.by}，{told}").text(lang))
    if made.outputs is not None:
        typer.echo(f"-> {made.outputs.folder}")
    say_notes(made.notes, lang)


def _show(made: GoalsMade, lang: Lang, limit: int) -> None:
    _head(made, lang)
    _titled(made.sheet(), lang, limit)


def _titled(table: Table, lang: Lang, limit: int) -> None:
    typer.echo(f"\n{table.title.text(lang)}\n{table.text(lang, most=limit)}")
