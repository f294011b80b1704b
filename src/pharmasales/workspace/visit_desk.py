"""The visits of one period in a workspace (拜访工作台): planned, planned again as life intervenes, reviewed, laid out.

Whatever changes them is kept with the outputs as one unit of work: either all of it happens or none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Executor
from datetime import date
from typing import Any, TypeAlias

from attrs import evolve, field, frozen

from pharmasales.cycle import Region
from pharmasales.cycle.grading import grade_customers
from pharmasales.cycle.visiting import VisitDemand, accesses, visit_demand
from pharmasales.display import Lang, Says, Table
from pharmasales.errors import NotFound
from pharmasales.exchange.month_grid import MonthGrid
from pharmasales.followup import Access, Schedule
from pharmasales.followup.cycleplan.visit_review import VisitReview, review_visits
from pharmasales.followup.planning.bound import Proof
from pharmasales.followup.planning.changes import LABELS, VisitChanges
from pharmasales.followup.planning.replanning import replan
from pharmasales.periods import Month, Period
from pharmasales.storage.protocol import Reader
from pharmasales.workspace.doing import Progress, made_of, quiet, run_of
from pharmasales.workspace.keep import save, settled
from pharmasales.workspace.kept import REVIEWED, KeptPlan, planned
from pharmasales.workspace.outputs import Outputs, outputs_of
from pharmasales.workspace.visit_search import Search, found_by
from pharmasales.workspace.visit_settling import SettledVisits, place_names, settle_visits
from pharmasales.workspace.visit_versions import (
    VisitVersion,
    called_off,
    joined,
    plans_of,
    standing,
    visit_periods,
    visit_versions,
)
from pharmasales.workspace.workspace import Workspace

__all__ = ["VisitDesk", "VisitsMade"]

Stays: TypeAlias = Callable[[str, Mapping[str, Any]], bool]
"""Whether a row of a table before, by the table's name, stays beside the rows that are new."""

_TABLES = ("visits", "unmet_visits", "visit_load")
_ORDER: Mapping[str, tuple[str, ...]] = {
    "visits": ("date", "rep_id", "customer_id"),
    "unmet_visits": ("rep_id", "customer_id"),
    "visit_load": ("rep_id", "month"),
}


