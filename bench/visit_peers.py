"""Other software on the months of `visit_quality.py`, in an environment of its own that is thrown away.

`measure(tasks, seconds)` makes the environment, installs the packages by name, and runs this file in it; what cannot be
installed or run is skipped with the reason. This project never depends on any of them.

How each is asked. CP-SAT has everything that the plan has: each set of days that a customer could be visited on is a
choice with its squared deviations, an opened hospital costs 10, an unmet visit of A, B, C 30,000, 10,000, 3,000; eight
workers, no hint.
PyVRP has no visits that depend on each other, so that each visit of a customer is a client of its own with a window of
days around its ideal day, so wide that the shortest gap always holds, and costs the squared distance from that ideal
day; a vehicle is a field day with a matrix of its own, a way to another hospital costs 10, a visit brings a prize as
high as the weights above, and a day that does not suit costs a million.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

Plans = list[dict[str, list[int]]]
WEIGHTS = (30_000, 10_000, 3_000)
OPEN = 10
NEVER = 1_000_000


def measure(tasks: Sequence[Any], seconds: Mapping[str, int]) -> Iterator[tuple[str, float, Plans]]:
    """Yield name, seconds a month, and each month's days by customer; or the reason of a skip without plans."""
    if not seconds:
        return
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        asked = Path(folder) / "months.json"
        asked.write_text(json.dumps([written(task) for task in tasks]), encoding="utf-8")
        for package, most in seconds.items():
            command = [python, "-m", "pip", "install", "--quiet", package]
            if subprocess.run(command, capture_output=True, check=False).returncode:  # noqa: S603 - pip of the environment
                yield f"{package}: skipped, not installable here", 0.0, []
                continue
            command = [python, str(Path(__file__)), package, str(asked), str(most)]
            ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own file
            if ran.returncode:
                reason = (ran.stderr.strip().splitlines() or ["no reason given"])[-1]
                yield f"{package}: skipped, {reason[:80]}", 0.0, []
                continue
            name, spent, plans = json.loads(ran.stdout.splitlines()[-1])
            yield f"{name}, {most} s", spent, plans


def written(task: Any) -> dict[str, Any]:  # noqa: ANN401 - a `Task` of months.py, which the environment lacks
    """Write a month down in plain numbers."""
    from pharmasales.followup import field_days

    days = field_days(task.start, task.end, task.calendar, task.rep.leave)
    return {
        "first": task.start.toordinal(),
        "length": (task.end - task.start).days + 1,
        "room": task.rep.visits_a_day,
        "days": [day.toordinal() for day in days],
        "customers": [
            {
                "id": one.customer,
                "rank": task.priority.index(one.grade),
                "visits": one.visits,
                "gap": one.gap,
                "place": one.place,
                "last": one.done[-1].toordinal() if one.done else None,
                "days": [n for n, day in enumerate(days) if one.access.receives(day)],
            }
            for one in task.targets
        ],
    }


# ---- what runs inside the environment --------------------------------------------------------------------------------


def ideal(month: dict[str, Any], one: dict[str, Any]) -> Fraction:
    return max(Fraction(month["length"], one["visits"]), Fraction(one["gap"]))


def origin(month: dict[str, Any], one: dict[str, Any]) -> int | None:
    return None if one["last"] is None else max(one["last"], month["first"] - int(ideal(month, one)))


def squared(deviation: Fraction) -> int:
    return int(deviation**2 + Fraction(1, 2))


def choices(month: dict[str, Any], one: dict[str, Any]) -> Iterator[tuple[tuple[int, ...], int]]:
    """Yield every set of days for one customer, with what it costs."""
    days, even, due = month["days"], ideal(month, one), origin(month, one)
    open_days = [n for n in one["days"] if one["last"] is None or days[n] - one["last"] >= one["gap"]]
    for count in range(one["visits"] + 1):
        for some in combinations(open_days, count):
            if all(days[after] - days[before] >= one["gap"] for before, after in pairwise(some)):
                made = [*([] if due is None else [due]), *(days[n] for n in some)]
                cost = sum(squared(after - before - even) for before, after in pairwise(made))
                yield some, cost + WEIGHTS[one["rank"]] * (one["visits"] - count)


