"""Scores that look at the others: relative to the best, percentile among peers, a fair share by potential (相对评分).

Like every population rule they are fitted first: `fit_peers(rule, records)` looks at everybody once and returns a plain
rule for one person, with the figures that it rests on, to store, review and apply later.

>>> from pharmasales.rules.terms import Field
>>> sold = [{"sales": 90}, {"sales": 60}]
>>> fitted = fit_peers(RelativeToBest(Field("sales")), sold)
>>> [fitted.rule(record) for record in sold], str(fitted.facts[0].figures[0])
([Fraction(1, 1), Fraction(2, 3)], 'best 90')
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar, TypeAlias

from attrs import Attribute, evolve, field, fields, frozen, has

from pharmasales.display import Column, Says, Table, because
from pharmasales.errors import BadRule
from pharmasales.rules.arithmetic import Times
from pharmasales.rules.reading import parts_of
from pharmasales.rules.shapes import Bands, Curve, over
from pharmasales.rules.terms import Exact, Label, Ratio, Rule, each, number

__all__ = [
    "Counts",
    "FairShare",
    "PeerFacts",
    "PeerFigure",
    "PeerRule",
    "PeersFitted",
    "Percentile",
    "RelativeToBest",
    "fit_peers",
    "peers_in",
]

Counts: TypeAlias = Mapping[tuple[Exact | None, ...], int]
"""The values of everybody, each distinct one with how many people have it."""


@frozen
class PeerFigure:
    """One figure that a fitted rule rests on: its name in both languages, and its exact value."""

    name: Says
    value: Exact

    def __str__(self) -> str:
        return because(f"{self.name.en} {{value}}", f"{self.name.zh} {{value}}", value=self.value).head()


@frozen
class PeerFacts:
    """What one population rule found when it looked at everybody (拟合依据).

    Args:
        rule: the population rule.
        fitted: the plain rule that came of it.
        counted: how many people it looked at.
        missing: how many of them had no value and took no part.
        figures: what the plain rule rests on.
    """

    rule: PeerRule
    fitted: Rule
    counted: int
    missing: int
    figures: tuple[PeerFigure, ...]


@frozen
class PeersFitted:
    """A plain rule in which every look at the others has become a number, and the evidence.

    Args:
        rule: answers for one person.
        facts: one entry for each population rule that stood in it, in the order of the rule, an inner one first.
    """

    rule: Rule
    facts: tuple[PeerFacts, ...]

    def table(self) -> Table:
        """Return the evidence: a row for each figure that a plain rule rests on."""
        rows = [
            (one.rule.says, _of(one.rule), one.counted, one.missing, figure.name, figure.value)
            for one in self.facts
            for figure in one.figures
        ]
        return Table("peers", Says("What the others did", "同侪依据"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("rule", "Rule", "规则"),
    Column("of", "Of", "指标"),
    Column("counted", "People", "人数", "number"),
    Column("missing", "Without a value", "无数据", "number"),
    Column("figure", "Figure", "依据"),
    Column("value", "Value", "数值", "number"),
)


class PeerRule(Rule):
    """A rule for one person that must be fitted to the population first, wherever it stands in another rule."""

    __slots__ = ()
    says: ClassVar[Says]

    def __call__(self, record: object) -> object:  # noqa: ARG002 - it is a rule, asked for one record
        """Refuse: what the others did is not known yet.

        Raises:
            BadRule: always.
        """
        hint = "fit it to everybody first: fit_peers, or fit_sheet for a score sheet"
        raise BadRule(f"a {type(self).__name__} looks at the others", hint=hint, code="rule.fit")

    def reads(self) -> tuple[Rule, ...]:
        """Return the terms that it reads of everybody."""
        raise NotImplementedError  # pragma: no cover - every peer rule has its own

    def fit(self, counts: Counts) -> PeerFacts:
        """Return the plain rule for the values of everybody, and what it rests on."""
        raise NotImplementedError  # pragma: no cover - every peer rule has its own


def _of(rule: PeerRule) -> str:
    return " / ".join(term.named() for term in rule.reads())


def _values(counts: Counts) -> list[tuple[Exact, int]]:
    """Return the values that are there, ascending, each with its count."""
    return sorted((value, count) for (value,), count in counts.items() if value is not None)


def _gone(counts: Counts) -> int:
    return sum(count for values, count in counts.items() if None in values)


@frozen
class RelativeToBest(PeerRule):
    """A score by the distance from the best of all: 1 for the best, 0 for nothing (相对最优).

    The score falls as far below 1 as the value lies from the best, as a part of the best, and never below 0; who later
    does better than the best has 1.

    Args:
        of: the term that gives the value.
        lowest_first: whether the least value is the best, as of costs; then twice the best earns nothing.

    >>> from pharmasales.rules.terms import Field
    >>> costs = [{"cost": cost} for cost in (40, 50, 90, None)]
    >>> rule = fit_peers(RelativeToBest(Field("cost"), lowest_first=True), costs).rule
    >>> [rule(record) for record in costs]
    [Fraction(1, 1), Fraction(3, 4), Fraction(0, 1), None]

    Source: E42.
    """

    of: Rule
    lowest_first: bool = False
    says: ClassVar[Says] = Says("RelativeToBest", "相对最优")

    def reads(self) -> tuple[Rule, ...]:
        """Return the term."""
        return (self.of,)

    def fit(self, counts: Counts) -> PeerFacts:
        """Look for the best.

        Raises:
            BadRule: no value at all, or a best that is not above zero: nobody can be measured by it.
        """
        values = _values(counts)
        best: Exact = 0 if not values else values[0][0] if self.lowest_first else values[-1][0]
        if best <= 0:
            hint = "leave the measure out, or score it on a curve of its own"
            raise BadRule("the best of all is not above zero", where=self.of.named(), hint=hint, code="rule.fit")
        points = ((best, 1), (2 * best, 0)) if self.lowest_first else ((0, 0), (best, 1))
        figures = (PeerFigure(Says("best", "最优"), best),)
        return PeerFacts(self, Curve(self.of, points), sum(counts.values()), _gone(counts), figures)


@frozen
class Percentile(PeerRule):
    """A score by the share of peers who are not better: 1 for the best, ties alike, cut off to whole parts (百分位).

    Args:
        of: the term that gives the value.
        parts: how finely: 100 for percentiles, 10 for deciles.
        lowest_first: whether the least value is the best.

    Below the worst of those who were looked at is 0. Every value takes part, zero and less, too.

    >>> from pharmasales.rules.terms import Field
    >>> grown = [{"growth": growth} for growth in (30, 10, 10, -20, None)]
    >>> rule = fit_peers(Percentile(Field("growth")), grown).rule
    >>> [str(rule(record)) for record in grown]
    ['1', '3/4', '3/4', '1/4', 'None']

    Raises:
        BadRule: fewer than two parts.
    """

    of: Rule
    parts: int = field(default=100)
    lowest_first: bool = False
    says: ClassVar[Says] = Says("Percentile", "百分位")

    @parts.validator
    def _several(self, _attribute: Attribute[int], parts: int) -> None:
        if type(parts) is not int or parts < 2:
            raise BadRule("at least two parts", where="parts", code="rule.parts")

    def reads(self) -> tuple[Rule, ...]:
        """Return the term."""
        return (self.of,)

    def fit(self, counts: Counts) -> PeerFacts:
        """Count who is not better than whom.

        Raises:
            BadRule: no value at all.
        """
        worst_first = _values(counts)[:: -1 if self.lowest_first else 1]
        people = sum(count for _, count in worst_first)
        if not people:
            raise BadRule("nobody has a value", where=self.of.named(), hint="leave it out", code="rule.fit")
        starts: dict[int, Exact] = {}
        reached = 0
        for value, count in worst_first:
            reached += count
            starts.setdefault(self.parts * reached // people, value)
        bands = _falling(self.of, starts) if self.lowest_first else _rising(self.of, starts)
        figures = tuple(
            PeerFigure(Says(f"from {part}/{self.parts}", f"{part}/{self.parts} 起"), value)
            for part, value in starts.items()
        )
        fitted = Times([bands], times=Fraction(1, self.parts))
        return PeerFacts(self, fitted, sum(counts.values()), _gone(counts), figures)


def _rising(of: Rule, starts: Mapping[int, Exact]) -> Bands:
    labels = [0, *starts]
    return Bands(of, [(value, below) for value, below in zip(starts.values(), labels, strict=False)], top=labels[-1])


def _falling(of: Rule, starts: Mapping[int, Exact]) -> Bands:
    cuts: list[tuple[Any, Label]] = [(over(value), part) for part, value in reversed(list(starts.items()))]
    return Bands(of, cuts, top=0)


@frozen
class FairShare(PeerRule):
    """A value over what the potential lets one expect, 1 where it is just that (按潜力归一).

    Everybody together sold so much per unit of potential; the potential of one person times that is the expectation.

    Args:
        of: the term that gives the value, such as sales.
        potential: the term that gives the potential; zero or less, and missing, take no part.

    >>> from pharmasales.rules.terms import Field
    >>> two = [{"sales": 60, "potential": 100}, {"sales": 90, "potential": 200}]
    >>> rule = fit_peers(FairShare(Field("sales"), Field("potential")), two).rule
    >>> [str(rule(record)) for record in two], rule.named()
    (['6/5', '9/10'], 'sales/(1/2 x potential)')

    Source: S004-65 (potential differs).
    """

    of: Rule
    potential: Rule
    says: ClassVar[Says] = Says("FairShare", "按潜力归一")

    def reads(self) -> tuple[Rule, ...]:
        """Return both terms."""
        return self.of, self.potential

    def fit(self, counts: Counts) -> PeerFacts:
        """Add up values and potentials of those who have both.

        Raises:
            BadRule: nobody has both, or the values add up to nothing.
        """
        values: Exact = 0
        potentials: Exact = 0
        both = 0
        for (value, potential), count in counts.items():
            if value is not None and potential is not None and potential > 0:
                values, potentials, both = values + value * count, potentials + potential * count, both + count
        if values <= 0:
            hint = "give potentials above zero, or score the measure as it is"
            raise BadRule("nothing to share out by potential", where=_of(self), hint=hint, code="rule.fit")
        a_unit = Fraction(values) / potentials
        figures = (
            PeerFigure(Says("sum of values", "合计"), values),
            PeerFigure(Says("sum of potentials", "潜力合计"), potentials),
            PeerFigure(Says("per unit of potential", "单位潜力产出"), a_unit),
        )
        fitted = Ratio(self.of, Times([self.potential], times=a_unit))
        everybody = sum(counts.values())
        return PeerFacts(self, fitted, everybody, everybody - both, figures)


def peers_in(rule: object) -> Iterator[PeerRule]:
    """Yield the population rules of this kind that stand in a rule, wherever, one within another too.

    >>> from pharmasales.rules.terms import Field
    >>> [type(one).__name__ for one in peers_in(Curve(Percentile(Field("growth")), ((0, 0), (1, 1))))]
    ['Percentile']
    """
    return (part for part in parts_of(rule) if isinstance(part, PeerRule))


def _made_of(rule: Any) -> list[str]:  # noqa: ANN401 - a rule's inside
    return [one.name for one in fields(type(rule)) if one.init]


def fitted_by(rule: Any, found: Callable[[PeerRule], PeerFacts]) -> PeersFitted:  # noqa: ANN401 - a rule's inside
    """Return a rule with every population rule in it put in its plain form, the inner first, by what fits one."""
    facts: list[PeerFacts] = []

    def plain(inside: Any) -> Any:  # noqa: ANN401 - a rule's inside
        if isinstance(inside, tuple):
            return tuple(map(plain, inside))
        if not has(type(inside)) or next(peers_in(inside), None) is None:
            return inside
        made = evolve(inside, **{name: plain(getattr(inside, name)) for name in _made_of(inside)})
        if not isinstance(made, PeerRule):
            return made
        facts.append(found(made))
        return facts[-1].fitted

    return PeersFitted(plain(rule), tuple(facts))


def fit_peers(rule: Rule, records: Iterable[object]) -> PeersFitted:
    """Look at everybody once, and return the rule in plain form, with the evidence.

    Args:
        rule: any rule, in which `RelativeToBest`, `Percentile` and `FairShare` may stand anywhere, one within another
            too: a percentile of what is normalised by potential.
        records: everybody.

    >>> from pharmasales.rules.terms import Field
    >>> fit_peers(Field("sales"), []).facts
    ()

    Raises:
        BadRule: a population that a rule cannot be fitted to.
        BadValue: a value that is no number, with its position.
    """
    people = list(records)
    return fitted_by(rule, lambda one: one.fit(_counted(one.reads(), people)))


def _counted(terms: Sequence[Rule], people: Sequence[object]) -> Counts:
    def values(record: object) -> tuple[Exact | None, ...]:
        return tuple(number(term(record), term.named()) for term in terms)

    return Counter(each(people, "records", values))
