"""Twelve measures of many reps beside the plainest code for them, in the same run.

Run `python bench/bench_measures.py`. The frame's floor is polars as an analyst writes it, in floats; that of plain
Python is a loop over the same rows which divides exactly. Counting has a loop that adds up by node and climbs the tree,
without reasons and without a list of what was left out. Time is that of the process, so that other work counts less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random

import polars as pl
from timing import show, timed

from pharmasales import frames
from pharmasales.evaluation import MEASURES, Figures
from pharmasales.evaluation.measures.counting import measure_period
from pharmasales.evaluation.measures.items import Item
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter
from pharmasales.rules import compiled
from pharmasales.units import CNY, Amount

Row = Mapping[str, int]

REPS, ROUNDS = 100_000, 7
NAMES = (
    *("attainment", "growth", "receipts", "return_rate", "output_input", "churn"),
    *("coverage", "frequency", "frequency_raw", "reached", "call_rate", "plan_adherence"),
)
RULES = {f"m_{name}": MEASURES[name].rule for name in NAMES}
QUARTER = Quarter(2026, 1)


def figures_of(count: int, seed: int = 1) -> pl.DataFrame:
    """Return figures in whole numbers, two in a hundred zero."""
    random = Random(seed)  # noqa: S311 - made-up figures, the same in every run
    names = sorted({name for measure in NAMES for name in MEASURES[measure].reads})
    return pl.DataFrame(
        {name: [random.randrange(10**6) if random.random() > 0.02 else 0 for _ in range(count)] for name in names}
    )


def by_hand(frame: pl.DataFrame) -> pl.DataFrame:
    """The twelve measures in polars, a zero denominator missing."""
    c = pl.col

    def over(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
        return pl.when(whole != 0).then(part / whole)

    return frame.with_columns(
        m_attainment=over(c("actual"), c("goal")),
        m_growth=pl.when(c("last") > 0).then((c("actual") - c("last")) / c("last")),
        m_receipts=over(c("collected"), c("due")),
        m_return_rate=over(c("returns"), c("gross")),
        m_output_input=over(c("gross") - c("returns"), c("cost")),
        m_churn=over(c("customers_lost"), c("customers_before")),
        m_coverage=over(c("seen_customers"), c("target_customers")),
        m_frequency=over(c("capped_visits"), c("planned_visits")),
        m_frequency_raw=over(c("made_visits"), c("planned_visits")),
        m_reached=over(c("complete_customers"), c("target_customers")),
        m_call_rate=over(c("made_visits"), c("field_days")),
        m_plan_adherence=over(c("kept_visits"), c("planned_visits")),
    )


def bare_loop(rows: list[Row]) -> list[tuple[Fraction | None, ...]]:
    """The twelve measures of each row, exact."""
    found = []
    for row in rows:
        actual, last, gross, returns = row["actual"], row["last"], row["gross"], row["returns"]
        planned, made, targets = row["planned_visits"], row["made_visits"], row["target_customers"]
        goal, due, cost, before, days = (
            row[name] for name in ("goal", "due", "cost", "customers_before", "field_days")
        )
        found.append(
            (
                Fraction(actual, goal) if goal else None,
                Fraction(actual - last, last) if last > 0 else None,
                Fraction(row["collected"], due) if due else None,
                Fraction(returns, gross) if gross else None,
                Fraction(gross - returns, cost) if cost else None,
                Fraction(row["customers_lost"], before) if before else None,
                Fraction(row["seen_customers"], targets) if targets else None,
                Fraction(row["capped_visits"], planned) if planned else None,
                Fraction(made, planned) if planned else None,
                Fraction(row["complete_customers"], targets) if targets else None,
                Fraction(made, days) if days else None,
                Fraction(row["kept_visits"], planned) if planned else None,
            )
        )
    return found


def compiled_loop(rows: list[Row]) -> list[tuple[object, ...]]:
    fast = [compiled(rule) for rule in RULES.values()]
    return [tuple([rule(row) for rule in fast]) for row in rows]


def company(reps: int) -> tuple[Org, list[Item]]:
    """A district for every ten reps; two sales, one of another quarter, and a cost for each rep."""
    nodes, items = [Node("C", "Company", "company")], []
    for n in range(reps):
        if n % 10 == 0:
            nodes.append(Node(f"D{n // 10}", "District", "district", "C"))
        nodes.append(Node(f"r{n}", "Rep", "rep", f"D{n // 10}"))
        for place, when in enumerate((QUARTER, QUARTER, Quarter(2026, 2))):
            items.append(Item("actual", f"r{n}", Amount(n + place, CNY), when, f"s{n}-{place}"))
        items.append(Item("cost", f"r{n}", Amount(n, CNY), QUARTER, f"c{n}"))
    return Org.of(nodes), items


def counting_loop(org: Org, items: list[Item]) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = {}
    for item in items:
        if item.when == QUARTER and isinstance(item.value, Amount):
            node: str | None = item.node
            while node is not None:
                key = (item.figure, node)
                sums[key] = sums.get(key, 0) + item.value.minor
                node = org.nodes[node].parent
    return sums


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, and the floor's seconds."""
    table = figures_of(REPS)
    floor, wanted = timed(lambda: by_hand(table), ROUNDS)
    ours, found = timed(lambda: frames.apply_all(RULES, table), ROUNDS)
    assert found.equals(wanted.select(found.columns))
    yield f"12 measures, polars, {REPS:,} reps", ours, floor
    rows: list[Row] = table.to_dicts()
    exact, bare = timed(lambda: bare_loop(rows), 2)
    fast, same = timed(lambda: compiled_loop(rows), 2)
    assert [tuple(row) for row in same] == bare
    yield f"12 measures, compiled, {REPS:,} reps", fast, exact
    few = [Figures(**row) for row in figures_rows(2_000)]
    told, _ = timed(lambda: [[MEASURES[name].measure(one) for name in NAMES] for one in few], 2)
    yield "the same with every reason, 2,000 reps : the bare loop", told, exact * 2_000 / REPS
    org, items = company(10_000)
    summed, period = timed(lambda: measure_period(org, items, QUARTER), 2)
    plain, sums = timed(lambda: counting_loop(org, items), 2)
    assert all(period[node].known[figure] == Amount(value, CNY) for (figure, node), value in sums.items())
    yield "40,000 items counted at 11,001 nodes", summed, plain


def figures_rows(count: int) -> list[dict[str, int]]:
    """Return rows in which no part lies above its whole."""
    wholes = ("customers_before", "target_customers", "planned_visits", "made_visits", "seen_customers")
    rows = figures_of(count).to_dicts()
    parts = ("customers_lost", "complete_customers", "capped_visits", "kept_visits")
    return [row | dict.fromkeys(wholes, 10**6) | {name: row[name] % 1000 for name in parts} for row in rows]


if __name__ == "__main__":
    show(cases())
