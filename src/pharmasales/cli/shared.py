"""What every command has in common: its options, how it reports, how it fails.

The other modules take `typer` from here, so that its absence is told in one place.

>>> [one.value for one in LangChoice]
['en', 'zh']
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any

from pharmasales.display import Column, Lang, Says, Table
from pharmasales.errors import BadRows, BadValue, PharmaSalesError, StorageError
from pharmasales.periods import Period
from pharmasales.periods import period as as_period
from pharmasales.workspace import Cabinet, Workspace

try:
    import typer
    from rich.console import Console
except ImportError:  # pragma: no cover - the package is then installed without its command line
    sys.exit("the command line needs two more packages: pip install 'pharmasales[cli]'")

__all__ = [
    "AsJson",
    "AsOf",
    "AsReader",
    "By",
    "Dir",
    "Id",
    "InLang",
    "LangChoice",
    "TableNames",
    "Why",
    "cabinet_of",
    "day_in",
    "day_of",
    "lang_of",
    "named_tables",
    "now",
    "period_of",
    "plain_rows",
    "pool",
    "progress",
    "read_by",
    "reported",
    "said_in",
    "say_notes",
    "today",
    "typer",
]


class LangChoice(StrEnum):
    """The languages of outputs."""

    en = "en"
    zh = "zh"


Dir = Annotated[Path, typer.Argument(metavar="DIR", help="The workspace's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines.")]
InLang = Annotated[LangChoice | None, typer.Option("--lang", help="The workspace's own where left out.")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="The day to stand on, as 2026-01-31.")]
TableNames = Annotated[
    list[str] | None, typer.Option("--table", metavar="NAME", help="Which tables are shown; a choice of them else.")
]
AsReader = Annotated[
    str | None, typer.Option("--as", metavar="NODE", help="Read as who sees this node and what is below; else all.")
]
By = Annotated[str, typer.Option("--by", metavar="ID", envvar="PHARMASALES_BY", help="The id of who writes.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, without personal values.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The id of the customer.")]


def now() -> datetime:
    """Return the moment of writing, to the second; the clock is asked here alone, and order never goes by it."""
    return datetime.now(UTC).replace(microsecond=0)


def today(text: str | None) -> date:
    """Return the day of an option, or today."""
    return day_of(text) or now().date()


def day_in(period: Period | None, text: str | None) -> date:
    """Return the day of an option, or today; where a period is asked for that is over, its last day."""
    return day_of(text) or min(now().date(), period.end if period else date.max)


def say_notes(notes: Iterable[Says], lang: Lang) -> None:
    """Print what was left out, and why: a line a note."""
    for note in notes:
        typer.echo(f"{Says('note: ', '注意：').text(lang)}{note.text(lang)}")


def said_in(folder: Path, lang: LangChoice | None) -> Lang:
    """Return the language asked, or that of the workspace in a folder."""
    return lang_of(lang, Workspace.open(folder))


def read_by(node: str | None, workspace: Workspace) -> Workspace:
    """Return the workspace as the reader of a node sees it; as it is where no node is named."""
    return workspace if node is None else workspace.within(node)


@contextmanager
def cabinet_of(folder: Path, reader: str | None = None) -> Iterator[Cabinet]:
    """Open the archive of the workspace in a folder, as the reader of a node sees it where one is named.

    Raises:
        NotFound: no such node.
        StorageError: nothing was taken in yet, or the store cannot be opened.
    """
    try:
        with read_by(reader, Workspace.open(folder)).cabinet() as cabinet:
            yield cabinet
    except StorageError as error:
        if error.code == "storage.missing":
            error.reason = "nothing is kept here yet"
            error.hint = "take customers in: pharmasales archive import DIR"
        raise


def plain_rows(table: Table, lang: Lang) -> list[dict[str, str]]:
    """Return the rows of a table for machines, every cell as text."""
    return [{key: Column.plain(cell, lang) for key, cell in row.items()} for row in table.records()]


def named_tables(names: Sequence[str], here: Mapping[str, Table]) -> list[Table]:
    """Return the tables that were asked for by name, in the order asked."""
    for name in names:
        if name not in here:
            raise typer.BadParameter(f"no table {name}; there are {', '.join(here)}", param_hint="--table")
    return [here[name] for name in names]


def day_of(text: str | None, option: str = "--as-of") -> date | None:
    """Read the day of an option."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter("not a date; write 2026-01-31", param_hint=option) from None


def period_of(text: str) -> Period:
    """Read the period of an option."""
    try:
        return as_period(text)
    except BadValue as error:
        raise typer.BadParameter(f"{error.reason}; {error.hint}", param_hint="--period") from None


def lang_of(lang: LangChoice | None, workspace: Workspace) -> Lang:
    """Return the language asked, or the workspace's own."""
    return workspace.settings.lang if lang is None else lang.value


@contextmanager
def reported(as_json: bool) -> Iterator[dict[str, Any]]:
    """Run a command: print its report or its errors, and exit 1 where the input was bad."""
    report: dict[str, Any] = {"ok": True}
    try:
        yield report
    except PharmaSalesError as error:
        errors = error.exceptions if isinstance(error, BadRows) else (error,)
        report = {"ok": False, "errors": [_error(one) for one in errors if isinstance(one, PharmaSalesError)]}
        if not as_json:
            for one in errors:
                typer.echo(f"error: {one}", err=True)
            if isinstance(error, BadRows):
                hint = f"; {error.hint}" if error.hint else ""
                typer.echo(f"{error.reason}: nothing was written{hint}", err=True)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    if not report["ok"]:
        raise typer.Exit(1)


def _error(error: PharmaSalesError) -> dict[str, str]:
    return {"code": error.code, "reason": error.reason, "where": error.where, "hint": error.hint}


@contextmanager
def progress(as_json: bool) -> Iterator[Callable[[str], None]]:
    """Show on a terminal what is being done; elsewhere stay silent."""
    console = Console(stderr=True)
    if as_json or not console.is_terminal:
        yield lambda _what: None
        return
    with console.status("...") as status:
        yield lambda what: status.update(what)


@contextmanager
def pool() -> Iterator[Executor]:
    """Keep a second process for the workbook; it leaves an interrupt to the first.

    It is started afresh: a copy of a process that has threads may wait for ever for what one of them held.
    """
    fresh, ignore = get_context("spawn"), (signal.SIGINT, signal.SIG_IGN)
    with ProcessPoolExecutor(1, mp_context=fresh, initializer=signal.signal, initargs=ignore) as pool:
        pool.submit(int)  # it begins now, while the files are read
        yield pool
