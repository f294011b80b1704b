"""A whole evaluation beside hand-written code, in the same run: 100,000 reps by 12 measures, from figures to ranks.

Twelve measures of the registry are computed from figures, each on its curve (straight lines, steps, points between,
points off for each per cent), with weights, a cap and two gates. A goal may be zero and a figure missing; the weight of
a measure without a value goes to the others. Everybody is ranked, ties together.

The floors do the same by hand in whole numbers, with no reason, no check and no thought for figures beyond 64 bits:
every total and every rank is compared, hundredth by hundredth. Times are of the processor, whatever else runs.
`python bench/bench_scoring.py 1000000` runs as many reps once, and says what memory that took.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from time import process_time
from typing import Any, TypeAlias, TypeVar

import numpy as np
import polars as pl

from pharmasales import frames
from pharmasales.display import Says
from pharmasales.evaluation import MEASURES, score
from pharmasales.evaluation.scoring.adjusting import ScoreGate
from pharmasales.evaluation.scoring.curves import linear, per_percent, steps
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.rules import Curve, Field, Part, Ranked, Rule, Weighted, compiled

T = TypeVar("T")
Row: TypeAlias = Mapping[str, int | None]
Hundredths: TypeAlias = int | None
Ints: TypeAlias = np.ndarray[Any, Any]

REPS, FEW, ROUNDS = 100_000, 10_000, 9
NONE = -(10**9)

ITEMS: tuple[tuple[str, int, Callable[[Rule], Rule]], ...] = (
    ("attainment", 25, lambda x: Curve(x, (("60%", 0), (1, 1), ("120%", "1.2")))),
    ("growth", 10, lambda x: linear(x, "-10%", "20%")),
    ("receipts", 10, lambda x: per_percent(x, weight=10, target="95%", off="0.5")),
    ("return_rate", 5, lambda x: linear(x, "8%", "2%")),
    ("output_input", 5, lambda x: Curve(x, ((4, 0), (8, "0.8"), (12, 1)))),
    ("churn", 5, lambda x: per_percent(x, weight=5, target="5%", off=1, floor=2, above=True)),
    ("coverage", 10, lambda x: steps(x, (("80%", 0), ("100%", "0.8")), top=1)),
    ("frequency", 10, lambda x: linear(x, 0, 1)),
    ("reached", 5, lambda x: steps(x, (("50%", 0), ("70%", "0.5"), ("90%", "0.8")), top=1)),
    ("call_rate", 5, lambda x: Curve(x, ((6, 0), (8, "0.6"), (10, 1)))),
    ("plan_adherence", 5, lambda x: per_percent(x, weight=5, target=1, off="0.2")),
    ("knowledge", 5, lambda x: linear(x, 60, 100)),
)
SHEET = ScoreSheet(
    "bench",
    Weighted([Part(name, weight, on(MEASURES[name].rule)) for name, weight, on in ITEMS], missing="reweight"),
    cap=100,
    gates=[
        ScoreGate("audits", Field("audits_open").over(2), Says("three audits are open", "三项审计未结"), at_most=60),
        ScoreGate("compliance", Field("breaches").over(0), Says("a confirmed breach", "经确认的违规")),
    ],
)


def figures_of(count: int, seed: int = 1) -> pl.DataFrame:
    """Return made-up figures: money in fen, counts; one goal in fifty is zero, one figure in a hundred missing."""
    random = Random(seed)  # noqa: S311 - the same in every run
    columns: dict[str, list[int | None]] = {}

    def base(name: str, low: int, high: int) -> list[int]:
        made = [0 if random.random() < 0.02 else random.randrange(low, high) for _ in range(count)]
        columns[name] = [None if random.random() < 0.01 else one for one in made]
        return made

    def part(name: str, of: Sequence[int], low: int, high: int) -> list[int]:
        """So many thousandths of another figure."""
        made = [one * random.randrange(low, high) // 1000 for one in of]
        columns[name] = [None if random.random() < 0.01 else one for one in made]
        return made

    goal, due, gross = base("goal", 10**6, 10**8), base("due", 10**6, 10**8), base("gross", 10**6, 10**8)
    last = part("last", goal, 700, 1_100)
    part("actual", last, 600, 1_500)
    part("collected", due, 700, 1_050)
    part("returns", gross, 0, 100)
    part("cost", gross, 70, 300)
    before, targets, planned = (
        base("customers_before", 20, 90),
        base("target_customers", 20, 90),
        base("planned_visits", 50, 300),
    )
    part("customers_lost", before, 0, 150)
    seen = part("seen_customers", targets, 700, 1_001)
    part("complete_customers", seen, 400, 1_001)
    made = part("made_visits", planned, 700, 1_200)
    capped = part("capped_visits", [min(pair) for pair in zip(planned, made, strict=True)], 800, 1_001)
    part("kept_visits", capped, 700, 1_001)
    base("field_days", 15, 24)
    tests = base("knowledge_tests", 1, 6)
    part("knowledge_points", [100 * one for one in tests], 500, 1_001)
    columns["audits_open"] = [max(0, random.randrange(-20, 4)) for _ in range(count)]
    columns["breaches"] = [int(random.random() < 0.01) for _ in range(count)]
    return pl.DataFrame(columns)


def ours(frame: pl.DataFrame) -> pl.DataFrame:
    """The total of every row, and its rank."""
    return frames.apply(Ranked(Field("total")), frames.apply(SHEET.total_rule(), frame, into="total"), into="rank")


def by_polars(frame: pl.DataFrame) -> pl.DataFrame:
    """The same in polars: each score as a whole number over another, each part rounded half up to a hundredth."""
    c, when = pl.col, pl.when
    net, grown = c("gross") - c("returns"), c("actual") - c("last")

    def held(whole: str) -> pl.Expr:
        return when(c(whole) != 0).then(c(whole))

    goal, due, gross, cost = held("goal"), held("due"), held("gross"), held("cost")
    last = when(c("last") > 0).then(c("last"))
    before, targets, planned = held("customers_before"), held("target_customers"), held("planned_visits")
    days, tests = held("field_days"), held("knowledge_tests")
    actual, seen, complete, made = c("actual"), c("seen_customers"), c("complete_customers"), c("made_visits")
    points, lost = c("knowledge_points"), c("customers_lost")

    def reached(*cuts: pl.Expr) -> pl.Expr:
        found = cuts[0].cast(pl.Int64)
        for cut in cuts[1:]:
            found = found + cut.cast(pl.Int64)
        return found

    scores = {
        "attainment": (
            when(actual < goal).then((5 * actual - 3 * goal).clip(0) * 5).otherwise((10 * actual).clip(0, 12 * goal)),
            10 * goal,
        ),
        "growth": ((10 * grown + last).clip(0, 3 * last), 3 * last),
        "receipts": ((20 * c("collected") - 15 * due).clip(0, 4 * due), 4 * due),
        "return_rate": ((8 * gross - 100 * c("returns")).clip(0, 6 * gross), 6 * gross),
        "output_input": (
            when(net < 8 * cost).then((4 * net - 16 * cost).clip(0)).otherwise((net + 8 * cost).clip(0, 20 * cost)),
            20 * cost,
        ),
        "churn": ((10 * before - 100 * lost).clip(2 * before, 5 * before), 5 * before),
        "coverage": (4 * (10 * seen >= 8 * targets).cast(pl.Int64) + (seen >= targets).cast(pl.Int64), pl.lit(5)),
        "frequency": (c("capped_visits").clip(0, planned), planned),
        "reached": (
            5 * (2 * complete >= targets).cast(pl.Int64)
            + 3 * (10 * complete >= 7 * targets).cast(pl.Int64)
            + 2 * (10 * complete >= 9 * targets).cast(pl.Int64),
            pl.lit(10),
        ),
        "call_rate": (
            when(made < 8 * days)
            .then((3 * made - 18 * days).clip(0))
            .otherwise((2 * made - 10 * days).clip(0, 10 * days)),
            10 * days,
        ),
        "plan_adherence": ((4 * c("kept_visits") - 3 * planned).clip(0, planned), planned),
        "knowledge": ((points - 60 * tests).clip(0, 40 * tests), 40 * tests),
    }
    plan = frame.lazy().with_columns(
        *(top.alias(f"top_{name}") for name, (top, _) in scores.items()),
        *(under.alias(f"under_{name}") for name, (_, under) in scores.items()),
    )
    tops = {name: c(f"top_{name}") for name, _, _ in ITEMS}
    there = {name: tops[name].is_not_null() & c(f"under_{name}").is_not_null() for name in tops}
    present = pl.sum_horizontal(when(there[name]).then(weight).otherwise(0) for name, weight, _ in ITEMS)
    plan = plan.with_columns(present=when(present > 0).then(present))
    parts = []
    for name, weight, _ in ITEMS:
        over = c("present") * c(f"under_{name}")
        parts.append((20_000 * weight * tops[name] + over) // (2 * over))
    capped = when(c("present").is_not_null()).then(pl.sum_horizontal(parts).clip(upper_bound=10_000))
    total = when(c("audits_open") > 2).then(capped.clip(upper_bound=6_000)).otherwise(capped)
    plan = plan.with_columns(total=when((c("breaches") > 0) & total.is_not_null()).then(0).otherwise(total))
    return plan.select("total", c("total").rank("min", descending=True).alias("rank")).collect()


def by_numpy(frame: pl.DataFrame) -> tuple[Ints, Ints]:
    """The same in numpy, missing as a mask; who has no total has the rank zero."""
    known = {name: frame[name].is_not_null().to_numpy() for name in frame.columns}
    f = {name: frame[name].fill_null(0).to_numpy() for name in frame.columns}
    clip, where = np.clip, np.where
    net, grown, zero = f["gross"] - f["returns"], f["actual"] - f["last"], np.int64(0)
    goal, due, gross, cost, last = f["goal"], f["due"], f["gross"], f["cost"], f["last"]
    before, targets, planned = f["customers_before"], f["target_customers"], f["planned_visits"]
    days, tests = f["field_days"], f["knowledge_tests"]
    actual, seen, complete, made = f["actual"], f["seen_customers"], f["complete_customers"], f["made_visits"]
    of = {
        "attainment": ("actual", "goal"),
        "growth": ("actual", "last"),
        "receipts": ("collected", "due"),
        "return_rate": ("returns", "gross"),
        "output_input": ("gross", "returns", "cost"),
        "churn": ("customers_lost", "customers_before"),
        "coverage": ("seen_customers", "target_customers"),
        "frequency": ("capped_visits", "planned_visits"),
        "reached": ("complete_customers", "target_customers"),
        "call_rate": ("made_visits", "field_days"),
        "plan_adherence": ("kept_visits", "planned_visits"),
        "knowledge": ("knowledge_points", "knowledge_tests"),
    }
    scores = {
        "attainment": (
            where(actual < goal, 5 * np.maximum(5 * actual - 3 * goal, zero), np.minimum(10 * actual, 12 * goal)),
            10 * goal,
        ),
        "growth": (clip(10 * grown + last, 0, 3 * last), 3 * last),
        "receipts": (clip(20 * f["collected"] - 15 * due, 0, 4 * due), 4 * due),
        "return_rate": (clip(8 * gross - 100 * f["returns"], 0, 6 * gross), 6 * gross),
        "output_input": (
            where(net < 8 * cost, np.maximum(4 * net - 16 * cost, zero), clip(net + 8 * cost, 0, 20 * cost)),
            20 * cost,
        ),
        "churn": (clip(10 * before - 100 * f["customers_lost"], 2 * before, 5 * before), 5 * before),
        "coverage": (4 * (10 * seen >= 8 * targets) + 1 * (seen >= targets), None),
        "frequency": (clip(f["capped_visits"], 0, planned), planned),
        "reached": (
            5 * (2 * complete >= targets) + 3 * (10 * complete >= 7 * targets) + 2 * (10 * complete >= 9 * targets),
            None,
        ),
        "call_rate": (
            where(made < 8 * days, np.maximum(3 * made - 18 * days, zero), clip(2 * made - 10 * days, 0, 10 * days)),
            10 * days,
        ),
        "plan_adherence": (clip(4 * f["kept_visits"] - 3 * planned, 0, planned), planned),
        "knowledge": (clip(f["knowledge_points"] - 60 * tests, 0, 40 * tests), 40 * tests),
    }
    present, there = np.zeros(frame.height, dtype=np.int64), {}
    for name, weight, _ in ITEMS:
        whole = of[name][-1]
        held = f[whole] > 0
        for one in of[name]:
            held &= known[one]
        there[name] = held
        present += weight * held
    total = np.zeros(frame.height, dtype=np.int64)
    for name, weight, _ in ITEMS:
        top, under = scores[name]
        over = present * ((5 if name == "coverage" else 10) if under is None else under)
        total += where(there[name], (20_000 * weight * top + over) // np.maximum(2 * over, 1), 0)
    total = np.minimum(total, 10_000)
    total = where(f["audits_open"] > 2, np.minimum(total, 6_000), total)
    total = where(f["breaches"] > 0, 0, total)
    total = where(present > 0, total, NONE)
    counts = np.bincount(total[present > 0], minlength=10_001)  # totals are few: a count of each ranks them all
    better = np.concatenate([counts[::-1].cumsum()[::-1][1:], [0]])
    return total, where(present > 0, better[np.maximum(total, 0)] + 1, 0)


def exact_loop(rows: Sequence[Row]) -> list[Hundredths]:  # noqa: C901 - calls would slow the floor
    """The totals in a bare loop over dicts."""
    totals: list[Hundredths] = []
    for row in rows:
        scores: list[tuple[int, int, int]] = []
        present = 0
        actual, last, planned, targets = row["actual"], row["last"], row["planned_visits"], row["target_customers"]
        goal, gross, returns, made = row["goal"], row["gross"], row["returns"], row["made_visits"]
        if goal and actual is not None:
            if actual < goal:
                scores.append((25, max(25 * actual - 15 * goal, 0), 10 * goal))
            else:
                scores.append((25, min(10 * actual, 12 * goal), 10 * goal))
            present += 25
        if actual is not None and last is not None and last > 0:
            scores.append((10, min(max(10 * actual - 9 * last, 0), 3 * last), 3 * last))
            present += 10
        due, collected = row["due"], row["collected"]
        if due and collected is not None:
            scores.append((10, min(max(20 * collected - 15 * due, 0), 4 * due), 4 * due))
            present += 10
        if gross and returns is not None:
            scores.append((5, min(max(8 * gross - 100 * returns, 0), 6 * gross), 6 * gross))
            present += 5
        cost = row["cost"]
        if cost and gross is not None and returns is not None:
            net = gross - returns
            if net < 8 * cost:
                scores.append((5, max(4 * net - 16 * cost, 0), 20 * cost))
            else:
                scores.append((5, min(net + 8 * cost, 20 * cost), 20 * cost))
            present += 5
        before, lost = row["customers_before"], row["customers_lost"]
        if before and lost is not None:
            scores.append((5, min(max(10 * before - 100 * lost, 2 * before), 5 * before), 5 * before))
            present += 5
        seen, complete = row["seen_customers"], row["complete_customers"]
        if targets and seen is not None:
            scores.append((10, 5 if seen >= targets else 4 if 10 * seen >= 8 * targets else 0, 5))
            present += 10
        capped, kept = row["capped_visits"], row["kept_visits"]
        if planned and capped is not None:
            scores.append((10, min(max(capped, 0), planned), planned))
            present += 10
        if targets and complete is not None:
            top = 10 if 10 * complete >= 9 * targets else 8 if 10 * complete >= 7 * targets else 5
            scores.append((5, top if 2 * complete >= targets else 0, 10))
            present += 5
        days = row["field_days"]
        if days and made is not None:
            if made < 8 * days:
                scores.append((5, max(3 * made - 18 * days, 0), 10 * days))
            else:
                scores.append((5, min(2 * made - 10 * days, 10 * days), 10 * days))
            present += 5
        if planned and kept is not None:
            scores.append((5, min(max(4 * kept - 3 * planned, 0), planned), planned))
            present += 5
        tests, points = row["knowledge_tests"], row["knowledge_points"]
        if tests and points is not None:
            scores.append((5, min(max(points - 60 * tests, 0), 40 * tests), 40 * tests))
            present += 5
        if not present:
            totals.append(None)
            continue
        total = 0
        for weight, top, under in scores:
            over = present * under
            total += (20_000 * weight * top + over) // (2 * over)
        total = min(total, 10_000)
        if row["audits_open"] > 2:  # type: ignore[operator] # never missing here
            total = min(total, 6_000)
        totals.append(0 if row["breaches"] else total)
    return totals


def ranked_loop(totals: Sequence[Hundredths]) -> list[int | None]:
    """The ranks by one sort."""
    first: dict[int, int] = {}
    for place, total in enumerate(sorted((total for total in totals if total is not None), reverse=True), 1):
        first.setdefault(total, place)
    return [None if total is None else first[total] for total in totals]


def timed(*works: Callable[[], Any], rounds: int = ROUNDS) -> list[tuple[float, Any]]:
    """Return for each work the least time of some rounds, in turn, and its result."""
    least, found = [float("inf")] * len(works), [work() for work in works]
    for _ in range(rounds):
        for place, work in enumerate(works):
            began = process_time()
            work()
            least[place] = min(least[place], process_time() - began)
    return list(zip(least, found, strict=True))


def in_hundredths(frame: pl.DataFrame) -> pl.Series:
    """Return our totals as whole numbers."""
    return (frame["total"] * 100).round(0).cast(pl.Int64)


def checked(frame: pl.DataFrame, found: pl.DataFrame) -> None:
    """Compare every total and every rank with both floors."""
    hand, (total, rank) = by_polars(frame), by_numpy(frame)
    assert in_hundredths(found).equals(hand["total"].cast(pl.Int64), check_names=False)
    assert found["rank"].equals(hand["rank"].cast(pl.Int64), check_names=False)
    assert hand["total"].fill_null(NONE).to_list() == total.tolist()
    assert hand["rank"].fill_null(0).to_list() == rank.tolist()


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, and the floor's seconds."""
    frame = figures_of(REPS)
    (seconds, found), (polars, _), (numpy, _) = timed(
        lambda: ours(frame), lambda: by_polars(frame), lambda: by_numpy(frame)
    )
    checked(frame, found)
    yield "1e5 reps x 12 measures, rank : polars by hand", seconds, polars
    yield "1e5 reps x 12 measures, rank : numpy by hand", seconds, numpy
    rows = frame.head(FEW).to_dicts()
    fast, ranked = compiled(SHEET.total_rule()), Ranked(Field("total"))
    (seconds, totals), (floor, exact) = timed(lambda: [fast(row) for row in rows], lambda: exact_loop(rows))
    assert exact == [None if total is None else int(100 * total) for total in totals]
    yield f"compiled, {FEW:,} reps : bare loop", seconds, floor
    (seconds, ranks), (floor, hand) = timed(
        lambda: ranked.answers([{"total": fast(row)} for row in rows]), lambda: ranked_loop(exact_loop(rows))
    )
    assert ranks == hand
    yield f"compiled and ranked, {FEW:,} reps : bare loop", seconds, floor
    some = rows[:500]
    (seconds, _), (floor, _) = timed(
        lambda: [score(SHEET, "r", "", row) for row in some], lambda: exact_loop(some), rounds=3
    )
    yield "scorecards, 500 reps : bare loop without reasons", seconds, floor


