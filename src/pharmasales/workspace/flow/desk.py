"""The desk of flow (流向工作台): a month of the distributors' files, cleaned, closed, and restated by versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from attrs import evolve, field, frozen

from pharmasales.channel.flow import FlowMonth, close_month
from pharmasales.display import Lang, Says, Table
from pharmasales.errors import NotFound
from pharmasales.periods import Month
from pharmasales.workspace.desk_outputs import DeskOutputs
from pharmasales.workspace.desk_tables import desk_tables
from pharmasales.workspace.doing import Done, Progress, quiet
from pharmasales.workspace.flow.closed_months import KeptMonth, keep_month, month_of
from pharmasales.workspace.flow.inputs import FlowInputs, flow_inputs
from pharmasales.workspace.flow.known_months import sold_before
from pharmasales.workspace.flow.month_run import FlowRun, run_month
from pharmasales.workspace.flow.page import flow_page
from pharmasales.workspace.flow.tables import RunTables, closed_table
from pharmasales.workspace.workspace import Workspace

__all__ = ["ClosedShown", "FlowDesk", "FlowMade"]


@frozen
class FlowMade:
    """A month of flow as it was written.

    Args:
        run: what became of it.
        tables: its tables.
        folder: where they were written.
    """

    run: FlowRun
    tables: Sequence[Table] = field(repr=lambda tables: ", ".join(table.name for table in tables))
    folder: Path

    def table(self, name: str) -> Table | None:
        """Return the table of that name; nothing where the month has none."""
        return next((one for one in self.tables if one.name == name), None)


@frozen
class ClosedShown:
    """A version of a closed month, read again.

    Args:
        kept: the version, and the number of the latest one.
        table: its figures.
    """

    kept: KeptMonth
    table: Table = field(repr=False)

    @property
    def note(self) -> Says:
        """Who closed it when, and why."""
        one = self.kept.month
        en = f"version {one.version} of {self.kept.latest}, closed on {one.on} by {one.by}"
        zh = f"第 {one.version} 版（共 {self.kept.latest} 版），{one.on} 由 {one.by} 关账"
        return Says(f"{en}: {one.why}", f"{zh}：{one.why}") if one.why else Says(en, zh)


@frozen
class FlowDesk:
    """Works on one month of flow.

    Args:
        space: the workspace.
        month: the month.
    """

    space: Workspace
    month: Month

    def run(self, *, lang: Lang | None = None, progress: Progress = quiet) -> FlowMade:
        """Clean the month and write `out/flow-MONTH`; nothing is kept.

        A month that was closed keeps its figures: what the files say now is shown against them.

        Args:
            lang: of the outputs; the workspace's own where left out.
            progress: called with what is begun.

        Raises:
            BadRows: rows of the tables are bad, or files cannot be read; nothing was written.
            BadConfig: no files are named, or files of a distributor whom nobody knows.
            StorageError: `storage.scope` for a reader of a part.
        """
        inputs, run = self._run(progress)
        outputs = self._outputs(inputs, run, lang)
        outputs.write(progress)
        return FlowMade(run, outputs.tables, outputs.folder)

    def close(
        self, by: str, on: date, at: datetime, why: str = "", *, lang: Lang | None = None, progress: Progress = quiet
    ) -> FlowMade:
        """Close the month (关账), or restate it as its next version where it was closed before (重述).

        Args:
            by: the id of who closes.
            on: the day; after the end of the month.
            at: the moment of writing.
            why: the reason; due where lines are held, and for every restatement.
            lang: of the outputs; the workspace's own where left out.
            progress: called with what is begun.

        Raises:
            BadValue: the month has not ended, a reason is due, nothing changed, or a day before the version before.
            Conflict: somebody else closes the month at the same time.
            BadRows: as in `run`.
            StorageError: `storage.scope` for a reader of a part.
        """
        inputs, run = self._run(progress)
        closed = _closed(run, by, on, why)
        done = Done(by, f"close flow {self.month}, version {closed.version}", at)
        run = evolve(run, kept=KeptMonth(closed, closed.version))
        outputs = self._outputs(inputs, run, lang)
        org = inputs.region.org
        with self.space.writing(done) as unit:
            owners = {one.id: one.owner for one in inputs.region.archive}
            keep_month(unit, closed, owners, org.root.id if org else "")
            outputs.write(progress)
        return FlowMade(run, outputs.tables, outputs.folder)

    def closed(self, version: int | None = None, progress: Progress = quiet) -> ClosedShown:
        """Return a version of the month as it was closed; the latest where none is named.

        Args:
            version: its number.
            progress: called with what is begun.

        Raises:
            NotFound: the month was never closed, or has no such version.
            BadValue: what is kept was changed since it was sealed.
            StorageError: `storage.scope` for a reader of a part.
        """
        self.space.check_whole()
        with self.space.kept_store() as store:
            kept = month_of(store, self.month, version)
        if kept is None:
            raise NotFound("not closed", where=str(self.month), hint="close it first", code="flow.none")
        archive = desk_tables(self.space, progress).region.archive
        return ClosedShown(kept, closed_table(kept.month, archive))

    def _run(self, progress: Progress) -> tuple[FlowInputs, FlowRun]:
        tables = desk_tables(self.space, progress, self.month.end)
        inputs = flow_inputs(tables)
        progress(f"flow {self.month}")
        with self.space.kept_store() as store:
            before, kept = sold_before(inputs, store, self.month), month_of(store, self.month)
        return inputs, run_month(inputs, self.month, kept, before)

    def _outputs(self, inputs: FlowInputs, run: FlowRun, lang: Lang | None) -> DeskOutputs:
        tables = RunTables(run, inputs.region)
        folder = self.space.root / "out" / f"flow-{self.month}"
        said = lang or self.space.settings.lang
        page = flow_page(run, tables)
        return DeskOutputs(folder, self.month.end, page, tables.all(), run.notes, said)


def _closed(run: FlowRun, by: str, on: date, why: str) -> FlowMonth:
    if run.kept is None:
        return close_month(run.clean, run.month, by=by, on=on, why=why)
    held = sum(one.line.month in (run.month, None) for one in run.clean.held)
    return run.kept.month.restate(run.facts, by=by, on=on, why=why, held=held)
