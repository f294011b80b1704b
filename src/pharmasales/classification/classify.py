"""Classify (客户分级): give every customer its grade, and keep the reason.

>>> from pharmasales.classification.schemes import SCHEMES, abc
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

from attrs import field, frozen

from pharmasales.classification.grade import Grade, Scheme
from pharmasales.display import Column, Says, Table, Why
from pharmasales.errors import BadRule
from pharmasales.rules import Bands, Evidence, FirstMatch, Grid, Pareto, Quantiles, Rule, explain
from pharmasales.units import ratio

__all__ = ["Classification", "Graded", "classify", "letters_of"]


@frozen(repr=False)
class Graded:
    """One customer's grade; missing where the rule had no answer.

    Args:
        customer: id of the customer.
        name: its label.
        grade: the grade, or missing.
        record: what the rule read.
        rule: the rule that answered.
    """

    customer: str
    name: str
    grade: Grade | None
    record: object = field(eq=False)
    rule: Rule = field(eq=False)

    def why(self) -> Why:
        """Return the reason, in both languages."""
        return explain(self.rule, self.record)

    def __repr__(self) -> str:
        return f"Graded({self.customer!r}, {self.grade})"


@frozen
class Classification:
    """The grades of a population under one scheme.

    Args:
        scheme: the scheme.
        rule: the row rule that graded: a fitted scheme's bands are here, to store and apply again.
        grades: one entry a customer, in the order given.
        evidence: what a fitted scheme was fitted on; empty for a row rule.
    """

    scheme: Scheme
    rule: Bands | Grid | FirstMatch
    grades: Sequence[Graded] = field(repr=False)
    evidence: tuple[Evidence, ...] = ()

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
        return Table("grade_counts", Says(f"Grades: {self.scheme.name}", f"分级：{self.scheme.zh}"), _COUNTS, rows)

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


def letters_of(rule: Rule) -> tuple[str, ...]:
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
        case Grid() | FirstMatch():
            found = rule.labels()
        case _:
            raise _no_grade(rule)
    return tuple(dict.fromkeys(map(str, found)))


def classify(records: Iterable[tuple[str, str, object]], scheme: Scheme, rule: Rule) -> Classification:
    """Grade everybody under one scheme.

    Args:
        records: id, label and record of each customer.
        scheme: the scheme; it must know every letter that the rule gives.
        rule: bands, a grid or first-match, applied to each record; or a population rule, fitted to all of them first.

    Raises:
        BadRule: a rule that gives no grade, a letter that the scheme lacks, or nobody above zero for a fitted rule.
        BadValue: a record without a field that the rule reads.
    """
    people = list(records)
    evidence: tuple[Evidence, ...] = ()
    if isinstance(rule, Pareto | Quantiles):
        fitted = rule.fit(record for _, _, record in people)
        rule, evidence = fitted.bands, fitted.evidence
    if not isinstance(rule, Bands | Grid | FirstMatch):
        raise _no_grade(rule)
    known = {label: scheme.grade(label) for label in rule.labels()}
    grades = []
    for customer, name, record in people:
        label = rule(record)
        grades.append(Graded(customer, name, None if label is None else known[label], record, rule))
    return Classification(scheme, rule, grades, evidence)


def _no_grade(rule: Rule) -> BadRule:
    hint = "use bands, a grid or a fitted rule"
    return BadRule(f"a {type(rule).__name__} gives no grade", hint=hint, code="grade.rule")
