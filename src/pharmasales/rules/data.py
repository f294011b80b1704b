"""Rules read from plain data: the form that a rule book has in TOML, and that `pharmasales.rules.writing` writes.

A term is the name of a field, `{ field = "sales", zh = "销售额" }`, `{ ratio = ["ours", "potential"] }`, or
`{ rule = "name" }` for another rule of the book. A rule is a table with its `shape`. No expression is ever evaluated.

>>> rule = read_rule({"shape": "bands", "of": "days", "cuts": [[{"over": 120}, "in time"]], "top": "late"})
>>> rule({"days": 121})
'late'
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias, cast

from attrs import field, frozen

from pharmasales.errors import BadConfig, PharmaSalesError
from pharmasales.names import nearest
from pharmasales.rules.arithmetic import Sum, Times, Unless
from pharmasales.rules.fitted import Pareto, Quantiles
from pharmasales.rules.groups import Grouped, Ranked, Split
from pharmasales.rules.peers import FairShare, Percentile, RelativeToBest
from pharmasales.rules.shapes import Bands, Curve, FirstMatch, Grid, Part, Weighted, over
from pharmasales.rules.terms import All, AnyOf, Condition, Field, Not, Ratio, Rule, Term, Test, each
from pharmasales.units import Number

__all__ = ["Reader", "read_condition", "read_rule"]

Data: TypeAlias = Any

_SHAPES = {
    "bands": ("of", "cuts", "top"),
    "grid": ("rows", "cols", "cells"),
    "curve": ("of", "points"),
    "weighted": ("parts", "full", "whole", "missing"),
    "first_match": ("cases", "otherwise"),
    "pareto": ("of", "cuts", "rest"),
    "quantiles": ("of", "parts", "by"),
    "ranked": ("of", "within", "lowest_first"),
    "split": ("of", "total", "within", "all_zero"),
    "grouped": ("of", "within"),
    "relative_to_best": ("of", "lowest_first"),
    "percentile": ("of", "parts", "lowest_first"),
    "fair_share": ("of", "potential"),
}
_OPTIONAL = {
    "weighted": ("full", "whole", "missing"),
    "first_match": ("otherwise",),
    "quantiles": ("parts", "by"),
    "ranked": ("within", "lowest_first"),
    "split": ("within", "all_zero"),
    "relative_to_best": ("lowest_first",),
    "percentile": ("parts", "lowest_first"),
}
_OPS = ("at_least", "over", "below", "at_most", "equals", "one_of", "missing")


def read_rule(data: Mapping[str, Data]) -> Rule:
    """Read one rule that names no other.

    Raises:
        BadConfig: an unknown shape or key, or a value that the shape refuses, with its path.
    """
    return Reader({"rule": data}).rule("rule")


def read_condition(data: Data, where: str) -> Condition:
    """Read a test, or tests joined by all, any and not.

    >>> read_condition({"of": "days", "over": 120}, "when")({"days": 121})
    True

    Raises:
        BadConfig: not a test, or one that its term refuses, with its path.
    """
    try:
        with _form(where):
            return Reader({}).test(data, "")
    except RecursionError:
        raise BadConfig("tests nested too deeply", where=where, code="rule.depth") from None


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
        try:
            self._done[name] = self._top(self.tables[name], f"rules.{name}")
        except RecursionError:
            raise BadConfig("rules nested too deeply", where=f"rules.{name}", code="rule.depth") from None
        finally:
            self._path.pop()
        return self._done[name]

    def _top(self, data: Data, where: str) -> Rule:
        if (
            isinstance(data, Mapping)
            and "shape" not in data
            and data.keys() & {"field", "ratio", "times", "sum", "unless"}
        ):
            with _form(where):
                return self.of(data, where)
        return self._shape(data, where)

    def _shape(self, data: Data, where: str) -> Rule:
        if not isinstance(data, Mapping) or not isinstance(data.get("shape"), str):
            raise BadConfig("a rule is a table with a shape", where=where, hint=f"one of {', '.join(_SHAPES)}")
        shape = data["shape"]
        if shape not in _SHAPES:
            raise BadConfig("unknown shape", where=f"{where}.shape", hint=nearest(shape, _SHAPES))
        optional = _OPTIONAL.get(shape, ())
        due = [key for key in _SHAPES[shape] if key not in optional]
        _table(data, where, due, [*optional, "shape", "note"])
        with _form(where):
            return _MAKERS[shape](self, data, where)

    def of(self, data: Data, where: str) -> Rule:
        """Read a term, or a rule that stands in its place."""
        if isinstance(data, str):
            return Field(data)
        match data:
            case {"field": str(name), **rest} if not rest.keys() - {"zh"}:
                return Field(name, str(rest.get("zh", "")))
            case {"ratio": [part, whole], **rest} if not rest:
                return Ratio(self.of(part, where), self.of(whole, where))
            case {"times": [*factors], **rest} if not rest.keys() - {"constant"}:
                return Times([self.of(factor, where) for factor in factors], cast("Number", rest.get("constant", 1)))
            case {"sum": [*terms], **rest} if not rest.keys() - {"less"}:
                less = _list(rest.get("less", ()), f"{where}.less")
                return Sum([self.of(term, where) for term in terms], [self.of(term, where) for term in less])
            case {"unless": [*tests], "of": of, **rest} if not rest:
                return Unless(self.of(of, where), [self.test(test, where) for test in tests])
            case {"rule": str(name), **rest} if not rest:
                return self.rule(name)
            case {"shape": _}:
                return self._shape(data, where)
        raise BadConfig(
            "not a term", where=where, hint='write "field", { ratio = [a, b] }, times, sum, unless or { rule = "name" }'
        )

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
                return self._asked(self.of(of, where), str(next(iter(rest))), next(iter(rest.values())), where)
        raise BadConfig(
            "not a test", where=where, hint=f"write {{ of = field, OP = value }}, OP one of {', '.join(_OPS)}"
        )

    def _asked(self, term: Rule, op: str, value: Data, where: str) -> Test:
        if not isinstance(term, Term):
            raise BadConfig("only a field or a ratio can be tested", where=where)
        if op == "missing" and value is not True:
            raise BadConfig("missing is true", where=where, hint="or write not = { of = ..., missing = true }")
        asked: Test = term.missing() if op == "missing" else getattr(term, op)(value)
        return asked


@contextmanager
def _form(where: str) -> Iterator[None]:
    """Give every error of a rule's making its path in the book."""
    try:
        yield
    except PharmaSalesError as error:
        raise BadConfig(error.reason, where=_joined(where, error.where), hint=error.hint, code=error.code) from error
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise BadConfig("not of the form this shape takes", where=where, code="rule.form") from error


