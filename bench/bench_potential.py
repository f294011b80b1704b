"""Potentials of 1e5 departments beside a bare loop with the same exact arithmetic, in the same run.

The floor multiplies the same ints and fractions, and keeps the product: it checks no range, knows no unit, and names no
input that is missing. With reasons means that the sentence of each department is written, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from time import perf_counter

from pharmasales.classification.potential.estimating import estimate_all
from pharmasales.classification.potential.estimators import DEPARTMENT_TOTAL
from pharmasales.classification.potential.gaps import growth_gaps
from pharmasales.classification.potential.indices import EVOLUTION
from pharmasales.classification.potential.swings import sensitivity
from pharmasales.units import BOX

COUNT, ROUNDS = 100_000, 3

Record = dict[str, int | Fraction | None]

DEPARTMENTS: list[tuple[str, str, Record]] = [
    (
        f"D{n}",
        "Example",
        {
            "patients_a_day": None if n % 97 == 0 else 20 + n % 180,
            "share_using": Fraction(n % 100, 100),
            "rx_per_patient": 1 + n % 4,
            "working_days": 22,
        },
    )
    for n in range(COUNT)
]
FIGURES: list[tuple[str, str, Record]] = [
    (f"D{n}", "Example", {"potential": Fraction(n * 7919 % 100_000, 10), "actual": n * 31 % 9000}) for n in range(COUNT)
]
MARKETS: list[Record] = [
    {"own": n % 90, "own_last": n % 71, "market": 100 + n % 13, "market_last": 100 + n % 17} for n in range(COUNT)
]


def by_hand() -> list[tuple[str, str, Fraction | int | None]]:
    found: list[tuple[str, str, Fraction | int | None]] = []
    for customer, name, record in DEPARTMENTS:
        patients, share = record["patients_a_day"], record["share_using"]
        boxes, days = record["rx_per_patient"], record["working_days"]
        known = patients is not None and share is not None and boxes is not None and days is not None
        found.append((customer, name, patients * share * boxes * days if known else None))  # type: ignore[operator]
    return found


def gaps_by_hand() -> list[tuple[int, str]]:
    gaps = [(record["potential"] - record["actual"], customer) for customer, _, record in FIGURES]  # type: ignore[operator]
    gaps.sort(key=lambda pair: (-pair[0], pair[1]))
    found: list[tuple[int, str]] = []
    last, rank = None, 0
    for place, (gap, customer) in enumerate(gaps, 1):
        if gap != last:
            last, rank = gap, place
        found.append((rank, customer))
    return found


def evolution_by_hand() -> list[Fraction | None]:
    return [
        Fraction(r["own"], r["own_last"]) / Fraction(r["market"], r["market_last"]) * 100 if r["own_last"] else None  # type: ignore[arg-type]
        for r in MARKETS
    ]


def swings_by_hand() -> list[list[Fraction]]:
    found = []
    for _, _, record in DEPARTMENTS[1 : COUNT // 10]:
        if record["patients_a_day"] is None:
            continue
        swings = []
        for name in record:
            ends = []
            for factor in (Fraction(9, 10), Fraction(11, 10)):
                product = Fraction(1)
                for other, value in record.items():
                    product *= value * factor if other == name else value  # type: ignore[operator]
                ends.append(product)
            swings.append(ends[1] - ends[0])
        found.append(sorted(swings))
    return found


def best(job: Callable[[], object]) -> float:
    seconds = []
    for _ in range(ROUNDS):
        start = perf_counter()
        job()
        seconds.append(perf_counter() - start)
    return min(seconds)


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, seconds of the bare loop."""
    floor = best(by_hand)
    yield "100,000 departments", best(lambda: estimate_all(DEPARTMENT_TOTAL, DEPARTMENTS)), floor
    yield "100,000 departments with reasons", best(lambda: estimate_all(DEPARTMENT_TOTAL, DEPARTMENTS).table()), floor
    few = [record for _, _, record in DEPARTMENTS[: COUNT // 10]]
    yield "sensitivity of 10,000", best(lambda: [sensitivity(DEPARTMENT_TOTAL, r) for r in few]), best(swings_by_hand)
    yield "gaps of 100,000, ranked", best(lambda: growth_gaps(FIGURES, BOX, "month")), best(gaps_by_hand)
    yield "evolution index, 100,000", best(lambda: [EVOLUTION.measure(r) for r in MARKETS]), best(evolution_by_hand)


if __name__ == "__main__":
    for name, ours, floor in cases():
        print(f"{name:45} {ours * 1e3:9.1f} ms  {floor * 1e3:9.1f} ms  x{ours / floor:6.1f}")
