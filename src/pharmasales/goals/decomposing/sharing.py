"""How a total goes down the tree and over the buckets (分解过程): families shared one by one, from the root down.

Whole amounts first, so that they never depend on the season; then the root's buckets; then each family of children x
buckets as one table with both margins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve, field, frozen

from pharmasales.goals.decomposing.asked import Rise
from pharmasales.goals.decomposing.biproportion import Stuck, out_of_room, table_within
from pharmasales.goals.decomposing.limits import Limits, bucket_room
from pharmasales.goals.decomposing.margins import controlled_rounding, round_rests
from pharmasales.goals.decomposing.season import Season
from pharmasales.goals.decomposing.within import Room, add_rooms, inside, one_sign, share_within, shifted, turned
from pharmasales.org import Org
from pharmasales.splits import Method, apportion, whole_weights

__all__ = ["Handed", "NoTable", "Sharing", "added_cells", "raised_cells"]


@frozen
class Handed:
    """What nodes hand on to their parts where that is more than their own (层层加码).

    Args:
        rise: how far above, by level.
        whole: what each such node hands on in all, in grains.
        cells: what it hands on in each bucket, in grains.
    """

    rise: Rise = field(factory=Rise)
    whole: Mapping[str, int] = field(factory=dict, repr=False)
    cells: Mapping[str, Sequence[int]] = field(factory=dict, repr=False)


@frozen(eq=False)
class OneBucket(Mapping[str, list[int]]):
    """The cells of a plan with one bucket: its whole amounts.

    >>> OneBucket({"r1": 3})["r1"]
    [3]
    """

    whole: Mapping[str, int]

    def __getitem__(self, node_id: str) -> list[int]:
        return [self.whole[node_id]]

    def __iter__(self) -> Iterator[str]:
        return iter(self.whole)

    def __len__(self) -> int:
        return len(self.whole)


@frozen
class NoTable:
    """A family whose buckets and whole amounts cannot both hold.

    Args:
        node: the id of the node above; the root for its own buckets.
        children: the children that must have more than there is; none for the root's own buckets.
        stuck: the numbers of the buckets, and by how much.
    """

    node: str
    children: tuple[str, ...]
    stuck: Stuck


@frozen
class Sharing:
    """Everything that a total is shared by.

    Args:
        org: who shares.
        weights: the whole weight of every node.
        season: the buckets and their weights.
        seasons: the seasons of nodes that have their own, for them and all below.
        method: how whole amounts and the root's buckets are rounded.
        limits: the rooms, where there are constraints.
        rise: how far above their own numbers nodes hand on.
    """

    org: Org
    weights: Mapping[str, int] = field(repr=False)
    season: Season
    seasons: Mapping[str, Season]
    method: Method
    limits: Limits | None
    rise: Rise

    def wholes(self, grains: int) -> tuple[dict[str, int], dict[str, int]]:
        """Share the whole amount out; return what each node has, and what some hand on."""
        whole, given = {self.org.root.id: grains}, {}
        weights, limits, method = self.weights, self.limits, self.method
        for node_id, below in self.org.families:
            total = whole[node_id]
            if self.rise.shares and self.org[node_id].level in self.rise.shares:
                given[node_id] = total = self.rise.given(self.org[node_id].level, total)
            due = [weights[child] for child in below]
            if limits is None or limits.whole.keys().isdisjoint(below):
                parts = apportion(total, due, method)
            else:
                parts = share_within(total, due, [limits.room(child) for child in below], method)
            whole.update(zip(below, parts, strict=True))
        return whole, given

    def cells(
        self, whole: Mapping[str, int], given: Mapping[str, int]
    ) -> tuple[Mapping[str, Sequence[int]], Mapping[str, Sequence[int]]] | NoTable:
        """Cut the root into buckets, then each family of children x buckets; or say which family has no table.

        Where a family has none because of how those above it were rounded, all leaves are tried in one table.
        """
        rooms = {} if self.limits is None else self.limits.settled(self.org, whole, self.rise)
        root = self.org.root.id
        seasons = {root: self.seasons.get(root, self.season)}
        own = self._root(whole[root], _shares(seasons[root]), rooms.get(root))
        if isinstance(own, Stuck):
            return NoTable(root, (), own)
        if len(self.season.buckets) == 1 and not rooms:
            return OneBucket(whole), OneBucket(given)
        cells: dict[str, Sequence[int]] = {root: own}
        handed: dict[str, Sequence[int]] = {}
        for node_id, below in self.org.families:
            columns = cells[node_id]
            if node_id in given:
                raised = raised_cells(given[node_id], columns, [rooms.get(child) for child in below])
                if isinstance(raised, Stuck):
                    return NoTable(node_id, (), raised)
                handed[node_id] = columns = raised
            found = self._family(node_id, columns, whole, rooms, seasons)
            if isinstance(found, Stuck):
                stuck = NoTable(node_id, tuple(below[row] for row in found.rows), found)
                return stuck if given else self._at_the_leaves(cells[root], whole, rooms) or stuck
            cells.update(zip(below, found, strict=True))
        return cells, handed

    def _at_the_leaves(
        self, columns: Sequence[int], whole: Mapping[str, int], rooms: Mapping[str, Sequence[Room]]
    ) -> tuple[dict[str, Sequence[int]], dict[str, Sequence[int]]] | None:
        """Share the root's buckets among all leaves at once, and add up; none where that breaks a room above."""
        org = self.org
        leaves = [leaf.id for leaf in org.leaves()]
        seasons = {org.root.id: self.season}
        for node_id, below in org.families:
            seasons.update((child, self.seasons.get(child, seasons[node_id])) for child in below)
        seeds = [None if seasons[leaf] is self.season else _shares(seasons[leaf]) for leaf in leaves]
        rows = [whole[leaf] for leaf in leaves]
        table = self.table(rows, columns, seeds, [rooms.get(leaf) for leaf in leaves])
        if isinstance(table, Stuck):
            return None
        added = org.roll_up(dict(zip(leaves, table, strict=True)), lambda one, other: added_cells([one, other]))
        broken = any(not inside(added[node_id], line) for node_id, line in rooms.items())
        return None if broken else (dict(added), {})

    def _root(self, total: int, shares: list[int], rooms: Sequence[Room] | None) -> list[int] | Stuck:
        if rooms is None:
            return apportion(total, shares, self.method)
        return out_of_room(total, shares, rooms) or share_within(total, shares, rooms, self.method)

    def _family(
        self,
        node_id: str,
        columns: Sequence[int],
        whole: Mapping[str, int],
        rooms: Mapping[str, Sequence[Room]],
        seasons: dict[str, Season],
    ) -> list[list[int]] | Stuck:
        below = self.org.below[node_id]
        rows = [whole[child] for child in below]
        own = False
        if self.seasons:
            seasons.update((child, self.seasons.get(child, seasons[node_id])) for child in below)
            own = any(seasons[child] is not seasons[node_id] for child in below)
        if not own and rooms.keys().isdisjoint(below):
            if self.limits is None or one_sign([*rows, *columns]):
                return controlled_rounding(rows, columns)
            return _mixed(rows, columns, _shares(self.season))
        seeds = [_shares(seasons[child]) if own and seasons[child] is not seasons[node_id] else None for child in below]
        return self.table(rows, columns, seeds, [rooms.get(child) for child in below])

    def table(
        self,
        rows: Sequence[int],
        columns: Sequence[int],
        seeds: Sequence[Sequence[int] | None],
        rooms: Sequence[Sequence[Room] | None],
    ) -> list[list[int]] | Stuck:
        """Share buckets out within rooms; a negative family mirrors a positive one."""
        flat, sign = _shares(self.season), -1 if sum(rows) < 0 else 1
        around = [line or [bucket_room(sign, row)] * len(columns) for line, row in zip(rooms, rows, strict=True)]
        if sign > 0:
            return _bounded(rows, columns, seeds, around, flat)
        mirrored = [[turned(room) for room in line] for line in around]
        found = _bounded([-row for row in rows], [-column for column in columns], seeds, mirrored, flat)
        return found if isinstance(found, Stuck) else [[-cell for cell in row] for row in found]


