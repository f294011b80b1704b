"""The versions of a period's goals in a store (目标版本): the plan they began with, the edits since, who changed what.

A version is kept once and never changed. Its head (number, who, when) is everybody's; the plan behind it belongs to the
top of the organisation; each number that a version changed belongs to its node, and each edit to the nearest node above
all that it names. So a reader of a part sees what was changed there, and by which edits, and nothing else.

>>> from pharmasales.periods import period
>>> from pharmasales.storage import open_store
>>> with open_store("memory:") as store:
...     versions_of(store, period("2026-Q1"))
[]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from attrs import frozen

from pharmasales.display import Says
from pharmasales.errors import NotFound
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.decomposing.plan_records import plan_data, plan_from
from pharmasales.goals.editing.edit_records import edit_row, edits_from
from pharmasales.goals.editing.edited import EditedPlan, edit_plan
from pharmasales.goals.editing.edits import Edit, edit_nodes
from pharmasales.goals.editing.plan_diff import PlanChange, diff_plans
from pharmasales.org import Org
from pharmasales.periods import Period
from pharmasales.storage import Unit
from pharmasales.storage.protocol import Reader
from pharmasales.storage.records import ANYBODY, NODE
from pharmasales.units import Amount
from pharmasales.units import Unit as Counted
from pharmasales.workspace.cells import path_part
from pharmasales.workspace.doing import Done

__all__ = ["GoalVersion", "Settled", "edits_of", "keep_edits", "plan_of", "settle", "versions_of"]

VERSION, BASE, EDIT, CHANGE = "goal version", "goal base", "goal edit", "goal change"


@frozen
class GoalVersion:
    """The head of one version of a period's goals (目标版本).

    Args:
        number: its number, from 1.
        by: the id of who made it.
        on: when.
        edits: how many edits it makes to the one before; none where the goals were decomposed anew.
        unit: what the goals count.
    """

    number: int
    by: str
    on: date
    edits: int | None
    unit: Counted


def versions_of(store: Reader, when: Period) -> list[GoalVersion]:
    """Return the heads of all versions of a period's goals, the first one first."""
    return [_version(record.data) for record in store.find(VERSION, prefix=f"{when}/")]


def _version(data: Mapping[str, Any]) -> GoalVersion:
    return GoalVersion(
        data["number"], data["by"], date.fromisoformat(data["on"]), data["edits"], Counted(*data["unit"])
    )


def edits_of(store: Reader, when: Period, version: GoalVersion) -> dict[int, Edit]:
    """Return the edits of a version that the reader sees, by their number within it."""
    records = list(store.find(EDIT, prefix=_id(when, version.number, "")))
    made = edits_from([dict(record.data) for record in records], version.unit)
    return {int(record.id.rpartition("/")[2]): edit for record, edit in zip(records, made, strict=True)}


def plan_of(store: Reader, when: Period, number: int) -> Decomposition:
    """Return the goals of a version as a plan that can be edited and explained.

    Args:
        store: read by somebody who sees the whole organisation.
        when: the period.
        number: of the version.

    Raises:
        NotFound: no such version.
        BadValue: what was kept gives other numbers now.
    """
    heads = {version.number: version for version in versions_of(store, when)}
    if number not in heads:
        hint = f"known: {', '.join(map(str, heads)) or 'none; plan the period first'}"
        raise NotFound(f"no version {number} of the goals", where=str(when), hint=hint, code="goals.version")
    start = _start(heads, number)
    goals = plan_from(store.get(BASE, _id(when, start)).data)
    for later in range(start + 1, number + 1):
        goals = edit_plan(goals, edits_of(store, when, heads[later]).values()).plan
    return goals


def _start(heads: Mapping[int, GoalVersion], number: int) -> int:
    """Return the last version up to a number that was decomposed anew."""
    return max(known for known, head in heads.items() if known <= number and head.edits is None)


@frozen
class Settled:
    """The goals that stand for a period, and what of them is new.

    Args:
        when: the period.
        plan: the goals; none where there are none.
        number: of their version.
        before: the goals of the version before, where this one is new.
        fresh: whether the version is new.
        notes: what should be known of them.
    """

    when: Period
    plan: Decomposition | None
    number: int
    before: Decomposition | None = None
    fresh: bool = False
    notes: tuple[Says, ...] = ()

    def given(self) -> dict[str, Amount]:
        """Return the whole goal of each node."""
        return given(self.plan) if self.plan else {}

    def keep(self, unit: Unit, done: Done) -> None:
        """Keep the version where it is new.

        Raises:
            Conflict: somebody else has made a version of that number.
        """
        if self.fresh and self.plan is not None:
            unit.put(BASE, _id(self.when, self.number), {**plan_data(self.plan), **_mark(self.plan.org.root.id)})
            changes = diff_plans(self.before, self.plan).changes if self.before else ()
            _keep(unit, (self.when, self.number, None), self.plan, changes, done)


