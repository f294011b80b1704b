"""A measure (指标): a rule over named figures, with everything a reader asks of it.

>>> from pharmasales.evaluation.measures.figures import FIGURES, said_figure
>>> seen, targets = FIGURES["seen_customers"], FIGURES["target_customers"]
>>> coverage = Measure(
...     name="coverage", en="Coverage", zh="覆盖率", formula=Ratio(seen.term, targets.term),
...     says=Says("target customers seen / target customers", "已访目标客户 / 目标客户"), source="P2-C, E13",
... )
>>> print(coverage.measure({"seen_customers": 45, "target_customers": 50}).why)
Coverage: 90.0%
  target customers seen / target customers
    seen_customers/target_customers = 45 / 50 = 0.9
>>> print(coverage.measure({"seen_customers": 0, "target_customers": 0}).why.head())
Coverage is missing: target customers is zero
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from attrs import evolve, field, fields_dict, frozen, has

from pharmasales.compliance.words import MEASURES as WORDS
from pharmasales.display import Lang, Says, Why, because, decimal_text, percent
from pharmasales.errors import BadRule
from pharmasales.evaluation.measures.figures import FIGURES, said_figure
from pharmasales.names import clean, nearest
from pharmasales.rules import Condition, Field, Ratio, Rule, Sum, Term, Times, Unless, explain
from pharmasales.rules.explain import spoken
from pharmasales.rules.reading import fields_of
from pharmasales.rules.terms import number

__all__ = ["Better", "Measure", "MeasureKind", "MeasureValue", "renamed"]

Better: TypeAlias = Literal["more", "less", "neutral"]
"""Which way a measure is better: `more` (越高越好), `less` (越低越好), or `neutral`, which says nothing by itself."""

MeasureKind: TypeAlias = Literal["ratio", "number", "index", "points", "amount"]
"""How a value is written: `ratio` in per cent, `points` in percentage points, the others with two decimals.

