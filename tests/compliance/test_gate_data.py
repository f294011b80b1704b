"""Policies as TOML and back, and what is refused, with its path."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.compliance import (
    ACTIONS,
    CN_2026,
    LIMITS,
    POLICIES,
    Clause,
    Policy,
    company_policy,
    policy_data,
    read_policy,
)
from pharmasales.display import Says
from pharmasales.errors import BadConfig
from pharmasales.rules import All, AnyOf, Field, Not, Ratio
from pharmasales.rules.data import read_condition
from pharmasales.rules.writing import condition_data

CLAUSE = """
[clauses.mine]
action = "give"
when = {{ {when} }}
outcome = "block"
why = {{ en = "a", zh = "甲" }}
source = "ours"
{more}
"""


def ours(when='of = "kind", equals = "gift"', more=""):
    """Return a policy of one clause."""
    return 'name = "ours"\nversion = "1"\n' + CLAUSE.format(when=when, more=more)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.name)
def test_the_policies_of_the_library_come_back(policy):
    """TOML, JSON and plain data give the same policy with the same fingerprint."""
    for again in (
        Policy.from_toml(policy.toml()),
        read_policy(json.loads(json.dumps(policy.data()))),
        read_policy(policy_data(policy)),
    ):
        assert again == policy
        assert again.fingerprint == policy.fingerprint
        assert again.note == policy.note


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=12)


@st.composite
def conditions(draw, action):
    """Draw a condition on the facts of an action."""
    tests = []
    for name, fact in ACTIONS[action].facts.items():
        if fact.kind in ("word", "open word"):
            tests.append(Field(name).equals(draw(st.sampled_from(sorted(fact.words)))))
            tests.append(
                Field(name).one_of(draw(st.lists(st.sampled_from(sorted(fact.words)), min_size=1, max_size=3)))
            )
        elif fact.kind == "yes or no":
            tests.append(Field(name).equals(draw(st.booleans())))
        elif fact.kind == "number":
            tests.append(Ratio(Field(name), Field("meal_limit")).over(draw(st.fractions(0, 9, max_denominator=7))))
        tests.append(Field(name).missing())
    few = st.lists(st.sampled_from(tests), max_size=4)
    return draw(st.one_of(few.map(All), few.map(AnyOf), st.sampled_from(tests).map(Not), st.sampled_from(tests)))


@st.composite
def policies(draw):
    """Draw a policy of a few clauses with any words."""
    clauses = []
    for place in range(draw(st.integers(0, 4))):
        action = draw(st.sampled_from(sorted(ACTIONS)))
        when, outcome = draw(conditions(action)), draw(st.sampled_from(["allow", "warn", "block"]))
        why, cure = Says(draw(TEXTS), draw(TEXTS)), draw(st.none() | st.builds(Says, TEXTS, TEXTS))
        clauses.append(Clause(f'c"{place}.\\条', action, when, outcome, why, draw(TEXTS), cure))
    limits = draw(st.dictionaries(st.sampled_from(sorted(LIMITS)), st.integers(1, 999)))
    since, until = sorted(draw(st.tuples(st.dates(), st.dates())))
    days = draw(st.sampled_from([(None, None), (since, None), (None, until), (since, until)]))
    return Policy('示例 "ours"', "1.0", tuple(clauses), *days, Says(draw(TEXTS), "注"), limits)


@given(policies())
def test_any_policy_comes_back(policy):
    """A policy of any clauses, words and limits is the same after TOML, and has the same fingerprint."""
    again = Policy.from_toml(policy.toml())
    assert again == policy
    assert again.fingerprint == policy.fingerprint


def test_a_condition_as_data():
    """Tests come back from their data, with the sides of their bounds and their Chinese names."""
    condition = AnyOf([All([Field("days", "天数").over("1/3"), Not(Field("a").missing())]), Field("b").equals(True)])
    assert read_condition(condition_data(condition), "when") == condition
    assert condition_data(condition)["any"][0]["all"][0] == {"of": {"field": "days", "zh": "天数"}, "over": "1/3"}


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("name = ", "", "not TOML"),
        ('name = "ours"', "version", "missing key"),
        ('name = "ours"\nversion = "1"\nclause = {}', "clause", 'did you mean "clauses"?'),
        ('name = 1\nversion = "1"', "name", "not text"),
        ('name = "ours"\nversion = 2', "version", "not text"),
        ('name = " "\nversion = "1"', "policy name", "empty id"),
        ('name = "ours"\nversion = "1"\nbase = "CN-2062"', "base", 'did you mean "CN-2026"?'),
        ('name = "ours"\nversion = "1"\nbase = 7', "base", "no such policy"),
        ('name = "ours"\nversion = "1"\nsince = 2026-02-01T00:00:00', "since", "not a date"),
        ('name = "ours"\nversion = "1"\nsince = 2026-02-01\nuntil = 2026-01-01', "until", "the last day is before"),
        (
            'name = "ours"\nversion = "1"\nbase = "CN-2026"\nuntil = 2025-10-14',
            "policy 'ours'",
            "the last day is before",
        ),
        ('name = "ours"\nversion = "1"\nlimits = 3', "limits", "not a table"),
        ('name = "ours"\nversion = "1"\n[limits]\nmeal_limt = 3', "limits.meal_limt", 'did you mean "meal_limit"?'),
        ('name = "ours"\nversion = "1"\n[limits]\nmeal_limit = 3.5', "limits.meal_limit", "a limit is a whole number"),
        ('name = "ours"\nversion = "1"\nclauses = []', "clauses", "not a table"),
        ('name = "ours"\nversion = "1"\n[clauses]\nmine = 3', "clauses.mine", "not a table"),
        ('name = "ours"\nversion = "1"\nnote = { en = "a" }', "note.zh", "missing key"),
        ('name = "ours"\nversion = "1"\nnote = 3', "note", "not a table"),
        (ours(more="curse = 3"), "clauses.mine.curse", 'did you mean "cure"?'),
        (ours(more='cure = { en = "a", zh = 3 }'), "clauses.mine.cure.zh", "not text"),
        (ours(when='of = "kind", is = "gift"'), "clauses.mine.when", "not a test"),
        (ours(when='of = "kidn", equals = "gift"'), "clauses.mine, clause 'mine'", 'did you mean "kind"?'),
        (ours(when='of = "kind", equals = "gfit"'), "clauses.mine, clause 'mine'", 'did you mean "gift"?'),
        (ours(when='of = "value", over = "many"'), "clauses.mine.when", "a cut, weight or point"),
        (ours(when='of = "kind", equals = [1]'), "clauses.mine.when", "equals takes text"),
        (ours().replace('"give"', '"gvie"'), "clauses.mine, clause 'mine'", 'did you mean "give"?'),
        (ours().replace('"block"', '"stop"'), "clauses.mine, clause 'mine'", "known: allow, block, warn"),
        (ours().replace('source = "ours"', ""), "clauses.mine.source", "missing key"),
        (ours().replace('source = "ours"', 'source = ["ours"]'), "clauses.mine.source", "not text"),
        (ours().replace('"甲"', '"\\u0000"'), "clauses.mine, words.zh", "U+0000 is refused"),
        (ours() + ours().replace('name = "ours"\nversion = "1"', "").replace("mine", "Mine"), "clause", "two clauses"),
    ],
)
def test_what_is_refused(text, where, said):
    """A policy that cannot be read is refused as a whole, with its path and a hint."""
    with pytest.raises(BadConfig) as caught:
        company_policy(text)
    assert said in str(caught.value)
    assert caught.value.where.startswith(where)


def test_no_base_without_bases():
    """A base can only be a policy that was given."""
    with pytest.raises(BadConfig, match="give the policies that it may name"):
        Policy.from_toml('name = "ours"\nversion = "1"\nbase = "CN-2026"')
    found = Policy.from_toml('name = "ours"\nversion = "1"\nbase = "CN-2026"', [CN_2026])
    assert found.clauses == CN_2026.clauses


def test_tests_nested_without_end():
    """A test nested a hundred thousand deep is refused, not a crash."""
    deep: object = {"of": "kind", "equals": "gift"}
    for _ in range(100_000):
        deep = {"not": deep}
    data = {
        "name": "ours",
        "version": "1",
        "clauses": {"x": {"action": "give", "when": deep, "outcome": "block", "why": "a", "source": "b"}},
    }
    with pytest.raises(BadConfig) as caught:
        read_policy(data)
    assert (caught.value.code, caught.value.where) == ("rule.depth", "clauses.x.when")


def test_a_clause_in_both_forms_of_a_field():
    """A field is its name, or a table with its Chinese name; the day of a policy is kept as a day."""
    text = ours(when='of = { field = "kind", zh = "种类" }, equals = "gift"') + ""
    policy = Policy.from_toml(text.replace('version = "1"', 'version = "1"\nsince = 2026-01-01'))
    assert policy.clauses == Policy.from_toml(ours()).clauses
    assert policy.since == date(2026, 1, 1)
