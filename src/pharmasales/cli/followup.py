"""`pharmasales schedule`, `due`, `replan`, `visit-review`: who is visited when, what is due, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

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
    say_notes,
    today,
    typer,
)
from pharmasales.display import Cell, Column, Lang, Says, Table
from pharmasales.errors import BadValue
from pharmasales.exchange import whole_file, write_csv
from pharmasales.exchange.month_chart import month_chart
from pharmasales.exchange.month_grid import MonthGrid
from pharmasales.exchange.month_page import write_month_page
from pharmasales.exchange.month_sheet import write_month_sheet
from pharmasales.exchange.report import write_report
from pharmasales.exchange.visit_report import visit_report
from pharmasales.workspace import Search, VisitDesk, VisitsMade, Workspace, due_on_day

__all__ = ["due", "replan", "schedule", "visit_review"]

InPeriod = Annotated[str, typer.Option("--period", metavar="PERIOD", help="The cycle: 2026-Q1, 2026-01 or 2026.")]
Reps = Annotated[list[str] | None, typer.Option("--rep", metavar="ID", help="Only this rep; may be given again.")]
Limit = Annotated[int, typer.Option("--limit", min=0, help="How many rows of a table are shown.")]
Seed = Annotated[int, typer.Option("--seed", help="Another number is another search; the same gives the same plan.")]
Sheet = Annotated[
    Path | None,
    typer.Option("--sheet", metavar="FILE", help="The months to print: .xlsx, .html, or .svg of one rep and month."),
]

_FORMS = (".xlsx", ".html", ".svg")


def schedule(
    folder: Dir,
    period: InPeriod,
    reps: Reps = None,
    budget: Annotated[int, typer.Option("--budget", min=0, help="Iterations of the search for each rep.")] = 0,
    seed: Seed = 0,
    prove: Annotated[bool, typer.Option("--prove", help="Search to the end; needs the extra solver.")] = False,
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=64, help="How many processes plan the reps.")] = 1,
    sheet: Sheet = None,
    limit: Limit = 12,
    as_of: AsOf = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Plan the visits of a period afresh and keep them, with DIR/out/PERIOD and a calendar for each rep.

    Grades and goals that were planned stay. The same plan again changes nothing.
    """
    when, day = period_of(period), day_of(as_of)
    _printable(sheet)
    with reported(as_json) as report:
        space = Workspace.open(folder)
        said, desk = lang_of(lang, space), VisitDesk(space, when)
        search = Search(budget, seed, prove, jobs)
        with pool() as other, progress(as_json) as tell:
            made = desk.schedule(day, reps=reps or (), search=search, lang=said, progress=tell, pool=other)
            months = desk.months(reps or (), progress=tell) if sheet else []
        report |= _told(made, said) | _written(months, sheet, said, made.plan.as_of)
        if not as_json:
            _show(made, said, limit, set(reps or ()))
            _wrote(sheet, said)


