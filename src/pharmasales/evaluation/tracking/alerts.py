"""Alerts and their playbook (预警与应对): who is behind schedule, who is over budget, since when, and what helps.

>>> from pharmasales.evaluation.attainment import attain
>>> from pharmasales.org import Node, Org
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import CNY
>>> org = Org.of([Node("r1", "One", "rep")])
>>> def at(month: int, sold: int, passed: str) -> Check:
...     goal, done = ({"r1": Amount.of(n, CNY)} for n in (300, sold))
...     return Check(date(2026, month, 20), attain(org, goal, done, Quarter(2026, 1), Fraction(passed)))
>>> found = find_alerts([at(1, 60, "1/4"), at(2, 80, "1/2"), at(3, 150, "3/4")])
>>> print(found.table())
Alert            Node id  Period   Figure   Bound  Deviation  Severity  Since
---------------  -------  -------  ------  ------  ---------  --------  ----------
behind schedule  r1       2026-Q1  150.00  202.50     -33.3%  severe    2026-01-20
>>> for step in found.alerts[0].playbook:
...     print(step.text())
1. training
2. a talk
3. a revised goal or plan: only with consent of rep, manager

Source: S004-23, S004-56, S004-57.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import evolve, field, frozen

from pharmasales.display import Cell, Column, Lang, Says, Table, Why, because, percent
from pharmasales.errors import BadRule
from pharmasales.evaluation.attainment import Attainments
from pharmasales.evaluation.variance.deviation import deviations, severity_rule
from pharmasales.names import nearest
from pharmasales.org import Node
from pharmasales.periods import Period
from pharmasales.rules import Bands
from pharmasales.units import Amount, share

__all__ = ["PLAYBOOK", "Alert", "AlertKind", "AlertPolicy", "Alerts", "Check", "Step", "find_alerts"]

AlertKind: TypeAlias = Literal["behind", "over_budget"]

_KINDS: Mapping[AlertKind, Says] = MappingProxyType(
    {"behind": Says("behind schedule", "进度落后"), "over_budget": Says("over budget", "费用超支")}
)
_SEVERE, _SLIGHT = Says("severe", "严重"), Says("slight", "轻微")
_WORDS = {"severe": _SEVERE, "slight": _SLIGHT}


@frozen
class Step:
    """One step of a playbook (应对措施).

    Args:
        order: its place, 1 for what is tried first.
        what: what is done.
        consent: whose consent it needs.
    """

    order: int
    what: Says
    consent: tuple[str, ...] = ()

    def text(self, lang: Lang = "en") -> str:
        """Return the step in one line."""
        said = f"{self.order}. {self.what.text(lang)}"
        if not self.consent:
            return said
        words = [_PEOPLE[one].zh if lang == "zh" and one in _PEOPLE else one for one in self.consent]
        return (
            f"{said}：须经{'、'.join(words)}同意"
            if lang == "zh"
            else f"{said}: only with consent of {', '.join(words)}"
        )


_PEOPLE = {"rep": Says("rep", "代表"), "manager": Says("manager", "经理")}

PLAYBOOK = (
    Step(1, Says("training", "培训")),
    Step(2, Says("a talk", "面谈")),
    Step(3, Says("a revised goal or plan", "调整目标或计划"), ("rep", "manager")),
)
"""What helps against a deviation, in the source's order (S004-56).

