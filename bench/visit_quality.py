"""How good visit plans are: every method on the same seeded months, in one run, beside the bound that none can beat.

    python bench/visit_quality.py --peers

prints one table for 20 tight months and one for 20 overfull ones; `--kinds tight-new over-new` those in which nobody
was seen before. Every plan, whoever made it, is read as days by customer, checked against the rules by `broken`, priced
by `price`; neither shares code with the planner. The columns:

- months: in how many the plan leaves as many visits unmet, grade by grade, as the bound: only these have a ratio
- unmet visits by grade, and their sum weighted 4, 2, 1, as often as each grade is seen in a month
- soft: the squared deviations of the distances in days, half up, and 10 for each hospital and day
- ratio of the soft cost to the bound: mean, and worst month
- seconds of processor time a rep; of the clock for other software
- hospitals a day, and broken rules

The bound is that of `prove`, which searches until the best plan is proven or `--nodes` are searched. The iterations for
0.1 and 5 seconds are measured at the beginning of the run. Other software runs in an environment of its own
(`visit_peers.py`).
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from time import perf_counter, process_time

from attrs import frozen

sys.path.insert(0, str(Path(__file__).resolve().parent))

from months import END, START, Kind, Task, months
from visit_peers import measure

from pharmasales.followup import Target, field_days, schedule
from pharmasales.followup.planning.bound import Bound, lower_bound, prove

Days = Mapping[str, Sequence[date]]
"""The days of each customer's visits."""
LENGTH = (END - START).days + 1
WEIGHTS = {"A": 4, "B": 2, "C": 1}
"""What an unmet visit counts in the sum of all: as often as its grade is seen in a month."""


# ---- what a plan is worth, without the planner -----------------------------------------------------------------------


@frozen
class Price:
    """Unmet visits by grade, soft cost, hospital days, and days with a visit."""

    unmet: tuple[int, ...]
    soft: int
    openings: int
    days: int


def squared(distance: int, target: Target) -> int:
    """Return the squared deviation from the ideal distance, half up."""
    ideal = max(Fraction(LENGTH, target.visits), Fraction(target.gap))
    return int((distance - ideal) ** 2 + Fraction(1, 2))


def origin(target: Target, first: date) -> int | None:
    """Return the day from which the first distance counts: an overdue customer is due on the first day."""
    if not target.done:
        return None
    ideal = max(Fraction(LENGTH, target.visits), Fraction(target.gap))
    return max(target.done[-1].toordinal(), first.toordinal() - int(ideal))


def price(task: Task, plan: Days) -> Price:
    """Price a plan."""
    unmet, soft, places = dict.fromkeys(task.priority, 0), 0, set()
    for target in task.targets:
        days = sorted(plan.get(target.customer, ()))
        unmet[target.grade] += target.visits - len(days)
        places.update((day, target.place) for day in days)
        due = origin(target, task.start)
        ordinals = [*([] if due is None else [due]), *(day.toordinal() for day in days)]
        soft += sum(squared(after - before, target) for before, after in pairwise(ordinals))
    return Price(tuple(unmet.values()), soft + 10 * len(places), len(places), len({day for day, _ in places}))


def broken(task: Task, plan: Days) -> int:
    """Count broken rules: field days, visiting days, visits a day, the shortest gap, visits beyond the demand."""
    field = set(field_days(task.start, task.end, task.calendar, task.rep.leave))
    known = {target.customer: target for target in task.targets}
    count = sum(
        load > task.rep.visits_a_day for load in Counter(day for days in plan.values() for day in days).values()
    )
    for customer, days in plan.items():
        target = known[customer]
        count += len(days) > target.visits
        count += sum(day not in field or day.weekday() not in target.access.weekdays for day in days)
        made = [*target.done[-1:], *sorted(days)]
        count += sum((after - before).days < target.gap for before, after in pairwise(made))
    return count


# ---- the methods -----------------------------------------------------------------------------------------------------


