"""Goal decomposition beside bare integer loops, in one process.

The floor of each case is the plainest loop over the same numbers: it splits by largest remainder without any check, and
where there are months it splits each row on its own, so that months do not add up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter

from pharmasales.display import Says
from pharmasales.goals import controlled_rounding, decompose, largest_remainder, season_given
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


def tree(leaves: int) -> tuple[Org, dict[str, int]]:
    """Five levels below the top: 8, 60, a 400th, a 20th, and the leaves; weights repeat irregularly."""
    nodes, above = [Node("T", "Top", "company")], ["T"]
    for level, size in [("a", 8), ("b", 60), ("c", max(leaves // 400, 60)), ("d", leaves // 20), ("e", leaves)]:
        ids = [f"{level}{n}" for n in range(size)]
        nodes += [Node(node_id, node_id, level, above[n * len(above) // size]) for n, node_id in enumerate(ids)]
        above = ids
    return Org.of(nodes), {leaf: 1 + n * 7919 % 997 for n, leaf in enumerate(above)}


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
        start = perf_counter()
        job()
        seconds.append(perf_counter() - start)
    return min(seconds)


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, seconds of the bare loop."""
    org, leaves = tree(10_000)
    rolled = org.roll_up(leaves, int.__add__)
    ours = best(lambda: cascade(org, rolled, lambda total, weights: largest_remainder(total, weights)), 7)
    yield "largest remainder, 1e9 over 5 levels, 10,000 leaves", ours, best(lambda: cascade(org, rolled, bare), 7)
    for size in (20, 400, 5000):
        rows = [1 + n * 7919 % 4999 for n in range(size)]
        months = largest_remainder(sum(rows), SEASON)
        floor = best(lambda rows=rows: [bare(row, SEASON) for row in rows], 5)
        yield f"margins {size} x 12", best(lambda rows=rows, months=months: controlled_rounding(rows, months), 5), floor
    for size, runs in ((10_000, 3), (100_000, 1)):
        org, leaves = tree(size)
        rolled = org.roll_up(leaves, int.__add__)
        floor = best(lambda org=org, rolled=rolled: bare_months(org, rolled), runs)
        yield (
            f"decompose {size:,} x 12, table read",
            best(lambda org=org, leaves=leaves: read(org, leaves), runs),
            floor,
        )


def read(org: Org, leaves: dict[str, int]) -> int:
    one, basis = Amount.of(1, BOX), Says("potential", "潜力")
    goals = decompose(org, one * TOTAL, leaves, season_given(SEASON, MONTHS), grain=one, basis=basis)
    return sum(1 for _ in goals.table().rows)


def main() -> None:
    print(f"{'case':<55}{'ours, s':>10}{'floor, s':>10}{'ratio':>8}")
    for name, ours, floor in cases():
        print(f"{name:<55}{ours:>10.4f}{floor:>10.4f}{ours / floor:>8.2f}")


if __name__ == "__main__":
    main()
