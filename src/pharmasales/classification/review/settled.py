"""Settled grades (定级): a grade that is not the rule's answer alone, with the rule's own answer beside it.

Hysteresis keeps a grade that the rule would change, and a manager overrides one. The rule's answer is never lost.

>>> from pharmasales.classification.grade import Scheme
>>> from pharmasales.display import because
>>> from pharmasales.rules import Bands, Field
>>> scheme, rule = Scheme("size", ("A", "B")), Bands(Field("sales"), ((50, "B"),), top="A")
>>> found = Settled("H1", "Example", scheme.grade("A"), {"sales": 49}, rule, scheme.grade("B"), because("kept", "保留"))
>>> str(found.grade), str(found.own), found.why().text()
('A (size)', 'B (size)', 'kept (sales 49 is below 50: B)')
>>> {customer: str(grade) for customer, grade in own_answers(Classification(scheme, rule, [found])).items()}
{'H1': 'B (size)'}
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, field, frozen

from pharmasales.classification.classify import Classification, Graded
from pharmasales.classification.grade import Grade
from pharmasales.display import Column, Says, Table, Why

__all__ = ["Settled", "own_answer", "own_answers", "settled_table"]


@frozen(repr=False)
class Settled(Graded):
    """A grade that something besides the rule decided.

    Args:
        own: the rule's own answer, or missing.
        reason: why the grade stands where it does; the rule's reason is put below it.
    """

    own: Grade | None
    reason: Why = field(eq=False)

    def why(self) -> Why:
        """Return the reason, with the rule's own below it."""
        return evolve(self.reason, parts=(*self.reason.parts, super().why()))

    def __repr__(self) -> str:
        return f"Settled({self.customer!r}, {self.grade}, own={self.own})"


def own_answer(graded: Graded) -> Grade | None:
    """Return what the rule alone answered."""
    return graded.own if isinstance(graded, Settled) else graded.grade


def own_answers(found: Classification) -> Mapping[str, Grade]:
    """Return the rule's own answer for each customer that has one, to keep for the reviews to come."""
    answers = ((graded.customer, own_answer(graded)) for graded in found.grades)
    return {customer: grade for customer, grade in answers if grade is not None}


def settled_table(found: Classification) -> Table:
    """Return the customers whose grade is not the rule's own: grade, the rule's answer, and the reason.

    >>> from pharmasales.classification.grade import Scheme
    >>> from pharmasales.rules import Bands, Field
    >>> settled_table(Classification(Scheme("size", ("A", "B")), Bands(Field("sales"), (), top="A"), [])).rows
    []
    """
    rows = [
        (g.customer, g.name, g.grade.letter if g.grade else None, g.own.letter if g.own else None, g.why())
        for g in found.grades
        if isinstance(g, Settled) and g.grade != g.own
    ]
    title = Says("Grades beside the rule's own", "与规则结果不同的定级")
    return Table("settled", title, _COLUMNS, rows)


_COLUMNS = (
    Column("customer_id", "Customer id", "客户编号"),
    Column("customer", "Customer", "客户"),
    Column("grade", "Grade", "级别"),
    Column("own", "By the rule", "规则结果"),
    Column("why", "Why", "说明", "why"),
)
