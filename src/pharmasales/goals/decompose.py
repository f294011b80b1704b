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

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from attrs import evolve, frozen

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound, PharmaSalesError
from pharmasales.goals.baseline import Blend, by_id
from pharmasales.goals.constraints import Constraint
from pharmasales.goals.decomposition import Decomposition
from pharmasales.goals.feasible import NOT_HELD, Feasibility, report_of, table_conflict
from pharmasales.goals.limits import Asked, limits_of, read_constraints, read_rise
from pharmasales.goals.season import Season
from pharmasales.goals.sharing import Handed, NoTable, Sharing
from pharmasales.names import fold
from pharmasales.org import Org
from pharmasales.splits import (
    AllZero,
    Method,
    Negative,
    in_grains,
    negative_weight,
    no_basis,
    whole_weights,
)
from pharmasales.units import Amount, Number, exact

__all__ = ["decompose", "feasibility"]

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
    constraints: Iterable[Constraint] = (),
    over: Mapping[str, Number] = MappingProxyType({}),
    seasons: Mapping[str, Season] = MappingProxyType({}),
) -> Decomposition:
    """Decompose a total over an organisation and over time (目标分解); exact at every node and in every bucket.

    Whole amounts go down the tree by `method`; the root's buckets follow the season; below it, each family of children
    x buckets is rounded so that both margins hold and each cell is the floor or ceiling of its share. A whole amount
    therefore never depends on the season, and a weight of zero gets zero in every bucket.

    Where constraints reach, a family is shared by weight within bounds: whoever would fall below its least or rise
    above its most is held there, and the others share what is left. A constraint thus moves its siblings, not the node
    above, unless that cannot hold otherwise. A leaf stays on the total's side of zero unless a constraint says otherwise, and
    a weight of zero gets the nearest to zero that its constraints allow.

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
        constraints: floors, caps, fixed amounts, entries and locks (约束). Those on buckets are met after the whole
            amounts are decided.
        over: by level, the share by which its nodes hand on more than their own goal (层层加码), such as `5%`.
        seasons: a season of its own for a node and all below it, by node id, of the same buckets; each family is then
            scaled to both margins.

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
            or inexact number; every constraint that is refused; every conflict of the `feasibility` report.
        BadValue: no weight above zero, a total that is no multiple of the grain, or a share above that is negative.
        BadRule: a season of other buckets.
        NotComparable: a grain of another unit.
        NotFound: an own season or a share above for a node or level that does not exist.

    Source: E20, E23 (S004-43); exact where a target is split without loss of cents.
    """
    task = _task(org, total, weights, season, grain, all_zero, negative, method, constraints, over, seasons)
    if task.grains and not any(task.numbers) and not task.asked:
        raise no_basis("all weights are zero or missing", "weights")
    _report(task).require()
    whole, given = task.sharing.wholes(task.grains)
    found = task.sharing.cells(whole, given)
    if isinstance(found, NoTable):
        raise BadRows(NOT_HELD, [table_conflict(grain, season.buckets, found).error()])
    return Decomposition(
        org=org,
        total=total,
        season=season,
        grain=grain,
        basis=_EVEN if task.even else basis,
        weights={node_id: Fraction(weight, task.under) for node_id, weight in task.sharing.weights.items()},
        whole=whole,
        cells=found[0],
        without_basis=task.without_basis,
        blend=weights if isinstance(weights, Blend) else None,
        handed=Handed(task.sharing.rise, given, found[1]),
        limits=task.sharing.limits,
        asked=task.asked,
        seasons=task.sharing.seasons,
        method=method,
    )