def even(task: Task) -> Days:
    """Even spacing: each visit on the free day nearest to its even share of the month, grade by grade."""

    def pick(target: Target, n: int, _: object) -> Callable[[date], int]:
        ideal = task.start.toordinal() + (2 * n + 1) * LENGTH // (2 * target.visits)
        return lambda day: abs(day.toordinal() - ideal)

    return in_turn(task, pick)


def plain_greedy(task: Task) -> Days:
    """Plain greedy: each visit on the day that costs least at that moment, grade by grade, and never again."""
    opened: set[tuple[date, str]] = set()

    def pick(target: Target, _: int, last: date | None) -> Callable[[date], int]:
        due = origin(target, task.start) if last in (None, *target.done) else last.toordinal()

        def cost(day: date) -> int:
            spacing = 0 if due is None else squared(day.toordinal() - due, target)
            return spacing + 10 * ((day, target.place) not in opened)

        return cost

    return in_turn(task, pick, opened)


def in_turn(
    task: Task,
    pick: Callable[[Target, int, date | None], Callable[[date], int]],
    opened: set[tuple[date, str]] | None = None,
) -> Days:
    """Place visit by visit on the first of the least days that the rules leave."""
    room = dict.fromkeys(field_days(task.start, task.end, task.calendar, task.rep.leave), task.rep.visits_a_day)
    plan: dict[str, list[date]] = defaultdict(list)
    for target in sorted(task.targets, key=lambda one: (one.grade, one.customer)):
        last = target.done[-1] if target.done else None
        for n in range(target.visits):
            free = [
                day
                for day, left in room.items()
                if left and target.access.receives(day) and (last is None or (day - last).days >= target.gap)
            ]
            if not free:
                break
            last = min(free, key=pick(target, n, last))
            room[last] -= 1
            plan[target.customer].append(last)
            if opened is not None:
                opened.add((last, target.place))
    return plan


def ours(budget: int) -> Callable[[Task], Days]:
    """The planner with so many iterations a rep."""

    def plan(task: Task) -> Days:
        found: dict[str, list[date]] = defaultdict(list)
        asked = (task.targets, [task.rep], task.start, task.end, task.calendar)
        for visit in schedule(*asked, priority=task.priority, budget=budget).visits:
            found[visit.customer].append(visit.day)
        return found

    return plan


def iterations(task: Task, seconds: float) -> int:
    """Return how many iterations fit in some seconds of this run."""
    spent = []
    for budget in (0, 1000):
        began = process_time()
        ours(budget)(task)
        spent.append(process_time() - began)
    each = max(spent[1] - spent[0], 1e-6) / 1000
    return max(0, int((seconds - spent[0]) / each))


# ---- the table -------------------------------------------------------------------------------------------------------


@frozen
class Line:
    """One method's plan of one month."""

    method: str
    price: Price
    seconds: float
    broken: int


def lines(task: Task, methods: Mapping[str, Callable[[Task], Days]]) -> Iterator[Line]:
    """Run each method on one month."""
    for name, method in methods.items():
        began = process_time()
        plan = method(task)
        spent = process_time() - began
        yield Line(name, price(task, plan), spent, broken(task, plan))


def bounded(task: Task, nodes: int, seconds: int) -> tuple[Bound, list[Line]]:
    """Return the bound of a month, and the lines of the best plan that the solver found."""
    asked = (task.targets, task.rep, task.start, task.end, task.calendar)
    began = process_time()
    relaxed = lower_bound(*asked, priority=task.priority)
    spent = process_time() - began
    began = process_time()
    proof = prove(*asked, priority=task.priority, nodes=nodes, seconds=seconds)
    searched = process_time() - began
    plan: dict[str, list[date]] = defaultdict(list)
    for visit in proof.plan.visits:
        plan[visit.customer].append(visit.day)
    soft = Price(relaxed.unmet, relaxed.soft or 0, 0, 0)
    name = "solver, proven best" if proof.bound.proven else "solver, cut short"
    return proof.bound, [
        Line("bound of the relaxation", soft, spent, 0),
        Line("bound", Price(proof.bound.unmet, proof.bound.soft or 0, 0, 0), searched, 0),
        Line(name, price(task, plan), searched, broken(task, plan)),
    ]


