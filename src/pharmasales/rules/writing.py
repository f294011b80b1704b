"""Rules written as plain data: what a rule book keeps in TOML, fingerprints and compares. `rules.data` reads it back.

>>> rule_data(Ratio(Field("ours"), Field("potential")))
{'ratio': [{'field': 'ours'}, {'field': 'potential'}]}
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, TypeAlias

from pharmasales.errors import BadConfig
from pharmasales.rules.arithmetic import Sum, Times, Unless
from pharmasales.rules.fitted import Pareto, Quantiles
from pharmasales.rules.groups import Grouped, GroupRule, Ranked, Split
from pharmasales.rules.peers import FairShare, PeerRule, Percentile, RelativeToBest
from pharmasales.rules.shapes import Bands, Curve, Cut, FirstMatch, Grid, Part, Weighted
from pharmasales.rules.terms import All, AnyOf, Condition, Exact, Field, Not, Ratio, Rule, Term

__all__ = ["condition_data", "rule_data", "toml_key", "toml_value"]

Data: TypeAlias = Any

_BARE: Final = re.compile("[A-Za-z0-9_-]+")


def _plain(value: Exact | str | bool | None) -> Data:
    return f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else value


def _pairs(pairs: Sequence[tuple[Any, Any]]) -> Data:
    return [[_plain(left), _plain(right)] for left, right in pairs]


def _cut_data(cut: Cut) -> Data:
    return {"over": _plain(cut.at)} if cut.exclusive else _plain(cut.at)


def rule_data(rule: Rule) -> Data:
    """Return a rule as plain data: the form that `read_rule` reads, with every named rule written out.

    Raises:
        BadConfig: a rule of no known shape, such as one of the caller's own.
    """
    if isinstance(rule, Term):
        return _term_data(rule)
    if isinstance(rule, Pareto | Quantiles | GroupRule):
        return _population_data(rule)
    if isinstance(rule, PeerRule):
        return _peer_data(rule)
    match rule:
        case Bands():
            cuts = [[_cut_data(cut), label] for cut, label in rule.cuts]
            return {"shape": "bands", "of": rule_data(rule.of), "cuts": cuts, "top": rule.top}
        case Grid():
            return {
                "shape": "grid",
                "rows": rule_data(rule.rows),
                "cols": rule_data(rule.cols),
                "cells": _cells_data(rule),
            }
        case Curve():
            return {"shape": "curve", "of": rule_data(rule.of), "points": _pairs(rule.points)}
        case Weighted():
            parts = [_part_data(part) for part in rule.parts]
            rest = {"full": _plain(rule.full), "whole": _plain(rule.whole), "missing": rule.missing}
            return {"shape": "weighted", "parts": parts, **rest}
        case FirstMatch():
            cases = [{"when": condition_data(test), "then": label} for test, label in rule.cases]
            last = {} if rule.otherwise is None else {"otherwise": rule.otherwise}
            return {"shape": "first_match", "cases": cases, **last}
    raise _unkept(rule)


def _unkept(rule: Rule) -> BadConfig:
    return BadConfig(f"a {type(rule).__name__} cannot be kept as data", code="rule.data")


def _term_data(rule: Term) -> Data:
    match rule:
        case Field():
            return {"field": rule.name} | ({"zh": rule.zh} if rule.zh else {})
        case Ratio():
            return {"ratio": [rule_data(rule.part), rule_data(rule.whole)]}
        case Times():
            constant = {} if rule.times == 1 else {"constant": _plain(rule.times)}
            return {"times": [rule_data(factor) for factor in rule.factors]} | constant
        case Sum():
            less = {"less": [rule_data(term) for term in rule.less]} if rule.less else {}
            return {"sum": [rule_data(term) for term in rule.of]} | less
        case Unless():
            return {"unless": [condition_data(test) for test in rule.tests], "of": rule_data(rule.of)}
    raise _unkept(rule)


def _population_data(rule: Rule) -> Data:
    match rule:
        case Pareto():
            return {"shape": "pareto", "of": rule_data(rule.of), "cuts": _pairs(rule.cuts), "rest": rule.rest}
        case Quantiles():
            return {"shape": "quantiles", "of": rule_data(rule.of), "parts": rule.parts, "by": rule.by}
        case Ranked():
            lowest = {"lowest_first": True} if rule.lowest_first else {}
            return {"shape": "ranked", "of": rule_data(rule.of), "within": list(rule.within)} | lowest
        case Split():
            total = rule.total if isinstance(rule.total, int) else rule_data(rule.total)
            rest = {"total": total, "within": list(rule.within), "all_zero": rule.all_zero}
            return {"shape": "split", "of": rule_data(rule.of), **rest}
        case Grouped():
            return {"shape": "grouped", "of": rule_data(rule.rule), "within": list(rule.within)}
    raise _unkept(rule)


def _peer_data(rule: PeerRule) -> Data:
    match rule:
        case RelativeToBest():
            return {"shape": "relative_to_best", "of": rule_data(rule.of), "lowest_first": rule.lowest_first}
        case Percentile():
            rest = {"parts": rule.parts, "lowest_first": rule.lowest_first}
            return {"shape": "percentile", "of": rule_data(rule.of), **rest}
        case FairShare():
            return {"shape": "fair_share", "of": rule_data(rule.of), "potential": rule_data(rule.potential)}
    raise _unkept(rule)


def _cells_data(grid: Grid) -> Data:
    return {str(row): {str(col): label for col, label in line.items()} for row, line in grid.cells.items()}


def _part_data(part: Part) -> Data:
    chinese = {"zh": part.zh} if part.zh else {}
    return {"name": part.name, "weight": _plain(part.weight), "of": rule_data(part.rule)} | chinese


def condition_data(test: Condition) -> Data:
    """Return a test, or tests joined by all, any and not, as plain data; `read_condition` reads it back.

    >>> condition_data(Not(Field("days").over(120)))
    {'not': {'of': {'field': 'days'}, 'over': 120}}
    """
    match test:
        case All():
            return {"all": [condition_data(inner) for inner in test.tests]}
        case AnyOf():
            return {"any": [condition_data(inner) for inner in test.tests]}
        case Not():
            return {"not": condition_data(test.test)}
    value = list(test.value) if isinstance(test.value, tuple) else _plain(test.value)
    return {"of": rule_data(test.of), test.op: value}


def toml_value(value: Data) -> str:
    """Write plain data as a value of TOML, which `read_toml` reads back.

    >>> toml_value({"cells": {"high end": "A"}, "cuts": [[200, "low"]]})
    '{ cells = { "high end" = "A" }, cuts = [[200, "low"]] }'
    """
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{toml_key(key)} = {toml_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    import json

    return json.dumps(value, ensure_ascii=False)


def toml_key(key: str) -> str:
    """Write a key of TOML, in quotes where it is not bare.

    >>> toml_key("cells"), toml_key("核心")
    ('cells', '"核心"')
    """
    return key if _BARE.fullmatch(key) else toml_value(key)
