"""Scorecards beside bare hand-written loops over the same figures, in the same run.

Run `python bench/bench_evaluation.py`. Two floors stand beside scoring: a loop that is exact, as this package is, and
one in floats, which is what a spreadsheet does. Both leave the reasons out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random

from timing import show, timed

from pharmasales.evaluation import Figures, Scorecards, attain, deviations, score, scorecard_rule
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter
from pharmasales.units import CNY, Amount

REPS = 10_000
Row = tuple[int, int, int, int, int, int, int, int]


def rows_of(count: int, seed: int = 1) -> list[Row]:
    """Goal, actual, last in fen; target, seen; planned, made, capped."""
    random = Random(seed)  # noqa: S311 - made-up figures, the same in every run
    found = []
    for _ in range(count):
        goal, targets, planned = random.randrange(10**6, 10**8), random.randrange(20, 90), random.randrange(50, 300)
        made = random.randrange(planned // 2, planned * 5 // 4)
        actual, last = goal * random.randrange(50, 140) // 100, goal * random.randrange(70, 110) // 100
        seen, capped = random.randrange(targets // 2, targets + 1), min(made, planned) * 9 // 10
        found.append((goal, actual, last, targets, seen, planned, made, capped))
    return found


def figures_of(row: Row) -> Figures:
    goal, actual, last, targets, seen, planned, made, capped = row
    money = {name: Amount(n, CNY) for name, n in (("goal", goal), ("actual", actual), ("last", last))}
    counts = {"target_customers": targets, "seen_customers": seen, "planned_visits": planned, "made_visits": made}
    return Figures(**money, **counts, capped_visits=capped)


def exact_loop(rows: Sequence[Row]) -> list[int]:
    """The default scorecard in hundredths of a point, by hand, with the same rounding."""
    sixty, full, fifth, down, tenth = (Fraction(n, 100) for n in (60, 100, 120, -20, 10))
    totals = []
    for goal, actual, last, targets, seen, planned, _, capped in rows:
        reached = min(max(Fraction(actual, goal), sixty), fifth)
        attained = (reached - sixty) * 5 / 2 if reached < full else reached
        grown = (min(max(Fraction(actual - last, last), down), tenth) - down) * 10 / 3
        parts = (5000 * attained, 1000 * grown, 2000 * Fraction(seen, targets), 2000 * Fraction(capped, planned))
        totals.append(sum((2 * p.numerator + p.denominator) // (2 * p.denominator) for p in parts))
    return totals


def float_loop(rows: Sequence[Row]) -> list[float]:
    """The same in floats; the last hundredth may differ."""
    totals = []
    for goal, actual, last, targets, seen, planned, _, capped in rows:
        reached = min(max(actual / goal, 0.6), 1.2)
        attained = (reached - 0.6) * 2.5 if reached < 1 else reached
        grown = (min(max(actual / last - 1, -0.2), 0.1) + 0.2) / 0.3
        parts = (50 * attained, 10 * grown, 20 * seen / targets, 20 * capped / planned)
        totals.append(sum(round(part, 2) for part in parts))
    return totals


def firm(rows: Sequence[Row]) -> tuple[Org, dict[str, int], dict[str, int]]:
    """One company, a district for every ten reps; goals at every node, actuals at the reps, in fen."""
    nodes, goals, actual = [Node("C", "Company", "company")], {"C": 0}, {}
    for n, row in enumerate(rows):
        district, rep = f"D{n // 10}", f"r{n}"
        if district not in goals:
            nodes.append(Node(district, district, "district", "C"))
            goals[district] = 0
        nodes.append(Node(rep, rep, "rep", district))
        goals[rep], actual[rep] = row[0], row[1]
        goals[district] += row[0]
        goals["C"] += row[0]
    return Org.of(nodes), goals, actual


def attainment_loop(org: Org, goals: dict[str, int], actual: dict[str, int]) -> dict[str, tuple[int, str]]:
    """Roll up and compare by hand, half of the period passed."""
    sums = dict(actual)
    for node in reversed(list(org)):
        if node.parent is not None:
            sums[node.parent] = sums.get(node.parent, 0) + sums[node.id]
    return {
        node: (
            done,
            "behind" if 20 * done < 9 * goals[node] else "ahead" if 20 * done > 11 * goals[node] else "on track",
        )
        for node, done in sums.items()
    }


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, and the floor's seconds."""
    rows, rule = rows_of(REPS), scorecard_rule()
    people = [(f"r{n}", figures_of(row)) for n, row in enumerate(rows)]
    ours, cards = timed(lambda: [score(rule, rep, rep, figures) for rep, figures in people])
    exact, totals = timed(lambda: exact_loop(rows))
    assert [int(card.total * 100) for card in cards if card.total is not None] == totals
    floats, _ = timed(lambda: float_loop(rows))
    yield "score 1e4 reps : exact by hand", ours, exact
    yield "score 1e4 reps : floats by hand", ours, floats
    shown, _ = timed(lambda: Scorecards(cards).table())
    yield "table with reasons, 1e4 reps : exact by hand", shown, exact
    org, goals, actual = firm(rows)
    wanted, done = ({node: Amount(n, CNY) for node, n in some.items()} for some in (goals, actual))
    half, quarter = Fraction(1, 2), Quarter(2026, 1)
    ours, found = timed(lambda: attain(org, wanted, done, quarter, half))
    floor, by_hand = timed(lambda: attainment_loop(org, goals, actual))
    assert all((row.actual.minor, row.status.en) == by_hand[node] for node, row in found.rows.items() if row.actual)
    yield "attainment, 1e4 reps in 1e3 districts", ours, floor
    ours, _ = timed(lambda: deviations(found))
    yield "deviations of the same : attainment by hand", ours, floor


if __name__ == "__main__":
    show(cases())
