"""A set of edits made ready (调整准备): what must hold, in which rooms, and the weights of the tree as edited."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, PharmaSalesError
from pharmasales.goals.decomposing.asked import Asked
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.decomposing.feasible import Feasibility, report_of
from pharmasales.goals.decomposing.limits import Limits, limits_of
from pharmasales.goals.decomposing.sharing import NoTable
from pharmasales.goals.decomposing.within import Room, nearest
from pharmasales.goals.editing.edit_reading import read_statements
from pharmasales.goals.editing.edits import Edit, Transfer
from pharmasales.goals.editing.resharing import Reshared, Resharing
from pharmasales.goals.editing.statements import REFUSED, Held, Statements
from pharmasales.units import Amount

__all__ = ["EditTask"]

_KEPT = Says("amount that it has without a weight", "无权重时保持的金额")
_BEYOND = Says("amount that it has beyond zero", "已在零以外的金额")
_LEFT_OUT = Says("place outside the family's new weights", "新权重中未分配")


@frozen(eq=False)
class _Weighs(Mapping[str, int]):
    """Whether nodes have a weight, 1 or 0, which is all that bounds ask."""

    base: Mapping[str, Fraction]
    fresh: Mapping[str, Fraction]

    def __getitem__(self, node_id: str) -> int:
        return 1 if self.fresh.get(node_id, self.base[node_id]) else 0

    def __iter__(self) -> Iterator[str]:
        return iter(self.base)

    def __len__(self) -> int:
        return len(self.base)


@frozen
class EditTask:
    """What a set of edits asks for, read and checked.

    Args:
        says: the edits.
        held: what each node must have.
        asked: that, and what the base and its signs ask for, as constraints.
        limits: the rooms that they leave.
        total: the new total.
    """

    says: Statements
    held: Mapping[str, Mapping[int | None, Held]] = field(repr=False)
    asked: Asked = field(repr=False)
    limits: Limits = field(repr=False)
    total: Amount

    @classmethod
    def of(cls, base: Decomposition, edits: Iterable[Edit]) -> EditTask:
        """Read a set of edits.

        Raises:
            BadRows: edits that cannot be read, that contradict each other, or that move beyond a constraint.
        """
        says = read_statements(base, edits)
        held = says.held()
        if bad := list(_pushed_out(says, held)):
            raise BadRows(REFUSED, bad)
        root = held.get(says.org.root.id, {}).get(None)
        total = base.total if root is None else base.grain * root.grains
        asked = _asked(says, held)
        fresh = {child: weight for weights in says.weights.values() for child, weight in weights.items()}
        weighs = _Weighs(base.weights, fresh)
        sign = -1 if total.minor < 0 else 1
        limits = limits_of(says.org, weighs, asked, len(base.buckets), sign=sign, rise=base.handed.rise)
        return cls(says, held, asked, limits, total)

    def report(self) -> Feasibility:
        """Say what cannot hold together, as far as whole amounts and bounds of buckets go."""
        base = self.says.base
        return report_of(self.says.org, self.total, base.grain, self.limits, self.asked, base.buckets, None)

    def run(self) -> Reshared | NoTable:
        """Share the difference out, or say which family has no table."""
        grains = self.total.minor // self.says.base.grain.minor
        return Resharing(self.says, self.held, self.limits).run(grains)

    def weights(self) -> Mapping[str, Fraction]:
        """Return the weight of every node as edited: families with new weights scaled, the rest as it was."""
        says, base = self.says, self.says.base
        fresh: dict[str, Fraction] = {}
        factors: dict[str, Fraction] = {}
        for node_id, below in says.org.families:
            new, factor = says.weights.get(node_id), factors.get(node_id, Fraction(1))
            if new is None and factor == 1:
                continue
            family = sum((base.weights[child] for child in below), Fraction(0))
            of = Fraction(1) if new is None else sum(new.values(), Fraction(0))
            for child in below:
                was = base.weights[child]
                fresh[child] = factor * (was if new is None else family * new[child] / of)
                factors[child] = fresh[child] / was if was else Fraction(0)
        known = ChainMap(fresh, base.weights) if fresh else base.weights  # type: ignore[arg-type]  # only read
        if says.org is base.org:
            return known
        return says.org.roll_up({leaf.id: known[leaf.id] for leaf in says.org.leaves()}, Fraction.__add__)


def _pushed_out(says: Statements, held: Mapping[str, Mapping[int | None, Held]]) -> Iterator[PharmaSalesError]:
    """Find what moves alone would take beyond a constraint: brought back, a move would be undone in part."""
    wholes, rows = says.start()
    for node_id, edits in says.carriers.items():
        for place, asked in says.base.asked.get(node_id, {}).items():
            count = wholes[node_id] if place is None else rows[node_id][place]
            for room, constraint in asked:
                if place not in held.get(node_id, ()) and nearest(count, room) != count:
                    reason = f"more than {node_id!r} may have or give: {constraint.why().head()}"
                    hint = "move less, or pin the amounts"
                    yield BadRule(reason, where=edits[0].says.en, hint=hint, code="goals.edit.bound")


def _asked(
    says: Statements, held: Mapping[str, Mapping[int | None, Held]]
) -> dict[str, dict[int | None, list[tuple[Room, Constraint]]]]:
    """Put what must hold into constraints: the base's own, those of the edits, and what nobody may be pushed beyond."""
    found = {node_id: {place: list(asked) for place, asked in by.items()} for node_id, by in says.base.asked.items()}
    for node_id, place, least, most, label in [*_fixed(says, held), *_kept(says, held)]:
        bounds = [None if end is None else says.base.grain * end for end in (least, most)]
        period = None if place is None else says.base.buckets[place]
        one = Constraint(node_id, bounds[0], bounds[1], period, label=label)
        found.setdefault(node_id, {}).setdefault(place, []).append(((least, most), one))
    return found


def _fixed(
    says: Statements, held: Mapping[str, Mapping[int | None, Held]]
) -> Iterator[tuple[str, int | None, int | None, int | None, Says]]:
    for node_id, by in held.items():
        for place, due in by.items():
            yield node_id, place, due.grains, due.grains, due.edits[0].says
    for weights in says.weights.values():
        for child, weight in weights.items():
            if not weight and child not in held:
                yield child, None, 0, 0, _LEFT_OUT


def _kept(
    says: Statements, held: Mapping[str, Mapping[int | None, Held]]
) -> Iterator[tuple[str, int | None, int | None, int | None, Says]]:
    """Yield what leaves keep that have something without a weight, or beyond zero; a plan by weights alone has none."""
    base, sign = says.base, -1 if says.base.total.minor < 0 else 1
    pure = base.limits is None and not base.told
    wholes, rows = says.start()
    fresh = {child for weights in says.weights.values() for child in weights}
    for edit in says.of(Transfer):
        fresh |= set() if edit.with_goal else says.org.within(edit.node)
    for leaf in says.org.leaves() if not pure else [says.org[node_id] for node_id in says.flows]:
        whole = wholes[leaf.id]
        if says.org.below[leaf.id]:
            continue
        if leaf.id not in fresh and leaf.id not in held and whole and not base.weights[leaf.id]:
            yield leaf.id, None, whole, whole, _KEPT
        for place, count in ((None, whole), *enumerate(rows[leaf.id])):
            if sign * count < 0:
                yield (leaf.id, place, count, None, _BEYOND) if sign > 0 else (leaf.id, place, None, count, _BEYOND)
