"""Rules as values beside a bare if/elif loop over the same attrs objects, in one process.

The floor of each case is what a programmer writes by hand for one policy: no missing values except `None`, no check, no
exact reading of text, no reason. The records hold whole numbers, as amounts in minor units do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from time import perf_counter

from attrs import frozen

from pharmasales.rules import All, Bands, Curve, Field, FirstMatch, Grid, Pareto, Part, Ratio, Weighted, explain, over


@frozen
class Record:
    use: int | None
    potential: int | None


RECORDS = [
    Record(None if n % 53 == 0 else n * 7919 % 100, None if n % 59 == 0 else n * 104_729 % 200) for n in range(2000)
]
USE = Bands(Field("use"), ((50, "low"),), top="high")
POTENTIAL = Bands(Field("potential"), ((100, "low"),), top="high")
TIERS = Bands(Field("potential"), ((50, "D"), (over(100), "C"), (150, "B")), top="A")
MATRIX = Grid(USE, POTENTIAL, {"low": {"low": "D", "high": "C"}, "high": {"low": "A", "high": "B"}})
SHARE = Bands(Ratio(Field("use"), Field("potential")), (("15%", "entry"),), top="core")
PAYOUT = Curve(Field("use"), ((20, 0), (80, 100)))
SUM = Weighted((Part("use", 60, Field("use")), Part("potential", 40, Field("potential"))), full=100)
WORST = FirstMatch(
    ((All([Field("use").below(20), Field("potential").over(120)]), "worst"), (Field("use").at_least(80), "best")),
    otherwise="other",
)


def two_bands(record: Record) -> str | None:
    if record.use is None or record.potential is None:
        return None
    if record.use >= 50:
        return "B" if record.potential >= 100 else "A"
    return "C" if record.potential >= 100 else "D"


def four_tiers(record: Record) -> str | None:
    value = record.potential
    if value is None:
        return None
    if value >= 150:
        return "A"
    if value > 100:
        return "B"
    return "C" if value >= 50 else "D"


def share(record: Record) -> str | None:
    if record.use is None or not record.potential:
        return None
    return "core" if 100 * record.use >= 15 * record.potential else "entry"


def payout(record: Record) -> float | None:
    value = record.use
    return None if value is None else 0.0 if value <= 20 else 100.0 if value >= 80 else (value - 20) * 100 / 60


def weighted(record: Record) -> float | None:
    if record.use is None or record.potential is None:
        return None
    return round(60 * record.use / 100, 2) + round(40 * record.potential / 100, 2)


def worst(record: Record) -> str | None:
    if record.use is None or record.potential is None:
        return None
    if record.use < 20 and record.potential > 120:
        return "worst"
    return "best" if record.use >= 80 else "other"


def pareto(records: Iterable[Record]) -> list[str]:
    values = sorted((r.potential for r in records if r.potential), reverse=True)
    whole, before, found = sum(values), 0, []
    for value in values:
        found.append("A" if before < 0.8 * whole else "B" if before < 0.95 * whole else "C")
        before += value
    return found


def over_all(job: Callable[[Record], object]) -> Callable[[], object]:
    """Return a job over all records; rule and floor pay for the same loop."""
    return lambda: [job(record) for record in RECORDS]


def best(job: Callable[[], object], runs: int) -> float:
    seconds = []
    for _ in range(runs):
        start = perf_counter()
        job()
        seconds.append(perf_counter() - start)
    return min(seconds)


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, seconds of the bare loop."""
    pairs: list[tuple[str, Callable[[Record], object], Callable[[Record], object]]] = [
        ("bands, four with one `over`", TIERS, four_tiers),
        ("grid of two bands", MATRIX, two_bands),
        ("bands of a ratio", SHARE, share),
        ("curve", PAYOUT, payout),
        ("weighted sum of two", SUM, weighted),
        ("first match", WORST, worst),
        ("grid with its reason", lambda record: explain(MATRIX, record).text(), two_bands),
    ]
    for name, ours, floor in pairs:
        yield f"{name}, 2,000 records", best(over_all(ours), 15), best(over_all(floor), 15)
    abc = Pareto(Field("potential"), (("80%", "A"), ("95%", "B")), rest="C")
    yield "pareto fitted on 2,000", best(lambda: abc.fit(RECORDS), 15), best(lambda: pareto(RECORDS), 15)


def main() -> None:
    for name, ours, floor in cases():
        print(f"{name:45} {ours * 1e3:9.3f} ms  {floor * 1e3:9.3f} ms  x{ours / floor:6.1f}")


if __name__ == "__main__":
    main()
