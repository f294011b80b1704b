"""Baselines of 1e4 nodes from 24 months beside the plainest exact loop over the same history, in the same run.

The floor reads the same mappings and adds up weighted whole numbers; it knows no unit, names no missing month, and
keeps a fraction. With reasons means that the sentence of each node is written, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from time import perf_counter

from pharmasales.goals.baselines.adjustments import FACTORS, Adjusted, Adjustments, named_factor
from pharmasales.goals.baselines.builders import Builder, Known, build_all
from pharmasales.goals.baselines.seasonality import Seasonal
from pharmasales.goals.baselines.series import Series, last_mean, recent_weighted, same_last_year, trend
from pharmasales.periods import Month, Period, Year
from pharmasales.units import BOX, Amount

COUNT, ROUNDS = 10_000, 3
MONTHS = (*Year(2024).months, *Year(2025).months)
TARGET = Month(2026, 1)

HISTORIES: list[dict[Period, Amount | None]] = [
    {month: Amount(100 + (n * 7919 + place * 31) % 97, BOX) for place, month in enumerate(MONTHS)} for n in range(COUNT)
]
KNOWN = {f"n{n}": Known(history, dict.fromkeys(FACTORS, "1.05")) for n, history in enumerate(HISTORIES)}


def by_hand(builder: Series) -> dict[str, Fraction]:
    points = builder.points(TARGET)
    under = 1
    for weight in builder.weights:
        under = under * weight.denominator
    whole = [int(weight * under) for weight in builder.weights]
    found = {}
    for owner, known in KNOWN.items():
        total = 0
        for point, weight in zip(points, whole, strict=True):
            amount = known.history[point]
            assert amount is not None
            total += amount.minor * weight
        found[owner] = Fraction(total, under)
    return found


def seasonal_by_hand() -> dict[str, Fraction]:
    place = MONTHS.index(Month(2024, TARGET.month))
    found = {}
    for owner, known in KNOWN.items():
        values = [amount.minor for amount in known.history.values() if amount is not None]
        found[owner] = Fraction(sum(values), 24) * Fraction(24 * (values[place] + values[place + 12]), 2 * sum(values))
    return found


def best(job: Callable[[], object], runs: int) -> float:
    seconds = []
    for _ in range(runs):
        start = perf_counter()
        job()
        seconds.append(perf_counter() - start)
    return min(seconds)


def read(builder: Builder) -> int:
    return sum(len(row[3].text()) for row in build_all(builder, KNOWN, TARGET).table().rows)  # type: ignore[union-attr]


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, seconds of the bare loop."""
    for name, builder in (
        ("same month last year", same_last_year()),
        ("1:1:2 of two years", recent_weighted((1, 2))),
        ("mean of 24 months", last_mean(24)),
        ("line over 24 months", trend(24)),
    ):
        ours = best(lambda builder=builder: build_all(builder, KNOWN, TARGET), ROUNDS)
        yield f"baselines of {COUNT:,} nodes, {name}", ours, best(lambda builder=builder: by_hand(builder), ROUNDS)
    line, floor = trend(24), best(lambda: by_hand(trend(24)), ROUNDS)
    yield "line over 24 months, reasons read", best(lambda: read(line), 1), floor
    bounds = Adjustments([named_factor(name, "0.8", "1.2") for name in FACTORS], "0.85", "1.15")
    adjusted = Adjusted(line, bounds)
    yield "line over 24 months, three factors", best(lambda: build_all(adjusted, KNOWN, TARGET), ROUNDS), floor
    ours = best(lambda: build_all(Seasonal(2), KNOWN, TARGET), 1)
    yield "season of 24 months", ours, best(seasonal_by_hand, ROUNDS)


def main() -> None:
    print(f"{'case':<60}{'ours, s':>10}{'floor, s':>10}{'ratio':>8}")
    for name, ours, floor in cases():
        print(f"{name:<60}{ours:>10.4f}{floor:>10.4f}{ours / floor:>8.2f}")


if __name__ == "__main__":
    main()
