"""Does it add up (对账)? The audit of a decomposition: every node, every bucket, both layers, every constraint.

It reads the numbers alone, and knows nothing of how they were made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pharmasales.errors import BadValue, PharmaSalesError

if TYPE_CHECKING:
    from pharmasales.goals.decomposing.decomposition import Decomposition

__all__ = ["audit"]


def audit(goals: Decomposition) -> list[PharmaSalesError]:
    """Return what does not add up: each node that differs from its parts, its buckets, its total or a constraint."""
    bad: list[PharmaSalesError] = []
    org, whole, cells = goals.org, goals.whole, goals.cells
    if goals.grain * whole[org.root.id] != goals.total:
        bad.append(_differs(org.root.id, "the total"))
    for node_id in org.nodes:
        below = org.below[node_id]
        if sum(cells[node_id]) != whole[node_id]:
            bad.append(_differs(node_id, "its buckets"))
        if not below:
            continue
        given, by_bucket = whole[node_id], list(cells[node_id])
        if node_id in goals.handed.whole:
            given, by_bucket = goals.handed.whole[node_id], list(goals.handed.cells[node_id])
        if sum(whole[child] for child in below) != given:
            bad.append(_differs(node_id, "its parts"))
        if list(map(sum, zip(*(cells[child] for child in below), strict=True))) != by_bucket:
            bad.append(_differs(node_id, "its parts in a bucket"))
    return [*bad, *_handed(goals), *_broken(goals)]


def _handed(goals: Decomposition) -> Iterator[PharmaSalesError]:
    """Yield the nodes that hand on another number than their own and the share above it."""
    rise = goals.handed.rise
    for node_id, given in goals.handed.whole.items():
        due = rise.given(goals.org[node_id].level, goals.whole[node_id])
        if given != due or sum(goals.handed.cells[node_id]) != given:
            yield _differs(node_id, "the share that it adds for its parts")


def _broken(goals: Decomposition) -> Iterator[PharmaSalesError]:
    for node_id, by_bucket in goals.asked.items():
        for place, asked in by_bucket.items():
            has = goals.whole[node_id] if place is None else goals.cells[node_id][place]
            for (least, most), one in asked:
                if (least is not None and has < least) or (most is not None and has > most):
                    yield _differs(node_id, f"its {one.label.en}")


def _differs(node_id: str, what: str) -> BadValue:
    return BadValue(f"differs from {what}", where=f"goal of {node_id!r}", code="goals.sum")
