"""What a set of edits says of the plan that they start from (调整内容): a tree, fixed amounts, flows and new weights.

Everything is read off the base plan, edit by edit in one fixed order, so that the order given cannot matter. Amounts
are in grains, by bucket; `None` stands for all buckets together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias, TypeVar

from attrs import field, frozen

from pharmasales.errors import BadRows, BadRule, NotFound, PharmaSalesError
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.decomposing.sharing import OneBucket
from pharmasales.goals.editing.edits import Edit, Pin, Scale
from pharmasales.org import Org
from pharmasales.periods import Period
from pharmasales.splits import apportion, in_grains, whole_weights
from pharmasales.units import half_up

__all__ = ["REFUSED", "Held", "Places", "Statements", "grains_in", "grains_of", "places_of"]

Places: TypeAlias = tuple[int, ...] | None
"""The numbers of the buckets that an edit speaks of; `None` for all together."""

REFUSED = "edits are refused"

T = TypeVar("T")


@frozen
class Held:
    """What a node must have in a bucket, or in all.

    Args:
        grains: how much.
        edits: the edits that say so.
    """

    grains: int
    edits: tuple[Edit, ...]


@frozen
class Statements:
    """What a set of edits says.

    Args:
        base: the plan that they start from.
        edits: the edits, in their fixed order.
        org: the tree with all transfers done.
        stated: what pins, scales and locks say of nodes, as they say it.
        flows: what comes to a node (below zero: leaves it) by moves and transfers through it, by bucket.
        carriers: the edits behind each flow.
        weights: new weights of the children of a node, by its id.
        joined: the nodes that others were transferred to without their goal.
    """

    base: Decomposition
    edits: tuple[Edit, ...]
    org: Org
    stated: Mapping[str, Mapping[Places, Held]] = field(factory=dict)
    flows: Mapping[str, list[int]] = field(factory=dict)
    carriers: Mapping[str, tuple[Edit, ...]] = field(factory=dict)
    weights: Mapping[str, Mapping[str, Fraction]] = field(factory=dict)
    joined: frozenset[str] = frozenset()

    def of(self, kind: type[T]) -> list[T]:
        """Return the edits of one kind."""
        return [edit for edit in self.edits if isinstance(edit, kind)]

    def reshared(self, node_id: str) -> bool:
        """Whether the family below a node is shared anew, whatever its members had."""
        return node_id in self.weights or node_id in self.joined

    def held(self) -> dict[str, dict[int | None, Held]]:
        """Return what each node must have, by bucket.

        An amount for several buckets is spread over those not fixed singly, as they have it in the base.

        Raises:
            BadRows: amounts of longer periods that leave nothing for the buckets within.
        """
        found: dict[str, dict[int | None, Held]] = {}
        bad: list[PharmaSalesError] = []
        for node_id, stated in self.stated.items():
            try:
                found[node_id] = self._by_bucket(node_id, stated)
            except PharmaSalesError as error:
                bad.append(error)
        if bad:
            raise BadRows(REFUSED, bad)
        return found

    def start(self) -> tuple[dict[str, int], Mapping[str, Sequence[int]]]:
        """Return what each node has in the base with all flows, in all and by bucket."""
        whole = dict(self.base.whole)
        for node_id, flow in self.flows.items():
            whole[node_id] += sum(flow)
        if len(self.base.buckets) == 1:
            return whole, OneBucket(whole)
        cells = dict(self.base.cells)
        for node_id, flow in self.flows.items():
            cells[node_id] = [cell + add for cell, add in zip(cells[node_id], flow, strict=True)]
        return whole, cells

    def _by_bucket(self, node_id: str, stated: Mapping[Places, Held]) -> dict[int | None, Held]:
        found: dict[int | None, Held] = {}
        cells = self.base.cells[node_id]
        for places in sorted((p for p in stated if p is not None), key=lambda p: (len(p), p)):
            due = stated[places]
            open_places = [place for place in places if place not in found]
            left = due.grains - sum(found[place].grains for place in places if place in found)
            if (left and not open_places) or left * due.grains < 0 or (left < 0 and not due.grains):
                raise self._crowded(node_id, due, [found[place] for place in places if place in found])
            parts = self._spread(left, [cells[place] for place in open_places], open_places)
            found.update((place, Held(part, due.edits)) for place, part in zip(open_places, parts, strict=True))
        if None in stated:
            found[None] = stated[None]
        return found

    def _spread(self, left: int, cells: Sequence[int], places: Sequence[int]) -> list[int]:
        weights = [abs(cell) for cell in cells]
        if left and not any(weights):
            weights = whole_weights([self.base.season.weights[place] for place in places])[0]
        return apportion(left, weights)

    def _crowded(self, node_id: str, due: Held, within: Sequence[Held]) -> BadRule:
        names = dict.fromkeys(edit.says.en for held in (due, *within) for edit in held.edits)
        reason = f"{' and '.join(names)} contradict: the parts are not the whole"
        return BadRule(reason, where=f"goal of {node_id!r}", hint="drop one", code="goals.edit.conflict")


def places_of(base: Decomposition, period: Period | None) -> Places:
    """Return the numbers of the buckets that make up a period; `None` for all of them.

    Args:
        base: the plan.
        period: a bucket, or a period made of several; none for the whole period.

    Raises:
        NotFound: a period that is not made of whole buckets of the plan.
    """
    if period is None:
        return None
    places = tuple(n for n, bucket in enumerate(base.buckets) if bucket in period)
    if sum(base.buckets[n].days for n in places) != period.days:
        hint = f"known: {', '.join(map(str, base.buckets))}, and what they add up to"
        raise NotFound(f"{period} is not made of buckets of these goals", hint=hint, code="goals.bucket")
    return None if len(places) == len(base.buckets) else places


def grains_in(base: Decomposition, node_id: str, places: Places) -> int:
    """Return what a node has in some buckets, in grains."""
    if places is None:
        return base.whole[node_id]
    return sum(base.cells[node_id][place] for place in places)


def grains_of(base: Decomposition, edit: Pin | Scale) -> int:
    """Return what a pin or scale asks for, in grains.

    Raises:
        BadValue: a pinned amount that is no multiple of the grain.
        NotComparable: a pinned amount of another unit.
    """
    if isinstance(edit, Pin):
        return in_grains(edit.amount, base.grain)
    return half_up(grains_in(base, edit.node, places_of(base, edit.period)) * edit.factor)
