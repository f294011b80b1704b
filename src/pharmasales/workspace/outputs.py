"""What a run writes: a canonical CSV a table, one workbook, one calendar a rep, and the report.

All of it goes into a fresh folder, which then takes the place of `out/PERIOD`. The same results give the same bytes.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, wait
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Protocol

from attrs import evolve, field, frozen

from pharmasales.archive import by_customer, lines_within
from pharmasales.cycle import Region
from pharmasales.display import Lang, Says, Table
from pharmasales.exchange import write_csv, write_ics, write_xlsx
from pharmasales.exchange.report import Section, write_report
from pharmasales.periods import Period
from pharmasales.units import Amount, Unit
from pharmasales.workspace.calendars import Calendars
from pharmasales.workspace.file_names import file_name
from pharmasales.workspace.kept import digest
from pharmasales.workspace.summary import summary

__all__ = ["Outputs", "outputs_of", "written"]


class Pages(Protocol):
    """More pages of a run, such as those of its scores."""

    def write(self, folder: Path, lang: Lang, progress: Callable[[str], None]) -> None:
        """Write them into a fresh folder."""


@frozen
class Outputs:
    """What is to be written, and where.

    Args:
        folder: `out/PERIOD` of the workspace.
        period: the period.
        as_of: the day that the results stand for; it dates every file.
        planned: the day of planning, which dates the calendars.
        tables: the result tables, by name.
        reps: the names of the reps by id; each gets a calendar.
        sold: sales by customer in the same period of the year before, for the picture of their concentration.
        money: the unit of the amounts.
        notes: what was left out, and why.
        lang: the language of titles and reasons.
        standing: tables whose files stand in `folder` already, in this language, and are taken over as they are.
        calendars: the entries of each rep's calendar.
        zone: the time zone of their hours.
        sections: what the report says beside the attainment.
        pages: more pages that are written.
    """

    folder: Path
    period: Period
    as_of: date
    planned: date
    tables: Mapping[str, Table] = field(repr=lambda tables: ", ".join(tables))
    reps: Mapping[str, str] = field(repr=False)
    sold: Mapping[str, Amount] = field(repr=False)
    money: Unit
    notes: tuple[Says, ...] = ()
    lang: Lang = "en"
    standing: frozenset[str] = frozenset()
    calendars: Calendars = field(factory=dict, repr=False)
    zone: str = "Asia/Shanghai"
    sections: tuple[Section, ...] = field(default=(), repr=False)
    pages: Pages | None = field(default=None, repr=False)


def outputs_of(
    root: Path,
    region: Region,
    period: Period,
    as_of: date,
    tables: Mapping[str, Table],
    notes: tuple[Says, ...],
    lang: Lang,
) -> Outputs:
    """Return what a run on a region writes; arguments as of `Outputs`, the folder being that of the workspace."""
    reps = {node.id: node.name for node in region.org.leaves()} if region.org else {}
    sold = by_customer(lines_within(region.sales, period.year_before()))
    folder = root / "out" / str(period)
    return Outputs(folder, period, as_of, as_of, tables, reps, sold, region.money, notes, lang)


@contextmanager
def written(
    outputs: Outputs, folder: Path, progress: Callable[[str], None], pool: Executor | None = None
) -> Iterator[tuple[dict[str, str], Callable[[], None]]]:
    """Write every output of a run into a folder.

    Yields the SHA-256 of each table and calendar by file name, and what waits for the files that another process still
    writes.

    When the block is left, no process writes any more, also after an error.

    Args:
        outputs: what to write.
        folder: where, a fresh folder.
        progress: called with the name of each output as it is begun.
        pool: another process for the workbook and the report; none where left out.

    Raises:
        BadConfig: a package for workbooks, calendars or pictures is not installed.
        StorageError: the disk is full or may not be written.
    """
    plain = evolve(outputs, pages=None)  # the other process is not sent what it does not write
    begun = [pool.submit(_workbook, plain, folder)] if pool else []
    if pool and not outputs.standing:
        begun.append(pool.submit(_report, plain, folder))

    def finish() -> None:
        for future in begun:
            future.result()

    try:
        _tables(outputs, folder, progress)
        for write in (_workbook, _report)[len(begun) :]:
            progress("plan.xlsx, report.html")
            write(outputs, folder)
        if outputs.pages is not None:
            outputs.pages.write(folder, outputs.lang, progress)
        yield {path.name: digest(path) for path in _plain_files(folder)}, finish
    finally:
        wait(begun)


def _plain_files(folder: Path) -> list[Path]:
    return sorted([*folder.glob("*.csv"), *folder.glob("*.ics")])


def _tables(outputs: Outputs, folder: Path, progress: Callable[[str], None]) -> None:
    """Write a CSV a table and a calendar a rep, or take over those that stand."""
    for table in outputs.tables.values():
        progress(f"{table.name}.csv")
        if table.name in outputs.standing:
            shutil.copyfile(outputs.folder / f"{table.name}.csv", folder / f"{table.name}.csv")
        else:
            write_csv(table, folder / f"{table.name}.csv", outputs.lang)
    if "visits" in outputs.tables:
        progress("calendars")
        _calendars(outputs, folder)


def _workbook(outputs: Outputs, folder: Path) -> None:
    tables = list(outputs.tables.values())
    write_xlsx(tables, folder / "plan.xlsx", lang=outputs.lang, created=outputs.as_of)


def _report(outputs: Outputs, folder: Path) -> None:
    told = (outputs.sold, outputs.money, outputs.notes, outputs.sections)
    report = summary(outputs.period, outputs.as_of, outputs.tables, *told)
    write_report(report, folder / "report.html", outputs.lang)


def _calendars(outputs: Outputs, folder: Path) -> None:
    """Write a calendar for each rep, an empty one for a rep without visits."""
    if "visits" in outputs.standing:
        for path in sorted(outputs.folder.glob("*.ics")):
            shutil.copyfile(path, folder / path.name)
        return
    taken: set[str] = set()
    for rep in dict.fromkeys((*outputs.reps, *outputs.calendars)):
        name = {"en": "Visits", "zh": "拜访计划"}[outputs.lang] + f" {outputs.period} {outputs.reps.get(rep, rep)}"
        path = folder / file_name(rep, taken, ".ics")
        write_ics(outputs.calendars.get(rep, ()), path, name=name, stamp=outputs.planned, zone=outputs.zone)
