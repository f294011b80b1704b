"""Between which bounds every node's goal must lie (上下限): constraints in grains, rolled up from the leaves.

A node can hold no less than its parts must have, and no more than its parts may have. What cannot hold together is
found on the way up, once, at the lowest node where it shows; above, the parts are believed.

>>> from pharmasales.goals.decomposing.constraints import Constraint
>>> from pharmasales.org import Node
>>> from pharmasales.units import BOX, Amount
>>> org = Org.of([Node("N", "N", "area"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
>>> asked = {"r1": {None: [((30, None), Constraint.floor("r1", Amount.of(30, BOX)))]}}
>>> limits_of(org, org.totals({"r1": 1, "r2": 1}), asked, 1).room("N")
(30, None)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from attrs import field, frozen

from pharmasales.goals.decomposing.asked import Asked, Rise
from pharmasales.goals.decomposing.within import FREE, Room, add_rooms, nearest
from pharmasales.org import Org

__all__ = ["Clash", "Limits", "bucket_room", "limits_of"]


@frozen
class Clash:
    """A least above a most, in grains.

    Args:
        node: where it shows.
        place: the bucket, by number; none for the whole period.
        least: what it must have.
        most: what it may have.
        least_of: where the least comes from: `own`, `parts`, `buckets`, `whole` or `total`.
        most_of: where the most comes from, as above.
    """

    node: str
    place: int | None
    least: int
    most: int
    least_of: str
    most_of: str


@frozen
class Limits:
    """The room of every node, whole and by bucket.

    Args:
        sign: 1 where nothing falls below zero unless a constraint says so, -1 where nothing rises above it.
        count: how many buckets there are.
        weights: the weight of every node.
        whole: the room of whole amounts, for nodes that a constraint reaches.
        cells: the rooms of buckets, for nodes that a constraint on a bucket reaches.
        clashes: what cannot hold together.
    """

    sign: int
    count: int
    weights: Mapping[str, int] = field(repr=False)
    whole: Mapping[str, Room]
    cells: Mapping[str, Sequence[Room]]
    clashes: Sequence[Clash]

    def room(self, node_id: str) -> Room:
        """Return the room of a node's whole amount."""
        found = self.whole.get(node_id)
        if found is not None:
            return found
        return _side(self.sign) if self.weights[node_id] else (0, 0)

    def rooms(self, node_id: str) -> Sequence[Room]:
        """Return the rooms of a node's buckets."""
        return self.cells.get(node_id) or [_bucket_side(self.sign, self.room(node_id))] * self.count

    def settled(self, org: Org, whole: Mapping[str, int], rise: Rise) -> dict[str, list[Room]]:
        """Narrow the rooms of buckets by whole amounts that are decided, from the leaves up."""
        found: dict[str, list[Room]] = {}
        for node_id, rooms in self.cells.items():
            below = org.below[node_id]
            if below and org[node_id].level not in rise.shares:
                rows = [found.get(child) or [bucket_room(self.sign, whole[child])] * self.count for child in below]
                rooms = [
                    _both(room, add_rooms(line)) for room, line in zip(rooms, zip(*rows, strict=True), strict=True)
                ]
            found[node_id] = _tight(rooms, (whole[node_id], whole[node_id]))
        return found


def limits_of(
    org: Org, weights: Mapping[str, int], asked: Asked, count: int, *, sign: int = 1, rise: Rise | None = None
) -> Limits:
    """Roll bounds up from the leaves.

    Args:
        org: the tree.
        weights: the whole weight of every node.
        asked: what is asked of each node.
        count: how many buckets there are.
        sign: the sign of the total; zero counts as above.
        rise: how far what nodes hand on lies above their own numbers.
    """
    return _Rolling(org, weights, asked, count, sign, rise or Rise()).limits()


