"""The files of the distributors (流向文件): found, read by their column maps, and parted by month.

A file of a layout that nobody confirmed is read by its header where that is complete and can mean one thing only; else
the run stops, and the error says the lines of `pharmasales.toml` to confirm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from os.path import relpath
from pathlib import Path

from attrs import evolve, field, frozen

from pharmasales.channel.flow import ColumnGuesses, ColumnMap, FlowFile, ReadFlow, read_flow, suggest_columns
from pharmasales.errors import BadConfig, BadFile, BadRows, BadValue, PharmaSalesError
from pharmasales.exchange import read_sheet
from pharmasales.periods import Month
from pharmasales.units import Unit
from pharmasales.workspace.doing import Progress, quiet
from pharmasales.workspace.files import table_files
from pharmasales.workspace.flow.settings import FlowFiles

__all__ = ["FileOfMonth", "FlowFileRead", "of_month", "read_flow_files"]

_BY_HEADER = "header"


@frozen
class FlowFileRead:
    """One file of a distributor, read whole.

    Args:
        distributor: whose it is.
        header: its headers.
        read: its lines, of every month.
        guessed: whether the columns were told by the header alone.
    """

    distributor: str
    header: tuple[str, ...] = field(repr=False)
    read: ReadFlow
    guessed: bool


@frozen
class FileOfMonth:
    """What of one file belongs to a month: rows = lines + others + blank.

    Args:
        file: the file.
        rows: rows below the header.
        lines: those of the month, and those without a readable month in a file of the month.
        others: those of other months.
    """

    file: FlowFileRead
    rows: int
    lines: ReadFlow = field(repr=False)
    others: int

    @property
    def blank(self) -> int:
        """Rows without any cell filled."""
        return self.file.read.blank


def read_flow_files(
    root: Path, files: Mapping[str, FlowFiles], money: Unit, progress: Progress = quiet
) -> list[FlowFileRead]:
    """Read every file of every distributor.

    Args:
        root: the workspace's folder, to which the names of the files are relative.
        files: the files of each distributor.
        money: what money is counted in.
        progress: called with the name of each file as it is begun.

    Raises:
        BadRows: files that are missing, cannot be read, or whose columns nobody knows: every one of them.
        BadConfig: one file for two distributors.
    """
    owners: dict[Path, str] = {}
    found: list[FlowFileRead] = []
    bad: list[PharmaSalesError] = []
    for distributor, asked in files.items():
        try:
            paths = table_files(root, asked.source)
        except BadFile as error:
            bad.append(error.at(f"flow.files.{distributor}"))
            continue
        for path in paths:
            first = owners.setdefault(path.resolve(), distributor)
            if first != distributor:
                where, hint = f"flow.files.{distributor}", f"{path.name} is a file of {first} already"
                raise BadConfig("one file for two distributors", where=where, hint=hint, code="flow.files")
            progress(path.name)
            try:
                found.append(_read(root, path, distributor, asked, money))
            except PharmaSalesError as error:
                error.hint = error.hint.replace("[tables.NAME]", f"[flow.files.{distributor}]")
                bad.append(error)
    if bad:
        raise BadRows(f"{len(bad)} bad files", bad)
    return found


def _read(root: Path, path: Path, distributor: str, asked: FlowFiles, money: Unit) -> FlowFileRead:
    name = Path(relpath(path, root)).as_posix()
    sheet = read_sheet(path, encoding=asked.source.encoding, sheet=asked.source.sheet or None)
    guesses = suggest_columns(sheet.header)
    columns = asked.columns or _guessed(name, distributor, asked, guesses)
    lost = columns.missing(sheet.header)
    if lost:
        raise _layout(f"no column {', '.join(map(repr, lost))}", name, distributor, guesses)
    read = read_flow(FlowFile(name, sheet.header, sheet.rows), columns, unit=money)
    return FlowFileRead(distributor, tuple(sheet.header), read, asked.columns is None)


def _guessed(name: str, distributor: str, asked: FlowFiles, guesses: ColumnGuesses) -> ColumnMap:
    """Return the columns as the header says them, where it says them fully and in one way.

    Raises:
        BadFile: it does not; with the lines to confirm.
    """
    counts = Counter(one.field for one in guesses if one.field)
    unsure = [one.header for one in guesses if one.field and (one.score < 100 or counts[one.field] > 1)]
    if unsure:
        raise _layout(f"it is not clear what {', '.join(map(repr, unsure))} holds", name, distributor, guesses)
    try:
        # nobody confirmed it on any day
        made = ColumnMap(distributor, guesses.columns, _BY_HEADER, date.min, asked.always, asked.day_order)
    except BadValue as error:
        raise _layout(error.reason, name, distributor, guesses) from None
    return made.with_returns(asked.returns)


def _layout(reason: str, name: str, distributor: str, guesses: ColumnGuesses) -> BadFile:
    """Return the refusal of a layout, with what to write into `pharmasales.toml`; unknown headers are not told."""
    told = guesses.columns or dict.fromkeys(("date", "customer", "product", "quantity"), "its header")
    columns = ", ".join(f'{field} = "{_quoted(head)}"' for field, head in told.items())
    hint = f'confirm: [flow.files.{distributor}] columns = {{ {columns} }}, by = "your id", on = the day'
    return BadFile(reason, where=name, hint=hint, code="flow.columns")


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def of_month(files: Iterable[FlowFileRead], month: Month) -> list[FileOfMonth]:
    """Return what of each file belongs to a month; files that hold nothing of it are left out.

    A line without a readable month belongs to every month of its file, so that it is held wherever it may belong.

    Args:
        files: the files.
        month: the month.
    """
    return list(_of_month(files, month))


def _of_month(files: Iterable[FlowFileRead], month: Month) -> Iterator[FileOfMonth]:
    for file in files:
        lines = file.read.lines
        known = {line.month for line in lines if line.month is not None}
        if month in known or (lines and not known):
            mine = tuple(line for line in lines if line.month in (month, None))
            yield FileOfMonth(file, len(lines) + file.read.blank, evolve(file.read, lines=mine), len(lines) - len(mine))
