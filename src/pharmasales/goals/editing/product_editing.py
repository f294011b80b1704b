"""Editing goals by product (分产品目标调整): each product's goals are a plan of their own, and are edited as one.

>>> from pharmasales.display import Says
>>> from pharmasales.goals.editing.edits import Move, Pin
>>> from pharmasales.goals.decomposing.products import decompose_products
>>> from pharmasales.goals.decomposing.season import even
>>> from pharmasales.org import Node, Org
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import BOX, Amount
>>> org = Org.of([Node("N", "North", "area"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
>>> box, season, basis = Amount.of(1, BOX), even([Quarter(2026, 1)]), Says("sales", "销量")
>>> weights = {"alpha": {"r1": 1, "r2": 1}, "beta": {"r1": 1, "r2": 2}}
>>> goals = decompose_products(org, {"alpha": box * 60, "beta": box * 30}, weights, season, grain=box, basis=basis)
>>> edited = edit_products(goals, {"alpha": [Pin("r1", box * 40)], "beta": [Move("r2", "r1", box * 5)]})
>>> [str(edited.amount("r1", product=name)) for name in ("alpha", "beta", None)]
['40 BOX', '15 BOX', '55 BOX']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import evolve

from pharmasales.errors import BadRows, BadRule, PharmaSalesError
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.decomposing.product_goals import ProductGoals
from pharmasales.goals.decomposing.sharing import added_cells
from pharmasales.goals.editing.edited import edit_plan
from pharmasales.goals.editing.edits import Edit, Transfer

__all__ = ["edit_products"]


def edit_products(goals: ProductGoals, edits: Mapping[str, Iterable[Edit]]) -> ProductGoals:
    """Apply a set of edits to each product (分产品调整); products do not move each other.

    Where nodes have goals over all products of their own, the edits of all products together must leave these as they
    are: what a node has less of one product it has more of another.

    Args:
        goals: the goals by product.
        edits: the edits of each product, by its name.

    Raises:
        BadRows: as `edit_plan`, with the product; a transfer that not all products make; a node whose own goal over all
            products would no longer hold.
        NotFound: a product that the goals do not have.
    """
    given = {product: tuple(some) for product, some in edits.items()}
    made: dict[str, Decomposition] = dict(goals.products)
    bad: list[PharmaSalesError] = []
    for product, some in given.items():
        try:
            made[product] = edit_plan(goals.of(product), some).plan
        except BadRows as group:
            bad += [
                error.at(f"product {product!r}") for error in group.exceptions if isinstance(error, PharmaSalesError)
            ]
    bad = bad or [*_apart(goals, given), *_off_their_own(goals, made)]
    if bad:
        raise BadRows("edits by product are refused", bad)
    return evolve(goals, org=next(iter(made.values())).org, products=made)


def _apart(goals: ProductGoals, edits: Mapping[str, tuple[Edit, ...]]) -> list[PharmaSalesError]:
    """Find transfers that some products make and others do not: all products have one tree."""
    goes = {
        product: {(e.node, e.to) for e in edits.get(product, ()) if isinstance(e, Transfer)}
        for product in goals.products
    }
    every = set.union(*goes.values())
    return [
        BadRule(
            f"a transfer of {node!r} that only some products make",
            where=f"product {product!r}",
            hint="make it for all products; each with or without its goal",
            code="goals.edit.product",
        )
        for product, mine in goes.items()
        for node, _ in sorted(every - mine)
    ]


def _off_their_own(goals: ProductGoals, made: Mapping[str, Decomposition]) -> list[PharmaSalesError]:
    """Find nodes that would have another amount over all products than the one set for them."""
    own = goals.own
    if own is None:
        return []
    hint = "give the difference to another product of the same node"
    return [
        BadRule(
            "its goal over all products would change",
            where=f"goal of {node_id!r}",
            hint=hint,
            code="goals.edit.product",
        )
        for node_id in own.org.nodes
        if added_cells([one.cells[node_id] for one in made.values()]) != list(own.cells[node_id])
    ]
