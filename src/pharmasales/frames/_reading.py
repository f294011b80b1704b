"""What a rule reads and what it gives (规则读写): the columns, and the type of the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

from attrs import fields, has

from pharmasales.errors import BadRule
from pharmasales.frames._facts import Facts
from pharmasales.rules import (
    All,
    AnyOf,
    Bands,
    Curve,
    Field,
    FirstMatch,
    Grid,
    Label,
    Not,
    Ratio,
    Rule,
    Sum,
    Test,
    Times,
    Unless,
    Weighted,
)

__all__ = ["Gives", "gives", "label_type", "reads", "whole_by_type"]

Gives: TypeAlias = Literal["text", "whole", "number", "truth"]
"""What an answer is in a frame: text, a whole number in 64 bits, a float, or yes and no."""

_COMPARES = (Bands, Test)


def reads(rule: Rule) -> Mapping[str, bool]:
    """Return the fields that a rule reads, and whether it reckons with them; those that it only compares are False.

    >>> from pharmasales.rules import Ratio
    >>> reads(Ratio(Field("ours"), Field("all"))), reads(Bands(Field("beds"), ((500, "small"),), top="large"))
    ({'ours': True, 'all': True}, {'beds': False})
    """
    found: dict[str, bool] = {}
    for name, reckoned in _fields(rule, reckoned=True):
        found[name] = found.get(name, False) or reckoned
    return found


def _fields(value: Any, *, reckoned: bool) -> Iterator[tuple[str, bool]]:  # noqa: ANN401 - a rule's inside
    if isinstance(value, Field):
        yield value.name, reckoned
    elif isinstance(value, Rule | Mapping | list | tuple) or has(type(value)):
        for inner in _inside(value):
            yield from _fields(inner, reckoned=not isinstance(value, _COMPARES))


def _inside(value: Any) -> Iterable[Any]:  # noqa: ANN401 - a rule's inside
    if has(type(value)):
        return (getattr(value, one.name) for one in fields(type(value)) if one.init)
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


def label_type(labels: Iterable[Label]) -> Gives:
    """Return the type of a column of labels.

    Raises:
        BadRule: texts among whole numbers, or a whole number beyond 64 bits: no column holds them.
    """
    found = set(labels)
    whole = [label for label in found if isinstance(label, int)]
    if whole and len(whole) < len(found):
        hint = 'write the numbers as text, as "1"'
        raise BadRule("labels that are text and whole numbers in one column", hint=hint, code="frame.labels")
    if any(not -(2**63) <= label < 2**63 for label in whole):
        raise BadRule("a label beyond 64 bits", hint="write it as text", code="frame.labels")
    return "whole" if whole else "text"


def whole_by_type(rule: Rule, facts: Mapping[str, Facts]) -> bool:
    """Whether a rule gives whole numbers whatever the frame holds: by the types of its columns, never by their values.

    A column type that depended on the values would change from one month to the next.
    """
    match rule:
        case Field():
            return facts[rule.name].whole
        case Times():
            return type(rule.times) is int and all(whole_by_type(one, facts) for one in rule.factors)
        case Sum():
            return all(whole_by_type(one, facts) for one in (*rule.of, *rule.less))
        case Unless():
            return whole_by_type(rule.of, facts)
        case Bands() | Grid() | FirstMatch():
            return all(type(label) is int for label in rule.labels())
    return False


def gives(rule: Rule, facts: Mapping[str, Facts]) -> Gives:
    """Return the type of a rule's answer in a frame.

    Raises:
        BadRule: labels that no column holds, or a rule of no known shape.
    """
    match rule:
        case Bands() | Grid() | FirstMatch():
            return label_type(rule.labels())
        case Test() | All() | AnyOf() | Not():
            return "truth"
        case Field() | Ratio() | Times() | Sum() | Unless() | Curve() | Weighted():
            return "whole" if whole_by_type(rule, facts) else "number"
    hint = "use a rule of pharmasales.rules, or answer row by row"
    raise BadRule(f"a {type(rule).__name__} has no expression", hint=hint, code="frame.rule")
