"""Speed of files in and out, each beside the bare library that does the work, in the same run.

The rows are made up here. `main()` prints one line a case: name, seconds, seconds of the floor, ratio.
"""

from __future__ import annotations

import csv
import gzip
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import python_calamine
import xlsxwriter

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.exchange import read_sheet, write_csv, write_xlsx

ROWS = 150_000
SHEET_ROWS = 20_000
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


def main() -> None:
    for name, ours, floor in cases():
        print(f"{name:28} {ours:8.3f} s {floor:8.3f} s {ours / floor:6.2f}")


if __name__ == "__main__":
    main()
