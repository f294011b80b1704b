"""`pharmasales archive`: take customers in, find them, merge twins, show a card, answer a person's requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

from pharmasales.archive import Archive, Card, Dossier, NameIndex, candidates, is_person, merge, unmerge
from pharmasales.archive.quality import quality
from pharmasales.cli.shared import AsJson, AsOf, Dir, InLang, day_of, lang_of, reported, typer
from pharmasales.compliance import USES, Anchor, mask
from pharmasales.display import Column, Lang, Says, Table
from pharmasales.errors import BadRows, BadValue
from pharmasales.exchange import whole_file, write_csv
from pharmasales.exchange.card_page import card_page
from pharmasales.workspace import Cabinet, Forgotten, Intake, Stamp, Workspace, copies_table, forget, held_of, take_in

__all__ = ["archive"]

archive = typer.Typer(no_args_is_help=True, help="Keep the customer archive of a workspace (客户档案).")

By = Annotated[str, typer.Option("--by", metavar="ID", envvar="PHARMASALES_BY", help="The id of who writes.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, without personal values.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The id of the customer.")]


@contextmanager
def _opened(folder: Path) -> Iterator[Cabinet]:
    with Workspace.open(folder).cabinet() as cabinet:
        yield cabinet


def _now() -> datetime:
    return datetime.now(UTC)


def _today(text: str | None) -> date:
    return day_of(text) or _now().date()


def _said(folder: Path, lang: InLang) -> Lang:
    return lang_of(lang, Workspace.open(folder))


@archive.command("import")
def import_(
    folder: Dir,
    by: By,
    why: Why,
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Else those of [archive].")] = None,
    permissive: Annotated[bool, typer.Option("--permissive", help="Take the good rows, list the others.")] = False,
    as_of: AsOf = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Take customers from files into the archive: all rows or, with --permissive, the good ones."""
    with reported(as_json) as report:
        workspace = Workspace.open(folder)
        stamp = Stamp(_today(as_of), _now(), by, why)
        try:
            taken = take_in(workspace, stamp, files or (), permissive=permissive)
        except BadRows as error:
            error.add_note("see out/import/errors.xlsx")
            raise
        report |= _counted(taken)
        if not as_json:
            _show_intake(taken, lang_of(lang, workspace))


def _counted(taken: Intake) -> dict[str, object]:
    keys = ("read", "accepted", "rejected", "skipped")
    rows = {key: sum(getattr(count, key) for count in taken.counts) for key in keys}
    done = {"opened": taken.opened, "amended": taken.amended, "same": taken.same, "questions": len(taken.questions)}
    return {**rows, **done, "left_out": {name: why.en for name, why in taken.left_out.items()}}


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
    if taken.questions:
        typer.echo("\n" + taken.table().text(lang, most=len(taken.questions)))
    if taken.rejected:
        typer.echo("\nout/import/errors.xlsx")