@frozen
class VisitsMade:
    """Visits as they stand after a step.

    Args:
        plan: the visits of everybody from the first day that could be planned.
        version: the head of their version.
        outputs: what was written; none where nothing changed.
        changes: who moved, came, went or was carried over, where it was planned again.
        proofs: each rep's plan beside its bound, where that was asked for.
        notes: what should be known of them.
    """

    plan: Schedule
    version: VisitVersion | None
    outputs: Outputs | None = None
    changes: VisitChanges | None = field(default=None, repr=False)
    proofs: Mapping[str, Proof] = field(factory=dict, repr=False)
    notes: tuple[Says, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many visits stay and how many change, by kind; empty where nothing was planned again."""
        if self.changes is None:
            return {}
        kinds = Counter(one.kind for one in self.changes)
        return {"kept": self.changes.kept, **{kind: kinds[kind] for kind in LABELS}}


@frozen
class VisitDesk:
    """Works on the visits of one period.

    Args:
        space: the workspace, or a reader's part of it, from which is only read.
        period: the period, which is the cycle of the plan.
    """

    space: Workspace
    period: Period

    @classmethod
    def around(cls, space: Workspace, day: date) -> VisitDesk:
        """Return the desk of the shortest period around a day for which visits are kept.

        Raises:
            NotFound: there is none.
        """
        with space.kept_store() as store:
            periods = [when for when in visit_periods(store) if day in when]
        if not periods:
            hint = "run schedule first"
            raise NotFound("no visits kept around it", where=day.isoformat(), hint=hint, code="visits.none")
        return cls(space, min(periods, key=lambda when: when.days))

    def schedule(
        self,
        as_of: date | None = None,
        *,
        reps: Collection[str] = (),
        search: Search | None = None,
        lang: Lang | None = None,
        progress: Progress = quiet,
        pool: Executor | None = None,
    ) -> VisitsMade:
        """Plan the visits of the period afresh and keep them (排程); goals and grades that are kept stay.

        Args:
            as_of: the first day that can be planned; the period's first day where left out.
            reps: for whom; the others keep the visits that they have. Everybody where left out.
            search: how hard the plan is looked for.
            lang: of the outputs; the workspace's own where left out.
            progress: called with what is begun.
            pool: another process for the slowest output, where there is one.

        Raises:
            NotFound: a rep whom the organisation does not have.
            BadConfig: a proof without the extra `solver`.
            StorageError: `storage.scope` for a reader of a part.
            PharmaSalesError: whatever `load` and `schedule` refuse.
        """
        how, notes = search or Search(), list[Says]()
        day = as_of or self.period.start
        region, demand = self._demand(day, notes, progress)
        asked = demand.of(reps) if reps else demand
        progress(f"visits {self.period}")
        made, proofs = found_by(how, asked, progress)
        given = {rep.id for rep in asked.reps}
        with self.space.kept_store() as store:
            plans = plans_of(store, self.period, region, _access(demand))
        others = [one for one in standing(plans) if one.rep not in given and one.day >= made.as_of]
        whole = joined(made, others)
        said = lang or self.space.settings.lang
        told = VisitsMade(whole, None, proofs=proofs, notes=tuple(notes))
        return self._keep(told, _tables(made), _Run(region, said, progress, pool), _of_others(given))

    def replan(
        self,
        as_of: date,
        *,
        until: date | None = None,
        budget: int = 20,
        seed: int = 0,
        lang: Lang | None = None,
        progress: Progress = quiet,
        pool: Executor | None = None,
    ) -> VisitsMade:
        """Plan the rest of the period again with the fewest changes, by what the files say now (重排).

        Visits made, visits called off, leave, closed days, appointments and customers are those of the files. What lies
        before the day stays as it was.

        Args:
            as_of: the first day that may change.
            until: the last day that may change; the end of the period where left out.
            budget: how often some customers of a rep are placed anew in another order.
            seed: one number for all.
            lang: of the outputs; the workspace's own where left out.
            progress: called with what is begun.
            pool: another process for the slowest output, where there is one.

        Raises:
            NotFound: no visits are kept for the period.
            StorageError: `storage.scope` for a reader of a part.
            PharmaSalesError: whatever `load` and `followup.replan` refuse.
        """
        notes = list[Says]()
        region, demand = self._demand(as_of, notes, progress)
        with self.space.kept_store() as store:
            plans = self._plans(store, region, _access(demand))
        progress(f"visits {self.period}")
        found = replan(
            plans[-1],
            demand.targets,
            demand.reps,
            demand.start,
            demand.end,
            demand.calendar,
            as_of=demand.as_of,
            until=until,
            priority=demand.priority,
            fixed=demand.fixed,
            cancelled=called_off(plans[-1].visits, region.unmade, demand.as_of, ["cancelled"]),
            points=demand.points,
            budget=budget,
            seed=seed,
        )
        said = lang or self.space.settings.lang
        told = VisitsMade(found.plan, None, changes=found.changes, notes=tuple(notes))
        return self._keep(told, _tables(found.plan), _Run(region, said, progress, pool), _of_the_past(found.plan))

    def versions(self) -> list[VisitVersion]:
        """Return the heads of all versions, the first one first."""
        with self.space.kept_store() as store:
            return visit_versions(store, self.period)

    def review(self, within: Period, as_of: date | None = None, *, progress: Progress = quiet) -> VisitReview:
        """Review the visits of a week or month within the period (拜访复盘); nothing is kept.

        Args:
            within: the week or month.
            as_of: the first day that is still open; the day after `within` where left out.
            progress: called with the name of each file as it is begun.

        Raises:
            NotFound: no visits are kept for the period.
            StorageError: `storage.scope` for a reader of a part.
            PharmaSalesError: whatever `load` refuses.
        """
        day = as_of or date.fromordinal(within.end.toordinal() + 1)
        region = self.space.named(self.space.load(progress, min(day, self.period.end)))
        with self.space.kept_store() as store:
            plans = self._plans(store, region, accesses(region, self.space.settings.policy))
        return review_visits(plans, [*(region.calls or ()), *region.unmade], within, day)

    def months(self, reps: Collection[str] = (), *, progress: Progress = quiet) -> list[MonthGrid]:
        """Return each rep's months of the period as grids of hospitals and days (月度拜访表), rep by rep.

        Args:
            reps: whose; everybody's where left out.
            progress: called with the name of each file as it is begun.

        Raises:
            NotFound: no visits are kept for the period, or a rep whom the organisation does not have.
            StorageError: `storage.scope` for a reader of a part.
            PharmaSalesError: whatever `load` refuses.
        """
        region, demand = self._demand(self.period.start, [], progress)
        with self.space.kept_store() as store:
            plans = self._plans(store, region, _access(demand))
        visits, asked = standing(plans), demand.of(reps) if reps else demand
        made = {(call.rep, call.customer, call.day) for call in region.calls or ()}
        done = {visit.id for visit in visits if (visit.rep, visit.customer, visit.day) in made}
        more: dict[str, Any] = {
            "appointments": region.appointments,
            "places": place_names(region, evolve(plans[-1], visits=tuple(visits))),
            "done": done,
            "priority": demand.priority,
        }
        return [
            MonthGrid.of(month, rep, visits, demand.calendar, **more)
            for rep in asked.reps
            for month in _months(self.period)
        ]

    def _demand(self, day: date, notes: list[Says], progress: Progress) -> tuple[Region, VisitDemand]:
        """Return the region with its names as outputs have them, and what is to be planned from a day on."""
        policy = self.space.settings.policy
        region = self.space.named(self.space.load(progress, day)).before(self.period.start)
        grades = grade_customers(region, policy, self.period, notes, day)
        return region, visit_demand(region, policy, grades, self.period, day, notes)

    def _plans(self, store: Reader | None, region: Region, access: Mapping[str, Access]) -> list[Schedule]:
        plans = plans_of(store, self.period, region, access)
        if not plans:
            hint = "plan it, or run schedule"
            raise NotFound("no visits kept", where=str(self.period), hint=hint, code="visits.none")
        return plans

    def _keep(self, made: VisitsMade, tables: Iterable[Table], run: _Run, stays: Stays) -> VisitsMade:
        """Keep visits where they are new, with their tables, calendars and outputs."""
        with self.space.kept_store() as store:
            result = settle_visits(store, self.period, made.plan, run.region, run.lang)
            kept = planned(store, self.period)
        kept = kept if kept.period == self.period else KeptPlan(self.period)
        if not result.fresh:
            return evolve(made, version=result.head)
        fresh = {table.name: _laid(kept.tables.get(table.name), settled(table), stays) for table in tables}
        outputs = self._outputs(run, kept, fresh, made.notes, result)
        done = run_of(f"visits {self.period}", made.plan.as_of)
        with self.space.kept(outputs, done, run.progress, run.pool) as unit:
            save(unit, self.period, fresh.values(), _TABLES, {one.id: one.owner for one in run.region.archive})
            save(unit, self.period, (), REVIEWED)
            head = result.keep(unit, done, made.counts or None)
            if kept.as_of is None:
                unit.put("plans", str(self.period), made_of(made.plan.as_of, self.space.settings.policy.fingerprint))
        return evolve(made, version=head, outputs=outputs)

    def _outputs(
        self,
        run: _Run,
        kept: KeptPlan,
        fresh: Mapping[str, Table],
        notes: tuple[Says, ...],
        result: SettledVisits,
    ) -> Outputs:
        """Return what is written: everything that was planned, and these visits in place of those before."""
        tables = {**kept.tables, **fresh}
        as_of = kept.as_of or self.period.start
        made = outputs_of(self.space.root, run.region, self.period, as_of, tables, notes, run.lang)
        same = kept.standing(made.folder, run.lang) - set(fresh)
        return evolve(made, standing=same, calendars=result.calendars, zone=self.space.settings.zone)


@frozen
class _Run:
    """What a step goes by: the region, the language, whom it tells, and another process."""

    region: Region
    lang: Lang
    progress: Progress
    pool: Executor | None


def _tables(plan: Schedule) -> tuple[Table, ...]:
    return plan.table(), plan.unmet_table(), plan.load_table()


def _access(demand: VisitDemand) -> dict[str, Access]:
    return {target.customer: target.access for target in demand.targets}


def _of_others(reps: Collection[str]) -> Stays:
    """Return which rows of the tables before stay where some reps are planned afresh: those of the others."""
    return lambda _name, row: row["rep_id"] not in reps


def _of_the_past(plan: Schedule) -> Stays:
    """Return which rows stay where everybody is planned again: visits of the past that were not planned again."""
    again = {visit.id for visit in plan.visits}
    return lambda name, row: name == "visits" and row["date"] < plan.as_of and row["visit_id"] not in again


def _laid(before: Table | None, fresh: Table, stays: Stays) -> Table:
    """Return a table with the rows before that stay, in the order of its days and ids."""
    if before is None or [one.key for one in before.columns] != [one.key for one in fresh.columns]:
        return fresh
    left = [tuple(row.values()) for row in before.records() if stays(fresh.name, row)]
    at = [[column.key for column in fresh.columns].index(key) for key in _ORDER[fresh.name]]
    rows: list[Any] = sorted([*left, *fresh.rows], key=lambda row: tuple(row[place] for place in at))
    return evolve(fresh, rows=rows)


def _months(period: Period) -> list[Month]:
    first, last = Month.of(period.start), Month.of(period.end)
    return [first.plus(n) for n in range((last.year - first.year) * 12 + last.month - first.month + 1)]
