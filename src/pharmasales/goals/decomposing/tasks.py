"""What a decomposition is asked for (分解任务), read and checked once: weights, constraints, terms of sharing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Says, Why
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound, PharmaSalesError
from pharmasales.goals.baselines.baseline import Blend, by_id
from pharmasales.goals.baselines.weighing import Weighed
from pharmasales.goals.decomposing.asked import Asked, read_constraints, read_rise
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.decomposing.feasible import Feasibility, report_of
from pharmasales.goals.decomposing.limits import limits_of
from pharmasales.goals.decomposing.season import Season
from pharmasales.goals.decomposing.sharing import Handed, NoTable, Sharing
from pharmasales.names import fold
from pharmasales.org import Org
from pharmasales.splits import AllZero, Method, Negative, in_grains, negative_weight, no_basis, whole_weights
from pharmasales.units import Amount, Number, exact

__all__ = ["Task", "Terms"]

_EVEN = Says("even shares, for want of a weight", "平均份额（没有权重）")


@frozen(eq=False)
class Ratios(Mapping[str, Fraction]):
    """Whole weights over one denominator, read as exact ratios.

    >>> dict(Ratios({"r1": 3}, 2))
    {'r1': Fraction(3, 2)}
    """

    numbers: Mapping[str, int]
    under: int

    def __getitem__(self, node_id: str) -> Fraction:
        return Fraction(self.numbers[node_id], self.under)

    def __iter__(self) -> Iterator[str]:
        return iter(self.numbers)

    def __len__(self) -> int:
        return len(self.numbers)


@frozen
class Terms:
    """On what terms a total is shared; the arguments of `decompose`.

    Args:
        all_zero: with nothing but zero weights `refuse` the total, or share it `even`.
        negative: `refuse` a negative weight, or count it as `zero`.
        method: `largest_remainder` or `webster`.
        constraints: the constraints.
        over: by level, the share by which its nodes hand on more than their own.
        seasons: own seasons, by node id.
        product: the product that this is about, where there are several.
    """

    all_zero: AllZero = "refuse"
    negative: Negative = "refuse"
    method: Method = "largest_remainder"
    constraints: tuple[Constraint, ...] = ()
    over: Mapping[str, Number] = field(factory=dict)
    seasons: Mapping[str, Season] = field(factory=dict)
    product: str | None = None


@frozen
class Task:
    """A total to be shared, read and checked.

    Args:
        total: the total.
        grain: what every goal is a multiple of.
        grains: the total, in grains.
        given: the weights as they were given.
        under: what the whole weights are over.
        even: whether the weights are even for want of any.
        without_basis: the leaves that no weight was given for.
        asked: the constraints, in grains.
        sharing: by what it is shared.
        terms: on what terms.
    """

    total: Amount
    grain: Amount
    grains: int
    given: Mapping[str, Number]
    under: int
    even: bool
    without_basis: tuple[str, ...]
    asked: Asked
    sharing: Sharing
    terms: Terms

    @classmethod
    def of(
        cls, org: Org, total: Amount, weights: Mapping[str, Number], season: Season, grain: Amount, terms: Terms
    ) -> Task:
        """Read what is asked for; arguments and errors as `decompose`."""
        grains = in_grains(total, grain)
        rolled, under, even, without = _rolled(org, weights, terms, bool(grains))
        asked = read_constraints(org, terms.constraints, grain, season.buckets, terms.product)
        rise = read_rise(org, terms.over)
        sign = -1 if grains < 0 else 1
        limits = limits_of(org, rolled, asked, len(season.buckets), sign=sign, rise=rise) if asked else None
        seasons = _own_seasons(org, terms.seasons, season)
        sharing = Sharing(org, rolled, season, seasons, terms.method, limits, rise)
        return cls(total, grain, grains, weights, under, even, without, asked, sharing, terms)

    def report(self) -> Feasibility:
        """Say what cannot hold together, as far as whole amounts and bounds of buckets go."""
        sharing = self.sharing
        if sharing.limits is None:
            return Feasibility((), None, None, self.total)
        buckets, product = sharing.season.buckets, self.terms.product
        return report_of(sharing.org, self.total, self.grain, sharing.limits, self.asked, buckets, product)

    def require(self) -> None:
        """Refuse a total that nothing says how to share, and constraints that cannot hold together."""
        if self.grains and not self.sharing.weights[self.sharing.org.root.id] and not self.asked:
            raise no_basis("all weights are zero or missing", "weights")
        self.report().require()

    def goals(
        self, basis: Says, whole: Mapping[str, int] | None = None, told: Mapping[str, Why] | None = None
    ) -> Decomposition | NoTable:
        """Share the total out, or say which family has no table.

        Args:
            basis: what the weights rest on.
            whole: what every node has in all, where that is decided elsewhere.
            told: where those numbers come from.
        """
        sharing = self.sharing
        decided, given = sharing.wholes(self.grains) if whole is None else (whole, {})
        found = sharing.cells(decided, given)
        if isinstance(found, NoTable):
            return found
        return Decomposition(
            org=sharing.org,
            total=self.total,
            season=sharing.season,
            grain=self.grain,
            basis=_EVEN if self.even else basis,
            weights=Ratios(sharing.weights, self.under),
            whole=decided,
            cells=found[0],
            without_basis=self.without_basis,
            blend=self.given if isinstance(self.given, Blend | Weighed) else None,
            handed=Handed(sharing.rise, given, found[1]),
            limits=sharing.limits,
            asked=self.asked,
            seasons=sharing.seasons,
            method=sharing.method,
            told=told or {},
        )


def _own_seasons(org: Org, seasons: Mapping[str, Season], season: Season) -> dict[str, Season]:
    known = by_id(seasons, "seasons")
    for node_id, own in known.items():
        where = f"season of {node_id!r}"
        if node_id not in org:
            raise NotFound("no such node in the organisation", where=where, code="goals.season.node")
        if own.buckets != season.buckets:
            raise BadRule("a season of other buckets", where=where, hint="use the same buckets", code="goals.season")
    return known


def _rolled(
    org: Org, weights: Mapping[str, Number], terms: Terms, some: bool
) -> tuple[dict[str, int], int, bool, tuple[str, ...]]:
    """Return the whole weight of every node, what they are over, whether they are even, and the leaves without one."""
    if _plain_weights(org, weights):
        known: Mapping[str, Number] = weights
        rolled, under = org.totals(weights), 1  # type: ignore[arg-type]  # all are ints
    else:
        known = _leaf_weights(org, weights, terms.negative)
        numbers, under = whole_weights(list(known.values()))
        rolled = org.totals(dict(zip(known, numbers, strict=True)))
    leaves = [node_id for node_id, children in org.below.items() if not children]
    even = some and terms.all_zero == "even" and not rolled[org.root.id]
    if even:
        rolled, under = org.totals(dict.fromkeys(leaves, 1)), 1
    without = () if len(known) == len(leaves) else tuple(leaf for leaf in leaves if leaf not in known)
    return rolled, under, even, without


def _plain_weights(org: Org, weights: Mapping[str, Number]) -> bool:
    """Whether all weights are whole numbers, zero or above, of leaves in their normal form: the most usual case."""
    return (
        set(map(type, weights.values())) <= {int}
        and weights.keys() <= org.nodes.keys()
        and weights.keys().isdisjoint({node_id for node_id, _ in org.families})
        and min(weights.values(), default=0) >= 0  # type: ignore[operator]  # all are ints
    )


def _leaf_weights(org: Org, weights: Mapping[str, Number], negative: Negative) -> dict[str, Number]:
    """Return an exact weight, zero or above, for each leaf that has one, or refuse all bad ones at once."""
    known: dict[str, Number] = {}
    bad: list[PharmaSalesError] = []
    for node_id, weight in by_id(weights, "weights").items():
        try:
            known[node_id] = _leaf_weight(org, node_id, weight, negative)
        except PharmaSalesError as error:
            bad.append(error.at(f"weight of {node_id!r}"))
    if bad:
        raise BadRows("weights are refused", bad)
    return known


def _leaf_weight(org: Org, node_id: str, weight: Number, negative: Negative) -> Number:
    if node_id not in org:
        folded = fold(node_id)
        near = next((node.id for node in org if fold(node.id) == folded), None)
        hint = "add the node or drop its weight" if near is None else f"did you mean {near!r}?"
        raise NotFound("no such node in the organisation", hint=hint, code="goals.weight.unknown")
    if org.below[node_id]:
        raise BadValue("not a leaf", hint="give weights to the leaves below it", code="goals.weight.leaf")
    number = weight if type(weight) is int else exact(weight)
    if number >= 0:
        return number
    if negative != "zero":
        raise negative_weight("")
    return 0
