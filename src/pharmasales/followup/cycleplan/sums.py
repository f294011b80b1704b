"""Sums over customers and over the organisation (汇总): the plan's own counts, which add up at every node.

Total and team counts are left out on purpose: one call may count in the total of several plans, so that they do not add
up.

>>> from datetime import date
>>> from pharmasales.followup.cycleplan.attaining import attain_plans
>>> from pharmasales.followup.cycleplan.counting import PlainCall
>>> from pharmasales.followup.cycleplan.plans import CyclePlan, PlanTarget
>>> from pharmasales.org import Node
>>> org = Org.of([Node("N", "North", "district"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
>>> q1 = date(2026, 1, 1), date(2026, 3, 31)
>>> plans = [CyclePlan(f"Q1/{at}", at, *q1, [PlanTarget("c1", "Dr. Example", planned=4)]) for at in ("r1", "r2")]
>>> calls = [PlainCall(date(2026, 1, day), at, "c1", territory=at) for day, at in ((5, "r1"), (9, "r2"), (12, "r1"))]
>>> print(sums_table(org, node_sums(attain_plans(plans, calls, date(2026, 1, 31)), org)))
Node id  Node   Level     Customers  Planned  Actual  Scheduled  Remaining  To schedule  Goal  Earned  Earned of goal
-------  -----  --------  ---------  -------  ------  ---------  ---------  -----------  ----  ------  --------------
N        North  district          2        8       3          0          5            5     8       3           37.5%
r1       One    rep               1        4       2          0          2            2     4       2           50.0%
r2       Two    rep               1        4       1          0          3            3     4       1           25.0%
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TypeVar

from attrs import frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.followup.cycleplan._tables import shown
from pharmasales.followup.cycleplan.attained import TargetAttainment
from pharmasales.followup.cycleplan.attaining import PlanAttainment
from pharmasales.org import Org
from pharmasales.units import ratio

__all__ = ["PlanSums", "node_sums", "sum_targets", "sums_table"]

N = TypeVar("N", int, Fraction)


@frozen
class PlanSums:
    """Counts of several customers together (合计); a sum is missing where one of its parts is.

    Args:
        targets: how many customers.
        planned: visits planned.
        actual: made.
        scheduled: scheduled.
        remaining: what remains of each, added up: a visit too many here makes up for none that is missing there.
        to_schedule: what remains to be scheduled, likewise.
        goal: interactions due.
        interactions: interactions made.
        earned: interactions earned under every cap.
    """

    targets: int = 0
    planned: int | None = 0
    actual: int | None = 0
    scheduled: int | None = 0
    remaining: int = 0
    to_schedule: int = 0
    goal: Fraction | None = Fraction(0)
    interactions: Fraction | None = Fraction(0)
    earned: Fraction | None = Fraction(0)

    @property
    def attained(self) -> Fraction | None:
        """Interactions made over the goal, without any cap."""
        return ratio(self.interactions, self.goal)

    @property
    def earned_share(self) -> Fraction | None:
        """Interactions earned over the goal (达成率)."""
        return ratio(self.earned, self.goal)

    def plus(self, other: PlanSums) -> PlanSums:
        """Return both together."""
        return PlanSums(
            self.targets + other.targets,
            _both(self.planned, other.planned),
            _both(self.actual, other.actual),
            _both(self.scheduled, other.scheduled),
            self.remaining + other.remaining,
            self.to_schedule + other.to_schedule,
            _both(self.goal, other.goal),
            _both(self.interactions, other.interactions),
            _both(self.earned, other.earned),
        )


def _both(one: N | None, other: N | None) -> N | None:
    return None if one is None or other is None else one + other


def sum_targets(targets: Iterable[TargetAttainment]) -> PlanSums:
    """Add up customers."""
    found = PlanSums()
    for one in targets:
        track = one.interactions
        amounts = track.goal, track.interactions, track.earned
        found = found.plus(
            PlanSums(1, one.planned, one.actual, one.scheduled, one.remaining, one.to_schedule, *amounts)
        )
    return found


def node_sums(attainments: Iterable[PlanAttainment], org: Org) -> dict[str, PlanSums]:
    """Add up plans at every node of the organisation; a node without a plan at it or below has no entry.

    Raises:
        NotFound: a plan of a territory that the organisation does not have.
    """
    at: dict[str, PlanSums] = {}
    for one in attainments:
        at[one.plan.territory] = at.get(one.plan.territory, PlanSums()).plus(sum_targets(one.targets))
    return org.roll_up(at, PlanSums.plus)


def sums_table(org: Org, sums: Mapping[str, PlanSums]) -> Table:
    """Return one row a node, parents before children, as table `plan_nodes`."""
    columns = (
        Column("node_id", "Node id", "节点编号"),
        Column("node", "Node", "节点"),
        Column("level", "Level", "层级"),
        Column("customers", "Customers", "客户数", "number"),
        Column("planned", "Planned", "计划", "number"),
        Column("actual", "Actual", "实际", "number"),
        Column("scheduled", "Scheduled", "已安排", "number"),
        Column("remaining", "Remaining", "剩余", "number"),
        Column("to_schedule", "To schedule", "待安排", "number"),
        Column("goal", "Goal", "互动目标", "amount"),
        Column("earned", "Earned", "有效互动", "amount"),
        Column("earned_share", "Earned of goal", "达成率", "ratio"),
    )
    rows: list[tuple[Cell, ...]] = []
    for node in org:
        one = sums.get(node.id)
        if one is not None:
            counts = one.targets, one.planned, one.actual, one.scheduled, one.remaining, one.to_schedule
            rows.append((node.id, node.name, node.level, *counts, shown(one.goal), shown(one.earned), one.earned_share))
    return Table("plan_nodes", Says("Attainment by territory", "各辖区计划达成"), columns, rows)