@archive.command()
def find(
    folder: Dir,
    text: Annotated[str, typer.Argument(help="A name, a part of it, its pinyin or the initials.")],
    limit: Annotated[int, typer.Option("--limit", min=1)] = 20,
    as_of: AsOf = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Find customers by name, pinyin or initials; names of persons are masked."""
    with reported(as_json) as report, _opened(folder) as cabinet:
        kept, said = cabinet.register().on(_today(as_of)), _said(folder, lang)
        rows = [(hit.id, _label(kept, hit.id), hit.why) for hit in NameIndex.of(kept).search(text, limit=limit)]
        table = Table("found", Says("Found", "查询结果"), _FOUND, rows)
        report["found"] = [{key: Column.plain(cell, said) for key, cell in row.items()} for row in table.records()]
        if not as_json:
            typer.echo(table.text(said, most=limit))


_FOUND = (Column("id", "Id", "编号"), Column("name", "Name", "名称"), Column("why", "Found by", "命中方式", "why"))


def _label(kept: Archive, customer: str) -> str:
    found = kept[customer]
    return mask(found.name, USES["name"], person=is_person(found.kind))


@archive.command()
def duplicates(
    folder: Dir,
    limit: Annotated[int, typer.Option("--limit", min=1)] = 50,
    as_of: AsOf = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """List customers that may be one, with a score and the reasons; all of them in out/duplicates.csv."""
    with reported(as_json) as report, _opened(folder) as cabinet:
        kept = cabinet.register().on(_today(as_of))
        table = candidates(kept).table(partial(_label, kept))
        write_csv(table, _out(folder, "duplicates.csv"), _said(folder, lang))
        report["pairs"] = len(table)
        if not as_json:
            typer.echo(table.text(_said(folder, lang), most=limit))


@archive.command(name="quality")
def quality_(folder: Dir, as_of: AsOf = None, lang: InLang = None, as_json: AsJson = False) -> None:
    """Say how complete and fresh the files are, kind by kind; every file in out/quality.csv."""
    with reported(as_json) as report, _opened(folder) as cabinet:
        found, said = quality(cabinet.register(), _today(as_of)), _said(folder, lang)
        write_csv(found.table(), _out(folder, "quality.csv"), said)
        summary = found.by_kind(60)
        report["kinds"] = [{key: Column.plain(cell, said) for key, cell in row.items()} for row in summary.records()]
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
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Show one customer's card: what is known, what is missing, what is stale, what changed."""
    with reported(as_json) as report, _opened(folder) as cabinet:
        said, day = _said(folder, lang), _today(as_of)
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
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Show every change of one customer's file."""
    with reported(as_json) as report, _opened(folder) as cabinet:
        table = cabinet.dossier(customer).table(unmasked=unmasked)
        report["history"] = [{key: Column.plain(cell) for key, cell in row.items()} for row in table.records()]
        if not as_json:
            typer.echo(table.text(_said(folder, lang), most=len(table)))


@archive.command(name="merge")
def merge_(
    folder: Dir,
    kept: Annotated[str, typer.Argument(metavar="KEPT")],
    twin: Annotated[str, typer.Argument(metavar="TWIN")],
    by: By,
    why: Why,
    undo: Annotated[bool, typer.Option("--undo", help="Take the merge back.")] = False,
    as_json: AsJson = False,
) -> None:
    """Merge TWIN into KEPT: both histories stay, and the twin never counts again; --undo takes it back."""
    with reported(as_json) as report, _opened(folder) as cabinet:
        one, other, changes = (unmerge if undo else merge)(
            cabinet.dossier(kept), cabinet.dossier(twin), at=_now(), by=by, why=why
        )
        cabinet.keep([one, other], changes)
        report["changes"] = [repr(change) for change in changes]
        if not as_json:
            typer.echo("\n".join(map(repr, changes)))


@archive.command()
def access(folder: Dir, customer: Id, lang: InLang = None, as_json: AsJson = False) -> None:
    """Show everything that is kept of one person, unmasked, and where else the person is named."""
    with reported(as_json) as report, _opened(folder) as cabinet:
        held, copies = held_of(cabinet, customer)
        said = _said(folder, lang)
        report["held"] = [{key: Column.plain(cell, said) for key, cell in row.items()} for row in held.records()]
        report["copies"] = [{"kind": copy.kind, "id": copy.id, "now": copy.now} for copy in copies]
        if not as_json:
            typer.echo(held.text(said, most=len(held)))
            typer.echo("\n" + copies_table(copies).text(said, most=len(copies)))


@archive.command()
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
        gone = forget(workspace, customer, at=_now(), by=by, why=why)
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


@archive.command()
def verify(
    folder: Dir,
    anchor: Annotated[str, typer.Option("--anchor", metavar="COUNT:HASH", help="The head kept elsewhere.")] = "",
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Check the audit chain of the archive and print its head, to be kept elsewhere as the next anchor."""
    with reported(as_json) as report, _opened(folder) as cabinet:
        found = cabinet.verify(_anchor(anchor) if anchor else None)
        head = cabinet.head()
        report |= {"ok": bool(found), "count": found.count, "head": f"{head.count}:{head.hash}"}
        report["why"] = found.why.text(_said(folder, lang))
        if not as_json:
            typer.echo(f"{report['why']}\n{report['head']}")


def _anchor(text: str) -> Anchor:
    count, _, digest = text.partition(":")
    if not count.isdecimal():
        raise BadValue("not an anchor", hint="write COUNT:HASH, as verify prints it", code="audit.anchor")
    return Anchor(int(count), digest)
