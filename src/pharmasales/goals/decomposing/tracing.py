"""Where a number comes from (溯源): the steps of a decomposition, told from the total down to a node and a bucket."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from attrs import frozen

from pharmasales.display import Cell, Why, because
from pharmasales.goals.decomposing.reasons import (
    BUCKET,
    SEASON,
    Later,
    bucket_step,
    bucket_values,
    handed_step,
    held_step,
    left_step,
    season_step,
    season_values,
    share_step,
    table_step,
)
from pharmasales.goals.decomposing.within import free_share
from pharmasales.periods import Period
from pharmasales.units import Amount

if TYPE_CHECKING:
    from pharmasales.goals.decomposing.decomposition import Decomposition

__all__ = ["Tracing"]


@frozen
class Tracing:
    """Tells the steps of one decomposition.

    Args:
        goals: the decomposition.
    """

    goals: Decomposition

    def why(self, node_id: str, period: Period | None) -> Why:
        """Tell every step down to a node, and where a bucket is asked for, every step of that bucket."""
        goals = self.goals
        path = [node.id for node in goals.org.path(node_id)]
        steps = [self._given()]
        for above, here in pairwise(path):
            steps += [*self._handed(above), self._share(above, here)]
        steps += self._basis_of(node_id)
        said = self._said(node_id, goals.amount(node_id, period))
        if period is None:
            return because("{name}: {got} {unit} in all", "{name}：全期 {got} {unit}", *steps, **said)
        place = goals.place(period)
        steps += [self._season(place), *(self._bucket(here, place) for here in path[1:])]
        en, zh = "{name}: {got} {unit} in {period}", "{name}：{period} {got} {unit}"
        return because(en, zh, *steps, period=str(period), **said)

    def short(self, node_id: str, place: int) -> Why:
        """Tell the last step alone; its values are worked out when it is read."""
        if node_id == self.goals.org.root.id:
            return Why(SEASON, Later(lambda: season_values(*self._season_parts(place))))
        if self._plain(node_id, place):
            return Why(BUCKET, Later(lambda: bucket_values(*self._parts(node_id, place))))
        return self._bucket(node_id, place)

    def _given(self) -> Why:
        en = "{name}: {got} {unit} in all, shared out by {basis}"
        zh = "{name}：全期 {got} {unit}，按{basis}分解"
        return because(en, zh, basis=self.goals.basis, **self._said(self.goals.org.root.id, self.goals.total))

    def _said(self, node_id: str, amount: Amount) -> Mapping[str, Cell]:
        return {"name": self.goals.org[node_id].name, "got": amount.value, "unit": amount.unit.code}

    def _basis_of(self, node_id: str) -> list[Why]:
        goals = self.goals
        if node_id in goals.without_basis and not goals.weights[node_id]:
            return [because("no weight given: counts as zero", "未给权重，按零计")]
        return [goals.blend.why(node_id)] if goals.blend is not None and node_id in goals.blend else []

    def _handed(self, node_id: str) -> list[Why]:
        goals, node = self.goals, self.goals.org[node_id]
        if node_id not in goals.handed.whole:
            return []
        more = goals.handed.rise.shares[node.level]
        return [handed_step(node.name, goals.amount(node_id), more, goals.given(node_id))]

    def _share(self, above: str, here: str) -> Why:
        """Tell how a node came to its whole amount."""
        goals = self.goals
        name, got = goals.org[here].name, goals.amount(here)
        if here in goals.told:
            return goals.told[here]
        below = goals.org.below[above]
        if goals.limits is None or goals.limits.whole.keys().isdisjoint(below):
            return share_step(name, goals.given(above), goals.weights[here], goals.weights[above], got)
        rooms = [goals.limits.room(child) for child in below]
        total = goals.given(above).minor // goals.grain.minor
        free, rest = free_share(total, [goals.limits.weights[child] for child in below], rooms, goals.method)
        sharing = [below[place] for place in free]
        if here not in sharing:
            return held_step(name, got, *(one.why() for _, one in goals.asked.get(here, {}).get(None, ())))
        if len(sharing) == len(below):
            return share_step(name, goals.given(above), goals.weights[here], goals.weights[above], got)
        weights = sum((goals.weights[child] for child in sharing), Fraction(0))
        return left_step(name, goals.grain * rest, goals.weights[here], weights, got)

    def _season(self, place: int) -> Why:
        parts = self._season_parts(place)
        _, total, weight, whole, got = parts
        if abs(got.minor * whole - total.minor * weight) < self.goals.grain.minor * whole:
            return season_step(*parts)
        return self._table(self.goals.org.root.id, place, total)

    def _season_parts(self, place: int) -> tuple[str, Amount, Fraction, Fraction, Amount]:
        goals = self.goals
        weights, bucket = goals.season.weights, goals.buckets[place]
        got = goals.amount(goals.org.root.id, bucket)
        return str(bucket), goals.total, weights[place], sum(weights, Fraction(0)), got

    def _plain(self, node_id: str, place: int) -> bool:
        """Whether a node's bucket is its plain share of the one above, rounded; always where nothing else is asked."""
        goals = self.goals
        if not goals.seasons and goals.limits is None and not goals.told:
            return True
        _, _, above, own, of, got = self._parts(node_id, place)
        return abs(got.minor * of.minor - above.minor * own.minor) < goals.grain.minor * abs(of.minor)

    def _bucket(self, node_id: str, place: int) -> Why:
        if self._plain(node_id, place):
            return bucket_step(*self._parts(node_id, place))
        goals = self.goals
        above = goals.org.parent_of(node_id) or node_id
        return self._table(node_id, place, goals.given(above, goals.buckets[place]))

    def _table(self, node_id: str, place: int, above: Amount) -> Why:
        goals, bucket = self.goals, self.goals.buckets[place]
        reasons = [one.why() for _, one in goals.asked.get(node_id, {}).get(place, ())]
        name, own, got = goals.org[node_id].name, goals.amount(node_id), goals.amount(node_id, bucket)
        return table_step(name, str(bucket), above, own, got, *reasons)

    def _parts(self, node_id: str, place: int) -> tuple[str, str, Amount, Amount, Amount, Amount]:
        goals = self.goals
        above, bucket = goals.org.parent_of(node_id) or node_id, goals.buckets[place]
        names = goals.org[node_id].name, str(bucket)
        own, of = goals.amount(node_id), goals.given(above)
        return *names, goals.given(above, bucket), own, of, goals.amount(node_id, bucket)
