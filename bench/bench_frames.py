"""Many rows at once beside the plainest code of the same engine: polars and SQL by hand, in floats, nothing checked.

The work of a case: four bands, a 2 x 2 grid, a score of three curves, Pareto classes and deciles of every customer. The
floor reckons in floats, treats ties as they come, and knows no missing value but its own. `MANY` is for a machine with
memory to spare: `python bench/bench_frames.py 10000000` runs it once and says how much was used.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from time import perf_counter
from typing import TypeAlias, TypeVar

import polars as pl

from pharmasales import frames
from pharmasales.classification import Scheme, classify
from pharmasales.rules import Bands, Curve, Field, Grid, Pareto, Part, Quantiles, Rule, Weighted, compiled, explain

MANY, FEW, ROUNDS = 1_000_000, 2_000, 5

USE, POTENTIAL, CALLS, SALES = (Field(name) for name in ("use", "potential", "calls", "sales"))
BANDS = Bands(POTENTIAL, ((200_000, "D"), (500_000, "C"), (1_000_000, "B")), top="A")
GRID = Grid(
    Bands(USE, ((50, "low"),), top="high"),
    Bands(POTENTIAL, ((1_000_000, "low"),), top="high"),
    {"low": {"low": "D", "high": "C"}, "high": {"low": "A", "high": "B"}},
)
SCORE = Weighted(
    [
        Part("use", 40, Curve(USE, ((20, 0), (80, 100)))),
        Part("potential", 35, Curve(POTENTIAL, ((100_000, 0), (500_000, 60), (1_500_000, 100)))),
        Part("calls", 25, Curve(CALLS, ((2, 0), (20, 100)))),
    ],
    full=100,
)
SCHEME = Scheme("matrix", ("B", "C", "A", "D"))
ABC = Pareto(SALES, (("80%", "A"), ("95%", "B")), rest="C")
DECILES = Quantiles(SALES, 10)
JOBS: dict[str, Rule] = {"bands": BANDS, "grid": GRID, "score": SCORE, "abc": ABC, "decile": DECILES}


F = TypeVar("F")
Record: TypeAlias = Mapping[str, int | None]


def customers(count: int) -> pl.DataFrame:
    """Return customers with whole numbers, one in fifty without a use."""
    n = pl.int_range(count, eager=True)
    use = n * 7919 % 100
    return pl.DataFrame(
        {
            "use": pl.select(pl.when(n % 50 != 0).then(use)).to_series(),
            "potential": n * 104_729 % 2_000_003,
            "calls": n * 31 % 29,
            "sales": (1e7 / (1 + n * 48_271 % 99_991)).cast(pl.Int64),
        }
    )


def ours(frame: F) -> F:
    """Apply the five rules, one after the other."""
    for name, rule in JOBS.items():
        frame = frames.apply(rule, frame, into=name)
    return frame


def by_hand(frame: pl.DataFrame) -> pl.DataFrame:
    """Do the same in polars as an analyst writes it."""
    use, potential, calls, sales = (pl.col(name) for name in ("use", "potential", "calls", "sales"))

    def ramp(x: pl.Expr, low: int, high: int, top: int) -> pl.Expr:
        return (x.clip(low, high) - low) * (top / (high - low))

    def labels(*cases: tuple[pl.Expr, str]) -> pl.Expr:
        found = pl.when(cases[0][0]).then(pl.lit(cases[0][1]))
        for test, label in cases[1:]:
            found = found.when(test).then(pl.lit(label))
        return found.otherwise(None)

    high, rich = use >= 50, potential >= 1_000_000
    score = (
        (0.40 * ramp(use, 20, 80, 100)).round(2)
        + (0.35 * (ramp(potential, 100_000, 500_000, 60) + ramp(potential, 500_000, 1_500_000, 40))).round(2)
        + (0.25 * ramp(calls, 2, 20, 100)).round(2)
    )
    frame = frame.with_columns(
        bands=labels((rich, "A"), (potential >= 500_000, "B"), (potential >= 200_000, "C"), (potential >= 0, "D")),
        grid=labels((high & rich, "B"), (high & ~rich, "A"), (~high & rich, "C"), (~high & ~rich, "D")),
        score=score,
    )
    count = frame.height
    frame = frame.sort("sales", descending=True)
    before = (sales.cum_sum() - sales) / sales.sum()
    return frame.with_columns(
        abc=labels((before < 0.8, "A"), (before < 0.95, "B"), (before >= 0, "C")),
        decile=10 - pl.int_range(pl.len()) * 10 // count,
    )


SQL = """
WITH classed AS (
    SELECT *,
        CASE WHEN potential >= 1000000 THEN 'A' WHEN potential >= 500000 THEN 'B'
             WHEN potential >= 200000 THEN 'C' WHEN potential IS NOT NULL THEN 'D' END AS bands,
        CASE WHEN use IS NULL OR potential IS NULL THEN NULL
             WHEN use >= 50 THEN CASE WHEN potential >= 1000000 THEN 'B' ELSE 'A' END
             WHEN potential >= 1000000 THEN 'C' ELSE 'D' END AS grid,
        round(0.4 * least(greatest(use - 20, 0), 60) * 100.0 / 60, 2)
            + round(0.35 * (least(greatest(potential - 100000, 0), 400000) * 60.0 / 400000
            + least(greatest(potential - 500000, 0), 1000000) * 40.0 / 1000000), 2)
            + round(0.25 * least(greatest(calls - 2, 0), 18) * 100.0 / 18, 2) AS score,
        sum(sales) OVER (ORDER BY sales DESC ROWS UNBOUNDED PRECEDING) - sales AS before,
        sum(sales) OVER () AS whole,
        row_number() OVER (ORDER BY sales DESC) AS place,
        count(*) OVER () AS people
    FROM customers
)
SELECT use, potential, calls, sales, bands, grid, score,
    CASE WHEN before < 0.8 * whole THEN 'A' WHEN before < 0.95 * whole THEN 'B' ELSE 'C' END AS abc,
    10 - (place - 1) * 10 // people AS decile
