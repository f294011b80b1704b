"""Policies: defaults, and a fingerprint that is equal for equal decisions and changes with every single one."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest
from attrs import evolve, fields

from pharmasales.classification import METHODS, SCHEMES
from pharmasales.compliance.contacts import ContactCap
from pharmasales.cycle import ClassPolicy, FollowPolicy, GoalPolicy, Policy, ScorePolicy
from pharmasales.errors import BadConfig
from pharmasales.evaluation import DEFAULT_MEASURES
from pharmasales.followup import DEFAULT_CADENCE, Cadence, Cadences, Window
from pharmasales.followup.due.rows import CadenceRow
from pharmasales.followup.due.table import CadenceTable
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.periods import Month
from pharmasales.rules import Bands, Field, RuleBook
from pharmasales.units import CNY, Amount
from pharmasales.workdays import CHINA, WEEKDAYS

HALF = Fraction(1, 2)
CHANGES = {
    "classify": {"schemes": ("abc",), "on": "potential", "kinds": ("doctor",), "cuts": {"abc": {"a": "70%"}}},
    "goals": {
        "total": Decimal(5),
        "growth": Fraction(1, 5),
        "basis": "blend",
        "weights": {"history": Fraction(1, 3), "potential": HALF},
        "levels": ("rep",),
        "periods": "quarter",
        "season": "even",
        "grain": Decimal(10),
        "measure": "quantity",
        "negative": "zero",
        "all_zero": "even",
        "new_hire": "siblings",
        "ramp": HALF,
        "zero": "refuse",
        "least_growth": Fraction(3, 100),
        "constraints": (Constraint.floor("N", Amount.of(5, CNY), Month(2026, 1)),),
        "over": {"district": Fraction(1, 20)},
    },
    "follow": {
        "cadence": Cadences.of({"A": 4, "B": 2, "C": 1, "D": "1/2"}),
        "visits_a_day": 9,
        "leave": {"r1": frozenset({date(2026, 1, 5)})},
        "hours": {"H1": (Window({1}, time(8), time(11)),)},
        "closed": {"H1": frozenset({date(2026, 1, 5)})},
        "contacts": CadenceTable("ours", [CadenceRow("A", "phone", 1)]),
        "caps": (ContactCap("sms", 2, 30),),
        "minutes_a_day": 420,
        "bases": {"r1": "H1"},
        "filings": {"r1": "BA-1"},
        "filing_asked": frozenset({"H1"}),
        "notice": {"H1": 2},
        "visit_minutes": {"H1": 20},
        "flexible": frozenset({"H1"}),
        "weekdays": {"H1": frozenset({1})},
        "schemes": ("abc",),
        "kinds": ("doctor",),
    },
    "score": {
        "measures": {**DEFAULT_MEASURES, "receipts": (Fraction(0), ((Fraction(0), Fraction(0)),))},
        "missing": "zero",
        "pace": "calendar_days",
        "under": HALF,
        "over": HALF,
    },
}
BOOK = RuleBook("ours", "1", {"size": Bands(Field("beds"), ((500, "small"),), top="large")})
FRESH = """
from datetime import date, timedelta
from pharmasales.cycle import FollowPolicy, Policy
away = {f"r{n}": frozenset(date(2026, 1, 1) + timedelta(days=d) for d in range(40)) for n in range(3)}
days = {f"H{n}": frozenset(range(5)) for n in range(5)}
print(Policy(follow=FollowPolicy(leave=away, weekdays=days)).fingerprint)
"""


def test_defaults() -> None:
    """The documented defaults, in full."""
    policy = Policy()
    assert policy.classify == ClassPolicy(("abc", "decile"), "auto", (), {})
    goals = GoalPolicy(None, Fraction(1, 10), "history", {"history": HALF, "potential": HALF}, (), "month", "auto")
    assert policy.goals == goals
    assert (goals.grain, goals.measure, goals.negative, goals.all_zero) == (1, "amount", "refuse", "refuse")
    assert policy.follow == FollowPolicy(DEFAULT_CADENCE, 8, {}, {}, (), (), {}, {}, None)
    tenth = Fraction(1, 10)
    assert policy.score == ScorePolicy(DEFAULT_MEASURES, "reweight", "working_days", tenth, tenth)
    assert policy.calendar is CHINA
    assert policy.book.rules == {}


def test_every_setting_has_a_case() -> None:
    """The table of changes names every setting of every part."""
    for part in fields(Policy):
        if part.name in CHANGES:
            kind = type(getattr(Policy(), part.name))
            assert {setting.name for setting in fields(kind)} == set(CHANGES[part.name])


@pytest.mark.parametrize(("part", "name"), [(part, name) for part, given in CHANGES.items() for name in given])
def test_each_setting_changes_the_fingerprint(part: str, name: str) -> None:
    """One decision changed is another fingerprint, and no two changes have the same."""
    policy = Policy()
    changed = evolve(policy, **{part: evolve(getattr(policy, part), **{name: CHANGES[part][name]})})
    assert changed.fingerprint != policy.fingerprint


def test_no_two_single_changes_share_a_fingerprint() -> None:
    """All single changes, the book and the calendar among them, are told apart."""
    policy = Policy()
    prints = [policy.fingerprint, Policy(book=BOOK).fingerprint, Policy(calendar=WEEKDAYS).fingerprint]
    prints += [Policy(calendar=CHINA.without([date(2026, 3, 2)])).fingerprint]
    for part, given in CHANGES.items():
        for name, value in given.items():
            prints.append(evolve(policy, **{part: evolve(getattr(policy, part), **{name: value})}).fingerprint)
    assert len(set(prints)) == len(prints)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (
            Policy(follow=FollowPolicy(cadence=Cadences.of({"A": 4, "B": 2}))),
            Policy(follow=FollowPolicy(cadence=Cadences.of({"B": "2.0", "A": Cadence(4)}))),
        ),
        (
            Policy(score=ScorePolicy({"growth": (Fraction(100), [(Fraction(0), Fraction(1))])})),
            Policy(score=ScorePolicy(MappingProxyType({"growth": (Fraction(100), ((Fraction(0), Fraction(1)),))}))),
        ),
        (Policy(goals=GoalPolicy(total=Decimal("5.0"))), Policy(goals=GoalPolicy(total=Decimal(5)))),
        (Policy(goals=GoalPolicy(growth=Fraction(2))), Policy(goals=GoalPolicy(growth=2))),  # type: ignore[arg-type]  # an int is exact
        (
            Policy(follow=FollowPolicy(leave={"a": frozenset(), "b": frozenset()})),
            Policy(follow=FollowPolicy(leave={"b": frozenset(), "a": frozenset()})),
        ),
        (Policy(score=ScorePolicy(dict(reversed(DEFAULT_MEASURES.items())))), Policy()),
        (
            Policy(classify=ClassPolicy(cuts={"abc": {"a": "70%", "b": "90%"}, "vip": {"share": 1}})),
            Policy(classify=ClassPolicy(cuts={"vip": {"share": "100%"}, "abc": {"b": Decimal("0.9"), "a": "0.7"}})),
        ),
        (
            Policy(classify=ClassPolicy(cuts={"market_product": {"first": ["AA"], "second": []}})),
            Policy(classify=ClassPolicy(cuts={"market_product": {"first": ("AA",), "second": ()}})),
        ),
    ],
)
def test_equal_decisions_have_equal_fingerprints(one: Policy, two: Policy) -> None:
    """The container, the order of a mapping and the spelling of a number do not count."""
    assert one.fingerprint == two.fingerprint


def test_another_version_of_a_ready_made_scheme_is_another_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the rule of a ready-made scheme changes, so does the fingerprint of who uses it, and of nobody else."""
    before = [Policy(classify=ClassPolicy((name,))).fingerprint for name in ("abc", "vip")]
    changed = {**SCHEMES, "abc": evolve(SCHEMES["abc"], version="2")}
    monkeypatch.setattr("pharmasales.cycle.policy.SCHEMES", changed)
    after = [Policy(classify=ClassPolicy((name,))).fingerprint for name in ("abc", "vip")]
    assert (before[0] == after[0], before[1] == after[1]) == (False, True)


