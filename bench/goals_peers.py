"""Open packages that share a number out, timed beside the bare loop on the same tree, in an environment of its own.

`measure(tree)` makes a throw-away environment, installs the packages by name, and runs this file in it; what cannot be
installed or run is skipped with the reason. This project never depends on any of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

PEERS = (
    "largest-remainder",
    "apportionment",
    "vn-money",
    "b2b-revenue-forecasting",
    "hierarchicalforecast",
    "ortools",
)
Row = tuple[str, float, float, str]


def measure(work: dict[str, Any], packages: tuple[str, ...] = PEERS) -> Iterator[Row]:
    """Yield name, seconds, those of the bare loop beside it, and what is right; or a row with the reason of a skip."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        asked = Path(folder) / "work.json"
        asked.write_text(json.dumps(work), encoding="utf-8")
        for package in packages:
            if not installed(python, package):
                yield f"{package}: skipped, not installable here", 0.0, 0.0, ""
                continue
            command = [python, str(Path(__file__)), package, str(asked)]
            ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own file
            if ran.returncode:
                reason = (ran.stderr.strip().splitlines() or ["no reason given"])[-1]
                yield f"{package}: skipped, {reason[:60]}", 0.0, 0.0, ""
                continue
            yield from map(tuple, json.loads(ran.stdout.splitlines()[-1]))


def installed(python: str, package: str) -> bool:
    """Install one package by its name into an environment."""
    command = [python, "-m", "pip", "install", "--quiet", package]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - pip of the environment


# ---- what runs inside the environment --------------------------------------------------------------------------------


def bare(total: int, weights: list[int]) -> list[int]:
    whole = sum(weights)
    parts, rests = [], []
    for weight in weights:
        part, rest = divmod(total * weight, whole)
        parts.append(part)
        rests.append(rest)
    left = total - sum(parts)
    for place in sorted(range(len(rests)), key=rests.__getitem__, reverse=True)[:left]:
        parts[place] += 1
    return parts


def cascade(work: dict[str, Any], split: Callable[[int, list[int]], list[int]]) -> list[int]:
    """Share the total down the tree family by family."""
    whole = [0] * len(work["parents"])
    whole[0] = work["total"]
    for parent, children in work["families"]:
        parts = split(whole[parent], [work["weights"][child] for child in children])
        for child, part in zip(children, parts, strict=True):
            whole[child] = part
    return whole


def best(job: Callable[[], Any], runs: int) -> tuple[float, Any]:
    seconds, found = [], None
    for _ in range(runs):
        start = perf_counter()
        found = job()
        seconds.append(perf_counter() - start)
    return min(seconds), found


def by_family(name: str, work: dict[str, Any], split: Callable[[int, list[int]], list[int]]) -> list[Row]:
    """Time a package that splits one number, with the tree that it lacks supplied."""
    floor, right = best(lambda: cascade(work, bare), 3)
    seconds, found = best(lambda: cascade(work, split), 3)
    wrong = sum(one != other for one, other in zip(found, right, strict=True))
    return [(name, seconds, floor, "exact" if not wrong else f"{wrong} nodes differ from largest remainder")]


def parents_off(work: dict[str, Any], found: list[float]) -> str:
    """Say how many parents differ from the sum of their rounded children."""
    rounded = [int(value + 0.5) for value in found]
    off = sum(rounded[parent] != sum(rounded[child] for child in children) for parent, children in work["families"])
    return f"{off} of {len(work['families'])} parents differ from their rounded parts"


def largest_remainder(work: dict[str, Any]) -> list[Row]:
    from largest_remainder import LargestRemainder

    return by_family("largest-remainder, family by family", work, lambda total, w: LargestRemainder.round(w, total))


def apportionment(work: dict[str, Any]) -> list[Row]:
    from apportionment import methods

    def split(total: int, weights: list[int]) -> list[int]:
        parties = [str(n) for n in range(len(weights))]
        return list(map(int, methods.compute("hamilton", weights, total, parties=parties, verbose=False)))

    return by_family("apportionment (hamilton), family by family", work, split)


