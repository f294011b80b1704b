"""Overriding (人工调级生效): the overrides of a day laid over grades, the rule's own answer beside each.

The rule's answer is never changed, and it counts again once the override ends.

>>> from pharmasales.classification.classify import classify
>>> from pharmasales.classification.grade import Scheme
>>> from pharmasales.rules import Bands, Field
>>> scheme = Scheme("size", ("A", "B"))
>>> now = classify([("H1", "One", {"sales": 20})], scheme, Bands(Field("sales"), ((50, "B"),), top="A"))
>>> spring = date(2026, 3, 1), date(2026, 5, 31)
>>> register = Overrides.of([GradeOverride("H1", scheme.grade("A"), "new ward opens in May", "m1", *spring, "d1")])
>>> found = override(now, register, as_of=date(2026, 5, 31))
>>> print(found.classification.grades[0].why())
A by m1, approved by d1, until 2026-05-31: new ward opens in May; the rule says B
  sales 20 is below 50: B
>>> override(now, register, as_of=date(2026, 6, 1)).classification.by_customer()["H1"].letter
'B'
"""

from __future__ import annotations

from datetime import date

from attrs import evolve, frozen

from pharmasales.classification.classify import Classification, Graded
from pharmasales.classification.review.overrides import GradeOverride, Overrides
from pharmasales.classification.review.settled import Settled, own_answer, settled_table
from pharmasales.display import Says, Table, because
from pharmasales.errors import NotComparable
from pharmasales.yearplan import checked_day

__all__ = ["Overridden", "override"]


@frozen
class Overridden:
    """Grades with the overrides of a day laid over them, and what became of every override of the scheme.

    Args:
        classification: the grades that count; each that was overridden is a `Settled` with the rule's own answer.
        applied: those in force, on customers who are there.
        strangers: those in force, on customers who are not there.
        to_come: those that begin later.
        expired: those that have ended; the rule's answer counts again.
        not_approved: those that nobody has approved, and that do not count.
    """

    classification: Classification
    applied: tuple[GradeOverride, ...]
    strangers: tuple[GradeOverride, ...]
    to_come: tuple[GradeOverride, ...]
    expired: tuple[GradeOverride, ...]
    not_approved: tuple[GradeOverride, ...]

    def table(self) -> Table:
        """Return the customers whose grade is not the rule's own: grade, the rule's answer, and the reason."""
        return settled_table(self.classification)

    def _repr_html_(self) -> str:
        return self.table().html()


def override(now: Classification, register: Overrides, *, as_of: date) -> Overridden:
    """Lay the overrides that are in force on a day over grades.

    An override may give a grade to a customer whose value is missing: that is the manager's word, and the rule's
    missing answer stays beside it. Overrides of other schemes are not asked.

    Args:
        now: the grades by the rule, or as hysteresis held them.
        register: the overrides.
        as_of: the day.

    Raises:
        NotComparable: an override for a scheme of this name with other letters.
    """
    for one in register.overrides:
        if one.grade.scheme.name == now.scheme.name and one.grade.scheme != now.scheme:
            where = f"customer {one.customer!r}, scheme {now.scheme.name}"
            raise NotComparable("an override for other letters", where=where, code="grade.scheme")
    states = register.on(checked_day(as_of), now.scheme.name)
    due = {one.customer: one for one in states["in_force"]}
    grades = [_settled(graded, due.get(graded.customer)) for graded in now.grades]
    there = {graded.customer for graded in now.grades}
    return Overridden(
        evolve(now, grades=grades),
        tuple(one for one in states["in_force"] if one.customer in there),
        tuple(one for one in states["in_force"] if one.customer not in there),
        states["to_come"],
        states["expired"],
        states["not_approved"],
    )


def _settled(graded: Graded, one: GradeOverride | None) -> Graded:
    if one is None:
        return graded
    own, held = own_answer(graded), (graded.reason,) if isinstance(graded, Settled) else ()
    why = because(
        "{grade} by {author}, approved by {approver}, until {until}: {reason}; the rule says {own}",
        "{author} 调为 {grade}，{approver} 批准，至 {until}：{reason}；规则结果为 {own}",
        *held,
        grade=one.grade.letter,
        author=one.author,
        approver=one.approver,
        until=one.until,
        reason=one.reason,
        own=own.letter if own else _NO_GRADE,
    )
    return Settled(graded.customer, graded.name, one.grade, graded.record, graded.rule, own, why)


_NO_GRADE = Says("no grade", "无级别")
