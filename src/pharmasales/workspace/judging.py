"""Judge a period of a workspace (期间考核): by its files and settings, and by the plan that was kept for it.

`Workspace.review` and `ScoreDesk` both go by it, so that a score is the same whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from pharmasales.cycle import Region, Review, goals_from_targets, review
from pharmasales.cycle.closing import close_inputs, close_sheet, closed_review
from pharmasales.cycle.comparing import sales_change
from pharmasales.cycle.policy import Policy
from pharmasales.cycle.scoring import reads_classes
from pharmasales.display import Lang, Says, Table
from pharmasales.evaluation.closing.held_grades import HeldGrade
from pharmasales.evaluation.closing.inputs import PeriodInputs
from pharmasales.evaluation.closing.late_entries import LateEntries
from pharmasales.evaluation.variance.contributions import contributed
from pharmasales.evaluation.variance.sales_split import SalesVariance
from pharmasales.exchange.report import Section
from pharmasales.exchange.variance_sections import attainment_section, sales_section
from pharmasales.periods import Period
from pharmasales.storage import Unit
from pharmasales.units import Amount
from pharmasales.workspace.calendars import Calendars, issued
from pharmasales.workspace.closings import KeptClosing, closing_of
from pharmasales.workspace.doing import Progress, made_of, quiet
from pharmasales.workspace.keep import save, settled
from pharmasales.workspace.kept import REVIEWED, KeptPlan, planned
from pharmasales.workspace.kept_grades import kept_scheme
from pharmasales.workspace.late import closed_notes, late_since, opened_again
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
        goals: the goal of each node.
        grades: the grades of customers at the start of the period, where the policy reads measures by class.
        result: the review; of a closed period the one that it was closed with.
        closing: the period as it was closed; none where it never was.
        late: what came since the close.
    """

    region: Region
    policy: Policy
    kept: KeptPlan
    calendars: Calendars = field(repr=False)
    goals: Mapping[str, Amount] = field(repr=False)
    grades: Sequence[HeldGrade] = field(repr=False)
    result: Review
    closing: KeptClosing | None = None
    late: LateEntries | None = None

    def tables(self, *more: Table) -> dict[str, Table]:
        """Return the settled tables that are written: those of the review, some more, and what came late."""
        found = {**self.result.tables(), **{table.name: table for table in more}}
        if self.late is not None and self.late.entries:
            found |= {table.name: table for table in (self.late.table(), self.late.scores_table())}
        return {name: settled(table) for name, table in found.items()}

    def inputs(self, as_of: date | None = None) -> PeriodInputs:
        """Return everything that the period is scored from by the files now.

        Args:
            as_of: the last day of noting facts that counts; all of them where left out.
        """
        return close_inputs(
            self.region,
            self.policy,
            self.kept.asked,
            goals=self.goals,
            planned=self.kept.calls(),
            grades=self.grades,
            as_of=as_of,
        )

    @property
    def is_closed(self) -> bool:
        """Whether the period is closed, and not open again."""
        return self.closing is not None and not self.closing.is_open

    def closed(self) -> Judged:
        """Return it as the period was closed, with what came since; unchanged where it is open."""
        if self.closing is None:
            return self
        if self.closing.is_open:
            return self.noting(opened_again(self.closing))
        now = self.inputs()
        found = late_since(self.closing.closed, now)
        result = closed_review(self.closing.closed.latest, self.policy)
        return evolve(self, result=result, late=found).noting(*closed_notes(self.closing, found, now))

    def noting(self, *notes: Says) -> Judged:
        """Return it with some more notes."""
        return evolve(self, result=evolve(self.result, notes=(*self.result.notes, *notes)))

    @property
    def as_judged(self) -> Region | None:
        """The region by the organisation that was judged; none where something came since the close.

        What is no part of a closing, such as the change of sales, is shown of it.
        """
        if self.late is not None and self.late.entries:
            return None
        return evolve(self.region, org=self.result.measurements.org)

    @cached_property
    def change(self) -> SalesVariance | None:
        """The change of sales against last year, as far as it is known."""
        region = self.as_judged
        return None if region is None else sales_change(region, self.result.period, self.result.as_of)

    def sections(self) -> Iterator[Section]:
        """Yield what the report says of the top node: its attainment child by child, and the change of sales."""
        attained = self.result.attainments
        top = self.result.measurements.org.root.id
        found = contributed(attained)
        if attained[top].attainment is not None and self.result.measurements.org.below[top]:
            yield attainment_section(found, top)
        if self.change is not None:
            yield sales_section(self.change)

    def outputs(self, space: Workspace, tables: dict[str, Table], lang: Lang) -> Outputs:
        """Return what is written: everything that was planned, and these tables."""
        asked, result = self.kept.asked, self.result
        tables = {**(self.kept.tables if self.kept.period == asked else {}), **tables}
        made = outputs_of(space.root, self.region, asked, result.as_of, tables, result.notes, lang)
        standing = self.kept.standing(made.folder, made.lang)
        sections = tuple(evolve(one, table=one.table and settled(one.table)) for one in self.sections())
        made = evolve(made, planned=self.kept.as_of or made.as_of, standing=standing, sections=sections)
        return evolve(made, calendars=self.calendars, zone=space.settings.zone)

    def save(self, unit: Unit, tables: Iterable[Table]) -> None:
        """Keep these tables in place of those of an earlier review, with what stands behind each point."""
        when = self.kept.asked
        lasting = [table for table in tables if table.name in REVIEWED]
        save(unit, when, (*lasting, settled(self.result.evidence(self.policy))), REVIEWED)
        unit.put("reviews", str(when), made_of(self.result.as_of, self.result.fingerprint) | {"sheet": self.sheet})

    @property
    def sheet(self) -> str:
        """The fingerprint of the sheet that scored, before it looked at anybody."""
        kept = self.closing if self.is_closed else None
        return (close_sheet(self.policy) if kept is None else kept.closed.latest.sheet).fingerprint


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
    region = space.named(space.load(progress, min(as_of or period.end, period.end)))
    progress(f"review {period}")
    with space.kept_store() as store:
        kept = planned(store, period)
        calendars = issued(store, period)
        closing = closing_of(store, period)
    targets = any(when in period for _, when in region.targets)
    goals = None if targets else kept.goals(region, policy.goals.measure)
    grades = _grades(kept, policy, period) if reads_classes(policy) else ()
    letters = {one.id: one.grade.letter for one in grades}
    result = review(region, policy, period, as_of, goals=goals, planned=kept.calls(), letters=letters)
    given = goals_from_targets(region, period) if goals is None else goals
    return Judged(region, policy, kept, calendars, given, grades, result, closing).closed()


def _grades(kept: KeptPlan, policy: Policy, period: Period) -> tuple[HeldGrade, ...]:
    """Return the grades of the plan that is kept, which hold from the first day of the period."""
    held = kept.letters(policy.follow.schemes or policy.classify.schemes)
    found: dict[str, list[str]] = {}
    for scheme, letter in held.values():
        found.setdefault(scheme, []).append(letter)
    schemes = {name: kept_scheme(name, policy, letters) for name, letters in found.items()}
    return tuple(
        HeldGrade(customer, schemes[name].grade(letter), period.start) for customer, (name, letter) in held.items()
    )
