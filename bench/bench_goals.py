"""Goal decomposition beside bare integer loops, in one process; with `peers`, beside the open packages too.

The floor of each case is the plainest loop over the same numbers: it checks nothing and explains nothing. Where there
are months it splits each row on its own, so that months do not add up. `python bench/bench_goals.py peers` installs the
packages of `goals_peers.py` into a throw-away environment and adds their rows.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import numpy as np

from pharmasales.display import Says
from pharmasales.frames import cascade as many_rows
from pharmasales.goals import controlled_rounding, decompose, even, largest_remainder, season_given
from pharmasales.goals.decomposing.biproportion import table_within
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.org import Node, Org
from pharmasales.periods import Year
from pharmasales.units import BOX, Amount

SEASON = [8, 7, 9, 8, 8, 8, 8, 7, 9, 9, 9, 10]
MONTHS = Year(2026).months
TOTAL = 10**9


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


def rows_of(leaves: int) -> tuple[list[Node], dict[str, int]]:
    """Five levels below the top: 8, 60, a 400th, a 20th, and the leaves; weights repeat irregularly."""
    nodes, above = [Node("T", "Top", "company")], ["T"]
    for level, size in [("a", 8), ("b", 60), ("c", max(leaves // 400, 60)), ("d", leaves // 20), ("e", leaves)]:
        ids = [f"{level}{n}" for n in range(size)]
        nodes += [Node(node_id, node_id, level, above[n * len(above) // size]) for n, node_id in enumerate(ids)]
        above = ids
    return nodes, {leaf: 1 + n * 7919 % 997 for n, leaf in enumerate(above)}


def tree(leaves: int) -> tuple[Org, dict[str, int]]:
    nodes, weights = rows_of(leaves)
    return Org.of(nodes), weights


def bare_tree(nodes: list[Node], weights: dict[str, int]) -> dict[str, int]:
    """Build children lists, add weights up, share the total down: what a programmer writes by hand."""
    below: dict[str | None, list[str]] = {}
    for node in nodes:
        below.setdefault(node.parent, []).append(node.id)
    order = list(below[None])
    for node_id in order:
        order += below.get(node_id, ())
    sums = dict(weights)
    for node_id in reversed(order):
        if node_id in below:
            sums[node_id] = sum([sums[child] for child in below[node_id]])
    whole = {order[0]: TOTAL}
    for node_id in order:
        if node_id in below:
            children = below[node_id]
            whole.update(zip(children, bare(whole[node_id], [sums[child] for child in children]), strict=True))
    return whole


def one_year(nodes: list[Node], weights: dict[str, int], constraints: tuple[Constraint, ...] = ()) -> int:
    one, basis = Amount.of(1, BOX), Says("potential", "潜力")
    season = even([Year(2026)])
    org = Org.of(nodes)
    goals = decompose(org, one * TOTAL, weights, season, grain=one, basis=basis, constraints=constraints)
    return goals.whole["e1"]


def kernel(leaves: int, weights: np.ndarray, totals: list[int]) -> int:
    """Share each total down known levels in int64: one sort of family and rest a level, no checks."""
    sizes = [1, 8, 60, max(leaves // 400, 60), leaves // 20, leaves]
    groups = [np.arange(size) * above // size for above, size in pairwise(sizes)]
    starts = [np.flatnonzero(np.r_[True, group[1:] != group[:-1]]) for group in groups]
    rolled = [weights]
    for start in reversed(starts[1:]):
        rolled.insert(0, np.add.reduceat(rolled[0], start))
    found = []
    for total in totals:
        have, whole = np.array([total]), np.array([rolled[0].sum()])
        for group, start, own in zip(groups, starts, rolled, strict=True):
            due = have[group] * own
            part = due // whole[group]
            rest = due - part * whole[group]
            left = have - np.add.reduceat(part, start)
            order = np.argsort((group << 40) - rest, kind="stable")
            part[order[np.arange(len(group)) - start[group] < left[group]]] += 1
            found.append(part)
            have, whole = part, own
    return len(found)


def numbered(nodes: list[Node], weights: dict[str, int]) -> tuple[list[int], list[int]]:
    """Return the parent of each row by number, and its weight."""
    place = {node.id: n for n, node in enumerate(nodes)}
    parents = [-1 if node.parent is None else place[node.parent] for node in nodes]
    return parents, [weights.get(node.id, 0) for node in nodes]


def cascade(org: Org, weights: dict[str, int], split: Callable[[int, list[int]], list[int]]) -> dict[str, int]:
    whole = {org.root.id: TOTAL}
    for node_id in org.nodes:
        below = org.below[node_id]
        if below:
            whole.update(zip(below, split(whole[node_id], [weights[child] for child in below]), strict=True))
    return whole


def bare_months(org: Org, weights: dict[str, int]) -> dict[str, list[int]]:
    return {node_id: bare(whole, SEASON) for node_id, whole in cascade(org, weights, bare).items()}


def best(job: Callable[[], object], runs: int) -> float:
    seconds = []
    for _ in range(runs):
        gc.collect()
        start = perf_counter()
        job()
        seconds.append(perf_counter() - start)
    return min(seconds)


def margins(size: int) -> tuple[list[int], list[int]]:
    rows = [1 + n * 7919 % 4999 for n in range(size)]
    return rows, largest_remainder(sum(rows), SEASON)


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, seconds of the bare loop."""
    yield from whole_amounts()
    yield from tables()
    for size, runs in ((10_000, 3), (100_000, 1)):
        org, leaves = tree(size)
        rolled = org.totals(leaves)
        floor = best(lambda org=org, rolled=rolled: bare_months(org, rolled), runs)
        ours = best(lambda org=org, leaves=leaves: read(org, leaves), runs)
        yield f"decompose {size:,} x 12, table read", ours, floor
    for size, runs in ((100_000, 5), (1_000_000, 3)):
        parents, weights = (np.array(numbers) for numbers in numbered(*rows_of(size)))
        months = largest_remainder(TOTAL, SEASON)
        leaf = weights[-size:]
        floor = best(lambda size=size, leaf=leaf, months=months: kernel(size, leaf, months), runs)
        ours = best(lambda parents=parents, weights=weights, months=months: many_rows(parents, weights, months), runs)
        yield f"frames.cascade {size:,} x 12, numpy kernel as floor", ours, floor


