"""Review a period: attainment against the pace, call frequency, scorecards, deviations.

The goals and the planned visits come from wherever they were kept; the actuals come from the region.

>>> from pharmasales.periods import Quarter
>>> from pharmasales.testing import quarter_with_gap
>>> judged = review(quarter_with_gap(), Policy(), Quarter(2026, 1))
>>> print(judged.attainments.table())
Node id  Node                 Level     Period       Goal    Actual  Attainment  Status
-------  -------------------  --------  -------  --------  --------  ----------  -------
G        Gap District 缺口区  district  2026-Q1  5,700.00  3,380.00       59.3%  missed
r1       Gil Nobody 无吉      rep       2026-Q1  3,600.00  2,500.00       69.4%  missed
r2       Hal Nobody 无海      rep       2026-Q1  2,100.00    800.00       38.1%  missed
r3       Ida Nobody 无达      rep       2026-Q1               80.00              no goal
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from attrs import frozen

from pharmasales.cycle.counting import count_period, own_actuals, visits_counted
from pharmasales.cycle.facts import noted
from pharmasales.cycle.gating import may_score, refuse_goals
from pharmasales.cycle.policy import Policy
from pharmasales.cycle.region import Call, Region
from pharmasales.cycle.scoring import evidence_table, figures_read, score_reps, unnoted
from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadValue
from pharmasales.evaluation import Attainments, Deviations, Scorecards, attain, deviations, elapsed
from pharmasales.evaluation.attainment import refuse_negative_goals
from pharmasales.evaluation.measures.measurements import Measurements
from pharmasales.followup import Frequency, Schedule
from pharmasales.goals import Decomposition
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
        measurements: the figures of every node that attainment, visits and scores read, with what was counted and what
            was left out.
        notes: what was missing.
    """

    period: Period
    as_of: date
    fingerprint: str
    attainments: Attainments
    scorecards: Scorecards
    deviations: Deviations
    frequencies: Mapping[str, Frequency]
    measurements: Measurements
    notes: tuple[Says, ...] = ()

    def tables(self) -> dict[str, Table]:
        """Return the results as tables by name: attainment, scorecard, deviations, frequency."""
        found = [self.attainments.table(), self.scorecards.table(), self.deviations.table()]
        found += [self._frequency_table()] if self.frequencies else []
        return {table.name: table for table in found}

    def evidence(self, policy: Policy) -> Table:
        """Return what stands behind each point: how many items counted and were left out, and why (计分依据).

        Args:
            policy: the policy that it was judged by.
        """
        return evidence_table(self.measurements, self.scorecards, policy, self.as_of)

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
    letters: Mapping[str, str] | None = None,
) -> Review:
    """Judge a period against its goals and its visit plan.

    Args:
        region: what happened.
        policy: what the company decides.
        period: the period.
        as_of: the day up to which it is judged; the period's last day where left out.
        goals: the decomposed goals, whose buckets within the period are added, or the goal of each node for the whole
            period; the region's targets where left out.
        planned: the visit plan, or the visits planned; without them coverage and frequency are missing.
        letters: the grade of each customer at the start of the period; measures of one class read them.

    A line without a day counts from its period's first day on. Sales of nobody count at the top alone.

    >>> from pharmasales.cycle.goalsetting import set_goals
    >>> from pharmasales.periods import Month, Quarter
    >>> from pharmasales.testing import two_districts
    >>> world, policy = two_districts(), Policy()
    >>> goals = set_goals(world, policy, Quarter(2026, 1))
    >>> judged = review(world, policy, Month(2026, 1), date(2026, 1, 20), goals=goals)
    >>> print(judged.attainments.why("n3").head())
    actual 2,340.00 CNY of goal 2,266.00 CNY is 103.3%: ahead

    Raises:
        BadRows: goals below zero, or goals that the compliance policy in force lets nobody give (`Blocked`).
        BadValue: no organisation, a day before the period, or goals whose buckets do not make the period.
        NotFound: a goal or a sale of a node that the organisation does not have.
        UnknownYear: the calendar does not know the period's year.
    """
    day = min(as_of or period.end, period.end)
    if day < period.start:
        raise BadValue("the day of the review lies before the period", hint=f"from {period.start}", code="review.as_of")
    if region.org is None:
        raise BadValue("a review needs an organisation", hint="give an org table, or [org] levels", code="review.org")
    notes: list[Says] = []
    if isinstance(goals, Decomposition):
        goals = _goals_within(goals, period)
    if isinstance(planned, Schedule):
        planned = [Call(visit.day, visit.rep, visit.customer) for visit in planned.visits]
    given = goals if goals is not None else goals_from_targets(region, period)
    if goals is None and (partly := {node for node, when in region.targets if when in period} - given.keys()):
        en = f"the targets of {len(partly)} nodes do not make up {period}: they have no goal"
        notes.append(Says(en, f"{len(partly)} 个节点的目标未覆盖 {period}，按无目标处理"))
    if not given:
        notes.append(
            Says(f"no goals for {period}: plan it first, or give targets", f"{period} 无目标：请先计划或提供目标")
        )
    refuse_goals(policy, region.org, given, day)
    refuse_negative_goals(region.org, given)
    passed = elapsed(period, day, policy.calendar, policy.score.pace)
    _note_missing(region, planned is not None, notes)
    found = count_period(
        region,
        policy,
        period,
        day,
        goals=given,
        planned=planned,
        letters=letters,
        as_of=as_of,
        figures=figures_read(policy),
    )
    attained = attain(
        region.org, given, own_actuals(found), period, passed, under=policy.score.under, over=policy.score.over
    )
    kept_out = [rep for rep in region.org.leaves() if not may_score(policy, rep, "sales", day)]
    if kept_out:
        en = f"{len(kept_out)} reps are not scored by sales or receipts: their role forbids it"
        notes.append(Says(en, f"{len(kept_out)} 名代表因岗位角色不以销售或回款考核"))
    facts = noted(region.facts, period, as_of)
    if (unknown := unnoted(policy, facts)) is not None:
        notes.append(unknown)
    return Review(
        period,
        day,
        policy.fingerprint,
        attained,
        score_reps(found, policy, facts, day),
        deviations(attained, policy.score.under) if policy.score.under else deviations(attained),
        visits_counted(found),
        found,
        tuple(notes),
    )


