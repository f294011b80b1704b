"""What the tests of evaluation share: two years of a distributor's real sales, read once a session."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import NamedTuple

import pytest

from pharmasales.periods import Month, month_number
from pharmasales.units import BOX, EUR

DATA = (Path(__file__).parents[2] / "../shared/data").resolve()
YEARS = {year: DATA / f"foresight_pharma_sales_{year}.csv.gz" for year in (2017, 2018)}


class RealLine(NamedTuple):
    """One line of sales: money in whole cents, boxes, below zero for a return."""

    month: Month
    team: str
    rep: str
    product: str
    customer: str
    cents: int
    boxes: int
    country: str


@pytest.fixture(scope="session")
def real_lines() -> list[RealLine]:
    """Return the lines of 2017 and 2018 in the order of the files, rounded half up line by line."""
    if not all(map(Path.exists, YEARS.values())):
        pytest.skip("the real data are not here")
    found: list[RealLine] = []
    for year, path in YEARS.items():
        months = {n: Month(year, n) for n in range(1, 13)}
        with gzip.open(path, "rt", encoding="utf-8") as file:
            found += [
                RealLine(
                    months[month_number(row["Month"])],
                    row["Sales Team"],
                    row["Name of Sales Rep"],
                    row["Product Name"],
                    row["Customer Name"],
                    EUR.minor(row["Sales"], extra="half_up"),
                    BOX.minor(row["Quantity"], extra="half_up"),
                    row["Country"],
                )
                for row in csv.DictReader(file)
            ]
    return found
