"""Coaching forms (带教表): questions by skill, as versioned values, and the score that answers to them make.

A question that could not be seen on the day is answered with `None`: it is no zero, and its weight goes to the others.

>>> form = CoachingForm(
...     "field", "1", [CoachingQuestion("q1", "opening", 40), CoachingQuestion("q2", "needs", 60)], most=5
... )
>>> form.score({"q1": 5, "q2": 3}), form.score({"q1": 4, "q2": None}), form.score({"q1": None, "q2": None})
(Decimal('76.00'), Decimal('80.00'), None)
>>> form.skill("needs", {"q1": 5, "q2": 3})
Fraction(3, 5)

Source: row "Coaching" of the systems file; S004-54 (observation as a source, with its weight).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from attrs import field, frozen

from pharmasales.display import Says, Why
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound, PharmaSalesError
from pharmasales.names import nearest, normal_id, twins
from pharmasales.rules import Field, Part, Weighted, explain
from pharmasales.rules.book import fingerprint_of
from pharmasales.units import Number, exact

__all__ = [
    "COACHING_EVIDENCE",
    "CoachingAnswers",
    "CoachingForm",
    "CoachingQuestion",
    "coaching_form_data",
    "weighed_evidence",
]

CoachingAnswers = Mapping[str, int | None]
"""Marks by the id of the question; `None` where it could not be seen."""


@frozen
class CoachingQuestion:
    """One question of a coaching form.

    Args:
        id: its id within the form.
        skill: the skill that it is about.
        weight: its share of 100.
        says: what is asked, in both languages.

    Raises:
        BadValue: a weight that is no exact number.
    """

    id: str = field(converter=normal_id)
    skill: str = field(converter=normal_id)
    weight: Fraction = field(converter=exact)
    says: Says = field(factory=lambda: Says("", ""))


def _questions(given: Iterable[CoachingQuestion]) -> tuple[CoachingQuestion, ...]:
    return tuple(given)


@frozen
class CoachingForm:
    """A coaching form (带教表): what is asked, how it is marked, in which version.

    Args:
        name: its name.
        version: any text that the owner counts by.
        questions: the questions; their weights add up to 100.
        least: the lowest mark.
        most: the highest mark, which earns a question's whole weight.

    >>> CoachingForm("field", "1", [CoachingQuestion("q1", "opening", 40)])
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: the weights add up to 40, not 100 @ form 'field@1', parts [rule.weight]

    Raises:
        BadRule: weights that do not add up to 100 or are below zero, or marks that leave nothing between.
        BadRows: questions given twice, all of them at once.
    """

    name: str = field(converter=normal_id)
    version: str = field(converter=normal_id)
    questions: tuple[CoachingQuestion, ...] = field(converter=_questions, repr=lambda asked: f"<{len(asked)}>")
    least: int = 1
    most: int = 5

    def __attrs_post_init__(self) -> None:
        where = f"form {self.title!r}"
        bad: list[PharmaSalesError] = [
            BadValue("given twice", where=f"{where}, question {self.questions[second].id!r}", code="followup.twice")
            for _, second in twins(one.id for one in self.questions)
        ]
        if bad:
            raise BadRows(f"{len(bad)} questions given twice", bad)
        if type(self.least) is not int or type(self.most) is not int or not 0 <= self.least < self.most:
            hint = "whole numbers from 0, the least below the most"
            raise BadRule("no marks between", where=where, hint=hint, code="followup.joint.marks")
        try:
            _ = self.rule
        except PharmaSalesError as error:
            raise error.at(where) from None

    @property
    def title(self) -> str:
        """Its name and version, as a report names it."""
        return f"{self.name}@{self.version}"

    @property
    def skills(self) -> tuple[str, ...]:
        """The skills that it asks about, in the order of the questions."""
        return tuple(dict.fromkeys(one.skill for one in self.questions))

    @cached_property
    def rule(self) -> Weighted:
        """The score as a rule: each question's mark over the highest, weighted; what was not seen is weighed again."""
        parts = [Part(one.id, one.weight, Field(one.id, one.says.zh), zh=one.says.zh) for one in self.questions]
        return Weighted(parts, full=self.most, whole=100, missing="reweight")

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of what it asks and how it marks, so that a report says which form it answers."""
        return fingerprint_of(coaching_form_data(self))

    def asked_about(self, skill: str) -> tuple[object, ...]:
        """Return what makes the score of a skill: two forms whose answers compare give the same."""
        return (self.least, self.most, *((one.id, one.weight) for one in self.questions if one.skill == skill))

    def refused(self, answers: CoachingAnswers) -> Iterator[PharmaSalesError]:
        """Yield what is wrong with answers: unknown questions and marks out of range."""
        known = [one.id for one in self.questions]
        for question, mark in answers.items():
            where = f"question {question!r}"
            if question not in known:
                hint = nearest(str(question), known)
                yield NotFound("no such question", where=where, hint=hint, code="followup.joint.question")
            elif mark is not None and (type(mark) is not int or not self.least <= mark <= self.most):
                hint = f"a whole number from {self.least} to {self.most}, or None where it was not seen"
                yield BadValue("no such mark", where=where, hint=hint, code="followup.joint.mark")

    def read(self, answers: CoachingAnswers) -> dict[str, int | None]:
        """Check answers and return them in the order of the form.

        Raises:
            BadRows: unknown questions and marks out of range, all of them at once.
        """
        bad = list(self.refused(answers))
        if bad:
            raise BadRows(f"{len(bad)} answers refused", bad)
        return {one.id: answers[one.id] for one in self.questions if one.id in answers}

    def open_questions(self, answers: CoachingAnswers) -> tuple[str, ...]:
        """Return the ids of the questions that were neither marked nor said not to have been seen."""
        return tuple(one.id for one in self.questions if one.id not in answers)

    def score(self, answers: CoachingAnswers) -> Decimal | None:
        """Return the score out of 100 with two decimals; missing where nothing was seen."""
        return self.rule(self._marks(answers))

    def why(self, answers: CoachingAnswers) -> Why:
        """Say how the score comes about, question by question."""
        return explain(self.rule, self._marks(answers))

    def _marks(self, answers: CoachingAnswers) -> CoachingAnswers:
        return {one.id: answers.get(one.id) for one in self.questions}

    def skill(self, skill: str, answers: CoachingAnswers) -> Fraction | None:
        """Return the exact score of one skill, 1 the best; missing where none of its questions was seen.

        Raises:
            NotFound: the form asks about no such skill.
        """
        if skill not in self.skills:
            where, hint = f"skill {skill!r}", nearest(skill, self.skills)
            raise NotFound("the form asks about no such skill", where=where, hint=hint, code="followup.joint.skill")
        seen = [(one.weight, answers.get(one.id)) for one in self.questions if one.skill == skill]
        marked = [(weight, mark) for weight, mark in seen if mark is not None]
        whole = self.most * sum((weight for weight, _ in marked), Fraction(0))
        return sum((weight * mark for weight, mark in marked), Fraction(0)) / whole if whole else None


def coaching_form_data(form: CoachingForm) -> dict[str, Any]:
    """Return a form as plain JSON; `coaching_form_from` reads it back."""
    return {
        "name": form.name,
        "version": form.version,
        "least": form.least,
        "most": form.most,
        "questions": [[one.id, one.skill, str(one.weight), one.says.en, one.says.zh] for one in form.questions],
    }


COACHING_EVIDENCE: Weighted = Weighted(
    [
        Part("observed", 50, Field("observed", "主管观察"), zh="主管观察"),
        Part("reported", 25, Field("reported", "代表报告"), zh="代表报告"),
        Part("sales", 25, Field("sales", "销售报告"), zh="销售报告"),
    ],
    full=100,
    missing="reweight",
)
"""What three sources say of a person's work, out of 100 each, and what each weighs (S004-54).

