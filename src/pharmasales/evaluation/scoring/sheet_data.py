"""Score sheets as plain data and TOML (评分表的文本形式), both ways.

>>> sheet = read_sheet({
...     "name": "screen", "items": [
...         {"name": "sales", "weight": 70, "of": {"shape": "relative_to_best", "of": "sales"}},
...         {"name": "credit", "weight": 30, "of": {"shape": "relative_to_best", "of": "credit"}},
...     ],
... })
>>> ScoreSheet.from_toml(sheet.toml()) == sheet
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, TypeAlias, TypeVar

from pharmasales.display import Says
from pharmasales.errors import BadConfig, PharmaSalesError
from pharmasales.evaluation.scoring.adjusting import Factor, ScoreGate
from pharmasales.evaluation.scoring.grading import ForcedDistribution, GradeRule, RankGrades
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.names import nearest
from pharmasales.rules import Bands, Weighted
from pharmasales.rules.data import Reader, read_condition
from pharmasales.rules.terms import Exact, each
from pharmasales.rules.writing import condition_data, rule_data, toml_value

__all__ = ["read_sheet", "sheet_data", "sheet_toml"]

Data: TypeAlias = Any
T = TypeVar("T")

_KEYS = ("name", "zh", "full", "whole", "missing", "cap", "items", "factors", "gates", "grades")


def sheet_data(sheet: ScoreSheet) -> dict[str, Data]:
    """Return a sheet as plain data, the form that `read_sheet` reads.

    Raises:
        BadConfig: a rule of no known shape, such as one of the caller's own.
    """
    rule = rule_data(sheet.rule)
    data = {"name": sheet.name, "zh": sheet.zh, **{key: rule[key] for key in ("full", "whole", "missing")}}
    data |= {} if sheet.cap is None else {"cap": _plain(sheet.cap)}
    data |= {} if sheet.grades is None else {"grades": _grades_data(sheet.grades)}
    data["items"] = rule["parts"]
    data["factors"] = [
        {"name": one.name, "zh": one.zh, "of": rule_data(one.of), "bound": _plain(one.bound), "source": one.source}
        for one in sheet.factors
    ]
    data["gates"] = [
        {
            "name": one.name,
            "zh": one.zh,
            "when": condition_data(one.when),
            "at_most": _plain(one.at_most),
            "reason": {"en": one.reason.en, "zh": one.reason.zh},
        }
        for one in sheet.gates
    ]
    return data


def _plain(value: Exact) -> Data:
    return f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else value


def _grades_data(grades: GradeRule) -> Data:
    match grades:
        case ForcedDistribution():
            shares = [[_plain(share), label] for share, label in grades.shares]
            return {"shape": "forced", "of": rule_data(grades.of), "shares": shares, "ties": grades.ties}
        case RankGrades():
            ranks = [list(pair) for pair in grades.ranks]
            return {"shape": "by_rank", "of": rule_data(grades.of), "ranks": ranks, "rest": grades.rest}
    return rule_data(grades)


def sheet_toml(sheet: ScoreSheet) -> str:
    """Return a sheet as TOML, an item, a factor and a gate to a table of its own.

    >>> from pharmasales.rules import Field, Part
    >>> print(sheet_toml(ScoreSheet("visits", Weighted([Part("visits", 100, Field("visits"))]))))
    name = "visits"
    zh = ""
    full = 1
    whole = 100
    missing = "missing"
    <BLANKLINE>
    [[items]]
    name = "visits"
    weight = 100
    of = { field = "visits" }
    <BLANKLINE>
    """
    return "\n".join(_lines(sheet_data(sheet))) + "\n"


def _lines(data: Mapping[str, Data]) -> Iterator[str]:
    tables = ("items", "factors", "gates")
    for key, value in data.items():
        if key not in tables:
            yield f"{key} = {toml_value(value)}"
    for key in tables:
        for table in data[key]:
            yield from ("", f"[[{key}]]", *(f"{name} = {toml_value(value)}" for name, value in table.items()))


def read_sheet(data: Mapping[str, Data]) -> ScoreSheet:
    """Read a sheet from plain data, the form of its TOML.

    Raises:
        BadConfig: an unknown key, or a sheet that cannot hold, with its path.
    """
    _known(data, _KEYS, ("name", "items"), "sheet")
    weighted = {key: data[key] for key in ("full", "whole", "missing") if key in data}
    rules = {"items": {"shape": "weighted", "parts": data["items"], **weighted}}
    reader = Reader(rules)
    rule = reader.rule("items")
    grades = data.get("grades")
    try:
        return ScoreSheet(
            data["name"],
            rule if isinstance(rule, Weighted) else Weighted(()),
            _tables(data, "factors", lambda table: _factor(reader, table)),
            data.get("cap"),
            _tables(data, "gates", _gate),
            None if grades is None else _grades(reader, grades),
            data.get("zh", ""),
        )
    except BadConfig:
        raise
    except PharmaSalesError as error:
        raise BadConfig(error.reason, where=error.where, hint=error.hint, code=error.code) from error
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise BadConfig("not of the form that a sheet takes", where="sheet", code="rule.form") from error


def _known(data: Data, keys: tuple[str, ...], due: tuple[str, ...], where: str) -> None:
    if not isinstance(data, Mapping):
        raise BadConfig("not a table", where=where, hint=f"write {{ {', '.join(due)} }}", code="rule.form")
    for key in data:
        if key not in keys:
            raise BadConfig("unknown key", where=f"{where}.{key}", hint=nearest(str(key), keys))
    for key in due:
        if key not in data:
            raise BadConfig("missing key", where=f"{where}.{key}", code="config.missing")


def _tables(data: Mapping[str, Data], key: str, read: Callable[[Data], T]) -> list[T]:
    given = data.get(key, ())
    if not isinstance(given, list | tuple):
        raise BadConfig("not a list", where=key, hint="write [[...]] tables", code="rule.form")
    return list(each(given, key, read))


def _factor(reader: Reader, table: Data) -> Factor:
    _known(table, ("name", "zh", "of", "bound", "source"), ("name", "of", "bound", "source"), "factor")
    of = reader.of(table["of"], "of")
    return Factor(table["name"], of, table["bound"], table["source"], table.get("zh", ""))


def _gate(table: Data) -> ScoreGate:
    _known(table, ("name", "zh", "when", "at_most", "reason"), ("name", "when", "reason"), "gate")
    _known(table["reason"], ("en", "zh"), ("en", "zh"), "reason")
    when = read_condition(table["when"], "when")
    reason = Says(table["reason"]["en"], table["reason"]["zh"])
    return ScoreGate(table["name"], when, reason, table.get("at_most", 0), table.get("zh", ""))


def _grades(reader: Reader, data: Data) -> GradeRule:
    shape = data.get("shape") if isinstance(data, Mapping) else None
    if shape == "forced":
        _known(data, ("shape", "of", "shares", "ties"), ("of", "shares"), "grades")
        return ForcedDistribution(data["shares"], data.get("ties", "up"), reader.of(data["of"], "grades.of"))
    if shape == "by_rank":
        _known(data, ("shape", "of", "ranks", "rest"), ("of", "ranks", "rest"), "grades")
        return RankGrades(data["ranks"], data["rest"], reader.of(data["of"], "grades.of"))
    found = reader.of(data, "grades")
    if not isinstance(found, Bands):
        raise BadConfig("not a rule of grades", where="grades", hint="bands, forced or by_rank", code="score.grades")
    return found
