"""`pharmasales init`, `demo`, `check`, `plan`, `review`, `why`: the management cycle of a workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pharmasales.cli.shared import (
    AsJson,
    AsOf,
    AsReader,
    Dir,
    InLang,
    LangChoice,
    day_of,
    lang_of,
    now,
    period_of,
    pool,
    progress,
    read_by,
    reported,
    say_notes,
    typer,
)
from pharmasales.display import Cell, Column, Lang, Says, Table, Why
from pharmasales.periods import Period
from pharmasales.periods import period as as_period
from pharmasales.workspace import Asked, Loaded, Outputs, What, Workspace, init_workspace, why_score, write_demo
from pharmasales.workspace import credit as credit_desk

__all__ = ["app"]


class WhatChoice(StrEnum):
    """What can be explained."""

    grade = "grade"
    goal = "goal"
    visit = "visit"
    score = "score"
    order = "order"


_HELP = """Plan and review pharma sales from a folder of your own files, and keep the customer archive.

Exit codes: 0 done, 1 bad input (every problem is listed), 2 wrong usage.
"""

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=_HELP)

InPeriod = Annotated[str, typer.Option("--period", metavar="PERIOD", help="2026, 2026-Q1, 2026-01 or 2026-W05.")]


@app.command()
def init(folder: Dir, lang: InLang = None, as_json: AsJson = False) -> None:
    """Write a commented pharmasales.toml, a policy.toml and a template workbook into DIR."""
    with reported(as_json) as report:
        report["wrote"] = [str(path) for path in init_workspace(folder, lang.value if lang else "en")]
        if not as_json:
            typer.echo("\n".join(f"wrote {path}" for path in report["wrote"]))


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where the example goes.")] = Path("demo"),
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Make an example region, check it, plan and review 2025-Q4, plan 2026-Q1, and explain a grade, goal and score."""
    with reported(as_json) as report:
        write_demo(folder)
        workspace = Workspace.open(folder)
        said = lang_of(lang, workspace)
        last, coming = as_period("2025-Q4"), as_period("2026-Q1")
        with pool() as other, progress(as_json) as step:
            loaded = workspace.load(step)
            loaded.checked()
            runs = [
                workspace.plan(last, lang=said, progress=step, pool=other)[1],
                workspace.review(last, lang=said, progress=step, pool=other)[1],
                workspace.plan(coming, lang=said, progress=step, pool=other)[1],
            ]
        reasons = [
            workspace.why("grade", "H01", coming)[0],
            workspace.why("goal", "R01", coming)[0],
            workspace.why("score", "R01", last)[0],
        ]
        report["runs"] = [_summary(run) for run in runs]
        if not as_json:
            _show_counts(loaded, said)
            for run in runs:
                _show_outputs(run, said)
            for head, reason in reasons:
                typer.echo(f"\n{head.text(said)}\n  {reason.text(said)}")


@app.command()
def check(folder: Dir, lang: InLang = None, as_json: AsJson = False) -> None:
    """Read every table and list each bad row; exit 1 if there is one."""
    with reported(as_json) as report:
        workspace = Workspace.open(folder)
        with progress(as_json) as step:
            loaded = workspace.load(step)
        report |= _checked(loaded, lang_of(lang, workspace))
        if not as_json:
            _show_counts(loaded, lang_of(lang, workspace))
            _show_bad(loaded, lang_of(lang, workspace))
        report["ok"] = not loaded.bad


@app.command()
def plan(folder: Dir, period: InPeriod, as_of: AsOf = None, lang: InLang = None, as_json: AsJson = False) -> None:
    """Classify the customers, decompose the goal and plan the visits of a period; writes DIR/out/PERIOD."""
    _run("plan", folder, period_of(period), day_of(as_of), lang, as_json=as_json)


@app.command()
def review(folder: Dir, period: InPeriod, as_of: AsOf = None, lang: InLang = None, as_json: AsJson = False) -> None:
    """Evaluate a period: attainment, pace, coverage, scorecards, deviations; writes DIR/out/PERIOD."""
    _run("review", folder, period_of(period), day_of(as_of), lang, as_json=as_json)


