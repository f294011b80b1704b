"""Goals in force are locked (生效锁定): a plan is edited around them, and an edit of one of them is refused.

>>> from datetime import date
>>> from pharmasales.goals.agreeing.agreed_terms import GoalTerms
>>> from pharmasales.goals.editing.edits import Pin
>>> from pharmasales.units import BOX, Amount
>>> day, terms = date(2026, 12, 1), GoalTerms(Amount.of(500, BOX))
>>> one = Agreement.draft("G1", "r1", owner="p1", manager="m1", terms=terms, by="m1", on=day)
>>> one = one.propose(by="m1", on=day).accept(by="p1", on=day).approve(by="m1", on=day).enforce(by="m1", on=day)
>>> agreement_locks([one])
(Lock(node='r1', below=False, mark=Mark(by='m1', on=datetime.date(2026, 12, 1))),)
>>> try:
...     refuse_in_force([one], [Pin("r1", Amount.of(600, BOX))])
... except BadRows as bad:
...     print(*bad.lines())
a goal in force @ pin of 'r1'; revise 'G1': its owner must accept the change and its manager approve it
[goals.agreement.locked]

Source: S004-56.
"""

from __future__ import annotations

from collections.abc import Iterable

from pharmasales.errors import BadRows, BadRule, PharmaSalesError
from pharmasales.goals.agreeing.agreement import Agreement
from pharmasales.goals.editing.edits import Edit, Lock, Mark, Move, Pin, Scale, Transfer, edit_nodes

__all__ = ["agreement_locks", "refuse_in_force"]


def agreement_locks(agreements: Iterable[Agreement]) -> tuple[Lock, ...]:
    """Return a lock for each node whose goal is in force; what is below it may still change among its parts.

    Args:
        agreements: the agreements; those not in force lock nothing.
    """
    locks = []
    for one in agreements:
        step = None if one.in_force is None else one.in_force.signed("enforce")
        if step is not None:
            locks.append(Lock(one.node, below=False, mark=Mark(step.by, step.on, step.reason)))
    return tuple(locks)


def refuse_in_force(agreements: Iterable[Agreement], edits: Iterable[Edit]) -> None:
    """Refuse edits that speak of a node whose goal is in force, and say what to do instead.

    Edits around such nodes pass; make them together with `agreement_locks`, so that nobody's agreed goal absorbs them.

    Args:
        agreements: the agreements.
        edits: what is to be changed.

    Raises:
        BadRows: every edit of a goal in force.
    """
    locked = {one.node: one.goal for one in agreements if one.in_force is not None}
    bad: list[PharmaSalesError] = []
    for edit in edits:
        for goal in [locked[node_id] for node_id in _spoken_of(edit) if node_id in locked]:
            hint = f"revise {goal!r}: its owner must accept the change and its manager approve it"
            bad.append(BadRule("a goal in force", where=edit.says.en, hint=hint, code="goals.agreement.locked"))
    if bad:
        raise BadRows("goals in force are locked", bad)


def _spoken_of(edit: Edit) -> tuple[str, ...]:
    """Return the nodes whose own goal an edit changes; a node may go elsewhere with its goal, or be locked."""
    if isinstance(edit, Transfer):
        return () if edit.with_goal else (edit.node,)
    return edit_nodes(edit) if isinstance(edit, Pin | Scale | Move) else edit_nodes(edit)[1:]
