"""Goals by product (产品 × 组织 × 日历): every node equals its parts for every product, in every bucket and in all.

Customers are one more level of the organisation (代表 > 客户). Each product has its total, its weights and its season.
Where nodes have a goal of their own over all products too, both margins hold: the node's own goal, and the product's
total; each family of children x products is then scaled and rounded to both.

>>> from pharmasales.goals.decomposing.season import even
>>> from pharmasales.org import Node
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import BOX
>>> org = Org.of([Node("N", "North", "area"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
>>> box, season, basis = Amount.of(1, BOX), even([Quarter(2026, 1)]), Says("sales", "销量")
>>> totals = product_totals(box * 90, {"alpha": 2, "beta": 1}, grain=box)
>>> weights = {"alpha": {"r1": 1, "r2": 2}, "beta": {"r1": 1, "r2": 1}}
>>> goals = decompose_products(org, totals, weights, season, grain=box, basis=basis)
>>> goals.amount("r1"), goals.amount("r1", product="alpha")
(Amount('35 BOX'), Amount('20 BOX'))
>>> both = decompose_products(org, totals, weights, season, grain=box, basis=basis, own={"r1": 1, "r2": 1})
>>> both.amount("r1"), both.amount("r1", product="alpha"), both.amount("N", product="alpha")
(Amount('45 BOX'), Amount('27 BOX'), Amount('60 BOX'))
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

from attrs import evolve, frozen

from pharmasales import names
from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, NotFound, PharmaSalesError
from pharmasales.goals.baselines.baseline import by_id
from pharmasales.goals.decomposing.biproportion import Stuck, table_within
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.decomposing.feasible import NOT_HELD, table_conflict
from pharmasales.goals.decomposing.product_goals import ByProduct, ProductGoals
from pharmasales.goals.decomposing.season import Season
from pharmasales.goals.decomposing.sharing import NoTable, Sharing, added_cells
from pharmasales.goals.decomposing.tasks import Task, Terms
from pharmasales.goals.decomposing.within import Room, nearest, turned
from pharmasales.org import Org
from pharmasales.splits import AllZero, Method, Negative, no_basis, one_unit, split
from pharmasales.units import Amount, Number

__all__ = ["decompose_products", "product_totals"]

V = TypeVar("V")


def product_totals(
    total: Amount, weights: Mapping[str, Number], *, grain: Amount, method: Method = "largest_remainder"
) -> dict[str, Amount]:
    """Split one total over products by weight (产品拆分), exactly.

    Args:
        total: the total, a multiple of the grain.
        weights: the weight of each product.
        grain: what every goal is a multiple of.
        method: `largest_remainder` or `webster`.

    >>> from pharmasales.units import BOX
    >>> product_totals(Amount.of(7, BOX), {"a": 5, "b": 2}, grain=Amount.of(1, BOX))
    {'a': Amount('5 BOX'), 'b': Amount('2 BOX')}

    Raises:
        BadRows: two spellings of one product.
        BadValue: as `split`.
    """
    known = by_id(weights, "products")
    return dict(zip(known, split(total, list(known.values()), grain=grain, method=method), strict=True))


def decompose_products(
    org: Org,
    totals: Mapping[str, Amount],
    weights: Mapping[str, Mapping[str, Number]],
    season: Season | Mapping[str, Season],
    *,
    grain: Amount,
    basis: Says,
    own: Mapping[str, Number] | None = None,
    all_zero: AllZero = "refuse",
    negative: Negative = "refuse",
    method: Method = "largest_remainder",
    constraints: Iterable[Constraint] = (),
) -> ProductGoals:
    """Decompose the totals of several products over one organisation and calendar (产品 × 组织 × 日历).

    Without `own`, and without a constraint over all products, each product goes down the tree by itself. With either,
    the sum of all totals is first decomposed over the tree, and then each family's children x products meet both what
    each child has in all and what there is of each product. Where families one by one have no such table, all leaves
    are tried in one.

    Args:
        org: who shares; a leaf may be a customer of a rep.
        totals: the total of each product, of one unit.
        weights: for each product one weight a leaf.
        season: one season, or one a product, of the same buckets.
        grain: what every goal is a multiple of.
        basis: what the weights rest on.
        own: weights of the leaves for what they are to reach over all products; where they are left out and a
            constraint over all products asks for it, each leaf's expected share of every total.
        all_zero: as in `decompose`.
        negative: as in `decompose`.
        method: as in `decompose`.
        constraints: those that name a product bind it; those that do not bind the sum over all, for the whole period.

    Raises:
        BadRows: weights or constraints that are refused; what cannot hold together, products named.
        BadRule: seasons of several bucketings, or products that have no weights or season.
        BadValue: as `decompose`.
        NotComparable: totals in several units.

    Source: S004-43 (product x hospital x department, by month).
    """
    known = by_id(totals, "products")
    one_unit(known.values(), "totals")
    asked = tuple(constraints)
    seasons = {product: _of(product, season, "season") if isinstance(season, Mapping) else season for product in known}
    if not seasons:
        raise no_basis("there are no products")
    if len({one.buckets for one in seasons.values()}) != 1:
        raise BadRule("seasons of several bucketings", hint="use the same buckets", code="goals.season")
    _known_products(asked, known)
    tasks = {}
    for product, total in known.items():
        mine = tuple(one for one in asked if one.product == product)
        terms = Terms(all_zero, negative, method, mine, product=product)
        tasks[product] = Task.of(org, total, _of(product, weights, "weights"), seasons[product], grain, terms)
        tasks[product].require()
    shared = tuple(one for one in asked if one.product is None)
    if own is None and not shared:
        return ProductGoals(
            org, grain, basis, {name: _made(name, task, task.goals(basis)) for name, task in tasks.items()}
        )
    total = Amount.total(known.values(), grain.unit)
    first = next(iter(seasons.values()))
    terms = Terms(all_zero, negative, method, shared)
    whole = Task.of(org, total, _expected(tasks) if own is None else own, first, grain, terms)
    whole.require()
    return _both_margins(tasks, whole, basis)


def _of(product: str, values: Mapping[str, V], what: str) -> V:
    if product not in values:
        where = f"{what} of {product!r}"
        raise BadRule("a product without any", where=where, hint="give one for every product", code="goals.product")
    return values[product]


def _known_products(asked: Iterable[Constraint], products: Collection[str]) -> None:
    """Refuse constraints on products that are not planned, and those on a bucket over all products."""
    bad: list[PharmaSalesError] = []
    for one in asked:
        where = f"constraint on {one.node!r}"
        if one.product is not None and one.product not in products:
            hint = names.nearest(one.product, products)
            bad.append(NotFound("no such product in these goals", where=where, hint=hint, code="goals.product"))
        elif one.product is None and one.period is not None:
            hint = "name a product, or ask for the whole period"
            bad.append(BadRule("a bucket over all products", where=where, hint=hint, code="goals.product"))
    if bad:
        raise BadRows("constraints are refused", bad)


def _expected(tasks: Mapping[str, Task]) -> dict[str, Fraction]:
    """Return what each leaf may expect over all products: its share of each total."""
    found: dict[str, Fraction] = {}
    for task in tasks.values():
        sharing = task.sharing
        whole = sharing.weights[sharing.org.root.id]
        for leaf in sharing.org.leaves():
            part = Fraction(task.grains * sharing.weights[leaf.id], whole) if whole else Fraction(0)
            found[leaf.id] = found.get(leaf.id, Fraction(0)) + abs(part)
    return found


def _made(product: str | None, task: Task, made: Decomposition | NoTable) -> Decomposition:
    if isinstance(made, NoTable):
        conflict = table_conflict(task.grain, task.sharing.season.buckets, made, product)
        raise BadRows(NOT_HELD, [conflict.error()])
    return made


def _both_margins(tasks: Mapping[str, Task], whole: Task, basis: Says) -> ProductGoals:
    """Share every family's children x products so that own goals and products' totals hold, then each by bucket."""
    org, products = whole.sharing.org, list(tasks)
    totals = [task.grains for task in tasks.values()]
    if min(totals) < 0 < max(totals):
        hint = "decompose those below zero apart"
        raise BadRule("totals of both signs beside goals over all products", hint=hint, code="goals.product")
    own, _ = whole.sharing.wholes(whole.grains)
    rows = _Families(org, [task.sharing for task in tasks.values()], own, -1 if sum(totals) < 0 else 1).rows(totals)
    if isinstance(rows, NoTable):
        raise BadRows(NOT_HELD, [table_conflict(whole.grain, products, rows).error()])
    made = {}
    for place, (product, task) in enumerate(tasks.items()):
        mine = {node_id: cells[place] for node_id, cells in rows.items()}
        told = ByProduct(org, product, task.grain, mine, own)
        made[product] = _made(product, task, task.goals(basis, mine, told))
    sums = {node_id: added_cells([one.cells[node_id] for one in made.values()]) for node_id in org.nodes}
    above = evolve(_made(None, whole, whole.goals(basis)), cells=sums)
    return ProductGoals(org, whole.grain, basis, made, above)


@frozen
class _Families:
    """Shares children x products, family by family, or all leaves at once where a family has no table."""

    org: Org
    sharing: Sequence[Sharing]
    own: Mapping[str, int]
    sign: int

    def rows(self, totals: Sequence[int]) -> dict[str, list[int]] | NoTable:
        """Return what every node has of each product."""
        found = {self.org.root.id: list(totals)}
        for node_id, below in self.org.families:
            table = self._table(below, found[node_id])
            if isinstance(table, Stuck):
                stuck = NoTable(node_id, tuple(below[row] for row in table.rows), table)
                return self._at_the_leaves(totals) or stuck
            found.update(zip(below, table, strict=True))
        return found

    def _table(self, below: Sequence[str], columns: Sequence[int]) -> list[list[int]] | Stuck:
        seeds = [[one.weights[child] for one in self.sharing] for child in below]
        rooms = [[self._room(one, child) for one in self.sharing] for child in below]
        rows = [self.sign * self.own[child] for child in below]
        if self.sign < 0:
            rooms = [[turned(room) for room in line] for line in rooms]
        table = table_within(seeds, rows, [self.sign * column for column in columns], rooms)
        return table if isinstance(table, Stuck) else [[self.sign * cell for cell in row] for row in table]

    def _room(self, sharing: Sharing, node_id: str) -> Room:
        if sharing.limits is not None and node_id in sharing.limits.whole:
            return sharing.limits.whole[node_id]
        return (0, None) if self.sign > 0 else (None, 0)

    def _at_the_leaves(self, totals: Sequence[int]) -> dict[str, list[int]] | None:
        leaves = [leaf.id for leaf in self.org.leaves()]
        table = self._table(leaves, totals)
        if isinstance(table, Stuck):
            return None
        found = self.org.roll_up(dict(zip(leaves, table, strict=True)), lambda one, other: added_cells([one, other]))
        for place, sharing in enumerate(self.sharing):
            held = {} if sharing.limits is None else sharing.limits.whole
            if any(nearest(found[node_id][place], room) != found[node_id][place] for node_id, room in held.items()):
                return None
        return found
