"""Goals of a million nodes (批量目标分解): totals shared down a tree of rows, bucket by bucket, in whole numbers.

Each bucket's total goes down the tree by itself, by largest remainder: what every node gets is what `decompose` gives
it with that bucket alone, to the last unit and to the last tie. The whole of a node is the sum of its buckets. It works
in int64 where every product stays below 2^63, which is checked, and else in Python's own integers.

>>> parents = [-1, 0, 0, 1, 1]                         # row 0 is the top; its parts are rows 1 and 2
>>> cascade(parents, [0, 0, 3, 1, 1], [10, 5]).tolist()
[[10, 5], [4, 2], [6, 3], [2, 1], [2, 1]]
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen

from pharmasales.errors import BadRows, BadTree, BadValue, PharmaSalesError
from pharmasales.splits import apportion

__all__ = ["cascade"]

_Numbers: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"

_LIMIT = 2**63
_DEEPEST = 200


def cascade(
    parents: Sequence[int] | _Numbers, weights: Sequence[int] | _Numbers, totals: Sequence[int] | _Numbers
) -> _Numbers:
    """Share totals down a tree of rows by weight (批量分解), each exact at every node.

    Args:
        parents: for each row the number of the row above, which stands before it; -1 for the top, the first row.
        weights: for each row a whole weight, zero or above; zero for rows that have others below.
        totals: one whole total a bucket, of any sign.

    Returns:
        One row a node, one column a bucket.

    >>> cascade([-1, 0, 0], [0, 0, 0], [7])
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: a goal with no basis: all weights are zero @ weights; give at least one weight above
    zero [goals.basis]

    Raises:
        BadRows: rows whose parent does not stand before them, and weights that are negative or not on a leaf.
        BadTree: no row at all, or a first row with a parent.
        BadValue: a total without any weight above zero, or numbers that are no ints.
    """
    above, own, wanted = _ints(parents, "parents"), _ints(weights, "weights"), _ints(totals, "totals")
    _refuse_rows(above, own)
    found = _in_int64(above, own, wanted) if all(map(_fits, (above, own, wanted))) else None
    return _in_python(above, own, wanted) if found is None else found


def _ints(numbers: Sequence[int] | _Numbers, what: str) -> _Numbers:
    """Return whole numbers as int64, or as Python's own where they are larger."""
    array = np.asarray(numbers) if isinstance(numbers, np.ndarray) else np.array(list(numbers), dtype=object)
    if array.dtype == object:
        if not all(type(number) is int for number in array.tolist()):
            raise BadValue("numbers that are no ints", where=what, hint="count in grains", code="number")
        largest = max(map(abs, array.tolist()), default=0)
        return array if largest >= _LIMIT else array.astype(np.int64)
    if array.dtype.kind not in "iu" or array.ndim != 1:
        raise BadValue("numbers that are no ints", where=what, hint="count in grains", code="number")
    return array.astype(object) if array.dtype == np.uint64 else array.astype(np.int64)


def _fits(array: _Numbers) -> bool:
    return array.dtype == np.int64


def _refuse_rows(above: _Numbers, own: _Numbers) -> None:
    if not len(above) or len(own) != len(above):
        raise BadTree("one parent and one weight a row are due", code="tree.empty")
    if above[0] != -1:
        raise BadTree("the first row has a parent", hint="put the top first, with -1", code="tree.parent")
    astray = np.flatnonzero((above < 0) | (above >= np.arange(len(above))))[1:]
    bad: list[PharmaSalesError] = [
        BadTree("a parent that does not stand before", where=f"row {row}", code="tree.parent") for row in astray
    ]
    bad += [
        BadValue("negative weight", where=f"row {row}", hint="give zero or more", code="goals.weight.negative")
        for row in np.flatnonzero(own < 0)
    ]
    inner = np.zeros(len(above), dtype=bool)
    if not bad:
        inner[above[1:].astype(np.int64)] = True
    for row in np.flatnonzero(inner & (own != 0)):
        hint = "give weights to the leaves below it"
        bad.append(BadValue("not a leaf", where=f"row {row}", hint=hint, code="goals.weight.leaf"))
    if bad:
        raise BadRows("rows are refused", bad)


@frozen
class _Level:
    """The children of one depth, siblings together in the order of their rows.

    Args:
        rows: the children; a slice where they stand together.
        parents: the parent of each.
        groups: which family each belongs to, from zero.
        starts: where each family begins.
    """

    rows: _Numbers | slice
    parents: _Numbers
    groups: _Numbers
    starts: _Numbers


