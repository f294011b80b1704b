"""Speed of files in and out, each beside the bare library that does the work, in the same run.

The rows are made up here. `main()` prints one line a case: name, seconds, seconds of the floor, ratio.
"""

from __future__ import annotations

import csv
import gzip
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from datetime import time as clock
from decimal import Decimal
from pathlib import Path

import python_calamine
import xlsxwriter

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.exchange import Event, read_sheet, write_csv, write_ics, write_xlsx

ROWS = 150_000
SHEET_ROWS = 20_000
REPS = 100
VISITS_A_YEAR = 2_000
REPEAT = 5


def made_up(rows: int) -> Table:
    """Return rows of 18 columns, as a flow file has them."""
    columns = [Column(f"c{number:02}", f"Column {number}", f"列{number}") for number in range(16)]
    columns += [Column("boxes", "Boxes", "盒数", "number"), Column("sales", "Sales", "销售额", "amount")]

    def row(number: int) -> tuple[Cell, ...]:
        texts = [f"H{number:06}", f"Example Hospital {number % 977}", "内科", "2026-01-05"]
        texts += [f"text {number % (column * 7 + 3)}" for column in range(12)]
        return (*texts, number % 400, Decimal(number * 37 % 1_000_000) / 100)

    return Table("flow", Says("Flow", "流向"), tuple(columns), [row(number) for number in range(rows)])


def visits_of_a_year(rep: int) -> list[Event]:
    """Return the visits of a rep's year: eight a day at hours of their own, with a reason of some lines."""
    first = date(2026, 1, 5)
    return [
        Event(
            f"{rep:03}-{n:05}@pharmasales",
            first + timedelta(days=n // 8 * 7 // 5),
            f"Example Doctor 示例医生 {n % 97} (A)",
            f"grade A, visit {n % 48 + 1} of 48, 4 a month (7 days after the last one; Wed is a visiting day)",
            clock(8 + n % 8, 30),
            30,
            "Example Hospital 示例医院",
        )
        for n in range(VISITS_A_YEAR)
    ]


def bare_ics(events: list[Event], path: Path) -> None:
    """Write the same entries by hand, without any escaping, folding or check."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//bench//EN"]
    for one in events:
        assert one.start is not None
        day = f"{one.day:%Y%m%d}T"
        lines += [
            "BEGIN:VEVENT",
            f"SUMMARY:{one.title}",
            f"DTSTART;TZID=Asia/Shanghai:{day}{one.start:%H%M%S}",
            f"DTEND;TZID=Asia/Shanghai:{day}{one.start.replace(minute=59):%H%M%S}",
            f"UID:{one.uid}",
            f"LOCATION:{one.place}",
            f"DESCRIPTION:{one.details}",
            "END:VEVENT",
        ]
    path.write_text("\r\n".join([*lines, "END:VCALENDAR", ""]), "utf-8")


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compared(
    name: str, ours: Callable[[], object], floor: Callable[[], object], repeat: int
) -> tuple[str, float, float]:
    """Return the best of some runs each, taken in turns."""
    pairs = [(seconds(ours), seconds(floor)) for _ in range(repeat)]
    return name, min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)


def drained(rows: Iterator[object]) -> int:
    return sum(1 for _ in rows)


def bare_csv(path: Path) -> int:
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        return drained(csv.reader(file))


def bare_calamine(path: Path) -> int:
    return drained(python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows())


def bare_writer(table: Table, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(table.rows)


def bare_xlsx(table: Table, path: Path) -> None:
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(table.rows):
            for at, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, at, cell)
                else:
                    sheet.write_number(number, at, cell)


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds and the floor's seconds of each case."""
    with tempfile.TemporaryDirectory() as here:
        folder, table, short = Path(here), made_up(ROWS), made_up(SHEET_ROWS)
        plain, packed, book, out = (folder / name for name in ("a.csv", "a.csv.gz", "a.xlsx", "out"))
        write_csv(table, plain)
        packed.write_bytes(gzip.compress(plain.read_bytes(), 6))
        write_xlsx([short], book, created=date(2026, 1, 5))
        yield compared(
            f"read csv.gz {ROWS:,} x 18", lambda: drained(read_sheet(packed).rows), lambda: bare_csv(packed), REPEAT
        )
        yield compared(
            f"read xlsx {SHEET_ROWS:,} x 18", lambda: drained(read_sheet(book).rows), lambda: bare_calamine(book), 3
        )
        yield compared(f"write csv {ROWS:,} x 18", lambda: write_csv(table, out), lambda: bare_writer(table, out), 3)
        yield compared(
            f"write xlsx {SHEET_ROWS:,} x 18",
            lambda: write_xlsx([short], out, created=date(2026, 1, 5)),
            lambda: bare_xlsx(short, out),
            2,
        )
        years = [visits_of_a_year(rep) for rep in range(REPS)]
        yield compared(
            f"write ics {REPS} reps x {VISITS_A_YEAR:,}",
            lambda: [write_ics(year, out, name="Visits", stamp=date(2026, 1, 1)) for year in years],
            lambda: [bare_ics(year, out) for year in years],
            1,
        )


def main() -> None:
    for name, ours, floor in cases():
        print(f"{name:30} {ours:8.3f} s {floor:8.3f} s {ours / floor:6.2f}")


if __name__ == "__main__":
    main()