def replan(
    folder: Dir,
    as_of: Annotated[str, typer.Option("--as-of", metavar="DATE", help="The first day that may change.")],
    period: Annotated[
        str | None, typer.Option("--period", metavar="PERIOD", help="The shortest kept around that day where left out.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="The last day that may change; the end else."),
    ] = None,
    budget: Annotated[int, typer.Option("--budget", min=0, help="Iterations for the fewest changes.")] = 20,
    seed: Seed = 0,
    sheet: Sheet = None,
    limit: Limit = 40,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Plan the rest of a period again with the fewest changes, by what the files say now.

    Visits made, missed or called off, leave, closed days, appointments and new customers are read; who moved is said,
    with the reason. The next version is kept, and calendars take moves and cancellations over.
    """
    day, last = today(as_of), day_of(until, "--until")
    _printable(sheet)
    with reported(as_json) as report:
        space = Workspace.open(folder)
        said, desk = lang_of(lang, space), _desk(space, period, day)
        with pool() as other, progress(as_json) as tell:
            made = desk.replan(day, until=last, budget=budget, seed=seed, lang=said, progress=tell, pool=other)
            months = desk.months(progress=tell) if sheet else []
        report |= _told(made, said) | _written(months, sheet, said, made.plan.as_of)
        if not as_json:
            _show(made, said, limit, set())
            _wrote(sheet, said)


def due(
    folder: Dir,
    as_of: AsOf = None,
    rep: Annotated[str | None, typer.Option("--rep", metavar="ID", help="Only what this rep has to do.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what is planned in time or held back.")] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write all rows as FILE.csv.")] = None,
    limit: Limit = 20,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """List what is due on a day: since when, how late, why, and what is planned already. Nothing is kept.

    Cadence by class and stage, want of contact, new files, promises, contracts, referrals, stock and adverse events are
    asked for, as far as the files tell them; a note says what they do not tell. Adverse events are never held back.
    """
    day = today(as_of)
    with reported(as_json) as report:
        space = Workspace.open(folder)
        said = lang_of(lang, space)
        notes: list[Says] = []
        with progress(as_json) as tell:
            found = due_on_day(space, day, rep=rep, progress=tell, notes=notes)
        table = found.table()
        counts = {"due": len(found.items), "planned": len(found.planned), "held": len(found.held)}
        shown = Table(table.name, table.title, table.columns, _rows(found.everything, table, everything=everything))
        report |= {"as_of": day.isoformat(), **counts, "items": plain_rows(shown, said)}
        report["notes"] = [note.text(said) for note in notes]
        if out is not None:
            with whole_file(out) as fresh:
                write_csv(shown, fresh, said)
            report["wrote"] = str(out)
        if not as_json:
            _titled(shown, said, limit)
            en = "{due} due, {planned} planned in time, {held} held back"
            zh = "待办 {due} 项，已按时安排 {planned} 项，暂缓 {held} 项"
            typer.echo("\n" + Says(en.format(**counts), zh.format(**counts)).text(said))
            _noted(notes, said)
            _wrote(out, said)


def visit_review(
    folder: Dir,
    period: Annotated[str, typer.Option("--period", metavar="PERIOD", help="The week or month: 2026-W03, 2026-01.")],
    cycle: Annotated[
        str | None, typer.Option("--cycle", metavar="PERIOD", help="Of which plan; the shortest kept around it else.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the page FILE.html.")] = None,
    as_of: AsOf = None,
    limit: Limit = 20,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Review the visits of a week or month: done, missed, moved, cancelled, carried over, and what comes next."""
    when, day = period_of(period), day_of(as_of)
    if out is not None and out.suffix != ".html":
        raise typer.BadParameter("write FILE.html", param_hint="--out")
    with reported(as_json) as report:
        space = Workspace.open(folder)
        said, desk = lang_of(lang, space), _desk(space, cycle, when.start)
        with progress(as_json) as tell:
            found = desk.review(when, day, progress=tell)
        tables = found.tables()
        report |= {"period": str(when), "as_of": found.as_of.isoformat(), "why": found.why.text(said)}
        report |= {name: plain_rows(table, said) for name, table in tables.items()}
        if out is not None:
            write_report(visit_report(found), out, said)
            report["wrote"] = str(out)
        if not as_json:
            typer.echo(f"{when}: {found.why.text(said)}")
            for name, table in tables.items():
                if len(table) and name != "visit_outcomes":
                    _titled(table, said, limit)
            _wrote(out, said)


def _desk(space: Workspace, period: str | None, day: date) -> VisitDesk:
    return VisitDesk(space, period_of(period)) if period else VisitDesk.around(space, day)


def _rows(items: Sequence[Any], table: Table, *, everything: bool) -> list[tuple[Cell, ...]]:
    pairs = zip(items, table.rows, strict=True)
    return [row for item, row in pairs if everything or item.state == "due"]


def _printable(sheet: Path | None) -> None:
    """Refuse a sheet of another form than those that can be written, by the end of its name."""
    if sheet is not None and sheet.suffix not in _FORMS:
        raise typer.BadParameter("write FILE.xlsx, FILE.html or FILE.svg", param_hint="--sheet")


def _written(months: Sequence[MonthGrid], sheet: Path | None, lang: Lang, day: date) -> dict[str, Any]:
    """Write the months to print where a sheet is asked for, and return what the report says of it."""
    if sheet is None:
        return {}
    if sheet.suffix == ".xlsx":
        write_month_sheet(months, sheet, lang=lang, created=day)
    elif sheet.suffix == ".html":
        write_month_page(months, sheet, lang)
    else:
        _write_picture(months, sheet, lang)
    return {"wrote": str(sheet)}


def _write_picture(months: Sequence[MonthGrid], sheet: Path, lang: Lang) -> None:
    if len(months) != 1:
        hint = "name one --rep, and a --period of one month; or write .xlsx or .html"
        raise BadValue(f"a picture of {len(months)} months", where=sheet.name, hint=hint, code="sheet.months")
    chart = month_chart(months[0])
    if chart is None:
        raise BadValue("nothing to draw", where=sheet.name, hint="no visit stands in the month", code="sheet.empty")
    with whole_file(sheet) as fresh:
        fresh.write_text(chart.svg(lang), "utf-8")


def _told(made: VisitsMade, lang: Lang) -> dict[str, Any]:
    found: dict[str, Any] = {
        "version": made.version.number if made.version else None,
        "as_of": made.plan.as_of.isoformat(),
        "out": str(made.outputs.folder) if made.outputs else None,
        "visits": len(made.plan.visits),
        "unmet": plain_rows(made.plan.unmet_table(), lang),
        "notes": [note.text(lang) for note in made.notes],
    }
    if made.changes is not None:
        found |= {"counts": made.counts, "changes": plain_rows(made.changes.table(), lang)}
    if made.proofs:
        found["bounds"] = plain_rows(_bounds(made), lang)
    return found


_BOUND = (
    Column("rep_id", "Rep id", "代表编号"),
    Column("unmet", "Unmet", "未排", "number"),
    Column("least", "Least unmet", "未排下界", "number"),
    Column("soft", "Soft cost", "软成本", "number"),
    Column("bound", "Bound", "下界", "number"),
    Column("gap", "Above the bound", "高于下界", "ratio"),
    Column("proven", "Proven", "已证明"),
)


def _bounds(made: VisitsMade) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            rep,
            sum(proof.cost.unmet),
            sum(proof.bound.unmet),
            proof.cost.soft,
            proof.bound.soft,
            proof.gap,
            Says("best", "最优") if proof.bound.proven else Says("open", "未证明"),
        )
        for rep, proof in made.proofs.items()
    ]
    return Table("plan_bounds", Says("Plans and their bounds", "计划与下界"), _BOUND, rows)