def _levels(above: _Numbers) -> list[_Level] | None:
    """Cut the tree into depths, or nothing where it is too deep for whole levels to pay."""
    depth, here = np.zeros(len(above), dtype=np.int64), above
    while np.any(here >= 0):
        depth += here >= 0
        here = np.where(here >= 0, above[here], -1)
        if depth.max() > _DEEPEST:
            return None
    order = np.arange(len(above))
    if np.any(above[1:] < above[:-1]) or np.any(depth[1:] < depth[:-1]):
        order = np.lexsort((above, depth))  # stable: siblings stay in the order of their rows
    edges = np.searchsorted(depth[order], np.arange(1, depth.max() + 2))
    found = []
    for start, end in pairwise(edges):
        rows = order[start:end]
        parents = above[rows]
        first = np.r_[True, parents[1:] != parents[:-1]]
        together = np.all(rows[1:] == rows[:-1] + 1)
        where = slice(int(rows[0]), int(rows[-1]) + 1) if together else rows
        found.append(_Level(where, parents, np.cumsum(first) - 1, np.flatnonzero(first)))
    return found


def _in_int64(above: _Numbers, own: _Numbers, totals: _Numbers) -> _Numbers | None:
    """Share level by level; nothing where a product might reach 2^63, or the tree is too deep."""
    levels = _levels(above)
    largest = max(map(abs, totals.tolist()), default=0)
    if levels is None or int(own.max()) * len(own) >= _LIMIT or int(own.sum()) * max(largest, 1) >= _LIMIT:
        return None
    rolled = own.copy()
    for level in reversed(levels):
        rolled[level.parents[level.starts]] = np.add.reduceat(rolled[level.rows], level.starts)
    _refuse_basis(int(rolled[0]), largest)
    shared = np.empty((len(totals), len(above)), dtype=np.int64)
    shared[:, 0] = np.abs(totals)
    for level in levels:
        family = _Family(level, rolled)
        for bucket in shared:
            bucket[level.rows] = family.share(bucket[level.parents[level.starts]])
    shared[totals < 0] *= -1
    return shared.T


class _Family:
    """Shares of one level: floors, then one unit each to the largest rests of every family."""

    def __init__(self, level: _Level, rolled: _Numbers) -> None:
        self.level, self.weights = level, rolled[level.rows]
        self.whole = np.maximum(rolled[level.parents], 1)
        inside = np.arange(len(level.groups)) - level.starts[level.groups]
        place_bits, rest_bits = (int(numbers.max()).bit_length() for numbers in (inside, self.whole))
        group_bits = len(level.starts).bit_length()
        self.packs = group_bits + rest_bits + place_bits < 63
        self.shift, self.low = place_bits, (1 << place_bits) - 1
        self.base = (level.groups << (rest_bits + place_bits)) | ((self.whole << place_bits) + inside)
        self.inside = inside

    def share(self, totals: _Numbers) -> _Numbers:
        """Return what each child gets of what the parent of its family has."""
        level = self.level
        dues = totals[level.groups]
        dues *= self.weights
        parts = dues // self.whole
        rests = np.subtract(dues, parts * self.whole, out=dues)
        left = totals - np.add.reduceat(parts, level.starts)
        if self.packs:  # family, then the largest rest, then the first row: one plain sort of one number
            rests <<= self.shift
            keys = np.subtract(self.base, rests, out=rests)
            keys.sort()
            won = np.flatnonzero(self.inside < left[level.groups])
            winners = level.starts[level.groups[won]] + (keys[won] & self.low)
        else:
            winners = np.lexsort((self.inside, -rests, level.groups))[self.inside < left[level.groups]]
        parts[winners] += 1
        return parts


def _in_python(above: _Numbers, own: _Numbers, totals: _Numbers) -> _Numbers:
    """Share family by family in Python's own integers."""
    parents, rolled = above.tolist(), own.tolist()
    families: dict[int, list[int]] = {}
    for row, parent in enumerate(parents):
        families.setdefault(parent, []).append(row)
    for row in range(len(parents) - 1, 0, -1):
        rolled[parents[row]] += rolled[row]
    wanted = totals.tolist()
    _refuse_basis(rolled[0], max(map(abs, wanted), default=0))
    shared = np.empty((len(wanted), len(parents)), dtype=object)
    for bucket, total in enumerate(wanted):
        whole = [0] * len(parents)
        whole[0] = total
        for parent in range(len(parents)):
            children = families.get(parent, [])
            if children:
                parts = apportion(whole[parent], [rolled[child] for child in children])
                for child, part in zip(children, parts, strict=True):
                    whole[child] = part
        shared[bucket] = whole
    return shared.T


def _refuse_basis(weight: int, largest: int) -> None:
    if largest and not weight:
        reason, hint = "a goal with no basis: all weights are zero", "give at least one weight above zero"
        raise BadValue(reason, where="weights", hint=hint, code="goals.basis")