def _table(data: Data, where: str, due: Sequence[str], may: Sequence[str] = ()) -> Mapping[str, Data]:
    """Return a table that has all the keys due and none that is unknown."""
    if not isinstance(data, Mapping):
        raise BadConfig("not a table", where=where, hint=f"write {{ {', '.join(due)} }}", code="rule.form")
    for key in data:
        if key not in due and key not in may:
            raise BadConfig("unknown key", where=_joined(where, str(key)), hint=nearest(str(key), [*due, *may]))
    for key in due:
        if key not in data:
            raise BadConfig("missing key", where=_joined(where, key), code="config.missing")
    return data


def _list(data: Data, where: str) -> Sequence[Data]:
    if not isinstance(data, list | tuple):
        raise BadConfig("not a list", where=where, hint="write [ ... ]", code="rule.form")
    return data


def _twos(data: Data, where: str) -> list[tuple[Data, Data]]:
    """Return a list of pairs; an error says which one is none."""
    found = []
    for place, item in enumerate(_list(data, where)):
        if not isinstance(item, list | tuple) or len(item) != 2:
            raise BadConfig("not a pair", where=f"{where}[{place}]", hint="write [left, right]", code="rule.form")
        found.append((item[0], item[1]))
    return found


def _joined(where: str, inner: str) -> str:
    return inner if inner.startswith("rules.") else ".".join(filter(None, (where, inner)))


def _make_bands(reader: Reader, data: Mapping[str, Data], where: str) -> Rule:
    def cut(pair: tuple[Data, Data]) -> tuple[Data, Data]:
        at, label = pair
        return (over(_table(at, "", ["over"])["over"]) if isinstance(at, Mapping) else at), label

    cuts = each(_twos(data["cuts"], f"{where}.cuts"), "cuts", cut)
    return Bands(reader.of(data["of"], where), cuts, data["top"])