def given(plan: Decomposition) -> dict[str, Amount]:
    """Return the whole goal of each node of a plan."""
    return {node.id: plan.amount(node.id) for node in plan.org}


def settle(store: Reader | None, when: Period, found: Decomposition | None, *, anew: bool = False) -> Settled:
    """Set goals that were worked out now against those that are kept: which of them stand (目标版本).

    The same plan again makes no version, and edits made to it stand. Where files or settings give another plan, it is
    the next version; but edited goals are not replaced unless that is asked for.

    Args:
        store: where versions are kept; none where there is none yet. One that shows a part keeps nothing anew.
        when: the period.
        found: the goals as the files and the settings give them now; none where there are none.
        anew: whether edits may be dropped.
    """
    whole = store is not None and not store.part
    heads = {version.number: version for version in versions_of(store, when)} if store and whole else {}
    if store is None or not heads or found is None:
        return Settled(when, found, 1 + max(heads, default=0), fresh=True)
    last = max(heads)
    start = _start(heads, last)
    standing = plan_of(store, when, last)
    data = {name: value for name, value in store.get(BASE, _id(when, start)).data.items() if name != NODE}
    same = data == plan_data(found)
    if same and (start == last or not anew):
        return Settled(when, standing, last)
    if start == last or anew:
        return Settled(when, found, last + 1, standing, fresh=True)
    return Settled(when, standing, last, notes=(_edited(last),))


def _edited(number: int) -> Says:
    return Says(
        f"edited goals stand (version {number}); files or settings would give others: goals decompose --anew",
        f"沿用已调整的目标（第 {number} 版）；现有数据或设置会得出不同结果，如需重新分解：goals decompose --anew",
    )


def keep_edits(unit: Unit, when: Period, number: int, edited: EditedPlan, done: Done) -> None:
    """Keep edited goals as a version of their own: the edits, and every number that they changed.

    Args:
        unit: the unit of work.
        when: the period.
        number: of the version.
        edited: the plan with its edits.
        done: who edits, when and why.

    Raises:
        Conflict: somebody else has made a version of that number.
    """
    orgs = (edited.base.org, edited.plan.org)
    rows = [
        (_id(when, number, f"{n:06d}"), {**edit_row(e), **_mark(_above(orgs, e))})
        for n, e in enumerate(edited.edits, 1)
    ]
    unit.put_many(EDIT, rows)
    _keep(unit, (when, number, edited.edits), edited.plan, edited.diff().changes, done)


def _keep(
    unit: Unit,
    named: tuple[Period, int, Sequence[Edit] | None],
    plan: Decomposition,
    changes: Iterable[PlanChange],
    done: Done,
) -> None:
    """Keep the head of a version, and what it changed."""
    when, number, edits = named
    counted = plan.grain.unit
    head = {
        "number": number,
        "by": done.by,
        "on": done.at.date().isoformat(),
        "edits": None if edits is None else len(edits),
        "unit": [counted.code, counted.decimals, counted.en, counted.zh],
        NODE: ANYBODY,
    }
    unit.put(VERSION, _id(when, number), head, expected=0)
    numbers = {edit: n for n, edit in enumerate(edits or (), 1)}
    unit.put_many(CHANGE, list(_change_rows(when, number, changes, numbers)))


def _change_rows(
    when: Period, number: int, changes: Iterable[PlanChange], numbers: Mapping[Edit, int]
) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield one record a node that changed, with all of its numbers."""
    by_node: dict[str, list[PlanChange]] = {}
    for change in changes:
        by_node.setdefault(change.node, []).append(change)
    for node_id, mine in by_node.items():
        amounts = [
            ["" if one.period is None else str(one.period), _minor(one.before), _minor(one.after)] for one in mine
        ]
        data = {"node": node_id, "name": mine[0].name, "kind": mine[0].kind, "numbers": amounts}
        edits = sorted({numbers[edit] for one in mine for edit in one.edits})
        yield _id(when, number, path_part(node_id)), {**data, "edits": edits, **_mark(node_id)}


def _minor(amount: Amount | None) -> int | None:
    return None if amount is None else amount.minor


def _above(orgs: Iterable[Org], edit: Edit) -> str:
    """Return the nearest node above all nodes that an edit names, in the tree before and after."""
    shared: list[str] | None = None
    for org in orgs:
        for node_id in edit_nodes(edit):
            path = [node.id for node in org.path(node_id)]
            both = path if shared is None else [one for one, other in zip(shared, path, strict=False) if one == other]
            shared = both
    return shared[-1] if shared else ""


def _mark(node_id: str) -> dict[str, str]:
    return {NODE: node_id} if node_id not in ("", ANYBODY) else {}


def _id(when: Period, number: int, rest: str | None = None) -> str:
    return f"{when}/{number:04d}" if rest is None else f"{when}/{number:04d}/{rest}"
