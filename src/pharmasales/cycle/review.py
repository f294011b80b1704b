"""Review a period: attainment against the pace, call frequency, scorecards, deviations.

The goals and the planned visits come from wherever they were kept; the actuals come from the region.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from attrs import frozen

from pharmasales.archive import Measured, by_rep
from pharmasales.channel import Receivable, collected
from pharmasales.cycle.policy import Policy
from pharmasales.cycle.region import Call, Region
from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadValue
from pharmasales.evaluation import (
    Attained,
    Attainments,
    Deviations,
    Figures,
    Scorecards,
    attain,
    deviations,
    elapsed,
    score,
    scorecard_rule,
)
from pharmasales.followup import Frequency, Schedule, field_days, frequency
from pharmasales.goals import Decomposition
from pharmasales.org import Org
from pharmasales.periods import Period
from pharmasales.units import Amount

__all__ = ["Review", "goals_from_targets", "review"]


@frozen
class Review:
    """How a period went, with the fingerprint of the rules it was judged by.

    Args:
        period: the period.
        as_of: the day up to which it was judged.
        fingerprint: of the policy.
        attainments: goal, actual and status of every node.
        scorecards: one a rep.
        deviations: the gaps, the largest first.
        frequencies: visits planned and made, by rep; empty where no visit log is kept.
        notes: what was missing.
    """

    period: Period
    as_of: date
    fingerprint: str
    attainments: Attainments
    scorecards: Scorecards
    deviations: Deviations
    frequencies: Mapping[str, Frequency]
    notes: tuple[Says, ...] = ()

    def tables(self) -> dict[str, Table]:
        """Return the results as tables by name: attainment, scorecard, deviations, frequency."""
        found = [self.attainments.table(), self.scorecards.table(), self.deviations.table()]
        found += [self._frequency_table()] if self.frequencies else []
        return {table.name: table for table in found}

    def _repr_html_(self) -> str:
        return "".join(table.html(most=15) for table in self.tables().values())

    def _frequency_table(self) -> Table:
        rows: list[tuple[Cell, ...]] = []
        for rep, one in self.frequencies.items():
            name = self.attainments[rep].node.name
            counts = (one.targets, one.seen, one.planned, one.made, one.counted, one.unplanned)
            rows.append((rep, name, *counts, one.coverage, one.capped, one.raw, one.reached))
        return Table("frequency", Says("Coverage and call frequency", "覆盖与拜访频次"), _COLUMNS, rows)


_COLUMNS = (
    Column("rep_id", "Rep id", "代表编号"),
    Column("rep", "Rep", "代表"),
    Column("targets", "Target customers", "目标客户", "number"),
    Column("seen", "Seen", "已访", "number"),
    Column("planned", "Visits planned", "计划拜访", "number"),
    Column("made", "Visits made", "实际拜访", "number"),
    Column("counted", "Counted", "计入", "number"),
    Column("unplanned", "Others", "计划外", "number"),
    Column("coverage", "Coverage", "覆盖率", "ratio"),
    Column("frequency", "Frequency", "频次达成率", "ratio"),
    Column("raw", "Frequency, raw", "频次达成率（不封顶）", "ratio"),
    Column("reached", "Reached", "达标客户占比", "ratio"),
)


def review(
    region: Region,
    policy: Policy,
    period: Period,
    as_of: date | None = None,
    *,
    goals: Decomposition | Mapping[str, Amount] | None = None,
    planned: Schedule | Iterable[Call] | None = None,
) -> Review:
    """Judge a period against its goals and its visit plan.

    Args:
        region: what happened.
        policy: what the company decides.
        period: the period.
        as_of: the day up to which it is judged; the period's last day where left out.
        goals: the decomposed goals, or the goal of each node for the whole period; the region's targets where left
            out.
        planned: the visit plan, or the visits planned; without them coverage and frequency are missing.

    Raises:
        BadValue: no organisation, or a day before the period.
        UnknownYear: the calendar does not know the period's year.
    """
    day = min(as_of or period.end, period.end)
    if day < period.start:
        raise BadValue("the day of the review lies before the period", hint=f"from {period.start}", code="review.as_of")
    if region.org is None:
        raise BadValue("a review needs an organisation", hint="give an org table, or [org] levels", code="review.org")
    notes: list[Says] = []
    measure = policy.goals.measure
    if isinstance(goals, Decomposition):
        goals = {node.id: goals.amount(node.id) for node in goals.org}
    if isinstance(planned, Schedule):
        planned = [Call(visit.day, visit.rep, visit.customer) for visit in planned.visits]
    given = goals if goals is not None else goals_from_targets(region, period)
    if not given:
        notes.append(
            Says(f"no goals for {period}: plan it first, or give targets", f"{period} 无目标：请先计划或提供目标")
        )
    passed = elapsed(period, day, policy.calendar, policy.score.pace)
    actual, last = (_actual(region, region.org, when, until, measure) for when, until in _both(period, day))
    attained = attain(region.org, given, actual, period, passed, under=policy.score.under, over=policy.score.over)
    visits = _frequencies(region, planned, period, day, notes)
    rule = scorecard_rule(policy.score.measures, missing=policy.score.missing)
    figures = _figures(region, policy, period, day, visits, last)
    cards = [score(rule, rep.id, rep.name, figures(attained[rep.id])) for rep in region.org.leaves()]
    return Review(
        period,
        day,
        policy.fingerprint,
        attained,
        Scorecards(cards),
        deviations(attained, policy.score.under or policy.score.over),
        visits,
        tuple(notes),
    )


def _both(period: Period, day: date) -> Sequence[tuple[Period, date]]:
    """Return the period up to the day, and the year before up to the same day of it."""
    before = period.year_before()
    if day >= period.end:
        return (period, period.end), (before, before.end)
    return (period, day), (before, before.start + (day - period.start))


def _actual(region: Region, org: Org, period: Period, until: date, measure: Measured) -> dict[str, Amount]:
    """Sum the net sales of a period up to a day by node; a rep without any has zero once anybody has some."""
    sales = [sale for sale in region.sales if sale.rep and sale.within(period, until)]
    sums = by_rep(sales, measure)
    if not sums:
        return {}
    nothing = Amount(0, region.money if measure == "amount" else region.goods)
    return {leaf.id: nothing for leaf in org.leaves()} | sums


def goals_from_targets(region: Region, period: Period) -> dict[str, Amount]:
    """Return the goals that the region's target table gives for a period.

    Targets of shorter periods within it are added; a node without a target of its own has the sum of those below it.
    """
    if region.org is None:
        return {}
    own: dict[str, Amount] = {}
    for (node_id, when), amount in region.targets.items():
        if when in period:
            own[node_id] = own[node_id] + amount if node_id in own else amount
    sums: dict[str, Amount] = {}
    for node in reversed(list(region.org)):
        parts = [sums[child] for child in region.org.below[node.id] if child in sums]
        if node.id in own:
            sums[node.id] = own[node.id]
        elif parts:
            sums[node.id] = Amount.total(parts, parts[0].unit)
    return sums


def _frequencies(
    region: Region, planned: Iterable[Call] | None, period: Period, day: date, notes: list[Says]
) -> dict[str, Frequency]:
    """Compare visits made with visits planned up to the day, rep by rep."""
    if planned is None or region.calls is None or region.org is None:
        what = ("visit plan", "拜访计划") if planned is None else ("visit log", "拜访记录")
        notes.append(Says(f"no {what[0]}: coverage and frequency are missing", f"无{what[1]}：覆盖率与频次缺失"))
        return {}
    plan, made = _counted(planned, period, day), _counted(region.calls, period, day)
    return {rep.id: frequency(plan.get(rep.id, {}), made.get(rep.id, {})) for rep in region.org.leaves()}


def _counted(calls: Iterable[Call], period: Period, day: date) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for call in calls:
        if period.start <= call.day <= day:
            mine = found.setdefault(call.rep, {})
            mine[call.customer] = mine.get(call.customer, 0) + 1
    return found


def _figures(
    region: Region,
    policy: Policy,
    period: Period,
    day: date,
    visits: Mapping[str, Frequency],
    last: Mapping[str, Amount],
) -> Callable[[Attained], Figures]:
    """Return what puts together the figures of one rep."""
    owed: dict[str, list[Receivable]] = {}
    for receivable in region.receivables or ():
        customer = region.archive.customers.get(receivable.customer)
        owed.setdefault(customer.owner if customer else "", []).append(receivable)

    def figures(result: Attained) -> Figures:
        rep = result.node.id
        seen, paid = visits.get(rep), collected(owed.get(rep, ()), period, day, unit=region.money)
        counts = _counts(seen) if seen else {}
        away = policy.follow.leave.get(rep, frozenset())
        days = len(field_days(period.start, day, policy.calendar, away)) if seen else None
        return Figures(
            goal=result.goal,
            actual=result.actual,
            last=last.get(rep),
            field_days=days,
            due=paid.due if rep in owed else None,
            collected=paid.collected if rep in owed else None,
            **counts,
        )

    return figures


def _counts(seen: Frequency) -> dict[str, int]:
    return {
        "target_customers": seen.targets,
        "seen_customers": seen.seen,
        "planned_visits": seen.planned,
        "made_visits": seen.made,
        "capped_visits": seen.counted,
    }
