"""`pharmasales archive`: change one customer's file; each says who, when and why, and enters the audit chain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, cast

from pharmasales.archive import Change, Dossier, merge, unmerge
from pharmasales.archive.changes import AFFILIATION
from pharmasales.cli.shared import (
    AsJson,
    AsOf,
    By,
    Dir,
    Id,
    Why,
    cabinet_of,
    day_of,
    now,
    reported,
    today,
    typer,
)
from pharmasales.compliance import Consent, withdraw
from pharmasales.compliance.consent import Channel
from pharmasales.errors import BadValue
from pharmasales.workspace import Cabinet, Workspace
from pharmasales.workspace.amending import read_values

__all__ = ["dossier"]

dossier = typer.Typer()


class ConsentChoice(StrEnum):
    """What kind of consent it is."""

    opt_in = "opt_in"
    separate = "separate"
    opt_out = "opt_out"


def _act(folder: Path, customer: str, as_json: bool, act: Callable[[Cabinet, Dossier], tuple[Dossier, Change]]) -> None:
    """Change one file, keep it, and say what was done."""
    with reported(as_json) as report, cabinet_of(folder) as cabinet:
        file, change = act(cabinet, cabinet.dossier(customer))
        cabinet.keep([file], [change])
        _tell(report, as_json, change)


def _tell(report: dict[str, Any], as_json: bool, *changes: Change) -> None:
    report["changes"] = [repr(change) for change in changes]
    if not as_json:
        typer.echo("\n".join(report["changes"]))


@dossier.command()
def amend(
    folder: Dir,
    customer: Id,
    values: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help="FIELD= clears a field.")],
    by: By,
    why: Why,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Change fields of a customer's file from --as-of on; the old values stay in the history."""

    def act(cabinet: Cabinet, file: Dossier) -> tuple[Dossier, Change]:
        since = today(as_of)
        given = read_values(values, file.kind, Workspace.open(folder).settings, now().date())
        for name, place in given.items():
            if name == "parent" and place:
                cabinet.dossier(str(place))
            elif name.startswith(AFFILIATION):
                cabinet.dossier(name.removeprefix(AFFILIATION))
        return file.amend(given, since=since, at=now(), by=by, why=why)

    _act(folder, customer, as_json, act)


@dossier.command()
def confirm(
    folder: Dir,
    customer: Id,
    fields: Annotated[list[str], typer.Argument(metavar="FIELD...", help="The fields that still hold.")],
    by: By,
    why: Why,
    as_json: AsJson = False,
) -> None:
    """Confirm that fields of a customer's file still hold: they are fresh again."""
    with reported(as_json) as report, cabinet_of(folder) as cabinet:
        file, changes = cabinet.dossier(customer).confirm(fields, at=now(), by=by, why=why)
        cabinet.keep([file], changes)
        _tell(report, as_json, *changes)


@dossier.command()
def reassign(
    folder: Dir,
    customer: Id,
    owner: Annotated[str, typer.Argument(metavar="OWNER", help="The id of the new owner.")],
    by: By,
    why: Why,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Give a customer another owner from --as-of on."""
    _act(folder, customer, as_json, lambda _, file: file.reassign(owner, since=today(as_of), at=now(), by=by, why=why))


@dossier.command()
def close(folder: Dir, customer: Id, by: By, why: Why, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Close a customer's file from --as-of on: it counts no longer, and nothing is deleted."""
    _act(folder, customer, as_json, lambda _, file: file.close(since=today(as_of), at=now(), by=by, why=why))


@dossier.command()
def reopen(folder: Dir, customer: Id, by: By, why: Why, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Open a closed file again from --as-of on."""
    _act(folder, customer, as_json, lambda _, file: file.reopen(since=today(as_of), at=now(), by=by, why=why))


@dossier.command()
def restrict(folder: Dir, customer: Id, by: By, why: Why, as_json: AsJson = False) -> None:
    """Keep a file but neither show nor use it, as under a legal hold."""
    _act(folder, customer, as_json, lambda _, file: file.restrict(at=now(), by=by, why=why))


@dossier.command()
def release(folder: Dir, customer: Id, by: By, why: Why, as_json: AsJson = False) -> None:
    """Lift a restriction."""
    _act(folder, customer, as_json, lambda _, file: file.release(at=now(), by=by, why=why))


@dossier.command(name="merge")
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
    with reported(as_json) as report, cabinet_of(folder) as cabinet:
        one, other, changes = (unmerge if undo else merge)(
            cabinet.dossier(kept), cabinet.dossier(twin), at=now(), by=by, why=why
        )
        cabinet.keep([one, other], changes)
        _tell(report, as_json, *changes)


@dossier.command()
def consent(
    folder: Dir,
    customer: Id,
    by: By,
    why: Why,
    evidence: Annotated[str, typer.Option("--evidence", help="The id of the paper, call or message that proves it.")],
    purpose: Annotated[str, typer.Option("--purpose", help="What for, as marketing.")] = "any",
    channel: Annotated[str, typer.Option("--channel", help="As phone, sms, wechat; any for all.")] = "any",
    kind: Annotated[ConsentChoice, typer.Option("--kind")] = ConsentChoice.opt_in,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="The last day.")] = None,
    withdrawn: Annotated[bool, typer.Option("--withdraw", help="Take consent back instead.")] = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Keep a person's consent for a purpose, or with --withdraw its end; then list what is kept."""
    with reported(as_json) as report, cabinet_of(folder) as cabinet:
        cabinet.dossier(customer)
        before, day, over = cabinet.consents(customer), today(as_of), cast("Channel", channel)  # Consent checks it
        if withdrawn:
            now_ = withdraw(before, customer, on=day, evidence=evidence, purpose=purpose, channel=over)
        else:
            end = _end(until)
            now_ = (*before, Consent(customer, purpose, over, kind.value, day, evidence, until=end))
        cabinet.keep_consents(customer, now_, at=now(), by=by, why=why)
        report["consents"] = [_line(one) for one in now_]
        if not as_json:
            typer.echo("\n".join(report["consents"]))


def _end(text: str | None) -> date | None:
    try:
        return day_of(text)
    except typer.BadParameter:
        hint = "write 2026-12-31"
        raise BadValue("not a date", where="until", hint=hint, code="date") from None


def _line(one: Consent) -> str:
    end = f", until {one.until}" if one.until else ""
    gone = f", withdrawn {one.withdrawn}" if one.withdrawn else ""
    return f"{one.purpose} {one.channel} {one.kind} {one.given}{end}{gone}"
