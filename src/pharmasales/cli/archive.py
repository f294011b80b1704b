"""`pharmasales archive`: take customers in, find them, list twins and orphans, show a card and its history, verify."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

from pharmasales.archive import Archive, Card, Dossier, NameIndex, candidates, is_person, owner_gaps
from pharmasales.archive.quality import quality
from pharmasales.cli.shared import (
    AsJson,
    AsOf,
    AsReader,
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
from pharmasales.compliance import USES, Anchor, Override, mask
from pharmasales.display import Column, Lang, Says, Table
from pharmasales.errors import BadRows, BadValue
from pharmasales.exchange import whole_file, write_csv
from pharmasales.exchange.card_page import card_page
from pharmasales.workspace import Intake, Stamp, Workspace, take_in

__all__ = ["archive"]

archive = typer.Typer(no_args_is_help=True, help="Keep the customer archive of a workspace (客户档案).")


@archive.command("import")
def import_(
    folder: Dir,
    by: By,
    why: Why,
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Else those of the settings.")] = None,
    permissive: Annotated[bool, typer.Option("--permissive", help="Take the good rows, list the others.")] = False,
    override: Annotated[str, typer.Option("--override", metavar="RULE", help="A rule that somebody lets pass.")] = "",
    approver: Annotated[str, typer.Option("--approver", metavar="ID", help="Who lets it pass, not who writes.")] = "",
    grounds: Annotated[str, typer.Option("--grounds", metavar="TEXT", help="Why it may pass; audited.")] = "",
    as_of: AsOf = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Take customers from files into the archive: all rows or, with --permissive, the good ones."""
    with reported(as_json) as report:
        workspace = Workspace.open(folder)
        passed = (Override(override, approver, grounds),) if override else ()
        stamp = Stamp(today(as_of), now(), by, why, passed)
        try:
            taken = take_in(workspace, stamp, files or (), permissive=permissive)
        except BadRows as error:
            error.hint = "see out/import"
            raise
        report |= _counted(taken)
        if not as_json:
            _show_intake(taken, lang_of(lang, workspace))


def _counted(taken: Intake) -> dict[str, object]:
    keys = ("read", "accepted", "rejected", "skipped")
    rows = {key: sum(getattr(count, key) for count in taken.counts) for key in keys}
    done = {"opened": taken.opened, "amended": taken.amended, "same": taken.same, "questions": len(taken.questions)}
    told = {"warning": taken.warning.en if taken.warning else ""}
    return {**rows, **done, **told, "left_out": {name: why.en for name, why in taken.left_out.items()}}


def _show_intake(taken: Intake, lang: Lang) -> None:
    columns = (Column("what", "What", "项目"), Column("count", "Count", "数量", "number"))
    words = {
        "read": "读取",
        "accepted": "接受",
        "rejected": "拒绝",
        "skipped": "跳过",
        "opened": "新建",
        "amended": "变更",
        "same": "不变",
        "questions": "待确认写法",
    }
    counts = _counted(taken)
    rows = [(Says(key, words[key]), int(str(counts[key]))) for key in words]
    typer.echo(Table("import", Says("Import", "导入"), columns, rows).text(lang))
    for name, why in taken.left_out.items():
        typer.echo(("未存储：" if lang == "zh" else "not stored: ") + f"{name}, {why.text(lang)}")
    if taken.warning:
        typer.echo(("注意：" if lang == "zh" else "note: ") + taken.warning.text(lang))
    if taken.questions:
        typer.echo("\n" + taken.table().text(lang, most=len(taken.questions)))
    for number in range(1, len(taken.rejected) + 1):
        name = f"errors-{number}.xlsx" if len(taken.rejected) > 1 else "errors.xlsx"
        typer.echo(("\n拒绝的行：" if lang == "zh" else "\nrefused rows: ") + f"out/import/{name}")


