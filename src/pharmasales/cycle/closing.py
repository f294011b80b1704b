"""Close a period from what the cycle keeps (关账): what it is scored from, the sheet, and its review as it was closed.

>>> from pharmasales.evaluation.closing.closed import close_period
>>> from pharmasales.periods import Quarter
>>> from pharmasales.testing import two_districts
>>> from pharmasales.units import CNY
>>> quarter, policy = Quarter(2026, 1), Policy()
>>> inputs = close_inputs(two_districts(), policy, quarter, goals={"n1": Amount.of(15000, CNY)})
>>> closed = close_period(inputs, close_sheet(policy), by="m1", on=quarter.end)
>>> found = closed_review(closed.latest, policy)
>>> print(found.attainments.why("n1").head(), found.scorecards.scores[0].total)
actual 14,760.00 CNY of goal 15,000.00 CNY is 98.4%: missed 96.67
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from pharmasales.cycle.counting import own_actuals, period_items, period_units, visits_counted
from pharmasales.cycle.facts import noted
from pharmasales.cycle.gating import refuse_goals, withheld
from pharmasales.cycle.policy import Policy
from pharmasales.cycle.region import Call, Region
from pharmasales.cycle.reviewing import Review
from pharmasales.cycle.scoring import read_by_sheet
from pharmasales.errors import BadValue
from pharmasales.evaluation import attain, deviations, scorecard_rule
from pharmasales.evaluation.closing.held_grades import HeldGrade
from pharmasales.evaluation.closing.inputs import PeriodInputs
from pharmasales.evaluation.closing.recomputing import recompute
from pharmasales.evaluation.closing.versions import ClosedVersion
from pharmasales.evaluation.measures.figures import FIGURES
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.periods import Period
from pharmasales.units import Amount

__all__ = ["close_inputs", "close_sheet", "closed_review"]


def close_sheet(policy: Policy) -> ScoreSheet:
    """Return the sheet that a policy scores by: its own, or one of its measures.

    >>> [part.name for part in close_sheet(Policy()).rule.parts]
    ['attainment', 'growth', 'coverage', 'frequency']
    """
    if policy.sheet is not None:
        return policy.sheet
    rule = scorecard_rule(policy.score.measures, missing=policy.score.missing)
    return ScoreSheet("scorecard", rule, zh="考核评分")


def close_inputs(
    region: Region,
    policy: Policy,
    period: Period,
    *,
    goals: Mapping[str, Amount],
    planned: Iterable[Call] | None = None,
    grades: Iterable[HeldGrade] = (),
    as_of: date | None = None,
) -> PeriodInputs:
    """Return everything that a period is scored from, locked (考核输入锁定).

    Args:
        region: what happened.
        policy: what the company decides; its fingerprint is kept with the inputs.
        period: the period, counted whole.
        goals: the goal of each node.
        planned: the visits planned; none where there is no plan.
        grades: the grades of customers at the start of the period; measures of one class read them.
        as_of: the last day of noting facts that counts; all of them where left out.

    Raises:
        BadValue: no organisation.
        BadRows: goals that the compliance policy in force lets nobody give, or inputs that cannot be.
    """
    if region.org is None:
        raise BadValue("nobody to score", hint="give an org table, or [org] levels", code="review.org")
    refuse_goals(policy, region.org, goals, period.end)
    held = tuple(grades)
    letters = {one.id: one.grade.letter for one in held}
    items = period_items(region, policy, period, period.end, goals=goals, planned=planned, letters=letters, as_of=as_of)
    reps = region.org.leaves()
    kept_back = {rep.id: withheld(policy, rep, period.end) for rep in reps}
    return PeriodInputs(
        period,
        region.org,
        items,
        facts=_facts(region, policy, period, as_of),
        grades=held,
        withheld={rep: tuple(names) for rep, names in kept_back.items() if names},
        rules={"policy": policy.fingerprint},
        **period_units(region, policy),
    )


def _facts(
    region: Region, policy: Policy, period: Period, as_of: date | None
) -> dict[str, dict[str, int | Fraction | None]]:
    """Return what the sheet reads of each rep beside figures; what nobody noted is missing."""
    if policy.sheet is None or region.org is None:
        return {}
    names = [name for name in read_by_sheet(policy.sheet) if name.partition(".")[0] not in FIGURES and name != "grade"]
    found = noted(region.facts, period, as_of)
    days = {"period_days": period.days}
    return {
        rep.id: {name: {**found.get(rep.id, {}), **days}.get(name) for name in names} for rep in region.org.leaves()
    }


def closed_review(version: ClosedVersion, policy: Policy) -> Review:
    """Return the review of a closed period, from what was kept with a version; the scores are recomputed and compared.

    Args:
        version: the version.
        policy: how far below the goal is severe, and which words a role may be scored by; it decides no point.

    Raises:
        BadValue: inputs that are not those that were sealed.
        ResultsDiffer: the inputs give other results than those that were kept.
    """
    inputs, scored = version.inputs, recompute(version)
    found = scored.measurements
    goals = {node: goal for node in found.figures if isinstance(goal := found[node].goal, Amount)}
    under = policy.score.under
    attained = attain(
        inputs.org, goals, own_actuals(found), inputs.period, Fraction(1), under=under, over=policy.score.over
    )
    return Review(
        inputs.period,
        inputs.period.end,
        inputs.rules.get("policy", ""),
        attained,
        scored.cards,
        deviations(attained, under) if under else deviations(attained),
        visits_counted(found),
        found,
    )
