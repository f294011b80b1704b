"""Where the cycle asks the compliance gate (合规): goals, scores, payouts and the usage of single doctors.

>>> from pharmasales.org import Node, Org
>>> from pharmasales.units import CNY
>>> org = Org.of([Node("r1", "Ann Example", "rep", role="medical_rep")])
>>> try:
...     refuse_goals(Policy(), org, {"r1": Amount.of(100, CNY)}, date(2026, 1, 1))
... except BadRows as refused:
...     print(refused.reason, [error.code for error in refused.exceptions])
1 goal that nobody may be given ['blocked.goal-rep-sales']
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from pharmasales.archive import Customer
from pharmasales.archive.kinds import surely_person
from pharmasales.classification.schemes.catalogue import USAGE
from pharmasales.compliance import Action
from pharmasales.compliance.personal import use_of
from pharmasales.cycle.policy import Policy
from pharmasales.display import Says
from pharmasales.errors import BadRows, Blocked
from pharmasales.evaluation.measures.registry import MEASURES
from pharmasales.org import Node, Org
from pharmasales.units import Amount

if TYPE_CHECKING:
    from pharmasales.evaluation.payout.plans import PayoutPlan

__all__ = ["may_score", "refuse_goals", "refuse_payouts", "withheld", "without_usage"]


def refuse_goals(policy: Policy, org: Org, goals: Mapping[str, Amount], day: date) -> None:
    """Refuse goals of sales for whom the policy in force allows none (E44).

    Args:
        policy: its `gates` are asked.
        org: the organisation, whose nodes have roles.
        goals: the goal of each node, in money or boxes; a goal of zero is none.
        day: the day on which the goals are given.

    Raises:
        BadRows: every goal that is blocked, each as `Blocked` with its rule.
    """
    bad = []
    for node in org:
        goal = goals.get(node.id)
        if node.role and goal is not None and goal.minor:
            action = Action("assign_goal", {"role": node.role, "measure": "sales", "level": "organisation"})
            try:
                policy.check(action, day).require()
            except Blocked as error:
                bad.append(error.at(f"node {node.id!r}"))
    if bad:
        many = "goals" if len(bad) > 1 else "goal"
        raise BadRows(f"{len(bad)} {many} that nobody may be given", bad)


def may_score(policy: Policy, node: Node, measure: str, day: date) -> bool:
    """Whether somebody in a node's role may be scored by a measure, such as `sales` or `receipts`, on a day.

    >>> rep = Node("r1", "Ann Example", "rep", role="medical_rep")
    >>> may_score(Policy(), rep, "sales", date(2026, 1, 1)), may_score(Policy(), rep, "sales", date(2018, 1, 1))
    (False, True)
    """
    return not node.role or policy.check(Action("score", {"role": node.role, "measure": measure}), day).allowed


def withheld(policy: Policy, node: Node, day: date) -> frozenset[str]:
    """Return the figures by which nobody in a node's role may be scored on a day, by the measures that read them.

    A figure counts as what the first measure of the registry that reads it counts: cost as cost, though output over
    input, which counts as sales, reads it too and goes without the sales.

    >>> rep = Node("r1", "Ann Example", "rep", role="medical_rep")
    >>> found = withheld(Policy(), rep, date(2026, 1, 1))
    >>> [name in found for name in ("actual", "collected", "made_visits", "cost")]
    [True, True, False, False]
    """
    counts: dict[str, str] = {}
    for measure in MEASURES.values() if node.role else ():
        for name in measure.reads:
            counts.setdefault(name, measure.counts)
    forbidden = {word for word in set(counts.values()) if not may_score(policy, node, word, day)}
    return frozenset(name for name, word in counts.items() if word in forbidden)


def refuse_payouts(policy: Policy, org: Org, plans: Mapping[str, PayoutPlan], day: date) -> None:
    """Refuse payout plans that pay somebody for what the policy in force allows nobody of the role (E44).

    Every part of a plan is asked about by its measure, those of a blend too.

    Args:
        policy: its `gates` are asked.
        org: the organisation, whose nodes have roles.
        plans: the plan of each node.
        day: the day on which it is paid.

    >>> from pharmasales.evaluation.payout.building import payout_curve
    >>> from pharmasales.evaluation.payout.plans import PayoutPlan, PayPart
    >>> from pharmasales.rules import Field
    >>> org = Org.of([Node("r1", "Ann Example", "rep", role="medical_rep")])
    >>> curve = payout_curve(threshold="70%", above=2, cap="200%")
    >>> plan = PayoutPlan("sales", [PayPart("sales", "sales", Field("attainment"), curve, 100)])
    >>> try:
    ...     refuse_payouts(Policy(), org, {"r1": plan}, date(2026, 1, 1))
    ... except BadRows as refused:
    ...     print(refused.reason, [error.code for error in refused.exceptions])
    1 payout that nobody may be given ['blocked.bonus-rep-sales']

    Raises:
        BadRows: every part that is blocked, each as `Blocked` with its rule.
        NotFound: a plan of an unknown node.
    """
    bad = []
    for node_id, plan in plans.items():
        role = org[node_id].role
        for part in plan.parts if role else ():
            try:
                policy.check(Action("pay_bonus", {"role": role, "measure": part.measure}), day).require()
            except Blocked as error:
                bad.append(error.at(f"part {part.name!r}").at(f"node {node_id!r}"))
    if bad:
        many = "payouts" if len(bad) > 1 else "payout"
        raise BadRows(f"{len(bad)} {many} that nobody may be given", bad)


def without_usage(
    policy: Policy, customer: Customer, record: dict[str, object], day: date
) -> tuple[dict[str, object], Says | None]:
    """Take what one doctor buys, uses or prescribes out of the record that rules read, where the policy wants it so.

    Args:
        policy: its `gates` are asked.
        customer: whose record it is; only that of a known kind of human being is touched.
        record: what rules read, by name.
        day: the day on which it is read.

    Returns:
        The record, and the rule that took values out of it, or `None`.
    """
    told = [name for name, value in record.items() if value is not None and _is_usage(name)]
    if not told or not surely_person(customer.kind):
        return record, None
    verdict = policy.check(Action("read_usage", {"role": "", "level": "doctor"}), day)
    if verdict.allowed:
        return record, None
    rule = f"{verdict.policy.title} {verdict.rule}"
    return {**record, **dict.fromkeys(told)}, Says(
        f"{verdict.why.head()} ({rule})", f"{verdict.why.head('zh')}（{rule}）"
    )


def _is_usage(name: str) -> bool:
    use = use_of(name)
    return name in ("sales", "quantity") or name in USAGE or (use is not None and use.doctor_usage)