def many(count: int) -> None:
    """Score and rank many reps once, and say how much memory that took; the figures of 100,000 come again and again."""
    from resource import RUSAGE_SELF, getrusage

    frame = pl.concat([figures_of(REPS)] * -(-count // REPS)).head(count).rechunk()
    before = getrusage(RUSAGE_SELF).ru_maxrss
    began = process_time()
    ours(frame)
    seconds, after = process_time() - began, getrusage(RUSAGE_SELF).ru_maxrss
    began = process_time()
    by_polars(frame)
    hand, last = process_time() - began, getrusage(RUSAGE_SELF).ru_maxrss
    print(f"{count:,} reps: {seconds:.2f} s, in polars by hand {hand:.2f} s, {seconds / hand:.2f} times")
    print(f"memory: the frame {frame.estimated_size('mb'):.0f} MB; at most {before / 2**10:.0f} MB before,", end=" ")
    print(f"{after / 2**10:.0f} MB after, {last / 2**10:.0f} MB after both")


def main() -> None:
    if len(sys.argv) > 1:
        many(int(sys.argv[1]))
        return
    print(f"{'case':54}{'ours s':>9}{'floor s':>9}{'ratio':>7}")
    for name, ours_took, floor in cases():
        print(f"{name:54}{ours_took:9.4f}{floor:9.4f}{ours_took / floor:7.2f}")


if __name__ == "__main__":
    main()
