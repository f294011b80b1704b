"""`pharmasales archive`: a person's requests for access and erasure, and customers out of the archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pharmasales.archive import Archive
from pharmasales.cli.shared import (
    AsJson,
    AsOf,
    By,
    Dir,
    Id,
    InLang,
    Why,
    cabinet_of,
    lang_of,
    now,
    plain_rows,
    reported,
    said_in,
    today,
    typer,
)
from pharmasales.display import Lang
from pharmasales.errors import BadValue
from pharmasales.exchange import write_csv
from pharmasales.workspace import Cabinet, Forgotten, Workspace, copies_table, correct_person, forget, held_of
from pharmasales.workspace.amending import read_values
from pharmasales.workspace.exporting import customers_table, personal_columns

__all__ = ["rights"]

rights = typer.Typer()


@rights.command()
def access(folder: Dir, customer: Id, lang: InLang = None, as_json: AsJson = False) -> None:
    """Show everything that is kept of one person, unmasked, and where else the person is named."""
    with reported(as_json) as report, cabinet_of(folder) as cabinet:
        held, copies = held_of(cabinet, customer)
        said = said_in(folder, lang)
        report["held"] = plain_rows(held, said)
        report["copies"] = [{"kind": copy.kind, "id": copy.id, "now": copy.now} for copy in copies]
        if not as_json:
            typer.echo(held.text(said, most=len(held)))
            typer.echo("\n" + copies_table(copies).text(said, most=len(copies)))


@rights.command()
def correct(
    folder: Dir,
    customer: Id,
    values: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help="The right values; FIELD= clears one.")],
    by: By,
    why: Why,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Correct what is kept of one person, from the day on which it was wrong, and list where else it may stand."""
    with reported(as_json) as report, cabinet_of(folder) as cabinet:
        settings = Workspace.open(folder).settings
        given = read_values(values, cabinet.dossier(customer).kind, settings, now().date())
        changes, copies = correct_person(cabinet, customer, given, at=now(), by=by, why=why)
        report["changes"] = [repr(change) for change in changes]
        report["copies"] = [{"kind": copy.kind, "id": copy.id, "now": copy.now} for copy in copies]
        if not as_json:
            typer.echo("\n".join(report["changes"]))
            typer.echo("\n" + copies_table(copies).text(said_in(folder, lang), most=len(copies)))


@rights.command()
def export(
    folder: Dir,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Else out/customers.csv.")] = None,
    unmasked: Annotated[bool, typer.Option("--unmasked", help="Personal values as they are; audited.")] = False,
    by: Annotated[str, typer.Option("--by", metavar="ID", envvar="PHARMASALES_BY", help="Who exports.")] = "",
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="What for, without personal values.")] = "",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Write the customers as CSV, masked; --unmasked needs --by and --why, and the audit chain keeps it."""
    with reported(as_json) as report, cabinet_of(folder) as cabinet:
        target = to or folder / "out" / "customers.csv"
        kept = cabinet.register().on(today(as_of))
        if unmasked:
            _in_clear(cabinet, kept, target, by, why)
        else:
            write_csv(customers_table(kept), target)
        report |= {"wrote": str(target), "rows": len(kept)}
        if not as_json:
            typer.echo(f"wrote {target} ({len(kept)})")


def _in_clear(cabinet: Cabinet, kept: Archive, target: Path, by: str, why: str) -> None:
    """Write the customers in clear and enter it into the chain: both, or neither."""
    if not by or not why:
        raise BadValue("who exports in clear, and why?", where="export", hint="give --by and --why", code="export.why")
    table, at = customers_table(kept, unmasked=True), now()
    with cabinet.store.unit(by=by, why="export", at=at) as unit:
        cabinet.shown("export", len(table), personal_columns(table), at=at, by=by, why=why, unit=unit)
        write_csv(table, target)


@rights.command()
def erase(
    folder: Dir,
    customer: Id,
    by: By,
    why: Why,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Erase one person from the store, its history and the outputs; your own files that name the person are listed."""
    with reported(as_json) as report:
        workspace = Workspace.open(folder)
        with cabinet_of(folder):
            pass  # a missing store is told as everywhere
        gone = forget(workspace, customer, at=now(), by=by, why=why)
        report |= _forgotten(gone, folder)
        if not as_json:
            said = lang_of(lang, workspace)
            typer.echo(_told(gone, folder, said))


def _forgotten(gone: Forgotten, folder: Path) -> dict[str, object]:
    return {
        "files": list(gone.erased.files),
        "copies": len(gone.erased.copies),
        "outputs": [str(path.relative_to(folder)) for path in gone.outputs],
        "left": [str(path.relative_to(folder)) for path in gone.left],
    }


def _told(gone: Forgotten, folder: Path, lang: Lang) -> str:
    words = {
        "files": ("erased", "已删除"),
        "copies": ("other records", "其他记录"),
        "outputs": ("removed outputs, plan again to make them", "已移除的输出，重新计划即可生成"),
        "left": ("your own files that still name the person", "仍提及此人的自有文件，请自行更正"),
    }
    lines = []
    for key, value in _forgotten(gone, folder).items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        lines.append(f"{words[key][lang == 'zh']}: {shown or '-'}")
    return "\n".join(lines)