FROM classed
"""


def best(job: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the shortest time of a few rounds."""
    seconds = []
    for _ in range(rounds):
        start = perf_counter()
        job()
        seconds.append(perf_counter() - start)
    return min(seconds)


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, seconds of the floor."""
    table = customers(MANY)
    yield f"five rules, polars, {MANY:,} rows", best(lambda: ours(table)), best(lambda: by_hand(table))
    lazily = table.lazy()
    yield "the same, lazily", best(lambda: ours(lazily).collect()), best(lambda: by_hand(table))
    three = {name: JOBS[name] for name in ("bands", "grid", "score")}
    for name, rule in three.items():
        yield f"{name} alone", best(lambda rule=rule: frames.apply(rule, table, into="x")), floor_of(table, name)
    yield from duckdb_cases(table)
    few = table.head(FEW).to_dicts()
    for name, hand in FLOORS.items():
        rule = JOBS[name]
        fast, floor = compiled(rule), best(over(few, hand), 15)
        yield f"{name}, a list of {FEW:,} records", best(over(few, rule), 15), floor
        yield "the same, compiled", best(over(few, fast), 15), floor
    reasons = best(over(few, lambda record: explain(GRID, record)), 5)
    yield f"grid with its reason, a list of {FEW:,} records", reasons, best(over(few, grid_by_hand), 15)
    people = [(f"D{place}", "Example", record) for place, record in enumerate(few)]
    graded = best(lambda: classify(people, SCHEME, GRID), 15)
    yield "classify, reasons when they are read, against reasons by hand", graded, best(over(few, told_by_hand), 15)


def over(records: Sequence[Record], job: Callable[[Record], object]) -> Callable[[], object]:
    """Return a job over all records; ours and floor pay for the same loop."""
    return lambda: [job(record) for record in records]


def floor_of(table: pl.DataFrame, name: str) -> float:
    """Return the time of one column of the floor alone."""
    column = column_by_hand(name)
    return best(lambda: table.with_columns(column))


def column_by_hand(name: str) -> pl.Expr:
    use, potential, calls = (pl.col(one) for one in ("use", "potential", "calls"))
    high, rich = use >= 50, potential >= 1_000_000
    if name == "bands":
        found = pl.when(rich).then(pl.lit("A")).when(potential >= 500_000).then(pl.lit("B"))
        return found.when(potential >= 200_000).then(pl.lit("C")).when(potential >= 0).then(pl.lit("D")).alias("x")
    if name == "grid":
        found = pl.when(high & rich).then(pl.lit("B")).when(high & ~rich).then(pl.lit("A"))
        return found.when(~high & rich).then(pl.lit("C")).when(~high & ~rich).then(pl.lit("D")).alias("x")

    def ramp(x: pl.Expr, low: int, top: int, points: int) -> pl.Expr:
        return (x.clip(low, top) - low) * (points / (top - low))

    return (
        (0.40 * ramp(use, 20, 80, 100)).round(2)
        + (0.35 * (ramp(potential, 100_000, 500_000, 60) + ramp(potential, 500_000, 1_500_000, 40))).round(2)
        + (0.25 * ramp(calls, 2, 20, 100)).round(2)
    ).alias("x")


def duckdb_cases(table: pl.DataFrame) -> Iterator[tuple[str, float, float]]:
    """Yield the five rules on DuckDB against one query in SQL, both into a table of the database."""
    import duckdb

    with duckdb.connect() as connection:
        connection.register("given", table.to_arrow())
        connection.execute("CREATE TABLE customers AS SELECT * FROM given")

        def mine() -> None:
            connection.execute("DROP TABLE IF EXISTS done")
            ours(connection.table("customers")).create("done")

        def raw() -> None:
            connection.execute("DROP TABLE IF EXISTS done")
            connection.execute(f"CREATE TABLE done AS {SQL}")

        yield f"five rules, DuckDB, {table.height:,} rows", best(mine, 3), best(raw, 3)


def grid_by_hand(record: Record) -> str | None:
    use, potential = record["use"], record["potential"]
    if use is None or potential is None:
        return None
    if use >= 50:
        return "B" if potential >= 1_000_000 else "A"
    return "C" if potential >= 1_000_000 else "D"


def told_by_hand(record: Record) -> tuple[str | None, str]:
    letter = grid_by_hand(record)
    return letter, f"use {record['use']}, potential {record['potential']}: {letter}"


def score_by_hand(record: Record) -> float | None:
    use, potential, calls = record["use"], record["potential"], record["calls"]
    if use is None or potential is None or calls is None:
        return None
    first = min(max(use - 20, 0), 60) * 100 / 60
    second = min(max(potential - 100_000, 0), 400_000) * 60 / 400_000
    second += min(max(potential - 500_000, 0), 1_000_000) * 40 / 1_000_000
    third = min(max(calls - 2, 0), 18) * 100 / 18
    return round(0.4 * first, 2) + round(0.35 * second, 2) + round(0.25 * third, 2)


FLOORS: dict[str, Callable[[Record], object]] = {"grid": grid_by_hand, "score": score_by_hand}


def main() -> None:
    """Run the five rules once on as many rows as are asked for, and say how much memory that took."""
    from resource import RUSAGE_SELF, getrusage

    table = customers(int(sys.argv[1]) if len(sys.argv) > 1 else MANY)
    before = getrusage(RUSAGE_SELF).ru_maxrss
    start = perf_counter()
    ours(table)
    seconds, used = perf_counter() - start, getrusage(RUSAGE_SELF)
    hand = best(lambda: by_hand(table), 1)
    print(f"{table.height:,} rows: {seconds:.2f} s, by hand {hand:.2f} s, {seconds / hand:.2f} times")
    most, start_at = (size / 2**20 for size in (used.ru_maxrss, before))
    print(f"memory {most:.1f} GiB at most, {start_at:.1f} before; pages read back {used.ru_majflt}")


if __name__ == "__main__":
    main()