def feasibility(
    org: Org,
    total: Amount,
    weights: Mapping[str, Number],
    season: Season,
    *,
    grain: Amount,
    all_zero: AllZero = "refuse",
    negative: Negative = "refuse",
    method: Method = "largest_remainder",
    constraints: Iterable[Constraint] = (),
    over: Mapping[str, Number] = MappingProxyType({}),
    seasons: Mapping[str, Season] = MappingProxyType({}),
) -> Feasibility:
    """Report what cannot hold together before a decomposition is run (可行性); arguments as `decompose`.

    Bounds are rolled up from the leaves. Each conflict is told where it first shows, with its smallest changes; above
    it the parts are believed, so that each is told once. Constraints on buckets are then tried out: a family whose whole
    amounts and buckets have no table in common is named with them.

    >>> from pharmasales.goals.season import even
    >>> from pharmasales.org import Node
    >>> from pharmasales.periods import Quarter
    >>> from pharmasales.units import BOX
    >>> org = Org.of([Node("N", "North", "area"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
    >>> box, season = Amount.of(1, BOX), even([Quarter(2026, 1)])
    >>> caps = [Constraint.cap("r1", box * 40), Constraint.cap("r2", box * 30)]
    >>> report = feasibility(org, box * 100, {"r1": 1, "r2": 1}, season, grain=box, constraints=caps)
    >>> report.holds, report.nearest_total
    (False, Amount('70 BOX'))

    Raises:
        BadRows: weights or constraints that are refused as such.
        BadValue: a total that is no multiple of the grain.
        NotComparable: a grain of another unit.
    """
    task = _task(org, total, weights, season, grain, all_zero, negative, method, constraints, over, seasons)
    report = _report(task)
    if not report.holds or (task.sharing.limits is None and not task.sharing.seasons):
        return report
    found = task.sharing.cells(*task.sharing.wholes(task.grains))
    if isinstance(found, NoTable):
        return evolve(report, conflicts=(table_conflict(grain, season.buckets, found),))
    return report


@frozen
class _Task:
    """What a decomposition is asked for, read and checked."""

    total: Amount
    grain: Amount
    grains: int
    numbers: Sequence[int]
    under: int
    even: bool
    without_basis: tuple[str, ...]
    asked: Asked
    sharing: Sharing


def _task(
    org: Org,
    total: Amount,
    weights: Mapping[str, Number],
    season: Season,
    grain: Amount,
    all_zero: AllZero,
    negative: Negative,
    method: Method,
    constraints: Iterable[Constraint],
    over: Mapping[str, Number],
    seasons: Mapping[str, Season],
) -> _Task:
    grains = in_grains(total, grain)
    known = _leaf_weights(org, weights, negative)
    leaves = [leaf.id for leaf in org.leaves()]
    numbers, under = whole_weights([known.get(leaf, 0) for leaf in leaves])
    even = bool(grains) and all_zero == "even" and not any(numbers)
    if even:
        numbers = [1] * len(numbers)
    rolled = org.roll_up(dict(zip(leaves, numbers, strict=True)), int.__add__)
    asked = read_constraints(org, constraints, grain, season.buckets)
    rise = read_rise(org, over)
    limits = None
    if asked:
        sign = -1 if grains < 0 else 1
        limits = limits_of(org, rolled, asked, len(season.buckets), sign=sign, rise=rise)
    sharing = Sharing(org, rolled, season, _own_seasons(org, seasons, season), method, limits, rise)
    without = tuple(leaf for leaf in leaves if leaf not in known)
    return _Task(total, grain, grains, numbers, under, even, without, asked, sharing)


def _report(task: _Task) -> Feasibility:
    limits, org = task.sharing.limits, task.sharing.org
    if limits is None:
        return Feasibility((), None, None, task.total)
    return report_of(org, task.total, task.grain, limits, task.asked, task.sharing.season.buckets, None)


def _own_seasons(org: Org, seasons: Mapping[str, Season], season: Season) -> dict[str, Season]:
    known = by_id(seasons, "seasons")
    for node_id, own in known.items():
        where = f"season of {node_id!r}"
        if node_id not in org:
            raise NotFound("no such node in the organisation", where=where, code="goals.season.node")
        if own.buckets != season.buckets:
            raise BadRule("a season of other buckets", where=where, hint="use the same buckets", code="goals.season")
    return known


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
