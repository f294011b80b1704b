"""The control sheets of a year from what a workspace keeps (年度控制表): closed periods as they were closed.

Goals of a month are those of the targets or, where there are none, of the plans that were kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from attrs import frozen

from pharmasales.cycle.counting import period_units
from pharmasales.cycle.monthly import Months, closed_by_month, goals_by_month, sold_by_month, whole_months
from pharmasales.evaluation.closing.inputs import PeriodInputs
from pharmasales.evaluation.closing.plain import Value
from pharmasales.evaluation.measures.figures import Figure
from pharmasales.evaluation.reporting.control_sheet import ControlSheet, control_sheets
from pharmasales.org import Org
from pharmasales.periods import Month, Period, Year
from pharmasales.periods import period as as_period
from pharmasales.storage.protocol import Reader
from pharmasales.units import Amount, Unit
from pharmasales.workspace.closings import closed_scores, closing_of, periods_closed
from pharmasales.workspace.judging import Judged
from pharmasales.workspace.keep import periods_kept, table_of

__all__ = ["year_sheets"]


@frozen
class _Year:
    """A year while its months are gathered: goals, actuals, and those of the year before."""

    year: Year
    unit: Unit
    goals: Months
    now: Months
    then: Months

    def plan(self, store: Reader) -> None:
        """Take the goals of months without targets from the plans that were kept, the shortest period first."""
        targets = frozenset(self.goals)
        for when in sorted(periods_kept(store, "goals"), key=lambda when: -when.days):
            table = table_of(store, when, "goals") if not _apart(when, self.year) else None
            for row in () if table is None else table.records():
                month, amount = as_period(str(row["period"])), row["amount"]
                if not isinstance(month, Month) or month not in self.year or month in targets:
                    continue
                if isinstance(amount, int | Decimal):
                    self.goals.setdefault(month, {})[str(row["node_id"])] = Amount.of(amount, self.unit)

    def as_closed(self, store: Reader, when: Period, org: Org) -> None:
        """Let a closed period stand as it was closed, where the files say something else by now."""
        figures = closed_scores(store, when).results.figures
        sides = (("actual", when, self.now), ("last", when.year_before(), self.then))
        if all(self._agrees(figures, name, _within(months, span), org) for name, span, months in sides):
            return
        kept = closing_of(store, when)
        if kept is not None:
            self.put(kept.closed.latest.inputs)

    def _agrees(self, figures: Mapping[str, Mapping[str, Value]], name: str, months: Months, org: Org) -> bool:
        """Whether months add up to a figure at every node."""
        sums = Counter[str]()
        for at in whole_months(months, org, self.unit).values():
            sums.update({node: amount.minor for node, amount in org.roll_up(at, Amount.__add__).items()})
        kept = {node: known[name] for node, known in figures.items() if name in known}
        return all(kept.get(node, Amount(0, self.unit)) == Amount(sums[node], self.unit) for node in {*kept, *sums})

    def put(self, inputs: PeriodInputs) -> None:
        """Put the months of a closed period in place of those of the files."""
        if inputs.unit == self.unit:
            spans = inputs.period, inputs.period.year_before()
            for months, span, closed in zip((self.now, self.then), spans, closed_by_month(inputs), strict=True):
                for month in _within(months, span):
                    del months[month]
                months.update(closed)

    def agree(self, period: Period, given: Mapping[str, Figure]) -> None:
        """Keep goals of months only where they make up the goal of the period, by which it was judged."""
        months = [month for month in self.year.months if month in period]
        if sum(month.days for month in months) != period.days:
            return  # a week
        for node, goal in given.items():
            parts = [part for month in months if (part := self.goals.get(month, {}).get(node)) is not None]
            if not isinstance(goal, Amount) or goal.unit != self.unit:
                continue
            if len(parts) < len(months) or sum(part.minor for part in parts) != goal.minor:
                for month in months:
                    self.goals.get(month, {}).pop(node, None)
                if len(months) == 1:
                    self.goals.setdefault(months[0], {})[node] = goal

    def known_goals(self, org: Org) -> Months:
        """Return the goals of nodes of the organisation, in the unit of the goals; one below zero is none."""
        return {
            month: {
                node: goal for node, goal in goals.items() if node in org and goal.unit == self.unit and goal.minor >= 0
            }
            for month, goals in self.goals.items()
        }


def _within(months: Months, span: Period) -> Months:
    return {month: at for month, at in months.items() if month in span}


def _apart(one: Period, other: Period) -> bool:
    return one.end < other.start or other.end < one.start


def year_sheets(judged: Judged, store: Reader | None, under: str) -> dict[str, ControlSheet]:
    """Return the control sheets of the year in which a period begins, for a node and all below it.

    Args:
        judged: the period, as it went.
        store: what was planned and closed; none where nothing was kept yet.
        under: the id of the node.

    Raises:
        NotFound: an unknown node.
        BadValue: a closed period that was changed in the store.
    """
    result, region, policy = judged.result, judged.region, judged.policy
    org, unit = result.measurements.org, period_units(region, policy)["unit"]
    year = Year(result.period.start.year)
    now, then = sold_by_month(region, policy, year, result.as_of)
    found = _Year(year, unit, dict(goals_by_month(region, year)), now, then)
    if store is not None:
        found.plan(store)
        for when in sorted(periods_closed(store), key=lambda when: -when.days):
            if when in year and when != result.period:
                found.as_closed(store, when, org)
    if judged.is_closed and judged.closing is not None:
        found.put(judged.closing.closed.latest.inputs)
    figures = result.measurements.figures
    found.agree(result.period, {node: figures[node].goal for node in figures})
    done, before = (whole_months(months, org, unit) for months in (found.now, found.then))
    return control_sheets(org, year, goals=found.known_goals(org), actual=done, last=before, under=under)
