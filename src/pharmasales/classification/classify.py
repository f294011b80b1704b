"""Classify (客户分级): give every customer its grade, and keep the reason.

>>> from pharmasales.classification.schemes.catalogue import SCHEMES
>>> from pharmasales.classification.schemes.volume import abc
>>> found = classify([("H1", "One", {"sales": 90}), ("H2", "Two", {"sales": 10})], SCHEMES["abc"], abc())
>>> print(found.table())
Customer id  Customer  Scheme  Grade  Why
-----------  --------  ------  -----  ------------------------------------------
H1           One       abc     A      sales 90 is at least 90: A
H2           Two       abc     B      sales 10 is at least 10 and is below 90: B
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from attrs import field, frozen

from pharmasales.classification.capacity import ByCapacity
from pharmasales.classification.grade import Grade, Scheme
from pharmasales.classification.shortlist import Shortlist
from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadRule
from pharmasales.rules import (
    Bands,
    Evidence,
    FirstMatch,
    Fitted,
    Grid,
    Grouped,
    Pareto,
    Quantiles,
    Rule,
    compiled,
    explain,
)
from pharmasales.rules.groups import Group, groups_of
from pharmasales.units import ratio

__all__ = ["Classification", "Graded", "RowRule", "classify", "letters_of"]

RowRule: TypeAlias = Bands | Grid | FirstMatch
"""A rule that grades one record by itself."""


@frozen(repr=False)
class Graded:
    """One customer's grade; missing where the rule had no answer.

    Args:
        customer: id of the customer.
        name: its label.
        grade: the grade, or missing.
        record: what the rule read.
        rule: the rule that answered; one that is fitted in groups where the record belongs to none.
    """

    customer: str
    name: str
    grade: Grade | None
    record: object = field(eq=False)
    rule: RowRule | Grouped = field(eq=False)

    def why(self) -> Why:
        """Return the reason, in both languages."""
        if isinstance(self.rule, Grouped):
            fields = ", ".join(self.rule.within)
            return because("no group: {fields} is missing", "不属于任何组：{fields} 缺失", fields=fields)
        return explain(self.rule, self.record)

    def __repr__(self) -> str:
        return f"Graded({self.customer!r}, {self.grade})"


@frozen
class Classification:
    """The grades of a population under one scheme.

    What it holds is enough to grade somebody later by the same cut points: `grade(record)`. The bands of a fitted rule
    are plain rules, of each group where it was fitted in groups, and can be kept in a rule book.

    Args:
        scheme: the scheme.
        rule: the row rule that graded, a fitted scheme's bands; or the rule that was fitted in groups.
        grades: one entry a customer, in the order given.
        evidence: what a fitted scheme was fitted on; empty for a row rule, and where it was fitted in groups.
        groups: what each group was fitted to, with its evidence.
        warnings: what is not as it was asked for, such as a list that is too short.
    """

    scheme: Scheme
    rule: RowRule | Grouped
    grades: Sequence[Graded] = field(repr=False)
    evidence: tuple[Evidence, ...] = ()
    groups: Mapping[Group, Fitted] = field(factory=dict, repr=False, hash=False)
    warnings: tuple[Why, ...] = ()

    def grade(self, record: object) -> Grade | None:
        """Grade one more record by the same cut points; missing where a value or its group is, or for a new group.

        >>> from pharmasales.rules import Field
        >>> scheme = Scheme("size", ("large", "small"))
        >>> found = classify([], scheme, Bands(Field("beds"), ((500, "small"),), top="large"))
        >>> str(found.grade({"beds": 500}))
        'large (size)'

        Raises:
            BadValue: a record without a field that the rule reads.
        """
        rule: RowRule | None
        if isinstance(self.rule, Grouped):
            groups = groups_of([record], self.rule.within)
            fitted = self.groups.get(next(iter(groups), ()))
            rule = fitted.bands if fitted else None
        else:
            rule = self.rule
        label = rule(record) if rule else None
        return None if label is None else self.scheme.grade(label)

    def by_customer(self) -> Mapping[str, Grade]:
        """Return the grade of each customer that has one."""
        return {graded.customer: graded.grade for graded in self.grades if graded.grade is not None}

    def table(self) -> Table:
        """Return the grades: customer_id, customer, scheme, grade, why."""
        rows = [
            (g.customer, g.name, self.scheme.name, g.grade.letter if g.grade else None, g.why()) for g in self.grades
        ]
        return Table("grades", Says("Grades", "客户分级"), _COLUMNS, rows)

    def summary(self) -> Table:
        """Return how many customers each letter has, and their share of all."""
        counts = Counter(graded.grade.letter if graded.grade else "" for graded in self.grades)
        rows = [
            (letter or Says("missing", "缺失"), counts[letter], ratio(counts[letter], len(self.grades)))
            for letter in (*self.scheme.letters, "")
            if counts[letter]
        ]
        return Table(
            "grade_counts",
            Says(f"Grades: {self.scheme.name}", f"分级：{self.scheme.zh or self.scheme.name}"),
            _COUNTS,
            rows,
        )

    def evidence_table(self) -> Table:
        """Return what a fitted scheme rests on: group, grade, count, total, share, least and greatest value."""
        fitted = [(", ".join(map(str, group)), found.evidence) for group, found in self.groups.items()]
        rows = [
            (group or None, str(one.label), one.count, one.total, one.share, one.low, one.high)
            for group, evidence in fitted or [("", self.evidence)]
            for one in evidence
        ]
        return Table("grade_evidence", Says("Evidence", "分级依据"), _EVIDENCE, rows)

    def _repr_html_(self) -> str:
        return self.summary().html()


_COLUMNS = (
    Column("customer_id", "Customer id", "客户编号"),
    Column("customer", "Customer", "客户"),
    Column("scheme", "Scheme", "分级方案"),
    Column("grade", "Grade", "级别"),
    Column("why", "Why", "说明", "why"),
)
_COUNTS = (
    Column("grade", "Grade", "级别"),
    Column("customers", "Customers", "客户数", "number"),
    Column("share", "Share", "占比", "ratio"),
)
_EVIDENCE = (
    Column("group", "Group", "分组"),
    Column("grade", "Grade", "级别"),
    Column("customers", "Customers", "客户数", "number"),
    Column("total", "Total", "合计", "amount"),
    Column("share", "Share", "占比", "ratio"),
    Column("low", "Least", "最小", "amount"),
    Column("high", "Largest", "最大", "amount"),
)


def letters_of(rule: Rule | ByCapacity) -> tuple[str, ...]:
    """Return the letters of a rule in the order in which a scheme without its own order takes them, best first.

    Bands and fitted rules count their highest band as the best; a grid and first-match keep the order written.

    >>> from pharmasales.rules import Field
    >>> letters_of(Bands(Field("beds"), ((500, "small"),), top="large"))
    ('large', 'small')

    Raises:
        BadRule: a rule that gives no label.
    """
    match rule:
        case Bands():
            found = rule.labels()[::-1]
        case Pareto():
            found = (*(label for _, label in rule.cuts), rule.rest)
        case Quantiles():
            found = tuple(range(rule.parts, -1, -1))
        case Grouped():
            return letters_of(rule.rule)
        case ByCapacity():
            found = (*(one.label for one in rule.classes), rule.rest)
        case Grid() | FirstMatch() | Shortlist():
            found = rule.labels()
        case _:
            raise _no_grade(rule)
    return tuple(dict.fromkeys(map(str, found)))


def classify(
    records: Iterable[tuple[str, str, object]], scheme: Scheme, rule: Rule | ByCapacity, *, within: Iterable[str] = ()
) -> Classification:
    """Grade everybody under one scheme.

    Args:
        records: id, label and record of each customer.
        scheme: the scheme; it must know every letter that the rule gives.
        rule: bands, a grid or first-match, applied to each record; or a population rule, fitted to all of them first.
        within: the fields that part the population of `Pareto` or `Quantiles`, such as a doctor's speciality: each
            group is fitted by itself, and who has no group has no grade.

    >>> from pharmasales.rules import Field
    >>> sold = [("D1", "A", {"city": "N", "sales": 9}), ("D2", "B", {"city": "N", "sales": 1})]
    >>> sold += [("D3", "C", {"city": "S", "sales": 1}), ("D4", "D", {"city": None, "sales": 9})]
    >>> halves = Quantiles(Field("sales"), 2)
    >>> found = classify(sold, Scheme("half", (2, 1, 0)), halves, within=["city"])
    >>> [graded.grade and graded.grade.letter for graded in found.grades]
    ['2', '1', '2', None]

    Raises:
        BadRule: a rule that gives no grade, a letter that the scheme lacks, nobody above zero for a rule that is fitted
            to everybody, or groups for a rule that is not fitted.
        BadValue: a record without a field that the rule reads, or a group that is neither text nor a whole number.
    """
    people = list(records)
    parted = within if isinstance(within, str) else tuple(within)
    if parted:
        if not isinstance(rule, Pareto | Quantiles):
            hint = "use Pareto or Quantiles"
            raise BadRule("only a population rule is fitted in groups", where="within", hint=hint, code="rule.group")
        rule = Grouped(rule, parted)
    if isinstance(rule, Grouped):
        return _in_groups(people, scheme, rule)
    evidence: tuple[Evidence, ...] = ()
    warnings: tuple[Why, ...] = ()
    if isinstance(rule, Pareto | Quantiles | ByCapacity):
        fitted = rule.fit(record for _, _, record in people)
        rule, evidence = fitted.bands, fitted.evidence
    elif isinstance(rule, Shortlist):
        listed = rule.fit(record for _, _, record in people)
        rule, evidence, warnings = listed.rule, listed.evidence, listed.warnings
    if not isinstance(rule, RowRule):
        raise _no_grade(rule)
    known: dict[object, Grade | None] = {label: scheme.grade(label) for label in rule.labels()} | {None: None}
    label_of = compiled(rule)
    grades = [Graded(customer, name, known[label_of(record)], record, rule) for customer, name, record in people]
    return Classification(scheme, rule, grades, evidence, warnings=warnings)


def _in_groups(people: Sequence[tuple[str, str, object]], scheme: Scheme, rule: Grouped) -> Classification:
    known = {letter: scheme.grade(letter) for letter in letters_of(rule)}
    records = [record for _, _, record in people]
    groups = rule.fit(records)
    found: list[tuple[Grade | None, RowRule | Grouped]] = [(None, rule)] * len(people)
    for group, places in groups_of(records, rule.within).items():
        bands = groups[group].bands
        for place in places:
            label = bands(records[place])
            found[place] = (None if label is None else known[str(label)], bands)
    grades = [Graded(*person[:2], grade, person[2], one) for person, (grade, one) in zip(people, found, strict=True)]
    return Classification(scheme, rule, grades, groups=groups)


def _no_grade(rule: Rule | ByCapacity) -> BadRule:
    hint = "use bands, a grid or a fitted rule"
    return BadRule(f"a {type(rule).__name__} gives no grade", hint=hint, code="grade.rule")
