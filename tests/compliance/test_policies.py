"""The policies of the library: NONE, CN-2020, CN-2026, when they hold, one laid over another, and a company's own."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime

import pytest
from attrs import evolve

from pharmasales.compliance import (
    ALWAYS,
    CN_2020,
    CN_2026,
    NONE,
    POLICIES,
    Action,
    Clause,
    Policy,
    company_policy,
    policy,
)
from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue, NotFound
from pharmasales.rules import in_force

WHY = Says("because", "因为")
GIVE = Clause("mine", "give", ALWAYS, "block", WHY, "ours")


def test_none_allows_everything_and_says_so():
    """No policy lets everything pass, and its reason says that it asked nothing."""
    verdict = NONE.check(Action("take_lead", {"source": "bought_list"}), as_of=date(1999, 1, 1))
    assert (verdict.outcome, verdict.rule, verdict.source, verdict.cure) == ("allow", "", "", None)
    assert verdict.why.text() == "policy NONE@1 allows everything"
    assert verdict.why.text("zh") == "政策 NONE@1 不作任何限制"


def test_no_clause_speaks_against_it():
    """An action that no clause forbids is allowed, and the reason names the policy."""
    verdict = CN_2020.check(Action("contact", {"purpose": "service"}), as_of=date(2026, 3, 2))
    assert verdict.why.text() == "no clause of policy CN-2020@1 speaks against it"
    assert verdict.why.text("zh") == "政策 CN-2020@1 没有条款反对此行为"


def test_the_policies_by_name():
    """The registry is read-only, and a misspelt name gets the nearest."""
    assert list(POLICIES) == ["NONE", "CN-2020", "CN-2026"]
    assert policy("CN-2020") is CN_2020
    assert policy("NONE") is NONE
    with pytest.raises(NotFound) as caught:
        policy("cn-2025")
    assert (caught.value.code, caught.value.hint) == ("policy.name", 'did you mean "CN-2026"?')
    with pytest.raises(TypeError):
        POLICIES["mine"] = NONE  # type: ignore[index]  # what a careless program would do


@pytest.mark.parametrize(
    ("which", "before", "first"),
    [(CN_2020, date(2020, 11, 30), date(2020, 12, 1)), (CN_2026, date(2025, 10, 14), date(2025, 10, 15))],
)
def test_a_policy_that_is_not_in_force_never_answers(which, before, first):
    """Asked for a day before its first, a policy raises; on the first it answers."""
    action = Action("lend_licence")
    with pytest.raises(NotFound, match=f"policy {which.name}@1 is not in force on {before}") as caught:
        which.check(action, as_of=before)
    assert caught.value.code == "policy.day"
    assert which.check(action, as_of=first).outcome == "block"
    assert (which.holds(before), which.holds(first)) == (False, True)


def test_the_last_day_in_force_is_included():
    """A policy answers through its last day."""
    ours = Policy("ours", "1", (), until=date(2026, 3, 2))
    assert ours.check(Action("give"), as_of=date(2026, 3, 2)).outcome == "allow"
    with pytest.raises(NotFound):
        ours.check(Action("give"), as_of=date(2026, 3, 3))


def test_a_day_is_a_plain_date():
    """A moment, a text and nothing are no days."""
    for day in (datetime(2026, 3, 2), "2026-03-02", None):  # noqa: DTZ001 - what is refused here
        with pytest.raises(BadValue):
            CN_2020.check(Action("give"), as_of=day)
    with pytest.raises(BadValue):
        Policy("ours", "1", (), since=datetime(2026, 3, 2))  # noqa: DTZ001 - what is refused here


def test_the_policy_in_force():
    """The rules room finds the policy in force, as it finds a rule book."""
    assert in_force([CN_2020, CN_2026], date(2025, 10, 14)) is CN_2020
    assert in_force([CN_2020, CN_2026], date(2025, 10, 15)) is CN_2026
    with pytest.raises(NotFound):
        in_force([CN_2020, CN_2026], date(2020, 11, 30))


def test_cn_2026_holds_all_of_cn_2020():
    """Every clause and limit of CN-2020 stands in CN-2026 unchanged; the rest is new."""
    assert {clause.id for clause in CN_2020.clauses} < {clause.id for clause in CN_2026.clauses}
    assert all(CN_2026[clause.id] == clause for clause in CN_2020.clauses)
    assert CN_2026.limits == CN_2020.limits == {"licence_warn_days": 30}
    assert (CN_2026.since, CN_2026.until) == (date(2025, 10, 15), None)
    with pytest.raises(NotFound) as caught:
        NONE["goal-rep-sales"]
    assert caught.value.hint == ""


def test_one_policy_over_another():
    """Clauses and limits of the same name are replaced, the others stay; the days are those on which both hold."""
    base = Policy(
        "base", "1", (GIVE, evolve(GIVE, id="other")), date(2025, 1, 1), date(2026, 12, 31), limits={"meal_limit": 100}
    )
    ours = Policy(
        "ours", "7", (evolve(GIVE, outcome="warn"),), date(2026, 1, 1), date(2027, 6, 30), limits={"gift_limit": 5}
    )
    both = ours.over(base)
    assert (both.name, both.version, both.since, both.until) == ("ours", "7", date(2026, 1, 1), date(2026, 12, 31))
    assert {clause.id: clause.outcome for clause in both.clauses} == {"mine": "warn", "other": "block"}
    assert both.limits == {"gift_limit": 5, "meal_limit": 100}
    assert evolve(ours, limits={"meal_limit": 7}).over(base).limits == {"meal_limit": 7}
    assert (Policy("a", "1", ()).over(NONE).since, base.clauses[0].outcome) == (None, "block")


def test_what_cannot_be_laid_over():
    """A clause that takes the id of one about another action, and two policies that share no day, are refused."""
    base = Policy("base", "1", (GIVE,), until=date(2025, 12, 31))
    with pytest.raises(BadRule, match="replaces a clause about another action") as caught:
        Policy("ours", "1", (evolve(GIVE, action="pay_fee"),)).over(base)
    assert caught.value.where == "clause 'mine'"
    with pytest.raises(BadRule, match="the last day is before the first"):
        Policy("ours", "1", (), since=date(2026, 1, 1)).over(base)


@pytest.mark.parametrize(
    "limits", [{"meal_limit": 0}, {"meal_limit": -1}, {"meal_limit": True}, {"meal_limit": "9"}, {"meal": 9}]
)
def test_limits_are_whole_numbers_above_zero(limits):
    """A limit of zero, a text, and an unknown limit are refused: nothing is allowed by leaving the limit out."""
    with pytest.raises(BadRule) as caught:
        Policy("ours", "1", (), limits=limits)
    assert caught.value.code == "policy.limit"


def test_two_clauses_of_one_id():
    """Ids that differ in case or width only are twins."""
    for twin in ("mine", "Mine", "ｍｉｎｅ"):
        with pytest.raises(BadRule, match="two clauses of one id"):
            Policy("ours", "1", (GIVE, evolve(GIVE, id=twin)))


def test_a_policy_has_a_name_and_shows_itself_briefly():
    """Name and version are ids; the repr counts the clauses."""
    for name, version in (("", "1"), ("ours", " ")):
        with pytest.raises(BadValue):
            Policy(name, version, ())
    assert "<1 clauses>" in repr(Policy("ours", "1", (GIVE,)))
    assert Policy("ours", "1", ()).title == "ours@1"


def test_a_company_may_loosen_and_tighten():
    """A company's policy over CN-2026 changes named clauses, and the difference is a table."""
    ours = company_policy("""
name = "Example Pharma 示例药业"
version = "2026.1"
base = "CN-2026"
since = 2026-01-01

[clauses.usage-doctor]
action = "read_usage"
when = { of = "level", one_of = ["doctor", "department"] }
outcome = "block"
why = { en = "only the hospital's usage is read", zh = "只看医院层级用药量" }
source = "code of conduct 3.1"

[clauses.no-mass-media]
action = "advertise"
when = { of = "medium", equals = "mass_media" }
outcome = "warn"
why = "ask legal first 先咨询法务"
source = "code of conduct 5"
""")
    day = date(2026, 3, 2)
    assert ours.check(Action("read_usage", {"level": "department"}), as_of=day).rule == "usage-doctor"
    warned = ours.check(Action("advertise", {"drug": "otc", "medium": "mass_media", "reviewed": True}), as_of=day)
    assert (warned.outcome, warned.why.head("zh")) == ("warn", "ask legal first 先咨询法务")
    changed = {row[0] for row in CN_2026.diff(ours).rows}
    assert {"clauses.usage-doctor.source", "clauses.no-mass-media.outcome", "name", "version", "since"} <= changed
    assert not any(path.startswith("clauses.goal-") for path in changed)


def test_fingerprints():
    """The fingerprint is the same in every process, whatever the hash seed, and changes with a limit or a clause."""
    code = "from pharmasales.compliance import CN_2026; print(CN_2026.fingerprint)"
    found = {
        subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert found == {CN_2026.fingerprint}
    others = [
        CN_2020,
        NONE,
        evolve(CN_2026, version="2"),
        evolve(CN_2026, limits={}),
        evolve(CN_2026, clauses=CN_2026.clauses[1:]),
    ]
    assert len({CN_2026.fingerprint, *(one.fingerprint for one in others)}) == 6
