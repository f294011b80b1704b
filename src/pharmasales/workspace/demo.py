"""An example region, plainly made up, by a seeded generator: the same seed gives the same files everywhere.

Three districts of four reps, 60 hospitals with departments, 1,500 doctors, 40 distributors, two years of monthly sales
(2024 and 2025), the visits of 2025-Q4, and receivables.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from attrs import field, frozen

from pharmasales.errors import BadConfig
from pharmasales.exchange import whole_file
from pharmasales.periods import Month, Quarter
from pharmasales.workdays import CHINA
from pharmasales.workspace.agents import demo as agents
from pharmasales.workspace.channel import demo as channel
from pharmasales.workspace.columns import TABLES
from pharmasales.workspace.credit import demo as credit
from pharmasales.workspace.demo_rows import Cell, Chance, Rows
from pharmasales.workspace.flow import demo as flow
from pharmasales.workspace.stock import demo as stock

__all__ = ["write_demo"]

_DESKS = (credit, stock, flow, agents)
_DISTRICTS = (("N", "North District 北区"), ("E", "East District 东区"), ("S", "South District 南区"))
_DEPARTMENTS = ("Cardiology 心内科", "Endocrinology 内分泌科", "Neurology 神经内科", "Geriatrics 老年科")
_PRODUCTS = (
    ("P1", "Exampril 10 mg 示例普利片", 42),
    ("P2", "Samplestatin 20 mg 样例他汀片", 65),
    ("P3", "Demoformin 500 mg 演示双胍片", 23),
    ("P4", "Trialoxan 5 mg 试用沙班片", 88),
)
_SEASON = (92, 70, 104, 100, 102, 101, 97, 96, 105, 99, 110, 124)
_MONTHS = tuple(Month(2024, 1).plus(n) for n in range(24))
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
_PREFECTURES = {"N": 990100, "E": 990200, "S": 990300}

_SETTINGS = """\
# The example region of pharmasales: all names and numbers are made up by a seeded generator.
[tables.org]
file = "org.csv"
[tables.customers]
file = "customers.csv"
[tables.products]
file = "products.csv"
[tables.sales]
file = "sales.csv"
[tables.visits]
file = "visits.csv"
[tables.receivables]
file = "receivables.csv"

[classification]
schemes = ["abc", "decile", "doctor"]
kinds = ["hospital", "doctor"]

[goals]
growth = "10%"
basis = "history"
season = "history"

[followup]
schemes = ["doctor"]
kinds = ["doctor"]
cadence = { A = 4, B = 2, C = "1/2" }
visits_per_day = 8
leave = { R03 = ["2025-11-10/2025-11-14"], R07 = ["2026-01-19/2026-01-23"] }

[evaluation]
measures = { attainment = 40, growth = 10, coverage = 15, frequency = 20, receipts = 15 }
"""

_POLICY = """\
name = "example-region"
version = "2026.1"

