"""What a run writes: a canonical CSV a table, one workbook, one calendar a rep, and the report.

All of it goes into a fresh folder, which then takes the place of `out/PERIOD`. The same results give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from attrs import field, frozen

from pharmasales.display import Lang, Says, Table, speaks
from pharmasales.exchange import Event, write_csv, write_ics, write_xlsx
from pharmasales.exchange.report import write_report
from pharmasales.periods import Period
from pharmasales.units import Amount
from pharmasales.workspace.summary import summary

__all__ = ["Outputs", "write_outputs"]


@frozen
class Outputs:
    """What is to be written, and where.

    Args:
        folder: `out/PERIOD` of the workspace.
        period: the period.
        as_of: the day that the results stand for; it dates every file.
        tables: the result tables, by name.
        reps: the names of the reps by id; each gets a calendar.
        sold: sales by customer in the same period of the year before, for the picture of their concentration.
        notes: what was left out, and why.
        lang: the language of titles and reasons.
    """

    folder: Path
    period: Period
    as_of: date
    tables: Mapping[str, Table] = field(repr=lambda tables: ", ".join(tables))
    reps: Mapping[str, str] = field(repr=False)
    sold: Mapping[str, Amount] = field(repr=False)
    notes: tuple[Says, ...] = ()
    lang: Lang = "en"


def write_outputs(outputs: Outputs, folder: Path, progress: Callable[[str], None]) -> None:
    """Write every output of a run into a folder.

    Raises:
        BadConfig: a package for workbooks, calendars or pictures is not installed.
        StorageError: the disk is full or may not be written.
    """
    for table in outputs.tables.values():
        progress(f"{table.name}.csv")
        write_csv(table, folder / f"{table.name}.csv", outputs.lang)
    progress("plan.xlsx")
    write_xlsx(list(outputs.tables.values()), folder / "plan.xlsx", lang=outputs.lang, created=outputs.as_of)
    if "visits" in outputs.tables:
        progress("calendars")
        _calendars(outputs, folder)
    progress("report.html")
    report = summary(outputs.period, outputs.as_of, outputs.tables, outputs.sold, outputs.notes)
    write_report(report, folder / "report.html", outputs.lang)


def _calendars(outputs: Outputs, folder: Path) -> None:
    """Write a calendar for each rep, an empty one for a rep without visits."""
    events: dict[str, list[Event]] = {rep: [] for rep in outputs.reps}
    for row in outputs.tables["visits"].records():
        why, day = row["why"], row["date"]
        details = why.text(outputs.lang) if speaks(why) else ""
        if isinstance(day, date):
            title = f"{row['customer']} ({row['grade']})"
            events[str(row["rep_id"])].append(Event(f"{row['visit_id']}@pharmasales", day, title, details))
    taken: set[str] = set()
    for rep, mine in events.items():
        name = {"en": "Visits", "zh": "拜访计划"}[outputs.lang] + f" {outputs.period} {outputs.reps[rep]}"
        write_ics(mine, folder / _file_name(rep, taken), name=name, stamp=outputs.as_of)


def _file_name(rep: str, taken: set[str]) -> str:
    """Return a file name for a rep's id: letters, digits, `-` and `_` stay, and no two are alike on any system."""
    stem = re.sub(r"[^\w-]+", "_", rep)[:80] or "rep"
    name, number = stem, 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem}-{number}"
    taken.add(name.casefold())
    return f"{name}.ics"
