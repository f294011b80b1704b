"""Goal decomposition (目标分解): one number into everybody's number, for every month.

First the whole amount goes down the tree by weight, then the total is cut into buckets by season, then each parent's
buckets are shared out so that every child keeps both its whole amount and the parent's buckets. Every node equals its
parts, in every bucket and in all, to the last grain.

>>> from pharmasales.goals.decomposing.season import season_given
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

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from attrs import evolve

from pharmasales.display import Says
from pharmasales.errors import BadRows
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.decomposing.feasible import NOT_HELD, Feasibility, table_conflict
from pharmasales.goals.decomposing.season import Season
from pharmasales.goals.decomposing.sharing import NoTable
from pharmasales.goals.decomposing.tasks import Task, Terms
from pharmasales.org import Org
from pharmasales.splits import AllZero, Method, Negative
from pharmasales.units import Amount, Number

__all__ = ["decompose", "feasibility"]


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
    above, unless that cannot hold otherwise. A leaf stays on the total's side of zero unless a constraint says
    otherwise, and a weight of zero gets the nearest to zero that its constraints allow.

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
        over: by level, the share by which its nodes hand on more than their own goal (层层加码), such as `5%`; its
            buckets follow the node's own, as far as constraints below allow.
        seasons: a season of its own for a node and all below it, by node id, of the same buckets; each family is then
            scaled to both margins.

    >>> from pharmasales.goals.decomposing.season import even
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
    task = Task.of(
        org,
        total,
        weights,
        season,
        grain,
        Terms(all_zero, negative, method, tuple(constraints), over, seasons),
    )
    task.require()
    made = task.goals(basis)
    if isinstance(made, NoTable):
        raise BadRows(NOT_HELD, [table_conflict(grain, season.buckets, made).error()])
    return made


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
    it the parts are believed, so that each is told once. Constraints on buckets are then tried out: a family whose
    whole amounts and buckets have no table in common is named with them. Whole amounts are decided before buckets, so
    in rare dense cases others would hold where these do not: fix the whole amount of the node named, and ask again.

    >>> from pharmasales.goals.decomposing.season import even
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
    task = Task.of(
        org,
        total,
        weights,
        season,
        grain,
        Terms(all_zero, negative, method, tuple(constraints), over, seasons),
    )
    report = task.report()
    if not report.holds or (task.sharing.limits is None and not task.sharing.seasons):
        return report
    made = task.goals(Says("", ""))
    if isinstance(made, NoTable):
        return evolve(report, conflicts=(table_conflict(grain, season.buckets, made),))
    return report