# Doctors by the potential that the rep assesses from public inputs, in patients a month.
[rules.doctor]
shape = "bands"
of = { field = "potential", zh = "潜力" }
cuts = [[40, "C"], [90, "B"]]
top = "A"
"""


def _county(rep: str) -> int:
    """Return the code of the county in which a rep's customers lie: 990101 is the first of the north."""
    number = int(rep[1:]) - 1
    return _PREFECTURES[_DISTRICTS[number // 4][0]] + number % 4 + 1


@frozen
class _Region:
    """The rows of each table, grown from one source of chance."""

    chance: Chance
    org: Rows = field(factory=list)
    customers: Rows = field(factory=list)
    hospitals: list[tuple[str, str, int]] = field(factory=list)
    doctors: list[tuple[str, str, int, str]] = field(factory=list)

    def people(self) -> None:
        self.org.append(("C", "Example Pharma 示例医药", "company", ""))
        for district, name in _DISTRICTS:
            self.org.append((district, name, "district", "C"))
        for number in range(1, 13):
            district = _DISTRICTS[(number - 1) // 4][0]
            rep = f"R{number:02d}"
            self.org.append((rep, f"Rep {number:02d} 代表{number:02d}", "rep", district))
            for _ in range(5):
                self._hospital(rep)
        for number in range(1, 41):
            rep = f"R{(number - 1) % 12 + 1:02d}"
            name = f"Example Distributor {number:02d} 示例商业{number:02d}"
            self.customers.append((f"D{number:02d}", name, "distributor", rep, "", "", "", "", _county(rep)))

    def _hospital(self, rep: str) -> None:
        number = len(self.hospitals) + 1
        hospital = f"H{number:02d}"
        size = self.chance.between(1, 10) * self.chance.between(1, 10)
        level = "三级甲等" if size > 50 else "三级乙等" if size > 25 else "二级甲等"
        name = f"Example Hospital {number:02d} 示例医院{number:02d}"
        self.customers.append((hospital, name, "hospital", rep, "", level, "", "", _county(rep)))
        self.hospitals.append((hospital, rep, size))
        first = self.chance.between(0, 4)
        days = ", ".join(sorted({_DAYS[first], _DAYS[(first + 1) % 5], _DAYS[(first + 3) % 5]}, key=_DAYS.index))
        for place, department in enumerate(_DEPARTMENTS, 1):
            self.customers.append(
                (f"{hospital}-{place}", f"{department}, {name}", "department", rep, hospital, "", "", "", "")
            )
        for one in range(1, 26):
            doctor = f"{hospital}-{one:03d}"
            potential = self.chance.between(1, 12) * self.chance.between(1, 12) * (60 + size) // 100
            parent = f"{hospital}-{(one - 1) % len(_DEPARTMENTS) + 1}"
            row = (doctor, f"Dr. Example {doctor} 示例医生", "doctor", rep, parent, "", potential, days, "")
            self.customers.append(row)
            self.doctors.append((doctor, rep, potential, days))

    def sales(self) -> Rows:
        rows: Rows = []
        for hospital, rep, size in self.hospitals:
            trend = self.chance.between(95, 125)
            for place, (product, _, price) in enumerate(_PRODUCTS):
                liking = self.chance.between(20, 180)
                for number, month in enumerate(_MONTHS):
                    level = size * liking * _SEASON[month.month - 1] * (100 if number < 12 else trend)
                    boxes = level * self.chance.between(80, 120) // 100_000_000 + place % 2
                    rows.append((str(month), hospital, rep, product, f"{boxes * price}.00", boxes, "CNY"))
                    if boxes > 3 and self.chance.between(1, 60) == 1:
                        rows.append((str(month), hospital, rep, product, f"{-2 * price}.00", -2, "CNY"))
        return rows

    def visits(self) -> Rows:
        quarter = Quarter(2025, 4)
        days = CHINA.workdays(quarter.start, quarter.end)
        keen = {f"R{number:02d}": self.chance.between(60, 105) for number in range(1, 13)}
        rows: Rows = []
        for doctor, rep, potential, open_days in self.doctors:
            wanted = 12 if potential >= 90 else 6 if potential >= 40 else 1
            fit = [day for day in days if _DAYS[day.weekday() % 5] in open_days and day.weekday() < 5]
            made = {
                fit[self.chance.between(0, len(fit) - 1)]
                for _ in range(wanted)
                if self.chance.between(1, 100) <= keen[rep]
            }
            rows += [(day.isoformat(), rep, doctor) for day in sorted(made)]
        return sorted(rows)

    def receivables(self) -> Rows:
        rows: Rows = []
        for number in range(1, 41):
            for month in _MONTHS[18:]:
                invoiced = month.start + timedelta(days=self.chance.between(0, 25))
                due = invoiced + timedelta(days=30 + 15 * self.chance.between(0, 2))
                amount = self.chance.between(20, 400) * 100
                late = self.chance.between(-10, 60)
                paid_on = due + timedelta(days=late)
                settled = paid_on <= date(2025, 12, 31) and self.chance.between(1, 20) > 1
                paid = (amount, paid_on.isoformat()) if settled else (0, "")
                invoice = f"INV-{number:02d}-{month}"
                rows.append((f"D{number:02d}", invoice, invoiced.isoformat(), due.isoformat(), amount, *paid, "CNY"))
        return rows


def write_demo(folder: Path, seed: int = 2026) -> None:
    """Write the example region into a folder as a workspace.

    Args:
        folder: where; it may exist, but hold neither another workspace nor files of the names that are written.
        seed: of the generator.

    Raises:
        BadConfig: the folder holds files that are not this example's.
        StorageError: the folder cannot be written.
    """
    _refuse_others(folder)
    region = _Region(Chance(seed))
    region.people()
    for name, text in (("pharmasales.toml", _settings()), ("policy.toml", _POLICY)):
        with whole_file(folder / name) as path:
            path.write_bytes(text.encode())
    products = [(product, name, "example class") for product, name, _ in _PRODUCTS]
    _write(folder / "org.csv", ("id", "name", "level", "parent"), region.org)
    heads = ("id", "name", "kind", "owner", "parent", "level", "potential", "weekdays", "division")
    _write(folder / "customers.csv", heads, region.customers)
    _write(folder / "products.csv", ("id", "name", "kind"), products)
    sold = ("period", "customer", "rep", "product", "amount", "quantity", "currency")
    _write(folder / "sales.csv", sold, region.sales())
    _write(folder / "visits.csv", ("date", "rep", "customer"), region.visits())
    owed = credit.receivables(region.receivables())
    _write(folder / "receivables.csv", credit.OWED, owed)
    _write(folder / "documents.csv", credit.DOCUMENTS, credit.documents(owed))
    files = {name: rows for desk in _DESKS for name, rows in desk.demo_files(seed).items()}
    files.update(channel.demo_papers(owed, files["movements.csv"][1:]))
    for name, (header, *rows) in files.items():
        _write(folder / name, header, rows)


def _settings() -> str:
    return "".join((_SETTINGS, *(desk.SETTINGS for desk in (*_DESKS, channel))))


def _refuse_others(folder: Path) -> None:
    """Refuse a folder whose files would be lost; our own settings there say that they are ours."""
    settings = folder / "pharmasales.toml"
    if settings.is_file() and settings.read_bytes() == _settings().encode():
        return
    for name in ("pharmasales.toml", "policy.toml", *(f"{table}.csv" for table in TABLES)):
        if (folder / name).exists():
            raise BadConfig(
                "there is another one already", where=name, hint="choose another folder", code="config.exists"
            )


def _write(target: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    with whole_file(target) as path, path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
