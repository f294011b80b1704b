"""Alerts: the two cases, their bounds on both sides, since when, and the playbook in its order."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRule
from pharmasales.evaluation.attainment import attain
from pharmasales.evaluation.tracking.alerts import PLAYBOOK, AlertPolicy, Check, Step, find_alerts
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter
from pharmasales.units import CNY, Amount

Q1 = Quarter(2026, 1)
ORG = Org.of([Node("N", "North", "district"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])


def results(goals, done, passed=Fraction(1, 2), period=Q1):
    """Compare fen with fen."""
    goal, actual = ({node: Amount(n, CNY) for node, n in some.items()} for some in (goals, done))
    return attain(ORG, goal, actual, period, Fraction(passed))


def behind(done, passed=Fraction(1, 2), policy=None, goal=1000):
    """Return the alerts of r1 that sold so many fen."""
    return find_alerts([Check(date(2026, 2, 15), results({"r1": goal}, {"r1": done}, passed))], policy).alerts


def over(spent, passed=Fraction(1, 2), policy=None):
    """Return the alerts of r1 that spent so many fen of 1,000."""
    checks = [Check(date(2026, 2, 15), budgets=results({"r1": 1000}, {"r1": spent}, passed))]
    return find_alerts(checks, policy).alerts


@pytest.mark.parametrize(("done", "alert"), [(449, True), (450, False), (500, False), (2000, False), (-10, True)])
def test_behind_schedule(done, alert):
    """Half of the time has passed: 10 % below 500 is 450, which itself is no severe deviation yet."""
    found = behind(done)
    assert bool(found) is alert
    if alert:
        assert (found[0].kind, found[0].severity.en, found[0].bound) == ("behind", "severe", Amount(450, CNY))


@pytest.mark.parametrize(
    ("spent", "alert"), [(550, False), (551, True), (500, False), (0, False), (1000, True), (1001, True)]
)
def test_over_budget(spent, alert):
    """Half of the time has passed: 10 % above 500 is 550, which is allowed; more is not."""
    found = over(spent)
    assert bool(found) is alert
    if alert:
        assert (found[0].kind, found[0].bound, found[0].deviation) == (
            "over_budget",
            Amount(550, CNY),
            Fraction(spent - 500, 500),
        )


def test_over_the_whole_budget():
    """More than the whole is severe, even where the pace would allow it, and before the period begins."""
    assert not over(1000, 1)
    assert over(1001, 1)[0].bound == Amount(1000, CNY)
    assert [(one.severity.en, one.deviation) for one in over(1001, 0)] == [("severe", None)]
    assert over(1, 0) == ()
    assert "n/a off the pace" in over(1001, 0)[0].why.text()


def test_slight_ones_on_request():
    """With `slight` every figure on the wrong side of the pace is an alert, and its bound is the pace."""
    policy = AlertPolicy(notify="slight")
    assert [(one.severity.zh, one.bound.minor) for one in behind(499, policy=policy)] == [("轻微", 500)]
    assert behind(500, policy=policy) == ()
    assert [(one.severity.en, one.bound.minor) for one in over(501, policy=policy)] == [("slight", 500)]
    assert over(500, policy=policy) == ()
    assert behind(449, policy=AlertPolicy("20%")) == ()
    assert behind(399, policy=AlertPolicy("20%"))[0].bound == Amount(400, CNY)


@given(st.integers(1, 10**9), st.integers(0, 2 * 10**9), st.fractions(0, 1, max_denominator=40))
def test_the_bound_is_the_last_figure_without_an_alert(goal, done, passed):
    """At the bound there is no alert, one smallest part beyond it there is."""
    for notify in ("severe", "slight"):
        policy = AlertPolicy(notify=notify)
        for found in behind(done, passed, policy, goal):
            assert not behind(found.bound.minor, passed, policy, goal)
            assert behind(found.bound.minor - 1, passed, policy, goal)
        for found in over(done % 3000, passed, policy):
            assert not over(found.bound.minor, passed, policy)
            assert over(found.bound.minor + 1, passed, policy)


def test_since_when():
    """An alert stands since the first check of its unbroken run; one that went away and came back begins anew."""
    days = [date(2026, 1, 31), date(2026, 2, 15), date(2026, 2, 28), date(2026, 3, 15)]
    goals = {"r1": 1000, "r2": 1000}
    sold = [{"r1": 0, "r2": 0}, {"r1": 0, "r2": 500}, {"r1": 0, "r2": 0}, {"r1": 0, "r2": 0}]
    checks = [Check(day, results(goals, done)) for day, done in zip(days, sold, strict=True)]
    found = find_alerts(checks)
    assert {one.node.id: one.since for one in found.alerts} == {"r1": days[0], "r2": days[2]}
    assert find_alerts(checks[:2]).as_of == days[1]
    assert [one.node.id for one in find_alerts(checks[:2]).alerts] == ["r1"]


def test_another_period_begins_anew():
    """An alert of a new quarter does not stand since the old one."""
    old = Check(date(2026, 3, 1), results({"r1": 1000}, {"r1": 0}))
    new = Check(date(2026, 5, 1), results({"r1": 1000}, {"r1": 0}, period=Quarter(2026, 2)))
    assert [(one.since, str(one.period)) for one in find_alerts([old, new]).alerts] == [(date(2026, 5, 1), "2026-Q2")]


def test_the_severe_first():
    """Severe before slight, the largest deviation first, both kinds together; what has no goal raises none."""
    goals, spent = {"r1": 1000, "r2": 1000}, {"r1": 1000, "r2": 1000}
    checks = [Check(date(2026, 2, 15), results(goals, {"r1": 490, "r2": 100, "N": 5}), results(spent, {"r1": 1100}))]
    found = find_alerts(checks, AlertPolicy(notify="slight"))
    assert [(one.kind, one.node.id, one.severity.en) for one in found.alerts] == [
        ("over_budget", "r1", "severe"),
        ("behind", "r2", "severe"),
        ("behind", "r1", "slight"),
    ]
    assert [row["kind"].zh for row in found.table().records()] == ["费用超支", "进度落后", "进度落后"]
    assert "over budget" in found._repr_html_()


def test_the_playbook():
    """Training, a talk, and only then a revision, which needs both consents (S004-56, S004-57, E26)."""
    assert [(step.order, step.what.en, step.consent) for step in PLAYBOOK] == [
        (1, "training", ()),
        (2, "a talk", ()),
        (3, "a revised goal or plan", ("rep", "manager")),
    ]
    assert PLAYBOOK[2].text("zh") == "3. 调整目标或计划：须经代表、经理同意"
    assert behind(0)[0].playbook == over(999)[0].playbook == PLAYBOOK
    assert behind(0)[0].why.text() == (
        "behind schedule since 2026-02-15: 0.00 CNY, at least 4.50 CNY without an alert; -100.0% off the pace "
        "(1. training; 2. a talk; 3. a revised goal or plan: only with consent of rep, manager)"
    )
    assert "自 2026-02-15 起" in over(999)[0].why.text("zh")
    own = AlertPolicy(playbook={"behind": (Step(1, Says("call", "致电"), ("director",)),), "over_budget": ()})
    assert [step.text() for step in behind(0, policy=own)[0].playbook] == ["1. call: only with consent of director"]


def test_hostile_input():
    """No check, checks out of order, unknown words, a playbook with a case missing, a share of zero."""
    check = Check(date(2026, 2, 15))
    for checks in ([], [check, check], [Check(date(2026, 3, 1)), check]):
        with pytest.raises(BadRule, match="checks out of order"):
            find_alerts(checks)
    assert find_alerts([check]).alerts == ()
    with pytest.raises(BadRule, match="did you mean"):
        AlertPolicy(notify="sligth")
    with pytest.raises(BadRule, match="without a playbook"):
        AlertPolicy(playbook={"behind": PLAYBOOK})
    with pytest.raises(BadRule):
        AlertPolicy(0)
    assert "0.00" not in repr(behind(0)[0])
