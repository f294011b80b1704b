"""The versions of a period's visit plan in a store (拜访计划版本): the visits from a day on, and how many changed.

A version is kept once and never changed. Its head is everybody's, the visits of a rep belong to that rep. Names are not
kept: they come from the files when a version is read.

>>> from pharmasales.periods import period
>>> from pharmasales.storage import open_store
>>> with open_store("memory:") as store:
...     visit_versions(store, period("2026-Q1"))
[]
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, time
from fractions import Fraction
from typing import Any

from attrs import evolve, frozen

from pharmasales.cycle import Region
from pharmasales.cycle.region import Call
from pharmasales.display import Says
from pharmasales.followup import ANY_DAY, Access, Schedule, Visit
from pharmasales.periods import Period
from pharmasales.periods import period as as_period
from pharmasales.storage import Unit
from pharmasales.storage.protocol import Reader
from pharmasales.storage.records import ANYBODY, NODE
from pharmasales.workspace.cells import path_part
from pharmasales.workspace.doing import Done

__all__ = [
    "VisitVersion",
    "called_off",
    "joined",
    "keep_visits",
    "plans_of",
    "same_visits",
    "standing",
    "visit_periods",
    "visit_versions",
]

_VERSION, _PLAN = "visit version", "visit plan"


@frozen
class VisitVersion:
    """The head of one version of a visit plan (拜访计划版本).

    Args:
        number: its number, from 1.
        by: the id of who made it.
        on: the day it was made for.
        as_of: the first day that could be planned.
        changes: how many visits moved, came and went against the version before, by kind; none where it was planned
            afresh.
    """

    number: int
    by: str
    on: date
    as_of: date
    changes: Mapping[str, int] | None

    @property
    def says(self) -> Says:
        """What it is, in both languages."""
        if self.changes is None:
            return Says("planned", "排程")
        moved = self.changes.get("moved", 0)
        others = sum(self.changes.values()) - moved - self.changes.get("kept", 0)
        return Says(
            f"re-planned: {moved} moved, {others} other changes", f"重排：改期 {moved} 次，其他变动 {others} 项"
        )


def visit_versions(store: Reader | None, when: Period) -> list[VisitVersion]:
    """Return the heads of all versions of a period's visit plan, the first one first."""
    return [_head(record.data) for record in store.find(_VERSION, prefix=f"{when}/")] if store else []


def _head(data: Mapping[str, Any]) -> VisitVersion:
    on, as_of = date.fromisoformat(data["on"]), date.fromisoformat(data["as_of"])
    return VisitVersion(data["number"], data["by"], on, as_of, data["changes"])


def plans_of(store: Reader | None, when: Period, region: Region, access: Mapping[str, Access]) -> list[Schedule]:
    """Return every version of a period's plan that the reader sees, the first one first; without loads and the unmet.

    Args:
        store: where versions are kept.
        when: the period.
        region: names the reps and customers.
        access: when each customer receives, as it is known now.
    """
    heads = list(store.find(_VERSION, prefix=f"{when}/")) if store else []
    return [_schedule(store, record.data, when, region, access) for record in heads] if store else []


def _schedule(
    store: Reader, data: Mapping[str, Any], when: Period, region: Region, access: Mapping[str, Access]
) -> Schedule:
    visits: list[Visit] = []
    for record in store.find(_PLAN, prefix=f"{when}/{data['number']:04d}/"):
        rep = str(record.data[NODE])
        name = region.org[rep].name if region.org and rep in region.org else rep
        rows: Any = record.data["visits"]
        visits += [_visit(row, (rep, name), when, region, access) for row in rows]
    visits.sort(key=lambda one: (one.day, one.rep, one.customer))
    as_of = date.fromisoformat(data["as_of"])
    return Schedule(tuple(visits), (), (), (), (), when.start, when.end, as_of, tuple(data["priority"]))


def _visit(row: Any, rep: tuple[str, str], when: Period, region: Region, access: Mapping[str, Access]) -> Visit:  # noqa: ANN401 - what JSON holds
    customer, day, grade, number, of, monthly, since, place, together, start, minutes, fixed = row
    known = region.archive.customers.get(customer)
    return Visit(
        date.fromisoformat(day),
        *rep,
        customer,
        known.name if known else customer,
        grade,
        number,
        of,
        Fraction(monthly),
        since,
        access.get(customer, ANY_DAY),
        when.start,
        place,
        together,
        time.fromisoformat(start) if start else None,
        minutes,
        fixed,
    )


