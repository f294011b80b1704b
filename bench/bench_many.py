"""Many reps: one after the other, in a pool of processes and on Spark; seconds, efficiency, checksum of the visits.

`python bench/bench_many.py` plans 10,000 reps at 300 iterations each; `--reps 200` a few of them; `--spark` on Spark
too, which needs Java 17. The efficiency is the serial time over the workers times the pool's time.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from attrs import evolve

sys.path.insert(0, str(Path(__file__).resolve().parent))
from bench_followup import tight_month

from pharmasales.followup import Rep, Target, plan_many, schedule
from pharmasales.workdays import WEEKDAYS

MARCH = date(2026, 3, 1), date(2026, 3, 31)
OFF = frozenset({date(2026, 3, 11), date(2026, 3, 26)})
CALENDAR = WEEKDAYS.without(OFF)

Line = tuple[str, str, str]


def company(count: int) -> tuple[list[Target], list[Rep]]:
    """Tight months, one a rep: 90 customers at 25 places, 158 visits for 160 slots."""
    targets, reps = [], []
    for n in range(count):
        rep = f"r{n:05d}"
        mine, people, _ = tight_month(n)
        targets += [evolve(one, customer=f"{rep}-{one.customer}", rep=rep) for one in mine]
        reps += [evolve(one, id=rep) for one in people]
    return targets, reps


def checksum(lines: Iterable[Line]) -> str:
    """Day, rep and visit of every visit, in order."""
    return sha256("\n".join(" ".join(line) for line in sorted(lines)).encode()).hexdigest()[:16]


def here(targets: Sequence[Target], reps: Sequence[Rep], budget: int, pool: int | None) -> str:
    """Plan in this process or in a pool."""
    plan = plan_many(targets, reps, *MARCH, CALENDAR, budget=budget, pool=pool)
    return checksum((one.day.isoformat(), one.rep, one.id) for one in plan.visits)


def on_spark(targets: Sequence[Target], reps: Sequence[Rep], budget: int, workers: int) -> Callable[[], str]:
    """Start Spark, hand it the customers, and return what plans them."""
    import os

    import pyarrow as pa
    from pyspark.sql import SparkSession

    from pharmasales import frames

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    options = {"spark.ui.enabled": "false", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
    options["spark.ui.showConsoleProgress"] = "false"
    builder: Any = SparkSession.builder
    builder = builder.master(f"local[{workers}]").config(map=options)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    names = ("customer", "name", "rep", "grade", "visits", "gap", "place")
    columns = {name: [getattr(one, name) for one in targets] for name in names}
    columns["weekdays"] = [sorted(one.access.weekdays) for one in targets]
    frame = session.createDataFrame(pa.table(columns))

    def plan() -> str:
        found = frames.plan_many(frame, reps, *MARCH, CALENDAR, budget=budget).toArrow()
        assert not found["error"].drop_null()
        days, who, ids = (found[name].to_pylist() for name in ("day", "rep", "visit"))
        return checksum((day.isoformat(), rep, one) for day, rep, one in zip(days, who, ids, strict=True) if day)

    return plan


def timed(work: Callable[[], str]) -> tuple[float, str]:
    began = perf_counter()
    found = work()
    return perf_counter() - began, found


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, and those of `schedule` alone, in processor time."""
    targets, reps = company(40)
    began = process_time()
    schedule(targets, reps, *MARCH, CALENDAR, budget=50)
    floor = process_time() - began
    began = process_time()
    plan_many(targets, reps, *MARCH, CALENDAR, budget=50)
    yield "40 reps x 50 iterations by way of plain values", process_time() - began, floor


def main() -> None:
    """Print one line an executor."""
    ask = ArgumentParser(description=__doc__)
    ask.add_argument("--reps", type=int, default=10_000)
    ask.add_argument("--budget", type=int, default=300, help="iterations a rep")
    ask.add_argument("--workers", type=int, default=2)
    ask.add_argument("--serial", type=int, help="time one after the other with so many reps only, and scale")
    ask.add_argument("--spark", action="store_true")
    given = ask.parse_args()
    targets, reps = company(given.reps)
    some = reps[: given.serial or given.reps]
    few = {rep.id for rep in some}
    alone, sum_alone = timed(lambda: here([one for one in targets if one.rep in few], some, given.budget, None))
    serial = alone * len(reps) / len(some)
    print(f"{given.reps} reps x {given.budget} iterations, {len(targets)} customers")
    print(f"one after the other: {serial:.1f} s{'' if len(some) == len(reps) else ' (scaled)'}, {sum_alone}")
    works: dict[str, Callable[[], str]] = {
        f"{given.workers} processes": lambda: here(targets, reps, given.budget, given.workers)
    }
    if given.spark:
        works[f"Spark, {given.workers} workers"] = on_spark(targets, reps, given.budget, given.workers)
    for name, work in works.items():
        took, found = timed(work)
        each, gain = took / given.reps * 1000, serial / (given.workers * took)
        print(f"{name}: {took:.1f} s, {each:.1f} ms a rep, efficiency {gain:.0%}, {found}", flush=True)


if __name__ == "__main__":
    main()
