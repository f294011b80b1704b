"""`pharmasales store`: verify the store of a workspace, back it up, restore it, migrate it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

from attrs import field, frozen

from pharmasales.cli.shared import AsJson, Dir, InLang, now, reported, said_in, typer
from pharmasales.compliance import Anchor
from pharmasales.display import Says
from pharmasales.errors import BadFile, BadValue, StorageError
from pharmasales.exchange import whole_file
from pharmasales.storage import Store, open_store
from pharmasales.storage.backup import Erased, backup, erase_again, erased, restore
from pharmasales.storage.migration import migrate
from pharmasales.storage.records import Stamp, as_text, check_key, stamp
from pharmasales.workspace import Cabinet, Workspace, erase_person

__all__ = ["Gone", "store"]

store = typer.Typer(no_args_is_help=True, help="Verify, back up, restore and migrate the store of a workspace (存储).")

KeptAnchor = Annotated[str, typer.Option("--anchor", metavar="COUNT:HASH", help="The head kept elsewhere.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="The file of the backup.")]
List = Annotated[Path, typer.Argument(metavar="FILE", help="The list of the erasures.")]


def _open(folder: Path) -> Store:
    try:
        return open_store(Workspace.open(folder).url)
    except StorageError as error:
        if error.code == "storage.missing":
            error.reason, error.hint = "nothing is kept here yet", "see that the folder is right"
        raise


def _text(head: Anchor) -> str:
    return f"{head.count}:{head.hash}"


def _anchor(text: str) -> Anchor | None:
    count, _, digest = text.partition(":")
    if text and not (count.isascii() and count.isdecimal()):
        raise BadValue("not an anchor", hint="write COUNT:HASH, as head prints it", code="audit.anchor")
    return Anchor(int(count), digest) if text else None


@store.command()
def verify(folder: Dir, anchor: KeptAnchor = "", lang: InLang = None, as_json: AsJson = False) -> None:
    """Check the content of every version and the audit chain; say what is proved and what is not; print the head."""
    with reported(as_json) as report, _open(folder) as opened:
        found = opened.verify(_anchor(anchor))
        report |= {"ok": bool(found), "count": found.count, "head": _text(found.head), "anchored": found.anchored}
        report["why"] = found.why.lines(said_in(folder, lang))
        if not as_json:
            typer.echo("\n".join([*report["why"], report["head"]]))


@store.command()
def head(folder: Dir, as_json: AsJson = False) -> None:
    """Print the head of the audit chain, to be kept elsewhere as the next anchor; nothing is checked."""
    with reported(as_json) as report, _open(folder) as opened:
        report["head"] = _text(opened.head())
        if not as_json:
            typer.echo(report["head"])


@store.command(name="backup")
def backup_(folder: Dir, file: File, lang: InLang = None, as_json: AsJson = False) -> None:
    """Write the store into a new file, checked, while others may go on working; print its head."""
    with reported(as_json) as report, _open(folder) as opened:
        kept = backup(opened, file)
        report |= {"wrote": str(file), "count": kept.count, "head": _text(kept)}
        if not as_json:
            said = Says(f"wrote {file} ({kept.count} units of work)", f"已写入 {file}（{kept.count} 个工作单元）")
            typer.echo(f"{said.text(said_in(folder, lang))}\n{report['head']}")


@store.command(name="restore")
def restore_(
    folder: Dir,
    file: File,
    anchor: KeptAnchor = "",
    again: Annotated[
        Path | None, typer.Option("--erased", metavar="FILE", help="Erase again what this list names.")
    ] = None,
    by: Annotated[str, typer.Option("--by", metavar="ID", envvar="PHARMASALES_BY", help="Who erases again.")] = "",
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, without personal values.")] = "",
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Take a backup over into the store of the workspace, which is new or empty; --erased needs --by and --why."""
    with reported(as_json) as report:
        gone = Gone.read(again) if again else None
        who = stamp(by, why, now(), "") if gone else None
        url = Workspace.open(folder).url
        kept = restore(file, url, anchor=_anchor(anchor))
        if gone and who:
            kept = gone.erase_in(url, who)
        report |= {"count": kept.count, "head": _text(kept)}
        if not as_json:
            said = Says(f"restored: {kept.count} units of work", f"已恢复：{kept.count} 个工作单元")
            typer.echo(f"{said.text(said_in(folder, lang))}\n{report['head']}")


