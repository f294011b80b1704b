"""The laws of scalar rules (规则定律), as functions that anybody runs on rules of his own.

A law takes a rule and a record and returns what is wrong, or "" where it holds or does not concern that rule.

>>> from pharmasales.rules import Bands, Field
>>> rule = Bands(Field("beds"), ((500, "small"),), top="large")
>>> check_all(rule, [{"beds": 499}, {"beds": 500}, {"beds": None}])
[]
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType, SimpleNamespace
from typing import Any, TypeAlias

from attrs import evolve, frozen

from pharmasales.display import because
from pharmasales.errors import PharmaSalesError
from pharmasales.rules import (
    All,
    AnyOf,
    Bands,
    Field,
    FirstMatch,
    Fitted,
    Not,
    Pareto,
    Quantiles,
    Rule,
    RuleBook,
    Test,
    Weighted,
    explain,
)
from pharmasales.rules.data import read_rule
from pharmasales.rules.reading import fields_of, parts_of
from pharmasales.rules.terms import number
from pharmasales.rules.writing import rule_data
from pharmasales.units import exact

__all__ = [
    "LAWS",
    "Broken",
    "Law",
    "band_includes_lower_cut",
    "check_all",
    "data_round_trip",
    "equal_values_equal_classes",
    "evidence_adds_up",
    "explained",
    "fields_read",
    "missing_in_missing_out",
    "objects_as_mappings",
    "points_add_up",
    "same_fingerprint",
]

Law: TypeAlias = Callable[[Rule, Mapping[str, object]], str]


@frozen
class Broken:
    """A law that a rule breaks.

    Args:
        law: its name in `LAWS`.
        record: the position of the record that shows it.
        what: what is wrong.
    """

    law: str
    record: int
    what: str


def fields_read(rule: Rule) -> list[str]:
    """Return the names of the fields that a rule reads, in order.

    >>> from pharmasales.rules import Bands, Field, Ratio
    >>> fields_read(Bands(Ratio(Field("ours"), Field("all")), ((1, "x"),), top="y"))
    ['all', 'ours']
    """
    return sorted({found.name for found in fields_of(rule)})


def _asks(rule: Rule) -> bool:
    """Whether it holds tests, which may ask for missing values or for a text."""
    return any(isinstance(found, FirstMatch | Test | All | AnyOf | Not) for found in parts_of(rule))


def missing_in_missing_out(rule: Rule, record: Mapping[str, object]) -> str:
    """A rule without tests, and without a policy for missing scores, has no answer where any field is missing."""
    lenient = any(isinstance(found, Weighted) and found.missing != "missing" for found in parts_of(rule))
    if _asks(rule) or lenient:
        return ""
    kept = [name for name in fields_read(rule) if rule({**record, name: None}) is not None]
    return f"an answer without {', '.join(kept)}" if kept else ""


def band_includes_lower_cut(rule: Rule, record: Mapping[str, object]) -> str:  # noqa: ARG001 - cuts alone decide
    """A value at a cut is in the band above it, or below it where the cut says `over`; a little more is above."""
    for found in parts_of(rule):
        if isinstance(found, Bands):
            alone, names = evolve(found, of=Field("x")), found.labels()
            for place, (cut, _) in enumerate(found.cuts):
                at = alone.place(cut.at)
                nearly_over = any(other.at == cut.at and other.exclusive for other, _ in found.cuts[place + 1 :])
                if at != (place if cut.exclusive else place + 1) or alone({"x": cut.at}) != names[at]:
                    return f"cut {place} is on the wrong side"
                above = alone.place(cut.at + Fraction(1, 10**40))
                if above != place + 1 + nearly_over:
                    return f"a little more than cut {place} is not above it"
    return ""


def equal_values_equal_classes(rule: Rule, record: Mapping[str, object]) -> str:
    """The same number gives the same answer as int, Fraction, Decimal, text and float."""
    if _asks(rule) or isinstance(rule, Field):
        return ""
    answer = rule(record)
    for name in fields_read(rule):
        for other in _spellings(record.get(name)):
            if rule({**record, name: other}) != answer:
                return f"{name} as {type(other).__name__} answers otherwise"
    return ""


def _spellings(value: object) -> list[object]:
    """Return other forms of the number that a value is; none where it is none."""
    if value is None or isinstance(value, float):
        return []
    number = exact(value)
    found: list[object] = [number, f"{number.numerator}/{number.denominator}"] if abs(number) < 10**30 else [number]
    milli = number * 1000
    if milli.denominator == 1 and abs(milli) < 10**12:
        plain = Decimal(milli.numerator).scaleb(-3)
        found += [plain, f"{plain:f}", float(plain)]
    return found


def objects_as_mappings(rule: Rule, record: Mapping[str, object]) -> str:
    """An object with attributes answers as the mapping does, and twice the same."""
    answers = [rule(record), rule(record), rule(SimpleNamespace(**record))]
    return "" if answers == [answers[0]] * 3 else "another answer for an object, or the second time"


def points_add_up(rule: Rule, record: Mapping[str, object]) -> str:
    """The total of a weighted sum is the sum of the points shown."""
    total = rule(record) if isinstance(rule, Weighted) else None
    if not isinstance(rule, Weighted) or total is None:
        return ""
    shown = sum(exact(points.points) for points in rule.points(record) if points.points is not None)
    return "" if shown == exact(total) else "the points shown do not add up to the total"


def explained(rule: Rule, record: Mapping[str, object]) -> str:
    """Whatever is answered is explained, in both languages, and the first line names the answer."""
    answer: Any = rule(record)
    try:
        why = explain(rule, record)
        said = (why.head("en"), why.head("zh"))
        whole = (why.text("en"), why.text("zh"), why.html("en"), why.html("zh"))
    except PharmaSalesError as error:
        return f"no reason: {error}"
    if not all(said) or not all(whole):
        return "a reason without words"
    if answer is None:
        return "" if _silent(said) else "the reason does not say that there is no answer"
    words = _spoken(rule, answer)
    return "" if all(word in head for word, head in zip(words, said, strict=True)) else "the answer is not named"


def _silent(said: tuple[str, str]) -> bool:
    """Whether a reason says in both languages that there is no answer."""
    english = ("missing", "no answer", "there is none", "unknown")
    return any(word in said[0] for word in english) and any(word in said[1] for word in ("缺失", "无", "未知"))


def _spoken(rule: Rule, answer: Any) -> tuple[str, str]:  # noqa: ANN401 - whatever a rule answers
    """Return the answer as a reason writes it, in English and Chinese."""
    if isinstance(rule, Test | All | AnyOf | Not):
        return ("yes", "是") if answer else ("no", "否")
    if isinstance(rule, Field):
        try:
            answer = number(answer, "")
        except PharmaSalesError:
            answer = str(answer)
    spoken = because("{x}", "{x}", x=answer)
    return spoken.head("en"), spoken.head("zh")


def data_round_trip(rule: Rule, record: Mapping[str, object]) -> str:
    """A rule written as data and read again is the same rule and answers the same."""
    if isinstance(rule, Test | All | AnyOf | Not):
        return ""
    try:
        again = read_rule(json.loads(json.dumps(rule_data(rule))))
    except PharmaSalesError as error:
        return f"no data: {error}"
    if again != rule:
        return "another rule after writing and reading"
    return "" if again(record) == rule(record) else "another answer after writing and reading"


def same_fingerprint(rule: Rule, record: Mapping[str, object]) -> str:  # noqa: ARG001 - the rule alone decides
    """A rule keeps its fingerprint when its data comes back with the keys in another order."""
    if isinstance(rule, Test | All | AnyOf | Not):
        return ""
    book = RuleBook("law", "1", {"rule": rule})
    try:
        again = RuleBook.from_data(_reversed(book.data()))
    except PharmaSalesError as error:
        return f"no data: {error}"
    return "" if again.fingerprint == book.fingerprint else "another fingerprint for the same rule"


def _reversed(data: Any) -> Any:  # noqa: ANN401 - plain data of any depth
    if isinstance(data, dict):
        return {key: _reversed(data[key]) for key in reversed(data)}
    return [_reversed(item) for item in data] if isinstance(data, list) else data


def evidence_adds_up(rule: Pareto | Quantiles, fitted: Fitted, records: Sequence[Mapping[str, object]]) -> str:
    """Counts and totals of the evidence are those of the bands over the same records; nobody is lost."""
    names = [fitted.bands(record) for record in records]
    if names.count(None) != fitted.missing or sum(e.count for e in fitted.evidence) + fitted.missing != len(names):
        return "the counts are not those of the records"
    if any(e.count != names.count(e.label) for e in fitted.evidence):
        return "a label counts others than the bands give it"
    shares = [e.share for e in fitted.evidence if e.share is not None]
    return "" if not shares or sum(shares) == 1 else f"the shares of {type(rule).__name__} miss the whole"


LAWS: Mapping[str, Law] = MappingProxyType(
    {
        law.__name__: law
        for law in (
            missing_in_missing_out,
            band_includes_lower_cut,
            equal_values_equal_classes,
            objects_as_mappings,
            points_add_up,
            explained,
            data_round_trip,
            same_fingerprint,
        )
    }
)
"""The laws of a rule for one record, by name."""


def check_all(rule: Rule, records: Iterable[Mapping[str, object]]) -> list[Broken]:
    """Hold a rule against every law for every record; a population rule is fitted to them first.

    Args:
        rule: any rule; one of a shape of your own breaks `explained` and the laws of data, and may keep the others.
        records: mappings that have every field the rule reads.

    >>> from pharmasales.rules import Field, Pareto
    >>> check_all(Pareto(Field("sales"), (("80%", "A"),), rest="B"), [{"sales": 8}, {"sales": 2}])
    []

    Returns:
        What is broken, in order; nothing where all laws hold.

    Raises:
        PharmaSalesError: a record that the rule itself refuses.
    """
    people = list(records)
    broken = []
    if isinstance(rule, Pareto | Quantiles):
        fitted = rule.fit(people)
        what = evidence_adds_up(rule, fitted, people)
        broken = [Broken("evidence_adds_up", 0, what)] if what else []
        rule = fitted.bands
    for place, record in enumerate(people):
        found = [(name, law(rule, record)) for name, law in LAWS.items()]
        broken += [Broken(name, place, what) for name, what in found if what]
    return broken