What a manager saw on a joint visit or in a meeting, what the rep reports, what the sales report says. The source names
no weights: these are for a company to replace.
"""


def weighed_evidence(
    marks: Mapping[str, Number | None], rule: Weighted = COACHING_EVIDENCE
) -> tuple[Decimal | None, Why]:
    """Weigh what the sources of evidence say (依据加权); a source that says nothing leaves its weight to the others.

    Args:
        marks: a mark out of 100 by source: `observed`, `reported`, `sales`.
        rule: the sources and their weights.

    Returns:
        The weighted mark with two decimals, missing where no source says anything; and why.

    >>> weighed_evidence({"observed": 80, "sales": 60})[0]
    Decimal('73.33')

    Source: S004-54. Raises:
        BadRows: marks of unknown sources or outside 0 to 100, all of them at once.
    """
    known = [part.name for part in rule.parts]
    bad: list[PharmaSalesError] = []
    for source, mark in marks.items():
        where = f"source {source!r}"
        if source not in known:
            hint = nearest(str(source), known)
            bad.append(NotFound("no such source", where=where, hint=hint, code="followup.joint.source"))
            continue
        try:
            if mark is not None and not 0 <= exact(mark) <= rule.full:
                raise BadValue("no such mark", hint=f"from 0 to {rule.full}", code="followup.joint.mark")
        except BadValue as error:
            bad.append(error.at(where))
    if bad:
        raise BadRows(f"{len(bad)} marks refused", bad)
    said = {source: marks.get(source) for source in known}
    return rule(said), explain(rule, said)
