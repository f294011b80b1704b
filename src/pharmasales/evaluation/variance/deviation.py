"""Deviations (偏差): how far each node is from its goal and from the pace, how severe that is, and what helps.

>>> from pharmasales.evaluation.attainment import attain
>>> from pharmasales.org import Node, Org
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import CNY
>>> org = Org.of([Node("N", "North", "district"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
>>> goals = {node: Amount.of(n, CNY) for node, n in (("N", 300), ("r1", 200), ("r2", 100))}
>>> sold = {"r1": Amount.of(60, CNY), "r2": Amount.of(50, CNY)}
>>> found = deviations(attain(org, goals, sold, Quarter(2026, 1), Fraction(2, 5)))
>>> for row in found.rows:
...     print(row.result.node.id, row.gap, row.pace_gap, row.severity.text())
r1 -140.00 CNY -20.00 CNY severe
N -190.00 CNY -10.00 CNY slight
r2 -50.00 CNY 10.00 CNY none
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Column, Says, Table, Why, because, percent
from pharmasales.evaluation.attainment import Attained, Attainments
from pharmasales.rules import Bands, Field, Label
from pharmasales.units import Amount, Number, half_up, ratio, share

__all__ = ["Deviation", "Deviations", "deviations", "severity_rule"]

_WORDS: Mapping[Label, Says] = {
    "severe": Says("severe", "严重"),
    "slight": Says("slight", "轻微"),
    "none": Says("none", "无"),
}
_CURES = because(
    "what helps: training; a talk; or a revised plan, with the rep's consent and the manager's approval",
    "应对：培训；面谈；或经代表同意并由经理批准后调整计划",
)


def severity_rule(severe: Number = "10%") -> Bands:
    """Return the bands of severity over the field `deviation`, the gap to the pace as a share of the pace.

    Args:
        severe: the shortfall beyond which a deviation is severe (严重); that share itself is slight (轻微).

    Source: S004-23; the cut is policy.

    >>> [severity_rule()({"deviation": d}) for d in (Fraction(-11, 100), Fraction(-1, 10), 0, None)]
    ['severe', 'slight', 'none', None]

    Raises:
        BadRule: a share that is not above zero.
    """
    return Bands(Field("deviation", "偏差"), ((-share(severe), "severe"), (0, "slight")), top="none")


@frozen
class Deviation:
    """One node's deviation.

    Args:
        result: the node's goal and actual.
        pace_gap: actual less what should have been reached by now, rounded half up to the smallest part.
        deviation: that gap, before rounding, as a share of what should have been reached.
        severity: severe (严重), slight (轻微) or none (无); missing where there is no pace to compare with.
    """

    result: Attained
    pace_gap: Amount | None
    deviation: Fraction | None
    severity: Says | None

    @property
    def gap(self) -> Amount | None:
        """Actual less the whole goal (差额)."""
        goal, actual = self.result.goal, self.result.actual
        return None if goal is None or actual is None else actual - goal


@frozen
class Deviations:
    """The deviations of an organisation, the largest shortfall against the pace first.

    Where children's goals add up to their parent's and all actuals sit below it, their gaps add up to its gap exactly.
    Each gap to the pace is rounded once, so those of n children add up to their parent's within (n + 1) / 2 smallest
    parts.

    Args:
        rows: the deviations.
        rule: the bands that judged.
    """

    rows: tuple[Deviation, ...] = field(repr=lambda rows: f"<{len(rows)} nodes>")
    rule: Bands

    def why(self, row: Deviation) -> Why:
        """Say why a deviation is as severe as it is, and where it is severe, what helps.

        Source: S004-56, S004-57.
        """
        if row.severity is None:
            return because(
                "nothing to compare: no goal, no actual, or no time passed", "无可比：无目标、无实际或期间未开始"
            )
        return because(
            "gap to the pace {gap}, {deviation}; severe below {cut}: {severity}",
            "与进度相差 {gap}（{deviation}），低于 {cut} 为严重：{severity}",
            *([_CURES] if row.severity == _WORDS["severe"] else []),
            gap=str(row.pace_gap),
            deviation=percent(row.deviation),
            cut=percent(Fraction(self.rule.cuts[0][0].at)),
            severity=row.severity,
        )

    def table(self) -> Table:
        """Return node_id, node, level, parent_id, goal, actual, gap, pace_gap, severity, why."""
        rows = [
            (
                row.result.node.id,
                row.result.node.name,
                row.result.node.level,
                row.result.parent_id,
                _value(row.result.goal),
                _value(row.result.actual),
                _value(row.gap),
                _value(row.pace_gap),
                row.severity,
                self.why(row),
            )
            for row in self.rows
        ]
        return Table("deviations", Says("Deviations", "偏差"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("node_id", "Node id", "节点编号"),
    Column("node", "Node", "节点"),
    Column("level", "Level", "层级"),
    Column("parent_id", "Parent id", "上级编号"),
    Column("goal", "Goal", "目标", "amount"),
    Column("actual", "Actual", "实际", "amount"),
    Column("gap", "Gap", "差额", "amount"),
    Column("pace_gap", "Gap to pace", "进度差额", "amount"),
    Column("severity", "Severity", "严重程度"),
    Column("why", "Why", "说明", "why"),
)


def _value(amount: Amount | None) -> Decimal | None:
    return None if amount is None else amount.value


def deviations(attainments: Attainments, severe: Fraction = Fraction(1, 10)) -> Deviations:
    """Find every node's deviation from its goal and from the pace (偏差分析).

    The pace is what should have been reached by now: `elapsed * goal`. Severity goes by the gap to it, so that with
    equal shares what is severe is what `attain` calls behind. The rows stand by the gap to the pace, the largest
    shortfall first; equal ones keep the order of the organisation; those without one come last.

    Args:
        attainments: the results.
        severe: the shortfall, as a share of the pace, beyond which a deviation is severe.

    Source: S004-23 (compare, and where severe find the cause and act).

    Raises:
        BadRule: a share that is not above zero.
    """
    rule = severity_rule(severe)
    rows = [_deviation(row, attainments.elapsed, rule) for row in attainments.rows.values()]
    rows.sort(key=lambda row: (row.pace_gap is None, row.pace_gap.minor if row.pace_gap else 0))
    return Deviations(tuple(rows), rule)


def _deviation(row: Attained, elapsed: Fraction, rule: Bands) -> Deviation:
    if row.goal is None or row.actual is None:
        return Deviation(row, None, None, None)
    pace = elapsed * row.goal.minor
    gap = row.actual.minor - pace
    share_of_pace = ratio(gap, pace)
    label = rule({"deviation": share_of_pace})
    return Deviation(row, Amount(half_up(gap), row.goal.unit), share_of_pace, None if label is None else _WORDS[label])