def _make_grid(reader: Reader, data: Mapping[str, Data], where: str) -> Rule:
    rows, cols = reader.labelled(data["rows"], where), reader.labelled(data["cols"], where)
    row_labels, col_labels = ({str(label): label for label in side.labels()} for side in (rows, cols))
    cells = {
        row_labels.get(row, row): {col_labels.get(col, col): label for col, label in line.items()}
        for row, line in data["cells"].items()
    }
    return Grid(rows, cols, cells)


def _make_curve(reader: Reader, data: Mapping[str, Data], where: str) -> Rule:
    return Curve(reader.of(data["of"], where), _twos(data["points"], f"{where}.points"))


def _make_weighted(reader: Reader, data: Mapping[str, Data], where: str) -> Rule:
    def part(given: Data) -> Part:
        table = _table(given, "", ("name", "weight", "of"), ("zh",))
        return Part(table["name"], table["weight"], reader.of(table["of"], ""), table.get("zh", ""))

    parts = list(each(_list(data["parts"], f"{where}.parts"), "parts", part))
    return Weighted(parts, **{key: data[key] for key in ("full", "whole", "missing") if key in data})


def _make_first(reader: Reader, data: Mapping[str, Data], where: str) -> Rule:
    def case(given: Data) -> tuple[Condition, Data]:
        table = _table(given, "", ("when", "then"))
        return reader.test(table["when"], ""), table["then"]

    cases = list(each(_list(data["cases"], f"{where}.cases"), "cases", case))
    return FirstMatch(cases, data.get("otherwise"))


def _make_pareto(reader: Reader, data: Mapping[str, Data], where: str) -> Rule:
    return Pareto(reader.of(data["of"], where), _twos(data["cuts"], f"{where}.cuts"), data["rest"])


def _make_quantiles(reader: Reader, data: Mapping[str, Data], where: str) -> Rule:
    return Quantiles(reader.of(data["of"], where), **{key: data[key] for key in ("parts", "by") if key in data})


def _make_ranked(reader: Reader, data: Mapping[str, Data], where: str) -> Rule:
    return Ranked(reader.of(data["of"], where), _within(data, where), _lowest_first(data, where))


def _lowest_first(data: Mapping[str, Data], where: str) -> bool:
    found = data.get("lowest_first", False)
    if type(found) is not bool:
        raise BadConfig("true or false", where=f"{where}.lowest_first", code="rule.form")
    return found


def _make_best(reader: Reader, data: Mapping[str, Data], where: str) -> Rule:
    return RelativeToBest(reader.of(data["of"], where), _lowest_first(data, where))


def _make_percentile(reader: Reader, data: Mapping[str, Data], where: str) -> Rule:
    return Percentile(reader.of(data["of"], where), data.get("parts", 100), _lowest_first(data, where))


def _make_fair_share(reader: Reader, data: Mapping[str, Data], where: str) -> Rule:
    return FairShare(reader.of(data["of"], where), reader.of(data["potential"], where))


def _make_split(reader: Reader, data: Mapping[str, Data], where: str) -> Rule:
    total = data["total"] if type(data["total"]) is int else reader.of(data["total"], where)
    return Split(reader.of(data["of"], where), total, _within(data, where), data.get("all_zero", "refuse"))


def _make_grouped(reader: Reader, data: Mapping[str, Data], where: str) -> Rule:
    return Grouped(reader.of(data["of"], where), _within(data, where))  # type: ignore[arg-type] # it checks the rule


def _within(data: Mapping[str, Data], where: str) -> Sequence[Data]:
    return _list(data.get("within", ()), f"{where}.within")


_MAKERS: Mapping[str, Callable[[Reader, Mapping[str, Data], str], Rule]] = {
    "bands": _make_bands,
    "grid": _make_grid,
    "curve": _make_curve,
    "weighted": _make_weighted,
    "first_match": _make_first,
    "pareto": _make_pareto,
    "quantiles": _make_quantiles,
    "ranked": _make_ranked,
    "split": _make_split,
    "grouped": _make_grouped,
    "relative_to_best": _make_best,
    "percentile": _make_percentile,
    "fair_share": _make_fair_share,
}