def test_a_gap_alone_changes_the_fingerprint() -> None:
    """Two cadences of one frequency but another gap differ."""
    far = Cadences.of({"A": Cadence(4, gap=5)})
    assert (
        Policy(follow=FollowPolicy(far)).fingerprint != Policy(follow=FollowPolicy(Cadences.of({"A": 4}))).fingerprint
    )


def test_the_fingerprint_is_the_same_under_any_hash_seed() -> None:
    """Sets of days and weekdays are put in order first."""
    prints = {
        subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", FRESH],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(4)
    }
    assert len(prints) == 1
    assert len(prints.pop().strip()) == 64


def test_an_unknown_scheme_names_the_known_ones() -> None:
    """A misspelt scheme is an error with the name that would do, of a ready-made one or of the book."""
    with pytest.raises(BadConfig, match=r"no such scheme @ classification.schemes 'abd'; did you mean \"abc\"\?"):
        ClassPolicy(("abc", "abd")).book(BOOK, "sales")
    with pytest.raises(BadConfig, match=r"'sise'; did you mean \"size\"\?"):
        ClassPolicy(("sise",)).book(BOOK, "sales")
    with pytest.raises(BadConfig, match=r"'qqq'; known: .*nine_grid.*size"):
        ClassPolicy(("qqq",)).book(BOOK, "sales")


