"""What is asked of a decomposition beside its weights (约束与加码), read and checked: constraints and shares above.

>>> rise = Rise({"district": Fraction(1, 10)})
>>> rise.given("district", 105), rise.own("district", (115, 121))
(116, (105, 110))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from attrs import field, frozen

from pharmasales.errors import BadRows, BadValue, NotComparable, NotFound, PharmaSalesError
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.goals.decomposing.within import Room
from pharmasales.names import fold
from pharmasales.org import Org
from pharmasales.periods import Period
from pharmasales.units import Amount, Number, half_up, share

__all__ = ["Asked", "Rise", "read_constraints", "read_rise"]

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