def _row(visit: Visit) -> list[object]:
    return [
        visit.customer,
        visit.day.isoformat(),
        visit.grade,
        visit.number,
        visit.of,
        str(visit.monthly),
        visit.since,
        visit.place,
        visit.together,
        visit.start.isoformat() if visit.start else None,
        visit.minutes,
        visit.fixed,
    ]


def keep_visits(
    unit: Unit, when: Period, number: int, plan: Schedule, done: Done, changes: Mapping[str, int] | None = None
) -> VisitVersion:
    """Keep a plan as a version of its own and return its head.

    Args:
        unit: the unit of work.
        when: the period.
        number: of the version, one more than the last.
        plan: the visits.
        done: who plans, when and why.
        changes: how many visits changed, by kind; none where it was planned afresh.

    Raises:
        Conflict: somebody else has made a version of that number.
    """
    head = VisitVersion(number, done.by, done.at.date(), plan.as_of, changes)
    data = {"number": number, "by": head.by, "on": head.on.isoformat(), "as_of": plan.as_of.isoformat()}
    counts = None if changes is None else dict(changes)
    more = {"changes": counts, "priority": list(plan.priority), NODE: ANYBODY}
    unit.put(_VERSION, f"{when}/{number:04d}", {**data, **more}, expected=0)
    by_rep: dict[str, list[list[object]]] = {}
    for visit in plan.visits:
        by_rep.setdefault(visit.rep, []).append(_row(visit))
    rows = [(f"{when}/{number:04d}/{path_part(rep)}", {"visits": mine, NODE: rep}) for rep, mine in by_rep.items()]
    unit.put_many(_PLAN, rows)
    return head


def same_visits(one: Schedule, other: Schedule) -> bool:
    """Whether two plans begin on the same day and have the same visits, whatever they are called."""
    return one.as_of == other.as_of and [*map(_row, one.visits)] == [*map(_row, other.visits)]


def standing(plans: Sequence[Schedule], reps: Iterable[str] | None = None) -> list[Visit]:
    """Return every visit as it stands after all versions: the past as it was planned last, what is ahead as it is now.

    Args:
        plans: the versions, the first one first.
        reps: whose; everybody's where left out.
    """
    found: dict[str, Visit] = {}
    for plan in plans:
        found = {id_: visit for id_, visit in found.items() if visit.day < plan.as_of}
        found |= {visit.id: visit for visit in plan.visits}
    mine = None if reps is None else set(reps)
    visits = [visit for visit in found.values() if mine is None or visit.rep in mine]
    return sorted(visits, key=lambda one: (one.day, one.rep, one.customer))


def called_off(visits: Iterable[Visit], unmade: Iterable[Call], as_of: date, states: Collection[str]) -> set[str]:
    """Return the ids of the visits ahead that the log says will not be made.

    Args:
        visits: those that are planned.
        unmade: the lines of the log.
        as_of: the first day that lies ahead.
        states: what the log may say of them, such as `cancelled`.
    """
    off = [call for call in unmade if call.state in states]
    named = {call.visit for call in off if call.visit}
    days = {(call.rep, call.customer, call.day) for call in off if not call.visit}
    return {
        visit.id
        for visit in visits
        if visit.day >= as_of and (visit.id in named or (visit.rep, visit.customer, visit.day) in days)
    }


def joined(plan: Schedule, others: Iterable[Visit]) -> Schedule:
    """Return a plan of some reps with the visits of the others as they stand."""
    visits = sorted([*plan.visits, *others], key=lambda one: (one.day, one.rep, one.customer))
    return evolve(plan, visits=tuple(visits))


def visit_periods(store: Reader | None) -> list[Period]:
    """Return the periods for which visits are kept, in the order of their days."""
    kept = {record.id.partition("/")[0] for record in store.find(_VERSION)} if store else set()
    return sorted(map(as_period, kept))