def _show(made: VisitsMade, lang: Lang, limit: int, reps: set[str]) -> None:
    """Print what stands and, where something was written, where."""
    head, plan = made.version, made.plan
    if head is not None:
        en = f"version {head.number} from {head.as_of} on: {head.says.en}; {len(plan.visits)} visits ahead"
        zh = f"第 {head.number} 版，自 {head.as_of}：{head.says.zh}；待拜访 {len(plan.visits)} 次"
        typer.echo(Says(en, zh).text(lang))
    typer.echo(f"-> {made.outputs.folder}" if made.outputs else Says("nothing new", "无变化").text(lang))
    if made.changes is not None:
        if len(made.changes.table()):
            _titled(made.changes.table(), lang, limit)
    else:
        load = plan.load_table()
        rows = [row for row in load.rows if not reps or row[0] in reps]
        _titled(Table(load.name, load.title, load.columns, rows), lang, limit)
    if len(plan.unmet_table()):
        _titled(plan.unmet_table(), lang, limit)
    if made.proofs:
        _titled(_bounds(made), lang, len(made.proofs))
    _noted(made.notes, lang)


def _noted(notes: Sequence[Says], lang: Lang) -> None:
    say_notes(notes, lang)


def _titled(table: Table, lang: Lang, limit: int) -> None:
    typer.echo(f"\n{table.title.text(lang)}\n{table.text(lang, most=limit)}")


def _wrote(path: Path | None, lang: Lang) -> None:
    if path is not None:
        typer.echo(Says(f"\nwrote {path}", f"\n已写入 {path}").text(lang))