Step 3 is not taken here: a goal in force changes only through its agreement, with both consents (E26).
"""


@frozen
class AlertPolicy:
    """When there is an alert, and what is done then (预警规则).

    Args:
        severe: the deviation from the pace beyond which an alert is severe (严重偏差); that share itself is slight.
        notify: the least severity that makes an alert: `severe`, or `slight` for any deviation on the wrong side.
        playbook: what helps, by kind of alert.

    Raises:
        BadRule: a share that is not above zero, or an unknown word.
    """

    severe: Fraction = field(default=Fraction(1, 10), converter=share)
    notify: Literal["severe", "slight"] = "severe"
    playbook: Mapping[AlertKind, tuple[Step, ...]] = field(
        default=MappingProxyType({"behind": PLAYBOOK, "over_budget": PLAYBOOK}), repr=False, hash=False
    )

    def __attrs_post_init__(self) -> None:
        severity_rule(self.severe)
        if self.notify not in _WORDS:
            hint = nearest(str(self.notify), _WORDS)
            raise BadRule("the least severity of an alert?", where="notify", hint=hint, code="alert.notify")
        if self.playbook.keys() != _KINDS.keys():
            hint = f"one for each of {', '.join(_KINDS)}"
            raise BadRule("a kind of alert without a playbook", where="playbook", hint=hint, code="alert.playbook")


@frozen
class Check:
    """What was known on one day: goals against actuals, budgets against what was spent, or both.

    Args:
        day: the day.
        goals: attainment of the goals, or missing.
        budgets: what was spent of the budgets, as `attain` compares it, or missing.
    """

    day: date
    goals: Attainments | None = None
    budgets: Attainments | None = None


@frozen
class Alert:
    """One alert (预警).

    Args:
        kind: `behind` schedule (进度落后) or `over_budget` (费用超支).
        node: where.
        period: of which period.
        figure: what was sold or spent.
        goal: the whole goal or budget.
        bound: the least that would have been sold, or the most spent, without an alert.
        deviation: how far the figure is from the pace, as a share of the pace; missing where no time has passed.
        severity: severe (严重) or slight (轻微).
        since: the first check of the unbroken run of checks in which it stood.
        playbook: what helps.
    """

    kind: AlertKind
    node: Node = field(repr=lambda node: repr(node.id))
    period: Period
    figure: Amount = field(repr=False)
    goal: Amount = field(repr=False)
    bound: Amount = field(repr=False)
    deviation: Fraction | None
    severity: Says
    since: date
    playbook: tuple[Step, ...] = field(repr=False)

    @property
    def why(self) -> Why:
        """The figure, the bound that it broke, since when, and what helps."""
        steps = [because("{step}", "{step}", step=step) for step in self.playbook]
        least = ("at least", "至少") if self.kind == "behind" else ("at most", "至多")
        return because(
            f"{{kind}} since {{since}}: {{figure}}, {least[0]} {{bound}} without an alert; {{deviation}} off the pace",
            f"{{kind}}，自 {{since}} 起：{{figure}}，{least[1]} {{bound}} 不预警；偏离进度 {{deviation}}",
            *steps,
            kind=_KINDS[self.kind],
            since=self.since.isoformat(),
            figure=str(self.figure),
            bound=str(self.bound),
            deviation=percent(self.deviation),
        )


@frozen
class Alerts:
    """The alerts of the last check, the severe ones first, then the largest deviation. Made by `find_alerts`.

    Args:
        as_of: the day of the last check.
        alerts: the alerts.
        policy: what they were judged by.
    """

    as_of: date
    alerts: tuple[Alert, ...] = field(repr=lambda alerts: f"<{len(alerts)} alerts>")
    policy: AlertPolicy

    def table(self) -> Table:
        """Return kind, node_id, period, figure, bound, deviation, severity, since."""
        rows: list[tuple[Cell, ...]] = [
            (
                _KINDS[one.kind],
                one.node.id,
                str(one.period),
                one.figure.value,
                one.bound.value,
                one.deviation,
                one.severity,
                one.since,
            )
            for one in self.alerts
        ]
        return Table("alerts", Says("Alerts", "预警"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("kind", "Alert", "预警"),
    Column("node_id", "Node id", "节点编号"),
    Column("period", "Period", "期间"),
    Column("figure", "Figure", "数值", "amount"),
    Column("bound", "Bound", "界限", "amount"),
    Column("deviation", "Deviation", "偏离", "ratio"),
    Column("severity", "Severity", "严重程度"),
    Column("since", "Since", "起始日", "date"),
)


def find_alerts(checks: Sequence[Check], policy: AlertPolicy | None = None) -> Alerts:
    """Find who is behind schedule or over budget in the last of some checks, and since which of them (预警).

    Behind: less is sold than the pace less the share allowed. Over budget: more is spent than the pace plus that share,
    or more than the whole budget, which is always severe and the only bound before the period begins. What has no goal
    or no figure raises no alert.

    Args:
        checks: what was known, the oldest first; the last one is judged, the others say since when.
        policy: when there is an alert; `AlertPolicy()` where left out.

    Source: S004-23 (severe deviation), S004-56 (cures), S004-57 (the two cases). Which share is severe is policy.

    Raises:
        BadRule: no check, or checks out of order.
    """
    rules = policy or AlertPolicy()
    if not checks or any(right.day <= left.day for left, right in pairwise(checks)):
        raise BadRule("checks out of order", hint="give one or more, the oldest first", code="alert.checks")
    standing: dict[tuple[AlertKind, str, Period], Alert] = {}
    for check in checks:
        found = [
            *_found("behind", check.goals, rules, check.day),
            *_found("over_budget", check.budgets, rules, check.day),
        ]
        keyed = {(one.kind, one.node.id, one.period): one for one in found}
        standing = {key: evolve(one, since=standing.get(key, one).since) for key, one in keyed.items()}
    alerts = sorted(standing.values(), key=lambda one: (one.severity != _SEVERE, -abs(one.deviation or 0)))
    return Alerts(checks[-1].day, tuple(alerts), rules)


def _found(kind: AlertKind, results: Attainments | None, policy: AlertPolicy, day: date) -> list[Alert]:
    """Return the deviations of one kind that are worth an alert, as if they began on this day."""
    if results is None:
        return []
    rule, found = severity_rule(policy.severe), []
    for row in deviations(results, policy.severe).rows:
        goal, figure = row.result.goal, row.result.actual
        if goal is None or figure is None:
            continue
        severity = "severe" if kind == "over_budget" and figure > goal else _severity(kind, row.deviation, rule)
        if severity in ("severe", policy.notify):
            bound = _bound(kind, goal, results.elapsed, policy)
            told = row.deviation, _WORDS[severity], day, policy.playbook[kind]
            found.append(Alert(kind, row.result.node, results.period, figure, goal, bound, *told))
    return found


def _severity(kind: AlertKind, deviation: Fraction | None, rule: Bands) -> str:
    """Return severe or slight, or none where the figure is on the right side of the pace."""
    if deviation is None:
        return "none"
    return str(rule({"deviation": deviation if kind == "behind" else -deviation}))


def _bound(kind: AlertKind, goal: Amount, passed: Fraction, policy: AlertPolicy) -> Amount:
    """Return the last figure without an alert, a whole number of smallest parts."""
    stray = policy.severe if policy.notify == "severe" else Fraction(0)
    if kind == "behind":
        pace = passed * goal.minor * (1 - stray)
        return Amount(-(-pace.numerator // pace.denominator), goal.unit)
    pace = passed * goal.minor * (1 + stray)
    return min(Amount(pace.numerator // pace.denominator, goal.unit), goal) if passed else goal
