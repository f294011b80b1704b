"""Classifying customers and loading sales rows, each beside the barest loop that gives the same figures."""

from __future__ import annotations

import csv
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

from pharmasales.classification import SCHEMES, abc, classify
from pharmasales.workspace import Workspace

CUSTOMERS, ROWS = 10_000, 100_000


def best(run: Callable[[], object], times: int = 3) -> float:
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def bare_abc(values: list[int]) -> list[str]:
    """ABC by cumulative share, equal values together, in plain integers."""
    total, before, least = sum(values), 0, {"A": 0, "B": 0}
    for value in sorted(values, reverse=True):
        if before * 100 < 80 * total:
            least["A"] = value
        if before * 100 < 95 * total:
            least["B"] = value
        before += value
    return ["A" if v >= least["A"] else "B" if v >= least["B"] else "C" for v in values]


def bare_load(path: Path) -> Decimal:
    """Add up a column in fen, and nothing else: no check of any cell."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return sum((Decimal(row[3]) for row in rows), Decimal(0))


def cases() -> Iterator[tuple[str, float, float]]:
    chance = random.Random(7)  # noqa: S311 - an example, not a secret
    values = [int(1000 * chance.paretovariate(1.2)) for _ in range(CUSTOMERS)]
    records = [(f"c{n}", f"Customer {n}", {"sales": value}) for n, value in enumerate(values)]
    graded = classify(records, SCHEMES["abc"], abc())
    assert [g.grade.letter for g in graded.grades if g.grade] == bare_abc(values)
    yield (
        "classify 10,000 by ABC",
        best(lambda: classify(records, SCHEMES["abc"], abc())),
        best(lambda: bare_abc(values)),
    )
    yield (
        "the same with every reason",
        best(lambda: [row[-1].text() for row in graded.table().rows], 1),
        best(lambda: [f"sales {value}: {letter}" for value, letter in zip(values, bare_abc(values), strict=True)]),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sales.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("period", "customer", "rep", "amount"))
            for _ in range(ROWS):
                month = f"2025-{chance.randint(1, 12):02d}"
                cents = f"{chance.randint(-500, 9_999_999)}.{chance.randint(0, 99):02d}"
                writer.writerow((month, f"c{chance.randint(1, 700)}", f"r{chance.randint(1, 13)}", cents))
        Path(folder, "pharmasales.toml").write_text('[tables.sales]\nfile = "sales.csv"\n', "utf-8")
        workspace = Workspace.open(folder)
        region = workspace.load().checked()
        assert sum(sale.amount.value for sale in region.sales if sale.amount) == bare_load(path)
        yield "load and check 100,000 sales rows", best(workspace.load), best(lambda: bare_load(path))


def main() -> None:
    for name, ours, floor in cases():
        print(f"{name:40} {ours * 1000:10.1f} ms {floor * 1000:10.1f} ms  x{ours / floor:.1f}")


if __name__ == "__main__":
    main()