def whole_amounts() -> Iterator[tuple[str, float, float]]:
    org, leaves = tree(10_000)
    rolled = org.totals(leaves)
    ours = best(lambda: cascade(org, rolled, lambda total, weights: largest_remainder(total, weights)), 7)
    yield "largest remainder, 1e9 over 5 levels, 10,000 leaves", ours, best(lambda: cascade(org, rolled, bare), 7)
    for size, runs in ((10_000, 9), (100_000, 5)):
        nodes, weights = rows_of(size)
        floor = best(lambda nodes=nodes, weights=weights: bare_tree(nodes, weights), runs)
        ours = best(lambda nodes=nodes, weights=weights: one_year(nodes, weights), runs)
        yield f"tree built and 1e9 decomposed, {size:,} leaves", ours, floor
        few = tuple(Constraint.floor(f"e{n}", Amount.of(TOTAL // size, BOX)) for n in range(0, size, 10))
        ours = best(lambda nodes=nodes, weights=weights, few=few: one_year(nodes, weights, few), runs)
        yield f"the same, with a floor on every tenth leaf, {size:,}", ours, floor


def tables() -> Iterator[tuple[str, float, float]]:
    for size in (20, 400, 5000):
        rows, months = margins(size)
        floor = best(lambda rows=rows: [bare(row, SEASON) for row in rows], 5)
        yield f"margins {size} x 12", best(lambda rows=rows, months=months: controlled_rounding(rows, months), 5), floor
        seeds = [[1 + (n * 31 + m * 17) % 9 for m in range(12)] for n in range(size)]
        ours = best(lambda seeds=seeds, rows=rows, months=months: table_within(seeds, rows, months), 1)
        yield f"margins {size} x 12, a season a row, scaled to both", ours, floor


def read(org: Org, leaves: dict[str, int]) -> int:
    one, basis = Amount.of(1, BOX), Says("potential", "潜力")
    goals = decompose(org, one * TOTAL, leaves, season_given(SEASON, MONTHS), grain=one, basis=basis)
    return sum(1 for _ in goals.table().rows)


def work(size: int) -> dict[str, object]:
    """What the peers are given: the tree by numbers, and tables with what ours took and how good they are."""
    nodes, weights = rows_of(size)
    parents, own = numbered(nodes, weights)
    families: dict[int, list[int]] = {}
    for row, parent in enumerate(parents[1:], 1):
        families.setdefault(parent, []).append(row)
    for row in range(len(parents) - 1, 0, -1):
        own[parents[row]] += own[row]
    paths = []
    for leaf in range(len(parents) - size, len(parents)):
        path = [leaf]
        while path[-1]:
            path.append(parents[path[-1]])
        paths.append(path[::-1])
    found = []
    for rows, columns in map(margins, (20, 400, 5000)):
        total, table = sum(rows), controlled_rounding(rows, columns)
        error = sum(
            (total * cell - row * column) ** 2
            for row, cells in zip(rows, table, strict=True)
            for column, cell in zip(columns, cells, strict=True)
        )
        ours = best(lambda rows=rows, columns=columns: controlled_rounding(rows, columns), 5)
        found.append([len(rows), rows, columns, ours, error])
    return {
        "parents": parents,
        "weights": own,
        "families": list(families.items()),
        "paths": paths,
        "total": TOTAL,
        "tables": found,
    }


def main(*asked: str) -> None:
    print(f"{'case':<58}{'s':>10}{'floor, s':>10}{'ratio':>8}")
    for name, ours, floor in cases():
        print(f"{name:<58}{ours:>10.4f}{floor:>10.4f}{ours / floor:>8.2f}", flush=True)
    if "peers" in asked:
        sys.path.insert(0, str(Path(__file__).parent))
        from goals_peers import measure

        for size in (10_000, 100_000):
            print(f"-- open packages, {size:,} leaves")
            for name, seconds, floor, right in measure(work(size)):
                ratio = f"{seconds / floor:>8.2f}" if floor else " " * 8
                print(f"{name:<58}{seconds:>10.4f}{floor:>10.4f}{ratio}  {right}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
