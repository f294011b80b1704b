"""Goal decomposition (目标分解): one number into everybody's number, for every month.

First the whole amount goes down the tree by weight, then the total is cut into buckets by season, then each parent's
buckets are shared out so that every child keeps both its whole amount and the parent's buckets. Every node equals its
parts, in every bucket and in all, to the last grain.

>>> from pharmasales.goals.season import season_given
>>> from pharmasales.org import Node
>>> from pharmasales.periods import Year, buckets
>>> from pharmasales.units import BOX
>>> org = Org.of([Node("N", "North", "district"), Node("r1", "Rep One", "rep", "N"), Node("r2", "Rep Two", "rep", "N")])
>>> season = season_given(["20%", "55%", "25%"], buckets(Year(2026), "Q1 | Q2+Q3 | Q4"))
>>> basis = Says("sales of 2025", "2025年销售")
>>> goals = decompose(org, Amount.of(1200, BOX), {"r1": 2, "r2": 1}, season, grain=Amount.of(1, BOX), basis=basis)
>>> goals.amount("r1"), goals.amount("r1", goals.buckets[0])
(Amount('800 BOX'), Amount('160 BOX'))
>>> print(goals.why("r1", goals.buckets[0]))
Rep One: 160 BOX in 2026-Q1
  North: 1,200 BOX in all, shared out by sales of 2025
  Rep One: 1,200 x weight 2 / 3 (66.67%) = 800
  2026-Q1: 1,200 x season 0.2 / 1 (20.00%) = 240
  Rep One in 2026-Q1: 240 x 800 / 1,200 (66.67%) = 160
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.goals.baseline import Blend, by_id
from pharmasales.goals.decomposition import Decomposition
from pharmasales.goals.margins import controlled_rounding
from pharmasales.goals.season import Season
from pharmasales.names import fold
from pharmasales.org import Org
from pharmasales.splits import (
    AllZero,
    Method,
    Negative,
    apportion,
    in_grains,
    negative_weight,
    no_basis,
    whole_weights,
)
from pharmasales.units import Amount, Number, exact

__all__ = ["decompose"]

_EVEN = Says("even shares, for want of a weight", "平均份额（没有权重）")


def decompose(
    org: Org,
    total: Amount,
    weights: Mapping[str, Number],
    season: Season,
    *,
    grain: Amount,
    basis: Says,
    all_zero: AllZero = "refuse",
    negative: Negative = "refuse",
    method: Method = "largest_remainder",
) -> Decomposition:
    """Decompose a total over an organisation and over time (目标分解); exact at every node and in every bucket.

    Whole amounts go down the tree by `method`; the root's buckets follow the season; below it, each family of children
    x buckets is rounded so that both margins hold and each cell is the floor or ceiling of its share. A whole amount
    therefore never depends on the season, and a weight of zero gets zero in every bucket.

    Args:
        org: who shares the total.
        total: the total, a multiple of the grain.
        weights: one weight a leaf, by node id; the weight of an inner node is the sum below it.
        season: the buckets and their weights.
        grain: what every goal is a multiple of.
        basis: what the weights rest on, for the `why`.
        all_zero: with nothing but zero weights `refuse` the total, or share it `even` among all leaves.
        negative: `refuse` a negative weight, or count it as `zero`.
        method: `largest_remainder` or `webster`.

    >>> from pharmasales.goals.season import even
    >>> from pharmasales.org import Node
    >>> from pharmasales.periods import Quarter
    >>> from pharmasales.units import BOX
    >>> org, one, says = Org.of([Node("r1", "Rep One", "rep")]), Amount.of(1, BOX), Says("potential", "潜力")
    >>> try:
    ...     decompose(org, one, {"r2": 1}, even([Quarter(2026, 1)]), grain=one, basis=says)
    ... except BadRows as bad:
    ...     print(*bad.lines())
    no such node in the organisation @ weight of 'r2'; add the node or drop its weight [goals.weight.unknown]

    Raises:
        BadRows: every weight that is refused: an unknown node, one that is no leaf, two spellings of one id, a negative
            or inexact number.
        BadValue: no weight above zero, or a total that is no multiple of the grain.
        NotComparable: a grain of another unit.

    Source: E20, E23 (S004-43); exact where a target is split without loss of cents.
    """
    grains = in_grains(total, grain)
    known = _leaf_weights(org, weights, negative)
    leaves = [leaf.id for leaf in org.leaves()]
    numbers, under = whole_weights([known.get(leaf, 0) for leaf in leaves])
    if grains and not any(numbers):
        if all_zero != "even":
            raise no_basis("all weights are zero or missing", "weights")
        numbers, basis = [1] * len(numbers), _EVEN
    rolled = org.roll_up(dict(zip(leaves, numbers, strict=True)), int.__add__)
    whole = _wholes(org, grains, rolled, method)
    return Decomposition(
        org=org,
        total=total,
        season=season,
        grain=grain,
        basis=basis,
        weights={node_id: Fraction(weight, under) for node_id, weight in rolled.items()},
        whole=whole,
        cells=_cells(org, whole, season, method),
        without_basis=tuple(leaf for leaf in leaves if leaf not in known),
        blend=weights if isinstance(weights, Blend) else None,
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


def _wholes(org: Org, grains: int, rolled: Mapping[str, int], method: Method) -> dict[str, int]:
    """Share the whole amount out, from the root down."""
    whole = {org.root.id: grains}
    for node_id in org.nodes:
        below = org.below[node_id]
        if below:
            parts = apportion(whole[node_id], [rolled[child] for child in below], method)
            whole.update(zip(below, parts, strict=True))
    return whole


def _cells(org: Org, whole: Mapping[str, int], season: Season, method: Method) -> dict[str, Sequence[int]]:
    """Cut the root into buckets, then each family of children x buckets, from the root down."""
    shares, _ = whole_weights(season.weights)
    cells: dict[str, Sequence[int]] = {org.root.id: apportion(whole[org.root.id], shares, method)}
    for node_id in org.nodes:
        below = org.below[node_id]
        if below:
            rows = controlled_rounding([whole[child] for child in below], cells[node_id])
            cells.update(zip(below, rows, strict=True))
    return cells
