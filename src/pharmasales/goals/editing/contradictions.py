"""Which edits cannot both be true (相互矛盾的调整)? Each pair is named, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator

from pharmasales.errors import BadRule, PharmaSalesError
from pharmasales.goals.editing.edits import Concentrate, Edit, Lock, Move, Pin, Resplit, Scale, Transfer, edit_nodes
from pharmasales.goals.editing.statements import Statements, grains_in, grains_of, places_of

__all__ = ["contradictions"]


def contradictions(says: Statements) -> list[PharmaSalesError]:
    """Return every pair of edits of a set that contradicts each other.

    Args:
        says: the set, read, with its tree.
    """
    return [*_amounts(says), *_moves(says), *_transfers(says), *_families(says), *_locks(says)]


def _contradict(one: Edit, other: Edit, what: str, hint: str = "drop one of them") -> BadRule:
    return BadRule(f"{one.says.en} and {other.says.en} contradict: {what}", hint=hint, code="goals.edit.conflict")


def _amounts(says: Statements) -> Iterator[BadRule]:
    """Find pins and scales that give one node different amounts in one period."""
    first: dict[object, tuple[Edit, int]] = {}
    for edit in says.edits:
        if isinstance(edit, Pin | Scale):
            key, grains = (edit.node, places_of(says.base, edit.period)), grains_of(says.base, edit)
            known = first.setdefault(key, (edit, grains))
            if known[1] != grains:
                yield _contradict(known[0], edit, "two amounts of one node")


def _moves(says: Statements) -> Iterator[BadRule]:
    """Find nodes that are moved from or to, and fixed as well; and moves between a node and its own parts."""
    fixed = {edit.node: edit for edit in says.edits if isinstance(edit, Pin | Scale)}
    alone = {edit.node: edit for edit in says.of(Transfer) if not edit.with_goal}
    families = {edit.node: edit for edit in says.edits if isinstance(edit, Resplit | Concentrate)}
    joined = {edit.to: edit for edit in says.of(Transfer) if not edit.with_goal}
    for move in says.of(Move):
        for node_id in (move.source, move.to):
            above = says.org.parent_of(node_id) or ""
            for other in (fixed.get(node_id), alone.get(node_id), families.get(above), joined.get(above)):
                if other is not None:
                    yield _contradict(move, other, f"both say what {node_id!r} has", "say the amount by a pin")
        paths = [[node.id for node in says.org.path(node_id)] for node_id in (move.source, move.to)]
        if move.source in paths[1] or move.to in paths[0]:
            hint = "move between nodes of which neither is part of the other"
            yield BadRule("a move between a node and its own part", where=move.says.en, hint=hint, code="goals.edit")


def _transfers(says: Statements) -> Iterator[BadRule]:
    """Find nodes that are to go to two places, or with and without their goal."""
    first: dict[str, Transfer] = {}
    for edit in says.of(Transfer):
        known = first.setdefault(edit.node, edit)
        if (known.to, known.with_goal) != (edit.to, edit.with_goal):
            yield _contradict(known, edit, "one node goes to one place")


def _families(says: Statements) -> Iterator[BadRule]:
    """Find families that are to be shared in two ways, and children left out that are to have something."""
    first: dict[str, Resplit | Concentrate] = {}
    for edit in [one for one in says.edits if isinstance(one, Resplit | Concentrate)]:
        known = first.setdefault(edit.node, edit)
        same = known.weights == edit.weights if isinstance(known, Resplit) and isinstance(edit, Resplit) else False
        if isinstance(known, Concentrate) and isinstance(edit, Concentrate):
            same = known.on == edit.on
        if not same:
            yield _contradict(known, edit, "one family is shared in one way")
    fixed: dict[str, list[Pin | Scale]] = {}
    for other in says.edits:
        if isinstance(other, Pin | Scale) and grains_of(says.base, other):
            fixed.setdefault(other.node, []).append(other)
    for edit in says.of(Concentrate):
        for child in says.org.below[edit.node]:
            for pinned in fixed.get(child, ()) if child not in edit.on else ():
                yield _contradict(edit, pinned, f"{child!r} is left out")


def _locks(says: Statements) -> Iterator[BadRule]:
    """Find edits inside what is locked."""
    covering: dict[str, dict[Lock, None]] = {}
    for lock in says.of(Lock):
        for node_id in says.base.org.within(lock.node) if lock.below else (lock.node,):
            covering.setdefault(node_id, {})[lock] = None
    for edit in says.edits:
        near = dict.fromkeys(lock for node_id in edit_nodes(edit)[:2] for lock in covering.get(node_id, ()))
        for lock in near:
            inside = {node_id for node_id in edit_nodes(edit) if lock in covering.get(node_id, ())}
            if _breaks(says, edit, lock, inside):
                yield _contradict(lock, edit, "it stays as it is", "drop one of them, or lock less")


def _breaks(says: Statements, edit: Edit, lock: Lock, inside: set[str]) -> bool:
    """Whether an edit changes what a lock covers, of which it names some nodes."""
    if isinstance(edit, Pin | Scale):
        held = grains_in(says.base, edit.node, places_of(says.base, edit.period))
        return grains_of(says.base, edit) != held
    if isinstance(edit, Move):
        return True
    if isinstance(edit, Transfer):
        goes = edit.node in inside - {lock.node} or (edit.node == lock.node and not edit.with_goal)
        return goes or (lock.below and edit.to in inside)
    return isinstance(edit, Resplit | Concentrate) and lock.below and edit.node in inside