class _Rolling:
    """Goes from the leaves to the root, through the nodes that a constraint reaches."""

    def __init__(self, org: Org, weights: Mapping[str, int], asked: Asked, count: int, sign: int, rise: Rise) -> None:
        self.org, self.asked, self.rise = org, asked, rise
        self.clashes: list[Clash] = []
        self.whole: dict[str, Room] = {}
        self.cells: dict[str, list[Room]] = {}
        self.known = Limits(sign, count, weights, self.whole, self.cells, self.clashes)

    def limits(self) -> Limits:
        touched, by_bucket = self._reached()
        for node_id in reversed(list(self.org.nodes)):
            if node_id in touched:
                self._visit(node_id, node_id in by_bucket)
        return self.known

    def _reached(self) -> tuple[set[str], set[str]]:
        """Return the nodes with a constraint on them or below, and those where one is on a bucket."""
        touched: set[str] = set()
        by_bucket: set[str] = set()
        for node_id, asked in self.asked.items():
            climbing = any(place is not None for place in asked)
            here: str | None = node_id
            while here is not None and not (here in touched and (here in by_bucket or not climbing)):
                touched.add(here)
                if climbing:
                    by_bucket.add(here)
                here = self.org.parent_of(here)
                if here is not None and self.org[here].level in self.rise.shares:
                    climbing = False  # what is handed on is not the node's own
        return touched, by_bucket

    def _visit(self, node_id: str, by_bucket: bool) -> None:
        asked, below = self.asked.get(node_id, {}), self.org.below[node_id]
        own = asked.get(None, ())
        if below:
            room = add_rooms([self.known.room(child) for child in below])
            room = self.rise.own(self.org[node_id].level, room)
        else:
            room = _leaf_room(self.known.sign, [room for room, _ in own])
        room = self._meet(node_id, None, room, [room for room, _ in own])
        if by_bucket:
            room = self._buckets(node_id, room)
        if not below and not self.known.weights[node_id]:
            room = (nearest(0, room),) * 2
        self.whole[node_id] = room
        if by_bucket:
            self.cells[node_id] = _tight(self.cells[node_id], room)

    def _buckets(self, node_id: str, whole: Room) -> Room:
        """Work out the rooms of a node's buckets, and return what they leave of the room of its whole."""
        below = self.org.below[node_id]
        if below and self.org[node_id].level not in self.rise.shares:
            rows = [self.known.rooms(child) for child in below]
            rooms = [add_rooms(column) for column in zip(*rows, strict=True)]
        else:
            rooms = [self._around(node_id, whole)] * self.known.count
        for place, asked in self.asked.get(node_id, {}).items():
            if place is not None:
                own = [room for room, _ in asked]
                start = rooms[place] if below else _leaf_room(self.known.sign, own, rooms[place])
                rooms[place] = self._meet(node_id, place, start, own)
        self.cells[node_id] = rooms
        return self._meet(node_id, None, add_rooms(rooms), [whole], "buckets", "whole")

    def _around(self, node_id: str, whole: Room) -> Room:
        """Return the room of a bucket before its own constraints; none is capped by the whole where one passes zero."""
        asked = self.asked.get(node_id, {}).items()
        sign = self.known.sign
        ends = [room[0] if sign >= 0 else room[1] for place, by in asked if place is not None for room, _ in by]
        side = _bucket_side(sign, whole)
        return _side(sign) if side != FREE and any(end is not None and sign * end < 0 for end in ends) else side

    def _meet(
        self,
        node_id: str,
        place: int | None,
        room: Room,
        others: Sequence[Room],
        first: str = "parts",
        then: str = "own",
    ) -> Room:
        """Narrow a room by others; where nothing is left, keep the clash and believe the room itself."""
        least, most = room
        least_of = most_of = first
        for low, high in others:
            if low is not None and (least is None or low > least):
                least, least_of = low, then
            if high is not None and (most is None or high < most):
                most, most_of = high, then
        if least is None or most is None or least <= most:
            return least, most
        self.clashes.append(Clash(node_id, place, least, most, least_of, most_of))
        return (most, most) if most_of == first and least_of == then else (least, least)


def bucket_room(sign: int, whole: int) -> Room:
    """Return the room of a bucket of a node whose whole amount is decided and that nothing asks by bucket.

    >>> bucket_room(1, 5), bucket_room(1, -5)
    ((0, 5), (None, None))
    """
    return _bucket_side(sign, (whole, whole))


def _side(sign: int) -> Room:
    return (0, None) if sign >= 0 else (None, 0)


def _bucket_side(sign: int, whole: Room) -> Room:
    """Return the room of a bucket of a node that nothing asks by bucket."""
    least, most = whole
    if sign >= 0:
        return FREE if least is None or least < 0 else (0, most)
    return FREE if most is None or most > 0 else (least, 0)


def _leaf_room(sign: int, own: Sequence[Room], start: Room | None = None) -> Room:
    """Return the room of a leaf before its constraints: it stays on its side of zero unless they ask otherwise."""
    least, most = _side(sign) if start is None else start
    if sign >= 0 and any(low is not None and low < 0 for low, _ in own):
        return None, most
    if sign < 0 and any(high is not None and high > 0 for _, high in own):
        return least, None
    return least, most


def _tight(rooms: Sequence[Room], whole: Room) -> list[Room]:
    """Narrow each bucket by what the whole leaves when the others take their most or their least."""
    found = []
    for place, (least, most) in enumerate(rooms):
        low, high = add_rooms([*rooms[:place], *rooms[place + 1 :]])
        leasts = [least, None if whole[0] is None or high is None else whole[0] - high]
        mosts = [most, None if whole[1] is None or low is None else whole[1] - low]
        found.append((_extreme(max, leasts), _extreme(min, mosts)))
    return found


def _both(one: Room, other: Room) -> Room:
    return _extreme(max, (one[0], other[0])), _extreme(min, (one[1], other[1]))


def _extreme(pick: Callable[[list[int]], int], bounds: Sequence[int | None]) -> int | None:
    known = [bound for bound in bounds if bound is not None]
    return pick(known) if known else None