def vn_money(work: dict[str, Any]) -> list[Row]:
    from vn_money import allocate

    return by_family("vn-money, family by family", work, allocate)


def b2b_revenue_forecasting(work: dict[str, Any]) -> list[Row]:
    import pandas as pd
    from b2b_revenue_forecasting import QuotaCascader, SalesHierarchy

    floor, _ = best(lambda: cascade(work, bare), 3)
    paths = work["paths"]
    columns = [f"level{n}" for n in range(len(paths[0]))]
    frame = pd.DataFrame([[str(node) for node in path] for path in paths], columns=columns)
    frame["m_Attainment"] = [float(work["weights"][path[-1]]) for path in paths]

    def run() -> dict[str, float]:
        tree = SalesHierarchy()
        tree.from_dataframe(frame, path_cols=columns, metrics_cols=["m_Attainment"])
        return QuotaCascader(tree).cascade_quota("0", float(work["total"]), verbose=False)

    seconds, quotas = best(run, 1)
    found = [quotas[str(node)] for node in range(len(work["parents"]))]
    return [("b2b-revenue-forecasting, tree build included", seconds, floor, parents_off(work, found))]


def hierarchicalforecast(work: dict[str, Any]) -> list[Row]:
    import numpy as np
    from hierarchicalforecast.methods import TopDownSparse
    from scipy import sparse

    floor, _ = best(lambda: cascade(work, bare), 3)
    paths, count = work["paths"], len(work["parents"])
    rows = [node for path in paths for node in path]
    columns = [place for place, path in enumerate(paths) for _ in path]
    summing = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(count, len(paths)))
    levels = {f"level{n}": np.unique([path[n] for path in paths]) for n in range(len(paths[0]))}
    history = np.asarray(work["weights"], dtype=float)[:, None]
    forecast = history * work["total"] / history[0, 0]

    def run() -> dict[str, Any]:
        method = TopDownSparse(method="average_proportions")
        return method.fit_predict(S=summing, y_hat=forecast, y_insample=history, tags=levels)

    seconds, found = best(run, 1)
    return [("hierarchicalforecast TopDownSparse", seconds, floor, parents_off(work, found["mean"][:, 0].tolist()))]


def ortools(work: dict[str, Any]) -> list[Row]:
    import numpy as np
    from ortools.graph.python import min_cost_flow

    found: list[Row] = []
    for size, rows, columns, ours, error in work["tables"]:
        total = sum(rows)
        due = np.array(rows)[:, None] * np.array(columns)[None, :]
        floors, rests = due // total, due % total
        give, take = np.nonzero(rests)

        def solve(give=give, take=take, floors=floors, rests=rests, rows=rows, columns=columns, total=total):  # noqa: ANN001, ANN202 - bound to this table
            flow = min_cost_flow.SimpleMinCostFlow()
            ones = np.ones(len(give), dtype=np.int64)
            arcs = flow.add_arcs_with_capacity_and_unit_cost(
                give, len(rows) + take, ones, total - 2 * rests[give, take]
            )
            supply = np.concatenate([np.array(rows) - floors.sum(1), floors.sum(0) - np.array(columns)])
            flow.set_nodes_supplies(np.arange(len(supply)), supply)
            assert flow.solve() == flow.OPTIMAL
            table = floors.copy()
            table[give, take] += flow.flows(arcs)
            return table

        seconds, table = best(solve, 5)
        cells = (
            (total * int(table[n][m]) - row * column) ** 2
            for n, row in enumerate(rows)
            for m, column in enumerate(columns)
        )
        same = "the same squared error" if sum(cells) == error else "ANOTHER squared error"
        found.append((f"ortools flow, margins {size} x 12 (floor: ours)", seconds, ours, same))
    return found


if __name__ == "__main__":
    asked = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    print(json.dumps(globals()[sys.argv[1].replace("-", "_")](asked)))
