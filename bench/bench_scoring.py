"""Score sheets beside hand-written code over the same figures, in the same run: 100,000 reps by 12 measures.

Every measure is an attainment on a curve that is flat from 120 % up; one goal in fifty is zero, and its weight goes to
the others; the sum is capped, a breach leaves nothing, and everybody is ranked. The floors in polars, in numpy and in
the float loop reckon in floats, so that the last hundredth may differ; the exact loop is whole numbers by hand. None of
them explains anything. Times are of the processor, whatever else runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from time import process_time
from typing import TypeVar

import numpy as np
import polars as pl

from pharmasales import frames
from pharmasales.display import Says
from pharmasales.evaluation import score
from pharmasales.evaluation.scoring.adjusting import ScoreGate
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.rules import Curve, Field, Part, Ranked, Ratio, Weighted, compiled

T = TypeVar("T")

REPS, FEW, ROUNDS, MEASURES = 100_000, 5_000, 7, range(12)
WEIGHTS = (10, 10, 10, 10, 10, 10, 10, 10, 5, 5, 5, 5)
POINTS = (("60%", 0), (1, 1), ("120%", "1.2"))
PARTS = [Part(f"m{m}", WEIGHTS[m], Curve(Ratio(Field(f"done{m}"), Field(f"goal{m}")), POINTS)) for m in MEASURES]
BREACH = ScoreGate("compliance", Field("breaches").over(0), Says("a confirmed breach", "经确认的违规"))
SHEET = ScoreSheet("bench", Weighted(PARTS, missing="reweight"), cap=110, gates=[BREACH])

Row = dict[str, int]


def reps(count: int, seed: int = 1) -> pl.DataFrame:
    """Goal and actual of each measure, and breaches."""
    random = Random(seed)  # noqa: S311 - made-up figures, the same in every run
    columns: dict[str, list[int]] = {}
    for m in MEASURES:
        goals = [0 if random.random() < 0.02 else random.randrange(10**4, 10**7) for _ in range(count)]
        columns[f"goal{m}"] = goals
        columns[f"done{m}"] = [goal * random.randrange(40, 140) // 100 + random.randrange(99) for goal in goals]
    columns["breaches"] = [int(random.random() < 0.01) for _ in range(count)]
    return pl.DataFrame(columns)


def ours(frame: pl.DataFrame) -> pl.DataFrame:
    """The total of every row, and its rank."""
    return frames.apply(Ranked(Field("total")), frames.apply(SHEET.total_rule(), frame, into="total"), into="rank")


def by_polars(frame: pl.DataFrame) -> pl.DataFrame:
    """The same in polars as an analyst writes it."""
    scores = []
    for m in MEASURES:
        goal = pl.col(f"goal{m}")
        x = pl.when(goal != 0).then(pl.col(f"done{m}") / goal)
        scores.append(pl.when(x < 1).then((x.clip(0.6, 1) - 0.6) * 2.5).otherwise(x.clip(1, 1.2)).alias(f"s{m}"))
    present = [pl.when(pl.col(f"s{m}").is_not_null()).then(WEIGHTS[m]).otherwise(0) for m in MEASURES]
    points = [(pl.col(f"s{m}") * WEIGHTS[m] * 100 / pl.col("present")).round(2).fill_null(0) for m in MEASURES]
    plan = frame.lazy().with_columns(scores).with_columns(present=pl.sum_horizontal(present))
    capped = pl.when(pl.col("present") > 0).then(pl.sum_horizontal(points).clip(upper_bound=110))
    plan = plan.with_columns(total=pl.when(pl.col("breaches") > 0).then(0.0).otherwise(capped))
    return plan.with_columns(rank=pl.col("total").rank("min", descending=True)).select("total", "rank").collect()


def by_numpy(frame: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The same in numpy."""
    present, scores = np.zeros(frame.height), []
    for m in MEASURES:
        goal, done = frame[f"goal{m}"].to_numpy(), frame[f"done{m}"].to_numpy()
        there = goal != 0
        x = np.divide(done, goal, out=np.zeros(frame.height), where=there)
        scores.append(np.where(there, np.interp(x, (0.6, 1, 1.2), (0, 1, 1.2)), 0))
        present += np.where(there, WEIGHTS[m], 0)
    scale = np.divide(100, present, out=np.full(frame.height, np.nan), where=present > 0)
    total = np.zeros(frame.height)
    for m in MEASURES:
        total += np.round(scores[m] * WEIGHTS[m] * scale, 2)
    total = np.where(frame["breaches"].to_numpy() > 0, 0, np.minimum(total, 110))
    falling = np.sort(-total)
    return total, np.searchsorted(falling, -total) + 1


