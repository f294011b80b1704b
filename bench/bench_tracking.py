"""Tracking and task graphs beside bare integer loops over the same figures, in the same run.

The floors leave the reasons, the checks and the values of the results out: they add up, compare, and walk the graph.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from random import Random

from timing import show, timed

from pharmasales.evaluation.tracking.crediting import credit
from pharmasales.evaluation.tracking.entries import Entry
from pharmasales.evaluation.tracking.tracked import track
from pharmasales.goals.acting.plan_tasks import Task
from pharmasales.goals.acting.taskgraph import schedule_tasks
from pharmasales.org import Node, Org
from pharmasales.periods import Period, Quarter, Year
from pharmasales.units import CNY, Amount
from pharmasales.workdays import WEEKDAYS

YEAR = Year(2026)
DAY = date(2026, 8, 14)
NODES, TASKS, SALES = 10_000, 10_000, 100_000
Figures = dict[str, int]


def firm() -> tuple[Org, list[str]]:
    """One company, a district for every ten reps."""
    reps = NODES * 10 // 11
    nodes = [Node("C", "Company", "company")]
    nodes += [Node(f"D{n}", f"D{n}", "district", "C") for n in range(-(-reps // 10))]
    nodes += [Node(f"r{n}", f"r{n}", "rep", f"D{n // 10}") for n in range(reps)]
    return Org.of(nodes), [f"r{n}" for n in range(reps)]


def rolled(org: Org, own: Figures) -> Figures:
    sums = dict(own)
    for node_id in reversed(list(org.nodes)):
        above = org.nodes[node_id].parent
        if above is not None and node_id in sums:
            sums[above] = sums.get(above, 0) + sums[node_id]
    return sums


def track_loop(
    org: Org, goals: dict[Period, Figures], sold: dict[Period, Figures]
) -> dict[Period, dict[str, tuple[int, int, str]]]:
    """Goals and actuals of months, quarters and the year, and the status of each node, by hand."""
    found: dict[Period, dict[str, tuple[int, int, str]]] = {}
    for period in (*(Quarter(2026, n) for n in (1, 2, 3, 4)), *YEAR.months, YEAR):
        months = period.months
        wanted: Figures = {}
        own: Figures = {}
        for month in months:
            for node_id, n in goals[month].items():
                wanted[node_id] = wanted.get(node_id, 0) + n
            if month.start <= DAY:
                for node_id, n in sold[month].items():
                    own[node_id] = own.get(node_id, 0) + n
        done = rolled(org, own)
        passed = WEEKDAYS.count(period.start, min(DAY, period.end)) if period.start <= DAY else 0
        whole = WEEKDAYS.count(period.start, period.end)
        rows = {}
        for node_id, goal in wanted.items():
            actual = done.get(node_id)
            if actual is None:
                status = "no data"
            elif passed == whole:
                status = "met" if actual >= goal else "missed"
            elif 10 * whole * actual < 9 * passed * goal:
                status = "behind"
            else:
                status = "ahead" if 10 * whole * actual > 11 * passed * goal else "on track"
            rows[node_id] = (goal, actual or 0, status)
        found[period] = rows
    return found


def tasks_of(count: int) -> list[Task]:
    """Return tasks that follow up to three earlier ones."""
    random = Random(1)  # noqa: S311 - made-up tasks, the same in every run
    return [
        Task(
            f"t{n}",
            random.randrange(1, 6),
            tuple({f"t{random.randrange(max(n - 50, 0), n)}" for _ in range(min(n, 3))}),
        )
        for n in range(count)
    ]


def cpm_loop(tasks: list[Task]) -> tuple[int, list[tuple[int, int]]]:
    """Earliest and latest starts in working days from the first, by hand."""
    place = {task.id: n for n, task in enumerate(tasks)}
    before = [[place[one] for one in task.after] for task in tasks]
    days = [task.days for task in tasks]
    after: list[list[int]] = [[] for _ in tasks]
    waiting = [len(one) for one in before]
    for n, some in enumerate(before):
        for one in some:
            after[one].append(n)
    ready, order = deque(n for n, left in enumerate(waiting) if not left), []
    early = [0] * len(tasks)
    while ready:
        n = ready.popleft()
        order.append(n)
        done = early[n] + days[n]
        for one in after[n]:
            early[one] = max(early[one], done)
            waiting[one] -= 1
            if not waiting[one]:
                ready.append(one)
    length = max(a + b for a, b in zip(early, days, strict=True))
    late = [length - d for d in days]
    for n in reversed(order):
        for one in after[n]:
            late[n] = min(late[n], late[one] - days[n])
    return length, list(zip(early, late, strict=True))


def credit_loop(org: Org, sales: list[tuple[date, int, str, str]]) -> list[Figures]:
    """Halve shared sales, the odd fen to the first, and roll each month up, by hand."""
    own: list[Figures] = [{} for _ in range(12)]
    for day, fen, one, other in sales:
        month = own[day.month - 1]
        parts = ((one, fen),) if one == other else ((one, fen - fen // 2), (other, fen // 2))
        for rep, part in parts:
            month[rep] = month.get(rep, 0) + part
    return [rolled(org, month) for month in own]


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, and the floor's seconds."""
    org, reps = firm()
    random = Random(2)  # noqa: S311 - made-up figures, the same in every run
    goals = {month: rolled(org, {rep: random.randrange(10**5, 10**7) for rep in reps}) for month in YEAR.months}
    sold = {month: {rep: random.randrange(10**5, 10**7) for rep in reps} for month in YEAR.months}
    wanted, done = (
        {month: {node: Amount(n, CNY) for node, n in by_node.items()} for month, by_node in some.items()}
        for some in (goals, sold)
    )
    ours, found = timed(lambda: track(org, wanted, done, YEAR, DAY, WEEKDAYS))
    floor, by_hand = timed(lambda: track_loop(org, goals, sold))
    for period, rows in by_hand.items():
        assert all(found[period][node].status.en == status for node, (_, _, status) in rows.items())
    yield "track 1e4 nodes x 12 months, quarters and year", ours, floor
    shown, _ = timed(lambda: list(found.table().rows))
    yield "table of the same, 1.7e5 rows : track by hand", shown, floor

    tasks = tasks_of(TASKS)
    ours, made = timed(lambda: schedule_tasks(tasks, YEAR.start, WEEKDAYS))
    floor, (length, rows) = timed(lambda: cpm_loop(tasks))
    assert made.length == length
    assert [row.slack for row in made.rows.values()] == [late - early for early, late in rows]
    yield "task graph of 1e4 tasks, with days : without", ours, floor

    sales = [
        (date(2026, random.randrange(1, 13), random.randrange(1, 29)), random.randrange(1, 10**7), one, other)
        for one, other in ((random.choice(reps), random.choice(reps)) for _ in range(SALES))
    ]
    half = Fraction(1, 2)
    entries = [
        Entry(f"s{n}", day, Amount(fen, CNY), one if one == other else {one: half, other: half})
        for n, (day, fen, one, other) in enumerate(sales)
    ]
    ours, credited = timed(lambda: credit(org, entries, YEAR.months, CNY), 2)
    floor, months = timed(lambda: credit_loop(org, sales), 2)
    for month, sums in zip(YEAR.months, months, strict=True):
        assert all(own + shared == sums[node] for node, (own, shared, _) in credited.sums[month].items())
    yield "credit 1e5 shared sales over 1e4 nodes x 12", ours, floor


if __name__ == "__main__":
    show(cases())