An `amount` of whole units has none.
"""

_BETTER = {"more": Says("more is better", "越高越好"), "less": Says("less is better", "越低越好")}
_BETTER["neutral"] = Says("neither more nor less is better", "不分高低")


def renamed(rule: Any, names: Mapping[str, Rule]) -> Any:  # noqa: ANN401 - a rule, or what stands inside one
    """Return the same rule over other fields.

    >>> renamed(Ratio(Field("own"), Field("market")), {"own": Field("actual")}).named()
    'actual/market'
    """
    if isinstance(rule, Field):
        return names.get(rule.name, rule)
    if isinstance(rule, tuple):
        return tuple(renamed(inner, names) for inner in rule)
    if not has(kind := type(rule)):
        return rule
    inside = {name: getattr(rule, name) for name, one in fields_dict(kind).items() if one.init}
    return evolve(rule, **{name: renamed(value, names) for name, value in inside.items()})


def _undefined(given: Iterable[tuple[Condition, Says]]) -> tuple[tuple[Condition, Says], ...]:
    return tuple(given)


def _word(text: str) -> str:
    if text not in WORDS:
        raise BadRule(
            "not a word of the compliance gate", where="counts", hint=nearest(text, WORDS), code="measure.word"
        )
    return text


@frozen(kw_only=True)
class Measure:
    """One measure: how it is called, how it is reckoned, and where that is written (指标).

    Args:
        name: the canonical name, as in a policy file.
        en: English name.
        zh: Chinese name.
        formula: the rule over figures, before the cases in which it has no meaning.
        says: the formula in words, in both languages.
        source: requirement or page.
        undefined: tests, each with the reason why there is no value where it holds: a base that is not above zero. The
            first that holds decides. A divisor of zero needs no test.
        kind: how its values are written.
        unit: what it is counted in, in both languages.
        better: which way it is better.
        counts: what it counts, in a word of the compliance gate, which may forbid it for some roles.
        rule: the formula, missing where it has no meaning; the rule to score by, and to apply to a frame.

    Raises:
        BadRule: a word that the gate does not know.
    """

    name: str = field(converter=clean)
    en: str = field(eq=False)
    zh: str = field(eq=False)
    formula: Term
    says: Says = field(eq=False)
    source: str = field(eq=False)
    undefined: tuple[tuple[Condition, Says], ...] = field(default=(), converter=_undefined)
    kind: MeasureKind = "ratio"
    unit: Says = field(default=Says("per cent", "百分比"), eq=False)
    better: Better = "more"
    counts: str = field(default="quality", converter=_word)
    rule: Term = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        rule = Unless(self.formula, [test for test, _ in self.undefined]) if self.undefined else self.formula
        object.__setattr__(self, "rule", rule)

    @property
    def reads(self) -> tuple[str, ...]:
        """The names of the figures that it reads."""
        return tuple(dict.fromkeys(one.name for one in fields_of(self.rule)))

    @property
    def policy(self) -> Says:
        """When it is missing (缺失与零值): a figure is unknown, a divisor is zero, or a base has no meaning."""
        wholes = [_said(ratio.whole) for ratio in _ratios(self.formula)]
        reasons = [says for _, says in self.undefined]
        en = [f"{one.en} is zero" for one in wholes] + [says.en for says in reasons]
        zh = [f"{one.zh}为零" for one in wholes] + [says.zh for says in reasons]
        en_all = "; ".join(dict.fromkeys(["missing where a figure is unknown", *en]))
        return Says(en_all, "；".join(dict.fromkeys(["数据未知则缺失", *zh])))

    @property
    def direction(self) -> Says:
        """Which way it is better, in words."""
        return _BETTER[self.better]

    def measure(self, record: object) -> MeasureValue:
        """Measure one record: `Figures`, a mapping or an object that has the figures it reads.

        Raises:
            BadValue: a figure that the record does not have, or that is no number.
        """
        found = number(self.rule(record), self.name)
        return MeasureValue(self, None if found is None else Fraction(found), record)

    def why(self, record: object, found: Fraction | None) -> Why:
        """Say how a value came of a record, or why there is none."""
        name = Says(self.en, self.zh)
        if found is None:
            return because("{name} is missing: {reason}", "{name}缺失：{reason}", name=name, reason=self._gap(record))
        written = Says(self.written(found), self.written(found, "zh"))
        part = because("{says}", "{says}", explain(self.formula, record), says=self.says)
        return because("{name}: {value}", "{name}：{value}", part, name=name, value=written)

    def _gap(self, record: object) -> Says:
        """Say why there is no value: what is not known, what has no meaning, what it is divided by."""
        gone = [_said(one) for one in dict.fromkeys(fields_of(self.formula)) if one(record) is None]
        if gone:
            return Says(f"{', '.join(one.en for one in gone)} not known", f"{'、'.join(one.zh for one in gone)}未知")
        for test, says in self.undefined:
            if test(record):
                return says
        zero = next((one.whole for one in _ratios(self.formula) if number(one.whole(record), self.name) == 0), None)
        whole = Says("what it is divided by", "除数") if zero is None else _said(zero)
        return Says(f"{whole.en} is zero", f"{whole.zh}为零")

    def written(self, value: int | Fraction | None, lang: Lang = "en") -> str:
        """Return a value as a person reads it, rounded half up; `n/a` where it is missing.

        >>> from pharmasales.evaluation.measures.registry import MEASURES
        >>> MEASURES["attainment"].written(Fraction(2, 3)), MEASURES["evolution"].written(Fraction(108))
        ('66.7%', '108.00')
        """
        if value is None:
            return "n/a"
        if self.kind == "ratio":
            return percent(Fraction(value))
        if self.kind == "points":
            return f"{decimal_text(value * 100, 1)} {'个百分点' if lang == 'zh' else 'points'}"
        if self.kind == "amount" and value.denominator == 1:
            return f"{value.numerator:,}"
        return decimal_text(value, 2)


def _ratios(rule: object) -> Iterator[Ratio]:
    match rule:
        case Ratio():
            yield rule
            yield from _ratios(rule.part)
            yield from _ratios(rule.whole)
        case Times():
            for factor in rule.factors:
                yield from _ratios(factor)
        case Sum():
            for term in (*rule.of, *rule.less):
                yield from _ratios(term)


def _said(rule: Rule) -> Says:
    """Say what a rule reads: a figure by its own words, what is reckoned by its formula."""
    if isinstance(rule, Field) and rule.name.partition(".")[0] in FIGURES:
        return said_figure(rule.name)
    return spoken(rule)


@frozen
class MeasureValue:
    """What a measure is for one record: an exact value, or missing with the reason.

    Args:
        measure: the measure.
        value: the exact value, or missing.
        record: what was measured.
        counts: what it counted and left out, where that is known.
    """

    measure: Measure
    value: Fraction | None = field(repr=False)
    record: object = field(repr=False, eq=False)
    counts: tuple[Why, ...] = field(default=(), repr=False, eq=False)

    @property
    def why(self) -> Why:
        """The value with its formula and numbers, or why there is none; made when it is read."""
        found = self.measure.why(self.record, self.value)
        return evolve(found, parts=(*found.parts, *self.counts)) if self.counts else found

    def written(self, lang: Lang = "en") -> str:
        """Return the value as a person reads it; `n/a` where it is missing."""
        return self.measure.written(self.value, lang)

    def __str__(self) -> str:
        return self.why.head()
