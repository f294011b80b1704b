"""Edits of a plan of 100,000 leaves, beside one cascade of the same tree by a bare loop, in one process.

An edit of one region is measured with the audit of the whole plan, at every node and bucket.
"""

from __future__ import annotations

from collections.abc import Iterator

from bench_goals import MONTHS, SEASON, TOTAL, bare, bare_months, best, cascade, tree

from pharmasales.display import Says
from pharmasales.goals import decompose, season_given
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.editing.edited import edit_plan
from pharmasales.goals.editing.edits import Edit, Move, Pin, Resplit, Scale
from pharmasales.periods import Year
from pharmasales.units import BOX, Amount

LEAVES = 100_000
ONE = Amount.of(1, BOX)


def edited(base: Decomposition, *edits: Edit) -> None:
    edit_plan(base, edits).check()


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, seconds of the bare loop."""
    org, leaves = tree(LEAVES)
    rolled = org.roll_up(leaves, int.__add__)
    basis, year = Says("potential", "潜力"), season_given([1], [Year(2026)])
    for season, name in ((year, "a year"), (season_given(SEASON, MONTHS), "x 12")):
        base = decompose(org, ONE * TOTAL, leaves, season, grain=ONE, basis=basis)
        if season is year:
            floor = best(lambda: cascade(org, rolled, bare), 3)
        else:
            floor = best(lambda: bare_months(org, rolled), 3)
        ours = best(lambda s=season: decompose(org, ONE * TOTAL, leaves, s, grain=ONE, basis=basis), 2)
        yield f"one cascade of {LEAVES:,}, {name}", ours, floor
        yield f"audit alone, {name}", best(base.check, 2), floor
        yield f"pin one leaf, audit, {name}", best(lambda b=base: edited(b, Pin("e7", b.amount("e7") + ONE)), 2), floor
        yield (
            f"scale one region, its siblings absorb it, audit, {name}",
            best(lambda b=base: edited(b, Scale("a0", "110%")), 2),
            floor,
        )
        parts = {child: 1 + n % 3 for n, child in enumerate(org.below["a0"])}
        yield f"resplit one region, audit, {name}", best(lambda b=base, p=parts: edited(b, Resplit("a0", p)), 2), floor
        moves = [Move(f"e{n}", f"e{LEAVES - 1 - n}", ONE * 5) for n in range(100)]
        yield f"100 moves across, audit, {name}", best(lambda b=base, m=moves: edited(b, *m), 2), floor


def main() -> None:
    print(f"{'case':<60}{'ours, s':>10}{'floor, s':>10}{'ratio':>8}")
    for name, ours, floor in cases():
        print(f"{name:<60}{ours:>10.4f}{floor:>10.4f}{ours / floor:>8.2f}")


if __name__ == "__main__":
    main()