ROW = "{:<26} {:>6} {:>17} {:>8} {:>8} {:>7} {:>7} {:>9} {:>9} {:>7}"
HEAD = ROW.format(
    "method", "months", "unmet A / B / C", "weighted", "soft", "ratio", "worst", "s a rep", "places/d", "broken"
)


def mean(values: Iterable[float]) -> float:
    """Return the mean."""
    found = list(values)
    return sum(found) / len(found) if found else float("nan")


def row(method: str, found: Sequence[tuple[Line, Bound]]) -> str:
    """Sum one method up over the months."""
    prices = [line.price for line, _ in found]
    ratios = [
        line.price.soft / bound.soft for line, bound in found if bound.soft and line.price.unmet == tuple(bound.unmet)
    ]
    unmet = " / ".join(f"{mean(one.unmet[n] for one in prices):.2f}" for n in range(len(WEIGHTS)))
    weighted = mean(sum(map(int.__mul__, one.unmet, WEIGHTS.values())) for one in prices)
    places = mean(one.openings / one.days for one in prices if one.days)
    return ROW.format(
        method,
        f"{len(ratios)}/{len(found)}",
        unmet,
        f"{weighted:.2f}",
        f"{mean(one.soft for one in prices):.0f}",
        f"{mean(ratios):.3f}",
        f"{max(ratios, default=float('nan')):.3f}",
        f"{mean(line.seconds for line, _ in found):.3f}",
        f"{places:.2f}",
        sum(line.broken for line, _ in found),
    )


def table(kind: Kind, count: int, nodes: int, seconds: int, peers: Mapping[str, int]) -> Iterator[str]:
    """Yield the lines of the table of one kind of month."""
    tasks = list(months(count, kind))
    budgets = {f"ours, {spent} s a rep": iterations(tasks[0], spent) for spent in (0.1, 5)}
    methods = {
        "even spacing": even,
        "plain greedy": plain_greedy,
        "ours, 0 iterations": ours(0),
        "ours, 300": ours(300),
        "ours, 2,000": ours(2000),
        **{name: ours(budget) for name, budget in budgets.items()},
    }
    yield f"{count} {kind} months; " + ", ".join(f"{name}: {budget} iterations" for name, budget in budgets.items())
    yield HEAD
    found: dict[str, list[tuple[Line, Bound]]] = defaultdict(list)
    for task in tasks:
        bound, made = bounded(task, nodes, seconds)
        for line in [*made, *lines(task, methods)]:
            found[line.method].append((line, bound))
    bounds = [bound for _, bound in found["bound"]]
    for name, spent, plans in measure(tasks, peers):
        for task, bound, plan in zip(tasks, bounds, plans, strict=False):
            days = {customer: [date.fromordinal(day) for day in each] for customer, each in plan.items()}
            found[name].append((Line(name, price(task, days), spent, broken(task, days)), bound))
        if not plans:
            yield name
    yield from (row(method, each) for method, each in found.items())


def main() -> None:
    """Print the tables."""
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--months", type=int, default=20, help="months of each kind")
    parser.add_argument("--kinds", nargs="+", default=["tight", "over"], help="tight, over")
    parser.add_argument("--nodes", type=int, default=2000, help="nodes of the solver a month")
    parser.add_argument("--seconds", type=int, default=120, help="seconds of the solver a month, at most")
    parser.add_argument("--peers", action="store_true", help="other software too: CP-SAT and PyVRP")
    parser.add_argument("--cpsat", type=int, default=20, help="seconds of CP-SAT a month")
    parser.add_argument("--pyvrp", type=int, default=10, help="seconds of PyVRP a month")
    asked = parser.parse_args()
    peers = {"ortools": asked.cpsat, "pyvrp": asked.pyvrp} if asked.peers else {}
    for kind in asked.kinds:
        began = perf_counter()
        for line in table(kind, asked.months, asked.nodes, asked.seconds, peers):
            print(line, flush=True)
        print(f"{perf_counter() - began:.0f} s\n", flush=True)


if __name__ == "__main__":
    main()
