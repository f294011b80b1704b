"""What changed between two kept versions of the goals, and by which edits, as far as the reader sees (目标版本差异)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve

from pharmasales.errors import NotFound
from pharmasales.goals.editing.edits import Edit
from pharmasales.goals.editing.plan_diff import ChangeKind, PlanChange, PlanDiff
from pharmasales.periods import Period
from pharmasales.periods import period as as_period
from pharmasales.storage.protocol import Reader
from pharmasales.units import Amount
from pharmasales.workspace.goal_versions import CHANGE, GoalVersion, edits_of, versions_of
from pharmasales.workspace.keep import table_of

__all__ = ["changes_between"]


def changes_between(store: Reader, when: Period, first: int, last: int) -> PlanDiff:
    """Return every number that differs between two versions, with the edits of all versions from the one to the other.

    Args:
        store: as its reader sees it; what belongs elsewhere is left out, edits too.
        when: the period.
        first: the number of the earlier version.
        last: the number of the later one.

    Raises:
        NotFound: no such versions, or the first is not before the last.
    """
    heads = {version.number: version for version in versions_of(store, when)}
    if first not in heads or last not in heads or first >= last:
        hint = f"known: {', '.join(map(str, heads)) or 'none'}, the earlier one first"
        raise NotFound(f"no versions {first} and {last} of the goals", where=str(when), hint=hint, code="goals.version")
    found: dict[str, dict[Period | None, PlanChange]] = {}
    for number in range(first + 1, last + 1):
        for change in _of_version(store, when, heads[number]):
            mine = found.setdefault(change.node, {})
            mine[change.period] = _joined(mine[change.period], change) if change.period in mine else change
    rows = table_of(store, when, "goals")
    order = {str(row["node_id"]): place for place, row in enumerate(rows.records())} if rows else {}
    nodes = sorted(found, key=lambda node_id: order.get(node_id, len(order)))
    return PlanDiff(tuple(change for node_id in nodes for change in _told(found[node_id])))


def _of_version(store: Reader, when: Period, version: GoalVersion) -> Iterator[PlanChange]:
    edits = edits_of(store, when, version)
    for record in store.find(CHANGE, prefix=f"{when}/{version.number:04d}/"):
        yield from _changes(record.data, version, edits)


def _changes(data: Mapping[str, Any], version: GoalVersion, edits: Mapping[int, Edit]) -> Iterator[PlanChange]:
    behind = tuple(edits[number] for number in data["edits"] if number in edits)
    for bucket, before, after in data["numbers"]:
        amounts = [None if minor is None else Amount(minor, version.unit) for minor in (before, after)]
        when = as_period(bucket) if bucket else None
        yield PlanChange(data["node"], data["name"], data["kind"], when, amounts[0], amounts[1], behind)


def _joined(one: PlanChange, other: PlanChange) -> PlanChange:
    """Join two changes of one number, the earlier first."""
    edits = tuple(dict.fromkeys((*one.edits, *other.edits)))
    return evolve(other, kind=_kind(one.kind, other.kind), before=one.before, edits=edits)


def _kind(one: ChangeKind, other: ChangeKind) -> ChangeKind:
    for kind in ("gone", "added", "moved"):
        if kind in ((other,) if kind == "gone" else (one, other)):
            return kind
    return "changed"


def _told(changes: Mapping[Period | None, PlanChange]) -> Iterator[PlanChange]:
    """Yield what is left of a node's changes: in all first, then its buckets; what came back is none."""
    order = sorted(changes, key=lambda when: (when is not None, when))
    for when in order:
        change = changes[when]
        if change.before != change.after or (when is None and change.kind == "moved"):
            yield change
