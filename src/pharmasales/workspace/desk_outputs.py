"""What a desk writes (台账输出): a CSV a table, a workbook and a page, in a folder that appears whole or not at all.

>>> import tempfile
>>> from pharmasales.display import Column
>>> title = Says("Stock", "库存")
>>> table = Table("stock", title, (Column("customer_id", "Customer", "客户编号"),), [("D1",)])
>>> page = Report(title, Says("2026-03-31", "2026-03-31"), (), (), Says("Made up.", "虚构。"))
>>> with tempfile.TemporaryDirectory() as here:
...     DeskOutputs(Path(here, "stock"), date(2026, 3, 31), page, (table,)).write()
...     sorted(file.name for file in Path(here, "stock").iterdir())
['report.html', 'stock.csv', 'tables.xlsx']
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from attrs import field, frozen

from pharmasales.display import Lang, Says, Table
from pharmasales.exchange import Event, write_csv, write_ics, write_xlsx
from pharmasales.exchange.folder import replaced
from pharmasales.exchange.report import Report, write_report
from pharmasales.workspace.doing import Progress, quiet

__all__ = ["DeskOutputs"]


@frozen
class DeskOutputs:
    """What a desk writes, and where.

    Args:
        folder: the folder, which is replaced whole.
        as_of: the day that the results stand for; it dates the workbook.
        page: the page.
        tables: the tables, each of a name of its own.
        notes: what was left out, and why.
        lang: the language.
        calendars: entries of calendars, by the name of their file without its ending.
    """

    folder: Path
    as_of: date
    page: Report = field(repr=False)
    tables: Sequence[Table] = field(repr=lambda tables: ", ".join(table.name for table in tables))
    notes: tuple[Says, ...] = field(default=(), repr=False)
    lang: Lang = "en"
    calendars: Mapping[str, Sequence[Event]] = field(factory=dict, repr=False)

    def write(self, progress: Progress = quiet) -> None:
        """Write everything; the same results give the same bytes.

        Args:
            progress: called with the name of each output as it is begun.

        Raises:
            BadConfig: a package for workbooks or pictures is not installed.
            StorageError: the disk is full or may not be written.
        """
        with replaced(self.folder) as fresh:
            for table in self.tables:
                progress(f"{table.name}.csv")
                write_csv(table, fresh / f"{table.name}.csv", self.lang)
            for name, events in self.calendars.items():
                write_ics(events, fresh / f"{name}.ics", name=name, stamp=self.as_of)
            progress("tables.xlsx, report.html")
            write_xlsx(list(self.tables), fresh / "tables.xlsx", lang=self.lang, created=self.as_of)
            write_report(self.page, fresh / "report.html", self.lang)