def ortools(month: dict[str, Any], seconds: int) -> dict[str, list[int]]:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    cost, chosen = [], []
    load, there = defaultdict(list), defaultdict(list)
    for one in month["customers"]:
        on, ways = defaultdict(list), []
        for some, price in choices(month, one):
            way = model.new_bool_var("")
            ways.append(way)
            cost.append(price * way)
            chosen.append((one["id"], some, way))
            for n in some:
                on[n].append(way)
        model.add_exactly_one(ways)
        for n, ways in on.items():
            visit = model.new_bool_var("")
            model.add(sum(ways) == visit)
            load[n].append(visit)
            there[one["place"], n].append(visit)
    for visits in load.values():
        model.add(sum(visits) <= month["room"])
    for visits in there.values():
        opened = model.new_bool_var("")
        cost.append(OPEN * opened)
        model.add_max_equality(opened, visits)
    model.minimize(sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 8
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {}
    return {customer: [month["days"][n] for n in some] for customer, some, way in chosen if solver.value(way)}


def pyvrp(month: dict[str, Any], seconds: int) -> dict[str, list[int]]:
    import numpy as np
    from pyvrp import Client, Depot, Location, ProblemData, VehicleType, solve
    from pyvrp.stop import MaxRuntime

    days, length = month["days"], month["length"]
    owners, prizes, places, prices = [], [], [-1], []
    for one in month["customers"]:
        even, due = ideal(month, one), origin(month, one)
        for number in range(one["visits"]):
            if due is None:
                best = month["first"] + Fraction((2 * number + 1) * length, 2 * one["visits"])
            else:
                best = due + (number + 1) * even
            wide = (even - one["gap"]) / 2 if one["visits"] > 1 else length
            owners.append(one["id"])
            prizes.append(WEIGHTS[one["rank"]])
            places.append(int(one["place"][1:]))
            prices.append(
                [
                    squared(days[n] - best) * (due is not None or one["visits"] > 1)
                    if n in one["days"]
                    and abs(days[n] - best) <= wide
                    and (one["last"] is None or days[n] - one["last"] >= one["gap"])
                    else NEVER
                    for n in range(len(days))
                ]
            )
    count = len(places)
    away = np.array(places)[:, None] != np.array(places)[None, :]
    matrices = []
    for n in range(len(days)):
        into = np.array([0, *(price[n] for price in prices)], dtype=np.int64)
        matrix = into[None, :] + OPEN * away
        matrix[:, 0] = 0
        np.fill_diagonal(matrix, 0)
        matrices.append(matrix.astype(np.int64))
    data = ProblemData(
        [Location(0, 0) for _ in range(count)],
        [Client(n + 1, delivery=[1], prize=prize, required=False) for n, prize in enumerate(prizes)],
        [Depot(0)],
        [VehicleType(1, [month["room"]], profile=n, name=str(n)) for n in range(len(days))],
        matrices,
        [np.zeros((count, count), dtype=np.int64) for _ in days],
    )
    found = solve(data, MaxRuntime(seconds), seed=1, display=False).best
    plan = defaultdict(list)
    for route in found.routes():
        for visit in route:
            number = clients(visit)
            if number is not None and prices[number][route.vehicle_type()] < NEVER:
                plan[owners[number]].append(days[route.vehicle_type()])
    return plan


def clients(visit: Any) -> int | None:  # noqa: ANN401 - a client number, or an activity of PyVRP
    if isinstance(visit, int):
        return visit
    return visit.idx if visit.is_client() else None


PEERS: dict[str, tuple[str, Callable[[dict[str, Any], int], dict[str, list[int]]]]] = {
    "ortools": ("CP-SAT", ortools),
    "pyvrp": ("PyVRP", pyvrp),
}

if __name__ == "__main__":
    name, run = PEERS[sys.argv[1]]
    months = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    began = perf_counter()
    plans = [run(month, int(sys.argv[3])) for month in months]
    print(json.dumps([name, (perf_counter() - began) / len(months), plans]))