def added_cells(rows: Sequence[Sequence[int]]) -> list[int]:
    """Add rows of cells.

    >>> added_cells([[1, 2], [3, 4]])
    [4, 6]
    """
    return list(map(sum, zip(*rows, strict=True)))


def _shares(season: Season) -> list[int]:
    return whole_weights(season.weights)[0]


def raised_cells(total: int, own: Sequence[int], rooms: Sequence[Sequence[Room] | None]) -> list[int] | Stuck:
    """Spread what is handed on above a node's own over its buckets, by what they hold themselves."""
    weights, more = list(map(abs, own)), total - sum(own)
    if not any(rooms):
        parts = apportion(more, weights)
    else:
        side: Room = (0, None) if total >= 0 else (None, 0)
        free = [side] * len(own)
        sums = [add_rooms(line) for line in zip(*(line or free for line in rooms), strict=True)]
        spare = [shifted(room, cell) for room, cell in zip(sums, own, strict=True)]
        stuck = out_of_room(more, weights, spare)
        if stuck is not None:
            return stuck
        parts = share_within(more, weights, spare)
    return [cell + part for cell, part in zip(own, parts, strict=True)]


def _mixed(rows: Sequence[int], columns: Sequence[int], shares: Sequence[int]) -> list[list[int]]:
    """Round a family with amounts of both signs: each row by the season, and what the columns miss spread evenly."""
    whole, many = sum(shares), sum(1 for row in rows if row)
    if not many:
        return [[0] * len(columns) for _ in rows]
    under, total = whole * many, sum(rows)
    off = [column * whole - total * share for column, share in zip(columns, shares, strict=True)]
    cells = [[row * share * many + miss if row else 0 for share, miss in zip(shares, off, strict=True)] for row in rows]
    return round_rests([[c // under for c in row] for row in cells], [[c % under for c in row] for row in cells], under)


def _bounded(
    rows: Sequence[int],
    columns: Sequence[int],
    seeds: Sequence[Sequence[int] | None],
    rooms: Sequence[Sequence[Room]],
    flat: Sequence[int],
) -> list[list[int]] | Stuck:
    """Share a family out within rooms; rows below zero go by their season first, and leave the rest to the others."""
    whole = min(rows) >= 0 and min(columns) >= 0 and any(columns)
    weights = [seed or (columns if whole else flat) for seed in seeds]
    found: dict[int, list[int]] = {}
    left = list(columns)
    for place, row in enumerate(rows):
        if row < 0:
            stuck = out_of_room(row, weights[place], rooms[place])
            if stuck is not None:
                return evolve(stuck, rows=(place,))
            found[place] = share_within(row, weights[place], rooms[place])
            left = [column - cell for column, cell in zip(left, found[place], strict=True)]
    kept = [place for place in range(len(rows)) if place not in found]
    table = table_within([weights[n] for n in kept], [rows[n] for n in kept], left, [rooms[n] for n in kept])
    if isinstance(table, Stuck):
        return evolve(table, rows=tuple(kept[row] for row in table.rows))
    found.update(zip(kept, table, strict=True))
    return [found[place] for place in range(len(rows))]
