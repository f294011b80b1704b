"""Rules as plain data and back: what a rule book keeps in TOML, fingerprints and compares.

A term is the name of a field, `{ field = "sales", zh = "销售额" }`, `{ ratio = ["ours", "potential"] }`, or
`{ rule = "name" }` for another rule of the book. A rule is a table with its `shape`. No expression is ever evaluated.

>>> rule = read_rule({"shape": "bands", "of": "days", "cuts": [[{"over": 120}, "in time"]], "top": "late"})
>>> rule({"days": 121}), rule_data(rule)["cuts"]
('late', [[{'over': 120}, 'in time']])
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from attrs import field, frozen

from pharmasales.errors import BadConfig, PharmaSalesError
from pharmasales.names import nearest
from pharmasales.rules.fitted import Pareto, Quantiles
from pharmasales.rules.shapes import Bands, Curve, Cut, FirstMatch, Grid, Part, Weighted, over
from pharmasales.rules.terms import All, AnyOf, Condition, Exact, Field, Not, Ratio, Rule, Term, Test

__all__ = ["Reader", "read_rule", "rule_data"]

Data: TypeAlias = Any

_SHAPES = {
    "bands": ("of", "cuts", "top"),
    "grid": ("rows", "cols", "cells"),
    "curve": ("of", "points"),
    "weighted": ("parts", "full", "whole", "missing"),
    "first_match": ("cases", "otherwise"),
    "pareto": ("of", "cuts", "rest"),
    "quantiles": ("of", "parts", "by"),
}
_OPTIONAL = {("weighted", "full"), ("weighted", "whole"), ("weighted", "missing"), ("first_match", "otherwise")} | {
    ("quantiles", "parts"),
    ("quantiles", "by"),
}
_OPS = ("at_least", "over", "below", "at_most", "equals", "one_of", "missing")


def read_rule(data: Mapping[str, Data]) -> Rule:
    """Read one rule that names no other.

    Raises:
        BadConfig: an unknown shape or key, or a value that the shape refuses, with its path.
    """
    return Reader({"rule": data}).rule("rule")


@frozen
class Reader:
    """Reads the rules of one book, each of which may name others.

    Args:
        tables: the raw tables by rule name.
    """

    tables: Mapping[str, Data]
    _done: dict[str, Rule] = field(factory=dict, init=False)
    _path: list[str] = field(factory=list, init=False)

    def rule(self, name: str) -> Rule:
        """Return the rule of that name.

        Raises:
            BadConfig: no such rule, or rules that name each other in a circle.
        """
        if name in self._done:
            return self._done[name]
        if name not in self.tables:
            raise BadConfig("no such rule", where=f"rules.{name}", hint=nearest(name, self.tables), code="rule.name")
        if name in self._path:
            circle = " > ".join([*self._path[self._path.index(name) :], name])
            raise BadConfig(f"rules in a circle: {circle}", code="rule.circle")
        self._path.append(name)
        found = self._shape(self.tables[name], f"rules.{name}")
        self._path.pop()
        self._done[name] = found
        return found

    def _shape(self, data: Data, where: str) -> Rule:
        if not isinstance(data, Mapping) or not isinstance(data.get("shape"), str):
            raise BadConfig("a rule is a table with a shape", where=where, hint=f"one of {', '.join(_SHAPES)}")
        shape = data["shape"]
        if shape not in _SHAPES:
            raise BadConfig("unknown shape", where=f"{where}.shape", hint=nearest(shape, _SHAPES))
        keys = _SHAPES[shape]
        for key in data:
            if key not in keys and key not in ("shape", "note"):
                raise BadConfig("unknown key", where=f"{where}.{key}", hint=nearest(key, keys))
        due = [key for key in keys if key not in data and (shape, key) not in _OPTIONAL]
        if due:
            raise BadConfig("missing key", where=f"{where}.{due[0]}", code="config.missing")
        try:
            made: Rule = _MAKERS[shape](self, data, where)
        except PharmaSalesError as error:
            raise BadConfig(
                error.reason, where=_joined(where, error.where), hint=error.hint, code=error.code
            ) from error
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise BadConfig("not of the form this shape takes", where=where, code="rule.form") from error
        return made

    def of(self, data: Data, where: str) -> Rule:
        """Read a term, or a rule that stands in its place."""
        if isinstance(data, str):
            return Field(data)
        match data:
            case {"field": str(name), **rest} if not rest.keys() - {"zh"}:
                return Field(name, str(rest.get("zh", "")))
            case {"ratio": [part, whole], **rest} if not rest:
                return Ratio(self.of(part, where), self.of(whole, where))
            case {"rule": str(name), **rest} if not rest:
                return self.rule(name)
            case {"shape": _}:
                return self._shape(data, where)
        raise BadConfig("not a term", where=where, hint='write "field", { ratio = [a, b] } or { rule = "name" }')

    def labelled(self, data: Data, where: str) -> Bands | FirstMatch:
        """Read a side of a grid: a rule with labels, by its name or written out."""
        found = self.rule(data) if isinstance(data, str) else self.of(data, where)
        if not isinstance(found, Bands | FirstMatch):
            raise BadConfig("a side of a grid is a rule of bands or of first_match", where=where)
        return found

    def test(self, data: Data, where: str) -> Condition:
        """Read a test, or tests joined by all, any and not."""
        match data:
            case {"all": [*tests], **rest} if not rest:
                return All([self.test(test, where) for test in tests])
            case {"any": [*tests], **rest} if not rest:
                return AnyOf([self.test(test, where) for test in tests])
            case {"not": test, **rest} if not rest:
                return Not(self.test(test, where))
            case {"of": of, **rest} if len(rest) == 1 and next(iter(rest)) in _OPS:
                term, op = self.of(of, where), str(next(iter(rest)))
                if not isinstance(term, Term):
                    raise BadConfig("only a field or a ratio can be tested", where=where)
                asked: Test = term.missing() if op == "missing" else getattr(term, op)(rest[op])
                return asked
        raise BadConfig(
            "not a test", where=where, hint=f"write {{ of = field, OP = value }}, OP one of {', '.join(_OPS)}"
        )


def _joined(where: str, inner: str) -> str:
    return inner if inner.startswith("rules.") else f"{where}.{inner}" if inner else where


def _cut(data: Data) -> Data:
    return over(data["over"]) if isinstance(data, Mapping) else data


def _make_bands(reader: Reader, data: Mapping[str, Data], where: str) -> Rule:
    return Bands(reader.of(data["of"], where), [(_cut(at), label) for at, label in data["cuts"]], data["top"])


def _make_grid(reader: Reader, data: Mapping[str, Data], where: str) -> Rule:
    rows, cols = reader.labelled(data["rows"], where), reader.labelled(data["cols"], where)
    row_labels, col_labels = ({str(label): label for label in side.labels()} for side in (rows, cols))
    cells = {
        row_labels.get(row, row): {col_labels.get(col, col): label for col, label in line.items()}
        for row, line in data["cells"].items()
    }
    return Grid(rows, cols, cells)


def _make_curve(reader: Reader, data: Mapping[str, Data], where: str) -> Rule:
    return Curve(reader.of(data["of"], where), [(x, y) for x, y in data["points"]])


def _make_weighted(reader: Reader, data: Mapping[str, Data], where: str) -> Rule:
    parts = [
        Part(part["name"], part["weight"], reader.of(part["of"], f"{where}.parts"), part.get("zh", ""))
        for part in data["parts"]
    ]
    return Weighted(parts, **{key: data[key] for key in ("full", "whole", "missing") if key in data})


def _make_first(reader: Reader, data: Mapping[str, Data], where: str) -> Rule:
    cases = [(reader.test(case["when"], f"{where}.cases"), case["then"]) for case in data["cases"]]
    return FirstMatch(cases, data.get("otherwise"))


def _make_pareto(reader: Reader, data: Mapping[str, Data], where: str) -> Rule:
    return Pareto(reader.of(data["of"], where), [(at, label) for at, label in data["cuts"]], data["rest"])


def _make_quantiles(reader: Reader, data: Mapping[str, Data], where: str) -> Rule:
    return Quantiles(reader.of(data["of"], where), **{key: data[key] for key in ("parts", "by") if key in data})


_MAKERS: Mapping[str, Callable[[Reader, Mapping[str, Data], str], Rule]] = {
    "bands": _make_bands,
    "grid": _make_grid,
    "curve": _make_curve,
    "weighted": _make_weighted,
    "first_match": _make_first,
    "pareto": _make_pareto,
    "quantiles": _make_quantiles,
}


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
    match rule:
        case Field():
            return {"field": rule.name} | ({"zh": rule.zh} if rule.zh else {})
        case Ratio():
            return {"ratio": [rule_data(rule.part), rule_data(rule.whole)]}
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
            cases = [{"when": _test_data(test), "then": label} for test, label in rule.cases]
            last = {} if rule.otherwise is None else {"otherwise": rule.otherwise}
            return {"shape": "first_match", "cases": cases, **last}
        case Pareto():
            return {"shape": "pareto", "of": rule_data(rule.of), "cuts": _pairs(rule.cuts), "rest": rule.rest}
        case Quantiles():
            return {"shape": "quantiles", "of": rule_data(rule.of), "parts": rule.parts, "by": rule.by}
    raise BadConfig(f"a {type(rule).__name__} cannot be kept as data", code="rule.data")


def _cells_data(grid: Grid) -> Data:
    return {str(row): {str(col): label for col, label in line.items()} for row, line in grid.cells.items()}


def _part_data(part: Part) -> Data:
    chinese = {"zh": part.zh} if part.zh else {}
    return {"name": part.name, "weight": _plain(part.weight), "of": rule_data(part.rule)} | chinese


def _test_data(test: Condition) -> Data:
    match test:
        case All():
            return {"all": [_test_data(inner) for inner in test.tests]}
        case AnyOf():
            return {"any": [_test_data(inner) for inner in test.tests]}
        case Not():
            return {"not": _test_data(test.test)}
    value = list(test.value) if isinstance(test.value, tuple) else _plain(test.value)
    return {"of": rule_data(test.of), test.op: value}