def _goals_within(goals: Decomposition, period: Period) -> dict[str, Amount]:
    """Add each node's goals of the buckets within a period, which they must make up."""
    parts = [bucket for bucket in goals.buckets if bucket in period]
    if sum(bucket.days for bucket in parts) != period.days:
        hint = f"the goals are for {goals.buckets[0].start} to {goals.buckets[-1].end}"
        raise BadValue(f"{period} is not made of whole buckets of the goals", hint=hint, code="review.buckets")
    unit = goals.total.unit
    return {node.id: Amount.total((goals.amount(node.id, part) for part in parts), unit) for node in goals.org}


def goals_from_targets(region: Region, period: Period) -> dict[str, Amount]:
    """Return the goals that the region's target table gives for a period.

    A node has the target given for the period itself; else the sum of targets of shorter periods, where they make up
    the period, each day once; else the sum of those below it. Targets of a part of the period alone are no goal.

    >>> from pharmasales.periods import Quarter
    >>> from pharmasales.testing import quarter_with_gap
    >>> {node: str(goal) for node, goal in goals_from_targets(quarter_with_gap(), Quarter(2026, 1)).items()}
    {'G': '5,700.00 CNY', 'r1': '3,600.00 CNY', 'r2': '2,100.00 CNY'}

    Raises:
        NotFound: a target of a node that the organisation does not have.
        NotComparable: targets of two units.
    """
    if region.org is None:
        return {}
    given: dict[str, dict[Period, Amount]] = {}
    for (node_id, when), amount in region.targets.items():
        if when in period:
            given.setdefault(region.org[node_id].id, {})[when] = amount
    sums: dict[str, Amount] = {}
    for node in reversed(list(region.org)):
        parts = _made_up(given.get(node.id, {}), period)
        parts = parts or [sums[child] for child in region.org.below[node.id] if child in sums]
        if parts:
            sums[node.id] = Amount.total(parts, parts[0].unit)
    return {node.id: sums[node.id] for node in region.org if node.id in sums}


def _made_up(targets: Mapping[Period, Amount], period: Period) -> list[Amount]:
    """Return the targets that make up a period, the longest first at each day; none where a day is left over."""
    longest = {when.start: when for when in sorted(targets)}
    found, day = [], period.start
    while day <= period.end:
        if day not in longest:
            return []
        found.append(targets[longest[day]])
        day = longest[day].end + timedelta(days=1)
    return found


def _note_missing(region: Region, planned: bool, notes: list[Says]) -> None:
    """Note that nothing is known of visits without a plan or without a log."""
    if not planned or region.calls is None:
        what = ("visit log", "拜访记录") if planned else ("visit plan", "拜访计划")
        notes.append(Says(f"no {what[0]}: coverage and frequency are missing", f"无{what[1]}：覆盖率与频次缺失"))