def test_the_companys_own_rule_lies_over_the_default() -> None:
    """A rule named abc replaces the default of that name, the others stay."""
    own = RuleBook("ours", "1", {"abc": Bands(Field("beds"), ((500, "B"),), top="A")})
    book = ClassPolicy().book(own, "sales")
    assert (book["abc"]({"beds": 500}), sorted(book.rules)) == ("A", ["abc", "decile"])


COMPLETE = [name for name, one in METHODS.items() if all(cut.name in one.defaults for cut in one.cuts)]


@pytest.mark.parametrize("name", COMPLETE)
def test_any_ready_made_scheme_is_reached_by_name(name: str) -> None:
    """A scheme whose cut points all have defaults needs nothing but its name."""
    book = ClassPolicy((name,)).book(RuleBook("own", "1", {}), "potential")
    method = METHODS[name]
    assert book[name] == method.rule(Field("potential") if method.by_measure else None)


def test_a_scheme_takes_the_cut_points_of_its_settings() -> None:
    """E5 by name: use 50 and potential 100."""
    policy = ClassPolicy(("doctor_matrix",), cuts={"doctor_matrix": {"use": 50, "potential": "100"}})
    matrix = policy.book(BOOK, "sales")["doctor_matrix"]
    assert [matrix({"use": use, "potential": 100}) for use in (50, 49)] == ["B", "C"]


def test_a_cut_point_that_is_due_names_the_setting() -> None:
    """A scheme that is asked for without its cut points is an error when the book is made, not a guess."""
    with pytest.raises(BadConfig) as caught:
        ClassPolicy(("doctor_matrix",)).book(BOOK, "sales")
    assert (caught.value.where, caught.value.code) == ("classification.cuts.doctor_matrix.use", "grade.cut")
    assert caught.value.reason == "a cut point is due: own use from which it is high"


@pytest.mark.parametrize(
    ("cuts", "where"),
    [
        ({"doctor_matrx": {"use": 1}}, "classification.cuts.doctor_matrx"),
        ({"abc": {"c": "99%"}}, "classification.cuts.abc.c"),
        ({"abc": {"a": "many"}}, "classification.cuts.abc.a"),
        ({"abc": {"a": ["80%"]}}, "classification.cuts.abc.cuts[0]"),
        ({"abc": {"a": "99%"}}, "classification.cuts.abc.cuts[1]"),
        ({"abc": "80%"}, "classification.cuts.abc"),
        ({"abc": {1: "80%"}}, "classification.cuts.abc"),
        ({"doctor_matrix": {"use": 50}}, "classification.cuts.doctor_matrix.potential"),
        ({"agent": {"contract": 40}}, "classification.cuts.agent.parts"),
    ],
)
def test_cut_points_that_cannot_be_are_refused_at_once(cuts: dict[str, Any], where: str) -> None:
    """A misspelt scheme or cut point, no number, no table: a BadConfig with the full name of the setting."""
    with pytest.raises(BadConfig) as caught:
        ClassPolicy(cuts=cuts)
    assert caught.value.where == where


def test_a_rule_of_the_book_wins_and_brings_its_own_cut_points() -> None:
    """Cut points for a scheme that the book defines itself would count nothing, so they are refused."""
    own = RuleBook("ours", "1", {"doctor_matrix": Bands(Field("beds"), ((500, "B"),), top="A")})
    assert ClassPolicy(("doctor_matrix",)).book(own, "sales")["doctor_matrix"]({"beds": 500}) == "A"
    with pytest.raises(BadConfig, match=r"a rule of this name @ classification\.cuts\.doctor_matrix"):
        ClassPolicy(("doctor_matrix",), cuts={"doctor_matrix": {"use": 1, "potential": 1}}).book(own, "sales")
