"""Only the difference is shared (差额分摊): a plan with edits is the plan that it starts from, and what changes.

A family changes only where its node changes, where a member is fixed at another amount, or where members come and go.
There the fixed ones get their amounts, and the rest of the family absorbs the difference by weight; a bucket's
difference goes over the children in the same way. Whatever is not reached keeps its amount.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from attrs import field, frozen

from pharmasales.errors import BadRows, BadRule
from pharmasales.goals.decomposing.biproportion import Stuck, out_of_room
from pharmasales.goals.decomposing.feasible import NOT_HELD
from pharmasales.goals.decomposing.limits import Limits, bucket_room
from pharmasales.goals.decomposing.margins import controlled_rounding
from pharmasales.goals.decomposing.season import Season
from pharmasales.goals.decomposing.sharing import NoTable, OneBucket, Sharing, added_cells, raised_cells
from pharmasales.goals.decomposing.tasks import Ratios
from pharmasales.goals.decomposing.within import Room, inside, nearest, one_sign, share_within, shifted
from pharmasales.goals.editing.difference import spread_difference
from pharmasales.goals.editing.statements import Held, Statements
from pharmasales.splits import apportion, whole_weights

__all__ = ["Reshared", "Resharing"]


@frozen
class Reshared:
    """A plan with edits, in grains.

    Args:
        whole: what every node has in all.
        cells: what every node has in each bucket.
        given: what some hand on in all, above their own.
        handed: what they hand on in each bucket.
        families: the nodes whose families changed.
    """

    whole: Mapping[str, int] = field(repr=False)
    cells: Mapping[str, Sequence[int]] = field(repr=False)
    given: Mapping[str, int]
    handed: Mapping[str, Sequence[int]]
    families: frozenset[str]


class Resharing:
    """Shares the difference out, from the root down, family by family."""

    def __init__(self, says: Statements, held: Mapping[str, Mapping[int | None, Held]], limits: Limits) -> None:
        self.says, self.held, self.limits = says, held, limits
        self.base, self.org = says.base, says.org
        self.rise = says.base.handed.rise
        self.had, self.had_cells = says.start()
        self.whole = dict(self.had)
        self.cells: dict[str, Sequence[int]] = {}
        inner = {node_id for node_id in self.base.handed.whole if self.org.below[node_id]}
        self.given = {node_id: count for node_id, count in self.base.handed.whole.items() if node_id in inner}
        self.handed = {node_id: cells for node_id, cells in self.base.handed.cells.items() if node_id in inner}
        self.families: set[str] = set()
        seasons, method = self.base.seasons, self.base.method
        self.sharing = Sharing(self.org, limits.weights, self.base.season, seasons, method, limits, self.rise)

    def run(self, total: int) -> Reshared | NoTable:
        """Share the difference out; or say which family's buckets cannot hold.

        Args:
            total: the new total, in grains.

        Raises:
            BadRows: a family in which nobody has the weight to take the difference.
        """
        self._wholes(total)
        if len(self.base.buckets) == 1:
            handed = {node_id: (count,) for node_id, count in self.given.items()}
            return Reshared(self.whole, OneBucket(self.whole), self.given, handed, frozenset(self.families))
        self.cells = dict(self.had_cells)
        rooms = self.limits.settled(self.org, self.whole, self.rise)
        stuck = self._root(rooms) or self._tables(rooms)
        if stuck is not None:
            return stuck
        return Reshared(self.whole, self.cells, self.given, self.handed, frozenset(self.families))

    def _wholes(self, total: int) -> None:
        self.whole[self.org.root.id] = total
        reached = self._reached()
        for node_id, below in self.org.families:
            changed = self.whole[node_id] != self.had[node_id]
            if not changed and node_id not in reached:
                continue
            self.families.add(node_id)
            due = self.whole[node_id]
            if self.rise.shares.get(self.org[node_id].level):
                due = self.given[node_id] = self.rise.given(self.org[node_id].level, due)
            self.whole.update(zip(below, self._family(node_id, below, due), strict=True))

    def _reached(self) -> set[str]:
        """Return the nodes whose family must change although they may not: fixed, resplit, joined or left members."""
        base, org = self.base, self.org
        found = {*self.says.weights, *self.says.joined}
        found |= {org.parent_of(node_id) or "" for node_id in (*self.held, *self.says.flows)}
        found |= self.says.flows.keys() & {node_id for node_id, _ in org.families}
        outside = (n for n, room in self.limits.whole.items() if nearest(self.had[n], room) != self.had[n])
        found |= {org.parent_of(node_id) or "" for node_id in outside}
        if org is not base.org:
            found |= {node_id for node_id, below in org.families if list(below) != list(base.org.below[node_id])}
        return found

    def _family(self, node_id: str, below: Sequence[str], due: int) -> list[int]:
        """Share what a node hands on: what the members had, and the difference by weight; or all of it anew."""
        anew = self.says.reshared(node_id)
        had = [0 if anew else self.had[child] for child in below]
        if not anew and self.limits.whole.keys().isdisjoint(below):
            plain = self._plainly(had, self._weights(node_id, below), due - sum(had))
            if plain is not None:
                return plain
        spare = [shifted(self.limits.room(child), count) for child, count in zip(below, had, strict=True)]
        weights, more = self._weights(node_id, below), due - sum(had)
        if out_of_room(more, weights, spare) is not None:
            hint = "change more of them, give weights by a resplit, or change the goal itself"
            reason = "nobody of its parts can take the difference by weight"
            bad = BadRule(reason, where=f"goal of {node_id!r}", hint=hint, code="goals.infeasible")
            raise BadRows(NOT_HELD, [bad])
        parts = share_within(more, weights, spare, self.base.method)
        return [count + part for count, part in zip(had, parts, strict=True)]

    def _plainly(self, had: Sequence[int], weights: Sequence[int], more: int) -> list[int] | None:
        """Share a difference where nothing is asked of anybody; none where somebody would pass zero."""
        if not any(weights):
            return None
        parts = apportion(more, list(weights), self.base.method)
        made = [count + part for count, part in zip(had, parts, strict=True)]
        return made if self._stays(made) else None

    def _stays(self, counts: Sequence[int]) -> bool:
        return min(counts) >= 0 if self.limits.sign > 0 else max(counts) <= 0

    def _weights(self, node_id: str, below: Sequence[str]) -> list[int]:
        """Return the weights of a family as whole numbers."""
        own, base = self.says.weights.get(node_id), self.base.weights
        if own is None and isinstance(base, Ratios):
            return [base.numbers[child] for child in below]
        known = base if own is None else own
        weights = [known[child] for child in below]
        under = math.lcm(*{weight.denominator for weight in weights})
        return [weight.numerator * (under // weight.denominator) for weight in weights]

    def _root(self, rooms: Mapping[str, Sequence[Room]]) -> NoTable | None:
        root = self.org.root.id
        cells = self.had_cells[root]
        more = self.whole[root] - self.had[root]
        around = rooms.get(root) or [bucket_room(self.limits.sign, self.whole[root])] * len(cells)
        spare = [shifted(room, cell) for room, cell in zip(around, cells, strict=True)]
        if not more and all(nearest(0, room) == 0 for room in spare):
            return None
        shares = whole_weights(self.base.seasons.get(root, self.base.season).weights)[0]
        stuck = out_of_room(more, shares, spare)
        if stuck is not None:
            return NoTable(root, (), stuck)
        parts = share_within(more, shares, spare, self.base.method)
        self.cells[root] = [cell + part for cell, part in zip(cells, parts, strict=True)]
        return None

    def _tables(self, rooms: Mapping[str, Sequence[Room]]) -> NoTable | None:
        """Share every changed family's buckets; return the first that has no table."""
        base, org = self.base, self.org
        outside = {org.parent_of(n) for n, room in rooms.items() if not inside(self.had_cells[n], room)}
        seasons: dict[str, Season] = {org.root.id: base.seasons.get(org.root.id, base.season)}
        for node_id, below in org.families:
            if base.seasons:
                seasons.update((child, base.seasons.get(child, seasons[node_id])) for child in below)
            changed = self.cells[node_id] is not self.had_cells[node_id] or node_id in self.families
            if not changed and node_id not in outside:
                continue
            self.families.add(node_id)
            columns = self._columns(node_id, below, rooms)
            if isinstance(columns, Stuck):
                return NoTable(node_id, (), columns)
            found = self._table(node_id, below, columns, rooms, seasons)
            if isinstance(found, Stuck):
                return NoTable(node_id, tuple(below[row] for row in found.rows), found)
            self._keep(below, found)
        return None

    def _columns(
        self, node_id: str, below: Sequence[str], rooms: Mapping[str, Sequence[Room]]
    ) -> Sequence[int] | Stuck:
        """Return what a node hands on in each bucket: its own, or more where its level adds some."""
        own, before = self.cells[node_id], self.base.handed
        if node_id not in self.given:
            return own
        if self.given[node_id] == before.whole.get(node_id) and list(own) == list(self.base.cells[node_id]):
            return before.cells[node_id]
        columns = raised_cells(self.given[node_id], own, [rooms.get(child) for child in below])
        if not isinstance(columns, Stuck):
            self.handed[node_id] = columns
        return columns

    def _keep(self, below: Sequence[str], found: Sequence[Sequence[int]]) -> None:
        """Enter the rows that differ from the base; the others stay the very same."""
        for child, row in zip(below, found, strict=True):
            if list(row) != list(self.had_cells[child]):
                self.cells[child] = row

    def _table(
        self,
        node_id: str,
        below: Sequence[str],
        columns: Sequence[int],
        rooms: Mapping[str, Sequence[Room]],
        seasons: Mapping[str, Season],
    ) -> list[list[int]] | Stuck:
        rows = [self.whole[child] for child in below]
        own = [seasons[child] for child in below] if self.base.seasons else []
        varied = any(season is not seasons[node_id] for season in own)
        shapes = [whole_weights(season.weights)[0] for season in own] if varied else None
        if not self.says.reshared(node_id):
            free = shapes is None and rooms.keys().isdisjoint(below) and self.held.keys().isdisjoint(below)
            kept = self._simply(below, columns) if free else None
            kept = kept or self._difference(node_id, below, columns, rooms, shapes)
            if kept is not None:
                return kept
        if not varied and rooms.keys().isdisjoint(below) and one_sign([*rows, *columns]):
            return controlled_rounding(rows, columns)
        seeds = shapes if self.says.reshared(node_id) else self._seeds(below, shapes)
        return self.sharing.table(rows, columns, seeds or [None] * len(below), [rooms.get(child) for child in below])

    def _simply(self, below: Sequence[str], columns: Sequence[int]) -> list[list[int]] | None:
        """Add the difference of a family that nothing is asked of; none where some gain and some lose."""
        had = [self.had_cells[child] for child in below]
        more = [column - cell for column, cell in zip(columns, added_cells(had), strict=True)]
        rows = [self.whole[child] - self.had[child] for child in below]
        if not one_sign([*rows, *more]):
            return None
        parts = controlled_rounding(rows, more)
        found = [[c + p for c, p in zip(cells, part, strict=True)] for cells, part in zip(had, parts, strict=True)]
        return found if all(map(self._stays, found)) else None

    def _difference(
        self,
        node_id: str,
        below: Sequence[str],
        columns: Sequence[int],
        rooms: Mapping[str, Sequence[Room]],
        shapes: Sequence[Sequence[int]] | None,
    ) -> list[list[int]] | None:
        """Add the difference to what the children had; none where somebody would leave the room of a bucket."""
        had = [self.had_cells[child] for child in below]
        more = [column - cell for column, cell in zip(columns, added_cells(had), strict=True)]
        rows = [self.whole[child] - self.had[child] for child in below]
        weights = [
            0 if None in self.held.get(child, ()) else weight
            for child, weight in zip(below, self._weights(node_id, below), strict=True)
        ]
        parts = spread_difference(
            rows, more, [self._known(child) for child in below], weights, shapes or [self._shape(node_id)] * len(below)
        )
        if parts is None:
            return None
        found = [[c + p for c, p in zip(cells, part, strict=True)] for cells, part in zip(had, parts, strict=True)]
        around = [rooms.get(child) or self._sides(cells) for child, cells in zip(below, had, strict=True)]
        if shapes is not None:
            around = [_closed(*line) for line in zip(around, shapes, had, strict=True)]
        return found if all(map(inside, found, around)) else None

    def _known(self, child: str) -> list[int] | None:
        """Return a node's difference by bucket, where all of it is fixed."""
        held, cells = self.held.get(child, {}), self.had_cells[child]
        if all(place in held for place in range(len(cells))):
            return [held[place].grains - cell for place, cell in enumerate(cells)]
        return [-cell for cell in cells] if not self.whole[child] and one_sign(cells) else None

    def _shape(self, node_id: str) -> list[int]:
        """Return how a node's parts go over the buckets: as it does itself, or by the season where it has nothing."""
        above = list(map(abs, self.base.cells[node_id]))
        return above if any(above) else whole_weights(self.base.season.weights)[0]

    def _sides(self, cells: Sequence[int]) -> list[Room]:
        """Return the rooms of buckets that nothing is asked of: not beyond zero, nor further than they are."""
        if self.limits.sign < 0:
            return [(None, max(0, cell)) for cell in cells]
        return [(min(0, cell), None) for cell in cells]

    def _seeds(self, below: Sequence[str], shapes: Sequence[Sequence[int]] | None) -> list[list[int]]:
        """Weigh buckets by what the children have in them; one that has nothing weighs little, unless it never may."""
        seeds = [[abs(cell) * len(self.base.buckets) + 1 for cell in self.had_cells[child]] for child in below]
        if shapes is None:
            return seeds
        return [
            [seed if share else 0 for seed, share in zip(row, shape, strict=True)]
            for row, shape in zip(seeds, shapes, strict=True)
        ]


def _closed(rooms: Sequence[Room], shape: Sequence[int], cells: Sequence[int]) -> list[Room]:
    """Close the buckets that a season leaves out as near to what they have as they may be."""
    return [
        room if share else (nearest(cell, room),) * 2 for room, share, cell in zip(rooms, shape, cells, strict=True)
    ]
