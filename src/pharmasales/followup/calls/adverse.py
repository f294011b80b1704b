"""Hearing of an adverse event on a visit (听到不良反应): the hand-off is made in the same step.

>>> from datetime import UTC
>>> from pharmasales.followup.calls.reports import CallReport
>>> call = CallReport("V1", "r1", "c1", date(2026, 2, 10))
>>> told = DrugFeedback("P1", "safety", "bad", "a rash")
>>> call, sent = hear(call, told, hand_off="S1", seriousness="serious", at=datetime(2026, 2, 10, 3, tzinfo=UTC))
>>> sent.known_on, sent.call, call.notes.feedback[0].hand_off
(datetime.date(2026, 2, 10), 'V1', 'S1')

Source: S002-18, E59; practice P2-I (a rep must not hide adverse reactions), P2-J.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from attrs import evolve

from pharmasales.errors import BadValue
from pharmasales.followup.calls.policy import CALL_POLICY, CallPolicy
from pharmasales.followup.calls.reports import CallReport
from pharmasales.followup.calls.safety import DrugFeedback, SafetyHandOff, mentions_event
from pharmasales.followup.calls.words import Seriousness

__all__ = ["adverse_faults", "hear"]


def hear(
    report: CallReport,
    feedback: DrugFeedback,
    *,
    at: datetime,
    hand_off: str = "",
    seriousness: Seriousness | None = None,
    known_on: date | None = None,
    deadline: date | None = None,
) -> tuple[CallReport, SafetyHandOff | None]:
    """Add feedback to a report; where it is an event, hand it over in the same step (即时移交).

    Args:
        report: the report, not submitted yet.
        feedback: what was told.
        at: the moment.
        hand_off: the id of the hand-off, where it is an event.
        seriousness: how serious it is; who is not sure says `serious`.
        known_on: the day on which anybody of the firm first knew; the day of the visit where left out.
        deadline: the last day for the report to the authorities, as the rule of law gives it.

    Raises:
        BadValue: an event without a seriousness or an id for its hand-off, a report that is submitted (correct it), or
            whatever a hand-off refuses.
    """
    where = f"call {report.id!r}"
    if report.submitted:
        hint = "correct it with a report that has the feedback"
        raise BadValue("the report is submitted", where=where, hint=hint, code="followup.calls.locked")
    if not feedback.is_event:
        return evolve(report, notes=evolve(report.notes, feedback=(*report.notes.feedback, feedback))), None
    if seriousness is None or not hand_off:
        hint = "name the hand-off and its seriousness; who is not sure says serious"
        raise BadValue("an adverse event goes to drug safety at once", where=where, hint=hint, code=_CODE)
    made = SafetyHandOff(
        hand_off,
        report.customer,
        report.rep,
        known_on or report.day,
        seriousness,
        created=at,
        product=feedback.product,
        call=report.id,
        text=feedback.text,
        deadline=deadline,
    )
    told = evolve(feedback, hand_off=made.id)
    hand_offs, heard = (*report.notes.hand_offs, made), (*report.notes.feedback, told)
    return evolve(report, notes=evolve(report.notes, adverse=True, feedback=heard, hand_offs=hand_offs)), made


_CODE = "followup.calls.adverse"


def adverse_faults(report: CallReport, policy: CallPolicy = CALL_POLICY) -> Iterator[BadValue]:
    """Yield why a report may not be submitted as far as adverse events go (不良反应核查).

    Every event needs its hand-off; a report that holds one of the words of the policy has to answer whether an event
    was heard of. The answer no is taken, unless the feedback itself is an event.

    Args:
        report: the report.
        policy: the words after which is asked.

    >>> from pharmasales.followup.calls.notes import CallNotes
    >>> call = CallReport("V1", "r1", "c1", date(2026, 2, 10), notes=CallNotes(summary="患者出现皮疹"))
    >>> [str(one) for one in adverse_faults(call)]
    ["may speak of an adverse event @ call 'V1'; say whether one was heard of: adverse=True or False \
[followup.calls.adverse]"]
    >>> list(adverse_faults(evolve(call, notes=CallNotes(summary="没有不良反应", adverse=False))))
    []
    """
    where, notes = f"call {report.id!r}", report.notes
    if notes.lacks_hand_off:
        hint = "hand it over with hear(...)"
        yield BadValue("an adverse event without its hand-off", where=where, hint=hint, code=_CODE)
    if notes.adverse is None and (notes.hand_offs or any(mentions_event(text, policy.words) for text in notes.texts())):
        hint = "say whether one was heard of: adverse=True or False"
        yield BadValue("may speak of an adverse event", where=where, hint=hint, code=_CODE)
    if notes.adverse is False and (notes.hand_offs or notes.events):
        hint = "say adverse=True"
        yield BadValue("says that no event was heard of, and hands one over", where=where, hint=hint, code=_CODE)
    for one in notes.hand_offs:
        if (one.call, one.customer) != (report.id, report.customer) or one.known_on > report.day:
            hint = "name this call and its customer, known on the day of the visit or before"
            at = f"{where}, hand-off {one.id!r}"
            yield BadValue("a hand-off of another visit or day", where=at, hint=hint, code=_CODE)
