"""`pharmasales classify`: grade the customers of a workspace by any scheme, and say why; nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pharmasales.cli.shared import (
    AsJson,
    AsOf,
    AsReader,
    Dir,
    InLang,
    day_of,
    lang_of,
    now,
    period_of,
    plain_rows,
    progress,
    read_by,
    reported,
    typer,
)
from pharmasales.display import Lang, Says
from pharmasales.errors import BadRule
from pharmasales.exchange import whole_file, write_csv
from pharmasales.exchange.class_page import graded_table
from pharmasales.exchange.report import write_report
from pharmasales.rules.terms import literal
from pharmasales.workspace import Asked, Classed, Workspace, schemes_table

__all__ = ["classify"]


def classify(
    folder: Dir,
    scheme: Annotated[
        str, typer.Option("--scheme", metavar="NAME", help="A rule of policy.toml or a ready-made scheme.")
    ] = "",
    schemes: Annotated[bool, typer.Option("--schemes", help="List all schemes with their sources instead.")] = False,
    period: Annotated[
        str, typer.Option("--period", metavar="PERIOD", help="Else the month after the last sales.")
    ] = "",
    cut: Annotated[
        list[str] | None, typer.Option("--cut", metavar="NAME=VALUE", help="A cut point, over that of the settings.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write .csv, or .html with pictures.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="How many customers are shown.")] = 10,
    as_of: AsOf = None,
    reader: AsReader = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Grade the customers by one scheme: counts, cut points, reasons, what is missing, who moved. Nothing is kept."""
    if schemes == bool(scheme):
        raise typer.BadParameter("name a scheme, or list them with --schemes", param_hint="--scheme")
    if out is not None and out.suffix not in (".csv", ".html"):
        raise typer.BadParameter("write FILE.csv or FILE.html", param_hint="--out")
    when, day, cuts = period_of(period) if period else None, day_of(as_of), _cuts(cut or ())
    with reported(as_json) as report:
        workspace = read_by(reader, Workspace.open(folder))
        said = lang_of(lang, workspace)
        if schemes:
            table = schemes_table(workspace.settings.policy)
            report["schemes"] = plain_rows(table, said)
            if not as_json:
                typer.echo(table.text(said, most=len(table)))
            return
        with progress(as_json) as step:
            found = workspace.classify(Asked(scheme, when, day, cuts, now().date()), step)
        report |= _told(found, said, limit)
        if out is not None:
            _write(found, out, said)
            report["wrote"] = str(out)
        if not as_json:
            typer.echo(_shown(found, said, limit))
            if out is not None:
                typer.echo(Says(f"\nwrote {out}", f"\n已写入 {out}").text(said))


def _cuts(given: Iterable[str]) -> Mapping[str, Any]:
    """Read the cut points: a number, a share such as 80%, or words, each with a comma after it."""
    found: dict[str, Any] = {}
    for text in given:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals and value):
            raise typer.BadParameter("write NAME=VALUE, as use=50", param_hint="--cut")
        if name in found:
            raise typer.BadParameter(f"{name} is given twice", param_hint="--cut")
        found[name] = _value(value)
    return found


def _value(text: str) -> object:
    try:
        return literal(text)
    except BadRule:
        return tuple(filter(None, (word.strip() for word in text.split(",")))) if "," in text else text


def _write(found: Classed, out: Path, lang: Lang) -> None:
    if out.suffix == ".html":
        write_report(found.report(), out, lang)
        return
    with whole_file(out) as fresh:
        write_csv(graded_table(found.found), fresh, lang)


def _told(found: Classed, lang: Lang, limit: int) -> dict[str, Any]:
    tables = found.tables()
    rows = {name: plain_rows(table, lang) for name, table in tables.items() if name != "grades"}
    grades = plain_rows(tables["grades"], lang)[:limit] if "grades" in tables else []
    moved = found.moved
    return {
        "scheme": found.found.scheme.name,
        "period": str(found.period),
        "as_of": found.as_of.isoformat(),
        "customers": len(found.found.grades),
        "before": str(moved.before) if moved else None,
        **{name: rows.get(name, []) for name in _TABLES},
        "grades": grades,
        "notes": [note.text(lang) for note in found.notes],
    }


_TABLES = ("grade_counts", "cuts", "grade_evidence", "missing", "transitions", "moves")


def _shown(found: Classed, lang: Lang, limit: int) -> str:
    """Return what is printed: the scheme, each table under its title, and the notes."""
    scheme, moved = found.found.scheme, found.moved
    named = f"{scheme.name} {scheme.zh}".strip()
    source = Says(f"; source: {scheme.source}", f"；来源：{scheme.source}").text(lang) if scheme.source else ""
    limits = scheme.limits.text(lang)
    parts = ["\n".join(filter(None, (f"{named}: {found.about().text(lang)}{source}", limits)))]
    for name, table in found.tables().items():
        if name == "grades" and not limit:
            continue
        title = table.title.text(lang)
        if name == "transitions" and moved:
            since = Says(f"since {moved.before}", f"自 {moved.before}").text(lang)
            title = f"{title}, {since}\n{moved.transitions.why.text(lang)}"
        most = limit if name in ("grades", "moves") else len(table)
        parts.append(f"{title}\n{table.text(lang, most=most)}")
    notes = [("注意：" if lang == "zh" else "note: ") + note.text(lang) for note in found.notes]
    return "\n\n".join([*parts, *(["\n".join(notes)] if notes else [])])
