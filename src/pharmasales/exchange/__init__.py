"""Files in and out: CSV, TSV, XLSX and ICS, with typed refusals and nothing half-written.

>>> import tempfile
>>> from datetime import date
>>> from pathlib import Path
>>> from pharmasales.display import Column, Says, Table
>>> table = Table("grades", Says("Grades", "客户分级"), (Column("id", "Id", "编号"),), (("H1",),))
>>> with tempfile.TemporaryDirectory() as here:
...     with replaced(Path(here, "report")) as folder:
...         write_csv(table, folder / "grades.csv")
...     list(read_sheet(Path(here, "report", "grades.csv")).rows)
[(2, ('H1',))]
"""

from __future__ import annotations

from pharmasales.exchange.escape import neutral, restore
from pharmasales.exchange.events import Event, reissue
from pharmasales.exchange.folder import replaced, whole_file
from pharmasales.exchange.limits import Limits
from pharmasales.exchange.read import read_sheet
from pharmasales.exchange.sheet import Sheet
from pharmasales.exchange.write_csv import write_csv
from pharmasales.exchange.write_ics import write_ics
from pharmasales.exchange.write_xlsx import write_xlsx

__all__ = [
    "Event",
    "Limits",
    "Sheet",
    "neutral",
    "read_sheet",
    "reissue",
    "replaced",
    "restore",
    "whole_file",
    "write_csv",
    "write_ics",
    "write_xlsx",
]