@app.command()
def why(
    folder: Dir,
    what: Annotated[WhatChoice, typer.Argument(help="What is to be explained.")],
    key: Annotated[
        str, typer.Argument(metavar="ID", help="A customer (grade, visit), a node (goal), a rep (score), an order.")
    ],
    period: Annotated[
        str | None, typer.Option("--period", metavar="PERIOD", help="The last one where left out.")
    ] = None,
    scheme: Annotated[
        list[str] | None,
        typer.Option("--scheme", metavar="NAME", help="A grade by this scheme, also where it was never kept."),
    ] = None,
    item: Annotated[
        str | None, typer.Option("--item", metavar="NAME", help="Only this item, factor or gate of a score, or total.")
    ] = None,
    reader: AsReader = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Explain a grade, a goal, a visit, a score or an order, from what was kept; with --scheme a grade by any scheme.

    Each point of a score comes with its formula in numbers, and with what was counted and left out. An order comes with
    every step of it, and who released it.
    """
    if scheme and what is not WhatChoice.grade:
        raise typer.BadParameter("only a grade has a scheme", param_hint="--scheme")
    if item and what is not WhatChoice.score:
        raise typer.BadParameter("only a score has items", param_hint="--item")
    when = period_of(period) if period else None
    with reported(as_json) as report:
        workspace = read_by(reader, Workspace.open(folder))
        said = lang_of(lang, workspace)
        found: Sequence[tuple[Says, Says | Why]]
        if scheme:
            asked = [Asked(name, when, today=now().date()) for name in scheme]
            found = [told for one in asked for told in workspace.why_grade(key, one)]
        elif what is WhatChoice.score:
            found = why_score(workspace, key, when, item)
        elif what is WhatChoice.order:
            found = credit_desk.why_order(workspace, key)
        else:
            found = workspace.why(cast("What", what.value), key, when)
        report["why"] = [{"of": head.text(said), "why": reason.text(said)} for head, reason in found]
        if not as_json:
            for head, reason in found:
                lines = reason.lines(said) if isinstance(reason, Why) else [reason.text(said)]
                typer.echo("\n  ".join([head.text(said), *lines]))


def _run(
    step: Literal["plan", "review"],
    folder: Path,
    when: Period,
    day: date | None,
    lang: LangChoice | None,
    *,
    as_json: bool,
) -> None:
    """Plan or review, and say what was written."""
    with reported(as_json) as report:
        workspace = Workspace.open(folder)
        said = lang_of(lang, workspace)
        with pool() as other, progress(as_json) as tell:
            run = workspace.plan if step == "plan" else workspace.review
            outputs = run(when, day, lang=said, progress=tell, pool=other)[1]
        report |= _summary(outputs)
        if not as_json:
            _show_outputs(outputs, said)


_COUNTS = (
    Column("table", "Table", "数据表"),
    Column("file", "File", "文件"),
    Column("read", "Read", "读取", "number"),
    Column("accepted", "Accepted", "接受", "number"),
    Column("rejected", "Rejected", "拒绝", "number"),
    Column("skipped", "Skipped", "跳过", "number"),
)
_TOTAL = Says("total", "合计")


def _counts(loaded: Loaded) -> Table:
    rows: list[tuple[Cell, ...]] = [(c.table, c.file, c.read, c.accepted, c.rejected, c.skipped) for c in loaded.counts]
    sums = (sum(getattr(c, key) for c in loaded.counts) for key in ("read", "accepted", "rejected", "skipped"))
    return Table("counts", Says("Rows", "行数"), _COUNTS, [*rows, (_TOTAL, None, *sums)])


def _show_counts(loaded: Loaded, lang: Lang) -> None:
    typer.echo(_counts(loaded).text(lang, most=1000))
    say_notes(loaded.notes, lang)


_BAD = (
    Column("file", "File", "文件"),
    Column("row", "Row", "行", "number"),
    Column("column", "Column", "列"),
    Column("reason", "Reason", "原因"),
    Column("value", "Value", "值"),
)


def _show_bad(loaded: Loaded, lang: Lang) -> None:
    if not loaded.bad:
        typer.echo("没有错误行" if lang == "zh" else "no bad rows")
        return
    rows = [(row.file, row.row, row.column, _told(row.reason, row.hint), row.value) for row in loaded.bad]
    typer.echo("")
    typer.echo(Table("bad", Says("Bad rows", "错误行"), _BAD, rows).text(lang, most=len(rows)))


def _told(reason: str, hint: str) -> str:
    return f"{reason}; {hint}" if hint else reason


def _checked(loaded: Loaded, lang: Lang) -> dict[str, Any]:
    keys = ("table", "file", "row", "column", "reason", "hint", "code", "value")
    totals = {key: sum(getattr(c, key) for c in loaded.counts) for key in ("read", "accepted", "rejected", "skipped")}
    return {
        "tables": [dict(record) for record in _records(_counts(loaded), lang)][:-1],
        "total": totals,
        "duplicates": {count.file: list(count.duplicates) for count in loaded.counts if count.duplicates},
        "bad": [{key: getattr(row, key) for key in keys} for row in loaded.bad],
        "notes": [note.text(lang) for note in loaded.notes],
    }


def _records(table: Table, lang: Lang) -> Sequence[Mapping[str, Any]]:
    keep = (int, type(None))
    return [
        {key: cell if isinstance(cell, keep) else Column.plain(cell, lang) for key, cell in record.items()}
        for record in table.records()
    ]


def _summary(outputs: Outputs) -> dict[str, Any]:
    return {
        "period": str(outputs.period),
        "as_of": outputs.as_of.isoformat(),
        "out": str(outputs.folder),
        "rows": {name: len(table) for name, table in outputs.tables.items()},
        "notes": [note.text(outputs.lang) for note in outputs.notes],
    }


def _show_outputs(outputs: Outputs, lang: Lang) -> None:
    """Print what was written, and the top of what matters most."""
    attained = outputs.tables.get("attainment")
    typer.echo(f"\n{outputs.period} -> {outputs.folder}")
    for name, table in outputs.tables.items():
        typer.echo(f"  {name}.csv  {len(table):,}  {table.title.text(lang)}")
    typer.echo("  plan.xlsx, report.html" + (", *.ics" if "visits" in outputs.tables else ""))
    for note in outputs.notes:
        typer.echo(("  注意：" if lang == "zh" else "  note: ") + note.text(lang))
    if attained is not None:
        typer.echo("")
        typer.echo(attained.text(lang, most=6))
