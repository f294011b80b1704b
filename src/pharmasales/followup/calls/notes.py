"""Notes of a visit (拜访内容): what was prepared, talked about, left, heard and promised; all of it optional.

>>> notes = CallNotes(objective="show the new study", stages={"closing", "opening"}, needs=[CustomerNeed("safety")])
>>> notes.stages, notes.stage_coverage, notes
(('opening', 'closing'), Fraction(2, 5), CallNotes(<3 of 12 given>))

Source: S002-7, S002-8, S002-10, S002-12, S002-15, S002-16, S002-17.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction

from attrs import Attribute, field, fields, frozen
from attrs.converters import optional

from pharmasales.compliance import FACTS, Action
from pharmasales.errors import BadValue
from pharmasales.followup.calls.objections import Objection
from pharmasales.followup.calls.safety import DrugFeedback, SafetyHandOff
from pharmasales.followup.calls.words import CALL_STAGES, known_word
from pharmasales.names import clean, normal_id
from pharmasales.units import exact
from pharmasales.yearplan import checked_day

__all__ = ["CallNotes", "CustomerNeed", "LeftItem", "NextStep"]


def _needs(given: Iterable[CustomerNeed]) -> tuple[CustomerNeed, ...]:
    return tuple(given)


def _objections(given: Iterable[Objection]) -> tuple[Objection, ...]:
    return tuple(given)


def _left(given: Iterable[LeftItem]) -> tuple[LeftItem, ...]:
    return tuple(given)


def _feedback(given: Iterable[DrugFeedback]) -> tuple[DrugFeedback, ...]:
    return tuple(given)


def _hand_offs(given: Iterable[SafetyHandOff]) -> tuple[SafetyHandOff, ...]:
    return tuple(given)


def _stages(given: Iterable[str]) -> tuple[str, ...]:
    reached = {known_word(CALL_STAGES, "stage")(word) for word in given}
    return tuple(stage for stage in CALL_STAGES if stage in reached)


def _tags(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normal_id(tag, "tag") for tag in given))


def _given(word: str) -> str:
    return known_word(FACTS["kind"].words, "kind")(word)


def _recipient(word: str) -> str:
    return known_word(FACTS["recipient"].words, "recipient")(word)


@frozen
class CustomerNeed:
    """What a customer needs as heard on a visit (需求).

    Args:
        kind: a word such as those of `CUSTOMER_NEEDS`; a company may use its own.
        text: what was said.
    """

    kind: str = field(converter=normal_id)
    text: str = field(default="", converter=clean, repr=False)


@frozen
class NextStep:
    """What happens next (下一步), which every visit ends with.

    Args:
        what: what is to be done, such as sending a paper or an invitation.
        owner: the id of who does it.
        due: by when.

    Raises:
        BadValue: nothing to be done, no owner, or no day.
    """

    what: str = field(converter=clean, repr=False)
    owner: str = field(converter=normal_id)
    due: date = field(converter=checked_day)

    @what.validator
    def _something(self, _attribute: object, value: str) -> None:
        if not value.strip():
            hint = "name one concrete thing"
            raise BadValue("nothing to be done", where="next step", hint=hint, code="followup.calls.next")


@frozen
class LeftItem:
    """A sample or material left with a customer (留下的样品或资料).

    Args:
        kind: what it is to the law, such as `literature` or `sample`: the words of the compliance gate.
        item: its id, with its batch where it has one.
        count: how many, from 1.
        recipient: `individual`, `department` or `institution`.
        value: what it is worth in yuan for each person, where that is asked.
        written_agreement: whether a written agreement states use and value; none where nobody has said.

    Raises:
        BadValue: an unknown word, or a count that is no whole number from 1.
    """

    kind: str = field(converter=_given)
    item: str = field(converter=normal_id)
    count: int = field(default=1)
    recipient: str = field(default="individual", converter=_recipient)
    value: Fraction | None = field(default=None, converter=optional(exact), kw_only=True)
    written_agreement: bool | None = field(default=None, kw_only=True)

    @count.validator
    def _some(self, _attribute: object, value: object) -> None:
        if type(value) is not int or value < 1:
            where = f"item {self.item!r}"
            raise BadValue("a count is a whole number from 1", where=where, code="followup.calls.count")

    def action(self, role: str, by: str) -> Action:
        """Return what the compliance gate is asked about it; nothing that is left depends on sales.

        >>> LeftItem("sample", "P1-B7").action("medical_rep", "r1")
        Action('give': by, kind, recipient, role, tied_to_sales)

        Args:
            role: what the rep is to the law, such as `medical_rep`, or "" where nobody has said.
            by: the id of the rep.

        Raises:
            BadValue: an unknown role.
        """
        facts = {"kind": self.kind, "recipient": self.recipient, "role": role, "by": by, "tied_to_sales": False}
        given: dict[str, object] = {**facts, "value": self.value, "written_agreement": self.written_agreement}
        return Action("give", {name: value for name, value in given.items() if value is not None})


@frozen(repr=False)
class CallNotes:
    """What a visit was about; the `repr` shows no text.

    Args:
        objective: what the visit is to reach.
        stages: which of the five `CALL_STAGES` it went through.
        needs: what the customer needs.
        objections: the doubts that were raised, as they stood at the end of the visit.
        left: samples and materials left.
        feedback: what was told about drugs.
        next_step: what happens next.
        adverse: whether an adverse event was heard of: yes, no, or none where nobody has answered.
        hand_offs: the hand-offs to drug safety.
        topics: tags of what else was talked about, such as science or interests (S002-12).
        solutions: tags of what was offered, such as a regimen or patient education (S002-16).
        summary: what came out.

    Raises:
        BadValue: an unknown stage, a refused character, or two objections or two hand-offs of one id.
    """

    objective: str = field(default="", converter=clean)
    stages: tuple[str, ...] = field(default=(), converter=_stages)
    needs: tuple[CustomerNeed, ...] = field(default=(), converter=_needs)
    objections: tuple[Objection, ...] = field(default=(), converter=_objections)
    left: tuple[LeftItem, ...] = field(default=(), converter=_left)
    feedback: tuple[DrugFeedback, ...] = field(default=(), converter=_feedback)
    next_step: NextStep | None = None
    adverse: bool | None = field(default=None)
    hand_offs: tuple[SafetyHandOff, ...] = field(default=(), converter=_hand_offs)
    topics: tuple[str, ...] = field(default=(), converter=_tags)
    solutions: tuple[str, ...] = field(default=(), converter=_tags)
    summary: str = field(default="", converter=clean)

    @adverse.validator
    def _answer(self, _attribute: object, value: object) -> None:
        if value is not None and not isinstance(value, bool):
            raise BadValue("not yes or no", where="adverse", hint="True, False or None", code="followup.calls.adverse")

    @objections.validator
    @hand_offs.validator
    def _once(self, attribute: Attribute[object], value: tuple[Objection | SafetyHandOff, ...]) -> None:
        if len({one.id for one in value}) < len(value):
            where = attribute.name
            raise BadValue("two of one id", where=where, hint="give each its own", code="followup.calls.twins")

    def __repr__(self) -> str:
        given = sum(1 for one in fields(CallNotes) if getattr(self, one.name) not in ("", (), None))
        return f"CallNotes(<{given} of {len(fields(CallNotes))} given>)"

    @property
    def stage_coverage(self) -> Fraction:
        """The stages gone through over the five (环节覆盖率)."""
        return Fraction(len(self.stages), len(CALL_STAGES))

    @property
    def events(self) -> tuple[DrugFeedback, ...]:
        """The feedback that drug safety must have."""
        return tuple(one for one in self.feedback if one.is_event)

    @property
    def lacks_hand_off(self) -> bool:
        """Whether an adverse event is told without its hand-off to drug safety."""
        sent = {one.id for one in self.hand_offs}
        return any(one.hand_off not in sent for one in self.events) or (self.adverse is True and not sent)

    def texts(self) -> Iterator[str]:
        """Yield every free text in it."""
        yield from (self.objective, self.summary)
        yield from (one.text for one in self.needs)
        for doubt in self.objections:
            yield from (doubt.text, doubt.answer)
        yield from (one.text for one in self.feedback)
        if self.next_step is not None:
            yield self.next_step.what