@store.command(name="erased")
def erased_(folder: Dir, file: List, lang: InLang = None, as_json: AsJson = False) -> None:
    """Write the list of all erasures, to be kept elsewhere until a backup is restored, and guarded like one."""
    with reported(as_json) as report, _open(folder) as opened:
        found = Gone.of(opened)
        with whole_file(file) as fresh:
            fresh.write_text(found.text(), "utf-8")
        report |= {"wrote": str(file), "persons": len(found.persons), "erased": len(found.erased)}
        if not as_json:
            count = len(found.persons)
            said = Says(f"wrote {file} ({count} persons)", f"已写入 {file}（{count} 人）")
            typer.echo(said.text(said_in(folder, lang)))


@frozen
class Gone:
    """What was erased from the store of a workspace: persons of its archive, and records.

    Args:
        persons: the ids of the persons whose files were erased.
        erased: every erasure of a record.

    >>> Gone(["D1"], [Erased("doctor", "D7", 2)]).text().splitlines()
    ['{"person": "D1"}', '{"kind": "doctor", "id": "D7", "version": 2, "data": null}']
    """

    persons: list[str]
    erased: list[Erased] = field(repr=False)

    @classmethod
    def of(cls, opened: Store) -> Gone:
        """Return what was erased from a store."""
        files = Cabinet(opened).register()
        return cls([file.id for file in files if file.standing() == "erased"], erased(opened))

    @classmethod
    def read(cls, file: Path) -> Gone:
        """Read a list as `text` writes it.

        Raises:
            BadFile: it cannot be read, or a line of it is no erasure.
        """
        try:
            lines = file.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise BadFile("cannot be read as UTF-8 text", where=file.name, code="file.read") from error
        found = [_erasure(line, f"{file.name} line {number}") for number, line in enumerate(lines, start=1)]
        persons = [one for one in found if isinstance(one, str)]
        return cls(persons, [one for one in found if isinstance(one, Erased)])

    def text(self) -> str:
        """Return the list as JSON lines."""
        lines: list[dict[str, object]] = [{"person": person} for person in self.persons]
        lines += [{"kind": one.kind, "id": one.id, "version": one.version, "data": one.data} for one in self.erased]
        return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)

    def erase_in(self, url: str, who: Stamp) -> Anchor:
        """Erase from a restored store, persons as the archive does it, then what is left; return the head."""
        with open_store(url) as opened:
            cabinet = Cabinet(opened)
            there = {file.id for file in cabinet.register() if file.standing() not in ("erased", "restricted")}
            for person in self.persons:
                if person in there:
                    erase_person(cabinet, person, at=who.at, by=who.by, why=who.why)
            return erase_again(opened, self.erased, at=who.at, by=who.by, why=who.why)


def _erasure(line: str, where: str) -> Erased | str:
    """Read a line of the list: a person's id, or the erasure of a record."""
    try:
        data = json.loads(line)
        if data.keys() == {"person"}:
            check_key("person", data["person"])
            return str(data["person"])
        one = Erased(**data)
        as_text(one.kind, one.id, {} if one.data is None else one.data)
        if type(one.version) is int:
            return one
    except (ValueError, TypeError, AttributeError, RecursionError):
        pass
    raise BadFile("no erasure", where=where, hint="give a list as `store erased` writes it", code="file.erased")


@store.command(name="migrate")
def migrate_(folder: Dir, lang: InLang = None, as_json: AsJson = False) -> None:
    """Bring a store of an older version to this one, and the archive in it; as it was it is kept beside it."""
    with reported(as_json) as report:
        workspace = Workspace.open(folder)
        done = migrate(workspace.url)
        with workspace.cabinet() as cabinet:
            cabinet.index(at=now(), by="migrate")
        report |= {"migrated": done.done, "kept": done.backup.name if done.backup else ""}
        if not as_json:
            typer.echo(done.says().text(said_in(folder, lang)))
