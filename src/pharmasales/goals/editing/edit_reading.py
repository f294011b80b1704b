"""Edits are read (读取调整): nodes, periods and amounts looked up, the tree rebuilt, moves turned into flows.

What cannot be read is refused, all of it at once, before anything is worked out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from attrs import evolve

from pharmasales.errors import BadRows, BadRule, BadTree, NotFound, PharmaSalesError
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.editing.contradictions import contradictions
from pharmasales.goals.editing.edits import (
    Concentrate,
    Edit,
    Lock,
    Move,
    Pin,
    Resplit,
    Scale,
    Transfer,
    edit_nodes,
    edit_order,
)
from pharmasales.goals.editing.flows import flows_of
from pharmasales.goals.editing.statements import REFUSED, Held, Places, Statements, grains_of, places_of
from pharmasales.names import fold
from pharmasales.org import Org
from pharmasales.splits import in_grains, no_basis

__all__ = ["read_statements"]


def read_statements(base: Decomposition, edits: Iterable[Edit]) -> Statements:
    """Read a set of edits against the plan that they start from.

    Args:
        base: the plan.
        edits: the edits, in any order; the same edit twice says the same twice, but a move twice moves twice.

    Raises:
        BadRows: every edit that cannot be read, every transfer that would make a cycle, or every pair of edits that
            contradicts each other.
    """
    ordered = tuple(sorted(edits, key=edit_order))
    bad: list[PharmaSalesError] = []
    for edit in ordered:
        try:
            _known(base, edit)
        except PharmaSalesError as error:
            bad.append(error.at(edit.says.en))
    _refuse(bad)
    moved = {edit.node: edit.to for edit in ordered if isinstance(edit, Transfer)}
    _refuse([*_circular(base.org, ordered, moved)])
    says = Statements(base, ordered, _rebuilt(base.org, moved) if moved else base.org)
    _refuse([*contradictions(says), *_wrong_families(says)])
    joined = frozenset(edit.to for edit in says.of(Transfer) if not edit.with_goal)
    says = evolve(says, stated=_stated(says), weights=_weights(says), joined=joined)
    says = flows_of(says)
    _refuse([*_emptied(says)])
    return says


def _refuse(bad: Sequence[PharmaSalesError]) -> None:
    if bad:
        raise BadRows(REFUSED, bad)


def _known(base: Decomposition, edit: Edit) -> None:
    """Refuse nodes, periods and amounts that the plan cannot have."""
    for node_id in edit_nodes(edit):
        if node_id not in base.org:
            folded = fold(node_id)
            near = next((node.id for node in base.org if fold(node.id) == folded), None)
            hint = "correct the id" if near is None else f"did you mean {near!r}?"
            raise NotFound("no such node in the plan", where=f"node {node_id!r}", hint=hint, code="goals.edit.node")
    if isinstance(edit, Pin | Move):
        in_grains(edit.amount, base.grain)
    if isinstance(edit, Pin | Move | Scale):
        places_of(base, edit.period)
    if isinstance(edit, Transfer) and edit.node == base.org.root.id:
        raise BadRule("the root goes nowhere", hint="transfer a node below it", code="goals.edit")
    if isinstance(edit, Transfer) and not base.org.below[edit.to] and any(base.cells[edit.to]):
        hint = "transfer it to a node with parts, or begin with that node's goal at zero"
        raise BadRule("a node that carries a goal itself gets no parts", hint=hint, code="goals.edit.leaf")


def _circular(org: Org, edits: Iterable[Edit], moved: Mapping[str, str]) -> Iterator[PharmaSalesError]:
    """Find transfers of a node into what is, with all transfers done, below it."""
    for edit in edits:
        if not isinstance(edit, Transfer):
            continue
        path, here = [edit.node], moved[edit.node]
        while here not in path and here != org.root.id:
            path.append(here)
            here = moved.get(here, org.parent_of(here) or "")
        if here == edit.node:
            others = [one.says.en for one in edits if isinstance(one, Transfer) and one.node in path]
            hint = "give one of them another parent"
            reason = f"cycle: {' > '.join([*path, here])}"
            yield BadTree(reason, where=" and ".join(dict.fromkeys(others)), hint=hint, code="tree.cycle")


def _rebuilt(org: Org, moved: Mapping[str, str]) -> Org:
    """Return the tree with some nodes under others."""
    nodes = []
    for node in org:
        above = moved.get(node.id, org.parent_of(node.id))
        nodes.append(node if above == node.parent else evolve(node, parent=above))
    return Org.of(nodes)


def _wrong_families(says: Statements) -> Iterator[PharmaSalesError]:
    """Find families that are to be shared among others than their members, or by no weight at all."""
    for edit in says.edits:
        if not isinstance(edit, Resplit | Concentrate):
            continue
        due, named = set(says.org.below[edit.node]), set(edit_nodes(edit)[1:])
        for child in sorted(named - due):
            hint = f"its children: {', '.join(says.org.below[edit.node]) or 'none'}"
            where = f"{edit.says.en}, {child!r}"
            yield BadRule("no child of the node", where=where, hint=hint, code="goals.edit.family")
        if isinstance(edit, Resplit) and due - named:
            hint = f"give a weight to {', '.join(sorted(due - named))}, zero for none"
            yield BadRule("children without a weight", where=edit.says.en, hint=hint, code="goals.edit.family")
        if isinstance(edit, Concentrate) and not any(says.base.weights[child] for child in edit.on):
            yield no_basis("none of these children has a weight", edit.says.en)


def _stated(says: Statements) -> dict[str, dict[Places, Held]]:
    """Return what pins, scales and locks say, as they say it."""
    base, stated = says.base, dict[str, dict[Places, Held]]()

    def say(node_id: str, places: Places, grains: int, edit: Edit) -> None:
        mine = stated.setdefault(node_id, {})
        mine[places] = Held(grains, (*(mine[places].edits if places in mine else ()), edit))

    for edit in says.edits:
        if isinstance(edit, Pin | Scale):
            say(edit.node, places_of(base, edit.period), grains_of(base, edit), edit)
        elif isinstance(edit, Lock):
            say(edit.node, None, base.whole[edit.node], edit)
            for place, cell in enumerate(base.cells[edit.node]):
                say(edit.node, (place,), cell, edit)
    return stated


def _weights(says: Statements) -> dict[str, dict[str, Fraction]]:
    """Return the new weights of families: as given, or the old ones of those that an amount is concentrated on."""
    found: dict[str, dict[str, Fraction]] = {}
    for edit in says.edits:
        if isinstance(edit, Resplit):
            found[edit.node] = dict(edit.weights)
        elif isinstance(edit, Concentrate):
            kept = {child: says.base.weights[child] for child in edit.on}
            found[edit.node] = dict.fromkeys(says.org.below[edit.node], Fraction(0)) | kept
    return found


def _emptied(says: Statements) -> Iterator[PharmaSalesError]:
    """Find nodes whose last part goes, but whose goal stays."""
    for edit in says.of(Transfer):
        old = says.base.org.parent_of(edit.node) or ""
        flow = says.flows.get(old, [0] * len(says.base.buckets))
        left = [cell + add for cell, add in zip(says.base.cells[old], flow, strict=True)]
        if not says.org.below[old] and any(left):
            hint = "transfer it with its goal, or leave somebody there"
            where = f"{edit.says.en}, node {old!r}"
            yield BadRule("nobody is left to carry the goal", where=where, hint=hint, code="goals.edit.empty")
