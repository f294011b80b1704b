"""Between which bounds every node's goal must lie (上下限): constraints in grains, rolled up from the leaves.

A node can hold no less than its parts must have, and no more than its parts may have. What cannot hold together is
found on the way up, once, at the lowest node where it shows; above, the parts are believed.

>>> rise = Rise({"district": Fraction(1, 10)})
>>> rise.given("district", 105), rise.own("district", (115, 121))
(116, (105, 110))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from attrs import field, frozen

from pharmasales.errors import BadRows, BadValue, NotComparable, NotFound, PharmaSalesError
from pharmasales.goals.constraints import Constraint
from pharmasales.goals.within import FREE, Room, add_rooms, nearest
from pharmasales.names import fold
from pharmasales.org import Org
from pharmasales.periods import Period
from pharmasales.units import Amount, Number, half_up, share

__all__ = ["Asked", "Clash", "Limits", "Rise", "bucket_room", "limits_of", "read_constraints", "read_rise"]

Asked: TypeAlias = Mapping[str, Mapping[int | None, Sequence[tuple[Room, Constraint]]]]
"""What is asked of each node, by bucket (`None`: in all), in grains."""


@frozen
class Rise:
    """How far the numbers that nodes of a level hand on lie above their own (层层加码).

    Args:
        shares: the share above, by the level of the node that hands on.
    """

    shares: Mapping[str, Fraction] = field(factory=dict)

    def given(self, level: str, own: int) -> int:
        """Return what a node hands on in all, half up."""
        more = self.shares.get(level)
        return own if not more else half_up(own * (1 + more))

    def own(self, level: str, below: Room) -> Room:
        """Return the room in which a node's own number leaves its parts in theirs."""
        more = self.shares.get(level)
        if not more:
            return below
        least, most = below
        if least is not None:
            least = self._first(level, least, half_up(least / (1 + more)))
        if most is not None:
            most = self._first(level, most + 1, half_up((most + 1) / (1 + more))) - 1
        return least, most

    def _first(self, level: str, due: int, near: int) -> int:
        """Return the least own number that hands on as much as is due."""
        while self.given(level, near) >= due:
            near -= 1
        while self.given(level, near) < due:
            near += 1
        return near


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


def read_constraints(
    org: Org, constraints: Iterable[Constraint], grain: Amount, buckets: Sequence[Period], product: str | None = None
) -> dict[str, dict[int | None, list[tuple[Room, Constraint]]]]:
    """Bring constraints to grains, by node and bucket; a floor to the next grain above, a cap to the next below.

    Args:
        org: who they speak of.
        constraints: the constraints.
        grain: what every goal is a multiple of, above zero.
        buckets: the buckets.
        product: the one product that they may name.

    Raises:
        BadRows: all refused ones: an unknown node, bucket or product, another unit, a fixed amount between grains.
    """
    asked: dict[str, dict[int | None, list[tuple[Room, Constraint]]]] = {}
    bad: list[PharmaSalesError] = []
    for one in constraints:
        try:
            room, place = _room(one, grain), _place(org, one, buckets, product)
        except PharmaSalesError as error:
            bad.append(error.at(f"constraint on {one.node!r}"))
            continue
        asked.setdefault(one.node, {}).setdefault(place, []).append((room, one))
    if bad:
        raise BadRows("constraints are refused", bad)
    return asked


def _room(one: Constraint, grain: Amount) -> Room:
    for bound in (one.least, one.most):
        if bound is not None and bound.unit != grain.unit:
            raise NotComparable(f"{bound.unit.code} with {grain.unit.code}", code="unit")
    least = None if one.least is None else -(-one.least.minor // grain.minor)
    most = None if one.most is None else one.most.minor // grain.minor
    if one.least is not None and one.least == one.most and least != most:
        raise BadValue("a fixed amount that is no multiple of the grain", hint=f"grain: {grain}", code="goals.grain")
    return least, most


def _place(org: Org, one: Constraint, buckets: Sequence[Period], product: str | None) -> int | None:
    if one.node not in org:
        folded = fold(one.node)
        near = next((node.id for node in org if fold(node.id) == folded), None)
        hint = "add the node or drop the constraint" if near is None else f"did you mean {near!r}?"
        raise NotFound("no such node in the organisation", hint=hint, code="goals.constraint.node")
    if one.product is not None and one.product != product:
        hint = "use decompose_products" if product is None else "name one of the products"
        raise NotFound("no such product in these goals", hint=hint, code="goals.product")
    if one.period is None:
        return None
    if one.period not in buckets:
        hint = f"known: {', '.join(map(str, buckets))}"
        raise NotFound(f"{one.period} is no bucket of these goals", hint=hint, code="goals.bucket")
    return buckets.index(one.period)


def read_rise(org: Org, over: Mapping[str, Number]) -> Rise:
    """Read by how much nodes of each level hand on more than their own.

    Args:
        org: the tree that has the levels.
        over: the share above, by level.

    Raises:
        NotFound: a level that the tree does not have.
        BadValue: a share below zero or no exact number.
    """
    shares = {}
    for level, more in over.items():
        where = f"share above of level {level!r}"
        if level not in org.levels():
            raise NotFound("no such level", where=where, hint=f"known: {', '.join(org.levels())}", code="org.level")
        try:
            shares[level] = share(more)
        except PharmaSalesError as error:
            raise error.at(where) from None
        if shares[level] < 0:
            raise BadValue("a share above that is negative", where=where, hint="give zero or more", code="goals.over")
    return Rise(shares)


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
            rooms = [_bucket_side(self.known.sign, whole)] * self.known.count
        for place, asked in self.asked.get(node_id, {}).items():
            if place is not None:
                own = [room for room, _ in asked]
                start = rooms[place] if below else _leaf_room(self.known.sign, own, rooms[place])
                rooms[place] = self._meet(node_id, place, start, own)
        self.cells[node_id] = rooms
        return self._meet(node_id, None, add_rooms(rooms), [whole], "buckets", "whole")

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
