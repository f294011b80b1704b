"""Policies as plain data and TOML, and back: what a company writes, keeps and compares.

A clause is a table under its id. Its test is written as in a rule book; a field is one of the action's facts.

>>> from pharmasales.compliance.policies import CN_2026
>>> policy = Policy.from_toml('''
... name = "Example Pharma"
... version = "2026.1"
... base = "CN-2026"
... [limits]
... meal_limit = 200
... [clauses.post-no-gifts]
... action = "give"
... when = { of = "kind", equals = "gift" }
... outcome = "block"
... why = { en = "we give no gifts", zh = "本公司不赠送礼品" }
... source = "code of conduct 4.2"
... ''', [CN_2026])
>>> policy["post-no-gifts"].outcome, len(policy.clauses) - len(CN_2026.clauses)
('block', 1)
>>> Policy.from_toml(policy.toml()) == policy
True
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from pharmasales.compliance.clauses import Clause
from pharmasales.compliance.gate import Policy
from pharmasales.display import Says
from pharmasales.errors import BadConfig, PharmaSalesError
from pharmasales.names import nearest
from pharmasales.rules.book import read_days
from pharmasales.rules.data import read_condition
from pharmasales.rules.writing import condition_data, toml_key, toml_value

__all__ = ["policy_data", "policy_toml", "read_policy"]

Data: TypeAlias = Any

_KEYS = ("name", "version", "base", "since", "until", "note", "limits", "clauses")
_CLAUSE = ("action", "when", "outcome", "why", "source", "cure")


def read_policy(data: Mapping[str, Data], bases: Iterable[Policy] = ()) -> Policy:
    """Read a policy from plain data, the form of its TOML.

    Args:
        data: the data.
        bases: the policies that `base` may name.

    Raises:
        BadConfig: an unknown or missing key, an unknown base, or a clause that cannot hold, with its path.

    >>> read_policy({"name": "ours", "version": "1", "bsae": "CN-2026"})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadConfig: unknown key @ bsae; did you mean "base"? [config]
    """
    _keys(data, "", ("name", "version"), _KEYS)
    since, until = read_days(data)
    clauses = [_clause(str(rule), table) for rule, table in _table(data.get("clauses", {}), "clauses").items()]
    limits = _table(data.get("limits", {}), "limits")
    note = _says(data.get("note", {"en": "", "zh": ""}), "note")
    name, version = _text(data["name"], "name"), _text(data["version"], "version")
    try:
        policy = Policy(name, version, tuple(clauses), since, until, note, limits)
        return policy.over(_base(data["base"], bases)) if "base" in data else policy
    except BadConfig:
        raise
    except PharmaSalesError as error:
        raise _refused(error, "") from None


def _base(name: Data, bases: Iterable[Policy]) -> Policy:
    known = {policy.name: policy for policy in bases}
    if not isinstance(name, str) or name not in known:
        hint = nearest(str(name), known) if known else "give the policies that it may name"
        raise BadConfig("no such policy", where="base", hint=hint, code="policy.name")
    return known[name]


def _clause(rule: str, data: Data) -> Clause:
    where = f"clauses.{rule}"
    _keys(data, where, ("action", "when", "outcome", "why", "source"), _CLAUSE)
    when = read_condition(data["when"], f"{where}.when")
    cure = _says(data["cure"], f"{where}.cure") if "cure" in data else None
    why, source = _says(data["why"], f"{where}.why"), _text(data["source"], f"{where}.source")
    try:
        return Clause(rule, data["action"], when, data["outcome"], why, source, cure)
    except PharmaSalesError as error:
        raise _refused(error, where) from None


def _refused(error: PharmaSalesError, where: str) -> BadConfig:
    place = ", ".join(filter(None, (where, error.where)))
    return BadConfig(error.reason, where=place, hint=error.hint, code=error.code)


def _table(data: Data, where: str) -> Mapping[str, Data]:
    if not isinstance(data, Mapping):
        raise BadConfig("not a table", where=where, code="rule.form")
    return data


def _keys(data: Data, where: str, due: Iterable[str], known: Iterable[str]) -> None:
    dot = f"{where}." if where else ""
    for key in _table(data, where):
        if key not in known:
            raise BadConfig("unknown key", where=f"{dot}{key}", hint=nearest(str(key), known))
    for key in due:
        if key not in data:
            raise BadConfig("missing key", where=f"{dot}{key}", code="config.missing")


def _text(data: Data, where: str) -> str:
    if not isinstance(data, str):
        raise BadConfig("not text", where=where, hint='write "..."', code="rule.form")
    return data


def _says(data: Data, where: str) -> Says:
    """Read words in both languages; one text stands for both."""
    if isinstance(data, str):
        return Says(data, data)
    _keys(data, where, ("en", "zh"), ("en", "zh"))
    return Says(_text(data["en"], f"{where}.en"), _text(data["zh"], f"{where}.zh"))


def policy_data(policy: Policy) -> dict[str, Data]:
    """Return a policy as plain data, every clause written out, in an order that never changes.

    >>> list(policy_data(Policy("ours", "1", ())))
    ['name', 'version', 'limits', 'clauses']
    """
    days = {key: day.isoformat() for key, day in (("since", policy.since), ("until", policy.until)) if day}
    note = {"note": _said(policy.note)} if policy.note != Says("", "") else {}
    clauses = {clause.id: _clause_data(clause) for clause in policy.clauses}
    head = {"name": policy.name, "version": policy.version, **days, **note}
    return {**head, "limits": dict(policy.limits), "clauses": clauses}


def _clause_data(clause: Clause) -> dict[str, Data]:
    data = {
        "action": clause.action,
        "when": condition_data(clause.when),
        "outcome": clause.outcome,
        "why": _said(clause.why),
        "source": clause.source,
    }
    return data | ({"cure": _said(clause.cure)} if clause.cure else {})


def _said(says: Says) -> dict[str, str]:
    return {"en": says.en, "zh": says.zh}


def policy_toml(policy: Policy) -> str:
    """Return a policy as TOML that `Policy.from_toml` reads back to the same value.

    >>> from datetime import date
    >>> print(policy_toml(Policy("ours", "1", (), since=date(2026, 1, 1), limits={"meal_limit": 200})))
    name = "ours"
    version = "1"
    since = "2026-01-01"
    <BLANKLINE>
    [limits]
    meal_limit = 200
    <BLANKLINE>
    """
    return "\n".join(_lines(policy_data(policy))) + "\n"


def _lines(data: Mapping[str, Data]) -> Iterator[str]:
    for key, value in data.items():
        if key not in ("limits", "clauses"):
            yield f"{key} = {toml_value(value)}"
    if data["limits"]:
        yield from ("", "[limits]", *_pairs(data["limits"]))
    for rule, clause in data["clauses"].items():
        yield from ("", f"[clauses.{toml_value(rule)}]", *_pairs(clause))


def _pairs(table: Mapping[str, Data]) -> Iterator[str]:
    return (f"{toml_key(key)} = {toml_value(value)}" for key, value in table.items())
