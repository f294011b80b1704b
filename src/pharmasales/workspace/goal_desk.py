"""The goals of one period in a workspace (目标工作台): decomposed, corrected on a sheet, compared and explained.

Whatever changes them is kept with the outputs as one unit of work: either all of it happens or none. The compliance
gate is asked before.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from datetime import date
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from pharmasales.cycle import Region
from pharmasales.cycle.gating import refuse_goals
from pharmasales.cycle.goalsetting import set_goals
from pharmasales.display import Lang, Says, Table
from pharmasales.errors import NotFound, StorageError
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.editing.edited import EditedPlan
from pharmasales.goals.editing.edits import Mark
from pharmasales.goals.editing.plan_diff import PlanDiff
from pharmasales.periods import Period
from pharmasales.storage import Unit
from pharmasales.storage.protocol import Reader
from pharmasales.workspace.calendars import issued
from pharmasales.workspace.doing import Done, Progress, made_of, quiet, run_of
from pharmasales.workspace.goal_changes import changes_between
from pharmasales.workspace.goal_sheets import corrected, goal_sheet, read_goal_sheet, write_goal_sheet
from pharmasales.workspace.goal_versions import GoalVersion, given, keep_edits, plan_of, settle, versions_of
from pharmasales.workspace.keep import explained, rows_of, save, settled, table_of
from pharmasales.workspace.kept import REVIEWED, KeptPlan, planned
from pharmasales.workspace.outputs import Outputs, outputs_of
from pharmasales.workspace.workspace import Workspace

__all__ = ["GoalDesk", "GoalsMade"]


@frozen
class GoalsMade:
    """Goals as they stand after a step.

    Args:
        goals: the table of goals, a row a node and bucket.
        version: the head of their version; none where they were kept by an older release.
        outputs: what was written; none where nothing changed.
        edited: the plan with its edits, where some were made.
        notes: what should be known of them.
    """

    goals: Table
    version: GoalVersion | None
    outputs: Outputs | None = None
    edited: EditedPlan | None = None
    notes: tuple[Says, ...] = ()

    def sheet(self) -> Table:
        """Return them with a row a node: buckets, total, and what its parts add up to."""
        return goal_sheet(self.goals)


@frozen
class GoalDesk:
    """Works on the goals of one period.

    Args:
        space: the workspace, or a reader's part of it, from which is only read.
        period: the period.
    """

    space: Workspace
    period: Period

    def standing(self) -> GoalsMade:
        """Return the goals that are kept, as far as the reader sees them.

        Raises:
            NotFound: none are kept.
        """
        with self.space.kept_store() as store:
            table = table_of(store, self.period, "goals") if store else None
            if store is None or table is None or not len(table):
                raise self._none()
            return GoalsMade(table, _last(versions_of(store, self.period)))

    def decompose(
        self,
        as_of: date | None = None,
        *,
        anew: bool = False,
        lang: Lang | None = None,
        progress: Progress = quiet,
        pool: Executor | None = None,
    ) -> GoalsMade:
        """Decompose the goal of the period by the settings, and keep it where that gives another plan.

        The same plan again changes nothing, and edits stand; `anew` drops them. Grades and visits that were planned
        stay; a review is dropped, because it was held against other goals.

        Args:
            as_of: the day of planning; the period's first day where left out.
            anew: whether edits are dropped.
            lang: of the outputs; the workspace's own where left out.
            progress: called with what is begun.
            pool: another process for the slowest output, where there is one.

        Raises:
            StorageError: `storage.scope` for a reader of a part.
            PharmaSalesError: whatever `load` and `set_goals` refuse.
        """
        day = as_of or self.period.start
        policy, notes = self.space.settings.policy, list[Says]()
        region = self.space.named(self.space.load(progress, day)).before(self.period.start)
        progress(f"goals {self.period}")
        found = set_goals(region, policy, self.period, notes, day)
        with self.space.kept_store() as store:
            result = settle(store, self.period, found, anew=anew)
            kept = self._plan(store)
            heads = versions_of(store, self.period) if store else []
            calendars = issued(store, self.period)
        self._allowed(region, result.given(), day)
        plan = result.plan or found
        told = (*notes, *result.notes)
        if not result.fresh and "goals" in kept.tables:
            return GoalsMade(kept.tables["goals"], _last(heads), notes=told)
        done = run_of(f"goals {self.period}", kept.as_of or day)
        outputs = self._outputs(region, kept, plan, told, lang or self.space.settings.lang, day)
        outputs = evolve(outputs, calendars=calendars, zone=self.space.settings.zone)
        with self.space.kept(outputs, done, progress, pool) as unit:
            self._save(unit, outputs.tables["goals"])
            result.keep(unit, done)
            if kept.as_of is None:
                unit.put("plans", str(self.period), made_of(day, policy.fingerprint))
        head = GoalVersion(result.number, done.by, done.at.date(), None, plan.grain.unit)
        return GoalsMade(outputs.tables["goals"], head if result.fresh else _last(heads), outputs, notes=told)

    def edit(
        self,
        path: Path,
        done: Done,
        *,
        total: bool = False,
        lang: Lang | None = None,
        progress: Progress = quiet,
        pool: Executor | None = None,
    ) -> GoalsMade:
        """Take a corrected sheet in: its changes are edits, and the edited goals are the next version (目标调整).

        Args:
            path: the sheet.
            done: who corrects it, when and why.
            total: whether the top of the sheet may be changed, too.
            lang: of the outputs; the workspace's own where left out.
            progress: called with what is begun.
            pool: another process for the slowest output, where there is one.

        Raises:
            Conflict: the sheet is of an earlier version, or somebody else keeps one at the same time.
            BadRows: everything that the sheet asks for and that is refused, or goals that the compliance policy in
                force lets nobody give.
            NotFound: no goals are kept, or such as an older release kept.
            StorageError: `storage.scope` for a reader of a part.
        """
        self.space.check_whole()
        sheet = read_goal_sheet(path)
        region = self.space.named(self.space.load(progress, self.period.start))
        with self.space.kept_store() as store:
            head, plan = self._latest(store)
            kept = self._plan(store)
            calendars = issued(store, self.period)
        if "goals" not in kept.tables:
            raise self._none()
        top = sheet.about.get("top", "")
        nodes = plan.org.within(top) if top in plan.org else set(plan.org.nodes)
        rows = [row for row in kept.tables["goals"].rows if row[0] in nodes]
        mark = Mark(done.by, done.at.date(), done.why)
        table = goal_sheet(evolve(kept.tables["goals"], rows=rows))
        edited = corrected(sheet, table, plan, self._about(head), mark, total=total)
        edited.check()
        self._allowed(region, given(edited.plan), done.at.date())
        outputs = self._outputs(region, kept, edited.plan, (), lang or self.space.settings.lang, self.period.start)
        outputs = evolve(outputs, calendars=calendars, zone=self.space.settings.zone)
        number = head.number + 1
        progress(f"goals {self.period}, version {number}")
        with self.space.kept(outputs, done, progress, pool) as unit:
            self._save(unit, outputs.tables["goals"])
            keep_edits(unit, self.period, number, edited, done)
        made = GoalVersion(number, done.by, done.at.date(), len(edited.edits), head.unit)
        return GoalsMade(outputs.tables["goals"], made, outputs, edited)

    def write_sheet(self, made: GoalsMade, path: Path, lang: Lang) -> None:
        """Write goals as a sheet to correct.

        Raises:
            NotFound: goals that an older release kept, without a version.
            PharmaSalesError: whatever `write_goal_sheet` refuses.
        """
        if made.version is None:
            raise self._old()
        about = self._about(made.version)
        write_goal_sheet(made.sheet(), path, about, lang=lang, created=made.version.on)

    def versions(self) -> list[GoalVersion]:
        """Return the heads of all versions, the first one first."""
        with self.space.kept_store() as store:
            return versions_of(store, self.period) if store else []

    def diff(self, first: int | None = None, last: int | None = None) -> PlanDiff:
        """Compare two versions, as far as the reader sees them.

        Args:
            first: the number of the earlier one; the one before the later where left out.
            last: the number of the later one; the latest where left out.

        Raises:
            NotFound: no such versions.
        """
        with self.space.kept_store() as store:
            heads = versions_of(store, self.period) if store else []
            if store is None or not heads:
                raise self._none()
            end = heads[-1].number if last is None else last
            return changes_between(store, self.period, end - 1 if first is None else first, end)

    def why(self, node_id: str, bucket: Period | None = None) -> list[tuple[Says, Says]]:
        """Trace a node's goal to the total, weights, constraints and edits; to a reader of a part only its last step.

        Args:
            node_id: the node.
            bucket: a bucket; all of them together where left out.

        Raises:
            NotFound: no goals, no such node or bucket, or none that the reader sees.
        """
        with self.space.kept_store() as store:
            if store is None:
                raise self._none()
            if not store.part and versions_of(store, self.period):
                plan = self._latest(store)[1]
                why = plan.why(node_id, bucket)
                lines = [Says(*one) for one in zip(why.lines("en"), why.lines("zh"), strict=True)]
                return [(lines[0], Says("\n".join(x.en for x in lines[1:]), "\n".join(x.zh for x in lines[1:])))]
            ids = (node_id,) if bucket is None else (node_id, str(bucket))
            return explained(rows_of(store, self.period, "goals", *ids), self.period)

    def _latest(self, store: Reader | None) -> tuple[GoalVersion, Decomposition]:
        heads = versions_of(store, self.period) if store else []
        if store is None or not heads:
            raise self._old() if store and table_of(store, self.period, "goals") else self._none()
        if store.part:
            hint = "connect as somebody who sees the whole organisation"
            raise StorageError("the goals behind a version belong to its top", hint=hint, code="storage.scope")
        return heads[-1], plan_of(store, self.period, heads[-1].number)

    def _plan(self, store: Reader | None) -> KeptPlan:
        """Return what was planned for exactly this period."""
        kept = planned(store, self.period)
        return kept if kept.period == self.period else KeptPlan(self.period)

    def _outputs(
        self, region: Region, kept: KeptPlan, plan: Decomposition, notes: tuple[Says, ...], lang: Lang, day: date
    ) -> Outputs:
        """Return what is written: everything that was planned, and these goals in place of those before."""
        tables: Mapping[str, Table] = {**kept.tables, "goals": settled(plan.table())}
        made = outputs_of(self.space.root, region, self.period, kept.as_of or day, tables, notes, lang)
        return evolve(made, standing=kept.standing(made.folder, lang) - {"goals"})

    def _save(self, unit: Unit, goals: Table) -> None:
        save(unit, self.period, (goals,), ("goals",))
        save(unit, self.period, (), REVIEWED)

    def _allowed(self, region: Region, goals: Mapping[str, Any], day: date) -> None:
        """Ask the compliance gate, by the roles that the files name now."""
        if region.org is not None:
            refuse_goals(self.space.settings.policy, region.org, goals, day)

    def _about(self, head: GoalVersion) -> dict[str, str]:
        return {"period": str(self.period), "version": str(head.number), "unit": head.unit.code}

    def _none(self) -> NotFound:
        hint = "plan it, or run goals decompose"
        return NotFound("no goals kept", where=str(self.period), hint=hint, code="goals.none")

    def _old(self) -> NotFound:
        hint = "plan the period again"
        return NotFound("goals kept without a version", where=str(self.period), hint=hint, code="goals.version")


def _last(heads: list[GoalVersion]) -> GoalVersion | None:
    return heads[-1] if heads else None