@archive.command()
def find(
    folder: Dir,
    text: Annotated[str, typer.Argument(help="A name, a part of it, its pinyin or the initials.")],
    limit: Annotated[int, typer.Option("--limit", min=1)] = 20,
    as_of: AsOf = None,
    reader: AsReader = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Find customers by name, pinyin or initials; names of persons are masked."""
    with reported(as_json) as report, cabinet_of(folder, reader) as cabinet:
        kept, said = cabinet.register().on(today(as_of)), said_in(folder, lang)
        rows = [(hit.id, _label(kept, hit.id), hit.why) for hit in NameIndex.of(kept).search(text, limit=limit)]
        table = Table("found", Says("Found", "查询结果"), _FOUND, rows)
        report["found"] = plain_rows(table, said)
        if not as_json:
            nothing = "未找到" if said == "zh" else "nothing found"
            typer.echo(table.text(said, most=limit) if rows else nothing)


_FOUND = (Column("id", "Id", "编号"), Column("name", "Name", "名称"), Column("why", "Found by", "命中方式", "why"))


def _label(kept: Archive, customer: str) -> str:
    found = kept[customer]
    return mask(found.name, USES["name"], person=is_person(found.kind))


@archive.command()
def duplicates(
    folder: Dir,
    limit: Annotated[int, typer.Option("--limit", min=1)] = 50,
    as_of: AsOf = None,
    reader: AsReader = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """List customers that may be one, with a score and the reasons; all of them in out/duplicates.csv."""
    with reported(as_json) as report, cabinet_of(folder, reader) as cabinet:
        kept = cabinet.register().on(today(as_of))
        table = candidates(kept).table(partial(_label, kept))
        write_csv(table, _out(folder, "duplicates.csv"), said_in(folder, lang))
        report["pairs"] = len(table)
        if not as_json:
            typer.echo(table.text(said_in(folder, lang), most=limit))


@archive.command(name="quality")
def quality_(folder: Dir, as_of: AsOf = None, lang: InLang = None, as_json: AsJson = False) -> None:
    """Say how complete and fresh the files are, kind by kind; every file in out/quality.csv."""
    with reported(as_json) as report, cabinet_of(folder) as cabinet:
        found, said = quality(cabinet.register(), today(as_of)), said_in(folder, lang)
        write_csv(found.table(), _out(folder, "quality.csv"), said)
        summary = found.by_kind(60)
        report["kinds"] = plain_rows(summary, said)
        if not as_json:
            typer.echo(summary.text(said))


def _out(folder: Path, name: str) -> Path:
    target = folder / "out" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


@archive.command()
def show(
    folder: Dir,
    customer: Id,
    unmasked: Annotated[bool, typer.Option("--unmasked", help="Show personal values as they are.")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="Write a printable page here instead.")] = None,
    as_of: AsOf = None,
    reader: AsReader = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Show one customer's card: what is known, what is missing, what is stale, what changed."""
    with reported(as_json) as report, cabinet_of(folder, reader) as cabinet:
        said, day = said_in(folder, lang), today(as_of)
        register = cabinet.register()
        card = _card(register[register.resolve(customer)], register.on(day), day, unmasked=unmasked)
        if html is not None:
            with whole_file(html) as path:
                path.write_text(card_page([card], said), "utf-8")
            report["wrote"] = str(html)
        report["card"] = card.text(said)
        if not as_json:
            typer.echo(f"wrote {html}" if html else card.text(said))


def _card(file: Dossier, kept: Archive, day: date, *, unmasked: bool) -> Card:
    found = file.on(day)
    if found is None:
        raise BadValue(f"the file is {file.standing(day)}", where=f"customer {file.id!r}", code="archive.closed")
    return Card.of(found, file, archive=kept, day=day, unmasked=unmasked)


@archive.command()
def history(
    folder: Dir,
    customer: Id,
    unmasked: Annotated[bool, typer.Option("--unmasked", help="Show personal values as they are.")] = False,
    reader: AsReader = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Show every change of one customer's file."""
    with reported(as_json) as report, cabinet_of(folder, reader) as cabinet:
        file = cabinet.dossier(customer)
        if file.standing() == "restricted":
            hint = "release it first"
            raise BadValue(
                "the file is restricted", where=f"customer {customer!r}", hint=hint, code="archive.restricted"
            )
        table = file.table(unmasked=unmasked)
        said = said_in(folder, lang)
        report["history"] = plain_rows(table, said)
        if not as_json:
            typer.echo(table.text(said, most=len(table)))


@archive.command()
def owners(folder: Dir, as_of: AsOf = None, lang: InLang = None, as_json: AsJson = False) -> None:
    """List customers for whom nobody answers: without an owner, or with one who is not in the organisation."""
    with reported(as_json) as report, cabinet_of(folder) as cabinet:
        workspace, day = Workspace.open(folder), today(as_of)
        known = workspace.settings.tables.keys() & {"org", "sales"}
        org = workspace.load().checked().org if known else None
        kept = cabinet.register().on(day)
        table = owner_gaps(kept, org, as_of=day).table() if org else _orphans(kept)
        report["orphans"] = plain_rows(table, lang_of(lang, workspace))
        if not as_json:
            typer.echo(table.text(lang_of(lang, workspace), most=len(table)))


def _orphans(kept: Archive) -> Table:
    """Return those without any owner: where no organisation is known, nobody says who is in it."""
    columns = (Column("customer", "Customer", "客户"), Column("why", "Why", "原因", "why"))
    rows = [(one.id, Says("no owner", "无负责人")) for one in kept.orphans()]
    return Table("owner_gaps", Says("Customers without an owner", "无负责人的客户"), columns, rows)


@archive.command()
def verify(
    folder: Dir,
    anchor: Annotated[str, typer.Option("--anchor", metavar="COUNT:HASH", help="The head kept elsewhere.")] = "",
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Check the audit chain of the archive and print its head, to be kept elsewhere as the next anchor."""
    with reported(as_json) as report, cabinet_of(folder) as cabinet:
        found = cabinet.verify(_anchor(anchor) if anchor else None)
        head = cabinet.head()
        report |= {"ok": bool(found), "count": found.count, "head": f"{head.count}:{head.hash}"}
        report["why"] = found.why.text(said_in(folder, lang))
        if not as_json:
            typer.echo(f"{report['why']}\n{report['head']}")


def _anchor(text: str) -> Anchor:
    count, _, digest = text.partition(":")
    if not count.isdecimal():
        raise BadValue("not an anchor", hint="write COUNT:HASH, as verify prints it", code="audit.anchor")
    return Anchor(int(count), digest)
