"""What flows between nodes (划转流向): a moved amount leaves every node up to the one above both, and comes down again.

Moves and transfers with their goal are flows by bucket. The node above both ends keeps what it has, and so does
everybody beside the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve

from pharmasales.errors import BadRows, BadRule, PharmaSalesError
from pharmasales.goals.decomposing.margins import controlled_rounding
from pharmasales.goals.editing.edits import Edit, Move, Transfer, edit_order
from pharmasales.goals.editing.statements import REFUSED, Places, Statements, places_of
from pharmasales.org import Org
from pharmasales.splits import apportion, in_grains, no_basis

__all__ = ["flows_of"]


def flows_of(says: Statements) -> Statements:
    """Return the statements with what flows through each node.

    Args:
        says: the edits, read.

    Raises:
        BadRows: moves of more than there is, and flows through a level that hands on more than its own.
    """
    flows: dict[str, list[int]] = {}
    carriers: dict[str, dict[Edit, None]] = {}
    bad: list[PharmaSalesError] = []
    for edit, source, to, cells in [*_moved(says, bad), *_transferred(says)]:
        ways = _ways(says.org, source, to)
        start = 1 if isinstance(edit, Move) else 0  # the family of a transfer's ends changes, too
        if any(_hands_on(says, node_id) for way in ways for node_id in way[start:]):
            hint = "move within one family, or pin the amounts"
            reason = "a flow through a level that hands on more than its own"
            bad.append(BadRule(reason, where=edit.says.en, hint=hint, code="goals.edit.over"))
        if isinstance(edit, Move) and says.org.below[to] and not says.base.weights[to]:
            bad.append(no_basis("nothing says how to share it below", edit.says.en))
        for way, sign in zip(ways, (-1, 1), strict=True):
            for node_id in way:
                mine = flows.setdefault(node_id, [0] * len(cells))
                mine[:] = [have + sign * cell for have, cell in zip(mine, cells, strict=True)]
                carriers.setdefault(node_id, {})[edit] = None
    bad += _overdrawn(says, flows)
    if bad:
        raise BadRows(REFUSED, bad)
    ordered = {node_id: tuple(sorted(edits, key=edit_order)) for node_id, edits in carriers.items()}
    return evolve(says, flows=flows, carriers=ordered)


def _moved(says: Statements, bad: list[PharmaSalesError]) -> Iterator[tuple[Edit, str, str, Sequence[int]]]:
    """Cut each move into buckets as its source has them, all moves out of one source together."""
    groups: dict[tuple[str, Places], list[Move]] = {}
    for move in says.of(Move):
        groups.setdefault((move.source, places_of(says.base, move.period)), []).append(move)
    for (source, places), moves in groups.items():
        cells = says.base.cells[source]
        within = range(len(cells)) if places is None else places
        amounts = [in_grains(move.amount, says.base.grain) for move in moves]
        weights = [abs(cell) if place in within else 0 for place, cell in enumerate(cells)]
        if any(weights):
            columns = apportion(sum(amounts), weights)
        else:
            hint = "move from a node that has some"
            where = moves[0].says.en
            bad.append(BadRule("nothing there to move", where=where, hint=hint, code="goals.edit.overdrawn"))
            continue
        for move, row in zip(moves, controlled_rounding(amounts, columns), strict=True):
            yield move, source, move.to, row


def _transferred(says: Statements) -> Iterator[tuple[Edit, str, str, Sequence[int]]]:
    seen: set[str] = set()
    for edit in says.of(Transfer):
        if edit.with_goal and edit.node not in seen:
            seen.add(edit.node)
            yield edit, says.base.org.parent_of(edit.node) or edit.node, edit.to, says.base.cells[edit.node]


def _ways(org: Org, source: str, to: str) -> tuple[list[str], list[str]]:
    """Return the nodes from each end up to, but without, the one above both."""
    up = [node.id for node in reversed(org.path(source))]
    down = [node.id for node in reversed(org.path(to))]
    while up and down and up[-1] == down[-1]:
        up.pop()
        down.pop()
    return up, down


def _hands_on(says: Statements, node_id: str) -> bool:
    return bool(says.base.handed.rise.shares.get(says.org[node_id].level))


def _overdrawn(says: Statements, flows: dict[str, list[int]]) -> Iterator[PharmaSalesError]:
    """Find nodes that more is moved from than they have."""
    sign = -1 if says.base.total.minor < 0 else 1
    ends: dict[str, list[Move]] = {}
    for move in says.of(Move):
        ends.setdefault(move.source, []).append(move)
        ends.setdefault(move.to, []).append(move)
    for node_id, moves in ends.items():
        pairs = zip(says.base.cells[node_id], flows.get(node_id, ()), strict=False)
        if any(sign * (cell + add) < min(0, sign * cell) for cell, add in pairs):
            names = " and ".join(dict.fromkeys(move.says.en for move in moves))
            hint = "move less, or name a bucket that has it"
            reason = f"more than there is: {names}"
            yield BadRule(reason, where=f"goal of {node_id!r}", hint=hint, code="goals.edit.overdrawn")
