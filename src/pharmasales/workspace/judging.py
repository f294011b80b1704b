"""Judge a period of a workspace (期间考核): by its files and settings, and by the plan that was kept for it.

`Workspace.review` and `ScoreDesk` both go by it, so that a score is the same whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from pharmasales.cycle import Region, Review, review
from pharmasales.cycle.policy import Policy
from pharmasales.display import Lang, Table
from pharmasales.periods import Period
from pharmasales.storage import Unit
from pharmasales.workspace.calendars import Calendars, issued
from pharmasales.workspace.doing import Progress, made_of, quiet
from pharmasales.workspace.keep import save, settled
from pharmasales.workspace.kept import REVIEWED, KeptPlan, planned
from pharmasales.workspace.outputs import Outputs, outputs_of

if TYPE_CHECKING:
    from pharmasales.workspace.workspace import Workspace

__all__ = ["Judged", "judge"]


@frozen
class Judged:
    """How a period went by the files and the plan that was kept.

    Args:
        region: what happened.
        policy: what it was judged by.
        kept: the plan that was kept.
        calendars: the calendars as they were exported last.
        result: the review.
    """

    region: Region
    policy: Policy
    kept: KeptPlan
    calendars: Calendars = field(repr=False)
    result: Review

    def tables(self, *more: Table) -> dict[str, Table]:
        """Return the settled tables that are written: those of the review, and some more."""
        found = {**self.result.tables(), **{table.name: table for table in more}}
        return {name: settled(table) for name, table in found.items()}

    def outputs(self, space: Workspace, tables: dict[str, Table], lang: Lang) -> Outputs:
        """Return what is written: everything that was planned, and these tables."""
        asked, result = self.kept.asked, self.result
        tables = {**(self.kept.tables if self.kept.period == asked else {}), **tables}
        made = outputs_of(space.root, self.region, asked, result.as_of, tables, result.notes, lang)
        standing = self.kept.standing(made.folder, made.lang)
        made = evolve(made, planned=self.kept.as_of or made.as_of, standing=standing)
        return evolve(made, calendars=self.calendars, zone=space.settings.zone)

    def save(self, unit: Unit, tables: Iterable[Table]) -> None:
        """Keep these tables in place of those of an earlier review, with what stands behind each point."""
        when = self.kept.asked
        save(unit, when, (*tables, settled(self.result.evidence(self.policy))), REVIEWED)
        unit.put("reviews", str(when), made_of(self.result.as_of, self.result.fingerprint))


def judge(
    space: Workspace,
    period: Period,
    as_of: date | None = None,
    *,
    policy: Policy | None = None,
    progress: Progress = quiet,
) -> Judged:
    """Judge a period against the targets of the files or, where there are none, the plan that was kept.

    Measures of one class of customers go by the grades of that plan: those of the start of the period.

    Args:
        space: the workspace.
        period: the period.
        as_of: the day up to which it is judged; the period's last day where left out.
        policy: what it is judged by; that of the settings where left out.
        progress: called with what is begun.

    Raises:
        StorageError: `storage.scope` for a reader of a part.
        PharmaSalesError: whatever `load` and `cycle.review` refuse.
    """
    policy = policy or space.settings.policy
    region = space.named(space.load(progress, as_of or period.end))
    progress(f"review {period}")
    with space.kept_store() as store:
        kept = planned(store, period)
        calendars = issued(store, period)
    targets = any(when in period for _, when in region.targets)
    goals = None if targets else kept.goals(region, policy.goals.measure)
    letters = kept.letters(policy.follow.schemes or policy.classify.schemes)
    result = review(region, policy, period, as_of, goals=goals, planned=kept.calls(), letters=letters)
    return Judged(region, policy, kept, calendars, result)
