"""Clauses (条款): one thing that a policy says about one action, as data.

A clause is written in the terms and tests that every rule of this library is written in. It can only ask for facts and
words that exist, so that a misspelt clause is refused when the policy is made, not passed over when it is needed.

>>> from pharmasales.rules import Field
>>> clause = Clause(
...     "money-rep",
...     "collect_money",
...     Field("role").equals("medical_rep"),
...     "block",
...     Says("a medical rep collects no money", "医药代表不得收款"),
...     "NMPA 2020 no. 105",
... )
>>> Clause("x", "collect_money", Field("rolle").equals("agent"), "block", clause.why, "ours")
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: no such fact @ clause 'x'; did you mean "role"? [clause.fact]

Source: issue of the gate: rule id, reason in both languages, source, and what would make it allowed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, cached_property
from types import MappingProxyType
from typing import Literal, TypeAlias, cast, get_args

from attrs import field, frozen

from pharmasales.compliance.actions import ACTIONS, Action
from pharmasales.compliance.facts import FACTS, LIMITS, Fact
from pharmasales.display import Cell, Says
from pharmasales.errors import BadRule
from pharmasales.names import clean, nearest, normal_id
from pharmasales.rules import All, AnyOf, Condition, Field, Not, Ratio, Rule, Test

__all__ = ["ALWAYS", "Clause", "Outcome", "fact_of", "record_of", "spoken", "word_of"]

Outcome: TypeAlias = Literal["allow", "warn", "block"]

ALWAYS = All(())
"""The test that always holds: the action itself is what the clause speaks of."""

_DAYS = "_days"
_DEEPEST = 50
_ORDER = ("at_least", "over", "below", "at_most")


def _id(text: str) -> str:
    return normal_id(text, "clause id")


def spoken(says: Says) -> Says:
    """Check words for people: text in both languages, without characters that no file can keep.

    >>> spoken(Says("no gifts", "不赠礼品")).zh
    '不赠礼品'

    Raises:
        BadValue: no text, or a refused character.
    """
    clean(says.en, "words.en")
    clean(says.zh, "words.zh")
    return says


def _perhaps(says: Says | None) -> Says | None:
    return None if says is None else spoken(says)


@frozen
class Clause:
    """One clause of a policy.

    Args:
        id: the rule id, stable for ever, such as `goal-rep-sales`.
        action: the name of the action that it speaks of.
        when: the test of the facts. A day is tested by the days left until it: `licence_until_days`, 0 on that day.
            The policy's limits are read by their names too.
        outcome: what follows where the test holds, and where it cannot be answered because a fact is missing.
        why: the reason, in both languages.
        source: the law, the code or the company rule that it comes from.
        cure: what would make it allowed, or nothing where nothing would.

    Raises:
        BadRule: an unknown action, outcome, fact or word, a test that the kind of fact cannot answer, or tests nested
            more than 50 deep.
    """

    id: str = field(converter=_id)
    action: str
    when: Condition
    outcome: Outcome
    why: Says = field(converter=spoken)
    source: str = field(converter=clean)
    cure: Says | None = field(default=None, converter=_perhaps)

    def __attrs_post_init__(self) -> None:
        where = f"clause {self.id!r}"
        if self.action not in ACTIONS:
            hint = nearest(str(self.action), ACTIONS)
            raise BadRule("no such action", where=where, hint=hint, code="clause.action")
        if self.outcome not in get_args(Outcome):
            hint = nearest(str(self.outcome), get_args(Outcome))
            raise BadRule("no such outcome", where=where, hint=hint, code="clause.outcome")
        facts = _readable(self.action)
        try:
            for test in _tests(self.when):
                _checked(test, facts)
        except BadRule as error:
            raise error.at(where) from None

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """The names that its test reads, each once, in order."""
        return tuple(dict.fromkeys(name for test in _tests(self.when) for name in _fields(test.of)))


def record_of(action: Action, as_of: date, limits: Mapping[str, int]) -> dict[str, object]:
    """Return what a clause's test reads: every fact of the action, the days left until each day, and the limits.

    >>> action = Action("ship_to", {"licence_until": date(2026, 3, 2)})
    >>> record_of(action, date(2026, 3, 1), {})["licence_until_days"]
    1
    """
    record: dict[str, object] = {**dict.fromkeys(_readable(action.name)), **limits, **action.facts}
    for name, value in action.facts.items():
        if isinstance(value, date):
            record[name + _DAYS] = (value - as_of).days
    return record


def word_of(name: str, value: object) -> tuple[Says, Cell]:
    """Return the name of a fact, of the days left, or of a limit, and its value as a reason says them.

    >>> [said.text("zh") for said in word_of("role", "agent")]
    ['角色', '代理商']
    """
    if name in FACTS:
        return Says(FACTS[name].text(), FACTS[name].zh), FACTS[name].shown(value)
    if name in LIMITS:
        return LIMITS[name], cast("int", value)
    day = FACTS[fact_of(name)]
    return Says(f"{day.text()}, days left", f"{day.zh}剩余天数"), cast("int", value)


def fact_of(name: str) -> str:
    """Return the fact that a name stands for: the day itself for the days left until it.

    >>> fact_of("licence_until_days"), fact_of("role")
    ('licence_until', 'role')
    """
    return name if name in FACTS or name in LIMITS else name.removesuffix(_DAYS)


@cache
def _readable(action: str) -> Mapping[str, Fact]:
    """Return all that a clause about an action may read, by name."""
    facts = ACTIONS[action].facts
    days = [name + _DAYS for name, fact in facts.items() if fact.kind == "day"]
    numbers = {name: Fact(name, name, "number", Says("", "")) for name in (*days, *LIMITS)}
    return MappingProxyType({**facts, **numbers})


def _tests(condition: Condition, depth: int = 0) -> Iterator[Test]:
    """Yield the single tests of a condition, in order."""
    if depth > _DEEPEST:
        raise BadRule("tests nested too deeply", hint=f"at most {_DEEPEST} levels", code="rule.depth")
    match condition:
        case All() | AnyOf():
            for inner in condition.tests:
                yield from _tests(inner, depth + 1)
        case Not():
            yield from _tests(condition.test, depth + 1)
        case Test():
            yield condition
        case _:
            raise BadRule("not a test", hint="write Field(...).equals(...)", code="clause.test")


def _fields(rule: Rule) -> Iterator[str]:
    """Yield the names that a term reads."""
    match rule:
        case Field():
            yield rule.name
        case Ratio():
            yield from _fields(rule.part)
            yield from _fields(rule.whole)
        case _:
            raise BadRule("a clause tests facts and ratios of facts", code="clause.test")


def _checked(test: Test, facts: Mapping[str, Fact]) -> None:
    for name in _fields(test.of):
        if name not in facts:
            raise BadRule("no such fact", hint=nearest(name, facts), code="clause.fact")
        numeric = isinstance(test.of, Ratio) or test.op in _ORDER
        if numeric and facts[name].kind != "number":
            hint = f"test {name}{_DAYS}" if facts[name].kind == "day" else "use equals or one_of"
            raise BadRule(f"{name} is no number", hint=hint, code="clause.kind")
    if isinstance(test.of, Field) and test.op in ("equals", "one_of"):
        for value in test.value if isinstance(test.value, tuple) else (test.value,):
            _checked_value(facts[test.of.name], value)


def _checked_value(fact: Fact, value: object) -> None:
    if fact.kind in ("word", "open word"):
        if not isinstance(value, str) or (fact.kind == "word" and value not in fact.words):
            raise BadRule(f"not a word of {fact.name}", hint=nearest(str(value), fact.words), code="clause.word")
    elif fact.kind == "yes or no":
        if not isinstance(value, bool):
            raise BadRule(f"{fact.name} is yes or no", hint="write true or false", code="clause.word")
    elif fact.kind != "number" or isinstance(value, bool | str):
        raise BadRule(f"{fact.name} cannot be compared so", hint="a clause names no person", code="clause.kind")