def float_loop(rows: Sequence[Row]) -> list[float | None]:
    """The same in a bare loop over dicts, in floats."""
    totals: list[float | None] = []
    for row in rows:
        scores, present = [], 0
        for m in MEASURES:
            goal = row[f"goal{m}"]
            if goal:
                x = row[f"done{m}"] / goal
                s = 0.0 if x < 0.6 else (x - 0.6) * 2.5 if x < 1 else min(1.2, x)
                scores.append((WEIGHTS[m], s))
                present += WEIGHTS[m]
        total = min(sum(round(weight * s * 100 / present, 2) for weight, s in scores), 110) if present else None
        totals.append(0.0 if row["breaches"] > 0 else total)
    return totals


def exact_loop(rows: Sequence[Row]) -> list[int | None]:
    """The same in whole numbers, in hundredths of a point."""
    totals: list[int | None] = []
    for row in rows:
        scores, present = [], 0
        for m in MEASURES:
            goal = row[f"goal{m}"]
            if goal:
                done = row[f"done{m}"]
                if 5 * done < 3 * goal:
                    top, under = 0, 1
                elif done < goal:
                    top, under = 5 * done - 3 * goal, 2 * goal
                elif 5 * done < 6 * goal:
                    top, under = done, goal
                else:
                    top, under = 6, 5
                scores.append((WEIGHTS[m], top, under))
                present += WEIGHTS[m]
        total = 0
        for weight, top, under in scores:
            total += (20_000 * weight * top + under * present) // (2 * under * present)
        totals.append(None if not present else 0 if row["breaches"] > 0 else min(total, 11_000))
    return totals


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return the least time of some runs, and the result."""
    least, found = float("inf"), work()
    for _ in range(ROUNDS):
        began = process_time()
        found = work()
        least = min(least, process_time() - began)
    return least, found


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, and the floor's seconds."""
    frame = reps(REPS)
    seconds, found = timed(lambda: ours(frame))
    floor, by_hand = timed(lambda: by_polars(frame))
    assert (found["total"] - by_hand["total"]).abs().max() < 0.13  # a float may round each of twelve parts otherwise
    yield "1e5 reps x 12 measures, rank : polars by hand", seconds, floor
    floor, _ = timed(lambda: by_numpy(frame))
    yield "1e5 reps x 12 measures, rank : numpy by hand", seconds, floor
    rows = frame.head(FEW).to_dicts()
    fast = compiled(SHEET.total_rule())
    seconds, totals = timed(lambda: [fast(row) for row in rows])
    floor, _ = timed(lambda: float_loop(rows))
    yield f"compiled, {FEW:,} reps : loop in floats", seconds, floor
    floor, exact = timed(lambda: exact_loop(rows))
    assert exact == [None if total is None else int(100 * total) for total in totals]  # type: ignore[operator]
    yield f"compiled, {FEW:,} reps : exact loop", seconds, floor
    some = rows[:500]
    seconds, _ = timed(lambda: [score(SHEET, "r", "", row) for row in some])
    floor, _ = timed(lambda: exact_loop(some))
    yield "scorecards with every point, 500 reps : exact loop", seconds, floor


def main() -> None:
    print(f"{'case':54}{'ours s':>9}{'floor s':>9}{'ratio':>7}")
    for name, ours_took, floor in cases():
        print(f"{name:54}{ours_took:9.3f}{floor:9.3f}{ours_took / floor:7.2f}")


if __name__ == "__main__":
    main()
